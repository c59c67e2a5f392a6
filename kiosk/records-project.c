/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From events to the tables that screens read. One function per kind, used both when an event is
 * written and when everything is written again, so that the two cannot differ. Then the walk
 * over the whole log, and what is written again by it.
 */
#include "kiosk/records-private.h"

#include <string.h>

#define INT(key) th_log_body_int (body, key)
#define TEXT(key) th_log_body_text (body, key)

static gboolean
project_confirmed (ThDb *db, const char *visit, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO visits (visit, entry, language, day) VALUES ($1, $2, $3, $4)"
                    " ON CONFLICT (visit) DO UPDATE SET entry = excluded.entry,"
                    " language = excluded.language, day = excluded.day",
                    "ssss", visit, TEXT ("entry"), TEXT ("language"), TEXT ("day"));
}

static gboolean
project_card_notes (ThDb *db, const char *visit, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO card_notes (visit, notes) VALUES ($1, $2)"
                    " ON CONFLICT (visit) DO UPDATE SET notes = excluded.notes",
                    "ss", visit, TEXT ("notes"));
}

static gboolean
project_answered (ThDb *db, const char *visit, gint64 at_us, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO answers (visit, question, version, yes, at_us)"
                    " VALUES ($1, $2, $3, $4, $5)"
                    " ON CONFLICT (visit, question) DO UPDATE SET version = excluded.version,"
                    " yes = excluded.yes, at_us = excluded.at_us",
                    "sssix", visit, TEXT ("question"), TEXT ("version"),
                    th_log_body_flag (body, "yes") ? 1 : 0, at_us);
}

static gboolean
project_measured (ThDb *db, const char *visit, gint64 at_us, const ThLogBody *body, GError **error)
{
  return th_db_run (
      db, error,
      "INSERT INTO readings (visit, number, attempt, object_raw, ambient_raw, room_mc,"
      " skin_mc, body_mc, shown_tenths, samples, method, at_us)"
      " VALUES ($1, (SELECT count(*) + 1 FROM readings WHERE visit = $1),"
      " $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      "sxxxxxxxxsx", visit, INT ("attempt"), INT ("object_raw"), INT ("ambient_raw"),
      INT ("room_mc"), INT ("skin_mc"), INT ("body_mc"), INT ("shown_tenths"), INT ("samples"),
      TEXT ("method"), at_us);
}

static gboolean
project_ticket_issued (ThDb *db, const char *visit, gint64 at_us, const ThLogBody *body,
                       GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO counters (day, lane, last) VALUES ($1, $2, $3)"
                    " ON CONFLICT (day, lane) DO UPDATE SET last = excluded.last",
                    "ssx", TEXT ("day"), TEXT ("lane"), INT ("number")) &&
         th_db_run (db, error,
                    "INSERT INTO tickets (visit, day, lane, number, token, issued_at_us, household,"
                    " window_from_us, window_to_us, wait_low_s, wait_high_s)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                    "sssxsxsxxxx", visit, TEXT ("day"), TEXT ("lane"), INT ("number"), TEXT ("token"),
                    at_us, TEXT ("household"), INT ("window_from_us"), INT ("window_to_us"),
                    INT ("wait_low_s"), INT ("wait_high_s"));
}

static gboolean
project_flagged (ThDb *db, const char *visit, gint64 at_us, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO cases (visit, reasons, flagged_at_us) VALUES ($1, $2, $3)", "sxx",
                    visit, INT ("reasons"), at_us);
}

static gboolean
project_copy_asked (ThDb *db, const char *visit, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error, "UPDATE tickets SET copies = $2 WHERE visit = $1", "sx", visit,
                    INT ("copy"));
}

/* Slips since a printer got its roll: a row "roll" or "spare-roll" beside the devices' own, below zero once the paper
 * was low: ready after that is a new roll, and so is anything after none. */
static gboolean
project_roll (ThDb *db, const char *which, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO device_states (device, state, at_us) VALUES ($1, '1', 0)"
                    " ON CONFLICT (device) DO UPDATE SET state = CAST (CAST (device_states.state AS INTEGER)"
                    " + CASE WHEN device_states.state LIKE '-%' THEN -1 ELSE 1 END AS TEXT)",
                    "s", strcmp (which, "spare") == 0 ? "spare-roll" : "roll");
}

