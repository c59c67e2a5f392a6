/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SAM-V frames as they are, at 115200 8N1 without flow control: 1295 bytes take 112 ms.
 *
 * What is odd: opening and closing a serial port may block in the kernel (an adapter that no longer
 * answers, output that cannot leave), so both happen on threads of their own. Nothing tells of a
 * port that comes. A port that went answers reads with end of file or EIO.
 *
 * Source: SAM-V module data sheet, section on the UART.
 */
#include "drivers/samv-serial.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include <glib-unix.h>

/* USB adapters hold back what came for up to 16 ms. */
#define QUIET_MS 25
#define DRAIN_MAX 400

struct _ThSamvSerial
{
  GObject parent_instance;
  char *path;
  int fd; /* -1: not open */
  gboolean gone;

  /* of what is under way */
  GTask *task;
  GByteArray *outgoing; /* what is left to send; NULL: nothing is being sent */
  gboolean draining;
  guint drained;
  guint ready_id;
  guint limit_id;
};

static void samv_port_iface_init (ThSamvPortInterface *iface);
static void wait_for (ThSamvSerial *self, GIOCondition condition, guint limit_ms);

G_DEFINE_FINAL_TYPE_WITH_CODE (ThSamvSerial, th_samv_serial, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_SAMV_PORT, samv_port_iface_init))

/* --- opening and closing --- */

static void
set_error (GError **error, int code, const char *path)
{
  ThDeviceError kind = TH_DEVICE_ERROR_PROTOCOL;

  if (code == ENOENT || code == ENXIO || code == ENODEV || code == EIO)
    kind = TH_DEVICE_ERROR_GONE;
  else if (code == EACCES || code == EPERM)
    kind = TH_DEVICE_ERROR_ACCESS;
  else if (code == EBUSY || code == EWOULDBLOCK)
    kind = TH_DEVICE_ERROR_BUSY;
  g_set_error (error, TH_DEVICE_ERROR, kind, "cannot open the serial port %s: %s", path,
               kind == TH_DEVICE_ERROR_BUSY ? "another program has it" : g_strerror (code));
}

static gboolean
set_up (int fd)
{
  struct termios settings;

  if (tcgetattr (fd, &settings) != 0)
    return FALSE;
  cfmakeraw (&settings);
  settings.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS | PARENB);
  settings.c_cflag |= CLOCAL | CREAD;
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  return cfsetspeed (&settings, B115200) == 0 && tcsetattr (fd, TCSANOW, &settings) == 0
         && tcflush (fd, TCIOFLUSH) == 0;
}

static void
open_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *path = data;
  g_autoptr (GError) error = NULL;
  int fd = -1;

  /* What is not there is not opened: umockdev keeps a place for each such try. */
  if (access (path, F_OK) != 0
      || (fd = open (path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) < 0)
    set_error (&error, errno, path);
  /* Two programs would take each other's replies; root is not kept out by TIOCEXCL. */
  else if (flock (fd, LOCK_EX | LOCK_NB) != 0 || !set_up (fd))
    {
      set_error (&error, errno, path);
      close (fd);
    }
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_int (task, fd);
}

static gpointer
close_thread (gpointer data)
{
  int fd = GPOINTER_TO_INT (data);

  /* Else closing waits for what cannot leave. */
  tcflush (fd, TCIOFLUSH);
  close (fd);
  return NULL;
}

static void
close_fd (int fd)
{
  g_thread_unref (g_thread_new ("serial-close", close_thread, GINT_TO_POINTER (fd)));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ThSamvSerial *self = TH_SAMV_SERIAL (source);
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  gssize fd = g_task_propagate_int (G_TASK (result), &error);

  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  self->fd = (int)fd;
  self->gone = FALSE;
  g_task_return_boolean (task, TRUE);
}

static void
th_samv_serial_open_async (ThSamvPort *port, GAsyncReadyCallback callback, gpointer user_data)
{
  ThSamvSerial *self = TH_SAMV_SERIAL (port);
  g_autoptr (GTask) job
      = g_task_new (self, NULL, opened_cb, g_task_new (self, NULL, callback, user_data));

  th_samv_port_close (port);
  g_task_set_task_data (job, g_strdup (self->path), g_free);
  g_task_run_in_thread (job, open_job);
}

/* (transfer full): what was under way, as nothing is any more */
static GTask *
end_task (ThSamvSerial *self)
{
  g_clear_handle_id (&self->ready_id, g_source_remove);
  g_clear_handle_id (&self->limit_id, g_source_remove);
  g_clear_pointer (&self->outgoing, g_byte_array_unref);
  return g_steal_pointer (&self->task);
}

static void
fail (ThSamvSerial *self, ThDeviceError kind, const char *what)
{
  g_autoptr (GTask) task = end_task (self);

  if (kind == TH_DEVICE_ERROR_GONE)
    self->gone = TRUE;
  g_task_return_new_error (task, TH_DEVICE_ERROR, kind, "%s", what);
}

static void
th_samv_serial_close (ThSamvPort *port)
{
  ThSamvSerial *self = TH_SAMV_SERIAL (port);

  if (self->task != NULL)
    fail (self, TH_DEVICE_ERROR_GONE, "the serial port was closed");
  if (self->fd >= 0)
    close_fd (self->fd);
  self->fd = -1;
}

static gboolean
th_samv_serial_is_open (ThSamvPort *port)
{
  ThSamvSerial *self = TH_SAMV_SERIAL (port);

  return self->fd >= 0 && !self->gone;
}

/* --- sending and receiving --- */

/* Bytes of a card are wiped when they are let go. */
typedef struct
{
  gsize len;
  guint8 data[1024];
} Part;

