/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ThPrinter over a print queue of CUPS. */
#pragma once

#include "drivers/devices.h"
#include "drivers/printer-model.h"

G_BEGIN_DECLS

#define TH_TYPE_QUEUE_PRINTER (th_queue_printer_get_type ())
G_DECLARE_FINAL_TYPE (ThQueuePrinter, th_queue_printer, TH, QUEUE_PRINTER, GObject)

/**
 * th_printer_queue_new: (transfer full)
 * @queue: a raw queue: `lpadmin -p QUEUE -m raw …`
 * @profile: copied; its width, dpi, cutter, band rows and times count
 *
 * A slip is "sent" when the spooler has taken it; what becomes of it there nobody says. get_answers() is FALSE.
 */
ThPrinter *th_printer_queue_new (const char *queue, const ThPrinterProfile *profile);

G_END_DECLS
