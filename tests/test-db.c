/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/db.h"
#include "kiosk/records.h"

typedef struct
{
  char *dir;
  char *path;
  ThDb *db;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("th-db-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->dir, "records.db", NULL);
  fixture->db = th_db_open (fixture->path, NULL);
  g_assert_nonnull (fixture->db);
  g_assert_true (th_db_exec (fixture->db, "CREATE TABLE t (a INTEGER, b TEXT, c BLOB)", NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  const char *const files[] = { "records.db", "records.db-wal", "records.db-shm" };

  th_db_close (fixture->db);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (fixture->dir, files[i], NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->path);
  g_free (fixture->dir);
}

static gint64
ask (ThDb *db, const char *sql)
{
  g_autoptr(ThStatement) row = th_db_query (db, sql, "");

  g_assert_cmpint (th_statement_step (row, NULL), ==, TH_STEP_ROW);
  return th_statement_int (row, 0);
}

static void
test_a_file_that_is_no_database_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "other", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (
      path, "this is no database, but long enough to look like a file", -1, NULL));
  g_assert_null (th_db_open (path, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT);
  g_unlink (path);
}

static void
test_somebody_elses_database_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (th_db_exec (fixture->db, "PRAGMA application_id = 7", NULL));
  g_clear_pointer (&fixture->db, th_db_close);
  g_assert_null (th_db_open (fixture->path, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT);
}

static void
test_a_folder_that_is_not_there_is_an_error (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (th_db_open ("/nonexistent/records.db", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_FAILED);
}

static void
test_a_wrong_statement_fails_at_its_first_step_and_stays_failed (Fixture *fixture,
                                                                 gconstpointer data)
{
  g_autoptr(ThStatement) row = th_db_query (fixture->db, "SELECT nothing FROM nowhere", "");
  g_autoptr(GError) first = NULL;
  g_autoptr(GError) second = NULL;

  g_assert_cmpint (th_statement_step (row, &first), ==, TH_STEP_FAILED);
  g_assert_error (first, TH_RECORDS_ERROR, TH_RECORDS_ERROR_FAILED);
  g_assert_cmpint (th_statement_step (row, &second), ==, TH_STEP_FAILED);
  g_assert_error (second, TH_RECORDS_ERROR, TH_RECORDS_ERROR_FAILED);
}

static void
test_a_full_disk_is_said_and_nothing_is_half_written (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree guint8 *block = g_malloc0 (256 * 1024);

  g_assert_true (th_db_exec (fixture->db, "PRAGMA max_page_count = 20", NULL));
  {
    g_autoptr(ThTransaction) transaction = th_db_begin (fixture->db, TRUE, NULL);

    g_assert_nonnull (transaction);
    g_assert_true (th_db_run (fixture->db, NULL, "INSERT INTO t (a) VALUES ($1)", "i", 1));
    g_assert_false (th_db_run (fixture->db, &error, "INSERT INTO t (c) VALUES ($1)", "b", block,
                               (gsize) (256 * 1024)));
    g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_FULL);
  }
  g_assert_cmpint (ask (fixture->db, "SELECT count(*) FROM t"), ==, 0);
  g_assert_true (th_db_run (fixture->db, NULL, "INSERT INTO t (a) VALUES ($1)", "i", 1));
}

static void
test_a_file_that_may_only_be_read_is_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (th_db_exec (fixture->db, "PRAGMA query_only = ON", NULL));
  g_assert_false (th_db_run (fixture->db, &error, "INSERT INTO t (a) VALUES (1)", ""));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_FULL);
}

