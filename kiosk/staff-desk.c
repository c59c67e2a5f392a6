/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/staff-desk.h"

#include <string.h>

#include "kiosk/staff-desk-job.h"
#include "kiosk/worker.h"

struct _ThStaffDesk
{
  GObject parent;
  const ThConfig *config;

  ThWorker *worker;
  ThDeskStore store; /* the worker's alone */

  char *who;
  gboolean manager;
  char **names;
  gboolean loaded;
  GError *problem;
  char *devices;
  gint64 devices_at_us;
  gboolean day_read;
  ThDayStatus day;
  gint64 now_us;      /* the time of the log, … */
  gint64 now_read_us; /* … when it was read, monotonic */
  gboolean thermometer_read;
  ThThermometerStatus thermometer;
  GArray *checks;
  GArray *calibrations;
  GPtrArray *lots, *stock, *doses;
  ThCaseList *cases;
  ThQueueList *queues[TH_MAX_LANES];
  ThQueueList *tickets;
  ThWaitRange forecasts[TH_MAX_LANES];
  GPtrArray *queue; /* as it was read last; NULL: not yet */
  char *zone, *desk; /* the station */
  GHashTable *drafts; /* "name\nvisit" to Draft */

  guint
      session; /* a new one at each log-in and lock: what was read for another one is thrown away */
  gboolean stale;   /* read again, even when nobody else has written */
  gboolean looking; /* a look is on its way */
  guint poll_source;
  guint tick_source;
};

enum
{
  PROP_WHO = 1,
  PROP_NAMES,
  PROP_LOADED,
  PROP_PROBLEM,
  PROP_DEVICES,
  PROP_ZONE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];
static guint case_arrived_signal;
static guint tick_signal;
static guint thermometer_signal;
static guint doses_signal;
static guint day_signal;

G_DEFINE_FINAL_TYPE (ThStaffDesk, th_staff_desk, G_TYPE_OBJECT)

typedef struct
{
  ThDecision decision;
  char *reason;
} Draft;

static void
draft_free (gpointer data)
{
  Draft *draft = data;

  g_free (draft->reason);
  g_free (draft);
}

static void
work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (th_desk_job_run (data, &TH_STAFF_DESK (source)->store, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* --- on the main loop -------------------------------------------------------------------- */

static ThDeskJob *
job_new (ThStaffDesk *self, ThDeskJobKind kind)
{
  ThDeskJob *job = g_new0 (ThDeskJob, 1);

  job->kind = kind;
  job->session = self->session;
  job->by = g_strdup (self->who);
  job->manager = self->manager;
  job->zone = g_strdup (self->zone);
  job->desk = g_strdup (self->desk);
  /* To find somebody changes nothing. */
  job->force = (kind != TH_DESK_JOB_LOOK && kind != TH_DESK_JOB_FIND) || self->stale;
  return job;
}

static void
run_job (ThStaffDesk *self, ThDeskJob *job, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_task_data (task, job, th_desk_job_free);
  g_task_set_source_tag (task, run_job);
  if (job->kind != TH_DESK_JOB_LOOK && job->kind != TH_DESK_JOB_LOG_IN && *self->who == '\0')
    {
      g_task_return_new_error (task, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED,
                               "nobody is logged in");
      return;
    }
  th_worker_run (self->worker, task, work);
}

static void
set_problem (ThStaffDesk *self, GError *problem)
{
  gboolean same = problem == NULL ? self->problem == NULL
                                  : self->problem != NULL && problem->code == self->problem->code
                                        && strcmp (problem->message, self->problem->message) == 0;

  g_clear_error (&self->problem);
  self->problem = problem;
  if (!same)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
}

static void
set_names (ThStaffDesk *self, char **names)
{
  if (self->names != NULL
      && g_strv_equal ((const char *const *)self->names, (const char *const *)names))
    {
      g_strfreev (names);
      return;
    }
  g_strfreev (self->names);
  self->names = names;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAMES]);
}

static void
set_devices (ThStaffDesk *self, const char *devices, gint64 at_us)
{
  if (at_us == self->devices_at_us && strcmp (devices, self->devices) == 0)
    return;
  g_free (self->devices);
  self->devices = g_strdup (devices);
  self->devices_at_us = at_us;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DEVICES]);
}

