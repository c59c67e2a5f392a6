/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thresholdctl: what a technician and a script need. This file finds the command; ctl-*.c carry
 * them out. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "kiosk/ctl.h"
#include "kiosk/records-lots.h"
#include "kiosk/records-zones.h"
#include "kiosk/slip-cli.h"
#include "kiosk/words.h"

#define MAX_INPUT_BYTES (1024 * 1024)

int
th_ctl_fail (ThCtlStatus status, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list values;

  va_start (values, format);
  text = g_strdup_vprintf (format, values);
  va_end (values);
  g_printerr ("thresholdctl: %s\n", text);
  return status;
}

int
th_ctl_fail_error (const GError *error)
{
  gboolean away = g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_BUSY) ||
                  g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND);

  return th_ctl_fail (away ? TH_CTL_AWAY : TH_CTL_BAD, "%s", error->message);
}

gboolean
th_ctl_parse (int *argc, char ***argv, const GOptionEntry *entries, const char *arguments,
              const char *summary)
{
  g_autoptr(GOptionContext) context = g_option_context_new (arguments);
  g_autoptr(GError) error = NULL;

  g_option_context_set_summary (context, summary);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, argc, argv, &error))
    {
      /* GLib leaves the mark that ends the options when what follows looks like one. */
      if (*argc > 1 && strcmp ((*argv)[1], "--") == 0)
        {
          for (int i = 1; i < *argc; i++)
            (*argv)[i] = (*argv)[i + 1];
          (*argc)--;
        }
      return TRUE;
    }
  th_ctl_fail (TH_CTL_USAGE, "%s", error->message);
  return FALSE;
}

ThConfig *
th_ctl_load_config (const char *path, int *ret_status)
{
  g_autoptr(GError) error = NULL;
  ThConfig *config = th_config_load (path, NULL, &error);

  if (config == NULL)
    *ret_status = th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  return config;
}

ThRecords *
th_ctl_open_records (const char *config_path, gboolean make, int *ret_status)
{
  g_autoptr(ThConfig) config = th_ctl_load_config (config_path, ret_status);
  g_autofree char *file = NULL;
  g_autoptr(GError) error = NULL;
  ThRecords *records;
  GStatBuf info;

  if (config == NULL)
    return NULL;
  file = g_build_filename (config->state_dir, "records.db", NULL);
  if (!make && g_stat (file, &info) != 0)
    {
      if (errno == ENOENT)
        *ret_status = th_ctl_fail (TH_CTL_AWAY, "there are no records in %s", config->state_dir);
      else
        *ret_status = th_ctl_fail (TH_CTL_BAD, "cannot look at %s: %s", file, g_strerror (errno));
      return NULL;
    }
  records = th_records_open (config->state_dir, config->device, &error);
  if (records == NULL)
    {
      *ret_status = th_ctl_fail_error (error);
      return NULL;
    }
  th_records_watch_doses (records, config);
  th_records_use_queue_rules (records, &config->queue);
  return records;
}

GBytes *
th_ctl_read_input (const char *path)
{
  gboolean own = strcmp (path, "-") != 0;
  FILE *file = own ? fopen (path, "rbe") : stdin;
  g_autofree char *data = NULL;
  gsize len;
  gboolean bad;

  if (file == NULL)
    {
      th_ctl_fail (TH_CTL_BAD, "cannot open %s: %s", path, g_strerror (errno));
      return NULL;
    }
  data = g_malloc (MAX_INPUT_BYTES + 1);
  len = fread (data, 1, MAX_INPUT_BYTES + 1, file);
  bad = ferror (file) != 0;
  if (own)
    fclose (file);
  if (bad || len > MAX_INPUT_BYTES)
    {
      th_ctl_fail (TH_CTL_BAD, "cannot read %s: %s", path, bad ? "it is no file" : "over 1 MiB");
      return NULL;
    }
  return g_bytes_new (data, len);
}

static int
config_check (int argc, char **argv)
{
  g_autofree char *path = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the same as FILE", "FILE" },
    { NULL },
  };
  g_autoptr(GPtrArray) warnings = NULL;
  g_autoptr(ThConfig) config = NULL;
  g_autoptr(GError) error = NULL;
  const char *file;

  if (!th_ctl_parse (&argc, &argv, entries, "[FILE]",
                     "Reads a configuration as the kiosk would; says what should be looked at."))
    return TH_CTL_USAGE;
  if (argc > 2)
    return th_ctl_fail (TH_CTL_USAGE, "config check: one FILE");
  file = argc == 2 ? argv[1] : path;
  config = th_config_load (file, &warnings, &error);
  if (config == NULL)
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  for (guint i = 0; warnings != NULL && i < warnings->len; i++)
    g_print ("warning: %s\n", (const char *) warnings->pdata[i]);
  g_print ("good: %s\n", file != NULL ? file : "the configuration of this machine");
  return TH_CTL_GOOD;
}

