/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/config.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/calibration.h"
#include "kiosk/config-value.h"

#define FILE_LIMIT (64 * 1024)
#define LANE_NAME_LIMIT 30 /* characters: fits the slip and the board */
#define VACCINE_LIMIT 32   /* bytes, as in the list of appointments */
#define MAX_LINE 1023      /* GPIO offsets: far above any header */

#define AT(field) G_STRUCT_OFFSET (ThConfig, field)

/* The whole file but its lanes. A key is added here, in threshold.conf and in defaults(). */
static const ThKey keys[] = {
  { "threshold", "state-dir", KEY_PATH, AT (state_dir), 0, 0 },
  { "threshold", "device", KEY_NICK, AT (device), 1, 32 },
  { "threshold", "site-name", KEY_WORDS, AT (site_name), 1, 60 },
  { "threshold", "notice", KEY_WORDS, AT (notice), 0, 100 },
  { "threshold", "language", KEY_LANGUAGE, AT (default_language), 0, 0 },
  { "reader", "enabled", KEY_BOOL, AT (reader), 0, 0 },
  { "reader", "serial", KEY_PORT, AT (reader_serial), 0, 0 },
  { "reader", "poll-ms", KEY_UINT, AT (reader_poll_ms), 300, 2000 },
  { "reader", "expired-card", KEY_CHOICE, AT (expired_card), 0, 0, "accept;staff;refuse" },
  { "reader", "photo", KEY_CHOICE, AT (photo_sealed), 0, 0, "drop;sealed" },
  { "reader", "photo-decoder", KEY_PROGRAM, AT (photo_decoder), 0, 0 },
  { "scanner", "serial", KEY_PORT, AT (scanner_serial), 0, 0 },
  { "scanner", "keyboard", KEY_KEYBOARD, AT (scanner_keyboard), 0, 0 },
  { "appointments", "site", KEY_NICK, AT (appointment_site), 1, TH_TOKEN_NAME_MAX },
  { "appointments", "public-keys", KEY_KEYS, 0, 0, 0 },
  { "appointments", "early-minutes", KEY_UINT, AT (early_min), 0, 720 },
  { "eligibility", "rules", KEY_FILE, AT (rules_path), 0, 0 },
  { "sealing", "folder", KEY_FILE, AT (key_folder), 0, 0 },
  { "sealing", "mirror", KEY_FILE, AT (key_mirror), 0, 0 },
  { "retention", "visit-days", KEY_UINT, AT (retention.visit_days), 1, 365 },
  { "retention", "case-days", KEY_UINT, AT (retention.case_days), 1, 3650 },
  { "retention", "injection-years", KEY_UINT, AT (retention.injection_years), 1, 30 },
  { "backup", "folder", KEY_PATH, AT (backup_folder), 0, 0 },
  { "backup", "keep", KEY_UINT, AT (backup_keep), 1, 400 },
  { "thermometer", "way", KEY_CHOICE, AT (sensor_way), 0, 0, "smbus;pwm;iio" },
  { "thermometer", "gpio-chip", KEY_LABEL, AT (gpio_chip), 0, 31 },
  { "thermometer", "sda-line", KEY_GPIO, AT (sda_line), 0, MAX_LINE },
  { "thermometer", "scl-line", KEY_GPIO, AT (scl_line), 0, MAX_LINE },
  { "thermometer", "presence", KEY_CHOICE, AT (presence), 0, 0, "switch;hc-sr04;none" },
  { "thermometer", "presence-line", KEY_GPIO, AT (presence_line), 0, MAX_LINE },
  { "thermometer", "presence-active-low", KEY_BOOL, AT (presence_active_low), 0, 0 },
  { "thermometer", "trigger-line", KEY_GPIO, AT (trigger_line), 0, MAX_LINE },
  { "thermometer", "near-cm", KEY_UINT, AT (near_cm), 2, 200 },
  { "thermometer", "far-cm", KEY_UINT, AT (far_cm), 2, 200 },
  { "thermometer", "sample-ms", KEY_UINT, AT (sample_ms), 60, 500 },
  { "thermometer", "power-line", KEY_LINE, AT (sensor_power_line), 0, MAX_LINE },
  { "thermometer", "power-active-low", KEY_BOOL, AT (sensor_power_active_low), 0, 0 },
  { "thermometer", "pwm-line", KEY_GPIO, AT (pwm_line), 0, MAX_LINE },
  { "thermometer", "pwm-mode", KEY_CHOICE, AT (pwm_mode), 0, 0, "single;extended" },
  { "thermometer", "pwm-period", KEY_UINT, AT (pwm_period), 10, 127 },
  { "thermometer", "pwm-min", KEY_MILLI, AT (pwm_min_mc), 0, 0 },
  { "thermometer", "pwm-max", KEY_MILLI, AT (pwm_max_mc), 0, 0 },
  { "thermometer", "pwm-ambient-min", KEY_MILLI, AT (pwm_ambient_min_mc), 0, 0 },
  { "thermometer", "pwm-ambient-max", KEY_MILLI, AT (pwm_ambient_max_mc), 0, 0 },
  { "thermometer", "iio-device", KEY_SYSFS, AT (iio_device), 0, 0 },
  { "lamps", "ready-line", KEY_LINE, AT (ready_lamp_line), 0, MAX_LINE },
  { "lamps", "attention-line", KEY_LINE, AT (attention_lamp_line), 0, MAX_LINE },
  { "buzzer", "line", KEY_LINE, AT (buzzer_line), 0, MAX_LINE },
  { "gate", "line", KEY_LINE, AT (gate_line), 0, MAX_LINE },
  { "gate", "active-low", KEY_BOOL, AT (gate_active_low), 0, 0 },
  { "gate", "open-seconds", KEY_UINT, AT (gate_open_s), 1, 60 },
  { "gate", "safe", KEY_CHOICE, AT (gate_safe_closed), 0, 0, "open;closed" },
  { "keys", "yes-line", KEY_LINE, AT (key_line[TH_KEY_YES]), 0, MAX_LINE },
  { "keys", "no-line", KEY_LINE, AT (key_line[TH_KEY_NO]), 0, MAX_LINE },
  { "keys", "back-line", KEY_LINE, AT (key_line[TH_KEY_BACK]), 0, MAX_LINE },
  { "keys", "help-line", KEY_LINE, AT (key_line[TH_KEY_HELP]), 0, MAX_LINE },
  { "keys", "active-low", KEY_BOOL, AT (keys_active_low), 0, 0 },
  { "printer", "way", KEY_CHOICE, AT (printer.way), 0, 0, "usb;lp;cups" },
  { "printer", "usb-id", KEY_USB_ID, AT (printer.usb_id), 0, 0 },
  { "printer", "device", KEY_PORT, AT (printer.device), 0, 0 },
  { "printer", "queue", KEY_QUEUE, AT (printer.queue), 0, 127 },
  { "printer", "model", KEY_MODEL, AT (printer.model), 0, 0 },
  { "printer", "width-dots", KEY_AUTO_UINT, AT (printer.width_dots), 360, 832 },
  { "printer", "dpi", KEY_AUTO_UINT, AT (printer.dpi), 150, 300 },
  { "printer", "cutter", KEY_CHOICE, AT (printer.cutter), 0, 0, "auto;true;false" },
  { "printer", "answers", KEY_CHOICE, AT (printer.answers), 0, 0, "auto;true;false" },
  { "printer", "band-rows", KEY_AUTO_UINT, AT (printer.band_rows), 24, 128 },
  { "printer", "slips-per-roll", KEY_UINT, AT (slips_per_roll), 0, 5000 },
  { "spare-printer", "way", KEY_CHOICE, AT (spare_printer.way), 0, 0, "usb;lp;cups;none" },
  { "spare-printer", "usb-id", KEY_USB_ID, AT (spare_printer.usb_id), 0, 0 },
  { "spare-printer", "device", KEY_PORT, AT (spare_printer.device), 0, 0 },
  { "spare-printer", "queue", KEY_QUEUE, AT (spare_printer.queue), 0, 127 },
  { "spare-printer", "model", KEY_MODEL, AT (spare_printer.model), 0, 0 },
  { "spare-printer", "width-dots", KEY_AUTO_UINT, AT (spare_printer.width_dots), 360, 832 },
  { "spare-printer", "dpi", KEY_AUTO_UINT, AT (spare_printer.dpi), 150, 300 },
  { "spare-printer", "cutter", KEY_CHOICE, AT (spare_printer.cutter), 0, 0, "auto;true;false" },
  { "spare-printer", "answers", KEY_CHOICE, AT (spare_printer.answers), 0, 0, "auto;true;false" },
  { "spare-printer", "band-rows", KEY_AUTO_UINT, AT (spare_printer.band_rows), 24, 128 },
  { "slip", "template", KEY_FILE, AT (slip_template_path), 0, 0 },
  { "screening", "limit", KEY_TENTHS, AT (screening.limit_tenths), 0, 0 },
  { "screening", "supply-mv", KEY_INT, AT (screening.supply_mv), 0, 0 },
  { "screening", "emissivity", KEY_REAL, AT (screening.emissivity), 0, 0 },
  { "screening", "gain", KEY_REAL, AT (screening.gain), 0, 0 },
  { "screening", "offset", KEY_MILLI, AT (screening.offset_mc), 0, 0 },
  { "screening", "k", KEY_REAL, AT (screening.k), 0, 0 },
  { "screening", "body-offset", KEY_MILLI, AT (screening.body_offset_mc), 0, 0 },
  { "screening", "calibrated", KEY_BOOL, AT (screening.calibrated), 0, 0 },
  { "screening", "calibration-days", KEY_UINT, AT (calibration_days), 1, 1095 },
  { "screening", "calibration-expired", KEY_CHOICE, AT (calibration_expired), 0, 0, "warn;close" },
  { "screening", "daily-check", KEY_CHOICE, AT (daily_check), 0, 0, "warn;close;off" },
  { "screening", "room-temperature", KEY_ROOM, 0, 0, 0 },
  { "screening", "attempts", KEY_INT, AT (screening.attempts), 0, 0 },
  { "screening", "rest-seconds", KEY_INT, AT (screening.rest_s), 0, 0 },
  { "screening", "low-rest-seconds", KEY_INT, AT (screening.low_rest_s), 0, 0 },
  { "screening", "return-minutes", KEY_INT, AT (screening.return_min), 0, 0 },
  { "screening", "warm-up-minutes", KEY_INT, AT (screening.warm_up_min), 0, 0 },
  { "screening", "settle-ms", KEY_INT, AT (screening.settle_ms), 0, 0 },
  { "screening", "window-samples", KEY_INT, AT (screening.window_samples), 0, 0 },
  { "screening", "stable-spread", KEY_MILLI, AT (screening.stable_mc), 0, 0 },
  { "screening", "timeout-seconds", KEY_INT, AT (screening.timeout_s), 0, 0 },
  { "doses", "watch", KEY_BOOL, AT (watch_doses), 0, 0 },
  { "doses", "next-time", KEY_WORDS, AT (doses_next), 0, 60 },
  { "zones", "observation-minutes", KEY_UINT, AT (queue.observation_min), 0, 240 },
  { "queue", "priority-share", KEY_UINT, AT (queue.priority_share), 1, 10 },
  { "queue", "put-back", KEY_UINT, AT (queue.put_back), 0, 50 },
  { "queue", "no-show-after", KEY_UINT, AT (queue.no_show_after), 0, 9 },
  { "timeouts", "idle-seconds", KEY_UINT, AT (idle_s), 10, 300 },
  { "timeouts", "warning-seconds", KEY_UINT, AT (warning_s), 20, 120 },
  { "timeouts", "done-seconds", KEY_UINT, AT (done_s), 5, 60 },
  { "timeouts", "tap-guard-ms", KEY_UINT, AT (tap_guard_ms), 0, 1000 },
  { "timeouts", "trouble-seconds", KEY_UINT, AT (trouble_s), 10, 900 },
  { "staff", "oral-report-minutes", KEY_UINT, AT (oral_report_min), 1, 240 },
  { "staff", "written-report-minutes", KEY_UINT, AT (written_report_min), 1, 240 },
};

