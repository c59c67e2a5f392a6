/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The day that people open and close, on a clock that does what clocks do. */
#include <string.h>

#include "kiosk/anchor.h"
#include "kiosk/records-private.h"
#include "tests/records-fixture.h"

#define MINUTE (60 * (gint64) G_USEC_PER_SEC)
#define HOUR (60 * MINUTE)
#define DATE (24 * HOUR)
#define BY "LI MIN"

/* --- the machine ------------------------------------------------------------------------------- */

static ThClockReading machine;

static void
read_clock (ThClockReading *ret_reading, gpointer data)
{
  *ret_reading = machine;
}

static const ThClock clock_of_tests = { .read = read_clock };

/* "2026-11-23 08:00", local. */
static gint64
at (const char *text)
{
  int year, month, day, hour, minute;
  g_autoptr (GDateTime) time = NULL;

  g_assert_cmpint (sscanf (text, "%d-%d-%d %d:%d", &year, &month, &day, &hour, &minute), ==, 5);
  time = g_date_time_new_local (year, month, day, hour, minute, 0);
  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

/* Both clocks go on. */
static void
pass (gint64 us)
{
  machine.wall_us += us;
  machine.boot_us += us;
}

/* Switched off and on again; it takes its clock for @wall_us. */
static void
restart (Fixture *fixture, const char *boot, gint64 wall_us)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->records, th_records_close);
  machine.wall_us = wall_us;
  machine.boot_us = 20 * G_USEC_PER_SEC;
  g_strlcpy (machine.boot, boot, sizeof machine.boot);
  fixture->records
      = th_records_open_on_clock (fixture->dir, "kiosk-1", &clock_of_tests, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up_clock (Fixture *fixture, gconstpointer data)
{
  machine = (ThClockReading){ .steered = FALSE };
  fixture->dir = g_dir_make_tmp ("th-records-XXXXXX", NULL);
  restart (fixture, "first", at ("2026-11-23 08:00"));
}

/* --- what tests do ----------------------------------------------------------------------------- */

static gboolean
open_on (Fixture *fixture, const char *day, GError **error)
{
  return th_records_open_day (fixture->records, day, machine.wall_us, BY, error);
}

static void
open_here (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  char day[TH_DAY_BYTES];

  th_records_day (machine.wall_us, day);
  open_on (fixture, day, &error);
  g_assert_no_error (error);
}

static void
close_here (Fixture *fixture, char ret_link[65])
{
  g_autoptr (GError) error = NULL;

  th_records_close_day (fixture->records, BY, ret_link, &error);
  g_assert_no_error (error);
}

static gboolean
take_number (Fixture *fixture, guint n, ThTicket *ret_ticket, GError **error)
{
  g_autofree char *visit = th_visit_id_new ();
  char id[19];

  person (n, id);
  return th_records_issue_ticket (fixture->records, visit, id, 'A', 0, ret_ticket, error);
}

static guint
number_of_person (Fixture *fixture, guint n)
{
  g_autoptr (GError) error = NULL;
  ThTicket ticket = { .number = 0 };

  take_number (fixture, n, &ticket, &error);
  g_assert_no_error (error);
  return ticket.number;
}

static ThDayStatus
status_of (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  ThDayStatus status = { .state = TH_DAY_CLOSED };

  th_records_day_status (fixture->records, &status, &error);
  g_assert_no_error (error);
  return status;
}

static gint64
now_of (Fixture *fixture)
{
  gint64 now_us = th_records_now_us (fixture->records, NULL);

  g_assert_cmpint (now_us, !=, 0);
  return now_us;
}

static void
assert_refused (gboolean done, GError **error)
{
  g_assert_false (done);
  g_assert_error (*error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (error);
}

static void
assert_rows (Fixture *fixture, const char *sql, const char *expected)
{
  g_autofree char *text = rows (fixture, sql);

  g_assert_cmpstr (text, ==, expected);
}

/* --- the day ----------------------------------------------------------------------------------- */

static void
test_nobody_gets_a_number_before_the_day_is_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *visit = th_visit_id_new ();
  ThStaffEntry entry = { .lane = 'A', .language = "en", .yes = { [TH_QUESTION_CONSENT] = TRUE } };
  char day[TH_DAY_BYTES], id[19];
  ThTicket ticket;

  person (1, id);
  g_assert_cmpint (status_of (fixture).state, ==, TH_DAY_CLOSED);
  assert_refused (th_records_today (fixture->records, day, &error), &error);
  assert_refused (take_number (fixture, 1, &ticket, &error), &error);
  assert_refused (th_records_confirmed (fixture->records, visit, "card", "en", &error), &error);
  assert_refused (th_records_rest (fixture->records, visit, id, 'A', 0, 90, 5, 60, &error), &error);
  assert_refused (th_records_enter (fixture->records, &entry, BY, &ticket, &error), &error);
  assert_refused (th_records_close_day (fixture->records, BY, NULL, &error), &error);
  assert_refused (th_records_confirm_clock (fixture->records, machine.wall_us, BY, &error), &error);
  g_assert_false (th_records_find_ticket (fixture->records, id, &ticket, &error));
  g_assert_no_error (error);
  assert_rows (fixture, "SELECT count(*) FROM events", "0\n");

  open_here (fixture);
  g_assert_true (th_records_today (fixture->records, day, &error));
  g_assert_cmpstr (day, ==, "2026-11-23");
  g_assert_cmpuint (number_of_person (fixture, 1), ==, 1);
}

static void
test_a_day_that_cannot_be_is_not_opened (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  assert_refused (
      th_records_open_day (fixture->records, "2026-11-23", machine.wall_us, "", &error), &error);
  assert_refused (open_on (fixture, "2026-11-24", &error), &error);
  assert_refused (open_on (fixture, "2026-11-22", &error), &error);
  assert_refused (open_on (fixture, "today", &error), &error);
  open_here (fixture);
  number_of_person (fixture, 1);
  machine.wall_us += DATE;
  assert_refused (open_on (fixture, "2026-11-24", &error), &error); /* the other one is open */
  close_here (fixture, NULL);
  machine.wall_us -= 2 * DATE;
  assert_refused (open_on (fixture, "2026-11-22", &error), &error); /* it is over */
  assert_rows (fixture, "SELECT day, open FROM days", "2026-11-23|0\n");
}

static void
test_a_day_that_was_opened_by_mistake_stands_in_nobodys_way (Fixture *fixture, gconstpointer data)
{
  machine.wall_us += 31 * DATE;
  open_here (fixture);
  close_here (fixture, NULL);
  machine.wall_us -= 31 * DATE;
  open_here (fixture);
  g_assert_cmpstr (status_of (fixture).day, ==, "2026-11-23");
  g_assert_cmpuint (number_of_person (fixture, 1), ==, 1);
  close_here (fixture, NULL);
  g_assert_cmpstr (status_of (fixture).day, ==, "2026-11-23");
}

static void
test_a_day_that_is_opened_again_goes_on_with_its_numbers (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket;

  open_here (fixture);
  g_assert_cmpuint (number_of_person (fixture, 1), ==, 1);
  close_here (fixture, NULL);
  pass (40 * MINUTE);
  g_assert_false (take_number (fixture, 2, &ticket, NULL));
  open_here (fixture);
  g_assert_cmpuint (number_of_person (fixture, 2), ==, 2);
  /* Whoever came before is found. */
  g_assert_cmpuint (number_of_person (fixture, 1), ==, 1);
  assert_rows (fixture, "SELECT count(*) FROM tickets", "2\n");
  assert_projections_are_the_logs (fixture);
}

static void
test_midnight_changes_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *visit = th_visit_id_new ();
  ThTicket ticket;
  char id[19];

  person (2, id);
  open_here (fixture);
  pass (16 * HOUR - MINUTE); /* 23:59 */
  g_assert_cmpuint (number_of_person (fixture, 1), ==, 1);
  g_assert_true (th_records_confirmed (fixture->records, visit, "card", "en", &error));
  pass (5 * MINUTE);
  g_assert_true (
      th_records_issue_ticket (fixture->records, visit, id, 'A', 0, &ticket, &error));
  g_assert_cmpuint (ticket.number, ==, 2);
  g_assert_cmpuint (number_of_person (fixture, 1), ==, 1);
  g_assert_cmpstr (status_of (fixture).day, ==, "2026-11-23");
  assert_rows (fixture, "SELECT DISTINCT day FROM tickets", "2026-11-23\n");
  /* And closed by mistake it is opened again as the day it was. */
  close_here (fixture, NULL);
  pass (5 * MINUTE);
  g_assert_true (open_on (fixture, "2026-11-23", &error));
  g_assert_cmpuint (number_of_person (fixture, 3), ==, 3);
}

