/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One command, one reply, with a SAM-V module behind USB. The same VID:PID comes in two shapes,
 * told apart by their descriptors: one pair of bulk pipes that carry whole frames, or two pairs,
 * the first for the preamble and the length, the second for the rest.
 */
#pragma once

#include "drivers/samv.h"
#include "drivers/usb-transport.h"

G_BEGIN_DECLS

#define TH_TYPE_SAMV_USB (th_samv_usb_get_type ())
G_DECLARE_FINAL_TYPE (ThSamvUsb, th_samv_usb, TH, SAMV_USB, GObject)

ThSamvUsb *th_samv_usb_new (ThUsbDevice *device);

/**
 * th_samv_usb_call_async:
 * @limit_ms: for the whole reply
 *
 * One call, or drain, at a time. Close the device to end it early.
 */
void th_samv_usb_call_async (ThSamvUsb *self, ThSamvCommand command, guint limit_ms,
                             GAsyncReadyCallback callback, gpointer user_data);
/**
 * th_samv_usb_call_finish:
 * @ret_reply: (out caller-allocates): its data is valid until the next call
 * @error: TH_DEVICE_ERROR_TIMED_OUT when nothing came, PROTOCOL when it was no frame. When the
 *   command itself could not be sent whole, or the pipes failed, the device has been closed: it may
 *   hold half a command, and only a fresh start is sure.
 */
gboolean th_samv_usb_call_finish (ThSamvUsb *self, GAsyncResult *result, ThSamvReply *ret_reply,
                                  GError **error);

/* Throws away what still comes of earlier replies; over when nothing came for 5 ms. */
void th_samv_usb_drain_async (ThSamvUsb *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean th_samv_usb_drain_finish (ThSamvUsb *self, GAsyncResult *result, GError **error);

G_END_DECLS
