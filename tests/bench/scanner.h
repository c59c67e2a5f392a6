/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A code scanner: as a serial device (a pseudo-terminal), or as a keyboard (a pseudo-terminal that
 * carries input events, and answers what evdev is asked). Of the main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ThBenchScanner ThBenchScanner;

ThBenchScanner *th_bench_scanner_new (gpointer testbed, gboolean keyboard); /* unplugged */
void th_bench_scanner_free (ThBenchScanner *self);
const char *th_bench_scanner_get_path (ThBenchScanner *self);
gboolean th_bench_scanner_plug (ThBenchScanner *self);   /* FALSE: it is */
gboolean th_bench_scanner_unplug (ThBenchScanner *self); /* FALSE: it was not */
/* @whole: with its end (CR, Enter). FALSE: not plugged in, or a keyboard has no key for it. */
gboolean th_bench_scanner_scan (ThBenchScanner *self, const char *text, gboolean whole);
gboolean th_bench_scanner_is_grabbed (ThBenchScanner *self);

G_END_DECLS
