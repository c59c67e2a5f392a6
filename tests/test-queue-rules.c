/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of the queue: every state with every action, and the order of those who wait. */
#include <string.h>

#include "kiosk/queue-rules.h"
#include "kiosk/records.h"

/* A column an action, a row a state: what becomes of it, or - and then why not. */
static const char table[] =
    "          call    serve   park    no-show put-back move    done    leave\n"
    "waiting   called  serving parked  -waits  -waits   waiting -waits  left\n"
    "held      -held   -held   -held   -held   -held    -held   -held   left\n"
    "called    called  serving parked  waiting waiting  waiting -called left\n"
    "serving   -served -served parked  -served waiting  waiting done    left\n"
    "parked    called  serving -parked -parked waiting  waiting -parked left\n"
    "no-show   -gone   -gone   -gone   -gone   waiting  -gone   -gone   -gone\n"
    "done      -gone   -gone   -gone   -gone   -gone    -gone   -gone   -gone\n"
    "left      -gone   -gone   -gone   -gone   waiting  -gone   -gone   -gone\n"
    "closed    -closed -closed -closed -closed -closed  -closed -closed left\n";

static const struct
{
  const char *name;
  ThQueueError code;
} refusals[] = {
  { "-waits", TH_QUEUE_ERROR_WAITS },   { "-called", TH_QUEUE_ERROR_CALLED },
  { "-served", TH_QUEUE_ERROR_SERVED }, { "-parked", TH_QUEUE_ERROR_PARKED },
  { "-gone", TH_QUEUE_ERROR_GONE },     { "-held", TH_QUEUE_ERROR_HELD },
  { "-closed", TH_QUEUE_ERROR_CLOSED },
};

static void
assert_step (ThTicketState state, ThQueueAction action, const char *expected)
{
  g_autoptr (GError) error = NULL;
  ThTicketState next = TH_N_TICKET_STATES;

  if (th_queue_step (state, action, &next, &error))
    {
      g_assert_no_error (error);
      g_assert_cmpstr (th_ticket_state_to_string (next), ==, expected);
      return;
    }
  g_assert_cmpuint (next, ==, TH_N_TICKET_STATES);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    if (strcmp (refusals[i].name, expected) == 0)
      {
        g_assert_error (error, TH_QUEUE_ERROR, (gint) refusals[i].code);
        return;
      }
  g_error ("%s in %s is refused (%s), and should give %s", th_queue_action_to_string (action),
           th_ticket_state_to_string (state), error->message, expected);
}

static void
test_every_state_with_every_action (void)
{
  g_auto (GStrv) lines = g_strsplit (table, "\n", -1);
  guint n = 0;

  for (guint row = 1; lines[row] != NULL && *lines[row] != '\0'; row++)
    {
      g_autoptr (GRegex) gaps = g_regex_new (" +", 0, 0, NULL);
      g_auto (GStrv) head = g_regex_split (gaps, lines[0], 0);
      g_auto (GStrv) cells = g_regex_split (gaps, lines[row], 0);
      ThTicketState state;

      g_assert_true (th_ticket_state_from_string (cells[0], &state));
      for (ThQueueAction action = 0; action < TH_N_QUEUE_ACTIONS; action++)
        {
          g_assert_cmpstr (head[action + 1], ==, th_queue_action_to_string (action));
          assert_step (state, action, cells[action + 1]);
          n++;
        }
    }
  g_assert_cmpuint (n, ==, TH_N_TICKET_STATES * TH_N_QUEUE_ACTIONS);
}

/* --- the order -------------------------------------------------------------------------------- */

/* "A1 P2@5 B3*" : lane, number, @when its place counts from (else its number), * of one household. */
static GPtrArray *
waiting (const char *text)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      ThQueueEntry *entry = g_new0 (ThQueueEntry, 1);
      const char *at = strchr (words[i], '@');

      g_snprintf (entry->visit, sizeof entry->visit, "%s", words[i]);
      entry->lane = words[i][0];
      entry->number = (guint) g_ascii_strtoull (words[i] + 1, NULL, 10);
      entry->order_us = at != NULL ? g_ascii_strtoll (at + 1, NULL, 10) : (gint64) entry->number;
      if (strchr (words[i], '*') != NULL)
        g_strlcpy (entry->household, "h", sizeof entry->household);
      g_ptr_array_add (array, entry);
    }
  return array;
}

