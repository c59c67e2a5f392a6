/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `sensor watch`: what the thermometer sees, a line a second. `sensor provision`: sets a chip up once.
 * Both need the lines for themselves: the kiosk must not run meanwhile. */
#include <math.h>
#include <glib-unix.h>

#include "drivers/mlx90614-bus.h"
#include "drivers/mlx90614-pwm.h"
#include "drivers/room-file.h"
#include "drivers/thermometer-smbus.h"
#include "kiosk/ctl.h"
#include "kiosk/records-thermometer.h"
#include "kiosk/thermometer-new.h"

/* --- provision --------------------------------------------------------------------------- */

static gboolean
is_away (const GError *error)
{
  return g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY) ||
         g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE) ||
         g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_ACCESS) ||
         g_error_matches (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_GONE) ||
         g_error_matches (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_NO_ANSWER);
}

static int
fail_device (const ThConfig *config, const GError *error)
{
  if (g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY))
    {
      th_ctl_print_recorded (config, "thermometer");
      return th_ctl_fail (TH_CTL_AWAY, "another program has the sensor's lines: stop the kiosk first");
    }
  return th_ctl_fail (is_away (error) ? TH_CTL_AWAY : TH_CTL_BAD, "%s", error->message);
}

/* A chip that puts out PWM is asked to listen, once; one that listens already must not be. */
static gboolean
read_cells (ThMlx90614Bus *bus, ThMlx90614Cells *ret_cells, GError **error)
{
  if (th_mlx90614_bus_has_switch (bus))
    g_usleep (TH_MLX90614_SETTLE_MS * 1000);
  if (th_mlx90614_bus_read_cells (bus, ret_cells, NULL))
    return TRUE;
  return th_smbus_ask_to_listen (th_mlx90614_bus_get_smbus (bus)) &&
         th_mlx90614_bus_read_cells (bus, ret_cells, error);
}

static const ThMlx90614Write *
find_write (const ThMlx90614Plan *plan, guint8 command)
{
  for (guint i = 0; i < plan->n; i++)
    if (plan->writes[i].command == command)
      return &plan->writes[i];
  return NULL;
}

static void
print_plan (const ThMlx90614Cells *cells, const ThMlx90614Plan *plan)
{
  g_print ("MLX90614 %04x%04x%04x%04x\n", cells->id[3], cells->id[2], cells->id[1], cells->id[0]);
  for (guint8 command = TH_MLX90614_TO_MAX; command <= TH_MLX90614_CONFIG; command++)
    {
      const ThMlx90614Write *write = find_write (plan, command);
      guint16 word = th_mlx90614_cells_get (cells, command);
      g_autofree char *now = th_mlx90614_cell_to_text (command, word);

      g_print ("0x%02x %-10s  0x%04x (%s)", command, th_mlx90614_command_name (command), word, now);
      if (write != NULL)
        {
          g_autofree char *then = th_mlx90614_cell_to_text (command, write->then);

          g_print (" → 0x%04x (%s)\n", write->then, then);
        }
      else
        g_print (" stays\n");
    }
}

static int
carry_out (ThMlx90614Bus *bus, const ThMlx90614Plan *plan)
{
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < plan->n; i++)
    {
      const ThMlx90614Write *write = &plan->writes[i];

      if (!th_mlx90614_bus_write_cell (bus, write->command, write->then, &error))
        return th_ctl_fail (TH_CTL_BAD, "%s (%u of %u cells were written; run it again)",
                            error->message, i, plan->n);
      g_print ("0x%02x %-10s  0x%04x written and read back\n", write->command,
               th_mlx90614_command_name (write->command), write->then);
    }
  if (!th_mlx90614_bus_has_switch (bus))
    {
      g_print ("the sensor goes by it after its power was off: switch it off and on\n");
      return TH_CTL_GOOD;
    }
  if (!th_mlx90614_bus_switch (bus, FALSE))
    return th_ctl_fail (TH_CTL_BAD, "the sensor's power could not be cut: switch it off and on");
  g_usleep (TH_MLX90614_OFF_MS * 1000);
  if (!th_mlx90614_bus_switch (bus, TRUE))
    return th_ctl_fail (TH_CTL_BAD, "the sensor's power could not be given back");
  g_print ("the sensor's power was cut and given back: it goes by it now\n");
  return TH_CTL_GOOD;
}

