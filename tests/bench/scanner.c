/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/scanner.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <umockdev.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define KEYBOARD "/devices/pci0000:00/0000:00:14.0/usb1/1-8/1-8:1.0/input/input7"

struct _ThBenchScanner
{
  UMockdevTestbed *testbed;
  gboolean keyboard;
  const char *path;
  char *node; /* where that is in the testbed */
  GByteArray *keys; /* events that were not typed yet: a keyboard types one key after the other */
  guint typing_id;
  UMockdevIoctlBase *handler;
  int fd; /* the far end; -1: unplugged */
  GMutex lock; /* of what stands below: programs ask on umockdev's own thread */
  UMockdevIoctlClient *grabbed_by;
};

const char *
th_bench_scanner_get_path (ThBenchScanner *self)
{
  return self->path;
}

static gboolean
is_grabbed (ThBenchScanner *self)
{
  return self->grabbed_by != NULL && umockdev_ioctl_client_get_connected (self->grabbed_by);
}

gboolean
th_bench_scanner_is_grabbed (ThBenchScanner *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return is_grabbed (self);
}

/* All keys of a plain keyboard. */
static int
answer_keys (UMockdevIoctlClient *client, gulong request)
{
  gsize len = _IOC_SIZE (request);
  g_autoptr (UMockdevIoctlData) data =
      umockdev_ioctl_data_resolve (umockdev_ioctl_client_get_arg (client), 0, len, NULL);

  if (data == NULL)
    return -EFAULT;
  memset (data->data, 0, len);
  for (guint code = KEY_ESC; code <= KEY_KPDOT && code / 8 < len; code++)
    data->data[code / 8] |= 1 << code % 8;
  return (int) len;
}

static gboolean
ioctl_cb (UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer user_data)
{
  ThBenchScanner *self = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gulong request = (guint) umockdev_ioctl_client_get_request (client);
  int result = -ENOTTY;

  if (_IOC_TYPE (request) == 'E' && _IOC_NR (request) == 0x20 + EV_KEY)
    result = answer_keys (client, request);
  else if (request == EVIOCGRAB)
    {
      result = is_grabbed (self) && self->grabbed_by != client ? -EBUSY : 0;
      if (result == 0)
        g_set_object (&self->grabbed_by, client);
    }
  umockdev_ioctl_client_complete (client, MAX (result, -1), result < 0 ? -result : 0);
  return TRUE;
}

/* The testbed makes pseudo-terminals too, but each name only once: a cable is pulled and plugged again. */
static void
make_node (ThBenchScanner *self)
{
  g_autofree char *dir = g_path_get_dirname (self->node);
  struct termios settings;

  self->fd = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (self->fd < 0 || unlockpt (self->fd) != 0 || tcgetattr (self->fd, &settings) != 0)
    g_error ("there are no pseudo-terminals: %s", g_strerror (errno));
  cfmakeraw (&settings);
  tcsetattr (self->fd, TCSANOW, &settings);
  g_mkdir_with_parents (dir, 0755);
  g_unlink (self->node);
  if (symlink (ptsname (self->fd), self->node) != 0)
    g_error ("cannot make %s: %s", self->node, g_strerror (errno));
}

gboolean
th_bench_scanner_plug (ThBenchScanner *self)
{
  static const char keyboard[] = "P: " KEYBOARD "\nE: SUBSYSTEM=input\nA: id/vendor=05e0\\n\n"
                                 "A: id/product=1200\\n\nA: id/bustype=0003\\n\n\n"
                                 "P: " KEYBOARD "/event7\nE: SUBSYSTEM=input\n"
                                 "L: device=../../input7\n\n";
  g_autoptr (GError) error = NULL;

  if (self->fd >= 0)
    return FALSE;
  if (self->keyboard &&
      (!umockdev_testbed_attach_ioctl (self->testbed, self->path, self->handler, &error) ||
       !umockdev_testbed_add_from_string (self->testbed, keyboard, &error)))
    g_error ("cannot add %s: %s", self->path, error->message);
  make_node (self);
  return TRUE;
}