static gpointer
field (ThConfig *config, const ThKey *key)
{
  return (char *) config + key->offset;
}

static void
set_words (char **words, const char *en, const char *zh_cn, const char *zh_tw)
{
  th_config_set_string (&words[TH_LANGUAGE_EN], en);
  th_config_set_string (&words[TH_LANGUAGE_ZH_CN], zh_cn);
  th_config_set_string (&words[TH_LANGUAGE_ZH_TW], zh_tw);
}

static void
clear_lane (ThLane *lane)
{
  g_clear_pointer (&lane->name_en, g_free);
  g_clear_pointer (&lane->name_zh_cn, g_free);
  g_clear_pointer (&lane->name_zh_tw, g_free);
  g_clear_pointer (&lane->vaccine, g_free);
}

/* A new lane has names only when it is one of the two every site knows. */
static void
add_lane (ThConfig *config, char letter)
{
  ThLane *lane = &config->lanes[config->n_lanes++];

  lane->letter = letter;
  lane->vaccine = g_strdup ("");
  if (letter == 'A')
    {
      lane->name_en = g_strdup ("First dose");
      lane->name_zh_cn = g_strdup ("第一剂");
      lane->name_zh_tw = g_strdup ("第一劑");
    }
  else if (letter == 'B')
    {
      lane->name_en = g_strdup ("Second dose");
      lane->name_zh_cn = g_strdup ("第二剂");
      lane->name_zh_tw = g_strdup ("第二劑");
    }
}

