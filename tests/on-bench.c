/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/on-bench.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "tests/bench/tell.h"

#define DIR_VARIABLE "TH_BENCH_DIR"

static void
remove_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_dir (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

/* Returns: the exit status of @argv run on a bench of its own. */
static int
run_on_bench (const char *bench_path, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("th-XXXXXX", &error);
  g_autofree char *control = NULL, *self = NULL;
  g_autofree char *reply = NULL;
  g_autoptr (GSubprocess) bench = NULL;
  g_autoptr (GSubprocess) test = NULL;
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  int status = 1;

  if (dir == NULL)
    g_error ("%s", error->message);
  control = g_build_filename (dir, "control", NULL);
  bench = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, bench_path, "--dir", dir, NULL);
  if (bench == NULL)
    g_error ("%s", error->message);

  self = g_file_read_link ("/proc/self/exe", NULL);
  g_ptr_array_add (args, (char *)bench_path);
  g_ptr_array_add (args, (char *)"run");
  g_ptr_array_add (args, dir);
  g_ptr_array_add (args, self);
  for (int i = 1; i < argc; i++)
    g_ptr_array_add (args, argv[i]);
  g_ptr_array_add (args, NULL);

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_subprocess_launcher_setenv (launcher, DIR_VARIABLE, dir, TRUE);
  test = g_subprocess_launcher_spawnv (launcher, (const char *const *)args->pdata, &error);
  if (test == NULL)
    g_printerr ("%s\n", error->message);
  else if (g_subprocess_wait (test, NULL, NULL))
    status = g_subprocess_get_if_exited (test) ? g_subprocess_get_exit_status (test) : 1;

  reply = th_bench_tell (control, "quit", NULL);
  if (reply == NULL)
    g_subprocess_force_exit (bench);
  g_subprocess_wait (bench, NULL, NULL);
  remove_dir (dir);
  return status;
}

gboolean
on_bench (int argc, char **argv, int *ret_status)
{
  const char *bench_path = g_getenv ("TH_BENCH");

  if (g_getenv (DIR_VARIABLE) != NULL)
    return TRUE;
  if (bench_path == NULL)
    {
      g_printerr ("set TH_BENCH to the path of threshold-bench\n");
      *ret_status = 1;
      return FALSE;
    }
  *ret_status = run_on_bench (bench_path, argc, argv);
  return FALSE;
}

static char *
ask (const char *command)
{
  g_autofree char *control = g_build_filename (g_getenv (DIR_VARIABLE), "control", NULL);
  g_autoptr (GError) error = NULL;
  char *reply = th_bench_tell (control, command, &error);

  g_assert_no_error (error);
  return reply;
}

const char *
bench_dir (void)
{
  return g_getenv (DIR_VARIABLE);
}

char *
bench_ask (const char *command)
{
  g_autofree char *reply = ask (command);

  if (!g_str_has_prefix (reply, "ok "))
    g_error ("bench, asked for %s: %s", command, reply);
  return g_strdup (reply + strlen ("ok "));
}

void
bench_make_sure (const char *command)
{
  g_free (ask (command));
}

void
bench_tell (const char *format, ...)
{
  g_autofree char *command = NULL;
  g_autofree char *reply = NULL;
  va_list args;

  va_start (args, format);
  command = g_strdup_vprintf (format, args);
  va_end (args);
  reply = ask (command);
  if (!g_str_has_prefix (reply, "ok"))
    g_error ("bench, asked to %s: %s", command, reply);
}

gboolean
wait_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}
