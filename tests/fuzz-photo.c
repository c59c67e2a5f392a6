/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a photo decoder wrote: any bytes at all. */
#include "kiosk/photo.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThPhoto) photo = th_photo_parse (data, size, &error);
  volatile guint32 last;

  g_assert_true ((photo == NULL) == (error != NULL));
  if (photo == NULL)
    return 0;
  g_assert_true (photo->width >= 1 && photo->width <= TH_PHOTO_MAX_SIDE);
  g_assert_true (photo->height >= 1 && photo->height <= TH_PHOTO_MAX_SIDE);
  last = photo->pixels[photo->width * photo->height - 1];
  g_assert_cmphex (last >> 24, ==, 0);
  return 0;
}
