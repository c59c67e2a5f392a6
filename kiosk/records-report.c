/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The day's report, counted from the log and not from what screens read. Zero is reported as zero.
 */
#include "kiosk/records-private.h"
#include "kiosk/records-sheet.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  const char *day;
  gint64 start_us, end_us; /* the local date of it */
  gboolean opened;         /* somebody opened it: it is what happened while it was, and not a date */
  gboolean counting;       /* … and the event before was of it */

  guint events, untrusted;
  guint confirmed, by_card, by_staff, without_number, let_in;
  guint readings, not_measured, rested;
  guint tickets[26], n_tickets;
  guint yes[TH_N_QUESTIONS], no[TH_N_QUESTIONS];
  GHashTable *left; /* "state reason" → count */
  guint n_left;
  GHashTable *slips; /* visit with a ticket of this day → state of its original */
  guint copies;
  GHashTable *decisions; /* visit flagged this day → ThDecision */
  guint reason[4];       /* by bit of ThReason */
  GHashTable *oral;      /* visits whose report was made: a set */
  GHashTable *written;
  guint calls, put_back, no_shows, left_site;
  gint64 received, wasted, returned, missing, stock; /* doses */
  guint by_dose[9], n_injected, released, unserved;
} Summary;

static void
clear_summary (Summary *summary)
{
  g_hash_table_unref (summary->left);
  g_hash_table_unref (summary->slips);
  g_hash_table_unref (summary->decisions);
  g_hash_table_unref (summary->oral);
  g_hash_table_unref (summary->written);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Summary, clear_summary)

static void
count_up (GHashTable *counts, char *key)
{
  gpointer n = g_hash_table_lookup (counts, key);

  g_hash_table_replace (counts, key, GUINT_TO_POINTER (GPOINTER_TO_UINT (n) + 1));
}

static void
count_answer (Summary *summary, const ThLogBody *body)
{
  for (guint i = 0; i < TH_N_QUESTIONS; i++)
    if (strcmp (th_log_body_text (body, "question"), th_question_to_string (i)) == 0)
      {
        if (th_log_body_flag (body, "yes"))
          summary->yes[i]++;
        else
          summary->no[i]++;
      }
}

static void
count_flagged (Summary *summary, const char *visit, const ThLogBody *body)
{
  gint64 reasons = th_log_body_int (body, "reasons");

  for (guint bit = 0; bit < G_N_ELEMENTS (summary->reason); bit++)
    if (reasons & (1 << bit))
      summary->reason[bit]++;
  g_hash_table_insert (summary->decisions, g_strdup (visit), GINT_TO_POINTER (TH_DECISION_NONE));
}

static void
count_ticket (Summary *summary, const char *visit, const ThLogBody *body)
{
  char lane = th_log_body_text (body, "lane")[0];

  if (g_ascii_isupper (lane))
    summary->tickets[lane - 'A']++;
  summary->n_tickets++;
  g_hash_table_insert (summary->slips, g_strdup (visit), GINT_TO_POINTER (TH_SLIP_STATE_QUEUED));
}

/* An injection that was undone the same day was none. */
static void
count_dose (Summary *summary, ThLogKind kind, const ThLogBody *body)
{
  gint64 dose = th_log_body_int (body, "dose");
  guint step = kind == TH_LOG_INJECTED ? 1 : (guint) -1;

  summary->n_injected += step;
  if (dose >= 1 && dose <= (gint64) G_N_ELEMENTS (summary->by_dose))
    summary->by_dose[dose - 1] += step;
}

