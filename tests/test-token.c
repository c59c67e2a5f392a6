/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/token.h"

#include <sodium.h>
#include <string.h>

static guint8 keys[2][TH_TOKEN_KEY_BYTES];
static guint8 secrets[2][TH_TOKEN_SECRET_BYTES];

static const ThAppointment example = {
  .site = "site", .id = "4711-A", .date = { 2026, 11, 22 },
  .from_min = 570, .to_min = 600, .lane = 'B', .dose = 2,
};

static char *
sign (const ThAppointment *appointment, guint key)
{
  g_autoptr (GError) error = NULL;
  char *token = th_token_sign (appointment, secrets[key], &error);

  g_assert_no_error (error);
  return token;
}

static void
assert_refused (const char *text, guint n_keys, ThTokenError code)
{
  g_autoptr (GError) error = NULL;
  ThAppointment appointment;

  g_assert_false (th_token_verify (text, keys, n_keys, &appointment, &error));
  g_assert_error (error, TH_TOKEN_ERROR, (int) code);
}

static void
test_other_codes_are_foreign (void)
{
  static const char *const texts[] = { "",       " ",    "T",    "TH1",
                                       "TH2-AA", "http://example.com/TH1-",
                                       "0123456789abcdef0123456789abcdef" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i], 2, TH_TOKEN_ERROR_FOREIGN);
}

static void
test_a_strangers_signature_is_refused (void)
{
  g_autofree char *token = sign (&example, 1);

  assert_refused (token, 1, TH_TOKEN_ERROR_FORGED);
  assert_refused (token, 0, TH_TOKEN_ERROR_FORGED);
}

/* Each on its own heap block, so that a sanitizer sees an over-read. */
static void
test_every_cut_and_every_changed_character_is_refused (void)
{
  g_autofree char *token = sign (&example, 0);
  gsize len = strlen (token);

  g_assert_cmpuint (len, <=, TH_TOKEN_MAX);
  for (gsize i = 0; i < len; i++)
    {
      g_autofree char *cut = g_strndup (token, i);
      g_autofree char *changed = g_strdup (token);
      g_autofree char *more = g_strconcat (token, "A", NULL);
      g_autoptr (GError) error = NULL;
      ThAppointment appointment;

      g_assert_false (th_token_verify (cut, keys, 2, &appointment, NULL));
      g_assert_false (th_token_verify (more, keys, 2, &appointment, NULL));
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      g_assert_false (th_token_verify (changed, keys, 2, &appointment, &error));
      g_assert_nonnull (error);
    }
}

/* The last character has bits to spare. */
static void
test_a_token_has_one_spelling (void)
{
  g_autofree char *token = sign (&example, 0);
  gsize last = strlen (token) - 1;
  guint n = 0;

  for (const char *digit = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; *digit != '\0'; digit++)
    {
      ThAppointment appointment;

      token[last] = *digit;
      n += th_token_verify (token, keys, 2, &appointment, NULL) ? 1 : 0;
    }
  g_assert_cmpuint (n, ==, 1);
}

static void
test_what_makes_no_sense_is_not_signed (void)
{
  ThAppointment wrong[10];
  g_autofree char *token = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    wrong[i] = example;
  wrong[0].site[0] = '\0';
  g_strlcpy (wrong[1].site, "Upper", sizeof wrong[1].site);
  g_strlcpy (wrong[2].id, "a b", sizeof wrong[2].id);
  wrong[3].date.month = 13;
  wrong[4].to_min = wrong[4].from_min;
  wrong[5].to_min = 1441;
  wrong[6].lane = 'a';
  wrong[7].dose = 10;
  g_strlcpy (wrong[8].person, "0123456789abcdef0123456789abcde", sizeof wrong[8].person);
  g_strlcpy (wrong[9].person, "0123456789ABCDEF0123456789ABCDEF", sizeof wrong[9].person);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (th_token_sign (&wrong[i], secrets[0], &error));
      g_assert_error (error, TH_TOKEN_ERROR, TH_TOKEN_ERROR_INVALID);
    }
}

