/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A slip printer behind Linux's usblp, for machines where the kernel shall keep it: bytes go in, and all that
 * comes back is the byte of LPGETSTATUS (paper, error). So a slip is "sent" at best.
 *
 * What is odd about usblp:
 * - LPGETSTATUS waits for the printer, up to 5 s: it is asked on a thread of its own.
 * - A write that does not block counts the bytes as written when they have been handed on. Only when the device can be
 *   written to again has the printer taken them; closing it before throws them away.
 * - Without paper it says that it can be written to, and takes nothing. So writing is tried again by the clock.
 * - One program at a time may have it open.
 */
#include "drivers/printer-lp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "drivers/escpos.h"

#define LPGETSTATUS 0x060b /* linux/lp.h, which does not stand everywhere */
#define TRY_MS 10

typedef struct
{
  GBytes *bytes;
  gsize harmless; /* bytes before the slip's own: flush and reset */
  gsize written;
  gint64 moved_us; /* when bytes went last */
  ThSlipOutcome outcome;
  GError *error;
} Job;

struct _ThLpPrinter
{
  GObject parent;
  ThPrinterProfile profile;
  char *path;
  ThPaper paper;
  int fd; /* -1: not open */
  guint tick_id;
  guint try_id;
  gboolean looking;
  gboolean broken_job;
  GTask *task; /* the one operation, with a Job when it prints */
};

static void th_lp_printer_iface_init (ThPrinterInterface *iface);
static void look (ThLpPrinter *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (ThLpPrinter, th_lp_printer, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_PRINTER, th_lp_printer_iface_init))

enum
{
  PROP_PAPER = 1,
};

static void
job_free (Job *job)
{
  g_bytes_unref (job->bytes);
  g_clear_error (&job->error);
  g_free (job);
}

static Job *
current_job (ThLpPrinter *self)
{
  return g_task_get_task_data (self->task);
}

static void
set_paper (ThLpPrinter *self, ThPaper paper)
{
  if (self->paper == paper)
    return;
  self->paper = paper;
  g_object_notify (G_OBJECT (self), "paper");
}

