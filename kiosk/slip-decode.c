/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/slip-decode.h"

#include <gio/gio.h>
#include <string.h>

/* A text line's height where ESC 2 and ESC 3 say nothing else: 1/6 inch at 203 dpi. */
#define DEFAULT_LINE_DOTS 34

/* The paper that has come out since the last cut. */
typedef struct
{
  GByteArray *rows;  /* max_stride bytes a row */
  guint height;
  guint width_bytes; /* of the widest picture */
  guint pending;     /* fed, but nothing printed after it yet */
  guint line_dots;
} Paper;

#define ROW_BYTES (TH_SLIP_DECODE_MAX_WIDTH / 8)

static gboolean
refuse (GError **error, gsize offset, const char *what)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "byte %zu: %s", offset, what);
  return FALSE;
}

static gboolean
add_blank (Paper *paper, guint rows)
{
  if (rows == 0)
    return TRUE;
  if (rows > TH_SLIP_DECODE_MAX_HEIGHT || paper->height + rows > TH_SLIP_DECODE_MAX_HEIGHT)
    return FALSE;
  paper->height += rows;
  g_byte_array_set_size (paper->rows, paper->height * ROW_BYTES);
  memset (paper->rows->data + (paper->height - rows) * ROW_BYTES, 0, (gsize) rows * ROW_BYTES);
  return TRUE;
}

static void
feed (Paper *paper, guint dots)
{
  if (paper->height > 0) /* what is fed before the first picture is not part of it */
    paper->pending = MIN (paper->pending + dots, TH_SLIP_DECODE_MAX_HEIGHT + 1);
}

static gboolean
add_picture (Paper *paper, const guint8 *bits, guint width_bytes, guint rows)
{
  guint first;

  if (!add_blank (paper, paper->pending))
    return FALSE;
  paper->pending = 0;
  first = paper->height;
  if (!add_blank (paper, rows))
    return FALSE;
  for (guint row = 0; row < rows; row++)
    memcpy (paper->rows->data + (gsize) (first + row) * ROW_BYTES, bits + (gsize) row * width_bytes,
            width_bytes);
  paper->width_bytes = MAX (paper->width_bytes, width_bytes);
  return TRUE;
}

static gboolean
tear_off (Paper *paper, GPtrArray *slips)
{
  if (paper->height > 0)
    {
      ThRaster *raster;

      if (slips->len == TH_SLIP_DECODE_MAX_SLIPS)
        return FALSE;
      raster = th_raster_new (paper->width_bytes * 8, paper->height);
      for (guint row = 0; row < paper->height; row++)
        memcpy (raster->rows + row * raster->stride, paper->rows->data + (gsize) row * ROW_BYTES,
                raster->stride);
      g_ptr_array_add (slips, raster);
    }
  g_byte_array_set_size (paper->rows, 0);
  paper->height = paper->width_bytes = paper->pending = 0;
  return TRUE;
}

/* GS v 0 m xL xH yL yH, then the rows; @at stands on GS. Returns the command's length, 0 on error. */
static gsize
take_picture (Paper *paper, const guint8 *data, gsize len, gsize at, GError **error)
{
  guint width_bytes, rows;

  if (len - at < 8)
    return refuse (error, at, "the head of a picture is cut off");
  if (data[at + 3] != 0 && data[at + 3] != '0')
    return refuse (error, at + 3, "a picture in double width or height");
  width_bytes = data[at + 4] + 256u * data[at + 5];
  rows = data[at + 6] + 256u * data[at + 7];
  if (width_bytes > ROW_BYTES)
    return refuse (error, at + 4, "a picture wider than any printer");
  if ((gsize) width_bytes * rows > len - at - 8)
    return refuse (error, at, "a picture is cut off");
  if (width_bytes > 0 && rows > 0 && !add_picture (paper, data + at + 8, width_bytes, rows))
    return refuse (error, at, "a slip longer than any slip");
  return 8 + (gsize) width_bytes * rows;
}

