/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thread that carries out jobs in the order they were given: the records' file is never waited for on
 * the main loop. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ThWorker ThWorker;

ThWorker *th_worker_new (const char *name);
/* Waits until every job given so far is done, then ends the thread. */
void th_worker_free (ThWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThWorker, th_worker_free)

/* Runs @run (task, source object, task data, cancellable) on the worker; the task returns to the caller's main context. */
void th_worker_run (ThWorker *worker, GTask *task, GTaskThreadFunc run);

G_END_DECLS
