/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Melexis MLX90614 (data sheet 3901090614 revision 13) over SMBus on two GPIO lines.
 *
 * The bus is silent between two looks: traffic disturbs the thermopile (8.4.9). A sensor that hangs on
 * in spite of the bus's recovery has its supply cut, if there is a switch in it.
 */
#include "drivers/thermometer-smbus.h"

#include "drivers/mlx90614-bus.h"

#define PATIENCE_MS 50 /* a failed look is repeated before it counts */
#define HANGS_MS 100   /* what fails for longer, and was said to, hangs */

/* Between two cuts of the supply: doubled each time, forgotten after a while without trouble. */
#define CUT_GAP_MS 5000
#define CUT_GAP_MAX_MS 300000
#define CUT_FORGOTTEN_MS 60000

struct _ThThermometerSmbus
{
  ThThermometerThread parent_instance;

  /* Fixed before the start. */
  char *chip_label;
  ThMlx90614Wiring wiring;

  /* The thread's, once it runs. */
  ThPresence *presence;
  ThMlx90614Bus *bus;
  ThSmbusStats before; /* of buses that were closed */
  gboolean checked;    /* the sensor said who it is */
  gint64 valid_us;     /* its words count from here on */
  gint64 failing_us;   /* since when; 0: the last look was good */
  gboolean is_powered; /* its supply has been on since before this bus was opened */
  gboolean may_hang;   /* what failed last may be mended by a cut of the supply */
  gboolean hangs;      /* … and has been told to fail */
  gboolean is_cut;
  gint64 cut_us;    /* when the supply was cut last; 0: never */
  guint cut_gap_ms; /* to the next cut */

  /* Shared, under the lock. */
  GMutex lock;
  ThSmbusStats stats;
  char *identity; /* of the sensor that answered last; NULL: none yet */
  guint cuts;     /* of the supply */
};

G_DEFINE_FINAL_TYPE (ThThermometerSmbus, th_thermometer_smbus, TH_TYPE_THERMOMETER_THREAD)

/* --- the thread --- */

static gint64
after_ms (gint64 since_us, guint ms)
{
  return since_us + ms * G_TIME_SPAN_MILLISECOND;
}

static void
add_stats (ThSmbusStats *sum, const ThSmbusStats *more)
{
  guint64 *to = (guint64 *) sum;
  const guint64 *from = (const guint64 *) more;

  G_STATIC_ASSERT (sizeof *sum % sizeof *to == 0);
  for (gsize i = 0; i < sizeof *sum / sizeof *to; i++)
    to[i] += from[i];
}

static void
th_thermometer_smbus_close (ThThermometerThread *thread)
{
  ThThermometerSmbus *self = TH_THERMOMETER_SMBUS (thread);

  if (self->bus != NULL)
    add_stats (&self->before, th_smbus_get_stats (th_mlx90614_bus_get_smbus (self->bus)));
  g_clear_pointer (&self->bus, th_mlx90614_bus_free);
  th_presence_close (self->presence);
  self->checked = FALSE;
  self->is_cut = FALSE;
}

static gboolean
open_lines (ThThermometerSmbus *self, GError **error)
{
  if (self->bus != NULL)
    return TRUE;
  self->bus = th_mlx90614_bus_open (&self->wiring, error);
  if (self->bus == NULL)
    return FALSE;
  if (th_mlx90614_bus_has_switch (self->bus) && !self->is_powered)
    self->valid_us = after_ms (g_get_monotonic_time (), TH_MLX90614_SETTLE_MS);
  self->is_powered = TRUE;
  return TRUE;
}

static void
remember_identity (ThThermometerSmbus *self, const ThMlx90614Setup *setup)
{
  char *identity = g_strdup_printf ("MLX90614 %04x%04x%04x%04x, config 0x%04x, pwmctrl 0x%04x",
                                    setup->id[3], setup->id[2], setup->id[1], setup->id[0],
                                    setup->config, setup->pwmctrl);

  g_mutex_lock (&self->lock);
  g_free (self->identity);
  self->identity = identity;
  g_mutex_unlock (&self->lock);
}

