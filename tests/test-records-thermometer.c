/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/records-thermometer.h"
#include "tests/records-fixture.h"

#define S ((gint64)G_USEC_PER_SEC)
#define DAY_US (24 * 3600 * S)

static const ThCalibration as_built = { 1000000, 0 };

static ThBlackBodyPoint
point (int reference_mc, int measured_mc)
{
  return (ThBlackBodyPoint){ reference_mc, measured_mc, 150, 24000, TH_BLACK_BODY_SAMPLES };
}

static void
add_staff (Fixture *fixture)
{
  g_assert_true (
      th_records_add_staff (fixture->records, "王管理", TH_ROLE_MANAGER, "135790", NULL));
  g_assert_true (th_records_add_staff (fixture->records, "李护士", TH_ROLE_NURSE, "246802", NULL));
}

static gboolean
calibrate (Fixture *fixture, int off_mc, const char *by, ThCalibrationRecord *ret_record,
           GError **error)
{
  ThBlackBodyPoint points[] = { point (35000, 35000 - off_mc), point (40000, 40000 - off_mc) };

  return th_records_calibrate (fixture->records, points, 2, "BB-17", 365, by, ret_record, error);
}

static void
test_a_calibration_that_does_not_hold_is_not_written (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    int off_mc;
    const char *by, *says;
  } wrong[] = {
    { 600, "王管理", "offset" },
    { 300, "李护士", "manager" },
    { 300, "nobody", "manager" },
    { 300, "", "manager" },
  };
  ThBlackBodyPoint points[] = { point (35000, 35000), point (40000, 40000) };
  g_autoptr (GError) error = NULL;
  g_autofree char *written = NULL;

  add_staff (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) why = NULL;

      g_assert_false (calibrate (fixture, wrong[i].off_mc, wrong[i].by, NULL, &why));
      g_assert_error (why, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
      g_assert_nonnull (strstr (why->message, wrong[i].says));
    }
  g_assert_false (
      th_records_calibrate (fixture->records, points, 2, "", 365, "王管理", NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  written = rows (fixture, "SELECT count(*) FROM events WHERE kind = 'calibrated'");
  g_assert_cmpstr (written, ==, "0\n");
}

static void
test_the_newest_calibration_is_the_one_in_use (Fixture *fixture, gconstpointer data)
{
  ThCalibrationRecord first, second, in_use;
  g_autoptr (GArray) all = NULL;
  g_autoptr (GError) error = NULL;

  add_staff (fixture);
  g_assert_true (th_records_newest_calibration (fixture->records, &in_use, &error));
  g_assert_cmpstr (in_use.id, ==, "");
  g_assert_true (calibrate (fixture, 300, "王管理", &first, &error));
  g_assert_true (calibrate (fixture, -120, "王管理", &second, &error));
  g_assert_no_error (error);
  g_assert_true (th_records_newest_calibration (fixture->records, &in_use, &error));
  g_assert_cmpstr (in_use.id, ==, second.id);
  g_assert_cmpint (in_use.line.offset_mc, ==, -120);
  g_assert_cmpint (in_use.line.gain_ppm, ==, 1000000);
  g_assert_cmpuint (in_use.n_points, ==, 2);
  g_assert_cmpint (in_use.points[1].reference_mc, ==, 40000);
  g_assert_cmpint (in_use.points[1].measured_mc, ==, 40120);
  g_assert_cmpstr (in_use.serial, ==, "BB-17");
  g_assert_cmpstr (in_use.by, ==, "王管理");
  g_assert_cmpint (in_use.expires_at_us - in_use.made_at_us, ==, 365 * DAY_US);

  assert_projections_are_the_logs (fixture);
  g_assert_true (th_records_verify (fixture->records, NULL, &error));
  g_assert_true (th_records_newest_calibration (fixture->records, &in_use, &error));
  g_assert_cmpstr (in_use.id, ==, second.id);
  all = th_records_list_calibrations (fixture->records, 400, &error);
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_cmpstr (g_array_index (all, ThCalibrationRecord, 1).id, ==, first.id);
  g_assert_cmpint (g_array_index (all, ThCalibrationRecord, 1).line.offset_mc, ==, 300);
}

static void
test_one_that_is_out_of_bounds_is_passed_over (Fixture *fixture, gconstpointer data)
{
  ThCalibrationRecord good, in_use;

  add_staff (fixture);
  g_assert_true (calibrate (fixture, 200, "王管理", &good, NULL));
  meddle (fixture, "INSERT INTO calibrations VALUES (2, 'x', 1000000, 900, 's', 'b', 1, 2)");
  g_assert_true (th_records_newest_calibration (fixture->records, &in_use, NULL));
  g_assert_cmpstr (in_use.id, ==, good.id);
}

static void
test_a_check_is_made_with_the_calibration_in_use (Fixture *fixture, gconstpointer data)
{
  const ThBlackBodyPoint unsteady = { 37000, 37000, 900, 24000, TH_BLACK_BODY_SAMPLES };
  const ThBlackBodyPoint cool = point (37000, 36700);
  g_autoptr (GArray) checks = NULL;
  g_autoptr (GError) error = NULL;
  ThCheckRecord check;

  add_staff (fixture);
  g_assert_false (
      th_records_check (fixture->records, &unsteady, "BB-17", &as_built, "李护士", NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);

  g_assert_true (
      th_records_check (fixture->records, &cool, "BB-17", &as_built, "李护士", &check, NULL));
  g_assert_false (check.passed);
  g_assert_cmpint (check.error_mc, ==, -300);
  g_assert_true (calibrate (fixture, 300, "王管理", NULL, NULL));
  g_assert_true (
      th_records_check (fixture->records, &cool, "BB-17", &as_built, "李护士", &check, NULL));
  g_assert_true (check.passed);
  g_assert_cmpint (check.error_mc, ==, 0);

  assert_projections_are_the_logs (fixture);
  checks = th_records_list_checks (fixture->records, 30, NULL);
  g_assert_cmpuint (checks->len, ==, 2);
  g_assert_true (g_array_index (checks, ThCheckRecord, 0).passed);
  g_assert_false (g_array_index (checks, ThCheckRecord, 1).passed);
  g_assert_cmpstr (g_array_index (checks, ThCheckRecord, 1).by, ==, "李护士");
}

static void
test_a_trial_goes_from_asked_to_over_once (Fixture *fixture, gconstpointer data)
{
  const ThBlackBodyPoint seen = point (0, 36710);
  g_autoptr (GError) error = NULL;
  ThTrial trial;
  guint number, other;

  g_assert_true (th_records_newest_trial (fixture->records, &trial, NULL));
  g_assert_cmpuint (trial.number, ==, 0);
  g_assert_false (
      th_records_ask_trial (fixture->records, TH_TRIAL_CHECK, 50000, "李护士", NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);

  g_assert_true (
      th_records_ask_trial (fixture->records, TH_TRIAL_CHECK, 37000, "李护士", &number, NULL));
  g_assert_true (th_records_trial_read (fixture->records, number, TH_TRIAL_READING, &seen, NULL));
  g_assert_true (th_records_trial_read (fixture->records, number, TH_TRIAL_STEADY, &seen, NULL));
  g_assert_true (th_records_newest_trial (fixture->records, &trial, NULL));
  g_assert_cmpint (trial.state, ==, TH_TRIAL_STEADY);
  g_assert_cmpint (trial.point.reference_mc, ==, 37000);
  g_assert_cmpint (trial.point.measured_mc, ==, 36710);
  g_assert_cmpuint (trial.point.samples, ==, TH_BLACK_BODY_SAMPLES);
  g_assert_cmpstr (trial.by, ==, "李护士");
  /* Over is over. */
  g_assert_false (
      th_records_trial_read (fixture->records, number, TH_TRIAL_READING, &seen, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  /* And what is said of an older one is not said of the newest. */
  g_assert_true (th_records_ask_trial (fixture->records, TH_TRIAL_END, 0, "李护士", &other, NULL));
  g_assert_cmpuint (other, ==, number + 1);
  g_assert_false (th_records_trial_read (fixture->records, other, TH_TRIAL_READING, &seen, NULL));
  g_assert_false (th_records_trial_read (fixture->records, number, TH_TRIAL_STEADY, &seen, NULL));
  assert_projections_are_the_logs (fixture);
}

static void
test_a_trial_holds_the_kiosk_for_a_limited_time (void)
{
  static const struct
  {
    ThTrialKind kind;
    ThTrialState state;
    gint64 after_asked_s, after_read_s;
    ThTrialPhase phase;
  } cases[] = {
    { TH_TRIAL_CHECK, TH_TRIAL_ASKED, 0, 0, TH_TRIAL_PHASE_READ },
    { TH_TRIAL_CHECK, TH_TRIAL_ASKED, 299, 0, TH_TRIAL_PHASE_READ },
    { TH_TRIAL_CHECK, TH_TRIAL_ASKED, 300, 0, TH_TRIAL_PHASE_NONE },
    { TH_TRIAL_CHECK, TH_TRIAL_READING, 301, 0, TH_TRIAL_PHASE_READ },
    { TH_TRIAL_CHECK, TH_TRIAL_READING, 420, 0, TH_TRIAL_PHASE_NONE },
    { TH_TRIAL_CHECK, TH_TRIAL_STEADY, 10, 0, TH_TRIAL_PHASE_NONE },
    { TH_TRIAL_CALIBRATE, TH_TRIAL_STEADY, 10, 0, TH_TRIAL_PHASE_HOLD },
    { TH_TRIAL_CALIBRATE, TH_TRIAL_UNSTEADY, 200, 179, TH_TRIAL_PHASE_HOLD },
    { TH_TRIAL_CALIBRATE, TH_TRIAL_STEADY, 200, 180, TH_TRIAL_PHASE_NONE },
    { TH_TRIAL_CALIBRATE, TH_TRIAL_NO_SENSOR, 10, 0, TH_TRIAL_PHASE_NONE },
    { TH_TRIAL_END, TH_TRIAL_ASKED, 0, 0, TH_TRIAL_PHASE_NONE },
  };
  const gint64 now_us = 1000000 * S;
  ThTrial none = { 0 };

  g_assert_cmpint (th_trial_phase (&none, 1), ==, TH_TRIAL_PHASE_NONE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ThTrial trial = { .number = 1,
                        .kind = cases[i].kind,
                        .state = cases[i].state,
                        .asked_at_us = now_us - cases[i].after_asked_s * S,
                        .read_at_us = now_us - cases[i].after_read_s * S };

      g_test_message ("case %u", i);
      g_assert_cmpint (th_trial_phase (&trial, now_us), ==, cases[i].phase);
    }
}

enum
{
  NO_CHECK,
  GOOD,
  BAD,
};

static void
test_what_is_due_is_said_and_closes_where_the_site_wants_it (void)
{
  static const struct
  {
    gint64 made_days, expires_days; /* ago, from now; made 0: never */
    guint check;
    gint64 check_days; /* ago */
    guint expired, daily;
    int offset_mc; /* of the file */
    ThThermometerState state;
    gboolean may_measure;
  } cases[] = {
    /* never calibrated */
    { 0, 0, NO_CHECK, 0, TH_EXPIRY_CLOSE, TH_EXPIRY_WARN, 0, TH_THERMOMETER_NEVER, TRUE },
    { 0, 0, NO_CHECK, 0, TH_EXPIRY_WARN, TH_EXPIRY_CLOSE, 0, TH_THERMOMETER_DUE, FALSE },
    { 0, 0, GOOD, 0, TH_EXPIRY_WARN, TH_EXPIRY_CLOSE, 0, TH_THERMOMETER_NEVER, TRUE },
    { 0, 0, BAD, 0, TH_EXPIRY_WARN, TH_EXPIRY_OFF, 0, TH_THERMOMETER_FAILED, TRUE },
    /* by the file */
    { 0, 0, NO_CHECK, 0, TH_EXPIRY_CLOSE, TH_EXPIRY_WARN, 200, TH_THERMOMETER_DUE, TRUE },
    { 0, 0, NO_CHECK, 0, TH_EXPIRY_CLOSE, TH_EXPIRY_OFF, 200, TH_THERMOMETER_BY_FILE, TRUE },
    { 0, 0, GOOD, 0, TH_EXPIRY_CLOSE, TH_EXPIRY_WARN, 200, TH_THERMOMETER_BY_FILE, TRUE },
    /* calibrated: checked today, yesterday, never, badly, by a check that is older than it */
    { 5, 360, GOOD, 0, TH_EXPIRY_CLOSE, TH_EXPIRY_CLOSE, 0, TH_THERMOMETER_GOOD, TRUE },
    { 5, 360, GOOD, 1, TH_EXPIRY_WARN, TH_EXPIRY_WARN, 0, TH_THERMOMETER_DUE, TRUE },
    { 5, 360, GOOD, 1, TH_EXPIRY_WARN, TH_EXPIRY_CLOSE, 0, TH_THERMOMETER_DUE, FALSE },
    { 5, 360, GOOD, 1, TH_EXPIRY_WARN, TH_EXPIRY_OFF, 0, TH_THERMOMETER_GOOD, TRUE },
    { 5, 360, NO_CHECK, 0, TH_EXPIRY_WARN, TH_EXPIRY_WARN, 0, TH_THERMOMETER_DUE, TRUE },
    { 5, 360, BAD, 0, TH_EXPIRY_WARN, TH_EXPIRY_WARN, 0, TH_THERMOMETER_FAILED, TRUE },
    { 5, 360, BAD, 0, TH_EXPIRY_WARN, TH_EXPIRY_CLOSE, 0, TH_THERMOMETER_FAILED, FALSE },
    { 5, 360, BAD, 3, TH_EXPIRY_WARN, TH_EXPIRY_CLOSE, 0, TH_THERMOMETER_FAILED, FALSE },
    { 5, 360, BAD, 9, TH_EXPIRY_WARN, TH_EXPIRY_WARN, 0, TH_THERMOMETER_DUE, TRUE },
    /* expired */
    { 400, -35, GOOD, 0, TH_EXPIRY_WARN, TH_EXPIRY_WARN, 0, TH_THERMOMETER_EXPIRED, TRUE },
    { 400, -35, GOOD, 0, TH_EXPIRY_CLOSE, TH_EXPIRY_WARN, 0, TH_THERMOMETER_EXPIRED, FALSE },
    { 400, 0, GOOD, 0, TH_EXPIRY_CLOSE, TH_EXPIRY_WARN, 0, TH_THERMOMETER_EXPIRED, FALSE },
    { 400, -35, GOOD, 1, TH_EXPIRY_WARN, TH_EXPIRY_CLOSE, 0, TH_THERMOMETER_EXPIRED, FALSE },
  };
  g_autoptr (GDateTime) noon = g_date_time_new_local (2026, 11, 22, 12, 0, 0);
  gint64 now_us = g_date_time_to_unix (noon) * S;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ThConfig) config = th_config_load_data ("", 0, NULL, NULL);
      ThThermometerStatus status = { 0 };

      g_test_message ("case %u", i);
      config->calibration_expired = cases[i].expired;
      config->daily_check = cases[i].daily;
      config->screening.offset_mc = cases[i].offset_mc;
      if (cases[i].made_days > 0)
        {
          g_strlcpy (status.calibration.id, "an-id", sizeof status.calibration.id);
          status.calibration.made_at_us = now_us - cases[i].made_days * DAY_US;
          status.calibration.expires_at_us = now_us + cases[i].expires_days * DAY_US;
        }
      if (cases[i].check != NO_CHECK)
        {
          status.check.passed = cases[i].check == GOOD;
          status.check.at_us = now_us - cases[i].check_days * DAY_US;
        }
      th_thermometer_judge (&status, config, now_us);
      g_assert_cmpstr (th_thermometer_state_to_string (status.state), ==,
                       th_thermometer_state_to_string (cases[i].state));
      g_assert_cmpint (status.may_measure, ==, cases[i].may_measure);
    }
}

static void
test_each_reading_names_the_calibration_it_was_made_with (Fixture *fixture, gconstpointer data)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autofree char *bodies = NULL;
  ThReading reading = { .object_raw = 15360, .ambient_raw = 14864, .method = "heat-balance" };

  g_assert_true (th_records_measured (fixture->records, visit, 1, &reading, NULL));
  g_strlcpy (reading.calibration, "0192-id", sizeof reading.calibration);
  g_assert_true (th_records_measured (fixture->records, visit, 2, &reading, NULL));
  bodies = rows (fixture, "SELECT json_extract (body, '$.calibration') FROM events"
                          " WHERE kind = 'measured' ORDER BY seq");
  g_assert_cmpstr (bodies, ==, "file\n0192-id\n");
}

static void
test_the_whole_status_is_read_at_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ThConfig) config = th_config_load_data ("", 0, NULL, NULL);
  g_autoptr (GError) error = NULL;
  const ThBlackBodyPoint good = point (37000, 36700);
  ThThermometerStatus status;
  ThFit fit = { .kind = TH_FIT_OFFSET, .n = 100, .k = 0.2, .offset = -0.25 };

  add_staff (fixture);
  g_assert_true (th_records_thermometer (fixture->records, config, &status, &error));
  g_assert_cmpint (status.state, ==, TH_THERMOMETER_NEVER);
  g_assert_true (calibrate (fixture, 300, "王管理", NULL, &error));
  g_assert_true (
      th_records_check (fixture->records, &good, "BB-17", &as_built, "李护士", NULL, &error));
  g_assert_true (
      th_records_ask_trial (fixture->records, TH_TRIAL_CALIBRATE, 35000, "李护士", NULL, &error));
  g_assert_true (th_records_site_fitted (fixture->records, &fit, "王管理", &error));
  g_assert_true (th_records_thermometer (fixture->records, config, &status, &error));
  g_assert_no_error (error);
  g_assert_cmpint (status.state, ==, TH_THERMOMETER_GOOD);
  g_assert_cmpint (status.calibration.line.offset_mc, ==, 300);
  g_assert_true (status.check.passed);
  g_assert_cmpint (status.trial.point.reference_mc, ==, 35000);
  assert_projections_are_the_logs (fixture);
}

#define ADD(path, test) g_test_add ("/records/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("calibration-refused", test_a_calibration_that_does_not_hold_is_not_written);
  ADD ("newest-calibration", test_the_newest_calibration_is_the_one_in_use);
  ADD ("out-of-bounds", test_one_that_is_out_of_bounds_is_passed_over);
  ADD ("check", test_a_check_is_made_with_the_calibration_in_use);
  ADD ("trial", test_a_trial_goes_from_asked_to_over_once);
  g_test_add_func ("/records/trial-phase", test_a_trial_holds_the_kiosk_for_a_limited_time);
  g_test_add_func ("/records/due", test_what_is_due_is_said_and_closes_where_the_site_wants_it);
  ADD ("reading-names", test_each_reading_names_the_calibration_it_was_made_with);
  ADD ("thermometer", test_the_whole_status_is_read_at_once);
  return g_test_run ();
}
