/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A thermometer that is looked at on a thread of its own: the beat, what the main context is told
 * and when, and how the thread ends. What a look is, each way to the sensor knows.
 */
#pragma once

#include "drivers/devices.h"

G_BEGIN_DECLS

typedef enum
{
  TH_LOOK_FAILED,   /* the error says why */
  TH_LOOK_SETTLING, /* the sensor was just found: soon */
  TH_LOOK_EMPTY,    /* the sensor is well, but there is nothing to show now */
  TH_LOOK_GOOD,
} ThLook;

#define TH_TYPE_THERMOMETER_THREAD (th_thermometer_thread_get_type ())
G_DECLARE_DERIVABLE_TYPE (ThThermometerThread, th_thermometer_thread, TH, THERMOMETER_THREAD,
                          GObject)

/**
 * ThThermometerThreadClass:
 * @look: on the thread. @ret_sample is all zeros; it counts with TH_LOOK_GOOD
 * @close: on the thread: gives everything back that @look opened; also after an error that says
 *   TH_DEVICE_ERROR_GONE, _BUSY or _ACCESS, and before the thread ends
 * @describe: on the main context: as th_thermometer_describe()
 *
 * Health by the error's code: GONE, BUSY and ACCESS absent, TIMED_OUT silent, the others fault.
 */
struct _ThThermometerThreadClass
{
  GObjectClass parent_class;

  ThLook (*look) (ThThermometerThread *self, ThSample *ret_sample, GError **error);
  void (*close) (ThThermometerThread *self);
  char *(*describe) (ThThermometerThread *self);
};

/**
 * th_thermometer_thread_set_times: before the start
 * @sample_ms: between two looks while measuring
 * @idle_check_ms: otherwise; a sensor that fails is noticed within this time, or @patience_ms and
 *   @sample_ms if that is longer
 * @patience_ms: how long looks of a sensor that was well may fail before it counts
 */
void th_thermometer_thread_set_times (ThThermometerThread *self, guint sample_ms,
                                      guint idle_check_ms, guint patience_ms);

G_END_DECLS
