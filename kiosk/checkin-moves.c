/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From one page of a check-in to another: what every rule is made of. */
#include "kiosk/checkin-flow-private.h"

#include <string.h>

/* A card is read in about a second; the rest is lifting it and putting it back. */
#define READING_US (20 * G_USEC_PER_SEC)
/* How long a second card waits for an answer before the first person is taken to be done. */
#define SECOND_CARD_US (5 * G_USEC_PER_SEC)
/* A number nobody is sure is on paper stays on the screen long enough to be written down. */
#define WRITE_DOWN_US (30 * G_USEC_PER_SEC)
/* A broken thermometer, or one that may not be used, in mid-visit: after this, staff measure with another device. */
#define THERMOMETER_US (30 * G_USEC_PER_SEC)
/* Paper, records and printer always answer sooner: only a fault of ours reaches this. */
#define PRINTING_US (90 * G_USEC_PER_SEC)
/* Up to this, somebody who rests stands by; for longer they sit down, and the kiosk serves others. */
#define STAND_BY_US (60 * G_USEC_PER_SEC)
/* Not measured again sooner, come back when they will: after any reading, and after one of somebody from the
 * cold. */
#define LEAST_S 5
#define LEAST_LOW_S 60
/* Long enough to read where to sit, and how to come back. */
#define SIT_DOWN_US (15 * G_USEC_PER_SEC)

const char *
th_state_to_string (ThState state)
{
  switch (state)
    {
    case TH_STATE_WELCOME:
      return "welcome";
    case TH_STATE_READING:
      return "reading";
    case TH_STATE_NUMBER:
      return "number";
    case TH_STATE_IDENTITY:
      return "identity";
    case TH_STATE_QUESTIONS:
      return "questions";
    case TH_STATE_MEASURING:
      return "measuring";
    case TH_STATE_REST:
      return "rest";
    case TH_STATE_PRINTING:
      return "printing";
    case TH_STATE_PLACE:
      return "place";
    case TH_STATE_DONE:
      return "done";
    case TH_STATE_NOT_TODAY:
      return "not-today";
    case TH_STATE_HELP:
      return "help";
    case TH_STATE_TROUBLE:
      return "trouble";
    case TH_N_STATES:
      break;
    }
  return "trouble";
}

const char *
th_part_to_string (ThPart part)
{
  switch (part)
    {
    case TH_PART_READER:
      return "reader";
    case TH_PART_THERMOMETER:
      return "thermometer";
    case TH_PART_PRINTER:
      return "printer";
    case TH_PART_RECORDS:
      return "records";
    case TH_PART_SCREENING:
      return "screening";
    case TH_N_PARTS:
      break;
    }
  return "records";
}

const char *
th_entry_to_string (ThEntry entry)
{
  switch (entry)
    {
    case TH_ENTRY_CARD:
      return "card";
    case TH_ENTRY_NUMBER:
      return "number";
    case TH_ENTRY_APPOINTMENT:
      return "appointment";
    case TH_ENTRY_SLIP:
      return "slip";
    }
  return "number";
}

void
th_flow_init (ThFlow *flow, const ThScreening *screening, guint idle_s, guint warning_s,
              guint done_s, guint trouble_s, guint tap_guard_ms)
{
  *flow = (ThFlow){
    .screening = *screening,
    .idle_us = idle_s * G_USEC_PER_SEC,
    .warning_us = warning_s * G_USEC_PER_SEC,
    .done_us = done_s * G_USEC_PER_SEC,
    .trouble_us = trouble_s * G_USEC_PER_SEC,
    .tap_guard_us = tap_guard_ms * G_TIME_SPAN_MILLISECOND,
    .state = TH_STATE_WELCOME,
    .resume = TH_STATE_WELCOME,
    .gate = TH_N_BARS,
    .end_why = "",
    .left_why = "",
  };
  memset (flow->answers, -1, sizeof flow->answers);
}

gboolean
th_flow_works (ThHealth health)
{
  return health == TH_HEALTH_READY || health == TH_HEALTH_STARTING;
}