/* Of the job, which keeps nothing of it. */
static void
take_thermometer (ThStaffDesk *self, ThDeskJob *job)
{
  gboolean same = self->thermometer_read
                  && memcmp (&self->thermometer, &job->thermometer, sizeof self->thermometer) == 0;

  self->thermometer = job->thermometer;
  self->thermometer_read = TRUE;
  g_clear_pointer (&self->checks, g_array_unref);
  g_clear_pointer (&self->calibrations, g_array_unref);
  self->checks = g_steal_pointer (&job->checks);
  self->calibrations = g_steal_pointer (&job->calibrations);
  if (!same)
    g_signal_emit (self, thermometer_signal, 0);
}

static void
clear_doses (ThStaffDesk *self)
{
  g_clear_pointer (&self->lots, g_ptr_array_unref);
  g_clear_pointer (&self->stock, g_ptr_array_unref);
  g_clear_pointer (&self->doses, g_ptr_array_unref);
}

static void
take_doses (ThStaffDesk *self, ThDeskJob *job)
{
  clear_doses (self);
  self->lots = g_steal_pointer (&job->lots);
  self->stock = g_steal_pointer (&job->stock);
  self->doses = g_steal_pointer (&job->doses);
  g_signal_emit (self, doses_signal, 0);
}

static void
take_clock (ThStaffDesk *self, const ThDayStatus *clock)
{
  self->now_us = clock->now_us;
  self->now_read_us = g_get_monotonic_time ();
}

static void
take_day (ThStaffDesk *self, const ThDayStatus *day)
{
  self->day = *day;
  self->day_read = TRUE;
  g_signal_emit (self, day_signal, 0);
}

static void
set_loaded (ThStaffDesk *self, gboolean loaded)
{
  if (self->loaded == loaded)
    return;
  self->loaded = loaded;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADED]);
}

static void
update_queues (ThStaffDesk *self)
{
  if (self->queue == NULL)
    return;
  th_queue_list_update (self->tickets, self->queue);
  for (guint i = 0; i < self->config->n_lanes; i++)
    th_queue_list_update (self->queues[i], self->queue);
}

/* Shows what a job has read. */
static void
take (ThStaffDesk *self, ThDeskJob *job)
{
  g_autoptr (GPtrArray) arrived = NULL;
  gboolean first = !self->loaded;

  if (job->read_error != NULL)
    {
      self->stale = TRUE;
      set_problem (self, g_steal_pointer (&job->read_error));
      return;
    }
  set_problem (self, NULL);
  if (job->clock_read)
    take_clock (self, &job->clock);
  if (!job->read || job->session != self->session)
    return;
  self->stale = FALSE;
  set_names (self, g_steal_pointer (&job->names));
  if (job->cases == NULL)
    return;

  arrived = th_case_list_take (self->cases, g_steal_pointer (&job->cases));
  g_clear_pointer (&self->queue, g_ptr_array_unref);
  self->queue = g_steal_pointer (&job->queue);
  if (strcmp (job->zone, self->zone) == 0)
    memcpy (self->forecasts, job->forecasts, sizeof self->forecasts);
  update_queues (self);
  set_devices (self, job->devices, job->devices_at_us);
  take_thermometer (self, job);
  take_doses (self, job);
  take_day (self, &job->day);
  set_loaded (self, TRUE);
  if (first)
    return; /* these were there before the log-in */
  for (guint i = 0; i < arrived->len; i++)
    g_signal_emit (self, case_arrived_signal, 0, arrived->pdata[i]);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ThStaffDesk *self = TH_STAFF_DESK (source);

  self->looking = FALSE;
  take (self, g_task_get_task_data (G_TASK (result)));
}

static gboolean
poll_cb (gpointer data)
{
  ThStaffDesk *self = data;

  /* A slow disk must not pile up looks. */
  if (self->looking)
    return G_SOURCE_CONTINUE;
  self->looking = TRUE;
  run_job (self, job_new (self, TH_DESK_JOB_LOOK), looked_cb, NULL);
  return G_SOURCE_CONTINUE;
}

static gboolean
tick_cb (gpointer data)
{
  g_signal_emit (data, tick_signal, 0);
  return G_SOURCE_CONTINUE;
}

static void
enter_session (ThStaffDesk *self, const char *who, gboolean manager)
{
  g_free (self->who);
  self->who = g_strdup (who);
  self->manager = manager;
  self->session++;
  self->stale = TRUE;
  set_loaded (self, FALSE);
  th_case_list_clear (self->cases);
  g_clear_pointer (&self->queue, g_ptr_array_unref);
  th_queue_list_clear (self->tickets);
  for (guint i = 0; i < self->config->n_lanes; i++)
    th_queue_list_clear (self->queues[i]);
  set_devices (self, "", 0);
  clear_doses (self);
  self->day_read = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WHO]);
}

