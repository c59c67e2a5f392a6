/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ThPrinter out of two: the main one, and a spare that stands in for it. */
#pragma once

#include "drivers/devices.h"

G_BEGIN_DECLS

#define TH_TYPE_PRINTER_PAIR (th_printer_pair_get_type ())
G_DECLARE_FINAL_TYPE (ThPrinterPair, th_printer_pair, TH, PRINTER_PAIR, GObject)

/**
 * th_printer_pair_new: (transfer full)
 *
 * The main printer when it can print, else the spare when that can. "paper", page and answers are those of the one that
 * is next. It never changes while a slip is under way, and carries no slip from one to the other: what is begun on one
 * ends there, with its outcome. A check that finds the one at its end looks at the other too, so it may take twice as
 * long.
 */
ThPrinter *th_printer_pair_new (ThPrinter *main, ThPrinter *spare);

/* (transfer none) */
ThPrinter *th_printer_pair_get_main (ThPrinterPair *self);
ThPrinter *th_printer_pair_get_spare (ThPrinterPair *self);

/* Which one prints next, or prints now: "main" or "spare"; "main" for any printer that is no pair. */
const char *th_printer_get_which (ThPrinter *printer);

/* Between the two it stays as it is: from the drawing of a slip until it is over. Nothing for any other printer. */
void th_printer_hold (ThPrinter *printer);
void th_printer_let_go (ThPrinter *printer);

G_END_DECLS
