/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connector to SQLite. Its settings were chosen by measurement and for a kiosk whose plug is
 * pulled. */
#include "kiosk/db.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/records.h"

#define APPLICATION_ID 0x54685265 /* "ThRe", in the file's header */
#define BUSY_TIMEOUT_MS 5000

struct _ThTransaction
{
  ThDb *db;
};

struct _ThDb
{
  sqlite3 *sqlite;
  GHashTable *idle; /* SQL → sqlite3_stmt that nobody uses at the moment */
  ThTransaction transaction;
};

struct _ThStatement
{
  ThDb *db;
  sqlite3_stmt *stmt; /* NULL: could not be prepared, see error */
  GError *error;
};

static ThRecordsError
code_from_sqlite (int rc, int os_error)
{
  switch (rc & 0xff)
    {
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      /* SQLite itself says "full" for ENOSPC alone. */
      switch (os_error)
        {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
        case EROFS:
          return TH_RECORDS_ERROR_FULL;
        default:
          return TH_RECORDS_ERROR_FAILED;
        }
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return TH_RECORDS_ERROR_BUSY;
    case SQLITE_FULL:
    case SQLITE_READONLY:
      return TH_RECORDS_ERROR_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return TH_RECORDS_ERROR_CORRUPT;
    default:
      return TH_RECORDS_ERROR_FAILED;
    }
}

/* Right after the call that failed: what the system said is in errno, SQLite does not always keep it. Its message never
 * holds a bound value, so it may be logged. */
static GError *
error_from_sqlite (sqlite3 *sqlite, int rc)
{
  ThRecordsError code = code_from_sqlite (rc, errno);

  return g_error_new (TH_RECORDS_ERROR, code, "records: %s",
                      sqlite != NULL ? sqlite3_errmsg (sqlite) : sqlite3_errstr (rc));
}

gboolean
th_db_exec (ThDb *db, const char *sql, GError **error)
{
  int rc = sqlite3_exec (db->sqlite, sql, NULL, NULL, NULL);

  if (rc == SQLITE_OK)
    return TRUE;
  g_propagate_error (error, error_from_sqlite (db->sqlite, rc));
  return FALSE;
}

static gboolean
ask_int (ThDb *db, const char *sql, gint64 *ret_value, GError **error)
{
  g_autoptr(ThStatement) statement = th_db_query (db, sql, "");

  if (th_statement_step (statement, error) != TH_STEP_ROW)
    return FALSE;
  *ret_value = th_statement_int (statement, 0);
  return TRUE;
}

/* SQLite gives -wal and -shm the mode of the main file, whatever the umask; the main file is ours
 * to make. */
static gboolean
make_file (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0660);
  int saved;

  if (fd < 0 && errno == EEXIST)
    return TRUE;
  if (fd >= 0 && fchmod (fd, 0660) == 0 && close (fd) == 0)
    return TRUE;
  saved = errno;
  if (fd >= 0)
    close (fd);
  g_set_error (error, TH_RECORDS_ERROR,
               saved == EROFS || saved == ENOSPC ? TH_RECORDS_ERROR_FULL : TH_RECORDS_ERROR_FAILED,
               "cannot make %s: %s", path, g_strerror (saved));
  return FALSE;
}

/* Whose file it is, as it stood at one moment: read apart, the two would take a file that another process makes in
 * between for a stranger's. */
static gboolean
read_owner (ThDb *db, gboolean writing, gint64 *ret_id, gint64 *ret_schema, GError **error)
{
  ThTransaction *transaction = th_db_begin (db, writing, error);

  if (transaction == NULL)
    return FALSE;
  if (ask_int (db, "PRAGMA application_id", ret_id, error)
      && ask_int (db, "PRAGMA schema_version", ret_schema, error)
      && (!writing || *ret_id != 0 || *ret_schema != 0
          || th_db_exec (db, "PRAGMA application_id = 1416122981", error)))
    return th_db_commit (transaction, error);
  th_db_rollback (transaction);
  return FALSE;
}

static gboolean
check_owner (ThDb *db, const char *path, GError **error)
{
  gint64 id, schema;

  if (!read_owner (db, FALSE, &id, &schema, error))
    return FALSE;
  /* A new file. Who comes second finds the id of the first. */
  if (id == 0 && schema == 0)
    {
      if (!read_owner (db, TRUE, &id, &schema, error))
        return FALSE;
      if (id == 0 && schema == 0)
        return TRUE;
    }
  if (id == APPLICATION_ID)
    return TRUE;
  g_set_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT,
               "%s is not a records file of Threshold", path);
  return FALSE;
}

/* A file that is not in WAL mode yet is turned by whoever has it alone; SQLite says BUSY at once to the others, without
 * its busy handler (two that wait for each other would wait for ever). */
