/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `token make-key`, `token person-key`, `token sign`, `token check`: appointments by hand, for trying out and for whoever
 * connects a booking system.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/ctl.h"
#include "kiosk/id-number.h"
#include "kiosk/key-file.h"
#include "kiosk/records.h"
#include "kiosk/token.h"

#define SECRET_HEX (2 * TH_TOKEN_SECRET_BYTES)
#define KEY_HEX (2 * TH_TOKEN_KEY_BYTES)
#define PERSON_KEY_HEX (2 * TH_TOKEN_PERSON_KEY_BYTES)

G_STATIC_ASSERT (TH_TOKEN_PERSON_KEY_BYTES == TH_KEY_BYTES);

/* A new file that only its owner reads. */
static gboolean
write_secret (const char *path, const char *hex)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  g_autofree char *line = g_strconcat (hex, "\n", NULL);
  gsize len = strlen (line);
  gboolean good;

  if (fd < 0)
    return FALSE;
  good = write (fd, line, len) == (gssize) len && fsync (fd) == 0;
  explicit_bzero (line, len);
  if (close (fd) != 0)
    good = FALSE;
  if (!good)
    unlink (path);
  return good;
}

int
th_ctl_token_make_key (int argc, char **argv)
{
  guint8 public_key[TH_TOKEN_KEY_BYTES], secret[TH_TOKEN_SECRET_BYTES];
  char public_hex[KEY_HEX + 1], secret_hex[SECRET_HEX + 1];
  gboolean written;
  int code;

  if (!th_ctl_parse (&argc, &argv, NULL, "FILE",
                     "Writes a new secret key to FILE, for the booking system; prints the public one, "
                     "for [appointments] public-keys."))
    return TH_CTL_USAGE;
  if (argc != 2)
    return th_ctl_fail (TH_CTL_USAGE, "token make-key: one FILE, which is not there yet");
  if (sodium_init () < 0)
    return th_ctl_fail (TH_CTL_BAD, "there is no source of random numbers");
  crypto_sign_keypair (public_key, secret);
  sodium_bin2hex (public_hex, sizeof public_hex, public_key, sizeof public_key);
  sodium_bin2hex (secret_hex, sizeof secret_hex, secret, sizeof secret);
  written = write_secret (argv[1], secret_hex);
  code = errno;
  explicit_bzero (secret, sizeof secret);
  explicit_bzero (secret_hex, sizeof secret_hex);
  if (!written)
    return th_ctl_fail (TH_CTL_BAD, "cannot write %s: %s", argv[1], g_strerror (code));
  g_print ("%s\n", public_hex);
  return TH_CTL_GOOD;
}

/* A key as one of these commands writes it: hex and a line's end. FALSE: said why. */
static gboolean
read_key (const char *path, guint8 *key, gsize key_len)
{
  g_autoptr (GBytes) input = th_ctl_read_input (path);
  g_autofree char *text = NULL;
  gsize len;
  const char *data;
  gboolean good;

  if (input == NULL)
    return FALSE;
  data = g_bytes_get_data (input, &len);
  text = g_strstrip (g_strndup (data, len));
  good = strlen (text) == 2 * key_len &&
         sodium_hex2bin (key, key_len, text, 2 * key_len, NULL, NULL, NULL) == 0;
  explicit_bzero (text, strlen (text));
  if (!good)
    th_ctl_fail (TH_CTL_BAD, "%s is no key of %zu hex digits", path, 2 * key_len);
  return good;
}

