/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Code scanners, as a serial device and as a keyboard.
 *
 * The keyboard is read from the kernel's event device itself (linux/input.h): a grab, a read and one
 * table of keys are all there is to it, and what libevdev adds (resynchronising after lost events) is
 * of no use here, since a code with a hole in it is no code.
 *
 * Odd about scanners: many send no end of line as they come from the factory, some read the same code
 * again and again while it is held up to them.
 */
#include "drivers/scanner-device.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <linux/input.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "drivers/scanner.h"

const ThScannerTimes th_scanner_times = { .gap = 100, .hold = 300, .retry = 500 };

struct _ThScannerDevice
{
  GObject parent;

  char *which;
  gboolean keyboard;
  ThScannerTimes times;
  ThHealth health;

  int fd;
  guint ready_id, gap_id, retry_id;
  ThScanLine line;
  ThScanKeys keys;
  guint8 rest[sizeof (struct input_event)]; /* the front of an event that has not come whole */
  gsize rest_len;
  gint64 hold_until_us;
};

static void scanner_iface_init (ThScannerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ThScannerDevice, th_scanner_device, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_SCANNER, scanner_iface_init))

enum
{
  PROP_0,
  PROP_HEALTH,
};

static void
set_health (ThScannerDevice *self, ThHealth health)
{
  if (self->health == health)
    return;
  self->health = health;
  g_object_notify (G_OBJECT (self), "health");
}

/* --- opening: a descriptor, or -1 with errno ----------------------------------------------------- */

static int
give_up (int fd, int code)
{
  close (fd);
  errno = code;
  return -1;
}

