/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People whom staff check in, and slips that staff ask for. */
#include "kiosk/records-zones.h"
#include "kiosk/staff-entry.h"
#include "tests/records-fixture.h"

#define BY "LI MIN"
#define EACH 40 /* tickets that each of two racing programs takes */

static ThStaffEntry
entry (guint n)
{
  ThStaffEntry who = {
    .lane = 'A',
    .language = "zh_TW",
    .yes = { [TH_QUESTION_CONSENT] = TRUE },
    .measured = TRUE,
    .shown_tenths = 366,
  };

  if (n > 0)
    person (n, who.person);
  return who;
}

static ThTicket
enter (Fixture *fixture, const ThStaffEntry *who)
{
  g_autoptr (GError) error = NULL;
  ThTicket ticket;

  g_assert_true (th_records_enter (fixture->records, who, BY, &ticket, &error));
  g_assert_no_error (error);
  return ticket;
}

/* Somebody at the kiosk. */
static ThTicket
issue (Fixture *fixture, guint n)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autoptr (GError) error = NULL;
  ThTicket ticket;
  char id[19];

  person (n, id);
  g_assert_true (th_records_confirmed (fixture->records, visit, "card", "en", &error));
  g_assert_true (th_records_issue_ticket (fixture->records, visit, id, 'A', 0, &ticket, &error));
  g_assert_no_error (error);
  return ticket;
}

