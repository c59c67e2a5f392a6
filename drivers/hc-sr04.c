/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/hc-sr04.h"

#define NS_PER_MM 5800 /* 58 us for each centimetre */
/* The echo rises half a millisecond after the shot; other makes take longer. */
#define RISE_LIMIT_NS (5 * 1000 * 1000)
#define STAY_MM 20
#define FRESH_US G_USEC_PER_SEC

ThEcho
th_hc_sr04_decode (const ThGpioEdge *edges, guint n, gint64 shot_ns, guint *ret_mm)
{
  gint64 wide_ns;

  if (n == 0)
    return TH_ECHO_SILENT;
  if (n != 2 || !edges[0].active || edges[1].active || edges[0].index != edges[1].index ||
      edges[1].line_seqno != edges[0].line_seqno + 1 || edges[0].time_ns < shot_ns ||
      edges[0].time_ns - shot_ns > RISE_LIMIT_NS || edges[1].time_ns <= edges[0].time_ns)
    return TH_ECHO_BROKEN;

  wide_ns = edges[1].time_ns - edges[0].time_ns;
  if (wide_ns < (gint64) TH_HC_SR04_NEAREST_MM * NS_PER_MM ||
      wide_ns > (gint64) TH_HC_SR04_FARTHEST_MM * NS_PER_MM)
    return TH_ECHO_NOTHING;
  *ret_mm = (guint) (wide_ns / NS_PER_MM);
  return TH_ECHO_DISTANCE;
}

void
th_range_init (ThRange *range, guint near_mm, guint far_mm)
{
  *range = (ThRange){ .near_mm = near_mm, .far_mm = far_mm };
}

void
th_range_add (ThRange *range, guint mm, gint64 now_us)
{
  range->mm[range->next] = mm;
  range->at_us[range->next] = now_us;
  range->next = (range->next + 1) % TH_RANGE_SHOTS;
}

static guint
median (guint a, guint b, guint c)
{
  return MAX (MIN (a, b), MIN (MAX (a, b), c));
}

gboolean
th_range_look (ThRange *range, gint64 now_us, guint *ret_mm)
{
  guint stay_mm = range->present ? STAY_MM : 0;
  guint mm[TH_RANGE_SHOTS];
  guint middle_mm;

  /* What is not known counts as far away: two of three must say where somebody is. */
  for (guint i = 0; i < TH_RANGE_SHOTS; i++)
    mm[i] = range->mm[i] != 0 && now_us - range->at_us[i] <= FRESH_US && now_us >= range->at_us[i]
                ? range->mm[i]
                : G_MAXUINT;
  middle_mm = median (mm[0], mm[1], mm[2]);
  *ret_mm = middle_mm == G_MAXUINT ? 0 : middle_mm;
  range->present = middle_mm != G_MAXUINT && middle_mm + stay_mm >= range->near_mm &&
                   middle_mm <= range->far_mm + stay_mm;
  return range->present;
}
