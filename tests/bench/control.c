/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/control.h"

#include "tests/bench/control-lines.h"
#include "tests/bench/control-reader.h"
#include "tests/bench/control-sensor.h"

#include <string.h>

#include <gio/gunixsocketaddress.h>

struct _ThBenchControl
{
  ThBench *bench;
  GSocketService *service;
  char *path;
  GPtrArray *waits; /* Wait */
};

typedef struct
{
  ThBenchControl *control;
  GSocketConnection *connection;
  GDataInputStream *lines;
} Client;

/* A client that gets its answer when there are so many. */
typedef struct
{
  Client *client;
  gboolean for_slips; /* else bytes */
  guint64 n;
  guint timeout_id;
} Wait;

/* Puts the answer, without "ok", into @reply, or sets the error. Called with the USB lock held. */
typedef gboolean (*Command) (ThBench *bench, char **words, GString *reply, GError **error);

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, why);
  return FALSE;
}

/* "36.6" in thousandths. */
static gboolean
parse_degrees (const char *text, gint32 *ret_mc, GError **error)
{
  char *end = NULL;
  double degrees = text != NULL ? g_ascii_strtod (text, &end) : 0;

  if (text == NULL || end == text || *end != '\0' || !(degrees > -70 && degrees < 380))
    return refuse (error, "not a temperature in degrees");
  *ret_mc = (gint32) (degrees * 1000 + (degrees < 0 ? -0.5 : 0.5));
  return TRUE;
}

static gboolean
skin_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  gint32 mc;

  if (!parse_degrees (words[1], &mc, error))
    return FALSE;
  atomic_store (&bench->gpio->object_mc, mc);
  th_bench_iio_update (bench->iio);
  th_bench_gpio_changed (bench->gpio);
  return TRUE;
}

static gboolean
room_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  gint32 mc;

  if (!parse_degrees (words[1], &mc, error))
    return FALSE;
  atomic_store (&bench->gpio->ambient_mc, mc);
  th_bench_iio_update (bench->iio);
  th_bench_gpio_changed (bench->gpio);
  return TRUE;
}

static gboolean
step_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  if (g_strcmp0 (words[1], "front") != 0 && g_strcmp0 (words[1], "away") != 0)
    return refuse (error, "step front, away");
  atomic_store (&bench->gpio->present, strcmp (words[1], "front") == 0);
  th_bench_gpio_changed (bench->gpio);
  return TRUE;
}

/* "sensor cell CC HHHH", "sensor dead-cells HHHHHHHH": a cell's word; a bit for each cell */
static gboolean
cell_command (ThBench *bench, char **words, GError **error)
{
  guint64 cell, value;

  if (strcmp (words[1], "dead-cells") == 0)
    {
      if (words[2] == NULL)
        return refuse (error, "sensor dead-cells HEX");
      if (!g_ascii_string_to_unsigned (words[2], 16, 0, G_MAXUINT32, &value, error))
        return FALSE;
      atomic_store (&bench->gpio->dead_cells, (guint32) value);
      return TRUE;
    }
  if (words[2] == NULL || words[3] == NULL)
    return refuse (error, "sensor cell HEX HEX");
  if (!g_ascii_string_to_unsigned (words[2], 16, 0, TH_BENCH_GPIO_CELLS - 1, &cell, error) ||
      !g_ascii_string_to_unsigned (words[3], 16, 0, G_MAXUINT16, &value, error))
    return FALSE;
  atomic_store (&bench->gpio->eeprom[cell], (guint16) value);
  return TRUE;
}

