/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/warm-up.h"

#define S G_USEC_PER_SEC
#define MINUTE (G_GINT64_CONSTANT (60000000))

/* A look a second from @from_us for @minutes, of a sensor that starts at 20 °C and warms by so much a minute. */
static void
look (ThWarmUp *warm_up, gint64 from_us, guint minutes, int drift_mc)
{
  for (guint second = 0; second <= minutes * 60; second++)
    th_warm_up_look (warm_up, 20000 + (int) second * drift_mc / 60, from_us + second * S);
}

static void
test_a_sensor_is_cold_until_its_time_is_over (void)
{
  ThWarmUp warm_up;

  th_warm_up_init (&warm_up, 30);
  g_assert_false (th_warm_up_is_warm (&warm_up, 1));
  g_assert_cmpuint (th_warm_up_minutes_left (&warm_up, 1), ==, 30);
  g_assert_false (th_warm_up_is_warm (&warm_up, 30 * MINUTE - 1));
  g_assert_cmpuint (th_warm_up_minutes_left (&warm_up, 29 * MINUTE + 1), ==, 1);
  g_assert_true (th_warm_up_is_warm (&warm_up, 30 * MINUTE));
  g_assert_cmpuint (th_warm_up_minutes_left (&warm_up, 30 * MINUTE), ==, 0);
}

static void
test_a_sensor_that_still_drifts_is_cold (void)
{
  const int drifts[] = { 100, 150, 1000, -100, -400 };

  for (guint i = 0; i < G_N_ELEMENTS (drifts); i++)
    {
      ThWarmUp warm_up;

      th_warm_up_init (&warm_up, 30);
      look (&warm_up, S, 20, drifts[i]);
      g_assert_false (th_warm_up_is_warm (&warm_up, 20 * MINUTE));
    }
}

static void
test_a_sensor_that_stands_still_is_warm_sooner (void)
{
  ThWarmUp warm_up;

  th_warm_up_init (&warm_up, 30);
  look (&warm_up, S, 3, 50);
  g_assert_false (th_warm_up_is_warm (&warm_up, 4 * MINUTE));
  look (&warm_up, 5 * MINUTE, 4, 50);
  g_assert_true (th_warm_up_is_warm (&warm_up, 9 * MINUTE));
  /* And stays so. */
  look (&warm_up, 10 * MINUTE, 5, 500);
  g_assert_true (th_warm_up_is_warm (&warm_up, 15 * MINUTE));
}

static void
test_looks_with_gaps_say_nothing (void)
{
  ThWarmUp warm_up;

  th_warm_up_init (&warm_up, 30);
  for (guint i = 0; i < 90; i++) /* one every 11 s */
    th_warm_up_look (&warm_up, 24000, S + i * 11 * S);
  g_assert_false (th_warm_up_is_warm (&warm_up, 20 * MINUTE));

  th_warm_up_init (&warm_up, 30);
  for (guint minute = 0; minute < 8; minute++) /* each minute torn by a pause */
    look (&warm_up, S + minute * 3 * MINUTE, 2, 0);
  g_assert_false (th_warm_up_is_warm (&warm_up, 25 * MINUTE));

  th_warm_up_init (&warm_up, 30);
  look (&warm_up, 10 * MINUTE, 2, 0); /* a clock that steps back */
  look (&warm_up, 2 * MINUTE, 2, 0);
  g_assert_false (th_warm_up_is_warm (&warm_up, 12 * MINUTE));
}

static void
test_a_sensor_that_was_away_is_cold_again (void)
{
  ThWarmUp warm_up;

  th_warm_up_init (&warm_up, 30);
  g_assert_true (th_warm_up_is_warm (&warm_up, 100 * MINUTE));

  /* A bad minute of the line is not a cold sensor. */
  th_warm_up_away (&warm_up, 100 * MINUTE);
  th_warm_up_away (&warm_up, 100 * MINUTE + 30 * S);
  th_warm_up_back (&warm_up, 100 * MINUTE + 59 * S);
  g_assert_true (th_warm_up_is_warm (&warm_up, 101 * MINUTE));

  th_warm_up_away (&warm_up, 102 * MINUTE);
  th_warm_up_back (&warm_up, 104 * MINUTE);
  g_assert_false (th_warm_up_is_warm (&warm_up, 104 * MINUTE));
  g_assert_cmpuint (th_warm_up_minutes_left (&warm_up, 104 * MINUTE), ==, 30);
  g_assert_true (th_warm_up_is_warm (&warm_up, 134 * MINUTE));
}

static void
test_no_time_to_wait_is_always_warm (void)
{
  ThWarmUp warm_up;

  th_warm_up_init (&warm_up, 0);
  g_assert_true (th_warm_up_is_warm (&warm_up, 0));
  th_warm_up_away (&warm_up, S);
  th_warm_up_back (&warm_up, 600 * S);
  g_assert_true (th_warm_up_is_warm (&warm_up, 600 * S));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define TEST(name) g_test_add_func ("/warm-up/" #name, test_##name)
  TEST (a_sensor_is_cold_until_its_time_is_over);
  TEST (a_sensor_that_still_drifts_is_cold);
  TEST (looks_with_gaps_say_nothing);
  TEST (a_sensor_that_was_away_is_cold_again);
  TEST (a_sensor_that_stands_still_is_warm_sooner);
  TEST (no_time_to_wait_is_always_warm);
  return g_test_run ();
}
