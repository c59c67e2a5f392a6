/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the devices tell a check-in: each signal becomes an event of the flow. */
#include "drivers/printer-pair.h"
#include "kiosk/checkin-private.h"

#include <string.h>

#include "kiosk/id-number.h"

/* A sample that took longer than this to come here is of the past. */
#define STALE_US G_USEC_PER_SEC

static void
health_cb (GObject *device, GParamSpec *pspec, ThCheckin *self)
{
  gboolean reader = device == (GObject *)self->reader;
  ThEvent event = { .type = TH_EVENT_HEALTH };

  event.device = reader ? TH_PART_READER : TH_PART_THERMOMETER;
  event.health = reader ? th_card_reader_get_health (self->reader)
                        : th_thermometer_get_health (self->thermometer);
  if (event.health == self->flow.health[event.device])
    return;
  g_message ("%s: %s", th_part_to_string (event.device), th_health_to_string (event.health));
  th_checkin_add_job (self, (ThJob){ .kind = TH_JOB_DEVICE,
                                     .part = th_part_to_string (event.device),
                                     .state = th_health_to_string (event.health) });
  if (!reader)
    th_checkin_gate_health (self, event.health);
  th_checkin_step (self, event);
}

static ThHealth
health_of_paper (ThPaper paper)
{
  switch (paper)
    {
    case TH_PAPER_STARTING:
      return TH_HEALTH_STARTING;
    case TH_PAPER_READY:
    case TH_PAPER_LOW:
      return TH_HEALTH_READY;
    case TH_PAPER_ABSENT:
      return TH_HEALTH_ABSENT;
    case TH_PAPER_UNKNOWN:
      return TH_HEALTH_SILENT;
    case TH_PAPER_OUT:
    case TH_PAPER_COVER_OPEN:
    case TH_PAPER_OFFLINE:
    case TH_PAPER_FAULT:
    case TH_PAPER_HOT:
      break;
    }
  return TH_HEALTH_FAULT;
}

/* One of the printers: staff see each. */
static void
printer_cb (ThPrinter *printer, GParamSpec *pspec, ThCheckin *self)
{
  gboolean spare = TH_IS_PRINTER_PAIR (self->printer)
                   && printer == th_printer_pair_get_spare (TH_PRINTER_PAIR (self->printer));
  const char *part = spare ? "spare" : "printer";
  ThPaper state = th_printer_get_paper (printer);
  const char *paper = state == TH_PAPER_READY && !th_printer_get_answers (printer)
                          ? "unwatched"
                          : th_paper_to_string (state);

  g_message ("%s: %s", part, paper);
  th_checkin_add_job (self, (ThJob){ .kind = TH_JOB_DEVICE, .part = part, .state = paper });
}

/* The printer that the next slip comes from: the visit goes by it. */
static void
paper_cb (GObject *device, GParamSpec *pspec, ThCheckin *self)
{
  ThPaper paper = th_printer_get_paper (self->printer);

  th_checkin_step (self, (ThEvent){ .type = TH_EVENT_HEALTH,
                                    .device = TH_PART_PRINTER,
                                    .health = health_of_paper (paper),
                                    .paper = paper });
}

static void
card_found_cb (ThCardReader *reader, ThCheckin *self)
{
  th_checkin_step (self, (ThEvent){ .type = TH_EVENT_CARD_FOUND });
}

static void
card_read_cb (ThCardReader *reader, ThCard *card, ThCheckin *self)
{
  g_autoptr (GError) error = NULL;
  const char *why = NULL;
  gboolean known;

  th_checkin_drop_next (self);
  if (self->photos == NULL && !self->config->photo_sealed)
    th_card_drop_photo (card);
  known = th_id_number_check (card->id_number, th_checkin_today (self), self->next_number, &error);
  if (known && self->config->expired_card == TH_EXPIRED_REFUSE
      && (th_card_check (card, self->next_number, th_checkin_today (self)) & TH_CARD_NOTE_EXPIRED))
    {
      known = FALSE;
      why = "card-expired";
    }
  if (!known)
    {
      th_checkin_step (self, (ThEvent){ .type = TH_EVENT_CARD_READ, .why = why });
      return;
    }
  self->next_card = th_card_ref (card);
  th_checkin_next_arrived (self);
}