static gboolean
project_paper (ThDb *db, const char *printer, const char *state, GError **error)
{
  const char *roll = strcmp (printer, "spare") == 0 ? "spare-roll" : "roll";

  if (strcmp (state, "out") == 0)
    return th_db_run (db, error, "DELETE FROM device_states WHERE device = $1", "s", roll);
  if (strcmp (state, "ready") == 0)
    return th_db_run (db, error, "DELETE FROM device_states WHERE device = $1 AND state LIKE '-%'", "s",
                      roll);
  if (strcmp (state, "low") == 0)
    return th_db_run (db, error,
                      "UPDATE device_states SET state = '-' || state WHERE device = $1"
                      " AND state NOT LIKE '-%'",
                      "s", roll);
  return TRUE;
}

/* Who asked for it, and in which language, is said once and stays. */
static gboolean
project_slip (ThDb *db, const char *visit, gint64 at_us, const ThLogBody *body, GError **error)
{
  const char *state = TEXT ("state");
  const char *ordered_by = strcmp (state, "queued") == 0 ? TEXT ("by") : "";

  if (strcmp (state, "sending") == 0 && !project_roll (db, TEXT ("why"), error))
    return FALSE;
  return th_db_run (
      db, error,
      "INSERT INTO slips (visit, copy, state, why, at_us, ordered_by, language, sendings)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
      " ON CONFLICT (visit, copy) DO UPDATE SET state = excluded.state,"
      " why = excluded.why, at_us = excluded.at_us,"
      " ordered_by = CASE excluded.ordered_by WHEN '' THEN slips.ordered_by"
      "  ELSE excluded.ordered_by END,"
      " language = CASE excluded.language WHEN '' THEN slips.language"
      "  ELSE excluded.language END,"
      " sendings = slips.sendings + excluded.sendings",
      "sxssxssi", visit, INT ("copy"), state, TEXT ("why"), at_us, ordered_by, TEXT ("language"),
      strcmp (state, "sending") == 0 ? 1 : 0);
}

static gboolean
project_reviewed (ThDb *db, const char *visit, gint64 at_us, const ThLogBody *body, GError **error)
{
  /* Opened again: as if nobody had decided; who did, and why, stands in the log. */
  if (strcmp (TEXT ("decision"), th_decision_to_string (TH_DECISION_NONE)) == 0)
    return th_db_run (db, error,
                      "UPDATE cases SET decision = 'open', reason = '', decided_by = '',"
                      " decided_at_us = 0 WHERE visit = $1",
                      "s", visit);
  return th_db_run (
      db, error,
      "UPDATE cases SET decision = $2, reason = $3, decided_by = $4, decided_at_us = $5"
      " WHERE visit = $1",
      "ssssx", visit, TEXT ("decision"), TEXT ("reason"), TEXT ("by"), at_us);
}

/* The first report counts: a second press cannot move a deadline that was kept, or missed. */
static gboolean
project_reported (ThDb *db, const char *visit, gint64 at_us, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    th_log_body_flag (body, "written")
                        ? "UPDATE cases SET written_report_at_us = $2"
                          " WHERE visit = $1 AND written_report_at_us = 0"
                        : "UPDATE cases SET oral_report_at_us = $2"
                          " WHERE visit = $1 AND oral_report_at_us = 0",
                    "sx", visit, at_us);
}

static gboolean
project_device_state (ThDb *db, gint64 at_us, const ThLogBody *body, GError **error)
{
  gboolean printer = strcmp (TEXT ("device"), "printer") == 0 || strcmp (TEXT ("device"), "spare") == 0;

  if (printer && !project_paper (db, TEXT ("device"), TEXT ("state"), error))
    return FALSE;
  return th_db_run (db, error,
                    "INSERT INTO device_states (device, state, at_us) VALUES ($1, $2, $3)"
                    " ON CONFLICT (device) DO UPDATE SET state = excluded.state,"
                    " at_us = excluded.at_us",
                    "ssx", TEXT ("device"), TEXT ("state"), at_us);
}

static gboolean
project_staff_added (ThDb *db, gint64 at_us, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO staff (name, role, pin, added_at_us) VALUES ($1, $2, $3, $4)",
                    "sssx", TEXT ("name"), TEXT ("role"), TEXT ("pin"), at_us);
}

static gboolean
project_staff_logged_in (ThDb *db, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error, "UPDATE staff SET failures = 0, locked_until_us = 0 WHERE name = $1",
                    "s", TEXT ("name"));
}