static void
test_a_visit_that_began_before_the_close_is_finished (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *visit = th_visit_id_new ();
  g_autofree char *late = th_visit_id_new ();
  ThTicket ticket;
  char id[19];

  person (2, id);
  open_here (fixture);
  g_assert_true (th_records_confirmed (fixture->records, visit, "card", "en", &error));
  close_here (fixture, NULL);
  pass (2 * MINUTE);
  g_assert_true (
      th_records_issue_ticket (fixture->records, visit, id, 'A', 0, &ticket, &error));
  assert_rows (fixture, "SELECT day, number FROM tickets", "2026-11-23|1\n");
  pass (30 * MINUTE);
  assert_refused (th_records_confirmed (fixture->records, late, "card", "en", &error), &error);
}

static void
test_the_look_up_is_destroyed_an_hour_after_the_close (Fixture *fixture, gconstpointer data)
{
  g_autofree char *key = g_build_filename (fixture->dir, "keys", "lookup-2026-11-23.key", NULL);
  ThTicket ticket;
  char id[19];

  person (1, id);
  open_here (fixture);
  number_of_person (fixture, 1);
  close_here (fixture, NULL);
  pass (59 * MINUTE);
  g_assert_true (th_records_end_days (fixture->records, NULL));
  g_assert_true (g_file_test (key, G_FILE_TEST_EXISTS));
  g_assert_true (th_records_find_ticket (fixture->records, id, &ticket, NULL));
  pass (2 * MINUTE);
  g_assert_true (th_records_end_days (fixture->records, NULL));
  g_assert_false (g_file_test (key, G_FILE_TEST_EXISTS));
  assert_rows (fixture, "SELECT count(*) FROM lookups", "0\n");
}

