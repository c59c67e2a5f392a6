/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Melexis MLX90614 (data sheet 3901090614 revision 13, 8.6) by the pulses on one GPIO line.
 *
 * Nothing waits for an edge: the kernel keeps them, with the time of the interrupt, and each look
 * takes what has come since the last one. The pull-up makes a line that nobody pulls stay high,
 * whether the chip drives it or only pulls.
 */
#include "drivers/thermometer-pwm.h"

#include "drivers/gpio-lines.h"
#include "drivers/mlx90614.h"

#define EDGES_AT_ONCE 64
#define SETTLE_MAX_MS 900 /* after the line was opened; then it is said what is missing */
#define MOVING_MAX_MS 5000 /* nobody steps in front for so long */

/* A kiosk's sensor, not a furnace's. */
#define AMBIENT_MIN_MC -10000
#define AMBIENT_MAX_MC 60000

struct _ThThermometerPwm
{
  ThThermometerThread parent_instance;

  /* Fixed by the constructor. */
  char *chip_label;
  guint line;
  ThPwmSetup setup;
  guint fill_ms;

  /* The thread's, once it runs. */
  ThPresence *presence;
  ThGpioLines *lines; /* NULL: not open */
  ThPwmStream stream;
  gint64 opened_us;
  guint taken; /* edges that waited for the last look */
  gint64 moving_us; /* since when frames disagree; 0: they do not */

  /* Shared, under the lock. */
  GMutex lock;
  guint64 frames, faults;
};

G_DEFINE_FINAL_TYPE (ThThermometerPwm, th_thermometer_pwm, TH_TYPE_THERMOMETER_THREAD)

static gboolean
open_line (ThThermometerPwm *self, GError **error)
{
  const ThGpioLine wanted = { .line = self->line, .mode = TH_GPIO_PULLED_UP, .edges = TRUE };

  if (self->lines != NULL)
    return TRUE;
  self->lines = th_gpio_lines_request (self->chip_label, &wanted, 1, "threshold-sensor", error);
  if (self->lines == NULL)
    return FALSE;
  th_pwm_stream_init (&self->stream, &self->setup);
  self->opened_us = g_get_monotonic_time ();
  self->moving_us = 0;
  return TRUE;
}

/* Looks at the level, and feeds all edges that wait. */
static gboolean
take_edges (ThThermometerPwm *self, guint *ret_high, GError **error)
{
  ThGpioEdge edges[EDGES_AT_ONCE];
  guint n = EDGES_AT_ONCE;
  gboolean there = th_gpio_lines_get (self->lines, ret_high);

  /* Not more than the kernel keeps: a line that swings like mad must not hold us here. */
  self->taken = 0;
  while (there && n == EDGES_AT_ONCE && self->taken < TH_GPIO_EDGES_KEPT)
    {
      there = th_gpio_lines_read_edges (self->lines, edges, EDGES_AT_ONCE, &n);
      self->taken += there ? n : 0;
      for (guint i = 0; there && i < n; i++)
        {
          const ThPwmEdge edge = {
            .time_ns = edges[i].time_ns,
            .rising = edges[i].active,
            .line_seqno = edges[i].line_seqno,
          };

          th_pwm_stream_feed (&self->stream, &edge);
        }
    }
  g_mutex_lock (&self->lock);
  self->frames = self->stream.frames;
  self->faults = self->stream.faults;
  g_mutex_unlock (&self->lock);
  if (!there)
    g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE, "GPIO chip is gone");
  return there;
}

/* What the sensor shows; FALSE without an error: it is too early to say. */
static gboolean
read_stream (ThThermometerPwm *self, guint high, ThPwmReading *ret_reading, GError **error)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 settle_us = MIN (self->fill_ms + 100, SETTLE_MAX_MS) * G_TIME_SPAN_MILLISECOND;
  g_autoptr (GError) trouble = NULL;

  /* The clock of the edges is finer than ours. */
  if (th_pwm_stream_read (&self->stream, (now_us + 1) * 1000, ret_reading, &trouble))
    return TRUE;
  if (now_us < self->opened_us + settle_us)
    return FALSE;
  if (g_error_matches (trouble, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT) && self->taken > 0)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "PWM edges carry a time long past");
      return FALSE;
    }
  if (g_error_matches (trouble, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT))
    {
      g_set_error (error, TH_DEVICE_ERROR, high ? TH_DEVICE_ERROR_GONE : TH_DEVICE_ERROR_TIMED_OUT,
                   "%s: the PWM line stays %s", trouble->message, high ? "high" : "low");
      return FALSE;
    }
  g_propagate_error (error, g_steal_pointer (&trouble));
  return FALSE;
}

