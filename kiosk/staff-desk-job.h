/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the desk asks of the records, on their worker: the other half of staff-desk.c; nobody else
 * includes it. */
#pragma once

#include "kiosk/config.h"
#include "kiosk/records-admission.h"
#include "kiosk/records-day.h"
#include "kiosk/records-sheet.h"
#include "kiosk/records-thermometer.h"
#include "kiosk/records-zones.h"
#include "kiosk/staff-doses.h"

G_BEGIN_DECLS

/* The worker's alone. */
typedef struct
{
  const ThConfig *config;
  ThRecords *records; /* closed when they fail, opened again by the next job */
  ThDayStatus day;    /* as it was read last */
} ThDeskStore;

typedef enum
{
  TH_DESK_JOB_LOOK, /* read what is shown, if somebody has written */
  TH_DESK_JOB_LOG_IN,
  TH_DESK_JOB_DECIDE,
  TH_DESK_JOB_REPORT,
  TH_DESK_JOB_CALL_NEXT,
  TH_DESK_JOB_STEP,
  TH_DESK_JOB_MOVE,
  TH_DESK_JOB_LEAVE,
  TH_DESK_JOB_UNDO,
  TH_DESK_JOB_EXTEND,
  TH_DESK_JOB_ARRIVE,
  TH_DESK_JOB_CHECKS,
  TH_DESK_JOB_FIND,  /* has this person a number today, and may they come in? */
  TH_DESK_JOB_ENTER, /* check somebody in */
  TH_DESK_JOB_ORDER_SLIP,
  TH_DESK_JOB_CANCEL_SLIP,
  TH_DESK_JOB_CONFIRM,
  TH_DESK_JOB_TRIAL,
  TH_DESK_JOB_CHECK,
  TH_DESK_JOB_CALIBRATE,
  TH_DESK_JOB_SHEET,
  TH_DESK_JOB_DOSES,
  TH_DESK_JOB_OPEN_DAY,
  TH_DESK_JOB_CLOSE_DAY,
} ThDeskJobKind;

/* What one job is told and what it found; goes to the worker and comes back with its task. */
typedef struct
{
  ThDeskJobKind kind;
  guint session;
  gboolean manager; /* @by is */
  char *by; /* "": locked, then only the names are read */
  gboolean force;

  char *name;
  char pin[16];
  char *visit;
  char lane;
  char *zone, *desk; /* where it is done */
  ThQueueAction action;
  char *to;     /* MOVE: a zone; ARRIVE: what was scanned; OPEN_DAY: the day */
  gint64 at_us; /* OPEN_DAY: the time, as it was confirmed */
  guint number; /* EXTEND: minutes; CHECKS: bits */
  ThDecision decision;
  gboolean written;
  char *reason;
  guint copy;
  ThStaffEntry who; /* FIND: only the person and the lane */

  ThTrialKind trial_kind;
  int reference_mc;
  ThBlackBodyPoint points[3];
  guint n_points;
  char *serial;
  ThSheetKind sheet;
  ThDosesOrder *doses_order;

  guint wait_s;
  ThRole role;
  guint trial_number;
  gboolean called;
  ThQueueEntry entry;
  gboolean found;
  ThTicket ticket;
  ThAdmission admission;

  gboolean clock_read;
  ThDayStatus clock; /* without names and counts */
  gboolean read; /* the rest is set */
  ThDayStatus day;
  char **names;
  GPtrArray *cases;
  GPtrArray *queue;
  ThWaitRange forecasts[TH_MAX_LANES]; /* in the station's zone; 0 and 0: not known yet */
  char *devices;
  gint64 devices_at_us;
  ThThermometerStatus thermometer;
  GArray *checks;
  GArray *calibrations;
  GPtrArray *lots, *stock, *doses;
  GError *read_error; /* the job itself may have gone well all the same */
} ThDeskJob;

void th_desk_job_free (gpointer job); /* wipes it: it may hold a PIN or a number */

/* Does it, then reads what is shown, if somebody has written. FALSE: it was not done;
 * job->read_error: it was, and the reading failed. */
gboolean th_desk_job_run (ThDeskJob *job, ThDeskStore *store, GError **error);

G_END_DECLS
