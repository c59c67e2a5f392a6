/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page on which a manager opens and closes the day. */
#include "kiosk/records-sheet.h"
#include "tests/staff-fixture.h"
#include "ui/staff/day-page.h"

static GtkWidget *
day_page (Fixture *f)
{
  return find (page (f), TH_TYPE_DAY_PAGE, NULL);
}

/* The day of the records, and whether it is open. */
static void
assert_day (Fixture *f, ThDayState state, int days_from_now)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_add_days (now, days_from_now);
  g_autofree char *day = g_date_time_format (then, "%Y-%m-%d");
  ThDayStatus status;

  g_assert_true (th_records_day_status (f->kiosk, &status, &error));
  g_assert_no_error (error);
  g_assert_cmpint (status.state, ==, state);
  g_assert_cmpstr (status.day, ==, day);
}

static void
test_a_manager_opens_the_day_on_the_first_page (Fixture *f, gconstpointer data)
{
  add_staff (f);
  log_in (f);
  g_assert_true (comes (f, "Is this right?", LIMIT_US));
  act (day_page (f), "day.yes", NULL);
  g_assert_true (comes (f, "is open", LIMIT_US));
  g_assert_false (sees (f, "Is this right?"));
  assert_day (f, TH_DAY_OPEN, 0);
}

static void
test_date_and_time_are_put_right_without_a_keyboard (Fixture *f, gconstpointer data)
{
  add_staff (f);
  log_in (f);
  g_assert_true (comes (f, "Is this right?", LIMIT_US));
  act (day_page (f), "day.correct", NULL);
  g_assert_true (comes (f, "Minute", LIMIT_US));
  act (day_page (f), "day.step", "day-");
  act (day_page (f), "day.step", "minute+");
  act (day_page (f), "day.step", "minute-");
  act (day_page (f), "day.yes", NULL);
  g_assert_true (comes (f, "is open", LIMIT_US));
  assert_day (f, TH_DAY_OPEN, -1);
  g_assert_cmpint (ABS (th_staff_desk_now_us (f->desk) + 24 * 3600 * (gint64) G_USEC_PER_SEC
                        - g_get_real_time ()),
                   <, 30 * 3600 * (gint64) G_USEC_PER_SEC);
}

static void
test_the_day_is_closed_when_it_was_meant_and_opened_again (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ThSheet sheet = { .number = 0 };

  open_day (f->kiosk);
  add_staff (f);
  log_in (f);
  g_object_set (page (f), "view", "day", NULL);
  g_assert_true (comes (f, "is open", LIMIT_US));
  act (day_page (f), "day.close", NULL);
  g_assert_true (comes (f, "Nothing is left open", LIMIT_US));
  act (day_page (f), "day.back", NULL);
  assert_day (f, TH_DAY_OPEN, 0);
  act (day_page (f), "day.close", NULL);
  act (day_page (f), "day.close-now", NULL);
  g_assert_true (comes (f, "Closed by mistake?", LIMIT_US));
  assert_day (f, TH_DAY_CLOSED, 0);
  /* Its slip waits for the kiosk. */
  g_assert_true (th_records_next_sheet (f->kiosk, &sheet, &error));
  g_assert_cmpint (sheet.kind, ==, TH_SHEET_CLOSE_OF_DAY);
  act (day_page (f), "day.again", NULL);
  g_assert_true (comes (f, "is open", LIMIT_US));
  assert_day (f, TH_DAY_OPEN, 0);
}

static void
test_what_is_left_open_is_said_before_the_close (Fixture *f, gconstpointer data)
{
  g_autofree char *visit = th_visit_id_new ();
  ThTicket ticket;

  open_day (f->kiosk);
  g_assert_true (th_records_issue_ticket (f->kiosk, visit, "11010119900000001X", 'A',
                                          TH_REASON_TEMPERATURE, &ticket, NULL));
  add_staff (f);
  log_in (f);
  g_object_set (page (f), "view", "day", NULL);
  act (day_page (f), "day.close", NULL);
  g_assert_true (comes (f, "▲ Still in the queue: 1", LIMIT_US));
  g_assert_true (sees (f, "▲ Cases without a decision: 1"));
}

static void
refused_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (th_staff_desk_done_finish (TH_STAFF_DESK (source), result, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  *(gboolean *) user_data = TRUE;
}

static void
test_a_nurse_sees_who_must_open_it (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean refused = FALSE;

  g_assert_true (th_records_add_staff (f->kiosk, "Zz Manager", TH_ROLE_MANAGER, "135790", &error));
  g_assert_true (th_records_add_staff (f->kiosk, NAME, TH_ROLE_NURSE, PIN, &error));
  g_assert_true (comes (f, NAME, LIMIT_US));
  choose (f, NAME);
  type_pin (f, PIN);
  g_assert_true (comes (f, "On duty: " NAME, LIMIT_US));
  g_assert_true (comes (f, "No day is open: nobody is checked in", LIMIT_US));
  g_assert_cmpstr (th_desk_page_get_view (TH_DESK_PAGE (page (f))), ==, "review");
  g_object_set (page (f), "view", "day", NULL);
  g_assert_true (comes (f, "please let one log in", LIMIT_US));
  g_assert_false (sees (f, "Yes, open the day"));
  /* Nor by a way round the page. */
  th_staff_desk_open_day_async (f->desk, "2026-11-23", g_get_real_time (), refused_cb, &refused);
  while (!refused)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  th_words_init ();
  gtk_test_init (&argc, &argv, NULL);
#define TEST(name, set_up) g_test_add ("/staff-day/" #name, Fixture, NULL, set_up, test_##name, tear_down)
  TEST (a_manager_opens_the_day_on_the_first_page, set_up_before_opening);
  TEST (date_and_time_are_put_right_without_a_keyboard, set_up_before_opening);
  TEST (the_day_is_closed_when_it_was_meant_and_opened_again, set_up_before_opening);
  TEST (what_is_left_open_is_said_before_the_close, set_up_before_opening);
  TEST (a_nurse_sees_who_must_open_it, set_up_before_opening);
  return g_test_run ();
}