int
th_ctl_token_person_key (int argc, char **argv)
{
  g_autofree char *path = NULL, *from = NULL, *folder = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { "take", 0, 0, G_OPTION_ARG_FILENAME, &from, "the one that is used elsewhere; - for standard input",
      "FILE" },
    { NULL },
  };
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  guint8 key[TH_KEY_BYTES];
  char hex[PERSON_KEY_HEX + 1];
  int status = TH_CTL_GOOD;
  gboolean done;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "Prints the secret that appointments name people with, for the booking system; makes\n"
                     "it if there is none. With it the appointment and the card of one person are one visit.\n"
                     "All kiosks of a site have the same. Programs that run use it after their next start."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "'%s' is one word too many", argv[1]);
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  if (sodium_init () < 0)
    return th_ctl_fail (TH_CTL_BAD, "there is no source of random numbers");
  if (from != NULL && !read_key (from, key, sizeof key))
    return TH_CTL_BAD;
  folder = g_build_filename (config->state_dir, "keys", NULL);
  done = th_key_folder_make (config->state_dir, &error) && th_key_folder_make (folder, &error) &&
         (from != NULL ? th_key_file_store (folder, TH_PERSON_KEY, 0640, key, &error)
                       : th_key_file_load (folder, TH_PERSON_KEY, 0640, TRUE, key, &error));
  if (done && from == NULL)
    g_print ("%s\n", sodium_bin2hex (hex, sizeof hex, key, sizeof key));
  sodium_memzero (key, sizeof key);
  sodium_memzero (hex, sizeof hex);
  return done ? TH_CTL_GOOD : th_ctl_fail_error (error);
}

/* The ID number comes on standard input: arguments can be seen by everybody on the machine. */
static gboolean
read_person (const char *key_path, ThDate date, char ret_person[TH_TOKEN_PERSON_DIGITS + 1])
{
  guint8 key[TH_TOKEN_PERSON_KEY_BYTES];
  g_autoptr (GBytes) input = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const char *data;
  char number[19], day[11];
  gsize len;

  if (!read_key (key_path, key, sizeof key))
    return FALSE;
  input = th_ctl_read_input ("-");
  if (input == NULL)
    return FALSE;
  data = g_bytes_get_data (input, &len);
  text = g_strstrip (g_strndup (data, len));
  if (!th_id_number_check (text, th_date_today (), number, &error))
    {
      th_ctl_fail (TH_CTL_BAD, "the ID number on standard input: %s", error->message);
      return FALSE;
    }
  th_date_to_string (date, day);
  th_token_person (key, day, number, ret_person);
  sodium_memzero (key, sizeof key);
  return TRUE;
}

gboolean
th_ctl_read_time (const char *text, guint *ret_min)
{
  guint hour, minute;
  char after;

  if (strlen (text) != 5 || sscanf (text, "%2u:%2u%c", &hour, &minute, &after) != 2 ||
      minute > 59 || hour * 60 + minute > 24 * 60)
    return FALSE;
  *ret_min = hour * 60 + minute;
  return TRUE;
}