static int
provision (const ThConfig *config, const ThMlx90614Wish *wish, gboolean write)
{
  const ThMlx90614Wiring wiring = {
    .chip_label = config->gpio_chip,
    .sda_line = config->sda_line,
    .scl_line = config->scl_line,
    .power_line = config->sensor_power_line,
    .power_active_low = config->sensor_power_active_low,
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(ThMlx90614Bus) bus = th_mlx90614_bus_open (&wiring, &error);
  ThMlx90614Cells cells;
  ThMlx90614Plan plan;

  if (bus == NULL || !read_cells (bus, &cells, &error))
    return error != NULL ? fail_device (config, error)
                         : th_ctl_fail (TH_CTL_AWAY, "GPIO chip is gone");
  if (!th_mlx90614_plan (&cells, wish, &plan, &error))
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  print_plan (&cells, &plan);
  if (plan.n == 0)
    {
      g_print ("nothing is to be written\n");
      return TH_CTL_GOOD;
    }
  if (!write)
    {
      g_print ("nothing was written: --write does it\n");
      return TH_CTL_GOOD;
    }
  return carry_out (bus, &plan);
}

/* What [thermometer] says of the pulses is what the chip must send. */
static ThMlx90614Wish
wish_of (const ThConfig *config, gboolean pwm)
{
  ThMlx90614Wish wish = {
    .use = !pwm                                  ? TH_MLX90614_FOR_SMBUS
           : config->pwm_mode == TH_PWM_EXTENDED ? TH_MLX90614_FOR_PWM_EXTENDED
                                                 : TH_MLX90614_FOR_PWM_SINGLE,
    .period = config->pwm_period,
    .to_min_mc = config->pwm_min_mc,
    .to_max_mc = config->pwm_max_mc,
    .ta_min_mc = config->pwm_ambient_min_mc,
    .ta_max_mc = config->pwm_ambient_max_mc,
  };

  return wish;
}

int
th_ctl_sensor_provision (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autofree char *use = NULL;
  gboolean write = FALSE, pwm;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { "for", 0, 0, G_OPTION_ARG_STRING, &use, "smbus or pwm: how the kiosk will read it", "WAY" },
    { "write", 0, 0, G_OPTION_ARG_NONE, &write, "do it; without this it is only shown", NULL },
    { NULL },
  };
  g_autoptr(ThConfig) config = NULL;
  ThMlx90614Wish wish;
  int status = TH_CTL_GOOD;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "Sets the EEPROM of an MLX90614 on the configured sda-line and scl-line up for "
                     "the kiosk, for pwm as the\nconfiguration has it (pwm-mode, pwm-period, pwm-min "
                     "…): shows each cell as it is and as it will be, and with\n--write erases, "
                     "writes and reads back those that differ. The factory's calibration and the "
                     "emissivity are never\ntouched. The kiosk must not run meanwhile.\n\n"
                     "Exit status: 0 shown or done, 1 the chip is refused or a cell does not take "
                     "it, 3 there is no sensor, or\nanother program has its lines."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "sensor provision: '%s' is one word too many", argv[1]);
  pwm = g_strcmp0 (use, "pwm") == 0;
  if (!pwm && g_strcmp0 (use, "smbus") != 0)
    return th_ctl_fail (TH_CTL_USAGE, "sensor provision: --for smbus, or --for pwm");
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  wish = wish_of (config, pwm);
  status = provision (config, &wish, write);
  if (status == TH_CTL_GOOD && pwm != (config->sensor_way == TH_WAY_PWM))
    g_print ("the configuration has another way than %s: change way= too\n", use);
  return status;
}

/* --- watch ------------------------------------------------------------------------------- */

typedef struct
{
  const ThConfig *config;
  ThScreening rules;
  ThThermometer *thermometer;
  GMainLoop *loop;
  guint seconds; /* left; 0: no end */
  gboolean held; /* another program has the lines */
  ThSample last;
  guint n_now; /* samples since the last line */
  guint n;
  int least_mc, most_mc;
  double sum_mc, sum_squares;
  ThSmbusStats before;
} Watch;

