/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Melexis MLX90614 and MLX90632 behind the kernel's own drivers, as numbers in sysfs
 * (Documentation/ABI/testing/sysfs-bus-iio; drivers/iio/temperature/mlx90614.c and mlx90632.c).
 *
 * The mlx90614 gives the chip's words: °C × 1000 = (raw + offset) × scale. The mlx90632 gives
 * thousandths of a degree. Sensors come and go with their bus, so a look begins by finding the
 * sensor when the last one could not.
 */
#include "drivers/thermometer-iio.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "drivers/iio-text.h"
#include "drivers/mlx90614.h"

#define DEVICES "/sys/bus/iio/devices"
#define DEVICE_PREFIX "iio:device"
#define DEVICES_MAX 64 /* looked at */

#define EMISSIVITY "in_temp_object_calibemissivity"
#define FILTER "in_temp_object_filter_low_pass_3db_frequency"

#define OFFSET_WANTED (-TH_IIO_ONE * 13657 - TH_IIO_ONE / 2)
#define SCALE_WANTED (TH_IIO_ONE * 20)
#define FILTER_MIN (TH_IIO_ONE / 100 * 86) /* settles in 1.2 s */

#define CHECK_AGAIN_S 60
#define PATIENCE_MS 100 /* a failed read is repeated before it counts */

/* A kiosk's sensor, not a furnace's. */
#define AMBIENT_MIN_MC -10000
#define AMBIENT_MAX_MC 60000

typedef enum
{
  MODEL_MLX90614,
  MODEL_MLX90632,
} Model;

static const char *const model_names[] = { "mlx90614", "mlx90632" };

struct _ThThermometerIio
{
  ThThermometerThread parent_instance;

  /* Fixed by the constructor. */
  char *device;

  /* The thread's, once it runs. */
  ThPresence *presence;
  char *dir; /* of the sensor; NULL: not found */
  Model model;
  gint64 checked_us; /* how it is set up; 0: not yet */

  /* Shared, under the lock. */
  GMutex lock;
  char *identity;
};

G_DEFINE_FINAL_TYPE (ThThermometerIio, th_thermometer_iio, TH_TYPE_THERMOMETER_THREAD)

/* --- attributes --- */

static int
code_of (int code)
{
  switch (code)
    {
    case ENOENT:
    case ENOTDIR:
    case ENODEV:
    case ENXIO:     /* the bus had no answer from the chip */
    case EREMOTEIO:
      return TH_DEVICE_ERROR_GONE;
    case EACCES:
    case EPERM:
      return TH_DEVICE_ERROR_ACCESS;
    case ETIMEDOUT:
    case EAGAIN:
      return TH_DEVICE_ERROR_TIMED_OUT;
    default:
      return TH_DEVICE_ERROR_PROTOCOL;
    }
}

