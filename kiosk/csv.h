/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists as offices send them: comma-separated lines (RFC 4180), UTF-8 with or without a mark, or GB18030, which is
 * found out by itself: a file of which every line is UTF-8 is that. A line is a row: a line break inside quotes is
 * refused, so that a quote that nobody closed spoils one line and not all that follow.
 */
#pragma once

#include <stdio.h>

#include <glib.h>

G_BEGIN_DECLS

#define TH_CSV_LINE_MAX 4096 /* bytes, as they stand in the file */
#define TH_CSV_MAX_FIELDS 64

typedef struct _ThCsv ThCsv;

/* @file: (transfer full): can be read twice. */
ThCsv *th_csv_new (FILE *file);
void th_csv_free (ThCsv *csv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThCsv, th_csv_free)

gboolean th_csv_is_gb18030 (ThCsv *csv);
/* Bytes of the file read so far, and in all. */
gsize th_csv_position (ThCsv *csv);
gsize th_csv_size (ThCsv *csv);

typedef enum
{
  TH_CSV_ROW,
  TH_CSV_BAD, /* this line cannot be read, @error says why; the next one may be good */
  TH_CSV_END,
  TH_CSV_FAILED, /* the file cannot be read */
} ThCsvResult;

/**
 * th_csv_next:
 * @ret_line: from 1
 * @ret_fields: (array length=ret_n) (transfer none): UTF-8, white space around each taken away; until the next call
 * @error: G_IO_ERROR_INVALID_DATA of a bad line: never says what stands in it
 *
 * Empty lines are passed over.
 */
ThCsvResult th_csv_next (ThCsv *csv, guint *ret_line, char *const **ret_fields, guint *ret_n,
                         GError **error);

G_END_DECLS