/* --- what screens ask and do ------------------------------------------------------------- */

void
th_staff_desk_log_in_async (ThStaffDesk *self, const char *name, const char *pin,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_LOG_IN);

  job->name = g_strdup (name);
  g_strlcpy (job->pin, pin, sizeof job->pin);
  run_job (self, job, callback, user_data);
}

gboolean
th_staff_desk_log_in_finish (ThStaffDesk *self, GAsyncResult *result, guint *ret_wait_s,
                             GError **error)
{
  ThDeskJob *job = g_task_get_task_data (G_TASK (result));

  if (ret_wait_s != NULL)
    *ret_wait_s = job->wait_s;
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  enter_session (self, job->name, job->role == TH_ROLE_MANAGER);
  poll_cb (self);
  return TRUE;
}

void
th_staff_desk_lock (ThStaffDesk *self)
{
  if (*self->who != '\0')
    enter_session (self, "", FALSE);
}

void
th_staff_desk_decide_async (ThStaffDesk *self, const char *visit, ThDecision decision,
                            const char *reason, GAsyncReadyCallback callback, gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_DECIDE);

  job->visit = g_strdup (visit);
  job->decision = decision;
  job->reason = g_strdup (reason);
  run_job (self, job, callback, user_data);
}

void
th_staff_desk_report_async (ThStaffDesk *self, const char *visit, gboolean written,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_REPORT);

  job->visit = g_strdup (visit);
  job->written = written;
  run_job (self, job, callback, user_data);
}

/* --- doses ------------------------------------------------------------------------------- */

void
th_staff_desk_doses_async (ThStaffDesk *self, const ThDosesOrder *order, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_DOSES);

  job->doses_order = g_memdup2 (order, sizeof *order);
  run_job (self, job, callback, user_data);
}

GPtrArray *
th_staff_desk_get_lots (ThStaffDesk *self)
{
  return self->lots;
}

GPtrArray *
th_staff_desk_get_stock (ThStaffDesk *self)
{
  return self->stock;
}

GPtrArray *
th_staff_desk_get_doses (ThStaffDesk *self)
{
  return self->doses;
}

/* --- the day ----------------------------------------------------------------------------- */

void
th_staff_desk_open_day_async (ThStaffDesk *self, const char *day, gint64 at_us,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_OPEN_DAY);

  job->to = g_strdup (day);
  job->at_us = at_us;
  run_job (self, job, callback, user_data);
}

void
th_staff_desk_close_day_async (ThStaffDesk *self, GAsyncReadyCallback callback, gpointer user_data)
{
  run_job (self, job_new (self, TH_DESK_JOB_CLOSE_DAY), callback, user_data);
}

/* --- the queue --------------------------------------------------------------------------- */

void
th_staff_desk_set_station (ThStaffDesk *self, const char *zone, const char *desk)
{
  if (g_strcmp0 (zone, self->zone) == 0 && g_strcmp0 (desk, self->desk) == 0)
    return;
  g_free (self->zone);
  g_free (self->desk);
  self->zone = g_strdup (zone);
  self->desk = g_strdup (desk);
  memset (self->forecasts, 0, sizeof self->forecasts); /* of another zone; read again */
  self->stale = TRUE;
  for (guint i = 0; i < self->config->n_lanes; i++)
    th_queue_list_set_zone (self->queues[i], zone);
  update_queues (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ZONE]);
}

const char *
th_staff_desk_get_zone (ThStaffDesk *self)
{
  return self->zone;
}

const char *
th_staff_desk_get_desk (ThStaffDesk *self)
{
  return self->desk;
}

static ThDeskJob *
ticket_job_new (ThStaffDesk *self, ThDeskJobKind kind, const char *visit)
{
  ThDeskJob *job = job_new (self, kind);

  job->visit = g_strdup (visit);
  return job;
}

void
th_staff_desk_step_async (ThStaffDesk *self, const char *visit, ThQueueAction action,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  ThDeskJob *job = ticket_job_new (self, TH_DESK_JOB_STEP, visit);

  job->action = action;
  run_job (self, job, callback, user_data);
}

void
th_staff_desk_move_async (ThStaffDesk *self, const char *visit, const char *to,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  ThDeskJob *job = ticket_job_new (self, TH_DESK_JOB_MOVE, visit);

  job->to = g_strdup (to);
  run_job (self, job, callback, user_data);
}

