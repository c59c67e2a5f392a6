#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/traces/*.csv: what an MLX90614-DCC at 3.3 V sees of invented people, ten times a second.

The model: a forehead of emissivity 0.98 fills a share of the view before a room of 24 °C; the sensor settles in 0.14 s
and has 0.18 °C rms of noise; its supply adds 0.6 °C a volt above 3 V; words of 0.02 °C. Each file says in its head what
must come of it: a body estimate (°C, tolerance) at most so many seconds after the forehead is in range, or none; and what
the person was told. tests/test-traces.c holds the product to it.
"""
import math
import os
import random

STEP_MS = 100
ROOM = 24.0
EMISSIVITY = 0.98
K = 0.20
KELVIN = 273.15


def word(celsius):
    return round((celsius + KELVIN) * 50)


def seen(skin, share):
    """Radiation adds by the fourth power: skin mirrors a little of the room, and fills a share of the view."""
    radiated = EMISSIVITY * (skin + KELVIN) ** 4 + (1 - EMISSIVITY) * (ROOM + KELVIN) ** 4
    mixed = share * radiated + (1 - share) * (ROOM + KELVIN) ** 4
    return mixed ** 0.25 - KELVIN


def body(skin):
    return ROOM + (1 + K) * (skin - ROOM)


def ramp(t, start, end):
    return min(1.0, max(0.0, (t - start) / (end - start)))


def lean_in(t, start=0.5, end=1.8, least=0.2):
    return None if t < start else least + (1 - least) * ramp(t, start, end)


# Each takes seconds and gives (skin °C, share of the view or None for nobody).
def approach(t):
    return 34.6, lean_in(t)


def slow_fever(t):
    return 36.2, lean_in(t, 0.5, 4.5, 0.5)


def still_fever(t):
    return 36.4, lean_in(t, 0.3, 0.6)


def sway(t):
    return 34.6, lean_in(t) if t < 1.8 else (0.8 + 0.2 * math.sin(t * 2 * math.pi / 1.1) if t < 5.5 else 1.0)


def hair(t):
    return (30.2 if t < 5 else 34.6), lean_in(t)


def hat(t):
    return 29.4, lean_in(t)


def cold(t):
    return 30.6 + 0.03 * t, lean_in(t)


def cool(t):
    return 32.3, lean_in(t)


def hot_drink(t):
    return (58.0 if 2.0 <= t < 2.7 else 34.7), lean_in(t)


def walks_by(t):
    return 34.6, math.sin((t - 1) * math.pi) if 1 < t < 2 else (math.sin((t - 4) * math.pi / 0.7) if 4 < t < 4.7 else None)


def far(t):
    return 34.6, lean_in(t) and 0.15


def fidgets(t):
    return 34.6, lean_in(t) and 0.72 + 0.28 * math.sin(t * 5.3) * math.sin(t * 1.7 + 1)


def two(t):
    if t < 1.4:
        return 36.6, lean_in(t, 0.2, 0.5)
    return 34.6, None if t < 1.8 else lean_in(t, 1.8, 2.6)


TRACES = [
    # file, what happens, function, seconds, in range from, expected (skin or None), tolerance, within, guides seen
    ("01-approach", "comes nearer for a second and a bit, and stands", approach, 8, 1.8, 34.6, 0.45, 2.0, "come closer hold"),
    ("02-slow-fever", "38.6 °C, comes nearer for four seconds: must not be read too early", slow_fever, 10, 4.5, 36.2, 0.45, 2.5, "come hold"),
    ("03-still-fever", "38.9 °C, stands at once", still_fever, 8, 0.6, 36.4, 0.45, 2.0, "come hold"),
    ("04-sways", "sways for four seconds, then stands", sway, 12, 5.5, 34.6, 0.45, 2.5, "come hold"),
    ("05-hair", "hair over the forehead, moved away after five seconds", hair, 12, 5.0, 34.6, 0.45, 2.5, "come hat"),
    ("06-hat-stays", "a hat that is not taken off: a low reading in the end, which leads to a rest and then to staff", hat, 14, 1.8, 29.4, 0.45, 11.0, "come hat"),
    ("07-from-the-cold", "from the cold: a low reading in the end", cold, 14, 1.8, 30.9, 0.5, 11.0, "come hat"),
    ("08-cool", "a cool forehead is a low reading at once", cool, 8, 1.8, 32.3, 0.45, 2.5, "come hold"),
    ("09-hot-drink", "a cup with a hot drink passes in front", hot_drink, 10, 2.7, 34.7, 0.45, 2.5, "come closer hold"),
    ("10-walks-by", "two people walk by", walks_by, 8, None, None, 0, 0, "come"),
    ("11-far", "stands too far away", far, 12, None, None, 0, 0, "come closer"),
    ("12-fidgets", "never stands still", fidgets, 12, None, None, 0, 0, "come"),
    ("13-two-people", "somebody with 39.1 °C leaves again at once, another comes", two, 8, 2.6, 34.6, 0.45, 2.0, "come hold"),
    ("14-supply-step", "the supply falls by 0.2 V while somebody is read", approach, 8, 1.8, 34.6, 0.55, 2.0, "come hold"),
    ("15-bus-fault", "the bus is silent for a second", approach, 10, 1.8, 34.6, 0.45, 3.5, "come hold"),
    ("16-brown-out", "the chip browns out: error bits and all ones", approach, 10, 1.8, 34.6, 0.45, 3.5, "come hold"),
]


def write(folder, number, trace):
    name, what, follow, seconds, in_range, skin, tolerance, within, guides = trace
    noise = random.Random(20261122 + number)
    at = ROOM
    lines = [f"# SPDX-License-Identifier: GPL-3.0-or-later\n# {what}\n"]
    if skin is None:
        lines.append("# expect none\n")
    else:
        lines.append(f"# expect {body(skin):.2f} {tolerance:.2f} in-range {round(in_range * 1000)} within {round(within * 1000)}\n")
    lines.append(f"# guides {guides}\nms,present,object,ambient\n")
    for ms in range(0, seconds * 1000, STEP_MS):
        t = ms / 1000
        skin_now, share = follow(t)
        goal = seen(skin_now, share) if share else ROOM
        at += (goal - at) * (1 - math.exp(-STEP_MS / 1000 / 0.06))
        supply = 3.3
        if name == "14-supply-step" and t >= 2.3:
            supply = 3.1
        more = 0.6 * (supply - 3.0)
        see = word(at + more + noise.gauss(0, 0.18))
        own = word(ROOM + more)
        if name == "15-bus-fault" and 2.0 <= t < 3.0:
            continue
        if name == "16-brown-out" and 2.0 <= t < 2.8:
            see, own = (0xFFFF, 0xFFFF) if ms % 200 else (see | 0x8000, own)
        lines.append(f"{ms},{0 if share is None else 1},{see},{own}\n")
    with open(os.path.join(folder, name + ".csv"), "w", encoding="utf-8") as f:
        f.writelines(lines)


def main():
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "traces")
    os.makedirs(folder, exist_ok=True)
    for number, trace in enumerate(TRACES):
        write(folder, number, trace)


if __name__ == "__main__":
    main()
