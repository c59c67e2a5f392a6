/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Visits, tickets, slips, keys and the chain. */
#include <json-glib/json-glib.h>
#include <sys/stat.h>

#include "kiosk/records-zones.h"
#include "tests/records-fixture.h"

static const ThReading reading = {
  .object_raw = 0x3be4,
  .ambient_raw = 0x393d,
  .room_mc = 24000,
  .skin_mc = 34500,
  .body_mc = 36600,
  .shown_tenths = 366,
  .samples = 5,
  .method = "uncalibrated-heat-balance",
};

/* A ticket for the nth person, flagged when there are reasons. */
static ThTicket
issue (Fixture *fixture, guint n, char lane, ThReason reasons)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autoptr(GError) error = NULL;
  ThTicket ticket;
  char id[19];

  person (n, id);
  g_assert_true (
      th_records_issue_ticket (fixture->records, visit, id, lane, reasons, &ticket, &error));
  g_assert_no_error (error);
  return ticket;
}

static gint64
number_of (Fixture *fixture, const char *sql)
{
  g_autofree char *text = rows (fixture, sql);

  return g_ascii_strtoll (text, NULL, 10);
}

/* --- refusals --------------------------------------------------------------------------------- */

static void
test_a_device_name_that_could_be_anything_is_refused (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (th_records_open ("/nonexistent", "Kiosk 1", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
}

static void
test_records_of_a_newer_version_are_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  meddle (fixture, "INSERT INTO schema_steps (step, at_us) VALUES (99, 0)");
  g_clear_pointer (&fixture->records, th_records_close);
  g_assert_null (th_records_open (fixture->dir, "kiosk-1", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT);
}

static void
test_a_log_without_its_key_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *key = g_build_filename (fixture->dir, "keys", "chain.key", NULL);
  g_autoptr(GError) error = NULL;

  issue (fixture, 1, 'A', 0);
  g_clear_pointer (&fixture->records, th_records_close);
  g_unlink (key);
  g_assert_null (th_records_open (fixture->dir, "kiosk-1", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT);
  g_assert_false (g_file_test (key, G_FILE_TEST_EXISTS));
}

static void
test_a_lane_or_a_person_that_cannot_be_gets_no_ticket (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *visit, *id;
    char lane;
  } wrong[] = {
    { "018bcfe5-6800-7000-8000-000000000000", "11010119900101123X", 'a' },
    { "018bcfe5-6800-7000-8000-000000000000", "11010119900101123x", 'A' },
    { "018bcfe5-6800-7000-8000-000000000000", "1101011990010112X4", 'A' },
    { "018bcfe5-6800-7000-8000-000000000000", "", 'A' },
    { "not-a-visit", "11010119900101123X", 'A' },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr(GError) error = NULL;
      ThTicket ticket;

      g_assert_false (th_records_issue_ticket (fixture->records, wrong[i].visit, wrong[i].id,
                                               wrong[i].lane, 0, &ticket, &error));
      g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
    }
  g_assert_cmpint (number_of (fixture, "SELECT count(*) FROM events WHERE kind <> 'day_opened'"), ==, 0);
  g_assert_cmpint (number_of (fixture, "SELECT count(*) FROM counters"), ==, 0);
}

static void
test_the_log_lets_nobody_change_or_delete (Fixture *fixture, gconstpointer data)
{
  static const char *const attempts[] = {
    "UPDATE events SET at_us = 0",
    "DELETE FROM events",
    "REPLACE INTO events SELECT * FROM events",
  };
  g_autofree char *path = g_build_filename (fixture->dir, "records.db", NULL);
  sqlite3 *db;

  issue (fixture, 1, 'A', 0);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, "PRAGMA recursive_triggers = ON", NULL, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (attempts); i++)
    g_assert_cmpint (sqlite3_exec (db, attempts[i], NULL, NULL, NULL), ==, SQLITE_CONSTRAINT);
  sqlite3_close (db);
}

/* --- tickets ---------------------------------------------------------------------------------- */