static int
open_serial (const char *path)
{
  int fd = open (path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  struct termios settings;

  if (fd < 0)
    return -1;
  if (tcgetattr (fd, &settings) != 0)
    return give_up (fd, errno);
  cfmakeraw (&settings);
  cfsetspeed (&settings, B9600);
  settings.c_cflag |= CLOCAL | CREAD;
  settings.c_cflag &= ~(tcflag_t) (CSTOPB | CRTSCTS);
  if (tcsetattr (fd, TCSANOW, &settings) != 0)
    return give_up (fd, errno);
  /* Two readers would get half a code each. A port that knows no such lock works all the same. */
  ioctl (fd, TIOCEXCL);
  /* What was scanned while nobody listened is nobody's any more. */
  tcflush (fd, TCIFLUSH);
  return fd;
}

static gboolean
has_key (const guint8 *bits, guint code)
{
  return (bits[code / 8] >> code % 8 & 1) != 0;
}

static int
open_keyboard (const char *path)
{
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  guint8 bits[KEY_CNT / 8] = { 0 };

  if (fd < 0)
    return -1;
  if (ioctl (fd, EVIOCGBIT (EV_KEY, sizeof bits), bits) < 0)
    return give_up (fd, errno);
  /* A scanner may also be a device with volume keys; that one sends no codes. */
  if (!has_key (bits, KEY_1) || !has_key (bits, KEY_ENTER))
    return give_up (fd, ENOTTY);
  if (ioctl (fd, EVIOCGRAB, 1) != 0)
    return give_up (fd, errno);
  return fd;
}

gboolean
th_scanner_parse_ids (const char *text, guint16 *ret_vendor, guint16 *ret_product)
{
  if (strlen (text) != 9 || text[4] != ':')
    return FALSE;
  for (guint i = 0; i < 9; i++)
    if (i != 4 && !g_ascii_isxdigit (text[i]))
      return FALSE;
  *ret_vendor = (guint16) g_ascii_strtoull (text, NULL, 16);
  *ret_product = (guint16) g_ascii_strtoull (text + 5, NULL, 16);
  return TRUE;
}

static gboolean
is_device (const char *event, const char *what, guint16 id)
{
  g_autofree char *path = g_build_filename ("/sys/class/input", event, "device/id", what, NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && g_ascii_strtoull (text, NULL, 16) == id;
}

static int
open_keyboard_by_ids (guint16 vendor, guint16 product)
{
  g_autoptr (GDir) dir = g_dir_open ("/sys/class/input", 0, NULL);
  const char *name;
  int code = ENOENT;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/dev/input", name, NULL);
      int fd;

      if (!g_str_has_prefix (name, "event") || !is_device (name, "vendor", vendor) ||
          !is_device (name, "product", product))
        continue;
      fd = open_keyboard (path);
      if (fd >= 0)
        return fd;
      code = errno;
    }
  errno = code;
  return -1;
}

static int
open_device (ThScannerDevice *self)
{
  guint16 vendor, product;

  if (self->keyboard && th_scanner_parse_ids (self->which, &vendor, &product))
    return open_keyboard_by_ids (vendor, product);
  /* Most of the time it is there or is not: nothing is opened in vain twice a second, which the bench's
   * umockdev (0.17) would not survive for long. */
  if (access (self->which, F_OK) != 0)
    return -1;
  return self->keyboard ? open_keyboard (self->which) : open_serial (self->which);
}

/* --- receiving ------------------------------------------------------------------------------------- */

static void look (ThScannerDevice *self);

static gboolean
retry_cb (gpointer data)
{
  ThScannerDevice *self = data;

  self->retry_id = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
shut (ThScannerDevice *self)
{
  g_clear_handle_id (&self->ready_id, g_source_remove);
  g_clear_handle_id (&self->gap_id, g_source_remove);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  if (self->fd >= 0)
    close (self->fd); /* lets go of the grab */
  self->fd = -1;
  th_scan_line_clear (&self->line);
  explicit_bzero (self->rest, sizeof self->rest);
  self->rest_len = 0;
  self->keys = (ThScanKeys){ 0 };
}

static void
lose (ThScannerDevice *self, ThHealth health)
{
  shut (self);
  self->retry_id = g_timeout_add (self->times.retry, retry_cb, self);
  set_health (self, health);
}

static void
emit (ThScannerDevice *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (now_us >= self->hold_until_us)
    {
      self->hold_until_us = now_us + self->times.hold * G_TIME_SPAN_MILLISECOND;
      g_signal_emit_by_name (self, "scanned", self->line.text);
    }
  th_scan_line_clear (&self->line);
}

static void
take_byte (ThScannerDevice *self, guint8 byte)
{
  if (th_scan_line_add (&self->line, byte))
    emit (self);
}

static void
take_key_bytes (ThScannerDevice *self, const guint8 *bytes, gsize len)
{
  for (gsize i = 0; i < len; i++)
    {
      struct input_event event;
      guint8 byte;

      self->rest[self->rest_len++] = bytes[i];
      if (self->rest_len < sizeof event)
        continue;
      memcpy (&event, self->rest, sizeof event);
      self->rest_len = 0;
      if (th_scan_keys_add (&self->keys, event.type, event.code, event.value, &byte))
        take_byte (self, byte);
    }
}

/* FALSE: the device is gone, and has been shut. One read a turn: a flood must not keep the screen from
 * being drawn. */
static gboolean
receive (ThScannerDevice *self, gboolean *ret_came)
{
  guint8 bytes[960];
  gssize n = read (self->fd, bytes, sizeof bytes);
  int code = errno;

  *ret_came = n > 0;
  if (n == 0 || (n < 0 && code != EAGAIN && code != EINTR))
    {
      lose (self, TH_HEALTH_ABSENT);
      return FALSE;
    }
  if (n > 0)
    {
      if (self->keyboard)
        take_key_bytes (self, bytes, (gsize) n);
      else
        for (gssize i = 0; i < n; i++)
          take_byte (self, bytes[i]);
      explicit_bzero (bytes, sizeof bytes);
      return self->fd >= 0;
    }
  return TRUE;
}

static void watch_gap (ThScannerDevice *self);

static gboolean
gap_cb (gpointer data)
{
  g_autoptr (ThScannerDevice) self = g_object_ref (data); /* a handler may drop the last one */
  gboolean came;

  self->gap_id = 0;
  /* This program may have been busy while the rest came. */
  if (!receive (self, &came))
    return G_SOURCE_REMOVE;
  if (!came && th_scan_line_end (&self->line))
    emit (self);
  watch_gap (self);
  return G_SOURCE_REMOVE;
}

static void
watch_gap (ThScannerDevice *self)
{
  g_clear_handle_id (&self->gap_id, g_source_remove);
  if (self->fd >= 0 && self->line.len > 0)
    self->gap_id = g_timeout_add (self->times.gap, gap_cb, self);
}

static gboolean
ready_cb (int fd, GIOCondition condition, gpointer data)
{
  g_autoptr (ThScannerDevice) self = g_object_ref (data); /* a handler may drop the last one */
  gboolean came;

  if (!receive (self, &came))
    return G_SOURCE_CONTINUE; /* shut: the source is gone already */
  watch_gap (self);
  return G_SOURCE_CONTINUE;
}

static void
look (ThScannerDevice *self)
{
  self->fd = open_device (self);
  if (self->fd < 0)
    {
      /* There, but not a scanner: whoever wrote the path should know. */
      lose (self, errno == ENOTTY || errno == EINVAL ? TH_HEALTH_FAULT : TH_HEALTH_ABSENT);
      return;
    }
  self->ready_id = g_unix_fd_add (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, ready_cb, self);
  set_health (self, TH_HEALTH_READY);
}

/* --- the interface ----------------------------------------------------------------------------------- */

static void
th_scanner_device_start (ThScanner *scanner)
{
  ThScannerDevice *self = TH_SCANNER_DEVICE (scanner);

  if (self->fd < 0 && self->retry_id == 0)
    look (self);
}

static ThHealth
th_scanner_device_get_health (ThScanner *scanner)
{
  return TH_SCANNER_DEVICE (scanner)->health;
}

static void
scanner_iface_init (ThScannerInterface *iface)
{
  iface->start = th_scanner_device_start;
  iface->get_health = th_scanner_device_get_health;
}

static void
th_scanner_device_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_HEALTH)
    g_value_set_uint (value, TH_SCANNER_DEVICE (object)->health);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
th_scanner_device_dispose (GObject *object)
{
  shut (TH_SCANNER_DEVICE (object));
  G_OBJECT_CLASS (th_scanner_device_parent_class)->dispose (object);
}

static void
th_scanner_device_finalize (GObject *object)
{
  g_free (TH_SCANNER_DEVICE (object)->which);
  G_OBJECT_CLASS (th_scanner_device_parent_class)->finalize (object);
}

static void
th_scanner_device_class_init (ThScannerDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = th_scanner_device_get_property;
  object_class->dispose = th_scanner_device_dispose;
  object_class->finalize = th_scanner_device_finalize;
  g_object_class_override_property (object_class, PROP_HEALTH, "health");
}

static void
th_scanner_device_init (ThScannerDevice *self)
{
  self->fd = -1;
}

static ThScannerDevice *
device_new (const char *which, gboolean keyboard, const ThScannerTimes *times)
{
  ThScannerDevice *self = g_object_new (TH_TYPE_SCANNER_DEVICE, NULL);

  self->which = g_strdup (which);
  self->keyboard = keyboard;
  self->times = *times;
  return self;
}

ThScannerDevice *
th_scanner_serial_new (const char *path, const ThScannerTimes *times)
{
  return device_new (path, FALSE, times);
}

ThScannerDevice *
th_scanner_keyboard_new (const char *which, const ThScannerTimes *times)
{
  return device_new (which, TRUE, times);
}
