/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/case-list.h"

#include <string.h>

#define MINUTE (G_GINT64_CONSTANT (60) * G_USEC_PER_SEC)

static ThCase *
a_case (const char *visit, guint number, gint64 flagged_at_us, ThDecision decision)
{
  ThCase *the_case = g_new0 (ThCase, 1);

  g_strlcpy (the_case->visit, visit, sizeof the_case->visit);
  the_case->lane = 'A';
  the_case->number = number;
  the_case->reasons = TH_REASON_TEMPERATURE;
  the_case->flagged_at_us = flagged_at_us;
  the_case->decision = decision;
  return the_case;
}

static GPtrArray *
cases (ThCase *first, ...)
{
  GPtrArray *array = g_ptr_array_new_with_free_func ((GDestroyNotify)th_case_free);
  va_list rest;

  va_start (rest, first);
  for (ThCase *the_case = first; the_case != NULL; the_case = va_arg (rest, ThCase *))
    g_ptr_array_add (array, the_case);
  va_end (rest);
  return array;
}

static char *
order (ThCaseList *list)
{
  GString *labels = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (ThCaseItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_string_append_printf (labels, "%s%s", i > 0 ? " " : "", th_case_item_get_label (item));
    }
  return g_string_free (labels, FALSE);
}

static void
count_cb (guint *n)
{
  ++*n;
}

static void
test_a_clock_that_was_set_back_does_not_give_more_time (void)
{
  g_autoptr (ThCase) the_case = a_case ("v", 1, 1000 * MINUTE, TH_DECISION_NONE);
  guint minutes;

  g_assert_cmpint (th_case_clock (the_case, FALSE, 20, 900 * MINUTE, &minutes), ==,
                   TH_CLOCK_RUNNING);
  g_assert_cmpuint (minutes, ==, 20);
}

static void
test_the_clocks_count_from_the_flag_to_the_report (void)
{
  g_autoptr (ThCase) the_case = a_case ("v", 1, 1000 * MINUTE, TH_DECISION_NONE);
  guint minutes;

  g_assert_cmpint (th_case_clock (the_case, FALSE, 20, 1000 * MINUTE + 1, &minutes), ==,
                   TH_CLOCK_RUNNING);
  g_assert_cmpuint (minutes, ==, 20);
  g_assert_cmpint (th_case_clock (the_case, FALSE, 20, 1014 * MINUTE, &minutes), ==,
                   TH_CLOCK_RUNNING);
  g_assert_cmpuint (minutes, ==, 6);
  g_assert_cmpint (th_case_clock (the_case, FALSE, 20, 1015 * MINUTE, &minutes), ==, TH_CLOCK_SOON);
  g_assert_cmpuint (minutes, ==, 5);
  g_assert_cmpint (th_case_clock (the_case, FALSE, 20, 1020 * MINUTE, &minutes), ==, TH_CLOCK_SOON);
  g_assert_cmpuint (minutes, ==, 0);
  g_assert_cmpint (th_case_clock (the_case, FALSE, 20, 1020 * MINUTE + 1, &minutes), ==,
                   TH_CLOCK_OVERDUE);
  g_assert_cmpuint (minutes, ==, 0);
  g_assert_cmpint (th_case_clock (the_case, FALSE, 20, 1023 * MINUTE, &minutes), ==,
                   TH_CLOCK_OVERDUE);
  g_assert_cmpuint (minutes, ==, 3);
  g_assert_cmpint (th_case_clock (the_case, TRUE, 40, 1023 * MINUTE, &minutes), ==,
                   TH_CLOCK_RUNNING);
  g_assert_cmpuint (minutes, ==, 17);

  the_case->oral_report_at_us = 1012 * MINUTE;
  g_assert_cmpint (th_case_clock (the_case, FALSE, 20, 1099 * MINUTE, &minutes), ==, TH_CLOCK_MADE);
  g_assert_cmpuint (minutes, ==, 12);
  the_case->oral_report_at_us = 1031 * MINUTE;
  g_assert_cmpint (th_case_clock (the_case, FALSE, 20, 1099 * MINUTE, &minutes), ==,
                   TH_CLOCK_MADE_LATE);
  g_assert_cmpuint (minutes, ==, 31);
}

