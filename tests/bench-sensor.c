/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In real time, on the bench's sensor that forgets everything when SCL is high for over 45 us: how
 * many tries are lost by our asymmetric clock, beside a symmetric one in the same run, idle and with
 * two CPU hogs; and how late a main loop is while the sensor is read without a pause, beside the same
 * loop without a sensor. Prints tables; judges nothing.
 *
 * usage: bench-sensor [WORDS [SECONDS]]
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "drivers/gpio-lines.h"
#include "drivers/mlx90614-bus.h"
#include "drivers/presence.h"
#include "drivers/thermometer-smbus.h"
#include "tests/bench/gpio-state.h"

#define SDA_LINE 23
#define SCL_LINE 24
#define BLOCKS 10 /* the clocks take turns, so that all meet the same machine */
#define HOGS 2
#define TRIES 5
#define GAP_US 150
#define TICK_US 1000
#define LATE_US 5000

static ThBenchGpio *bench;

static gint64
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

/* --- the reference: a symmetric clock ------------------------------------------------------
 *
 * Not ours: how a bus is clocked by most programs and libraries, half of each period low, half of it
 * high. Same lines, same system calls, same priority, same check byte and tries as ours. */

typedef struct
{
  ThGpioLines *lines;
  gint64 half_ns;
} Symmetric;

static void
wait_half (const Symmetric *self)
{
  gint64 until_ns = now_ns () + self->half_ns;

  while (now_ns () < until_ns)
    ;
}

static gboolean
symmetric_bit (Symmetric *self, gboolean send)
{
  guint levels = 0;

  th_gpio_lines_set (self->lines, 0, send);
  wait_half (self);
  th_gpio_lines_set (self->lines, 1, TRUE);
  wait_half (self);
  th_gpio_lines_get (self->lines, &levels);
  th_gpio_lines_set (self->lines, 1, FALSE);
  return (levels & 1) != 0;
}

static gboolean
symmetric_send (Symmetric *self, guint8 byte)
{
  for (int i = 7; i >= 0; i--)
    symmetric_bit (self, byte >> i & 1);
  return !symmetric_bit (self, TRUE);
}

static guint8
symmetric_take (Symmetric *self, gboolean more)
{
  guint8 byte = 0;

  for (int i = 0; i < 8; i++)
    byte = (guint8) (byte << 1 | (symmetric_bit (self, TRUE) ? 1 : 0));
  symmetric_bit (self, !more);
  return byte;
}

static void
symmetric_start (Symmetric *self)
{
  th_gpio_lines_set (self->lines, 0, TRUE);
  wait_half (self);
  th_gpio_lines_set (self->lines, 1, TRUE);
  wait_half (self);
  th_gpio_lines_set (self->lines, 0, FALSE);
  wait_half (self);
  th_gpio_lines_set (self->lines, 1, FALSE);
}

static void
symmetric_stop (Symmetric *self)
{
  th_gpio_lines_set (self->lines, 0, FALSE);
  wait_half (self);
  th_gpio_lines_set (self->lines, 1, TRUE);
  wait_half (self);
  th_gpio_lines_set (self->lines, 0, TRUE);
}

static gboolean
symmetric_try (Symmetric *self, guint8 *frame)
{
  gboolean good;

  symmetric_start (self);
  good = symmetric_send (self, frame[0]) && symmetric_send (self, frame[1]);
  if (good)
    {
      symmetric_start (self);
      good = symmetric_send (self, frame[2]);
    }
  for (int i = 3; good && i < TH_MLX90614_READ_FRAME_LEN; i++)
    frame[i] = symmetric_take (self, i + 1 < TH_MLX90614_READ_FRAME_LEN);
  symmetric_stop (self);
  return good;
}

/* --- counting ------------------------------------------------------------------------------ */

typedef struct
{
  const char *name;
  guint half_us; /* 0: ours */
  guint64 tries, lost_tries, words, lost_words, wrong;
  gint64 took_ns;
} Clock;

static gboolean
hurry (gboolean on)
{
  struct sched_param param = { .sched_priority = on ? 50 : 0 };

  return sched_setscheduler (0, on ? SCHED_FIFO : SCHED_OTHER, &param) == 0;
}

static guint16
word_now (void)
{
  return (guint16) ((atomic_load (&bench->object_mc) + 273150 + 10) / 20);
}

static void
count_word (Clock *clock, gboolean good, guint16 word)
{
  if (!good)
    clock->lost_words++;
  else if (word == word_now ())
    clock->words++;
  else
    clock->wrong++;
}

