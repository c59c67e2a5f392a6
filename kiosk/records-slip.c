/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of the paper. The rules that make a second original impossible are all in
 * th_slip_state_can_follow(). */
#include "kiosk/records-private.h"

#include <string.h>

static const char *const states[] = {
  [TH_SLIP_STATE_QUEUED] = "queued",       [TH_SLIP_STATE_SENDING] = "sending",
  [TH_SLIP_STATE_SENT] = "sent",           [TH_SLIP_STATE_CONFIRMED] = "confirmed",
  [TH_SLIP_STATE_UNCERTAIN] = "uncertain", [TH_SLIP_STATE_FAILED] = "failed",
};

const char *
th_slip_state_to_string (ThSlipState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (states), "");
  return states[state];
}

gboolean
th_slip_state_from_string (const char *text, ThSlipState *ret_state)
{
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (text, states[i]) == 0)
      {
        *ret_state = i;
        return TRUE;
      }
  return FALSE;
}

gboolean
th_slip_state_can_follow (ThSlipState before, ThSlipState after)
{
  switch (before)
    {
    case TH_SLIP_STATE_QUEUED:
      return after == TH_SLIP_STATE_SENDING || after == TH_SLIP_STATE_UNCERTAIN ||
             after == TH_SLIP_STATE_FAILED;
    case TH_SLIP_STATE_SENDING:
      return after == TH_SLIP_STATE_SENT || after == TH_SLIP_STATE_CONFIRMED ||
             after == TH_SLIP_STATE_UNCERTAIN || after == TH_SLIP_STATE_FAILED;
    case TH_SLIP_STATE_SENT:
      return after == TH_SLIP_STATE_CONFIRMED || after == TH_SLIP_STATE_UNCERTAIN;
    case TH_SLIP_STATE_FAILED: /* no byte reached the printer: the only way to send again, or to
                                  fail again */
      return after == TH_SLIP_STATE_SENDING || after == TH_SLIP_STATE_FAILED;
    case TH_SLIP_STATE_CONFIRMED:
    case TH_SLIP_STATE_UNCERTAIN:
      return FALSE;
    }
  return FALSE;
}

static ThLogBody *
slip_body (guint copy, ThSlipState state, const char *why, const char *by)
{
  ThLogBody *body = th_log_body_new ();

  th_log_body_set_int (body, "copy", copy);
  th_log_body_set_text (body, "state", th_slip_state_to_string (state));
  th_log_body_set_text (body, "why", why != NULL ? why : "");
  if (*by != '\0')
    th_log_body_set_text (body, "by", by);
  return body;
}

gboolean
th_records_append_slip (ThRecords *records, const char *visit, guint copy, ThSlipState state,
                        const char *why, const char *by, GError **error)
{
  g_autoptr(ThLogBody) body = slip_body (copy, state, why, by);

  return th_records_append (records, TH_LOG_SLIP, visit, body, error);
}

gboolean
th_records_fail_slip (ThRecords *records, const char *visit, const char *why, GError **error)
{
  return th_records_append_slip (records, visit, 0, TH_SLIP_STATE_FAILED, why, "", error);
}

gboolean
th_records_queue_slip (ThRecords *records, const char *visit, guint copy, const char *by,
                       const char *language, GError **error)
{
  g_autoptr(ThLogBody) body = slip_body (copy, TH_SLIP_STATE_QUEUED, "", by);

  if (*language != '\0')
    th_log_body_set_text (body, "language", language);
  return th_records_append (records, TH_LOG_SLIP, visit, body, error);
}

gboolean
th_records_read_slip (ThRecords *records, const char *visit, guint copy, ThSlipState *ret_state,
                      gboolean *ret_ordered, guint *ret_sendings, GError **error)
{
  g_autoptr(ThStatement) row = th_db_query (
      records->db,
      "SELECT state, ordered_by <> '', sendings FROM slips WHERE visit = $1 AND copy = $2", "si",
      visit, (int) copy);
  ThStep step = th_statement_step (row, error);

  if (step == TH_STEP_FAILED)
    return FALSE;
  if (step == TH_STEP_DONE)
    return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND, "there is no such slip");
  if (!th_slip_state_from_string (th_statement_text (row, 0), ret_state))
    return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a slip is in no known state");
  *ret_ordered = th_statement_int (row, 1) != 0;
  *ret_sendings = (guint) th_statement_int (row, 2);
  return TRUE;
}

