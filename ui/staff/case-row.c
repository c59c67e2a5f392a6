/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/case-row.h"

#include <glib/gi18n.h>

#include "ui/staff/staff-words.h"

struct _ThCaseRow
{
  GtkWidget parent;
  ThStaffDesk *desk;
  ThCaseItem *item;

  GtkWidget *top;
  GtkLabel *number;
  GtkLabel *state;
  GtkLabel *reasons;
  GtkWidget *clocks;
  GtkLabel *oral;
  GtkLabel *written;
};

G_DEFINE_FINAL_TYPE (ThCaseRow, th_case_row, GTK_TYPE_WIDGET)

static void
show_clock (ThCaseRow *self, GtkLabel *label, gboolean written)
{
  const ThConfig *config = th_staff_desk_get_config (self->desk);
  guint limit_min = written ? config->written_report_min : config->oral_report_min;
  guint minutes;
  ThClockState state = th_case_clock (th_case_item_get (self->item), written, limit_min,
                                      th_staff_desk_now_us (self->desk), &minutes);
  g_autofree char *words = th_staff_words_clock (state, minutes);
  /* Translators: a sign, then how a report's clock stands: "○ oral: 12 min left" */
  g_autofree char *text = g_strdup_printf (written ? _ ("%s written: %s") : _ ("%s oral: %s"),
                                           th_staff_words_clock_sign (state), words);
  const char *classes[] = { "clock", th_staff_words_clock_class (state), NULL };

  gtk_label_set_text (label, text);
  gtk_widget_set_css_classes (GTK_WIDGET (label), classes);
}

static void
show_clocks (ThCaseRow *self)
{
  if (self->item == NULL)
    return;
  show_clock (self, self->oral, FALSE);
  show_clock (self, self->written, TRUE);
  gtk_widget_set_visible (self->clocks,
                          th_case_item_get (self->item)->decision != TH_DECISION_CLEARED);
}

static void
show (ThCaseRow *self)
{
  const ThCase *the_case = th_case_item_get (self->item);
  gboolean open = the_case->decision == TH_DECISION_NONE;
  g_autofree char *reasons = th_staff_words_reasons (the_case);
  const char *classes[] = { "chip", open ? "open" : "decided", NULL };

  gtk_label_set_text (self->number, th_case_item_get_label (self->item));
  gtk_label_set_text (self->state, th_staff_words_decision (the_case->decision));
  gtk_widget_set_css_classes (GTK_WIDGET (self->state), classes);
  gtk_label_set_text (self->reasons, reasons);
  if (open)
    gtk_widget_remove_css_class (GTK_WIDGET (self), "decided");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "decided");
  show_clocks (self);
}

void
th_case_row_set_item (ThCaseRow *self, ThCaseItem *item)
{
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  g_signal_connect_swapped (item, "changed", G_CALLBACK (show), self);
  show (self);
}

GtkWidget *
th_case_row_new (ThStaffDesk *desk)
{
  ThCaseRow *self = g_object_new (TH_TYPE_CASE_ROW, NULL);

  self->desk = g_object_ref (desk);
  g_signal_connect_object (desk, "tick", G_CALLBACK (show_clocks), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

static void
th_case_row_dispose (GObject *object)
{
  ThCaseRow *self = TH_CASE_ROW (object);

  th_case_row_set_item (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), TH_TYPE_CASE_ROW);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (th_case_row_parent_class)->dispose (object);
}

static void
th_case_row_class_init (ThCaseRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = th_case_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/threshold/staff/case-row.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, ThCaseRow, top);
  gtk_widget_class_bind_template_child (widget_class, ThCaseRow, number);
  gtk_widget_class_bind_template_child (widget_class, ThCaseRow, state);
  gtk_widget_class_bind_template_child (widget_class, ThCaseRow, reasons);
  gtk_widget_class_bind_template_child (widget_class, ThCaseRow, clocks);
  gtk_widget_class_bind_template_child (widget_class, ThCaseRow, oral);
  gtk_widget_class_bind_template_child (widget_class, ThCaseRow, written);
}

static void
th_case_row_init (ThCaseRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