static ThLane *
find_lane (ThConfig *config, char letter)
{
  for (guint i = 0; i < config->n_lanes; i++)
    {
      if (config->lanes[i].letter == letter)
        return &config->lanes[i];
    }
  return NULL;
}

static ThConfig *
defaults (void)
{
  ThConfig *config = g_new0 (ThConfig, 1);

  config->state_dir = g_strdup ("/var/lib/threshold");
  config->device = g_strdup ("kiosk-1");
  set_words (config->site_name, "Vaccination site", "疫苗接种点", "疫苗接種站");
  set_words (config->notice, "", "", "");
  config->default_language = TH_LANGUAGE_ZH_CN;

  config->reader = TRUE;
  config->reader_serial = g_strdup ("");
  config->reader_poll_ms = 300;

  config->expired_card = TH_EXPIRED_STAFF;
  config->photo_decoder = g_strdup ("");
  config->scanner_serial = g_strdup ("");
  config->scanner_keyboard = g_strdup ("");
  config->appointment_site = g_strdup ("site");
  config->early_min = 30;
  config->rules_path = g_strdup ("");
  config->key_folder = g_strdup ("");
  config->key_mirror = g_strdup ("");
  config->retention = (ThRetention){ .visit_days = 30, .case_days = 90, .injection_years = 5 };
  config->backup_folder = g_strdup ("/var/lib/threshold-backup");
  config->backup_keep = 14;

  config->gpio_chip = g_strdup ("");
  config->sda_line = 23;
  config->scl_line = 24;
  config->presence_line = 25;
  config->presence_active_low = FALSE;
  config->trigger_line = 22;
  config->near_cm = 2;
  config->far_cm = 20;
  config->sample_ms = 100;
  config->sensor_power_line = -1;
  config->pwm_line = 23;
  config->pwm_period = 20;
  config->pwm_min_mc = 30000;
  config->pwm_max_mc = 45000;
  config->pwm_ambient_max_mc = 60000;
  config->iio_device = g_strdup ("");

  config->ready_lamp_line = 17;
  config->attention_lamp_line = 27;
  config->buzzer_line = -1;
  config->gate_line = -1;
  config->gate_open_s = 5;
  for (guint key = 0; key < TH_N_KEYS; key++)
    config->key_line[key] = -1;
  config->keys_active_low = TRUE;

  th_config_printer_defaults (&config->printer, TH_PRINTER_WAY_USB);
  th_config_printer_defaults (&config->spare_printer, TH_PRINTER_WAY_NONE);
  config->slips_per_roll = 300;
  config->slip_template_path = g_strdup ("");

  th_screening_defaults (&config->screening);
  config->calibration_days = 365;
  config->calibration_expired = TH_EXPIRY_WARN;
  config->daily_check = TH_EXPIRY_WARN;
  config->room_path = g_strdup ("");

  add_lane (config, 'A');
  add_lane (config, 'B');
  th_config_queue_defaults (config);

  set_words (config->doses_next, "", "", "");

  config->idle_s = 45;
  config->tap_guard_ms = 300;
  config->warning_s = 20;
  config->done_s = 12;
  config->trouble_s = 120;

  config->oral_report_min = 20;
  config->written_report_min = 40;
  return config;
}