static void
test_a_writer_in_the_way_is_busy (Fixture *fixture, gconstpointer data)
{
  g_autoptr(ThDb) other = th_db_open (fixture->path, NULL);
  g_autoptr(ThTransaction) held = th_db_begin (other, TRUE, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_nonnull (held);
  g_assert_true (th_db_exec (fixture->db, "PRAGMA busy_timeout = 20", NULL));
  g_assert_null (th_db_begin (fixture->db, TRUE, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_BUSY);
}

static void
test_values_are_bound_by_their_number_and_not_by_their_place (Fixture *fixture, gconstpointer data)
{
  g_autoptr(ThStatement) row =
      th_db_query (fixture->db, "SELECT $2 || '-' || $1 || '-' || $2", "ss", "one", "two");

  g_assert_cmpint (th_statement_step (row, NULL), ==, TH_STEP_ROW);
  g_assert_cmpstr (th_statement_text (row, 0), ==, "two-one-two");
  g_assert_cmpint (th_statement_step (row, NULL), ==, TH_STEP_DONE);
}

static void
test_every_type_comes_back_as_it_was (Fixture *fixture, gconstpointer data)
{
  const guint8 blob[] = { 0, 1, 0xff };
  g_autoptr(ThStatement) row = th_db_query (fixture->db, "SELECT $1, $2, $3, $4, $5", "ixsbs", -7,
                                             G_MININT64, "张*试", blob, sizeof blob, NULL);
  gsize len;

  g_assert_cmpint (th_statement_step (row, NULL), ==, TH_STEP_ROW);
  g_assert_cmpint (th_statement_int (row, 0), ==, -7);
  g_assert_cmpint (th_statement_int (row, 1), ==, G_MININT64);
  g_assert_cmpstr (th_statement_text (row, 2), ==, "张*试");
  g_assert_cmpmem (th_statement_blob (row, 3, &len), len, blob, sizeof blob);
  g_assert_null (th_statement_text (row, 4));
}

static void
test_text_that_hides_something_after_a_nul_is_not_text (Fixture *fixture, gconstpointer data)
{
  g_autoptr(ThStatement) row = th_db_query (fixture->db, "SELECT 'a' || char(0) || 'b'", "");

  g_assert_cmpint (th_statement_step (row, NULL), ==, TH_STEP_ROW);
  g_assert_null (th_statement_text (row, 0));
}

static void
test_a_statement_may_run_inside_itself (Fixture *fixture, gconstpointer data)
{
  const char *sql = "SELECT a FROM t ORDER BY a";
  g_autoptr(ThStatement) outer = NULL;
  guint seen = 0;

  g_assert_true (th_db_exec (fixture->db, "INSERT INTO t (a) VALUES (1), (2)", NULL));
  outer = th_db_query (fixture->db, sql, "");
  while (th_statement_step (outer, NULL) == TH_STEP_ROW)
    {
      g_autoptr(ThStatement) inner = th_db_query (fixture->db, sql, "");

      while (th_statement_step (inner, NULL) == TH_STEP_ROW)
        seen++;
    }
  g_assert_cmpuint (seen, ==, 4);
}

static void
test_a_dropped_transaction_leaves_nothing (Fixture *fixture, gconstpointer data)
{
  {
    g_autoptr(ThTransaction) transaction = th_db_begin (fixture->db, TRUE, NULL);

    g_assert_true (th_db_exec (fixture->db, "INSERT INTO t (a) VALUES (1)", NULL));
  }
  g_assert_cmpint (ask (fixture->db, "SELECT count(*) FROM t"), ==, 0);
}

static void
test_the_settings_are_those_that_survive_a_pulled_plug (Fixture *fixture, gconstpointer data)
{
  g_autoptr(ThStatement) mode = th_db_query (fixture->db, "PRAGMA journal_mode", "");

  g_assert_cmpint (th_statement_step (mode, NULL), ==, TH_STEP_ROW);
  g_assert_cmpstr (th_statement_text (mode, 0), ==, "wal");
  g_assert_cmpint (ask (fixture->db, "PRAGMA synchronous"), ==, 2);
  g_assert_cmpint (ask (fixture->db, "PRAGMA foreign_keys"), ==, 1);
  g_assert_cmpint (ask (fixture->db, "PRAGMA trusted_schema"), ==, 0);
  g_assert_cmpint (ask (fixture->db, "PRAGMA busy_timeout"), ==, 5000);
}

static void
test_the_group_may_write_whatever_the_umask (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "shared.db", NULL);
  const char *const ends[] = { "", "-wal", "-shm" };
  mode_t before = umask (077);
  g_autoptr(ThDb) db = th_db_open (path, NULL);

  g_assert_nonnull (db);
  g_assert_true (th_db_exec (db, "CREATE TABLE t (a INTEGER)", NULL));
  umask (before);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *file = g_strconcat (path, ends[i], NULL);
      struct stat info;

      g_assert_cmpint (stat (file, &info), ==, 0);
      g_assert_cmpint (info.st_mode & 0777, ==, 0660);
    }
  g_clear_pointer (&db, th_db_close);
  g_unlink (path);
}

static void
test_a_commit_elsewhere_is_noticed (Fixture *fixture, gconstpointer data)
{
  g_autoptr(ThDb) other = th_db_open (fixture->path, NULL);
  gint64 before = th_db_data_version (fixture->db);

  g_assert_cmpint (th_db_data_version (fixture->db), ==, before);
  g_assert_true (th_db_exec (other, "INSERT INTO t (a) VALUES (1)", NULL));
  g_assert_cmpint (th_db_data_version (fixture->db), !=, before);
}

#define ADD(name) g_test_add ("/db/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_file_that_is_no_database_is_refused);
  ADD (somebody_elses_database_is_refused);
  ADD (a_folder_that_is_not_there_is_an_error);
  ADD (a_wrong_statement_fails_at_its_first_step_and_stays_failed);
  ADD (a_full_disk_is_said_and_nothing_is_half_written);
  ADD (a_file_that_may_only_be_read_is_full);
  ADD (a_writer_in_the_way_is_busy);
  ADD (values_are_bound_by_their_number_and_not_by_their_place);
  ADD (every_type_comes_back_as_it_was);
  ADD (text_that_hides_something_after_a_nul_is_not_text);
  ADD (a_statement_may_run_inside_itself);
  ADD (a_dropped_transaction_leaves_nothing);
  ADD (the_settings_are_those_that_survive_a_pulled_plug);
  ADD (the_group_may_write_whatever_the_umask);
  ADD (a_commit_elsewhere_is_noticed);
  return g_test_run ();
}
