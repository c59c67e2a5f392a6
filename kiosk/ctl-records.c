/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `staff …` and `records …`. */
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "kiosk/ctl.h"

/* --- staff ------------------------------------------------------------------------------------ */

/* The first line of standard input without its end; FALSE: there is none, or it is too long. */
static gboolean
read_line (char ret_line[TH_CTL_PIN_BYTES])
{
  if (fgets (ret_line, TH_CTL_PIN_BYTES, stdin) == NULL)
    return FALSE;
  if (strchr (ret_line, '\n') == NULL && !feof (stdin))
    return FALSE;
  ret_line[strcspn (ret_line, "\r\n")] = '\0';
  return TRUE;
}

static gboolean
ask_line (const char *prompt, char ret_line[TH_CTL_PIN_BYTES])
{
  struct termios before, silent;
  gboolean good;

  if (tcgetattr (STDIN_FILENO, &before) != 0)
    return FALSE;
  silent = before;
  silent.c_lflag &= ~(tcflag_t) ECHO;
  g_printerr ("%s", prompt);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
  good = read_line (ret_line);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
  g_printerr ("\n");
  return good;
}

int
th_ctl_get_pin (gboolean from_stdin, gboolean twice, char ret_pin[TH_CTL_PIN_BYTES])
{
  char again[TH_CTL_PIN_BYTES];
  gboolean same;

  if (from_stdin)
    return read_line (ret_pin) ? TH_CTL_GOOD
                               : th_ctl_fail (TH_CTL_BAD, "there is no PIN on standard input");
  if (!isatty (STDIN_FILENO))
    return th_ctl_fail (TH_CTL_USAGE, "the PIN is asked for on a terminal, or say --pin-stdin");
  if (!twice)
    return ask_line ("PIN: ", ret_pin) ? TH_CTL_GOOD : th_ctl_fail (TH_CTL_BAD, "that was no PIN");
  same = ask_line ("PIN (6 to 12 digits): ", ret_pin) && ask_line ("the same PIN again: ", again) &&
         strcmp (ret_pin, again) == 0;
  explicit_bzero (again, sizeof again);
  return same ? TH_CTL_GOOD : th_ctl_fail (TH_CTL_BAD, "that was not the same PIN twice");
}

static gboolean
read_role (const char *text, ThRole *ret_role)
{
  if (g_strcmp0 (text, "manager") != 0 && g_strcmp0 (text, "nurse") != 0)
    return FALSE;
  *ret_role = strcmp (text, "manager") == 0 ? TH_ROLE_MANAGER : TH_ROLE_NURSE;
  return TRUE;
}

int
th_ctl_staff_add (int argc, char **argv)
{
  g_autofree char *config = NULL;
  g_autofree char *role_text = NULL;
  gboolean from_stdin = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &config, "the kiosk's configuration", "FILE" },
    { "role", 0, 0, G_OPTION_ARG_STRING, &role_text, "manager or nurse", "ROLE" },
    { "pin-stdin", 0, 0, G_OPTION_ARG_NONE, &from_stdin,
      "the PIN is the first line of standard input", NULL },
    { NULL },
  };
  g_autoptr(ThRecords) records = NULL;
  g_autoptr(GError) error = NULL;
  char pin[TH_CTL_PIN_BYTES];
  gboolean added;
  ThRole role;
  int status;

  if (!th_ctl_parse (
          &argc, &argv, entries, "NAME",
          "Adds somebody to the staff. The first must be a manager; nobody has a default PIN."))
    return TH_CTL_USAGE;
  if (argc != 2)
    return th_ctl_fail (TH_CTL_USAGE, "staff add: one NAME");
  if (!read_role (role_text, &role))
    return th_ctl_fail (TH_CTL_USAGE, "staff add: --role is manager or nurse");
  status = th_ctl_get_pin (from_stdin, TRUE, pin);
  if (status != TH_CTL_GOOD)
    return status;
  records = th_ctl_open_records (config, TRUE, &status);
  added = records != NULL && th_records_add_staff (records, argv[1], role, pin, &error);
  explicit_bzero (pin, sizeof pin);
  if (records == NULL)
    return status;
  if (!added)
    return th_ctl_fail_error (error);
  g_print ("added %s as %s\n", argv[1], role_text);
  return TH_CTL_GOOD;
}

