/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forecasts of waiting on simulated days, beside a rolling average: a table. */
#include <locale.h>

#include "tests/waiting-days.h"

#define DAYS 50

static double
percent (guint part, guint whole)
{
  return whole > 0 ? 100.0 * part / whole : 0;
}

int
main (void)
{
  gint64 start_us = g_get_monotonic_time ();
  guint n = 0;

  setlocale (LC_ALL, "C.UTF-8");
  g_print ("\n### Waiting time foretold: %d simulated days of each kind\n\n"
           "| day | told | came true | width, min | the last ten ± 5 min came true |\n"
           "|---|---|---|---|---|\n",
           DAYS);
  for (guint i = 0; i < G_N_ELEMENTS (sim_days); i++)
    {
      ThWaitScore ours = { 0 }, theirs = { 0 };

      for (guint32 seed = 1; seed <= DAYS; seed++)
        sim_run (&sim_days[i], seed, &ours, &theirs);
      n += ours.told + ours.untold;
      g_print ("| %s | %.0f %% | %.1f %% | %.1f | %.1f %% |\n", sim_days[i].name,
               percent (ours.told, ours.told + ours.untold), percent (ours.hits, ours.told),
               ours.told > 0 ? (double) ours.width_s / ours.told / 60 : 0,
               percent (theirs.hits, theirs.told));
    }
  g_print ("\nA forecast takes %.0f µs.\n",
           (double) (g_get_monotonic_time () - start_us) / MAX (n, 1));
  return 0;
}