static gboolean
sensor_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  static const char *const names[] = { "normal",  "absent",   "bad-pec",   "error-bit", "stuck",
                                       "unplug", "all-ones", "brown-out", "hung" };
  guint64 every;

  if (g_strcmp0 (words[1], "restart") == 0)
    {
      th_bench_gpio_power_on (bench->gpio, (guint64) g_get_monotonic_time () * 1000);
      return TRUE;
    }
  if (g_strcmp0 (words[1], "cells") == 0)
    {
      for (int i = 0; i < TH_BENCH_GPIO_CELLS; i++)
        g_string_append_printf (reply, "%s%04x", i > 0 ? " " : "",
                                atomic_load (&bench->gpio->eeprom[i]));
      return TRUE;
    }
  if (g_strcmp0 (words[1], "cell") == 0 || g_strcmp0 (words[1], "dead-cells") == 0)
    return cell_command (bench, words, error);

  for (int i = 0; i < (int) G_N_ELEMENTS (names); i++)
    {
      if (g_strcmp0 (words[1], names[i]) != 0)
        continue;
      if (i == TH_BENCH_SENSOR_BAD_PEC)
        {
          if (words[2] == NULL)
            return refuse (error, "sensor bad-pec N");
          if (!g_ascii_string_to_unsigned (words[2], 10, 1, 1000000, &every, error))
            return FALSE;
          atomic_store (&bench->gpio->bad_pec_every, (int) every);
        }
      th_bench_gpio_set_sensor (bench->gpio, i);
      return TRUE;
    }
  return refuse (error, "sensor normal, absent, bad-pec N, error-bit, stuck, unplug, all-ones, "
                        "brown-out, hung, restart, cells, cell HEX HEX, dead-cells HEX");
}

static gboolean
lamps_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  return th_bench_lamps_command (bench->gpio, words, reply, error);
}

static gboolean
key_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  return th_bench_key_command (bench->gpio, words, reply, error);
}

static gboolean
ranger_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  return th_bench_ranger_command (bench->gpio, words, reply, error);
}

/* The commands of both scanners; the testbed is the main thread's, and so are they. */
static gboolean
scanner_command (ThBenchScanner *scanner, char **words, GString *reply, GError **error)
{
  if (g_strcmp0 (words[1], "plug") == 0)
    return th_bench_scanner_plug (scanner) || refuse (error, "plugged in already");
  if (g_strcmp0 (words[1], "unplug") == 0)
    return th_bench_scanner_unplug (scanner) || refuse (error, "not plugged in");
  if (g_strcmp0 (words[1], "path") == 0)
    {
      g_string_append (reply, th_bench_scanner_get_path (scanner));
      return TRUE;
    }
  if (g_strcmp0 (words[1], "grabbed") == 0)
    {
      g_string_append_printf (reply, "%d", th_bench_scanner_is_grabbed (scanner));
      return TRUE;
    }
  if ((g_strcmp0 (words[1], "scan") == 0 || g_strcmp0 (words[1], "part") == 0) && words[2] != NULL)
    return th_bench_scanner_scan (scanner, words[2], words[1][0] == 's') ||
           refuse (error, "not plugged in, or a character that has no key");
  return refuse (error, "plug, unplug, path, grabbed, scan TEXT, part TEXT");
}

static gboolean
lp_command (ThBenchLpPort *lp, char **words, GString *reply, GError **error)
{
  const char *word = words[1] != NULL ? words[1] : "";

  if (strcmp (word, "plug") == 0)
    return th_bench_lp_port_plug (lp) || refuse (error, "plugged in already");
  if (strcmp (word, "unplug") == 0)
    return th_bench_lp_port_unplug (lp) || refuse (error, "not plugged in");
  if (strcmp (word, "hold") == 0 || strcmp (word, "release") == 0)
    th_bench_lp_port_hold (lp, word[0] == 'h');
  else if (strcmp (word, "status") == 0 && words[2] != NULL)
    th_bench_lp_port_set_status (lp, strcmp (words[2], "none") == 0 ? -1
                                                                    : (int) g_ascii_strtoull (words[2], NULL, 16));
  else if (strcmp (word, "slips") == 0)
    g_string_append_printf (reply, "%u", th_bench_paper_get_slips (th_bench_lp_port_get_paper (lp)));
  else
    return refuse (error, "lp plug, unplug, hold, release, status HH, status none, slips");
  return TRUE;
}

