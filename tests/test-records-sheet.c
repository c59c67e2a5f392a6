/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paper that belongs to no visit: asked for, carried out, never twice. */
#include "kiosk/records-day.h"
#include "kiosk/records-sheet.h"
#include "kiosk/slip.h"
#include "tests/records-fixture.h"

#define BY "LI MIN"

static guint
ask (const Fixture *fixture, ThSheetKind kind, const char *by)
{
  const ThSheet what = { .kind = kind, .language = "zh_TW", .reason = "code-later", .when = "2026-12-01 09:30" };
  g_autoptr (GError) error = NULL;
  guint number = 0;

  th_records_ask_sheet (fixture->records, &what, by, &number, &error);
  g_assert_no_error (error);
  return number;
}

static gboolean
step (const Fixture *fixture, guint number, ThSlipState state, const char *why)
{
  g_autoptr (GError) error = NULL;

  if (th_records_step_sheet (fixture->records, number, state, why, &error))
    return TRUE;
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  return FALSE;
}

static ThSlipState
state_of (const Fixture *fixture, guint number)
{
  g_autoptr (GArray) list = th_records_list_sheets (fixture->records, NULL, NULL);

  for (guint i = 0; i < list->len; i++)
    if (g_array_index (list, ThSheet, i).number == number)
      return g_array_index (list, ThSheet, i).state;
  g_assert_not_reached ();
}