/* Somebody who steps in front makes frames disagree; for seconds only a broken sensor does. */
static gboolean
check_moving (ThThermometerPwm *self, gboolean moving, GError **error)
{
  gint64 now_us = g_get_monotonic_time ();

  if (!moving)
    self->moving_us = 0;
  else if (self->moving_us == 0)
    self->moving_us = now_us;
  if (!moving || now_us < self->moving_us + MOVING_MAX_MS * G_TIME_SPAN_MILLISECOND)
    return TRUE;
  g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL, "PWM frames disagree");
  return FALSE;
}

static gboolean
check_ambient (const ThPwmReading *reading, GError **error)
{
  if (!reading->has_ambient ||
      (reading->ambient_mc >= AMBIENT_MIN_MC && reading->ambient_mc <= AMBIENT_MAX_MC))
    return TRUE;
  g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE,
               "sensor says that it is at %d °C itself", reading->ambient_mc / 1000);
  return FALSE;
}

static ThLook
th_thermometer_pwm_look (ThThermometerThread *thread, ThSample *ret_sample, GError **error)
{
  ThThermometerPwm *self = TH_THERMOMETER_PWM (thread);
  g_autoptr (GError) trouble = NULL;
  ThPwmReading reading;
  guint high = 0;

  if (!open_line (self, error) || !take_edges (self, &high, error))
    return TH_LOOK_FAILED;
  if (!read_stream (self, high, &reading, &trouble))
    {
      if (trouble == NULL)
        return TH_LOOK_SETTLING;
      g_propagate_error (error, g_steal_pointer (&trouble));
      return TH_LOOK_FAILED;
    }
  ret_sample->time_us = g_get_monotonic_time ();
  if (!check_moving (self, reading.moving, error) ||
      !th_presence_read (self->presence, &ret_sample->present, &ret_sample->distance_mm, error))
    return TH_LOOK_FAILED;
  if (reading.moving)
    return TH_LOOK_EMPTY;
  if (!check_ambient (&reading, error))
    return TH_LOOK_FAILED;
  if (reading.object == TH_PWM_VALUE)
    ret_sample->object_raw = th_mlx90614_nearest_word (reading.object_mc);
  if (reading.has_ambient)
    ret_sample->ambient_raw = th_mlx90614_nearest_word (reading.ambient_mc);
  return TH_LOOK_GOOD;
}

static void
th_thermometer_pwm_close (ThThermometerThread *thread)
{
  ThThermometerPwm *self = TH_THERMOMETER_PWM (thread);

  g_clear_pointer (&self->lines, th_gpio_lines_free);
  th_presence_close (self->presence);
}

static char *
th_thermometer_pwm_describe (ThThermometerThread *thread)
{
  ThThermometerPwm *self = TH_THERMOMETER_PWM (thread);
  g_autofree char *line = th_gpio_line_to_string (self->line);
  guint64 frames, faults;

  g_mutex_lock (&self->lock);
  frames = self->frames;
  faults = self->faults;
  g_mutex_unlock (&self->lock);
  return g_strdup_printf ("MLX90614 by PWM on line %s, %s, period %.2f ms; %" G_GUINT64_FORMAT
                          " frames, %" G_GUINT64_FORMAT " flaws since it was opened",
                          line, self->setup.mode == TH_PWM_SINGLE ? "single" : "extended",
                          (double) self->setup.period_ns / 1e6, frames, faults);
}

static void
th_thermometer_pwm_finalize (GObject *object)
{
  ThThermometerPwm *self = TH_THERMOMETER_PWM (object);

  th_presence_free (self->presence);
  g_free (self->chip_label);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (th_thermometer_pwm_parent_class)->finalize (object);
}

static void
th_thermometer_pwm_class_init (ThThermometerPwmClass *klass)
{
  ThThermometerThreadClass *thread_class = TH_THERMOMETER_THREAD_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = th_thermometer_pwm_finalize;
  thread_class->look = th_thermometer_pwm_look;
  thread_class->close = th_thermometer_pwm_close;
  thread_class->describe = th_thermometer_pwm_describe;
}

static void
th_thermometer_pwm_init (ThThermometerPwm *self)
{
  g_mutex_init (&self->lock);
}

ThThermometer *
th_thermometer_pwm_new (const char *chip_label, guint line, const ThPwmSetup *setup,
                        ThPresence *presence, guint sample_ms, guint idle_check_ms)
{
  ThThermometerPwm *self = g_object_new (TH_TYPE_THERMOMETER_PWM, NULL);

  self->chip_label = g_strdup (chip_label);
  self->line = line;
  self->setup = *setup;
  self->presence = presence;
  th_pwm_stream_init (&self->stream, setup);
  self->fill_ms = (guint) (th_pwm_stream_fill_ns (&self->stream) / 1000000) + 1;
  th_thermometer_thread_set_times (TH_THERMOMETER_THREAD (self), sample_ms, idle_check_ms,
                                   self->fill_ms + 50);
  return TH_THERMOMETER (self);
}
