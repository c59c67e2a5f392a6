/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `card watch`: the reader and the life of each card, a line each, for a technician. Whose card it is
 * is not said unless asked for. */
#include <glib-unix.h>

#include "drivers/samv-serial.h"
#include "drivers/samv-usb.h"
#include "kiosk/card-json.h"
#include "kiosk/ctl.h"
#include "kiosk/photo-decoder.h"

typedef struct
{
  ThSamvReader *reader;
  GMainLoop *loop;
  gboolean show;
  guint n_cards; /* to see; 0: no end */
  guint n_read;
  guint n_lifted;
  gint64 found_us;
  gboolean held; /* another program has the reader */
} Watch;

ThSamvReader *
th_ctl_reader_new (const ThConfig *config, const ThCardReaderTimes *times)
{
  g_autoptr(ThSamvPort) port = NULL;
  g_autoptr(ThUsbContext) context = NULL;

  if (config->reader_serial[0] != '\0')
    port = th_samv_serial_new (config->reader_serial);
  else
    {
      context = th_usb_context_new ();
      port = th_samv_usb_new (context);
    }
  return th_samv_reader_new (port, times);
}

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
  g_print ("%s.%03d  %s\n", time, g_date_time_get_microsecond (now) / 1000, text);
}

static double
since_found (const Watch *watch)
{
  return (double) (g_get_monotonic_time () - watch->found_us) / G_USEC_PER_SEC;
}

static void
health_cb (Watch *watch)
{
  ThHealth health = th_card_reader_get_health (TH_CARD_READER (watch->reader));
  const GError *trouble = th_samv_reader_get_trouble (watch->reader);
  g_autofree char *text = th_samv_reader_describe (watch->reader);

  if (trouble == NULL)
    say ("reader %s: %s", th_health_to_string (health), text);
  else
    say ("reader %s: %s%s%s", th_health_to_string (health), text, *text != '\0' ? ": " : "",
         trouble->message);
  watch->held = g_error_matches (trouble, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY);
  if (watch->held)
    g_main_loop_quit (watch->loop);
}

static void
found_cb (Watch *watch)
{
  watch->found_us = g_get_monotonic_time ();
  say ("card present");
}

static void
read_cb (Watch *watch, const ThCard *card)
{
  watch->n_read++;
  say ("card read in %.0f ms", since_found (watch) * 1000);
  if (watch->show)
    {
      g_autofree char *json = th_card_to_json (card);

      g_print ("%s\n", json);
    }
}

static void
failed_cb (Watch *watch, const GError *error)
{
  say ("card not read after %.0f ms: %s", since_found (watch) * 1000, error->message);
}

