/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `eligibility …`: is a rules file right, and what do the rules say of one person. */
#include <json-glib/json-glib.h>
#include <string.h>

#include "kiosk/appointments.h"
#include "kiosk/ctl.h"
#include "kiosk/eligibility.h"
#include "kiosk/id-number.h"

int
th_ctl_eligibility_check (int argc, char **argv)
{
  g_autoptr (ThEligibility) rules = NULL;
  g_autoptr (GError) error = NULL;

  if (!th_ctl_parse (&argc, &argv, NULL, "FILE",
                     "Reads a rules file as the kiosk would; the first mistake is named with its line."))
    return TH_CTL_USAGE;
  if (argc != 2)
    return th_ctl_fail (TH_CTL_USAGE, "eligibility check: one FILE");
  rules = th_eligibility_load (argv[1], &error);
  if (rules == NULL)
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  g_print ("good: %s\n", argv[1]);
  return TH_CTL_GOOD;
}

/* --- explain ------------------------------------------------------------------------------------- */

/* What was written after the command. */
typedef struct
{
  char *config, *rules, *on, *at, *appointment, *vaccine, *community, *employer, *last_dose;
  int dose;
  gboolean walk_in, json;
} Options;

static void
clear_options (Options *options)
{
  g_free (options->config);
  g_free (options->rules);
  g_free (options->on);
  g_free (options->at);
  g_free (options->appointment);
  g_free (options->vaccine);
  g_free (options->community);
  g_free (options->employer);
  g_free (options->last_dose);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, clear_options)

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

static gboolean
is_said (const char *text)
{
  return text != NULL && *text != '\0';
}

/* "09:30-10:00" */
static gboolean
read_window (const char *text, guint *ret_start_min, guint *ret_end_min)
{
  g_auto (GStrv) ends = g_strsplit (text, "-", 2);

  return g_strv_length (ends) == 2 && th_ctl_read_time (ends[0], ret_start_min)
         && th_ctl_read_time (ends[1], ret_end_min) && *ret_start_min < *ret_end_min;
}

/* As an argument a number can be seen by everybody on the machine: "-" reads it. */
static int
read_number (const char *text, char ret_number[19])
{
  g_autoptr (GBytes) input = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  if (strcmp (text, "-") == 0)
    {
      input = th_ctl_read_input ("-");
      if (input == NULL)
        return TH_CTL_BAD;
      line = g_strstrip (g_strndup (g_bytes_get_data (input, NULL), g_bytes_get_size (input)));
      text = line;
    }
  if (!th_id_number_check (text, th_date_today (), ret_number, &error))
    return th_ctl_fail (TH_CTL_BAD, "the ID number: %s", error->message);
  return TH_CTL_GOOD;
}

/* TH_CTL_GOOD, or said why not. */
static int
read_applicant (const Options *options, ThApplicant *who)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  who->day = th_date_today ();
  who->minute = (guint) (g_date_time_get_hour (now) * 60 + g_date_time_get_minute (now));
  if (options->on != NULL && !th_date_from_string (options->on, &who->day))
    return th_ctl_fail (TH_CTL_USAGE, "eligibility explain: --on '%s' is not a date such as 2026-11-22",
                        options->on);
  if (options->at != NULL && !th_ctl_read_time (options->at, &who->minute))
    return th_ctl_fail (TH_CTL_USAGE, "eligibility explain: --at '%s' is not a time such as 09:30",
                        options->at);
  if (options->last_dose != NULL && !th_date_from_string (options->last_dose, &who->last_dose))
    return th_ctl_fail (TH_CTL_USAGE,
                        "eligibility explain: --last-dose '%s' is not a date such as 2026-11-22",
                        options->last_dose);
  if (options->dose < 0 || options->dose > TH_ELIGIBILITY_MAX_DOSE)
    return th_ctl_fail (TH_CTL_USAGE, "eligibility explain: --dose is 1 to %d", TH_ELIGIBILITY_MAX_DOSE);
  if (options->appointment != NULL && options->walk_in)
    return th_ctl_fail (TH_CTL_USAGE, "eligibility explain: --appointment or --walk-in, not both");
  if (options->appointment != NULL
      && !read_window (options->appointment, &who->start_min, &who->end_min))
    return th_ctl_fail (TH_CTL_USAGE,
                        "eligibility explain: --appointment '%s' is not a time such as 09:30-10:00",
                        options->appointment);
  who->has_appointment = options->appointment != NULL;
  who->dose = (guint) options->dose;
  who->vaccine = or_empty (options->vaccine);
  who->community = or_empty (options->community);
  who->employer = or_empty (options->employer);
  return TH_CTL_GOOD;
}

