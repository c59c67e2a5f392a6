/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The day: a manager looks at date and time and opens it, confirms the time after a restart, and closes it in the
 * evening, having seen what is still open. Everybody else sees how it stands.
 *
 * Actions: "day.yes", "day.correct", "day.step" (s: "hour+"), "day.again", "day.fix", "day.close", "day.close-now",
 * "day.back".
 */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/staff-desk.h"

G_BEGIN_DECLS

#define TH_TYPE_DAY_PAGE (th_day_page_get_type ())
G_DECLARE_FINAL_TYPE (ThDayPage, th_day_page, TH, DAY_PAGE, GtkWidget)

GtkWidget *th_day_page_new (ThStaffDesk *desk);

/* (transfer full): what everybody should know of the day, wherever they work; NULL: all is well. */
char *th_day_page_notice (ThStaffDesk *desk);

G_END_DECLS
