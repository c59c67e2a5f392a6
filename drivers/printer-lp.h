/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ThPrinter over the kernel's own printer driver: /dev/usb/lp0. */
#pragma once

#include "drivers/devices.h"
#include "drivers/printer-model.h"

G_BEGIN_DECLS

#define TH_TYPE_LP_PRINTER (th_lp_printer_get_type ())
G_DECLARE_FINAL_TYPE (ThLpPrinter, th_lp_printer, TH, LP_PRINTER, GObject)

/**
 * th_printer_lp_new: (transfer full)
 * @path: of the device; it need not be there yet
 * @profile: copied. With "answers" the port's own word about paper and errors (LPGETSTATUS) is believed.
 *
 * It never confirms a slip: get_answers() is FALSE.
 */
ThPrinter *th_printer_lp_new (const char *path, const ThPrinterProfile *profile);

G_END_DECLS