static void
test_numbers_of_a_lane_follow_each_other (Fixture *fixture, gconstpointer data)
{
  char label[16];

  for (guint n = 1; n <= 5; n++)
    {
      ThTicket ticket = issue (fixture, n, 'A', 0);

      g_assert_cmpuint (ticket.number, ==, n);
      g_assert_cmpint (ticket.people_ahead, ==, n - 1);
      g_assert_false (ticket.existed);
      g_assert_cmpuint (strlen (ticket.token), ==, 32);
    }
  g_assert_cmpuint (issue (fixture, 6, 'B', 0).number, ==, 1);
  th_ticket_label ('A', 17, label);
  g_assert_cmpstr (label, ==, "A-017");
}

static void
test_a_person_who_comes_again_has_the_same_number (Fixture *fixture, gconstpointer data)
{
  ThTicket first = issue (fixture, 1, 'A', TH_REASON_ANSWER);
  gint64 events = number_of (fixture, "SELECT count(*) FROM events");
  g_autoptr(GError) error = NULL;
  ThTicket again;
  char id[19];

  g_clear_pointer (&fixture->records, th_records_close);
  fixture->records = th_records_open (fixture->dir, "kiosk-1", NULL);
  again = issue (fixture, 1, 'B', 0);
  g_assert_true (again.existed);
  g_assert_cmpstr (again.visit, ==, first.visit);
  g_assert_cmpstr (again.token, ==, first.token);
  g_assert_cmpint (again.lane, ==, 'A');
  g_assert_cmpint (again.reasons, ==, TH_REASON_ANSWER);
  g_assert_cmpint (number_of (fixture, "SELECT count(*) FROM events"), ==, events);

  person (1, id);
  g_assert_true (th_records_find_ticket (fixture->records, id, &again, &error));
  g_assert_cmpstr (again.visit, ==, first.visit);
  person (2, id);
  g_assert_false (th_records_find_ticket (fixture->records, id, &again, &error));
  g_assert_no_error (error);
}

static void
test_a_visit_has_one_ticket_whoever_it_is_said_to_be (Fixture *fixture, gconstpointer data)
{
  ThTicket first = issue (fixture, 1, 'A', 0);
  ThTicket again;
  char id[19];

  person (2, id);
  g_assert_true (th_records_issue_ticket (fixture->records, first.visit, id, 'A', 0, &again, NULL));
  g_assert_true (again.existed);
  g_assert_cmpuint (again.number, ==, 1);
}

static void
test_a_number_that_is_passed_over_does_not_show_on_the_next_slip (Fixture *fixture,
                                                                  gconstpointer data)
{
  issue (fixture, 1, 'A', 0);
  issue (fixture, 2, 'A', TH_REASON_TEMPERATURE);
  g_assert_cmpint (issue (fixture, 3, 'A', 0).people_ahead, ==, 2);
}

static void
test_a_number_that_was_called_has_nobody_before_it (Fixture *fixture, gconstpointer data)
{
  const ThStation at = { .zone = TH_ZONE_INQUIRY, .desk = "1", .by = "a" };
  g_autoptr(GPtrArray) called = NULL;
  ThTicket ticket;
  char id[19];

  issue (fixture, 1, 'A', 0);
  person (1, id);
  g_assert_true (th_records_find_ticket (fixture->records, id, &ticket, NULL));
  g_assert_cmpint (ticket.people_ahead, ==, 0);
  called = th_records_call_next (fixture->records, &at, 'A', NULL);
  g_assert_cmpuint (called->len, ==, 1);
  g_assert_true (th_records_find_ticket (fixture->records, id, &ticket, NULL));
  g_assert_cmpint (ticket.people_ahead, ==, -1);
}

/* --- slips ------------------------------------------------------------------------------------ */

