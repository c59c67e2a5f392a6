/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/records-private.h"

#include <string.h>

#define MAX_EXTEND_MIN 240

void
th_records_use_queue_rules (ThRecords *records, const ThQueueRules *rules)
{
  records->queue = *rules;
}

/* FALSE, always: the number goes before the reason. */
static gboolean
refuse (GError **error, ThQueueError code, const ThQueueEntry *entry, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static gboolean
refuse (GError **error, ThQueueError code, const ThQueueEntry *entry, const char *format, ...)
{
  g_autofree char *words = NULL;
  char label[16];
  va_list values;

  va_start (values, format);
  words = g_strdup_vprintf (format, values);
  va_end (values);
  th_ticket_label (entry->lane, entry->number, label);
  g_set_error (error, TH_QUEUE_ERROR, (gint) code, "%s: %s", label, words);
  return FALSE;
}

static gboolean
check_station (ThRecords *records, const ThStation *at, GError **error)
{
  const char *desk = at->desk;

  if (!th_records_check_by (at->by, error))
    return FALSE;
  if (th_queue_rules_zone (&records->queue, at->zone) < 0)
    {
      g_set_error (error, TH_QUEUE_ERROR, TH_QUEUE_ERROR_NO_ZONE, "this site has no zone '%s'",
                   at->zone != NULL ? at->zone : "");
      return FALSE;
    }
  if (desk == NULL || !g_utf8_validate (desk, -1, NULL) || g_utf8_strlen (desk, -1) > 16)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "a desk has up to 16 characters");
  return TRUE;
}

/* --- what a zone asks for --------------------------------------------------------------------- */

static gboolean
has_consent (ThRecords *records, const char *visit, gboolean *ret_consent, GError **error)
{
  g_autoptr (ThStatement) row
      = th_db_query (records->db, "SELECT yes FROM answers WHERE visit = $1 AND question = $2",
                     "ss", visit, th_question_to_string (TH_QUESTION_CONSENT));
  ThStep step = th_statement_step (row, error);

  *ret_consent = step == TH_STEP_ROW && th_statement_int (row, 0) != 0;
  return step != TH_STEP_FAILED;
}

gboolean
th_records_checks_done (ThRecords *records, const char *visit, gboolean *ret_done, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (
      records->db,
      "SELECT count(*) FROM checks WHERE visit = $1 AND checks = $2 AND at_us >="
      " (SELECT max(at_us) FROM moves WHERE visit = $1 AND zone = $3 AND state = 'serving')",
      "sis", visit, (int) TH_CHECKS_ALL, TH_ZONE_VACCINATION);
  ThStep step = th_statement_step (row, error);

  *ret_done = step == TH_STEP_ROW && th_statement_int (row, 0) > 0;
  return step == TH_STEP_ROW;
}

