/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/calibration.h"

#include <math.h>
#include <string.h>

#define PPM 1000000
#define GAP_US (500 * 1000)
/* A sensor that is this far from a black body is broken, or looks at something else. */
#define FAR_OFF_MC 3000

G_DEFINE_QUARK (th - calibration - error - quark, th_calibration_error)

static gboolean refuse (GError **error, ThCalibrationError code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static gboolean
refuse (GError **error, ThCalibrationError code, const char *format, ...)
{
  va_list values;

  va_start (values, format);
  if (error != NULL)
    *error = g_error_new_valist (TH_CALIBRATION_ERROR, code, format, values);
  va_end (values);
  return FALSE;
}

static gint64
divide_half_up (gint64 number, gint64 by)
{
  gint64 shifted = number + by / 2;

  return shifted >= 0 ? shifted / by : -((-shifted + by - 1) / by);
}

gboolean
th_black_body_words (const ThScreening *rules, guint16 object_raw, guint16 ambient_raw,
                     int *ret_measured_mc, int *ret_room_mc, GError **error)
{
  ThScreening plain = *rules;
  ThReading reading;

  /* The same sums as for skin, without those that are for skin. */
  plain.emissivity = 1;
  plain.k = 0;
  plain.body_offset_mc = 0;
  plain.gain = 1;
  plain.offset_mc = 0;
  if (!th_screening_read_words (&plain, object_raw, ambient_raw, &reading, error))
    return FALSE;
  *ret_measured_mc = reading.skin_mc;
  *ret_room_mc = reading.room_mc;
  return TRUE;
}

gboolean
th_black_body_check (const ThBlackBodyPoint *point, GError **error)
{
  if (point->reference_mc < TH_REFERENCE_MIN_MC || point->reference_mc > TH_REFERENCE_MAX_MC)
    return refuse (error, TH_CALIBRATION_ERROR_REFERENCE,
                   "the black body is said to be at %.2f °C, it may be %.0f to %.0f °C",
                   point->reference_mc / 1000.0, TH_REFERENCE_MIN_MC / 1000.0,
                   TH_REFERENCE_MAX_MC / 1000.0);
  if (point->room_mc < TH_ROOM_MIN_MC || point->room_mc > TH_ROOM_MAX_MC)
    return refuse (error, TH_CALIBRATION_ERROR_ROOM,
                   "the room is %.2f °C, measuring needs 16 to 35 °C", point->room_mc / 1000.0);
  if (point->samples < TH_BLACK_BODY_SAMPLES)
    return refuse (error, TH_CALIBRATION_ERROR_UNSTEADY,
                   "%u samples at %.2f °C are too few, it takes %d", point->samples,
                   point->reference_mc / 1000.0, TH_BLACK_BODY_SAMPLES);
  if (point->spread_mc < 0 || point->spread_mc > TH_BLACK_BODY_SPREAD_MC)
    return refuse (error, TH_CALIBRATION_ERROR_UNSTEADY,
                   "the readings at %.2f °C are not steady: they spread by %.2f °C",
                   point->reference_mc / 1000.0, point->spread_mc / 1000.0);
  if (ABS ((gint64)point->measured_mc - point->reference_mc) > FAR_OFF_MC)
    return refuse (
        error, TH_CALIBRATION_ERROR_FAR_OFF,
        "%.2f °C was measured where the black body is at %.2f °C: the sensor does not look"
        " at it, or is broken",
        point->measured_mc / 1000.0, point->reference_mc / 1000.0);
  return TRUE;
}

void
th_black_body_reset (ThBlackBody *body)
{
  memset (body, 0, sizeof *body);
}

/* @values: the oldest first. */
static void
describe (const int *values, guint n, ThBlackBodyPoint *point, int *ret_drift_mc)
{
  gint64 sum = 0, older = 0;
  double squares = 0, mean;
  guint half = n / 2;

  for (guint i = 0; i < n; i++)
    {
      sum += values[i];
      if (i < half)
        older += values[i];
    }
  mean = (double)sum / n;
  for (guint i = 0; i < n; i++)
    squares += (values[i] - mean) * (values[i] - mean);
  point->measured_mc = divide_half_up (sum, n);
  point->spread_mc = n > 1 ? (int)lround (sqrt (squares / (n - 1))) : 0;
  point->samples = n;
  *ret_drift_mc = half > 0 ? (int)((sum - older) / (n - half) - older / half) : 0;
}

gboolean
th_black_body_add (ThBlackBody *body, const ThScreening *rules, const ThSample *sample,
                   ThBlackBodyPoint *ret_point)
{
  int measured_mc, room_mc, drift_mc;

  if (body->last_us != 0
      && (sample->time_us <= body->last_us || sample->time_us - body->last_us > GAP_US))
    th_black_body_reset (body);
  if (!th_black_body_words (rules, sample->object_raw, sample->ambient_raw, &measured_mc, &room_mc,
                            NULL))
    {
      th_black_body_reset (body);
      ret_point->samples = 0;
      return FALSE;
    }
  body->last_us = sample->time_us;
  body->room_mc = room_mc;
  if (body->n == TH_BLACK_BODY_SAMPLES)
    memmove (body->measured_mc, body->measured_mc + 1,
             (TH_BLACK_BODY_SAMPLES - 1) * sizeof body->measured_mc[0]);
  else
    body->n++;
  body->measured_mc[body->n - 1] = measured_mc;

  ret_point->room_mc = room_mc;
  describe (body->measured_mc, body->n, ret_point, &drift_mc);
  return body->n == TH_BLACK_BODY_SAMPLES && ret_point->spread_mc <= TH_BLACK_BODY_SPREAD_MC
         && ABS (drift_mc) <= TH_BLACK_BODY_DRIFT_MC;
}

/* --- the line ----------------------------------------------------------------------------- */

int
th_calibration_apply (const ThCalibration *calibration, int measured_mc)
{
  gint64 above = (gint64)measured_mc - TH_CALIBRATION_ABOUT_MC;

  return TH_CALIBRATION_ABOUT_MC + (int)divide_half_up (calibration->gain_ppm * above, PPM)
         + calibration->offset_mc;
}

gboolean
th_calibration_check (const ThCalibration *calibration, GError **error)
{
  if (calibration->gain_ppm < TH_CALIBRATION_MIN_GAIN_PPM
      || calibration->gain_ppm > TH_CALIBRATION_MAX_GAIN_PPM)
    return refuse (error, TH_CALIBRATION_ERROR_GAIN,
                   "the gain would be %.4f, it may be 0.97 to 1.03: the sensor is broken",
                   calibration->gain_ppm / (double)PPM);
  if (ABS (calibration->offset_mc) > TH_CALIBRATION_MAX_OFFSET_MC)
    return refuse (error, TH_CALIBRATION_ERROR_OFFSET,
                   "the offset would be %+.2f °C at 37 °C, it may be -0.5 to +0.5 °C: the sensor is"
                   " broken, or looks past the black body",
                   calibration->offset_mc / 1000.0);
  return TRUE;
}

gboolean
th_calibration_fit (const ThBlackBodyPoint *points, guint n, ThCalibration *ret_calibration,
                    GError **error)
{
  const ThBlackBodyPoint *low = &points[0], *high = &points[0];
  ThCalibration line;
  gint64 apart;

  if (n < 2 || n > 3)
    return refuse (error, TH_CALIBRATION_ERROR_POINTS,
                   "a calibration has 2 points, or 3; these are %u", n);
  for (guint i = 0; i < n; i++)
    {
      if (!th_black_body_check (&points[i], error))
        return FALSE;
      if (points[i].reference_mc < low->reference_mc)
        low = &points[i];
      if (points[i].reference_mc > high->reference_mc)
        high = &points[i];
    }
  if (high->reference_mc - low->reference_mc < TH_CALIBRATION_MIN_APART_MC)
    return refuse (error, TH_CALIBRATION_ERROR_POINTS,
                   "the points are %.2f °C apart, they must be %.0f °C or more",
                   (high->reference_mc - low->reference_mc) / 1000.0,
                   TH_CALIBRATION_MIN_APART_MC / 1000.0);
  apart = (gint64)high->measured_mc - low->measured_mc;
  if (apart <= 0)
    return refuse (error, TH_CALIBRATION_ERROR_GAIN,
                   "the warmer black body was not measured warmer");

  line.gain_ppm = divide_half_up ((gint64)(high->reference_mc - low->reference_mc) * PPM, apart);
  /* offset = R1 - gain × M1, with both counted from 37 °C */
  line.offset_mc = 0;
  line.offset_mc = low->reference_mc - th_calibration_apply (&line, low->measured_mc);
  if (!th_calibration_check (&line, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      int off_mc = th_calibration_apply (&line, points[i].measured_mc) - points[i].reference_mc;

      if (ABS (off_mc) > TH_CHECK_LIMIT_MC)
        return refuse (error, TH_CALIBRATION_ERROR_LINE,
                       "the point at %.2f °C is %+.2f °C off the line through the others",
                       points[i].reference_mc / 1000.0, off_mc / 1000.0);
    }
  *ret_calibration = line;
  return TRUE;
}

void
th_calibration_use (const ThCalibration *calibration, const char *id, ThScreening *rules)
{
  rules->gain = calibration->gain_ppm / (double)PPM;
  rules->offset_mc = calibration->offset_mc;
  rules->gain_about_mc = TH_CALIBRATION_ABOUT_MC;
  g_strlcpy (rules->calibration, id, sizeof rules->calibration);
}

ThCalibration
th_calibration_of (const ThScreening *rules)
{
  gint64 gain_ppm = llround (rules->gain * PPM);
  gint64 above = TH_CALIBRATION_ABOUT_MC - rules->gain_about_mc;

  return (ThCalibration){
    .gain_ppm = (int)gain_ppm,
    .offset_mc = (int)(divide_half_up (gain_ppm * above, PPM) - above) + rules->offset_mc,
  };
}

gboolean
th_calibration_passes (const ThCalibration *calibration, const ThBlackBodyPoint *point,
                       int *ret_error_mc)
{
  *ret_error_mc = th_calibration_apply (calibration, point->measured_mc) - point->reference_mc;
  return ABS (*ret_error_mc) <= TH_CHECK_LIMIT_MC;
}
