/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/thermometer-thread.h"

#define REPEAT_MS 50 /* a look that failed, or came too early, is repeated after this */
#define AWAY_MS 400

typedef struct
{
  /* Fixed before the start. */
  guint sample_ms, patience_ms;
  guint away_ms; /* between two looks for a sensor that is away */
  guint idle_ms; /* between two looks while nobody is measured */
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
  guint round; /* counts begin and end: what was seen in an earlier round is not shown */

  /* The thread's. */
  gint64 failing_us; /* since when; 0: the last look was good */
  ThHealth told;     /* what the main context was told last */
  char *told_trouble;
} ThThermometerThreadPrivate;
typedef ThThermometerThreadPrivate Private;

/* What the thread tells the main context. */
typedef struct
{
  GWeakRef thermometer;
  ThHealth health;
  GError *trouble;
  ThSample sample;
  gboolean has_sample;
  guint round;
} Message;

enum
{
  PROP_0,
  PROP_HEALTH,
};

static void thermometer_init (ThThermometerInterface *iface);
G_DEFINE_ABSTRACT_TYPE_WITH_CODE (ThThermometerThread, th_thermometer_thread, G_TYPE_OBJECT,
                                  G_ADD_PRIVATE (ThThermometerThread)
                                      G_IMPLEMENT_INTERFACE (TH_TYPE_THERMOMETER,
                                                             thermometer_init))

static Private *
private (gpointer self)
{
  return th_thermometer_thread_get_instance_private (self);
}

/* --- the thread --- */

static gint64
after_ms (gint64 since_us, guint ms)
{
  return since_us + ms * G_TIME_SPAN_MILLISECOND;
}

static gboolean
is_gone (const GError *error)
{
  return g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE) ||
         g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY) ||
         g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_ACCESS);
}

static ThHealth
health_of (const GError *error)
{
  if (is_gone (error))
    return TH_HEALTH_ABSENT;
  if (g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT))
    return TH_HEALTH_SILENT;
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
tell (ThThermometerThread *self, ThHealth health, const GError *trouble, const ThSample *sample,
      guint round)
{
  Private *priv = private (self);
  const char *text = trouble != NULL ? trouble->message : NULL;
  g_autoptr (GSource) source = NULL;
  Message *message;

  if (health == priv->told && g_strcmp0 (text, priv->told_trouble) == 0 && sample == NULL)
    return;
  priv->told = health;
  g_free (priv->told_trouble);
  priv->told_trouble = g_strdup (text);

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
  g_source_attach (source, priv->context);
}

/* Returns: when to look again. */
static gint64
look_failed (ThThermometerThread *self, const GError *error)
{
  Private *priv = private (self);
  gint64 now_us = g_get_monotonic_time ();

  if (priv->failing_us == 0)
    priv->failing_us = now_us;
  if (is_gone (error))
    TH_THERMOMETER_THREAD_GET_CLASS (self)->close (self);
  else if (priv->told == TH_HEALTH_READY &&
           now_us < after_ms (priv->failing_us, priv->patience_ms))
    return after_ms (now_us, MIN (REPEAT_MS, priv->sample_ms));
  tell (self, health_of (error), error, NULL, 0);
  return after_ms (now_us, priv->away_ms);
}

/* @due_us: when this look was due. Returns: when to look again. */
static gint64
look_once (ThThermometerThread *self, gboolean measuring, guint round, gint64 due_us)
{
  Private *priv = private (self);
  g_autoptr (GError) error = NULL;
  ThSample sample = { 0 };
  ThLook look = TH_THERMOMETER_THREAD_GET_CLASS (self)->look (self, &sample, &error);

  switch (look)
    {
    case TH_LOOK_FAILED:
      return look_failed (self, error);
    case TH_LOOK_SETTLING:
      return after_ms (g_get_monotonic_time (), MIN (REPEAT_MS, priv->sample_ms));
    case TH_LOOK_EMPTY:
    case TH_LOOK_GOOD:
      break;
    }
  priv->failing_us = 0;
  tell (self, TH_HEALTH_READY, NULL, look == TH_LOOK_GOOD ? &sample : NULL, round);
  /* A steady beat, but nothing is made up for when the machine was busy. */
  due_us = after_ms (due_us, measuring ? priv->sample_ms : priv->idle_ms);
  return MAX (due_us, g_get_monotonic_time ());
}

static gpointer
sensor_thread (gpointer data)
{
  ThThermometerThread *self = data;
  Private *priv = private (self);
  gint64 due_us = g_get_monotonic_time ();

  g_mutex_lock (&priv->lock);
  while (!priv->stop)
    {
      gboolean measuring = priv->measuring;
      guint round = priv->round;

      if (!priv->wake && g_get_monotonic_time () < due_us)
        {
          g_cond_wait_until (&priv->wake_cond, &priv->lock, due_us);
          continue;
        }
      if (priv->wake)
        due_us = g_get_monotonic_time ();
      priv->wake = FALSE;
      g_mutex_unlock (&priv->lock);
      due_us = look_once (self, measuring, round, due_us);
      g_mutex_lock (&priv->lock);
    }
  g_mutex_unlock (&priv->lock);
  TH_THERMOMETER_THREAD_GET_CLASS (self)->close (self);
  return NULL;
}

