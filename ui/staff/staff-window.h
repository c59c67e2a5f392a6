/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one window: the log-in page while locked, the desk page while somebody is logged in; each is
 * built anew, so that nothing of the last person is left in a widget, and so that every word is in
 * the language of now.
 *
 * Actions: "win.lock", "win.language" (s: "zh_CN", "zh_TW", "en").
 */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/staff-desk.h"

G_BEGIN_DECLS

/* Without a key, a touch or a move of the mouse for this long, the screen locks; the last 20 s it
 * says so. */
#define TH_STAFF_LOCK_AFTER_S 300

#define TH_TYPE_STAFF_WINDOW (th_staff_window_get_type ())
G_DECLARE_FINAL_TYPE (ThStaffWindow, th_staff_window, TH, STAFF_WINDOW, GtkApplicationWindow)

/* @app: (nullable). @lock_after_s: TH_STAFF_LOCK_AFTER_S */
GtkWidget *th_staff_window_new (GtkApplication *app, ThStaffDesk *desk, guint lock_after_s);

G_END_DECLS
