/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "drivers/presence.h"
#include "drivers/thermometer-thread.h"

G_BEGIN_DECLS

#define TH_TYPE_THERMOMETER_IIO (th_thermometer_iio_get_type ())
G_DECLARE_FINAL_TYPE (ThThermometerIio, th_thermometer_iio, TH, THERMOMETER_IIO,
                      ThThermometerThread)

/**
 * th_thermometer_iio_new:
 * @device: "": the only mlx90614 or mlx90632 among the kernel's IIO devices; else the path of its
 *   folder in sysfs, or of its I2C device's, which stays the same (/sys/bus/i2c/devices/1-005a)
 * @presence: (transfer full): whether somebody stands in front; asked on the sensor's thread
 * @sample_ms, @idle_check_ms: as th_thermometer_thread_set_times()
 *
 * A sensor that a driver of the kernel reads. Samples carry the chip's own words with an mlx90614,
 * the nearest ones with an mlx90632 (0.01 °C off at most). With an mlx90632 each of the kernel's two
 * reads takes up to half a second; dropping the last reference waits for them.
 *
 * Health: absent when there is no such sensor, it does not answer or may not be read; silent when
 * the bus is held; fault when its attributes say nothing that can be believed, or it is set up
 * otherwise: emissivity other than 1 (it is corrected in software, twice would read high) or filters
 * slower than 0.86 Hz. Both are looked at again each minute.
 */
ThThermometer *th_thermometer_iio_new (const char *device, ThPresence *presence, guint sample_ms,
                                       guint idle_check_ms);

G_END_DECLS
