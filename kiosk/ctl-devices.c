/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `devices`: what is connected. A device is opened for a moment and given back; one that the kiosk
 * holds is reported as the kiosk last recorded it, with the time.
 */
#include <string.h>

#include "drivers/gpio-lines.h"
#include "drivers/scanner-device.h"
#include "drivers/usb-transport.h"
#include "kiosk/ctl.h"
#include "kiosk/printer-setup.h"

/* For a reader to be found, to answer and to say who it is; it takes a second to say nothing. */
#define READER_LIMIT_MS 3000

typedef struct
{
  GMainLoop *loop;
  ThUsbDevice *device;
  GError *error;
} Attempt;

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Attempt *attempt = data;

  attempt->device = th_usb_context_open_finish (TH_USB_CONTEXT (source), result, &attempt->error);
  g_main_loop_quit (attempt->loop);
}

/* "printer=out" of "reader=ready\nprinter=out\n"; NULL: never recorded. (transfer full) */
static char *
recorded_state (const char *states, const char *device)
{
  g_auto(GStrv) lines = g_strsplit (states, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, device) && (*line)[strlen (device)] == '=')
      return g_strdup (*line + strlen (device) + 1);
  return NULL;
}

/* A technician has not read the log's words. */
static const char *
state_words (const char *state)
{
  if (strcmp (state, "low") == 0)
    return "paper low";
  if (strcmp (state, "out") == 0)
    return "no paper";
  return state;
}

void
th_ctl_print_recorded (const ThConfig *config, const char *device)
{
  g_autofree char *file = g_build_filename (config->state_dir, "records.db", NULL);
  g_autoptr(ThRecords) records = NULL;
  g_autofree char *states = NULL;
  g_autofree char *state = NULL;
  gint64 at_us = 0;

  if (g_file_test (file, G_FILE_TEST_EXISTS))
    records = th_records_open (config->state_dir, config->device, NULL);
  if (records != NULL)
    states = th_records_last_device_states (records, &at_us, NULL);
  state = states != NULL ? recorded_state (states, device) : NULL;
  if (state == NULL)
    g_print ("%-12s in use by another program, which has recorded nothing of it\n", device);
  else
    {
      g_autoptr(GDateTime) at = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);
      g_autofree char *when = g_date_time_format (at, "%Y-%m-%d %H:%M:%S");

      g_print ("%-12s %s (held by the kiosk; as it recorded it, last at %s)\n", device,
               state_words (state), when);
    }
}

static gboolean
late_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

/* As the kiosk would meet it: opened, asked for its state and its number. */
static int
show_reader (const ThConfig *config)
{
  g_autoptr(ThSamvReader) reader = th_ctl_reader_new (config, NULL);
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *text = NULL;
  const GError *trouble;
  guint limit_id;

  limit_id = g_timeout_add (READER_LIMIT_MS, late_cb, loop);
  g_signal_connect_swapped (reader, "notify::health", G_CALLBACK (g_main_loop_quit), loop);
  th_card_reader_start (TH_CARD_READER (reader));
  g_main_loop_run (loop); /* a program without a screen: nothing else waits */
  g_source_remove (limit_id);

  text = th_samv_reader_describe (reader);
  trouble = th_samv_reader_get_trouble (reader);
  if (th_card_reader_get_health (TH_CARD_READER (reader)) == TH_HEALTH_READY)
    g_print ("%-12s connected (%s)\n", "reader", text);
  else if (g_error_matches (trouble, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY))
    th_ctl_print_recorded (config, "reader");
  else if (g_error_matches (trouble, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE))
    g_print ("%-12s connected (%s), out of service: %s\n", "reader", text, trouble->message);
  else if (*text != '\0')
    g_print ("%-12s connected (%s), but: %s\n", "reader", text,
             trouble != NULL ? trouble->message : "it does not answer");
  else if (g_error_matches (trouble, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE)
           && config->reader_serial[0] == '\0')
    g_print ("%-12s not connected\n", "reader");
  else
    g_print ("%-12s not connected: %s\n", "reader",
             trouble != NULL ? trouble->message : "it was not found in time");
  return th_card_reader_get_health (TH_CARD_READER (reader)) == TH_HEALTH_READY ? TH_CTL_GOOD
                                                                                : TH_CTL_AWAY;
}

/* One device by USB; TH_CTL_GOOD when it could be opened. */
static int
show_usb (const ThConfig *config, ThUsbContext *context, const char *name,
          const ThUsbMatch *matches)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Attempt attempt = { .loop = loop };
  g_autoptr(ThUsbDevice) device = NULL;
  g_autoptr(GError) error = NULL;

  th_usb_context_open_async (context, matches, NULL, opened_cb, &attempt);
  g_main_loop_run (loop); /* a program without a screen: nothing else waits */
  device = attempt.device;
  error = attempt.error;
  if (device != NULL)
    {
      g_print ("%-12s connected (USB %04x:%04x)\n", name, th_usb_device_get_vendor_id (device),
               th_usb_device_get_product_id (device));
      th_usb_device_close (device);
      return TH_CTL_GOOD;
    }
  if (g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY))
    th_ctl_print_recorded (config, name);
  else if (g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE))
    g_print ("%-12s not connected\n", name);
  else
    g_print ("%-12s %s\n", name, error->message);
  return TH_CTL_AWAY;
}