ThKeyPlaces
th_config_key_places (const ThConfig *config)
{
  return (ThKeyPlaces){ config->public_keys, config->key_folder, config->key_mirror };
}

void
th_config_free (ThConfig *config)
{
  if (config == NULL)
    return;
  g_free (config->state_dir);
  g_free (config->device);
  g_free (config->photo_decoder);
  g_free (config->scanner_serial);
  g_free (config->scanner_keyboard);
  g_free (config->appointment_site);
  g_free (config->rules_path);
  g_free (config->public_keys);
  g_free (config->key_folder);
  g_free (config->key_mirror);
  g_free (config->backup_folder);
  th_eligibility_free (config->eligibility);
  g_free (config->reader_serial);
  th_config_printer_clear (&config->printer);
  th_config_printer_clear (&config->spare_printer);
  g_free (config->slip_template_path);
  g_clear_pointer (&config->slip_template, th_slip_template_free);
  g_free (config->gpio_chip);
  g_free (config->iio_device);
  g_free (config->room_path);
  for (guint i = 0; i < TH_N_LANGUAGES; i++)
    {
      g_free (config->site_name[i]);
      g_free (config->notice[i]);
      g_free (config->doses_next[i]);
    }
  for (guint i = 0; i < config->n_lanes; i++)
    clear_lane (&config->lanes[i]);
  th_config_queue_clear (config);
  g_free (config);
}

