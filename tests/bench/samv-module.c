/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Behaves as the module's public descriptions say: a card that was read does not answer "find"
 * again until it leaves the field, so an empty plate and a card already read look alike, and only
 * "newest address" tells them apart. "Reset" switches the field off and on: the card is new again.
 */
#include "tests/bench/samv-module.h"

#include <string.h>

#define PREAMBLE_LEN 5
#define MAX_COMMAND 4089
#define PRINTS_LEN 1024
#define ADDRESS_LEN 70

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

struct _ThBenchModule
{
  ThBenchReplied replied;
  gpointer user_data;
  GByteArray *incoming;
  GByteArray *card; /* NULL: the plate is empty */
  gboolean selected;
  gboolean was_read;
  guint8 card_status;
  gboolean has_prints;
  guint8 address[ADDRESS_LEN];
  gboolean has_address;
  guint8 status;
  gboolean always_prints;
  guint reads;
};

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

static void
answer (ThBenchModule *self, guint command, guint8 status, const guint8 *data, gsize len)
{
  gboolean good = status == SW_OK || status == SW_FOUND || status == SW_NOT_ON_CARD;

  self->replied (
      self->user_data,
      &(ThBenchReply){ .command = command, .good = good, .frame = frame (status, data, len) });
}

static guint8
select_card (ThBenchModule *self)
{
  self->selected = FALSE;
  if (self->card == NULL || self->was_read || self->card_status == SW_NOT_SELECTED)
    return SW_NOT_SELECTED;
  if (self->card_status == SW_WRONG_CARD)
    return SW_WRONG_CARD;
  self->selected = TRUE;
  return SW_OK;
}

/* The card's reply with a third length, and what it says of fingers, behind the other two. */
static GByteArray *
add_prints (ThBenchModule *self)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  const guint8 *card = self->card->data;
  guint n = self->has_prints ? PRINTS_LEN : 0;
  const guint8 prints_len[2] = { n >> 8, n & 0xff };

  g_byte_array_append (data, card + 10, 4);
  g_byte_array_append (data, prints_len, sizeof prints_len);
  g_byte_array_append (data, card + 14, self->card->len - 15);
  for (guint i = 0; i < n; i++)
    {
      guint8 byte = 255 - i % 256;

      g_byte_array_append (data, &byte, 1);
    }
  return frame (SW_OK, data->data, data->len);
}

static void
read_card (ThBenchModule *self, guint command)
{
  ThBenchReply reply = { .command = command, .good = TRUE };
  gboolean prints = command == TH_BENCH_READ_PRINTS || self->always_prints;

  if (self->card == NULL || !self->selected || self->card_status != 0)
    {
      self->selected = FALSE;
      answer (self, command, self->card_status != 0 ? self->card_status : SW_NOT_READ, NULL, 0);
      return;
    }
  self->selected = FALSE;
  self->was_read = TRUE;
  self->reads++;
  if (prints && self->card->len > 15)
    reply.frame = add_prints (self);
  else
    {
      reply.frame = g_byte_array_new ();
      g_byte_array_append (reply.frame, self->card->data, self->card->len);
    }
  self->replied (self->user_data, &reply);
}

static void
run_command (ThBenchModule *self, guint command)
{
  static const guint8 zeros[28];
  /* 05.01-20110511-0001234567-0987654321 */
  static const guint8 sam_id[16] = { 0x05, 0x00, 0x01, 0x00, 0xaf, 0xdc, 0x32, 0x01,
                                     0x87, 0xd6, 0x12, 0x00, 0xb1, 0x68, 0xde, 0x3a };
  gboolean card_answers = self->card != NULL && (self->was_read || self->selected);
  guint8 status;

  if (self->status != 0)
    {
      answer (self, command, self->status, NULL, 0);
      return;
    }
  switch (command)
    {
    case TH_BENCH_RESET:
      self->selected = self->was_read = FALSE;
      answer (self, command, SW_OK, NULL, 0);
      break;
    case TH_BENCH_STATUS:
    case TH_BENCH_RADIO:
      answer (self, command, SW_OK, NULL, 0);
      break;
    case TH_BENCH_ID:
      answer (self, command, SW_OK, sam_id, sizeof sam_id);
      break;
    case TH_BENCH_FIND:
      self->selected = FALSE;
      if (self->card == NULL || self->was_read)
        answer (self, command, SW_NOT_FOUND, NULL, 0);
      else
        answer (self, command, SW_FOUND, zeros, 4);
      break;
    case TH_BENCH_SELECT:
      status = select_card (self);
      answer (self, command, status, zeros, status == SW_OK ? 8 : 0);
      break;
    case TH_BENCH_READ:
    case TH_BENCH_READ_PRINTS:
      read_card (self, command);
      break;
    case TH_BENCH_ADDRESS:
      if (card_answers && self->has_address)
        answer (self, command, SW_OK, self->address, sizeof self->address);
      else
        answer (self, command, card_answers ? SW_NOT_ON_CARD : SW_NOT_READ, NULL, 0);
      break;
    case TH_BENCH_NUMBERS:
      answer (self, command, card_answers ? SW_OK : SW_NOT_READ, zeros,
              card_answers ? sizeof zeros : 0);
      break;
    default:
      answer (self, 0, SW_BAD_COMMAND, NULL, 0);
      break;
    }
}

