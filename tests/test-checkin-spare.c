/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A kiosk with two printers: what the record says is where the paper came out. */
#include <sqlite3.h>
#include <string.h>

#include "drivers/printer-pair.h"
#include "kiosk/words.h"
#include "tests/checkin-fixture.h"

typedef struct
{
  char *state_dir;
  ThConfig *config;
  DoubleReader *reader;
  DoubleThermometer *thermometer;
  DoublePrinter *main, *spare;
  ThCheckin *checkin;
} Kiosk;

static void
set_up (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr (ThPrinter) pair = NULL;

  kiosk->state_dir = g_dir_make_tmp ("threshold-XXXXXX", &error);
  g_assert_no_error (error);
  text = g_strdup_printf ("[threshold]\nstate-dir=%s\n[screening]\nwarm-up-minutes=0\ncalibrated=true\n"
                          "[timeouts]\ntap-guard-ms=0\n",
                          kiosk->state_dir);
  kiosk->config = th_config_load_data (text, strlen (text), NULL, &error);
  g_assert_no_error (error);
  open_day_in (kiosk->state_dir);
  kiosk->reader = double_reader_new ();
  kiosk->thermometer = double_thermometer_new ();
  kiosk->main = double_printer_new ();
  kiosk->spare = double_printer_new ();
  double_printer_set_outcome (kiosk->main, TH_SLIP_CONFIRMED, FALSE);
  double_printer_set_outcome (kiosk->spare, TH_SLIP_CONFIRMED, FALSE);
  pair = th_printer_pair_new (TH_PRINTER (kiosk->main), TH_PRINTER (kiosk->spare));
  kiosk->checkin = th_checkin_new (kiosk->config, TH_CARD_READER (kiosk->reader),
                                   TH_THERMOMETER (kiosk->thermometer), pair, NULL);
  th_checkin_start (kiosk->checkin);
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  /* That a slip ends badly is what these tests are about. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
}

static void
close_door (Kiosk *kiosk)
{
  if (kiosk->checkin == NULL)
    return;
  stop_checkin (&kiosk->checkin);
}

static void
tear_down (Kiosk *kiosk, gconstpointer data)
{
  close_door (kiosk);
  g_clear_object (&kiosk->reader);
  g_clear_object (&kiosk->thermometer);
  g_clear_object (&kiosk->main);
  g_clear_object (&kiosk->spare);
  remove_tree (kiosk->state_dir);
  g_free (kiosk->state_dir);
  th_config_free (kiosk->config);
}

static gboolean
give_up_cb (gpointer data)
{
  g_error ("the kiosk does not get there");
  return G_SOURCE_REMOVE;
}

static void
come (Kiosk *kiosk)
{
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  double_reader_put (kiosk->reader, ZHANG);
  answer_questions (kiosk->checkin, FALSE);
}

/* The log's words about slips, oldest first: "queued,sending main,confirmed". */
static char *
slips_of_log (Kiosk *kiosk)
{
  g_autofree char *path = g_build_filename (kiosk->state_dir, "records.db", NULL);
  GString *text = g_string_new (NULL);
  sqlite3_stmt *stmt;
  sqlite3 *db;

  close_door (kiosk);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db,
                                       "SELECT trim (json_extract (body, '$.state') || ' ' ||"
                                       " CASE json_extract (body, '$.state') WHEN 'sending'"
                                       " THEN json_extract (body, '$.why') ELSE '' END)"
                                       " FROM events WHERE kind = 'slip' ORDER BY seq",
                                       -1, &stmt, NULL),
                   ==, SQLITE_OK);
  while (sqlite3_step (stmt) == SQLITE_ROW)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "," : "", (const char *) sqlite3_column_text (stmt, 0));
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  return g_string_free (text, FALSE);
}

static void
test_the_log_says_which_printer (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *log = NULL;

  come (kiosk);
  wait_for (kiosk->checkin, "slip", "confirmed");
  log = slips_of_log (kiosk);
  g_assert_cmpstr (log, ==, "queued,sending main,sent,confirmed");
}

static void
test_without_paper_the_spare_prints_and_nobody_waits (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *log = NULL;

  double_printer_set_paper (kiosk->main, TH_PAPER_OUT);
  come (kiosk);
  wait_for (kiosk->checkin, "slip", "confirmed");
  g_assert_cmpuint (double_printer_get_printed (kiosk->main), ==, 0);
  g_assert_cmpuint (double_printer_get_printed (kiosk->spare), ==, 1);
  log = slips_of_log (kiosk);
  g_assert_cmpstr (log, ==, "queued,sending spare,sent,confirmed");
}

static void
test_a_slip_that_was_begun_is_no_original_on_the_other (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *log = NULL;

  double_printer_set_outcome (kiosk->main, TH_SLIP_UNCERTAIN, TRUE);
  come (kiosk);
  while (double_printer_get_printed (kiosk->main) == 0)
    g_main_context_iteration (NULL, TRUE);
  double_printer_set_paper (kiosk->main, TH_PAPER_OUT); /* in the middle of it */
  double_printer_release (kiosk->main);
  wait_for (kiosk->checkin, "slip", "uncertain");
  g_assert_cmpuint (double_printer_get_printed (kiosk->spare), ==, 0);
  log = slips_of_log (kiosk);
  g_assert_cmpstr (log, ==, "queued,sending main,uncertain");
}

