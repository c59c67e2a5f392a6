/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An ESC/POS slip printer on USB, matched by its interface class (07/01/02: printer, bidirectional), because
 * clones share each other's vendor and product ids; a few hide in a class of their own (printer-model.c).
 *
 * What is odd about these printers:
 * - Without paper they simply stop taking bytes, in the middle of a transfer (printer-send.c).
 * - Questions travel in the same pipe as the picture. To a printer that was left inside a picture they are
 *   picture. So after a broken job, and once when a printer is silent, NULs complete what it may be
 *   waiting for (printer-ask.c).
 * - An answer does not say which question it belongs to. After a round that failed, late answers are
 *   read away before the next.
 * - While it prints, a simple model answers late. Only after CONFIRM_PATIENCE is silence final.
 */
#include "drivers/printer-usb.h"

#include <string.h>

#include "drivers/escpos.h"
#include "drivers/printer-ask.h"
#include "drivers/printer-send.h"

#define CONFIRM_PATIENCE 12 /* times status_timeout_ms */

/* USB printer class 1.1, 4.2.1 */
#define REQUEST_TYPE_CLASS_IN 0xa1
#define GET_DEVICE_ID 0
#define DEVICE_ID_MAX 512

typedef enum
{
  STEP_IDLE,
  STEP_LOOK,    /* a poll, a check, or before the first byte of a job */
  STEP_FLUSH,
  STEP_BEGIN,
  STEP_BAND,
  STEP_END,
  STEP_CONFIRM, /* after the cut */
} Step;

typedef struct
{
  ThRaster *raster;
  gboolean flush;
  guint band;
  gboolean taken; /* the printer has bytes of the slip */
  ThSlipOutcome outcome;
  GError *error;
} Job;

struct _ThUsbPrinter
{
  GObject parent;
  ThPrinterProfile profile;
  const ThPrinterModel *model; /* what it was taken for, when it was here last */
  ThPrinterId id;
  ThUsbMatch only[2]; /* when the profile says which */
  ThUsbContext *context;
  gulong changed_id;
  guint tick_id;
  ThUsbDevice *device; /* NULL: not open */
  gulong gone_id;
  gboolean opening;
  ThPaper paper;

  Step step;
  GTask *task; /* the one operation, with a Job when it prints; NULL for polls */
  gboolean late_answers;   /* the last round ended early: answers may still come */
  gboolean mid_picture;    /* it may be waiting for the rest of a picture */
  gboolean tried_complete; /* for a silence that nobody explained */
  gboolean broken_job;     /* flush before the next one */
  gint64 confirm_until_us;
};

static void th_usb_printer_iface_init (ThPrinterInterface *iface);
static void run_step (ThUsbPrinter *self, Step step);

G_DEFINE_FINAL_TYPE_WITH_CODE (ThUsbPrinter, th_usb_printer, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_PRINTER, th_usb_printer_iface_init))

enum
{
  PROP_PAPER = 1,
};

static void
job_free (Job *job)
{
  th_raster_free (job->raster);
  g_clear_error (&job->error);
  g_free (job);
}

/* NULL: the operation is a check. */
static Job *
current_job (ThUsbPrinter *self)
{
  return g_task_get_task_data (self->task);
}

static void
set_paper (ThUsbPrinter *self, ThPaper paper)
{
  if (self->paper == paper)
    return;
  self->paper = paper;
  g_object_notify (G_OBJECT (self), "paper");
}

/* ---- the end of an operation -------------------------------------------------------------------- */

static void
end_check (ThUsbPrinter *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  self->step = STEP_IDLE;
  g_task_return_int (task, self->paper);
}

/* @error: (transfer full) (nullable) */
static void
end_print (ThUsbPrinter *self, ThSlipOutcome outcome, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  Job *job = g_task_get_task_data (task);

  self->step = STEP_IDLE;
  job->outcome = outcome;
  job->error = error;
  if (outcome == TH_SLIP_UNCERTAIN)
    self->broken_job = TRUE;
  g_task_return_boolean (task, TRUE);
}

/* The job cannot go on: what became of the slip follows from what the printer has of it. */
static void
break_off (ThUsbPrinter *self, GError *error)
{
  Job *job = current_job (self);

  end_print (self, job->taken ? TH_SLIP_UNCERTAIN : TH_SLIP_FAILED, error);
}

