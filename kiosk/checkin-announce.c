/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the hall sees and hears of a check-in, and the gate behind it.
 *
 * All of it follows from the page alone, never from an answer or a reading, and a second reading makes no
 * sound: whoever stands by learns nothing about anybody.
 */
#include "kiosk/checkin-private.h"

/* A loose plug is no reason to sound for staff again and again. */
#define STAFF_GAP_US (30 * G_USEC_PER_SEC)

static gboolean
slip_missing (const ThFlow *flow)
{
  return flow->outcome_known
         && (flow->outcome == TH_SLIP_UNCERTAIN || flow->outcome == TH_SLIP_FAILED);
}

static void
sound_of_trouble (ThCheckin *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (self->trouble_sound_us != 0 && now_us < self->trouble_sound_us + STAFF_GAP_US)
    return;
  self->trouble_sound_us = now_us;
  th_outputs_sound (self->outputs, TH_SOUND_STAFF);
}

static void
announce_page (ThCheckin *self, ThState before)
{
  const ThFlow *flow = &self->flow;

  switch (flow->state)
    {
    case TH_STATE_IDENTITY:
      if (before == TH_STATE_READING || before == TH_STATE_NUMBER)
        th_outputs_sound (self->outputs, TH_SOUND_READ);
      break;
    case TH_STATE_PLACE:
      if (before != TH_STATE_HELP)
        th_outputs_sound (self->outputs, TH_SOUND_READ);
      th_outputs_open_gate (self->outputs); /* this person has a number already */
      break;
    case TH_STATE_MEASURING:
      if (flow->n_shown == 0 && before == TH_STATE_QUESTIONS)
        th_outputs_sound (self->outputs, TH_SOUND_LOOK);
      break;
    case TH_STATE_DONE:
      if (slip_missing (flow))
        th_outputs_sound (self->outputs, TH_SOUND_STAFF);
      else
        th_outputs_sound (self->outputs, TH_SOUND_DONE);
      th_outputs_open_gate (self->outputs);
      break;
    case TH_STATE_TROUBLE:
      /* Technicians at the sensor, or nobody has opened the day: it is staff who closed the door. */
      if (flow->trouble_part == TH_PART_SCREENING && flow->gate <= TH_BAR_TRIAL)
        break;
      sound_of_trouble (self);
      break;
    case TH_STATE_HELP:
      th_outputs_sound (self->outputs, TH_SOUND_STAFF);
      break;
    case TH_STATE_WELCOME:
    case TH_STATE_READING:
    case TH_STATE_NUMBER:
    case TH_STATE_QUESTIONS:
    case TH_STATE_REST:
    case TH_STATE_PRINTING:
    case TH_STATE_NOT_TODAY:
    case TH_N_STATES:
      break;
    }
}

/* Not open yet, or not any more: nobody is called for that. */
static gboolean
is_before_or_after (const ThFlow *flow)
{
  return flow->trouble_part == TH_PART_SCREENING && flow->resume == TH_STATE_WELCOME
         && (flow->gate == TH_BAR_NOT_OPEN || flow->gate == TH_BAR_CLOSED);
}

void
th_checkin_announce (ThCheckin *self)
{
  const ThFlow *flow = &self->flow;
  ThState before = self->announced;

  if (self->outputs == NULL)
    return;
  th_outputs_light (self->outputs, TH_LAMP_READY, flow->state == TH_STATE_WELCOME);
  th_outputs_light (self->outputs, TH_LAMP_ATTENTION,
                    (flow->state == TH_STATE_TROUBLE && !is_before_or_after (flow))
                        || flow->state == TH_STATE_HELP || th_checkin_printer_waits (flow) || slip_missing (flow));
  self->announced = flow->state;
  if (flow->state != before)
    announce_page (self, before);
}
