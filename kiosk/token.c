/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/token.h"

#include <sodium.h>
#include <string.h>

#include "drivers/bytes.h"
#include "kiosk/id-number.h"

#define VERSION 1
#define VERSION_WITH_PERSON 2
#define PERSON_BYTES (TH_TOKEN_PERSON_DIGITS / 2)
#define PERSON_CONTEXT "threshold person 1"
#define HEX_DIGITS "0123456789abcdef"
#define CONTEXT "threshold appointment 1"
#define MAX_BODY (11 + 2 * (1 + TH_TOKEN_NAME_MAX) + PERSON_BYTES)
#define MAX_BYTES (MAX_BODY + crypto_sign_BYTES)
#define SITE_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-"
#define ID_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ" SITE_CHARACTERS

G_STATIC_ASSERT (TH_TOKEN_KEY_BYTES == crypto_sign_PUBLICKEYBYTES);
G_STATIC_ASSERT (TH_TOKEN_SECRET_BYTES == crypto_sign_SECRETKEYBYTES);
G_STATIC_ASSERT (sizeof TH_TOKEN_PREFIX - 1 + (MAX_BYTES * 8 + 4) / 5 <= TH_TOKEN_MAX);

G_DEFINE_QUARK (th-token-error-quark, th_token_error)

void
th_token_person (const guint8 key[TH_TOKEN_PERSON_KEY_BYTES], const char *day, const char *id_number,
                 char ret_person[TH_TOKEN_PERSON_DIGITS + 1])
{
  crypto_generichash_state state;
  guint8 hash[PERSON_BYTES];

  crypto_generichash_init (&state, key, TH_TOKEN_PERSON_KEY_BYTES, sizeof hash);
  crypto_generichash_update (&state, (const guint8 *) PERSON_CONTEXT, sizeof PERSON_CONTEXT - 1);
  crypto_generichash_update (&state, (const guint8 *) day, strlen (day));
  crypto_generichash_update (&state, (const guint8 *) id_number, strlen (id_number));
  crypto_generichash_final (&state, hash, sizeof hash);
  sodium_memzero (&state, sizeof state);
  sodium_bin2hex (ret_person, TH_TOKEN_PERSON_DIGITS + 1, hash, sizeof hash);
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

static char *
encode (const guint8 *bytes, gsize len)
{
  GString *text = g_string_new (TH_TOKEN_PREFIX);
  guint32 bits = 0;
  guint n = 0;

  for (gsize i = 0; i < len; i++)
    {
      bits = bits << 8 | bytes[i];
      for (n += 8; n >= 5; n -= 5)
        g_string_append_c (text, digits[bits >> (n - 5) & 31]);
    }
  if (n > 0)
    g_string_append_c (text, digits[bits << (5 - n) & 31]);
  return g_string_free (text, FALSE);
}

/* FALSE: not base32, too long, or bits set behind the last byte: each token has one spelling. */
static gboolean
decode (const char *text, gsize text_len, guint8 ret_bytes[MAX_BYTES], gsize *ret_len)
{
  guint32 bits = 0;
  guint n = 0;
  gsize len = 0;

  for (gsize i = 0; i < text_len; i++)
    {
      const char *digit = strchr (digits, g_ascii_toupper (text[i]));

      if (digit == NULL || text[i] == '\0')
        return FALSE;
      bits = bits << 5 | (guint32) (digit - digits);
      n += 5;
      if (n < 8)
        continue;
      if (len == MAX_BYTES)
        return FALSE;
      n -= 8;
      ret_bytes[len++] = (guint8) (bits >> n);
    }
  if (n >= 5 || (bits & ((1u << n) - 1)) != 0)
    return FALSE;
  *ret_len = len;
  return TRUE;
}

static gboolean
is_name (const char *text, const char *characters)
{
  gsize len = strlen (text);

  return len >= 1 && len <= TH_TOKEN_NAME_MAX && strspn (text, characters) == len;
}

static gboolean
is_person (const char *text)
{
  return *text == '\0' || (strlen (text) == TH_TOKEN_PERSON_DIGITS &&
                           strspn (text, HEX_DIGITS) == TH_TOKEN_PERSON_DIGITS);
}

static gboolean
makes_sense (const ThAppointment *appointment, GError **error)
{
  const char *what = NULL;

  if (!is_name (appointment->site, SITE_CHARACTERS))
    what = "a site is 1 to 32 characters of a to z, 0 to 9 and -";
  else if (!is_name (appointment->id, ID_CHARACTERS))
    what = "an id is 1 to 32 letters, digits and -";
  else if (!th_date_is_real (appointment->date))
    what = "there is no such date";
  else if (appointment->from_min >= appointment->to_min || appointment->to_min > 24 * 60)
    what = "the time has no length, or ends after midnight";
  else if (!g_ascii_isupper (appointment->lane))
    what = "a lane is a letter A to Z";
  else if (appointment->dose > 9)
    what = "a dose is 1 to 9, or 0";
  else if (!is_person (appointment->person))
    what = "a person is 32 hex digits";
  if (what != NULL)
    g_set_error_literal (error, TH_TOKEN_ERROR, TH_TOKEN_ERROR_INVALID, what);
  return what == NULL;
}

static gsize
put_name (guint8 *to, const char *name)
{
  gsize len = strlen (name);

  to[0] = (guint8) len;
  for (gsize i = 0; i < len; i++)
    to[1 + i] = (guint8) name[i];
  return 1 + len;
}

static gsize
put_u16 (guint8 *to, guint value)
{
  to[0] = (guint8) (value >> 8);
  to[1] = (guint8) value;
  return 2;
}

static gsize
write_body (const ThAppointment *appointment, guint8 body[MAX_BODY])
{
  gsize len = 0;

  body[len++] = appointment->person[0] != '\0' ? VERSION_WITH_PERSON : VERSION;
  body[len++] = (guint8) appointment->lane;
  body[len++] = (guint8) appointment->dose;
  len += put_u16 (body + len, appointment->date.year);
  body[len++] = appointment->date.month;
  body[len++] = appointment->date.day;
  len += put_u16 (body + len, appointment->from_min);
  len += put_u16 (body + len, appointment->to_min);
  len += put_name (body + len, appointment->site);
  len += put_name (body + len, appointment->id);
  if (appointment->person[0] != '\0')
    {
      sodium_hex2bin (body + len, PERSON_BYTES, appointment->person, TH_TOKEN_PERSON_DIGITS, NULL,
                      NULL, NULL);
      len += PERSON_BYTES;
    }
  return len;
}

static gboolean
take_name (ThBytes *bytes, char ret_name[TH_TOKEN_NAME_MAX + 1])
{
  const guint8 *name;
  guint8 len;

  if (!th_bytes_take_u8 (bytes, &len) || len > TH_TOKEN_NAME_MAX ||
      !th_bytes_take (bytes, len, &name) || memchr (name, '\0', len) != NULL)
    return FALSE;
  memcpy (ret_name, name, len);
  ret_name[len] = '\0';
  return TRUE;
}

/* The hex of what is left, when the version says that there is a person. */
static gboolean
take_person (ThBytes *bytes, guint8 version, char ret_person[TH_TOKEN_PERSON_DIGITS + 1])
{
  const guint8 *person;

  if (version != VERSION_WITH_PERSON)
    return TRUE;
  if (!th_bytes_take (bytes, PERSON_BYTES, &person))
    return FALSE;
  sodium_bin2hex (ret_person, TH_TOKEN_PERSON_DIGITS + 1, person, PERSON_BYTES);
  return TRUE;
}

static gboolean
read_body (const guint8 *body, gsize len, ThAppointment *ret_appointment, GError **error)
{
  ThAppointment appointment = { 0 };
  ThBytes bytes = { body, len };
  guint16 from, to;
  guint8 version, lane, dose;

  if (!th_bytes_take_u8 (&bytes, &version) || !th_bytes_take_u8 (&bytes, &lane) ||
      !th_bytes_take_u8 (&bytes, &dose) || !th_bytes_take_u16be (&bytes, &appointment.date.year) ||
      !th_bytes_take_u8 (&bytes, &appointment.date.month) ||
      !th_bytes_take_u8 (&bytes, &appointment.date.day) || !th_bytes_take_u16be (&bytes, &from) ||
      !th_bytes_take_u16be (&bytes, &to) || !take_name (&bytes, appointment.site) ||
      !take_name (&bytes, appointment.id) || !take_person (&bytes, version, appointment.person) ||
      bytes.len != 0)
    {
      g_set_error_literal (error, TH_TOKEN_ERROR, TH_TOKEN_ERROR_INVALID,
                           "the appointment's fields do not add up");
      return FALSE;
    }
  appointment.lane = (char) lane;
  appointment.dose = dose;
  appointment.from_min = from;
  appointment.to_min = to;
  if (!makes_sense (&appointment, error))
    return FALSE;
  *ret_appointment = appointment;
  return TRUE;
}

/* The signature and what it is of: the context goes before the body. */
static gsize
signed_part (const guint8 *body, gsize len, guint8 ret_part[sizeof CONTEXT - 1 + MAX_BODY])
{
  memcpy (ret_part, CONTEXT, sizeof CONTEXT - 1);
  memcpy (ret_part + sizeof CONTEXT - 1, body, len);
  return sizeof CONTEXT - 1 + len;
}

gboolean
th_token_verify (const char *text, const guint8 (*keys)[TH_TOKEN_KEY_BYTES], guint n_keys,
                 ThAppointment *ret_appointment, GError **error)
{
  guint8 bytes[MAX_BYTES], part[sizeof CONTEXT - 1 + MAX_BODY];
  gsize text_len, len, part_len;

  while (g_ascii_isspace (*text))
    text++;
  text_len = strlen (text);
  while (text_len > 0 && g_ascii_isspace (text[text_len - 1]))
    text_len--;
  if (text_len < sizeof TH_TOKEN_PREFIX - 1 ||
      g_ascii_strncasecmp (text, TH_TOKEN_PREFIX, sizeof TH_TOKEN_PREFIX - 1) != 0)
    {
      g_set_error_literal (error, TH_TOKEN_ERROR, TH_TOKEN_ERROR_FOREIGN,
                           "this is no appointment of ours: it does not begin with "
                           TH_TOKEN_PREFIX);
      return FALSE;
    }
  if (!decode (text + sizeof TH_TOKEN_PREFIX - 1, text_len - (sizeof TH_TOKEN_PREFIX - 1), bytes,
               &len) ||
      len <= crypto_sign_BYTES)
    {
      g_set_error_literal (error, TH_TOKEN_ERROR, TH_TOKEN_ERROR_FORGED,
                           "the appointment is cut short, too long, or not base32");
      return FALSE;
    }
  len -= crypto_sign_BYTES;
  if (bytes[0] != VERSION && bytes[0] != VERSION_WITH_PERSON)
    {
      g_set_error (error, TH_TOKEN_ERROR, TH_TOKEN_ERROR_FOREIGN,
                   "version %u of appointments is not known here", bytes[0]);
      return FALSE;
    }
  part_len = signed_part (bytes, len, part);
  for (guint i = 0; i < n_keys; i++)
    if (crypto_sign_verify_detached (bytes + len, part, part_len, keys[i]) == 0)
      return read_body (bytes, len, ret_appointment, error);
  g_set_error (error, TH_TOKEN_ERROR, TH_TOKEN_ERROR_FORGED,
               n_keys == 0 ? "no key to check appointments with is set up here"
                           : "the signature is none of a key that is set up here");
  return FALSE;
}

char *
th_token_sign (const ThAppointment *appointment, const guint8 secret[TH_TOKEN_SECRET_BYTES],
               GError **error)
{
  guint8 bytes[MAX_BYTES], part[sizeof CONTEXT - 1 + MAX_BODY];
  gsize len, part_len;

  if (!makes_sense (appointment, error))
    return NULL;
  len = write_body (appointment, bytes);
  part_len = signed_part (bytes, len, part);
  crypto_sign_detached (bytes + len, NULL, part, part_len, secret);
  return encode (bytes, len + crypto_sign_BYTES);
}

static int
compare_dates (ThDate a, ThDate b)
{
  return (a.year - b.year) * 512 + (a.month - b.month) * 32 + (a.day - b.day);
}

const char *
th_appointment_refusal (const ThAppointment *appointment, const char *site, ThDate today,
                        guint minute, guint early_min)
{
  int day = compare_dates (appointment->date, today);

  if (strcmp (appointment->site, site) != 0)
    return "code-other-site";
  if (day < 0)
    return "code-past";
  if (day > 0)
    return "code-later";
  if (minute + early_min < appointment->from_min)
    return "early";
  return NULL;
}
