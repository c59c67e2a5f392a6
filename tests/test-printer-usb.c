/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The driver against the bench: real libusb, emulated printer. */
#include "drivers/printer-usb.h"

#include <cairo.h>
#include <glib/gstdio.h>
#include <string.h>

#include "drivers/escpos.h"
#include "tests/bench/tell.h"
#include "tests/on-bench.h"

/* A kiosk's times are in th_printer_profile_defaults(). */
#define QUICK                                                                                      \
  .width_dots = 576, .cutter = TRUE, .band_rows = 64, .poll_ms = 50, .status_timeout_ms = 60,      \
  .stall_ms = 50, .band_timeout_ms = 700

static const ThPrinterProfile quick = { QUICK, .answers = TRUE };
static const ThPrinterProfile never_answers = { QUICK, .answers = FALSE };
/* No polls between what a test does: what the printer gets can be counted. */
static const ThPrinterProfile no_polls = {
  .width_dots = 576, .cutter = TRUE, .answers = TRUE, .band_rows = 64, .poll_ms = 600000,
  .status_timeout_ms = 60, .stall_ms = 50, .band_timeout_ms = 700,
};

#define LOOK_LEN 9  /* DLE EOT 1, 2, 4 */
#define BEGIN_LEN 2 /* ESC @ */

typedef struct
{
  ThUsbContext *context;
  ThPrinter *printer;
  ThRaster *raster;
  guint64 slips;
} Fixture;

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

static char *
control_path (void)
{
  return g_build_filename (g_getenv ("TH_BENCH_DIR"), "control", NULL);
}

/* The number in the bench's answer "ok N". */
static guint64
bench_count (const char *question)
{
  g_autofree char *control = control_path ();
  g_autofree char *reply = th_bench_tell (control, question, NULL);
  guint64 count = 0;

  g_assert_nonnull (reply);
  g_assert_true (g_str_has_prefix (reply, "ok "));
  g_assert_true (g_ascii_string_to_unsigned (reply + 3, 10, 0, G_MAXUINT64, &count, NULL));
  return count;
}

/* Plugged, whatever the last test left behind. */
static void
make_plugged (void)
{
  g_autofree char *control = control_path ();
  g_autofree char *reply = th_bench_tell (control, "printer plug", NULL);

  g_assert_nonnull (reply);
}

static ThRaster *
slip_raster (void)
{
  ThRaster *raster = th_raster_new (576, 300);

  /* No two rows are alike, so that a missing or doubled piece shows; and a black edge to find it by. */
  for (guint y = 0; y < raster->height_dots; y++)
    {
      guint8 *row = raster->rows + y * raster->stride;

      row[0] = 0xff;
      row[raster->stride - 1] = 0xff;
      for (guint i = 2; i < raster->stride - 2; i++)
        row[i] = (guint8) ((y * 2654435761u) >> (i % 24));
    }
  memset (raster->rows, 0xff, raster->stride);
  memset (raster->rows + 299 * raster->stride, 0xff, raster->stride);
  return raster;
}

static void
start_printer (Fixture *fix, const ThPrinterProfile *profile)
{
  fix->printer = th_printer_usb_new (fix->context, profile);
  th_printer_start (fix->printer);
}

static void
stop_printer (Fixture *fix)
{
  g_object_add_weak_pointer (G_OBJECT (fix->printer), (gpointer *) &fix->printer);
  g_object_unref (fix->printer);
  wait_until (3000, fix->printer == NULL); /* a poll under way holds it */
}

static void
set_up (Fixture *fix, gconstpointer profile)
{

  bench_tell ("printer normal");
  bench_tell ("printer release");
  bench_tell ("paper ok");
  bench_tell ("cover closed");
  make_plugged ();
  fix->context = th_usb_context_new ();
  fix->raster = slip_raster ();
  fix->slips = bench_count ("slips");
  start_printer (fix, profile);
}

static void
tear_down (Fixture *fix, gconstpointer profile)
{
  if (fix->printer != NULL)
    stop_printer (fix);
  g_object_add_weak_pointer (G_OBJECT (fix->context), (gpointer *) &fix->context);
  g_object_unref (fix->context);
  wait_until (3000, fix->context == NULL);
  th_raster_free (fix->raster);
}

