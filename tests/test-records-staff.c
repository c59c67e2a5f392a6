/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Staff, cases and the queue; then anything in any order, and the projections after it. */
#include "kiosk/records-zones.h"
#include "kiosk/staff.h"
#include "tests/records-fixture.h"

static ThTicket
issue (Fixture *fixture, guint n, char lane, ThReason reasons)
{
  g_autofree char *visit = th_visit_id_new ();
  ThTicket ticket;
  char id[19];

  person (n, id);
  g_assert_true (
      th_records_issue_ticket (fixture->records, visit, id, lane, reasons, &ticket, NULL));
  return ticket;
}

static void
test_pins_that_anybody_would_guess_are_refused (void)
{
  static const char *const wrong[] = { "",        "12345",       "1234567890123", "12345a",
                                       "111111",  "123456",      "987654",        "0123456789",
                                       " 135790", "１３５７９０" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (th_pin_check (wrong[i], &error));
      g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
    }
  g_assert_true (th_pin_check ("135790", NULL));
  g_assert_true (th_pin_check ("123457", NULL));
}

static void
test_a_wrong_pin_costs_more_each_time (void)
{
  static const guint wait_s[] = { 0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900 };

  for (guint i = 0; i < G_N_ELEMENTS (wait_s); i++)
    g_assert_cmpuint (th_pin_wait_s (i), ==, wait_s[i]);
  g_assert_cmpuint (th_pin_wait_s (G_MAXUINT), ==, 900);
}

