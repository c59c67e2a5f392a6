/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/waiting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PACE_CALLS 25 /* intervals that make a pace */
#define LEAST_CALLS 5   /* before there is one */
#define LEAST_SCORES 8  /* with fewer a range of this level has no upper end */
#define SCORES 50       /* ratios that make a range */
#define MISS 0.15       /* of the ranges may be wrong */
#define STEP 0.03       /* how far one hit or miss moves the level */
#define SOFTEN_S 120.0  /* added to both sides of a ratio: a minute more matters little to a short wait */
#define STALL_CALLS 6.0 /* nobody called for so many intervals, and */
#define STALL_S 600.0   /* for so long: something has stopped */
#define ROUND_S 300
#define SHORT 2 /* people before somebody are hardly a queue */

static int
compare (gconstpointer a, gconstpointer b)
{
  double one = *(const double *) a, two = *(const double *) b;

  return one < two ? -1 : one > two;
}

/* Something has stopped: that says nothing of the pace before and after. */
static gboolean
is_stall (double idle_s, double pace_s)
{
  return idle_s > MAX (STALL_S, STALL_CALLS * pace_s);
}

/* Seconds from call to call while somebody waited, at @at_us; 0: not known. */
static double
pace_at (const ThWait *waits, guint n, gint64 at_us, guint *ret_called)
{
  double gaps[PACE_CALLS], sum = 0, middle;
  guint found = 0, counted = 0, called = n;

  while (called > 0 && waits[called - 1].called_us > at_us)
    called--;
  *ret_called = called;
  for (guint i = called; i > 1 && found < PACE_CALLS; i--)
    {
      const ThWait *before = &waits[i - 2], *wait = &waits[i - 1];

      if (wait->entered_us <= before->called_us) /* else nobody was there to be called */
        gaps[found++] = (double) (wait->called_us - before->called_us) / G_USEC_PER_SEC;
    }
  if (found < LEAST_CALLS)
    return 0;
  qsort (gaps, found, sizeof gaps[0], compare);
  middle = gaps[found / 2];
  for (guint i = 0; i < found; i++)
    if (!is_stall (gaps[i], middle))
      {
        sum += gaps[i];
        counted++;
      }
  return MAX (sum / counted, 1.0);
}

/* The wait as so many calls at the pace of @at_us; 0: not known. */
static double
predict (const ThWait *waits, guint n, gint64 at_us, guint ahead)
{
  guint called;
  double pace = pace_at (waits, n, at_us, &called);
  double idle_s;

  if (pace <= 0)
    return 0;
  idle_s = (double) (at_us - waits[called - 1].called_us) / G_USEC_PER_SEC;
  if (ahead > 0 && is_stall (idle_s, pace))
    return 0;
  return (ahead + 1) * pace;
}

/* Who stood before @waits[index] when they came. */
static guint
ahead_of (const ThWait *waits, guint n, guint index)
{
  gint64 at_us = waits[index].entered_us;
  guint ahead = 0;

  for (guint i = 0; i < n; i++)
    ahead += i != index && waits[i].entered_us <= at_us && waits[i].called_us > at_us
             && waits[i].called_us <= waits[index].called_us;
  return ahead;
}

/* Whether nobody was called for too long while @waits[index] waited. Nobody can foretell that, and it must not widen what is
 * foretold once calls go on. */
static gboolean
saw_stall (const ThWait *waits, guint index, double pace_s)
{
  gint64 entered_us = waits[index].entered_us;

  for (guint i = index; i > 0 && waits[i].called_us > entered_us; i--)
    {
      gint64 from_us = MAX (waits[i - 1].called_us, entered_us);

      if (is_stall ((double) (waits[i].called_us - from_us) / G_USEC_PER_SEC, pace_s))
        return TRUE;
    }
  return FALSE;
}

/* Whoever finds a free desk, or nearly, and whoever finds a queue: the two are foretold with different errors. */
static gboolean
is_queue (guint ahead)
{
  return ahead > SHORT;
}

