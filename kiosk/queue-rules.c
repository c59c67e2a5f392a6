/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/queue-rules.h"

#include <string.h>

#include "kiosk/records.h"

G_DEFINE_QUARK (th - queue - error - quark, th_queue_error)

void
th_queue_rules_defaults (ThQueueRules *rules)
{
  static const char *const zones[] = { TH_ZONE_INQUIRY, TH_ZONE_REGISTRATION, TH_ZONE_VACCINATION,
                                       TH_ZONE_OBSERVATION };

  *rules = (ThQueueRules){ .n_zones = G_N_ELEMENTS (zones),
                           .observation_min = 30,
                           .priority_share = 3,
                           .put_back = 3,
                           .no_show_after = 2 };
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    g_strlcpy (rules->zones[i], zones[i], TH_ZONE_BYTES);
}

int
th_queue_rules_zone (const ThQueueRules *rules, const char *zone)
{
  for (guint i = 0; i < rules->n_zones; i++)
    if (g_strcmp0 (rules->zones[i], zone) == 0)
      return (int) i;
  return -1;
}

gboolean
th_queue_rules_priority (const ThQueueRules *rules, char lane)
{
  return lane != '\0' && strchr (rules->priority_lanes, lane) != NULL;
}

/* --- names ------------------------------------------------------------------------------------ */

static const char *const states[TH_N_TICKET_STATES] = {
  [TH_TICKET_WAITING] = "waiting", [TH_TICKET_HELD] = "held",       [TH_TICKET_CALLED] = "called",
  [TH_TICKET_SERVING] = "serving", [TH_TICKET_PARKED] = "parked",   [TH_TICKET_NO_SHOW] = "no-show",
  [TH_TICKET_DONE] = "done",       [TH_TICKET_LEFT] = "left",       [TH_TICKET_CLOSED] = "closed",
};

const char *
th_ticket_state_to_string (ThTicketState state)
{
  g_return_val_if_fail (state < TH_N_TICKET_STATES, "");
  return states[state];
}

gboolean
th_ticket_state_from_string (const char *text, ThTicketState *ret_state)
{
  for (guint i = 0; i < TH_N_TICKET_STATES; i++)
    if (g_strcmp0 (text, states[i]) == 0)
      {
        *ret_state = i;
        return TRUE;
      }
  return FALSE;
}

const char *
th_queue_action_to_string (ThQueueAction action)
{
  static const char *const names[TH_N_QUEUE_ACTIONS] = {
    [TH_QUEUE_CALL] = "call",       [TH_QUEUE_SERVE] = "serve",
    [TH_QUEUE_PARK] = "park",       [TH_QUEUE_NO_SHOW] = "no-show",
    [TH_QUEUE_PUT_BACK] = "put-back", [TH_QUEUE_MOVE] = "move",
    [TH_QUEUE_DONE] = "done",       [TH_QUEUE_LEAVE] = "leave",
  };

  g_return_val_if_fail (action < TH_N_QUEUE_ACTIONS, "");
  return names[action];
}

const char *
th_check_to_string (ThCheck check)
{
  static const char *const names[TH_N_CHECKS] = {
    [TH_CHECK_HEALTH] = "health",
    [TH_CHECK_RECORD] = "record",
    [TH_CHECK_LOOK] = "look",
    [TH_CHECK_NAME] = "name",
    [TH_CHECK_AGE] = "age",
    [TH_CHECK_VACCINE] = "vaccine",
    [TH_CHECK_SPECIFICATION] = "specification",
    [TH_CHECK_DOSE] = "dose",
    [TH_CHECK_SITE] = "site",
    [TH_CHECK_ROUTE] = "route",
    [TH_CHECK_VERIFIED] = "verified",
  };

  g_return_val_if_fail (check < TH_N_CHECKS, "");
  return names[check];
}

/* --- one step --------------------------------------------------------------------------------- */

/* Why @action is not for a ticket in @state. */
static gboolean
refuse (ThTicketState state, GError **error)
{
  static const struct
  {
    ThQueueError code;
    const char *words;
  } why[TH_N_TICKET_STATES] = {
    [TH_TICKET_WAITING] = { TH_QUEUE_ERROR_WAITS, "it waits, and was not called" },
    [TH_TICKET_HELD] = { TH_QUEUE_ERROR_HELD, "its case is open: staff decide first" },
    [TH_TICKET_CALLED] = { TH_QUEUE_ERROR_CALLED, "it was called, and is not served yet" },
    [TH_TICKET_SERVING] = { TH_QUEUE_ERROR_SERVED, "it is being served" },
    [TH_TICKET_PARKED] = { TH_QUEUE_ERROR_PARKED, "it is set aside" },
    [TH_TICKET_NO_SHOW] = { TH_QUEUE_ERROR_GONE, "it was closed as a no-show" },
    [TH_TICKET_DONE] = { TH_QUEUE_ERROR_GONE, "it has been through all zones" },
    [TH_TICKET_LEFT] = { TH_QUEUE_ERROR_GONE, "its person has left" },
    [TH_TICKET_CLOSED] = { TH_QUEUE_ERROR_CLOSED, "its case was closed: not today" },
  };

  g_set_error_literal (error, TH_QUEUE_ERROR, (gint) why[state].code, why[state].words);
  return FALSE;
}

