#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped kiosk with its thermometer on the other two ways, pulses and the kernel's drivers: from the card to the
slip, and no fault on the way ends as a temperature.

    tests/test_sensor.py BUILD
"""
import os
import subprocess
import sys

from kit import Failed, Site, invented_card, run_tests, until

COMMON = """
[screening]
rest-seconds=5
[timeouts]
tap-guard-ms=0
done-seconds=5
trouble-seconds=60
"""
WAYS = {
    "pwm": "[thermometer]\nway=pwm\n[screening]\nroom-temperature=24\n",
    "pwm-extended": "[thermometer]\nway=pwm\npwm-mode=extended\n",
    "iio": "[thermometer]\nway=iio\n",
    "iio-named": "[thermometer]\nway=iio\niio-device=/sys/bus/i2c/devices/1-005a\n",
}

# What breaks it, and what mends it.
PULSES = (
    ("pwm missing 3", "pwm normal"),
    ("pwm period 115", "pwm normal"),
    ("pwm overflow", "pwm normal"),
    ("pwm clock", "pwm normal"),
    ("pwm stuck-low", "pwm normal"),
    ("pwm stuck-high", "pwm normal"),
    ("sensor error-bit", "sensor normal"),
    ("sensor unplug", "sensor normal"),
)
KERNEL = (
    ("iio broken", "iio normal"),
    ("iio says garbage", "iio normal"),
    ("iio says 33251", "iio normal"),
    ("iio unplug", "iio plug mlx90614"),
)

# Generous: the machine that runs this is slow and shared.
LIMIT_S = 20

build = None
people = []


def open_site(way, *commands):
    site = Site(build, config=WAYS[way] + COMMON)
    for command in commands:
        site.tell(command)
    site.start_kiosk()
    site.wait_state("welcome", seconds=LIMIT_S)
    return site


def to_measuring(site):
    site.wait_state("welcome", seconds=LIMIT_S)
    path = os.path.join(site.dir, "next-card.hex")
    people.append(invented_card(len(people), path))
    site.tell("card put " + path)
    site.to_measuring()


def finish(site):
    before = site.slips()
    site.body(36.6)
    site.wait_state("done", seconds=LIMIT_S)
    until("the slip", LIMIT_S, lambda: site.slips() == before + 1)
    site.tell("step away")
    site.tell("card lift")
    site.press("primary", "welcome", seconds=40)


def last_estimate(site):
    return site.ask("SELECT body_mc FROM readings ORDER BY at_us DESC, number DESC LIMIT 1")[0][0]


def readings(site):
    return site.count("measured")


def a_person_in_health_gets_a_slip(site):
    to_measuring(site)
    finish(site)
    estimate = last_estimate(site)
    assert abs(estimate - 36600) <= 150, f"36.6 was measured as {estimate}"


def a_fever_is_a_fever(site):
    to_measuring(site)
    before = readings(site)
    site.body(38.6)
    site.wait_state("rest", seconds=LIMIT_S)
    until("its record", LIMIT_S, lambda: readings(site) > before)
    estimate = last_estimate(site)
    assert abs(estimate - 38600) <= 150, f"38.6 was measured as {estimate}"
    site.wait_state("measuring", seconds=LIMIT_S)
    site.wait_state("done", seconds=LIMIT_S)
    assert site.count("flagged") == 1
    site.tell("step away")
    site.tell("card lift")
    site.press("primary", "welcome", seconds=40)


def no_fault_ends_as_a_temperature(site, faults):
    for fault, mend in faults:
        try:
            to_measuring(site)
            before = readings(site)
            site.tell(fault)
            site.body(36.6)
            site.wait_state("trouble", seconds=LIMIT_S)
            assert readings(site) == before, "a reading came out of a fault"
            site.tell("step away")
            site.tell(mend)
            site.wait_state("measuring", seconds=LIMIT_S)
            assert readings(site) == before
            finish(site)
        except (Failed, AssertionError) as failure:
            raise Failed(f"{fault}: {failure}") from failure


def what_is_too_cold_for_the_pulses_is_no_reading(site):
    """The chip shows 30 to 45 degrees: a wall at 22 is not somebody at 30."""
    to_measuring(site)
    before = readings(site)
    site.tell("skin 22")
    site.tell("step front")
    site.wait_state("trouble", "write-down", "printing", "done", "place", seconds=60)
    assert readings(site) == before, "a reading came out of what the sensor cannot show"


def without_a_room_temperature_it_does_not_start():
    with Site(build, config="[thermometer]\nway=pwm\n") as site:
        done = subprocess.run([site.program("threshold-kiosk"), "--config", site.config], env=site.environment(),
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        assert done.returncode == 1, done.returncode
        assert "[screening] room-temperature" in done.stderr, done.stderr


def by_pulses():
    with open_site("pwm", "pwm single") as site:
        a_person_in_health_gets_a_slip(site)
        a_fever_is_a_fever(site)
        no_fault_ends_as_a_temperature(site, PULSES)


def by_pulses_of_both_temperatures():
    with open_site("pwm-extended", "pwm extended", "room 24.18") as site:
        a_person_in_health_gets_a_slip(site)
        what_is_too_cold_for_the_pulses_is_no_reading(site)


def by_the_kernel():
    with open_site("iio", "room 24.18", "iio plug mlx90614") as site:
        a_person_in_health_gets_a_slip(site)
        a_fever_is_a_fever(site)
        no_fault_ends_as_a_temperature(site, KERNEL)
        site.wait_state("welcome", seconds=LIMIT_S)
        site.tell("iio unplug")
        site.wait_state("trouble", seconds=LIMIT_S)
        site.tell("iio emissivity 0.979994016")
        site.tell("iio plug mlx90614")
        until("its refusal", LIMIT_S, lambda: "must be 1" in site.log_tail())
        assert site.state() == "trouble"
        site.tell("iio emissivity 1")
        site.wait_state("welcome", seconds=LIMIT_S)


def by_the_kernel_and_its_place():
    with open_site("iio-named", "room 24.18", "iio plug mlx90632") as site:
        a_person_in_health_gets_a_slip(site)


if __name__ == "__main__":
    build = sys.argv[1] if len(sys.argv) > 1 else "build"
    run_tests([
        ("without a room temperature it does not start", without_a_room_temperature_it_does_not_start),
        ("by pulses", by_pulses),
        ("by pulses of both temperatures", by_pulses_of_both_temperatures),
        ("by the kernel", by_the_kernel),
        ("by the kernel and its place", by_the_kernel_and_its_place),
    ])
