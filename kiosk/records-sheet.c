/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/records-sheet.h"

#include <sodium.h>
#include <string.h>

#include "kiosk/records-day.h"
#include "kiosk/records-private.h"

/* As with slips: a printer that says it is ready and takes nothing this often is not tried again by itself. */
#define MAX_SENDINGS 3

#define COLUMNS                                                                                    \
  "SELECT number, kind, state, language, by, why, asked_at_us, reason, return_when, calibration,"   \
  " day, last_seq, last_link FROM sheets "

static const char *const kinds[TH_N_SHEETS] = {
  [TH_SHEET_NOT_TODAY] = "not-today",
  [TH_SHEET_CALIBRATION] = "calibration",
  [TH_SHEET_CLOSE_OF_DAY] = "close-of-day",
};

const char *
th_sheet_kind_to_string (ThSheetKind kind)
{
  g_return_val_if_fail (kind < TH_N_SHEETS, "");
  return kinds[kind];
}

gboolean
th_sheet_kind_from_string (const char *text, ThSheetKind *ret_kind)
{
  for (guint i = 0; i < TH_N_SHEETS; i++)
    if (g_strcmp0 (text, kinds[i]) == 0)
      {
        *ret_kind = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
take_sheet (ThStatement *row, ThSheet *ret_sheet, GError **error)
{
  ThSheet sheet = { .number = (guint)th_statement_int (row, 0) };

  if (!th_sheet_kind_from_string (th_statement_text (row, 1), &sheet.kind)
      || !th_slip_state_from_string (th_statement_text (row, 2), &sheet.state))
    return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a sheet is damaged");
  g_strlcpy (sheet.language, th_statement_text (row, 3), sizeof sheet.language);
  g_strlcpy (sheet.by, th_statement_text (row, 4), sizeof sheet.by);
  g_strlcpy (sheet.why, th_statement_text (row, 5), sizeof sheet.why);
  sheet.asked_at_us = th_statement_int (row, 6);
  g_strlcpy (sheet.reason, th_statement_text (row, 7), sizeof sheet.reason);
  g_strlcpy (sheet.when, th_statement_text (row, 8), sizeof sheet.when);
  g_strlcpy (sheet.calibration.id, th_statement_text (row, 9), sizeof sheet.calibration.id);
  g_strlcpy (sheet.day, th_statement_text (row, 10), sizeof sheet.day);
  sheet.last_seq = th_statement_int (row, 11);
  g_strlcpy (sheet.last_link, th_statement_text (row, 12), sizeof sheet.last_link);
  *ret_sheet = sheet;
  return TRUE;
}

static ThLogBody *
step_body (guint number, ThSlipState state, const char *why)
{
  ThLogBody *body = th_log_body_new ();

  th_log_body_set_int (body, "sheet", number);
  th_log_body_set_text (body, "state", th_slip_state_to_string (state));
  th_log_body_set_text (body, "why", why != NULL ? why : "");
  return body;
}

/* The day that is open, or was; the date before there was any. */
static gboolean
day_of (ThRecords *records, gint64 now_us, char ret_day[TH_DAY_BYTES], GError **error)
{
  if (!th_records_shown_day (records, ret_day, error))
    return FALSE;
  if (ret_day[0] == '\0')
    th_records_day (now_us, ret_day);
  return TRUE;
}

/* --- asked for ---------------------------------------------------------------------------------- */

/* FALSE with @error unset: none of this kind waits for staff. */
static gboolean
find_waiting (ThRecords *records, ThSheetKind kind, const char *day, const char *calibration,
              guint *ret_number, GError **error)
{
  g_autoptr (ThStatement) row
      = th_db_query (records->db,
                     "SELECT min (number) FROM sheets WHERE kind = $1 AND day = $2"
                     " AND calibration = $3 AND by <> '' AND state IN ('queued', 'sending')",
                     "sss", kinds[kind], day, calibration);

  if (th_statement_step (row, error) != TH_STEP_ROW || th_statement_int (row, 0) == 0)
    return FALSE;
  *ret_number = (guint)th_statement_int (row, 0);
  return TRUE;
}

static gboolean
newest_number (ThRecords *records, guint *ret_number, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (records->db, "SELECT max (number) FROM sheets", "");

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  *ret_number = (guint)th_statement_int (row, 0);
  return TRUE;
}

static gboolean
find_calibration (ThRecords *records, const char *id, ThCalibrationRecord *ret_record, GError **error)
{
  g_autoptr (GArray) list = NULL;

  if (*id == '\0')
    {
      if (!th_records_newest_calibration (records, ret_record, error))
        return FALSE;
      if (ret_record->id[0] != '\0')
        return TRUE;
      return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND,
                                "the thermometer was never calibrated");
    }
  list = th_records_list_calibrations (records, 36500, error);
  if (list == NULL)
    return FALSE;
  for (guint i = 0; i < list->len; i++)
    if (strcmp (g_array_index (list, ThCalibrationRecord, i).id, id) == 0)
      {
        *ret_record = g_array_index (list, ThCalibrationRecord, i);
        return TRUE;
      }
  return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND, "there is no such calibration");
}

