/* SPDX-License-Identifier: GPL-3.0-or-later */
/* May anybody be measured; and somebody who sits down for minutes, with a crash in between. */
#include <string.h>

#include "kiosk/words.h"
#include "tests/checkin-fixture.h"

typedef struct
{
  char *state_dir;
  ThConfig *config;
  DoubleReader *reader;
  DoubleThermometer *thermometer;
  DoublePrinter *printer;
  ThCheckin *checkin;
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
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  th_checkin_start (kiosk->checkin);
}

static void
close_door (Kiosk *kiosk)
{
  stop_checkin (&kiosk->checkin);
  g_clear_object (&kiosk->reader);
  g_clear_object (&kiosk->thermometer);
  g_clear_object (&kiosk->printer);
}

static char *
room_path (Kiosk *kiosk)
{
  return g_build_filename (kiosk->state_dir, "temp1_input", NULL);
}

static void
set_up (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL, *path = NULL, *more = NULL;

  kiosk->state_dir = g_dir_make_tmp ("threshold-XXXXXX", &error);
  g_assert_no_error (error);
  path = room_path (kiosk);
  g_assert_true (g_file_set_contents (path, "24000\n", -1, NULL));
  more = g_strdup_printf ("room-temperature=%s\n", path);
  text = g_strdup_printf ("[threshold]\nstate-dir=%s\n[screening]\nrest-seconds=90\n%s%s"
                          "[timeouts]\ntap-guard-ms=0\ndone-seconds=5\n",
                          kiosk->state_dir, (const char *)data,
                          strstr (data, "sensor") == NULL ? more : "");
  kiosk->config = th_config_load_data (text, strlen (text), NULL, &error);
  g_assert_no_error (error);
  open_day_in (kiosk->state_dir);
  open_door (kiosk);
}

static void
tear_down (Kiosk *kiosk, gconstpointer data)
{
  if (kiosk->checkin != NULL)
    close_door (kiosk);
  th_config_free (kiosk->config);
  remove_tree (kiosk->state_dir);
  g_free (kiosk->state_dir);
}

static void
wait_until_true (Kiosk *kiosk, const char *property)
{
  gboolean late = FALSE, value = FALSE;
  guint limit = g_timeout_add_seconds (WAIT_S, late_cb, &late);

  while (g_object_get (kiosk->checkin, property, &value, NULL), !value)
    {
      if (late)
        g_error ("%s does not become true", property);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (limit);
}

static ThRecords *
open_records (Kiosk *kiosk)
{
  g_autoptr (GError) error = NULL;
  ThRecords *records = th_records_open (kiosk->state_dir, "test", &error);

  g_assert_no_error (error);
  return records;
}

static void
come (Kiosk *kiosk, const char *name, const char *id_number)
{
  wait_for (kiosk->checkin, "state", "welcome");
  double_reader_put (kiosk->reader, name, id_number);
  answer_questions (kiosk->checkin, FALSE);
}

static void
test_an_uncalibrated_site_opens_when_a_manager_confirms (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  char rules[TH_FINGERPRINT_BYTES];

  wait_for (kiosk->checkin, "trouble", "screening");
  wait_for (kiosk->checkin, "trouble-detail", "unconfirmed");
  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "trouble");
  double_reader_lift (kiosk->reader);

  records = open_records (kiosk);
  g_assert_true (th_records_add_staff (records, "Ms Manager", TH_ROLE_MANAGER, "135790", NULL));
  th_screening_fingerprint (&kiosk->config->screening, rules);
  g_assert_true (th_records_confirm_screening (records, rules, "x", "Ms Manager", &error));
  wait_for (kiosk->checkin, "state", "welcome"); /* by itself */
  come (kiosk, ZHANG);
  wait_for (kiosk->checkin, "state", "done");
  close_door (kiosk);

  /* It counts after a restart, and not for other rules. */
  open_door (kiosk);
  come (kiosk, GULI);
  wait_for (kiosk->checkin, "state", "done");
  close_door (kiosk);
  kiosk->config->screening.limit_tenths = 375;
  open_door (kiosk);
  wait_for (kiosk->checkin, "trouble-detail", "unconfirmed");
}

