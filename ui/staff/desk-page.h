/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What somebody who is logged in works with: the bar, notices, the review and the queue.
 *
 * Actions: "desk.view" (s: "review", "queue", "thermometer", "day"), "desk.call-next" (u: lane index), "desk.put-back"
 * (s: visit), "desk.open" (): the newest arrival. Keys: F1… call, Ctrl+1, Ctrl+2, Ctrl+T and Ctrl+D the views,
 * Ctrl+O the newest arrival.
 */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/staff-desk.h"

G_BEGIN_DECLS

#define TH_TYPE_DESK_PAGE (th_desk_page_get_type ())
G_DECLARE_FINAL_TYPE (ThDeskPage, th_desk_page, TH, DESK_PAGE, GtkWidget)

GtkWidget *th_desk_page_new (ThStaffDesk *desk);

/* So that a page built anew, in another language, shows what the old one showed. */
const char *th_desk_page_get_view (ThDeskPage *self);
char *th_desk_page_get_chosen (ThDeskPage *self);
void th_desk_page_restore (ThDeskPage *self, const char *view, const char *chosen);

/* Locking is near: says in how many seconds; 0: it is not. */
void th_desk_page_warn_of_lock (ThDeskPage *self, guint seconds);

G_END_DECLS
