/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/countdown.h"

#include "ui/palette.h"

struct _ThCountdown
{
  GtkWidget parent_instance;
  guint seconds;
  guint whole;
};

G_DEFINE_FINAL_TYPE (ThCountdown, th_countdown, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_SECONDS,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
draw_seconds (ThCountdown *self, cairo_t *cr, double side)
{
  g_autofree char *text = self->seconds < 100
                              ? g_strdup_printf ("%u", self->seconds)
                              : g_strdup_printf ("%u:%02u", self->seconds / 60, self->seconds % 60);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoFontDescription *font = pango_font_description_copy (
      pango_context_get_font_description (pango_layout_get_context (layout)));
  PangoRectangle ink;

  pango_font_description_set_absolute_size (font, side * (self->seconds < 100 ? 0.34 : 0.24)
                                                      * PANGO_SCALE);
  pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_get_pixel_extents (layout, &ink, NULL);
  cairo_move_to (cr, -ink.x - ink.width / 2.0, -ink.y - ink.height / 2.0);
  cairo_set_source_rgb (cr, TH_RGB_INK);
  pango_cairo_show_layout (cr, layout);
}

static void
th_countdown_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ThCountdown *self = TH_COUNTDOWN (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  double side = MIN (width, height), radius = side * 0.43;
  double fraction = self->whole > 0 ? (double)self->seconds / self->whole : 0;
  cairo_t *cr;

  if (side < 8)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  cairo_translate (cr, width / 2.0, height / 2.0);
  cairo_set_line_width (cr, side * 0.09);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_source_rgb (cr, TH_RGB_SOFT);
  cairo_arc (cr, 0, 0, radius, 0, 2 * G_PI);
  cairo_stroke (cr);
  if (fraction > 0)
    {
      cairo_set_source_rgb (cr, TH_RGB_WARM);
      cairo_arc (cr, 0, 0, radius, -G_PI_2, -G_PI_2 + fraction * 2 * G_PI);
      cairo_stroke (cr);
    }
  draw_seconds (self, cr, side);
  cairo_destroy (cr);
}

static void
th_countdown_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ThCountdown *self = TH_COUNTDOWN (object);
  guint seconds;

  if (id != PROP_SECONDS)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  seconds = g_value_get_uint (value);
  if (seconds == self->seconds)
    return;
  self->whole = seconds == 0 ? 0 : MAX (self->whole, seconds);
  self->seconds = seconds;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
th_countdown_class_init (ThCountdownClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = th_countdown_set_property;
  widget_class->snapshot = th_countdown_snapshot;
  gtk_widget_class_set_css_name (widget_class, "countdown");

  props[PROP_SECONDS] = g_param_spec_uint ("seconds", NULL, NULL, 0, G_MAXUINT, 0,
                                           G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
th_countdown_init (ThCountdown *self)
{
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}