static void
lose (ThLpPrinter *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

/* ---- printing ----------------------------------------------------------------------------------- */

/* @error: (transfer full) (nullable) */
static void
end_print (ThLpPrinter *self, ThSlipOutcome outcome, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  Job *job = g_task_get_task_data (task);

  g_clear_handle_id (&self->try_id, g_source_remove);
  self->broken_job = outcome == TH_SLIP_UNCERTAIN || (outcome == TH_SLIP_FAILED && job->written > 0);
  job->outcome = outcome;
  job->error = error;
  g_task_return_boolean (task, TRUE);
}

static void
break_off (ThLpPrinter *self, GError *error)
{
  const Job *job = current_job (self);

  end_print (self, job->written > job->harmless ? TH_SLIP_UNCERTAIN : TH_SLIP_FAILED, error);
}

/* The printer has everything that was written. */
static gboolean
is_drained (int fd)
{
  struct pollfd look_at = { .fd = fd, .events = POLLOUT };

  return poll (&look_at, 1, 0) == 1 && (look_at.revents & (POLLERR | POLLHUP | POLLOUT)) == POLLOUT;
}

static gboolean
try_cb (gpointer data)
{
  ThLpPrinter *self = data;
  Job *job = current_job (self);
  gint64 now_us = g_get_monotonic_time ();
  gsize len;
  const guint8 *bytes = g_bytes_get_data (job->bytes, &len);
  gssize n = 0;

  if (job->written < len)
    n = write (self->fd, bytes + job->written, len - job->written);
  if (n < 0 && errno != EAGAIN && errno != EINTR && errno != ENOSPC)
    {
      int code = errno;

      self->try_id = 0;
      lose (self);
      set_paper (self, TH_PAPER_ABSENT);
      break_off (self, g_error_new (TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE, "writing %s: %s", self->path,
                                    g_strerror (code)));
      return G_SOURCE_REMOVE;
    }
  if (n > 0)
    {
      job->written += n;
      job->moved_us = now_us;
    }
  if (job->written == len && is_drained (self->fd))
    {
      self->try_id = 0;
      look (self); /* the outcome waits for the port's last word */
      return G_SOURCE_REMOVE;
    }
  if (now_us - job->moved_us > (gint64) self->profile.band_timeout_ms * 1000)
    {
      self->try_id = 0;
      lose (self);
      break_off (self, g_error_new (TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT,
                                    "%s takes no more bytes", self->path));
      return G_SOURCE_REMOVE;
    }
  if (now_us - job->moved_us > (gint64) self->profile.stall_ms * 1000)
    set_paper (self, TH_PAPER_UNKNOWN);
  return G_SOURCE_CONTINUE;
}

static void
begin (ThLpPrinter *self)
{
  Job *job = current_job (self);

  job->moved_us = g_get_monotonic_time ();
  if (self->broken_job && job->harmless == 0)
    {
      g_autoptr (GBytes) flush = th_escpos_flush (self->profile.cutter);
      g_autoptr (GBytes) slip = g_steal_pointer (&job->bytes);
      GByteArray *both = g_byte_array_new ();

      g_byte_array_append (both, g_bytes_get_data (flush, NULL), g_bytes_get_size (flush));
      g_byte_array_append (both, g_bytes_get_data (slip, NULL), g_bytes_get_size (slip));
      job->harmless = g_bytes_get_size (flush);
      job->bytes = g_byte_array_free_to_bytes (both);
    }
  self->try_id = g_timeout_add (TRY_MS, try_cb, self);
}

/* ---- looking ------------------------------------------------------------------------------------ */

typedef struct
{
  char *path;
  int fd;
  gboolean ask;
  int code; /* errno of what failed */
} Look;

static void
look_free (Look *at)
{
  g_free (at->path);
  g_free (at);
}

/* A device that was pulled while it was open. */
static gboolean
is_gone (int fd)
{
  struct pollfd look_at = { .fd = fd };

  return poll (&look_at, 1, 0) == 1 && (look_at.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look *at = data;
  ThPaper paper = TH_PAPER_READY;
  int status = 0;

  if (at->fd < 0)
    at->fd = open (at->path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (at->fd < 0)
    {
      at->code = errno;
      paper = TH_PAPER_ABSENT;
    }
  else if (is_gone (at->fd))
    paper = TH_PAPER_ABSENT;
  else if (ioctl (at->fd, LPGETSTATUS, &status) == 0)
    paper = at->ask ? th_escpos_port_paper ((guint8) status) : TH_PAPER_READY;
  else if (errno == ENODEV || errno == ENXIO || errno == EIO)
    paper = TH_PAPER_ABSENT;
  else if (errno == ETIMEDOUT || errno == EAGAIN)
    paper = at->ask ? TH_PAPER_UNKNOWN : TH_PAPER_READY;
  /* Any other error: this kernel does not offer it. */
  g_task_return_int (task, paper);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ThLpPrinter) self = TH_LP_PRINTER (source);
  const Look *at = g_task_get_task_data (G_TASK (result));
  ThPaper paper = g_task_propagate_int (G_TASK (result), NULL);
  Job *job;

  self->looking = FALSE;
  self->fd = at->fd;
  if (paper == TH_PAPER_ABSENT)
    lose (self);
  if (self->task == NULL || current_job (self) == NULL || current_job (self)->written == 0)
    set_paper (self, paper);
  if (self->task == NULL)
    return;
  job = current_job (self);
  if (job == NULL)
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->task);

      g_task_return_int (task, paper);
    }
  else if (job->written > 0)
    {
      set_paper (self, paper);
      if (paper == TH_PAPER_READY)
        end_print (self, TH_SLIP_SENT, NULL);
      else
        break_off (self, g_error_new (TH_DEVICE_ERROR, TH_DEVICE_ERROR_PAPER, "the printer says: %s",
                                      th_paper_to_string (paper)));
    }
  else if (paper == TH_PAPER_READY)
    begin (self);
  else
    break_off (self, g_error_new (TH_DEVICE_ERROR,
                                  paper == TH_PAPER_ABSENT ? TH_DEVICE_ERROR_GONE : TH_DEVICE_ERROR_PAPER,
                                  "%s: %s", self->path,
                                  at->code != 0 ? g_strerror (at->code) : th_paper_to_string (paper)));
}

static void
look (ThLpPrinter *self)
{
  g_autoptr (GTask) task = NULL;
  Look *at;

  if (self->looking)
    return;
  self->looking = TRUE;
  at = g_new0 (Look, 1);
  at->path = g_strdup (self->path);
  at->fd = self->fd;
  at->ask = self->profile.answers;
  task = g_task_new (g_object_ref (self), NULL, looked_cb, NULL);
  g_task_set_source_tag (task, look);
  g_task_set_task_data (task, at, (GDestroyNotify) look_free);
  g_task_run_in_thread (task, look_thread);
}

static gboolean
tick_cb (gpointer data)
{
  ThLpPrinter *self = data;

  if (self->task == NULL)
    look (self);
  return G_SOURCE_CONTINUE;
}

/* ---- the interface ------------------------------------------------------------------------------ */

static void
th_lp_printer_start (ThPrinter *printer)
{
  ThLpPrinter *self = TH_LP_PRINTER (printer);

  if (self->tick_id != 0)
    return;
  self->tick_id = g_timeout_add (self->profile.poll_ms, tick_cb, self);
  look (self);
}

static ThPaper
th_lp_printer_get_paper (ThPrinter *printer)
{
  return TH_LP_PRINTER (printer)->paper;
}