static gboolean
read_keys (ThConfig *config, GKeyFile *file, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const ThKey *key = &keys[i];
      g_autofree char *value = NULL;

      if (key->kind == KEY_WORDS)
        {
          if (!th_config_read_words (file, key, field (config, key), error))
            return FALSE;
          continue;
        }
      if (!g_key_file_has_key (file, key->group, key->key, NULL))
        continue;
      value = th_config_get_value (file, key->group, key->key, error);
      if (value == NULL || !th_config_read_value (key, value, field (config, key), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_lane_list (ThConfig *config, GKeyFile *file, GError **error)
{
  g_autofree char *value = NULL;
  g_auto (GStrv) letters = NULL;

  if (!g_key_file_has_key (file, "lanes", "lanes", NULL))
    return TRUE;
  value = th_config_get_value (file, "lanes", "lanes", error);
  if (value == NULL)
    return FALSE;

  for (guint i = 0; i < config->n_lanes; i++)
    clear_lane (&config->lanes[i]);
  config->n_lanes = 0;

  letters = g_strsplit (value, ";", -1);
  for (guint i = 0; letters[i] != NULL; i++)
    {
      const char *letter = g_strstrip (letters[i]);

      if (*letter == '\0' && letters[i + 1] == NULL && i > 0)
        break; /* "A;B;" is how key files end a list */
      if (!g_ascii_isupper (letter[0]) || letter[1] != '\0' || find_lane (config, letter[0]) ||
          config->n_lanes == TH_MAX_LANES)
        return th_config_refuse ("lanes", "lanes", value, error,
                       "1 to %d different letters A to Z with ; between them", TH_MAX_LANES);
      add_lane (config, letter[0]);
    }
  if (config->n_lanes == 0)
    return th_config_refuse ("lanes", "lanes", value, error, "1 to %d letters A to Z", TH_MAX_LANES);
  return TRUE;
}

static gboolean
read_lane_vaccine (ThLane *lane, const char *group, GKeyFile *file, GError **error)
{
  const ThKey key = { group, "vaccine", KEY_NAME, 0, 0, VACCINE_LIMIT };
  g_autofree char *value = NULL;

  if (!g_key_file_has_key (file, group, key.key, NULL))
    return TRUE;
  value = th_config_get_value (file, group, key.key, error);
  return value != NULL && th_config_read_value (&key, value, &lane->vaccine, error);
}

static gboolean
read_lane (ThLane *lane, GKeyFile *file, GError **error)
{
  g_autofree char *group = g_strdup_printf ("lane %c", lane->letter);
  const ThKey key = { group, "name", KEY_WORDS, 0, 1, LANE_NAME_LIMIT };
  char *words[TH_N_LANGUAGES] = { lane->name_en, lane->name_zh_cn, lane->name_zh_tw };
  gboolean good = th_config_read_words (file, &key, words, error);

  lane->name_en = words[TH_LANGUAGE_EN];
  lane->name_zh_cn = words[TH_LANGUAGE_ZH_CN];
  lane->name_zh_tw = words[TH_LANGUAGE_ZH_TW];
  if (!good)
    return FALSE;
  if (lane->name_en == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "[%s] name is missing, it may be 1 to %d characters", group, LANE_NAME_LIMIT);
      return FALSE;
    }
  return read_lane_vaccine (lane, group, file, error);
}

static gboolean
read_lanes (ThConfig *config, GKeyFile *file, GError **error)
{
  if (!read_lane_list (config, file, error))
    return FALSE;
  for (guint i = 0; i < config->n_lanes; i++)
    {
      if (!read_lane (&config->lanes[i], file, error))
        return FALSE;
    }
  return TRUE;
}

/* "site-name[zh_CN]" is "site-name" if that may be translated, and the language is one of ours. */
static gboolean
is_key_in (const char *written, const char *name, gboolean words)
{
  gsize len = strlen (name);

  if (!g_str_has_prefix (written, name))
    return FALSE;
  if (written[len] == '\0')
    return TRUE;
  return words && (strcmp (written + len, "[zh_CN]") == 0 || strcmp (written + len, "[zh_TW]") == 0);
}

static gboolean
check_known_keys (ThConfig *config, GKeyFile *file, const char *group, GError **error)
{
  gboolean is_lane = g_str_has_prefix (group, "lane ") && strlen (group) == 6 &&
                     find_lane (config, group[5]) != NULL;
  gboolean is_lanes = strcmp (group, "lanes") == 0;
  gboolean is_zone = g_str_has_prefix (group, "zone ") &&
                     th_queue_rules_zone (&config->queue, group + strlen ("zone ")) >= 0;
  gboolean is_zones = strcmp (group, "zones") == 0;
  gboolean known_group = is_lane || is_lanes || is_zone || is_zones;
  g_auto (GStrv) written = g_key_file_get_keys (file, group, NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    known_group = known_group || strcmp (keys[i].group, group) == 0;
  if (!known_group)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "[%s] is not a group of this file, it may be [threshold], [reader], "
                   "[scanner], [appointments], [eligibility], [thermometer], [lamps], [buzzer], [gate], [keys], "
                   "[printer], [spare-printer], [slip], [screening], [lanes], [zones], [queue], [doses], "
                   "[timeouts], [staff], "
                   "[lane X] of a lane X that [lanes] lists, or [zone x] of a zone x that [zones] lists",
                   group);
      return FALSE;
    }

  for (guint i = 0; written != NULL && written[i] != NULL; i++)
    {
      g_autoptr (GString) may = g_string_new (NULL);
      gboolean known = FALSE;

      if (is_lane)
        {
          known = is_key_in (written[i], "name", TRUE) || is_key_in (written[i], "vaccine", FALSE) ||
                  is_key_in (written[i], "priority", FALSE);
          g_string_append (may, "name, name[zh_CN], name[zh_TW], vaccine, priority");
        }
      else if (is_zone)
        {
          known = is_key_in (written[i], "name", TRUE) || is_key_in (written[i], "desks", FALSE);
          g_string_append (may, "name, name[zh_CN], name[zh_TW], desks");
        }
      else if (is_zones)
        {
          known = is_key_in (written[i], "zones", FALSE);
          g_string_append (may, "zones");
        }
      else if (is_lanes)
        {
          known = is_key_in (written[i], "lanes", FALSE);
          g_string_append (may, "lanes");
        }
      for (gsize k = 0; k < G_N_ELEMENTS (keys); k++)
        {
          gboolean words = keys[k].kind == KEY_WORDS;

          if (strcmp (keys[k].group, group) != 0)
            continue;
          known = known || is_key_in (written[i], keys[k].key, words);
          g_string_append_printf (may, "%s%s%s", may->len > 0 ? ", " : "", keys[k].key,
                                  words ? " (also with [zh_CN] or [zh_TW])" : "");
        }
      if (!known)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "[%s] %s is not a key of this group, it may be %s", group, written[i],
                       may->str);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_known (ThConfig *config, GKeyFile *file, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      if (!check_known_keys (config, file, groups[i], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_together (const ThConfig *config, GError **error)
{
  if (!th_config_check_lines (config, error) || !th_config_check_sensor (config, error)
      || !th_config_check_printers (config, error))
    return FALSE;
  if (config->written_report_min < config->oral_report_min)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "[staff] written-report-minutes is \"%u\", it may not be before "
                   "oral-report-minutes, which is %u",
                   config->written_report_min, config->oral_report_min);
      return FALSE;
    }
  if (config->watch_doses && config->lanes[0].vaccine[0] == '\0')
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "[doses] watch is \"true\", then [lane %c] vaccine must say what people get",
                   config->lanes[0].letter);
      return FALSE;
    }
  if (!th_screening_check (&config->screening, error))
    {
      g_prefix_error (error, "[screening] ");
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_text (const char *text, gsize len, GError **error)
{
  if (len > FILE_LIMIT)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "the file has more than %d bytes, it may have %d", FILE_LIMIT, FILE_LIMIT);
      return FALSE;
    }
  if (len > 0 && !g_utf8_validate_len (text, len, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "the file is not UTF-8 text, or has a NUL byte in it");
      return FALSE;
    }
  for (gsize i = 0; i < len; i++)
    {
      if (g_ascii_iscntrl (text[i]) && strchr ("\t\r\n", text[i]) == NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "the file has the control character 0x%02x at byte %zu", text[i], i);
          return FALSE;
        }
    }
  return TRUE;
}