static void
test_nobody_is_let_in_against_the_rules_without_a_reason (Fixture *fixture, gconstpointer data)
{
  ThStaffEntry who = entry (1);
  g_autoptr (GError) error = NULL;
  g_autofree char *summary = NULL;
  ThTicket ticket;

  who.against = "not-yet";
  g_assert_false (th_records_enter (fixture->records, &who, BY, &ticket, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  who.let_in = TH_N_LET_INS;
  g_assert_false (th_records_enter (fixture->records, &who, BY, &ticket, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);

  who.let_in = TH_LET_IN_PAPERS;
  enter (fixture, &who);
  /* Who has a number has been let in: nobody asks why a second time. */
  who.let_in = TH_LET_IN_NOT;
  ticket = enter (fixture, &who);
  g_assert_true (ticket.existed);
  who = entry (2);
  enter (fixture, &who);
  summary = th_records_summary_json (fixture->records, NULL, NULL);
  g_assert_nonnull (strstr (summary, "\"let_in_against_rules\" : 1"));
}

static void
slip (Fixture *fixture, const ThTicket *ticket, ThSlipState state)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (th_records_slip (fixture->records, ticket->visit, 0, state, "", &error));
  g_assert_no_error (error);
}

static void
assert_rows (const Fixture *fixture, const char *sql, const char *expected)
{
  g_autofree char *text = rows (fixture, sql);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_refused (gboolean done, GError **error)
{
  g_assert_false (done);
  g_assert_error (*error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (error);
}

/* What the kiosk would print next; FALSE: nothing. */
static gboolean
next (Fixture *fixture, ThPrint *ret_print)
{
  g_autoptr (GError) error = NULL;
  gboolean found = th_records_next_print (fixture->records, ret_print, &error);

  g_assert_no_error (error);
  return found;
}

static void
assert_nothing_waits (Fixture *fixture)
{
  ThPrint print;

  g_assert_false (next (fixture, &print));
}

/* --- what is typed ---------------------------------------------------------------------------- */

static void
test_a_temperature_that_was_mistyped_is_refused (void)
{
  static const char *const wrong[]
      = { "",  " ",     "3",    "368",  "36.",  "36.85", "3.68", "-36.8",     "+36.8", "36.8x",
          "x", "36..8", "33.9", "42.6", "99.9", "0x24",  "36 8", "36.8 36.8", "\xff" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      int tenths = -1;

      if (th_staff_entry_temperature (wrong[i], &tenths, &error))
        g_error ("\"%s\" is taken for %d tenths", wrong[i], tenths);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_cmpint (tenths, ==, -1);
    }
}

static void
test_a_temperature_is_read_as_people_write_it (void)
{
  static const struct
  {
    const char *text;
    int tenths;
  } right[] = { { "36.8", 368 },     { "36,8", 368 },     { " 37 ", 370 },
                { "34.0", 340 },     { "42.5", 425 },     { "42", 420 },
                { "３６．８", 368 }, { "３７。３", 373 }, { "37.4", 374 } };

  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_autoptr (GError) error = NULL;
      int tenths;

      g_assert_true (th_staff_entry_temperature (right[i].text, &tenths, &error));
      g_assert_no_error (error);
      g_assert_cmpint (tenths, ==, right[i].tenths);
    }
}

static void
test_a_case_follows_from_the_same_rule_as_at_the_kiosk (void)
{
  ThStaffEntry who = entry (1);
  ThScreening rules;

  th_screening_defaults (&rules);
  who.shown_tenths = 373;
  g_assert_cmpint (th_staff_entry_reasons (&who, &rules), ==, 0);
  who.shown_tenths = 374;
  g_assert_cmpint (th_staff_entry_reasons (&who, &rules), ==, TH_REASON_TEMPERATURE);
  who.yes[TH_QUESTION_TRAVEL] = TRUE;
  g_assert_cmpint (th_staff_entry_reasons (&who, &rules), ==,
                   TH_REASON_TEMPERATURE | TH_REASON_ANSWER);
  who.measured = FALSE;
  g_assert_cmpint (th_staff_entry_reasons (&who, &rules), ==,
                   TH_REASON_NOT_MEASURED | TH_REASON_ANSWER);
  who = entry (1);
  who.shown_tenths = 344; /* too low to be a result */
  g_assert_cmpint (th_staff_entry_reasons (&who, &rules), ==, TH_REASON_NOT_MEASURED);
  who.shown_tenths = 345;
  g_assert_cmpint (th_staff_entry_reasons (&who, &rules), ==, 0);
}

/* --- checked in by staff ---------------------------------------------------------------------- */

static void
test_an_entry_that_cannot_be_writes_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ThStaffEntry who = entry (1);
  ThTicket ticket;

  assert_refused (th_records_enter (fixture->records, &who, "", &ticket, &error), &error);
  who.lane = 'a';
  assert_refused (th_records_enter (fixture->records, &who, BY, &ticket, &error), &error);
  who = entry (1);
  who.shown_tenths = 339;
  assert_refused (th_records_enter (fixture->records, &who, BY, &ticket, &error), &error);
  who.shown_tenths = 426;
  assert_refused (th_records_enter (fixture->records, &who, BY, &ticket, &error), &error);
  who = entry (1);
  g_strlcpy (who.person, "11010119900101001x", sizeof who.person);
  assert_refused (th_records_enter (fixture->records, &who, BY, &ticket, &error), &error);
  assert_rows (fixture, "SELECT count(*) FROM events WHERE kind <> 'day_opened'", "0\n");
}

static void
test_an_entry_is_a_whole_visit_with_the_name_of_who_wrote_it (Fixture *fixture, gconstpointer data)
{
  ThStaffEntry who = entry (1);
  ThTicket ticket;

  who.yes[TH_QUESTION_CONTACT] = TRUE;
  who.shown_tenths = 379;
  who.reasons = TH_REASON_TEMPERATURE | TH_REASON_ANSWER;
  ticket = enter (fixture, &who);
  g_assert_false (ticket.existed);
  g_assert_cmpuint (ticket.number, ==, 1);
  g_assert_cmpint (ticket.reasons, ==, who.reasons);
  assert_rows (
      fixture, "SELECT group_concat (kind, ' ') FROM (SELECT kind FROM events WHERE seq > 1 ORDER BY seq)",
      "confirmed answered answered answered answered measured ticket_issued flagged slip\n");
  assert_rows (fixture, "SELECT count(*) FROM events WHERE json_extract (body, '$.by') <> '" BY "'",
               "0\n");
  assert_rows (fixture, "SELECT entry, language FROM visits", "staff|zh_TW\n");
  assert_rows (fixture, "SELECT shown_tenths, body_mc, object_raw, method FROM readings",
               "379|37900|0|hand-held\n");
  assert_rows (fixture, "SELECT question, version, yes FROM answers ORDER BY question",
               "consent|consent-1|1\ncontact|questions-1|1\nsymptoms|questions-1|0\n"
               "travel|questions-1|0\n");
  assert_rows (fixture, "SELECT copy, state, ordered_by, language FROM slips",
               "0|queued|" BY "|zh_TW\n");
  assert_projections_are_the_logs (fixture);
}

static void
test_nobody_measured_is_a_case (Fixture *fixture, gconstpointer data)
{
  ThStaffEntry who = entry (1);

  who.measured = FALSE;
  who.reasons = TH_REASON_NOT_MEASURED;
  enter (fixture, &who);
  assert_rows (fixture, "SELECT count(*) FROM readings", "0\n");
  assert_rows (fixture, "SELECT reasons FROM cases", "4\n");
  assert_rows (fixture, "SELECT count(*) FROM events WHERE kind = 'not_measured'", "1\n");
}

static void
test_who_has_a_number_today_gets_no_second_one (Fixture *fixture, gconstpointer data)
{
  ThStaffEntry who = entry (1), other = entry (2);
  ThTicket at_kiosk = issue (fixture, 1), ticket;

  ticket = enter (fixture, &who);
  g_assert_true (ticket.existed);
  g_assert_cmpstr (ticket.visit, ==, at_kiosk.visit);
  assert_rows (fixture, "SELECT count(*) FROM tickets", "1\n");
  assert_rows (fixture, "SELECT count(*) FROM visits", "1\n");
  g_assert_false (enter (fixture, &other).existed);
  g_assert_true (enter (fixture, &other).existed);
  assert_rows (fixture, "SELECT last FROM counters", "2\n");
}

static void
test_without_a_number_every_entry_is_a_new_visit (Fixture *fixture, gconstpointer data)
{
  ThStaffEntry who = entry (0);

  g_assert_cmpuint (enter (fixture, &who).number, ==, 1);
  g_assert_cmpuint (enter (fixture, &who).number, ==, 2);
  assert_rows (fixture, "SELECT count(*) FROM lookups", "0\n");
  assert_projections_are_the_logs (fixture);
}

static void
test_without_consent_there_is_no_number_and_no_person (Fixture *fixture, gconstpointer data)
{
  g_autofree char *summary = NULL;
  g_autoptr (GError) error = NULL;
  ThStaffEntry who = entry (1);

  who.yes[TH_QUESTION_CONSENT] = FALSE;
  g_assert_cmpuint (enter (fixture, &who).number, ==, 0);
  assert_rows (fixture, "SELECT count(*) FROM tickets", "0\n");
  assert_rows (fixture, "SELECT count(*) FROM lookups", "0\n");
  assert_rows (fixture, "SELECT count(*) FROM readings", "0\n");
  summary = th_records_summary_json (fixture->records, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (summary, "\"questions no-consent\" : 1"));
  g_assert_nonnull (strstr (summary, "\"confirmed_by_staff\" : 1"));
  g_assert_nonnull (strstr (summary, "\"confirmed_without_number\" : 0"));
}

typedef struct
{
  const char *dir;
  gboolean staff;
  guint numbers[EACH];
} Racer;

static gpointer
race_thread (gpointer data)
{
  Racer *racer = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ThRecords) records = th_records_open (racer->dir, "kiosk-1", &error);

  g_assert_no_error (error);
  for (guint i = 0; i < EACH; i++)
    {
      g_autofree char *visit = th_visit_id_new ();
      ThStaffEntry who = entry (0);
      ThTicket ticket;
      char id[19];

      person (1000 + i, id);
      if (racer->staff)
        th_records_enter (records, &who, BY, &ticket, &error);
      else
        th_records_issue_ticket (records, visit, id, 'A', 0, &ticket, &error);
      g_assert_no_error (error);
      racer->numbers[i] = ticket.number;
    }
  return NULL;
}

static void
test_two_programs_that_race_leave_no_gap_and_give_none_twice (Fixture *fixture, gconstpointer data)
{
  Racer racers[2] = { { .dir = fixture->dir, .staff = TRUE }, { .dir = fixture->dir } };
  gboolean given[2 * EACH + 1] = { FALSE };
  g_autoptr (GError) error = NULL;
  GThread *threads[2];

  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("racer", race_thread, &racers[i]);
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < 2; i++)
    for (guint j = 0; j < EACH; j++)
      {
        guint number = racers[i].numbers[j];

        g_assert_cmpuint (number, >=, 1);
        g_assert_cmpuint (number, <=, 2 * EACH);
        g_assert_false (given[number]);
        given[number] = TRUE;
      }
  g_assert_true (th_records_verify (fixture->records, NULL, &error));
  g_assert_no_error (error);
}