static const struct
{
  const char *group;
  const char *verb; /* NULL: the group is the command */
  const char *arguments;
  const char *what;
  gboolean with_config; /* it looks at the configuration */
  int (*run) (int argc, char **argv);
} commands[] = {
  { "config", "check", "[FILE]", "read a configuration and say what is wrong with it", TRUE,
    config_check },
  { "devices", NULL, "", "what is connected, and what the kiosk last said of it", TRUE,
    th_ctl_devices },
  { "card", "decode", "FILE|-", "a captured card reply as JSON", FALSE, th_ctl_card_decode },
  { "card", "photo", "FILE|-", "what the photo decoder makes of a captured card reply", TRUE,
    th_ctl_card_photo },
  { "card", "watch", "[--show]", "the reader, and the life of each card, as they happen", TRUE,
    th_ctl_card_watch },
  { "id", "check", "[--verbose] [--today DATE] NUMBER…", "is an ID number right", FALSE, th_ctl_id_check },
  { "token", "make-key", "FILE", "a key for appointments; prints its public half", FALSE,
    th_ctl_token_make_key },
  { "token", "person-key", "[--take FILE]", "the secret that makes an appointment and a card one visit",
    TRUE, th_ctl_token_person_key },
  { "token", "sign", "--key FILE --id ID [OPTION…]", "an appointment as the text of a QR code",
    FALSE, th_ctl_token_sign },
  { "token", "check", "TOKEN", "what the kiosk would make of a code", TRUE, th_ctl_token_check },
  { "appointments", "import", "FILE.csv --by NAME [OPTION…]", "take a list of who is expected when", TRUE,
    th_ctl_appointments_import },
  { "appointments", "summary", "[--day DAY]", "how many are expected, by day, community and dose", TRUE,
    th_ctl_appointments_summary },
  { "eligibility", "check", "FILE", "is a rules file right", FALSE, th_ctl_eligibility_check },
  { "eligibility", "explain", "NUMBER|- [OPTION…]", "may this person come, and every rule that decided", TRUE,
    th_ctl_eligibility_explain },
  { "sensor", "decode", "HEX", "a frame or word of the thermometer as JSON", FALSE,
    th_ctl_sensor_decode },
  { "sensor", "watch", "[--seconds N]", "what the thermometer sees, a line a second", TRUE,
    th_ctl_sensor_watch },
  { "sensor", "check", "--reference C --serial TEXT --by NAME", "the daily check, while the kiosk does not run",
    TRUE, th_ctl_sensor_check },
  { "sensor", "provision", "--for smbus|pwm [--write]", "set an MLX90614 up, once", TRUE,
    th_ctl_sensor_provision },
  { "sensor", "pwm", "--mode MODE --min C --max C …", "a frame of its PWM output as JSON", FALSE,
    th_ctl_sensor_pwm },
  { "calibration", "fit", "FILE.csv [--for k|offset]", "the site's own comparison: what to set, how good it is",
    TRUE, th_ctl_calibration_fit },
  { "screening", "explain", "--raw-object HEX --raw-ambient HEX", "each step from there to the verdict",
    TRUE, th_ctl_screening_explain },
  { "screening", "confirm-uncalibrated", "--by NAME", "a manager lets the site measure uncalibrated",
    TRUE, th_ctl_screening_confirm },
  { "slip", "render", "[OPTION…]", "draw a slip as PNG or printer bytes", TRUE,
    th_slip_render_main },
  { "slip", "decode", "FILE --png FILE", "printer bytes as PNG", FALSE, th_slip_decode_main },
  { "printer", "status", "[--spare]", "paper, cover and cutter, and what the printer is taken for", TRUE,
    th_ctl_printer_status },
  { "printer", "test", "[--spare] [--lang LANG]", "print a test slip, and say what became of it", TRUE,
    th_ctl_printer_test },
  { "printer", "print", "calibration|close-of-day --by NAME", "the kiosk prints a sheet without a number", TRUE,
    th_ctl_printer_print },
  { "printer", "sheets", "[--day DAY]", "what became of such sheets", TRUE, th_ctl_printer_sheets },
  { "printer", "watch", "[--spare] [--seconds N]", "the printer's state, as it changes", TRUE,
    th_ctl_printer_watch },
  { "lot", "receive", "--code CODE --vaccine NAME --doses N --by NAME", "a delivery of vaccine", TRUE,
    th_ctl_lot_receive },
  { "lot", "open", "LOT --vials N --by NAME", "vials of several doses are opened", TRUE, th_ctl_lot_open },
  { "lot", "waste", "LOT --doses N --why TEXT --by NAME", "doses that are of no use any more", TRUE,
    th_ctl_lot_waste },
  { "lot", "return", "LOT --doses N --why TEXT --by NAME", "doses that leave the site", TRUE,
    th_ctl_lot_return },
  { "lot", "count", "LOT --doses N --by NAME", "somebody has counted", TRUE, th_ctl_lot_count },
  { "lot", "withdraw", "LOT --why TEXT --by NAME [--undo]", "nobody gets of it any more", TRUE,
    th_ctl_lot_withdraw },
  { "lot", "list", "[--json]", "what is left, promised and gone", TRUE, th_ctl_lot_list },
  { "lot", "trace", "LOT | --visit NUMBER [--day DAY]", "who had of a lot, or the lot of a number", TRUE,
    th_ctl_lot_trace },
  { "dose", "bind", "NUMBER --lot LOT --by NAME", "registration records a number's lot", TRUE, th_ctl_dose_bind },
  { "dose", "inject", "NUMBER --lot LOT --dose N … --by NAME", "a dose was given", TRUE, th_ctl_dose_inject },
  { "dose", "undo", "NUMBER --why TEXT --by NAME", "it was not: a slip of the finger", TRUE, th_ctl_dose_undo },
  { "dose", "release", "NUMBER --why TEXT --by NAME", "a number needs its dose no more", TRUE,
    th_ctl_dose_release },
  { "dose", "list", "[--day DAY] [--json]", "doses promised and given", TRUE, th_ctl_dose_list },
  { "staff", "add", "NAME --role ROLE [--pin-stdin]", "add somebody; the first is a manager", TRUE,
    th_ctl_staff_add },
  { "staff", "list", "", "who is on the staff", TRUE, th_ctl_staff_list },
  { "queue", "list", "[--zone ZONE] [--all]", "the tickets of the day; of a zone: in the order of calling", TRUE,
    th_ctl_queue_list },
  { "queue", "explain", "TICKET", "why a ticket is where it is in the order", TRUE, th_ctl_queue_explain },
  { "queue", "forecast", "", "how long one waits now, and how such forecasts came true", TRUE,
    th_ctl_queue_forecast },
  { "queue", "call", "[TICKET] --zone ZONE --desk DESK --by NAME", "call who is next, or that ticket", TRUE,
    th_ctl_queue_call },
  { "queue", "arrive", "CODE|- --zone … --by …", "a slip, number or card at a desk: its ticket moves on", TRUE,
    th_ctl_queue_arrive },
  { "queue", "serve", "TICKET --zone … --by …", "it is served at this desk", TRUE, th_ctl_queue_step },
  { "queue", "park", "TICKET …", "set it aside", TRUE, th_ctl_queue_step },
  { "queue", "no-show", "TICKET …", "it did not come: some places back, at last closed", TRUE,
    th_ctl_queue_step },
  { "queue", "put-back", "TICKET …", "back to where it waited", TRUE, th_ctl_queue_step },
  { "queue", "move", "TICKET --to ZONE …", "send it to another zone", TRUE, th_ctl_queue_move },
  { "queue", "done", "TICKET …", "done here: on to the next zone", TRUE, th_ctl_queue_step },
  { "queue", "leave", "TICKET [--why WORD] …", "its person goes", TRUE, th_ctl_queue_leave },
  { "queue", "undo", "TICKET …", "take back the last step at this desk", TRUE, th_ctl_queue_undo },
  { "queue", "extend", "TICKET [--minutes N] …", "observe somebody for longer", TRUE, th_ctl_queue_extend },
  { "queue", "consent", "TICKET [--refused] …", "consent was given at a desk", TRUE, th_ctl_queue_consent },
  { "queue", "checks", "TICKET --checks LIST …", "all was checked before an injection", TRUE,
    th_ctl_queue_checks },
  { "day", "open", "[--date DATE] [--time HH:MM] --by NAME", "somebody has looked at date and time: check-in begins",
    TRUE, th_ctl_day_open },
  { "day", "close", "--by NAME [--print]", "no check-in any more; prints the log's anchor", TRUE, th_ctl_day_close },
  { "day", "status", "", "is the day open, what stands open in it, and what time is it", TRUE,
    th_ctl_day_status },
  { "keys", "init", "[--passphrase-file FILE]", "make this site's key: from then on names are kept, sealed", TRUE,
    th_ctl_keys_init },
  { "keys", "unlock", "[--passphrase-file FILE]", "let this user's programs open names", TRUE, th_ctl_keys_unlock },
  { "keys", "lock", "", "and no longer", TRUE, th_ctl_keys_lock },
  { "keys", "status", "", "how it stands with the keys, as JSON", TRUE, th_ctl_keys_status },
  { "keys", "make-days", "[--days N]", "make the keys of the coming days", TRUE, th_ctl_keys_make_days },
  { "keys", "reseal", "", "names of the injected to the key that is kept for years", TRUE, th_ctl_keys_reseal },
  { "visit", "show", "A-017 --by NAME [--day DAY]", "who has this number; that you looked is written", TRUE,
    th_ctl_visit_show },
  { "records", "export", "--day DAY --by NAME [--names]", "the injections of a day as CSV", TRUE,
    th_ctl_records_export },
  { "records", "purge", "--by NAME [--dry-run]", "destroy the names whose time is over", TRUE,
    th_ctl_records_purge },
  { "records", "summary", "[--day DAY] [--json]", "the report of a day", TRUE,
    th_ctl_records_summary },
  { "records", "verify", "[--anchor DAY:HEX]", "walk the log's chain", TRUE, th_ctl_records_verify },
  { "records", "rebuild", "", "write what screens read again from the log", TRUE,
    th_ctl_records_rebuild },
  { "records", "backup", "[FILE]", "a checked copy of the records in one file", TRUE, th_ctl_records_backup },
  { "records", "restore", "FILE --by NAME [--replace]", "put such a copy in the place of lost records", TRUE,
    th_ctl_records_restore },
};

