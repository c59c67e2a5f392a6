/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * threshold-bench-window DIR [PROGRAM ARGS…]: buttons for the commands of the bench that serves in
 * DIR, its lamps, and the slip that came out last; with --display the kiosk's screen, with PROGRAM a
 * button that opens the staff's. For people; it knows no more than the control socket tells.
 */
#include <stdlib.h>
#include <string.h>

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <gtk/gtk.h>

#include "tests/bench/screen.h"
#include "tests/bench/tell.h"

#define LOOK_MS 500
#define FRAME_LEN 1295
#define NAME_AT 14
#define NAME_LEN 30
#define THINGS_HEIGHT 210

/* What one thing may be like; the first is how it is at the start. Shown two in a row. */
typedef struct
{
  const char *label;
  const char *command;
} Choice;

typedef struct
{
  const char *title;
  Choice choices[8];
} Thing;

typedef struct
{
  char *control;
  char *slip_path;
  GtkLabel *answer;
  GtkLabel *ready;
  GtkLabel *attention;
  GtkLabel *buzzer;
  GtkLabel *gate;
  GtkLabel *slip_title;
  GtkPicture *slip;
  guint slips;

  char **staff;
  GSubprocess *staff_process;
} Window;

static const Thing things[] = {
  { "The card is",
    { { "good", "card status ok" },
      { "unreadable", "card status 41" },
      { "refused", "card status 31" },
      { "no ID card", "card status 40" } } },
  { "Paper",
    { { "enough", "paper ok" },
      { "low", "paper low" },
      { "out", "paper out" },
      { "out in mid-slip", "paper out-after 20000" } } },
  { "Reader's cable",
    { { "plugged in", "reader plug" },
      { "out", "reader unplug" },
      { "out in the next read", "reader unplug-in-read" } } },
  { "Cover", { { "closed", "cover closed" }, { "open", "cover open" } } },
  { "Reader",
    { { "works", "reader normal" },
      { "silent", "reader silent" },
      { "talks nonsense", "reader garble" },
      { "stalls", "reader stall" } } },
  { "Printer's cable", { { "plugged in", "printer plug" }, { "out", "printer unplug" } } },
  { "Thermometer",
    { { "works", "sensor normal" },
      { "absent", "sensor absent" },
      { "every 3rd reply wrong", "sensor bad-pec 3" },
      { "error bit", "sensor error-bit" },
      { "bus stuck", "sensor stuck" },
      { "supply sags", "sensor brown-out" } } },
  { "Printer",
    { { "works", "printer normal" },
      { "silent", "printer silent" },
      { "mute model", "printer mute" },
      { "talks nonsense", "printer garble" },
      { "stalls", "printer stall" } } },
};

static const Thing presence = { "Stands",
                                { { "away", "step away" }, { "in front", "step front" } } };

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
toggled_cb (GtkToggleButton *button, gpointer user_data)
{
  if (gtk_toggle_button_get_active (button))
    tell (user_data, g_object_get_data (G_OBJECT (button), "command"));
}

/* One of a group: pressed is how it is. */
static GtkWidget *
choice_new (Window *self, const char *label, char *command, GtkWidget *group)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (label);

  if (group != NULL)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (group));
  else
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  g_object_set_data_full (G_OBJECT (button), "command", command, g_free);
  g_signal_connect (button, "toggled", G_CALLBACK (toggled_cb), self);
  return button;
}

static GtkWidget *
heading_new (const char *title)
{
  GtkWidget *heading = gtk_label_new (title);

  gtk_widget_add_css_class (heading, "heading");
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  return heading;
}

static GtkWidget *
thing_new (Window *self, const Thing *thing)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *name = gtk_label_new (thing->title);
  GtkWidget *choices = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *first = NULL;

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_width_chars (GTK_LABEL (name), 13);
  gtk_widget_add_css_class (choices, "linked");
  for (const Choice *choice = thing->choices; choice->label != NULL; choice++)
    {
      GtkWidget *button = choice_new (self, choice->label, g_strdup (choice->command), first);

      if (first == NULL)
        first = button;
      gtk_box_append (GTK_BOX (choices), button);
    }
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (row), choices);
  return row;
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

