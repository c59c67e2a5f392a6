/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How fast the records are: check-ins that wait for the disk, beside a bare SQLite loop that commits as often and
 * writes as many bytes, in turns; and what the staff's screens ask of the file of a busy site.
 *
 *     bench-records [CHECK-INS [VISITS]]
 *
 * VISITS: in the file of the second table; a year of a busy site is 400000.
 */
#include <locale.h>
#include <stdlib.h>

#include "kiosk/records-private.h"
#include "tests/records-fixture.h"

#define COMMITS 11 /* of one visit: ten of the kiosk's, one of the desk that serves it */
#define ROUND 20   /* check-ins in turn */
#define VISITS_A_DAY 1333 /* 400,000 in 300 days */
#define VISIT_US (21 * (gint64) G_USEC_PER_SEC) /* that is eight hours of a day */
#define OBSERVED 90 /* visits later somebody's half hour of observation is over */
#define STILL_WAIT 150
#define ASKED 20 /* times */

static gint64 start_us; /* of the year's first day */

static void
must (gboolean done, GError *error)
{
  if (!done)
    g_error ("%s", error != NULL ? error->message : "nothing there");
}

/* --- one check-in --------------------------------------------------------------------------------- */

static const ThReading reading = { .object_raw = 15382,
                                   .ambient_raw = 14851,
                                   .method = "room-1",
                                   .supply_mv = 3000,
                                   .emissivity_ppm = 980000,
                                   .gain_ppm = 1000000,
                                   .gain_about_mc = 37000,
                                   .k_ppm = 150000,
                                   .body_offset_mc = 2100,
                                   .limit_tenths = 373,
                                   .object_mc = 34490,
                                   .supplied_mc = 34490,
                                   .die_mc = 23870,
                                   .room_mc = 22500,
                                   .radiated_mc = 34690,
                                   .skin_mc = 34690,
                                   .body_mc = 36610,
                                   .shown_tenths = 366,
                                   .samples = 12 };

/* Every event of a visit, each durable before the next screen is shown. */
static void
check_in (ThRecords *records, guint who, const char *visit, ThReason reasons)
{
  g_autoptr (GError) error = NULL;
  ThTicket ticket;
  char id[19];

  person (who, id);
  must (!th_records_find_ticket (records, id, &ticket, &error) && error == NULL, error);
  must (th_records_confirmed (records, visit, "card", "zh_CN", &error), error);
  for (guint i = 0; i < TH_N_QUESTIONS; i++)
    must (th_records_answered (records, visit, i, th_question_version (i), i == TH_QUESTION_CONSENT,
                               &error),
          error);
  must (th_records_measured (records, visit, 1, &reading, &error), error);
  must (th_records_issue_ticket (records, visit, id, (char) ('A' + who % 3), reasons, &ticket, &error),
        error);
  must (th_records_slip (records, visit, 0, TH_SLIP_STATE_SENDING, "main", &error), error);
  must (th_records_slip (records, visit, 0, TH_SLIP_STATE_SENT, "", &error), error);
  must (th_records_slip (records, visit, 0, TH_SLIP_STATE_CONFIRMED, "", &error), error);
  /* The desk calls them: nobody's queue grows for ever. */
  must (th_records_step (records, visit, TH_QUEUE_SERVE,
                         &(ThStation){ .zone = TH_ZONE_INQUIRY, .desk = "1", .by = "LI MIN" }, &error)
            || reasons != 0,
        error);
}

/* --- beside a bare loop --------------------------------------------------------------------------- */

typedef struct
{
  sqlite3 *db;
  sqlite3_stmt *insert;
} Bare;

