/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Behaves as the module's public descriptions say: a card that was read does not answer "find"
 * again until it leaves the field, so an empty plate and a card already read look alike, and only
 * "newest address" tells them apart. "Reset" switches the field off and on: the card is new again.
 */
#include "tests/bench/reader.h"

#include <errno.h>
#include <string.h>

#define COMMAND(cmd, para) ((cmd) << 8 | (para))
#define PREAMBLE_LEN 5
#define MAX_COMMAND 4089

static const guint8 preamble[PREAMBLE_LEN] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69 };

enum
{
  SW_OK = 0x90,
  SW_NOT_ON_CARD = 0x91,
  SW_FOUND = 0x9f,
  SW_NOT_FOUND = 0x80,
  SW_NOT_SELECTED = 0x81,
  SW_NOT_READ = 0x41,
  SW_WRONG_CARD = 0x40,
  SW_BAD_SUM = 0x10,
  SW_BAD_LENGTH = 0x11,
  SW_BAD_COMMAND = 0x21,
};

typedef enum
{
  FAULT_NONE,
  FAULT_SILENT,
  FAULT_GARBLE,
  FAULT_STALL,
  FAULT_UNPLUG_IN_READ,
} Fault;

struct _ThBenchReader
{
  ThUsbHost *host;
  ThUsbPort *port;
  GByteArray *incoming;
  GByteArray *card; /* NULL: the plate is empty */
  gboolean selected;
  gboolean was_read;
  guint8 card_status;
  Fault fault;
  guint garbled;
  guint commands;
  guint reads;
  guint power_ons; /* a reply under way belongs to the arrival that asked */
};

typedef struct
{
  ThBenchReader *reader;
  GByteArray *reply;
  guint power_ons;
  gboolean cut; /* half of it, then the cable is pulled */
} Reply;

static void
reply_free (gpointer data)
{
  Reply *reply = data;

  g_byte_array_unref (reply->reply);
  g_free (reply);
}

static gboolean
reply_cb (gpointer data)
{
  Reply *reply = data;
  ThBenchReader *self = reply->reader;
  ThUsbHost *host = self->host;

  th_usb_host_lock (host);
  if (reply->power_ons == self->power_ons && reply->cut)
    {
      /* Whole packets: a short one would end the transfer. */
      th_usb_port_send_part (self->port, reply->reply->data, reply->reply->len / 2 / 64 * 64);
      self->fault = FAULT_NONE;
      th_usb_port_unplug (self->port);
    }
  else if (reply->power_ons == self->power_ons)
    th_usb_port_send (self->port, reply->reply->data, reply->reply->len);
  th_usb_host_unlock (host);
  return G_SOURCE_REMOVE;
}

static guint8
checksum (const guint8 *bytes, gsize len)
{
  guint8 sum = 0;

  for (gsize i = 0; i < len; i++)
    sum ^= bytes[i];
  return sum;
}

static GByteArray *
frame (guint8 status, const guint8 *data, gsize len)
{
  const guint8 head[] = { (len + 4) >> 8, (len + 4) & 0xff, 0, 0, status };
  GByteArray *bytes = g_byte_array_new ();
  guint8 sum;

  g_byte_array_append (bytes, preamble, sizeof preamble);
  g_byte_array_append (bytes, head, sizeof head);
  if (len > 0)
    g_byte_array_append (bytes, data, len);
  sum = checksum (bytes->data + PREAMBLE_LEN, bytes->len - PREAMBLE_LEN);
  g_byte_array_append (bytes, &sum, 1);
  return bytes;
}

/* A wrong sum, plain noise and a frame cut short, in turn. */
static void
garble (ThBenchReader *self, GByteArray *bytes)
{
  switch (self->garbled++ % 3)
    {
    case 0:
      bytes->data[bytes->len - 1] ^= 0x5a;
      break;
    case 1:
      for (guint i = 0; i < bytes->len; i++)
        bytes->data[i] = (self->garbled * 167 + i * 59 + (i * i >> 3)) & 0xff;
      break;
    default:
      g_byte_array_set_size (bytes, bytes->len - 3);
      break;
    }
}

