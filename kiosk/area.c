/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/area.h"

#include <gio/gio.h>
#include <string.h>

#include "kiosk/areas-resource.h"

/* The name on the line "\n110101,东城区\n"; a length and no NUL. */
static const char *
find (const char *table, gsize table_len, const char code[6], gsize *ret_len)
{
  const char line[] = { '\n', code[0], code[1], code[2], code[3], code[4], code[5], ',' };
  const char *at = memmem (table, table_len, line, sizeof line);
  const char *end;

  if (at == NULL)
    return NULL;
  at += sizeof line;
  end = memchr (at, '\n', (gsize) (table + table_len - at));
  if (end == NULL)
    return NULL;
  *ret_len = (gsize) (end - at);
  return at;
}

char *
th_area_name (const char *number)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GString) name = g_string_new (NULL);
  const char *table;
  gsize table_len;

  if (strspn (number, "0123456789") < 6)
    return g_strdup ("");
  bytes = g_resource_lookup_data (th_areas_get_resource (), "/threshold/areas.csv",
                                  G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  if (bytes == NULL)
    return g_strdup ("");
  table = g_bytes_get_data (bytes, &table_len);

  /* Province, city, county: 2, 4 and 6 digits of the code. */
  for (guint digits = 2; digits <= 6; digits += 2)
    {
      char code[7] = "000000";
      const char *found;
      gsize len;

      memcpy (code, number, digits);
      if (digits > 2 && memcmp (code + digits - 2, "00", 2) == 0)
        break;
      found = find (table, table_len, code, &len);
      if (found == NULL)
        continue;
      if (name->len > 0)
        g_string_append_c (name, ' ');
      g_string_append_len (name, found, (gssize) len);
    }
  return g_string_free (g_steal_pointer (&name), FALSE);
}
