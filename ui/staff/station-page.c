/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/station-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/staff/lane-column.h"
#include "ui/staff/shortcut.h"
#include "ui/staff/staff-words.h"
#include "ui/staff/station-words.h"

#define MESSAGE_S 8 /* a good word goes by itself; a bad one stays until the next action */
#define EXTEND_MIN 15

struct _ThStationPage
{
  GtkWidget parent;
  ThStaffDesk *desk;

  GtkWidget *top;
  GtkBox *zones;
  GtkBox *desks;
  GtkEntry *code;
  GtkButton *undo;
  GtkLabel *message;
  GtkWidget *here;
  GtkWidget *call;
  GtkFlowBox *cards;
  GtkWidget *lists;
  GtkBox *lanes;

  char *last;            /* the visit that something was done with here; NULL: none */
  GHashTable *checked;   /* visit → bits of ThCheck that are ticked */
  GHashTable *recorded;  /* visits whose checks are written */
  GPtrArray *clocks;     /* of Clock */
  guint message_left_s;  /* 0: it stays */
};

G_DEFINE_FINAL_TYPE (ThStationPage, th_station_page, GTK_TYPE_WIDGET)

/* A label that runs, and a button that waits for its end. */
typedef struct
{
  GtkLabel *label;
  GtkWidget *done;
  gint64 until_us;
} Clock;

static gboolean
is_observation (ThStationPage *self)
{
  return strcmp (th_staff_desk_get_zone (self->desk), TH_ZONE_OBSERVATION) == 0;
}

/* --- words ------------------------------------------------------------------------------- */

static void
say (ThStationPage *self, const char *words, gboolean bad)
{
  const char *classes[] = { "notice", bad ? "bad" : "good", NULL };

  gtk_label_set_text (self->message, words);
  gtk_widget_set_css_classes (GTK_WIDGET (self->message), classes);
  gtk_widget_set_visible (GTK_WIDGET (self->message), *words != '\0');
  self->message_left_s = bad ? 0 : MESSAGE_S;
}

static void
say_error (ThStationPage *self, const GError *error)
{
  g_autofree char *words = th_station_words_error (error);

  say (self, words, TRUE);
}

static void
show_undo (ThStationPage *self)
{
  ThQueueItem *item
      = self->last != NULL ? th_staff_desk_find_ticket (self->desk, self->last) : NULL;
  g_autofree char *words = NULL;

  /* Translators: a button; %s is a number: take back what was done last with it */
  words = item != NULL ? g_strdup_printf (_ ("Undo: %s"), th_queue_item_get_label (item))
                       : g_strdup (_ ("Undo"));
  gtk_button_set_label (self->undo, words);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "station.undo",
                                 item != NULL && th_queue_item_get (item)->steps > 0);
}

static void
remember (ThStationPage *self, const char *visit)
{
  char *last = g_strdup (visit);

  g_free (self->last);
  self->last = last;
  show_undo (self);
}

/* --- one ticket at this desk ------------------------------------------------------------- */

static void
verb_clicked_cb (GtkWidget *button)
{
  gtk_widget_activate_action (button, "station.do", "(ss)",
                              g_object_get_data (G_OBJECT (button), "visit"),
                              g_object_get_data (G_OBJECT (button), "verb"));
}

/* Not bound to the action: some of them can be pressed only later, and the action's state would go before. */
static GtkWidget *
verb_button (const char *visit, const char *verb, const char *words, gboolean main)
{
  GtkWidget *button = gtk_button_new_with_label (words);

  g_object_set_data_full (G_OBJECT (button), "visit", g_strdup (visit), g_free);
  g_object_set_data (G_OBJECT (button), "verb", (gpointer) verb);
  g_signal_connect (button, "clicked", G_CALLBACK (verb_clicked_cb), NULL);
  if (main)
    gtk_widget_add_css_class (button, "primary");
  return button;
}