static void
test_who_has_not_come_through_is_left_when_the_next_day_is_opened (Fixture *fixture,
                                                                   gconstpointer data)
{
  open_here (fixture);
  number_of_person (fixture, 1);
  close_here (fixture, NULL);
  g_assert_cmpuint (status_of (fixture).counts.in_queue, ==, 1);
  pass (DATE);
  open_here (fixture);
  g_assert_cmpuint (number_of_person (fixture, 1), ==, 1); /* another day, another series */
  assert_rows (fixture,
               "SELECT t.day, m.state, m.why FROM tickets t JOIN moves m ON m.visit = t.visit"
               " AND m.number = t.moves ORDER BY t.day",
               "2026-11-23|left|day-closed\n2026-11-24|waiting|\n");
  assert_projections_are_the_logs (fixture);
}

static void
test_the_close_says_what_stands_open (Fixture *fixture, gconstpointer data)
{
  g_autofree char *visit = th_visit_id_new ();
  ThTicket ticket;
  ThDayStatus status;
  char id[19], link[65];

  open_here (fixture);
  person (1, id);
  g_assert_true (th_records_issue_ticket (fixture->records, visit, id, 'A', TH_REASON_TEMPERATURE,
                                          &ticket, NULL));
  g_assert_true (
      th_records_slip (fixture->records, visit, 0, TH_SLIP_STATE_SENDING, "", NULL));
  g_assert_true (
      th_records_slip (fixture->records, visit, 0, TH_SLIP_STATE_UNCERTAIN, "", NULL));
  number_of_person (fixture, 2);
  status = status_of (fixture);
  g_assert_cmpint (status.state, ==, TH_DAY_OPEN);
  g_assert_cmpuint (status.counts.tickets, ==, 2);
  g_assert_cmpuint (status.counts.in_queue, ==, 2);
  g_assert_cmpuint (status.counts.cases, ==, 1);
  g_assert_cmpuint (status.counts.uncertain, ==, 1);
  g_assert_cmpuint (status.counts.resting, ==, 0);
  close_here (fixture, link);
  status = status_of (fixture);
  g_assert_cmpint (status.state, ==, TH_DAY_CLOSED);
  g_assert_cmpstr (status.link, ==, link);
  g_assert_cmpstr (status.by, ==, BY);
  assert_rows (fixture,
               "SELECT json_extract (body, '$.tickets'), json_extract (body, '$.cases') FROM events"
               " WHERE kind = 'day_closed'",
               "2|1\n");
}