/* What happened on the day itself. */
static void
count_of_day (Summary *summary, const ThLogEvent *event, ThLogKind kind, const ThLogBody *body)
{
  summary->events++;
  if (!event->clock_trusted)
    summary->untrusted++;
  switch (kind)
    {
    case TH_LOG_CONFIRMED:
      summary->confirmed++;
      if (strcmp (th_log_body_text (body, "entry"), "card") == 0)
        summary->by_card++;
      if (strcmp (th_log_body_text (body, "entry"), "staff") == 0)
        {
          summary->by_staff++;
          summary->without_number += !th_log_body_flag (body, "number");
          summary->let_in += th_log_body_text (body, "against")[0] != '\0';
        }
      break;
    case TH_LOG_ANSWERED:
      count_answer (summary, body);
      break;
    case TH_LOG_MEASURED:
      summary->readings++;
      break;
    case TH_LOG_NOT_MEASURED:
      summary->not_measured++;
      break;
    case TH_LOG_RESTED:
      summary->rested++;
      break;
    case TH_LOG_LEFT:
      summary->n_left++;
      count_up (summary->left, g_strdup_printf ("%s %s", th_log_body_text (body, "state"),
                                                th_log_body_text (body, "reason")));
      break;
    case TH_LOG_TICKET_ISSUED:
      count_ticket (summary, event->visit, body);
      break;
    case TH_LOG_FLAGGED:
      count_flagged (summary, event->visit, body);
      break;
    case TH_LOG_COPY_ASKED:
      summary->copies++;
      break;
    case TH_LOG_CALLED:
      summary->calls++;
      break;
    case TH_LOG_PUT_BACK:
      summary->put_back++;
      break;
    case TH_LOG_NO_SHOW:
      summary->no_shows++;
      break;
    case TH_LOG_LEFT_SITE:
      summary->left_site++;
      break;
    case TH_LOG_LOT_RECEIVED:
      summary->received += th_log_body_int (body, "doses");
      break;
    case TH_LOG_LOT_WASTED:
      summary->wasted += th_log_body_int (body, "n");
      break;
    case TH_LOG_LOT_RETURNED:
      summary->returned += th_log_body_int (body, "n");
      break;
    case TH_LOG_LOT_COUNTED:
      summary->missing += th_log_body_int (body, "missing");
      break;
    case TH_LOG_INJECTED:
    case TH_LOG_INJECTION_UNDONE:
      count_dose (summary, kind, body);
      break;
    case TH_LOG_DOSE_RELEASED:
      summary->released++;
      break;
    case TH_LOG_DOSE_UNSERVED:
      summary->unserved++;
      break;
    case TH_LOG_LOT_OPENED:
    case TH_LOG_LOT_WITHDRAWN:
    case TH_LOG_LOT_BOUND:
    case TH_LOG_DOSE_RESERVED:
    case TH_LOG_CARD_NOTES:
    case TH_LOG_SLIP:
    case TH_LOG_REVIEWED:
    case TH_LOG_REPORTED:
    case TH_LOG_DEVICE_STATE:
    case TH_LOG_STAFF_ADDED:
    case TH_LOG_STAFF_LOGGED_IN:
    case TH_LOG_STAFF_REFUSED:
    case TH_LOG_SCREENING_CONFIRMED:
    case TH_LOG_TRIAL_ASKED:
    case TH_LOG_TRIAL_READ:
    case TH_LOG_CALIBRATED:
    case TH_LOG_CHECKED:
    case TH_LOG_SITE_FITTED:
    case TH_LOG_RETURNED:
    case TH_LOG_SERVING:
    case TH_LOG_PARKED:
    case TH_LOG_MOVED:
    case TH_LOG_DONE:
    case TH_LOG_OBSERVED:
    case TH_LOG_EXTENDED:
    case TH_LOG_UNDONE:
    case TH_LOG_CHECKS_DONE:
    case TH_LOG_WAITING_SCORED:
    case TH_LOG_SEALED:
    case TH_LOG_PERSON_OPENED:
    case TH_LOG_EXPORTED:
    case TH_LOG_PURGED:
    case TH_LOG_RESTORED:
    case TH_LOG_SHEET:
    case TH_LOG_DAY_OPENED:
    case TH_LOG_DAY_CLOSED:
    case TH_LOG_CLOCK_CONFIRMED:
    case TH_LOG_CLOCK_JUMPED:
    case TH_LOG_APPOINTMENTS_IMPORTED:
    case TH_N_LOG_KINDS:
      break;
    }
}