static void
check_toggled_cb (GtkCheckButton *button, ThStationPage *self)
{
  const char *visit = g_object_get_data (G_OBJECT (button), "visit");
  guint bit = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "bit"));
  GtkWidget *all = g_object_get_data (G_OBJECT (button), "all");
  guint bits = GPOINTER_TO_UINT (g_hash_table_lookup (self->checked, visit));

  bits = gtk_check_button_get_active (button) ? bits | bit : bits & ~bit;
  g_hash_table_insert (self->checked, g_strdup (visit), GUINT_TO_POINTER (bits));
  gtk_widget_set_sensitive (all, bits == TH_CHECKS_ALL);
}

static void
add_section (GtkBox *box, const char *words)
{
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "section");
  gtk_box_append (box, label);
}

/* Three checks, seven matches, one verification: each is ticked by hand. */
static GtkWidget *
checks_new (ThStationPage *self, const char *visit)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *matches = gtk_grid_new ();
  GtkWidget *all = verb_button (visit, "checks", _ ("All checked"), TRUE);
  guint bits = GPOINTER_TO_UINT (g_hash_table_lookup (self->checked, visit));

  for (ThCheck check = 0; check < TH_N_CHECKS; check++)
    {
      GtkWidget *button = gtk_check_button_new_with_label (th_station_words_check (check));

      if (check == TH_CHECK_HEALTH)
        add_section (GTK_BOX (box), _ ("Three checks"));
      if (check == TH_CHECK_NAME)
        {
          add_section (GTK_BOX (box), _ ("Seven matches"));
          gtk_box_append (GTK_BOX (box), matches);
        }
      if (check == TH_CHECK_VERIFIED)
        add_section (GTK_BOX (box), _ ("One verification"));
      gtk_check_button_set_active (GTK_CHECK_BUTTON (button), (bits & (1u << check)) != 0);
      g_object_set_data_full (G_OBJECT (button), "visit", g_strdup (visit), g_free);
      g_object_set_data (G_OBJECT (button), "bit", GUINT_TO_POINTER (1u << check));
      g_object_set_data (G_OBJECT (button), "all", all);
      g_signal_connect_object (button, "toggled", G_CALLBACK (check_toggled_cb), self, 0);
      if (check >= TH_CHECK_NAME && check <= TH_CHECK_ROUTE)
        gtk_grid_attach (GTK_GRID (matches), button, (int) (check - TH_CHECK_NAME) % 4,
                         (int) (check - TH_CHECK_NAME) / 4, 1, 1);
      else
        gtk_box_append (GTK_BOX (box), button);
    }
  gtk_grid_set_column_spacing (GTK_GRID (matches), 10);
  gtk_widget_set_sensitive (all, bits == TH_CHECKS_ALL);
  gtk_box_append (GTK_BOX (box), all);
  return box;
}

static void
add_clock (ThStationPage *self, GtkBox *card, GtkWidget *done, gint64 until_us)
{
  Clock *clock = g_new0 (Clock, 1);

  clock->label = GTK_LABEL (gtk_label_new (NULL));
  clock->done = done;
  clock->until_us = until_us;
  gtk_widget_add_css_class (GTK_WIDGET (clock->label), "clock");
  gtk_box_append (card, GTK_WIDGET (clock->label));
  g_ptr_array_add (self->clocks, clock);
}

static void
run_clock (ThStationPage *self, const Clock *clock)
{
  gboolean over;
  g_autofree char *words
      = th_station_words_observed (clock->until_us, th_staff_desk_now_us (self->desk), &over);

  gtk_label_set_text (clock->label, words);
  if (over)
    gtk_widget_add_css_class (GTK_WIDGET (clock->label), "made");
  gtk_widget_set_sensitive (clock->done, over);
}

static void
fill_observed (ThStationPage *self, GtkBox *card, const ThQueueEntry *entry, GtkBox *row)
{
  GtkWidget *done = verb_button (entry->visit, "done", _ ("Goes home"), TRUE);
  g_autofree char *longer = g_strdup_printf (_ ("%d min longer"), EXTEND_MIN);

  add_clock (self, card, done, entry->until_us);
  run_clock (self, self->clocks->pdata[self->clocks->len - 1]);
  gtk_box_append (card, done);
  gtk_box_append (row, verb_button (entry->visit, "extend", longer, FALSE));
  gtk_box_append (row, verb_button (entry->visit, "leave", _ ("Leaves early"), FALSE));
}

