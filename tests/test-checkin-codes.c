/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The check-in object and what is held up to its scanner; what becomes of what a card says beside its number. */
#include <sodium.h>
#include <string.h>

#include "kiosk/records-sheet.h"
#include "kiosk/id-number.h"
#include "kiosk/key-file.h"
#include "kiosk/photo.h"
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

static const guint8 person_key[TH_KEY_BYTES] = { 1, 2, 3 };

/* @data: a line for [reader]. */
static void
set_up_at (Kiosk *kiosk, gconstpointer data, gboolean names_people)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint8 key[TH_TOKEN_KEY_BYTES];
  char hex[2 * TH_TOKEN_KEY_BYTES + 1];

  crypto_sign_keypair (key, kiosk->secret);
  sodium_bin2hex (hex, sizeof hex, key, sizeof key);
  kiosk->state_dir = g_dir_make_tmp ("threshold-XXXXXX", &error);
  g_assert_no_error (error);
  if (names_people)
    {
      g_autofree char *folder = g_build_filename (kiosk->state_dir, "keys", NULL);

      th_key_folder_make (folder, &error);
      g_assert_no_error (error);
      th_key_file_store (folder, TH_PERSON_KEY, 0640, person_key, &error);
      g_assert_no_error (error);
    }
  text = g_strdup_printf ("[threshold]\nstate-dir=%s\n[reader]\n%s\n[appointments]\npublic-keys=%s\n"
                          "[screening]\nwarm-up-minutes=0\ncalibrated=true\n[timeouts]\ntap-guard-ms=0\n",
                          kiosk->state_dir, data != NULL ? (const char *) data : "", hex);
  kiosk->config = th_config_load_data (text, strlen (text), NULL, &error);
  g_assert_no_error (error);
  open_day_in (kiosk->state_dir);

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
set_up (Kiosk *kiosk, gconstpointer data)
{
  set_up_at (kiosk, data, FALSE);
}

static void
set_up_with_key (Kiosk *kiosk, gconstpointer data)
{
  set_up_at (kiosk, data, TRUE);
}

static void
tear_down (Kiosk *kiosk, gconstpointer data)
{
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
finish (Kiosk *kiosk)
{
  answer_questions (kiosk->checkin, FALSE);
  wait_for (kiosk->checkin, "state", "done");
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk->checkin, "state", "welcome");
}

/* An appointment @days from today, the whole day, of the person with @number if there is one. */
static char *
appointment_of (Kiosk *kiosk, const char *id, int days, const char *site, const char *number)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) day = g_date_time_add_days (now, days);
  ThAppointment one = { .to_min = 24 * 60, .lane = 'B', .dose = 2 };

  one.date = (ThDate){ (guint16) g_date_time_get_year (day), (guint8) g_date_time_get_month (day),
                       (guint8) g_date_time_get_day_of_month (day) };
  g_strlcpy (one.site, site, sizeof one.site);
  g_strlcpy (one.id, id, sizeof one.id);
  if (number != NULL)
    {
      g_autofree char *text = g_date_time_format (day, "%Y-%m-%d");

      th_token_person (person_key, text, number, one.person);
    }
  return th_token_sign (&one, kiosk->secret, NULL);
}

static char *
appointment (Kiosk *kiosk, const char *id, int days, const char *site)
{
  return appointment_of (kiosk, id, days, site, NULL);
}

static void
scan_end (Kiosk *kiosk, const char *text, const char *end)
{
  double_scanner_scan (kiosk->scanner, text);
  wait_for (kiosk->checkin, "state", "not-today");
  wait_for (kiosk->checkin, "end", end);
}