/* The part that stands in the way of the next person, or TH_N_PARTS. */
ThPart
th_flow_broken_part (const ThFlow *flow)
{
  for (guint part = 0; part < TH_N_PARTS; part++)
    if (!th_flow_works (flow->health[part]))
      return part;
  return TH_N_PARTS;
}

void
th_flow_forget (ThFlow *flow)
{
  flow->person = FALSE;
  flow->confirmed = FALSE;
  flow->entry = TH_ENTRY_NUMBER;
  flow->question = 0;
  memset (flow->answers, -1, sizeof flow->answers);
  memset (flow->shown_tenths, 0, sizeof flow->shown_tenths);
  flow->n_shown = 0;
  flow->measure_rounds = 0;
  flow->reasons = 0;
  flow->rest_s = flow->least_s = 0;
  flow->rest_until_us = flow->rest_least_us = 0;
  flow->kept = FALSE;
  flow->issued = FALSE;
  flow->printing = FALSE;
  flow->copy = FALSE;
  flow->failed_slips = 0;
  flow->outcome = TH_SLIP_UNCERTAIN;
  flow->outcome_known = FALSE;
  flow->retry_shown = FALSE;
  flow->typed_bad = FALSE;
  flow->end_why = "";
  flow->takes_home = FALSE;
  flow->resume = TH_STATE_WELCOME;
}

gint64
th_flow_deadline_of (const ThFlow *flow, ThState state, gint64 now_us)
{
  switch (state)
    {
    case TH_STATE_WELCOME:
      return 0;
    case TH_STATE_READING:
      return now_us + READING_US;
    case TH_STATE_NUMBER:
    case TH_STATE_IDENTITY:
    case TH_STATE_QUESTIONS:
    case TH_STATE_PLACE:
    case TH_STATE_HELP:
      return now_us + flow->idle_us;
    case TH_STATE_MEASURING:
      return now_us + flow->screening.timeout_s * G_USEC_PER_SEC;
    case TH_STATE_REST:
      if (th_flow_rests_away (flow, now_us))
        return now_us + MAX (flow->done_us, SIT_DOWN_US);
      return flow->rest_until_us;
    case TH_STATE_PRINTING:
      return now_us + PRINTING_US;
    case TH_STATE_DONE:
      if (flow->outcome_known
          && (flow->outcome == TH_SLIP_UNCERTAIN || flow->outcome == TH_SLIP_FAILED))
        return now_us + MAX (flow->done_us, WRITE_DOWN_US);
      return now_us + flow->done_us;
    case TH_STATE_NOT_TODAY:
      return now_us + flow->done_us;
    case TH_STATE_TROUBLE:
      if (flow->resume == TH_STATE_WELCOME)
        return 0;
      if (flow->trouble_part == TH_PART_THERMOMETER || flow->trouble_part == TH_PART_SCREENING)
        return now_us + MIN (flow->trouble_us, THERMOMETER_US);
      return now_us + flow->trouble_us;
    case TH_N_STATES:
      break;
    }
  return 0;
}

ThEffects
th_flow_enter (ThFlow *flow, const ThEvent *event, ThState state)
{
  ThEffects effects = TH_EFFECT_NONE;

  if (flow->state == TH_STATE_MEASURING)
    effects |= TH_EFFECT_MEASURE_END;
  flow->state = state;
  flow->entered_us = event->now_us;
  flow->warned_us = 0;
  flow->deadline_us = th_flow_deadline_of (flow, state, event->now_us);
  /* Whoever waited while the slip was printed leaves the first person time to read the last page.
   */
  if (state == TH_STATE_DONE && flow->second_card)
    flow->second_card_us = event->now_us;
  return effects;
}

ThEffects
th_flow_trouble (ThFlow *flow, const ThEvent *event, ThPart part, ThState resume)
{
  ThEffects effects = TH_EFFECT_NONE;

  flow->trouble_part = part;
  flow->resume = resume;
  /* Nobody loses a place because the next in line is impatient. */
  if (flow->second_card)
    {
      flow->second_card = FALSE;
      effects |= TH_EFFECT_DROP_SECOND;
    }
  return effects | th_flow_enter (flow, event, TH_STATE_TROUBLE);
}

