/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/staff-desk-job.h"

#include "kiosk/anchor.h"
#include "kiosk/id-number.h"

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
  g_free (job->zone);
  g_free (job->desk);
  if (job->to != NULL)
    explicit_bzero (job->to, strlen (job->to)); /* it may be a number */
  g_free (job->to);
  g_strfreev (job->names);
  g_clear_pointer (&job->cases, g_ptr_array_unref);
  g_clear_pointer (&job->queue, g_ptr_array_unref);
  g_free (job->serial);
  g_free (job->devices);
  g_clear_pointer (&job->checks, g_array_unref);
  g_clear_pointer (&job->calibrations, g_array_unref);
  g_free (job->doses_order);
  g_clear_pointer (&job->lots, g_ptr_array_unref);
  g_clear_pointer (&job->stock, g_ptr_array_unref);
  g_clear_pointer (&job->doses, g_ptr_array_unref);
  g_clear_error (&job->read_error);
  g_free (job);
}

static gboolean
open_records (ThDeskStore *store, GError **error)
{
  if (store->records != NULL)
    return TRUE;
  store->records = th_records_open (store->config->state_dir, store->config->device, error);
  if (store->records == NULL)
    return FALSE;
  th_records_watch_doses (store->records, store->config);
  th_records_use_queue_rules (store->records, &store->config->queue);
  return TRUE;
}

/* Nobody has to write for it: a clock that jumps, or becomes steered. */
static gboolean
clock_changed (ThDeskStore *store, ThDeskJob *job)
{
  const ThDayStatus before = store->day;

  if (!th_records_day_state (store->records, &job->clock, NULL))
    return TRUE;
  job->clock_read = TRUE;
  store->day = job->clock;
  return before.state != job->clock.state || before.clock_trusted != job->clock.clock_trusted
         || (before.jump_us != 0) != (job->clock.jump_us != 0);
}

