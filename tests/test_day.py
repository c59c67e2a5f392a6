#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The day, as two shipped programs see it: opened by one, seen by the other, closed on paper.

    tests/test_day.py BUILD
"""
import json
import sys
import time

from kit import MANAGER, MANAGER_PIN, Failed, Site, run_tests, until

CONFIG = """
language=en
[timeouts]
tap-guard-ms=0
"""

site = None


def status():
    return json.loads(site.ctl("day", "status"))


def test_the_kiosk_waits_for_a_person():
    site.opened = True  # nobody has: the kit would
    site.start_kiosk()
    site.wait_state("trouble")
    until("the reason in the records", 10,
          lambda: site.ask("SELECT 1 FROM device_states WHERE device = 'screening' AND state = 'not-open'"))
    if status()["state"] != "closed":
        raise Failed("a day is open")


def test_a_manager_opens_it_on_the_first_page():
    site.start_staff(MANAGER, MANAGER_PIN)
    site.type(MANAGER_PIN)
    site.keys("Return")
    # A key that comes before the page is lost, so it is pressed again: of a day that is open it does nothing.
    until("the day to be open", 20, lambda: site.keys("ctrl+Return") or status()["state"] == "open", pause=0.5)
    began = time.monotonic()
    site.wait_state("welcome", seconds=2)
    print(f"# open to welcome: {time.monotonic() - began:.1f} s (aim: 2)")
    if status()["by"] != MANAGER:
        raise Failed("it is not said who opened it")


def test_a_restart_of_the_kiosk_changes_nothing():
    site.kill_kiosk()
    site.start_kiosk()
    site.wait_state("welcome")


def test_the_close_is_printed_though_the_door_is_closed():
    before = site.slips()
    site.ctl("day", "close", "--print", "--by", MANAGER)
    site.wait_state("trouble", seconds=2)
    until("the close-of-day slip", 20, lambda: site.slips() == before + 1)
    anchor = json.loads(site.ctl("day", "status"))["anchor"]
    day = json.loads(site.ctl("day", "status"))["day"]
    if "1 anchors" not in site.ctl("records", "verify", "--anchor", f"{day}:{anchor}"):
        raise Failed("the anchor does not hold")


def test_it_is_opened_again():
    site.open_day()
    site.wait_state("welcome", seconds=2)


if __name__ == "__main__":
    with Site(sys.argv[1], config=CONFIG) as site:
        run_tests([
            ("the kiosk waits for a person", test_the_kiosk_waits_for_a_person),
            ("a manager opens it on the first page", test_a_manager_opens_it_on_the_first_page),
            ("a restart of the kiosk changes nothing", test_a_restart_of_the_kiosk_changes_nothing),
            ("the close is printed though the door is closed", test_the_close_is_printed_though_the_door_is_closed),
            ("it is opened again", test_it_is_opened_again),
        ])
