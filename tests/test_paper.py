#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole kiosk, and a printer that fails at a chosen byte of a slip: in the first command, inside each band, at the cut.
Then what the records say, what staff are told, what the screen does and what is on the paper must agree, and after the
printer is mended the next person gets a slip.

    tests/test_paper.py BUILD [ROUNDS [SEED]]      ROUNDS 0: every fault at every place
"""
import os
import random
import re
import subprocess
import sys
import time

from kit import Failed, Site, invented_card, run_tests, until

CONFIG = """
[screening]
window-samples=4
settle-ms=100
[timeouts]
tap-guard-ms=0
done-seconds=5
idle-seconds=10
warning-seconds=20
trouble-seconds=60
"""

BAND = 8 + 64 * 72
BANDS = 13
# Of a slip's bytes: its first command, the middle of each band, and the first bytes after the last whole band.
PLACES = [3] + [n * BAND + BAND // 2 for n in range(BANDS)]
FAULTS = {
    # how it is set for a byte from now; what happens when that byte is reached
    "unplug": ("printer unplug-after {}", None),
    "power off": ("printer off-after {}", None),
    "paper out": ("paper out-after {}", None),
    "cover open": ("printer hold {}", "cover open"),
    "garbage": ("printer hold {}", "printer garble"),
    "silence": ("printer hold {}", "printer silent"),
    "jam": ("printer hold {}", "printer jam"),
    "stall": ("printer hold {}", ""),
}
OVER = ("confirmed", "uncertain", "failed")  # "sent" comes just before "confirmed", and never stays

site = None
rounds = []
outcomes = {}


def slip_state(visit):
    answer = site.ask(f"SELECT state FROM slips WHERE visit = '{visit}' AND copy = 0")
    return answer[0][0] if answer else ""


def newest():
    answer = site.ask("SELECT visit, token FROM tickets ORDER BY number DESC LIMIT 1")
    return answer[0] if answer else ("", "")


def mend():
    for command in ("printer normal", "paper ok", "cover closed", "printer plug", "printer unplug-after 1000000000",
                    "printer hold 1000000000", "printer release"):
        try:
            site.tell(command)
        except Failed:
            pass  # it was plugged in all the time


def pieces_with(token):
    """How many pieces of paper have this number's code, which is the last that is printed."""
    return [n for n, found in read_paper().items() if token in found]


papers = {}


def read_paper():
    for n in range(1, site.slips() + 1):
        if n in papers:
            continue
        path = os.path.join(site.dir, f"slip-{n}.png")
        site.tell(f"slip {n} {path}")
        found = subprocess.run(["zbarimg", "-q", "--raw", path], capture_output=True, text=True).stdout
        papers[n] = re.findall(r"[0-9a-f]{32}", found)
    return papers


def told_staff():
    answer = site.ask("SELECT state FROM device_states WHERE device = 'kiosk'")
    return answer[0][0] if answer else ""


def spring(what, at):
    """The machine stands still at that byte: now it happens, and it goes on. A stall is 30 s of a printer's life: here as
    long as the kiosk takes to say that it does not know."""
    until("the byte", 20, lambda: int(site.tell("printer bytes")) >= at, pause=0.01)
    if what:
        site.tell(what)
        site.tell("printer release")


def leave():
    """The last page is touched away; a printer that is not back yet has its own page in between, where nothing is touched:
    the touch would fall on the next one."""
    end = time.monotonic() + 60
    while site.state() != "welcome":
        if time.monotonic() > end:
            raise Failed(f"the kiosk shows {site.state()}\n{site.log_tail()}")
        if site.state() == "done":
            site.touch("primary")
        try:
            until("the next page", 0.7, lambda: site.state() == "welcome", pause=0.005)
        except Failed:
            pass