/* @text: TH_IIO_TEXT_MAX + 1 bytes. Returns: how many were read; -1 with errno. */
static gssize
read_text (const char *path, char *text)
{
  /* An attribute is always ready; what somebody configured by mistake may not be. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  gssize n;
  int code;

  if (fd < 0)
    return -1;
  do
    n = read (fd, text, TH_IIO_TEXT_MAX + 1);
  while (n < 0 && errno == EINTR);
  code = errno;
  close (fd);
  errno = code;
  return n;
}

static gboolean
read_number (ThThermometerIio *self, const char *name, gint64 *ret_billionths, GError **error)
{
  g_autofree char *path = g_build_filename (self->dir, name, NULL);
  char text[TH_IIO_TEXT_MAX + 1];
  gssize n = read_text (path, text);

  if (n < 0)
    {
      g_set_error (error, TH_DEVICE_ERROR, code_of (errno), "%s: %s", name, g_strerror (errno));
      return FALSE;
    }
  if (th_iio_parse (text, (gsize) n, ret_billionths, error))
    return TRUE;
  g_prefix_error (error, "%s: ", name);
  return FALSE;
}

/* --- the sensor --- */

/* Is @dir the folder of a sensor that we know? */
static gboolean
is_sensor (const char *dir, Model *ret_model)
{
  g_autofree char *path = g_build_filename (dir, "name", NULL);
  char text[TH_IIO_TEXT_MAX + 1];
  gssize n = read_text (path, text);

  for (guint i = 0; n > 1 && i < G_N_ELEMENTS (model_names); i++)
    if (text[n - 1] == '\n' && (gsize) n - 1 == strlen (model_names[i]) &&
        memcmp (text, model_names[i], (gsize) n - 1) == 0)
      {
        *ret_model = (Model) i;
        return TRUE;
      }
  return FALSE;
}

/* The sensors in @parent. Returns: how many; the last one is remembered. */
static guint
look_into (ThThermometerIio *self, const char *parent)
{
  g_autoptr (GDir) folder = g_dir_open (parent, 0, NULL);
  const char *name;
  guint found = 0;

  for (guint i = 0; i < DEVICES_MAX && folder != NULL &&
                    (name = g_dir_read_name (folder)) != NULL; i++)
    {
      g_autofree char *dir = g_build_filename (parent, name, NULL);

      if (!g_str_has_prefix (name, DEVICE_PREFIX) || !is_sensor (dir, &self->model))
        continue;
      g_free (self->dir);
      self->dir = g_steal_pointer (&dir);
      found++;
    }
  return found;
}

static gboolean
find_sensor (ThThermometerIio *self, GError **error)
{
  const char *parent = self->device[0] != '\0' ? self->device : DEVICES;
  guint found;

  if (self->dir != NULL)
    return TRUE;
  self->checked_us = 0;
  if (self->device[0] != '\0' && is_sensor (self->device, &self->model))
    {
      self->dir = g_strdup (self->device);
      return TRUE;
    }
  found = look_into (self, parent);
  if (found == 1)
    return TRUE;
  g_clear_pointer (&self->dir, g_free);
  if (found == 0)
    g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE, "no mlx90614 or mlx90632 in %s",
                 parent);
  else
    g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE,
                 "%u sensors in %s: which one is meant must be configured", found, parent);
  return FALSE;
}

static gboolean
check_number (ThThermometerIio *self, const char *name, gint64 wanted, const char *why,
              GError **error)
{
  gint64 seen;

  if (!read_number (self, name, &seen, error))
    return FALSE;
  if (seen == wanted)
    return TRUE;
  g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE, "%s is %.9g, %s", name,
               (double) seen / (double) TH_IIO_ONE, why);
  return FALSE;
}

/* Not every kernel shows it. */
static gboolean
check_filter (ThThermometerIio *self, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  gint64 seen;

  if (!read_number (self, FILTER, &seen, &trouble))
    {
      if (g_error_matches (trouble, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&trouble));
      return FALSE;
    }
  if (seen >= FILTER_MIN)
    return TRUE;
  g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE,
               FILTER " is %.9g, a filter too slow: it must be 0.86 or more",
               (double) seen / (double) TH_IIO_ONE);
  return FALSE;
}

static gboolean
check_setup (ThThermometerIio *self, GError **error)
{
  gint64 now_us = g_get_monotonic_time ();

  if (self->checked_us != 0 && now_us < self->checked_us + CHECK_AGAIN_S * G_TIME_SPAN_SECOND)
    return TRUE;
  self->checked_us = 0;
  if (!check_number (self, EMISSIVITY, TH_IIO_ONE, "must be 1: it is corrected here", error))
    return FALSE;
  if (self->model == MODEL_MLX90614 &&
      (!check_filter (self, error) ||
       !check_number (self, "in_temp_offset", OFFSET_WANTED, "not that of an mlx90614", error) ||
       !check_number (self, "in_temp_scale", SCALE_WANTED, "not that of an mlx90614", error)))
    return FALSE;
  self->checked_us = now_us;
  g_mutex_lock (&self->lock);
  g_free (self->identity);
  self->identity = g_strdup_printf ("%s by the kernel, %s", model_names[self->model], self->dir);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
out_of_range (const char *name, gint64 seen, GError **error)
{
  g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL, "%s is %.9g", name,
               (double) seen / (double) TH_IIO_ONE);
  return FALSE;
}

