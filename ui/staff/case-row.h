/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One flagged person in the list: number, why, both clocks. */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/staff-desk.h"

G_BEGIN_DECLS

#define TH_TYPE_CASE_ROW (th_case_row_get_type ())
G_DECLARE_FINAL_TYPE (ThCaseRow, th_case_row, TH, CASE_ROW, GtkWidget)

GtkWidget *th_case_row_new (ThStaffDesk *desk);
/* @item: (nullable) */
void th_case_row_set_item (ThCaseRow *self, ThCaseItem *item);

G_END_DECLS
