/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lamps, buzzer and gate through the real libgpiod, on the emulated chip; this test is its bench. */
#include "drivers/gpio-lines.h"
#include "drivers/gpio-outputs.h"
#include "tests/bench/gpio-state.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#define READY_LAMP 17
#define ATTENTION_LAMP 27
#define BUZZER 12
#define GATE 16
#define LIMIT_MS 10000

static ThBenchGpio *bench;

static const ThGpioOutputLines wired = {
  .ready_line = READY_LAMP,
  .attention_line = ATTENTION_LAMP,
  .buzzer_line = BUZZER,
  .gate_line = GATE,
  .gate_open_ms = 300,
};

static gboolean
high (int line)
{
  return th_bench_gpio_lamp (bench, line);
}

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

#define WAIT(condition)                                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 until_us_ = g_get_monotonic_time () + LIMIT_MS * 1000;                                  \
    guint id_ = g_timeout_add (5, tick_cb, NULL);                                                  \
                                                                                                   \
    while (!(condition) && g_get_monotonic_time () < until_us_)                                    \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (id_);                                                                         \
    g_assert_true (condition);                                                                     \
  }                                                                                                \
  G_STMT_END

static void
assert_lamps (gboolean ready, gboolean attention)
{
  g_assert_cmpint (high (READY_LAMP), ==, ready);
  g_assert_cmpint (high (ATTENTION_LAMP), ==, attention);
}

static void
test_lines_that_are_not_there_are_left_alone (void)
{
  const ThGpioOutputLines none
      = { .ready_line = -1, .attention_line = -1, .buzzer_line = -1, .gate_line = -1 };
  guint64 calls = atomic_load (&bench->calls);
  g_autoptr (ThOutputs) outputs = th_gpio_outputs_new (&none);

  th_outputs_light (outputs, TH_LAMP_READY, TRUE);
  th_outputs_sound (outputs, TH_SOUND_DONE);
  th_outputs_open_gate (outputs);
  g_assert_cmpuint (atomic_load (&bench->calls), ==, calls);
}

static void
test_lamps_are_dark_before_and_after (void)
{
  ThOutputs *outputs = th_gpio_outputs_new (&wired);

  g_assert_true (th_bench_gpio_taken (bench, READY_LAMP));
  assert_lamps (FALSE, FALSE);
  th_outputs_light (outputs, TH_LAMP_READY, TRUE);
  assert_lamps (TRUE, FALSE);
  th_outputs_light (outputs, TH_LAMP_ATTENTION, TRUE);
  th_outputs_light (outputs, TH_LAMP_READY, FALSE);
  assert_lamps (FALSE, TRUE);
  g_object_unref (outputs);
  g_assert_false (th_bench_gpio_taken (bench, ATTENTION_LAMP));
  g_assert_cmpuint (atomic_load (&bench->levels) >> ATTENTION_LAMP & 1, ==, 0);
}

static void
test_all_comes_back_as_it_should_be (void)
{
  ThGpioOutputLines lines = wired;
  g_autoptr (ThOutputs) outputs = NULL;

  lines.attention_line = -1;
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_UNPLUGGED);
  outputs = th_gpio_outputs_new (&lines);
  th_outputs_light (outputs, TH_LAMP_READY, TRUE);
  th_outputs_light (outputs, TH_LAMP_ATTENTION, TRUE);
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
  WAIT (high (READY_LAMP) && high (GATE));
  assert_lamps (TRUE, FALSE);
}

static void
test_one_line_that_is_taken_takes_no_other_along (void)
{
  const ThGpioLine lamp = { .line = READY_LAMP, .mode = TH_GPIO_OUTPUT };
  ThGpioLines *taken = th_gpio_lines_request (NULL, &lamp, 1, "other", NULL);
  g_autoptr (ThOutputs) outputs = th_gpio_outputs_new (&wired);

  th_outputs_light (outputs, TH_LAMP_READY, TRUE);
  th_outputs_light (outputs, TH_LAMP_ATTENTION, TRUE);
  assert_lamps (FALSE, TRUE);
  th_gpio_lines_free (taken);
  WAIT (high (READY_LAMP));
}