static GError *
paper_error (ThPaper paper)
{
  int code = TH_DEVICE_ERROR_PAPER;

  if (paper == TH_PAPER_ABSENT)
    code = TH_DEVICE_ERROR_GONE;
  if (paper == TH_PAPER_UNKNOWN)
    code = TH_DEVICE_ERROR_TIMED_OUT;
  return g_error_new (TH_DEVICE_ERROR, code, "the printer says: %s", th_paper_to_string (paper));
}

static gboolean
can_print (ThPaper paper)
{
  return paper == TH_PAPER_READY || paper == TH_PAPER_LOW;
}

/* ---- connected or not --------------------------------------------------------------------------- */

static void
lose_device (ThUsbPrinter *self)
{
  if (self->device == NULL)
    return;
  g_clear_signal_handler (&self->gone_id, self->device);
  th_usb_device_close (self->device);
  g_clear_object (&self->device);
  set_paper (self, TH_PAPER_ABSENT);
}

static void
gone_cb (ThUsbPrinter *self)
{
  lose_device (self); /* a transfer under way ends by itself, with GONE */
}

static void
start_operation (ThUsbPrinter *self)
{
  self->step = STEP_LOOK; /* who is told of the paper may start an operation: it waits for the look */
  if (self->device != NULL && !self->profile.answers)
    set_paper (self, TH_PAPER_READY);
  run_step (self, STEP_LOOK);
}

/* @device: (nullable) (transfer full) */
static void
opened (ThUsbPrinter *self, ThUsbDevice *device)
{
  self->opening = FALSE;
  self->device = device;
  if (device == NULL)
    set_paper (self, TH_PAPER_ABSENT);
  else
    {
      self->gone_id = g_signal_connect_swapped (device, "gone", G_CALLBACK (gone_cb), self);
      self->late_answers = TRUE; /* to whoever had it before */
      self->tried_complete = FALSE;
    }
  if (device != NULL || self->task != NULL)
    start_operation (self);
}

/* What it says of itself; many say nothing. */
static void
identified_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ThUsbDevice *device = TH_USB_DEVICE (source);
  g_autoptr (ThUsbPrinter) self = data;
  g_autoptr (GBytes) bytes = th_usb_device_control_in_finish (device, result, NULL);

  if (th_usb_device_is_gone (device))
    {
      opened (self, NULL);
      return;
    }
  memset (&self->id, 0, sizeof self->id);
  if (bytes != NULL)
    th_printer_id_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &self->id);
  if (self->profile.pick != 0)
    {
      self->model = th_printer_model_of (th_usb_device_get_vendor_id (device),
                                         th_usb_device_get_product_id (device), self->id.model);
      th_printer_profile_pick (&self->profile, self->model);
    }
  opened (self, g_object_ref (device));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ThUsbPrinter) self = data;
  g_autoptr (ThUsbDevice) device = NULL;

  device = th_usb_context_open_finish (TH_USB_CONTEXT (source), result, NULL);
  if (device == NULL)
    {
      opened (self, NULL);
      return;
    }
  th_usb_device_control_in_async (device, REQUEST_TYPE_CLASS_IN, GET_DEVICE_ID, 0,
                                  th_usb_device_get_interface (device) << 8, DEVICE_ID_MAX,
                                  self->profile.status_timeout_ms, NULL, identified_cb,
                                  g_object_ref (self));
}

static void
try_open (ThUsbPrinter *self)
{
  if (self->device != NULL || self->opening || self->step != STEP_IDLE)
    return;
  self->opening = TRUE;
  th_usb_context_open_async (self->context,
                             self->profile.vendor_id != 0 ? self->only : th_printer_usb_matches, NULL, opened_cb, g_object_ref (self));
}

static gboolean
tick_cb (gpointer data)
{
  ThUsbPrinter *self = data;

  if (self->device == NULL)
    try_open (self);
  else if (self->step == STEP_IDLE)
    start_operation (self); /* a poll */
  return G_SOURCE_CONTINUE;
}

/* ---- looking ------------------------------------------------------------------------------------ */

