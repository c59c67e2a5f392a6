/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checking somebody in by hand, and asking for slips, on the staff's screen. The kiosk is a second
 * connection that says what its printer does. */
#include "tests/staff-fixture.h"

#define NUMBER "110101199001019917"

/* --- filling in the form ----------------------------------------------------------------- */

/* The first entry of this style class that is on the screen. */
static GtkWidget *
entry_of (GtkWidget *root, const char *class)
{
  if (!gtk_widget_get_mapped (root))
    return NULL;
  if (GTK_IS_ENTRY (root) && gtk_widget_has_css_class (root, class))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = entry_of (child, class);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
write_in (Fixture *f, const char *class, const char *text)
{
  GtkWidget *entry = entry_of (f->window, class);

  g_assert_nonnull (entry);
  g_assert_true (comes_to_hand (f, entry));
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

static GtkWidget *
button_named (Fixture *f, const char *label)
{
  GtkWidget *words = find (f->window, GTK_TYPE_LABEL, label);

  g_assert_nonnull (words);
  return gtk_widget_get_ancestor (words, GTK_TYPE_BUTTON);
}

static void
check (Fixture *f, const char *label)
{
  GtkWidget *words = find (f->window, GTK_TYPE_LABEL, label);
  GtkWidget *button;

  g_assert_nonnull (words);
  button = gtk_widget_get_ancestor (words, GTK_TYPE_CHECK_BUTTON);
  gtk_widget_grab_focus (button); /* as whoever presses it does */
  gtk_check_button_set_active (GTK_CHECK_BUTTON (button), TRUE);
}

/* Answers all, in order; @answers: a letter for each, n or y. */
static void
answer (Fixture *f, const char *answers)
{
  GtkWidget *grid = gtk_widget_get_ancestor (
      find (f->window, GTK_TYPE_LABEL, "Do you feel unwell today?"), GTK_TYPE_GRID);

  for (int row = 0; answers[row] != '\0'; row++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (gtk_grid_get_child_at (
                                      GTK_GRID (grid), answers[row] == 'y' ? 2 : 1, row)),
                                  TRUE);
}

static gboolean
can_give (Fixture *f, const char *label)
{
  return gtk_widget_get_sensitive (button_named (f, label));
}

static void
open_form (Fixture *f)
{
  add_staff (f);
  log_in (f);
  act (page (f), "desk.view", "entry");
  g_assert_true (comes (f, "This person has no ID number", LIMIT_US));
}

static void
give (Fixture *f)
{
  act (find (f->window, GTK_TYPE_LABEL, "Read out"), "entry.give", NULL);
}

static void
print_begun (Fixture *f, ThPrint *ret_print)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (th_records_next_print (f->kiosk, ret_print, &error));
  g_assert_no_error (error);
  g_assert_true (
      th_records_begin_print (f->kiosk, ret_print->ticket.visit, ret_print->copy, "main", &error));
  g_assert_no_error (error);
}

static void
slip_becomes (Fixture *f, const ThPrint *print, ThSlipState state)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (th_records_slip (f->kiosk, print->ticket.visit, print->copy, state, "", &error));
  g_assert_no_error (error);
}

/* --- the tests --------------------------------------------------------------------------- */

static void
test_a_number_that_cannot_be_is_said_in_words (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *typed, *words;
  } wrong[] = {
    { "11010119900101", "4 more to type" },
    { "1101011990010199", "2 more to type" },
    { "110101199001019918", "One digit is wrong" },
    { "110101199013019914", "The date of birth in it" },
    { "1101011990010199171", "1 character too many" },
    { "11010119900101-9917", "Only digits" },
    { "11X101199001019917", "Only digits" },
    { "KAZ110090123100", "This number cannot be right" },
  };

  open_form (f);
  answer (f, "nnny");
  write_in (f, "degrees", "36.5");
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      write_in (f, "id-number", wrong[i].typed);
      if (!sees (f, wrong[i].words))
        g_error ("\"%s\" is not said of number %u", wrong[i].words, i);
      g_assert_false (can_give (f, "Give a number"));
    }
  write_in (f, "id-number", "110101900101991"); /* of 15 digits */
  g_assert_true (sees (f, "Born 1990-01-01"));
  g_assert_true (can_give (f, "Give a number"));
}

