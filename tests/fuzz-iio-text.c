/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/iio-text.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  gint64 value;

  if (th_iio_parse ((const char *) data, size, &value, NULL))
    {
      g_autofree char *copy = g_strndup ((const char *) data, size);
      double seen = g_ascii_strtod (copy, NULL);

      /* Another reader sees the same number. */
      g_assert_cmpuint (size, <=, TH_IIO_TEXT_MAX);
      g_assert_cmpuint (strlen (copy), ==, size);
      g_assert_cmpfloat (ABS (seen - (double) value / (double) TH_IIO_ONE), <, 1e-6);
    }
  return 0;
}
