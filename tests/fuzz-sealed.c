/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is inside an opened box: taken, it comes back the same when it is sealed again. */
#include <sodium.h>
#include <string.h>

#include "kiosk/sealed.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static guint8 public_key[32], secret[32];
  static gboolean made;
  ThPersonal who, again;

  if (!made)
    {
      g_assert_cmpint (sodium_init (), >=, 0);
      crypto_box_keypair (public_key, secret);
      made = TRUE;
    }
  if (th_personal_unpack (data, size, &who, NULL))
    {
      g_autoptr (GBytes) box = th_personal_seal (&who, public_key);

      g_assert_true (th_personal_open (g_bytes_get_data (box, NULL), g_bytes_get_size (box), public_key, secret,
                                       &again, NULL));
      g_assert_cmpmem (&who, sizeof who, &again, sizeof again);
    }
  return 0;
}
