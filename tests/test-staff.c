/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The staff screen, in-process on a virtual display, over real records that a second connection
 * writes to. */
#include "tests/staff-fixture.h"

/* --- what the kiosk writes --------------------------------------------------------------- */

static char *
visitor (Fixture *f, ThReason reasons)
{
  static guint n_people;
  g_autoptr (GError) error = NULL;
  g_autofree char *visit = th_visit_id_new ();
  g_autofree char *id_number = g_strdup_printf ("1101011990010%04uX", ++n_people);
  const ThReading reading = { .object_raw = 15000,
                              .ambient_raw = 14700,
                              .room_mc = 22000,
                              .skin_mc = 35200,
                              .body_mc = 37900,
                              .shown_tenths = 379,
                              .samples = 5,
                              .method = "heat-balance" };
  ThTicket ticket;

  th_records_confirmed (f->kiosk, visit, "card", "en", &error);
  g_assert_no_error (error);
  th_records_answered (f->kiosk, visit, TH_QUESTION_CONTACT, "questions-1",
                       (reasons & TH_REASON_ANSWER) != 0, &error);
  g_assert_no_error (error);
  th_records_measured (f->kiosk, visit, 1, &reading, &error);
  g_assert_no_error (error);
  th_records_issue_ticket (f->kiosk, visit, id_number, 'A', reasons, &ticket, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&visit);
}

static ThCase *
recorded_case (Fixture *f, const char *visit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) cases = th_records_list_cases (f->kiosk, &error);

  g_assert_no_error (error);
  g_ptr_array_set_free_func (cases, NULL);
  for (guint i = 0; i < cases->len; i++)
    if (g_strcmp0 (((ThCase *)cases->pdata[i])->visit, visit) == 0)
      return cases->pdata[i];
  g_assert_not_reached ();
}

/* --- the tests --------------------------------------------------------------------------- */

static void
test_a_site_without_staff_says_what_a_technician_does (Fixture *f, gconstpointer data)
{
  g_assert_true (comes (f, "thresholdctl staff add NAME --role manager", LIMIT_US));
  add_staff (f);
  g_assert_true (comes (f, NAME, LIMIT_US)); /* by itself */
}

static void
test_a_wrong_pin_is_refused_and_five_lock_for_a_time (Fixture *f, gconstpointer data)
{
  add_staff (f);
  g_assert_true (comes (f, "Who are you?", LIMIT_US));
  for (guint i = 0; i < 4; i++)
    {
      type_pin (f, "739106");
      g_assert_true (comes (f, "The PIN is not right", LIMIT_US));
      g_assert_true (TH_IS_LOG_IN_PAGE (page (f)));
      g_assert_false (sees (f, "●")); /* what was typed is gone */
    }
  type_pin (f, "739106");
  g_assert_true (comes (f, "Too many wrong PINs. Try again in", LIMIT_US));
  type_pin (f, PIN); /* even the right one, now */
  g_assert_true (TH_IS_LOG_IN_PAGE (page (f)));
  g_assert_cmpstr (th_staff_desk_get_who (f->desk), ==, "");
}

static void
test_the_right_pin_opens_and_lock_leaves_nothing (Fixture *f, gconstpointer data)
{
  g_autofree char *visit = NULL;

  add_staff (f);
  visit = visitor (f, TH_REASON_TEMPERATURE);
  log_in (f);
  g_assert_true (comes (f, "37.9 °C", LIMIT_US));
  g_assert_true (sees (f, "above the site's limit"));

  act (f->window, "win.lock", NULL);
  g_assert_true (TH_IS_LOG_IN_PAGE (page (f)));
  g_assert_false (sees (f, "A-001"));
  g_assert_false (sees (f, "37.9 °C"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (th_staff_desk_get_cases (f->desk))), ==,
                    0);
  g_assert_true (comes (f, "Who are you?", LIMIT_US));
}