/* --- slips that staff ask for ----------------------------------------------------------------- */

static void
test_the_slip_of_who_stands_at_the_kiosk_is_not_staffs (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 1);
  g_autoptr (GError) error = NULL;
  guint copy;

  assert_nothing_waits (fixture);
  assert_refused (th_records_cancel_slip (fixture->records, ticket.visit, 0, BY, &error), &error);
  assert_refused (th_records_begin_print (fixture->records, ticket.visit, 0, "main", &error), &error);
  assert_refused (th_records_order_slip (fixture->records, ticket.visit, BY, &copy, &error),
                  &error);
  assert_refused (th_records_order_slip (fixture->records, ticket.visit, "", &copy, &error),
                  &error);
  g_assert_false (th_records_order_slip (fixture->records, "018bcfe5-6800-7000-8000-000000000000",
                                         BY, &copy, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
}

static void
test_slips_wait_in_the_order_they_were_asked_for (Fixture *fixture, gconstpointer data)
{
  ThStaffEntry who = entry (0);
  ThTicket first = enter (fixture, &who), second = enter (fixture, &who);
  g_autoptr (GError) error = NULL;
  ThPrint print;

  g_assert_true (next (fixture, &print));
  g_assert_cmpstr (print.ticket.visit, ==, first.visit);
  g_assert_cmpstr (print.ticket.token, ==, first.token);
  g_assert_cmpstr (print.language, ==, "zh_TW");
  g_assert_cmpuint (print.copy, ==, 0);
  g_assert_false (print.day_over);
  g_assert_true (th_records_begin_print (fixture->records, first.visit, 0, "main", &error));
  /* Never two originals. */
  assert_refused (th_records_begin_print (fixture->records, first.visit, 0, "main", &error), &error);
  assert_refused (th_records_cancel_slip (fixture->records, first.visit, 0, BY, &error), &error);
  g_assert_true (next (fixture, &print));
  g_assert_cmpstr (print.ticket.visit, ==, second.visit);
  g_assert_true (th_records_cancel_slip (fixture->records, second.visit, 0, BY, &error));
  g_assert_no_error (error);
  assert_refused (th_records_begin_print (fixture->records, second.visit, 0, "main", &error), &error);
  assert_nothing_waits (fixture);
  assert_projections_are_the_logs (fixture);
}

static void
test_a_printer_that_takes_nothing_is_tried_three_times (Fixture *fixture, gconstpointer data)
{
  ThStaffEntry who = entry (0);
  ThTicket ticket = enter (fixture, &who);
  g_autoptr (GError) error = NULL;
  ThPrint print;

  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (next (fixture, &print));
      g_assert_true (th_records_begin_print (fixture->records, ticket.visit, 0, "main", &error));
      g_assert_true (th_records_put_off_print (fixture->records, ticket.visit, 0, &error));
      g_assert_no_error (error);
    }
  assert_nothing_waits (fixture);
  assert_rows (fixture, "SELECT state, sendings FROM slips", "failed|3\n");
  assert_projections_are_the_logs (fixture);
}

