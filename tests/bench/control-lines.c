/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/control-lines.h"

#define PRESS_MS 120
#define BOUNCE_MS 2
#define BOUNCES 5 /* an odd number: after them the key is down */

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, why);
  return FALSE;
}

gboolean
th_bench_lamps_command (ThBenchGpio *gpio, char **words, GString *reply, GError **error)
{
  g_string_append_printf (reply, "ready=%d attention=%d buzzer=%d gate=%d beeps=%" G_GUINT64_FORMAT,
                          th_bench_gpio_lamp (gpio, atomic_load (&gpio->ready_lamp_line)),
                          th_bench_gpio_lamp (gpio, atomic_load (&gpio->attention_lamp_line)),
                          th_bench_gpio_lamp (gpio, atomic_load (&gpio->buzzer_line)),
                          th_bench_gpio_lamp (gpio, atomic_load (&gpio->gate_line)),
                          (guint64) atomic_load (&gpio->beeps));
  return TRUE;
}

/* What a finger does after it came down. */
typedef struct
{
  ThBenchGpio *gpio;
  guint key;
  guint bounces;
} Finger;

static void
set_key (ThBenchGpio *gpio, guint key, gboolean down)
{
  if (down)
    atomic_fetch_or (&gpio->keys_down, 1u << key);
  else
    atomic_fetch_and (&gpio->keys_down, ~(1u << key));
  th_bench_gpio_changed (gpio);
}

static gboolean
lift_cb (gpointer user_data)
{
  Finger *finger = user_data;

  set_key (finger->gpio, finger->key, FALSE);
  return G_SOURCE_REMOVE;
}

static gboolean
bounce_cb (gpointer user_data)
{
  Finger *finger = user_data;

  set_key (finger->gpio, finger->key, finger->bounces % 2 == 1);
  if (--finger->bounces > 0)
    return G_SOURCE_CONTINUE;
  g_timeout_add_full (G_PRIORITY_DEFAULT, PRESS_MS, lift_cb,
                      g_memdup2 (finger, sizeof *finger), g_free);
  return G_SOURCE_REMOVE;
}

gboolean
th_bench_key_command (ThBenchGpio *gpio, char **words, GString *reply, GError **error)
{
  static const char *const keys[] = { "yes", "no", "back", "help" };
  Finger finger = { .gpio = gpio, .bounces = BOUNCES };

  while (finger.key < G_N_ELEMENTS (keys) && g_strcmp0 (words[1], keys[finger.key]) != 0)
    finger.key++;
  if (finger.key == G_N_ELEMENTS (keys) || words[2] == NULL)
    return refuse (error, "key yes, no, back, help; press, bounce, down, up");
  if (g_str_equal (words[2], "down") || g_str_equal (words[2], "up"))
    {
      set_key (gpio, finger.key, words[2][0] == 'd');
      return TRUE;
    }
  if (g_str_equal (words[2], "press"))
    {
      set_key (gpio, finger.key, TRUE);
      g_timeout_add_full (G_PRIORITY_DEFAULT, PRESS_MS, lift_cb,
                          g_memdup2 (&finger, sizeof finger), g_free);
      return TRUE;
    }
  if (!g_str_equal (words[2], "bounce"))
    return refuse (error, "key NAME press, bounce, down, up");
  g_timeout_add_full (G_PRIORITY_DEFAULT, BOUNCE_MS, bounce_cb, g_memdup2 (&finger, sizeof finger),
                      g_free);
  return TRUE;
}

gboolean
th_bench_ranger_command (ThBenchGpio *gpio, char **words, GString *reply, GError **error)
{
  static const char *const names[] = { "unplug", "plug", "silent", "lose-edge", "stuck" };
  guint64 cm;

  if (g_strcmp0 (words[1], "distance") == 0)
    {
      if (words[2] == NULL || !g_ascii_string_to_unsigned (words[2], 10, 0, 500, &cm, error))
        return error != NULL && *error != NULL ? FALSE : refuse (error, "ranger distance CM");
      atomic_store (&gpio->distance_mm, (int) cm * 10);
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (words[1], names[i]) == 0)
      {
        atomic_store (&gpio->ranger, (int) i);
        th_bench_gpio_changed (gpio);
        return TRUE;
      }
  return refuse (error, "ranger plug, unplug, silent, lose-edge, stuck, distance CM");
}
