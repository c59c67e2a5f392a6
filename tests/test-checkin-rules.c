/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The check-in object and the rules of who may come: whom it turns away, what they are told, and what is kept. */
#include <sodium.h>
#include <string.h>

#include "kiosk/appointments.h"
#include "kiosk/db.h"
#include "kiosk/id-number.h"
#include "kiosk/records-sheet.h"
#include "kiosk/words.h"
#include "tests/checkin-fixture.h"

typedef struct
{
  char *state_dir;
  ThConfig *config;
  DoubleReader *reader;
  DoubleScanner *scanner;
  DoubleThermometer *thermometer;
  DoublePrinter *printer;
  ThCheckin *checkin;
  guint8 secret[TH_TOKEN_SECRET_BYTES];
} Kiosk;

/* (transfer full): "2026-12-01", so many days from today */
static char *
day_from_now (int days)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) day = g_date_time_add_days (now, days);

  return g_date_time_format (day, "%Y-%m-%d");
}

/* @rules: of the rules file, in which DAY is 30 days from now */
static void
prepare (Kiosk *kiosk, gconstpointer rules)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL, *path = NULL, *day = day_from_now (30);
  g_autoptr (GString) whole = g_string_new (rules);
  guint8 key[TH_TOKEN_KEY_BYTES];
  char hex[2 * TH_TOKEN_KEY_BYTES + 1];

  g_string_replace (whole, "DAY", day, 0);
  crypto_sign_keypair (key, kiosk->secret);
  sodium_bin2hex (hex, sizeof hex, key, sizeof key);
  kiosk->state_dir = g_dir_make_tmp ("threshold-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (kiosk->state_dir, "rules", NULL);
  g_file_set_contents (path, whole->str, -1, &error);
  g_assert_no_error (error);
  text = g_strdup_printf ("[threshold]\nstate-dir=%s\n[appointments]\npublic-keys=%s\n[eligibility]\n"
                          "rules=%s\n[screening]\nwarm-up-minutes=0\ncalibrated=true\n"
                          "[timeouts]\ntap-guard-ms=0\n",
                          kiosk->state_dir, hex, path);
  kiosk->config = th_config_load_data (text, strlen (text), NULL, &error);
  g_assert_no_error (error);
  open_day_in (kiosk->state_dir);
}

static void
start (Kiosk *kiosk)
{
  kiosk->reader = double_reader_new ();
  kiosk->scanner = double_scanner_new ();
  kiosk->thermometer = double_thermometer_new ();
  kiosk->printer = double_printer_new ();
  double_printer_set_outcome (kiosk->printer, TH_SLIP_CONFIRMED, FALSE);
  kiosk->checkin = th_checkin_new (kiosk->config, TH_CARD_READER (kiosk->reader),
                                   TH_THERMOMETER (kiosk->thermometer),
                                   TH_PRINTER (kiosk->printer), NULL);
  th_checkin_add_scanner (kiosk->checkin, TH_SCANNER (kiosk->scanner));
  th_checkin_start (kiosk->checkin);
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
}

static void
set_up (Kiosk *kiosk, gconstpointer rules)
{
  prepare (kiosk, rules);
  start (kiosk);
}

static void
tear_down (Kiosk *kiosk, gconstpointer data)
{
  if (kiosk->checkin != NULL)
    stop_checkin (&kiosk->checkin);
  g_clear_object (&kiosk->reader);
  g_clear_object (&kiosk->scanner);
  g_clear_object (&kiosk->thermometer);
  g_clear_object (&kiosk->printer);
  th_config_free (kiosk->config);
  remove_tree (kiosk->state_dir);
  g_free (kiosk->state_dir);
}

static void
wait_for_refusal (Kiosk *kiosk, const char *why)
{
  wait_for (kiosk->checkin, "state", "not-today");
  wait_for (kiosk->checkin, "end", why);
}

static ThRecords *
open_records (Kiosk *kiosk)
{
  g_autoptr (GError) error = NULL;
  ThRecords *records = th_records_open (kiosk->state_dir, "test", &error);

  g_assert_no_error (error);
  return records;
}

