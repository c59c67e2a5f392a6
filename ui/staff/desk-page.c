/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/desk-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/staff/day-page.h"
#include "ui/staff/entry-page.h"
#include "ui/staff/review-page.h"
#include "ui/staff/shortcut.h"
#include "ui/staff/staff-words.h"
#include "ui/staff/station-page.h"
#include "ui/staff/station-words.h"
#include "ui/staff/doses-page.h"
#include "ui/staff/thermometer-page.h"
#include "ui/staff/thermometer-words.h"

#define MESSAGE_S 8 /* a good word goes by itself; a bad one stays until the next action */

struct _ThDeskPage
{
  GtkWidget parent;
  ThStaffDesk *desk;

  GtkWidget *top;
  GtkLabel *site;
  GtkToggleButton *to_review;
  GtkToggleButton *to_queue;
  GtkLabel *who;
  GtkBox *devices;
  GtkLabel *calibration;
  GtkWidget *day_notice;
  GtkLabel *day_words;
  GtkWidget *unconfirmed;
  GtkLabel *problem;
  GtkWidget *arrival;
  GtkLabel *arrival_words;
  GtkStack *stack;
  GtkLabel *message;
  ThReviewPage *review;

  GPtrArray *arrived;    /* of visits, the newest last, until opened or put off */
  GtkLabel *devices_age; /* one of the children of devices */
  gboolean day_seen;     /* since the log-in */
  guint message_left_s;  /* 0: it stays */
};

enum
{
  PROP_VIEW = 1,
};

G_DEFINE_FINAL_TYPE (ThDeskPage, th_desk_page, GTK_TYPE_WIDGET)

/* --- the bar ----------------------------------------------------------------------------- */

static void
show_counts (ThDeskPage *self)
{
  guint open = th_case_list_get_open (th_staff_desk_get_cases (self->desk));
  guint waiting = 0;
  g_autofree char *review = NULL, *queue = NULL;

  for (guint i = 0; i < th_staff_desk_get_config (self->desk)->n_lanes; i++)
    waiting += th_queue_list_get_waiting (th_staff_desk_get_queue (self->desk, i));
  review = g_strdup_printf (_ ("Review (%u)"), open);
  queue = g_strdup_printf (_ ("Queue (%u)"), waiting);
  gtk_button_set_label (GTK_BUTTON (self->to_review), review);
  gtk_button_set_label (GTK_BUTTON (self->to_queue), queue);
}

static void
show_devices_age (ThDeskPage *self)
{
  gint64 at_us;
  const char *states = th_staff_desk_get_devices (self->desk, &at_us);
  g_autofree char *ago = NULL, *words = NULL;

  if (self->devices_age == NULL || *states == '\0')
    return;
  ago = th_staff_words_ago (at_us, th_staff_desk_now_us (self->desk));
  /* Translators: %s is "3 min ago": since then the devices are as shown */
  words = g_strdup_printf (_ ("last change %s"), ago);
  gtk_label_set_text (self->devices_age, words);
}

static void
show_devices (ThDeskPage *self)
{
  gint64 at_us;
  g_auto (GStrv) lines = g_strsplit (th_staff_desk_get_devices (self->desk, &at_us), "\n", -1);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->devices))) != NULL)
    gtk_box_remove (self->devices, child);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gboolean well = FALSE;
      g_autofree char *words = th_staff_words_device (lines[i], &well);
      g_autofree char *text = NULL;
      g_autofree char *left = NULL;

      if (words == NULL)
        continue;
      left = th_staff_words_slips_left ((const char *const *) lines, lines[i],
                                        th_staff_desk_get_config (self->desk)->slips_per_roll);
      text = g_strconcat (well ? "✓ " : "▲ ", words, left != NULL ? ", " : NULL, left, NULL);
      child = gtk_label_new (text);
      gtk_widget_add_css_class (child, well ? "well" : "attention");
      gtk_box_append (self->devices, child);
    }
  gtk_widget_set_visible (self->unconfirmed,
                          g_strv_contains ((const char *const *)lines, "screening=unconfirmed"));
  child = gtk_label_new (_ ("The kiosk has not reported its devices yet"));
  gtk_widget_add_css_class (child, "dim");
  gtk_label_set_ellipsize (GTK_LABEL (child), PANGO_ELLIPSIZE_END);
  gtk_box_append (self->devices, child);
  self->devices_age = GTK_LABEL (child);
  show_devices_age (self);
}

