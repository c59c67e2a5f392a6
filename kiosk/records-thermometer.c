/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/records-thermometer.h"

#include <string.h>

#include "kiosk/records-private.h"

#define DAY_US ((gint64)24 * 3600 * G_USEC_PER_SEC)
#define MAX_LISTED 200
#define MAX_SERIAL 40

static const char *const kinds[] = {
  [TH_TRIAL_CALIBRATE] = "calibrate",
  [TH_TRIAL_CHECK] = "check",
  [TH_TRIAL_END] = "end",
};

static const char *const states[] = {
  [TH_TRIAL_ASKED] = "asked",         [TH_TRIAL_READING] = "reading",
  [TH_TRIAL_STEADY] = "steady",       [TH_TRIAL_UNSTEADY] = "unsteady",
  [TH_TRIAL_NO_SENSOR] = "no-sensor",
};

const char *
th_trial_state_to_string (ThTrialState state)
{
  return states[state];
}

/* --- trials ----------------------------------------------------------------------------------- */

ThTrialPhase
th_trial_phase (const ThTrial *trial, gint64 now_us)
{
  gint64 asked_s = (now_us - trial->asked_at_us) / G_USEC_PER_SEC;

  if (trial->number == 0 || trial->kind == TH_TRIAL_END)
    return TH_TRIAL_PHASE_NONE;
  switch (trial->state)
    {
    case TH_TRIAL_ASKED:
      return asked_s < TH_TRIAL_WAIT_S ? TH_TRIAL_PHASE_READ : TH_TRIAL_PHASE_NONE;
    case TH_TRIAL_READING:
      /* Whoever read it has ended in the middle; or it is under way. */
      return asked_s < TH_TRIAL_WAIT_S + TH_TRIAL_READ_S ? TH_TRIAL_PHASE_READ
                                                         : TH_TRIAL_PHASE_NONE;
    case TH_TRIAL_STEADY:
    case TH_TRIAL_UNSTEADY:
      return trial->kind == TH_TRIAL_CALIBRATE
                     && (now_us - trial->read_at_us) / G_USEC_PER_SEC < TH_TRIAL_HOLD_S
                 ? TH_TRIAL_PHASE_HOLD
                 : TH_TRIAL_PHASE_NONE;
    case TH_TRIAL_NO_SENSOR:
      break;
    }
  return TH_TRIAL_PHASE_NONE;
}

static void
copy_text (char *to, gsize size, const char *text)
{
  g_strlcpy (to, text != NULL ? text : "", size);
}

static int
find_nick (const char *const *nicks, guint n, const char *text)
{
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (nicks[i], text) == 0)
      return (int)i;
  return -1;
}

gboolean
th_records_newest_trial (ThRecords *records, ThTrial *ret_trial, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (
      records->db,
      "SELECT number, kind, state, reference_mc, measured_mc, spread_mc, room_mc, samples,"
      " asked_at_us, read_at_us, by FROM trials ORDER BY number DESC LIMIT 1",
      "");
  ThStep step = th_statement_step (row, error);
  ThTrial trial = { 0 };
  int kind, state;

  if (step == TH_STEP_FAILED)
    return FALSE;
  if (step == TH_STEP_ROW)
    {
      kind = find_nick (kinds, G_N_ELEMENTS (kinds), th_statement_text (row, 1));
      state = find_nick (states, G_N_ELEMENTS (states), th_statement_text (row, 2));
      if (kind < 0 || state < 0)
        return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "a trial is damaged");
      trial.number = (guint)th_statement_int (row, 0);
      trial.kind = (ThTrialKind)kind;
      trial.state = (ThTrialState)state;
      trial.point = (ThBlackBodyPoint){
        .reference_mc = (int)th_statement_int (row, 3),
        .measured_mc = (int)th_statement_int (row, 4),
        .spread_mc = (int)th_statement_int (row, 5),
        .room_mc = (int)th_statement_int (row, 6),
        .samples = (guint)th_statement_int (row, 7),
      };
      trial.asked_at_us = th_statement_int (row, 8);
      trial.read_at_us = th_statement_int (row, 9);
      copy_text (trial.by, sizeof trial.by, th_statement_text (row, 10));
    }
  *ret_trial = trial;
  return TRUE;
}

