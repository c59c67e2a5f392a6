/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The port of a SAM-V module on a serial line, or behind a USB adapter that looks like one. */
#pragma once

#include "drivers/samv-port.h"

G_BEGIN_DECLS

#define TH_TYPE_SAMV_SERIAL (th_samv_serial_get_type ())
G_DECLARE_FINAL_TYPE (ThSamvSerial, th_samv_serial, TH, SAMV_SERIAL, GObject)

/* (transfer full): not opened yet. @path: as in "/dev/ttyUSB0", or a link to it. */
ThSamvPort *th_samv_serial_new (const char *path);

G_END_DECLS
