/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/screening.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

void
th_screening_defaults (ThScreening *rules)
{
  *rules = (ThScreening){
    .limit_tenths = 373,
    .supply_mv = 3300,
    .emissivity = 0.98,
    .gain = 1.0,
    .offset_mc = 0,
    .k = 0.20,
    .calibrated = FALSE,
    .room_from_sensor = TRUE,
    .room_mc = 0,
    .attempts = 2,
    .rest_s = 10,
    .settle_ms = 300,
    .window_samples = 5,
    .stable_mc = 500,
    .timeout_s = 20,
  };
}

static gboolean
check_bounds (const char *key, double value, double low, double high, const char *unit,
              GError **error)
{
  if (value >= low && value <= high) /* false for NaN as well */
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s is %.6g%s, it may be %.6g to %.6g%s",
               key, value, unit, low, high, unit);
  return FALSE;
}

gboolean
th_screening_check (const ThScreening *rules, GError **error)
{
  return check_bounds ("limit", rules->limit_tenths / 10.0, 36.5, 38.5, " °C", error) &&
         check_bounds ("supply-mv", rules->supply_mv, 2600, 3600, "", error) &&
         check_bounds ("emissivity", rules->emissivity, 0.90, 1.00, "", error) &&
         check_bounds ("gain", rules->gain, 0.97, 1.03, "", error) &&
         check_bounds ("offset", rules->offset_mc / 1000.0, -0.5, 0.5, " °C", error) &&
         check_bounds ("k", rules->k, 0.0, 0.40, "", error) &&
         (rules->room_from_sensor || check_bounds ("room-temperature", rules->room_mc / 1000.0,
                                                   16, 35, " °C", error)) &&
         check_bounds ("attempts", rules->attempts, 1, 3, "", error) &&
         check_bounds ("rest-seconds", rules->rest_s, 5, 600, "", error) &&
         check_bounds ("settle-ms", rules->settle_ms, 100, 3000, "", error) &&
         check_bounds ("window-samples", rules->window_samples, 4, 20, "", error) &&
         check_bounds ("stable-spread", rules->stable_mc / 1000.0, 0.1, 1.0, " °C", error) &&
         check_bounds ("timeout-seconds", rules->timeout_s, 5, 120, "", error);
}
