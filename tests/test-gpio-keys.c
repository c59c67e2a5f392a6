/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and distance through the real libgpiod, on the emulated chip; this test is its bench. */
#include "drivers/gpio-keys.h"
#include "drivers/gpio-lines.h"
#include "drivers/presence.h"
#include "tests/bench/gpio-state.h"

#include <stdlib.h>

#define LIMIT_MS 10000
#define LOOK_US (100 * 1000) /* as a thermometer asks */

static ThBenchGpio *bench;
static const guint key_lines[TH_N_KEYS] = { 5, 6, 13, 19 };

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
run_us (gint64 us)
{
  gint64 until_us = g_get_monotonic_time () + us;
  guint id = g_timeout_add (5, tick_cb, NULL);

  while (g_get_monotonic_time () < until_us)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

static void
set_keys (guint down)
{
  atomic_store (&bench->keys_down, down);
  th_bench_gpio_changed (bench);
}

static void
pressed_cb (ThKeys *keys, guint key, gpointer user_data)
{
  GString *pressed = user_data;

  g_string_append_printf (pressed, "%s ", th_key_to_string (key));
}

typedef struct
{
  ThKeys *keys;
  GString *pressed;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
  set_keys (0);
  fixture->pressed = g_string_new (NULL);
  fixture->keys = th_gpio_keys_new (NULL, key_lines, TRUE);
  g_signal_connect (fixture->keys, "pressed", G_CALLBACK (pressed_cb), fixture->pressed);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (atomic_load (&bench->violations), ==, 0);
  g_object_unref (fixture->keys);
  g_string_free (fixture->pressed, TRUE);
  for (guint key = 0; key < TH_N_KEYS; key++)
    g_assert_false (th_bench_gpio_taken (bench, (int) key_lines[key]));
}

static void
assert_described (ThKeys *keys, const char *expected)
{
  g_autofree char *text = th_keys_describe (keys);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_without_a_chip_they_are_absent_and_come_by_themselves (Fixture *fixture, gconstpointer data)
{
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_UNPLUGGED);
  th_keys_start (fixture->keys);
  g_assert_cmpint (th_keys_get_health (fixture->keys), ==, TH_HEALTH_ABSENT);
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
  WAIT (th_keys_get_health (fixture->keys) == TH_HEALTH_READY);

  /* And again, in the middle of things. */
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_UNPLUGGED);
  WAIT (th_keys_get_health (fixture->keys) == TH_HEALTH_ABSENT);
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
  WAIT (th_keys_get_health (fixture->keys) == TH_HEALTH_READY);
  set_keys (1u << TH_KEY_HELP);
  WAIT (fixture->pressed->len > 0);
  g_assert_cmpstr (fixture->pressed->str, ==, "help ");
}

static void
test_lines_that_somebody_else_has_are_absent (Fixture *fixture, gconstpointer data)
{
  const ThGpioLine one = { .line = key_lines[2], .mode = TH_GPIO_INPUT };
  ThGpioLines *taken = th_gpio_lines_request (NULL, &one, 1, "other", NULL);
  g_autofree char *text = NULL;

  th_keys_start (fixture->keys);
  g_assert_cmpint (th_keys_get_health (fixture->keys), ==, TH_HEALTH_ABSENT);
  text = th_keys_describe (fixture->keys);
  g_assert_nonnull (strstr (text, "13"));
  th_gpio_lines_free (taken);
  WAIT (th_keys_get_health (fixture->keys) == TH_HEALTH_READY);
}

static void
test_a_key_that_is_down_at_the_start_is_stuck (Fixture *fixture, gconstpointer data)
{
  set_keys (1u << TH_KEY_BACK);
  th_keys_start (fixture->keys);
  g_assert_cmpint (th_keys_get_health (fixture->keys), ==, TH_HEALTH_FAULT);
  assert_described (fixture->keys, "stuck: back");
  set_keys (1u << TH_KEY_BACK | 1u << TH_KEY_YES);
  WAIT (fixture->pressed->len > 0);
  g_assert_cmpstr (fixture->pressed->str, ==, "yes ");
  set_keys (0);
  WAIT (th_keys_get_health (fixture->keys) == TH_HEALTH_READY);
  assert_described (fixture->keys, "");
}

