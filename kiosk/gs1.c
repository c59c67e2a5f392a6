/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/gs1.h"

#include <gio/gio.h>
#include <string.h>

#define MAX_BYTES 512
#define GROUP_SEPARATOR '\x1d'
#define WHITE " \t\r\n"

/* The parts that may stand on a medicine's box, and how long each is: 1 to @most when the next one begins after a
 * separator, else just @most. What is not here has a length that cannot be known. */
static const struct
{
  const char *name;
  guint most;
  gboolean open_ended;
} parts[] = {
  { "01", 14, FALSE },  { "10", 20, TRUE },  { "11", 6, FALSE },   { "12", 6, FALSE },
  { "13", 6, FALSE },   { "15", 6, FALSE },  { "16", 6, FALSE },   { "17", 6, FALSE },
  { "20", 2, FALSE },   { "21", 20, TRUE },  { "30", 8, TRUE },    { "37", 8, TRUE },
  { "240", 30, TRUE },  { "710", 20, TRUE }, { "711", 20, TRUE },  { "712", 20, TRUE },
  { "713", 20, TRUE },  { "714", 20, TRUE }, { "715", 20, TRUE },  { "716", 20, TRUE },
};

static gboolean
bad (GError **error, const char *what)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "this is not the code of a vaccine's box: %s",
               what);
  return FALSE;
}

gboolean
th_gs1_lot_is_good (const char *lot)
{
  gsize len = strlen (lot);

  return len >= 1 && len < TH_GS1_LOT_BYTES &&
         strspn (lot, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-./") == len;
}

static gboolean
is_digits (const char *text, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  return TRUE;
}

/* 13 digits weighted 3, 1, 3 …, and what is missing to the next ten. */
static gboolean
gtin_holds (const char *digits)
{
  guint sum = 0;

  for (guint i = 0; i < 14; i++)
    sum += (guint) (digits[i] - '0') * (i % 2 == 0 ? 3 : 1);
  return sum % 10 == 0;
}

/* YYMMDD; a day of 00 is the last of its month. */
static gboolean
take_date (const char *digits, guint year, char ret_date[11])
{
  guint yy = (guint) (digits[0] - '0') * 10 + (guint) (digits[1] - '0');
  guint month = (guint) (digits[2] - '0') * 10 + (guint) (digits[3] - '0');
  guint day = (guint) (digits[4] - '0') * 10 + (guint) (digits[5] - '0');
  guint full = year - year % 100 + yy;

  if (yy >= year % 100 + 51)
    full -= 100;
  else if (yy + 50 <= year % 100)
    full += 100;
  if (month < 1 || month > 12 || full < 1)
    return FALSE;
  if (day == 0)
    day = g_date_get_days_in_month ((GDateMonth) month, (GDateYear) full);
  if (!g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) full))
    return FALSE;
  g_snprintf (ret_date, 11, "%04u-%02u-%02u", full, month, day);
  return TRUE;
}

/* @value: (array length=len) */
static gboolean
take_part (const char *name, const char *value, gsize len, guint year, ThGs1 *code, GError **error)
{
  char lot[TH_GS1_LOT_BYTES];

  if (strcmp (name, "01") == 0)
    {
      if (code->gtin[0] != '\0' || !is_digits (value, len) || !gtin_holds (value))
        return bad (error, "its article number does not hold");
      memcpy (code->gtin, value, len);
    }
  else if (strcmp (name, "17") == 0)
    {
      if (code->expiry[0] != '\0' || !is_digits (value, len) ||
          !take_date (value, year, code->expiry))
        return bad (error, "its expiry date is none");
    }
  else if (strcmp (name, "10") == 0)
    {
      memcpy (lot, value, len);
      lot[len] = '\0';
      if (code->lot[0] != '\0' || strlen (lot) != len || !th_gs1_lot_is_good (lot))
        return bad (error, "its lot has other characters than letters, digits, - . and /");
      memcpy (code->lot, lot, len + 1);
    }
  return TRUE;
}

/* Which part begins at @data; NULL: none that is known. */
static gboolean
find_part (const char *data, gsize len, guint *ret_part)
{
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      gsize n = strlen (parts[i].name);

      if (len >= n && memcmp (data, parts[i].name, n) == 0)
        {
          *ret_part = i;
          return TRUE;
        }
    }
  return FALSE;
}

/* One part off the front of what is left. */
static gboolean
next_part (const char **data, gsize *len, gboolean typed, guint year, ThGs1 *code, GError **error)
{
  const char *end;
  gsize n, name_len;
  guint part;

  if (typed && ((*data)[0] != '(' || *len < 4))
    return bad (error, "a part has no number");
  if (!find_part (*data + typed, *len - typed, &part))
    return bad (error, "it has a part that is not known here");
  name_len = strlen (parts[part].name);
  if (typed && (*len < name_len + 2 || (*data)[name_len + 1] != ')'))
    return bad (error, "it has a part that is not known here");
  name_len += typed ? 2 : 0;
  *data += name_len;
  *len -= name_len;

  end = memchr (*data, typed ? '(' : GROUP_SEPARATOR, *len);
  n = end != NULL ? (gsize) (end - *data) : *len;
  /* The next part follows one of fixed length without a separator. */
  if (!typed && !parts[part].open_ended)
    n = MIN (n, parts[part].most);
  if (n < (parts[part].open_ended ? 1 : parts[part].most) || n > parts[part].most)
    return bad (error, "a part is too short or too long");
  if (!take_part (parts[part].name, *data, n, year, code, error))
    return FALSE;
  *data += n;
  *len -= n;
  if (!typed && *len > 0 && (*data)[0] == GROUP_SEPARATOR)
    {
      *data += 1;
      *len -= 1;
    }
  return TRUE;
}

gboolean
th_gs1_parse (const char *data, gsize len, guint year, ThGs1 *ret_code, GError **error)
{
  ThGs1 code = { 0 };
  gboolean typed;

  if (len > MAX_BYTES)
    return bad (error, "it is too long");
  for (; len > 0 && data[0] != '\0' && strchr (WHITE, data[0]) != NULL; len--)
    data++;
  while (len > 0 && data[len - 1] != '\0' && strchr (WHITE, data[len - 1]) != NULL)
    len--;
  if (len >= 3 && data[0] == ']')
    {
      data += 3;
      len -= 3;
    }
  if (len > 0 && data[0] == GROUP_SEPARATOR)
    {
      data++;
      len--;
    }
  typed = len > 0 && data[0] == '(';
  while (len > 0)
    if (!next_part (&data, &len, typed, year, &code, error))
      return FALSE;
  if (code.lot[0] == '\0')
    return bad (error, "it has no lot");
  if (code.expiry[0] == '\0')
    return bad (error, "it has no expiry date");
  *ret_code = code;
  return TRUE;
}
