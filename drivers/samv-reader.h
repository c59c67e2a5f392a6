/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ThCardReader of all readers with a SAM-V module, whatever port it hangs on. */
#pragma once

#include "drivers/devices.h"
#include "drivers/samv-port.h"

G_BEGIN_DECLS

/* All in milliseconds, at least 1. */
typedef struct
{
  guint poll;   /* 300: between two looks for a card, or whether it still lies there */
  guint answer; /* 400: limit for a reply that has no card in it */
  guint read;   /* 1500: limit for the card's data */
  guint
      address; /* 1000: limit for its newest address; also asked to see that it still lies there */
  guint retry; /* 1000: between attempts on a missing reader, or on a card that failed */
} ThCardReaderTimes;

/* The values above. */
extern const ThCardReaderTimes th_card_reader_usual_times;

#define TH_TYPE_SAMV_READER (th_samv_reader_get_type ())
G_DECLARE_FINAL_TYPE (ThSamvReader, th_samv_reader, TH, SAMV_READER, GObject)

/* @port: (transfer none): nobody else may use it. @times: (nullable): %NULL for the usual ones;
 * copied. May be let go at any time after. */
ThSamvReader *th_samv_reader_new (ThSamvPort *port, const ThCardReaderTimes *times);

/* (transfer full): "USB 0400:c35a, SAM 05.01-20110511-0001234567-0987654321", for a technician; ""
 * while there is none. */
char *th_samv_reader_describe (ThSamvReader *self);

/* Why "health" is neither ready nor starting, for a technician; TH_DEVICE_ERROR, OUT_OF_SERVICE
 * when the module says itself that it cannot work. %NULL: nothing is wrong. */
const GError *th_samv_reader_get_trouble (ThSamvReader *self);

G_END_DECLS