gboolean
th_records_ask_trial (ThRecords *records, ThTrialKind kind, int reference_mc, const char *by,
                      guint *ret_number, GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (ThLogBody) body = th_log_body_new ();
  ThTrial newest = { .number = 0 };

  if (kind != TH_TRIAL_END
      && (reference_mc < TH_REFERENCE_MIN_MC || reference_mc > TH_REFERENCE_MAX_MC))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "the black body may be set to %d to %d °C",
                              TH_REFERENCE_MIN_MC / 1000, TH_REFERENCE_MAX_MC / 1000);
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !th_records_newest_trial (records, &newest, error))
    return FALSE;
  th_log_body_set_int (body, "number", newest.number + 1);
  th_log_body_set_text (body, "for", kinds[kind]);
  th_log_body_set_int (body, "reference_mc", kind == TH_TRIAL_END ? 0 : reference_mc);
  th_log_body_set_text (body, "by", by);
  if (!th_records_append (records, TH_LOG_TRIAL_ASKED, "", body, error)
      || !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  if (ret_number != NULL)
    *ret_number = newest.number + 1;
  return TRUE;
}

static void
set_point (ThLogBody *body, const ThBlackBodyPoint *point)
{
  th_log_body_set_int (body, "measured_mc", point->measured_mc);
  th_log_body_set_int (body, "spread_mc", point->spread_mc);
  th_log_body_set_int (body, "room_mc", point->room_mc);
  th_log_body_set_int (body, "samples", point->samples);
}

gboolean
th_records_trial_read (ThRecords *records, guint number, ThTrialState state,
                       const ThBlackBodyPoint *point, GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);
  g_autoptr (ThLogBody) body = th_log_body_new ();
  ThTrial newest = { .number = 0 };

  if (transaction == NULL || !th_records_newest_trial (records, &newest, error))
    return FALSE;
  if (newest.number != number || newest.kind == TH_TRIAL_END || newest.state > TH_TRIAL_READING)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "trial %u is over", number);
  th_log_body_set_int (body, "number", number);
  th_log_body_set_text (body, "state", states[state]);
  set_point (body, point);
  if (!th_records_append (records, TH_LOG_TRIAL_READ, "", body, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}

/* --- calibrations ----------------------------------------------------------------------------- */

static gboolean
check_serial (const char *serial, GError **error)
{
  glong len = g_utf8_strlen (serial, -1);

  if (len >= 1 && strlen (serial) <= MAX_SERIAL)
    return TRUE;
  return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                            "the black body's serial number is 1 to %d characters", MAX_SERIAL);
}

static gboolean
is_manager (ThRecords *records, const char *name, GError **error)
{
  g_autoptr (ThStatement) row
      = th_db_query (records->db, "SELECT role = 'manager' FROM staff WHERE name = $1", "s", name);
  ThStep step = th_statement_step (row, error);

  if (step == TH_STEP_FAILED)
    return FALSE;
  if (step == TH_STEP_ROW && th_statement_int (row, 0) != 0)
    return TRUE;
  return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "only a manager may calibrate");
}

/* What a pure function refused, as a refusal of the records. */
static gboolean
refuse_for (GError **error, GError *why)
{
  g_autoptr (GError) reason = why;

  return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "%s", reason->message);
}

static const char *const point_names[] = { "a", "b", "c" };

/* "measured_mc_a", … */
static void
set_named_point (ThLogBody *body, guint i, const ThBlackBodyPoint *point)
{
  const struct
  {
    const char *key;
    int value;
  } values[] = {
    { "reference_mc", point->reference_mc }, { "measured_mc", point->measured_mc },
    { "spread_mc", point->spread_mc },       { "room_mc", point->room_mc },
    { "samples", (int)point->samples },
  };

  for (guint v = 0; v < G_N_ELEMENTS (values); v++)
    {
      g_autofree char *key = g_strdup_printf ("%s_%s", values[v].key, point_names[i]);

      th_log_body_set_int (body, key, values[v].value);
    }
}

