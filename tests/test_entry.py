#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Staff check somebody in, and the slip comes out of the kiosk's printer: both shipped programs on one machine.

    tests/test_entry.py BUILD
"""
import os
import re
import subprocess
import sys

from kit import MANAGER, MANAGER_PIN, Failed, Site, check_digit, invented_card, run_tests, until

CONFIG = """
language=en
[screening]
rest-seconds=5
[timeouts]
tap-guard-ms=0
done-seconds=5
trouble-seconds=60
"""

site = None
people = 0


def number():
    global people
    people += 1
    body = f"110101198001{people % 28 + 1:02d}{people:03d}"
    return body + check_digit(body)


def slips_of():
    """The original slips' states by ticket number."""
    return dict(site.ask("SELECT number, state FROM slips JOIN tickets USING (visit) WHERE copy = 0"))


def slip_is(n, *states, seconds=20):
    until(f"the slip of {n} to be {states}", seconds, lambda: slips_of().get(n) in states)


def tickets():
    return [n for (n,) in site.ask("SELECT number FROM tickets ORDER BY number")]


def token_on(slip):
    path = os.path.join(site.dir, f"slip-{slip}.png")
    site.tell(f"slip {slip} {path}")
    read = subprocess.run(["zbarimg", "-q", "--raw", path], capture_output=True, text=True).stdout
    return re.findall(r"[0-9a-f]{32}", read)


def fill_in(person, temperature="36.6"):
    """The form by keyboard, from its first field. None: somebody without a number."""
    if person:
        site.type(person)
        site.keys("Return")
    else:
        # Past the field: no number, then "I have asked", two lanes, three languages.
        site.keys("Tab", "space", "Tab", "space", *["Tab"] * 6)
    for _ in range(3):
        site.keys("space", "Tab", "Tab")  # no
    site.keys("Tab", "space", "Tab")  # yes, I agree
    site.type(temperature)


def check_in(person, temperature="36.6"):
    """The ticket's number. Keys that come before a page is there are lost, so it is all done again: from an empty form."""
    before = tickets()
    for _ in range(4):
        site.keys("ctrl+3", "ctrl+n")
        fill_in(person, temperature)
        site.keys("ctrl+Return")
        try:
            until("a number", 15, lambda: len(tickets()) > len(before))
            return tickets()[-1]
        except Failed as failure:
            last = failure
    raise last


def staff_open_the_form():
    site.start_staff(MANAGER, MANAGER_PIN)
    before = site.count("staff_logged_in")
    # Keys that come before the page is there are lost: again until somebody is logged in.
    def logged_in():
        site.type(MANAGER_PIN)
        site.keys("Return")
        try:
            return until("log in", 3, lambda: site.count("staff_logged_in") > before)
        except Failed:
            return False

    until("log in", 30, logged_in)


def a_slip_for_somebody_without_a_card():
    site.wait_state("welcome", seconds=20)
    n = check_in(number())
    slip_is(n, "confirmed")
    assert site.slips() == 1
    token = site.ask(f"SELECT token FROM tickets WHERE number = {n}")[0][0]
    assert token_on(1) == [token], "the slip has another code"
    who = site.ask("SELECT DISTINCT json_extract (body, '$.by') FROM events WHERE visit <> '' AND kind <> 'slip'")
    assert who == [("LI MIN",)], who


def somebody_with_no_number_at_all():
    n = check_in(None)
    slip_is(n, "confirmed")
    assert site.ask("SELECT count(*) FROM lookups") == [(1,)]


def the_same_person_at_the_kiosk_is_shown_that_place():
    """Staff and kiosk find each other's people, and nobody gets two numbers."""
    card = os.path.join(site.dir, "card.hex")
    person = invented_card(7, card)
    n = check_in(person)
    slip_is(n, "confirmed")
    site.wait_state("welcome", seconds=20)
    site.tell("card put " + card)
    site.wait_state("place", seconds=20)
    site.tell("card lift")
    site.press("primary", "welcome", seconds=30)
    assert tickets() == list(range(1, n + 1))


def it_is_printed_while_a_visit_goes_on():
    card = os.path.join(site.dir, "other.hex")
    invented_card(8, card)
    site.tell("card put " + card)
    site.to_measuring()
    n = check_in(number())
    slip_is(n, "confirmed")
    assert site.state() == "measuring", site.state()
    before = site.slips()
    site.body(36.6)
    site.wait_state("done", seconds=20)
    until("the visit's own slip", 20, lambda: site.slips() == before + 1)
    site.tell("step away")
    site.tell("card lift")
    site.press("primary", "welcome", seconds=40)


def without_paper_it_waits():
    site.wait_state("welcome", seconds=20)
    site.tell("paper out")
    site.wait_state("trouble", seconds=20)
    before = site.slips()
    n = check_in(number())
    slip_is(n, "queued")
    site.tell("paper ok")
    slip_is(n, "confirmed")
    assert site.slips() == before + 1
    site.wait_state("welcome", seconds=20)


def killed_it_prints_what_waited_and_doubts_what_was_begun():
    before = site.slips()
    site.tell("printer hold 9000")
    begun = check_in(number())
    slip_is(begun, "sending")
    waiting = check_in(number())
    site.kill_kiosk()
    assert slips_of()[waiting] == "queued"
    site.tell("printer release")
    site.start_kiosk()
    slip_is(begun, "uncertain")
    slip_is(waiting, "confirmed")
    # The torn piece may count as paper; what waited is there once.
    token = site.ask(f"SELECT token FROM tickets WHERE number = {waiting}")[0][0]
    found = [t for i in range(before + 1, site.slips() + 1) for t in token_on(i)]
    assert found.count(token) == 1, found


def the_numbers_have_no_gap_and_the_log_holds():
    numbers = tickets()
    assert numbers == list(range(1, len(numbers) + 1)), numbers
    assert site.stop_kiosk() == 0
    site.ctl("records", "verify")
    before = site.ask("SELECT * FROM slips ORDER BY visit, copy")
    site.ctl("records", "rebuild")
    assert site.ask("SELECT * FROM slips ORDER BY visit, copy") == before


def nothing_personal_is_on_disk_or_in_a_log():
    for folder, _, files in os.walk(site.dir):
        if "bench" in folder:
            continue
        for name in files:
            path = os.path.join(folder, name)
            if name.endswith((".hex", ".png")) or not os.path.isfile(path):
                continue
            with open(path, "rb") as f:
                assert not re.search(rb"1101011980\d{7}[\dX]", f.read()), name


def main():
    global site
    with Site(sys.argv[1], config=CONFIG) as site:
        site.start_kiosk()
        run_tests([(f.__name__.replace("_", " "), f) for f in (
            staff_open_the_form, a_slip_for_somebody_without_a_card, somebody_with_no_number_at_all,
            the_same_person_at_the_kiosk_is_shown_that_place, it_is_printed_while_a_visit_goes_on,
            without_paper_it_waits, killed_it_prints_what_waited_and_doubts_what_was_begun,
            the_numbers_have_no_gap_and_the_log_holds, nothing_personal_is_on_disk_or_in_a_log)])


if __name__ == "__main__":
    main()
