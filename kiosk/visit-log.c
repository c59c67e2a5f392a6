/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/visit-log.h"

#include <string.h>

#include "kiosk/records-zones.h"
#include "kiosk/worker.h"

#define RETRY_MS 1000

/* Shared with the worker: lives until the last task let go of it. */
typedef struct
{
  const ThConfig *config;
  ThRecords *records; /* the worker's alone */
} Store;

struct _ThVisitLog
{
  ThWorker *worker;
  Store *store;
  GQueue jobs; /* of ThJob: the head is under way when running */
  gboolean running;
  gboolean failing;
  gboolean looking;
  guint retry_id;
  GCancellable *over; /* cancelled: the log is gone, a late callback does nothing */
  ThJobFunc done;
  ThLogStateFunc state;
  gpointer user_data;
};

static void run_head (ThVisitLog *log);

static void
job_free (gpointer data)
{
  explicit_bzero (data, sizeof (ThJob));
  g_free (data);
}

/* Against a rule of the records: to try again changes nothing. */
static gboolean
is_final (const GError *error)
{
  return g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED)
         || g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND)
         || g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NO_DOSE);
}

static gboolean
ask_screening (ThRecords *records, const ThConfig *config, ThJob *job, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  char rules[TH_FINGERPRINT_BYTES];
  guint n_ended;

  if (!th_records_end_rests (records, job->visit, &n_ended, error)
      || !th_records_end_days (records, error)
      || !th_records_day_state (records, &job->day, error))
    return FALSE;
  job->day_read = TRUE;
  th_screening_fingerprint (&config->screening, rules);
  job->confirmed = th_records_screening_confirmed (records, rules, NULL, NULL, &local_error);
  if (local_error == NULL)
    return th_records_thermometer (records, config, &job->thermometer, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Whoever has a place today, or is kept one, has been let in already. */
static gboolean
look_at_newcomer (ThRecords *records, const ThConfig *config, ThJob *job, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean is_free;

  job->expected = th_records_find_expected (records, job->person, &job->booking, &problem);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (!th_records_admit (records, config, job->person, &job->comer, &job->admission, NULL, error)
      || !th_records_dose_is_free (records, job->person, job->lane, &is_free, error))
    return FALSE;
  job->doses_gone = !is_free;
  return TRUE;
}

static gboolean
look_up (ThRecords *records, const ThConfig *config, ThJob *job, GError **error)
{
  const ThKeyPlaces places = th_config_key_places (config);
  g_autoptr (GError) local_error = NULL;
  guint n_ended;

  job->keeps_names = th_keys_any (&places);
  /* Whoever comes too late finds the number that they have been given. */
  if (job->kind == TH_JOB_LOOK_UP && !th_records_end_rests (records, "", &n_ended, error))
    return FALSE;
  job->found = job->kind == TH_JOB_LOOK_UP
                   ? th_records_find_ticket (records, job->person, &job->ticket, &local_error)
                   : th_records_find_slip (records, job->person, &job->ticket, &local_error);
  if (local_error == NULL && !job->found && job->kind == TH_JOB_LOOK_UP)
    job->rests = th_records_find_rest (records, job->person, &job->rest, &local_error);
  if (local_error == NULL && !job->found && !job->rests && job->kind == TH_JOB_LOOK_UP)
    return look_at_newcomer (records, config, job, error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
ask_sheet (ThRecords *records, const ThJob *job, GError **error)
{
  ThSheet sheet = { .kind = TH_SHEET_NOT_TODAY };

  g_strlcpy (sheet.language, job->language, sizeof sheet.language);
  g_strlcpy (sheet.reason, job->why, sizeof sheet.reason);
  g_strlcpy (sheet.when, job->notes, sizeof sheet.when);
  return th_records_ask_sheet (records, &sheet, "", NULL, error);
}

static gboolean
carry_out (ThRecords *records, const ThConfig *config, ThJob *job, GError **error)
{
  switch (job->kind)
    {
    case TH_JOB_SETTLE:
      return th_records_settle_slips (records, job->answers, &job->n_unfinished, error);
    case TH_JOB_LOOK_UP:
    case TH_JOB_LOOK_UP_SLIP:
      return look_up (records, config, job, error);
    case TH_JOB_CONFIRMED:
      return th_records_confirmed_as (records, job->visit, job->entry, job->language,
                                      job->knows ? &job->who : NULL, error);
    case TH_JOB_SEAL_CASE:
      return th_records_seal (records, job->visit, TH_SEAL_CASE, &job->who, error);
    case TH_JOB_CARD_NOTES:
      return th_records_card_notes (records, job->visit, job->notes, error);
    case TH_JOB_SAME:
      return th_records_same_person (records, job->person, job->other, &job->found, error);
    case TH_JOB_ANSWERED:
      return th_records_answered (records, job->visit, job->question, job->state, job->yes, error);
    case TH_JOB_MEASURED:
      return th_records_measured (records, job->visit, job->attempt, &job->reading, error);
    case TH_JOB_NOT_MEASURED:
      return th_records_not_measured (records, job->visit, job->why, error);
    case TH_JOB_LEFT:
      return th_records_left (records, job->visit[0] != '\0' ? job->visit : NULL, job->state,
                              job->why, error);
    case TH_JOB_REST:
      return th_records_rest (records, job->visit, job->person, job->lane, job->reasons,
                              job->rest_s, job->least_s, job->return_s, error);
    case TH_JOB_RETURNED:
      return th_records_returned (records, job->visit, error);
    case TH_JOB_ISSUE:
      return th_records_issue_ticket (records, job->visit, job->person, job->lane, job->reasons,
                                      &job->ticket, error);
    case TH_JOB_NEW_COPY:
      return th_records_new_copy (records, job->visit, &job->copy, error);
    case TH_JOB_ASK_SHEET:
      return ask_sheet (records, job, error);
    case TH_JOB_SLIP:
      if (job->sheet != 0)
        return th_records_step_sheet (records, job->sheet, job->slip, job->why, error);
      return th_records_slip (records, job->visit, job->copy, job->slip, job->why, error);
    case TH_JOB_BEGIN_PRINT:
      if (job->sheet != 0)
        return th_records_step_sheet (records, job->sheet, TH_SLIP_STATE_SENDING, job->why, error);
      return th_records_begin_print (records, job->visit, job->copy, job->why, error);
    case TH_JOB_PUT_OFF_PRINT:
      if (job->sheet != 0)
        return th_records_step_sheet (records, job->sheet, TH_SLIP_STATE_QUEUED, "printer", error);
      return th_records_put_off_print (records, job->visit, job->copy, error);
    case TH_JOB_DEVICE:
      return th_records_device_state (records, job->part, job->state, error);
    case TH_JOB_SCREENING:
      return ask_screening (records, config, job, error);
    case TH_JOB_TRIAL_READ:
      return th_records_trial_read (records, job->trial.number, job->trial.state,
                                    &job->trial.point, error);
    }
  return TRUE;
}

static void
job_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  ThJob *job = task_data;
  Store *store = g_object_get_data (G_OBJECT (task), "store");
  g_autoptr (GError) error = NULL;

  if (store->records == NULL)
    {
      store->records = th_records_open (store->config->state_dir, store->config->device, &error);
      if (store->records != NULL)
        {
          th_records_watch_doses (store->records, store->config);
          th_records_use_queue_rules (store->records, &store->config->queue);
        }
    }
  if (store->records != NULL && carry_out (store->records, store->config, job, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  /* Whatever is wrong with the file or the disk may be mended by opening it afresh. */
  if (!is_final (error))
    g_clear_pointer (&store->records, th_records_close);
  g_task_return_error (task, g_steal_pointer (&error));
}

static GTask *
task_for (ThVisitLog *log, ThJob *job, GAsyncReadyCallback callback)
{
  GTask *task = g_task_new (NULL, log->over, callback, log);

  g_task_set_task_data (task, job, NULL);
  /* A job that was written is written, also when the log has gone meanwhile. */
  g_task_set_check_cancellable (task, FALSE);
  g_object_set_data (G_OBJECT (task), "store", log->store);
  return task;
}

static gboolean
retry_cb (gpointer data)
{
  ThVisitLog *log = data;

  log->retry_id = 0;
  /* Nothing left to write (the person went away): a line of our own tells whether writing works
   * again. */
  if (log->failing && g_queue_is_empty (&log->jobs))
    th_visit_log_add (log, &(ThJob){ .kind = TH_JOB_DEVICE, .part = "records", .state = "ready" });
  run_head (log);
  return G_SOURCE_REMOVE;
}

static void
job_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ThVisitLog *log = user_data;
  g_autoptr (GError) error = NULL;
  ThJob *job;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;

  log->running = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &error) && !is_final (error))
    {
      log->failing = TRUE;
      log->retry_id = g_timeout_add (RETRY_MS, retry_cb, log);
      log->state (error, log->user_data);
      return;
    }
  /* Off the queue before anybody is told: what is told may give the next job. */
  job = g_queue_pop_head (&log->jobs);
  if (log->failing)
    {
      log->failing = FALSE;
      log->state (NULL, log->user_data);
    }
  log->done (job, error, log->user_data);
  job_free (job);
  run_head (log);
}

static void
run_head (ThVisitLog *log)
{
  g_autoptr (GTask) task = NULL;
  ThJob *job = g_queue_peek_head (&log->jobs);

  if (log->running || log->retry_id != 0 || job == NULL)
    return;
  log->running = TRUE;
  task = task_for (log, job, job_cb);
  th_worker_run (log->worker, task, job_thread);
}

ThVisitLog *
th_visit_log_new (const ThConfig *config, ThJobFunc done, ThLogStateFunc state, gpointer user_data)
{
  ThVisitLog *log = g_new0 (ThVisitLog, 1);

  log->store = g_new0 (Store, 1);
  log->store->config = config;
  log->worker = th_worker_new ("records");
  log->over = g_cancellable_new ();
  log->done = done;
  log->state = state;
  log->user_data = user_data;
  return log;
}

void
th_visit_log_add (ThVisitLog *log, const ThJob *job)
{
  if (job->kind == TH_JOB_DEVICE)
    {
      GList *first = log->running ? g_list_next (log->jobs.head) : log->jobs.head;

      for (GList *l = first; l != NULL; l = l->next)
        {
          ThJob *waiting = l->data;

          if (waiting->kind == TH_JOB_DEVICE && strcmp (waiting->part, job->part) == 0)
            {
              waiting->state = job->state;
              return;
            }
        }
    }
  g_queue_push_tail (&log->jobs, g_memdup2 (job, sizeof *job));
  run_head (log);
}

typedef gboolean (*JobTest) (const ThJob *job);

/* Drops the waiting jobs of the visit @serial that are @unwanted. TRUE: there was one. */
static gboolean
drop (ThVisitLog *log, guint serial, JobTest unwanted)
{
  GList *l = log->running ? g_list_next (log->jobs.head) : log->jobs.head;
  gboolean any = FALSE;

  while (l != NULL)
    {
      GList *next = l->next;
      ThJob *job = l->data;

      if (job->serial == serial && unwanted (job))
        {
          job_free (job);
          g_queue_delete_link (&log->jobs, l);
          any = TRUE;
        }
      l = next;
    }
  return any;
}

static gboolean
is_for_a_person (const ThJob *job)
{
  return job->kind == TH_JOB_LOOK_UP || job->kind == TH_JOB_LOOK_UP_SLIP
         || job->kind == TH_JOB_ISSUE;
}

static gboolean
is_for_the_printer (const ThJob *job)
{
  return job->kind == TH_JOB_ISSUE || job->kind == TH_JOB_NEW_COPY
         || (job->kind == TH_JOB_SLIP && job->slip == TH_SLIP_STATE_SENDING);
}

void
th_visit_log_forget (ThVisitLog *log, guint serial)
{
  drop (log, serial, is_for_a_person);
}

gboolean
th_visit_log_hold_back (ThVisitLog *log, guint serial)
{
  return drop (log, serial, is_for_the_printer);
}

/* --- what staff ask for -------------------------------------------------------------------------- */

typedef struct
{
  Store *store;
  ThWishesFunc found;
  ThWishes wishes;
} Look;

static void
look_free (gpointer data)
{
  explicit_bzero (data, sizeof (Look));
  g_free (data);
}

static void
look_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Look *look = task_data;
  ThWishes *wishes = &look->wishes;
  ThRecords *records = look->store->records;

  /* The file is opened by a job. What is wrong with it, the next job finds out, and says. */
  if (records != NULL)
    {
      wishes->day_read = th_records_day_state (records, &wishes->day, NULL);
      wishes->print_waits = th_records_next_print (records, &wishes->print, NULL);
      wishes->sheet_waits
          = !wishes->print_waits && th_records_next_sheet (records, &wishes->sheet, NULL);
      wishes->thermometer_read
          = th_records_thermometer (records, look->store->config, &wishes->thermometer, NULL);
      wishes->doses_read = th_records_free_doses (records, &wishes->doses, NULL);
    }
  g_task_return_boolean (task, TRUE);
}

static void
look_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ThVisitLog *log = user_data;
  Look *look = g_task_get_task_data (G_TASK (result));

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;
  log->looking = FALSE;
  look->found (&look->wishes, log->user_data);
}

