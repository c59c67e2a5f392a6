/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The day: opened and closed by people, and what is asked of it. */
#include "kiosk/records-private.h"

#include <sodium.h>
#include <string.h>

/* Opened again within this time, everybody is found; then the look-up goes. */
#define UNDO_US (60 * 60 * (gint64)G_USEC_PER_SEC)
/* A visit that began before the day was closed ends within this. */
#define VISIT_US (30 * 60 * (gint64)G_USEC_PER_SEC)

const char *
th_day_state_to_string (ThDayState state)
{
  static const char *const nicks[] = {
    [TH_DAY_CLOSED] = "closed",
    [TH_DAY_UNCONFIRMED] = "unconfirmed",
    [TH_DAY_OPEN] = "open",
  };

  g_return_val_if_fail (state < G_N_ELEMENTS (nicks), "");
  return nicks[state];
}

/* --- which day it is --------------------------------------------------------------------------- */

typedef struct
{
  char day[TH_DAY_BYTES]; /* "": none is open, and none was */
  gboolean open;
  gint64 opened_at_us, closed_at_us;
  char opened_by[64], closed_by[64];
  char link[65];
} Day;

#define DAY                                                                                        \
  "SELECT d.day, d.open, d.opened_at_us, d.closed_at_us, d.opened_by, d.closed_by, d.link"         \
  " FROM days d "

/* The first row of one of them. */
static ThStep
take_day (ThRecords *records, const char *sql, Day *ret_day, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (records->db, sql, "");
  ThStep step = th_statement_step (row, error);
  Day day = { .open = FALSE };

  if (step == TH_STEP_ROW)
    {
      g_strlcpy (day.day, th_statement_text (row, 0), sizeof day.day);
      day.open = th_statement_int (row, 1) != 0;
      day.opened_at_us = th_statement_int (row, 2);
      day.closed_at_us = th_statement_int (row, 3);
      g_strlcpy (day.opened_by, th_statement_text (row, 4), sizeof day.opened_by);
      g_strlcpy (day.closed_by, th_statement_text (row, 5), sizeof day.closed_by);
      g_strlcpy (day.link, th_statement_text (row, 6), sizeof day.link);
    }
  *ret_day = day;
  return step;
}

/* The one that is open, which is asked for with every step of a visit; else the newest that has numbers, since one that
 * was opened by mistake has none; else the one that was opened last. */
static gboolean
read_day (ThRecords *records, Day *ret_day, GError **error)
{
  ThStep step = take_day (records, DAY "WHERE d.open = 1", ret_day, error);

  if (step == TH_STEP_DONE)
    step = take_day (records,
                     DAY "ORDER BY d.day = (SELECT max (c.day) FROM counters c) DESC,"
                         " d.opened_at_us DESC, d.day DESC LIMIT 1",
                     ret_day, error);
  return step != TH_STEP_FAILED;
}

/* "": no number was ever given. */
static gboolean
read_newest_used (ThRecords *records, char ret_day[TH_DAY_BYTES], GError **error)
{
  g_autoptr (ThStatement) row
      = th_db_query (records->db, "SELECT coalesce (max (day), '') FROM counters", "");

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  g_strlcpy (ret_day, th_statement_text (row, 0), TH_DAY_BYTES);
  return TRUE;
}

gboolean
th_records_today (ThRecords *records, char ret_day[TH_DAY_BYTES], GError **error)
{
  Day day;

  if (!read_day (records, &day, error))
    return FALSE;
  if (!day.open)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "no day is open");
  g_strlcpy (ret_day, day.day, TH_DAY_BYTES);
  return TRUE;
}

gboolean
th_records_shown_day (ThRecords *records, char ret_day[TH_DAY_BYTES], GError **error)
{
  Day day;

  if (!read_day (records, &day, error))
    return FALSE;
  if (day.day[0] == '\0') /* of before days were opened */
    return read_newest_used (records, ret_day, error);
  g_strlcpy (ret_day, day.day, TH_DAY_BYTES);
  return TRUE;
}

