/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `screening …`: how a reading comes about, and a manager's confirmation. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drivers/room-file.h"
#include "kiosk/ctl.h"

/* --- explain ---------------------------------------------------------------------------------- */

/* "3aa3" or "0x3AA3": 1 to 4 digits. */
static gboolean
read_word (const char *text, guint16 *ret_word)
{
  guint word = 0;

  if (g_str_has_prefix (text, "0x") || g_str_has_prefix (text, "0X"))
    text += 2;
  if (strlen (text) < 1 || strlen (text) > 4)
    return FALSE;
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isxdigit (*text))
        return FALSE;
      word = word * 16 + (guint) g_ascii_xdigit_value (*text);
    }
  *ret_word = (guint16) word;
  return TRUE;
}

static gboolean
read_celsius (const char *text, int *ret_mc)
{
  char *end = NULL;
  double celsius;

  if (*text == '\0' || strlen (text) > 12 || strspn (text, "0123456789.-") != strlen (text))
    return FALSE;
  celsius = g_ascii_strtod (text, &end);
  if (*end != '\0' || fabs (celsius) > 1000)
    return FALSE;
  *ret_mc = (int) lround (celsius * 1000);
  return TRUE;
}

/* TH_CTL_GOOD, or said why not. */
static int
set_room (ThConfig *config, const char *room)
{
  g_autoptr(GError) error = NULL;
  ThScreening *rules = &config->screening;

  if (room != NULL)
    {
      if (!read_celsius (room, &rules->room_mc))
        return th_ctl_fail (TH_CTL_USAGE, "screening explain: --room '%s' is no number of °C",
                            room);
      rules->room_source = TH_ROOM_ENTERED;
    }
  else if (rules->room_source == TH_ROOM_FILE &&
           !th_room_file_read (config->room_path, &rules->room_mc, &error))
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  return TH_CTL_GOOD;
}

static const char *
verdict_nick (ThVerdict verdict)
{
  switch (verdict)
    {
    case TH_VERDICT_NORMAL:
      return "normal";
    case TH_VERDICT_AGAIN:
      return "again";
    case TH_VERDICT_FLAGGED:
      return "flagged";
    case TH_VERDICT_STAFF:
      return "staff";
    }
  return "staff";
}

static const char *
verdict_words (ThVerdict verdict, const ThScreening *rules, int shown_tenths)
{
  switch (verdict)
    {
    case TH_VERDICT_NORMAL:
      return "not above the site's limit: goes on";
    case TH_VERDICT_AGAIN:
      if (shown_tenths > rules->limit_tenths)
        return "above the site's limit: rest, then measured again";
      if (shown_tenths < TH_SCREENING_LOW_TENTHS)
        return "too cool for a forehead: rest to warm up, then measured again";
      return "just under the limit of rules that are not calibrated: measured again once";
    case TH_VERDICT_FLAGGED:
      return "above the site's limit: flagged for staff";
    case TH_VERDICT_STAFF:
      break;
    }
  return "no result: staff measure with another device";
}

/* A member with so many decimals, no more: 36.4 is not 36.399999999999999. */
static void
add_number (GString *json, const char *name, double value, guint decimals)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE], format[8];

  g_snprintf (format, sizeof format, "%%.%uf", decimals);
  g_string_append_printf (json, ",\n  \"%s\": %s", name,
                          g_ascii_formatd (text, sizeof text, format, value));
}

static void
add_celsius (GString *json, const char *name, int value_mc)
{
  add_number (json, name, value_mc / 1000.0, 3);
}

static void
print_json (const ThReading *reading, ThVerdict verdict)
{
  g_autoptr(GString) json = g_string_new (NULL);

  g_string_append_printf (json,
                          "{\n  \"method\": \"%s\",\n  \"object_raw\": \"0x%04X\",\n"
                          "  \"ambient_raw\": \"0x%04X\",\n  \"supply_mv\": %d",
                          reading->method, reading->object_raw, reading->ambient_raw,
                          reading->supply_mv);
  add_number (json, "emissivity", reading->emissivity_ppm / 1e6, 6);
  add_number (json, "gain", reading->gain_ppm / 1e6, 6);
  add_celsius (json, "offset", reading->offset_mc);
  add_number (json, "k", reading->k_ppm / 1e6, 6);
  add_celsius (json, "body_offset", reading->body_offset_mc);
  g_string_append_printf (json, ",\n  \"room_source\": \"%s\"",
                          th_room_source_to_string (reading->room_source));
  add_celsius (json, "object_celsius", reading->object_mc);
  add_celsius (json, "supply_corrected_celsius", reading->supplied_mc);
  if (reading->ambient_raw != 0)
    add_celsius (json, "die_celsius", reading->die_mc);
  add_celsius (json, "room_celsius", reading->room_mc);
  add_celsius (json, "emissivity_corrected_celsius", reading->radiated_mc);
  add_celsius (json, "skin_celsius", reading->skin_mc);
  add_celsius (json, "body_celsius", reading->body_mc);
  add_number (json, "shown", reading->shown_tenths / 10.0, 1);
  add_number (json, "limit", reading->limit_tenths / 10.0, 1);
  g_string_append_printf (json, ",\n  \"above_limit\": %s,\n  \"verdict\": \"%s\"\n}",
                          reading->shown_tenths > reading->limit_tenths ? "true" : "false",
                          verdict_nick (verdict));
  g_print ("%s\n", json->str);
}

