/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/calibration.h"

#include <string.h>

#define GOOD(r, m)                                                                                 \
  {                                                                                                \
    .reference_mc = (r), .measured_mc = (m), .spread_mc = 180, .room_mc = 24000, .samples = 40     \
  }

static void
test_what_is_no_good_reading_of_a_black_body_is_refused (void)
{
  static const struct
  {
    ThBlackBodyPoint point;
    ThCalibrationError code;
    const char *says;
  } wrong[] = {
    { { 35000, 35100, 180, 15900, 40 }, TH_CALIBRATION_ERROR_ROOM, "room" },
    { { 35000, 35100, 180, 35100, 40 }, TH_CALIBRATION_ERROR_ROOM, "room" },
    { { 35000, 35100, 180, 24000, 39 }, TH_CALIBRATION_ERROR_UNSTEADY, "too few" },
    { { 35000, 35100, 301, 24000, 40 }, TH_CALIBRATION_ERROR_UNSTEADY, "not steady" },
    { { 35000, 35100, -1, 24000, 40 }, TH_CALIBRATION_ERROR_UNSTEADY, "not steady" },
    { { 29900, 29900, 180, 24000, 40 }, TH_CALIBRATION_ERROR_REFERENCE, "30 to 42" },
    { { 42100, 42100, 180, 24000, 40 }, TH_CALIBRATION_ERROR_REFERENCE, "30 to 42" },
    { { 35000, 31900, 180, 24000, 40 }, TH_CALIBRATION_ERROR_FAR_OFF, "does not look" },
    { { G_MAXINT, G_MININT, 180, 24000, 40 }, TH_CALIBRATION_ERROR_REFERENCE, "30 to 42" },
  };
  const ThBlackBodyPoint good = GOOD (35000, 35100);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (th_black_body_check (&wrong[i].point, &error));
      g_assert_cmpuint (error->domain, ==, TH_CALIBRATION_ERROR);
      g_assert_cmpint (error->code, ==, (int)wrong[i].code);
      if (strstr (error->message, wrong[i].says) == NULL)
        g_error ("%u: \"%s\" does not say \"%s\"", i, error->message, wrong[i].says);
    }
  g_assert_true (th_black_body_check (&good, NULL));
}

