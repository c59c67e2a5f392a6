/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From events to a ticket's way through the zones: one row a step, the newest is where it is now, and what is taken back
 * is the newest row gone. An event says where the ticket is afterwards (zone, state) and where that was done (from, desk);
 * what it does not say stays as it was. Events of before there were zones say neither: they are of the first.
 */
#include "kiosk/records-private.h"

#include <string.h>

#define INT(key) th_log_body_int (body, key)
#define TEXT(key) th_log_body_text (body, key)

static gboolean
project_issued (ThDb *db, const char *visit, gint64 at_us, const ThLogBody *body, GError **error)
{
  const char *zone = TEXT ("zone");
  gint64 order_us = th_queue_place_us (at_us, INT ("window_from_us"), INT ("window_to_us"));

  return th_db_run (db, error,
                    "INSERT INTO moves (visit, number, day, lane, zone, state, from_zone, desk, by,"
                    " why, at_us, order_us, no_shows, until_us, recalled_at_us)"
                    " VALUES ($1, 0, $2, $3, $4, 'waiting', '', '', $5, '', $6, $7, 0, 0, 0)",
                    "sssssxx", visit, TEXT ("day"), TEXT ("lane"),
                    *zone != '\0' ? zone : TH_ZONE_INQUIRY, TEXT ("by"), at_us, order_us);
}

static gboolean
project_step (ThDb *db, const char *visit, gint64 at_us, const char *usual, const ThLogBody *body,
              GError **error)
{
  const char *state = *TEXT ("state") != '\0' ? TEXT ("state") : usual;

  return th_db_run (
             db, error,
             "INSERT INTO moves (visit, number, day, lane, zone, state, from_zone, desk, by, why,"
             " at_us, order_us, no_shows, until_us, recalled_at_us)"
             " SELECT m.visit, m.number + 1, m.day, m.lane, CASE $2 WHEN '' THEN m.zone ELSE $2 END,"
             " CASE $3 WHEN '' THEN m.state ELSE $3 END, CASE $4 WHEN '' THEN m.zone ELSE $4 END,"
             " $5, $6, $7, $8, CASE $9 WHEN 0 THEN m.order_us ELSE $9 END,"
             " CASE WHEN $2 <> '' AND $2 <> m.zone THEN 0 ELSE m.no_shows + $10 END,"
             " CASE WHEN $11 <> 0 THEN $11 WHEN $2 <> '' AND $2 <> m.zone THEN 0"
             "  ELSE m.until_us END, 0"
             " FROM tickets t JOIN moves m ON m.visit = t.visit AND m.number = t.moves"
             " WHERE t.visit = $1",
             "sssssssxxix", visit, TEXT ("zone"), state, TEXT ("from"), TEXT ("desk"), TEXT ("by"),
             TEXT ("why"), at_us, INT ("order_us"), th_log_body_flag (body, "missed") ? 1 : 0,
             INT ("until_us")) &&
         th_db_run (db, error, "UPDATE tickets SET moves = moves + 1 WHERE visit = $1", "s", visit);
}

static gboolean
project_called (ThDb *db, const char *visit, gint64 at_us, const ThLogBody *body, GError **error)
{
  if (!th_log_body_flag (body, "again"))
    return project_step (db, visit, at_us, "called", body, error);
  return th_db_run (db, error,
                    "UPDATE moves SET recalled_at_us = $2 WHERE visit = $1"
                    " AND number = (SELECT moves FROM tickets WHERE visit = $1)",
                    "sx", visit, at_us);
}

static gboolean
project_undone (ThDb *db, const char *visit, GError **error)
{
  return th_db_run (db, error,
                    "DELETE FROM moves WHERE visit = $1 AND number > 0"
                    " AND number = (SELECT moves FROM tickets WHERE visit = $1)",
                    "s", visit) &&
         th_db_run (db, error,
                    "UPDATE tickets SET moves = (SELECT max(number) FROM moves WHERE visit = $1)"
                    " WHERE visit = $1",
                    "s", visit);
}

static gboolean
project_checks (ThDb *db, const char *visit, gint64 at_us, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO checks (visit, number, checks, version, by, desk, at_us) VALUES"
                    " ($1, (SELECT count(*) + 1 FROM checks WHERE visit = $1), $2, $3, $4, $5, $6)",
                    "sxsssx", visit, INT ("checks"), TEXT ("version"), TEXT ("by"), TEXT ("desk"),
                    at_us);
}

static gboolean
project_scored (ThDb *db, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO waiting_scores (day, zone, lane, told, hits, untold, width_s)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
                    " ON CONFLICT (day, zone, lane) DO UPDATE SET told = excluded.told,"
                    " hits = excluded.hits, untold = excluded.untold, width_s = excluded.width_s",
                    "sssxxxx", TEXT ("day"), TEXT ("zone"), TEXT ("lane"), INT ("told"),
                    INT ("hits"), INT ("untold"), INT ("width_s"));
}

gboolean
th_records_project_queue (ThDb *db, ThLogKind kind, const char *visit, gint64 at_us,
                          const ThLogBody *body, GError **error)
{
  if (kind == TH_LOG_TICKET_ISSUED)
    return project_issued (db, visit, at_us, body, error);
  if (kind == TH_LOG_CALLED)
    return project_called (db, visit, at_us, body, error);
  if (kind == TH_LOG_UNDONE)
    return project_undone (db, visit, error);
  if (kind == TH_LOG_CHECKS_DONE)
    return project_checks (db, visit, at_us, body, error);
  if (kind == TH_LOG_WAITING_SCORED)
    return project_scored (db, body, error);
  return project_step (db, visit, at_us, kind == TH_LOG_PUT_BACK ? "waiting" : "", body, error);
}