gboolean
th_records_calibrate (ThRecords *records, const ThBlackBodyPoint *points, guint n,
                      const char *serial, guint days, const char *by,
                      ThCalibrationRecord *ret_record, GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (ThLogBody) body = th_log_body_new ();
  ThCalibrationRecord record = { .n_points = n };
  GError *why = NULL;

  if (!check_serial (serial, error))
    return FALSE;
  if (!th_calibration_fit (points, n, &record.line, &why))
    return refuse_for (error, why);
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !is_manager (records, by, error))
    return FALSE;
  th_uuid7 (records->now_us, record.id);
  record.made_at_us = records->now_us;
  record.expires_at_us = records->now_us + days * DAY_US;
  copy_text (record.serial, sizeof record.serial, serial);
  copy_text (record.by, sizeof record.by, by);
  memcpy (record.points, points, n * sizeof points[0]);

  th_log_body_set_text (body, "id", record.id);
  th_log_body_set_int (body, "gain_ppm", record.line.gain_ppm);
  th_log_body_set_int (body, "offset_mc", record.line.offset_mc);
  th_log_body_set_int (body, "about_mc", TH_CALIBRATION_ABOUT_MC);
  th_log_body_set_int (body, "points", n);
  for (guint i = 0; i < n; i++)
    set_named_point (body, i, &points[i]);
  th_log_body_set_text (body, "serial", serial);
  th_log_body_set_int (body, "expires_at_us", record.expires_at_us);
  th_log_body_set_text (body, "by", by);
  if (!th_records_append (records, TH_LOG_CALIBRATED, "", body, error)
      || !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  if (ret_record != NULL)
    *ret_record = record;
  return TRUE;
}

#define CALIBRATION                                                                                \
  "SELECT id, gain_ppm, offset_mc, serial, by, made_at_us, expires_at_us FROM calibrations"

static void
take_calibration (ThStatement *row, ThCalibrationRecord *record)
{
  copy_text (record->id, sizeof record->id, th_statement_text (row, 0));
  record->line.gain_ppm = (int)th_statement_int (row, 1);
  record->line.offset_mc = (int)th_statement_int (row, 2);
  copy_text (record->serial, sizeof record->serial, th_statement_text (row, 3));
  copy_text (record->by, sizeof record->by, th_statement_text (row, 4));
  record->made_at_us = th_statement_int (row, 5);
  record->expires_at_us = th_statement_int (row, 6);
}

static gboolean
read_points (ThRecords *records, ThCalibrationRecord *record, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (
      records->db,
      "SELECT reference_mc, measured_mc, spread_mc, room_mc, samples FROM calibration_points"
      " WHERE id = $1 ORDER BY number",
      "s", record->id);
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW
         && record->n_points < G_N_ELEMENTS (record->points))
    record->points[record->n_points++] = (ThBlackBodyPoint){
      .reference_mc = (int)th_statement_int (row, 0),
      .measured_mc = (int)th_statement_int (row, 1),
      .spread_mc = (int)th_statement_int (row, 2),
      .room_mc = (int)th_statement_int (row, 3),
      .samples = (guint)th_statement_int (row, 4),
    };
  return step != TH_STEP_FAILED;
}

gboolean
th_records_newest_calibration (ThRecords *records, ThCalibrationRecord *ret_record, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (records->db, CALIBRATION " ORDER BY number DESC", "");
  ThCalibrationRecord record = { 0 };
  ThStep step;

  /* The newest that holds: none that does not is ever written, but a log may be older than its
   * rules. */
  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      take_calibration (row, &record);
      if (th_calibration_check (&record.line, NULL))
        break;
      memset (&record, 0, sizeof record);
    }
  if (step == TH_STEP_FAILED || (record.id[0] != '\0' && !read_points (records, &record, error)))
    return FALSE;
  *ret_record = record;
  return TRUE;
}