/* --- the clock --------------------------------------------------------------------------------- */

static void
test_an_unsteered_clock_moves_nothing_once_the_time_is_confirmed (Fixture *fixture,
                                                                  gconstpointer data)
{
  static const gint64 jumps[] = { 31 * DATE, -31 * DATE, -HOUR, HOUR, -20 * 365 * DATE, MINUTE };
  gint64 expected_us;

  open_here (fixture);
  expected_us = machine.wall_us;
  for (guint i = 0; i < G_N_ELEMENTS (jumps); i++)
    {
      machine.wall_us += jumps[i];
      pass (5 * MINUTE);
      expected_us += 5 * MINUTE;
      g_assert_cmpint (now_of (fixture), ==, expected_us);
      number_of_person (fixture, i);
      g_assert_cmpint (now_of (fixture), ==, expected_us);
      g_assert_cmpint (status_of (fixture).state, ==, TH_DAY_OPEN);
    }
  assert_rows (fixture, "SELECT last FROM counters", "6\n");
  assert_rows (fixture, "SELECT count(*) FROM events WHERE kind = 'clock_jumped'", "0\n");
}

static void
test_a_case_clock_does_not_see_the_clock_jump (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) cases = NULL;
  g_autofree char *visit = th_visit_id_new ();
  ThTicket ticket;
  char id[19];

  open_here (fixture);
  person (1, id);
  g_assert_true (th_records_issue_ticket (fixture->records, visit, id, 'A', TH_REASON_TEMPERATURE,
                                          &ticket, NULL));
  machine.wall_us -= 31 * DATE;
  pass (15 * MINUTE);
  g_assert_true (th_records_reported (fixture->records, visit, FALSE, BY, NULL));
  machine.wall_us += 90 * DATE;
  pass (15 * MINUTE);
  g_assert_true (th_records_reported (fixture->records, visit, TRUE, BY, NULL));
  cases = th_records_list_cases (fixture->records, NULL);
  g_assert_cmpuint (cases->len, ==, 1);
  {
    const ThCase *the_case = cases->pdata[0];

    g_assert_cmpint (the_case->oral_report_at_us - the_case->flagged_at_us, ==, 15 * MINUTE);
    g_assert_cmpint (the_case->written_report_at_us - the_case->flagged_at_us, ==, 30 * MINUTE);
  }
}

