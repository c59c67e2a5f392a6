/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The daily checks of the last 30 days: how far the thermometer was off, with the limits of ±0.2 °C. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TH_TYPE_CHECK_CHART (th_check_chart_get_type ())
G_DECLARE_FINAL_TYPE (ThCheckChart, th_check_chart, TH, CHECK_CHART, GtkWidget)

/* @checks: (element-type ThCheckRecord) (nullable): newest first; kept, not changed. @now_us: wall clock, the right edge. */
void th_check_chart_set (ThCheckChart *self, GArray *checks, gint64 now_us);

G_END_DECLS
