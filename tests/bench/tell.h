/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The other end of the bench's control socket, for tests, scripts and the window. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * th_bench_tell:
 * @path: DIR/control
 * @command: one line, see README.md
 *
 * Waits for the answer: "wait" commands answer late.
 *
 * Returns: one line that begins with "ok" or "error", without its end; %NULL when the bench is gone.
 */
char *th_bench_tell (const char *path, const char *command, GError **error);

G_END_DECLS