static void
test_codes_of_no_use_are_told_apart (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *past = appointment (kiosk, "1", -1, "site");
  g_autofree char *later = appointment (kiosk, "1", 1, "site");
  g_autofree char *elsewhere = appointment (kiosk, "1", 0, "north");
  g_autofree char *forged = appointment (kiosk, "1", 0, "site");
  char *date = NULL;

  forged[30] = forged[30] == 'A' ? 'B' : 'A';
  scan_end (kiosk, "WIFI:S:guest;;", "code-foreign");
  scan_end (kiosk, "TH1-", "code-forged");
  scan_end (kiosk, forged, "code-forged");
  scan_end (kiosk, elsewhere, "code-other-site");
  scan_end (kiosk, past, "code-past");
  scan_end (kiosk, later, "code-later");
  g_object_get (kiosk->checkin, "appointment-date", &date, NULL);
  g_assert_cmpuint (strlen (date), ==, 10); /* the page says when */
  g_free (date);
  scan_end (kiosk, "0123456789abcdef0123456789abcdef", "code-slip");
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk->checkin, "state", "welcome");
  wait_for (kiosk->checkin, "appointment-date", "");
}

static ThRecords *
open_records (Kiosk *kiosk)
{
  g_autoptr (GError) error = NULL;
  ThRecords *records = th_records_open (kiosk->state_dir, "test", &error);

  g_assert_no_error (error);
  return records;
}

/* The newest; state QUEUED and number 0 when there is none. */
static ThSheet
newest_sheet (Kiosk *kiosk)
{
  g_autoptr (ThRecords) records = open_records (kiosk);
  g_autoptr (GArray) list = th_records_list_sheets (records, NULL, NULL);

  return list->len > 0 ? g_array_index (list, ThSheet, 0) : (ThSheet){ .number = 0 };
}

static gboolean
takes_home (Kiosk *kiosk)
{
  gboolean takes = FALSE;

  g_object_get (kiosk->checkin, "takes-home", &takes, NULL);
  return takes;
}

static void
test_when_to_come_again_is_printed_to_take_home (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *later = appointment (kiosk, "1", 1, "site");
  g_autofree char *again = appointment (kiosk, "2", 1, "site");
  ThSheet sheet;

  wait_for (kiosk->checkin, "state", "welcome");
  scan_end (kiosk, "WIFI:S:guest;;", "code-foreign"); /* nothing to carry */
  g_assert_false (takes_home (kiosk));
  scan_end (kiosk, later, "code-later");
  g_assert_true (takes_home (kiosk));
  while ((sheet = newest_sheet (kiosk)).state != TH_SLIP_STATE_CONFIRMED)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (sheet.number, ==, 1);
  g_assert_cmpstr (sheet.reason, ==, "code-later");
  g_assert_cmpuint (strlen (sheet.when), ==, strlen ("2026-12-01 09:30"));
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 1);
}

static void
test_one_appointment_is_one_visit (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *token = appointment (kiosk, "4711-A", 0, "site");
  g_autofree char *other = appointment (kiosk, "4712", 0, "site");
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GPtrArray) queue = NULL;
  gboolean takes_codes = FALSE;

  g_object_get (kiosk->checkin, "takes-codes", &takes_codes, NULL);
  g_assert_true (takes_codes);
  double_scanner_scan (kiosk->scanner, token);
  wait_for (kiosk->checkin, "state", "identity");
  wait_for (kiosk->checkin, "appointment", "4711-A");
  wait_for (kiosk->checkin, "appointment-time", "00:00–24:00");
  wait_for (kiosk->checkin, "masked-name", "");
  wait_for (kiosk->checkin, "birth-year", "");
  finish (kiosk);
  wait_for (kiosk->checkin, "appointment", "");

  double_scanner_scan (kiosk->scanner, token);
  wait_for (kiosk->checkin, "state", "place");
  wait_for (kiosk->checkin, "ticket", "B-001"); /* the lane that the appointment names */
  th_checkin_press (kiosk->checkin, TH_EVENT_LEAVE);
  wait_for (kiosk->checkin, "state", "welcome");

  double_scanner_scan (kiosk->scanner, other);
  finish (kiosk);
  records = open_records (kiosk);
  queue = th_records_list_queue (records, NULL);
  g_assert_cmpuint (queue->len, ==, 2);
}

