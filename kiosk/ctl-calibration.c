/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `calibration fit`: a site's own comparison, what to set, and how good it is.
 * `sensor check`: the daily check from a shell, while the kiosk does not run. */
#include <math.h>
#include <string.h>

#include "drivers/room-file.h"
#include "kiosk/ctl.h"
#include "kiosk/records-thermometer.h"
#include "kiosk/thermometer-new.h"

/* By hand: a JSON library writes 0.239 as 0.23899999999999999. */
static void
print_number (const char *name, double value, int places, const char *after)
{
  char format[8], text[G_ASCII_DTOSTR_BUF_SIZE];

  g_snprintf (format, sizeof format, "%%.%df", places);
  g_ascii_formatd (text, sizeof text, format, value);
  /* no "-0.000" */
  g_print ("  \"%s\": %s%s\n", name, strspn (text, "-0.") == strlen (text) ? "0" : text, after);
}

static void
print_json (const ThFit *fit, guint n_bad)
{
  g_print ("{\n  \"fitted\": \"%s\",\n  \"n\": %u,\n  \"bad_lines\": %u,\n",
           th_fit_kind_to_string (fit->kind), fit->n, n_bad);
  print_number ("k", fit->k, 3, ",");
  print_number ("body_offset", fit->offset, 2, ",");
  print_number ("standard_error", fit->error, 4, ",");
  print_number ("bias_before", fit->bias_before, 3, ",");
  print_number ("bias", fit->bias, 3, ",");
  print_number ("sd", fit->sd, 3, ",");
  print_number ("agreement_low", fit->low, 3, ",");
  print_number ("agreement_high", fit->high, 3, "");
  g_print ("}\n");
}

static void
print_words (const ThFit *fit)
{
  g_printerr (
      "%u pairs. Before: %+.2f °C off on average. After: %+.2f °C on average, standard deviation"
      " %.2f °C;\n95 of 100 people are within %+.2f to %+.2f °C of the axillary thermometer.\n",
      fit->n, fit->bias_before, fit->bias, fit->sd, fit->low, fit->high);
  if (fit->n < 100)
    g_printerr ("It is better to have 100 pairs or more.\n");
  g_printerr ("To use it, set in [screening]:\n  k=%.3f\n  body-offset=%.2f\n  calibrated=true\n",
              fit->k, fit->offset);
}

/* Who does it: by name and PIN. NULL: said why not, @ret_status is set. */
static ThRecords *
log_in (const char *config_path, const char *name, gboolean from_stdin, ThRole *ret_role,
        int *ret_status)
{
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  char pin[TH_CTL_PIN_BYTES];
  gboolean in;

  records = th_ctl_open_records (config_path, FALSE, ret_status);
  if (records == NULL)
    return NULL;
  *ret_status = th_ctl_get_pin (from_stdin, FALSE, pin);
  if (*ret_status != TH_CTL_GOOD)
    return NULL;
  in = th_records_log_in (records, name, pin, ret_role, NULL, &error);
  explicit_bzero (pin, sizeof pin);
  if (in)
    return g_steal_pointer (&records);
  *ret_status = th_ctl_fail_error (error);
  return NULL;
}

static int
record_fit (const char *config_path, const char *name, gboolean from_stdin, const ThFit *fit)
{
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  ThRole role;
  int status;

  records = log_in (config_path, name, from_stdin, &role, &status);
  if (records == NULL)
    return status;
  if (role != TH_ROLE_MANAGER)
    return th_ctl_fail (TH_CTL_BAD, "only a manager may record a fit");
  if (!th_records_site_fitted (records, fit, name, &error))
    return th_ctl_fail_error (error);
  g_printerr ("Recorded by %s.\n", name);
  return TH_CTL_GOOD;
}