void
th_bench_module_take (ThBenchModule *self, const guint8 *bytes, gsize len, gboolean padded)
{
  GByteArray *in = self->incoming;
  gsize size;
  guint command;

  /* A command that does not begin as one begins is noise: the module says nothing to it. */
  if (in->len == 0 && bytes[0] != preamble[0])
    return;
  g_byte_array_append (in, bytes, len);
  if (memcmp (in->data, preamble, MIN (in->len, PREAMBLE_LEN)) != 0)
    g_byte_array_set_size (in, 0);
  if (in->len < PREAMBLE_LEN + 2)
    return;
  size = PREAMBLE_LEN + 2 + (in->data[5] << 8 | in->data[6]);
  if (size < PREAMBLE_LEN + 2 + 3 || size > PREAMBLE_LEN + 2 + MAX_COMMAND)
    {
      g_byte_array_set_size (in, 0);
      answer (self, 0, SW_BAD_LENGTH, NULL, 0);
      return;
    }
  if (in->len < size)
    return;
  command = in->data[7] << 8 | in->data[8];
  if (checksum (in->data + PREAMBLE_LEN, size - PREAMBLE_LEN) != 0)
    command = 0;
  g_byte_array_remove_range (in, 0, padded ? in->len : size);
  if (command == 0)
    answer (self, 0, SW_BAD_SUM, NULL, 0);
  else
    run_command (self, command);
}

void
th_bench_module_power_on (ThBenchModule *self)
{
  self->selected = self->was_read = FALSE;
  g_byte_array_set_size (self->incoming, 0);
}

void
th_bench_module_put (ThBenchModule *self, const guint8 *reply, gsize len)
{
  th_bench_module_lift (self);
  self->card = g_byte_array_new ();
  g_byte_array_append (self->card, reply, len);
}

gboolean
th_bench_module_lift (ThBenchModule *self)
{
  gboolean lay_there = self->card != NULL;

  g_clear_pointer (&self->card, g_byte_array_unref);
  self->selected = self->was_read = FALSE;
  return lay_there;
}

void
th_bench_module_set_card_status (ThBenchModule *self, guint8 status)
{
  self->card_status = status;
}

void
th_bench_module_set_prints (ThBenchModule *self, gboolean has_prints)
{
  self->has_prints = has_prints;
}

gboolean
th_bench_module_set_address (ThBenchModule *self, const char *address)
{
  glong n = 0;
  g_autofree gunichar2 *units = NULL;

  self->has_address = address != NULL;
  if (address == NULL)
    return TRUE;
  units = g_utf8_to_utf16 (address, -1, NULL, &n, NULL);
  if (units == NULL || n > ADDRESS_LEN / 2)
    return FALSE;
  for (glong i = 0; i < ADDRESS_LEN / 2; i++)
    {
      gunichar2 unit = i < n ? units[i] : ' ';

      self->address[2 * i] = unit & 0xff;
      self->address[2 * i + 1] = unit >> 8;
    }
  return TRUE;
}

void
th_bench_module_set_status (ThBenchModule *self, guint8 status)
{
  self->status = status;
}

void
th_bench_module_set_always_prints (ThBenchModule *self, gboolean always)
{
  self->always_prints = always;
}

guint
th_bench_module_get_reads (ThBenchModule *self)
{
  return self->reads;
}

ThBenchModule *
th_bench_module_new (ThBenchReplied replied, gpointer user_data)
{
  ThBenchModule *self = g_new0 (ThBenchModule, 1);

  self->replied = replied;
  self->user_data = user_data;
  self->incoming = g_byte_array_new ();
  return self;
}

void
th_bench_module_free (ThBenchModule *self)
{
  g_byte_array_unref (self->incoming);
  g_clear_pointer (&self->card, g_byte_array_unref);
  g_free (self);
}
