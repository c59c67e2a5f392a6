/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/mlx90614.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ThMlx90614Frame frame;

  if (th_mlx90614_decode_frame (data, size, &frame, NULL))
    {
      g_autofree char *text = th_mlx90614_frame_to_text (&frame);

      /* What decodes encodes to the same frame: nothing was misread. */
      g_assert_nonnull (text);
      g_assert_cmpint (data[0], ==, frame.address << 1);
      g_assert_cmpint (data[1], ==, frame.command);
    }
  return 0;
}
