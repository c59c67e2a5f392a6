/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The day, and what time it is. A person opens the day, having looked at date and time, and a person closes it:
 * midnight does neither. Every visit, ticket and dose is of the day that is open; a number is never given twice on a
 * day, however often it is closed and opened again.
 *
 * The time of the log: a clock that is steered (adjtimex) is believed. One that is not is believed as a person
 * confirmed it, and from then on the machine's own count of seconds goes on from there until it is switched off: NTP
 * that jumps, daylight saving or somebody's hand at the clock move nothing. A steered clock that is more than ten
 * minutes from what a person confirmed since the machine was switched on is written down, told to staff, and
 * not followed before somebody confirms the time again. Nobody confirmed anything yet and no clock is
 * steered: the log's time goes on from its last event, and check-in is closed. It never goes back.
 *
 * Errors: TH_RECORDS_ERROR.
 */
#pragma once

#include "kiosk/records.h"

G_BEGIN_DECLS

typedef enum
{
  TH_DAY_CLOSED,      /* none is open */
  TH_DAY_UNCONFIRMED, /* one is, but nobody knows what time it is since the machine was switched on again */
  TH_DAY_OPEN,
} ThDayState;

const char *th_day_state_to_string (ThDayState state); /* "closed", "unconfirmed", "open" */

/* What stands open on a day: staff are asked about it when it is closed. */
typedef struct
{
  guint tickets;   /* given on this day */
  guint in_queue;  /* not through all zones, not left: waiting, called, served, parked or in observation */
  guint resting;   /* a place is kept for them */
  guint cases;     /* open, of any day */
  guint uncertain; /* slips of this day of which nobody knows whether they are on paper */
} ThDayCounts;

typedef struct
{
  ThDayState state;
  char day[TH_DAY_BYTES]; /* the one that is open, else the newest; "": there was none yet */
  gint64 now_us;          /* the time of the log */
  gint64 opened_at_us;    /* the last time it was */
  gint64 closed_at_us;    /* the last time it was; 0: never */
  char by[64];            /* who did the last of the two */
  char link[65];          /* of a day that is closed: its anchor, hex; else "" */
  gboolean clock_trusted; /* steered, and within ten minutes of what a person confirmed */
  gboolean clock_known;   /* trusted, or confirmed since the machine was switched on */
  gint64 jump_us;         /* how far a steered clock is from what was confirmed; 0: within ten minutes */
  ThDayCounts counts;
} ThDayStatus;

/* The day that is open. REFUSED: none is. */
gboolean th_records_today (ThRecords *records, char ret_day[TH_DAY_BYTES], GError **error);
/* The day that lists show: the one that is open, else the newest; "": there was none yet. */
gboolean th_records_shown_day (ThRecords *records, char ret_day[TH_DAY_BYTES], GError **error);

/**
 * th_records_open_day:
 * @day: the local date of @at_us; or, closed by mistake within the last hour, the day that was
 * @at_us: the time as a person has confirmed it, wall clock
 * @by: who did: a manager (staff screen), or the technician (thresholdctl)
 *
 * One day is open at most. The one that is open already: the time is confirmed, no more. Who has
 * not come through of a day before is written as left (th_records_end_queue()), and the keyed look-up of the days before is
 * destroyed. REFUSED: another day is open, or the log has numbers of a later one.
 */
gboolean th_records_open_day (ThRecords *records, const char *day, gint64 at_us, const char *by,
                              GError **error);
/* The time, once more: after a restart of the machine, or when its clock has jumped. REFUSED: no day is open. */
gboolean th_records_confirm_clock (ThRecords *records, gint64 at_us, const char *by, GError **error);
/* @ret_link: (nullable): the day's anchor, 64 hex digits and NUL: the link of the last event before. REFUSED: none is open. */
gboolean th_records_close_day (ThRecords *records, const char *by, char ret_link[65], GError **error);

/* Reads only. */
gboolean th_records_day_status (ThRecords *records, ThDayStatus *ret_status, GError **error);
/* The same without names, link and counts: for who looks often. */
gboolean th_records_day_state (ThRecords *records, ThDayStatus *ret_status, GError **error);
/* The time of the log, µs since 1970. 0 and @error on failure. */
gint64 th_records_now_us (ThRecords *records, GError **error);

/* An hour after it was closed the keyed look-up of a day is destroyed: until then it can be opened again, and
 * everybody is found. Cheap: to be called now and then. */
gboolean th_records_end_days (ThRecords *records, GError **error);

/**
 * th_records_verify_anchors:
 * @anchors: (nullable): "2026-11-22:HEX", as on the close-of-day slips; NULL-terminated
 *
 * As th_records_verify(), and each close of a day names the link before it. CORRUPT: also when none of the log's links is
 * the anchor's: the log was cut off before it, or written anew. REFUSED: not an anchor.
 */
gboolean th_records_verify_anchors (ThRecords *records, const char *const *anchors,
                                    guint64 *ret_events, GError **error);

G_END_DECLS