static gboolean
project_staff_refused (ThDb *db, gint64 at_us, const ThLogBody *body, GError **error)
{
  gint64 wait_us = INT ("wait_s") * G_USEC_PER_SEC;

  return th_db_run (db, error,
                    "UPDATE staff SET failures = $2, locked_until_us = $3 WHERE name = $1", "sxx",
                    TEXT ("name"), INT ("failures"), wait_us > 0 ? at_us + wait_us : (gint64) 0);
}

static gboolean
project_screening_confirmed (ThDb *db, gint64 at_us, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO screening_confirmed (rules, by, at_us) VALUES ($1, $2, $3)"
                    " ON CONFLICT (rules) DO UPDATE SET by = excluded.by, at_us = excluded.at_us",
                    "ssx", TEXT ("rules"), TEXT ("by"), at_us);
}

static gboolean
project_trial_asked (ThDb *db, gint64 at_us, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO trials (number, kind, state, reference_mc, by, asked_at_us)"
                    " VALUES ($1, $2, 'asked', $3, $4, $5)",
                    "xsxsx", INT ("number"), TEXT ("for"), INT ("reference_mc"), TEXT ("by"), at_us);
}

static gboolean
project_trial_read (ThDb *db, gint64 at_us, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "UPDATE trials SET state = $2, measured_mc = $3, spread_mc = $4, room_mc = $5,"
                    " samples = $6, read_at_us = $7 WHERE number = $1",
                    "xsxxxxx", INT ("number"), TEXT ("state"), INT ("measured_mc"),
                    INT ("spread_mc"), INT ("room_mc"), INT ("samples"), at_us);
}

