/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/samv-link.h"

#include <string.h>

#define MAX_PAUSE_MS 500  /* inside a reply */
#define MAX_WHOLE_MS 1000 /* from its first byte to its last: 201 ms by serial line */

struct _ThSamvLink
{
  GObject parent_instance;
  ThSamvPort *port;

  /* of the call under way */
  guint limit_ms;
  gint64 deadline_us;
  GByteArray *reply;
};

G_DEFINE_FINAL_TYPE (ThSamvLink, th_samv_link, G_TYPE_OBJECT)

static void receive (ThSamvLink *self, GTask *task);

static void
forget_reply (ThSamvLink *self)
{
  explicit_bzero (self->reply->data, self->reply->len);
  g_byte_array_set_size (self->reply, 0);
}

static gboolean
is_late (ThSamvLink *self)
{
  return g_get_monotonic_time () > self->deadline_us;
}

static void
receive_failed (ThSamvLink *self, GTask *task, GError *error)
{
  gboolean silent = g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT);

  if (!silent)
    th_samv_port_close (self->port);
  if (!silent || self->reply->len == 0)
    {
      g_task_return_error (task, error);
      return;
    }
  g_error_free (error);
  g_task_return_new_error (task, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                           "the reply stops after %u bytes", self->reply->len);
}

static void
received_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ThSamvLink *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GBytes) bytes = th_samv_port_receive_finish (TH_SAMV_PORT (source), result, &error);
  gboolean first = self->reply->len == 0;
  gconstpointer part;
  gsize n;

  if (bytes == NULL)
    {
      receive_failed (self, task, error);
      return;
    }
  part = g_bytes_get_data (bytes, &n);
  if (self->reply->len + n > 2 * TH_SAMV_MAX_REPLY || (n == 0 && is_late (self)))
    {
      g_task_return_new_error (task, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                               "the reply does not end");
      return;
    }
  if (n > 0)
    g_byte_array_append (self->reply, part, n);
  if (n > 0 && first)
    self->deadline_us = g_get_monotonic_time () + MAX_WHOLE_MS * 1000;
  if (th_samv_expect (self->reply->data, self->reply->len) > self->reply->len)
    receive (self, task);
  else
    g_task_return_boolean (task, TRUE);
}

static void
receive (ThSamvLink *self, GTask *task)
{
  gsize have = self->reply->len;
  gint64 left_ms = MAX (1, (self->deadline_us - g_get_monotonic_time ()) / 1000);
  guint limit_ms = MIN (have == 0 ? self->limit_ms : MIN (self->limit_ms, MAX_PAUSE_MS), left_ms);

  th_samv_port_receive_async (self->port, have, th_samv_expect (self->reply->data, have) - have,
                              limit_ms, received_cb, g_object_ref (task));
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ThSamvLink *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (th_samv_port_finish (TH_SAMV_PORT (source), result, &error))
    {
      self->deadline_us = g_get_monotonic_time () + (gint64)self->limit_ms * 1000;
      receive (self, task);
      return;
    }
  th_samv_port_close (self->port);
  g_task_return_error (task, g_steal_pointer (&error));
}

void
th_samv_link_call_async (ThSamvLink *self, ThSamvCommand command, guint limit_ms,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  guint8 frame[TH_SAMV_COMMAND_SIZE];

  g_return_if_fail (TH_IS_SAMV_LINK (self));

  th_samv_build (command, frame);
  forget_reply (self);
  self->limit_ms = limit_ms;
  th_samv_port_send_async (self->port, frame, sizeof frame, limit_ms, sent_cb,
                           g_task_new (self, NULL, callback, user_data));
}

gboolean
th_samv_link_call_finish (ThSamvLink *self, GAsyncResult *result, ThSamvReply *ret_reply,
                          GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error)
         && th_samv_parse (self->reply->data, self->reply->len, ret_reply, error);
}

static void
th_samv_link_finalize (GObject *object)
{
  ThSamvLink *self = TH_SAMV_LINK (object);

  forget_reply (self);
  g_byte_array_unref (self->reply);
  g_clear_object (&self->port);
  G_OBJECT_CLASS (th_samv_link_parent_class)->finalize (object);
}

static void
th_samv_link_class_init (ThSamvLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = th_samv_link_finalize;
}

static void
th_samv_link_init (ThSamvLink *self)
{
  /* Large enough never to be moved: no copy of a card is left behind. */
  self->reply = g_byte_array_sized_new (2 * TH_SAMV_MAX_REPLY);
}

ThSamvLink *
th_samv_link_new (ThSamvPort *port)
{
  ThSamvLink *self = g_object_new (TH_TYPE_SAMV_LINK, NULL);

  self->port = g_object_ref (port);
  return self;
}
