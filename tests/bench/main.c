/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * threshold-bench: serves the emulated hardware, runs programs on it, passes commands to it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <umockdev.h>

#include "tests/bench/control.h"
#include "tests/bench/tell.h"

#define PRELOAD "libumockdev-preload.so.0"
#define GPIO_SHIM "libthreshold-gpio-shim.so"
#define UEVENT_SHIM "libthreshold-uevent-shim.so"
#define WINDOW "threshold-bench-window"
/* What umockdev appends must still fit into a socket's address. */
#define MAX_DIR_LEN 60
#define READY_LIMIT_MS 10000

static int
fail (const char *what, GError *error)
{
  g_printerr ("threshold-bench: %s%s%s\n", what, error != NULL ? ": " : "",
              error != NULL ? error->message : "");
  return 1;
}

static char *
own_path (void)
{
  g_autoptr(GError) error = NULL;
  char *path = g_file_read_link ("/proc/self/exe", &error);

  if (path == NULL)
    g_error ("%s", error->message);
  return path;
}

/* AddressSanitizer wants to be first in line; it works as well behind the preload libraries. */
static void
allow_preload_before_asan (void)
{
  const char *set = g_getenv ("ASAN_OPTIONS");
  g_autofree char *options = NULL;

  options = g_strconcat (set != NULL ? set : "", set != NULL && *set != '\0' ? ":" : "",
                         "verify_asan_link_order=0", NULL);
  g_setenv ("ASAN_OPTIONS", options, TRUE);
}

/* umockdev answers only in a process that was started with its library. */
static int
reexec_with_preload (char **argv)
{
  g_autofree char *self = own_path ();

  g_setenv ("LD_PRELOAD", PRELOAD, TRUE);
  /* umockdev grumbles when a client dies in the middle of a call, and clients here are killed. */
  g_unsetenv ("G_DEBUG");
  allow_preload_before_asan ();
  execv (self, argv);
  return fail (g_strerror (errno), NULL);
}

/* Clients here are killed; that one of them had not said goodbye is no news. */
static void
drop_goodbyes_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  if (strstr (message, "Destroying IoctlClient with open stream") == NULL)
    g_log_default_handler (domain, level, message, user_data);
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
printed_cb (gpointer user_data)
{
  th_bench_control_changed (*(ThBenchControl **) user_data);
  return G_SOURCE_REMOVE;
}

/* For people, with their own surroundings: no preload, no testbed. */
static void
open_window (const char *dir)
{
  g_autofree char *self = own_path ();
  g_autofree char *bin = g_path_get_dirname (self);
  g_autofree char *program = g_build_filename (bin, WINDOW, NULL);
  const char *argv[] = { program, dir, NULL };
  g_auto(GStrv) env = g_get_environ ();
  g_autoptr(GError) error = NULL;

  env = g_environ_unsetenv (env, "LD_PRELOAD");
  env = g_environ_unsetenv (env, "UMOCKDEV_DIR");
  env = g_environ_unsetenv (env, "TMPDIR");
  if (!g_spawn_async (NULL, (char **) argv, env, G_SPAWN_DEFAULT, NULL, NULL, NULL, &error))
    g_printerr ("threshold-bench: %s\n", error->message);
}

static int
serve (const char *relative_dir, gboolean real_time, gboolean window)
{
  g_autofree char *dir = g_canonicalize_filename (relative_dir, NULL);
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(GError) error = NULL;
  g_autofree char *control_path = g_build_filename (dir, "control", NULL);
  g_autofree char *ready_path = g_build_filename (dir, "ready", NULL);
  g_autofree char *gpio_path = g_build_filename (dir, "gpio.shm", NULL);
  g_autofree char *ready = NULL;
  ThBench bench = { .loop = loop };
  ThBenchControl *control;

  if (strlen (dir) > MAX_DIR_LEN)
    return fail ("the directory's path is too long for the sockets in it", NULL);
  if (g_mkdir_with_parents (dir, 0700) != 0)
    return fail (g_strerror (errno), NULL);
  g_unlink (ready_path);
  g_unlink (control_path);
  g_setenv ("TMPDIR", dir, TRUE); /* the testbed's place */
  bench.gpio = th_bench_gpio_open (gpio_path, true);
  if (bench.gpio == NULL)
    return fail (g_strerror (errno), NULL);
  atomic_store (&bench.gpio->real_time, real_time);
  control = th_bench_control_new (&bench, control_path, &error);
  if (control == NULL)
    return fail ("cannot listen", error);

  bench.usb = th_usb_host_new ();
  if (!umockdev_in_mock_environment ())
    return fail (PRELOAD " is not loaded: is umockdev installed?", NULL);
  bench.iio = th_bench_iio_new (th_usb_host_get_root (bench.usb), bench.gpio);
  bench.reader = th_bench_reader_new_usb (bench.usb);
  bench.reader2 = th_bench_reader_new_usb (bench.usb);
  bench.serial_reader = th_bench_reader_new_serial (bench.usb, "/dev/ttyUSB0");
  bench.stranger = th_bench_stranger_new (bench.usb);
  bench.printer = th_bench_printer_new (bench.usb, printed_cb, &control);
  bench.lp = th_bench_lp_port_new (th_usb_host_get_testbed (bench.usb));
  bench.scanner = th_bench_scanner_new (th_usb_host_get_testbed (bench.usb), FALSE);
  bench.keyboard = th_bench_scanner_new (th_usb_host_get_testbed (bench.usb), TRUE);
  th_bench_reader_plug (bench.reader);
  th_bench_reader_plug (bench.serial_reader);
  th_usb_port_plug (th_bench_printer_get_port (bench.printer));

  g_log_set_handler (NULL, G_LOG_LEVEL_CRITICAL, drop_goodbyes_cb, NULL);
  g_unix_signal_add (SIGINT, quit_cb, loop);
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  ready = g_strconcat (th_usb_host_get_root (bench.usb), "\n", NULL);
  if (!g_file_set_contents (ready_path, ready, -1, &error))
    return fail ("cannot say that it is ready", error);
  if (window)
    open_window (dir);
  g_main_loop_run (loop);

  g_unlink (ready_path);
  g_unlink (control_path);
  g_unlink (gpio_path);
  th_bench_control_free (control);
  th_bench_lp_port_free (bench.lp);
  th_bench_scanner_free (bench.scanner);
  th_bench_scanner_free (bench.keyboard);
  th_bench_iio_free (bench.iio);
  th_usb_host_free (bench.usb);
  th_bench_reader_free (bench.reader);
  th_bench_reader_free (bench.reader2);
  th_bench_reader_free (bench.serial_reader);
  th_bench_stranger_free (bench.stranger);
  th_bench_printer_free (bench.printer);
  return 0;
}

