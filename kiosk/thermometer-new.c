/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/thermometer-new.h"

#include "drivers/presence.h"
#include "drivers/thermometer-iio.h"
#include "drivers/thermometer-pwm.h"
#include "drivers/thermometer-smbus.h"

#define IDLE_CHECK_MS 1000 /* while nobody is measured: warm-up and drift are watched by it */

static ThPresence *
presence_new (const ThConfig *config)
{
  switch ((ThPresenceKind) config->presence)
    {
    case TH_PRESENCE_HC_SR04:
      return th_presence_new_distance (config->gpio_chip, config->trigger_line,
                                       config->presence_line, config->near_cm * 10,
                                       config->far_cm * 10);
    case TH_PRESENCE_SWITCH:
      return th_presence_new_switch (config->gpio_chip, (int) config->presence_line,
                                     config->presence_active_low);
    case TH_PRESENCE_NONE:
      break;
    }
  return th_presence_new_switch (config->gpio_chip, -1, FALSE);
}

/* The chip has a byte for each end of its own range: steps of 0.64 °C from -38.2. */
static int
ambient_end (int mc)
{
  return (mc + 38200 + 320) / 640 * 640 - 38200;
}

static ThThermometer *
pwm_new (const ThConfig *config)
{
  gboolean extended = config->pwm_mode == TH_PWM_EXTENDED;
  guint object = extended ? 1 : 0;
  ThPwmSetup setup = {
    .mode = (ThPwmMode) config->pwm_mode,
    .period_ns = (extended ? 2 : 1) * G_GINT64_CONSTANT (1024000) * config->pwm_period,
  };

  setup.min_mc[0] = ambient_end (config->pwm_ambient_min_mc);
  setup.max_mc[0] = ambient_end (config->pwm_ambient_max_mc);
  setup.min_mc[object] = config->pwm_min_mc;
  setup.max_mc[object] = config->pwm_max_mc;
  return th_thermometer_pwm_new (config->gpio_chip, config->pwm_line, &setup,
                                 presence_new (config), config->sample_ms, IDLE_CHECK_MS);
}

static ThThermometer *
smbus_new (const ThConfig *config)
{
  ThThermometer *thermometer =
      th_thermometer_smbus_new (config->gpio_chip, config->sda_line, config->scl_line,
                                presence_new (config), config->sample_ms, IDLE_CHECK_MS);

  th_thermometer_smbus_set_power_line (TH_THERMOMETER_SMBUS (thermometer),
                                       config->sensor_power_line,
                                       config->sensor_power_active_low);
  return thermometer;
}

ThThermometer *
th_thermometer_new_configured (const ThConfig *config)
{
  switch ((ThSensorWay) config->sensor_way)
    {
    case TH_WAY_PWM:
      return pwm_new (config);
    case TH_WAY_IIO:
      return th_thermometer_iio_new (config->iio_device, presence_new (config), config->sample_ms,
                                     IDLE_CHECK_MS);
    case TH_WAY_SMBUS:
      break;
    }
  return smbus_new (config);
}
