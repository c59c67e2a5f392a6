/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The thermometer through the real libgpiod, on the emulated chip; this test is its bench. */
#include "drivers/gpio-lines.h"
#include "drivers/mlx90614.h"
#include "drivers/thermometer-smbus.h"
#include "tests/bench/gpio-state.h"
#include "tests/main-loop.h"

#include <stdio.h>

#define SDA 23
#define SCL 24
#define PRESENCE 25

#define POWER 26

#define NOTICE_MS 1000 /* what is promised, for a fault and for its end */
#define LIMIT_MS 10000

static ThBenchGpio *bench;

typedef struct
{
  guint sample_ms;
  guint idle_check_ms;
} Times;

static const Times real_times = { 100, 1000 };
static const Times quick_times = { 20, 100 };

typedef struct
{
  const Times *times;
  ThThermometer *thermometer;
  GArray *samples;
  guint n_looks;
  ThSample looked;
} Fixture;

static void
sample_cb (ThThermometer *thermometer, const ThSample *sample, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpuint (th_thermometer_get_health (thermometer), ==, TH_HEALTH_READY);
  g_array_append_val (fixture->samples, *sample);
}

static void
look_cb (ThThermometer *thermometer, const ThSample *sample, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpuint (th_thermometer_get_health (thermometer), ==, TH_HEALTH_READY);
  fixture->n_looks++;
  fixture->looked = *sample;
}

/* Runs the main loop until @health is seen. Returns: milliseconds. */
static gint64
wait_health (Fixture *fixture, ThHealth health)
{
  gint64 start_us = g_get_monotonic_time ();
  gboolean late = FALSE;
  guint id = g_timeout_add (LIMIT_MS, timeout_cb, &late);

  while (th_thermometer_get_health (fixture->thermometer) != health && !late)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
  g_assert_cmpstr (th_health_to_string (th_thermometer_get_health (fixture->thermometer)), ==,
                   th_health_to_string (health));
  return (g_get_monotonic_time () - start_us) / 1000;
}

static void
wait_samples (Fixture *fixture, guint n)
{
  gboolean late = FALSE;
  guint id = g_timeout_add (LIMIT_MS, timeout_cb, &late);

  while (fixture->samples->len < n && !late)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
  g_assert_false (late);
}

static const ThSample *
last_sample (Fixture *fixture)
{
  return &g_array_index (fixture->samples, ThSample, fixture->samples->len - 1);
}