static gboolean
th_lp_printer_get_answers (ThPrinter *printer)
{
  return FALSE;
}

static ThPrintHead
th_lp_printer_get_head (ThPrinter *printer)
{
  const ThPrinterProfile *profile = &TH_LP_PRINTER (printer)->profile;

  return (ThPrintHead){ profile->width_dots, profile->dpi != 0 ? profile->dpi : 203 };
}

static char *
th_lp_printer_describe (ThPrinter *printer)
{
  ThLpPrinter *self = TH_LP_PRINTER (printer);
  ThPrintHead head = th_lp_printer_get_head (printer);

  return g_strdup_printf ("%s%s; %u dots at %u dpi, %s, cannot confirm a slip", self->path,
                          self->fd < 0 ? ", not open" : "", head.width_dots, head.dpi,
                          self->profile.cutter ? "cutter" : "no cutter");
}

static gboolean
take_operation (ThLpPrinter *self, GTask *task)
{
  if (self->task != NULL)
    return FALSE;
  self->task = g_object_ref (task);
  look (self);
  return TRUE;
}

static void
th_lp_printer_check_async (ThPrinter *printer, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (printer, cancellable, callback, user_data);

  g_task_set_source_tag (task, th_lp_printer_check_async);
  if (!take_operation (TH_LP_PRINTER (printer), task))
    g_task_return_new_error (task, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY,
                             "the printer is already busy");
}

static ThPaper
th_lp_printer_check_finish (ThPrinter *printer, GAsyncResult *result, GError **error)
{
  gssize paper = g_task_propagate_int (G_TASK (result), error);

  return paper < 0 ? TH_LP_PRINTER (printer)->paper : (ThPaper) paper;
}

static void
refuse_print (GTask *task, int code, const char *why)
{
  Job *job = g_task_get_task_data (task);

  job->outcome = TH_SLIP_FAILED;
  job->error = g_error_new_literal (TH_DEVICE_ERROR, code, why);
  g_task_return_boolean (task, TRUE);
}

static void
th_lp_printer_print_async (ThPrinter *printer, const ThRaster *raster, gboolean flush_first,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  ThLpPrinter *self = TH_LP_PRINTER (printer);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  g_task_set_source_tag (task, th_lp_printer_print_async);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_set_check_cancellable (task, FALSE);
  job->bytes = th_escpos_job (raster, self->profile.band_rows, self->profile.cutter);
  self->broken_job |= flush_first;
  if (raster->width_dots != self->profile.width_dots)
    refuse_print (task, TH_DEVICE_ERROR_PROTOCOL, "the slip is drawn for another width");
  else if (!take_operation (self, task))
    refuse_print (task, TH_DEVICE_ERROR_BUSY, "the printer is already busy");
}

static ThSlipOutcome
th_lp_printer_print_finish (ThPrinter *printer, GAsyncResult *result, GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));

  if (job->error != NULL)
    g_propagate_error (error, g_steal_pointer (&job->error));
  return job->outcome;
}

static void
th_lp_printer_iface_init (ThPrinterInterface *iface)
{
  iface->start = th_lp_printer_start;
  iface->get_paper = th_lp_printer_get_paper;
  iface->get_answers = th_lp_printer_get_answers;
  iface->get_head = th_lp_printer_get_head;
  iface->describe = th_lp_printer_describe;
  iface->check_async = th_lp_printer_check_async;
  iface->check_finish = th_lp_printer_check_finish;
  iface->print_async = th_lp_printer_print_async;
  iface->print_finish = th_lp_printer_print_finish;
}

static void
th_lp_printer_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  switch (id)
    {
    case PROP_PAPER:
      g_value_set_uint (value, TH_LP_PRINTER (object)->paper);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

/* A look and an operation under way hold a reference. */
static void
th_lp_printer_finalize (GObject *object)
{
  ThLpPrinter *self = TH_LP_PRINTER (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_clear_handle_id (&self->try_id, g_source_remove);
  lose (self);
  g_free (self->path);
  G_OBJECT_CLASS (th_lp_printer_parent_class)->finalize (object);
}

static void
th_lp_printer_class_init (ThLpPrinterClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = th_lp_printer_get_property;
  object_class->finalize = th_lp_printer_finalize;
  g_object_class_override_property (object_class, PROP_PAPER, "paper");
}

static void
th_lp_printer_init (ThLpPrinter *self)
{
  self->paper = TH_PAPER_STARTING;
  self->fd = -1;
}

ThPrinter *
th_printer_lp_new (const char *path, const ThPrinterProfile *profile)
{
  ThLpPrinter *self;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (TH_TYPE_LP_PRINTER, NULL);
  self->path = g_strdup (path);
  self->profile = *profile;
  return TH_PRINTER (self);
}
