#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# thresholdctl's `card watch` and `devices` on the bench: what they say, and their exit status.
# usage: test-card-watch.sh BENCH THRESHOLDCTL DATA-FOLDER
set -u
bench=$1
ctl=$2
data=$3
dir=$(mktemp -d /tmp/th-XXXXXX)
n=0
"$bench" --dir "$dir/b" &
bench_pid=$!
watch_pid=
trap 'kill $bench_pid $watch_pid 2>/dev/null; wait; rm -rf "$dir"' EXIT
printf '[threshold]\nstate-dir=%s/state\n' "$dir" >"$dir/usb.conf"
printf '[threshold]\nstate-dir=%s/state\n[reader]\nserial=/dev/ttyUSB0\n' "$dir" >"$dir/serial.conf"
printf '[threshold]\nstate-dir=%s/state\n[reader]\nenabled=false\n' "$dir" >"$dir/off.conf"

tell() { "$bench" tell "$dir/b" "$@" >/dev/null || echo "# bench: $*"; }
on_bench() { "$bench" run "$dir/b" "$ctl" "$@" >"$dir/out" 2>"$dir/err" </dev/null; }
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
  on_bench "$@"
  got=$?
  [ "$got" -eq "$want" ]
  result $? "$sentence (status $got)"
}
says() {
  grep -qF -- "$2" "$dir/out"
  result $? "$1"
}
says_not() {
  ! grep -qF -- "$2" "$dir/out"
  result $? "$1"
}
# until it says TEXT so many times, 5 s at most
await() {
  tries=0
  while [ "$(grep -cF -- "$1" "$dir/out")" -lt "$2" ] && [ $tries -lt 100 ]; do
    tries=$((tries + 1))
    sleep 0.05
  done
}
begin() { # the watch in the background; the shell has its own pid to wait for
  : >"$dir/out"
  "$bench" run "$dir/b" "$ctl" "$@" >"$dir/out" 2>"$dir/err" </dev/null &
  watch_pid=$!
}
end() {
  wait $watch_pid
  got=$?
  watch_pid=
  [ "$got" -eq "$1" ]
  result $? "$2 (status $got)"
}

exits 2 'a word too many is usage' card watch nonsense
exits 2 'less than no cards is usage' card watch --cards=-1
exits 3 'a reader that is switched off is absent' --config "$dir/off.conf" card watch
exits 0 'the reader is named' --config "$dir/usb.conf" devices
says 'with its SAM' 'connected (USB 0400:c35a, SAM 05.01-20110511-0001234567-0987654321)'
exits 0 'a serial reader is named' --config "$dir/serial.conf" devices
says 'with its port and SAM' '(/dev/ttyUSB0, SAM 05.01-20110511-0001234567-0987654321)'

begin --config "$dir/usb.conf" card watch --cards 2
await 'reader ready: USB 0400:c35a, SAM' 1
exits_out=$("$bench" run "$dir/b" "$ctl" --config "$dir/usb.conf" card watch --seconds 5 2>&1)
[ $? -eq 3 ] && echo "$exits_out" | grep -q 'another program has the reader'
result $? 'a second watch is told that the reader is taken'
tell card put "$data/card-A.hex"
await 'card read' 1
tell card lift
await 'card lifted' 1
tell reader unplug
await 'reader absent' 1
tell reader plug
await 'reader ready' 2
tell card put "$data/card-B.hex"
await 'card read' 2
tell card lift
end 0 'two cards, each read and lifted, are good'
says 'a card is seen' 'card present'
says 'it takes some time' 'card lifted after'
says 'an unplugged reader is told' 'reader absent: '
says_not 'no name is said' '张测试'
says_not 'no number is said' '110101199001019917'

begin --config "$dir/serial.conf" card watch --show --cards 1
await 'reader ready' 1
tell serial-card put "$data/card-A.hex"
await 'card read' 1
tell serial-card lift
end 0 'by serial line too'
says 'what stands on the card is said when asked for' '"id_number" : "110101199001019917"'

begin --config "$dir/usb.conf" card watch --cards 1
await 'reader ready' 1
tell card status 41
tell card put "$data/card-A.hex"
await 'card not read' 1
tell card lift
end 1 'a card that was not read is found'
says 'and why' 'reading the card failed'
tell card status ok

tell reader says 60
exits 3 'a reader out of service is away' --config "$dir/usb.conf" devices
says 'in words' "out of service: the reader's self-test failed (status 60)"
exits 1 'watching it finds that' --config "$dir/usb.conf" card watch --seconds 1
tell reader says ok
tell reader unplug
exits 3 'no reader is absent' --config "$dir/usb.conf" card watch --seconds 1
exits 3 'and not connected' --config "$dir/usb.conf" devices
says 'in words' 'reader       not connected'
tell quit
echo "1..$n"
