/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A person opens the day before anybody comes: for every test that gives numbers. */
#pragma once

#include "kiosk/records-day.h"

static inline void
open_day (ThRecords *records)
{
  g_autoptr (GError) error = NULL;
  gint64 now_us = g_get_real_time ();
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_us / G_USEC_PER_SEC);
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");

  th_records_open_day (records, day, now_us, "LI MIN", &error);
  g_assert_no_error (error);
}

/* Of records that nobody has opened yet. */
static inline void
open_day_in (const char *state_dir)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThRecords) records = th_records_open (state_dir, "kiosk-1", &error);

  g_assert_no_error (error);
  open_day (records);
}
