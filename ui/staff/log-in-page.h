/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who are you, and your PIN: by touch or by keyboard. */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/staff-desk.h"

G_BEGIN_DECLS

#define TH_TYPE_LOG_IN_PAGE (th_log_in_page_get_type ())
G_DECLARE_FINAL_TYPE (ThLogInPage, th_log_in_page, TH, LOG_IN_PAGE, GtkWidget)

GtkWidget *th_log_in_page_new (ThStaffDesk *desk);

G_END_DECLS
