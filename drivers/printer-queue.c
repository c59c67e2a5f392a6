/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A slip printer behind CUPS, by its own command: `lp -d QUEUE -o raw`, one process a slip. It is a way of last
 * resort: the spooler says neither how the paper is nor what became of a slip. It is given band_timeout_ms to take one.
 */
#include "drivers/printer-queue.h"

#include <signal.h>
#include <string.h>

#include "drivers/escpos.h"

typedef struct
{
  GBytes *bytes;
  GSubprocess *lp;
  GCancellable *patience;
  guint limit_id;
  ThSlipOutcome outcome;
  GError *error;
} Job;

struct _ThQueuePrinter
{
  GObject parent;
  ThPrinterProfile profile;
  char *queue;
  ThPaper paper;
  guint tick_id;
  gboolean broken_job;
  GTask *task;
};

static void th_queue_printer_iface_init (ThPrinterInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ThQueuePrinter, th_queue_printer, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_PRINTER, th_queue_printer_iface_init))

enum
{
  PROP_PAPER = 1,
};

static void
job_free (Job *job)
{
  g_clear_handle_id (&job->limit_id, g_source_remove);
  g_clear_object (&job->lp);
  g_clear_object (&job->patience);
  g_clear_pointer (&job->bytes, g_bytes_unref);
  g_clear_error (&job->error);
  g_free (job);
}

/* All that can be known: is there a spooler to give it to. */
static void
look (ThQueuePrinter *self)
{
  g_autofree char *lp = g_find_program_in_path ("lp");
  ThPaper paper = lp != NULL ? TH_PAPER_READY : TH_PAPER_ABSENT;

  if (self->paper == paper)
    return;
  self->paper = paper;
  g_object_notify (G_OBJECT (self), "paper");
}

static gboolean
tick_cb (gpointer data)
{
  look (data);
  return G_SOURCE_CONTINUE;
}

/* @error: (transfer full) (nullable) */
static void
end_print (ThQueuePrinter *self, ThSlipOutcome outcome, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  Job *job = g_task_get_task_data (task);

  g_clear_handle_id (&job->limit_id, g_source_remove);
  self->broken_job = outcome == TH_SLIP_UNCERTAIN;
  job->outcome = outcome;
  job->error = error;
  g_task_return_boolean (task, TRUE);
}

/* @whole: it has read all of the slip. */
static void
ended (ThQueuePrinter *self, GSubprocess *lp, gboolean whole)
{
  if (g_subprocess_get_successful (lp))
    end_print (self, whole ? TH_SLIP_SENT : TH_SLIP_UNCERTAIN,
               whole ? NULL : g_error_new_literal (TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                                                   "lp did not read the whole slip"));
  else if (g_subprocess_get_if_exited (lp))
    end_print (self, TH_SLIP_FAILED,
               g_error_new (TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE,
                            "lp did not take the slip for queue %s (exit %d)", self->queue,
                            g_subprocess_get_exit_status (lp)));
  else
    end_print (self, TH_SLIP_UNCERTAIN,
               g_error_new_literal (TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE, "lp was killed"));
}

/* It may have handed the slip on before it was stopped. */
static void
give_up (ThQueuePrinter *self, GSubprocess *lp, GError *error)
{
  g_subprocess_force_exit (lp);
  end_print (self, TH_SLIP_UNCERTAIN, error);
}

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ThQueuePrinter) self = data;
  GSubprocess *lp = G_SUBPROCESS (source);
  GError *error = NULL;

  if (g_subprocess_wait_finish (lp, result, &error))
    ended (self, lp, FALSE);
  else
    give_up (self, lp, error);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ThQueuePrinter) self = data;
  GSubprocess *lp = G_SUBPROCESS (source);
  const Job *job = g_task_get_task_data (self->task);
  GError *error = NULL;

  if (g_subprocess_communicate_finish (lp, result, NULL, NULL, &error))
    ended (self, lp, TRUE);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    {
      /* It ended before it had read everything: how, it says with its status. */
      g_clear_error (&error);
      g_subprocess_wait_async (lp, job->patience, ended_cb, g_steal_pointer (&self));
    }
  else
    give_up (self, lp, error);
}

static gboolean
limit_cb (gpointer data)
{
  Job *job = data;

  job->limit_id = 0;
  g_cancellable_cancel (job->patience);
  return G_SOURCE_REMOVE;
}

static void
th_queue_printer_start (ThPrinter *printer)
{
  ThQueuePrinter *self = TH_QUEUE_PRINTER (printer);

  if (self->tick_id != 0)
    return;
  signal (SIGPIPE, SIG_IGN); /* an lp that ends before it has read the slip must not end us */
  self->tick_id = g_timeout_add (self->profile.poll_ms, tick_cb, self);
  look (self);
}

static ThPaper
th_queue_printer_get_paper (ThPrinter *printer)
{
  return TH_QUEUE_PRINTER (printer)->paper;
}

static gboolean
th_queue_printer_get_answers (ThPrinter *printer)
{
  return FALSE;
}

static ThPrintHead
th_queue_printer_get_head (ThPrinter *printer)
{
  const ThPrinterProfile *profile = &TH_QUEUE_PRINTER (printer)->profile;

  return (ThPrintHead){ profile->width_dots, profile->dpi != 0 ? profile->dpi : 203 };
}

