/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `thresholdctl card decode` is fed: bytes, hex text, and any text on a card behind a frame that holds. */
#include "kiosk/card-json.h"

#include <json-glib/json-glib.h>
#include <stdint.h>
#include <string.h>

#define TEXT 256
#define PHOTO_AT (14 + TEXT)
#define FRAME (PHOTO_AT + 1024 + 1)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static char *
decode (const guint8 *data, gsize len)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  char *json = th_card_decode_json (data, len, &error);

  g_assert_true ((json == NULL) == (error != NULL));
  if (json == NULL)
    {
      /* One line: it is shown as one. */
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_null (strchr (error->message, '\n'));
      return NULL;
    }
  g_assert_true (g_utf8_validate (json, -1, NULL));
  node = json_from_string (json, NULL);
  g_assert_nonnull (node);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
  return json;
}

/* Bytes and the same as hex text are the same card. */
static void
both_spellings (const guint8 *data, gsize len)
{
  static const char digits[] = "0123456789abcdEF";
  g_autoptr (GString) text = g_string_sized_new (3 * len + 1);
  g_autofree char *plain = NULL, *spelt = NULL;
  gboolean is_text = TRUE;

  for (gsize i = 0; i < len; i++)
    {
      g_string_append_c (text, digits[data[i] >> 4]);
      g_string_append_c (text, digits[data[i] & 15]);
      if (i % 2 == 1)
        g_string_append_c (text, i % 32 == 31 ? '\n' : ' ');
      is_text = is_text && (g_ascii_isxdigit (data[i]) || g_ascii_isspace (data[i]));
    }
  plain = decode (data, len);
  if (is_text)
    return;
  spelt = decode ((const guint8 *) text->str, text->len);
  g_assert_cmpstr (plain, ==, spelt);
}

static void
seal (guint8 *frame, gsize len)
{
  frame[len - 1] = 0;
  for (gsize i = 5; i < len - 1; i++)
    frame[len - 1] ^= frame[i];
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const guint8 head[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x05, 0x08,
                                 0x00, 0x00, 0x90, 0x01, 0x00, 0x04, 0x00 };
  g_autofree guint8 *frame = g_malloc0 (FRAME);
  g_autofree char *json = NULL;
  g_autoptr (ThCard) card = NULL;
  ThSamvReply address = { .status = TH_SAMV_OK, .data = data, .len = size };

  both_spellings (data, size);

  memcpy (frame, head, sizeof head);
  for (gsize i = sizeof head; i < PHOTO_AT; i += 2)
    frame[i] = ' ';
  memcpy (frame + sizeof head, data, MIN (size, TEXT));
  if (size > TEXT)
    memcpy (frame + PHOTO_AT, data + TEXT, MIN (size - TEXT, 1024));
  seal (frame, FRAME);
  both_spellings (frame, FRAME);

  card = th_card_decode (frame, FRAME, NULL);
  if (card == NULL)
    return 0;
  th_samv_card_take_address (card, &address);
  json = th_card_to_json (card);
  g_assert_true (g_utf8_validate (json, -1, NULL));
  return 0;
}
