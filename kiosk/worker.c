/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/worker.h"

struct _ThWorker
{
  GThread *thread;
  GAsyncQueue *jobs;
};

typedef struct
{
  GTask *task; /* NULL: the last job */
  GTaskThreadFunc run;
} Job;

static gpointer
work (gpointer data)
{
  GAsyncQueue *jobs = data;

  for (;;)
    {
      g_autofree Job *job = g_async_queue_pop (jobs);

      if (job->task == NULL)
        return NULL;
      job->run (job->task, g_task_get_source_object (job->task), g_task_get_task_data (job->task),
                g_task_get_cancellable (job->task));
      g_object_unref (job->task);
    }
}

ThWorker *
th_worker_new (const char *name)
{
  ThWorker *worker = g_new0 (ThWorker, 1);

  worker->jobs = g_async_queue_new ();
  worker->thread = g_thread_new (name, work, worker->jobs);
  return worker;
}

void
th_worker_free (ThWorker *worker)
{
  if (worker == NULL)
    return;
  g_async_queue_push (worker->jobs, g_new0 (Job, 1));
  g_thread_join (worker->thread);
  g_async_queue_unref (worker->jobs);
  g_free (worker);
}

void
th_worker_run (ThWorker *worker, GTask *task, GTaskThreadFunc run)
{
  Job *job = g_new0 (Job, 1);

  job->task = g_object_ref (task);
  job->run = run;
  g_async_queue_push (worker->jobs, job);
}
