/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the decoder of event bodies takes, the encoder writes back byte for byte. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/event.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr(ThLogBody) body = th_log_body_decode ((const char *) data, size, NULL);
  g_autofree char *again = NULL;

  if (body == NULL)
    return 0;
  again = th_log_body_encode (body);
  if (strlen (again) != size || memcmp (again, data, size) != 0)
    abort ();
  return 0;
}