static void
test_a_failed_original_is_printed_as_one_and_else_a_copy_is (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 1);
  g_autoptr (GError) error = NULL;
  ThPrint print;
  guint copy = 99;

  slip (fixture, &ticket, TH_SLIP_STATE_SENDING);
  slip (fixture, &ticket, TH_SLIP_STATE_FAILED);
  g_assert_true (th_records_order_slip (fixture->records, ticket.visit, BY, &copy, &error));
  g_assert_cmpuint (copy, ==, 0);
  g_assert_true (next (fixture, &print));
  g_assert_cmpuint (print.copy, ==, 0);
  g_assert_cmpstr (print.language, ==, "en"); /* the person's, of the check-in */

  g_assert_true (th_records_begin_print (fixture->records, ticket.visit, 0, "main", &error));
  slip (fixture, &ticket, TH_SLIP_STATE_UNCERTAIN);
  for (guint i = 1; i <= 2; i++)
    {
      g_assert_true (th_records_order_slip (fixture->records, ticket.visit, BY, &copy, &error));
      g_assert_cmpuint (copy, ==, i);
      /* Pressed twice: one piece of paper. */
      g_assert_true (th_records_order_slip (fixture->records, ticket.visit, BY, &copy, &error));
      g_assert_cmpuint (copy, ==, i);
      g_assert_true (next (fixture, &print));
      g_assert_cmpuint (print.copy, ==, i);
      g_assert_true (th_records_begin_print (fixture->records, ticket.visit, i, "main", &error));
      g_assert_true (
          th_records_slip (fixture->records, ticket.visit, i, TH_SLIP_STATE_SENT, "", &error));
    }
  assert_rows (fixture, "SELECT copies FROM tickets", "2\n");
  assert_rows (fixture, "SELECT count(*) FROM events WHERE kind = 'copy_asked'", "2\n");
  assert_projections_are_the_logs (fixture);
}