static void
run_symmetric (Clock *clock, guint n)
{
  const ThGpioLine wanted[] = {
    { .line = SDA_LINE, .mode = TH_GPIO_OPEN_DRAIN },
    { .line = SCL_LINE, .mode = TH_GPIO_OPEN_DRAIN },
  };
  Symmetric self = { th_gpio_lines_request (NULL, wanted, 2, "symmetric", NULL),
                     (gint64) clock->half_us * 1000 };

  if (self.lines == NULL)
    g_error ("the lines cannot be had");
  for (guint i = 0; i < n; i++)
    {
      guint8 frame[TH_MLX90614_READ_FRAME_LEN] = { 0xb4, TH_MLX90614_OBJECT, 0xb5 };
      ThMlx90614Frame decoded = { .word = 0 };
      gboolean good = FALSE;

      atomic_store (&bench->object_mc, 30000 + (int) (i % 500) * 20);
      for (int k = 0; k < TRIES && !good; k++)
        {
          if (k > 0)
            g_usleep (GAP_US);
          hurry (TRUE);
          good = symmetric_try (&self, frame);
          hurry (FALSE);
          good = good && th_mlx90614_decode_frame (frame, sizeof frame, &decoded, NULL);
          clock->tries++;
          clock->lost_tries += !good;
        }
      count_word (clock, good, decoded.word);
    }
  th_gpio_lines_free (self.lines);
}

static void
run_ours (Clock *clock, guint n, ThSmbusStats *histogram)
{
  ThSmbus *bus = th_smbus_new (NULL, SDA_LINE, SCL_LINE, 5, NULL);
  const ThSmbusStats *stats;

  if (bus == NULL)
    g_error ("the lines cannot be had");
  stats = th_smbus_get_stats (bus);
  for (guint i = 0; i < n; i++)
    {
      guint16 word = 0;
      gboolean good;

      atomic_store (&bench->object_mc, 30000 + (int) (i % 500) * 20);
      good = th_smbus_read_word (bus, TH_MLX90614_ADDRESS, TH_MLX90614_OBJECT, &word, NULL);
      count_word (clock, good, word);
    }
  clock->tries += stats->tries;
  clock->lost_tries += stats->tries - stats->words;
  for (gsize i = 0; i < G_N_ELEMENTS (stats->high_us); i++)
    histogram->high_us[i] += stats->high_us[i];
  histogram->words += stats->words;
  histogram->tries += stats->tries;
  histogram->failed += stats->failed;
  histogram->too_slow += stats->too_slow;
  histogram->garbled += stats->garbled;
  histogram->no_answer += stats->no_answer;
  histogram->stuck += stats->stuck;
  th_smbus_free (bus);
}

static void
measure_clocks (const char *load, guint words, GString *notes)
{
  Clock clocks[] = { { .name = "asymmetric, 5 us low (ours)" },
                     { .name = "symmetric, 5 us + 5 us", .half_us = 5 },
                     { .name = "symmetric, 20 us + 20 us", .half_us = 20 } };
  ThSmbusStats histogram = { 0 };
  g_autofree char *text = NULL;

  for (guint block = 0; block < BLOCKS; block++)
    for (gsize i = 0; i < G_N_ELEMENTS (clocks); i++)
      {
        gint64 from_ns = now_ns ();

        if (clocks[i].half_us == 0)
          run_ours (&clocks[i], words / BLOCKS, &histogram);
        else
          run_symmetric (&clocks[i], words / BLOCKS);
        clocks[i].took_ns += now_ns () - from_ns;
      }
  for (gsize i = 0; i < G_N_ELEMENTS (clocks); i++)
    {
      const Clock *clock = &clocks[i];

      printf ("| %s | %s | %.2f %% (%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT ") | %" G_GUINT64_FORMAT
              " | %" G_GUINT64_FORMAT " | %.2f |\n",
              clock->name, load, 100.0 * (double) clock->lost_tries / (double) MAX (clock->tries, 1),
              clock->lost_tries, clock->tries, clock->lost_words, clock->wrong,
              (double) clock->took_ns / 1e6 / words);
    }
  text = th_smbus_stats_to_text (&histogram);
  g_string_append_printf (notes, "\nOurs, %s: %s\n", load, text);
  fflush (stdout);
}

static void
start_hogs (pid_t *pids)
{
  for (int i = 0; i < HOGS; i++)
    {
      pids[i] = fork ();
      if (pids[i] == 0)
        while (TRUE)
          ;
    }
}

static void
stop_hogs (const pid_t *pids)
{
  for (int i = 0; i < HOGS; i++)
    {
      kill (pids[i], SIGKILL);
      waitpid (pids[i], NULL, 0);
    }
}

/* --- how late a main loop is --------------------------------------------------------------- */

typedef struct
{
  GArray *late_us;
  guint samples;
  gint64 until_us;
} Lateness;

