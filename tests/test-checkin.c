/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "kiosk/words.h"
#include "tests/checkin-fixture.h"

typedef struct
{
  char *state_dir;
  ThConfig *config;
  DoubleReader *reader;
  DoubleThermometer *thermometer;
  DoublePrinter *printer;
  DoubleOutputs *outputs;
  ThCheckin *checkin;
} Kiosk;

static void
open_door (Kiosk *kiosk)
{
  kiosk->reader = double_reader_new ();
  kiosk->thermometer = double_thermometer_new ();
  kiosk->printer = double_printer_new ();
  double_printer_set_outcome (kiosk->printer, TH_SLIP_CONFIRMED, FALSE);
  kiosk->outputs = double_outputs_new ();
  kiosk->checkin
      = th_checkin_new (kiosk->config, TH_CARD_READER (kiosk->reader),
                        TH_THERMOMETER (kiosk->thermometer), TH_PRINTER (kiosk->printer),
                        TH_OUTPUTS (kiosk->outputs));
  th_checkin_start (kiosk->checkin);
}

static void
close_door (Kiosk *kiosk)
{
  stop_checkin (&kiosk->checkin);
  g_clear_object (&kiosk->reader);
  g_clear_object (&kiosk->thermometer);
  g_clear_object (&kiosk->printer);
  g_clear_object (&kiosk->outputs);
}

static void
set_up (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  kiosk->state_dir = g_dir_make_tmp ("threshold-XXXXXX", &error);
  g_assert_no_error (error);
  text = g_strdup_printf ("[threshold]\nstate-dir=%s\n[screening]\nrest-seconds=5\nwarm-up-minutes=0\ncalibrated=true\n"
                          "[timeouts]\ntap-guard-ms=0\n",
                          kiosk->state_dir);
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
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  th_config_free (kiosk->config);
  remove_tree (kiosk->state_dir);
  g_free (kiosk->state_dir);
}

static void
answer_all (Kiosk *kiosk, gboolean contact)
{
  answer_questions (kiosk->checkin, contact);
  wait_for (kiosk->checkin, "state", "measuring");
}

/* From now on a file cannot grow, as on a full disk; or can again. */
static void
fill_disk (gboolean full)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = full ? 4096 : limit.rlim_max;
  signal (SIGXFSZ, SIG_IGN);
  /* The warning that nothing can be written is what these tests are about. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
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
test_a_resident_walks_away_with_a_slip (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GPtrArray) cases = NULL;
  g_autoptr (GPtrArray) queue = NULL;
  ThQueueEntry *entry;
  g_autofree char *masked = NULL;

  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "identity");
  masked = text_of (kiosk->checkin, "masked-name");
  g_assert_cmpstr (masked, ==, "张*试");
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  answer_all (kiosk, FALSE);
  wait_for (kiosk->checkin, "ticket", "A-001");
  wait_for (kiosk->checkin, "state", "done");
  wait_for (kiosk->checkin, "slip", "confirmed");
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 1);
  g_assert_false (double_thermometer_is_on (kiosk->thermometer));
  close_door (kiosk);

  records = open_records (kiosk);
  cases = th_records_list_cases (records, NULL);
  g_assert_cmpuint (cases->len, ==, 0);
  queue = th_records_list_queue (records, NULL);
  g_assert_cmpuint (queue->len, ==, 1);
  entry = g_ptr_array_index (queue, 0);
  g_assert_cmpint (entry->slip, ==, TH_SLIP_STATE_CONFIRMED);
  g_assert_cmpint (entry->state, ==, TH_TICKET_WAITING);
}

static void
test_twice_above_the_limit_opens_a_case (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GPtrArray) cases = NULL;
  ThCase *flagged;

  double_thermometer_show (kiosk->thermometer, WARM, ROOM, TRUE);
  double_reader_put (kiosk->reader, GULI);
  answer_all (kiosk, FALSE);
  wait_for (kiosk->checkin, "state", "rest");
  wait_for (kiosk->checkin, "state", "done");
  close_door (kiosk);

  records = open_records (kiosk);
  cases = th_records_list_cases (records, NULL);
  g_assert_cmpuint (cases->len, ==, 1);
  flagged = g_ptr_array_index (cases, 0);
  g_assert_cmpint (flagged->reasons, ==, TH_REASON_TEMPERATURE);
  g_assert_cmpuint (flagged->n_readings, ==, 2);
  g_assert_cmpint (flagged->readings[0].shown_tenths, >, 373);
  g_assert_cmpint (flagged->answers[TH_QUESTION_CONSENT], ==, 1);
}

/* From the card to the welcome page. (transfer full) */
static char *
story_of (Kiosk *kiosk, const char *name, const char *id_number, guint16 seen, gboolean contact)
{
  g_free (double_outputs_take (kiosk->outputs));
  double_thermometer_show (kiosk->thermometer, seen, ROOM, TRUE);
  double_reader_put (kiosk->reader, name, id_number);
  answer_all (kiosk, contact);
  wait_for (kiosk->checkin, "state", "done");
  double_reader_lift (kiosk->reader);
  th_checkin_press (kiosk->checkin, TH_EVENT_LEAVE);
  wait_for (kiosk->checkin, "state", "welcome");
  return double_outputs_take (kiosk->outputs);
}

