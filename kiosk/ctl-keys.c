/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `keys …`, `visit show`, `records purge`, `records export`: who people were, and the end of it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "kiosk/ctl.h"
#include "kiosk/id-number.h"
#include "kiosk/keys.h"
#include "kiosk/records-lots.h"
#include "kiosk/records-seal.h"

/* --- a passphrase ------------------------------------------------------------------------------- */

static gboolean
read_words (FILE *from, char ret_words[TH_KEYS_MAX_PASSPHRASE])
{
  if (fgets (ret_words, TH_KEYS_MAX_PASSPHRASE, from) == NULL
      || (strchr (ret_words, '\n') == NULL && !feof (from)))
    return FALSE;
  ret_words[strcspn (ret_words, "\r\n")] = '\0';
  return TRUE;
}

static gboolean
ask_words (const char *prompt, char ret_words[TH_KEYS_MAX_PASSPHRASE])
{
  struct termios before, silent;
  gboolean good;

  if (tcgetattr (STDIN_FILENO, &before) != 0)
    return FALSE;
  silent = before;
  silent.c_lflag &= ~(tcflag_t)ECHO;
  g_printerr ("%s", prompt);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
  good = read_words (stdin, ret_words);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
  g_printerr ("\n");
  return good;
}

static gboolean
read_file (const char *path, char ret_words[TH_KEYS_MAX_PASSPHRASE])
{
  FILE *file = strcmp (path, "-") == 0 ? stdin : fopen (path, "re");
  gboolean good = file != NULL && read_words (file, ret_words);

  if (file != NULL && file != stdin)
    fclose (file);
  return good;
}

/* From @file ("-": standard input), or a terminal, there @twice. The caller wipes @ret_words. */
static int
get_words (const char *file, gboolean twice, char ret_words[TH_KEYS_MAX_PASSPHRASE])
{
  char again[TH_KEYS_MAX_PASSPHRASE];
  gboolean same;

  if (file != NULL)
    return read_file (file, ret_words)
               ? TH_CTL_GOOD
               : th_ctl_fail (TH_CTL_BAD, "there is no passphrase in %s", file);
  if (!isatty (STDIN_FILENO))
    return th_ctl_fail (TH_CTL_USAGE,
                        "the passphrase is asked for on a terminal, or say --passphrase-file FILE");
  if (!twice)
    return ask_words ("Passphrase: ", ret_words)
               ? TH_CTL_GOOD
               : th_ctl_fail (TH_CTL_BAD, "that was no passphrase");
  g_printerr ("A passphrase has five words or more. Write it down and keep it in a safe: without it\n"
              "no name can be read again, by nobody.\n");
  same = ask_words ("Passphrase: ", ret_words) && ask_words ("The same again: ", again)
         && strcmp (ret_words, again) == 0;
  explicit_bzero (again, sizeof again);
  return same ? TH_CTL_GOOD : th_ctl_fail (TH_CTL_BAD, "that was not the same twice");
}

/* --- keys --------------------------------------------------------------------------------------- */

typedef struct
{
  char *path, *words_file;
  ThConfig *config;
  ThKeyPlaces places;
  int days;
} Keys;

static void
keys_clear (Keys *keys)
{
  g_free (keys->path);
  g_free (keys->words_file);
  g_clear_pointer (&keys->config, th_config_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Keys, keys_clear)

static gboolean
load (Keys *keys, int *ret_status)
{
  keys->config = th_ctl_load_config (keys->path, ret_status);
  if (keys->config == NULL)
    return FALSE;
  keys->places = th_config_key_places (keys->config);
  return TRUE;
}

/* FALSE: @ret_status says with what to end. */
static gboolean
begin (Keys *keys, int argc, char **argv, const char *what, int *ret_status)
{
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &keys->path, "the kiosk's configuration", "FILE" },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &keys->words_file,
      "its first line is the passphrase; - is standard input", "FILE" },
    { "days", 0, 0, G_OPTION_ARG_INT, &keys->days, "make-days: how many, from today on; 14", "N" },
    { NULL },
  };

  *ret_status = TH_CTL_USAGE;
  if (!th_ctl_parse (&argc, &argv, entries, NULL, what))
    return FALSE;
  if (argc != 1)
    {
      th_ctl_fail (TH_CTL_USAGE, "'%s' is one word too many", argv[1]);
      return FALSE;
    }
  return load (keys, ret_status);
}

