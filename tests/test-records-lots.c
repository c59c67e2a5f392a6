/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lots, promised doses and injections. The people, lots and makers are invented. */
#include "kiosk/appointments.h"
#include "kiosk/records-lots.h"
#include "kiosk/records-zones.h"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/records-fixture.h"

#define BY "li.na"
#define V "Inactivated"
#define OTHER "Recombinant"
#define PROCESSES 8

static ThConfig *
watching (void)
{
  static const char text[] = "[lanes]\nlanes=A;B\n[lane A]\nvaccine=" V "\n[lane B]\nvaccine=" OTHER "\n"
                             "[doses]\nwatch=true\n";
  g_autoptr (GError) error = NULL;
  ThConfig *config = th_config_load_data (text, sizeof text - 1, NULL, &error);

  g_assert_no_error (error);
  return config;
}

static void
set_up_watching (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ThConfig) config = watching ();

  set_up (fixture, data);
  th_records_watch_doses (fixture->records, config);
  th_records_use_queue_rules (fixture->records, &config->queue);
}

/* A site with one zone: what is checked there is said with the injection. */
static void
set_up_small (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ThConfig) config = watching ();

  set_up (fixture, data);
  config->queue.n_zones = 1;
  th_records_use_queue_rules (fixture->records, &config->queue);
  if (data != NULL)
    th_records_watch_doses (fixture->records, config);
}

/* A day that is @days from now, as the records know days. */
static void
day_from_now (int days, char ret_day[11])
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_add_days (now, days);
  g_autofree char *text = g_date_time_format (then, "%Y-%m-%d");

  g_strlcpy (ret_day, text, 11);
}

static ThLot
a_lot (const char *name, const char *vaccine, guint doses)
{
  ThLot lot = { .maker = "Maker", .gtin = "09506000134352", .received = doses };

  g_strlcpy (lot.lot, name, sizeof lot.lot);
  g_strlcpy (lot.vaccine, vaccine, sizeof lot.vaccine);
  day_from_now (30, lot.expiry);
  return lot;
}

static void
receive (Fixture *fixture, const char *name, const char *vaccine, guint doses)
{
  ThLot lot = a_lot (name, vaccine, doses);
  g_autoptr (GError) error = NULL;

  g_assert_true (th_records_receive_lot (fixture->records, &lot, BY, &error));
  g_assert_no_error (error);
}

static gboolean
try_issue (Fixture *fixture, guint n, char lane, ThTicket *ret_ticket, GError **error)
{
  g_autofree char *visit = th_visit_id_new ();
  char id[19];

  person (n, id);
  return th_records_issue_ticket (fixture->records, visit, id, lane, 0, ret_ticket, error);
}

static ThTicket
issue (Fixture *fixture, guint n, char lane)
{
  g_autoptr (GError) error = NULL;
  ThTicket ticket;

  g_assert_true (try_issue (fixture, n, lane, &ticket, &error));
  g_assert_no_error (error);
  return ticket;
}