static void
test_a_slip_shows_its_place (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *capitals = NULL;
  ThTicket ticket = { 0 };

  double_reader_put (kiosk->reader, ZHANG);
  double_reader_lift (kiosk->reader);
  finish (kiosk);
  records = open_records (kiosk);
  g_assert_true (th_records_find_ticket (records, ZHANG_NUMBER, &ticket, &error));
  g_assert_no_error (error);

  capitals = g_ascii_strup (ticket.token, -1);
  double_scanner_scan (kiosk->scanner, capitals);
  wait_for (kiosk->checkin, "state", "place");
  wait_for (kiosk->checkin, "ticket", "A-001");
  wait_for (kiosk->checkin, "masked-name", "");
  th_checkin_press (kiosk->checkin, TH_EVENT_COPY);
  wait_for (kiosk->checkin, "state", "done");
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 2);
}

static void
test_a_foreigners_card_of_before_2023_is_a_visit (Kiosk *kiosk, gconstpointer data)
{
  double_reader_put (kiosk->reader, "", "KAZ110090123105");
  wait_for (kiosk->checkin, "state", "identity");
  wait_for (kiosk->checkin, "birth-year", "1990");
  double_reader_lift (kiosk->reader);
  finish (kiosk);
  double_reader_put (kiosk->reader, "", "KAZ110090123105");
  wait_for (kiosk->checkin, "state", "place");
}

static void
put_odd_card (Kiosk *kiosk)
{
  g_autoptr (ThCard) card = th_card_new ();

  g_free (card->name);
  card->name = g_strdup ("张测试");
  g_free (card->id_number);
  card->id_number = g_strdup (ZHANG_NUMBER);
  card->birth = (ThDate){ 1990, 1, 2 };
  card->sex = TH_SEX_FEMALE;
  card->valid_to = (ThDate){ 2001, 1, 1 };
  double_reader_put_card (kiosk->reader, card);
}

static char *
notes_of_first (Kiosk *kiosk)
{
  g_autoptr (ThRecords) records = open_records (kiosk);
  g_autoptr (GPtrArray) queue = th_records_list_queue (records, NULL);

  g_assert_cmpuint (queue->len, ==, 1);
  return g_strdup (((ThQueueEntry *) queue->pdata[0])->card_notes);
}

static void
test_what_is_odd_about_a_card_is_a_note_for_staff (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *notes = NULL, *again = NULL;
  g_autoptr (ThRecords) records = NULL;

  put_odd_card (kiosk);
  finish (kiosk);
  notes = notes_of_first (kiosk);
  g_assert_cmpstr (notes, ==, "birth;sex;expired");
  records = open_records (kiosk);
  g_assert_true (th_records_rebuild (records, NULL));
  again = notes_of_first (kiosk);
  g_assert_cmpstr (again, ==, notes);
}

static void
test_an_expired_card_may_be_as_good_as_any (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *notes = NULL;

  put_odd_card (kiosk);
  finish (kiosk);
  notes = notes_of_first (kiosk);
  g_assert_cmpstr (notes, ==, "birth;sex");
}

static void
test_an_expired_card_may_be_refused (Kiosk *kiosk, gconstpointer data)
{
  put_odd_card (kiosk);
  wait_for (kiosk->checkin, "state", "not-today");
  wait_for (kiosk->checkin, "end", "card-expired");
  wait_for (kiosk->checkin, "masked-name", "");
}

static guint
count_tickets (Kiosk *kiosk)
{
  g_autoptr (ThRecords) records = open_records (kiosk);
  g_autoptr (GPtrArray) queue = th_records_list_queue (records, NULL);

  return queue->len;
}

static void
expect_place (Kiosk *kiosk, const char *ticket)
{
  wait_for (kiosk->checkin, "state", "place");
  wait_for (kiosk->checkin, "ticket", ticket);
  double_reader_lift (kiosk->reader);
  th_checkin_press (kiosk->checkin, TH_EVENT_LEAVE);
  wait_for (kiosk->checkin, "state", "welcome");
}

