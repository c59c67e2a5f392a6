/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ThCardReader behind a USB cable: readers with a SAM-V module. */
#pragma once

#include "drivers/devices.h"
#include "drivers/usb-transport.h"

G_BEGIN_DECLS

/* All in milliseconds, at least 1. */
typedef struct
{
  guint poll;   /* 300: between two looks for a card, or whether it still lies there */
  guint answer; /* 400: limit for a reply that has no card in it */
  guint read;   /* 1500: limit for the card's data */
  guint retry;  /* 1000: between attempts on a missing reader, or on a card that failed */
} ThCardReaderTimes;

#define TH_TYPE_CARD_READER_USB (th_card_reader_usb_get_type ())
G_DECLARE_FINAL_TYPE (ThCardReaderUsb, th_card_reader_usb, TH, CARD_READER_USB, GObject)

/* @times: (nullable): %NULL for the values above; copied. May be let go at any time after. */
ThCardReaderUsb *th_card_reader_usb_new (ThUsbContext *context, const ThCardReaderTimes *times);

/* (transfer full): "0400:c35a, module 05.01-20110511-0001234567-0987654321", for a technician; ""
 * while there is none. */
char *th_card_reader_usb_describe (ThCardReaderUsb *self);

G_END_DECLS