static void
show_calibration (ThDeskPage *self)
{
  g_autofree char *words = th_thermometer_words_bar (th_staff_desk_get_thermometer (self->desk),
                                                     th_staff_desk_get_config (self->desk));

  gtk_label_set_text (self->calibration, words != NULL ? words : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->calibration), words); /* it may be cut short */
  gtk_widget_set_visible (GTK_WIDGET (self->calibration), words != NULL);
}

static void
show_day (ThDeskPage *self)
{
  g_autofree char *words = th_day_page_notice (self->desk);

  gtk_label_set_text (self->day_words, words != NULL ? words : "");
  /* The page itself says it better. */
  gtk_widget_set_visible (self->day_notice,
                          words != NULL && g_strcmp0 (th_desk_page_get_view (self), "day") != 0);
}

/* The first thing that a manager does in the morning. */
static void
day_cb (ThDeskPage *self)
{
  const ThDayStatus *day = th_staff_desk_get_day (self->desk);

  if (!self->day_seen && day != NULL && day->state != TH_DAY_OPEN
      && th_staff_desk_get_manager (self->desk))
    g_object_set (self, "view", "day", NULL);
  self->day_seen |= day != NULL;
  show_day (self);
}

static void
show_problem (ThDeskPage *self)
{
  const GError *problem = th_staff_desk_get_problem (self->desk);

  if (problem != NULL)
    {
      g_autofree char *words = th_staff_words_error (problem);
      g_autofree char *whole = g_strdup_printf (_ ("What you see may be old. %s"), words);

      gtk_label_set_text (self->problem, whole);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
say (ThDeskPage *self, const char *words, gboolean bad)
{
  const char *classes[] = { "notice", bad ? "bad" : "good", NULL };

  gtk_label_set_text (self->message, words);
  gtk_widget_set_css_classes (GTK_WIDGET (self->message), classes);
  gtk_widget_set_visible (GTK_WIDGET (self->message), *words != '\0');
  self->message_left_s = bad ? 0 : MESSAGE_S;
}

static void
tick_cb (ThDeskPage *self)
{
  show_devices_age (self);
  show_day (self);
  if (self->message_left_s > 0 && --self->message_left_s == 0)
    say (self, "", FALSE);
}

void
th_desk_page_warn_of_lock (ThDeskPage *self, guint seconds)
{
  if (seconds > 0)
    {
      g_autofree char *words
          = g_strdup_printf (ngettext ("Locks in %u second: touch the screen to stay.",
                                       "Locks in %u seconds: touch the screen to stay.", seconds),
                             seconds);

      say (self, words, FALSE);
      self->message_left_s = 2; /* the next tick says it again, or it goes */
    }
  else if (self->message_left_s > 0 && self->message_left_s <= 2)
    say (self, "", FALSE);
}

/* --- arrivals ---------------------------------------------------------------------------- */

static void
show_arrivals (ThDeskPage *self)
{
  ThCaseList *cases = th_staff_desk_get_cases (self->desk);
  g_autoptr (GString) labels = g_string_new (NULL);
  ThCaseItem *newest = NULL;
  guint n = 0;

  /* Those that somebody has decided meanwhile need no banner. */
  for (guint i = self->arrived->len; i > 0; i--)
    {
      ThCaseItem *item = th_case_list_find (cases, self->arrived->pdata[i - 1], NULL);

      if (item == NULL || th_case_item_get (item)->decision != TH_DECISION_NONE)
        {
          g_ptr_array_remove_index (self->arrived, i - 1);
          continue;
        }
      if (newest == NULL)
        newest = item;
      n++;
      if (labels->len > 0)
        g_string_append (labels, _ (", "));
      g_string_append (labels, th_case_item_get_label (item));
    }

  gtk_widget_set_visible (self->arrival, n > 0);
  if (n == 1)
    {
      g_autofree char *reasons = th_staff_words_reasons (th_case_item_get (newest));
      /* Translators: number and reasons */
      g_autofree char *words
          = g_strdup_printf (_ ("● New to review: %s — %s"), labels->str, reasons);

      gtk_label_set_text (self->arrival_words, words);
    }
  else if (n > 1)
    {
      /* Translators: list of numbers */
      g_autofree char *words = g_strdup_printf (_ ("● New to review: %s"), labels->str);

      gtk_label_set_text (self->arrival_words, words);
    }
}

static void
case_arrived_cb (ThDeskPage *self, ThCaseItem *item)
{
  g_ptr_array_add (self->arrived, g_strdup (th_case_item_get (item)->visit));
  show_arrivals (self);
}

static void
cases_changed_cb (ThDeskPage *self)
{
  show_counts (self);
  show_arrivals (self);
}

static void
open_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDeskPage *self = TH_DESK_PAGE (widget);

  if (self->arrived->len == 0)
    return;
  th_desk_page_restore (self, "review", self->arrived->pdata[self->arrived->len - 1]);
  g_ptr_array_remove_index (self->arrived, self->arrived->len - 1);
  show_arrivals (self);
}

static void
dismiss_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDeskPage *self = TH_DESK_PAGE (widget);

  g_ptr_array_set_size (self->arrived, 0);
  show_arrivals (self);
}