static char *
today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, "%Y-%m-%d");
}

static int
make_days (const Keys *keys)
{
  g_autofree char *from = today ();
  g_autoptr (GError) error = NULL;
  guint n = keys->days > 0 ? (guint)keys->days : TH_KEYS_DAYS_AHEAD, made;

  if (!th_keys_make_days (&keys->places, from, n, &made, &error))
    return th_ctl_fail_error (error);
  g_print ("%u pairs made; names can be sealed on each day for %u days from %s on\n", made, n, from);
  return TH_CTL_GOOD;
}

int
th_ctl_keys_init (int argc, char **argv)
{
  char words[TH_KEYS_MAX_PASSPHRASE] = "";
  g_auto (Keys) keys = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean good;
  int status;

  if (!begin (&keys, argc, argv,
              "Makes this site's key, wrapped by a passphrase, and the keys of the next 14 days: from then on names are "
              "kept, sealed.",
              &status))
    return status;
  status = get_words (keys.words_file, TRUE, words);
  if (status != TH_CTL_GOOD)
    return status;
  good = th_keys_init (&keys.places, words, &error) && th_keys_unlock (&keys.places, words, &error);
  explicit_bzero (words, sizeof words);
  return good ? make_days (&keys) : th_ctl_fail_error (error);
}

int
th_ctl_keys_unlock (int argc, char **argv)
{
  char words[TH_KEYS_MAX_PASSPHRASE] = "";
  g_auto (Keys) keys = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean good;
  int status;

  if (!begin (&keys, argc, argv,
              "Unlocks the site key for this user's programs, until keys lock, the close of the day, or 18 hours are "
              "over; and makes the keys of the next 14 days.",
              &status))
    return status;
  status = get_words (keys.words_file, FALSE, words);
  if (status != TH_CTL_GOOD)
    return status;
  good = th_keys_unlock (&keys.places, words, &error);
  explicit_bzero (words, sizeof words);
  return good ? make_days (&keys) : th_ctl_fail_error (error);
}

int
th_ctl_keys_lock (int argc, char **argv)
{
  g_auto (Keys) keys = { 0 };
  g_autoptr (GError) error = NULL;
  int status;

  if (!begin (&keys, argc, argv, "The kernel forgets the site key.", &status))
    return status;
  if (!th_keys_lock (&keys.places, &error))
    return th_ctl_fail_error (error);
  g_print ("locked\n");
  return TH_CTL_GOOD;
}

int
th_ctl_keys_make_days (int argc, char **argv)
{
  g_auto (Keys) keys = { 0 };
  int status;

  if (!begin (&keys, argc, argv, "Makes what is missing of the keys of the coming days.", &status))
    return status;
  if (keys.days < 0 || keys.days > TH_KEYS_MAX_DAYS)
    return th_ctl_fail (TH_CTL_USAGE, "keys make-days: --days is 1 to %d", TH_KEYS_MAX_DAYS);
  return make_days (&keys);
}

int
th_ctl_keys_status (int argc, char **argv)
{
  g_auto (Keys) keys = { 0 };
  g_autofree char *day = today ();
  g_autoptr (GError) error = NULL;
  ThKeysStatus s;
  int status;

  if (!begin (&keys, argc, argv, "How it stands with the keys, as JSON. Exit status: 1 names cannot be sealed today.",
              &status))
    return status;
  if (!th_keys_status (&keys.places, day, &s, &error))
    return th_ctl_fail_error (error);
  g_print ("{\n  \"initialised\": %s,\n  \"unlocked\": %s,\n  \"days_ahead\": %u,\n  \"secret_halves\": %u,\n"
           "  \"oldest\": \"%s\",\n  \"mirror\": %s,\n  \"not_mirrored\": %u\n}\n",
           s.initialised ? "true" : "false", s.unlocked ? "true" : "false", s.days_ahead, s.secrets,
           s.oldest, s.has_mirror ? "true" : "false", s.not_mirrored);
  return s.days_ahead > 0 ? TH_CTL_GOOD : TH_CTL_BAD;
}