static void G_GNUC_PRINTF (1, 2)
say (const char *format, ...)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");
  g_autofree char *text = NULL;
  va_list values;

  va_start (values, format);
  text = g_strdup_vprintf (format, values);
  va_end (values);
  g_print ("%s  %s\n", time, text);
}

static void
say_health (Watch *watch)
{
  const GError *trouble = th_thermometer_get_trouble (watch->thermometer);
  ThHealth health = th_thermometer_get_health (watch->thermometer);

  say ("thermometer %s%s%s", th_health_to_string (health), trouble != NULL ? ": " : "",
       trouble != NULL ? trouble->message : "");
  watch->held = g_error_matches (trouble, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY);
  if (watch->held)
    g_main_loop_quit (watch->loop);
}

static void
sample_cb (Watch *watch, const ThSample *sample)
{
  int mc;

  watch->last = *sample;
  watch->n_now++;
  if (!th_mlx90614_object_to_mc (sample->object_raw, &mc, NULL))
    return;
  watch->least_mc = watch->n == 0 ? mc : MIN (watch->least_mc, mc);
  watch->most_mc = watch->n == 0 ? mc : MAX (watch->most_mc, mc);
  watch->n++;
  watch->sum_mc += mc;
  watch->sum_squares += (double) mc * mc;
}

/* "0x3ca3 37.31" */
static char *
word_text (guint16 word)
{
  int mc = word * 20 - 273150;

  if (word == 0)
    return g_strdup ("outside its range");
  return g_strdup_printf ("0x%04x %.2f", word, mc / 1000.0);
}

/* "room 24.00  skin 36.65  estimate 37.40", or why there is none. */
static char *
estimate_text (Watch *watch)
{
  const ThSample *sample = &watch->last;
  g_autoptr(GError) error = NULL;
  ThReading reading;

  if ((watch->rules.room_source == TH_ROOM_FILE &&
       !th_room_file_read (watch->config->room_path, &watch->rules.room_mc, &error)) ||
      !th_screening_read_words (&watch->rules, sample->object_raw, sample->ambient_raw, &reading,
                                &error))
    return g_strdup_printf ("no estimate: %s", error->message);
  return g_strdup_printf ("room %.2f  skin %.2f  estimate %.2f", reading.room_mc / 1000.0,
                          reading.skin_mc / 1000.0, reading.body_mc / 1000.0);
}

/* What the bus went through since the last line: "  tried again 0  SCL high 1-4 µs". */
static char *
bus_text (Watch *watch)
{
  ThSmbusStats now;
  int least = -1, most = -1;
  guint64 again;

  if (!TH_IS_THERMOMETER_SMBUS (watch->thermometer))
    return g_strdup ("");
  th_thermometer_smbus_get_stats (TH_THERMOMETER_SMBUS (watch->thermometer), &now);
  if (now.tries < watch->before.tries) /* opened anew */
    watch->before = (ThSmbusStats){ 0 };
  again = now.tries - now.words - (watch->before.tries - watch->before.words);
  for (int i = 0; i < (int) G_N_ELEMENTS (now.high_us); i++)
    if (now.high_us[i] != watch->before.high_us[i])
      {
        least = least < 0 ? i : least;
        most = i;
      }
  watch->before = now;
  if (least < 0)
    return g_strdup ("");
  return g_strdup_printf ("  tried again %" G_GUINT64_FORMAT "  SCL high %d-%d µs", again, least,
                          most);
}

static gboolean
second_cb (gpointer data)
{
  Watch *watch = data;
  g_autofree char *bus = bus_text (watch);

  if (watch->n_now > 0)
    {
      g_autofree char *object = word_text (watch->last.object_raw);
      g_autofree char *die = watch->last.ambient_raw != 0 ? word_text (watch->last.ambient_raw)
                                                          : g_strdup ("none");
      g_autofree char *estimate = estimate_text (watch);

      say ("object %s  die %s  %s  %s%s", object, die, estimate,
           watch->last.present ? "somebody in front" : "nobody in front", bus);
    }
  watch->n_now = 0;
  if (watch->seconds > 0 && --watch->seconds == 0)
    g_main_loop_quit (watch->loop);
  return G_SOURCE_CONTINUE;
}

