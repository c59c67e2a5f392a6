/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of a list, line by line. */
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/appointments-private.h"
#include "kiosk/csv.h"
#include "kiosk/id-number.h"

#define PROGRESS_ROWS 4096
#define READING 0.5 /* of all the work */

typedef enum
{
  COLUMN_DATE,
  COLUMN_START,
  COLUMN_END,
  COLUMN_ID_NUMBER,
  COLUMN_NAME,
  COLUMN_COMMUNITY,
  COLUMN_EMPLOYER,
  COLUMN_DOSE,
  COLUMN_VACCINE,
  N_COLUMNS,
} Column;

#define N_NEEDED COLUMN_NAME /* those before it must be there */

static const char *const column_names[N_COLUMNS] = {
  [COLUMN_DATE] = "date",           [COLUMN_START] = "start",       [COLUMN_END] = "end",
  [COLUMN_ID_NUMBER] = "id_number", [COLUMN_NAME] = "name",         [COLUMN_COMMUNITY] = "community",
  [COLUMN_EMPLOYER] = "employer",   [COLUMN_DOSE] = "dose",         [COLUMN_VACCINE] = "vaccine",
};

typedef struct
{
  ThRecords *records;
  const ThListImport *how;
  ThDate today; /* the first day that is not over */
  GDate last;   /* that is not too far ahead */
  int places[N_COLUMNS]; /* in the file; -1: it has no such column */
  guint n_columns;
  GHashTable *known;  /* word → its place in list.words */
  GHashTable *keys;   /* date → its key */
  ThList list;
} Reader;

static void
complain (Reader *reader, guint line, const char *column, const char *why)
{
  reader->list.bad++;
  if (reader->how->trouble != NULL)
    reader->how->trouble (line, column, why, reader->how->user_data);
}

void
th_list_clear (ThList *list)
{
  g_clear_pointer (&list->rows, g_array_unref);
  g_clear_pointer (&list->words, g_ptr_array_unref);
}

void
th_list_day (guint32 date, char ret_day[TH_DAY_BYTES])
{
  th_date_to_string ((ThDate){ .year = (guint16)(date / 10000),
                               .month = (guint8)(date / 100 % 100),
                               .day = (guint8)(date % 100) },
                     ret_day);
}

/* --- one field ---------------------------------------------------------------------------------- */

static const char *
field (const Reader *reader, char *const *fields, Column column)
{
  return reader->places[column] < 0 ? "" : fields[reader->places[column]];
}

/* "9:30" and "09:30"; 24:00 is the end of the day. */
static gboolean
read_minute (const char *text, guint16 *ret_min)
{
  const char *colon = strchr (text, ':');
  guint hours = 0, minutes;

  if (colon == NULL || colon == text || colon > text + 2 || strlen (colon) != 3
      || !g_ascii_isdigit (colon[1]) || !g_ascii_isdigit (colon[2]))
    return FALSE;
  for (const char *at = text; at < colon; at++)
    {
      if (!g_ascii_isdigit (*at))
        return FALSE;
      hours = hours * 10 + (guint)(*at - '0');
    }
  minutes = (guint)(colon[1] - '0') * 10 + (guint)(colon[2] - '0');
  if (minutes > 59 || hours * 60 + minutes > 24 * 60)
    return FALSE;
  *ret_min = (guint16)(hours * 60 + minutes);
  return TRUE;
}

/* Why not, or NULL. */
static const char *
read_date (const Reader *reader, const char *text, guint32 *ret_date)
{
  ThDate date;
  GDate day;
  guint32 number, first;

  if (!th_date_from_string (text, &date))
    return "is not a day such as 2026-11-23";
  number = date.year * 10000u + date.month * 100u + date.day;
  first = reader->today.year * 10000u + reader->today.month * 100u + reader->today.day;
  if (number < first)
    return "that day is over";
  g_date_clear (&day, 1);
  g_date_set_dmy (&day, date.day, (GDateMonth)date.month, date.year);
  if (g_date_compare (&day, &reader->last) > 0)
    return "that day is more than a year ahead";
  *ret_date = number;
  return NULL;
}

