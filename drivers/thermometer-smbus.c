/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Melexis MLX90614 (data sheet 3901090614 revision 13) over SMBus on two GPIO lines.
 *
 * A thread looks at the sensor, ten times a second while somebody is measured and once a second
 * otherwise, and leaves the bus silent in between: traffic disturbs the thermopile (8.4.9). Each
 * look that says something new becomes one message to the main context.
 */
#include "drivers/thermometer-smbus.h"

#include "drivers/mlx90614-bus.h"

#define REPEAT_MS 50  /* a failed look is repeated after this before it counts */
#define AWAY_MS 400   /* between two looks for a sensor that is away */
#define FAILURES_THAT_COUNT 2

/* Between two cuts of the supply: doubled each time, forgotten after a while without trouble. */
#define CUT_GAP_MS 5000
#define CUT_GAP_MAX_MS 300000
#define CUT_FORGOTTEN_MS 60000

struct _ThThermometerSmbus
{
  GObject parent_instance;

  /* Fixed by the constructor. */
  char *chip_label;
  ThMlx90614Wiring wiring;
  ThPresence *presence; /* the thread's, once it runs */
  guint sample_ms, idle_check_ms;
  GMainContext *context;

  /* The main context's. */
  GThread *thread;
  ThHealth health;
  GError *trouble;

  /* Shared, under the lock. */
  GMutex lock;
  GCond wake_cond;
  gboolean stop;
  gboolean wake;
  gboolean measuring;
  guint round; /* counts begin and end: what was read for an earlier round is not shown */
  ThSmbusStats stats;
  char *identity; /* of the sensor that answered last; NULL: none yet */
  guint cuts;     /* of the supply */

  /* The thread's. */
  ThMlx90614Bus *bus;
  gboolean checked; /* the sensor said who it is */
  gboolean elsewhere; /* what failed last was not the sensor */
  gboolean refused; /* … and is not one that we measure with */
  gint64 valid_us;  /* its words count from here on */
  guint failures;   /* looks in a row */
  gboolean is_cut;
  gint64 cut_us;    /* when the supply was cut last; 0: never */
  guint cut_gap_ms; /* to the next cut */
  ThHealth told;  /* what the main context was told last */
  char *told_trouble;
};

/* What the thread tells the main context. */
typedef struct
{
  GWeakRef thermometer;
  ThHealth health;
  GError *trouble;
  gboolean has_sample;
  ThSample sample;
  guint round;
} Message;

typedef enum
{
  LOOK_FAILED,
  LOOK_SETTLING, /* the sensor was just found: its words do not count yet */
  LOOK_GOOD,
} Look;

enum
{
  PROP_0,
  PROP_HEALTH,
};

static void thermometer_init (ThThermometerInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (ThThermometerSmbus, th_thermometer_smbus, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_THERMOMETER, thermometer_init))

/* --- the thread --- */

static gint64
after_ms (gint64 since_us, guint ms)
{
  return since_us + ms * G_TIME_SPAN_MILLISECOND;
}

static void
close_lines (ThThermometerSmbus *self)
{
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
  if (th_mlx90614_bus_has_switch (self->bus))
    self->valid_us = after_ms (g_get_monotonic_time (), TH_MLX90614_SETTLE_MS);
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

static gboolean
check_setup (ThThermometerSmbus *self, GError **error)
{
  ThMlx90614Setup setup;

  self->refused = FALSE;
  if (!th_mlx90614_bus_read_setup (self->bus, &setup, error))
    return FALSE;
  remember_identity (self, &setup);
  self->refused = !th_mlx90614_check_setup (&setup, error);
  return !self->refused;
}

static gboolean
restore_supply (ThThermometerSmbus *self, GError **error)
{
  gint64 on_us = after_ms (self->cut_us, TH_MLX90614_OFF_MS);

  if (g_get_monotonic_time () < on_us)
    {
      self->valid_us = on_us;
      return TRUE;
    }
  if (!th_mlx90614_bus_switch (self->bus, TRUE))
    {
      g_set_error (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_GONE, "GPIO chip is gone");
      return FALSE;
    }
  self->is_cut = FALSE;
  self->valid_us = after_ms (g_get_monotonic_time (), TH_MLX90614_SETTLE_MS);
  return TRUE;
}

/* The last thing to be tried with a sensor that does not come to its senses. Returns: it was. */
static gboolean
cut_supply (ThThermometerSmbus *self, const GError *error)
{
  gint64 now_us = g_get_monotonic_time ();

  if (self->bus == NULL || self->refused || !th_mlx90614_bus_has_switch (self->bus) ||
      g_error_matches (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_TOO_SLOW) || self->elsewhere ||
      (self->cut_us != 0 && now_us < after_ms (self->cut_us, self->cut_gap_ms)) ||
      !th_mlx90614_bus_switch (self->bus, FALSE))
    return FALSE;
  self->is_cut = TRUE;
  self->cut_gap_ms = self->cut_us == 0 ? CUT_GAP_MS : MIN (self->cut_gap_ms * 2, CUT_GAP_MAX_MS);
  self->cut_us = now_us;
  g_mutex_lock (&self->lock);
  self->cuts++;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static Look
look (ThThermometerSmbus *self, ThSample *ret_sample, GError **error)
{
  ThMlx90614Words words;
  ThSample sample = { 0 };

  self->elsewhere = FALSE;
  if (!open_lines (self, error))
    return LOOK_FAILED;
  if (self->is_cut && !restore_supply (self, error))
    return LOOK_FAILED;
  if (g_get_monotonic_time () < self->valid_us)
    return LOOK_SETTLING;
  if (!self->checked)
    {
      if (!check_setup (self, error))
        return LOOK_FAILED;
      self->checked = TRUE;
      self->valid_us = after_ms (g_get_monotonic_time (), TH_MLX90614_SETTLE_MS);
      return LOOK_SETTLING;
    }
  if (!th_mlx90614_bus_read_words (self->bus, &words, error))
    return LOOK_FAILED;
  sample.time_us = g_get_monotonic_time ();
  self->elsewhere =
      !th_presence_read (self->presence, &sample.present, &sample.distance_mm, error);
  if (self->elsewhere)
    return LOOK_FAILED;
  sample.object_raw = words.object_raw;
  sample.ambient_raw = words.ambient_raw;
  *ret_sample = sample;
  return LOOK_GOOD;
}

static ThHealth
health_of (const GError *error)
{
  if (g_error_matches (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_STUCK) ||
      g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT))
    return TH_HEALTH_SILENT;
  if (g_error_matches (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_GONE) ||
      g_error_matches (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_NO_ANSWER) ||
      g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE) ||
      g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY) ||
      g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_ACCESS))
    return TH_HEALTH_ABSENT;
  return TH_HEALTH_FAULT;
}

