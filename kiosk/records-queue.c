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

  if (view == NULL || !th_records_shown_day (records, day, error))
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

const char th_records_entry_sql[] =
    "SELECT t.visit, t.lane, t.number, t.issued_at_us, s.state, coalesce (c.decision, 'cleared'),"
    " coalesce (n.notes, ''), s.ordered_by <> '', t.copies, coalesce (k.state, 'queued'),"
    " coalesce (k.ordered_by, '') <> '' AND k.why <> 'cancelled', m.zone, m.state, m.at_us,"
    " m.recalled_at_us, m.order_us, m.until_us, m.no_shows, m.number, m.from_zone, m.desk, m.why,"
    " t.household, t.window_from_us, t.window_to_us"
    " FROM tickets t CROSS JOIN moves m JOIN slips s ON m.visit = t.visit AND m.number = t.moves"
    " AND s.visit = t.visit AND s.copy = 0 LEFT JOIN cases c ON c.visit = t.visit"
    " LEFT JOIN slips k ON k.visit = t.visit AND k.copy = t.copies AND t.copies > 0"
    " LEFT JOIN card_notes n ON n.visit = t.visit ";

/* A case goes before what the queue says, but whoever has gone has gone. */
static ThTicketState
shown_state (ThTicketState place, ThDecision decision)
{
  if (place == TH_TICKET_DONE || place == TH_TICKET_LEFT || place == TH_TICKET_NO_SHOW)
    return place;
  if (decision == TH_DECISION_DEFERRED || decision == TH_DECISION_FEVER_CLINIC)
    return TH_TICKET_CLOSED;
  return decision == TH_DECISION_NONE ? TH_TICKET_HELD : place;
}

gboolean
th_records_take_entry (ThStatement *row, ThQueueEntry *ret_entry, GError **error)
{
  ThQueueEntry entry = { .state = TH_TICKET_WAITING };
  const char *visit = th_statement_text (row, 0);
  const char *lane = th_statement_text (row, 1);
  ThDecision decision;
  ThTicketState place;

  if (visit == NULL || lane == NULL ||
      !th_slip_state_from_string (th_statement_text (row, 4), &entry.slip) ||
      !th_decision_from_string (th_statement_text (row, 5), &decision) ||
      !th_slip_state_from_string (th_statement_text (row, 9), &entry.copy_slip) ||
      !th_ticket_state_from_string (th_statement_text (row, 12), &place))
    return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a ticket is damaged");
  g_strlcpy (entry.visit, visit, sizeof entry.visit);
  entry.lane = lane[0];
  entry.number = (guint) th_statement_int (row, 2);
  entry.issued_at_us = th_statement_int (row, 3);
  g_strlcpy (entry.card_notes, th_statement_text (row, 6), sizeof entry.card_notes);
  entry.ordered = th_statement_int (row, 7) != 0;
  entry.copies = (guint) th_statement_int (row, 8);
  entry.copy_ordered = th_statement_int (row, 10) != 0;
  g_strlcpy (entry.zone, th_statement_text (row, 11), sizeof entry.zone);
  entry.state = shown_state (place, decision);
  entry.since_us = th_statement_int (row, 13);
  if (entry.state == TH_TICKET_CALLED)
    entry.called_at_us = MAX (entry.since_us, th_statement_int (row, 14));
  entry.order_us = th_statement_int (row, 15);
  entry.until_us = th_statement_int (row, 16);
  entry.no_shows = (guint) th_statement_int (row, 17);
  entry.steps = (guint) th_statement_int (row, 18);
  g_strlcpy (entry.from_zone, th_statement_text (row, 19), sizeof entry.from_zone);
  g_strlcpy (entry.desk, th_statement_text (row, 20), sizeof entry.desk);
  g_strlcpy (entry.why, th_statement_text (row, 21), sizeof entry.why);
  g_strlcpy (entry.household, th_statement_text (row, 22), sizeof entry.household);
  entry.window_from_us = th_statement_int (row, 23);
  entry.window_to_us = th_statement_int (row, 24);
  *ret_entry = entry;
  return TRUE;
}

GPtrArray *
th_records_list_queue (ThRecords *records, GError **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *sql =
      g_strconcat (th_records_entry_sql, "WHERE t.day = $1 ORDER BY t.lane, t.number", NULL);
  g_autoptr(ThStatement) row = NULL;
  char day[TH_DAY_BYTES];
  ThStep step;

  if (!th_records_shown_day (records, day, error))
    return NULL;
  row = th_db_query (records->db, sql, "s", day);
  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      g_autofree ThQueueEntry *entry = g_new0 (ThQueueEntry, 1);

      if (!th_records_take_entry (row, entry, error))
        return NULL;
      g_ptr_array_add (list, g_steal_pointer (&entry));
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&list) : NULL;
}
