/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/room-file.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What is taken is what a room can have, and reads the same again when written as the kernel would. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *alone = g_memdup2 (data, size);
  g_autofree char *written = NULL;
  g_autoptr (GError) error = NULL;
  int mc, again;

  if (!th_room_file_parse (alone, size, &mc, &error))
    {
      g_assert_nonnull (error);
      return 0;
    }
  g_assert_cmpint (mc, >=, -40000);
  g_assert_cmpint (mc, <=, 60000);
  written = g_strdup_printf ("%d\n", mc);
  g_assert_true (th_room_file_parse (written, strlen (written), &again, NULL));
  g_assert_cmpint (again, ==, mc);
  return 0;
}
