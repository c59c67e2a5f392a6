# SPDX-License-Identifier: GPL-3.0-or-later
"""What system tests, the demo and the benchmark share: a display, the bench, and the shipped programs on them.

The programs are the built ones, unmodified. Touches are input events of the display, screenshots are of that display,
what the kiosk does is read from what it tells systemd (READY, STATUS) and from what the emulated printer received.
"""
import json
import os
import re
import selectors
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PEOPLE = os.path.join(SOURCE, "tests", "data", "people")

# Where the resident screens keep their buttons, as fractions of the window: see ui/resident/README.md.
PLACES = {
    "primary": (0.75, 0.86),
    "secondary": (0.25, 0.86),
    "help": (0.88, 0.08),
    "back": (0.14, 0.08),
    "zh_CN": (0.13, 0.86),
    "zh_TW": (0.325, 0.86),
    "en": (0.52, 0.86),
    "no-card": (0.81, 0.86),
}
for row, keys in enumerate(("12345<", "67890X")):
    for column, key in enumerate(keys):
        PLACES["key-" + key] = (0.0467 + 0.1533 * column + 0.07, 0.435 + 0.165 * row + 0.0725)

# The kiosk takes no touch within this time after a page has changed (tap-guard-ms); people are slower anyway.
TAP_GUARD_S = 0.35


def chip_celsius(body, room=24.0):
    """What the uncorrected chip shows for somebody whose body estimate is to be `body`: the sums of kiosk/screening.c,
    backwards (heat balance k = 0.20, emissivity 0.98, 3.3 V)."""
    skin = room + (body - room) / 1.2 + 273.15
    seen = (0.98 * skin**4 + 0.02 * (room + 273.15) ** 4) ** 0.25 - 273.15
    return seen + 0.6 * 0.3


def check_digit(body):
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(c) * w for c, w in zip(body, weights)) % 11]


def invented_card(n, path, born="199001"):
    """Test card A with another number, the nth of a month: a reply as the reader sends it, written to path; the number."""
    with open(os.path.join(SOURCE, "tests", "data", "card-A.hex")) as f:
        frame = bytearray(bytes.fromhex(f.read()))
    body = f"110101{born}{1 + n // 999 % 28:02d}{n % 999 + 1:03d}"
    number = body + check_digit(body)
    frame[14 + 36 : 14 + 52] = number[6:14].encode("utf-16-le")
    frame[14 + 122 : 14 + 158] = number.encode("utf-16-le")
    checksum = 0
    for byte in frame[5:-1]:
        checksum ^= byte
    frame[-1] = checksum
    with open(path, "w") as f:
        f.write(frame.hex())
    return number


class Failed(Exception):
    pass


