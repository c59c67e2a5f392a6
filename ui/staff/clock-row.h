/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One report of a case: until when, how much time is left, and the button that says it was made. */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/staff-desk.h"

G_BEGIN_DECLS

#define TH_TYPE_CLOCK_ROW (th_clock_row_get_type ())
G_DECLARE_FINAL_TYPE (ThClockRow, th_clock_row, TH, CLOCK_ROW, GtkWidget)

/* Shows @the_case as of @now_us, th_staff_desk_now_us(). The button activates "case.reported" with @written. */
void th_clock_row_show (ThClockRow *self, const ThConfig *config, const ThCase *the_case,
                        gboolean written, gint64 now_us);

G_END_DECLS
