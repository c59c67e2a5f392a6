/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doses that are given, and asking what became of each: from the lot to the visit, and from the visit to the lot. */
#include "kiosk/records-private.h"

#include <stdio.h>
#include <string.h>

static const char *const states[] = {
  [TH_DOSE_RESERVED] = "reserved",
  [TH_DOSE_UNSERVED] = "unserved",
  [TH_DOSE_RELEASED] = "released",
  [TH_DOSE_INJECTED] = "injected",
};

const char *
th_dose_state_to_string (ThDoseState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (states), "");
  return states[state];
}

const char *const *
th_injection_sites (void)
{
  static const char *const sites[] = { "left-arm", "right-arm", "left-thigh", "right-thigh", "other", NULL };

  return sites;
}

const char *const *
th_injection_routes (void)
{
  static const char *const routes[]
      = { "intramuscular", "subcutaneous", "intradermal", "oral", "inhaled", NULL };

  return routes;
}

/* --- asking ---------------------------------------------------------------------------------------------- */

#define DOSE                                                                                       \
  "SELECT d.visit, d.day, coalesce (t.lane, ''), coalesce (t.number, 0), d.vaccine, d.state,"      \
  " CASE d.state WHEN 'injected' THEN d.lot ELSE coalesce (b.lot, '') END, d.dose, d.site,"        \
  " d.route, d.injected_by, d.at_us FROM doses d"                                                  \
  " LEFT JOIN tickets t ON t.visit = d.visit LEFT JOIN lot_bindings b ON b.visit = d.visit "

static gboolean
take_dose (ThStatement *row, ThDose *ret_dose, GError **error)
{
  static const int texts[] = { 0, 1, 2, 4, 5, 6, 8, 9, 10 };
  ThDose dose = {
    .number = (guint) th_statement_int (row, 3),
    .dose = (guint) th_statement_int (row, 7),
    .at_us = th_statement_int (row, 11),
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (th_statement_text (row, texts[i]) == NULL)
      return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a dose is damaged");
  while (strcmp (th_statement_text (row, 5), states[dose.state]) != 0)
    if (++dose.state == G_N_ELEMENTS (states))
      return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a dose is damaged");
  g_strlcpy (dose.visit, th_statement_text (row, 0), sizeof dose.visit);
  g_strlcpy (dose.day, th_statement_text (row, 1), sizeof dose.day);
  dose.lane = th_statement_text (row, 2)[0];
  g_strlcpy (dose.vaccine, th_statement_text (row, 4), sizeof dose.vaccine);
  g_strlcpy (dose.lot, th_statement_text (row, 6), sizeof dose.lot);
  g_strlcpy (dose.site, th_statement_text (row, 8), sizeof dose.site);
  g_strlcpy (dose.route, th_statement_text (row, 9), sizeof dose.route);
  g_strlcpy (dose.by, th_statement_text (row, 10), sizeof dose.by);
  *ret_dose = dose;
  return TRUE;
}

/* @rows: (transfer full) */
static GPtrArray *
take_doses (ThStatement *rows, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (ThStatement) row = rows;
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      g_autofree ThDose *dose = g_new0 (ThDose, 1);

      if (!take_dose (row, dose, error))
        return NULL;
      g_ptr_array_add (list, g_steal_pointer (&dose));
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&list) : NULL;
}

GPtrArray *
th_records_list_doses (ThRecords *records, const char *day, GError **error)
{
  char today[TH_DAY_BYTES];

  if (day == NULL && !th_records_dose_day (records, today, error))
    return NULL;
  return take_doses (th_db_query (records->db, DOSE "WHERE d.day = $1 ORDER BY d.place", "s",
                                  day != NULL ? day : today),
                     error);
}

GPtrArray *
th_records_trace_lot (ThRecords *records, const char *lot, GError **error)
{
  ThLot known;

  if (!th_records_find_lot (records, lot, &known, error))
    return NULL;
  return take_doses (th_db_query (records->db,
                                  DOSE "WHERE d.lot = $1 AND d.state = 'injected'"
                                       " ORDER BY d.at_us, d.place",
                                  "s", lot),
                     error);
}

gboolean
th_records_find_dose (ThRecords *records, const char *visit, ThDose *ret_dose, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (records->db, DOSE "WHERE d.visit = $1", "s", visit);

  return th_statement_step (row, error) == TH_STEP_ROW && take_dose (row, ret_dose, error);
}