def one_round(i, fault, place):
    set_it, what = FAULTS[fault]
    card = os.path.join(site.dir, f"card-{i}.hex")
    invented_card(i, card)
    site.wait_state("welcome", seconds=30)
    site.tell("step away")
    site.tell("card put " + card)
    site.to_measuring()
    before = newest()[0]
    at = int(site.tell("printer bytes")) + place
    site.tell(set_it.format(place))
    site.body(36.6)
    if what is not None:
        spring(what, at)
    until("a number, or trouble", 40, lambda: newest()[0] != before or site.state() == "trouble")
    if newest()[0] == before:
        # It failed when it was asked for its paper: no number is taken, and the visit waits.
        assert site.count("ticket_issued") == len(site.ask("SELECT 1 FROM tickets"))
        mend()
        until("a number", 30, lambda: newest()[0] != before)
    visit, token = newest()
    # Out at once, or waits for the printer in mid-visit.
    until(f"an outcome of {fault} at {place}", 60,
          lambda: slip_state(visit) in OVER or site.state() == "trouble")
    state, shown, told = slip_state(visit), site.wait_state("done", "trouble", seconds=20), told_staff()
    if state in OVER and state != "failed":
        if shown != "done":
            raise Failed(f"{fault} at {place}: the slip is {state}, the screen shows {shown}")
    if state == "uncertain":
        until("staff to be told", 5, lambda: told_staff() == "slip")
    if state == "confirmed" and told == "slip":
        raise Failed(f"{fault} at {place}: confirmed, and staff are told that it is not sure")
    mend()
    site.tell("card lift")
    site.tell("step away")
    if shown == "trouble":
        # Nothing of it was printed: the visit goes on by itself, with the same number.
        site.wait_state("done", seconds=30)
        until("the end of that slip", 20, lambda: slip_state(visit) in ("confirmed", "uncertain"))
        state = slip_state(visit)
    outcomes.setdefault(state, []).append((token, fault, place))
    leave()


def every_fault_ends_in_what_is_so():
    site.start_kiosk()
    for i, (fault, place) in enumerate(rounds):
        one_round(i, fault, place)
    print("# " + ", ".join(f"{len(n)} {state}" for state, n in sorted(outcomes.items())))


def the_next_person_gets_a_slip():
    card = os.path.join(site.dir, "card-after.hex")
    invented_card(len(rounds) + 1, card)
    site.wait_state("welcome", seconds=30)
    site.tell("card put " + card)
    site.to_measuring()
    site.body(36.6)
    site.wait_state("done", seconds=30)
    visit, token = newest()
    until("its slip", 10, lambda: slip_state(visit) == "confirmed")
    outcomes.setdefault("confirmed", []).append((token, "none", 0))
    site.tell("card lift")


def what_is_confirmed_is_on_paper_once_and_nothing_is_there_twice():
    for state, slips in outcomes.items():
        for token, fault, place in slips:
            pieces = pieces_with(token)
            if len(pieces) > 1:
                raise Failed(f"{fault} at {place}: one original on papers {pieces}")
            if state == "confirmed" and len(pieces) != 1:
                raise Failed(f"{fault} at {place}: confirmed, and its code is on no paper")
            if state == "failed" and pieces:
                raise Failed(f"{fault} at {place}: failed, and it is on paper {pieces}")
    print(f"# {sum(len(n) for n in outcomes.values())} numbers, {site.slips()} pieces of paper")


def the_sums_are_right():
    numbers = [n for (n,) in site.ask("SELECT number FROM tickets ORDER BY number")]
    assert numbers == list(range(1, len(numbers) + 1)), numbers
    slips = site.summary()["slips"]
    assert sum(slips.get(state, 0) for state in OVER) == len(numbers), slips
    assert slips.get("queued", 0) == 0 and slips.get("sending", 0) == 0, slips
    site.stop_kiosk()
    site.ctl("records", "verify")


def main():
    global site, rounds
    every = [(fault, place) for place in PLACES for fault in FAULTS]
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 6
    if wanted > 0:
        chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 20261123)
        # A sample has every kind of trap, and the places by chance.
        kinds = list(FAULTS)
        rounds = [(kinds[n % len(kinds)], chance.choice(PLACES)) for n in range(wanted)]
    else:
        rounds = every
    with Site(sys.argv[1], config=CONFIG) as site:
        run_tests([(f.__name__.replace("_", " "), f) for f in (
            every_fault_ends_in_what_is_so, the_next_person_gets_a_slip,
            what_is_confirmed_is_on_paper_once_and_nothing_is_there_twice, the_sums_are_right)])


if __name__ == "__main__":
    main()
