/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One person before the rules of who may come: what the records know of them, and the judgement. */
#pragma once

#include "kiosk/config.h"
#include "kiosk/records.h"

G_BEGIN_DECLS

/* What is known of somebody who comes, besides what the records know. */
typedef struct
{
  ThDate birth;            /* year 0: not known */
  ThDate code_day;         /* of the appointment whose code they brought; year 0: none */
  guint start_min, end_min, dose; /* of that appointment */
  char lane; /* they are to be put in; 0: the first */
} ThComer;

/**
 * th_records_admit:
 * @person: as in th_records_find_ticket(), or "": somebody without a number
 * @ret_rulings: as in th_eligibility_judge()
 *
 * Judges by the rules of @config, on the day that is open and at the records' time; an appointment that was brought, or
 * that stands in a list (kiosk/appointments.h), is of that day, and not early, also where there are no rules. Writes nothing. FALSE with @error: it could not be looked
 * up, or no day is open (REFUSED); who may not come in is no error.
 */
gboolean th_records_admit (ThRecords *records, const ThConfig *config, const char *person,
                           const ThComer *comer, ThAdmission *ret_admission, GArray *ret_rulings,
                           GError **error);

G_END_DECLS
