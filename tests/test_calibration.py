#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The thermometer against a black body, with the shipped kiosk and staff screen: the bench's `skin` is the black body,
seen by a sensor that reads 0.3 °C too little. Staff work by keyboard, as they may.

    tests/test_calibration.py BUILD [FOLDER FOR PICTURES]
"""
import json
import os
import subprocess
import sys

import kit
from kit import MANAGER, MANAGER_PIN, Failed, Site, chip_celsius, invented_card, run_tests, until

CONFIG = "[timeouts]\ntap-guard-ms=0\ndone-seconds=5\n"
SUPPLY = 0.18  # what 3.3 V adds to every reading
ROOM = 24.0
OFF = -0.3  # this sensor's fault

site = None
people = 0
pictures = sys.argv[2] if len(sys.argv) > 2 else None


def bodies(kind):
    return [json.loads(row[0]) for row in site.ask(f"SELECT body FROM events WHERE kind = '{kind}' ORDER BY seq")]


def black_body(celsius):
    site.tell(f"room {ROOM + SUPPLY:.2f}")
    site.tell(f"skin {celsius + OFF + SUPPLY:.2f}")


def shoot(name):
    if pictures:
        kit.photograph(site.staff_display, os.path.join(pictures, f"staff-{name}.png"))
        site.photograph(os.path.join(pictures, f"kiosk-{name}.png"))


def focus_on(what, key, condition):
    """A key that works once the page is there: a press may come before it."""
    def again():
        site.keys(key)
        try:
            return until(what, 6, condition)
        except Failed:
            return None
    return until(what, 40, again)


def asked(n, key, serial=""):
    """Opens a page by its key, types the serial number that it waits for, and Return; is it the nth trial?"""
    site.keys("ctrl+t", key)
    if serial and not site.count("trial_asked"):
        site.keys("ctrl+a")
        site.type(serial)
    site.keys("Return")
    try:
        return until("the trial", 6, lambda: site.count("trial_asked") == n)
    except Failed:
        return None


def visit(body):
    """Somebody with this body temperature from the card to the number; the reading as it is recorded."""
    global people
    people += 1
    path = os.path.join(site.dir, "card.hex")
    invented_card(people, path)
    before = len(bodies("measured"))
    # what this sensor shows for them
    site.tell(f"room {ROOM + SUPPLY:.2f}")
    site.tell(f"skin {chip_celsius(body, ROOM) + OFF:.2f}")
    site.tell("step front")
    site.wait_state("welcome", seconds=20)
    site.tell(f"card put {path}")
    site.to_measuring()
    until("the reading", 20, lambda: len(bodies("measured")) > before)
    site.tell("step away")
    site.wait_state("done", seconds=20)
    site.tell("card lift")
    site.wait_state("welcome", seconds=20)
    return bodies("measured")[-1]


def log_in():
    site.start_staff(MANAGER, MANAGER_PIN)
    before = site.count("staff_logged_in")
    site.type(MANAGER_PIN)
    site.keys("Return")
    until("the staff log-in", 10, lambda: site.count("staff_logged_in") > before)
    site.keys("ctrl+t")


readings = []


def a_reading_before_names_the_file():
    reading = visit(36.6)
    readings.append(reading)
    assert reading["calibration"] == "file", reading
    assert reading["offset_mc"] == 0, reading


def a_check_finds_the_sensor_off():
    log_in()
    black_body(37.0)
    shoot("thermometer")
    # Until the kiosk is asked: the page may not be there yet when the first key comes.
    until("the check", 40, lambda: asked(1, "alt+c", "BB-17"))
    site.wait_state("trouble", seconds=20)
    until("live values", 20, lambda: any(b["state"] == "reading" and b["samples"] for b in bodies("trial_read")))
    shoot("live")
    until("the check", 60, lambda: site.count("checked") == 1)
    check = bodies("checked")[0]
    assert not check["passed"] and abs(check["error_mc"] + 300) <= 30, check
    assert check["by"] == MANAGER and check["serial"] == "BB-17" and check["calibration"] == "file", check
    site.wait_state("welcome", seconds=20)  # by itself
    shoot("failed")


def no_visit_is_interrupted():
    """Asked for in mid-visit, the trial waits until the visit is over."""
    global people
    people += 1
    path = os.path.join(site.dir, "card.hex")
    invented_card(people, path)
    site.tell(f"card put {path}")
    site.wait_state("identity", seconds=20)
    before, trials = site.count("trial_asked"), site.count("trial_read")
    black_body(35.0)
    until("the first point", 40, lambda: asked(before + 1, "alt+k"))  # the serial number is known by now
    site.wait_state("identity")
    assert site.count("trial_read") == trials, "the sensor was read for technicians in mid-visit"
    site.tell("card lift")
    site.press("secondary", "help")
    site.press("primary", "welcome", "trouble")
    site.wait_state("trouble", seconds=20)


def two_points_make_a_calibration():
    until("the first point", 60, lambda: any(b["state"] == "steady" and b["number"] == 2 for b in bodies("trial_read")))
    site.wait_state("trouble")  # it stays closed for the second
    shoot("second-point")
    black_body(40.0)
    focus_on("the second point", "Return", lambda: site.count("trial_asked") == 3)
    until("the second point", 60,
          lambda: any(b["state"] == "steady" and b["number"] == 3 for b in bodies("trial_read")))
    shoot("review")
    focus_on("the calibration", "Return", lambda: site.count("calibrated") == 1)
    calibration = bodies("calibrated")[0]
    assert abs(calibration["offset_mc"] - 300) <= 30, calibration
    assert abs(calibration["gain_ppm"] - 1000000) <= 8000, calibration
    assert calibration["by"] == MANAGER and calibration["serial"] == "BB-17", calibration
    site.wait_state("welcome", seconds=20)
    shoot("calibrated")


def the_next_person_is_measured_with_it():
    reading = visit(36.6)
    assert reading["calibration"] == bodies("calibrated")[0]["id"], reading
    off = reading["skin_mc"] - readings[0]["skin_mc"]
    assert abs(off - 300) <= 40, (reading, readings)


def it_outlives_a_restart():
    site.kill_kiosk()
    site.start_kiosk()
    reading = visit(36.6)
    assert reading["calibration"] == bodies("calibrated")[0]["id"], reading
    assert abs(reading["skin_mc"] - readings[0]["skin_mc"] - 300) <= 40, reading


def ctl(*args):
    """thresholdctl on the bench's hardware, with the manager's PIN: exit status and output."""
    done = subprocess.run([site.program("threshold-bench"), "run", site.bench_dir, site.program("thresholdctl"),
                           "--config", site.config, *args, "--pin-stdin"], env=site.environment(),
                          input=MANAGER_PIN + "\n", capture_output=True, text=True, timeout=100)
    return done.returncode, done.stdout, done.stderr


def the_daily_check_from_a_shell():
    check = ("sensor", "check", "--reference", "37", "--serial", "BB-17", "--by", MANAGER)
    black_body(37.0)
    before = site.count("checked")
    assert ctl(*check)[0] == 3, "the kiosk has the sensor"
    assert ctl(*check[:3], "50", *check[4:])[0] == 1
    assert site.count("checked") == before
    site.stop_kiosk()
    status, out, err = ctl(*check)
    assert status == 0, err
    assert json.loads(out)["passed"] is True and abs(json.loads(out)["error_celsius"]) < 0.05, out
    assert bodies("checked")[-1]["calibration"] == bodies("calibrated")[0]["id"]
    site.tell(f"skin {37 + OFF - 0.3 + SUPPLY:.2f}")
    status, out, err = ctl(*check)
    assert status == 1 and json.loads(out)["passed"] is False, (out, err)
    site.tell("sensor absent")
    assert ctl(*check)[0] == 3
    assert site.count("checked") == before + 2
    site.tell("sensor normal")


def a_failed_check_closes_where_the_site_wants_it():
    with open(site.config) as f:
        config = f.read().replace("[screening]\n", "[screening]\ndaily-check=close\n")
    with open(site.config, "w") as f:
        f.write(config)
    site.start_kiosk()
    site.wait_state("trouble", seconds=20)
    until("why", 10, lambda: dict(site.ask("SELECT device, state FROM device_states")).get("screening") == "calibration")
    # A check that passes, asked for by staff, opens it again.
    black_body(37.0)
    before = site.count("checked")
    n = site.count("trial_asked") + 1
    until("the check", 40, lambda: asked(n, "alt+c"))
    until("the check", 60, lambda: site.count("checked") == before + 1)
    assert bodies("checked")[-1]["passed"], bodies("checked")[-1]
    site.wait_state("welcome", seconds=20)


def the_tables_are_the_logs():
    tables = ("trials", "calibrations", "calibration_points", "thermometer_checks")
    before = [site.ask(f"SELECT * FROM {table}") for table in tables]
    site.ctl("records", "rebuild")
    assert [site.ask(f"SELECT * FROM {table}") for table in tables] == before
    site.ctl("records", "verify")


def main():
    global site
    with Site(sys.argv[1], config=CONFIG) as site:
        site.start_kiosk()
        site.wait_state("welcome", seconds=20)
        run_tests([(f.__name__.replace("_", " "), f) for f in (
            a_reading_before_names_the_file, a_check_finds_the_sensor_off, no_visit_is_interrupted,
            two_points_make_a_calibration, the_next_person_is_measured_with_it, it_outlives_a_restart,
            the_daily_check_from_a_shell, a_failed_check_closes_where_the_site_wants_it, the_tables_are_the_logs)])


if __name__ == "__main__":
    main()
