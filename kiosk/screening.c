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
#define BODY_MAX_MC 42500
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
    .room_source = TH_ROOM_DIE,
    .room_mc = 0,
    .attempts = 2,
    .rest_s = 10,
    .low_rest_s = 180,
    .return_min = 15,
    .warm_up_min = 30,
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
         (rules->room_source != TH_ROOM_ENTERED ||
          check_bounds ("room-temperature", rules->room_mc / 1000.0, 16, 35, " °C", error)) &&
         check_bounds ("attempts", rules->attempts, 1, 3, "", error) &&
         check_bounds ("rest-seconds", rules->rest_s, 5, 600, "", error) &&
         check_bounds ("low-rest-seconds", rules->low_rest_s, 5, 900, "", error) &&
         check_bounds ("return-minutes", rules->return_min, 5, 120, "", error) &&
         check_bounds ("warm-up-minutes", rules->warm_up_min, 0, 60, "", error) &&
         check_bounds ("settle-ms", rules->settle_ms, 100, 3000, "", error) &&
         check_bounds ("window-samples", rules->window_samples, 4, 20, "", error) &&
         check_bounds ("stable-spread", rules->stable_mc / 1000.0, 0.1, 1.0, " °C", error) &&
         check_bounds ("timeout-seconds", rules->timeout_s, 5, 120, "", error);
}

const char *
th_room_source_to_string (ThRoomSource source)
{
  switch (source)
    {
    case TH_ROOM_DIE:
      return "die";
    case TH_ROOM_ENTERED:
      return "entered";
    case TH_ROOM_FILE:
      return "file";
    }
  return "die";
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
correct_emissivity (int seen_mc, int room_mc, int emissivity_ppm)
{
  double emissivity = emissivity_ppm / (double) PPM;
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
      (ambient_raw == 0 || th_mlx90614_ambient_to_mc (ambient_raw, ret_die_mc, &reason)))
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

const char *
th_screening_method (const ThScreening *rules)
{
  if (!rules->calibrated)
    return "uncalibrated-heat-balance";
  return rules->body_offset_mc != 0 ? "heat-balance-offset" : "heat-balance";
}

/* 0.6 °C for each volt, the same for both words: 0.6 mc for each millivolt. */
static int
supply_mc (const ThScreening *rules)
{
  return divide_half_up ((rules->supply_mv - SUPPLY_NOMINAL_MV) * 6, 10);
}

int
th_screening_die_mc (const ThScreening *rules, int die_mc)
{
  return die_mc - supply_mc (rules);
}

gboolean
th_screening_read_words (const ThScreening *rules, guint16 object_raw, guint16 ambient_raw,
                         ThReading *ret_reading, GError **error)
{
  ThReading reading = {
    .object_raw = object_raw,
    .ambient_raw = ambient_raw,
    .supply_mv = rules->supply_mv,
    .emissivity_ppm = llround (rules->emissivity * PPM),
    .gain_ppm = llround (rules->gain * PPM),
    .offset_mc = rules->offset_mc,
    .gain_about_mc = rules->gain_about_mc,
    .k_ppm = llround (rules->k * PPM),
    .body_offset_mc = rules->body_offset_mc,
    .limit_tenths = rules->limit_tenths,
    .room_source = rules->room_source,
    .samples = 1,
    .method = th_screening_method (rules),
  };

  if (!words_to_mc (object_raw, ambient_raw, &reading.object_mc, &reading.die_mc, error))
    return FALSE;
  if (ambient_raw == 0 && rules->room_source == TH_ROOM_DIE)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "this sensor does not say its own temperature, which cannot stand in "
                           "for the room's: room-temperature must be entered or a sensor's file");
      return FALSE;
    }

  /* Every step rounds half up to whole milli-degrees: each recorded value follows from those before it. */
  reading.supplied_mc = reading.object_mc - supply_mc (rules);
  if (ambient_raw != 0)
    reading.die_mc = th_screening_die_mc (rules, reading.die_mc);
  reading.room_mc = rules->room_source == TH_ROOM_DIE ? reading.die_mc : rules->room_mc;
  if (!check_mc ("room", reading.room_mc, TH_ROOM_MIN_MC, TH_ROOM_MAX_MC, error) ||
      (ambient_raw != 0 &&
       !check_mc ("sensor itself", reading.die_mc, DIE_MIN_MC, DIE_MAX_MC, error)))
    return FALSE;

  reading.radiated_mc =
      correct_emissivity (reading.supplied_mc, reading.room_mc, reading.emissivity_ppm);
  reading.skin_mc =
      reading.gain_about_mc +
      divide_half_up ((gint64) reading.gain_ppm * (reading.radiated_mc - reading.gain_about_mc),
                      PPM) +
      reading.offset_mc;
  reading.body_mc =
      reading.room_mc +
      divide_half_up ((gint64) (PPM + reading.k_ppm) * (reading.skin_mc - reading.room_mc), PPM) +
      reading.body_offset_mc;
  if (reading.body_mc > BODY_MAX_MC)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "a body estimate of %.2f °C is not a reading: it is over %.1f °C",
                   reading.body_mc / 1000.0, BODY_MAX_MC / 1000.0);
      return FALSE;
    }
  reading.shown_tenths = divide_half_up (reading.body_mc, 100);
  g_strlcpy (reading.calibration, rules->calibration, sizeof reading.calibration);
  *ret_reading = reading;
  return TRUE;
}

