/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What usb-transport.c (the context: event thread, hot-plug, opening) and usb-device.c (an open
 * interface: transfers, closing) share. Nobody else includes this, nor libusb.h.
 *
 * Who runs where: libusb's callbacks run on the event thread, which only notes the result, takes
 * the transfer off its list and wakes the main context; tasks return there. One lock guards what
 * both sides see. libusb calls no callback with a lock held that submit or cancel takes, so those
 * two may be called under ours; open and close may not, and stand on threads of their own.
 */
#pragma once

#include <libusb.h>

#include "drivers/usb-transport.h"

#define TH_USB_MAX_PIPES 4

/* Outlives the context object only if a device could not be closed in time. */
typedef struct
{
  libusb_context *usb; /* NULL: not started */
  libusb_hotplug_callback_handle hotplug;
  gboolean hotplug_on;
  GThread *thread;
  int stopping;
  GSource *changed_bell;

  GMutex lock; /* guards all below, and every ThUsbHandle's "under the lock" part */
  GCond handle_closed;
  GList *handles;
  guint n_closing;
  guint n_devices; /* ThUsbDevices that point here, open or not */
} ThUsbCore;

typedef struct
{
  guint8 interface;
  guint8 alternate;
  guint n_alternates;
  int configuration; /* to be set first; 0: it already is */
  guint8 bulk_out[TH_USB_MAX_PIPES];
  guint8 bulk_in[TH_USB_MAX_PIPES];
  guint16 in_packet[TH_USB_MAX_PIPES];
  gboolean is_hid; /* its pipes are interrupt endpoints */
} ThUsbShape;

/* An open interface; freed by its closing thread once the last transfer is over. */
typedef struct
{
  ThUsbCore *core;
  libusb_device_handle *usb;
  ThUsbShape shape;
  GSource *gone_bell;

  /* under the lock */
  GList *transfers;
  gboolean closing;
  gboolean gone;
  guint8 halted; /* endpoint to be cleared on close; 0 none */
} ThUsbHandle;

/* Takes over @usb, claimed, which was opened in @core's libusb. */
ThUsbDevice *th_usb_device_new (ThUsbContext *context, ThUsbCore *core, libusb_device_handle *usb,
                                const ThUsbShape *shape, GMainContext *main_context);
void th_usb_device_set_match (ThUsbDevice *self, guint match);

/* Under the lock: the device was unplugged. */
void th_usb_handle_is_gone (ThUsbHandle *handle);

void th_usb_set_error (GError **error, int code, const char *what);

/* A bell: the event thread rings, @answer runs on @main_context with a GWeakRef to @object, as the
 * bell may ring while the last reference goes. */
GSource *th_usb_bell_new (GObject *object, GSourceFunc answer, GMainContext *main_context);
void th_usb_bell_ring (GSource *bell);
void th_usb_bell_free (GSource *bell);
