/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/reader.h"

#include <string.h>

#define CHUNK 64

typedef enum
{
  FAULT_NONE,
  FAULT_SILENT,
  FAULT_GARBLE,
  FAULT_STALL,
  FAULT_SHORT,
  FAULT_CHUNKS,
  FAULT_UNPLUG_IN_READ, /* until it happened */
} Fault;

typedef enum
{
  NO_MISFORTUNE,
  UNPLUG,
  UNPLUG_HALF,
  UNPLUG_AFTER,
  SILENT,
  GARBLE,
  RESET,
} Misfortune;

struct _ThBenchReader
{
  ThUsbHost *host;
  ThBenchModule *module;
  const ThBenchLine *kind;
  gpointer line;
  Fault fault;
  guint misfortune_at; /* a command */
  Misfortune misfortune;
  guint pace;
  guint misfortunes;
  guint garbled;
  guint commands;
  guint power_ons; /* a reply under way belongs to the arrival that asked */
  guint orders;    /* how often it was told how to be */
};

typedef struct
{
  ThBenchReader *reader;
  GByteArray *frame;
  gsize sent;
  guint power_ons;
  guint orders;
  Misfortune misfortune;
} Reply;

static void
reply_free (gpointer data)
{
  Reply *reply = data;

  g_byte_array_unref (reply->frame);
  g_free (reply);
}

static gsize
end_of_reply (const Reply *reply)
{
  switch (reply->misfortune)
    {
    case UNPLUG:
    case SILENT:
      return 0;
    case UNPLUG_HALF:
    case RESET:
      /* Whole packets: a short one would end the transfer. */
      return reply->frame->len / 2 / CHUNK * CHUNK;
    case NO_MISFORTUNE:
    case UNPLUG_AFTER:
    case GARBLE:
      break;
    }
  return reply->frame->len;
}

/* The next piece. FALSE: that was the last. */
static gboolean
send_piece (Reply *reply, gsize end)
{
  static const guint sizes[] = { 1, 6, 13, 3, 40, 63, 9 };
  ThBenchReader *self = reply->reader;
  gsize whole = reply->frame->len;
  gsize n = end - reply->sent;
  gboolean ends = end == whole;

  if (self->fault == FAULT_SHORT)
    {
      n = MIN (n, sizes[reply->sent % G_N_ELEMENTS (sizes)]);
      ends = TRUE;
    }
  else if (self->fault == FAULT_CHUNKS || self->kind->chunk_ms > 0)
    {
      ends = ends && n <= CHUNK;
      n = MIN (n, CHUNK);
    }
  if (n > 0)
    self->kind->send (self->line, reply->frame->data + reply->sent, reply->sent, n, whole, ends);
  reply->sent += n;
  return reply->sent < end;
}

static gboolean reply_cb (gpointer data);

static void
schedule (Reply *reply, guint ms)
{
  g_timeout_add_full (G_PRIORITY_HIGH, ms * reply->reader->pace / 100, reply_cb, reply, NULL);
}

static void
befall (ThBenchReader *self, Misfortune misfortune)
{
  if (misfortune == UNPLUG || misfortune == UNPLUG_HALF || misfortune == UNPLUG_AFTER)
    self->kind->unplug (self->line);
  else if (misfortune == RESET)
    th_bench_reader_power_on (self);
  if (misfortune != NO_MISFORTUNE)
    self->misfortunes++;
}

