/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From events to the tables of stock and doses: the part of records-project.c that knows lots. */
#include "kiosk/records-private.h"

#define INT(key) th_log_body_int (body, key)
#define TEXT(key) th_log_body_text (body, key)

/* What one event changes in a lot: all but vials changes what is left. */
typedef struct
{
  gint64 received, used, wasted, returned, missing, vials;
} Change;

static gboolean
change_lot (ThDb *db, const ThLogBody *body, Change change, GError **error)
{
  return th_db_run (db, error, "UPDATE lots SET remaining = remaining + $2 WHERE lot = $1", "sx",
                    TEXT ("lot"),
                    change.received - change.used - change.wasted - change.returned -
                        change.missing) &&
         th_db_run (db, error,
                    "INSERT INTO lot_days (lot, day, received, used, wasted, returned, missing, vials)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                    " ON CONFLICT (lot, day) DO UPDATE SET"
                    " received = lot_days.received + excluded.received,"
                    " used = lot_days.used + excluded.used,"
                    " wasted = lot_days.wasted + excluded.wasted,"
                    " returned = lot_days.returned + excluded.returned,"
                    " missing = lot_days.missing + excluded.missing,"
                    " vials = lot_days.vials + excluded.vials",
                    "ssxxxxxx", TEXT ("lot"), TEXT ("day"), change.received, change.used,
                    change.wasted, change.returned, change.missing, change.vials);
}

static gboolean
project_received (ThDb *db, gint64 at_us, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO lots (lot, vaccine, maker, gtin, expiry, received_at_us)"
                    " VALUES ($1, $2, $3, $4, $5, $6)"
                    " ON CONFLICT (lot) DO UPDATE SET received_at_us = excluded.received_at_us,"
                    " gtin = CASE excluded.gtin WHEN '' THEN lots.gtin ELSE excluded.gtin END",
                    "sssssx", TEXT ("lot"), TEXT ("vaccine"), TEXT ("maker"), TEXT ("gtin"),
                    TEXT ("expiry"), at_us) &&
         change_lot (db, body, (Change){ .received = INT ("doses") }, error);
}

/* A visit keeps its place in the order of promises, whatever becomes of the promise. */
static gboolean
project_promise (ThDb *db, const char *visit, const char *state, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO doses (place, visit, day, vaccine, state)"
                    " VALUES ((SELECT coalesce (max (place), 0) + 1 FROM doses), $1, $2, $3, $4)"
                    " ON CONFLICT (visit) DO UPDATE SET day = excluded.day,"
                    " vaccine = excluded.vaccine, state = excluded.state",
                    "ssss", visit, TEXT ("day"), TEXT ("vaccine"), state);
}

static gboolean
project_injected (ThDb *db, const char *visit, gint64 at_us, const ThLogBody *body, GError **error)
{
  return project_promise (db, visit, "injected", body, error) &&
         th_db_run (db, error,
                    "UPDATE doses SET lot = $2, dose = $3, site = $4, route = $5,"
                    " injected_by = $6, at_us = $7 WHERE visit = $1",
                    "ssxsssx", visit, TEXT ("lot"), INT ("dose"), TEXT ("site"), TEXT ("route"),
                    TEXT ("by"), at_us) &&
         change_lot (db, body, (Change){ .used = 1 }, error);
}

static gboolean
project_undone (ThDb *db, const char *visit, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "UPDATE doses SET state = $2, lot = '', dose = 0, site = '', route = '',"
                    " injected_by = '', at_us = 0 WHERE visit = $1",
                    "ss", visit, TEXT ("state")) &&
         change_lot (db, body, (Change){ .used = -1 }, error);
}

gboolean
th_records_project_dose_over (ThRecords *records, const char *visit, GError **error)
{
  return th_db_run (records->db, error,
                    "UPDATE doses SET state = 'released'"
                    " WHERE visit = $1 AND state IN ('reserved', 'unserved')",
                    "s", visit);
}

gboolean
th_records_project_lots (ThRecords *records, ThLogKind kind, const char *visit, gint64 at_us,
                         const ThLogBody *body, GError **error)
{
  ThDb *db = records->db;

  if (kind == TH_LOG_LOT_RECEIVED)
    return project_received (db, at_us, body, error);
  if (kind == TH_LOG_LOT_OPENED)
    return change_lot (db, body, (Change){ .vials = INT ("n") }, error);
  if (kind == TH_LOG_LOT_WASTED)
    return change_lot (db, body, (Change){ .wasted = INT ("n") }, error);
  if (kind == TH_LOG_LOT_RETURNED)
    return change_lot (db, body, (Change){ .returned = INT ("n") }, error);
  if (kind == TH_LOG_LOT_COUNTED)
    return change_lot (db, body, (Change){ .missing = INT ("missing") }, error);
  if (kind == TH_LOG_LOT_WITHDRAWN)
    return th_db_run (db, error, "UPDATE lots SET withdrawn = $2 WHERE lot = $1", "si", TEXT ("lot"),
                      th_log_body_flag (body, "withdrawn") ? 1 : 0);
  if (kind == TH_LOG_LOT_BOUND)
    return th_db_run (db, error,
                      "INSERT INTO lot_bindings (visit, lot, bound_by, at_us)"
                      " VALUES ($1, $2, $3, $4)"
                      " ON CONFLICT (visit) DO UPDATE SET lot = excluded.lot,"
                      " bound_by = excluded.bound_by, at_us = excluded.at_us",
                      "sssx", visit, TEXT ("lot"), TEXT ("by"), at_us);
  if (kind == TH_LOG_DOSE_RESERVED)
    return project_promise (db, visit, "reserved", body, error);
  if (kind == TH_LOG_DOSE_UNSERVED)
    return project_promise (db, visit, "unserved", body, error);
  if (kind == TH_LOG_DOSE_RELEASED)
    return th_records_project_dose_over (records, visit, error);
  if (kind == TH_LOG_INJECTED)
    return project_injected (db, visit, at_us, body, error);
  g_return_val_if_fail (kind == TH_LOG_INJECTION_UNDONE, FALSE);
  return project_undone (db, visit, body, error);
}
