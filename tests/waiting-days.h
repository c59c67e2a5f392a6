/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days of a site, simulated and the same for each seed: who comes when, and when a desk calls them. What is foretold to
 * each is scored beside what many displays show: the average of the last ten waits, five minutes more or less. */
#pragma once

#include <glib.h>
#include <math.h>

#include "kiosk/waiting.h"

#define MINUTE ((gint64) 60 * G_USEC_PER_SEC)
#define DAY_MAX 600

typedef struct
{
  const char *name;
  double per_hour;      /* arrivals, from the first minute to the 480th */
  guint at_opening;     /* who stand there at 0, and come within the first ten minutes */
  guint desks;
  int closed_from, closed_to; /* minutes in which the last desk is closed */
  int break_from, break_to;   /* in which nobody is called: no vaccine */
  guint batch, batches;       /* a coach brings so many, so often */
} SimDay;

static const SimDay sim_days[] = {
  { .name = "quiet", .per_hour = 14, .desks = 2 },
  { .name = "rush at opening", .per_hour = 12, .at_opening = 60, .desks = 2 },
  { .name = "a desk closed", .per_hour = 27, .desks = 3, .closed_from = 120, .closed_to = 300 },
  { .name = "stock break", .per_hour = 24, .desks = 2, .break_from = 150, .break_to = 195 },
  { .name = "batch arrivals", .per_hour = 10, .desks = 2, .batch = 25, .batches = 4 },
};

static inline double
sim_service_min (GRand *rand)
{
  /* About four minutes at a desk; now and then a long talk. */
  double u = 1 - g_rand_double (rand), v = g_rand_double (rand);

  return 3.6 * exp (0.45 * sqrt (-2 * log (u)) * cos (2 * G_PI * v));
}

static inline int
sim_compare (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *) a, two = *(const gint64 *) b;

  return one < two ? -1 : one > two;
}

static inline guint
sim_arrivals (const SimDay *day, GRand *rand, gint64 ret_at_us[DAY_MAX])
{
  guint n = 0;

  for (guint i = 0; i < day->at_opening; i++)
    ret_at_us[n++] = (gint64) (g_rand_double (rand) * 10 * (double) MINUTE);
  for (double at = 0; at < 480 && n < DAY_MAX - 1;)
    {
      at += -log (1 - g_rand_double (rand)) * 60 / day->per_hour;
      if (at < 480)
        ret_at_us[n++] = (gint64) (at * (double) MINUTE);
    }
  for (guint i = 0; i < day->batches; i++)
    {
      gint64 at = (gint64) ((40 + i * 100 + g_rand_double (rand) * 40) * (double) MINUTE);

      for (guint k = 0; k < day->batch && n < DAY_MAX; k++)
        ret_at_us[n++] = at + (gint64) (g_rand_double (rand) * 3 * (double) MINUTE);
    }
  qsort (ret_at_us, n, sizeof ret_at_us[0], sim_compare);
  return n;
}

/* From when on a desk can call again. */
static inline gint64
sim_open_us (const SimDay *day, guint desk, gint64 at_us)
{
  if (day->break_to > 0 && at_us >= day->break_from * MINUTE && at_us < day->break_to * MINUTE)
    at_us = day->break_to * MINUTE;
  if (desk + 1 == day->desks && day->closed_to > 0 && at_us >= day->closed_from * MINUTE
      && at_us < day->closed_to * MINUTE)
    at_us = day->closed_to * MINUTE;
  return at_us;
}

/* When each is called, in the order they came. */
static inline void
sim_calls (const SimDay *day, GRand *rand, const gint64 *arrivals, guint n, gint64 *ret_called_us)
{
  gint64 free_us[8] = { 0 };

  for (guint i = 0; i < n; i++)
    {
      guint best = 0;
      gint64 best_us = G_MAXINT64;

      for (guint desk = 0; desk < day->desks; desk++)
        {
          gint64 at_us = sim_open_us (day, desk, MAX (free_us[desk], arrivals[i]));

          if (at_us < best_us)
            {
              best = desk;
              best_us = at_us;
            }
        }
      ret_called_us[i] = best_us;
      free_us[best] = best_us + (gint64) (sim_service_min (rand) * (double) MINUTE);
    }
}

/* The average of the last ten waits that are over, as many displays show it. */
static inline gboolean
sim_average (const ThWait *waits, guint n, ThWaitRange *ret_range)
{
  double sum = 0;

  if (n < 10)
    return FALSE;
  for (guint i = n - 10; i < n; i++)
    sum += (double) (waits[i].called_us - waits[i].entered_us) / G_USEC_PER_SEC / 10;
  *ret_range = (ThWaitRange){ .low_s = (int) MAX (0, sum - 300), .high_s = (int) sum + 300 };
  return TRUE;
}

/* A day: each person is told a range as they come, and called later. */
static inline void
sim_run (const SimDay *day, guint32 seed, ThWaitScore *ours, ThWaitScore *theirs)
{
  GRand *rand = g_rand_new_with_seed (seed);
  gint64 arrivals[DAY_MAX], called[DAY_MAX];
  guint n = sim_arrivals (day, rand, arrivals);
  ThWait waits[DAY_MAX];
  guint over = 0;

  sim_calls (day, rand, arrivals, n, called);
  for (guint i = 0; i < n; i++)
    {
      ThWaitRange range;

      /* Calls go in the order of arrival: who was called by now is a head of the list. */
      while (over < i && called[over] <= arrivals[i])
        {
          waits[over] = (ThWait){ .entered_us = arrivals[over], .called_us = called[over] };
          over++;
        }
      th_wait_score_add (
          ours, th_waiting_forecast (waits, over, arrivals[i], i - over, &range) ? &range : NULL,
          called[i] - arrivals[i]);
      th_wait_score_add (theirs, sim_average (waits, over, &range) ? &range : NULL,
                         called[i] - arrivals[i]);
    }
  g_rand_free (rand);
}
