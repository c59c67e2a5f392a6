/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/entry-result.h"

#include <glib/gi18n.h>

#include "ui/staff/staff-words.h"

/* A kiosk that runs begins a slip within a second, or when a visit has printed its own. */
#define LATE_US (30 * G_USEC_PER_SEC)

struct _ThEntryResult
{
  GtkWidget parent;
  ThStaffDesk *desk;
  ThTicket ticket;         /* visit "": nobody */
  gint64 waiting_since_us; /* monotonic: the slip waits for the printer; 0: it does not */

  GtkWidget *top;
  GtkLabel *title;
  GtkLabel *number;
  GtkLabel *lane;
  GtkLabel *slip;
  GtkLabel *review;
  GtkButton *again;
  GtkButton *cancel;
  GtkWidget *next;
};

G_DEFINE_FINAL_TYPE (ThEntryResult, th_entry_result, GTK_TYPE_WIDGET)

static const char *
lane_name (ThEntryResult *self)
{
  const ThConfig *config = th_staff_desk_get_config (self->desk);

  for (guint i = 0; i < config->n_lanes; i++)
    if (config->lanes[i].letter == self->ticket.lane)
      return th_staff_words_lane (&config->lanes[i]);
  return "";
}

static void
show_title (ThEntryResult *self)
{
  g_autofree char *time = th_staff_words_time (self->ticket.issued_at_us);
  g_autofree char *words = NULL;

  if (!self->ticket.existed)
    words = g_strdup (_ ("✓ Checked in. Tell them their number:"));
  else
    /* Translators: %s is a time: there is no second number */
    words = g_strdup_printf (_ ("This person has a number today already, since %s:"), time);
  gtk_label_set_text (self->title, words);
}

static void
show_lane (ThEntryResult *self)
{
  int ahead = self->ticket.people_ahead;
  g_autofree char *before
      = ahead < 0    ? g_strdup (_ ("called already"))
        : ahead == 0 ? g_strdup (_ ("next in line"))
                     : g_strdup_printf (
                         ngettext ("%d person before them", "%d people before them", ahead), ahead);
  g_autofree char *words = g_strdup_printf ("%s · %s", lane_name (self), before);

  gtk_label_set_text (self->lane, words);
}

/* Why staff will see this person again: they stand in front of the nurse who writes. */
static void
show_review (ThEntryResult *self)
{
  ThCaseItem *item
      = th_case_list_find (th_staff_desk_get_cases (self->desk), self->ticket.visit, NULL);
  gboolean open = item != NULL && th_case_item_get (item)->decision == TH_DECISION_NONE;

  if (open)
    {
      g_autofree char *reasons = th_staff_words_reasons (th_case_item_get (item));
      /* Translators: %s is why: "above the site's limit" */
      g_autofree char *words = g_strdup_printf (
          _ ("▲ Held for review: %s. The slip sends them to the health desk."), reasons);

      gtk_label_set_text (self->review, words);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->review), open);
}

static gboolean
waits_for_long (ThEntryResult *self, ThSlipState state)
{
  gint64 now_us = g_get_monotonic_time ();

  if (state != TH_SLIP_STATE_QUEUED)
    self->waiting_since_us = 0;
  else if (self->waiting_since_us == 0)
    self->waiting_since_us = now_us;
  return self->waiting_since_us != 0 && now_us - self->waiting_since_us > LATE_US;
}

static void
show_slip (ThEntryResult *self)
{
  ThQueueItem *item = th_staff_desk_find_ticket (self->desk, self->ticket.visit);
  const char *classes[] = { "slip-state", "good", NULL };
  g_autofree char *words = NULL;
  gint64 at_us;
  gboolean bad, ordered;
  ThSlipState state;
  guint copy;

  if (item == NULL)
    return;
  ordered = th_queue_entry_newest_slip (th_queue_item_get (item), &copy, &state);
  words = th_staff_words_printing (th_queue_item_get (item),
                                   th_staff_desk_get_devices (self->desk, &at_us),
                                   waits_for_long (self, state), &bad);
  if (bad)
    classes[1] = "bad";
  gtk_label_set_text (self->slip, words);
  gtk_widget_set_css_classes (GTK_WIDGET (self->slip), classes);
  gtk_widget_set_visible (GTK_WIDGET (self->again),
                          state != TH_SLIP_STATE_QUEUED && state != TH_SLIP_STATE_SENDING);
  gtk_button_set_label (self->again, th_queue_item_get (item)->slip == TH_SLIP_STATE_FAILED
                                         ? _ ("Print the slip again")
                                         : _ ("Print a copy"));
  gtk_widget_set_visible (GTK_WIDGET (self->cancel), state == TH_SLIP_STATE_QUEUED && ordered);
}

static void
show (ThEntryResult *self)
{
  if (self->top == NULL || self->ticket.visit[0] == '\0')
    return;
  show_review (self);
  show_slip (self);
}

void
th_entry_result_show (ThEntryResult *self, const ThTicket *ticket)
{
  char label[16];

  self->ticket = ticket != NULL ? *ticket : (ThTicket){ 0 };
  self->waiting_since_us = 0;
  if (ticket == NULL)
    {
      gtk_label_set_text (self->number, "");
      gtk_label_set_text (self->slip, "");
      return;
    }
  th_ticket_label (ticket->lane, ticket->number, label);
  gtk_label_set_text (self->number, label);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->again), "s", self->ticket.visit);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->cancel), "s", self->ticket.visit);
  show_title (self);
  show_lane (self);
  show (self);
}

GtkWidget *
th_entry_result_new (ThStaffDesk *desk)
{
  ThEntryResult *self = g_object_new (TH_TYPE_ENTRY_RESULT, NULL);

  self->desk = g_object_ref (desk);
  for (guint i = 0; i < th_staff_desk_get_config (desk)->n_lanes; i++)
    g_signal_connect_object (th_staff_desk_get_queue (desk, i), "changed", G_CALLBACK (show), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "tick", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "notify::devices", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (th_staff_desk_get_cases (desk), "notify::open", G_CALLBACK (show), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

static void
th_entry_result_dispose (GObject *object)
{
  ThEntryResult *self = TH_ENTRY_RESULT (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TH_TYPE_ENTRY_RESULT);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (th_entry_result_parent_class)->dispose (object);
}

/* Enter goes on to the next person, and not to a message that has just come up. */
static gboolean
th_entry_result_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (TH_ENTRY_RESULT (widget)->next);
}

static void
th_entry_result_class_init (ThEntryResultClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = th_entry_result_dispose;
  widget_class->grab_focus = th_entry_result_grab_focus;
  gtk_widget_class_set_template_from_resource (widget_class, "/threshold/staff/entry-result.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, ThEntryResult, top);
  gtk_widget_class_bind_template_child (widget_class, ThEntryResult, title);
  gtk_widget_class_bind_template_child (widget_class, ThEntryResult, number);
  gtk_widget_class_bind_template_child (widget_class, ThEntryResult, lane);
  gtk_widget_class_bind_template_child (widget_class, ThEntryResult, slip);
  gtk_widget_class_bind_template_child (widget_class, ThEntryResult, review);
  gtk_widget_class_bind_template_child (widget_class, ThEntryResult, again);
  gtk_widget_class_bind_template_child (widget_class, ThEntryResult, cancel);
  gtk_widget_class_bind_template_child (widget_class, ThEntryResult, next);
}

static void
th_entry_result_init (ThEntryResult *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
