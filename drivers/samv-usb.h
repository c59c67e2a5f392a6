/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The port of a SAM-V module behind USB. A new model is a row of the table in samv-usb.c. */
#pragma once

#include "drivers/samv-port.h"
#include "drivers/usb-transport.h"

G_BEGIN_DECLS

#define TH_TYPE_SAMV_USB (th_samv_usb_get_type ())
G_DECLARE_FINAL_TYPE (ThSamvUsb, th_samv_usb, TH, SAMV_USB, GObject)

/* (transfer full): not opened yet */
ThSamvPort *th_samv_usb_new (ThUsbContext *context);

G_END_DECLS
