/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever a file holds: every field is UTF-8 and of one line, and the lines go up. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/csv.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *copy = g_memdup2 (data, size);
  FILE *file = size > 0 ? fmemopen (copy, size, "rb") : NULL;
  g_autoptr (ThCsv) csv = file != NULL ? th_csv_new (file) : NULL;
  guint before = 0;

  while (csv != NULL)
    {
      char *const *fields;
      guint line, n;
      ThCsvResult result = th_csv_next (csv, &line, &fields, &n, NULL);

      if (result == TH_CSV_END || result == TH_CSV_FAILED)
        break;
      if (line <= before || th_csv_position (csv) > size)
        abort ();
      before = line;
      for (guint i = 0; result == TH_CSV_ROW && i < n; i++)
        if (n > TH_CSV_MAX_FIELDS || !g_utf8_validate (fields[i], -1, NULL) || strchr (fields[i], '\n') != NULL)
          abort ();
    }
  return 0;
}
