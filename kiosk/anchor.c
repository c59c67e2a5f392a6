/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/anchor.h"

#include <string.h>

#define DAY_DIGITS 10 /* of "2026-11-22" */
#define LINK_DIGITS (2 * TH_LOG_LINK_BYTES)

static gboolean
is_day (const char *text)
{
  for (guint i = 0; i < DAY_DIGITS; i++)
    if (i == 4 || i == 7 ? text[i] != '-' : !g_ascii_isdigit (text[i]))
      return FALSE;
  return text[DAY_DIGITS] == ':';
}

gboolean
th_anchor_parse (const char *text, ThAnchor *ret_anchor, GError **error)
{
  ThAnchor anchor = { .day = "" };
  guint n = 0;

  while (g_ascii_isspace (*text))
    text++;
  if (is_day (text))
    {
      g_strlcpy (anchor.day, text, sizeof anchor.day);
      for (text += DAY_DIGITS + 1; g_ascii_isxdigit (*text) || g_ascii_isspace (*text); text++)
        if (!g_ascii_isspace (*text) && n++ < LINK_DIGITS)
          anchor.link[n - 1] = g_ascii_tolower (*text);
    }
  if (n != LINK_DIGITS || *text != '\0')
    {
      g_set_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED,
                   "an anchor is a day, a colon and %d hex digits, as on the slip", LINK_DIGITS);
      return FALSE;
    }
  *ret_anchor = anchor;
  return TRUE;
}

char *
th_anchor_to_string (const char *day, const char *link)
{
  return g_strconcat (day, ":", link, NULL);
}

void
th_anchor_to_journal (const char *day, const char *link)
{
  g_autofree char *anchor = th_anchor_to_string (day, link);
  g_autofree char *message = g_strconcat ("the day is closed; anchor of the log: ", anchor, NULL);
  const GLogField fields[] = {
    { "MESSAGE", message, -1 },
    { "PRIORITY", "5", -1 },
    { "GLIB_DOMAIN", "threshold", -1 },
    { "SYSLOG_IDENTIFIER", "threshold", -1 },
    { "THRESHOLD_DAY", day, -1 },
    { "THRESHOLD_ANCHOR", link, -1 },
  };

  /* Straight there, also from a terminal. Where there is no journal the slip has it. */
  g_log_writer_journald (G_LOG_LEVEL_MESSAGE, fields, G_N_ELEMENTS (fields), NULL);
}