/* The records of a command that takes --config and nothing else. NULL: said why. */
static ThRecords *
open_plain (int argc, char **argv, const char *summary, int *ret_status)
{
  g_autofree char *config = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &config, "the kiosk's configuration", "FILE" },
    { NULL },
  };

  *ret_status = TH_CTL_USAGE;
  if (!th_ctl_parse (&argc, &argv, entries, NULL, summary))
    return NULL;
  if (argc != 1)
    {
      th_ctl_fail (TH_CTL_USAGE, "'%s' is one word too many", argv[1]);
      return NULL;
    }
  return th_ctl_open_records (config, FALSE, ret_status);
}

int
th_ctl_staff_list (int argc, char **argv)
{
  int status;
  g_autoptr(ThRecords) records =
      open_plain (argc, argv, "The names of the staff, one a line.", &status);
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) names = NULL;

  if (records == NULL)
    return status;
  names = th_records_list_staff (records, &error);
  if (names == NULL)
    return th_ctl_fail_error (error);
  for (char **name = names; *name != NULL; name++)
    g_print ("%s\n", *name);
  return TH_CTL_GOOD;
}

/* --- records ---------------------------------------------------------------------------------- */

static void
print_member (JsonObject *object, const char *name, JsonNode *node, gpointer data)
{
  g_autofree char *words = g_strdelimit (g_strdup (name), "_", ' ');
  const char *indent = data;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      g_print ("%s%s\n", indent, words);
      json_object_foreach_member (json_node_get_object (node), print_member, (gpointer) "  ");
    }
  else if (json_node_get_value_type (node) == G_TYPE_STRING)
    g_print ("%s%-32s %s\n", indent, words, json_node_get_string (node));
  else
    g_print ("%s%-*s %6" G_GINT64_FORMAT "\n", indent, 32 - (int) strlen (indent), words,
             json_node_get_int (node));
}

int
th_ctl_records_summary (int argc, char **argv)
{
  g_autofree char *config = NULL;
  g_autofree char *day = NULL;
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &config, "the kiosk's configuration", "FILE" },
    { "day", 0, 0, G_OPTION_ARG_STRING, &day, "instead of today, as 2026-11-22", "DAY" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "for programs", NULL },
    { NULL },
  };
  g_autoptr(ThRecords) records = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr(JsonNode) root = NULL;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, NULL,
                     "The report of a day, counted from the log. No person is in it."))
    return TH_CTL_USAGE;
  if (argc != 1)
    return th_ctl_fail (TH_CTL_USAGE, "records summary: '%s' is one word too many", argv[1]);
  records = th_ctl_open_records (config, FALSE, &status);
  if (records == NULL)
    return status;
  text = th_records_summary_json (records, day, &error);
  if (text == NULL)
    return th_ctl_fail_error (error);
  root = as_json ? NULL : json_from_string (text, NULL);
  if (root == NULL)
    g_print ("%s\n", text);
  else
    json_object_foreach_member (json_node_get_object (root), print_member, (gpointer) "");
  return TH_CTL_GOOD;
}

int
th_ctl_records_rebuild (int argc, char **argv)
{
  int status;
  g_autoptr(ThRecords) records = open_plain (
      argc, argv, "Drops every table that screens read and writes it again from the log.", &status);
  g_autoptr(GError) error = NULL;

  if (records == NULL)
    return status;
  if (!th_records_rebuild (records, &error))
    return th_ctl_fail_error (error);
  g_print ("written again from the log\n");
  return TH_CTL_GOOD;
}