static void
test_without_a_clock_after_power_on_check_in_waits_for_a_person (Fixture *fixture,
                                                                 gconstpointer data)
{
  static const char *const clocks[] = { "1970-01-02 00:00", "2019-02-14 10:11", "2027-01-01 00:00" };
  gint64 last_us;

  open_here (fixture);
  number_of_person (fixture, 0);
  for (guint i = 0; i < G_N_ELEMENTS (clocks); i++)
    {
      g_autofree char *boot = g_strdup_printf ("boot-%u", i);
      g_autoptr (GError) error = NULL;
      ThStaffEntry entry = { .lane = 'A', .language = "en", .yes = { [TH_QUESTION_CONSENT] = TRUE } };
      gint64 right_us = at ("2026-11-23 10:00") + i * HOUR;
      ThTicket ticket;

      pass (10 * MINUTE);
      last_us = now_of (fixture);
      g_assert_true (th_records_device_state (fixture->records, "reader", "ready", NULL));
      restart (fixture, boot, at (clocks[i]));
      g_assert_cmpint (status_of (fixture).state, ==, TH_DAY_UNCONFIRMED);
      g_assert_false (status_of (fixture).clock_known);
      assert_refused (th_records_enter (fixture->records, &entry, BY, &ticket, &error), &error);
      /* What is written meanwhile is neither before what was, nor later than it can be. */
      pass (3 * MINUTE);
      g_assert_true (th_records_device_state (fixture->records, "reader", "ready", NULL));
      g_assert_cmpint (now_of (fixture), >=, last_us);
      g_assert_cmpint (now_of (fixture), <=, last_us + 4 * MINUTE);

      g_assert_true (th_records_open_day (fixture->records, "2026-11-23", right_us, BY, &error));
      g_assert_cmpint (status_of (fixture).state, ==, TH_DAY_OPEN);
      g_assert_cmpint (now_of (fixture), ==, right_us);
      g_assert_cmpuint (number_of_person (fixture, i + 1), ==, i + 2);
    }
  assert_rows (fixture, "SELECT count(*) FROM days", "1\n");
  assert_rows (fixture, "SELECT count(*) FROM events WHERE kind = 'clock_confirmed'", "3\n");
  assert_projections_are_the_logs (fixture);
}

static void
test_a_locked_pin_is_unlocked_though_nobody_knows_the_time (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ThRole role;
  guint wait_s = 0;

  open_here (fixture);
  g_assert_true (
      th_records_add_staff (fixture->records, "b", TH_ROLE_MANAGER, "135791", &error));
  restart (fixture, "second", at ("1970-01-01 01:00"));
  for (guint i = 0; i < 5; i++)
    th_records_log_in (fixture->records, "b", "999999", &role, &wait_s, NULL);
  g_assert_cmpuint (wait_s, ==, 30);
  pass (31 * G_USEC_PER_SEC);
  g_assert_true (th_records_log_in (fixture->records, "b", "135791", &role, &wait_s, &error));
}

static void
test_a_steered_clock_is_followed_forwards_by_up_to_ten_minutes (Fixture *fixture,
                                                                gconstpointer data)
{
  gint64 before_us;

  open_here (fixture);
  machine.steered = TRUE;
  machine.wall_us += 9 * MINUTE;
  pass (MINUTE);
  g_assert_cmpint (now_of (fixture), ==, machine.wall_us);
  g_assert_true (status_of (fixture).clock_trusted);
  number_of_person (fixture, 1);
  /* Back: time neither goes back nor stands still; a tenth slower, until it is right again. */
  before_us = now_of (fixture);
  machine.wall_us -= 5 * MINUTE;
  g_assert_cmpint (now_of (fixture), ==, before_us);
  for (guint i = 0; i < 49; i++)
    {
      pass (MINUTE);
      g_assert_cmpint (now_of (fixture), ==, before_us + (i + 1) * 54 * (gint64) G_USEC_PER_SEC);
      g_assert_true (th_records_device_state (fixture->records, "reader", "ready", NULL));
    }
  pass (2 * MINUTE);
  g_assert_cmpint (now_of (fixture), ==, machine.wall_us);
}

