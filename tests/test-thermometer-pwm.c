/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pulses through the real libgpiod, on the emulated chip; this test is its bench. */
#include "drivers/gpio-lines.h"
#include "drivers/mlx90614.h"
#include "drivers/thermometer-pwm.h"
#include "tests/bench/gpio-state.h"
#include "tests/main-loop.h"

#include <stdio.h>

#define PWM 23
#define PRESENCE 25

/* Faults are promised within a second; the limit is for machines with other things to do. */
#define LIMIT_MS 20000
#define SAMPLE_MS 20
#define IDLE_MS 400
#define STEP_MC 30 /* of the chip's ten bits over 15 °C, and of a word */

static ThBenchGpio *bench;

static const ThPwmSetup single = {
  .mode = TH_PWM_SINGLE,
  .period_ns = 10240000,
  .min_mc = { 30000 },
  .max_mc = { 45000 },
};

static const ThPwmSetup extended = {
  .mode = TH_PWM_EXTENDED,
  .period_ns = 20480000,
  .min_mc = { 0, 30000 },
  .max_mc = { 60000, 45000 },
};

typedef struct
{
  const ThPwmSetup *setup;
  ThThermometer *thermometer;
  GArray *samples, *looks;
} Fixture;

static void
seen_cb (ThThermometer *thermometer, const ThSample *sample, GArray *seen)
{
  g_assert_cmpuint (th_thermometer_get_health (thermometer), ==, TH_HEALTH_READY);
  g_assert_null (th_thermometer_get_trouble (thermometer));
  g_array_append_val (seen, *sample);
}

static void
wait_health (Fixture *fixture, ThHealth health)
{
  wait_for (th_thermometer_get_health (fixture->thermometer) == health);
}

static const ThSample *
last (GArray *seen)
{
  return &g_array_index (seen, ThSample, seen->len - 1);
}

static void
assert_object (const ThSample *sample, int object_mc)
{
  int mc = 0;

  g_assert_true (th_mlx90614_object_to_mc (sample->object_raw, &mc, NULL));
  g_assert_cmpint (ABS (mc - object_mc), <=, STEP_MC);
}

