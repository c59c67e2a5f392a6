/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A module that sends anything in parts of any size, and stops or goes away anywhere: the whole way from the port to
 * the reply. Input: how it ends, then parts, each with its length in front.
 */
#include "drivers/samv-link.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A part of 255 is as long as all that is left: a whole frame in one. */
#define ALL 255

#define FUZZ_TYPE_PORT (fuzz_port_get_type ())
G_DECLARE_FINAL_TYPE (FuzzPort, fuzz_port, FUZZ, PORT, GObject)

struct _FuzzPort
{
  GObject parent_instance;
  const uint8_t *data;
  size_t left;
  ThDeviceError end;
  gboolean refuses;
  gboolean open;
  gsize told; /* bytes given so far: have must be the same */
};

static void
fuzz_port_open_async (ThSamvPort *port, GAsyncReadyCallback callback, gpointer user_data)
{
  g_assert_not_reached ();
}

static void
fuzz_port_close (ThSamvPort *port)
{
  FUZZ_PORT (port)->open = FALSE;
}

static gboolean
fuzz_port_is_open (ThSamvPort *port)
{
  return FUZZ_PORT (port)->open;
}

static void
fuzz_port_send_async (ThSamvPort *port, const guint8 *frame, gsize len, guint limit_ms,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (port, NULL, callback, user_data);

  if (FUZZ_PORT (port)->refuses)
    g_task_return_new_error (task, TH_DEVICE_ERROR, (int) FUZZ_PORT (port)->end, "refused");
  else
    g_task_return_boolean (task, TRUE);
}

static void
fuzz_port_receive_async (ThSamvPort *port, gsize have, gsize missing, guint limit_ms,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  FuzzPort *self = FUZZ_PORT (port);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  size_t n;

  g_assert_true (self->open);
  g_assert_cmpuint (have, ==, self->told);
  g_assert_cmpuint (missing, >=, 1);
  g_assert_cmpuint (have + missing, <=, TH_SAMV_MAX_REPLY + 16);
  g_assert_cmpuint (limit_ms, >=, 1);
  if (self->left == 0)
    {
      g_task_return_new_error (task, TH_DEVICE_ERROR, (int) self->end, "that was all");
      return;
    }
  n = self->data[0];
  self->data++;
  self->left--;
  n = n == ALL ? self->left : MIN (n, self->left);
  g_task_return_pointer (task, g_bytes_new (self->data, n), (GDestroyNotify) g_bytes_unref);
  self->data += n;
  self->left -= n;
  self->told += n;
}

static void
fuzz_port_drain_async (ThSamvPort *port, GAsyncReadyCallback callback, gpointer user_data)
{
  g_assert_not_reached ();
}

static void
port_iface_init (ThSamvPortInterface *iface)
{
  iface->open_async = fuzz_port_open_async;
  iface->close = fuzz_port_close;
  iface->is_open = fuzz_port_is_open;
  iface->send_async = fuzz_port_send_async;
  iface->receive_async = fuzz_port_receive_async;
  iface->drain_async = fuzz_port_drain_async;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FuzzPort, fuzz_port, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_SAMV_PORT, port_iface_init))

static void
fuzz_port_class_init (FuzzPortClass *klass)
{
}

static void
fuzz_port_init (FuzzPort *self)
{
  self->open = TRUE;
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_set_object ((GAsyncResult **) data, result);
}

/* FALSE: the port is of no more use. */
static gboolean
call (ThSamvLink *link, FuzzPort *port)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ThSamvReply reply;

  port->told = 0;
  th_samv_link_call_async (link, TH_SAMV_READ, 1000, called_cb, &result);
  g_assert_null (result); /* never from inside the start */
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  if (!th_samv_link_call_finish (link, result, &reply, &error))
    {
      g_assert_nonnull (error);
      return port->open;
    }
  g_assert_no_error (error);
  g_assert_cmpuint (reply.end, <=, port->told);
  g_assert_cmpuint (reply.offset + reply.len + 1, ==, reply.end);
  if (reply.len > 0)
    {
      volatile guint8 last = reply.data[reply.len - 1];

      g_assert_true (last == reply.data[reply.len - 1]);
    }
  if (reply.status == TH_SAMV_OK)
    {
      ThCard *card = th_samv_parse_card (&reply, NULL);

      g_clear_pointer (&card, th_card_unref);
    }
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const ThDeviceError ends[] = { TH_DEVICE_ERROR_TIMED_OUT, TH_DEVICE_ERROR_GONE,
                                        TH_DEVICE_ERROR_PROTOCOL, TH_DEVICE_ERROR_BUSY };
  g_autoptr (FuzzPort) port = NULL;
  g_autoptr (ThSamvLink) link = NULL;

  if (size < 1)
    return 0;
  port = g_object_new (FUZZ_TYPE_PORT, NULL);
  link = th_samv_link_new (TH_SAMV_PORT (port));
  port->end = ends[data[0] & 3];
  port->refuses = (data[0] & 0xfc) == 4;
  port->data = data + 1;
  port->left = size - 1;
  /* What is left of one reply is the next call's. */
  while (call (link, port) && port->left > 0)
    ;
  return 0;
}
