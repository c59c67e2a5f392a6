/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/card-json.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "drivers/devices.h"
#include "drivers/samv.h"

/* A frame holds AA, which is no character of text: the two cannot be mistaken for each other. */
static gboolean
is_text (const guint8 *data, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isprint (data[i]) && !g_ascii_isspace (data[i]))
      return FALSE;
  return TRUE;
}

static GByteArray *
from_hex (const guint8 *data, gsize len, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new (len / 2 + 1);
  int high = -1;

  for (gsize i = 0; i < len; i++)
    {
      int digit = g_ascii_xdigit_value (data[i]);

      if (g_ascii_isspace (data[i]))
        continue;
      if (digit < 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "no hex digit at byte %zu of the text: '%c'", i, data[i]);
          return NULL;
        }
      if (high < 0)
        {
          high = digit;
          continue;
        }
      g_byte_array_append (bytes, &(guint8){ high << 4 | digit }, 1);
      high = -1;
    }
  if (high >= 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "half a byte at byte %u: the hex text has an odd number of digits", bytes->len);
      return NULL;
    }
  if (bytes->len == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "nothing at byte 0: no input");
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

static void
add_text (JsonBuilder *json, const char *key, const char *value)
{
  if (value[0] == '\0')
    return;
  json_builder_set_member_name (json, key);
  json_builder_add_string_value (json, value);
}

static void
add_date (JsonBuilder *json, const char *key, const ThDate *date)
{
  g_autofree char *iso = NULL;

  if (date->year == 0)
    return;
  iso = g_strdup_printf ("%04u-%02u-%02u", date->year, date->month, date->day);
  add_text (json, key, iso);
}


char *
th_card_to_json (const ThCard *card)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (json);
  add_text (json, "kind", card->kind);
  add_text (json, "name", card->name);
  add_text (json, "name_latin", card->name_latin);
  add_text (json, "sex", th_sex_to_string (card->sex));
  add_text (json, "ethnicity_code", card->ethnicity_code);
  add_date (json, "birth_date", &card->birth);
  add_text (json, "address", card->address);
  add_text (json, "id_number", card->id_number);
  add_text (json, "authority", card->authority);
  add_date (json, "valid_from", &card->valid_from);
  if (card->long_term)
    add_text (json, "valid_to", "long-term");
  else
    add_date (json, "valid_to", &card->valid_to);
  add_text (json, "nationality", card->nationality);
  add_text (json, "permit_number", card->permit_number);
  add_text (json, "notes", card->notes);
  json_builder_end_object (json);
  root = json_builder_get_root (json);
  return json_to_string (root, TRUE);
}

ThCard *
th_card_decode (const guint8 *data, gsize len, GError **error)
{
  g_autoptr (GByteArray) bytes = NULL;
  ThSamvReply reply;

  if (is_text (data, len))
    {
      bytes = from_hex (data, len, error);
      if (bytes == NULL)
        return NULL;
      data = bytes->data;
      len = bytes->len;
    }
  if (!th_samv_parse (data, len, &reply, error))
    return NULL;
  if (reply.end != len)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "%zu bytes too many behind the frame, from byte %zu", len - reply.end,
                   reply.end);
      return NULL;
    }
  return th_samv_parse_card (&reply, error);
}

char *
th_card_decode_json (const guint8 *data, gsize len, GError **error)
{
  g_autoptr (ThCard) card = th_card_decode (data, len, error);

  return card != NULL ? th_card_to_json (card) : NULL;
}
