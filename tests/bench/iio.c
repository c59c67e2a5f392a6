/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/iio.h"

#include <glib/gstdio.h>

#define DEVICE "sys/devices/platform/soc/fe804000.i2c/i2c-1/1-005a"
#define IIO_DEVICE DEVICE "/iio:device0"
#define SCALE_MC 20

struct _ThBenchIio
{
  char *dir;  /* of the attributes */
  char *link; /* to it, below /sys/bus/iio/devices */
  char *bus_link;
  ThBenchGpio *gpio;
  const char *model; /* NULL: unplugged */
  ThBenchIioFault fault;
  char *text;
  char *emissivity;
};

/* A link below /sys/bus, as the kernel has one for each device. */
static char *
make_link (const char *root, const char *folder, const char *name)
{
  g_autofree char *dir = g_build_filename (root, folder, NULL);

  g_mkdir_with_parents (dir, 0755);
  return g_build_filename (dir, name, NULL);
}

ThBenchIio *
th_bench_iio_new (const char *root, ThBenchGpio *gpio)
{
  ThBenchIio *self = g_new0 (ThBenchIio, 1);

  self->dir = g_build_filename (root, IIO_DEVICE, NULL);
  self->link = make_link (root, "sys/bus/iio/devices", "iio:device0");
  self->bus_link = make_link (root, "sys/bus/i2c/devices", "1-005a");
  self->gpio = gpio;
  self->emissivity = g_strdup ("1");
  return self;
}

void
th_bench_iio_free (ThBenchIio *self)
{
  th_bench_iio_unplug (self);
  g_free (self->dir);
  g_free (self->link);
  g_free (self->bus_link);
  g_free (self->text);
  g_free (self->emissivity);
  g_free (self);
}

/* In one step: nobody reads half an attribute of the kernel's. */
static void
write_attribute (ThBenchIio *self, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (self->dir, name, NULL);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents_full (path, line, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, &error))
    g_error ("%s", error->message);
}

/* Nothing is mapped at the address 0: reading there is EIO. */
static void
break_attribute (ThBenchIio *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->dir, name, NULL);
  g_autofree char *other = g_strconcat (path, ".new", NULL);

  g_unlink (other);
  if (symlink ("/proc/self/mem", other) != 0 || g_rename (other, path) != 0)
    g_error ("cannot break %s", path);
}

static gboolean
has_words (ThBenchIio *self)
{
  return g_str_equal (self->model, "mlx90614");
}

static void
write_temperature (ThBenchIio *self, const char *channel, int mc)
{
  g_autofree char *name =
      g_strdup_printf ("in_temp_%s_%s", channel, has_words (self) ? "raw" : "input");
  g_autofree char *text =
      g_strdup_printf ("%d", has_words (self) ? (mc + 273150 + SCALE_MC / 2) / SCALE_MC : mc);
  gboolean object = g_str_equal (channel, "object");

  if (object && self->fault == TH_BENCH_IIO_BROKEN)
    break_attribute (self, name);
  else
    write_attribute (self, name,
                     object && self->fault == TH_BENCH_IIO_SAYS ? self->text : text);
}

void
th_bench_iio_update (ThBenchIio *self)
{
  if (self->model == NULL)
    return;
  write_temperature (self, "ambient", atomic_load (&self->gpio->ambient_mc));
  write_temperature (self, "object", atomic_load (&self->gpio->object_mc));
}

gboolean
th_bench_iio_plug (ThBenchIio *self, const char *model)
{
  if (self->model != NULL || (!g_str_equal (model, "mlx90614") && !g_str_equal (model, "mlx90632")))
    return FALSE;
  self->model = g_intern_string (model);
  g_mkdir_with_parents (self->dir, 0755);
  write_attribute (self, "in_temp_object_calibemissivity", self->emissivity);
  if (has_words (self))
    {
      write_attribute (self, "in_temp_offset", "-13657.500000");
      write_attribute (self, "in_temp_scale", "20");
      write_attribute (self, "in_temp_object_filter_low_pass_3db_frequency", "7.230000");
    }
  th_bench_iio_update (self);
  write_attribute (self, "name", model);
  if (symlink ("../../../../" IIO_DEVICE, self->link) != 0 ||
      symlink ("../../../../" DEVICE, self->bus_link) != 0)
    g_error ("cannot link %s", self->link);
  return TRUE;
}

gboolean
th_bench_iio_unplug (ThBenchIio *self)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (self->model == NULL)
    return FALSE;
  self->model = NULL;
  g_unlink (self->link);
  g_unlink (self->bus_link);
  dir = g_dir_open (self->dir, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->dir);
  return TRUE;
}

void
th_bench_iio_set_fault (ThBenchIio *self, ThBenchIioFault fault, const char *text)
{
  self->fault = fault;
  g_free (self->text);
  self->text = g_strdup (text);
  th_bench_iio_update (self);
}

void
th_bench_iio_set_emissivity (ThBenchIio *self, const char *text)
{
  g_free (self->emissivity);
  self->emissivity = g_strdup (text);
  if (self->model != NULL)
    write_attribute (self, "in_temp_object_calibemissivity", text);
}