/* One that is set up otherwise is no sensor that hangs. */
static gboolean
check_setup (ThThermometerSmbus *self, GError **error)
{
  ThMlx90614Setup setup;

  if (!th_mlx90614_bus_read_setup (self->bus, &setup, error))
    return FALSE;
  self->may_hang = FALSE;
  remember_identity (self, &setup);
  return th_mlx90614_check_setup (&setup, error);
}

static gboolean
is_cut_due (ThThermometerSmbus *self)
{
  return self->hangs && !self->is_cut &&
         th_mlx90614_bus_has_switch (self->bus) &&
         (self->cut_us == 0 ||
          g_get_monotonic_time () >= after_ms (self->cut_us, self->cut_gap_ms));
}

/* The last thing to be tried with a sensor that does not come to its senses. */
static gboolean
cut_supply (ThThermometerSmbus *self)
{
  if (!th_mlx90614_bus_switch (self->bus, FALSE))
    return FALSE;
  self->cut_gap_ms = self->cut_us == 0 ? CUT_GAP_MS : MIN (self->cut_gap_ms * 2, CUT_GAP_MAX_MS);
  self->cut_us = g_get_monotonic_time ();
  self->valid_us = after_ms (self->cut_us, TH_MLX90614_OFF_MS);
  self->is_cut = TRUE;
  self->hangs = FALSE;
  g_mutex_lock (&self->lock);
  self->cuts++;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
restore_supply (ThThermometerSmbus *self)
{
  if (!th_mlx90614_bus_switch (self->bus, TRUE))
    return FALSE;
  self->valid_us = after_ms (g_get_monotonic_time (), TH_MLX90614_SETTLE_MS);
  self->is_cut = FALSE;
  return TRUE;
}

static ThLook
look (ThThermometerSmbus *self, ThSample *ret_sample, GError **error)
{
  ThMlx90614Words words;

  self->may_hang = FALSE;
  if (!open_lines (self, error))
    return TH_LOOK_FAILED;
  if (is_cut_due (self) ? !cut_supply (self)
                        : self->is_cut && g_get_monotonic_time () >= self->valid_us &&
                              !restore_supply (self))
    {
      g_set_error (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_GONE, "GPIO chip is gone");
      return TH_LOOK_FAILED;
    }
  if (g_get_monotonic_time () < self->valid_us)
    return TH_LOOK_SETTLING;
  self->may_hang = TRUE;
  if (!self->checked)
    {
      if (!check_setup (self, error))
        return TH_LOOK_FAILED;
      self->checked = TRUE;
      self->valid_us = after_ms (g_get_monotonic_time (), TH_MLX90614_SETTLE_MS);
      return TH_LOOK_SETTLING;
    }
  if (!th_mlx90614_bus_read_words (self->bus, &words, error))
    return TH_LOOK_FAILED;
  self->may_hang = FALSE;
  ret_sample->time_us = g_get_monotonic_time ();
  if (!th_presence_read (self->presence, &ret_sample->present, &ret_sample->distance_mm, error))
    return TH_LOOK_FAILED;
  ret_sample->object_raw = words.object_raw;
  ret_sample->ambient_raw = words.ambient_raw;
  return TH_LOOK_GOOD;
}

static void
look_was_good (ThThermometerSmbus *self)
{
  guint forgotten_ms = MAX (self->cut_gap_ms, CUT_FORGOTTEN_MS);

  self->failing_us = 0;
  self->hangs = FALSE;
  if (self->cut_us != 0 && after_ms (self->cut_us, forgotten_ms) < g_get_monotonic_time ())
    self->cut_us = 0;
}

/* What the bus calls its errors is nobody else's. */
static int
code_of (const GError *error)
{
  if (error->domain == TH_DEVICE_ERROR)
    return error->code;
  switch ((ThSmbusError) error->code)
    {
    case TH_SMBUS_ERROR_GONE:
    case TH_SMBUS_ERROR_NO_ANSWER:
      return TH_DEVICE_ERROR_GONE;
    case TH_SMBUS_ERROR_STUCK:
      return TH_DEVICE_ERROR_TIMED_OUT;
    case TH_SMBUS_ERROR_GARBLED:
    case TH_SMBUS_ERROR_TOO_SLOW:
      break;
    }
  return TH_DEVICE_ERROR_PROTOCOL;
}

static void
look_failed (ThThermometerSmbus *self, const GError *error)
{
  gint64 now_us = g_get_monotonic_time ();

  if (self->failing_us == 0)
    self->failing_us = now_us;
  /* Whatever comes back is asked again who it is. */
  if (now_us >= after_ms (self->failing_us, PATIENCE_MS))
    self->checked = FALSE;
  self->hangs = self->may_hang && now_us >= after_ms (self->failing_us, HANGS_MS) &&
                !g_error_matches (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_TOO_SLOW);
}

static ThLook
th_thermometer_smbus_look (ThThermometerThread *thread, ThSample *ret_sample, GError **error)
{
  ThThermometerSmbus *self = TH_THERMOMETER_SMBUS (thread);
  g_autoptr (GError) failure = NULL;
  ThLook result = look (self, ret_sample, &failure);

  g_mutex_lock (&self->lock);
  self->stats = self->before;
  if (self->bus != NULL)
    add_stats (&self->stats, th_smbus_get_stats (th_mlx90614_bus_get_smbus (self->bus)));
  g_mutex_unlock (&self->lock);

  if (result == TH_LOOK_GOOD)
    look_was_good (self);
  if (result != TH_LOOK_FAILED)
    return result;
  look_failed (self, failure);
  g_set_error_literal (error, TH_DEVICE_ERROR, code_of (failure), failure->message);
  return TH_LOOK_FAILED;
}

/* --- the main context --- */

static char *
th_thermometer_smbus_describe (ThThermometerThread *thread)
{
  ThThermometerSmbus *self = TH_THERMOMETER_SMBUS (thread);
  g_autofree char *identity = NULL;
  g_autofree char *bus = NULL;
  ThSmbusStats stats;
  guint cuts;

  g_mutex_lock (&self->lock);
  identity = g_strdup (self->identity != NULL ? self->identity : "no sensor yet");
  stats = self->stats;
  cuts = self->cuts;
  g_mutex_unlock (&self->lock);
  bus = th_smbus_stats_to_text (&stats);
  return cuts == 0 ? g_strdup_printf ("%s; %s", identity, bus)
                   : g_strdup_printf ("%s; supply cut %u times; %s", identity, cuts, bus);
}

void
th_thermometer_smbus_set_power_line (ThThermometerSmbus *self, int line, gboolean active_low)
{
  g_return_if_fail (TH_IS_THERMOMETER_SMBUS (self));
  self->wiring.power_line = line;
  self->wiring.power_active_low = active_low;
}

void
th_thermometer_smbus_get_stats (ThThermometerSmbus *self, ThSmbusStats *ret_stats)
{
  g_return_if_fail (TH_IS_THERMOMETER_SMBUS (self));
  g_mutex_lock (&self->lock);
  *ret_stats = self->stats;
  g_mutex_unlock (&self->lock);
}

static void
th_thermometer_smbus_finalize (GObject *object)
{
  ThThermometerSmbus *self = TH_THERMOMETER_SMBUS (object);

  th_presence_free (self->presence);
  g_free (self->chip_label);
  g_free (self->identity);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (th_thermometer_smbus_parent_class)->finalize (object);
}

static void
th_thermometer_smbus_class_init (ThThermometerSmbusClass *klass)
{
  ThThermometerThreadClass *thread_class = TH_THERMOMETER_THREAD_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = th_thermometer_smbus_finalize;
  thread_class->look = th_thermometer_smbus_look;
  thread_class->close = th_thermometer_smbus_close;
  thread_class->describe = th_thermometer_smbus_describe;
}

static void
th_thermometer_smbus_init (ThThermometerSmbus *self)
{
  g_mutex_init (&self->lock);
}

ThThermometer *
th_thermometer_smbus_new (const char *chip_label, guint sda_line, guint scl_line,
                          ThPresence *presence, guint sample_ms, guint idle_check_ms)
{
  ThThermometerSmbus *self = g_object_new (TH_TYPE_THERMOMETER_SMBUS, NULL);

  self->chip_label = g_strdup (chip_label);
  self->wiring = (ThMlx90614Wiring){
    .chip_label = self->chip_label,
    .sda_line = sda_line,
    .scl_line = scl_line,
    .power_line = -1,
  };
  self->presence = presence;
  th_thermometer_thread_set_times (TH_THERMOMETER_THREAD (self), sample_ms, idle_check_ms,
                                   PATIENCE_MS);
  return TH_THERMOMETER (self);
}
