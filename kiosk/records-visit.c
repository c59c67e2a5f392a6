/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A visit as the kiosk writes it, and the ticket it ends with. */
#include "kiosk/appointments.h"
#include "kiosk/records-private.h"
#include "kiosk/token.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define APPOINTMENT "appointment:"
#define SAME "same:"
#define HEX_DIGITS "0123456789abcdef"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define SMALL "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

const char *
th_question_to_string (ThQuestion question)
{
  static const char *const names[TH_N_QUESTIONS] = {
    [TH_QUESTION_SYMPTOMS] = "symptoms",
    [TH_QUESTION_TRAVEL] = "travel",
    [TH_QUESTION_CONTACT] = "contact",
    [TH_QUESTION_CONSENT] = "consent",
  };

  g_return_val_if_fail (question < TH_N_QUESTIONS, "");
  return names[question];
}

const char *
th_question_version (ThQuestion question)
{
  return question == TH_QUESTION_CONSENT ? "consent-1" : "questions-1";
}

void
th_ticket_label (char lane, guint number, char ret_label[16])
{
  g_snprintf (ret_label, 16, "%c-%03u", lane, number);
}

gboolean
th_records_card_notes (ThRecords *records, const char *visit, const char *notes, GError **error)
{
  g_autoptr(ThLogBody) body = th_log_body_new ();

  th_log_body_set_text (body, "notes", notes);
  return th_records_append_alone (records, TH_LOG_CARD_NOTES, visit, body, error);
}

gboolean
th_records_answered (ThRecords *records, const char *visit, ThQuestion question,
                     const char *version, gboolean yes, GError **error)
{
  g_autoptr(ThLogBody) body = th_log_body_new ();

  th_log_body_set_text (body, "question", th_question_to_string (question));
  th_log_body_set_text (body, "version", version);
  th_log_body_set_flag (body, "yes", yes);
  return th_records_append_alone (records, TH_LOG_ANSWERED, visit, body, error);
}

gboolean
th_records_measured (ThRecords *records, const char *visit, guint attempt, const ThReading *reading,
                     GError **error)
{
  g_autoptr(ThLogBody) body = th_log_body_new ();

  th_log_body_set_int (body, "attempt", attempt);
  th_log_body_set_int (body, "object_raw", reading->object_raw);
  th_log_body_set_int (body, "ambient_raw", reading->ambient_raw);
  th_log_body_set_text (body, "method", reading->method != NULL ? reading->method : "");
  th_log_body_set_int (body, "supply_mv", reading->supply_mv);
  th_log_body_set_int (body, "emissivity_ppm", reading->emissivity_ppm);
  th_log_body_set_int (body, "gain_ppm", reading->gain_ppm);
  th_log_body_set_int (body, "offset_mc", reading->offset_mc);
  th_log_body_set_int (body, "gain_about_mc", reading->gain_about_mc);
  th_log_body_set_text (body, "calibration",
                        reading->calibration[0] != '\0' ? reading->calibration : "file");
  th_log_body_set_int (body, "k_ppm", reading->k_ppm);
  th_log_body_set_int (body, "body_offset_mc", reading->body_offset_mc);
  th_log_body_set_int (body, "limit_tenths", reading->limit_tenths);
  th_log_body_set_text (body, "room_source", th_room_source_to_string (reading->room_source));
  th_log_body_set_int (body, "object_mc", reading->object_mc);
  th_log_body_set_int (body, "supplied_mc", reading->supplied_mc);
  th_log_body_set_int (body, "die_mc", reading->die_mc);
  th_log_body_set_int (body, "room_mc", reading->room_mc);
  th_log_body_set_int (body, "radiated_mc", reading->radiated_mc);
  th_log_body_set_int (body, "skin_mc", reading->skin_mc);
  th_log_body_set_int (body, "body_mc", reading->body_mc);
  th_log_body_set_int (body, "shown_tenths", reading->shown_tenths);
  th_log_body_set_int (body, "samples", reading->samples);
  return th_records_append_alone (records, TH_LOG_MEASURED, visit, body, error);
}

gboolean
th_records_not_measured (ThRecords *records, const char *visit, const char *why, GError **error)
{
  g_autoptr(ThLogBody) body = th_log_body_new ();

  th_log_body_set_text (body, "why", why);
  return th_records_append_alone (records, TH_LOG_NOT_MEASURED, visit, body, error);
}

