/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/control-lines.h"

#define STEP_MS 2
#define STAND_MS 80
#define BOUNCES 4 /* an even number of levels before the key is down */

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

/* A finger on a key: it comes down, with bad contacts it bounces, stays, and goes up. Each level stands
 * until whoever has the lines has seen it: a machine that is busy loses no press. */
typedef struct
{
  ThBenchGpio *gpio;
  guint keys;   /* bit n: key n */
  guint levels; /* to come, of bounces */
  guint ms;     /* that the last one stands */
} Finger;

static guint n_fingers; /* under way */

static void
set_keys (ThBenchGpio *gpio, guint keys, gboolean down)
{
  if (down)
    atomic_fetch_or (&gpio->keys_down, keys);
  else
    atomic_fetch_and (&gpio->keys_down, ~keys);
  th_bench_gpio_changed (gpio);
}

static gboolean
is_seen (ThBenchGpio *gpio)
{
  return !th_bench_gpio_taken (gpio, atomic_load (&gpio->key_line[0]))
         || atomic_load (&gpio->keys_seen) == atomic_load (&gpio->keys_down);
}

static gboolean
finger_cb (gpointer user_data)
{
  Finger *finger = user_data;

  if (!is_seen (finger->gpio))
    return G_SOURCE_CONTINUE;
  if (finger->ms > 0)
    {
      finger->ms -= MIN (finger->ms, STEP_MS);
      return G_SOURCE_CONTINUE;
    }
  if (finger->levels == 0)
    {
      n_fingers--;
      return G_SOURCE_REMOVE;
    }
  finger->levels--;
  set_keys (finger->gpio, finger->keys, finger->levels % 2 == 1);
  /* The last two are the key that is down, and the finger that has gone. */
  finger->ms = finger->levels <= 1 ? STAND_MS : 0;
  return G_SOURCE_CONTINUE;
}

/* "yes", "yes+no". */
static gboolean
parse_keys (const char *text, guint *ret_keys)
{
  static const char *const names[] = { "yes", "no", "back", "help", NULL };
  g_auto(GStrv) words = g_strsplit (text, "+", -1);

  *ret_keys = 0;
  for (guint i = 0; words[i] != NULL; i++)
    {
      guint key = 0;

      while (names[key] != NULL && !g_str_equal (names[key], words[i]))
        key++;
      if (names[key] == NULL)
        return FALSE;
      *ret_keys |= 1u << key;
    }
  return *ret_keys != 0;
}

gboolean
th_bench_key_command (ThBenchGpio *gpio, char **words, GString *reply, GError **error)
{
  Finger finger = { .gpio = gpio };

  if (g_strcmp0 (words[1], "idle") == 0)
    {
      g_string_append_printf (reply, "%d", n_fingers == 0);
      return TRUE;
    }
  if (words[1] == NULL || words[2] == NULL || !parse_keys (words[1], &finger.keys))
    return refuse (error, "key yes, no, back, help; press, bounce, down, up; key idle");
  if (g_str_equal (words[2], "down") || g_str_equal (words[2], "up"))
    {
      set_keys (gpio, finger.keys, words[2][0] == 'd');
      return TRUE;
    }
  if (!g_str_equal (words[2], "press") && !g_str_equal (words[2], "bounce"))
    return refuse (error, "key NAME press, bounce, down, up");
  finger.levels = words[2][0] == 'p' ? 2 : 2 + BOUNCES;
  n_fingers++;
  g_timeout_add_full (G_PRIORITY_DEFAULT, STEP_MS, finger_cb,
                      g_memdup2 (&finger, sizeof finger), g_free);
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
