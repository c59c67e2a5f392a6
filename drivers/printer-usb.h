/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ThPrinter over USB: any ESC/POS slip printer of the printer class. */
#pragma once

#include "drivers/devices.h"
#include "drivers/printer-model.h"
#include "drivers/usb-transport.h"

G_BEGIN_DECLS

#define TH_TYPE_USB_PRINTER (th_usb_printer_get_type ())
G_DECLARE_FINAL_TYPE (ThUsbPrinter, th_usb_printer, TH, USB_PRINTER, GObject)

/* (transfer full). @profile is copied; @context is kept. Nothing happens before th_printer_start(). */
ThPrinter *th_printer_usb_new (ThUsbContext *context, const ThPrinterProfile *profile);

G_END_DECLS
