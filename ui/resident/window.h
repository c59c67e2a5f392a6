/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ThResidentWindow: the one window residents see. It shows the page of what ThCheckin says,
 * installs the actions pages name ("checkin.yes", …) and swallows every key.
 */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/checkin.h"

G_BEGIN_DECLS

#define TH_TYPE_RESIDENT_WINDOW (th_resident_window_get_type ())
G_DECLARE_FINAL_TYPE (ThResidentWindow, th_resident_window, TH, RESIDENT_WINDOW, GtkWindow)

/**
 * th_resident_window_new:
 *
 * Only the page that is needed first is made; th_resident_window_prepare() makes the others.
 */
GtkWidget *th_resident_window_new (ThCheckin *checkin);

/* Makes the pages not made yet, one each time the main loop is idle. Call when the first frame is
 * up. */
void th_resident_window_prepare (ThResidentWindow *self);

G_END_DECLS