gboolean
th_bench_scanner_unplug (ThBenchScanner *self)
{
  if (self->fd < 0)
    return FALSE;
  g_unlink (self->node);
  if (self->keyboard)
    {
      umockdev_testbed_remove_device (self->testbed, "/sys" KEYBOARD "/event7");
      umockdev_testbed_remove_device (self->testbed, "/sys" KEYBOARD);
      umockdev_testbed_detach_ioctl (self->testbed, self->path, NULL);
    }
  g_mutex_lock (&self->lock);
  g_clear_object (&self->grabbed_by);
  g_mutex_unlock (&self->lock);
  g_clear_handle_id (&self->typing_id, g_source_remove);
  g_byte_array_set_size (self->keys, 0);
  close (self->fd);
  self->fd = -1;
  return TRUE;
}

/* Some ten thousand characters a minute, as fast ones do. */
#define KEY_MS 4

static gboolean
type_cb (gpointer data)
{
  ThBenchScanner *self = data;
  gsize len = MIN (self->keys->len, 7 * sizeof (struct input_event));
  gssize n = write (self->fd, self->keys->data, len);

  if (n > 0)
    g_byte_array_remove_range (self->keys, 0, (guint) n);
  if (self->keys->len > 0)
    return G_SOURCE_CONTINUE;
  self->typing_id = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
send (ThBenchScanner *self, const void *bytes, gsize len)
{
  return write (self->fd, bytes, len) == (gssize) len;
}

static gboolean
send_event (ThBenchScanner *self, guint16 type, guint16 code, gint32 value)
{
  struct input_event event = { .type = type, .code = code, .value = value };

  g_byte_array_append (self->keys, (const guint8 *) &event, sizeof event);
  return TRUE;
}

/* What the keys print, in the order of their codes; a space where a key prints nothing. */
static gboolean
press (ThBenchScanner *self, char c)
{
  static const char plain[] = "  1234567890-=  qwertyuiop[]\r asdfghjkl;'` \\zxcvbnm,./";
  static const char shifted[] = "  !@#$%^&*()_+  QWERTYUIOP{}  ASDFGHJKL:\"~ |ZXCVBNM<>?";
  const char *at = c == ' ' ? NULL : strchr (plain, c);
  gboolean shift = at == NULL && c != ' ';
  guint16 code = KEY_SPACE;

  if (shift)
    at = strchr (shifted, c);
  if (c == '\0' || (c != ' ' && at == NULL))
    return FALSE;
  if (c != ' ')
    code = (guint16) (at - (shift ? shifted : plain));
  return (!shift || send_event (self, EV_KEY, KEY_LEFTSHIFT, 1)) &&
         send_event (self, EV_MSC, MSC_SCAN, code) && send_event (self, EV_KEY, code, 1) &&
         send_event (self, EV_SYN, SYN_REPORT, 0) && send_event (self, EV_KEY, code, 0) &&
         (!shift || send_event (self, EV_KEY, KEY_LEFTSHIFT, 0)) &&
         send_event (self, EV_SYN, SYN_REPORT, 0);
}

gboolean
th_bench_scanner_scan (ThBenchScanner *self, const char *text, gboolean whole)
{
  if (self->fd < 0)
    return FALSE;
  if (!self->keyboard)
    return send (self, text, strlen (text)) && (!whole || send (self, "\r", 1));
  for (; *text != '\0'; text++)
    if (!press (self, *text))
      return FALSE;
  if (whole)
    press (self, '\r');
  if (self->typing_id == 0)
    self->typing_id = g_timeout_add (KEY_MS, type_cb, self);
  return TRUE;
}

ThBenchScanner *
th_bench_scanner_new (gpointer testbed, gboolean keyboard)
{
  ThBenchScanner *self = g_new0 (ThBenchScanner, 1);
  g_autofree char *root = umockdev_testbed_get_root_dir (testbed);

  self->testbed = g_object_ref (testbed);
  self->keyboard = keyboard;
  self->path = keyboard ? "/dev/input/event7" : "/dev/ttyACM0";
  self->node = g_build_filename (root, self->path, NULL);
  self->handler = umockdev_ioctl_base_new ();
  self->fd = -1;
  g_mutex_init (&self->lock);
  self->keys = g_byte_array_new ();
  g_signal_connect (self->handler, "handle-ioctl", G_CALLBACK (ioctl_cb), self);
  return self;
}

void
th_bench_scanner_free (ThBenchScanner *self)
{
  th_bench_scanner_unplug (self);
  g_object_unref (self->handler);
  g_object_unref (self->testbed);
  g_byte_array_unref (self->keys);
  g_mutex_clear (&self->lock);
  g_free (self->node);
  g_free (self);
}