static void
test_each_key_is_pressed_once (Fixture *fixture, gconstpointer data)
{
  th_keys_start (fixture->keys);
  g_assert_cmpint (th_keys_get_health (fixture->keys), ==, TH_HEALTH_READY);
  for (guint key = 0; key < TH_N_KEYS; key++)
    {
      gsize before = fixture->pressed->len;

      for (guint i = 0; i < 4; i++) /* bad contacts */
        set_keys (i % 2 == 0 ? 1u << key : 0);
      set_keys (1u << key);
      WAIT (fixture->pressed->len > before);
      set_keys (0);
      run_us (100 * 1000);
    }
  g_assert_cmpstr (fixture->pressed->str, ==, "yes no back help ");
}

static void
test_two_keys_at_once_are_nothing (Fixture *fixture, gconstpointer data)
{
  th_keys_start (fixture->keys);
  set_keys (1u << TH_KEY_YES | 1u << TH_KEY_NO);
  run_us (200 * 1000);
  set_keys (1u << TH_KEY_NO);
  run_us (200 * 1000);
  set_keys (0);
  run_us (200 * 1000);
  g_assert_cmpstr (fixture->pressed->str, ==, "");
}

/* --- a switch --- */

static gboolean
ask_switch (ThPresence *presence)
{
  g_autoptr (GError) error = NULL;
  gboolean present = FALSE;
  guint mm = 1;

  g_assert_true (th_presence_read (presence, &present, &mm, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (mm, ==, 0);
  return present;
}

static void
test_a_switch_that_cannot_be_debounced_must_say_it_twice (void)
{
  g_autoptr (ThPresence) presence = th_presence_new_switch (NULL, 25, FALSE);

  atomic_store (&bench->ranger, TH_BENCH_RANGER_NONE);
  atomic_store (&bench->present, 0);
  atomic_store (&bench->no_debounce, 1);
  g_assert_false (ask_switch (presence));
  atomic_store (&bench->present, 1);
  g_assert_false (ask_switch (presence));
  g_assert_true (ask_switch (presence));
  atomic_store (&bench->present, 0);
  g_assert_true (ask_switch (presence));
  atomic_store (&bench->present, 1); /* it bounced */
  g_assert_true (ask_switch (presence));
  atomic_store (&bench->present, 0);
  g_assert_true (ask_switch (presence));
  g_assert_false (ask_switch (presence));

  /* Where the kernel does it, its word counts at once. */
  atomic_store (&bench->no_debounce, 0);
  th_presence_close (presence);
  g_assert_false (ask_switch (presence));
  atomic_store (&bench->present, 1);
  g_assert_true (ask_switch (presence));
}

static void
test_without_a_switch_somebody_is_always_there (void)
{
  g_autoptr (ThPresence) presence = th_presence_new_switch (NULL, -1, FALSE);

  g_assert_true (ask_switch (presence));
}

/* --- distance --- */

static ThPresence *
ranger_new (ThBenchRanger ranger)
{
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
  atomic_store (&bench->ranger, ranger);
  atomic_store (&bench->distance_mm, 120);
  atomic_store (&bench->present, 1);
  th_bench_gpio_changed (bench);
  return th_presence_new_distance (NULL, 22, 25, 50, 200);
}

typedef enum
{
  SAYS_NOBODY,
  SAYS_SOMEBODY,
  SAYS_SILENT,
  SAYS_GONE,
} Says;

static Says
ask (ThPresence *presence, guint *ret_mm)
{
  g_autoptr (GError) error = NULL;
  gboolean present = FALSE;

  *ret_mm = 0;
  if (!th_presence_read (presence, &present, ret_mm, &error))
    {
      g_assert_true (error->domain == TH_DEVICE_ERROR);
      return error->code == TH_DEVICE_ERROR_TIMED_OUT ? SAYS_SILENT : SAYS_GONE;
    }
  g_assert_true (!present || *ret_mm > 0);
  return present ? SAYS_SOMEBODY : SAYS_NOBODY;
}

/* Asks as a thermometer does until @expected comes, and never before it what must not be. */
static guint
ask_until (ThPresence *presence, Says expected, Says never)
{
  gint64 until_us = g_get_monotonic_time () + LIMIT_MS * 1000;
  Says says;
  guint mm;

  while ((says = ask (presence, &mm)) != expected && g_get_monotonic_time () < until_us)
    {
      g_assert_cmpint (says, !=, never);
      g_usleep (LOOK_US);
    }
  g_assert_cmpint (says, ==, expected);
  return mm;
}

static void
test_a_silent_ranger_is_told_and_nobody_is_there (void)
{
  static const ThBenchRanger bad[]
      = { TH_BENCH_RANGER_SILENT, TH_BENCH_RANGER_LOSE_EDGE, TH_BENCH_RANGER_STUCK };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (ThPresence) presence = ranger_new (bad[i]);

      ask_until (presence, SAYS_SILENT, SAYS_SOMEBODY);
      /* It is asked again, and comes by itself. */
      atomic_store (&bench->ranger, TH_BENCH_RANGER_NORMAL);
      th_bench_gpio_changed (bench);
      ask_until (presence, SAYS_SOMEBODY, SAYS_GONE);
    }
}

static void
test_an_empty_hall_is_no_fault (void)
{
  static const int no_echo_ms[] = { 38, 60, 200 };

  for (gsize make = 0; make < G_N_ELEMENTS (no_echo_ms); make++)
    {
      g_autoptr (ThPresence) presence = ranger_new (TH_BENCH_RANGER_NORMAL);
      guint mm;

      atomic_store (&bench->present, 0);
      atomic_store (&bench->no_echo_ms, no_echo_ms[make]);
      for (guint i = 0; i < 20; i++)
        {
          g_assert_cmpint (ask (presence, &mm), ==, SAYS_NOBODY);
          g_usleep (LOOK_US);
        }
    }
  atomic_store (&bench->no_echo_ms, 38);
}

static void
test_somebody_in_the_band_is_in_front (void)
{
  g_autoptr (ThPresence) presence = ranger_new (TH_BENCH_RANGER_NORMAL);
  guint64 shots = atomic_load (&bench->shots);
  guint mm;

  g_assert_cmpuint (ask_until (presence, SAYS_SOMEBODY, SAYS_SILENT), ==, 120);
  atomic_store (&bench->distance_mm, 300);
  ask_until (presence, SAYS_NOBODY, SAYS_SILENT);
  g_assert_cmpint (ask (presence, &mm), ==, SAYS_NOBODY);
  g_assert_cmpuint (mm, ==, 300); /* seen, but not in front */
  atomic_store (&bench->distance_mm, 60);
  ask_until (presence, SAYS_SOMEBODY, SAYS_SILENT);
  g_assert_cmpuint (atomic_load (&bench->shots), >, shots);

  /* Asked in haste it shoots no sooner than its sound has died away. */
  shots = atomic_load (&bench->shots);
  for (guint i = 0; i < 1000; i++)
    ask (presence, &mm);
  g_assert_cmpuint (atomic_load (&bench->shots), <=, shots + 2);
}

static void
test_the_ranger_goes_with_its_chip_and_comes_again (void)
{
  g_autoptr (ThPresence) presence = ranger_new (TH_BENCH_RANGER_NORMAL);

  ask_until (presence, SAYS_SOMEBODY, SAYS_SILENT);
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_UNPLUGGED);
  ask_until (presence, SAYS_GONE, SAYS_SILENT);
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
  ask_until (presence, SAYS_SOMEBODY, SAYS_SILENT);
  th_presence_close (presence);
  g_assert_false (th_bench_gpio_taken (bench, 22));
  atomic_store (&bench->ranger, TH_BENCH_RANGER_NONE);
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
#define ADD(name, func) g_test_add ("/gpio-keys/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("without-a-chip-they-are-absent-and-come-by-themselves",
       test_without_a_chip_they_are_absent_and_come_by_themselves);
  ADD ("lines-that-somebody-else-has-are-absent", test_lines_that_somebody_else_has_are_absent);
  ADD ("a-key-that-is-down-at-the-start-is-stuck", test_a_key_that_is_down_at_the_start_is_stuck);
  ADD ("each-key-is-pressed-once", test_each_key_is_pressed_once);
  ADD ("two-keys-at-once-are-nothing", test_two_keys_at_once_are_nothing);
  g_test_add_func ("/presence/a-switch-that-cannot-be-debounced-must-say-it-twice",
                   test_a_switch_that_cannot_be_debounced_must_say_it_twice);
  g_test_add_func ("/presence/without-a-switch-somebody-is-always-there",
                   test_without_a_switch_somebody_is_always_there);
  g_test_add_func ("/presence/a-silent-ranger-is-told-and-nobody-is-there",
                   test_a_silent_ranger_is_told_and_nobody_is_there);
  g_test_add_func ("/presence/an-empty-hall-is-no-fault", test_an_empty_hall_is_no_fault);
  g_test_add_func ("/presence/somebody-in-the-band-is-in-front",
                   test_somebody_in_the_band_is_in_front);
  g_test_add_func ("/presence/the-ranger-goes-with-its-chip-and-comes-again",
                   test_the_ranger_goes_with_its_chip_and_comes_again);
  status = g_test_run ();
  g_assert_cmpuint (atomic_load (&bench->violations), ==, 0);
  return status;
}
