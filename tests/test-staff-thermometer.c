/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The thermometer's page over real records; the test is the kiosk that reads the black body. */
#include "kiosk/records-sheet.h"
#include "kiosk/records-thermometer.h"
#include "tests/staff-fixture.h"
#include "ui/staff/thermometer-page.h"

/* For whoever is chosen in the list of names, with PIN. */
static GtkWidget *
open_page (Fixture *f)
{
  GtkWidget *found;

  type_pin (f, PIN);
  g_assert_true (comes (f, "On duty: " NAME, LIMIT_US));
  act (page (f), "desk.view", "thermometer");
  g_assert_true (comes (f, "How far off it was", LIMIT_US));
  found = find (f->window, TH_TYPE_THERMOMETER_PAGE, NULL);
  g_assert_nonnull (found);
  return found;
}

static void
type_serial (GtkWidget *thermometer, const char *serial)
{
  GtkWidget *entry = find (thermometer, GTK_TYPE_ENTRY, NULL);

  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), serial);
}

/* The trial that the page has asked for, once it stands in the log. */
static ThTrial
asked (Fixture *f, guint number)
{
  gint64 end_us = g_get_monotonic_time () + LIMIT_US;
  guint wake = g_timeout_add (20, wake_cb, NULL);
  ThTrial trial = { 0 };

  while (trial.number < number && g_get_monotonic_time () < end_us)
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_true (th_records_newest_trial (f->kiosk, &trial, NULL));
    }
  g_source_remove (wake);
  g_assert_cmpuint (trial.number, ==, number);
  return trial;
}

static void
answer (Fixture *f, guint number, ThTrialState state, int measured_mc)
{
  ThBlackBodyPoint point = { 0, measured_mc, 150, 24000, TH_BLACK_BODY_SAMPLES };
  g_autoptr (GError) error = NULL;

  th_records_trial_read (f->kiosk, number, state, &point, &error);
  g_assert_no_error (error);
}

static void
test_nothing_is_asked_without_the_black_bodys_number (Fixture *f, gconstpointer data)
{
  GtkWidget *thermometer;
  ThTrial trial;

  add_staff (f);
  g_assert_true (comes (f, "Who are you?", LIMIT_US));
  thermometer = open_page (f);
  g_assert_true (comes (f, "never calibrated", LIMIT_US));
  act (thermometer, "thermometer.check", NULL);
  g_assert_true (comes (f, "37.0 °C", LIMIT_US));
  act (thermometer, "thermometer.measure", NULL);
  g_assert_true (comes (f, "Please enter the serial number", LIMIT_US));
  g_assert_true (th_records_newest_trial (f->kiosk, &trial, NULL));
  g_assert_cmpuint (trial.number, ==, 0);
}

static void
test_only_a_manager_calibrates (Fixture *f, gconstpointer data)
{
  GtkWidget *thermometer;
  g_autoptr (GError) error = NULL;

  g_assert_true (th_records_add_staff (f->kiosk, "Zz Manager", TH_ROLE_MANAGER, "135790", &error));
  g_assert_true (th_records_add_staff (f->kiosk, NAME, TH_ROLE_NURSE, PIN, &error));
  g_assert_no_error (error);
  g_assert_true (comes (f, NAME, LIMIT_US));
  choose (f, NAME);
  thermometer = open_page (f);
  g_assert_true (comes (f, "confirmed by a manager", LIMIT_US));
  gtk_widget_activate_action (thermometer, "thermometer.calibrate", NULL);
  g_assert_false (sees (f, "Calibration, step"));
  act (thermometer, "thermometer.check", NULL); /* which anybody may */
  g_assert_true (comes (f, "37.0 °C", LIMIT_US));
}

static void
test_what_goes_wrong_is_said_in_words (Fixture *f, gconstpointer data)
{
  GtkWidget *thermometer;

  add_staff (f);
  g_assert_true (comes (f, "Who are you?", LIMIT_US));
  thermometer = open_page (f);
  act (thermometer, "thermometer.check", NULL);
  type_serial (thermometer, "BB-17");
  act (thermometer, "thermometer.measure", NULL);
  g_assert_cmpint (asked (f, 1).kind, ==, TH_TRIAL_CHECK);
  g_assert_true (comes (f, "as soon as nobody is being checked in", LIMIT_US));
  answer (f, 1, TH_TRIAL_READING, 36500);
  g_assert_true (comes (f, "36.50 °C", LIMIT_US));
  answer (f, 1, TH_TRIAL_UNSTEADY, 36500);
  g_assert_true (comes (f, "did not become steady", LIMIT_US));

  act (thermometer, "thermometer.measure", NULL);
  asked (f, 2);
  answer (f, 2, TH_TRIAL_NO_SENSOR, 0);
  g_assert_true (comes (f, "does not answer", LIMIT_US));

  act (thermometer, "thermometer.measure", NULL);
  asked (f, 3);
  answer (f, 3, TH_TRIAL_STEADY, 30000); /* a wall */
  g_assert_true (comes (f, "far from the black body", LIMIT_US));

  act (thermometer, "thermometer.measure", NULL);
  asked (f, 4);
  act (thermometer, "thermometer.stop", NULL);
  g_assert_cmpint (asked (f, 5).kind, ==, TH_TRIAL_END);
  g_assert_true (comes (f, "never calibrated", LIMIT_US));
}