static void
wait_paper (Fixture *fix, guint limit_ms, ThPaper paper)
{
  wait_until (limit_ms, th_printer_get_paper (fix->printer) == paper);
}

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
print (Fixture *fix, gboolean flush_first, Result *result)
{
  th_printer_print_async (fix->printer, fix->raster, flush_first, NULL, printed_cb, result);
  g_assert_false (result->over); /* never from inside the start */
}

static void
assert_outcome (Result *result, guint limit_ms, ThSlipOutcome outcome)
{
  wait_until (limit_ms, result->over);
  g_assert_cmpstr (th_slip_outcome_to_string (result->outcome), ==,
                   th_slip_outcome_to_string (outcome));
  if (outcome == TH_SLIP_CONFIRMED || outcome == TH_SLIP_SENT)
    g_assert_no_error (result->error);
}

static void
assert_paper_asked (Fixture *fix, ThPaper paper)
{
  g_auto (Result) result = { 0 };

  th_printer_check_async (fix->printer, NULL, checked_cb, &result);
  g_assert_false (result.over);
  wait_until (1000, result.over);
  g_assert_no_error (result.error);
  g_assert_cmpstr (th_paper_to_string (result.paper), ==, th_paper_to_string (paper));
}

/* Another driver object; the last one's device may still be closing, so it asks until it has it. */
static void
start_again (Fixture *fix, const ThPrinterProfile *profile)
{
  gint64 until_us = g_get_monotonic_time () + 3 * G_USEC_PER_SEC;

  stop_printer (fix);
  start_printer (fix, profile);
  do
    {
      g_auto (Result) result = { 0 };

      th_printer_check_async (fix->printer, NULL, checked_cb, &result);
      wait_until (1000, result.over);
    }
  while (th_printer_get_paper (fix->printer) != TH_PAPER_READY &&
         g_get_monotonic_time () < until_us);
  g_assert_cmpint (th_printer_get_paper (fix->printer), ==, TH_PAPER_READY);
}

/* Of an RGB picture. */
static gboolean
dot_is_black (cairo_surface_t *surface, int x, int y)
{
  const guint8 *dots = cairo_image_surface_get_data (surface);

  return dots[y * cairo_image_surface_get_stride (surface) + x * 4] < 128;
}

/* What came out of the printer last is exactly our picture. */
static void
assert_last_slip_is_whole (Fixture *fix)
{
  g_autofree char *path = g_build_filename (g_getenv ("TH_BENCH_DIR"), "slip.png", NULL);
  guint64 slips = bench_count ("slips");
  cairo_surface_t *surface;
  int left = -1, top = -1, width, height;

  g_assert_cmpuint (slips, >, fix->slips);
  bench_tell ("slip %" G_GUINT64_FORMAT " %s", slips, path);
  surface = cairo_image_surface_create_from_png (path);
  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  g_assert_true (cairo_image_surface_get_format (surface) == CAIRO_FORMAT_RGB24 ||
                 cairo_image_surface_get_format (surface) == CAIRO_FORMAT_ARGB32);
  width = cairo_image_surface_get_width (surface);
  height = cairo_image_surface_get_height (surface);
  for (int y = 0; y < height && left < 0; y++)
    for (int x = 0; x < width && left < 0; x++)
      if (dot_is_black (surface, x, y))
        {
          left = x;
          top = y;
        }
  g_assert_cmpint (left, >=, 0);
  g_assert_cmpint (left + 576, <=, width);
  g_assert_cmpint (top + (int) fix->raster->height_dots, <=, height);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        int raster_x = x - left, raster_y = y - top;
        gboolean inside = raster_x >= 0 && raster_x < 576 && raster_y >= 0 &&
                          raster_y < (int) fix->raster->height_dots;
        gboolean black = inside && (fix->raster->rows[raster_y * fix->raster->stride + raster_x / 8] &
                                    (0x80 >> (raster_x % 8))) != 0;

        if (dot_is_black (surface, x, y) != black)
          g_error ("the slip differs at %d, %d of the picture", raster_x, raster_y);
      }
  cairo_surface_destroy (surface);
  g_unlink (path);
}

static void
print_a_whole_slip (Fixture *fix)
{
  g_auto (Result) result = { 0 };

  print (fix, FALSE, &result);
  assert_outcome (&result, 3000, TH_SLIP_CONFIRMED);
  assert_last_slip_is_whole (fix);
}

/* ---- refusals ----------------------------------------------------------------------------------- */

