/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scanner.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check (const ThScanLine *line)
{
  g_assert_cmpuint (strlen (line->text), >, 0);
  g_assert_cmpuint (strlen (line->text), <=, TH_SCAN_MAX);
  for (const char *c = line->text; *c != '\0'; c++)
    g_assert_true (g_ascii_isprint (*c));
}

/* As a serial scanner's bytes, then as keys of six bytes each. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ThScanLine line = { 0 };
  ThScanKeys keys = { 0 };
  uint8_t byte;

  for (size_t i = 0; i < size; i++)
    if (th_scan_line_add (&line, data[i]))
      check (&line);
  if (th_scan_line_end (&line))
    check (&line);

  for (size_t i = 0; i + 6 <= size; i += 6)
    if (th_scan_keys_add (&keys, data[i] & 7, (guint16) (data[i + 1] | (data[i + 2] & 3) << 8),
                          (gint8) data[i + 3], &byte) &&
        th_scan_line_add (&line, byte))
      check (&line);
  return 0;
}
