/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slips that staff ask for, carried out by the kiosk between and beside its own. The staff's
 * program is a second connection to the same records. */
#include <string.h>

#include <sqlite3.h>

#include "kiosk/records-sheet.h"
#include "kiosk/words.h"
#include "tests/checkin-fixture.h"

#define BY "LI MIN"

typedef struct
{
  char *state_dir;
  ThConfig *config;
  DoubleReader *reader;
  DoubleThermometer *thermometer;
  DoublePrinter *printer;
  ThCheckin *checkin;
  ThRecords *staff; /* the other program */
} Kiosk;

static void
open_door (Kiosk *kiosk)
{
  kiosk->reader = double_reader_new ();
  kiosk->thermometer = double_thermometer_new ();
  kiosk->printer = double_printer_new ();
  double_printer_set_outcome (kiosk->printer, TH_SLIP_CONFIRMED, FALSE);
  kiosk->checkin
      = th_checkin_new (kiosk->config, TH_CARD_READER (kiosk->reader),
                        TH_THERMOMETER (kiosk->thermometer), TH_PRINTER (kiosk->printer), NULL);
  th_checkin_start (kiosk->checkin);
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
}

static void
close_door (Kiosk *kiosk)
{
  th_checkin_stop (kiosk->checkin);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  g_clear_object (&kiosk->checkin);
  g_clear_object (&kiosk->reader);
  g_clear_object (&kiosk->thermometer);
  g_clear_object (&kiosk->printer);
}

static void
set_up (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  kiosk->state_dir = g_dir_make_tmp ("threshold-XXXXXX", &error);
  g_assert_no_error (error);
  text = g_strdup_printf ("[threshold]\nstate-dir=%s\n[screening]\nwarm-up-minutes=0\ncalibrated=true\n"
                          "rest-seconds=5\n"
                          "[timeouts]\ntap-guard-ms=0\n",
                          kiosk->state_dir);
  kiosk->config = th_config_load_data (text, strlen (text), NULL, &error);
  g_assert_no_error (error);
  open_day_in (kiosk->state_dir);
  kiosk->staff = th_records_open (kiosk->state_dir, kiosk->config->device, &error);
  g_assert_no_error (error);
  open_door (kiosk);
}

static void
tear_down (Kiosk *kiosk, gconstpointer data)
{
  if (kiosk->checkin != NULL)
    close_door (kiosk);
  th_records_close (kiosk->staff);
  th_config_free (kiosk->config);
  remove_tree (kiosk->state_dir);
  g_free (kiosk->state_dir);
}

static gboolean
give_up_cb (gpointer data)
{
  g_error ("it does not come");
  return G_SOURCE_REMOVE;
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* The records have no main loop to wake. */
#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint limit = g_timeout_add_seconds (30, give_up_cb, NULL);                                       \
    guint wake = g_timeout_add (20, wake_cb, NULL);                                                \
                                                                                                   \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (limit);                                                                       \
    g_source_remove (wake);                                                                        \
  }                                                                                                \
  G_STMT_END

static gboolean
shows (Kiosk *kiosk, const char *property, const char *value)
{
  g_autofree char *text = NULL;

  g_object_get (kiosk->checkin, property, &text, NULL);
  return g_strcmp0 (text, value) == 0;
}

static ThTicket
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
  ThTicket ticket;

  g_assert_true (th_records_enter (kiosk->staff, &who, BY, &ticket, &error));
  g_assert_no_error (error);
  return ticket;
}

static ThQueueEntry
row_of (Kiosk *kiosk, const char *visit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) queue = th_records_list_queue (kiosk->staff, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < queue->len; i++)
    if (strcmp (((ThQueueEntry *)queue->pdata[i])->visit, visit) == 0)
      return *(ThQueueEntry *)queue->pdata[i];
  g_assert_not_reached ();
}

static ThSlipState
slip_of (Kiosk *kiosk, const ThTicket *ticket)
{
  return row_of (kiosk, ticket->visit).slip;
}

/* Of the number that was taken at the kiosk. */
static ThSlipState
own_slip (Kiosk *kiosk, guint number)
{
  g_autoptr (GPtrArray) queue = th_records_list_queue (kiosk->staff, NULL);

  for (guint i = 0; i < queue->len; i++)
    if (((ThQueueEntry *)queue->pdata[i])->number == number)
      return ((ThQueueEntry *)queue->pdata[i])->slip;
  return TH_SLIP_STATE_QUEUED;
}

static void
to_measuring (Kiosk *kiosk)
{
  double_reader_put (kiosk->reader, ZHANG);
  wait_until (shows (kiosk, "state", "identity"));
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  for (guint i = 0; i < 3; i++)
    th_checkin_press (kiosk->checkin, TH_EVENT_NO);
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_until (shows (kiosk, "state", "measuring"));
}

