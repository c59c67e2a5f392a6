/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/mlx90614-pwm.h"

#include <string.h>

#include "drivers/devices.h"

#define WHOLE 1000000000 /* a duty of 1 */
#define STEPS 1024       /* the chip has ten bits for its range */

#define SILENT_PERIODS 3  /* without an edge */
/* Noise is some tenths of a degree: a frame further from the median is a stray one. There may be some;
 * somebody who steps in front makes more. */
#define DISAGREE_MC 1500
#define STRAYS_ALLOWED 2

/* What follows the start: where a sensor's range begins and ends, and where its error band ends. */
typedef struct
{
  int low, high, error_end;
} Bands;

static const Bands single_bands[] = { { WHOLE / 8, WHOLE / 8 * 5, WHOLE } };
static const Bands extended_bands[] = {
  { WHOLE / 16, WHOLE / 16 * 5, WHOLE / 16 * 7 },
  { WHOLE / 16 * 9, WHOLE / 16 * 13, WHOLE },
};

const char *
th_pwm_band_to_string (ThPwmBand band)
{
  switch (band)
    {
    case TH_PWM_VALUE:
      return "value";
    case TH_PWM_START:
      return "start";
    case TH_PWM_ERROR:
      return "error";
    case TH_PWM_LOW_END:
      return "low-end";
    case TH_PWM_HIGH_END:
      return "high-end";
    }
  g_return_val_if_reached ("start");
}

static guint
n_sensors (const ThPwmSetup *setup)
{
  return setup->mode == TH_PWM_SINGLE ? 1 : 2;
}

gboolean
th_pwm_check_setup (const ThPwmSetup *setup, GError **error)
{
  if (setup->period_ns < 0 || setup->period_ns > TH_PWM_PERIOD_MAX_NS)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "a PWM period is at most a second");
      return FALSE;
    }
  for (guint i = 0; i < n_sensors (setup); i++)
    if (setup->min_mc[i] < TH_PWM_MIN_MC || setup->max_mc[i] > TH_PWM_MAX_MC ||
        setup->min_mc[i] >= setup->max_mc[i])
      {
        g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                     "a PWM range is from a lower to a higher temperature within %d to %d °C",
                     TH_PWM_MIN_MC / 1000, TH_PWM_MAX_MC / 1000);
        return FALSE;
      }
  return TRUE;
}

/* @duty: 0 to WHOLE */
static ThPwmFrame
classify (const ThPwmSetup *setup, int duty)
{
  const Bands *bands = setup->mode == TH_PWM_SINGLE ? single_bands : extended_bands;
  ThPwmFrame frame = { .band = TH_PWM_START };

  for (guint i = 0; i < n_sensors (setup); i++)
    {
      int width = bands[i].high - bands[i].low;
      int step = width / STEPS;
      gint64 span_mc = setup->max_mc[i] - setup->min_mc[i];

      if (duty < bands[i].low - step || duty > bands[i].error_end)
        continue;
      frame.sensor = i + 1;
      if (duty <= bands[i].low + step)
        frame.band = TH_PWM_LOW_END;
      else if (duty > bands[i].high + step)
        frame.band = TH_PWM_ERROR;
      else if (duty >= bands[i].high - step)
        frame.band = TH_PWM_HIGH_END;
      else
        {
          frame.band = TH_PWM_VALUE;
          frame.mc =
              setup->min_mc[i] + (int) (((duty - bands[i].low) * span_mc + width / 2) / width);
        }
    }
  return frame;
}

static gboolean
period_fits (const ThPwmSetup *setup, gint64 period_ns)
{
  return setup->period_ns == 0 || (period_ns >= setup->period_ns - setup->period_ns / 10 &&
                                   period_ns <= setup->period_ns + setup->period_ns / 10);
}

static int
duty_of (gint64 period_ns, gint64 high_ns)
{
  return (int) ((high_ns * WHOLE + period_ns / 2) / period_ns);
}

gboolean
th_pwm_decode_frame (const ThPwmSetup *setup, gint64 period_ns, gint64 high_ns,
                     ThPwmFrame *ret_frame, GError **error)
{
  if (period_ns < 1 || period_ns > TH_PWM_PERIOD_MAX_NS || high_ns < 0 || high_ns > period_ns)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "a PWM frame lasts at most a second, and is not high for longer than it lasts");
      return FALSE;
    }
  if (!period_fits (setup, period_ns))
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "PWM period is %.3f ms, should be %.3f ms ± 10 %%", (double) period_ns / 1e6,
                   (double) setup->period_ns / 1e6);
      return FALSE;
    }
  *ret_frame = classify (setup, duty_of (period_ns, high_ns));
  return TRUE;
}

void
th_pwm_stream_init (ThPwmStream *self, const ThPwmSetup *setup)
{
  memset (self, 0, sizeof *self);
  self->setup = *setup;
  self->rise_ns = self->fall_ns = -1;
}

/* Nothing that came before is believed any more. */
static void G_GNUC_PRINTF (2, 3)
drop_frames (ThPwmStream *self, const char *format, ...)
{
  va_list values;

  va_start (values, format);
  g_vsnprintf (self->fault, sizeof self->fault, format, values);
  va_end (values);
  self->faults++;
  self->rise_ns = self->fall_ns = -1;
  self->sensors[0].n = self->sensors[1].n = 0;
}

static void
keep_frame (ThPwmStream *self, guint sensor, gint64 end_ns, int duty)
{
  guint slot = self->sensors[sensor].next;

  self->sensors[sensor].end_ns[slot] = end_ns;
  self->sensors[sensor].duty[slot] = duty;
  self->sensors[sensor].next = (slot + 1) % TH_PWM_FRAMES;
  self->sensors[sensor].n = MIN (self->sensors[sensor].n + 1, TH_PWM_FRAMES);
  self->frames++;
}

