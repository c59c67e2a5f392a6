/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where somebody works: the zone and the desk, who is called or served there, and who waits. In observation: everybody's
 * clock.
 */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/staff-desk.h"

G_BEGIN_DECLS

#define TH_TYPE_STATION_PAGE (th_station_page_get_type ())
G_DECLARE_FINAL_TYPE (ThStationPage, th_station_page, TH, STATION_PAGE, GtkWidget)

GtkWidget *th_station_page_new (ThStaffDesk *desk);

G_END_DECLS