static void
test_a_case_of_another_program_appears_within_a_second (Fixture *f, gconstpointer data)
{
  g_autofree char *visit = NULL;

  add_staff (f);
  log_in (f);
  g_assert_true (comes (f, "Nobody is waiting for a review", LIMIT_US));
  visit = visitor (f, TH_REASON_TEMPERATURE | TH_REASON_ANSWER);
  g_assert_true (comes (f, "New to review: A-001", G_USEC_PER_SEC));
  g_assert_true (sees (f, "above the site's limit · answered yes: contact"));
  g_assert_true (sees (f, "20 min left"));
  g_assert_true (sees (f, "40 min left"));
}

static void
test_a_yes_that_the_rules_count_says_so (Fixture *f, gconstpointer data)
{
  const char *rules = "[answers]\ncontact=not-today\n";
  g_autoptr (GError) error = NULL;
  g_autofree char *visit = NULL;

  f->config->eligibility = th_eligibility_parse (rules, strlen (rules), &error);
  g_assert_no_error (error);
  add_staff (f);
  log_in (f);
  visit = visitor (f, TH_REASON_ANSWER);
  g_assert_true (comes (f, "▲ YES: by the rules not today", LIMIT_US));
}

static void
choose_and_give_a_reason (Fixture *f, const char *decision, const char *reason)
{
  GtkWidget *text = find (f->window, GTK_TYPE_TEXT_VIEW, NULL);

  act (text, "case.choose", decision);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (text)), reason, -1);
}

static void
test_a_decision_needs_a_reason_is_recorded_and_can_be_undone (Fixture *f, gconstpointer data)
{
  g_autofree char *visit = NULL;
  GtkWidget *text, *decide;
  ThCase *the_case;

  add_staff (f);
  visit = visitor (f, TH_REASON_TEMPERATURE);
  log_in (f);
  g_assert_true (comes (f, "37.9 °C", LIMIT_US));
  text = find (f->window, GTK_TYPE_TEXT_VIEW, NULL);
  decide = gtk_widget_get_ancestor (find (f->window, GTK_TYPE_LABEL, "Decide"), GTK_TYPE_BUTTON);
  g_assert_true (comes_to_hand (f, decide));

  choose_and_give_a_reason (f, "cleared", "  ");
  g_assert_false (gtk_widget_get_sensitive (decide));
  g_assert_true (sees (f, "A reason is needed"));

  g_signal_emit_by_name (
      gtk_widget_get_ancestor (find (f->window, GTK_TYPE_LABEL, "answered by mistake"),
                               GTK_TYPE_BUTTON),
      "clicked");
  g_assert_true (gtk_widget_get_sensitive (decide));
  choose_and_give_a_reason (f, "cleared", "hand-held 36.8");
  g_assert_true (gtk_widget_get_sensitive (decide));
  act (text, "case.decide", NULL);
  g_assert_true (comes (f, "Undo (", LIMIT_US));
  the_case = recorded_case (f, visit);
  g_assert_cmpint (the_case->decision, ==, TH_DECISION_CLEARED);
  g_assert_cmpstr (the_case->reason_text, ==, "hand-held 36.8");
  g_assert_cmpstr (the_case->decided_by, ==, NAME);
  th_case_free (the_case);
  g_assert_true (sees (f, "not needed: cleared"));

  act (text, "case.undo", NULL);
  g_assert_true (comes (f, "20 min left", LIMIT_US));
  the_case = recorded_case (f, visit);
  g_assert_cmpint (the_case->decision, ==, TH_DECISION_NONE);
  th_case_free (the_case);
  g_assert_true (gtk_widget_get_sensitive (decide)); /* what was typed is there again */
}

static void
test_what_was_typed_outlives_a_lock_and_a_change_of_language (Fixture *f, gconstpointer data)
{
  g_autofree char *visit = NULL, *typed = NULL;
  GtkTextIter start, end;
  GtkTextBuffer *buffer;

  add_staff (f);
  visit = visitor (f, TH_REASON_TEMPERATURE);
  log_in (f);
  g_assert_true (comes (f, "37.9 °C", LIMIT_US));
  choose_and_give_a_reason (f, "deferred", "half a rea");
  act (f->window, "win.language", "zh_CN");
  g_assert_true (comes (f, "37.9 °C", LIMIT_US));
  act (f->window, "win.lock", NULL);
  g_assert_null (find (f->window, GTK_TYPE_TEXT_VIEW, NULL));
  act (f->window, "win.language", "en");
  log_in (f);
  g_assert_true (comes (f, "37.9 °C", LIMIT_US));

  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (find (f->window, GTK_TYPE_TEXT_VIEW, NULL)));
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  typed = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  g_assert_cmpstr (typed, ==, "half a rea");
  g_assert_true (sees (f, "wishes to come another day")); /* the ready-made reasons of "deferred" */
}

