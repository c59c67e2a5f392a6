/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Xvfb keeps what it shows in a file (-fbdir): an XWD header of big-endian words, a colour map, then
 * rows of B G R x. So the kiosk has a screen of its own size, wherever and however small the window
 * is that shows it.
 */
#include "tests/bench/screen.h"

#include <string.h>

#define LOOK_MS 40

/* Words of the header, by their place in it. */
enum
{
  WORD_HEADER_SIZE = 0,
  WORD_WIDTH = 4,
  WORD_HEIGHT = 5,
  WORD_BITS_PER_PIXEL = 11,
  WORD_BYTES_PER_LINE = 12,
  WORD_N_COLORS = 19,
  WORDS = 25,
};
#define COLOR_SIZE 12

typedef struct
{
  GtkPicture *picture;
  GMappedFile *file;
  const guint32 *pixels;
  guint32 *shown;
  gsize size;
  int width, height, stride;

  char *display;
  GQueue touches; /* of argument vectors; the head is under way */
  guint look_id;
} Screen;

static guint32
word (const char *header, guint i)
{
  guint32 big;

  memcpy (&big, header + 4 * i, sizeof big);
  return GUINT32_FROM_BE (big);
}

static gboolean
open_picture (Screen *self, const char *path)
{
  const char *header;
  gsize at;

  self->file = g_mapped_file_new (path, FALSE, NULL);
  if (self->file == NULL || g_mapped_file_get_length (self->file) < 4 * WORDS)
    return FALSE;
  header = g_mapped_file_get_contents (self->file);
  if (word (header, WORD_BITS_PER_PIXEL) != 32)
    return FALSE;
  at = (gsize) word (header, WORD_HEADER_SIZE) + (gsize) word (header, WORD_N_COLORS) * COLOR_SIZE;
  self->width = (int) word (header, WORD_WIDTH);
  self->height = (int) word (header, WORD_HEIGHT);
  self->stride = (int) word (header, WORD_BYTES_PER_LINE);
  self->size = (gsize) self->stride * (gsize) self->height;
  if (at % 4 != 0 || at + self->size > g_mapped_file_get_length (self->file))
    return FALSE;
  self->pixels = (const guint32 *) (header + at);
  self->shown = g_malloc0 (self->size);
  return TRUE;
}

static gboolean
look_cb (gpointer user_data)
{
  Screen *self = user_data;
  g_autoptr(GdkTexture) texture = NULL;
  g_autoptr(GBytes) bytes = NULL;
  guint32 *opaque;

  if (memcmp (self->shown, self->pixels, self->size) == 0)
    return G_SOURCE_CONTINUE;
  memcpy (self->shown, self->pixels, self->size);
  opaque = g_malloc (self->size);
  for (gsize i = 0; i < self->size / 4; i++)
    opaque[i] = self->shown[i] | GUINT32_TO_LE (0xff000000U);
  bytes = g_bytes_new_take (opaque, self->size);
  texture = gdk_memory_texture_new (self->width, self->height, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED,
                                    bytes, (gsize) self->stride);
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  return G_SOURCE_CONTINUE;
}

static void touch_next (Screen *self);

static void
touched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Screen *self = user_data;

  if (!g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL))
    return;
  g_strfreev (g_queue_pop_head (&self->touches));
  touch_next (self);
}

static void
touch_next (Screen *self)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;

  if (g_queue_is_empty (&self->touches))
    return;
  g_subprocess_launcher_setenv (launcher, "DISPLAY", self->display, TRUE);
  process = g_subprocess_launcher_spawnv (
      launcher, g_queue_peek_head (&self->touches), &error);
  if (process == NULL)
    {
      g_printerr ("threshold-bench-window: %s\n", error->message);
      g_strfreev (g_queue_pop_head (&self->touches));
      return;
    }
  g_subprocess_wait_async (process, NULL, touched_cb, self);
}

/* In the order they happened, one process after the other; @button NULL only moves. */
static void
touch (Screen *self, double x, double y, const char *button)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self->picture));
  int height = gtk_widget_get_height (GTK_WIDGET (self->picture));
  double scale = MIN ((double) width / self->width, (double) height / self->height);
  int to_x = (int) ((x - (width - self->width * scale) / 2) / scale);
  int to_y = (int) ((y - (height - self->height * scale) / 2) / scale);
  g_autofree char *at_x = g_strdup_printf ("%d", CLAMP (to_x, 0, self->width - 1));
  g_autofree char *at_y = g_strdup_printf ("%d", CLAMP (to_y, 0, self->height - 1));
  const char *argv[] = { "xdotool", "mousemove", at_x, at_y, button, "1", NULL };

  if (button == NULL && g_queue_get_length (&self->touches) > 1)
    return;
  if (button == NULL)
    argv[4] = NULL;
  g_queue_push_tail (&self->touches, g_strdupv ((char **) argv));
  if (g_queue_get_length (&self->touches) == 1)
    touch_next (self);
}

static void
drag_begin_cb (GtkGestureDrag *drag, double x, double y, gpointer user_data)
{
  touch (user_data, x, y, "mousedown");
}

static void
drag_update_cb (GtkGestureDrag *drag, double dx, double dy, gpointer user_data)
{
  double x, y;

  if (gtk_gesture_drag_get_start_point (drag, &x, &y))
    touch (user_data, x + dx, y + dy, NULL);
}

static void
drag_end_cb (GtkGestureDrag *drag, double dx, double dy, gpointer user_data)
{
  double x, y;

  if (gtk_gesture_drag_get_start_point (drag, &x, &y))
    touch (user_data, x + dx, y + dy, "mouseup");
}

static void
screen_free (Screen *self)
{
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_pointer (&self->file, g_mapped_file_unref);
  g_queue_clear_full (&self->touches, (GDestroyNotify) g_strfreev);
  g_free (self->shown);
  g_free (self->display);
  g_free (self);
}

GtkWidget *
bench_screen_new (const char *display, const char *picture)
{
  Screen *self = g_new0 (Screen, 1);
  GtkGesture *drag;

  if (!open_picture (self, picture))
    {
      screen_free (self);
      return NULL;
    }
  self->display = g_strdup (display);
  self->picture = GTK_PICTURE (gtk_picture_new ());
  gtk_picture_set_can_shrink (self->picture, TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->picture), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->picture), TRUE);
  drag = gtk_gesture_drag_new ();
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->picture), GTK_EVENT_CONTROLLER (drag));
  self->look_id = g_timeout_add (LOOK_MS, look_cb, self);
  return GTK_WIDGET (self->picture); /* self lives as long as the program */
}
