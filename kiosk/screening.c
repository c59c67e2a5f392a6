/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/screening.h"

#include <gio/gio.h>
#include <math.h>

#include "drivers/mlx90614.h"

/* Sources of the numbers: the MLX90614 datasheet (3901090614, revision 13) for the chip; GB and WHO
 * practice for the room; the rest is the site's own rule. */
#define KELVIN_MC 273150
#define SUPPLY_NOMINAL_MV 3000
#define DIE_MIN_MC 16000 /* the chip's medical accuracy holds here */
#define DIE_MAX_MC 40000
#define ROOM_MIN_MC 16000
#define ROOM_MAX_MC 35000
#define BODY_MAX_MC 42500
#define LOW_TENTHS 345
#define NEAR_TENTHS 4
#define APART_TENTHS 10
#define PPM 1000000

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
  if (rules->k < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "k is %.6g, it may be 0 to 0.4: the slope of the estimate against skin "
                   "temperature would be under 1, which hides fevers",
                   rules->k);
      return FALSE;
    }
  return check_bounds ("limit", rules->limit_tenths / 10.0, 36.5, 38.5, " °C", error) &&
         check_bounds ("supply-mv", rules->supply_mv, 2600, 3600, "", error) &&
         check_bounds ("emissivity", rules->emissivity, 0.90, 1.00, "", error) &&
         check_bounds ("gain", rules->gain, 0.97, 1.03, "", error) &&
         check_bounds ("offset", rules->offset_mc / 1000.0, -0.5, 0.5, " °C", error) &&
         check_bounds ("k", rules->k, 0.0, 0.40, "", error) &&
         check_bounds ("body-offset", rules->body_offset_mc / 1000.0, -0.5, 0.5, " °C", error) &&
         (rules->room_from_sensor || check_bounds ("room-temperature", rules->room_mc / 1000.0,
                                                   16, 35, " °C", error)) &&
         check_bounds ("attempts", rules->attempts, 1, 3, "", error) &&
         check_bounds ("rest-seconds", rules->rest_s, 5, 600, "", error) &&
         check_bounds ("settle-ms", rules->settle_ms, 100, 3000, "", error) &&
         check_bounds ("window-samples", rules->window_samples, 4, 20, "", error) &&
         check_bounds ("stable-spread", rules->stable_mc / 1000.0, 0.1, 1.0, " °C", error) &&
         check_bounds ("timeout-seconds", rules->timeout_s, 5, 120, "", error);
}

static gint64
divide_half_up (gint64 number, gint64 by)
{
  gint64 shifted = number + by / 2;

  return shifted >= 0 ? shifted / by : -((-shifted + by - 1) / by);
}

/* Skin is no perfect black body: part of what the sensor sees is the room, mirrored. Kelvin, with the
 * chip's own emissivity at 1: Ts = ((Tr^4 - (1 - e) Troom^4) / e)^(1/4). */
static int
correct_emissivity (int seen_mc, int room_mc, double emissivity)
{
  double seen = (seen_mc + KELVIN_MC) / 1000.0;
  double room = (room_mc + KELVIN_MC) / 1000.0;
  double skin4 = (pow (seen, 4) - (1 - emissivity) * pow (room, 4)) / emissivity;

  return (int) floor (sqrt (sqrt (MAX (skin4, 0))) * 1000 + 0.5) - KELVIN_MC;
}

/* @error in the domain that says "bad input", whatever the sensor's own is. */
static gboolean
words_to_mc (guint16 object_raw, guint16 ambient_raw, int *ret_object_mc, int *ret_die_mc,
             GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (th_mlx90614_object_to_mc (object_raw, ret_object_mc, &reason) &&
      th_mlx90614_ambient_to_mc (ambient_raw, ret_die_mc, &reason))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, reason->message);
  return FALSE;
}

