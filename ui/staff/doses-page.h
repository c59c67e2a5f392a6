/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Doses: what is left, promised and missing; who has lost a dose and must be told; receiving, wasting and counting a
 * lot; and, from the slip and the vial, the dose that somebody was given.
 */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/staff-desk.h"

G_BEGIN_DECLS

#define TH_TYPE_DOSES_PAGE (th_doses_page_get_type ())
G_DECLARE_FINAL_TYPE (ThDosesPage, th_doses_page, TH, DOSES_PAGE, GtkWidget)

GtkWidget *th_doses_page_new (ThStaffDesk *desk);

G_END_DECLS