/* Why not, or NULL. @size: of what keeps it, its NUL counted. */
static const char *
read_word (Reader *reader, const char *text, gsize size, guint32 *ret_word)
{
  gpointer place;

  if (strlen (text) >= size)
    return size == TH_VACCINE_BYTES ? "is longer than 32 bytes" : "is longer than 63 bytes (21 Chinese characters)";
  for (const char *at = text; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      return "has a control character in it";
  place = g_hash_table_lookup (reader->known, text);
  if (place == NULL)
    {
      g_ptr_array_add (reader->list.words, g_strdup (text));
      place = GUINT_TO_POINTER (reader->list.words->len);
      g_hash_table_insert (reader->known, g_ptr_array_index (reader->list.words, reader->list.words->len - 1),
                           place);
    }
  *ret_word = GPOINTER_TO_UINT (place) - 1;
  return NULL;
}

/* The key of a day, made if the day has none; while nothing is to be written, one that is forgotten. */
static const guint8 *
key_of (Reader *reader, guint32 date, GError **error)
{
  guint8 *key = g_hash_table_lookup (reader->keys, GUINT_TO_POINTER (date));
  g_autoptr (GError) problem = NULL;
  char day[TH_DAY_BYTES];

  if (key != NULL)
    return key;
  th_list_day (date, day);
  key = g_malloc (TH_LOG_KEY_BYTES);
  if (!th_records_load_day_key (reader->records, day, !reader->how->dry_run, key, &problem))
    {
      if (!g_error_matches (problem, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND))
        {
          g_free (key);
          g_propagate_error (error, g_steal_pointer (&problem));
          return NULL;
        }
      randombytes_buf (key, TH_LOG_KEY_BYTES);
    }
  g_hash_table_insert (reader->keys, GUINT_TO_POINTER (date), key);
  return key;
}

static void
free_key (gpointer key)
{
  sodium_memzero (key, TH_LOG_KEY_BYTES);
  g_free (key);
}

/* --- one line ----------------------------------------------------------------------------------- */

/* All that says nothing of who it is. FALSE: said why. */
static gboolean
read_what (Reader *reader, guint line, char *const *fields, ThListRow *ret_row)
{
  static const struct
  {
    Column column;
    gsize size, offset;
  } words[] = {
    { COLUMN_VACCINE, TH_VACCINE_BYTES, G_STRUCT_OFFSET (ThListRow, vaccine) },
    { COLUMN_COMMUNITY, TH_PLACE_BYTES, G_STRUCT_OFFSET (ThListRow, community) },
    { COLUMN_EMPLOYER, TH_PLACE_BYTES, G_STRUCT_OFFSET (ThListRow, employer) },
  };
  const char *dose = field (reader, fields, COLUMN_DOSE);
  const char *why = read_date (reader, field (reader, fields, COLUMN_DATE), &ret_row->date);
  Column column = COLUMN_DATE;

  if (why == NULL && !read_minute (field (reader, fields, column = COLUMN_START), &ret_row->start_min))
    why = "is not a time such as 09:30";
  if (why == NULL && !read_minute (field (reader, fields, column = COLUMN_END), &ret_row->end_min))
    why = "is not a time such as 09:30";
  if (why == NULL && ret_row->end_min <= ret_row->start_min)
    why = "is not after the start";
  if (why == NULL && dose[0] != '\0' && (dose[0] < '1' || dose[0] > '9' || dose[1] != '\0'))
    {
      column = COLUMN_DOSE;
      why = "is not 1 to 9";
    }
  for (guint i = 0; i < G_N_ELEMENTS (words) && why == NULL; i++)
    why = read_word (reader, field (reader, fields, column = words[i].column), words[i].size,
                     G_STRUCT_MEMBER_P (ret_row, words[i].offset));
  if (why != NULL)
    {
      complain (reader, line, column_names[column], why);
      return FALSE;
    }
  ret_row->dose = dose[0] != '\0' ? (guint8)(dose[0] - '0') : 0;
  return TRUE;
}

/* FALSE: with @error, no more of this file. A bad line is no error. */
static gboolean
read_row (Reader *reader, guint line, char *const *fields, guint n, GError **error)
{
  ThListRow row = { .line = line };
  char number[19], day[TH_DAY_BYTES];
  const guint8 *key;

  if (n != reader->n_columns)
    {
      complain (reader, line, NULL, n < reader->n_columns ? "has fewer columns than the first line"
                                                          : "has more columns than the first line");
      return TRUE;
    }
  if (!read_what (reader, line, fields, &row))
    return TRUE;
  if (!th_id_number_check (field (reader, fields, COLUMN_ID_NUMBER), reader->today, number, NULL))
    {
      complain (reader, line, column_names[COLUMN_ID_NUMBER],
                "is no ID number: its length, its date or its check digit is wrong");
      return TRUE;
    }
  if (reader->list.rows->len == TH_LIST_MAX_ROWS)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "the list has more than %d lines: take it apart", TH_LIST_MAX_ROWS);
  key = key_of (reader, row.date, error);
  if (key == NULL)
    return FALSE;
  th_list_day (row.date, day);
  th_records_hash_with (reader->records, day, key, number, row.hash);
  sodium_memzero (number, sizeof number);
  g_array_append_val (reader->list.rows, row);
  return TRUE;
}