/* What became of the day's tickets and cases, whenever it did. */
static void
follow_up (Summary *summary, const char *visit, ThLogKind kind, const ThLogBody *body)
{
  ThSlipState state;
  ThDecision decision;

  if (kind == TH_LOG_SLIP && th_log_body_int (body, "copy") == 0 &&
      g_hash_table_contains (summary->slips, visit) &&
      th_slip_state_from_string (th_log_body_text (body, "state"), &state))
    g_hash_table_insert (summary->slips, g_strdup (visit), GINT_TO_POINTER (state));
  if (!g_hash_table_contains (summary->decisions, visit))
    return;
  if (kind == TH_LOG_REVIEWED &&
      th_decision_from_string (th_log_body_text (body, "decision"), &decision))
    g_hash_table_insert (summary->decisions, g_strdup (visit), GINT_TO_POINTER (decision));
  if (kind == TH_LOG_REPORTED)
    g_hash_table_add (th_log_body_flag (body, "written") ? summary->written : summary->oral,
                      g_strdup (visit));
}

/* What says its day is of that one. Else it is of the day that was opened last; where days were not opened yet, of its
 * date. */
static gboolean
is_of_day (Summary *summary, const ThLogEvent *event, ThLogKind kind, const ThLogBody *body)
{
  const char *day = th_log_body_text (body, "day");

  if (kind == TH_LOG_DAY_OPENED)
    summary->counting = strcmp (day, summary->day) == 0;
  if (!summary->opened)
    return event->at_us < summary->end_us;
  return *day != '\0' ? strcmp (day, summary->day) == 0 : summary->counting;
}

static gboolean
count_event (ThRecords *records, const ThLogEvent *event, ThLogKind kind, const ThLogBody *body,
             gpointer data, GError **error)
{
  Summary *summary = data;

  if (is_of_day (summary, event, kind, body))
    count_of_day (summary, event, kind, body);
  follow_up (summary, event->visit, kind, body);
  return TRUE;
}

/* --- as JSON ---------------------------------------------------------------------------------- */

static void
add_count (JsonBuilder *json, const char *name, guint value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, value);
}

static void
add_number (JsonBuilder *json, const char *name, gint64 value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, value);
}

static void
begin_group (JsonBuilder *json, const char *name)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_object (json);
}

static guint
count_values (GHashTable *table, gint wanted)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += GPOINTER_TO_INT (value) == wanted;
  return n;
}

static void
add_lanes (JsonBuilder *json, const Summary *summary)
{
  begin_group (json, "tickets_by_lane");
  for (guint i = 0; i < G_N_ELEMENTS (summary->tickets); i++)
    if (summary->tickets[i] > 0)
      {
        char name[2] = { (char) ('A' + i), '\0' };

        add_count (json, name, summary->tickets[i]);
      }
  json_builder_end_object (json);
}

static void
add_left (JsonBuilder *json, const Summary *summary)
{
  g_autoptr(GList) keys =
      g_list_sort (g_hash_table_get_keys (summary->left), (GCompareFunc) strcmp);

  begin_group (json, "left");
  add_count (json, "total", summary->n_left);
  for (GList *at = keys; at != NULL; at = at->next)
    add_count (json, at->data, GPOINTER_TO_UINT (g_hash_table_lookup (summary->left, at->data)));
  json_builder_end_object (json);
}

