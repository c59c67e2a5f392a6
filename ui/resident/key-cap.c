/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/resident/key-cap.h"

#include "ui/palette.h"

/* In a square of 1: drawn like ThPicture's, by strokes that need no font. */
static void
draw_sign (cairo_t *cr, ThPadKey key)
{
  switch (key)
    {
    case TH_KEY_YES:
      cairo_move_to (cr, 0.26, 0.54);
      cairo_line_to (cr, 0.43, 0.70);
      cairo_line_to (cr, 0.75, 0.31);
      break;
    case TH_KEY_NO:
      cairo_move_to (cr, 0.30, 0.30);
      cairo_line_to (cr, 0.70, 0.70);
      cairo_move_to (cr, 0.70, 0.30);
      cairo_line_to (cr, 0.30, 0.70);
      break;
    case TH_KEY_BACK:
      cairo_move_to (cr, 0.62, 0.27);
      cairo_line_to (cr, 0.34, 0.50);
      cairo_line_to (cr, 0.62, 0.73);
      cairo_close_path (cr);
      cairo_fill_preserve (cr);
      break;
    case TH_KEY_HELP:
      cairo_arc (cr, 0.50, 0.36, 0.15, G_PI, 0.45 * G_PI);
      cairo_line_to (cr, 0.50, 0.60);
      cairo_move_to (cr, 0.50, 0.76);
      cairo_line_to (cr, 0.50, 0.765);
      break;
    case TH_N_KEYS:
      break;
    }
  cairo_stroke (cr);
}

void
th_key_cap_snapshot (GtkSnapshot *snapshot, ThPadKey key, double x, double y, double size)
{
  const double rim = 0.06, round = 0.24;
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (x, y, size, size));

  cairo_translate (cr, x, y);
  cairo_scale (cr, size, size);
  cairo_new_sub_path (cr);
  cairo_arc (cr, 1 - rim - round, rim + round, round, -G_PI_2, 0);
  cairo_arc (cr, 1 - rim - round, 1 - rim - round, round, 0, G_PI_2);
  cairo_arc (cr, rim + round, 1 - rim - round, round, G_PI_2, G_PI);
  cairo_arc (cr, rim + round, rim + round, round, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
  cairo_set_source_rgb (cr, TH_RGB_INK);
  cairo_fill_preserve (cr);
  cairo_set_source_rgb (cr, TH_RGB_WHITE);
  cairo_set_line_width (cr, rim);
  cairo_stroke (cr);

  cairo_set_line_width (cr, 0.11);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  draw_sign (cr, key);
  cairo_destroy (cr);
}