GArray *
th_records_list_calibrations (ThRecords *records, guint days, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, TRUE, sizeof (ThCalibrationRecord));
  gint64 now_us = th_records_now_us (records, error);
  g_autoptr (ThStatement) row = th_db_query (
      records->db, CALIBRATION " WHERE made_at_us >= $1 ORDER BY number DESC LIMIT $2", "xi",
      now_us - days * DAY_US, MAX_LISTED);
  ThStep step;

  if (now_us == 0)
    return NULL;
  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      ThCalibrationRecord record = { 0 };

      take_calibration (row, &record);
      if (!read_points (records, &record, error))
        return NULL;
      g_array_append_val (list, record);
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&list) : NULL;
}

/* --- checks ----------------------------------------------------------------------------------- */

gboolean
th_records_check (ThRecords *records, const ThBlackBodyPoint *point, const char *serial,
                  const ThCalibration *file, const char *by, ThCheckRecord *ret_record,
                  GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (ThLogBody) body = th_log_body_new ();
  ThCalibrationRecord in_use;
  ThCheckRecord record = { 0 };
  GError *why = NULL;

  if (!check_serial (serial, error))
    return FALSE;
  if (!th_black_body_check (point, &why))
    return refuse_for (error, why);
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !th_records_newest_calibration (records, &in_use, error))
    return FALSE;
  record.passed
      = th_calibration_passes (in_use.id[0] != '\0' ? &in_use.line : file, point, &record.error_mc);
  record.reference_mc = point->reference_mc;
  record.measured_mc = point->measured_mc;
  record.at_us = records->now_us;
  copy_text (record.serial, sizeof record.serial, serial);
  copy_text (record.by, sizeof record.by, by);

  th_log_body_set_int (body, "reference_mc", point->reference_mc);
  set_point (body, point);
  th_log_body_set_int (body, "error_mc", record.error_mc);
  th_log_body_set_flag (body, "passed", record.passed);
  th_log_body_set_text (body, "calibration", in_use.id[0] != '\0' ? in_use.id : "file");
  th_log_body_set_text (body, "serial", serial);
  th_log_body_set_text (body, "by", by);
  if (!th_records_append (records, TH_LOG_CHECKED, "", body, error)
      || !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  if (ret_record != NULL)
    *ret_record = record;
  return TRUE;
}

#define CHECK                                                                                      \
  "SELECT reference_mc, measured_mc, error_mc, passed, serial, by, at_us FROM thermometer_checks"

static void
take_check (ThStatement *row, ThCheckRecord *ret_record)
{
  ThCheckRecord record = {
    .reference_mc = (int)th_statement_int (row, 0),
    .measured_mc = (int)th_statement_int (row, 1),
    .error_mc = (int)th_statement_int (row, 2),
    .passed = th_statement_int (row, 3) != 0,
    .at_us = th_statement_int (row, 6),
  };

  copy_text (record.serial, sizeof record.serial, th_statement_text (row, 4));
  copy_text (record.by, sizeof record.by, th_statement_text (row, 5));
  *ret_record = record;
}

gboolean
th_records_newest_check (ThRecords *records, ThCheckRecord *ret_record, GError **error)
{
  g_autoptr (ThStatement) row
      = th_db_query (records->db, CHECK " ORDER BY number DESC LIMIT 1", "");
  ThStep step = th_statement_step (row, error);

  if (step == TH_STEP_FAILED)
    return FALSE;
  memset (ret_record, 0, sizeof *ret_record);
  if (step == TH_STEP_ROW)
    take_check (row, ret_record);
  return TRUE;
}

GArray *
th_records_list_checks (ThRecords *records, guint days, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, TRUE, sizeof (ThCheckRecord));
  gint64 now_us = th_records_now_us (records, error);
  g_autoptr (ThStatement) row
      = th_db_query (records->db, CHECK " WHERE at_us >= $1 ORDER BY number DESC LIMIT $2", "xi",
                     now_us - days * DAY_US, MAX_LISTED);
  ThStep step;

  if (now_us == 0)
    return NULL;
  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      ThCheckRecord record;

      take_check (row, &record);
      g_array_append_val (list, record);
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&list) : NULL;
}