static void
test_only_the_steps_that_make_no_second_original_are_taken (Fixture *fixture, gconstpointer data)
{
  /* A row a state, a column a next one, in the order of ThSlipState. */
  static const gboolean may[6][6] = {
    [TH_SLIP_STATE_QUEUED] = { 0, 1, 0, 0, 1, 1 },
    [TH_SLIP_STATE_SENDING] = { 0, 0, 1, 1, 1, 1 },
    [TH_SLIP_STATE_SENT] = { 0, 0, 0, 1, 1, 0 },
    [TH_SLIP_STATE_CONFIRMED] = { 0 },
    [TH_SLIP_STATE_UNCERTAIN] = { 0 },
    [TH_SLIP_STATE_FAILED] = { 0, 1, 0, 0, 0, 1 },
  };
  static const ThSlipState way[6][3] = {
    [TH_SLIP_STATE_SENDING] = { TH_SLIP_STATE_SENDING },
    [TH_SLIP_STATE_SENT] = { TH_SLIP_STATE_SENDING, TH_SLIP_STATE_SENT },
    [TH_SLIP_STATE_CONFIRMED] = { TH_SLIP_STATE_SENDING, TH_SLIP_STATE_SENT,
                                  TH_SLIP_STATE_CONFIRMED },
    [TH_SLIP_STATE_UNCERTAIN] = { TH_SLIP_STATE_SENDING, TH_SLIP_STATE_UNCERTAIN },
    [TH_SLIP_STATE_FAILED] = { TH_SLIP_STATE_SENDING, TH_SLIP_STATE_FAILED },
  };

  for (ThSlipState from = 0; from < 6; from++)
    for (ThSlipState to = 0; to < 6; to++)
      {
        ThTicket ticket = issue (fixture, from * 6 + to, 'A', 0);
        g_autoptr(GError) error = NULL;

        for (guint i = 0; i < 3 && way[from][i] != TH_SLIP_STATE_QUEUED; i++)
          g_assert_true (
              th_records_slip (fixture->records, ticket.visit, 0, way[from][i], "", NULL));
        g_assert_cmpint (th_records_slip (fixture->records, ticket.visit, 0, to, "", &error), ==,
                         may[from][to]);
        if (!may[from][to])
          g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
      }
  assert_projections_are_the_logs (fixture);
}