static gboolean
tick_cb (gpointer data)
{
  GSource *source = g_main_current_source ();
  gint64 now_us = g_get_monotonic_time ();
  gint64 late_us = now_us - g_source_get_ready_time (source);
  Lateness *lateness = data;

  g_array_append_val (lateness->late_us, late_us);
  g_source_set_ready_time (source, now_us + TICK_US);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

static void
sample_cb (Lateness *lateness)
{
  lateness->samples++;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

/* The main thread's own work: what the machine gave to others meanwhile does not count. */
static gint64
own_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* @sample_ms: 0: no sensor */
static void
measure_lateness (const char *what, const char *load, guint sample_ms, guint seconds)
{
  static GSourceFuncs functions = { .dispatch = dispatch };
  ThThermometer *thermometer = NULL;
  Lateness lateness = { .late_us = g_array_new (FALSE, FALSE, sizeof (gint64)) };
  GSource *source = g_source_new (&functions, sizeof (GSource));
  gint64 until_us = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  gint64 longest_us = 0;
  guint over = 0;

  if (sample_ms != 0)
    {
      thermometer = th_thermometer_smbus_new (NULL, SDA_LINE, SCL_LINE,
                                              th_presence_new_switch (NULL, -1, FALSE), sample_ms,
                                              1000);
      g_signal_connect_swapped (thermometer, "sample", G_CALLBACK (sample_cb), &lateness);
      th_thermometer_start (thermometer);
      th_thermometer_begin (thermometer);
    }
  g_source_set_callback (source, tick_cb, &lateness, NULL);
  g_source_set_ready_time (source, g_get_monotonic_time () + TICK_US);
  g_source_attach (source, NULL);
  while (g_get_monotonic_time () < until_us)
    {
      gint64 from_us = own_cpu_us ();

      g_main_context_iteration (NULL, TRUE);
      longest_us = MAX (longest_us, own_cpu_us () - from_us);
    }
  g_source_destroy (source);
  g_source_unref (source);
  g_clear_object (&thermometer);

  g_array_sort (lateness.late_us, compare);
  for (guint i = 0; i < lateness.late_us->len; i++)
    over += g_array_index (lateness.late_us, gint64, i) > LATE_US;
  printf ("| %s | %s | %u | %u | %.2f | %.2f | %u | %.2f |\n", what, load, lateness.samples,
          lateness.late_us->len,
          (double) g_array_index (lateness.late_us, gint64, lateness.late_us->len * 99 / 100) / 1000,
          (double) g_array_index (lateness.late_us, gint64, lateness.late_us->len - 1) / 1000, over,
          (double) longest_us / 1000);
  fflush (stdout);
  g_array_unref (lateness.late_us);
}

/* --- */

/* Behind the shim, which stands beside this program; the state's file is nobody else's. */
static int
run_behind_shim (char **argv)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *dir = g_path_get_dirname (self);
  g_autofree char *shim = g_build_filename (dir, "bench", "libthreshold-gpio-shim.so", NULL);
  g_autofree char *path = g_strdup_printf ("%s/bench-sensor-%d.shm", g_get_tmp_dir (), getpid ());

  g_setenv ("LD_PRELOAD", shim, TRUE);
  g_setenv (TH_BENCH_GPIO_ENV, path, TRUE);
  execv (self, argv);
  fprintf (stderr, "bench-sensor: %s\n", g_strerror (errno));
  return 1;
}

int
main (int argc, char **argv)
{
  guint words = argc > 1 ? (guint) atoi (argv[1]) : 2000;
  guint seconds = argc > 2 ? (guint) atoi (argv[2]) : 10;
  const char *path = g_getenv (TH_BENCH_GPIO_ENV);
  g_autoptr (GString) notes = g_string_new (NULL);
  pid_t pids[HOGS];
  gboolean permitted;

  if (path == NULL)
    return run_behind_shim (argv);
  bench = th_bench_gpio_open (path, true);
  if (bench == NULL || words < BLOCKS || seconds == 0)
    {
      fprintf (stderr, "usage: bench-sensor [WORDS [SECONDS]]\n");
      return 1;
    }
  atomic_store (&bench->real_time, 1);
  permitted = hurry (TRUE);
  hurry (FALSE);

  printf ("\n### Thermometer over SMBus, real time, %u words of each clock, real-time priority %s\n\n",
          words, permitted ? "permitted" : "refused");
  printf ("| clock | load | tries lost | words lost after %d tries | wrong words believed | ms a word |\n"
          "|---|---|---|---|---|---|\n",
          TRIES);
  measure_clocks ("idle", words, notes);
  start_hogs (pids);
  measure_clocks ("2 CPU hogs", words, notes);
  stop_hogs (pids);
  printf ("%s", notes->str);

  printf ("\n### Lateness of a main loop with a timer each ms, %u s each\n\n", seconds);
  printf ("| main loop | load | samples | ticks | late by, ms, 99 of 100 | ms at most | over 5 ms |\n"
          "|---|---|---|---|---|---|---|\n");
  measure_lateness ("alone", "idle", 0, seconds);
  measure_lateness ("sensor, ten times a second", "idle", 100, seconds);
  measure_lateness ("sensor, without a pause", "idle", 1, seconds);
  start_hogs (pids);
  measure_lateness ("alone", "2 CPU hogs", 0, seconds);
  measure_lateness ("sensor, ten times a second", "2 CPU hogs", 100, seconds);
  measure_lateness ("sensor, without a pause", "2 CPU hogs", 1, seconds);
  stop_hogs (pids);
  remove (path);
  return 0;
}