static guint
beeps_of (ThOutputs *outputs, ThSound sound)
{
  guint64 before = atomic_load (&bench->beeps);
  gint64 since_us;

  th_outputs_sound (outputs, sound);
  g_assert_true (high (BUZZER));
  /* Silent for longer than any pause within a sound; what was due while we were held up comes first. */
  since_us = g_get_monotonic_time ();
  while (g_get_monotonic_time () < since_us + 600 * 1000 || high (BUZZER))
    {
      g_usleep (2000);
      while (g_main_context_iteration (NULL, FALSE))
        since_us = g_get_monotonic_time ();
    }
  return (guint) (atomic_load (&bench->beeps) - before);
}

static void
test_each_sound_is_another_and_ends_in_silence (void)
{
  g_autoptr (ThOutputs) outputs = th_gpio_outputs_new (&wired);
  guint64 before = atomic_load (&bench->beeps);

  g_assert_cmpuint (beeps_of (outputs, TH_SOUND_READ), ==, 1);
  g_assert_cmpuint (beeps_of (outputs, TH_SOUND_LOOK), ==, 2);
  g_assert_cmpuint (beeps_of (outputs, TH_SOUND_DONE), ==, 3);
  g_assert_cmpuint (beeps_of (outputs, TH_SOUND_STAFF), ==, 3);
  /* A new one takes the place of the one under way. */
  before = atomic_load (&bench->beeps);
  th_outputs_sound (outputs, TH_SOUND_STAFF);
  g_assert_cmpuint (beeps_of (outputs, TH_SOUND_READ), ==, 0);
  g_assert_cmpuint (atomic_load (&bench->beeps), ==, before + 1);
}

static void
test_the_gate_opens_for_its_time_and_closes (gconstpointer data)
{
  gboolean safe_closed = GPOINTER_TO_INT (data);
  ThGpioOutputLines lines = wired;
  gint64 since_us;
  ThOutputs *outputs;

  lines.gate_safe_closed = safe_closed;
  outputs = th_gpio_outputs_new (&lines);
  /* The relay pulls for what is not the safe state. */
  g_assert_cmpint (high (GATE), ==, !safe_closed);
  since_us = g_get_monotonic_time ();
  th_outputs_open_gate (outputs);
  g_assert_cmpint (high (GATE), ==, safe_closed);
  WAIT (high (GATE) == !safe_closed);
  g_assert_cmpint (g_get_monotonic_time () - since_us, >=, 300 * 1000);

  /* The next person comes through the open gate: its time begins anew. */
  th_outputs_open_gate (outputs);
  since_us = g_get_monotonic_time ();
  while (g_get_monotonic_time () < since_us + 200 * 1000)
    g_main_context_iteration (NULL, FALSE);
  th_outputs_open_gate (outputs);
  since_us = g_get_monotonic_time ();
  WAIT (high (GATE) == !safe_closed);
  g_assert_cmpint (g_get_monotonic_time () - since_us, >=, 300 * 1000);

  th_outputs_open_gate (outputs);
  g_object_unref (outputs);
  g_assert_false (high (GATE)); /* at rest */
}

static void
test_a_relay_that_pulls_when_low_rests_high (void)
{
  ThGpioOutputLines lines = wired;
  ThOutputs *outputs;

  lines.gate_active_low = TRUE;
  lines.gate_safe_closed = TRUE;
  outputs = th_gpio_outputs_new (&lines);
  g_assert_true (high (GATE));
  th_outputs_open_gate (outputs);
  g_assert_false (high (GATE));
  g_assert_true (th_bench_gpio_taken (bench, GATE));
  g_object_unref (outputs);
  g_assert_cmpuint (atomic_load (&bench->levels) >> GATE & 1, ==, 1);
}