static void
test_copies_are_counted_and_have_slips_of_their_own (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 1, 'A', 0);
  g_autoptr(GError) error = NULL;
  guint copy;

  g_assert_false (th_records_new_copy (fixture->records, "018bcfe5-6800-7000-8000-000000000000",
                                       &copy, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (
      th_records_slip (fixture->records, ticket.visit, 1, TH_SLIP_STATE_SENDING, "", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);

  for (guint n = 1; n <= 2; n++)
    {
      g_assert_true (th_records_new_copy (fixture->records, ticket.visit, &copy, NULL));
      g_assert_cmpuint (copy, ==, n);
      g_assert_true (
          th_records_slip (fixture->records, ticket.visit, n, TH_SLIP_STATE_SENDING, "", NULL));
    }
  g_assert_cmpuint (issue (fixture, 1, 'A', 0).copies, ==, 2);
}

static void
test_after_a_restart_unfinished_slips_are_uncertain (Fixture *fixture, gconstpointer data)
{
  static const ThSlipState left[] = { TH_SLIP_STATE_QUEUED, TH_SLIP_STATE_SENDING,
                                      TH_SLIP_STATE_SENT, TH_SLIP_STATE_CONFIRMED,
                                      TH_SLIP_STATE_FAILED };
  g_autofree char *states = NULL;
  guint n;

  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    {
      ThTicket ticket = issue (fixture, i, 'A', 0);

      if (left[i] != TH_SLIP_STATE_QUEUED)
        g_assert_true (
            th_records_slip (fixture->records, ticket.visit, 0, TH_SLIP_STATE_SENDING, "", NULL));
      if (left[i] != TH_SLIP_STATE_QUEUED && left[i] != TH_SLIP_STATE_SENDING)
        g_assert_true (th_records_slip (fixture->records, ticket.visit, 0, left[i], "", NULL));
    }
  g_assert_true (th_records_settle_slips (fixture->records, FALSE, &n, NULL));
  g_assert_cmpuint (n, ==, 2);
  g_assert_true (th_records_settle_slips (fixture->records, TRUE, &n, NULL));
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (th_records_settle_slips (fixture->records, TRUE, &n, NULL));
  g_assert_cmpuint (n, ==, 0);
  states = rows (
      fixture, "SELECT s.state FROM slips s JOIN tickets t ON t.visit = s.visit ORDER BY t.number");
  g_assert_cmpstr (states, ==, "uncertain\nuncertain\nuncertain\nconfirmed\nfailed\n");
}

/* By a printer that never confirms: nothing more will ever be known. */
static void
test_a_slip_that_nobody_watched_stays_sent (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 1, 'A', 0);
  g_autofree char *states = NULL;
  guint n;

  g_assert_true (th_records_slip (fixture->records, ticket.visit, 0, TH_SLIP_STATE_SENDING, "main", NULL));
  g_assert_true (th_records_slip (fixture->records, ticket.visit, 0, TH_SLIP_STATE_SENT, "unwatched", NULL));
  g_assert_true (th_records_settle_slips (fixture->records, TRUE, &n, NULL));
  g_assert_cmpuint (n, ==, 0);
  states = rows (fixture, "SELECT state FROM slips");
  g_assert_cmpstr (states, ==, "sent\n");
}

/* --- privacy ---------------------------------------------------------------------------------- */

static gboolean
tree_holds (const char *path, const void *needle, gsize len)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  g_autofree char *bytes = NULL;
  const char *name;
  gsize n;

  if (dir == NULL)
    return g_file_get_contents (path, &bytes, &n, NULL) && memmem (bytes, n, needle, len) != NULL;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (memmem (name, strlen (name), needle, len) != NULL || tree_holds (child, needle, len))
        return TRUE;
    }
  return FALSE;
}

static void
test_no_id_number_reaches_the_disk (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 4711, 'A', TH_REASON_TEMPERATURE);
  char id[19];

  person (4711, id);
  g_assert_true (th_records_confirmed (fixture->records, ticket.visit, "card", "zh_CN", NULL));
  g_assert_true (th_records_measured (fixture->records, ticket.visit, 1, &reading, NULL));
  g_assert_true (tree_holds (fixture->dir, ticket.visit, strlen (ticket.visit)));
  g_assert_false (tree_holds (fixture->dir, id, 18));
  g_assert_false (tree_holds (fixture->dir, id, 17));
  g_clear_pointer (&fixture->records, th_records_close);
  g_assert_false (tree_holds (fixture->dir, id, 17));
}

static void
test_a_day_that_is_over_leaves_no_look_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *keys = g_build_filename (fixture->dir, "keys", NULL);
  g_autofree char *old = g_build_filename (keys, "lookup-2020-01-31.key", NULL);
  g_autofree char *kept = g_build_filename (keys, "lookup-9999-12-31.key", NULL);
  const char secret[] = "0123456789abcdef0123456789abcdef";
  g_autofree char *days = NULL;

  issue (fixture, 1, 'A', 0);
  g_clear_pointer (&fixture->records, th_records_close);
  g_assert_true (g_file_set_contents (old, secret, 32, NULL));
  g_assert_true (g_file_set_contents (kept, secret, 32, NULL));
  meddle (fixture, "INSERT INTO lookups (day, hash, visit) VALUES ('2020-01-31', x'00', 'v')");
  fixture->records = th_records_open (fixture->dir, "kiosk-1", NULL);
  g_assert_nonnull (fixture->records);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  g_assert_cmpint (number_of (fixture, "SELECT count(*) FROM lookups"), ==, 1);
  g_assert_true (issue (fixture, 1, 'A', 0).existed);
}