static gboolean
parse_count (const char *text, guint64 *ret_count, GError **error)
{
  if (text == NULL)
    return refuse (error, "a number is missing");
  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, ret_count, error);
}

static gboolean
printer_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  ThBenchPrinter *printer = bench->printer;
  guint64 n;

  if (g_strcmp0 (words[1], "unplug") == 0)
    return th_usb_port_unplug (th_bench_printer_get_port (printer)) ||
           refuse (error, "not plugged in");
  if (g_strcmp0 (words[1], "hold") == 0)
    {
      if (!parse_count (words[2], &n, error))
        return FALSE;
      th_bench_printer_hold (printer, n);
      return TRUE;
    }
  if (g_strcmp0 (words[1], "unplug-after") == 0)
    {
      if (!parse_count (words[2], &n, error))
        return FALSE;
      th_bench_printer_unplug_after (printer, n, FALSE);
      return TRUE;
    }
  if (g_strcmp0 (words[1], "off-after") == 0)
    {
      if (!parse_count (words[2], &n, error))
        return FALSE;
      th_bench_printer_unplug_after (printer, n, TRUE);
      return TRUE;
    }
  if (g_strcmp0 (words[1], "width") == 0)
    {
      if (!parse_count (words[2], &n, error))
        return FALSE;
      if (n < 8 || n > 1024 || n % 8 != 0)
        return refuse (error, "a width is 8 to 1024 dots, in steps of 8");
      th_bench_paper_set_width (th_bench_printer_get_paper (printer), n);
      return TRUE;
    }
  if (g_strcmp0 (words[1], "release") == 0)
    th_bench_printer_release (printer);
  else if (g_strcmp0 (words[1], "bytes") == 0)
    g_string_append_printf (reply, "%" G_GUINT64_FORMAT, th_bench_printer_get_bytes (printer));
  else if (g_strcmp0 (words[1], "garbage") == 0)
    g_string_append_printf (reply, "%u",
                            th_bench_paper_get_garbage (th_bench_printer_get_paper (printer)));
  else if (words[1] == NULL || !th_bench_printer_set_fault (printer, words[1]))
    return refuse (error, "printer plug, unplug, normal, silent, mute, garble, stall, jam, hot, automatic, hold N, "
                          "release, unplug-after N, off-after N, width N, bytes, garbage");
  return TRUE;
}

static gboolean
paper_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  guint64 n;

  if (g_strcmp0 (words[1], "out-after") == 0)
    {
      if (!parse_count (words[2], &n, error))
        return FALSE;
      th_bench_printer_out_after (bench->printer, n);
    }
  else if (g_strcmp0 (words[1], "ok") == 0)
    th_bench_printer_set_roll (bench->printer, TH_BENCH_ROLL_FULL);
  else if (g_strcmp0 (words[1], "low") == 0)
    th_bench_printer_set_roll (bench->printer, TH_BENCH_ROLL_LOW);
  else if (g_strcmp0 (words[1], "out") == 0)
    th_bench_printer_set_roll (bench->printer, TH_BENCH_ROLL_OUT);
  else
    return refuse (error, "paper ok, low, out, out-after N");
  return TRUE;
}

static gboolean
cover_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  if (g_strcmp0 (words[1], "open") != 0 && g_strcmp0 (words[1], "closed") != 0)
    return refuse (error, "cover open, closed");
  th_bench_printer_set_cover (bench->printer, strcmp (words[1], "open") == 0);
  return TRUE;
}

static gboolean
slips_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  g_string_append_printf (reply, "%u",
                          th_bench_paper_get_slips (th_bench_printer_get_paper (bench->printer)));
  return TRUE;
}

static gboolean
slip_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  ThBenchPaper *paper = th_bench_printer_get_paper (bench->printer);
  guint64 n;

  if (!parse_count (words[1], &n, error))
    return FALSE;
  if (words[2] == NULL)
    return refuse (error, "slip N FILE.png");
  return th_bench_paper_draw (paper, MIN (n, G_MAXUINT), words[2], error);
}

