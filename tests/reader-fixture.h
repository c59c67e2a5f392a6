/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A card reader driver on an emulated reader of any shape, and what it said. For tests on_bench().
 */
#pragma once

#include "drivers/samv-reader.h"
#include "drivers/samv-serial.h"
#include "drivers/samv-usb.h"

#include "tests/on-bench.h"

G_BEGIN_DECLS

/* What a kiosk has: see th_card_reader_usual_times. */
extern const ThCardReaderTimes quick_times;

/* @shape: "whole", "split", "hid", "serial" */
typedef struct
{
  const char *shape;
  const ThCardReaderTimes *times;
} ReaderSetting;

typedef struct
{
  const ReaderSetting *setting;
  const char *reader; /* what the bench calls it */
  const char *card;
  const char *port; /* a serial one; NULL: the emulated reader's */
  ThUsbContext *context;
  ThCardReader *driver;
  GString *told; /* what the reader said, a letter each: f found, r read, x failed, l lifted */
  ThDeviceRetry retry;
  ThCard *read; /* the last */
} Fixture;

void reader_set_up (Fixture *fix, gconstpointer setting);
void reader_tear_down (Fixture *fix, gconstpointer setting);

void start_driver (Fixture *fix);
void drop_driver (Fixture *fix);

void put_card (Fixture *fix, const char *name); /* of tests/data */
void wait_health (Fixture *fix, guint limit_ms, ThHealth health);
/* Waits for @told, then looks a while whether more is said than that. */
void expect_told (Fixture *fix, const char *told);

G_END_DECLS
