/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody sits down for some minutes, and their place is kept: here, so that nothing loses it. */
#include "kiosk/records-private.h"

#include <string.h>

gboolean
th_records_rest (ThRecords *records, const char *visit, const char *person, char lane,
                 ThReason reasons, guint rest_s, guint least_s, guint return_s, GError **error)
{
  g_autoptr(ThTransaction) transaction = NULL;
  g_autoptr(ThLogBody) body = th_log_body_new ();
  g_autoptr(GError) problem = NULL;
  const char name[2] = { lane, '\0' };
  char day[TH_DAY_BYTES];
  guint8 hash[TH_PERSON_HASH_BYTES];
  ThTicket ticket;

  if (!th_records_is_visit (visit) || !g_ascii_isupper (lane))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "a rest needs a visit and a lane from A to Z");
  transaction = th_records_begin (records, error);
  if (transaction == NULL)
    return FALSE;
  if (!th_records_visit_day (records, visit, day, error)
      || !th_records_hash_person (records, day, person, hash, error))
    return FALSE;
  if (th_records_find_by_hash (records, day, hash, &ticket, &problem))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "this person has a number already");
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  th_log_body_set_text (body, "day", day);
  th_log_body_set_text (body, "lane", name);
  th_log_body_set_int (body, "reasons", reasons);
  th_log_body_set_int (body, "rest_s", rest_s);
  th_log_body_set_int (body, "least_s", least_s);
  th_log_body_set_int (body, "return_s", return_s);
  if (!th_records_append (records, TH_LOG_RESTED, visit, body, error) ||
      !th_records_remember_person (records, day, hash, visit, error) ||
      !th_records_reserve_dose (records, visit, person, lane, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}

gboolean
th_records_returned (ThRecords *records, const char *visit, GError **error)
{
  g_autoptr(ThLogBody) body = th_log_body_new ();

  return th_records_append_alone (records, TH_LOG_RETURNED, visit, body, error);
}

static guint
seconds_until (gint64 at_us, gint64 now_us)
{
  return at_us <= now_us ? 0 : (guint) ((at_us - now_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

static gboolean
read_shown (ThRecords *records, ThRest *rest, GError **error)
{
  g_autoptr(ThStatement) row =
      th_db_query (records->db, "SELECT shown_tenths FROM readings WHERE visit = $1 ORDER BY number",
                   "s", rest->visit);
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    if (rest->n_shown < G_N_ELEMENTS (rest->shown_tenths))
      rest->shown_tenths[rest->n_shown++] = (int) th_statement_int (row, 0);
  return step == TH_STEP_DONE;
}

gboolean
th_records_find_rest (ThRecords *records, const char *person, ThRest *ret_rest, GError **error)
{
  gint64 now_us = th_records_now_us (records, error);
  g_autoptr(ThStatement) row = NULL;
  char day[TH_DAY_BYTES];
  guint8 hash[TH_PERSON_HASH_BYTES];
  ThRest rest = { .n_shown = 0 };

  if (now_us == 0)
    return FALSE;
  if (!th_records_shown_day (records, day, error) || day[0] == '\0'
      || !th_records_hash_person (records, day, person, hash, error))
    return FALSE;
  row = th_db_query (records->db,
                     "SELECT r.visit, r.reasons, r.least_us, r.until_us FROM rests r"
                     " JOIN lookups l ON l.visit = r.visit"
                     " WHERE l.day = $1 AND l.hash = $2 AND r.day = $1 AND r.limit_us >= $3",
                     "sbx", day, hash, (gsize) TH_PERSON_HASH_BYTES, now_us);
  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  g_strlcpy (rest.visit, th_statement_text (row, 0), sizeof rest.visit);
  rest.reasons = (ThReason) th_statement_int (row, 1);
  rest.least_s = seconds_until (th_statement_int (row, 2), now_us);
  rest.left_s = seconds_until (th_statement_int (row, 3), now_us);
  if (!read_shown (records, &rest, error))
    return FALSE;
  *ret_rest = rest;
  return TRUE;
}

gboolean
th_records_end_rest_of (ThRecords *records, const char *day,
                        const guint8 hash[TH_PERSON_HASH_BYTES], const char *visit, GError **error)
{
  g_autoptr(ThLogBody) left = th_log_body_new ();
  char resting[37];

  {
    g_autoptr(ThStatement) row = th_db_query (
        records->db,
        "SELECT r.visit FROM rests r JOIN lookups l ON l.visit = r.visit"
        " WHERE l.day = $1 AND l.hash = $2 AND r.visit <> $3",
        "sbs", day, hash, (gsize) TH_PERSON_HASH_BYTES, visit);
    ThStep step = th_statement_step (row, error);

    if (step != TH_STEP_ROW)
      return step == TH_STEP_DONE;
    g_strlcpy (resting, th_statement_text (row, 0), sizeof resting);
  }
  th_log_body_set_text (left, "state", "rest");
  th_log_body_set_text (left, "reason", "served-otherwise");
  return th_records_append (records, TH_LOG_LEFT, resting, left, error);
}

/* One visit whose time is over. Of today: a number, so that the place is kept, with a case and without a
 * slip. Of a day before: there is nothing left to keep. */
static gboolean
give_up (ThRecords *records, const char *today, const char *visit, const char *day, char lane,
         ThReason reasons, GError **error)
{
  const ThQueuePlace alone = { .household = "" };
  g_autoptr(ThLogBody) left = th_log_body_new ();

  if (strcmp (day, today) == 0)
    return th_records_append_ticket (records, visit, day, lane, reasons | TH_REASON_NOT_BACK, "",
                                     "", &alone, error) &&
           th_records_fail_slip (records, visit, "did not come back", error);
  th_log_body_set_text (left, "state", "rest");
  th_log_body_set_text (left, "reason", "not-back");
  return th_records_append (records, TH_LOG_LEFT, visit, left, error);
}

typedef struct
{
  char visit[37];
  char day[TH_DAY_BYTES];
  char lane;
  ThReason reasons;
} Late;

static GArray *
list_late (ThRecords *records, gint64 now_us, const char *today, const char *except, GError **error)
{
  g_autoptr(GArray) late = g_array_new (FALSE, TRUE, sizeof (Late));
  g_autoptr(ThStatement) row =
      th_db_query (records->db,
                   "SELECT visit, day, lane, reasons FROM rests"
                   " WHERE (limit_us < $1 OR day <> $2) AND visit <> $3 ORDER BY limit_us",
                   "xss", now_us, today, except);
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      Late one = { .lane = th_statement_text (row, 2)[0],
                   .reasons = (ThReason) th_statement_int (row, 3) };

      g_strlcpy (one.visit, th_statement_text (row, 0), sizeof one.visit);
      g_strlcpy (one.day, th_statement_text (row, 1), sizeof one.day);
      g_array_append_val (late, one);
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&late) : NULL;
}

gboolean
th_records_end_rests (ThRecords *records, const char *except, guint *ret_n, GError **error)
{
  g_autoptr(ThTransaction) transaction = NULL;
  g_autoptr(GArray) late = NULL;
  ThDayStatus status;
  char today[TH_DAY_BYTES];

  *ret_n = 0;
  if (!th_records_day_state (records, &status, error))
    return FALSE;
  /* A day that was closed may be opened again: its places are kept until the next one. */
  if (status.state == TH_DAY_CLOSED)
    return TRUE;
  /* Looked at first without holding anybody up: mostly there is none. */
  late = list_late (records, status.now_us, status.day, except, error);
  if (late == NULL || late->len == 0)
    return late != NULL;
  g_clear_pointer (&late, g_array_unref);

  transaction = th_records_begin (records, error);
  if (transaction == NULL || !th_records_shown_day (records, today, error))
    return FALSE;
  late = list_late (records, records->now_us, today, except, error);
  if (late == NULL)
    return FALSE;
  for (guint i = 0; i < late->len; i++)
    {
      const Late *one = &g_array_index (late, Late, i);

      if (!give_up (records, today, one->visit, one->day, one->lane, one->reasons, error))
        return FALSE;
    }
  if (!th_records_balance_doses (records, NULL, error) ||
      !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  *ret_n = late->len;
  return TRUE;
}
