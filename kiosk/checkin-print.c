/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/printer-pair.h"
#include "kiosk/checkin-private.h"
#include "kiosk/slip.h"

static void
add_slip (ThCheckin *self, ThSlipState state, const char *why)
{
  th_checkin_add_job (
      self, (ThJob){ .kind = TH_JOB_SLIP, .copy = self->copy, .slip = state, .why = why });
}

void
th_checkin_let_printer_go (ThCheckin *self)
{
  if (self->printer_held)
    th_printer_let_go (self->printer);
  self->printer_held = FALSE;
}

static void
slip_over (ThCheckin *self, ThSlipOutcome outcome)
{
  th_checkin_let_printer_go (self);
  th_checkin_step (self, (ThEvent){ .type = TH_EVENT_SLIP_OVER, .outcome = outcome });
}

void
th_checkin_after_slip (ThCheckin *self, ThSlipOutcome outcome)
{
  self->flush_first
      = outcome == TH_SLIP_UNCERTAIN || (outcome == TH_SLIP_FAILED && self->flush_first);
}

static void
print_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThCheckin) self = user_data;
  g_autoptr (GError) error = NULL;
  ThSlipOutcome outcome = th_printer_print_finish (TH_PRINTER (source), result, &error);

  if (g_cancellable_is_cancelled (self->over))
    return;
  if (error != NULL)
    g_warning ("printer: slip is %s: %s", th_slip_outcome_to_string (outcome), error->message);
  th_checkin_after_slip (self, outcome);
  switch (outcome)
    {
    case TH_SLIP_CONFIRMED:
      add_slip (self, TH_SLIP_STATE_SENT, "");
      add_slip (self, TH_SLIP_STATE_CONFIRMED, "");
      break;
    case TH_SLIP_SENT:
      add_slip (self, TH_SLIP_STATE_SENT, "unwatched"); /* the last that can be known of it */
      break;
    case TH_SLIP_UNCERTAIN:
      add_slip (self, TH_SLIP_STATE_UNCERTAIN, "printer");
      break;
    case TH_SLIP_FAILED:
      add_slip (self, TH_SLIP_STATE_FAILED, "printer");
      break;
    }
  slip_over (self, outcome);
}

typedef struct
{
  ThSlip *slip;
  ThPrintHead head;
  ThRaster *raster; /* drawn, until the records know that it is being sent */
} Drawing;

static void
drawing_free (gpointer data)
{
  Drawing *drawing = data;

  g_clear_pointer (&drawing->slip, th_slip_free);
  g_clear_pointer (&drawing->raster, th_raster_free);
  g_free (drawing);
}

static void
draw_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Drawing *drawing = task_data;
  GError *error = NULL;

  drawing->raster = th_slip_draw (drawing->slip, &drawing->head, &error);
  if (drawing->raster == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

ThRaster *
th_checkin_draw_finish (GAsyncResult *result, GError **error)
{
  Drawing *drawing = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return g_steal_pointer (&drawing->raster);
}

static void
draw_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ThCheckin *self = TH_CHECKIN (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThRaster) raster = th_checkin_draw_finish (result, &error);

  if (g_cancellable_is_cancelled (self->over))
    return;
  if (raster == NULL)
    {
      g_warning ("slip: %s", error->message);
      add_slip (self, TH_SLIP_STATE_FAILED, "drawing");
      slip_over (self, TH_SLIP_FAILED);
      return;
    }
  g_clear_pointer (&self->drawing, th_raster_free);
  self->drawing = g_steal_pointer (&raster);
  add_slip (self, TH_SLIP_STATE_SENDING, th_printer_get_which (self->printer));
}

void
th_checkin_slip_recorded (ThCheckin *self, const GError *error)
{
  g_autoptr (ThRaster) raster = g_steal_pointer (&self->drawing);

  if (error != NULL || raster == NULL)
    {
      /* The records refuse: this original may be on paper already. */
      slip_over (self, TH_SLIP_UNCERTAIN);
      return;
    }
  th_printer_print_async (self->printer, raster, self->flush_first, NULL, print_cb,
                          g_object_ref (self));
}

void
th_checkin_draw (ThCheckin *self, ThSlip *slip, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, NULL);
  Drawing *drawing = g_new0 (Drawing, 1);

  drawing->slip = slip;
  drawing->head = th_printer_get_head (self->printer);
  g_task_set_task_data (task, drawing, drawing_free);
  th_worker_run (self->slips, task, draw_thread);
}

void
th_checkin_print (ThCheckin *self)
{
  ThSlip *slip;

  if (!self->printer_held)
    th_printer_hold (self->printer);
  self->printer_held = TRUE;
  slip = th_slip_compose (self->config, self->language,
                          self->ticket.reasons != 0 ? TH_SLIP_HEALTH_DESK : TH_SLIP_QUEUE,
                          self->ticket.lane, self->ticket.number, self->ticket.token,
                          self->card != NULL ? self->card->name : NULL, self->ticket.people_ahead,
                          self->ticket.issued_at_us, self->copy);
  /* A copy comes later: what was foretold is over then. */
  if (self->copy == 0)
    slip = th_slip_say_wait (slip, self->ticket.wait_low_s, self->ticket.wait_high_s);
  th_checkin_draw (self, slip, draw_cb);
}

/* The first slip in each script loads fonts; nobody should wait for that. */
void
th_checkin_warm_up (ThCheckin *self)
{
  guint language = self->config->default_language;

  /* The site's own comes last: its words stay in use. */
  for (guint i = 0; i < TH_N_LANGUAGES; i++)
    {
      language = (language + 1) % TH_N_LANGUAGES;
      th_checkin_draw (self,
                       th_slip_compose (self->config, language, TH_SLIP_QUEUE,
                                        self->config->lanes[0].letter, 0,
                                        "00000000000000000000000000000000", NULL, -1, 0, 0),
                       NULL);
    }
}

static void
check_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThCheckin) self = user_data;
  g_autoptr (GError) error = NULL;
  ThPaper paper = th_printer_check_finish (TH_PRINTER (source), result, &error);

  if (g_cancellable_is_cancelled (self->over))
    return;
  self->flow.paper = paper;
  th_checkin_step (self, (ThEvent){ .type = TH_EVENT_PAPER, .paper = paper });
}

void
th_checkin_ask_paper (ThCheckin *self)
{
  if (self->order_step != TH_ORDER_NONE)
    {
      self->paper_wanted = TRUE;
      return;
    }
  th_printer_check_async (self->printer, NULL, check_cb, g_object_ref (self));
}
