/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/gauge.h"

#include "ui/palette.h"

/* Steps of a full turn, and of full size: smaller changes are not drawn. */
#define STEPS 120

struct _ThGauge
{
  GtkWidget parent_instance;
  int distance; /* 0 … STEPS */
  int steadiness;
  gboolean done;
};

G_DEFINE_FINAL_TYPE (ThGauge, th_gauge, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_DISTANCE,
  PROP_STEADINESS,
  PROP_DONE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
head_outline (cairo_t *cr)
{
  cairo_save (cr);
  cairo_translate (cr, 0, -0.18);
  cairo_scale (cr, 0.46, 0.58);
  cairo_arc (cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_restore (cr);
}

/* Head and shoulders in a circle of radius 1 around the origin. */
static void
draw_head (cairo_t *cr)
{
  cairo_set_source_rgb (cr, TH_RGB_AMBER);
  cairo_move_to (cr, -0.80, 0.86);
  cairo_curve_to (cr, -0.72, 0.40, -0.40, 0.40, 0, 0.40);
  cairo_curve_to (cr, 0.40, 0.40, 0.72, 0.40, 0.80, 0.86);
  cairo_curve_to (cr, 0.40, 1.12, -0.40, 1.12, -0.80, 0.86);
  cairo_fill (cr);

  head_outline (cr);
  cairo_set_source_rgb (cr, TH_RGB_WHITE);
  cairo_fill_preserve (cr);
  /* hair, and a bare forehead under it */
  cairo_save (cr);
  cairo_clip (cr);
  cairo_arc (cr, 0, -0.86, 0.40, 0, 2 * G_PI);
  cairo_set_source_rgb (cr, TH_RGB_WARM);
  cairo_fill (cr);
  cairo_restore (cr);
  head_outline (cr);
  cairo_set_source_rgb (cr, TH_RGB_INK);
  cairo_set_line_width (cr, 0.05);
  cairo_stroke (cr);

  cairo_arc (cr, -0.17, -0.14, 0.045, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_arc (cr, 0.17, -0.14, 0.045, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_move_to (cr, -0.14, 0.12);
  cairo_curve_to (cr, -0.06, 0.19, 0.06, 0.19, 0.14, 0.12);
  cairo_stroke (cr);
}

static void
draw_check (cairo_t *cr)
{
  cairo_set_source_rgb (cr, TH_RGB_WARM);
  cairo_arc (cr, 0, 0, 0.86, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, TH_RGB_WHITE);
  cairo_set_line_width (cr, 0.18);
  cairo_move_to (cr, -0.40, 0.04);
  cairo_line_to (cr, -0.11, 0.33);
  cairo_line_to (cr, 0.42, -0.26);
  cairo_stroke (cr);
}

static void
th_gauge_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ThGauge *self = TH_GAUGE (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  double side = MIN (width, height), radius = side * 0.44, inner = side * 0.36;
  double distance = (double)self->distance / STEPS;
  /* Steady, but far away: the ring is to fill only when the head does. */
  double steadiness = self->done ? 1 : distance * self->steadiness / STEPS;
  cairo_t *cr;

  if (side < 8)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  cairo_translate (cr, width / 2.0, height / 2.0);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);

  cairo_set_line_width (cr, side * 0.08);
  cairo_set_source_rgb (cr, TH_RGB_SOFT);
  cairo_arc (cr, 0, 0, radius, 0, 2 * G_PI);
  cairo_stroke (cr);
  if (steadiness > 0)
    {
      cairo_set_source_rgb (cr, TH_RGB_WARM);
      cairo_arc (cr, 0, 0, radius, -G_PI_2, -G_PI_2 + steadiness * 2 * G_PI);
      cairo_stroke (cr);
    }

  cairo_set_source_rgb (cr, TH_RGB_WHITE);
  cairo_arc (cr, 0, 0, inner, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_arc (cr, 0, 0, inner, 0, 2 * G_PI);
  cairo_clip (cr);
  cairo_scale (cr, inner, inner);
  if (self->done)
    {
      draw_check (cr);
    }
  else
    {
      cairo_scale (cr, 0.35 + 0.60 * distance, 0.35 + 0.60 * distance);
      draw_head (cr);
    }
  cairo_destroy (cr);
}

static void
set_step (ThGauge *self, int *step, double value)
{
  int now = (int)((value > 0 ? MIN (value, 1) : 0) * STEPS + 0.5);

  if (now == *step)
    return;
  *step = now;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
th_gauge_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ThGauge *self = TH_GAUGE (object);

  switch (id)
    {
    case PROP_DISTANCE:
      set_step (self, &self->distance, g_value_get_double (value));
      break;
    case PROP_STEADINESS:
      set_step (self, &self->steadiness, g_value_get_double (value));
      break;
    case PROP_DONE:
      if (self->done == g_value_get_boolean (value))
        break;
      self->done = g_value_get_boolean (value);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
th_gauge_class_init (ThGaugeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = th_gauge_set_property;
  widget_class->snapshot = th_gauge_snapshot;
  gtk_widget_class_set_css_name (widget_class, "gauge");

  props[PROP_DISTANCE] = g_param_spec_double ("distance", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0,
                                              G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_STEADINESS] = g_param_spec_double ("steadiness", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE,
                                                0, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_DONE]
      = g_param_spec_boolean ("done", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
th_gauge_init (ThGauge *self)
{
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}
