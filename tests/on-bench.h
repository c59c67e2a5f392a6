/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a test program on the bench. The program is started twice: the first process starts the
 * bench (its path comes in the environment variable TH_BENCH) in a directory of its own and then
 * itself again by `threshold-bench run`; that second process has the emulated hardware and runs the
 * tests.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Call first in main(). TRUE: this is the second process, go on. FALSE: all is done, return
 * @ret_status. */
gboolean on_bench (int argc, char **argv, int *ret_status);

/* Where the bench has its files; for the second process. */
const char *bench_dir (void);

/* The bench's answer without "ok". (transfer full) */
char *bench_ask (const char *command);

/* Sends a command line to the bench (see tests/bench/README.md); fails the test unless it says ok.
 */
void bench_tell (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* The same for what may already be so ("card lift" from an empty plate is refused). */
void bench_make_sure (const char *command);

/* Runs the default main context until @condition is TRUE; fails the test after @limit_ms. */
/* Limits are the product's promise. They are held to it in the long suite; a shared, sanitized machine that runs the
 * short one only has to show that nothing hangs. */
#define WAIT_SCALE (g_test_slow () ? 1 : 5)

#define wait_until(limit_ms, condition)                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 until_us_ = g_get_monotonic_time () + (gint64)(limit_ms)*1000 * WAIT_SCALE;             \
    guint tick_ = g_timeout_add (10, wait_tick, NULL);                                             \
                                                                                                   \
    while (!(condition) && g_get_monotonic_time () < until_us_)                                    \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (tick_);                                                                       \
    g_assert_true (condition);                                                                     \
  }                                                                                                \
  G_STMT_END

gboolean wait_tick (gpointer data);

G_END_DECLS
