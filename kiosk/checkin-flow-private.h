/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of the check-in's rules, shared by checkin-flow.c (what devices and records say),
 * checkin-press.c (what people and time do) and checkin-moves.c (from one page to another). Each
 * returns what the caller must do. */
#pragma once

#include "kiosk/checkin-flow.h"

G_BEGIN_DECLS

/* checkin-moves.c */
gboolean th_flow_works (ThHealth health);
ThPart th_flow_broken_part (const ThFlow *flow);
void th_flow_forget (ThFlow *flow);
gint64 th_flow_deadline_of (const ThFlow *flow, ThState state, gint64 now_us);
ThEffects th_flow_enter (ThFlow *flow, const ThEvent *event, ThState state);
ThEffects th_flow_trouble (ThFlow *flow, const ThEvent *event, ThPart part, ThState resume);
ThEffects th_flow_welcome (ThFlow *flow, const ThEvent *event);
ThEffects th_flow_leave (ThFlow *flow, const ThEvent *event, const char *why);
ThEffects th_flow_end_page (ThFlow *flow, const ThEvent *event, ThState state, const char *why);
ThEffects th_flow_measure (ThFlow *flow, const ThEvent *event);
ThEffects th_flow_rest (ThFlow *flow, const ThEvent *event);
ThEffects th_flow_come_back (ThFlow *flow, const ThEvent *event);
ThEffects th_flow_print (ThFlow *flow, const ThEvent *event);
ThEffects th_flow_not_measured (ThFlow *flow, const ThEvent *event);
ThEffects th_flow_go_on (ThFlow *flow, const ThEvent *event, ThState state);
ThEffects th_flow_give_up_slip (ThFlow *flow, const ThEvent *event);
gboolean th_flow_must_be_written_down (const ThFlow *flow);

/* checkin-press.c */
ThEffects th_flow_press (ThFlow *flow, const ThEvent *event);
ThEffects th_flow_passed (ThFlow *flow, const ThEvent *event);

G_END_DECLS
