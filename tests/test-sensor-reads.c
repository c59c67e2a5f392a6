/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Many reads of the sensor through the real libgpiod, with everything going wrong that the bench can do:
 * not one wrong value is believed, every fault ends as a fault, and without faults every read is good.
 * The sensor runs on the bench's virtual clock.
 *
 * test-sensor-reads [WORDS [SEED]]
 */
#include "drivers/devices.h"
#include "drivers/mlx90614-bus.h"
#include "tests/bench/gpio-state.h"

#include <stdlib.h>

static const ThMlx90614Wiring wiring = { .sda_line = 23, .scl_line = 24, .power_line = -1 };

static ThBenchGpio *bench;
static GRand *chance;
static guint64 n_words = 6000;

/* What all reads of one test came to. */
typedef struct
{
  ThMlx90614Bus *bus;
  ThSmbusStats closed; /* of buses that went with their chip */
  guint64 good, refused, too_slow;
} Reads;

static guint16
word_for (int mc)
{
  return (guint16) ((mc + 273150 + 10) / 20);
}

static void
open_bus (Reads *reads)
{
  g_autoptr (GError) error = NULL;

  reads->bus = th_mlx90614_bus_open (&wiring, &error);
  g_assert_no_error (error);
}

static const ThSmbusStats *
stats_of (const Reads *reads)
{
  return th_smbus_get_stats (th_mlx90614_bus_get_smbus (reads->bus));
}

/* Words asked for so far, read or given up. */
static guint64
asked (const Reads *reads)
{
  return reads->closed.words + reads->closed.failed + stats_of (reads)->words +
         stats_of (reads)->failed;
}

static void
close_bus (Reads *reads)
{
  reads->closed.words += stats_of (reads)->words;
  reads->closed.failed += stats_of (reads)->failed;
  reads->closed.tries += stats_of (reads)->tries;
  th_mlx90614_bus_free (reads->bus);
}

/* Somebody steps in front or away, or the room gets warmer. */
static void
change_world (void)
{
  int object = atomic_load (&bench->object_mc), ambient = atomic_load (&bench->ambient_mc);

  if (g_rand_int_range (chance, 0, 10) == 0)
    object = g_rand_int_range (chance, 15000, 43000);
  else
    object = CLAMP (object + g_rand_int_range (chance, -400, 401), 15000, 43000);
  ambient = CLAMP (ambient + g_rand_int_range (chance, -40, 41), 16000, 35000);
  atomic_store (&bench->object_mc, object);
  atomic_store (&bench->ambient_mc, ambient);
}

/* Returns: a value was believed; it was the right one. */
static gboolean
read_once (Reads *reads, GError **error)
{
  ThMlx90614Words words = { 0 };

  if (!th_mlx90614_bus_read_words (reads->bus, &words, error))
    {
      g_assert_cmphex (words.object_raw, ==, 0);
      reads->refused++;
      return FALSE;
    }
  g_assert_cmphex (words.object_raw, ==, word_for (atomic_load (&bench->object_mc)));
  g_assert_cmphex (words.ambient_raw, ==, word_for (atomic_load (&bench->ambient_mc)));
  reads->good++;
  return TRUE;
}

/* Without a fault only this machine can be in the way, five times running. */
static void
read_good (Reads *reads)
{
  for (int i = 0; i < 50; i++)
    {
      g_autoptr (GError) error = NULL;

      if (read_once (reads, &error))
        return;
      g_assert_error (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_TOO_SLOW);
      reads->too_slow++;
    }
  g_assert_not_reached ();
}

static void
say (const char *what, const Reads *reads)
{
  g_test_message ("%s: %" G_GUINT64_FORMAT " words asked for, %" G_GUINT64_FORMAT
                  " values believed, all right; %" G_GUINT64_FORMAT " refused (%" G_GUINT64_FORMAT
                  " because this machine was too slow); %" G_GUINT64_FORMAT " tries",
                  what, asked (reads), reads->good, reads->refused, reads->too_slow,
                  reads->closed.tries + stats_of (reads)->tries);
}

static void
test_without_faults_every_read_is_good (void)
{
  guint64 impatient = atomic_load (&bench->scl_high_timeouts);
  Reads reads = { 0 };

  open_bus (&reads);
  while (asked (&reads) < n_words * 4 / 10)
    {
      change_world ();
      read_good (&reads);
    }
  g_assert_cmpuint (atomic_load (&bench->scl_high_timeouts), ==, impatient);
  g_assert_cmpuint (stats_of (&reads)->no_answer + stats_of (&reads)->garbled +
                        stats_of (&reads)->stuck,
                    ==, 0);
  say ("no faults", &reads);
  close_bus (&reads);
}

static const struct
{
  ThBenchSensor sensor;
  int pec_every;
  gboolean always; /* no value can be had */
} faults[] = {
  { TH_BENCH_SENSOR_BAD_PEC, 1, TRUE },    { TH_BENCH_SENSOR_BAD_PEC, 2, FALSE },
  { TH_BENCH_SENSOR_BAD_PEC, 3, FALSE },   { TH_BENCH_SENSOR_BAD_PEC, 7, FALSE },
  { TH_BENCH_SENSOR_ABSENT, 0, TRUE },     { TH_BENCH_SENSOR_STUCK, 0, TRUE },
  { TH_BENCH_SENSOR_ERROR_BIT, 0, TRUE },  { TH_BENCH_SENSOR_ALL_ONES, 0, TRUE },
  { TH_BENCH_SENSOR_BROWN_OUT, 0, TRUE },  { TH_BENCH_SENSOR_UNPLUGGED, 0, TRUE },
};

