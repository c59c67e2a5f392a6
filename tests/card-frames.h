/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Card replies for tests: the two test cards, and frames made of parts. Invented people. */
#pragma once

#include <glib.h>
#include <string.h>

#define CARD_FRAME_SIZE 1295
#define CARD_TEXT_OFFSET 14

/* (transfer full): the bytes of tests/data/@name, which is hex text. */
static inline guint8 *
card_frame_load (const char *name, gsize *ret_len)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", name, NULL);
  g_autofree char *hex = NULL;
  g_autoptr (GError) error = NULL;
  GByteArray *bytes = g_byte_array_new ();
  const char *at;

  g_file_get_contents (path, &hex, NULL, &error);
  g_assert_no_error (error);
  for (at = hex; *at != '\0'; at++)
    if (g_ascii_isxdigit (at[0]) && g_ascii_isxdigit (at[1]))
      {
        guint8 byte = (guint8)(g_ascii_xdigit_value (at[0]) << 4 | g_ascii_xdigit_value (at[1]));

        g_byte_array_append (bytes, &byte, 1);
        at++;
      }
  *ret_len = bytes->len;
  return g_byte_array_free (bytes, FALSE);
}

/* Sets the checksum of a frame without junk right again. */
static inline void
card_frame_seal (guint8 *frame, gsize len)
{
  frame[len - 1] = 0;
  for (gsize i = 5; i < len - 1; i++)
    frame[len - 1] ^= frame[i];
}

/* Writes @text as UTF-16LE over the field at @offset of the card's text, filled with spaces. */
static inline void
card_frame_write (guint8 *frame, gsize offset, gsize field_len, const char *text)
{
  glong n = 0;
  g_autofree gunichar2 *units = g_utf8_to_utf16 (text, -1, NULL, &n, NULL);
  guint8 *field = frame + CARD_TEXT_OFFSET + offset;

  g_assert_cmpuint ((gsize)n * 2, <=, field_len);
  for (gsize i = 0; i < field_len / 2; i++)
    {
      field[2 * i] = i < (gsize)n ? units[i] & 0xff : ' ';
      field[2 * i + 1] = i < (gsize)n ? units[i] >> 8 : 0;
    }
  card_frame_seal (frame, CARD_FRAME_SIZE);
}