static gboolean
tail_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  ThBenchPaper *paper = th_bench_printer_get_paper (bench->printer);

  if (words[1] == NULL)
    return refuse (error, "tail FILE.png");
  return th_bench_paper_draw (paper, th_bench_paper_get_slips (paper) + 1, words[1], error);
}

/* Of "card2", "serial-reader"; the first, when nothing says which. */
static ThBenchReader *
reader_of (ThBench *bench, const char *word)
{
  if (g_str_has_prefix (word, "serial-"))
    return bench->serial_reader;
  return g_str_has_suffix (word, "2") ? bench->reader2 : bench->reader;
}

static gboolean
card_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  return th_bench_card_command (reader_of (bench, words[0]), words, reply, error);
}

static gboolean
stranger_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  if (g_strcmp0 (words[1], "unplug") == 0)
    return th_usb_port_unplug (th_bench_stranger_get_port (bench->stranger)) ||
           refuse (error, "not plugged in");
  if (g_strcmp0 (words[1], "bytes") != 0)
    return refuse (error, "stranger plug, unplug, bytes");
  g_string_append_printf (reply, "%u", th_bench_stranger_get_bytes (bench->stranger));
  return TRUE;
}

static gboolean
pwm_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  return th_bench_pwm_command (bench, words, error);
}

static gboolean
iio_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  return th_bench_iio_command (bench, words, error);
}

static const struct
{
  const char *name;
  Command run;
} commands[] = {
  { "card", card_command },     { "card2", card_command },    { "serial-card", card_command },
  { "skin", skin_command },     { "pwm", pwm_command },       { "iio", iio_command },
  { "room", room_command },     { "step", step_command },     { "sensor", sensor_command },
  { "lamps", lamps_command },   { "printer", printer_command }, { "paper", paper_command },
  { "cover", cover_command },   { "slips", slips_command },   { "slip", slip_command },
  { "key", key_command },       { "ranger", ranger_command },
  { "tail", tail_command },     { "stranger", stranger_command },
};

static gboolean
run_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  gboolean done;

  if (strcmp (words[0], "quit") == 0)
    {
      g_main_loop_quit (bench->loop);
      return TRUE;
    }
  /* Plugging in takes the lock itself: the testbed tells the world without it. */
  if (strcmp (words[0], "reader") == 0 || strcmp (words[0], "reader2") == 0 ||
      strcmp (words[0], "serial-reader") == 0)
    return th_bench_reader_command (reader_of (bench, words[0]), words, reply, error);
  if (strcmp (words[0], "stranger") == 0 && g_strcmp0 (words[1], "plug") == 0)
    return th_usb_port_plug (th_bench_stranger_get_port (bench->stranger)) ||
           refuse (error, "plugged in already");
  if (strcmp (words[0], "printer") == 0 && g_strcmp0 (words[1], "plug") == 0)
    return th_usb_port_plug (th_bench_printer_get_port (bench->printer)) ||
           refuse (error, "plugged in already");
  if (strcmp (words[0], "lp") == 0)
    return lp_command (bench->lp, words, reply, error);
  if (strcmp (words[0], "scanner") == 0)
    return scanner_command (bench->scanner, words, reply, error);
  if (strcmp (words[0], "keyboard") == 0)
    return scanner_command (bench->keyboard, words, reply, error);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (words[0], commands[i].name) == 0)
      {
        th_usb_host_lock (bench->usb);
        done = commands[i].run (bench, words, reply, error);
        th_usb_host_unlock (bench->usb);
        return done;
      }
  return refuse (error, "no such command");
}

static void
client_free (Client *client)
{
  g_object_unref (client->lines);
  g_object_unref (client->connection);
  g_free (client);
}

static void next_line (Client *client);

static void
answer (Client *client, const char *text)
{
  g_autofree char *line = g_strconcat (text, "\n", NULL);

  /* A client that hung up is noticed by the next read. */
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (client->connection)), line,
                             strlen (line), NULL, NULL, NULL);
  next_line (client);
}

