/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the queue: a ticket by whatever somebody shows, who is next, and why. */
#include "kiosk/records-private.h"

#include <string.h>

static gboolean
read_one (ThRecords *records, const char *where, const char *key, const char *day,
          ThQueueEntry *ret_entry, GError **error)
{
  g_autofree char *sql = g_strconcat (th_records_entry_sql, where, NULL);
  g_autoptr (ThStatement) row = th_db_query (records->db, sql, "ss", key, day);
  ThStep step = th_statement_step (row, error);

  if (step == TH_STEP_DONE)
    return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND, "there is no such number today");
  return step == TH_STEP_ROW && th_records_take_entry (row, ret_entry, error);
}

/* Of the day of this transaction: yesterday's tickets are nobody's business any more. */
gboolean
th_records_read_entry (ThRecords *records, const char *visit, ThQueueEntry *ret_entry, GError **error)
{
  char day[TH_DAY_BYTES];

  if (!th_records_shown_day (records, day, error))
    return FALSE;
  return read_one (records, "WHERE t.visit = $1 AND t.day = $2", visit, day, ret_entry, error);
}

/* "A-017", "a17" */
static gboolean
is_label (const char *text, char *ret_lane, guint *ret_number)
{
  const char *digits = text + 1;
  guint64 number;

  if (!g_ascii_isalpha (text[0]))
    return FALSE;
  digits += *digits == '-';
  if (strlen (digits) > 6 || !g_ascii_string_to_unsigned (digits, 10, 1, 999999, &number, NULL))
    return FALSE;
  *ret_lane = g_ascii_toupper (text[0]);
  *ret_number = (guint) number;
  return TRUE;
}

static gboolean
find_label (ThRecords *records, char lane, guint number, const char *day, ThQueueEntry *ret_entry,
            GError **error)
{
  g_autofree char *where = g_strdup_printf ("WHERE t.lane = $1 AND t.day = $2 AND t.number = %u",
                                            number);
  const char name[2] = { lane, '\0' };

  return read_one (records, where, name, day, ret_entry, error);
}

gboolean
th_records_find_entry (ThRecords *records, const char *code, const char *day, ThQueueEntry *ret_entry,
           GError **error)
{
  guint8 hash[TH_PERSON_HASH_BYTES];
  g_autoptr (GError) problem = NULL;
  ThTicket ticket;
  guint number;
  char lane;

  if (is_label (code, &lane, &number))
    return find_label (records, lane, number, day, ret_entry, error);
  if (strlen (code) == 32 && strspn (code, "0123456789abcdef") == 32)
    return read_one (records, "WHERE t.token = $1 AND t.day = $2", code, day, ret_entry, error);
  if (!th_records_hash_person (records, day, code, hash, &problem))
    {
      if (g_error_matches (problem, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED))
        return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND,
                                  "neither a number, nor a slip's code, nor a person");
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (th_records_find_by_hash (records, day, hash, &ticket, &problem))
    return read_one (records, "WHERE t.visit = $1 AND t.day = $2", ticket.visit, day, ret_entry,
                     error);
  if (problem == NULL)
    return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND, "this person has no number today");
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
th_records_find_code (ThRecords *records, const char *code, ThQueueEntry *ret_entry, GError **error)
{
  char day[TH_DAY_BYTES];

  return th_records_shown_day (records, day, error)
         && th_records_find_entry (records, code, day, ret_entry, error);
}

/* (element-type ThQueueEntry): who can be called in @zone, or would be but for an open case. */
GPtrArray *
th_records_list_waiting (ThRecords *records, const char *zone, const char *day, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *sql
      = g_strconcat (th_records_entry_sql,
                     "WHERE t.day = $1 AND m.zone = $2 AND m.state = 'waiting'", NULL);
  g_autoptr (ThStatement) row = th_db_query (records->db, sql, "ss", day, zone);
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      g_autofree ThQueueEntry *entry = g_new0 (ThQueueEntry, 1);

      if (!th_records_take_entry (row, entry, error))
        return NULL;
      g_ptr_array_add (list, g_steal_pointer (&entry));
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&list) : NULL;
}

/* Ordinary calls of the day in @zone since the last one of a priority lane. */
static gboolean
count_since_priority (ThRecords *records, const char *zone, const char *day, guint *ret_since,
                      GError **error)
{
  g_autoptr (ThStatement) row
      = th_db_query (records->db,
                     "SELECT lane FROM moves WHERE zone = $1 AND state = 'called' AND day = $2"
                     " ORDER BY at_us DESC LIMIT 10",
                     "ss", zone, day);
  guint since = 0;
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      if (th_queue_rules_priority (&records->queue, th_statement_text (row, 0)[0]))
        {
          *ret_since = since;
          return TRUE;
        }
      since++;
    }
  *ret_since = G_MAXUINT;
  return step == TH_STEP_DONE;
}

/* In the order they will be called in; whoever is held is in none. */
GPtrArray *
th_records_list_order (ThRecords *records, const char *zone, const char *day, GError **error)
{
  g_autoptr (GPtrArray) waiting = th_records_list_waiting (records, zone, day, error);
  guint since;

  if (waiting == NULL || !count_since_priority (records, zone, day, &since, error))
    return NULL;
  for (guint i = waiting->len; i > 0; i--)
    if (((ThQueueEntry *) waiting->pdata[i - 1])->state != TH_TICKET_WAITING)
      g_ptr_array_remove_index (waiting, i - 1);
  th_queue_order (waiting, &records->queue, since);
  return g_steal_pointer (&waiting);
}

