#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# thresholdctl from outside: exit status, what is on stdout, what is on stderr.
# usage: test-thresholdctl.sh THRESHOLDCTL DATA-FOLDER
set -u
ctl=$1
data=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
conf=$dir/threshold.conf
printf '[threshold]\nstate-dir=%s/state\n' "$dir" >"$conf"
n=0

# check STATUS SENTENCE COMMAND…: also that good says nothing on stderr, and everything else says why there
check() {
  want=$1 name=$2
  shift 2
  n=$((n + 1))
  "$@" >"$dir/out" 2>"$dir/err" </dev/null
  got=$?
  if [ "$got" -eq "$want" ] && { [ "$got" -ne 0 ] || [ ! -s "$dir/err" ]; } &&
    { [ "$got" -eq 0 ] || [ -s "$dir/err" ] || [ -s "$dir/out" ]; }; then
    echo "ok $n - $name"
  else
    echo "not ok $n - $name (status $got instead of $want)"
    sed 's/^/# /' "$dir/out" "$dir/err"
  fi
}

# says SENTENCE TEXT: TEXT is in what the last command wrote to stdout
says() {
  n=$((n + 1))
  if grep -qF -- "$2" "$dir/out"; then
    echo "ok $n - $1"
  else
    echo "not ok $n - $1 (no '$2')"
    sed 's/^/# /' "$dir/out" "$dir/err"
  fi
}

confirm() { printf '%s\n' "$1" | "$ctl" --config "$conf" screening confirm-uncalibrated --by "$2" --pin-stdin; }
explain() { "$ctl" --config "$conf" screening explain "$@" 2>"$dir/words"; }
why() { cp "$dir/err" "$dir/out"; says "$@"; }
add() { printf '%s\n' "$1" | "$ctl" --config "$conf" staff add "$2" --role "$3" --pin-stdin; }

check 2 'no command is usage' "$ctl"
check 2 'an unknown command is usage' "$ctl" records nonsense
check 2 'an unknown option is usage' "$ctl" records summary --nonsense
check 2 'a configuration without a name is usage' "$ctl" records summary --config
check 2 'one word too many is usage' "$ctl" records verify nonsense
check 0 'help is good' "$ctl" --help
check 0 'help of a group is good' "$ctl" records --help
check 0 'help of a command is good' "$ctl" staff add --help
says 'it shows the options' '--pin-stdin'
check 0 'the version is known' "$ctl" --version

printf '[threshold]\nnonsense=1\n' >"$dir/bad.conf"
check 1 'an unknown key is found' "$ctl" config check "$dir/bad.conf"
check 1 'a configuration that is not there is bad input' "$ctl" config check "$dir/none.conf"
check 1 'every command looks at its configuration' "$ctl" records summary --config "$dir/bad.conf"
check 0 'a configuration that is right is good' "$ctl" config check "$conf"
check 0 'it may stand before the command' "$ctl" --config "$conf" config check
check 0 'and after it' "$ctl" config check --config="$conf"

check 1 'a card that is none is bad input' "$ctl" card decode "$conf"
check 1 'a card file that is not there is bad input' "$ctl" card decode "$dir/none"
printf 'AA AA AA 96 69 0O 04' >"$dir/hex"
check 1 'a letter among hex is bad input' "$ctl" card decode "$dir/hex"
check 1 'nothing is bad input' "$ctl" card decode /dev/null
check 0 'a captured card is decoded' "$ctl" card decode "$data/card-A.hex"
says 'its number is there' '"id_number"'
check 3 'a photo without a decoder is absent' "$ctl" card photo --config "$conf" "$data/card-A.hex"
printf '[reader]\nphoto-decoder=/bin/false\n' >"$dir/photo.conf"
check 1 'a decoder that fails is a finding' "$ctl" card photo --config "$dir/photo.conf" "$data/card-A.hex"
printf '[reader]\nphoto-decoder=%s\n' "$TH_DECODER" >"$dir/photo.conf"
check 0 'a photo is decoded' "$ctl" card photo --config "$dir/photo.conf" "$data/card-A.hex"
says 'its size is told' '102 by 126 pixels'

