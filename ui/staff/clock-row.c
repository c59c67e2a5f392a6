/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/clock-row.h"

#include <glib/gi18n.h>

#include "ui/staff/staff-words.h"

struct _ThClockRow
{
  GtkWidget parent;
  GtkWidget *top;
  GtkLabel *sign;
  GtkLabel *title;
  GtkLabel *left;
  GtkButton *made;
};

G_DEFINE_FINAL_TYPE (ThClockRow, th_clock_row, GTK_TYPE_WIDGET)

void
th_clock_row_show (ThClockRow *self, const ThConfig *config, const ThCase *the_case,
                   gboolean written, gint64 now_us)
{
  guint limit_min = written ? config->written_report_min : config->oral_report_min;
  gint64 made_us = written ? the_case->written_report_at_us : the_case->oral_report_at_us;
  gint64 due_us = the_case->flagged_at_us + (gint64)limit_min * 60 * G_USEC_PER_SEC;
  g_autofree char *time = th_staff_words_time (made_us != 0 ? made_us : due_us);
  g_autofree char *title = NULL, *words = NULL;
  guint minutes;
  ThClockState state = th_case_clock (the_case, written, limit_min, now_us, &minutes);
  const char *classes[] = { "clock-row", th_staff_words_clock_class (state), NULL };

  if (made_us != 0)
    title = g_strdup_printf (
        written ? _ ("Written report, made at %s") : _ ("Oral report, made at %s"), time);
  else
    title
        = g_strdup_printf (written ? _ ("Written report, by %s") : _ ("Oral report, by %s"), time);
  words = th_staff_words_clock (state, minutes);

  gtk_widget_set_css_classes (GTK_WIDGET (self), classes);
  gtk_label_set_text (self->sign, th_staff_words_clock_sign (state));
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->left, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->made), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  written ? _ ("Written report made") : _ ("Oral report made"), -1);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->made), "b", written);
  gtk_widget_set_visible (GTK_WIDGET (self->made), made_us == 0 && state != TH_CLOCK_NOT_NEEDED);
}

static void
th_clock_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), TH_TYPE_CLOCK_ROW);
  G_OBJECT_CLASS (th_clock_row_parent_class)->dispose (object);
}

static void
th_clock_row_class_init (ThClockRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = th_clock_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/threshold/staff/clock-row.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, ThClockRow, top);
  gtk_widget_class_bind_template_child (widget_class, ThClockRow, sign);
  gtk_widget_class_bind_template_child (widget_class, ThClockRow, title);
  gtk_widget_class_bind_template_child (widget_class, ThClockRow, left);
  gtk_widget_class_bind_template_child (widget_class, ThClockRow, made);
}

static void
th_clock_row_init (ThClockRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