/* The device is free, and self->paper is fresh: what was it asked for? */
static void
looked (ThUsbPrinter *self)
{
  Job *job;

  self->step = STEP_IDLE;
  if (self->task == NULL)
    return;
  job = current_job (self);
  if (job == NULL)
    end_check (self);
  else if (!can_print (self->paper))
    break_off (self, paper_error (self->paper));
  else if (g_cancellable_is_cancelled (g_task_get_cancellable (self->task)))
    break_off (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled"));
  else
    run_step (self, job->flush || self->broken_job ? STEP_FLUSH : STEP_BEGIN);
}

static void
confirmed (ThUsbPrinter *self)
{
  if (can_print (self->paper))
    end_print (self, TH_SLIP_CONFIRMED, NULL);
  else if (self->paper == TH_PAPER_UNKNOWN && g_get_monotonic_time () < self->confirm_until_us)
    run_step (self, STEP_CONFIRM);
  else
    end_print (self, TH_SLIP_UNCERTAIN, paper_error (self->paper));
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ThUsbPrinter) self = data;
  gboolean completed = FALSE;
  ThPaper paper = th_printer_ask_finish (TH_USB_DEVICE (source), result, &completed);
  gboolean silent = paper == TH_PAPER_UNKNOWN;

  if (th_usb_device_is_gone (TH_USB_DEVICE (source)))
    lose_device (self);
  /* Off line it does not answer GS a; why it is, it has said by itself. */
  if (self->profile.automatic && paper == TH_PAPER_OFFLINE &&
      (self->paper == TH_PAPER_COVER_OPEN || self->paper == TH_PAPER_FAULT || self->paper == TH_PAPER_HOT))
    paper = self->paper;
  if (completed)
    self->mid_picture = FALSE;
  self->late_answers = silent;
  if (!silent)
    self->tried_complete = FALSE;
  else if (!self->tried_complete && self->step == STEP_LOOK && self->device != NULL)
    {
      /* Perhaps a crash left it inside a picture. Once: what never answers is not fed NULs all day. */
      self->tried_complete = TRUE;
      self->mid_picture = TRUE;
      if (self->paper != TH_PAPER_STARTING)
        set_paper (self, paper);
      run_step (self, STEP_LOOK);
      return;
    }
  set_paper (self, self->device != NULL ? paper : TH_PAPER_ABSENT);
  if (self->step == STEP_CONFIRM)
    confirmed (self);
  else
    looked (self);
}

static void
ask (ThUsbPrinter *self)
{
  th_printer_ask_async (self->device, self->profile.status_timeout_ms, self->profile.automatic, self->mid_picture,
                        self->late_answers, asked_cb, g_object_ref (self));
}

/* ---- sending ------------------------------------------------------------------------------------ */

static void
stalled_cb (ThPaper paper, gpointer data)
{
  ThUsbPrinter *self = data;

  if (self->device != NULL)
    set_paper (self, paper);
}

/* The printer took all of the step's bytes. */
static void
next_step (ThUsbPrinter *self)
{
  Job *job = current_job (self);

  switch (self->step)
    {
    case STEP_FLUSH:
      self->mid_picture = FALSE;
      self->broken_job = FALSE;
      run_step (self, STEP_BEGIN);
      return;
    case STEP_BEGIN:
      run_step (self, STEP_BAND);
      return;
    case STEP_BAND:
      job->band++;
      if (job->band < th_escpos_n_bands (job->raster, self->profile.band_rows))
        run_step (self, STEP_BAND);
      else
        run_step (self, STEP_END);
      return;
    case STEP_END:
      if (!self->profile.answers)
        {
          end_print (self, TH_SLIP_SENT, NULL);
          return;
        }
      self->confirm_until_us =
          g_get_monotonic_time () + (gint64) CONFIRM_PATIENCE * self->profile.status_timeout_ms *
                                        (G_USEC_PER_SEC / 1000);
      self->late_answers = TRUE; /* whatever came meanwhile is no answer to what is asked now */
      run_step (self, STEP_CONFIRM);
      return;
    case STEP_IDLE:
    case STEP_LOOK:
    case STEP_CONFIRM:
      break;
    }
  g_assert_not_reached ();
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ThUsbPrinter) self = data;
  GError *error = NULL;
  gsize taken;

  if (th_printer_send_finish (TH_USB_DEVICE (source), result, &taken, &error))
    {
      if (self->step == STEP_BAND || self->step == STEP_END)
        current_job (self)->taken = TRUE;
      next_step (self);
      return;
    }
  if (taken > 0 && (self->step == STEP_BAND || self->step == STEP_END))
    current_job (self)->taken = TRUE;
  /* A packet more than was counted may have been taken: both are assumed also after none. */
  self->mid_picture = TRUE;
  self->broken_job = TRUE;
  if (th_usb_device_is_gone (TH_USB_DEVICE (source)))
    lose_device (self);
  else if (self->profile.answers && can_print (self->paper))
    set_paper (self, TH_PAPER_UNKNOWN);
  break_off (self, error);
}

