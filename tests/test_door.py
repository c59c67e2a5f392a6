#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped kiosk at the door: every device missing, silent or talking nonsense, in every page, and back again.

    tests/test_door.py BUILD
"""
import glob
import os
import subprocess
import sys
import time

from kit import Failed, Site, invented_card, run_tests, until

CONFIG = """
[screening]
rest-seconds=5
[scanner]
serial=/dev/ttyACM0
keyboard=05e0:1200
[timeouts]
tap-guard-ms=0
done-seconds=5
trouble-seconds=60
"""

# The product's promise is 2 s; the machine that runs this is slow, sanitized and shared.
LIMIT_S = 10

site = None
people = []
times = []


def next_card():
    """Nobody comes twice: a new invented person each time."""
    path = os.path.join(site.dir, "next-card.hex")
    people.append(invented_card(len(people), path))
    return path


def noticed(fault, mend, device):
    """From the welcome page: a screen says so, and all is well by itself afterwards."""
    site.wait_state("welcome", seconds=20)
    start = time.monotonic()
    site.tell(fault)
    site.wait_state("trouble", seconds=LIMIT_S)
    times.append((f"{fault}: shown", time.monotonic() - start))
    until("the record says so", 5, lambda: states().get(device) not in ("ready", None))
    start = time.monotonic()
    for command in mend:
        site.tell(command)
    site.wait_state("welcome", seconds=LIMIT_S)
    times.append((f"{mend[-1]}: working again", time.monotonic() - start))


def readings():
    return site.count("measured")


def states():
    """What staff screens are told of the devices."""
    return dict(site.ask("SELECT device, state FROM device_states"))


def to_measuring():
    site.wait_state("welcome", seconds=20)
    site.tell("card put " + next_card())
    site.to_measuring()


def finish(slips=1):
    before = site.slips()
    site.body(36.6)
    site.wait_state("done", seconds=20)
    until("the slip", 10, lambda: site.slips() >= before + slips)
    go()


def go():
    site.tell("step away")
    site.tell("card lift")
    site.press("primary", "welcome", seconds=40)


def a_visit_ends_with_a_slip():
    to_measuring()
    finish()


def faults_at_the_door():
    for fault, mend, device in (
        ("reader unplug", ["reader plug"], "reader"),
        ("reader silent", ["reader normal"], "reader"),
        ("reader garble", ["reader normal"], "reader"),
        ("reader stall", ["reader normal"], "reader"),
        ("printer unplug", ["printer plug"], "printer"),
        ("printer silent", ["printer normal"], "printer"),
        ("printer garble", ["printer normal"], "printer"),
        ("paper out", ["paper ok"], "printer"),
        ("cover open", ["cover closed"], "printer"),
        ("sensor absent", ["sensor normal"], "thermometer"),
        ("sensor stuck", ["sensor normal"], "thermometer"),
        ("sensor bad-pec 1", ["sensor normal"], "thermometer"),
        ("sensor error-bit", ["sensor normal"], "thermometer"),
        ("sensor unplug", ["sensor normal"], "thermometer"),
    ):
        try:
            noticed(fault, mend, device)
        except Failed as failure:
            raise Failed(f"{fault}: {failure}") from failure


def a_sensor_fault_is_never_a_normal_temperature():
    for fault in ("sensor absent", "sensor stuck", "sensor bad-pec 1", "sensor error-bit", "sensor unplug"):
        to_measuring()
        site.tell(fault)
        site.tell("step front")
        site.wait_state("trouble", seconds=LIMIT_S)
        before = readings()
        site.tell("sensor normal")
        site.wait_state("measuring", seconds=LIMIT_S)
        assert readings() == before, "a reading came out of a fault"
        finish()


def the_reader_may_go_when_the_card_is_read():
    to_measuring()
    site.tell("reader unplug")
    site.body(36.6)
    site.wait_state("done", seconds=20)
    site.tell("step away")
    site.wait_state("trouble", seconds=20)
    site.tell("card lift")
    site.tell("reader plug")
    site.wait_state("welcome", seconds=LIMIT_S)


def paper_trouble_in_mid_visit_keeps_the_place():
    for fault, mend in (("paper out", "paper ok"), ("cover open", "cover closed"), ("printer unplug", "printer plug"),
                        ("printer silent", "printer normal")):
        to_measuring()
        site.tell(fault)
        before = site.slips()
        site.body(36.6)
        site.wait_state("trouble", seconds=LIMIT_S + 4)
        assert site.slips() == before
        site.tell(mend)
        site.wait_state("done", seconds=LIMIT_S + 6)
        until("the slip", 10, lambda: site.slips() == before + 1)
        go()


def a_printer_that_dies_in_a_slip_leaves_it_uncertain():
    to_measuring()
    site.tell("printer unplug-after 9000")
    site.body(36.6)
    site.wait_state("done", seconds=20)
    site.tell("step away")
    site.tell("card lift")
    site.press("primary", "trouble")
    site.tell("printer plug")
    site.wait_state("welcome", seconds=LIMIT_S)
    assert site.summary()["slips"]["uncertain"] >= 1


def ctl(*words):
    return subprocess.run([site.program("thresholdctl"), *words], check=True, capture_output=True, text=True).stdout.strip()


def to_done():
    """From the identity page to the slip."""
    before = site.slips()
    site.to_measuring()
    site.body(36.6)
    site.wait_state("done", seconds=20)
    until("the slip", 10, lambda: site.slips() > before)
    site.tell("step away")
    site.press("primary", "welcome")


def an_appointment_by_either_scanner():
    site.wait_state("welcome", seconds=20)
    for scanner, token in (("scanner", token_of("4711-A")), ("keyboard", token_of("4712-B"))):
        site.tell(scanner + " plug")
        until("it is found", 5, lambda: states().get("scanner") == "ready")
        until("the keys are the kiosk's alone", 5,
              lambda: scanner == "scanner" or site.tell("keyboard grabbed") == "1")
        site.tell(f"{scanner} scan {token}")
        to_done()
        site.tell(f"{scanner} scan {token}")
        site.wait_state("place", seconds=LIMIT_S)
        site.press("primary", "welcome")


def a_slip_is_scanned():
    token = site.ask("SELECT token FROM tickets ORDER BY issued_at_us LIMIT 1")[0][0]
    site.tell(f"scanner scan {token}")
    site.wait_state("place", seconds=LIMIT_S)
    site.press("primary", "welcome")


def scan_until(code, state):
    """Nobody scans two codes within a third of a second, and no scanner is believed that says so."""
    end = time.monotonic() + LIMIT_S
    while True:
        site.tell(f"scanner scan {code}")
        try:
            return site.wait_state(state, seconds=1)
        except Failed:
            if time.monotonic() > end:
                raise


def codes_of_no_use_get_an_answer():
    forged = token_of("4713")
    forged = forged[:40] + ("A" if forged[40] != "A" else "B") + forged[41:]
    for code in ("WIFI:T:WPA", forged, token_of("4714", "--date", "2020-01-01"), token_of("4715", "--site", "north"), "f" * 32):
        scan_until(code, "not-today")
        site.press("primary", "welcome")
    assert site.ask("SELECT count(DISTINCT body) FROM events WHERE kind = 'left' AND body LIKE '%code-%'")[0][0] == 5


def a_scanner_that_is_gone_closes_nothing():
    site.tell("scanner unplug")
    site.tell("keyboard unplug")
    until("staff are told", 5, lambda: states().get("scanner") == "absent")
    a_visit_ends_with_a_slip()
    site.tell("scanner plug")
    until("it is back", 5, lambda: states().get("scanner") == "ready")


def token_of(number, *words):
    return ctl("token", "sign", "--key", os.path.join(site.dir, "key"), "--id", number, *words)


def a_keyboard_does_nothing():
    site.wait_state("welcome", seconds=20)
    for key in ("Escape", "Return", "space", "Tab", "F1", "F11", "ctrl+shift+i", "ctrl+shift+d", "alt+F4", "ctrl+q", "Menu"):
        subprocess.run(["xdotool", "key", key], env={**os.environ, "DISPLAY": site.display}, check=True)
    assert site.kiosk.poll() is None
    a_visit_ends_with_a_slip()


def a_device_that_could_not_be_opened_once_is_found_again():
    """libusb strikes a device off its list when opening it fails: a node that udev was slow to make."""
    site.wait_state("welcome", seconds=20)
    assert site.stop_kiosk() == 0
    nodes = sorted(glob.glob(os.path.join(site.bench_dir, "umockdev.*", "dev", "bus", "usb", "001", "00[2-9]")))
    assert nodes
    for node in nodes:
        os.rename(node, node + "-away")
    site.start_kiosk()
    site.wait_state("trouble", seconds=LIMIT_S)
    for node in nodes:
        os.rename(node + "-away", node)
    site.wait_state("welcome", seconds=LIMIT_S)
    a_visit_ends_with_a_slip()


def nothing_personal_is_logged():
    import re

    with open(os.path.join(site.dir, "kiosk.log"), errors="replace") as f:
        log = f.read()
    assert not re.search(r"\d{17}[\dX]", log), "an identity number is in the log"
    assert not re.search(r"[一-鿿]", log), "a name is in the log"


def main():
    global site
    with Site(sys.argv[1], config=CONFIG) as site:
        key = ctl("token", "make-key", os.path.join(site.dir, "key"))
        site.write_config(f"{CONFIG}[appointments]\npublic-keys={key}")
        site.start_kiosk()
        try:
            run_tests([(f.__name__.replace("_", " "), f) for f in (
                a_visit_ends_with_a_slip, faults_at_the_door, a_sensor_fault_is_never_a_normal_temperature,
                the_reader_may_go_when_the_card_is_read, paper_trouble_in_mid_visit_keeps_the_place,
                a_device_that_could_not_be_opened_once_is_found_again,
                a_printer_that_dies_in_a_slip_leaves_it_uncertain, an_appointment_by_either_scanner, a_slip_is_scanned,
                codes_of_no_use_get_an_answer, a_scanner_that_is_gone_closes_nothing, a_keyboard_does_nothing,
                nothing_personal_is_logged)])
        finally:
            for what, seconds in times:
                print(f"# {what} after {seconds:.2f} s")


if __name__ == "__main__":
    main()
