/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/paper.h"

#include <string.h>

#include <cairo.h>
#include <gio/gio.h>

#define LF 0x0a
#define CR 0x0d
#define DLE 0x10
#define ESC 0x1b
#define GS 0x1d

#define LINE_DOTS 30        /* 1/6 inch at 203 dpi, with what lies between */
#define FED_OUT_DOTS 80     /* 10 mm */
#define HEAD_TO_CUTTER 96   /* 12 mm */
#define MARGIN_DOTS 32      /* 4 mm beside the head on either side */
#define MARK_WIDTH 16
#define MARK_HEIGHT 24
#define MAX_ROWS 20000 /* 2.5 m of paper: nobody's slip */

typedef struct
{
  guint stride;
  GByteArray *rows;
} Slip;

struct _ThBenchPaper
{
  ThBenchAsked asked;
  gpointer user_data;
  guint next_width;
  GByteArray *partial; /* a command that is not complete yet */
  GQueue commands;     /* GBytes: complete, not printed yet */
  gsize unprinted;
  GPtrArray *slips;
  Slip *slip; /* in the printer */
  gboolean inked;
  guint fed_dots; /* since the last ink */
  guint line_dots;
  guint marks; /* in the text line that is not fed yet */
  guint garbage;
};

static void
slip_free (gpointer data)
{
  Slip *slip = data;

  g_byte_array_unref (slip->rows);
  g_free (slip);
}

static Slip *
slip_new (guint width_dots)
{
  Slip *slip = g_new0 (Slip, 1);

  slip->stride = width_dots / 8;
  slip->rows = g_byte_array_new ();
  return slip;
}

ThBenchPaper *
th_bench_paper_new (guint width_dots, ThBenchAsked asked, gpointer user_data)
{
  ThBenchPaper *self = g_new0 (ThBenchPaper, 1);

  self->asked = asked;
  self->user_data = user_data;
  self->next_width = width_dots;
  self->partial = g_byte_array_new ();
  g_queue_init (&self->commands);
  self->slips = g_ptr_array_new_with_free_func (slip_free);
  self->slip = slip_new (width_dots);
  self->line_dots = LINE_DOTS;
  return self;
}

void
th_bench_paper_free (ThBenchPaper *self)
{
  g_byte_array_unref (self->partial);
  g_queue_clear_full (&self->commands, (GDestroyNotify) g_bytes_unref);
  g_ptr_array_unref (self->slips);
  slip_free (self->slip);
  g_free (self);
}

void
th_bench_paper_set_width (ThBenchPaper *self, guint width_dots)
{
  self->next_width = width_dots;
  if (self->slip->rows->len == 0)
    self->slip->stride = width_dots / 8;
}

/* The bytes of the command that begins here: 0 when more must come before one can say. */
static gsize
command_length (const guint8 *at, gsize len)
{
  if (at[0] != DLE && at[0] != ESC && at[0] != GS)
    return 1;
  if (len < 2)
    return 0;
  if (at[0] == DLE)
    return at[1] == 0x04 || at[1] == 0x05 ? 3 : 1;
  if (at[0] == ESC)
    switch (at[1])
      {
      case '@':
      case '2':
        return 2;
      case '3':
      case 'J':
      case 'a':
      case 'd':
        return 3;
      default:
        return 1;
      }
  switch (at[1])
    {
    case 'a':
      return len < 3 ? 0 : 3;
    case 'V':
      if (len < 3)
        return 0;
      return at[2] == 65 || at[2] == 66 ? 4 : 3;
    case 'v':
      if (len < 3)
        return 0;
      if (at[2] != '0')
        return 1;
      if (len < 8)
        return 0;
      return 8 + (gsize) (at[4] | at[5] << 8) * (at[6] | at[7] << 8);
    default:
      return 1;
    }
}