static void
test_keys_and_folders_are_the_groups_and_nobody_elses (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    mode_t mode;
  } expected[] = {
    { ".", 02770 }, { "keys", 02770 }, { "records.db", 0660 }, { "keys/chain.key", 0640 }
  };
  g_autofree char *dir = g_build_filename (fixture->dir, "state", NULL);
  mode_t before = umask (077);
  g_autoptr(ThRecords) records = th_records_open (dir, "kiosk-1", NULL);

  umask (before);
  g_assert_nonnull (records);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *path = g_build_filename (dir, expected[i].name, NULL);
      struct stat info;

      g_assert_cmpint (stat (path, &info), ==, 0);
      g_assert_cmpint (info.st_mode & 07777, ==, expected[i].mode);
    }
}

#define OPENERS 6
#define OPENINGS 40

typedef struct
{
  const char *dir;
  GError *error;
  int *ready; /* how many stand at the door */
} Opener;

static gpointer
open_thread (gpointer data)
{
  Opener *opener = data;
  ThRecords *records;

  g_atomic_int_inc (opener->ready);
  while (g_atomic_int_get (opener->ready) < OPENERS)
    g_thread_yield ();
  records = th_records_open (opener->dir, "kiosk-1", &opener->error);
  th_records_close (records);
  return NULL;
}

/* On the first morning the kiosk, staff and a technician's thresholdctl may all be the one that makes the file. */
static void
test_many_may_open_new_records_at_once (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < OPENINGS; i++)
    {
      g_autofree char *name = g_strdup_printf ("state-%u", i);
      g_autofree char *dir = g_build_filename (fixture->dir, name, NULL);
      Opener openers[OPENERS];
      GThread *threads[OPENERS];
      int ready = 0;

      for (guint t = 0; t < OPENERS; t++)
        {
          openers[t] = (Opener){ .dir = dir, .ready = &ready };
          threads[t] = g_thread_new ("opener", open_thread, &openers[t]);
        }
      for (guint t = 0; t < OPENERS; t++)
        {
          g_thread_join (threads[t]);
          g_assert_no_error (openers[t].error);
        }
    }
}

/* --- time and the chain ----------------------------------------------------------------------- */

static void
test_time_never_runs_behind_the_log (Fixture *fixture, gconstpointer data)
{
  /* An event of the future, as a clock that was wrong and was put right leaves it. */
  meddle (fixture,
          "INSERT INTO events (seq, id, device, device_seq, kind, at_us, mono_us, clock_trusted,"
          " visit, body, link) VALUES (2, 'x', 'kiosk-1', 2, 'left', 4102444800000000, 9000000000000000,"
          " 0, '',"
          " '{}', zeroblob (32))");
  g_assert_cmpint (issue (fixture, 1, 'A', 0).issued_at_us, ==, 4102444800000000);
  g_assert_cmpint (number_of (fixture, "SELECT min(at_us) FROM events WHERE seq > 1"), ==,
                   4102444800000000);
}

static void
test_every_meddling_with_the_log_is_found (Fixture *fixture, gconstpointer data)
{
  static const char *const meddling[] = {
    "UPDATE events SET body = replace (body, 'number\":2', 'number\":3') WHERE kind = "
    "'ticket_issued'",
    "UPDATE events SET at_us = at_us + 1 WHERE seq = 3",
    "UPDATE events SET clock_trusted = 1 - clock_trusted WHERE seq = 3",
    "UPDATE events SET link = zeroblob (32) WHERE seq = 4",
    "UPDATE events SET link = x'00' WHERE seq = 4",
    "UPDATE events SET body = '{ }' WHERE seq = 3",
    "UPDATE events SET kind = 'nonsense' WHERE seq = 3",
    "UPDATE events SET visit = visit || char(0) || 'x' WHERE seq = 3",
    "DELETE FROM events WHERE seq = 3",
    "DELETE FROM events WHERE seq = 1",
  };
  guint64 events = 0;

  for (guint i = 0; i < 3; i++)
    issue (fixture, i, 'A', 0);
  g_assert_true (th_records_verify (fixture->records, &events, NULL));
  g_assert_cmpuint (events, ==, 7); /* the first opened the day */
  meddle (fixture, "CREATE TABLE kept AS SELECT * FROM events; DROP TRIGGER events_stay; DROP "
                   "TRIGGER events_stand");
  for (guint i = 0; i < G_N_ELEMENTS (meddling); i++)
    {
      g_autoptr(GError) error = NULL;

      meddle (fixture, meddling[i]);
      g_assert_false (th_records_verify (fixture->records, &events, &error));
      g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT);
      meddle (fixture, "DELETE FROM events; INSERT INTO events SELECT * FROM kept");
      g_assert_true (th_records_verify (fixture->records, &events, NULL));
    }
}

