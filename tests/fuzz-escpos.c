/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/escpos.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Whatever a printer answers to the four questions: noise never makes it ready. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ThEscposStatus status = { 0 };
  gboolean sound = FALSE;
  size_t at = 0;

  while (at + 2 <= size)
    {
      ThEscposAsk ask = 1 + data[at] % 4;
      size_t len = MIN (data[at + 1] % 8, size - at - 2);
      /* On a heap block of its own, so that a byte read too many is seen. */
      g_autofree guint8 *bytes = g_memdup2 (data + at + 2, len);

      for (size_t i = 0; i < len; i++)
        sound |= (bytes[i] & 0x93) == 0x12;
      th_escpos_status_take (&status, ask, bytes, len);
      at += 2 + len;
    }
  if (!sound)
    g_assert_cmpint (th_escpos_status_paper (&status), ==, TH_PAPER_UNKNOWN);
  th_escpos_status_has_error (&status);
  return 0;
}