static void
test_lines_that_no_good_sensor_has_are_refused (void)
{
  static const struct
  {
    guint n;
    ThBlackBodyPoint points[3];
    ThCalibrationError code;
    const char *says;
  } wrong[] = {
    { 1, { GOOD (35000, 35000) }, TH_CALIBRATION_ERROR_POINTS, "2 points" },
    { 2, { GOOD (35000, 35000), GOOD (37900, 37900) }, TH_CALIBRATION_ERROR_POINTS, "apart" },
    { 2,
      { GOOD (35000, 36000), GOOD (38000, 36000) },
      TH_CALIBRATION_ERROR_GAIN,
      "not measured warmer" },
    { 2, { GOOD (35000, 35510), GOOD (40000, 40510) }, TH_CALIBRATION_ERROR_OFFSET, "offset" },
    { 2, { GOOD (35000, 34490), GOOD (40000, 39490) }, TH_CALIBRATION_ERROR_OFFSET, "offset" },
    { 2, { GOOD (35000, 35000), GOOD (40000, 40160) }, TH_CALIBRATION_ERROR_GAIN, "gain" },
    { 2, { GOOD (35000, 35000), GOOD (40000, 39850) }, TH_CALIBRATION_ERROR_GAIN, "gain" },
    { 2,
      { GOOD (35000, 35000), { 40000, 40000, 400, 24000, 40 } },
      TH_CALIBRATION_ERROR_UNSTEADY,
      "not steady" },
    { 3,
      { GOOD (35000, 35000), GOOD (40000, 40000), GOOD (37000, 37210) },
      TH_CALIBRATION_ERROR_LINE,
      "off the line" },
    { 3,
      { GOOD (35000, 35000), GOOD (40000, 40000), GOOD (37000, 36790) },
      TH_CALIBRATION_ERROR_LINE,
      "off the line" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      ThCalibration line = { 1, 2 };

      g_assert_false (th_calibration_fit (wrong[i].points, wrong[i].n, &line, &error));
      g_assert_cmpuint (error->domain, ==, TH_CALIBRATION_ERROR);
      g_assert_cmpint (error->code, ==, (int)wrong[i].code);
      g_assert_cmpint (line.gain_ppm, ==, 1); /* set on success only */
      if (strstr (error->message, wrong[i].says) == NULL)
        g_error ("%u: \"%s\" does not say \"%s\"", i, error->message, wrong[i].says);
    }
}

static void
test_two_points_make_the_line_through_them (void)
{
  static const struct
  {
    int m1, m2, gain_ppm, offset_mc;
  } lines[] = {
    { 35000, 40000, 1000000, 0 },  { 34700, 39700, 1000000, 300 }, { 35500, 40500, 1000000, -500 },
    { 35000, 40100, 980392, -39 }, /* 35 - 37 - 0.980392 × (35 - 37) */
    { 35060, 39910, 1030928, 0 },  /* refused below: just outside */
    { 35060, 39920, 1028807, -4 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      ThBlackBodyPoint points[] = { GOOD (40000, lines[i].m2), GOOD (35000, lines[i].m1) };
      ThCalibration line;
      gboolean good = th_calibration_fit (points, 2, &line, NULL);

      g_assert_cmpint (good, ==, lines[i].gain_ppm <= TH_CALIBRATION_MAX_GAIN_PPM);
      if (!good)
        continue;
      g_assert_cmpint (line.gain_ppm, ==, lines[i].gain_ppm);
      g_assert_cmpint (line.offset_mc, ==, lines[i].offset_mc);
      /* Through both points, and the third. */
      g_assert_cmpint (ABS (th_calibration_apply (&line, lines[i].m1) - 35000), <=, 1);
      g_assert_cmpint (ABS (th_calibration_apply (&line, lines[i].m2) - 40000), <=, 1);
    }
}

static void
test_the_daily_check_passes_up_to_two_tenths (void)
{
  static const struct
  {
    int measured_mc, error_mc;
    gboolean passes;
  } checks[] = {
    { 36700, 0, TRUE },    { 36900, 200, TRUE },   { 36901, 201, FALSE },
    { 36500, -200, TRUE }, { 36499, -201, FALSE },
  };
  ThCalibration line = { 1000000, 300 };

  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      ThBlackBodyPoint point = GOOD (37000, checks[i].measured_mc);
      int error_mc;

      g_assert_cmpint (th_calibration_passes (&line, &point, &error_mc), ==, checks[i].passes);
      g_assert_cmpint (error_mc, ==, checks[i].error_mc);
    }
}

/* What screening makes of skin with a calibration in use differs by what the calibration says. */
static void
test_screening_corrects_skin_by_the_calibration_in_use (void)
{
  const ThCalibration line = { 1010000, 300 };
  ThScreening rules;
  ThReading before, after;
  ThCalibration again;

  th_screening_defaults (&rules);
  g_assert_true (th_screening_read_words (&rules, 15360, 14864, &before, NULL));
  g_assert_cmpstr (before.calibration, ==, "");
  th_calibration_use (&line, "an-id", &rules);
  g_assert_true (th_screening_check (&rules, NULL));
  g_assert_true (th_screening_read_words (&rules, 15360, 14864, &after, NULL));
  g_assert_cmpint (after.skin_mc, ==, th_calibration_apply (&line, before.skin_mc));
  g_assert_cmpstr (after.calibration, ==, "an-id");
  again = th_calibration_of (&rules);
  g_assert_cmpint (again.gain_ppm, ==, line.gain_ppm);
  g_assert_cmpint (again.offset_mc, ==, line.offset_mc);
}

/* The file's are about 0 °C: 37 °C × 1.01 - 0.3 °C is 37.07. */
static void
test_the_files_gain_is_told_about_37_degrees (void)
{
  ThScreening rules;
  ThCalibration told;

  th_screening_defaults (&rules);
  rules.gain = 1.01;
  rules.offset_mc = -300;
  told = th_calibration_of (&rules);
  g_assert_cmpint (told.gain_ppm, ==, 1010000);
  g_assert_cmpint (told.offset_mc, ==, 70);
}

static guint16
word (double celsius)
{
  return (guint16)((celsius + 273.15) / 0.02 + 0.5);
}

/* Emissivity and the calibration in use do not touch a black body; the supply does. */
static void
test_a_black_body_is_corrected_for_the_supply_only (void)
{
  ThScreening rules;
  int measured_mc, room_mc;

  th_screening_defaults (&rules);
  rules.gain = 1.02;
  rules.offset_mc = 400;
  rules.body_offset_mc = 300;
  g_assert_true (
      th_black_body_words (&rules, word (37.18), word (24.18), &measured_mc, &room_mc, NULL));
  g_assert_cmpint (ABS (measured_mc - 37000), <=, 10);
  g_assert_cmpint (ABS (room_mc - 24000), <=, 10);
  g_assert_false (
      th_black_body_words (&rules, word (37.18), word (15.0), &measured_mc, &room_mc, NULL));
}

static gboolean
feed (ThBlackBody *body, double celsius, gint64 *time_us, ThBlackBodyPoint *point)
{
  ThScreening rules;
  ThSample sample = { word (celsius), word (24.18), FALSE, *time_us += 100000 };

  th_screening_defaults (&rules);
  return th_black_body_add (body, &rules, &sample, point);
}

static void
test_a_black_body_is_steady_after_a_full_quiet_window (void)
{
  ThBlackBody body;
  ThBlackBodyPoint point = { .reference_mc = 37000 };
  gint64 time_us = 1;

  th_black_body_reset (&body);
  /* warming up: never steady */
  for (guint i = 0; i < 200; i++)
    g_assert_false (feed (&body, 30.18 + i * 0.02, &time_us, &point));
  /* noisy by ± 0.5: never */
  for (guint i = 0; i < 200; i++)
    g_assert_false (feed (&body, 37.18 + (i & 1 ? 0.5 : -0.5), &time_us, &point));
  /* quiet, but the window still holds what was before */
  for (guint i = 1; i < TH_BLACK_BODY_SAMPLES / 4; i++)
    g_assert_false (feed (&body, 37.18, &time_us, &point));
  for (guint i = 0; i < TH_BLACK_BODY_SAMPLES; i++)
    feed (&body, 37.18 + (i & 1 ? 0.1 : -0.1), &time_us, &point);
  g_assert_true (feed (&body, 37.18, &time_us, &point));
  g_assert_cmpint (ABS (point.measured_mc - 37000), <=, 15);
  g_assert_cmpint (point.spread_mc, >, 80);
  g_assert_cmpint (point.spread_mc, <, 120);
  g_assert_cmpuint (point.samples, ==, TH_BLACK_BODY_SAMPLES);
  g_assert_true (th_black_body_check (&point, NULL));

  /* a gap, and words that cannot be, start again */
  time_us += 600000;
  g_assert_false (feed (&body, 37.18, &time_us, &point));
  g_assert_cmpuint (point.samples, ==, 1);
  feed (&body, 37.18, &time_us, &point);
  g_assert_false (feed (&body, 300, &time_us, &point));
  g_assert_cmpuint (point.samples, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/calibration/point-refused",
                   test_what_is_no_good_reading_of_a_black_body_is_refused);
  g_test_add_func ("/calibration/line-refused", test_lines_that_no_good_sensor_has_are_refused);
  g_test_add_func ("/calibration/line", test_two_points_make_the_line_through_them);
  g_test_add_func ("/calibration/check", test_the_daily_check_passes_up_to_two_tenths);
  g_test_add_func ("/calibration/in-use", test_screening_corrects_skin_by_the_calibration_in_use);
  g_test_add_func ("/calibration/file", test_the_files_gain_is_told_about_37_degrees);
  g_test_add_func ("/calibration/words", test_a_black_body_is_corrected_for_the_supply_only);
  g_test_add_func ("/calibration/steady", test_a_black_body_is_steady_after_a_full_quiet_window);
  return g_test_run ();
}
