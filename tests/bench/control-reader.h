/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands for readers and the cards on them: README.md has the list. */
#pragma once

#include <gio/gio.h>

#include "tests/bench/reader.h"

G_BEGIN_DECLS

/* "plug", "unplug", "shape", … Takes the host's lock itself. */
gboolean th_bench_reader_command (ThBenchReader *reader, char **words, GString *reply,
                                  GError **error);
/* "put", "lift", "status", … With the lock held. */
gboolean th_bench_card_command (ThBenchReader *reader, char **words, GString *reply,
                                GError **error);

G_END_DECLS