static void
fill_called (GtkBox *card, const ThQueueEntry *entry, GtkBox *row)
{
  gtk_box_append (card, verb_button (entry->visit, "serve", _ ("They are here"), TRUE));
  gtk_box_append (row, verb_button (entry->visit, "call", _ ("Call again"), FALSE));
  gtk_box_append (row, verb_button (entry->visit, "no-show", _ ("Did not come"), FALSE));
  gtk_box_append (row, verb_button (entry->visit, "put-back", _ ("Put back"), FALSE));
  gtk_box_append (row, verb_button (entry->visit, "park", _ ("Set aside"), FALSE));
}

static void
fill_served (ThStationPage *self, GtkBox *card, const ThQueueEntry *entry, GtkBox *row)
{
  const ThConfig *config = th_staff_desk_get_config (self->desk);
  int zone = th_queue_rules_zone (&config->queue, entry->zone);
  const char *next = zone >= 0 && zone + 1 < (int) config->queue.n_zones
                         ? th_station_words_zone (config, config->queue.zones[zone + 1])
                         : NULL;
  g_autofree char *on = NULL;

  if (strcmp (entry->zone, TH_ZONE_VACCINATION) == 0
      && !g_hash_table_contains (self->recorded, entry->visit))
    gtk_box_append (card, checks_new (self, entry->visit));
  else
    {
      /* Translators: %s is the next zone */
      on = next != NULL ? g_strdup_printf (_ ("Done: on to “%s”"), next) : g_strdup (_ ("Done"));
      gtk_box_append (card, verb_button (entry->visit, "done", on, TRUE));
    }
  gtk_box_append (row, verb_button (entry->visit, "put-back", _ ("Put back"), FALSE));
  gtk_box_append (row, verb_button (entry->visit, "park", _ ("Set aside"), FALSE));
  gtk_box_append (row, verb_button (entry->visit, "leave", _ ("Goes away"), FALSE));
}

static GtkWidget *
card_new (ThStationPage *self, ThQueueItem *item)
{
  const ThQueueEntry *entry = th_queue_item_get (item);
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 16);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *number = gtk_label_new (th_queue_item_get_label (item));
  g_autofree char *time = th_staff_words_time (
      entry->state == TH_TICKET_CALLED ? entry->called_at_us : entry->since_us);
  g_autofree char *words = g_strdup_printf (_ ("%s %s %s"), th_staff_words_ticket_sign (entry->state),
                                            th_staff_words_ticket_state (entry->state), time);

  gtk_widget_add_css_class (card, "station-card");
  gtk_widget_add_css_class (number, "huge-number");
  gtk_box_append (GTK_BOX (head), number);
  gtk_widget_set_halign (head, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (card), head);
  if (is_observation (self))
    fill_observed (self, GTK_BOX (card), entry, GTK_BOX (row));
  else
    {
      gtk_box_append (GTK_BOX (head), gtk_label_new (words));
      if (entry->state == TH_TICKET_CALLED)
        fill_called (GTK_BOX (card), entry, GTK_BOX (row));
      else
        fill_served (self, GTK_BOX (card), entry, GTK_BOX (row));
    }
  gtk_widget_set_halign (row, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (card), row);
  return card;
}

static gboolean
is_here (ThStationPage *self, const ThQueueEntry *entry)
{
  if (strcmp (entry->zone, th_staff_desk_get_zone (self->desk)) != 0)
    return FALSE;
  if (is_observation (self))
    return entry->state == TH_TICKET_SERVING;
  return (entry->state == TH_TICKET_CALLED || entry->state == TH_TICKET_SERVING)
         && strcmp (entry->desk, th_staff_desk_get_desk (self->desk)) == 0;
}

