/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/token.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static guint8 keys[1][TH_TOKEN_KEY_BYTES];
static guint8 secret[TH_TOKEN_SECRET_BYTES];

/* The text as it is; then a body that begins as the input does, well signed, so that what lies behind
 * the signature is reached too. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const guint8 seed[crypto_sign_SEEDBYTES] = { 1, 2, 3 };
  static const char context[] = "threshold appointment 1";
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GString) signed_text = g_string_new (TH_TOKEN_PREFIX);
  guint8 part[256], bytes[256];
  size_t len = MIN (size, 100);
  ThAppointment appointment, again;
  guint32 bits = 0;
  guint n = 0;

  crypto_sign_seed_keypair (keys[0], secret, seed);
  th_token_verify (text, keys, 1, &appointment, NULL);

  memcpy (part, context, sizeof context - 1);
  memcpy (part + sizeof context - 1, data, len);
  memcpy (bytes, data, len);
  crypto_sign_detached (bytes + len, NULL, part, sizeof context - 1 + len, secret);
  for (size_t i = 0; i < len + crypto_sign_BYTES; i++)
    {
      bits = bits << 8 | bytes[i];
      for (n += 8; n >= 5; n -= 5)
        g_string_append_c (signed_text, digits[bits >> (n - 5) & 31]);
    }
  if (n > 0)
    g_string_append_c (signed_text, digits[bits << (5 - n) & 31]);
  if (th_token_verify (signed_text->str, keys, 1, &appointment, NULL))
    {
      g_autofree char *token = th_token_sign (&appointment, secret, NULL);

      g_assert_nonnull (token);
      g_assert_cmpstr (token, ==, signed_text->str);
      g_assert_true (th_token_verify (token, keys, 1, &again, NULL));
    }
  return 0;
}
