/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bench's USB: a umockdev testbed whose device nodes answer usbfs ioctls by computation, so
 * that libusb in an unmodified program meets devices that talk back, stall and go away.
 *
 * One lock guards everything behind a port. Models are called with it held, from umockdev's worker
 * thread or from the main thread; whoever touches a model from outside takes it first.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ThUsbHost ThUsbHost;
typedef struct _ThUsbPort ThUsbPort;

#define TH_USB_NO_ANSWER G_MINSSIZE

/**
 * ThUsbModel: what hangs at the end of the cable.
 * @configuration: configuration, interface and endpoint descriptors; one configuration,
 *   one interface, number 0
 * @kernel_driver: the driver that Linux would bind on arrival; %NULL for none
 * @coalesces: replies that were not fetched yet leave together, as bytes in one buffer do;
 *   else each reply is a transfer of its own
 * @power_on: plugged in
 * @control: a class or vendor request. Returns the bytes put into @data, -EPIPE for a request it
 *   does not know, TH_USB_NO_ANSWER to leave it pending for ever
 * @take: how many of @bytes, sent to @endpoint, it takes now. The rest is refused (NAK) until th_usb_port_kick(). It may
 *   send; it may not unplug itself from in here
 */
typedef struct
{
  const char *name;
  guint16 vendor;
  guint16 product;
  const char *strings[3]; /* manufacturer, product, serial number */
  const guint8 *configuration;
  gsize configuration_len;
  const char *kernel_driver;
  gboolean coalesces;
  void (*power_on) (gpointer model);
  gssize (*control) (gpointer model, const guint8 setup[8], guint8 *data, gsize len);
  gsize (*take) (gpointer model, guint8 endpoint, const guint8 *bytes, gsize len);
} ThUsbModel;

/**
 * th_usb_host_new: makes the testbed below $TMPDIR, with a root hub and the GPIO chip's node.
 * Needs libumockdev-preload in this process. One a process.
 */
ThUsbHost *th_usb_host_new (void);
void th_usb_host_free (ThUsbHost *host);
const char *th_usb_host_get_root (ThUsbHost *host); /* UMOCKDEV_DIR for clients */
gpointer th_usb_host_get_testbed (ThUsbHost *host); /* UMockdevTestbed: the main thread's */
void th_usb_host_lock (ThUsbHost *host);
void th_usb_host_unlock (ThUsbHost *host);

/* It starts unplugged. @model_data goes to the model's functions. */
ThUsbPort *th_usb_host_add_port (ThUsbHost *host, const ThUsbModel *model, gpointer model_data);

/* Another device on the same cable, while that is unplugged. */
void th_usb_port_set_model (ThUsbPort *port, const ThUsbModel *model);

/* From the main thread, without the lock. %FALSE: it is plugged in already. */
gboolean th_usb_port_plug (ThUsbPort *port);

/* The following are called with the lock held. */
gboolean th_usb_port_is_plugged (ThUsbPort *port);
gboolean th_usb_port_unplug (ThUsbPort *port); /* %FALSE: it was not plugged in */
/* @ends: with a short packet, so that a waiting read is over; else more will follow, or the cable
 * be pulled. */
void th_usb_port_send (ThUsbPort *port, guint8 endpoint, const guint8 *bytes, gsize len,
                       gboolean ends);
void th_usb_port_forget_unsent (ThUsbPort *port);
void th_usb_port_kick (ThUsbPort *port); /* the model may take more now */

/* Nobody begins to listen for devices until it is closed: a listener between its bind() and its name (uevent-shim.c) is
 * one that umockdev finds, does not reach, and aborts over. @root: of the testbed. */
int th_bench_hold_listeners (const char *root);

G_END_DECLS