static gboolean
reply_cb (gpointer data)
{
  Reply *reply = data;
  ThBenchReader *self = reply->reader;
  gboolean more = FALSE;
  guint pause_ms;
  gsize end;

  th_usb_host_lock (self->host);
  /* Told to be otherwise meanwhile: a cable that was to be pulled is not. */
  if (reply->orders != self->orders)
    reply->misfortune = NO_MISFORTUNE;
  end = end_of_reply (reply);
  pause_ms = self->kind->chunk_ms > 0 ? self->kind->chunk_ms : 1;
  if (reply->power_ons == self->power_ons)
    {
      more = reply->sent < end && send_piece (reply, end);
      while (more && self->fault == FAULT_SHORT)
        more = send_piece (reply, end);
      if (!more)
        befall (self, reply->misfortune);
    }
  th_usb_host_unlock (self->host);
  if (more)
    schedule (reply, pause_ms);
  else
    reply_free (reply);
  return G_SOURCE_REMOVE;
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

static guint
delay_of (const ThBenchReply *reply)
{
  if (!reply->good)
    return 2;
  switch (reply->command)
    {
    case TH_BENCH_READ:
    case TH_BENCH_READ_PRINTS:
      return 20;
    case TH_BENCH_FIND:
    case TH_BENCH_SELECT:
    case TH_BENCH_NUMBERS:
      return 4;
    default:
      return 2;
    }
}

static Misfortune
take_misfortune (ThBenchReader *self, const ThBenchReply *reply)
{
  Misfortune misfortune = self->misfortune;

  if (self->fault == FAULT_UNPLUG_IN_READ && reply->good
      && (reply->command == TH_BENCH_READ || reply->command == TH_BENCH_READ_PRINTS))
    {
      self->fault = FAULT_NONE;
      return UNPLUG_HALF;
    }
  if (!reply->good || reply->command != self->misfortune_at)
    return NO_MISFORTUNE;
  self->misfortune = NO_MISFORTUNE;
  self->misfortune_at = 0;
  return misfortune;
}

static void
replied_cb (gpointer user_data, const ThBenchReply *from_module)
{
  ThBenchReader *self = user_data;
  Reply *reply;

  self->commands++;
  if (self->fault == FAULT_SILENT)
    {
      g_byte_array_unref (from_module->frame);
      return;
    }
  reply = g_new0 (Reply, 1);
  reply->reader = self;
  reply->frame = from_module->frame;
  reply->power_ons = self->power_ons;
  reply->orders = self->orders;
  reply->misfortune = take_misfortune (self, from_module);
  if (self->fault == FAULT_GARBLE || reply->misfortune == GARBLE)
    garble (self, reply->frame);
  schedule (reply, delay_of (from_module));
}

gsize
th_bench_reader_take (ThBenchReader *self, const guint8 *bytes, gsize len, gboolean padded)
{
  if (self->fault == FAULT_STALL)
    return 0;
  if (len > 0)
    th_bench_module_take (self->module, bytes, len, padded);
  return len;
}

gboolean
th_bench_reader_is_stalled (ThBenchReader *self)
{
  return self->fault == FAULT_STALL;
}

void
th_bench_reader_power_on (ThBenchReader *self)
{
  self->power_ons++;
  th_bench_module_power_on (self->module);
}

gboolean
th_bench_reader_plug (ThBenchReader *self)
{
  return self->kind->plug (self->line);
}

gboolean
th_bench_reader_unplug (ThBenchReader *self)
{
  return self->kind->unplug (self->line);
}

gboolean
th_bench_reader_set_shape (ThBenchReader *self, const char *shape)
{
  return self->kind->set_shape != NULL && self->kind->set_shape (self->line, shape);
}

static int
index_of (const char *const *names, const char *name)
{
  for (int i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      return i;
  return -1;
}

gboolean
th_bench_reader_set_fault (ThBenchReader *self, const char *fault)
{
  static const char *const names[]
      = { "normal", "silent", "garble", "stall", "short", "chunks", "unplug-in-read", NULL };
  int i = index_of (names, fault);

  if (i < 0)
    return FALSE;
  self->fault = i;
  self->misfortune_at = 0;
  self->orders++;
  self->kind->kick (self->line);
  return TRUE;
}

gboolean
th_bench_reader_set_misfortune (ThBenchReader *self, const char *step, const char *what)
{
  static const char *const steps[]
      = { "status", "id", "find", "select", "read", "address", "reset", NULL };
  static const guint commands[]
      = { TH_BENCH_STATUS, TH_BENCH_ID,      TH_BENCH_FIND, TH_BENCH_SELECT,
          TH_BENCH_READ,   TH_BENCH_ADDRESS, TH_BENCH_RESET };
  static const char *const misfortunes[]
      = { "", "unplug", "unplug-half", "unplug-after", "silent", "garble", "reset", NULL };
  int command = index_of (steps, step), misfortune = index_of (misfortunes, what);

  if (command < 0 || misfortune < 1)
    return FALSE;
  self->misfortune_at = commands[command];
  self->misfortune = misfortune;
  return TRUE;
}

void
th_bench_reader_set_pace (ThBenchReader *self, guint percent)
{
  self->pace = percent;
}

guint
th_bench_reader_get_commands (ThBenchReader *self)
{
  return self->commands;
}

guint
th_bench_reader_get_misfortunes (ThBenchReader *self)
{
  return self->misfortunes;
}

ThBenchModule *
th_bench_reader_get_module (ThBenchReader *self)
{
  return self->module;
}

ThUsbHost *
th_bench_reader_get_host (ThBenchReader *self)
{
  return self->host;
}

ThBenchReader *
th_bench_reader_new (ThUsbHost *host)
{
  ThBenchReader *self = g_new0 (ThBenchReader, 1);

  self->host = host;
  self->pace = 100;
  self->module = th_bench_module_new (replied_cb, self);
  return self;
}

void
th_bench_reader_set_line (ThBenchReader *self, const ThBenchLine *kind, gpointer line)
{
  self->kind = kind;
  self->line = line;
}

void
th_bench_reader_free (ThBenchReader *self)
{
  self->kind->free (self->line);
  th_bench_module_free (self->module);
  g_free (self);
}
