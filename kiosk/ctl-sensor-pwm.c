/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `sensor pwm`: one frame of the thermometer's pulses, measured by hand or by an oscilloscope. */
#include <math.h>
#include <string.h>

#include "drivers/mlx90614-pwm.h"
#include "kiosk/ctl.h"

/* @limit: the largest amount that is looked at. FALSE: said why. */
static gboolean
read_thousandths (const char *name, const char *text, double limit, gint64 *ret_thousandths)
{
  char *end = NULL;
  double value = text != NULL ? g_ascii_strtod (text, &end) : 0;

  if (text == NULL)
    {
      th_ctl_fail (TH_CTL_USAGE, "sensor pwm: --%s is missing", name);
      return FALSE;
    }
  if (end == text || *end != '\0' || !(fabs (value) <= limit))
    {
      th_ctl_fail (TH_CTL_USAGE, "sensor pwm: --%s is '%s', not a number that can be", name, text);
      return FALSE;
    }
  *ret_thousandths = llround (value * 1000);
  return TRUE;
}

int
th_ctl_sensor_pwm (int argc, char **argv)
{
  g_autofree char *mode = NULL, *min = NULL, *max = NULL, *period = NULL, *high = NULL;
  const GOptionEntry entries[] = {
    { "mode", 0, 0, G_OPTION_ARG_STRING, &mode, "how the chip was set up", "single|extended" },
    { "min", 0, 0, G_OPTION_ARG_STRING, &min, "the low end of its range, °C", "C" },
    { "max", 0, 0, G_OPTION_ARG_STRING, &max, "the high end of its range, °C", "C" },
    { "period-us", 0, 0, G_OPTION_ARG_STRING, &period, "from rising to rising edge, µs", "T" },
    { "high-us", 0, 0, G_OPTION_ARG_STRING, &high, "from rising to falling edge, µs", "H" },
    { NULL },
  };
  gint64 min_mc, max_mc, period_ns, high_ns;
  g_autoptr (GError) error = NULL;
  ThPwmSetup setup = { 0 };
  ThPwmFrame frame;
  int centi;

  if (!th_ctl_parse (&argc, &argv, entries, "",
                     "One frame of the thermometer's PWM output as JSON: sensor and celsius, or\n"
                     "the band that is no temperature, with exit status 1. In extended mode the\n"
                     "range holds for both sensors."))
    return TH_CTL_USAGE;
  if (argc > 1)
    return th_ctl_fail (TH_CTL_USAGE, "sensor pwm: what is '%s'?", argv[1]);
  if (mode == NULL || (strcmp (mode, "single") != 0 && strcmp (mode, "extended") != 0))
    return th_ctl_fail (TH_CTL_USAGE, "sensor pwm: --mode single or --mode extended");
  if (!read_thousandths ("min", min, 1000, &min_mc) ||
      !read_thousandths ("max", max, 1000, &max_mc) ||
      !read_thousandths ("period-us", period, 1e9, &period_ns) ||
      !read_thousandths ("high-us", high, 1e9, &high_ns))
    return TH_CTL_USAGE;

  setup.mode = mode[0] == 's' ? TH_PWM_SINGLE : TH_PWM_EXTENDED;
  setup.min_mc[0] = setup.min_mc[1] = (int) min_mc;
  setup.max_mc[0] = setup.max_mc[1] = (int) max_mc;
  if (!th_pwm_check_setup (&setup, &error) ||
      !th_pwm_decode_frame (&setup, period_ns, high_ns, &frame, &error))
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  if (frame.band != TH_PWM_VALUE)
    {
      g_print ("{\"band\": \"%s\"}\n", th_pwm_band_to_string (frame.band));
      return th_ctl_fail (TH_CTL_BAD, "no temperature: %s", th_pwm_band_to_string (frame.band));
    }
  centi = (frame.mc + (frame.mc < 0 ? -5 : 5)) / 10;
  g_print ("{\"sensor\": %u, \"celsius\": %s%d.%02d}\n", frame.sensor, centi < 0 ? "-" : "",
           ABS (centi) / 100, ABS (centi) % 100);
  return TH_CTL_GOOD;
}
