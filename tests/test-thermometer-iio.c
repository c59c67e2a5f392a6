/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sensors that the kernel reads: a folder of files, as sysfs shows them. */
#include "drivers/iio-text.h"
#include "drivers/mlx90614.h"
#include "drivers/thermometer-iio.h"
#include "tests/main-loop.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LIMIT_MS 20000
#define SAMPLE_MS 20
#define IDLE_MS 100

/* --- text --- */

static void
test_what_is_no_number_is_refused (void)
{
  static const char *const bad[] = {
    "",     "\n",    "-",    "-\n",  "+1\n", " 1\n",  "1 \n",         "1\n\n",
    "1.\n", ".5\n",  "1e3",  "0x10", "nan",  "1,5\n", "1234567890\n", "0.1234567890\n",
    "--1",  "1.2.3", "1-\n", "15507\n15508\n",
  };
  gint64 value = 4711;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      /* On a heap block of its own: a look behind the end is seen. */
      gsize len = strlen (bad[i]);
      g_autofree char *text = g_memdup2 (bad[i], len);
      g_autoptr (GError) error = NULL;

      g_assert_false (th_iio_parse (text, len, &value, &error));
      g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL);
    }
  g_assert_false (th_iio_parse ("1\0", 2, &value, NULL));
  g_assert_cmpint (value, ==, 4711);
}

static void
test_numbers_are_read_as_the_kernel_writes_them (void)
{
  static const struct
  {
    const char *text;
    gint64 billionths;
  } good[] = {
    { "15507\n", 15507 * TH_IIO_ONE },
    { "-13657.500000\n", -13657 * TH_IIO_ONE - TH_IIO_ONE / 2 },
    { "0.979994016\n", 979994016 },
    { "1\n", TH_IIO_ONE },
    { "1.000000000\n", TH_IIO_ONE },
    { "-0.5", -TH_IIO_ONE / 2 },
    { "999999999.999999999\n", 1000000000 * TH_IIO_ONE - 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      gsize len = strlen (good[i].text);
      g_autofree char *text = g_memdup2 (good[i].text, len);
      g_autoptr (GError) error = NULL;
      gint64 value = 0;

      g_assert_true (th_iio_parse (text, len, &value, &error));
      g_assert_no_error (error);
      g_assert_cmpint (value, ==, good[i].billionths);
    }
}

/* --- the sensor --- */

typedef struct
{
  char *dir, *device;
  ThThermometer *thermometer;
  GArray *samples, *looks;
} Fixture;

static void
seen_cb (ThThermometer *thermometer, const ThSample *sample, GArray *seen)
{
  g_assert_cmpuint (th_thermometer_get_health (thermometer), ==, TH_HEALTH_READY);
  g_array_append_val (seen, *sample);
}

static void
wait_health (Fixture *fixture, ThHealth health)
{
  wait_for (th_thermometer_get_health (fixture->thermometer) == health);
}

static void
assert_trouble (Fixture *fixture, const char *part)
{
  const GError *trouble = th_thermometer_get_trouble (fixture->thermometer);

  g_assert_nonnull (trouble);
  if (strstr (trouble->message, part) == NULL)
    g_error ("\"%s\" does not say \"%s\"", trouble->message, part);
}

/* In one step, as a reader of sysfs sees it. */
static void
write_attribute (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->device, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, &error);
  g_assert_no_error (error);
}

static void
remove_attribute (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->device, name, NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* Reading it fails as a bus does: nothing is mapped at the address 0. */
static void
break_attribute (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->device, name, NULL);
  g_autofree char *other = g_strconcat (path, ".new", NULL);

  g_assert_cmpint (symlink ("/proc/self/mem", other), ==, 0);
  g_assert_cmpint (g_rename (other, path), ==, 0);
}

/* Opening it fails as for a chip that does not answer. */
static void
silence_attribute (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->device, name, NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (g_snprintf (address.sun_path, sizeof address.sun_path, "%s", path), <,
                   sizeof address.sun_path);
  g_unlink (path);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  close (fd);
}

/* All but its name: nobody finds it yet. */
static void
prepare (Fixture *fixture, const char *model)
{
  gboolean raw = strcmp (model, "mlx90614") == 0;

  g_assert_cmpint (g_mkdir (fixture->device, 0755), ==, 0);
  write_attribute (fixture, "in_temp_object_calibemissivity", "1\n");
  if (raw)
    {
      write_attribute (fixture, "in_temp_ambient_raw", "14867\n"); /* 24.19 °C */
      write_attribute (fixture, "in_temp_object_raw", "15483\n");  /* 36.51 °C */
      write_attribute (fixture, "in_temp_offset", "-13657.500000\n");
      write_attribute (fixture, "in_temp_scale", "20\n");
      write_attribute (fixture, "in_temp_object_filter_low_pass_3db_frequency", "7.230000\n");
    }
  else
    {
      write_attribute (fixture, "in_temp_ambient_input", "24191\n");
      write_attribute (fixture, "in_temp_object_input", "36508\n");
    }
}