gboolean
th_records_find_label (ThRecords *records, const char *label, const char *day, char ret_visit[37],
                       GError **error)
{
  g_autoptr (ThStatement) row = NULL;
  char today[TH_DAY_BYTES], lane[2] = "";
  guint number;
  char after;
  ThStep step;

  if (day == NULL && !th_records_dose_day (records, today, error))
    return FALSE;
  if (sscanf (label, "%1[A-Z]-%6u%c", lane, &number, &after) != 2)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "a number is such as A-017");
  row = th_db_query (records->db,
                     "SELECT visit FROM tickets WHERE day = $1 AND lane = $2 AND number = $3", "ssx",
                     day != NULL ? day : today, lane, (gint64) number);
  step = th_statement_step (row, error);
  if (step == TH_STEP_DONE)
    return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND, "there is no number %s on %s", label,
                              day != NULL ? day : today);
  if (step == TH_STEP_ROW)
    g_strlcpy (ret_visit, th_statement_text (row, 0), 37);
  return step == TH_STEP_ROW;
}

/* --- given ----------------------------------------------------------------------------------------------- */

/* A number of today that may have a dose. @ret_dose: (out): what was promised; state RELEASED: nothing. */
static gboolean
check_visit (ThRecords *records, const char *visit, const char *day, ThDose *ret_dose, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (ThStatement) row = th_db_query (
      records->db,
      "SELECT t.day = $2, coalesce (c.decision, 'cleared') FROM tickets t"
      " LEFT JOIN cases c ON c.visit = t.visit WHERE t.visit = $1",
      "ss", visit, day);
  ThStep step = th_statement_step (row, error);
  ThDose dose = { .state = TH_DOSE_RELEASED };
  ThDecision decision;

  if (step == TH_STEP_FAILED)
    return FALSE;
  if (step == TH_STEP_DONE || th_statement_int (row, 0) == 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "this visit has no number of today");
  if (!th_decision_from_string (th_statement_text (row, 1), &decision))
    return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a case is damaged");
  if (decision == TH_DECISION_NONE)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "this visit waits for a decision of the staff");
  if (decision != TH_DECISION_CLEARED)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "this visit was deferred");
  if (!th_records_find_dose (records, visit, &dose, &problem) && problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (dose.state == TH_DOSE_INJECTED)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "this visit has had its dose, of lot %s",
                              dose.lot);
  *ret_dose = dose;
  return TRUE;
}

/* May the visit have a dose of it? Without a promise it may be of any vaccine. */
static gboolean
check_lot (ThRecords *records, const char *name, const ThDose *promise, ThLot *ret_lot, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!th_records_find_lot (records, name, ret_lot, &problem))
    {
      if (g_error_matches (problem, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND))
        return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "%s", problem->message);
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (ret_lot->withdrawn)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "lot %s is withdrawn", name);
  if (ret_lot->days < 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "lot %s has expired: its last day was %s",
                              name, ret_lot->expiry);
  if (ret_lot->left == 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "lot %s is empty", name);
  if (promise->state != TH_DOSE_RELEASED && strcmp (promise->vaccine, ret_lot->vaccine) != 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "lot %s is %s, this visit is for %s", name,
                              ret_lot->vaccine, promise->vaccine);
  return TRUE;
}

gboolean
th_records_bind_lot (ThRecords *records, const char *visit, const char *lot, const char *by,
                     GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (ThLogBody) body = th_log_body_new ();
  char day[TH_DAY_BYTES];
  ThDose promise = { .dose = 0 };
  ThLot known;

  if (!th_records_check_by (by, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !th_records_dose_day (records, day, error) ||
      !check_visit (records, visit, day, &promise, error) ||
      !check_lot (records, lot, &promise, &known, error))
    return FALSE;
  th_log_body_set_text (body, "lot", lot);
  th_log_body_set_text (body, "by", by);
  return th_records_append (records, TH_LOG_LOT_BOUND, visit, body, error) &&
         th_db_commit (g_steal_pointer (&transaction), error);
}

static gboolean
check_injection (const ThInjection *injection, GError **error)
{
  if (injection->dose < 1 || injection->dose > 9)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "a dose is the 1st to the 9th");
  if (injection->site == NULL || !g_strv_contains (th_injection_sites (), injection->site))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "this is no site of an injection");
  if (injection->route == NULL || !g_strv_contains (th_injection_routes (), injection->route))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "this is no route of a vaccine");
  return TRUE;
}

