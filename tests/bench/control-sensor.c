/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/control-sensor.h"

#include <string.h>

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, why);
  return FALSE;
}

static void
set_fault (ThBenchGpio *gpio, ThBenchPwmFault fault, guint64 amount)
{
  atomic_store (&gpio->pwm_amount, (int) amount);
  atomic_store (&gpio->pwm_fault, (int) fault);
  th_bench_gpio_changed (gpio);
}

/* Who changes the mode pulls the sensor's plug: what is half said stays so. */
static void
set_mode (ThBenchGpio *gpio, ThBenchPwm mode)
{
  atomic_store (&gpio->pwm_period_us, mode == TH_BENCH_PWM_EXTENDED ? 40960 : 20480);
  /* A single frame has the object's range, of an extended one sensor 1 is the die. */
  atomic_store (&gpio->pwm_min_mc[0], mode == TH_BENCH_PWM_EXTENDED ? 200 : 30000);
  atomic_store (&gpio->pwm_max_mc[0], mode == TH_BENCH_PWM_EXTENDED ? 59720 : 45000);
  atomic_store (&gpio->pwm_mode, (int) mode);
  set_fault (gpio, TH_BENCH_PWM_NORMAL, 0);
}

gboolean
th_bench_pwm_command (ThBench *bench, char **words, GError **error)
{
  static const char *const modes[] = { "off", "single", "extended" };
  static const struct
  {
    const char *name;
    guint64 min, max; /* of the amount; 0: none */
  } faults[] = {
    { "normal", 0, 0 },   { "missing", 2, 1000000 }, { "jitter", 1, 100000 },
    { "period", 10, 1000 }, { "overflow", 0, 0 },      { "clock", 0, 0 },
    { "stuck-high", 0, 0 }, { "stuck-low", 0, 0 },
  };
  guint64 amount = 0;

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    if (g_strcmp0 (words[1], modes[i]) == 0)
      {
        set_mode (bench->gpio, (ThBenchPwm) i);
        return TRUE;
      }
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    if (g_strcmp0 (words[1], faults[i].name) == 0)
      {
        if (faults[i].max > 0 &&
            (words[2] == NULL ||
             !g_ascii_string_to_unsigned (words[2], 10, faults[i].min, faults[i].max, &amount, NULL)))
          return refuse (error, "how much of it?");
        set_fault (bench->gpio, (ThBenchPwmFault) i, amount);
        return TRUE;
      }
  return refuse (error, "pwm off, single, extended, normal, missing N, jitter US, period PERCENT, "
                        "overflow, clock, stuck-high, stuck-low");
}

gboolean
th_bench_iio_command (ThBench *bench, char **words, GError **error)
{
  const char *more = words[1] != NULL ? words[2] : NULL;

  if (g_strcmp0 (words[1], "plug") == 0 && more != NULL)
    return th_bench_iio_plug (bench->iio, more) ||
           refuse (error, "plugged in already, or neither mlx90614 nor mlx90632");
  if (g_strcmp0 (words[1], "unplug") == 0)
    return th_bench_iio_unplug (bench->iio) || refuse (error, "not plugged in");
  if (g_strcmp0 (words[1], "normal") == 0)
    th_bench_iio_set_fault (bench->iio, TH_BENCH_IIO_NORMAL, NULL);
  else if (g_strcmp0 (words[1], "broken") == 0)
    th_bench_iio_set_fault (bench->iio, TH_BENCH_IIO_BROKEN, NULL);
  else if (g_strcmp0 (words[1], "says") == 0 && more != NULL)
    th_bench_iio_set_fault (bench->iio, TH_BENCH_IIO_SAYS, more);
  else if (g_strcmp0 (words[1], "emissivity") == 0 && more != NULL)
    th_bench_iio_set_emissivity (bench->iio, more);
  else
    return refuse (error, "iio plug MODEL, unplug, normal, broken, says TEXT, emissivity NUMBER");
  return TRUE;
}