static void
test_the_hall_hears_the_same_of_everybody (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *normal = story_of (kiosk, ZHANG, NORMAL, FALSE);
  g_autofree char *flagged = story_of (kiosk, GULI, WARM, TRUE);
  g_autofree char *again = NULL;

  g_assert_cmpstr (normal, ==, "ready- read! look! done! gate ready+ ");
  g_assert_cmpstr (flagged, ==, normal);

  /* Who has a number already is let in again. */
  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "place");
  again = double_outputs_take (kiosk->outputs);
  g_assert_cmpstr (again, ==, "ready- read! gate ");
}

static void
test_staff_are_called_where_a_person_or_a_device_needs_them (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *trouble = NULL, *again = NULL, *help = NULL, *refused = NULL;

  wait_for (kiosk->checkin, "state", "welcome");
  g_free (double_outputs_take (kiosk->outputs));
  double_printer_set_paper (kiosk->printer, TH_PAPER_OUT);
  wait_for (kiosk->checkin, "state", "trouble");
  trouble = double_outputs_take (kiosk->outputs);
  g_assert_cmpstr (trouble, ==, "ready- attention+ staff! ");
  double_printer_set_paper (kiosk->printer, TH_PAPER_READY);
  wait_for (kiosk->checkin, "state", "welcome");
  g_free (double_outputs_take (kiosk->outputs));
  /* A loose plug sounds once, a person each time. */
  double_printer_set_paper (kiosk->printer, TH_PAPER_OUT);
  wait_for (kiosk->checkin, "state", "trouble");
  double_printer_set_paper (kiosk->printer, TH_PAPER_READY);
  wait_for (kiosk->checkin, "state", "welcome");
  again = double_outputs_take (kiosk->outputs);
  g_assert_cmpstr (again, ==, "ready- attention+ ready+ attention- ");
  th_checkin_press (kiosk->checkin, TH_EVENT_HELP);
  wait_for (kiosk->checkin, "state", "help");
  help = double_outputs_take (kiosk->outputs);
  g_assert_cmpstr (help, ==, "ready- attention+ staff! ");
  th_checkin_press (kiosk->checkin, TH_EVENT_LEAVE);
  wait_for (kiosk->checkin, "state", "welcome");

  /* The gate is for those who have a number. */
  g_free (double_outputs_take (kiosk->outputs));
  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "identity");
  th_checkin_press (kiosk->checkin, TH_EVENT_NO);
  wait_for (kiosk->checkin, "state", "help");
  refused = double_outputs_take (kiosk->outputs);
  g_assert_null (strstr (refused, "gate"));
}

static void
test_a_sensor_that_goes_away_ends_at_staff (Kiosk *kiosk, gconstpointer data)
{
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  double_reader_put (kiosk->reader, ZHANG);
  answer_all (kiosk, FALSE);
  double_thermometer_set_health (kiosk->thermometer, TH_HEALTH_ABSENT);
  wait_for (kiosk->checkin, "state", "trouble");
  wait_for (kiosk->checkin, "trouble", "thermometer");
  double_thermometer_set_health (kiosk->thermometer, TH_HEALTH_READY);
  wait_for (kiosk->checkin, "state", "measuring");
  wait_for (kiosk->checkin, "state", "done");
}