static gboolean
is_reached (Wait *wait)
{
  ThBench *bench = wait->client->control->bench;
  guint64 n;

  th_usb_host_lock (bench->usb);
  n = wait->for_slips ? th_bench_paper_get_slips (th_bench_printer_get_paper (bench->printer))
                      : th_bench_printer_get_bytes (bench->printer);
  th_usb_host_unlock (bench->usb);
  return n >= wait->n;
}

static gboolean
timed_out_cb (gpointer user_data)
{
  Wait *wait = user_data;
  Client *client = wait->client;

  wait->timeout_id = 0;
  g_ptr_array_remove (client->control->waits, wait);
  answer (client, "error timed out");
  return G_SOURCE_REMOVE;
}

static void
wait_free (gpointer data)
{
  Wait *wait = data;

  g_clear_handle_id (&wait->timeout_id, g_source_remove);
  g_free (wait);
}

/* "wait slips N SECONDS", "wait bytes N SECONDS" */
static gboolean
begin_wait (Client *client, char **words, GError **error)
{
  char *end = NULL;
  double seconds;
  guint64 n;
  Wait *wait;

  if (g_strcmp0 (words[1], "slips") != 0 && g_strcmp0 (words[1], "bytes") != 0)
    return refuse (error, "wait slips N SECONDS, wait bytes N SECONDS");
  if (!parse_count (words[2], &n, error))
    return FALSE;
  seconds = words[3] != NULL ? g_ascii_strtod (words[3], &end) : -1;
  if (words[3] == NULL || *end != '\0' || !(seconds >= 0 && seconds <= 3600))
    return refuse (error, "seconds are missing");
  wait = g_new0 (Wait, 1);
  wait->client = client;
  wait->for_slips = strcmp (words[1], "slips") == 0;
  wait->n = n;
  wait->timeout_id = g_timeout_add (seconds * 1000, timed_out_cb, wait);
  g_ptr_array_add (client->control->waits, wait);
  th_bench_control_changed (client->control);
  return TRUE;
}

void
th_bench_control_changed (ThBenchControl *self)
{
  for (guint i = 0; i < self->waits->len; i++)
    {
      Wait *wait = self->waits->pdata[i];
      Client *client = wait->client;

      if (!is_reached (wait))
        continue;
      g_ptr_array_remove_index (self->waits, i--);
      answer (client, "ok");
    }
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *client = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (client->lines, result, NULL, NULL);
  g_autoptr(GString) reply = g_string_new ("ok ");
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) words = NULL;
  gboolean done;

  if (line == NULL)
    {
      client_free (client);
      return;
    }
  done = g_shell_parse_argv (line, NULL, &words, &error);
  if (done && strcmp (words[0], "wait") == 0)
    {
      done = begin_wait (client, words, &error);
      if (done)
        return;
    }
  else if (done)
    done = run_command (client->control->bench, words, reply, &error);
  if (!done)
    g_string_printf (reply, "error %s", error->message);
  else if (reply->len == 3)
    g_string_truncate (reply, 2);
  answer (client, reply->str);
}

static void
next_line (Client *client)
{
  g_data_input_stream_read_line_async (client->lines, G_PRIORITY_DEFAULT, NULL, line_cb, client);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer user_data)
{
  Client *client = g_new0 (Client, 1);

  client->control = user_data;
  client->connection = g_object_ref (connection);
  client->lines = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  next_line (client);
  return TRUE;
}

ThBenchControl *
th_bench_control_new (ThBench *bench, const char *path, GError **error)
{
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr(GSocketService) service = g_socket_service_new ();
  ThBenchControl *self;

  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, error))
    return NULL;
  self = g_new0 (ThBenchControl, 1);
  self->bench = bench;
  self->service = g_steal_pointer (&service);
  self->path = g_strdup (path);
  self->waits = g_ptr_array_new_with_free_func (wait_free);
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  return self;
}

void
th_bench_control_free (ThBenchControl *self)
{
  g_socket_service_stop (self->service);
  g_object_unref (self->service);
  g_ptr_array_unref (self->waits);
  g_free (self->path);
  g_free (self);
}