/* A chip's word, however the kernel shows it. */
static gboolean
read_word (ThThermometerIio *self, const char *channel, guint16 *ret_word, GError **error)
{
  gboolean raw = self->model == MODEL_MLX90614;
  g_autofree char *name = g_strconcat ("in_temp_", channel, raw ? "_raw" : "_input", NULL);
  gint64 seen;
  int word;

  if (!read_number (self, name, &seen, error))
    return FALSE;
  if (!raw && ABS (seen) > TH_IIO_ONE * 1000000)
    return out_of_range (name, seen, error);
  if (raw && (seen < 0 || seen > TH_IIO_ONE * G_MAXUINT16 || seen % TH_IIO_ONE != 0))
    return out_of_range (name, seen, error);
  word = raw ? (int) (seen / TH_IIO_ONE)
             : th_mlx90614_nearest_word ((int) ((seen + (seen < 0 ? -1 : 1) * TH_IIO_ONE / 2) /
                                                TH_IIO_ONE));
  *ret_word = (guint16) word;
  return TRUE;
}

static gboolean
read_words (ThThermometerIio *self, ThSample *sample, GError **error)
{
  int object_mc, ambient_mc;

  if (!read_word (self, "ambient", &sample->ambient_raw, error) ||
      !read_word (self, "object", &sample->object_raw, error) ||
      !th_mlx90614_ambient_to_mc (sample->ambient_raw, &ambient_mc, error) ||
      !th_mlx90614_object_to_mc (sample->object_raw, &object_mc, error))
    return FALSE;
  if (ambient_mc >= AMBIENT_MIN_MC && ambient_mc <= AMBIENT_MAX_MC)
    return TRUE;
  g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE,
               "sensor says that it is at %d °C itself", ambient_mc / 1000);
  return FALSE;
}

static ThLook
th_thermometer_iio_look (ThThermometerThread *thread, ThSample *ret_sample, GError **error)
{
  ThThermometerIio *self = TH_THERMOMETER_IIO (thread);

  if (!find_sensor (self, error))
    return TH_LOOK_FAILED;
  if (!check_setup (self, error) || !read_words (self, ret_sample, error))
    {
      self->checked_us = 0; /* whatever comes back is asked again how it is set up */
      return TH_LOOK_FAILED;
    }
  ret_sample->time_us = g_get_monotonic_time ();
  return th_presence_read (self->presence, &ret_sample->present, &ret_sample->distance_mm, error)
             ? TH_LOOK_GOOD
             : TH_LOOK_FAILED;
}

static void
th_thermometer_iio_close (ThThermometerThread *thread)
{
  ThThermometerIio *self = TH_THERMOMETER_IIO (thread);

  g_clear_pointer (&self->dir, g_free);
  th_presence_close (self->presence);
}

static char *
th_thermometer_iio_describe (ThThermometerThread *thread)
{
  ThThermometerIio *self = TH_THERMOMETER_IIO (thread);
  char *text;

  g_mutex_lock (&self->lock);
  text = g_strdup (self->identity != NULL ? self->identity : "no sensor of the kernel yet");
  g_mutex_unlock (&self->lock);
  return text;
}

static void
th_thermometer_iio_finalize (GObject *object)
{
  ThThermometerIio *self = TH_THERMOMETER_IIO (object);

  th_presence_free (self->presence);
  g_free (self->device);
  g_free (self->dir);
  g_free (self->identity);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (th_thermometer_iio_parent_class)->finalize (object);
}

static void
th_thermometer_iio_class_init (ThThermometerIioClass *klass)
{
  ThThermometerThreadClass *thread_class = TH_THERMOMETER_THREAD_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = th_thermometer_iio_finalize;
  thread_class->look = th_thermometer_iio_look;
  thread_class->close = th_thermometer_iio_close;
  thread_class->describe = th_thermometer_iio_describe;
}

static void
th_thermometer_iio_init (ThThermometerIio *self)
{
  g_mutex_init (&self->lock);
}

ThThermometer *
th_thermometer_iio_new (const char *device, ThPresence *presence, guint sample_ms,
                        guint idle_check_ms)
{
  ThThermometerIio *self = g_object_new (TH_TYPE_THERMOMETER_IIO, NULL);

  self->device = g_strdup (device);
  self->presence = presence;
  th_thermometer_thread_set_times (TH_THERMOMETER_THREAD (self), sample_ms, idle_check_ms,
                                   PATIENCE_MS);
  return TH_THERMOMETER (self);
}
