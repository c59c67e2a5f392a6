/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bus master through the real libgpiod, on the emulated chip; this test is its bench. */
#include "drivers/devices.h"
#include "drivers/gpio-lines.h"
#include "drivers/mlx90614.h"
#include "drivers/smbus-lines.h"
#include "tests/bench/gpio-state.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>

#define SDA 23
#define SCL 24
#define LOW_US 1
#define EEPROM_US 10000 /* it is busy for 5 ms */

static ThBenchGpio *bench;

static ThSmbus *
open_bus (void)
{
  g_autoptr (GError) error = NULL;
  ThSmbus *bus = th_smbus_new (NULL, SDA, SCL, LOW_US, &error);

  g_assert_no_error (error);
  return bus;
}

static void
set_sensor (ThBenchSensor sensor)
{
  th_bench_gpio_set_sensor (bench, sensor);
}

static guint16
word_for (int mc)
{
  return (guint16) ((mc + 273150 + 10) / 20);
}

static void
assert_read_fails (ThSmbus *bus, int code)
{
  g_autoptr (GError) error = NULL;
  guint16 word = 0x1234;

  g_assert_false (
      th_smbus_read_word (bus, TH_MLX90614_ADDRESS, TH_MLX90614_OBJECT, &word, &error));
  g_assert_error (error, TH_SMBUS_ERROR, code);
  g_assert_cmpint (word, ==, 0x1234);
}

static void
assert_reads (ThSmbus *bus, guint8 command, guint16 expected)
{
  g_autoptr (GError) error = NULL;
  guint16 word;

  /* Five tries running that this machine was too slow for are the machine's. */
  for (int i = 0; i < 20; i++)
    {
      g_clear_error (&error);
      if (th_smbus_read_word (bus, TH_MLX90614_ADDRESS, command, &word, &error) ||
          !g_error_matches (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_TOO_SLOW))
        break;
    }
  g_assert_no_error (error);
  g_assert_cmphex (word, ==, expected);
}

static void
test_a_chip_that_is_not_there_is_said_to_be_gone (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) unplugged = NULL;

  g_assert_null (th_smbus_new ("pinctrl-rp1", SDA, SCL, LOW_US, &error));
  g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
  set_sensor (TH_BENCH_SENSOR_UNPLUGGED);
  g_assert_null (th_smbus_new (NULL, SDA, SCL, LOW_US, &unplugged));
  g_assert_error (unplugged, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
  set_sensor (TH_BENCH_SENSOR_NORMAL);
}

static void
test_lines_in_use_or_out_of_range_are_refused (void)
{
  g_autoptr (ThSmbus) bus = open_bus ();
  g_autoptr (GError) busy = NULL;
  g_autoptr (GError) range = NULL;
  guint64 violations = atomic_load (&bench->violations);

  g_assert_null (th_smbus_new (NULL, SDA, SCL, LOW_US, &busy));
  g_assert_error (busy, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY);
  g_assert_null (th_smbus_new (NULL, 58, 22, LOW_US, &range));
  g_assert_error (range, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL);
  g_assert_cmpuint (atomic_load (&bench->violations), ==, violations + 1);
}

static void
test_each_fault_has_its_own_error (void)
{
  g_autoptr (ThSmbus) bus = open_bus ();

  set_sensor (TH_BENCH_SENSOR_ABSENT);
  assert_read_fails (bus, TH_SMBUS_ERROR_NO_ANSWER);
  set_sensor (TH_BENCH_SENSOR_STUCK);
  assert_read_fails (bus, TH_SMBUS_ERROR_STUCK);
  atomic_store (&bench->bad_pec_every, 1);
  set_sensor (TH_BENCH_SENSOR_BAD_PEC);
  assert_read_fails (bus, TH_SMBUS_ERROR_GARBLED);
  set_sensor (TH_BENCH_SENSOR_ALL_ONES);
  assert_read_fails (bus, TH_SMBUS_ERROR_GARBLED);
  atomic_store (&bench->bad_pec_every, 3);
  set_sensor (TH_BENCH_SENSOR_UNPLUGGED);
  assert_read_fails (bus, TH_SMBUS_ERROR_GONE);
  set_sensor (TH_BENCH_SENSOR_NORMAL);
  /* The chip is back, but not for what was opened on the old one. */
  assert_read_fails (bus, TH_SMBUS_ERROR_GONE);
}