/* What stands in the first line is not said: a file without names of columns has a person there. */
static gboolean
read_header (Reader *reader, char *const *fields, guint n, GError **error)
{
  for (Column column = 0; column < N_COLUMNS; column++)
    reader->places[column] = -1;
  reader->n_columns = n;
  for (guint i = 0; i < n; i++)
    {
      Column column = 0;

      while (column < N_COLUMNS && g_ascii_strcasecmp (fields[i], column_names[column]) != 0)
        column++;
      if (column == N_COLUMNS)
        return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                                  "the first line: column %u has no name that is known (date, start, end, "
                                  "id_number, name, community, employer, dose, vaccine)",
                                  i + 1);
      if (reader->places[column] >= 0)
        return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                                  "the first line names the column %s twice", column_names[column]);
      reader->places[column] = (int)i;
    }
  for (Column column = 0; column < N_NEEDED; column++)
    if (reader->places[column] < 0)
      return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                                "the first line does not name the column %s", column_names[column]);
  return TRUE;
}

/* --- the file ----------------------------------------------------------------------------------- */

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const ThListRow *one = a, *other = b;
  int order = (one->date > other->date) - (one->date < other->date);

  if (order == 0)
    order = memcmp (one->hash, other->hash, sizeof one->hash);
  return order != 0 ? order : (one->line > other->line) - (one->line < other->line);
}

/* In order; of one person and day the first line counts. */
static void
sort_rows (Reader *reader)
{
  GArray *rows = reader->list.rows;
  ThListRow *row = (ThListRow *)(void *)rows->data;
  guint n = 0;

  if (rows->len == 0)
    return;
  qsort (row, rows->len, sizeof *row, compare_rows);
  for (guint i = 0; i < rows->len; i++)
    {
      if (n > 0 && row[n - 1].date == row[i].date && memcmp (row[n - 1].hash, row[i].hash, sizeof row->hash) == 0)
        {
          g_autofree char *why
              = g_strdup_printf ("the same person stands on this day in line %u", row[n - 1].line);

          complain (reader, row[i].line, column_names[COLUMN_ID_NUMBER], why);
          continue;
        }
      if (n != i)
        row[n] = row[i];
      n++;
    }
  g_array_set_size (rows, n);
}

static gboolean
read_lines (Reader *reader, ThCsv *csv, GError **error)
{
  gsize size = MAX (th_csv_size (csv), 1);

  for (gboolean first = TRUE;;)
    {
      g_autoptr (GError) problem = NULL;
      char *const *fields;
      guint line, n;
      ThCsvResult result = th_csv_next (csv, &line, &fields, &n, &problem);

      if (result == TH_CSV_END && first)
        return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "the file is empty");
      if (result == TH_CSV_END)
        return TRUE;
      if (result == TH_CSV_FAILED || (result == TH_CSV_BAD && first))
        return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "%s%s",
                                  result == TH_CSV_BAD ? "the first line: " : "", problem->message);
      if (result == TH_CSV_BAD)
        complain (reader, line, NULL, problem->message);
      else if (first ? !read_header (reader, fields, n, error) : !read_row (reader, line, fields, n, error))
        return FALSE;
      first = FALSE;
      if (line % PROGRESS_ROWS == 0 && reader->how->progress != NULL)
        reader->how->progress (READING * MIN (1.0, (double)th_csv_position (csv) / (double)size),
                               reader->how->user_data);
    }
}

gboolean
th_list_read (ThRecords *records, const char *path, const char *from_day, const ThListImport *how,
              ThList *ret_list, GError **error)
{
  g_autoptr (ThCsv) csv = NULL;
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, free_key);
  Reader reader = { .records = records, .how = how, .known = known, .keys = keys };
  FILE *file = fopen (path, "rbe");
  guint32 none;

  if (file == NULL)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "cannot open %s: %s", path,
                              g_strerror (errno));
  if (!th_date_from_string (from_day, &reader.today))
    {
      fclose (file);
      return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "nobody knows what day it is");
    }
  g_date_clear (&reader.last, 1);
  g_date_set_dmy (&reader.last, reader.today.day, (GDateMonth)reader.today.month, reader.today.year);
  g_date_add_days (&reader.last, TH_LIST_MAX_DAYS);
  csv = th_csv_new (file);
  reader.list.gb18030 = th_csv_is_gb18030 (csv);
  reader.list.rows = g_array_new (FALSE, FALSE, sizeof (ThListRow));
  reader.list.words = g_ptr_array_new_with_free_func (g_free);
  read_word (&reader, "", TH_PLACE_BYTES, &none);
  if (!read_lines (&reader, csv, error))
    {
      th_list_clear (&reader.list);
      return FALSE;
    }
  sort_rows (&reader);
  *ret_list = reader.list;
  return TRUE;
}
