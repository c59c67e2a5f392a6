/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `appointments import` and `appointments summary`. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/appointments.h"
#include "kiosk/ctl.h"
#include "kiosk/id-number.h"

#define QUIET_US (1 * G_USEC_PER_SEC) /* what is done sooner needs no bar */
#define BAR_WIDTH 40

typedef struct
{
  FILE *report; /* NULL: on stderr */
  gint64 start_us;
  gboolean terminal;
  int shown; /* percent; -1: nothing yet */
} Screen;

static void
trouble_cb (guint line, const char *column, const char *why, gpointer user_data)
{
  Screen *screen = user_data;

  if (screen->report != NULL)
    fprintf (screen->report, "%u,%s,\"%s\"\n", line, column != NULL ? column : "", why);
  else
    g_printerr ("line %u%s%s: %s\n", line, column != NULL ? ", " : "", column != NULL ? column : "", why);
}

static void
progress_cb (double done, gpointer user_data)
{
  Screen *screen = user_data;
  int percent = (int)(done * 100);

  if (g_get_monotonic_time () < screen->start_us + QUIET_US && screen->shown < 0)
    return;
  if (!screen->terminal)
    percent -= percent % 10;
  if (percent == screen->shown)
    return;
  screen->shown = percent;
  if (screen->terminal)
    {
      int n = percent * BAR_WIDTH / 100;

      g_printerr ("\r[%.*s%*s] %3d %%%s", n, "########################################", BAR_WIDTH - n,
                  "", percent, percent == 100 ? "\n" : "");
    }
  else
    g_printerr ("%d %%\n", percent);
}

static int
say_counts (const ThListImport *how, const ThListCounts *counts)
{
  gboolean taken = counts->bad == 0 || !how->all_or_nothing;

  g_print ("%s: %u good lines, %u bad\n", counts->gb18030 ? "GB18030" : "UTF-8", counts->good,
           counts->bad);
  if (taken)
    g_print ("%s%u new, %u changed, %u as before, %u withdrawn\n", how->dry_run ? "would be: " : "",
             counts->added, counts->changed, counts->same, counts->withdrawn);
  else
    g_print ("nothing was taken\n");
  if (taken && !how->dry_run && counts->good > 0)
    g_print ("names are not kept\n");
  return counts->bad == 0 ? TH_CTL_GOOD : TH_CTL_BAD;
}

int
th_ctl_appointments_import (int argc, char **argv)
{
  g_autofree char *config = NULL, *report = NULL, *source = NULL, *by = NULL;
  gboolean dry_run = FALSE, all_or_nothing = FALSE, withdraw_missing = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &config, "the kiosk's configuration", "FILE" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &by, "who brings the list", "NAME" },
    { "source", 0, 0, G_OPTION_ARG_STRING, &source, "whose list it is: a-z, 0-9 and -; list", "SOURCE" },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &dry_run, "only look, and say what would be", NULL },
    { "all-or-nothing", 0, 0, G_OPTION_ARG_NONE, &all_or_nothing,
      "take nothing when a line is bad", NULL },
    { "withdraw-missing", 0, 0, G_OPTION_ARG_NONE, &withdraw_missing,
      "who stood in a list of this source, on a day that is in this one, and does not any more, is not "
      "expected any more",
      NULL },
    { "report", 0, 0, G_OPTION_ARG_FILENAME, &report, "bad lines as CSV, and not on stderr", "FILE" },
    { NULL },
  };
  Screen screen = { .start_us = g_get_monotonic_time (), .terminal = isatty (STDERR_FILENO), .shown = -1 };
  ThListImport how = { .trouble = trouble_cb, .progress = progress_cb, .user_data = &screen };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  ThListCounts counts;
  gboolean done, written = TRUE;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, "FILE.csv",
                     "Takes a list of appointments: UTF-8 or GB18030, its first line\n"
                     "  date,start,end,id_number,name,community,employer,dose,vaccine\n"
                     "in any order; the first four must be there. Each bad line is said with its number and\n"
                     "column, the others are taken. Best done before the day begins."))
    return TH_CTL_USAGE;
  if (argc != 2)
    return th_ctl_fail (TH_CTL_USAGE, "appointments import: one FILE.csv");
  if (by == NULL && !dry_run)
    return th_ctl_fail (TH_CTL_USAGE, "appointments import: --by says who brings the list");
  how.by = by;
  how.source = source != NULL ? source : "list";
  how.dry_run = dry_run;
  how.all_or_nothing = all_or_nothing;
  how.withdraw_missing = withdraw_missing;
  records = th_ctl_open_records (config, TRUE, &status);
  if (records == NULL)
    return status;
  if (report != NULL)
    {
      screen.report = fopen (report, "we");
      if (screen.report == NULL)
        return th_ctl_fail (TH_CTL_BAD, "cannot write %s: %s", report, g_strerror (errno));
      fputs ("line,column,reason\n", screen.report);
    }
  done = th_records_import_appointments (records, argv[1], &how, &counts, &error);
  if (screen.report != NULL)
    {
      written = !ferror (screen.report);
      written = fclose (screen.report) == 0 && written;
    }
  if (!done)
    return th_ctl_fail_error (error);
  status = say_counts (&how, &counts);
  return written ? status : th_ctl_fail (TH_CTL_BAD, "%s is not whole", report);
}

static void
expected_cb (const char *day, const char *community, guint dose, guint n, gpointer user_data)
{
  guint *all = user_data;
  char said[8] = "-";

  if (dose > 0)
    g_snprintf (said, sizeof said, "%u", dose);
  g_print ("%s\t%s\t%s\t%u\n", day, community[0] != '\0' ? community : "-", said, n);
  *all += n;
}

int
th_ctl_appointments_summary (int argc, char **argv)
{
  g_autofree char *config = NULL, *day = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &config, "the kiosk's configuration", "FILE" },
    { "day", 0, 0, G_OPTION_ARG_STRING, &day, "only this one", "DAY" },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  guint all = 0;
  ThDate date;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "How many are expected: day, community, dose and number, with tabs between."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "appointments summary: '%s' is one word too many", argv[1]);
  if (day != NULL && !th_date_from_string (day, &date))
    return th_ctl_fail (TH_CTL_BAD, "'%s' is not a day such as 2026-11-22", day);
  records = th_ctl_open_records (config, FALSE, &status);
  if (records == NULL)
    return status;
  if (!th_records_count_appointments (records, day, expected_cb, &all, &error))
    return th_ctl_fail_error (error);
  g_print ("%u in all\n", all);
  return TH_CTL_GOOD;
}
