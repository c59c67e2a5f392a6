/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Backups, the way back, and what becomes of the records on a disk that is full, read-only or damaged. */
#include <fcntl.h>
#include <glib.h>
#include <grp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/records-backup.h"
#include "tests/records-fixture.h"

static char *
path_in (const Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->dir, name, NULL);
}

static gboolean
is_there (const Fixture *fixture, const char *name)
{
  g_autofree char *path = path_in (fixture, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* The name of the one file in the folder that begins so; NULL: there is none. */
static char *
find (const Fixture *fixture, const char *prefix)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix) && !g_str_has_suffix (name, "-wal")
        && !g_str_has_suffix (name, "-shm"))
      return g_build_filename (fixture->dir, name, NULL);
  return NULL;
}

static guint
issue (ThRecords *records, guint n)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autoptr (GError) error = NULL;
  ThTicket ticket;
  char id[19];

  person (n, id);
  th_records_issue_ticket (records, visit, id, 'A', 0, &ticket, &error);
  g_assert_no_error (error);
  return ticket.number;
}

static char *
back_up (const Fixture *fixture)
{
  g_autofree char *file = path_in (fixture, "copy.db");
  g_autoptr (GError) error = NULL;
  guint64 events, there;

  th_records_backup (fixture->records, file, &events, &error);
  g_assert_no_error (error);
  g_assert_true (th_records_verify (fixture->records, &there, NULL));
  g_assert_cmpuint (events, ==, there);
  return g_steal_pointer (&file);
}

static void
reopen (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->records = th_records_open (fixture->dir, "kiosk-1", &error);
  g_assert_no_error (error);
}

static void
close_records (Fixture *fixture)
{
  g_clear_pointer (&fixture->records, th_records_close);
}

/* Bytes in the middle of the file that no page of a database has. */
static void
damage (const char *path)
{
  guint8 junk[20000];
  struct stat info;
  int fd = open (path, O_WRONLY);

  memset (junk, 0xa5, sizeof junk);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fstat (fd, &info), ==, 0);
  g_assert_cmpint (info.st_size, >, 3 * (off_t)sizeof junk);
  g_assert_cmpint (pwrite (fd, junk, sizeof junk, info.st_size / 2), ==, sizeof junk);
  close (fd);
}

static gboolean
restore (const Fixture *fixture, const char *file, gboolean replace, ThRestored *ret_restored,
         GError **error)
{
  return th_records_restore (fixture->dir, "kiosk-1", file, "LI MIN", replace, ret_restored, error);
}

/* … and nothing is left behind or changed. */
static void
assert_not_restored (const Fixture *fixture, const char *file, gboolean replace, ThRecordsError code)
{
  g_auto (ThRestored) restored = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *aside = NULL;

  g_assert_false (restore (fixture, file, replace, &restored, &error));
  g_assert_error (error, TH_RECORDS_ERROR, (int)code);
  aside = find (fixture, "records.db.");
  g_assert_null (aside);
}

static void
assert_no_backup (const Fixture *fixture, ThRecordsError code)
{
  g_autofree char *file = path_in (fixture, "copy.db");
  g_autofree char *left = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (th_records_backup (fixture->records, file, NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, (int)code);
  left = find (fixture, "copy.db");
  g_assert_null (left);
}

/* --- backups -------------------------------------------------------------------------------------- */

static void
test_a_backup_overwrites_nothing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = path_in (fixture, "copy.db");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, "mine", -1, NULL));
  g_assert_false (th_records_backup (fixture->records, file, NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "mine");
}

static void
test_a_backup_into_nowhere_says_so (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = path_in (fixture, "none/copy.db");
  g_autoptr (GError) error = NULL;

  g_assert_false (th_records_backup (fixture->records, file, NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "No such file"));
}

static void
test_a_log_with_a_changed_event_gives_no_backup (Fixture *fixture, gconstpointer data)
{
  issue (fixture->records, 1);
  meddle (fixture, "DROP TRIGGER events_stand; UPDATE events SET at_us = at_us + 1 WHERE seq = 1");
  assert_no_backup (fixture, TH_RECORDS_ERROR_CORRUPT);
}