static void
test_a_form_that_is_not_full_says_what_is_missing (Fixture *f, gconstpointer data)
{
  open_form (f);
  g_assert_true (sees (f, "Still missing: the ID number, 4 answers, the temperature"));
  answer (f, "nnn");
  write_in (f, "degrees", "368");
  g_assert_true (sees (f, "Still missing: the ID number, 1 answer, the temperature"));
  check (f, "This person has no ID number");
  answer (f, "nnny");
  check (f, "Not measured");
  g_assert_true (sees (f, "Still missing: ask whether they have a slip"));
  g_assert_true (sees (f, "A case is opened: somebody must measure"));
  g_assert_false (can_give (f, "Give a number"));
  check (f, "I have asked");
  g_assert_true (can_give (f, "Give a number"));
}

static void
test_the_number_is_large_and_its_slip_is_followed (Fixture *f, gconstpointer data)
{
  ThPrint print;

  open_form (f);
  write_in (f, "id-number", NUMBER);
  answer (f, "nnny");
  write_in (f, "degrees", "36.8");
  g_assert_true (sees (f, "within the site's limit"));
  give (f);
  g_assert_true (comes (f, "A-001", LIMIT_US));
  g_assert_true (comes_to_hand (f, button_named (f, "Next person")));
  /* No kiosk has said anything of a printer. */
  g_assert_true (comes (f, "Slip: the kiosk has not reported a printer", LIMIT_US));
  th_records_device_state (f->kiosk, "printer", "ready", NULL);
  g_assert_true (comes (f, "Slip: waiting for the printer", LIMIT_US));
  th_records_device_state (f->kiosk, "printer", "out", NULL);
  g_assert_true (comes (f, "no paper in the printer", LIMIT_US));
  print_begun (f, &print);
  g_assert_cmpstr (print.language, ==, "zh_CN");
  g_assert_true (comes (f, "Slip: printing at the kiosk", G_USEC_PER_SEC * 5));
  slip_becomes (f, &print, TH_SLIP_STATE_UNCERTAIN);
  g_assert_true (comes (f, "Slip: not certain", LIMIT_US));
  act (page (f), "desk.order-slip", print.ticket.visit);
  g_assert_true (comes (f, "Copy 1: no paper in the printer", LIMIT_US));
  act (page (f), "desk.cancel-slip", print.ticket.visit);
  g_assert_true (comes (f, "Copy 1: not printed", LIMIT_US));

  act (button_named (f, "Next person"), "entry.next", NULL);
  g_assert_true (comes (f, "This person has no ID number", LIMIT_US));
  g_assert_false (sees (f, "A-001"));
}

static void
test_above_the_limit_opens_a_case (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) cases = NULL;
  const ThCase *the_case;

  open_form (f);
  write_in (f, "id-number", NUMBER);
  answer (f, "nnny");
  write_in (f, "degrees", "37,4");
  g_assert_true (sees (f, "above the site's limit of 37.3 °C"));
  give (f);
  g_assert_true (comes (f, "Held for review: above the site's limit", LIMIT_US));
  cases = th_records_list_cases (f->kiosk, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cases->len, ==, 1);
  the_case = cases->pdata[0];
  g_assert_cmpint (the_case->readings[0].shown_tenths, ==, 374);
  g_assert_true (the_case->readings[0].hand_held);
  act (page (f), "desk.view", "review");
  g_assert_true (comes (f, "37.4 °C", LIMIT_US));
  g_assert_true (sees (f, "hand-held"));
  g_assert_false (sees (f, "not calibrated: an estimate"));
}