gboolean
th_records_slip (ThRecords *records, const char *visit, guint copy, ThSlipState state,
                 const char *why, GError **error)
{
  g_autoptr(ThTransaction) transaction = th_records_begin (records, error);
  ThSlipState before = TH_SLIP_STATE_QUEUED;
  gboolean ordered;
  guint sendings;

  if (transaction == NULL ||
      !th_records_read_slip (records, visit, copy, &before, &ordered, &sendings, error))
    return FALSE;
  if (!th_slip_state_can_follow (before, state))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "a slip that is %s cannot become %s",
                              states[before], states[state]);
  if (!th_records_append_slip (records, visit, copy, state, why, "", error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}

static gboolean
read_copies (ThRecords *records, const char *visit, guint *ret_copies, GError **error)
{
  g_autoptr(ThStatement) row =
      th_db_query (records->db, "SELECT copies FROM tickets WHERE visit = $1", "s", visit);
  ThStep step = th_statement_step (row, error);

  if (step == TH_STEP_DONE)
    return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND, "this visit has no ticket");
  if (step == TH_STEP_ROW)
    *ret_copies = (guint) th_statement_int (row, 0);
  return step == TH_STEP_ROW;
}

gboolean
th_records_new_copy (ThRecords *records, const char *visit, guint *ret_copy, GError **error)
{
  g_autoptr(ThTransaction) transaction = th_records_begin (records, error);
  g_autoptr(ThLogBody) body = th_log_body_new ();
  guint copies = 0;

  if (transaction == NULL || !read_copies (records, visit, &copies, error))
    return FALSE;
  th_log_body_set_int (body, "copy", copies + 1);
  if (!th_records_append (records, TH_LOG_COPY_ASKED, visit, body, error) ||
      !th_records_queue_slip (records, visit, copies + 1, "", "", error) ||
      !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  *ret_copy = copies + 1;
  return TRUE;
}

typedef struct
{
  char visit[37];
  guint copy;
  gboolean waited; /* staff asked for it on a day that is over; it reached no paper */
} Unfinished;

/* A slip that staff asked for and that was never begun is still to be printed, today; who stood at
 * the kiosk for a queued one has gone. */
static GArray *
list_unfinished (ThRecords *records, gboolean answers, GError **error)
{
  g_autoptr(GArray) list = g_array_new (FALSE, FALSE, sizeof (Unfinished));
  g_autoptr(ThStatement) row = NULL;
  char day[TH_DAY_BYTES];
  ThStep step;

  if (!th_records_shown_day (records, day, error))
    return NULL;
  row = th_db_query (records->db,
                     "SELECT s.visit, s.copy, s.state = 'queued' AND s.ordered_by <> ''"
                     " FROM slips s JOIN tickets t ON t.visit = s.visit"
                     " WHERE s.state IN ('queued', 'sending', $1)"
                     " AND (s.state <> 'queued' OR s.ordered_by = '' OR t.day < $2)"
                     " AND (s.state <> 'sent' OR s.why <> 'unwatched')"
                     " ORDER BY s.at_us, s.visit, s.copy",
                     "ss", answers ? "sent" : "sending", day);

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      Unfinished slip = { .copy = (guint) th_statement_int (row, 1),
                          .waited = th_statement_int (row, 2) != 0 };

      g_strlcpy (slip.visit, th_statement_text (row, 0), sizeof slip.visit);
      g_array_append_val (list, slip);
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&list) : NULL;
}

gboolean
th_records_settle_slips (ThRecords *records, gboolean answers, guint *ret_n, GError **error)
{
  g_autoptr(ThTransaction) transaction = th_records_begin (records, error);
  g_autoptr(GArray) list = transaction != NULL ? list_unfinished (records, answers, error) : NULL;
  guint n = 0;

  if (list == NULL)
    return FALSE;
  for (guint i = 0; i < list->len; i++)
    {
      const Unfinished *slip = &g_array_index (list, Unfinished, i);

      if (!th_records_append_slip (records, slip->visit, slip->copy,
                                   slip->waited ? TH_SLIP_STATE_FAILED : TH_SLIP_STATE_UNCERTAIN,
                                   slip->waited ? "day over" : "restart", "", error))
        return FALSE;
      n += !slip->waited;
    }
  if (!th_records_settle_sheets (records, answers, error) ||
      !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  if (ret_n != NULL)
    *ret_n = n;
  return TRUE;
}