static void
answer (ThBenchReader *self, GByteArray *bytes, guint delay_ms, gboolean is_read)
{
  Reply *reply;

  self->commands++;
  if (self->fault == FAULT_SILENT)
    {
      g_byte_array_unref (bytes);
      return;
    }
  if (self->fault == FAULT_GARBLE)
    garble (self, bytes);
  reply = g_new0 (Reply, 1);
  reply->reader = self;
  reply->reply = bytes;
  reply->power_ons = self->power_ons;
  reply->cut = is_read && self->fault == FAULT_UNPLUG_IN_READ;
  g_timeout_add_full (G_PRIORITY_HIGH, delay_ms, reply_cb, reply, reply_free);
}

static void
answer_status (ThBenchReader *self, guint8 status)
{
  answer (self, frame (status, NULL, 0), 2, FALSE);
}

static void
select_card (ThBenchReader *self)
{
  static const guint8 serial[8];

  self->selected = FALSE;
  if (self->card == NULL || self->was_read || self->card_status == SW_NOT_SELECTED)
    answer_status (self, SW_NOT_SELECTED);
  else if (self->card_status == SW_WRONG_CARD)
    answer_status (self, SW_WRONG_CARD);
  else
    {
      self->selected = TRUE;
      answer (self, frame (SW_OK, serial, sizeof serial), 4, FALSE);
    }
}

static void
read_card (ThBenchReader *self, gboolean with_fingerprint)
{
  GByteArray *bytes;

  if (self->card == NULL || !self->selected)
    {
      answer_status (self, SW_NOT_READ);
      return;
    }
  if (self->card_status != 0)
    {
      self->selected = FALSE;
      answer_status (self, self->card_status);
      return;
    }
  self->selected = FALSE;
  self->was_read = TRUE;
  self->reads++;
  bytes = g_byte_array_new ();
  g_byte_array_append (bytes, self->card->data, self->card->len);
  if (with_fingerprint && bytes->len > 15) /* there is none: length 0 behind the other two */
    {
      g_autoptr(GByteArray) data = g_byte_array_new ();
      static const guint8 none[2];

      g_byte_array_append (data, bytes->data + 10, 4);
      g_byte_array_append (data, none, sizeof none);
      g_byte_array_append (data, bytes->data + 14, bytes->len - 15);
      g_byte_array_unref (bytes);
      bytes = frame (SW_OK, data->data, data->len);
    }
  answer (self, bytes, 20, TRUE);
}

static void
run_command (ThBenchReader *self, guint command)
{
  static const guint8 zeros[28];
  /* 05.01-20110511-0001234567-0987654321 */
  static const guint8 sam_id[16] = { 0x05, 0x00, 0x01, 0x00, 0xaf, 0xdc, 0x32, 0x01,
                                     0x87, 0xd6, 0x12, 0x00, 0xb1, 0x68, 0xde, 0x3a };
  gboolean card_answers = self->card != NULL && (self->was_read || self->selected);

  switch (command)
    {
    case COMMAND (0x10, 0xff):
      self->selected = self->was_read = FALSE;
      answer_status (self, SW_OK);
      break;
    case COMMAND (0x11, 0xff):
      answer_status (self, SW_OK);
      break;
    case COMMAND (0x12, 0xff):
      answer (self, frame (SW_OK, sam_id, sizeof sam_id), 2, FALSE);
      break;
    case COMMAND (0x20, 0x01):
      self->selected = FALSE;
      if (self->card == NULL || self->was_read)
        answer_status (self, SW_NOT_FOUND);
      else
        answer (self, frame (SW_FOUND, zeros, 4), 4, FALSE);
      break;
    case COMMAND (0x20, 0x02):
      select_card (self);
      break;
    case COMMAND (0x30, 0x01):
      read_card (self, FALSE);
      break;
    case COMMAND (0x30, 0x10):
      read_card (self, TRUE);
      break;
    case COMMAND (0x30, 0x03):
      answer_status (self, card_answers ? SW_NOT_ON_CARD : SW_NOT_READ);
      break;
    case COMMAND (0x30, 0x05):
      if (card_answers)
        answer (self, frame (SW_OK, zeros, sizeof zeros), 4, FALSE);
      else
        answer_status (self, SW_NOT_READ);
      break;
    case COMMAND (0x61, 0xff):
      answer_status (self, SW_OK);
      break;
    default:
      answer_status (self, SW_BAD_COMMAND);
      break;
    }
}