static void
test_the_queue_says_how_the_slips_are (Fixture *fixture, gconstpointer data)
{
  ThStaffEntry who = entry (0);
  ThTicket ticket = enter (fixture, &who);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) before = th_records_list_queue (fixture->records, &error);
  g_autoptr (GPtrArray) after = NULL;
  const ThQueueEntry *row = g_ptr_array_index (before, 0);
  guint copy;

  g_assert_true (row->ordered);
  g_assert_cmpint (row->slip, ==, TH_SLIP_STATE_QUEUED);
  g_assert_cmpuint (row->copies, ==, 0);
  g_assert_false (row->copy_ordered);
  g_assert_true (th_records_begin_print (fixture->records, ticket.visit, 0, "main", &error));
  slip (fixture, &ticket, TH_SLIP_STATE_SENT);
  g_assert_true (th_records_order_slip (fixture->records, ticket.visit, BY, &copy, &error));
  after = th_records_list_queue (fixture->records, &error);
  row = g_ptr_array_index (after, 0);
  g_assert_cmpint (row->slip, ==, TH_SLIP_STATE_SENT);
  g_assert_cmpuint (row->copies, ==, 1);
  g_assert_true (row->copy_ordered);
  g_assert_cmpint (row->copy_slip, ==, TH_SLIP_STATE_QUEUED);
}

/* --- after a restart -------------------------------------------------------------------------- */