static gboolean
enter_wal (ThDb *db, GError **error)
{
  gint64 end = g_get_monotonic_time () + BUSY_TIMEOUT_MS * G_TIME_SPAN_MILLISECOND;

  for (;;)
    {
      g_autoptr(GError) reason = NULL;

      if (th_db_exec (db, "PRAGMA journal_mode = WAL", &reason))
        return TRUE;
      if (!g_error_matches (reason, TH_RECORDS_ERROR, TH_RECORDS_ERROR_BUSY)
          || g_get_monotonic_time () > end)
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      g_usleep (g_random_int_range (1, 10) * G_TIME_SPAN_MILLISECOND);
    }
}

static void
finalize (gpointer stmt)
{
  sqlite3_finalize (stmt);
}

static ThDb *
open_with (const char *path, int flags, GError **error)
{
  g_autoptr(ThDb) db = g_new0 (ThDb, 1);
  int rc;

  G_STATIC_ASSERT (APPLICATION_ID == 1416122981);
  db->transaction.db = db;
  db->idle = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize);
  rc = sqlite3_open_v2 (path, &db->sqlite, flags | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc != SQLITE_OK)
    {
      g_propagate_prefixed_error (error, error_from_sqlite (db->sqlite, rc), "%s: ", path);
      return NULL;
    }
  sqlite3_extended_result_codes (db->sqlite, 1);
  sqlite3_busy_timeout (db->sqlite, BUSY_TIMEOUT_MS);
  /* A damaged or planted schema must not be able to run anything. */
  sqlite3_db_config (db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (db->sqlite, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  return g_steal_pointer (&db);
}

ThDb *
th_db_open (const char *path, GError **error)
{
  g_autoptr(ThDb) db = make_file (path, error) ? open_with (path, SQLITE_OPEN_READWRITE, error) : NULL;

  if (db == NULL || !check_owner (db, path, error) || !enter_wal (db, error))
    return NULL;
  /* recursive_triggers: without it REPLACE would delete from the log past its trigger. */
  if (!th_db_exec (db,
                   "PRAGMA synchronous = FULL;"
                   "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
                   "PRAGMA recursive_triggers = ON; PRAGMA cell_size_check = ON;"
                   "PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 4194304",
                   error))
    return NULL;
  return g_steal_pointer (&db);
}

ThDb *
th_db_open_reading (const char *path, GError **error)
{
  g_autoptr(ThDb) db = NULL;
  gint64 id;

  if (access (path, R_OK) != 0)
    {
      int saved = errno;

      g_set_error (error, TH_RECORDS_ERROR,
                   saved == ENOENT ? TH_RECORDS_ERROR_NOT_FOUND : TH_RECORDS_ERROR_FAILED,
                   "cannot read %s: %s", path, g_strerror (saved));
      return NULL;
    }
  db = open_with (path, SQLITE_OPEN_READONLY, error);
  if (db == NULL || !th_db_exec (db, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON", error)
      || !ask_int (db, "PRAGMA application_id", &id, error))
    return NULL;
  if (id == APPLICATION_ID)
    return g_steal_pointer (&db);
  g_set_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT,
               "%s is not a records file of Threshold", path);
  return NULL;
}

gboolean
th_db_check (ThDb *db, GError **error)
{
  g_autoptr(ThStatement) row = th_db_query (db, "PRAGMA quick_check (1)", "");
  const char *said;

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  said = th_statement_text (row, 0);
  if (g_strcmp0 (said, "ok") == 0)
    return TRUE;
  g_set_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT, "records: the file is damaged");
  return FALSE;
}

gboolean
th_db_copy (ThDb *db, const char *path, GError **error)
{
  return th_db_run (db, error, "VACUUM INTO $1", "s", path);
}

void
th_db_close (ThDb *db)
{
  if (db == NULL)
    return;
  g_clear_pointer (&db->idle, g_hash_table_unref);
  sqlite3_close (db->sqlite);
  g_free (db);
}

gint64
th_db_data_version (ThDb *db)
{
  gint64 version = 0;

  return ask_int (db, "PRAGMA data_version", &version, NULL) ? version : 0;
}

ThTransaction *
th_db_begin (ThDb *db, gboolean writing, GError **error)
{
  return th_db_exec (db, writing ? "BEGIN IMMEDIATE" : "BEGIN", error) ? &db->transaction : NULL;
}

gboolean
th_db_commit (ThTransaction *transaction, GError **error)
{
  if (th_db_exec (transaction->db, "COMMIT", error))
    return TRUE;
  th_db_rollback (transaction);
  return FALSE;
}

void
th_db_rollback (ThTransaction *transaction)
{
  /* A full disk makes SQLite roll back by itself. */
  if (transaction != NULL && !sqlite3_get_autocommit (transaction->db->sqlite))
    th_db_exec (transaction->db, "ROLLBACK", NULL);
}