void
th_bench_paper_receive (ThBenchPaper *self, const guint8 *bytes, gsize len)
{
  gsize at = 0;
  gsize n;

  g_byte_array_append (self->partial, bytes, len);
  self->unprinted += len;
  while (at < self->partial->len)
    {
      const guint8 *command = self->partial->data + at;

      n = command_length (command, self->partial->len - at);
      if (n == 0 || n > self->partial->len - at)
        break;
      if (command[0] == DLE && n == 3)
        {
          self->unprinted -= n;
          if (command[1] == 0x04)
            self->asked (self->user_data, command[2]);
        }
      else
        g_queue_push_tail (&self->commands, g_bytes_new (command, n));
      at += n;
    }
  g_byte_array_remove_range (self->partial, 0, at);
}

gsize
th_bench_paper_get_unprinted (ThBenchPaper *self)
{
  return self->unprinted;
}

void
th_bench_paper_reset (ThBenchPaper *self)
{
  g_queue_clear_full (&self->commands, (GDestroyNotify) g_bytes_unref);
  g_byte_array_set_size (self->partial, 0);
  self->unprinted = 0;
}

/* Blank rows at the end; returns where they begin. */
static guint8 *
advance (ThBenchPaper *self, guint n_rows)
{
  GByteArray *rows = self->slip->rows;
  gsize before = rows->len;

  n_rows = MIN (n_rows, MAX_ROWS - MIN (MAX_ROWS, before / self->slip->stride));
  g_byte_array_set_size (rows, before + n_rows * self->slip->stride);
  if (n_rows > 0)
    memset (rows->data + before, 0, rows->len - before);
  return rows->data != NULL ? rows->data + before : NULL;
}

static void
take_slip_out (ThBenchPaper *self)
{
  if (self->inked)
    g_ptr_array_add (self->slips, self->slip);
  else
    slip_free (self->slip);
  self->slip = slip_new (self->next_width);
  self->inked = FALSE;
  self->fed_dots = 0;
}

/* The line of marks that stands at the head, if there is one. */
static void
print_marks (ThBenchPaper *self)
{
  guint stride = self->slip->stride;
  guint8 *rows;

  if (self->marks == 0)
    return;
  rows = advance (self, MARK_HEIGHT);
  if (self->slip->rows->data + self->slip->rows->len < rows + MARK_HEIGHT * stride)
    return;
  for (guint mark = 0; mark < self->marks; mark++)
    for (guint y = 0; y < MARK_HEIGHT; y++)
      {
        guint slope = y * MARK_WIDTH / MARK_HEIGHT;
        guint16 bits = y < 2 || y >= MARK_HEIGHT - 2 ? 0xffff : 0x8001;

        bits |= 0x8000 >> slope | 1 << slope;
        rows[y * stride + mark * 2] = bits >> 8;
        rows[y * stride + mark * 2 + 1] = bits & 0xff;
      }
  self->marks = 0;
  self->inked = TRUE;
  self->fed_dots = 0;
}

static void
feed (ThBenchPaper *self, guint dots)
{
  print_marks (self);
  advance (self, dots);
  self->fed_dots += dots;
  if (self->inked && self->fed_dots >= FED_OUT_DOTS)
    take_slip_out (self);
}

static void
cut (ThBenchPaper *self, guint feed_dots)
{
  print_marks (self);
  advance (self, feed_dots);
  take_slip_out (self);
}

static void
print_garbage (ThBenchPaper *self)
{
  self->garbage++;
  if ((self->marks + 1) * 2 > self->slip->stride)
    print_marks (self);
  self->marks++;
}

