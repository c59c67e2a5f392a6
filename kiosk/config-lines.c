/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The GPIO lines of a configuration: which are used for what, and that no two are the same. */
#include <gio/gio.h>
#include <string.h>

#include "drivers/gpio-lines.h"
#include "kiosk/config-value.h"

static const char *const key_names[TH_N_KEYS] = { "yes-line", "no-line", "back-line", "help-line" };

guint
th_config_line_uses (const ThConfig *config, ThLineUse ret_uses[TH_MAX_LINE_USES])
{
  gboolean smbus = config->sensor_way == TH_WAY_SMBUS;
  gboolean ranger = config->presence == TH_PRESENCE_HC_SR04;
  const ThLineUse uses[] = {
    { "thermometer", "sda-line", smbus ? (int) config->sda_line : -1 },
    { "thermometer", "scl-line", smbus ? (int) config->scl_line : -1 },
    { "thermometer", "pwm-line", config->sensor_way == TH_WAY_PWM ? (int) config->pwm_line : -1 },
    { "thermometer", "presence-line",
      config->presence != TH_PRESENCE_NONE ? (int) config->presence_line : -1 },
    { "thermometer", "trigger-line", ranger ? (int) config->trigger_line : -1 },
    { "thermometer", "power-line", config->sensor_power_line },
    { "lamps", "ready-line", config->ready_lamp_line },
    { "lamps", "attention-line", config->attention_lamp_line },
    { "buzzer", "line", config->buzzer_line },
    { "gate", "line", config->gate_line },
  };
  guint n = 0;

  G_STATIC_ASSERT (G_N_ELEMENTS (uses) + TH_N_KEYS <= TH_MAX_LINE_USES);
  for (gsize i = 0; i < G_N_ELEMENTS (uses); i++)
    if (uses[i].line >= 0)
      ret_uses[n++] = uses[i];
  for (guint key = 0; key < TH_N_KEYS; key++)
    if (config->key_line[key] >= 0)
      ret_uses[n++] = (ThLineUse){ "keys", key_names[key], config->key_line[key] };
  return n;
}

/* On a Raspberry Pi's header GPIO23 is another way to say 23; what other chips call their lines only they
 * know. (transfer full) */
static char *
line_name (const ThConfig *config, int line)
{
  char *name = th_gpio_line_to_string ((guint) line);
  gboolean header = config->gpio_chip[0] == '\0' || g_str_has_prefix (config->gpio_chip, "pinctrl-");

  if (header && g_str_has_prefix (name, "GPIO") && g_ascii_isdigit (name[4]))
    memmove (name, name + 4, strlen (name + 4) + 1);
  return name;
}

/* Two uses of one line would make the kernel refuse the second, at the worst moment. */
static gboolean
check_different (const ThConfig *config, const ThLineUse *uses, guint n, GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = line_name (config, uses[i].line);

      for (guint k = 0; k < i; k++)
        {
          g_autofree char *other = line_name (config, uses[k].line);
          g_autofree char *written = th_gpio_line_to_string ((guint) uses[i].line);

          if (strcmp (name, other) == 0)
            return th_config_refuse (uses[i].group, uses[i].key, written, error,
                                     "any line but that of [%s] %s", uses[k].group, uses[k].key);
        }
    }
  return TRUE;
}

gboolean
th_config_check_lines (const ThConfig *config, GError **error)
{
  ThLineUse uses[TH_MAX_LINE_USES];
  guint n = th_config_line_uses (config, uses);

  if (!check_different (config, uses, n, error))
    return FALSE;
  /* With three keys nobody can go through a check-in. */
  for (guint key = 1; key < TH_N_KEYS; key++)
    if ((config->key_line[key] >= 0) != (config->key_line[0] >= 0))
      {
        guint missing = config->key_line[key] >= 0 ? 0 : key;

        return th_config_refuse ("keys", key_names[missing], "none", error,
                                 "a line of its own like the other keys, or all four none");
      }
  if (config->near_cm >= config->far_cm)
    {
      g_autofree char *far_cm = g_strdup_printf ("%u", config->far_cm);

      return th_config_refuse ("thermometer", "far-cm", far_cm, error,
                               "more than near-cm, which is %u", config->near_cm);
    }
  return TRUE;
}