/* The kernel takes the lines back: the resistors outside decide, and the relay rests. */
static void
test_what_is_killed_leaves_the_relay_at_rest (void)
{
  pid_t child = fork ();
  int status;

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      ThOutputs *outputs = th_gpio_outputs_new (&wired); /* safe open: the relay pulls */

      th_outputs_light (outputs, TH_LAMP_READY, TRUE);
      th_outputs_sound (outputs, TH_SOUND_STAFF);
      raise (SIGSTOP);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, WUNTRACED), ==, child);
  g_assert_true (WIFSTOPPED (status));
  g_assert_true (high (GATE));
  g_assert_true (high (BUZZER));
  g_assert_true (high (READY_LAMP));
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_false (high (GATE));
  g_assert_false (high (BUZZER));
  g_assert_false (high (READY_LAMP));
}

static void
test_a_line_may_be_named (void)
{
  ThGpioOutputLines lines = wired;
  g_autoptr (ThOutputs) outputs = NULL;

  lines.ready_line = (int) th_gpio_line_named ("GPIO17");
  lines.attention_line = (int) th_gpio_line_named ("GPIO99");
  outputs = th_gpio_outputs_new (&lines);
  th_outputs_light (outputs, TH_LAMP_READY, TRUE);
  th_outputs_light (outputs, TH_LAMP_ATTENTION, TRUE);
  assert_lamps (TRUE, FALSE);
}

static void
test_the_chip_is_described_for_people (void)
{
  const guint lines[] = { 23, th_gpio_line_named ("GPIO17") };
  const guint unnamed[] = { th_gpio_line_named ("GPIO99") };
  const guint bad[] = { 58 };
  g_autoptr (ThOutputs) outputs = th_gpio_outputs_new (&wired);
  g_autoptr (GError) absent = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_null (th_gpio_describe ("no-such-chip", lines, 2, &absent));
  g_assert_error (absent, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
  g_clear_error (&absent);
  g_assert_null (th_gpio_describe (NULL, unnamed, 1, &absent));
  g_assert_error (absent, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
  g_assert_nonnull (strstr (absent->message, "GPIO99"));
  text = th_gpio_describe ("", lines, 2, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==,
                   "pinctrl-bcm2711 (gpiochip0)\n  line 23 GPIO23: free\n"
                   "  line 17 GPIO17: used by threshold-lamp");
  g_assert_null (th_gpio_describe ("", bad, 1, &error));
  g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL);
  atomic_store (&bench->violations, 0);
}

int
main (int argc, char **argv)
{
  const char *path = g_getenv (TH_BENCH_GPIO_ENV);
  int status;

  if (path == NULL)
    g_error ("no emulated chip: set %s and preload the shim", TH_BENCH_GPIO_ENV);
  bench = th_bench_gpio_open (path, true);
  g_assert_nonnull (bench);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/gpio-outputs/" name, func)
  ADD ("lines-that-are-not-there-are-left-alone", test_lines_that_are_not_there_are_left_alone);
  ADD ("lamps-are-dark-before-and-after", test_lamps_are_dark_before_and_after);
  ADD ("all-comes-back-as-it-should-be", test_all_comes_back_as_it_should_be);
  ADD ("one-line-that-is-taken-takes-no-other-along",
       test_one_line_that_is_taken_takes_no_other_along);
  ADD ("each-sound-is-another-and-ends-in-silence",
       test_each_sound_is_another_and_ends_in_silence);
  g_test_add_data_func ("/gpio-outputs/a-gate-that-is-safe-open-opens-for-its-time-and-closes",
                        GINT_TO_POINTER (FALSE), test_the_gate_opens_for_its_time_and_closes);
  g_test_add_data_func ("/gpio-outputs/a-gate-that-is-safe-closed-opens-for-its-time-and-closes",
                        GINT_TO_POINTER (TRUE), test_the_gate_opens_for_its_time_and_closes);
  ADD ("a-relay-that-pulls-when-low-rests-high", test_a_relay_that_pulls_when_low_rests_high);
  ADD ("what-is-killed-leaves-the-relay-at-rest", test_what_is_killed_leaves_the_relay_at_rest);
  ADD ("a-line-may-be-named", test_a_line_may_be_named);
  ADD ("the-chip-is-described-for-people", test_the_chip_is_described_for_people);
  status = g_test_run ();
  g_assert_cmpuint (atomic_load (&bench->violations), ==, 0);
  return status;
}
