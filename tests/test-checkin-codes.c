/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The check-in object and what is held up to its scanner; what becomes of what a card says beside its number. */
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

#include "kiosk/checkin.h"
#include "kiosk/id-number.h"
#include "kiosk/words.h"
#include "tests/doubles.h"

#define RAW(celsius) (guint16) (((celsius) + 273.15) * 50 + 0.5)
#define ROOM RAW (24.18)
#define NORMAL RAW (34.41)
#define NUMBER "110101199001019917"

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

/* @data: a line for [reader]. */
static void
set_up (Kiosk *kiosk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint8 key[TH_TOKEN_KEY_BYTES];
  char hex[2 * TH_TOKEN_KEY_BYTES + 1];

  crypto_sign_keypair (key, kiosk->secret);
  sodium_bin2hex (hex, sizeof hex, key, sizeof key);
  kiosk->state_dir = g_dir_make_tmp ("threshold-XXXXXX", &error);
  g_assert_no_error (error);
  text = g_strdup_printf ("[threshold]\nstate-dir=%s\n[reader]\n%s\n[appointments]\npublic-keys=%s\n"
                          "[screening]\nwarm-up-minutes=0\ncalibrated=true\n[timeouts]\ntap-guard-ms=0\n",
                          kiosk->state_dir, data != NULL ? (const char *) data : "", hex);
  kiosk->config = th_config_load_data (text, strlen (text), NULL, &error);
  g_assert_no_error (error);

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
remove_all (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

static void
tear_down (Kiosk *kiosk, gconstpointer data)
{
  th_checkin_stop (kiosk->checkin);
  g_clear_object (&kiosk->checkin);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  g_clear_object (&kiosk->reader);
  g_clear_object (&kiosk->scanner);
  g_clear_object (&kiosk->thermometer);
  g_clear_object (&kiosk->printer);
  th_config_free (kiosk->config);
  remove_all (kiosk->state_dir);
  g_free (kiosk->state_dir);
}

static gboolean
late_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_for (Kiosk *kiosk, const char *property, const char *value)
{
  gboolean late = FALSE;
  guint limit = g_timeout_add_seconds (20, late_cb, &late);

  for (;;)
    {
      g_autofree char *text = NULL;

      g_object_get (kiosk->checkin, property, &text, NULL);
      if (g_strcmp0 (text, value) == 0)
        break;
      if (late)
        g_error ("%s is \"%s\" and not \"%s\"", property, text, value);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (limit);
}

static void
finish (Kiosk *kiosk)
{
  wait_for (kiosk, "state", "identity");
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  for (guint i = 0; i < TH_QUESTION_CONSENT; i++)
    th_checkin_press (kiosk->checkin, TH_EVENT_NO);
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk, "state", "done");
  th_checkin_press (kiosk->checkin, TH_EVENT_YES);
  wait_for (kiosk, "state", "welcome");
}

/* An appointment @days from today, the whole day. */
static char *
appointment (Kiosk *kiosk, const char *id, int days, const char *site)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) day = g_date_time_add_days (now, days);
  ThAppointment one = { .to_min = 24 * 60, .lane = 'B', .dose = 2 };

  one.date = (ThDate){ (guint16) g_date_time_get_year (day), (guint8) g_date_time_get_month (day),
                       (guint8) g_date_time_get_day_of_month (day) };
  g_strlcpy (one.site, site, sizeof one.site);
  g_strlcpy (one.id, id, sizeof one.id);
  return th_token_sign (&one, kiosk->secret, NULL);
}

static void
scan_end (Kiosk *kiosk, const char *text, const char *end)
{
  double_scanner_scan (kiosk->scanner, text);
  wait_for (kiosk, "state", "not-today");
  wait_for (kiosk, "end", end);
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
  wait_for (kiosk, "state", "welcome");
  wait_for (kiosk, "appointment-date", "");
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
  wait_for (kiosk, "state", "identity");
  wait_for (kiosk, "appointment", "4711-A");
  wait_for (kiosk, "appointment-time", "00:00–24:00");
  wait_for (kiosk, "masked-name", "");
  wait_for (kiosk, "birth-year", "");
  finish (kiosk);
  wait_for (kiosk, "appointment", "");

  double_scanner_scan (kiosk->scanner, token);
  wait_for (kiosk, "state", "place");
  wait_for (kiosk, "ticket", "B-001"); /* the lane that the appointment names */
  th_checkin_press (kiosk->checkin, TH_EVENT_LEAVE);
  wait_for (kiosk, "state", "welcome");

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

  double_reader_put (kiosk->reader, "张测试", NUMBER);
  double_reader_lift (kiosk->reader);
  finish (kiosk);
  records = open_records (kiosk);
  g_assert_true (th_records_find_ticket (records, NUMBER, &ticket, &error));
  g_assert_no_error (error);

  capitals = g_ascii_strup (ticket.token, -1);
  double_scanner_scan (kiosk->scanner, capitals);
  wait_for (kiosk, "state", "place");
  wait_for (kiosk, "ticket", "A-001");
  wait_for (kiosk, "masked-name", "");
  th_checkin_press (kiosk->checkin, TH_EVENT_COPY);
  wait_for (kiosk, "state", "done");
  g_assert_cmpuint (double_printer_get_printed (kiosk->printer), ==, 2);
}

static void
test_a_foreigners_card_of_before_2023_is_a_visit (Kiosk *kiosk, gconstpointer data)
{
  double_reader_put (kiosk->reader, "", "KAZ110090123105");
  wait_for (kiosk, "state", "identity");
  wait_for (kiosk, "birth-year", "1990");
  double_reader_lift (kiosk->reader);
  finish (kiosk);
  double_reader_put (kiosk->reader, "", "KAZ110090123105");
  wait_for (kiosk, "state", "place");
}

static void
put_odd_card (Kiosk *kiosk)
{
  g_autoptr (ThCard) card = th_card_new ();

  g_free (card->name);
  card->name = g_strdup ("张测试");
  g_free (card->id_number);
  card->id_number = g_strdup (NUMBER);
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
  wait_for (kiosk, "state", "not-today");
  wait_for (kiosk, "end", "card-expired");
  wait_for (kiosk, "masked-name", "");
}

int
main (int argc, char **argv)
{
  th_words_init ();
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
#define TEST(name, line)                                                                           \
  g_test_add ("/checkin-codes/" #name, Kiosk, line, set_up, test_##name, tear_down)
  TEST (codes_of_no_use_are_told_apart, NULL);
  TEST (an_expired_card_may_be_refused, "expired-card=refuse");
  TEST (an_expired_card_may_be_as_good_as_any, "expired-card=accept");
  TEST (what_is_odd_about_a_card_is_a_note_for_staff, NULL);
  TEST (one_appointment_is_one_visit, NULL);
  TEST (a_slip_shows_its_place, NULL);
  TEST (a_foreigners_card_of_before_2023_is_a_visit, NULL);
  return g_test_run ();
}
