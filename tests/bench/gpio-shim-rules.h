/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kernel refuses, and what a Raspberry Pi 4 calls its lines. Pure. */
#pragma once

#include <linux/gpio.h>
#include <stddef.h>
#include <stdint.h>

#define TH_SHIM_EDGES (GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING)

/* Of the line at @index of the request; NULL: it has none of that kind. */
const struct gpio_v2_line_attribute *
th_shim_find_attribute (const struct gpio_v2_line_config *config, uint32_t id, uint32_t index);
uint64_t th_shim_flags_of (const struct gpio_v2_line_config *config, uint32_t index);

/* Returns: 0, or the errno value. */
int th_shim_check_config (const struct gpio_v2_line_config *config, uint32_t n);

/* @line: less than TH_BENCH_GPIO_LINES */
void th_shim_name_line (uint32_t line, char *name, size_t size);
