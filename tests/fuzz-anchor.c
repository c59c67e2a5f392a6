/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody types off a close-of-day slip. */
#include "kiosk/anchor.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  ThAnchor anchor;

  if (th_anchor_parse (text, &anchor, NULL))
    {
      g_autofree char *again = th_anchor_to_string (anchor.day, anchor.link);
      ThAnchor same;

      g_assert_true (th_anchor_parse (again, &same, NULL));
      g_assert_cmpstr (same.day, ==, anchor.day);
      g_assert_cmpstr (same.link, ==, anchor.link);
    }
  return 0;
}
