/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/area.h"
#include "kiosk/id-number.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A number and a name: what is taken is taken again unchanged, and a name is never shown whole. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const ThDate today = { 2026, 11, 22 };
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *masked = th_mask_name (text), *area = NULL;
  g_autoptr (GError) error = NULL;
  char number[19], again[19];

  g_assert_true (g_utf8_validate (masked, -1, NULL));
  g_assert_true (masked[0] == '\0' || strchr (masked, '*') != NULL);

  if (!th_id_number_check (text, today, number, &error))
    {
      g_assert_nonnull (error);
      return 0;
    }
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (number), ==, g_ascii_isalpha (number[0]) ? 15 : 18);
  g_assert_true (th_date_is_real (th_id_number_birth (number)));
  g_assert_true (th_id_number_check (number, today, again, NULL));
  g_assert_cmpstr (again, ==, number);
  area = th_area_name (number);
  g_assert_true (g_utf8_validate (area, -1, NULL));
  return 0;
}