/* --- the queue --------------------------------------------------------------------------- */

typedef struct
{
  ThDeskPage *page;
  guint lane_index;
} Call;

static void
say_error (ThDeskPage *self, const GError *error)
{
  g_autofree char *words = th_station_words_error (error);
  g_autofree char *whole = g_strdup_printf (_ ("Not written. %s"), words);

  say (self, whole, TRUE);
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Call *call = user_data;
  g_autoptr (ThDeskPage) self = call->page;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  ThQueueEntry entry;
  gboolean called = th_staff_desk_call_next_finish (TH_STAFF_DESK (source), result, &entry, &error);
  const char *lane;

  if (self->top == NULL)
    return;
  if (error != NULL)
    {
      say_error (self, error);
      return;
    }
  lane = th_staff_words_lane (&th_staff_desk_get_config (self->desk)->lanes[call->lane_index]);
  if (called)
    {
      char label[16];

      th_ticket_label (entry.lane, entry.number, label);
      /* Translators: number and lane */
      words = g_strdup_printf (_ ("✓ Called %s — %s"), label, lane);
    }
  else
    words = g_strdup_printf (_ ("Nobody is waiting in “%s”."), lane);
  say (self, words, FALSE);
}

static void
call_next_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDeskPage *self = TH_DESK_PAGE (widget);
  const ThConfig *config = th_staff_desk_get_config (self->desk);
  guint lane_index = g_variant_get_uint32 (parameter);
  Call *call;

  if (lane_index >= config->n_lanes)
    return;
  call = g_new0 (Call, 1);
  call->page = g_object_ref (self);
  call->lane_index = lane_index;
  th_staff_desk_call_next_async (self->desk, config->lanes[lane_index].letter, called_cb, call);
}

static void
confirmed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThDeskPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = th_staff_desk_done_finish (TH_STAFF_DESK (source), result, &error);

  if (self->top == NULL) /* locked meanwhile */
    return;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "desk.confirm", TRUE);
  if (g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED))
    say (self, _ ("Only a manager can confirm this."), TRUE);
  else if (!done)
    say_error (self, error);
  else
    say (self, _ ("Confirmed: people are measured now."), FALSE);
}

/* Whoever is logged in, by PIN, is who confirms. */
static void
confirm_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDeskPage *self = TH_DESK_PAGE (widget);

  gtk_widget_action_set_enabled (widget, "desk.confirm", FALSE);
  th_staff_desk_confirm_screening_async (self->desk, confirmed_cb, g_object_ref (self));
}

static void
put_back_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThDeskPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = th_staff_desk_done_finish (TH_STAFF_DESK (source), result, &error);

  if (self->top == NULL)
    return;
  if (ok)
    say (self, _ ("✓ Put back: it will be called again in its turn."), FALSE);
  else
    say_error (self, error);
}