/* Thousandths and hundredths as whole numbers: the log has no others. */
gboolean
th_records_site_fitted (ThRecords *records, const ThFit *fit, const char *by, GError **error)
{
  g_autoptr (ThLogBody) body = th_log_body_new ();

  th_log_body_set_text (body, "fitted", th_fit_kind_to_string (fit->kind));
  th_log_body_set_int (body, "pairs", fit->n);
  th_log_body_set_int (body, "k_thousandths", (gint64)(fit->k * 1000 + 0.5));
  th_log_body_set_int (body, "body_offset_mc",
                       (gint64)(fit->offset * 1000 + (fit->offset < 0 ? -0.5 : 0.5)));
  th_log_body_set_int (body, "bias_mc", (gint64)(fit->bias * 1000));
  th_log_body_set_int (body, "sd_mc", (gint64)(fit->sd * 1000));
  th_log_body_set_text (body, "by", by);
  return th_records_append_alone (records, TH_LOG_SITE_FITTED, "", body, error);
}

/* --- may people be measured ------------------------------------------------------------------- */

const char *
th_thermometer_state_to_string (ThThermometerState state)
{
  static const char *const nicks[] = {
    [TH_THERMOMETER_GOOD] = "good",       [TH_THERMOMETER_BY_FILE] = "by-file",
    [TH_THERMOMETER_NEVER] = "never",     [TH_THERMOMETER_DUE] = "check-due",
    [TH_THERMOMETER_EXPIRED] = "expired", [TH_THERMOMETER_FAILED] = "check-failed",
  };

  return nicks[state];
}

void
th_thermometer_judge (ThThermometerStatus *status, const ThConfig *config, gint64 now_us)
{
  const ThCalibrationRecord *calibration = &status->calibration;
  const ThCheckRecord *check = &status->check;
  gboolean by_file = config->screening.gain != 1 || config->screening.offset_mc != 0;
  gboolean calibrated = calibration->id[0] != '\0';
  /* A check says nothing about a calibration that was made after it; making one is a check. */
  gboolean has_check = check->at_us != 0 && check->at_us >= calibration->made_at_us;
  gint64 checked_at_us = has_check ? check->at_us : calibration->made_at_us;
  char today[TH_DAY_BYTES], checked[TH_DAY_BYTES];
  gboolean checked_today;

  /* Midnight does not end the day that is open, nor its check. */
  if (status->day[0] != '\0')
    g_strlcpy (today, status->day, sizeof today);
  else
    th_records_day (now_us, today);
  th_records_day (checked_at_us, checked);
  checked_today = checked_at_us != 0 && strcmp (checked, today) >= 0;

  status->may_measure = TRUE;
  if (has_check && !check->passed)
    {
      status->state = TH_THERMOMETER_FAILED;
      status->may_measure = config->daily_check != TH_EXPIRY_CLOSE;
      return;
    }
  if (calibrated && now_us >= calibration->expires_at_us)
    {
      status->state = TH_THERMOMETER_EXPIRED;
      status->may_measure = config->calibration_expired != TH_EXPIRY_CLOSE
                            && (checked_today || config->daily_check != TH_EXPIRY_CLOSE);
      return;
    }
  if (!checked_today && config->daily_check == TH_EXPIRY_CLOSE)
    status->may_measure = FALSE;
  if (!calibrated && !by_file)
    status->state = TH_THERMOMETER_NEVER;
  else if (!checked_today && config->daily_check != TH_EXPIRY_OFF)
    status->state = TH_THERMOMETER_DUE;
  else
    status->state = calibrated ? TH_THERMOMETER_GOOD : TH_THERMOMETER_BY_FILE;
  if (!status->may_measure)
    status->state = TH_THERMOMETER_DUE; /* what can be done about it today */
}

gboolean
th_records_thermometer (ThRecords *records, const ThConfig *config, ThThermometerStatus *ret_status,
                        GError **error)
{
  ThThermometerStatus status = { 0 };
  ThDayStatus day;

  if (!th_records_day_state (records, &day, error) || !th_records_newest_calibration (records, &status.calibration, error)
      || !th_records_newest_check (records, &status.check, error)
      || !th_records_newest_trial (records, &status.trial, error))
    return FALSE;
  if (day.state != TH_DAY_CLOSED)
    g_strlcpy (status.day, day.day, sizeof status.day);
  th_thermometer_judge (&status, config, day.now_us);
  *ret_status = status;
  return TRUE;
}
