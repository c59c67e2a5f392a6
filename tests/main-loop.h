/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A main loop that runs for a while, or until something is so. The includer says how long is a hang: LIMIT_MS. */
#pragma once

#include <glib.h>

static inline gboolean
timeout_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until @condition, at most LIMIT_MS. */
#define wait_for(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gboolean late_ = FALSE;                                                                        \
    guint id_ = g_timeout_add (LIMIT_MS, timeout_cb, &late_);                                      \
                                                                                                   \
    while (!(condition) && !late_)                                                                 \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (id_);                                                                         \
    g_assert_true (condition);                                                                     \
  }                                                                                                \
  G_STMT_END

static inline void
run_ms (guint ms)
{
  gboolean over = FALSE;
  guint id = g_timeout_add (ms, timeout_cb, &over);

  while (!over)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}
