/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `dose …` and `lot trace`: which visit had which lot. A visit is named by its day and number; nobody is. */
#include <stdio.h>
#include <string.h>

#include "kiosk/ctl-lots.h"

/* --- changing -------------------------------------------------------------------------------------------- */

/* One option of text, for one number of today. */
typedef gboolean (*TextFunc) (ThRecords *records, const char *visit, const char *text, const char *by,
                              GError **error);

static int
with_text (int argc, char **argv, const char *command, const char *option, const char *what,
           const char *summary, const char *done, TextFunc run)
{
  g_auto (ThCtlActor) actor = { NULL };
  g_autofree char *text = NULL;
  const GOptionEntry entries[] = {
    TH_CTL_ACTOR (actor),
    { option, 0, 0, G_OPTION_ARG_STRING, &text, what, "TEXT" },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  char visit[37];
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, "NUMBER", summary))
    return TH_CTL_USAGE;
  if (argc != 2 || text == NULL)
    return th_ctl_fail (TH_CTL_USAGE, "%s: NUMBER (as A-017) --%s TEXT --by NAME", command, option);
  records = th_ctl_open_as (&actor, command, &status);
  if (records == NULL)
    return status;
  if (!th_records_find_label (records, argv[1], NULL, visit, &error) ||
      !run (records, visit, text, actor.by, &error))
    return th_ctl_fail_error (error);
  g_print ("%s: %s\n", argv[1], done);
  return TH_CTL_GOOD;
}

int
th_ctl_dose_bind (int argc, char **argv)
{
  return with_text (argc, argv, "dose bind", "lot", "the lot on the box",
                    "Registration records which lot a number of today gets.", "its lot is recorded",
                    th_records_bind_lot);
}

int
th_ctl_dose_undo (int argc, char **argv)
{
  return with_text (argc, argv, "dose undo", "why", "the reason",
                    "An injection that was recorded by mistake, today.", "undone",
                    th_records_undo_injection);
}

int
th_ctl_dose_release (int argc, char **argv)
{
  return with_text (argc, argv, "dose release", "why", "the reason",
                    "A number of today that needs its dose no more: it is free for the next.", "released",
                    th_records_release_dose);
}

int
th_ctl_dose_inject (int argc, char **argv)
{
  g_auto (ThCtlActor) actor = { NULL };
  g_autofree char *lot = NULL;
  g_autofree char *site = NULL;
  g_autofree char *route = NULL;
  g_autofree char *sites = g_strjoinv (", ", (char **) th_injection_sites ());
  g_autofree char *routes = g_strjoinv (", ", (char **) th_injection_routes ());
  gboolean checked = FALSE;
  int dose = 0;
  const GOptionEntry entries[] = {
    TH_CTL_ACTOR (actor),
    { "lot", 0, 0, G_OPTION_ARG_STRING, &lot, "the lot on the box", "LOT" },
    { "dose", 0, 0, G_OPTION_ARG_INT, &dose, "1 to 9", "N" },
    { "site", 0, 0, G_OPTION_ARG_STRING, &site, sites, "SITE" },
    { "route", 0, 0, G_OPTION_ARG_STRING, &route, routes, "ROUTE" },
    { "checked", 0, 0, G_OPTION_ARG_NONE, &checked,
      "the checks are done, where the site has no vaccination zone", NULL },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  ThInjection injection;
  char visit[37];
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, "NUMBER", "A dose was given to a number of today."))
    return TH_CTL_USAGE;
  if (argc != 2 || lot == NULL || site == NULL || route == NULL || dose <= 0)
    return th_ctl_fail (TH_CTL_USAGE, "dose inject: NUMBER (as A-017) --lot LOT --dose N --site SITE --route ROUTE "
                                      "--checked --by NAME");
  records = th_ctl_open_as (&actor, "dose inject", &status);
  if (records == NULL)
    return status;
  injection = (ThInjection){ .lot = lot, .dose = (guint) dose, .site = site, .route = route, .checked = checked };
  if (!th_records_find_label (records, argv[1], NULL, visit, &error) ||
      !th_records_inject (records, visit, &injection, actor.by, &error))
    return th_ctl_fail_error (error);
  g_print ("%s: dose %d of lot %s\n", argv[1], dose, lot);
  return TH_CTL_GOOD;
}

/* --- asking ---------------------------------------------------------------------------------------------- */

/* "A-017"; "-" while somebody rests and has no number yet. */
static void
label_of (const ThDose *dose, char ret_label[16])
{
  if (dose->lane == '\0')
    g_strlcpy (ret_label, "-", 16);
  else
    th_ticket_label (dose->lane, dose->number, ret_label);
}

