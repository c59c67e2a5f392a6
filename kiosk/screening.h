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

/* Rooms that people may be measured in. */
#define TH_ROOM_MIN_MC 16000
#define TH_ROOM_MAX_MC 35000
/* A body under this is somebody from the cold, or no forehead. */
#define TH_SCREENING_LOW_TENTHS 345

/* Where the temperature of the room comes from. */
typedef enum
{
  TH_ROOM_DIE,     /* the sensor's own temperature stands in for it; said to be a warning */
  TH_ROOM_ENTERED, /* read from a thermometer on the wall, and entered */
  TH_ROOM_FILE,    /* a sensor of its own: kiosk/room-sensor.h keeps room_mc up to date */
} ThRoomSource;

const char *th_room_source_to_string (ThRoomSource source); /* "die", "entered", "file" */

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
  ThRoomSource room_source;
  int room_mc;               /* unless it is the die's: the room's temperature */
  guint attempts;            /* 2; 1 to 3 */
  guint rest_s;              /* seconds between a first abnormal reading and the next; 10; 5 to 600 */
  guint low_rest_s;          /* the same after one under 34.5 °C: to warm up; 180; 5 to 900 */
  guint return_min;          /* after a rest of minutes a place is kept this long; 15; 5 to 120 */
  guint warm_up_min;         /* minutes from power-on until the sensor counts as warm; 30; 0 to 60 */
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

/* The rules that one reading was made by, as whole numbers, and every step's value: all of it stands in the log.
 * th_screening_read_words() with these rules gives the same values again, years later. */
typedef struct
{
  guint16 object_raw;  /* means of the plateau, rounded to whole words */
  guint16 ambient_raw; /* 0: the sensor says nothing of its own temperature */

  int supply_mv;
  int emissivity_ppm;
  int gain_ppm;
  int offset_mc;
  int gain_about_mc;
  int k_ppm;
  int body_offset_mc;
  int limit_tenths;
  ThRoomSource room_source;

  int object_mc;  /* as the chip says it */
  int supplied_mc; /* without what the supply adds */
  int die_mc;     /* the sensor's own temperature, without what the supply adds */
  int room_mc;
  int radiated_mc; /* after emissivity: what a perfect emitter at the skin's temperature would show */
  int skin_mc;     /* after gain and offset */
  int body_mc;     /* the estimate */
  int shown_tenths; /* body_mc, rounded half up */
  guint samples;    /* in the plateau */
  const char *method; /* "uncalibrated-heat-balance", "heat-balance" or "heat-balance-offset"; static */
  char calibration[37]; /* that it was corrected by: an id of the records; "": gain and offset of the file */
} ThReading;

/* "uncalibrated-heat-balance", "heat-balance" or "heat-balance-offset" */
const char *th_screening_method (const ThScreening *rules);

/* One pair of words to a reading (samples = 1). FALSE: error bit, out of the chip's range, room outside
 * 16-35 °C, or body above 42.5 (not a reading): @error G_IO_ERROR_INVALID_DATA says which. @ambient_raw
 * 0 is a sensor that does not say its own temperature (PWM, single): then the room's must come from elsewhere. */
gboolean th_screening_read_words (const ThScreening *rules, guint16 object_raw, guint16 ambient_raw,
                                  ThReading *ret_reading, GError **error);

/* The sensor's own temperature without what the supply adds. */
int th_screening_die_mc (const ThScreening *rules, int die_mc);

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
 * Somebody too cool for bare skin is asked for hat and hair first; who stays so for 8 s is read as they are: low.
 */
typedef struct
{
  ThSample samples[20];    /* oldest first; this window and the one before it, as far as they fit */
  guint n;
  gint64 present_since_us; /* when settling began; only while last_us is set */
  gint64 last_us;          /* of the newest sample; 0: nobody */
  gint64 cool_since_us;    /* "hat off" has been said since; 0: it is not being said */
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

/* The rules in 16 hex digits: what a manager confirms. Another limit, method or correction is another one; the
 * value of an entered room temperature is not a rule. */
#define TH_FINGERPRINT_BYTES 17
void th_screening_fingerprint (const ThScreening *rules, char ret_text[TH_FINGERPRINT_BYTES]);

/* Seconds of rest before the next reading, by the last one of th_screening_verdict()'s. */
guint th_screening_rest_s (const ThScreening *rules, const int *shown_tenths, guint n);

/**
 * ThBar: what stands in the way of measuring anybody, in the order in which it is said.
 */
typedef enum
{
  TH_BAR_NOT_OPEN,     /* nobody has opened the day */
  TH_BAR_CLOSED,       /* the day was closed some hours ago at most */
  TH_BAR_NO_TIME,      /* the day is open, and nobody has confirmed the time since the machine was switched on */
  TH_BAR_TRIAL,        /* technicians are at the sensor with a black body */
  TH_BAR_UNCONFIRMED,  /* not calibrated, and no manager has confirmed these rules */
  TH_BAR_CALIBRATION,  /* calibration or daily check out of date, and the site closes on it */
  TH_BAR_ROOM_UNKNOWN, /* the room's own sensor says nothing that can be believed */
  TH_BAR_ROOM,         /* the room is outside 16-35 °C */
  TH_BAR_WARM_UP,      /* the sensor is not warm yet */
  TH_N_BARS,
} ThBar;

/* "not-open", "closed", "no-time", "trial", "unconfirmed", "calibration", "room-unknown", "room", "warm-up"; TH_N_BARS: "ready" */
const char *th_bar_to_string (ThBar bar);

/* The one place that says whether screening may go on, and if not, why. Zeros: nothing is in the way. */
typedef struct
{
  gboolean down[TH_N_BARS];
} ThScreeningGate;

/* The bar that is said, TH_N_BARS when nothing is in the way. */
ThBar th_screening_gate_look (const ThScreeningGate *gate);

G_END_DECLS
