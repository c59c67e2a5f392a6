/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening the records, and the one way into the log. */
#include "kiosk/records-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "kiosk/key-file.h"

#define CHAIN_KEY "chain.key"
#define DAY_KEY_PREFIX "lookup-"
#define DAY_KEY_SUFFIX ".key"

G_DEFINE_QUARK (th - records - error - quark, th_records_error)

gboolean
th_records_refuse (GError **error, ThRecordsError code, const char *format, ...)
{
  va_list values;

  va_start (values, format);
  if (error != NULL)
    *error = g_error_new_valist (TH_RECORDS_ERROR, code, format, values);
  va_end (values);
  return FALSE;
}

/* --- the log ---------------------------------------------------------------------------------- */

gboolean
th_records_is_visit (const char *text)
{
  return text != NULL && strlen (text) == 36 && g_uuid_string_is_valid (text);
}

/* And what time it is now. */
static gboolean
read_head (ThRecords *records, ThLogClock *ret_clock, GError **error)
{
  g_autoptr(ThStatement) last = th_db_query (
      records->db, "SELECT seq, at_us, link, mono_us FROM events ORDER BY seq DESC LIMIT 1", "");
  g_autoptr(ThStatement) own = th_db_query (
      records->db,
      "SELECT device_seq FROM events WHERE device = $1 ORDER BY device_seq DESC LIMIT 1", "s",
      records->device);
  ThStep step = th_statement_step (last, error);
  gint64 last_boot_us = 0;

  records->seq = records->device_seq = records->last_us = 0;
  memset (records->link, 0, sizeof records->link);
  if (step == TH_STEP_FAILED)
    return FALSE;
  if (step == TH_STEP_ROW)
    {
      gsize len;
      const guint8 *link = th_statement_blob (last, 2, &len);

      if (len != sizeof records->link)
        return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT,
                                  "the log's last link is cut short");
      memcpy (records->link, link, len);
      records->seq = th_statement_int (last, 0);
      records->last_us = th_statement_int (last, 1);
      last_boot_us = th_statement_int (last, 3);
    }
  step = th_statement_step (own, error);
  if (step == TH_STEP_ROW)
    records->device_seq = th_statement_int (own, 0);
  return step != TH_STEP_FAILED &&
         th_records_read_clock (records, records->seq == 0, records->last_us, last_boot_us, ret_clock,
                                error);
}

ThTransaction *
th_records_begin (ThRecords *records, GError **error)
{
  g_autoptr(ThTransaction) transaction = th_db_begin (records->db, TRUE, error);
  ThLogClock clock = { .now_us = 0 };

  if (transaction == NULL || !read_head (records, &clock, error))
    return NULL;
  records->now_us = clock.now_us;
  records->trusted = clock.trusted;
  if (!th_records_write_jump (records, &clock, error))
    return NULL;
  return g_steal_pointer (&transaction);
}

gboolean
th_records_append (ThRecords *records, ThLogKind kind, const char *visit, const ThLogBody *body,
                   GError **error)
{
  g_autofree char *text = th_log_body_encode (body);
  ThLogEvent event = {
    .seq = records->seq + 1,
    .device = records->device,
    .device_seq = records->device_seq + 1,
    .kind = th_log_kind_to_string (kind),
    .at_us = records->now_us,
    .mono_us = records->reading.boot_us,
    .clock_trusted = records->trusted,
    .visit = visit,
    .body = text,
  };
  guint8 link[TH_LOG_LINK_BYTES];
  char id[37];

  if (visit[0] != '\0' && !th_records_is_visit (visit))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "a visit's id is a UUID");
  if (strlen (text) > TH_LOG_MAX_BODY)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "too much text for one event");
  th_uuid7 (event.at_us, id);
  event.id = id;
  th_log_event_link (&event, records->chain_key, records->link, link);
  if (!th_db_run (records->db, error,
                  "INSERT INTO events (seq, id, device, device_seq, kind, at_us, mono_us,"
                  " clock_trusted, visit, body, link)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                  "xssxsxxissb", event.seq, event.id, event.device, event.device_seq, event.kind,
                  event.at_us, event.mono_us, event.clock_trusted ? 1 : 0, event.visit, event.body,
                  link, sizeof link))
    return FALSE;
  records->seq = event.seq;
  records->device_seq = event.device_seq;
  records->last_us = event.at_us;
  memcpy (records->link, link, sizeof link);
  return th_records_project (records, kind, visit, event.at_us, body, error);
}

