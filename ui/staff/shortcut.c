/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/shortcut.h"

void
th_shortcut_add (GtkWidget *widget, const char *trigger, const char *action, GVariant *args)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();
  GtkShortcut *shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (trigger),
                                            gtk_named_action_new (action));

  gtk_shortcut_set_arguments (shortcut, args);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (controller),
                                     GTK_SHORTCUT_SCOPE_GLOBAL);
  /* Before a text field makes something else of the key. */
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (widget, controller);
}

static gboolean
focus_cb (gpointer data)
{
  if (gtk_widget_get_mapped (data))
    gtk_widget_grab_focus (data);
  return G_SOURCE_REMOVE;
}

static void
mapped_cb (GtkWidget *widget)
{
  /* A stack that has shown a page moves the focus once more: later than that. */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, focus_cb, g_object_ref (widget), g_object_unref);
}

void
th_focus_when_mapped (GtkWidget *widget)
{
  g_signal_connect (widget, "map", G_CALLBACK (mapped_cb), NULL);
}
