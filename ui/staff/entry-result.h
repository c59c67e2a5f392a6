/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The number of somebody whom staff checked in, or who had one already: large, with the state of
 * the slip as it changes. Uses "desk.order-slip" and "desk.cancel-slip". */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/staff-desk.h"

G_BEGIN_DECLS

#define TH_TYPE_ENTRY_RESULT (th_entry_result_get_type ())
G_DECLARE_FINAL_TYPE (ThEntryResult, th_entry_result, TH, ENTRY_RESULT, GtkWidget)

GtkWidget *th_entry_result_new (ThStaffDesk *desk);
/* @ticket: (nullable): nobody */
void th_entry_result_show (ThEntryResult *self, const ThTicket *ticket);

G_END_DECLS
