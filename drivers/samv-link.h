/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One command, one reply, with a SAM-V module at the end of a port. */
#pragma once

#include "drivers/samv-port.h"
#include "drivers/samv.h"

G_BEGIN_DECLS

#define TH_TYPE_SAMV_LINK (th_samv_link_get_type ())
G_DECLARE_FINAL_TYPE (ThSamvLink, th_samv_link, TH, SAMV_LINK, GObject)

ThSamvLink *th_samv_link_new (ThSamvPort *port);

/**
 * th_samv_link_call_async:
 * @limit_ms: until the reply begins. Once it has begun it may not pause for longer than this, nor
 *   for more than half a second: a module that was reset in mid-reply will not end it.
 *
 * One call at a time, on an open port. Close the port to end it early.
 */
void th_samv_link_call_async (ThSamvLink *self, ThSamvCommand command, guint limit_ms,
                              GAsyncReadyCallback callback, gpointer user_data);
/**
 * th_samv_link_call_finish:
 * @ret_reply: (out caller-allocates): its data is valid until the next call
 * @error: TH_DEVICE_ERROR_TIMED_OUT when nothing came, PROTOCOL when it was no frame. When the
 *   command itself could not be sent whole, or the port failed, it has been closed: the module may
 *   hold half a command, and only a fresh start is sure.
 */
gboolean th_samv_link_call_finish (ThSamvLink *self, GAsyncResult *result, ThSamvReply *ret_reply,
                                   GError **error);

G_END_DECLS