/* What the lists of this machine say of them on that day; what was written after the command goes before. There may be no
 * records here. TH_CTL_GOOD, or said why not. @booking lives as long as @who. */
static int
look_up (const Options *options, const ThConfig *config, const char *number, ThBooking *booking,
         ThApplicant *who)
{
  g_autofree char *file = g_build_filename (config->state_dir, "records.db", NULL);
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  char day[TH_DAY_BYTES];

  if (options->appointment != NULL || options->walk_in || !g_file_test (file, G_FILE_TEST_EXISTS))
    return TH_CTL_GOOD;
  records = th_records_open (config->state_dir, config->device, &error);
  if (records == NULL)
    return th_ctl_fail_error (error);
  th_date_to_string (who->day, day);
  if (!th_records_find_appointment (records, day, number, booking, &error))
    return error == NULL ? TH_CTL_GOOD : th_ctl_fail_error (error);
  who->has_appointment = TRUE;
  who->start_min = booking->start_min;
  who->end_min = booking->end_min;
  if (who->dose == 0)
    who->dose = booking->dose;
  if (!is_said (who->vaccine))
    who->vaccine = booking->vaccine;
  if (!is_said (who->community))
    who->community = booking->community;
  if (!is_said (who->employer))
    who->employer = booking->employer;
  return TH_CTL_GOOD;
}

static const char *
kind_words (ThRulingKind kind)
{
  switch (kind)
    {
    case TH_RULING_YES:
      return "yes";
    case TH_RULING_NO:
      return "no";
    case TH_RULING_OPEN:
      break;
    }
  return "open";
}

/* "no: not-yet, from 2021-05-01" */
static char *
verdict_words (const ThAdmission *admission)
{
  g_autofree char *detail = NULL;
  char day[11];

  if (admission->coming == TH_COMING_YES)
    return g_strdup ("yes");
  if (admission->coming == TH_COMING_EARLY)
    detail = g_strdup_printf (", from %02u:%02u", admission->from_min / 60, admission->from_min % 60);
  else if (admission->when.year != 0)
    {
      th_date_to_string (admission->when, day);
      detail = g_strdup_printf (", from %s", day);
    }
  return g_strdup_printf ("no: %s%s", th_coming_to_string (admission->coming), or_empty (detail));
}

static void
print_lines (const ThAdmission *admission, GArray *rulings)
{
  g_autofree char *verdict = verdict_words (admission);

  g_print ("%s\n", verdict);
  for (guint i = 0; i < rulings->len; i++)
    {
      const ThRuling *ruling = &g_array_index (rulings, ThRuling, i);
      g_autofree char *line = ruling->line != TH_ELIGIBILITY_ANY
                                  ? g_strdup_printf ("line %u", ruling->line)
                                  : g_strdup ("-");

      g_print ("  %-9s %-4s [%s]: %s\n", line, kind_words (ruling->kind), ruling->rule, ruling->why);
    }
}

static void
add_text (JsonBuilder *json, const char *name, const char *text)
{
  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, text);
}