static void
test_a_second_operation_is_busy (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) first = { 0 };
  g_auto (Result) second = { 0 };
  g_auto (Result) check = { 0 };

  wait_paper (fix, 1000, TH_PAPER_READY);
  print (fix, FALSE, &first);
  print (fix, FALSE, &second);
  th_printer_check_async (fix->printer, NULL, checked_cb, &check);
  assert_outcome (&second, 1000, TH_SLIP_FAILED);
  g_assert_error (second.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY);
  wait_until (1000, check.over);
  g_assert_error (check.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY);
  assert_outcome (&first, 3000, TH_SLIP_CONFIRMED);
  g_assert_cmpuint (bench_count ("slips"), ==, fix->slips + 1);
}

static void
test_a_picture_of_another_width_is_refused (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  th_raster_free (fix->raster);
  fix->raster = th_raster_new (384, 10);
  print (fix, FALSE, &result);
  assert_outcome (&result, 1000, TH_SLIP_FAILED);
  g_assert_nonnull (result.error);
}

static void
test_a_cancelled_print_has_an_outcome (Fixture *fix, gconstpointer profile)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Result) result = { 0 };

  wait_paper (fix, 1000, TH_PAPER_READY);
  g_cancellable_cancel (cancellable);
  th_printer_print_async (fix->printer, fix->raster, FALSE, cancellable, printed_cb, &result);
  assert_outcome (&result, 1000, TH_SLIP_FAILED);
  g_assert_error (result.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (bench_count ("slips"), ==, fix->slips);
}

/* ---- paper -------------------------------------------------------------------------------------- */

static void
test_paper_is_what_the_printer_says (Fixture *fix, gconstpointer profile)
{
  static const struct
  {
    const char *tell;
    ThPaper paper;
  } table[] = {
    { "paper low", TH_PAPER_LOW },        { "paper out", TH_PAPER_OUT },
    { "paper ok", TH_PAPER_READY },       { "cover open", TH_PAPER_COVER_OPEN },
    { "cover closed", TH_PAPER_READY },   { "printer silent", TH_PAPER_UNKNOWN },
    { "printer normal", TH_PAPER_READY }, { "printer garble", TH_PAPER_UNKNOWN },
    { "printer normal", TH_PAPER_READY }, { "printer stall", TH_PAPER_UNKNOWN },
    { "printer normal", TH_PAPER_READY }, { "printer unplug", TH_PAPER_ABSENT },
    { "printer plug", TH_PAPER_READY },
  };

  g_assert_cmpint (th_printer_get_paper (fix->printer), ==, TH_PAPER_STARTING);
  wait_paper (fix, 1000, TH_PAPER_READY);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("%s", table[i].tell);
      bench_tell ("%s", table[i].tell);
      wait_paper (fix, 2000, table[i].paper);
      assert_paper_asked (fix, table[i].paper);
    }
}

static void
test_at_a_kiosks_times_every_trouble_shows_within_two_seconds (Fixture *fix, gconstpointer profile)
{
  static const struct
  {
    const char *tell;
    ThPaper paper;
  } table[] = {
    { "paper out", TH_PAPER_OUT },       { "paper ok", TH_PAPER_READY },
    { "printer silent", TH_PAPER_UNKNOWN }, { "printer normal", TH_PAPER_READY },
    { "printer unplug", TH_PAPER_ABSENT },  { "printer plug", TH_PAPER_READY },
  };
  ThPrinterProfile defaults;

  stop_printer (fix);
  th_printer_profile_defaults (&defaults);
  start_printer (fix, &defaults);
  wait_paper (fix, 2000, TH_PAPER_READY); /* the last owner may still be closing it: second try */
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("%s", table[i].tell);
      bench_tell ("%s", table[i].tell);
      wait_paper (fix, 2000, table[i].paper);
    }
}

