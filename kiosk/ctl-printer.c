/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `printer status`, `test`, `watch`: the slip printer as the kiosk would meet it. `print`, `sheets`: what the kiosk prints. */
#include <glib-unix.h>
#include <string.h>

#include "kiosk/ctl.h"
#include "kiosk/printer-setup.h"
#include "kiosk/slip.h"

/* For a printer to be found, asked who it is, and looked at: all of it takes a second when it is silent. */
#define LOOK_LIMIT_MS 4000
#define EXAMPLE_TOKEN "00000000000000000000000000000000"

typedef struct
{
  ThConfig *config;
  const ThPrinterSettings *settings; /* of config */
  ThUsbContext *usb;
  ThPrinter *printer;
  GMainLoop *loop;
  const char *name; /* as in the log */
  char *lang;
  int seconds;
  gint64 since_us;
  ThSlipOutcome outcome;
  GError *error;
} Run;

static void
run_clear (Run *run)
{
  g_clear_object (&run->printer);
  g_clear_object (&run->usb);
  g_clear_pointer (&run->loop, g_main_loop_unref);
  g_clear_pointer (&run->config, th_config_free);
  g_clear_error (&run->error);
  g_free (run->lang);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static const char *
paper_words (ThPaper paper)
{
  switch (paper)
    {
    case TH_PAPER_STARTING:
      return "did not say how it is in time";
    case TH_PAPER_READY:
      return "ready";
    case TH_PAPER_LOW:
      return "ready, paper low";
    case TH_PAPER_OUT:
      return "no paper";
    case TH_PAPER_COVER_OPEN:
      return "cover open";
    case TH_PAPER_OFFLINE:
      return "offline";
    case TH_PAPER_FAULT:
      return "out of order: cutter or mechanics";
    case TH_PAPER_HOT:
      return "too hot; it goes on by itself";
    case TH_PAPER_UNKNOWN:
      return "connected, but does not say how it is";
    case TH_PAPER_ABSENT:
      return "not connected";
    }
  return "unknown";
}

static int
status_of (ThPaper paper)
{
  if (paper == TH_PAPER_READY || paper == TH_PAPER_LOW)
    return TH_CTL_GOOD;
  return paper == TH_PAPER_ABSENT || paper == TH_PAPER_STARTING ? TH_CTL_AWAY : TH_CTL_BAD;
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

/* ---- who holds it ------------------------------------------------------------------------------- */

typedef struct
{
  GMainLoop *loop;
  gboolean busy;
} Attempt;

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Attempt *attempt = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ThUsbDevice) device = th_usb_context_open_finish (TH_USB_CONTEXT (source), result, &error);

  attempt->busy = g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY);
  if (error != NULL && !attempt->busy && !g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE))
    th_ctl_fail (TH_CTL_AWAY, "%s", error->message);
  if (device != NULL)
    th_usb_device_close (device);
  g_main_loop_quit (attempt->loop);
}

static gboolean
is_held (Run *run)
{
  Attempt attempt = { run->loop, FALSE };
  ThUsbMatch only[2];

  if (run->settings->way != TH_PRINTER_WAY_USB)
    return FALSE;
  th_usb_context_open_async (run->usb, th_printer_setup_matches (run->settings, only), NULL, opened_cb, &attempt);
  g_main_loop_run (run->loop); /* a program without a screen: nothing else waits */
  return attempt.busy;
}

/* ---- the commands ------------------------------------------------------------------------------- */

/* FALSE: said why, @ret_status is set. */
static gboolean
begin (Run *run, int argc, char **argv, const char *summary, int *ret_status)
{
  g_autofree char *path = NULL;
  gboolean spare = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { "spare", 0, 0, G_OPTION_ARG_NONE, &spare, "the spare printer", NULL },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &run->lang, "test: en, zh_CN or zh_TW", "LANG" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &run->seconds, "watch: end after so long", "N" },
    { NULL },
  };

  *ret_status = TH_CTL_USAGE;
  if (!th_ctl_parse (&argc, &argv, entries, NULL, summary))
    return FALSE;
  if (argc != 1)
    {
      th_ctl_fail (TH_CTL_USAGE, "'%s' is one word too many", argv[1]);
      return FALSE;
    }
  run->config = th_ctl_load_config (path, ret_status);
  if (run->config == NULL)
    return FALSE;
  run->settings = spare ? &run->config->spare_printer : &run->config->printer;
  run->name = spare ? "spare" : "printer";
  run->loop = g_main_loop_new (NULL, FALSE);
  run->usb = th_usb_context_new ();
  run->printer = th_printer_setup_one (run->settings, run->usb);
  if (run->printer == NULL)
    {
      *ret_status = th_ctl_fail (TH_CTL_AWAY, "there is no spare printer in the settings");
      return FALSE;
    }
  return TRUE;
}

