/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/thermometer-new.h"

#include "drivers/presence.h"
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

ThThermometer *
th_thermometer_new_configured (const ThConfig *config)
{
  ThThermometer *thermometer =
      th_thermometer_smbus_new (config->gpio_chip, config->sda_line, config->scl_line,
                                presence_new (config), config->sample_ms, IDLE_CHECK_MS);

  th_thermometer_smbus_set_power_line (TH_THERMOMETER_SMBUS (thermometer),
                                       config->sensor_power_line,
                                       config->sensor_power_active_low);
  return thermometer;
}