static sqlite3_stmt *
take_statement (ThDb *db, const char *sql, GError **error)
{
  gpointer key, stmt;
  sqlite3_stmt *made = NULL;
  int rc;

  if (g_hash_table_steal_extended (db->idle, sql, &key, &stmt))
    {
      g_free (key);
      return stmt;
    }
  rc = sqlite3_prepare_v3 (db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, NULL);
  if (rc != SQLITE_OK)
    g_propagate_error (error, error_from_sqlite (db->sqlite, rc));
  return made;
}

/* SQLite numbers $1, $2 by first appearance, not by their digits: $n is looked up by name. */
static int
bind_values (sqlite3_stmt *stmt, const char *types, va_list values)
{
  int rc = SQLITE_OK;

  for (guint i = 0; types[i] != '\0' && rc == SQLITE_OK; i++)
    {
      char name[16];
      int index;

      g_snprintf (name, sizeof name, "$%u", i + 1);
      index = sqlite3_bind_parameter_index (stmt, name);
      g_return_val_if_fail (index > 0, SQLITE_MISUSE);
      switch (types[i])
        {
        case 'i':
          rc = sqlite3_bind_int (stmt, index, va_arg (values, int));
          break;
        case 'x':
          rc = sqlite3_bind_int64 (stmt, index, va_arg (values, gint64));
          break;
        case 's':
          rc = sqlite3_bind_text (stmt, index, va_arg (values, const char *), -1, SQLITE_TRANSIENT);
          break;
        case 'b':
          {
            const guint8 *data = va_arg (values, const guint8 *);
            gsize len = va_arg (values, gsize);

            rc = sqlite3_bind_blob64 (stmt, index, data, len, SQLITE_TRANSIENT);
            break;
          }
        default:
          g_return_val_if_reached (SQLITE_MISUSE);
        }
    }
  return rc;
}

static ThStatement *
query_va (ThDb *db, const char *sql, const char *types, va_list values)
{
  ThStatement *statement = g_new0 (ThStatement, 1);
  int rc;

  statement->db = db;
  statement->stmt = take_statement (db, sql, &statement->error);
  if (statement->stmt == NULL)
    return statement;
  rc = bind_values (statement->stmt, types, values);
  if (rc != SQLITE_OK)
    statement->error = error_from_sqlite (db->sqlite, rc);
  return statement;
}

ThStatement *
th_db_query (ThDb *db, const char *sql, const char *types, ...)
{
  ThStatement *statement;
  va_list values;

  va_start (values, types);
  statement = query_va (db, sql, types, values);
  va_end (values);
  return statement;
}

gboolean
th_db_run (ThDb *db, GError **error, const char *sql, const char *types, ...)
{
  g_autoptr(ThStatement) statement = NULL;
  va_list values;
  ThStep step;

  va_start (values, types);
  statement = query_va (db, sql, types, values);
  va_end (values);
  do
    step = th_statement_step (statement, error);
  while (step == TH_STEP_ROW);
  return step == TH_STEP_DONE;
}

void
th_statement_free (ThStatement *statement)
{
  if (statement == NULL)
    return;
  if (statement->stmt != NULL)
    {
      const char *sql = sqlite3_sql (statement->stmt);

      sqlite3_reset (statement->stmt);
      sqlite3_clear_bindings (statement->stmt);
      if (g_hash_table_contains (statement->db->idle, sql))
        sqlite3_finalize (statement->stmt);
      else
        g_hash_table_insert (statement->db->idle, g_strdup (sql), statement->stmt);
    }
  g_clear_error (&statement->error);
  g_free (statement);
}

ThStep
th_statement_step (ThStatement *statement, GError **error)
{
  int rc;

  if (statement->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&statement->error));
      statement->error = g_error_new_literal (TH_RECORDS_ERROR, TH_RECORDS_ERROR_FAILED,
                                              "records: the statement has failed before");
      return TH_STEP_FAILED;
    }
  rc = sqlite3_step (statement->stmt);
  if (rc == SQLITE_ROW)
    return TH_STEP_ROW;
  if (rc == SQLITE_DONE)
    return TH_STEP_DONE;
  g_propagate_error (error, error_from_sqlite (statement->db->sqlite, rc));
  return TH_STEP_FAILED;
}

gint64
th_statement_int (ThStatement *statement, int column)
{
  return sqlite3_column_int64 (statement->stmt, column);
}

const char *
th_statement_text (ThStatement *statement, int column)
{
  const char *text = (const char *) sqlite3_column_text (statement->stmt, column);

  if (text == NULL || strlen (text) != (gsize) sqlite3_column_bytes (statement->stmt, column))
    return NULL;
  return text;
}

const guint8 *
th_statement_blob (ThStatement *statement, int column, gsize *ret_len)
{
  const guint8 *data = sqlite3_column_blob (statement->stmt, column);

  *ret_len = (gsize) sqlite3_column_bytes (statement->stmt, column);
  return data;
}
