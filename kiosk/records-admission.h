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
  gboolean has_code;       /* they came with an appointment's code: for this day, its time and dose */
  guint start_min, end_min, dose;
  char lane; /* they are to be put in; 0: the first */
} ThComer;

/**
 * th_records_admit:
 * @person: as in th_records_find_ticket(), or "": somebody without a number
 * @ret_rulings: as in th_eligibility_judge()
 *
 * Judges by the rules of @config, on the day of the records and at their time. Writes nothing. FALSE with @error:
 * it could not be looked up; who may not come in is no error.
 */
gboolean th_records_admit (ThRecords *records, const ThConfig *config, const char *person,
                           const ThComer *comer, ThAdmission *ret_admission, GArray *ret_rulings,
                           GError **error);

G_END_DECLS