int
th_ctl_calibration_fit (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *by = NULL;
  gboolean from_stdin = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the site's settings", "FILE" },
    { "for", 0, 0, G_OPTION_ARG_STRING, &wanted, "what is fitted: k (the default) or offset",
      "WHAT" },
    { "record-by", 0, 0, G_OPTION_ARG_STRING, &by,
      "a manager, by whom the fit is written to the log", "NAME" },
    { "pin-stdin", 0, 0, G_OPTION_ARG_NONE, &from_stdin,
      "the PIN is the first line of standard input", NULL },
    { NULL },
  };
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GArray) pairs = NULL;
  g_autoptr (GPtrArray) bad = NULL;
  g_autoptr (GError) error = NULL;
  ThFitKind kind = TH_FIT_K;
  const char *text;
  gsize len;
  ThFit fit;
  int status;

  if (!th_ctl_parse (
          &argc, &argv, entries, "FILE.csv|-",
          "Fits k, or an offset, to people who were measured by this thermometer and by an"
          " axillary one:\na table with the columns skin, room and axillary, in °C. JSON on"
          " stdout, words on stderr."))
    return TH_CTL_USAGE;
  if (argc != 2)
    return th_ctl_fail (TH_CTL_USAGE, "calibration fit: one FILE");
  if (wanted != NULL && strcmp (wanted, "offset") == 0)
    kind = TH_FIT_OFFSET;
  else if (wanted != NULL && strcmp (wanted, "k") != 0)
    return th_ctl_fail (TH_CTL_USAGE, "calibration fit: --for is k or offset");
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  bytes = th_ctl_read_input (argv[1]);
  if (bytes == NULL)
    return TH_CTL_BAD;

  text = g_bytes_get_data (bytes, &len);
  pairs = th_comparison_parse (text, len, &bad, &error);
  if (pairs == NULL)
    return th_ctl_fail (TH_CTL_BAD, "%s: %s", argv[1], error->message);
  for (guint i = 0; i < bad->len; i++)
    g_printerr ("left out: %s\n", (const char *)bad->pdata[i]);
  if (!th_comparison_fit (pairs, bad->len, kind, &config->screening, &fit, &error))
    return th_ctl_fail (TH_CTL_BAD, "%s: %s", argv[1], error->message);
  print_json (&fit, bad->len);
  print_words (&fit);
  return by != NULL ? record_fit (path, by, from_stdin, &fit) : TH_CTL_GOOD;
}

/* --- check -------------------------------------------------------------------------------- */

#define CHECK_LIMIT_MS (60 * 1000)

typedef struct
{
  GMainLoop *loop;
  ThScreening rules;
  ThBlackBody body;
  ThBlackBodyPoint point;
  gboolean steady;
} Check;

static void
check_sample_cb (ThThermometer *thermometer, const ThSample *sample, Check *check)
{
  if (check->steady)
    return;
  check->steady = th_black_body_add (&check->body, &check->rules, sample, &check->point);
  if (check->steady)
    g_main_loop_quit (check->loop);
}

/* A sensor that cannot be had is not waited for; one that is only starting is. */
static void
check_health_cb (ThThermometer *thermometer, GParamSpec *spec, Check *check)
{
  ThHealth health = th_thermometer_get_health (thermometer);

  if (health != TH_HEALTH_READY && health != TH_HEALTH_STARTING)
    g_main_loop_quit (check->loop);
}

static gboolean
check_late_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static int
read_black_body (const ThConfig *config, Check *check)
{
  g_autoptr (ThThermometer) thermometer = th_thermometer_new_configured (config);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  const GError *trouble;
  ThHealth health;
  guint limit;

  check->loop = loop;
  g_signal_connect (thermometer, "sample", G_CALLBACK (check_sample_cb), check);
  g_signal_connect (thermometer, "notify::health", G_CALLBACK (check_health_cb), check);
  limit = g_timeout_add (CHECK_LIMIT_MS, check_late_cb, loop);
  th_thermometer_start (thermometer);
  th_thermometer_begin (thermometer);
  g_main_loop_run (loop); /* a program without a screen: nothing else waits */
  g_source_remove (limit);
  g_signal_handlers_disconnect_by_data (thermometer, check);

  trouble = th_thermometer_get_trouble (thermometer);
  health = th_thermometer_get_health (thermometer);
  if (check->steady)
    return TH_CTL_GOOD;
  if (g_error_matches (trouble, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY))
    return th_ctl_fail (
        TH_CTL_AWAY,
        "another program has the sensor's lines: stop the kiosk, or check with threshold-staff");
  if (health == TH_HEALTH_ABSENT || health == TH_HEALTH_STARTING)
    return th_ctl_fail (TH_CTL_AWAY, "there is no thermometer%s%s", trouble != NULL ? ": " : "",
                        trouble != NULL ? trouble->message : "");
  if (health != TH_HEALTH_READY)
    return th_ctl_fail (TH_CTL_BAD, "the thermometer is out of order%s%s",
                        trouble != NULL ? ": " : "", trouble != NULL ? trouble->message : "");
  return th_ctl_fail (TH_CTL_BAD, "the black body was not steady within %d s",
                      CHECK_LIMIT_MS / 1000);
}

