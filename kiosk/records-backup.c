/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/records-backup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/records-private.h"

#define RESTORING "records.db.restoring" /* a crash leaves it behind, the next one clears it away */
#define UNFINISHED ".unfinished"

static gboolean
refuse_errno (GError **error, const char *what, const char *path)
{
  int saved = errno;

  return th_records_refuse (error,
                            saved == ENOSPC || saved == EROFS || saved == EDQUOT || saved == EFBIG
                                ? TH_RECORDS_ERROR_FULL
                                : TH_RECORDS_ERROR_FAILED,
                            "cannot %s %s: %s", what, path, g_strerror (saved));
}

static gboolean
is_there (const char *path)
{
  GStatBuf info;

  return g_lstat (path, &info) == 0;
}

static gboolean
sync_path (const char *path, int flags, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | flags);
  gboolean synced = fd >= 0 && fsync (fd) == 0;

  if (!synced)
    refuse_errno (error, "write", path);
  if (fd >= 0)
    close (fd);
  return synced;
}

static gboolean
make_empty (const char *path, int mode, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);

  if (fd < 0)
    return refuse_errno (error, "make", path);
  close (fd);
  return TRUE;
}

/* A database that did not become one, with what SQLite put beside it. */
static void
remove_database (const char *path)
{
  const char *const ends[] = { "", "-journal", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *file = g_strconcat (path, ends[i], NULL);

      g_unlink (file);
    }
}

/* Every page, and every link of the chain with the key of @like. */
static gboolean
check (ThDb *db, const ThRecords *like, guint64 *ret_events, GError **error)
{
  ThRecords copy = { .db = db };
  gboolean whole;

  memcpy (copy.chain_key, like->chain_key, sizeof copy.chain_key);
  whole = th_records_check_schema (db, error) && th_db_check (db, error)
          && th_records_verify (&copy, ret_events, error);
  sodium_memzero (&copy, sizeof copy);
  return whole;
}

static gboolean
check_file (const char *path, const ThRecords *like, guint64 *ret_events, GError **error)
{
  g_autoptr (ThDb) db = th_db_open_reading (path, error);

  return db != NULL && check (db, like, ret_events, error);
}

/* --- the backup --------------------------------------------------------------------------------- */

static gboolean
write_backup (ThRecords *records, const char *unfinished, const char *file, guint64 *ret_events,
              GError **error)
{
  g_autofree char *folder = g_path_get_dirname (file);

  if (!th_db_copy (records->db, unfinished, error)
      || !check_file (unfinished, records, ret_events, error)
      || !sync_path (unfinished, 0, error))
    return FALSE;
  if (renameat2 (AT_FDCWD, unfinished, AT_FDCWD, file, RENAME_NOREPLACE) == 0)
    return sync_path (folder, O_DIRECTORY, error);
  if (errno == EEXIST)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "%s is there already", file);
  return refuse_errno (error, "make", file);
}

gboolean
th_records_backup (ThRecords *records, const char *file, guint64 *ret_events, GError **error)
{
  g_autofree char *tag = g_uuid_string_random ();
  g_autofree char *unfinished = g_strconcat (file, UNFINISHED "-", tag, NULL);
  guint64 events;

  if (is_there (file))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "%s is there already: a backup overwrites nothing", file);
  if (!make_empty (unfinished, 0640, error))
    return FALSE;
  if (!write_backup (records, unfinished, file, &events, error))
    {
      g_prefix_error (error, "no backup was made: ");
      remove_database (unfinished);
      return FALSE;
    }
  if (ret_events != NULL)
    *ret_events = events;
  return TRUE;
}

/* --- the way back ------------------------------------------------------------------------------- */

void
th_restored_clear (ThRestored *restored)
{
  g_clear_pointer (&restored->aside, g_free);
  g_clear_pointer (&restored->numbers, g_free);
}

static gboolean
may_replace (const char *path, const ThRecords *like, GError **error)
{
  g_autoptr (GError) damage = NULL;

  if (!is_there (path))
    return TRUE;
  if (check_file (path, like, NULL, &damage))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "%s is whole: only --replace puts a backup in its place", path);
  if (g_error_matches (damage, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&damage));
  return FALSE;
}

static gboolean
copy_checked (const char *file, const char *copy, const ThRecords *like, guint64 *ret_events,
              GError **error)
{
  g_autoptr (ThDb) db = th_db_open_reading (file, error);

  if (db == NULL || !check (db, like, ret_events, error))
    {
      g_prefix_error (error, "%s is not restored: ", file);
      return FALSE;
    }
  return make_empty (copy, 0660, error)
         && (g_chmod (copy, 0660) == 0 || refuse_errno (error, "set the mode of", copy))
         && th_db_copy (db, copy, error);
}