static void
set_fault (ThBenchPwmFault fault, int amount)
{
  atomic_store (&bench->pwm_amount, amount);
  atomic_store (&bench->pwm_fault, (int) fault);
  th_bench_gpio_changed (bench);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const ThPwmSetup *setup = data;

  atomic_store (&bench->object_mc, 36500);
  atomic_store (&bench->ambient_mc, 24000);
  atomic_store (&bench->present, 0);
  atomic_store (&bench->pwm_mode,
                setup->mode == TH_PWM_SINGLE ? TH_BENCH_PWM_SINGLE : TH_BENCH_PWM_EXTENDED);
  atomic_store (&bench->pwm_period_us, (int) (setup->period_ns / 1000));
  for (int i = 0; i < 2; i++)
    {
      atomic_store (&bench->pwm_min_mc[i], setup->min_mc[i]);
      atomic_store (&bench->pwm_max_mc[i], setup->max_mc[i]);
    }
  set_fault (TH_BENCH_PWM_NORMAL, 0);
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
  fixture->setup = setup;
  fixture->samples = g_array_new (FALSE, FALSE, sizeof (ThSample));
  fixture->looks = g_array_new (FALSE, FALSE, sizeof (ThSample));
  fixture->thermometer =
      th_thermometer_pwm_new (NULL, PWM, setup, th_presence_new_switch (NULL, PRESENCE, FALSE),
                              SAMPLE_MS, IDLE_MS);
  g_signal_connect (fixture->thermometer, "sample", G_CALLBACK (seen_cb), fixture->samples);
  g_signal_connect (fixture->thermometer, "look", G_CALLBACK (seen_cb), fixture->looks);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  /* Whatever happened, the kernel was never asked for nonsense, and the lines are free again. */
  g_assert_cmpuint (atomic_load (&bench->violations), ==, 0);
  g_object_unref (fixture->thermometer);
  g_array_unref (fixture->samples);
  g_array_unref (fixture->looks);
  g_assert_cmpint (atomic_load (&bench->owner_pid[PWM]), ==, 0);
  g_assert_cmpint (atomic_load (&bench->owner_pid[PRESENCE]), ==, 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
start_ready (Fixture *fixture)
{
  th_thermometer_start (fixture->thermometer);
  wait_health (fixture, TH_HEALTH_READY);
}

static const struct
{
  ThBenchSensor sensor;
  ThBenchPwmFault fault;
  int amount;
  ThHealth health;
} faults[] = {
  { TH_BENCH_SENSOR_UNPLUGGED, TH_BENCH_PWM_NORMAL, 0, TH_HEALTH_ABSENT },
  { TH_BENCH_SENSOR_ABSENT, TH_BENCH_PWM_NORMAL, 0, TH_HEALTH_ABSENT },
  { TH_BENCH_SENSOR_STUCK, TH_BENCH_PWM_NORMAL, 0, TH_HEALTH_SILENT },
  { TH_BENCH_SENSOR_ERROR_BIT, TH_BENCH_PWM_NORMAL, 0, TH_HEALTH_FAULT },
  { TH_BENCH_SENSOR_NORMAL, TH_BENCH_PWM_MISSING, 7, TH_HEALTH_FAULT },
  { TH_BENCH_SENSOR_NORMAL, TH_BENCH_PWM_PERIOD, 115, TH_HEALTH_FAULT },
  { TH_BENCH_SENSOR_NORMAL, TH_BENCH_PWM_PERIOD, 85, TH_HEALTH_FAULT },
  { TH_BENCH_SENSOR_NORMAL, TH_BENCH_PWM_OVERFLOW, 0, TH_HEALTH_FAULT },
  { TH_BENCH_SENSOR_NORMAL, TH_BENCH_PWM_CLOCK, 0, TH_HEALTH_FAULT },
  { TH_BENCH_SENSOR_NORMAL, TH_BENCH_PWM_JITTER, 12000, TH_HEALTH_FAULT },
  { TH_BENCH_SENSOR_NORMAL, TH_BENCH_PWM_STUCK_HIGH, 0, TH_HEALTH_ABSENT },
  { TH_BENCH_SENSOR_NORMAL, TH_BENCH_PWM_STUCK_LOW, 0, TH_HEALTH_SILENT },
};

static void
test_without_a_chip_it_is_absent_and_comes_by_itself (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_UNPLUGGED);
  th_thermometer_start (fixture->thermometer);
  wait_health (fixture, TH_HEALTH_ABSENT);
  g_assert_cmpstr (th_thermometer_get_trouble (fixture->thermometer)->message, ==,
                   "no GPIO chip of a Raspberry Pi header");
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
  wait_health (fixture, TH_HEALTH_READY);
  text = th_thermometer_describe (fixture->thermometer);
  g_assert_true (g_str_has_prefix (text, "MLX90614 by PWM on line 23, "));
}

static void
test_each_fault_is_noticed_and_recovered_from_while_idle (Fixture *fixture, gconstpointer data)
{
  start_ready (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_test_message ("fault %zu", i);
      set_fault (faults[i].fault, faults[i].amount);
      th_bench_gpio_set_sensor (bench, faults[i].sensor);
      wait_health (fixture, faults[i].health);
      g_assert_nonnull (th_thermometer_get_trouble (fixture->thermometer));
      set_fault (TH_BENCH_PWM_NORMAL, 0);
      th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
      wait_health (fixture, TH_HEALTH_READY);
    }
  g_assert_cmpuint (fixture->samples->len, ==, 0);
}

static void
test_no_fault_ends_as_a_temperature (Fixture *fixture, gconstpointer data)
{
  /* With two sensors everything takes four times as long: every third will do. */
  gsize step = fixture->setup->mode == TH_PWM_SINGLE ? 1 : 3;

  start_ready (fixture);
  th_thermometer_begin (fixture->thermometer);
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i += step)
    {
      guint n = fixture->samples->len + 3;

      g_test_message ("fault %zu", i);
      atomic_store (&bench->object_mc, 41000);
      wait_for (fixture->samples->len >= n && last (fixture->samples)->object_raw > 15600);
      set_fault (faults[i].fault, faults[i].amount);
      th_bench_gpio_set_sensor (bench, faults[i].sensor);
      wait_health (fixture, faults[i].health);
      n = fixture->samples->len;
      /* It is somebody's turn who is well, but nobody can see that. */
      atomic_store (&bench->object_mc, 36500);
      run_ms (8 * SAMPLE_MS);
      for (guint k = n; k < fixture->samples->len; k++)
        assert_object (&g_array_index (fixture->samples, ThSample, k), 36500);
      if (faults[i].sensor != TH_BENCH_SENSOR_NORMAL)
        g_assert_cmpuint (fixture->samples->len, ==, n);
      set_fault (TH_BENCH_PWM_NORMAL, 0);
      th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
      wait_health (fixture, TH_HEALTH_READY);
      wait_for (fixture->samples->len > n);
      assert_object (last (fixture->samples), 36500);
    }
}

