/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An emulated ESC/POS slip printer, 04b8:0e03, printer class with bulk endpoints both ways. Has its
 * own power: pulling the USB cable leaves a half received command where it is.
 * Everything but the constructor is called with the host's lock held.
 */
#pragma once

#include "tests/bench/paper.h"
#include "tests/bench/usb-host.h"

G_BEGIN_DECLS

typedef struct _ThBenchPrinter ThBenchPrinter;

typedef enum
{
  TH_BENCH_ROLL_FULL,
  TH_BENCH_ROLL_LOW,
  TH_BENCH_ROLL_OUT,
} ThBenchRoll;

/* @changed: bytes were taken or a slip came out; on the main thread, without the lock. */
ThBenchPrinter *th_bench_printer_new (ThUsbHost *host, GSourceFunc changed, gpointer user_data);
void th_bench_printer_free (ThBenchPrinter *self);
ThUsbPort *th_bench_printer_get_port (ThBenchPrinter *self);
ThBenchPaper *th_bench_printer_get_paper (ThBenchPrinter *self);

/* "normal", "silent", "mute", "garble", "stall", "jam", "hot", "automatic". %FALSE: no such fault. */
gboolean th_bench_printer_set_fault (ThBenchPrinter *self, const char *fault);
void th_bench_printer_hold (ThBenchPrinter *self, guint64 bytes);
void th_bench_printer_release (ThBenchPrinter *self);
/* @power_off: switched off instead: it forgets what it had not printed yet. */
void th_bench_printer_unplug_after (ThBenchPrinter *self, guint64 bytes, gboolean power_off);
void th_bench_printer_set_roll (ThBenchPrinter *self, ThBenchRoll roll);
void th_bench_printer_out_after (ThBenchPrinter *self, guint64 bytes);
void th_bench_printer_set_cover (ThBenchPrinter *self, gboolean open);
guint64 th_bench_printer_get_bytes (ThBenchPrinter *self); /* taken since the start */

G_END_DECLS
