/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever a table says: bounded work, pairs within bounds, and a fit whose slope is 1 or more. */
#include <stdint.h>
#include <stdlib.h>

#include "kiosk/comparison.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr(GPtrArray) bad = NULL;
  g_autoptr(GArray) pairs = th_comparison_parse ((const char *) data, size, &bad, NULL);
  ThScreening rules;
  ThFit fit;

  if (pairs == NULL)
    return 0;
  if (pairs->len + bad->len > TH_COMPARISON_MAX_PAIRS)
    abort ();
  for (guint i = 0; i < pairs->len; i++)
    {
      const ThPair *pair = &g_array_index (pairs, ThPair, i);

      if (pair->skin_mc < 28000 || pair->skin_mc > 42000 || pair->room_mc < 16000 ||
          pair->room_mc > 35000 || pair->axillary_mc < 34000 || pair->axillary_mc > 42500)
        abort ();
    }
  th_screening_defaults (&rules);
  for (ThFitKind kind = TH_FIT_K; kind <= TH_FIT_OFFSET; kind++)
    if (th_comparison_fit (pairs, bad->len, kind, &rules, &fit, NULL) &&
        (!(fit.k >= 0 && fit.k <= 0.4) || !(fit.offset >= -0.5 && fit.offset <= 0.5) ||
         !(fit.sd >= 0 && fit.sd <= 0.8)))
      abort ();
  return 0;
}
