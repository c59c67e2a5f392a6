/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/printer-model.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "drivers/escpos.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What a printer says of itself, and by itself: whatever it is, words come out short and printable. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ThPrinterId id = { "", "", "" };
  const char *const words[] = { id.maker, id.model, id.commands };
  ThPaper paper = TH_PAPER_READY;

  th_printer_id_parse (data, size, &id);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    for (const char *p = words[i]; *p != '\0'; p++)
      g_assert_true (g_ascii_isprint (*p));
  g_assert_nonnull (th_printer_model_of (size > 3 ? data[2] << 8 | data[3] : 0, 0, id.model));
  if (th_escpos_automatic_take (data, size, &paper))
    g_assert_cmpint (paper, !=, TH_PAPER_UNKNOWN);
  return 0;
}
