/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * USB for the drivers: the only file that knows libusb. One thread carries libusb's events and does
 * nothing else; opening and closing, which may block in the kernel, happen on threads of their own.
 * Every callback and signal comes on the thread-default main context of the thread that made the
 * context object. Several devices share one context.
 *
 * Errors are TH_DEVICE_ERROR: GONE (unplugged, closed, or nothing that matches is connected),
 * TIMED_OUT, ACCESS, BUSY (another program has it), PROTOCOL (the device stalled or sent more than
 * asked for), and G_IO_ERROR_CANCELLED. Cancelled is not finished: a transfer is over when its
 * callback has come in, and every started call gets exactly one callback, never from inside the
 * start.
 */
#pragma once

#include <gio/gio.h>

#include "drivers/devices.h"

G_BEGIN_DECLS

/**
 * ThUsbMatch: one row of a table that ends with a row of zeros.
 * With @vendor_id: that vendor and product, its first interface with bulk endpoints both ways, or
 * of HID class with interrupt endpoints both ways; these are then spoken to as if they were bulk.
 * Without: the first interface of @class_code, @subclass and @protocol.
 */
typedef struct
{
  guint16 vendor_id;
  guint16 product_id;
  guint8 class_code;
  guint8 subclass;
  guint8 protocol;
} ThUsbMatch;

/**
 * ThUsbContext:
 *
 * Signal "changed" (): a device came or went; whoever misses one should try to open it again. The
 * kernel's messages may not reach us (a sandbox without them): try once a second as well.
 */
#define TH_TYPE_USB_CONTEXT (th_usb_context_get_type ())
G_DECLARE_FINAL_TYPE (ThUsbContext, th_usb_context, TH, USB_CONTEXT, GObject)

/* Returns: (transfer full): touches no device: libusb starts with the first opening, on its thread, so that a bus that
 * hangs or is not there can keep nobody's screen dark. */
ThUsbContext *th_usb_context_new (void);

/**
 * ThUsbDevice: one claimed interface.
 *
 * Signal "gone" (): once, when it was unplugged. Transfers under way end with GONE as well.
 */
#define TH_TYPE_USB_DEVICE (th_usb_device_get_type ())
G_DECLARE_FINAL_TYPE (ThUsbDevice, th_usb_device, TH, USB_DEVICE, GObject)

/**
 * th_usb_context_open_async:
 * @matches: (array zero-terminated=1): must stay valid until the callback; earlier rows win
 *
 * Opens and claims the first device that matches and lets itself be opened; a kernel driver in the
 * way is put aside until close. At once GONE when none is connected: it does not wait for one.
 */
void th_usb_context_open_async (ThUsbContext *self, const ThUsbMatch *matches,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
/* Returns: (transfer full): close it with th_usb_device_close(), or let the last reference go. */
ThUsbDevice *th_usb_context_open_finish (ThUsbContext *self, GAsyncResult *result, GError **error);

/* Row of the table that matched. */
guint th_usb_device_get_match (ThUsbDevice *self);
guint16 th_usb_device_get_vendor_id (ThUsbDevice *self);
guint16 th_usb_device_get_product_id (ThUsbDevice *self);
/* bInterfaceNumber, as class requests need it in wIndex. */
guint8 th_usb_device_get_interface (ThUsbDevice *self);
/* Bytes of a HID's report, as its endpoint says; 0 for any other class. A HID is read one report at
 * a time, as no report is shorter than another. */
gsize th_usb_device_get_report_size (ThUsbDevice *self);
/* Address of the interface's bulk endpoint number @index (from 0, in descriptor order); 0: no more.
 */
guint8 th_usb_device_get_bulk_out (ThUsbDevice *self, guint index);
guint8 th_usb_device_get_bulk_in (ThUsbDevice *self, guint index);

/* TRUE once it was unplugged or closed: every further transfer ends with GONE. */
gboolean th_usb_device_is_gone (ThUsbDevice *self);

/* Cancels what is under way (their callbacks still come, with GONE) and gives the device back as
 * soon as that is over; does not wait. Safe at any time, and more than once. */
void th_usb_device_close (ThUsbDevice *self);

/**
 * th_usb_device_bulk_out_async:
 * @endpoint: as th_usb_device_get_bulk_out() says
 * @data: (array length=len): copied; may hold a person's data, so the copy is wiped
 * @timeout_ms: at least 1
 */
void th_usb_device_bulk_out_async (ThUsbDevice *self, guint8 endpoint, const guint8 *data,
                                   gsize len, guint timeout_ms, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
/* TRUE: all was taken. @ret_taken: (out) (optional): set in every case, also on time-out, cancel
 * and unplug: the bytes the device is known to have taken. After an error it may have taken up to
 * one packet more than that. */
gboolean th_usb_device_bulk_out_finish (ThUsbDevice *self, GAsyncResult *result, gsize *ret_taken,
                                        GError **error);

/**
 * th_usb_device_bulk_in_async:
 * @max_len: 1 to 65536; rounded up to whole packets, so more than @max_len may come
 *
 * Ends with the device's first short packet. Nothing at all in @timeout_ms: TIMED_OUT; what came
 * before a time-out is handed over as a short success.
 */
void th_usb_device_bulk_in_async (ThUsbDevice *self, guint8 endpoint, gsize max_len,
                                  guint timeout_ms, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full): what came, 0 bytes after an empty packet; wiped when let go. */
GBytes *th_usb_device_bulk_in_finish (ThUsbDevice *self, GAsyncResult *result, GError **error);

/* A control request that reads: bmRequestType (with bit 7 set), bRequest, wValue, wIndex, wLength.
 */
void th_usb_device_control_in_async (ThUsbDevice *self, guint8 request_type, guint8 request,
                                     guint16 value, guint16 index, guint16 length, guint timeout_ms,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
GBytes *th_usb_device_control_in_finish (ThUsbDevice *self, GAsyncResult *result, GError **error);

G_END_DECLS