static void
test_a_room_that_is_too_cold_closes_and_opens_again (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *path = room_path (kiosk);

  wait_for (kiosk->checkin, "state", "welcome");
  g_assert_true (g_file_set_contents (path, "15900\n", -1, NULL));
  wait_for (kiosk->checkin, "trouble-detail", "room");
  g_assert_true (g_file_set_contents (path, "21000\n", -1, NULL));
  wait_for (kiosk->checkin, "state", "welcome");
}

static void
test_a_visit_waits_when_the_room_gets_too_cold (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *path = room_path (kiosk);

  double_thermometer_show (kiosk->thermometer, RAW (24.5), ROOM, FALSE); /* nobody yet */
  come (kiosk, ZHANG);
  wait_for (kiosk->checkin, "state", "measuring");
  g_assert_true (g_file_set_contents (path, "15900\n", -1, NULL));
  wait_for (kiosk->checkin, "trouble-detail", "room");
  wait_until_true (kiosk, "trouble-visit");
  g_assert_true (g_file_set_contents (path, "21000\n", -1, NULL));
  wait_for (kiosk->checkin, "state", "measuring");
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  wait_for (kiosk->checkin, "state", "done");
}

static void
test_whoever_rests_for_minutes_comes_back_after_a_crash (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GPtrArray) cases = NULL;
  g_autoptr (GPtrArray) queue = NULL;
  guint64 events;

  double_thermometer_show (kiosk->thermometer, WARM, ROOM, TRUE);
  come (kiosk, ZHANG);
  wait_for (kiosk->checkin, "state", "rest");
  wait_until_true (kiosk, "rest-away");
  double_reader_lift (kiosk->reader);

  /* The next one is not asked whether the first is done, and is served. */
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  double_reader_put (kiosk->reader, GULI);
  wait_for (kiosk->checkin, "state", "identity");
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  for (guint i = 0; i < 3; i++)
    th_checkin_press (kiosk->checkin, TH_EVENT_NO);
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk->checkin, "ticket", "A-001");
  wait_for (kiosk->checkin, "state", "done");
  double_reader_lift (kiosk->reader);
  close_door (kiosk);

  open_door (kiosk);
  wait_for (kiosk->checkin, "state", "welcome");
  double_thermometer_show (kiosk->thermometer, WARM, ROOM, TRUE);
  double_reader_put (kiosk->reader, ZHANG);
  /* The rest may last: then "I am back" as soon as it counts. Who they are is not asked again. */
  for (gboolean over = FALSE; !over; g_object_get (kiosk->checkin, "rest-over", &over, NULL))
    {
      g_autofree char *state = NULL;

      g_object_get (kiosk->checkin, "state", &state, NULL);
      g_assert_cmpstr (state, !=, "identity");
      if (strcmp (state, "measuring") == 0 || strcmp (state, "done") == 0)
        break;
      if (strcmp (state, "welcome") == 0)
        {
          double_reader_lift (kiosk->reader);
          double_reader_put (kiosk->reader, ZHANG);
        }
      g_main_context_iteration (NULL, TRUE);
    }
  double_reader_lift (kiosk->reader);
  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "ticket", "A-002");
  wait_for (kiosk->checkin, "state", "done");
  close_door (kiosk);

  records = open_records (kiosk);
  cases = th_records_list_cases (records, NULL);
  g_assert_cmpuint (cases->len, ==, 1);
  g_assert_cmpuint (((ThCase *)cases->pdata[0])->n_readings, ==, 2);
  g_assert_cmpint (((ThCase *)cases->pdata[0])->reasons, ==, TH_REASON_TEMPERATURE);
  queue = th_records_list_queue (records, NULL);
  g_assert_cmpuint (queue->len, ==, 2);
  g_assert_true (th_records_verify (records, &events, NULL));
}

int
main (int argc, char **argv)
{
  th_words_init ();
  g_test_init (&argc, &argv, NULL);
#define TEST(name, more)                                                                           \
  g_test_add ("/checkin-rest/" #name, Kiosk, "warm-up-minutes=0\n" more, set_up, test_##name,      \
              tear_down)
  TEST (an_uncalibrated_site_opens_when_a_manager_confirms, "room-temperature=sensor\n");
  TEST (a_room_that_is_too_cold_closes_and_opens_again, "calibrated=true\n");
  TEST (a_visit_waits_when_the_room_gets_too_cold, "calibrated=true\n");
  TEST (whoever_rests_for_minutes_comes_back_after_a_crash,
        "calibrated=true\nroom-temperature=sensor\n");
  return g_test_run ();
}