static gboolean
append_asked (ThRecords *records, const ThSheet *what, guint number, const char *day,
              const char *calibration, const char *by, GError **error)
{
  g_autoptr (ThLogBody) body = step_body (number, TH_SLIP_STATE_QUEUED, "");
  char link[2 * TH_LOG_LINK_BYTES + 1];

  sodium_bin2hex (link, sizeof link, records->link, sizeof records->link);
  th_log_body_set_text (body, "kind", kinds[what->kind]);
  th_log_body_set_text (body, "language", what->language);
  th_log_body_set_text (body, "by", by);
  th_log_body_set_text (body, "day", day);
  switch (what->kind)
    {
    case TH_SHEET_NOT_TODAY:
      th_log_body_set_text (body, "reason", what->reason);
      th_log_body_set_text (body, "return_when", what->when);
      break;
    case TH_SHEET_CALIBRATION:
      th_log_body_set_text (body, "calibration", calibration);
      break;
    case TH_SHEET_CLOSE_OF_DAY:
      th_log_body_set_int (body, "last_seq", records->seq);
      th_log_body_set_text (body, "last_link", link);
      break;
    case TH_N_SHEETS:
      break;
    }
  return th_records_append (records, TH_LOG_SHEET, "", body, error);
}

gboolean
th_records_ask_sheet (ThRecords *records, const ThSheet *what, const char *by, guint *ret_number,
                      GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (GError) local_error = NULL;
  ThCalibrationRecord calibration = { 0 };
  char day[TH_DAY_BYTES];
  guint number = 0;

  g_return_val_if_fail (what->kind < TH_N_SHEETS, FALSE);

  if (what->kind != TH_SHEET_NOT_TODAY && !th_records_check_by (by, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL)
    return FALSE;
  if (!day_of (records, records->now_us, day, error))
    return FALSE;
  if (what->day[0] != '\0')
    g_strlcpy (day, what->day, sizeof day);
  if (what->kind == TH_SHEET_CALIBRATION
      && !find_calibration (records, what->calibration.id, &calibration, error))
    return FALSE;
  if (what->kind != TH_SHEET_NOT_TODAY
      && find_waiting (records, what->kind, day, calibration.id, &number, &local_error))
    {
      if (ret_number != NULL)
        *ret_number = number;
      return TRUE;
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!newest_number (records, &number, error)
      || !append_asked (records, what, number + 1, day, calibration.id, by, error)
      || !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  if (ret_number != NULL)
    *ret_number = number + 1;
  return TRUE;
}

/* --- carried out --------------------------------------------------------------------------------- */

gboolean
th_records_next_sheet (ThRecords *records, ThSheet *ret_sheet, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (
      records->db, COLUMNS "WHERE state = 'queued' ORDER BY number LIMIT 1", "");
  gint64 now_us;
  ThSheet sheet = { .number = 0 };

  if (th_statement_step (row, error) != TH_STEP_ROW || !take_sheet (row, &sheet, error))
    return FALSE;
  now_us = th_records_now_us (records, error);
  if (now_us == 0)
    return FALSE;
  sheet.waited_s = (guint)((now_us - sheet.asked_at_us) / G_USEC_PER_SEC);
  if (sheet.kind == TH_SHEET_CALIBRATION
      && !find_calibration (records, sheet.calibration.id, &sheet.calibration, error))
    return FALSE;
  if (sheet.kind == TH_SHEET_CLOSE_OF_DAY
      && !th_records_day_sums (records, sheet.day, &sheet.sums, error))
    return FALSE;
  *ret_sheet = sheet;
  return TRUE;
}

static gboolean
read_step (ThRecords *records, guint number, ThSlipState *ret_state, guint *ret_sendings,
           GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (
      records->db, "SELECT state, sendings FROM sheets WHERE number = $1", "i", (int)number);
  ThStep step = th_statement_step (row, error);

  if (step == TH_STEP_FAILED)
    return FALSE;
  if (step == TH_STEP_DONE)
    return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND, "there is no such sheet");
  if (!th_slip_state_from_string (th_statement_text (row, 0), ret_state))
    return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a sheet is in no known state");
  *ret_sendings = (guint)th_statement_int (row, 1);
  return TRUE;
}

gboolean
th_records_step_sheet (ThRecords *records, guint number, ThSlipState state, const char *why,
                       GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);
  g_autoptr (ThLogBody) body = NULL;
  ThSlipState before = TH_SLIP_STATE_FAILED;
  guint sendings = 0;

  if (transaction == NULL || !read_step (records, number, &before, &sendings, error))
    return FALSE;
  if (before == TH_SLIP_STATE_FAILED
      || !(th_slip_state_can_follow (before, state)
           || (before == TH_SLIP_STATE_SENDING && state == TH_SLIP_STATE_QUEUED)))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "a sheet that is %s cannot become %s", th_slip_state_to_string (before),
                              th_slip_state_to_string (state));
  if (state == TH_SLIP_STATE_QUEUED && sendings >= MAX_SENDINGS)
    state = TH_SLIP_STATE_FAILED;
  body = step_body (number, state, why);
  return th_records_append (records, TH_LOG_SHEET, "", body, error)
         && th_db_commit (g_steal_pointer (&transaction), error);
}

