/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/printer.h"

#include <errno.h>
#include <string.h>

#define BUFFER_LEN 4096 /* what a printer without paper still takes */
#define NEVER G_MAXUINT64
#define STATUS_PIPE 0x82

#define STATUS_FIXED 0x12
#define STATUS_DRAWER_PIN 0x04 /* high where no drawer is connected: it is no fault */

typedef enum
{
  FAULT_NONE,
  FAULT_SILENT,
  FAULT_MUTE,
  FAULT_GARBLE,
  FAULT_STALL,
  FAULT_JAM, /* the cutter */
  FAULT_HOT, /* the head */
  FAULT_AUTOMATIC, /* no fault: a model that answers GS a and not DLE EOT */
} Fault;

struct _ThBenchPrinter
{
  ThUsbHost *host;
  ThUsbPort *port;
  ThBenchPaper *paper;
  GSourceFunc changed;
  gpointer user_data;
  gboolean told; /* @changed is on its way */
  Fault fault;
  guint garbled;
  gboolean tells; /* was asked to tell of changes by itself */
  ThBenchRoll roll;
  gboolean cover_open;
  guint64 bytes;
  guint64 hold_at; /* counts of bytes at which something happens */
  guint64 unplug_at;
  gboolean power_off; /* then: it forgets what it had not printed */
  guint64 out_at;
};

static gboolean
changed_cb (gpointer user_data)
{
  ThBenchPrinter *self = user_data;

  th_usb_host_lock (self->host);
  self->told = FALSE;
  th_usb_host_unlock (self->host);
  self->changed (self->user_data);
  return G_SOURCE_REMOVE;
}

static void
tell (ThBenchPrinter *self)
{
  if (self->told)
    return;
  self->told = TRUE;
  g_idle_add (changed_cb, self);
}

static gboolean
unplug_cb (gpointer user_data)
{
  ThBenchPrinter *self = user_data;

  th_usb_host_lock (self->host);
  self->unplug_at = NEVER;
  th_usb_port_unplug (self->port);
  if (self->power_off)
    th_bench_paper_reset (self->paper);
  self->power_off = FALSE;
  th_usb_host_unlock (self->host);
  return G_SOURCE_REMOVE;
}

static gboolean
is_offline (ThBenchPrinter *self)
{
  return self->cover_open || self->roll == TH_BENCH_ROLL_OUT || self->fault == FAULT_JAM ||
         self->fault == FAULT_HOT;
}

static guint8
status_byte (ThBenchPrinter *self, guint8 n)
{
  gboolean out = self->roll == TH_BENCH_ROLL_OUT;
  guint8 byte = STATUS_FIXED;

  switch (n)
    {
    case 1:
      byte |= STATUS_DRAWER_PIN | (is_offline (self) ? 0x08 : 0);
      break;
    case 2:
      byte |= (self->cover_open ? 0x04 : 0) | (out ? 0x20 : 0) |
              (self->fault == FAULT_JAM || self->fault == FAULT_HOT ? 0x40 : 0);
      break;
    case 3:
      byte |= (self->fault == FAULT_JAM ? 0x08 : 0) | (self->fault == FAULT_HOT ? 0x40 : 0);
      break;
    case 4:
      byte |= (out ? 0x60 : 0) | (self->roll != TH_BENCH_ROLL_FULL ? 0x0c : 0);
      break;
    default:
      break;
    }
  return byte;
}

/* Automatic status back: GS a. */
static void
send_packet (ThBenchPrinter *self)
{
  const guint8 packet[] = {
    0x10 | STATUS_DRAWER_PIN | (is_offline (self) ? 0x08 : 0) | (self->cover_open ? 0x20 : 0),
    0,
    (self->roll == TH_BENCH_ROLL_OUT ? 0x0c : 0) | (self->roll != TH_BENCH_ROLL_FULL ? 0x03 : 0),
    0x0f,
  };

  th_usb_port_send (self->port, STATUS_PIPE, packet, sizeof packet, TRUE);
}

