/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/lane-column.h"

#include <glib/gi18n.h>

#include "ui/staff/staff-words.h"
#include "ui/staff/ticket-row.h"

struct _ThLaneColumn
{
  GtkWidget parent;
  ThStaffDesk *desk;
  ThQueueList *queue;
  guint lane_index;

  GtkWidget *top;
  GtkLabel *letter;
  GtkLabel *name;
  GtkLabel *last;
  GtkLabel *when;
  GtkButton *call;
  GtkLabel *key;
  GtkLabel *counts;
  GtkLabel *wait;
  GtkListView *tickets;
};

G_DEFINE_FINAL_TYPE (ThLaneColumn, th_lane_column, GTK_TYPE_WIDGET)

static void
show_forecast (ThLaneColumn *self)
{
  g_autofree char *words = NULL;
  ThWaitRange range;

  if (!th_staff_desk_get_forecast (self->desk, self->lane_index, &range))
    words = g_strdup (_ ("Waiting time not known yet"));
  else
    /* Translators: for whoever comes now, in minutes */
    words = g_strdup_printf (_ ("Waiting time %d to %d min"), range.low_s / 60, range.high_s / 60);
  gtk_label_set_text (self->wait, words);
}

static void
show (ThLaneColumn *self)
{
  ThQueueItem *last = th_queue_list_get_last_called (self->queue);
  guint waiting = th_queue_list_get_waiting (self->queue);
  guint held = th_queue_list_get_held (self->queue);
  g_autofree char *counts
      = g_strdup_printf (ngettext ("%u person waiting", "%u people waiting", waiting), waiting);

  if (held > 0)
    {
      g_autofree char *held_words = g_strdup_printf (ngettext ("%u held", "%u held", held), held);
      g_autofree char *both = g_strdup_printf ("%s · ◆ %s", counts, held_words);

      gtk_label_set_text (self->counts, both);
    }
  else
    gtk_label_set_text (self->counts, counts);
  show_forecast (self);

  if (last != NULL)
    {
      gint64 at_us = th_queue_item_get (last)->called_at_us;
      g_autofree char *time = th_staff_words_time (at_us);
      g_autofree char *ago = th_staff_words_ago (at_us, th_staff_desk_now_us (self->desk));
      /* Translators: time and how long ago: "called at 09:41, 3 min ago" */
      g_autofree char *when = g_strdup_printf (_ ("called at %s, %s"), time, ago);

      gtk_label_set_text (self->when, when);
    }
  else
    gtk_label_set_text (self->when, _ ("nobody called yet"));
  gtk_label_set_text (self->last, last != NULL ? th_queue_item_get_label (last) : "–");
}

static void
row_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, th_ticket_row_new ());
}

static void
row_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  th_ticket_row_set_item (TH_TICKET_ROW (gtk_list_item_get_child (item)),
                          gtk_list_item_get_item (item));
}

static void
row_unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  th_ticket_row_set_item (TH_TICKET_ROW (gtk_list_item_get_child (item)), NULL);
}

GtkWidget *
th_lane_column_new (ThStaffDesk *desk, guint lane_index)
{
  ThLaneColumn *self = g_object_new (TH_TYPE_LANE_COLUMN, NULL);
  const ThLane *lane = &th_staff_desk_get_config (desk)->lanes[lane_index];
  const char letter[2] = { lane->letter, '\0' };
  g_autofree char *key = g_strdup_printf ("F%u", lane_index + 1);
  GtkNoSelection *model;

  self->desk = g_object_ref (desk);
  self->lane_index = lane_index;
  self->queue = g_object_ref (th_staff_desk_get_queue (desk, lane_index));
  gtk_label_set_text (self->letter, letter);
  gtk_label_set_text (self->name, th_staff_words_lane (lane));
  gtk_label_set_text (self->key, key);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->call), "u", lane_index);

  model = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->queue)));
  gtk_list_view_set_model (self->tickets, GTK_SELECTION_MODEL (model));
  g_object_unref (model);
  g_signal_connect_object (self->queue, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "tick", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}

static void
th_lane_column_dispose (GObject *object)
{
  ThLaneColumn *self = TH_LANE_COLUMN (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TH_TYPE_LANE_COLUMN);
  g_clear_object (&self->queue);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (th_lane_column_parent_class)->dispose (object);
}

static void
th_lane_column_class_init (ThLaneColumnClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = th_lane_column_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/threshold/staff/lane-column.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, ThLaneColumn, top);
  gtk_widget_class_bind_template_child (widget_class, ThLaneColumn, letter);
  gtk_widget_class_bind_template_child (widget_class, ThLaneColumn, name);
  gtk_widget_class_bind_template_child (widget_class, ThLaneColumn, last);
  gtk_widget_class_bind_template_child (widget_class, ThLaneColumn, when);
  gtk_widget_class_bind_template_child (widget_class, ThLaneColumn, call);
  gtk_widget_class_bind_template_child (widget_class, ThLaneColumn, key);
  gtk_widget_class_bind_template_child (widget_class, ThLaneColumn, counts);
  gtk_widget_class_bind_template_child (widget_class, ThLaneColumn, wait);
  gtk_widget_class_bind_template_child (widget_class, ThLaneColumn, tickets);
}

static void
th_lane_column_init (ThLaneColumn *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (row_setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (row_bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (row_unbind_cb), NULL);
  gtk_list_view_set_factory (self->tickets, factory);
  g_object_unref (factory);
}
