/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/appointments.h"

#include <sodium.h>
#include <string.h>

#include "kiosk/appointments-private.h"

#define PROGRESS_ROWS 4096

gboolean
th_records_find_appointment (ThRecords *records, const char *day, const char *person,
                             ThBooking *ret_booking, GError **error)
{
  g_autoptr (ThStatement) row = NULL;
  guint8 hash[TH_PERSON_HASH_BYTES];

  if (!th_records_hash_person (records, day, person, hash, error))
    return FALSE;
  row = th_db_query (records->db,
                     "SELECT start_min, end_min, dose, vaccine, community, employer"
                     " FROM appointments WHERE day = $1 AND hash = $2",
                     "sb", day, hash, sizeof hash);
  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  *ret_booking = (ThBooking){ .start_min = (guint)th_statement_int (row, 0),
                              .end_min = (guint)th_statement_int (row, 1),
                              .dose = (guint)th_statement_int (row, 2) };
  g_strlcpy (ret_booking->vaccine, th_statement_text (row, 3), sizeof ret_booking->vaccine);
  g_strlcpy (ret_booking->community, th_statement_text (row, 4), sizeof ret_booking->community);
  g_strlcpy (ret_booking->employer, th_statement_text (row, 5), sizeof ret_booking->employer);
  return TRUE;
}

gboolean
th_records_find_expected (ThRecords *records, const char *person, ThBooking *ret_booking,
                          GError **error)
{
  char day[TH_DAY_BYTES];

  return person[0] != '\0' && th_records_shown_day (records, day, error) && day[0] != '\0'
         && th_records_find_appointment (records, day, person, ret_booking, error);
}

gboolean
th_records_count_appointments (ThRecords *records, const char *day, ThExpected each,
                               gpointer user_data, GError **error)
{
  g_autoptr (ThStatement) row
      = th_db_query (records->db,
                     "SELECT day, community, dose, count(*) FROM appointments"
                     " WHERE day >= $1 AND day <= $2"
                     " GROUP BY day, community, dose ORDER BY day, community, dose",
                     "ss", day != NULL ? day : "", day != NULL ? day : "9999-12-31");
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    each (th_statement_text (row, 0), th_statement_text (row, 1), (guint)th_statement_int (row, 2),
          (guint)th_statement_int (row, 3), user_data);
  return step == TH_STEP_DONE;
}

/* --- a list beside what is there -------------------------------------------------------------------- */

typedef struct
{
  ThRecords *records;
  const ThListImport *how;
  ThList *list;
  GArray *missing; /* of ThListRow: date and hash */
  ThListCounts counts;
} Import;

static const char *
word (const ThList *list, guint32 place)
{
  return g_ptr_array_index (list->words, place);
}

static gboolean
is_same (const Import *import, const ThListRow *row, ThStatement *there)
{
  return th_statement_int (there, 1) == row->start_min && th_statement_int (there, 2) == row->end_min
         && th_statement_int (there, 3) == row->dose
         && strcmp (th_statement_text (there, 4), word (import->list, row->vaccine)) == 0
         && strcmp (th_statement_text (there, 5), word (import->list, row->community)) == 0
         && strcmp (th_statement_text (there, 6), word (import->list, row->employer)) == 0
         && strcmp (th_statement_text (there, 7), import->how->source) == 0;
}

/* Both sides of one day go by in the order of their hashes. @rows: of that day. */
static gboolean
compare_day (Import *import, ThListRow *rows, guint n, GError **error)
{
  char day[TH_DAY_BYTES];
  g_autoptr (ThStatement) there = NULL;
  ThStep step;
  guint i = 0;

  th_list_day (rows[0].date, day);
  there = th_db_query (import->records->db,
                       "SELECT hash, start_min, end_min, dose, vaccine, community, employer, source"
                       " FROM appointments WHERE day = $1 ORDER BY hash",
                       "s", day);
  while ((step = th_statement_step (there, error)) == TH_STEP_ROW)
    {
      gsize len;
      const guint8 *hash = th_statement_blob (there, 0, &len);
      int order = 1;

      if (len != TH_PERSON_HASH_BYTES)
        return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT, "an appointment is cut short");
      while (i < n && (order = memcmp (rows[i].hash, hash, len)) < 0)
        rows[i++].state = TH_LIST_ROW_ADDED;
      if (i < n && order == 0)
        {
          rows[i].state = is_same (import, &rows[i], there) ? TH_LIST_ROW_SAME : TH_LIST_ROW_CHANGED;
          i++;
        }
      else if (import->how->withdraw_missing
               && strcmp (th_statement_text (there, 7), import->how->source) == 0)
        {
          ThListRow gone = { .date = rows[0].date };

          memcpy (gone.hash, hash, len);
          g_array_append_val (import->missing, gone);
        }
    }
  for (; i < n; i++)
    rows[i].state = TH_LIST_ROW_ADDED;
  return step == TH_STEP_DONE;
}

static gboolean
compare (Import *import, GError **error)
{
  ThListRow *rows = (ThListRow *)(void *)import->list->rows->data;
  guint n = import->list->rows->len;

  for (guint from = 0, to; from < n; from = to)
    {
      to = from;
      while (to < n && rows[to].date == rows[from].date)
        to++;
      if (!compare_day (import, rows + from, to - from, error))
        return FALSE;
    }
  for (guint i = 0; i < n; i++)
    switch ((ThListRowState)rows[i].state)
      {
      case TH_LIST_ROW_ADDED:
        import->counts.added++;
        break;
      case TH_LIST_ROW_CHANGED:
        import->counts.changed++;
        break;
      case TH_LIST_ROW_SAME:
        import->counts.same++;
        break;
      }
  import->counts.withdrawn = import->missing->len;
  return TRUE;
}