/* How long whoever comes now waits in each lane of the station's zone. */
static gboolean
read_forecasts (ThDeskStore *store, ThDeskJob *job, GError **error)
{
  for (guint i = 0; i < store->config->n_lanes; i++)
    {
      g_autoptr (GError) problem = NULL;

      if (th_records_forecast (store->records, job->zone, store->config->lanes[i].letter, NULL,
                               &job->forecasts[i], &problem))
        continue;
      job->forecasts[i] = (ThWaitRange){ 0 };
      if (problem != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_doses (ThDeskStore *store, ThDeskJob *job, GError **error)
{
  job->lots = th_records_list_lots (store->records, error);
  if (job->lots == NULL)
    return FALSE;
  job->stock = th_records_list_stock (store->records, error);
  if (job->stock == NULL)
    return FALSE;
  job->doses = th_records_list_doses (store->records, NULL, error);
  return job->doses != NULL;
}

static gboolean
read_all (ThDeskStore *store, ThDeskJob *job, GError **error)
{
  job->names = th_records_list_staff (store->records, error);
  if (job->names == NULL)
    return FALSE;
  if (*job->by == '\0')
    return TRUE;
  if (!th_records_day_status (store->records, &job->day, error))
    return FALSE;
  job->cases = th_records_list_cases (store->records, error);
  if (job->cases == NULL)
    return FALSE;
  job->queue = th_records_list_queue (store->records, error);
  if (job->queue == NULL || !read_forecasts (store, job, error))
    return FALSE;
  job->devices = th_records_last_device_states (store->records, &job->devices_at_us, error);
  if (job->devices == NULL
      || !th_records_thermometer (store->records, store->config, &job->thermometer, error))
    return FALSE;
  job->checks = th_records_list_checks (store->records, CHECK_DAYS, error);
  if (job->checks == NULL)
    return FALSE;
  job->calibrations = th_records_list_calibrations (store->records, CALIBRATION_DAYS, error);
  return job->calibrations != NULL && read_doses (store, job, error);
}

static void
look (ThDeskStore *store, ThDeskJob *job)
{
  gboolean other_clock, changed;

  if (!open_records (store, &job->read_error))
    return;
  /* Asked every time: each of the two remembers that it was. */
  other_clock = clock_changed (store, job);
  changed = th_records_changed (store->records);
  if (!job->force && !other_clock && !changed)
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

/* May they come in, by the rules? */
static gboolean
admit (ThDeskStore *store, ThDeskJob *job, GError **error)
{
  ThComer comer = { .lane = job->who.lane };

  if (job->who.person[0] != '\0')
    comer.birth = th_id_number_birth (job->who.person);
  return th_records_admit (store->records, store->config, job->who.person, &comer, &job->admission,
                           NULL, error);
}

static gboolean
find (ThDeskStore *store, ThDeskJob *job, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (job->who.person[0] != '\0')
    job->found
        = th_records_find_ticket (store->records, job->who.person, &job->ticket, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return job->found || admit (store, job, error);
}

/* The rules are asked once more: what the page was told may be of another day, or of nobody. */
static gboolean
enter (ThDeskStore *store, ThDeskJob *job, GError **error)
{
  if (!admit (store, job, error))
    return FALSE;
  job->who.against = NULL;
  if (job->admission.coming != TH_COMING_YES)
    job->who.against = th_coming_to_string (job->admission.coming);
  return th_records_enter (store->records, &job->who, job->by, &job->ticket, error);
}

static gboolean
call_next (ThDeskStore *store, ThDeskJob *job, GError **error)
{
  const ThStation at = { .zone = job->zone, .desk = job->desk, .by = job->by };
  g_autoptr (GPtrArray) party = th_records_call_next (store->records, &at, job->lane, error);

  if (party == NULL)
    return FALSE;
  job->called = party->len > 0;
  if (job->called)
    job->entry = *(const ThQueueEntry *) party->pdata[0];
  return TRUE;
}

static gboolean
check_manager (ThDeskJob *job, GError **error)
{
  if (job->manager)
    return TRUE;
  g_set_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED,
               "a manager opens and closes the day");
  return FALSE;
}

/* Its slip is asked for afterwards: it has the day's sums, the close among them. */
static gboolean
close_day (ThDeskStore *store, ThDeskJob *job, GError **error)
{
  ThKeyPlaces places = th_config_key_places (store->config);
  ThSheet sheet = { .kind = TH_SHEET_CLOSE_OF_DAY };
  char link[2 * TH_LOG_LINK_BYTES + 1];

  if (!th_records_today (store->records, sheet.day, error)
      || !th_records_close_day (store->records, job->by, link, error))
    return FALSE;
  th_anchor_to_journal (sheet.day, link);
  /* Nobody opens a name at night. */
  return th_keys_lock (&places, error)
         && th_records_ask_sheet (store->records, &sheet, job->by, NULL, error);
}

static gboolean
act (ThDeskStore *store, ThDeskJob *job, GError **error)
{
  const ThStation at = { .zone = job->zone, .desk = job->desk, .by = job->by };
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
    case TH_DESK_JOB_CALL_NEXT:
      return call_next (store, job, error);
    case TH_DESK_JOB_STEP:
      return th_records_step (store->records, job->visit, job->action, &at, error);
    case TH_DESK_JOB_MOVE:
      return th_records_move (store->records, job->visit, job->to, &at, error);
    case TH_DESK_JOB_LEAVE:
      return th_records_leave_site (store->records, job->visit, "", &at, error);
    case TH_DESK_JOB_UNDO:
      return th_records_undo (store->records, job->visit, &at, error);
    case TH_DESK_JOB_EXTEND:
      return th_records_extend (store->records, job->visit, job->number, &at, error);
    case TH_DESK_JOB_ARRIVE:
      return th_records_arrive (store->records, &at, job->to, &job->entry, error);
    case TH_DESK_JOB_CHECKS:
      return th_records_checks (store->records, job->visit, job->number, TH_CHECKS_VERSION, &at,
                                error);
    case TH_DESK_JOB_FIND:
      return find (store, job, error);
    case TH_DESK_JOB_ENTER:
      return enter (store, job, error);
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
    case TH_DESK_JOB_DOSES:
      return th_doses_order_run (store->records, job->doses_order, job->by, error);
    case TH_DESK_JOB_OPEN_DAY:
      return check_manager (job, error)
             && th_records_open_day (store->records, job->to, job->at_us, job->by, error);
    case TH_DESK_JOB_CLOSE_DAY:
      return check_manager (job, error) && close_day (store, job, error);
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
