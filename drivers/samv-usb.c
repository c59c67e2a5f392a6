/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/samv-usb.h"

#include <string.h>

#define HEAD_SIZE                                                                                  \
  7 /* preamble and length: what the first pair of pipes carries when there are two */
#define DRAIN_MS 5
#define DRAIN_MAX 64

struct _ThSamvUsb
{
  GObject parent_instance;
  ThUsbDevice *device;

  /* of the call under way */
  guint limit_ms;
  gint64 deadline_us;
  guint8 command[TH_SAMV_COMMAND_SIZE];
  gsize sent;
  GByteArray *reply;
  guint drained;
  guint drain_pipe;
};

G_DEFINE_FINAL_TYPE (ThSamvUsb, th_samv_usb, G_TYPE_OBJECT)

static void send_next (ThSamvUsb *self, GTask *task);
static void receive (ThSamvUsb *self, GTask *task);
static void drain (ThSamvUsb *self, GTask *task);

static gboolean
is_time_out (const GError *error)
{
  return g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT);
}

static void
forget_reply (ThSamvUsb *self)
{
  explicit_bzero (self->reply->data, self->reply->len);
  g_byte_array_set_size (self->reply, 0);
}

/* Pipe for the byte at @offset of a frame. */
static guint
pipe_for (gsize offset, guint8 second)
{
  return second != 0 && offset >= HEAD_SIZE ? 1 : 0;
}

static void
received_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ThSamvUsb *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = th_usb_device_bulk_in_finish (TH_USB_DEVICE (source), result, &error);
  gconstpointer part;
  gsize n;

  if (bytes == NULL)
    {
      if (is_time_out (error) && self->reply->len > 0)
        g_task_return_new_error (task, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                                 "the reply stops after %u bytes", self->reply->len);
      else
        {
          if (!is_time_out (error))
            th_usb_device_close (self->device);
          g_task_return_error (task, g_steal_pointer (&error));
        }
      return;
    }

  part = g_bytes_get_data (bytes, &n);
  if (n > 0 && self->reply->len + n <= 2 * TH_SAMV_MAX_REPLY)
    g_byte_array_append (self->reply, part, n);
  if (th_samv_expect (self->reply->data, self->reply->len) > self->reply->len)
    receive (self, task);
  else
    g_task_return_boolean (task, TRUE);
}

static void
receive (ThSamvUsb *self, GTask *task)
{
  gint64 left_ms = (self->deadline_us - g_get_monotonic_time ()) / 1000;
  guint pipe = pipe_for (self->reply->len, th_usb_device_get_bulk_in (self->device, 1));

  th_usb_device_bulk_in_async (self->device, th_usb_device_get_bulk_in (self->device, pipe),
                               TH_SAMV_MAX_REPLY, MAX (left_ms, 1), NULL, received_cb,
                               g_object_ref (task));
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ThSamvUsb *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  gsize taken;

  if (!th_usb_device_bulk_out_finish (TH_USB_DEVICE (source), result, &taken, &error))
    {
      th_usb_device_close (self->device);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  self->sent += taken;
  if (self->sent < sizeof self->command)
    send_next (self, task);
  else
    receive (self, task);
}

static void
send_next (ThSamvUsb *self, GTask *task)
{
  guint8 second = th_usb_device_get_bulk_out (self->device, 1);
  guint pipe = pipe_for (self->sent, second);
  gsize end = second != 0 && pipe == 0 ? HEAD_SIZE : sizeof self->command;

  th_usb_device_bulk_out_async (self->device, th_usb_device_get_bulk_out (self->device, pipe),
                                self->command + self->sent, end - self->sent, self->limit_ms, NULL,
                                sent_cb, g_object_ref (task));
}

void
th_samv_usb_call_async (ThSamvUsb *self, ThSamvCommand command, guint limit_ms,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_return_if_fail (TH_IS_SAMV_USB (self));

  g_task_set_source_tag (task, th_samv_usb_call_async);
  th_samv_build (command, self->command);
  forget_reply (self);
  self->sent = 0;
  self->limit_ms = limit_ms;
  self->deadline_us = g_get_monotonic_time () + (gint64)limit_ms * 1000;
  send_next (self, task);
}

gboolean
th_samv_usb_call_finish (ThSamvUsb *self, GAsyncResult *result, ThSamvReply *ret_reply,
                         GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error)
         && th_samv_parse (self->reply->data, self->reply->len, ret_reply, error);
}

static void
drained_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ThSamvUsb *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = th_usb_device_bulk_in_finish (TH_USB_DEVICE (source), result, &error);

  if (bytes != NULL && ++self->drained < DRAIN_MAX)
    {
      drain (self, task);
      return;
    }
  if (bytes == NULL && !is_time_out (error))
    {
      th_usb_device_close (self->device);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  self->drain_pipe++;
  if (th_usb_device_get_bulk_in (self->device, self->drain_pipe) != 0)
    drain (self, task);
  else
    g_task_return_boolean (task, TRUE);
}

static void
drain (ThSamvUsb *self, GTask *task)
{
  th_usb_device_bulk_in_async (self->device,
                               th_usb_device_get_bulk_in (self->device, self->drain_pipe),
                               TH_SAMV_MAX_REPLY, DRAIN_MS, NULL, drained_cb, g_object_ref (task));
}

void
th_samv_usb_drain_async (ThSamvUsb *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_return_if_fail (TH_IS_SAMV_USB (self));

  g_task_set_source_tag (task, th_samv_usb_drain_async);
  self->drained = 0;
  self->drain_pipe = 0;
  drain (self, task);
}

gboolean
th_samv_usb_drain_finish (ThSamvUsb *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
th_samv_usb_finalize (GObject *object)
{
  ThSamvUsb *self = TH_SAMV_USB (object);

  forget_reply (self);
  g_byte_array_unref (self->reply);
  g_clear_object (&self->device);
  G_OBJECT_CLASS (th_samv_usb_parent_class)->finalize (object);
}

static void
th_samv_usb_class_init (ThSamvUsbClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = th_samv_usb_finalize;
}

static void
th_samv_usb_init (ThSamvUsb *self)
{
  /* Large enough never to be moved: no copy of a card is left behind. */
  self->reply = g_byte_array_sized_new (2 * TH_SAMV_MAX_REPLY);
}

ThSamvUsb *
th_samv_usb_new (ThUsbDevice *device)
{
  ThSamvUsb *self = g_object_new (TH_TYPE_SAMV_USB, NULL);

  self->device = g_object_ref (device);
  return self;
}
