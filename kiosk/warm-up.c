/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/warm-up.h"

#include <string.h>

#define MINUTE_US (G_GINT64_CONSTANT (60000000))
#define GAP_US (10 * G_USEC_PER_SEC)
#define FEWEST_LOOKS 10 /* in a minute, for its mean to say anything */

void
th_warm_up_init (ThWarmUp *warm_up, guint minutes)
{
  *warm_up = (ThWarmUp){ .needed_us = minutes * MINUTE_US };
}

static void
begin_minute (ThWarmUp *warm_up, gint64 boot_us)
{
  warm_up->minute_us = boot_us;
  warm_up->sum_mc = 0;
  warm_up->n_looks = 0;
}

static gboolean
is_steady (const ThWarmUp *warm_up)
{
  if (warm_up->n_minutes <= TH_WARM_UP_STEADY_MIN)
    return FALSE;
  for (guint i = 1; i < warm_up->n_minutes; i++)
    if (ABS (warm_up->minutes_mc[i] - warm_up->minutes_mc[i - 1]) >= TH_WARM_UP_DRIFT_MC)
      return FALSE;
  return TRUE;
}

static void
end_minute (ThWarmUp *warm_up)
{
  if (warm_up->n_looks < FEWEST_LOOKS)
    {
      warm_up->n_minutes = 0;
      return;
    }
  if (warm_up->n_minutes == G_N_ELEMENTS (warm_up->minutes_mc))
    {
      warm_up->n_minutes--;
      memmove (warm_up->minutes_mc, warm_up->minutes_mc + 1,
               warm_up->n_minutes * sizeof warm_up->minutes_mc[0]);
    }
  warm_up->minutes_mc[warm_up->n_minutes++] = (int) (warm_up->sum_mc / warm_up->n_looks);
  warm_up->warm = warm_up->warm || is_steady (warm_up);
}

void
th_warm_up_look (ThWarmUp *warm_up, int die_mc, gint64 boot_us)
{
  if (warm_up->minute_us == 0 || boot_us <= warm_up->look_us ||
      boot_us - warm_up->look_us > GAP_US)
    {
      warm_up->n_minutes = 0;
      begin_minute (warm_up, boot_us);
    }
  else if (boot_us - warm_up->minute_us >= MINUTE_US)
    {
      end_minute (warm_up);
      begin_minute (warm_up, boot_us);
    }
  warm_up->look_us = boot_us;
  warm_up->sum_mc += die_mc;
  warm_up->n_looks++;
}

void
th_warm_up_away (ThWarmUp *warm_up, gint64 boot_us)
{
  if (warm_up->away_us == 0)
    warm_up->away_us = boot_us;
}

void
th_warm_up_back (ThWarmUp *warm_up, gint64 boot_us)
{
  if (warm_up->away_us != 0 && boot_us - warm_up->away_us >= TH_WARM_UP_AWAY_US)
    {
      warm_up->since_us = boot_us;
      warm_up->warm = FALSE;
      warm_up->minute_us = 0;
      warm_up->n_minutes = 0;
    }
  warm_up->away_us = 0;
}

gboolean
th_warm_up_is_warm (ThWarmUp *warm_up, gint64 boot_us)
{
  if (boot_us - warm_up->since_us >= warm_up->needed_us)
    warm_up->warm = TRUE;
  return warm_up->warm;
}

guint
th_warm_up_minutes_left (ThWarmUp *warm_up, gint64 boot_us)
{
  gint64 left_us = warm_up->since_us + warm_up->needed_us - boot_us;

  if (th_warm_up_is_warm (warm_up, boot_us))
    return 0;
  return (guint) ((left_us + MINUTE_US - 1) / MINUTE_US);
}