static void
plug (Fixture *fixture, const char *model)
{
  g_autofree char *line = g_strconcat (model, "\n", NULL);

  prepare (fixture, model);
  write_attribute (fixture, "name", line);
}

static void
unplug (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->device, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    remove_attribute (fixture, name);
  g_rmdir (fixture->device);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("th-iio-XXXXXX", NULL);
  fixture->device = g_build_filename (fixture->dir, "iio:device3", NULL);
  plug (fixture, data);
  fixture->samples = g_array_new (FALSE, FALSE, sizeof (ThSample));
  fixture->looks = g_array_new (FALSE, FALSE, sizeof (ThSample));
  fixture->thermometer = th_thermometer_iio_new (
      fixture->dir, th_presence_new_switch (NULL, -1, FALSE), SAMPLE_MS, IDLE_MS);
  g_signal_connect (fixture->thermometer, "sample", G_CALLBACK (seen_cb), fixture->samples);
  g_signal_connect (fixture->thermometer, "look", G_CALLBACK (seen_cb), fixture->looks);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->thermometer);
  g_array_unref (fixture->samples);
  g_array_unref (fixture->looks);
  unplug (fixture);
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->device);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static const struct
{
  const char *attribute, *text, *good;
  const char *why;
} bad_setups[] = {
  { "in_temp_object_calibemissivity", "0.979994016\n", "1.000000000\n", "0.979994016, must be 1" },
  { "in_temp_object_calibemissivity", "", "1\n", "no number" },
  { "in_temp_offset", "-13657\n", "-13657.500000\n", "not that of an mlx90614" },
  { "in_temp_scale", "10\n", "20\n", "not that of an mlx90614" },
  { "in_temp_object_filter_low_pass_3db_frequency", "0.770000\n", "1.530000\n", "too slow" },
};

static void
test_a_sensor_that_is_set_up_otherwise_is_refused (Fixture *fixture, gconstpointer data)
{
  th_thermometer_start (fixture->thermometer);
  for (gsize i = 0; i < G_N_ELEMENTS (bad_setups); i++)
    {
      wait_health (fixture, TH_HEALTH_READY);
      /* It is noticed when it comes back, and not only at the start. */
      unplug (fixture);
      wait_health (fixture, TH_HEALTH_ABSENT);
      prepare (fixture, data);
      write_attribute (fixture, bad_setups[i].attribute, bad_setups[i].text);
      write_attribute (fixture, "name", "mlx90614\n");
      wait_health (fixture, TH_HEALTH_FAULT);
      assert_trouble (fixture, bad_setups[i].why);
      write_attribute (fixture, bad_setups[i].attribute, bad_setups[i].good);
    }
  wait_health (fixture, TH_HEALTH_READY);
  remove_attribute (fixture, "in_temp_object_filter_low_pass_3db_frequency");
  run_ms (3 * IDLE_MS);
  g_assert_cmpuint (th_thermometer_get_health (fixture->thermometer), ==, TH_HEALTH_READY);
}

static void
test_other_sensors_are_left_alone (Fixture *fixture, gconstpointer data)
{
  write_attribute (fixture, "name", "bme280\n");
  th_thermometer_start (fixture->thermometer);
  wait_health (fixture, TH_HEALTH_ABSENT);
  assert_trouble (fixture, "no mlx90614 or mlx90632 in ");
  write_attribute (fixture, "name", "mlx90614");
  run_ms (3 * IDLE_MS);
  g_assert_cmpuint (th_thermometer_get_health (fixture->thermometer), ==, TH_HEALTH_ABSENT);
  write_attribute (fixture, "name", "mlx90614\n");
  wait_health (fixture, TH_HEALTH_READY);
}

static void
test_of_two_sensors_none_is_guessed (Fixture *fixture, gconstpointer data)
{
  Fixture second = { .device = g_build_filename (fixture->dir, "iio:device4", NULL) };
  g_autoptr (ThThermometer) named = NULL;

  plug (&second, "mlx90632");
  th_thermometer_start (fixture->thermometer);
  wait_health (fixture, TH_HEALTH_FAULT);
  assert_trouble (fixture, "which one is meant must be configured");
  named = th_thermometer_iio_new (second.device, th_presence_new_switch (NULL, -1, FALSE),
                                  SAMPLE_MS, IDLE_MS);
  th_thermometer_start (named);
  wait_for (th_thermometer_get_health (named) == TH_HEALTH_READY);
  unplug (&second);
  g_free (second.device);
  wait_health (fixture, TH_HEALTH_READY);
}