/* FALSE with @error unset: it has not begun, or not with a day. */
static gboolean
read_began (ThRecords *records, const char *visit, char ret_day[TH_DAY_BYTES], GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (
      records->db, "SELECT day FROM visits WHERE visit = $1 AND day <> ''", "s", visit);

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  g_strlcpy (ret_day, th_statement_text (row, 0), TH_DAY_BYTES);
  return TRUE;
}

gboolean
th_records_visit_day (ThRecords *records, const char *visit, char ret_day[TH_DAY_BYTES],
                      GError **error)
{
  g_autoptr (GError) problem = NULL;
  char began[TH_DAY_BYTES];
  gboolean has_begun = read_began (records, visit, began, &problem);
  Day day;

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (!read_day (records, &day, error))
    return FALSE;
  if (!day.open && !(has_begun && strcmp (began, day.day) == 0)
      && (day.day[0] == '\0' || records->now_us > day.closed_at_us + VISIT_US))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "no day is open");
  g_strlcpy (ret_day, day.day, TH_DAY_BYTES);
  return TRUE;
}

/* --- projection --------------------------------------------------------------------------------- */

#define INT(key) th_log_body_int (body, key)
#define TEXT(key) th_log_body_text (body, key)

static gboolean
project_confirmed_clock (ThDb *db, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO clock (id, boot, boot_us, at_us, jump_us) VALUES (1, $1, $2, $3, 0)"
                    " ON CONFLICT (id) DO UPDATE SET boot = excluded.boot,"
                    " boot_us = excluded.boot_us, at_us = excluded.at_us, jump_us = 0",
                    "sxx", TEXT ("boot"), INT ("boot_us"), INT ("confirmed_us"));
}

static gboolean
project_opened (ThDb *db, gint64 at_us, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO days (day, open, from_seq, opened_at_us, opened_by, closed_at_us,"
                    " closed_by, link) VALUES ($1, 1, $2, $3, $4, 0, '', '')"
                    " ON CONFLICT (day) DO UPDATE SET open = 1,"
                    " opened_at_us = excluded.opened_at_us, opened_by = excluded.opened_by",
                    "sxxs", TEXT ("day"), INT ("events") + 1, at_us, TEXT ("by"));
}

static gboolean
project_closed (ThDb *db, gint64 at_us, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "UPDATE days SET open = 0, closed_at_us = $2, closed_by = $3, link = $4"
                    " WHERE day = $1",
                    "sxss", TEXT ("day"), at_us, TEXT ("by"), TEXT ("link"));
}

gboolean
th_records_project_day (ThRecords *records, ThLogKind kind, gint64 at_us, const ThLogBody *body,
                        GError **error)
{
  ThDb *db = records->db;

  if (kind == TH_LOG_DAY_CLOSED)
    return project_closed (db, at_us, body, error);
  if (kind == TH_LOG_CLOCK_JUMPED)
    return th_db_run (db, error, "UPDATE clock SET jump_us = $1", "x", INT ("jump_us"));
  return (kind != TH_LOG_DAY_OPENED || project_opened (db, at_us, body, error))
         && project_confirmed_clock (db, body, error);
}

/* --- open, confirm, close ------------------------------------------------------------------------ */

/* From here on @at_us is what time it is. */
static ThLogBody *
begin_time (ThRecords *records, gint64 at_us, const char *by)
{
  ThLogBody *body = th_log_body_new ();

  records->now_us = MAX (records->last_us, at_us);
  th_log_body_set_text (body, "by", by);
  th_log_body_set_text (body, "boot", records->reading.boot);
  th_log_body_set_int (body, "boot_us", records->reading.boot_us);
  th_log_body_set_int (body, "confirmed_us", at_us);
  return body;
}

static gboolean
append_clock (ThRecords *records, const char *day, gint64 at_us, const char *by, GError **error)
{
  g_autoptr (ThLogBody) body = begin_time (records, at_us, by);

  th_log_body_set_text (body, "day", day);
  return th_records_append (records, TH_LOG_CLOCK_CONFIRMED, "", body, error);
}

