/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door while no day is open, and in a visit that is under way when it is closed. */
#include "kiosk/config.h"
#include "tests/checkin-fixture.h"

typedef struct
{
  char *state_dir;
  ThConfig *config;
  ThRecords *staff; /* the other program */
  DoubleReader *reader;
  DoubleThermometer *thermometer;
  DoublePrinter *printer;
  ThCheckin *checkin;
} Kiosk;

static void
set_up (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  kiosk->state_dir = g_dir_make_tmp ("threshold-XXXXXX", &error);
  g_assert_no_error (error);
  text = g_strdup_printf ("[threshold]\nstate-dir=%s\n[screening]\nwarm-up-minutes=0\ncalibrated=true\n"
                          "[timeouts]\ntap-guard-ms=0\ndone-seconds=5\n",
                          kiosk->state_dir);
  kiosk->config = th_config_load_data (text, strlen (text), NULL, &error);
  g_assert_no_error (error);
  kiosk->staff = th_records_open (kiosk->state_dir, "staff", &error);
  g_assert_no_error (error);
  kiosk->reader = double_reader_new ();
  kiosk->thermometer = double_thermometer_new ();
  kiosk->printer = double_printer_new ();
  double_printer_set_outcome (kiosk->printer, TH_SLIP_CONFIRMED, FALSE);
  kiosk->checkin = th_checkin_new (kiosk->config, TH_CARD_READER (kiosk->reader),
                                   TH_THERMOMETER (kiosk->thermometer),
                                   TH_PRINTER (kiosk->printer), NULL);
  th_checkin_start (kiosk->checkin);
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
}

static void
tear_down (Kiosk *kiosk, gconstpointer data)
{
  stop_checkin (&kiosk->checkin);
  g_clear_object (&kiosk->reader);
  g_clear_object (&kiosk->thermometer);
  g_clear_object (&kiosk->printer);
  th_records_close (kiosk->staff);
  th_config_free (kiosk->config);
  remove_tree (kiosk->state_dir);
  g_free (kiosk->state_dir);
}

static void
close_day (Kiosk *kiosk)
{
  g_autoptr (GError) error = NULL;

  th_records_close_day (kiosk->staff, "LI MIN", NULL, &error);
  g_assert_no_error (error);
}

static void
test_the_door_opens_with_the_day_and_closes_with_it (Kiosk *kiosk, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      wait_for (kiosk->checkin, "state", "trouble");
      wait_for (kiosk->checkin, "trouble", "screening");
      wait_for (kiosk->checkin, "trouble-detail", i == 0 ? "not-open" : "closed");
      open_day (kiosk->staff);
      wait_for (kiosk->checkin, "state", "welcome");
      close_day (kiosk);
    }
  wait_for (kiosk->checkin, "state", "trouble");
}

static void
test_a_visit_that_is_under_way_is_finished (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (GPtrArray) queue = NULL;

  open_day (kiosk->staff);
  wait_for (kiosk->checkin, "state", "welcome");
  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "identity");
  close_day (kiosk);
  answer_questions (kiosk->checkin, FALSE);
  wait_for (kiosk->checkin, "state", "done");
  queue = th_records_list_queue (kiosk->staff, NULL);
  g_assert_cmpuint (queue->len, ==, 1);
  double_reader_lift (kiosk->reader);
  wait_for (kiosk->checkin, "state", "trouble");
  wait_for (kiosk->checkin, "trouble-detail", "closed");
}

/* On a machine whose clock was never set nobody would have been born yet. */
static void
test_who_was_born_when_is_asked_of_the_day_that_is_open (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDateTime) then = g_date_time_new_local (1980, 6, 1, 9, 0, 0);

  wait_for (kiosk->checkin, "state", "trouble");
  th_records_open_day (kiosk->staff, "1980-06-01", g_date_time_to_unix (then) * G_USEC_PER_SEC, "LI MIN", &error);
  g_assert_no_error (error);
  wait_for (kiosk->checkin, "state", "welcome");
  double_reader_put (kiosk->reader, ZHANG); /* born in 1990 */
  wait_for (kiosk->checkin, "state", "help");
  double_reader_lift (kiosk->reader);
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk->checkin, "state", "welcome");
  double_reader_put (kiosk->reader, GULI); /* in 1955 */
  wait_for (kiosk->checkin, "state", "identity");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define TEST(name) g_test_add ("/checkin-day/" #name, Kiosk, NULL, set_up, test_##name, tear_down)
  TEST (the_door_opens_with_the_day_and_closes_with_it);
  TEST (a_visit_that_is_under_way_is_finished);
  TEST (who_was_born_when_is_asked_of_the_day_that_is_open);
  return g_test_run ();
}