gboolean
th_records_left (ThRecords *records, const char *visit, const char *state, const char *reason,
                 GError **error)
{
  g_autoptr(ThTransaction) transaction = th_records_begin (records, error);
  g_autoptr(ThLogBody) body = th_log_body_new ();

  th_log_body_set_text (body, "state", state);
  th_log_body_set_text (body, "reason", reason);
  return transaction != NULL &&
         th_records_append (records, TH_LOG_LEFT, visit != NULL ? visit : "", body, error) &&
         th_records_balance_doses (records, NULL, error) &&
         th_db_commit (g_steal_pointer (&transaction), error);
}

/* --- tickets ---------------------------------------------------------------------------------- */

/* The body of th_records_find_ticket() and of "has it already": FALSE with @error unset when there
 * is none. People ahead counts those with an open case too: that a number is skipped must not show
 * on the next slip. */
static gboolean
take_ticket (ThStatement *row, ThTicket *ret_ticket, GError **error)
{
  ThTicket ticket = { .existed = TRUE };
  ThStep step = th_statement_step (row, error);
  const char *visit, *lane, *token;

  if (step != TH_STEP_ROW)
    return FALSE;
  visit = th_statement_text (row, 0);
  lane = th_statement_text (row, 1);
  token = th_statement_text (row, 3);
  if (visit == NULL || lane == NULL || token == NULL)
    return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a ticket is damaged");
  g_strlcpy (ticket.visit, visit, sizeof ticket.visit);
  ticket.lane = lane[0];
  ticket.number = (guint) th_statement_int (row, 2);
  g_strlcpy (ticket.token, token, sizeof ticket.token);
  ticket.issued_at_us = th_statement_int (row, 4);
  ticket.copies = (guint) th_statement_int (row, 5);
  ticket.reasons = (ThReason) th_statement_int (row, 6);
  ticket.people_ahead = (int) th_statement_int (row, 7);
  ticket.wait_low_s = (int) th_statement_int (row, 8);
  ticket.wait_high_s = (int) th_statement_int (row, 9);
  *ret_ticket = ticket;
  return TRUE;
}

#define TICKET                                                                                     \
  "SELECT t.visit, t.lane, t.number, t.token, t.issued_at_us, t.copies,"                           \
  " CASE WHEN c.decision = 'cleared' THEN 0 ELSE coalesce (c.reasons, 0) END,"                     \
  " CASE WHEN m.state <> 'waiting' THEN -1 ELSE"                                                   \
  " (SELECT count(*) FROM tickets a CROSS JOIN moves p LEFT JOIN cases b ON b.visit = a.visit"     \
  "  WHERE p.visit = a.visit AND p.number = a.moves AND a.day = t.day AND a.lane = t.lane"         \
  "  AND p.zone = m.zone AND p.state = 'waiting'"                                                  \
  "  AND (p.order_us < m.order_us OR (p.order_us = m.order_us AND a.number < t.number))"           \
  "  AND coalesce (b.decision, 'cleared') IN ('cleared', 'open')) END,"                            \
  " t.wait_low_s, t.wait_high_s"                                                                   \
  " FROM tickets t JOIN moves m ON m.visit = t.visit AND m.number = t.moves"                       \
  " LEFT JOIN cases c ON c.visit = t.visit "

gboolean
th_records_find_by_hash (ThRecords *records, const char *day, const guint8 hash[TH_PERSON_HASH_BYTES],
              ThTicket *ret_ticket, GError **error)
{
  g_autoptr(ThStatement) row = th_db_query (
      records->db, TICKET "JOIN lookups l ON l.visit = t.visit WHERE l.day = $1 AND l.hash = $2",
      "sb", day, hash, (gsize) TH_PERSON_HASH_BYTES);

  return take_ticket (row, ret_ticket, error);
}

gboolean
th_records_find_visit (ThRecords *records, const char *visit, ThTicket *ret_ticket, GError **error)
{
  g_autoptr(ThStatement) row = th_db_query (records->db, TICKET "WHERE t.visit = $1", "s", visit);

  return take_ticket (row, ret_ticket, error);
}

/* One person, one spelling; anything else would be found again only by luck. */
static gboolean
is_person (const char *person)
{
  gsize len = strlen (person);

  if (g_str_has_prefix (person, APPOINTMENT))
    return len > sizeof APPOINTMENT && len < TH_PERSON_BYTES &&
           strspn (person, CAPITALS SMALL DIGITS "-:") == len;
  if (g_str_has_prefix (person, SAME))
    return len == sizeof SAME - 1 + TH_TOKEN_PERSON_DIGITS &&
           strspn (person + sizeof SAME - 1, HEX_DIGITS) == TH_TOKEN_PERSON_DIGITS;
  if (len == 18)
    return strspn (person, DIGITS) >= 17 && (g_ascii_isdigit (person[17]) || person[17] == 'X');
  /* A foreigner's number of before 2023. */
  return len == 15 && strspn (person, CAPITALS) == 3 && strspn (person + 3, DIGITS) == 12;
}

