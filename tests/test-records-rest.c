/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places that are kept while somebody rests, and what a manager confirms. */
#include "tests/records-fixture.h"

#define RULES "0123456789abcdef"

static char *
rest (Fixture *fixture, guint n, guint rest_s, guint least_s, guint return_s)
{
  ThReading reading = { .shown_tenths = 374, .method = "heat-balance" };
  char *visit = th_visit_id_new ();
  g_autoptr(GError) error = NULL;
  char id[19];

  person (n, id);
  g_assert_true (th_records_measured (fixture->records, visit, 1, &reading, NULL));
  g_assert_true (th_records_rest (fixture->records, visit, id, 'B', TH_REASON_ANSWER, rest_s,
                                  least_s, return_s, &error));
  g_assert_no_error (error);
  return visit;
}

/* As if it had been written so long ago, by the log as well: the clock of a test does not run. */
static void
age (Fixture *fixture, guint seconds)
{
  g_autofree char *sql = g_strdup_printf (
      "UPDATE rests SET least_us = least_us - %u000000, until_us = until_us - %u000000,"
      " limit_us = limit_us - %u000000",
      seconds, seconds, seconds);

  meddle (fixture, sql);
}

static gboolean
find (Fixture *fixture, guint n, ThRest *ret_rest)
{
  g_autoptr(GError) error = NULL;
  gboolean found;
  char id[19];

  person (n, id);
  found = th_records_find_rest (fixture->records, id, ret_rest, &error);
  g_assert_no_error (error);
  return found;
}

