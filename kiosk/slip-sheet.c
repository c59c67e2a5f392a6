/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands on a sheet, in words. */
#include <glib/gi18n.h>

#include "kiosk/anchor.h"
#include "kiosk/slip.h"
#include "kiosk/words.h"

static void
row (GPtrArray *rows, const char *label, char *value)
{
  g_ptr_array_add (rows, g_strdup (label));
  g_ptr_array_add (rows, value);
}

static char *
count (guint n)
{
  return g_strdup_printf ("%u", n);
}

static char *
date (gint64 at_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d") : g_strdup ("");
}

static void
calibration_rows (GPtrArray *rows, const ThCalibrationRecord *made)
{
  row (rows, _("Made on"), date (made->made_at_us));
  row (rows, _("By"), g_strdup (made->by));
  row (rows, _("Black body"), g_strdup (made->serial));
  for (guint i = 0; i < made->n_points; i++)
    {
      const ThBlackBodyPoint *point = &made->points[i];
      g_autofree char *set_to = g_strdup_printf ("%.2f °C", point->reference_mc / 1000.0);

      row (rows, set_to,
           /* TRANSLATORS: what the thermometer saw, and its standard deviation */
           g_strdup_printf (_("read %.2f ± %.2f °C"), point->measured_mc / 1000.0,
                            point->spread_mc / 1000.0));
    }
  row (rows, _("Gain"), g_strdup_printf ("%.4f", made->line.gain_ppm / 1e6));
  row (rows, _("Offset"), g_strdup_printf ("%+.3f °C", made->line.offset_mc / 1000.0));
  row (rows, _("Good until"), date (made->expires_at_us));
}

static void
close_rows (GPtrArray *rows, const ThSheet *sheet)
{
  const ThDaySums *sums = &sheet->sums;

  row (rows, _("Day"), g_strdup (sheet->day));
  row (rows, _("Checked in"), count (sums->confirmed));
  row (rows, _("Numbers given"), count (sums->tickets));
  row (rows, _("Left without a number"), count (sums->left));
  row (rows, _("Flagged"), count (sums->flagged));
  row (rows, _("Not decided yet"), count (sums->open));
  row (rows, _("Not measured"), count (sums->not_measured));
  row (rows, _("Copies"), count (sums->copies));
  row (rows, _("Slips not sure"), count (sums->slips_uncertain));
  row (rows, _("Slips failed"), count (sums->slips_failed));
  row (rows, _("Last record"), g_strdup_printf ("%" G_GINT64_FORMAT, sheet->last_seq));
}

static char **
rows_of (const ThSheet *sheet)
{
  GPtrArray *rows = g_ptr_array_new ();

  if (sheet->kind == TH_SHEET_CALIBRATION)
    calibration_rows (rows, &sheet->calibration);
  else
    close_rows (rows, sheet);
  g_ptr_array_add (rows, NULL);
  return (char **)g_ptr_array_free (rows, FALSE);
}

ThSlip *
th_slip_compose_sheet (const ThConfig *config, ThLanguage language, const ThSheet *sheet)
{
  g_auto (GStrv) rows = NULL;
  ThSlip *slip;

  g_return_val_if_fail (language < TH_N_LANGUAGES, NULL);

  if (sheet->kind == TH_SHEET_NOT_TODAY)
    return th_slip_compose_not_today (config, language, sheet->reason, sheet->when,
                                      sheet->asked_at_us);
  th_words_use (language);
  rows = rows_of (sheet);
  if (sheet->kind == TH_SHEET_CALIBRATION)
    return th_slip_compose_report (config, language, TH_SLIP_CALIBRATION, (const char *const *)rows,
                                   NULL, sheet->asked_at_us);
  slip = th_slip_compose_report (config, language, TH_SLIP_CLOSE, (const char *const *)rows,
                                 sheet->last_link, sheet->asked_at_us);
  g_free (slip->token);
  /* As `records verify --anchor` takes it. */
  slip->token = th_anchor_to_string (sheet->day, sheet->last_link);
  return slip;
}