check 2 'no number is usage' "$ctl" id check
check 2 'a date that is none is usage' "$ctl" id check --today 2026-02-30 11010519491231002X
check 1 'one wrong number among right ones is found' "$ctl" id check --today 2026-11-22 11010519491231002X 110105194912310021
says 'the right one is valid' 'valid'
says 'the wrong one says why' 'invalid: '
check 1 'what looks like an option is no number either' "$ctl" id check --today 2026-11-22 -- -1
n=$((n + 1))
if [ "$(wc -l <"$dir/out")" = 1 ]; then echo "ok $n - and has one line"; else echo "not ok $n - and has one line"; fi
check 0 'a right number is good' "$ctl" id check --today 2026-11-22 11010519491231002X

check 0 'an area has a name' "$ctl" id check --verbose --today 2026-11-22 11010519491231002X
says 'Chaoyang in Beijing' 'valid: 北京市 朝阳区'

check 2 'a key without a file is usage' "$ctl" token make-key
check 0 'a key is made' "$ctl" token make-key "$dir/key"
printf '[threshold]\nstate-dir=%s/north\n[appointments]\nsite=north\npublic-keys=%s\n' "$dir" "$("$ctl" token make-key "$dir/other")" >"$dir/other.conf"
check 1 'a key is never written over' "$ctl" token make-key "$dir/key"
check 0 'the secret key is for its owner alone' test "$(stat -c %a "$dir/key")" = 600
check 2 'an appointment without a number is usage' "$ctl" token sign --key "$dir/key"
check 2 'a date that is none is usage' "$ctl" token sign --key "$dir/key" --id 1 --date 2026-02-30
check 1 'an id with a space cannot be signed' "$ctl" token sign --key "$dir/key" --id 'a b'
check 1 'what is no key cannot sign' "$ctl" token sign --key "$conf" --id 1
token=$("$ctl" token sign --key "$dir/other" --id 4711 --site north --date 2026-11-22 --from 09:30 --to 10:00 --lane B)
check 1 'a stranger cannot give appointments' "$ctl" --config "$conf" token check "$token"
check 1 'another code is none' "$ctl" token check https://example.com
check 1 'a day early is not taken' "$ctl" --config "$dir/other.conf" token check --today 2026-11-21 --now 09:30 "$token"
says 'but read' 'site north, id 4711, 2026-11-22, 09:30 to 10:00, lane B'
check 0 'in time it is taken' "$ctl" --config "$dir/other.conf" token check --today 2026-11-22 --now 09:30 "$token"

check 0 'a key to name people with is made' "$ctl" --config "$dir/other.conf" token person-key
cp "$dir/out" "$dir/person.key"
check 0 'and is the same from then on' "$ctl" --config "$dir/other.conf" token person-key
same=$(cmp "$dir/out" "$dir/person.key" 2>&1)
check 0 'to the last digit' test -z "$same"
check 0 'its file is of the group' test "$(stat -c %a "$dir/north/keys/person.key")" = 640
printf '[threshold]\nstate-dir=%s/third\n' "$dir" >"$dir/third.conf"
check 1 'what is no key is not taken' "$ctl" --config "$dir/third.conf" token person-key --take "$conf"
check 0 'another kiosk takes the same' "$ctl" --config "$dir/third.conf" token person-key --take "$dir/person.key"
check 0 'as often as it is asked' "$ctl" --config "$dir/third.conf" token person-key --take "$dir/person.key"
check 0 'and the file is the same' cmp "$dir/north/keys/person.key" "$dir/third/keys/person.key"
printf '%064d\n' 7 >"$dir/foreign.key"
check 1 'another key does not take its place' "$ctl" --config "$dir/third.conf" token person-key --take "$dir/foreign.key"
# named NUMBER: signs an appointment of the person with this number
named() { printf '%s\n' "$1" | "$ctl" token sign --key "$dir/other" --id 4711 --site north --date 2026-11-22 --person-key "$dir/person.key"; }
check 1 'a number that is none is not signed' named 110105194912310021
check 0 'an appointment may say whose it is' named 11010519491231002x
check 0 'and is taken' "$ctl" --config "$dir/other.conf" token check --today 2026-11-22 --now 09:30 "$(cat "$dir/out")"
says 'and said to be so' 'says whose it is'