static void
add_cases (JsonBuilder *json, const Summary *summary)
{
  begin_group (json, "flagged");
  add_count (json, "total", g_hash_table_size (summary->decisions));
  add_count (json, "temperature", summary->reason[0]);
  add_count (json, "answer", summary->reason[1]);
  add_count (json, "not-measured", summary->reason[2]);
  add_count (json, "not-back", summary->reason[3]);
  json_builder_end_object (json);
  begin_group (json, "decisions");
  for (ThDecision i = TH_DECISION_NONE; i <= TH_DECISION_FEVER_CLINIC; i++)
    add_count (json, th_decision_to_string (i), count_values (summary->decisions, (gint) i));
  json_builder_end_object (json);
  begin_group (json, "reports");
  add_count (json, "oral", g_hash_table_size (summary->oral));
  add_count (json, "written", g_hash_table_size (summary->written));
  json_builder_end_object (json);
}

static void
add_slips (JsonBuilder *json, const Summary *summary)
{
  begin_group (json, "slips");
  for (ThSlipState i = TH_SLIP_STATE_QUEUED; i <= TH_SLIP_STATE_FAILED; i++)
    add_count (json, th_slip_state_to_string (i), count_values (summary->slips, (gint) i));
  add_count (json, "copies", summary->copies);
  json_builder_end_object (json);
}

static void
add_doses (JsonBuilder *json, const Summary *summary)
{
  begin_group (json, "doses");
  add_number (json, "received", summary->received);
  add_number (json, "used", summary->n_injected);
  add_number (json, "wasted", summary->wasted);
  add_number (json, "returned", summary->returned);
  add_number (json, "missing", summary->missing);
  add_number (json, "left", summary->stock);
  add_count (json, "released", summary->released);
  add_count (json, "unserved", summary->unserved);
  json_builder_end_object (json);
  begin_group (json, "vaccinated");
  add_count (json, "total", summary->n_injected);
  for (guint i = 0; i < G_N_ELEMENTS (summary->by_dose); i++)
    if (summary->by_dose[i] > 0)
      {
        g_autofree char *name = g_strdup_printf ("dose_%u", i + 1);

        add_count (json, name, summary->by_dose[i]);
      }
  json_builder_end_object (json);
}

static char *
write_json (const Summary *summary, const char *day)
{
  g_autoptr(JsonBuilder) json = json_builder_new ();
  g_autoptr(JsonGenerator) generator = json_generator_new ();
  g_autoptr(JsonNode) root = NULL;

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "day");
  json_builder_add_string_value (json, day);
  add_count (json, "confirmed", summary->confirmed);
  add_count (json, "confirmed_by_card", summary->by_card);
  add_count (json, "confirmed_by_staff", summary->by_staff);
  add_count (json, "confirmed_without_number", summary->without_number);
  add_count (json, "let_in_against_rules", summary->let_in);
  add_count (json, "tickets", summary->n_tickets);
  add_lanes (json, summary);
  begin_group (json, "answers_yes");
  for (guint i = 0; i < TH_N_QUESTIONS; i++)
    add_count (json, th_question_to_string (i), summary->yes[i]);
  json_builder_end_object (json);
  add_count (json, "consent_refused", summary->no[TH_QUESTION_CONSENT]);
  add_count (json, "readings", summary->readings);
  add_count (json, "not_measured", summary->not_measured);
  add_count (json, "rested", summary->rested);
  add_cases (json, summary);
  add_left (json, summary);
  add_slips (json, summary);
  add_count (json, "calls", summary->calls);
  add_count (json, "put_back", summary->put_back);
  add_count (json, "no_shows", summary->no_shows);
  add_count (json, "left_site", summary->left_site);
  add_doses (json, summary);
  add_count (json, "events", summary->events);
  add_count (json, "events_with_untrusted_clock", summary->untrusted);
  json_builder_end_object (json);
  root = json_builder_get_root (json);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_data (generator, NULL);
}

/* The first and the last µs + 1 of a local day, which is 23 or 25 hours long twice a year in some
 * places. */
