/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/control.h"

#include <string.h>

#include <gio/gunixsocketaddress.h>

struct _ThBenchControl
{
  ThBench *bench;
  GSocketService *service;
  char *path;
};

typedef struct
{
  ThBenchControl *control;
  GSocketConnection *connection;
  GDataInputStream *lines;
} Client;

/* Puts the answer, without "ok", into @reply, or sets the error. Called with the USB lock held. */
typedef gboolean (*Command) (ThBench *bench, char **words, GString *reply, GError **error);

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, why);
  return FALSE;
}

/* Hex digits and white space are a frame as text, anything else is the frame itself. */
static GBytes *
load_card (const char *path, GError **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  g_autofree char *text = NULL;
  gsize len;
  int high = -1;

  if (!g_file_get_contents (path, &text, &len, error))
    return NULL;
  for (gsize i = 0; i < len; i++)
    {
      guint8 byte;

      if (g_ascii_isspace (text[i]))
        continue;
      if (!g_ascii_isxdigit (text[i]))
        return g_bytes_new (text, len);
      if (high < 0)
        {
          high = g_ascii_xdigit_value (text[i]);
          continue;
        }
      byte = high << 4 | g_ascii_xdigit_value (text[i]);
      g_byte_array_append (bytes, &byte, 1);
      high = -1;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static gboolean
card_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  guint64 status;

  if (g_strcmp0 (words[1], "put") == 0 && words[2] != NULL)
    {
      g_autoptr(GBytes) card = load_card (words[2], error);

      if (card == NULL)
        return FALSE;
      if (g_bytes_get_size (card) < 12)
        return refuse (error, "that is no card");
      th_bench_reader_put (bench->reader, g_bytes_get_data (card, NULL), g_bytes_get_size (card));
      return TRUE;
    }
  if (g_strcmp0 (words[1], "lift") == 0)
    return th_bench_reader_lift (bench->reader) || refuse (error, "no card lies there");
  if (g_strcmp0 (words[1], "status") == 0 && g_strcmp0 (words[2], "ok") == 0)
    {
      th_bench_reader_set_card_status (bench->reader, 0);
      return TRUE;
    }
  if (g_strcmp0 (words[1], "status") != 0 || words[2] == NULL)
    return refuse (error, "card put FILE, lift, status HH, status ok");
  if (!g_ascii_string_to_unsigned (words[2], 16, 1, 0xff, &status, error))
    return FALSE;
  th_bench_reader_set_card_status (bench->reader, status);
  return TRUE;
}

static gboolean
reader_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  ThUsbPort *port = th_bench_reader_get_port (bench->reader);

  if (g_strcmp0 (words[1], "unplug") == 0)
    return th_usb_port_unplug (port) || refuse (error, "not plugged in");
  if (g_strcmp0 (words[1], "commands") == 0)
    {
      g_string_append_printf (reply, "%u", th_bench_reader_get_commands (bench->reader));
      return TRUE;
    }
  if (g_strcmp0 (words[1], "reads") == 0)
    {
      g_string_append_printf (reply, "%u", th_bench_reader_get_reads (bench->reader));
      return TRUE;
    }
  if (words[1] == NULL || !th_bench_reader_set_fault (bench->reader, words[1]))
    return refuse (error, "reader plug, unplug, normal, silent, garble, stall, unplug-in-read, "
                          "commands, reads");
  return TRUE;
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

static gboolean
sensor_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  static const char *const names[] = { "normal", "absent", "bad-pec", "error-bit", "stuck",
                                       "unplug" };
  guint64 every;

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
  return refuse (error, "sensor normal, absent, bad-pec N, error-bit, stuck, unplug");
}

static gboolean
lamps_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  g_string_append_printf (
    reply, "ready=%d attention=%d",
    th_bench_gpio_lamp (bench->gpio, atomic_load (&bench->gpio->ready_lamp_line)),
    th_bench_gpio_lamp (bench->gpio, atomic_load (&bench->gpio->attention_lamp_line)));
  return TRUE;
}

static const struct
{
  const char *name;
  Command run;
} commands[] = {
  { "card", card_command },     { "reader", reader_command }, { "skin", skin_command },
  { "room", room_command },     { "step", step_command },     { "sensor", sensor_command },
  { "lamps", lamps_command },
};

static gboolean
run_command (ThBench *bench, char **words, GString *reply, GError **error)
{
  gboolean done;

  if (words[0] == NULL)
    return refuse (error, "no command");
  if (strcmp (words[0], "quit") == 0)
    {
      g_main_loop_quit (bench->loop);
      return TRUE;
    }
  /* Plugging in takes the lock itself: the testbed tells the world without it. */
  if (strcmp (words[0], "reader") == 0 && g_strcmp0 (words[1], "plug") == 0)
    return th_usb_port_plug (th_bench_reader_get_port (bench->reader)) ||
           refuse (error, "plugged in already");
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
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *client = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (client->lines, result, NULL, NULL);
  g_autoptr(GString) reply = g_string_new ("ok ");
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) words = NULL;

  if (line == NULL || !g_shell_parse_argv (line, NULL, &words, &error))
    {
      if (line == NULL)
        {
          client_free (client);
          return;
        }
      words = g_new0 (char *, 1);
      g_clear_error (&error);
    }
  if (!run_command (client->control->bench, words, reply, &error))
    g_string_printf (reply, "error %s", error->message);
  else if (reply->len == 3)
    g_string_truncate (reply, 2);
  g_string_append_c (reply, '\n');
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (client->connection)),
                             reply->str, reply->len, NULL, NULL, NULL);
  next_line (client);
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
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  return self;
}

void
th_bench_control_free (ThBenchControl *self)
{
  g_socket_service_stop (self->service);
  g_object_unref (self->service);
  g_free (self->path);
  g_free (self);
}