static void
test_the_same_card_again_is_shown_its_place_and_gets_a_copy (Kiosk *kiosk, gconstpointer data)
{
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  double_reader_put (kiosk->reader, ZHANG);
  answer_all (kiosk, FALSE);
  wait_for (kiosk->checkin, "state", "done");
  double_reader_lift (kiosk->reader);
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk->checkin, "state", "welcome");

  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "place");
  wait_for (kiosk->checkin, "ticket", "A-001");
  th_checkin_press (kiosk->checkin, TH_EVENT_COPY);
  wait_for (kiosk->checkin, "state", "done");
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 2);
}

static void
test_a_typed_number_is_a_visit_like_any_other (Kiosk *kiosk, gconstpointer data)
{
  const char *number = "110101199001019917";

  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  th_checkin_press (kiosk->checkin, TH_EVENT_NO_CARD);
  wait_for (kiosk->checkin, "state", "number");
  for (const char *p = "110101199001019918"; *p != '\0'; p++)
    th_checkin_key (kiosk->checkin, *p);
  th_checkin_press (kiosk->checkin, TH_EVENT_SUBMIT);
  wait_for (kiosk->checkin, "typed-problem", "check");
  for (guint i = 0; i < 18; i++)
    th_checkin_key (kiosk->checkin, '\b');
  wait_for (kiosk->checkin, "typed", "");
  for (const char *p = number; *p != '\0'; p++)
    th_checkin_key (kiosk->checkin, *p);
  wait_for (kiosk->checkin, "typed", "110101 1990 0101 9917");
  th_checkin_press (kiosk->checkin, TH_EVENT_SUBMIT);
  wait_for (kiosk->checkin, "state", "identity");
  wait_for (kiosk->checkin, "birth-year", "1990");
  answer_all (kiosk, FALSE);
  wait_for (kiosk->checkin, "state", "done");
}

static void
test_after_a_restart_an_unfinished_slip_is_uncertain (Kiosk *kiosk, gconstpointer data)
{
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  double_printer_set_outcome (kiosk->printer, TH_SLIP_CONFIRMED, TRUE);
  double_reader_put (kiosk->reader, ZHANG);
  answer_all (kiosk, FALSE);
  wait_for (kiosk->checkin, "slip", "printing");
  wait_for (kiosk->checkin, "ticket", "A-001");
  while (double_printer_get_printed (kiosk->printer) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 1);
  /* The kiosk is gone before the printer answered. */
  close_door (kiosk);

  open_door (kiosk);
  for (gboolean notice = FALSE; !notice; g_main_context_iteration (NULL, TRUE))
    g_object_get (kiosk->checkin, "no-slip-notice", &notice, NULL);
  wait_for (kiosk->checkin, "masked-name", "");
  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "place");
  th_checkin_press (kiosk->checkin, TH_EVENT_COPY);
  wait_for (kiosk->checkin, "state", "done");
  g_assert_true (double_printer_get_flushed (kiosk->printer));
}

static void
check_only_slip (Kiosk *kiosk, ThSlipState state)
{
  g_autoptr (ThRecords) records = open_records (kiosk);
  g_autoptr (GPtrArray) queue = th_records_list_queue (records, NULL);

  g_assert_cmpuint (queue->len, ==, 1);
  g_assert_cmpint (((ThQueueEntry *)g_ptr_array_index (queue, 0))->slip, ==, state);
}

/* The number is on disk, its slip is about to be; there the disk is full. */
static void
fill_disk_before_the_slip (Kiosk *kiosk)
{
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  double_reader_put (kiosk->reader, ZHANG);
  answer_all (kiosk, FALSE);
  wait_for (kiosk->checkin, "ticket", "A-001");
  fill_disk (TRUE);
  wait_for (kiosk->checkin, "state", "trouble");
  wait_for (kiosk->checkin, "trouble", "records");
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 0);
}

static void
test_a_printer_that_stops_in_a_slip_is_said_to_have (Kiosk *kiosk, gconstpointer data)
{
  double_printer_set_outcome (kiosk->printer, TH_SLIP_CONFIRMED, TRUE);
  double_reader_put (kiosk->reader, ZHANG);
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  answer_all (kiosk, FALSE);
  wait_for (kiosk->checkin, "slip", "printing");
  double_printer_set_paper (kiosk->printer, TH_PAPER_UNKNOWN);
  wait_for (kiosk->checkin, "slip", "waiting");
  wait_for (kiosk->checkin, "state", "printing");
  wait_for (kiosk->checkin, "ticket", "A-001");
  double_printer_set_paper (kiosk->printer, TH_PAPER_READY);
  wait_for (kiosk->checkin, "slip", "printing");
  double_printer_release (kiosk->printer);
  wait_for (kiosk->checkin, "state", "done");
  wait_for (kiosk->checkin, "slip", "confirmed");
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 1);
}

