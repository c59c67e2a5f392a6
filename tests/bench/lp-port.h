/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /dev/usb/lp0: a slip printer behind Linux's usblp, as a pseudo-terminal that answers LPGETSTATUS. Of the main thread. */
#pragma once

#include "tests/bench/paper.h"

G_BEGIN_DECLS

typedef struct _ThBenchLpPort ThBenchLpPort;

ThBenchLpPort *th_bench_lp_port_new (gpointer testbed); /* unplugged, status 18: all is well */
void th_bench_lp_port_free (ThBenchLpPort *self);
gboolean th_bench_lp_port_plug (ThBenchLpPort *self);   /* FALSE: it is */
gboolean th_bench_lp_port_unplug (ThBenchLpPort *self); /* FALSE: it was not */
/* The byte of LPGETSTATUS; -1: this kernel does not offer it. */
void th_bench_lp_port_set_status (ThBenchLpPort *self, int status);
void th_bench_lp_port_hold (ThBenchLpPort *self, gboolean hold); /* takes nothing, until not */
ThBenchPaper *th_bench_lp_port_get_paper (ThBenchLpPort *self);

G_END_DECLS