/* @bytes: (transfer full) */
static void
send (ThUsbPrinter *self, GBytes *bytes)
{
  ThPrinterPatience patience = {
    .stall_ms = self->profile.stall_ms,
    .question_ms = self->profile.status_timeout_ms,
    .timeout_ms = self->profile.band_timeout_ms,
    .stalled = stalled_cb,
  };

  th_printer_send_async (self->device, bytes, &patience, sent_cb, g_object_ref (self));
  g_bytes_unref (bytes);
}

/* ---- the steps ---------------------------------------------------------------------------------- */

/* It is not there, or went between two steps: what runs ends here. */
static void
end_without_device (ThUsbPrinter *self)
{
  self->step = STEP_IDLE;
  if (self->task == NULL)
    return;
  if (current_job (self) == NULL)
    end_check (self);
  else
    break_off (self, paper_error (TH_PAPER_ABSENT));
}

static void
run_step (ThUsbPrinter *self, Step step)
{
  const Job *job;

  if (self->device == NULL)
    {
      end_without_device (self);
      return;
    }
  self->step = step;
  switch (step)
    {
    case STEP_IDLE:
      return;
    case STEP_LOOK:
      if (self->profile.answers)
        ask (self);
      else
        looked (self);
      return;
    case STEP_FLUSH:
      send (self, th_escpos_flush (self->profile.cutter));
      return;
    case STEP_BEGIN:
      send (self, th_escpos_begin ());
      return;
    case STEP_BAND:
      job = current_job (self);
      send (self, th_escpos_band (job->raster, self->profile.band_rows, job->band));
      return;
    case STEP_END:
      send (self, th_escpos_end (self->profile.cutter));
      return;
    case STEP_CONFIRM:
      ask (self);
      return;
    }
}

/* ---- the interface ------------------------------------------------------------------------------ */

static void
th_usb_printer_start (ThPrinter *printer)
{
  ThUsbPrinter *self = TH_USB_PRINTER (printer);

  if (self->tick_id != 0)
    return;
  self->changed_id =
      g_signal_connect_swapped (self->context, "changed", G_CALLBACK (try_open), self);
  self->tick_id = g_timeout_add (self->profile.poll_ms, tick_cb, self);
  try_open (self);
}

static ThPaper
th_usb_printer_get_paper (ThPrinter *printer)
{
  return TH_USB_PRINTER (printer)->paper;
}

static gboolean
th_usb_printer_get_answers (ThPrinter *printer)
{
  return TH_USB_PRINTER (printer)->profile.answers;
}

static ThPrintHead
th_usb_printer_get_head (ThPrinter *printer)
{
  const ThPrinterProfile *profile = &TH_USB_PRINTER (printer)->profile;

  return (ThPrintHead){ profile->width_dots, profile->dpi != 0 ? profile->dpi : 203 };
}

static char *
th_usb_printer_describe (ThPrinter *printer)
{
  ThUsbPrinter *self = TH_USB_PRINTER (printer);
  ThPrintHead head = th_usb_printer_get_head (printer);

  if (self->device == NULL)
    return g_strdup ("not connected");
  return g_strdup_printf ("USB %04x:%04x%s%s%s%s, taken for: %s; %u dots at %u dpi, %s, %s",
                          th_usb_device_get_vendor_id (self->device),
                          th_usb_device_get_product_id (self->device),
                          self->id.maker[0] != '\0' ? " " : "", self->id.maker,
                          self->id.model[0] != '\0' ? " " : "", self->id.model,
                          self->model != NULL ? self->model->what : "what the settings say",
                          head.width_dots, head.dpi, self->profile.cutter ? "cutter" : "no cutter",
                          self->profile.answers ? "answers" : "never answers");
}

/* Takes the device for self->task as soon as it is free: now, or when it is open. While a poll looks, its
 * answers will do. */
static void
begin_operation (ThUsbPrinter *self)
{
  if (self->step != STEP_IDLE)
    return;
  if (self->device != NULL)
    start_operation (self);
  else
    try_open (self);
}

static void
th_usb_printer_check_async (ThPrinter *printer, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  ThUsbPrinter *self = TH_USB_PRINTER (printer);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, th_usb_printer_check_async);
  if (self->task != NULL)
    {
      g_task_return_new_error (task, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY,
                               "the printer is already busy");
      return;
    }
  self->task = g_steal_pointer (&task);
  begin_operation (self);
}

