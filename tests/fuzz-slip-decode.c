/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>

#include "kiosk/slip-decode.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) list = g_string_new (NULL);
  g_autoptr (GPtrArray) slips = th_slip_decode_listed (data, size, list, &error);

  g_assert_true ((slips == NULL) == (error != NULL));
  if (size > 0 && slips != NULL)
    g_assert_cmpuint (list->len, >, 0);
  for (guint i = 0; slips != NULL && i < slips->len; i++)
    {
      const ThRaster *raster = g_ptr_array_index (slips, i);

      g_assert_cmpuint (raster->width_dots, <=, TH_SLIP_DECODE_MAX_WIDTH);
      g_assert_cmpuint (raster->height_dots, <=, TH_SLIP_DECODE_MAX_HEIGHT);
    }
  return 0;
}