static void
test_another_address_gets_no_answer (void)
{
  g_autoptr (ThSmbus) bus = open_bus ();
  g_autoptr (GError) error = NULL;
  guint16 word;

  g_assert_false (th_smbus_read_word (bus, 0x5b, TH_MLX90614_OBJECT, &word, &error));
  g_assert_error (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_NO_ANSWER);
}

static void
test_spoilt_replies_give_right_words_or_none (void)
{
  g_autoptr (ThSmbus) bus = open_bus ();
  guint64 spoilt = atomic_load (&bench->bad_pecs);
  guint good = 0;

  for (int every = 1; every <= 3; every++)
    {
      atomic_store (&bench->bad_pec_every, every);
      set_sensor (TH_BENCH_SENSOR_BAD_PEC);
      for (int i = 0; i < 1000; i++)
        {
          int mc = 30000 + i * 20;
          guint64 too_slow = th_smbus_get_stats (bus)->too_slow;
          guint16 word;

          atomic_store (&bench->object_mc, mc);
          if (!th_smbus_read_word (bus, TH_MLX90614_ADDRESS, TH_MLX90614_OBJECT, &word, NULL))
            {
              /* Tries that this machine was too slow for do not count. */
              if (th_smbus_get_stats (bus)->too_slow != too_slow)
                i--;
              continue;
            }
          g_assert_cmphex (word, ==, word_for (mc));
          good++;
        }
    }
  set_sensor (TH_BENCH_SENSOR_NORMAL);
  g_assert_cmpuint (good, ==, 2000);
  g_assert_cmpuint (atomic_load (&bench->bad_pecs) - spoilt, >=, 6000);
}

static void
test_a_stuck_bus_is_freed_when_it_can_be (void)
{
  g_autoptr (ThSmbus) bus = open_bus ();

  set_sensor (TH_BENCH_SENSOR_STUCK);
  assert_read_fails (bus, TH_SMBUS_ERROR_STUCK);
  set_sensor (TH_BENCH_SENSOR_NORMAL);
  atomic_store (&bench->object_mc, 36980);
  assert_reads (bus, TH_MLX90614_OBJECT, word_for (36980));
}

/* Begins to read 0x3c00, low byte first, and leaves in the middle, as a program killed there
 * would. */
static void
leave_the_slave_holding_the_line (void)
{
  const ThGpioLine wanted[] = {
    { .line = SDA, .mode = TH_GPIO_OPEN_DRAIN },
    { .line = SCL, .mode = TH_GPIO_OPEN_DRAIN },
  };
  g_autoptr (ThGpioLines) lines = th_gpio_lines_request (NULL, wanted, 2, "test", NULL);
  const guint8 address = TH_MLX90614_ADDRESS << 1 | 1;
  guint levels;

  g_assert_nonnull (lines);
  /* START, then the reading address: the word of the last command follows. */
  th_gpio_lines_set (lines, 0, FALSE);
  th_gpio_lines_set (lines, 1, FALSE);
  for (int i = 8; i >= 0; i--)
    {
      th_gpio_lines_set (lines, 0, i == 0 || (address >> (i - 1) & 1));
      th_gpio_lines_set (lines, 1, TRUE);
      th_gpio_lines_set (lines, 1, FALSE);
    }
  g_assert_true (th_gpio_lines_get (lines, &levels));
  g_assert_cmpuint (levels, ==, 0);
}

static void
test_a_slave_left_in_the_middle_of_a_byte_is_clocked_free (void)
{
  atomic_store (&bench->object_mc, 34050);
  leave_the_slave_holding_the_line ();
  {
    g_autoptr (ThSmbus) bus = open_bus ();

    assert_reads (bus, TH_MLX90614_OBJECT, 0x3c00);
    g_assert_cmpuint (th_smbus_get_stats (bus)->recoveries, ==, 1);
  }
}

static void
test_words_of_the_set_up_are_read (void)
{
  g_autoptr (ThSmbus) bus = open_bus ();

  assert_reads (bus, TH_MLX90614_CONFIG, 0x9fb4);
  assert_reads (bus, TH_MLX90614_PWMCTRL, 0x0201);
  assert_reads (bus, TH_MLX90614_EMISSIVITY, 0xffff);
  assert_reads (bus, TH_MLX90614_ID + 3, 0x71a2);
}

