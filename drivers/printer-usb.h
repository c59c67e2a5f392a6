/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ThPrinter over USB: any ESC/POS slip printer of the printer class. */
#pragma once

#include "drivers/devices.h"
#include "drivers/usb-transport.h"

G_BEGIN_DECLS

/**
 * ThPrinterProfile: what the printer is, and how patient we are with it.
 */
typedef struct
{
  guint width_dots;        /* pictures of another width are refused; 384 or 576 */
  gboolean cutter;
  gboolean answers;        /* it can answer DLE EOT; else nothing is asked, and paper is not watched */
  guint band_rows;         /* rows a transfer; 24 to 128; 64 */
  guint poll_ms;           /* between looks at the paper, and between tries to open; 1000 */
  guint status_timeout_ms; /* for one question and for one answer; 200 */
  guint stall_ms;          /* a band not taken for this long: ask why, and say so by "paper"; 500 */
  guint band_timeout_ms;   /* a band not taken for this long is given up; 10000 */
} ThPrinterProfile;

void th_printer_profile_defaults (ThPrinterProfile *profile);

#define TH_TYPE_USB_PRINTER (th_usb_printer_get_type ())
G_DECLARE_FINAL_TYPE (ThUsbPrinter, th_usb_printer, TH, USB_PRINTER, GObject)

/* (transfer full). @profile is copied; @context is kept. Nothing happens before th_printer_start(). */
ThPrinter *th_printer_usb_new (ThUsbContext *context, const ThPrinterProfile *profile);

G_END_DECLS