/* By card, by number or by appointment: to whoever has the key one person has one name on a day. */
static void
name_person (ThRecords *records, const char *day, const char *person, char ret_name[TH_PERSON_BYTES])
{
  char same[TH_TOKEN_PERSON_DIGITS + 1];

  if (!records->has_person_key || strchr (person, ':') != NULL)
    {
      g_strlcpy (ret_name, person, TH_PERSON_BYTES);
      return;
    }
  th_token_person (records->person_key, day, person, same);
  g_snprintf (ret_name, TH_PERSON_BYTES, SAME "%s", same);
}

void
th_records_hash_with (ThRecords *records, const char *day, const guint8 key[TH_LOG_KEY_BYTES],
                      const char *person, guint8 ret_hash[TH_PERSON_HASH_BYTES])
{
  char name[TH_PERSON_BYTES];

  name_person (records, day, person, name);
  crypto_generichash (ret_hash, TH_PERSON_HASH_BYTES, (const guint8 *) name, strlen (name), key,
                      TH_LOG_KEY_BYTES);
  sodium_memzero (name, sizeof name);
}

gboolean
th_records_hash_person (ThRecords *records, const char *day, const char *person,
                        guint8 ret_hash[TH_PERSON_HASH_BYTES], GError **error)
{
  if (!is_person (person))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "neither an ID number nor an appointment");
  if (!th_records_use_day_key (records, day, error))
    return FALSE;
  th_records_hash_with (records, day, records->day_key, person, ret_hash);
  return TRUE;
}

gboolean
th_records_same_person (ThRecords *records, const char *person, const char *other,
                        gboolean *ret_same, GError **error)
{
  guint8 hash[TH_PERSON_HASH_BYTES], other_hash[TH_PERSON_HASH_BYTES];
  char day[TH_DAY_BYTES];

  if (!th_records_today (records, day, error) ||
      !th_records_hash_person (records, day, person, hash, error) ||
      !th_records_hash_person (records, day, other, other_hash, error))
    return FALSE;
  *ret_same = sodium_memcmp (hash, other_hash, sizeof hash) == 0;
  return TRUE;
}

gboolean
th_records_find_ticket (ThRecords *records, const char *person, ThTicket *ret_ticket,
                        GError **error)
{
  char day[TH_DAY_BYTES];
  guint8 hash[TH_PERSON_HASH_BYTES];

  return th_records_shown_day (records, day, error) && day[0] != '\0' &&
         th_records_hash_person (records, day, person, hash, error) &&
         th_records_find_by_hash (records, day, hash, ret_ticket, error);
}

gboolean
th_records_find_slip (ThRecords *records, const char *token, ThTicket *ret_ticket, GError **error)
{
  g_autoptr(ThStatement) row = NULL;
  char day[TH_DAY_BYTES];

  if (!th_records_shown_day (records, day, error))
    return FALSE;
  row = th_db_query (records->db, TICKET "WHERE t.day = $1 AND t.token = $2", "ss", day, token);
  return take_ticket (row, ret_ticket, error);
}

/* A counter of its own, not max + 1 over tickets: one statement that locks one row wherever it
 * runs. */
static gboolean
take_number (ThRecords *records, const char *day, const char *lane, gint64 *ret_number,
             GError **error)
{
  g_autoptr(ThStatement) row =
      th_db_query (records->db,
                   "INSERT INTO counters (day, lane, last) VALUES ($1, $2, 1)"
                   " ON CONFLICT (day, lane) DO UPDATE SET last = counters.last + 1 RETURNING last",
                   "ss", day, lane);

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  *ret_number = th_statement_int (row, 0);
  return TRUE;
}

/* Somebody who rests, and is checked in by another way meanwhile, is not waited for: one person, one number. */
static gboolean
end_other_rest (ThRecords *records, const char *day, const guint8 hash[TH_PERSON_HASH_BYTES],
                const char *visit, GError **error)
{
  g_autoptr(ThLogBody) body = th_log_body_new ();
  g_autoptr(ThStatement) row = th_db_query (
      records->db,
      "SELECT r.visit FROM rests r JOIN lookups l ON l.visit = r.visit"
      " WHERE l.day = $1 AND l.hash = $2 AND r.visit <> $3",
      "sbs", day, hash, (gsize) TH_PERSON_HASH_BYTES, visit);
  g_autofree char *other = NULL;
  ThStep step = th_statement_step (row, error);

  if (step != TH_STEP_ROW)
    return step == TH_STEP_DONE;
  other = g_strdup (th_statement_text (row, 0));
  g_clear_pointer (&row, th_statement_free);
  th_log_body_set_text (body, "state", "rest");
  th_log_body_set_text (body, "reason", "other-visit");
  return th_records_append (records, TH_LOG_LEFT, other, body, error);
}