static void
assert_no_dose (Fixture *fixture, guint n, char lane)
{
  g_autoptr (GError) error = NULL;
  ThTicket ticket;

  g_assert_false (try_issue (fixture, n, lane, &ticket, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NO_DOSE);
}

static ThLot
lot_of (Fixture *fixture, const char *name)
{
  g_autoptr (GError) error = NULL;
  ThLot lot;

  g_assert_true (th_records_find_lot (fixture->records, name, &lot, &error));
  g_assert_no_error (error);
  return lot;
}

static ThDoseState
state_of (Fixture *fixture, const ThTicket *ticket)
{
  g_autoptr (GError) error = NULL;
  ThDose dose;

  g_assert_true (th_records_find_dose (fixture->records, ticket->visit, &dose, &error));
  return dose.state;
}

static const ThInjection first_dose
    = { .lot = "A-1", .dose = 1, .site = "left-arm", .route = "intramuscular", .checked = TRUE };

static void
inject (Fixture *fixture, const ThTicket *ticket, const char *lot)
{
  ThInjection injection = first_dose;
  g_autoptr (GError) error = NULL;

  injection.lot = lot;
  g_assert_true (th_records_bind_lot (fixture->records, ticket->visit, lot, BY, &error));
  g_assert_no_error (error);
  g_assert_true (th_records_inject (fixture->records, ticket->visit, &injection, BY, &error));
  g_assert_no_error (error);
}

static gint64
number_of (Fixture *fixture, const char *sql)
{
  g_autofree char *text = rows (fixture, sql);

  return g_ascii_strtoll (text, NULL, 10);
}

static void
assert_refused (gboolean done, GError **error, const char *words)
{
  g_assert_false (done);
  g_assert_error (*error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_assert_nonnull (strstr ((*error)->message, words));
  g_clear_error (error);
}

/* Every lot: received = used + wasted + returned + missing + left, and nothing below zero. */
static void
assert_sums (Fixture *fixture)
{
  g_assert_cmpint (number_of (fixture,
                              "SELECT count(*) FROM lots l WHERE remaining < 0 OR remaining <>"
                              " (SELECT sum (received - used - wasted - returned - missing)"
                              "  FROM lot_days d WHERE d.lot = l.lot)"),
                   ==, 0);
  g_assert_cmpint (number_of (fixture,
                              "SELECT count(*) FROM lots l WHERE (SELECT sum (used) FROM lot_days d"
                              " WHERE d.lot = l.lot) <> (SELECT count(*) FROM doses"
                              " WHERE doses.lot = l.lot AND state = 'injected')"),
                   ==, 0);
  /* Never more promised than there is; and nobody unserved while there is. */
  g_assert_cmpint (
      number_of (fixture, "SELECT count(*) FROM (SELECT vaccine, sum (CASE state WHEN 'reserved' THEN 1"
                          " ELSE 0 END) AS r, sum (CASE state WHEN 'unserved' THEN 1 ELSE 0 END) AS u,"
                          " (SELECT coalesce (sum (remaining), 0) FROM lots WHERE lots.vaccine = doses.vaccine"
                          "  AND withdrawn = 0 AND expiry >= doses.day) AS s FROM doses GROUP BY vaccine)"
                          " WHERE r > s OR (u > 0 AND r < s)"),
      ==, 0);
}

/* --- refusals ------------------------------------------------------------------------------------- */

static void
test_a_lot_that_cannot_be_is_refused (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "", "A B", "A\n", "A'; DROP TABLE lots", "123456789012345678901", "疫苗" };
  static const char *const vaccines[] = { "", " V", "V ", "V\x01", "V\xff", "A\xe2\x80\x8b" "B" };
  static const char *const days[] = { "", "2027-2-1", "2027-02-29", "2027-13-01", "2027-00-10", "20270101",
                                      "2027-01-0x", "+027-01-01", "2020-01-01" };
  g_autoptr (GError) error = NULL;
  ThLot lot;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      lot = a_lot ("A-1", V, 1);
      g_strlcpy (lot.lot, names[i], sizeof lot.lot);
      if (strlen (names[i]) >= sizeof lot.lot)
        lot.lot[0] = '\0'; /* it would be cut to one that can be */
      g_assert_false (th_records_receive_lot (fixture->records, &lot, BY, &error));
      g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
      g_clear_error (&error);
      g_assert_false (th_records_find_lot (fixture->records, names[i], &lot, &error));
      g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
      g_clear_error (&error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (vaccines); i++)
    {
      lot = a_lot ("A-1", vaccines[i], 1);
      g_assert_false (th_records_receive_lot (fixture->records, &lot, BY, &error));
      g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
      g_clear_error (&error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      lot = a_lot ("A-1", V, 1);
      g_strlcpy (lot.expiry, days[i], sizeof lot.expiry);
      g_assert_false (th_records_receive_lot (fixture->records, &lot, BY, &error));
      g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
      g_clear_error (&error);
    }
  lot = a_lot ("A-1", V, 0);
  assert_refused (th_records_receive_lot (fixture->records, &lot, BY, &error), &error, "1 to 1000000");
  lot = a_lot ("A-1", V, TH_MOST_DOSES + 1);
  assert_refused (th_records_receive_lot (fixture->records, &lot, BY, &error), &error, "1 to 1000000");
  lot = a_lot ("A-1", V, 1);
  assert_refused (th_records_receive_lot (fixture->records, &lot, "", &error), &error, "name");
  g_assert_cmpint (number_of (fixture, "SELECT count(*) FROM events WHERE kind <> 'day_opened'"), ==, 0);
}

static void
test_a_lot_cannot_come_as_another (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ThLot lot;

  receive (fixture, "A-1", V, 10);
  lot = a_lot ("A-1", OTHER, 1);
  assert_refused (th_records_receive_lot (fixture->records, &lot, BY, &error), &error, V);
  lot = a_lot ("A-1", V, 1);
  day_from_now (31, lot.expiry);
  assert_refused (th_records_receive_lot (fixture->records, &lot, BY, &error), &error, "until");
  lot = a_lot ("A-1", V, 5);
  g_assert_true (th_records_receive_lot (fixture->records, &lot, BY, &error));
  g_assert_cmpuint (lot_of (fixture, "A-1").received, ==, 15);
  g_assert_true (th_records_withdraw_lot (fixture->records, "A-1", TRUE, "recalled", BY, &error));
  assert_refused (th_records_receive_lot (fixture->records, &lot, BY, &error), &error, "withdrawn");
}

static void
test_more_than_is_left_cannot_be_taken (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *long_why = g_strnfill (201, 'x');

  receive (fixture, "A-1", V, 10);
  assert_refused (th_records_waste_doses (fixture->records, "A-1", 11, "broken", BY, &error), &error, "10 left");
  assert_refused (th_records_waste_doses (fixture->records, "A-1", 0, "broken", BY, &error), &error, "left");
  assert_refused (th_records_return_doses (fixture->records, "A-1", 11, "recalled", BY, &error), &error, "left");
  assert_refused (th_records_waste_doses (fixture->records, "A-1", 1, "", BY, &error), &error, "reason");
  assert_refused (th_records_waste_doses (fixture->records, "A-1", 1, long_why, BY, &error), &error, "reason");
  assert_refused (th_records_waste_doses (fixture->records, "A-1", 1, NULL, BY, &error), &error, "reason");
  g_assert_false (th_records_waste_doses (fixture->records, "A-2", 1, "broken", BY, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
  g_clear_error (&error);
  assert_refused (th_records_count_lot (fixture->records, "A-1", TH_MOST_DOSES + 1, BY, NULL, &error), &error, "count");
  assert_refused (th_records_withdraw_lot (fixture->records, "A-1", FALSE, "good", BY, &error), &error, "not withdrawn");
  g_assert_cmpuint (lot_of (fixture, "A-1").left, ==, 10);
  /* A refusal leaves nothing open: the next one can write. */
  g_assert_true (th_records_waste_doses (fixture->records, "A-1", 10, "broken", BY, &error));
  g_assert_cmpuint (lot_of (fixture, "A-1").left, ==, 0);
}

static void
test_a_dose_is_given_only_as_it_should_be (Fixture *fixture, gconstpointer data)
{
  ThRecords *records = fixture->records;
  ThTicket ticket, held, other;
  ThInjection injection = first_dose;
  g_autoptr (GError) error = NULL;
  g_autofree char *nobody = th_visit_id_new ();
  g_autofree char *flagged = th_visit_id_new ();
  char id[19];

  receive (fixture, "A-1", V, 5);
  receive (fixture, "A-2", V, 1);
  receive (fixture, "B-1", OTHER, 5);
  ticket = issue (fixture, 1, 'A');
  other = issue (fixture, 3, 'A');
  person (2, id);
  g_assert_true (th_records_issue_ticket (records, flagged, id, 'A', TH_REASON_TEMPERATURE, &held, &error));

  assert_refused (th_records_inject (records, ticket.visit, &injection, BY, &error), &error, "registration");
  assert_refused (th_records_bind_lot (records, ticket.visit, "B-1", BY, &error), &error, OTHER);
  assert_refused (th_records_bind_lot (records, ticket.visit, "C-1", BY, &error), &error, "no lot");
  assert_refused (th_records_bind_lot (records, nobody, "A-1", BY, &error), &error, "no number");
  assert_refused (th_records_bind_lot (records, held.visit, "A-1", BY, &error), &error, "decision");
  assert_refused (th_records_bind_lot (records, ticket.visit, "A-1", "", &error), &error, "name");
  g_assert_true (th_records_bind_lot (records, ticket.visit, "A-1", BY, &error));

  injection.checked = FALSE;
  assert_refused (th_records_inject (records, ticket.visit, &injection, BY, &error), &error, "checks");
  injection = first_dose, injection.dose = 0;
  assert_refused (th_records_inject (records, ticket.visit, &injection, BY, &error), &error, "1st");
  injection = first_dose, injection.dose = 10;
  assert_refused (th_records_inject (records, ticket.visit, &injection, BY, &error), &error, "1st");
  injection = first_dose, injection.site = "head";
  assert_refused (th_records_inject (records, ticket.visit, &injection, BY, &error), &error, "site");
  injection = first_dose, injection.route = NULL;
  assert_refused (th_records_inject (records, ticket.visit, &injection, BY, &error), &error, "route");
  injection = first_dose, injection.lot = "A-2";
  assert_refused (th_records_inject (records, ticket.visit, &injection, BY, &error), &error, "A-1");
  injection = first_dose;
  assert_refused (th_records_inject (records, ticket.visit, &injection, "", &error), &error, "name");
  assert_refused (th_records_inject (records, nobody, &injection, BY, &error), &error, "no number");
  assert_refused (th_records_undo_injection (records, ticket.visit, "slip", BY, &error), &error, "no dose");

  /* Deferred: no dose, whatever was recorded before. */
  g_assert_true (th_records_decide (records, held.visit, TH_DECISION_DEFERRED, "fever", BY, &error));
  assert_refused (th_records_inject (records, held.visit, &injection, BY, &error), &error, "deferred");

  /* What was good at registration need not be good now. */
  g_assert_true (th_records_withdraw_lot (records, "A-1", TRUE, "recalled", BY, &error));
  assert_refused (th_records_inject (records, ticket.visit, &injection, BY, &error), &error, "withdrawn");
  g_assert_true (th_records_withdraw_lot (records, "A-1", FALSE, "recall was of another", BY, &error));
  g_assert_true (th_records_count_lot (records, "A-1", 0, BY, NULL, &error));
  assert_refused (th_records_inject (records, ticket.visit, &injection, BY, &error), &error, "empty");
  g_assert_true (th_records_count_lot (records, "A-1", 5, BY, NULL, &error));

  g_assert_true (th_records_inject (records, ticket.visit, &injection, BY, &error));
  g_assert_no_error (error);
  assert_refused (th_records_inject (records, ticket.visit, &injection, BY, &error), &error, "has had");
  assert_refused (th_records_release_dose (records, ticket.visit, "left", BY, &error), &error, "given");
  meddle (fixture, "UPDATE tickets SET day = '2020-01-01' WHERE number = 2");
  assert_refused (th_records_bind_lot (records, other.visit, "A-1", BY, &error), &error, "today");
}

/* --- promises --------------------------------------------------------------------------------------- */

static void
test_a_site_that_does_not_watch_gives_numbers_as_ever (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket = issue (fixture, 1, 'A');
  ThFreeDoses free;
  gboolean is_free;
  g_autoptr (GError) error = NULL;
  char id[19];

  person (2, id);
  g_assert_true (th_records_free_doses (fixture->records, &free, &error));
  g_assert_false (free.watched);
  g_assert_true (th_records_dose_is_free (fixture->records, id, 'A', &is_free, &error));
  g_assert_true (is_free);
  g_assert_cmpint (number_of (fixture, "SELECT count(*) FROM doses"), ==, 0);

  /* What is given is recorded all the same. */
  receive (fixture, "A-1", V, 1);
  inject (fixture, &ticket, "A-1");
  g_assert_cmpuint (lot_of (fixture, "A-1").left, ==, 0);
  g_assert_true (th_records_undo_injection (fixture->records, ticket.visit, "slip", BY, &error));
  g_assert_cmpint (state_of (fixture, &ticket), ==, TH_DOSE_RELEASED);
  inject (fixture, &ticket, "A-1");
  assert_projections_are_the_logs (fixture);
}

static void
test_no_more_numbers_than_doses_of_each_vaccine (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *label = NULL;
  ThFreeDoses free;

  assert_no_dose (fixture, 1, 'A');
  receive (fixture, "A-1", V, 2);
  receive (fixture, "B-1", OTHER, 1);
  issue (fixture, 1, 'A');
  g_assert_true (th_records_free_doses (fixture->records, &free, &error));
  g_assert_true (free.watched);
  g_assert_cmpuint (free.walk_in, ==, 1);
  g_assert_cmpuint (free.any, ==, 2);
  issue (fixture, 2, 'A');
  assert_no_dose (fixture, 3, 'A');
  issue (fixture, 4, 'B');
  assert_no_dose (fixture, 5, 'B');
  g_assert_true (issue (fixture, 1, 'B').existed);

  /* Nothing was taken by those who were refused. */
  receive (fixture, "A-2", V, 1);
  g_assert_cmpuint (issue (fixture, 3, 'A').number, ==, 3);
  assert_no_dose (fixture, 6, 'A');
  assert_sums (fixture);
  assert_projections_are_the_logs (fixture);
}

static void
test_an_appointment_says_which_vaccine (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "list.csv", NULL);
  g_autofree char *list = NULL;
  const ThListImport how = { .source = "office", .by = BY };
  g_autoptr (GError) error = NULL;
  ThListCounts counts;
  gboolean is_free;
  char today[11];

  day_from_now (0, today);
  list = g_strdup_printf ("date,start,end,id_number,vaccine\n%s,00:00,24:00,110101199001019917," OTHER "\n", today);
  g_assert_true (g_file_set_contents (path, list, -1, &error));
  g_assert_true (th_records_import_appointments (fixture->records, path, &how, &counts, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (counts.added, ==, 1);

  receive (fixture, "A-1", V, 5);
  g_assert_true (th_records_dose_is_free (fixture->records, "110101199001019917", 'A', &is_free, &error));
  g_assert_false (is_free);
  receive (fixture, "B-1", OTHER, 1);
  g_assert_true (th_records_dose_is_free (fixture->records, "110101199001019917", 'A', &is_free, &error));
  g_assert_true (is_free);
  {
    g_autofree char *visit = th_visit_id_new ();
    ThTicket ticket;
    ThDose dose;

    g_assert_true (th_records_issue_ticket (fixture->records, visit, "110101199001019917", 'A', 0, &ticket, &error));
    g_assert_no_error (error);
    g_assert_true (th_records_find_dose (fixture->records, visit, &dose, &error));
    g_assert_cmpstr (dose.vaccine, ==, OTHER);
  }
  assert_no_dose (fixture, 7, 'B');
  assert_projections_are_the_logs (fixture);
}

static void
test_a_deferral_gives_its_dose_to_the_next (Fixture *fixture, gconstpointer data)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autoptr (GError) error = NULL;
  ThTicket held, next;
  char id[19];

  receive (fixture, "A-1", V, 1);
  person (1, id);
  g_assert_true (th_records_issue_ticket (fixture->records, visit, id, 'A', TH_REASON_TEMPERATURE, &held, &error));
  assert_no_dose (fixture, 2, 'A');
  g_assert_true (th_records_decide (fixture->records, visit, TH_DECISION_FEVER_CLINIC, "38.4", BY, &error));
  g_assert_cmpint (state_of (fixture, &held), ==, TH_DOSE_RELEASED);
  next = issue (fixture, 2, 'A');
  /* Undone: the dose is gone, and the next one is theirs. */
  g_assert_true (th_records_decide (fixture->records, visit, TH_DECISION_NONE, "wrong line", BY, &error));
  g_assert_cmpint (state_of (fixture, &held), ==, TH_DOSE_UNSERVED);
  g_assert_cmpint (state_of (fixture, &next), ==, TH_DOSE_RESERVED);
  g_assert_true (th_records_release_dose (fixture->records, next.visit, "went home", BY, &error));
  g_assert_cmpint (state_of (fixture, &held), ==, TH_DOSE_RESERVED);
  assert_no_dose (fixture, 3, 'A');
  assert_sums (fixture);
  assert_projections_are_the_logs (fixture);
}

static void
test_a_rest_keeps_a_dose_and_leaving_lets_it_go (Fixture *fixture, gconstpointer data)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autofree char *late = th_visit_id_new ();
  g_autoptr (GError) error = NULL;
  char id[19];
  ThTicket ticket;

  receive (fixture, "A-1", V, 1);
  person (1, id);
  g_assert_true (th_records_rest (fixture->records, visit, id, 'A', 0, 300, 60, 900, &error));
  g_assert_no_error (error);
  assert_no_dose (fixture, 2, 'A');
  person (2, id);
  g_assert_false (th_records_rest (fixture->records, late, id, 'A', 0, 300, 60, 900, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NO_DOSE);
  g_clear_error (&error);
  g_assert_true (th_records_left (fixture->records, visit, "rest", "left", &error));
  issue (fixture, 2, 'A');

  /* Checked in by another way: one person, one dose. */
  receive (fixture, "A-1", V, 1);
  person (3, id);
  g_assert_true (th_records_rest (fixture->records, late, id, 'A', 0, 300, 60, 900, &error));
  ticket = issue (fixture, 3, 'A');
  g_assert_cmpint (state_of (fixture, &ticket), ==, TH_DOSE_RESERVED);
  assert_no_dose (fixture, 4, 'A');
  assert_sums (fixture);
  assert_projections_are_the_logs (fixture);
}

static void
test_a_rest_that_is_over_has_kept_its_dose (Fixture *fixture, gconstpointer data)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autoptr (GError) error = NULL;
  ThTicket ticket;
  char id[19];
  guint n;

  receive (fixture, "A-1", V, 1);
  person (1, id);
  g_assert_true (th_records_rest (fixture->records, visit, id, 'A', 0, 300, 60, 900, &error));
  meddle (fixture, "UPDATE rests SET limit_us = 1");
  g_assert_true (th_records_end_rests (fixture->records, "", &n, &error));
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (th_records_find_ticket (fixture->records, id, &ticket, &error));
  g_assert_cmpint (state_of (fixture, &ticket), ==, TH_DOSE_RESERVED);
  assert_no_dose (fixture, 2, 'A');
}

static void
test_when_stock_falls_the_last_are_without_and_the_first_to_get_more (Fixture *fixture, gconstpointer data)
{
  ThTicket tickets[4];
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) stock = NULL;
  const ThStock *of;
  int missing;

  receive (fixture, "A-1", V, 4);
  for (guint i = 0; i < 4; i++)
    tickets[i] = issue (fixture, i, 'A');
  g_assert_true (th_records_waste_doses (fixture->records, "A-1", 1, "broken", BY, &error));
  g_assert_true (th_records_count_lot (fixture->records, "A-1", 2, BY, &missing, &error));
  g_assert_cmpint (missing, ==, 1);
  g_assert_cmpint (state_of (fixture, &tickets[1]), ==, TH_DOSE_RESERVED);
  g_assert_cmpint (state_of (fixture, &tickets[2]), ==, TH_DOSE_UNSERVED);
  g_assert_cmpint (state_of (fixture, &tickets[3]), ==, TH_DOSE_UNSERVED);
  stock = th_records_list_stock (fixture->records, &error);
  g_assert_cmpuint (stock->len, ==, 1);
  of = stock->pdata[0];
  g_assert_cmpuint (of->left, ==, 2);
  g_assert_cmpuint (of->reserved, ==, 2);
  g_assert_cmpuint (of->unserved, ==, 2);
  g_assert_cmpuint (of->free, ==, 0);

  /* Two more: theirs, before anybody's who comes now. */
  receive (fixture, "A-2", V, 1);
  g_assert_cmpint (state_of (fixture, &tickets[2]), ==, TH_DOSE_RESERVED);
  g_assert_cmpint (state_of (fixture, &tickets[3]), ==, TH_DOSE_UNSERVED);
  assert_no_dose (fixture, 9, 'A');
  receive (fixture, "A-2", V, 2);
  g_assert_cmpint (state_of (fixture, &tickets[3]), ==, TH_DOSE_RESERVED);
  issue (fixture, 9, 'A');

  /* Withdrawn: whatever it had left. */
  g_assert_true (th_records_withdraw_lot (fixture->records, "A-2", TRUE, "recalled", BY, &error));
  g_assert_cmpint (state_of (fixture, &tickets[1]), ==, TH_DOSE_RESERVED);
  g_assert_cmpint (state_of (fixture, &tickets[2]), ==, TH_DOSE_UNSERVED);
  g_assert_true (th_records_return_doses (fixture->records, "A-2", 3, "recalled", BY, &error));
  assert_sums (fixture);
  assert_projections_are_the_logs (fixture);
}

static void
test_a_lot_counts_on_its_last_day_and_not_after (Fixture *fixture, gconstpointer data)
{
  ThLot lot = a_lot ("A-1", V, 2);
  ThInjection injection = first_dose;
  g_autoptr (GError) error = NULL;
  ThTicket ticket;
  char yesterday[11];
  g_autofree char *sql = NULL;

  day_from_now (0, lot.expiry);
  g_assert_true (th_records_receive_lot (fixture->records, &lot, BY, &error));
  g_assert_cmpint (lot_of (fixture, "A-1").days, ==, 0);
  ticket = issue (fixture, 1, 'A');
  g_assert_true (th_records_bind_lot (fixture->records, ticket.visit, "A-1", BY, &error));

  day_from_now (-1, yesterday);
  sql = g_strdup_printf ("UPDATE lots SET expiry = '%s'", yesterday);
  meddle (fixture, sql);
  g_assert_cmpint (lot_of (fixture, "A-1").days, ==, -1);
  assert_no_dose (fixture, 2, 'A');
  assert_refused (th_records_inject (fixture->records, ticket.visit, &injection, BY, &error), &error, "expired");
  assert_refused (th_records_bind_lot (fixture->records, ticket.visit, "A-1", BY, &error), &error, "expired");
  day_from_now (-1, lot.expiry);
  assert_refused (th_records_receive_lot (fixture->records, &lot, BY, &error), &error, "expired");
  lot = a_lot ("A-2", V, 2);
  day_from_now (-1, lot.expiry);
  assert_refused (th_records_receive_lot (fixture->records, &lot, BY, &error), &error, "expired");
  /* It can still be thrown away. */
  g_assert_true (th_records_waste_doses (fixture->records, "A-1", 2, "expired", BY, &error));
}

static void
test_what_was_promised_yesterday_holds_nothing_back (Fixture *fixture, gconstpointer data)
{
  receive (fixture, "A-1", V, 1);
  issue (fixture, 1, 'A');
  assert_no_dose (fixture, 2, 'A');
  meddle (fixture, "UPDATE doses SET day = '2020-01-01'; UPDATE tickets SET day = '2020-01-01';"
                   "DELETE FROM counters; DELETE FROM lookups");
  issue (fixture, 2, 'A');
}

/* --- given ------------------------------------------------------------------------------------------ */

static void
test_an_injection_is_found_from_the_lot_and_from_the_visit (Fixture *fixture, gconstpointer data)
{
  ThTicket first, second;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) traced = NULL;
  const ThDose *dose;
  char visit[37];
  ThDose found;

  receive (fixture, "A-1", V, 5);
  receive (fixture, "A-2", V, 5);
  first = issue (fixture, 1, 'A');
  second = issue (fixture, 2, 'A');
  inject (fixture, &first, "A-1");
  inject (fixture, &second, "A-2");

  traced = th_records_trace_lot (fixture->records, "A-1", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (traced->len, ==, 1);
  dose = traced->pdata[0];
  g_assert_cmpstr (dose->visit, ==, first.visit);
  g_assert_cmpint (dose->lane, ==, 'A');
  g_assert_cmpuint (dose->number, ==, 1);
  g_assert_cmpuint (dose->dose, ==, 1);
  g_assert_cmpstr (dose->by, ==, BY);
  g_assert_cmpstr (dose->site, ==, "left-arm");

  g_assert_true (th_records_find_label (fixture->records, "A-002", NULL, visit, &error));
  g_assert_true (th_records_find_dose (fixture->records, visit, &found, &error));
  g_assert_cmpstr (found.lot, ==, "A-2");
  g_assert_false (th_records_find_label (fixture->records, "A-003", NULL, visit, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
  g_clear_error (&error);
  assert_refused (th_records_find_label (fixture->records, "A-002x", NULL, visit, &error), &error, "A-017");
  g_assert_null (th_records_trace_lot (fixture->records, "A-3", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
  g_clear_error (&error);
  assert_sums (fixture);
  assert_projections_are_the_logs (fixture);
}

static void
test_a_slip_of_the_finger_is_undone (Fixture *fixture, gconstpointer data)
{
  ThTicket ticket;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) traced = NULL;

  receive (fixture, "A-1", V, 1);
  receive (fixture, "A-2", V, 1);
  ticket = issue (fixture, 1, 'A');
  inject (fixture, &ticket, "A-1");
  assert_refused (th_records_undo_injection (fixture->records, ticket.visit, "", BY, &error), &error, "reason");
  g_assert_true (th_records_undo_injection (fixture->records, ticket.visit, "wrong lot", BY, &error));
  g_assert_cmpuint (lot_of (fixture, "A-1").left, ==, 1);
  g_assert_cmpint (state_of (fixture, &ticket), ==, TH_DOSE_RESERVED);
  inject (fixture, &ticket, "A-2");
  traced = th_records_trace_lot (fixture->records, "A-1", &error);
  g_assert_cmpuint (traced->len, ==, 0);
  meddle (fixture, "UPDATE doses SET day = '2020-01-01'");
  assert_refused (th_records_undo_injection (fixture->records, ticket.visit, "late", BY, &error), &error, "today");
}

static void
test_the_checks_of_the_vaccination_zone_come_before_its_injection (Fixture *fixture, gconstpointer data)
{
  ThStation at = { .zone = TH_ZONE_INQUIRY, .desk = "1", .by = BY };
  ThInjection injection = first_dose;
  g_autoptr (GError) error = NULL;
  ThQueueEntry entry;
  ThTicket ticket;

  receive (fixture, "A-1", V, 1);
  ticket = issue (fixture, 1, 'A');
  g_assert_true (th_records_bind_lot (fixture->records, ticket.visit, "A-1", BY, &error));
  assert_refused (th_records_inject (fixture->records, ticket.visit, &injection, BY, &error), &error, "checks");
  g_assert_true (th_records_arrive (fixture->records, &at, "A-001", &entry, &error));
  at.zone = TH_ZONE_REGISTRATION;
  g_assert_true (th_records_arrive (fixture->records, &at, "A-001", &entry, &error));
  g_assert_true (th_records_consent (fixture->records, ticket.visit, TRUE, &at, &error));
  at.zone = TH_ZONE_VACCINATION;
  g_assert_true (th_records_arrive (fixture->records, &at, "A-001", &entry, &error));
  g_assert_no_error (error);
  assert_refused (th_records_inject (fixture->records, ticket.visit, &injection, BY, &error), &error, "checks");
  g_assert_true (th_records_checks (fixture->records, ticket.visit, TH_CHECKS_ALL, TH_CHECKS_VERSION, &at, &error));
  g_assert_true (th_records_inject (fixture->records, ticket.visit, &injection, BY, &error));
  g_assert_no_error (error);
}

static void
test_who_goes_frees_a_dose_and_who_comes_back_has_one (Fixture *fixture, gconstpointer data)
{
  ThStation at = { .zone = TH_ZONE_INQUIRY, .desk = "1", .by = BY };
  g_autoptr (GError) error = NULL;
  ThTicket ticket, next;

  receive (fixture, "A-1", V, 1);
  ticket = issue (fixture, 1, 'A');
  g_assert_true (th_records_leave_site (fixture->records, ticket.visit, "", &at, &error));
  g_assert_no_error (error);
  g_assert_cmpint (state_of (fixture, &ticket), ==, TH_DOSE_RELEASED);
  g_assert_true (th_records_undo (fixture->records, ticket.visit, &at, &error));
  g_assert_cmpint (state_of (fixture, &ticket), ==, TH_DOSE_RESERVED);
  g_assert_true (th_records_leave_site (fixture->records, ticket.visit, "", &at, &error));
  next = issue (fixture, 2, 'A');
  g_assert_true (th_records_undo (fixture->records, ticket.visit, &at, &error));
  g_assert_cmpint (state_of (fixture, &ticket), ==, TH_DOSE_UNSERVED);
  /* Called in vain until nobody waits any longer. */
  for (guint i = 0; i < 10 && state_of (fixture, &next) == TH_DOSE_RESERVED; i++)
    {
      g_assert_true (th_records_step (fixture->records, next.visit, TH_QUEUE_CALL, &at, &error));
      g_assert_true (th_records_step (fixture->records, next.visit, TH_QUEUE_NO_SHOW, &at, &error));
      g_assert_no_error (error);
    }
  g_assert_cmpint (state_of (fixture, &next), ==, TH_DOSE_RELEASED);
  g_assert_cmpint (state_of (fixture, &ticket), ==, TH_DOSE_RESERVED);
  assert_sums (fixture);
  assert_projections_are_the_logs (fixture);
}

static void
test_the_report_counts_doses (Fixture *fixture, gconstpointer data)
{
  static const char *const wanted[]
      = { "\"received\" : 12", "\"used\" : 1", "\"wasted\" : 2", "\"returned\" : 3", "\"missing\" : -1",
          "\"left\" : 7",      "\"dose_1\" : 1", "\"total\" : 1" };
  g_autoptr (GError) error = NULL;
  g_autofree char *report = NULL;
  ThTicket tickets[2];

  receive (fixture, "A-1", V, 12);
  tickets[0] = issue (fixture, 1, 'A');
  tickets[1] = issue (fixture, 2, 'A');
  inject (fixture, &tickets[0], "A-1");
  inject (fixture, &tickets[1], "A-1");
  g_assert_true (th_records_undo_injection (fixture->records, tickets[1].visit, "slip", BY, &error));
  g_assert_true (th_records_open_vials (fixture->records, "A-1", 2, BY, &error));
  g_assert_true (th_records_waste_doses (fixture->records, "A-1", 2, "broken", BY, &error));
  g_assert_true (th_records_return_doses (fixture->records, "A-1", 3, "too many", BY, &error));
  g_assert_true (th_records_count_lot (fixture->records, "A-1", 7, BY, NULL, &error));
  report = th_records_summary_json (fixture->records, NULL, &error);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (strstr (report, wanted[i]) == NULL)
      g_error ("no %s in %s", wanted[i], report);
  g_assert_cmpuint (lot_of (fixture, "A-1").vials, ==, 2);
}

static void
test_a_product_is_known_by_its_box (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ThLot lot;

  g_assert_false (th_records_find_product (fixture->records, "09506000134352", &lot, &error));
  g_assert_no_error (error);
  receive (fixture, "A-1", V, 5);
  g_assert_true (th_records_find_product (fixture->records, "09506000134352", &lot, &error));
  g_assert_cmpstr (lot.vaccine, ==, V);
  g_assert_cmpstr (lot.maker, ==, "Maker");
  g_assert_false (th_records_find_product (fixture->records, "", &lot, &error));
}

/* --- many ------------------------------------------------------------------------------------------- */

/* As many tickets as can be had; the exit status is how many, 255: something was wrong. */
G_GNUC_NORETURN static void
take_what_there_is (const char *dir, guint first_person, guint n)
{
  g_autoptr (ThConfig) config = watching ();
  g_autoptr (GError) error = NULL;
  ThRecords *records = th_records_open (dir, "kiosk-1", &error);
  int taken = 0;

  if (records == NULL)
    _exit (255);
  th_records_watch_doses (records, config);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *visit = th_visit_id_new ();
      ThTicket ticket;
      char id[19];

      person (first_person + i, id);
      if (th_records_issue_ticket (records, visit, id, 'A', 0, &ticket, &error))
        taken++;
      else if (!g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NO_DOSE))
        _exit (255);
      g_clear_error (&error);
    }
  th_records_close (records);
  _exit (taken);
}

static void
test_eight_programs_give_exactly_as_many_numbers_as_doses (Fixture *fixture, gconstpointer data)
{
  pid_t pids[PROCESSES];
  int sum = 0;

  receive (fixture, "A-1", V, 60);
  receive (fixture, "A-2", V, 37);
  receive (fixture, "B-1", OTHER, 50);
  g_clear_pointer (&fixture->records, th_records_close);
  for (guint i = 0; i < PROCESSES; i++)
    {
      pids[i] = fork ();
      g_assert_cmpint (pids[i], >=, 0);
      if (pids[i] == 0)
        take_what_there_is (fixture->dir, i * 25, 25);
    }
  for (guint i = 0; i < PROCESSES; i++)
    {
      int status;

      g_assert_cmpint (waitpid (pids[i], &status, 0), ==, pids[i]);
      g_assert_true (WIFEXITED (status));
      g_assert_cmpint (WEXITSTATUS (status), !=, 255);
      sum += WEXITSTATUS (status);
    }
  g_assert_cmpint (sum, ==, 97);
  fixture->records = th_records_open (fixture->dir, "kiosk-1", NULL);
  g_assert_cmpint (number_of (fixture, "SELECT count(*) FROM tickets"), ==, 97);
  g_assert_cmpint (number_of (fixture, "SELECT max (number) FROM tickets"), ==, 97);
  g_assert_cmpint (number_of (fixture, "SELECT count(*) FROM doses WHERE state = 'reserved'"), ==, 97);
  g_assert_true (th_records_verify (fixture->records, NULL, NULL));
  assert_projections_are_the_logs (fixture);
}

/* One thing that may happen on a day, to a visit or lot by chance. Refusals are part of it. */
static void
do_something (Fixture *fixture, GPtrArray *visits)
{
  static const char *const lots[] = { "A-1", "A-2", "B-1", "B-2" };
  const char *lot = lots[g_test_rand_int_range (0, G_N_ELEMENTS (lots))];
  const char *visit = visits->len > 0
                          ? visits->pdata[g_test_rand_int_range (0, (gint) visits->len)]
                          : "00000000-0000-7000-8000-000000000000";
  guint n = (guint) g_test_rand_int_range (0, 12);
  ThRecords *records = fixture->records;
  ThInjection injection = first_dose;
  g_autoptr (GError) error = NULL;
  ThTicket ticket;
  ThLot received;

  injection.lot = lot;
  switch (g_test_rand_int_range (0, 16))
    {
    case 0:
      received = a_lot (lot, lot[0] == 'A' ? V : OTHER, n + 1);
      th_records_receive_lot (records, &received, BY, &error);
      break;
    case 1:
      th_records_waste_doses (records, lot, n, "broken", BY, &error);
      break;
    case 2:
      th_records_return_doses (records, lot, n, "too many", BY, &error);
      break;
    case 3:
      th_records_count_lot (records, lot, n, BY, NULL, &error);
      break;
    case 4:
      th_records_withdraw_lot (records, lot, g_test_rand_bit (), "recall", BY, &error);
      break;
    case 5:
      th_records_release_dose (records, visit, "left", BY, &error);
      break;
    case 6:
      th_records_undo_injection (records, visit, "slip", BY, &error);
      break;
    case 7:
      th_records_decide (records, visit,
                         (ThDecision) g_test_rand_int_range (0, TH_DECISION_FEVER_CLINIC + 1), "so", BY, &error);
      break;
    case 8:
    case 9:
    case 10:
    case 11:
      th_records_bind_lot (records, visit, lot, BY, NULL);
      th_records_inject (records, visit, &injection, BY, &error);
      break;
    default:
      {
        g_autofree char *fresh = th_visit_id_new ();
        char id[19];

        person ((guint) g_test_rand_int_range (0, 1000000), id);
        if (th_records_issue_ticket (records, fresh, id, g_test_rand_bit () ? 'A' : 'B',
                                     g_test_rand_int_range (0, 5) == 0 ? TH_REASON_ANSWER : 0, &ticket, &error) &&
            !ticket.existed)
          g_ptr_array_add (visits, g_steal_pointer (&fresh));
      }
    }
  if (error != NULL && error->code != TH_RECORDS_ERROR_REFUSED && error->code != TH_RECORDS_ERROR_NO_DOSE
      && error->code != TH_RECORDS_ERROR_NOT_FOUND)
    g_error ("%s", error->message);
}

static void
test_the_sums_add_up_whatever_happens (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) visits = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 1; i <= 10000; i++)
    {
      do_something (fixture, visits);
      if (i % 1000 == 0)
        assert_sums (fixture);
    }
  g_assert_cmpint (number_of (fixture, "SELECT count(*) FROM doses WHERE state = 'injected'"), >, 0);
  g_assert_true (th_records_verify (fixture->records, NULL, NULL));
  assert_projections_are_the_logs (fixture);
}

#define TEST_AT(name, data, set_up_as)                                                             \
  g_test_add ("/records-lots/" #name, Fixture, data, set_up_as, test_##name, tear_down)
#define TEST(name, set_up_as) TEST_AT (name, NULL, set_up_as)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (a_lot_that_cannot_be_is_refused, set_up);
  TEST (a_lot_cannot_come_as_another, set_up);
  TEST (more_than_is_left_cannot_be_taken, set_up);
  TEST_AT (a_dose_is_given_only_as_it_should_be, "watching", set_up_small);
  TEST (a_site_that_does_not_watch_gives_numbers_as_ever, set_up_small);
  TEST (no_more_numbers_than_doses_of_each_vaccine, set_up_watching);
  TEST (an_appointment_says_which_vaccine, set_up_watching);
  TEST (a_deferral_gives_its_dose_to_the_next, set_up_watching);
  TEST (a_rest_keeps_a_dose_and_leaving_lets_it_go, set_up_watching);
  TEST (a_rest_that_is_over_has_kept_its_dose, set_up_watching);
  TEST (when_stock_falls_the_last_are_without_and_the_first_to_get_more, set_up_watching);
  TEST_AT (a_lot_counts_on_its_last_day_and_not_after, "watching", set_up_small);
  TEST (what_was_promised_yesterday_holds_nothing_back, set_up_watching);
  TEST_AT (an_injection_is_found_from_the_lot_and_from_the_visit, "watching", set_up_small);
  TEST_AT (a_slip_of_the_finger_is_undone, "watching", set_up_small);
  TEST (the_checks_of_the_vaccination_zone_come_before_its_injection, set_up_watching);
  TEST (who_goes_frees_a_dose_and_who_comes_back_has_one, set_up_watching);
  TEST_AT (the_report_counts_doses, "watching", set_up_small);
  TEST (a_product_is_known_by_its_box, set_up);
  TEST (eight_programs_give_exactly_as_many_numbers_as_doses, set_up_watching);
  TEST_AT (the_sums_add_up_whatever_happens, "watching", set_up_small);
  return g_test_run ();
}