/* "王秀英 Wang" for 01-wang.hex, so that everybody can tell them apart. */
static char *
label_of_card (const char *path)
{
  g_autofree char *person = name_of_card (path);
  g_autofree char *file = g_path_get_basename (path);
  const char *latin = strchr (file, '-');

  if (person == NULL || latin == NULL)
    return NULL;
  file[strlen (file) - strlen (".hex")] = '\0';
  return g_strdup_printf ("%s %c%s", person, g_ascii_toupper (latin[1]), latin + 2);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_cards (Window *self, GtkBox *into)
{
  GtkWidget *flow = gtk_flow_box_new ();
  GtkWidget *none = choice_new (self, "No card", g_strdup ("card lift"), NULL);
  g_autoptr(GDir) dir = g_dir_open (TH_BENCH_PEOPLE, 0, NULL);
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".hex"))
      g_ptr_array_add (paths, g_build_filename (TH_BENCH_PEOPLE, name, NULL));
  g_ptr_array_sort (paths, compare_names);

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (flow), 3);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), 5);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (flow), TRUE);
  gtk_flow_box_append (GTK_FLOW_BOX (flow), none);
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *label = label_of_card (paths->pdata[i]);
      g_autofree char *quoted = g_shell_quote (paths->pdata[i]);

      if (label != NULL)
        gtk_flow_box_append (GTK_FLOW_BOX (flow),
                             choice_new (self, label, g_strconcat ("card put ", quoted, NULL), none));
    }
  gtk_box_append (into, heading_new ("Card on the reader"));
  gtk_box_append (into, flow);
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
             double high_mark, double low, double high, double value)
{
  GtkWidget *name = gtk_label_new (label);
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, low, high, 0.1);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_scale_set_draw_value (GTK_SCALE (scale), TRUE);
  if (high_mark > 0)
    {
      gtk_scale_add_mark (GTK_SCALE (scale), value, GTK_POS_BOTTOM, "usual");
      gtk_scale_add_mark (GTK_SCALE (scale), high_mark, GTK_POS_BOTTOM, "high");
    }
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
key_clicked_cb (GtkButton *button, gpointer user_data)
{
  tell (user_data, g_object_get_data (G_OBJECT (button), "command"));
}

/* For a kiosk that has keys in its settings. */
static GtkWidget *
keys_new (Window *self)
{
  static const char *const keys[][2] = { { "◀", "key back press" },
                                         { "✗", "key no press" },
                                         { "✓", "key yes press" },
                                         { "?", "key help press" } };
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *name = gtk_label_new ("Four keys");
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_width_chars (GTK_LABEL (name), 13);
  gtk_widget_add_css_class (buttons, "linked");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      GtkWidget *button = gtk_button_new_with_label (keys[i][0]);

      g_object_set_data (G_OBJECT (button), "command", (char *) keys[i][1]);
      g_signal_connect (button, "clicked", G_CALLBACK (key_clicked_cb), self);
      gtk_box_append (GTK_BOX (buttons), button);
    }
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (row), buttons);
  return row;
}

static void
add_person (Window *self, GtkBox *into)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_box_append (into, heading_new ("Person"));
  gtk_box_append (into, thing_new (self, &presence));
  gtk_box_append (into, keys_new (self));
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  degrees_new (self, GTK_GRID (grid), 0, "Forehead °C", "skin", 36, 32, 40, 34.5);
  degrees_new (self, GTK_GRID (grid), 1, "Room °C", "room", 0, 10, 40, 24);
  gtk_box_append (into, grid);
}

static void
add_things (Window *self, GtkBox *into)
{
  GtkWidget *flow = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), 2);
  for (guint i = 0; i < G_N_ELEMENTS (things); i++)
    gtk_flow_box_append (GTK_FLOW_BOX (flow), thing_new (self, &things[i]));
  gtk_box_append (into, heading_new ("What goes wrong"));
  gtk_box_append (into, flow);
}

static void
show_lamp (GtkLabel *label, const char *name, gboolean lit)
{
  g_autofree char *text = g_strdup_printf ("%s %s: %s", lit ? "●" : "○", name, lit ? "lit" : "dark");

  gtk_label_set_text (label, text);
}