gboolean
th_queue_step (ThTicketState state, ThQueueAction action, ThTicketState *ret_state, GError **error)
{
#define NO TH_N_TICKET_STATES
  static const ThTicketState table[TH_N_TICKET_STATES][TH_N_QUEUE_ACTIONS] = {
    /* call, serve, park, no-show, put-back, move, done, leave */
    [TH_TICKET_WAITING] = { TH_TICKET_CALLED, TH_TICKET_SERVING, TH_TICKET_PARKED, NO, NO,
                            TH_TICKET_WAITING, NO, TH_TICKET_LEFT },
    [TH_TICKET_HELD] = { NO, NO, NO, NO, NO, NO, NO, TH_TICKET_LEFT },
    [TH_TICKET_CALLED] = { TH_TICKET_CALLED, TH_TICKET_SERVING, TH_TICKET_PARKED, TH_TICKET_WAITING,
                           TH_TICKET_WAITING, TH_TICKET_WAITING, NO, TH_TICKET_LEFT },
    [TH_TICKET_SERVING] = { NO, NO, TH_TICKET_PARKED, NO, TH_TICKET_WAITING, TH_TICKET_WAITING,
                            TH_TICKET_DONE, TH_TICKET_LEFT },
    [TH_TICKET_PARKED] = { TH_TICKET_CALLED, TH_TICKET_SERVING, NO, NO, TH_TICKET_WAITING,
                           TH_TICKET_WAITING, NO, TH_TICKET_LEFT },
    [TH_TICKET_NO_SHOW] = { NO, NO, NO, NO, TH_TICKET_WAITING, NO, NO, NO },
    [TH_TICKET_DONE] = { NO, NO, NO, NO, NO, NO, NO, NO },
    [TH_TICKET_LEFT] = { NO, NO, NO, NO, TH_TICKET_WAITING, NO, NO, NO },
    [TH_TICKET_CLOSED] = { NO, NO, NO, NO, NO, NO, NO, TH_TICKET_LEFT },
  };
  ThTicketState next = table[state][action];

  if (next == NO)
    return refuse (state, error);
  *ret_state = next;
  return TRUE;
#undef NO
}

/* --- the order -------------------------------------------------------------------------------- */

gint64
th_queue_place_us (gint64 issued_at_us, gint64 window_from_us, gint64 window_to_us)
{
  return window_from_us != 0 && issued_at_us < window_to_us ? window_from_us : issued_at_us;
}

/* By when the place counts from; a household's tickets have the same moment and adjacent numbers. */
static int
compare_places (gconstpointer a, gconstpointer b)
{
  const ThQueueEntry *one = *(const ThQueueEntry *const *) a;
  const ThQueueEntry *two = *(const ThQueueEntry *const *) b;

  if (one->order_us != two->order_us)
    return one->order_us < two->order_us ? -1 : 1;
  if (one->lane != two->lane)
    return one->lane - two->lane;
  return one->number < two->number ? -1 : one->number > two->number;
}

static gboolean
same_household (const ThQueueEntry *one, const ThQueueEntry *two)
{
  return one->household[0] != '\0' && strcmp (one->household, two->household) == 0;
}

/* Takes the first of @from, and whoever of its household waits too. */
static guint
take_party (GPtrArray *from, GPtrArray *to)
{
  const ThQueueEntry *first = from->pdata[0];
  guint taken = 0;

  for (guint i = 0; i < from->len;)
    if (from->pdata[i] == first || same_household (first, from->pdata[i]))
      {
        g_ptr_array_add (to, g_ptr_array_steal_index (from, i));
        taken++;
      }
    else
      i++;
  return taken;
}

void
th_queue_order (GPtrArray *waiting, const ThQueueRules *rules, guint since_priority)
{
  g_autoptr (GPtrArray) first = g_ptr_array_new ();
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  g_autoptr (GPtrArray) order = g_ptr_array_new ();

  for (guint i = 0; i < waiting->len; i++)
    {
      const ThQueueEntry *entry = waiting->pdata[i];

      g_ptr_array_add (th_queue_rules_priority (rules, entry->lane) ? first : others,
                       waiting->pdata[i]);
    }
  g_ptr_array_sort (first, compare_places);
  g_ptr_array_sort (others, compare_places);
  while (first->len > 0 || others->len > 0)
    if (first->len > 0 && (others->len == 0 || since_priority >= rules->priority_share - 1))
      {
        take_party (first, order);
        since_priority = 0;
      }
    else
      {
        guint taken = take_party (others, order);

        since_priority = since_priority > G_MAXUINT - taken ? G_MAXUINT : since_priority + taken;
      }
  for (guint i = 0; i < order->len; i++)
    waiting->pdata[i] = order->pdata[i];
}

gint64
th_queue_places_back (const GPtrArray *waiting, char lane, gint64 own_us, guint places)
{
  g_autoptr (GPtrArray) behind = g_ptr_array_new ();

  for (guint i = 0; i < waiting->len; i++)
    {
      const ThQueueEntry *entry = waiting->pdata[i];

      if (entry->lane == lane && entry->order_us >= own_us)
        g_ptr_array_add (behind, waiting->pdata[i]);
    }
  if (behind->len == 0 || places == 0)
    return own_us;
  g_ptr_array_sort (behind, compare_places);
  return ((const ThQueueEntry *) behind->pdata[MIN (places, behind->len) - 1])->order_us + 1;
}
