/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/screening.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Seven bytes a sample: object and ambient word, milliseconds since the last, presence. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ThScreening rules;
  ThWindow window;
  gint64 now_us = G_USEC_PER_SEC;

  if (size < 2)
    return 0;
  th_screening_defaults (&rules);
  rules.window_samples = 4 + data[0] % 17;
  rules.supply_mv = 2600 + data[1] % 11 * 100;
  th_window_reset (&window);

  for (size_t i = 2; i + 7 <= size; i += 7)
    {
      ThSample sample = {
        .object_raw = data[i] | data[i + 1] << 8,
        .ambient_raw = data[i + 2] | data[i + 3] << 8,
        .present = data[i + 6] & 1,
      };
      ThReading reading;

      now_us += (gint16) (data[i + 4] | data[i + 5] << 8) * 1000;
      sample.time_us = now_us;
      if (th_window_add (&window, &rules, &sample, &reading))
        {
          g_assert_cmpint (reading.body_mc, >=, 33000);
          g_assert_cmpint (reading.body_mc, <=, 42500);
          g_assert_cmpint (th_screening_verdict (&rules, &reading.shown_tenths, 1), <=,
                           TH_VERDICT_STAFF);
        }
      g_assert_true (window.distance >= 0 && window.distance <= 1);
      g_assert_true (window.steadiness >= 0 && window.steadiness <= 1);
    }
  return 0;
}