static void
lifted_cb (Watch *watch)
{
  watch->n_lifted++;
  say ("card lifted after %.1f s", since_found (watch));
  if (watch->n_cards != 0 && watch->n_lifted >= watch->n_cards)
    g_main_loop_quit (watch->loop);
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

/* Every card that was lifted had been read, and the reader still works. */
static int
result_of (const Watch *watch)
{
  switch (th_card_reader_get_health (TH_CARD_READER (watch->reader)))
    {
    case TH_HEALTH_READY:
      break;
    case TH_HEALTH_FAULT:
    case TH_HEALTH_SILENT:
      return th_ctl_fail (TH_CTL_BAD, "the reader is out of order");
    case TH_HEALTH_STARTING:
    case TH_HEALTH_ABSENT:
      return th_ctl_fail (TH_CTL_AWAY, watch->held ? "another program has the reader"
                                                   : "there is no reader");
    }
  if (watch->n_lifted > watch->n_read)
    return th_ctl_fail (TH_CTL_BAD, "%u of %u cards were not read",
                        watch->n_lifted - watch->n_read, watch->n_lifted);
  if (watch->n_lifted < watch->n_cards)
    return th_ctl_fail (TH_CTL_BAD, "%u of %u cards came", watch->n_lifted, watch->n_cards);
  return TH_CTL_GOOD;
}

static int
watch_cards (const ThConfig *config, Watch *watch, guint seconds)
{
  ThCardReaderTimes times = th_card_reader_usual_times;
  g_autoptr(ThSamvReader) reader = NULL;
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  times.poll = config->reader_poll_ms;
  reader = th_ctl_reader_new (config, &times);
  watch->reader = reader;
  watch->loop = loop;
  g_signal_connect_swapped (reader, "notify::health", G_CALLBACK (health_cb), watch);
  g_signal_connect_swapped (reader, "card-found", G_CALLBACK (found_cb), watch);
  g_signal_connect_swapped (reader, "card-read", G_CALLBACK (read_cb), watch);
  g_signal_connect_swapped (reader, "card-failed", G_CALLBACK (failed_cb), watch);
  g_signal_connect_swapped (reader, "card-lifted", G_CALLBACK (lifted_cb), watch);
  g_unix_signal_add (SIGINT, quit_cb, loop);
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  if (seconds != 0)
    g_timeout_add_seconds (seconds, quit_cb, loop);
  th_card_reader_start (TH_CARD_READER (reader));
  g_main_loop_run (loop); /* a program without a screen: nothing else waits */
  return result_of (watch);
}

int
th_ctl_card_watch (int argc, char **argv)
{
  g_autofree char *path = NULL;
  Watch watch = { 0 };
  int n_cards = 0, seconds = 0;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { "show", 0, 0, G_OPTION_ARG_NONE, &watch.show, "also what stands on each card: personal data",
      NULL },
    { "cards", 0, 0, G_OPTION_ARG_INT, &n_cards, "end when so many cards were lifted", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "end after so long", "N" },
    { NULL },
  };
  g_autoptr(ThConfig) config = NULL;
  int status = TH_CTL_GOOD;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "The reader and the life of each card (present, read, lifted), a line each "
                     "with the time, until Ctrl-C. The kiosk must not run meanwhile.\n\n"
                     "Exit status: 0 the reader works and every card was read, 1 it is out of order "
                     "or a card was not read,\n3 there is no reader, or another program has it."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "card watch: '%s' is one word too many", argv[1]);
  if (n_cards < 0 || seconds < 0)
    return th_ctl_fail (TH_CTL_USAGE, "card watch: --cards and --seconds are 1 or more");
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  if (!config->reader)
    return th_ctl_fail (TH_CTL_AWAY, "the reader is switched off in the configuration");
  watch.n_cards = (guint) n_cards;
  return watch_cards (config, &watch, (guint) seconds);
}

/* Longer than the kiosk waits: how long it takes is part of the answer. */
#define PHOTO_MS 10000

int
th_ctl_card_photo (int argc, char **argv)
{
  g_autofree char *path = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { NULL },
  };
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (GBytes) input = NULL;
  g_autoptr (ThCard) card = NULL;
  g_autoptr (ThPhoto) photo = NULL;
  g_autoptr (GError) error = NULL;
  int status = TH_CTL_GOOD;
  gint64 start_us;

  if (!th_ctl_parse (&argc, &argv, entries, "FILE|-",
                     "Gives the photo in one reply of the reader to [reader] photo-decoder, as the "
                     "kiosk does.\nPrints the size of the picture and the time it took."))
    return TH_CTL_USAGE;
  if (argc != 2)
    return th_ctl_fail (TH_CTL_USAGE, "card photo: one FILE, or - for standard input");
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  if (config->photo_decoder[0] == '\0')
    return th_ctl_fail (TH_CTL_AWAY, "[reader] photo-decoder names no program");
  input = th_ctl_read_input (argv[1]);
  if (input == NULL)
    return TH_CTL_BAD;
  card = th_card_decode (g_bytes_get_data (input, NULL), g_bytes_get_size (input), &error);
  if (card == NULL)
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  if (!card->has_photo)
    return th_ctl_fail (TH_CTL_BAD, "there is no photo on this card");
  start_us = g_get_monotonic_time ();
  photo = th_photo_decode (config->photo_decoder, card->photo, PHOTO_MS, NULL, &error);
  if (photo == NULL)
    return th_ctl_fail (TH_CTL_BAD, "%s: %s", config->photo_decoder, error->message);
  g_print ("%u by %u pixels after %.3f s\n", photo->width, photo->height,
           (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC);
  return TH_CTL_GOOD;
}
