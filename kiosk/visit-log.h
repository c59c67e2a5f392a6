/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the check-in writes and asks, in order, on the records' worker thread: nothing is skipped, a
 * job that fails because of the disk is tried again until it is written, and only then the next
 * one.
 */
#pragma once

#include <gio/gio.h>

#include "kiosk/appointments.h"
#include "kiosk/config.h"
#include "kiosk/records-day.h"
#include "kiosk/records-admission.h"
#include "kiosk/records-seal.h"
#include "kiosk/records-sheet.h"
#include "kiosk/records-lots.h"
#include "kiosk/records-thermometer.h"
#include "kiosk/records.h"

G_BEGIN_DECLS

typedef enum
{
  TH_JOB_SETTLE,       /* at start: unfinished slips become uncertain */
  TH_JOB_LOOK_UP,      /* → found, ticket; or rests, rest; or admission */
  TH_JOB_SAME,         /* person and other are one? → found */
  TH_JOB_LOOK_UP_SLIP, /* the ticket whose slip has this QR → found, ticket */
  TH_JOB_CONFIRMED,
  TH_JOB_CARD_NOTES,
  TH_JOB_SEAL_CASE, /* who is to be flagged is kept as long as the case */
  TH_JOB_ANSWERED,
  TH_JOB_MEASURED,
  TH_JOB_NOT_MEASURED,
  TH_JOB_LEFT,
  TH_JOB_REST, /* somebody sits down: their place is kept */
  TH_JOB_RETURNED,
  TH_JOB_ISSUE,    /* → ticket */
  TH_JOB_NEW_COPY, /* → copy */
  TH_JOB_SLIP,
  TH_JOB_BEGIN_PRINT, /* a slip that staff asked for: th_records_begin_print() */
  TH_JOB_PUT_OFF_PRINT,
  TH_JOB_ASK_SHEET, /* for who goes home without a number: notes is when, why the reason */
  TH_JOB_DEVICE,
  TH_JOB_SCREENING, /* may anybody be measured? → confirmed, thermometer; and the day; ends the rests whose time is
                      over, and the look-up of days that are */
  TH_JOB_TRIAL_READ, /* what is seen of a black body: trial */
} ThJobKind;

/* One job: what goes in, and below it what came out. Strings are static nicks. */
typedef struct
{
  ThJobKind kind;
  guint serial; /* of the visit, for the caller: an answer to somebody who has left is ignored */
  char visit[37];
  char person[TH_PERSON_BYTES]; /* LOOK_UP_SLIP: the QR's text */
  char other[TH_PERSON_BYTES]; /* SAME */
  gboolean knows; /* CONFIRMED: there is something in who */
  ThPersonal who; /* CONFIRMED, SEAL_CASE */
  const char *entry;
  const char *language;
  const char *part;
  const char *state;
  const char *why;
  char lane;
  ThQuestion question;
  gboolean yes;
  guint attempt;
  guint rest_s, least_s, return_s; /* REST */
  ThReading reading;
  ThReason reasons;
  guint copy;
  guint sheet; /* SLIP, BEGIN_PRINT, PUT_OFF_PRINT: of this sheet, and not of a visit's slip; 0: of a slip */
  char notes[64]; /* CARD_NOTES; ASK_SHEET: when to come again */
  ThComer comer;  /* LOOK_UP */
  ThSlipState slip;
  ThTrial trial;    /* TRIAL_READ: its number, state and point */
  gboolean answers; /* SETTLE: the printer can confirm */

  gboolean found;
  gboolean keeps_names; /* LOOK_UP: of whoever says yes, it may be kept, sealed, who they are */
  guint n_unfinished;
  gboolean rests;
  ThRest rest;
  ThAdmission admission;
  gboolean expected;   /* LOOK_UP: they stand in a list of today: */
  ThBooking booking;
  gboolean doses_gone; /* LOOK_UP: nothing else stands against them */
  gboolean day_read;           /* else it could not be */
  ThDayStatus day;             /* th_records_day_state() */
  gboolean confirmed;          /* a manager has confirmed the rules, as they are configured now */
  ThThermometerStatus thermometer;
  ThTicket ticket;
} ThJob;

/* @job is done; @error NULL, or REFUSED or NOT_FOUND: against a rule, it will not be tried again.
 */
typedef void (*ThJobFunc) (const ThJob *job, const GError *error, gpointer user_data);
/* The records cannot be written (@error set), or can again (NULL). */
typedef void (*ThLogStateFunc) (const GError *error, gpointer user_data);

typedef struct _ThVisitLog ThVisitLog;

/* @config outlives it. The file is opened on the worker, by the first job. */
ThVisitLog *th_visit_log_new (const ThConfig *config, ThJobFunc done, ThLogStateFunc state,
                              gpointer user_data);

/* Copies @job and wipes the copy when it is done. Only the newest DEVICE job of a part waits. */
void th_visit_log_add (ThVisitLog *log, const ThJob *job);

/* Drops the look-ups and numbers not yet taken of the visit @serial: the person has left. */
void th_visit_log_forget (ThVisitLog *log, guint serial);

/**
 * th_visit_log_hold_back:
 *
 * While nothing can be written: drops what of the visit @serial must not happen by itself later on,
 * when the paper may be gone or the person may be: a number not yet taken, a slip not yet sent.
 * TRUE: there was such a job.
 */
gboolean th_visit_log_hold_back (ThVisitLog *log, guint serial);

/* What staff have asked of this kiosk. */
typedef struct
{
  gboolean print_waits;
  ThPrint print;             /* the slip they wait for longest */
  gboolean sheet_waits;      /* when no slip does */
  ThSheet sheet;
  gboolean day_read; /* else it could not be */
  ThDayStatus day;   /* th_records_day_state() */
  gboolean thermometer_read; /* else it could not be */
  ThThermometerStatus thermometer;
  gboolean doses_read;
  ThFreeDoses doses; /* nobody asked for it, but it is looked at as often */
} ThWishes;

typedef void (*ThWishesFunc) (const ThWishes *wishes, gpointer user_data);

/* Reads them, beside the jobs; @found gets the user data of the log. It is not tried again. Nothing is read while nothing
 * can be written, or while the last look is under way. */
void th_visit_log_look (ThVisitLog *log, ThWishesFunc found);

/* No more callbacks; waits until all that was given is written (or cannot be), then closes the
 * file. */
void th_visit_log_free (ThVisitLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThVisitLog, th_visit_log_free)

G_END_DECLS