static gboolean message_cb (gpointer user_data);

static void
message_free (gpointer data)
{
  Message *message = data;

  g_weak_ref_clear (&message->thermometer);
  g_clear_error (&message->trouble);
  g_free (message);
}

/* @trouble, @sample: (nullable) */
static void
tell (ThThermometerSmbus *self, ThHealth health, const GError *trouble, const ThSample *sample,
      guint round)
{
  const char *text = trouble != NULL ? trouble->message : NULL;
  g_autoptr (GSource) source = NULL;
  Message *message;

  if (health == self->told && g_strcmp0 (text, self->told_trouble) == 0 && sample == NULL)
    return;
  self->told = health;
  g_free (self->told_trouble);
  self->told_trouble = g_strdup (text);

  message = g_new0 (Message, 1);
  g_weak_ref_init (&message->thermometer, self);
  message->health = health;
  message->trouble = trouble != NULL ? g_error_copy (trouble) : NULL;
  message->round = round;
  if (sample != NULL)
    {
      message->has_sample = TRUE;
      message->sample = *sample;
    }
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, message_cb, message, message_free);
  g_source_attach (source, self->context);
}

/* Returns: when to look again. */
static gint64
look_failed (ThThermometerSmbus *self, const GError *error)
{
  gint64 now_us = g_get_monotonic_time ();
  gboolean gone = g_error_matches (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_GONE) ||
                  g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE) ||
                  self->bus == NULL;

  self->failures++;
  if (gone)
    close_lines (self);
  /* One bad look out of good ones is looked at twice. */
  if (!gone && self->told == TH_HEALTH_READY && self->failures < FAILURES_THAT_COUNT)
    return after_ms (now_us, MIN (REPEAT_MS, self->sample_ms));
  /* Whatever comes back is asked again who it is. */
  self->checked = FALSE;
  tell (self, health_of (error), error, NULL, 0);
  if (!gone && cut_supply (self, error))
    return after_ms (self->cut_us, TH_MLX90614_OFF_MS);
  return after_ms (now_us, MIN (AWAY_MS, self->idle_check_ms));
}

/* @due_us: when this look was due. Returns: when to look again. */
static gint64
look_once (ThThermometerSmbus *self, gboolean measuring, guint round, gint64 due_us)
{
  g_autoptr (GError) error = NULL;
  ThSample sample;

  switch (look (self, &sample, &error))
    {
    case LOOK_FAILED:
      return look_failed (self, error);
    case LOOK_SETTLING:
      return self->valid_us;
    case LOOK_GOOD:
      break;
    }
  self->failures = 0;
  if (self->cut_us != 0 && after_ms (self->cut_us, MAX (self->cut_gap_ms, CUT_FORGOTTEN_MS)) < due_us)
    self->cut_us = 0;
  tell (self, TH_HEALTH_READY, NULL, &sample, round);
  /* A steady beat, but nothing is made up for when the machine was busy; idle, early enough to look
   * twice before the time is up. */
  due_us = after_ms (due_us, measuring ? self->sample_ms : self->idle_check_ms * 3 / 4);
  return MAX (due_us, g_get_monotonic_time ());
}