static void
asked_cb (gpointer user_data, guint8 n)
{
  static const guint8 noise[] = { 0xff, 0x00, 0x91, 0x80, 0x6d };
  ThBenchPrinter *self = user_data;
  guint8 byte;

  if (n == TH_BENCH_ASKED_AUTOMATIC && self->fault == FAULT_AUTOMATIC)
    {
      self->tells = TRUE;
      send_packet (self);
      return;
    }
  if (n < 1 || n > 4 || self->fault == FAULT_SILENT || self->fault == FAULT_MUTE ||
      self->fault == FAULT_AUTOMATIC)
    return;
  byte = self->fault == FAULT_GARBLE ? noise[self->garbled++ % G_N_ELEMENTS (noise)]
                                     : status_byte (self, n);
  th_usb_port_send (self->port, STATUS_PIPE, &byte, 1, TRUE);
}

/* How many bytes until @at, if it is that many or fewer. */
static gsize
until (ThBenchPrinter *self, guint64 at, gsize len)
{
  return at <= self->bytes ? 0 : MIN (len, at - self->bytes);
}

static gsize
room (ThBenchPrinter *self)
{
  gsize waiting = th_bench_paper_get_unprinted (self->paper);

  if (!is_offline (self))
    return G_MAXSIZE;
  return waiting < BUFFER_LEN ? BUFFER_LEN - waiting : 0;
}

static gsize
printer_take (gpointer model, guint8 endpoint, const guint8 *bytes, gsize len)
{
  ThBenchPrinter *self = model;
  gsize taken = 0;

  if (self->fault == FAULT_STALL)
    return 0;
  while (taken < len)
    {
      gsize n = len - taken;

      n = until (self, self->hold_at, n);
      n = until (self, self->unplug_at, n);
      n = until (self, self->out_at, n);
      n = MIN (n, room (self));
      if (n == 0)
        break;
      th_bench_paper_receive (self->paper, bytes + taken, n);
      taken += n;
      self->bytes += n;
      if (!is_offline (self))
        th_bench_paper_print (self->paper);
      if (self->bytes == self->out_at)
        {
          self->out_at = NEVER;
          self->roll = TH_BENCH_ROLL_OUT;
        }
      if (self->bytes == self->unplug_at)
        g_idle_add_full (G_PRIORITY_HIGH, unplug_cb, self, NULL);
    }
  if (taken > 0)
    tell (self);
  return taken;
}

static gssize
printer_control (gpointer model, const guint8 setup[8], guint8 *data, gsize len)
{
  static const char id[] = "MFG:Threshold;MDL:Bench 80;CMD:ESC/POS;CLS:PRINTER;";
  ThBenchPrinter *self = model;
  gsize n = MIN (len, sizeof id + 1);

  if (self->fault == FAULT_STALL || self->fault == FAULT_SILENT)
    return TH_USB_NO_ANSWER;
  if (setup[0] == 0xa1 && setup[1] == 0) /* GET_DEVICE_ID: two bytes of length, big endian */
    {
      const guint8 head[] = { 0, sizeof id + 1 };

      memcpy (data, head, MIN (n, sizeof head));
      if (n > sizeof head)
        memcpy (data + sizeof head, id, n - sizeof head);
      return n;
    }
  if (setup[0] == 0xa1 && setup[1] == 1 && len >= 1) /* GET_PORT_STATUS */
    {
      data[0] = 0x18;
      if (self->fault == FAULT_GARBLE)
        data[0] = 0xe7;
      else if (self->fault != FAULT_MUTE && is_offline (self))
        data[0] = self->roll == TH_BENCH_ROLL_OUT ? 0x20 : 0x00;
      return 1;
    }
  if (setup[0] == 0x21 && setup[1] == 2) /* SOFT_RESET */
    {
      th_bench_paper_reset (self->paper);
      th_usb_port_forget_unsent (self->port);
      return 0;
    }
  return -EPIPE;
}