static int
compare_cards (gconstpointer a, gconstpointer b)
{
  const ThQueueEntry *one = th_queue_item_get (*(ThQueueItem *const *) a);
  const ThQueueEntry *two = th_queue_item_get (*(ThQueueItem *const *) b);

  if (one->until_us != two->until_us)
    return one->until_us < two->until_us ? -1 : 1;
  if (one->state != two->state) /* who is served before who is called */
    return one->state == TH_TICKET_SERVING ? -1 : 1;
  return one->since_us < two->since_us ? -1 : one->since_us > two->since_us;
}

static void
show_cards (ThStationPage *self)
{
  GListModel *tickets = G_LIST_MODEL (th_staff_desk_get_tickets (self->desk));
  g_autoptr (GPtrArray) mine = g_ptr_array_new_with_free_func (g_object_unref);
  GtkWidget *child;

  for (guint i = 0; i < g_list_model_get_n_items (tickets); i++)
    {
      g_autoptr (ThQueueItem) item = g_list_model_get_item (tickets, i);

      if (is_here (self, th_queue_item_get (item)))
        g_ptr_array_add (mine, g_steal_pointer (&item));
    }
  g_ptr_array_sort (mine, compare_cards);
  g_ptr_array_set_size (self->clocks, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->cards))) != NULL)
    gtk_flow_box_remove (self->cards, child);
  for (guint i = 0; i < mine->len; i++)
    {
      gtk_flow_box_append (self->cards, card_new (self, mine->pdata[i]));
      gtk_widget_set_focusable (gtk_widget_get_last_child (GTK_WIDGET (self->cards)), FALSE);
    }
  if (mine->len == 0)
    {
      child = gtk_label_new (is_observation (self) ? _ ("Nobody is being observed.")
                                                   : _ ("Nobody is at this desk."));
      gtk_widget_add_css_class (child, "empty");
      gtk_flow_box_append (self->cards, child);
    }
  show_undo (self);
}

static void
tick_cb (ThStationPage *self)
{
  for (guint i = 0; i < self->clocks->len; i++)
    run_clock (self, self->clocks->pdata[i]);
  if (self->message_left_s > 0 && --self->message_left_s == 0)
    say (self, "", FALSE);
}

/* --- what is done ------------------------------------------------------------------------ */

typedef struct
{
  ThStationPage *page;
  char *visit;
  gboolean checks;
} Act;

static void
act_free (Act *act)
{
  g_object_unref (act->page);
  g_free (act->visit);
  g_free (act);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Act, act_free)

static Act *
act_new (ThStationPage *self, const char *visit)
{
  Act *act = g_new0 (Act, 1);

  act->page = g_object_ref (self);
  act->visit = g_strdup (visit);
  return act;
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  ThStationPage *self = act->page;
  g_autoptr (GError) error = NULL;
  gboolean ok = th_staff_desk_done_finish (TH_STAFF_DESK (source), result, &error);

  if (self->top == NULL) /* locked meanwhile */
    return;
  if (!ok)
    {
      say_error (self, error);
      return;
    }
  if (act->checks)
    {
      g_hash_table_add (self->recorded, g_strdup (act->visit));
      show_cards (self);
    }
  else
    g_hash_table_remove (self->recorded, act->visit); /* another stay is checked anew */
  say (self, "", FALSE);
  remember (self, act->visit);
}