/* Which numbers are known: whoever has a later one on paper would meet somebody else with it. */
static gboolean
read_numbers (ThRecords *records, ThRestored *restored, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (
      records->db,
      "SELECT days.day, lane, last FROM days LEFT JOIN counters ON counters.day = days.day"
      " WHERE open = 1 ORDER BY lane",
      "");
  g_autoptr (GString) numbers = g_string_new (NULL);
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      const char *lane = th_statement_text (row, 1);
      char label[16];

      g_strlcpy (restored->day, th_statement_text (row, 0), sizeof restored->day);
      if (lane == NULL)
        continue;
      th_ticket_label (lane[0], (guint)th_statement_int (row, 2), label);
      g_string_append_printf (numbers, "%s%s", numbers->len > 0 ? " " : "", label);
    }
  restored->numbers = g_string_free (g_steal_pointer (&numbers), FALSE);
  return step == TH_STEP_DONE;
}

static gboolean
read_last (ThRecords *records, ThRestored *restored, GError **error)
{
  g_autoptr (ThStatement) row
      = th_db_query (records->db, "SELECT coalesce (max (at_us), 0) FROM events", "");

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  restored->last_us = th_statement_int (row, 0);
  return TRUE;
}

/* The copy becomes records that this version can go on with. */
static gboolean
settle (const char *state_dir, const char *device, const char *by, ThRestored *restored,
        GError **error)
{
  g_autoptr (ThRecords) records
      = th_records_open_file (state_dir, RESTORING, device, &th_clock_machine, NULL, error);
  g_autoptr (ThLogBody) body = th_log_body_new ();

  th_log_body_set_text (body, "by", by);
  th_log_body_set_int (body, "events", (gint64)restored->events);
  return records != NULL && read_last (records, restored, error)
         && th_records_rebuild (records, error)
         && th_records_append_alone (records, TH_LOG_RESTORED, "", body, error)
         && read_numbers (records, restored, error);
}

/* The file that is there, if any, with what SQLite has not yet written into it. The file first: one that stood here
 * without its -wal would be taken for whole. */
static gboolean
put_aside (const char *path, char **ret_aside, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *when = g_date_time_format (now, "%Y-%m-%d-%H%M%S");
  g_autofree char *aside = g_strconcat (path, ".before-restore-", when, NULL);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *shm = g_strconcat (path, "-shm", NULL);
  g_autofree char *aside_wal = g_strconcat (aside, "-wal", NULL);
  gboolean any = is_there (path);
  GStatBuf info;

  if (is_there (aside) || is_there (aside_wal))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "%s is there already", aside);
  if (any && g_rename (path, aside) != 0)
    return refuse_errno (error, "rename", path);
  if (g_lstat (wal, &info) == 0 && info.st_size > 0 && g_rename (wal, aside_wal) != 0)
    return refuse_errno (error, "rename", wal);
  g_unlink (wal);
  g_unlink (shm); /* an index of the -wal, made again when needed */
  if (any)
    *ret_aside = g_steal_pointer (&aside);
  return TRUE;
}

static gboolean
swap (const char *state_dir, const char *path, const char *copy, ThRestored *restored,
      GError **error)
{
  g_autofree char *wal = g_strconcat (copy, "-wal", NULL);

  if (is_there (wal))
    return th_records_refuse (error, TH_RECORDS_ERROR_FAILED, "%s was not written back", wal);
  if (!sync_path (copy, 0, error) || !put_aside (path, &restored->aside, error)
      || !sync_path (state_dir, O_DIRECTORY, error))
    return FALSE;
  if (g_rename (copy, path) != 0)
    {
      refuse_errno (error, "rename", copy);
      if (restored->aside != NULL)
        g_prefix_error (error, "the records are in %s now: ", restored->aside);
      return FALSE;
    }
  return sync_path (state_dir, O_DIRECTORY, error);
}

static gboolean
restore_held (const char *state_dir, const char *device, const char *file, const char *by,
              gboolean replace, ThRestored *restored, GError **error)
{
  g_autofree char *path = g_build_filename (state_dir, TH_RECORDS_FILE, NULL);
  g_autofree char *copy = g_build_filename (state_dir, RESTORING, NULL);
  g_autoptr (ThRecords) like = g_new0 (ThRecords, 1);
  gboolean restored_it;

  like->hold = -1;
  like->keys = g_build_filename (state_dir, "keys", NULL);
  if (!th_records_load_chain_key (like, FALSE, error)
      || (!replace && !may_replace (path, like, error)))
    return FALSE;
  remove_database (copy);
  restored_it = copy_checked (file, copy, like, &restored->events, error)
                && settle (state_dir, device, by, restored, error)
                && swap (state_dir, path, copy, restored, error);
  if (!restored_it)
    remove_database (copy);
  return restored_it;
}

gboolean
th_records_restore (const char *state_dir, const char *device, const char *file, const char *by,
                    gboolean replace, ThRestored *ret_restored, GError **error)
{
  g_auto (ThRestored) restored = { 0 };
  gboolean done;
  int hold;

  if (!th_records_check_by (by, error))
    return FALSE;
  hold = th_records_hold (state_dir, TRUE, error);
  if (hold < 0)
    return FALSE;
  done = restore_held (state_dir, device, file, by, replace, &restored, error);
  close (hold);
  if (done)
    {
      *ret_restored = restored;
      restored = (ThRestored){ 0 };
    }
  return done;
}