static void
test_a_full_disk_holds_the_slip_back_until_there_is_room (Kiosk *kiosk, gconstpointer data)
{
  fill_disk_before_the_slip (kiosk);
  fill_disk (FALSE);
  wait_for (kiosk->checkin, "state", "done");
  wait_for (kiosk->checkin, "slip", "confirmed");
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 1);
  close_door (kiosk);
  check_only_slip (kiosk, TH_SLIP_STATE_CONFIRMED);
}

static void
test_who_does_not_wait_for_room_on_the_disk_sees_the_number (Kiosk *kiosk, gconstpointer data)
{
  fill_disk_before_the_slip (kiosk);
  th_checkin_press (kiosk->checkin, TH_EVENT_LEAVE);
  wait_for (kiosk->checkin, "state", "done");
  wait_for (kiosk->checkin, "slip", "failed");
  wait_for (kiosk->checkin, "ticket", "A-001");
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk->checkin, "state", "trouble");
  wait_for (kiosk->checkin, "ticket", "");
  fill_disk (FALSE);
  wait_for (kiosk->checkin, "state", "welcome");
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 0);
  close_door (kiosk);
  check_only_slip (kiosk, TH_SLIP_STATE_FAILED);
}

static void
test_no_number_waits_on_a_full_disk_for_paper_that_went (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (ThRecords) records = open_records (kiosk);
  g_autoptr (GPtrArray) queue = NULL;
  gboolean written = FALSE;

  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  double_reader_put (kiosk->reader, ZHANG);
  answer_all (kiosk, FALSE);
  wait_for (kiosk->checkin, "state", "printing");
  fill_disk (TRUE);
  wait_for (kiosk->checkin, "trouble", "records");
  double_printer_set_paper (kiosk->printer, TH_PAPER_OUT);
  fill_disk (FALSE);
  wait_for (kiosk->checkin, "trouble", "printer");
  while (!written)
    {
      g_autofree char *states = th_records_last_device_states (records, NULL, NULL);

      written = strstr (states, "printer=out") != NULL;
      g_main_context_iteration (NULL, FALSE);
    }
  queue = th_records_list_queue (records, NULL);
  g_assert_cmpuint (queue->len, ==, 0);
  double_printer_set_paper (kiosk->printer, TH_PAPER_READY);
  wait_for (kiosk->checkin, "state", "done");
  close_door (kiosk);
  check_only_slip (kiosk, TH_SLIP_STATE_CONFIRMED);
}

static void
type (Kiosk *kiosk, const char *number)
{
  for (guint i = 0; i < 18; i++)
    th_checkin_key (kiosk->checkin, '\b');
  for (const char *p = number; *p != '\0'; p++)
    th_checkin_key (kiosk->checkin, *p);
  th_checkin_press (kiosk->checkin, TH_EVENT_SUBMIT);
}

static void
test_an_answer_about_one_number_is_never_taken_for_another (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *ticket = NULL, *typed = NULL;

  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  double_reader_put (kiosk->reader, ZHANG);
  answer_all (kiosk, FALSE);
  wait_for (kiosk->checkin, "state", "done");
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk->checkin, "state", "welcome");

  th_checkin_press (kiosk->checkin, TH_EVENT_NO_CARD);
  type (kiosk,
        "110101199001019917"); /* has a place; the answer is on its way when it is corrected */
  type (kiosk, "65010219551130982X");
  wait_for (kiosk->checkin, "state", "identity");
  wait_for (kiosk->checkin, "birth-year", "1955");
  ticket = text_of (kiosk->checkin, "ticket");
  g_assert_cmpstr (ticket, ==, "");
  typed = text_of (kiosk->checkin, "typed");
  g_assert_cmpstr (typed, ==, "");
}

