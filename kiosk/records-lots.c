/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes in by the box, and where it goes: each change of stock is one event. */
#include "kiosk/records-private.h"

#include <stdio.h>
#include <string.h>

#define MAX_WHY 200 /* characters */

/* --- what may stand in the log ------------------------------------------------------------------------ */

/* A date that exists, in its one spelling. */
static gboolean
read_date (const char *text, GDate *ret_date)
{
  guint year, month, day;
  char after;

  if (strlen (text) != 10 || strspn (text, "0123456789-") != 10 || text[4] != '-' || text[7] != '-' ||
      sscanf (text, "%4u-%2u-%2u%c", &year, &month, &day, &after) != 3 || month < 1 ||
      month > 12 || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return FALSE;
  g_date_clear (ret_date, 1);
  g_date_set_dmy (ret_date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  return TRUE;
}

/* A name that people read: no white space at its ends, nothing that cannot be seen. */
static gboolean
is_name (const char *text, gsize least, gsize bytes)
{
  gsize len = text != NULL ? strnlen (text, bytes) : 0;

  if (text == NULL || len < least || len == bytes || !g_utf8_validate (text, -1, NULL) || g_str_has_prefix (text, " ") ||
      g_str_has_suffix (text, " "))
    return FALSE;
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (!g_unichar_isprint (g_utf8_get_char (c)))
      return FALSE;
  return TRUE;
}

gboolean
th_records_check_why (const char *why, GError **error)
{
  glong len = why != NULL && g_utf8_validate (why, -1, NULL) ? g_utf8_strlen (why, -1) : 0;

  if (len >= 1 && len <= MAX_WHY)
    return TRUE;
  return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "this needs a reason of 1 to %d characters",
                            MAX_WHY);
}

static gboolean
check_lot_name (const char *lot, GError **error)
{
  if (lot != NULL && th_gs1_lot_is_good (lot))
    return TRUE;
  return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                            "a lot is 1 to %d of letters, digits, - . and /", TH_GS1_LOT_BYTES - 1);
}

static gboolean
check_received (const ThLot *lot, GError **error)
{
  GDate date;

  if (!check_lot_name (lot->lot, error))
    return FALSE;
  if (!is_name (lot->vaccine, 1, TH_VACCINE_BYTES))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "a vaccine's name is 1 to %d bytes of text",
                              TH_VACCINE_BYTES - 1);
  if (!is_name (lot->maker, 0, TH_MAKER_BYTES))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "a maker's name is up to %d bytes of text",
                              TH_MAKER_BYTES - 1);
  if (lot->gtin[0] != '\0' && (strlen (lot->gtin) != 14 || strspn (lot->gtin, "0123456789") != 14))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "an article number is 14 digits");
  if (!read_date (lot->expiry, &date))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "an expiry is a day such as 2027-11-30");
  if (lot->received < 1 || lot->received > TH_MOST_DOSES)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "a delivery is 1 to %d doses",
                              TH_MOST_DOSES);
  return TRUE;
}

/* --- asking ------------------------------------------------------------------------------------------- */

#define LOT                                                                                        \
  "SELECT l.lot, l.vaccine, l.maker, l.gtin, l.expiry, l.remaining, l.withdrawn,"                  \
  " sum (d.received), sum (d.used), sum (d.wasted), sum (d.returned), sum (d.missing),"            \
  " sum (d.vials) FROM lots l JOIN lot_days d ON d.lot = l.lot "
#define LOT_GROUP                                                                                  \
  " GROUP BY l.lot, l.vaccine, l.maker, l.gtin, l.expiry, l.remaining, l.withdrawn,"               \
  " l.received_at_us "

static gboolean
take_lot (ThStatement *row, const char *today, ThLot *ret_lot, GError **error)
{
  ThLot lot = {
    .left = (guint) th_statement_int (row, 5),
    .withdrawn = th_statement_int (row, 6) != 0,
    .received = (guint) th_statement_int (row, 7),
    .used = (guint) th_statement_int (row, 8),
    .wasted = (guint) th_statement_int (row, 9),
    .returned = (guint) th_statement_int (row, 10),
    .missing = (int) th_statement_int (row, 11),
    .vials = (guint) th_statement_int (row, 12),
  };
  GDate now, last;

  for (int column = 0; column < 5; column++)
    if (th_statement_text (row, column) == NULL)
      return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a lot is damaged");
  g_strlcpy (lot.lot, th_statement_text (row, 0), sizeof lot.lot);
  g_strlcpy (lot.vaccine, th_statement_text (row, 1), sizeof lot.vaccine);
  g_strlcpy (lot.maker, th_statement_text (row, 2), sizeof lot.maker);
  g_strlcpy (lot.gtin, th_statement_text (row, 3), sizeof lot.gtin);
  g_strlcpy (lot.expiry, th_statement_text (row, 4), sizeof lot.expiry);
  if (!read_date (lot.expiry, &last) || !read_date (today, &now))
    return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a lot is damaged");
  lot.days = g_date_days_between (&now, &last);
  *ret_lot = lot;
  return TRUE;
}