void
th_visit_log_look (ThVisitLog *log, ThWishesFunc found)
{
  g_autoptr (GTask) task = NULL;
  Look *look;

  if (log->looking || log->failing)
    return;
  log->looking = TRUE;
  look = g_new0 (Look, 1);
  look->store = log->store;
  look->found = found;
  task = g_task_new (NULL, log->over, look_cb, log);
  g_task_set_task_data (task, look, look_free);
  g_task_set_check_cancellable (task, FALSE);
  th_worker_run (log->worker, task, look_thread);
}

static void
close_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Store *store = task_data;

  g_clear_pointer (&store->records, th_records_close);
}

void
th_visit_log_free (ThVisitLog *log)
{
  g_autoptr (GTask) last = NULL;

  if (log == NULL)
    return;
  g_cancellable_cancel (log->over);
  g_clear_handle_id (&log->retry_id, g_source_remove);

  for (GList *l = log->running ? g_list_next (log->jobs.head) : log->jobs.head; l != NULL;
       l = l->next)
    {
      g_autoptr (GTask) task = task_for (log, l->data, job_cb);

      th_worker_run (log->worker, task, job_thread);
    }
  last = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_task_data (last, log->store, NULL);
  th_worker_run (log->worker, last, close_thread);
  th_worker_free (log->worker); /* waits for all of them */

  g_queue_clear_full (&log->jobs, job_free);
  g_free (log->store);
  g_object_unref (log->over);
  g_free (log);
}
