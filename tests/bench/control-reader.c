/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/control-reader.h"

#include <string.h>

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
put_card (ThBenchModule *module, const char *path, GError **error)
{
  g_autoptr(GBytes) card = load_card (path, error);

  if (card == NULL)
    return FALSE;
  if (g_bytes_get_size (card) < 12)
    return refuse (error, "that is no card");
  th_bench_module_put (module, g_bytes_get_data (card, NULL), g_bytes_get_size (card));
  return TRUE;
}

/* "ok" or a status byte in hex; ok is 0. */
static gboolean
parse_status (const char *text, guint8 *ret_status, GError **error)
{
  guint64 status = 0;

  if (strcmp (text, "ok") != 0 && !g_ascii_string_to_unsigned (text, 16, 1, 0xff, &status, error))
    return FALSE;
  *ret_status = (guint8) status;
  return TRUE;
}

gboolean
th_bench_card_command (ThBenchReader *reader, char **words, GString *reply, GError **error)
{
  ThBenchModule *module = th_bench_reader_get_module (reader);
  const char *verb = words[1] != NULL ? words[1] : "";
  const char *value = words[1] != NULL ? words[2] : NULL;
  guint8 status;

  if (strcmp (verb, "lift") == 0)
    return th_bench_module_lift (module) || refuse (error, "no card lies there");
  if (value == NULL)
    return refuse (error, "card put FILE, lift, status HH, status ok, prints yes, prints no, "
                          "address TEXT, address none");
  if (strcmp (verb, "put") == 0)
    return put_card (module, value, error);
  if (strcmp (verb, "status") == 0)
    {
      if (!parse_status (value, &status, error))
        return FALSE;
      th_bench_module_set_card_status (module, status);
      return TRUE;
    }
  if (strcmp (verb, "prints") == 0)
    {
      th_bench_module_set_prints (module, strcmp (value, "yes") == 0);
      return TRUE;
    }
  if (strcmp (verb, "address") == 0)
    return th_bench_module_set_address (module, strcmp (value, "none") == 0 ? NULL : value)
           || refuse (error, "an address has 35 characters at most");
  return refuse (error, "no such thing can be done to a card");
}

static gboolean
set_reader (ThBenchReader *reader, const char *verb, const char *value, const char *second,
            GError **error)
{
  guint64 percent;
  guint8 status;

  if (strcmp (verb, "shape") == 0 && value != NULL)
    return th_bench_reader_set_shape (reader, value)
           || refuse (error, "it has no such shape, or is plugged in");
  if (strcmp (verb, "at") == 0 && value != NULL && second != NULL)
    return th_bench_reader_set_misfortune (reader, value, second)
           || refuse (error, "at status, id, find, select, read, address, reset: unplug, "
                             "unplug-half, unplug-after, silent, garble, reset");
  if (strcmp (verb, "pace") == 0 && value != NULL)
    {
      if (!g_ascii_string_to_unsigned (value, 10, 0, 10000, &percent, error))
        return FALSE;
      th_bench_reader_set_pace (reader, (guint) percent);
      return TRUE;
    }
  if (strcmp (verb, "says") == 0 && value != NULL)
    {
      if (!parse_status (value, &status, error))
        return FALSE;
      th_bench_module_set_status (th_bench_reader_get_module (reader), status);
      return TRUE;
    }
  if (strcmp (verb, "prints") == 0 && value != NULL)
    {
      th_bench_module_set_always_prints (th_bench_reader_get_module (reader),
                                         strcmp (value, "always") == 0);
      return TRUE;
    }
  return th_bench_reader_set_fault (reader, verb)
         || refuse (error, "reader plug, unplug, shape SHAPE, normal, silent, garble, stall, short, "
                           "chunks, unplug-in-read, at STEP WHAT, says HH, says ok, pace PERCENT, "
                           "prints always, prints asked, commands, reads, misfortunes");
}

gboolean
th_bench_reader_command (ThBenchReader *reader, char **words, GString *reply, GError **error)
{
  ThUsbHost *host = th_bench_reader_get_host (reader);
  const char *verb = words[1] != NULL ? words[1] : "";
  gboolean done = TRUE;

  /* The testbed tells the world without the lock. */
  if (strcmp (verb, "plug") == 0)
    return th_bench_reader_plug (reader) || refuse (error, "plugged in already");
  th_usb_host_lock (host);
  if (strcmp (verb, "unplug") == 0)
    done = th_bench_reader_unplug (reader) || refuse (error, "not plugged in");
  else if (strcmp (verb, "commands") == 0)
    g_string_append_printf (reply, "%u", th_bench_reader_get_commands (reader));
  else if (strcmp (verb, "misfortunes") == 0)
    g_string_append_printf (reply, "%u", th_bench_reader_get_misfortunes (reader));
  else if (strcmp (verb, "reads") == 0)
    g_string_append_printf (reply, "%u",
                            th_bench_module_get_reads (th_bench_reader_get_module (reader)));
  else
    done = set_reader (reader, verb, words[1] != NULL ? words[2] : NULL,
                       words[1] != NULL && words[2] != NULL ? words[3] : NULL, error);
  th_usb_host_unlock (host);
  return done;
}
