/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What staff do with lots and doses, as one thing that goes to the records' worker and is carried out there. */
#pragma once

#include "kiosk/records-lots.h"

G_BEGIN_DECLS

typedef enum
{
  TH_DOSES_RECEIVE,  /* lot */
  TH_DOSES_OPEN,     /* lot.lot, n vials */
  TH_DOSES_WASTE,    /* lot.lot, n, why */
  TH_DOSES_RETURN,   /* lot.lot, n, why */
  TH_DOSES_COUNT,    /* lot.lot, n */
  TH_DOSES_WITHDRAW, /* lot.lot, why */
  TH_DOSES_ALLOW,    /* lot.lot, why: withdrawn no longer */
  TH_DOSES_BIND,     /* code, lot.lot */
  TH_DOSES_INJECT,   /* code, lot.lot, dose, site, route, checked */
  TH_DOSES_UNDO,     /* code, why */
  TH_DOSES_RELEASE,  /* code, why */
} ThDosesAct;

#define TH_DOSES_CODE_BYTES 80
#define TH_DOSES_WHY_BYTES 801

typedef struct
{
  ThDosesAct act;
  char code[TH_DOSES_CODE_BYTES]; /* th_records_find_code(): a number, or what was scanned */
  ThLot lot;
  guint n;
  char why[TH_DOSES_WHY_BYTES];
  guint dose;
  char site[16];
  char route[16];
  gboolean checked;
} ThDosesOrder;

/* Waits for the disk. @error: as the calls of kiosk/records-lots.h, and NOT_FOUND for a code of nobody. */
gboolean th_doses_order_run (ThRecords *records, const ThDosesOrder *order, const char *by, GError **error);

G_END_DECLS
