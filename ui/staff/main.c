/* SPDX-License-Identifier: GPL-3.0-or-later */
/* threshold-staff: who was flagged, what is decided, whom to call. */
#include <glib/gi18n.h>
#include <gtk/gtk.h>
#include <stdlib.h>

#include "kiosk/config.h"
#include "kiosk/staff-desk.h"
#include "kiosk/words.h"
#include "ui/staff/staff-window.h"

static void
activate_cb (GtkApplication *app, ThStaffDesk *desk)
{
  GtkWindow *window = gtk_application_get_active_window (app);

  if (window == NULL)
    window = GTK_WINDOW (th_staff_window_new (app, desk, TH_STAFF_LOCK_AFTER_S));
  gtk_window_present (window);
}

int
main (int argc, char **argv)
{
  g_autofree char *path = NULL;
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &path, N_ ("Settings of this site"), N_ ("FILE") },
    { "version", 'v', 0, G_OPTION_ARG_NONE, &version, N_ ("Print the version and exit"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (GtkApplication) app = NULL;
  g_autoptr (ThStaffDesk) desk = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  th_words_init ();
  gtk_disable_setlocale (); /* else GTK sets the environment's, which may be "C", where nothing is
                               translated */
  g_option_context_add_main_entries (options, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (options,
                                _ ("The staff's screen: review flagged people, call the queue."));
  if (!g_option_context_parse (options, &argc, &argv, &error) || argc > 1)
    {
      g_printerr ("threshold-staff: %s\n",
                  error != NULL ? error->message : _ ("too many arguments"));
      return 2;
    }
  if (version)
    {
      g_print ("threshold-staff %s\n", THRESHOLD_VERSION);
      return EXIT_SUCCESS;
    }
  config = th_config_load (path, &warnings, &error);
  if (config == NULL)
    {
      g_printerr ("threshold-staff: %s\n", error->message);
      return EXIT_FAILURE;
    }
  for (guint i = 0; warnings != NULL && i < warnings->len; i++)
    g_printerr ("threshold-staff: %s\n", (const char *)warnings->pdata[i]);
  th_words_use (config->default_language);

  desk = th_staff_desk_new (config);
  th_staff_desk_start (desk);
  app = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_signal_connect (app, "activate", G_CALLBACK (activate_cb), desk);
  status = g_application_run (G_APPLICATION (app), 0, NULL);
  th_staff_desk_stop (desk);
  return status;
}
