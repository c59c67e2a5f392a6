/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/check-chart.h"

#include <glib/gi18n.h>

#include "kiosk/records-thermometer.h"

#define DAYS 30
#define DAY_US ((gint64)24 * 3600 * G_USEC_PER_SEC)
#define RANGE_MC 500 /* drawn; what is further off stands at the edge, with its value */
#define LEFT 64
#define RIGHT 24
#define TOP 14
#define BOTTOM 30
#define DOT 5.0

/* The style sheet's ink, dim, line, red, green. */
#define INK 0.086, 0.125, 0.165
#define DIM 0.275, 0.322, 0.369
#define LINE 0.80, 0.827, 0.851
#define RED 0.549, 0.082, 0.082
#define GREEN 0.09, 0.314, 0.184
#define GREEN_LIGHT 0.886, 0.949, 0.906

struct _ThCheckChart
{
  GtkWidget parent;
  GArray *checks; /* of ThCheckRecord, newest first */
  gint64 now_us;
};

G_DEFINE_FINAL_TYPE (ThCheckChart, th_check_chart, GTK_TYPE_WIDGET)

typedef struct
{
  ThCheckChart *chart;
  cairo_t *cr;
  double left, top, width, height; /* of the field inside the axes */
} Field;

static double
x_of (const Field *field, gint64 at_us)
{
  double ago = (double)(field->chart->now_us - at_us) / (DAYS * DAY_US);

  return field->left + field->width * (1 - CLAMP (ago, 0, 1));
}

static double
y_of (const Field *field, int error_mc)
{
  return field->top
         + field->height * (0.5 - CLAMP (error_mc, -RANGE_MC, RANGE_MC) / (2.0 * RANGE_MC));
}

/* @align: 0 from @x on, 0.5 about it, 1 before it; in the middle of @y. */
static void
write_at (const Field *field, const char *text, double x, double y, double align)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (field->chart), text);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (field->cr, x - width * align, y - height / 2.0);
  pango_cairo_show_layout (field->cr, layout);
}

static void
draw_level (const Field *field, int error_mc, gboolean is_limit)
{
  double y = (int)y_of (field, error_mc) + 0.5;
  const double dash[] = { 6, 4 };
  char text[16];

  if (is_limit)
    cairo_set_source_rgb (field->cr, RED);
  else
    cairo_set_source_rgb (field->cr, LINE);
  cairo_set_line_width (field->cr, is_limit ? 1.5 : 1);
  cairo_set_dash (field->cr, dash, is_limit ? 2 : 0, 0);
  cairo_move_to (field->cr, field->left, y);
  cairo_line_to (field->cr, field->left + field->width, y);
  cairo_stroke (field->cr);
  cairo_set_dash (field->cr, NULL, 0, 0);

  if (is_limit)
    cairo_set_source_rgb (field->cr, RED);
  else
    cairo_set_source_rgb (field->cr, DIM);
  g_snprintf (text, sizeof text, error_mc == 0 ? "0.0" : "%+.1f", error_mc / 1000.0);
  write_at (field, text, field->left - 8, y, 1);
}

static void
draw_days (const Field *field)
{
  for (guint ago = 0; ago <= DAYS; ago += 7)
    {
      gint64 at_us = field->chart->now_us - ago * DAY_US;
      g_autoptr (GDateTime) day = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);
      g_autofree char *text = g_date_time_format (day, "%m-%d");
      double x = (int)x_of (field, at_us) + 0.5;

      cairo_set_source_rgb (field->cr, LINE);
      cairo_set_line_width (field->cr, 1);
      cairo_move_to (field->cr, x, field->top + field->height);
      cairo_line_to (field->cr, x, field->top + field->height + 5);
      cairo_stroke (field->cr);
      cairo_set_source_rgb (field->cr, DIM);
      write_at (field, text, x, field->top + field->height + BOTTOM / 2.0 + 3, 0.5);
    }
}

