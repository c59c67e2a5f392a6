/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/photo.h"

#include <gio/gio.h>
#include <string.h>

#include "drivers/bytes.h"

/* What a file header and the shortest of the headers behind it take. */
#define FILE_HEADER 14
#define INFO_HEADER 40
#define BITS 24

G_DEFINE_BOXED_TYPE (ThPhoto, th_photo, th_photo_ref, th_photo_unref)

ThPhoto *
th_photo_ref (ThPhoto *photo)
{
  return g_atomic_rc_box_acquire (photo);
}

static void
clear (gpointer data)
{
  ThPhoto *photo = data;

  explicit_bzero (photo->pixels, sizeof *photo->pixels * photo->width * photo->height);
  g_free (photo->pixels);
}

void
th_photo_unref (ThPhoto *photo)
{
  g_atomic_rc_box_release_full (photo, clear);
}

static ThPhoto *
refuse (GError **error, const char *what)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the picture %s", what);
  return NULL;
}

/*
 * 42 4D · file size (not looked at: programs differ) · 0 · where the pixels are
 * header's size (40 or more) · width · height (negative: upper row first) · 1 · 24 · 0 = not compressed · …
 * rows of B G R, each filled up to 4 bytes
 */
ThPhoto *
th_photo_parse (const guint8 *data, gsize len, GError **error)
{
  ThBytes bytes = { data, len };
  const guint8 *mark, *skipped;
  guint32 offset, header, width, height, compression;
  guint16 planes, bits;
  gboolean upper_first;
  gsize stride;
  ThPhoto *photo;

  if (!th_bytes_take (&bytes, 2, &mark) || memcmp (mark, "BM", 2) != 0)
    return refuse (error, "is no BMP");
  if (!th_bytes_take (&bytes, 8, &skipped) || !th_bytes_take_u32le (&bytes, &offset)
      || !th_bytes_take_u32le (&bytes, &header) || !th_bytes_take_u32le (&bytes, &width)
      || !th_bytes_take_u32le (&bytes, &height) || !th_bytes_take_u16le (&bytes, &planes)
      || !th_bytes_take_u16le (&bytes, &bits) || !th_bytes_take_u32le (&bytes, &compression)
      || header < INFO_HEADER)
    return refuse (error, "is cut short, or of a kind that is not read here");
  if (planes != 1 || bits != BITS || compression != 0)
    return refuse (error, "has not 24 plain bits a pixel");
  upper_first = (height & 0x80000000) != 0;
  if (upper_first)
    height = -height;
  if (width < 1 || width > TH_PHOTO_MAX_SIDE || height < 1 || height > TH_PHOTO_MAX_SIDE)
    return refuse (error, "has sides of none, or of more than 512");
  stride = (width * 3 + 3) & ~(gsize) 3;
  if (offset > len || (guint64) header + FILE_HEADER > offset || len - offset < stride * height)
    return refuse (error, "has not all of its pixels");

  photo = g_atomic_rc_box_new0 (ThPhoto);
  photo->width = width;
  photo->height = height;
  photo->pixels = g_new (guint32, (gsize) width * height);
  for (guint y = 0; y < height; y++)
    {
      const guint8 *row = data + offset + stride * (upper_first ? y : height - 1 - y);

      for (guint x = 0; x < width; x++)
        photo->pixels[(gsize) y * width + x]
            = (guint32) row[3 * x + 2] << 16 | (guint32) row[3 * x + 1] << 8 | row[3 * x];
    }
  return photo;
}