rules=$data/../../data/eligibility.rules
check 2 'a check of no rules is usage' "$ctl" eligibility check
printf '[phase a]\nages=18-59\nfrom=2021-02-30\n' >"$dir/rules"
check 1 'rules with an impossible day are bad input' "$ctl" eligibility check "$dir/rules"
why 'and its line is named' 'rules: line 3: from is "2021-02-30"'
check 0 'the rules that are shipped are good' "$ctl" eligibility check "$rules"
judged() { "$ctl" --config "$conf" eligibility explain --rules "$rules" "$@"; }
check 2 'to explain nobody is usage' judged
check 2 'a day that is none is usage' judged --on 2021-02-30 11010519491231002x
check 2 'a time that is none is usage' judged --at 25:00 11010519491231002x
check 2 'a window that is none is usage' judged --appointment 10:00-09:00 11010519491231002x
check 2 'with and without an appointment is usage' judged --appointment 09:00-10:00 --walk-in 11010519491231002x
check 1 'a number that is none is bad input' judged 110105194912310021
check 1 'who is over 60 may not come in March' judged --on 2021-03-15 --at 09:00 --appointment 09:00-10:00 11010519491231002x
says 'but in May' 'no: not-yet, from 2021-05-01'
says 'as the line of the file says' "line $(grep -n 'phase 60' "$rules" | cut -d: -f1)   no   [phase 60 and over]: begins on 2021-05-01"
says 'and why it is not another one' 'no   [phase 18 to 59]: age 71, from 18 to 59'
check 0 'in May they may' judged --on 2021-05-01 --at 09:00 --appointment 09:00-10:00 11010519491231002x
check 1 'but not hours before their time' judged --on 2021-05-01 --at 07:00 --appointment 09:00-10:00 11010519491231002x
says 'only shortly before' 'no: early, from 08:30'
check 1 'nor without an appointment' judged --on 2021-05-01 --walk-in 11010519491231002x
says 'which everybody needs then' 'no: no-appointment'
check 0 'that is not so in June' judged --on 2021-06-01 --walk-in 11010519491231002x
second() { judged --on "$1" --at 09:00 --appointment 09:00-10:00 --dose 2 --vaccine 新冠灭活疫苗 --last-dose 2021-05-01 11010519491231002x; }
check 1 'twenty days are too few' second 2021-05-21
says 'for the second dose' 'no: too-soon, from 2021-05-22'
check 0 'twenty-one are enough' second 2021-05-22
check 1 'all this also as JSON' judged --json --on 2021-03-15 --walk-in 11010519491231002x
says 'for scripts' '"may_come" : false'
judged_stdin() { echo 11010519491231002x | judged --on 2021-06-01 --at 09:00 -; }
check 0 'a number may come on standard input' judged_stdin
tomorrow=$(date -d tomorrow +%F)
printf 'date,start,end,id_number,dose\n%s,09:00,10:00,11010519491231002x,2\n' "$tomorrow" >"$dir/list.csv"
printf '[walk-ins]\nwho=none\n[phase second doses]\ndoses=2\n' >"$dir/listed.rules"
listed() { "$ctl" --config "$dir/listed.conf" eligibility explain --rules "$dir/listed.rules" --on "$tomorrow" --at 09:00 "$@"; }
printf '[threshold]\nstate-dir=%s/listed\n' "$dir" >"$dir/listed.conf"
check 0 'a list of tomorrow is taken' "$ctl" --config "$dir/listed.conf" appointments import --by 王管理 "$dir/list.csv"
check 0 'who stands in it is expected' listed 11010519491231002x
says 'with their dose' 'yes  [phase second doses]'
says 'at their time' 'for an appointment of 09:00'
check 1 'who does not, is not' listed 110101199001019917
says 'and may not come' 'no: no-appointment'
check 1 'nor without the list' listed --walk-in 11010519491231002x
check 1 'it is a list of tomorrow only' listed --on "$(date +%F)" 11010519491231002x
check 0 'without rules everybody may come' "$ctl" --config "$conf" eligibility explain 11010519491231002x
says 'and this is said' 'everybody may come'
printf '[threshold]\nstate-dir=%s/state\n[eligibility]\nrules=%s/rules\n' "$dir" "$dir" >"$dir/ruled.conf"
check 1 'a configuration whose rules are wrong is refused' "$ctl" config check "$dir/ruled.conf"
why 'with file and line' '[eligibility] rules:'