gboolean
th_records_remember_person (ThRecords *records, const char *day,
                            const guint8 hash[TH_PERSON_HASH_BYTES], const char *visit,
                            GError **error)
{
  /* Whoever rested before, in this visit or in one that came to nothing, is there already. */
  return end_other_rest (records, day, hash, visit, error) &&
         th_db_run (records->db, error,
                    "INSERT INTO lookups (day, hash, visit) VALUES ($1, $2, $3)"
                    " ON CONFLICT (day, hash) DO UPDATE SET visit = excluded.visit",
                    "sbs", day, hash, (gsize) TH_PERSON_HASH_BYTES, visit);
}

/* What the slip says of the wait stands with the ticket, so that it can be held against what came. */
static gboolean
foretell (ThRecords *records, const char *day, char lane, ThLogBody *issued, GError **error)
{
  g_autoptr(GError) problem = NULL;
  ThWaitRange range;

  if (th_records_forecast_on (records, records->queue.zones[0], lane, day, records->now_us, NULL,
                              &range, &problem))
    {
      th_log_body_set_int (issued, "wait_low_s", range.low_s);
      th_log_body_set_int (issued, "wait_high_s", range.high_s);
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
th_records_append_ticket (ThRecords *records, const char *visit, const char *day, char lane, ThReason reasons,
                          const char *by, const char *language, const ThQueuePlace *place,
                          GError **error)
{
  g_autoptr(ThLogBody) issued = th_log_body_new ();
  g_autoptr(ThLogBody) flagged = th_log_body_new ();
  const char name[2] = { lane, '\0' };
  guint8 random[16];
  char token[33];
  gint64 number;

  if (!foretell (records, day, lane, issued, error) ||
      !take_number (records, day, name, &number, error))
    return FALSE;
  randombytes_buf (random, sizeof random);
  sodium_bin2hex (token, sizeof token, random, sizeof random);
  th_log_body_set_text (issued, "day", day);
  th_log_body_set_text (issued, "lane", name);
  th_log_body_set_int (issued, "number", number);
  th_log_body_set_text (issued, "token", token);
  th_log_body_set_text (issued, "zone", records->queue.zones[0]);
  if (*place->household != '\0')
    th_log_body_set_text (issued, "household", place->household);
  if (place->from_us != 0)
    {
      th_log_body_set_int (issued, "window_from_us", place->from_us);
      th_log_body_set_int (issued, "window_to_us", place->to_us);
    }
  th_log_body_set_int (flagged, "reasons", reasons);
  if (*by != '\0')
    {
      th_log_body_set_text (issued, "by", by);
      th_log_body_set_text (flagged, "by", by);
    }
  return th_records_append (records, TH_LOG_TICKET_ISSUED, visit, issued, error) &&
         (reasons == 0 || th_records_append (records, TH_LOG_FLAGGED, visit, flagged, error)) &&
         th_records_queue_slip (records, visit, 0, by, language, error);
}

/* @min minutes into a local day; the time of a clock that is set for daylight saving then. 0: there is no such day. */
static gint64
minute_of_day (const char *day, guint min)
{
  g_autoptr(GDateTime) at = NULL;
  int year, month, date;

  if (sscanf (day, "%4d-%2d-%2d", &year, &month, &date) == 3)
    at = min < 24 * 60 ? g_date_time_new_local (year, month, date, (int) min / 60, (int) min % 60, 0)
                       : g_date_time_new_local (year, month, date, 23, 59, 59);
  return at != NULL ? g_date_time_to_unix (at) * G_USEC_PER_SEC : 0;
}

/* When this person is expected, if they are. */
static gboolean
find_window (ThRecords *records, const char *day, const char *person, ThQueuePlace *place,
             GError **error)
{
  g_autoptr(GError) problem = NULL;
  ThBooking booking;

  if (*person == '\0')
    return TRUE;
  if (th_records_find_appointment (records, day, person, &booking, &problem))
    {
      place->from_us = minute_of_day (day, booking.start_min);
      place->to_us = minute_of_day (day, booking.end_min);
      return TRUE;
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
th_records_has_ticket (ThRecords *records, const char *visit, const char *person,
                       ThTicket *ret_ticket, GError **error)
{
  g_autoptr(GError) problem = NULL;
  char day[TH_DAY_BYTES];
  guint8 hash[TH_PERSON_HASH_BYTES];

  if (!th_records_visit_day (records, visit, day, error) ||
      (*person != '\0' && !th_records_hash_person (records, day, person, hash, error)))
    return FALSE;
  if ((*person != '\0' && th_records_find_by_hash (records, day, hash, ret_ticket, &problem)) ||
      (problem == NULL && th_records_find_visit (records, visit, ret_ticket, &problem)))
    return TRUE;
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
th_records_give_ticket (ThRecords *records, const char *visit, const char *person, char lane,
                        ThReason reasons, const char *by, const char *language,
                        const char *household, ThTicket *ret_ticket, GError **error)
{
  ThQueuePlace place = { .household = household };
  char day[TH_DAY_BYTES];
  guint8 hash[TH_PERSON_HASH_BYTES];
  ThTicket ticket = { .number = 0 };

  if (!th_records_visit_day (records, visit, day, error) ||
      !find_window (records, day, person, &place, error) ||
      !th_records_append_ticket (records, visit, day, lane, reasons, by, language, &place, error))
    return FALSE;
  if (*person != '\0' &&
      (!th_records_hash_person (records, day, person, hash, error) ||
       !th_records_end_rest_of (records, day, hash, visit, error) ||
       !th_records_remember_person (records, day, hash, visit, error)))
    return FALSE;
  /* Last: a rest that ended here has let go of its dose. Refused, nothing of all this is written. */
  if (!th_records_reserve_dose (records, visit, person, lane, error))
    return FALSE;
  if (!th_records_find_visit (records, visit, &ticket, error))
    return FALSE;
  ticket.existed = FALSE;
  *ret_ticket = ticket;
  return TRUE;
}

gboolean
th_records_issue_ticket (ThRecords *records, const char *visit, const char *person, char lane,
                         ThReason reasons, ThTicket *ret_ticket, GError **error)
{
  g_autoptr(ThTransaction) transaction = NULL;
  g_autoptr(GError) problem = NULL;
  ThTicket ticket = { .number = 0 };

  if (!th_records_is_visit (visit) || !g_ascii_isupper (lane) || *person == '\0')
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "a ticket needs a visit, a person and a lane from A to Z");
  transaction = th_records_begin (records, error);
  if (transaction == NULL)
    return FALSE;
  if (th_records_has_ticket (records, visit, person, ret_ticket, &problem))
    return TRUE; /* rolled back: nothing was written */
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (!th_records_give_ticket (records, visit, person, lane, reasons, "", "", "", &ticket, error) ||
      !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  *ret_ticket = ticket;
  return TRUE;
}

/* --- households ------------------------------------------------------------------------------- */

static gboolean
check_members (const ThHouseholdMember *members, guint n, char lane, GError **error)
{
  if (n < 2 || n > TH_MAX_HOUSEHOLD || !g_ascii_isupper (lane))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "a household has 2 to %d people, and a lane from A to Z", TH_MAX_HOUSEHOLD);
  for (guint i = 0; i < n; i++)
    {
      if (!th_records_is_visit (members[i].visit))
        return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "a ticket needs a visit");
      for (guint k = 0; k < i; k++)
        if (strcmp (members[i].visit, members[k].visit) == 0 ||
            (members[i].person[0] != '\0' && strcmp (members[i].person, members[k].person) == 0))
          return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                                    "two of the household are the same person");
    }
  return TRUE;
}

static gboolean
issue_member (ThRecords *records, const ThHouseholdMember *member, char lane, const char *household,
              ThTicket *ret_ticket, GError **error)
{
  g_autoptr(GError) problem = NULL;

  if (th_records_has_ticket (records, member->visit, member->person, ret_ticket, &problem))
    {
      char label[16];

      th_ticket_label (ret_ticket->lane, ret_ticket->number, label);
      return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                                "one of the household has a number already: %s", label);
    }
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  return th_records_give_ticket (records, member->visit, member->person, lane, member->reasons, "",
                                 "", household, ret_ticket, error);
}

gboolean
th_records_issue_household (ThRecords *records, const ThHouseholdMember *members, guint n, char lane,
                            ThTicket *ret_tickets, GError **error)
{
  g_autoptr(ThTransaction) transaction = NULL;
  ThTicket tickets[TH_MAX_HOUSEHOLD];

  if (!check_members (members, n, lane, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!issue_member (records, &members[i], lane, members[0].visit, &tickets[i], error))
      return FALSE;
  if (!th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  memcpy (ret_tickets, tickets, n * sizeof tickets[0]);
  return TRUE;
}
