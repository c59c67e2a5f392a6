/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands for the sensor's other two ways: its pulses, and the kernel's drivers. */
#pragma once

#include "tests/bench/control.h"

G_BEGIN_DECLS

/* @words: what follows "pwm" or "iio", which stands first. */
gboolean th_bench_pwm_command (ThBench *bench, char **words, GError **error);
gboolean th_bench_iio_command (ThBench *bench, char **words, GError **error);

G_END_DECLS