static gboolean
has_said (Run *run)
{
  ThPaper paper = th_printer_get_paper (run->printer);

  return paper != TH_PAPER_STARTING && paper != TH_PAPER_UNKNOWN;
}

static void
news_cb (Run *run)
{
  if (has_said (run))
    g_main_loop_quit (run->loop);
}

/* Starts it and waits until it has said how it is; one that is silent is asked some more times. */
static ThPaper
look (Run *run)
{
  guint limit_id = g_timeout_add (LOOK_LIMIT_MS, quit_cb, run->loop);
  gulong paper_id = g_signal_connect_swapped (run->printer, "notify::paper", G_CALLBACK (news_cb), run);

  th_printer_start (run->printer);
  if (!has_said (run))
    g_main_loop_run (run->loop);
  g_signal_handler_disconnect (run->printer, paper_id);
  g_source_remove (limit_id);
  return th_printer_get_paper (run->printer);
}

/* The state it has now; nothing of its own when the kiosk has it. */
static int
show (Run *run, ThPaper paper)
{
  g_autofree char *what = NULL;

  if (paper == TH_PAPER_ABSENT && is_held (run))
    {
      th_ctl_print_recorded (run->config, run->name);
      return TH_CTL_AWAY;
    }
  what = th_printer_describe (run->printer);
  g_print ("%-12s %s\n", run->name, paper_words (paper));
  if (paper != TH_PAPER_ABSENT && paper != TH_PAPER_STARTING)
    g_print ("%-12s %s\n", "", what);
  return status_of (paper);
}

int
th_ctl_printer_status (int argc, char **argv)
{
  g_auto (Run) run = { 0 };
  int status;

  if (!begin (&run, argc, argv, "How the printer is, and what it is taken for.", &status))
    return status;
  return show (&run, look (&run));
}

static void
printed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *run = data;

  run->outcome = th_printer_print_finish (TH_PRINTER (source), result, &run->error);
  g_main_loop_quit (run->loop);
}

static ThRaster *
draw_test (Run *run, ThLanguage language, GError **error)
{
  g_autofree char *what = th_printer_describe (run->printer);
  ThPrintHead head = th_printer_get_head (run->printer);
  g_autofree char *width = g_strdup_printf ("%u / %u dpi", head.width_dots, head.dpi);
  g_auto (GStrv) parts = g_strsplit (what, "; ", 2);
  const char *const rows[] = { "threshold " THRESHOLD_VERSION, run->config->device,
                               parts[0], "",
                               parts[1] != NULL ? parts[1] : "", "",
                               paper_words (th_printer_get_paper (run->printer)), width,
                               "欧阳测试 · 阿依古丽·买买提", "𠮷 𡋤 䶮",
                               NULL };
  g_autoptr (ThSlip) slip =
      th_slip_compose_report (run->config, language, TH_SLIP_TEST, rows, NULL, g_get_real_time ());

  g_free (slip->token);
  slip->token = g_strdup (EXAMPLE_TOKEN);
  return th_slip_draw (slip, &head, error);
}

int
th_ctl_printer_test (int argc, char **argv)
{
  g_auto (Run) run = { 0 };
  g_autoptr (ThRaster) raster = NULL;
  g_autoptr (GError) error = NULL;
  ThLanguage language;
  ThPaper paper;
  int status;

  if (!begin (&run, argc, argv, "Prints a slip that says how the printer is attached; its code reads as zeros.",
              &status))
    return status;
  language = run.config->default_language;
  if (run.lang != NULL && !th_language_from_string (run.lang, &language))
    return th_ctl_fail (TH_CTL_USAGE, "printer test: --lang is en, zh_CN or zh_TW");
  paper = look (&run);
  status = show (&run, paper);
  if (status != TH_CTL_GOOD)
    return status;
  raster = draw_test (&run, language, &error);
  if (raster == NULL)
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  th_printer_print_async (run.printer, raster, FALSE, NULL, printed_cb, &run);
  g_main_loop_run (run.loop);
  g_print ("%-12s %s\n", "slip", th_slip_outcome_to_string (run.outcome));
  if (run.error != NULL)
    th_ctl_fail (TH_CTL_BAD, "%s", run.error->message);
  return run.outcome == TH_SLIP_CONFIRMED || run.outcome == TH_SLIP_SENT ? TH_CTL_GOOD : TH_CTL_BAD;
}