static void
test_a_cleared_person_needs_no_report (void)
{
  g_autoptr (ThCase) the_case = a_case ("v", 1, 0, TH_DECISION_CLEARED);
  guint minutes;

  g_assert_cmpint (th_case_clock (the_case, FALSE, 20, 90 * MINUTE, &minutes), ==,
                   TH_CLOCK_NOT_NEEDED);
  g_assert_cmpint (th_case_attention (the_case), ==, TH_ATTENTION_DONE);
  the_case->decision = TH_DECISION_DEFERRED;
  g_assert_cmpint (th_case_clock (the_case, FALSE, 20, 90 * MINUTE, &minutes), ==,
                   TH_CLOCK_OVERDUE);
  g_assert_cmpint (th_case_attention (the_case), ==, TH_ATTENTION_REPORTS);
  the_case->oral_report_at_us = the_case->written_report_at_us = MINUTE;
  g_assert_cmpint (th_case_attention (the_case), ==, TH_ATTENTION_DONE);
}

static void
test_what_needs_somebody_comes_first_and_the_newest_on_top (void)
{
  g_autoptr (ThCaseList) list = th_case_list_new ();
  g_autoptr (GPtrArray) arrived = th_case_list_take (
      list, cases (a_case ("a", 1, 10, TH_DECISION_NONE), a_case ("b", 2, 20, TH_DECISION_CLEARED),
                   a_case ("c", 3, 30, TH_DECISION_DEFERRED), a_case ("d", 4, 40, TH_DECISION_NONE),
                   a_case ("e", 5, 50, TH_DECISION_CLEARED), NULL));
  g_autofree char *labels = order (list);

  g_assert_cmpstr (labels, ==, "A-004 A-001 A-003 A-005 A-002");
  g_assert_cmpuint (th_case_list_get_open (list), ==, 2);
  g_assert_cmpuint (arrived->len, ==, 2);
  g_assert_cmpstr (th_case_item_get_label (arrived->pdata[0]), ==, "A-004");
}

static void
test_only_what_is_new_arrives_and_only_what_differs_changes (void)
{
  g_autoptr (ThCaseList) list = th_case_list_new ();
  g_autoptr (GPtrArray) first = NULL, second = NULL, third = NULL;
  guint list_changes = 0, item_changes = 0;
  ThCaseItem *item;

  first = th_case_list_take (list, cases (a_case ("a", 1, 10, TH_DECISION_NONE), NULL));
  item = th_case_list_find (list, "a", NULL);
  g_signal_connect_swapped (list, "items-changed", G_CALLBACK (count_cb), &list_changes);
  g_signal_connect_swapped (item, "changed", G_CALLBACK (count_cb), &item_changes);

  second = th_case_list_take (list, cases (a_case ("a", 1, 10, TH_DECISION_NONE), NULL));
  g_assert_cmpuint (second->len, ==, 0);
  g_assert_cmpuint (list_changes, ==, 0);
  g_assert_cmpuint (item_changes, ==, 0);

  third = th_case_list_take (list, cases (a_case ("a", 1, 10, TH_DECISION_CLEARED),
                                          a_case ("b", 2, 20, TH_DECISION_NONE), NULL));
  g_assert_cmpuint (third->len, ==, 1);
  g_assert_cmpuint (list_changes, ==, 1);
  g_assert_cmpuint (item_changes, ==, 1);
  g_assert_true (th_case_list_find (list, "a", NULL) == item); /* the same row, still selected */
  g_assert_cmpint (th_case_item_get (item)->decision, ==, TH_DECISION_CLEARED);
}

static void
test_a_cleared_list_holds_nobody (void)
{
  g_autoptr (ThCaseList) list = th_case_list_new ();
  g_autoptr (GPtrArray) arrived
      = th_case_list_take (list, cases (a_case ("a", 1, 10, TH_DECISION_NONE), NULL));
  ThCaseItem *item = th_case_list_find (list, "a", NULL);

  g_clear_pointer (&arrived, g_ptr_array_unref);
  g_object_add_weak_pointer (G_OBJECT (item), (gpointer *)&item);
  th_case_list_clear (list);
  g_assert_null (item);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  g_assert_cmpuint (th_case_list_get_open (list), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/case-list/a clock that was set back does not give more time",
                   test_a_clock_that_was_set_back_does_not_give_more_time);
  g_test_add_func ("/case-list/the clocks count from the flag to the report",
                   test_the_clocks_count_from_the_flag_to_the_report);
  g_test_add_func ("/case-list/a cleared person needs no report",
                   test_a_cleared_person_needs_no_report);
  g_test_add_func ("/case-list/what needs somebody comes first and the newest on top",
                   test_what_needs_somebody_comes_first_and_the_newest_on_top);
  g_test_add_func ("/case-list/only what is new arrives and only what differs changes",
                   test_only_what_is_new_arrives_and_only_what_differs_changes);
  g_test_add_func ("/case-list/a cleared list holds nobody", test_a_cleared_list_holds_nobody);
  return g_test_run ();
}
