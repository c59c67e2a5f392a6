/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/staff-desk-job.h"

#include <string.h>

#define CHECK_DAYS 30
#define CALIBRATION_DAYS 1095

void
th_desk_job_free (gpointer data)
{
  ThDeskJob *job = data;

  explicit_bzero (job->pin, sizeof job->pin);
  explicit_bzero (&job->who, sizeof job->who);
  g_free (job->by);
  g_free (job->name);
  g_free (job->visit);
  g_free (job->reason);
  g_strfreev (job->names);
  g_clear_pointer (&job->cases, g_ptr_array_unref);
  g_clear_pointer (&job->queue, g_ptr_array_unref);
  g_free (job->serial);
  g_free (job->devices);
  g_clear_pointer (&job->checks, g_array_unref);
  g_clear_pointer (&job->calibrations, g_array_unref);
  g_clear_error (&job->read_error);
  g_free (job);
}

static gboolean
open_records (ThDeskStore *store, GError **error)
{
  if (store->records == NULL)
    store->records = th_records_open (store->config->state_dir, store->config->device, error);
  return store->records != NULL;
}

/* "Today" is part of every question, so a new day is a change like any other. */
static gboolean
day_changed (ThDeskStore *store)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%F");

  if (g_strcmp0 (day, store->day) == 0)
    return FALSE;
  g_free (store->day);
  store->day = g_steal_pointer (&day);
  return TRUE;
}

static gboolean
read_all (ThDeskStore *store, ThDeskJob *job, GError **error)
{
  job->names = th_records_list_staff (store->records, error);
  if (job->names == NULL)
    return FALSE;
  if (*job->by == '\0')
    return TRUE;
  job->cases = th_records_list_cases (store->records, error);
  if (job->cases == NULL)
    return FALSE;
  job->queue = th_records_list_queue (store->records, error);
  if (job->queue == NULL)
    return FALSE;
  job->devices = th_records_last_device_states (store->records, &job->devices_at_us, error);
  if (job->devices == NULL
      || !th_records_thermometer (store->records, store->config, &job->thermometer, error))
    return FALSE;
  job->checks = th_records_list_checks (store->records, CHECK_DAYS, error);
  if (job->checks == NULL)
    return FALSE;
  job->calibrations = th_records_list_calibrations (store->records, CALIBRATION_DAYS, error);
  return job->calibrations != NULL;
}

static void
look (ThDeskStore *store, ThDeskJob *job)
{
  gboolean other_day, changed;

  if (!open_records (store, &job->read_error))
    return;
  /* Asked every time: each of the two remembers that it was. */
  other_day = day_changed (store);
  changed = th_records_changed (store->records);
  if (!job->force && !other_day && !changed)
    return;
  job->read = read_all (store, job, &job->read_error);
  if (!job->read)
    g_clear_pointer (&store->records, th_records_close);
}

static gboolean
check_thermometer (ThDeskStore *store, ThDeskJob *job, GError **error)
{
  ThCalibration file = th_calibration_of (&store->config->screening);

  return th_records_check (store->records, &job->points[0], job->serial, &file, job->by, NULL, error);
}

static gboolean
confirm_screening (ThDeskStore *store, ThDeskJob *job, GError **error)
{
  const ThScreening *rules = &store->config->screening;
  char fingerprint[TH_FINGERPRINT_BYTES];

  th_screening_fingerprint (rules, fingerprint);
  return th_records_confirm_screening (store->records, fingerprint, th_screening_method (rules),
                                       job->by, error);
}

static gboolean
act (ThDeskStore *store, ThDeskJob *job, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!open_records (store, error))
    return FALSE;
  switch (job->kind)
    {
    case TH_DESK_JOB_LOG_IN:
      return th_records_log_in (store->records, job->name, job->pin, &job->role, &job->wait_s, error);
    case TH_DESK_JOB_DECIDE:
      return th_records_decide (store->records, job->visit, job->decision, job->reason, job->by,
                                error);
    case TH_DESK_JOB_REPORT:
      return th_records_reported (store->records, job->visit, job->written, job->by, error);
    case TH_DESK_JOB_PUT_BACK:
      return th_records_put_back (store->records, job->visit, job->by, error);
    case TH_DESK_JOB_CALL_NEXT:
      job->called
          = th_records_call_next (store->records, job->lane, job->by, &job->entry, &local_error);
      if (local_error != NULL)
        g_propagate_error (error, g_steal_pointer (&local_error));
      return *error == NULL;
    case TH_DESK_JOB_FIND:
      job->found
          = th_records_find_ticket (store->records, job->who.person, &job->ticket, &local_error);
      if (local_error != NULL)
        g_propagate_error (error, g_steal_pointer (&local_error));
      return *error == NULL;
    case TH_DESK_JOB_ENTER:
      return th_records_enter (store->records, &job->who, job->by, &job->ticket, error);
    case TH_DESK_JOB_ORDER_SLIP:
      return th_records_order_slip (store->records, job->visit, job->by, &job->copy, error);
    case TH_DESK_JOB_CANCEL_SLIP:
      return th_records_cancel_slip (store->records, job->visit, job->copy, job->by, error);
    case TH_DESK_JOB_CONFIRM:
      return confirm_screening (store, job, error);
    case TH_DESK_JOB_TRIAL:
      return th_records_ask_trial (store->records, job->trial_kind, job->reference_mc, job->by,
                                   &job->trial_number, error);
    case TH_DESK_JOB_CHECK:
      return check_thermometer (store, job, error);
    case TH_DESK_JOB_CALIBRATE:
      return th_records_calibrate (store->records, job->points, job->n_points, job->serial,
                                   store->config->calibration_days, job->by, NULL, error);
    case TH_DESK_JOB_SHEET:
      return th_records_ask_sheet (store->records, &(ThSheet){ .kind = job->sheet }, job->by, NULL,
                                   error);
    case TH_DESK_JOB_LOOK:
      break;
    }
  return TRUE;
}

gboolean
th_desk_job_run (ThDeskJob *job, ThDeskStore *store, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean ok = act (store, job, &problem);

  explicit_bzero (job->pin, sizeof job->pin);
  explicit_bzero (job->who.person, sizeof job->who.person);
  if (ok)
    look (store, job);
  else if (job->kind == TH_DESK_JOB_LOOK)
    {
      job->read_error = g_steal_pointer (&problem);
      return TRUE;
    }
  else
    g_propagate_error (error, g_steal_pointer (&problem));
  return ok;
}
