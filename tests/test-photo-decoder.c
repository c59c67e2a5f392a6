/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decoders as sites may bring them, good and bad: tests/decoder.c under many names. */
#include "kiosk/photo-decoder.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Long enough for the busiest machine, where the end is to be good. */
#define ENOUGH_MS 30000
#define SHORT_MS 300

static guint8 code[TH_CARD_PHOTO_BYTES];
static char *folder;

static guint
count_fds (void)
{
  GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  g_dir_close (dir);
  return n;
}

/* One decoding: it leaves neither a process nor a descriptor behind, whatever comes of it. */
static ThPhoto *
decode (const char *name, guint limit_ms, GCancellable *cancellable, GError **error)
{
  g_autofree char *program = g_build_filename (folder, name, NULL);
  guint before = count_fds ();
  ThPhoto *photo = th_photo_decode (program, code, limit_ms, cancellable, error);

  g_assert_cmpuint (count_fds (), ==, before);
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
  g_assert_true ((photo == NULL) == (*error != NULL));
  return photo;
}

static void
assert_refused (const char *name, guint limit_ms, int expected, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThPhoto) photo = decode (name, limit_ms, NULL, &error);

  g_assert_null (photo);
  g_test_message ("%s: %s", name, error->message);
  g_assert_error (error, G_IO_ERROR, expected);
  g_assert_nonnull (strstr (error->message, words));
}

static void
put_program (const char *name, const char *text, int mode)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
}

static void
test_what_is_no_program_is_refused (void)
{
  put_program ("not-one", "these are no instructions\n", 0755);
  put_program ("not-to-run", "#!/bin/sh\n", 0644);
  assert_refused ("missing", ENOUGH_MS, G_IO_ERROR_NOT_FOUND, "cannot be run");
  assert_refused ("not-to-run", ENOUGH_MS, G_IO_ERROR_PERMISSION_DENIED, "cannot be run");
  assert_refused ("not-one", ENOUGH_MS, G_IO_ERROR_FAILED, "program for this machine");
}

static void
test_who_takes_too_long_is_ended (void)
{
  assert_refused ("sleeps", SHORT_MS, G_IO_ERROR_TIMED_OUT, "too long");
  assert_refused ("closes-and-sleeps", SHORT_MS, G_IO_ERROR_TIMED_OUT, "too long");
  assert_refused ("spins", SHORT_MS, G_IO_ERROR_TIMED_OUT, "too long");
}

static void
test_who_writes_too_much_is_ended (void)
{
  assert_refused ("floods", ENOUGH_MS, G_IO_ERROR_MESSAGE_TOO_LARGE, "more than");
}

static void
test_a_failure_is_none_of_ours (void)
{
  assert_refused ("fails", ENOUGH_MS, G_IO_ERROR_FAILED, "status 3");
  assert_refused ("crashes", ENOUGH_MS, G_IO_ERROR_FAILED, "signal");
  assert_refused ("junk", ENOUGH_MS, G_IO_ERROR_INVALID_DATA, "BMP");
  /* Does not take what it is given: no signal comes of it. */
  assert_refused ("deaf", ENOUGH_MS, G_IO_ERROR_INVALID_DATA, "BMP");
}

static void
assert_good (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThPhoto) photo = decode (name, ENOUGH_MS, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (photo->width, ==, 102);
  g_assert_cmpuint (photo->height, ==, 126);
  g_assert_cmphex (photo->pixels[0], ==, code[0] << 16 | code[1] << 8 | code[2]);
}

