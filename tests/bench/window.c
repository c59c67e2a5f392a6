/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * threshold-bench-window DIR: buttons for the commands of the bench that serves in DIR, its lamps,
 * and the slip that came out last. For people; it knows no more than the control socket tells.
 */
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>
#include <gtk/gtk.h>

#include "tests/bench/tell.h"

#define LOOK_MS 500
#define FRAME_LEN 1295
#define NAME_AT 14
#define NAME_LEN 30

typedef struct
{
  const char *label;
  const char *command;
} Action;

typedef struct
{
  const char *title;
  Action actions[10];
} Section;

typedef struct
{
  char *control;
  char *slip_path;
  GtkLabel *answer;
  GtkLabel *ready;
  GtkLabel *attention;
  GtkLabel *slip_title;
  GtkPicture *slip;
  guint slips;
} Window;

static const Section sections[] = {
  { "The card on the plate",
    { { "Lift it", "card lift" },
      { "is good", "card status ok" },
      { "cannot be read", "card status 41" },
      { "refuses the reader", "card status 31" },
      { "is no ID card", "card status 40" } } },
  { "Card reader",
    { { "Plug in", "reader plug" },
      { "Unplug", "reader unplug" },
      { "Works", "reader normal" },
      { "Silent", "reader silent" },
      { "Nonsense", "reader garble" },
      { "Stalls", "reader stall" },
      { "Unplug in the next read", "reader unplug-in-read" } } },
  { "Thermometer",
    { { "Works", "sensor normal" },
      { "Absent", "sensor absent" },
      { "Every 3rd reply wrong", "sensor bad-pec 3" },
      { "Error bit", "sensor error-bit" },
      { "Bus stuck", "sensor stuck" },
      { "Unplug", "sensor unplug" } } },
  { "Printer",
    { { "Plug in", "printer plug" },
      { "Unplug", "printer unplug" },
      { "Works", "printer normal" },
      { "Silent", "printer silent" },
      { "Mute model", "printer mute" },
      { "Nonsense", "printer garble" },
      { "Stalls", "printer stall" } } },
  { "Paper and cover",
    { { "New roll", "paper ok" },
      { "Runs low", "paper low" },
      { "Out", "paper out" },
      { "Out in mid-slip", "paper out-after 20000" },
      { "Open the cover", "cover open" },
      { "Close it", "cover closed" } } },
};

/* Returns: the bench's answer; the program ends with the bench. */
static char *
ask (Window *self, const char *command)
{
  char *reply = th_bench_tell (self->control, command, NULL);

  if (reply == NULL)
    exit (0);
  return reply;
}

static void
tell (Window *self, const char *command)
{
  g_autofree char *reply = ask (self, command);
  g_autofree char *line = g_strdup_printf ("%s: %s", command, reply);

  gtk_label_set_text (self->answer, line);
}

static void
action_clicked_cb (GtkButton *button, gpointer user_data)
{
  tell (user_data, g_object_get_data (G_OBJECT (button), "command"));
}

static GtkWidget *
action_button (Window *self, const char *label, char *command)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  g_object_set_data_full (G_OBJECT (button), "command", command, g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (action_clicked_cb), self);
  return button;
}

static GtkWidget *
flow_new (const char *title, GtkBox *into)
{
  GtkWidget *heading = gtk_label_new (title);
  GtkWidget *flow = gtk_flow_box_new ();

  gtk_widget_add_css_class (heading, "heading");
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), 8);
  gtk_box_append (into, heading);
  gtk_box_append (into, flow);
  return flow;
}

static void
add_sections (Window *self, GtkBox *into)
{
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    {
      GtkWidget *flow = flow_new (sections[i].title, into);

      for (const Action *action = sections[i].actions; action->label != NULL; action++)
        gtk_flow_box_append (GTK_FLOW_BOX (flow),
                             action_button (self, action->label, g_strdup (action->command)));
    }
}