GPtrArray *
th_records_list_zone (ThRecords *records, const char *zone, GError **error)
{
  g_autoptr (ThTransaction) view = th_db_begin (records->db, FALSE, error);
  g_autofree char *sql = g_strconcat (
      th_records_entry_sql, "WHERE t.day = $1 AND m.zone = $2 ORDER BY t.lane, t.number", NULL);
  g_autoptr (ThStatement) row = NULL;
  g_autoptr (GPtrArray) list = NULL;
  char day[TH_DAY_BYTES];
  ThStep step;

  if (view == NULL || !th_records_shown_day (records, day, error))
    return NULL;
  list = th_records_list_order (records, zone, day, error);
  if (list == NULL)
    return NULL;
  row = th_db_query (records->db, sql, "ss", day, zone);
  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      g_autofree ThQueueEntry *entry = g_new0 (ThQueueEntry, 1);

      if (!th_records_take_entry (row, entry, error))
        return NULL;
      if (entry->state != TH_TICKET_WAITING)
        g_ptr_array_add (list, g_steal_pointer (&entry));
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&list) : NULL;
}

/* --- why it is where it is -------------------------------------------------------------------- */

static char *
local_time (gint64 at_us)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (at_us / G_USEC_PER_SEC);

  return at != NULL ? g_date_time_format (at, "%H:%M:%S") : g_strdup ("?");
}

/* How it came to have its place. */
static void
explain_place (ThRecords *records, const ThQueueEntry *entry, GString *text)
{
  g_autofree char *issued = local_time (entry->issued_at_us);
  g_autofree char *place = local_time (entry->order_us);

  g_string_append_printf (text, "its number was issued at %s\n", issued);
  if (entry->window_from_us != 0)
    {
      g_autofree char *from = local_time (entry->window_from_us);
      g_autofree char *to = local_time (entry->window_to_us);

      g_string_append_printf (text, "its appointment is from %s to %s%s\n", from, to,
                              entry->issued_at_us < entry->window_to_us
                                  ? ": its place counts from the start"
                                  : ", and it came after that: as without one");
    }
  g_string_append_printf (text, "its place in %s counts from %s\n", entry->zone, place);
  if (entry->no_shows > 0)
    g_string_append_printf (text, "it did not come when called: %u of %u times, %u places back each\n",
                            entry->no_shows, records->queue.no_show_after, records->queue.put_back);
  if (entry->household[0] != '\0')
    g_string_append (text, "it came with its household: they are called together\n");
}

static void
explain_lanes (ThRecords *records, const ThQueueEntry *entry, guint since, GString *text)
{
  if (records->queue.priority_lanes[0] == '\0')
    return;
  g_string_append_printf (text, "lane %c is %s: at most one call in %u goes to lane %s while others wait\n",
                          entry->lane,
                          th_queue_rules_priority (&records->queue, entry->lane) ? "a priority lane"
                                                                                 : "an ordinary lane",
                          records->queue.priority_share, records->queue.priority_lanes);
  if (since == G_MAXUINT)
    g_string_append (text, "there was no priority call in this zone today\n");
  else
    g_string_append_printf (text, "ordinary calls in this zone since the last priority call: %u\n", since);
}

static gboolean
explain_order (ThRecords *records, const ThQueueEntry *entry, const char *day, GString *text,
               GError **error)
{
  g_autoptr (GPtrArray) order = th_records_list_order (records, entry->zone, day, error);
  guint since;

  if (order == NULL || !count_since_priority (records, entry->zone, day, &since, error))
    return FALSE;
  for (guint i = 0; i < order->len; i++)
    {
      const ThQueueEntry *before = order->pdata[i];

      if (strcmp (before->visit, entry->visit) != 0)
        continue;
      g_string_append_printf (text, "it is number %u of %u to be called in %s\n", i + 1, order->len,
                              entry->zone);
      if (i > 0)
        {
          char label[16];

          before = order->pdata[i - 1];
          th_ticket_label (before->lane, before->number, label);
          g_string_append_printf (text, "right before it: %s\n", label);
        }
    }
  explain_lanes (records, entry, since, text);
  return TRUE;
}

char *
th_records_explain (ThRecords *records, const char *visit, GError **error)
{
  g_autoptr (ThTransaction) view = th_db_begin (records->db, FALSE, error);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *since = NULL;
  char day[TH_DAY_BYTES], label[16];
  ThQueueEntry entry = { 0 };

  records->now_us = view != NULL ? th_records_now_us (records, error) : 0;
  if (records->now_us == 0 || !th_records_read_entry (records, visit, &entry, error)
      || !th_records_shown_day (records, day, error))
    return NULL;
  th_ticket_label (entry.lane, entry.number, label);
  since = local_time (entry.since_us);
  g_string_append_printf (text, "%s is %s in %s since %s%s%s\n", label,
                          th_ticket_state_to_string (entry.state), entry.zone, since,
                          *entry.desk != '\0' ? ", desk " : "", entry.desk);
  explain_place (records, &entry, text);
  if (entry.state == TH_TICKET_WAITING && !explain_order (records, &entry, day, text, error))
    return NULL;
  if (entry.state == TH_TICKET_HELD)
    g_string_append (text, "it is passed over until staff have decided its case\n");
  return g_string_free (g_steal_pointer (&text), FALSE);
}
