/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "kiosk/key-file.h"
#include "tests/records-fixture.h"

#define THREADS 4
#define ROUNDS 50

static void
make_folder (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("th-keys-XXXXXX", NULL);
}

static void
test_a_key_that_is_not_there_is_not_made_unasked (Fixture *fixture, gconstpointer data)
{
  guint8 key[TH_KEY_BYTES];
  g_autoptr(GError) error = NULL;

  g_assert_false (th_key_file_load (fixture->dir, "a.key", 0600, FALSE, key, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
}

static void
test_a_file_of_another_length_is_no_key (Fixture *fixture, gconstpointer data)
{
  static const gssize lengths[] = { 0, 1, 31, 33, 64 };
  g_autofree char *path = g_build_filename (fixture->dir, "a.key", NULL);
  const char bytes[64] = { 0 };
  guint8 key[TH_KEY_BYTES];

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_true (g_file_set_contents (path, bytes, lengths[i], NULL));
      g_assert_false (th_key_file_load (fixture->dir, "a.key", 0600, TRUE, key, &error));
      g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT);
    }
}

static void
test_a_link_to_elsewhere_is_not_followed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "a.key", NULL);
  guint8 key[TH_KEY_BYTES];
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (symlink ("/etc/passwd", path), ==, 0);
  g_assert_false (th_key_file_load (fixture->dir, "a.key", 0600, TRUE, key, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_FAILED);
}

typedef struct
{
  const char *dir;
  guint8 key[TH_KEY_BYTES];
  gboolean good;
} Racer;

static gpointer
race (gpointer data)
{
  Racer *racer = data;

  racer->good = th_key_file_load (racer->dir, "a.key", 0600, TRUE, racer->key, NULL);
  return NULL;
}

static void
test_whoever_makes_it_at_once_has_the_same_key (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "a.key", NULL);

  for (guint round = 0; round < ROUNDS; round++)
    {
      Racer racers[THREADS];
      GThread *threads[THREADS];

      for (guint i = 0; i < THREADS; i++)
        {
          racers[i] = (Racer){ .dir = fixture->dir };
          threads[i] = g_thread_new ("racer", race, &racers[i]);
        }
      for (guint i = 0; i < THREADS; i++)
        {
          g_thread_join (threads[i]);
          g_assert_true (racers[i].good);
          g_assert_cmpmem (racers[i].key, TH_KEY_BYTES, racers[0].key, TH_KEY_BYTES);
        }
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  /* Nothing unfinished is left behind. */
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
}

static void
test_a_destroyed_key_is_overwritten_first (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "lookup-2026-11-21.key", NULL);
  g_autofree char *other_name = g_build_filename (fixture->dir, "seen", NULL);
  g_autofree char *bytes = NULL;
  const char zeros[TH_KEY_BYTES] = { 0 };
  guint8 key[TH_KEY_BYTES];
  gsize len;

  g_assert_true (th_key_file_load (fixture->dir, "lookup-2026-11-21.key", 0600, TRUE, key, NULL));
  g_assert_cmpint (link (path, other_name), ==, 0);
  g_assert_true (
      th_key_files_destroy_days_before (fixture->dir, "lookup-", ".key", "2026-11-22", NULL));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_get_contents (other_name, &bytes, &len, NULL));
  g_assert_cmpmem (bytes, len, zeros, sizeof zeros);
}

static void
test_only_keys_of_days_that_are_over_are_destroyed (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    gboolean over;
  } files[] = {
    { "lookup-2026-11-21.key", TRUE },
    { "lookup-2026-11-22.key", FALSE },
    { "lookup-2026-11-23.key", FALSE },
    { "lookup-1.key", FALSE },
    { "chain.key", FALSE },
    { "other-2026-11-21.key", FALSE },
    { "lookup-2026-11-22.key.unfinished-old", TRUE },
    { "lookup-2026-11-22.key.unfinished-new", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (fixture->dir, files[i].name, NULL);
      const struct utimbuf long_ago = { 0 };

      g_assert_true (g_file_set_contents (path, "x", 1, NULL));
      if (g_str_has_suffix (path, "-old"))
        g_assert_cmpint (utime (path, &long_ago), ==, 0);
    }
  g_assert_true (
      th_key_files_destroy_days_before (fixture->dir, "lookup-", ".key", "2026-11-22", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (fixture->dir, files[i].name, NULL);

      g_assert_cmpint (g_file_test (path, G_FILE_TEST_EXISTS), ==, !files[i].over);
    }
}

#define ADD(name)                                                                                  \
  g_test_add ("/key-file/" #name, Fixture, NULL, make_folder, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (sodium_init () < 0)
    return 1;
  ADD (a_key_that_is_not_there_is_not_made_unasked);
  ADD (a_file_of_another_length_is_no_key);
  ADD (a_link_to_elsewhere_is_not_followed);
  ADD (whoever_makes_it_at_once_has_the_same_key);
  ADD (a_destroyed_key_is_overwritten_first);
  ADD (only_keys_of_days_that_are_over_are_destroyed);
  return g_test_run ();
}