static void
test_late_interrupts_average_away (Fixture *fixture, gconstpointer data)
{
  set_fault (TH_BENCH_PWM_JITTER, 40);
  start_ready (fixture);
  th_thermometer_begin (fixture->thermometer);
  wait_for (fixture->samples->len >= 20);
  for (guint i = 0; i < fixture->samples->len; i++)
    {
      int mc = 0;

      g_assert_true (th_mlx90614_object_to_mc (
          g_array_index (fixture->samples, ThSample, i).object_raw, &mc, NULL));
      g_assert_cmpint (ABS (mc - 36500), <=, 60);
    }
}

static void
test_an_edge_that_is_lost_now_and_then_is_lived_with (Fixture *fixture, gconstpointer data)
{
  set_fault (TH_BENCH_PWM_MISSING, 101);
  start_ready (fixture);
  th_thermometer_begin (fixture->thermometer);
  wait_for (fixture->samples->len >= 20);
  for (guint i = 0; i < fixture->samples->len; i++)
    assert_object (&g_array_index (fixture->samples, ThSample, i), 36500);
  g_assert_cmpuint (th_thermometer_get_health (fixture->thermometer), ==, TH_HEALTH_READY);
}

static void
test_an_object_outside_the_range_has_no_word (Fixture *fixture, gconstpointer data)
{
  atomic_store (&bench->object_mc, 22000);
  start_ready (fixture);
  th_thermometer_begin (fixture->thermometer);
  wait_for (fixture->samples->len >= 5);
  for (guint i = 0; i < fixture->samples->len; i++)
    g_assert_cmphex (g_array_index (fixture->samples, ThSample, i).object_raw, ==, 0);
  g_assert_cmpuint (th_thermometer_get_health (fixture->thermometer), ==, TH_HEALTH_READY);

  atomic_store (&bench->present, 1);
  atomic_store (&bench->object_mc, 34000);
  th_bench_gpio_changed (bench);
  wait_for (last (fixture->samples)->object_raw != 0);
  g_assert_true (last (fixture->samples)->present);
  for (guint i = 0; i < fixture->samples->len; i++)
    if (g_array_index (fixture->samples, ThSample, i).object_raw != 0)
      assert_object (&g_array_index (fixture->samples, ThSample, i), 34000);

  atomic_store (&bench->object_mc, 60000);
  wait_for (last (fixture->samples)->object_raw == 0);
}

static void
test_a_single_value_has_no_ambient_word (Fixture *fixture, gconstpointer data)
{
  start_ready (fixture);
  th_thermometer_begin (fixture->thermometer);
  wait_for (fixture->samples->len >= 3);
  assert_object (last (fixture->samples), 36500);
  g_assert_cmphex (last (fixture->samples)->ambient_raw, ==, 0);
  g_assert_false (last (fixture->samples)->present);
  th_thermometer_end (fixture->thermometer);
  wait_for (fixture->looks->len >= 1);
  assert_object (last (fixture->looks), 36500);
}

static void
test_an_extended_signal_has_both_words (Fixture *fixture, gconstpointer data)
{
  int ambient_mc = 0;

  atomic_store (&bench->object_mc, 22000);
  start_ready (fixture);
  /* Nobody is in front: the room is colder than the object's range goes, and the die is seen. */
  wait_for (fixture->looks->len >= 1);
  g_assert_cmphex (last (fixture->looks)->object_raw, ==, 0);
  g_assert_true (
      th_mlx90614_ambient_to_mc (last (fixture->looks)->ambient_raw, &ambient_mc, NULL));
  g_assert_cmpint (ABS (ambient_mc - 24000), <=, 80);

  th_thermometer_begin (fixture->thermometer);
  wait_for (fixture->samples->len >= 3);
  g_assert_cmphex (last (fixture->samples)->object_raw, ==, 0);
  g_assert_cmphex (last (fixture->samples)->ambient_raw, !=, 0);
  atomic_store (&bench->object_mc, 36500);
  wait_for (last (fixture->samples)->object_raw != 0);
  assert_object (last (fixture->samples), 36500);
  g_assert_cmphex (last (fixture->samples)->ambient_raw, !=, 0);
}

