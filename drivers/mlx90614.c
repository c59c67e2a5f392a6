/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/mlx90614.h"

#include "drivers/devices.h"

#define ERROR_BIT 0x8000
#define OBJECT_MIN 0x27ad
#define OBJECT_MAX 0x7fff
#define AMBIENT_MIN 0x2de4
#define AMBIENT_MAX 0x4dc4

#define PWMCTRL_ENABLED 0x0002
#define PWMCTRL_RELAY 0x0008
#define EMISSIVITY_ONE 0xffff

guint8
th_mlx90614_pec (const guint8 *bytes, gsize len)
{
  guint8 crc = 0;

  for (gsize i = 0; i < len; i++)
    {
      crc ^= bytes[i];
      for (int bit = 0; bit < 8; bit++)
        crc = crc & 0x80 ? (crc << 1) ^ 0x07 : crc << 1;
    }
  return crc;
}

gboolean
th_mlx90614_decode_frame (const guint8 *frame, gsize len, ThMlx90614Frame *ret_frame,
                          GError **error)
{
  ThMlx90614Frame result = { 0 };
  guint8 pec;

  switch (len)
    {
    case TH_MLX90614_READ_FRAME_LEN:
      result.kind = TH_MLX90614_READ;
      result.word = frame[3] | frame[4] << 8;
      break;
    case TH_MLX90614_WRITE_FRAME_LEN:
      result.kind = TH_MLX90614_WRITE;
      result.word = frame[2] | frame[3] << 8;
      break;
    case 3:
      result.kind = TH_MLX90614_SLEEP;
      break;
    default:
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "a sensor frame has 3, 5 or 6 bytes, not %zu", len);
      return FALSE;
    }

  pec = th_mlx90614_pec (frame, len - 1);
  if (pec != frame[len - 1])
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "sensor frame has check byte 0x%02x, should be 0x%02x", frame[len - 1], pec);
      return FALSE;
    }
  if ((frame[0] & 1) != 0 || (result.kind == TH_MLX90614_READ && frame[2] != (frame[0] | 1)) ||
      (result.kind == TH_MLX90614_SLEEP && frame[1] != 0xff))
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "sensor frame of %zu bytes has wrong address or command bytes", len);
      return FALSE;
    }

  result.address = frame[0] >> 1;
  result.command = frame[1];
  *ret_frame = result;
  return TRUE;
}

const char *
th_mlx90614_command_name (guint8 command)
{
  switch (command)
    {
    case 0x04:
      return "raw-ir-1";
    case 0x05:
      return "raw-ir-2";
    case TH_MLX90614_AMBIENT:
      return "ambient";
    case TH_MLX90614_OBJECT:
      return "object";
    case TH_MLX90614_OBJECT_2:
      return "object-2";
    case TH_MLX90614_TO_MAX:
      return "to-max";
    case TH_MLX90614_TO_MIN:
      return "to-min";
    case TH_MLX90614_PWMCTRL:
      return "pwmctrl";
    case TH_MLX90614_TA_RANGE:
      return "ta-range";
    case TH_MLX90614_EMISSIVITY:
      return "emissivity";
    case TH_MLX90614_CONFIG:
      return "config";
    case 0x2e:
      return "address";
    case TH_MLX90614_ID:
    case TH_MLX90614_ID + 1:
    case TH_MLX90614_ID + 2:
    case TH_MLX90614_ID + 3:
      return "id";
    case 0xf0:
      return "flags";
    default:
      return "unknown";
    }
}

char *
th_mlx90614_frame_to_text (const ThMlx90614Frame *frame)
{
  g_autoptr (GError) error = NULL;
  gboolean ambient = frame->command == TH_MLX90614_AMBIENT;
  gboolean temperature = ambient || frame->command == TH_MLX90614_OBJECT ||
                         frame->command == TH_MLX90614_OBJECT_2;
  int mc;

  if (frame->kind == TH_MLX90614_SLEEP)
    return g_strdup ("sleep");
  if (frame->kind == TH_MLX90614_WRITE || !temperature)
    return g_strdup_printf ("%s 0x%02x (%s) 0x%04x",
                            frame->kind == TH_MLX90614_WRITE ? "write" : "read", frame->command,
                            th_mlx90614_command_name (frame->command), frame->word);
  if (ambient ? !th_mlx90614_ambient_to_mc (frame->word, &mc, &error)
              : !th_mlx90614_object_to_mc (frame->word, &mc, &error))
    return g_strdup_printf ("read %s 0x%04x: %s", th_mlx90614_command_name (frame->command), frame->word,
                            error->message);
  return g_strdup_printf ("read %s 0x%04x = %s%d.%02d °C", th_mlx90614_command_name (frame->command),
                          frame->word, mc < 0 ? "-" : "", ABS (mc) / 1000, ABS (mc) % 1000 / 10);
}

static gboolean
word_to_mc (guint16 word, guint16 min, guint16 max, const char *name, int *ret_mc, GError **error)
{
  if ((word & ERROR_BIT) != 0)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE,
                   "sensor marks its %s word 0x%04x as an error", name, word);
      return FALSE;
    }
  if (word < min || word > max)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "sensor's %s word 0x%04x is outside 0x%04x to 0x%04x", name, word, min, max);
      return FALSE;
    }
  *ret_mc = word * 20 - 273150;
  return TRUE;
}

gboolean
th_mlx90614_object_to_mc (guint16 word, int *ret_mc, GError **error)
{
  return word_to_mc (word, OBJECT_MIN, OBJECT_MAX, "object", ret_mc, error);
}

gboolean
th_mlx90614_ambient_to_mc (guint16 word, int *ret_mc, GError **error)
{
  return word_to_mc (word, AMBIENT_MIN, AMBIENT_MAX, "ambient", ret_mc, error);
}

guint16
th_mlx90614_nearest_word (int mc)
{
  gint64 word = ((gint64) mc + 273150 + 10) / 20;

  return word >= OBJECT_MIN && word <= OBJECT_MAX ? (guint16) word : 0;
}

static gboolean
refuse (GError **error, const char *name, guint16 word, const char *why)
{
  g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE, "sensor's %s is 0x%04x: %s",
               name, word, why);
  return FALSE;
}

gboolean
th_mlx90614_check_setup (const ThMlx90614Setup *setup, GError **error)
{
  guint16 all_or = setup->id[0] | setup->id[1] | setup->id[2] | setup->id[3];
  guint16 all_and = setup->id[0] & setup->id[1] & setup->id[2] & setup->id[3];

  if (all_or == 0 || all_and == 0xffff)
    return refuse (error, "identity", setup->id[0], "not an MLX90614");
  if (setup->config == 0 || setup->config == 0xffff)
    return refuse (error, "configuration", setup->config, "not an MLX90614");
  /* FIR below 128 is "not recommended"; IIR 100 off, 101 80 %, 110 67 %, 111 57 % settle in 1.2 s */
  if ((setup->config >> 8 & 7) < 4)
    return refuse (error, "configuration", setup->config, "its FIR filter is set too weak");
  if ((setup->config & 7) < 4)
    return refuse (error, "configuration", setup->config, "its IIR filter is set too slow");
  if ((setup->pwmctrl & (PWMCTRL_ENABLED | PWMCTRL_RELAY)) != 0)
    return refuse (error, "output setting", setup->pwmctrl, "PWM or relay output is enabled");
  if (setup->emissivity != EMISSIVITY_ONE)
    return refuse (error, "emissivity", setup->emissivity, "must be 0xffff, it is corrected here");
  return TRUE;
}