static GPtrArray *
collect_warnings (const ThConfig *config)
{
  GPtrArray *warnings = g_ptr_array_new_with_free_func (g_free);
  ThCalibration at_37;

  if (!config->screening.calibrated)
    g_ptr_array_add (warnings,
                     g_strdup ("[screening] calibrated is false: the body estimate is not "
                               "calibrated against this site's own comparison"));
  at_37 = th_calibration_of (&config->screening);
  if (!th_calibration_check (&at_37, NULL))
    g_ptr_array_add (warnings,
                     g_strdup_printf ("[screening] gain and offset together change a reading of "
                                      "37 °C by %+.2f °C: that is more than a good sensor needs",
                                      at_37.offset_mc / 1000.0));
  if (config->screening.room_source == TH_ROOM_DIE)
    g_ptr_array_add (warnings,
                     g_strdup ("[screening] room-temperature is sensor: the temperature of the "
                               "sensor's die stands in for the room's, which may be lower"));
  return warnings;
}

ThConfig *
th_config_load_data (const char *text, gsize len, GPtrArray **ret_warnings, GError **error)
{
  static const char byte_order_mark[] = "\xef\xbb\xbf"; /* some editors write one */
  g_autoptr (ThConfig) config = defaults ();
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (!check_text (text, len, error))
    return NULL;
  if (len >= 3 && memcmp (text, byte_order_mark, 3) == 0)
    {
      text += 3;
      len -= 3;
    }
  if (len > 0 &&
      !g_key_file_load_from_data (file, text, len, G_KEY_FILE_KEEP_TRANSLATIONS, error))
    return NULL;

  if (!read_keys (config, file, error) || !read_lanes (config, file, error) ||
      !th_config_read_queue (config, file, error) ||
      !check_known (config, file, error) || !check_together (config, error))
    return NULL;

  config->public_keys = g_build_filename (config->state_dir, "keys", NULL);
  if (config->slip_template_path[0] != '\0')
    {
      config->slip_template = th_slip_template_load (config->slip_template_path, error);
      if (config->slip_template == NULL)
        {
          g_prefix_error (error, "[slip] template: ");
          return NULL;
        }
    }

  if (config->rules_path[0] != '\0')
    {
      config->eligibility = th_eligibility_load (config->rules_path, error);
      if (config->eligibility == NULL)
        {
          g_prefix_error (error, "[eligibility] rules: ");
          return NULL;
        }
    }

  if (ret_warnings != NULL)
    *ret_warnings = collect_warnings (config);
  return g_steal_pointer (&config);
}

