/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/station-words.h"

#include <glib/gi18n.h>

#include "kiosk/words.h"
#include "ui/staff/staff-words.h"

const char *
th_station_words_zone (const ThConfig *config, const char *zone)
{
  int index = th_queue_rules_zone (&config->queue, zone);

  return index >= 0 ? config->zones[index].name[th_words_current ()] : "";
}

char *
th_station_words_error (const GError *error)
{
  if (g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND))
    return g_strdup (_ ("There is no such number today."));
  if (error->domain != TH_QUEUE_ERROR)
    return th_staff_words_error (error);
  switch ((ThQueueError) error->code)
    {
    case TH_QUEUE_ERROR_WAITS:
      return g_strdup (_ ("This number is waiting: call it first."));
    case TH_QUEUE_ERROR_CALLED:
      return g_strdup (_ ("This number was called, but nobody has come to the desk yet."));
    case TH_QUEUE_ERROR_SERVED:
      return g_strdup (_ ("This number is being served already."));
    case TH_QUEUE_ERROR_PARKED:
      return g_strdup (_ ("This number is set aside."));
    case TH_QUEUE_ERROR_GONE:
      return g_strdup (_ ("This person has gone, or is through. Put the number back to take it up again."));
    case TH_QUEUE_ERROR_HELD:
      return g_strdup (_ ("This number is held for review: it must be decided first."));
    case TH_QUEUE_ERROR_CLOSED:
      return g_strdup (_ ("This number was closed in review: not today."));
    case TH_QUEUE_ERROR_OTHER_DESK:
      return g_strdup (_ ("Another desk is working on this number."));
    case TH_QUEUE_ERROR_OTHER_ZONE:
      return g_strdup (_ ("This number is in another zone."));
    case TH_QUEUE_ERROR_SKIPPED:
      return g_strdup (_ ("A zone was left out: please send this person back there first."));
    case TH_QUEUE_ERROR_PASSED:
      return g_strdup (_ ("This person has been here already. Send them on to the next zone."));
    case TH_QUEUE_ERROR_NO_CONSENT:
      return g_strdup (_ ("Consent has not been given. Nobody goes on without it."));
    case TH_QUEUE_ERROR_CHECKS_MISSING:
      return g_strdup (_ ("Not all has been checked yet."));
    case TH_QUEUE_ERROR_TOO_EARLY:
      return g_strdup (_ ("The time of observation is not over. If they go all the same, press “Leaves early”."));
    case TH_QUEUE_ERROR_NOTHING:
      return g_strdup (_ ("There is nothing to take back."));
    case TH_QUEUE_ERROR_NO_ZONE:
      return g_strdup (_ ("Nobody is called to this zone."));
    }
  return g_strdup (error->message);
}

const char *
th_station_words_check (ThCheck check)
{
  switch (check)
    {
    case TH_CHECK_HEALTH:
      return _ ("Health and contraindications");
    case TH_CHECK_RECORD:
      return _ ("Vaccination record");
    case TH_CHECK_LOOK:
      return _ ("Vaccine and syringe: look, lot, expiry");
    case TH_CHECK_NAME:
      return C_ ("check", "Name");
    case TH_CHECK_AGE:
      return C_ ("check", "Age");
    case TH_CHECK_VACCINE:
      return C_ ("check", "Vaccine");
    case TH_CHECK_SPECIFICATION:
      return C_ ("check", "Specification");
    case TH_CHECK_DOSE:
      return C_ ("check", "Dose");
    case TH_CHECK_SITE:
      return C_ ("check", "Site");
    case TH_CHECK_ROUTE:
      return C_ ("check", "Route");
    case TH_CHECK_VERIFIED:
      return _ ("The person or guardian confirms vaccine and expiry");
    case TH_N_CHECKS:
      break;
    }
  return "";
}

char *
th_station_words_observed (gint64 until_us, gint64 now_us, gboolean *ret_over)
{
  gint64 minute_us = (gint64) 60 * G_USEC_PER_SEC;
  gint64 left_us = until_us - now_us;

  *ret_over = left_us <= 0;
  if (left_us > 0)
    return g_strdup_printf (_ ("%d min left"), (int) ((left_us + minute_us - 1) / minute_us));
  return g_strdup_printf (_ ("✓ may go, since %d min"), (int) (-left_us / minute_us));
}
