/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/samv.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
parse (const uint8_t *data, size_t size)
{
  g_autoptr (ThCard) card = NULL;
  g_autofree char *module = NULL;
  ThSamvReply reply;

  if (!th_samv_parse (data, size, &reply, NULL))
    return;
  card = th_samv_parse_card (&reply, NULL);
  module = th_samv_module_to_string (&reply);
}

/* As it is, and with the sum put right, so that what stands behind the sum is reached too. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree uint8_t *frame = g_memdup2 (data, size);
  size_t end = th_samv_expect (data, size);

  parse (data, size);
  if (size < 8 || end < 8 || end > size)
    return 0;
  frame[end - 1] = 0;
  for (size_t i = 5; i + 1 < end; i++)
    frame[end - 1] ^= frame[i];
  parse (frame, size);
  return 0;
}