static void
test_a_printer_that_is_not_there_fails_at_once (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  bench_tell ("printer unplug");
  wait_paper (fix, 1000, TH_PAPER_ABSENT);
  assert_paper_asked (fix, TH_PAPER_ABSENT);
  print (fix, FALSE, &result);
  assert_outcome (&result, 500, TH_SLIP_FAILED);
  g_assert_error (result.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
}

static void
test_without_paper_nothing_is_sent (Fixture *fix, gconstpointer profile)
{
  static const char *const tells[] = { "paper out", "cover open", "printer silent" };

  for (gsize i = 0; i < G_N_ELEMENTS (tells); i++)
    {
      g_auto (Result) result = { 0 };

      wait_paper (fix, 2000, TH_PAPER_READY);
      bench_tell ("%s", tells[i]);
      print (fix, FALSE, &result);
      assert_outcome (&result, 2000, TH_SLIP_FAILED);
      g_assert_nonnull (result.error);
      bench_tell ("paper ok");
      bench_tell ("cover closed");
      bench_tell ("printer normal");
    }
  g_assert_cmpuint (bench_count ("slips"), ==, fix->slips);
  wait_paper (fix, 2000, TH_PAPER_READY);
  print_a_whole_slip (fix);
}

/* ---- printing ----------------------------------------------------------------------------------- */

static void
test_a_slip_is_confirmed_and_is_the_picture (Fixture *fix, gconstpointer profile)
{
  wait_paper (fix, 1000, TH_PAPER_READY);
  print_a_whole_slip (fix);
  bench_tell ("paper low");
  print_a_whole_slip (fix);
  g_assert_cmpuint (bench_count ("slips"), ==, fix->slips + 2);
}

static void
test_a_slip_asked_for_before_the_printer_is_open_is_printed (Fixture *fix, gconstpointer profile)
{
  g_assert_cmpint (th_printer_get_paper (fix->printer), ==, TH_PAPER_STARTING);
  print_a_whole_slip (fix);
}

static void
test_a_printer_that_never_answers_only_ever_sends (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  bench_tell ("printer mute");
  g_assert_false (th_printer_get_answers (fix->printer));
  wait_paper (fix, 1000, TH_PAPER_READY);
  assert_paper_asked (fix, TH_PAPER_READY);
  print (fix, FALSE, &result);
  assert_outcome (&result, 3000, TH_SLIP_SENT);
  assert_last_slip_is_whole (fix);
}

static void
test_paper_that_runs_out_in_the_middle_leaves_the_slip_uncertain (Fixture *fix,
                                                                  gconstpointer profile)
{
  static const guint after[] = { 1, 100, 3000, 9000, 20000 };

  for (gsize i = 0; i < G_N_ELEMENTS (after); i++)
    {
      g_auto (Result) result = { 0 };

      wait_paper (fix, 2000, TH_PAPER_READY);
      bench_tell ("paper out-after %u", LOOK_LEN + BEGIN_LEN + after[i]);
      print (fix, FALSE, &result);
      wait_until (2000, th_printer_get_paper (fix->printer) == TH_PAPER_OUT);
      assert_outcome (&result, 2000, TH_SLIP_UNCERTAIN);
      g_assert_error (result.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PAPER);
      bench_tell ("paper ok");
      /* A poll comes only with the clock: ask. */
      assert_paper_asked (fix, TH_PAPER_READY);
      print_a_whole_slip (fix);
    }
}

static void
test_a_cover_opened_in_the_middle_leaves_the_slip_uncertain (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };
  guint64 bytes = bench_count ("printer bytes");

  wait_paper (fix, 1000, TH_PAPER_READY);
  bench_tell ("printer hold 6000");
  print (fix, FALSE, &result);
  wait_until (1000, bench_count ("printer bytes") >= bytes + 6000);
  bench_tell ("cover open");
  bench_tell ("printer release");
  wait_until (2000, th_printer_get_paper (fix->printer) == TH_PAPER_OFFLINE ||
                        th_printer_get_paper (fix->printer) == TH_PAPER_COVER_OPEN);
  assert_outcome (&result, 2000, TH_SLIP_UNCERTAIN);
  bench_tell ("cover closed");
  wait_paper (fix, 2000, TH_PAPER_READY);
  print_a_whole_slip (fix);
}

static void
test_unplugged_at_any_byte_the_outcome_is_true (Fixture *fix, gconstpointer profile)
{
  const guint before = LOOK_LEN + BEGIN_LEN;
  g_autoptr (GBytes) job = th_escpos_job (fix->raster, 64, TRUE);
  const guint slip_len = g_bytes_get_size (job) - BEGIN_LEN;
  const guint after[] = {
    0, 1, 3, 6, 8, 9, LOOK_LEN + 1, before, before + 1, before + 2, before + 5, before + 9,
    before + 64, before + 4616, before + 4617, before + 10000, before + slip_len - 1,
    before + slip_len,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (after); i++)
    {
      g_auto (Result) result = { 0 };
      ThSlipOutcome outcome = after[i] > before ? TH_SLIP_UNCERTAIN : TH_SLIP_FAILED;

      g_test_message ("unplugged after %u bytes", after[i]);
      assert_paper_asked (fix, TH_PAPER_READY);
      bench_tell ("printer unplug-after %u", after[i]);
      print (fix, FALSE, &result);
      assert_outcome (&result, 2000, outcome);
      wait_paper (fix, 1000, TH_PAPER_ABSENT);
      bench_tell ("printer plug");
      wait_paper (fix, 1000, TH_PAPER_READY);
      print_a_whole_slip (fix);
    }
}