static void
do_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThStationPage *self = TH_STATION_PAGE (widget);
  const char *visit, *verb;
  Act *act;

  g_variant_get (parameter, "(&s&s)", &visit, &verb);
  act = act_new (self, visit);
  if (strcmp (verb, "leave") == 0)
    th_staff_desk_leave_async (self->desk, visit, done_cb, act);
  else if (strcmp (verb, "extend") == 0)
    th_staff_desk_extend_async (self->desk, visit, EXTEND_MIN, done_cb, act);
  else if (strcmp (verb, "checks") == 0)
    {
      act->checks = TRUE;
      th_staff_desk_checks_async (
          self->desk, visit, GPOINTER_TO_UINT (g_hash_table_lookup (self->checked, visit)), done_cb,
          act);
    }
  else
    for (ThQueueAction step = 0; step < TH_N_QUEUE_ACTIONS; step++)
      if (strcmp (verb, th_queue_action_to_string (step)) == 0)
        th_staff_desk_step_async (self->desk, visit, step, done_cb, act);
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act) act = user_data;
  ThStationPage *self = act->page;
  g_autoptr (GError) error = NULL;
  gboolean ok = th_staff_desk_done_finish (TH_STAFF_DESK (source), result, &error);

  if (self->top == NULL)
    return;
  if (ok)
    say (self, _ ("✓ Taken back."), FALSE);
  else
    say_error (self, error);
  remember (self, ok ? NULL : act->visit); /* one step back, no more */
}

static void
undo_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThStationPage *self = TH_STATION_PAGE (widget);

  if (self->last != NULL)
    th_staff_desk_undo_async (self->desk, self->last, undone_cb, act_new (self, self->last));
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThStationPage) self = user_data;
  g_autoptr (GError) error = NULL;
  ThQueueEntry entry;
  gboolean called = th_staff_desk_call_next_finish (TH_STAFF_DESK (source), result, &entry, &error);

  if (self->top == NULL)
    return;
  if (error != NULL)
    say_error (self, error);
  else if (!called)
    say (self, _ ("Nobody is waiting here."), FALSE);
  else
    {
      say (self, "", FALSE);
      remember (self, entry.visit);
    }
}

static void
call_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThStationPage *self = TH_STATION_PAGE (widget);

  th_staff_desk_call_next_async (self->desk, 0, called_cb, g_object_ref (self));
}

static void
arrived_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThStationPage) self = user_data;
  g_autoptr (GError) error = NULL;
  ThQueueEntry entry;
  gboolean ok = th_staff_desk_arrive_finish (TH_STAFF_DESK (source), result, &entry, &error);

  if (self->top == NULL)
    return;
  if (!ok)
    {
      say_error (self, error);
      return;
    }
  say (self, "", FALSE);
  remember (self, entry.visit);
}

/* A scanner types, and ends with Enter. What was typed goes: it may be somebody's number. */
static void
code_entered_cb (ThStationPage *self)
{
  g_autofree char *code = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->code))));

  gtk_editable_set_text (GTK_EDITABLE (self->code), "");
  if (*code != '\0')
    th_staff_desk_arrive_async (self->desk, code, arrived_cb, g_object_ref (self));
  explicit_bzero (code, strlen (code));
}

/* --- where ------------------------------------------------------------------------------- */

static void
choose_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThStationPage *self = TH_STATION_PAGE (widget);
  const char *zone, *desk;

  g_variant_get (parameter, "(&s&s)", &zone, &desk);
  th_staff_desk_set_station (self->desk, zone, desk);
}

static GtkWidget *
choice_new (const char *words, const char *zone, const char *desk, gboolean chosen)
{
  g_autofree char *label = g_strconcat (chosen ? "● " : "", words, NULL);
  GtkWidget *button = gtk_button_new_with_label (label);

  if (chosen)
    gtk_widget_add_css_class (button, "chosen");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "station.choose");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", zone, desk);
  return button;
}

static void
clear_box (GtkBox *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
}

