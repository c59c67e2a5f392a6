/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sending one piece of a job to a printer on USB, and noticing why it does not take it. */
#pragma once

#include "drivers/devices.h"
#include "drivers/usb-transport.h"

G_BEGIN_DECLS

/* The piece is not being taken. Called while it is under way, on the main context; never after the callback. */
typedef void (*ThPrinterStalled) (ThPaper paper, gpointer user_data);

typedef struct
{
  guint stall_ms;     /* not taken for this long: look at the port, again and again */
  guint question_ms;  /* for the port to answer */
  guint timeout_ms;   /* not taken for this long: given up */
  ThPrinterStalled stalled;
} ThPrinterPatience;

/**
 * th_printer_send_async:
 * @patience: copied
 * @user_data: for @callback and @patience->stalled
 *
 * A short write is followed by the rest; nothing is ever sent twice. Finish: TRUE when all was taken.
 * @ret_taken: (out): set in every case
 * @error: as th_usb_device_bulk_out_finish(), or TH_DEVICE_ERROR_PAPER when the port said why
 */
void th_printer_send_async (ThUsbDevice *device, GBytes *bytes, const ThPrinterPatience *patience,
                            GAsyncReadyCallback callback, gpointer user_data);
gboolean th_printer_send_finish (ThUsbDevice *device, GAsyncResult *result, gsize *ret_taken,
                                 GError **error);

G_END_DECLS
