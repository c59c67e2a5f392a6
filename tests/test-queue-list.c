/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/queue-list.h"

#include <string.h>

#include "kiosk/list-change.h"

static GPtrArray *
queue (const char *states)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (g_free);

  /* One letter a ticket, from number 1: w waiting, h held, x closed; a digit is the minute of its
   * call. */
  for (guint i = 0; states[i] != '\0'; i++)
    {
      ThQueueEntry *entry = g_new0 (ThQueueEntry, 1);

      g_snprintf (entry->visit, sizeof entry->visit, "visit-%u", i + 1);
      entry->lane = 'A';
      entry->number = i + 1;
      entry->state = states[i] == 'w'   ? TH_TICKET_WAITING
                     : states[i] == 'h' ? TH_TICKET_HELD
                     : states[i] == 'x' ? TH_TICKET_CLOSED
                                        : TH_TICKET_CALLED;
      if (entry->state == TH_TICKET_CALLED)
        entry->called_at_us = (states[i] - '0' + 1) * G_USEC_PER_SEC;
      entry->slip = TH_SLIP_STATE_CONFIRMED;
      g_ptr_array_add (array, entry);
    }
  return array;
}

static void
update (ThQueueList *list, const char *states)
{
  g_autoptr (GPtrArray) entries = queue (states);

  th_queue_list_update (list, entries);
}

static char *
order (ThQueueList *list)
{
  GString *numbers = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (ThQueueItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_string_append_printf (numbers, "%s%u", i > 0 ? " " : "", th_queue_item_get (item)->number);
    }
  return g_string_free (numbers, FALSE);
}

static void
test_another_lane_is_left_out (void)
{
  g_autoptr (ThQueueList) list = th_queue_list_new ('B');

  update (list, "www");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  g_assert_cmpuint (th_queue_list_get_waiting (list), ==, 0);
  g_assert_null (th_queue_list_get_last_called (list));
}

static void
test_those_to_come_are_first_then_the_called_then_the_closed (void)
{
  g_autoptr (ThQueueList) list = th_queue_list_new ('A');
  g_autofree char *numbers = NULL;

  update (list, "1x3w2hw");
  numbers = order (list);
  g_assert_cmpstr (numbers, ==, "4 6 7 3 5 1 2");
  g_assert_cmpuint (th_queue_list_get_waiting (list), ==, 2);
  g_assert_cmpuint (th_queue_list_get_held (list), ==, 1);
  g_assert_cmpstr (th_queue_item_get_label (th_queue_list_get_last_called (list)), ==, "A-003");
}

static void
test_an_item_stays_itself_when_it_is_called (void)
{
  g_autoptr (ThQueueList) list = th_queue_list_new ('A');
  g_autoptr (ThQueueItem) first = NULL;

  update (list, "www");
  first = g_list_model_get_item (G_LIST_MODEL (list), 0);
  update (list, "1ww");
  g_assert_true (th_queue_list_get_last_called (list) == first);
  g_assert_cmpuint (th_queue_list_get_waiting (list), ==, 2);
}

static void
test_a_slip_that_failed_or_is_uncertain_is_in_doubt (void)
{
  for (ThSlipState state = TH_SLIP_STATE_QUEUED; state <= TH_SLIP_STATE_FAILED; state++)
    {
      ThQueueEntry entry = { .slip = state };

      g_assert_cmpint (th_queue_entry_slip_in_doubt (&entry), ==,
                       state == TH_SLIP_STATE_UNCERTAIN || state == TH_SLIP_STATE_FAILED);
    }
}

/* A view that only hears "items-changed" must end up with the same list, and see a list that is
 * whole at each step. */
static void
mirror_cb (GListModel *list, guint position, guint removed, guint added, GPtrArray *seen)
{
  if (removed > 0)
    g_ptr_array_remove_range (seen, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (seen, position + i, g_list_model_get_item (list, position + i));
  g_assert_cmpuint (seen->len, ==, g_list_model_get_n_items (list));
  for (guint i = 0; i < seen->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, i);

      g_assert_true (seen->pdata[i] == item);
    }
}

static void
test_a_view_that_follows_every_change_sees_the_list (void)
{
  static const char letters[] = "wwwwhx0123456789";
  g_autoptr (ThQueueList) list = th_queue_list_new ('A');
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_object_unref);
  char states[40] = "";

  g_signal_connect (list, "items-changed", G_CALLBACK (mirror_cb), seen);
  for (guint round = 0; round < 500; round++)
    {
      guint n = g_test_rand_int_range (0, sizeof states);

      for (guint i = 0; i < n; i++)
        if (i >= strlen (states) || g_test_rand_int_range (0, 4) == 0)
          {
            states[i] = letters[g_test_rand_int_range (0, strlen (letters))];
            states[i + 1] = i + 1 < n ? states[i + 1] : '\0';
          }
      states[n == sizeof states ? n - 1 : n] = '\0';
      update (list, states);
      g_assert_cmpuint (seen->len, ==, strlen (states));
    }
}

static void
count_items_cb (GListModel *list, guint position, guint removed, guint added, guint *n)
{
  *n += removed + added;
}

static void
test_one_call_moves_one_row (void)
{
  g_autoptr (ThQueueList) list = th_queue_list_new ('A');
  guint n = 0;

  update (list, "0wwwwwwwww");
  g_signal_connect (list, "items-changed", G_CALLBACK (count_items_cb), &n);
  update (list, "01wwwwwwww");
  g_assert_cmpuint (n, ==, 2); /* out of the waiting, into the called */
  update (list, "0wwwwwwwww");
  g_assert_cmpuint (n, ==, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queue-list/another lane is left out", test_another_lane_is_left_out);
  g_test_add_func ("/queue-list/those to come are first, then the called, then the closed",
                   test_those_to_come_are_first_then_the_called_then_the_closed);
  g_test_add_func ("/queue-list/an item stays itself when it is called",
                   test_an_item_stays_itself_when_it_is_called);
  g_test_add_func ("/queue-list/a slip that failed or is uncertain is in doubt",
                   test_a_slip_that_failed_or_is_uncertain_is_in_doubt);
  g_test_add_func ("/queue-list/a view that follows every change sees the list",
                   test_a_view_that_follows_every_change_sees_the_list);
  g_test_add_func ("/queue-list/one call moves one row", test_one_call_moves_one_row);
  return g_test_run ();
}
