/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Technicians and the thermometer. Staff ask through the records, since the kiosk has the sensor:
 * between two visits it closes the door, reads the black body that stands before the sensor, writes
 * what it sees, and opens again by itself. The calibration that comes of it is used from the next
 * visit on.
 */
#include "kiosk/checkin-flow-private.h"
#include "kiosk/checkin-private.h"

/* Values for the staff's screen while it is not steady yet: at most TH_TRIAL_READ_S of them for one
 * trial. */
#define TELL_US G_USEC_PER_SEC

gboolean
th_checkin_is_free (const ThFlow *flow)
{
  return flow->state == TH_STATE_WELCOME
         || (flow->state == TH_STATE_TROUBLE && flow->resume == TH_STATE_WELCOME);
}

static void
tell (ThCheckin *self, ThTrialState state)
{
  ThJob job = { .kind = TH_JOB_TRIAL_READ, .trial = self->trial };

  job.trial.state = state;
  th_checkin_add_job (self, job);
  self->trial_told_us = g_get_monotonic_time ();
}

static void
begin (ThCheckin *self, const ThTrial *trial)
{
  self->trial = *trial;
  self->trial.point = (ThBlackBodyPoint){ .reference_mc = trial->point.reference_mc };
  self->trial_reading = TRUE;
  self->trial_since_us = g_get_monotonic_time ();
  th_black_body_reset (&self->black_body);
  g_message ("thermometer: trial %u begins", trial->number);
  tell (self, TH_TRIAL_READING);
  th_thermometer_begin (self->thermometer);
}

static void
stop (ThCheckin *self)
{
  if (!self->trial_reading)
    return;
  self->trial_reading = FALSE;
  th_thermometer_end (self->thermometer);
}

static void
finish (ThCheckin *self, ThTrialState state)
{
  g_message ("thermometer: trial %u: %s", self->trial.number, th_trial_state_to_string (state));
  stop (self);
  tell (self, state);
}

static gboolean
is_time_up (ThCheckin *self)
{
  return g_get_monotonic_time () - self->trial_since_us > TH_TRIAL_READ_S * G_USEC_PER_SEC;
}

void
th_checkin_trial_sample (ThCheckin *self, const ThSample *sample)
{
  if (!self->trial_reading)
    return;
  if (th_black_body_add (&self->black_body, &self->flow.screening, sample, &self->trial.point))
    finish (self, TH_TRIAL_STEADY);
  else if (is_time_up (self))
    finish (self, TH_TRIAL_UNSTEADY);
  else if (g_get_monotonic_time () - self->trial_told_us >= TELL_US)
    tell (self, TH_TRIAL_READING);
}

/* In a visit that is being measured it would make one person of two rules. */
void
th_checkin_use_calibration (ThCheckin *self, const ThThermometerStatus *status)
{
  const ThCalibrationRecord *calibration = &status->calibration;

  if (calibration->id[0] == '\0' || self->flow.state == TH_STATE_MEASURING
      || self->flow.state == TH_STATE_REST
      || g_strcmp0 (calibration->id, self->flow.screening.calibration) == 0)
    return;
  g_message ("thermometer: calibration %s", calibration->id);
  th_calibration_use (&calibration->line, calibration->id, &self->flow.screening);
}

void
th_checkin_trial_look (ThCheckin *self, const ThThermometerStatus *status, gint64 now_us)
{
  ThTrialPhase phase = th_trial_phase (&status->trial, now_us);
  gboolean known = status->trial.number == self->trial.number;

  th_checkin_use_calibration (self, status);
  th_checkin_gate_set (self, TH_BAR_CALIBRATION, !status->may_measure);

  if (self->trial_reading && (!known || phase != TH_TRIAL_PHASE_READ))
    stop (self); /* another was asked for, or they gave up */
  if (self->trial_reading && !th_flow_works (self->flow.health[TH_PART_THERMOMETER]))
    finish (self, TH_TRIAL_NO_SENSOR);
  if (self->trial_reading && is_time_up (self))
    finish (self, TH_TRIAL_UNSTEADY);

  if (phase == TH_TRIAL_PHASE_NONE)
    {
      th_checkin_gate_set (self, TH_BAR_TRIAL, FALSE);
      return;
    }
  /* A visit that is under way ends first; the next one does not begin. */
  if (!self->gate.down[TH_BAR_TRIAL] && !th_checkin_is_free (&self->flow))
    return;
  th_checkin_gate_set (self, TH_BAR_TRIAL, TRUE);
  /* A cold sensor would be calibrated to be wrong when it is warm. */
  if (phase == TH_TRIAL_PHASE_READ && !known && !self->gate.down[TH_BAR_WARM_UP])
    begin (self, &status->trial);
}

void
th_checkin_trial_stop (ThCheckin *self)
{
  stop (self);
}