static void
test_a_restart_keeps_what_was_not_begun_and_doubts_what_was (Fixture *fixture, gconstpointer data)
{
  ThStaffEntry who = entry (0);
  ThTicket begun = enter (fixture, &who), waiting = enter (fixture, &who), own = issue (fixture, 1);
  g_autoptr (GError) error = NULL;
  ThPrint print;
  guint n;

  g_assert_true (th_records_begin_print (fixture->records, begun.visit, 0, "main", &error));
  g_assert_true (th_records_settle_slips (fixture->records, TRUE, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 2);
  g_assert_true (next (fixture, &print));
  g_assert_cmpstr (print.ticket.visit, ==, waiting.visit);
  assert_rows (fixture,
               "SELECT number, state FROM slips JOIN tickets USING (visit) ORDER BY number",
               "1|uncertain\n2|queued\n3|uncertain\n");
  g_assert_cmpuint (own.number, ==, 3);
  assert_projections_are_the_logs (fixture);
}

static void
test_a_slip_of_another_day_is_not_printed (Fixture *fixture, gconstpointer data)
{
  ThStaffEntry who = entry (0);
  ThTicket ticket = enter (fixture, &who);
  g_autoptr (GError) error = NULL;
  ThPrint print;
  guint n, copy;

  meddle (fixture, "UPDATE tickets SET day = '2020-01-01'");
  g_assert_true (next (fixture, &print));
  g_assert_true (print.day_over);
  g_assert_true (th_records_settle_slips (fixture->records, TRUE, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 0); /* nothing hangs in the printer */
  assert_nothing_waits (fixture);
  assert_rows (fixture, "SELECT state, why FROM slips", "failed|day over\n");
  assert_refused (th_records_order_slip (fixture->records, ticket.visit, BY, &copy, &error),
                  &error);
}

static void
test_records_of_the_version_before_are_brought_up_from_their_log (Fixture *fixture,
                                                                  gconstpointer data)
{
  const ThStation at = { .zone = TH_ZONE_INQUIRY, .desk = "", .by = BY };
  ThTicket ticket = issue (fixture, 1);
  g_autoptr (GError) error = NULL;

  slip (fixture, &ticket, TH_SLIP_STATE_SENDING);
  slip (fixture, &ticket, TH_SLIP_STATE_FAILED);
  slip (fixture, &ticket, TH_SLIP_STATE_SENDING);
  issue (fixture, 2);
  /* As it was called before there were desks. */
  g_assert_true (th_records_step (fixture->records, ticket.visit, TH_QUEUE_CALL, &at, &error));
  g_assert_true (th_records_step (fixture->records, ticket.visit, TH_QUEUE_PUT_BACK, &at, &error));
  g_assert_true (th_records_step (fixture->records, ticket.visit, TH_QUEUE_CALL, &at, &error));
  meddle (fixture, "DROP TABLE visits; ALTER TABLE slips DROP COLUMN ordered_by;"
                   "ALTER TABLE slips DROP COLUMN language; ALTER TABLE slips DROP COLUMN sendings;"
                   "DROP TABLE screening_confirmed; DROP TABLE trials; DROP TABLE calibrations;"
                   "DROP TABLE calibration_points; DROP TABLE thermometer_checks; DROP TABLE rests;"
                   "DROP TABLE sheets; DROP TABLE appointments; DROP TABLE sealed; DROP TABLE exports;"
                   "DROP TABLE doses; DROP TABLE lot_bindings; DROP TABLE lot_days; DROP TABLE lots;"
                   "DROP TABLE moves; DROP TABLE checks; DROP TABLE waiting_scores;"
                   "DROP INDEX days_open; ALTER TABLE days RENAME TO kept_days; ALTER TABLE clock RENAME TO kept_clock;"
                   "ALTER TABLE tickets DROP COLUMN moves; ALTER TABLE tickets DROP COLUMN household;"
                   "ALTER TABLE tickets DROP COLUMN window_from_us;"
                   "ALTER TABLE tickets DROP COLUMN window_to_us;"
                   "ALTER TABLE tickets DROP COLUMN wait_low_s;"
                   "ALTER TABLE tickets DROP COLUMN wait_high_s;"
                   "ALTER TABLE tickets ADD COLUMN called_at_us INTEGER NOT NULL DEFAULT 0;"
                   "ALTER TABLE tickets ADD COLUMN called_by TEXT NOT NULL DEFAULT '';"
                   "DELETE FROM schema_steps WHERE step >= 3");
  g_clear_pointer (&fixture->records, th_records_close);
  fixture->records = th_records_open (fixture->dir, "kiosk-1", &error);
  g_assert_no_error (error);
  /* The log of the version before has no days; this one has. */
  meddle (fixture, "INSERT INTO days SELECT * FROM kept_days; INSERT INTO clock SELECT * FROM kept_clock;"
                   "UPDATE visits SET day = (SELECT day FROM days)");
  assert_rows (fixture, "SELECT number, sendings FROM slips JOIN tickets USING (visit) ORDER BY 1",
               "1|2\n2|0\n");
  assert_rows (fixture,
               "SELECT m.number, m.zone, m.state, m.by FROM moves m JOIN tickets t USING (visit)"
               " WHERE t.number = 1 ORDER BY 1",
               "0|inquiry|waiting|\n1|inquiry|called|" BY "\n2|inquiry|waiting|" BY
               "\n3|inquiry|called|" BY "\n");
  assert_rows (fixture, "SELECT count(*) FROM visits WHERE entry = 'card' AND language = 'en'",
               "2\n");
  assert_projections_are_the_logs (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/entry/a temperature that was mistyped is refused",
                   test_a_temperature_that_was_mistyped_is_refused);
  g_test_add_func ("/entry/a temperature is read as people write it",
                   test_a_temperature_is_read_as_people_write_it);
  g_test_add_func ("/entry/a case follows from the same rule as at the kiosk",
                   test_a_case_follows_from_the_same_rule_as_at_the_kiosk);
#define TEST(name) g_test_add ("/records/" #name, Fixture, NULL, set_up, test_##name, tear_down)
  TEST (an_entry_that_cannot_be_writes_nothing);
  TEST (an_entry_is_a_whole_visit_with_the_name_of_who_wrote_it);
  TEST (nobody_is_let_in_against_the_rules_without_a_reason);
  TEST (nobody_measured_is_a_case);
  TEST (who_has_a_number_today_gets_no_second_one);
  TEST (without_a_number_every_entry_is_a_new_visit);
  TEST (without_consent_there_is_no_number_and_no_person);
  TEST (two_programs_that_race_leave_no_gap_and_give_none_twice);
  TEST (the_slip_of_who_stands_at_the_kiosk_is_not_staffs);
  TEST (slips_wait_in_the_order_they_were_asked_for);
  TEST (a_printer_that_takes_nothing_is_tried_three_times);
  TEST (a_failed_original_is_printed_as_one_and_else_a_copy_is);
  TEST (the_queue_says_how_the_slips_are);
  TEST (a_restart_keeps_what_was_not_begun_and_doubts_what_was);
  TEST (a_slip_of_another_day_is_not_printed);
  TEST (records_of_the_version_before_are_brought_up_from_their_log);
  return g_test_run ();
}
