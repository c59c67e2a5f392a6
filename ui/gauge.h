/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ThGauge: how near and how still a person stands, as a picture: a head grows into a circle as they
 * come near, and the ring around it fills as they hold still. Never degrees.
 *
 * Properties: "distance" and "steadiness" (double, 0 to 1; outside is clamped), "done" (bool: a
 * check mark instead). It draws only when what it shows changes by more than an eye would see.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TH_TYPE_GAUGE (th_gauge_get_type ())
G_DECLARE_FINAL_TYPE (ThGauge, th_gauge, TH, GAUGE, GtkWidget)

G_END_DECLS
