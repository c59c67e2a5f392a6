/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader's USB end, in the three shapes that are met. */
#include "tests/bench/reader.h"

#include <errno.h>
#include <string.h>

#define HEAD_SIZE 7 /* preamble and length */
#define REPORT 64

typedef enum
{
  WHOLE,
  SPLIT,
  HID,
} Shape;

typedef struct
{
  ThBenchReader *reader;
  ThUsbPort *port;
  Shape shape;
  guint8 report[REPORT]; /* the one being filled */
} UsbLine;

static gsize
line_take (gpointer model, guint8 endpoint, const guint8 *bytes, gsize len)
{
  UsbLine *line = model;

  return th_bench_reader_take (line->reader, bytes, len, line->shape == HID);
}

static gssize
line_control (gpointer model, const guint8 setup[8], guint8 *data, gsize len)
{
  UsbLine *line = model;

  return th_bench_reader_is_stalled (line->reader) ? TH_USB_NO_ANSWER : -EPIPE;
}

static void
line_power_on (gpointer model)
{
  UsbLine *line = model;

  memset (line->report, 0, sizeof line->report);
  th_bench_reader_power_on (line->reader);
}

static const guint8 whole_configuration[] = {
  9, 2, 32,   0, 1,    1,    0, 0x80, 50, /* one interface, 100 mA */
  9, 4, 0,    0, 2,    0xff, 0, 0,    0,  /* vendor class, two endpoints */
  7, 5, 0x81, 2, 0x40, 0x00, 0,           /* bulk in, 64 bytes */
  7, 5, 0x02, 2, 0x40, 0x00, 0,           /* bulk out */
};

/* The higher numbers first: their order says nothing. */
static const guint8 split_configuration[] = {
  9, 2, 46,   0, 1,    1,    0, 0xe0, 0, /* self powered, remote wake-up */
  9, 4, 0,    0, 4,    0xff, 0, 0,    0, /* four endpoints */
  7, 5, 0x06, 2, 0x40, 0x00, 0,          /* bulk out: command to sum */
  7, 5, 0x85, 2, 0x40, 0x00, 0,          /* bulk in: status to sum */
  7, 5, 0x02, 2, 0x40, 0x00, 0,          /* bulk out: preamble and length */
  7, 5, 0x81, 2, 0x40, 0x00, 0,          /* bulk in: preamble and length */
};

static const guint8 hid_configuration[] = {
  9, 2,    41,   0,    1,    1,    0,    0x80, 50,   /* one interface, 100 mA */
  9, 4,    0,    0,    2,    3,    0,    0,    0,    /* HID, two endpoints */
  9, 0x21, 0x11, 0x01, 0,    1,    0x22, 34,   0x00, /* HID 1.11, one report descriptor */
  7, 5,    0x81, 3,    0x40, 0x00, 1,                /* interrupt in, 64 bytes, every millisecond */
  7, 5,    0x02, 3,    0x40, 0x00, 1,                /* interrupt out */
};

#define MODEL(vendor_, product_, configuration_, driver)                                           \
  {                                                                                                \
    .name = "reader", .vendor = vendor_, .product = product_,                                      \
    .strings = { "Threshold bench", "Emulated SAM-V reader", NULL },                               \
    .configuration = configuration_, .configuration_len = sizeof configuration_,                   \
    .kernel_driver = driver, .power_on = line_power_on, .control = line_control, .take = line_take \
  }

static const ThUsbModel models[] = {
  [WHOLE] = MODEL (0x0400, 0xc35a, whole_configuration, NULL),
  [SPLIT] = MODEL (0x0400, 0xc35a, split_configuration, NULL),
  [HID] = MODEL (0x2b8b, 0x2721, hid_configuration, "usbhid"),
};

static gboolean
line_plug (gpointer data)
{
  UsbLine *line = data;

  return th_usb_port_plug (line->port);
}

static gboolean
line_unplug (gpointer data)
{
  UsbLine *line = data;

  return th_usb_port_unplug (line->port);
}

static gboolean
line_set_shape (gpointer data, const char *name)
{
  static const char *const names[] = { [WHOLE] = "whole", [SPLIT] = "split", [HID] = "hid" };
  UsbLine *line = data;

  if (th_usb_port_is_plugged (line->port))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      {
        line->shape = i;
        th_usb_port_set_model (line->port, &models[i]);
        return TRUE;
      }
  return FALSE;
}

/* Reports are always full: what is missing of the last one is zeros, and none of them ends a read
 * that has room for more. */
static void
fill_reports (UsbLine *line, const guint8 *bytes, gsize at, gsize len, gsize whole)
{
  for (gsize i = 0; i < len; i++)
    {
      gsize in_report = (at + i) % REPORT;

      line->report[in_report] = bytes[i];
      if (in_report < REPORT - 1 && at + i < whole - 1)
        continue;
      th_usb_port_send (line->port, 0x81, line->report, REPORT, FALSE);
      memset (line->report, 0, sizeof line->report);
    }
}

static void
line_send (gpointer data, const guint8 *bytes, gsize at, gsize len, gsize whole, gboolean ends)
{
  UsbLine *line = data;
  gsize in_head = at < HEAD_SIZE ? MIN (len, HEAD_SIZE - at) : 0;

  if (line->shape == HID)
    fill_reports (line, bytes, at, len, whole);
  else if (line->shape == WHOLE)
    th_usb_port_send (line->port, 0x81, bytes, len, ends);
  else
    {
      th_usb_port_send (line->port, 0x81, bytes, in_head, ends || at + in_head == HEAD_SIZE);
      th_usb_port_send (line->port, 0x85, bytes + in_head, len - in_head, ends);
    }
}

static void
line_kick (gpointer data)
{
  UsbLine *line = data;

  th_usb_port_kick (line->port);
}

ThBenchReader *
th_bench_reader_new_usb (ThUsbHost *host)
{
  static const ThBenchLine kind = { .plug = line_plug,
                                    .unplug = line_unplug,
                                    .set_shape = line_set_shape,
                                    .send = line_send,
                                    .kick = line_kick,
                                    .free = g_free };
  ThBenchReader *reader = th_bench_reader_new (host);
  UsbLine *line = g_new0 (UsbLine, 1);

  line->reader = reader;
  line->port = th_usb_host_add_port (host, &models[WHOLE], line);
  th_bench_reader_set_line (reader, &kind, line);
  return reader;
}