/* Until it goes out of scope no file of this process grows past @bytes. */
static struct rlimit
limit_files (gsize bytes)
{
  struct rlimit before, limit;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  return before;
}

static void
unlimit_files (const struct rlimit *before)
{
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, before), ==, 0);
}

static void
test_a_backup_that_finds_no_room_leaves_nothing_behind (Fixture *fixture, gconstpointer data)
{
  struct rlimit before;
  g_autofree char *file = path_in (fixture, "copy.db");
  g_autoptr (GError) error = NULL;
  gboolean made;

  issue (fixture->records, 1);
  before = limit_files (64 * 1024);
  made = th_records_backup (fixture->records, file, NULL, &error);
  unlimit_files (&before);
  g_assert_false (made);
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_FULL);
  g_assert_null (find (fixture, "copy.db"));
  g_assert_cmpuint (issue (fixture->records, 2), ==, 2);
}

static void
test_a_backup_waits_for_no_writer (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_in (fixture, "records.db");
  g_autofree char *copy = NULL;
  struct stat info;
  sqlite3 *writer;

  issue (fixture->records, 1);
  g_assert_cmpint (sqlite3_open (path, &writer), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (writer, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  copy = back_up (fixture);
  g_assert_cmpint (sqlite3_exec (writer, "COMMIT", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (writer);
  g_assert_cmpint (stat (copy, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777 & ~0640, ==, 0);
}

/* --- the way back --------------------------------------------------------------------------------- */

static void
test_whole_records_are_not_replaced_unasked (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copy = back_up (fixture);

  close_records (fixture);
  assert_not_restored (fixture, copy, FALSE, TH_RECORDS_ERROR_REFUSED);
  reopen (fixture);
}

static void
test_nothing_is_restored_under_an_open_program (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copy = back_up (fixture);

  assert_not_restored (fixture, copy, TRUE, TH_RECORDS_ERROR_BUSY);
  g_assert_cmpuint (issue (fixture->records, 1), ==, 1);
}

static void
test_a_restore_carries_a_name (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copy = back_up (fixture);
  g_auto (ThRestored) restored = { 0 };
  g_autoptr (GError) error = NULL;

  close_records (fixture);
  g_assert_false (
      th_records_restore (fixture->dir, "kiosk-1", copy, "", TRUE, &restored, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
}

static void
test_a_backup_that_is_none_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copy = back_up (fixture);
  g_autofree char *none = path_in (fixture, "none.db");
  g_autofree char *text = path_in (fixture, "text.db");
  g_autofree char *others = path_in (fixture, "others.db");
  sqlite3 *db;

  issue (fixture->records, 1);
  close_records (fixture);
  g_assert_true (g_file_set_contents (text, "this is no database, but it is a file", -1, NULL));
  g_assert_cmpint (sqlite3_open (others, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "CREATE TABLE t (a)", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  assert_not_restored (fixture, none, TRUE, TH_RECORDS_ERROR_NOT_FOUND);
  assert_not_restored (fixture, text, TRUE, TH_RECORDS_ERROR_CORRUPT);
  assert_not_restored (fixture, others, TRUE, TH_RECORDS_ERROR_CORRUPT);
  g_assert_cmpint (sqlite3_open (copy, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "INSERT INTO schema_steps VALUES (9999, 0)", NULL, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_close (db);
  assert_not_restored (fixture, copy, TRUE, TH_RECORDS_ERROR_CORRUPT);
  damage (copy);
  assert_not_restored (fixture, copy, TRUE, TH_RECORDS_ERROR_CORRUPT);
  reopen (fixture);
  g_assert_cmpuint (issue (fixture->records, 2), ==, 2);
}

static void
test_a_log_of_another_key_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copy = back_up (fixture);
  g_autofree char *key = path_in (fixture, "keys/chain.key");
  g_autofree char *good = NULL;
  gsize len;

  close_records (fixture);
  g_assert_true (g_file_get_contents (key, &good, &len, NULL));
  g_assert_true (g_file_set_contents (key, "00000000000000000000000000000000", 32, NULL));
  assert_not_restored (fixture, copy, TRUE, TH_RECORDS_ERROR_CORRUPT);
  g_unlink (key);
  assert_not_restored (fixture, copy, TRUE, TH_RECORDS_ERROR_CORRUPT);
  g_assert_true (g_file_set_contents (key, good, (gssize)len, NULL));
  reopen (fixture);
}

static void
test_a_restore_that_finds_no_room_leaves_all_as_it_was (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copy = back_up (fixture);
  g_auto (ThRestored) restored = { 0 };
  g_autoptr (GError) error = NULL;
  struct rlimit before;
  gboolean done;

  issue (fixture->records, 1);
  close_records (fixture);
  before = limit_files (64 * 1024);
  done = restore (fixture, copy, TRUE, &restored, &error);
  unlimit_files (&before);
  g_assert_false (done);
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_FULL);
  g_assert_null (find (fixture, "records.db."));
  reopen (fixture);
  g_assert_cmpuint (issue (fixture->records, 2), ==, 2);
}

static void
assert_restored (Fixture *fixture, const char *copy, gboolean replace, ThRestored *restored)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *last = NULL;

  restore (fixture, copy, replace, restored, &error);
  g_assert_no_error (error);
  g_assert_false (is_there (fixture, "records.db.restoring"));
  reopen (fixture);
  g_assert_true (th_records_verify (fixture->records, NULL, NULL));
  last = rows (fixture, "SELECT kind, json_extract (body, '$.by') FROM events ORDER BY seq DESC LIMIT 1");
  g_assert_cmpstr (last, ==, "restored|LI MIN\n");
  assert_projections_are_the_logs (fixture);
}

static void
test_records_that_are_gone_do_not_begin_anew_and_come_back (Fixture *fixture, gconstpointer data)
{
  g_auto (ThRestored) restored = { 0 };
  g_autofree char *path = path_in (fixture, "records.db");
  g_autofree char *leftover = path_in (fixture, "records.db.restoring");
  g_autofree char *copy = NULL;
  g_autoptr (GError) error = NULL;

  issue (fixture->records, 1);
  issue (fixture->records, 2);
  copy = back_up (fixture);
  close_records (fixture);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_null (th_records_open (fixture->dir, "kiosk-1", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "restore a backup"));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  g_assert_true (g_file_set_contents (leftover, "of a restore whose plug was pulled", -1, NULL));
  assert_restored (fixture, copy, FALSE, &restored);
  g_assert_null (restored.aside);
  g_assert_cmpstr (restored.numbers, ==, "A-002");
  g_assert_cmpuint (strlen (restored.day), ==, TH_DAY_BYTES - 1);
  g_assert_cmpuint (issue (fixture->records, 1), ==, 1); /* the person is known */
  g_assert_cmpuint (issue (fixture->records, 3), ==, 3);
}

static void
test_damaged_records_are_replaced_and_kept (Fixture *fixture, gconstpointer data)
{
  g_auto (ThRestored) restored = { 0 };
  g_autofree char *path = path_in (fixture, "records.db");
  g_autofree char *copy = NULL, *before = NULL, *after = NULL;
  gsize n_before, n_after;

  for (guint i = 0; i < 200; i++)
    issue (fixture->records, i);
  copy = back_up (fixture);
  close_records (fixture);
  damage (path);
  g_assert_true (g_file_get_contents (path, &before, &n_before, NULL));
  assert_restored (fixture, copy, FALSE, &restored);
  g_assert_true (g_file_get_contents (restored.aside, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
  g_assert_cmpuint (issue (fixture->records, 200), ==, 201);
}

/* A program that was killed leaves its last commits in the -wal. */
static void
test_what_is_replaced_keeps_its_last_commits (Fixture *fixture, gconstpointer data)
{
  g_auto (ThRestored) restored = { 0 };
  g_autofree char *copy = back_up (fixture);
  g_autofree char *count = NULL;
  sqlite3_stmt *stmt;
  sqlite3 *db;
  int status;
  pid_t pid;

  close_records (fixture);
  pid = fork ();
  if (pid == 0)
    {
      reopen (fixture);
      issue (fixture->records, 7);
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
  g_assert_true (is_there (fixture, "records.db-wal"));
  assert_restored (fixture, copy, TRUE, &restored);
  count = rows (fixture, "SELECT count(*) FROM tickets");
  g_assert_cmpstr (count, ==, "0\n");
  g_assert_cmpint (sqlite3_open (restored.aside, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT count(*) FROM tickets", -1, &stmt, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  g_assert_cmpint (sqlite3_column_int (stmt, 0), ==, 1);
  sqlite3_finalize (stmt);
  sqlite3_close (db);
}

/* --- disks ---------------------------------------------------------------------------------------- */

static void
test_a_full_disk_takes_no_number_and_goes_on_when_there_is_room (Fixture *fixture, gconstpointer data)
{
  g_autofree char *wal = path_in (fixture, "records.db-wal");
  g_autoptr (GError) error = NULL;
  struct rlimit before;
  struct stat info;
  ThTicket ticket;
  guint last = 0;

  g_assert_cmpint (stat (wal, &info), ==, 0);
  before = limit_files ((gsize)info.st_size + 200 * 1024);
  for (guint i = 0; i < 500 && error == NULL; i++)
    {
      g_autofree char *visit = th_visit_id_new ();
      char id[19];

      person (i, id);
      if (th_records_issue_ticket (fixture->records, visit, id, 'A', 0, &ticket, &error))
        last = ticket.number;
    }
  unlimit_files (&before);
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_FULL);
  g_assert_cmpuint (last, >, 0);
  g_assert_cmpuint (issue (fixture->records, 1000), ==, last + 1);
  close_records (fixture);
  reopen (fixture);
  g_assert_true (th_records_verify (fixture->records, NULL, NULL));
  g_assert_cmpuint (issue (fixture->records, 1001), ==, last + 2);
  assert_projections_are_the_logs (fixture);
}

/* What a program without the right to write is told: root has it always. */
static void
test_records_that_may_not_be_written_are_not_opened (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_in (fixture, "records.db");
  int status;
  pid_t pid;

  issue (fixture->records, 1);
  close_records (fixture);
  g_assert_cmpint (g_chmod (path, 0444), ==, 0);
  g_assert_cmpint (g_chmod (fixture->dir, 0755), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      g_autoptr (GError) error = NULL;
      ThRecords *records;

      if (geteuid () == 0
          && (setgroups (0, NULL) != 0 || setresgid (65534, 65534, 65534) != 0
              || setresuid (65534, 65534, 65534) != 0))
        _exit (2);
      records = th_records_open (fixture->dir, "kiosk-1", &error);
      _exit (records == NULL && error->domain == TH_RECORDS_ERROR ? 0 : 3);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpint (g_chmod (path, 0660), ==, 0);
  reopen (fixture);
  g_assert_cmpuint (issue (fixture->records, 2), ==, 2);
}

static void
test_a_damaged_page_is_found_and_gives_no_backup (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_in (fixture, "records.db");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 200; i++)
    issue (fixture->records, i);
  close_records (fixture);
  damage (path);
  fixture->records = th_records_open (fixture->dir, "kiosk-1", &error);
  if (fixture->records == NULL)
    g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT);
  else
    assert_no_backup (fixture, TH_RECORDS_ERROR_CORRUPT);
}

#define ADD(name) g_test_add ("/records-backup/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_backup_overwrites_nothing);
  ADD (a_backup_into_nowhere_says_so);
  ADD (a_log_with_a_changed_event_gives_no_backup);
  ADD (a_backup_that_finds_no_room_leaves_nothing_behind);
  ADD (a_backup_waits_for_no_writer);
  ADD (whole_records_are_not_replaced_unasked);
  ADD (nothing_is_restored_under_an_open_program);
  ADD (a_restore_carries_a_name);
  ADD (a_backup_that_is_none_is_refused);
  ADD (a_log_of_another_key_is_refused);
  ADD (a_restore_that_finds_no_room_leaves_all_as_it_was);
  ADD (records_that_are_gone_do_not_begin_anew_and_come_back);
  ADD (damaged_records_are_replaced_and_kept);
  ADD (what_is_replaced_keeps_its_last_commits);
  ADD (a_full_disk_takes_no_number_and_goes_on_when_there_is_room);
  ADD (records_that_may_not_be_written_are_not_opened);
  ADD (a_damaged_page_is_found_and_gives_no_backup);
  return g_test_run ();
}