static void
test_who_has_a_number_is_shown_it_and_gets_no_second_one (Fixture *f, gconstpointer data)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) queue = NULL;
  ThTicket ticket;

  g_assert_true (th_records_issue_ticket (f->kiosk, visit, NUMBER, 'A', 0, &ticket, &error));
  g_assert_true (th_records_slip (f->kiosk, visit, 0, TH_SLIP_STATE_SENDING, "", &error));
  g_assert_true (th_records_slip (f->kiosk, visit, 0, TH_SLIP_STATE_SENT, "", &error));
  g_assert_no_error (error);
  open_form (f);
  write_in (f, "id-number", NUMBER);
  g_assert_true (comes (f, "Has a number today already", LIMIT_US));
  g_assert_true (comes (f, "Show A-001", LIMIT_US));
  give (f);
  g_assert_true (comes (f, "This person has a number today already", LIMIT_US));
  act (button_named (f, "Print a copy"), "desk.order-slip", visit);
  g_assert_true (comes (f, "Copy 1:", LIMIT_US));
  queue = th_records_list_queue (f->kiosk, &error);
  g_assert_cmpuint (queue->len, ==, 1);
}

static void
use_rules (Fixture *f, const char *text)
{
  g_autoptr (GError) error = NULL;

  f->config->eligibility = th_eligibility_parse (text, strlen (text), &error);
  g_assert_no_error (error);
}

static void
test_who_may_not_come_in_is_let_in_with_a_reason_only (Fixture *f, gconstpointer data)
{
  g_autofree char *summary = NULL;

  use_rules (f, "[walk-ins]\nwho=none\n");
  open_form (f);
  g_assert_false (sees (f, "Let in all the same"));
  write_in (f, "id-number", NUMBER);
  g_assert_true (comes (f, "By the rules not now: there is no appointment for today.", LIMIT_US));
  answer (f, "nnny");
  write_in (f, "degrees", "36.6");
  g_assert_true (sees (f, "Still missing: why they are let in"));
  g_assert_false (can_give (f, "Give a number"));
  /* Another queue is asked about anew, and says the same. */
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button_named (f, "B  ")), TRUE);
  g_assert_true (comes (f, "there is no appointment", LIMIT_US));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button_named (f, "The list is wrong")), TRUE);
  g_assert_true (can_give (f, "Give a number"));
  give (f);
  g_assert_true (comes (f, "B-001", LIMIT_US));
  summary = th_records_summary_json (f->kiosk, NULL, NULL);
  g_assert_nonnull (strstr (summary, "\"let_in_against_rules\" : 1"));

  act (button_named (f, "Next person"), "entry.next", NULL);
  g_assert_true (comes (f, "This person has no ID number", LIMIT_US));
  g_assert_false (sees (f, "Let in all the same"));
  check (f, "This person has no ID number");
  g_assert_true (comes (f, "By the rules not now", LIMIT_US));
  g_assert_true (sees (f, "why they are let in"));
}

static void
test_whose_turn_it_is_needs_no_reason (Fixture *f, gconstpointer data)
{
  use_rules (f, "[phase a]\nages=18-\n");
  open_form (f);
  write_in (f, "id-number", NUMBER);
  answer (f, "nnny");
  write_in (f, "degrees", "36.6");
  g_assert_true (can_give (f, "Give a number"));
  give (f);
  g_assert_true (comes (f, "A-001", LIMIT_US));
}

static void
test_without_consent_no_number_is_given (Fixture *f, gconstpointer data)
{
  g_autofree char *summary = NULL;

  open_form (f);
  write_in (f, "id-number", NUMBER);
  answer (f, "nnnn");
  g_assert_true (can_give (f, "End without a number"));
  give (f);
  g_assert_true (comes (f, "no consent, no number", LIMIT_US));
  summary = th_records_summary_json (f->kiosk, NULL, NULL);
  g_assert_nonnull (strstr (summary, "\"tickets\" : 0"));
  g_assert_nonnull (strstr (summary, "\"questions no-consent\" : 1"));
}

