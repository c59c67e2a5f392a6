/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The thermometer: how it stands, the guided daily check, the guided calibration with two points, the
 * checks of 30 days as a chart, and what was done before.
 */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/staff-desk.h"

G_BEGIN_DECLS

#define TH_TYPE_THERMOMETER_PAGE (th_thermometer_page_get_type ())
G_DECLARE_FINAL_TYPE (ThThermometerPage, th_thermometer_page, TH, THERMOMETER_PAGE, GtkWidget)

GtkWidget *th_thermometer_page_new (ThStaffDesk *desk);

G_END_DECLS
