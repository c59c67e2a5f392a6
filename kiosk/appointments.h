/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is expected: the lists of appointments that offices and employers send. Of each person and day is kept when
 * they are expected and what for; who they are, only as the keyed hash that finds them when they come (a key of that
 * day, made when its list comes). The key is destroyed when the day is over, and the rows with it. No name is kept.
 *
 * A list is no part of the log; that one came, and how many stood in it, is.
 *
 * Errors: TH_RECORDS_ERROR.
 */
#pragma once

#include "kiosk/records-lots.h"
#include "kiosk/records.h"

G_BEGIN_DECLS

#define TH_PLACE_BYTES 64 /* a community or an employer, UTF-8 */
#define TH_LIST_MAX_ROWS 2000000
#define TH_LIST_MAX_DAYS 366 /* ahead */

/* What a list says of one person on one day. */
typedef struct
{
  guint start_min, end_min; /* minutes of the local day, start < end ≤ 1440 */
  guint dose;               /* 1 … 9; 0: not said */
  char vaccine[TH_VACCINE_BYTES]; /* "": not said */
  char community[TH_PLACE_BYTES]; /* "": none */
  char employer[TH_PLACE_BYTES];  /* "": none */
} ThBooking;

/* @person: as in th_records_find_ticket(). FALSE with @error unset: not expected on @day. */
gboolean th_records_find_appointment (ThRecords *records, const char *day, const char *person,
                                      ThBooking *ret_booking, GError **error);

/* The same on the day of the records, th_records_shown_day(). @person "": nobody knows. */
gboolean th_records_find_expected (ThRecords *records, const char *person, ThBooking *ret_booking,
                                   GError **error);

/**
 * ThListTrouble: of one line; @column: its name, or %NULL when it is the line itself. @why never says what stands there.
 */
typedef void (*ThListTrouble) (guint line, const char *column, const char *why, gpointer user_data);
/* @done: 0 to 1, never less than before. */
typedef void (*ThListProgress) (double done, gpointer user_data);

typedef struct
{
  const char *source; /* whose list it is: [a-z0-9-]{1,32} */
  const char *by;     /* who brings it */
  gboolean dry_run;   /* only look */
  gboolean all_or_nothing; /* a bad line: nothing is taken */
  gboolean withdraw_missing; /* of the days in the file: who came with @source and is not in it is not expected any more */
  ThListTrouble trouble;   /* (nullable) */
  ThListProgress progress; /* (nullable) */
  gpointer user_data;
} ThListImport;

typedef struct
{
  guint good, bad;           /* lines */
  guint added, changed, same, withdrawn; /* people and days; of a dry run: what would be */
  gboolean gb18030;          /* else UTF-8 */
} ThListCounts;

/**
 * th_records_import_appointments:
 * @path: CSV, with a first line that names its columns in any order: date (2026-11-23), start and end (09:30), id_number;
 *   and where there are any name, community, employer, dose (1 to 9), vaccine
 * @ret_counts: (out): set only on success; also when there were bad lines
 * @error: REFUSED: it is no such file; nothing was written
 *
 * One transaction: whatever happens, all of it is seen or nothing. Whoever stands in the list on a day again has the
 * newer row; the same list once more changes nothing. A second line of one person and day is bad, as is a day that is
 * over or more than a year ahead.
 */
gboolean th_records_import_appointments (ThRecords *records, const char *path,
                                         const ThListImport *how, ThListCounts *ret_counts,
                                         GError **error);

/* How many are expected. Strings last for the call. */
typedef void (*ThExpected) (const char *day, const char *community, guint dose, guint n,
                            gpointer user_data);

/* @day: (nullable): NULL: all days. In order of day, community, dose. */
gboolean th_records_count_appointments (ThRecords *records, const char *day, ThExpected each,
                                        gpointer user_data, GError **error);

G_END_DECLS