static gboolean
append_opened (ThRecords *records, const char *day, gint64 at_us, const char *by, GError **error)
{
  g_autoptr (ThLogBody) body = begin_time (records, at_us, by);

  th_log_body_set_text (body, "day", day);
  th_log_body_set_int (body, "events", records->seq);
  return th_records_append (records, TH_LOG_DAY_OPENED, "", body, error);
}

/* @before: the day that was last. */
static gboolean
may_open (ThRecords *records, const char *day, gint64 at_us, const Day *before, GError **error)
{
  char date[TH_DAY_BYTES], used[TH_DAY_BYTES];

  if (before->open)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "%s is still open: close it first",
                              before->day);
  if (!read_newest_used (records, used, error))
    return FALSE;
  if (strcmp (day, used) < 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "%s is over: there are numbers of %s already", day, used);
  th_records_day (at_us, date);
  if (strcmp (day, date) != 0
      && (strcmp (day, before->day) != 0 || at_us > before->closed_at_us + UNDO_US))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "the time that was confirmed is of %s and not of '%s'", date, day);
  return TRUE;
}

/* Its tickets wait for nobody any more. */
static gboolean
leave_behind (ThRecords *records, const char *day, const Day *before, const char *by, GError **error)
{
  return before->day[0] == '\0' || strcmp (before->day, day) == 0
         || th_records_append_queue_end (records, before->day, by, NULL, error);
}