ThVerdict
th_screening_verdict (const ThScreening *rules, const int *shown_tenths, guint n)
{
  guint n_low = 0, n_good = 0;
  int last = 0, before = 0;

  for (guint i = 0; i < n; i++)
    {
      if (shown_tenths[i] < TH_SCREENING_LOW_TENTHS)
        {
          n_low++;
          continue;
        }
      before = last;
      last = shown_tenths[i];
      n_good++;
    }

  if (n == 0 || shown_tenths[n - 1] < TH_SCREENING_LOW_TENTHS)
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

void
th_screening_fingerprint (const ThScreening *rules, char ret_text[TH_FINGERPRINT_BYTES])
{
  g_autofree char *text = g_strdup_printf (
      "1 method=%s limit=%d supply=%d emissivity=%lld gain=%lld offset=%d k=%lld body-offset=%d room=%s",
      th_screening_method (rules), rules->limit_tenths, rules->supply_mv, llround (rules->emissivity * PPM),
      llround (rules->gain * PPM), rules->offset_mc, llround (rules->k * PPM),
      rules->body_offset_mc, th_room_source_to_string (rules->room_source));
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  g_strlcpy (ret_text, sum, TH_FINGERPRINT_BYTES);
}

guint
th_screening_rest_s (const ThScreening *rules, const int *shown_tenths, guint n)
{
  return n > 0 && shown_tenths[n - 1] < TH_SCREENING_LOW_TENTHS ? rules->low_rest_s : rules->rest_s;
}

const char *
th_bar_to_string (ThBar bar)
{
  switch (bar)
    {
    case TH_BAR_NOT_OPEN:
      return "not-open";
    case TH_BAR_CLOSED:
      return "closed";
    case TH_BAR_NO_TIME:
      return "no-time";
    case TH_BAR_TRIAL:
      return "trial";
    case TH_BAR_UNCONFIRMED:
      return "unconfirmed";
    case TH_BAR_CALIBRATION:
      return "calibration";
    case TH_BAR_ROOM_UNKNOWN:
      return "room-unknown";
    case TH_BAR_ROOM:
      return "room";
    case TH_BAR_WARM_UP:
      return "warm-up";
    case TH_N_BARS:
      break;
    }
  return "ready";
}

ThBar
th_screening_gate_look (const ThScreeningGate *gate)
{
  for (guint bar = 0; bar < TH_N_BARS; bar++)
    if (gate->down[bar])
      return bar;
  return TH_N_BARS;
}