static const char *const bad_texts[] = {
  "", "\n", "garbage\n", "15483 15483\n", "-1\n", "32768\n", "65535\n", "0\n", "15483.5\n",
  "99999999999999999999999999999999999999999999999999\n",
};

static void
test_no_fault_ends_as_a_temperature (Fixture *fixture, gconstpointer data)
{
  const char *object = g_str_equal (data, "mlx90614") ? "in_temp_object_raw"
                                                      : "in_temp_object_input";
  const char *fever = g_str_equal (data, "mlx90614") ? "15708\n" : "41010\n";
  guint n;

  write_attribute (fixture, object, fever);
  th_thermometer_start (fixture->thermometer);
  th_thermometer_begin (fixture->thermometer);
  for (gsize i = 0; i < G_N_ELEMENTS (bad_texts) + 3; i++)
    {
      ThHealth health = TH_HEALTH_FAULT;

      /* Small numbers are temperatures for an mlx90632. */
      if (i < G_N_ELEMENTS (bad_texts) && !g_str_equal (data, "mlx90614") &&
          g_ascii_isdigit (bad_texts[i][0]) && strlen (bad_texts[i]) < 10)
        continue;
      if (g_str_equal (data, "mlx90632") && i < G_N_ELEMENTS (bad_texts) &&
          g_str_equal (bad_texts[i], "-1\n"))
        continue;
      write_attribute (fixture, object, fever);
      wait_health (fixture, TH_HEALTH_READY);
      n = fixture->samples->len;
      wait_for (fixture->samples->len >= n + 2);
      if (i < G_N_ELEMENTS (bad_texts))
        write_attribute (fixture, object, bad_texts[i]);
      else if (i == G_N_ELEMENTS (bad_texts))
        break_attribute (fixture, object);
      else
        health = TH_HEALTH_ABSENT;
      if (i == G_N_ELEMENTS (bad_texts) + 1)
        silence_attribute (fixture, object);
      else if (i == G_N_ELEMENTS (bad_texts) + 2)
        unplug (fixture);
      wait_health (fixture, health);
      n = fixture->samples->len;
      run_ms (5 * SAMPLE_MS);
      g_assert_cmpuint (fixture->samples->len, ==, n);
      if (i == G_N_ELEMENTS (bad_texts) + 1)
        remove_attribute (fixture, object);
    }
  for (guint i = 0; i < fixture->samples->len; i++)
    g_assert_cmpuint (g_array_index (fixture->samples, ThSample, i).object_raw, >=, 15707);
  plug (fixture, data);
  n = fixture->samples->len;
  wait_for (fixture->samples->len > n);
  g_assert_cmpuint (g_array_index (fixture->samples, ThSample, fixture->samples->len - 1).object_raw,
                    ==, 15483);
}

static void
test_words_are_the_chips_or_the_nearest (Fixture *fixture, gconstpointer data)
{
  const ThSample *sample;
  g_autofree char *text = NULL;
  g_autofree char *wanted = g_strdup_printf ("%s by the kernel, ", (const char *) data);

  th_thermometer_start (fixture->thermometer);
  wait_for (fixture->looks->len >= 1);
  g_assert_cmpuint (fixture->samples->len, ==, 0);
  th_thermometer_begin (fixture->thermometer);
  wait_for (fixture->samples->len >= 3);
  sample = &g_array_index (fixture->samples, ThSample, 2);
  g_assert_cmpuint (sample->object_raw, ==, 15483);
  g_assert_cmpuint (sample->ambient_raw, ==, 14867);
  g_assert_true (sample->present);
  text = th_thermometer_describe (fixture->thermometer);
  g_assert_true (g_str_has_prefix (text, wanted));
}

#define ADD(path, model, function) \
  g_test_add ("/thermometer-iio/" path, Fixture, model, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iio-text/what-is-no-number-is-refused", test_what_is_no_number_is_refused);
  g_test_add_func ("/iio-text/numbers-are-read-as-the-kernel-writes-them",
                   test_numbers_are_read_as_the_kernel_writes_them);
  ADD ("a-sensor-that-is-set-up-otherwise-is-refused", "mlx90614",
       test_a_sensor_that_is_set_up_otherwise_is_refused);
  ADD ("other-sensors-are-left-alone", "mlx90614", test_other_sensors_are_left_alone);
  ADD ("of-two-sensors-none-is-guessed", "mlx90614", test_of_two_sensors_none_is_guessed);
  ADD ("no-fault-ends-as-a-temperature", "mlx90614", test_no_fault_ends_as_a_temperature);
  ADD ("nor-with-an-mlx90632", "mlx90632", test_no_fault_ends_as_a_temperature);
  ADD ("words-are-the-chips", "mlx90614", test_words_are_the_chips_or_the_nearest);
  ADD ("or-the-nearest", "mlx90632", test_words_are_the_chips_or_the_nearest);
  return g_test_run ();
}