static void
test_a_good_one_gives_the_picture (void)
{
  g_autofree char *script = NULL;

  for (guint i = 0; i < 20; i++)
    assert_good ("good");
  assert_good ("linked");
  /* A line of shell between a vendor's program and us. */
  script = g_strdup_printf ("#!/bin/sh\nexec %s/good\n", folder);
  put_program ("script", script, 0755);
  assert_good ("script");
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (50000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_nobody_waits_for_it_any_more (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

  g_assert_null (decode ("sleeps", 10 * ENOUGH_MS, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  g_clear_error (&error);
  g_assert_null (decode ("good", ENOUGH_MS, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_it_can_do_nothing_but_decode (void)
{
  g_autofree char *outside = g_dir_make_tmp ("threshold-XXXXXX", NULL);
  g_autofree char *secret = g_build_filename (outside, "records.db", NULL);
  guint8 whole[TH_CARD_PHOTO_BYTES];
  g_autoptr (GError) error = NULL;
  g_autoptr (ThPhoto) photo = NULL;
  guint32 found;

  g_assert_true (g_file_set_contents (secret, "x", 1, NULL));
  memcpy (whole, code, sizeof code);
  memset (code, 0, sizeof code);
  g_strlcpy ((char *) code, secret, sizeof code);
  photo = decode ("escapes", ENOUGH_MS, NULL, &error);
  memcpy (code, whole, sizeof code);
  g_assert_no_error (error);
  found = (photo->pixels[0] >> 16 & 0xff) | (photo->pixels[0] & 0xff00);
#ifdef SYS_landlock_create_ruleset
  /* To hide other files takes a kernel with Landlock. */
  if (syscall (SYS_landlock_create_ruleset, NULL, 0, 1) < 1)
    {
      g_test_message ("no Landlock here: other files can be seen");
      found &= ~64u;
    }
#endif
  g_assert_cmphex (found, ==, 0);
  g_assert_true (g_file_test (secret, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_remove (secret), ==, 0);
  g_assert_cmpint (g_remove (outside), ==, 0);
}

/* As under systemd: not the superuser, and no core dumps, which nobody but the superuser could allow again. */
static void
test_it_runs_within_what_the_kiosk_itself_may (void)
{
  const struct rlimit none = { 0, 0 }, few = { 20, 20 };
  pid_t child;
  int status;

  g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      g_autofree char *program = g_build_filename (folder, "good", NULL);
      g_autoptr (GError) error = NULL;

      if (setrlimit (RLIMIT_CORE, &none) != 0 || setrlimit (RLIMIT_NOFILE, &few) != 0
          || (geteuid () == 0 && setresuid (65534, 65534, 65534) != 0))
        _exit (2);
      if (th_photo_decode (program, code, ENOUGH_MS, NULL, &error) != NULL)
        _exit (0);
      g_printerr ("%s\n", error->message);
      _exit (1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

static void
put_decoder (const char *name)
{
  g_autoptr (GFile) from = g_file_new_for_path (g_getenv ("TH_DECODER"));
  g_autoptr (GFile) to = g_file_new_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_copy (from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
link_decoder (const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (symlink (g_getenv ("TH_DECODER"), path), ==, 0);
}

int
main (int argc, char **argv)
{
  static const char *const names[]
      = { "good", "sleeps", "closes-and-sleeps", "spins", "floods", "fails", "crashes", "junk",
          "deaf", "escapes", "linked", "not-one", "not-to-run", "script" };
  int result;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < sizeof code; i++)
    code[i] = (guint8) (i * 5 + 1);
  folder = g_dir_make_tmp ("threshold-XXXXXX", NULL);
  for (guint i = 0; i < 10; i++)
    put_decoder (names[i]);
  link_decoder ("linked");

  g_test_add_func ("/photo-decoder/what is no program is refused",
                   test_what_is_no_program_is_refused);
  g_test_add_func ("/photo-decoder/who takes too long is ended", test_who_takes_too_long_is_ended);
  g_test_add_func ("/photo-decoder/who writes too much is ended",
                   test_who_writes_too_much_is_ended);
  g_test_add_func ("/photo-decoder/a failure is none of ours", test_a_failure_is_none_of_ours);
  g_test_add_func ("/photo-decoder/a good one gives the picture",
                   test_a_good_one_gives_the_picture);
  g_test_add_func ("/photo-decoder/nobody waits for it any more",
                   test_nobody_waits_for_it_any_more);
  g_test_add_func ("/photo-decoder/it runs within what the kiosk itself may",
                   test_it_runs_within_what_the_kiosk_itself_may);
  g_test_add_func ("/photo-decoder/it can do nothing but decode",
                   test_it_can_do_nothing_but_decode);
  result = g_test_run ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_remove (path);
    }
  g_remove (folder);
  g_free (folder);
  return result;
}
