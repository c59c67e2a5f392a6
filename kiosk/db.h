/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small connector to a database: open, ask, step, begin, commit. SQL is written once above it, in
 * the dialect SQLite and PostgreSQL share, with $1, $2, … for values, which are always bound.
 *
 * Errors: TH_RECORDS_ERROR (kiosk/records.h). One thread at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ThDb ThDb;
typedef struct _ThStatement ThStatement;
typedef struct _ThTransaction ThTransaction;

/**
 * th_db_open:
 * @path: made with mode 0660 if it is not there, so that the programs of one group share it
 * @error: CORRUPT if the file is damaged or somebody else's
 *
 * WAL and synchronous=FULL: what was committed is on disk. Waits at most 5 s for another process.
 */
ThDb *th_db_open (const char *path, GError **error);
/**
 * th_db_open_reading:
 * @path: a records file that nobody should change: a backup
 * @error: NOT_FOUND; CORRUPT as in th_db_open()
 */
ThDb *th_db_open_reading (const char *path, GError **error);
void th_db_close (ThDb *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThDb, th_db_close)

/* Any number of statements without values. */
gboolean th_db_exec (ThDb *db, const char *sql, GError **error);

/* Looks at every page and row. CORRUPT: what is wrong first. May take seconds. */
gboolean th_db_check (ThDb *db, GError **error);

/**
 * th_db_copy:
 * @path: an empty file, for the caller to sync, or to remove after an error
 *
 * What has been committed by now, in one piece; others write on meanwhile. Not inside a transaction.
 */
gboolean th_db_copy (ThDb *db, const char *path, GError **error);

/* A number that is another one after another connection has committed; 0: could not be asked. */
gint64 th_db_data_version (ThDb *db);

/**
 * th_db_begin:
 * @writing: TRUE: BEGIN IMMEDIATE, nobody else writes until the end; FALSE: one steady view for
 * reading
 *
 * Transactions do not nest. Dropping an unfinished one rolls it back.
 */
ThTransaction *th_db_begin (ThDb *db, gboolean writing, GError **error);
/* @transaction: (transfer full): over either way; FALSE: nothing of it was written. */
gboolean th_db_commit (ThTransaction *transaction, GError **error);
void th_db_rollback (ThTransaction *transaction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThTransaction, th_db_rollback)

/**
 * th_db_query: (transfer full)
 * @types: a letter for each value, $1 first: i int, x gint64, s const char * (NULL is NULL),
 *   b const guint8 * and gsize
 *
 * Never fails: what is wrong is said by the first th_statement_step(). Values are copied.
 */
ThStatement *th_db_query (ThDb *db, const char *sql, const char *types, ...);
/* The same, run to its end, rows dropped. */
gboolean th_db_run (ThDb *db, GError **error, const char *sql, const char *types, ...);
void th_statement_free (ThStatement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThStatement, th_statement_free)

typedef enum
{
  TH_STEP_ROW,
  TH_STEP_DONE,
  TH_STEP_FAILED, /* @error is set */
} ThStep;

ThStep th_statement_step (ThStatement *statement, GError **error);

/* Columns of the present row, from 0. Text is owned by the statement until the next step; NULL for
 * NULL and for text that holds a NUL, which nothing here writes. */
gint64 th_statement_int (ThStatement *statement, int column);
const char *th_statement_text (ThStatement *statement, int column);
const guint8 *th_statement_blob (ThStatement *statement, int column, gsize *ret_len);

G_END_DECLS