static void
write_cell (ThSmbus *bus, guint8 command, guint16 word)
{
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 20; i++)
    {
      g_clear_error (&error);
      if (th_smbus_write_word (bus, TH_MLX90614_ADDRESS, command, word, &error) ||
          !g_error_matches (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_TOO_SLOW))
        break;
      g_usleep (EEPROM_US);
    }
  g_assert_no_error (error);
}

static void
test_a_word_is_written_after_it_was_erased (void)
{
  g_autoptr (ThSmbus) bus = open_bus ();
  g_autoptr (GError) error = NULL;

  /* RAM is not for writing. */
  g_assert_false (th_smbus_write_word (bus, TH_MLX90614_ADDRESS, TH_MLX90614_OBJECT, 1, &error));
  g_assert_error (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_NO_ANSWER);

  write_cell (bus, TH_MLX90614_PWMCTRL, 0);
  g_usleep (EEPROM_US);
  assert_reads (bus, TH_MLX90614_PWMCTRL, 0);
  write_cell (bus, TH_MLX90614_PWMCTRL, 0x2803);
  g_usleep (EEPROM_US);
  assert_reads (bus, TH_MLX90614_PWMCTRL, 0x2803);
  g_assert_cmphex (atomic_load (&bench->eeprom[2]), ==, 0x2803);
  g_assert_cmpuint (atomic_load (&bench->eeprom_mistakes), ==, 0);
}

static void
test_a_sensor_that_puts_out_pwm_listens_when_asked (void)
{
  g_autoptr (ThSmbus) bus = open_bus ();

  atomic_store (&bench->eeprom[2], 0x2803);
  th_bench_gpio_power_on (bench, (guint64) g_get_monotonic_time () * 1000);
  assert_read_fails (bus, TH_SMBUS_ERROR_NO_ANSWER);
  g_assert_true (th_smbus_ask_to_listen (bus));
  assert_reads (bus, TH_MLX90614_PWMCTRL, 0x2803);
  atomic_store (&bench->eeprom[2], 0x0201);
  th_bench_gpio_power_on (bench, (guint64) (g_get_monotonic_time () - G_USEC_PER_SEC) * 1000);
  assert_reads (bus, TH_MLX90614_PWMCTRL, 0x0201);
}

static void
test_the_bus_says_how_it_fared (void)
{
  const ThSmbusStats stats = { .words = 9, .failed = 1, .tries = 16, .garbled = 7, .too_slow = 1,
                               .no_answer = 0, .high_us = { [0] = 5, [3] = 900, [41] = 1 } };
  const ThSmbusStats none = { 0 };
  g_autofree char *text = th_smbus_stats_to_text (&stats);
  g_autofree char *nothing = th_smbus_stats_to_text (&none);

  g_assert_cmpstr (text, ==, "9 words, 6 tried again (garbled 7, too slow 1), 1 lost; "
                             "SCL high µs:times 0:5 3:900 41+:1");
  g_assert_cmpstr (nothing, ==, "0 words, 0 tried again, 0 lost; SCL high µs:times");
}

static void
test_priority_is_as_it_was_after_every_call (void)
{
  g_autoptr (ThSmbus) bus = open_bus ();
  struct sched_param before, after;
  int policy_before, policy_after;
  guint16 word;

  g_assert_cmpint (pthread_getschedparam (pthread_self (), &policy_before, &before), ==, 0);
  for (int sensor = TH_BENCH_SENSOR_NORMAL; sensor <= TH_BENCH_SENSOR_HUNG; sensor++)
    {
      set_sensor ((ThBenchSensor) sensor);
      th_smbus_read_word (bus, TH_MLX90614_ADDRESS, TH_MLX90614_OBJECT, &word, NULL);
      g_assert_cmpint (pthread_getschedparam (pthread_self (), &policy_after, &after), ==, 0);
      g_assert_cmpint (policy_after, ==, policy_before);
      g_assert_cmpint (after.sched_priority, ==, before.sched_priority);
    }
  set_sensor (TH_BENCH_SENSOR_NORMAL);
}