static void
test_a_steered_clock_that_jumps_is_written_down_and_waits_for_a_person (Fixture *fixture,
                                                                        gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 right_us;

  machine.steered = TRUE;
  open_here (fixture);
  right_us = machine.wall_us;
  machine.wall_us += 31 * DATE;
  pass (MINUTE);
  right_us += MINUTE;
  g_assert_cmpint (now_of (fixture), ==, right_us);
  number_of_person (fixture, 1);
  number_of_person (fixture, 2);
  g_assert_cmpint (status_of (fixture).state, ==, TH_DAY_OPEN);
  g_assert_cmpint (status_of (fixture).jump_us, ==, 31 * DATE);
  g_assert_false (status_of (fixture).clock_trusted);
  assert_rows (fixture,
               "SELECT json_extract (body, '$.jump_us') / 86400000000, clock_trusted FROM events"
               " WHERE kind = 'clock_jumped'",
               "31|0\n");
  /* And back: that is written too. */
  machine.wall_us -= 31 * DATE;
  number_of_person (fixture, 3);
  g_assert_cmpint (status_of (fixture).jump_us, ==, 0);
  g_assert_true (status_of (fixture).clock_trusted);
  assert_rows (fixture, "SELECT count(*) FROM events WHERE kind = 'clock_jumped'", "2\n");
  /* It was the person who had the wrong hour. */
  machine.wall_us += HOUR;
  number_of_person (fixture, 4);
  g_assert_cmpint (now_of (fixture), ==, right_us);
  g_assert_true (th_records_confirm_clock (fixture->records, machine.wall_us, BY, &error));
  g_assert_cmpint (now_of (fixture), ==, machine.wall_us);
  g_assert_cmpint (status_of (fixture).jump_us, ==, 0);
  assert_projections_are_the_logs (fixture);
}

static void
test_after_a_restart_a_steered_clock_needs_nobody (Fixture *fixture, gconstpointer data)
{
  open_here (fixture);
  machine.steered = TRUE;
  restart (fixture, "second", at ("2026-11-23 11:00"));
  g_assert_cmpint (status_of (fixture).state, ==, TH_DAY_OPEN);
  g_assert_cmpint (now_of (fixture), ==, machine.wall_us);
  machine.steered = FALSE;
  g_assert_cmpint (status_of (fixture).state, ==, TH_DAY_UNCONFIRMED);
}

static void
test_a_log_that_is_ahead_neither_stops_nor_goes_back (Fixture *fixture, gconstpointer data)
{
  gint64 ahead_us, last_us;

  /* Yesterday somebody confirmed a time a month ahead. */
  machine.wall_us += 31 * DATE;
  open_here (fixture);
  close_here (fixture, NULL);
  ahead_us = now_of (fixture);
  restart (fixture, "second", at ("2026-11-23 08:00"));
  open_here (fixture);
  last_us = now_of (fixture);
  g_assert_cmpint (last_us, >=, ahead_us);
  for (guint i = 0; i < 10; i++)
    {
      pass (10 * MINUTE);
      number_of_person (fixture, i);
      g_assert_cmpint (now_of (fixture) - last_us, ==, 9 * MINUTE);
      last_us = now_of (fixture);
    }
  assert_rows (fixture, "SELECT day, last FROM counters", "2026-11-23|10\n");
}

static void
test_the_report_is_of_the_day_and_not_of_the_date (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  open_here (fixture);
  pass (16 * HOUR - MINUTE);
  number_of_person (fixture, 1);
  pass (2 * MINUTE); /* past midnight */
  number_of_person (fixture, 2);
  close_here (fixture, NULL);
  pass (9 * HOUR);
  open_here (fixture);
  number_of_person (fixture, 3);
  first = th_records_summary_json (fixture->records, "2026-11-23", NULL);
  second = th_records_summary_json (fixture->records, NULL, NULL);
  g_assert_nonnull (strstr (first, "\"2026-11-23\""));
  g_assert_nonnull (strstr (second, "\"2026-11-24\""));
  g_assert_nonnull (strstr (first, "\"A\" : 2"));
  g_assert_nonnull (strstr (second, "\"A\" : 1"));
}

/* --- anchors ----------------------------------------------------------------------------------- */

static void
test_what_is_no_anchor_is_refused (void)
{
  static const char *const wrong[] = {
    "", "2026-11-23", "2026-11-23:", "2026-11-23:00ff", "23.11.2026:0000000000000000000000000000000000000000000000000000000000000000",
    "2026-11-23:000000000000000000000000000000000000000000000000000000000000000",
    "2026-11-23:00000000000000000000000000000000000000000000000000000000000000000",
    "2026-11-23:000000000000000000000000000000000000000000000000000000000000000g",
  };
  ThAnchor anchor;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (th_anchor_parse (wrong[i], &anchor, &error));
      g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
    }
  /* As somebody types it off the slip. */
  g_assert_true (th_anchor_parse (" 2026-11-23:00112233 44556677 8899AABB CCDDEEFF\n"
                                  "00112233 44556677 8899aabb ccddeeff \n",
                                  &anchor, NULL));
  g_assert_cmpstr (anchor.day, ==, "2026-11-23");
  g_assert_cmpstr (anchor.link, ==,
                   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
}