gboolean
th_records_open_day (ThRecords *records, const char *day, gint64 at_us, const char *by,
                     GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  Day before;

  if (!th_records_check_by (by, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !read_day (records, &before, error))
    return FALSE;
  if (before.open && strcmp (before.day, day) == 0)
    {
      if (!append_clock (records, day, at_us, by, error))
        return FALSE;
    }
  else if (!may_open (records, day, at_us, &before, error)
           || !leave_behind (records, day, &before, by, error)
           || !append_opened (records, day, at_us, by, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error)
         && th_records_end_days_before (records, day, error);
}

gboolean
th_records_confirm_clock (ThRecords *records, gint64 at_us, const char *by, GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  char day[TH_DAY_BYTES];

  if (!th_records_check_by (by, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  return transaction != NULL && th_records_today (records, day, error)
         && append_clock (records, day, at_us, by, error)
         && th_db_commit (g_steal_pointer (&transaction), error);
}

static gboolean
count (ThRecords *records, const char *day, ThDayCounts *ret_counts, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (
      records->db,
      "SELECT (SELECT count(*) FROM tickets WHERE day = $1),"
      " (SELECT count(*) FROM tickets t JOIN moves m ON m.visit = t.visit AND m.number = t.moves"
      "  LEFT JOIN cases c ON c.visit = t.visit WHERE t.day = $1"
      "  AND m.state NOT IN ('done', 'left', 'no-show', 'closed')"
      "  AND coalesce (c.decision, 'cleared') IN ('cleared', 'open')),"
      " (SELECT count(*) FROM rests WHERE day = $1),"
      " (SELECT count(*) FROM cases WHERE decision = 'open'),"
      " (SELECT count(*) FROM slips s JOIN tickets t ON t.visit = s.visit"
      "  WHERE t.day = $1 AND s.state = 'uncertain')",
      "s", day);

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  *ret_counts = (ThDayCounts){
    .tickets = (guint)th_statement_int (row, 0),
    .in_queue = (guint)th_statement_int (row, 1),
    .resting = (guint)th_statement_int (row, 2),
    .cases = (guint)th_statement_int (row, 3),
    .uncertain = (guint)th_statement_int (row, 4),
  };
  return TRUE;
}

gboolean
th_records_close_day (ThRecords *records, const char *by, char ret_link[65], GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (ThLogBody) body = th_log_body_new ();
  char day[TH_DAY_BYTES], link[65];
  ThDayCounts counts;

  if (!th_records_check_by (by, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !th_records_today (records, day, error)
      || !count (records, day, &counts, error))
    return FALSE;
  sodium_bin2hex (link, sizeof link, records->link, sizeof records->link);
  th_log_body_set_text (body, "day", day);
  th_log_body_set_text (body, "by", by);
  th_log_body_set_int (body, "events", records->seq);
  th_log_body_set_text (body, "link", link);
  th_log_body_set_int (body, "tickets", counts.tickets);
  th_log_body_set_int (body, "in_queue", counts.in_queue);
  th_log_body_set_int (body, "resting", counts.resting);
  th_log_body_set_int (body, "cases", counts.cases);
  th_log_body_set_int (body, "uncertain", counts.uncertain);
  if (!th_records_append (records, TH_LOG_DAY_CLOSED, "", body, error)
      || !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  if (ret_link != NULL)
    memcpy (ret_link, link, sizeof link);
  return TRUE;
}

/* --- how things stand ---------------------------------------------------------------------------- */

static gboolean
read_state (ThRecords *records, Day *ret_day, ThDayStatus *ret_status, GError **error)
{
  ThLogClock clock;

  if (!read_day (records, ret_day, error) || !th_records_look_at_clock (records, &clock, error))
    return FALSE;
  *ret_status = (ThDayStatus){
    .state = !ret_day->open ? TH_DAY_CLOSED : clock.known ? TH_DAY_OPEN : TH_DAY_UNCONFIRMED,
    .now_us = clock.now_us,
    .opened_at_us = ret_day->opened_at_us,
    .closed_at_us = ret_day->closed_at_us,
    .clock_trusted = clock.trusted,
    .clock_known = clock.known,
    .jump_us = clock.jump_us,
  };
  g_strlcpy (ret_status->day, ret_day->day, TH_DAY_BYTES);
  return TRUE;
}

gboolean
th_records_day_state (ThRecords *records, ThDayStatus *ret_status, GError **error)
{
  Day day;

  return read_state (records, &day, ret_status, error);
}

gboolean
th_records_day_status (ThRecords *records, ThDayStatus *ret_status, GError **error)
{
  g_autoptr (ThTransaction) view = th_db_begin (records->db, FALSE, error);
  ThDayStatus status;
  Day day;

  if (view == NULL || !read_state (records, &day, &status, error)
      || !count (records, day.day, &status.counts, error))
    return FALSE;
  g_strlcpy (status.by, day.open ? day.opened_by : day.closed_by, sizeof status.by);
  if (!day.open)
    g_strlcpy (status.link, day.link, sizeof status.link);
  *ret_status = status;
  return TRUE;
}

/* --- the end of a look-up ------------------------------------------------------------------------ */

static void
day_after (const char *day, char ret_day[TH_DAY_BYTES])
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree char *text = g_strconcat (day, "T00:00:00Z", NULL);
  g_autoptr (GDateTime) at = g_date_time_new_from_iso8601 (text, zone);
  g_autoptr (GDateTime) next = at != NULL ? g_date_time_add_days (at, 1) : NULL;
  g_autofree char *name = next != NULL ? g_date_time_format (next, "%Y-%m-%d") : NULL;

  g_strlcpy (ret_day, name != NULL ? name : day, TH_DAY_BYTES);
}

gboolean
th_records_end_days (ThRecords *records, GError **error)
{
  ThLogClock clock;
  char over[TH_DAY_BYTES];
  Day day;

  if (!read_day (records, &day, error) || !th_records_look_at_clock (records, &clock, error))
    return FALSE;
  if (day.day[0] == '\0')
    return TRUE;
  g_strlcpy (over, day.day, sizeof over);
  if (!day.open && clock.now_us > day.closed_at_us + UNDO_US)
    {
      day_after (day.day, over);
      records->key_day[0] = '\0';
      sodium_memzero (records->day_key, sizeof records->day_key);
    }
  return th_records_end_days_before (records, over, error);
}
