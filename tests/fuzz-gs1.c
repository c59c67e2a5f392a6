/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/gs1.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What is taken can be typed again, and is the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *typed = NULL;
  g_autofree char *expiry = NULL;
  ThGs1 code, again;

  if (!th_gs1_parse ((const char *) data, size, 2026, &code, NULL))
    return 0;
  g_assert_true (th_gs1_lot_is_good (code.lot));
  g_assert_cmpuint (strlen (code.expiry), ==, 10);
  expiry = g_strdup_printf ("%.2s%.2s%.2s", code.expiry + 2, code.expiry + 5, code.expiry + 8);
  typed = g_strdup_printf ("%s%s(17)%s(10)%s", code.gtin[0] != '\0' ? "(01)" : "", code.gtin, expiry,
                           code.lot);
  g_assert_true (th_gs1_parse (typed, strlen (typed), 2026, &again, NULL));
  g_assert_cmpmem (&code, sizeof code, &again, sizeof again);
  return 0;
}