/* How many rows @table of the records has. */
static gint64
count (Kiosk *kiosk, const char *table)
{
  g_autofree char *path = g_build_filename (kiosk->state_dir, "records.db", NULL);
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", table);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThDb) db = th_db_open (path, &error);
  g_autoptr (ThStatement) row = NULL;

  g_assert_no_error (error);
  row = th_db_query (db, sql, "");
  g_assert_cmpint (th_statement_step (row, &error), ==, TH_STEP_ROW);
  return th_statement_int (row, 0);
}

static void
test_whose_turn_comes_later_is_told_when_and_only_counted (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *day = day_from_now (30), *summary = NULL;
  g_autoptr (ThRecords) records = NULL;

  th_checkin_set_language (kiosk->checkin, TH_LANGUAGE_ZH_TW);
  double_reader_put (kiosk->reader, ZHANG);
  wait_for_refusal (kiosk, "not-yet");
  wait_for (kiosk->checkin, "return-date", day);
  wait_for (kiosk->checkin, "return-time", "");
  wait_for (kiosk->checkin, "masked-name", "");
  wait_for (kiosk->checkin, "birth-year", "");
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk->checkin, "state", "welcome");
  wait_for (kiosk->checkin, "return-date", "");
  stop_checkin (&kiosk->checkin);

  g_assert_cmpint (count (kiosk, "lookups"), ==, 0);
  g_assert_cmpint (count (kiosk, "tickets"), ==, 0);
  records = open_records (kiosk);
  summary = th_records_summary_json (records, NULL, NULL);
  g_assert_nonnull (strstr (summary, "\"reading not-yet\" : 1"));
  g_assert_nonnull (strstr (summary, "\"left\""));
}

static void
test_when_they_may_is_printed_to_take_home (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *day = day_from_now (30);
  g_autoptr (ThRecords) records = open_records (kiosk);
  ThSheet sheet = { .number = 0 };

  wait_for (kiosk->checkin, "state", "welcome");
  double_reader_put (kiosk->reader, ZHANG);
  wait_for_refusal (kiosk, "not-yet");
  while (sheet.state != TH_SLIP_STATE_CONFIRMED)
    {
      g_autoptr (GArray) list = NULL;

      g_main_context_iteration (NULL, TRUE);
      list = th_records_list_sheets (records, NULL, NULL);
      if (list->len > 0)
        sheet = g_array_index (list, ThSheet, 0);
    }
  g_assert_cmpstr (sheet.reason, ==, "not-yet");
  g_assert_cmpstr (sheet.when, ==, day);
}

static void
test_help_on_a_refusal_calls_staff (Kiosk *kiosk, gconstpointer data)
{
  th_checkin_press (kiosk->checkin, TH_EVENT_NO_CARD);
  for (const char *digit = ZHANG_NUMBER; *digit != '\0'; digit++)
    th_checkin_key (kiosk->checkin, *digit);
  th_checkin_press (kiosk->checkin, TH_EVENT_SUBMIT);
  wait_for_refusal (kiosk, "no-appointment");
  wait_for (kiosk->checkin, "return-date", "");
  th_checkin_press (kiosk->checkin, TH_EVENT_HELP);
  wait_for (kiosk->checkin, "state", "help");
  wait_for (kiosk->checkin, "end", "asked");
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk->checkin, "state", "welcome");
}

static void
test_whose_turn_it_is_goes_on (Kiosk *kiosk, gconstpointer data)
{
  double_reader_put (kiosk->reader, ZHANG);
  answer_questions (kiosk->checkin, FALSE);
  wait_for (kiosk->checkin, "state", "done");
  wait_for (kiosk->checkin, "ticket", "A-001");
}

static void
test_whoever_stands_in_a_list_sees_their_time (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (ThRecords) records = open_records (kiosk);
  g_autofree char *path = g_build_filename (kiosk->state_dir, "list.csv", NULL);
  g_autofree char *day = day_from_now (0);
  g_autofree char *list
      = g_strdup_printf ("date,start,end,id_number\n%s,00:00,24:00," ZHANG_NUMBER "\n", day);
  ThListImport how = { .source = "list", .by = "LI MIN" };
  g_autoptr (GError) error = NULL;
  ThListCounts counts;

  g_file_set_contents (path, list, -1, &error);
  g_assert_no_error (error);
  th_records_import_appointments (records, path, &how, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.added, ==, 1);
  wait_for (kiosk->checkin, "appointment-time", "");
  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "identity");
  wait_for (kiosk->checkin, "appointment-time", "00:00–24:00");
  wait_for (kiosk->checkin, "appointment", "");
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk->checkin, "state", "questions");
  wait_for (kiosk->checkin, "appointment-time", "");
}

