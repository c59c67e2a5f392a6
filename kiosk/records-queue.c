/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What staff see and do: cases and the queue. */
#include "kiosk/records-private.h"

#include <string.h>

#define MAX_REASON 500 /* characters */

static const char *const decisions[] = {
  [TH_DECISION_NONE] = "open",
  [TH_DECISION_CLEARED] = "cleared",
  [TH_DECISION_DEFERRED] = "deferred",
  [TH_DECISION_FEVER_CLINIC] = "fever-clinic",
};

const char *
th_decision_to_string (ThDecision decision)
{
  g_return_val_if_fail (decision < G_N_ELEMENTS (decisions), "");
  return decisions[decision];
}

gboolean
th_decision_from_string (const char *text, ThDecision *ret_decision)
{
  for (guint i = 0; i < G_N_ELEMENTS (decisions); i++)
    if (g_strcmp0 (text, decisions[i]) == 0)
      {
        *ret_decision = i;
        return TRUE;
      }
  return FALSE;
}

gboolean
th_records_check_by (const char *by, GError **error)
{
  if (by != NULL && by[0] != '\0')
    return TRUE;
  return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "every decision carries a name");
}

/* The day of now, for lists; @ret_day is unchanged on failure. */
static gboolean
today (ThRecords *records, char ret_day[TH_DAY_BYTES], GError **error)
{
  gint64 now_us = th_records_now_us (records, error);

  if (now_us == 0)
    return FALSE;
  th_records_day (now_us, ret_day);
  return TRUE;
}

/* --- cases ------------------------------------------------------------------------------------ */

void
th_case_free (ThCase *the_case)
{
  if (the_case == NULL)
    return;
  g_free (the_case->card_notes);
  g_free (the_case->decided_by);
  g_free (the_case->reason_text);
  g_free (the_case);
}

static gboolean
read_readings (ThRecords *records, ThCase *the_case, GError **error)
{
  /* The newest eight, oldest first. */
  g_autoptr(ThStatement) row =
      th_db_query (records->db,
                   "SELECT shown_tenths, skin_mc, room_mc, at_us, method = $2 FROM"
                   " (SELECT number, shown_tenths, skin_mc, room_mc, at_us, method FROM readings"
                   "  WHERE visit = $1 ORDER BY number DESC LIMIT 8) newest ORDER BY number",
                   "ss", the_case->visit, TH_METHOD_HAND_HELD);
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    the_case->readings[the_case->n_readings++] = (ThCaseReading){
      .shown_tenths = (int) th_statement_int (row, 0),
      .skin_mc = (int) th_statement_int (row, 1),
      .room_mc = (int) th_statement_int (row, 2),
      .at_us = th_statement_int (row, 3),
      .hand_held = th_statement_int (row, 4) != 0,
    };
  return step == TH_STEP_DONE;
}

static gboolean
read_answers (ThRecords *records, ThCase *the_case, GError **error)
{
  g_autoptr(ThStatement) row = th_db_query (
      records->db, "SELECT question, yes FROM answers WHERE visit = $1", "s", the_case->visit);
  ThStep step;

  memset (the_case->answers, -1, sizeof the_case->answers);
  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    for (guint i = 0; i < TH_N_QUESTIONS; i++)
      if (g_strcmp0 (th_statement_text (row, 0), th_question_to_string (i)) == 0)
        the_case->answers[i] = th_statement_int (row, 1) != 0;
  return step == TH_STEP_DONE;
}

static gboolean
take_case (ThStatement *row, ThCase *the_case, GError **error)
{
  const char *visit = th_statement_text (row, 0);
  const char *lane = th_statement_text (row, 1);

  if (visit == NULL || lane == NULL ||
      !th_decision_from_string (th_statement_text (row, 5), &the_case->decision) ||
      !th_slip_state_from_string (th_statement_text (row, 11), &the_case->slip))
    return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a case is damaged");
  g_strlcpy (the_case->visit, visit, sizeof the_case->visit);
  the_case->lane = lane[0];
  the_case->number = (guint) th_statement_int (row, 2);
  the_case->reasons = (ThReason) th_statement_int (row, 3);
  the_case->flagged_at_us = th_statement_int (row, 4);
  the_case->decided_at_us = th_statement_int (row, 6);
  the_case->decided_by = g_strdup (th_statement_text (row, 7));
  the_case->reason_text = g_strdup (th_statement_text (row, 8));
  the_case->card_notes = g_strdup (th_statement_text (row, 12));
  the_case->oral_report_at_us = th_statement_int (row, 9);
  the_case->written_report_at_us = th_statement_int (row, 10);
  return TRUE;
}

