/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plug is pulled at any moment, also in the middle of what SQLite writes: every number that was given is
 * there afterwards, once, and the log is whole.
 *
 *     test-records-powercut [CUTS]
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/powercut-vfs.h"
#include "tests/records-fixture.h"

#define PEOPLE 100000
#define CUTS_A_SITE 25
#define FEW_WRITES 600    /* while the file is opened, and the first visits */
#define MANY_WRITES 12000 /* past checkpoints, and a file that is closed and opened again */
#define VISITS_A_CLOSE 40
#define COMMITS 200

static guint cuts = 100;

/* What people were told: on paper, so no power cut takes it away. */
typedef struct
{
  gint next;
  char lane[PEOPLE];
  gint number[PEOPLE]; /* 0: not told */
} Paper;

static gpointer
shared_new (gsize size)
{
  gpointer memory = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  g_assert_true (memory != MAP_FAILED);
  return memory;
}

static void
serve (ThRecords *records, Paper *paper)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autoptr (GError) error = NULL;
  gint who = paper->next++;
  char lane = (char) ('A' + who % 2);
  ThTicket ticket;
  char id[19];

  person ((guint) who, id);
  if (!th_records_confirmed (records, visit, "card", "zh_CN", &error)
      || !th_records_answered (records, visit, TH_QUESTION_CONSENT, "consent-1", TRUE, &error)
      || !th_records_issue_ticket (records, visit, id, lane, who % 5 == 0 ? TH_REASON_ANSWER : 0,
                                   &ticket, &error))
    g_error ("%s", error->message);
  paper->lane[who] = lane;
  paper->number[who] = (gint) ticket.number;
  if (!th_records_slip (records, visit, 0, TH_SLIP_STATE_SENDING, "", &error)
      || !th_records_slip (records, visit, 0, TH_SLIP_STATE_CONFIRMED, "", &error))
    g_error ("%s", error->message);
}

/* Serves until the power goes; closes and opens its file now and then. */
G_GNUC_NORETURN static void
serve_until_the_cut (const char *dir, Paper *paper, guint32 seed, guint after)
{
  powercut_arm (seed, after);
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ThRecords) records = th_records_open (dir, "kiosk-1", &error);

      if (records == NULL)
        g_error ("%s", error->message);
      open_day (records);
      for (guint i = 0; i < VISITS_A_CLOSE; i++)
        serve (records, paper);
    }
}

static void
wait_for_the_cut (pid_t pid)
{
  int status;

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, POWERCUT_EXIT);
}

static void
assert_nothing_is_lost (Fixture *fixture, const Paper *paper)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *gaps = NULL;

  fixture->records = th_records_open (fixture->dir, "kiosk-1", &error);
  g_assert_no_error (error);
  for (gint i = 0; i < paper->next; i++)
    {
      ThTicket ticket;
      char id[19];

      if (paper->number[i] == 0)
        continue;
      person ((guint) i, id);
      if (!th_records_find_ticket (fixture->records, id, &ticket, &error))
        g_error ("%c-%d was given and is not there", paper->lane[i], paper->number[i]);
      g_assert_cmpint ((gint) ticket.number, ==, paper->number[i]);
      g_assert_cmpint (ticket.lane, ==, paper->lane[i]);
    }
  g_assert_true (th_records_verify (fixture->records, NULL, &error));
  g_assert_no_error (error);
  gaps = rows (fixture,
               "SELECT count(*) FROM (SELECT 1 FROM counters c LEFT JOIN tickets t ON t.day = c.day"
               " AND t.lane = c.lane GROUP BY c.day, c.lane HAVING count(*) <> c.last"
               " OR count(DISTINCT t.number) <> c.last OR max(t.number) <> c.last)");
  g_assert_cmpstr (gaps, ==, "0\n");
  assert_projections_are_the_logs (fixture);
  g_clear_pointer (&fixture->records, th_records_close);
}

static void
set_up_empty (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("th-records-XXXXXX", NULL);
}