static char *
th_queue_printer_describe (ThPrinter *printer)
{
  ThQueuePrinter *self = TH_QUEUE_PRINTER (printer);
  ThPrintHead head = th_queue_printer_get_head (printer);

  return g_strdup_printf ("CUPS queue %s; %u dots at %u dpi, %s, cannot say how it is", self->queue,
                          head.width_dots, head.dpi, self->profile.cutter ? "cutter" : "no cutter");
}

static void
th_queue_printer_check_async (ThPrinter *printer, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  ThQueuePrinter *self = TH_QUEUE_PRINTER (printer);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, th_queue_printer_check_async);
  if (self->task != NULL)
    {
      g_task_return_new_error (task, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY,
                               "the printer is already busy");
      return;
    }
  look (self);
  g_task_return_int (task, self->paper);
}

static ThPaper
th_queue_printer_check_finish (ThPrinter *printer, GAsyncResult *result, GError **error)
{
  gssize paper = g_task_propagate_int (G_TASK (result), error);

  return paper < 0 ? TH_QUEUE_PRINTER (printer)->paper : (ThPaper) paper;
}

static void
refuse_print (GTask *task, GError *error)
{
  Job *job = g_task_get_task_data (task);

  job->outcome = TH_SLIP_FAILED;
  job->error = error;
  g_task_return_boolean (task, TRUE);
}

static GBytes *
whole_job (ThQueuePrinter *self, const ThRaster *raster, gboolean flush_first)
{
  g_autoptr (GBytes) slip = th_escpos_job (raster, self->profile.band_rows, self->profile.cutter);
  g_autoptr (GBytes) flush = th_escpos_flush (self->profile.cutter);
  GByteArray *both;

  if (!flush_first && !self->broken_job)
    return g_steal_pointer (&slip);
  both = g_byte_array_new ();
  g_byte_array_append (both, g_bytes_get_data (flush, NULL), g_bytes_get_size (flush));
  g_byte_array_append (both, g_bytes_get_data (slip, NULL), g_bytes_get_size (slip));
  return g_byte_array_free_to_bytes (both);
}

static void
th_queue_printer_print_async (ThPrinter *printer, const ThRaster *raster, gboolean flush_first,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  ThQueuePrinter *self = TH_QUEUE_PRINTER (printer);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, th_queue_printer_print_async);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_set_check_cancellable (task, FALSE);
  if (self->task != NULL)
    {
      refuse_print (task, g_error_new_literal (TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY,
                                               "the printer is already busy"));
      return;
    }
  if (raster->width_dots != self->profile.width_dots)
    {
      refuse_print (task, g_error_new_literal (TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                                               "the slip is drawn for another width"));
      return;
    }
  job->lp = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                  G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                              &error, "lp", "-s", "-d", self->queue, "-o", "raw", NULL);
  if (job->lp == NULL)
    {
      refuse_print (task, error);
      return;
    }
  self->task = g_steal_pointer (&task);
  job->bytes = whole_job (self, raster, flush_first);
  job->patience = g_cancellable_new ();
  job->limit_id = g_timeout_add (self->profile.band_timeout_ms, limit_cb, job);
  g_subprocess_communicate_async (job->lp, job->bytes, job->patience, sent_cb, g_object_ref (self));
}

static ThSlipOutcome
th_queue_printer_print_finish (ThPrinter *printer, GAsyncResult *result, GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));

  if (job->error != NULL)
    g_propagate_error (error, g_steal_pointer (&job->error));
  return job->outcome;
}

static void
th_queue_printer_iface_init (ThPrinterInterface *iface)
{
  iface->start = th_queue_printer_start;
  iface->get_paper = th_queue_printer_get_paper;
  iface->get_answers = th_queue_printer_get_answers;
  iface->get_head = th_queue_printer_get_head;
  iface->describe = th_queue_printer_describe;
  iface->check_async = th_queue_printer_check_async;
  iface->check_finish = th_queue_printer_check_finish;
  iface->print_async = th_queue_printer_print_async;
  iface->print_finish = th_queue_printer_print_finish;
}

static void
th_queue_printer_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  switch (id)
    {
    case PROP_PAPER:
      g_value_set_uint (value, TH_QUEUE_PRINTER (object)->paper);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
th_queue_printer_finalize (GObject *object)
{
  ThQueuePrinter *self = TH_QUEUE_PRINTER (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_free (self->queue);
  G_OBJECT_CLASS (th_queue_printer_parent_class)->finalize (object);
}

static void
th_queue_printer_class_init (ThQueuePrinterClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = th_queue_printer_get_property;
  object_class->finalize = th_queue_printer_finalize;
  g_object_class_override_property (object_class, PROP_PAPER, "paper");
}

static void
th_queue_printer_init (ThQueuePrinter *self)
{
  self->paper = TH_PAPER_STARTING;
}

ThPrinter *
th_printer_queue_new (const char *queue, const ThPrinterProfile *profile)
{
  ThQueuePrinter *self;

  g_return_val_if_fail (queue != NULL, NULL);

  self = g_object_new (TH_TYPE_QUEUE_PRINTER, NULL);
  self->queue = g_strdup (queue);
  self->profile = *profile;
  return TH_PRINTER (self);
}
