/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bench's commands, one line each over DIR/control: README.md has the list. */
#pragma once

#include <gio/gio.h>

#include "tests/bench/gpio-state.h"
#include "tests/bench/iio.h"
#include "tests/bench/printer.h"
#include "tests/bench/reader.h"
#include "tests/bench/lp-port.h"
#include "tests/bench/scanner.h"
#include "tests/bench/stranger.h"
#include "tests/bench/usb-host.h"

G_BEGIN_DECLS

typedef struct _ThBenchControl ThBenchControl;

/* What the commands work on; owned by main. */
typedef struct
{
  ThUsbHost *usb;
  ThBenchReader *reader;
  ThBenchReader *reader2;
  ThBenchReader *serial_reader;
  ThBenchStranger *stranger;
  ThBenchPrinter *printer;
  ThBenchLpPort *lp;
  ThBenchScanner *scanner;  /* serial */
  ThBenchScanner *keyboard; /* the other kind */
  ThBenchGpio *gpio;
  ThBenchIio *iio;
  GMainLoop *loop; /* ended by "quit" */
} ThBench;

/* Listens on @path at once. */
ThBenchControl *th_bench_control_new (ThBench *bench, const char *path, GError **error);
/* Bytes or slips came: somebody may wait for them. */
void th_bench_control_changed (ThBenchControl *self);
void th_bench_control_free (ThBenchControl *self);

G_END_DECLS
