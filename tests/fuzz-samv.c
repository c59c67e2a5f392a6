/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/samv.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ThSamvReply reply;

  th_samv_expect (data, size);
  if (th_samv_parse (data, size, &reply, NULL))
    {
      ThCard *card = th_samv_parse_card (&reply, NULL);

      if (card != NULL)
        th_card_unref (card);
    }
  return 0;
}