static void
test_a_sheet_of_staff_carries_a_name_and_a_calibration_must_be_there (Fixture *fixture, gconstpointer data)
{
  const ThSheet close = { .kind = TH_SHEET_CLOSE_OF_DAY }, made = { .kind = TH_SHEET_CALIBRATION };
  const ThSheet other = { .kind = TH_SHEET_CALIBRATION, .calibration = { .id = "no-such-thing" } };
  g_autoptr (GError) error = NULL;

  g_assert_false (th_records_ask_sheet (fixture->records, &close, "", NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (th_records_ask_sheet (fixture->records, &made, BY, NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (th_records_ask_sheet (fixture->records, &other, BY, NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (th_records_step_sheet (fixture->records, 1, TH_SLIP_STATE_SENDING, "main", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
}

static void
test_what_was_begun_is_never_sent_again (Fixture *fixture, gconstpointer data)
{
  guint number = ask (fixture, TH_SHEET_CLOSE_OF_DAY, BY);

  g_assert_cmpuint (ask (fixture, TH_SHEET_CLOSE_OF_DAY, "SOMEBODY ELSE"), ==, number); /* it waits */
  g_assert_false (step (fixture, number, TH_SLIP_STATE_CONFIRMED, ""));
  g_assert_true (step (fixture, number, TH_SLIP_STATE_SENDING, "main"));
  g_assert_false (step (fixture, number, TH_SLIP_STATE_SENDING, "main"));
  g_assert_true (step (fixture, number, TH_SLIP_STATE_SENT, ""));
  g_assert_false (step (fixture, number, TH_SLIP_STATE_QUEUED, "printer"));
  g_assert_true (step (fixture, number, TH_SLIP_STATE_CONFIRMED, ""));
  g_assert_cmpint (state_of (fixture, number), ==, TH_SLIP_STATE_CONFIRMED);
  g_assert_cmpuint (ask (fixture, TH_SHEET_CLOSE_OF_DAY, BY), ==, number + 1); /* another one */
}

static void
test_a_printer_that_takes_nothing_is_tried_three_times (Fixture *fixture, gconstpointer data)
{
  guint number = ask (fixture, TH_SHEET_NOT_TODAY, "");

  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (state_of (fixture, number), ==, TH_SLIP_STATE_QUEUED);
      g_assert_true (step (fixture, number, TH_SLIP_STATE_SENDING, "main"));
      g_assert_true (step (fixture, number, TH_SLIP_STATE_QUEUED, "printer"));
    }
  g_assert_cmpint (state_of (fixture, number), ==, TH_SLIP_STATE_FAILED);
  g_assert_false (step (fixture, number, TH_SLIP_STATE_SENDING, "main"));
}

static void
test_after_a_restart_what_may_be_on_paper_is_uncertain (Fixture *fixture, gconstpointer data)
{
  guint home = ask (fixture, TH_SHEET_NOT_TODAY, "");
  guint close = ask (fixture, TH_SHEET_CLOSE_OF_DAY, BY);
  ThSheet next;

  g_assert_true (step (fixture, close, TH_SLIP_STATE_SENDING, "main"));
  g_assert_true (th_records_settle_slips (fixture->records, TRUE, NULL, NULL));
  g_assert_cmpint (state_of (fixture, close), ==, TH_SLIP_STATE_UNCERTAIN);
  g_assert_cmpint (state_of (fixture, home), ==, TH_SLIP_STATE_FAILED); /* its person has gone */
  close = ask (fixture, TH_SHEET_CLOSE_OF_DAY, BY);
  g_assert_true (th_records_settle_slips (fixture->records, TRUE, NULL, NULL));
  g_assert_true (th_records_next_sheet (fixture->records, &next, NULL)); /* staff still want it */
  g_assert_cmpuint (next.number, ==, close);
}

static void
test_what_stands_on_them_is_in_the_records (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *visit = th_visit_id_new ();
  g_autofree char *tail = NULL, *expected = NULL, *before = NULL, *after = NULL;
  char id[19];
  ThTicket ticket;
  ThSheet next;
  guint home = ask (fixture, TH_SHEET_NOT_TODAY, "");

  g_assert_true (th_records_next_sheet (fixture->records, &next, &error));
  g_assert_cmpuint (next.number, ==, home);
  g_assert_cmpstr (next.reason, ==, "code-later");
  g_assert_cmpstr (next.when, ==, "2026-12-01 09:30");
  g_assert_cmpstr (next.language, ==, "zh_TW");
  g_assert_true (step (fixture, home, TH_SLIP_STATE_SENDING, "main"));

  person (1, id);
  g_assert_true (th_records_confirmed (fixture->records, visit, "card", "en", &error));
  g_assert_true (th_records_issue_ticket (fixture->records, visit, id, 'A', TH_REASON_ANSWER, &ticket, &error));
  tail = rows (fixture, "SELECT seq, lower (hex (link)) FROM events ORDER BY seq DESC LIMIT 1");
  ask (fixture, TH_SHEET_CLOSE_OF_DAY, BY);
  g_assert_true (th_records_next_sheet (fixture->records, &next, &error));
  g_assert_cmpuint (next.sums.confirmed, ==, 1);
  g_assert_cmpuint (next.sums.tickets, ==, 1);
  g_assert_cmpuint (next.sums.flagged, ==, 1);
  g_assert_cmpuint (next.sums.open, ==, 1);
  g_assert_nonnull (strstr (tail, next.last_link));
  expected = g_strdup_printf ("%" G_GINT64_FORMAT, next.last_seq);
  g_assert_true (g_str_has_prefix (tail, expected));

  before = rows (fixture, "SELECT * FROM sheets ORDER BY number");
  g_assert_true (th_records_rebuild (fixture->records, &error));
  after = rows (fixture, "SELECT * FROM sheets ORDER BY number");
  g_assert_cmpstr (before, ==, after);
}

/* The slip that is asked for when a day was closed holds against the log, and a log that was cut off does not hold against it. */
static void
test_the_anchor_on_paper_is_one_that_verify_takes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThConfig) config = th_config_load_data ("", 0, NULL, &error);
  g_autoptr (ThSlip) slip = NULL;
  const char *anchors[] = { NULL, NULL };
  ThSheet next;

  g_assert_no_error (error);
  g_assert_true (th_records_close_day (fixture->records, BY, NULL, &error));
  ask (fixture, TH_SHEET_CLOSE_OF_DAY, BY);
  g_assert_true (th_records_next_sheet (fixture->records, &next, &error));
  slip = th_slip_compose_sheet (config, TH_LANGUAGE_EN, &next);
  anchors[0] = slip->token;
  g_assert_true (th_records_verify_anchors (fixture->records, anchors, NULL, &error));
  g_assert_no_error (error);

  meddle (fixture, "DROP TRIGGER events_stay; DELETE FROM events WHERE kind IN ('sheet', 'day_closed')");
  g_assert_false (th_records_verify_anchors (fixture->records, anchors, NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT);
}

#define TEST(name)                                                                                 \
  g_test_add ("/records-sheet/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (a_sheet_of_staff_carries_a_name_and_a_calibration_must_be_there);
  TEST (what_was_begun_is_never_sent_again);
  TEST (a_printer_that_takes_nothing_is_tried_three_times);
  TEST (after_a_restart_what_may_be_on_paper_is_uncertain);
  TEST (what_stands_on_them_is_in_the_records);
  TEST (the_anchor_on_paper_is_one_that_verify_takes);
  return g_test_run ();
}
