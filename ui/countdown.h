/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ThCountdown: a calm ring with the seconds left inside.
 *
 * Property "seconds" (uint): the most it was set to since it last was 0 is the whole ring. It draws
 * only when this changes.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TH_TYPE_COUNTDOWN (th_countdown_get_type ())
G_DECLARE_FINAL_TYPE (ThCountdown, th_countdown, TH, COUNTDOWN, GtkWidget)

G_END_DECLS