static int
object_mc (const ThSample *sample)
{
  int mc = 0;

  g_assert_true (th_mlx90614_object_to_mc (sample->object_raw, &mc, NULL));
  return mc;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  atomic_store (&bench->object_mc, 36510);
  atomic_store (&bench->ambient_mc, 24010);
  atomic_store (&bench->present, 0);
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
  fixture->times = data;
  fixture->samples = g_array_new (FALSE, FALSE, sizeof (ThSample));
  fixture->thermometer =
      th_thermometer_smbus_new (NULL, SDA, SCL, th_presence_new_switch (NULL, PRESENCE, FALSE),
                                fixture->times->sample_ms, fixture->times->idle_check_ms);
  g_signal_connect (fixture->thermometer, "sample", G_CALLBACK (sample_cb), fixture);
  g_signal_connect (fixture->thermometer, "look", G_CALLBACK (look_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  /* Whatever happened, the kernel was never asked for nonsense, and the lines are free again. */
  g_assert_cmpuint (atomic_load (&bench->violations), ==, 0);
  g_clear_object (&fixture->thermometer);
  atomic_store (&bench->power_line, -1);
  g_array_unref (fixture->samples);
  g_assert_cmpint (atomic_load (&bench->owner_pid[SDA]), ==, 0);
  g_assert_cmpint (atomic_load (&bench->owner_pid[PRESENCE]), ==, 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
start_ready (Fixture *fixture)
{
  th_thermometer_start (fixture->thermometer);
  g_assert_cmpint (wait_health (fixture, TH_HEALTH_READY), <=, NOTICE_MS);
}

static void
test_without_a_chip_it_is_absent_and_comes_by_itself (Fixture *fixture, gconstpointer data)
{
  const GError *trouble;

  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_UNPLUGGED);
  th_thermometer_start (fixture->thermometer);
  g_assert_cmpint (wait_health (fixture, TH_HEALTH_ABSENT), <=, NOTICE_MS);
  trouble = th_thermometer_get_trouble (fixture->thermometer);
  g_assert_error (trouble, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
  g_assert_cmpstr (trouble->message, ==, "no GPIO chip of a Raspberry Pi header");
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
  g_assert_cmpint (wait_health (fixture, TH_HEALTH_READY), <=, NOTICE_MS);
  g_assert_null (th_thermometer_get_trouble (fixture->thermometer));
}

static void
test_lines_that_another_program_holds_are_taken_when_free (Fixture *fixture, gconstpointer data)
{
  const ThGpioLine wanted = { .line = PRESENCE, .mode = TH_GPIO_INPUT };
  ThGpioLines *lines = th_gpio_lines_request (NULL, &wanted, 1, "other", NULL);

  g_assert_nonnull (lines);
  th_thermometer_start (fixture->thermometer);
  wait_health (fixture, TH_HEALTH_ABSENT);
  th_gpio_lines_free (lines);
  g_assert_cmpint (wait_health (fixture, TH_HEALTH_READY), <=, NOTICE_MS);
}

static const struct
{
  ThBenchSensor sensor;
  ThHealth health;
} faults[] = {
  { TH_BENCH_SENSOR_ABSENT, TH_HEALTH_ABSENT },  { TH_BENCH_SENSOR_STUCK, TH_HEALTH_SILENT },
  { TH_BENCH_SENSOR_BAD_PEC, TH_HEALTH_FAULT },
  { TH_BENCH_SENSOR_ALL_ONES, TH_HEALTH_FAULT }, { TH_BENCH_SENSOR_ERROR_BIT, TH_HEALTH_FAULT },
  { TH_BENCH_SENSOR_UNPLUGGED, TH_HEALTH_ABSENT },
};

static void
test_each_fault_is_noticed_and_recovered_from_while_idle (Fixture *fixture, gconstpointer data)
{
  start_ready (fixture);
  atomic_store (&bench->bad_pec_every, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      th_bench_gpio_set_sensor (bench, faults[i].sensor);
      g_assert_cmpint (wait_health (fixture, faults[i].health), <=, NOTICE_MS);
      th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
      g_assert_cmpint (wait_health (fixture, TH_HEALTH_READY), <=, NOTICE_MS);
    }
  g_assert_cmpuint (fixture->samples->len, ==, 0);
}

static void
test_each_fault_stops_the_samples_and_they_come_back_right (Fixture *fixture, gconstpointer data)
{
  start_ready (fixture);
  th_thermometer_begin (fixture->thermometer);
  atomic_store (&bench->bad_pec_every, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      guint n = fixture->samples->len + 3;

      wait_samples (fixture, n);
      th_bench_gpio_set_sensor (bench, faults[i].sensor);
      g_assert_cmpint (wait_health (fixture, faults[i].health), <=, NOTICE_MS);
      n = fixture->samples->len;
      atomic_store (&bench->object_mc, 36510 + (int) i * 100);
      run_ms (3 * fixture->times->sample_ms);
      g_assert_cmpuint (fixture->samples->len, ==, n);
      th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
      g_assert_cmpint (wait_health (fixture, TH_HEALTH_READY), <=, NOTICE_MS);
      wait_samples (fixture, n + 1);
      g_assert_cmpint (ABS (object_mc (last_sample (fixture)) - 36510 - (int) i * 100), <=, 10);
    }
}

static void
test_spoilt_replies_never_become_samples (Fixture *fixture, gconstpointer data)
{
  start_ready (fixture);
  atomic_store (&bench->bad_pec_every, 2);
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_BAD_PEC);
  th_thermometer_begin (fixture->thermometer);
  wait_samples (fixture, 20);
  for (guint i = 0; i < fixture->samples->len; i++)
    g_assert_cmpint (object_mc (&g_array_index (fixture->samples, ThSample, i)), ==, 36510);
}

static void
test_samples_come_between_begin_and_end_only (Fixture *fixture, gconstpointer data)
{
  start_ready (fixture);
  run_ms (3 * fixture->times->sample_ms);
  g_assert_cmpuint (fixture->samples->len, ==, 0);
  th_thermometer_begin (fixture->thermometer);
  wait_samples (fixture, 5);
  th_thermometer_end (fixture->thermometer);
  run_ms (3 * fixture->times->sample_ms);
  g_assert_cmpuint (fixture->samples->len, ==, 5);
}

static void
test_looks_come_while_nobody_is_measured_only (Fixture *fixture, gconstpointer data)
{
  gboolean late = FALSE;
  guint id, n;

  start_ready (fixture);
  id = g_timeout_add (LIMIT_MS, timeout_cb, &late);
  while (fixture->n_looks < 3 && !late)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
  g_assert_false (late);
  g_assert_cmphex (fixture->looked.object_raw, ==, (36510 + 273150) / 20);
  g_assert_cmphex (fixture->looked.ambient_raw, ==, (24010 + 273150) / 20);
  th_thermometer_begin (fixture->thermometer);
  n = fixture->n_looks;
  wait_samples (fixture, 10);
  g_assert_cmpuint (fixture->n_looks, ==, n);

  th_thermometer_end (fixture->thermometer);
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_ERROR_BIT);
  wait_health (fixture, TH_HEALTH_FAULT);
  n = fixture->n_looks;
  run_ms (3 * fixture->times->idle_check_ms);
  g_assert_cmpuint (fixture->n_looks, ==, n);
}

static void
test_samples_come_on_a_steady_beat (Fixture *fixture, gconstpointer data)
{
  gint64 span_us;

  start_ready (fixture);
  th_thermometer_begin (fixture->thermometer);
  wait_samples (fixture, 21);
  span_us = g_array_index (fixture->samples, ThSample, 20).time_us -
            g_array_index (fixture->samples, ThSample, 0).time_us;
  g_assert_cmpint (span_us, >=, 19 * (gint64) fixture->times->sample_ms * 1000);
  g_assert_cmpint (span_us, <=, 30 * (gint64) fixture->times->sample_ms * 1000);
}

static void
test_a_sample_says_what_stands_in_front (Fixture *fixture, gconstpointer data)
{
  start_ready (fixture);
  th_thermometer_begin (fixture->thermometer);
  wait_samples (fixture, 2);
  g_assert_false (last_sample (fixture)->present);
  g_assert_cmpint (object_mc (last_sample (fixture)), ==, 36510);
  g_assert_cmphex (last_sample (fixture)->ambient_raw, ==, (24010 + 273150) / 20);

  /* Somebody steps in front: further than a word may jump, so it is read again and believed. */
  atomic_store (&bench->present, 1);
  atomic_store (&bench->object_mc, 22010);
  th_bench_gpio_changed (bench);
  wait_samples (fixture, fixture->samples->len + 2);
  g_assert_true (last_sample (fixture)->present);
  g_assert_cmpint (object_mc (last_sample (fixture)), ==, 22010);
  g_assert_cmpuint (th_thermometer_get_health (fixture->thermometer), ==, TH_HEALTH_READY);
}

static void
test_the_bus_is_quiet_while_nobody_is_measured (Fixture *fixture, gconstpointer data)
{
  guint64 reads;

  start_ready (fixture);
  reads = atomic_load (&bench->reads);
  run_ms (fixture->times->idle_check_ms);
  g_assert_cmpuint (atomic_load (&bench->reads) - reads, >=, 2);
  g_assert_cmpuint (atomic_load (&bench->reads) - reads, <=, 8);
}

static void
test_a_sensor_that_hangs_has_its_power_cut (Fixture *fixture, gconstpointer data)
{
  guint32 power_ons = atomic_load (&bench->power_ons);
  g_autofree char *text = NULL;
  gint64 hung_us;

  atomic_store (&bench->power_line, POWER);
  atomic_store (&bench->power_active_low, 1);
  th_thermometer_smbus_set_power_line (TH_THERMOMETER_SMBUS (fixture->thermometer), POWER, TRUE);
  th_thermometer_start (fixture->thermometer);
  wait_health (fixture, TH_HEALTH_READY);
  g_assert_cmpint (atomic_load (&bench->off), ==, 0);

  hung_us = g_get_monotonic_time ();
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_HUNG);
  wait_health (fixture, TH_HEALTH_SILENT);
  wait_health (fixture, TH_HEALTH_READY);
  g_assert_cmpuint (atomic_load (&bench->power_ons) - power_ons, ==, 1);
  text = th_thermometer_describe (fixture->thermometer);
  g_assert_nonnull (strstr (text, "MLX90614 71a211809e074a1c, config 0x9fb4, pwmctrl 0x0201; "
                                  "supply cut 1 times; "));

  /* Soon again: not before its time. */
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_HUNG);
  wait_health (fixture, TH_HEALTH_SILENT);
  run_ms (500);
  if (g_get_monotonic_time () - hung_us < 4 * G_USEC_PER_SEC)
    g_assert_cmpuint (atomic_load (&bench->power_ons) - power_ons, ==, 1);
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
  wait_health (fixture, TH_HEALTH_READY);
}

