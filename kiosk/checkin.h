/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ThCheckin runs the check-in flow: devices, timers and records to events, effects to calls. It
 * decides nothing (checkin-flow.c does) and shows nothing (ui/resident does). Screens bind its
 * properties.
 */
#pragma once

#include <gio/gio.h>

#include "drivers/devices.h"
#include "kiosk/checkin-flow.h"
#include "kiosk/config.h"
#include "kiosk/records.h"

G_BEGIN_DECLS

/**
 * ThCheckin: properties (all read only, all notify):
 *
 *   "state"           string  nick of ThState: "welcome", "reading", "number", "identity",
 *                             "questions", "measuring", "rest", "printing", "place", "done",
 *                             "not-today", "help", "trouble"
 *   "language"        string  "en", "zh_CN", "zh_TW"; set by th_checkin_set_language()
 *   "site-name"       string  in that language
 *   "notice"          string  welcome notice in that language, may be ""
 *   "masked-name"     string  "张*试"; "" when unknown (typed number)
 *   "birth-year"      string  "1948", "" when unknown
 *   "photo"           ThPhoto in "identity": the one on the card, if the site has a decoder for it and it
 *                             has come; NULL
 *   "appointment"     string  "4711-A", the booking system's number; "" when the person has none
 *   "appointment-date" string "2026-11-22"; also in "not-today", of one that was refused
 *   "appointment-time" string "09:30–10:00"; when no code was brought, of the list they stand in
 *   "reading-hint"    string  in "reading": "hold" (hold still), "again" (lift the card and put it
 *                             back), "wrong" (not an identity card), "refused" (ask staff, the
 *                             card cannot be used)
 *   "typed"           string  in "number": what was typed, grouped "110101 1990 0101 99"
 *   "typed-problem"   string  "" or "check" (the number cannot be right: please look again)
 *   "typed-complete"  bool    enough was typed to go on
 *   "question"        string  in "questions": "symptoms", "travel", "contact", "consent"
 *   "question-number" uint    1-based
 *   "question-count"  uint
 *   "guide"           string  in "measuring": "come", "closer", "hold", "hat", "done"
 *   "distance"        double  0 far … 1 near enough
 *   "steadiness"      double  0 … 1
 *   "measuring-again" bool    this is a second reading
 *   "rest-seconds"    uint    in "rest": seconds left
 *   "rest-away"       bool    in "rest": of minutes; they sit down elsewhere, others are served
 *   "rest-over"       bool    in "rest": "I am back" would be taken
 *   "ready-minutes"   uint    in "trouble", while the thermometer warms up: minutes left at most
 *   "ticket"          string  "A-017", "" before there is one ("printing", "place", "done")
 *   "slip"            string  "" (not sent), "printing", "waiting" (the printer has stopped in the
 *                             middle of it), "sent", "confirmed", "uncertain", "failed"
 *   "people-ahead"    int     -1 unknown
 *   "end"             string  why the visit ended here: in "not-today": "no-consent",
 *                             "card-expired", "code-foreign" (not one of ours, or newer),
 *                             "code-forged" (signed by nobody we know, or damaged),
 *                             "code-other-site", "code-past", "code-later",
 *                             "code-slip" (no slip of today), or by the rules of who may come a
 *                             nick of ThComing: "not-yet", "early", …,
 *                             or "doses-gone"; in "help": "asked",
 *                             "not-me", "card" (it cannot be used here), "time", "doses-gone"; else ""
 *   "return-date"     string  in "not-today": "2026-12-01", the first day they may come; "" when
 *                             nobody knows
 *   "return-time"     string  in "not-today": "09:30", from when today ("early"), or until when it
 *                             was ("late"); else ""
 *   "keeps-names"     bool    in "identity": who they are is kept, sealed, once they say yes
 *   "takes-home"      bool    in "not-today": the same is printed, to take home
 *   "doses"           string  "" while there is a dose for whoever comes; "appointments": only with an
 *                             appointment; "gone": every dose of today is promised. A number that was
 *                             given before is shown as ever
 *   "next-time"       string  what the site says of another time, in the language; may be ""
 *   "trouble"         string  in "trouble": "reader", "thermometer", "printer", "records"; else ""
 *   "trouble-detail"  string  nick: "absent", "silent", "fault", "out", "cover-open", "offline",
 *                             "unknown", "full"
 *   "trouble-visit"   bool    somebody is waiting in mid-visit (their place is kept)
 *   "warning-seconds" uint    > 0: "are you still there?", seconds left
 *   "second-card"     bool    another card was put on in mid-visit: "is the first person done?"
 *   "no-slip-notice"  bool    on "welcome": for a minute after a restart with an unfinished slip
 *   "can-go-back"     bool    "back" does something here
 *   "card-on"         bool    a card lies on the reader ("take your card" on "done" and "welcome")
 *   "takes-cards"     bool    there is a reader here (else numbers are typed)
 *   "takes-codes"     bool    a scanner works here: appointments and slips are held up to it
 *   "takes-keys"      bool    there are four keys beside the screen: pages show what each does
 *
 * Signals: "key-pressed" (guint key: ThPadKey)
 */
#define TH_TYPE_CHECKIN (th_checkin_get_type ())
G_DECLARE_FINAL_TYPE (ThCheckin, th_checkin, TH, CHECKIN, GObject)

/**
 * th_checkin_new: (transfer full)
 * @config: outlives the object
 * @outputs: (nullable)
 */
ThCheckin *th_checkin_new (const ThConfig *config, ThCardReader *reader, ThThermometer *thermometer,
                           ThPrinter *printer, ThOutputs *outputs);

/* A scanner that the person may hold a code up to; before th_checkin_start(). One that is missing
 * closes nothing: there are other ways in. Staff see it among the devices. */
void th_checkin_add_scanner (ThCheckin *self, ThScanner *scanner);

/* Four keys beside the screen; before th_checkin_start(). Which button a key presses is for the screens to
 * say, by "key-pressed". */
void th_checkin_add_keys (ThCheckin *self, ThKeys *keys);

/* Opens the records, settles unfinished slips, starts the devices. Trouble is a state, not an
 * error. */
void th_checkin_start (ThCheckin *self);

/* What a person did. Verbs that mean nothing in the present state do nothing. */
void th_checkin_press (ThCheckin *self, ThEventType verb);
/* The on-screen pad: '0'…'9', 'X', or '\b' for the last one. */
void th_checkin_key (ThCheckin *self, char key);
void th_checkin_set_language (ThCheckin *self, ThLanguage language);

/* Waits for the records to be written, forgets the person. Call before the program ends. */
void th_checkin_stop (ThCheckin *self);

G_END_DECLS
