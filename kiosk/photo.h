/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A card's photo as a picture, and the one format a decoder may give it in: BMP, 24 bits a pixel, not
 * compressed (what the decoders for these cards write: 102 by 126). Pure: bytes in, picture out.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define TH_PHOTO_MAX_SIDE 512
/* More than this is no photo of a card: the usual one has 38,862. */
#define TH_PHOTO_MAX_BYTES (256 * 1024)

/**
 * ThPhoto: reference counted, never changed once made, wiped when the last one lets go.
 * @pixels: (array length=width*height): 0x00RRGGBB, from the upper left, row by row
 */
typedef struct
{
  guint width; /* 1 to TH_PHOTO_MAX_SIDE */
  guint height;
  guint32 *pixels;
} ThPhoto;

#define TH_TYPE_PHOTO (th_photo_get_type ())
GType th_photo_get_type (void);
ThPhoto *th_photo_ref (ThPhoto *photo);
void th_photo_unref (ThPhoto *photo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThPhoto, th_photo_unref)

/**
 * th_photo_parse: (transfer full)
 * @data: (array length=len): a BMP file; bytes behind the picture are passed over
 * @error: G_IO_ERROR_INVALID_DATA
 */
ThPhoto *th_photo_parse (const guint8 *data, gsize len, GError **error);

G_END_DECLS