static void
test_what_staff_ask_for_is_printed_once (Kiosk *kiosk, gconstpointer data)
{
  ThTicket ticket = enter (kiosk);
  g_autoptr (GError) error = NULL;
  guint copy;

  th_checkin_set_language (kiosk->checkin, TH_LANGUAGE_EN);
  wait_until (slip_of (kiosk, &ticket) == TH_SLIP_STATE_CONFIRMED);
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 1);
  g_assert_cmpint (th_words_current (), ==,
                   TH_LANGUAGE_EN); /* the screen's language is not touched */
  g_assert_true (shows (kiosk, "state", "welcome"));

  g_assert_true (th_records_order_slip (kiosk->staff, ticket.visit, BY, &copy, &error));
  g_assert_cmpuint (copy, ==, 1);
  wait_until (row_of (kiosk, ticket.visit).copy_slip == TH_SLIP_STATE_CONFIRMED);
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 2);
  g_assert_cmpint (slip_of (kiosk, &ticket), ==, TH_SLIP_STATE_CONFIRMED);
}

static ThSlipState
sheet_of (Kiosk *kiosk, guint number)
{
  g_autoptr (GArray) list = th_records_list_sheets (kiosk->staff, NULL, NULL);

  for (guint i = 0; i < list->len; i++)
    if (g_array_index (list, ThSheet, i).number == number)
      return g_array_index (list, ThSheet, i).state;
  g_assert_not_reached ();
}

static void
test_a_sheet_is_printed_once_and_after_the_slips (Kiosk *kiosk, gconstpointer data)
{
  const ThSheet what = { .kind = TH_SHEET_CLOSE_OF_DAY };
  g_autoptr (GError) error = NULL;
  ThTicket ticket;
  guint number;

  double_printer_set_paper (kiosk->printer, TH_PAPER_OUT);
  wait_until (shows (kiosk, "state", "trouble"));
  g_assert_true (th_records_ask_sheet (kiosk->staff, &what, BY, &number, &error));
  ticket = enter (kiosk);
  double_printer_set_paper (kiosk->printer, TH_PAPER_READY);
  wait_until (sheet_of (kiosk, number) == TH_SLIP_STATE_CONFIRMED);
  g_assert_cmpint (slip_of (kiosk, &ticket), ==, TH_SLIP_STATE_CONFIRMED);
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 2);
}

static void
test_nobody_waits_for_a_sheet_of_minutes_ago (Kiosk *kiosk, gconstpointer data)
{
  const ThSheet what = { .kind = TH_SHEET_NOT_TODAY, .reason = "code-later" };
  g_autofree char *path = g_build_filename (kiosk->state_dir, "records.db", NULL);
  g_autoptr (GError) error = NULL;
  sqlite3 *db;
  guint number;

  double_printer_set_paper (kiosk->printer, TH_PAPER_OUT);
  wait_until (shows (kiosk, "state", "trouble"));
  g_assert_true (th_records_ask_sheet (kiosk->staff, &what, "", &number, &error));
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 5000);
  g_assert_cmpint (sqlite3_exec (db, "UPDATE sheets SET asked_at_us = 1", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  wait_until (sheet_of (kiosk, number) == TH_SLIP_STATE_FAILED);
  double_printer_set_paper (kiosk->printer, TH_PAPER_READY);
  wait_until (shows (kiosk, "state", "welcome"));
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 0);
}

static void
test_it_is_printed_beside_a_visit_that_goes_on (Kiosk *kiosk, gconstpointer data)
{
  ThTicket ticket;

  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, FALSE);
  to_measuring (kiosk);
  ticket = enter (kiosk);
  wait_until (slip_of (kiosk, &ticket) == TH_SLIP_STATE_CONFIRMED);
  g_assert_true (shows (kiosk, "state", "measuring"));
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  wait_until (shows (kiosk, "state", "done"));
  wait_until (own_slip (kiosk, 2) == TH_SLIP_STATE_CONFIRMED);
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 2);
}

static void
state_cb (ThCheckin *checkin, GParamSpec *pspec, gboolean *trouble)
{
  g_autofree char *state = NULL;

  g_object_get (checkin, "state", &state, NULL);
  *trouble = *trouble || strcmp (state, "trouble") == 0;
}

static void
test_a_visit_that_comes_to_its_slip_waits_for_the_one_at_the_printer (Kiosk *kiosk,
                                                                      gconstpointer data)
{
  gboolean trouble = FALSE;
  ThTicket ticket;

  g_signal_connect (kiosk->checkin, "notify::state", G_CALLBACK (state_cb), &trouble);
  double_printer_set_outcome (kiosk->printer, TH_SLIP_CONFIRMED, TRUE);
  ticket = enter (kiosk);
  wait_until (double_printer_get_printed (kiosk->printer) == 1);
  to_measuring (kiosk);
  wait_until (shows (kiosk, "state", "printing"));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  double_printer_release (kiosk->printer);
  wait_until (shows (kiosk, "state", "done"));
  wait_until (own_slip (kiosk, 2) == TH_SLIP_STATE_CONFIRMED);
  g_assert_false (trouble);
  g_assert_cmpint (slip_of (kiosk, &ticket), ==, TH_SLIP_STATE_CONFIRMED);
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 2);
}

