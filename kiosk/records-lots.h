/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The stock of vaccine by lot, and the doses that are promised to visits and given.
 *
 * Of each lot: received = used + wasted + returned + missing + left. missing is what counting found to be gone (below zero:
 * too many), so what does not add up has a number and is shown. A lot counts until the end of its last day, by the day that
 * is open, unless it is withdrawn.
 *
 * Where doses are watched ([doses] watch) a ticket is a reserved dose: of a vaccine no more are promised for a day than its
 * lots have left. When stock falls below what is promised, the last in order are unserved, and first in line for the next
 * dose. What was promised for a day that is over holds nothing back.
 *
 * Errors: TH_RECORDS_ERROR. The calls wait for the disk: kiosk/records.h. @by: who is logged in.
 */
#pragma once

#include "kiosk/config.h"
#include "kiosk/gs1.h"
#include "kiosk/records.h"

G_BEGIN_DECLS

#define TH_VACCINE_BYTES 33    /* UTF-8, as in the list of appointments */
#define TH_MAKER_BYTES 65      /* UTF-8 */
#define TH_MOST_DOSES 1000000  /* of one delivery */
#define TH_EXPIRES_SOON_DAYS 7

/* --- lots ------------------------------------------------------------------------------------------- */

typedef struct
{
  char lot[TH_GS1_LOT_BYTES]; /* [A-Za-z0-9-./]{1,20} */
  char vaccine[TH_VACCINE_BYTES];
  char maker[TH_MAKER_BYTES]; /* may be "" */
  char gtin[15];              /* of its box, "" when nobody scanned one */
  char expiry[11];            /* its last day: "2027-11-30" */
  guint received, used, wasted, returned;
  int missing; /* what counting found to be gone; below zero: found too many */
  guint left;
  guint vials;         /* opened so far, of those that hold several doses */
  gboolean withdrawn;  /* counts for nothing, and may not be given */
  int days;            /* until it expires: 0 this is its last day, below zero it has expired */
} ThLot;

/* One delivery: the name, vaccine, maker, gtin and expiry of @lot, and its doses in @lot->received. More of a lot that is
 * known adds to it. REFUSED: a name or date that cannot be, no doses, expired, withdrawn, or the lot is known as another
 * vaccine, maker or expiry. */
gboolean th_records_receive_lot (ThRecords *records, const ThLot *lot, const char *by, GError **error);
/* @n vials of several doses are opened; for the record, what is left in them counts as left. */
gboolean th_records_open_vials (ThRecords *records, const char *lot, guint n, const char *by,
                                GError **error);
/* @n doses are of no use any more; @why: 1 to 200 characters. REFUSED: more than are left. */
gboolean th_records_waste_doses (ThRecords *records, const char *lot, guint n, const char *why,
                                 const char *by, GError **error);
/* @n doses leave the site. As above; an expired or withdrawn lot can be returned too. */
gboolean th_records_return_doses (ThRecords *records, const char *lot, guint n, const char *why,
                                  const char *by, GError **error);
/* Somebody has counted @n doses: so many are left. @ret_missing: (nullable): how many fewer than the records had; below
 * zero: more. */
gboolean th_records_count_lot (ThRecords *records, const char *lot, guint n, const char *by,
                               int *ret_missing, GError **error);
/* Nobody gets of it any more (@withdrawn), or they may again. */
gboolean th_records_withdraw_lot (ThRecords *records, const char *lot, gboolean withdrawn,
                                  const char *why, const char *by, GError **error);

/* (element-type ThLot) (transfer full): what may be given first, soonest to expire first; then the rest. */
GPtrArray *th_records_list_lots (ThRecords *records, GError **error);
/* NOT_FOUND: there is no such lot. */
gboolean th_records_find_lot (ThRecords *records, const char *lot, ThLot *ret_lot, GError **error);
/* The newest lot from a box with this @gtin: what a scan need not ask again. FALSE with @error unset: none. */
gboolean th_records_find_product (ThRecords *records, const char *gtin, ThLot *ret_lot,
                                  GError **error);

/* Of one vaccine, today. */
typedef struct
{
  char vaccine[TH_VACCINE_BYTES];
  guint left;     /* in lots that count */
  guint reserved; /* promised, not given yet */
  guint free;
  guint unserved; /* have a number, and no dose any more */
} ThStock;

