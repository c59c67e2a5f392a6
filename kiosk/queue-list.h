/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One lane's tickets, as staff see them: those to come first, by number; then the called ones, the
 * last call on top; then the closed ones. Main thread only; nothing here reads the records
 * (kiosk/staff-desk.h does).
 */
#pragma once

#include <gio/gio.h>

#include "kiosk/records.h"

G_BEGIN_DECLS

/**
 * ThQueueItem: one ticket; the object stays the same while its entry changes.
 * Signal: "changed" ()
 */
#define TH_TYPE_QUEUE_ITEM (th_queue_item_get_type ())
G_DECLARE_FINAL_TYPE (ThQueueItem, th_queue_item, TH, QUEUE_ITEM, GObject)

const ThQueueEntry *th_queue_item_get (ThQueueItem *self);
const char *th_queue_item_get_label (ThQueueItem *self); /* "A-017" */

/* Whether staff should ask a person if they have their slip. */
gboolean th_queue_entry_slip_in_doubt (const ThQueueEntry *entry);

/**
 * ThQueueList: GListModel of ThQueueItem.
 * Properties: "waiting" (uint): how many can be called; "held" (uint): how many a case holds back.
 * Signal: "changed" (): anything in it, also the last call
 */
#define TH_TYPE_QUEUE_LIST (th_queue_list_get_type ())
G_DECLARE_FINAL_TYPE (ThQueueList, th_queue_list, TH, QUEUE_LIST, GObject)

/* @lane: 0: of all lanes */
ThQueueList *th_queue_list_new (char lane);
/* From the next update on only tickets that are in @zone; "": in any, as it begins. */
void th_queue_list_set_zone (ThQueueList *self, const char *zone);
char th_queue_list_get_lane (ThQueueList *self);
/* @queue: (element-type ThQueueEntry): of all lanes, as th_records_list_queue() gave them */
void th_queue_list_update (ThQueueList *self, GPtrArray *queue);
void th_queue_list_clear (ThQueueList *self);
guint th_queue_list_get_waiting (ThQueueList *self);
guint th_queue_list_get_held (ThQueueList *self);
/* (transfer none) (nullable) */
ThQueueItem *th_queue_list_find (ThQueueList *self, const char *visit);
/* The slip that was asked for last: the newest copy, or the original. TRUE: staff asked for it. */
gboolean th_queue_entry_newest_slip (const ThQueueEntry *entry, guint *ret_copy,
                                     ThSlipState *ret_state);
/* (transfer none) (nullable): the newest call that was not put back */
ThQueueItem *th_queue_list_get_last_called (ThQueueList *self);

G_END_DECLS