int
th_ctl_keys_reseal (int argc, char **argv)
{
  g_auto (Keys) keys = { 0 };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  int status;
  guint n = 0;

  if (!begin (&keys, argc, argv,
              "Seals whoever was injected to the key that is kept for years. Needs the site key unlocked.", &status))
    return status;
  records = th_ctl_open_records (keys.path, FALSE, &status);
  if (records == NULL)
    return status;
  if (!th_records_reseal_injections (records, &keys.places, &n, &error))
    return th_ctl_fail_error (error);
  g_print ("%u sealed for as long as injections are kept\n", n);
  return TH_CTL_GOOD;
}

/* --- a person ----------------------------------------------------------------------------------- */

static void
print_text (const char *key, const char *value, gboolean *first)
{
  if (*value == '\0')
    return;
  g_print ("%s  \"%s\": \"", *first ? "" : ",\n", key);
  *first = FALSE;
  for (const char *at = value; *at != '\0'; at++)
    if (*at == '"' || *at == '\\')
      g_print ("\\%c", *at);
    else if ((guchar)*at < 0x20)
      g_print ("\\u%04x", *at);
    else
      g_print ("%c", *at);
  g_print ("\"");
}

static void
print_person (const ThPersonal *who)
{
  gboolean first = TRUE;

  g_print ("{\n");
  print_text ("name", who->name, &first);
  print_text ("id_number", who->id_number, &first);
  print_text ("birth_date", who->birth, &first);
  print_text ("sex", who->sex, &first);
  g_print ("%s  \"photo\": %s\n}\n", first ? "" : ",\n", who->has_photo ? "true" : "false");
}

int
th_ctl_visit_show (int argc, char **argv)
{
  g_auto (Keys) keys = { 0 };
  g_autofree char *by = NULL, *day = NULL, *photo = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &keys.path, "the kiosk's configuration", "FILE" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &by, "who looks: it stands in the log", "NAME" },
    { "day", 0, 0, G_OPTION_ARG_STRING, &day, "and not of the day that is open", "DAY" },
    { "photo", 0, 0, G_OPTION_ARG_FILENAME, &photo, "writes the 1024 bytes of the card's photo", "FILE" },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  char visit[37];
  ThPersonal who = { .has_photo = FALSE };
  int status;
  gboolean good;

  if (!th_ctl_parse (&argc, &argv, entries, "A-017",
                     "Who has this number. Needs the site key unlocked; that somebody looked stands in the log."))
    return TH_CTL_USAGE;
  if (argc != 2 || by == NULL)
    return th_ctl_fail (TH_CTL_USAGE, "visit show: a number, as A-017, and --by NAME");
  if (!load (&keys, &status))
    return status;
  records = th_ctl_open_records (keys.path, FALSE, &status);
  if (records == NULL)
    return status;
  if (!th_records_find_label (records, argv[1], day, visit, &error)
      || !th_records_open_person (records, &keys.places, visit, by, &who, &error))
    return th_ctl_fail_error (error);
  print_person (&who);
  good = photo == NULL || !who.has_photo
         || g_file_set_contents_full (photo, (const char *)who.photo, sizeof who.photo,
                                      G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  explicit_bzero (&who, sizeof who);
  return good ? TH_CTL_GOOD : th_ctl_fail_error (error);
}

/* --- handed on --------------------------------------------------------------------------------------- */

static void
print_csv (const char *text, const char *end)
{
  g_print ("\"");
  for (const char *at = text; *at != '\0'; at++)
    g_print (*at == '"' ? "\"\"" : "%c", *at);
  g_print ("\"%s", end);
}

/* FALSE: said why not. */
static gboolean
print_injection (ThRecords *records, const ThKeyPlaces *places, const ThExport *one, gboolean names,
                 const char *by, GError **error)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (one->at_us / G_USEC_PER_SEC);
  g_autofree char *when = g_date_time_format (at, "%Y-%m-%d %H:%M:%S");
  ThPersonal who = { .has_photo = FALSE };
  char label[16];

  if (names && !th_records_open_person (records, places, one->visit, by, &who, error))
    return FALSE;
  th_ticket_label (one->lane, one->number, label);
  print_csv (label, ",");
  print_csv (when, ",");
  print_csv (one->vaccine, ",");
  print_csv (one->lot, ",");
  g_print ("%u,", one->dose);
  print_csv (one->site, ",");
  print_csv (one->route, ",");
  print_csv (one->by, names ? "," : "\n");
  if (names)
    {
      print_csv (who.id_number, ",");
      print_csv (who.name, "\n");
    }
  explicit_bzero (&who, sizeof who);
  return TRUE;
}

