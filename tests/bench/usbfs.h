/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What usb-host.c (which devices there are) and usbfs.c (what their nodes answer) share. */
#pragma once

#include <umockdev.h>

#include "tests/bench/usb-host.h"

G_BEGIN_DECLS

typedef struct _ThUsbNode ThUsbNode;

struct _ThUsbPort
{
  ThUsbHost *host;
  const ThUsbModel *model;
  gpointer model_data;
  guint number;
  ThUsbNode *node; /* NULL: unplugged */
  guint8 *descriptors;
  gsize descriptors_len;
  GQueue unsent; /* replies nobody fetched yet */
  char *syspath; /* of the device that sysfs still shows */
  char *dev_path;
};

/* One arrival: makes the FIFO that stands for the device node. */
ThUsbNode *th_usb_node_new (ThUsbPort *port, const char *fifo_path);
UMockdevIoctlBase *th_usb_node_make_handler (ThUsbNode *node);

/* The cable is pulled: ends every transfer. The caller's reference goes; open files keep theirs. */
void th_usb_node_leave (ThUsbNode *node);

G_END_DECLS