static gpointer
sensor_thread (gpointer data)
{
  ThThermometerSmbus *self = data;
  gint64 due_us = g_get_monotonic_time ();

  g_mutex_lock (&self->lock);
  while (!self->stop)
    {
      gboolean measuring = self->measuring;
      guint round = self->round;

      if (!self->wake && g_get_monotonic_time () < due_us)
        {
          g_cond_wait_until (&self->wake_cond, &self->lock, due_us);
          continue;
        }
      if (self->wake)
        due_us = g_get_monotonic_time ();
      self->wake = FALSE;
      g_mutex_unlock (&self->lock);
      due_us = look_once (self, measuring, round, due_us);
      g_mutex_lock (&self->lock);
      if (self->bus != NULL)
        self->stats = *th_smbus_get_stats (th_mlx90614_bus_get_smbus (self->bus));
    }
  g_mutex_unlock (&self->lock);
  close_lines (self);
  return NULL;
}

/* --- the main context --- */

static gboolean
message_cb (gpointer user_data)
{
  Message *message = user_data;
  g_autoptr (ThThermometerSmbus) self = g_weak_ref_get (&message->thermometer);

  if (self == NULL)
    return G_SOURCE_REMOVE;
  g_clear_error (&self->trouble);
  self->trouble = g_steal_pointer (&message->trouble);
  if (message->health != self->health)
    {
      self->health = message->health;
      g_object_notify (G_OBJECT (self), "health");
    }
  /* Only this context writes measuring and round: no lock to read them here. */
  if (message->has_sample && message->round == self->round)
    g_signal_emit_by_name (self, self->measuring ? "sample" : "look", &message->sample);
  return G_SOURCE_REMOVE;
}

static void
th_thermometer_smbus_start (ThThermometer *thermometer)
{
  ThThermometerSmbus *self = TH_THERMOMETER_SMBUS (thermometer);

  if (self->thread == NULL)
    self->thread = g_thread_new ("sensor", sensor_thread, self);
}

static void
set_measuring (ThThermometerSmbus *self, gboolean measuring)
{
  g_mutex_lock (&self->lock);
  if (self->measuring != measuring)
    {
      self->measuring = measuring;
      self->round++;
      self->wake = measuring;
      g_cond_signal (&self->wake_cond);
    }
  g_mutex_unlock (&self->lock);
}

static void
th_thermometer_smbus_begin (ThThermometer *thermometer)
{
  set_measuring (TH_THERMOMETER_SMBUS (thermometer), TRUE);
}

static void
th_thermometer_smbus_end (ThThermometer *thermometer)
{
  set_measuring (TH_THERMOMETER_SMBUS (thermometer), FALSE);
}

static ThHealth
th_thermometer_smbus_get_health (ThThermometer *thermometer)
{
  return TH_THERMOMETER_SMBUS (thermometer)->health;
}

static const GError *
th_thermometer_smbus_get_trouble (ThThermometer *thermometer)
{
  return TH_THERMOMETER_SMBUS (thermometer)->trouble;
}

static char *
th_thermometer_smbus_describe (ThThermometer *thermometer)
{
  ThThermometerSmbus *self = TH_THERMOMETER_SMBUS (thermometer);
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
  g_return_if_fail (self->thread == NULL);
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
thermometer_init (ThThermometerInterface *iface)
{
  iface->start = th_thermometer_smbus_start;
  iface->begin = th_thermometer_smbus_begin;
  iface->end = th_thermometer_smbus_end;
  iface->get_health = th_thermometer_smbus_get_health;
  iface->get_trouble = th_thermometer_smbus_get_trouble;
  iface->describe = th_thermometer_smbus_describe;
}

static void
th_thermometer_smbus_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  switch (id)
    {
    case PROP_HEALTH:
      g_value_set_uint (value, TH_THERMOMETER_SMBUS (object)->health);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
th_thermometer_smbus_dispose (GObject *object)
{
  ThThermometerSmbus *self = TH_THERMOMETER_SMBUS (object);

  g_mutex_lock (&self->lock);
  self->stop = TRUE;
  g_cond_signal (&self->wake_cond);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&self->thread, g_thread_join);
  G_OBJECT_CLASS (th_thermometer_smbus_parent_class)->dispose (object);
}

static void
th_thermometer_smbus_finalize (GObject *object)
{
  ThThermometerSmbus *self = TH_THERMOMETER_SMBUS (object);

  th_presence_free (self->presence);
  g_free (self->chip_label);
  g_clear_error (&self->trouble);
  g_free (self->told_trouble);
  g_free (self->identity);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake_cond);
  G_OBJECT_CLASS (th_thermometer_smbus_parent_class)->finalize (object);
}

static void
th_thermometer_smbus_class_init (ThThermometerSmbusClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = th_thermometer_smbus_get_property;
  object_class->dispose = th_thermometer_smbus_dispose;
  object_class->finalize = th_thermometer_smbus_finalize;
  g_object_class_override_property (object_class, PROP_HEALTH, "health");
}

static void
th_thermometer_smbus_init (ThThermometerSmbus *self)
{
  self->health = TH_HEALTH_STARTING;
  self->told = TH_HEALTH_STARTING;
  self->context = g_main_context_ref_thread_default ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake_cond);
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
  self->sample_ms = sample_ms;
  self->idle_check_ms = idle_check_ms;
  return TH_THERMOMETER (self);
}
