/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "drivers/presence.h"
#include "drivers/smbus-lines.h"
#include "drivers/thermometer-thread.h"

G_BEGIN_DECLS

#define TH_TYPE_THERMOMETER_SMBUS (th_thermometer_smbus_get_type ())
G_DECLARE_FINAL_TYPE (ThThermometerSmbus, th_thermometer_smbus, TH, THERMOMETER_SMBUS,
                      ThThermometerThread)

/**
 * th_thermometer_smbus_new:
 * @chip_label: (nullable): as th_gpio_lines_request()
 * @presence: (transfer full): whether somebody stands in front; asked on the sensor's thread
 * @sample_ms: between two samples while measuring
 * @idle_check_ms: otherwise; a sensor that fails is noticed within this time. One that is away is
 *   looked for at least twice a second
 *
 * An MLX90614 with emissivity 1 on two lines. The bus has a thread of its own; the last reference
 * must be dropped in the main context of the constructor, and then waits for the read under way
 * (milliseconds).
 *
 * Health: absent when chip, lines or sensor cannot be had, silent when the bus is held low or the
 * distance sensor does not answer, fault when words fail their check, carry the error bit, jump
 * about, or the sensor is set up otherwise (th_mlx90614_check_setup()). One failed look is repeated
 * at once before it counts.
 */
ThThermometer *th_thermometer_smbus_new (const char *chip_label, guint sda_line, guint scl_line,
                                         ThPresence *presence, guint sample_ms,
                                         guint idle_check_ms);

/**
 * th_thermometer_smbus_set_power_line:
 * @line: of a load switch in the sensor's supply, or -1: none
 *
 * Before the start. A sensor that stays silent or answers nonsense after the bus was recovered has
 * its supply cut for 0.3 s; if that does not help, again after 5 s, 10 s … 5 min. The supply is on at
 * all other times; when the program ends the switch's own resistor decides.
 */
void th_thermometer_smbus_set_power_line (ThThermometerSmbus *self, int line,
                                          gboolean active_low);

/* The bus since the start. */
void th_thermometer_smbus_get_stats (ThThermometerSmbus *self, ThSmbusStats *ret_stats);

G_END_DECLS
