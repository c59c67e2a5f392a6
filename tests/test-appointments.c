/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of who is expected: what is refused, what is kept, and what is gone with the day. */
#include "kiosk/appointments.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/id-number.h"
#include "tests/records-fixture.h"

#define HEADER "date,start,end,id_number,name,community,employer,dose,vaccine\n"

/* An invented person's number, a good one. */
static void
number_of_person (guint n, char ret_number[19])
{
  ThDate birth = { .year = (guint16)(1940 + n / 28 / 12 % 60),
                   .month = (guint8)(1 + n / 28 % 12),
                   .day = (guint8)(1 + n % 28) };

  g_snprintf (ret_number, 19, "110101%04u%02u%02u%03u", birth.year, birth.month, birth.day,
              n / 28 / 12 / 60 % 1000);
  ret_number[17] = th_id_number_check_digit (ret_number);
  ret_number[18] = '\0';
}

/* @days from now, as the records count them. */
static char *
day_from_now (int days)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_add_days (now, days);

  return g_date_time_format (then, "%Y-%m-%d");
}

static void
add_row (GString *list, const char *day, const char *time, guint n, const char *rest)
{
  char number[19];

  number_of_person (n, number);
  g_string_append_printf (list, "%s,%s,%s,测试甲,%s\n", day, time, number, rest);
}

static void
note_trouble (guint line, const char *column, const char *why, gpointer user_data)
{
  if (user_data != NULL)
    g_string_append_printf (user_data, "%u %s: %s\n", line, column != NULL ? column : "-", why);
}

static char *
save (Fixture *fixture, const char *list)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (fixture->dir, "list.csv", NULL);

  g_file_set_contents (path, list, -1, &error);
  g_assert_no_error (error);
  return path;
}

static ThListCounts
import_with (Fixture *fixture, const char *list, ThListImport how, GString *troubles)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = save (fixture, list);
  ThListCounts counts;

  how.source = how.source != NULL ? how.source : "list";
  how.by = "LI MIN";
  how.trouble = note_trouble;
  how.user_data = troubles;
  th_records_import_appointments (fixture->records, path, &how, &counts, &error);
  g_assert_no_error (error);
  return counts;
}

static void
assert_counts (ThListCounts counts, guint good, guint bad, guint added, guint changed, guint same, guint withdrawn)
{
  g_assert_cmpuint (counts.good, ==, good);
  g_assert_cmpuint (counts.bad, ==, bad);
  g_assert_cmpuint (counts.added, ==, added);
  g_assert_cmpuint (counts.changed, ==, changed);
  g_assert_cmpuint (counts.same, ==, same);
  g_assert_cmpuint (counts.withdrawn, ==, withdrawn);
}

static char *
table (Fixture *fixture)
{
  return rows (fixture, "SELECT day, hex (hash), start_min, end_min, dose, vaccine, community, employer, source"
                        " FROM appointments ORDER BY day, hash");
}

static void
assert_refused (Fixture *fixture, const char *list, const char *why)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = save (fixture, list);
  ThListImport how = { .source = "list", .by = "LI MIN" };
  ThListCounts counts;

  g_assert_false (th_records_import_appointments (fixture->records, path, &how, &counts, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, why));
}

static void
test_a_file_that_is_no_list_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *none = NULL;

  assert_refused (fixture, "", "empty");
  assert_refused (fixture, "date,start,end,name\n", "does not name the column id_number");
  assert_refused (fixture, "date,start,end,id_number,vacine\n", "column 5 has no name that is known");
  assert_refused (fixture, "date,start,end,id_number,end\n", "names the column end twice");
  none = table (fixture);
  g_assert_cmpstr (none, ==, "");
}