void
th_staff_desk_leave_async (ThStaffDesk *self, const char *visit, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  run_job (self, ticket_job_new (self, TH_DESK_JOB_LEAVE, visit), callback, user_data);
}

void
th_staff_desk_undo_async (ThStaffDesk *self, const char *visit, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  run_job (self, ticket_job_new (self, TH_DESK_JOB_UNDO, visit), callback, user_data);
}

void
th_staff_desk_extend_async (ThStaffDesk *self, const char *visit, guint minutes,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  ThDeskJob *job = ticket_job_new (self, TH_DESK_JOB_EXTEND, visit);

  job->number = minutes;
  run_job (self, job, callback, user_data);
}

void
th_staff_desk_checks_async (ThStaffDesk *self, const char *visit, guint checks,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  ThDeskJob *job = ticket_job_new (self, TH_DESK_JOB_CHECKS, visit);

  job->number = checks;
  run_job (self, job, callback, user_data);
}

void
th_staff_desk_arrive_async (ThStaffDesk *self, const char *code, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_ARRIVE);

  job->to = g_strdup (code);
  run_job (self, job, callback, user_data);
}

gboolean
th_staff_desk_arrive_finish (ThStaffDesk *self, GAsyncResult *result, ThQueueEntry *ret_entry,
                             GError **error)
{
  ThDeskJob *job = g_task_get_task_data (G_TASK (result));

  if (!th_staff_desk_done_finish (self, result, error))
    return FALSE;
  *ret_entry = job->entry;
  return TRUE;
}

void
th_staff_desk_confirm_screening_async (ThStaffDesk *self, GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  run_job (self, job_new (self, TH_DESK_JOB_CONFIRM), callback, user_data);
}

gboolean
th_staff_desk_done_finish (ThStaffDesk *self, GAsyncResult *result, GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  take (self, g_task_get_task_data (G_TASK (result)));
  return TRUE;
}

void
th_staff_desk_call_next_async (ThStaffDesk *self, char lane, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_CALL_NEXT);

  job->lane = lane;
  run_job (self, job, callback, user_data);
}

gboolean
th_staff_desk_call_next_finish (ThStaffDesk *self, GAsyncResult *result, ThQueueEntry *ret_entry,
                                GError **error)
{
  ThDeskJob *job = g_task_get_task_data (G_TASK (result));

  if (!th_staff_desk_done_finish (self, result, error) || !job->called)
    return FALSE;
  *ret_entry = job->entry;
  return TRUE;
}

void
th_staff_desk_find_person_async (ThStaffDesk *self, const char *person, char lane,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_FIND);

  job->who.lane = lane;
  g_strlcpy (job->who.person, person, sizeof job->who.person);
  run_job (self, job, callback, user_data);
}

gboolean
th_staff_desk_find_person_finish (ThStaffDesk *self, GAsyncResult *result, ThTicket *ret_ticket,
                                  ThAdmission *ret_admission, GError **error)
{
  ThDeskJob *job = g_task_get_task_data (G_TASK (result));

  *ret_admission = job->admission;
  if (!th_staff_desk_done_finish (self, result, error) || !job->found)
    return FALSE;
  *ret_ticket = job->ticket;
  return TRUE;
}

void
th_staff_desk_enter_async (ThStaffDesk *self, const ThStaffEntry *who, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_ENTER);

  job->who = *who;
  run_job (self, job, callback, user_data);
}

gboolean
th_staff_desk_enter_finish (ThStaffDesk *self, GAsyncResult *result, ThTicket *ret_ticket,
                            GError **error)
{
  ThDeskJob *job = g_task_get_task_data (G_TASK (result));

  if (!th_staff_desk_done_finish (self, result, error))
    return FALSE;
  *ret_ticket = job->ticket;
  return TRUE;
}

void
th_staff_desk_order_slip_async (ThStaffDesk *self, const char *visit, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_ORDER_SLIP);

  job->visit = g_strdup (visit);
  run_job (self, job, callback, user_data);
}

void
th_staff_desk_cancel_slip_async (ThStaffDesk *self, const char *visit, guint copy,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_CANCEL_SLIP);

  job->visit = g_strdup (visit);
  job->copy = copy;
  run_job (self, job, callback, user_data);
}

void
th_staff_desk_ask_sheet_async (ThStaffDesk *self, ThSheetKind kind, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_SHEET);

  job->sheet = kind;
  run_job (self, job, callback, user_data);
}