static void
bare_open (Bare *bare, const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "bare.db", NULL);

  g_assert_cmpint (sqlite3_open (path, &bare->db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (bare->db,
                                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                 "CREATE TABLE t (seq INTEGER PRIMARY KEY, row BLOB NOT NULL)",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_prepare_v2 (bare->db, "INSERT INTO t (row) VALUES (zeroblob (?1))", -1, &bare->insert, NULL),
      ==, SQLITE_OK);
}

static void
bare_check_in (Bare *bare, int row_bytes)
{
  for (guint i = 0; i < COMMITS; i++)
    {
      sqlite3_bind_int (bare->insert, 1, row_bytes);
      g_assert_cmpint (sqlite3_step (bare->insert), ==, SQLITE_DONE);
      sqlite3_reset (bare->insert);
    }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const double *one = a, *two = b;

  return *one < *two ? -1 : *one > *two;
}

static double
quantile (const double *values, guint n, double q)
{
  g_autofree double *sorted = g_memdup2 (values, n * sizeof *values);

  qsort (sorted, n, sizeof *sorted, compare);
  return sorted[(guint) ((n - 1) * q)];
}

/* One row of the table. Returns how many a second. */
static double
print_row (const char *what, double *values_ms, guint n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += values_ms[i];
  g_print ("| %s | %.0f | %.0f | %.2f | %.2f |\n", what, 1000 * n / sum, 1000.0 * n * COMMITS / sum,
           quantile (values_ms, n, 0.5), quantile (values_ms, n, 0.99));
  return 1000 * n / sum;
}

/* The log's own bytes, by commit: a chained row with its numbers. */
static int
bytes_a_commit (const Fixture *fixture, guint visits)
{
  g_autofree char *sum = rows (
      fixture, "SELECT sum (length (id) + length (device) + length (kind) + length (visit) + length (body)"
               " + length (link) + 32) FROM events");

  return (int) (g_ascii_strtoull (sum, NULL, 10) / (visits * COMMITS));
}

static void
measure_check_ins (guint n)
{
  Fixture fixture;
  Bare bare;
  g_autofree double *ours = g_new0 (double, n);
  g_autofree double *theirs = g_new0 (double, n);
  double our_rate, their_rate;
  int row_bytes;
  guint who = 0;

  set_up (&fixture, NULL);
  bare_open (&bare, fixture.dir);
  for (; who < ROUND; who++)
    {
      g_autofree char *visit = th_visit_id_new ();

      check_in (fixture.records, who, visit, 0);
    }
  row_bytes = bytes_a_commit (&fixture, ROUND);
  for (guint done = 0; done < n;)
    {
      guint until = MIN (done + ROUND, n);

      for (guint i = done; i < until; i++, who++)
        {
          g_autofree char *visit = th_visit_id_new ();
          gint64 from_us = g_get_monotonic_time ();

          check_in (fixture.records, who, visit, 0);
          ours[i] = (double) (g_get_monotonic_time () - from_us) / 1000;
        }
      for (guint i = done; i < until; i++)
        {
          gint64 from_us = g_get_monotonic_time ();

          bare_check_in (&bare, row_bytes);
          theirs[i] = (double) (g_get_monotonic_time () - from_us) / 1000;
        }
      done = until;
    }
  g_print ("\n### Check-ins that wait for the disk: %u of each, in turns\n\n"
           "| | check-ins a second | commits a second | a check-in, ms | p99, ms |\n|---|---|---|---|---|\n",
           n);
  our_rate = print_row ("the records: every event of a visit, chained and projected", ours, n);
  their_rate = print_row ("bare SQLite, WAL, synchronous=FULL", theirs, n);
  g_print ("\n%d commits a check-in, %d bytes a commit; the records reach %.0f %% of the bare loop.\n",
           COMMITS, row_bytes, 100 * our_rate / their_rate);
  sqlite3_finalize (bare.insert);
  sqlite3_close (bare.db);
  tear_down (&fixture, NULL);
}

/* --- the file of a busy site ---------------------------------------------------------------------- */

static ThClockReading machine = { .steered = TRUE, .boot = "6e8bbf7e-6d5c-4ef1-8f3a-2f3a6c1d9b10" };

static void
read_clock (ThClockReading *ret_reading, gpointer data)
{
  *ret_reading = machine;
}

static const ThClock clock_of_the_year = { .read = read_clock };

static void
set_clock (gint64 at_us)
{
  machine.wall_us = at_us;
  machine.boot_us = at_us - start_us + G_USEC_PER_SEC;
}

/* The day's eight o'clock. */
static gint64
opening_us (guint day)
{
  g_autoptr (GDateTime) first = g_date_time_new_local (2026, 1, 5, 8, 0, 0);
  g_autoptr (GDateTime) at = g_date_time_add_days (first, (gint) day);

  return g_date_time_to_unix (at) * G_USEC_PER_SEC;
}

static void
step (ThRecords *records, const char *visit, ThQueueAction action, const char *zone)
{
  g_autoptr (GError) error = NULL;
  const ThStation at = { .zone = zone, .desk = "1", .by = "LI MIN" };

  must (th_records_step (records, visit, action, &at, &error), error);
}

/* Served already in the first zone: through the next ones, into observation. */
static void
go_through (ThRecords *records, const char *visit)
{
  g_autoptr (GError) error = NULL;
  const ThStation at = { .zone = TH_ZONE_VACCINATION, .desk = "1", .by = "LI MIN" };

  step (records, visit, TH_QUEUE_DONE, TH_ZONE_INQUIRY);
  step (records, visit, TH_QUEUE_CALL, TH_ZONE_REGISTRATION);
  step (records, visit, TH_QUEUE_SERVE, TH_ZONE_REGISTRATION);
  step (records, visit, TH_QUEUE_DONE, TH_ZONE_REGISTRATION);
  step (records, visit, TH_QUEUE_CALL, TH_ZONE_VACCINATION);
  step (records, visit, TH_QUEUE_SERVE, TH_ZONE_VACCINATION);
  must (th_records_checks (records, visit, TH_CHECKS_ALL, TH_CHECKS_VERSION, &at, &error), error);
  step (records, visit, TH_QUEUE_DONE, TH_ZONE_VACCINATION);
}

/* One in forty has a case; @open: nobody has decided it yet. */
static void
decide (ThRecords *records, const char *visit, gboolean open)
{
  g_autoptr (GError) error = NULL;

  if (!open)
    must (th_records_decide (records, visit, TH_DECISION_DEFERRED, "another day", "LI MIN", &error), error);
}

/* @visits of them; @last: the day goes on, and some still wait. */
static void
live_a_day (ThRecords *records, guint day, guint visits, gboolean last)
{
  g_autoptr (GPtrArray) observed = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  char name[TH_DAY_BYTES];

  set_clock (opening_us (day));
  th_records_day (machine.wall_us, name);
  must (th_records_open_day (records, name, machine.wall_us, "LI MIN", &error), error);
  for (guint i = 0; i < visits; i++)
    {
      char visit[37];
      gboolean flagged = i % 40 == 39;

      set_clock (opening_us (day) + i * VISIT_US);
      th_uuid7 (machine.wall_us, visit);
      check_in (records, day * VISITS_A_DAY + i, visit, flagged ? TH_REASON_TEMPERATURE : 0);
      if (flagged)
        decide (records, visit, last && i % 160 == 39);
      else if (!last || i + STILL_WAIT < visits)
        {
          go_through (records, visit);
          g_ptr_array_add (observed, g_strdup (visit));
        }
      if (observed->len > OBSERVED)
        {
          step (records, observed->pdata[0], TH_QUEUE_DONE, TH_ZONE_OBSERVATION);
          g_ptr_array_remove_index (observed, 0);
        }
    }
  if (!last)
    must (th_records_close_day (records, "LI MIN", NULL, &error), error);
}

/* Returns how long it took. */
static double
live (const char *dir, guint visits)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThRecords) records = NULL;
  gint64 from_us = g_get_monotonic_time ();
  guint days = MAX ((visits + VISITS_A_DAY / 2) / VISITS_A_DAY, 1);

  start_us = opening_us (0);
  set_clock (start_us);
  records = th_records_open_on_clock (dir, "kiosk-1", &clock_of_the_year, NULL, &error);
  must (records != NULL, error);
  /* The year is written without waiting for the disk: it is read that is measured. */
  must (th_db_exec (records->db, "PRAGMA synchronous = OFF; PRAGMA cache_size = -100000", &error), error);
  for (guint day = 0; day < days; day++)
    live_a_day (records, day, VISITS_A_DAY, day + 1 == days);
  return (double) (g_get_monotonic_time () - from_us) / G_USEC_PER_SEC;
}

