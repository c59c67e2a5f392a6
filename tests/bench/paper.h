/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What printer bytes become on paper: an ESC/POS decoder of its own, which shares nothing with
 * drivers/escpos. It knows GS v 0, ESC @, ESC J, ESC d, ESC 2, ESC 3, ESC a, LF, CR, NUL, GS V and
 * the real-time commands; a byte that belongs to none of them is drawn as a crossed box and counted.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ThBenchPaper ThBenchPaper;

#define TH_BENCH_ASKED_AUTOMATIC 0x61 /* GS a, in its turn */

/* DLE EOT @n between two commands: the answer is due at once, printing or not. */
typedef void (*ThBenchAsked) (gpointer user_data, guint8 n);

/* @width_dots: of the head, a multiple of 8. */
ThBenchPaper *th_bench_paper_new (guint width_dots, ThBenchAsked asked, gpointer user_data);
void th_bench_paper_free (ThBenchPaper *self);
void th_bench_paper_set_width (ThBenchPaper *self, guint width_dots); /* from the next slip on */

/* Receives without printing. Real-time commands are served here. */
void th_bench_paper_receive (ThBenchPaper *self, const guint8 *bytes, gsize len);
gsize th_bench_paper_get_unprinted (ThBenchPaper *self); /* bytes received, waiting for paper */
void th_bench_paper_print (ThBenchPaper *self);
void th_bench_paper_reset (ThBenchPaper *self); /* forgets what was received and not printed */

/*
 * A slip is what was cut off, or fed out by 10 mm or more, with something printed on it; blank
 * pieces do not count.
 */
guint th_bench_paper_get_slips (ThBenchPaper *self);
guint th_bench_paper_get_garbage (ThBenchPaper *self);

/**
 * th_bench_paper_draw:
 * @number: from 1; get_slips() + 1 is what is still in the printer
 *
 * PNG, one pixel a dot, with the margins of the paper. %FALSE with @error when there is no such slip.
 */
gboolean th_bench_paper_draw (ThBenchPaper *self, guint number, const char *path, GError **error);

G_END_DECLS
