/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/samv-port.h"

G_DEFINE_INTERFACE (ThSamvPort, th_samv_port, G_TYPE_OBJECT)

static void
th_samv_port_default_init (ThSamvPortInterface *iface)
{
  static const char *const signals[] = { "gone", "changed" };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_new (signals[i], TH_TYPE_SAMV_PORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

gboolean
th_samv_port_tells_arrivals (ThSamvPort *self)
{
  g_return_val_if_fail (TH_IS_SAMV_PORT (self), FALSE);
  return TH_SAMV_PORT_GET_IFACE (self)->tells_arrivals;
}

void
th_samv_port_open_async (ThSamvPort *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (TH_IS_SAMV_PORT (self));
  TH_SAMV_PORT_GET_IFACE (self)->open_async (self, callback, user_data);
}

void
th_samv_port_close (ThSamvPort *self)
{
  g_return_if_fail (TH_IS_SAMV_PORT (self));
  TH_SAMV_PORT_GET_IFACE (self)->close (self);
}

gboolean
th_samv_port_is_open (ThSamvPort *self)
{
  g_return_val_if_fail (TH_IS_SAMV_PORT (self), FALSE);
  return TH_SAMV_PORT_GET_IFACE (self)->is_open (self);
}

void
th_samv_port_send_async (ThSamvPort *self, const guint8 *frame, gsize len, guint limit_ms,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (TH_IS_SAMV_PORT (self));
  g_return_if_fail (len >= 1 && limit_ms >= 1);
  TH_SAMV_PORT_GET_IFACE (self)->send_async (self, frame, len, limit_ms, callback, user_data);
}

void
th_samv_port_receive_async (ThSamvPort *self, gsize have, gsize missing, guint limit_ms,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (TH_IS_SAMV_PORT (self));
  g_return_if_fail (missing >= 1 && limit_ms >= 1);
  TH_SAMV_PORT_GET_IFACE (self)->receive_async (self, have, missing, limit_ms, callback, user_data);
}

void
th_samv_port_drain_async (ThSamvPort *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (TH_IS_SAMV_PORT (self));
  TH_SAMV_PORT_GET_IFACE (self)->drain_async (self, callback, user_data);
}

gboolean
th_samv_port_finish (ThSamvPort *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

GBytes *
th_samv_port_receive_finish (ThSamvPort *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

char *
th_samv_port_describe (ThSamvPort *self)
{
  g_return_val_if_fail (TH_IS_SAMV_PORT (self), NULL);
  return TH_SAMV_PORT_GET_IFACE (self)->describe (self);
}
