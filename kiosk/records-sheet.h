/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sheet: paper that carries no number and belongs to no visit. It waits in the log as slips do that staff ask for, the
 * kiosk that has the printer carries it out, and what became of it is recorded: queued → sending → sent → confirmed, or
 * uncertain, or failed. From "sending" on it is never sent again. Who wants another one asks again.
 *
 * Errors: TH_RECORDS_ERROR.
 */
#pragma once

#include "kiosk/records-thermometer.h"
#include "kiosk/records.h"

G_BEGIN_DECLS

typedef enum
{
  TH_SHEET_NOT_TODAY,    /* for whoever goes home without a number: why, and when to come again */
  TH_SHEET_CALIBRATION,  /* for the technician's folder */
  TH_SHEET_CLOSE_OF_DAY, /* the sums of a day, and the log's last link as an anchor */
  TH_N_SHEETS,
} ThSheetKind;

const char *th_sheet_kind_to_string (ThSheetKind kind); /* "not-today", "calibration", "close-of-day" */
gboolean th_sheet_kind_from_string (const char *text, ThSheetKind *ret_kind);

/* Nobody waits longer for a NOT_TODAY sheet; then it fails by itself: "too late". */
#define TH_SHEET_WAIT_S 60

/* What is counted on a close-of-day sheet. */
typedef struct
{
  guint confirmed;
  guint tickets;
  guint left;          /* went without a number */
  guint flagged, open; /* cases of the day; those without a decision */
  guint not_measured;
  guint copies;
  guint slips_uncertain, slips_failed; /* originals */
  guint events;
} ThDaySums;

typedef struct
{
  guint number; /* of all sheets of this file, from 1 */
  ThSheetKind kind;
  ThSlipState state;
  char language[8]; /* "zh_CN"; "": the site's */
  char by[64];      /* "": the kiosk itself */
  char why[32];     /* of its state */
  gint64 asked_at_us;
  guint waited_s;   /* th_records_next_sheet(): since then */

  /* NOT_TODAY */
  char reason[32]; /* as the check-in says it: "early" */
  char when[17];   /* "2026-11-25 09:30", "2026-11-25", "09:30"; "": nobody knows */

  /* CALIBRATION */
  ThCalibrationRecord calibration;

  /* CLOSE_OF_DAY */
  char day[11];
  ThDaySums sums;
  gint64 last_seq; /* the last event before it was asked for, and its link: small hex */
  char last_link[65];
} ThSheet;

/**
 * th_records_ask_sheet:
 * @what: kind, language, and what the kind needs: reason and when; calibration.id ("": the newest); day ("": today)
 * @by: somebody of the staff; "" for NOT_TODAY only
 * @ret_number: (nullable)
 *
 * Staff ask again while theirs waits: that one is it. NOT_FOUND: there is no such calibration.
 */
gboolean th_records_ask_sheet (ThRecords *records, const ThSheet *what, const char *by,
                               guint *ret_number, GError **error);
/* The one that waits longest, with what stands on it. FALSE with @error unset: none does. Reads only. */
gboolean th_records_next_sheet (ThRecords *records, ThSheet *ret_sheet, GError **error);
/* As th_records_slip(); and sending → queued, nothing of it reached the printer: the third time it fails instead.
 * @why: of SENDING: which printer, "main" or "spare". */
gboolean th_records_step_sheet (ThRecords *records, guint number, ThSlipState state, const char *why,
                                GError **error);
/* (element-type ThSheet) (transfer full): of the day (%NULL: today), newest first, without what stands on them. */
GArray *th_records_list_sheets (ThRecords *records, const char *day, GError **error);

/* records-report.c: counted from the log. */
gboolean th_records_day_sums (ThRecords *records, const char *day, ThDaySums *ret_sums,
                              GError **error);

G_END_DECLS
