/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slips that staff ask for. They wait in the records; this kiosk has the printer, so it looks for
 * them, and prints one at a time while its own visit does not need the printer. A visit that comes
 * to its slip meanwhile goes first, unless the other one has begun: then it waits those seconds. */
#include "drivers/printer-pair.h"
#include "kiosk/checkin-private.h"
#include "kiosk/slip.h"
#include "kiosk/words.h"

#include <string.h>

static gboolean
has_paper (ThPaper paper)
{
  return paper == TH_PAPER_READY || paper == TH_PAPER_LOW;
}

/* A visit that waits for its slip, or for paper to it, has the printer. */
static gboolean
is_free (ThCheckin *self)
{
  switch (self->flow.state)
    {
    case TH_STATE_PRINTING:
      return FALSE;
    case TH_STATE_TROUBLE:
    case TH_STATE_HELP:
      return self->flow.resume != TH_STATE_PRINTING;
    case TH_STATE_WELCOME:
    case TH_STATE_READING:
    case TH_STATE_NUMBER:
    case TH_STATE_IDENTITY:
    case TH_STATE_QUESTIONS:
    case TH_STATE_MEASURING:
    case TH_STATE_REST:
    case TH_STATE_PLACE:
    case TH_STATE_DONE:
    case TH_STATE_NOT_TODAY:
    case TH_N_STATES:
      break;
    }
  return !self->flow.printing;
}

static void
add_job (ThCheckin *self, ThJobKind kind, ThSlipState state, const char *why)
{
  ThJob job = { .kind = kind,
                .copy = self->order.copy,
                .sheet = self->sheet.number,
                .slip = state,
                .why = why };

  memcpy (job.visit, self->order.ticket.visit, sizeof job.visit);
  th_visit_log_add (self->log, &job);
}

/* With a spare, an order belongs to one of the two from its drawing to its outcome, as every slip does. */
static void
hold (ThCheckin *self)
{
  if (!self->order_held)
    th_printer_hold (self->printer);
  self->order_held = TRUE;
}

static void
let_go (ThCheckin *self)
{
  if (self->order_held)
    th_printer_let_go (self->printer);
  self->order_held = FALSE;
}

static void
order_over (ThCheckin *self)
{
  let_go (self);
  self->order_step = TH_ORDER_NONE;
  g_clear_pointer (&self->order_raster, th_raster_free);
  self->order = (ThPrint){ .copy = 0 };
  self->sheet = (ThSheet){ .number = 0 };
  if (!self->paper_wanted)
    return;
  self->paper_wanted = FALSE;
  th_checkin_ask_paper (self);
}

static void
order_printed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThCheckin) self = user_data;
  g_autoptr (GError) error = NULL;
  ThSlipOutcome outcome = th_printer_print_finish (TH_PRINTER (source), result, &error);

  if (g_cancellable_is_cancelled (self->over))
    return;
  if (error != NULL)
    g_warning ("printer: a slip for staff is %s: %s", th_slip_outcome_to_string (outcome),
               error->message);
  th_checkin_after_slip (self, outcome);
  switch (outcome)
    {
    case TH_SLIP_CONFIRMED:
      add_job (self, TH_JOB_SLIP, TH_SLIP_STATE_SENT, "");
      add_job (self, TH_JOB_SLIP, TH_SLIP_STATE_CONFIRMED, "");
      break;
    case TH_SLIP_SENT:
      add_job (self, TH_JOB_SLIP, TH_SLIP_STATE_SENT, "unwatched"); /* the last that can be known of it */
      break;
    case TH_SLIP_UNCERTAIN:
      add_job (self, TH_JOB_SLIP, TH_SLIP_STATE_UNCERTAIN, "printer");
      break;
    case TH_SLIP_FAILED:
      add_job (self, TH_JOB_PUT_OFF_PRINT, TH_SLIP_STATE_QUEUED, "printer");
      break;
    }
  order_over (self);
}

