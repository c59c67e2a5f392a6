/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names in the records: sealed boxes in the log (kiosk/keys.h), opened by whoever unlocked the site key, and what ends
 * them. The log keeps a box for ever; without its day's secret half nobody reads it.
 *
 * Errors: TH_RECORDS_ERROR, as kiosk/keys.h says.
 */
#pragma once

#include "kiosk/keys.h"
#include "kiosk/records.h"

G_BEGIN_DECLS

/**
 * th_records_confirmed_as:
 * @who: (nullable): what is known of the person; sealed in the same transaction
 *
 * As th_records_confirmed(). Where no keys were ever made nothing of @who is kept. Where there are keys, but none of this
 * day, nothing is kept either, and staff are told: device "sealing" is "no-key".
 */
gboolean th_records_confirmed_as (ThRecords *records, const char *visit, const char *entry,
                                  const char *language, const ThPersonal *who, GError **error);
/* The same person again, for another way of keeping. Of the day of the visit. */
gboolean th_records_seal (ThRecords *records, const char *visit, ThSealKind kind,
                          const ThPersonal *who, GError **error);

/* Who that was, and in the log that @by looked. NOT_FOUND: nothing of this visit was kept, or it was purged. The caller
 * wipes @ret_who. */
gboolean th_records_open_person (ThRecords *records, const ThKeyPlaces *places, const char *visit,
                                 const char *by, ThPersonal *ret_who, GError **error);
/* Whoever was injected is sealed to the key that is kept for years: it needs the site key. @ret_n: how many were. */
gboolean th_records_reseal_injections (ThRecords *records, const ThKeyPlaces *places, guint *ret_n,
                                       GError **error);

/* --- the end of it --------------------------------------------------------------------------------- */

/* How long, in days. */
typedef struct
{
  guint visit_days;      /* who was neither injected nor flagged */
  guint case_days;       /* after the last case of the day was decided and reported */
  guint injection_years; /* after the vaccine has expired, and it was exported */
} ThRetention;

typedef struct
{
  ThSealKind kind;
  char day[11];
  gboolean due;    /* its time is over */
  char why[160];   /* due, and must stay: what stands in the way; "" nothing does */
  gboolean purged; /* now */
} ThPurge;

/**
 * th_records_purge:
 * @on: (nullable): "2026-11-23", the date by which it is judged; %NULL: that of the log's time
 * @dry: only says what would be done
 *
 * (element-type ThPurge) (transfer full): every day of every kind that has keys, oldest first. REFUSED: nobody knows what
 * time it is: a wrong clock must not destroy anything.
 */
GArray *th_records_purge (ThRecords *records, const ThKeyPlaces *places, const ThRetention *retention,
                          const char *on, gboolean dry, const char *by, GError **error);

/* One injection, as it is handed on. */
typedef struct
{
  char visit[37];
  char lane;
  guint number;
  char lot[32];
  char vaccine[48];
  guint dose;
  char site[32], route[32];
  char by[64];
  gint64 at_us; /* wall clock */
} ThExport;

/* (element-type ThExport) (transfer full): of a day, in order. */
GArray *th_records_list_injections (ThRecords *records, const char *day, GError **error);
/* The injections of a day were handed on to whoever keeps them for the state. */
gboolean th_records_exported (ThRecords *records, const char *day, guint injections, const char *by,
                              GError **error);

G_END_DECLS