static void
assert_order (const char *lanes, guint share, guint since, const char *text, const char *expected)
{
  g_autoptr (GPtrArray) array = waiting (text);
  g_autoptr (GString) order = g_string_new (NULL);
  ThQueueRules rules;

  th_queue_rules_defaults (&rules);
  rules.priority_share = share;
  g_strlcpy (rules.priority_lanes, lanes, sizeof rules.priority_lanes);
  th_queue_order (array, &rules, since);
  for (guint i = 0; i < array->len; i++)
    {
      const ThQueueEntry *entry = array->pdata[i];

      g_string_append_printf (order, "%s%c%u", i > 0 ? " " : "", entry->lane, entry->number);
    }
  g_assert_cmpstr (order->str, ==, expected);
}

static void
test_who_came_first_is_called_first_whatever_the_lane (void)
{
  assert_order ("", 3, G_MAXUINT, "", "");
  assert_order ("", 3, G_MAXUINT, "B2 A1 A3", "A1 B2 A3");
  assert_order ("", 3, G_MAXUINT, "A9@2 B3 A1", "A1 A9 B3");
}

static void
test_priority_takes_one_call_in_three_while_others_wait (void)
{
  assert_order ("P", 3, G_MAXUINT, "A1 A2 A3 A4 A5 P6 P7 P8", "P6 A1 A2 P7 A3 A4 P8 A5");
  /* The last priority call was just now, or one ordinary call ago. */
  assert_order ("P", 3, 0, "A1 A2 A3 P6 P7", "A1 A2 P6 A3 P7");
  assert_order ("P", 3, 1, "A1 A2 A3 P6", "A1 P6 A2 A3");
  /* Nobody else waits: no limit. */
  assert_order ("P", 3, 0, "P6 P7", "P6 P7");
  assert_order ("P", 1, 0, "A1 P6 P7", "P6 P7 A1");
  assert_order ("PQ", 2, 0, "A1 A2 P6 Q5", "A1 Q5 A2 P6");
}

static void
test_a_household_is_called_together (void)
{
  assert_order ("", 3, G_MAXUINT, "A1 A2* A3@5 A4*@9 B5@4", "A1 A2 A4 B5 A3");
  /* Each of them is a call. */
  assert_order ("P", 3, 0, "A1* A2* A3* A4 P6", "A1 A2 A3 P6 A4");
}

static void
test_a_place_counts_from_the_window_for_who_comes_in_it (void)
{
  g_assert_cmpint (th_queue_place_us (500, 0, 0), ==, 500);
  g_assert_cmpint (th_queue_place_us (500, 600, 900), ==, 600); /* early */
  g_assert_cmpint (th_queue_place_us (700, 600, 900), ==, 600);
  g_assert_cmpint (th_queue_place_us (900, 600, 900), ==, 900); /* late: as a walk-in */
}

static void
test_a_no_show_goes_back_as_many_places (void)
{
  g_autoptr (GPtrArray) array = waiting ("A2@20 A3@30 B4@35 A5@50 A1@5");

  g_assert_cmpint (th_queue_places_back (array, 'A', 10, 0), ==, 10);
  g_assert_cmpint (th_queue_places_back (array, 'A', 10, 1), ==, 21);
  g_assert_cmpint (th_queue_places_back (array, 'A', 10, 3), ==, 51);
  g_assert_cmpint (th_queue_places_back (array, 'A', 10, 9), ==, 51); /* the last */
  g_assert_cmpint (th_queue_places_back (array, 'A', 60, 3), ==, 60); /* nobody is behind */
}

static void
test_the_checks_have_names (void)
{
  g_assert_cmpuint (TH_CHECKS_ALL, ==, 0x7ff); /* three, seven and one */
  for (ThCheck i = 0; i < TH_N_CHECKS; i++)
    for (ThCheck k = 0; k < i; k++)
      g_assert_cmpstr (th_check_to_string (i), !=, th_check_to_string (k));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/queue-rules/" #name, test_##name)
  ADD (every_state_with_every_action);
  ADD (who_came_first_is_called_first_whatever_the_lane);
  ADD (priority_takes_one_call_in_three_while_others_wait);
  ADD (a_household_is_called_together);
  ADD (a_place_counts_from_the_window_for_who_comes_in_it);
  ADD (a_no_show_goes_back_as_many_places);
  ADD (the_checks_have_names);
  return g_test_run ();
}