/* (element-type ThStock) (transfer full): by name; every vaccine that has a lot or a promise today. */
GPtrArray *th_records_list_stock (ThRecords *records, GError **error);

/* --- doses ------------------------------------------------------------------------------------------ */

typedef enum
{
  TH_DOSE_RESERVED,
  TH_DOSE_UNSERVED, /* its dose is gone: stock fell */
  TH_DOSE_RELEASED, /* deferred, left, did not come */
  TH_DOSE_INJECTED,
} ThDoseState;

const char *th_dose_state_to_string (ThDoseState state); /* "reserved", "unserved", "released", "injected" */

typedef struct
{
  char visit[37];
  char day[11];
  char lane;    /* '\0': no number yet (resting) */
  guint number;
  char vaccine[TH_VACCINE_BYTES];
  ThDoseState state;
  char lot[TH_GS1_LOT_BYTES]; /* given from, else the one that registration recorded; "" */
  /* when injected: */
  guint dose;     /* 1 to 9 */
  char site[16];  /* th_injection_sites() */
  char route[16]; /* th_injection_routes() */
  char by[65];
  gint64 at_us;   /* wall clock */
} ThDose;

/* NULL-terminated: "left-arm", …; "intramuscular", … */
const char *const *th_injection_sites (void);
const char *const *th_injection_routes (void);

/* From now on @records watch doses, if @config says so; what a lane's people get when their appointment does not say. */
void th_records_watch_doses (ThRecords *records, const ThConfig *config);

/* What check-in may promise now. */
typedef struct
{
  gboolean watched; /* else there is nothing to say */
  guint walk_in;    /* doses free for whoever comes without an appointment */
  guint any;        /* of all vaccines together */
} ThFreeDoses;

gboolean th_records_free_doses (ThRecords *records, ThFreeDoses *ret_free, GError **error);
/* Is there a dose for this @person, who has no ticket, in @lane? TRUE where doses are not watched. */
gboolean th_records_dose_is_free (ThRecords *records, const char *person, char lane,
                                  gboolean *ret_free, GError **error);

/* (element-type ThDose) (transfer full): of @day (%NULL: today) in order of promise. */
GPtrArray *th_records_list_doses (ThRecords *records, const char *day, GError **error);
/* (element-type ThDose) (transfer full): every dose that was given from @lot, oldest first. NOT_FOUND: no such lot. */
GPtrArray *th_records_trace_lot (ThRecords *records, const char *lot, GError **error);
/* FALSE with @error unset: nothing was promised to this visit, and nothing given. */
gboolean th_records_find_dose (ThRecords *records, const char *visit, ThDose *ret_dose,
                               GError **error);
/* The visit with this number of @day (%NULL: today). NOT_FOUND: there is none. */
gboolean th_records_find_label (ThRecords *records, const char *label, const char *day,
                                char ret_visit[37], GError **error);

/* Registration records which lot this visit gets. Said again, the newer one counts. REFUSED as below. */
gboolean th_records_bind_lot (ThRecords *records, const char *visit, const char *lot,
                              const char *by, GError **error);

typedef struct
{
  const char *lot;
  guint dose;        /* 1 to 9 */
  const char *site;  /* th_injection_sites() */
  const char *route; /* th_injection_routes() */
  gboolean checked;  /* three checks, seven matches, one verification are done: for sites without a vaccination
                        zone; where there is one, th_records_checks() says so */
} ThInjection;

/**
 * th_records_inject:
 *
 * A dose is given: from here on the visit has its lot, and the lot its visit. REFUSED: the checks are not done; the lot is
 * not the one that registration recorded, unknown, expired, withdrawn, empty, or of another vaccine than the visit's;
 * the visit has no number of today, was deferred, waits for a decision, or has had its dose.
 */
gboolean th_records_inject (ThRecords *records, const char *visit, const ThInjection *injection,
                            const char *by, GError **error);
/* A slip of the finger: on the same day only. The dose is back in its lot, and promised to the visit again. */
gboolean th_records_undo_injection (ThRecords *records, const char *visit, const char *why,
                                    const char *by, GError **error);
/* This visit needs its dose no more. REFUSED: it has none, or it was given. */
gboolean th_records_release_dose (ThRecords *records, const char *visit, const char *why,
                                  const char *by, GError **error);

G_END_DECLS