/* At most FILE_LIMIT + 1 bytes of a regular file: a device or a pipe named by mistake must not hang us. */
static GBytes *
read_file (const char *path, GError **error)
{
  g_autofree char *text = g_malloc (FILE_LIMIT + 1);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat info = { 0 };
  gsize len = 0;
  gssize n = 0;
  int code = errno;

  if (fd >= 0 && fstat (fd, &info) == 0 && !S_ISREG (info.st_mode))
    {
      close (fd);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "not a regular file");
      return NULL;
    }
  if (fd >= 0)
    {
      do
        {
          n = read (fd, text + len, FILE_LIMIT + 1 - len);
          code = errno;
          len += MAX (n, 0);
        }
      while ((n > 0 && len <= FILE_LIMIT) || (n < 0 && code == EINTR));
      close (fd);
    }
  if (fd < 0 || n < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "cannot read: %s",
                   g_strerror (code));
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&text), len);
}

ThConfig *
th_config_load (const char *path, GPtrArray **ret_warnings, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  ThConfig *config;

  if (path == NULL && !g_file_test (TH_CONFIG_DEFAULT_PATH, G_FILE_TEST_EXISTS))
    return th_config_load_data ("", 0, ret_warnings, error);
  if (path == NULL)
    path = TH_CONFIG_DEFAULT_PATH;

  bytes = read_file (path, error);
  if (bytes == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  config = th_config_load_data (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                ret_warnings, error);
  if (config == NULL)
    g_prefix_error (error, "%s: ", path);
  return config;
}