/* A number that follows @name in the answer, "beeps=3". */
static int
number_of (const char *answer, const char *name)
{
  const char *at = strstr (answer, name);

  return at != NULL ? atoi (at + strlen (name)) : 0;
}

static void
show_outputs (Window *self)
{
  g_autofree char *lamps = ask (self, "lamps");
  g_autofree char *buzzer = g_strdup_printf ("Buzzer: %d beeps", number_of (lamps, "beeps="));

  show_lamp (self->ready, "Ready lamp", number_of (lamps, "ready="));
  show_lamp (self->attention, "Attention lamp", number_of (lamps, "attention="));
  gtk_label_set_text (self->buzzer, buzzer);
  gtk_label_set_text (self->gate, number_of (lamps, "gate=") ? "Gate's relay: pulls"
                                                             : "Gate's relay: rests");
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
  g_autofree char *slips = ask (self, "slips");
  guint n = g_str_has_prefix (slips, "ok ") ? atoi (slips + 3) : 0;

  show_outputs (self);
  if (n != self->slips && n > 0)
    show_slip (self, n);
  self->slips = n;
  return G_SOURCE_CONTINUE;
}

static void
staff_closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Window *self = user_data;

  if (g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL))
    g_clear_object (&self->staff_process);
}

static void
staff_clicked_cb (GtkButton *button, gpointer user_data)
{
  Window *self = user_data;
  g_autoptr(GError) error = NULL;

  if (self->staff_process != NULL)
    return;
  self->staff_process
      = g_subprocess_newv ((const char *const *) self->staff, G_SUBPROCESS_FLAGS_NONE, &error);
  if (self->staff_process == NULL)
    gtk_label_set_text (self->answer, error->message);
  else
    g_subprocess_wait_async (self->staff_process, NULL, staff_closed_cb, self);
}

static void
add_staff (Window *self, GtkBox *into, const char *note)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *button = gtk_button_new_with_label ("Open the staff's screen");

  gtk_widget_add_css_class (button, "suggested-action");
  g_signal_connect (button, "clicked", G_CALLBACK (staff_clicked_cb), self);
  gtk_box_append (GTK_BOX (box), button);
  if (note != NULL)
    gtk_box_append (GTK_BOX (box), gtk_label_new (note));
  gtk_box_append (into, box);
}

static GtkLabel *
label_new (GtkBox *into)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (into, label);
  return GTK_LABEL (label);
}

/* Scrolls when the window is low; takes no more than @height of it, unless that is -1. */
static GtkBox *
column_new (GtkBox *into, int height)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_widget_set_margin_start (column, 12);
  gtk_widget_set_margin_end (column, 12);
  gtk_widget_set_margin_top (column, 12);
  gtk_widget_set_margin_bottom (column, 12);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), column);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), height);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_box_append (into, scrolled);
  return GTK_BOX (column);
}

static void
add_outcome (Window *self, GtkBox *into)
{
  GtkWidget *lamps = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);
  GtkWidget *others = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);

  self->ready = label_new (GTK_BOX (lamps));
  self->attention = label_new (GTK_BOX (lamps));
  self->buzzer = label_new (GTK_BOX (others));
  self->gate = label_new (GTK_BOX (others));
  gtk_box_append (into, heading_new ("Lamps and paper"));
  gtk_box_append (into, lamps);
  gtk_box_append (into, others);
  self->slip_title = label_new (into);
  gtk_label_set_text (self->slip_title, "No slip yet");
  self->slip = GTK_PICTURE (gtk_picture_new ());
  gtk_picture_set_content_fit (self->slip, GTK_CONTENT_FIT_SCALE_DOWN);
  gtk_widget_set_halign (GTK_WIDGET (self->slip), GTK_ALIGN_START);
  gtk_widget_set_vexpand (GTK_WIDGET (self->slip), TRUE);
  gtk_box_append (into, GTK_WIDGET (self->slip));
}

