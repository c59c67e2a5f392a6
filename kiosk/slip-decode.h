/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Printer bytes back to paper, for looking at what was or would be sent. Pure, and written apart from the encoder
 * (drivers/escpos.c) so that a mistake there is not made twice. */
#pragma once

#include <glib.h>

#include "drivers/devices.h"

G_BEGIN_DECLS

#define TH_SLIP_DECODE_MAX_WIDTH 1024 /* dots */
#define TH_SLIP_DECODE_MAX_HEIGHT 8192
#define TH_SLIP_DECODE_MAX_SLIPS 64

/**
 * th_slip_decode: (transfer full) (element-type ThRaster)
 * @data: (array length=len): what a raster-only ESC/POS printer receives
 * @error: G_IO_ERROR_INVALID_DATA: a command it does not know or that is cut off, with its offset; or paper
 *   beyond the limits above
 *
 * One raster a slip: pictures one under the other, blank rows for feeds between them; the feed after
 * the last picture is not drawn. A slip ends with a cut or with the data. Pieces without a picture
 * are left out, so the array may be empty.
 */
GPtrArray *th_slip_decode (const guint8 *data, gsize len, GError **error);

/* The same; @list gets a line for every command: its offset, what it is, and what it does. NULs in a row are one. */
GPtrArray *th_slip_decode_listed (const guint8 *data, gsize len, GString *list, GError **error);

G_END_DECLS
