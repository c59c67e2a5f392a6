#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kiosk is killed (SIGKILL) again and again, and started again: after each commit of a visit, inside each band at
the printer, the rest at random. No number is given twice, none is missing, no slip is printed twice as an original, an
unfinished slip is uncertain, and the welcome page has nobody's data.

    tests/test_kill.py BUILD [ROUNDS [SEED]]
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
"""

# 64 rows of 576 dots behind 8 bytes of command (GS v 0): the middle of each is inside exactly one band. A slip has 13 and a bit.
BAND = 8 + 64 * 72
BANDS = 13

site = None
rounds = 12
chance = random.Random(20261122)
story = []


def events():
    answer = site.ask("SELECT count(*) FROM events")
    return answer[0][0] if answer else 0


def wait_events(n, seconds=20):
    until(f"event {n}", seconds, lambda: events() >= n, pause=0.001)


def visit():
    """Everything a resident does, without waiting for more than must be waited for."""
    site.to_measuring()
    site.body(36.6)


def one_round(i):
    card = os.path.join(site.dir, f"card-{i}.hex")
    invented_card(i, card)
    site.wait_state("welcome", seconds=20)
    site.tell("step away")
    way = i % 3
    before = events()
    if way == 0:
        # After the nth commit of the visit: confirmed, four answers, measured, ticket (with its slip), sending, sent.
        n = 1 + (i // 3) % 10
        site.tell("card put " + card)
        try:
            visit()
            wait_events(before + n)
        except Failed:
            pass
        story.append(f"after event {n}")
    elif way == 1:
        # Inside the nth band: the printer takes no more, the transfer hangs.
        n = (i // 3) % BANDS
        site.tell(f"printer hold {n * BAND + BAND // 2}")
        at = int(site.tell("printer bytes"))
        site.tell("card put " + card)
        visit()
        try:
            site.tell(f"wait bytes {at + n * BAND + 1} 10")
        except Failed:
            site.wait_state("done", "trouble", "printing", "welcome", seconds=10)
        story.append(f"inside band {n}")
    else:
        delay = chance.uniform(0, 3.5)
        site.tell("card put " + card)
        end = time.monotonic() + delay
        try:
            visit()
            until("the moment", delay + 1, lambda: time.monotonic() > end, pause=0.005)
        except Failed:
            pass
        story.append(f"after {delay:.2f} s")
    site.kill_kiosk()
    site.tell("printer release")
    site.tell("card lift")
    site.tell("step away")
    site.start_kiosk()
    site.wait_state("welcome", seconds=20)

    # Who had a number has the same one; who had none starts again. Nobody is shown anything before.
    held = tickets()
    site.tell("card put " + card)
    shown = site.wait_state("identity", "place", seconds=10)
    had = i in issued(held)
    if (shown == "place") != had:
        raise Failed(f"round {i} ({story[-1]}): the kiosk shows {shown}, the records say ticket={had}")
    if shown == "identity":
        # This one goes on, so that slips follow slips that were cut off.
        visit()
        site.wait_state("done", seconds=20)
    site.tell("step away")
    site.tell("card lift")
    site.press("primary", "welcome", seconds=30)


rounds_of = {}


def tickets():
    return site.ask("SELECT visit, number FROM tickets ORDER BY number")


known = set()


def issued(held):
    """The rounds that have a ticket: each new ticket belongs to the round that was just played."""
    for visit_id, _ in held:
        if visit_id not in known:
            known.add(visit_id)
            rounds_of[visit_id] = len(story) - 1
    return set(rounds_of.values())


def it_is_killed_and_comes_back():
    site.start_kiosk()
    for i in range(rounds):
        one_round(i)
        issued(tickets())


def no_number_is_missing_or_given_twice():
    numbers = [number for _, number in tickets()]
    assert numbers == list(range(1, len(numbers) + 1)), numbers
    assert numbers, "no number was given at all"


def no_original_is_printed_twice():
    count = site.slips()
    seen = {}
    for n in range(1, count + 1):
        path = os.path.join(site.dir, f"slip-{n}.png")
        site.tell(f"slip {n} {path}")
        found = subprocess.run(["zbarimg", "-q", "--raw", path], capture_output=True, text=True).stdout
        for token in re.findall(r"[0-9a-f]{32}", found):
            seen.setdefault(token, []).append(n)
    twice = {token: slips for token, slips in seen.items() if len(slips) > 1}
    assert not twice, twice
    assert seen, "no slip could be read at all"
    print(f"# {len(seen)} slips read, {count} pieces of paper")


def every_slip_has_an_end():
    slips = site.summary()["slips"]
    assert slips.get("queued", 0) == 0 and slips.get("sending", 0) == 0, slips
    print(f"# slips: {slips}")


def the_chain_holds_and_the_screens_tables_are_the_logs():
    site.stop_kiosk()
    site.ctl("records", "verify")
    before = tickets()
    site.ctl("records", "rebuild")
    assert tickets() == before


def main():
    global site, rounds, chance
    if len(sys.argv) > 2:
        rounds = int(sys.argv[2])
    if len(sys.argv) > 3:
        chance = random.Random(int(sys.argv[3]))
    with Site(sys.argv[1], config=CONFIG) as site:
        run_tests([(f.__name__.replace("_", " "), f) for f in (
            it_is_killed_and_comes_back, no_number_is_missing_or_given_twice, no_original_is_printed_twice,
            every_slip_has_an_end, the_chain_holds_and_the_screens_tables_are_the_logs)])


if __name__ == "__main__":
    main()