static void
card_failed_cb (ThCardReader *reader, GError *error, ThCheckin *self)
{
  th_checkin_step (self, (ThEvent){ .type = TH_EVENT_CARD_FAILED, .retry = error->code });
}

static void
card_lifted_cb (ThCardReader *reader, ThCheckin *self)
{
  th_checkin_step (self, (ThEvent){ .type = TH_EVENT_CARD_LIFTED });
}

static void
sample_cb (ThThermometer *thermometer, const ThSample *sample, ThCheckin *self)
{
  th_checkin_gate_sample (self, sample);
  th_checkin_trial_sample (self, sample);
  if (sample->present)
    self->last_present_us = g_get_monotonic_time ();
  /* What was seen before this measurement began, or long ago, is of somebody else for all we know. */
  if (self->flow.state != TH_STATE_MEASURING || sample->time_us < self->measure_us
      || g_get_monotonic_time () - sample->time_us > STALE_US)
    return;
  if (th_window_add (&self->window, &self->flow.screening, sample, &self->reading))
    th_checkin_step (
        self, (ThEvent){ .type = TH_EVENT_MEASURED, .shown_tenths = self->reading.shown_tenths });
  else
    th_checkin_update (self);
}

static void
look_cb (ThThermometer *thermometer, const ThSample *sample, ThCheckin *self)
{
  th_checkin_gate_sample (self, sample);
}

/* The printers that staff see, each by itself: both of a pair. */
static guint
list_printers (ThCheckin *self, ThPrinter *printers[2])
{
  printers[0] = self->printer;
  if (!TH_IS_PRINTER_PAIR (self->printer))
    return 1;
  printers[0] = th_printer_pair_get_main (TH_PRINTER_PAIR (self->printer));
  printers[1] = th_printer_pair_get_spare (TH_PRINTER_PAIR (self->printer));
  return 2;
}

void
th_checkin_connect_devices (ThCheckin *self)
{
  ThPrinter *printers[2];
  guint n = list_printers (self, printers);

  if (self->reader != NULL)
    {
      g_signal_connect (self->reader, "notify::health", G_CALLBACK (health_cb), self);
      g_signal_connect (self->reader, "card-found", G_CALLBACK (card_found_cb), self);
      g_signal_connect (self->reader, "card-read", G_CALLBACK (card_read_cb), self);
      g_signal_connect (self->reader, "card-failed", G_CALLBACK (card_failed_cb), self);
      g_signal_connect (self->reader, "card-lifted", G_CALLBACK (card_lifted_cb), self);
    }
  g_signal_connect (self->thermometer, "notify::health", G_CALLBACK (health_cb), self);
  g_signal_connect (self->thermometer, "sample", G_CALLBACK (sample_cb), self);
  g_signal_connect (self->thermometer, "look", G_CALLBACK (look_cb), self);
  for (guint i = 0; i < n; i++)
    g_signal_connect (printers[i], "notify::paper", G_CALLBACK (printer_cb), self);
  g_signal_connect (self->printer, "notify::paper", G_CALLBACK (paper_cb), self);
}

void
th_checkin_disconnect_devices (ThCheckin *self)
{
  ThPrinter *printers[2];
  guint n = list_printers (self, printers);

  if (self->reader != NULL)
    g_signal_handlers_disconnect_by_data (self->reader, self);
  g_signal_handlers_disconnect_by_data (self->thermometer, self);
  for (guint i = 0; i < n; i++)
    g_signal_handlers_disconnect_by_data (printers[i], self);
  g_signal_handlers_disconnect_by_data (self->printer, self);
  for (guint i = 0; i < self->scanners->len; i++)
    g_signal_handlers_disconnect_by_data (self->scanners->pdata[i], self);
  if (self->keys != NULL)
    g_signal_handlers_disconnect_by_data (self->keys, self);
}
