/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a technician has captured of the thermometer's bus, as JSON. Pure. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * th_sensor_decode_json:
 * @text: hex, with or without 0x and spaces: a whole transaction as seen on the wire with its check
 *   byte ("B4 07 B5 D2 3A 30"), or one word as an object's temperature ("0x3ad2")
 * @error: G_IO_ERROR_INVALID_DATA: no hex, or over 16 bytes; TH_DEVICE_ERROR_PROTOCOL: length, check
 *   byte or range; TH_DEVICE_ERROR_OUT_OF_SERVICE: the chip's error bit
 * Returns: (transfer full): one line without its end; "celsius" (two decimals) where it is a temperature
 */
char *th_sensor_decode_json (const char *text, GError **error);

G_END_DECLS
