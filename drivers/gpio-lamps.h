/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "drivers/devices.h"

G_BEGIN_DECLS

#define TH_TYPE_GPIO_LAMPS (th_gpio_lamps_get_type ())
G_DECLARE_FINAL_TYPE (ThGpioLamps, th_gpio_lamps, TH, GPIO_LAMPS, GObject)

/**
 * th_gpio_lamps_new:
 * @chip_label: (nullable): as th_gpio_lines_request()
 * @ready_line, @attention_line: the lamp's line, high is lit, or -1: no such lamp
 *
 * Dark at the start, and again when the object goes. Lamps are never a reason to stop: lines that
 * cannot be had are asked for again every two seconds, and a lamp that was set meanwhile is lit
 * then.
 */
ThLamps *th_gpio_lamps_new (const char *chip_label, int ready_line, int attention_line);

G_END_DECLS
