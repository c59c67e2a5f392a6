/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `card decode`, `id check`, `sensor decode`: the pure pieces, fed by hand. */
#include <stdio.h>
#include <string.h>

#include "drivers/mlx90614.h"
#include "kiosk/area.h"
#include "kiosk/card-json.h"
#include "kiosk/ctl.h"
#include "kiosk/id-number.h"

int
th_ctl_card_decode (int argc, char **argv)
{
  g_autoptr(GBytes) input = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  gconstpointer data;
  gsize len;

  if (!th_ctl_parse (&argc, &argv, NULL, "FILE|-",
                     "One reply of the reader to a read, bytes or hex text, as JSON."))
    return TH_CTL_USAGE;
  if (argc != 2)
    return th_ctl_fail (TH_CTL_USAGE, "card decode: one FILE, or - for standard input");
  input = th_ctl_read_input (argv[1]);
  if (input == NULL)
    return TH_CTL_BAD;
  data = g_bytes_get_data (input, &len);
  text = th_card_decode_json (data, len, &error);
  if (text == NULL)
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  g_print ("%s%s", text, g_str_has_suffix (text, "\n") ? "" : "\n");
  return TH_CTL_GOOD;
}

static gboolean
read_date (const char *text, ThDate *ret_date)
{
  guint year, month, day;
  char after;
  ThDate date;

  if (strlen (text) != 10 || sscanf (text, "%4u-%2u-%2u%c", &year, &month, &day, &after) != 3)
    return FALSE;
  date = (ThDate){ .year = (guint16) year, .month = (guint8) month, .day = (guint8) day };
  if (!th_date_is_real (date))
    return FALSE;
  *ret_date = date;
  return TRUE;
}

int
th_ctl_id_check (int argc, char **argv)
{
  g_autofree char *today_text = NULL;
  gboolean verbose = FALSE;
  const GOptionEntry entries[] = {
    { "today", 0, 0, G_OPTION_ARG_STRING, &today_text, "instead of today, as 2026-11-22", "DATE" },
    { "verbose", 0, 0, G_OPTION_ARG_NONE, &verbose, "also the area that the number names", NULL },
    { NULL },
  };
  ThDate today = th_date_today ();
  int status = TH_CTL_GOOD;

  if (!th_ctl_parse (&argc, &argv, entries, "NUMBER…",
                     "A line for each number: \"valid\", or \"invalid: \" and why."))
    return TH_CTL_USAGE;
  if (argc < 2)
    return th_ctl_fail (TH_CTL_USAGE, "id check: which NUMBER?");
  if (today_text != NULL && !read_date (today_text, &today))
    return th_ctl_fail (TH_CTL_USAGE, "id check: '%s' is not a date such as 2026-11-22",
                        today_text);
  for (int i = 1; i < argc; i++)
    {
      g_autoptr(GError) error = NULL;
      char number[19];

      if (th_id_number_check (argv[i], today, number, &error))
        {
          g_autofree char *area = th_area_name (number);

          g_print ("valid%s%s\n", verbose && area[0] != '\0' ? ": " : "", verbose ? area : "");
        }
      else
        g_print ("invalid: %s\n", error->message);
      if (error != NULL)
        status = TH_CTL_BAD;
    }
  return status;
}

/* "B4 07 B5 D2 3A 30", "b407b5d23a30" or "0x3ad2". NULL: not hex, or over 16 bytes. */
static GByteArray *
read_hex (const char *text)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  int high = -1;

  if (g_str_has_prefix (text, "0x"))
    text += 2;
  for (; *text != '\0'; text++)
    {
      int digit = g_ascii_xdigit_value (*text);

      if (high < 0 && g_ascii_isspace (*text))
        continue;
      if (digit < 0 || bytes->len == 16)
        return NULL;
      if (high < 0)
        high = digit;
      else
        {
          guint8 byte = (guint8) (high * 16 + digit);

          g_byte_array_append (bytes, &byte, 1);
          high = -1;
        }
    }
  return high < 0 ? g_steal_pointer (&bytes) : NULL;
}

static int
print_temperature (const char *what, guint8 command, guint16 word, gboolean ambient)
{
  g_autoptr(GError) error = NULL;
  int mc;

  if (!(ambient ? th_mlx90614_ambient_to_mc (word, &mc, &error)
                : th_mlx90614_object_to_mc (word, &mc, &error)))
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  /* A step of the chip is 0.02 °C: two decimals say all of it. */
  g_print ("{\"kind\": \"%s\", \"register\": \"0x%02x\", \"word\": \"0x%04x\","
           " \"celsius\": %s%d.%02d}\n",
           what, command, word, mc < 0 ? "-" : "", ABS (mc) / 1000, ABS (mc) % 1000 / 10);
  return TH_CTL_GOOD;
}

static int
print_frame (const GByteArray *bytes)
{
  g_autoptr(GError) error = NULL;
  ThMlx90614Frame frame;

  if (!th_mlx90614_decode_frame (bytes->data, bytes->len, &frame, &error))
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  if (frame.kind == TH_MLX90614_READ && frame.command >= TH_MLX90614_AMBIENT &&
      frame.command <= TH_MLX90614_OBJECT_2)
    return print_temperature ("read", frame.command, frame.word,
                              frame.command == TH_MLX90614_AMBIENT);
  if (frame.kind == TH_MLX90614_SLEEP)
    g_print ("{\"kind\": \"sleep\"}\n");
  else
    g_print ("{\"kind\": \"%s\", \"register\": \"0x%02x\", \"word\": \"0x%04x\"}\n",
             frame.kind == TH_MLX90614_READ ? "read" : "write", frame.command, frame.word);
  return TH_CTL_GOOD;
}

int
th_ctl_sensor_decode (int argc, char **argv)
{
  g_autofree char *text = NULL;
  g_autoptr(GByteArray) bytes = NULL;

  if (!th_ctl_parse (
          &argc, &argv, NULL, "HEX",
          "A whole transaction as seen on the wire (\"B4 07 B5 D2 3A 30\"), or one object\n"
          "word (\"0x3ad2\"), as JSON."))
    return TH_CTL_USAGE;
  if (argc < 2)
    return th_ctl_fail (TH_CTL_USAGE, "sensor decode: which HEX?");
  text = g_strjoinv (" ", argv + 1);
  bytes = read_hex (text);
  if (bytes == NULL)
    return th_ctl_fail (TH_CTL_BAD, "'%s' is not hex of at most 16 bytes", text);
  if (bytes->len == 2)
    return print_temperature ("word", TH_MLX90614_OBJECT,
                              (guint16) (bytes->data[0] << 8 | bytes->data[1]), FALSE);
  return print_frame (bytes);
}
