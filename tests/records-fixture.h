/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records in a folder of their own, for tests; the people are invented. */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "kiosk/records.h"
#include "tests/open-day.h"
#include "tests/scratch.h"

typedef struct
{
  char *dir;
  ThRecords *records;
} Fixture;

/* Nobody has opened the day yet. */
static inline void
set_up_before_opening (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("th-records-XXXXXX", NULL);
  fixture->records = th_records_open (fixture->dir, "kiosk-1", &error);
  g_assert_no_error (error);
}

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  set_up_before_opening (fixture, data);
  open_day (fixture->records);
}

static inline void
tear_down (Fixture *fixture, gconstpointer data)
{
  th_records_close (fixture->records);
  remove_tree (fixture->dir);
  g_free (fixture->dir);
}

/* 18 characters, another person for each @n; not checked for its check digit by the records. */
static inline void
person (guint n, char ret_id[19])
{
  g_snprintf (ret_id, 19, "1101011990%07uX", n % 10000000);
}

/* Runs SQL past the records, as somebody with an editor would. */
static inline void
meddle (const Fixture *fixture, const char *sql)
{
  g_autofree char *path = g_build_filename (fixture->dir, "records.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 5000);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

/* Every row of a query as text. */
static inline char *
rows (const Fixture *fixture, const char *sql)
{
  g_autofree char *path = g_build_filename (fixture->dir, "records.db", NULL);
  GString *text = g_string_new (NULL);
  sqlite3_stmt *stmt;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 5000);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  while (sqlite3_step (stmt) == SQLITE_ROW)
    {
      for (int i = 0; i < sqlite3_column_count (stmt); i++)
        g_string_append_printf (text, "%s%s", i > 0 ? "|" : "",
                                (const char *) sqlite3_column_text (stmt, i));
      g_string_append_c (text, '\n');
    }
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  return g_string_free (text, FALSE);
}

/* What is drawn from the log must be the same after it is drawn again, table by table. */
static inline void
assert_projections_are_the_logs (Fixture *fixture)
{
  static const char *const tables[] = {
    "SELECT * FROM days ORDER BY day",
    "SELECT * FROM clock ORDER BY id",
    "SELECT * FROM counters ORDER BY day, lane",
    "SELECT * FROM tickets ORDER BY visit",
    "SELECT * FROM slips ORDER BY visit, copy",
    "SELECT * FROM visits ORDER BY visit",
    "SELECT * FROM cases ORDER BY visit",
    "SELECT * FROM readings ORDER BY visit, number",
    "SELECT * FROM answers ORDER BY visit, question",
    "SELECT * FROM staff ORDER BY name",
    "SELECT * FROM device_states ORDER BY device",
    "SELECT * FROM trials ORDER BY number",
    "SELECT * FROM calibrations ORDER BY number",
    "SELECT * FROM calibration_points ORDER BY id, number",
    "SELECT * FROM thermometer_checks ORDER BY number",
    "SELECT * FROM screening_confirmed ORDER BY rules",
    "SELECT visit, day, lane, reasons FROM rests ORDER BY visit",
    "SELECT * FROM lots ORDER BY lot",
    "SELECT * FROM lot_days ORDER BY lot, day",
    "SELECT * FROM lot_bindings ORDER BY visit",
    "SELECT * FROM doses ORDER BY place",
    "SELECT * FROM moves ORDER BY visit, number",
    "SELECT * FROM checks ORDER BY visit, number",
    "SELECT * FROM waiting_scores ORDER BY day, zone, lane",
  };
  char *before[G_N_ELEMENTS (tables)];
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    before[i] = rows (fixture, tables[i]);
  g_assert_true (th_records_rebuild (fixture->records, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *after = rows (fixture, tables[i]);

      g_assert_cmpstr (after, ==, before[i]);
      g_free (before[i]);
    }
}