check 1 'what is not hex is bad input' "$ctl" sensor decode zz
check 1 'a frame with a wrong check byte is bad input' "$ctl" sensor decode B407B5D23A31
check 1 'a word with the error bit is bad input' "$ctl" sensor decode 0xbad2
check 0 'a frame is decoded' "$ctl" sensor decode B4 07 B5 D2 3A 30
says 'in hundredths of a degree' '"celsius": 28.01'
pulses() { "$ctl" sensor pwm --mode "$1" --min "$2" --max "$3" --period-us "$4" --high-us "$5"; }
check 2 'a pulse without a mode is usage' "$ctl" sensor pwm --min 0 --max 50 --period-us 1004 --high-us 392
check 1 'a range that is none is bad input' pulses single 50 0 1004 392
check 1 'a pulse longer than its period is bad input' pulses single 0 50 1004 1005
check 1 'what is at the low end is no temperature' pulses single 0 50 1000 125
says 'but a band' '{"band": "low-end"}'
check 0 'a single frame is decoded' pulses single 0 50 1004 392
says 'as sensor 1' '{"sensor": 1, "celsius": 26.54}'
check 0 'an extended frame is decoded' pulses extended -20 120 100000 66875
says 'as sensor 2' '{"sensor": 2, "celsius": 39.50}'

check 2 'screening explain without words is usage' "$ctl" screening explain --raw-object 3c10
check 1 'a word that is no hex is bad input' "$ctl" --config "$conf" screening explain --raw-object 3c1g --raw-ambient 3a20
why 'and named' '--raw-object'
check 1 'five digits are no word' "$ctl" --config "$conf" screening explain --raw-object 3c10 --raw-ambient 03a20
check 1 'an error bit is no reading' "$ctl" --config "$conf" screening explain --raw-object bc10 --raw-ambient 3a20
check 1 'a room nobody is measured in is bad input' "$ctl" --config "$conf" screening explain --raw-object 3c10 --raw-ambient 3a20 --room 15.9
why 'and named' 'the room is 15.90'
check 2 'a room that is no number is usage' "$ctl" --config "$conf" screening explain --raw-object 3c10 --raw-ambient 3a20 --room warm
check 1 'without the sensor'"'"'s own temperature the room must be said' "$ctl" --config "$conf" screening explain --raw-object 3c10 --raw-ambient 0
check 0 'with a room it is explained' explain --raw-object 3c10 --raw-ambient 0 --room 24
check 0 'a reading is explained' explain --raw-object 0x3C10 --raw-ambient 0x3A20
says 'as JSON' '"body_celsius": 36.406'
says 'with its verdict' '"verdict": "normal"'
cp "$dir/words" "$dir/out"
says 'and in words' 'not above the site'
check 0 'without 0x as well' explain --raw-object 3c60 --raw-ambient 3a20 --room 24
says 'and above the limit is measured again' '"verdict": "again"'

check 2 'slip decode without a file is usage' "$ctl" slip decode
check 0 'a slip is drawn' "$ctl" --config "$conf" slip render --number A-017 --escpos "$dir/slip.bin"
check 0 'and read back' "$ctl" slip decode "$dir/slip.bin" --png "$dir/slip.png"

