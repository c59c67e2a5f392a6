/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways to the thermometer: what their settings must be together. */
#include <gio/gio.h>

#include "drivers/gpio-lines.h"
#include "drivers/mlx90614-pwm.h"
#include "kiosk/config-value.h"

/* What is outside the range makes no reading: it must hold every forehead, and every room. */
static gboolean
check_end (const char *key, int mc, int least_c, int most_c, GError **error)
{
  g_autofree char *written = g_strdup_printf ("%g", mc / 1000.0);

  if (mc >= least_c * 1000 && mc <= most_c * 1000)
    return TRUE;
  return th_config_refuse ("thermometer", key, written, error, "%d to %d °C", least_c, most_c);
}

gboolean
th_config_check_sensor (const ThConfig *config, GError **error)
{
  g_autofree char *power = NULL;

  if (!check_end ("pwm-min", config->pwm_min_mc, 0, 32, error) ||
      !check_end ("pwm-max", config->pwm_max_mc, 43, 60, error) ||
      !check_end ("pwm-ambient-min", config->pwm_ambient_min_mc, -20, 10, error) ||
      !check_end ("pwm-ambient-max", config->pwm_ambient_max_mc, 45, 85, error))
    return FALSE;
  if (config->sensor_way == TH_WAY_PWM && config->pwm_mode == TH_PWM_SINGLE &&
      config->screening.room_source == TH_ROOM_DIE)
    return th_config_refuse ("screening", "room-temperature", "sensor", error,
                             "a number of °C, or the path of a sensor's file: with [thermometer] "
                             "way pwm and pwm-mode single the sensor does not say its own "
                             "temperature");
  if (config->sensor_way != TH_WAY_SMBUS && config->sensor_power_line >= 0)
    {
      power = th_gpio_line_to_string ((guint) config->sensor_power_line);
      return th_config_refuse ("thermometer", "power-line", power, error,
                               "none unless [thermometer] way is smbus");
    }
  return TRUE;
}
