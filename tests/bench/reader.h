/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An emulated card reader: a SAM-V module (samv-module.h) at the end of a USB cable or a serial
 * line, with the time it takes, and faults. Everything but the constructors, plug and free is called
 * with the host's lock held.
 */
#pragma once

#include "tests/bench/samv-module.h"
#include "tests/bench/usb-host.h"

G_BEGIN_DECLS

typedef struct _ThBenchReader ThBenchReader;

/* Unplugged; by USB it is 0400:c35a with one pair of pipes. */
ThBenchReader *th_bench_reader_new_usb (ThUsbHost *host);
/* @path: of the serial port while it is plugged in, for programs on the bench. 115200 8N1. */
ThBenchReader *th_bench_reader_new_serial (ThUsbHost *host, const char *path);
void th_bench_reader_free (ThBenchReader *self);

ThBenchModule *th_bench_reader_get_module (ThBenchReader *self);
ThUsbHost *th_bench_reader_get_host (ThBenchReader *self);

gboolean th_bench_reader_plug (ThBenchReader *self);   /* FALSE: it is. Without the lock */
gboolean th_bench_reader_unplug (ThBenchReader *self); /* FALSE: it was not */

/* "whole" (one pair of pipes), "split" (two pairs), "hid" (reports, 2b8b:2721). FALSE: it has no
 * such shape, or is plugged in. */
gboolean th_bench_reader_set_shape (ThBenchReader *self, const char *shape);

/* "normal", "silent", "garble", "stall", "short" (replies in pieces, each ended by a short packet),
 * "chunks" (in pieces of 64 bytes, with pauses), "unplug-in-read". FALSE: no such fault. */
gboolean th_bench_reader_set_fault (ThBenchReader *self, const char *fault);

/**
 * th_bench_reader_set_misfortune:
 * @step: "status", "id", "find", "select", "read", "address", "reset": the next time that the module
 *   has a good answer to that
 * @what: "unplug" (without the answer), "unplug-half", "unplug-after", "silent", "garble", "reset"
 *   (half of the answer, then the module starts anew)
 *
 * Returns: %FALSE when there is no such step or misfortune.
 */
gboolean th_bench_reader_set_misfortune (ThBenchReader *self, const char *step, const char *what);

/* Of the time that an answer takes; 100 at the start. 0: all at once. */
void th_bench_reader_set_pace (ThBenchReader *self, guint percent);

guint th_bench_reader_get_commands (ThBenchReader *self); /* answered since the start */
guint th_bench_reader_get_misfortunes (ThBenchReader *self);

/* --- between a reader and what it hangs on --- */

/**
 * ThBenchLine:
 * @send: @len bytes of a reply of @whole bytes, from @at on. @ends: as th_usb_port_send() has it
 */
typedef struct
{
  gboolean (*plug) (gpointer line);
  gboolean (*unplug) (gpointer line);
  gboolean (*set_shape) (gpointer line, const char *shape);
  void (*send) (gpointer line, const guint8 *bytes, gsize at, gsize len, gsize whole,
                gboolean ends);
  void (*kick) (gpointer line); /* it may take more now */
  void (*free) (gpointer line);
  guint chunk_ms; /* that 64 bytes take on the line; 0: too little to count */
} ThBenchLine;

ThBenchReader *th_bench_reader_new (ThUsbHost *host);
void th_bench_reader_set_line (ThBenchReader *self, const ThBenchLine *kind, gpointer line);
/* How many of @bytes the reader takes now. */
gsize th_bench_reader_take (ThBenchReader *self, const guint8 *bytes, gsize len, gboolean padded);
void th_bench_reader_power_on (ThBenchReader *self);
gboolean th_bench_reader_is_stalled (ThBenchReader *self);

G_END_DECLS