/* --- the main context --- */

static gboolean
message_cb (gpointer user_data)
{
  Message *message = user_data;
  g_autoptr (ThThermometerThread) self = g_weak_ref_get (&message->thermometer);
  Private *priv;

  if (self == NULL)
    return G_SOURCE_REMOVE;
  priv = private (self);
  g_clear_error (&priv->trouble);
  priv->trouble = g_steal_pointer (&message->trouble);
  if (message->health != priv->health)
    {
      priv->health = message->health;
      g_object_notify (G_OBJECT (self), "health");
    }
  /* Only this context writes measuring and round: no lock to read them here. */
  if (message->has_sample && message->round == priv->round)
    g_signal_emit_by_name (self, priv->measuring ? "sample" : "look", &message->sample);
  return G_SOURCE_REMOVE;
}

static void
th_thermometer_thread_start (ThThermometer *thermometer)
{
  Private *priv = private (thermometer);

  if (priv->thread == NULL)
    priv->thread = g_thread_new ("sensor", sensor_thread, thermometer);
}

static void
set_measuring (ThThermometer *thermometer, gboolean measuring)
{
  Private *priv = private (thermometer);

  g_mutex_lock (&priv->lock);
  if (priv->measuring != measuring)
    {
      priv->measuring = measuring;
      priv->round++;
      priv->wake = measuring;
      g_cond_signal (&priv->wake_cond);
    }
  g_mutex_unlock (&priv->lock);
}

static void
th_thermometer_thread_begin (ThThermometer *thermometer)
{
  set_measuring (thermometer, TRUE);
}

static void
th_thermometer_thread_end (ThThermometer *thermometer)
{
  set_measuring (thermometer, FALSE);
}

static ThHealth
th_thermometer_thread_get_health (ThThermometer *thermometer)
{
  return private (thermometer)->health;
}

static const GError *
th_thermometer_thread_get_trouble (ThThermometer *thermometer)
{
  return private (thermometer)->trouble;
}

static char *
th_thermometer_thread_describe (ThThermometer *thermometer)
{
  ThThermometerThread *self = TH_THERMOMETER_THREAD (thermometer);

  return TH_THERMOMETER_THREAD_GET_CLASS (self)->describe (self);
}

void
th_thermometer_thread_set_times (ThThermometerThread *self, guint sample_ms, guint idle_check_ms,
                                 guint patience_ms)
{
  Private *priv = private (self);
  guint last_ms = patience_ms + 2 * REPEAT_MS; /* so long before the time is up it must be looked */

  g_return_if_fail (priv->thread == NULL);
  priv->sample_ms = sample_ms;
  priv->patience_ms = patience_ms;
  priv->away_ms = MIN (AWAY_MS, idle_check_ms);
  if (idle_check_ms > last_ms)
    priv->idle_ms = MIN (idle_check_ms - last_ms, idle_check_ms * 3 / 4);
  priv->idle_ms = MAX (priv->idle_ms, sample_ms);
}

static void
thermometer_init (ThThermometerInterface *iface)
{
  iface->start = th_thermometer_thread_start;
  iface->begin = th_thermometer_thread_begin;
  iface->end = th_thermometer_thread_end;
  iface->get_health = th_thermometer_thread_get_health;
  iface->get_trouble = th_thermometer_thread_get_trouble;
  iface->describe = th_thermometer_thread_describe;
}

static void
th_thermometer_thread_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  switch (id)
    {
    case PROP_HEALTH:
      g_value_set_uint (value, private (object)->health);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
th_thermometer_thread_dispose (GObject *object)
{
  Private *priv = private (object);

  g_mutex_lock (&priv->lock);
  priv->stop = TRUE;
  g_cond_signal (&priv->wake_cond);
  g_mutex_unlock (&priv->lock);
  g_clear_pointer (&priv->thread, g_thread_join);
  G_OBJECT_CLASS (th_thermometer_thread_parent_class)->dispose (object);
}

static void
th_thermometer_thread_finalize (GObject *object)
{
  Private *priv = private (object);

  g_clear_error (&priv->trouble);
  g_free (priv->told_trouble);
  g_main_context_unref (priv->context);
  g_mutex_clear (&priv->lock);
  g_cond_clear (&priv->wake_cond);
  G_OBJECT_CLASS (th_thermometer_thread_parent_class)->finalize (object);
}

static void
th_thermometer_thread_class_init (ThThermometerThreadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = th_thermometer_thread_get_property;
  object_class->dispose = th_thermometer_thread_dispose;
  object_class->finalize = th_thermometer_thread_finalize;
  g_object_class_override_property (object_class, PROP_HEALTH, "health");
}

static void
th_thermometer_thread_init (ThThermometerThread *self)
{
  Private *priv = private (self);

  priv->health = TH_HEALTH_STARTING;
  priv->told = TH_HEALTH_STARTING;
  priv->context = g_main_context_ref_thread_default ();
  g_mutex_init (&priv->lock);
  g_cond_init (&priv->wake_cond);
}