int
th_ctl_token_sign (int argc, char **argv)
{
  g_autofree char *path = NULL, *site = NULL, *id = NULL, *date = NULL;
  g_autofree char *from = NULL, *to = NULL, *lane = NULL, *person_key = NULL;
  int dose = 0;
  const GOptionEntry entries[] = {
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &path, "as token make-key wrote it", "FILE" },
    { "id", 0, 0, G_OPTION_ARG_STRING, &id, "the appointment's own number", "ID" },
    { "date", 0, 0, G_OPTION_ARG_STRING, &date, "2026-11-22; today", "DATE" },
    { "from", 0, 0, G_OPTION_ARG_STRING, &from, "09:30; 00:00", "TIME" },
    { "to", 0, 0, G_OPTION_ARG_STRING, &to, "10:00; 24:00", "TIME" },
    { "site", 0, 0, G_OPTION_ARG_STRING, &site, "as in [appointments] site; site", "SITE" },
    { "lane", 0, 0, G_OPTION_ARG_STRING, &lane, "A", "LANE" },
    { "dose", 0, 0, G_OPTION_ARG_INT, &dose, "1 to 9", "DOSE" },
    { "person-key", 0, 0, G_OPTION_ARG_FILENAME, &person_key,
      "as token person-key prints it: for the person whose ID number stands on standard input", "FILE" },
    { NULL },
  };
  ThAppointment appointment = { .to_min = 24 * 60, .lane = 'A', .date = th_date_today () };
  guint8 secret[TH_TOKEN_SECRET_BYTES];
  g_autofree char *token = NULL;
  g_autoptr (GError) error = NULL;

  if (!th_ctl_parse (&argc, &argv, entries, NULL, "An appointment as the text of a QR code."))
    return TH_CTL_USAGE;
  if (argc != 1 || path == NULL || id == NULL)
    return th_ctl_fail (TH_CTL_USAGE, "token sign: --key FILE and --id ID are needed");
  if ((date != NULL && !th_date_from_string (date, &appointment.date)) ||
      (from != NULL && !th_ctl_read_time (from, &appointment.from_min)) ||
      (to != NULL && !th_ctl_read_time (to, &appointment.to_min)) ||
      (lane != NULL && strlen (lane) != 1) || dose < 0 || dose > 9 ||
      strlen (id) > TH_TOKEN_NAME_MAX || (site != NULL && strlen (site) > TH_TOKEN_NAME_MAX))
    return th_ctl_fail (TH_CTL_USAGE, "token sign: a date is 2026-11-22, a time 09:30, a lane a "
                                      "letter, a dose 1 to 9, a site and an id up to 32 characters");
  g_strlcpy (appointment.site, site != NULL ? site : "site", sizeof appointment.site);
  g_strlcpy (appointment.id, id, sizeof appointment.id);
  appointment.lane = lane != NULL ? lane[0] : 'A';
  appointment.dose = (guint) dose;
  if ((person_key != NULL && !read_person (person_key, appointment.date, appointment.person)) ||
      !read_key (path, secret, sizeof secret))
    return TH_CTL_BAD;
  token = th_token_sign (&appointment, secret, &error);
  explicit_bzero (secret, sizeof secret);
  if (token == NULL)
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  g_print ("%s\n", token);
  return TH_CTL_GOOD;
}

static guint
minute_of_day (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return (guint) (g_date_time_get_hour (now) * 60 + g_date_time_get_minute (now));
}

int
th_ctl_token_check (int argc, char **argv)
{
  g_autofree char *path = NULL, *today_text = NULL, *now_text = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { "today", 0, 0, G_OPTION_ARG_STRING, &today_text, "instead of today, as 2026-11-22", "DATE" },
    { "now", 0, 0, G_OPTION_ARG_STRING, &now_text, "instead of now, as 09:30", "TIME" },
    { NULL },
  };
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  ThAppointment appointment;
  ThDate today = th_date_today ();
  guint minute = minute_of_day ();
  int status = TH_CTL_GOOD;
  const char *why;

  if (!th_ctl_parse (&argc, &argv, entries, "TOKEN",
                     "What the kiosk would make of a code that is held up to it."))
    return TH_CTL_USAGE;
  if (argc != 2)
    return th_ctl_fail (TH_CTL_USAGE, "token check: one TOKEN");
  if ((today_text != NULL && !th_date_from_string (today_text, &today)) ||
      (now_text != NULL && !th_ctl_read_time (now_text, &minute)))
    return th_ctl_fail (TH_CTL_USAGE, "token check: a date is 2026-11-22, a time 09:30");
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  if (!th_token_verify (argv[1], config->appointment_keys, config->n_appointment_keys,
                        &appointment, &error))
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  g_print ("site %s, id %s, %04u-%02u-%02u, %02u:%02u to %02u:%02u, lane %c, dose %u%s\n",
           appointment.site, appointment.id, appointment.date.year, appointment.date.month,
           appointment.date.day, appointment.from_min / 60, appointment.from_min % 60,
           appointment.to_min / 60, appointment.to_min % 60, appointment.lane, appointment.dose,
           appointment.person[0] != '\0' ? ", says whose it is" : "");
  why = th_appointment_refusal (&appointment, config->appointment_site, today, minute,
                                config->early_min);
  if (why != NULL)
    return th_ctl_fail (TH_CTL_BAD, "not taken here and now: %s", why);
  g_print ("taken\n");
  return TH_CTL_GOOD;
}
