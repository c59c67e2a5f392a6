/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The flagged people, as staff see them: what needs somebody comes first, the newest on top.
 * Main thread only; nothing here reads the records (kiosk/staff-desk.h does).
 */
#pragma once

#include <gio/gio.h>

#include "kiosk/records.h"

G_BEGIN_DECLS

/* How urgent a case is; the list is ordered by it. */
typedef enum
{
  TH_ATTENTION_OPEN,    /* nobody has decided yet */
  TH_ATTENTION_REPORTS, /* decided, a report is still to be made */
  TH_ATTENTION_DONE,
} ThAttention;

ThAttention th_case_attention (const ThCase *the_case);

typedef enum
{
  TH_CLOCK_RUNNING,
  TH_CLOCK_SOON, /* a quarter of the time or less is left */
  TH_CLOCK_OVERDUE,
  TH_CLOCK_MADE,
  TH_CLOCK_MADE_LATE,
  TH_CLOCK_NOT_NEEDED, /* cleared before the report was made */
} ThClockState;

/**
 * th_case_clock:
 * @written: the written report's clock, else the oral report's
 * @limit_min: minutes allowed, from the flag
 * @now_us: wall clock; before the flag (the clock was set back) counts as the flag itself
 * @ret_minutes: left (a begun minute counts) while RUNNING and SOON; past the limit (begun minutes
 * do not count) when OVERDUE; from the flag to the report when MADE and MADE_LATE; else 0
 */
ThClockState th_case_clock (const ThCase *the_case, gboolean written, guint limit_min,
                            gint64 now_us, guint *ret_minutes);

/**
 * ThCaseItem: one case; the object stays the same while its case changes.
 * Signal: "changed" ()
 */
#define TH_TYPE_CASE_ITEM (th_case_item_get_type ())
G_DECLARE_FINAL_TYPE (ThCaseItem, th_case_item, TH, CASE_ITEM, GObject)

const ThCase *th_case_item_get (ThCaseItem *self);     /* until the next "changed" */
const char *th_case_item_get_label (ThCaseItem *self); /* "A-017" */

/* GListModel of ThCaseItem. Property "open" (uint): how many nobody has decided yet. */
#define TH_TYPE_CASE_LIST (th_case_list_get_type ())
G_DECLARE_FINAL_TYPE (ThCaseList, th_case_list, TH, CASE_LIST, GObject)

ThCaseList *th_case_list_new (void);

/**
 * th_case_list_take:
 * @cases: (element-type ThCase) (transfer full): as th_records_list_cases() gave them
 *
 * Returns: (element-type ThCaseItem) (transfer full): open cases that were not in the list before,
 * newest first
 */
GPtrArray *th_case_list_take (ThCaseList *self, GPtrArray *cases);
void th_case_list_clear (ThCaseList *self);
guint th_case_list_get_open (ThCaseList *self);
/* (transfer none) (nullable) */
ThCaseItem *th_case_list_find (ThCaseList *self, const char *visit, guint *ret_position);

G_END_DECLS