static void
print_json (const ThAdmission *admission, GArray *rulings)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  char day[11] = "";

  if (admission->when.year != 0)
    th_date_to_string (admission->when, day);
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "may_come");
  json_builder_add_boolean_value (json, admission->coming == TH_COMING_YES);
  add_text (json, "why", th_coming_to_string (admission->coming));
  add_text (json, "when", day);
  json_builder_set_member_name (json, "rules");
  json_builder_begin_array (json);
  for (guint i = 0; i < rulings->len; i++)
    {
      const ThRuling *ruling = &g_array_index (rulings, ThRuling, i);

      json_builder_begin_object (json);
      json_builder_set_member_name (json, "line");
      json_builder_add_int_value (json, ruling->line);
      add_text (json, "rule", ruling->rule);
      add_text (json, "says", kind_words (ruling->kind));
      add_text (json, "why", ruling->why);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  json_builder_end_object (json);
  root = json_builder_get_root (json);
  text = json_to_string (root, TRUE);
  g_print ("%s\n", text);
}

int
th_ctl_eligibility_explain (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &options.config, "the kiosk's configuration", "FILE" },
    { "rules", 0, 0, G_OPTION_ARG_FILENAME, &options.rules, "instead of the configuration's rules", "FILE" },
    { "on", 0, 0, G_OPTION_ARG_STRING, &options.on, "instead of today, as 2026-11-22", "DATE" },
    { "at", 0, 0, G_OPTION_ARG_STRING, &options.at, "instead of now, as 09:30", "HH:MM" },
    { "appointment", 0, 0, G_OPTION_ARG_STRING, &options.appointment,
      "with an appointment of that time, as 09:30-10:00", "TIME" },
    { "walk-in", 0, 0, G_OPTION_ARG_NONE, &options.walk_in, "without an appointment", NULL },
    { "dose", 0, 0, G_OPTION_ARG_INT, &options.dose, "which dose, 1 to 9", "N" },
    { "vaccine", 0, 0, G_OPTION_ARG_STRING, &options.vaccine, "as in the appointment list", "NAME" },
    { "community", 0, 0, G_OPTION_ARG_STRING, &options.community, "as in the appointment list", "NAME" },
    { "employer", 0, 0, G_OPTION_ARG_STRING, &options.employer, "as in the appointment list", "NAME" },
    { "last-dose", 0, 0, G_OPTION_ARG_STRING, &options.last_dose, "when the dose before was given", "DATE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "as JSON", NULL },
    { NULL },
  };
  g_autoptr (GArray) rulings = g_array_new (FALSE, FALSE, sizeof (ThRuling));
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (ThEligibility) loaded = NULL;
  g_autoptr (GError) error = NULL;
  ThApplicant who = { 0 };
  ThAdmission admission;
  ThBooking booking;
  char number[19];
  int status = TH_CTL_GOOD;

  if (!th_ctl_parse (&argc, &argv, entries, "NUMBER|-",
                     "Yes or no, and a line for every rule that looked at the person: the line of the file, what\n"
                     "it says and why. Without --appointment or --walk-in the lists of this machine say whether they are\n"
                     "expected. The number may come on standard input: -. Exit status 1: no."))
    return TH_CTL_USAGE;
  if (argc != 2)
    return th_ctl_fail (TH_CTL_USAGE, "eligibility explain: one NUMBER");
  status = read_applicant (&options, &who);
  if (status == TH_CTL_GOOD)
    status = read_number (argv[1], number);
  if (status != TH_CTL_GOOD)
    return status;
  who.birth = th_id_number_birth (number);
  config = th_ctl_load_config (options.config, &status);
  if (config == NULL)
    return status;
  if (options.rules != NULL)
    {
      loaded = th_eligibility_load (options.rules, &error);
      if (loaded == NULL)
        return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
    }
  who.early_min = config->early_min;
  status = look_up (&options, config, number, &booking, &who);
  if (status != TH_CTL_GOOD)
    return status;
  th_eligibility_judge (loaded != NULL ? loaded : config->eligibility, &who, &admission, rulings);
  if (options.json)
    print_json (&admission, rulings);
  else
    print_lines (&admission, rulings);
  return admission.coming == TH_COMING_YES ? TH_CTL_GOOD : TH_CTL_BAD;
}
