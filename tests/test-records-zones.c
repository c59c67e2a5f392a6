/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue from zone to zone: refusals, a whole way, order, undo, and several desks at once. */
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/appointments.h"
#include "kiosk/records-day.h"
#include "kiosk/records-zones.h"
#include "tests/records-fixture.h"

#define INQUIRY { .zone = TH_ZONE_INQUIRY, .desk = "1", .by = "LI MIN" }

static const ThStation inquiry = INQUIRY;
static const ThStation registration = { .zone = TH_ZONE_REGISTRATION, .desk = "2", .by = "WANG" };
static const ThStation vaccination = { .zone = TH_ZONE_VACCINATION, .desk = "3", .by = "CHEN" };
static const ThStation observation = { .zone = TH_ZONE_OBSERVATION, .desk = "", .by = "ZHAO" };

static ThTicket
issue (Fixture *fixture, guint n, char lane, ThReason reasons)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autoptr (GError) error = NULL;
  ThTicket ticket;
  char id[19];

  person (n, id);
  th_records_issue_ticket (fixture->records, visit, id, lane, reasons, &ticket, &error);
  g_assert_no_error (error);
  return ticket;
}

static ThQueueEntry
look (Fixture *fixture, const char *code)
{
  g_autoptr (GError) error = NULL;
  ThQueueEntry entry = { 0 };

  th_records_find_code (fixture->records, code, &entry, &error);
  g_assert_no_error (error);
  return entry;
}

static void
step (Fixture *fixture, const ThTicket *ticket, ThQueueAction action, const ThStation *at)
{
  g_autoptr (GError) error = NULL;

  th_records_step (fixture->records, ticket->visit, action, at, &error);
  g_assert_no_error (error);
}

static void
assert_step_refused (Fixture *fixture, const ThTicket *ticket, ThQueueAction action,
                     const ThStation *at, ThQueueError code)
{
  g_autoptr (GError) error = NULL;
  char label[16];

  th_ticket_label (ticket->lane, ticket->number, label);
  g_assert_false (th_records_step (fixture->records, ticket->visit, action, at, &error));
  g_assert_error (error, TH_QUEUE_ERROR, (gint) code);
  g_assert_true (g_str_has_prefix (error->message, label));
}

static void
assert_arrival_refused (Fixture *fixture, const char *code, const ThStation *at, ThQueueError why)
{
  g_autoptr (GError) error = NULL;
  ThQueueEntry entry;

  g_assert_false (th_records_arrive (fixture->records, at, code, &entry, &error));
  g_assert_error (error, TH_QUEUE_ERROR, (gint) why);
}

static ThQueueEntry
arrive (Fixture *fixture, const char *code, const ThStation *at)
{
  g_autoptr (GError) error = NULL;
  ThQueueEntry entry = { 0 };

  th_records_arrive (fixture->records, at, code, &entry, &error);
  g_assert_no_error (error);
  return entry;
}

static void
assert_place (Fixture *fixture, const char *code, const char *zone, ThTicketState state)
{
  ThQueueEntry entry = look (fixture, code);

  g_assert_cmpstr (entry.zone, ==, zone);
  g_assert_cmpstr (th_ticket_state_to_string (entry.state), ==, th_ticket_state_to_string (state));
}

/* Calls on until nobody is left: "A-001 A-002+A-003": together. */
static char *
call_all (Fixture *fixture, const ThStation *at, guint most)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < most; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) party = th_records_call_next (fixture->records, at, 0, &error);

      g_assert_no_error (error);
      for (guint k = 0; k < party->len; k++)
        {
          const ThQueueEntry *entry = party->pdata[k];
          char label[16];

          g_assert_cmpint (entry->state, ==, TH_TICKET_CALLED);
          g_assert_cmpstr (entry->desk, ==, at->desk);
          th_ticket_label (entry->lane, entry->number, label);
          g_string_append_printf (text, "%s%s", k > 0 ? "+" : text->len > 0 ? " " : "", label);
        }
    }
  return g_string_free (text, FALSE);
}

static void
assert_calls (Fixture *fixture, const ThStation *at, const char *expected)
{
  g_autofree char *calls = call_all (fixture, at, 30);

  g_assert_cmpstr (calls, ==, expected);
}

/* Consent, as the kiosk asks for it. */
static void
consent (Fixture *fixture, const ThTicket *ticket)
{
  g_assert_true (th_records_answered (fixture->records, ticket->visit, TH_QUESTION_CONSENT,
                                      "consent-1", TRUE, NULL));
}

