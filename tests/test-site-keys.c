/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys that names are sealed to, with real files and the kernel's keyring. */
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "kiosk/keys.h"
#include "kiosk/records.h"
#include "tests/scratch.h"

#define WORDS "correct horse battery staple seven"
#define DAY "2026-11-23"

typedef struct
{
  char *dir, *state, *public_folder, *folder, *mirror;
  ThKeyPlaces places;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (sodium_init (), >=, 0);
  f->dir = g_dir_make_tmp ("th-keys-XXXXXX", NULL);
  f->state = g_build_filename (f->dir, "state", NULL);
  f->public_folder = g_build_filename (f->state, "keys", NULL);
  f->folder = g_build_filename (f->dir, "secret", NULL);
  f->mirror = g_build_filename (f->dir, "mirror", NULL);
  f->places = (ThKeyPlaces){ f->public_folder, f->folder, f->mirror };
  g_assert_cmpint (g_mkdir_with_parents (f->public_folder, 0770), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_true (th_keys_lock (&f->places, NULL));
  remove_tree (f->dir);
  g_free (f->dir);
  g_free (f->state);
  g_free (f->public_folder);
  g_free (f->folder);
  g_free (f->mirror);
}

static void
begin (Fixture *f, guint days)
{
  g_autoptr (GError) error = NULL;
  guint made = 0;

  g_assert_true (th_keys_init (&f->places, WORDS, &error));
  g_assert_no_error (error);
  g_assert_true (th_keys_unlock (&f->places, WORDS, &error));
  g_assert_no_error (error);
  g_assert_true (th_keys_make_days (&f->places, DAY, days, &made, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (made, ==, 3 * days);
}

static GBytes *
seal (Fixture *f, ThSealKind kind, const char *day)
{
  ThPersonal who = { .name = "欧阳测试", .id_number = "110101199001019917", .birth = "1990-01-01", .sex = "male" };
  guint8 key[TH_SEAL_KEY_BYTES];

  g_assert_true (th_keys_public (&f->places, kind, day, key, NULL));
  return th_personal_seal (&who, key);
}

static gboolean
opens (Fixture *f, ThSealKind kind, const char *day, GBytes *box, int code)
{
  g_autoptr (GError) error = NULL;
  ThPersonal who;

  if (th_keys_open (&f->places, kind, day, g_bytes_get_data (box, NULL), g_bytes_get_size (box), &who, &error))
    {
      g_assert_cmpstr (who.name, ==, "欧阳测试");
      g_assert_cmpstr (who.id_number, ==, "110101199001019917");
      return TRUE;
    }
  g_assert_error (error, TH_RECORDS_ERROR, code);
  return FALSE;
}

static void
test_a_weak_passphrase_and_a_folder_in_the_wrong_place_are_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *inside = g_build_filename (f->state, "secret", NULL);
  const ThKeyPlaces wrong = { f->public_folder, inside, "" }, none = { f->public_folder, "", "" };
  g_autoptr (GError) error = NULL;

  g_assert_false (th_keys_init (&f->places, "four words  only here ", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (th_keys_init (&wrong, WORDS, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (th_keys_init (&none, WORDS, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (g_file_test (inside, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_mkdir (f->folder, 0755), ==, 0);
  g_assert_cmpint (g_chmod (f->folder, 0755), ==, 0);
  g_assert_false (th_keys_init (&f->places, WORDS, &error)); /* others could read it */
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
}

static void
test_only_the_passphrase_unlocks_and_nothing_is_made_while_locked (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ThKeysStatus status;

  g_assert_false (th_keys_unlock (&f->places, WORDS, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (th_keys_init (&f->places, WORDS, &error));
  g_assert_false (th_keys_init (&f->places, WORDS, &error)); /* names of before could not be read any more */
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (th_keys_unlock (&f->places, "correct horse battery staple eight", &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (th_keys_make_days (&f->places, DAY, 1, NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_LOCKED);
  g_clear_error (&error);
  g_assert_true (th_keys_status (&f->places, DAY, &status, &error));
  g_assert_true (status.initialised && !status.unlocked);
  /* As somebody remembers it. */
  g_assert_true (th_keys_unlock (&f->places, "  Correct horse\tBATTERY staple   seven ", &error));
  g_assert_true (th_keys_status (&f->places, DAY, &status, &error));
  g_assert_true (status.unlocked);
  g_assert_true (th_keys_lock (&f->places, &error));
  g_assert_true (th_keys_lock (&f->places, &error));
  g_assert_true (th_keys_status (&f->places, DAY, &status, &error));
  g_assert_false (status.unlocked);
}

static void
test_what_a_kiosk_seals_it_cannot_read_back (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) box = NULL, other = NULL;

  begin (f, 2);
  box = seal (f, TH_SEAL_VISIT, DAY);
  other = seal (f, TH_SEAL_VISIT, DAY);
  g_assert_false (g_bytes_equal (box, other)); /* nobody sees that it is the same person */
  g_assert_true (opens (f, TH_SEAL_VISIT, DAY, box, 0));
  g_assert_false (opens (f, TH_SEAL_CASE, DAY, box, TH_RECORDS_ERROR_CORRUPT));
  g_assert_false (opens (f, TH_SEAL_VISIT, "2026-11-24", box, TH_RECORDS_ERROR_CORRUPT));
  g_assert_true (th_keys_lock (&f->places, NULL));
  g_assert_false (opens (f, TH_SEAL_VISIT, DAY, box, TH_RECORDS_ERROR_LOCKED));
}

static void
test_days_are_made_once_and_in_both_places (Fixture *f, gconstpointer data)
{
  g_autofree char *away = g_strconcat (f->mirror, "-away", NULL);
  g_autoptr (GBytes) box = NULL;
  g_autoptr (GError) error = NULL;
  ThKeysStatus status;
  guint made = 99;

  begin (f, 3);
  box = seal (f, TH_SEAL_VISIT, DAY);
  g_assert_true (th_keys_make_days (&f->places, DAY, 3, &made, &error));
  g_assert_cmpuint (made, ==, 0);
  g_assert_true (opens (f, TH_SEAL_VISIT, DAY, box, 0));
  g_assert_true (th_keys_status (&f->places, DAY, &status, &error));
  g_assert_cmpuint (status.days_ahead, ==, 3);
  g_assert_cmpuint (status.secrets, ==, 9);
  g_assert_cmpuint (status.not_mirrored, ==, 0);
  g_assert_cmpstr (status.oldest, ==, DAY);

  /* The stick is at home. */
  g_assert_cmpint (g_rename (f->mirror, away), ==, 0);
  g_assert_false (th_keys_make_days (&f->places, DAY, 4, NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (th_keys_destroy (&f->places, TH_SEAL_VISIT, DAY, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_BUSY);
  g_clear_error (&error);
  /* A new one gets all of it. */
  g_assert_cmpint (g_mkdir (f->mirror, 0700), ==, 0);
  g_assert_true (th_keys_status (&f->places, DAY, &status, &error));
  g_assert_cmpuint (status.not_mirrored, ==, 9);
  g_assert_true (th_keys_make_days (&f->places, DAY, 3, NULL, &error));
  g_assert_true (th_keys_status (&f->places, DAY, &status, &error));
  g_assert_cmpuint (status.not_mirrored, ==, 0);
  /* And either of the two is enough. */
  remove_tree (f->folder);
  g_assert_cmpint (g_mkdir (f->folder, 0700), ==, 0);
  g_assert_true (opens (f, TH_SEAL_VISIT, DAY, box, 0));
}

static void
test_a_day_that_is_destroyed_is_gone_in_both_places (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) box = NULL, next = NULL;
  g_auto (GStrv) days = NULL;
  g_autoptr (GError) error = NULL;

  begin (f, 2);
  box = seal (f, TH_SEAL_VISIT, DAY);
  next = seal (f, TH_SEAL_VISIT, "2026-11-24");
  g_assert_true (th_keys_destroy (&f->places, TH_SEAL_VISIT, DAY, &error));
  g_assert_true (th_keys_destroy (&f->places, TH_SEAL_VISIT, DAY, &error));
  g_assert_false (opens (f, TH_SEAL_VISIT, DAY, box, TH_RECORDS_ERROR_NOT_FOUND));
  g_assert_true (opens (f, TH_SEAL_VISIT, "2026-11-24", next, 0));
  days = th_keys_list (&f->places, TH_SEAL_VISIT, &error);
  g_assert_cmpuint (g_strv_length (days), ==, 1);
  g_assert_cmpstr (days[0], ==, "2026-11-24");
}

static void
test_a_damaged_box_is_refused_at_every_byte (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) box = NULL;
  g_autofree guint8 *copy = NULL;
  gsize len;

  begin (f, 1);
  box = seal (f, TH_SEAL_VISIT, DAY);
  copy = g_memdup2 (g_bytes_get_data (box, &len), g_bytes_get_size (box));
  for (gsize i = 0; i < len; i++)
    {
      g_autoptr (GBytes) changed = NULL;

      copy[i] ^= 0x40;
      changed = g_bytes_new (copy, len);
      g_assert_false (opens (f, TH_SEAL_VISIT, DAY, changed, TH_RECORDS_ERROR_CORRUPT));
      copy[i] ^= 0x40;
    }
  for (gsize cut = 0; cut < len; cut += 7)
    {
      g_autoptr (GBytes) shorter = g_bytes_new (copy, cut);

      g_assert_false (opens (f, TH_SEAL_VISIT, DAY, shorter, TH_RECORDS_ERROR_CORRUPT));
    }
}

static void
test_every_field_comes_back_and_the_size_says_nothing (Fixture *f, gconstpointer data)
{
  ThPersonal who = { .name = "A", .id_number = "11010519491231002X", .birth = "1949-12-31", .sex = "female" };
  guint8 public_key[32], secret[32];
  g_autoptr (GBytes) small = NULL, longer = NULL, with_photo = NULL;
  g_autoptr (GError) error = NULL;
  ThPersonal back;

  crypto_box_keypair (public_key, secret);
  small = th_personal_seal (&who, public_key);
  memset (who.name, 'x', sizeof who.name - 1);
  longer = th_personal_seal (&who, public_key);
  g_assert_cmpuint (g_bytes_get_size (small), ==, g_bytes_get_size (longer));
  who.has_photo = TRUE;
  for (guint i = 0; i < sizeof who.photo; i++)
    who.photo[i] = (guint8)i;
  with_photo = th_personal_seal (&who, public_key);
  g_assert_true (th_personal_open (g_bytes_get_data (with_photo, NULL), g_bytes_get_size (with_photo), public_key,
                                   secret, &back, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (&back, sizeof back, &who, sizeof who);
}

#define TEST(name) g_test_add ("/site-keys/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (a_weak_passphrase_and_a_folder_in_the_wrong_place_are_refused);
  TEST (only_the_passphrase_unlocks_and_nothing_is_made_while_locked);
  TEST (what_a_kiosk_seals_it_cannot_read_back);
  TEST (days_are_made_once_and_in_both_places);
  TEST (a_day_that_is_destroyed_is_gone_in_both_places);
  TEST (a_damaged_box_is_refused_at_every_byte);
  TEST (every_field_comes_back_and_the_size_says_nothing);
  return g_test_run ();
}