static void
test_the_next_in_line_is_not_held_up_by_a_refusal (Kiosk *kiosk, gconstpointer data)
{
  double_reader_put (kiosk->reader, ZHANG);
  wait_for_refusal (kiosk, "too-young");
  double_reader_lift (kiosk->reader);
  double_reader_put (kiosk->reader, GULI);
  wait_for (kiosk->checkin, "state", "identity");
  wait_for (kiosk->checkin, "end", "");
}

/* Staff let them in, or the rules were other ones this morning: a number that is given stays given. */
static void
test_whoever_has_a_number_is_not_judged_again (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autoptr (GError) error = NULL;
  ThTicket ticket;

  {
    g_autoptr (ThRecords) records = open_records (kiosk);

    th_records_issue_ticket (records, visit, ZHANG_NUMBER, 'A', 0, &ticket, &error);
    g_assert_no_error (error);
  }
  start (kiosk);
  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "place");
  wait_for (kiosk->checkin, "ticket", "A-001");
}

/* @from_min, @to_min: minutes of the day, today */
static char *
appointment (Kiosk *kiosk, guint from_min, guint to_min)
{
  ThAppointment one = { .from_min = from_min, .to_min = to_min, .lane = 'B', .dose = 2 };

  one.date = th_date_today ();
  g_strlcpy (one.site, "site", sizeof one.site);
  g_strlcpy (one.id, "4711", sizeof one.id);
  return th_token_sign (&one, kiosk->secret, NULL);
}

static gboolean
is_morning (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_get_hour (now) < 12;
}

static void
test_an_appointments_time_is_judged_by_the_rules (Kiosk *kiosk, gconstpointer data)
{
  /* 20:00 to 21:00, taken from 19:50 on; 0:10 to 0:20, until 0:25. */
  gboolean early = is_morning ();
  g_autofree char *token = early ? appointment (kiosk, 20 * 60, 21 * 60) : appointment (kiosk, 10, 20);

  double_scanner_scan (kiosk->scanner, token);
  wait_for_refusal (kiosk, early ? "early" : "late");
  wait_for (kiosk->checkin, "return-time", early ? "19:50" : "00:25");
}

static void
test_an_appointment_says_no_age_and_is_taken (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *token = appointment (kiosk, 0, 24 * 60);

  double_scanner_scan (kiosk->scanner, token);
  wait_for (kiosk->checkin, "state", "identity");
}

static void
test_an_appointments_dose_is_judged_by_the_rules (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *token = appointment (kiosk, 0, 24 * 60);

  double_scanner_scan (kiosk->scanner, token);
  wait_for_refusal (kiosk, "other-dose");
}

int
main (int argc, char **argv)
{
  th_words_init ();
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
#define TEST_FROM(name, rules, begin)                                                              \
  g_test_add ("/checkin-rules/" #name, Kiosk, rules, begin, test_##name, tear_down)
#define TEST(name, rules) TEST_FROM (name, rules, set_up)
  TEST (whose_turn_comes_later_is_told_when_and_only_counted, "[phase a]\nfrom=DAY\n");
  TEST (when_they_may_is_printed_to_take_home, "[phase a]\nfrom=DAY\n");
  TEST (help_on_a_refusal_calls_staff, "[walk-ins]\nwho=none\n");
  TEST (whoever_stands_in_a_list_sees_their_time, "[walk-ins]\nwho=none\n");
  TEST (whose_turn_it_is_goes_on, "[phase a]\nages=18-\n");
  TEST (the_next_in_line_is_not_held_up_by_a_refusal, "[phase a]\nborn=-1989\n");
  TEST_FROM (whoever_has_a_number_is_not_judged_again, "[walk-ins]\nwho=none\n", prepare);
  TEST (an_appointments_time_is_judged_by_the_rules, "[arrival]\nearly-minutes=10\nlate-minutes=5\n");
  TEST (an_appointment_says_no_age_and_is_taken, "[walk-ins]\nwho=none\n[phase a]\nages=60-\n");
  TEST (an_appointments_dose_is_judged_by_the_rules, "[phase a]\ndoses=1\n");
  return g_test_run ();
}
