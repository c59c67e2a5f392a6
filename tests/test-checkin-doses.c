/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The check-in object where doses are watched: what is said when they are promised, and to whom. */
#include <string.h>

#include "kiosk/records-lots.h"
#include "kiosk/words.h"
#include "tests/checkin-fixture.h"

typedef struct
{
  char *state_dir;
  ThConfig *config;
  ThRecords *staff; /* the other programs */
  DoubleReader *reader;
  DoubleThermometer *thermometer;
  DoublePrinter *printer;
  ThCheckin *checkin;
} Kiosk;

static void
receive (Kiosk *kiosk, const char *name, const char *vaccine, guint doses)
{
  ThLot lot = { .expiry = "2199-12-31", .received = doses };
  g_autoptr (GError) error = NULL;

  g_strlcpy (lot.lot, name, sizeof lot.lot);
  g_strlcpy (lot.vaccine, vaccine, sizeof lot.vaccine);
  g_assert_true (th_records_receive_lot (kiosk->staff, &lot, "li.na", &error));
  g_assert_no_error (error);
}

/* Somebody at another door. */
static ThTicket
take_one (Kiosk *kiosk, const char *id_number)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autoptr (GError) error = NULL;
  ThTicket ticket;

  g_assert_true (th_records_issue_ticket (kiosk->staff, visit, id_number, 'A', 0, &ticket, &error));
  g_assert_no_error (error);
  return ticket;
}

/* @doses: how many there are of the first lane's vaccine, as text */
static void
set_up (Kiosk *kiosk, gconstpointer doses)
{
  guint n = (guint) g_ascii_strtoull (doses, NULL, 10);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  kiosk->state_dir = g_dir_make_tmp ("threshold-XXXXXX", &error);
  g_assert_no_error (error);
  text = g_strdup_printf ("[threshold]\nstate-dir=%s\n[screening]\nwarm-up-minutes=0\ncalibrated=true\n"
                          "rest-seconds=100\n[lane A]\nvaccine=V\n[lane B]\nvaccine=W\n"
                          "[doses]\nwatch=true\nnext-time=On Friday.\nnext-time[zh_TW]=週五再來。\n"
                          "[timeouts]\ntap-guard-ms=0\n",
                          kiosk->state_dir);
  kiosk->config = th_config_load_data (text, strlen (text), NULL, &error);
  g_assert_no_error (error);
  kiosk->staff = th_records_open (kiosk->state_dir, "test", &error);
  g_assert_no_error (error);
  open_day (kiosk->staff);
  th_records_watch_doses (kiosk->staff, kiosk->config);
  if (n > 0)
    receive (kiosk, "V-1", "V", n);
  kiosk->reader = double_reader_new ();
  kiosk->thermometer = double_thermometer_new ();
  kiosk->printer = double_printer_new ();
  double_printer_set_outcome (kiosk->printer, TH_SLIP_CONFIRMED, FALSE);
  kiosk->checkin = th_checkin_new (kiosk->config, TH_CARD_READER (kiosk->reader),
                                   TH_THERMOMETER (kiosk->thermometer), TH_PRINTER (kiosk->printer), NULL);
  th_checkin_start (kiosk->checkin);
}

static void
tear_down (Kiosk *kiosk, gconstpointer data)
{
  if (kiosk->checkin != NULL)
    stop_checkin (&kiosk->checkin);
  th_records_close (kiosk->staff);
  g_clear_object (&kiosk->reader);
  g_clear_object (&kiosk->thermometer);
  g_clear_object (&kiosk->printer);
  th_config_free (kiosk->config);
  remove_tree (kiosk->state_dir);
  g_free (kiosk->state_dir);
}

