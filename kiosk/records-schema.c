/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables, as numbered steps: a step that was released is never changed, a new one is added
 * below it.
 *
 * events is the truth and only grows. Every other table but lookups and appointments is a projection of it, written
 * by records-project.c (a lane's counter is stepped just before, to know the number). Those two are no
 * projections: their hashes must be destroyed with the day, so they never stand in the log.
 */
#include "kiosk/records-private.h"

static const char *const steps[] = {
  /* 1 */
  "CREATE TABLE events ("
  "  seq INTEGER PRIMARY KEY,"
  "  id TEXT NOT NULL UNIQUE,"
  "  device TEXT NOT NULL,"
  "  device_seq INTEGER NOT NULL,"
  "  kind TEXT NOT NULL,"
  "  at_us INTEGER NOT NULL,"
  "  mono_us INTEGER NOT NULL,"
  "  clock_trusted INTEGER NOT NULL,"
  "  visit TEXT NOT NULL,"
  "  body TEXT NOT NULL,"
  "  link BLOB NOT NULL,"
  "  UNIQUE (device, device_seq));"
  "CREATE INDEX events_at ON events (at_us);"
  "CREATE TRIGGER events_stay BEFORE DELETE ON events"
  "  BEGIN SELECT RAISE (ABORT, 'the log only grows'); END;"
  "CREATE TRIGGER events_stand BEFORE UPDATE ON events"
  "  BEGIN SELECT RAISE (ABORT, 'the log only grows'); END;"

  "CREATE TABLE counters ("
  "  day TEXT NOT NULL, lane TEXT NOT NULL, last INTEGER NOT NULL,"
  "  PRIMARY KEY (day, lane));"
  "CREATE TABLE tickets ("
  "  visit TEXT PRIMARY KEY, day TEXT NOT NULL, lane TEXT NOT NULL, number INTEGER NOT NULL,"
  "  token TEXT NOT NULL UNIQUE, issued_at_us INTEGER NOT NULL,"
  "  called_at_us INTEGER NOT NULL DEFAULT 0, called_by TEXT NOT NULL DEFAULT '',"
  "  copies INTEGER NOT NULL DEFAULT 0,"
  "  UNIQUE (day, lane, number));"
  "CREATE TABLE slips ("
  "  visit TEXT NOT NULL REFERENCES tickets (visit) DEFERRABLE INITIALLY DEFERRED,"
  "  copy INTEGER NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL, at_us INTEGER NOT NULL,"
  "  PRIMARY KEY (visit, copy));"
  "CREATE INDEX slips_state ON slips (state);"
  "CREATE TABLE cases ("
  "  visit TEXT PRIMARY KEY REFERENCES tickets (visit) DEFERRABLE INITIALLY DEFERRED,"
  "  reasons INTEGER NOT NULL, flagged_at_us INTEGER NOT NULL,"
  "  decision TEXT NOT NULL DEFAULT 'open', decided_at_us INTEGER NOT NULL DEFAULT 0,"
  "  decided_by TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',"
  "  oral_report_at_us INTEGER NOT NULL DEFAULT 0,"
  "  written_report_at_us INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE readings ("
  "  visit TEXT NOT NULL, number INTEGER NOT NULL, attempt INTEGER NOT NULL,"
  "  object_raw INTEGER NOT NULL, ambient_raw INTEGER NOT NULL, room_mc INTEGER NOT NULL,"
  "  skin_mc INTEGER NOT NULL, body_mc INTEGER NOT NULL, shown_tenths INTEGER NOT NULL,"
  "  samples INTEGER NOT NULL, method TEXT NOT NULL, at_us INTEGER NOT NULL,"
  "  PRIMARY KEY (visit, number));"
  "CREATE TABLE answers ("
  "  visit TEXT NOT NULL, question TEXT NOT NULL, version TEXT NOT NULL, yes INTEGER NOT NULL,"
  "  at_us INTEGER NOT NULL,"
  "  PRIMARY KEY (visit, question));"
  "CREATE TABLE staff ("
  "  name TEXT PRIMARY KEY, role TEXT NOT NULL, pin TEXT NOT NULL, added_at_us INTEGER NOT NULL,"
  "  failures INTEGER NOT NULL DEFAULT 0, locked_until_us INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE device_states ("
  "  device TEXT PRIMARY KEY, state TEXT NOT NULL, at_us INTEGER NOT NULL);"

  "CREATE TABLE lookups ("
  "  day TEXT NOT NULL, hash BLOB NOT NULL, visit TEXT NOT NULL,"
  "  PRIMARY KEY (day, hash));",

  /* 2: what staff should know of a card */
  "CREATE TABLE card_notes (visit TEXT PRIMARY KEY, notes TEXT NOT NULL);",

  /* 3: slips that staff ask for, and the language a copy is printed in; from the log, as a rebuild
     would do it */
  "CREATE TABLE visits (visit TEXT PRIMARY KEY, entry TEXT NOT NULL, language TEXT NOT NULL);"
  "INSERT INTO visits (visit, entry, language)"
  "  SELECT visit, coalesce (json_extract (body, '$.entry'), ''),"
  "  coalesce (json_extract (body, '$.language'), '')"
  "  FROM events WHERE kind = 'confirmed' ORDER BY seq"
  "  ON CONFLICT (visit) DO UPDATE SET entry = excluded.entry, language = excluded.language;"
  "ALTER TABLE slips ADD COLUMN ordered_by TEXT NOT NULL DEFAULT '';"
  "ALTER TABLE slips ADD COLUMN language TEXT NOT NULL DEFAULT '';"
  "ALTER TABLE slips ADD COLUMN sendings INTEGER NOT NULL DEFAULT 0;"
  "UPDATE slips SET sendings = sent.n FROM"
  "  (SELECT visit, json_extract (body, '$.copy') AS copy, count(*) AS n FROM events"
  "   WHERE kind = 'slip' AND json_extract (body, '$.state') = 'sending'"
  "   GROUP BY visit, json_extract (body, '$.copy')) AS sent"
  "  WHERE slips.visit = sent.visit AND slips.copy = sent.copy;",

  /* 4: which rules of screening a manager has confirmed */
  "CREATE TABLE screening_confirmed ("
  "  rules TEXT PRIMARY KEY, by TEXT NOT NULL, at_us INTEGER NOT NULL);",
  /* 5: the thermometer's calibrations and checks */
  "CREATE TABLE trials ("
  "  number INTEGER PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL,"
  "  reference_mc INTEGER NOT NULL, by TEXT NOT NULL, asked_at_us INTEGER NOT NULL,"
  "  measured_mc INTEGER NOT NULL DEFAULT 0, spread_mc INTEGER NOT NULL DEFAULT 0,"
  "  room_mc INTEGER NOT NULL DEFAULT 0, samples INTEGER NOT NULL DEFAULT 0,"
  "  read_at_us INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE calibrations ("
  "  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, gain_ppm INTEGER NOT NULL,"
  "  offset_mc INTEGER NOT NULL, serial TEXT NOT NULL, by TEXT NOT NULL,"
  "  made_at_us INTEGER NOT NULL, expires_at_us INTEGER NOT NULL);"
  "CREATE TABLE calibration_points ("
  "  id TEXT NOT NULL, number INTEGER NOT NULL, reference_mc INTEGER NOT NULL,"
  "  measured_mc INTEGER NOT NULL, spread_mc INTEGER NOT NULL, room_mc INTEGER NOT NULL,"
  "  samples INTEGER NOT NULL, PRIMARY KEY (id, number));"
  "CREATE TABLE thermometer_checks ("
  "  number INTEGER PRIMARY KEY, reference_mc INTEGER NOT NULL, measured_mc INTEGER NOT NULL,"
  "  error_mc INTEGER NOT NULL, passed INTEGER NOT NULL, serial TEXT NOT NULL, by TEXT NOT NULL,"
  "  at_us INTEGER NOT NULL);",

  /* 6: whose place is kept while they rest */
  "CREATE TABLE rests ("
  "  visit TEXT PRIMARY KEY, day TEXT NOT NULL, lane TEXT NOT NULL, reasons INTEGER NOT NULL,"
  "  least_us INTEGER NOT NULL, until_us INTEGER NOT NULL, limit_us INTEGER NOT NULL);",

  /* 7: paper that belongs to no visit */
  "CREATE TABLE sheets ("
  "  number INTEGER PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, language TEXT NOT NULL,"
  "  by TEXT NOT NULL, why TEXT NOT NULL DEFAULT '', asked_at_us INTEGER NOT NULL,"
  "  reason TEXT NOT NULL, return_when TEXT NOT NULL, calibration TEXT NOT NULL, day TEXT NOT NULL,"
  "  last_seq INTEGER NOT NULL, last_link TEXT NOT NULL, sendings INTEGER NOT NULL DEFAULT 0);"
  "CREATE INDEX sheets_state ON sheets (state);",

  /* 8: lots, and the doses that are promised and given */
  "CREATE TABLE lots ("
  "  lot TEXT PRIMARY KEY, vaccine TEXT NOT NULL, maker TEXT NOT NULL, gtin TEXT NOT NULL,"
  "  expiry TEXT NOT NULL, remaining INTEGER NOT NULL DEFAULT 0,"
  "  withdrawn INTEGER NOT NULL DEFAULT 0, received_at_us INTEGER NOT NULL);"
  "CREATE INDEX lots_vaccine ON lots (vaccine);"
  "CREATE TABLE lot_days ("
  "  lot TEXT NOT NULL REFERENCES lots (lot) DEFERRABLE INITIALLY DEFERRED, day TEXT NOT NULL,"
  "  received INTEGER NOT NULL DEFAULT 0, used INTEGER NOT NULL DEFAULT 0,"
  "  wasted INTEGER NOT NULL DEFAULT 0, returned INTEGER NOT NULL DEFAULT 0,"
  "  missing INTEGER NOT NULL DEFAULT 0, vials INTEGER NOT NULL DEFAULT 0,"
  "  PRIMARY KEY (lot, day));"
  "CREATE TABLE lot_bindings ("
  "  visit TEXT PRIMARY KEY, lot TEXT NOT NULL, bound_by TEXT NOT NULL, at_us INTEGER NOT NULL);"
  "CREATE TABLE doses ("
  "  place INTEGER PRIMARY KEY, visit TEXT NOT NULL UNIQUE, day TEXT NOT NULL,"
  "  vaccine TEXT NOT NULL, state TEXT NOT NULL, lot TEXT NOT NULL DEFAULT '',"
  "  dose INTEGER NOT NULL DEFAULT 0, site TEXT NOT NULL DEFAULT '',"
  "  route TEXT NOT NULL DEFAULT '', injected_by TEXT NOT NULL DEFAULT '',"
  "  at_us INTEGER NOT NULL DEFAULT 0);"
  "CREATE INDEX doses_day ON doses (day, vaccine, state);"
  "CREATE INDEX doses_lot ON doses (lot);",

  /* 9: a ticket's way through the zones, step by step; the newest (tickets.moves) is where it is now.
     Before there were zones all were called in the first. */
  "CREATE TABLE moves ("
  "  visit TEXT NOT NULL, number INTEGER NOT NULL, day TEXT NOT NULL, lane TEXT NOT NULL,"
  "  zone TEXT NOT NULL, state TEXT NOT NULL, from_zone TEXT NOT NULL, desk TEXT NOT NULL,"
  "  by TEXT NOT NULL, why TEXT NOT NULL, at_us INTEGER NOT NULL, order_us INTEGER NOT NULL,"
  "  no_shows INTEGER NOT NULL, until_us INTEGER NOT NULL, recalled_at_us INTEGER NOT NULL,"
  "  PRIMARY KEY (visit, number));"
  "CREATE INDEX moves_zone ON moves (zone, state, at_us);"
  "ALTER TABLE tickets ADD COLUMN moves INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE tickets ADD COLUMN household TEXT NOT NULL DEFAULT '';"
  "ALTER TABLE tickets ADD COLUMN window_from_us INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE tickets ADD COLUMN window_to_us INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE tickets ADD COLUMN wait_low_s INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE tickets ADD COLUMN wait_high_s INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE tickets DROP COLUMN called_at_us;"
  "ALTER TABLE tickets DROP COLUMN called_by;"
  "INSERT INTO moves (visit, number, day, lane, zone, state, from_zone, desk, by, why, at_us,"
  "  order_us, no_shows, until_us, recalled_at_us)"
  "  SELECT e.visit, row_number() OVER (PARTITION BY e.visit ORDER BY e.seq) - 1, t.day, t.lane,"
  "  'inquiry', CASE e.kind WHEN 'called' THEN 'called' ELSE 'waiting' END,"
  "  CASE e.kind WHEN 'ticket_issued' THEN '' ELSE 'inquiry' END, '',"
  "  coalesce (json_extract (e.body, '$.by'), ''), '', e.at_us, t.issued_at_us, 0, 0, 0"
  "  FROM events e JOIN tickets t ON t.visit = e.visit"
  "  WHERE e.kind IN ('ticket_issued', 'called', 'put_back');"
  "UPDATE tickets SET moves = (SELECT count(*) - 1 FROM moves WHERE moves.visit = tickets.visit);"
  "CREATE TABLE checks ("
  "  visit TEXT NOT NULL, number INTEGER NOT NULL, checks INTEGER NOT NULL, version TEXT NOT NULL,"
  "  by TEXT NOT NULL, desk TEXT NOT NULL, at_us INTEGER NOT NULL, PRIMARY KEY (visit, number));"
  "CREATE TABLE waiting_scores ("
  "  day TEXT NOT NULL, zone TEXT NOT NULL, lane TEXT NOT NULL, told INTEGER NOT NULL,"
  "  hits INTEGER NOT NULL, untold INTEGER NOT NULL, width_s INTEGER NOT NULL,"
  "  PRIMARY KEY (day, zone, lane));",

  /* 10: the days that people opened and closed, the time that they confirmed, and the day a visit began on */
  "CREATE TABLE days ("
  "  day TEXT PRIMARY KEY, open INTEGER NOT NULL, from_seq INTEGER NOT NULL,"
  "  opened_at_us INTEGER NOT NULL, opened_by TEXT NOT NULL, closed_at_us INTEGER NOT NULL,"
  "  closed_by TEXT NOT NULL, link TEXT NOT NULL);"
  "CREATE UNIQUE INDEX days_open ON days (open) WHERE open = 1;"
  "CREATE TABLE clock ("
  "  id INTEGER PRIMARY KEY, boot TEXT NOT NULL, boot_us INTEGER NOT NULL, at_us INTEGER NOT NULL,"
  "  jump_us INTEGER NOT NULL);"
  "ALTER TABLE visits ADD COLUMN day TEXT NOT NULL DEFAULT '';",

  /* 11: the newest calls of a lane */
  "CREATE INDEX moves_lane ON moves (zone, lane, state, at_us);",

  /* 12: who is expected on which day, and goes with it */
  "CREATE TABLE appointments ("
  "  day TEXT NOT NULL, hash BLOB NOT NULL, start_min INTEGER NOT NULL, end_min INTEGER NOT NULL,"
  "  dose INTEGER NOT NULL, vaccine TEXT NOT NULL, community TEXT NOT NULL, employer TEXT NOT NULL,"
  "  source TEXT NOT NULL, PRIMARY KEY (day, hash));",

  /* 13: names, sealed; and which days' injections were handed on */
  "CREATE TABLE sealed ("
  "  visit TEXT NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL, box TEXT NOT NULL,"
  "  PRIMARY KEY (visit, kind));"
  "CREATE INDEX sealed_day ON sealed (kind, day);"
  "CREATE TABLE exports (day TEXT PRIMARY KEY, at_us INTEGER NOT NULL, by TEXT NOT NULL);",
};

static gboolean
read_steps (ThDb *db, gint64 *ret_done, GError **error)
{
  g_autoptr(ThStatement) statement = th_db_query (db, "SELECT max(step) FROM schema_steps", "");
  gint64 done = 0;

  if (th_statement_step (statement, error) != TH_STEP_ROW)
    return FALSE;
  done = th_statement_int (statement, 0);
  if (done > (gint64) G_N_ELEMENTS (steps))
    return th_records_refuse (
        error, TH_RECORDS_ERROR_CORRUPT,
        "the records were written by a newer version (step %d, this one knows %d)", (int) done,
        (int) G_N_ELEMENTS (steps));
  *ret_done = done;
  return TRUE;
}

gboolean
th_records_check_schema (ThDb *db, GError **error)
{
  gint64 done = 0;

  return read_steps (db, &done, error);
}

gboolean
th_records_make_schema (ThDb *db, GError **error)
{
  g_autoptr(ThTransaction) transaction = th_db_begin (db, TRUE, error);
  gint64 done = 0;

  if (transaction == NULL || !th_db_exec (db,
                                          "CREATE TABLE IF NOT EXISTS schema_steps"
                                          " (step INTEGER PRIMARY KEY, at_us INTEGER NOT NULL)",
                                          error))
    return FALSE;
  if (!read_steps (db, &done, error))
    return FALSE;
  for (gint64 step = done; step < (gint64) G_N_ELEMENTS (steps); step++)
    if (!th_db_exec (db, steps[step], error) ||
        !th_db_run (db, error, "INSERT INTO schema_steps (step, at_us) VALUES ($1, $2)", "xx",
                    step + 1, g_get_real_time ()))
      return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}
