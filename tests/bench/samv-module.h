/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The SAM-V module of an emulated reader: bytes of commands in, replies out, and a card on its
 * plate. It knows neither cables nor time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  TH_BENCH_RESET = 0x10ff,
  TH_BENCH_STATUS = 0x11ff,
  TH_BENCH_ID = 0x12ff,
  TH_BENCH_FIND = 0x2001,
  TH_BENCH_SELECT = 0x2002,
  TH_BENCH_READ = 0x3001,
  TH_BENCH_ADDRESS = 0x3003,
  TH_BENCH_NUMBERS = 0x3005,
  TH_BENCH_READ_PRINTS = 0x3010,
  TH_BENCH_RADIO = 0x61ff,
} ThBenchCommand;

/* @command: 0 for one that was none. @good: it did what was asked for; find found a card. */
typedef struct
{
  guint command;
  gboolean good;
  GByteArray *frame; /* owned by whoever gets it */
} ThBenchReply;

typedef void (*ThBenchReplied) (gpointer user_data, const ThBenchReply *reply);

typedef struct _ThBenchModule ThBenchModule;

ThBenchModule *th_bench_module_new (ThBenchReplied replied, gpointer user_data);
void th_bench_module_free (ThBenchModule *self);

/* @padded: what follows a command in @bytes is filling. May reply, from inside. */
void th_bench_module_take (ThBenchModule *self, const guint8 *bytes, gsize len, gboolean padded);
void th_bench_module_power_on (ThBenchModule *self); /* or a reset by itself */

/* What "read" answers: a whole frame; it is not looked at. */
void th_bench_module_put (ThBenchModule *self, const guint8 *reply, gsize len);
gboolean th_bench_module_lift (ThBenchModule *self); /* FALSE: there was none */

/* Of the card that lies there and every later one. @status: with which it fails; 0: it does not. */
void th_bench_module_set_card_status (ThBenchModule *self, guint8 status);
void th_bench_module_set_prints (ThBenchModule *self, gboolean has_prints);
/* Up to 35 characters; %NULL: no address was appended. FALSE: too long. */
gboolean th_bench_module_set_address (ThBenchModule *self, const char *address);

/* Status with which the module answers everything (60, 66: it is out of service); 0: it works. */
void th_bench_module_set_status (ThBenchModule *self, guint8 status);
/* A plain read is answered with fingerprints too. */
void th_bench_module_set_always_prints (ThBenchModule *self, gboolean always);

guint th_bench_module_get_reads (ThBenchModule *self); /* good ones */

G_END_DECLS