typedef gboolean (*AskFunc) (ThRecords *records, GError **error);

static gboolean
drop_list (GPtrArray *list)
{
  if (list == NULL)
    return FALSE;
  g_ptr_array_unref (list);
  return TRUE;
}

static gboolean
ask_queue (ThRecords *records, GError **error)
{
  return drop_list (th_records_list_queue (records, error));
}

static gboolean
ask_zone (ThRecords *records, GError **error)
{
  return drop_list (th_records_list_zone (records, TH_ZONE_INQUIRY, error));
}

static gboolean
ask_cases (ThRecords *records, GError **error)
{
  return drop_list (th_records_list_cases (records, error));
}

static gboolean
ask_day (ThRecords *records, GError **error)
{
  ThDayStatus status;

  return th_records_day_status (records, &status, error);
}

static gboolean
ask_forecast (ThRecords *records, GError **error)
{
  g_autoptr (GError) problem = NULL;
  ThWaitRange range;
  gboolean known = th_records_forecast (records, TH_ZONE_INQUIRY, 'A', NULL, &range, &problem);

  return known || problem == NULL;
}

static gboolean
ask_number (ThRecords *records, GError **error)
{
  ThQueueEntry entry;

  return th_records_find_code (records, "A-017", &entry, error);
}

static gboolean
ask_print (ThRecords *records, GError **error)
{
  g_autoptr (GError) problem = NULL;
  ThPrint print;
  gboolean any = th_records_next_print (records, &print, &problem);

  return any || problem == NULL;
}