static void
test_an_appointment_and_its_persons_card_are_one_visit (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *token = appointment_of (kiosk, "4711", 0, "site", ZHANG_NUMBER);
  g_autofree char *second = appointment_of (kiosk, "4712", 0, "site", "11010519491231002X");
  g_autofree char *nobodys = appointment_of (kiosk, "4713", 0, "site", NULL);

  double_scanner_scan (kiosk->scanner, token);
  finish (kiosk);
  double_reader_put (kiosk->reader, ZHANG);
  expect_place (kiosk, "B-001");
  double_scanner_scan (kiosk->scanner, token);
  expect_place (kiosk, "B-001");

  double_reader_put (kiosk->reader, "李测试", "11010519491231002X");
  double_reader_lift (kiosk->reader);
  finish (kiosk);
  double_scanner_scan (kiosk->scanner, second);
  expect_place (kiosk, "A-001");
  g_assert_cmpuint (count_tickets (kiosk), ==, 2);

  /* One that does not say whose it is, is one by itself. */
  double_scanner_scan (kiosk->scanner, nobodys);
  finish (kiosk);
  double_scanner_scan (kiosk->scanner, nobodys);
  expect_place (kiosk, "B-002");
  g_assert_cmpuint (count_tickets (kiosk), ==, 3);
}

static void
second_cb (ThCheckin *checkin, GParamSpec *pspec, guint *n_seconds)
{
  gboolean second = FALSE;

  g_object_get (checkin, "second-card", &second, NULL);
  *n_seconds += second;
}

/* The welcome page asks for either: who does both, one after the other, is not asked whether they are done. */
static void
test_ones_own_card_beside_ones_own_appointment_is_no_second_person (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *token = appointment_of (kiosk, "4711", 0, "site", ZHANG_NUMBER);
  guint n_seconds = 0;

  g_signal_connect (kiosk->checkin, "notify::second-card", G_CALLBACK (second_cb), &n_seconds);
  double_scanner_scan (kiosk->scanner, token);
  wait_for (kiosk->checkin, "state", "identity");
  double_reader_put (kiosk->reader, ZHANG);
  finish (kiosk);
  double_reader_lift (kiosk->reader);
  g_assert_cmpuint (n_seconds, ==, 0);
  g_assert_cmpuint (count_tickets (kiosk), ==, 1);

  double_reader_put (kiosk->reader, "李测试", "11010519491231002X");
  wait_for (kiosk->checkin, "state", "identity");
  double_scanner_scan (kiosk->scanner, token);
  while (n_seconds == 0)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handlers_disconnect_by_data (kiosk->checkin, &n_seconds);
}

static void
test_without_the_key_an_appointment_is_one_by_itself (Kiosk *kiosk, gconstpointer data)
{
  g_autofree char *token = appointment_of (kiosk, "4711", 0, "site", ZHANG_NUMBER);

  double_scanner_scan (kiosk->scanner, token);
  finish (kiosk);
  double_scanner_scan (kiosk->scanner, token);
  expect_place (kiosk, "B-001");
  double_reader_put (kiosk->reader, ZHANG);
  double_reader_lift (kiosk->reader);
  finish (kiosk);
  g_assert_cmpuint (count_tickets (kiosk), ==, 2);
}

static ThCard *
put_card_with_photo (Kiosk *kiosk)
{
  ThCard *card = th_card_new ();

  g_free (card->name);
  card->name = g_strdup ("张测试");
  g_free (card->id_number);
  card->id_number = g_strdup (ZHANG_NUMBER);
  card->has_photo = TRUE;
  for (guint i = 0; i < sizeof card->photo; i++)
    card->photo[i] = (guint8) (i + 17);
  double_reader_put_card (kiosk->reader, card);
  return card;
}

static void
assert_no_photo_left (ThCard *card)
{
  g_assert_false (card->has_photo);
  for (guint i = 0; i < sizeof card->photo; i++)
    g_assert_cmphex (card->photo[i], ==, 0);
}