/* The name on the card in a file of hex digits; NULL when it holds none. */
static char *
name_of_card (const char *path)
{
  g_autoptr(GByteArray) frame = g_byte_array_new ();
  g_autofree char *text = NULL;
  int high = -1;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_isxdigit (*p) && high < 0)
      high = g_ascii_xdigit_value (*p);
    else if (g_ascii_isxdigit (*p))
      {
        guint8 byte = (guint8) (high * 16 + g_ascii_xdigit_value (*p));

        g_byte_array_append (frame, &byte, 1);
        high = -1;
      }
  if (frame->len != FRAME_LEN)
    return NULL;
  g_free (text);
  text = g_convert ((const char *) frame->data + NAME_AT, NAME_LEN, "UTF-8", "UTF-16LE", NULL, NULL,
                    NULL);
  return text != NULL ? g_strstrip (g_steal_pointer (&text)) : NULL;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_cards (Window *self, GtkFlowBox *into, const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".hex"))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_names);
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *person = name_of_card (paths->pdata[i]);
      g_autofree char *quoted = g_shell_quote (paths->pdata[i]);

      if (person != NULL)
        gtk_flow_box_append (into,
                             action_button (self, person, g_strconcat ("card put ", quoted, NULL)));
    }
}

static void
degrees_changed_cb (GtkRange *range, gpointer user_data)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *command = NULL;

  g_ascii_formatd (number, sizeof number, "%.1f", gtk_range_get_value (range));
  command = g_strconcat (g_object_get_data (G_OBJECT (range), "command"), " ", number, NULL);
  tell (user_data, command);
}

static void
degrees_new (Window *self, GtkGrid *grid, int row, const char *label, const char *command,
             double low, double high, double value)
{
  GtkWidget *name = gtk_label_new (label);
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, low, high, 0.1);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_scale_set_draw_value (GTK_SCALE (scale), TRUE);
  gtk_scale_set_value_pos (GTK_SCALE (scale), GTK_POS_RIGHT);
  gtk_widget_set_hexpand (scale, TRUE);
  gtk_range_set_value (GTK_RANGE (scale), value);
  g_object_set_data (G_OBJECT (scale), "command", (gpointer) command);
  g_signal_connect (scale, "value-changed", G_CALLBACK (degrees_changed_cb), self);
  gtk_grid_attach (grid, name, 0, row, 1, 1);
  gtk_grid_attach (grid, scale, 1, row, 1, 1);
  degrees_changed_cb (GTK_RANGE (scale), self);
}

static void
add_person (Window *self, GtkBox *into)
{
  GtkWidget *flow = flow_new ("The person in front", into);
  GtkWidget *grid = gtk_grid_new ();

  gtk_flow_box_append (GTK_FLOW_BOX (flow),
                       action_button (self, "Steps in front", g_strdup ("step front")));
  gtk_flow_box_append (GTK_FLOW_BOX (flow),
                       action_button (self, "Steps away", g_strdup ("step away")));
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  degrees_new (self, GTK_GRID (grid), 0, "Forehead °C", "skin", 30, 41, 34.5);
  degrees_new (self, GTK_GRID (grid), 1, "Room °C", "room", 5, 45, 24);
  gtk_box_append (into, grid);
}

static void
show_lamp (GtkLabel *label, const char *name, gboolean lit)
{
  g_autofree char *text = g_strdup_printf ("%s %s: %s", lit ? "●" : "○", name, lit ? "lit" : "dark");

  gtk_label_set_text (label, text);
}

static void
show_slip (Window *self, guint slips)
{
  g_autofree char *quoted = g_shell_quote (self->slip_path);
  g_autofree char *command = g_strdup_printf ("slip %u %s", slips, quoted);
  g_autofree char *reply = ask (self, command);
  g_autofree char *title = g_strdup_printf ("Slip %u", slips);
  g_autoptr(GdkTexture) picture = NULL;

  if (!g_str_has_prefix (reply, "ok"))
    return;
  picture = gdk_texture_new_from_filename (self->slip_path, NULL);
  gtk_picture_set_paintable (self->slip, GDK_PAINTABLE (picture));
  gtk_label_set_text (self->slip_title, title);
  g_unlink (self->slip_path);
}

