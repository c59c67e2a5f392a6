/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/thermometer-words.h"

#include <glib/gi18n.h>

char *
th_thermometer_words_degrees (int mc)
{
  return g_strdup_printf ("%.2f °C", mc / 1000.0);
}

char *
th_thermometer_words_difference (int mc)
{
  return g_strdup_printf ("%+.2f °C", mc / 1000.0);
}

static char *
format_time (gint64 at_us, const char *format)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);

  return g_date_time_format (at, format);
}

char *
th_thermometer_words_day (gint64 at_us)
{
  return format_time (at_us, "%Y-%m-%d");
}

char *
th_thermometer_words_state (const ThThermometerStatus *status, gboolean *ret_well)
{
  g_autofree char *day = th_thermometer_words_day (status->calibration.expires_at_us);

  *ret_well = status->state == TH_THERMOMETER_GOOD || status->state == TH_THERMOMETER_BY_FILE;
  switch (status->state)
    {
    case TH_THERMOMETER_GOOD:
      /* Translators: a date */
      return g_strdup_printf (_ ("✓ Thermometer calibrated, good until %s"), day);
    case TH_THERMOMETER_BY_FILE:
      return g_strdup (_ ("✓ Thermometer corrected by the settings of this site"));
    case TH_THERMOMETER_NEVER:
      return g_strdup (_ ("▲ Thermometer never calibrated with a black body"));
    case TH_THERMOMETER_DUE:
      return g_strdup (_ ("▲ Thermometer not checked today"));
    case TH_THERMOMETER_EXPIRED:
      return g_strdup_printf (_ ("▲ The thermometer's calibration has expired (%s)"), day);
    case TH_THERMOMETER_FAILED:
      return g_strdup (_ ("▲ Thermometer did not pass its last check: please calibrate it"));
    }
  return g_strdup ("");
}

char *
th_thermometer_words_bar (const ThThermometerStatus *status, const ThConfig *config)
{
  gboolean well = TRUE;
  g_autofree char *state = status != NULL ? th_thermometer_words_state (status, &well) : NULL;

  if (status != NULL && !status->may_measure)
    return g_strdup_printf (_ ("%s. Nobody is measured until then."), state);
  if (config->screening.calibrated)
    return well ? NULL : g_steal_pointer (&state);
  /* Without the site's own comparison readings are estimates, however good the sensor is. */
  if (status == NULL || status->state == TH_THERMOMETER_NEVER)
    return g_strdup (_ ("▲ Thermometer not calibrated on this site: readings are estimates"));
  if (well)
    return g_strdup (_ ("▲ No comparison made on this site yet: readings are estimates"));
  return g_strdup_printf (_ ("%s; readings are estimates"), state);
}

const char *
th_thermometer_words_refused (const GError *error)
{
  if (error->domain != TH_CALIBRATION_ERROR)
    return "";
  switch ((ThCalibrationError)error->code)
    {
    case TH_CALIBRATION_ERROR_REFERENCE:
      return _ ("A black body is set to 30 to 42 °C. Please look at the value.");
    case TH_CALIBRATION_ERROR_ROOM:
      return _ ("The room must have 16 to 35 °C. Please try again when it does.");
    case TH_CALIBRATION_ERROR_UNSTEADY:
      return _ ("The reading was not steady. Please fix the black body in place and try again.");
    case TH_CALIBRATION_ERROR_FAR_OFF:
      return _ ("The reading is far from the black body's value. Is it in front of the sensor, and "
                "has it warmed up?");
    case TH_CALIBRATION_ERROR_POINTS:
      return _ ("The two values must be at least 3 °C apart.");
    case TH_CALIBRATION_ERROR_GAIN:
    case TH_CALIBRATION_ERROR_OFFSET:
      return _ (
          "The sensor would need more correction than a good one does (0.5 °C). Please try once "
          "more; if it stays so, have the sensor replaced.");
    case TH_CALIBRATION_ERROR_LINE:
      return _ ("The readings do not fit together. Please measure all of them again.");
    }
  return "";
}

char *
th_thermometer_words_check (const ThCheckRecord *check)
{
  g_autofree char *when = format_time (check->at_us, "%m-%d %H:%M");
  g_autofree char *error = th_thermometer_words_difference (check->error_mc);

  /* Translators: when, at which temperature, how far off, by whom, serial number of the black body
   */
  return g_strdup_printf (check->passed ? _ ("✓ %s  Check at %.1f °C: %s, passed · %s · %s")
                                        : _ ("✗ %s  Check at %.1f °C: %s, not passed · %s · %s"),
                          when, check->reference_mc / 1000.0, error, check->by, check->serial);
}

char *
th_thermometer_words_calibration (const ThCalibrationRecord *calibration)
{
  g_autofree char *day = th_thermometer_words_day (calibration->made_at_us);
  g_autofree char *offset = th_thermometer_words_difference (calibration->line.offset_mc);

  /* Translators: date, offset at 37 °C, gain, by whom, serial number of the black body */
  return g_strdup_printf (_ ("◆ %s  Calibrated: %s at 37 °C, gain %.4f · %s · %s"), day, offset,
                          calibration->line.gain_ppm / 1e6, calibration->by, calibration->serial);
}