static char *
help (void)
{
  GString *text = g_string_new ("Usage: thresholdctl [--config FILE] COMMAND …\n\n");

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *line = g_strjoin (" ", commands[i].group,
                                         commands[i].verb != NULL ? commands[i].verb : "", NULL);
      g_autofree char *whole = g_strdup_printf ("%s %s", g_strchomp (line), commands[i].arguments);

      /* printf pads by bytes */
      g_string_append_printf (text, "  %s%*s%s\n", whole, 48 - (int) g_utf8_strlen (whole, -1), "",
                              commands[i].what);
    }
  g_string_append (text,
                   "\n--help after a command says more. Without --config: " TH_CONFIG_DEFAULT_PATH
                   ".\nExit status: 0 good, 1 bad input or something was found, 2 usage,"
                   " 3 busy or absent.\n");
  return g_string_free (text, FALSE);
}

/* Takes --config from wherever it stands. FALSE: it has no value. */
static gboolean
take_config (GPtrArray *words, char **ret_path)
{
  for (guint i = 0; i < words->len && strcmp (words->pdata[i], "--") != 0;)
    {
      g_autofree char *word = g_strdup (words->pdata[i]);

      if (g_str_has_prefix (word, "--config="))
        {
          g_free (*ret_path);
          *ret_path = g_strdup (word + strlen ("--config="));
        }
      else if (strcmp (word, "--config") == 0)
        {
          if (i + 1 == words->len)
            return FALSE;
          g_ptr_array_remove_index (words, i);
          g_free (*ret_path);
          *ret_path = g_strdup (words->pdata[i]);
        }
      else
        {
          i++;
          continue;
        }
      g_ptr_array_remove_index (words, i);
    }
  return TRUE;
}

