/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A printer driver on the bench's printer, and what came out of it. */
#pragma once

#include <cairo.h>
#include <glib/gstdio.h>
#include <string.h>

#include "drivers/escpos.h"
#include "drivers/printer-usb.h"
#include "tests/bench/tell.h"
#include "tests/on-bench.h"

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

static inline void
result_clear (Result *result)
{
  g_clear_error (&result->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

static inline char *
control_path (void)
{
  return g_build_filename (g_getenv ("TH_BENCH_DIR"), "control", NULL);
}

/* The number in the bench's answer "ok N". */
static inline guint64
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
static inline void
make_plugged (void)
{
  g_autofree char *control = control_path ();
  g_autofree char *reply = th_bench_tell (control, "printer plug", NULL);

  g_assert_nonnull (reply);
}

static inline ThRaster *
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

static inline void
start_printer (Fixture *fix, const ThPrinterProfile *profile)
{
  fix->printer = th_printer_usb_new (fix->context, profile);
  th_printer_start (fix->printer);
}

static inline void
stop_printer (Fixture *fix)
{
  g_object_add_weak_pointer (G_OBJECT (fix->printer), (gpointer *) &fix->printer);
  g_object_unref (fix->printer);
  wait_until (3000, fix->printer == NULL); /* a poll under way holds it */
}

static inline void
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

static inline void
tear_down (Fixture *fix, gconstpointer profile)
{
  if (fix->printer != NULL)
    stop_printer (fix);
  g_object_add_weak_pointer (G_OBJECT (fix->context), (gpointer *) &fix->context);
  g_object_unref (fix->context);
  wait_until (3000, fix->context == NULL);
  th_raster_free (fix->raster);
}

static inline void
wait_paper (Fixture *fix, guint limit_ms, ThPaper paper)
{
  wait_until (limit_ms, th_printer_get_paper (fix->printer) == paper);
}

static inline void
printed_cb (GObject *source, GAsyncResult *async, gpointer data)
{
  Result *result = data;

  result->outcome = th_printer_print_finish (TH_PRINTER (source), async, &result->error);
  result->over = TRUE;
}

static inline void
checked_cb (GObject *source, GAsyncResult *async, gpointer data)
{
  Result *result = data;

  result->paper = th_printer_check_finish (TH_PRINTER (source), async, &result->error);
  result->over = TRUE;
}

static inline void
print (Fixture *fix, gboolean flush_first, Result *result)
{
  th_printer_print_async (fix->printer, fix->raster, flush_first, NULL, printed_cb, result);
  g_assert_false (result->over); /* never from inside the start */
}

static inline void
assert_outcome (Result *result, guint limit_ms, ThSlipOutcome outcome)
{
  wait_until (limit_ms, result->over);
  g_assert_cmpstr (th_slip_outcome_to_string (result->outcome), ==,
                   th_slip_outcome_to_string (outcome));
  if (outcome == TH_SLIP_CONFIRMED || outcome == TH_SLIP_SENT)
    g_assert_no_error (result->error);
}

static inline void
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
static inline void
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
static inline gboolean
dot_is_black (cairo_surface_t *surface, int x, int y)
{
  const guint8 *dots = cairo_image_surface_get_data (surface);

  return dots[y * cairo_image_surface_get_stride (surface) + x * 4] < 128;
}

/* What came out of the printer last is exactly our picture. */
static inline void
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