/* The visit is over, whatever became of it: everything personal goes, the next person may come. */
ThEffects
th_flow_welcome (ThFlow *flow, const ThEvent *event)
{
  ThEffects effects = TH_EFFECT_FORGET;
  ThPart part;

  if (flow->second_card)
    {
      /* Read while the first person was being served: go on with that card. */
      flow->second_card = FALSE;
      th_flow_forget (flow);
      flow->person = TRUE;
      flow->entry = flow->second_entry;
      return effects | th_flow_enter (flow, event, TH_STATE_READING) | TH_EFFECT_NEXT_PERSON
             | TH_EFFECT_LOOK_UP;
    }
  th_flow_forget (flow);
  part = th_flow_broken_part (flow);
  if (part != TH_N_PARTS)
    return effects | th_flow_trouble (flow, event, part, TH_STATE_WELCOME);
  return effects | th_flow_enter (flow, event, TH_STATE_WELCOME);
}

/* A visit that ends without a number: counted, nobody named. */
ThEffects
th_flow_leave (ThFlow *flow, const ThEvent *event, const char *why)
{
  ThEffects effects = TH_EFFECT_NONE;

  /* A place that is kept is given up by its person only: the others of this kind come back, or time ends it. */
  if (flow->person && !flow->issued && (!flow->kept || strcmp (why, "left") == 0))
    {
      flow->left_state = flow->state == TH_STATE_TROUBLE || flow->state == TH_STATE_HELP
                             ? flow->resume
                             : flow->state;
      flow->left_why = why;
      effects |= TH_EFFECT_RECORD_LEFT;
    }
  return effects | th_flow_welcome (flow, event);
}

/* A page that ends the visit and shows nothing personal. */
ThEffects
th_flow_end_page (ThFlow *flow, const ThEvent *event, ThState state, const char *why)
{
  ThEffects effects = TH_EFFECT_FORGET;

  if (flow->person && !flow->issued)
    {
      flow->left_state = flow->state;
      flow->left_why = why;
      effects |= TH_EFFECT_RECORD_LEFT;
    }
  effects |= th_flow_enter (flow, event, state);
  th_flow_forget (flow);
  flow->end_why = why;
  flow->takes_home = state == TH_STATE_NOT_TODAY
                     && (flow->paper == TH_PAPER_READY || flow->paper == TH_PAPER_LOW);
  return effects | (flow->takes_home ? TH_EFFECT_TAKE_HOME : TH_EFFECT_NONE);
}

ThEffects
th_flow_measure (ThFlow *flow, const ThEvent *event)
{
  if (!th_flow_works (flow->health[TH_PART_THERMOMETER]))
    return th_flow_trouble (flow, event, TH_PART_THERMOMETER, TH_STATE_MEASURING);
  /* Nobody is measured before it is known that they may be. */
  if (flow->health[TH_PART_SCREENING] != TH_HEALTH_READY)
    return th_flow_trouble (flow, event, TH_PART_SCREENING, TH_STATE_MEASURING);
  return th_flow_enter (flow, event, TH_STATE_MEASURING) | TH_EFFECT_MEASURE;
}

/* Not normal, and not over: the next reading comes after a rest. */
ThEffects
th_flow_rest (ThFlow *flow, const ThEvent *event)
{
  gboolean low = flow->shown_tenths[flow->n_shown - 1] < TH_SCREENING_LOW_TENTHS;
  ThEffects effects;

  flow->rest_s = th_screening_rest_s (&flow->screening, flow->shown_tenths, flow->n_shown);
  flow->least_s = MIN (flow->rest_s, low ? LEAST_LOW_S : LEAST_S);
  flow->rest_until_us = event->now_us + flow->rest_s * G_USEC_PER_SEC;
  flow->rest_least_us = event->now_us + flow->least_s * G_USEC_PER_SEC;
  effects = th_flow_enter (flow, event, TH_STATE_REST);
  if (!th_flow_rests_away (flow, event->now_us))
    return effects;
  flow->kept = TRUE;
  return effects | TH_EFFECT_RECORD_REST;
}

gboolean
th_flow_rests_away (const ThFlow *flow, gint64 now_us)
{
  return flow->state == TH_STATE_REST && flow->rest_until_us - now_us > STAND_BY_US;
}

