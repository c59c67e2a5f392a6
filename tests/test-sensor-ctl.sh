#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# thresholdctl's `sensor watch` and `sensor provision` on the bench: what they say, what they write, and
# their exit status.
# usage: test-sensor-ctl.sh BENCH THRESHOLDCTL
set -u
bench=$1
ctl=$2
dir=$(mktemp -d /tmp/th-XXXXXX)
n=0
"$bench" --dir "$dir/b" &
bench_pid=$!
watch_pid=
trap 'kill $bench_pid $watch_pid 2>/dev/null; wait; rm -rf "$dir"' EXIT
printf '[threshold]\nstate-dir=%s/state\n' "$dir" >"$dir/conf"
printf '[threshold]\nstate-dir=%s/state\n[thermometer]\npower-line=26\n' "$dir" >"$dir/power.conf"
printf '[threshold]\nstate-dir=%s/state\n[thermometer]\nway=pwm\npwm-mode=extended\npwm-period=40\npwm-max=43\n' \
  "$dir" >"$dir/extended.conf"
printf 'pwm-ambient-min=0\npwm-ambient-max=50\n' >>"$dir/extended.conf"
conf=$dir/conf

tell() { "$bench" tell "$dir/b" "$@" >"$dir/told" || echo "# bench: $*"; }
result() { # STATUS SENTENCE
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else
    echo "not ok $n - $2"
    sed 's/^/# /' "$dir/out" "$dir/err"
  fi
}
exits() { # STATUS SENTENCE COMMAND…
  want=$1 sentence=$2
  shift 2
  "$bench" run "$dir/b" "$ctl" --config "$conf" sensor "$@" >"$dir/out" 2>"$dir/err" </dev/null
  got=$?
  [ "$got" -eq "$want" ]
  result $? "$sentence (status $got)"
}
says() { # SENTENCE TEXT
  grep -qF -- "$2" "$dir/out" "$dir/err"
  result $? "$1"
}
cells() { # SENTENCE WORDS: the first six cells are these
  tell sensor cells
  grep -q "^ok $2 " "$dir/told"
  got=$?
  [ $got -eq 0 ] || sed 's/^/# /' "$dir/told"
  result $got "$1"
}

exits 2 'provision wants to know what for' provision
exits 2 'and takes no other way' provision --for iio
exits 2 'a word too many is usage' watch nonsense
exits 0 'a new chip needs nothing for smbus' provision --for smbus --write
says 'and it says so' 'nothing is to be written'

exits 0 'what would be written is only shown' provision --for pwm
says 'each cell, now and then' 'pwmctrl     0x0201 (PWM off, single, open drain, period 1.0 ms) → 0x2803 (PWM on, single, open drain, period 20.5 ms)'
says 'and those that stay' 'emissivity  0xffff (1.000) stays'
says 'and how it is done' 'nothing was written: --write does it'
says 'the configuration goes with it' 'change way= too'
conf=$dir/extended.conf
exits 0 'it is as the configuration has it' provision --for pwm
says 'the mode' '→ 0x5002 (PWM on, extended, open drain, period 81.9 ms)'
says 'the range' '→ 0x7b7f (43.00 °C)'
says 'the range of the sensor itself' '→ 0x8a3c (0.20 °C to 50.12 °C)'
says 'and what is sent' '→ 0x9f84 (PWM of die and object 1, FIR 1024, IIR off)'
conf=$dir/conf
cells 'nothing was' '9993 62e3 0201 f71c ffff 9fb4'

tell sensor cell 4 fae0
exits 1 'a chip with another emissivity is refused' provision --for pwm --write
says 'in words' "emissivity is 0xfae0: must be 0xffff, and only the maker's tools may change it"
tell sensor cell 4 ffff
tell sensor dead-cells 2
exits 1 'a cell that does not take it is found' provision --for pwm --write
says 'and named, with what it has' 'cell 0x21 (to-min) does not take 0x766b: it has 0x62e3 (1 of 3 cells were written'
tell sensor dead-cells 0
exits 0 'run again it is finished' provision --for pwm --write
says 'each cell is read back' '0x2803 written and read back'
says 'and the power must go off' 'switch it off and on'
cells 'it was written, the rest left alone' '7c47 766b 2803 f71c ffff 9fb4'
exits 0 'once is enough' provision --for pwm
says 'there is no more' 'nothing is to be written'

tell sensor restart
exits 3 'a sensor that puts out PWM does not answer' watch --seconds 1
exits 0 'it is asked to listen, and set back' provision --for smbus --write
cells 'PWM is off' '7c47 766b 2801 f71c ffff 9fb4'
tell sensor restart
exits 0 'it works' watch --seconds 2
says 'a line a second' 'object 0x'
says 'with what its bus has been through' 'SCL high µs:times'

: >"$dir/first"
"$bench" run "$dir/b" "$ctl" --config "$conf" sensor watch >"$dir/first" 2>&1 </dev/null &
watch_pid=$!
tries=0
until grep -q 'thermometer ready' "$dir/first" || [ $tries -ge 200 ]; do
  tries=$((tries + 1))
  sleep 0.05
done
exits 3 'another program that has the lines is told of: watch' watch
says 'in words' "another program has the thermometer's lines"
exits 3 'and provision' provision --for pwm --write
says 'in words too' "another program has the sensor's lines"
cells 'nothing was written' '7c47 766b 2801 f71c ffff 9fb4'
kill -INT $watch_pid
wait $watch_pid
got=$?
watch_pid=
cp "$dir/first" "$dir/out"
[ $got -eq 0 ]
result $? "Ctrl-C ends it well (status $got)"
says 'and shows the totals' 'samples: object '

tell sensor absent
exits 3 'no sensor is absent' provision --for smbus
exits 3 'for watch too' watch --seconds 1
tell sensor bad-pec 1
exits 1 'one that talks nonsense is out of order' watch --seconds 1
tell sensor normal
conf=$dir/power.conf
exits 0 'with a switch in its supply' provision --for pwm --write
says 'it goes by it at once' "power was cut and given back"
tell quit
echo "1..$n"