static void
check_all (Fixture *fixture, const ThTicket *ticket)
{
  g_autoptr (GError) error = NULL;

  th_records_checks (fixture->records, ticket->visit, TH_CHECKS_ALL, TH_CHECKS_VERSION,
                     &vaccination, &error);
  g_assert_no_error (error);
}

/* --- refusals --------------------------------------------------------------------------------- */

static void
test_nothing_is_done_without_a_name_a_zone_and_a_ticket (Fixture *fixture, gconstpointer data)
{
  const ThStation nobody = { .zone = TH_ZONE_INQUIRY, .desk = "1", .by = "" };
  const ThStation nowhere = { .zone = "kitchen", .desk = "1", .by = "a" };
  const ThStation wide = { .zone = TH_ZONE_INQUIRY, .desk = "12345678901234567", .by = "a" };
  g_autofree char *visit = th_visit_id_new ();
  ThTicket ticket = issue (fixture, 1, 'A', 0);
  g_autoptr (GError) error = NULL;
  ThQueueEntry entry;

  g_assert_null (th_records_call_next (fixture->records, &nobody, 0, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (th_records_step (fixture->records, ticket.visit, TH_QUEUE_CALL, &nowhere, &error));
  g_assert_error (error, TH_QUEUE_ERROR, TH_QUEUE_ERROR_NO_ZONE);
  g_clear_error (&error);
  g_assert_false (th_records_step (fixture->records, ticket.visit, TH_QUEUE_CALL, &wide, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (th_records_step (fixture->records, visit, TH_QUEUE_CALL, &inquiry, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (th_records_arrive (fixture->records, &inquiry, "A-002", &entry, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (th_records_arrive (fixture->records, &inquiry, "rubbish", &entry, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
}

static void
test_a_ticket_of_another_day_is_not_moved (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 1, 'A', 0);
  g_autoptr (GError) error = NULL;

  meddle (fixture, "UPDATE tickets SET day = '2020-01-01'");
  g_assert_false (
      th_records_step (fixture->records, ticket.visit, TH_QUEUE_CALL, &inquiry, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
}

static void
test_a_called_number_is_its_desks (Fixture *fixture, gconstpointer data)
{
  const ThStation other = { .zone = TH_ZONE_INQUIRY, .desk = "2", .by = "a" };
  ThTicket ticket = issue (fixture, 1, 'A', 0);

  step (fixture, &ticket, TH_QUEUE_CALL, &inquiry);
  assert_step_refused (fixture, &ticket, TH_QUEUE_CALL, &other, TH_QUEUE_ERROR_OTHER_DESK);
  assert_step_refused (fixture, &ticket, TH_QUEUE_NO_SHOW, &other, TH_QUEUE_ERROR_OTHER_DESK);
  assert_step_refused (fixture, &ticket, TH_QUEUE_SERVE, &registration, TH_QUEUE_ERROR_OTHER_ZONE);
  assert_arrival_refused (fixture, "A-001", &other, TH_QUEUE_ERROR_OTHER_DESK);
  step (fixture, &ticket, TH_QUEUE_PUT_BACK, &other);
  assert_arrival_refused (fixture, "A-001", &registration, TH_QUEUE_ERROR_SKIPPED);
  arrive (fixture, "a1", &other);
  assert_arrival_refused (fixture, "A-001", &inquiry, TH_QUEUE_ERROR_OTHER_DESK);
}

static void
test_a_zone_is_not_skipped_and_not_gone_through_twice (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 1, 'A', 0);
  g_autoptr (GError) error = NULL;

  assert_arrival_refused (fixture, ticket.token, &registration, TH_QUEUE_ERROR_SKIPPED);
  assert_arrival_refused (fixture, ticket.token, &vaccination, TH_QUEUE_ERROR_SKIPPED);
  g_assert_false (th_records_move (fixture->records, ticket.visit, TH_ZONE_VACCINATION, &inquiry,
                                   &error));
  g_assert_error (error, TH_QUEUE_ERROR, TH_QUEUE_ERROR_SKIPPED);
  g_clear_error (&error);
  g_assert_false (th_records_move (fixture->records, ticket.visit, TH_ZONE_REGISTRATION, &inquiry,
                                   &error));
  g_assert_error (error, TH_QUEUE_ERROR, TH_QUEUE_ERROR_SKIPPED);
  g_clear_error (&error);
  g_assert_false (th_records_move (fixture->records, ticket.visit, "kitchen", &inquiry, &error));
  g_assert_error (error, TH_QUEUE_ERROR, TH_QUEUE_ERROR_NO_ZONE);
  g_clear_error (&error);

  arrive (fixture, ticket.token, &inquiry);
  arrive (fixture, ticket.token, &registration);
  assert_place (fixture, "A-001", TH_ZONE_REGISTRATION, TH_TICKET_SERVING);
  assert_arrival_refused (fixture, ticket.token, &inquiry, TH_QUEUE_ERROR_PASSED);
  /* But staff may send somebody back. */
  g_assert_true (
      th_records_move (fixture->records, ticket.visit, TH_ZONE_INQUIRY, &registration, &error));
  g_assert_no_error (error);
  assert_place (fixture, "A-001", TH_ZONE_INQUIRY, TH_TICKET_WAITING);
  assert_projections_are_the_logs (fixture);
}

static void
test_nobody_leaves_registration_without_consent (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 1, 'A', 0);
  g_autoptr (GError) error = NULL;

  arrive (fixture, "A-001", &inquiry);
  arrive (fixture, "A-001", &registration);
  assert_step_refused (fixture, &ticket, TH_QUEUE_DONE, &registration, TH_QUEUE_ERROR_NO_CONSENT);
  assert_arrival_refused (fixture, "A-001", &vaccination, TH_QUEUE_ERROR_NO_CONSENT);
  g_assert_true (th_records_consent (fixture->records, ticket.visit, FALSE, &registration, &error));
  assert_step_refused (fixture, &ticket, TH_QUEUE_DONE, &registration, TH_QUEUE_ERROR_NO_CONSENT);
  g_assert_true (th_records_consent (fixture->records, ticket.visit, TRUE, &registration, &error));
  step (fixture, &ticket, TH_QUEUE_DONE, &registration);
  assert_place (fixture, "A-001", TH_ZONE_VACCINATION, TH_TICKET_WAITING);
}

static void
test_no_injection_before_all_checks_are_done (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 1, 'A', 0);
  g_autoptr (GError) error = NULL;
  gboolean done = TRUE;

  consent (fixture, &ticket);
  arrive (fixture, "A-001", &inquiry);
  g_assert_false (th_records_checks (fixture->records, ticket.visit, TH_CHECKS_ALL,
                                     TH_CHECKS_VERSION, &inquiry, &error));
  g_assert_error (error, TH_QUEUE_ERROR, TH_QUEUE_ERROR_OTHER_ZONE);
  g_clear_error (&error);
  arrive (fixture, "A-001", &registration);
  step (fixture, &ticket, TH_QUEUE_DONE, &registration);
  g_assert_false (th_records_checks (fixture->records, ticket.visit, TH_CHECKS_ALL,
                                     TH_CHECKS_VERSION, &vaccination, &error));
  g_assert_error (error, TH_QUEUE_ERROR, TH_QUEUE_ERROR_WAITS);
  g_clear_error (&error);
  arrive (fixture, "A-001", &vaccination);
  for (ThCheck check = 0; check < TH_N_CHECKS; check++)
    {
      g_assert_false (th_records_checks (fixture->records, ticket.visit,
                                         TH_CHECKS_ALL & ~(1u << check), TH_CHECKS_VERSION,
                                         &vaccination, &error));
      g_assert_error (error, TH_QUEUE_ERROR, TH_QUEUE_ERROR_CHECKS_MISSING);
      g_assert_nonnull (strstr (error->message, th_check_to_string (check)));
      g_clear_error (&error);
    }
  g_assert_false (th_records_checks (fixture->records, ticket.visit, TH_CHECKS_ALL, "checks-0",
                                     &vaccination, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  assert_step_refused (fixture, &ticket, TH_QUEUE_DONE, &vaccination,
                       TH_QUEUE_ERROR_CHECKS_MISSING);
  g_assert_true (th_records_checks_done (fixture->records, ticket.visit, &done, &error));
  g_assert_false (done);
  check_all (fixture, &ticket);
  g_assert_true (th_records_checks_done (fixture->records, ticket.visit, &done, &error));
  g_assert_true (done);

  /* Somebody who was set aside in between is checked again. */
  step (fixture, &ticket, TH_QUEUE_PARK, &vaccination);
  step (fixture, &ticket, TH_QUEUE_SERVE, &vaccination);
  g_assert_true (th_records_checks_done (fixture->records, ticket.visit, &done, &error));
  g_assert_false (done);
}

/* --- the way through -------------------------------------------------------------------------- */

static void
to_observation (Fixture *fixture, const ThTicket *ticket)
{
  consent (fixture, ticket);
  arrive (fixture, ticket->token, &inquiry);
  arrive (fixture, ticket->token, &registration);
  arrive (fixture, ticket->token, &vaccination);
  check_all (fixture, ticket);
  step (fixture, ticket, TH_QUEUE_DONE, &vaccination);
}

static void
test_observation_takes_its_time (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 1, 'A', 0);
  g_autoptr (GError) error = NULL;
  ThQueueEntry entry;
  gint64 until_us;

  to_observation (fixture, &ticket);
  entry = look (fixture, "A-001");
  g_assert_cmpstr (entry.zone, ==, TH_ZONE_OBSERVATION);
  g_assert_cmpint (entry.state, ==, TH_TICKET_SERVING);
  g_assert_cmpint (entry.until_us, ==, entry.since_us + 30 * 60 * G_USEC_PER_SEC);
  assert_step_refused (fixture, &ticket, TH_QUEUE_DONE, &observation, TH_QUEUE_ERROR_TOO_EARLY);

  until_us = entry.until_us;
  g_assert_false (th_records_extend (fixture->records, ticket.visit, 0, &observation, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_true (th_records_extend (fixture->records, ticket.visit, 15, &observation, &error));
  g_assert_cmpint (look (fixture, "A-001").until_us, ==, until_us + 15 * 60 * G_USEC_PER_SEC);
  g_assert_true (th_records_undo (fixture->records, ticket.visit, &observation, &error));
  g_assert_cmpint (look (fixture, "A-001").until_us, ==, until_us);
  assert_projections_are_the_logs (fixture);

  /* As if the half hour were over. */
  meddle (fixture, "UPDATE moves SET until_us = 1 WHERE zone = 'observation'");
  step (fixture, &ticket, TH_QUEUE_DONE, &observation);
  assert_place (fixture, "A-001", TH_ZONE_OBSERVATION, TH_TICKET_DONE);
  {
    g_autofree char *kinds = rows (
        fixture, "SELECT kind FROM events WHERE kind IN ('done', 'observed') ORDER BY seq");

    g_assert_cmpstr (kinds, ==, "done\ndone\ndone\nobserved\n");
  }
}

static void
test_leaving_early_is_written (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 1, 'A', 0), other = issue (fixture, 2, 'A', 0);
  g_autoptr (GError) error = NULL;
  g_autofree char *early = NULL;
  ThQueueEntry entry;

  to_observation (fixture, &ticket);
  g_assert_false (
      th_records_leave_site (fixture->records, ticket.visit, "WANG!", &observation, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_true (th_records_leave_site (fixture->records, ticket.visit, "", &observation, &error));
  entry = look (fixture, "A-001");
  g_assert_cmpint (entry.state, ==, TH_TICKET_LEFT);
  g_assert_cmpstr (entry.why, ==, "early");
  early = rows (fixture, "SELECT json_extract (body, '$.early_s') > 1700 FROM events"
                         " WHERE kind = 'left_site'");
  g_assert_cmpstr (early, ==, "1\n");

  /* From anywhere; and whoever comes back is taken up again where they were. */
  g_assert_true (th_records_leave_site (fixture->records, other.visit, "", &observation, &error));
  g_assert_cmpstr (look (fixture, "A-002").why, ==, "");
  step (fixture, &other, TH_QUEUE_PUT_BACK, &inquiry);
  assert_place (fixture, "A-002", TH_ZONE_INQUIRY, TH_TICKET_WAITING);
  step (fixture, &ticket, TH_QUEUE_PUT_BACK, &observation);
  assert_place (fixture, "A-001", TH_ZONE_OBSERVATION, TH_TICKET_SERVING);
  assert_projections_are_the_logs (fixture);
}

static void
test_a_slip_a_number_or_a_card_moves_a_ticket_on (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 7, 'A', 0);
  gint64 events;
  char id[19];

  person (7, id);
  consent (fixture, &ticket);
  g_assert_cmpstr (arrive (fixture, ticket.token, &inquiry).visit, ==, ticket.visit);
  g_assert_cmpstr (arrive (fixture, "A-001", &registration).visit, ==, ticket.visit);
  g_assert_cmpstr (arrive (fixture, id, &vaccination).desk, ==, "3");
  {
    g_autofree char *before = rows (fixture, "SELECT count(*) FROM events");
    g_autofree char *after = NULL;

    /* Scanned twice: nothing more happens. */
    arrive (fixture, "a-1", &vaccination);
    after = rows (fixture, "SELECT count(*) FROM events");
    g_assert_cmpstr (after, ==, before);
    events = g_ascii_strtoll (after, NULL, 10);
  }
  g_assert_cmpint (events, >, 0);
  assert_projections_are_the_logs (fixture);
}

static void
test_a_held_number_waits_wherever_it_is (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 1, 'A', TH_REASON_TEMPERATURE);

  assert_step_refused (fixture, &ticket, TH_QUEUE_CALL, &inquiry, TH_QUEUE_ERROR_HELD);
  assert_arrival_refused (fixture, "A-001", &inquiry, TH_QUEUE_ERROR_HELD);
  assert_arrival_refused (fixture, "A-001", &registration, TH_QUEUE_ERROR_HELD);
  assert_calls (fixture, &inquiry, "");
  g_assert_true (
      th_records_decide (fixture->records, ticket.visit, TH_DECISION_DEFERRED, "r", "a", NULL));
  assert_step_refused (fixture, &ticket, TH_QUEUE_CALL, &inquiry, TH_QUEUE_ERROR_CLOSED);
  g_assert_true (
      th_records_decide (fixture->records, ticket.visit, TH_DECISION_CLEARED, "r", "a", NULL));
  assert_calls (fixture, &inquiry, "A-001");
}

/* --- the order -------------------------------------------------------------------------------- */

static void
test_priority_gets_one_call_in_three (Fixture *fixture, gconstpointer data)
{
  ThQueueRules rules;

  th_queue_rules_defaults (&rules);
  g_strlcpy (rules.priority_lanes, "P", sizeof rules.priority_lanes);
  th_records_use_queue_rules (fixture->records, &rules);
  for (guint i = 1; i <= 5; i++)
    issue (fixture, i, 'A', 0);
  for (guint i = 6; i <= 8; i++)
    issue (fixture, i, 'P', 0);
  assert_calls (fixture, &inquiry, "P-001 A-001 A-002 P-002 A-003 A-004 P-003 A-005");
  /* It goes on where it stopped: the next is not a priority call again. */
  issue (fixture, 9, 'P', 0);
  issue (fixture, 10, 'A', 0);
  assert_calls (fixture, &inquiry, "A-006 P-004");
}

static void
test_a_desk_may_call_one_lane_only (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) party = NULL;
  g_autoptr (GPtrArray) nobody = NULL;

  issue (fixture, 1, 'A', 0);
  issue (fixture, 2, 'B', 0);
  party = th_records_call_next (fixture->records, &inquiry, 'B', NULL);
  g_assert_cmpuint (party->len, ==, 1);
  g_assert_cmpint (((ThQueueEntry *) party->pdata[0])->lane, ==, 'B');
  nobody = th_records_call_next (fixture->records, &inquiry, 'C', NULL);
  g_assert_cmpuint (nobody->len, ==, 0);
}

static void
test_a_household_has_adjacent_numbers_and_is_called_together (Fixture *fixture, gconstpointer data)
{
  ThHouseholdMember members[3] = { 0 };
  g_autoptr (GError) error = NULL;
  ThTicket tickets[3];

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *visit = th_visit_id_new ();

      g_strlcpy (members[i].visit, visit, sizeof members[i].visit);
      person (20 + i, members[i].person);
    }
  issue (fixture, 1, 'A', 0);
  g_assert_false (
      th_records_issue_household (fixture->records, members, 1, 'A', tickets, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  person (20, members[1].person);
  g_assert_false (
      th_records_issue_household (fixture->records, members, 3, 'A', tickets, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  person (1, members[1].person); /* has A-001 */
  g_assert_false (
      th_records_issue_household (fixture->records, members, 3, 'A', tickets, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "A-001"));
  g_clear_error (&error);
  person (21, members[1].person);
  members[2].reasons = TH_REASON_TEMPERATURE;

  g_assert_true (
      th_records_issue_household (fixture->records, members, 3, 'A', tickets, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (tickets[i].number, ==, 2 + i); /* nothing was lost on those that were refused */
  issue (fixture, 2, 'A', 0);
  /* The one who is held is called alone, later. */
  assert_calls (fixture, &inquiry, "A-001 A-002+A-003 A-005");
  g_assert_true (th_records_decide (fixture->records, tickets[2].visit, TH_DECISION_CLEARED, "r",
                                    "a", NULL));
  assert_calls (fixture, &inquiry, "A-004");
  assert_projections_are_the_logs (fixture);
}

static void
test_an_appointment_counts_from_its_window (Fixture *fixture, gconstpointer data)
{
  const ThListImport how = { .source = "county", .by = "LI MIN" };
  g_autofree char *path = g_build_filename (fixture->dir, "list.csv", NULL);
  g_autofree char *visit = th_visit_id_new ();
  g_autofree char *text = NULL;
  g_autofree char *explained = NULL;
  g_autoptr (GError) error = NULL;
  char day[TH_DAY_BYTES];
  ThListCounts counts;
  ThQueueEntry entry;
  ThTicket ticket;

  g_assert_true (th_records_today (fixture->records, day, &error));
  text = g_strdup_printf ("date,start,end,id_number\n%s,00:00,24:00,11010519491231002X\n", day);
  g_assert_true (g_file_set_contents (path, text, -1, &error));
  th_records_import_appointments (fixture->records, path, &how, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.added, ==, 1);
  issue (fixture, 1, 'A', 0);
  issue (fixture, 2, 'A', 0);
  th_records_issue_ticket (fixture->records, visit, "11010519491231002X", 'A', 0, &ticket, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ticket.number, ==, 3);
  g_assert_cmpint (ticket.people_ahead, ==, 0);
  entry = look (fixture, "A-003");
  g_assert_cmpint (entry.order_us, ==, entry.window_from_us);
  g_assert_cmpint (entry.window_to_us - entry.window_from_us, >, 22 * 60 * 60 * (gint64) G_USEC_PER_SEC);
  explained = th_records_explain (fixture->records, visit, &error);
  g_assert_nonnull (strstr (explained, "its place counts from the start"));
  assert_calls (fixture, &inquiry, "A-003 A-001 A-002");
  assert_projections_are_the_logs (fixture);
}

static void
test_a_no_show_goes_back_twice_and_is_then_closed (Fixture *fixture, gconstpointer data)
{
  ThTicket first = issue (fixture, 1, 'A', 0);
  g_autofree char *calls = NULL;

  for (guint i = 2; i <= 9; i++)
    issue (fixture, i, 'A', 0);
  step (fixture, &first, TH_QUEUE_CALL, &inquiry);
  step (fixture, &first, TH_QUEUE_NO_SHOW, &inquiry);
  calls = call_all (fixture, &inquiry, 4);
  g_assert_cmpstr (calls, ==, "A-002 A-003 A-004 A-001");
  step (fixture, &first, TH_QUEUE_NO_SHOW, &inquiry);
  g_assert_cmpuint (look (fixture, "A-001").no_shows, ==, 2);
  g_free (calls);
  calls = call_all (fixture, &inquiry, 4);
  g_assert_cmpstr (calls, ==, "A-005 A-006 A-007 A-001");
  step (fixture, &first, TH_QUEUE_NO_SHOW, &inquiry);
  assert_place (fixture, "A-001", TH_ZONE_INQUIRY, TH_TICKET_NO_SHOW);
  assert_arrival_refused (fixture, "A-001", &inquiry, TH_QUEUE_ERROR_GONE);
  /* Who came after all is taken up again by hand. */
  step (fixture, &first, TH_QUEUE_PUT_BACK, &inquiry);
  assert_calls (fixture, &inquiry, "A-001 A-008 A-009");
  assert_projections_are_the_logs (fixture);
}

static void
test_the_order_can_be_explained (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *held = NULL;
  ThTicket second;

  issue (fixture, 1, 'A', 0);
  second = issue (fixture, 2, 'A', 0);
  text = th_records_explain (fixture->records, second.visit, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (text, "A-002 is waiting in inquiry"));
  g_assert_nonnull (strstr (text, "number 2 of 2"));
  g_assert_nonnull (strstr (text, "right before it: A-001"));
  second = issue (fixture, 3, 'A', TH_REASON_ANSWER);
  held = th_records_explain (fixture->records, second.visit, &error);
  g_assert_nonnull (strstr (held, "passed over until staff have decided"));
}

static void
test_a_wait_is_foretold_once_enough_were_called (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%F");
  g_autoptr (GArray) scores = NULL;
  g_autoptr (GError) error = NULL;
  ThWaitRange range;
  ThTicket ticket;
  guint ahead = 99, n = 0;

  g_assert_false (
      th_records_forecast (fixture->records, TH_ZONE_INQUIRY, 'A', &ahead, &range, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (ahead, ==, 0);
  for (guint i = 1; i <= 60; i++)
    {
      ticket = issue (fixture, i, 'A', 0);
      g_assert_cmpint (ticket.wait_high_s, ==, 0);
    }
  g_free (call_all (fixture, &inquiry, 50));
  /* As if there had been a call every two minutes, until a minute ago, and everybody had come in time for ten others. */
  meddle (fixture,
          "UPDATE moves SET at_us = (SELECT max(at_us) FROM events) - (51 - (SELECT t.number FROM"
          " tickets t WHERE t.visit = moves.visit)) * 120000000 + 60000000"
          " - CASE WHEN number = 0 THEN 1200000000 ELSE 0 END"
          " WHERE visit IN (SELECT visit FROM moves WHERE state = 'called')");
  g_assert_true (
      th_records_forecast (fixture->records, TH_ZONE_INQUIRY, 'A', &ahead, &range, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (ahead, ==, 10);
  g_assert_cmpint (range.low_s, <=, 22 * 60);
  g_assert_cmpint (range.high_s, >=, 20 * 60);
  g_assert_cmpint (range.high_s, <=, 40 * 60);
  g_assert_false (
      th_records_forecast (fixture->records, TH_ZONE_INQUIRY, 'B', &ahead, &range, &error));
  g_assert_no_error (error);

  ticket = issue (fixture, 61, 'A', 0);
  g_assert_cmpint (ticket.wait_high_s, ==, range.high_s);
  g_assert_cmpint (ticket.wait_low_s, ==, range.low_s);
  g_free (call_all (fixture, &inquiry, 30));
  /* It was called at once: that did not come true, and the others were told nothing. */
  g_assert_true (th_records_end_queue (fixture->records, day, "WANG", &n, &error));
  scores = th_records_list_wait_scores (fixture->records, 7, &error);
  g_assert_cmpuint (scores->len, ==, 1);
  {
    const ThLaneScore *score = &g_array_index (scores, ThLaneScore, 0);

    g_assert_cmpstr (score->day, ==, day);
    g_assert_cmpint (score->lane, ==, 'A');
    g_assert_cmpuint (score->score.told, ==, 1);
    g_assert_cmpuint (score->score.untold, ==, 60);
    g_assert_cmpuint (score->score.hits, ==, range.low_s == 0);
    g_assert_cmpint (score->score.width_s, ==, range.high_s - range.low_s);
  }
}

/* --- undo, and the end of the day ------------------------------------------------------------- */

static void
test_what_was_done_last_is_taken_back (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 1, 'A', 0);
  g_autoptr (GError) error = NULL;
  ThQueueEntry before;

  g_assert_false (th_records_undo (fixture->records, ticket.visit, &inquiry, &error));
  g_assert_error (error, TH_QUEUE_ERROR, TH_QUEUE_ERROR_NOTHING);
  g_clear_error (&error);
  arrive (fixture, "A-001", &inquiry);
  before = look (fixture, "A-001");
  step (fixture, &ticket, TH_QUEUE_DONE, &inquiry);
  assert_place (fixture, "A-001", TH_ZONE_REGISTRATION, TH_TICKET_WAITING);
  /* Only where it was done. */
  g_assert_false (th_records_undo (fixture->records, ticket.visit, &registration, &error));
  g_assert_error (error, TH_QUEUE_ERROR, TH_QUEUE_ERROR_OTHER_DESK);
  g_clear_error (&error);
  g_assert_true (th_records_undo (fixture->records, ticket.visit, &inquiry, &error));
  {
    ThQueueEntry after = look (fixture, "A-001");

    g_assert_cmpmem (&after, sizeof after, &before, sizeof before);
  }
  g_assert_true (th_records_undo (fixture->records, ticket.visit, &inquiry, &error));
  assert_place (fixture, "A-001", TH_ZONE_INQUIRY, TH_TICKET_WAITING);
  assert_projections_are_the_logs (fixture);
}

static void
test_who_has_not_come_through_is_closed_with_the_day (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%F");
  g_autoptr (GError) error = NULL;
  ThTicket gone, through;
  guint n = 0;

  through = issue (fixture, 1, 'A', 0);
  gone = issue (fixture, 2, 'A', 0);
  issue (fixture, 3, 'A', TH_REASON_ANSWER);
  issue (fixture, 4, 'B', 0);
  to_observation (fixture, &through);
  meddle (fixture, "UPDATE moves SET until_us = 1 WHERE zone = 'observation'");
  step (fixture, &through, TH_QUEUE_DONE, &observation);
  g_assert_true (th_records_leave_site (fixture->records, gone.visit, "ill", &inquiry, &error));
  g_assert_false (th_records_end_queue (fixture->records, day, "", &n, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_true (th_records_end_queue (fixture->records, day, "WANG", &n, &error));
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpint (look (fixture, "A-001").state, ==, TH_TICKET_DONE);
  g_assert_cmpstr (look (fixture, "A-002").why, ==, "ill");
  g_assert_cmpstr (look (fixture, "A-003").why, ==, "day-closed");
  g_assert_cmpstr (look (fixture, "B-001").why, ==, "day-closed");
  g_assert_true (th_records_end_queue (fixture->records, day, "WANG", &n, &error));
  g_assert_cmpuint (n, ==, 0);
}

/* --- several desks at once -------------------------------------------------------------------- */

#define N_DESKS 4
#define N_TICKETS 60

/* A desk in a process of its own: calls until nobody is left. */
static int
call_as_a_desk (const char *dir, guint desk)
{
  g_autofree char *name = g_strdup_printf ("%u", desk);
  g_autofree char *device = g_strdup_printf ("staff-%u", desk);
  g_autoptr (ThRecords) records = th_records_open (dir, device, NULL);
  const ThStation at = { .zone = TH_ZONE_INQUIRY, .desk = name, .by = "a" };

  if (records == NULL)
    return 1;
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) party = th_records_call_next (records, &at, 0, &error);

      if (party == NULL && g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_BUSY))
        continue; /* a slow disk */
      if (party == NULL)
        return 2;
      if (party->len == 0)
        return 0;
    }
}

static void
test_desks_that_race_call_nobody_twice (Fixture *fixture, gconstpointer data)
{
  g_autofree char *calls = NULL;
  g_autofree char *twice = NULL;
  pid_t desks[N_DESKS];

  for (guint i = 1; i <= N_TICKETS; i++)
    issue (fixture, i, i % 3 == 0 ? 'B' : 'A', 0);
  g_clear_pointer (&fixture->records, th_records_close);
  for (guint i = 0; i < N_DESKS; i++)
    {
      desks[i] = fork ();
      g_assert_cmpint (desks[i], >=, 0);
      if (desks[i] == 0)
        _exit (call_as_a_desk (fixture->dir, i + 1));
    }
  for (guint i = 0; i < N_DESKS; i++)
    {
      int status;

      g_assert_cmpint (waitpid (desks[i], &status, 0), ==, desks[i]);
      g_assert_cmpint (status, ==, 0);
    }
  fixture->records = th_records_open (fixture->dir, "kiosk-1", NULL);
  calls = rows (fixture, "SELECT count(*), count(DISTINCT visit) FROM events WHERE kind = 'called'");
  g_assert_cmpstr (calls, ==, "60|60\n");
  twice = rows (fixture, "SELECT visit FROM moves WHERE state = 'called' GROUP BY visit"
                         " HAVING count(*) > 1");
  g_assert_cmpstr (twice, ==, "");
  g_assert_true (th_records_verify (fixture->records, NULL, NULL));
  assert_projections_are_the_logs (fixture);
}

#define ADD(name) g_test_add ("/records-zones/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (nothing_is_done_without_a_name_a_zone_and_a_ticket);
  ADD (a_ticket_of_another_day_is_not_moved);
  ADD (a_called_number_is_its_desks);
  ADD (a_zone_is_not_skipped_and_not_gone_through_twice);
  ADD (nobody_leaves_registration_without_consent);
  ADD (no_injection_before_all_checks_are_done);
  ADD (observation_takes_its_time);
  ADD (leaving_early_is_written);
  ADD (a_slip_a_number_or_a_card_moves_a_ticket_on);
  ADD (a_held_number_waits_wherever_it_is);
  ADD (priority_gets_one_call_in_three);
  ADD (a_desk_may_call_one_lane_only);
  ADD (a_household_has_adjacent_numbers_and_is_called_together);
  ADD (an_appointment_counts_from_its_window);
  ADD (a_no_show_goes_back_twice_and_is_then_closed);
  ADD (the_order_can_be_explained);
  ADD (a_wait_is_foretold_once_enough_were_called);
  ADD (what_was_done_last_is_taken_back);
  ADD (who_has_not_come_through_is_closed_with_the_day);
  ADD (desks_that_race_call_nobody_twice);
  return g_test_run ();
}
