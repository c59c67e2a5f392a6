/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is personal of a person, sealed to a public key (libsodium's sealed boxes: X25519, XSalsa20, Poly1305): whoever has
 * the public half can write it, only the secret half reads it again. Pure: no file, no clock.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TH_SEAL_KEY_BYTES 32
#define TH_SEAL_PHOTO_BYTES 1024

#define TH_SEALED_ERROR (th_sealed_error_quark ())
GQuark th_sealed_error_quark (void);

typedef enum
{
  TH_SEALED_ERROR_KEY,     /* sealed to another key, or changed since */
  TH_SEALED_ERROR_INVALID, /* opened, and not what was ever sealed */
} ThSealedError;

/* "" and FALSE for what is not known. UTF-8. */
typedef struct
{
  char name[256];
  char id_number[19]; /* as th_id_number_check() writes it */
  char birth[11];     /* "1948-03-07" */
  char sex[12];       /* "male", "female", … */
  gboolean has_photo;
  guint8 photo[TH_SEAL_PHOTO_BYTES]; /* as on the card */
} ThPersonal;

/* A box says nothing of how long a name is: there are two sizes, with a photo and without. (transfer full) */
GBytes *th_personal_seal (const ThPersonal *who, const guint8 public_key[TH_SEAL_KEY_BYTES]);
/* The caller wipes @ret_who. */
gboolean th_personal_open (const guint8 *box, gsize len, const guint8 public_key[TH_SEAL_KEY_BYTES],
                           const guint8 secret_key[TH_SEAL_KEY_BYTES], ThPersonal *ret_who,
                           GError **error);
/* What is inside an opened box. @error: INVALID */
gboolean th_personal_unpack (const guint8 *bytes, gsize len, ThPersonal *ret_who, GError **error);

G_END_DECLS
