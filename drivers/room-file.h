/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The temperature of the room from a sensor that the kernel drives (hwmon temp1_input, IIO
 * in_temp_input, 1-wire temperature): a file with thousandths of °C as text, "23437\n".
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * th_room_file_parse:
 * @text: (array length=len): the whole file, any bytes
 * @error: TH_DEVICE_ERROR_PROTOCOL: not one whole number, or none that a room can have (-40 to 60 °C)
 */
gboolean th_room_file_parse (const char *text, gsize len, int *ret_mc, GError **error);

/* Reads and parses @path. It may wait as long as the sensor takes (1-wire: 0.75 s): never on a main loop.
 * @error: also TH_DEVICE_ERROR_GONE, TH_DEVICE_ERROR_ACCESS */
gboolean th_room_file_read (const char *path, int *ret_mc, GError **error);

G_END_DECLS