static void
test_a_calibration_is_led_through_and_told (Fixture *f, gconstpointer data)
{
  ThSheet sheet;
  GtkWidget *thermometer;
  ThCalibrationRecord record;
  ThCheckRecord check;

  add_staff (f);
  g_assert_true (comes (f, "Who are you?", LIMIT_US));
  thermometer = open_page (f);
  g_assert_true (comes (f, "not calibrated on this site", LIMIT_US));

  /* a sensor that needs more than is good: refused, nothing written, the kiosk let go */
  act (thermometer, "thermometer.calibrate", NULL);
  type_serial (thermometer, "BB-17");
  act (thermometer, "thermometer.measure", NULL);
  g_assert_cmpint (asked (f, 1).point.reference_mc, ==, 35000);
  answer (f, 1, TH_TRIAL_STEADY, 34400);
  g_assert_true (comes (f, "step 2 of 2", LIMIT_US));
  act (thermometer, "thermometer.measure", NULL);
  g_assert_cmpint (asked (f, 2).point.reference_mc, ==, 40000);
  answer (f, 2, TH_TRIAL_STEADY, 39400);
  g_assert_true (comes (f, "more correction than a good one", LIMIT_US));
  g_assert_cmpint (asked (f, 3).kind, ==, TH_TRIAL_END);
  g_assert_true (th_records_newest_calibration (f->kiosk, &record, NULL));
  g_assert_cmpstr (record.id, ==, "");

  act (thermometer, "thermometer.calibrate", NULL);
  act (thermometer, "thermometer.measure", NULL);
  asked (f, 4);
  answer (f, 4, TH_TRIAL_STEADY, 34700);
  g_assert_true (comes (f, "step 2 of 2", LIMIT_US));
  act (thermometer, "thermometer.measure", NULL);
  asked (f, 5);
  answer (f, 5, TH_TRIAL_STEADY, 39700);
  g_assert_true (comes (f, "+0.30 °C at 37 °C, gain 1.0000", LIMIT_US));
  g_assert_true (comes (f, "+0.00 °C at 37 °C, gain 1.0000", LIMIT_US));
  g_assert_true (sees (f, NAME " confirms"));
  act (thermometer, "thermometer.confirm", NULL);
  g_assert_true (comes (f, "Thermometer calibrated, good until", LIMIT_US));
  g_assert_cmpint (asked (f, 6).kind, ==, TH_TRIAL_END);
  g_assert_true (th_records_newest_calibration (f->kiosk, &record, NULL));
  g_assert_cmpint (record.line.offset_mc, ==, 300);
  g_assert_cmpstr (record.by, ==, NAME);
  /* The bar of every page is in step: the sensor is good, the site's comparison is missing. */
  g_assert_true (comes (f, "No comparison made on this site yet", LIMIT_US));

  act (thermometer, "thermometer.print", NULL);
  g_assert_true (comes (f, "It is printed at the kiosk", LIMIT_US));
  g_assert_true (th_records_next_sheet (f->kiosk, &sheet, NULL));
  g_assert_cmpint (sheet.kind, ==, TH_SHEET_CALIBRATION);
  g_assert_cmpstr (sheet.by, ==, NAME);
  g_assert_cmpstr (sheet.calibration.id, ==, record.id);
  g_assert_cmpuint (sheet.calibration.n_points, ==, 2);

  act (thermometer, "thermometer.check", NULL);
  act (thermometer, "thermometer.measure", NULL);
  asked (f, 7);
  answer (f, 7, TH_TRIAL_STEADY, 36720);
  g_assert_true (comes (f, "Passed: +0.02 °C off", LIMIT_US));
  g_assert_true (th_records_newest_check (f->kiosk, &check, NULL));
  g_assert_true (check.passed);

  act (thermometer, "thermometer.check", NULL);
  act (thermometer, "thermometer.measure", NULL);
  asked (f, 8);
  answer (f, 8, TH_TRIAL_STEADY, 36980);
  g_assert_true (comes (f, "Not passed: +0.28 °C", LIMIT_US));
  g_assert_true (comes (f, "did not pass its last check", LIMIT_US));
}

#define ADD(name, function)                                                                        \
  g_test_add ("/thermometer-page/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  th_words_init ();
  gtk_test_init (&argc, &argv, NULL);
  ADD ("nothing is asked without the black body's number",
       test_nothing_is_asked_without_the_black_bodys_number);
  ADD ("only a manager calibrates", test_only_a_manager_calibrates);
  ADD ("what goes wrong is said in words", test_what_goes_wrong_is_said_in_words);
  ADD ("a calibration is led through and told", test_a_calibration_is_led_through_and_told);
  return g_test_run ();
}
