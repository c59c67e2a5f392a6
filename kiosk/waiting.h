/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long somebody will wait, as a range that is right more often than eight times in ten, from the waits of those who were called last in
 * the same zone and lane; or that nobody knows yet. Pure: no clock, no file.
 *
 * A wait is foretold as so many calls at the present pace. How far that was off for those called lately, as a ratio, gives
 * the range: its empirical quantiles with the correction for few samples (split conformal prediction), at a level that is
 * moved with each hit and miss (adaptive conformal inference, Gibbs and Candès 2021), so that the range widens by itself
 * on a day that goes otherwise than the last.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TH_WAITING_SAMPLES 150 /* more are of no use */

/* One wait that is over. */
typedef struct
{
  gint64 entered_us; /* wall clock */
  gint64 called_us;  /* not before that */
} ThWait;

typedef struct
{
  int low_s, high_s; /* whole minutes, in steps of five; low < high */
} ThWaitRange;

/**
 * th_waiting_forecast:
 * @waits: the newest, by called_us, oldest first; of one zone and lane
 * @ahead: how many wait there before the person
 *
 * FALSE: it is not known yet: too few were called, or those before the person wait for a call that does not come.
 */
gboolean th_waiting_forecast (const ThWait *waits, guint n, gint64 now_us, guint ahead,
                              ThWaitRange *ret_range);

/* How forecasts came true. */
typedef struct
{
  guint told, hits, untold;
  gint64 width_s; /* of all that were told, together */
} ThWaitScore;

/* @range: (nullable): nothing was foretold. */
void th_wait_score_add (ThWaitScore *score, const ThWaitRange *range, gint64 waited_us);

G_END_DECLS