{ echo skin,room,axillary; for i in $(seq 40); do echo "34.$((i % 9)),24.0,37.$((i % 8))"; done; } > "$dir/pairs.csv"
check 2 'a comparison needs its table' "$ctl" --config "$conf" calibration fit
check 1 'a table that is none is bad input' "$ctl" --config "$conf" calibration fit "$conf"
words_apart() { "$@" 2>"$dir/words"; } # for people, beside the JSON
check 0 'a comparison is fitted' words_apart "$ctl" --config "$conf" calibration fit "$dir/pairs.csv"
says 'with its k' '"k": 0.2'
check 1 'an offset that is too large is refused' "$ctl" --config "$conf" calibration fit "$dir/pairs.csv" --for offset
check 2 'and nothing else can be' "$ctl" --config "$conf" calibration fit "$dir/pairs.csv" --for slope
check 3 'records that are not there are absent' "$ctl" --config "$conf" records summary
n=$((n + 1))
if [ -e "$dir/state" ]; then echo "not ok $n - asking makes nothing"; else echo "ok $n - asking makes nothing"; fi
check 2 'no role is usage' "$ctl" --config "$conf" staff add a --pin-stdin
check 2 'without a terminal the PIN is not asked for' "$ctl" --config "$conf" staff add a --role manager
check 1 'an empty standard input has no PIN' "$ctl" --config "$conf" staff add a --role manager --pin-stdin
check 1 'the first of the staff is not a nurse' add 135790 a nurse
check 1 'a PIN that anybody would guess is refused' add 123456 a manager
check 0 'the first of the staff is a manager' add 135790 王管理 manager
check 1 'nobody is added twice' add 246801 王管理 manager
check 0 'the second may be a nurse' add 246801 nurse nurse
check 2 'nobody confirms without a name' "$ctl" --config "$conf" screening confirm-uncalibrated --pin-stdin
check 1 'a nurse does not open an uncalibrated site' confirm 246801 nurse
check 1 'nor a manager with a wrong PIN' confirm 246801 王管理
check 0 'a manager does' confirm 135790 王管理