/* A dot where it passed, a cross with the value where it did not: not by colour alone. */
static void
draw_check (const Field *field, const ThCheckRecord *check)
{
  double x = x_of (field, check->at_us), y = y_of (field, check->error_mc);
  gboolean right = x > field->left + field->width * 0.85;
  char text[16];

  if (check->passed)
    {
      cairo_set_source_rgb (field->cr, GREEN);
      cairo_new_path (field->cr);
      cairo_arc (field->cr, x, y, DOT, 0, 2 * G_PI);
      cairo_fill (field->cr);
      return;
    }
  cairo_set_source_rgb (field->cr, RED);
  cairo_set_line_width (field->cr, 3);
  cairo_move_to (field->cr, x - DOT, y - DOT);
  cairo_line_to (field->cr, x + DOT, y + DOT);
  cairo_move_to (field->cr, x - DOT, y + DOT);
  cairo_line_to (field->cr, x + DOT, y - DOT);
  cairo_stroke (field->cr);
  g_snprintf (text, sizeof text, "%+.2f", check->error_mc / 1000.0);
  write_at (field, text, right ? x - 2 * DOT : x + 2 * DOT, y, right ? 1 : 0);
}

static void
draw_line (const Field *field)
{
  GArray *checks = field->chart->checks;

  cairo_set_source_rgb (field->cr, DIM);
  cairo_set_line_width (field->cr, 1.5);
  cairo_new_path (field->cr); /* words leave a point behind */
  for (guint i = 0; i < checks->len; i++)
    {
      const ThCheckRecord *check = &g_array_index (checks, ThCheckRecord, i);

      cairo_line_to (field->cr, x_of (field, check->at_us), y_of (field, check->error_mc));
    }
  cairo_stroke (field->cr);
}

static void
th_check_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ThCheckChart *self = TH_CHECK_CHART (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  Field field
      = { self, cr, LEFT, TOP, MAX (width - LEFT - RIGHT, 1), MAX (height - TOP - BOTTOM, 1) };
  double high = y_of (&field, TH_CHECK_LIMIT_MC), low = y_of (&field, -TH_CHECK_LIMIT_MC);

  cairo_set_source_rgb (cr, GREEN_LIGHT);
  cairo_rectangle (cr, field.left, high, field.width, low - high);
  cairo_fill (cr);
  for (int level = -RANGE_MC + 100; level < RANGE_MC; level += 200)
    if (ABS (level) > TH_CHECK_LIMIT_MC)
      draw_level (&field, level, FALSE);
  draw_level (&field, 0, FALSE);
  draw_level (&field, TH_CHECK_LIMIT_MC, TRUE);
  draw_level (&field, -TH_CHECK_LIMIT_MC, TRUE);
  draw_days (&field);
  if (self->checks == NULL || self->checks->len == 0)
    {
      cairo_set_source_rgb (cr, INK);
      write_at (&field, _ ("No checks yet"), field.left + field.width / 2, y_of (&field, 350), 0.5);
    }
  else
    {
      draw_line (&field);
      for (guint i = self->checks->len; i > 0; i--)
        draw_check (&field, &g_array_index (self->checks, ThCheckRecord, i - 1));
    }
  cairo_destroy (cr);
}

/* Who cannot see it hears what it comes to. */
static void
describe (ThCheckChart *self)
{
  guint n = self->checks != NULL ? self->checks->len : 0, failed = 0;
  g_autofree char *text = NULL;

  for (guint i = 0; i < n; i++)
    failed += !g_array_index (self->checks, ThCheckRecord, i).passed;
  text = g_strdup_printf (_ ("Daily checks of 30 days: %u, of which %u not passed"), n, failed);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

void
th_check_chart_set (ThCheckChart *self, GArray *checks, gint64 now_us)
{
  g_clear_pointer (&self->checks, g_array_unref);
  if (checks != NULL)
    self->checks = g_array_ref (checks);
  self->now_us = now_us;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
th_check_chart_finalize (GObject *object)
{
  g_clear_pointer (&TH_CHECK_CHART (object)->checks, g_array_unref);
  G_OBJECT_CLASS (th_check_chart_parent_class)->finalize (object);
}

static void
th_check_chart_class_init (ThCheckChartClass *class)
{
  G_OBJECT_CLASS (class)->finalize = th_check_chart_finalize;
  GTK_WIDGET_CLASS (class)->snapshot = th_check_chart_snapshot;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_IMG);
}

static void
th_check_chart_init (ThCheckChart *self)
{
  self->now_us = g_get_real_time ();
  gtk_widget_set_size_request (GTK_WIDGET (self), 420, 220);
}
