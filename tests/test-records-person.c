/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who somebody is to the records: a number, an appointment, or the one that both name. */
#include "kiosk/key-file.h"
#include "kiosk/token.h"
#include "tests/records-fixture.h"

#define VISIT_1 "019abcde-0000-7000-8000-000000000001"
#define VISIT_2 "019abcde-0000-7000-8000-000000000002"

static const guint8 key[TH_KEY_BYTES] = { 7 };

static void
set_up_with_key (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *keys = NULL;

  set_up (fixture, data);
  th_records_close (fixture->records);
  keys = g_build_filename (fixture->dir, "keys", NULL);
  th_key_file_store (keys, TH_PERSON_KEY, 0640, key, &error);
  g_assert_no_error (error);
  fixture->records = th_records_open (fixture->dir, "kiosk-1", &error);
  g_assert_no_error (error);
}

static void
name_of_today (const char *id, char ret_name[TH_PERSON_BYTES])
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");
  char same[TH_TOKEN_PERSON_DIGITS + 1];

  th_token_person (key, day, id, same);
  g_snprintf (ret_name, TH_PERSON_BYTES, "same:%s", same);
}

static void
test_what_names_nobody_is_refused (Fixture *fixture, gconstpointer data)
{
  static const char *const wrong[]
      = { "same:", "same:0123456789abcdef0123456789abcde", "same:0123456789ABCDEF0123456789ABCDEF",
          "same:0123456789abcdef0123456789abcdef0", "Same:0123456789abcdef0123456789abcdef" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      ThTicket ticket;

      g_assert_false (th_records_find_ticket (fixture->records, wrong[i], &ticket, &error));
      g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
    }
}

static void
test_a_damaged_key_is_told (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "keys", TH_PERSON_KEY, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "short", -1, NULL));
  g_assert_null (th_records_open (fixture->dir, "kiosk-1", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT);
}

static void
issue (Fixture *fixture, const char *visit, const char *who, gboolean expect_existed)
{
  g_autoptr (GError) error = NULL;
  ThTicket ticket = { 0 };

  g_assert_true (th_records_issue_ticket (fixture->records, visit, who, 'A', 0, &ticket, &error));
  g_assert_no_error (error);
  g_assert_cmpint (ticket.existed, ==, expect_existed);
}

static void
test_with_the_key_number_and_name_are_one (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char id[19], other[19], name[TH_PERSON_BYTES];
  ThTicket ticket;

  person (1, id);
  person (2, other);
  name_of_today (id, name);
  issue (fixture, VISIT_1, name, FALSE);
  g_assert_true (th_records_find_ticket (fixture->records, id, &ticket, &error));
  g_assert_cmpstr (ticket.visit, ==, VISIT_1);
  issue (fixture, VISIT_2, id, TRUE);
  g_assert_false (th_records_find_ticket (fixture->records, other, &ticket, &error));
  g_assert_no_error (error);

  issue (fixture, VISIT_2, other, FALSE);
  name_of_today (other, name);
  g_assert_true (th_records_find_ticket (fixture->records, name, &ticket, &error));
  g_assert_cmpstr (ticket.visit, ==, VISIT_2);
}

static void
test_without_the_key_they_are_two (Fixture *fixture, gconstpointer data)
{
  char id[19], name[TH_PERSON_BYTES];

  person (1, id);
  name_of_today (id, name);
  issue (fixture, VISIT_1, name, FALSE);
  issue (fixture, VISIT_1, name, TRUE);
  issue (fixture, VISIT_2, id, FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define TEST(name, before)                                                                         \
  g_test_add ("/records-person/" #name, Fixture, NULL, before, test_##name, tear_down)
  TEST (what_names_nobody_is_refused, set_up_with_key);
  TEST (a_damaged_key_is_told, set_up);
  TEST (without_the_key_they_are_two, set_up);
  TEST (with_the_key_number_and_name_are_one, set_up_with_key);
  return g_test_run ();
}