static void
test_it_goes_away_with_the_power_on (Fixture *fixture, gconstpointer data)
{
  gint64 until_us = g_get_monotonic_time () + 4 * LIMIT_MS * G_TIME_SPAN_MILLISECOND;

  atomic_store (&bench->power_line, POWER);
  atomic_store (&bench->power_active_low, 0);
  th_thermometer_smbus_set_power_line (TH_THERMOMETER_SMBUS (fixture->thermometer), POWER, FALSE);
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_STUCK);
  th_thermometer_start (fixture->thermometer);
  wait_health (fixture, TH_HEALTH_SILENT);
  while (atomic_load (&bench->off) == 0 && g_get_monotonic_time () < until_us)
    run_ms (10);
  g_assert_cmpint (atomic_load (&bench->off), ==, 1);
  g_clear_object (&fixture->thermometer);
  g_assert_cmpint (atomic_load (&bench->off), ==, 0);
}

static void
test_it_can_go_away_at_any_moment (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < 50; i++)
    {
      ThThermometer *thermometer =
          th_thermometer_smbus_new (NULL, 5, 6, th_presence_new_switch (NULL, -1, FALSE), 20, 100);

      th_thermometer_start (thermometer);
      th_thermometer_begin (thermometer);
      run_ms (i % 10);
      g_object_unref (thermometer);
    }
}