static void
test_a_change_by_another_program_is_noticed (Fixture *fixture, gconstpointer data)
{
  g_autoptr(ThRecords) other = th_records_open (fixture->dir, "kiosk-1", NULL);

  th_records_changed (fixture->records);
  g_assert_false (th_records_changed (fixture->records));
  issue (fixture, 1, 'A', 0);
  g_assert_false (th_records_changed (fixture->records));
  g_assert_true (th_records_device_state (other, "reader", "ready", NULL));
  g_assert_true (th_records_changed (fixture->records));
  g_assert_false (th_records_changed (fixture->records));
}

/* --- the report ------------------------------------------------------------------------------- */

static gint64
report (Fixture *fixture, const char *day, const char *group, const char *name)
{
  g_autofree char *text = th_records_summary_json (fixture->records, day, NULL);
  g_autoptr(JsonNode) root = json_from_string (text, NULL);
  JsonObject *object = json_node_get_object (root);

  if (group != NULL)
    object = json_object_get_object_member (object, group);
  g_assert_true (json_object_has_member (object, name));
  return json_object_get_int_member (object, name);
}

static void
test_a_day_that_is_none_is_refused (Fixture *fixture, gconstpointer data)
{
  static const char *const wrong[] = { "",           "today",    "2026-13-01",
                                       "2026-02-30", "2026-1-1", "2026-11-22 " };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (th_records_summary_json (fixture->records, wrong[i], &error));
      g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
    }
}

static void
test_an_empty_day_is_reported_as_zeros (Fixture *fixture, gconstpointer data)
{
  static const char *const groups[][2] = {
    { NULL, "tickets" },
    { NULL, "confirmed" },
    { NULL, "readings" },
    { "flagged", "total" },
    { "flagged", "temperature" },
    { "decisions", "open" },
    { "decisions", "fever-clinic" },
    { "left", "total" },
    { "slips", "uncertain" },
    { "answers_yes", "symptoms" },
    { "reports", "written" },
  };

  issue (fixture, 1, 'A', TH_REASON_TEMPERATURE);
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    g_assert_cmpint (report (fixture, "2020-02-29", groups[i][0], groups[i][1]), ==, 0);
}

