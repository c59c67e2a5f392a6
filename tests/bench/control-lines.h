/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands for what hangs on GPIO lines beside the thermometer: README.md has the list. */
#pragma once

#include <gio/gio.h>

#include "tests/bench/gpio-state.h"

G_BEGIN_DECLS

gboolean th_bench_lamps_command (ThBenchGpio *gpio, char **words, GString *reply, GError **error);
gboolean th_bench_key_command (ThBenchGpio *gpio, char **words, GString *reply, GError **error);
gboolean th_bench_ranger_command (ThBenchGpio *gpio, char **words, GString *reply, GError **error);

G_END_DECLS