static gboolean
project_calibrated (ThDb *db, gint64 at_us, const ThLogBody *body, GError **error)
{
  static const char *const names[] = { "a", "b", "c" };

  if (!th_db_run (db, error,
                  "INSERT INTO calibrations (number, id, gain_ppm, offset_mc, serial, by, made_at_us,"
                  " expires_at_us) VALUES ((SELECT count(*) + 1 FROM calibrations),"
                  " $1, $2, $3, $4, $5, $6, $7)",
                  "sxxssxx", TEXT ("id"), INT ("gain_ppm"), INT ("offset_mc"), TEXT ("serial"),
                  TEXT ("by"), at_us, INT ("expires_at_us")))
    return FALSE;
  for (gint64 i = 0; i < INT ("points") && i < (gint64) G_N_ELEMENTS (names); i++)
    {
      g_autofree char *reference = g_strconcat ("reference_mc_", names[i], NULL);
      g_autofree char *measured = g_strconcat ("measured_mc_", names[i], NULL);
      g_autofree char *spread = g_strconcat ("spread_mc_", names[i], NULL);
      g_autofree char *room = g_strconcat ("room_mc_", names[i], NULL);
      g_autofree char *samples = g_strconcat ("samples_", names[i], NULL);

      if (!th_db_run (db, error,
                      "INSERT INTO calibration_points (id, number, reference_mc, measured_mc,"
                      " spread_mc, room_mc, samples) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                      "sxxxxxx", TEXT ("id"), i, INT (reference), INT (measured), INT (spread),
                      INT (room), INT (samples)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
project_checked (ThDb *db, gint64 at_us, const ThLogBody *body, GError **error)
{
  return th_db_run (db, error,
                    "INSERT INTO thermometer_checks (number, reference_mc, measured_mc, error_mc,"
                    " passed, serial, by, at_us)"
                    " VALUES ((SELECT count(*) + 1 FROM thermometer_checks),"
                    " $1, $2, $3, $4, $5, $6, $7)",
                    "xxxissx", INT ("reference_mc"), INT ("measured_mc"), INT ("error_mc"),
                    th_log_body_flag (body, "passed") ? 1 : 0, TEXT ("serial"), TEXT ("by"), at_us);
}

static gboolean
project_rested (ThDb *db, const char *visit, gint64 at_us, const ThLogBody *body, GError **error)
{
  gint64 until_us = at_us + INT ("rest_s") * G_USEC_PER_SEC;

  return th_db_run (
      db, error,
      "INSERT INTO rests (visit, day, lane, reasons, least_us, until_us, limit_us)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7)"
      " ON CONFLICT (visit) DO UPDATE SET reasons = excluded.reasons, least_us = excluded.least_us,"
      " until_us = excluded.until_us, limit_us = excluded.limit_us",
      "sssxxxx", visit, TEXT ("day"), TEXT ("lane"), INT ("reasons"),
      at_us + INT ("least_s") * G_USEC_PER_SEC, until_us,
      until_us + INT ("return_s") * G_USEC_PER_SEC);
}

/* A number, or nothing: either way nobody waits for this person any longer. */
static gboolean
project_rest_over (ThDb *db, const char *visit, GError **error)
{
  return th_db_run (db, error, "DELETE FROM rests WHERE visit = $1", "s", visit);
}

gboolean
th_records_project (ThRecords *records, ThLogKind kind, const char *visit, gint64 at_us,
                    const ThLogBody *body, GError **error)
{
  ThDb *db = records->db;

  switch (kind)
    {
    case TH_LOG_CONFIRMED:
      return project_confirmed (db, visit, body, error);
    case TH_LOG_CARD_NOTES:
      return project_card_notes (db, visit, body, error);
    case TH_LOG_ANSWERED:
      return project_answered (db, visit, at_us, body, error);
    case TH_LOG_MEASURED:
      return project_measured (db, visit, at_us, body, error);
    case TH_LOG_TICKET_ISSUED:
      return project_ticket_issued (db, visit, at_us, body, error) &&
             th_records_project_queue (db, kind, visit, at_us, body, error) &&
             project_rest_over (db, visit, error);
    case TH_LOG_LEFT:
      return project_rest_over (db, visit, error) &&
             th_records_project_dose_over (records, visit, error);
    case TH_LOG_RESTED:
      return project_rested (db, visit, at_us, body, error);
    case TH_LOG_FLAGGED:
      return project_flagged (db, visit, at_us, body, error);
    case TH_LOG_COPY_ASKED:
      return project_copy_asked (db, visit, body, error);
    case TH_LOG_SLIP:
      return project_slip (db, visit, at_us, body, error);
    case TH_LOG_REVIEWED:
      return project_reviewed (db, visit, at_us, body, error);
    case TH_LOG_REPORTED:
      return project_reported (db, visit, at_us, body, error);
    case TH_LOG_CALLED:
    case TH_LOG_PUT_BACK:
    case TH_LOG_SERVING:
    case TH_LOG_PARKED:
    case TH_LOG_NO_SHOW:
    case TH_LOG_MOVED:
    case TH_LOG_DONE:
    case TH_LOG_LEFT_SITE:
    case TH_LOG_OBSERVED:
    case TH_LOG_EXTENDED:
    case TH_LOG_UNDONE:
    case TH_LOG_CHECKS_DONE:
    case TH_LOG_WAITING_SCORED:
      return th_records_project_queue (db, kind, visit, at_us, body, error);
    case TH_LOG_DEVICE_STATE:
      return project_device_state (db, at_us, body, error);
    case TH_LOG_STAFF_ADDED:
      return project_staff_added (db, at_us, body, error);
    case TH_LOG_STAFF_LOGGED_IN:
      return project_staff_logged_in (db, body, error);
    case TH_LOG_STAFF_REFUSED:
      return project_staff_refused (db, at_us, body, error);
    case TH_LOG_SCREENING_CONFIRMED:
      return project_screening_confirmed (db, at_us, body, error);
    case TH_LOG_TRIAL_ASKED:
      return project_trial_asked (db, at_us, body, error);
    case TH_LOG_TRIAL_READ:
      return project_trial_read (db, at_us, body, error);
    case TH_LOG_CALIBRATED:
      return project_calibrated (db, at_us, body, error);
    case TH_LOG_CHECKED:
      return project_checked (db, at_us, body, error);
    case TH_LOG_LOT_RECEIVED:
    case TH_LOG_LOT_OPENED:
    case TH_LOG_LOT_WASTED:
    case TH_LOG_LOT_RETURNED:
    case TH_LOG_LOT_COUNTED:
    case TH_LOG_LOT_WITHDRAWN:
    case TH_LOG_LOT_BOUND:
    case TH_LOG_DOSE_RESERVED:
    case TH_LOG_DOSE_UNSERVED:
    case TH_LOG_DOSE_RELEASED:
    case TH_LOG_INJECTED:
    case TH_LOG_INJECTION_UNDONE:
      return th_records_project_lots (records, kind, visit, at_us, body, error);
    case TH_LOG_SHEET:
      return (strcmp (TEXT ("state"), "sending") != 0 || project_roll (db, TEXT ("why"), error)) &&
             th_records_project_sheet (db, at_us, body, error);
    case TH_LOG_DAY_OPENED:
    case TH_LOG_DAY_CLOSED:
    case TH_LOG_CLOCK_CONFIRMED:
    case TH_LOG_CLOCK_JUMPED:
      return th_records_project_day (records, kind, at_us, body, error);
    case TH_LOG_SEALED:
    case TH_LOG_PERSON_OPENED:
    case TH_LOG_EXPORTED:
    case TH_LOG_PURGED:
      return th_records_project_seal (db, kind, visit, at_us, body, error);
    case TH_LOG_RESTORED:
    case TH_LOG_APPOINTMENTS_IMPORTED:
    case TH_LOG_SITE_FITTED:
    case TH_LOG_NOT_MEASURED:
    case TH_LOG_RETURNED:
      return TRUE; /* counted by reports, shown by no screen */
    case TH_N_LOG_KINDS:
      break;
    }
  g_return_val_if_reached (FALSE);
}

/* --- walking the log -------------------------------------------------------------------------- */

static gboolean
read_event (ThStatement *row, ThLogEvent *ret_event, ThLogKind *ret_kind, GError **error)
{
  gsize link_len;
  ThLogEvent event = {
    .seq = th_statement_int (row, 0),
    .id = th_statement_text (row, 1),
    .device = th_statement_text (row, 2),
    .device_seq = th_statement_int (row, 3),
    .kind = th_statement_text (row, 4),
    .at_us = th_statement_int (row, 5),
    .mono_us = th_statement_int (row, 6),
    .clock_trusted = th_statement_int (row, 7) != 0,
    .visit = th_statement_text (row, 8),
    .body = th_statement_text (row, 9),
    .link = th_statement_blob (row, 10, &link_len),
  };

  if (event.id == NULL || event.device == NULL || event.kind == NULL || event.visit == NULL ||
      event.body == NULL || link_len != TH_LOG_LINK_BYTES ||
      !th_log_kind_from_string (event.kind, ret_kind))
    {
      th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT,
                         "event %" G_GINT64_FORMAT " of the log is damaged", event.seq);
      return FALSE;
    }
  *ret_event = event;
  return TRUE;
}

static gboolean
hand_event (ThRecords *records, ThStatement *row, ThEventFunc each, gpointer data, GError **error)
{
  g_autoptr(ThLogBody) body = NULL;
  ThLogEvent event;
  ThLogKind kind;

  if (!read_event (row, &event, &kind, error))
    return FALSE;
  body = th_log_body_decode (event.body, strlen (event.body), error);
  if (body == NULL)
    {
      g_prefix_error (error, "event %" G_GINT64_FORMAT " of the log: ", event.seq);
      return FALSE;
    }
  return each (records, &event, kind, body, data, error);
}

gboolean
th_records_walk (ThRecords *records, gint64 from_seq, ThEventFunc each, gpointer data,
                 GError **error)
{
  g_autoptr(ThStatement) row =
      th_db_query (records->db,
                   "SELECT seq, id, device, device_seq, kind, at_us, mono_us, clock_trusted, visit,"
                   " body, link FROM events WHERE seq >= $1 ORDER BY seq",
                   "x", from_seq);
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    if (!hand_event (records, row, each, data, error))
      return FALSE;
  return step == TH_STEP_DONE;
}

static gboolean
project_again (ThRecords *records, const ThLogEvent *event, ThLogKind kind, const ThLogBody *body,
               gpointer data, GError **error)
{
  return th_records_project (records, kind, event->visit, event->at_us, body, error);
}

gboolean
th_records_rebuild (ThRecords *records, GError **error)
{
  g_autoptr(ThTransaction) transaction = th_records_begin (records, error);

  if (transaction == NULL ||
      !th_db_exec (
          records->db,
          "DELETE FROM days; DELETE FROM clock; DELETE FROM slips; DELETE FROM cases; DELETE FROM tickets; DELETE FROM counters;"
          "DELETE FROM readings; DELETE FROM answers; DELETE FROM card_notes; DELETE FROM staff;"
          "DELETE FROM device_states; DELETE FROM visits; DELETE FROM screening_confirmed;"
          "DELETE FROM trials; DELETE FROM calibration_points; DELETE FROM calibrations;"
          "DELETE FROM thermometer_checks; DELETE FROM rests; DELETE FROM moves;"
          "DELETE FROM checks; DELETE FROM waiting_scores; DELETE FROM doses; DELETE FROM lot_bindings;"
          "DELETE FROM lot_days; DELETE FROM lots; DELETE FROM sheets;"
          "DELETE FROM sealed; DELETE FROM exports",
          error) ||
      !th_records_walk (records, G_MININT64, project_again, NULL, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}