static ThPaper
th_usb_printer_check_finish (ThPrinter *printer, GAsyncResult *result, GError **error)
{
  gssize paper = g_task_propagate_int (G_TASK (result), error);

  return paper < 0 ? TH_USB_PRINTER (printer)->paper : (ThPaper) paper;
}

static void
refuse_print (GTask *task, GError *error)
{
  Job *job = g_task_get_task_data (task);

  job->outcome = TH_SLIP_FAILED;
  job->error = error;
  g_task_return_boolean (task, TRUE);
}

static ThRaster *
raster_copy (const ThRaster *raster)
{
  ThRaster *copy = th_raster_new (raster->width_dots, raster->height_dots);

  memcpy (copy->rows, raster->rows, raster->height_dots * raster->stride);
  return copy;
}

static void
th_usb_printer_print_async (ThPrinter *printer, const ThRaster *raster, gboolean flush_first,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  ThUsbPrinter *self = TH_USB_PRINTER (printer);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  g_task_set_source_tag (task, th_usb_printer_print_async);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  /* What became of the slip is told also to whoever does not want it any more. */
  g_task_set_check_cancellable (task, FALSE);
  if (self->task != NULL)
    {
      refuse_print (task, g_error_new_literal (TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY,
                                               "the printer is already busy"));
      return;
    }
  if (raster->width_dots != self->profile.width_dots)
    {
      refuse_print (task, g_error_new (TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                                       "a slip %u dots wide for a printer of %u",
                                       raster->width_dots, self->profile.width_dots));
      return;
    }
  job->raster = raster_copy (raster);
  job->flush = flush_first;
  self->task = g_steal_pointer (&task);
  begin_operation (self);
}

static ThSlipOutcome
th_usb_printer_print_finish (ThPrinter *printer, GAsyncResult *result, GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));

  if (job->error != NULL)
    g_propagate_error (error, g_steal_pointer (&job->error));
  return job->outcome;
}

static void
th_usb_printer_iface_init (ThPrinterInterface *iface)
{
  iface->start = th_usb_printer_start;
  iface->get_paper = th_usb_printer_get_paper;
  iface->get_answers = th_usb_printer_get_answers;
  iface->get_head = th_usb_printer_get_head;
  iface->describe = th_usb_printer_describe;
  iface->check_async = th_usb_printer_check_async;
  iface->check_finish = th_usb_printer_check_finish;
  iface->print_async = th_usb_printer_print_async;
  iface->print_finish = th_usb_printer_print_finish;
}

static void
th_usb_printer_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  switch (id)
    {
    case PROP_PAPER:
      g_value_set_uint (value, TH_USB_PRINTER (object)->paper);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

/* Every transfer holds a reference, so nothing is under way here. */
static void
th_usb_printer_dispose (GObject *object)
{
  ThUsbPrinter *self = TH_USB_PRINTER (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  if (self->context != NULL)
    g_clear_signal_handler (&self->changed_id, self->context);
  if (self->device != NULL)
    {
      g_clear_signal_handler (&self->gone_id, self->device);
      th_usb_device_close (self->device);
      g_clear_object (&self->device);
    }
  g_clear_object (&self->context);
  G_OBJECT_CLASS (th_usb_printer_parent_class)->dispose (object);
}

static void
th_usb_printer_class_init (ThUsbPrinterClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = th_usb_printer_get_property;
  object_class->dispose = th_usb_printer_dispose;
  g_object_class_override_property (object_class, PROP_PAPER, "paper");
}

static void
th_usb_printer_init (ThUsbPrinter *self)
{
  self->paper = TH_PAPER_STARTING;
}

ThPrinter *
th_printer_usb_new (ThUsbContext *context, const ThPrinterProfile *profile)
{
  ThUsbPrinter *self;

  g_return_val_if_fail (TH_IS_USB_CONTEXT (context), NULL);
  g_return_val_if_fail (profile->band_rows >= TH_ESCPOS_MIN_BAND_ROWS &&
                            profile->band_rows <= TH_ESCPOS_MAX_BAND_ROWS,
                        NULL);
  g_return_val_if_fail (profile->width_dots <= TH_ESCPOS_MAX_STRIDE * 8, NULL);

  self = g_object_new (TH_TYPE_USB_PRINTER, NULL);
  self->context = g_object_ref (context);
  self->profile = *profile;
  self->only[0] = (ThUsbMatch){ .vendor_id = profile->vendor_id, .product_id = profile->product_id };
  return TH_PRINTER (self);
}