static void
test_a_slip_that_reached_nothing_comes_from_the_other (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *log = NULL;

  double_printer_set_outcome (kiosk->main, TH_SLIP_FAILED, TRUE);
  come (kiosk);
  while (double_printer_get_printed (kiosk->main) == 0)
    g_main_context_iteration (NULL, TRUE);
  double_printer_set_paper (kiosk->main, TH_PAPER_COVER_OPEN);
  double_printer_release (kiosk->main);
  wait_for (kiosk->checkin, "slip", "confirmed");
  g_assert_cmpuint (double_printer_get_printed (kiosk->spare), ==, 1);
  log = slips_of_log (kiosk);
  g_assert_cmpstr (log, ==, "queued,sending main,failed,sending spare,sent,confirmed");
}

static void
test_staff_see_both_printers (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (ThRecords) records = NULL;
  g_autofree char *states = NULL;

  wait_for (kiosk->checkin, "state", "welcome");
  double_printer_set_paper (kiosk->main, TH_PAPER_OUT);
  double_printer_set_paper (kiosk->spare, TH_PAPER_LOW);
  wait_for (kiosk->checkin, "state", "welcome"); /* the door stays open */
  close_door (kiosk);
  records = th_records_open (kiosk->state_dir, "test", NULL);
  states = th_records_last_device_states (records, NULL, NULL);
  g_assert_nonnull (strstr (states, "printer=out\n"));
  g_assert_nonnull (strstr (states, "spare=low\n"));
  th_records_close (g_steal_pointer (&records));
}

/* Somebody whom staff have checked in by hand: their slip waits for the kiosk. */
static void
enter (Kiosk *kiosk)
{
  const ThStaffEntry who = {
    .lane = 'A',
    .language = "zh_TW",
    .yes = { [TH_QUESTION_CONSENT] = TRUE },
    .measured = TRUE,
    .shown_tenths = 366,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (ThRecords) staff = th_records_open (kiosk->state_dir, kiosk->config->device, &error);
  ThTicket ticket;

  g_assert_no_error (error);
  g_assert_true (th_records_enter (staff, &who, "LI MIN", &ticket, &error));
  g_assert_no_error (error);
}

static void
wait_printed (DoublePrinter *printer, guint n)
{
  guint limit_id = g_timeout_add_seconds (60, give_up_cb, NULL);

  while (double_printer_get_printed (printer) < n)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit_id);
}

static void
test_what_staff_ask_for_comes_from_the_spare_too (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *log = NULL;

  double_printer_set_paper (kiosk->main, TH_PAPER_OUT);
  enter (kiosk);
  wait_printed (kiosk->spare, 1);
  come (kiosk); /* it waits until the other one is over */
  wait_for (kiosk->checkin, "slip", "confirmed");
  g_assert_cmpuint (double_printer_get_printed (kiosk->main), ==, 0);
  g_assert_cmpuint (double_printer_get_printed (kiosk->spare), ==, 2);
  log = slips_of_log (kiosk);
  g_assert_cmpstr (log, ==, "queued,sending spare,sent,confirmed,queued,sending spare,sent,confirmed");
}

static void
test_what_staff_ask_for_belongs_to_one_printer (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *log = NULL;

  double_printer_set_outcome (kiosk->main, TH_SLIP_UNCERTAIN, TRUE);
  enter (kiosk);
  wait_printed (kiosk->main, 1);
  double_printer_set_paper (kiosk->main, TH_PAPER_OUT); /* in the middle of it */
  double_printer_release (kiosk->main);
  enter (kiosk); /* the printer was let go: the next one has the choice again */
  wait_printed (kiosk->spare, 1);
  log = slips_of_log (kiosk);
  g_assert_true (g_str_has_prefix (log, "queued,sending main,"));
  g_assert_nonnull (strstr (log, "uncertain"));
  g_assert_nonnull (strstr (log, "sending spare"));
}

static void
test_what_staff_ask_for_goes_on_from_the_other_if_nothing_was_taken (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *log = NULL;

  double_printer_set_outcome (kiosk->main, TH_SLIP_FAILED, TRUE);
  enter (kiosk);
  wait_printed (kiosk->main, 1);
  double_printer_set_paper (kiosk->main, TH_PAPER_COVER_OPEN);
  double_printer_release (kiosk->main);
  wait_printed (kiosk->spare, 1);
  log = slips_of_log (kiosk);
  g_assert_true (g_str_has_prefix (log, "queued,sending main,queued,sending spare"));
}

#define TEST(name, func) g_test_add ("/checkin-spare/" name, Kiosk, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  th_words_init ();
  g_test_init (&argc, &argv, NULL);
  TEST ("the log says which printer", test_the_log_says_which_printer);
  TEST ("without paper the spare prints and nobody waits", test_without_paper_the_spare_prints_and_nobody_waits);
  TEST ("a slip that was begun is no original on the other", test_a_slip_that_was_begun_is_no_original_on_the_other);
  TEST ("a slip that reached nothing comes from the other", test_a_slip_that_reached_nothing_comes_from_the_other);
  TEST ("staff see both printers", test_staff_see_both_printers);
  TEST ("what staff ask for comes from the spare too", test_what_staff_ask_for_comes_from_the_spare_too);
  TEST ("what staff ask for belongs to one printer", test_what_staff_ask_for_belongs_to_one_printer);
  TEST ("what staff ask for goes on from the other if nothing was taken",
        test_what_staff_ask_for_goes_on_from_the_other_if_nothing_was_taken);
  return g_test_run ();
}