void
th_staff_desk_ask_trial_async (ThStaffDesk *self, ThTrialKind kind, int reference_mc,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_TRIAL);

  job->trial_kind = kind;
  job->reference_mc = reference_mc;
  run_job (self, job, callback, user_data);
}

gboolean
th_staff_desk_ask_trial_finish (ThStaffDesk *self, GAsyncResult *result, guint *ret_number,
                                GError **error)
{
  ThDeskJob *job = g_task_get_task_data (G_TASK (result));

  *ret_number = job->trial_number; /* before the lists tell of it */
  return th_staff_desk_done_finish (self, result, error);
}

void
th_staff_desk_check_async (ThStaffDesk *self, const ThBlackBodyPoint *point, const char *serial,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_CHECK);

  job->points[0] = *point;
  job->serial = g_strdup (serial);
  run_job (self, job, callback, user_data);
}

void
th_staff_desk_calibrate_async (ThStaffDesk *self, const ThBlackBodyPoint *points, guint n,
                               const char *serial, GAsyncReadyCallback callback, gpointer user_data)
{
  ThDeskJob *job = job_new (self, TH_DESK_JOB_CALIBRATE);

  g_return_if_fail (n <= G_N_ELEMENTS (job->points));
  memcpy (job->points, points, n * sizeof points[0]);
  job->n_points = n;
  job->serial = g_strdup (serial);
  run_job (self, job, callback, user_data);
}

static char *
draft_key (ThStaffDesk *self, const char *visit)
{
  return g_strdup_printf ("%s\n%s", self->who, visit);
}

void
th_staff_desk_set_draft (ThStaffDesk *self, const char *visit, ThDecision decision,
                         const char *reason)
{
  g_autofree char *key = draft_key (self, visit);
  Draft *draft;

  if (decision == TH_DECISION_NONE && *reason == '\0')
    {
      g_hash_table_remove (self->drafts, key);
      return;
    }
  draft = g_new0 (Draft, 1);
  draft->decision = decision;
  draft->reason = g_strdup (reason);
  g_hash_table_insert (self->drafts, g_steal_pointer (&key), draft);
}

ThDecision
th_staff_desk_get_draft (ThStaffDesk *self, const char *visit, const char **ret_reason)
{
  g_autofree char *key = draft_key (self, visit);
  Draft *draft = g_hash_table_lookup (self->drafts, key);

  *ret_reason = draft != NULL ? draft->reason : "";
  return draft != NULL ? draft->decision : TH_DECISION_NONE;
}

const ThConfig *
th_staff_desk_get_config (ThStaffDesk *self)
{
  return self->config;
}

const char *
th_staff_desk_get_who (ThStaffDesk *self)
{
  return self->who;
}

gboolean
th_staff_desk_get_manager (ThStaffDesk *self)
{
  return self->manager;
}

const char *const *
th_staff_desk_get_names (ThStaffDesk *self)
{
  return (const char *const *)self->names;
}

gboolean
th_staff_desk_get_loaded (ThStaffDesk *self)
{
  return self->loaded;
}

const GError *
th_staff_desk_get_problem (ThStaffDesk *self)
{
  return self->problem;
}

const char *
th_staff_desk_get_devices (ThStaffDesk *self, gint64 *ret_at_us)
{
  *ret_at_us = self->devices_at_us;
  return self->devices;
}

const ThDayStatus *
th_staff_desk_get_day (ThStaffDesk *self)
{
  return self->day_read ? &self->day : NULL;
}

gint64
th_staff_desk_now_us (ThStaffDesk *self)
{
  if (self->now_read_us == 0)
    return g_get_real_time ();
  return self->now_us + g_get_monotonic_time () - self->now_read_us;
}

const ThThermometerStatus *
th_staff_desk_get_thermometer (ThStaffDesk *self)
{
  return self->thermometer_read ? &self->thermometer : NULL;
}

GArray *
th_staff_desk_get_checks (ThStaffDesk *self)
{
  return self->checks;
}

GArray *
th_staff_desk_get_calibrations (ThStaffDesk *self)
{
  return self->calibrations;
}

ThCaseList *
th_staff_desk_get_cases (ThStaffDesk *self)
{
  return self->cases;
}

ThQueueList *
th_staff_desk_get_queue (ThStaffDesk *self, guint lane_index)
{
  return self->queues[lane_index];
}

gboolean
th_staff_desk_get_forecast (ThStaffDesk *self, guint lane_index, ThWaitRange *ret_range)
{
  *ret_range = self->forecasts[lane_index];
  return ret_range->high_s > 0;
}