def until(what, seconds, ask, pause=0.02):
    """Asks again and again until the answer is true; the answer."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() >= end:
            raise Failed(f"{what}: not within {seconds} s")
        time.sleep(pause)


def threads_of(pid):
    """A line for each thread: its name, its state, and what it waits for in the kernel."""
    lines = ""
    for task in sorted(os.listdir(f"/proc/{pid}/task"), key=int):
        words = []
        for name in ("comm", "wchan", "syscall"):
            try:
                with open(f"/proc/{pid}/task/{task}/{name}") as f:
                    words.append(f.read().strip())
            except OSError:
                words.append("?")
        lines += f"  {task} " + " | ".join(words) + "\n"
    return lines


def start_display(width, height):
    """A virtual display of its own: the process and its name."""
    read, write = os.pipe()
    xvfb = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[write], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    number = b""
    while not number.endswith(b"\n"):
        more = os.read(read, 16)
        if not more:
            raise Failed("Xvfb did not start")
        number += more
    os.close(read)
    return xvfb, ":" + number.decode().strip()


def photograph(display, path):
    """The display once it has stopped changing, or after a second: pages with a live gauge never do."""
    env = {**os.environ, "DISPLAY": display}
    end = time.monotonic() + 1
    before = None
    while True:
        picture = subprocess.run(["import", "-silent", "-window", "root", "png:-"], env=env, check=True,
                                 capture_output=True).stdout
        if picture == before or time.monotonic() > end:
            break
        before = picture
    with open(path, "wb") as f:
        f.write(picture)


def is_painted(display):
    """A window that is there may still be black."""
    small = subprocess.run(["import", "-silent", "-window", "root", "-resize", "64x40!", "rgb:-"],
                           env={**os.environ, "DISPLAY": display}, check=True, capture_output=True).stdout
    return len(set(small)) > 8


MANAGER, MANAGER_PIN = "LI MIN", "284613"


class Site:
    def __init__(self, build, size=(1280, 800), config="", lanes=None):
        self.build = os.path.abspath(build)
        self.dir = tempfile.mkdtemp(prefix="th-", dir="/tmp")
        self.size = size
        self.children = []
        self.kiosk = None
        self.statuses = []
        self.ready_at = None
        self.lock = threading.Condition()
        self.xvfb, self.display = start_display(*size)
        self.staff = self.staff_xvfb = None
        self.start_bench()
        self.config = os.path.join(self.dir, "threshold.conf")
        self.state_dir = os.path.join(self.dir, "state")
        self.write_config(config)

    # --- set-up ---

    def program(self, name):
        for folder in ("ui/resident", "ui/staff", "kiosk", "tests/bench", "ui"):
            path = os.path.join(self.build, folder, name)
            if os.path.exists(path):
                return path
        raise Failed(f"{name} is not built in {self.build}")

    def start_bench(self):
        self.bench_dir = os.path.join(self.dir, "bench")
        os.mkdir(self.bench_dir)
        self.bench = subprocess.Popen(
            [self.program("threshold-bench"), "--dir", self.bench_dir], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=open(os.path.join(self.dir, "bench.log"), "w"))
        until("the bench", 20, lambda: os.path.exists(os.path.join(self.bench_dir, "ready")))
        self.control = None

    def write_config(self, extra):
        with open(self.config, "w") as f:
            f.write(f"[screening]\nwarm-up-minutes=0\n[threshold]\nstate-dir={self.state_dir}\n{extra}\n")
        self.confirmed = False
        self.opened = False

    def environment(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "GTK_", "GSK_", "GDK_"))}
        env.update(DISPLAY=self.display, THRESHOLD_LOCALEDIR=os.path.join(self.build, "po"),
                   DBUS_SESSION_BUS_ADDRESS="disabled:", GDK_BACKEND="x11")
        env.pop("WAYLAND_DISPLAY", None)
        env.setdefault("ASAN_OPTIONS", "detect_leaks=0:verify_asan_link_order=0")
        return env

    # --- the bench ---

    def tell(self, command, timeout=30):
        """One control command; its answer without the ok."""
        if self.control is None:
            self.control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.control.connect(os.path.join(self.bench_dir, "control"))
            self.control_file = self.control.makefile("r", encoding="utf-8")
        self.control.settimeout(timeout)
        self.control.sendall(command.encode() + b"\n")
        answer = self.control_file.readline().strip()
        if not answer.startswith("ok"):
            raise Failed(f"bench: {command}: {answer}")
        return answer[2:].strip()

    def slips(self):
        return int(self.tell("slips"))

    # --- programs ---

    def listen(self, path):
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(path)

        def hear(sock):
            while True:
                try:
                    message = sock.recv(4096).decode("utf-8", "replace")
                except OSError:
                    return
                with self.lock:
                    for line in message.split("\n"):
                        if line == "READY=1":
                            self.ready_at = time.monotonic()
                        elif line.startswith("STATUS="):
                            self.statuses.append((time.monotonic(), line[7:]))
                    self.lock.notify_all()

        threading.Thread(target=hear, args=(self.notify,), daemon=True).start()

    def confirm(self):
        """A site that is not calibrated opens when a manager has confirmed that."""
        if MANAGER not in self.ctl("staff", "list", check=False).split("\n"):
            self.ctl("staff", "add", MANAGER, "--role", "manager", "--pin-stdin", stdin=MANAGER_PIN + "\n")
        self.ctl("screening", "confirm-uncalibrated", "--by", MANAGER, "--pin-stdin", stdin=MANAGER_PIN + "\n")
        self.confirmed = True

    def open_day(self):
        """A person has looked at date and time."""
        self.ctl("day", "open", "--yes", "--by", MANAGER)
        self.opened = True

    def start_kiosk(self, wait=True):
        if not self.confirmed:
            self.confirm()
        if not self.opened:
            self.open_day()
        if not hasattr(self, "notify"):
            self.notify_path = os.path.join(self.dir, "notify")
            self.listen(self.notify_path)
        with self.lock:
            self.statuses = []
            self.ready_at = None
        env = self.environment()
        env["NOTIFY_SOCKET"] = self.notify_path
        self.kiosk_log = open(os.path.join(self.dir, "kiosk.log"), "a")
        self.started_at = time.monotonic()
        self.kiosk = subprocess.Popen(
            [self.program("threshold-bench"), "run", self.bench_dir, self.program("threshold-kiosk"), "--config",
             self.config], env=env, stdin=subprocess.DEVNULL, stdout=self.kiosk_log, stderr=self.kiosk_log)
        if wait:
            self.wait_ready()

    def wait_ready(self, seconds=20):
        """Until the first frame is up. A kiosk that has ended, or hangs, is said to have, and where."""
        end = time.monotonic() + seconds
        with self.lock:
            while not self.lock.wait_for(lambda: self.ready_at, 0.2):
                if self.kiosk.poll() is not None:
                    raise Failed(f"the kiosk ended ({self.kiosk.returncode}) before its first frame; its log:\n"
                                 + self.log_tail())
                if time.monotonic() > end:
                    raise Failed("the kiosk's first frame did not come; its threads wait in:\n"
                                 + threads_of(self.kiosk.pid) + "and its log says:\n" + self.log_tail())

    def log_tail(self, lines=30):
        with open(os.path.join(self.dir, "kiosk.log"), errors="replace") as f:
            return "".join(f.readlines()[-lines:])

    def state(self):
        with self.lock:
            return self.statuses[-1][1] if self.statuses else ""

    def wait_state(self, *names, seconds=10):
        with self.lock:
            if not self.lock.wait_for(lambda: self.statuses and self.statuses[-1][1] in names, seconds):
                raise Failed(f"the kiosk shows '{self.statuses[-1][1] if self.statuses else ''}', not "
                             f"{' or '.join(names)}, after {seconds} s\n" + self.log_tail())
            return self.statuses[-1][1]

    def kill_kiosk(self):
        self.kiosk.send_signal(signal.SIGKILL)
        self.kiosk.wait()

    def stop_kiosk(self):
        self.kiosk.send_signal(signal.SIGTERM)
        return self.kiosk.wait(20)

    def ctl(self, *args, stdin=None, check=True):
        done = subprocess.run([self.program("thresholdctl"), "--config", self.config, *args], env=self.environment(),
                              input=stdin, capture_output=True, text=True, timeout=60)
        if check and done.returncode != 0:
            raise Failed(f"thresholdctl {' '.join(args)}: {done.returncode}: {done.stderr}")
        return done.stdout

    def summary(self):
        return json.loads(self.ctl("records", "summary", "--json"))

    # --- a person ---

    def body(self, celsius, room=24.0):
        """Somebody with this body temperature steps in front."""
        self.tell(f"room {room + 0.18:.2f}")
        self.tell(f"skin {chip_celsius(celsius, room):.2f}")
        self.tell("step front")

    def choose(self, place):
        """A touch that waits until the page has been there long enough to be meant."""
        with self.lock:
            shown = self.statuses[-1][0] if self.statuses else 0
        shown = max(shown, getattr(self, "chosen_at", 0))
        pause = shown + TAP_GUARD_S - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        self.touch(place)
        self.chosen_at = time.monotonic()

    def press_until(self, place, condition, seconds=10):
        """Touches until it has had its effect: a touch may come before the page that it is meant for is drawn."""
        end = time.monotonic() + seconds
        while True:
            self.touch(place)
            try:
                return until(f"the touch on {place}", 0.7, condition, pause=0.005)
            except Failed:
                if time.monotonic() > end:
                    raise

    def press(self, place, *states, seconds=10):
        return self.press_until(place, lambda: self.state() in states, seconds)

    def ask(self, sql):
        """A question to the records, as any reader of the file may put it; [] while there is no file."""
        try:
            db = sqlite3.connect(f"file:{self.state_dir}/records.db?mode=ro", uri=True, timeout=5)
        except sqlite3.Error:
            return []
        try:
            return db.execute(sql).fetchall()
        except sqlite3.Error:
            return []
        finally:
            db.close()

    def count(self, kind):
        answer = self.ask(f"SELECT count(*) FROM events WHERE kind = '{kind}'")
        return answer[0][0] if answer else 0

    def to_measuring(self, consent=True):
        """From the identity page through the questions, as fast as the kiosk records them."""
        self.wait_state("identity")
        self.press("primary", "questions")
        for place in ("secondary", "secondary", "secondary", "primary" if consent else "secondary"):
            before = self.count("answered")
            self.press_until(place, lambda: self.count("answered") > before)
        self.wait_state("measuring" if consent else "not-today")

    def answer(self, *answers):
        """The questions in order: "no", "yes"; the last is consent."""
        for word in answers:
            self.choose("primary" if word == "yes" else "secondary")

    def touch(self, place):
        x, y = PLACES[place] if isinstance(place, str) else place
        width, height = self.size
        subprocess.run(["xdotool", "mousemove", str(int(x * width)), str(int(y * height)), "click", "1"],
                       env={**os.environ, "DISPLAY": self.display}, check=True)

    def photograph(self, path):
        photograph(self.display, path)

    # --- staff, on a display of their own ---

    def start_staff(self, name, pin):
        if name != MANAGER or not self.confirmed:
            self.ctl("staff", "add", name, "--role", "manager", "--pin-stdin", stdin=pin + "\n")
        self.staff_xvfb, self.staff_display = start_display(1280, 800)
        env = {**self.environment(), "DISPLAY": self.staff_display}
        self.staff_log = open(os.path.join(self.dir, "staff.log"), "a")
        self.staff = subprocess.Popen([self.program("threshold-staff"), "--config", self.config], env=env,
                                      stdin=subprocess.DEVNULL, stdout=self.staff_log, stderr=self.staff_log)
        until("the staff window", 20, self.staff_window)
        until("its first frame", 20, lambda: is_painted(self.staff_display))

    def staff_window(self):
        return subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "threshold-staff"],
                              env={**os.environ, "DISPLAY": self.staff_display}, capture_output=True).stdout

    def keys(self, *keys):
        """Keys at the staff's keyboard."""
        for key in keys:
            subprocess.run(["xdotool", "key", key], env={**os.environ, "DISPLAY": self.staff_display}, check=True)

    def type(self, text):
        subprocess.run(["xdotool", "type", text], env={**os.environ, "DISPLAY": self.staff_display}, check=True)

    def close(self, keep=False):
        for process in (self.kiosk, self.staff, self.staff_xvfb, self.bench, self.xvfb):
            if process is not None and process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
        if not keep:
            shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        # Whoever stops us (meson, when the time is up) stops our programs too.
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
        return self

    def __exit__(self, kind, value, trace):
        self.close(keep=kind is not None and os.environ.get("KEEP") == "1")


def run_tests(tests):
    """TAP on standard output for meson; each test is (name, function). Exit status 1 when one failed."""
    import traceback

    print(f"1..{len(tests)}", flush=True)
    bad = 0
    for i, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {i} {name}", flush=True)
        except Exception:  # noqa: BLE001 - a test may fail in any way
            bad += 1
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            print(f"not ok {i} {name}", flush=True)
    sys.exit(1 if bad else 0)
