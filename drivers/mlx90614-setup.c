/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/mlx90614-setup.h"

#include "drivers/devices.h"

#define PWM_EXTENDED_OFF 0x0001 /* bit 0: single */
#define PWM_ENABLED 0x0002
#define PWM_PUSH_PULL 0x0004
#define PWM_RELAY 0x0008
#define PWM_PERIOD_SHIFT 9

#define CONFIG_IIR 0x0007
#define CONFIG_SOURCES 0x0030
#define CONFIG_SOURCES_OBJECT 0x0030 /* object 1 twice: single sends it */
#define CONFIG_SOURCES_BOTH 0x0000   /* die, then object 1 */
#define CONFIG_DUAL 0x0040
#define CONFIG_FIR 0x0700
#define CONFIG_IIR_OFF 0x0004
#define CONFIG_FIR_1024 0x0700

#define EMISSIVITY_ONE 0xffff

const ThMlx90614Wish th_mlx90614_usual_wish = {
  .use = TH_MLX90614_FOR_SMBUS,
  .period = 20,
  .to_min_mc = 30000,
  .to_max_mc = 45000,
  .ta_min_mc = 0,
  .ta_max_mc = 60000,
};

guint16
th_mlx90614_cells_get (const ThMlx90614Cells *cells, guint8 command)
{
  switch (command)
    {
    case TH_MLX90614_TO_MAX:
      return cells->to_max;
    case TH_MLX90614_TO_MIN:
      return cells->to_min;
    case TH_MLX90614_PWMCTRL:
      return cells->pwmctrl;
    case TH_MLX90614_TA_RANGE:
      return cells->ta_range;
    case TH_MLX90614_EMISSIVITY:
      return cells->emissivity;
    case TH_MLX90614_CONFIG:
      return cells->config;
    default:
      g_return_val_if_reached (0);
    }
}

static gboolean
refuse (GError **error, const char *name, guint16 word, const char *why)
{
  g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE, "sensor's %s is 0x%04x: %s",
               name, word, why);
  return FALSE;
}

static gboolean
check_chip (const ThMlx90614Cells *cells, GError **error)
{
  guint16 all_or = cells->id[0] | cells->id[1] | cells->id[2] | cells->id[3];
  guint16 all_and = cells->id[0] & cells->id[1] & cells->id[2] & cells->id[3];

  if (all_or == 0 || all_and == 0xffff)
    return refuse (error, "identity", cells->id[0], "not an MLX90614");
  if (cells->config == 0 || cells->config == 0xffff)
    return refuse (error, "configuration", cells->config, "not an MLX90614");
  if ((cells->config & CONFIG_DUAL) != 0)
    return refuse (error, "configuration", cells->config, "one with two zones, not known here");
  if (cells->emissivity != EMISSIVITY_ONE)
    return refuse (error, "emissivity", cells->emissivity,
                   "must be 0xffff, and only the maker's tools may change it");
  return TRUE;
}

static gboolean
check_wish (const ThMlx90614Wish *wish, GError **error)
{
  int to = wish->to_max_mc - wish->to_min_mc;
  int ta = wish->ta_max_mc - wish->ta_min_mc;
  const char *wrong = NULL;

  if (wish->use == TH_MLX90614_FOR_SMBUS)
    return TRUE;
  if (wish->period < 1 || wish->period > 127)
    wrong = "the period may be 1 to 127";
  else if (wish->to_min_mc < 0 || wish->to_max_mc > 60000 || to < 10000)
    wrong = "the object's range may be within 0 to 60 °C, 10 °C or more";
  else if (wish->use == TH_MLX90614_FOR_PWM_EXTENDED &&
           (wish->ta_min_mc < -20000 || wish->ta_max_mc > 85000 || ta < 10000))
    wrong = "the sensor's own range may be within -20 to 85 °C, 10 °C or more";
  if (wrong == NULL)
    return TRUE;
  g_set_error_literal (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL, wrong);
  return FALSE;
}

/* 100 × kelvin. */
static guint16
object_word (int mc)
{
  return (guint16) ((mc + 273150 + 5) / 10);
}

/* (°C + 38.2) × 100 / 64 */
static guint16
die_byte (int mc)
{
  return (guint16) (((mc + 38200) * 100 + 32000) / 64000);
}

/* Filters that th_mlx90614_check_setup() takes stay as the site has chosen them. */
static guint16
mend_filters (guint16 config)
{
  if ((config & CONFIG_FIR) < 0x0400)
    config |= CONFIG_FIR_1024;
  if ((config & CONFIG_IIR) < CONFIG_IIR_OFF)
    config = (config & ~CONFIG_IIR) | CONFIG_IIR_OFF;
  return config;
}