static void
test_bad_lines_are_told_and_the_others_taken (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) list = g_string_new (HEADER);
  g_autoptr (GString) troubles = g_string_new (NULL);
  g_autofree char *tomorrow = day_from_now (1), *yesterday = day_from_now (-1), *far = day_from_now (500);
  ThListCounts counts;

  add_row (list, tomorrow, "09:00,09:30", 1, "East,,1,V");
  add_row (list, yesterday, "09:00,09:30", 2, ",,,");
  add_row (list, far, "09:00,09:30", 2, ",,,");
  add_row (list, "2026-02-30", "09:00,09:30", 2, ",,,");
  add_row (list, tomorrow, "9h,09:30", 2, ",,,");
  add_row (list, tomorrow, "09:30,24:01", 2, ",,,");
  add_row (list, tomorrow, "09:30,09:30", 2, ",,,");
  add_row (list, tomorrow, "09:00,09:30", 2, ",,10,");
  add_row (list, tomorrow, "09:00,09:30", 2, ",,,a vaccine with more than 32 bytes!");
  add_row (list, tomorrow, "09:00,09:30", 2, ",,");
  g_string_append_printf (list, "%s,09:00,09:30,110101199001010000,,,,,\n", tomorrow);
  add_row (list, tomorrow, "10:00,10:30", 1, ",,,");
  add_row (list, tomorrow, "9:00,24:00", 3, "\"North, east\",,,");

  counts = import_with (fixture, list->str, (ThListImport){ .dry_run = FALSE }, troubles);
  g_assert_cmpstr (troubles->str, ==,
                   "3 date: that day is over\n"
                   "4 date: that day is more than a year ahead\n"
                   "5 date: is not a day such as 2026-11-23\n"
                   "6 start: is not a time such as 09:30\n"
                   "7 end: is not a time such as 09:30\n"
                   "8 end: is not after the start\n"
                   "9 dose: is not 1 to 9\n"
                   "10 vaccine: is longer than 32 bytes\n"
                   "11 -: has fewer columns than the first line\n"
                   "12 id_number: is no ID number: its length, its date or its check digit is wrong\n"
                   "13 id_number: the same person stands on this day in line 2\n");
  assert_counts (counts, 2, 11, 2, 0, 0, 0);
}

static void
test_all_or_nothing_and_a_dry_run_write_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) list = g_string_new (HEADER);
  g_autofree char *tomorrow = day_from_now (1), *after = NULL, *keys = NULL, *name = NULL;

  add_row (list, tomorrow, "09:00,09:30", 1, ",,,");
  assert_counts (import_with (fixture, list->str, (ThListImport){ .dry_run = TRUE }, NULL), 1, 0, 1, 0, 0, 0);
  name = g_strconcat ("lookup-", tomorrow, ".key", NULL);
  keys = g_build_filename (fixture->dir, "keys", name, NULL);
  g_assert_false (g_file_test (keys, G_FILE_TEST_EXISTS));
  g_string_append (list, "x\n");
  assert_counts (import_with (fixture, list->str, (ThListImport){ .all_or_nothing = TRUE }, NULL), 1, 1, 1, 0, 0, 0);
  after = rows (fixture, "SELECT (SELECT count(*) FROM appointments),"
                         " (SELECT count(*) FROM events WHERE kind = 'appointments_imported')");
  g_assert_cmpstr (after, ==, "0|0\n");
}