/* Where SCHED_FIFO is limited in time, 1000 reads at it would be far over 10 ms: SIGXCPU ends what is. */
static void
test_limited_real_time_is_not_used_at_all (void)
{
  struct rlimit before, little = { 0 };
  ThSmbus *bus;

  g_assert_cmpint (getrlimit (RLIMIT_RTTIME, &before), ==, 0);
  little.rlim_cur = 10000;
  little.rlim_max = before.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_RTTIME, &little), ==, 0);
  bus = open_bus ();
  for (int i = 0; i < 1000; i++)
    assert_reads (bus, TH_MLX90614_CONFIG, 0x9fb4);
  th_smbus_free (bus);
  g_assert_cmpint (setrlimit (RLIMIT_RTTIME, &before), ==, 0);
}

static void
test_twenty_thousand_words_are_right (void)
{
  g_autoptr (ThSmbus) bus = open_bus ();
  const ThSmbusStats *stats = th_smbus_get_stats (bus);
  guint64 impatient = atomic_load (&bench->scl_high_timeouts);

  for (int i = 0; i < 10000; i++)
    {
      int mc = 20000 + i % 1000 * 20;

      atomic_store (&bench->object_mc, mc);
      atomic_store (&bench->ambient_mc, mc - 5000);
      assert_reads (bus, TH_MLX90614_OBJECT, word_for (mc));
      assert_reads (bus, TH_MLX90614_AMBIENT, word_for (mc - 5000));
    }
  g_assert_cmpuint (stats->words, ==, 20000);
  g_assert_cmpuint (stats->no_answer + stats->garbled + stats->stuck, ==, 0);
  g_assert_cmpuint (atomic_load (&bench->scl_high_timeouts), ==, impatient);
  g_test_message ("tries %" G_GUINT64_FORMAT ", SCL high too long in %" G_GUINT64_FORMAT
                  ", recoveries %" G_GUINT64_FORMAT,
                  stats->tries, stats->too_slow, stats->recoveries);
}

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

  g_test_add_func ("/smbus-lines/a-chip-that-is-not-there-is-said-to-be-gone",
                   test_a_chip_that_is_not_there_is_said_to_be_gone);
  g_test_add_func ("/smbus-lines/lines-in-use-or-out-of-range-are-refused",
                   test_lines_in_use_or_out_of_range_are_refused);
  g_test_add_func ("/smbus-lines/each-fault-has-its-own-error", test_each_fault_has_its_own_error);
  g_test_add_func ("/smbus-lines/another-address-gets-no-answer",
                   test_another_address_gets_no_answer);
  g_test_add_func ("/smbus-lines/spoilt-replies-give-right-words-or-none",
                   test_spoilt_replies_give_right_words_or_none);
  g_test_add_func ("/smbus-lines/a-stuck-bus-is-freed-when-it-can-be",
                   test_a_stuck_bus_is_freed_when_it_can_be);
  g_test_add_func ("/smbus-lines/a-slave-left-in-the-middle-of-a-byte-is-clocked-free",
                   test_a_slave_left_in_the_middle_of_a_byte_is_clocked_free);
  g_test_add_func ("/smbus-lines/words-of-the-set-up-are-read", test_words_of_the_set_up_are_read);
  g_test_add_func ("/smbus-lines/a-word-is-written-after-it-was-erased",
                   test_a_word_is_written_after_it_was_erased);
  g_test_add_func ("/smbus-lines/a-sensor-that-puts-out-pwm-listens-when-asked",
                   test_a_sensor_that_puts_out_pwm_listens_when_asked);
  g_test_add_func ("/smbus-lines/the-bus-says-how-it-fared", test_the_bus_says_how_it_fared);
  g_test_add_func ("/smbus-lines/priority-is-as-it-was-after-every-call",
                   test_priority_is_as_it_was_after_every_call);
  g_test_add_func ("/smbus-lines/limited-real-time-is-not-used-at-all",
                   test_limited_real_time_is_not_used_at_all);
  g_test_add_func ("/smbus-lines/twenty-thousand-words-are-right",
                   test_twenty_thousand_words_are_right);
  result = g_test_run ();
  remove (path);
  return result;
}