/* --- sheets: the kiosk prints them ------------------------------------------------------------- */

int
th_ctl_printer_print (int argc, char **argv)
{
  g_autofree char *path = NULL, *by = NULL, *day = NULL, *lang = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &by, "who asks for it", "NAME" },
    { "day", 0, 0, G_OPTION_ARG_STRING, &day, "close-of-day: of this day, and not of today", "DAY" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &lang, "en, zh_CN or zh_TW; the site's", "LANG" },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  ThSheet sheet = { .number = 0 };
  ThLanguage language;
  ThDaySums sums;
  guint number;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, "calibration|close-of-day",
                     "Asks the kiosk to print the newest calibration, or the sums of a day with the log's last link as an"
                     " anchor.\nprinter sheets tells what became of it."))
    return TH_CTL_USAGE;
  if (argc != 2 || by == NULL || !th_sheet_kind_from_string (argv[1], &sheet.kind) ||
      sheet.kind == TH_SHEET_NOT_TODAY)
    return th_ctl_fail (TH_CTL_USAGE, "printer print: say calibration or close-of-day, and --by NAME");
  if (lang != NULL && !th_language_from_string (lang, &language))
    return th_ctl_fail (TH_CTL_USAGE, "printer print: --lang is en, zh_CN or zh_TW");
  records = th_ctl_open_records (path, FALSE, &status);
  if (records == NULL)
    return status;
  if (day != NULL && !th_records_day_sums (records, day, &sums, &error))
    return th_ctl_fail_error (error);
  g_strlcpy (sheet.day, day != NULL ? day : "", sizeof sheet.day);
  g_strlcpy (sheet.language, lang != NULL ? lang : "", sizeof sheet.language);
  if (!th_records_ask_sheet (records, &sheet, by, &number, &error))
    return th_ctl_fail_error (error);
  g_print ("sheet %u waits for the kiosk's printer\n", number);
  return TH_CTL_GOOD;
}

int
th_ctl_printer_sheets (int argc, char **argv)
{
  g_autofree char *path = NULL, *day = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { "day", 0, 0, G_OPTION_ARG_STRING, &day, "and not of today", "DAY" },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) sheets = NULL;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "Paper that carries no number, newest first: calibrations, closes of day, what people without a number"
                     " took home."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "printer sheets takes no argument");
  records = th_ctl_open_records (path, FALSE, &status);
  if (records == NULL)
    return status;
  sheets = th_records_list_sheets (records, day, &error);
  if (sheets == NULL)
    return th_ctl_fail_error (error);
  for (guint i = 0; i < sheets->len; i++)
    {
      const ThSheet *sheet = &g_array_index (sheets, ThSheet, i);
      g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (sheet->asked_at_us / G_USEC_PER_SEC);
      g_autofree char *time = g_date_time_format (at, "%H:%M:%S");

      g_print ("%4u  %s  %-12s  %-9s  %s\n", sheet->number, time, th_sheet_kind_to_string (sheet->kind),
               th_slip_state_to_string (sheet->state), sheet->kind == TH_SHEET_NOT_TODAY ? sheet->reason : sheet->by);
    }
  return TH_CTL_GOOD;
}

static void
paper_cb (Run *run)
{
  double seconds = (g_get_monotonic_time () - run->since_us) / (double) G_USEC_PER_SEC;

  g_print ("%8.1f s  %s\n", seconds, paper_words (th_printer_get_paper (run->printer)));
}

int
th_ctl_printer_watch (int argc, char **argv)
{
  g_auto (Run) run = { 0 };
  ThPaper paper;
  int status;

  if (!begin (&run, argc, argv, "The printer's state, a line for each change, until interrupted.", &status))
    return status;
  run.since_us = g_get_monotonic_time ();
  paper = look (&run);
  status = show (&run, paper);
  if (paper == TH_PAPER_ABSENT && is_held (&run))
    return status;
  g_signal_connect_swapped (run.printer, "notify::paper", G_CALLBACK (paper_cb), &run);
  g_unix_signal_add (SIGINT, quit_cb, run.loop);
  g_unix_signal_add (SIGTERM, quit_cb, run.loop);
  if (run.seconds > 0)
    g_timeout_add_seconds (run.seconds, quit_cb, run.loop);
  g_main_loop_run (run.loop);
  return status_of (th_printer_get_paper (run.printer));
}