/* --- writing ------------------------------------------------------------------------------------------ */

static gboolean
write_rows (Import *import, GError **error)
{
  const ThList *list = import->list;

  for (guint i = 0; i < import->missing->len; i++)
    {
      const ThListRow *gone = &g_array_index (import->missing, ThListRow, i);
      char day[TH_DAY_BYTES];

      th_list_day (gone->date, day);
      if (!th_db_run (import->records->db, error, "DELETE FROM appointments WHERE day = $1 AND hash = $2",
                      "sb", day, gone->hash, sizeof gone->hash))
        return FALSE;
    }
  for (guint i = 0; i < list->rows->len; i++)
    {
      const ThListRow *row = &g_array_index (list->rows, ThListRow, i);
      char day[TH_DAY_BYTES];

      if (i % PROGRESS_ROWS == 0 && import->how->progress != NULL)
        import->how->progress (0.5 + 0.5 * i / list->rows->len, import->how->user_data);
      if (row->state == TH_LIST_ROW_SAME)
        continue;
      th_list_day (row->date, day);
      if (!th_db_run (import->records->db, error,
                      "INSERT INTO appointments (day, hash, start_min, end_min, dose, vaccine,"
                      " community, employer, source) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
                      " ON CONFLICT (day, hash) DO UPDATE SET start_min = excluded.start_min,"
                      " end_min = excluded.end_min, dose = excluded.dose, vaccine = excluded.vaccine,"
                      " community = excluded.community, employer = excluded.employer,"
                      " source = excluded.source",
                      "sbiiissss", day, row->hash, sizeof row->hash, (int)row->start_min,
                      (int)row->end_min, (int)row->dose, word (list, row->vaccine),
                      word (list, row->community), word (list, row->employer), import->how->source))
        return FALSE;
    }
  return TRUE;
}

/* Which list it was. Of keyed hashes: when the days' keys are gone nobody can try out who stood in it. */
static void
digest (const ThList *list, char ret_hex[65])
{
  crypto_generichash_state state;
  guint8 sum[32];

  crypto_generichash_init (&state, NULL, 0, sizeof sum);
  for (guint i = 0; i < list->rows->len; i++)
    {
      const ThListRow *row = &g_array_index (list->rows, ThListRow, i);

      crypto_generichash_update (&state, row->hash, sizeof row->hash);
    }
  crypto_generichash_final (&state, sum, sizeof sum);
  sodium_bin2hex (ret_hex, 65, sum, sizeof sum);
}

static gboolean
append (Import *import, GError **error)
{
  g_autoptr (ThLogBody) body = th_log_body_new ();
  char hex[65];

  digest (import->list, hex);
  th_log_body_set_text (body, "list", hex);
  th_log_body_set_text (body, "source", import->how->source);
  th_log_body_set_text (body, "by", import->how->by);
  th_log_body_set_int (body, "rows", import->counts.good);
  th_log_body_set_int (body, "bad", import->counts.bad);
  th_log_body_set_int (body, "added", import->counts.added);
  th_log_body_set_int (body, "changed", import->counts.changed);
  th_log_body_set_int (body, "withdrawn", import->counts.withdrawn);
  return th_records_append (import->records, TH_LOG_APPOINTMENTS_IMPORTED, "", body, error);
}

static gboolean
is_source (const char *text)
{
  gsize len = strlen (text);

  return len >= 1 && len <= 32 && strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

/* The first day that is not over. */
static gboolean
read_first_day (ThRecords *records, char ret_day[TH_DAY_BYTES], GError **error)
{
  ThDayStatus status;

  if (!th_records_day_state (records, &status, error))
    return FALSE;
  if (status.state == TH_DAY_CLOSED)
    th_records_day (status.now_us, ret_day);
  else
    g_strlcpy (ret_day, status.day, TH_DAY_BYTES);
  return TRUE;
}

gboolean
th_records_import_appointments (ThRecords *records, const char *path, const ThListImport *how,
                                ThListCounts *ret_counts, GError **error)
{
  g_autoptr (GArray) missing = g_array_new (FALSE, FALSE, sizeof (ThListRow));
  g_auto (ThList) list = { .rows = NULL };
  g_autoptr (ThTransaction) transaction = NULL;
  Import import = { .records = records, .how = how, .list = &list, .missing = missing };
  char from_day[TH_DAY_BYTES];
  gboolean writes;

  if (!is_source (how->source))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "a list's source is 1 to 32 of a-z, 0-9 and '-'");
  if ((!how->dry_run && !th_records_check_by (how->by, error))
      || !read_first_day (records, from_day, error)
      || !th_list_read (records, path, from_day, how, &list, error))
    return FALSE;
  import.counts = (ThListCounts){ .good = list.rows->len, .bad = list.bad, .gb18030 = list.gb18030 };
  writes = !how->dry_run && (list.bad == 0 || !how->all_or_nothing);
  transaction = writes ? th_records_begin (records, error) : th_db_begin (records->db, FALSE, error);
  if (transaction == NULL || !compare (&import, error))
    return FALSE;
  /* The same list once more is nothing that happened. */
  writes = writes && (import.counts.added > 0 || import.counts.changed > 0 || import.counts.withdrawn > 0);
  if (writes
      && (!write_rows (&import, error) || !append (&import, error)
          || !th_db_commit (g_steal_pointer (&transaction), error)))
    return FALSE;
  if (how->progress != NULL)
    how->progress (1, how->user_data);
  *ret_counts = import.counts;
  return TRUE;
}
