/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The thermometer against a black body: two points make a calibration, one point is the daily check.
 * Pure: no sensor, no clock, no records.
 *
 * A black body's cavity emits as good as everything (emissivity 0.99 or more, and the chip's own is 1),
 * so its readings are corrected for the supply only, never for the emissivity of skin.
 *
 * A calibration is a line through the two points. Gain and offset are told about 37 °C, where they are
 * used: corrected = 37 °C + gain × (measured - 37 °C) + offset. So the offset is what a reading of 37 °C
 * is changed by, whatever the gain; about 0 °C the same 0.5 °C would hide a gain of 1.03 (1.1 °C at 37).
 * Sources: shared practice of two-point black-body calibration, bounds of ±0.5 °C and 0.97 to 1.03.
 */
#pragma once

#include <glib.h>

#include "kiosk/screening.h"

G_BEGIN_DECLS

#define TH_CALIBRATION_ABOUT_MC 37000
#define TH_CALIBRATION_MAX_OFFSET_MC 500
#define TH_CALIBRATION_MIN_GAIN_PPM 970000
#define TH_CALIBRATION_MAX_GAIN_PPM 1030000
#define TH_CALIBRATION_MIN_APART_MC 3000
#define TH_CHECK_LIMIT_MC 200 /* a daily check, and a third point, may be this far off */

/* The black body that is used, 0.1 °C or better: */
#define TH_REFERENCE_MIN_MC 30000
#define TH_REFERENCE_MAX_MC 42000
/* One steady reading of it: */
#define TH_BLACK_BODY_SAMPLES 40     /* 4 s at the usual ten a second */
#define TH_BLACK_BODY_SPREAD_MC 300  /* standard deviation; the noise of an MLX90614-DCC is 0.18 °C */
#define TH_BLACK_BODY_DRIFT_MC 120   /* between the means of the older and of the newer half */

/* Why a point or a line does not count: so that a screen can say it in its own language. */
#define TH_CALIBRATION_ERROR (th_calibration_error_quark ())
GQuark th_calibration_error_quark (void);

typedef enum
{
  TH_CALIBRATION_ERROR_REFERENCE, /* no black body is set to that */
  TH_CALIBRATION_ERROR_ROOM,
  TH_CALIBRATION_ERROR_UNSTEADY, /* too few samples, or they spread */
  TH_CALIBRATION_ERROR_FAR_OFF,  /* the sensor looks at something else, or is broken */
  TH_CALIBRATION_ERROR_POINTS,   /* not 2 or 3, or too near to each other */
  TH_CALIBRATION_ERROR_GAIN,
  TH_CALIBRATION_ERROR_OFFSET,
  TH_CALIBRATION_ERROR_LINE,     /* the third point is off it */
} ThCalibrationError;

/* One black body, looked at until it was steady. */
typedef struct
{
  int reference_mc; /* what the black body is set to */
  int measured_mc;  /* mean, supply corrected, no emissivity, no calibration */
  int spread_mc;    /* standard deviation */
  int room_mc;
  guint samples;
} ThBlackBodyPoint;

/* FALSE, with TH_CALIBRATION_ERROR: room outside 16-35 °C, a reference or a reading that
 * no black body gives, too few samples, unsteady. */
gboolean th_black_body_check (const ThBlackBodyPoint *point, GError **error);

/**
 * th_black_body_words:
 *
 * One pair of the chip's words to what it measures of a black body. @rules: only supply and room are used.
 * FALSE as th_screening_read_words().
 */
gboolean th_black_body_words (const ThScreening *rules, guint16 object_raw, guint16 ambient_raw,
                              int *ret_measured_mc, int *ret_room_mc, GError **error);

/* The newest samples of a black body; fed one by one, no clock of its own. */
typedef struct
{
  int measured_mc[TH_BLACK_BODY_SAMPLES];
  int room_mc;
  guint n; /* of all samples, the newest TH_BLACK_BODY_SAMPLES are held */
  gint64 last_us;
} ThBlackBody;

void th_black_body_reset (ThBlackBody *body);
/**
 * th_black_body_add:
 * @ret_point: set always, from what is held (samples 0: nothing); its reference_mc is left alone
 *
 * TRUE: the window is full and steady. A sample whose words cannot be, a gap of more than half a second, or a
 * step back in time starts again.
 */
gboolean th_black_body_add (ThBlackBody *body, const ThScreening *rules, const ThSample *sample,
                            ThBlackBodyPoint *ret_point);

typedef struct
{
  int gain_ppm;  /* 1000000 = 1.0 */
  int offset_mc; /* at 37 °C */
} ThCalibration;

/**
 * th_calibration_fit:
 * @points: (array length=n): 2, or 3 with one between as a check of the line; in any order
 *
 * FALSE: a point that th_black_body_check() refuses, points closer than 3 °C, gain outside 0.97-1.03, offset over
 * 0.5 °C, or the third point further than 0.2 °C from the line. @ret_calibration is set on success only.
 */
gboolean th_calibration_fit (const ThBlackBodyPoint *points, guint n, ThCalibration *ret_calibration,
                             GError **error);
/* Bounds alone. */
gboolean th_calibration_check (const ThCalibration *calibration, GError **error);
int th_calibration_apply (const ThCalibration *calibration, int measured_mc);
/* @rules: from now on as @calibration; @id names it in every reading. */
void th_calibration_use (const ThCalibration *calibration, const char *id, ThScreening *rules);
/* What @rules have now, told about 37 °C. */
ThCalibration th_calibration_of (const ThScreening *rules);

/* The daily check: @ret_error_mc: calibrated reading - reference. TRUE: within 0.2 °C. */
gboolean th_calibration_passes (const ThCalibration *calibration, const ThBlackBodyPoint *point,
                                int *ret_error_mc);

G_END_DECLS
