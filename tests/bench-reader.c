/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the driver adds to the reader's own time: from the reader's "found" to the card in hand,
 * beside a bare libusb loop that does the same transfers on the same emulated reader and looks at
 * nothing. Prints a table; judges nothing.
 *
 * usage: bench-reader [CARDS]
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libusb.h>

#include "drivers/samv-reader.h"
#include "drivers/samv-usb.h"

#include "tests/on-bench.h"

#define CARD "tests/data/card-A.hex"
#define LIMIT_MS 3000

/* Of each card. */
typedef struct
{
  GArray *cpu_us;
  GArray *wall_us;
  gint64 cpu_from_us;
  gint64 wall_from_us;
} Measured;

static char *card_path;

static gint64
clock_us (clockid_t which)
{
  struct timespec now;

  clock_gettime (which, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
measured_init (Measured *measured)
{
  measured->cpu_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  measured->wall_us = g_array_new (FALSE, FALSE, sizeof (gint64));
}

static void
measure_from (Measured *measured)
{
  measured->cpu_from_us = clock_us (CLOCK_PROCESS_CPUTIME_ID);
  measured->wall_from_us = clock_us (CLOCK_MONOTONIC);
}

static void
measure_to (Measured *measured)
{
  gint64 cpu_us = clock_us (CLOCK_PROCESS_CPUTIME_ID) - measured->cpu_from_us;
  gint64 wall_us = clock_us (CLOCK_MONOTONIC) - measured->wall_from_us;

  g_array_append_val (measured->cpu_us, cpu_us);
  g_array_append_val (measured->wall_us, wall_us);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

  return x < y ? -1 : x > y;
}

static double
middle_ms (GArray *values)
{
  g_array_sort (values, compare);
  return (double)g_array_index (values, gint64, values->len >> 1) / 1000;
}

/* --- the bare loop --- */

/* One command, one reply: its first packet, then the rest. Returns the status byte. */
static guint8
bare_call (libusb_device_handle *usb, guint8 command, guint8 parameter)
{
  guint8 frame[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0, 3, command, parameter, 0 };
  guint8 reply[4096];
  int n, more = 0;

  frame[9] = 3 ^ command ^ parameter;
  if (libusb_bulk_transfer (usb, 0x02, frame, sizeof frame, &n, LIMIT_MS) != 0
      || libusb_bulk_transfer (usb, 0x81, reply, 64, &n, LIMIT_MS) != 0
      || (n == 64
          && libusb_bulk_transfer (usb, 0x81, reply + n, sizeof reply - 64, &more, LIMIT_MS) != 0))
    g_error ("the bare loop failed at command %02x %02x", command, parameter);
  return reply[9];
}

static void
run_bare (Measured *measured, guint n_cards)
{
  libusb_context *context = NULL;
  libusb_device_handle *usb;

  if (libusb_init (&context) != 0
      || (usb = libusb_open_device_with_vid_pid (context, 0x0400, 0xc35a)) == NULL
      || libusb_claim_interface (usb, 0) != 0)
    g_error ("there is no reader");
  for (guint i = 0; i < n_cards; i++)
    {
      bench_tell ("card put %s", card_path);
      while (bare_call (usb, 0x20, 0x01) != 0x9f)
        ;
      measure_from (measured);
      if (bare_call (usb, 0x20, 0x02) != 0x90 || bare_call (usb, 0x30, 0x01) != 0x90
          || bare_call (usb, 0x30, 0x03) != 0x91)
        g_error ("the card was not read");
      measure_to (measured);
      bench_tell ("card lift");
    }
  libusb_release_interface (usb, 0);
  libusb_close (usb);
  libusb_exit (context);
}

/* --- the driver --- */

typedef struct
{
  Measured *measured;
  guint n_read;
  guint n_lifted;
} Driven;

static void
found_cb (Driven *driven)
{
  measure_from (driven->measured);
}

static void
read_cb (Driven *driven)
{
  measure_to (driven->measured);
  driven->n_read++;
}

static void
lifted_cb (Driven *driven)
{
  driven->n_lifted++;
}

static void
run_driver (Measured *measured, guint n_cards)
{
  ThCardReaderTimes times = th_card_reader_usual_times;
  g_autoptr (ThUsbContext) context = th_usb_context_new ();
  g_autoptr (ThSamvPort) port = NULL;
  g_autoptr (ThSamvReader) reader = NULL;
  Driven driven = { .measured = measured };

  times.poll = 5;
  port = th_samv_usb_new (context);
  reader = th_samv_reader_new (port, &times);
  g_signal_connect_swapped (reader, "card-found", G_CALLBACK (found_cb), &driven);
  g_signal_connect_swapped (reader, "card-read", G_CALLBACK (read_cb), &driven);
  g_signal_connect_swapped (reader, "card-lifted", G_CALLBACK (lifted_cb), &driven);
  th_card_reader_start (TH_CARD_READER (reader));
  wait_until (LIMIT_MS, th_card_reader_get_health (TH_CARD_READER (reader)) == TH_HEALTH_READY);
  for (guint i = 0; i < n_cards; i++)
    {
      bench_tell ("card put %s", card_path);
      wait_until (LIMIT_MS, driven.n_read > i);
      bench_tell ("card lift");
      wait_until (LIMIT_MS, driven.n_lifted > i);
    }
}

/* @pace: of the emulated reader, in percent: it takes 26 ms at 100 */
static void
compare_at (guint pace, guint n_cards)
{
  Measured bare, driven;
  double bare_ms, driven_ms;

  measured_init (&bare);
  measured_init (&driven);
  bench_tell ("reader pace %u", pace);
  run_bare (&bare, n_cards);
  run_driver (&driven, n_cards);
  bare_ms = middle_ms (bare.wall_us);
  driven_ms = middle_ms (driven.wall_us);
  g_print ("| %u | %.1f | %.1f | %+.2f (%+.1f %%) | %.2f | %.2f |\n", n_cards, bare_ms, driven_ms,
           driven_ms - bare_ms, (driven_ms / bare_ms - 1) * 100, middle_ms (bare.cpu_us),
           middle_ms (driven.cpu_us));
  g_array_unref (bare.cpu_us);
  g_array_unref (bare.wall_us);
  g_array_unref (driven.cpu_us);
  g_array_unref (driven.wall_us);
}

/* Where the build put the bench, if nobody says. */
static void
find_bench (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *dir = g_path_get_dirname (self);
  g_autofree char *path = g_build_filename (dir, "bench", "threshold-bench", NULL);

  g_setenv ("TH_BENCH", path, FALSE);
}

int
main (int argc, char **argv)
{
  guint n_cards = argc > 1 ? (guint)strtoul (argv[1], NULL, 10) : 40;
  int status;

  find_bench ();
  if (!on_bench (argc, argv, &status))
    return status;
  card_path = g_canonicalize_filename (CARD, NULL);
  g_print ("\n### A card through the driver, beside a bare libusb loop with the same transfers: "
           "median\n\n"
           "| cards | bare loop, ms wall | driver, ms wall | the driver adds | bare, ms CPU |"
           " driver, ms CPU |\n|---|---|---|---|---|---|\n");
  compare_at (100, n_cards);
  compare_at (1000, n_cards);
  g_free (card_path);
  return 0;
}