# The day: opened by a person, who confirms the time.
day() { "$ctl" --config "$conf" day "$@"; }
today=$(date +%F) now=$(date +%H:%M)
check 0 'before the first day none is open' day status
says 'as JSON' '"state" : "closed"'
check 1 'what was not opened is not closed' day close --by 王管理
check 2 'nobody opens a day without a name' day open --yes
check 2 'without a terminal nobody has looked at the time' day open --by 王管理
check 1 'a date that is none is bad input' day open --by 王管理 --yes --date 2026-02-30 --time 08:00
check 1 'a time that is none is bad input' day open --by 王管理 --yes --time 24:00
check 2 'one word too many is usage' day open --by 王管理 --yes now
check 0 'a day is opened' day open --by 王管理 --yes --date "$today" --time "$now"
says 'it is said which' "$today is open"
check 0 'and stands in the status' day status
says 'with its state' '"state" : "open"'
says 'and the time that was confirmed' "\"now\" : \"${today}T$now"
check 0 'the time can be confirmed again' day open --by 王管理 --yes --date "$today" --time "$now"
check 1 'another day cannot be opened beside it' day open --by 王管理 --yes --date "$(date -d "$today 12:00 tomorrow" +%F)" --time 08:00
why 'and it is said why' "$today is still open"
check 2 'nobody closes a day without a name' day close
check 0 'a day is closed' day close --by 王管理
says 'with its anchor' "$today:"
anchor=$(cat "$dir/out")
check 1 'once' day close --by 王管理
check 0 'the log reaches the anchor' "$ctl" --config "$conf" records verify --anchor "$anchor"
says 'and says so' '1 anchors'
check 1 'an anchor of another log is a finding' "$ctl" --config "$conf" records verify --anchor "$anchor" --anchor "$today:$(echo "${anchor#*:}" | tr 0-9a-f 1-9a-f0)"
check 1 'what is no anchor is bad input' "$ctl" --config "$conf" records verify --anchor "${anchor}0"
check 0 'a day closed by mistake goes on' day open --by 王管理 --yes --date "$today" --time "$now"
check 0 'and is closed again with a slip' day close --by 王管理 --print
check 0 'that waits for the kiosk' "$ctl" --config "$conf" printer sheets
says 'to be printed' 'close-of-day'
check 0 'to go on once more' day open --by 王管理 --yes
check 0 'written again from the log' "$ctl" --config "$conf" records rebuild
check 0 'it is still open' day status
says 'as before' '"state" : "open"'
check 0 'the staff is listed' "$ctl" --config "$conf" staff list
says 'by name' '王管理'
check 1 'a day that is none is bad input' "$ctl" --config "$conf" records summary --day yesterday
check 0 'a day has a summary' "$ctl" --config "$conf" records summary
says 'for people' 'tickets                               0'
check 0 'and for programs' "$ctl" --config "$conf" records summary --json --day 2026-01-01
says 'zero is reported as zero' '"tickets" : 0'
check 0 'the chain holds' "$ctl" --config "$conf" records verify
says 'over all events' ' events'
check 0 'the projections are written again' "$ctl" --config "$conf" records rebuild
check 0 'and the staff is still there' "$ctl" --config "$conf" staff list
says 'by name again' 'nurse'

# Stock: as the nurse. The codes are invented.
nurse() { printf '246801\n' | "$ctl" --config "$conf" "$@" --by nurse --pin-stdin; }
year=$(($(date +%Y) + 1))
code="(01)09506000134352(17)$(printf '%02d' $((year % 100)))1130(10)AB-17/2"
check 2 'a delivery needs its doses' nurse lot receive --code "$code" --vaccine V
check 2 'and a lot' nurse lot receive --lot AB --vaccine V --doses 10
check 2 'and somebody who has it' "$ctl" --config "$conf" lot receive --code "$code" --vaccine V --doses 10
check 1 'a code that does not hold is bad input' nurse lot receive --code "(01)09506000134353(17)301130(10)AB" --vaccine V --doses 10
why 'and it is said why' 'article number'
check 1 'a name that is too long is bad input' nurse lot receive --code "$code" --vaccine 123456789012345678901234567890123 --doses 10
check 1 'what is typed and what is scanned must be one' nurse lot receive --code "$code" --lot AB --vaccine V --doses 10
check 1 'a lot that could be anything is bad input' nurse lot receive --lot "A'B" --expiry "$year-11-30" --vaccine V --doses 10
check 0 'a delivery is received' nurse lot receive --code "$code" --vaccine V --doses 10
says 'with lot and expiry' "10 of V, lot AB-17/2, until $year-11-30"
check 1 'the same lot does not come as another vaccine' nurse lot receive --code "$code" --vaccine W --doses 10
check 0 'without a code it is typed' nurse lot receive --lot C.1 --expiry "$year-01-31" --vaccine W --doses 5
check 3 'a lot that is not there is absent' nurse lot waste Z --doses 1 --why broken
check 2 'a reason must be said' nurse lot waste AB-17/2 --doses 1
check 1 'more than are left cannot be wasted' nurse lot waste AB-17/2 --doses 11 --why broken
check 0 'some can' nurse lot waste AB-17/2 --doses 2 --why broken
check 0 'some go back' nurse lot return AB-17/2 --doses 1 --why 'too many'
check 0 'vials are opened' nurse lot open AB-17/2 --vials 1
check 1 'a count that differs is found' nurse lot count AB-17/2 --doses 6
says 'with the difference' '1 missing'
check 0 'one that does not is good' nurse lot count AB-17/2 --doses 6
check 0 'a lot is withdrawn' nurse lot withdraw C.1 --why recalled
check 1 'once' nurse lot withdraw C.1 --why recalled
check 0 'stock is listed' "$ctl" --config "$conf" lot list
says 'and adds up' '10      0      2        1       1      6  V'
says 'by vaccine too' 'V: 6 left, 0 reserved, 6 free, 0 unserved'
says 'what is withdrawn counts for nothing' 'W: 0 left'
check 0 'and for programs' "$ctl" --config "$conf" lot list --json
says 'as JSON' '"missing" : 1'
check 2 'a trace needs a lot' "$ctl" --config "$conf" lot trace
check 3 'of a lot that is not there nothing is traced' "$ctl" --config "$conf" lot trace Z
check 0 'a lot that nobody had is traced' "$ctl" --config "$conf" lot trace AB-17/2 --json
check 1 'a number that is none is bad input' "$ctl" --config "$conf" lot trace --visit 17
check 3 'one that nobody has is absent' "$ctl" --config "$conf" lot trace --visit A-017
check 3 'and gets nothing' nurse dose inject A-017 --lot AB-17/2 --dose 1 --site left-arm --route intramuscular --checked
check 2 'an injection says where' nurse dose inject A-017 --lot AB-17/2 --dose 1
check 3 'nor is a lot bound to it' nurse dose bind A-017 --lot AB-17/2
check 3 'or undone' nurse dose undo A-017 --why slip
check 3 'or released' nurse dose release A-017 --why left
check 0 'a day without doses has none' "$ctl" --config "$conf" dose list --json
check 0 'the day counts what came and went' "$ctl" --config "$conf" records summary --json
says 'as the lots do' '"missing" : 1'
check 0 'the projections are written again, lots too' "$ctl" --config "$conf" records rebuild
check 0 'and are the same' "$ctl" --config "$conf" lot list
says 'to the dose' 'V: 6 left, 0 reserved, 6 free, 0 unserved'

check 2 'a restore needs a name' "$ctl" --config "$conf" records restore "$dir/copy.db"
check 2 'one backup at a time' "$ctl" --config "$conf" records backup "$dir/copy.db" "$dir/copy-2.db"
check 3 'what is not there is not restored' "$ctl" --config "$conf" records restore "$dir/none.db" --by "LI MIN" --replace
check 0 'a backup is made' "$ctl" --config "$conf" records backup "$dir/copy.db"
says 'and was checked' 'every page and link checked'
check 1 'it overwrites nothing' "$ctl" --config "$conf" records backup "$dir/copy.db"
check 1 'whole records stay' "$ctl" --config "$conf" records restore "$dir/copy.db" --by "LI MIN"
rm "$dir/state/records.db"
check 3 'lost records are absent' "$ctl" --config "$conf" records verify
check 1 'and are not begun anew' add 135790 'WANG FANG' manager
check 0 'but restored' "$ctl" --config "$conf" records restore "$dir/copy.db" --by "LI MIN"
check 0 'with all that was in the backup' "$ctl" --config "$conf" lot list
says 'to the dose' 'V: 6 left, 0 reserved, 6 free, 0 unserved'
check 0 'and their chain holds' "$ctl" --config "$conf" records verify
check 0 'on demand others make room' "$ctl" --config "$conf" records restore "$dir/copy.db" --by "LI MIN" --replace
says 'and are kept' 'records.db.before-restore-'
mkdir "$dir/backups"
printf '[threshold]\nstate-dir=%s/state\n[backup]\nfolder=%s/backups\nkeep=2\n' "$dir" "$dir" >"$dir/backup.conf"
for name in records-kiosk-1-2026-01-01-023000.db records-kiosk-1-2026-01-02-023000.db records-kiosk-2-2026-01-01-023000.db \
  records-kiosk-1-mine.db; do
  : >"$dir/backups/$name"
done
check 0 'the nightly one has a folder' "$ctl" --config "$dir/backup.conf" records backup
ls "$dir/backups" >"$dir/out"
says 'newer ones stay' records-kiosk-1-2026-01-02-023000.db
says "so do another kiosk's" records-kiosk-2-2026-01-01-023000.db
says 'and what was put there by hand' records-kiosk-1-mine.db
grep -c '^records-kiosk-1-2' "$dir/out" >"$dir/count" && mv "$dir/count" "$dir/out"
says 'the oldest has gone' 2
printf '[threshold]\nstate-dir=%s/state\n[backup]\nfolder=%s/none\n' "$dir" "$dir" >"$dir/backup.conf"
check 1 'a folder that is not there is said' "$ctl" --config "$dir/backup.conf" records backup

if grep -raqE '135790|246801' "$dir/state"; then left=not; else left=; fi
n=$((n + 1))
echo "$left ok $n - no PIN is on the disk" | sed 's/^ //'
echo "1..$n"