static void
test_nobody_rests_who_did_not_sit_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *visit = rest (fixture, 1, 180, 60, 900);
  g_autoptr(GError) error = NULL;
  ThRest found;

  g_assert_false (find (fixture, 2, &found));
  g_assert_false (th_records_find_rest (fixture->records, "nobody", &found, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
}

static void
test_whoever_has_a_number_does_not_rest (Fixture *fixture, gconstpointer data)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autofree char *other = th_visit_id_new ();
  g_autoptr(GError) error = NULL;
  ThTicket ticket;
  char id[19];

  person (1, id);
  g_assert_true (
      th_records_issue_ticket (fixture->records, visit, id, 'A', 0, &ticket, NULL));
  g_assert_false (
      th_records_rest (fixture->records, other, id, 'A', 0, 180, 60, 900, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
}

static void
test_a_place_is_found_again_with_its_readings (Fixture *fixture, gconstpointer data)
{
  g_autofree char *visit = rest (fixture, 1, 180, 60, 900);
  g_autofree char *who = NULL;
  ThRest found;

  g_assert_true (find (fixture, 1, &found));
  g_assert_cmpstr (found.visit, ==, visit);
  g_assert_cmpuint (found.n_shown, ==, 1);
  g_assert_cmpint (found.shown_tenths[0], ==, 374);
  g_assert_cmpint (found.reasons, ==, TH_REASON_ANSWER);
  g_assert_cmpuint (found.left_s, <=, 180);
  g_assert_cmpuint (found.left_s, >, 0);
  g_assert_cmpuint (found.least_s, <=, 60);
  age (fixture, 200);
  g_assert_true (find (fixture, 1, &found));
  g_assert_cmpuint (found.left_s, ==, 0);
  g_assert_cmpuint (found.least_s, ==, 0);
  g_assert_true (th_records_returned (fixture->records, visit, NULL));

  /* Nothing personal but the look-up hash, and that not in the log. */
  who = rows (fixture, "SELECT * FROM events WHERE body LIKE '%1101011990%'");
  g_assert_cmpstr (who, ==, "");
}

/* Staff checked in by hand somebody whom the kiosk had sent to rest. */
static void
test_a_number_in_another_visit_ends_the_rest_too (Fixture *fixture, gconstpointer data)
{
  g_autofree char *visit = rest (fixture, 1, 180, 60, 900);
  g_autofree char *other = th_visit_id_new ();
  g_autofree char *tickets = NULL;
  ThTicket ticket;
  ThRest found;
  guint n;
  char id[19];

  person (1, id);
  g_assert_true (th_records_issue_ticket (fixture->records, other, id, 'B', 0, &ticket, NULL));
  g_assert_false (ticket.existed);
  g_assert_false (find (fixture, 1, &found));
  age (fixture, 100000);
  g_assert_true (th_records_end_rests (fixture->records, "", &n, NULL));
  g_assert_cmpuint (n, ==, 0);
  tickets = rows (fixture, "SELECT count(*) FROM tickets");
  g_assert_cmpstr (tickets, ==, "1\n");
  assert_projections_are_the_logs (fixture);
}

static void
test_a_number_ends_the_rest (Fixture *fixture, gconstpointer data)
{
  g_autofree char *visit = rest (fixture, 1, 180, 60, 900);
  g_autofree char *left = NULL;
  ThTicket ticket;
  ThRest found;
  guint n;
  char id[19];

  person (1, id);
  g_assert_true (
      th_records_issue_ticket (fixture->records, visit, id, 'B', 0, &ticket, NULL));
  g_assert_false (ticket.existed);
  g_assert_false (find (fixture, 1, &found));
  age (fixture, 100000);
  g_assert_true (th_records_end_rests (fixture->records, "", &n, NULL));
  g_assert_cmpuint (n, ==, 0);
}

static void
test_whoever_is_checked_in_meanwhile_has_one_number (Fixture *fixture, gconstpointer data)
{
  g_autofree char *resting = rest (fixture, 1, 180, 60, 900);
  g_autofree char *visit = th_visit_id_new ();
  g_autoptr(GPtrArray) queue = NULL;
  ThTicket ticket;
  guint n;
  char id[19];

  person (1, id);
  g_assert_true (th_records_issue_ticket (fixture->records, visit, id, 'A', 0, &ticket, NULL));
  age (fixture, 100000);
  g_assert_true (th_records_end_rests (fixture->records, "", &n, NULL));
  g_assert_cmpuint (n, ==, 0);
  queue = th_records_list_queue (fixture->records, NULL);
  g_assert_cmpuint (queue->len, ==, 1);
  assert_projections_are_the_logs (fixture);
}

static void
test_whoever_gives_up_has_no_place (Fixture *fixture, gconstpointer data)
{
  g_autofree char *visit = rest (fixture, 1, 180, 60, 900);
  ThRest found;
  guint n;

  g_assert_true (th_records_left (fixture->records, visit, "rest", "left", NULL));
  g_assert_false (find (fixture, 1, &found));
  age (fixture, 100000);
  g_assert_true (th_records_end_rests (fixture->records, "", &n, NULL));
  g_assert_cmpuint (n, ==, 0);
}

static void
test_whoever_does_not_come_back_is_a_case (Fixture *fixture, gconstpointer data)
{
  g_autofree char *visit = rest (fixture, 1, 180, 60, 900);
  g_autofree char *other = rest (fixture, 2, 180, 60, 2000);
  g_autoptr(GPtrArray) cases = NULL;
  g_autoptr(GPtrArray) queue = NULL;
  const ThQueueEntry *entry;
  const ThCase *flagged;
  ThTicket ticket;
  ThRest found;
  guint n;
  char id[19];

  g_assert_true (th_records_end_rests (fixture->records, "", &n, NULL));
  g_assert_cmpuint (n, ==, 0);
  age (fixture, 180 + 901);
  /* Their time is over, though nobody has looked yet. */
  g_assert_false (find (fixture, 1, &found));
  /* Not whoever is being measured just now. */
  g_assert_true (th_records_end_rests (fixture->records, visit, &n, NULL));
  g_assert_cmpuint (n, ==, 0);
  g_assert_true (th_records_end_rests (fixture->records, "", &n, NULL));
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (th_records_end_rests (fixture->records, "", &n, NULL));
  g_assert_cmpuint (n, ==, 0);

  cases = th_records_list_cases (fixture->records, NULL);
  g_assert_cmpuint (cases->len, ==, 1);
  flagged = cases->pdata[0];
  g_assert_cmpstr (flagged->visit, ==, visit);
  g_assert_cmpint (flagged->reasons, ==, TH_REASON_ANSWER | TH_REASON_NOT_BACK);
  g_assert_cmpint (flagged->slip, ==, TH_SLIP_STATE_FAILED);
  g_assert_cmpint (flagged->lane, ==, 'B');
  queue = th_records_list_queue (fixture->records, NULL);
  entry = queue->pdata[0];
  g_assert_cmpint (entry->state, ==, TH_TICKET_HELD);

  /* The same card shows the number that they have. */
  person (1, id);
  g_assert_true (th_records_find_ticket (fixture->records, id, &ticket, NULL));
  g_assert_cmpstr (ticket.visit, ==, visit);
  g_assert_true (find (fixture, 2, &found));
  assert_projections_are_the_logs (fixture);
}

static void
test_a_rest_of_another_day_is_counted_as_left (Fixture *fixture, gconstpointer data)
{
  g_autofree char *visit = rest (fixture, 1, 180, 60, 900);
  g_autofree char *left = NULL;
  guint n;

  meddle (fixture, "UPDATE rests SET day = '2026-01-01'");
  g_assert_true (th_records_end_rests (fixture->records, "", &n, NULL));
  g_assert_cmpuint (n, ==, 1);
  left = rows (fixture, "SELECT visit FROM events WHERE kind = 'left'");
  g_assert_true (g_str_has_prefix (left, visit));
}

static void
test_only_a_manager_confirms (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *by = NULL;
  gint64 at_us;

  g_assert_true (
      th_records_add_staff (fixture->records, "Ms Manager", TH_ROLE_MANAGER, "135790", NULL));
  g_assert_true (
      th_records_add_staff (fixture->records, "Mr Nurse", TH_ROLE_NURSE, "246813", NULL));
  g_assert_false (
      th_records_confirm_screening (fixture->records, RULES, "x", "Mr Nurse", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (th_records_confirm_screening (fixture->records, RULES, "x", "Nobody", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (
      th_records_confirm_screening (fixture->records, "short", "x", "Ms Manager", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (
      th_records_screening_confirmed (fixture->records, RULES, NULL, NULL, &error));
  g_assert_no_error (error);

  g_assert_true (
      th_records_confirm_screening (fixture->records, RULES, "x", "Ms Manager", &error));
  g_assert_no_error (error);
  g_assert_true (
      th_records_screening_confirmed (fixture->records, RULES, &by, &at_us, &error));
  g_assert_cmpstr (by, ==, "Ms Manager");
  g_assert_cmpint (at_us, >, 0);
  /* Other rules are not confirmed by it. */
  g_assert_false (th_records_screening_confirmed (fixture->records, "fedcba9876543210", NULL, NULL,
                                                  &error));
  g_assert_no_error (error);
  assert_projections_are_the_logs (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define TEST(name)                                                                                 \
  g_test_add ("/records-rest/" #name, Fixture, NULL, set_up, test_##name, tear_down)
  TEST (nobody_rests_who_did_not_sit_down);
  TEST (whoever_has_a_number_does_not_rest);
  TEST (whoever_is_checked_in_meanwhile_has_one_number);
  TEST (whoever_gives_up_has_no_place);
  TEST (a_rest_of_another_day_is_counted_as_left);
  TEST (only_a_manager_confirms);
  TEST (a_place_is_found_again_with_its_readings);
  TEST (a_number_ends_the_rest);
  TEST (a_number_in_another_visit_ends_the_rest_too);
  TEST (whoever_does_not_come_back_is_a_case);
  return g_test_run ();
}
