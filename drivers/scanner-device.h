/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A code scanner on this machine: a serial device (USB CDC ACM, or a serial port), or one that plays
 * keyboard. Opened when it is there, opened again when it comes back.
 */
#pragma once

#include "drivers/devices.h"

G_BEGIN_DECLS

#define TH_TYPE_SCANNER_DEVICE (th_scanner_device_get_type ())
G_DECLARE_FINAL_TYPE (ThScannerDevice, th_scanner_device, TH, SCANNER_DEVICE, GObject)

typedef struct
{
  guint gap;   /* ms without a byte: the code is whole; some scanners send no end */
  guint hold;  /* ms after a code in which the next one does not count */
  guint retry; /* ms until it is looked for again */
} ThScannerTimes;

/* Times for real scanners: 100, 300, 500. */
extern const ThScannerTimes th_scanner_times;

/**
 * th_scanner_serial_new: (transfer full)
 * @path: /dev/ttyACM0, or better the name below /dev/serial/by-id; 9600 8N1, which a CDC ACM device
 *   does not care about. Opened for this program alone
 */
ThScannerDevice *th_scanner_serial_new (const char *path, const ThScannerTimes *times);

/**
 * th_scanner_keyboard_new: (transfer full)
 * @which: a path below /dev/input (better /dev/input/by-id), or "vvvv:pppp" in hex, the USB ids: then
 *   the first such device that has the keys 1 and Enter
 *
 * It is grabbed (EVIOCGRAB): while this object has it, its keys reach no screen and no other program.
 */
ThScannerDevice *th_scanner_keyboard_new (const char *which, const ThScannerTimes *times);

/* "vvvv:pppp" in hex. */
gboolean th_scanner_parse_ids (const char *text, guint16 *ret_vendor, guint16 *ret_product);

G_END_DECLS