static void
print_words (const ThReading *reading, const ThScreening *rules, ThVerdict verdict)
{
  const char *room = reading->room_source == TH_ROOM_DIE
                         ? "the sensor's own stands in for it: only as good as it is far from heat"
                     : reading->room_source == TH_ROOM_FILE ? "from its own sensor"
                                                            : "entered";

  g_printerr ("the chip says             %8.2f °C  (0x%04X)\n", reading->object_mc / 1000.0,
              reading->object_raw);
  g_printerr ("supply of %d mV         %+8.3f °C  -> %.3f °C\n", reading->supply_mv,
              (reading->supplied_mc - reading->object_mc) / 1000.0, reading->supplied_mc / 1000.0);
  if (reading->ambient_raw != 0)
    g_printerr ("the sensor itself has     %8.3f °C  (0x%04X, supply taken off)\n",
                reading->die_mc / 1000.0, reading->ambient_raw);
  g_printerr ("the room has              %8.3f °C  (%s)\n", reading->room_mc / 1000.0, room);
  g_printerr ("emissivity %.3f          %+8.3f °C  -> %.3f °C\n", reading->emissivity_ppm / 1e6,
              (reading->radiated_mc - reading->supplied_mc) / 1000.0,
              reading->radiated_mc / 1000.0);
  g_printerr ("gain %.4f, offset %+.3f %+8.3f °C  -> skin %.3f °C\n", reading->gain_ppm / 1e6,
              reading->offset_mc / 1000.0, (reading->skin_mc - reading->radiated_mc) / 1000.0,
              reading->skin_mc / 1000.0);
  g_printerr ("body = room + %.3f × (skin - room) %+.3f -> %.3f °C\n", 1 + reading->k_ppm / 1e6,
              reading->body_offset_mc / 1000.0, reading->body_mc / 1000.0);
  g_printerr ("shown, half up            %8.1f °C  (method %s)\n", reading->shown_tenths / 10.0,
              reading->method);
  g_printerr ("the limit is              %8.1f °C\n", reading->limit_tenths / 10.0);
  g_printerr ("as a first reading: %s\n", verdict_words (verdict, rules, reading->shown_tenths));
}

int
th_ctl_screening_explain (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autofree char *object = NULL;
  g_autofree char *ambient = NULL;
  g_autofree char *room = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "whose rules count", "FILE" },
    { "raw-object", 0, 0, G_OPTION_ARG_STRING, &object, "the sensor's word 0x07", "HEX" },
    { "raw-ambient", 0, 0, G_OPTION_ARG_STRING, &ambient,
      "its word 0x06; 0 when it says nothing of itself", "HEX" },
    { "room", 0, 0, G_OPTION_ARG_STRING, &room, "the room's temperature, instead of the rules'",
      "C" },
    { NULL },
  };
  g_autoptr(ThConfig) config = NULL;
  g_autoptr(GError) error = NULL;
  guint16 object_raw, ambient_raw;
  ThReading reading;
  ThVerdict verdict;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "Each step from the sensor's words to the verdict: in words on standard "
                     "error, as JSON on standard output."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "screening explain: '%s' is one word too many", argv[1]);
  if (object == NULL || ambient == NULL)
    return th_ctl_fail (TH_CTL_USAGE, "screening explain: --raw-object and --raw-ambient are "
                                      "needed");
  if (!read_word (object, &object_raw))
    return th_ctl_fail (TH_CTL_BAD, "--raw-object '%s' is no word of 1 to 4 hex digits", object);
  if (!read_word (ambient, &ambient_raw))
    return th_ctl_fail (TH_CTL_BAD, "--raw-ambient '%s' is no word of 1 to 4 hex digits", ambient);
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  status = set_room (config, room);
  if (status != TH_CTL_GOOD)
    return status;
  if (!th_screening_read_words (&config->screening, object_raw, ambient_raw, &reading, &error))
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  verdict = th_screening_verdict (&config->screening, &reading.shown_tenths, 1);
  print_words (&reading, &config->screening, verdict);
  print_json (&reading, verdict);
  return TH_CTL_GOOD;
}

/* --- confirm ---------------------------------------------------------------------------------- */

int
th_ctl_screening_confirm (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autofree char *name = NULL;
  gboolean from_stdin = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &name, "the manager who confirms", "NAME" },
    { "pin-stdin", 0, 0, G_OPTION_ARG_NONE, &from_stdin,
      "the PIN is the first line of standard input", NULL },
    { NULL },
  };
  g_autoptr(ThConfig) config = NULL;
  g_autoptr(ThRecords) records = NULL;
  g_autoptr(GError) error = NULL;
  char rules[TH_FINGERPRINT_BYTES];
  char pin[TH_CTL_PIN_BYTES];
  gboolean confirmed;
  ThRole role;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "A manager confirms that people are measured with rules that the site's own "
                     "comparison has not calibrated. It counts until these rules are changed."))
    return TH_CTL_USAGE;
  if (argc != 1 || name == NULL)
    return th_ctl_fail (TH_CTL_USAGE, "screening confirm-uncalibrated: --by NAME");
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  if (config->screening.calibrated)
    {
      g_print ("these rules are calibrated: nothing to confirm\n");
      return TH_CTL_GOOD;
    }
  status = th_ctl_get_pin (from_stdin, FALSE, pin);
  if (status != TH_CTL_GOOD)
    return status;
  th_screening_fingerprint (&config->screening, rules);
  records = th_ctl_open_records (path, FALSE, &status);
  confirmed = records != NULL &&
              th_records_log_in (records, name, pin, &role, NULL, &error) &&
              th_records_confirm_screening (records, rules, th_screening_method (&config->screening),
                                            name, &error);
  explicit_bzero (pin, sizeof pin);
  if (records == NULL)
    return status;
  if (!confirmed)
    return th_ctl_fail_error (error);
  g_print ("%s confirmed that people are measured uncalibrated, with rules %s\n", name, rules);
  return TH_CTL_GOOD;
}