/* A command's own argv: its name, the configuration if it takes one, the rest. */
static int
run (guint command, GPtrArray *words, const char *config)
{
  guint used = commands[command].verb != NULL ? 2 : 1;
  g_autoptr(GPtrArray) args = g_ptr_array_new ();
  g_autofree char *name =
      g_strjoin (" ", "thresholdctl", commands[command].group, commands[command].verb, NULL);

  /* What --help and messages call it. */
  g_set_prgname (name);
  g_ptr_array_add (args, name);
  if (config != NULL && commands[command].with_config)
    {
      g_ptr_array_add (args, (gpointer) "--config");
      g_ptr_array_add (args, (gpointer) config);
    }
  for (guint i = used; i < words->len; i++)
    g_ptr_array_add (args, words->pdata[i]);
  g_ptr_array_add (args, NULL);
  return commands[command].run ((int) args->len - 1, (char **) args->pdata);
}

int
main (int argc, char **argv)
{
  g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *config = NULL;
  g_autofree char *text = help ();
  const char *first, *second;

  th_words_init ();
  for (int i = 1; i < argc; i++)
    g_ptr_array_add (words, g_strdup (argv[i]));
  if (!take_config (words, &config))
    return th_ctl_fail (TH_CTL_USAGE, "--config needs a FILE");

  first = words->len > 0 ? words->pdata[0] : "";
  second = words->len > 1 ? words->pdata[1] : "";
  if (strcmp (first, "--version") == 0)
    {
      g_print ("thresholdctl %s\n", THRESHOLD_VERSION);
      return TH_CTL_GOOD;
    }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (first, commands[i].group) == 0 &&
        (commands[i].verb == NULL || strcmp (second, commands[i].verb) == 0))
      return run (i, words, config);
  if (strcmp (first, "--help") == 0 || strcmp (first, "help") == 0 || strcmp (first, "-h") == 0 ||
      strcmp (second, "--help") == 0)
    {
      g_print ("%s", text);
      return TH_CTL_GOOD;
    }
  g_printerr ("%s", text);
  return TH_CTL_USAGE;
}
