/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the settings to printers. */
#pragma once

#include "drivers/devices.h"
#include "drivers/printer-model.h"
#include "drivers/usb-transport.h"
#include "kiosk/config.h"

G_BEGIN_DECLS

/* What the settings say; what they leave open is the model's they name, or left to the printer that is found. */
void th_printer_setup_profile (const ThPrinterSettings *settings, ThPrinterProfile *ret_profile);

/* Where it may be found on USB: @ret_only when the settings name its ids, else any printer's table. */
const ThUsbMatch *th_printer_setup_matches (const ThPrinterSettings *settings, ThUsbMatch ret_only[2]);

/* One printer. (transfer full); NULL: way NONE. */
ThPrinter *th_printer_setup_one (const ThPrinterSettings *settings, ThUsbContext *usb);

/* The kiosk's: one, or two as a pair. (transfer full) */
ThPrinter *th_printer_setup (const ThConfig *config, ThUsbContext *usb);

/* May a slip ever be confirmed? As far as the settings tell. */
gboolean th_printer_setup_answers (const ThConfig *config);

G_END_DECLS
