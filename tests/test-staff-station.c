/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The station page: a desk calls, serves and sends on; checks, observation, undo. */
#include "kiosk/records-zones.h"
#include "tests/staff-fixture.h"
#include "ui/staff/station-page.h"

static ThTicket
visitor (Fixture *f)
{
  static guint n_people;
  g_autoptr (GError) error = NULL;
  g_autofree char *visit = th_visit_id_new ();
  g_autofree char *id_number = g_strdup_printf ("1101011990010%04uX", ++n_people);
  ThTicket ticket;

  th_records_confirmed (f->kiosk, visit, "card", "en", &error);
  g_assert_no_error (error);
  th_records_answered (f->kiosk, visit, TH_QUESTION_CONSENT, "consent-1", TRUE, &error);
  g_assert_no_error (error);
  th_records_issue_ticket (f->kiosk, visit, id_number, 'A', 0, &ticket, &error);
  g_assert_no_error (error);
  return ticket;
}

static GtkWidget *
station (Fixture *f)
{
  return find (f->window, TH_TYPE_STATION_PAGE, NULL);
}

static void
open_station (Fixture *f, const char *zone, const char *desk)
{
  log_in (f);
  act (page (f), "desk.view", "queue");
  g_assert_true (comes (f, "Nobody is at this desk", LIMIT_US));
  g_assert_true (gtk_widget_activate_action (station (f), "station.choose", "(ss)", zone, desk));
}

static void
do_verb (Fixture *f, const ThTicket *ticket, const char *verb)
{
  g_assert_true (gtk_widget_activate_action (station (f), "station.do", "(ss)", ticket->visit, verb));
}

static void
scan (Fixture *f, const char *code)
{
  GtkWidget *entry = find (station (f), GTK_TYPE_ENTRY, NULL);

  gtk_editable_set_text (GTK_EDITABLE (entry), code);
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
}

static ThQueueEntry
recorded (Fixture *f, const ThTicket *ticket)
{
  g_autoptr (GError) error = NULL;
  ThQueueEntry entry = { 0 };

  th_records_find_code (f->kiosk, ticket->token, &entry, &error);
  g_assert_no_error (error);
  return entry;
}

static void
test_a_refusal_says_what_to_do (Fixture *f, gconstpointer data)
{
  ThTicket ticket;

  add_staff (f);
  ticket = visitor (f);
  open_station (f, TH_ZONE_VACCINATION, "1");
  scan (f, "A-099");
  g_assert_true (comes (f, "There is no such number today", LIMIT_US));
  scan (f, ticket.token);
  g_assert_true (comes (f, "A zone was left out", LIMIT_US));
  g_assert_cmpuint (recorded (f, &ticket).steps, ==, 0);
  g_assert_true (gtk_widget_activate_action (station (f), "station.call", NULL));
  g_assert_true (comes (f, "Nobody is waiting here", LIMIT_US));
}

static void
test_a_desk_calls_serves_and_takes_back (Fixture *f, gconstpointer data)
{
  ThTicket first, second;

  add_staff (f);
  first = visitor (f);
  second = visitor (f);
  open_station (f, TH_ZONE_INQUIRY, "2");
  g_assert_true (comes (f, "2 people waiting", LIMIT_US));
  g_assert_true (gtk_widget_activate_action (station (f), "station.call", NULL));
  g_assert_true (comes (f, "They are here", LIMIT_US));
  g_assert_cmpstr (recorded (f, &first).desk, ==, "2");
  do_verb (f, &first, "serve");
  g_assert_true (comes (f, "Done: on to “Registration”", LIMIT_US));
  do_verb (f, &first, "done");
  g_assert_true (comes (f, "Nobody is at this desk", LIMIT_US));
  g_assert_cmpstr (recorded (f, &first).zone, ==, TH_ZONE_REGISTRATION);
  g_assert_true (comes (f, "Undo: A-001", LIMIT_US));
  g_assert_true (gtk_widget_activate_action (station (f), "station.undo", NULL));
  g_assert_true (comes (f, "Taken back", LIMIT_US));
  g_assert_true (comes (f, "Done: on to “Registration”", LIMIT_US));

  g_assert_true (gtk_widget_activate_action (station (f), "station.call", NULL));
  g_assert_true (comes (f, "Did not come", LIMIT_US));
  do_verb (f, &second, "no-show");
  g_assert_true (comes (f, "1 person waiting", LIMIT_US));
  g_assert_cmpuint (recorded (f, &second).no_shows, ==, 1);

  /* It is remembered where one works: over a lock and another language. */
  act (f->window, "win.language", "zh_CN");
  g_assert_true (comes (f, "办完，去“信息采集区”", LIMIT_US));
  act (f->window, "win.lock", NULL);
  g_assert_null (station (f));
  act (f->window, "win.language", "en");
  g_assert_cmpstr (th_staff_desk_get_desk (f->desk), ==, "2");
}

static void
tick_all (GtkWidget *root)
{
  if (GTK_IS_CHECK_BUTTON (root))
    gtk_check_button_set_active (GTK_CHECK_BUTTON (root), TRUE);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    tick_all (child);
}

static void
test_all_is_checked_before_an_injection_and_observed_after (Fixture *f, gconstpointer data)
{
  const ThStation inquiry = { .zone = TH_ZONE_INQUIRY, .desk = "1", .by = NAME };
  const ThStation registration = { .zone = TH_ZONE_REGISTRATION, .desk = "1", .by = NAME };
  g_autoptr (GError) error = NULL;
  ThQueueEntry entry;
  ThTicket ticket;
  gboolean done;

  add_staff (f);
  ticket = visitor (f);
  g_assert_true (th_records_arrive (f->kiosk, &inquiry, "A-001", &entry, &error));
  g_assert_true (th_records_arrive (f->kiosk, &registration, "A-001", &entry, &error));
  open_station (f, TH_ZONE_VACCINATION, "1");
  scan (f, ticket.token);
  g_assert_true (comes (f, "Seven matches", LIMIT_US));
  do_verb (f, &ticket, "done");
  g_assert_true (comes (f, "Not all has been checked yet", LIMIT_US));
  do_verb (f, &ticket, "checks");
  g_assert_true (comes (f, "Not all has been checked yet", LIMIT_US));
  tick_all (station (f));
  do_verb (f, &ticket, "checks");
  g_assert_true (comes (f, "Done: on to “Observation”", LIMIT_US));
  g_assert_true (th_records_checks_done (f->kiosk, ticket.visit, &done, &error));
  g_assert_true (done);
  do_verb (f, &ticket, "done");
  g_assert_true (comes (f, "Nobody is at this desk", LIMIT_US));

  g_assert_true (gtk_widget_activate_action (station (f), "station.choose", "(ss)",
                                             TH_ZONE_OBSERVATION, ""));
  g_assert_true (comes (f, "30 min left", LIMIT_US));
  do_verb (f, &ticket, "done");
  g_assert_true (comes (f, "The time of observation is not over", LIMIT_US));
  do_verb (f, &ticket, "extend");
  g_assert_true (comes (f, "45 min left", LIMIT_US));
  do_verb (f, &ticket, "leave");
  g_assert_true (comes (f, "Nobody is being observed", LIMIT_US));
  g_assert_cmpstr (recorded (f, &ticket).why, ==, "early");
}

#define ADD(name)                                                                                  \
  g_test_add ("/staff-station/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  th_words_init ();
  gtk_test_init (&argc, &argv, NULL);
  ADD (a_refusal_says_what_to_do);
  ADD (a_desk_calls_serves_and_takes_back);
  ADD (all_is_checked_before_an_injection_and_observed_after);
  return g_test_run ();
}
