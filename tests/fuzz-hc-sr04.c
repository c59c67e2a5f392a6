/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edges as they may come from a broken line, 4 bytes each: microseconds since the one before (16 bits,
 * little end first), sequence, level and index. */
#include "drivers/hc-sr04.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ThGpioEdge edges[16] = { { 0 } };
  ThRange range;
  gint64 time_ns = 0;
  guint n = 0, mm = 0, seen_mm;

  for (; size >= 4 && n < G_N_ELEMENTS (edges); data += 4, size -= 4)
    {
      time_ns += (data[0] | data[1] << 8) * 1000;
      edges[n++] = (ThGpioEdge){ .index = data[3] >> 6,
                                 .active = data[3] & 1,
                                 .time_ns = time_ns,
                                 .line_seqno = data[2] };
    }
  if (th_hc_sr04_decode (edges, n, 0, &mm) == TH_ECHO_DISTANCE)
    {
      g_assert_cmpuint (n, ==, 2);
      g_assert_true (edges[0].active && !edges[1].active);
      g_assert_cmpuint (mm, >=, TH_HC_SR04_NEAREST_MM);
      g_assert_cmpuint (mm, <=, TH_HC_SR04_FARTHEST_MM);
    }
  else
    g_assert_cmpuint (mm, ==, 0);

  th_range_init (&range, 50, 500);
  for (guint i = 0; i < n; i++)
    {
      th_range_add (&range, edges[i].line_seqno * 10, edges[i].time_ns / 1000);
      if (!th_range_look (&range, edges[i].time_ns / 1000 + edges[i].index, &seen_mm))
        continue;
      g_assert_cmpuint (seen_mm, >=, 50 - 20);
      g_assert_cmpuint (seen_mm, <=, 500 + 20);
    }
  return 0;
}
