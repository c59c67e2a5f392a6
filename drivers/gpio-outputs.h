/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "drivers/devices.h"

G_BEGIN_DECLS

#define TH_TYPE_GPIO_OUTPUTS (th_gpio_outputs_get_type ())
G_DECLARE_FINAL_TYPE (ThGpioOutputs, th_gpio_outputs, TH, GPIO_OUTPUTS, GObject)

/* Each line as th_gpio_lines_request() has it, or -1: there is none. Lamps are lit, and the buzzer sounds,
 * while the line is high. */
typedef struct
{
  const char *chip_label;
  int ready_line, attention_line;
  int buzzer_line;
  int gate_line;             /* of a relay */
  gboolean gate_active_low;  /* it pulls while the line is low */
  gboolean gate_safe_closed; /* what the gate is while the relay does not pull: closed, else open */
  guint gate_open_ms;
} ThGpioOutputLines;

/**
 * th_gpio_outputs_new:
 * @lines: copied
 *
 * Dark and silent at the start, the gate closed; dark, silent and the relay at rest when the object
 * goes. A process that is killed leaves its lines to the kernel, which makes them inputs: then the
 * resistors outside decide (docs/wiring.md).
 *
 * Lines that cannot be had are asked for again every two seconds, and what was set meanwhile is so
 * then.
 */
ThOutputs *th_gpio_outputs_new (const ThGpioOutputLines *lines);

G_END_DECLS