void
th_checkin_order_recorded (ThCheckin *self, const GError *error)
{
  if (self->order_step != TH_ORDER_RECORDING)
    return;
  if (error != NULL)
    {
      /* Cancelled at the last moment. */
      order_over (self);
      return;
    }
  self->order_step = TH_ORDER_PRINTING;
  th_printer_print_async (self->printer, self->order_raster, self->flush_first, NULL,
                          order_printed_cb, g_object_ref (self));
}

static void
order_drawn_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ThCheckin *self = TH_CHECKIN (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThRaster) raster = th_checkin_draw_finish (result, &error);

  if (g_cancellable_is_cancelled (self->over))
    return;
  if (raster == NULL)
    {
      g_warning ("slip: %s", error->message);
      add_job (self, TH_JOB_SLIP, TH_SLIP_STATE_FAILED, "drawing");
      order_over (self);
      return;
    }
  if (self->paper_wanted)
    {
      order_over (self); /* not begun: it waits on */
      return;
    }
  self->order_raster = g_steal_pointer (&raster);
  self->order_step = TH_ORDER_RECORDING;
  add_job (self, TH_JOB_BEGIN_PRINT, TH_SLIP_STATE_SENDING, th_printer_get_which (self->printer));
}

static ThSlip *
compose (ThCheckin *self)
{
  const ThTicket *ticket = &self->order.ticket;
  ThLanguage language;
  ThSlip *slip;

  if (!th_language_from_string (self->sheet.number != 0 ? self->sheet.language : self->order.language,
                                &language))
    language = self->config->default_language;
  if (self->sheet.number != 0)
    return th_slip_compose_sheet (self->config, language, &self->sheet);
  slip = th_slip_compose (self->config, language,
                          ticket->reasons != 0 ? TH_SLIP_HEALTH_DESK : TH_SLIP_QUEUE, ticket->lane,
                          ticket->number, ticket->token, NULL, ticket->people_ahead,
                          ticket->issued_at_us, self->order.copy);
  if (self->order.copy == 0)
    slip = th_slip_say_wait (slip, ticket->wait_low_s, ticket->wait_high_s);
  return slip;
}

static void
draw (ThCheckin *self)
{
  ThLanguage shown = th_words_current ();

  self->order_step = TH_ORDER_DRAWING;
  hold (self);
  th_checkin_draw (self, compose (self), order_drawn_cb);
  th_words_use (shown); /* somebody may be reading the screen in another language */
}

static void
order_checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThCheckin) self = user_data;
  g_autoptr (GError) error = NULL;
  ThPaper paper = th_printer_check_finish (TH_PRINTER (source), result, &error);

  if (g_cancellable_is_cancelled (self->over))
    return;
  if (error != NULL || !has_paper (paper) || self->paper_wanted)
    order_over (self);
  else
    draw (self);
}

/* Nobody waits for it any more. */
static gboolean
is_too_late (const ThSheet *sheet)
{
  return sheet->kind == TH_SHEET_NOT_TODAY && sheet->waited_s > TH_SHEET_WAIT_S;
}

void
th_checkin_take_order (ThCheckin *self, const ThPrint *print, const ThSheet *sheet)
{
  const char *why_not = NULL;

  if (self->order_step != TH_ORDER_NONE)
    return;
  if (print != NULL && print->day_over)
    why_not = "day over";
  if (sheet != NULL && is_too_late (sheet))
    why_not = "too late";
  if (why_not == NULL && (!is_free (self) || !has_paper (th_printer_get_paper (self->printer))))
    return;
  if (print != NULL)
    self->order = *print;
  if (sheet != NULL)
    self->sheet = *sheet;
  if (why_not != NULL)
    {
      add_job (self, TH_JOB_SLIP, TH_SLIP_STATE_FAILED, why_not);
      order_over (self);
      return;
    }
  self->order_step = TH_ORDER_ASKING;
  th_printer_check_async (self->printer, NULL, order_checked_cb, g_object_ref (self));
}

void
th_checkin_drop_order (ThCheckin *self)
{
  let_go (self);
  self->order_step = TH_ORDER_NONE;
  g_clear_pointer (&self->order_raster, th_raster_free);
}