static void
test_the_first_page_says_it_and_takes_it_back (Kiosk *kiosk, gconstpointer data)
{
  wait_for (kiosk->checkin, "doses", "gone");
  wait_for (kiosk->checkin, "next-time", "On Friday.");
  th_checkin_set_language (kiosk->checkin, TH_LANGUAGE_ZH_TW);
  wait_for (kiosk->checkin, "next-time", "週五再來。");
  receive (kiosk, "W-1", "W", 1);
  wait_for (kiosk->checkin, "doses", "appointments");
  receive (kiosk, "V-1", "V", 1);
  wait_for (kiosk->checkin, "doses", "");
  take_one (kiosk, ZHANG_NUMBER);
  wait_for (kiosk->checkin, "doses", "appointments");
}

static void
test_nobody_is_asked_anything_for_nothing (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *summary = NULL;

  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "not-today");
  wait_for (kiosk->checkin, "end", "doses-gone");
  wait_for (kiosk->checkin, "masked-name", "");
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk->checkin, "state", "welcome");
  stop_checkin (&kiosk->checkin); /* all is written */
  summary = th_records_summary_json (kiosk->staff, NULL, NULL);
  g_assert_nonnull (strstr (summary, "\"reading doses-gone\" : 1"));
  g_assert_nonnull (strstr (summary, "\"tickets\" : 0"));
}

static void
test_whoever_has_a_number_has_a_dose (Kiosk *kiosk, gconstpointer data)
{
  take_one (kiosk, ZHANG_NUMBER);
  wait_for (kiosk->checkin, "doses", "gone");
  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "place");
  wait_for (kiosk->checkin, "ticket", "A-001");
}

static void
test_the_last_dose_that_goes_meanwhile_leaves_no_number (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *summary = NULL;

  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "identity");
  g_assert_cmpuint (take_one (kiosk, "65010219551130982X").number, ==, 1);
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  answer_questions (kiosk->checkin, FALSE);
  wait_for (kiosk->checkin, "state", "not-today");
  wait_for (kiosk->checkin, "end", "doses-gone");
  wait_for (kiosk->checkin, "ticket", "");
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk->checkin, "state", "welcome");
  /* What was released is the next one's. */
  receive (kiosk, "V-2", "V", 1);
  double_reader_lift (kiosk->reader);
  double_reader_put (kiosk->reader, ZHANG);
  answer_questions (kiosk->checkin, FALSE);
  wait_for (kiosk->checkin, "state", "done");
  wait_for (kiosk->checkin, "ticket", "A-002");
  stop_checkin (&kiosk->checkin); /* all is written */
  summary = th_records_summary_json (kiosk->staff, NULL, NULL);
  g_assert_nonnull (strstr (summary, "\"printing doses-gone\" : 1"));
}

static void
test_a_rest_is_not_begun_without_a_dose (Kiosk *kiosk, gconstpointer data)
{
  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "identity");
  take_one (kiosk, "65010219551130982X");
  double_thermometer_show (kiosk->thermometer, WARM, ROOM, TRUE);
  answer_questions (kiosk->checkin, FALSE);
  wait_for (kiosk->checkin, "end", "doses-gone");
}

static void
test_a_dose_there_is_is_given_out_as_ever (Kiosk *kiosk, gconstpointer data)
{
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  double_reader_put (kiosk->reader, ZHANG);
  answer_questions (kiosk->checkin, FALSE);
  wait_for (kiosk->checkin, "state", "done");
  wait_for (kiosk->checkin, "ticket", "A-001");
}

int
main (int argc, char **argv)
{
  th_words_init ();
  g_test_init (&argc, &argv, NULL);
#define TEST(name, doses)                                                                          \
  g_test_add ("/checkin-doses/" #name, Kiosk, doses, set_up, test_##name, tear_down)
  TEST (the_first_page_says_it_and_takes_it_back, "0");
  TEST (nobody_is_asked_anything_for_nothing, "0");
  TEST (whoever_has_a_number_has_a_dose, "1");
  TEST (the_last_dose_that_goes_meanwhile_leaves_no_number, "1");
  TEST (a_rest_is_not_begun_without_a_dose, "1");
  TEST (a_dose_there_is_is_given_out_as_ever, "1");
  return g_test_run ();
}