static void
test_a_report_that_was_made_stops_its_clock (Fixture *f, gconstpointer data)
{
  g_autofree char *visit = NULL;
  ThCase *the_case;

  add_staff (f);
  visit = visitor (f, TH_REASON_TEMPERATURE);
  log_in (f);
  g_assert_true (comes (f, "Report made", LIMIT_US));
  g_assert_true (gtk_widget_activate_action (find (f->window, GTK_TYPE_TEXT_VIEW, NULL),
                                             "case.reported", "b", FALSE));
  g_assert_true (comes (f, "Oral report, made at", LIMIT_US));
  the_case = recorded_case (f, visit);
  g_assert_cmpint (the_case->oral_report_at_us, !=, 0);
  g_assert_cmpint (the_case->written_report_at_us, ==, 0);
  th_case_free (the_case);
}

static void
test_call_next_passes_over_a_held_number (Fixture *f, gconstpointer data)
{
  g_autofree char *first = NULL, *held = NULL, *third = NULL;

  add_staff (f);
  first = visitor (f, 0);
  held = visitor (f, TH_REASON_ANSWER);
  third = visitor (f, 0);
  log_in (f);
  act (page (f), "desk.view", "queue");
  g_assert_true (comes (f, "2 people waiting · ◆ 1 held", LIMIT_US));

  g_assert_true (gtk_widget_activate_action (page (f), "desk.call-next", "u", 0));
  g_assert_true (comes (f, "Called A-001", LIMIT_US));
  g_assert_true (gtk_widget_activate_action (page (f), "desk.call-next", "u", 0));
  g_assert_true (comes (f, "Called A-003", LIMIT_US));
  g_assert_true (gtk_widget_activate_action (page (f), "desk.call-next", "u", 0));
  g_assert_true (comes (f, "Nobody is waiting in", LIMIT_US));

  act (page (f), "desk.put-back", third);
  g_assert_true (comes (f, "1 person waiting", LIMIT_US));
  act (page (f), "desk.put-back", first);
  g_assert_true (comes (f, "nobody called yet", LIMIT_US));
}

static void
test_records_that_cannot_be_opened_are_said_in_words (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->dir, "state", "records.db", NULL);
  g_autofree char *journal = g_strconcat (path, "-wal", NULL);
  g_autofree char *shared = g_strconcat (path, "-shm", NULL);
  g_autoptr (GError) error = NULL;

  th_staff_desk_stop (f->desk);
  g_clear_pointer (&f->kiosk, th_records_close);
  g_unlink (journal);
  g_unlink (shared);
  g_assert_true (g_file_set_contents (
      path, "this is not a database, and long enough to be looked at", -1, &error));
  th_staff_desk_start (f->desk);
  g_assert_true (comes (f, "The records cannot be read. Please call the technician.", LIMIT_US));
}

