/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/staff-entry.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What is taken for a temperature is one that a body may have. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (GError) error = NULL;
  int tenths = 0;

  if (th_staff_entry_temperature (text, &tenths, &error))
    {
      g_assert_no_error (error);
      g_assert_cmpint (tenths, >=, TH_HAND_HELD_MIN_TENTHS);
      g_assert_cmpint (tenths, <=, TH_HAND_HELD_MAX_TENTHS);
    }
  else
    {
      g_assert_nonnull (error);
      g_assert_cmpint (tenths, ==, 0);
    }
  return 0;
}