gboolean
th_records_find_lot (ThRecords *records, const char *lot, ThLot *ret_lot, GError **error)
{
  g_autoptr (ThStatement) row = NULL;
  char today[TH_DAY_BYTES];
  ThStep step;

  if (!check_lot_name (lot, error) || !th_records_dose_day (records, today, error))
    return FALSE;
  row = th_db_query (records->db, LOT "WHERE l.lot = $1" LOT_GROUP, "s", lot);
  step = th_statement_step (row, error);
  if (step == TH_STEP_DONE)
    return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND, "there is no lot %s", lot);
  return step == TH_STEP_ROW && take_lot (row, today, ret_lot, error);
}

gboolean
th_records_find_product (ThRecords *records, const char *gtin, ThLot *ret_lot, GError **error)
{
  g_autoptr (ThStatement) row = NULL;
  char today[TH_DAY_BYTES];

  if (!th_records_dose_day (records, today, error))
    return FALSE;
  row = th_db_query (records->db,
                     LOT "WHERE l.gtin = $1 AND l.gtin <> ''" LOT_GROUP
                         "ORDER BY l.received_at_us DESC, l.lot LIMIT 1",
                     "s", gtin);
  return th_statement_step (row, error) == TH_STEP_ROW && take_lot (row, today, ret_lot, error);
}

GPtrArray *
th_records_list_lots (ThRecords *records, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (ThStatement) row = NULL;
  char today[TH_DAY_BYTES];
  ThStep step;

  if (!th_records_dose_day (records, today, error))
    return NULL;
  row = th_db_query (records->db,
                     LOT LOT_GROUP
                     "ORDER BY CASE WHEN l.remaining > 0 AND l.withdrawn = 0 AND l.expiry >= $1"
                     " THEN 0 ELSE 1 END, CASE WHEN l.remaining > 0 THEN 0 ELSE 1 END,"
                     " l.expiry, l.lot",
                     "s", today);
  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      g_autofree ThLot *lot = g_new0 (ThLot, 1);

      if (!take_lot (row, today, lot, error))
        return NULL;
      g_ptr_array_add (list, g_steal_pointer (&lot));
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&list) : NULL;
}

/* --- changing ------------------------------------------------------------------------------------------ */

/* @transaction: (transfer full). @body: all but its lot, day and who. What anybody was promised follows. */
static gboolean
append_change (ThRecords *records, ThTransaction *transaction, ThLogKind kind, const ThLot *lot,
               ThLogBody *body, const char *by, GError **error)
{
  g_autoptr (ThTransaction) open = transaction;
  char day[TH_DAY_BYTES];

  if (!th_records_dose_day (records, day, error))
    return FALSE;
  th_log_body_set_text (body, "lot", lot->lot);
  th_log_body_set_text (body, "day", day);
  th_log_body_set_text (body, "by", by);
  return th_records_append (records, kind, "", body, error) &&
         th_records_balance_doses (records, lot->vaccine, error) &&
         th_db_commit (g_steal_pointer (&open), error);
}