static void
test_only_a_manager_opens_a_site_that_is_not_calibrated (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char rules[TH_FINGERPRINT_BYTES];

  g_assert_true (
      th_records_add_staff (f->kiosk, "A Manager", TH_ROLE_MANAGER, "739154", &error));
  g_assert_true (th_records_add_staff (f->kiosk, NAME, TH_ROLE_NURSE, PIN, &error));
  g_assert_no_error (error);
  g_assert_true (th_records_device_state (f->kiosk, "screening", "unconfirmed", &error));
  g_assert_true (comes (f, "Who are you?", LIMIT_US));
  g_assert_true (comes (f, NAME, LIMIT_US));
  choose (f, NAME);
  type_pin (f, PIN);
  g_assert_true (comes (f, "On duty: " NAME, LIMIT_US));
  g_assert_true (comes (f, "Nobody is measured until a manager confirms", LIMIT_US));
  act (page (f), "desk.confirm", NULL);
  g_assert_true (comes (f, "Only a manager can confirm this", LIMIT_US));
  th_screening_fingerprint (&f->config->screening, rules);
  g_assert_false (th_records_screening_confirmed (f->kiosk, rules, NULL, NULL, &error));
  g_assert_no_error (error);

  th_staff_desk_lock (f->desk);
  g_assert_true (comes (f, "Who are you?", LIMIT_US));
  g_assert_true (comes (f, "A Manager", LIMIT_US));
  choose (f, "A Manager");
  type_pin (f, "739154");
  g_assert_true (comes (f, "On duty: A Manager", LIMIT_US));
  g_assert_true (comes (f, "Nobody is measured until a manager confirms", LIMIT_US));
  act (page (f), "desk.confirm", NULL);
  g_assert_true (comes (f, "Confirmed: people are measured now", LIMIT_US));
  g_assert_true (th_records_screening_confirmed (f->kiosk, rules, NULL, NULL, &error));
  g_assert_true (th_records_device_state (f->kiosk, "screening", "ready", &error));
  g_assert_true (comes (f, "Measuring: ready", LIMIT_US));
  g_assert_false (sees (f, "Nobody is measured until a manager confirms"));
}

static void
test_nobody_at_the_screen_locks_it (void)
{
  g_autofree char *dir = g_dir_make_tmp ("threshold-staff-XXXXXX", NULL);
  g_autofree char *text = g_strdup_printf ("[threshold]\nstate-dir=%s/state\n", dir);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThConfig) config = th_config_load_data (text, strlen (text), NULL, &error);
  Fixture f = { .config = config };

  g_assert_no_error (error);
  f.kiosk = th_records_open (config->state_dir, "kiosk-1", &error);
  g_assert_no_error (error);
  open_day (f.kiosk);
  add_staff (&f);
  f.desk = th_staff_desk_new (config);
  th_staff_desk_start (f.desk);
  f.window = th_staff_window_new (NULL, f.desk, 1);
  gtk_window_present (GTK_WINDOW (f.window));
  log_in (&f);
  g_assert_true (comes (&f, "Who are you?", LIMIT_US));
  gtk_window_destroy (GTK_WINDOW (f.window));
  th_staff_desk_stop (f.desk);
  g_object_unref (f.desk);
  th_records_close (f.kiosk);
}

#define ADD(name, function) g_test_add ("/staff/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  th_words_init ();
  gtk_test_init (&argc, &argv, NULL);
  ADD ("a site without staff says what a technician does",
       test_a_site_without_staff_says_what_a_technician_does);
  ADD ("a wrong PIN is refused, and five lock for a time",
       test_a_wrong_pin_is_refused_and_five_lock_for_a_time);
  ADD ("the right PIN opens, and lock leaves nothing",
       test_the_right_pin_opens_and_lock_leaves_nothing);
  ADD ("a case of another program appears within a second",
       test_a_case_of_another_program_appears_within_a_second);
  ADD ("a yes that the rules count says so", test_a_yes_that_the_rules_count_says_so);
  ADD ("a decision needs a reason, is recorded and can be undone",
       test_a_decision_needs_a_reason_is_recorded_and_can_be_undone);
  ADD ("what was typed outlives a lock and a change of language",
       test_what_was_typed_outlives_a_lock_and_a_change_of_language);
  ADD ("a report that was made stops its clock", test_a_report_that_was_made_stops_its_clock);
  ADD ("call next passes over a held number", test_call_next_passes_over_a_held_number);
  ADD ("only a manager opens a site that is not calibrated",
       test_only_a_manager_opens_a_site_that_is_not_calibrated);
  ADD ("records that cannot be opened are said in words",
       test_records_that_cannot_be_opened_are_said_in_words);
  g_test_add_func ("/staff/nobody at the screen locks it", test_nobody_at_the_screen_locks_it);
  return g_test_run ();
}
