/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PINs of the staff: which are good enough, how they are kept, how long a wrong one costs. Pure but
 * for the random salt. A PIN says who acts; it opens no key. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* 6 to 12 digits, not all the same, not a run up or down. @error: TH_RECORDS_ERROR_REFUSED; never
 * shows the PIN. */
gboolean th_pin_check (const char *pin, GError **error);

/* (transfer full): argon2id, 2 passes over 19 MiB, as text with salt and parameters; some 30 ms.
 * NULL: no memory. */
char *th_pin_hash (const char *pin, GError **error);
gboolean th_pin_matches (const char *pin, const char *hash);

/* Seconds to wait after this many wrong PINs in a row: none before the 5th, then 30 s doubling to
 * 15 min. */
guint th_pin_wait_s (guint failures);

/* 1 to 64 bytes of UTF-8 without control characters or outer spaces. @error: REFUSED */
gboolean th_staff_name_check (const char *name, GError **error);

G_END_DECLS
