/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/presence.h"

#include "drivers/devices.h"
#include "drivers/hc-sr04.h"

#define DEBOUNCE_US 30000
#define SILENT_SHOTS 5 /* in a row: then it is the sensor, not an edge that got lost */
#define MAX_EDGES 16   /* a shot has two */
/* With nothing in reach some makes sound for 200 ms; what is high for longer is stuck. */
#define ECHO_LIMIT_US 300000

enum
{
  TRIGGER,
  ECHO,
};

struct _ThPresence
{
  char *chip_label;
  int line; /* the switch's, or the echo's */
  gboolean active_low;
  ThGpioLines *lines; /* NULL: not open */

  /* a switch whose line cannot be debounced */
  guint before; /* 2: not looked yet */
  gboolean steady;

  /* a distance sensor */
  gboolean distance;
  guint trigger_line;
  ThRange range;
  gint64 shot_us; /* 0: none is under way */
  guint silent;   /* shots in a row */
};

static ThPresence *
presence_new (const char *chip_label, int line)
{
  ThPresence *self = g_new0 (ThPresence, 1);

  self->chip_label = g_strdup (chip_label);
  self->line = line;
  return self;
}

ThPresence *
th_presence_new_switch (const char *chip_label, int line, gboolean active_low)
{
  ThPresence *self = presence_new (chip_label, line);

  self->active_low = active_low;
  return self;
}

ThPresence *
th_presence_new_distance (const char *chip_label, guint trigger_line, guint echo_line,
                          guint near_mm, guint far_mm)
{
  ThPresence *self = presence_new (chip_label, (int) echo_line);

  self->distance = TRUE;
  self->trigger_line = trigger_line;
  th_range_init (&self->range, near_mm, far_mm);
  return self;
}

void
th_presence_close (ThPresence *self)
{
  g_clear_pointer (&self->lines, th_gpio_lines_free);
  self->shot_us = 0;
}

void
th_presence_free (ThPresence *self)
{
  if (self == NULL)
    return;
  th_presence_close (self);
  g_free (self->chip_label);
  g_free (self);
}

static gboolean
open_lines (ThPresence *self, GError **error)
{
  const ThGpioLine switch_line = {
    .line = (guint) self->line,
    .mode = TH_GPIO_INPUT,
    .active_low = self->active_low,
    .debounce_us = DEBOUNCE_US,
  };
  const ThGpioLine ranger[] = {
    [TRIGGER] = { .line = self->trigger_line, .mode = TH_GPIO_OUTPUT },
    [ECHO] = { .line = (guint) self->line, .mode = TH_GPIO_INPUT, .edges = TRUE },
  };

  if (self->lines != NULL)
    return TRUE;
  self->before = 2;
  self->lines = self->distance ? th_gpio_lines_request (self->chip_label, ranger, 2,
                                                        "threshold-distance", error)
                               : th_gpio_lines_request (self->chip_label, &switch_line, 1,
                                                        "threshold-presence", error);
  return self->lines != NULL;
}

static gboolean
chip_gone (ThPresence *self, GError **error)
{
  th_presence_close (self);
  g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE,
               "GPIO chip of the presence line is gone");
  return FALSE;
}

static gboolean
read_switch (ThPresence *self, gboolean *ret_present, GError **error)
{
  guint active;

  if (!th_gpio_lines_get (self->lines, &active))
    return chip_gone (self, error);
  if (th_gpio_lines_is_debounced (self->lines) || self->before > 1 || active == self->before)
    self->steady = active != 0;
  self->before = active;
  *ret_present = self->steady;
  return TRUE;
}

static gboolean
hear (ThPresence *self, GError **error)
{
  ThGpioEdge edges[MAX_EDGES];
  guint n, mm = 0;
  ThEcho echo;

  if (!th_gpio_lines_read_edges (self->lines, edges, G_N_ELEMENTS (edges), &n))
    return chip_gone (self, error);
  if (self->shot_us == 0)
    return TRUE;
  echo = th_hc_sr04_decode (edges, n, self->shot_us * 1000, &mm);
  th_range_add (&self->range, echo == TH_ECHO_DISTANCE ? mm : 0, self->shot_us);
  self->silent = echo == TH_ECHO_SILENT || echo == TH_ECHO_BROKEN ? self->silent + 1 : 0;
  self->shot_us = 0;
  return TRUE;
}

/* The trigger may be longer than it must be: when this thread is held up, nothing is wrong. */
static gboolean
shoot (ThPresence *self, GError **error)
{
  gint64 since_us;

  if (!th_gpio_lines_set (self->lines, TRIGGER, TRUE))
    return chip_gone (self, error);
  since_us = g_get_monotonic_time ();
  while (g_get_monotonic_time () <= since_us + TH_HC_SR04_TRIGGER_US)
    ;
  self->shot_us = g_get_monotonic_time ();
  if (!th_gpio_lines_set (self->lines, TRIGGER, FALSE))
    return chip_gone (self, error);
  return TRUE;
}

static gboolean
next_shot (ThPresence *self, gint64 now_us, GError **error)
{
  gboolean sounding;
  guint active;

  if (self->shot_us != 0 && now_us - self->shot_us < TH_HC_SR04_CYCLE_US)
    return TRUE;
  if (!th_gpio_lines_get (self->lines, &active))
    return chip_gone (self, error);
  sounding = (active & 1u << ECHO) != 0;
  if (sounding && self->shot_us != 0 && now_us - self->shot_us < ECHO_LIMIT_US)
    return TRUE;
  if (!hear (self, error))
    return FALSE;
  if (!sounding)
    return shoot (self, error);
  self->silent++; /* it hears no trigger now */
  return TRUE;
}

static gboolean
read_distance (ThPresence *self, gboolean *ret_present, guint *ret_distance_mm, GError **error)
{
  gint64 now_us = g_get_monotonic_time ();

  if (!next_shot (self, now_us, error))
    return FALSE;
  if (self->silent >= SILENT_SHOTS)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT,
                   "distance sensor does not answer");
      return FALSE;
    }
  *ret_present = th_range_look (&self->range, now_us, ret_distance_mm);
  return TRUE;
}

gboolean
th_presence_read (ThPresence *self, gboolean *ret_present, guint *ret_distance_mm, GError **error)
{
  if (self->line < 0)
    {
      *ret_present = TRUE;
      *ret_distance_mm = 0;
      return TRUE;
    }
  if (!open_lines (self, error))
    return FALSE;
  if (self->distance)
    return read_distance (self, ret_present, ret_distance_mm, error);
  *ret_distance_mm = 0;
  return read_switch (self, ret_present, error);
}