static void
test_a_stall_without_a_reason_is_given_up_in_time (Fixture *fix, gconstpointer profile)
{
  static const guint after[] = { LOOK_LEN + BEGIN_LEN, LOOK_LEN + BEGIN_LEN + 5000 };

  for (gsize i = 0; i < G_N_ELEMENTS (after); i++)
    {
      g_auto (Result) result = { 0 };

      assert_paper_asked (fix, TH_PAPER_READY);
      bench_tell ("printer hold %u", after[i]);
      print (fix, FALSE, &result);
      wait_paper (fix, 600, TH_PAPER_UNKNOWN); /* said before it is given up */
      g_assert_false (result.over);
      assert_outcome (&result, 2000, i == 0 ? TH_SLIP_FAILED : TH_SLIP_UNCERTAIN);
      g_assert_error (result.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT);
      bench_tell ("printer release");
      assert_paper_asked (fix, TH_PAPER_READY);
      print_a_whole_slip (fix);
    }
}

static void
test_a_stall_that_ends_is_no_fault (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  wait_paper (fix, 1000, TH_PAPER_READY);
  bench_tell ("printer hold 7000");
  print (fix, FALSE, &result);
  wait_paper (fix, 600, TH_PAPER_UNKNOWN);
  bench_tell ("printer release");
  assert_outcome (&result, 2000, TH_SLIP_CONFIRMED);
  g_assert_cmpint (th_printer_get_paper (fix->printer), ==, TH_PAPER_READY);
  assert_last_slip_is_whole (fix);
}

static void
test_silence_after_the_cut_leaves_the_slip_uncertain (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };
  guint64 bytes;

  wait_paper (fix, 1000, TH_PAPER_READY);
  bytes = bench_count ("printer bytes");
  bench_tell ("printer hold 6000");
  print (fix, FALSE, &result);
  wait_until (1000, bench_count ("printer bytes") >= bytes + 6000);
  bench_tell ("printer silent");
  bench_tell ("printer release");
  assert_outcome (&result, 3000, TH_SLIP_UNCERTAIN);
  g_assert_error (result.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT);
  g_assert_cmpint (th_printer_get_paper (fix->printer), ==, TH_PAPER_UNKNOWN);
}

static void
test_an_answer_that_comes_late_still_confirms (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  wait_paper (fix, 1000, TH_PAPER_READY);
  bench_tell ("printer hold 6000");
  print (fix, FALSE, &result);
  wait_paper (fix, 1000, TH_PAPER_UNKNOWN);
  bench_tell ("printer silent");
  bench_tell ("printer release");
  wait_until (2000, bench_count ("slips") == fix->slips + 1);
  bench_tell ("printer normal");
  assert_outcome (&result, 2000, TH_SLIP_CONFIRMED);
}

/* As after SIGKILL: another driver object, which knows nothing, finds the printer inside a picture. */
static void
test_after_a_restart_the_printer_is_flushed (Fixture *fix, gconstpointer profile)
{
  static const guint after[] = { 4, 9, 300, 4616, 6000 };

  for (gsize i = 0; i < G_N_ELEMENTS (after); i++)
    {
      g_auto (Result) broken = { 0 };
      g_auto (Result) result = { 0 };

      start_again (fix, &no_polls);
      bench_tell ("printer unplug-after %u", LOOK_LEN + BEGIN_LEN + after[i]);
      print (fix, FALSE, &broken);
      assert_outcome (&broken, 2000, TH_SLIP_UNCERTAIN);
      stop_printer (fix);
      bench_tell ("printer plug");
      start_printer (fix, &quick);
      wait_paper (fix, 1000, TH_PAPER_READY);
      print (fix, TRUE, &result);
      assert_outcome (&result, 3000, TH_SLIP_CONFIRMED);
      assert_last_slip_is_whole (fix);
    }
}