static ThMlx90614Cells
cells_wished (const ThMlx90614Cells *now, const ThMlx90614Wish *wish)
{
  gboolean extended = wish->use == TH_MLX90614_FOR_PWM_EXTENDED;
  ThMlx90614Cells then = *now;

  then.config = mend_filters (now->config);
  if (wish->use == TH_MLX90614_FOR_SMBUS)
    {
      then.pwmctrl = now->pwmctrl & ~(PWM_ENABLED | PWM_RELAY);
      return then;
    }
  then.to_max = object_word (wish->to_max_mc);
  then.to_min = object_word (wish->to_min_mc);
  if (extended)
    then.ta_range = (guint16) (die_byte (wish->ta_max_mc) << 8 | die_byte (wish->ta_min_mc));
  then.config = (then.config & ~CONFIG_SOURCES) |
                (extended ? CONFIG_SOURCES_BOTH : CONFIG_SOURCES_OBJECT);
  /* Open drain: the line has its resistor, and never works against a Pi that drives it. */
  then.pwmctrl = (guint16) (wish->period << PWM_PERIOD_SHIFT) | PWM_ENABLED |
                 (extended ? 0 : PWM_EXTENDED_OFF);
  return then;
}

gboolean
th_mlx90614_plan (const ThMlx90614Cells *cells, const ThMlx90614Wish *wish,
                  ThMlx90614Plan *ret_plan, GError **error)
{
  static const guint8 order[TH_MLX90614_MAX_WRITES] = { TH_MLX90614_TO_MAX, TH_MLX90614_TO_MIN,
                                                        TH_MLX90614_TA_RANGE, TH_MLX90614_CONFIG,
                                                        TH_MLX90614_PWMCTRL };
  ThMlx90614Plan plan = { .n = 0 };
  ThMlx90614Cells then;

  if (!check_chip (cells, error) || !check_wish (wish, error))
    return FALSE;
  then = cells_wished (cells, wish);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      ThMlx90614Write write = {
        .command = order[i],
        .now = th_mlx90614_cells_get (cells, order[i]),
        .then = th_mlx90614_cells_get (&then, order[i]),
      };

      if (write.now != write.then)
        plan.writes[plan.n++] = write;
    }
  *ret_plan = plan;
  return TRUE;
}

static char *
pwmctrl_to_text (guint16 word)
{
  gboolean extended = (word & PWM_EXTENDED_OFF) == 0;
  guint period = word >> PWM_PERIOD_SHIFT;
  guint us = (period == 0 ? 128 : period) * (extended ? 2048 : 1024);

  return g_strdup_printf ("%s, %s, %s, period %u.%u ms",
                          (word & PWM_RELAY) != 0     ? "thermal relay"
                          : (word & PWM_ENABLED) != 0 ? "PWM on"
                                                      : "PWM off",
                          extended ? "extended" : "single",
                          (word & PWM_PUSH_PULL) != 0 ? "push-pull" : "open drain",
                          (us + 50) / 1000, (us + 50) % 1000 / 100);
}

static char *
config_to_text (guint16 word)
{
  static const char *const iir[] = { "50 %", "25 %", "17 %", "13 %", "off", "80 %", "67 %", "57 %" };
  static const char *const sources[] = { "die and object 1", "die and object 2", "object 2",
                                         "object 1" };

  return g_strdup_printf ("PWM of %s, FIR %u, IIR %s%s", sources[word >> 4 & 3],
                          8u << (word >> 8 & 7), iir[word & 7],
                          (word & CONFIG_DUAL) != 0 ? ", two zones" : "");
}

static char *
centi_to_text (int centi)
{
  return g_strdup_printf ("%s%d.%02d °C", centi < 0 ? "-" : "", ABS (centi) / 100,
                          ABS (centi) % 100);
}

char *
th_mlx90614_cell_to_text (guint8 command, guint16 word)
{
  g_autofree char *low = NULL;
  g_autofree char *high = NULL;

  switch (command)
    {
    case TH_MLX90614_TO_MAX:
    case TH_MLX90614_TO_MIN:
      return centi_to_text (word - 27315);
    case TH_MLX90614_PWMCTRL:
      return pwmctrl_to_text (word);
    case TH_MLX90614_TA_RANGE:
      low = centi_to_text ((word & 0xff) * 64 - 3820);
      high = centi_to_text ((word >> 8) * 64 - 3820);
      return g_strdup_printf ("%s to %s", low, high);
    case TH_MLX90614_EMISSIVITY:
      return g_strdup_printf ("%u.%03u", (word * 1000u + 32767) / 65535 / 1000,
                              (word * 1000u + 32767) / 65535 % 1000);
    case TH_MLX90614_CONFIG:
      return config_to_text (word);
    default:
      return g_strdup ("");
    }
}