static gboolean
day_bounds (const char *day, Summary *summary, GError **error)
{
  g_autoptr(GDateTime) start = NULL;
  g_autoptr(GDateTime) end = NULL;
  guint year, month, date;
  char after;

  if (strlen (day) == 10 && sscanf (day, "%4u-%2u-%2u%c", &year, &month, &date, &after) == 3)
    start = g_date_time_new_local ((gint) year, (gint) month, (gint) date, 0, 0, 0);
  if (start == NULL)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "'%s' is not a day such as 2026-11-22", day);
  end = g_date_time_add_days (start, 1);
  summary->start_us = g_date_time_to_unix (start) * G_USEC_PER_SEC;
  summary->end_us = g_date_time_to_unix (end) * G_USEC_PER_SEC;
  return TRUE;
}

/* Time never goes back in the log: from the first event of the date on, or from where the day was opened.
 * G_MAXINT64: there is none. */
static gboolean
find_first (ThRecords *records, Summary *summary, gint64 *ret_seq, GError **error)
{
  g_autoptr(ThStatement) row =
      th_db_query (records->db,
                   "SELECT (SELECT seq FROM events WHERE at_us >= $1 ORDER BY at_us, seq LIMIT 1),"
                   " (SELECT from_seq FROM days WHERE day = $2)",
                   "xs", summary->start_us, summary->day);
  gint64 by_date, opened;

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  by_date = th_statement_int (row, 0);
  opened = th_statement_int (row, 1);
  summary->opened = opened != 0;
  *ret_seq = by_date == 0 && opened == 0 ? G_MAXINT64
             : by_date == 0 || opened == 0 ? MAX (by_date, opened)
                                           : MIN (by_date, opened);
  return TRUE;
}

/* At the end of the day. From the projection: the log would have to be walked from its first lot on. */
static gboolean
read_left (ThRecords *records, const char *day, Summary *summary, GError **error)
{
  g_autoptr(ThStatement) row = th_db_query (
      records->db,
      "SELECT coalesce (sum (received - used - wasted - returned - missing), 0) FROM lot_days"
      " WHERE day <= $1",
      "s", day);

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  summary->stock = th_statement_int (row, 0);
  return TRUE;
}

static void
summary_init (Summary *summary)
{
  *summary = (Summary){
    .left = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .slips = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .decisions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .oral = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };
}

static gboolean
count_day (ThRecords *records, const char *day, Summary *summary, GError **error)
{
  gint64 first;

  summary->day = day;
  return day_bounds (day, summary, error) && find_first (records, summary, &first, error) &&
         th_records_walk (records, first, count_event, summary, error) &&
         read_left (records, day, summary, error);
}

char *
th_records_summary_json (ThRecords *records, const char *day, GError **error)
{
  g_auto(Summary) summary;
  char shown[TH_DAY_BYTES];
  gint64 now_us;

  summary_init (&summary);
  if (day == NULL)
    {
      if (!th_records_shown_day (records, shown, error))
        return NULL;
      if (shown[0] == '\0')
        {
          now_us = th_records_now_us (records, error);
          if (now_us == 0)
            return NULL;
          th_records_day (now_us, shown);
        }
      day = shown;
    }
  return count_day (records, day, &summary, error) ? write_json (&summary, day) : NULL;
}

gboolean
th_records_day_sums (ThRecords *records, const char *day, ThDaySums *ret_sums, GError **error)
{
  g_auto(Summary) summary;

  summary_init (&summary);
  if (!count_day (records, day, &summary, error))
    return FALSE;
  *ret_sums = (ThDaySums){
    .confirmed = summary.confirmed,
    .tickets = summary.n_tickets,
    .left = summary.n_left,
    .flagged = g_hash_table_size (summary.decisions),
    .open = count_values (summary.decisions, TH_DECISION_NONE),
    .not_measured = summary.not_measured,
    .copies = summary.copies,
    .slips_uncertain = count_values (summary.slips, TH_SLIP_STATE_UNCERTAIN),
    .slips_failed = count_values (summary.slips, TH_SLIP_STATE_FAILED),
    .events = summary.events,
  };
  return TRUE;
}