static void
test_another_period_than_was_set_is_a_fault (Fixture *fixture, gconstpointer data)
{
  atomic_store (&bench->pwm_mode, TH_BENCH_PWM_EXTENDED);
  atomic_store (&bench->pwm_period_us, 20480);
  th_thermometer_start (fixture->thermometer);
  wait_health (fixture, TH_HEALTH_FAULT);
  g_assert_nonnull (
      strstr (th_thermometer_get_trouble (fixture->thermometer)->message, "a period of 20.4"));
}

/* Nobody took the edges for so long that the kernel's buffer ran over. */
static void
test_the_oldest_edges_are_dropped_and_that_shows (Fixture *fixture, gconstpointer data)
{
  const ThGpioLine wanted = { .line = PWM, .mode = TH_GPIO_PULLED_UP, .edges = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (ThGpioLines) lines = NULL;
  ThGpioEdge edges[64], before = { 0 };
  guint n = 0, taken = 0;

  atomic_store (&bench->pwm_period_us, 1024);
  lines = th_gpio_lines_request (NULL, &wanted, 1, "test", &error);
  g_assert_no_error (error);
  run_ms (800); /* 1560 edges */
  do
    {
      g_assert_true (th_gpio_lines_read_edges (lines, edges, 64, &n));
      for (guint i = 0; i < n; i++)
        {
          if (taken++ == 0)
            g_assert_cmpuint (edges[i].line_seqno, >, 300);
          else
            g_assert_cmpuint (edges[i].line_seqno, ==, before.line_seqno + 1);
          before = edges[i];
        }
    }
  while (n == 64 && taken < 1024);
  g_assert_cmpuint (taken, >=, 1000);
}

static void
test_it_can_go_away_at_any_moment (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < 50; i++)
    {
      ThThermometer *thermometer =
          th_thermometer_pwm_new (NULL, PWM, &single, th_presence_new_switch (NULL, -1, FALSE), 20,
                                  100);

      th_thermometer_start (thermometer);
      th_thermometer_begin (thermometer);
      run_ms ((guint) i % 10);
      g_object_unref (thermometer);
    }
}

#define ADD(path, setup, function) \
  g_test_add ("/thermometer-pwm/" path, Fixture, &setup, set_up, function, tear_down)

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

  ADD ("without-a-chip-it-is-absent-and-comes-by-itself", single,
       test_without_a_chip_it_is_absent_and_comes_by_itself);
  ADD ("another-period-than-was-set-is-a-fault", single,
       test_another_period_than_was_set_is_a_fault);
  ADD ("each-fault-is-noticed-and-recovered-from-while-idle", single,
       test_each_fault_is_noticed_and_recovered_from_while_idle);
  ADD ("no-fault-ends-as-a-temperature", single, test_no_fault_ends_as_a_temperature);
  ADD ("nor-with-both-temperatures", extended, test_no_fault_ends_as_a_temperature);
  ADD ("an-object-outside-the-range-has-no-word", single,
       test_an_object_outside_the_range_has_no_word);
  ADD ("late-interrupts-average-away", single, test_late_interrupts_average_away);
  ADD ("an-edge-that-is-lost-now-and-then-is-lived-with", single,
       test_an_edge_that_is_lost_now_and_then_is_lived_with);
  ADD ("a-single-value-has-no-ambient-word", single, test_a_single_value_has_no_ambient_word);
  ADD ("an-extended-signal-has-both-words", extended, test_an_extended_signal_has_both_words);
  ADD ("the-oldest-edges-are-dropped-and-that-shows", single,
       test_the_oldest_edges_are_dropped_and_that_shows);
  ADD ("it-can-go-away-at-any-moment", single, test_it_can_go_away_at_any_moment);
  result = g_test_run ();
  remove (path);
  return result;
}
