/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One flagged person: what was measured and answered, the reports' clocks, and the decision.
 *
 * Actions: "case.choose" (s: "cleared", "deferred", "fever-clinic"), "case.decide", "case.undo",
 * "case.reported" (b: written). What is typed is kept as a draft of the desk until it is written.
 */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/staff-desk.h"

G_BEGIN_DECLS

#define TH_TYPE_CASE_PAGE (th_case_page_get_type ())
G_DECLARE_FINAL_TYPE (ThCasePage, th_case_page, TH, CASE_PAGE, GtkWidget)

GtkWidget *th_case_page_new (ThStaffDesk *desk);
/* @item: (nullable): nobody is chosen */
void th_case_page_set_item (ThCasePage *self, ThCaseItem *item);
/* For the reason's words: a ready-made one, or what was typed. */
void th_case_page_set_reason (ThCasePage *self, const char *reason);

G_END_DECLS