/* m: bit 0 doubles the width, bit 1 the height. What is wider than the head falls off. */
static void
print_raster (ThBenchPaper *self, const guint8 *command)
{
  guint wide = command[3] & 1 ? 2 : 1;
  guint high = command[3] & 2 ? 2 : 1;
  gsize from_stride = command[4] | command[5] << 8;
  gsize n_rows = command[6] | command[7] << 8;
  gsize stride = self->slip->stride;
  const guint8 *from = command + 8;
  guint8 *to;
  gsize to_rows;

  print_marks (self);
  to = advance (self, n_rows * high);
  self->fed_dots = 0;
  if (to == NULL)
    return;
  to_rows = (self->slip->rows->data + self->slip->rows->len - to) / stride;
  for (gsize y = 0; y < to_rows; y++)
    {
      const guint8 *row = from + y / high * from_stride;

      for (gsize x = 0; x < MIN (stride * 8, from_stride * 8 * wide); x++)
        if (row[x / wide / 8] & 0x80 >> (x / wide % 8))
          {
            to[y * stride + x / 8] |= 0x80 >> (x % 8);
            self->inked = TRUE;
          }
    }
}

static void
print_command (ThBenchPaper *self, const guint8 *command, gsize len)
{
  if (command[0] == 0 || command[0] == CR)
    return;
  if (command[0] == LF)
    feed (self, self->line_dots);
  else if (len == 1)
    print_garbage (self);
  else if (command[0] == GS && command[1] == 'a')
    self->asked (self->user_data, TH_BENCH_ASKED_AUTOMATIC);
  else if (command[0] == GS && command[1] == 'v')
    print_raster (self, command);
  else if (command[0] == GS && len == 4)
    cut (self, HEAD_TO_CUTTER + command[3]);
  else if (command[0] == GS)
    cut (self, 0);
  else
    switch (command[1])
      {
      case '@':
        self->marks = 0;
        self->line_dots = LINE_DOTS;
        break;
      case '2':
        self->line_dots = LINE_DOTS;
        break;
      case '3':
        self->line_dots = command[2];
        break;
      case 'J':
        feed (self, command[2]);
        break;
      case 'd':
        feed (self, command[2] * self->line_dots);
        break;
      default: /* ESC a: everything we draw is as wide as the head */
        break;
      }
}

void
th_bench_paper_print (ThBenchPaper *self)
{
  GBytes *command;
  gconstpointer bytes;
  gsize len;

  while ((command = g_queue_pop_head (&self->commands)) != NULL)
    {
      bytes = g_bytes_get_data (command, &len);
      print_command (self, bytes, len);
      self->unprinted -= len;
      g_bytes_unref (command);
    }
}

guint
th_bench_paper_get_slips (ThBenchPaper *self)
{
  return self->slips->len;
}

guint
th_bench_paper_get_garbage (ThBenchPaper *self)
{
  return self->garbage;
}

gboolean
th_bench_paper_draw (ThBenchPaper *self, guint number, const char *path, GError **error)
{
  Slip *slip;
  guint width;
  guint height;
  cairo_surface_t *surface;
  cairo_status_t status;
  guint8 *pixels;

  if (number < 1 || number > self->slips->len + 1)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no slip %u", number);
      return FALSE;
    }
  slip = number > self->slips->len ? self->slip : self->slips->pdata[number - 1];
  width = slip->stride * 8 + 2 * MARGIN_DOTS;
  height = slip->rows->len / slip->stride + MARGIN_DOTS;
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  pixels = cairo_image_surface_get_data (surface);
  memset (pixels, 0xff, (gsize) cairo_image_surface_get_stride (surface) * height);
  for (guint y = 0; y < slip->rows->len / slip->stride; y++)
    {
      const guint8 *row = slip->rows->data + y * slip->stride;
      guint32 *to = (guint32 *) (gpointer) (pixels + (gsize) (y + MARGIN_DOTS / 2) *
                                                       cairo_image_surface_get_stride (surface));

      for (guint x = 0; x < slip->stride * 8; x++)
        if (row[x / 8] & 0x80 >> (x % 8))
          to[MARGIN_DOTS + x] = 0;
    }
  cairo_surface_mark_dirty (surface);
  status = cairo_surface_write_to_png (surface, path);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", path,
               cairo_status_to_string (status));
  return FALSE;
}
