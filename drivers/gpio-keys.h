/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "drivers/devices.h"

G_BEGIN_DECLS

#define TH_TYPE_GPIO_KEYS (th_gpio_keys_get_type ())
G_DECLARE_FINAL_TYPE (ThGpioKeys, th_gpio_keys, TH, GPIO_KEYS, GObject)

/**
 * th_gpio_keys_new:
 * @chip_label: (nullable): as th_gpio_lines_request()
 * @lines: of the keys
 * @active_low: a key that is down pulls its line low
 *
 * Debounced by the kernel where it can, and here. Health: absent while chip or lines cannot be had (they
 * are asked for again every two seconds), fault while a key is stuck.
 */
ThKeys *th_gpio_keys_new (const char *chip_label, const guint lines[TH_N_KEYS],
                          gboolean active_low);

G_END_DECLS
