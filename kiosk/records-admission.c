/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/records-admission.h"

#include <string.h>

#include "kiosk/appointments.h"
#include "kiosk/id-number.h"
#include "kiosk/records-private.h"

/* The day of the records, and the minute of it. */
static gboolean
read_clock (ThRecords *records, ThApplicant *who, GError **error)
{
  g_autoptr (GDateTime) now = NULL;
  ThDayStatus status;

  if (!th_records_day_state (records, &status, error))
    return FALSE;
  if (!th_date_from_string (status.day, &who->day))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "no day is open");
  now = g_date_time_new_from_unix_local (status.now_us / G_USEC_PER_SEC);
  who->minute = (guint) (g_date_time_get_hour (now) * 60 + g_date_time_get_minute (now));
  return TRUE;
}

/* What people of this lane get when nothing else is said. */
static const char *
vaccine_of (const ThConfig *config, char lane)
{
  for (guint i = 0; i < config->n_lanes; i++)
    if (config->lanes[i].letter == lane && config->lanes[i].vaccine[0] != '\0')
      return config->lanes[i].vaccine;
  return config->lanes[0].vaccine;
}

/* The appointment whose code they brought: FALSE when it is not of this day. */
static gboolean
take_code (const ThConfig *config, const ThComer *comer, ThApplicant *who, ThAdmission *ret_admission)
{
  char code_day[TH_DAY_BYTES], day[TH_DAY_BYTES];
  int order;

  th_date_to_string (comer->code_day, code_day);
  th_date_to_string (who->day, day);
  order = strcmp (code_day, day);
  who->has_appointment = TRUE;
  who->start_min = comer->start_min;
  who->end_min = comer->end_min;
  who->dose = comer->dose;
  if (order == 0)
    return TRUE;
  *ret_admission = (ThAdmission){ .coming = order < 0 ? TH_COMING_CODE_PAST : TH_COMING_CODE_LATER };
  return FALSE;
}

/* What the list says of them; of a code that they brought, the code knows the time best. */
static void
take_booking (const ThBooking *booking, ThApplicant *who)
{
  if (!who->has_appointment)
    {
      who->has_appointment = TRUE;
      who->start_min = booking->start_min;
      who->end_min = booking->end_min;
    }
  if (who->dose == 0)
    who->dose = booking->dose;
  if (booking->vaccine[0] != '\0')
    who->vaccine = booking->vaccine;
  who->community = booking->community;
  who->employer = booking->employer;
}

gboolean
th_records_admit (ThRecords *records, const ThConfig *config, const char *person,
                  const ThComer *comer, ThAdmission *ret_admission, GArray *ret_rulings,
                  GError **error)
{
  ThApplicant who = { .birth = comer->birth,
                      .early_min = config->early_min,
                      .vaccine = vaccine_of (config, comer->lane) };
  gboolean has_code = comer->code_day.year != 0;
  g_autoptr (GError) problem = NULL;
  ThBooking booking;
  gboolean is_expected = th_records_find_expected (records, person, &booking, &problem);

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if ((has_code || is_expected || config->eligibility != NULL) && !read_clock (records, &who, error))
    return FALSE;
  if (has_code && !take_code (config, comer, &who, ret_admission))
    return TRUE;
  if (is_expected)
    take_booking (&booking, &who);
  th_eligibility_judge (config->eligibility, &who, ret_admission, ret_rulings);
  return TRUE;
}
