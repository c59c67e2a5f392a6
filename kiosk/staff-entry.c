/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/staff-entry.h"

#include <gio/gio.h>
#include <string.h>

#define FULL_WIDTH_ZERO 0xff10
#define FULL_WIDTH_NINE 0xff19
#define FULL_WIDTH_STOP 0xff0e
#define FULL_WIDTH_COMMA 0xff0c
#define IDEOGRAPHIC_STOP 0x3002

/* "３６。８" → "36.8"; FALSE: there is something else in it, or more than fits. */
static gboolean
to_ascii (const char *text, char ret_ascii[8])
{
  gsize len = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char_validated (p, -1);

      if (c == (gunichar)-1 || c == (gunichar)-2 || len == 7)
        return FALSE;
      if (g_unichar_isspace (c))
        continue;
      if (c >= FULL_WIDTH_ZERO && c <= FULL_WIDTH_NINE)
        c = '0' + (c - FULL_WIDTH_ZERO);
      if (c == ',' || c == FULL_WIDTH_COMMA || c == FULL_WIDTH_STOP || c == IDEOGRAPHIC_STOP)
        c = '.';
      if (c != '.' && (c < '0' || c > '9'))
        return FALSE;
      ret_ascii[len++] = (char)c;
    }
  ret_ascii[len] = '\0';
  return TRUE;
}

gboolean
th_staff_entry_temperature (const char *text, int *ret_tenths, GError **error)
{
  char ascii[8] = "";
  int tenths;

  /* Two digits, and perhaps a point and one more: "368" may be meant, and is not guessed at. */
  if (!to_ascii (text, ascii) || !g_ascii_isdigit (ascii[0]) || !g_ascii_isdigit (ascii[1])
      || (ascii[2] != '\0' && (ascii[2] != '.' || !g_ascii_isdigit (ascii[3]) || ascii[4] != '\0')))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "not a temperature with one decimal");
      return FALSE;
    }
  tenths = (ascii[0] - '0') * 100 + (ascii[1] - '0') * 10;
  if (ascii[2] != '\0')
    tenths += ascii[3] - '0';
  if (tenths < TH_HAND_HELD_MIN_TENTHS || tenths > TH_HAND_HELD_MAX_TENTHS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not from %d.%d to %d.%d",
                   TH_HAND_HELD_MIN_TENTHS / 10, TH_HAND_HELD_MIN_TENTHS % 10,
                   TH_HAND_HELD_MAX_TENTHS / 10, TH_HAND_HELD_MAX_TENTHS % 10);
      return FALSE;
    }
  *ret_tenths = tenths;
  return TRUE;
}

ThVerdict
th_staff_entry_verdict (const ThScreening *rules, int tenths)
{
  ThScreening once = *rules;

  /* Whoever holds the thermometer measures again as often as need be, and writes down one value. */
  once.attempts = 1;
  return th_screening_verdict (&once, &tenths, 1);
}

ThReason
th_staff_entry_reasons (const ThStaffEntry *entry, const ThScreening *rules)
{
  ThReason reasons = 0;

  for (ThQuestion question = 0; question < TH_QUESTION_CONSENT; question++)
    if (entry->yes[question])
      reasons |= TH_REASON_ANSWER;
  if (!entry->measured)
    return reasons | TH_REASON_NOT_MEASURED;
  switch (th_staff_entry_verdict (rules, entry->shown_tenths))
    {
    case TH_VERDICT_NORMAL:
      break;
    case TH_VERDICT_FLAGGED:
      reasons |= TH_REASON_TEMPERATURE;
      break;
    case TH_VERDICT_AGAIN:
    case TH_VERDICT_STAFF:
      reasons |= TH_REASON_NOT_MEASURED;
      break;
    }
  return reasons;
}