static void
mend (Reads *reads, ThBenchSensor sensor)
{
  th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
  /* Its 250 ms without words are long over. */
  if (sensor == TH_BENCH_SENSOR_BROWN_OUT)
    th_bench_gpio_power_on (bench, 0);
  if (sensor != TH_BENCH_SENSOR_UNPLUGGED)
    return;
  close_bus (reads);
  open_bus (reads);
}

static void
test_every_fault_ends_as_a_fault_and_then_every_read_is_good (void)
{
  guint64 injected[G_N_ELEMENTS (faults)] = { 0 };
  Reads reads = { 0 };

  open_bus (&reads);
  while (asked (&reads) < n_words * 4 / 10)
    {
      int fault = g_rand_int_range (chance, 0, G_N_ELEMENTS (faults));

      change_world ();
      read_good (&reads);
      atomic_store (&bench->bad_pec_every, faults[fault].pec_every);
      th_bench_gpio_set_sensor (bench, faults[fault].sensor);
      for (int i = g_rand_int_range (chance, 1, 6); i > 0; i--)
        {
          g_autoptr (GError) error = NULL;

          change_world ();
          if (read_once (&reads, &error))
            g_assert_false (faults[fault].always);
          else
            g_assert_nonnull (error);
          injected[fault]++;
        }
      mend (&reads, faults[fault].sensor);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    g_assert_cmpuint (injected[i], >, 0);
  say ("faults between reads", &reads);
  close_bus (&reads);
}

typedef struct
{
  gint stop;
  guint64 turns;
} Mischief;

/* Faults come and go in the middle of a bit. */
static gpointer
mischief_thread (gpointer data)
{
  static const ThBenchSensor turns[] = { TH_BENCH_SENSOR_ABSENT,    TH_BENCH_SENSOR_STUCK,
                                         TH_BENCH_SENSOR_ALL_ONES,  TH_BENCH_SENSOR_BAD_PEC,
                                         TH_BENCH_SENSOR_ERROR_BIT, TH_BENCH_SENSOR_BROWN_OUT };
  g_autoptr (GRand) rand = g_rand_new_with_seed (20260211);
  Mischief *mischief = data;

  while (!g_atomic_int_get (&mischief->stop))
    {
      ThBenchSensor sensor = turns[g_rand_int_range (rand, 0, G_N_ELEMENTS (turns))];

      th_bench_gpio_set_sensor (bench, sensor);
      g_usleep ((gulong) g_rand_int_range (rand, 50, 1000));
      th_bench_gpio_set_sensor (bench, TH_BENCH_SENSOR_NORMAL);
      if (sensor == TH_BENCH_SENSOR_BROWN_OUT)
        th_bench_gpio_power_on (bench, 0);
      g_usleep ((gulong) g_rand_int_range (rand, 50, 3000));
      mischief->turns++;
    }
  return NULL;
}

static void
test_faults_in_the_middle_of_a_read_are_never_believed (void)
{
  Mischief mischief = { 0 };
  Reads reads = { 0 };
  GThread *thread;

  open_bus (&reads);
  atomic_store (&bench->bad_pec_every, 2);
  atomic_store (&bench->object_mc, 36790);
  atomic_store (&bench->ambient_mc, 23450);
  thread = g_thread_new ("mischief", mischief_thread, &mischief);
  while (asked (&reads) < n_words * 2 / 10)
    read_once (&reads, NULL);
  g_atomic_int_set (&mischief.stop, 1);
  g_thread_join (thread);
  th_bench_gpio_power_on (bench, 0); /* whatever a sag at the very end left */
  read_good (&reads);
  say ("faults within reads", &reads);
  close_bus (&reads);
}

int
main (int argc, char **argv)
{
  const char *path = g_getenv (TH_BENCH_GPIO_ENV);
  guint32 seed = 20260211;
  int result;

  g_test_init (&argc, &argv, NULL);
  if (path == NULL)
    {
      g_printerr ("set %s and preload the shim, as tests/meson.build does\n", TH_BENCH_GPIO_ENV);
      return 1;
    }
  if (argc > 1)
    n_words = g_ascii_strtoull (argv[1], NULL, 10);
  if (argc > 2)
    seed = (guint32) g_ascii_strtoull (argv[2], NULL, 10);
  chance = g_rand_new_with_seed (seed);
  bench = th_bench_gpio_open (path, true);
  g_assert_nonnull (bench);

  g_test_add_func ("/sensor-reads/without-faults-every-read-is-good",
                   test_without_faults_every_read_is_good);
  g_test_add_func ("/sensor-reads/every-fault-ends-as-a-fault-and-then-every-read-is-good",
                   test_every_fault_ends_as_a_fault_and_then_every_read_is_good);
  g_test_add_func ("/sensor-reads/faults-in-the-middle-of-a-read-are-never-believed",
                   test_faults_in_the_middle_of_a_read_are_never_believed);
  result = g_test_run ();
  g_rand_free (chance);
  remove (path);
  return result;
}
