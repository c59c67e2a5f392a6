/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the check-in keeps of a person: nothing before "yes, this is me", then sealed; a photo only where the site says so. */
#include <string.h>

#include "kiosk/db.h"
#include "kiosk/keys.h"
#include "kiosk/records-lots.h"
#include "kiosk/records-seal.h"
#include "tests/checkin-fixture.h"
#include "tests/open-day.h"

#define BY "LI MIN"
#define WORDS "correct horse battery staple seven"

typedef struct
{
  char *root;
  ThConfig *config;
  ThKeyPlaces places;
  DoubleReader *reader;
  DoubleThermometer *thermometer;
  DoublePrinter *printer;
  ThCheckin *checkin;
} Kiosk;

static void
set_up (Kiosk *kiosk, gconstpointer photo)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *text = NULL;

  kiosk->root = g_dir_make_tmp ("threshold-XXXXXX", &error);
  g_assert_no_error (error);
  text = g_strdup_printf ("[threshold]\nstate-dir=%s/state\n[screening]\nwarm-up-minutes=0\ncalibrated=true\n"
                          "rest-seconds=5\n[timeouts]\ntap-guard-ms=0\n[reader]\nphoto=%s\n"
                          "[sealing]\nfolder=%s/secret\n",
                          kiosk->root, (const char *)photo, kiosk->root);
  kiosk->config = th_config_load_data (text, strlen (text), NULL, &error);
  g_assert_no_error (error);
  open_day_in (kiosk->config->state_dir);
  kiosk->places = th_config_key_places (kiosk->config);
  g_assert_true (th_keys_init (&kiosk->places, WORDS, &error) && th_keys_unlock (&kiosk->places, WORDS, &error)
                 && th_keys_make_days (&kiosk->places, day, 1, NULL, &error));
  g_assert_no_error (error);
  kiosk->reader = double_reader_new ();
  kiosk->thermometer = double_thermometer_new ();
  kiosk->printer = double_printer_new ();
  double_printer_set_outcome (kiosk->printer, TH_SLIP_CONFIRMED, FALSE);
  kiosk->checkin = th_checkin_new (kiosk->config, TH_CARD_READER (kiosk->reader),
                                   TH_THERMOMETER (kiosk->thermometer), TH_PRINTER (kiosk->printer), NULL);
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
  g_assert_true (th_keys_lock (&kiosk->places, NULL));
  th_config_free (kiosk->config);
  remove_tree (kiosk->root);
  g_free (kiosk->root);
}

static void
put_card (Kiosk *kiosk)
{
  g_autoptr (ThCard) card = th_card_new ();

  g_free (card->name);
  card->name = g_strdup ("张测试");
  g_free (card->id_number);
  card->id_number = g_strdup (ZHANG_NUMBER);
  card->birth = (ThDate){ 1990, 1, 1 };
  card->sex = TH_SEX_MALE;
  card->valid_to = (ThDate){ 2040, 1, 1 };
  card->has_photo = TRUE;
  for (guint i = 0; i < sizeof card->photo; i++)
    card->photo[i] = (guint8)(i * 7);
  double_reader_put_card (kiosk->reader, card);
}

static ThRecords *
open_records (Kiosk *kiosk)
{
  g_autoptr (GError) error = NULL;
  ThRecords *records = th_records_open (kiosk->config->state_dir, "test", &error);

  g_assert_no_error (error);
  return records;
}

/* A whole visit; then what a manager sees of it. */
static ThPersonal
finish_and_open (Kiosk *kiosk, gboolean contact)
{
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  char visit[37];
  ThPersonal who;

  put_card (kiosk);
  answer_questions (kiosk->checkin, contact);
  wait_for (kiosk->checkin, "state", "done");
  records = open_records (kiosk);
  g_assert_true (th_records_find_label (records, "A-001", NULL, visit, &error));
  g_assert_true (th_records_open_person (records, &kiosk->places, visit, BY, &who, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (who.name, ==, "张测试");
  g_assert_cmpstr (who.id_number, ==, ZHANG_NUMBER);
  g_assert_cmpstr (who.birth, ==, "1990-01-01");
  g_assert_cmpstr (who.sex, ==, "male");
  return who;
}

static guint
count_boxes (Kiosk *kiosk, ThSealKind kind)
{
  g_autofree char *path = g_build_filename (kiosk->config->state_dir, "records.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThDb) db = th_db_open (path, &error);
  g_autoptr (ThStatement) row = th_db_query (db, "SELECT count(*) FROM sealed WHERE kind = $1", "s",
                                             th_seal_kind_to_string (kind));

  g_assert_cmpint (th_statement_step (row, &error), ==, TH_STEP_ROW);
  return (guint)th_statement_int (row, 0);
}

static void
test_nothing_is_kept_of_whoever_is_not_this_person (Kiosk *kiosk, gconstpointer data)
{
  gboolean keeps = FALSE;

  put_card (kiosk);
  wait_for (kiosk->checkin, "state", "identity");
  g_object_get (kiosk->checkin, "keeps-names", &keeps, NULL);
  g_assert_true (keeps); /* they are told before they say yes */
  th_checkin_press (kiosk->checkin, TH_EVENT_NO);
  wait_for (kiosk->checkin, "state", "help");
  double_reader_lift (kiosk->reader);
  th_checkin_stop (kiosk->checkin); /* all that was given is written */
  g_assert_cmpuint (count_boxes (kiosk, TH_SEAL_VISIT), ==, 0);
}

static void
test_a_photo_is_sealed_where_the_site_says_so (Kiosk *kiosk, gconstpointer data)
{
  ThPersonal who = finish_and_open (kiosk, FALSE);

  g_assert_true (who.has_photo);
  for (guint i = 0; i < sizeof who.photo; i++)
    g_assert_cmpuint (who.photo[i], ==, (guint8)(i * 7));
  g_assert_cmpuint (count_boxes (kiosk, TH_SEAL_VISIT), ==, 1);
  g_assert_cmpuint (count_boxes (kiosk, TH_SEAL_CASE), ==, 0);
}

static void
test_and_dropped_otherwise (Kiosk *kiosk, gconstpointer data)
{
  ThPersonal who = finish_and_open (kiosk, FALSE);

  g_assert_false (who.has_photo);
}

static void
test_who_is_flagged_is_kept_with_the_case (Kiosk *kiosk, gconstpointer data)
{
  finish_and_open (kiosk, TRUE);
  g_assert_cmpuint (count_boxes (kiosk, TH_SEAL_VISIT), ==, 1);
  g_assert_cmpuint (count_boxes (kiosk, TH_SEAL_CASE), ==, 1);
}

#define TEST(name, photo) g_test_add ("/checkin-seal/" #name, Kiosk, photo, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (nothing_is_kept_of_whoever_is_not_this_person, "sealed");
  TEST (a_photo_is_sealed_where_the_site_says_so, "sealed");
  TEST (and_dropped_otherwise, "drop");
  TEST (who_is_flagged_is_kept_with_the_case, "sealed");
  return g_test_run ();
}
