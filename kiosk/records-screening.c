/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What staff have said about measuring: a manager's confirmation of rules that are not calibrated. */
#include "kiosk/records-private.h"

#include <string.h>

static gboolean
is_fingerprint (const char *text)
{
  return strlen (text) == TH_FINGERPRINT_BYTES - 1 &&
         strspn (text, "0123456789abcdef") == TH_FINGERPRINT_BYTES - 1;
}

gboolean
th_records_confirm_screening (ThRecords *records, const char *rules, const char *method,
                              const char *by, GError **error)
{
  g_autoptr(ThLogBody) body = th_log_body_new ();
  g_autoptr(ThStatement) row = th_db_query (
      records->db, "SELECT count(*) FROM staff WHERE name = $1 AND role = 'manager'", "s", by);

  if (!is_fingerprint (rules))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "these are no rules of screening");
  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  if (th_statement_int (row, 0) != 1)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "only a manager may confirm that people are measured uncalibrated");
  g_clear_pointer (&row, th_statement_free);
  th_log_body_set_text (body, "rules", rules);
  th_log_body_set_text (body, "method", method);
  th_log_body_set_text (body, "by", by);
  return th_records_append_alone (records, TH_LOG_SCREENING_CONFIRMED, "", body, error);
}

gboolean
th_records_screening_confirmed (ThRecords *records, const char *rules, char **ret_by,
                                gint64 *ret_at_us, GError **error)
{
  g_autoptr(ThStatement) row = th_db_query (
      records->db, "SELECT by, at_us FROM screening_confirmed WHERE rules = $1", "s", rules);

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  if (ret_by != NULL)
    *ret_by = g_strdup (th_statement_text (row, 0));
  if (ret_at_us != NULL)
    *ret_at_us = th_statement_int (row, 1);
  return TRUE;
}