static int
check_and_record (const ThConfig *config, ThRecords *records, Check *check, const char *serial,
                  const char *by)
{
  ThCalibration file = th_calibration_of (&config->screening);
  g_autoptr (GError) error = NULL;
  ThCheckRecord record;
  int status;

  check->rules = config->screening;
  if (check->rules.room_source == TH_ROOM_FILE
      && !th_room_file_read (config->room_path, &check->rules.room_mc, &error))
    return th_ctl_fail (TH_CTL_AWAY, "%s", error->message);
  status = read_black_body (config, check);
  if (status != TH_CTL_GOOD)
    return status;
  if (!th_records_check (records, &check->point, serial, &file, by, &record, &error))
    return th_ctl_fail_error (error);
  g_print ("{\n  \"reference_celsius\": %.2f,\n  \"measured_celsius\": %.2f,\n  \"error_celsius\": "
           "%.2f,\n"
           "  \"passed\": %s\n}\n",
           record.reference_mc / 1000.0, record.measured_mc / 1000.0, record.error_mc / 1000.0,
           record.passed ? "true" : "false");
  g_printerr (record.passed ? "passed: %+.2f °C off\n"
                            : "not passed: %+.2f °C off, more than 0.2 °C\n",
              record.error_mc / 1000.0);
  return record.passed ? TH_CTL_GOOD : TH_CTL_BAD;
}

int
th_ctl_sensor_check (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autofree char *serial = NULL;
  g_autofree char *by = NULL;
  gboolean from_stdin = FALSE;
  double reference = 0;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { "reference", 0, 0, G_OPTION_ARG_DOUBLE, &reference, "what the black body is set to", "C" },
    { "serial", 0, 0, G_OPTION_ARG_STRING, &serial, "the black body's serial number", "TEXT" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &by, "who checks", "NAME" },
    { "pin-stdin", 0, 0, G_OPTION_ARG_NONE, &from_stdin,
      "the PIN is the first line of standard input", NULL },
    { NULL },
  };
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (ThRecords) records = NULL;
  Check check = { 0 };
  ThRole role;
  int status;

  if (!th_ctl_parse (
          &argc, &argv, entries, NULL,
          "The daily check: reads a black body in front of the sensor until it is steady, and "
          "records"
          " how far off\nthe thermometer is. The kiosk must not run; while it does, threshold-staff"
          " asks it. Exit status: 1\nnot passed, 3 another program has the sensor, or there is "
          "none."))
    return TH_CTL_USAGE;
  if (argc != 1 || by == NULL || serial == NULL || !(reference > 0))
    return th_ctl_fail (TH_CTL_USAGE, "sensor check: --reference C --serial TEXT --by NAME");
  if (reference * 1000 < TH_REFERENCE_MIN_MC || reference * 1000 > TH_REFERENCE_MAX_MC)
    return th_ctl_fail (TH_CTL_BAD, "--reference is %d to %d °C", TH_REFERENCE_MIN_MC / 1000,
                        TH_REFERENCE_MAX_MC / 1000);
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  records = log_in (path, by, from_stdin, &role, &status);
  if (records == NULL)
    return status;
  check.point.reference_mc = (int)lround (reference * 1000);
  return check_and_record (config, records, &check, serial, by);
}
