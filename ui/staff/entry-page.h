/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody without a card is checked in by staff: one form, then the number. What is typed is wiped
 * when the page is left, and with it. */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/staff-desk.h"

G_BEGIN_DECLS

#define TH_TYPE_ENTRY_PAGE (th_entry_page_get_type ())
G_DECLARE_FINAL_TYPE (ThEntryPage, th_entry_page, TH, ENTRY_PAGE, GtkWidget)

GtkWidget *th_entry_page_new (ThStaffDesk *desk);

G_END_DECLS