static void
test_what_was_signed_is_read (void)
{
  g_autofree char *token = sign (&example, 1);
  g_autofree char *small = g_ascii_strdown (token, -1);
  g_autofree char *spaced = g_strconcat (" \t", token, "\r\n", NULL);
  const char *texts[] = { token, small, spaced };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      ThAppointment appointment = { 0 };

      g_assert_true (th_token_verify (texts[i], keys, 2, &appointment, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (appointment.site, ==, "site");
      g_assert_cmpstr (appointment.id, ==, "4711-A");
      g_assert_cmpuint (appointment.date.year, ==, 2026);
      g_assert_cmpuint (appointment.date.month, ==, 11);
      g_assert_cmpuint (appointment.date.day, ==, 22);
      g_assert_cmpuint (appointment.from_min, ==, 570);
      g_assert_cmpuint (appointment.to_min, ==, 600);
      g_assert_cmpint (appointment.lane, ==, 'B');
      g_assert_cmpuint (appointment.dose, ==, 2);
    }
}

static void
test_the_longest_names_fit (void)
{
  ThAppointment longest = example, read = { 0 };
  g_autofree char *token = NULL;

  memset (longest.site, 'z', TH_TOKEN_NAME_MAX);
  memset (longest.id, 'Z', TH_TOKEN_NAME_MAX);
  token = sign (&longest, 0);
  g_assert_cmpuint (strlen (token), <=, TH_TOKEN_MAX);
  g_assert_true (th_token_verify (token, keys, 1, &read, NULL));
  g_assert_cmpstr (read.id, ==, longest.id);
}

static void
test_a_person_is_named_and_not_known (void)
{
  const guint8 key[TH_TOKEN_PERSON_KEY_BYTES] = { 1, 2, 3 }, other_key[sizeof key] = { 4 };
  ThAppointment one = example, longest, read = { 0 };
  char again[sizeof one.person];
  g_autofree char *token = NULL, *long_token = NULL;

  th_token_person (key, "2026-11-22", "11010519491231002X", one.person);
  /* For whoever writes it in another language. */
  g_assert_cmpstr (one.person, ==, "f667c2e326b2f39544d4fac198a57b58");
  th_token_person (key, "2026-11-22", "11010519491231002X", again);
  g_assert_cmpstr (again, ==, one.person);
  th_token_person (key, "2026-11-23", "11010519491231002X", again);
  g_assert_cmpstr (again, !=, one.person);
  th_token_person (key, "2026-11-22", "440524188001010014", again);
  g_assert_cmpstr (again, !=, one.person);
  th_token_person (other_key, "2026-11-22", "11010519491231002X", again);
  g_assert_cmpstr (again, !=, one.person);

  token = sign (&one, 0);
  g_assert_true (th_token_verify (token, keys, 2, &read, NULL));
  g_assert_cmpstr (read.person, ==, one.person);
  longest = one;
  memset (longest.site, 'z', TH_TOKEN_NAME_MAX);
  memset (longest.id, 'Z', TH_TOKEN_NAME_MAX);
  long_token = sign (&longest, 0);
  g_assert_cmpuint (strlen (long_token), <=, TH_TOKEN_MAX);
  g_assert_true (th_token_verify (long_token, keys, 2, &read, NULL));
  g_assert_cmpstr (read.person, ==, one.person);
  g_assert_cmpstr (read.id, ==, longest.id);
}

static void
test_where_and_when_it_is_taken (void)
{
  const ThDate day = { 2026, 11, 22 }, before = { 2026, 10, 31 }, after = { 2027, 1, 1 };

  g_assert_cmpstr (th_appointment_refusal (&example, "north", day, 580, 30), ==,
                   "code-other-site");
  g_assert_cmpstr (th_appointment_refusal (&example, "site", after, 580, 30), ==, "code-past");
  g_assert_cmpstr (th_appointment_refusal (&example, "site", before, 580, 30), ==, "code-later");
  g_assert_cmpstr (th_appointment_refusal (&example, "site", day, 539, 30), ==, "early");
  g_assert_null (th_appointment_refusal (&example, "site", day, 540, 30));
  g_assert_null (th_appointment_refusal (&example, "site", day, 580, 30));
  /* Late on its day: whoever came is served. */
  g_assert_null (th_appointment_refusal (&example, "site", day, 1439, 30));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  for (guint i = 0; i < 2; i++)
    crypto_sign_keypair (keys[i], secrets[i]);
  g_test_add_func ("/token/other codes are foreign", test_other_codes_are_foreign);
  g_test_add_func ("/token/a stranger's signature is refused",
                   test_a_strangers_signature_is_refused);
  g_test_add_func ("/token/every cut and every changed character is refused",
                   test_every_cut_and_every_changed_character_is_refused);
  g_test_add_func ("/token/a token has one spelling", test_a_token_has_one_spelling);
  g_test_add_func ("/token/what makes no sense is not signed",
                   test_what_makes_no_sense_is_not_signed);
  g_test_add_func ("/token/what was signed is read", test_what_was_signed_is_read);
  g_test_add_func ("/token/the longest names fit", test_the_longest_names_fit);
  g_test_add_func ("/token/a person is named and not known",
                   test_a_person_is_named_and_not_known);
  g_test_add_func ("/token/where and when it is taken", test_where_and_when_it_is_taken);
  return g_test_run ();
}
