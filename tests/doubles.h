/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small doubles of the device contract, for tests of the check-in alone: they do what the test
 * says, when it says so. */
#pragma once

#include "drivers/devices.h"

G_BEGIN_DECLS

G_DECLARE_FINAL_TYPE (DoubleReader, double_reader, DOUBLE, READER, GObject)
G_DECLARE_FINAL_TYPE (DoubleThermometer, double_thermometer, DOUBLE, THERMOMETER, GObject)
G_DECLARE_FINAL_TYPE (DoubleScanner, double_scanner, DOUBLE, SCANNER, GObject)
G_DECLARE_FINAL_TYPE (DoublePrinter, double_printer, DOUBLE, PRINTER, GObject)
G_DECLARE_FINAL_TYPE (DoubleOutputs, double_outputs, DOUBLE, OUTPUTS, GObject)

DoubleReader *double_reader_new (void);
void double_reader_set_health (DoubleReader *self, ThHealth health);
void double_reader_put (DoubleReader *self, const char *name,
                        const char *id_number); /* found, then read */
void double_reader_lift (DoubleReader *self);

void double_reader_put_card (DoubleReader *self, ThCard *card);

DoubleScanner *double_scanner_new (void); /* ready when started */
void double_scanner_scan (DoubleScanner *self, const char *text);

DoubleThermometer *double_thermometer_new (void);
void double_thermometer_set_health (DoubleThermometer *self, ThHealth health);
/* One look now, beside the one a second that comes by itself, with the words last shown. */
void double_thermometer_look (DoubleThermometer *self);
gboolean double_thermometer_is_on (DoubleThermometer *self);
/* Ten samples a second from now on, as of somebody whose body estimate is about @body_tenths, until
 * ended. */
void double_thermometer_show (DoubleThermometer *self, guint16 object_raw, guint16 ambient_raw,
                              gboolean present);

DoublePrinter *double_printer_new (void);
void double_printer_set_paper (DoublePrinter *self, ThPaper paper);
/* What the next prints end in; HOLD: they wait for double_printer_release(). */
void double_printer_set_outcome (DoublePrinter *self, ThSlipOutcome outcome, gboolean hold);
void double_printer_release (DoublePrinter *self);
guint double_printer_get_printed (DoublePrinter *self);
gboolean double_printer_get_flushed (DoublePrinter *self); /* the last one was flushed first */

DoubleOutputs *double_outputs_new (void);
/* What the hall has seen, heard and walked through since the last call: "ready- look+ gate ". */
char *double_outputs_take (DoubleOutputs *self);

G_END_DECLS
