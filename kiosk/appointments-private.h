/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of appointments in memory, between its file and the records. */
#pragma once

#include "kiosk/appointments.h"
#include "kiosk/records-private.h"

G_BEGIN_DECLS

typedef enum
{
  TH_LIST_ROW_ADDED,
  TH_LIST_ROW_CHANGED,
  TH_LIST_ROW_SAME,
} ThListRowState;

/* A million of them is the list of a city: kept small. */
typedef struct
{
  guint8 hash[TH_PERSON_HASH_BYTES];
  guint32 date; /* 20261123 */
  guint32 line;
  guint32 vaccine, community, employer; /* of the words */
  guint16 start_min, end_min;
  guint8 dose;
  guint8 state; /* ThListRowState */
} ThListRow;

typedef struct
{
  GArray *rows;     /* of ThListRow, by date and hash */
  GPtrArray *words; /* each once; the first is "" */
  guint bad;
  gboolean gb18030;
} ThList;

void th_list_clear (ThList *list);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ThList, th_list_clear)

void th_list_day (guint32 date, char ret_day[TH_DAY_BYTES]);

/* appointments-file.c: @from_day: the first that is not over. FALSE: nothing of it can be used. */
gboolean th_list_read (ThRecords *records, const char *path, const char *from_day,
                       const ThListImport *how, ThList *ret_list, GError **error);

G_END_DECLS