/* A lot is one thing: it cannot come as another one the next day. */
static gboolean
check_same (ThRecords *records, const ThLot *lot, GError **error)
{
  g_autoptr (GError) problem = NULL;
  ThLot known = { .left = 0 };

  if (!th_records_find_lot (records, lot->lot, &known, &problem))
    {
      if (g_error_matches (problem, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (known.withdrawn)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "lot %s is withdrawn", lot->lot);
  if (strcmp (known.vaccine, lot->vaccine) != 0 || strcmp (known.maker, lot->maker) != 0 ||
      strcmp (known.expiry, lot->expiry) != 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "lot %s is known as %s of %s, until %s",
                              lot->lot, known.vaccine, known.maker, known.expiry);
  if (known.received > TH_MOST_DOSES)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "lot %s has over %d doses already",
                              lot->lot, TH_MOST_DOSES);
  return TRUE;
}

gboolean
th_records_receive_lot (ThRecords *records, const ThLot *lot, const char *by, GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (ThLogBody) body = th_log_body_new ();
  char today[TH_DAY_BYTES];

  if (!check_received (lot, error) || !th_records_check_by (by, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !th_records_dose_day (records, today, error) ||
      !check_same (records, lot, error))
    return FALSE;
  if (strcmp (lot->expiry, today) < 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "lot %s has expired: its last day was %s",
                              lot->lot, lot->expiry);
  th_log_body_set_text (body, "vaccine", lot->vaccine);
  th_log_body_set_text (body, "maker", lot->maker);
  th_log_body_set_text (body, "gtin", lot->gtin);
  th_log_body_set_text (body, "expiry", lot->expiry);
  th_log_body_set_int (body, "doses", lot->received);
  return append_change (records, g_steal_pointer (&transaction), TH_LOG_LOT_RECEIVED, lot, body, by,
                        error);
}

/* Some doses, or vials, of a lot. @why: %NULL when nobody asks. */
static gboolean
take_some (ThRecords *records, ThLogKind kind, const char *name, guint n, const char *why,
           const char *by, GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (ThLogBody) body = th_log_body_new ();
  ThLot lot = { .left = 0 };

  if (!th_records_check_by (by, error) || (why != NULL && !th_records_check_why (why, error)))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !th_records_find_lot (records, name, &lot, error))
    return FALSE;
  if (n < 1 || n > lot.left)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "lot %s has %u left: %u cannot be taken",
                              name, lot.left, n);
  th_log_body_set_int (body, "n", n);
  if (why != NULL)
    th_log_body_set_text (body, "why", why);
  return append_change (records, g_steal_pointer (&transaction), kind, &lot, body, by, error);
}

gboolean
th_records_open_vials (ThRecords *records, const char *lot, guint n, const char *by, GError **error)
{
  return take_some (records, TH_LOG_LOT_OPENED, lot, n, NULL, by, error);
}

gboolean
th_records_waste_doses (ThRecords *records, const char *lot, guint n, const char *why, const char *by,
                        GError **error)
{
  return take_some (records, TH_LOG_LOT_WASTED, lot, n, why != NULL ? why : "", by, error);
}

gboolean
th_records_return_doses (ThRecords *records, const char *lot, guint n, const char *why,
                         const char *by, GError **error)
{
  return take_some (records, TH_LOG_LOT_RETURNED, lot, n, why != NULL ? why : "", by, error);
}

gboolean
th_records_count_lot (ThRecords *records, const char *name, guint n, const char *by, int *ret_missing,
                      GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (ThLogBody) body = th_log_body_new ();
  ThLot lot = { .left = 0 };

  if (!th_records_check_by (by, error))
    return FALSE;
  if (n > TH_MOST_DOSES)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "a count is 0 to %d", TH_MOST_DOSES);
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !th_records_find_lot (records, name, &lot, error))
    return FALSE;
  th_log_body_set_int (body, "n", n);
  th_log_body_set_int (body, "missing", (gint64) lot.left - n);
  if (!append_change (records, g_steal_pointer (&transaction), TH_LOG_LOT_COUNTED, &lot, body, by,
                      error))
    return FALSE;
  if (ret_missing != NULL)
    *ret_missing = (int) lot.left - (int) n;
  return TRUE;
}

gboolean
th_records_withdraw_lot (ThRecords *records, const char *name, gboolean withdrawn, const char *why,
                         const char *by, GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (ThLogBody) body = th_log_body_new ();
  ThLot lot = { .left = 0 };

  if (!th_records_check_by (by, error) || !th_records_check_why (why, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !th_records_find_lot (records, name, &lot, error))
    return FALSE;
  if (lot.withdrawn == (withdrawn != FALSE))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "lot %s is %swithdrawn", name,
                              withdrawn ? "already " : "not ");
  th_log_body_set_flag (body, "withdrawn", withdrawn);
  th_log_body_set_text (body, "why", why);
  return append_change (records, g_steal_pointer (&transaction), TH_LOG_LOT_WITHDRAWN, &lot, body, by,
                        error);
}