static gboolean
look_cb (gpointer user_data)
{
  Window *self = user_data;
  g_autofree char *lamps = ask (self, "lamps");
  g_autofree char *slips = ask (self, "slips");
  guint n = g_str_has_prefix (slips, "ok ") ? atoi (slips + 3) : 0;

  show_lamp (self->ready, "Ready lamp", strstr (lamps, "ready=1") != NULL);
  show_lamp (self->attention, "Attention lamp", strstr (lamps, "attention=1") != NULL);
  if (n != self->slips && n > 0)
    show_slip (self, n);
  self->slips = n;
  return G_SOURCE_CONTINUE;
}

static GtkLabel *
label_new (GtkBox *into, const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (into, label);
  return GTK_LABEL (label);
}

/* Scrolls when the window is low, and takes no more width than the window gives. */
static GtkWidget *
column_new (GtkBox *into, int width)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  gtk_widget_set_margin_start (column, 12);
  gtk_widget_set_margin_end (column, 12);
  gtk_widget_set_margin_top (column, 12);
  gtk_widget_set_margin_bottom (column, 12);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), column);
  gtk_widget_set_hexpand (scrolled, width == 0);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_widget_set_size_request (scrolled, width, -1);
  gtk_box_append (into, scrolled);
  return column;
}

static GtkWidget *
window_build (Window *self)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *both = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *left = column_new (GTK_BOX (both), 0);
  GtkWidget *right = column_new (GTK_BOX (both), 340);
  GtkWidget *cards;

  gtk_window_set_title (GTK_WINDOW (window), "Threshold bench");
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 760);
  gtk_window_set_child (GTK_WINDOW (window), both);

  cards = flow_new ("Put a card on the reader", GTK_BOX (left));
  self->answer = GTK_LABEL (gtk_label_new (NULL)); /* the scales speak before it is shown */
  add_cards (self, GTK_FLOW_BOX (cards), TH_BENCH_CARDS);
  add_cards (self, GTK_FLOW_BOX (cards), TH_BENCH_CARDS "/people");
  add_person (self, GTK_BOX (left));
  add_sections (self, GTK_BOX (left));
  gtk_label_set_xalign (self->answer, 0);
  gtk_label_set_ellipsize (self->answer, PANGO_ELLIPSIZE_START);
  gtk_widget_add_css_class (GTK_WIDGET (self->answer), "dim-label");
  gtk_box_append (GTK_BOX (left), GTK_WIDGET (self->answer));

  self->ready = label_new (GTK_BOX (right), NULL);
  self->attention = label_new (GTK_BOX (right), NULL);
  self->slip_title = label_new (GTK_BOX (right), "No slip yet");
  gtk_widget_add_css_class (GTK_WIDGET (self->slip_title), "heading");
  self->slip = GTK_PICTURE (gtk_picture_new ());
  gtk_picture_set_content_fit (self->slip, GTK_CONTENT_FIT_SCALE_DOWN);
  gtk_widget_set_valign (GTK_WIDGET (self->slip), GTK_ALIGN_START);
  gtk_widget_set_vexpand (GTK_WIDGET (self->slip), TRUE);
  gtk_box_append (GTK_BOX (right), GTK_WIDGET (self->slip));
  return window;
}

int
main (int argc, char **argv)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Window self = { NULL };
  GtkWidget *window;

  if (argc != 2)
    {
      g_printerr ("threshold-bench-window DIR\n");
      return 2;
    }
  if (!gtk_init_check ())
    {
      g_printerr ("threshold-bench-window: there is no display\n");
      return 3;
    }
  self.control = g_build_filename (argv[1], "control", NULL);
  self.slip_path = g_build_filename (argv[1], "window-slip.png", NULL);
  window = window_build (&self);
  g_signal_connect_swapped (window, "close-request", G_CALLBACK (g_main_loop_quit), loop);
  look_cb (&self);
  g_timeout_add (LOOK_MS, look_cb, &self);
  gtk_window_present (GTK_WINDOW (window));
  g_main_loop_run (loop);
  g_free (self.control);
  g_free (self.slip_path);
  return 0;
}
