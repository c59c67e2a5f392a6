/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A device that has the reader's vendor id and the reader's pipes, and is none: 0400:c359. */
#pragma once

#include "tests/bench/usb-host.h"

G_BEGIN_DECLS

typedef struct _ThBenchStranger ThBenchStranger;

ThBenchStranger *th_bench_stranger_new (ThUsbHost *host); /* unplugged */
void th_bench_stranger_free (ThBenchStranger *self);
ThUsbPort *th_bench_stranger_get_port (ThBenchStranger *self);
guint th_bench_stranger_get_bytes (ThBenchStranger *self); /* that somebody sent it */

G_END_DECLS