int
th_ctl_records_export (int argc, char **argv)
{
  g_auto (Keys) keys = { 0 };
  g_autofree char *by = NULL, *day = NULL;
  gboolean names = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &keys.path, "the kiosk's configuration", "FILE" },
    { "day", 0, 0, G_OPTION_ARG_STRING, &day, "of which day", "DAY" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &by, "who hands them on: it stands in the log", "NAME" },
    { "names", 0, 0, G_OPTION_ARG_NONE, &names, "with ID number and name; needs the site key unlocked", NULL },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) list = NULL;
  ThDate date;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "The injections of a day as CSV, for whoever keeps them for the state; from then on they count as "
                     "exported."))
    return TH_CTL_USAGE;
  if (argc != 1 || by == NULL || day == NULL || !th_date_from_string (day, &date))
    return th_ctl_fail (TH_CTL_USAGE, "records export: --day DAY and --by NAME");
  if (!load (&keys, &status))
    return status;
  records = th_ctl_open_records (keys.path, FALSE, &status);
  if (records == NULL)
    return status;
  list = th_records_list_injections (records, day, &error);
  if (list == NULL)
    return th_ctl_fail_error (error);
  g_print ("number,time,vaccine,lot,dose,site,route,by%s\n", names ? ",id_number,name" : "");
  for (guint i = 0; i < list->len; i++)
    if (!print_injection (records, &keys.places, &g_array_index (list, ThExport, i), names, by, &error))
      return th_ctl_fail_error (error);
  /* Only what was really written counts. */
  if (fflush (stdout) != 0 || ferror (stdout))
    return th_ctl_fail (TH_CTL_BAD, "it could not be written: %s", g_strerror (errno));
  return th_records_exported (records, day, list->len, by, &error) ? TH_CTL_GOOD
                                                                  : th_ctl_fail_error (error);
}

/* --- the end of it -------------------------------------------------------------------------------- */

static int
report (const GArray *list, gboolean dry)
{
  guint kept = 0, gone = 0;

  for (guint i = 0; i < list->len; i++)
    {
      const ThPurge *purge = &g_array_index (list, ThPurge, i);

      if (!purge->due)
        continue;
      if (purge->why[0] != '\0')
        {
          kept++;
          th_ctl_fail (TH_CTL_BAD, "%s of %s must stay: %s", th_seal_kind_to_string (purge->kind),
                       purge->day, purge->why);
          continue;
        }
      gone++;
      g_print ("%s  %-9s  %s\n", purge->day, th_seal_kind_to_string (purge->kind),
               dry ? "would go" : "gone");
    }
  if (gone == 0 && kept == 0)
    g_print ("nothing is due\n");
  return kept > 0 ? TH_CTL_BAD : TH_CTL_GOOD;
}

int
th_ctl_records_purge (int argc, char **argv)
{
  g_auto (Keys) keys = { 0 };
  g_autofree char *on = NULL, *by = NULL;
  gboolean dry = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &keys.path, "the kiosk's configuration", "FILE" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &by, "who purges: it stands in the log", "NAME" },
    { "on", 0, 0, G_OPTION_ARG_STRING, &on, "dry run only: as if it were that day", "DATE" },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &dry, "only says what would go", NULL },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) list = NULL;
  ThDate date;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "Destroys the keys of the names whose time is over ([retention]), in both places. The log stays whole "
                     "and cannot be read back. Exit status: 1 something that is due must stay; why is on stderr."))
    return TH_CTL_USAGE;
  if (argc != 1 || by == NULL)
    return th_ctl_fail (TH_CTL_USAGE, "records purge: --by NAME");
  if (on != NULL && (!dry || !th_date_from_string (on, &date)))
    return th_ctl_fail (TH_CTL_USAGE, "records purge: --on is a date, and goes with --dry-run");
  if (!load (&keys, &status))
    return status;
  records = th_ctl_open_records (keys.path, FALSE, &status);
  if (records == NULL)
    return status;
  list = th_records_purge (records, &keys.places, &keys.config->retention, on, dry, by, &error);
  return list != NULL ? report (list, dry) : th_ctl_fail_error (error);
}
