/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `day …`, and `records verify`. */
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/anchor.h"
#include "kiosk/ctl.h"
#include "kiosk/id-number.h"
#include "kiosk/records-day.h"
#include "kiosk/records-sheet.h"

/* The local time @now_us with another date or time of day, where they were said. FALSE: said why. */
static gboolean
put_right (gint64 now_us, const char *date, const char *time, gint64 *ret_at_us)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) at = NULL;
  ThDate day = { .year = (guint16)g_date_time_get_year (now),
                 .month = (guint8)g_date_time_get_month (now),
                 .day = (guint8)g_date_time_get_day_of_month (now) };
  guint min = (guint)(g_date_time_get_hour (now) * 60 + g_date_time_get_minute (now));
  double seconds = time != NULL ? 0 : g_date_time_get_seconds (now);

  if (date != NULL && !th_date_from_string (date, &day))
    {
      th_ctl_fail (TH_CTL_BAD, "'%s' is not a day such as 2026-11-22", date);
      return FALSE;
    }
  if (time != NULL && (!th_ctl_read_time (time, &min) || min >= 24 * 60))
    {
      th_ctl_fail (TH_CTL_BAD, "'%s' is not a time such as 09:30", time);
      return FALSE;
    }
  at = g_date_time_new_local (day.year, day.month, day.day, (int)min / 60, (int)min % 60, seconds);
  if (at == NULL)
    {
      th_ctl_fail (TH_CTL_BAD, "there is no such time on that day");
      return FALSE;
    }
  *ret_at_us = date == NULL && time == NULL ? now_us : g_date_time_to_unix (at) * G_USEC_PER_SEC;
  return TRUE;
}

/* FALSE: said why. */
static gboolean
ask_whether_right (gint64 at_us)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);
  g_autofree char *text = g_date_time_format (at, "%A, %Y-%m-%d, %H:%M");
  char answer[16] = "";

  g_printerr ("It is %s. Is this right? (yes or no) ", text);
  if (fgets (answer, sizeof answer, stdin) != NULL && g_ascii_strncasecmp (answer, "y", 1) == 0)
    return TRUE;
  th_ctl_fail (TH_CTL_BAD, "not opened: say --date and --time, as they are");
  return FALSE;
}

int
th_ctl_day_open (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autofree char *date = NULL;
  g_autofree char *time = NULL;
  g_autofree char *by = NULL;
  gboolean yes = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &by, "who opens it", "NAME" },
    { "date", 0, 0, G_OPTION_ARG_STRING, &date, "today, where the machine's clock is wrong",
      "DATE" },
    { "time", 0, 0, G_OPTION_ARG_STRING, &time, "and now, as 09:30", "HH:MM" },
    { "yes", 0, 0, G_OPTION_ARG_NONE, &yes, "date and time have been looked at", NULL },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *day = NULL;
  g_autoptr (GDateTime) at = NULL;
  ThDayStatus now;
  gint64 at_us;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "Opens the day, when somebody has looked at date and time: from then on people are "
                     "checked in. Of a day that is open it confirms the time, as after a restart."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "day open: '%s' is one word too many", argv[1]);
  if (by == NULL)
    return th_ctl_fail (TH_CTL_USAGE, "day open: --by says who opens it");
  if (!yes && !isatty (STDIN_FILENO))
    return th_ctl_fail (TH_CTL_USAGE, "somebody looks at date and time on a terminal, or say --yes");
  records = th_ctl_open_records (path, TRUE, &status);
  if (records == NULL)
    return status;
  if (!th_records_day_state (records, &now, &error))
    return th_ctl_fail_error (error);
  /* What a person confirmed since the machine was switched on is better than a clock that was set since. */
  if (!put_right (now.clock_known ? now.now_us : g_get_real_time (), date, time, &at_us)
      || (!yes && !ask_whether_right (at_us)))
    return TH_CTL_BAD;
  at = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);
  /* After a restart past midnight it is still the day before that is open, and whose time is asked for. */
  day = now.state == TH_DAY_UNCONFIRMED && date == NULL ? g_strdup (now.day)
                                                        : g_date_time_format (at, "%Y-%m-%d");
  if (!th_records_open_day (records, day, at_us, by, &error))
    return th_ctl_fail_error (error);
  g_print ("%s is open\n", day);
  return TH_CTL_GOOD;
}