ThQueueList *
th_staff_desk_get_tickets (ThStaffDesk *self)
{
  return self->tickets;
}

ThQueueItem *
th_staff_desk_find_ticket (ThStaffDesk *self, const char *visit)
{
  return th_queue_list_find (self->tickets, visit);
}

/* --- life -------------------------------------------------------------------------------- */

void
th_staff_desk_start (ThStaffDesk *self)
{
  g_return_if_fail (self->worker == NULL);
  self->worker = th_worker_new ("records");
  self->poll_source = g_timeout_add (TH_STAFF_DESK_POLL_MS, poll_cb, self);
  self->tick_source = g_timeout_add_seconds (1, tick_cb, self);
  poll_cb (self);
}

void
th_staff_desk_stop (ThStaffDesk *self)
{
  g_clear_handle_id (&self->poll_source, g_source_remove);
  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_pointer (&self->worker, th_worker_free);
  g_clear_pointer (&self->store.records, th_records_close);
}

ThStaffDesk *
th_staff_desk_new (const ThConfig *config)
{
  ThStaffDesk *self = g_object_new (TH_TYPE_STAFF_DESK, NULL);

  self->config = config;
  self->store.config = config;
  for (guint i = 0; i < config->n_lanes; i++)
    self->queues[i] = th_queue_list_new (config->lanes[i].letter);
  th_staff_desk_set_station (self, config->queue.zones[0],
                             config->zones[0].desks[0] != NULL ? config->zones[0].desks[0] : "");
  return self;
}

static void
th_staff_desk_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ThStaffDesk *self = TH_STAFF_DESK (object);

  switch (id)
    {
    case PROP_WHO:
      g_value_set_string (value, self->who);
      break;
    case PROP_NAMES:
      g_value_set_boxed (value, self->names);
      break;
    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;
    case PROP_PROBLEM:
      g_value_set_boxed (value, self->problem);
      break;
    case PROP_DEVICES:
      g_value_set_string (value, self->devices);
      break;
    case PROP_ZONE:
      g_value_set_string (value, self->zone);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
th_staff_desk_finalize (GObject *object)
{
  ThStaffDesk *self = TH_STAFF_DESK (object);

  g_warn_if_fail (self->worker == NULL); /* th_staff_desk_stop() was forgotten */
  for (guint i = 0; i < TH_MAX_LANES; i++)
    g_clear_object (&self->queues[i]);
  g_object_unref (self->cases);
  g_object_unref (self->tickets);
  g_clear_pointer (&self->queue, g_ptr_array_unref);
  g_hash_table_unref (self->drafts);
  g_free (self->who);
  g_free (self->zone);
  g_free (self->desk);
  g_strfreev (self->names);
  g_free (self->devices);
  g_clear_pointer (&self->checks, g_array_unref);
  clear_doses (self);
  g_clear_pointer (&self->calibrations, g_array_unref);
  g_clear_error (&self->problem);
  G_OBJECT_CLASS (th_staff_desk_parent_class)->finalize (object);
}

static void
th_staff_desk_class_init (ThStaffDeskClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = th_staff_desk_get_property;
  object_class->finalize = th_staff_desk_finalize;
  props[PROP_WHO] = g_param_spec_string ("who", NULL, NULL, "", flags);
  props[PROP_NAMES] = g_param_spec_boxed ("names", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, flags);
  props[PROP_PROBLEM] = g_param_spec_boxed ("problem", NULL, NULL, G_TYPE_ERROR, flags);
  props[PROP_ZONE] = g_param_spec_string ("zone", NULL, NULL, "", flags);
  props[PROP_DEVICES] = g_param_spec_string ("devices", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  case_arrived_signal = g_signal_new ("case-arrived", TH_TYPE_STAFF_DESK, G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 1, TH_TYPE_CASE_ITEM);
  thermometer_signal = g_signal_new ("thermometer", TH_TYPE_STAFF_DESK, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
  doses_signal = g_signal_new ("doses", TH_TYPE_STAFF_DESK, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
  day_signal = g_signal_new ("day", TH_TYPE_STAFF_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                             G_TYPE_NONE, 0);
  tick_signal = g_signal_new ("tick", TH_TYPE_STAFF_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);
}

static void
th_staff_desk_init (ThStaffDesk *self)
{
  self->who = g_strdup ("");
  self->devices = g_strdup ("");
  self->cases = th_case_list_new ();
  self->tickets = th_queue_list_new (0);
  self->drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, draft_free);
}
