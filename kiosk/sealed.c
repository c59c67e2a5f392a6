/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside a box: a version byte, then fields in this order, each at most once: a letter, the length as two bytes (high
 * first), the bytes. Zeros fill it up.
 */
#include "kiosk/sealed.h"

#include <sodium.h>
#include <string.h>

#define VERSION 1
#define SMALL 448  /* without a photo: more than all other fields at their longest */
#define LARGE 1536 /* with one */

G_DEFINE_QUARK (th - sealed - error - quark, th_sealed_error)

typedef struct
{
  char tag;
  gsize offset, size; /* of the text, its NUL counted */
} Field;

static const Field fields[] = {
  { 'n', offsetof (ThPersonal, name), sizeof ((ThPersonal *)0)->name },
  { 'i', offsetof (ThPersonal, id_number), sizeof ((ThPersonal *)0)->id_number },
  { 'b', offsetof (ThPersonal, birth), sizeof ((ThPersonal *)0)->birth },
  { 's', offsetof (ThPersonal, sex), sizeof ((ThPersonal *)0)->sex },
};

static gsize
put (guint8 *bytes, gsize at, char tag, const void *value, gsize len)
{
  bytes[at] = (guint8)tag;
  bytes[at + 1] = (guint8)(len >> 8);
  bytes[at + 2] = (guint8)len;
  memcpy (bytes + at + 3, value, len);
  return at + 3 + len;
}

GBytes *
th_personal_seal (const ThPersonal *who, const guint8 public_key[TH_SEAL_KEY_BYTES])
{
  guint8 plain[LARGE] = { VERSION };
  gsize size = who->has_photo ? LARGE : SMALL, at = 1;
  guint8 *box = g_malloc (size + crypto_box_SEALBYTES);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const char *text = (const char *)who + fields[i].offset;
      gsize len = strnlen (text, fields[i].size - 1);

      if (len > 0)
        at = put (plain, at, fields[i].tag, text, len);
    }
  if (who->has_photo)
    put (plain, at, 'p', who->photo, sizeof who->photo);
  crypto_box_seal (box, plain, size, public_key);
  sodium_memzero (plain, sizeof plain);
  return g_bytes_new_take (box, size + crypto_box_SEALBYTES);
}

static gboolean
refuse (ThPersonal *who, GError **error, const char *what)
{
  sodium_memzero (who, sizeof *who);
  g_set_error (error, TH_SEALED_ERROR, TH_SEALED_ERROR_INVALID, "what was sealed is damaged: %s", what);
  return FALSE;
}

static gboolean
take (const Field *field, const guint8 *value, gsize len, ThPersonal *who)
{
  char *text = (char *)who + field->offset;

  if (len == 0 || len >= field->size || memchr (value, '\0', len) != NULL
      || !g_utf8_validate ((const char *)value, (gssize)len, NULL))
    return FALSE;
  memcpy (text, value, len);
  text[len] = '\0';
  return TRUE;
}

gboolean
th_personal_unpack (const guint8 *bytes, gsize len, ThPersonal *ret_who, GError **error)
{
  gsize at = 1;
  guint next = 0;

  memset (ret_who, 0, sizeof *ret_who);
  if (len != SMALL && len != LARGE)
    return refuse (ret_who, error, "it is of no size that there is");
  if (bytes[0] != VERSION)
    return refuse (ret_who, error, "it is of another version");
  while (at < len && bytes[at] != 0)
    {
      gsize size;
      guint i = next;

      if (len - at < 3)
        return refuse (ret_who, error, "a field is cut short");
      size = (gsize)bytes[at + 1] << 8 | bytes[at + 2];
      if (size > len - at - 3)
        return refuse (ret_who, error, "a field is cut short");
      while (i < G_N_ELEMENTS (fields) && fields[i].tag != bytes[at])
        i++;
      if (i < G_N_ELEMENTS (fields))
        {
          if (!take (&fields[i], bytes + at + 3, size, ret_who))
            return refuse (ret_who, error, "a field holds no text");
          next = i + 1;
        }
      else if (bytes[at] == 'p' && size == TH_SEAL_PHOTO_BYTES && !ret_who->has_photo)
        {
          memcpy (ret_who->photo, bytes + at + 3, size);
          ret_who->has_photo = TRUE;
          next = G_N_ELEMENTS (fields);
        }
      else
        return refuse (ret_who, error, "there is a field that nobody knows, or one twice");
      at += 3 + size;
    }
  for (; at < len; at++)
    if (bytes[at] != 0)
      return refuse (ret_who, error, "something stands behind its end");
  return TRUE;
}

gboolean
th_personal_open (const guint8 *box, gsize len, const guint8 public_key[TH_SEAL_KEY_BYTES],
                  const guint8 secret_key[TH_SEAL_KEY_BYTES], ThPersonal *ret_who, GError **error)
{
  guint8 plain[LARGE];
  gsize size = len > crypto_box_SEALBYTES ? len - crypto_box_SEALBYTES : 0;
  gboolean good;

  memset (ret_who, 0, sizeof *ret_who);
  if (size != SMALL && size != LARGE)
    return refuse (ret_who, error, "it is of no size that there is");
  if (crypto_box_seal_open (plain, box, len, public_key, secret_key) != 0)
    {
      g_set_error (error, TH_SEALED_ERROR, TH_SEALED_ERROR_KEY,
                   "it was sealed to another key, or changed since");
      return FALSE;
    }
  good = th_personal_unpack (plain, size, ret_who, error);
  sodium_memzero (plain, sizeof plain);
  return good;
}
