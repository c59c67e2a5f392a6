/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/iio-text.h"

#include "drivers/devices.h"

#define DIGITS_MAX 9

/* Returns: how many digits stand at @text, their value in @ret_value; more than DIGITS_MAX is one
 * too many to look further. */
static gsize
read_digits (const char *text, gsize len, gint64 *ret_value)
{
  gint64 value = 0;
  gsize n = 0;

  while (n < len && n <= DIGITS_MAX && g_ascii_isdigit (text[n]))
    value = value * 10 + (text[n++] - '0');
  *ret_value = value;
  return n;
}

static gboolean
refuse (GError **error, gsize len)
{
  g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
               "an attribute of %zu bytes is no number", len);
  return FALSE;
}

gboolean
th_iio_parse (const char *text, gsize len, gint64 *ret_billionths, GError **error)
{
  gsize whole_len = len, n;
  gint64 whole, part = 0;
  gboolean negative;

  if (len > TH_IIO_TEXT_MAX)
    return refuse (error, whole_len);
  if (len > 0 && text[len - 1] == '\n')
    len--;
  negative = len > 0 && text[0] == '-';
  if (negative)
    {
      text++;
      len--;
    }
  n = read_digits (text, len, &whole);
  if (n == 0 || n > DIGITS_MAX)
    return refuse (error, whole_len);
  text += n;
  len -= n;
  if (len > 0)
    {
      if (text[0] != '.')
        return refuse (error, whole_len);
      n = read_digits (text + 1, len - 1, &part);
      if (n == 0 || n > DIGITS_MAX || n != len - 1)
        return refuse (error, whole_len);
      for (; n < DIGITS_MAX; n++)
        part *= 10;
    }
  *ret_billionths = (negative ? -1 : 1) * (whole * TH_IIO_ONE + part);
  return TRUE;
}