static void
show_where (ThStationPage *self)
{
  const ThConfig *config = th_staff_desk_get_config (self->desk);
  const char *zone = th_staff_desk_get_zone (self->desk);
  const char *desk = th_staff_desk_get_desk (self->desk);

  clear_box (self->zones);
  clear_box (self->desks);
  for (guint i = 0; i < config->queue.n_zones; i++)
    {
      const char *name = config->queue.zones[i];
      char *const *desks = (char *const *) config->zones[i].desks;
      gboolean chosen = strcmp (zone, name) == 0;

      gtk_box_append (self->zones, choice_new (th_station_words_zone (config, name), name,
                                               desks[0] != NULL ? desks[0] : "", chosen));
      for (guint k = 0; chosen && desks[k] != NULL; k++)
        {
          /* Translators: %s is the name of a desk: "1" */
          g_autofree char *words = g_strdup_printf (_ ("Desk %s"), desks[k]);

          gtk_box_append (self->desks, choice_new (words, zone, desks[k], strcmp (desk, desks[k]) == 0));
        }
    }
  gtk_widget_set_visible (self->call, !is_observation (self));
  gtk_widget_set_visible (self->lists, !is_observation (self));
  gtk_widget_set_hexpand (self->here, is_observation (self));
  gtk_flow_box_set_min_children_per_line (self->cards, is_observation (self) ? 3 : 1);
  gtk_flow_box_set_max_children_per_line (self->cards, is_observation (self) ? 3 : 1);
  remember (self, NULL);
  say (self, "", FALSE);
  show_cards (self);
}

/* --- life -------------------------------------------------------------------------------- */

GtkWidget *
th_station_page_new (ThStaffDesk *desk)
{
  ThStationPage *self = g_object_new (TH_TYPE_STATION_PAGE, NULL);

  self->desk = g_object_ref (desk);
  for (guint i = 0; i < th_staff_desk_get_config (desk)->n_lanes; i++)
    gtk_box_append (self->lanes, th_lane_column_new (desk, i));
  g_signal_connect_object (desk, "notify::zone", G_CALLBACK (show_where), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (th_staff_desk_get_tickets (desk), "changed", G_CALLBACK (show_cards),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->code, "activate", G_CALLBACK (code_entered_cb), self,
                           G_CONNECT_SWAPPED);
  show_where (self);
  return GTK_WIDGET (self);
}

static gboolean
grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (TH_STATION_PAGE (widget)->code));
}

static void
th_station_page_dispose (GObject *object)
{
  ThStationPage *self = TH_STATION_PAGE (object);

  if (self->code != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->code), ""); /* it may be somebody's number */
  gtk_widget_dispose_template (GTK_WIDGET (self), TH_TYPE_STATION_PAGE);
  g_clear_pointer (&self->last, g_free);
  g_clear_pointer (&self->checked, g_hash_table_unref);
  g_clear_pointer (&self->recorded, g_hash_table_unref);
  g_clear_pointer (&self->clocks, g_ptr_array_unref);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (th_station_page_parent_class)->dispose (object);
}

static void
th_station_page_class_init (ThStationPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = th_station_page_dispose;
  widget_class->grab_focus = grab_focus;
  gtk_widget_class_set_template_from_resource (widget_class, "/threshold/staff/station-page.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, ThStationPage, top);
  gtk_widget_class_bind_template_child (widget_class, ThStationPage, zones);
  gtk_widget_class_bind_template_child (widget_class, ThStationPage, desks);
  gtk_widget_class_bind_template_child (widget_class, ThStationPage, code);
  gtk_widget_class_bind_template_child (widget_class, ThStationPage, undo);
  gtk_widget_class_bind_template_child (widget_class, ThStationPage, message);
  gtk_widget_class_bind_template_child (widget_class, ThStationPage, here);
  gtk_widget_class_bind_template_child (widget_class, ThStationPage, call);
  gtk_widget_class_bind_template_child (widget_class, ThStationPage, cards);
  gtk_widget_class_bind_template_child (widget_class, ThStationPage, lists);
  gtk_widget_class_bind_template_child (widget_class, ThStationPage, lanes);
  gtk_widget_class_install_action (widget_class, "station.choose", "(ss)", choose_action);
  gtk_widget_class_install_action (widget_class, "station.call", NULL, call_action);
  gtk_widget_class_install_action (widget_class, "station.do", "(ss)", do_action);
  gtk_widget_class_install_action (widget_class, "station.undo", NULL, undo_action);
}

static void
th_station_page_init (ThStationPage *self)
{
  self->checked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->recorded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->clocks = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  th_shortcut_add (GTK_WIDGET (self), "<Control>n", "station.call", NULL);
}
