/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kiosk's own screen, a virtual display, shown in a window and touched with a mouse. */
#pragma once

#include <gtk/gtk.h>

/**
 * bench_screen_new:
 * @display: name of an Xvfb that was started with `-fbdir`
 * @picture: the file it keeps its picture in, an X window dump that changes under our eyes
 *
 * Shows the display, as large as there is room; a press, drag or release becomes an input event of
 * that display (by xdotool). Returns: (transfer floating): NULL when @picture is no such file
 */
GtkWidget *bench_screen_new (const char *display, const char *picture);