static gboolean
check_mc (const char *what, int value_mc, int low_mc, int high_mc, GError **error)
{
  if (value_mc >= low_mc && value_mc <= high_mc)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "the %s is %.2f °C, measuring needs %.0f to %.0f °C", what, value_mc / 1000.0,
               low_mc / 1000.0, high_mc / 1000.0);
  return FALSE;
}

gboolean
th_screening_read_words (const ThScreening *rules, guint16 object_raw, guint16 ambient_raw,
                         ThReading *ret_reading, GError **error)
{
  /* 0.6 °C for each volt, the same for both words: 0.6 mc for each millivolt. */
  int supply_mc = divide_half_up ((rules->supply_mv - SUPPLY_NOMINAL_MV) * 6, 10);
  gint64 gain_ppm = llround (rules->gain * PPM);
  gint64 slope_ppm = PPM + llround (rules->k * PPM);
  int object_mc, die_mc, room_mc, skin_mc, body_mc;

  if (!words_to_mc (object_raw, ambient_raw, &object_mc, &die_mc, error))
    return FALSE;

  /* Every step rounds half up to whole milli-degrees: each recorded value follows from those before it. */
  room_mc = rules->room_from_sensor ? die_mc - supply_mc : rules->room_mc;
  if (!check_mc ("room", room_mc, ROOM_MIN_MC, ROOM_MAX_MC, error) ||
      !check_mc ("sensor itself", die_mc - supply_mc, DIE_MIN_MC, DIE_MAX_MC, error))
    return FALSE;

  skin_mc = correct_emissivity (object_mc - supply_mc, room_mc, rules->emissivity);
  skin_mc = rules->gain_about_mc + divide_half_up (gain_ppm * (skin_mc - rules->gain_about_mc), PPM) +
            rules->offset_mc;
  body_mc = room_mc + divide_half_up (slope_ppm * (skin_mc - room_mc), PPM) + rules->body_offset_mc;
  if (body_mc > BODY_MAX_MC)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "a body estimate of %.2f °C is not a reading: it is over %.1f °C",
                   body_mc / 1000.0, BODY_MAX_MC / 1000.0);
      return FALSE;
    }

  *ret_reading = (ThReading){
    .object_raw = object_raw,
    .ambient_raw = ambient_raw,
    .room_mc = room_mc,
    .skin_mc = skin_mc,
    .body_mc = body_mc,
    .shown_tenths = divide_half_up (body_mc, 100),
    .samples = 1,
    .method = !rules->calibrated          ? "uncalibrated-heat-balance"
              : rules->body_offset_mc != 0 ? "heat-balance-offset"
                                           : "heat-balance",
  };
  g_strlcpy (ret_reading->calibration, rules->calibration, sizeof ret_reading->calibration);
  return TRUE;
}

ThVerdict
th_screening_verdict (const ThScreening *rules, const int *shown_tenths, guint n)
{
  guint n_low = 0, n_good = 0;
  int last = 0, before = 0;

  for (guint i = 0; i < n; i++)
    {
      if (shown_tenths[i] < LOW_TENTHS)
        {
          n_low++;
          continue;
        }
      before = last;
      last = shown_tenths[i];
      n_good++;
    }

  if (n == 0 || shown_tenths[n - 1] < LOW_TENTHS)
    return n_low == 1 ? TH_VERDICT_AGAIN : TH_VERDICT_STAFF;

  /* A reading before a warm-up has nothing to agree with; it was left out above. */
  if (n_good >= 2 && ABS (last - before) > APART_TENTHS)
    return n_good <= rules->attempts ? TH_VERDICT_AGAIN : TH_VERDICT_STAFF;

  if (last > rules->limit_tenths)
    return n_good < rules->attempts ? TH_VERDICT_AGAIN : TH_VERDICT_FLAGGED;

  if (!rules->calibrated && n_good == 1 && rules->attempts > 1 &&
      last >= rules->limit_tenths - NEAR_TENTHS)
    return TH_VERDICT_AGAIN;
  return TH_VERDICT_NORMAL;
}
