/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/ticket-row.h"

#include <glib/gi18n.h>

#include "ui/staff/staff-words.h"

struct _ThTicketRow
{
  GtkWidget parent;
  ThQueueItem *item;

  GtkWidget *top;
  GtkLabel *number;
  GtkLabel *state;
  GtkButton *print;
  GtkButton *cancel;
  GtkButton *put_back;
  GtkLabel *slip;
};

G_DEFINE_FINAL_TYPE (ThTicketRow, th_ticket_row, GTK_TYPE_WIDGET)

/* What the printer does for staff; nothing is said of a slip that is out, and of one that the kiosk prints for itself. */
static char *
about_slip (const ThQueueEntry *entry)
{
  g_autofree char *note = NULL, *printing = NULL;
  ThSlipState state;
  gboolean bad, said;
  guint copy;

  /* Somebody who is closed needs no slip any more. */
  if (entry->state == TH_TICKET_CLOSED)
    return NULL;
  note = th_staff_words_note (entry->slip, entry->card_notes);
  said = th_queue_entry_newest_slip (entry, &copy, &state);
  printing = th_staff_words_printing (entry, NULL, FALSE, &bad);
  /* The note is about the original already. */
  if (!said || state == TH_SLIP_STATE_SENT || state == TH_SLIP_STATE_CONFIRMED || (bad && copy == 0))
    return g_steal_pointer (&note);
  return note == NULL ? g_steal_pointer (&printing) : g_strjoin ("\n", printing, note, NULL);
}

static void
show (ThTicketRow *self)
{
  const ThQueueEntry *entry = th_queue_item_get (self->item);
  gboolean called = entry->state == TH_TICKET_CALLED;
  gboolean can_come_back = entry->state == TH_TICKET_PARKED || entry->state == TH_TICKET_NO_SHOW
                           || entry->state == TH_TICKET_LEFT;
  g_autofree char *time = th_staff_words_time (called ? entry->called_at_us : entry->issued_at_us);
  /* Translators: sign, state of a ticket, time of it: "✓ called 09:41" */
  g_autofree char *state
      = g_strdup_printf (_ ("%s %s %s"), th_staff_words_ticket_sign (entry->state),
                         th_staff_words_ticket_state (entry->state), time);
  ThSlipState newest;
  guint copy;
  gboolean ordered = th_queue_entry_newest_slip (entry, &copy, &newest);
  gboolean waits
      = ordered && (newest == TH_SLIP_STATE_QUEUED || newest == TH_SLIP_STATE_SENDING);
  g_autofree char *slip = about_slip (entry);
  const char *classes[] = { "ticket-row",
                            entry->state == TH_TICKET_HELD      ? "held"
                            : entry->state == TH_TICKET_WAITING ? "waiting"
                                                                : "past",
                            NULL };

  gtk_widget_set_css_classes (GTK_WIDGET (self), classes);
  gtk_label_set_text (self->number, th_queue_item_get_label (self->item));
  gtk_label_set_text (self->state, state);
  gtk_label_set_text (self->slip, slip != NULL ? slip : "");
  gtk_widget_set_visible (GTK_WIDGET (self->slip), slip != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->print), entry->state != TH_TICKET_CLOSED && !waits);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->print), "s", entry->visit);
  gtk_widget_set_visible (GTK_WIDGET (self->cancel), waits && newest == TH_SLIP_STATE_QUEUED);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->cancel), "s", entry->visit);
  gtk_widget_set_visible (GTK_WIDGET (self->put_back), called || can_come_back);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->put_back), "s", entry->visit);
}

void
th_ticket_row_set_item (ThTicketRow *self, ThQueueItem *item)
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
th_ticket_row_new (void)
{
  return g_object_new (TH_TYPE_TICKET_ROW, NULL);
}

static void
th_ticket_row_dispose (GObject *object)
{
  th_ticket_row_set_item (TH_TICKET_ROW (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), TH_TYPE_TICKET_ROW);
  G_OBJECT_CLASS (th_ticket_row_parent_class)->dispose (object);
}

static void
th_ticket_row_class_init (ThTicketRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = th_ticket_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/threshold/staff/ticket-row.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, ThTicketRow, top);
  gtk_widget_class_bind_template_child (widget_class, ThTicketRow, number);
  gtk_widget_class_bind_template_child (widget_class, ThTicketRow, state);
  gtk_widget_class_bind_template_child (widget_class, ThTicketRow, print);
  gtk_widget_class_bind_template_child (widget_class, ThTicketRow, cancel);
  gtk_widget_class_bind_template_child (widget_class, ThTicketRow, put_back);
  gtk_widget_class_bind_template_child (widget_class, ThTicketRow, slip);
}

static void
th_ticket_row_init (ThTicketRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