static void
leave (Kiosk *kiosk)
{
  th_checkin_press (kiosk->checkin, TH_EVENT_NO);
  double_reader_lift (kiosk->reader);
  th_checkin_press (kiosk->checkin, TH_EVENT_LEAVE);
  wait_for (kiosk->checkin, "state", "welcome");
}

static void
test_without_a_decoder_a_photo_is_not_kept (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (ThCard) card = put_card_with_photo (kiosk);
  g_autoptr (ThPhoto) photo = NULL;

  assert_no_photo_left (card);
  wait_for (kiosk->checkin, "state", "identity");
  g_object_get (kiosk->checkin, "photo", &photo, NULL);
  g_assert_null (photo);
}

static void
test_a_decoder_that_fails_holds_nobody_up (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (ThCard) card = put_card_with_photo (kiosk);
  g_autoptr (ThPhoto) photo = NULL;

  finish (kiosk);
  assert_no_photo_left (card);
  g_object_get (kiosk->checkin, "photo", &photo, NULL);
  g_assert_null (photo);
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
test_a_photo_is_shown_with_the_question_and_then_forgotten (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (ThPhoto) photo = NULL, after = NULL;

  /* On a machine that is too busy for its second it does not come: the next card is as good. */
  for (guint tries = 0; photo == NULL && tries < 20; tries++)
    {
      g_autoptr (ThCard) card = put_card_with_photo (kiosk);
      gint64 end_us = g_get_monotonic_time () + 3 * G_USEC_PER_SEC;
      guint wake = g_timeout_add (50, wake_cb, NULL);

      wait_for (kiosk->checkin, "state", "identity");
      assert_no_photo_left (card);
      for (;;)
        {
          g_object_get (kiosk->checkin, "photo", &photo, NULL);
          if (photo != NULL || g_get_monotonic_time () > end_us)
            break;
          g_main_context_iteration (NULL, TRUE);
        }
      g_source_remove (wake);
      if (photo == NULL)
        leave (kiosk);
    }
  g_assert_cmpuint (photo->width, ==, 102);
  g_assert_cmphex (photo->pixels[0], ==, 0x111213);

  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk->checkin, "state", "questions");
  g_object_get (kiosk->checkin, "photo", &after, NULL);
  g_assert_null (after);
}

int
main (int argc, char **argv)
{
  g_autofree char *decoder = NULL;

  th_words_init ();
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  decoder = g_strdup_printf ("photo-decoder=%s", g_getenv ("TH_DECODER"));
#define TEST(name, line)                                                                           \
  g_test_add ("/checkin-codes/" #name, Kiosk, line, set_up, test_##name, tear_down)
  TEST (codes_of_no_use_are_told_apart, NULL);
  TEST (an_expired_card_may_be_refused, "expired-card=refuse");
  TEST (an_expired_card_may_be_as_good_as_any, "expired-card=accept");
  TEST (what_is_odd_about_a_card_is_a_note_for_staff, NULL);
  TEST (when_to_come_again_is_printed_to_take_home, NULL);
  TEST (one_appointment_is_one_visit, NULL);
  TEST (a_slip_shows_its_place, NULL);
  TEST (without_the_key_an_appointment_is_one_by_itself, NULL);
  g_test_add ("/checkin-codes/an_appointment_and_its_persons_card_are_one_visit", Kiosk, NULL,
              set_up_with_key, test_an_appointment_and_its_persons_card_are_one_visit, tear_down);
  g_test_add ("/checkin-codes/ones_own_card_beside_ones_own_appointment_is_no_second_person", Kiosk,
              NULL, set_up_with_key,
              test_ones_own_card_beside_ones_own_appointment_is_no_second_person, tear_down);
  TEST (without_a_decoder_a_photo_is_not_kept, NULL);
  TEST (a_decoder_that_fails_holds_nobody_up, "photo-decoder=/nonexistent/decoder");
  TEST (a_photo_is_shown_with_the_question_and_then_forgotten, decoder);
  TEST (a_foreigners_card_of_before_2023_is_a_visit, NULL);
  return g_test_run ();
}