GArray *
th_records_list_sheets (ThRecords *records, const char *day, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (ThSheet));
  g_autoptr (ThStatement) row = NULL;
  char today[TH_DAY_BYTES];
  gint64 now_us = th_records_now_us (records, error);
  ThStep step;

  if (now_us == 0 || !day_of (records, now_us, today, error))
    return NULL;
  row = th_db_query (records->db, COLUMNS "WHERE day = $1 ORDER BY number DESC", "s",
                     day != NULL ? day : today);
  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      ThSheet sheet = { .number = 0 };

      if (!take_sheet (row, &sheet, error))
        return NULL;
      g_array_append_val (list, sheet);
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&list) : NULL;
}

/* --- in the log ----------------------------------------------------------------------------------- */

#define TEXT(key) th_log_body_text (body, key)

gboolean
th_records_project_sheet (ThDb *db, gint64 at_us, const ThLogBody *body, GError **error)
{
  gint64 number = th_log_body_int (body, "sheet");

  if (TEXT ("kind")[0] != '\0')
    return th_db_run (
        db, error,
        "INSERT INTO sheets (number, kind, state, language, by, asked_at_us, reason, return_when,"
        " calibration, day, last_seq, last_link)"
        " VALUES ($1, $2, 'queued', $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        "xsssxssssxs", number, TEXT ("kind"), TEXT ("language"), TEXT ("by"), at_us,
        TEXT ("reason"), TEXT ("return_when"), TEXT ("calibration"), TEXT ("day"),
        th_log_body_int (body, "last_seq"), TEXT ("last_link"));
  return th_db_run (db, error,
                    "UPDATE sheets SET state = $2, why = $3, sendings = sendings + $4"
                    " WHERE number = $1",
                    "xssi", number, TEXT ("state"), TEXT ("why"),
                    strcmp (TEXT ("state"), "sending") == 0 ? 1 : 0);
}

/* Inside the open transaction, at start: what was being sent may be on paper; for what was to be taken home nobody waits
 * any more. */
gboolean
th_records_settle_sheets (ThRecords *records, gboolean answers, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (ThSheet));
  g_autoptr (ThStatement) row = th_db_query (
      records->db,
      COLUMNS "WHERE state IN ('sending', $1) AND (state <> 'sent' OR why <> 'unwatched')"
              " OR (state = 'queued' AND by = '') ORDER BY number",
      "s", answers ? "sent" : "sending");
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      ThSheet sheet = { .number = 0 };

      if (!take_sheet (row, &sheet, error))
        return FALSE;
      g_array_append_val (list, sheet);
    }
  for (guint i = 0; step == TH_STEP_DONE && i < list->len; i++)
    {
      const ThSheet *sheet = &g_array_index (list, ThSheet, i);
      g_autoptr (ThLogBody) body
          = step_body (sheet->number,
                       sheet->state == TH_SLIP_STATE_QUEUED ? TH_SLIP_STATE_FAILED
                                                            : TH_SLIP_STATE_UNCERTAIN,
                       "restart");

      if (!th_records_append (records, TH_LOG_SHEET, "", body, error))
        return FALSE;
    }
  return step == TH_STEP_DONE;
}
