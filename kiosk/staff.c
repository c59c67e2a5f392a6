/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/staff.h"

#include <sodium.h>
#include <string.h>

#include "kiosk/records.h"

/* OWASP's second choice for argon2id. More memory would be felt on a Pi with 1 GB; what protects a
 * PIN of six digits is the lock-out. */
#define PASSES 2
#define MEMORY (19 * 1024 * 1024)

#define FREE_TRIES 5
#define FIRST_WAIT_S 30
#define LONGEST_WAIT_S (15 * 60)

static gboolean
is_run (const char *pin, int step)
{
  for (const char *at = pin; at[1] != '\0'; at++)
    if (at[1] - at[0] != step)
      return FALSE;
  return TRUE;
}

gboolean
th_pin_check (const char *pin, GError **error)
{
  gsize len = strlen (pin);
  const char *why = NULL;

  if (len < 6 || len > 12 || strspn (pin, "0123456789") != len)
    why = "a PIN is 6 to 12 digits";
  else if (is_run (pin, 0))
    why = "a PIN is not one digit again and again";
  else if (is_run (pin, 1) || is_run (pin, -1))
    why = "a PIN is not a run such as 123456";
  if (why != NULL)
    g_set_error_literal (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED, why);
  return why == NULL;
}

char *
th_pin_hash (const char *pin, GError **error)
{
  char hash[crypto_pwhash_STRBYTES];

  if (crypto_pwhash_str_alg (hash, pin, strlen (pin), PASSES, MEMORY,
                             crypto_pwhash_ALG_ARGON2ID13) == 0)
    return g_strdup (hash);
  g_set_error_literal (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_FAILED,
                       "not enough memory to hash a PIN");
  return NULL;
}

gboolean
th_pin_matches (const char *pin, const char *hash)
{
  return crypto_pwhash_str_verify (hash, pin, strlen (pin)) == 0;
}

guint
th_pin_wait_s (guint failures)
{
  guint wait_s = FIRST_WAIT_S;

  if (failures < FREE_TRIES)
    return 0;
  for (guint n = FREE_TRIES; n < failures && wait_s < LONGEST_WAIT_S; n++)
    wait_s *= 2;
  return MIN (wait_s, LONGEST_WAIT_S);
}

gboolean
th_staff_name_check (const char *name, GError **error)
{
  gsize len = strlen (name);
  gboolean good = len >= 1 && len <= 64 && g_utf8_validate (name, -1, NULL) &&
                  !g_ascii_isspace (name[0]) && !g_ascii_isspace (name[len - 1]);

  for (const char *at = name; good && *at != '\0'; at = g_utf8_next_char (at))
    good = !g_unichar_iscntrl (g_utf8_get_char (at));
  if (!good)
    g_set_error_literal (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED,
                         "a name is 1 to 64 bytes of text, without spaces around it");
  return good;
}
