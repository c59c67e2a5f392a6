/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stands in for kiosk/checkin.c when screens are tested: the same type, but its properties can be
 * set, so that every page can be seen in every condition, and it remembers what was pressed.
 */
#pragma once

#include "kiosk/checkin.h"

G_BEGIN_DECLS

ThCheckin *th_checkin_double_new (void);
/* The last verb since the last call, -1 if none. */
int th_checkin_double_take_verb (ThCheckin *self);
/* What was typed on the pad since the last call. */
char *th_checkin_double_take_keys (ThCheckin *self);

G_END_DECLS
