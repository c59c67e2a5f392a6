/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the records know of the thermometer: trials at a black body (staff ask, the kiosk, which has the
 * sensor, reads), calibrations, daily checks and the site's fits. All of it stands in the log; the newest
 * calibration there is the one in use, before gain and offset of the configuration.
 *
 * Errors: TH_RECORDS_ERROR. REFUSED says why in words for staff.
 */
#pragma once

#include "kiosk/calibration.h"
#include "kiosk/comparison.h"
#include "kiosk/config.h"
#include "kiosk/records.h"

G_BEGIN_DECLS

/* --- trials: a black body before the sensor ------------------------------------------------------- */

/* The kiosk reads for this long at most; then the trial ends by itself. */
#define TH_TRIAL_READ_S 120
/* It waits this long for a trial that was asked for in mid-visit; later nobody expects it any more. */
#define TH_TRIAL_WAIT_S 300
/* Between two points of a calibration residents wait this long at most. */
#define TH_TRIAL_HOLD_S 180

typedef enum
{
  TH_TRIAL_CALIBRATE, /* one point of a calibration; the kiosk stays closed for the next one */
  TH_TRIAL_CHECK,
  TH_TRIAL_END, /* no trial: the technicians are done, or gave up */
} ThTrialKind;

typedef enum
{
  TH_TRIAL_ASKED,
  TH_TRIAL_READING,   /* not steady yet; its values are the newest */
  TH_TRIAL_STEADY,    /* over: its values count */
  TH_TRIAL_UNSTEADY,  /* over: time is up */
  TH_TRIAL_NO_SENSOR, /* over: the thermometer does not work */
} ThTrialState;

const char *th_trial_state_to_string (ThTrialState state); /* "asked", "reading", … */

typedef struct
{
  guint number; /* of all trials of this file, from 1; 0: none yet */
  ThTrialKind kind;
  ThTrialState state;
  ThBlackBodyPoint point;
  gint64 asked_at_us; /* wall clock */
  gint64 read_at_us;  /* of the newest values; 0: none yet */
  char by[64];
} ThTrial;

typedef enum
{
  TH_TRIAL_PHASE_NONE, /* the kiosk belongs to residents */
  TH_TRIAL_PHASE_READ,
  TH_TRIAL_PHASE_HOLD, /* the technicians' page stays, nothing is read */
} ThTrialPhase;

/* What the kiosk does about the newest trial at @now_us, the time of the log. */
ThTrialPhase th_trial_phase (const ThTrial *trial, gint64 now_us);

/* The kiosk should read a black body at @reference_mc (for END: 0). */
gboolean th_records_ask_trial (ThRecords *records, ThTrialKind kind, int reference_mc, const char *by,
                               guint *ret_number, GError **error);
/* What the kiosk saw. REFUSED: another trial has been asked for, or this one is over. */
gboolean th_records_trial_read (ThRecords *records, guint number, ThTrialState state,
                                const ThBlackBodyPoint *point, GError **error);
/* @ret_trial: all zero when there is none. */
gboolean th_records_newest_trial (ThRecords *records, ThTrial *ret_trial, GError **error);

/* --- calibrations and checks ---------------------------------------------------------------------- */

typedef struct
{
  char id[37]; /* a UUIDv7; "": none */
  ThCalibration line;
  ThBlackBodyPoint points[3];
  guint n_points;
  char serial[41]; /* of the black body */
  char by[64];
  gint64 made_at_us, expires_at_us; /* wall clock */
} ThCalibrationRecord;

typedef struct
{
  int reference_mc;
  int measured_mc; /* without calibration */
  int error_mc;    /* calibrated - reference */
  gboolean passed;
  char serial[41];
  char by[64];
  gint64 at_us; /* 0: none */
} ThCheckRecord;

/**
 * th_records_calibrate:
 * @points: (array length=n): 2 or 3
 * @serial: of the black body, 1 to 40 characters
 * @days: until it expires
 * @by: a manager, by name
 *
 * Computes and writes a calibration, which is in use from now on. REFUSED: what th_calibration_fit() refuses, and
 * somebody who is no manager.
 */
gboolean th_records_calibrate (ThRecords *records, const ThBlackBodyPoint *points, guint n,
                               const char *serial, guint days, const char *by,
                               ThCalibrationRecord *ret_record, GError **error);
/* @file: in use while the records have none. A check that fails is written too. */
gboolean th_records_check (ThRecords *records, const ThBlackBodyPoint *point, const char *serial,
                           const ThCalibration *file, const char *by, ThCheckRecord *ret_record,
                           GError **error);
/* The site's comparison and what was found; whoever sets it in the configuration does so by hand. */
gboolean th_records_site_fitted (ThRecords *records, const ThFit *fit, const char *by, GError **error);

/* The newest of each; all zero when there is none. */
gboolean th_records_newest_calibration (ThRecords *records, ThCalibrationRecord *ret_record,
                                        GError **error);
gboolean th_records_newest_check (ThRecords *records, ThCheckRecord *ret_record, GError **error);
/* (element-type ThCalibrationRecord), (element-type ThCheckRecord) (transfer full): newest first, of the last
 * @days, 200 at most. */
GArray *th_records_list_calibrations (ThRecords *records, guint days, GError **error);
GArray *th_records_list_checks (ThRecords *records, guint days, GError **error);

/* --- may people be measured ----------------------------------------------------------------------- */

typedef enum
{
  TH_THERMOMETER_GOOD,
  TH_THERMOMETER_BY_FILE,  /* gain or offset of the configuration are in use */
  TH_THERMOMETER_NEVER,    /* never calibrated */
  TH_THERMOMETER_DUE,      /* not checked today */
  TH_THERMOMETER_EXPIRED,  /* its calibration */
  TH_THERMOMETER_FAILED,   /* the newest check */
} ThThermometerState;

const char *th_thermometer_state_to_string (ThThermometerState state); /* "good", "by-file", … */

typedef struct
{
  ThThermometerState state;
  gboolean may_measure; /* FALSE: a setting of the site closes on this state */
  ThCalibrationRecord calibration;
  ThCheckRecord check;
  ThTrial trial;
  char day[TH_DAY_BYTES]; /* that is open; "": none is */
} ThThermometerStatus;

/* Fills state and may_measure from the rest. Pure; @now_us: the time of the log. */
void th_thermometer_judge (ThThermometerStatus *status, const ThConfig *config, gint64 now_us);

/* All of it as it is now: three short questions to the file. */
gboolean th_records_thermometer (ThRecords *records, const ThConfig *config,
                                 ThThermometerStatus *ret_status, GError **error);

G_END_DECLS