static void
put_back_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDeskPage *self = TH_DESK_PAGE (widget);

  th_staff_desk_step_async (self->desk, g_variant_get_string (parameter, NULL), TH_QUEUE_PUT_BACK,
                            put_back_cb, g_object_ref (self));
}

/* --- slips ------------------------------------------------------------------------------- */

static void
slip_ordered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThDeskPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = th_staff_desk_done_finish (TH_STAFF_DESK (source), result, &error);

  if (self->top == NULL)
    return;
  if (ok)
    say (self, _ ("✓ The kiosk's printer will print it."), FALSE);
  else
    say_error (self, error);
}

static void
order_slip_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDeskPage *self = TH_DESK_PAGE (widget);

  th_staff_desk_order_slip_async (self->desk, g_variant_get_string (parameter, NULL),
                                  slip_ordered_cb, g_object_ref (self));
}

static void
slip_cancelled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThDeskPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = th_staff_desk_done_finish (TH_STAFF_DESK (source), result, &error);

  if (self->top == NULL)
    return;
  if (ok)
    say (self, _ ("✓ It will not be printed."), FALSE);
  else if (g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED))
    say (self, _ ("Too late: it is being printed."), FALSE);
  else
    say_error (self, error);
}

static void
cancel_slip_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDeskPage *self = TH_DESK_PAGE (widget);
  const char *visit = g_variant_get_string (parameter, NULL);
  ThQueueItem *item = th_staff_desk_find_ticket (self->desk, visit);
  ThSlipState state;
  guint copy;

  if (item == NULL)
    return;
  th_queue_entry_newest_slip (th_queue_item_get (item), &copy, &state);
  th_staff_desk_cancel_slip_async (self->desk, visit, copy, slip_cancelled_cb, g_object_ref (self));
}

/* --- life -------------------------------------------------------------------------------- */

const char *
th_desk_page_get_view (ThDeskPage *self)
{
  return gtk_stack_get_visible_child_name (self->stack);
}

char *
th_desk_page_get_chosen (ThDeskPage *self)
{
  return th_review_page_get_chosen (self->review);
}

void
th_desk_page_restore (ThDeskPage *self, const char *view, const char *chosen)
{
  g_object_set (self, "view", view, NULL);
  if (chosen != NULL)
    th_review_page_open (self->review, chosen);
}

