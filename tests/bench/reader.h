/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An emulated SAM-V card reader, 0400:C35A, the shape with two bulk endpoints and whole frames.
 * Everything but the constructor is called with the host's lock held.
 */
#pragma once

#include "tests/bench/usb-host.h"

G_BEGIN_DECLS

typedef struct _ThBenchReader ThBenchReader;

ThBenchReader *th_bench_reader_new (ThUsbHost *host);
void th_bench_reader_free (ThBenchReader *self);
ThUsbPort *th_bench_reader_get_port (ThBenchReader *self);

/* @reply: what the reader answers to "read base", a whole frame of 1295 bytes; it is not looked at. */
void th_bench_reader_put (ThBenchReader *self, const guint8 *reply, gsize len);
gboolean th_bench_reader_lift (ThBenchReader *self); /* %FALSE: there was none */

/* Status byte with which the card on the plate, and every later one, fails; 0: none. */
void th_bench_reader_set_card_status (ThBenchReader *self, guint8 status);

/* "normal", "silent", "garble", "stall", "unplug-in-read". %FALSE: no such fault. */
gboolean th_bench_reader_set_fault (ThBenchReader *self, const char *fault);

/* Commands answered, and good reads among them, since the start. */
guint th_bench_reader_get_commands (ThBenchReader *self);
guint th_bench_reader_get_reads (ThBenchReader *self);

G_END_DECLS
