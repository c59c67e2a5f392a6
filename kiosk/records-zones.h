/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The queue: from zone to zone, desk by desk. Every change is one event that says who did it and where, written in a
 * transaction that no other writer gets into (BEGIN IMMEDIATE), so nobody is called twice however many desks press at
 * once. What is allowed is kiosk/queue-rules.h's to say: refusals are TH_QUEUE_ERROR, with the number and the reason.
 * A visit without a ticket of the day is TH_RECORDS_ERROR_NOT_FOUND; a change without a name REFUSED.
 */
#pragma once

#include "kiosk/queue-rules.h"
#include "kiosk/records.h"
#include "kiosk/waiting.h"

G_BEGIN_DECLS

/* Where, and who. */
typedef struct
{
  const char *zone;
  const char *desk; /* up to 16 characters; "": a zone with one desk */
  const char *by;   /* who is logged in */
} ThStation;

/* The rules to write by, copied; th_queue_rules_defaults() until then. Whoever opens records with a configuration hands
 * its rules over. */
void th_records_use_queue_rules (ThRecords *records, const ThQueueRules *rules);

/* (transfer full) (element-type ThQueueEntry): the tickets of the day that are in @zone: first who waits, in the order they
 * will be called in, then the others by lane and number. */
GPtrArray *th_records_list_zone (ThRecords *records, const char *zone, GError **error);

/**
 * th_records_call_next: (transfer full) (element-type ThQueueEntry)
 * @lane: 0: any, by the rules of th_queue_order(); a letter: the first of that lane
 *
 * Calls who is next in @at's zone to its desk; together with whoever of the household waits there too. Empty: nobody waits.
 */
GPtrArray *th_records_call_next (ThRecords *records, const ThStation *at, char lane, GError **error);

/**
 * th_records_step:
 * @action: CALL, SERVE, PARK, NO_SHOW, PUT_BACK or DONE
 *
 * The ticket must be in @at's zone; called and being served it is its desk's. CALL, once it was called: again. NO_SHOW
 * puts it some places back, or closes it when that was done often enough. DONE sends it to the next zone, where it
 * waits (in observation its time runs), or ends it in the last one.
 */
gboolean th_records_step (ThRecords *records, const char *visit, ThQueueAction action,
                          const ThStation *at, GError **error);
/* To any zone it has been in, or on to the next one as DONE would. */
gboolean th_records_move (ThRecords *records, const char *visit, const char *to, const ThStation *at,
                          GError **error);
/* Its person goes, from wherever. In observation before the time is over: that is written, and shown. @why: a nick for
 * the log, may be "". */
gboolean th_records_leave_site (ThRecords *records, const char *visit, const char *why,
                                const ThStation *at, GError **error);
/* Takes back the last thing that was done with the ticket, from the zone and desk it was done at. It stays in the log. */
gboolean th_records_undo (ThRecords *records, const char *visit, const ThStation *at, GError **error);
/* Observation, so many minutes longer: 1 to 240. */
gboolean th_records_extend (ThRecords *records, const char *visit, guint minutes, const ThStation *at,
                            GError **error);

/**
 * th_records_find_code:
 * @code: the 32 hex digits of a slip's QR, a number as "A-017", or a person as th_records_find_ticket() takes one
 *
 * The ticket of the day. NOT_FOUND: there is none.
 */
gboolean th_records_find_code (ThRecords *records, const char *code, ThQueueEntry *ret_entry,
                               GError **error);
/**
 * th_records_arrive:
 * @code: th_records_find_code(): what was scanned at the desk
 *
 * Somebody stands at @at's desk: they are served there. Who is served in the zone before is done there with that. Zones
 * are not skipped and not gone through twice: SKIPPED, PASSED. Who is served here already stays so.
 */
gboolean th_records_arrive (ThRecords *records, const ThStation *at, const char *code,
                            ThQueueEntry *ret_entry, GError **error);

/* Consent as it was given (or withdrawn) at a desk. */
gboolean th_records_consent (ThRecords *records, const char *visit, gboolean yes, const ThStation *at,
                             GError **error);
/* All that is to be checked before an injection was, by @at's by: @checks TH_CHECKS_ALL, or CHECKS_MISSING names what
 * is not. The ticket is served in the vaccination zone. @version: TH_CHECKS_VERSION */
gboolean th_records_checks (ThRecords *records, const char *visit, guint checks, const char *version,
                            const ThStation *at, GError **error);
/* Whether they were, for this stay in the vaccination zone. */
gboolean th_records_checks_done (ThRecords *records, const char *visit, gboolean *ret_done,
                                 GError **error);

/* (transfer full): why the ticket is where it is in the order, lines in English; nothing personal. */
char *th_records_explain (ThRecords *records, const char *visit, GError **error);

/**
 * th_records_forecast:
 * @ret_ahead: (nullable): how many wait in @zone and @lane; set whenever nothing failed
 *
 * How long somebody who comes now will wait there. FALSE with @error unset: it is not known yet.
 */
gboolean th_records_forecast (ThRecords *records, const char *zone, char lane, guint *ret_ahead,
                              ThWaitRange *ret_range, GError **error);

/* What tickets were told of their wait in the first zone, and what came true. */
typedef struct
{
  char day[11];
  char zone[TH_ZONE_BYTES];
  char lane;
  ThWaitScore score;
} ThLaneScore;

/* (transfer full) (element-type ThLaneScore): so far, of @day's tickets that were called. */
GArray *th_records_score_waits (ThRecords *records, const char *day, GError **error);
/* (transfer full) (element-type ThLaneScore): of the last so many days that were closed, the newest first. */
GArray *th_records_list_wait_scores (ThRecords *records, guint days, GError **error);

/* The day is over: its forecasts are scored, and whoever has not come through is written as left, "day-closed". @ret_n: (nullable): how many */
gboolean th_records_end_queue (ThRecords *records, const char *day, const char *by, guint *ret_n,
                               GError **error);

/* One of a household that is checked in together. */
typedef struct
{
  char visit[37];
  char person[TH_PERSON_BYTES]; /* "": without a number */
  ThReason reasons;
} ThHouseholdMember;

#define TH_MAX_HOUSEHOLD 10

/**
 * th_records_issue_household:
 * @n: 2 to TH_MAX_HOUSEHOLD
 *
 * th_records_issue_ticket() for all of them in one transaction: adjacent numbers of one lane, called together. REFUSED,
 * and nothing is written, when one of them has a number already, or two are the same person.
 */
gboolean th_records_issue_household (ThRecords *records, const ThHouseholdMember *members, guint n,
                                     char lane, ThTicket *ret_tickets, GError **error);

G_END_DECLS
