/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doses that are promised: with a ticket, and what happens to a promise until it is kept (records-injections.c). */
#include "kiosk/appointments.h"
#include "kiosk/records-private.h"

#include <string.h>

gboolean
th_records_dose_day (ThRecords *records, char ret_day[TH_DAY_BYTES], GError **error)
{
  ThDayStatus status;

  if (!th_records_day_state (records, &status, error))
    return FALSE;
  /* Boxes are taken in before the day is opened, and counted after it was closed. */
  if (status.state == TH_DAY_CLOSED)
    th_records_day (status.now_us, ret_day);
  else
    g_strlcpy (ret_day, status.day, TH_DAY_BYTES);
  return TRUE;
}

void
th_records_watch_doses (ThRecords *records, const ThConfig *config)
{
  const ThLane *first = &config->lanes[0];

  records->watch_doses = config->watch_doses;
  memset (records->vaccines, 0, sizeof records->vaccines);
  g_strlcpy (records->walk_in_vaccine, first->vaccine, TH_VACCINE_BYTES);
  for (guint i = 0; i < config->n_lanes; i++)
    {
      const ThLane *lane = &config->lanes[i];

      g_strlcpy (records->vaccines[lane->letter - 'A'],
                 lane->vaccine[0] != '\0' ? lane->vaccine : first->vaccine, TH_VACCINE_BYTES);
    }
}

/* --- how many ------------------------------------------------------------------------------------------ */

/* Of one vaccine, on @day. */
static gboolean
read_stock (ThRecords *records, const char *vaccine, const char *day, ThStock *ret_stock, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (
      records->db,
      "SELECT (SELECT coalesce (sum (remaining), 0) FROM lots"
      "  WHERE vaccine = $1 AND expiry >= $2 AND withdrawn = 0),"
      " (SELECT count(*) FROM doses WHERE day = $2 AND vaccine = $1 AND state = 'reserved'),"
      " (SELECT count(*) FROM doses WHERE day = $2 AND vaccine = $1 AND state = 'unserved')",
      "ss", vaccine, day);
  ThStock stock = { .left = 0 };

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  g_strlcpy (stock.vaccine, vaccine, sizeof stock.vaccine);
  stock.left = (guint) th_statement_int (row, 0);
  stock.reserved = (guint) th_statement_int (row, 1);
  stock.unserved = (guint) th_statement_int (row, 2);
  /* Those who lost their dose come first. */
  if (stock.left > stock.reserved + stock.unserved)
    stock.free = stock.left - stock.reserved - stock.unserved;
  *ret_stock = stock;
  return TRUE;
}

GPtrArray *
th_records_list_stock (ThRecords *records, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (ThTransaction) view = th_db_begin (records->db, FALSE, error);
  g_autoptr (ThStatement) row = NULL;
  char day[TH_DAY_BYTES];
  ThStep step;

  if (view == NULL || !th_records_dose_day (records, day, error))
    return NULL;
  row = th_db_query (records->db,
                     "SELECT vaccine FROM lots UNION SELECT vaccine FROM doses WHERE day = $1"
                     " ORDER BY 1",
                     "s", day);
  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      g_autofree ThStock *stock = g_new0 (ThStock, 1);

      if (!read_stock (records, th_statement_text (row, 0), day, stock, error))
        return NULL;
      g_ptr_array_add (list, g_steal_pointer (&stock));
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&list) : NULL;
}

gboolean
th_records_free_doses (ThRecords *records, ThFreeDoses *ret_free, GError **error)
{
  ThFreeDoses free = { .watched = records->watch_doses };
  g_autoptr (GPtrArray) list = NULL;

  if (free.watched)
    {
      list = th_records_list_stock (records, error);
      if (list == NULL)
        return FALSE;
    }
  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      const ThStock *stock = list->pdata[i];

      free.any += stock->free;
      if (strcmp (stock->vaccine, records->walk_in_vaccine) == 0)
        free.walk_in = stock->free;
    }
  *ret_free = free;
  return TRUE;
}