/* As large as shows the kiosk's screen at its own size, where there is room for that. */
static void
fit_to_monitor (GtkWindow *window)
{
  g_autoptr(GdkMonitor) monitor
      = g_list_model_get_item (gdk_display_get_monitors (gdk_display_get_default ()), 0);
  GdkRectangle area = { 0, 0, 1920, 1080 };

  if (monitor != NULL)
    gdk_monitor_get_geometry (monitor, &area);
  gtk_window_set_default_size (window, MIN (area.width, 1920), MIN (area.height, 1040));
  gtk_window_maximize (window);
}

/* Left the kiosk's screen and what can go wrong, right the people and what they get. */
static GtkWidget *
window_build (Window *self, GtkWidget *screen, const char *note)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *both = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *left = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkBox *people;

  self->answer = GTK_LABEL (gtk_label_new (NULL)); /* the scales speak before it is shown */
  gtk_label_set_xalign (self->answer, 0);
  gtk_label_set_ellipsize (self->answer, PANGO_ELLIPSIZE_START);
  gtk_widget_add_css_class (GTK_WIDGET (self->answer), "dim-label");

  if (screen != NULL)
    gtk_box_append (GTK_BOX (left), screen);
  add_things (self, column_new (GTK_BOX (left), screen != NULL ? THINGS_HEIGHT : -1));
  gtk_widget_set_hexpand (left, screen != NULL);

  people = column_new (GTK_BOX (right), -1);
  if (self->staff[0] != NULL)
    add_staff (self, people, note);
  add_cards (self, people);
  add_person (self, people);
  add_outcome (self, people);
  gtk_box_append (people, GTK_WIDGET (self->answer));

  gtk_box_append (GTK_BOX (both), left);
  gtk_box_append (GTK_BOX (both), right);
  gtk_window_set_title (GTK_WINDOW (window), "Threshold bench");
  gtk_window_set_child (GTK_WINDOW (window), both);
  if (screen != NULL)
    fit_to_monitor (GTK_WINDOW (window));
  return window;
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  g_autofree char *display = NULL;
  g_autofree char *picture = NULL;
  g_autofree char *note = NULL;
  const GOptionEntry entries[] = {
    { "display", 0, 0, G_OPTION_ARG_STRING, &display, "The kiosk's screen, an Xvfb", "NAME" },
    { "picture", 0, 0, G_OPTION_ARG_FILENAME, &picture, "Where it keeps its picture", "FILE" },
    { "staff-note", 0, 0, G_OPTION_ARG_STRING, &note, "Stands beside the staff's button", "TEXT" },
    { NULL },
  };
  g_autoptr(GOptionContext) options = g_option_context_new ("DIR [STAFF PROGRAM ARGS…]");
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(GError) error = NULL;
  GtkWidget *window, *screen = NULL;
  Window self = { NULL };

  g_option_context_add_main_entries (options, entries, NULL);
  g_option_context_set_strict_posix (options, TRUE);
  if (!g_option_context_parse (options, &argc, &argv, &error) || argc < 2
      || (display == NULL) != (picture == NULL))
    {
      g_printerr ("threshold-bench-window: %s\n", error != NULL ? error->message : "try --help");
      return 2;
    }
  if (!gtk_init_check ())
    {
      g_printerr ("threshold-bench-window: there is no display\n");
      return 3;
    }
  if (display != NULL && (screen = bench_screen_new (display, picture)) == NULL)
    {
      g_printerr ("threshold-bench-window: %s: no picture of a screen\n", picture);
      return 3;
    }
  self.control = g_build_filename (argv[1], "control", NULL);
  self.slip_path = g_build_filename (argv[1], "window-slip.png", NULL);
  self.staff = argv + 2;
  window = window_build (&self, screen, note);
  g_signal_connect_swapped (window, "close-request", G_CALLBACK (g_main_loop_quit), loop);
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  g_unix_signal_add (SIGINT, quit_cb, loop);
  look_cb (&self);
  g_timeout_add (LOOK_MS, look_cb, &self);
  gtk_window_present (GTK_WINDOW (window));
  g_main_loop_run (loop);
  if (self.staff_process != NULL)
    g_subprocess_send_signal (self.staff_process, SIGTERM);
  g_free (self.control);
  g_free (self.slip_path);
  return 0;
}
