/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Citizen identity numbers (GB 11643-1999, ISO 7064 MOD 11-2), and foreigners' of before 2023. Pure. */
#pragma once

#include <glib.h>

#include "drivers/samv.h"

G_BEGIN_DECLS

/**
 * th_id_number_check:
 * @text: as typed or read: x or X, full-width digits and white space are accepted, 15 digits are
 *   converted to 18; at most 64 bytes are looked at
 * @today: a birth date after it, or over 130 years before it, is refused
 * @ret_number: (out): 18 characters and a NUL, set only on success; 15 for a foreigner's number of before
 *   2023 ("KAZ110090123105": country, area, YYMMDD, a digit, ICAO check digit)
 * @error: G_IO_ERROR_INVALID_DATA with the reason ("19 digits instead of 18", "month 20", "check digit is 5 instead of 2")
 *
 * An unknown area is never a reason to refuse.
 */
gboolean th_id_number_check (const char *text, ThDate today, char ret_number[19], GError **error);

ThDate th_id_number_birth (const char *number); /* of a checked number */
char th_id_number_check_digit (const char body[17]); /* '0'…'9' or 'X'; body is 17 ASCII digits */
ThDate th_date_today (void);                          /* local date */
gboolean th_date_is_real (ThDate date);
/* "2026-11-22", and nothing else; a day that there is. */
gboolean th_date_from_string (const char *text, ThDate *ret_date);
void th_date_to_string (ThDate date, char ret_text[11]);
int th_date_age (ThDate birth, ThDate on); /* whole years, negative when not born yet */

/* "张测试" → "张*试", "欧阳测试" → "欧**试", "王五" → "王*", "古丽娜尔·样本" → "古***·*本", "SMITH JOHN" → "S**** J***".
 * Never fewer than one '*'; "" → "". (transfer full) */
char *th_mask_name (const char *name);

G_END_DECLS