static void
test_who_is_expected_is_found_on_their_day_only (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) list = g_string_new (HEADER);
  g_autoptr (GError) error = NULL;
  g_autofree char *today = day_from_now (0), *tomorrow = day_from_now (1);
  char number[19], other[19];
  ThBooking booking;

  add_row (list, today, "09:00,10:30", 1, "东风社区,某某厂,2,BBIBP-CorV");
  add_row (list, tomorrow, "11:00,11:30", 2, ",,,");
  import_with (fixture, list->str, (ThListImport){ .dry_run = FALSE }, NULL);
  number_of_person (1, number);
  number_of_person (2, other);
  g_assert_false (th_records_find_appointment (fixture->records, today, other, &booking, &error));
  g_assert_no_error (error);
  g_assert_true (th_records_find_appointment (fixture->records, today, number, &booking, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (booking.start_min, ==, 540);
  g_assert_cmpuint (booking.end_min, ==, 630);
  g_assert_cmpuint (booking.dose, ==, 2);
  g_assert_cmpstr (booking.vaccine, ==, "BBIBP-CorV");
  g_assert_cmpstr (booking.community, ==, "东风社区");
  g_assert_cmpstr (booking.employer, ==, "某某厂");
}

static void
test_the_same_list_changes_nothing_and_a_corrected_one_what_it_says (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) list = g_string_new (HEADER);
  g_autoptr (GString) corrected = g_string_new (HEADER);
  g_autofree char *tomorrow = day_from_now (1), *later = day_from_now (2);
  g_autofree char *before = NULL, *again = NULL, *events = NULL, *others = NULL;

  add_row (list, tomorrow, "09:00,09:30", 1, "East,,1,V");
  add_row (list, tomorrow, "09:00,09:30", 2, "East,,1,V");
  add_row (list, tomorrow, "09:00,09:30", 3, "East,,1,V");
  add_row (list, later, "09:00,09:30", 1, "East,,1,V");
  assert_counts (import_with (fixture, list->str, (ThListImport){ .dry_run = FALSE }, NULL), 4, 0, 4, 0, 0, 0);
  before = table (fixture);
  assert_counts (import_with (fixture, list->str, (ThListImport){ .withdraw_missing = TRUE }, NULL), 4, 0, 0, 0, 4, 0);
  again = table (fixture);
  g_assert_cmpstr (again, ==, before);

  add_row (corrected, tomorrow, "09:00,09:30", 1, "East,,1,V");
  add_row (corrected, tomorrow, "10:00,10:30", 2, "East,,1,V");
  add_row (corrected, tomorrow, "10:00,10:30", 4, "East,,1,V");
  /* Another office's list takes nobody of this one away. */
  assert_counts (import_with (fixture, HEADER, (ThListImport){ .source = "school", .withdraw_missing = TRUE }, NULL),
                 0, 0, 0, 0, 0, 0);
  assert_counts (import_with (fixture, corrected->str, (ThListImport){ .withdraw_missing = TRUE }, NULL), 3, 0, 1, 1,
                 1, 1);
  others = rows (fixture, "SELECT start_min, count(*) FROM appointments GROUP BY start_min ORDER BY start_min");
  g_assert_cmpstr (others, ==, "540|2\n600|2\n");
  events = rows (fixture, "SELECT json_extract (body, '$.added'), json_extract (body, '$.changed'),"
                          " json_extract (body, '$.withdrawn'), json_extract (body, '$.by') FROM events"
                          " WHERE kind = 'appointments_imported' ORDER BY seq");
  g_assert_cmpstr (events, ==, "4|0|0|LI MIN\n1|1|1|LI MIN\n");
  assert_projections_are_the_logs (fixture);
}

static gboolean
holds (const char *path, const char *needle)
{
  g_autofree char *contents = NULL;
  gsize len;

  return g_file_get_contents (path, &contents, &len, NULL) && memmem (contents, len, needle, strlen (needle)) != NULL;
}