/* They are recorded in the vaccination zone; a site without one says so itself. */
static gboolean
check_checks (ThRecords *records, const char *visit, gboolean said, GError **error)
{
  gboolean done = said;

  if (th_queue_rules_zone (&records->queue, TH_ZONE_VACCINATION) >= 0 &&
      !th_records_checks_done (records, visit, &done, error))
    return FALSE;
  return done || th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                                    "the three checks, seven matches and one verification are not done");
}

/* Two people have read the same lot off the box. */
static gboolean
check_bound (ThRecords *records, const char *visit, const char *lot, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (
      records->db, "SELECT lot FROM lot_bindings WHERE visit = $1", "s", visit);
  ThStep step = th_statement_step (row, error);

  if (step == TH_STEP_DONE)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "registration has not recorded a lot for this visit");
  if (step == TH_STEP_ROW && g_strcmp0 (th_statement_text (row, 0), lot) != 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "registration has recorded lot %s for this visit",
                              th_statement_text (row, 0));
  return step == TH_STEP_ROW;
}

gboolean
th_records_inject (ThRecords *records, const char *visit, const ThInjection *injection, const char *by,
                   GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (ThLogBody) body = th_log_body_new ();
  char day[TH_DAY_BYTES];
  ThDose promise = { .dose = 0 };
  ThLot lot;

  if (!th_records_check_by (by, error) || !check_injection (injection, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !th_records_dose_day (records, day, error) ||
      !check_visit (records, visit, day, &promise, error) ||
      !check_lot (records, injection->lot, &promise, &lot, error) ||
      !check_bound (records, visit, injection->lot, error) ||
      !check_checks (records, visit, injection->checked, error))
    return FALSE;
  th_log_body_set_text (body, "day", day);
  th_log_body_set_text (body, "lot", lot.lot);
  th_log_body_set_text (body, "vaccine", lot.vaccine);
  th_log_body_set_int (body, "dose", injection->dose);
  th_log_body_set_text (body, "site", injection->site);
  th_log_body_set_text (body, "route", injection->route);
  th_log_body_set_text (body, "by", by);
  return th_records_append (records, TH_LOG_INJECTED, visit, body, error) &&
         th_records_balance_doses (records, lot.vaccine, error) &&
         th_db_commit (g_steal_pointer (&transaction), error);
}

gboolean
th_records_undo_injection (ThRecords *records, const char *visit, const char *why, const char *by,
                           GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (ThLogBody) body = th_log_body_new ();
  g_autoptr (GError) problem = NULL;
  char day[TH_DAY_BYTES];
  ThDose dose = { .state = TH_DOSE_RELEASED };

  if (!th_records_check_by (by, error) || !th_records_check_why (why, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !th_records_dose_day (records, day, error))
    return FALSE;
  if (!th_records_find_dose (records, visit, &dose, &problem) && problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (dose.state != TH_DOSE_INJECTED || strcmp (dose.day, day) != 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "this visit has had no dose today");
  th_log_body_set_text (body, "day", day);
  th_log_body_set_text (body, "lot", dose.lot);
  th_log_body_set_int (body, "dose", dose.dose);
  th_log_body_set_text (body, "state",
                        th_dose_state_to_string (records->watch_doses ? TH_DOSE_RESERVED : TH_DOSE_RELEASED));
  th_log_body_set_text (body, "why", why);
  th_log_body_set_text (body, "by", by);
  return th_records_append (records, TH_LOG_INJECTION_UNDONE, visit, body, error) &&
         th_records_balance_doses (records, dose.vaccine, error) &&
         th_db_commit (g_steal_pointer (&transaction), error);
}

gboolean
th_records_release_dose (ThRecords *records, const char *visit, const char *why, const char *by,
                         GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (GError) problem = NULL;
  ThDose dose = { .state = TH_DOSE_RELEASED };

  if (!th_records_check_by (by, error) || !th_records_check_why (why, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL)
    return FALSE;
  if (!th_records_find_dose (records, visit, &dose, &problem) && problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (dose.state == TH_DOSE_RELEASED)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "this visit has no dose");
  if (dose.state == TH_DOSE_INJECTED)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "the dose of this visit was given");
  return th_records_give_up_dose (records, visit, why, by, error) &&
         th_db_commit (g_steal_pointer (&transaction), error);
}