static gsize
reader_take (gpointer model, const guint8 *bytes, gsize len)
{
  ThBenchReader *self = model;
  GByteArray *in = self->incoming;
  guint body_len;

  if (self->fault == FAULT_STALL)
    return 0;
  /* A command that does not begin as one begins is noise: the module says nothing to it. */
  if (in->len == 0 && (len < PREAMBLE_LEN || memcmp (bytes, preamble, PREAMBLE_LEN) != 0))
    return len;
  g_byte_array_append (in, bytes, len);
  if (in->len < PREAMBLE_LEN + 2)
    return len;
  body_len = in->data[5] << 8 | in->data[6];
  if (body_len < 3 || body_len > MAX_COMMAND)
    {
      g_byte_array_set_size (in, 0);
      answer_status (self, SW_BAD_LENGTH);
      return len;
    }
  if (in->len < PREAMBLE_LEN + 2 + body_len)
    return len;
  if (checksum (in->data + PREAMBLE_LEN, 2 + body_len) != 0)
    answer_status (self, SW_BAD_SUM);
  else
    run_command (self, COMMAND (in->data[7], in->data[8]));
  g_byte_array_set_size (in, 0);
  return len;
}

static gssize
reader_control (gpointer model, const guint8 setup[8], guint8 *data, gsize len)
{
  ThBenchReader *self = model;

  return self->fault == FAULT_STALL ? TH_USB_NO_ANSWER : -EPIPE;
}

static void
reader_power_on (gpointer model)
{
  ThBenchReader *self = model;

  self->power_ons++;
  self->selected = self->was_read = FALSE;
  g_byte_array_set_size (self->incoming, 0);
}

static const guint8 reader_configuration[] = {
  9, 2, 32, 0, 1, 1, 0, 0x80, 50,       /* one interface, 100 mA */
  9, 4, 0, 0, 2, 0xff, 0, 0, 0,         /* vendor class, two endpoints */
  7, 5, 0x81, 2, 0x40, 0x00, 0,         /* bulk in, 64 bytes */
  7, 5, 0x02, 2, 0x40, 0x00, 0,         /* bulk out */
};

static const ThUsbModel reader_model = {
  .name = "reader",
  .vendor = 0x0400,
  .product = 0xc35a,
  .strings = { "Threshold bench", "Emulated SAM-V reader", NULL },
  .configuration = reader_configuration,
  .configuration_len = sizeof reader_configuration,
  .power_on = reader_power_on,
  .control = reader_control,
  .take = reader_take,
};

ThBenchReader *
th_bench_reader_new (ThUsbHost *host)
{
  ThBenchReader *self = g_new0 (ThBenchReader, 1);

  self->host = host;
  self->incoming = g_byte_array_new ();
  self->port = th_usb_host_add_port (host, &reader_model, self);
  return self;
}

void
th_bench_reader_free (ThBenchReader *self)
{
  g_byte_array_unref (self->incoming);
  g_clear_pointer (&self->card, g_byte_array_unref);
  g_free (self);
}

ThUsbPort *
th_bench_reader_get_port (ThBenchReader *self)
{
  return self->port;
}

void
th_bench_reader_put (ThBenchReader *self, const guint8 *reply, gsize len)
{
  th_bench_reader_lift (self);
  self->card = g_byte_array_new ();
  g_byte_array_append (self->card, reply, len);
}

gboolean
th_bench_reader_lift (ThBenchReader *self)
{
  gboolean lay_there = self->card != NULL;

  g_clear_pointer (&self->card, g_byte_array_unref);
  self->selected = self->was_read = FALSE;
  return lay_there;
}

void
th_bench_reader_set_card_status (ThBenchReader *self, guint8 status)
{
  self->card_status = status;
}

gboolean
th_bench_reader_set_fault (ThBenchReader *self, const char *fault)
{
  static const char *const names[] = { "normal", "silent", "garble", "stall", "unplug-in-read" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (fault, names[i]) == 0)
      {
        self->fault = i;
        th_usb_port_kick (self->port);
        return TRUE;
      }
  return FALSE;
}

guint
th_bench_reader_get_commands (ThBenchReader *self)
{
  return self->commands;
}

guint
th_bench_reader_get_reads (ThBenchReader *self)
{
  return self->reads;
}