GtkWidget *
th_desk_page_new (ThStaffDesk *desk)
{
  ThDeskPage *self = g_object_new (TH_TYPE_DESK_PAGE, NULL);
  const ThConfig *config = th_staff_desk_get_config (desk);
  ThCaseList *cases = th_staff_desk_get_cases (desk);
  /* Translators: who is logged in */
  g_autofree char *who = g_strdup_printf (_ ("On duty: %s"), th_staff_desk_get_who (desk));

  self->desk = g_object_ref (desk);
  self->review = TH_REVIEW_PAGE (th_review_page_new (desk));
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->review), "review");
  gtk_stack_add_named (self->stack, th_station_page_new (desk), "queue");
  gtk_stack_add_named (self->stack, th_entry_page_new (desk), "entry");
  gtk_stack_add_named (self->stack, th_doses_page_new (desk), "doses");
  gtk_stack_add_named (self->stack, th_thermometer_page_new (desk), "thermometer");
  gtk_stack_add_named (self->stack, th_day_page_new (desk), "day");

  gtk_label_set_text (self->site, th_staff_words_site (config));
  gtk_label_set_text (self->who, who);
  for (guint i = 0; i < config->n_lanes; i++)
    {
      g_autofree char *key = g_strdup_printf ("F%u", i + 1);

      th_shortcut_add (GTK_WIDGET (self), key, "desk.call-next", g_variant_new_uint32 (i));
      g_signal_connect_object (th_staff_desk_get_queue (desk, i), "changed",
                               G_CALLBACK (show_counts), self, G_CONNECT_SWAPPED);
    }

  g_signal_connect_object (cases, "items-changed", G_CALLBACK (cases_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (cases, "notify::open", G_CALLBACK (cases_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "case-arrived", G_CALLBACK (case_arrived_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "notify::devices", G_CALLBACK (show_devices), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "notify::problem", G_CALLBACK (show_problem), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "thermometer", G_CALLBACK (show_calibration), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "day", G_CALLBACK (day_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  day_cb (self);
  show_calibration (self);
  show_counts (self);
  show_devices (self);
  show_problem (self);
  return GTK_WIDGET (self);
}

static void
th_desk_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  switch (id)
    {
    case PROP_VIEW:
      g_value_set_string (value, th_desk_page_get_view (TH_DESK_PAGE (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
th_desk_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  ThDeskPage *self = TH_DESK_PAGE (object);
  const char *view;

  switch (id)
    {
    case PROP_VIEW:
      view = g_value_get_string (value);
      if (gtk_stack_get_child_by_name (self->stack, view) == NULL
          || g_strcmp0 (view, th_desk_page_get_view (self)) == 0)
        break;
      gtk_stack_set_visible_child_name (self->stack, view);
      if (TH_IS_ENTRY_PAGE (gtk_stack_get_visible_child (self->stack))
          || TH_IS_STATION_PAGE (gtk_stack_get_visible_child (self->stack)))
        gtk_widget_grab_focus (gtk_stack_get_visible_child (self->stack));
      show_day (self);
      g_object_notify_by_pspec (object, spec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
th_desk_page_dispose (GObject *object)
{
  ThDeskPage *self = TH_DESK_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TH_TYPE_DESK_PAGE);
  g_clear_pointer (&self->arrived, g_ptr_array_unref);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (th_desk_page_parent_class)->dispose (object);
}

static void
th_desk_page_class_init (ThDeskPageClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = th_desk_page_get_property;
  object_class->set_property = th_desk_page_set_property;
  object_class->dispose = th_desk_page_dispose;
  g_object_class_install_property (
      object_class, PROP_VIEW,
      g_param_spec_string ("view", NULL, NULL, "review",
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY));

  gtk_widget_class_set_template_from_resource (widget_class, "/threshold/staff/desk-page.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, top);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, site);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, to_review);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, to_queue);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, who);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, devices);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, calibration);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, day_notice);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, day_words);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, unconfirmed);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, problem);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, arrival);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, arrival_words);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, stack);
  gtk_widget_class_bind_template_child (widget_class, ThDeskPage, message);
  gtk_widget_class_install_property_action (widget_class, "desk.view", "view");
  gtk_widget_class_install_action (widget_class, "desk.call-next", "u", call_next_action);
  gtk_widget_class_install_action (widget_class, "desk.put-back", "s", put_back_action);
  gtk_widget_class_install_action (widget_class, "desk.order-slip", "s", order_slip_action);
  gtk_widget_class_install_action (widget_class, "desk.cancel-slip", "s", cancel_slip_action);
  gtk_widget_class_install_action (widget_class, "desk.confirm", NULL, confirm_action);
  gtk_widget_class_install_action (widget_class, "desk.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "desk.dismiss", NULL, dismiss_action);
}

static void
th_desk_page_init (ThDeskPage *self)
{
  self->arrived = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  th_shortcut_add (GTK_WIDGET (self), "<Control>1", "desk.view", g_variant_new_string ("review"));
  th_shortcut_add (GTK_WIDGET (self), "<Control>2", "desk.view", g_variant_new_string ("queue"));
  th_shortcut_add (GTK_WIDGET (self), "<Control>3", "desk.view", g_variant_new_string ("entry"));
  th_shortcut_add (GTK_WIDGET (self), "<Control>4", "desk.view", g_variant_new_string ("doses"));
  th_shortcut_add (GTK_WIDGET (self), "<Control>t", "desk.view",
                   g_variant_new_string ("thermometer"));
  th_shortcut_add (GTK_WIDGET (self), "<Control>d", "desk.view", g_variant_new_string ("day"));
  th_shortcut_add (GTK_WIDGET (self), "<Control>o", "desk.open", NULL);
}