static void
test_a_tail_that_was_cut_off_is_missed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char link[65];
  g_autofree char *anchor = NULL;
  const char *anchors[] = { NULL, NULL };
  guint64 n = 0;

  open_here (fixture);
  number_of_person (fixture, 1);
  number_of_person (fixture, 2);
  close_here (fixture, link);
  anchor = th_anchor_to_string ("2026-11-23", link);
  anchors[0] = anchor;
  g_assert_true (th_records_verify_anchors (fixture->records, anchors, &n, &error));
  meddle (fixture, "DROP TRIGGER events_stay; DROP TRIGGER events_stand;"
                   "DELETE FROM events WHERE seq > 3");
  g_assert_true (th_records_verify (fixture->records, &n, &error)); /* by itself it looks whole */
  g_assert_false (th_records_verify_anchors (fixture->records, anchors, &n, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "2026-11-23"));
}

static void
test_a_log_that_was_written_anew_is_not_the_anchors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char link[65];
  g_autofree char *anchor = NULL;
  const char *anchors[] = { NULL, NULL };

  open_here (fixture);
  number_of_person (fixture, 1);
  close_here (fixture, link);
  /* Closed twice: both anchors hold. */
  open_here (fixture);
  number_of_person (fixture, 2);
  close_here (fixture, NULL);
  anchor = th_anchor_to_string ("2026-11-23", link);
  anchors[0] = anchor;
  g_assert_true (th_records_verify_anchors (fixture->records, anchors, NULL, &error));
  /* Of another log: whoever has the key can make one that holds. */
  anchor[11] = anchor[11] == '0' ? '1' : '0';
  g_assert_false (th_records_verify_anchors (fixture->records, anchors, NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT);
}

int
main (int argc, char **argv)
{
  /* The tests are about hours of the day: wherever they run. */
  g_setenv ("TZ", "Asia/Shanghai", TRUE);
  g_test_init (&argc, &argv, NULL);
#define TEST(name) g_test_add ("/day/" #name, Fixture, NULL, set_up_clock, test_##name, tear_down)
  TEST (nobody_gets_a_number_before_the_day_is_open);
  TEST (a_day_that_cannot_be_is_not_opened);
  TEST (a_day_that_was_opened_by_mistake_stands_in_nobodys_way);
  TEST (a_day_that_is_opened_again_goes_on_with_its_numbers);
  TEST (midnight_changes_nothing);
  TEST (a_visit_that_began_before_the_close_is_finished);
  TEST (the_look_up_is_destroyed_an_hour_after_the_close);
  TEST (who_has_not_come_through_is_left_when_the_next_day_is_opened);
  TEST (the_close_says_what_stands_open);
  TEST (an_unsteered_clock_moves_nothing_once_the_time_is_confirmed);
  TEST (a_case_clock_does_not_see_the_clock_jump);
  TEST (without_a_clock_after_power_on_check_in_waits_for_a_person);
  TEST (a_locked_pin_is_unlocked_though_nobody_knows_the_time);
  TEST (a_steered_clock_is_followed_forwards_by_up_to_ten_minutes);
  TEST (a_steered_clock_that_jumps_is_written_down_and_waits_for_a_person);
  TEST (after_a_restart_a_steered_clock_needs_nobody);
  TEST (a_log_that_is_ahead_neither_stops_nor_goes_back);
  TEST (the_report_is_of_the_day_and_not_of_the_date);
  g_test_add_func ("/day/what_is_no_anchor_is_refused", test_what_is_no_anchor_is_refused);
  TEST (a_tail_that_was_cut_off_is_missed);
  TEST (a_log_that_was_written_anew_is_not_the_anchors);
  return g_test_run ();
}