static void
printer_power_on (gpointer model)
{
}

static const guint8 printer_configuration[] = {
  9, 2, 32, 0, 1, 1, 0, 0xc0, 1,  /* one interface, self powered */
  9, 4, 0, 0, 2, 7, 1, 2, 0,      /* printer, bidirectional, two endpoints */
  7, 5, 0x01, 2, 0x40, 0x00, 0,   /* bulk out, 64 bytes */
  7, 5, 0x82, 2, 0x40, 0x00, 0,   /* bulk in */
};

static const ThUsbModel printer_model = {
  .name = "printer",
  .vendor = 0x04b8,
  .product = 0x0e03,
  .strings = { "Threshold bench", "Emulated slip printer", "BENCH0001" },
  .configuration = printer_configuration,
  .configuration_len = sizeof printer_configuration,
  .kernel_driver = "usblp",
  .coalesces = TRUE,
  .power_on = printer_power_on,
  .control = printer_control,
  .take = printer_take,
};

ThBenchPrinter *
th_bench_printer_new (ThUsbHost *host, GSourceFunc changed, gpointer user_data)
{
  ThBenchPrinter *self = g_new0 (ThBenchPrinter, 1);

  self->host = host;
  self->changed = changed;
  self->user_data = user_data;
  self->hold_at = self->unplug_at = self->out_at = NEVER;
  self->paper = th_bench_paper_new (576, asked_cb, self);
  self->port = th_usb_host_add_port (host, &printer_model, self);
  return self;
}

void
th_bench_printer_free (ThBenchPrinter *self)
{
  th_bench_paper_free (self->paper);
  g_free (self);
}

ThUsbPort *
th_bench_printer_get_port (ThBenchPrinter *self)
{
  return self->port;
}

ThBenchPaper *
th_bench_printer_get_paper (ThBenchPrinter *self)
{
  return self->paper;
}

/* Something that stopped it may be gone: print what waits, take what is offered. */
static void
go_on (ThBenchPrinter *self)
{
  if (!is_offline (self))
    th_bench_paper_print (self->paper);
  th_usb_port_kick (self->port);
  tell (self);
}

gboolean
th_bench_printer_set_fault (ThBenchPrinter *self, const char *fault)
{
  static const char *const names[] = { "normal", "silent", "mute", "garble", "stall", "jam", "hot", "automatic" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (fault, names[i]) == 0)
      {
        self->fault = i;
        go_on (self);
        return TRUE;
      }
  return FALSE;
}

void
th_bench_printer_hold (ThBenchPrinter *self, guint64 bytes)
{
  self->hold_at = self->bytes + bytes;
}

void
th_bench_printer_release (ThBenchPrinter *self)
{
  self->hold_at = NEVER;
  go_on (self);
}

void
th_bench_printer_unplug_after (ThBenchPrinter *self, guint64 bytes, gboolean power_off)
{
  self->power_off = power_off;
  self->unplug_at = self->bytes + bytes;
  if (bytes == 0)
    g_idle_add_full (G_PRIORITY_HIGH, unplug_cb, self, NULL);
}

void
th_bench_printer_set_roll (ThBenchPrinter *self, ThBenchRoll roll)
{
  self->roll = roll;
  self->out_at = NEVER;
  if (self->tells && self->fault == FAULT_AUTOMATIC)
    send_packet (self);
  go_on (self);
}

void
th_bench_printer_out_after (ThBenchPrinter *self, guint64 bytes)
{
  if (bytes == 0)
    th_bench_printer_set_roll (self, TH_BENCH_ROLL_OUT);
  else
    self->out_at = self->bytes + bytes;
}

void
th_bench_printer_set_cover (ThBenchPrinter *self, gboolean open)
{
  self->cover_open = open;
  if (self->tells && self->fault == FAULT_AUTOMATIC)
    send_packet (self);
  go_on (self);
}

guint64
th_bench_printer_get_bytes (ThBenchPrinter *self)
{
  return self->bytes;
}