static void
test_a_day_is_counted_from_its_log (Fixture *fixture, gconstpointer data)
{
  ThTicket first = issue (fixture, 1, 'A', 0);
  ThTicket second = issue (fixture, 2, 'A', TH_REASON_TEMPERATURE | TH_REASON_ANSWER);

  issue (fixture, 3, 'B', TH_REASON_NOT_MEASURED);
  g_assert_true (th_records_confirmed (fixture->records, first.visit, "card", "en", NULL));
  g_assert_true (th_records_confirmed (fixture->records, second.visit, "number", "en", NULL));
  g_assert_true (
      th_records_answered (fixture->records, first.visit, TH_QUESTION_TRAVEL, "q-1", TRUE, NULL));
  g_assert_true (
      th_records_answered (fixture->records, first.visit, TH_QUESTION_CONSENT, "c-1", FALSE, NULL));
  g_assert_true (th_records_measured (fixture->records, first.visit, 1, &reading, NULL));
  g_assert_true (th_records_not_measured (fixture->records, second.visit, "sensor", NULL));
  g_assert_true (th_records_left (fixture->records, NULL, "identity", "time", NULL));
  g_assert_true (th_records_left (fixture->records, NULL, "identity", "time", NULL));
  g_assert_true (
      th_records_slip (fixture->records, first.visit, 0, TH_SLIP_STATE_SENDING, "", NULL));
  g_assert_true (
      th_records_decide (fixture->records, second.visit, TH_DECISION_DEFERRED, "r", "a", NULL));
  g_assert_true (
      th_records_decide (fixture->records, second.visit, TH_DECISION_CLEARED, "r", "a", NULL));
  g_assert_true (th_records_reported (fixture->records, second.visit, FALSE, "a", NULL));

  g_assert_cmpint (report (fixture, NULL, NULL, "tickets"), ==, 3);
  g_assert_cmpint (report (fixture, NULL, "tickets_by_lane", "A"), ==, 2);
  g_assert_cmpint (report (fixture, NULL, NULL, "confirmed"), ==, 2);
  g_assert_cmpint (report (fixture, NULL, NULL, "confirmed_by_card"), ==, 1);
  g_assert_cmpint (report (fixture, NULL, "answers_yes", "travel"), ==, 1);
  g_assert_cmpint (report (fixture, NULL, NULL, "consent_refused"), ==, 1);
  g_assert_cmpint (report (fixture, NULL, NULL, "readings"), ==, 1);
  g_assert_cmpint (report (fixture, NULL, NULL, "not_measured"), ==, 1);
  g_assert_cmpint (report (fixture, NULL, "left", "identity time"), ==, 2);
  g_assert_cmpint (report (fixture, NULL, "flagged", "total"), ==, 2);
  g_assert_cmpint (report (fixture, NULL, "flagged", "not-measured"), ==, 1);
  g_assert_cmpint (report (fixture, NULL, "decisions", "cleared"), ==, 1);
  g_assert_cmpint (report (fixture, NULL, "decisions", "deferred"), ==, 0);
  g_assert_cmpint (report (fixture, NULL, "decisions", "open"), ==, 1);
  g_assert_cmpint (report (fixture, NULL, "reports", "oral"), ==, 1);
  g_assert_cmpint (report (fixture, NULL, "slips", "queued"), ==, 2);
  g_assert_cmpint (report (fixture, NULL, "slips", "sending"), ==, 1);
}

#define ADD(name) g_test_add ("/records/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/records/a_device_name_that_could_be_anything_is_refused",
                   test_a_device_name_that_could_be_anything_is_refused);
  ADD (records_of_a_newer_version_are_refused);
  ADD (a_log_without_its_key_is_refused);
  ADD (a_lane_or_a_person_that_cannot_be_gets_no_ticket);
  ADD (the_log_lets_nobody_change_or_delete);
  ADD (numbers_of_a_lane_follow_each_other);
  ADD (a_person_who_comes_again_has_the_same_number);
  ADD (a_visit_has_one_ticket_whoever_it_is_said_to_be);
  ADD (a_number_that_is_passed_over_does_not_show_on_the_next_slip);
  ADD (a_number_that_was_called_has_nobody_before_it);
  ADD (only_the_steps_that_make_no_second_original_are_taken);
  ADD (copies_are_counted_and_have_slips_of_their_own);
  ADD (after_a_restart_unfinished_slips_are_uncertain);
  ADD (a_slip_that_nobody_watched_stays_sent);
  ADD (no_id_number_reaches_the_disk);
  ADD (a_day_that_is_over_leaves_no_look_up);
  ADD (keys_and_folders_are_the_groups_and_nobody_elses);
  ADD (many_may_open_new_records_at_once);
  ADD (time_never_runs_behind_the_log);
  ADD (every_meddling_with_the_log_is_found);
  ADD (a_change_by_another_program_is_noticed);
  ADD (a_day_that_is_none_is_refused);
  ADD (an_empty_day_is_reported_as_zeros);
  ADD (a_day_is_counted_from_its_log);
  return g_test_run ();
}