static void
test_nothing_of_a_person_is_left_when_the_day_is_over (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) list = g_string_new (HEADER);
  g_autoptr (GError) error = NULL;
  g_autofree char *today = day_from_now (0), *tomorrow = day_from_now (1), *left = NULL, *path = NULL;
  g_autofree char *name = g_strconcat ("lookup-", today, ".key", NULL);
  g_autofree char *key = g_build_filename (fixture->dir, "keys", name, NULL);
  g_autoptr (GDir) dir = NULL;
  const char *file;
  char number[19], link[65];

  add_row (list, today, "09:00,09:30", 1, ",,,");
  add_row (list, tomorrow, "09:00,09:30", 2, ",,,");
  import_with (fixture, list->str, (ThListImport){ .dry_run = FALSE }, NULL);
  path = g_build_filename (fixture->dir, "list.csv", NULL);
  g_remove (path);
  g_assert_true (g_file_test (key, G_FILE_TEST_EXISTS));
  g_assert_true (th_records_close_day (fixture->records, "LI MIN", link, &error));
  g_assert_true (th_records_open_day (fixture->records, tomorrow,
                                      g_get_real_time () + 24 * 60 * 60 * (gint64)G_USEC_PER_SEC, "LI MIN", &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (key, G_FILE_TEST_EXISTS));
  left = rows (fixture, "SELECT day FROM appointments");
  g_assert_cmpstr (g_strchomp (left), ==, tomorrow);

  number_of_person (1, number);
  dir = g_dir_open (fixture->dir, 0, NULL);
  while ((file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *at = g_build_filename (fixture->dir, file, NULL);

      g_assert_false (holds (at, number));
      g_assert_false (holds (at, "测试甲"));
    }
}

/* Killed anywhere, all of it is there or nothing. */
static void
test_a_kill_in_the_middle_leaves_all_or_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) list = g_string_new (HEADER);
  g_autofree char *tomorrow = day_from_now (1);
  g_autofree char *path = NULL;
  const guint n = 5000;

  for (guint i = 0; i < n; i++)
    add_row (list, tomorrow, "09:00,09:30", i, "East,,1,V");
  path = save (fixture, list->str);
  /* SQLite's locks do not go through a fork. */
  g_clear_pointer (&fixture->records, th_records_close);
  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *found = NULL, *events = NULL;
      pid_t child = fork ();

      if (child == 0)
        {
          ThRecords *records = th_records_open (fixture->dir, "kiosk-1", NULL);
          ThListImport how = { .source = "list", .by = "LI MIN" };
          ThListCounts counts;

          _exit (records != NULL && th_records_import_appointments (records, path, &how, &counts, NULL) ? 0 : 1);
        }
      g_usleep (10000 * i);
      kill (child, SIGKILL);
      g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
      found = rows (fixture, "SELECT count(*) FROM appointments");
      events = rows (fixture, "SELECT count(*) FROM events WHERE kind = 'appointments_imported'");
      g_assert_cmpstr (found, ==, strcmp (events, "0\n") == 0 ? "0\n" : "5000\n");
      meddle (fixture, "DELETE FROM appointments");
      if (strcmp (events, "0\n") != 0)
        break;
    }
}

static void
test_many_lines (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) list = g_string_new (HEADER);
  char *days[28];
  const guint n = g_test_slow () ? 1000000 : 100000;
  gint64 start;
  ThListCounts counts;

  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    days[i] = day_from_now ((int)i);
  for (guint i = 0; i < n; i++)
    add_row (list, days[i % G_N_ELEMENTS (days)], "09:00,09:30", i, "East,Factory,1,V");
  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    g_free (days[i]);
  start = g_get_monotonic_time ();
  counts = import_with (fixture, list->str, (ThListImport){ .dry_run = FALSE }, NULL);
  g_test_message ("%u lines in %.2f s", n, (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  assert_counts (counts, n, 0, n, 0, 0, 0);
  counts = import_with (fixture, list->str, (ThListImport){ .dry_run = FALSE }, NULL);
  assert_counts (counts, n, 0, 0, 0, n, 0);
}

int
main (int argc, char **argv)
{
#define ADD(name, test) g_test_add ("/appointments/" name, Fixture, NULL, set_up, test, tear_down)
  g_test_init (&argc, &argv, NULL);
  ADD ("a-file-that-is-no-list-is-refused", test_a_file_that_is_no_list_is_refused);
  ADD ("bad-lines-are-told-and-the-others-taken", test_bad_lines_are_told_and_the_others_taken);
  ADD ("all-or-nothing-and-a-dry-run-write-nothing", test_all_or_nothing_and_a_dry_run_write_nothing);
  ADD ("who-is-expected-is-found-on-their-day-only", test_who_is_expected_is_found_on_their_day_only);
  ADD ("the-same-list-changes-nothing-and-a-corrected-one-what-it-says",
       test_the_same_list_changes_nothing_and_a_corrected_one_what_it_says);
  ADD ("nothing-of-a-person-is-left-when-the-day-is-over", test_nothing_of_a_person_is_left_when_the_day_is_over);
  ADD ("a-kill-in-the-middle-leaves-all-or-nothing", test_a_kill_in_the_middle_leaves_all_or_nothing);
  ADD ("many-lines", test_many_lines);
  return g_test_run ();
}
