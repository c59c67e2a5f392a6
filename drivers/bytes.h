/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Readers over (data, len) that cannot run past the end: each takes from the front, or returns
 * FALSE and takes nothing.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const guint8 *data;
  gsize len; /* left */
} ThBytes;

static inline gboolean
th_bytes_take (ThBytes *bytes, gsize len, const guint8 **ret_data)
{
  if (len > bytes->len)
    return FALSE;
  *ret_data = bytes->data;
  bytes->data += len;
  bytes->len -= len;
  return TRUE;
}

static inline gboolean
th_bytes_take_u8 (ThBytes *bytes, guint8 *ret_value)
{
  const guint8 *data;

  if (!th_bytes_take (bytes, 1, &data))
    return FALSE;
  *ret_value = data[0];
  return TRUE;
}

static inline gboolean
th_bytes_take_u16be (ThBytes *bytes, guint16 *ret_value)
{
  const guint8 *data;

  if (!th_bytes_take (bytes, 2, &data))
    return FALSE;
  *ret_value = (guint16)(data[0] << 8 | data[1]);
  return TRUE;
}

static inline gboolean
th_bytes_take_u16le (ThBytes *bytes, guint16 *ret_value)
{
  const guint8 *data;

  if (!th_bytes_take (bytes, 2, &data))
    return FALSE;
  *ret_value = (guint16)(data[1] << 8 | data[0]);
  return TRUE;
}

static inline gboolean
th_bytes_take_u32le (ThBytes *bytes, guint32 *ret_value)
{
  const guint8 *data;

  if (!th_bytes_take (bytes, 4, &data))
    return FALSE;
  *ret_value = (guint32)data[3] << 24 | (guint32)data[2] << 16 | (guint32)data[1] << 8 | data[0];
  return TRUE;
}

G_END_DECLS
