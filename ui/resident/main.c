/* SPDX-License-Identifier: GPL-3.0-or-later */
/* threshold-kiosk: the screen residents see, and the devices behind it. */
#include <glib-unix.h>
#include <gtk/gtk.h>
#include <stdlib.h>

#include "drivers/samv-reader.h"
#include "drivers/samv-serial.h"
#include "drivers/samv-usb.h"
#include "drivers/gpio-keys.h"
#include "drivers/gpio-outputs.h"
#include "drivers/scanner-device.h"
#include "drivers/usb-transport.h"
#include "kiosk/checkin.h"
#include "kiosk/config.h"
#include "kiosk/printer-setup.h"
#include "kiosk/thermometer-new.h"
#include "kiosk/words.h"
#include "ui/notify.h"
#include "ui/resident/window.h"

/* GTK reads these when it starts; systemd's unit sets the same. Without GL the first frame takes
 * half the time and a third of the memory; a bus would only start programs that nobody here can
 * see. */
static void
set_environment (void)
{
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  g_unsetenv ("GDK_DEBUG");
  if (gtk_get_minor_version () < 16)
    g_setenv ("GDK_DEBUG", "gl-disable", TRUE);
  else
    g_setenv ("GDK_DISABLE", "gl", TRUE);
  g_setenv ("GTK_THEME", "Empty", TRUE); /* resident.css is complete */
  g_setenv ("GTK_A11Y", "none", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GIO_USE_VFS", "local", TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
  g_unsetenv ("GTK_DEBUG");
  g_unsetenv ("GTK_MODULES");
}

static void
add_scanner (ThCheckin *checkin, ThScannerDevice *device)
{
  g_autoptr (ThScannerDevice) scanner = device;

  th_checkin_add_scanner (checkin, TH_SCANNER (scanner));
}

static void
add_keys (ThCheckin *checkin, const ThConfig *config)
{
  guint lines[TH_N_KEYS];
  g_autoptr (ThKeys) keys = NULL;

  for (guint key = 0; key < TH_N_KEYS; key++)
    lines[key] = (guint)config->key_line[key];
  keys = th_gpio_keys_new (config->gpio_chip, lines, config->keys_active_low);
  th_checkin_add_keys (checkin, keys);
}

/* The check-in logs that the reader fails; why, only the driver knows. */
static void
reader_health_cb (ThSamvReader *reader)
{
  const GError *trouble = th_samv_reader_get_trouble (reader);

  if (trouble != NULL)
    g_message ("reader: %s", trouble->message);
}

/* Health itself is told by the check-in; this is what a technician asks next. */
static void
thermometer_health_cb (ThThermometer *thermometer)
{
  const GError *trouble = th_thermometer_get_trouble (thermometer);
  g_autofree char *text = th_thermometer_describe (thermometer);

  g_message ("thermometer: %s%s%s", trouble != NULL ? trouble->message : "",
             trouble != NULL && *text != '\0' ? "; " : "", text);
}

static ThOutputs *
outputs_new (const ThConfig *config)
{
  const ThGpioOutputLines lines = {
    .chip_label = config->gpio_chip,
    .ready_line = config->ready_lamp_line,
    .attention_line = config->attention_lamp_line,
    .buzzer_line = config->buzzer_line,
    .gate_line = config->gate_line,
    .gate_active_low = config->gate_active_low,
    .gate_safe_closed = config->gate_safe_closed,
    .gate_open_ms = config->gate_open_s * 1000,
  };

  return th_gpio_outputs_new (&lines);
}

static ThCheckin *
checkin_new (const ThConfig *config, ThUsbContext *usb)
{
  ThCardReaderTimes times = th_card_reader_usual_times;
  g_autoptr (ThCardReader) reader = NULL;
  g_autoptr (ThThermometer) thermometer = NULL;
  g_autoptr (ThPrinter) printer = NULL;
  g_autoptr (ThOutputs) outputs = NULL;
  ThCheckin *checkin;

  if (config->reader)
    {
      g_autoptr (ThSamvPort) port = config->reader_serial[0] != '\0'
                                        ? th_samv_serial_new (config->reader_serial)
                                        : th_samv_usb_new (usb);

      times.poll = config->reader_poll_ms;
      reader = TH_CARD_READER (th_samv_reader_new (port, &times));
      g_signal_connect (reader, "notify::health", G_CALLBACK (reader_health_cb), NULL);
    }
  thermometer = th_thermometer_new_configured (config);
  g_signal_connect (thermometer, "notify::health", G_CALLBACK (thermometer_health_cb), NULL);
  printer = th_printer_setup (config, usb);
  outputs = outputs_new (config);
  checkin = th_checkin_new (config, reader, thermometer, printer, outputs);
  if (config->key_line[0] >= 0)
    add_keys (checkin, config);
  if (config->scanner_serial[0] != '\0')
    add_scanner (checkin, th_scanner_serial_new (config->scanner_serial, &th_scanner_times));
  if (config->scanner_keyboard[0] != '\0')
    add_scanner (checkin, th_scanner_keyboard_new (config->scanner_keyboard, &th_scanner_times));
  return checkin;
}

/* `systemctl status` shows what is on the screen: never whose it is. */
static void
tell_state_cb (ThCheckin *checkin, GParamSpec *pspec, gpointer user_data)
{
  static const char *told = NULL;
  g_autofree char *state = NULL, *message = NULL;
  gboolean second_card;
  guint warning_seconds;
  const char *page;

  g_object_get (checkin, "state", &state, "second-card", &second_card, "warning-seconds", &warning_seconds, NULL);
  page = g_intern_string (second_card ? "second-card" : warning_seconds > 0 ? "still-there" : state);
  if (page == told)
    return;
  told = page;
  message = g_strconcat ("STATUS=", page, NULL);
  th_notify (message);
}

/* The first frame is up: only now the devices, and the pages that are not needed yet. */
static void
first_frame_cb (GdkFrameClock *clock, ThResidentWindow *window)
{
  g_autoptr (ThCheckin) checkin = NULL;

  g_signal_handlers_disconnect_by_func (clock, first_frame_cb, window);
  g_object_get (window, "checkin", &checkin, NULL);
  th_notify ("READY=1");
  tell_state_cb (checkin, NULL, NULL);
  g_signal_connect (checkin, "notify::state", G_CALLBACK (tell_state_cb), NULL);
  g_signal_connect (checkin, "notify::second-card", G_CALLBACK (tell_state_cb), NULL);
  g_signal_connect (checkin, "notify::warning-seconds", G_CALLBACK (tell_state_cb), NULL);
  th_checkin_start (checkin);
  th_resident_window_prepare (window);
}

static gboolean
end_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static void
run (ThCheckin *checkin)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GtkWidget *window = th_resident_window_new (checkin);

  g_unix_signal_add (SIGTERM, end_cb, loop);
  g_unix_signal_add (SIGINT, end_cb, loop);
  gtk_widget_realize (window);
  g_signal_connect_object (gtk_widget_get_frame_clock (window), "after-paint",
                           G_CALLBACK (first_frame_cb), window, 0);
  gtk_window_present (GTK_WINDOW (window));
  th_notify_watchdog ();
  g_main_loop_run (loop);

  th_notify ("STOPPING=1");
  th_checkin_stop (checkin);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autofree char *path = NULL;
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &path, "Settings of this site", "FILE" },
    { "version", 'v', 0, G_OPTION_ARG_NONE, &version, "Print the version and exit", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (ThUsbContext) usb = NULL;
  g_autoptr (ThCheckin) checkin = NULL;
  g_autoptr (GError) error = NULL;

  set_environment ();
  th_words_init ();
  gtk_disable_setlocale (); /* else GTK sets the environment's, which may be "C", where nothing is
                               translated */
  g_set_prgname ("threshold-kiosk");
  g_option_context_add_main_entries (options, entries, NULL);
  g_option_context_set_summary (options,
                                "The screen of a check-in kiosk, and the devices behind it.");
  if (!g_option_context_parse (options, &argc, &argv, &error) || argc > 1)
    {
      g_printerr ("threshold-kiosk: %s\n", error != NULL ? error->message : "too many arguments");
      return 2;
    }
  if (version)
    {
      g_print ("threshold-kiosk %s\n", THRESHOLD_VERSION);
      return EXIT_SUCCESS;
    }
  config = th_config_load (path, &warnings, &error);
  if (config == NULL)
    {
      g_printerr ("threshold-kiosk: %s\n", error->message);
      return EXIT_FAILURE;
    }
  for (guint i = 0; warnings != NULL && i < warnings->len; i++)
    g_printerr ("threshold-kiosk: %s\n", (const char *)warnings->pdata[i]);
  if (!gtk_init_check ())
    {
      g_printerr ("threshold-kiosk: no display to show anything on\n");
      return EXIT_FAILURE;
    }
  usb = th_usb_context_new ();
  checkin = checkin_new (config, usb);
  run (checkin);
  return EXIT_SUCCESS;
}
