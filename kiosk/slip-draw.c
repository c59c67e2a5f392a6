/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A slip on paper. Read at arm's length, without glasses, by people over sixty: so one enormous
 * number, few words, strong lines, nothing grey. Black or white from the start (no antialiasing, full
 * hinting): a thermal head has no grey, and dithered strokes fall apart.
 *
 * 203 dpi: 8 dots are 1 mm. Every slip of a width has the same height, whatever stands in the frame "what to
 * do now": who goes to the health desk holds a paper like anybody's.
 */
#include "kiosk/slip.h"

#include <errno.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <string.h>

#include "drivers/escpos.h"

/* Everything is measured in dots of 203 dpi; dots() makes them the printer's. */
#define MAX_HEIGHT 2600    /* of the printer's own */
#define SIDE dots (pen, 12) /* white at either side: heads are wider than the paper is straight */
#define NUMBER_HEIGHT dots (pen, 168) /* of a capital letter: 21 mm */
#define LEAST 24           /* type is never smaller: 3 mm */
#define QR_DOTS dots (pen, 6) /* a module: 0.75 mm, read by cheap scanners from crumpled paper */
#define QR_QUIET 4         /* modules of white around it, as the standard asks */

/* What changes with the width of the paper. */
typedef struct
{
  int site, heading, lane, detail, title, keep; /* sizes of type, dots */
  int now, now_lines;    /* the frame holds this many lines of this size */
  int now_han, now_han_lines; /* few Han characters say as much */
  gboolean side_by_side; /* room for two things in a row */
} Sizes;

static const Sizes wide = {
  .site = 30, .heading = 30, .lane = 46, .detail = 34, .title = 32, .keep = 34,
  .now = 46, .now_lines = 3, .now_han = 54, .now_han_lines = 2,
  .side_by_side = TRUE,
};
static const Sizes narrow = {
  .site = 26, .heading = 28, .lane = 40, .detail = 32, .title = 30, .keep = 28,
  .now = 36, .now_lines = 4, .now_han = 36, .now_han_lines = 3,
  .side_by_side = FALSE,
};

typedef struct
{
  cairo_t *cr;
  PangoLayout *layout;
  PangoFontDescription *font;
  Sizes at_dpi;
  const Sizes *sizes; /* the above */
  int dpi;
  int width; /* of the paper */
  int y;     /* the next free row */
} Pen;

/* Up, so that nothing gets smaller than it was meant to be. */
static int
dots (const Pen *pen, int at_203)
{
  return (at_203 * pen->dpi + 202) / 203;
}

static void
set_sizes (Pen *pen)
{
  const Sizes *at_203 = pen->width * 203 / pen->dpi >= 512 ? &wide : &narrow;
  Sizes *to = &pen->at_dpi;

  *to = *at_203;
  to->site = dots (pen, to->site);
  to->heading = dots (pen, to->heading);
  to->lane = dots (pen, to->lane);
  to->detail = dots (pen, to->detail);
  to->title = dots (pen, to->title);
  to->keep = dots (pen, to->keep);
  to->now = dots (pen, to->now);
  to->now_han = dots (pen, to->now_han);
  pen->sizes = to;
}

static const char *
font_family (ThLanguage language)
{
  /* One Han character has other strokes in Taipei than in Beijing: the family decides which. */
  return language == TH_LANGUAGE_ZH_TW ? "Noto Sans CJK TC" : "Noto Sans CJK SC";
}

static const char *
pango_language (ThLanguage language)
{
  switch (language)
    {
    case TH_LANGUAGE_ZH_CN:
      return "zh-cn";
    case TH_LANGUAGE_ZH_TW:
      return "zh-tw";
    case TH_LANGUAGE_EN:
    case TH_N_LANGUAGES:
      break;
    }
  return "en";
}

static void
pen_init (Pen *pen, cairo_surface_t *surface, ThLanguage language, const ThPrintHead *head)
{
  PangoContext *context;
  cairo_font_options_t *options = cairo_font_options_create ();

  pen->cr = cairo_create (surface);
  pen->width = head->width_dots;
  pen->dpi = head->dpi;
  set_sizes (pen);
  pen->y = 0;
  cairo_set_antialias (pen->cr, CAIRO_ANTIALIAS_NONE);
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_NONE);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_FULL);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_ON);

  /* The default font map keeps the loaded fonts for the next slip. */
  context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  pango_cairo_context_set_font_options (context, options);
  pango_cairo_context_set_resolution (context, 72); /* a point is a dot */
  pango_context_set_language (context, pango_language_from_string (pango_language (language)));
  pango_context_set_base_dir (context, PANGO_DIRECTION_LTR);
  cairo_font_options_destroy (options);

  pen->layout = pango_layout_new (context);
  g_object_unref (context);
  pen->font = pango_font_description_new ();
  pango_font_description_set_family_static (pen->font, font_family (language));
}

