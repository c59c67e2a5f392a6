/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kernel's sensor drivers write into sysfs, a number a file. Pure: text in, number out. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TH_IIO_TEXT_MAX 32 /* bytes of an attribute, its newline included */
#define TH_IIO_ONE G_GINT64_CONSTANT (1000000000)

/**
 * th_iio_parse:
 * @text: (array length=len): a whole attribute: `15507\n`, `-13657.500000\n`, `0.979994016\n`
 * @ret_billionths: (out): the number × TH_IIO_ONE
 * @error: TH_DEVICE_ERROR_PROTOCOL: it is anything but one decimal number of up to nine digits
 *   before and nine after the point
 */
gboolean th_iio_parse (const char *text, gsize len, gint64 *ret_billionths, GError **error);

G_END_DECLS
