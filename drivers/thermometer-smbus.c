/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Melexis MLX90614 (data sheet 3901090614 revision 13) over SMBus on two GPIO lines.
 *
 * A thread looks at the sensor, ten times a second while somebody is measured and once a second
 * otherwise, and leaves the bus silent in between: traffic disturbs the thermopile (8.4.9). Each
 * look that says something new becomes one message to the main context.
 */
#include "drivers/thermometer-smbus.h"

#include "drivers/mlx90614.h"
#include "drivers/presence.h"

#define SETTLE_MS 300 /* from power-on to valid words the chip takes 250 ms */
#define REPEAT_MS 50  /* a failed look is repeated after this before it counts */
#define AWAY_MS 400   /* between two looks for a sensor that is away */
#define FAILURES_THAT_COUNT 2

/* A kiosk's sensor, not a furnace's. */
#define AMBIENT_MIN_MC -10000
#define AMBIENT_MAX_MC 60000
/* Between two looks a die cannot change more, and an object only when somebody comes or goes: what
 * moved further is read again until two readings running agree. */
#define AMBIENT_STEP_MC 2000
#define OBJECT_STEP_MC 5000
#define AGREE_TRIES 4

typedef struct
{
  guint16 object_raw, ambient_raw;
  int object_mc, ambient_mc;
} Words;

struct _ThThermometerSmbus
{
  GObject parent_instance;

  /* Fixed by the constructor. */
  char *chip_label;
  guint sda_line, scl_line;
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

  /* The thread's. */
  ThSmbus *bus;
  gboolean checked; /* the sensor said who it is */
  gint64 valid_us;  /* its words count from here on */
  gboolean has_last;
  Words last;
  guint failures; /* looks in a row */
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

static void
close_lines (ThThermometerSmbus *self)
{
  g_clear_pointer (&self->bus, th_smbus_free);
  th_presence_close (self->presence);
  self->checked = FALSE;
}

static gboolean
open_lines (ThThermometerSmbus *self, GError **error)
{
  if (self->bus == NULL)
    self->bus = th_smbus_new (self->chip_label, self->sda_line, self->scl_line, 5, error);
  return self->bus != NULL;
}

static gboolean
read_word (ThThermometerSmbus *self, guint8 command, guint16 *ret_word, GError **error)
{
  return th_smbus_read_word (self->bus, TH_MLX90614_ADDRESS, command, ret_word, error);
}

static gboolean
check_setup (ThThermometerSmbus *self, GError **error)
{
  ThMlx90614Setup setup;

  for (guint8 i = 0; i < G_N_ELEMENTS (setup.id); i++)
    if (!read_word (self, TH_MLX90614_ID + i, &setup.id[i], error))
      return FALSE;
  return read_word (self, TH_MLX90614_CONFIG, &setup.config, error) &&
         read_word (self, TH_MLX90614_PWMCTRL, &setup.pwmctrl, error) &&
         read_word (self, TH_MLX90614_EMISSIVITY, &setup.emissivity, error) &&
         th_mlx90614_check_setup (&setup, error);
}

static gboolean
read_pair (ThThermometerSmbus *self, Words *ret_words, GError **error)
{
  Words words;

  if (!read_word (self, TH_MLX90614_AMBIENT, &words.ambient_raw, error) ||
      !read_word (self, TH_MLX90614_OBJECT, &words.object_raw, error) ||
      !th_mlx90614_ambient_to_mc (words.ambient_raw, &words.ambient_mc, error) ||
      !th_mlx90614_object_to_mc (words.object_raw, &words.object_mc, error))
    return FALSE;
  if (words.ambient_mc < AMBIENT_MIN_MC || words.ambient_mc > AMBIENT_MAX_MC)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE,
                   "sensor says that it is at %d °C itself", words.ambient_mc / 1000);
      return FALSE;
    }
  *ret_words = words;
  return TRUE;
}

static gboolean
agree (const Words *a, const Words *b)
{
  return ABS (a->ambient_mc - b->ambient_mc) <= AMBIENT_STEP_MC &&
         ABS (a->object_mc - b->object_mc) <= OBJECT_STEP_MC;
}

/* A wrong word with a right check byte is rare (1 in 256 of the wrong ones), two alike are not
 * seen. */
static gboolean
read_agreeing_pair (ThThermometerSmbus *self, Words *ret_words, GError **error)
{
  Words words, before = self->last;
  gboolean has_before = self->has_last;

  for (int i = 0; i < AGREE_TRIES; i++)
    {
      if (!read_pair (self, &words, error))
        return FALSE;
      if (has_before && agree (&words, &before))
        {
          self->last = words;
          self->has_last = TRUE;
          *ret_words = words;
          return TRUE;
        }
      before = words;
      has_before = TRUE;
    }
  g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL, "sensor's words jump about");
  return FALSE;
}

static Look
look (ThThermometerSmbus *self, ThSample *ret_sample, GError **error)
{
  ThSample sample = { 0 };
  Words words;

  if (!open_lines (self, error))
    return LOOK_FAILED;
  if (!self->checked)
    {
      if (!check_setup (self, error))
        return LOOK_FAILED;
      self->checked = TRUE;
      self->has_last = FALSE;
      self->valid_us = g_get_monotonic_time () + SETTLE_MS * G_TIME_SPAN_MILLISECOND;
    }
  if (g_get_monotonic_time () < self->valid_us)
    return LOOK_SETTLING;
  if (!read_agreeing_pair (self, &words, error))
    return LOOK_FAILED;
  sample.time_us = g_get_monotonic_time ();
  if (!th_presence_read (self->presence, &sample.present, error))
    return LOOK_FAILED;
  sample.object_raw = words.object_raw;
  sample.ambient_raw = words.ambient_raw;
  *ret_sample = sample;
  return LOOK_GOOD;
}

static ThHealth
health_of (const GError *error)
{
  if (g_error_matches (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_STUCK))
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

static gint64
after_ms (gint64 since_us, guint ms)
{
  return since_us + ms * G_TIME_SPAN_MILLISECOND;
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
        self->stats = *th_smbus_get_stats (self->bus);
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
                          int presence_line, gboolean presence_active_low, guint sample_ms,
                          guint idle_check_ms)
{
  ThThermometerSmbus *self = g_object_new (TH_TYPE_THERMOMETER_SMBUS, NULL);

  self->chip_label = g_strdup (chip_label);
  self->sda_line = sda_line;
  self->scl_line = scl_line;
  self->presence = th_presence_new_switch (chip_label, presence_line, presence_active_low);
  self->sample_ms = sample_ms;
  self->idle_check_ms = idle_check_ms;
  return TH_THERMOMETER (self);
}
