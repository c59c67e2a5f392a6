/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "drivers/mlx90614-pwm.h"
#include "drivers/presence.h"
#include "drivers/thermometer-thread.h"

G_BEGIN_DECLS

#define TH_TYPE_THERMOMETER_PWM (th_thermometer_pwm_get_type ())
G_DECLARE_FINAL_TYPE (ThThermometerPwm, th_thermometer_pwm, TH, THERMOMETER_PWM,
                      ThThermometerThread)

/**
 * th_thermometer_pwm_new:
 * @chip_label: (nullable): as th_gpio_lines_request()
 * @setup: one that th_pwm_check_setup() takes, with its period of at most 150 ms
 * @presence: (transfer full): whether somebody stands in front; asked on the sensor's thread
 * @sample_ms, @idle_check_ms: as th_thermometer_thread_set_times(); its patience is the time that
 *   the frames of a reading take, 0.3 s with a period of 20 ms
 *
 * An MLX90614 that was set up once to speak by pulses, with emissivity 1, on one line. Samples carry
 * the words nearest to its temperatures (0.01 °C off at most), and in single mode no ambient word.
 * An object outside its range has no word, and while frames disagree, as when somebody steps in
 * front, there is no sample.
 *
 * Health: absent when chip or line cannot be had, or nothing pulls the line down; silent when
 * something does and never lets go, or the distance sensor does not answer; fault when pulses are
 * missing, have another period, mean an error, or disagree for seconds.
 */
ThThermometer *th_thermometer_pwm_new (const char *chip_label, guint line, const ThPwmSetup *setup,
                                       ThPresence *presence, guint sample_ms, guint idle_check_ms);

G_END_DECLS