/* One site's life: its file was cut before each time. */
static guint
live (Fixture *fixture, guint n)
{
  Paper *paper = shared_new (sizeof *paper);
  guint given = 0;

  for (guint i = 0; i < n; i++)
    {
      guint32 seed = (guint32) g_test_rand_int ();
      guint after = (guint) g_test_rand_int_range (1, i % 2 == 0 ? FEW_WRITES : MANY_WRITES);
      pid_t pid = fork ();

      g_assert_cmpint (pid, >=, 0);
      if (pid == 0)
        serve_until_the_cut (fixture->dir, paper, seed, after);
      wait_for_the_cut (pid);
      g_test_message ("seed %u, cut in write %u", seed, after);
      assert_nothing_is_lost (fixture, paper);
    }
  for (gint i = 0; i < paper->next; i++)
    given += paper->number[i] != 0;
  munmap (paper, sizeof *paper);
  return given;
}

static void
test_a_number_that_was_given_outlives_a_power_cut (Fixture *fixture, gconstpointer data)
{
  guint given = 0;

  for (guint done = 0; done < cuts; done += CUTS_A_SITE)
    {
      given += live (fixture, MIN (CUTS_A_SITE, cuts - done));
      remove_tree (fixture->dir);
      g_free (fixture->dir);
      fixture->dir = g_dir_make_tmp ("th-records-XXXXXX", NULL);
    }
  g_test_message ("%u cuts, %u numbers given", cuts, given);
  g_assert_cmpuint (given, >, cuts);
}

/* --- the disk of these tests does lose what it may ------------------------------------------------ */

G_GNUC_NORETURN static void
commit_until_the_cut (const char *path, const char *pragma, gint *committed, guint32 seed)
{
  sqlite3 *db;

  powercut_arm (seed, G_MAXUINT);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, pragma, NULL, NULL, NULL), ==, SQLITE_OK);
  for (guint i = 0; i < COMMITS; i++)
    {
      g_assert_cmpint (sqlite3_exec (db, "INSERT INTO t VALUES (randomblob (300))", NULL, NULL, NULL),
                       ==, SQLITE_OK);
      ++*committed;
    }
  powercut_now ();
}

/* How many cuts of ten took a commit away, or the file with it. */
static guint
count_losses (const Fixture *fixture, const char *pragma)
{
  gint *committed = shared_new (sizeof *committed);
  guint losses = 0;

  for (guint32 seed = 1; seed <= 10; seed++)
    {
      g_autofree char *dir = g_strdup_printf ("%s/%u", fixture->dir, seed);
      g_autofree char *path = g_build_filename (dir, "records.db", NULL);
      Fixture site = { .dir = dir };
      sqlite3 *db;
      sqlite3_stmt *stmt = NULL;
      pid_t pid;

      remove_tree (dir);
      g_assert_cmpint (g_mkdir (dir, 0700), ==, 0);
      meddle (&site, "PRAGMA journal_mode = WAL; CREATE TABLE t (x BLOB)");
      *committed = 0;
      pid = fork ();
      g_assert_cmpint (pid, >=, 0);
      if (pid == 0)
        commit_until_the_cut (path, pragma, committed, seed);
      wait_for_the_cut (pid);
      g_assert_cmpint (*committed, ==, COMMITS);

      g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
      sqlite3_prepare_v2 (db, "SELECT count(*) FROM t", -1, &stmt, NULL);
      if (stmt == NULL || sqlite3_step (stmt) != SQLITE_ROW || sqlite3_column_int (stmt, 0) < COMMITS)
        losses++;
      sqlite3_finalize (stmt);
      sqlite3_close (db);
    }
  munmap (committed, sizeof *committed);
  return losses;
}

static void
test_only_what_waits_for_the_disk_is_kept (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (count_losses (fixture, "PRAGMA synchronous = OFF"), >, 0);
  g_assert_cmpuint (count_losses (fixture, "PRAGMA synchronous = NORMAL"), >, 0);
  g_assert_cmpuint (count_losses (fixture, "PRAGMA synchronous = FULL"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc > 1)
    cuts = (guint) MAX (atoi (argv[1]), 1);
  g_test_add ("/records-powercut/only_what_waits_for_the_disk_is_kept", Fixture, NULL, set_up_empty,
              test_only_what_waits_for_the_disk_is_kept, tear_down);
  g_test_add ("/records-powercut/a_number_that_was_given_outlives_a_power_cut", Fixture, NULL,
              set_up_empty, test_a_number_that_was_given_outlives_a_power_cut, tear_down);
  return g_test_run ();
}
