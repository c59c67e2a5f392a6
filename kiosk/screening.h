/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the sensor's words to a verdict, as pure functions: raw → corrected skin → body estimate →
 * the tenth that is shown → verdict. The tenth that is shown is the tenth that decides. Nothing is
 * ever pulled toward a normal value. All temperatures are integers: milli-degrees (_mc) or tenths of
 * a degree Celsius (_tenths).
 */
#pragma once

#include <glib.h>

#include "drivers/devices.h"

G_BEGIN_DECLS

/* The site's rules, checked by th_screening_check() before anybody is measured. */
typedef struct
{
  int limit_tenths;          /* above this is abnormal; 373; 365 to 385 */
  int supply_mv;             /* the sensor's supply; 3300; 2600 to 3600 */
  double emissivity;         /* of skin; 0.98; 0.90 to 1.00 */
  double gain;               /* black-body calibration; 1.0; 0.97 to 1.03 */
  int offset_mc;             /* black-body calibration; 0; -500 to +500 */
  int gain_about_mc;         /* skin = about + gain × (measured - about) + offset; 0, as the file has it; 37 °C
                                for a calibration of the records (kiosk/calibration.h) */
  char calibration[37];      /* id of that calibration; "": the file's gain and offset */
  double k;                  /* heat balance: Tb = Troom + (1 + k)(Tskin - Troom); 0.20; 0 to 0.40 */
  int body_offset_mc;        /* the site's own comparison, instead of its own k: added to Tb; 0; -500 to +500 */
  gboolean calibrated;       /* k or body offset come from the site's own comparison */
  gboolean room_from_sensor; /* the die's temperature stands in for the room's */
  int room_mc;               /* the entered room temperature, when not room_from_sensor */
  guint attempts;            /* 2; 1 to 3 */
  guint rest_s;              /* seconds between a first abnormal reading and the next; 10; 5 to 600 */
  guint settle_ms;           /* skipped after somebody steps in front; 300; 100 to 3000 */
  guint window_samples;      /* 5; 4 to 20 */
  int stable_mc;             /* largest spread of a steady window; 500; 100 to 1000 */
  guint timeout_s;           /* measuring without a steady reading ends at staff; 20; 5 to 120 */
} ThScreening;

void th_screening_defaults (ThScreening *rules);

/**
 * th_screening_check:
 * @error: G_IO_ERROR_INVALID_DATA naming the key of the configuration and the bound
 *
 * Refuses rules out of bounds, and an estimate whose slope against skin temperature is under 1.
 */
gboolean th_screening_check (const ThScreening *rules, GError **error);

/* One finished reading: every step's value is kept. */
typedef struct
{
  guint16 object_raw;  /* means of the plateau, rounded to whole words: th_screening_read_words() */
  guint16 ambient_raw; /* of these two gives the values below again, years later */
  int room_mc;
  int skin_mc;         /* after supply, emissivity and calibration */
  int body_mc;         /* the estimate */
  int shown_tenths;    /* body_mc, rounded half up */
  guint samples;       /* in the plateau */
  const char *method;  /* "uncalibrated-heat-balance", "heat-balance" or "heat-balance-offset"; static */
  char calibration[37]; /* that it was corrected by: an id of the records; "": gain and offset of the file */
} ThReading;

/* One pair of words to a reading (samples = 1). FALSE: error bit, out of the chip's range, room outside
 * 16-35 °C, or body above 42.5 (not a reading): @error G_IO_ERROR_INVALID_DATA says which. */
gboolean th_screening_read_words (const ThScreening *rules, guint16 object_raw, guint16 ambient_raw,
                                  ThReading *ret_reading, GError **error);

/* What to tell the person who is being measured. */
typedef enum
{
  TH_GUIDE_COME,   /* nobody in front */
  TH_GUIDE_CLOSER, /* present, but no forehead fills the sensor's view */
  TH_GUIDE_HOLD,   /* hold still */
  TH_GUIDE_HAT,    /* present and still, yet too cool for bare skin: hat or hair in the way */
  TH_GUIDE_DONE,
} ThGuide;

const char *th_guide_to_string (ThGuide guide); /* "come", "closer", "hold", "hat", "done" */

/**
 * ThWindow: the reading logic, fed sample by sample; no allocation, no clock of its own.
 * Presence, settling time skipped, sliding window, outliers by median ± 3 MAD, spread limit, no
 * drift against the window before it, then the mean of the plateau: of the upper three quarters. (The
 * mean of the upper quarter of five samples is hardly better than their maximum: 0.2 °C too high.)
 */
typedef struct
{
  ThSample samples[20];    /* oldest first; this window and the one before it, as far as they fit */
  guint n;
  gint64 present_since_us; /* when settling began; only while last_us is set */
  gint64 last_us;          /* of the newest sample; 0: nobody */
  double distance;         /* 0 far … 1 near enough: how much of the view is warm skin */
  double steadiness;       /* 0 … 1 */
  ThGuide guide;
} ThWindow;

void th_window_reset (ThWindow *window);

/* TRUE: @ret_reading is a finished reading (plausible and steady). Never TRUE from stale samples: a gap of
 * more than 500 ms, or a step back in time, or absence, starts again. */
gboolean th_window_add (ThWindow *window, const ThScreening *rules, const ThSample *sample,
                        ThReading *ret_reading);

typedef enum
{
  TH_VERDICT_NORMAL,
  TH_VERDICT_AGAIN,   /* rest, then measure again */
  TH_VERDICT_FLAGGED, /* above the site's limit, attempts used up */
  TH_VERDICT_STAFF,   /* no result: staff measure with another device */
} ThVerdict;

/**
 * th_screening_verdict:
 * @shown_tenths: (array length=n): all readings of this visit so far, oldest first; n ≥ 1
 *
 * Above the limit is abnormal. A first abnormal reading, and with uncalibrated rules a first reading
 * within 0.4 °C under the limit, is taken again. The last reading decides, unless two differ by more than 1.0 °C:
 * that is no result: one more, or staff. Under 34.5 °C: again once (warm up), then staff. Once
 * an abnormal reading stands, a single later normal one within 1.0 °C ends NORMAL (retest passed).
 */
ThVerdict th_screening_verdict (const ThScreening *rules, const int *shown_tenths, guint n);

G_END_DECLS
