/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the staff screens say of the thermometer, in the current language. All char * are (transfer full). */
#pragma once

#include "kiosk/records-thermometer.h"

G_BEGIN_DECLS

/* "▲ The thermometer has not been checked today"; @ret_well: nothing to do. */
char *th_thermometer_words_state (const ThThermometerStatus *status, gboolean *ret_well);
/* For the bar of every page: all that should be known about readings. NULL: nothing. @status: (nullable) */
char *th_thermometer_words_bar (const ThThermometerStatus *status, const ThConfig *config);
/* What was refused, and what to do; @error: TH_CALIBRATION_ERROR. */
const char *th_thermometer_words_refused (const GError *error);

char *th_thermometer_words_degrees (int mc);    /* "36.98 °C" */
char *th_thermometer_words_difference (int mc); /* "+0.30 °C" */
char *th_thermometer_words_day (gint64 at_us);  /* "2026-11-22" */
char *th_thermometer_words_check (const ThCheckRecord *check);
char *th_thermometer_words_calibration (const ThCalibrationRecord *calibration);

G_END_DECLS