static void
pen_clear (Pen *pen)
{
  pango_font_description_free (pen->font);
  g_object_unref (pen->layout);
  cairo_destroy (pen->cr);
}

/* Sets @text in a column of @width dots, at most @lines lines; what is too long ends in "…". */
static void
set_text (Pen *pen, const char *text, int size, int width, int lines, PangoAlignment align)
{
  pango_font_description_set_absolute_size (pen->font, size * PANGO_SCALE);
  pango_font_description_set_weight (pen->font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description (pen->layout, pen->font);
  pango_layout_set_width (pen->layout, width * PANGO_SCALE);
  pango_layout_set_height (pen->layout, -lines);
  pango_layout_set_ellipsize (pen->layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_wrap (pen->layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment (pen->layout, align);
  pango_layout_set_line_spacing (pen->layout, 0.9); /* Noto's own line is 1.45 em: too much paper */
  pango_layout_set_text (pen->layout, text, -1);
}

static int
text_height (Pen *pen)
{
  int height;

  pango_layout_get_pixel_size (pen->layout, NULL, &height);
  return height;
}

static void
show_text (Pen *pen, int x, int y, gboolean white)
{
  cairo_set_operator (pen->cr, white ? CAIRO_OPERATOR_DEST_OUT : CAIRO_OPERATOR_OVER);
  cairo_move_to (pen->cr, x, y);
  pango_cairo_show_layout (pen->cr, pen->layout);
  cairo_set_operator (pen->cr, CAIRO_OPERATOR_OVER);
}

static void
fill_box (Pen *pen, int x, int y, int width, int height)
{
  cairo_rectangle (pen->cr, x, y, width, height);
  cairo_fill (pen->cr);
}

/* A line across the paper, set a little smaller before it breaks into @lines; takes no paper when there is
 * nothing to say. */
static void
draw_line (Pen *pen, const char *text, int size, int lines)
{
  int width = pen->width - 2 * SIDE;
  int smallest = MAX (size * 5 / 6, dots (pen, LEAST));

  if (text[0] == '\0')
    return;
  for (int smaller = size; smaller >= smallest; smaller--)
    {
      set_text (pen, text, smaller, width, 1, PANGO_ALIGN_CENTER);
      if (!pango_layout_is_ellipsized (pen->layout))
        break;
    }
  if (pango_layout_is_ellipsized (pen->layout))
    set_text (pen, text, size, width, lines, PANGO_ALIGN_CENTER);
  show_text (pen, SIDE, pen->y, FALSE);
  pen->y += text_height (pen);
}

/* White on black across the paper: a copy must not pass for the original. */
static void
draw_copy_mark (Pen *pen, const char *mark)
{
  int size = pen->sizes->lane;
  int height = size + dots (pen, 16);

  if (mark[0] == '\0')
    return;
  fill_box (pen, SIDE, pen->y, pen->width - 2 * SIDE, height);
  set_text (pen, mark, size, pen->width - 2 * SIDE, 1, PANGO_ALIGN_CENTER);
  show_text (pen, SIDE, pen->y + (height - text_height (pen)) / 2, TRUE);
  pen->y += height + dots (pen, 8);
}

/* The number is always as high as the page allows; a long one gets narrower, not smaller. */
static void
draw_number (Pen *pen, const char *label)
{
  int room = pen->width - 2 * SIDE;
  double left, top, right, bottom, scale_x, scale_y;

  set_text (pen, label, 200, -1, 1, PANGO_ALIGN_LEFT);
  pango_layout_set_width (pen->layout, -1);
  cairo_save (pen->cr);
  cairo_new_path (pen->cr);
  pango_cairo_layout_path (pen->cr, pen->layout);
  cairo_path_extents (pen->cr, &left, &top, &right, &bottom);
  if (right > left && bottom > top)
    {
      cairo_path_t *path = cairo_copy_path (pen->cr);

      scale_y = NUMBER_HEIGHT / (bottom - top);
      scale_x = MIN (scale_y, room / (right - left));
      cairo_new_path (pen->cr);
      cairo_translate (pen->cr, (pen->width - (right - left) * scale_x) / 2, pen->y);
      cairo_scale (pen->cr, scale_x, scale_y);
      cairo_translate (pen->cr, -left, -top);
      cairo_append_path (pen->cr, path);
      cairo_fill (pen->cr);
      cairo_path_destroy (path);
    }
  cairo_restore (pen->cr);
  pen->y += NUMBER_HEIGHT;
}

/* Who and when: in one row where there is room, else one under the other. Both rows are there even when one is
 * empty: a copy without a name is as long as a slip with one. */
static void
draw_details (Pen *pen, const ThSlip *slip)
{
  int size = pen->sizes->detail;
  int room = pen->width - 2 * SIDE;
  int row = size * 3 / 2;
  int who_room, baseline;
  PangoRectangle when;

  if (!pen->sizes->side_by_side)
    {
      set_text (pen, slip->who, size, room, 1, PANGO_ALIGN_CENTER);
      show_text (pen, SIDE, pen->y, FALSE);
      set_text (pen, slip->when, size, room, 1, PANGO_ALIGN_CENTER);
      show_text (pen, SIDE, pen->y + row, FALSE);
      pen->y += 2 * row;
      return;
    }
  set_text (pen, slip->when, size, room, 1, PANGO_ALIGN_RIGHT);
  show_text (pen, SIDE, pen->y, FALSE);
  pango_layout_get_pixel_extents (pen->layout, NULL, &when);
  baseline = pango_layout_get_baseline (pen->layout);
  who_room = MAX (room - when.width - size, room / 5);
  for (int smaller = size; smaller >= dots (pen, LEAST); smaller--)
    {
      set_text (pen, slip->who, smaller, who_room, 1, PANGO_ALIGN_LEFT);
      if (!pango_layout_is_ellipsized (pen->layout))
        break;
    }
  baseline -= pango_layout_get_baseline (pen->layout);
  show_text (pen, SIDE, pen->y + PANGO_PIXELS (baseline), FALSE);
  pen->y += row;
}

/* The frame is as high as it would be with all its lines; the words stand in its middle, and are set
 * smaller rather than cut when a translation is long. */
static void
draw_what_now (Pen *pen, const ThSlip *slip)
{
  const int line = dots (pen, 5);
  int inner = pen->width - 2 * SIDE - 2 * line - dots (pen, 16);
  int title_height = pen->sizes->title + dots (pen, 18);
  gboolean han = slip->language != TH_LANGUAGE_EN;
  int size = han ? pen->sizes->now_han : pen->sizes->now;
  int lines = han ? pen->sizes->now_han_lines : pen->sizes->now_lines;
  int text_room = lines * size * 135 / 100;
  int height = title_height + text_room + dots (pen, 22);

  fill_box (pen, SIDE, pen->y, pen->width - 2 * SIDE, height);
  cairo_set_operator (pen->cr, CAIRO_OPERATOR_CLEAR);
  fill_box (pen, SIDE + line, pen->y + title_height, pen->width - 2 * SIDE - 2 * line,
            height - title_height - line);
  cairo_set_operator (pen->cr, CAIRO_OPERATOR_OVER);

  set_text (pen, slip->now_title, pen->sizes->title, inner, 1, PANGO_ALIGN_CENTER);
  show_text (pen, (pen->width - inner) / 2, pen->y + (title_height - text_height (pen)) / 2, TRUE);

  for (; size >= dots (pen, LEAST); size--)
    {
      set_text (pen, slip->what_now, size, inner, lines, PANGO_ALIGN_CENTER);
      if (!pango_layout_is_ellipsized (pen->layout) && text_height (pen) <= text_room)
        break;
    }
  show_text (pen, (pen->width - inner) / 2,
             pen->y + title_height + (height - title_height - line - text_height (pen)) / 2, FALSE);
  pen->y += height;
}

static gboolean
draw_qr (Pen *pen, const ThSlip *slip, GError **error)
{
  QRcode *code = QRcode_encodeString8bit (slip->token, 0, QR_ECLEVEL_M);
  int side, x, y;

  if (code == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no QR code of a token of %zu characters: %s",
                   strlen (slip->token), g_strerror (errno));
      return FALSE;
    }
  side = (code->width + 2 * QR_QUIET) * QR_DOTS;
  x = pen->sizes->side_by_side ? SIDE : (pen->width - side) / 2;
  y = pen->y;
  for (int row = 0; row < code->width; row++)
    for (int column = 0; column < code->width; column++)
      if (code->data[row * code->width + column] & 1)
        cairo_rectangle (pen->cr, x + (QR_QUIET + column) * QR_DOTS, y + (QR_QUIET + row) * QR_DOTS,
                         QR_DOTS, QR_DOTS);
  cairo_fill (pen->cr);
  QRcode_free (code);

  if (pen->sizes->side_by_side)
    {
      int left = x + side;

      set_text (pen, slip->keep, pen->sizes->keep, pen->width - SIDE - left, 5, PANGO_ALIGN_LEFT);
      show_text (pen, left, y + (side - text_height (pen)) / 2, FALSE);
      pen->y += side;
      return TRUE;
    }
  pen->y += side;
  set_text (pen, slip->keep, pen->sizes->keep, pen->width - 2 * SIDE, 4, PANGO_ALIGN_CENTER);
  show_text (pen, SIDE, pen->y, FALSE);
  pen->y += text_height (pen) + dots (pen, 8);
  return TRUE;
}

/* One byte a dot, 0 or 255, to one bit a dot. */
static ThRaster *
pack (const guint8 *dots, gsize stride, guint width, guint height)
{
  ThRaster *raster = th_raster_new (width, height);

  for (guint y = 0; y < height; y++)
    {
      const guint8 *from = dots + y * stride;
      guint8 *to = raster->rows + y * raster->stride;

      for (guint x = 0; x < width; x += 8)
        {
          guint n = MIN (8, width - x);
          guint byte = 0;

          for (guint i = 0; i < n; i++)
            byte = byte << 1 | from[x + i] >> 7;
          *to++ = (guint8) (byte << (8 - n));
        }
    }
  th_escpos_make_harmless (raster);
  return raster;
}

/* Straight onto the paper, in its middle: it is one bit a dot already. */
static void
draw_logo (Pen *pen, const ThRaster *logo)
{
  int left = (pen->width - (int) logo->width_dots) / 2;

  for (guint y = 0; y < logo->height_dots; y++)
    for (guint x = 0; x < logo->width_dots; x++)
      if (logo->rows[y * logo->stride + x / 8] & (0x80 >> (x % 8)))
        cairo_rectangle (pen->cr, left + (int) x, pen->y + (int) y, 1, 1);
  cairo_fill (pen->cr);
  pen->y += logo->height_dots + dots (pen, 8);
}

/* A label at the left and its value at the right; under each other where one row is too short. */
static void
draw_row (Pen *pen, const char *label, const char *value)
{
  int size = pen->sizes->keep;
  int room = pen->width - 2 * SIDE;
  PangoRectangle ink;
  int taken;

  set_text (pen, label, size, room, 2, PANGO_ALIGN_LEFT);
  show_text (pen, SIDE, pen->y, FALSE);
  pango_layout_get_pixel_extents (pen->layout, NULL, &ink);
  taken = ink.width;
  if (pango_layout_get_line_count (pen->layout) > 1)
    taken = room;
  if (value[0] == '\0')
    {
      pen->y += text_height (pen);
      return;
    }
  ink.height = text_height (pen);
  set_text (pen, value, size, room, 3, PANGO_ALIGN_RIGHT);
  pango_layout_get_pixel_extents (pen->layout, NULL, &ink);
  if (ink.width + taken + size > room || pango_layout_get_line_count (pen->layout) > 1)
    {
      set_text (pen, label, size, room, 2, PANGO_ALIGN_LEFT);
      pen->y += text_height (pen);
      set_text (pen, value, size, room, 3, PANGO_ALIGN_RIGHT);
    }
  show_text (pen, SIDE, pen->y, FALSE);
  pen->y += text_height (pen);
}

/* A hash, for somebody to compare: as it is, in groups of four. */
static void
draw_last (Pen *pen, const char *word)
{
  g_autoptr (GString) groups = g_string_new (NULL);

  for (gsize i = 0; word[i] != '\0'; i++)
    {
      if (i > 0 && i % 4 == 0)
        g_string_append_c (groups, ' ');
      g_string_append_c (groups, word[i]);
    }
  pen->y += dots (pen, 10);
  set_text (pen, groups->str, pen->sizes->keep, pen->width - 2 * SIDE, 6, PANGO_ALIGN_LEFT);
  show_text (pen, SIDE, pen->y, FALSE);
  pen->y += text_height (pen);
}

/* What stands under every slip, from the site's own file. */
static void
draw_template_words (Pen *pen, const ThSlip *slip)
{
  const ThSlipTemplate *template = slip->template;

  if (template == NULL)
    return;
  if (template->notice[slip->language][0] != '\0' || template->hot_line[0] != '\0')
    pen->y += dots (pen, 10);
  draw_line (pen, template->notice[slip->language], pen->sizes->keep, 3);
  draw_line (pen, template->hot_line, pen->sizes->lane, 1);
}

static gboolean
draw_all (Pen *pen, const ThSlip *slip, GError **error)
{
  const Sizes *sizes = pen->sizes;

  if (slip->template != NULL && slip->template->logo != NULL)
    draw_logo (pen, slip->template->logo);
  draw_line (pen, slip->site, sizes->site, 2);
  pen->y += dots (pen, 6);
  fill_box (pen, SIDE, pen->y, pen->width - 2 * SIDE, dots (pen, 3));
  pen->y += dots (pen, 10);
  draw_copy_mark (pen, slip->copy_mark);
  if (slip->title[0] != '\0')
    {
      draw_line (pen, slip->title, sizes->lane * 3 / 2, 2);
      pen->y += dots (pen, 10);
    }
  draw_line (pen, slip->heading, sizes->heading, 1);
  if (slip->label[0] != '\0')
    {
      pen->y += dots (pen, 10);
      draw_number (pen, slip->label);
      pen->y += dots (pen, 10);
    }
  draw_line (pen, slip->lane, sizes->lane, 1);
  draw_line (pen, slip->ahead, sizes->detail, 2);
  pen->y += dots (pen, 10);
  if (slip->what_now[0] != '\0')
    {
      draw_what_now (pen, slip);
      pen->y += dots (pen, 10);
    }
  for (guint i = 0; slip->rows != NULL && slip->rows[i] != NULL && slip->rows[i + 1] != NULL; i += 2)
    draw_row (pen, slip->rows[i], slip->rows[i + 1]);
  if (slip->last[0] != '\0')
    draw_last (pen, slip->last);
  if (slip->rows != NULL)
    pen->y += dots (pen, 10);
  draw_details (pen, slip);
  if (slip->token[0] != '\0' && !draw_qr (pen, slip, error))
    return FALSE;
  draw_template_words (pen, slip);
  pen->y += dots (pen, 4);
  return TRUE;
}

ThRaster *
th_slip_draw (const ThSlip *slip, const ThPrintHead *head, GError **error)
{
  cairo_surface_t *surface;
  ThRaster *raster = NULL;
  Pen pen;

  g_return_val_if_fail (slip != NULL, NULL);

  if (head->dpi < 150 || head->dpi > 300 || head->width_dots < 360 || head->width_dots > 832 ||
      head->width_dots * 10 / head->dpi < 18)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "a slip is 46 mm wide or more and 360 to 832 dots, not %u at %u dpi", head->width_dots,
                   head->dpi);
      return NULL;
    }
  surface = cairo_image_surface_create (CAIRO_FORMAT_A8, head->width_dots, MAX_HEIGHT);
  pen_init (&pen, surface, slip->language, head);
  if (draw_all (&pen, slip, error))
    {
      cairo_surface_flush (surface);
      if (cairo_status (pen.cr) != CAIRO_STATUS_SUCCESS)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "drawing the slip: %s",
                     cairo_status_to_string (cairo_status (pen.cr)));
      else
        raster = pack (cairo_image_surface_get_data (surface), cairo_image_surface_get_stride (surface),
                       head->width_dots, CLAMP (pen.y, 1, MAX_HEIGHT));
    }
  pen_clear (&pen);
  /* A masked name does not stay in memory. Nothing is drawn below the last row: to wipe that as well would fetch a
   * megabyte of untouched pages, which cost as much as the drawing. */
  explicit_bzero (cairo_image_surface_get_data (surface),
                  cairo_image_surface_get_stride (surface) * CLAMP (pen.y, 1, MAX_HEIGHT));
  cairo_surface_destroy (surface);
  return raster;
}

gboolean
th_raster_write_png (const ThRaster *raster, const char *path, GError **error)
{
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_A8, raster->width_dots, raster->height_dots);
  guint8 *dots = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);
  cairo_status_t status = cairo_surface_status (surface);

  if (status == CAIRO_STATUS_SUCCESS)
    {
      for (guint y = 0; y < raster->height_dots; y++)
        for (guint x = 0; x < raster->width_dots; x++)
          {
            gboolean black = raster->rows[y * raster->stride + x / 8] & (0x80 >> (x % 8));

            dots[y * stride + x] = black ? 0 : 255; /* A8 becomes a grey PNG */
          }
      cairo_surface_mark_dirty (surface);
      errno = 0;
      status = cairo_surface_write_to_png (surface, path);
    }
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, G_IO_ERROR, errno != 0 ? (gint) g_io_error_from_errno (errno) : G_IO_ERROR_FAILED,
               "writing %s: %s", path, cairo_status_to_string (status));
  return FALSE;
}
