#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# thresholdctl's `printer status`, `test` and `watch` on the bench: what they say, and their exit status.
# usage: test-printer-ctl.sh BENCH THRESHOLDCTL
set -u
bench=$1
ctl=$2
dir=$(mktemp -d /tmp/th-XXXXXX)
n=0
"$bench" --dir "$dir/b" &
bench_pid=$!
watch_pid=
trap 'kill $bench_pid $watch_pid 2>/dev/null; wait; rm -rf "$dir"' EXIT
conf=$dir/usb.conf
printf '[threshold]\nstate-dir=%s/state\n' "$dir" >"$conf"

tell() { "$bench" tell "$dir/b" "$@" >"$dir/told" || echo "# bench: $*"; }
on_bench() { "$bench" run "$dir/b" "$ctl" --config "$conf" "$@" >"$dir/out" 2>"$dir/err" </dev/null; }
result() { # STATUS SENTENCE
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else
    echo "not ok $n - $2"
    sed 's/^/# /' "$dir/out" "$dir/err"
  fi
}
exits() { # STATUS SENTENCE WORDS COMMAND…: and says WORDS
  want=$1 sentence=$2 words=$3
  shift 3
  on_bench "$@"
  got=$?
  [ "$got" -eq "$want" ] && grep -qF -- "$words" "$dir/out" "$dir/err"
  result $? "$sentence (status $got)"
}

exits 2 'a word too many is refused' 'too many' printer status now
exits 3 'without a spare there is none' 'no spare' printer status --spare
exits 2 'a language that is none is refused' '--lang' printer test --lang fr
exits 0 'a printer with paper is ready' 'ready' printer status
exits 0 'it says what it calls itself' 'USB 04b8:0e03 Threshold Bench 80' printer status
exits 0 'and what it is taken for' '576 dots at 203 dpi, cutter, answers' printer status
tell paper low
exits 0 'paper that is low still prints' 'paper low' printer status
tell paper out
exits 1 'no paper is a finding' 'no paper' printer status
exits 1 'no slip is begun without paper' 'no paper' printer test
tell paper ok
tell cover open
exits 1 'an open cover is a finding' 'cover open' printer status
tell cover closed
tell printer silent
exits 1 'silence is unknown, never ready' 'does not say how it is' printer status
tell printer normal
tell slips
before=$(sed 's/[^0-9]//g' "$dir/told")
exits 0 'a test slip is printed and confirmed' 'confirmed' printer test --lang zh_TW
tell slips
after=$(sed 's/[^0-9]//g' "$dir/told")
[ "$after" -eq $((before + 1)) ]
result $? 'one slip came out'
printf '[threshold]\nstate-dir=%s/state\n[printer]\nmodel=mute-80\n' "$dir" >"$conf"
tell printer mute
exits 0 'a printer that never answers is sent its slip' 'sent' printer test
tell printer normal
printf '[threshold]\nstate-dir=%s/state\n[printer]\nwidth-dots=384\ncutter=false\n' "$dir" >"$conf"
exits 0 'the settings go before the model' '384 dots at 203 dpi, no cutter' printer status
printf '[threshold]\nstate-dir=%s/state\n[printer]\nusb-id=1234:5678\n' "$dir" >"$conf"
exits 3 'another printer than the one that is wanted is none' 'not connected' printer status
printf '[threshold]\nstate-dir=%s/state\n[printer]\nway=lp\ndevice=/dev/usb/lp7\n' "$dir" >"$conf"
exits 3 'a port that is not there is not connected' 'not connected' printer status
printf '[threshold]\nstate-dir=%s/state\n[printer]\nwidth-dots=384\n[spare-printer]\nway=lp\n' "$dir" >"$conf"
tell lp plug
exits 0 'a spare behind usblp is ready' 'cannot confirm a slip' printer status --spare
exits 0 'and is sent its slip' 'sent' printer test --spare
tell lp status 38
exits 1 'and has no paper when it says so' 'no paper' printer status --spare
printf '[threshold]\nstate-dir=%s/state\n' "$dir" >"$conf"

"$bench" run "$dir/b" "$ctl" --config "$conf" printer watch --seconds 60 >"$dir/watch" 2>/dev/null </dev/null &
watch_pid=$!
seen() { # WORDS SENTENCE
  tries=0
  until grep -qF -- "$1" "$dir/watch" || [ $tries -ge 300 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  grep -qF -- "$1" "$dir/watch"
  result $? "$2"
}
seen ready 'watch says how it is'
tell cover open
seen 'cover open' 'and when it changes'
exits 3 'a printer that somebody holds is said to be held' 'in use by another program' printer status
tell printer unplug
seen 'not connected' 'and when it goes'
kill $watch_pid
wait $watch_pid
watch_pid=
exits 3 'a printer that is not there is absent' 'not connected' printer status
echo "1..$n"
