/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What staff type when they check somebody in, and what follows from it. Pure. */
#pragma once

#include "kiosk/records.h"
#include "kiosk/screening.h"

G_BEGIN_DECLS

/**
 * th_staff_entry_temperature:
 * @text: as read off a hand-held thermometer: "36.8", "36,8", "36", full-width digits, white space
 * around it
 * @ret_tenths: set only on success
 * @error: G_IO_ERROR_INVALID_DATA: not a number with at most one decimal, or not 34.0 to 42.5
 */
gboolean th_staff_entry_temperature (const char *text, int *ret_tenths, GError **error);

/* The kiosk's rule for one reading that is not taken again: NORMAL, FLAGGED, or AGAIN: too low to
 * be a result. */
ThVerdict th_staff_entry_verdict (const ThScreening *rules, int tenths);

/* Why this person gets a case; 0: none. */
ThReason th_staff_entry_reasons (const ThStaffEntry *entry, const ThScreening *rules);

G_END_DECLS
