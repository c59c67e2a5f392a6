/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking a printer on USB how its paper is: over the bulk pipes (DLE EOT), and over the control pipe. */
#pragma once

#include "drivers/devices.h"
#include "drivers/usb-transport.h"

G_BEGIN_DECLS

/**
 * th_printer_ask_port_async: GET_PORT_STATUS; answers also while the bulk pipe is blocked, but knows
 * only paper and "error".
 * Finish returns READY (nothing wrong), OUT, OFFLINE (some error), or UNKNOWN (no answer).
 */
void th_printer_ask_port_async (ThUsbDevice *device, guint timeout_ms, GAsyncReadyCallback callback,
                                gpointer user_data);
ThPaper th_printer_ask_port_finish (ThUsbDevice *device, GAsyncResult *result);

/**
 * th_printer_ask_async: one round of DLE EOT 1, 2, 4, and 3 when they speak of an error; or GS a.
 * @timeout_ms: for each question to be taken and for each answer to come; the first that does not ends the round
 * @automatic: by GS a; a model that knows DLE EOT is better asked by that, as it answers in real time
 * @complete_first: the printer may wait for the rest of a picture and would take questions for dots:
 *   send it enough NULs to complete any picture
 * @drain_first: answers to an earlier round may still come: read them away
 *
 * Finish returns what the answers say; UNKNOWN after silence, unless the port says more than that.
 * @ret_completed: (out): the printer reads commands again
 */
void th_printer_ask_async (ThUsbDevice *device, guint timeout_ms, gboolean automatic,
                           gboolean complete_first, gboolean drain_first, GAsyncReadyCallback callback, gpointer user_data);
ThPaper th_printer_ask_finish (ThUsbDevice *device, GAsyncResult *result, gboolean *ret_completed);

G_END_DECLS
