/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a SAM-V module hangs on: a USB cable, a serial line. A port carries bytes; what they mean is
 * samv-link.c's business, and when to send them samv-reader.c's.
 *
 * One thing at a time. Every start gets exactly one callback, on the thread-default main context,
 * never from inside the start. Errors are TH_DEVICE_ERROR: GONE (unplugged, closed, or none is
 * there), TIMED_OUT, ACCESS, BUSY (another program has it), PROTOCOL.
 */
#pragma once

#include <gio/gio.h>

#include "drivers/devices.h"

G_BEGIN_DECLS

/**
 * ThSamvPort:
 *
 * Signals:
 *   "gone" ()     what was open is no longer there
 *   "changed" ()  something came or went: whoever could not open it should try again
 */
#define TH_TYPE_SAMV_PORT (th_samv_port_get_type ())
G_DECLARE_INTERFACE (ThSamvPort, th_samv_port, TH, SAMV_PORT, GObject)

/* The callbacks' results are GTasks of the port: a boolean, but bytes for receive. */
struct _ThSamvPortInterface
{
  GTypeInterface parent;
  gboolean tells_arrivals; /* by "changed"; else it has to be tried often */
  void (*open_async) (ThSamvPort *self, GAsyncReadyCallback callback, gpointer user_data);
  void (*close) (ThSamvPort *self);
  gboolean (*is_open) (ThSamvPort *self);
  void (*send_async) (ThSamvPort *self, const guint8 *frame, gsize len, guint limit_ms,
                      GAsyncReadyCallback callback, gpointer user_data);
  void (*receive_async) (ThSamvPort *self, gsize have, gsize missing, guint limit_ms,
                         GAsyncReadyCallback callback, gpointer user_data);
  void (*drain_async) (ThSamvPort *self, GAsyncReadyCallback callback, gpointer user_data);
  char *(*describe) (ThSamvPort *self);
};

gboolean th_samv_port_tells_arrivals (ThSamvPort *self);

/* Looks for the module and opens what it hangs on. At once GONE when there is none. */
void th_samv_port_open_async (ThSamvPort *self, GAsyncReadyCallback callback, gpointer user_data);

/* Safe at any time. Ends what is under way (GONE). Letting go of the last reference closes too. */
void th_samv_port_close (ThSamvPort *self);
gboolean th_samv_port_is_open (ThSamvPort *self);

/* One command, whole; @frame is copied. */
void th_samv_port_send_async (ThSamvPort *self, const guint8 *frame, gsize len, guint limit_ms,
                              GAsyncReadyCallback callback, gpointer user_data);

/**
 * th_samv_port_receive_async:
 * @have: bytes of the reply that have come
 * @missing: at least 1; how many more are known to belong to it. More than these may come.
 */
void th_samv_port_receive_async (ThSamvPort *self, gsize have, gsize missing, guint limit_ms,
                                 GAsyncReadyCallback callback, gpointer user_data);

/* Throws away what still comes of earlier replies, until it is quiet. */
void th_samv_port_drain_async (ThSamvPort *self, GAsyncReadyCallback callback, gpointer user_data);

/* The result of any of these but receive. */
gboolean th_samv_port_finish (ThSamvPort *self, GAsyncResult *result, GError **error);
/* (transfer full): the next part of the reply; wiped when let go. */
GBytes *th_samv_port_receive_finish (ThSamvPort *self, GAsyncResult *result, GError **error);

/* (transfer full): "0400:c35a", "/dev/ttyUSB0"; "" while it is not open. */
char *th_samv_port_describe (ThSamvPort *self);

G_END_DECLS