static gboolean
ask_scores (ThRecords *records, GError **error)
{
  GArray *scores = th_records_list_wait_scores (records, 30, error);

  if (scores == NULL)
    return FALSE;
  g_array_unref (scores);
  return TRUE;
}

static void
print_asked (ThRecords *records, const char *what, AskFunc ask)
{
  double values_ms[ASKED];

  for (guint i = 0; i < ASKED; i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 from_us = g_get_monotonic_time ();

      must (ask (records, &error), error);
      values_ms[i] = (double) (g_get_monotonic_time () - from_us) / 1000;
    }
  g_print ("| %s | %.2f | %.2f |\n", what, quantile (values_ms, ASKED, 0.5), quantile (values_ms, ASKED, 1));
}

static ThRecords *
reopen (const char *dir)
{
  g_autoptr (GError) error = NULL;
  ThRecords *records = th_records_open_on_clock (dir, "staff-1", &clock_of_the_year, NULL, &error);

  must (records != NULL, error);
  return records;
}

static void
print_start (const char *dir)
{
  double values_ms[ASKED];

  for (guint i = 0; i < ASKED; i++)
    {
      gint64 from_us = g_get_monotonic_time ();

      th_records_close (reopen (dir));
      values_ms[i] = (double) (g_get_monotonic_time () - from_us) / 1000;
    }
  g_print ("| start: the file is opened | %.2f | %.2f |\n", quantile (values_ms, ASKED, 0.5),
           quantile (values_ms, ASKED, 1));
}

static void
measure_screens (guint visits)
{
  g_autofree char *dir = g_dir_make_tmp ("th-records-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "records.db", NULL);
  Fixture fixture = { .dir = dir };
  double made_s = live (dir, visits);
  g_autofree char *counts = rows (&fixture, "SELECT count(*), (SELECT count(*) FROM events),"
                                            " (SELECT count(*) FROM days) FROM tickets");
  g_auto (GStrv) count = g_strsplit (g_strchomp (counts), "|", 3);
  g_autoptr (ThRecords) records = NULL;
  GStatBuf file;

  g_assert_cmpint (g_stat (path, &file), ==, 0);
  g_print ("\n### The file of a busy site: %s visits, %s events, %s days of %d; %.0f MB, %.0f bytes a"
           " visit (made in %.0f s)\n\n| asked | median, ms | longest, ms |\n|---|---|---|\n",
           count[0], count[1], count[2], VISITS_A_DAY, (double) file.st_size / 1e6,
           (double) file.st_size / (double) g_ascii_strtoull (count[0], NULL, 10), made_s);
  print_start (dir);
  records = reopen (dir);
  print_asked (records, "the queue of today, all zones", ask_queue);
  print_asked (records, "who waits in a zone, in their order", ask_zone);
  print_asked (records, "cases", ask_cases);
  print_asked (records, "the day: its state, and what is open", ask_day);
  print_asked (records, "how long whoever comes now will wait", ask_forecast);
  print_asked (records, "a number that is typed", ask_number);
  print_asked (records, "the next slip to print", ask_print);
  print_asked (records, "what forecasts came to, 30 days", ask_scores);
  remove_tree (dir);
}

int
main (int argc, char **argv)
{
  guint check_ins = argc > 1 ? (guint) MAX (atoi (argv[1]), 1) : 400;
  guint visits = argc > 2 ? (guint) MAX (atoi (argv[2]), 1) : 10 * VISITS_A_DAY;

  setlocale (LC_ALL, "C.UTF-8");
  measure_check_ins (check_ins);
  measure_screens (visits);
  return 0;
}