GPtrArray *
th_records_list_cases (ThRecords *records, GError **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) th_case_free);
  g_autoptr(ThTransaction) view = th_db_begin (records->db, FALSE, error);
  g_autoptr(ThStatement) row = NULL;
  char day[TH_DAY_BYTES];
  ThStep step;

  if (view == NULL || !today (records, day, error))
    return NULL;
  row = th_db_query (records->db,
                     "SELECT c.visit, t.lane, t.number, c.reasons, c.flagged_at_us, c.decision,"
                     " c.decided_at_us, c.decided_by, c.reason, c.oral_report_at_us,"
                     " c.written_report_at_us, s.state, coalesce (n.notes, '')"
                     " FROM cases c JOIN tickets t ON t.visit = c.visit"
                     " JOIN slips s ON s.visit = c.visit AND s.copy = 0"
                     " LEFT JOIN card_notes n ON n.visit = c.visit"
                     " WHERE t.day = $1 OR c.decision = 'open'"
                     " ORDER BY c.decision <> 'open', c.flagged_at_us, t.lane, t.number",
                     "s", day);
  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      g_autoptr(ThCase) the_case = g_new0 (ThCase, 1);

      if (!take_case (row, the_case, error) || !read_readings (records, the_case, error) ||
          !read_answers (records, the_case, error))
        return NULL;
      g_ptr_array_add (list, g_steal_pointer (&the_case));
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&list) : NULL;
}

static gboolean
check_case (ThRecords *records, const char *visit, GError **error)
{
  g_autoptr(ThStatement) row =
      th_db_query (records->db, "SELECT 1 FROM cases WHERE visit = $1", "s", visit);
  ThStep step = th_statement_step (row, error);

  if (step == TH_STEP_DONE)
    return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND, "this visit has no case");
  return step == TH_STEP_ROW;
}

/* Who comes another day needs no dose today; who was sent away by mistake does. */
static gboolean
follow_decision (ThRecords *records, const char *visit, ThDecision decision, const char *by,
                 GError **error)
{
  if (decision == TH_DECISION_DEFERRED || decision == TH_DECISION_FEVER_CLINIC)
    return th_records_give_up_dose (records, visit, th_decision_to_string (decision), by, error);
  return th_records_reserve_again (records, visit, error);
}