/* From rise_ns over fall_ns to @end_ns. */
static void
take_frame (ThPwmStream *self, gint64 end_ns)
{
  gint64 period_ns = end_ns - self->rise_ns;
  ThPwmFrame frame;
  int duty;

  if (period_ns > TH_PWM_PERIOD_MAX_NS || !period_fits (&self->setup, period_ns))
    {
      drop_frames (self, "a period of %.3f ms, not %.3f ms ± 10 %%", (double) period_ns / 1e6,
                   (double) self->setup.period_ns / 1e6);
      return;
    }
  duty = duty_of (period_ns, self->fall_ns - self->rise_ns);
  frame = classify (&self->setup, duty);
  if (frame.band == TH_PWM_START)
    drop_frames (self, "a frame of duty %d ‰, which means nothing", duty / (WHOLE / 1000));
  else if (frame.band == TH_PWM_ERROR)
    drop_frames (self, "sensor %u says that it is broken", frame.sensor);
  else
    keep_frame (self, frame.sensor - 1, end_ns, duty);
}

void
th_pwm_stream_feed (ThPwmStream *self, const ThPwmEdge *edge)
{
  if (edge->time_ns < 0 || (self->has_edge && edge->time_ns <= self->last.time_ns))
    drop_frames (self, "the clock ran back");
  else if (self->has_edge && edge->line_seqno != self->last.line_seqno + 1)
    drop_frames (self, "edges were dropped: too many waited");
  else if (self->has_edge && edge->rising == self->last.rising)
    drop_frames (self, "an edge is missing");

  if (edge->rising && self->fall_ns >= 0)
    take_frame (self, edge->time_ns);
  if (edge->rising)
    {
      self->rise_ns = edge->time_ns;
      self->fall_ns = -1;
    }
  else if (self->rise_ns >= 0)
    self->fall_ns = edge->time_ns;
  self->last = *edge;
  self->has_edge = edge->time_ns >= 0;
}

static gint64
longest_period_ns (const ThPwmStream *self)
{
  return self->setup.period_ns + self->setup.period_ns / 10;
}

gint64
th_pwm_stream_fill_ns (const ThPwmStream *self)
{
  /* One frame is under way when it begins; two sensors take turns. */
  return longest_period_ns (self) * (1 + TH_PWM_FRAMES_NEEDED * n_sensors (&self->setup));
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

/* @sensor: 0 or 1. What its frames say together; FALSE: there are too few. */
static gboolean
read_sensor (const ThPwmStream *self, guint sensor, gint64 now_ns, ThPwmFrame *ret_frame,
             gboolean *ret_moving, GError **error)
{
  gint64 oldest_ns =
      now_ns - th_pwm_stream_fill_ns (self) - longest_period_ns (self) * (SILENT_PERIODS + 1);
  int duty[TH_PWM_FRAMES];
  const Bands *bands =
      self->setup.mode == TH_PWM_SINGLE ? single_bands : &extended_bands[sensor];
  guint n = 0, strays = 0;
  gint64 span_mc = self->setup.max_mc[sensor] - self->setup.min_mc[sensor];
  gint64 disagree = DISAGREE_MC * (gint64) (bands->high - bands->low) / span_mc;
  int median;

  for (guint i = 0; i < self->sensors[sensor].n; i++)
    if (self->sensors[sensor].end_ns[i] >= oldest_ns)
      duty[n++] = self->sensors[sensor].duty[i];
  if (n < TH_PWM_FRAMES_NEEDED)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "%u of %d good PWM frames from sensor %u%s%s", n, TH_PWM_FRAMES_NEEDED,
                   sensor + 1, self->fault[0] != '\0' ? "; before that " : "", self->fault);
      return FALSE;
    }
  qsort (duty, n, sizeof duty[0], compare);
  median = n % 2 == 1 ? duty[n / 2] : (duty[n / 2 - 1] + duty[n / 2]) / 2;
  for (guint i = 0; i < n; i++)
    if (ABS (duty[i] - median) > disagree)
      strays++;
  *ret_moving = strays > STRAYS_ALLOWED;
  *ret_frame = classify (&self->setup, median);
  return TRUE;
}

gboolean
th_pwm_stream_read (const ThPwmStream *self, gint64 now_ns, ThPwmReading *ret_reading,
                    GError **error)
{
  guint object_sensor = n_sensors (&self->setup) - 1;
  ThPwmReading reading = { .has_ambient = self->setup.mode == TH_PWM_EXTENDED };
  gboolean object_moving, ambient_moving = FALSE;
  ThPwmFrame object, ambient = { 0 };

  if (!self->has_edge || now_ns - self->last.time_ns > longest_period_ns (self) * SILENT_PERIODS)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT, "there are no PWM edges");
      return FALSE;
    }
  if (self->last.time_ns > now_ns)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "PWM edges carry a time that is still to come");
      return FALSE;
    }
  if (!read_sensor (self, object_sensor, now_ns, &object, &object_moving, error) ||
      (reading.has_ambient &&
       !read_sensor (self, 0, now_ns, &ambient, &ambient_moving, error)))
    return FALSE;
  if (reading.has_ambient && ambient.band != TH_PWM_VALUE)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE,
                   "sensor's own temperature is at the end of its PWM range");
      return FALSE;
    }
  reading.moving = object_moving || ambient_moving;
  reading.object = object.band;
  reading.object_mc = object.mc;
  reading.ambient_mc = ambient.mc;
  *ret_reading = reading;
  return TRUE;
}
