/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thermometer that a driver of the kernel reads: attributes in the testbed's /sys, as files. */
#pragma once

#include "tests/bench/gpio-state.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ThBenchIio ThBenchIio;

typedef enum
{
  TH_BENCH_IIO_NORMAL,
  TH_BENCH_IIO_BROKEN, /* reading the object's temperature fails: EIO */
  TH_BENCH_IIO_SAYS,   /* the object's attribute has this text */
} ThBenchIioFault;

/* @root: the testbed's. It starts unplugged, and shows the temperatures of @gpio. */
ThBenchIio *th_bench_iio_new (const char *root, ThBenchGpio *gpio);
void th_bench_iio_free (ThBenchIio *self);

/* @model: "mlx90614" or "mlx90632". FALSE: neither, or it is plugged in already. */
gboolean th_bench_iio_plug (ThBenchIio *self, const char *model);
gboolean th_bench_iio_unplug (ThBenchIio *self); /* FALSE: it was not plugged in */
void th_bench_iio_set_fault (ThBenchIio *self, ThBenchIioFault fault, const char *text);
void th_bench_iio_set_emissivity (ThBenchIio *self, const char *text);

/* The temperatures have changed. */
void th_bench_iio_update (ThBenchIio *self);

G_END_DECLS