/* Before somebody goes on from where they are. */
static gboolean
check_duties (ThRecords *records, const ThQueueEntry *entry, GError **error)
{
  gboolean met = TRUE;

  if (strcmp (entry->zone, TH_ZONE_REGISTRATION) == 0)
    {
      if (!has_consent (records, entry->visit, &met, error))
        return FALSE;
      if (!met)
        return refuse (error, TH_QUEUE_ERROR_NO_CONSENT, entry, "consent was not given");
    }
  else if (strcmp (entry->zone, TH_ZONE_VACCINATION) == 0)
    {
      if (!th_records_checks_done (records, entry->visit, &met, error))
        return FALSE;
      if (!met)
        return refuse (error, TH_QUEUE_ERROR_CHECKS_MISSING, entry,
                       "the checks before an injection are not done");
    }
  else if (entry->until_us > records->now_us)
    return refuse (error, TH_QUEUE_ERROR_TOO_EARLY, entry,
                   "%d more minutes of observation; whoever goes now leaves early",
                   (int) ((entry->until_us - records->now_us + 59 * G_USEC_PER_SEC)
                          / (60 * G_USEC_PER_SEC)));
  return TRUE;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* Where a ticket is afterwards. 0 and NULL: as before. */
typedef struct
{
  ThLogKind kind;
  const char *zone;
  ThTicketState state;
  gint64 order_us;
  gint64 until_us;
  gboolean missed;
  gboolean again;
  const char *why;
} Change;

static gboolean
is_away (ThTicketState state)
{
  return state == TH_TICKET_LEFT || state == TH_TICKET_NO_SHOW;
}

/* Who is not there needs no dose; who comes back does. */
static gboolean
follow_with_dose (ThRecords *records, const char *visit, ThTicketState before, ThTicketState after,
                  const char *by, GError **error)
{
  if (is_away (before) == is_away (after))
    return TRUE;
  return is_away (after)
             ? th_records_give_up_dose (records, visit, th_ticket_state_to_string (after), by, error)
             : th_records_reserve_again (records, visit, error);
}

static gboolean
append (ThRecords *records, const ThQueueEntry *entry, const ThStation *at, const Change *change,
        GError **error)
{
  g_autoptr (ThLogBody) body = th_log_body_new ();

  th_log_body_set_text (body, "by", at->by);
  th_log_body_set_text (body, "from", at->zone);
  th_log_body_set_text (body, "desk", at->desk);
  th_log_body_set_text (body, "zone", change->zone != NULL ? change->zone : entry->zone);
  th_log_body_set_text (body, "state", th_ticket_state_to_string (change->state));
  if (change->order_us != 0)
    th_log_body_set_int (body, "order_us", change->order_us);
  if (change->until_us != 0)
    th_log_body_set_int (body, "until_us", change->until_us);
  if (change->missed)
    th_log_body_set_flag (body, "missed", TRUE);
  if (change->again)
    th_log_body_set_flag (body, "again", TRUE);
  if (change->why != NULL && *change->why != '\0')
    th_log_body_set_text (body, "why", change->why);
  if (change->kind == TH_LOG_LEFT_SITE && entry->until_us > records->now_us)
    th_log_body_set_int (body, "early_s", (entry->until_us - records->now_us) / G_USEC_PER_SEC);
  return th_records_append (records, change->kind, entry->visit, body, error)
         && follow_with_dose (records, entry->visit, entry->state, change->state, at->by, error);
}

/* When the injection was given; now, where none is written. */
static gboolean
injected_at (ThRecords *records, const char *visit, gint64 *ret_at_us, GError **error)
{
  g_autoptr (GError) problem = NULL;
  ThDose dose;

  *ret_at_us = records->now_us;
  if (th_records_find_dose (records, visit, &dose, &problem))
    {
      if (dose.state == TH_DOSE_INJECTED)
        *ret_at_us = dose.at_us;
      return TRUE;
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Into @zone: to wait there from now on, or to be observed. */
static gboolean
append_entering (ThRecords *records, const ThQueueEntry *entry, const ThStation *at, ThLogKind kind,
                 const char *zone, GError **error)
{
  gboolean observed = strcmp (zone, TH_ZONE_OBSERVATION) == 0;
  Change change = { .kind = kind,
                    .zone = zone,
                    .state = observed ? TH_TICKET_SERVING : TH_TICKET_WAITING,
                    .order_us = records->now_us };
  gint64 injected_at_us = 0;

  if (observed && !injected_at (records, entry->visit, &injected_at_us, error))
    return FALSE;
  if (observed)
    change.until_us = injected_at_us + records->queue.observation_min * (gint64) 60 * G_USEC_PER_SEC;
  return append (records, entry, at, &change, error);
}

/* @kind: DONE, or MOVED where staff said so. */
static gboolean
append_onward (ThRecords *records, const ThQueueEntry *entry, const ThStation *at, ThLogKind kind,
               GError **error)
{
  int zone = th_queue_rules_zone (&records->queue, entry->zone);
  Change last = { .kind = kind, .state = TH_TICKET_DONE };

  if (!check_duties (records, entry, error))
    return FALSE;
  if (kind == TH_LOG_DONE && strcmp (entry->zone, TH_ZONE_OBSERVATION) == 0)
    kind = last.kind = TH_LOG_OBSERVED;
  if (zone + 1 < (int) records->queue.n_zones)
    return append_entering (records, entry, at, kind, records->queue.zones[zone + 1], error);
  return append (records, entry, at, &last, error);
}

static gboolean
append_no_show (ThRecords *records, const ThQueueEntry *entry, const ThStation *at, GError **error)
{
  Change change = { .kind = TH_LOG_NO_SHOW, .state = TH_TICKET_WAITING, .missed = TRUE };
  g_autoptr (GPtrArray) waiting = NULL;
  char day[TH_DAY_BYTES];

  if (entry->no_shows >= records->queue.no_show_after)
    change.state = TH_TICKET_NO_SHOW;
  else
    {
      if (!th_records_shown_day (records, day, error))
        return FALSE;
      waiting = th_records_list_waiting (records, entry->zone, day, error);
      if (waiting == NULL)
        return FALSE;
      change.order_us = th_queue_places_back (waiting, entry->lane, entry->order_us,
                                              records->queue.put_back);
    }
  return append (records, entry, at, &change, error);
}

/* Called or served, a ticket is its desk's until that says otherwise; but anybody may help out by putting it back. */
static gboolean
check_place (const ThQueueEntry *entry, ThQueueAction action, const ThStation *at, GError **error)
{
  gboolean taken = entry->state == TH_TICKET_CALLED || entry->state == TH_TICKET_SERVING;

  if (strcmp (entry->zone, at->zone) != 0)
    return refuse (error, TH_QUEUE_ERROR_OTHER_ZONE, entry, "it is in %s, not in %s", entry->zone,
                   at->zone);
  if (taken && action != TH_QUEUE_PUT_BACK && strcmp (entry->zone, TH_ZONE_OBSERVATION) != 0
      && strcmp (entry->desk, at->desk) != 0)
    return refuse (error, TH_QUEUE_ERROR_OTHER_DESK, entry, "it is at desk '%s'", entry->desk);
  return TRUE;
}

static gboolean
step_state (const ThQueueEntry *entry, ThQueueAction action, ThTicketState *ret_state,
            GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (th_queue_step (entry->state, action, ret_state, &problem))
    return TRUE;
  return refuse (error, (ThQueueError) problem->code, entry, "%s", problem->message);
}

static gboolean
append_action (ThRecords *records, const ThQueueEntry *entry, ThQueueAction action,
               const ThStation *at, GError **error)
{
  gboolean observation = strcmp (entry->zone, TH_ZONE_OBSERVATION) == 0;
  Change change = { 0 };

  if (!step_state (entry, action, &change.state, error) || !check_place (entry, action, at, error))
    return FALSE;
  switch (action)
    {
    case TH_QUEUE_CALL:
      if (observation)
        return refuse (error, TH_QUEUE_ERROR_NO_ZONE, entry, "nobody is called to observation");
      change.kind = TH_LOG_CALLED;
      change.again = entry->state == TH_TICKET_CALLED;
      break;
    case TH_QUEUE_SERVE:
      change.kind = TH_LOG_SERVING;
      break;
    case TH_QUEUE_PARK:
      change.kind = TH_LOG_PARKED;
      break;
    case TH_QUEUE_NO_SHOW:
      return append_no_show (records, entry, at, error);
    case TH_QUEUE_PUT_BACK:
      if (observation && entry->state == TH_TICKET_SERVING)
        return refuse (error, TH_QUEUE_ERROR_SERVED, entry, "it is being observed");
      change.kind = TH_LOG_PUT_BACK;
      change.state = observation ? TH_TICKET_SERVING : TH_TICKET_WAITING;
      break;
    case TH_QUEUE_DONE:
      return append_onward (records, entry, at, TH_LOG_DONE, error);
    case TH_QUEUE_MOVE:
    case TH_QUEUE_LEAVE:
    case TH_N_QUEUE_ACTIONS:
      g_return_val_if_reached (FALSE);
    }
  return append (records, entry, at, &change, error);
}

gboolean
th_records_append_step (ThRecords *records, const char *visit, ThQueueAction action,
                        const ThStation *at, GError **error)
{
  ThQueueEntry entry = { 0 };

  return check_station (records, at, error) && th_records_read_entry (records, visit, &entry, error)
         && append_action (records, &entry, action, at, error);
}

gboolean
th_records_step (ThRecords *records, const char *visit, ThQueueAction action, const ThStation *at,
                 GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);

  if (transaction == NULL || !th_records_append_step (records, visit, action, at, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}

/* Takes out of @order who is called now: the first (of @lane), and the household. */
static GPtrArray *
take_party (GPtrArray *order, char lane)
{
  GPtrArray *party = g_ptr_array_new_with_free_func (g_free);
  const ThQueueEntry *first = NULL;

  for (guint i = 0; i < order->len;)
    {
      ThQueueEntry *entry = order->pdata[i];
      gboolean taken = first == NULL ? lane == 0 || entry->lane == lane
                                     : *first->household != '\0'
                                           && strcmp (first->household, entry->household) == 0;

      if (!taken)
        {
          i++;
          continue;
        }
      g_ptr_array_add (party, g_ptr_array_steal_index (order, i));
      first = party->pdata[0];
    }
  return party;
}

GPtrArray *
th_records_call_next (ThRecords *records, const ThStation *at, char lane, GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);
  const Change call = { .kind = TH_LOG_CALLED, .state = TH_TICKET_CALLED };
  g_autoptr (GPtrArray) order = NULL;
  g_autoptr (GPtrArray) party = NULL;
  char day[TH_DAY_BYTES];

  if (transaction == NULL || !check_station (records, at, error))
    return NULL;
  if (!th_records_shown_day (records, day, error))
    return NULL;
  order = th_records_list_order (records, at->zone, day, error);
  if (order == NULL)
    return NULL;
  party = take_party (order, lane);
  for (guint i = 0; i < party->len; i++)
    {
      ThQueueEntry *entry = party->pdata[i];

      if (!append (records, entry, at, &call, error)
          || !th_records_read_entry (records, entry->visit, entry, error))
        return NULL;
    }
  if (party->len > 0 && !th_db_commit (g_steal_pointer (&transaction), error))
    return NULL;
  return g_steal_pointer (&party);
}

gboolean
th_records_move (ThRecords *records, const char *visit, const char *to, const ThStation *at,
                 GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);
  int target = th_queue_rules_zone (&records->queue, to);
  ThQueueEntry entry = { 0 };
  ThTicketState state;
  int zone;

  if (transaction == NULL || !check_station (records, at, error)
      || !th_records_read_entry (records, visit, &entry, error))
    return FALSE;
  zone = th_queue_rules_zone (&records->queue, entry.zone);
  if (target < 0)
    return refuse (error, TH_QUEUE_ERROR_NO_ZONE, &entry, "this site has no zone '%s'", to);
  if (!step_state (&entry, TH_QUEUE_MOVE, &state, error))
    return FALSE;
  if (target == zone)
    return refuse (error, TH_QUEUE_ERROR_PASSED, &entry, "it is in %s already", to);
  if (target > zone + 1)
    return refuse (error, TH_QUEUE_ERROR_SKIPPED, &entry, "%s comes before %s",
                   records->queue.zones[zone + 1], to);
  if (target == zone + 1 && zone >= 0 && entry.state != TH_TICKET_SERVING)
    return refuse (error, TH_QUEUE_ERROR_SKIPPED, &entry, "it was not served in %s yet",
                   entry.zone);
  if (target > zone && zone >= 0 ? !append_onward (records, &entry, at, TH_LOG_MOVED, error)
                                 : !append_entering (records, &entry, at, TH_LOG_MOVED, to, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}

gboolean
th_records_leave_site (ThRecords *records, const char *visit, const char *why, const ThStation *at,
                       GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);
  Change change = { .kind = TH_LOG_LEFT_SITE, .why = why };
  ThQueueEntry entry = { 0 };

  if (strlen (why) > 16 || strspn (why, "abcdefghijklmnopqrstuvwxyz-") != strlen (why))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "a reason to leave is up to 16 of a-z and -");
  if (transaction == NULL || !check_station (records, at, error)
      || !th_records_read_entry (records, visit, &entry, error)
      || !step_state (&entry, TH_QUEUE_LEAVE, &change.state, error))
    return FALSE;
  if (*why == '\0' && entry.until_us > records->now_us)
    change.why = "early";
  if (!append (records, &entry, at, &change, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}

gboolean
th_records_undo (ThRecords *records, const char *visit, const ThStation *at, GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);
  g_autoptr (ThLogBody) body = th_log_body_new ();
  ThQueueEntry entry = { 0 }, after = { 0 };

  if (transaction == NULL || !check_station (records, at, error)
      || !th_records_read_entry (records, visit, &entry, error))
    return FALSE;
  if (entry.steps == 0)
    return refuse (error, TH_QUEUE_ERROR_NOTHING, &entry, "nothing was done with it yet");
  if (strcmp (entry.from_zone, at->zone) != 0 || strcmp (entry.desk, at->desk) != 0)
    return refuse (error, TH_QUEUE_ERROR_OTHER_DESK, &entry,
                   "the last thing was done with it in %s, desk '%s'", entry.from_zone, entry.desk);
  th_log_body_set_text (body, "by", at->by);
  th_log_body_set_text (body, "from", at->zone);
  th_log_body_set_text (body, "desk", at->desk);
  if (!th_records_append (records, TH_LOG_UNDONE, visit, body, error)
      || !th_records_read_entry (records, visit, &after, error)
      || !follow_with_dose (records, visit, entry.state, after.state, at->by, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}

gboolean
th_records_extend (ThRecords *records, const char *visit, guint minutes, const ThStation *at,
                   GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);
  Change change = { .kind = TH_LOG_EXTENDED };
  ThQueueEntry entry = { 0 };

  if (minutes < 1 || minutes > MAX_EXTEND_MIN)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "observation is extended by 1 to %d minutes", MAX_EXTEND_MIN);
  if (transaction == NULL || !check_station (records, at, error)
      || !th_records_read_entry (records, visit, &entry, error))
    return FALSE;
  if (strcmp (entry.zone, TH_ZONE_OBSERVATION) != 0 || entry.state != TH_TICKET_SERVING)
    return refuse (error, TH_QUEUE_ERROR_OTHER_ZONE, &entry, "it is not being observed");
  change.state = entry.state;
  /* Over already: the minutes count from now. */
  change.until_us
      = MAX (entry.until_us, records->now_us) + minutes * (gint64) 60 * G_USEC_PER_SEC;
  if (!append (records, &entry, at, &change, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}

/* --- somebody stands at the desk -------------------------------------------------------------- */

/* Brings @entry to @at's zone, or says why not. */
static gboolean
bring_here (ThRecords *records, ThQueueEntry *entry, const ThStation *at, GError **error)
{
  int here = th_queue_rules_zone (&records->queue, at->zone);
  int zone = th_queue_rules_zone (&records->queue, entry->zone);
  ThStation before = { .zone = entry->zone, .desk = entry->desk, .by = at->by };

  if (zone == here)
    return TRUE;
  if (entry->state == TH_TICKET_HELD || entry->state == TH_TICKET_CLOSED
      || entry->state == TH_TICKET_NO_SHOW || entry->state == TH_TICKET_DONE
      || entry->state == TH_TICKET_LEFT)
    {
      ThTicketState state;

      return step_state (entry, TH_QUEUE_SERVE, &state, error);
    }
  if (zone > here)
    return refuse (error, TH_QUEUE_ERROR_PASSED, entry, "it has been through %s, and is in %s",
                   at->zone, entry->zone);
  if (zone < here - 1)
    return refuse (error, TH_QUEUE_ERROR_SKIPPED, entry, "%s comes before %s",
                   records->queue.zones[zone + 1], at->zone);
  if (entry->state != TH_TICKET_SERVING)
    return refuse (error, TH_QUEUE_ERROR_SKIPPED, entry, "it was not served in %s yet",
                   entry->zone);
  return append_onward (records, entry, &before, TH_LOG_DONE, error)
         && th_records_read_entry (records, entry->visit, entry, error);
}

gboolean
th_records_arrive (ThRecords *records, const ThStation *at, const char *code,
                   ThQueueEntry *ret_entry, GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);
  char day[TH_DAY_BYTES];
  ThQueueEntry entry = { 0 };
  gint64 seq;

  if (transaction == NULL || !check_station (records, at, error))
    return FALSE;
  seq = records->seq;
  if (!th_records_shown_day (records, day, error)
      || !th_records_find_entry (records, code, day, &entry, error) || !bring_here (records, &entry, at, error))
    return FALSE;
  if (entry.state != TH_TICKET_SERVING
      && (!append_action (records, &entry, TH_QUEUE_SERVE, at, error)
          || !th_records_read_entry (records, entry.visit, &entry, error)))
    return FALSE;
  if (!check_place (&entry, TH_QUEUE_SERVE, at, error))
    return FALSE;
  if (records->seq != seq && !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  *ret_entry = entry;
  return TRUE;
}

/* --- consent and checks ----------------------------------------------------------------------- */

gboolean
th_records_consent (ThRecords *records, const char *visit, gboolean yes, const ThStation *at,
                    GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);
  g_autoptr (ThLogBody) body = th_log_body_new ();
  ThQueueEntry entry = { 0 };

  if (transaction == NULL || !check_station (records, at, error)
      || !th_records_read_entry (records, visit, &entry, error))
    return FALSE;
  th_log_body_set_text (body, "question", th_question_to_string (TH_QUESTION_CONSENT));
  th_log_body_set_text (body, "version", th_question_version (TH_QUESTION_CONSENT));
  th_log_body_set_flag (body, "yes", yes);
  th_log_body_set_text (body, "by", at->by);
  if (!th_records_append (records, TH_LOG_ANSWERED, visit, body, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}

static gboolean
refuse_missing (const ThQueueEntry *entry, guint checks, GError **error)
{
  g_autoptr (GString) missing = g_string_new (NULL);

  for (ThCheck i = 0; i < TH_N_CHECKS; i++)
    if (!(checks & (1u << i)))
      g_string_append_printf (missing, "%s%s", missing->len > 0 ? ", " : "",
                              th_check_to_string (i));
  return refuse (error, TH_QUEUE_ERROR_CHECKS_MISSING, entry, "not checked: %s", missing->str);
}

gboolean
th_records_checks (ThRecords *records, const char *visit, guint checks, const char *version,
                   const ThStation *at, GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);
  g_autoptr (ThLogBody) body = th_log_body_new ();
  ThQueueEntry entry = { 0 };

  if (transaction == NULL || !check_station (records, at, error)
      || !th_records_read_entry (records, visit, &entry, error))
    return FALSE;
  if (strcmp (version, TH_CHECKS_VERSION) != 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "the list of checks is " TH_CHECKS_VERSION);
  if (strcmp (entry.zone, TH_ZONE_VACCINATION) != 0)
    return refuse (error, TH_QUEUE_ERROR_OTHER_ZONE, &entry, "it is in %s", entry.zone);
  if (entry.state != TH_TICKET_SERVING)
    return refuse (error, TH_QUEUE_ERROR_WAITS, &entry, "it is not being served");
  if (!check_place (&entry, TH_QUEUE_SERVE, at, error))
    return FALSE;
  if ((checks & TH_CHECKS_ALL) != TH_CHECKS_ALL)
    return refuse_missing (&entry, checks, error);
  th_log_body_set_int (body, "checks", TH_CHECKS_ALL);
  th_log_body_set_text (body, "version", version);
  th_log_body_set_text (body, "by", at->by);
  th_log_body_set_text (body, "desk", at->desk);
  if (!th_records_append (records, TH_LOG_CHECKS_DONE, visit, body, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}

/* --- the end of the day ----------------------------------------------------------------------- */

static gboolean
read_open (ThRecords *records, const char *day, GPtrArray *entries, GError **error)
{
  g_autofree char *sql = g_strconcat (
      th_records_entry_sql,
      "WHERE t.day = $1 AND m.state NOT IN ('done', 'left', 'no-show') ORDER BY t.lane, t.number", NULL);
  g_autoptr (ThStatement) row = th_db_query (records->db, sql, "s", day);
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      g_autofree ThQueueEntry *entry = g_new0 (ThQueueEntry, 1);

      if (!th_records_take_entry (row, entry, error))
        return FALSE;
      g_ptr_array_add (entries, g_steal_pointer (&entry));
    }
  return step == TH_STEP_DONE;
}

gboolean
th_records_append_queue_end (ThRecords *records, const char *day, const char *by, guint *ret_n,
                             GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);
  const Change left = { .kind = TH_LOG_LEFT_SITE, .state = TH_TICKET_LEFT, .why = "day-closed" };

  if (!th_records_check_by (by, error) || !read_open (records, day, entries, error)
      || !th_records_append_wait_scores (records, day, error))
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    {
      const ThQueueEntry *entry = entries->pdata[i];
      const ThStation at = { .zone = entry->zone, .desk = "", .by = by };

      if (!append (records, entry, &at, &left, error))
        return FALSE;
    }
  if (ret_n != NULL)
    *ret_n = entries->len;
  return TRUE;
}

gboolean
th_records_end_queue (ThRecords *records, const char *day, const char *by, guint *ret_n,
                      GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);
  guint n;

  if (transaction == NULL || !th_records_append_queue_end (records, day, by, &n, error)
      || !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  if (ret_n != NULL)
    *ret_n = n;
  return TRUE;
}