gboolean
th_records_append_alone (ThRecords *records, ThLogKind kind, const char *visit,
                         const ThLogBody *body, GError **error)
{
  g_autoptr(ThTransaction) transaction = th_records_begin (records, error);

  if (transaction == NULL || !th_records_append (records, kind, visit, body, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}

/* --- keys ------------------------------------------------------------------------------------- */

/* A log whose key is lost can neither be continued nor checked: somebody must bring the key back. */
gboolean
th_records_load_chain_key (ThRecords *records, gboolean make, GError **error)
{
  g_autoptr(GError) problem = NULL;

  if (th_key_file_load (records->keys, CHAIN_KEY, 0640, make, records->chain_key, &problem))
    return TRUE;
  if (g_error_matches (problem, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND))
    return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT,
                              "the key of the log's chain is missing: %s", problem->message);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
load_chain_key (ThRecords *records, GError **error)
{
  g_autoptr(ThStatement) statement = th_db_query (records->db, "SELECT count(*) FROM events", "");

  return th_statement_step (statement, error) == TH_STEP_ROW
         && th_records_load_chain_key (records, th_statement_int (statement, 0) == 0, error);
}

static gboolean
load_person_key (ThRecords *records, GError **error)
{
  g_autoptr(GError) problem = NULL;

  records->has_person_key =
      th_key_file_load (records->keys, TH_PERSON_KEY, 0640, FALSE, records->person_key, &problem);
  if (records->has_person_key ||
      g_error_matches (problem, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
th_records_end_days_before (ThRecords *records, const char *day, GError **error)
{
  return th_key_files_destroy_days_before (records->keys, DAY_KEY_PREFIX, DAY_KEY_SUFFIX, day,
                                           error) &&
         th_db_run (records->db, error, "DELETE FROM lookups WHERE day < $1", "s", day) &&
         th_db_run (records->db, error, "DELETE FROM appointments WHERE day < $1", "s", day);
}

gboolean
th_records_load_day_key (ThRecords *records, const char *day, gboolean make,
                         guint8 ret_key[TH_LOG_KEY_BYTES], GError **error)
{
  g_autofree char *name = g_strconcat (DAY_KEY_PREFIX, day, DAY_KEY_SUFFIX, NULL);

  return th_key_file_load (records->keys, name, 0660, make, ret_key, error);
}

gboolean
th_records_use_day_key (ThRecords *records, const char *day, GError **error)
{
  if (strcmp (records->key_day, day) == 0)
    return TRUE;
  if (!th_records_load_day_key (records, day, TRUE, records->day_key, error) ||
      !th_records_end_days_before (records, day, error))
    return FALSE;
  g_strlcpy (records->key_day, day, TH_DAY_BYTES);
  return TRUE;
}

/* --- open and close --------------------------------------------------------------------------- */

static gboolean
check_device (const char *device, GError **error)
{
  gsize len = strlen (device);

  return (len >= 1 && len <= 32 && strspn (device, "abcdefghijklmnopqrstuvwxyz0123456789-") == len)
         || th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                               "a device's name is 1 to 32 of a-z, 0-9 and '-', not '%s'", device);
}

int
th_records_hold (const char *state_dir, gboolean alone, GError **error)
{
  int fd = open (state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int saved;

  if (fd >= 0 && flock (fd, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0)
    return fd;
  saved = errno;
  if (fd >= 0)
    close (fd);
  if (saved != EWOULDBLOCK)
    th_records_refuse (error, saved == ENOENT ? TH_RECORDS_ERROR_NOT_FOUND : TH_RECORDS_ERROR_FAILED,
                       "cannot lock %s: %s", state_dir, g_strerror (saved));
  else if (alone)
    th_records_refuse (error, TH_RECORDS_ERROR_BUSY,
                       "a program has the records open: stop the kiosk and the staff's programs first");
  else
    th_records_refuse (error, TH_RECORDS_ERROR_BUSY, "the records are being restored");
  return -1;
}

/* Records that are gone must not begin again at number 1. The key is made after the file: looked at first, it tells a
 * file that another program is making at this moment from one that is lost. */
static gboolean
check_not_lost (const char *keys, const char *path, GError **error)
{
  g_autofree char *key = g_build_filename (keys, CHAIN_KEY, NULL);

  if (access (key, F_OK) != 0 || access (path, F_OK) == 0 || errno != ENOENT)
    return TRUE;
  return th_records_refuse (error, TH_RECORDS_ERROR_CORRUPT,
                            "%s is missing, and there have been records: restore a backup", path);
}

ThRecords *
th_records_open (const char *state_dir, const char *device, GError **error)
{
  return th_records_open_on_clock (state_dir, device, &th_clock_machine, NULL, error);
}

ThRecords *
th_records_open_on_clock (const char *state_dir, const char *device, const ThClock *clock,
                          gpointer data, GError **error)
{
  ThRecords *records;
  int hold = -1;

  if (!check_device (device, error) || !th_key_folder_make (state_dir, error)
      || (hold = th_records_hold (state_dir, FALSE, error)) < 0)
    return NULL;
  records = th_records_open_file (state_dir, TH_RECORDS_FILE, device, clock, data, error);
  if (records != NULL)
    records->hold = hold;
  else
    close (hold);
  return records;
}

ThRecords *
th_records_open_file (const char *state_dir, const char *name, const char *device,
                      const ThClock *clock, gpointer data, GError **error)
{
  g_autoptr(ThRecords) records = g_new0 (ThRecords, 1);
  g_autofree char *path = g_build_filename (state_dir, name, NULL);

  records->hold = -1;
  if (sodium_init () < 0)
    {
      th_records_refuse (error, TH_RECORDS_ERROR_FAILED, "the system has no random numbers");
      return NULL;
    }
  if (!check_device (device, error))
    return NULL;
  records->device = g_strdup (device);
  records->clock = clock;
  records->clock_data = data;
  th_queue_rules_defaults (&records->queue);
  records->keys = g_build_filename (state_dir, "keys", NULL);
  if (!th_key_folder_make (records->keys, error) || !check_not_lost (records->keys, path, error))
    return NULL;
  records->db = th_db_open (path, error);
  if (records->db == NULL || !th_records_make_schema (records->db, error) ||
      !load_chain_key (records, error) || !load_person_key (records, error))
    return NULL;
  if (!th_records_end_days (records, error))
    return NULL;
  records->data_version = th_db_data_version (records->db);
  return g_steal_pointer (&records);
}

void
th_records_close (ThRecords *records)
{
  if (records == NULL)
    return;
  th_db_close (records->db);
  if (records->hold >= 0)
    close (records->hold);
  g_free (records->device);
  g_free (records->keys);
  sodium_memzero (records, sizeof *records);
  g_free (records);
}

gboolean
th_records_changed (ThRecords *records)
{
  gint64 before = records->data_version;

  records->data_version = th_db_data_version (records->db);
  return records->data_version != before;
}

char *
th_visit_id_new (void)
{
  char id[37];

  th_uuid7 (g_get_real_time (), id);
  return g_strdup (id);
}