/* @name: also its part in the log */
static int
show_printer (const ThConfig *config, ThUsbContext *context, const ThPrinterSettings *printer, const char *name)
{
  ThUsbMatch only[2];

  switch ((ThPrinterWay) printer->way)
    {
    case TH_PRINTER_WAY_LP:
      g_print ("%-12s %s (%s)\n", name,
               g_file_test (printer->device, G_FILE_TEST_EXISTS) ? "connected" : "not connected",
               printer->device);
      return g_file_test (printer->device, G_FILE_TEST_EXISTS) ? TH_CTL_GOOD : TH_CTL_AWAY;
    case TH_PRINTER_WAY_CUPS:
      g_print ("%-12s behind the queue %s of CUPS\n", name, printer->queue);
      return TH_CTL_GOOD;
    case TH_PRINTER_WAY_NONE:
      return TH_CTL_GOOD;
    case TH_PRINTER_WAY_USB:
      break;
    }
  return show_usb (config, context, name, th_printer_setup_matches (printer, only));
}

/* Each line with the setting that uses it: "  line 23 GPIO23: free ([thermometer] sda-line)". */
static int
show_gpio (const ThConfig *config)
{
  ThLineUse uses[TH_MAX_LINE_USES];
  guint lines[TH_MAX_LINE_USES];
  guint n = th_config_line_uses (config, uses);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto(GStrv) rows = NULL;

  for (guint i = 0; i < n; i++)
    lines[i] = (guint) uses[i].line;
  text = th_gpio_describe (config->gpio_chip, lines, n, &error);
  if (text == NULL)
    {
      g_print ("%-12s %s\n", "gpio", error->message);
      return TH_CTL_AWAY;
    }
  rows = g_strsplit (text, "\n", -1);
  g_print ("%-12s %s\n", "gpio", rows[0]);
  for (guint i = 0; i < n; i++)
    g_print ("%s ([%s] %s)\n", rows[i + 1], uses[i].group, uses[i].key);
  if (strstr (text, "used by") != NULL)
    {
      th_ctl_print_recorded (config, "thermometer");
      return TH_CTL_AWAY;
    }
  return TH_CTL_GOOD;
}

/* Opened for a moment: a keyboard is grabbed and let go. */
static int
show_scanner (const ThConfig *config, ThScannerDevice *device, const char *which)
{
  g_autoptr(ThScannerDevice) scanner = device;

  th_scanner_start (TH_SCANNER (scanner));
  switch (th_scanner_get_health (TH_SCANNER (scanner)))
    {
    case TH_HEALTH_READY:
      g_print ("%-12s connected (%s)\n", "scanner", which);
      return TH_CTL_GOOD;
    case TH_HEALTH_FAULT:
      g_print ("%-12s %s is no scanner\n", "scanner", which);
      return TH_CTL_AWAY;
    case TH_HEALTH_STARTING:
    case TH_HEALTH_ABSENT:
    case TH_HEALTH_SILENT:
      break;
    }
  if (which[0] == '/' && g_file_test (which, G_FILE_TEST_EXISTS))
    th_ctl_print_recorded (config, "scanner");
  else
    g_print ("%-12s not connected, or held by the kiosk (%s)\n", "scanner", which);
  return TH_CTL_AWAY;
}

static int
show_scanners (const ThConfig *config)
{
  const char *serial = config->scanner_serial;
  const char *keyboard = config->scanner_keyboard;
  int status = TH_CTL_GOOD;

  if (serial[0] != '\0')
    status = show_scanner (config, th_scanner_serial_new (serial, &th_scanner_times), serial);
  if (keyboard[0] != '\0')
    status = MAX (status, show_scanner (config, th_scanner_keyboard_new (keyboard, &th_scanner_times),
                                        keyboard));
  return status;
}

int
th_ctl_devices (int argc, char **argv)
{
  g_autofree char *path = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { NULL },
  };
  g_autoptr(ThConfig) config = NULL;
  g_autoptr(ThUsbContext) context = NULL;
  int status = TH_CTL_GOOD;
  int reader = TH_CTL_GOOD;
  int printer, gpio, scanner;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "Reader, printer and GPIO lines: connected, missing, or held by the kiosk."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "devices: '%s' is one word too many", argv[1]);
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  context = th_usb_context_new ();
  if (config->reader)
    reader = show_reader (config);
  else
    g_print ("%-12s switched off in the configuration\n", "reader");
  printer = show_printer (config, context, &config->printer, "printer");
  printer = MAX (printer, show_printer (config, context, &config->spare_printer, "spare"));
  gpio = show_gpio (config);
  scanner = show_scanners (config);
  return MAX (MAX (reader, scanner), MAX (printer, gpio));
}