/* Returns the length of the command at @at, 0 on error. */
static gsize
take_command (Paper *paper, GPtrArray *slips, const guint8 *data, gsize len, gsize at,
              GError **error)
{
  gsize left = len - at;
  guint8 first = data[at];
  guint8 second = left > 1 ? data[at + 1] : 0;
  guint8 third = left > 2 ? data[at + 2] : 0;

  if (first == 0x00 || first == '\r')
    return 1;
  if (first == '\n')
    {
      feed (paper, paper->line_dots);
      return 1;
    }
  if (first == 0x10 && left >= 3 && second == 0x04 && third >= 1 && third <= 4)
    return 3; /* DLE EOT n: a question, prints nothing */
  if (first == 0x1b && left >= 2 && second == '@')
    {
      paper->line_dots = DEFAULT_LINE_DOTS;
      return 2;
    }
  if (first == 0x1b && left >= 2 && second == '2')
    {
      paper->line_dots = DEFAULT_LINE_DOTS;
      return 2;
    }
  if (first == 0x1b && left >= 3 && second == '3')
    {
      paper->line_dots = third;
      return 3;
    }
  if (first == 0x1b && left >= 3 && second == 'J')
    {
      feed (paper, third);
      return 3;
    }
  if (first == 0x1b && left >= 3 && second == 'd')
    {
      feed (paper, third * paper->line_dots);
      return 3;
    }
  if (first == 0x1d && left >= 3 && second == 'v' && third == '0')
    return take_picture (paper, data, len, at, error);
  if (first == 0x1d && left >= 3 && second == 'V')
    {
      gsize command = third == 65 || third == 66 ? 4 : 3;

      if (command > left || (command == 3 && third > 1 && third != '0' && third != '1'))
        return refuse (error, at, "a cut of an unknown kind");
      if (!tear_off (paper, slips))
        return refuse (error, at, "too many slips");
      return command;
    }
  return refuse (error, at, "not a command of a raster slip");
}

/* The command at @at, which is whole; returns how many bytes of @data the line speaks of. */
static gsize
list_command (GString *list, const guint8 *data, gsize len, gsize at, gsize command)
{
  guint8 second = command > 1 ? data[at + 1] : 0;
  guint8 third = command > 2 ? data[at + 2] : 0;

  g_string_append_printf (list, "%8zu  ", at);
  switch (data[at])
    {
    case 0x00:
      while (at + command < len && data[at + command] == 0x00)
        command++;
      g_string_append_printf (list, "NUL x %zu: nothing\n", command);
      return command;
    case '\r':
      g_string_append (list, "CR: nothing\n");
      return command;
    case '\n':
      g_string_append (list, "LF: feed a line\n");
      return command;
    case 0x10:
      g_string_append_printf (list, "DLE EOT %u: asks for status\n", third);
      return command;
    case 0x1b:
      if (second == '@')
        g_string_append (list, "ESC @: reset\n");
      else if (second == '2')
        g_string_append (list, "ESC 2: lines of 1/6 inch\n");
      else if (second == '3')
        g_string_append_printf (list, "ESC 3 %u: lines of %u dots\n", third, third);
      else if (second == 'J')
        g_string_append_printf (list, "ESC J %u: feed %u dots\n", third, third);
      else
        g_string_append_printf (list, "ESC d %u: feed %u lines\n", third, third);
      return command;
    default:
      break;
    }
  if (second == 'v')
    g_string_append_printf (list, "GS v 0: picture of %u x %u dots, %zu bytes\n",
                            8 * (data[at + 4] + 256u * data[at + 5]), data[at + 6] + 256u * data[at + 7],
                            command);
  else if (command == 4)
    g_string_append_printf (list, "GS V %u %u: feed %u more and cut\n", third, data[at + 3], data[at + 3]);
  else
    g_string_append_printf (list, "GS V %u: cut\n", third);
  return command;
}

GPtrArray *
th_slip_decode (const guint8 *data, gsize len, GError **error)
{
  return th_slip_decode_listed (data, len, NULL, error);
}

GPtrArray *
th_slip_decode_listed (const guint8 *data, gsize len, GString *list, GError **error)
{
  g_autoptr (GPtrArray) slips = g_ptr_array_new_with_free_func ((GDestroyNotify) th_raster_free);
  Paper paper = { .rows = g_byte_array_new (), .line_dots = DEFAULT_LINE_DOTS };
  gsize at = 0, listed = 0;
  gboolean good = TRUE;

  while (good && at < len)
    {
      gsize command = take_command (&paper, slips, data, len, at, error);

      good = command > 0;
      if (good && list != NULL && at >= listed)
        listed = at + list_command (list, data, len, at, command);
      at += command;
    }
  if (good && !tear_off (&paper, slips))
    good = refuse (error, len, "too many slips");
  g_byte_array_unref (paper.rows);
  return good ? g_steal_pointer (&slips) : NULL;
}