int
th_ctl_day_close (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autofree char *by = NULL;
  gboolean print = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &by, "who closes it", "NAME" },
    { "print", 0, 0, G_OPTION_ARG_NONE, &print, "the kiosk prints its sums and its anchor", NULL },
    { NULL },
  };
  g_autoptr (ThConfig) config = NULL;
  ThKeyPlaces places;
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *anchor = NULL;
  ThSheet sheet = { .kind = TH_SHEET_CLOSE_OF_DAY };
  char day[TH_DAY_BYTES], link[2 * TH_LOG_LINK_BYTES + 1];
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "Closes the day: nobody is checked in any more. Prints its anchor, which also "
                     "goes to the journal: keep it, it tells later whether the log is whole."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "day close: '%s' is one word too many", argv[1]);
  if (by == NULL)
    return th_ctl_fail (TH_CTL_USAGE, "day close: --by says who closes it");
  records = th_ctl_open_records (path, FALSE, &status);
  if (records == NULL)
    return status;
  if (!th_records_today (records, day, &error) || !th_records_close_day (records, by, link, &error))
    return th_ctl_fail_error (error);
  th_anchor_to_journal (day, link);
  anchor = th_anchor_to_string (day, link);
  g_print ("%s\n", anchor);
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  /* Nobody opens a name at night. */
  places = th_config_key_places (config);
  if (!th_keys_lock (&places, &error))
    return th_ctl_fail_error (error);
  g_strlcpy (sheet.day, day, sizeof sheet.day);
  if (print && !th_records_ask_sheet (records, &sheet, by, NULL, &error))
    return th_ctl_fail_error (error);
  return TH_CTL_GOOD;
}

/* --- status -------------------------------------------------------------------------------------- */

static void
add_time (JsonBuilder *json, const char *name, gint64 at_us)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);
  g_autofree char *text = g_date_time_format_iso8601 (at);

  json_builder_set_member_name (json, name);
  if (at_us == 0)
    json_builder_add_null_value (json);
  else
    json_builder_add_string_value (json, text);
}

static void
add_text (JsonBuilder *json, const char *name, const char *text)
{
  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, text);
}

static void
add_number (JsonBuilder *json, const char *name, gint64 number)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, number);
}

static char *
status_json (const ThDayStatus *status)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (json);
  add_text (json, "state", th_day_state_to_string (status->state));
  add_text (json, "day", status->day);
  add_time (json, "opened_at", status->opened_at_us);
  add_time (json, "closed_at", status->state == TH_DAY_CLOSED ? status->closed_at_us : 0);
  add_text (json, "by", status->by);
  add_text (json, "anchor", status->link);
  add_time (json, "now", status->now_us);
  json_builder_set_member_name (json, "clock_trusted");
  json_builder_add_boolean_value (json, status->clock_trusted);
  json_builder_set_member_name (json, "clock_known");
  json_builder_add_boolean_value (json, status->clock_known);
  add_number (json, "clock_off_by_s", status->jump_us / G_USEC_PER_SEC);
  add_number (json, "tickets", status->counts.tickets);
  add_number (json, "in_queue", status->counts.in_queue);
  add_number (json, "resting", status->counts.resting);
  add_number (json, "open_cases", status->counts.cases);
  add_number (json, "uncertain_slips", status->counts.uncertain);
  json_builder_end_object (json);
  root = json_builder_get_root (json);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_data (generator, NULL);
}

int
th_ctl_day_status (int argc, char **argv)
{
  g_autofree char *path = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  ThDayStatus day;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "Whether the day is open, what stands open in it, and what time it is, as JSON."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "day status: '%s' is one word too many", argv[1]);
  records = th_ctl_open_records (path, FALSE, &status);
  if (records == NULL)
    return status;
  if (!th_records_day_status (records, &day, &error))
    return th_ctl_fail_error (error);
  text = status_json (&day);
  g_print ("%s\n", text);
  return TH_CTL_GOOD;
}

/* --- the log ------------------------------------------------------------------------------------- */

int
th_ctl_records_verify (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_auto (GStrv) anchors = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { "anchor", 0, 0, G_OPTION_ARG_STRING_ARRAY, &anchors,
      "as on a close-of-day slip or in the journal; may be said again", "DAY:HEX" },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  guint64 events;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "Walks the log's keyed chain, and names the first link that does not hold. Without the "
                     "anchors of days that were closed, a tail that was cut off is not seen."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "records verify: '%s' is one word too many", argv[1]);
  records = th_ctl_open_records (path, FALSE, &status);
  if (records == NULL)
    return status;
  if (!th_records_verify_anchors (records, (const char *const *)anchors, &events, &error))
    return th_ctl_fail_error (error);
  g_print ("the chain holds: %" G_GUINT64_FORMAT " events", events);
  if (anchors != NULL)
    g_print (", %u anchors", g_strv_length (anchors));
  g_print ("\n");
  return TH_CTL_GOOD;
}
