/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `records backup` and `records restore`. */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "kiosk/ctl.h"
#include "kiosk/records-backup.h"

/* records-DEVICE-2026-11-23-031500.db */
static char *
nightly_prefix (const ThConfig *config)
{
  return g_strdup_printf ("records-%s-", config->device);
}

static gboolean
is_nightly (const char *name, const char *prefix)
{
  const char *rest = g_str_has_prefix (name, prefix) ? name + strlen (prefix) : "";
  const char *shape = "0000-00-00-000000.db";

  if (strlen (rest) != strlen (shape))
    return FALSE;
  for (gsize i = 0; shape[i] != '\0'; i++)
    if (shape[i] == '0' ? !g_ascii_isdigit (rest[i]) : rest[i] != shape[i])
      return FALSE;
  return TRUE;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

/* The oldest by name go; never the one that was made just now, whatever the clock made of its name. */
static gboolean
remove_old (const ThConfig *config, const char *made)
{
  g_autofree char *prefix = nightly_prefix (config);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (config->backup_folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_nightly (name, prefix) && strcmp (name, made) != 0)
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i + config->backup_keep <= names->len; i++)
    {
      g_autofree char *path = g_build_filename (config->backup_folder, names->pdata[i], NULL);

      if (g_unlink (path) != 0 && errno != ENOENT)
        return FALSE;
    }
  return dir != NULL;
}

static int
backup_to (ThRecords *records, const char *file)
{
  g_autoptr (GError) error = NULL;
  guint64 events;

  if (!th_records_backup (records, file, &events, &error))
    return th_ctl_fail_error (error);
  g_print ("%s: %" G_GUINT64_FORMAT " events, every page and link checked\n", file, events);
  return TH_CTL_GOOD;
}

static int
backup_nightly (ThRecords *records, const ThConfig *config)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *prefix = nightly_prefix (config);
  g_autofree char *when = g_date_time_format (now, "%Y-%m-%d-%H%M%S");
  g_autofree char *name = g_strconcat (prefix, when, ".db", NULL);
  g_autofree char *file = g_build_filename (config->backup_folder, name, NULL);
  int status = backup_to (records, file);

  if (status == TH_CTL_GOOD && !remove_old (config, name))
    return th_ctl_fail (TH_CTL_BAD, "the backup is made, but older ones cannot be removed from %s",
                        config->backup_folder);
  return status;
}

int
th_ctl_records_backup (int argc, char **argv)
{
  g_autofree char *path = NULL;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { NULL },
  };
  g_autoptr (ThRecords) records = NULL;
  g_autoptr (ThConfig) config = NULL;
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, "[FILE]",
                     "Copies the records, while others write on, and checks the copy page by page and link by link. "
                     "Without FILE: into the folder of [backup], where the oldest then go. Keys are not in it."))
    return TH_CTL_USAGE;
  if (argc > 2)
    return th_ctl_fail (TH_CTL_USAGE, "records backup: one FILE");
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  records = th_ctl_open_records (path, FALSE, &status);
  if (records == NULL)
    return status;
  return argc == 2 ? backup_to (records, argv[1]) : backup_nightly (records, config);
}

static void
print_restored (const char *file, const ThRestored *restored)
{
  g_autoptr (GDateTime) last
      = g_date_time_new_from_unix_local (restored->last_us / G_USEC_PER_SEC);
  g_autofree char *when = g_date_time_format (last, "%Y-%m-%d %H:%M");

  g_print ("restored from %s: %" G_GUINT64_FORMAT " events, the last of %s\n", file,
           restored->events, restored->events > 0 ? when : "never");
  if (restored->aside != NULL)
    g_print ("what was there before is kept: %s\n", restored->aside);
  if (restored->day[0] == '\0')
    return;
  g_print ("the day %s is open in it; last numbers: %s\n", restored->day,
           *restored->numbers != '\0' ? restored->numbers : "none");
  g_print ("Slips with later numbers are not known any more and those numbers will be given again: take them back "
           "before check-in goes on.\n");
}

int
th_ctl_records_restore (int argc, char **argv)
{
  g_autofree char *path = NULL, *by = NULL;
  gboolean replace = FALSE;
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &path, "the kiosk's configuration", "FILE" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &by, "who restores: it stands in the log", "NAME" },
    { "replace", 0, 0, G_OPTION_ARG_NONE, &replace, "also when the records that are there are whole", NULL },
    { NULL },
  };
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (ThRestored) restored = { 0 };
  int status;

  if (!th_ctl_parse (&argc, &argv, entries, "FILE",
                     "Puts a backup in the place of records that are missing or damaged, while no program has them "
                     "open. It is checked first; what was there is kept beside it."))
    return TH_CTL_USAGE;
  if (argc != 2 || by == NULL)
    return th_ctl_fail (TH_CTL_USAGE, "records restore: one FILE, and --by NAME");
  config = th_ctl_load_config (path, &status);
  if (config == NULL)
    return status;
  if (!th_records_restore (config->state_dir, config->device, argv[1], by, replace, &restored, &error))
    return th_ctl_fail_error (error);
  print_restored (argv[1], &restored);
  return TH_CTL_GOOD;
}
