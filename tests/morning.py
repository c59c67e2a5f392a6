#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A morning at the door: residents in three languages, with everything that goes wrong at a site, on emulated hardware.

    tests/morning.py BUILD OUT

Leaves in OUT a screenshot of every screen, every slip as the emulated printer's paper shows it, the staff screens, and
the day's summary. Ends with 1 when something did not happen as it must.
"""
import json
import os
import shutil
import sys

from kit import MANAGER, MANAGER_PIN, PEOPLE, Failed, Site, invented_card, photograph, until

CONFIG = """
site-name=Riverside vaccination site
site-name[zh_CN]=河滨疫苗接种点
site-name[zh_TW]=河濱疫苗接種站
notice=Today: people aged 60 and over. Please wear a mask.
notice[zh_CN]=今天接种对象：60岁及以上居民。请佩戴口罩。
notice[zh_TW]=今日接種對象：60歲以上長者。請配戴口罩。
[screening]
rest-seconds=5
[timeouts]
idle-seconds=10
done-seconds=5
trouble-seconds=60
"""

RULES = """
[phase from 12 on]
ages=12-
"""


class Morning:
    def __init__(self, build, out):
        self.out = out
        self.site = Site(build, config=CONFIG)
        rules = os.path.join(self.site.dir, "eligibility.rules")
        with open(rules, "w") as f:
            f.write(RULES)
        self.site.write_config(f"{CONFIG}[eligibility]\nrules={rules}\n")
        self.cards = sorted(os.path.join(PEOPLE, name) for name in os.listdir(PEOPLE) if name.endswith(".hex"))
        self.cards += [os.path.join(os.path.dirname(PEOPLE), name) for name in ("card-A.hex", "card-B.hex")]
        self.taken = 0
        self.shots = 0
        self.language = "zh_CN"
        self.story = []

    # --- small steps ---

    def shoot(self, name):
        self.shots += 1
        self.site.photograph(os.path.join(self.out, f"{self.shots:02d}-{self.language}-{name}.png"))

    def speak(self, language):
        self.language = language
        self.site.wait_state("welcome", seconds=40)
        self.site.choose(language)

    def next_card(self):
        card = self.cards[self.taken]
        self.taken += 1
        return card

    def tap(self, card=None):
        self.card = card or self.next_card()
        self.site.tell("card put " + self.card)

    def lift(self):
        self.site.tell("card lift")

    def say(self, text):
        self.story.append(text)
        print(text, flush=True)

    def identified(self, shots=False):
        self.site.wait_state("identity")
        if shots:
            self.shoot("identity")
        self.site.choose("primary")
        self.site.wait_state("questions")

    def asked(self, *answers, shots=False):
        for i, word in enumerate(answers):
            if shots:
                self.shoot(f"question-{i + 1}")
            self.site.answer(word)

    def to_thermometer(self):
        self.identified()
        self.asked("no", "no", "no", "yes")
        self.site.wait_state("measuring")

    def served(self, before, shot=None, seconds=20):
        """The last page, one more slip than before, and the person goes."""
        self.site.wait_state("done", seconds=seconds)
        if shot:
            self.shoot(shot)
        until("the slip", 10, lambda: self.slips == before + 1)
        self.goes()

    def goes(self):
        self.site.tell("step away")
        self.lift()
        self.site.wait_state("welcome", "trouble", seconds=30)

    @property
    def slips(self):
        return self.site.slips()

    def plain_visit(self, language, body=36.6, answers=("no", "no", "no", "yes"), shots=False):
        self.speak(language)
        if shots:
            self.shoot("welcome")
        self.tap()
        self.identified(shots)
        self.asked(*answers, shots=shots)
        self.site.wait_state("measuring")
        if shots:
            self.shoot("measuring")
            self.site.body(32.0)
            self.shoot("measuring-closer")
            self.site.tell("printer hold 3000")
        self.site.body(body)
        self.site.wait_state("printing", "done", "rest", seconds=15)

    # --- staff ---

    def shoot_staff(self, name):
        self.shots += 1
        photograph(self.site.staff_display, os.path.join(self.out, f"{self.shots:02d}-staff-{name}.png"))

    def staff_log_in(self):
        self.site.start_staff(MANAGER, MANAGER_PIN)
        before = self.site.count("staff_logged_in")
        self.shoot_staff("log-in")
        self.site.type(MANAGER_PIN)
        self.site.keys("Return")
        until("the staff log-in", 10, lambda: self.site.count("staff_logged_in") > before)
        self.shoot_staff("nobody-flagged")

    def decides(self, decision, name):
        """By keyboard: open the newest case, choose, take the first ready-made reason, decide."""
        before = self.site.count("reviewed")
        self.shoot_staff("flag-arrives")
        self.site.keys("ctrl+o")
        self.shoot_staff("case")
        self.site.keys(f"alt+{decision}", *["Tab"] * (4 - decision), "space")
        self.shoot_staff(f"case-{name}")
        self.site.keys("ctrl+Return")
        until("the decision", 10, lambda: self.site.count("reviewed") == before + 1)
        self.shoot_staff(f"decided-{name}")

    def calls(self):
        before = self.site.count("called")
        self.site.keys("ctrl+2")
        self.site.keys("F1")
        until("the call", 10, lambda: self.site.count("called") == before + 1)
        self.shoot_staff("queue")
        self.site.keys("ctrl+1")

    # --- residents ---

    def normal(self, language):
        before = self.slips
        self.plain_visit(language, shots=True)
        self.site.wait_state("printing", seconds=15)
        self.shoot("printing")
        self.site.tell("printer release")
        self.served(before, "done")
        self.say(f"{language}: normal temperature, a slip")

    def above_once(self, language):
        before = self.slips
        self.plain_visit(language, body=38.2)
        self.site.wait_state("rest")
        self.shoot("rest")
        self.site.body(36.7)
        self.site.wait_state("measuring", seconds=10)
        self.shoot("measuring-again")
        self.served(before)
        self.say(f"{language}: above the limit once, then normal")

    def above_twice(self, language):
        before = self.slips
        self.plain_visit(language, body=38.4)
        self.site.wait_state("rest")
        self.served(before, "done-health-desk", seconds=25)
        self.say(f"{language}: above the limit twice: same pages, the slip says where to go; a case for staff")

    def no_card(self, language):
        before = self.slips
        self.speak(language)
        self.site.choose("no-card")
        self.site.wait_state("number")
        for key in "440524188001010014":
            self.site.touch("key-" + key)
        self.shoot("number-wrong-year")
        self.site.choose("primary")
        self.shoot("number-problem")
        for _ in range(18):
            self.site.touch("key-<")
        for key in "11010519491231002X":
            self.site.touch("key-" + key)
        self.shoot("number")
        self.site.choose("primary")
        self.identified(shots=True)
        self.asked("no", "no", "no", "yes")
        self.site.wait_state("measuring")
        self.site.body(36.5)
        self.site.wait_state("done", seconds=20)
        until("the slip", 10, lambda: self.slips == before + 1)
        self.site.tell("step away")
        self.site.wait_state("welcome", seconds=30)
        self.say(f"{language}: no card, a number typed (wrong first)")

    def bad_card(self, language):
        self.speak(language)
        self.site.tell("card status 41")
        self.tap()
        self.site.wait_state("reading")
        self.shoot("reading-again")
        self.site.tell("card status ok")
        self.lift()
        before = self.slips
        self.site.tell("card put " + self.card)
        self.to_thermometer()
        self.site.body(36.4)
        self.served(before)
        self.say(f"{language}: a card that could not be read, lifted and put back")

    def same_card(self, language, card):
        before = self.slips
        self.speak(language)
        self.tap(card)
        self.site.wait_state("place")
        self.shoot("place")
        self.site.choose("secondary")
        self.served(before, "done-copy")
        self.say(f"{language}: the same card again: the same number, a marked copy")

    def paper_out(self, language):
        before = self.slips
        self.speak(language)
        self.tap()
        self.to_thermometer()
        self.site.tell("paper out")
        self.site.body(36.6)
        self.site.wait_state("trouble", seconds=15)
        self.shoot("trouble-paper-visit")
        self.site.tell("paper ok")
        self.served(before)
        self.say(f"{language}: paper out in the middle: the place was kept, the slip came")

    def paper_out_in_slip(self, language):
        self.speak(language)
        self.tap()
        self.to_thermometer()
        self.site.tell("paper out-after 12000")
        self.site.body(36.6)
        self.site.wait_state("done", seconds=25)
        self.shoot("done-uncertain")
        self.lift()
        self.site.tell("step away")
        self.site.choose("primary")
        self.site.wait_state("trouble")
        self.shoot("trouble-paper")
        self.site.tell("paper ok")
        self.site.wait_state("welcome", seconds=10)
        # The number is this person's: the card shows it again and a copy comes, marked as one.
        before = self.slips
        self.speak(language)
        self.site.tell("card put " + self.card)
        self.site.wait_state("place")
        self.site.choose("secondary")
        self.site.wait_state("done", seconds=20)
        until("the copy", 10, lambda: self.slips > before)
        self.goes()
        self.say(f"{language}: paper out in the middle of a slip: number on the screen, then a copy")

    def reader_unplugged(self, language):
        self.speak(language)
        self.site.tell("reader unplug-in-read")
        self.tap()
        self.site.wait_state("trouble", seconds=10)
        self.shoot("trouble-reader")
        self.site.tell("reader normal")
        self.lift()
        self.site.tell("reader plug")
        self.site.wait_state("welcome", seconds=10)
        before = self.slips
        self.speak(language)
        self.site.tell("card put " + self.card)
        self.to_thermometer()
        self.site.body(36.8)
        self.served(before)
        self.say(f"{language}: reader unplugged in the middle of a card, plugged in again")

    def sensor_unplugged(self, language):
        before = self.slips
        self.speak(language)
        self.tap()
        self.to_thermometer()
        self.site.tell("sensor absent")
        self.site.tell("step front")
        self.site.wait_state("trouble", seconds=10)
        self.shoot("trouble-thermometer-visit")
        self.site.tell("sensor normal")
        self.site.body(36.5)
        self.served(before, seconds=30)
        self.say(f"{language}: thermometer gone while measuring, back again")

    def yes_to_contact(self, language):
        before = self.slips
        self.plain_visit(language, answers=("no", "no", "yes", "yes"))
        self.served(before, "done-answered-yes")
        self.say(f"{language}: a yes to the contact question: measured like anybody; a case for staff")

    def no_consent(self, language):
        self.speak(language)
        self.tap()
        self.identified()
        self.asked("no", "no", "no", "no")
        self.site.wait_state("not-today")
        self.shoot("not-today")
        self.goes()
        self.say(f"{language}: no consent: not today")

    def too_young(self, language):
        """Turned away before anything is asked, with paper to take home."""
        before = self.slips
        child = os.path.join(self.site.dir, "child.hex")
        invented_card(1, child, born="201801")
        self.speak(language)
        self.tap(child)
        self.site.wait_state("not-today")
        self.shoot("not-today-too-young")
        until("the paper", 10, lambda: self.slips == before + 1)
        self.goes()
        self.say(f"{language}: too young by the rules: told so, nothing asked")

    def asks_for_help(self, language):
        self.speak(language)
        self.tap()
        self.site.wait_state("identity")
        self.shoot("identity")
        self.site.choose("help")
        self.site.wait_state("help")
        self.shoot("help")
        self.site.choose("primary")
        self.identified()
        self.site.choose("help")
        self.site.wait_state("help")
        self.lift()
        # Walks away: asked, then forgotten.
        self.site.wait_state("still-there", seconds=20)
        self.site.wait_state("welcome", seconds=40)
        self.say(f"{language}: asked for help, went on, asked again and walked away: forgotten by itself")

    def walks_away(self, language):
        self.speak(language)
        self.tap()
        self.site.wait_state("identity")
        self.lift()
        self.site.wait_state("still-there", seconds=20)
        self.shoot("still-there")
        self.site.choose("secondary")
        self.site.wait_state("welcome", seconds=10)
        self.say(f"{language}: asked \"are you still there?\", and left")

    def second_card(self, language):
        self.speak(language)
        self.tap()
        self.site.wait_state("identity")
        reads = int(self.site.tell("reader reads"))
        self.lift()
        looks = int(self.site.tell("reader commands"))
        until("the reader has seen that", 5, lambda: int(self.site.tell("reader commands")) > looks + 3)
        self.tap()
        self.site.wait_state("second-card", seconds=10)
        assert int(self.site.tell("reader reads")) > reads
        self.shoot("second-card")
        self.site.wait_state("identity", seconds=12)
        before = self.slips
        self.to_thermometer()
        self.site.body(36.6)
        self.served(before)
        self.say(f"{language}: a second card in mid-visit: asked, then the second person is served")

    # --- the day ---

    def run(self):
        site = self.site
        site.start_kiosk()
        site.wait_state("welcome", seconds=10)
        self.staff_log_in()
        self.normal("zh_CN")
        first = self.card
        self.normal("zh_TW")
        self.normal("en")
        self.above_once("zh_CN")
        self.above_twice("zh_CN")
        self.decides(3, "fever-clinic")
        self.say("staff: saw the flag, sent this person to the fever clinic")
        self.calls()
        self.say("staff: called the next number")
        self.no_card("zh_TW")
        self.bad_card("en")
        self.same_card("zh_CN", first)
        self.paper_out("zh_TW")
        self.paper_out_in_slip("zh_CN")
        self.reader_unplugged("en")
        self.sensor_unplugged("zh_CN")
        self.yes_to_contact("zh_TW")
        self.decides(1, "cleared")
        self.calls()
        self.say("staff: saw the answer, cleared the number, called the next one")
        self.no_consent("zh_CN")
        self.too_young("zh_TW")
        self.asks_for_help("zh_TW")
        self.walks_away("en")
        self.second_card("zh_CN")
        self.finish()

    def finish(self):
        site = self.site
        count = self.slips
        for n in range(1, count + 1):
            site.tell(f"slip {n} {os.path.join(self.out, f'slip-{n:02d}.png')}")
        summary = site.summary()
        with open(os.path.join(self.out, "day-summary.json"), "w") as f:
            json.dump(summary, f, ensure_ascii=False, indent=2)
        with open(os.path.join(self.out, "day-summary.txt"), "w") as f:
            f.write(site.ctl("records", "summary"))
            f.write("\n" + "\n".join(self.story) + "\n")
        site.ctl("records", "verify")
        print(open(os.path.join(self.out, "day-summary.txt")).read())
        print(f"{count} slips, {self.shots} screenshots in {self.out}")


def main():
    build, out = sys.argv[1], os.path.abspath(sys.argv[2])
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    morning = Morning(build, out)
    try:
        morning.run()
    except Failed as failure:
        print(f"the morning went wrong: {failure}", file=sys.stderr)
        try:
            morning.shoot("failed")
        finally:
            morning.site.close(keep=True)
        print(f"what the programs left is in {morning.site.dir}", file=sys.stderr)
        sys.exit(1)
    morning.site.close()


if __name__ == "__main__":
    main()
