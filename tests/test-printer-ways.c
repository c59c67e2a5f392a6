/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways to a printer that are not USB, and two printers as one. A pseudo-terminal plays the kernel's driver: it takes
 * bytes, stops taking them, and goes away; a script plays CUPS's lp. */
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <pty.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "drivers/escpos.h"
#include "drivers/printer-lp.h"
#include "drivers/printer-pair.h"
#include "drivers/printer-queue.h"
#include "tests/doubles.h"

static const ThPrinterProfile quick = {
  .width_dots = 576, .dpi = 203, .cutter = TRUE, .answers = TRUE, .band_rows = 64, .poll_ms = 30,
  .status_timeout_ms = 60, .stall_ms = 100, .band_timeout_ms = 400,
};
/* For what must come to a good end on a busy machine. */
static const ThPrinterProfile patient = {
  .width_dots = 576, .dpi = 203, .cutter = TRUE, .answers = TRUE, .band_rows = 64, .poll_ms = 30,
  .status_timeout_ms = 60, .stall_ms = 500, .band_timeout_ms = 20000,
};

typedef struct
{
  gboolean over;
  ThSlipOutcome outcome;
  ThPaper paper;
  GError *error;
} Result;

static void
result_clear (Result *result)
{
  g_clear_error (&result->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 until_us_ = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;                              \
    guint tick_ = g_timeout_add (10, tick_cb, NULL);                                               \
                                                                                                   \
    while (!(condition) && g_get_monotonic_time () < until_us_)                                    \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (tick_);                                                                       \
    g_assert_true (condition);                                                                     \
  }                                                                                                \
  G_STMT_END

static void
printed_cb (GObject *source, GAsyncResult *async, gpointer data)
{
  Result *result = data;

  result->outcome = th_printer_print_finish (TH_PRINTER (source), async, &result->error);
  result->over = TRUE;
}

static void
checked_cb (GObject *source, GAsyncResult *async, gpointer data)
{
  Result *result = data;

  result->paper = th_printer_check_finish (TH_PRINTER (source), async, &result->error);
  result->over = TRUE;
}

static void
assert_outcome (Result *result, ThSlipOutcome outcome)
{
  wait_until (result->over);
  g_assert_cmpstr (th_slip_outcome_to_string (result->outcome), ==, th_slip_outcome_to_string (outcome));
}

static ThRaster *
black_raster (guint width)
{
  ThRaster *raster = th_raster_new (width, 1200); /* more than a pipe holds */

  memset (raster->rows, 0xaa, raster->stride * raster->height_dots);
  return raster;
}

/* Polls hold a reference for a moment. */
static void
let_go (ThPrinter *printer)
{
  g_object_add_weak_pointer (G_OBJECT (printer), (gpointer *) &printer);
  g_object_unref (printer);
  wait_until (printer == NULL);
}

/* ---- /dev/usb/lp -------------------------------------------------------------------------------- */

typedef struct
{
  int master, slave;
  char path[64];
  GByteArray *got;
  guint source_id;
  ThPrinter *printer;
} Port;

static gboolean
got_cb (int fd, GIOCondition condition, gpointer data)
{
  Port *port = data;
  guint8 bytes[4096];
  gssize n = read (fd, bytes, sizeof bytes);

  if (n > 0)
    g_byte_array_append (port->got, bytes, n);
  return G_SOURCE_CONTINUE;
}

static void
take_bytes (Port *port)
{
  port->source_id = g_unix_fd_add (port->master, G_IO_IN, got_cb, port);
}

static void
set_up_port (Port *port, gconstpointer profile)
{
  struct termios raw;

  g_assert_no_errno (openpty (&port->master, &port->slave, port->path, NULL, NULL));
  g_assert_no_errno (tcgetattr (port->slave, &raw));
  cfmakeraw (&raw);
  g_assert_no_errno (tcsetattr (port->slave, TCSANOW, &raw));
  port->got = g_byte_array_new ();
  port->printer = th_printer_lp_new (port->path, profile);
  th_printer_start (port->printer);
}

static void
unplug (Port *port)
{
  g_clear_handle_id (&port->source_id, g_source_remove);
  if (port->master >= 0)
    close (port->master);
  if (port->slave >= 0)
    close (port->slave);
  port->master = port->slave = -1;
}

static void
tear_down_port (Port *port, gconstpointer profile)
{
  let_go (port->printer);
  unplug (port);
  g_byte_array_unref (port->got);
}

static void
test_a_device_that_is_not_there_is_absent (void)
{
  g_autoptr (ThRaster) raster = black_raster (576);
  ThPrinter *printer = th_printer_lp_new ("/dev/usb/lp-there-is-none", &quick);
  g_auto (Result) result = { 0 };

  th_printer_start (printer);
  wait_until (th_printer_get_paper (printer) == TH_PAPER_ABSENT);
  th_printer_print_async (printer, raster, FALSE, NULL, printed_cb, &result);
  assert_outcome (&result, TH_SLIP_FAILED);
  g_assert_error (result.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
  let_go (printer);
}

static void
test_a_slip_of_another_width_is_refused (Port *port, gconstpointer profile)
{
  g_autoptr (ThRaster) raster = black_raster (384);
  g_auto (Result) result = { 0 };

  th_printer_print_async (port->printer, raster, FALSE, NULL, printed_cb, &result);
  assert_outcome (&result, TH_SLIP_FAILED);
  g_assert_error (result.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL);
}

static void
test_a_second_slip_is_busy (Port *port, gconstpointer profile)
{
  g_autoptr (ThRaster) raster = black_raster (576);
  g_auto (Result) first = { 0 };
  g_auto (Result) second = { 0 };

  th_printer_print_async (port->printer, raster, FALSE, NULL, printed_cb, &first);
  th_printer_print_async (port->printer, raster, FALSE, NULL, printed_cb, &second);
  assert_outcome (&second, TH_SLIP_FAILED);
  g_assert_error (second.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY);
  take_bytes (port);
  assert_outcome (&first, TH_SLIP_SENT);
}

static void
test_every_byte_arrives_once_and_is_sent_not_confirmed (Port *port, gconstpointer profile)
{
  g_autoptr (ThRaster) raster = black_raster (576);
  g_autoptr (GBytes) job = th_escpos_job (raster, 64, TRUE);
  g_auto (Result) result = { 0 };

  take_bytes (port);
  wait_until (th_printer_get_paper (port->printer) == TH_PAPER_READY);
  g_assert_false (th_printer_get_answers (port->printer));
  th_printer_print_async (port->printer, raster, FALSE, NULL, printed_cb, &result);
  assert_outcome (&result, TH_SLIP_SENT);
  g_assert_no_error (result.error);
  wait_until (port->got->len >= g_bytes_get_size (job));
  g_assert_cmpmem (port->got->data, port->got->len, g_bytes_get_data (job, NULL), g_bytes_get_size (job));
}

static void
test_a_stall_with_bytes_on_their_way_is_uncertain (Port *port, gconstpointer profile)
{
  g_autoptr (ThRaster) raster = black_raster (576);
  g_auto (Result) result = { 0 };

  th_printer_print_async (port->printer, raster, FALSE, NULL, printed_cb, &result);
  assert_outcome (&result, TH_SLIP_UNCERTAIN);
  g_assert_error (result.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT);
}

static void
test_a_cable_pulled_in_mid_slip_is_uncertain (Port *port, gconstpointer profile)
{
  g_autoptr (ThRaster) raster = black_raster (576);
  g_auto (Result) result = { 0 };

  th_printer_print_async (port->printer, raster, FALSE, NULL, printed_cb, &result);
  wait_until (th_printer_get_paper (port->printer) == TH_PAPER_UNKNOWN);
  g_assert_false (result.over);
  unplug (port);
  assert_outcome (&result, TH_SLIP_UNCERTAIN);
  wait_until (th_printer_get_paper (port->printer) == TH_PAPER_ABSENT);
}

static void
test_a_slip_after_a_crash_is_flushed_first (Port *port, gconstpointer profile)
{
  g_autoptr (ThRaster) raster = black_raster (576);
  g_autoptr (GBytes) flush = th_escpos_flush (TRUE);
  g_autoptr (GBytes) job = th_escpos_job (raster, 64, TRUE);
  gsize flush_len = g_bytes_get_size (flush);
  g_auto (Result) result = { 0 };

  take_bytes (port);
  th_printer_print_async (port->printer, raster, TRUE, NULL, printed_cb, &result);
  assert_outcome (&result, TH_SLIP_SENT);
  wait_until (port->got->len >= flush_len + g_bytes_get_size (job));
  g_assert_cmpmem (port->got->data, flush_len, g_bytes_get_data (flush, NULL), flush_len);
  g_assert_cmpmem (port->got->data + flush_len, port->got->len - flush_len, g_bytes_get_data (job, NULL),
                   g_bytes_get_size (job));
}

/* ---- CUPS --------------------------------------------------------------------------------------- */

/* @script: what `lp` does, in a folder that is all of PATH but the system's own. (transfer full) */
static char *
play_lp (const char *script)
{
  g_autofree char *folder = g_dir_make_tmp ("th-lp-XXXXXX", NULL);
  g_autofree char *lp = g_build_filename (folder, "lp", NULL);
  g_autofree char *path = g_strconcat (folder, ":/usr/bin:/bin", NULL);
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\ncd %s\n%s\n", folder, script);

  g_assert_true (g_file_set_contents_full (lp, text, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
  g_setenv ("PATH", path, TRUE);
  return g_steal_pointer (&folder);
}

static void
remove_lp (char *folder)
{
  static const char *const names[] = { "lp", "words", "job" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  g_free (folder);
}

static void
assert_queue_ends (const char *script, ThSlipOutcome outcome)
{
  g_autoptr (ThRaster) raster = black_raster (576);
  char *folder = play_lp (script);
  ThPrinter *printer = th_printer_queue_new ("slips", outcome == TH_SLIP_UNCERTAIN ? &quick : &patient);
  g_auto (Result) result = { 0 };

  th_printer_start (printer);
  g_assert_cmpint (th_printer_get_paper (printer), ==, TH_PAPER_READY);
  th_printer_print_async (printer, raster, FALSE, NULL, printed_cb, &result);
  assert_outcome (&result, outcome);
  if (outcome == TH_SLIP_SENT)
    {
      g_autoptr (GBytes) job = th_escpos_job (raster, 64, TRUE);
      g_autofree char *words = g_build_filename (folder, "words", NULL);
      g_autofree char *got = g_build_filename (folder, "job", NULL);
      g_autofree char *said = NULL, *bytes = NULL;
      gsize len;

      g_assert_true (g_file_get_contents (words, &said, NULL, NULL));
      g_assert_cmpstr (said, ==, "-s -d slips -o raw\n");
      g_assert_true (g_file_get_contents (got, &bytes, &len, NULL));
      g_assert_cmpmem (bytes, len, g_bytes_get_data (job, NULL), g_bytes_get_size (job));
    }
  let_go (printer);
  remove_lp (folder);
}

static void
test_a_queue_that_is_refused_has_failed (void)
{
  assert_queue_ends ("exit 1", TH_SLIP_FAILED);
  assert_queue_ends ("cat >/dev/null; exit 1", TH_SLIP_FAILED);
}

static void
test_a_spooler_that_hangs_or_dies_is_uncertain (void)
{
  assert_queue_ends ("exec sleep 60", TH_SLIP_UNCERTAIN);
  assert_queue_ends ("cat >/dev/null; exec sleep 60", TH_SLIP_UNCERTAIN);
  assert_queue_ends ("cat >/dev/null; kill -9 $$", TH_SLIP_UNCERTAIN);
  assert_queue_ends ("head -c 100 >/dev/null", TH_SLIP_UNCERTAIN);
}

static void
test_what_the_spooler_takes_is_sent (void)
{
  assert_queue_ends ("echo \"$@\" >words; cat >job", TH_SLIP_SENT);
}

static void
test_without_cups_the_printer_is_absent (void)
{
  g_autoptr (ThRaster) raster = black_raster (576);
  g_autofree char *before = g_strdup (g_getenv ("PATH"));
  ThPrinter *printer = th_printer_queue_new ("slips", &quick);
  g_auto (Result) result = { 0 };

  g_setenv ("PATH", "/nowhere", TRUE);
  th_printer_start (printer);
  g_assert_cmpint (th_printer_get_paper (printer), ==, TH_PAPER_ABSENT);
  th_printer_print_async (printer, raster, FALSE, NULL, printed_cb, &result);
  assert_outcome (&result, TH_SLIP_FAILED);
  g_setenv ("PATH", before, TRUE);
  let_go (printer);
}

/* ---- a spare ------------------------------------------------------------------------------------ */

typedef struct
{
  DoublePrinter *main, *spare;
  ThPrinter *pair;
  ThRaster *raster;
} Two;

static void
set_up_two (Two *two, gconstpointer unused)
{
  two->main = double_printer_new ();
  two->spare = double_printer_new ();
  two->pair = th_printer_pair_new (TH_PRINTER (two->main), TH_PRINTER (two->spare));
  two->raster = black_raster (576);
  th_printer_start (two->pair);
  double_printer_set_outcome (two->main, TH_SLIP_CONFIRMED, FALSE);
  double_printer_set_outcome (two->spare, TH_SLIP_CONFIRMED, FALSE);
}

static void
tear_down_two (Two *two, gconstpointer unused)
{
  let_go (two->pair);
  g_object_unref (two->main);
  g_object_unref (two->spare);
  th_raster_free (two->raster);
}

static ThPaper
check (Two *two)
{
  g_auto (Result) result = { 0 };

  th_printer_check_async (two->pair, NULL, checked_cb, &result);
  wait_until (result.over);
  g_assert_no_error (result.error);
  return result.paper;
}

static void
test_the_spare_prints_while_the_main_one_cannot (Two *two, gconstpointer unused)
{
  g_auto (Result) first = { 0 };
  g_auto (Result) second = { 0 };
  g_auto (Result) third = { 0 };

  g_assert_cmpint (check (two), ==, TH_PAPER_READY);
  g_assert_cmpstr (th_printer_get_which (two->pair), ==, "main");
  th_printer_print_async (two->pair, two->raster, FALSE, NULL, printed_cb, &first);
  assert_outcome (&first, TH_SLIP_CONFIRMED);
  double_printer_set_paper (two->main, TH_PAPER_OUT);
  g_assert_cmpint (th_printer_get_paper (two->pair), ==, TH_PAPER_READY);
  g_assert_cmpint (check (two), ==, TH_PAPER_READY);
  g_assert_cmpstr (th_printer_get_which (two->pair), ==, "spare");
  th_printer_print_async (two->pair, two->raster, FALSE, NULL, printed_cb, &second);
  assert_outcome (&second, TH_SLIP_CONFIRMED);
  g_assert_cmpuint (double_printer_get_printed (two->main), ==, 1);
  g_assert_cmpuint (double_printer_get_printed (two->spare), ==, 1);
  double_printer_set_paper (two->main, TH_PAPER_LOW);
  g_assert_cmpint (check (two), ==, TH_PAPER_LOW);
  th_printer_print_async (two->pair, two->raster, FALSE, NULL, printed_cb, &third);
  assert_outcome (&third, TH_SLIP_CONFIRMED);
  g_assert_cmpuint (double_printer_get_printed (two->main), ==, 2);
}

static void
test_when_neither_can_it_is_the_main_ones_trouble (Two *two, gconstpointer unused)
{
  double_printer_set_paper (two->main, TH_PAPER_COVER_OPEN);
  double_printer_set_paper (two->spare, TH_PAPER_ABSENT);
  g_assert_cmpint (th_printer_get_paper (two->pair), ==, TH_PAPER_COVER_OPEN);
  g_assert_cmpint (check (two), ==, TH_PAPER_COVER_OPEN);
}

static void
test_a_slip_that_was_begun_stays_where_it_is (Two *two, gconstpointer unused)
{
  g_auto (Result) result = { 0 };

  double_printer_set_outcome (two->main, TH_SLIP_UNCERTAIN, TRUE);
  th_printer_print_async (two->pair, two->raster, FALSE, NULL, printed_cb, &result);
  double_printer_set_paper (two->main, TH_PAPER_OUT); /* in the middle of it */
  g_assert_cmpstr (th_printer_get_which (two->pair), ==, "main");
  g_assert_cmpint (th_printer_get_paper (two->pair), ==, TH_PAPER_OUT);
  double_printer_release (two->main);
  assert_outcome (&result, TH_SLIP_UNCERTAIN);
  g_assert_cmpuint (double_printer_get_printed (two->spare), ==, 0);
  wait_until (strcmp (th_printer_get_which (two->pair), "spare") == 0);
}

#define ADD_PORT(name, profile, func)                                                              \
  g_test_add ("/printer-ways/" name, Port, profile, set_up_port, func, tear_down_port)
#define ADD_TWO(name, func)                                                                        \
  g_test_add ("/printer-ways/" name, Two, NULL, set_up_two, func, tear_down_two)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/printer-ways/a device that is not there is absent",
                   test_a_device_that_is_not_there_is_absent);
  ADD_PORT ("a slip of another width is refused", &patient, test_a_slip_of_another_width_is_refused);
  ADD_PORT ("a second slip is busy", &patient, test_a_second_slip_is_busy);
  ADD_PORT ("a stall with bytes on their way is uncertain", &quick,
            test_a_stall_with_bytes_on_their_way_is_uncertain);
  ADD_PORT ("a cable pulled in mid slip is uncertain", &patient,
            test_a_cable_pulled_in_mid_slip_is_uncertain);
  ADD_PORT ("a slip after a crash is flushed first", &patient, test_a_slip_after_a_crash_is_flushed_first);
  ADD_PORT ("every byte arrives once, and is sent, not confirmed", &patient,
            test_every_byte_arrives_once_and_is_sent_not_confirmed);
  g_test_add_func ("/printer-ways/without CUPS the printer is absent", test_without_cups_the_printer_is_absent);
  g_test_add_func ("/printer-ways/a queue that is refused has failed",
                   test_a_queue_that_is_refused_has_failed);
  g_test_add_func ("/printer-ways/a spooler that hangs or dies is uncertain",
                   test_a_spooler_that_hangs_or_dies_is_uncertain);
  g_test_add_func ("/printer-ways/what the spooler takes is sent", test_what_the_spooler_takes_is_sent);
  ADD_TWO ("the spare prints while the main one cannot", test_the_spare_prints_while_the_main_one_cannot);
  ADD_TWO ("when neither can, it is the main one's trouble",
           test_when_neither_can_it_is_the_main_ones_trouble);
  ADD_TWO ("a slip that was begun stays where it is", test_a_slip_that_was_begun_stays_where_it_is);
  return g_test_run ();
}
