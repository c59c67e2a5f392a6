/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The staff screen on a virtual display over real records that a second connection writes to; what tests of it find, do and
 * wait for. */
#pragma once

#include <glib/gstdio.h>
#include <gtk/gtk.h>
#include <string.h>

#include "kiosk/config.h"
#include "kiosk/records.h"
#include "kiosk/staff-desk.h"
#include "kiosk/words.h"
#include "tests/open-day.h"
#include "ui/staff/desk-page.h"
#include "ui/staff/log-in-page.h"
#include "ui/staff/staff-window.h"

#define LIMIT_US                                                                                   \
  (10 * G_USEC_PER_SEC) /* for what has no figure of its own; the machine may be busy */
#define NAME "Test Nurse"
#define PIN "482915"

typedef struct
{
  char *dir;
  ThConfig *config;
  ThRecords *kiosk; /* the other program */
  ThStaffDesk *desk;
  GtkWidget *window;
} Fixture;

/* --- finding and doing ------------------------------------------------------------------- */

/* The first widget of @type that is on the screen and, for labels, contains @text. */
static inline GtkWidget *
find (GtkWidget *root, GType type, const char *text)
{
  if (!gtk_widget_get_mapped (root))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type)
      && (text == NULL || strstr (gtk_label_get_text (GTK_LABEL (root)), text) != NULL))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static inline gboolean
sees (Fixture *f, const char *text)
{
  return find (f->window, GTK_TYPE_LABEL, text) != NULL;
}

static inline gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until the screen says @text; FALSE after @limit_us. */
static inline gboolean
comes (Fixture *f, const char *text, gint64 limit_us)
{
  gint64 end_us = g_get_monotonic_time () + limit_us;
  guint wake = g_timeout_add (20, wake_cb, NULL);

  while (!sees (f, text) && g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  return sees (f, text);
}

static inline void
act (GtkWidget *widget, const char *action, const char *argument)
{
  if (argument != NULL)
    g_assert_true (gtk_widget_activate_action (widget, action, "s", argument));
  else
    g_assert_true (gtk_widget_activate_action (widget, action, NULL));
}

static inline GtkWidget *
page (Fixture *f)
{
  return gtk_window_get_child (GTK_WINDOW (f->window));
}

/* Whether what is under the middle of @widget is @widget or inside it: not covered, not off the
 * screen. */
static inline gboolean
can_be_hit (Fixture *f, GtkWidget *widget)
{
  graphene_rect_t box;
  GtkWidget *hit;

  if (!gtk_widget_compute_bounds (widget, f->window, &box))
    return FALSE;
  hit = gtk_widget_pick (f->window, box.origin.x + box.size.width / 2,
                         box.origin.y + box.size.height / 2, GTK_PICK_INSENSITIVE);
  return hit != NULL && (hit == widget || gtk_widget_is_ancestor (hit, widget));
}

/* Its place is known only once the page is laid out. */
static inline gboolean
comes_to_hand (Fixture *f, GtkWidget *widget)
{
  gint64 end_us = g_get_monotonic_time () + LIMIT_US;
  guint wake = g_timeout_add (20, wake_cb, NULL);

  while (!can_be_hit (f, widget) && g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  return can_be_hit (f, widget);
}

static inline void
type_pin (Fixture *f, const char *pin)
{
  for (const char *c = pin; *c != '\0'; c++)
    act (page (f), "log-in.digit", (const char[]){ *c, '\0' });
  act (page (f), "log-in.enter", NULL);
}

/* On the log-in page. */
static inline void
choose (Fixture *f, const char *name)
{
  GtkWidget *list = find (f->window, GTK_TYPE_LIST_VIEW, NULL);
  GListModel *names = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)));

  for (guint i = 0; i < g_list_model_get_n_items (names); i++)
    {
      g_autoptr (GtkStringObject) item = g_list_model_get_item (names, i);

      if (strcmp (gtk_string_object_get_string (item), name) == 0)
        gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (names), i);
    }
}

static inline void
log_in (Fixture *f)
{
  g_assert_true (comes (f, "Who are you?", LIMIT_US));
  type_pin (f, PIN);
  g_assert_true (comes (f, "On duty: " NAME, LIMIT_US));
}

/* --- life -------------------------------------------------------------------------------- */

static inline void
add_staff (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  th_records_add_staff (f->kiosk, NAME, TH_ROLE_MANAGER, PIN, &error);
  g_assert_no_error (error);
}

/* Nobody has opened the day yet. @more: (nullable): of the configuration */
static inline void
set_up_before_opening (Fixture *f, gconstpointer more)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  th_words_use (TH_LANGUAGE_EN);
  f->dir = g_dir_make_tmp ("threshold-staff-XXXXXX", &error);
  g_assert_no_error (error);
  text = g_strdup_printf ("[threshold]\nstate-dir=%s/state\n%s", f->dir,
                          more != NULL ? (const char *) more : "");
  f->config = th_config_load_data (text, strlen (text), NULL, &error);
  g_assert_no_error (error);
  f->kiosk = th_records_open (f->config->state_dir, "kiosk-1", &error);
  g_assert_no_error (error);
  f->desk = th_staff_desk_new (f->config);
  th_staff_desk_start (f->desk);
  f->window = th_staff_window_new (NULL, f->desk, TH_STAFF_LOCK_AFTER_S);
  gtk_window_present (GTK_WINDOW (f->window));
}

static inline void
set_up (Fixture *f, gconstpointer data)
{
  set_up_before_opening (f, data);
  open_day (f->kiosk);
}

static inline void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  th_staff_desk_stop (f->desk);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (G_OBJECT (f->desk)->ref_count, ==, 1); /* no page, no task holds on to it */
  g_object_unref (f->desk);
  g_clear_pointer (&f->kiosk, th_records_close);
  th_config_free (f->config);
  g_free (f->dir);
}
