/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of the paper. The rules that make a second original impossible are all in
 * can_follow(). */
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

static gboolean
can_follow (ThSlipState before, ThSlipState after)
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

static gboolean
append_slip (ThRecords *records, const char *visit, guint copy, ThSlipState state, const char *why,
             GError **error)
{
  g_autoptr(ThLogBody) body = th_log_body_new ();

  th_log_body_set_int (body, "copy", copy);
  th_log_body_set_text (body, "state", th_slip_state_to_string (state));
  th_log_body_set_text (body, "why", why != NULL ? why : "");
  return th_records_append (records, TH_LOG_SLIP, visit, body, error);
}

gboolean
th_records_queue_slip (ThRecords *records, const char *visit, guint copy, GError **error)
{
  return append_slip (records, visit, copy, TH_SLIP_STATE_QUEUED, "", error);
}

static gboolean
read_state (ThRecords *records, const char *visit, guint copy, ThSlipState *ret_state,
            GError **error)
{
  g_autoptr(ThStatement) row =
      th_db_query (records->db, "SELECT state FROM slips WHERE visit = $1 AND copy = $2", "si",
                   visit, (int) copy);
  ThStep step = th_statement_step (row, error);

  if (step == TH_STEP_FAILED)
    return FALSE;
  if (step == TH_STEP_DONE)
    return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND, "there is no such slip");
  if (!th_slip_state_from_string (th_statement_text (row, 0), ret_state))
    return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a slip is in no known state");
  return TRUE;
}

gboolean
th_records_slip (ThRecords *records, const char *visit, guint copy, ThSlipState state,
                 const char *why, GError **error)
{
  g_autoptr(ThTransaction) transaction = th_records_begin (records, error);
  ThSlipState before = TH_SLIP_STATE_QUEUED;

  if (transaction == NULL || !read_state (records, visit, copy, &before, error))
    return FALSE;
  if (!can_follow (before, state))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "a slip that is %s cannot become %s",
                              states[before], states[state]);
  if (!append_slip (records, visit, copy, state, why, error))
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
      !th_records_queue_slip (records, visit, copies + 1, error) ||
      !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  *ret_copy = copies + 1;
  return TRUE;
}

typedef struct
{
  char visit[37];
  guint copy;
} Unfinished;

static GArray *
list_unfinished (ThRecords *records, gboolean answers, GError **error)
{
  g_autoptr(GArray) list = g_array_new (FALSE, FALSE, sizeof (Unfinished));
  g_autoptr(ThStatement) row =
      th_db_query (records->db,
                   "SELECT visit, copy FROM slips WHERE state IN ('queued', 'sending', $1)"
                   " AND (state <> 'sent' OR why <> 'unwatched')"
                   " ORDER BY at_us, visit, copy",
                   "s", answers ? "sent" : "sending");
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      Unfinished slip = { .copy = (guint) th_statement_int (row, 1) };

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

  if (list == NULL)
    return FALSE;
  for (guint i = 0; i < list->len; i++)
    {
      const Unfinished *slip = &g_array_index (list, Unfinished, i);

      if (!append_slip (records, slip->visit, slip->copy, TH_SLIP_STATE_UNCERTAIN, "restart",
                        error))
        return FALSE;
    }
  if (!th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  if (ret_n != NULL)
    *ret_n = list->len;
  return TRUE;
}