static void
part_free (gpointer data)
{
  explicit_bzero (data, sizeof (Part));
  g_free (data);
}

static void
send_some (ThSamvSerial *self)
{
  gssize n = write (self->fd, self->outgoing->data, self->outgoing->len);

  if (n < 0 && errno != EAGAIN && errno != EINTR)
    {
      fail (self, TH_DEVICE_ERROR_GONE, "the serial port is gone");
      return;
    }
  if (n > 0)
    g_byte_array_remove_range (self->outgoing, 0, (guint)n);
  if (self->outgoing->len == 0)
    {
      g_autoptr (GTask) task = end_task (self);

      g_task_return_boolean (task, TRUE);
    }
}

static void
receive_some (ThSamvSerial *self)
{
  Part *part = g_new (Part, 1);
  gssize n = read (self->fd, part->data, sizeof part->data);
  g_autoptr (GBytes) bytes = NULL;

  part->len = (gsize)MAX (n, 0);
  bytes = g_bytes_new_with_free_func (part->data, part->len, part_free, part);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0)
    fail (self, TH_DEVICE_ERROR_GONE, "the serial port is gone");
  else if (!self->draining)
    {
      g_autoptr (GTask) task = end_task (self);

      g_task_return_pointer (task, g_steal_pointer (&bytes), (GDestroyNotify)g_bytes_unref);
    }
  else if (++self->drained < DRAIN_MAX)
    wait_for (self, G_IO_IN, QUIET_MS);
}

static gboolean
ready_cb (int fd, GIOCondition condition, gpointer data)
{
  g_autoptr (ThSamvSerial) self = g_object_ref (data);
  guint id = self->ready_id;

  if (self->outgoing != NULL)
    send_some (self);
  else
    receive_some (self);
  return self->ready_id == id ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
limit_cb (gpointer data)
{
  g_autoptr (ThSamvSerial) self = g_object_ref (data);

  self->limit_id = 0;
  if (self->draining)
    {
      g_autoptr (GTask) task = end_task (self);

      g_task_return_boolean (task, TRUE);
    }
  else
    fail (self, TH_DEVICE_ERROR_TIMED_OUT, "the reader on the serial port does not answer");
  return G_SOURCE_REMOVE;
}

static void
wait_for (ThSamvSerial *self, GIOCondition condition, guint limit_ms)
{
  g_clear_handle_id (&self->ready_id, g_source_remove);
  g_clear_handle_id (&self->limit_id, g_source_remove);
  self->ready_id = g_unix_fd_add (self->fd, condition | G_IO_HUP | G_IO_ERR, ready_cb, self);
  self->limit_id = g_timeout_add (limit_ms, limit_cb, self);
}

/* FALSE: the port is closed, and the callback on its way. */
static gboolean
begin (ThSamvSerial *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_assert (self->task == NULL); /* one thing at a time: samv-port.h */
  self->task = task;
  self->draining = FALSE;
  if (self->fd < 0)
    fail (self, TH_DEVICE_ERROR_GONE, "the serial port was closed");
  return self->task != NULL;
}

static void
th_samv_serial_send_async (ThSamvPort *port, const guint8 *frame, gsize len, guint limit_ms,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  ThSamvSerial *self = TH_SAMV_SERIAL (port);

  if (!begin (self, callback, user_data))
    return;
  self->outgoing = g_byte_array_append (g_byte_array_new (), frame, (guint)len);
  wait_for (self, G_IO_OUT, limit_ms);
}

static void
th_samv_serial_receive_async (ThSamvPort *port, gsize have, gsize missing, guint limit_ms,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  ThSamvSerial *self = TH_SAMV_SERIAL (port);

  if (begin (self, callback, user_data))
    wait_for (self, G_IO_IN, limit_ms);
}

static void
th_samv_serial_drain_async (ThSamvPort *port, GAsyncReadyCallback callback, gpointer user_data)
{
  ThSamvSerial *self = TH_SAMV_SERIAL (port);

  if (!begin (self, callback, user_data))
    return;
  self->draining = TRUE;
  self->drained = 0;
  wait_for (self, G_IO_IN, QUIET_MS);
}

/* --- the object --- */

static char *
th_samv_serial_describe (ThSamvPort *port)
{
  ThSamvSerial *self = TH_SAMV_SERIAL (port);

  return g_strdup (self->fd >= 0 ? self->path : "");
}

static void
samv_port_iface_init (ThSamvPortInterface *iface)
{
  iface->open_async = th_samv_serial_open_async;
  iface->close = th_samv_serial_close;
  iface->is_open = th_samv_serial_is_open;
  iface->send_async = th_samv_serial_send_async;
  iface->receive_async = th_samv_serial_receive_async;
  iface->drain_async = th_samv_serial_drain_async;
  iface->describe = th_samv_serial_describe;
}

static void
th_samv_serial_finalize (GObject *object)
{
  ThSamvSerial *self = TH_SAMV_SERIAL (object);

  if (self->fd >= 0)
    close_fd (self->fd);
  g_free (self->path);
  G_OBJECT_CLASS (th_samv_serial_parent_class)->finalize (object);
}

static void
th_samv_serial_class_init (ThSamvSerialClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = th_samv_serial_finalize;
}

static void
th_samv_serial_init (ThSamvSerial *self)
{
  self->fd = -1;
}

ThSamvPort *
th_samv_serial_new (const char *path)
{
  ThSamvSerial *self = g_object_new (TH_TYPE_SAMV_SERIAL, NULL);

  self->path = g_strdup (path);
  return TH_SAMV_PORT (self);
}
