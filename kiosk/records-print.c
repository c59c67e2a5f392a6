/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slips that staff ask for: they wait in the log, and the kiosk that has the printer carries them
 * out. A slip that waits reached no paper, so it may be begun, cancelled or put off as often as one
 * likes; from "sending" on the rules of records-slip.c hold. */
#include "kiosk/records-private.h"

#include <string.h>

/* A printer that says it is ready and takes nothing this often is not tried again by itself. */
#define MAX_SENDINGS 3

/* What is asked for: the original if nothing of it ever reached paper, else another copy. */
typedef struct
{
  char day[TH_DAY_BYTES];
  char language[16];
  guint copies;
  ThSlipState original;
  gboolean waits; /* one that was asked for before … */
  guint waiting;  /* … is this one */
} Ordered;

static gboolean
read_ordered (ThRecords *records, const char *visit, Ordered *ret_ordered, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (
      records->db,
      "SELECT t.day, t.copies, s.state, coalesce (v.language, ''),"
      " (SELECT min (w.copy) FROM slips w WHERE w.visit = t.visit AND w.ordered_by <> ''"
      "  AND w.state IN ('queued', 'sending')) FROM tickets t"
      " JOIN slips s ON s.visit = t.visit AND s.copy = 0"
      " LEFT JOIN visits v ON v.visit = t.visit WHERE t.visit = $1",
      "s", visit);
  ThStep step = th_statement_step (row, error);
  Ordered ordered = { 0 };

  if (step == TH_STEP_DONE)
    return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND, "this visit has no ticket");
  if (step == TH_STEP_FAILED)
    return FALSE;
  if (!th_slip_state_from_string (th_statement_text (row, 2), &ordered.original))
    return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a slip is in no known state");
  g_strlcpy (ordered.day, th_statement_text (row, 0), sizeof ordered.day);
  ordered.copies = (guint)th_statement_int (row, 1);
  g_strlcpy (ordered.language, th_statement_text (row, 3), sizeof ordered.language);
  ordered.waits = th_statement_text (row, 4) != NULL;
  ordered.waiting = (guint)th_statement_int (row, 4);
  *ret_ordered = ordered;
  return TRUE;
}

static gboolean
append_copy (ThRecords *records, const char *visit, guint copy, const char *by,
             const char *language, GError **error)
{
  g_autoptr (ThLogBody) body = th_log_body_new ();

  th_log_body_set_int (body, "copy", copy);
  th_log_body_set_text (body, "by", by);
  return th_records_append (records, TH_LOG_COPY_ASKED, visit, body, error)
         && th_records_queue_slip (records, visit, copy, by, language, error);
}

gboolean
th_records_order_slip (ThRecords *records, const char *visit, const char *by, guint *ret_copy,
                       GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  char day[TH_DAY_BYTES];
  Ordered ordered = { 0 };
  guint copy;

  if (!th_records_check_by (by, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !read_ordered (records, visit, &ordered, error))
    return FALSE;
  if (!th_records_shown_day (records, day, error))
    return FALSE;
  if (strcmp (ordered.day, day) != 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "only a number of today gets a slip");
  if (ordered.waits)
    {
      /* Asked twice, by two people or by two presses: one piece of paper. */
      *ret_copy = ordered.waiting;
      return TRUE;
    }
  if (ordered.original == TH_SLIP_STATE_QUEUED)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "its slip is about to be printed at the kiosk");
  copy = ordered.original == TH_SLIP_STATE_FAILED ? 0 : ordered.copies + 1;
  if (!(copy == 0 ? th_records_queue_slip (records, visit, 0, by, ordered.language, error)
                  : append_copy (records, visit, copy, by, ordered.language, error))
      || !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  *ret_copy = copy;
  return TRUE;
}

/* One step of a slip that staff asked for, if it is @from now. */
static gboolean
step_ordered (ThRecords *records, const char *visit, guint copy, ThSlipState from, ThSlipState to,
              const char *why, const char *by, GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);
  ThSlipState state = TH_SLIP_STATE_FAILED;
  gboolean ordered = FALSE;
  guint sendings = 0;

  if (transaction == NULL
      || !th_records_read_slip (records, visit, copy, &state, &ordered, &sendings, error))
    return FALSE;
  if (!ordered || state != from)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "this slip is %s and not %s by staff",
                              th_slip_state_to_string (state), th_slip_state_to_string (from));
  if (to == TH_SLIP_STATE_QUEUED && sendings >= MAX_SENDINGS)
    to = TH_SLIP_STATE_FAILED;
  return th_records_append_slip (records, visit, copy, to, why, by, error)
         && th_db_commit (g_steal_pointer (&transaction), error);
}

gboolean
th_records_cancel_slip (ThRecords *records, const char *visit, guint copy, const char *by,
                        GError **error)
{
  return th_records_check_by (by, error)
         && step_ordered (records, visit, copy, TH_SLIP_STATE_QUEUED, TH_SLIP_STATE_FAILED,
                          "cancelled", by, error);
}

gboolean
th_records_begin_print (ThRecords *records, const char *visit, guint copy, const char *which,
                        GError **error)
{
  return step_ordered (records, visit, copy, TH_SLIP_STATE_QUEUED, TH_SLIP_STATE_SENDING, which,
                       "", error);
}

gboolean
th_records_put_off_print (ThRecords *records, const char *visit, guint copy, GError **error)
{
  return step_ordered (records, visit, copy, TH_SLIP_STATE_SENDING, TH_SLIP_STATE_QUEUED, "printer",
                       "", error);
}

gboolean
th_records_next_print (ThRecords *records, ThPrint *ret_print, GError **error)
{
  g_autoptr (ThStatement) row = NULL;
  char day[TH_DAY_BYTES];
  ThPrint print = { 0 };

  if (!th_records_shown_day (records, day, error))
    return FALSE;
  row = th_db_query (records->db,
                     "SELECT s.visit, s.copy, s.language, t.day FROM slips s"
                     " JOIN tickets t ON t.visit = s.visit"
                     " WHERE s.state = 'queued' AND s.ordered_by <> ''"
                     " ORDER BY s.at_us, s.visit, s.copy LIMIT 1",
                     "");
  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  print.copy = (guint)th_statement_int (row, 1);
  g_strlcpy (print.language, th_statement_text (row, 2), sizeof print.language);
  print.day_over = strcmp (th_statement_text (row, 3), day) < 0;
  if (!th_records_find_visit (records, th_statement_text (row, 0), &print.ticket, error))
    return FALSE;
  *ret_print = print;
  return TRUE;
}