/* Waits until the bench in @dir serves. Returns: the root of its testbed. */
static char *
wait_ready (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "ready", NULL);
  gint64 limit = g_get_monotonic_time () + READY_LIMIT_MS * 1000;
  char *root;

  while (!g_file_get_contents (path, &root, NULL, NULL))
    {
      if (g_get_monotonic_time () > limit)
        return NULL;
      g_usleep (20000);
    }
  return g_strchomp (root);
}

/* The shims first: else umockdev answers before them. One that is not built is left out. */
static char *
preload_list (void)
{
  static const char *const shims[] = { GPIO_SHIM, UEVENT_SHIM };
  g_autofree char *self = own_path ();
  g_autofree char *bin = g_path_get_dirname (self);
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (shims); i++)
    {
      g_autofree char *shim = g_build_filename (bin, shims[i], NULL);

      if (g_file_test (shim, G_FILE_TEST_EXISTS))
        g_string_append_printf (list, "%s:", shim);
    }
  g_string_append (list, PRELOAD);
  return g_string_free (list, FALSE);
}

static int
run (const char *dir, char **argv)
{
  g_autofree char *absolute = g_canonicalize_filename (dir, NULL);
  g_autofree char *gpio = g_build_filename (absolute, "gpio.shm", NULL);
  g_autofree char *preload = preload_list ();
  g_autofree char *root = wait_ready (dir);

  if (root == NULL)
    return fail ("no bench serves there", NULL);
  g_setenv ("LD_PRELOAD", preload, TRUE);
  g_setenv ("UMOCKDEV_DIR", root, TRUE);
  g_setenv (TH_BENCH_GPIO_ENV, gpio, TRUE);
  allow_preload_before_asan ();
  execvp (argv[0], argv);
  g_printerr ("threshold-bench: %s: %s\n", argv[0], g_strerror (errno));
  return 127;
}

static int
tell (const char *dir, char **words)
{
  g_autofree char *path = g_build_filename (dir, "control", NULL);
  g_autoptr(GString) command = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *reply = NULL;

  for (; *words != NULL; words++)
    {
      g_autofree char *quoted = g_shell_quote (*words);

      g_string_append_printf (command, "%s ", quoted);
    }
  reply = th_bench_tell (path, command->str, &error);
  if (reply == NULL)
    return fail (dir, error);
  g_print ("%s\n", reply);
  return g_str_has_prefix (reply, "ok") ? 0 : 1;
}

int
main (int argc, char **argv)
{
  g_autofree char *dir = NULL;
  gboolean real_time = FALSE;
  gboolean window = FALSE;
  const GOptionEntry entries[] = {
    { "dir", 'd', 0, G_OPTION_ARG_FILENAME, &dir, "Serve, with all files in DIR", "DIR" },
    { "window", 0, 0, G_OPTION_ARG_NONE, &window, "Open a window for people", NULL },
    { "real-time", 0, 0, G_OPTION_ARG_NONE, &real_time, "Let the sensor measure real time", NULL },
    { NULL },
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) args = NULL;

  if (argc >= 4 && strcmp (argv[1], "run") == 0)
    return run (argv[2], argv + 3);
  if (argc >= 4 && strcmp (argv[1], "tell") == 0)
    return tell (argv[2], argv + 3);
  args = g_strdupv (argv);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, "threshold-bench run DIR PROGRAM ARGS…\n"
                                         "threshold-bench tell DIR COMMAND…");
  if (!g_option_context_parse (context, &argc, &argv, &error) || dir == NULL || argc > 1)
    {
      g_printerr ("threshold-bench: %s\n", error != NULL ? error->message : "say --dir DIR, run or tell");
      return 2;
    }
  if (strstr (g_getenv ("LD_PRELOAD") != NULL ? g_getenv ("LD_PRELOAD") : "", PRELOAD) == NULL)
    return reexec_with_preload (args);
  return serve (dir, real_time, window);
}
