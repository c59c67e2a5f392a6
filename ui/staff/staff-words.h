/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the staff screens say, in the current language. Strings that are returned const live as long
 * as the language. */
#pragma once

#include "kiosk/case-list.h"
#include "kiosk/config.h"
#include "kiosk/eligibility.h"
#include "kiosk/id-number.h"
#include "kiosk/queue-list.h"

G_BEGIN_DECLS

/* All char * are (transfer full). Times are wall clock, µs since 1970, shown in local time. */
char *th_staff_words_time (gint64 at_us); /* "09:41" */
char *th_staff_words_time_with_seconds (gint64 at_us);
char *th_staff_words_ago (gint64 at_us, gint64 now_us); /* "3 min ago" */
char *th_staff_words_degrees (int tenths);              /* "37.6 °C" */

char *th_staff_words_reasons (
    const ThCase *the_case); /* "above the site's limit · answered yes: contact" */
const char *th_staff_words_question (ThQuestion question);
const char *th_staff_words_decision (ThDecision decision);
char *th_staff_words_clock (ThClockState state, guint minutes); /* "12 min left" */
/* A sign and a style class for each state: colour is never the only one. */
const char *th_staff_words_clock_sign (ThClockState state);
const char *th_staff_words_clock_class (ThClockState state);

const char *th_staff_words_ticket_state (ThTicketState state);
const char *th_staff_words_ticket_sign (ThTicketState state);
/* NULL: nothing to say about it */
const char *th_staff_words_slip (ThSlipState state);
/* How the slip is that was asked for last, and what to do about it: "▲ no paper in the printer: …". @devices: the states
 * of the devices, for why it waits (NULL: that is not said); @late: it has waited for long; @ret_bad: somebody must do something. */
char *th_staff_words_printing (const ThQueueEntry *entry, const char *devices, gboolean late,
                               gboolean *ret_bad);
/* What is missing or wrong in a number as far as it is typed; "": it is right. @ret_bad: typing on will not make it so. */
char *th_staff_words_number (const char *typed, ThDate today, gboolean *ret_bad);
/* What to look at: the slip, and the card (kiosk/card-check.h), a line each. NULL: nothing. */
char *th_staff_words_note (ThSlipState slip, const char *card_notes);

/* Why somebody may not come in by the rules, and when they may: "▲ By the rules not now: …"; not for YES. */
char *th_staff_words_admission (const ThAdmission *admission);

const char *th_staff_words_lane (const ThLane *lane);
const char *th_staff_words_site (const ThConfig *config);

/* One line of th_records_last_device_states(); @ret_well: nothing to do. NULL: not one of ours. */
char *th_staff_words_device (const char *line, gboolean *ret_well);
/* "about 40 slips left", for the line of a printer whose paper is low. NULL: any other, or nobody can tell. */
char *th_staff_words_slips_left (const char *const *lines, const char *line, guint slips_per_roll);

/* What went wrong and what to do; @error of the records. */
char *th_staff_words_error (const GError *error);

G_END_DECLS
