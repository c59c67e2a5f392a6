/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/sensor-json.h"

#include <gio/gio.h>

#include "drivers/mlx90614.h"

#define MAX_BYTES 16

/* NULL: not hex, or too long. */
static GByteArray *
read_hex (const char *text)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  int high = -1;

  if (g_str_has_prefix (text, "0x") || g_str_has_prefix (text, "0X"))
    text += 2;
  for (; *text != '\0'; text++)
    {
      int digit = g_ascii_xdigit_value (*text);

      if (high < 0 && g_ascii_isspace (*text))
        continue;
      if (digit < 0 || bytes->len == MAX_BYTES)
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
  return high < 0 && bytes->len > 0 ? g_steal_pointer (&bytes) : NULL;
}

static char *
temperature_json (const char *what, guint8 command, guint16 word, GError **error)
{
  int mc;

  if (!(command == TH_MLX90614_AMBIENT ? th_mlx90614_ambient_to_mc (word, &mc, error)
                                       : th_mlx90614_object_to_mc (word, &mc, error)))
    return NULL;
  /* A step of the chip is 0.02 °C: two decimals say all of it. */
  return g_strdup_printf ("{\"kind\": \"%s\", \"register\": \"0x%02x\", \"word\": \"0x%04x\","
                          " \"celsius\": %s%d.%02d}",
                          what, command, word, mc < 0 ? "-" : "", ABS (mc) / 1000,
                          ABS (mc) % 1000 / 10);
}

char *
th_sensor_decode_json (const char *text, GError **error)
{
  g_autoptr(GByteArray) bytes = read_hex (text);
  ThMlx90614Frame frame;

  if (bytes == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "'%s' is not hex of 1 to %d bytes",
                   text, MAX_BYTES);
      return NULL;
    }
  if (bytes->len == 2)
    return temperature_json ("word", TH_MLX90614_OBJECT,
                             (guint16) (bytes->data[0] << 8 | bytes->data[1]), error);
  if (!th_mlx90614_decode_frame (bytes->data, bytes->len, &frame, error))
    return NULL;
  switch (frame.kind)
    {
    case TH_MLX90614_SLEEP:
      return g_strdup ("{\"kind\": \"sleep\"}");
    case TH_MLX90614_WRITE:
      return g_strdup_printf ("{\"kind\": \"write\", \"register\": \"0x%02x\", \"word\": \"0x%04x\"}",
                              frame.command, frame.word);
    case TH_MLX90614_READ:
      break;
    }
  if (frame.command >= TH_MLX90614_AMBIENT && frame.command <= TH_MLX90614_OBJECT_2)
    return temperature_json ("read", frame.command, frame.word, error);
  return g_strdup_printf ("{\"kind\": \"read\", \"register\": \"0x%02x\", \"word\": \"0x%04x\"}",
                          frame.command, frame.word);
}