static void
test_a_copy_is_asked_for_in_the_queue_and_on_a_case (Fixture *f, gconstpointer data)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autoptr (GError) error = NULL;
  ThTicket ticket;
  ThPrint print;

  g_assert_true (th_records_issue_ticket (f->kiosk, visit, NUMBER, 'A', TH_REASON_ANSWER, &ticket,
                                          &error));
  g_assert_true (th_records_slip (f->kiosk, visit, 0, TH_SLIP_STATE_SENDING, "", &error));
  g_assert_true (th_records_slip (f->kiosk, visit, 0, TH_SLIP_STATE_CONFIRMED, "", &error));
  g_assert_no_error (error);
  add_staff (f);
  log_in (f);
  act (page (f), "desk.view", "queue");
  g_assert_true (comes (f, "Print slip", LIMIT_US));
  g_assert_true (comes_to_hand (f, button_named (f, "Print slip")));
  act (button_named (f, "Print slip"), "desk.order-slip", visit);
  g_assert_true (comes (f, "Copy 1: waiting for the printer", LIMIT_US));
  g_assert_true (comes (f, "Do not print", LIMIT_US));
  act (button_named (f, "Do not print"), "desk.cancel-slip", visit);
  g_assert_true (comes (f, "Print slip", LIMIT_US));
  g_assert_false (sees (f, "Copy 1"));

  act (page (f), "desk.view", "review");
  g_assert_true (comes (f, "answered yes", LIMIT_US));
  g_assert_true (comes (f, "Print slip", LIMIT_US));
  act (button_named (f, "Print slip"), "desk.order-slip", visit);
  g_assert_true (comes (f, "Copy 2: the kiosk has not reported a printer", LIMIT_US));
  print_begun (f, &print);
  g_assert_cmpuint (print.copy, ==, 2);
  slip_becomes (f, &print, TH_SLIP_STATE_UNCERTAIN);
  g_assert_true (comes (f, "Copy 2: not certain", LIMIT_US));
  act (page (f), "desk.view", "queue");
  g_assert_true (comes (f, "Copy 2: not certain", LIMIT_US));
}

static const char *
number_field (Fixture *f)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry_of (f->window, "id-number")));
}

static void
test_what_was_typed_is_gone_when_the_page_is_left (Fixture *f, gconstpointer data)
{
  g_autoptr (GtkEntryBuffer) kept = NULL;

  open_form (f);
  write_in (f, "id-number", NUMBER);
  answer (f, "nyny");
  write_in (f, "degrees", "36.8");
  act (page (f), "desk.view", "queue");
  act (page (f), "desk.view", "entry");
  g_assert_true (comes (f, "This person has no ID number", LIMIT_US));
  g_assert_cmpstr (number_field (f), ==, "");
  g_assert_true (sees (f, "Still missing: the ID number, 4 answers, the temperature"));

  write_in (f, "id-number", NUMBER);
  kept = g_object_ref (gtk_entry_get_buffer (GTK_ENTRY (entry_of (f->window, "id-number"))));
  act (f->window, "win.lock", NULL);
  g_assert_true (comes (f, "Who are you?", LIMIT_US));
  g_assert_cmpuint (gtk_entry_buffer_get_length (kept), ==, 0);
}

int
main (int argc, char **argv)
{
  th_words_init ();
  gtk_test_init (&argc, &argv, NULL);
#define TEST(name) g_test_add ("/staff-entry/" #name, Fixture, NULL, set_up, test_##name, tear_down)
  TEST (a_number_that_cannot_be_is_said_in_words);
  TEST (a_form_that_is_not_full_says_what_is_missing);
  TEST (what_was_typed_is_gone_when_the_page_is_left);
  TEST (without_consent_no_number_is_given);
  TEST (who_may_not_come_in_is_let_in_with_a_reason_only);
  TEST (whose_turn_it_is_needs_no_reason);
  TEST (who_has_a_number_is_shown_it_and_gets_no_second_one);
  TEST (the_number_is_large_and_its_slip_is_followed);
  TEST (above_the_limit_opens_a_case);
  TEST (a_copy_is_asked_for_in_the_queue_and_on_a_case);
  return g_test_run ();
}
