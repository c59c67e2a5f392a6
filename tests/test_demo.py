#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`./dev demo` on a display: the kiosk is shown and can be touched, and ending it leaves nothing behind.

    tests/test_demo.py BUILD
"""
import os
import signal
import subprocess
import sys

from kit import SOURCE, run_tests, start_display, until

build = os.path.abspath(sys.argv[1])
desk = None
demo = None


def call(*argv):
    return subprocess.run(argv, env={**os.environ, "DISPLAY": desk}, check=False, capture_output=True).stdout


def heading():
    """The part of the desk where the kiosk's heading is shown."""
    return call("import", "-silent", "-window", "root", "-crop", "600x120+60+150", "rgb:-")


def start():
    global demo
    env = {**os.environ, "DISPLAY": desk, "THRESHOLD_BUILD": build, "LC_ALL": "C.UTF-8"}
    env.pop("WAYLAND_DISPLAY", None)
    demo = subprocess.Popen([os.path.join(SOURCE, "tests", "demo")], env=env, start_new_session=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    until("a kiosk is shown", 30, lambda: len(set(heading())) > 64)


def is_over():
    """No process of the demo is left; its shell is not to be waited for twice."""
    if demo.poll() is None:
        return False
    try:
        os.killpg(demo.pid, 0)
    except ProcessLookupError:
        return True
    return False


def a_press_in_the_window_reaches_the_kiosk():
    start()
    before = heading()
    # The welcome page's button of simplified Chinese: the picture is 1330 pixels wide, or a little less.
    call("xdotool", "mousemove", "180", "715", "click", "1")
    until("the page is in Chinese", 10, lambda: heading() != before)


def ctrl_c_ends_everything():
    os.killpg(demo.pid, signal.SIGINT)
    until("all programs have ended", 15, is_over)
    assert demo.returncode == 130, demo.returncode


def closing_the_window_ends_everything():
    start()
    window = call("xdotool", "search", "--name", "Threshold bench").split()
    assert window
    call("xdotool", "windowclose", window[0].decode())
    until("all programs have ended", 15, is_over)


def main():
    global desk
    xvfb, desk = start_display(1920, 1080)
    try:
        run_tests([(f.__name__.replace("_", " "), f) for f in (
            a_press_in_the_window_reaches_the_kiosk, ctrl_c_ends_everything, closing_the_window_ends_everything)])
    finally:
        if demo is not None and not is_over():
            os.killpg(demo.pid, signal.SIGTERM)
            demo.wait()
        xvfb.terminate()
        xvfb.wait()


if __name__ == "__main__":
    main()