/* As the kiosk does it: a calibration of the records counts before the configuration's. */
static void
use_calibration (Watch *watch)
{
  g_autofree char *file = g_build_filename (watch->config->state_dir, "records.db", NULL);
  g_autoptr(ThRecords) records = NULL;
  ThCalibrationRecord calibration;

  watch->rules = watch->config->screening;
  if (g_file_test (file, G_FILE_TEST_EXISTS))
    records = th_records_open (watch->config->state_dir, watch->config->device, NULL);
  if (records == NULL || !th_records_newest_calibration (records, &calibration, NULL) ||
      calibration.id[0] == '\0')
    return;
  th_calibration_use (&calibration.line, calibration.id, &watch->rules);
  say ("calibration %s, by %s", calibration.id, calibration.by);
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static void
print_totals (const Watch *watch)
{
  g_autofree char *text = th_thermometer_describe (watch->thermometer);

  if (watch->n > 0)
    {
      double mean = watch->sum_mc / watch->n;
      double variance = watch->sum_squares / watch->n - mean * mean;

      g_print ("%u samples: object %.3f °C on average, %.2f to %.2f, standard deviation %.3f\n",
               watch->n, mean / 1000, watch->least_mc / 1000.0, watch->most_mc / 1000.0,
               sqrt (MAX (variance, 0)) / 1000);
    }
  g_print ("%s\n", text);
}

static int
result_of (const Watch *watch)
{
  switch (th_thermometer_get_health (watch->thermometer))
    {
    case TH_HEALTH_READY:
      return TH_CTL_GOOD;
    case TH_HEALTH_FAULT:
    case TH_HEALTH_SILENT:
      return th_ctl_fail (TH_CTL_BAD, "the thermometer is out of order");
    case TH_HEALTH_STARTING:
    case TH_HEALTH_ABSENT:
      break;
    }
  if (!watch->held)
    return th_ctl_fail (TH_CTL_AWAY, "there is no thermometer");
  th_ctl_print_recorded (watch->config, "thermometer");
  return th_ctl_fail (TH_CTL_AWAY, "another program has the thermometer's lines: stop the kiosk first");
}

int
th_ctl_sensor_watch (int argc, char **argv)
{
  g_autofree char *path = NULL;
  int seconds = 0;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "end after so long", "N" },
    { NULL },
  };
  g_autoptr(ThConfig) config = NULL;
  g_autoptr(ThThermometer) thermometer = NULL;
  g_autoptr(GMainLoop) loop = NULL;
  Watch watch = { 0 };
  int status = TH_CTL_GOOD;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "What the thermometer sees, as it would be counted, a line a second until "
                     "Ctrl-C; then what its bus has\nbeen through. It measures ten times a second as "
                     "with somebody in front. The kiosk must not run meanwhile.\n\n"
                     "Exit status: 0 the thermometer works, 1 it is out of order, 3 there is none, "
                     "or another program has it."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "sensor watch: '%s' is one word too many", argv[1]);
  if (seconds < 0)
    return th_ctl_fail (TH_CTL_USAGE, "sensor watch: --seconds is 1 or more");
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  thermometer = th_thermometer_new_configured (config);
  loop = g_main_loop_new (NULL, FALSE);
  watch.config = config;
  watch.thermometer = thermometer;
  watch.loop = loop;
  watch.seconds = (guint) seconds;
  use_calibration (&watch);
  g_signal_connect_swapped (thermometer, "notify::health", G_CALLBACK (say_health), &watch);
  g_signal_connect_swapped (thermometer, "sample", G_CALLBACK (sample_cb), &watch);
  g_unix_signal_add (SIGINT, quit_cb, loop);
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  g_timeout_add_seconds (1, second_cb, &watch);
  th_thermometer_start (thermometer);
  th_thermometer_begin (thermometer);
  g_main_loop_run (loop); /* a program without a screen: nothing else waits */
  if (!watch.held)
    print_totals (&watch);
  return result_of (&watch);
}
