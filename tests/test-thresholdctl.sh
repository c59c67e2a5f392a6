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

check 1 'what is not hex is bad input' "$ctl" sensor decode zz
check 1 'a frame with a wrong check byte is bad input' "$ctl" sensor decode B407B5D23A31
check 1 'a word with the error bit is bad input' "$ctl" sensor decode 0xbad2
check 0 'a frame is decoded' "$ctl" sensor decode B4 07 B5 D2 3A 30
says 'in hundredths of a degree' '"celsius": 28.01'

check 2 'slip decode without a file is usage' "$ctl" slip decode
check 0 'a slip is drawn' "$ctl" --config "$conf" slip render --number A-017 --escpos "$dir/slip.bin"
check 0 'and read back' "$ctl" slip decode "$dir/slip.bin" --png "$dir/slip.png"

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
check 0 'the staff is listed' "$ctl" --config "$conf" staff list
says 'by name' '王管理'
check 1 'a day that is none is bad input' "$ctl" --config "$conf" records summary --day yesterday
check 0 'a day has a summary' "$ctl" --config "$conf" records summary
says 'for people' 'tickets                               0'
check 0 'and for programs' "$ctl" --config "$conf" records summary --json --day 2026-01-01
says 'zero is reported as zero' '"tickets" : 0'
check 0 'the chain holds' "$ctl" --config "$conf" records verify
says 'over both events' '2 events'
check 0 'the projections are written again' "$ctl" --config "$conf" records rebuild
check 0 'and the staff is still there' "$ctl" --config "$conf" staff list
says 'by name again' 'nurse'

if grep -raqE '135790|246801' "$dir/state"; then left=not; else left=; fi
n=$((n + 1))
echo "$left ok $n - no PIN is on the disk" | sed 's/^ //'
echo "1..$n"