/* One wait that was foretold, or could have been. */
typedef struct
{
  gint64 entered_us, called_us;
  double ratio; /* as it was, to as it was foretold; 0: it could not be, or is not of this kind */
} Score;

/* The ratios of the newest that were over at @at_us give the ends of a range that misses @miss of the time. */
static gboolean
quantiles (const Score *scores, guint n, gint64 at_us, double miss, double *ret_low, double *ret_high)
{
  double ratios[SCORES];
  guint found = 0;
  double rank;

  for (guint i = n; i > 0 && found < SCORES; i--)
    if (scores[i - 1].called_us <= at_us && scores[i - 1].ratio > 0)
      ratios[found++] = scores[i - 1].ratio;
  if (found < LEAST_SCORES)
    return FALSE;
  qsort (ratios, found, sizeof ratios[0], compare);
  rank = floor ((found + 1) * miss / 2);
  *ret_low = rank < 1 ? ratios[0] * 0.8 : ratios[(guint) rank - 1];
  rank = ceil ((found + 1) * (1 - miss / 2));
  *ret_high = rank > found ? ratios[found - 1] * 1.25 : ratios[(guint) rank - 1];
  return TRUE;
}

/* The level after every hit and miss so far. */
static double
follow_level (const Score *scores, guint n)
{
  double miss = MISS;

  for (guint i = 0; i < n; i++)
    {
      double low, high;
      gboolean missed;

      if (scores[i].ratio <= 0
          || !quantiles (scores, i, scores[i].entered_us, miss, &low, &high))
        continue;
      missed = scores[i].ratio < low || scores[i].ratio > high;
      miss = CLAMP (miss + STEP * (MISS - missed), 0.01, 0.25);
    }
  return miss;
}

gboolean
th_waiting_forecast (const ThWait *waits, guint n, gint64 now_us, guint ahead,
                     ThWaitRange *ret_range)
{
  Score scores[TH_WAITING_SAMPLES];
  double expected, low, high;
  int low_s, high_s;

  if (n > TH_WAITING_SAMPLES)
    {
      waits += n - TH_WAITING_SAMPLES;
      n = TH_WAITING_SAMPLES;
    }
  expected = predict (waits, n, now_us, ahead);
  if (expected <= 0)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      double waited_s = (double) (waits[i].called_us - waits[i].entered_us) / G_USEC_PER_SEC;
      guint others = ahead_of (waits, n, i);
      double foretold_s = is_queue (others) == is_queue (ahead)
                              ? predict (waits, n, waits[i].entered_us, others)
                              : 0;

      scores[i] = (Score){ .entered_us = waits[i].entered_us, .called_us = waits[i].called_us };
      if (foretold_s > 0 && !saw_stall (waits, i, foretold_s / (others + 1)))
        scores[i].ratio = (waited_s + SOFTEN_S) / (foretold_s + SOFTEN_S);
    }
  if (!quantiles (scores, n, now_us, follow_level (scores, n), &low, &high))
    return FALSE;
  low_s = (int) MAX (0, low * (expected + SOFTEN_S) - SOFTEN_S) / ROUND_S * ROUND_S;
  high_s = ((int) MAX (0, high * (expected + SOFTEN_S) - SOFTEN_S) / ROUND_S + 1) * ROUND_S;
  *ret_range = (ThWaitRange){ .low_s = low_s, .high_s = MAX (high_s, low_s + ROUND_S) };
  return TRUE;
}

void
th_wait_score_add (ThWaitScore *score, const ThWaitRange *range, gint64 waited_us)
{
  if (range == NULL)
    {
      score->untold++;
      return;
    }
  score->told++;
  score->hits += waited_us >= range->low_s * (gint64) G_USEC_PER_SEC
                 && waited_us <= range->high_s * (gint64) G_USEC_PER_SEC;
  score->width_s += range->high_s - range->low_s;
}
