/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is foretold of waiting: nothing too early, and on simulated days what comes true. */
#include "tests/waiting-days.h"

/* A queue that never empties, one call in two minutes: @n calls, everybody waits for @ahead others. */
static void
steady (ThWait *waits, guint n, guint ahead)
{
  for (guint i = 0; i < n; i++)
    waits[i] = (ThWait){ .entered_us = (gint64) i * 2 * MINUTE,
                         .called_us = (gint64) (i + ahead + 1) * 2 * MINUTE };
}

static void
test_nothing_is_foretold_before_enough_were_called (void)
{
  ThWait waits[40];
  ThWaitRange range;
  guint first = 0;

  g_assert_false (th_waiting_forecast (NULL, 0, 0, 0, &range));
  steady (waits, G_N_ELEMENTS (waits), 5);
  for (guint n = 1; n < G_N_ELEMENTS (waits) && first == 0; n++)
    if (th_waiting_forecast (waits, n, waits[n - 1].called_us, 5, &range))
      first = n;
  g_assert_cmpuint (first, >=, 9);
  g_assert_cmpuint (first, <=, 30);
}

static void
test_a_steady_queue_is_foretold_closely (void)
{
  ThWait waits[60];
  ThWaitRange range = { 0 };

  steady (waits, G_N_ELEMENTS (waits), 9);
  g_assert_true (th_waiting_forecast (waits, 60, waits[59].called_us, 9, &range));
  g_assert_cmpint (range.low_s, <=, 20 * 60);
  g_assert_cmpint (range.high_s, >=, 20 * 60);
  g_assert_cmpint (range.high_s - range.low_s, <=, 15 * 60);
  g_assert_cmpint (range.low_s % 300, ==, 0);
  g_assert_cmpint (range.high_s % 300, ==, 0);
}

static void
test_while_nobody_is_called_nothing_is_foretold (void)
{
  ThWait waits[60];
  ThWaitRange range;
  gint64 last_us;

  steady (waits, G_N_ELEMENTS (waits), 9);
  last_us = waits[59].called_us;
  g_assert_true (th_waiting_forecast (waits, 60, last_us + 5 * MINUTE, 9, &range));
  g_assert_false (th_waiting_forecast (waits, 60, last_us + 30 * MINUTE, 9, &range));
  g_assert_false (th_waiting_forecast (waits, 60, last_us + 16 * 60 * MINUTE, 1, &range));
}

static void
test_a_score_counts_what_was_told (void)
{
  const ThWaitRange range = { .low_s = 300, .high_s = 6000 };
  ThWaitScore score = { 0 };

  th_wait_score_add (&score, &range, 300 * (gint64) G_USEC_PER_SEC);
  th_wait_score_add (&score, &range, 6000 * (gint64) G_USEC_PER_SEC);
  th_wait_score_add (&score, &range, 299 * (gint64) G_USEC_PER_SEC);
  th_wait_score_add (&score, NULL, 0);
  g_assert_cmpuint (score.told, ==, 3);
  g_assert_cmpuint (score.hits, ==, 2);
  g_assert_cmpuint (score.untold, ==, 1);
  g_assert_cmpint (score.width_s, ==, 3 * 5700);
}

/* The days are the same each time; tests/bench-waiting prints them as a table. */
static void
test_on_each_kind_of_day_four_of_five_come_true (gconstpointer data)
{
  const SimDay *day = data;
  ThWaitScore ours = { 0 }, theirs = { 0 };

  for (guint32 seed = 1; seed <= 20; seed++)
    sim_run (day, seed, &ours, &theirs);
  g_test_message ("%s: %u of %u told, %u came true; average ± 5 min: %u of %u", day->name, ours.told,
                  ours.told + ours.untold, ours.hits, theirs.hits, theirs.told);
  g_assert_cmpuint (ours.told * 4, >=, ours.told + ours.untold); /* not by saying nothing */
  g_assert_cmpuint (ours.hits * 100, >=, ours.told * 80);
  g_assert_cmpint (ours.width_s / ours.told, <=, 25 * 60);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/waiting/" #name, test_##name)
  ADD (nothing_is_foretold_before_enough_were_called);
  ADD (a_steady_queue_is_foretold_closely);
  ADD (while_nobody_is_called_nothing_is_foretold);
  ADD (a_score_counts_what_was_told);
  for (guint i = 0; i < G_N_ELEMENTS (sim_days); i++)
    {
      g_autofree char *path = g_strdup_printf ("/waiting/%s: four of five come true", sim_days[i].name);

      g_test_add_data_func (path, &sim_days[i], test_on_each_kind_of_day_four_of_five_come_true);
    }
  return g_test_run ();
}
