/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/staff-window.h"

#include <glib/gi18n.h>

#include "kiosk/words.h"
#include "ui/staff/desk-page.h"
#include "ui/staff/log-in-page.h"
#include "ui/staff/shortcut.h"

#define WARNING_S 20

struct _ThStaffWindow
{
  GtkApplicationWindow parent;
  ThStaffDesk *desk;
  GtkCssProvider *looks;
  guint lock_after_s;
  gint64 last_input_us; /* monotonic */
};

G_DEFINE_FINAL_TYPE (ThStaffWindow, th_staff_window, GTK_TYPE_APPLICATION_WINDOW)

static void
show_title (ThStaffWindow *self)
{
  guint open = th_case_list_get_open (th_staff_desk_get_cases (self->desk));
  g_autofree char *title = NULL;

  /* The number is seen in the task list when another window is in front. */
  title = open > 0 ? g_strdup_printf (_ ("(%u) Threshold – staff"), open)
                   : g_strdup (_ ("Threshold – staff"));
  gtk_window_set_title (GTK_WINDOW (self), title);
}

static void
build (ThStaffWindow *self)
{
  static const char *const script_classes[] = { "en", "zh-cn", "zh-tw" };
  gboolean locked = *th_staff_desk_get_who (self->desk) == '\0';

  for (guint i = 0; i < G_N_ELEMENTS (script_classes); i++)
    if (i == th_words_current ())
      gtk_widget_add_css_class (GTK_WIDGET (self), script_classes[i]);
    else
      gtk_widget_remove_css_class (GTK_WIDGET (self), script_classes[i]);
  gtk_window_set_child (GTK_WINDOW (self),
                        locked ? th_log_in_page_new (self->desk) : th_desk_page_new (self->desk));
  show_title (self);
}

static void
who_changed_cb (ThStaffWindow *self)
{
  GAction *lock = g_action_map_lookup_action (G_ACTION_MAP (self), "lock");

  self->last_input_us = g_get_monotonic_time ();
  g_simple_action_set_enabled (G_SIMPLE_ACTION (lock), *th_staff_desk_get_who (self->desk) != '\0');
  build (self);
}

static void
lock_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  th_staff_desk_lock (TH_STAFF_WINDOW (user_data)->desk);
}

static void
language_changed_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  ThStaffWindow *self = user_data;
  GtkWidget *child = gtk_window_get_child (GTK_WINDOW (self));
  g_autofree char *view = NULL, *chosen = NULL;
  ThLanguage language;

  if (!th_language_from_string (g_variant_get_string (value, NULL), &language))
    return;
  if (TH_IS_DESK_PAGE (child))
    {
      view = g_strdup (th_desk_page_get_view (TH_DESK_PAGE (child)));
      chosen = th_desk_page_get_chosen (TH_DESK_PAGE (child));
    }
  g_simple_action_set_state (action, value);
  th_words_use (language);
  build (self);
  if (view != NULL)
    th_desk_page_restore (TH_DESK_PAGE (gtk_window_get_child (GTK_WINDOW (self))), view, chosen);
}

static gboolean
input_cb (ThStaffWindow *self, GdkEvent *event)
{
  self->last_input_us = g_get_monotonic_time ();
  return GDK_EVENT_PROPAGATE;
}

static void
tick_cb (ThStaffWindow *self)
{
  GtkWidget *child = gtk_window_get_child (GTK_WINDOW (self));
  gint64 left_us
      = self->last_input_us + (gint64)self->lock_after_s * G_USEC_PER_SEC - g_get_monotonic_time ();

  if (!TH_IS_DESK_PAGE (child))
    return;
  if (left_us <= 0)
    th_staff_desk_lock (self->desk);
  else
    th_desk_page_warn_of_lock (TH_DESK_PAGE (child),
                               left_us <= WARNING_S * G_USEC_PER_SEC
                                   ? (left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC
                                   : 0);
}

GtkWidget *
th_staff_window_new (GtkApplication *app, ThStaffDesk *desk, guint lock_after_s)
{
  static const GActionEntry entries[] = {
    { .name = "lock", .activate = lock_activated_cb },
    { .name = "language",
      .parameter_type = "s",
      .state = "'en'",
      .change_state = language_changed_cb },
  };
  ThStaffWindow *self = g_object_new (TH_TYPE_STAFF_WINDOW, "application", app, NULL);
  GAction *language;

  self->desk = g_object_ref (desk);
  self->lock_after_s = lock_after_s;
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  language = g_action_map_lookup_action (G_ACTION_MAP (self), "language");
  g_simple_action_set_state (G_SIMPLE_ACTION (language),
                             g_variant_new_string (th_language_to_string (th_words_current ())));
  g_signal_connect_object (desk, "notify::who", G_CALLBACK (who_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (th_staff_desk_get_cases (desk), "notify::open", G_CALLBACK (show_title),
                           self, G_CONNECT_SWAPPED);
  who_changed_cb (self);
  return GTK_WIDGET (self);
}

static void
th_staff_window_dispose (GObject *object)
{
  ThStaffWindow *self = TH_STAFF_WINDOW (object);

  if (self->looks != NULL)
    gtk_style_context_remove_provider_for_display (gtk_widget_get_display (GTK_WIDGET (self)),
                                                   GTK_STYLE_PROVIDER (self->looks));
  g_clear_object (&self->looks);
  G_OBJECT_CLASS (th_staff_window_parent_class)->dispose (object);
  g_clear_object (&self->desk); /* pages that go with the window still ask it */
}

static void
th_staff_window_class_init (ThStaffWindowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = th_staff_window_dispose;
}

static void
th_staff_window_init (ThStaffWindow *self)
{
  GtkEventController *controller = gtk_event_controller_legacy_new ();

  gtk_window_set_default_size (GTK_WINDOW (self), 1280, 800);
  gtk_widget_add_css_class (GTK_WIDGET (self), "staff");
  self->looks = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (self->looks, "/threshold/staff/staff.css");
  gtk_style_context_add_provider_for_display (gtk_widget_get_display (GTK_WIDGET (self)),
                                              GTK_STYLE_PROVIDER (self->looks),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (controller, "event", G_CALLBACK (input_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
  th_shortcut_add (GTK_WIDGET (self), "<Control>l", "win.lock", NULL);
}