static void
test_a_printer_let_go_in_the_middle_finishes_first (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  wait_paper (fix, 1000, TH_PAPER_READY);
  print (fix, FALSE, &result);
  g_object_add_weak_pointer (G_OBJECT (fix->printer), (gpointer *) &fix->printer);
  g_object_unref (fix->printer);
  assert_outcome (&result, 3000, TH_SLIP_CONFIRMED);
  wait_until (1000, fix->printer == NULL);
}

typedef struct
{
  Fixture *fix;
  Result result;
  gboolean started;
} PrintWhenReady;

static void
print_when_ready_cb (PrintWhenReady *when)
{
  if (when->started || th_printer_get_paper (when->fix->printer) != TH_PAPER_READY)
    return;
  when->started = TRUE;
  print (when->fix, FALSE, &when->result);
}

static void
test_a_slip_may_be_started_by_the_news_that_there_is_paper (Fixture *fix, gconstpointer profile)
{
  PrintWhenReady when = { .fix = fix };

  g_signal_connect_swapped (fix->printer, "notify::paper", G_CALLBACK (print_when_ready_cb), &when);
  wait_until (3000, when.result.over);
  g_assert_no_error (when.result.error);
  g_assert_cmpint (when.result.outcome, ==,
                   th_printer_get_answers (fix->printer) ? TH_SLIP_CONFIRMED : TH_SLIP_SENT);
  g_assert_cmpuint (bench_count ("slips"), ==, fix->slips + 1);
  assert_last_slip_is_whole (fix);
  g_signal_handlers_disconnect_by_data (fix->printer, &when);
}

#define ADD(name, profile, function)                                                               \
  g_test_add ("/printer-usb/" name, Fixture, profile, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  int status;

  if (!on_bench (argc, argv, &status))
    return status;
  g_test_init (&argc, &argv, NULL);
  ADD ("a second operation is busy", &quick, test_a_second_operation_is_busy);
  ADD ("a picture of another width is refused", &quick,
       test_a_picture_of_another_width_is_refused);
  ADD ("a cancelled print has an outcome", &quick, test_a_cancelled_print_has_an_outcome);
  ADD ("paper is what the printer says", &quick, test_paper_is_what_the_printer_says);
  ADD ("at a kiosk's times every trouble shows within two seconds", &quick,
       test_at_a_kiosks_times_every_trouble_shows_within_two_seconds);
  ADD ("a printer that is not there fails at once", &quick,
       test_a_printer_that_is_not_there_fails_at_once);
  ADD ("without paper nothing is sent", &quick, test_without_paper_nothing_is_sent);
  ADD ("a slip is confirmed and is the picture", &quick,
       test_a_slip_is_confirmed_and_is_the_picture);
  ADD ("a slip asked for before the printer is open is printed", &quick,
       test_a_slip_asked_for_before_the_printer_is_open_is_printed);
  ADD ("a printer that never answers only ever sends", &never_answers,
       test_a_printer_that_never_answers_only_ever_sends);
  ADD ("paper that runs out in the middle leaves the slip uncertain", &no_polls,
       test_paper_that_runs_out_in_the_middle_leaves_the_slip_uncertain);
  ADD ("a cover opened in the middle leaves the slip uncertain", &quick,
       test_a_cover_opened_in_the_middle_leaves_the_slip_uncertain);
  ADD ("unplugged at any byte the outcome is true", &no_polls,
       test_unplugged_at_any_byte_the_outcome_is_true);
  ADD ("a stall without a reason is given up in time", &no_polls,
       test_a_stall_without_a_reason_is_given_up_in_time);
  ADD ("a stall that ends is no fault", &quick, test_a_stall_that_ends_is_no_fault);
  ADD ("silence after the cut leaves the slip uncertain", &quick,
       test_silence_after_the_cut_leaves_the_slip_uncertain);
  ADD ("an answer that comes late still confirms", &quick,
       test_an_answer_that_comes_late_still_confirms);
  ADD ("after a restart the printer is flushed", &no_polls,
       test_after_a_restart_the_printer_is_flushed);
  ADD ("a printer let go in the middle finishes first", &quick,
       test_a_printer_let_go_in_the_middle_finishes_first);
  ADD ("a slip may be started by the news that there is paper", &quick,
       test_a_slip_may_be_started_by_the_news_that_there_is_paper);
  ADD ("a slip may be started by the news that there is a mute printer", &never_answers,
       test_a_slip_may_be_started_by_the_news_that_there_is_paper);
  return g_test_run ();
}