static char *
time_of (const ThDose *dose)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (dose->at_us / G_USEC_PER_SEC);

  return dose->at_us != 0 && at != NULL ? g_date_time_format (at, "%H:%M") : g_strdup ("");
}

static void
add_text (JsonBuilder *json, const char *name, const char *value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, value);
}

static void
add_dose (JsonBuilder *json, const ThDose *dose)
{
  g_autofree char *time = time_of (dose);
  char label[16];

  label_of (dose, label);
  json_builder_begin_object (json);
  add_text (json, "day", dose->day);
  add_text (json, "number", label);
  add_text (json, "visit", dose->visit);
  add_text (json, "vaccine", dose->vaccine);
  add_text (json, "state", th_dose_state_to_string (dose->state));
  add_text (json, "lot", dose->lot);
  if (dose->state == TH_DOSE_INJECTED)
    {
      add_text (json, "time", time);
      json_builder_set_member_name (json, "dose");
      json_builder_add_int_value (json, dose->dose);
      add_text (json, "site", dose->site);
      add_text (json, "route", dose->route);
      add_text (json, "by", dose->by);
    }
  json_builder_end_object (json);
}

static void
print_doses (const GPtrArray *doses, gboolean as_json)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_array (json);
  for (guint i = 0; i < doses->len; i++)
    {
      const ThDose *dose = doses->pdata[i];
      g_autofree char *time = time_of (dose);
      char label[16];

      if (as_json)
        {
          add_dose (json, dose);
          continue;
        }
      label_of (dose, label);
      g_print ("%s  %-8s  %-8s  %-20s  %-5s  %s  %s  %s\n", dose->day, label, th_dose_state_to_string (dose->state),
               dose->lot, time, dose->vaccine, dose->dose > 0 ? (char[]){ '#', (char) ('0' + dose->dose), '\0' } : "",
               dose->by);
    }
  json_builder_end_array (json);
  if (as_json)
    th_ctl_print_json (json);
}

/* The one dose of a number. NOT_FOUND: nothing was promised or given. */
static GPtrArray *
trace_visit (ThRecords *records, const char *label, const char *day, GError **error)
{
  g_autoptr (GPtrArray) one = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) problem = NULL;
  g_autofree ThDose *dose = g_new0 (ThDose, 1);
  char visit[37];

  if (!th_records_find_label (records, label, day, visit, error))
    return NULL;
  if (!th_records_find_dose (records, visit, dose, &problem))
    {
      if (problem == NULL)
        g_set_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND, "%s has had no dose", label);
      else
        g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  g_ptr_array_add (one, g_steal_pointer (&dose));
  return g_steal_pointer (&one);
}

int
th_ctl_lot_trace (int argc, char **argv)
{
  g_autofree char *config = NULL;
  g_autofree char *label = NULL;
  g_autofree char *day = NULL;
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &config, "the kiosk's configuration", "FILE" },
    { "visit", 0, 0, G_OPTION_ARG_STRING, &label, "instead of LOT: a number, as A-017", "NUMBER" },
    { "day", 0, 0, G_OPTION_ARG_STRING, &day, "of that number, instead of today", "DAY" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "for programs", NULL },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GPtrArray) doses = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, "LOT",
                     "Who had of a lot: day, number, time, dose and who gave it, oldest first. Or the lot that a number "
                     "had."))
    return TH_CTL_USAGE;
  if (argc != (label != NULL ? 1 : 2) || (day != NULL && label == NULL))
    return th_ctl_fail (TH_CTL_USAGE, "lot trace: LOT, or --visit NUMBER [--day DAY]");
  records = th_ctl_open_records (config, FALSE, &status);
  if (records == NULL)
    return status;
  doses = label != NULL ? trace_visit (records, label, day, &error) : th_records_trace_lot (records, argv[1], &error);
  if (doses == NULL)
    return th_ctl_fail_error (error);
  print_doses (doses, as_json);
  return TH_CTL_GOOD;
}

int
th_ctl_dose_list (int argc, char **argv)
{
  g_autofree char *config = NULL;
  g_autofree char *day = NULL;
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &config, "the kiosk's configuration", "FILE" },
    { "day", 0, 0, G_OPTION_ARG_STRING, &day, "instead of today", "DAY" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "for programs", NULL },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GPtrArray) doses = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, NULL, "Every dose of a day that was promised or given, in order."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "dose list: '%s' is one word too many", argv[1]);
  records = th_ctl_open_records (config, FALSE, &status);
  if (records == NULL)
    return status;
  doses = th_records_list_doses (records, day, &error);
  if (doses == NULL)
    return th_ctl_fail_error (error);
  print_doses (doses, as_json);
  return TH_CTL_GOOD;
}