static void
test_the_slip_of_who_stands_there_goes_first (Kiosk *kiosk, gconstpointer data)
{
  ThTicket ticket;

  /* The printer took nothing of it: the visit waits for its next try. */
  double_printer_set_outcome (kiosk->printer, TH_SLIP_FAILED, FALSE);
  to_measuring (kiosk);
  wait_until (shows (kiosk, "state", "trouble"));
  double_printer_set_outcome (kiosk->printer, TH_SLIP_CONFIRMED, TRUE);
  ticket = enter (kiosk);
  wait_until (double_printer_get_printed (kiosk->printer) == 2);
  g_assert_cmpint (own_slip (kiosk, 1), ==, TH_SLIP_STATE_SENDING);
  g_assert_cmpint (slip_of (kiosk, &ticket), ==, TH_SLIP_STATE_QUEUED);
  double_printer_release (kiosk->printer);
  wait_until (slip_of (kiosk, &ticket) == TH_SLIP_STATE_CONFIRMED);
  g_assert_cmpint (own_slip (kiosk, 1), ==, TH_SLIP_STATE_CONFIRMED);
}

static void
test_without_paper_it_waits_and_can_be_cancelled (Kiosk *kiosk, gconstpointer data)
{
  ThTicket waits, cancelled;
  g_autoptr (GError) error = NULL;

  double_printer_set_paper (kiosk->printer, TH_PAPER_OUT);
  wait_until (shows (kiosk, "state", "trouble"));
  cancelled = enter (kiosk);
  waits = enter (kiosk);
  g_assert_true (th_records_cancel_slip (kiosk->staff, cancelled.visit, 0, BY, &error));
  g_assert_no_error (error);
  double_printer_set_paper (kiosk->printer, TH_PAPER_READY);
  wait_until (slip_of (kiosk, &waits) == TH_SLIP_STATE_CONFIRMED);
  g_assert_cmpint (slip_of (kiosk, &cancelled), ==, TH_SLIP_STATE_FAILED);
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 1);
}

static void
test_a_printer_that_takes_nothing_is_not_tried_for_ever (Kiosk *kiosk, gconstpointer data)
{
  ThTicket ticket;

  double_printer_set_outcome (kiosk->printer, TH_SLIP_FAILED, FALSE);
  ticket = enter (kiosk);
  wait_until (slip_of (kiosk, &ticket) == TH_SLIP_STATE_FAILED);
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 3);
}

static void
test_a_restart_prints_what_was_not_begun_and_only_that (Kiosk *kiosk, gconstpointer data)
{
  ThTicket begun, waiting;

  double_printer_set_outcome (kiosk->printer, TH_SLIP_CONFIRMED, TRUE);
  begun = enter (kiosk);
  wait_until (double_printer_get_printed (kiosk->printer) == 1);
  waiting = enter (kiosk);
  /* The kiosk is gone before the printer answered. */
  close_door (kiosk);
  g_assert_cmpint (slip_of (kiosk, &begun), ==, TH_SLIP_STATE_SENDING);

  open_door (kiosk);
  wait_until (slip_of (kiosk, &waiting) == TH_SLIP_STATE_CONFIRMED);
  g_assert_cmpint (slip_of (kiosk, &begun), ==, TH_SLIP_STATE_UNCERTAIN);
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 1);
  g_assert_true (double_printer_get_flushed (kiosk->printer));
}

int
main (int argc, char **argv)
{
  th_words_init ();
  g_test_init (&argc, &argv, NULL);
#define TEST(name) g_test_add ("/orders/" #name, Kiosk, NULL, set_up, test_##name, tear_down)
  TEST (without_paper_it_waits_and_can_be_cancelled);
  TEST (a_printer_that_takes_nothing_is_not_tried_for_ever);
  TEST (a_restart_prints_what_was_not_begun_and_only_that);
  TEST (what_staff_ask_for_is_printed_once);
  TEST (a_sheet_is_printed_once_and_after_the_slips);
  TEST (nobody_waits_for_a_sheet_of_minutes_ago);
  TEST (it_is_printed_beside_a_visit_that_goes_on);
  TEST (a_visit_that_comes_to_its_slip_waits_for_the_one_at_the_printer);
  TEST (the_slip_of_who_stands_there_goes_first);
  return g_test_run ();
}