/* --- promises ------------------------------------------------------------------------------------------- */

/* What this person gets on @day: what their appointment says, else their lane. */
static gboolean
vaccine_for (ThRecords *records, const char *day, const char *person, char lane,
             char ret_vaccine[TH_VACCINE_BYTES], GError **error)
{
  const char *of_lane = g_ascii_isupper (lane) ? records->vaccines[lane - 'A'] : "";
  g_autoptr (GError) problem = NULL;
  ThBooking booking = { .vaccine = "" };

  if (*person != '\0' && !th_records_find_appointment (records, day, person, &booking, &problem) && problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  g_strlcpy (ret_vaccine,
             booking.vaccine[0] != '\0' ? booking.vaccine : of_lane[0] != '\0' ? of_lane : records->walk_in_vaccine,
             TH_VACCINE_BYTES);
  return TRUE;
}

static gboolean
append_promise (ThRecords *records, ThLogKind kind, const char *visit, const char *day,
                const char *vaccine, GError **error)
{
  g_autoptr (ThLogBody) body = th_log_body_new ();

  th_log_body_set_text (body, "day", day);
  th_log_body_set_text (body, "vaccine", vaccine);
  return th_records_append (records, kind, visit, body, error);
}

/* What stands of a visit; FALSE with @error unset: nothing. */
static gboolean
read_promise (ThRecords *records, const char *visit, char ret_day[TH_DAY_BYTES],
              char ret_vaccine[TH_VACCINE_BYTES], ThDoseState *ret_state, GError **error)
{
  ThDose dose;

  if (!th_records_find_dose (records, visit, &dose, error))
    return FALSE;
  g_strlcpy (ret_day, dose.day, TH_DAY_BYTES);
  g_strlcpy (ret_vaccine, dose.vaccine, TH_VACCINE_BYTES);
  *ret_state = dose.state;
  return TRUE;
}

gboolean
th_records_reserve_dose (ThRecords *records, const char *visit, const char *person, char lane,
                         GError **error)
{
  g_autoptr (GError) problem = NULL;
  char day[TH_DAY_BYTES], vaccine[TH_VACCINE_BYTES];
  ThDoseState state;
  ThStock stock;

  if (!records->watch_doses)
    return TRUE;
  if (read_promise (records, visit, day, vaccine, &state, &problem) && state != TH_DOSE_RELEASED)
    return TRUE;
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (!th_records_visit_day (records, visit, day, error))
    return FALSE;
  if (!vaccine_for (records, day, person, lane, vaccine, error) ||
      !read_stock (records, vaccine, day, &stock, error))
    return FALSE;
  if (stock.free == 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_NO_DOSE, "no dose of %s is free: %u left, %u promised",
                              vaccine, stock.left, stock.reserved + stock.unserved);
  return append_promise (records, TH_LOG_DOSE_RESERVED, visit, day, vaccine, error);
}

gboolean
th_records_reserve_again (ThRecords *records, const char *visit, GError **error)
{
  g_autoptr (GError) problem = NULL;
  char day[TH_DAY_BYTES], vaccine[TH_VACCINE_BYTES];
  ThDoseState state;
  ThStock stock;

  if (!records->watch_doses)
    return TRUE;
  if (!read_promise (records, visit, day, vaccine, &state, &problem))
    {
      if (problem == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (state != TH_DOSE_RELEASED)
    return TRUE;
  return read_stock (records, vaccine, day, &stock, error) &&
         append_promise (records, stock.free > 0 ? TH_LOG_DOSE_RESERVED : TH_LOG_DOSE_UNSERVED, visit,
                         day, vaccine, error);
}

gboolean
th_records_give_up_dose (ThRecords *records, const char *visit, const char *why, const char *by,
                         GError **error)
{
  g_autoptr (ThLogBody) body = th_log_body_new ();
  g_autoptr (GError) problem = NULL;
  char day[TH_DAY_BYTES], vaccine[TH_VACCINE_BYTES];
  ThDoseState state;

  if (!read_promise (records, visit, day, vaccine, &state, &problem))
    {
      if (problem == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (state == TH_DOSE_RELEASED || state == TH_DOSE_INJECTED)
    return TRUE;
  th_log_body_set_text (body, "why", why);
  if (*by != '\0')
    th_log_body_set_text (body, "by", by);
  return th_records_append (records, TH_LOG_DOSE_RELEASED, visit, body, error) &&
         th_records_balance_doses (records, vaccine, error);
}

/* One visit whose promise changes. */
typedef struct
{
  char visit[37];
  ThLogKind kind;
} Turn;

/* The first in order have the doses there are: who must hear that this has changed for them. */
static GArray *
list_turns (ThRecords *records, const ThStock *stock, const char *day, GError **error)
{
  g_autoptr (GArray) turns = g_array_new (FALSE, TRUE, sizeof (Turn));
  g_autoptr (ThStatement) row =
      th_db_query (records->db,
                   "SELECT visit, state FROM doses WHERE day = $1 AND vaccine = $2"
                   " AND state IN ('reserved', 'unserved') ORDER BY place",
                   "ss", day, stock->vaccine);
  guint n = 0;
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      gboolean serve = n++ < stock->left;
      gboolean served = strcmp (th_statement_text (row, 1), th_dose_state_to_string (TH_DOSE_RESERVED)) == 0;
      Turn turn = { .kind = serve ? TH_LOG_DOSE_RESERVED : TH_LOG_DOSE_UNSERVED };

      if (serve == served)
        continue;
      g_strlcpy (turn.visit, th_statement_text (row, 0), sizeof turn.visit);
      g_array_append_val (turns, turn);
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&turns) : NULL;
}

static gboolean
balance (ThRecords *records, const char *vaccine, const char *day, GError **error)
{
  g_autoptr (GArray) turns = NULL;
  ThStock stock;

  if (!read_stock (records, vaccine, day, &stock, error))
    return FALSE;
  if (stock.unserved == 0 && stock.reserved <= stock.left)
    return TRUE;
  turns = list_turns (records, &stock, day, error);
  for (guint i = 0; turns != NULL && i < turns->len; i++)
    {
      const Turn *turn = &g_array_index (turns, Turn, i);

      if (!append_promise (records, turn->kind, turn->visit, day, vaccine, error))
        return FALSE;
    }
  return turns != NULL;
}

static GPtrArray *
list_short (ThRecords *records, const char *day, GError **error)
{
  g_autoptr (GPtrArray) vaccines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (ThStatement) row = th_db_query (
      records->db, "SELECT DISTINCT vaccine FROM doses WHERE day = $1 AND state = 'unserved' ORDER BY 1",
      "s", day);
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    g_ptr_array_add (vaccines, g_strdup (th_statement_text (row, 0)));
  return step == TH_STEP_DONE ? g_steal_pointer (&vaccines) : NULL;
}

gboolean
th_records_balance_doses (ThRecords *records, const char *vaccine, GError **error)
{
  g_autoptr (GPtrArray) vaccines = NULL;
  char day[TH_DAY_BYTES];

  if (!th_records_dose_day (records, day, error))
    return FALSE;
  if (vaccine != NULL)
    return balance (records, vaccine, day, error);
  vaccines = list_short (records, day, error);
  for (guint i = 0; vaccines != NULL && i < vaccines->len; i++)
    if (!balance (records, vaccines->pdata[i], day, error))
      return FALSE;
  return vaccines != NULL;
}

gboolean
th_records_dose_is_free (ThRecords *records, const char *person, char lane, gboolean *ret_free,
                         GError **error)
{
  char day[TH_DAY_BYTES], vaccine[TH_VACCINE_BYTES];
  ThStock stock = { .free = 1 };

  if (records->watch_doses)
    {
      if (!th_records_dose_day (records, day, error) ||
          !vaccine_for (records, day, person, lane, vaccine, error) ||
          !read_stock (records, vaccine, day, &stock, error))
        return FALSE;
    }
  *ret_free = stock.free > 0;
  return TRUE;
}