gboolean
th_records_decide (ThRecords *records, const char *visit, ThDecision decision, const char *reason,
                   const char *by, GError **error)
{
  g_autoptr(ThTransaction) transaction = NULL;
  g_autoptr(ThLogBody) body = th_log_body_new ();
  glong len = reason != NULL && g_utf8_validate (reason, -1, NULL) ? g_utf8_strlen (reason, -1) : 0;

  if (len < 1 || len > MAX_REASON)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "a decision needs a reason of 1 to %d characters", MAX_REASON);
  if (!th_records_check_by (by, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !check_case (records, visit, error))
    return FALSE;
  th_log_body_set_text (body, "decision", th_decision_to_string (decision));
  th_log_body_set_text (body, "reason", reason);
  th_log_body_set_text (body, "by", by);
  if (!th_records_append (records, TH_LOG_REVIEWED, visit, body, error) ||
      !follow_decision (records, visit, decision, by, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}

gboolean
th_records_reported (ThRecords *records, const char *visit, gboolean written, const char *by,
                     GError **error)
{
  g_autoptr(ThTransaction) transaction = NULL;
  g_autoptr(ThLogBody) body = th_log_body_new ();

  if (!th_records_check_by (by, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !check_case (records, visit, error))
    return FALSE;
  th_log_body_set_flag (body, "written", written);
  th_log_body_set_text (body, "by", by);
  if (!th_records_append (records, TH_LOG_REPORTED, visit, body, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}

/* --- the queue -------------------------------------------------------------------------------- */

#define ENTRY                                                                                      \
  "SELECT t.visit, t.lane, t.number, t.issued_at_us, t.called_at_us, s.state,"                     \
  " coalesce (c.decision, 'cleared'), coalesce (n.notes, ''), s.ordered_by <> '', t.copies,"       \
  " coalesce (k.state, 'queued'), coalesce (k.ordered_by, '') <> '' AND k.why <> 'cancelled'"       \
  " FROM tickets t"                                                                                \
  " JOIN slips s ON s.visit = t.visit AND s.copy = 0 LEFT JOIN cases c ON c.visit = t.visit "      \
  " LEFT JOIN slips k ON k.visit = t.visit AND k.copy = t.copies AND t.copies > 0 "                \
  " LEFT JOIN card_notes n ON n.visit = t.visit "

static gboolean
take_entry (ThStatement *row, ThQueueEntry *ret_entry, GError **error)
{
  ThQueueEntry entry = { .state = TH_TICKET_WAITING };
  const char *visit = th_statement_text (row, 0);
  const char *lane = th_statement_text (row, 1);
  ThDecision decision;

  if (visit == NULL || lane == NULL ||
      !th_slip_state_from_string (th_statement_text (row, 5), &entry.slip) ||
      !th_decision_from_string (th_statement_text (row, 6), &decision) ||
      !th_slip_state_from_string (th_statement_text (row, 10), &entry.copy_slip))
    {
      th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a ticket is damaged");
      return FALSE;
    }
  g_strlcpy (entry.visit, visit, sizeof entry.visit);
  entry.lane = lane[0];
  entry.number = (guint) th_statement_int (row, 2);
  entry.issued_at_us = th_statement_int (row, 3);
  entry.called_at_us = th_statement_int (row, 4);
  g_strlcpy (entry.card_notes, th_statement_text (row, 7), sizeof entry.card_notes);
  entry.ordered = th_statement_int (row, 8) != 0;
  entry.copies = (guint) th_statement_int (row, 9);
  entry.copy_ordered = th_statement_int (row, 11) != 0;
  if (decision == TH_DECISION_DEFERRED || decision == TH_DECISION_FEVER_CLINIC)
    entry.state = TH_TICKET_CLOSED;
  else if (decision == TH_DECISION_NONE)
    entry.state = TH_TICKET_HELD;
  else if (entry.called_at_us != 0)
    entry.state = TH_TICKET_CALLED;
  *ret_entry = entry;
  return TRUE;
}

GPtrArray *
th_records_list_queue (ThRecords *records, GError **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(ThStatement) row = NULL;
  char day[TH_DAY_BYTES];
  ThStep step;

  if (!today (records, day, error))
    return NULL;
  row = th_db_query (records->db, ENTRY "WHERE t.day = $1 ORDER BY t.lane, t.number", "s", day);
  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      g_autofree ThQueueEntry *entry = g_new0 (ThQueueEntry, 1);

      if (!take_entry (row, entry, error))
        return NULL;
      g_ptr_array_add (list, g_steal_pointer (&entry));
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&list) : NULL;
}

/* FALSE with @error unset: nobody waits. */
static gboolean
find_next (ThRecords *records, const char *day, char lane, ThQueueEntry *ret_entry, GError **error)
{
  const char name[2] = { lane, '\0' };
  g_autoptr(ThStatement) row =
      th_db_query (records->db,
                   ENTRY "WHERE t.day = $1 AND t.lane = $2 AND t.called_at_us = 0"
                         " AND coalesce (c.decision, 'cleared') = 'cleared'"
                         " ORDER BY t.number LIMIT 1",
                   "ss", day, name);

  return th_statement_step (row, error) == TH_STEP_ROW && take_entry (row, ret_entry, error);
}

gboolean
th_records_call_next (ThRecords *records, char lane, const char *by, ThQueueEntry *ret_entry,
                      GError **error)
{
  g_autoptr(ThTransaction) transaction = NULL;
  g_autoptr(ThLogBody) body = th_log_body_new ();
  char day[TH_DAY_BYTES];
  ThQueueEntry entry;

  if (!th_records_check_by (by, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL)
    return FALSE;
  th_records_day (records->now_us, day);
  if (!find_next (records, day, lane, &entry, error))
    return FALSE;
  th_log_body_set_text (body, "by", by);
  if (!th_records_append (records, TH_LOG_CALLED, entry.visit, body, error) ||
      !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  entry.state = TH_TICKET_CALLED;
  entry.called_at_us = records->now_us;
  *ret_entry = entry;
  return TRUE;
}

static gboolean
check_called (ThRecords *records, const char *visit, GError **error)
{
  g_autoptr(ThStatement) row = th_db_query (records->db, ENTRY "WHERE t.visit = $1", "s", visit);
  ThStep step = th_statement_step (row, error);
  ThQueueEntry entry;

  if (step == TH_STEP_DONE)
    return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND, "this visit has no ticket");
  if (step == TH_STEP_FAILED || !take_entry (row, &entry, error))
    return FALSE;
  if (entry.state != TH_TICKET_CALLED)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "only a number that was called can be put back");
  return TRUE;
}

gboolean
th_records_put_back (ThRecords *records, const char *visit, const char *by, GError **error)
{
  g_autoptr(ThTransaction) transaction = NULL;
  g_autoptr(ThLogBody) body = th_log_body_new ();

  if (!th_records_check_by (by, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !check_called (records, visit, error))
    return FALSE;
  th_log_body_set_text (body, "by", by);
  if (!th_records_append (records, TH_LOG_PUT_BACK, visit, body, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}
