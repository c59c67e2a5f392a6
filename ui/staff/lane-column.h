/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One lane: the number called last, large; call the next; all its tickets. Uses "desk.call-next"
 * and "desk.put-back". */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/staff-desk.h"

G_BEGIN_DECLS

#define TH_TYPE_LANE_COLUMN (th_lane_column_get_type ())
G_DECLARE_FINAL_TYPE (ThLaneColumn, th_lane_column, TH, LANE_COLUMN, GtkWidget)

/* @lane_index: in the configuration; its key is F1 + @lane_index */
GtkWidget *th_lane_column_new (ThStaffDesk *desk, guint lane_index);

G_END_DECLS