static void
test_the_next_person_does_not_get_the_last_ones_language (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *usual = text_of (kiosk->checkin, "language");

  g_assert_cmpstr (usual, !=, "zh_TW");
  th_checkin_set_language (kiosk->checkin, TH_LANGUAGE_ZH_TW);
  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "identity");
  wait_for (kiosk->checkin, "language", "zh_TW");
  double_reader_put (kiosk->reader, GULI);
  th_checkin_press (kiosk->checkin, TH_EVENT_YES); /* "is the first person done?" */
  wait_for (kiosk->checkin, "state", "identity");
  wait_for (kiosk->checkin, "birth-year", "1955");
  wait_for (kiosk->checkin, "language", usual);
}

static void
test_nothing_of_a_person_is_told_after_the_end (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *masked = NULL, *year = NULL;

  double_reader_put (kiosk->reader, ZHANG);
  wait_for (kiosk->checkin, "state", "identity");
  th_checkin_stop (kiosk->checkin);
  masked = text_of (kiosk->checkin, "masked-name");
  year = text_of (kiosk->checkin, "birth-year");
  g_assert_cmpstr (masked, ==, "");
  g_assert_cmpstr (year, ==, "");
}

static gboolean
contains (const char *path, const char *needle)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  g_autofree char *bytes = NULL;
  const char *name;
  gsize len = 0;
  gboolean found = FALSE;

  if (dir == NULL)
    return g_file_get_contents (path, &bytes, &len, NULL)
           && memmem (bytes, len, needle, strlen (needle)) != NULL;
  while (!found && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      found = strstr (name, needle) != NULL || contains (child, needle);
    }
  g_dir_close (dir);
  return found;
}

static void
test_nothing_of_a_person_is_on_the_disk (Kiosk *kiosk, gconstpointer data)
{
  double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
  double_reader_put (kiosk->reader, ZHANG);
  answer_all (kiosk, TRUE);
  wait_for (kiosk->checkin, "state", "done");
  close_door (kiosk);
  g_assert_true (contains (kiosk->state_dir, "contact")); /* the search finds what is there */
  g_assert_false (contains (kiosk->state_dir, "110101199001019917"));
  g_assert_false (contains (kiosk->state_dir, "19900101"));
  g_assert_false (contains (kiosk->state_dir, "张"));
}

static void
test_it_can_be_stopped_anywhere (Kiosk *kiosk, gconstpointer data)
{
  const char *states[] = { "identity", "measuring", "printing" };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      double_thermometer_show (kiosk->thermometer, NORMAL, ROOM, TRUE);
      double_printer_set_outcome (kiosk->printer, TH_SLIP_CONFIRMED, TRUE);
      double_reader_put (kiosk->reader, GULI);
      if (i > 0)
        answer_all (kiosk, FALSE);
      wait_for (kiosk->checkin, "state", states[i]);
      close_door (kiosk);
      open_door (kiosk);
      wait_for (kiosk->checkin, "state", "welcome");
    }
}

int
main (int argc, char **argv)
{
  th_words_init ();
  g_test_init (&argc, &argv, NULL);
#define TEST(name) g_test_add ("/checkin/" #name, Kiosk, NULL, set_up, test_##name, tear_down)
  TEST (a_sensor_that_goes_away_ends_at_staff);
  TEST (after_a_restart_an_unfinished_slip_is_uncertain);
  TEST (nothing_of_a_person_is_on_the_disk);
  TEST (it_can_be_stopped_anywhere);
  TEST (a_printer_that_stops_in_a_slip_is_said_to_have);
  TEST (a_full_disk_holds_the_slip_back_until_there_is_room);
  TEST (who_does_not_wait_for_room_on_the_disk_sees_the_number);
  TEST (no_number_waits_on_a_full_disk_for_paper_that_went);
  TEST (an_answer_about_one_number_is_never_taken_for_another);
  TEST (the_next_person_does_not_get_the_last_ones_language);
  TEST (nothing_of_a_person_is_told_after_the_end);
  TEST (a_resident_walks_away_with_a_slip);
  TEST (twice_above_the_limit_opens_a_case);
  TEST (the_hall_hears_the_same_of_everybody);
  TEST (staff_are_called_where_a_person_or_a_device_needs_them);
  TEST (the_same_card_again_is_shown_its_place_and_gets_a_copy);
  TEST (a_typed_number_is_a_visit_like_any_other);
  return g_test_run ();
}