gboolean
th_flow_may_come_back (const ThFlow *flow, gint64 now_us)
{
  return now_us >= flow->rest_least_us;
}

/* "I am back", in front of the page that asked them to rest. */
ThEffects
th_flow_come_back (ThFlow *flow, const ThEvent *event)
{
  if (!th_flow_may_come_back (flow, event->now_us))
    return TH_EFFECT_NONE;
  return (flow->kept ? TH_EFFECT_RECORD_RETURNED : TH_EFFECT_NONE) | th_flow_measure (flow, event);
}

/* The paper is looked at before a number is taken, and again before every slip. */
ThEffects
th_flow_print (ThFlow *flow, const ThEvent *event)
{
  flow->outcome_known = FALSE;
  return th_flow_enter (flow, event, TH_STATE_PRINTING) | TH_EFFECT_ASK_PAPER;
}

ThEffects
th_flow_not_measured (ThFlow *flow, const ThEvent *event)
{
  flow->reasons |= TH_REASON_NOT_MEASURED;
  return th_flow_print (flow, event) | TH_EFFECT_RECORD_NOT_MEASURED;
}

ThEffects
th_flow_go_on (ThFlow *flow, const ThEvent *event, ThState state)
{
  flow->end_why = "";
  flow->resume = TH_STATE_WELCOME;
  switch (state)
    {
    case TH_STATE_MEASURING:
      return th_flow_measure (flow, event);
    case TH_STATE_PRINTING:
      return th_flow_print (flow, event);
    case TH_STATE_WELCOME:
      return th_flow_welcome (flow, event);
    case TH_STATE_READING:
    case TH_STATE_NUMBER:
    case TH_STATE_IDENTITY:
    case TH_STATE_QUESTIONS:
    case TH_STATE_REST:
    case TH_STATE_PLACE:
    case TH_STATE_DONE:
    case TH_STATE_NOT_TODAY:
    case TH_STATE_HELP:
    case TH_STATE_TROUBLE:
    case TH_N_STATES:
      break;
    }
  return th_flow_enter (flow, event, state);
}

/* The number stays given; nobody waits for its slip any longer. */
ThEffects
th_flow_give_up_slip (ThFlow *flow, const ThEvent *event)
{
  ThEffects effects = TH_EFFECT_NONE;

  if (!flow->outcome_known && !flow->copy && flow->resume == TH_STATE_PRINTING)
    effects |= TH_EFFECT_RECORD_NO_SLIP;
  flow->outcome = TH_SLIP_FAILED;
  flow->outcome_known = TRUE;
  return effects | th_flow_enter (flow, event, TH_STATE_DONE);
}

/* A number that may not be on paper is not cleared because the next card is there. */
gboolean
th_flow_must_be_written_down (const ThFlow *flow)
{
  return flow->state == TH_STATE_DONE && flow->outcome_known
         && (flow->outcome == TH_SLIP_UNCERTAIN || flow->outcome == TH_SLIP_FAILED);
}

/* Whether the screen asks "is the first person done?". While a slip is printed, and on the last
 * page, nobody is asked. */
gboolean
th_flow_asks_second_card (const ThFlow *flow)
{
  return flow->second_card && flow->state != TH_STATE_PRINTING && flow->state != TH_STATE_DONE;
}

gint64
th_flow_next_deadline_us (const ThFlow *flow)
{
  gint64 next_us = flow->deadline_us;

  if (flow->second_card)
    {
      gint64 second_us = flow->second_card_us + SECOND_CARD_US;

      next_us = next_us == 0 ? second_us : MIN (next_us, second_us);
    }
  return next_us;
}

static guint
seconds_left (gint64 until_us, gint64 now_us)
{
  return now_us >= until_us ? 0 : (until_us - now_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
}

guint
th_flow_warning_seconds (const ThFlow *flow, gint64 now_us)
{
  return flow->warned_us == 0 ? 0 : MAX (1, seconds_left (flow->deadline_us, now_us));
}

guint
th_flow_rest_seconds (const ThFlow *flow, gint64 now_us)
{
  return flow->state == TH_STATE_REST ? seconds_left (flow->rest_until_us, now_us) : 0;
}
