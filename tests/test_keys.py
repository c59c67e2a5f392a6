#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kiosk with four keys only, from the welcome page to the slip, without a touch and without a card; who stands in
front is known by an HC-SR04; and what lamps, buzzer and gate do meanwhile, when the kiosk ends, and when it is killed.

    tests/test_keys.py BUILD
"""
import os
import sys

from kit import Site, invented_card, run_tests, until

CONFIG = """
[thermometer]
presence=hc-sr04
near-cm=3
far-cm=15
[buzzer]
line=GPIO12
[gate]
line=16
open-seconds=5
safe=closed
[keys]
yes-line=5
no-line=6
back-line=GPIO13
help-line=19
[timeouts]
tap-guard-ms=0
done-seconds=60
"""

site = None


def key(name, how="press"):
    site.tell(f"key {name} {how}")
    until("the finger", 20, lambda: site.tell("key idle") == "1", pause=0.005)


def key_until(name, condition):
    """One press: a second one would be meant for the next page."""
    key(name)
    until(f"the effect of {name}", 20, condition, pause=0.005)


def key_to(name, *states):
    key_until(name, lambda: site.state() in states)


def lamps():
    return dict(word.split("=") for word in site.tell("lamps").split())


def type_number(number):
    """As a person would: the shorter way round the pad to each digit."""
    at = 0
    for i, digit in enumerate(number):
        ring = "1234567890" + ("X" if i == 17 else "") + ("<" if i else "") + ("+" if i == 15 else "") + "-"
        on = (ring.index(digit) - at) % len(ring)
        for _ in range(min(on, len(ring) - on)):
            key("no" if on <= len(ring) - on else "back")
        at = ring.index(digit)
        key("yes")


def a_person_checks_in_with_four_keys():
    number = invented_card(0, os.path.join(site.dir, "card.hex"))
    site.wait_state("welcome", seconds=20)
    until("the lamp", 5, lambda: lamps()["ready"] == "1")
    beeps = int(lamps()["beeps"])
    key("back")  # from 简体中文 to English
    key_to("yes", "number")
    type_number(number)
    key_to("yes", "identity")  # the mark has gone to "go on" by itself
    assert lamps()["ready"] == "0"
    key_to("yes", "questions")
    for name in ("no", "no", "no", "yes"):
        before = site.count("answered")
        key_until(name, lambda: site.count("answered") > before)
    site.wait_state("measuring")
    assert lamps()["gate"] == "0"
    site.body(36.6)
    site.wait_state("done", seconds=20)
    until("the gate opens", 5, lambda: lamps()["gate"] == "1", pause=0.01)
    until("and closes", 20, lambda: lamps()["gate"] == "0")
    assert site.slips() == 1
    assert int(lamps()["beeps"]) - beeps == 1 + 2 + 3, lamps()  # read, look, done
    site.tell("step away")
    key_to("yes", "welcome")
    assert '"en"' in str(site.ask("SELECT body FROM events WHERE kind = 'confirmed'")), "another language"


def help_is_one_key_away():
    site.wait_state("welcome", seconds=20)
    key_to("help", "help")
    until("the lamp", 5, lambda: lamps()["attention"] == "1")
    key_to("yes", "welcome")


def bad_contacts_press_once():
    site.wait_state("welcome", seconds=20)
    key("yes", "bounce")
    site.wait_state("number")
    key("back", "bounce")  # to the way out
    key("yes", "bounce")
    site.wait_state("welcome")


def two_keys_are_nothing():
    site.wait_state("welcome", seconds=20)
    shown = len(site.statuses)
    key("yes+no")
    key_to("help", "help")
    assert [state for _, state in site.statuses[shown:]] == ["help"], "yes alone leads to the number"
    key_to("yes", "welcome")


def keys_state():
    return dict(site.ask("SELECT device, state FROM device_states")).get("keys")


def a_stuck_key_is_told_and_left_out():
    site.wait_state("welcome", seconds=20)
    assert site.stop_kiosk() == 0
    site.tell("key back down")
    site.start_kiosk()
    site.wait_state("welcome", seconds=20)
    until("staff know", 10, lambda: keys_state() == "stuck")
    key_to("help", "help")
    key_to("yes", "welcome")
    site.tell("key back up")
    until("staff know", 10, lambda: keys_state() == "ready")
    with open(os.path.join(site.dir, "kiosk.log"), errors="replace") as f:
        assert "keys: fault: stuck: back" in f.read()


def a_distance_sensor_that_falls_silent_closes_the_door():
    site.wait_state("welcome", seconds=20)
    site.tell("ranger silent")
    site.wait_state("trouble", seconds=20)
    site.tell("ranger plug")
    site.wait_state("welcome", seconds=20)


def all_is_dark_and_at_rest_after_the_end(how):
    site.wait_state("welcome", seconds=20)
    key_to("help", "help")
    until("the lamp", 5, lambda: lamps()["attention"] == "1")
    if how == "end":
        assert site.stop_kiosk() == 0
    else:
        site.kill_kiosk()
    state = lamps()
    assert [state[name] for name in ("ready", "attention", "buzzer", "gate")] == ["0"] * 4, state
    site.start_kiosk()
    site.wait_state("welcome", seconds=20)


def the_end_leaves_all_dark():
    all_is_dark_and_at_rest_after_the_end("end")


def a_kill_leaves_all_dark():
    all_is_dark_and_at_rest_after_the_end("kill")


def main():
    global site
    with Site(sys.argv[1], config=CONFIG) as site:
        site.tell("ranger plug")
        site.tell("ranger distance 6")
        site.start_kiosk()
        run_tests([(f.__name__.replace("_", " "), f) for f in (
            a_person_checks_in_with_four_keys, help_is_one_key_away, bad_contacts_press_once, two_keys_are_nothing,
            a_stuck_key_is_told_and_left_out, a_distance_sensor_that_falls_silent_closes_the_door,
            the_end_leaves_all_dark, a_kill_leaves_all_dark)])


if __name__ == "__main__":
    main()