static void
test_the_first_of_the_staff_is_a_manager (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) none = th_records_list_staff (fixture->records, NULL);
  g_auto(GStrv) two = NULL;

  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_false (
      th_records_add_staff (fixture->records, "nurse", TH_ROLE_NURSE, "135790", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_true (
      th_records_add_staff (fixture->records, "王管理", TH_ROLE_MANAGER, "135790", NULL));
  g_assert_true (th_records_add_staff (fixture->records, "nurse", TH_ROLE_NURSE, "246801", NULL));
  g_assert_false (
      th_records_add_staff (fixture->records, "nurse", TH_ROLE_NURSE, "246801", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (th_records_add_staff (fixture->records, "a\nb", TH_ROLE_NURSE, "246801", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  two = th_records_list_staff (fixture->records, NULL);
  g_assert_cmpuint (g_strv_length (two), ==, 2);
  g_assert_cmpstr (two[0], ==, "nurse");
}

static void
test_five_wrong_pins_lock_the_name_and_a_restart_does_not_open_it (Fixture *fixture,
                                                                   gconstpointer data)
{
  ThRole role = TH_ROLE_NURSE;
  guint wait_s = 99;

  g_assert_true (th_records_add_staff (fixture->records, "a", TH_ROLE_MANAGER, "135790", NULL));
  g_assert_true (th_records_add_staff (fixture->records, "b", TH_ROLE_NURSE, "135791", NULL));
  for (guint i = 1; i <= 5; i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (th_records_log_in (fixture->records, "a", "000000", &role, &wait_s, &error));
      g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
      g_assert_cmpuint (wait_s, ==, i < 5 ? 0 : 30);
    }
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (th_records_log_in (fixture->records, "a", "135790", &role, &wait_s, &error));
      g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_LOCKED);
      g_assert_cmpuint (wait_s, >, 0);
      g_assert_cmpuint (wait_s, <=, 30);
      g_clear_pointer (&fixture->records, th_records_close);
      fixture->records = th_records_open (fixture->dir, "kiosk-1", NULL);
    }
  g_assert_true (th_records_log_in (fixture->records, "b", "135791", &role, NULL, NULL));
  assert_projections_are_the_logs (fixture);

  /* As if the half minute were over: one more wrong one costs a whole minute, the right one opens.
   */
  meddle (fixture, "UPDATE staff SET locked_until_us = 1");
  g_assert_false (th_records_log_in (fixture->records, "a", "000000", &role, &wait_s, NULL));
  g_assert_cmpuint (wait_s, ==, 60);
  meddle (fixture, "UPDATE staff SET locked_until_us = 1");
  g_assert_true (th_records_log_in (fixture->records, "a", "135790", &role, &wait_s, NULL));
  g_assert_cmpint (role, ==, TH_ROLE_MANAGER);
  g_assert_cmpuint (wait_s, ==, 0);
  g_assert_false (th_records_log_in (fixture->records, "a", "000000", &role, &wait_s, NULL));
  g_assert_cmpuint (wait_s, ==, 0);
}

static void
test_an_unknown_name_is_not_written_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *events = NULL;
  ThRole role;

  g_assert_false (
      th_records_log_in (fixture->records, "11010119900101123X", "135790", &role, NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
  g_assert_null (strstr (error->message, "1101"));
  events = rows (fixture, "SELECT * FROM events WHERE kind <> 'day_opened'");
  g_assert_cmpstr (events, ==, "");
}

static void
test_no_decision_without_a_reason_a_name_and_a_case (Fixture *fixture, gconstpointer data)
{
  ThTicket plain = issue (fixture, 1, 'A', 0);
  ThTicket flagged = issue (fixture, 2, 'A', TH_REASON_ANSWER);
  g_autofree char *long_text = g_strnfill (501, 'x');
  g_autoptr(GError) error = NULL;
  struct
  {
    const char *visit, *reason, *by;
    ThRecordsError code;
  } wrong[] = {
    { flagged.visit, "", "a", TH_RECORDS_ERROR_REFUSED },
    { flagged.visit, long_text, "a", TH_RECORDS_ERROR_REFUSED },
    { flagged.visit, "\xff", "a", TH_RECORDS_ERROR_REFUSED },
    { flagged.visit, "r", "", TH_RECORDS_ERROR_REFUSED },
    { plain.visit, "r", "a", TH_RECORDS_ERROR_NOT_FOUND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_clear_error (&error);
      g_assert_false (th_records_decide (fixture->records, wrong[i].visit, TH_DECISION_CLEARED,
                                         wrong[i].reason, wrong[i].by, &error));
      g_assert_error (error, TH_RECORDS_ERROR, (gint) wrong[i].code);
    }
}

static void
test_a_case_shows_its_readings_answers_and_decisions (Fixture *fixture, gconstpointer data)
{
  ThReading reading = {
    .skin_mc = 36000, .room_mc = 24000, .shown_tenths = 378, .method = "heat-balance"
  };
  g_autoptr(GPtrArray) cases = NULL;
  g_autofree char *visit = th_visit_id_new ();
  ThTicket ticket;
  ThCase *the_case;
  char id[19];

  person (7, id);
  issue (fixture, 1, 'A', 0);
  g_assert_true (
      th_records_answered (fixture->records, visit, TH_QUESTION_SYMPTOMS, "q-1", TRUE, NULL));
  g_assert_true (
      th_records_answered (fixture->records, visit, TH_QUESTION_TRAVEL, "q-1", FALSE, NULL));
  for (guint i = 1; i <= 10; i++)
    {
      reading.shown_tenths = 370 + (int) i;
      g_assert_true (th_records_measured (fixture->records, visit, i, &reading, NULL));
    }
  g_assert_true (th_records_issue_ticket (fixture->records, visit, id, 'A',
                                          TH_REASON_TEMPERATURE | TH_REASON_ANSWER, &ticket, NULL));
  g_assert_true (th_records_reported (fixture->records, visit, FALSE, "a", NULL));
  g_assert_true (th_records_decide (fixture->records, visit, TH_DECISION_FEVER_CLINIC,
                                    "37.9 by hand", "a", NULL));

  cases = th_records_list_cases (fixture->records, NULL);
  g_assert_cmpuint (cases->len, ==, 1);
  the_case = cases->pdata[0];
  g_assert_cmpuint (the_case->number, ==, 2);
  g_assert_cmpint (the_case->reasons, ==, TH_REASON_TEMPERATURE | TH_REASON_ANSWER);
  g_assert_cmpint (the_case->flagged_at_us, ==, ticket.issued_at_us);
  g_assert_cmpuint (the_case->n_readings, ==, 8);
  g_assert_cmpint (the_case->readings[0].shown_tenths, ==, 373);
  g_assert_cmpint (the_case->readings[7].shown_tenths, ==, 380);
  g_assert_cmpint (the_case->readings[7].skin_mc, ==, 36000);
  g_assert_cmpint (the_case->answers[TH_QUESTION_SYMPTOMS], ==, 1);
  g_assert_cmpint (the_case->answers[TH_QUESTION_TRAVEL], ==, 0);
  g_assert_cmpint (the_case->answers[TH_QUESTION_CONTACT], ==, -1);
  g_assert_cmpint (the_case->decision, ==, TH_DECISION_FEVER_CLINIC);
  g_assert_cmpstr (the_case->decided_by, ==, "a");
  g_assert_cmpstr (the_case->reason_text, ==, "37.9 by hand");
  g_assert_cmpint (the_case->oral_report_at_us, >=, the_case->flagged_at_us);
  g_assert_cmpint (the_case->written_report_at_us, ==, 0);
  g_assert_cmpint (the_case->slip, ==, TH_SLIP_STATE_QUEUED);
}

static void
test_open_cases_come_first_and_stay_until_decided (Fixture *fixture, gconstpointer data)
{
  ThTicket one = issue (fixture, 1, 'A', TH_REASON_ANSWER);
  ThTicket two = issue (fixture, 2, 'A', TH_REASON_ANSWER);
  g_autoptr(GPtrArray) cases = NULL;

  g_assert_true (
      th_records_decide (fixture->records, one.visit, TH_DECISION_CLEARED, "r", "a", NULL));
  cases = th_records_list_cases (fixture->records, NULL);
  g_assert_cmpuint (cases->len, ==, 2);
  g_assert_cmpstr (((ThCase *) cases->pdata[0])->visit, ==, two.visit);

  /* Another day: only what is still open is carried over. */
  meddle (fixture, "UPDATE tickets SET day = '2020-01-01'");
  g_ptr_array_unref (cases);
  cases = th_records_list_cases (fixture->records, NULL);
  g_assert_cmpuint (cases->len, ==, 1);
  g_assert_cmpstr (((ThCase *) cases->pdata[0])->visit, ==, two.visit);
}

static ThTicketState
state_of (Fixture *fixture, const char *visit)
{
  g_autoptr(GPtrArray) queue = th_records_list_queue (fixture->records, NULL);

  for (guint i = 0; i < queue->len; i++)
    if (strcmp (((ThQueueEntry *) queue->pdata[i])->visit, visit) == 0)
      return ((ThQueueEntry *) queue->pdata[i])->state;
  g_assert_not_reached ();
}

static const ThStation desk = { .zone = TH_ZONE_INQUIRY, .desk = "1", .by = "a" };

static void
assert_next (Fixture *fixture, guint number)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) called = th_records_call_next (fixture->records, &desk, 'A', &error);

  g_assert_no_error (error);
  g_assert_cmpuint (called->len, ==, number > 0);
  if (number > 0)
    g_assert_cmpuint (((ThQueueEntry *) called->pdata[0])->number, ==, number);
}

static void
test_calling_passes_over_held_and_closed_numbers (Fixture *fixture, gconstpointer data)
{
  ThTicket tickets[6];
  g_autoptr(GError) error = NULL;

  assert_next (fixture, 0);
  for (guint i = 1; i < 6; i++)
    tickets[i] = issue (fixture, i, 'A', i == 1 || i == 2 || i == 4 ? TH_REASON_TEMPERATURE : 0);
  issue (fixture, 9, 'B', 0);
  g_assert_true (
      th_records_decide (fixture->records, tickets[2].visit, TH_DECISION_DEFERRED, "r", "a", NULL));
  g_assert_cmpint (state_of (fixture, tickets[1].visit), ==, TH_TICKET_HELD);
  g_assert_cmpint (state_of (fixture, tickets[2].visit), ==, TH_TICKET_CLOSED);
  assert_next (fixture, 3);
  g_assert_true (
      th_records_decide (fixture->records, tickets[1].visit, TH_DECISION_CLEARED, "r", "a", NULL));
  assert_next (fixture, 1);
  g_assert_cmpint (state_of (fixture, tickets[1].visit), ==, TH_TICKET_CALLED);
  assert_next (fixture, 5);
  assert_next (fixture, 0);

  g_assert_true (
      th_records_step (fixture->records, tickets[3].visit, TH_QUEUE_PUT_BACK, &desk, NULL));
  g_assert_false (
      th_records_step (fixture->records, tickets[3].visit, TH_QUEUE_PUT_BACK, &desk, &error));
  g_assert_error (error, TH_QUEUE_ERROR, TH_QUEUE_ERROR_WAITS);
  assert_next (fixture, 3);

  /* A decision taken back holds the number again. */
  g_assert_true (
      th_records_decide (fixture->records, tickets[2].visit, TH_DECISION_NONE, "slip", "a", NULL));
  g_assert_cmpint (state_of (fixture, tickets[2].visit), ==, TH_TICKET_HELD);
  assert_next (fixture, 0);
  g_assert_true (
      th_records_decide (fixture->records, tickets[2].visit, TH_DECISION_CLEARED, "r", "a", NULL));
  assert_next (fixture, 2);
  assert_projections_are_the_logs (fixture);
}

static void
test_device_states_are_the_newest (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *none = th_records_last_device_states (fixture->records, NULL, NULL);
  g_autofree char *states = NULL;
  gint64 at_us = 0;

  g_assert_cmpstr (none, ==, "");
  g_assert_false (th_records_device_state (fixture->records, "reader", "Wang\n", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_assert_true (th_records_device_state (fixture->records, "reader", "ready", NULL));
  g_assert_true (th_records_device_state (fixture->records, "printer", "out", NULL));
  g_assert_true (th_records_device_state (fixture->records, "reader", "absent", NULL));
  states = th_records_last_device_states (fixture->records, &at_us, NULL);
  g_assert_cmpstr (states, ==, "printer=out\nreader=absent\n");
  g_assert_cmpint (at_us, >, 0);
}

static void
begin_slips (Fixture *fixture, guint from, guint n, const char *printer)
{
  for (guint i = from; i < from + n; i++)
    {
      ThTicket ticket = issue (fixture, i, 'A', 0);

      g_assert_true (th_records_slip (fixture->records, ticket.visit, 0, TH_SLIP_STATE_SENDING, printer, NULL));
    }
}

static void
assert_states (Fixture *fixture, const char *expected)
{
  g_autofree char *states = th_records_last_device_states (fixture->records, NULL, NULL);
  g_autofree char *again = NULL;

  g_assert_cmpstr (states, ==, expected);
  g_assert_true (th_records_rebuild (fixture->records, NULL));
  again = th_records_last_device_states (fixture->records, NULL, NULL);
  g_assert_cmpstr (again, ==, expected);
}

static void
test_slips_are_counted_by_the_roll (Fixture *fixture, gconstpointer data)
{
  g_assert_true (th_records_device_state (fixture->records, "printer", "ready", NULL));
  begin_slips (fixture, 1, 3, "main");
  begin_slips (fixture, 10, 2, "spare");
  assert_states (fixture, "printer=ready\nroll=3\nspare-roll=2\n");
  /* An open cover alone is no new roll. */
  g_assert_true (th_records_device_state (fixture->records, "printer", "cover-open", NULL));
  g_assert_true (th_records_device_state (fixture->records, "printer", "ready", NULL));
  g_assert_true (th_records_device_state (fixture->records, "printer", "low", NULL));
  begin_slips (fixture, 20, 1, "main");
  assert_states (fixture, "printer=low\nroll=-4\nspare-roll=2\n");
  g_assert_true (th_records_device_state (fixture->records, "printer", "cover-open", NULL));
  g_assert_true (th_records_device_state (fixture->records, "printer", "low", NULL));
  assert_states (fixture, "printer=low\nroll=-4\nspare-roll=2\n");
  g_assert_true (th_records_device_state (fixture->records, "printer", "ready", NULL));
  assert_states (fixture, "printer=ready\nspare-roll=2\n");
  begin_slips (fixture, 30, 1, "main");
  g_assert_true (th_records_device_state (fixture->records, "printer", "out", NULL));
  g_assert_true (th_records_device_state (fixture->records, "spare", "out", NULL));
  assert_states (fixture, "printer=out\nspare=out\n");
}

static void
do_anything (Fixture *fixture, GPtrArray *visits)
{
  static const char *const zones[] = { TH_ZONE_INQUIRY, TH_ZONE_REGISTRATION, TH_ZONE_VACCINATION,
                                       TH_ZONE_OBSERVATION };
  ThQueueEntry entry;
  ThReading reading = { .shown_tenths = g_test_rand_int_range (340, 400),
                        .method = "heat-balance" };
  const char *visit =
      visits->len > 0 ? visits->pdata[g_test_rand_int_range (0, (gint32) visits->len)] : "";
  const ThStation at = { .zone = zones[g_test_rand_int_range (0, 4)],
                         .desk = g_test_rand_bit () ? "1" : "2",
                         .by = "a" };
  guint copy;

  switch (g_test_rand_int_range (0, 16))
    {
    case 0:
    case 1:
      {
        ThTicket ticket = issue (fixture, (guint) g_test_rand_int_range (0, 100),
                                 (char) g_test_rand_int_range ('A', 'D'),
                                 (ThReason) MAX (0, g_test_rand_int_range (-8, 8)));

        g_ptr_array_add (visits, g_strdup (ticket.visit));
        break;
      }
    case 2:
      th_records_slip (fixture->records, visit, (guint) g_test_rand_int_range (0, 2),
                       (ThSlipState) g_test_rand_int_range (0, 6), "why", NULL);
      break;
    case 3:
      th_records_new_copy (fixture->records, visit, &copy, NULL);
      break;
    case 4:
      th_records_decide (fixture->records, visit, (ThDecision) g_test_rand_int_range (0, 4), "r",
                         "a", NULL);
      break;
    case 5:
      th_records_reported (fixture->records, visit, g_test_rand_bit (), "a", NULL);
      break;
    case 6:
    case 12:
      {
        g_autoptr(GPtrArray) called = th_records_call_next (
            fixture->records, &at, (char) g_test_rand_int_range ('A', 'D'), NULL);

        break;
      }
    case 7:
    case 13:
    case 14:
      th_records_step (fixture->records, visit,
                       (ThQueueAction) g_test_rand_int_range (TH_QUEUE_CALL, TH_QUEUE_MOVE), &at, NULL);
      th_records_arrive (fixture->records, &at, "A-001", &entry, NULL);
      break;
    case 15:
      th_records_step (fixture->records, visit, TH_QUEUE_DONE, &at, NULL);
      th_records_move (fixture->records, visit, zones[g_test_rand_int_range (0, 4)], &at, NULL);
      th_records_undo (fixture->records, visit, &at, NULL);
      th_records_checks (fixture->records, visit, TH_CHECKS_ALL, TH_CHECKS_VERSION, &at, NULL);
      th_records_extend (fixture->records, visit, 5, &at, NULL);
      if (g_test_rand_int_range (0, 10) == 0)
        th_records_leave_site (fixture->records, visit, "", &at, NULL);
      break;
    case 8:
      th_records_measured (fixture->records, visit, 1, &reading, NULL);
      break;
    case 9:
      th_records_answered (fixture->records, visit,
                           (ThQuestion) g_test_rand_int_range (0, TH_N_QUESTIONS), "q-1",
                           g_test_rand_bit (), NULL);
      break;
    case 10:
      th_records_device_state (fixture->records, "reader", g_test_rand_bit () ? "ready" : "absent",
                               NULL);
      break;
    default:
      if (g_test_rand_int_range (0, 10) == 0)
        th_records_settle_slips (fixture->records, g_test_rand_bit (), NULL, NULL);
      break;
    }
}

static void
test_after_anything_in_any_order_the_projections_are_the_logs (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GPtrArray) visits = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *gaps = NULL;
  guint64 events;

  for (guint i = 0; i < 600; i++)
    do_anything (fixture, visits);
  g_assert_true (th_records_verify (fixture->records, &events, NULL));
  g_assert_cmpuint (events, >, 200);
  gaps = rows (fixture, "SELECT lane FROM tickets GROUP BY day, lane HAVING count(*) <> max(number)"
                        " OR count(DISTINCT number) <> count(*)");
  g_assert_cmpstr (gaps, ==, "");
  assert_projections_are_the_logs (fixture);
}

#define ADD(name)                                                                                  \
  g_test_add ("/records-staff/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/records-staff/pins_that_anybody_would_guess_are_refused",
                   test_pins_that_anybody_would_guess_are_refused);
  g_test_add_func ("/records-staff/a_wrong_pin_costs_more_each_time",
                   test_a_wrong_pin_costs_more_each_time);
  ADD (the_first_of_the_staff_is_a_manager);
  ADD (five_wrong_pins_lock_the_name_and_a_restart_does_not_open_it);
  ADD (an_unknown_name_is_not_written_down);
  ADD (no_decision_without_a_reason_a_name_and_a_case);
  ADD (a_case_shows_its_readings_answers_and_decisions);
  ADD (open_cases_come_first_and_stay_until_decided);
  ADD (calling_passes_over_held_and_closed_numbers);
  ADD (device_states_are_the_newest);
  ADD (slips_are_counted_by_the_roll);
  ADD (after_anything_in_any_order_the_projections_are_the_logs);
  return g_test_run ();
}