#define ADD(path, times, function) \
  g_test_add ("/thermometer-smbus/" path, Fixture, &times, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  const char *path = g_getenv (TH_BENCH_GPIO_ENV);
  int result;

  g_test_init (&argc, &argv, NULL);
  if (path == NULL)
    {
      g_printerr ("set %s and preload the shim, as tests/meson.build does\n", TH_BENCH_GPIO_ENV);
      return 1;
    }
  bench = th_bench_gpio_open (path, true);
  g_assert_nonnull (bench);

  ADD ("without-a-chip-it-is-absent-and-comes-by-itself", real_times,
       test_without_a_chip_it_is_absent_and_comes_by_itself);
  ADD ("lines-that-another-program-holds-are-taken-when-free", real_times,
       test_lines_that_another_program_holds_are_taken_when_free);
  ADD ("each-fault-is-noticed-and-recovered-from-while-idle", real_times,
       test_each_fault_is_noticed_and_recovered_from_while_idle);
  ADD ("each-fault-stops-the-samples-and-they-come-back-right", quick_times,
       test_each_fault_stops_the_samples_and_they_come_back_right);
  ADD ("spoilt-replies-never-become-samples", quick_times,
       test_spoilt_replies_never_become_samples);
  ADD ("samples-come-between-begin-and-end-only", quick_times,
       test_samples_come_between_begin_and_end_only);
  ADD ("looks-come-while-nobody-is-measured-only", quick_times,
       test_looks_come_while_nobody_is_measured_only);
  ADD ("samples-come-on-a-steady-beat", real_times, test_samples_come_on_a_steady_beat);
  ADD ("a-sample-says-what-stands-in-front", quick_times, test_a_sample_says_what_stands_in_front);
  ADD ("the-bus-is-quiet-while-nobody-is-measured", real_times,
       test_the_bus_is_quiet_while_nobody_is_measured);
  ADD ("a-sensor-that-hangs-has-its-power-cut", quick_times,
       test_a_sensor_that_hangs_has_its_power_cut);
  ADD ("it-goes-away-with-the-power-on", quick_times, test_it_goes_away_with_the_power_on);
  ADD ("it-can-go-away-at-any-moment", quick_times, test_it_can_go_away_at_any_moment);
  result = g_test_run ();
  remove (path);
  return result;
}
