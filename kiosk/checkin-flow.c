/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/checkin-flow.h"

#include <string.h>

/* A card is read in about a second; the rest is lifting it and putting it back. */
#define READING_US (20 * G_USEC_PER_SEC)
/* How long a second card waits for an answer before the first person is taken to be done. */
#define SECOND_CARD_US (5 * G_USEC_PER_SEC)
/* After the card is lifted from the last page: time to look at the number once more. */
#define AFTER_LIFT_US (4 * G_USEC_PER_SEC)
/* A number nobody is sure is on paper stays on the screen long enough to be written down. */
#define WRITE_DOWN_US (30 * G_USEC_PER_SEC)
/* A broken thermometer in mid-visit: after this, staff measure with another device. */
#define THERMOMETER_US (30 * G_USEC_PER_SEC)
/* Paper, records and printer always answer sooner: only a fault of ours reaches this. */
#define PRINTING_US (90 * G_USEC_PER_SEC)
/* "I am here" this often without being seen: the presence line is wrong, not the person. */
#define MEASURE_ROUNDS 2
/* A slip that fails this often does not wait for a printer that says it is ready. */
#define FAILED_SLIPS 3

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
    .end_why = "",
    .left_why = "",
  };
  memset (flow->answers, -1, sizeof flow->answers);
}

static gboolean
works (ThHealth health)
{
  return health == TH_HEALTH_READY || health == TH_HEALTH_STARTING;
}

/* The part that stands in the way of the next person, or TH_N_PARTS. */
static ThPart
broken_part (const ThFlow *flow)
{
  for (guint part = 0; part < TH_N_PARTS; part++)
    if (!works (flow->health[part]))
      return part;
  return TH_N_PARTS;
}

static void
forget_visit (ThFlow *flow)
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
  flow->issued = FALSE;
  flow->printing = FALSE;
  flow->copy = FALSE;
  flow->failed_slips = 0;
  flow->outcome = TH_SLIP_UNCERTAIN;
  flow->outcome_known = FALSE;
  flow->retry_shown = FALSE;
  flow->typed_bad = FALSE;
  flow->end_why = "";
  flow->resume = TH_STATE_WELCOME;
}

static gint64
deadline_of (const ThFlow *flow, ThState state, gint64 now_us)
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
      return now_us + flow->screening.rest_s * G_USEC_PER_SEC;
    case TH_STATE_PRINTING:
      return now_us + PRINTING_US;
    case TH_STATE_DONE:
      if (flow->outcome_known &&
          (flow->outcome == TH_SLIP_UNCERTAIN || flow->outcome == TH_SLIP_FAILED))
        return now_us + MAX (flow->done_us, WRITE_DOWN_US);
      return now_us + flow->done_us;
    case TH_STATE_NOT_TODAY:
      return now_us + flow->done_us;
    case TH_STATE_TROUBLE:
      if (flow->resume == TH_STATE_WELCOME)
        return 0;
      if (flow->trouble_part == TH_PART_THERMOMETER)
        return now_us + MIN (flow->trouble_us, THERMOMETER_US);
      return now_us + flow->trouble_us;
    case TH_N_STATES:
      break;
    }
  return 0;
}

static ThEffects
enter (ThFlow *flow, const ThEvent *event, ThState state)
{
  ThEffects effects = TH_EFFECT_NONE;

  if (flow->state == TH_STATE_MEASURING)
    effects |= TH_EFFECT_MEASURE_END;
  flow->state = state;
  flow->entered_us = event->now_us;
  flow->warned_us = 0;
  flow->deadline_us = deadline_of (flow, state, event->now_us);
  /* Whoever waited while the slip was printed leaves the first person time to read the last page. */
  if (state == TH_STATE_DONE && flow->second_card)
    flow->second_card_us = event->now_us;
  return effects;
}

/* What lay over the page has gone: a finger that was on its way to it answers nothing beneath. */
static void
seen_again (ThFlow *flow, const ThEvent *event)
{
  flow->warned_us = 0;
  flow->entered_us = event->now_us;
  flow->deadline_us = deadline_of (flow, flow->state, event->now_us);
}

static ThEffects
trouble (ThFlow *flow, const ThEvent *event, ThPart part, ThState resume)
{
  ThEffects effects = TH_EFFECT_TELL_STAFF;

  flow->trouble_part = part;
  flow->resume = resume;
  /* Nobody loses a place because the next in line is impatient. */
  if (flow->second_card)
    {
      flow->second_card = FALSE;
      effects |= TH_EFFECT_DROP_SECOND;
    }
  return effects | enter (flow, event, TH_STATE_TROUBLE);
}

/* The visit is over, whatever became of it: everything personal goes, the next person may come. */
static ThEffects
welcome (ThFlow *flow, const ThEvent *event)
{
  ThEffects effects = TH_EFFECT_FORGET;
  ThPart part;

  if (flow->second_card)
    {
      /* Read while the first person was being served: go on with that card. */
      flow->second_card = FALSE;
      forget_visit (flow);
      flow->person = TRUE;
      flow->entry = flow->second_entry;
      return effects | enter (flow, event, TH_STATE_READING) | TH_EFFECT_NEXT_PERSON |
             TH_EFFECT_LOOK_UP;
    }
  forget_visit (flow);
  part = broken_part (flow);
  if (part != TH_N_PARTS)
    return effects | trouble (flow, event, part, TH_STATE_WELCOME);
  return effects | enter (flow, event, TH_STATE_WELCOME);
}

/* A visit that ends without a number: counted, nobody named. */
static ThEffects
leave (ThFlow *flow, const ThEvent *event, const char *why)
{
  ThEffects effects = TH_EFFECT_NONE;

  if (flow->person && !flow->issued)
    {
      flow->left_state = flow->state == TH_STATE_TROUBLE || flow->state == TH_STATE_HELP
                             ? flow->resume
                             : flow->state;
      flow->left_why = why;
      effects |= TH_EFFECT_RECORD_LEFT;
    }
  return effects | welcome (flow, event);
}

/* A page that ends the visit and shows nothing personal. */
static ThEffects
end_page (ThFlow *flow, const ThEvent *event, ThState state, const char *why)
{
  ThEffects effects = TH_EFFECT_FORGET;

  if (flow->person && !flow->issued)
    {
      flow->left_state = flow->state;
      flow->left_why = why;
      effects |= TH_EFFECT_RECORD_LEFT;
    }
  effects |= enter (flow, event, state);
  forget_visit (flow);
  flow->end_why = why;
  return effects;
}

static ThEffects
measure (ThFlow *flow, const ThEvent *event)
{
  if (!works (flow->health[TH_PART_THERMOMETER]))
    return trouble (flow, event, TH_PART_THERMOMETER, TH_STATE_MEASURING);
  return enter (flow, event, TH_STATE_MEASURING) | TH_EFFECT_MEASURE;
}

/* The paper is looked at before a number is taken, and again before every slip. */
static ThEffects
print (ThFlow *flow, const ThEvent *event)
{
  flow->outcome_known = FALSE;
  return enter (flow, event, TH_STATE_PRINTING) | TH_EFFECT_ASK_PAPER;
}

static ThEffects
not_measured (ThFlow *flow, const ThEvent *event)
{
  flow->reasons |= TH_REASON_NOT_MEASURED;
  return print (flow, event) | TH_EFFECT_RECORD_NOT_MEASURED;
}

static ThEffects
measured (ThFlow *flow, const ThEvent *event)
{
  ThEffects effects = TH_EFFECT_RECORD_READING;

  if (flow->n_shown < G_N_ELEMENTS (flow->shown_tenths))
    flow->shown_tenths[flow->n_shown++] = event->shown_tenths;
  else
    return effects | not_measured (flow, event);

  switch (th_screening_verdict (&flow->screening, flow->shown_tenths, flow->n_shown))
    {
    case TH_VERDICT_NORMAL:
      return effects | print (flow, event);
    case TH_VERDICT_AGAIN:
      return effects | enter (flow, event, TH_STATE_REST);
    case TH_VERDICT_FLAGGED:
      flow->reasons |= TH_REASON_TEMPERATURE;
      return effects | print (flow, event);
    case TH_VERDICT_STAFF:
      break;
    }
  return effects | not_measured (flow, event);
}

static ThEffects
answer (ThFlow *flow, const ThEvent *event, gboolean yes)
{
  ThEffects effects = TH_EFFECT_RECORD_ANSWER;

  flow->answered = flow->question;
  flow->answered_yes = yes;
  flow->answers[flow->question] = yes ? 1 : 0;
  if (flow->question == TH_QUESTION_CONSENT && !yes)
    return effects | end_page (flow, event, TH_STATE_NOT_TODAY, "no-consent");
  if (flow->question + 1 < TH_N_QUESTIONS)
    {
      flow->question++;
      return effects | enter (flow, event, TH_STATE_QUESTIONS);
    }

  /* Whatever was answered, the temperature is taken, so that nobody beside learns anything. */
  flow->reasons &= ~TH_REASON_ANSWER;
  for (guint i = 0; i < TH_N_QUESTIONS; i++)
    if (i != TH_QUESTION_CONSENT && flow->answers[i] == 1)
      flow->reasons |= TH_REASON_ANSWER;
  return effects | measure (flow, event);
}

static ThEffects
help (ThFlow *flow, const ThEvent *event)
{
  flow->resume = flow->state;
  flow->end_why = "asked";
  return enter (flow, event, TH_STATE_HELP) | TH_EFFECT_TELL_STAFF;
}

static ThEffects
go_on (ThFlow *flow, const ThEvent *event, ThState state)
{
  flow->end_why = "";
  flow->resume = TH_STATE_WELCOME;
  switch (state)
    {
    case TH_STATE_MEASURING:
      return measure (flow, event);
    case TH_STATE_PRINTING:
      return print (flow, event);
    case TH_STATE_WELCOME:
      return welcome (flow, event);
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
  return enter (flow, event, state);
}

static ThEffects
paper (ThFlow *flow, const ThEvent *event)
{
  if (event->paper != TH_PAPER_READY && event->paper != TH_PAPER_LOW)
    return trouble (flow, event, TH_PART_PRINTER, TH_STATE_PRINTING);
  if (flow->copy)
    {
      flow->printing = TRUE;
      return TH_EFFECT_PRINT_COPY;
    }
  if (flow->issued)
    {
      flow->printing = TRUE;
      return TH_EFFECT_PRINT;
    }
  return TH_EFFECT_ISSUE;
}

/* The number stays given; nobody waits for its slip any longer. */
static ThEffects
give_up_slip (ThFlow *flow, const ThEvent *event)
{
  ThEffects effects = TH_EFFECT_TELL_STAFF;

  if (!flow->outcome_known && !flow->copy && flow->resume == TH_STATE_PRINTING)
    effects |= TH_EFFECT_RECORD_NO_SLIP;
  flow->outcome = TH_SLIP_FAILED;
  flow->outcome_known = TRUE;
  return effects | enter (flow, event, TH_STATE_DONE);
}

static ThEffects
issued (ThFlow *flow, const ThEvent *event)
{
  if (flow->issued)
    return TH_EFFECT_NONE;
  if (flow->state == TH_STATE_TROUBLE && flow->resume == TH_STATE_PRINTING)
    {
      /* Taken before the trouble was known. */
      flow->issued = TRUE;
      if (event->existed)
        flow->resume = TH_STATE_PLACE;
      return TH_EFFECT_NONE;
    }
  if (flow->state != TH_STATE_PRINTING)
    return TH_EFFECT_NONE;
  flow->issued = TRUE;
  if (event->existed)
    return enter (flow, event, TH_STATE_PLACE);
  flow->printing = TRUE;
  return TH_EFFECT_PRINT;
}

static ThEffects
slip_over (ThFlow *flow, const ThEvent *event)
{
  flow->printing = FALSE;
  flow->outcome = event->outcome;
  flow->outcome_known = TRUE;
  switch (event->outcome)
    {
    case TH_SLIP_CONFIRMED:
    case TH_SLIP_SENT:
      return enter (flow, event, TH_STATE_DONE);
    case TH_SLIP_UNCERTAIN:
      return enter (flow, event, TH_STATE_DONE) | TH_EFFECT_TELL_STAFF;
    case TH_SLIP_FAILED:
      /* Nothing reached the paper: it is printed when the printer is back, while the person waits. */
      if (++flow->failed_slips >= FAILED_SLIPS)
        return enter (flow, event, TH_STATE_DONE) | TH_EFFECT_TELL_STAFF;
      return trouble (flow, event, TH_PART_PRINTER, TH_STATE_PRINTING);
    }
  return TH_EFFECT_NONE;
}

static ThEffects
health (ThFlow *flow, const ThEvent *event)
{
  ThPart part;

  flow->health[event->device] = event->health;
  if (event->device == TH_PART_PRINTER)
    flow->paper = event->paper;

  switch (flow->state)
    {
    case TH_STATE_WELCOME:
      part = broken_part (flow);
      return part == TH_N_PARTS ? TH_EFFECT_NONE : trouble (flow, event, part, TH_STATE_WELCOME);
    case TH_STATE_READING:
      if (event->device == TH_PART_READER && !works (event->health) && !flow->person)
        return welcome (flow, event);
      return TH_EFFECT_NONE;
    case TH_STATE_NOT_TODAY:
    case TH_STATE_DONE:
    case TH_STATE_NUMBER:
    case TH_STATE_IDENTITY:
    case TH_STATE_QUESTIONS:
    case TH_STATE_REST:
    case TH_STATE_PRINTING:
    case TH_STATE_PLACE:
    case TH_STATE_HELP:
      return TH_EFFECT_NONE;
    case TH_STATE_MEASURING:
      if (event->device == TH_PART_THERMOMETER && !works (event->health))
        return trouble (flow, event, TH_PART_THERMOMETER, TH_STATE_MEASURING);
      return TH_EFFECT_NONE;
    case TH_STATE_TROUBLE:
      if (flow->resume == TH_STATE_WELCOME)
        {
          part = broken_part (flow);
          if (part == TH_N_PARTS)
            return welcome (flow, event);
          flow->trouble_part = part;
          return TH_EFFECT_NONE;
        }
      if (event->device == flow->trouble_part && event->health == TH_HEALTH_READY)
        return go_on (flow, event, flow->resume);
      return TH_EFFECT_NONE;
    case TH_N_STATES:
      break;
    }
  return TH_EFFECT_NONE;
}

static ThEffects
records_failed (ThFlow *flow, const ThEvent *event)
{
  flow->health[TH_PART_RECORDS] = TH_HEALTH_FAULT;
  switch (flow->state)
    {
    case TH_STATE_WELCOME:
      return trouble (flow, event, TH_PART_RECORDS, TH_STATE_WELCOME);
    case TH_STATE_READING:
      /* Nobody yet: a card that is read meanwhile is not kept, it is tapped again. */
      return trouble (flow, event, TH_PART_RECORDS,
                      flow->person ? TH_STATE_READING : TH_STATE_WELCOME);
    case TH_STATE_NUMBER:
    case TH_STATE_IDENTITY:
    case TH_STATE_QUESTIONS:
    case TH_STATE_MEASURING:
    case TH_STATE_REST:
    case TH_STATE_PLACE:
      return trouble (flow, event, TH_PART_RECORDS, flow->state);
    case TH_STATE_PRINTING:
      /* With a slip at the printer its outcome comes first. */
      if (flow->printing && !event->waits)
        return TH_EFFECT_NONE;
      flow->printing = FALSE;
      return trouble (flow, event, TH_PART_RECORDS, TH_STATE_PRINTING);
    case TH_STATE_TROUBLE:
    case TH_STATE_DONE:
    case TH_STATE_NOT_TODAY:
    case TH_STATE_HELP:
    case TH_N_STATES:
      break;
    }
  return TH_EFFECT_NONE;
}

static ThEntry
entry_of (const ThEvent *event)
{
  return event->type == TH_EVENT_APPOINTMENT ? TH_ENTRY_APPOINTMENT : TH_ENTRY_CARD;
}

/* A card that was read, or an appointment that was scanned, while somebody else is being served. */
static ThEffects
second_card (ThFlow *flow, const ThEvent *event)
{
  if (!event->known || event->same)
    {
      flow->second_card = FALSE;
      return TH_EFFECT_DROP_SECOND;
    }
  flow->second_card = TRUE;
  flow->second_entry = entry_of (event);
  flow->second_card_us = event->now_us;
  return TH_EFFECT_NONE;
}

/* Counted, so that a site sees what people bring in vain; nobody is named. */
static ThEffects
refused (ThFlow *flow, const ThEvent *event)
{
  ThEffects effects = end_page (flow, event, TH_STATE_NOT_TODAY, event->why);

  flow->left_state = TH_STATE_WELCOME;
  flow->left_why = event->why;
  return effects | TH_EFFECT_RECORD_LEFT;
}

/* A card whose number does not hold, or that the site does not take. */
static ThEffects
card_not_taken (ThFlow *flow, const ThEvent *event)
{
  flow->second_card = FALSE;
  if (event->why != NULL)
    return refused (flow, event);
  return end_page (flow, event, TH_STATE_HELP, "card");
}

/* Somebody is here: with a card, or with an appointment. */
static ThEffects
card_read (ThFlow *flow, const ThEvent *event)
{
  switch (flow->state)
    {
    case TH_STATE_WELCOME:
    case TH_STATE_READING:
    case TH_STATE_NUMBER:
      if (flow->state == TH_STATE_READING && flow->person)
        return second_card (flow, event);
      forget_visit (flow);
      if (!event->known)
        return TH_EFFECT_FORGET | card_not_taken (flow, event);
      flow->person = TRUE;
      flow->entry = entry_of (event);
      return TH_EFFECT_NEXT_PERSON | enter (flow, event, TH_STATE_READING) | TH_EFFECT_LOOK_UP;
    case TH_STATE_NOT_TODAY:
    case TH_STATE_HELP:
      if (flow->person)
        return second_card (flow, event);
      if (!event->known)
        return card_not_taken (flow, event);
      flow->second_card = TRUE;
      flow->second_entry = entry_of (event);
      return welcome (flow, event);
    case TH_STATE_TROUBLE:
      /* Nobody loses a place because the next in line is impatient. */
      return TH_EFFECT_DROP_SECOND;
    case TH_STATE_IDENTITY:
    case TH_STATE_QUESTIONS:
    case TH_STATE_MEASURING:
    case TH_STATE_REST:
    case TH_STATE_PRINTING:
    case TH_STATE_PLACE:
    case TH_STATE_DONE:
      return second_card (flow, event);
    case TH_N_STATES:
      break;
    }
  return TH_EFFECT_NONE;
}

/* Whether what is held up to the scanner is meant for the kiosk, and no part of somebody's visit. */
static gboolean
is_free (const ThFlow *flow)
{
  switch (flow->state)
    {
    case TH_STATE_WELCOME:
    case TH_STATE_NUMBER:
    case TH_STATE_NOT_TODAY:
      return TRUE;
    case TH_STATE_READING:
    case TH_STATE_HELP:
      return !flow->person;
    case TH_STATE_IDENTITY:
    case TH_STATE_QUESTIONS:
    case TH_STATE_MEASURING:
    case TH_STATE_REST:
    case TH_STATE_PRINTING:
    case TH_STATE_PLACE:
    case TH_STATE_DONE:
    case TH_STATE_TROUBLE:
    case TH_N_STATES:
      break;
    }
  return FALSE;
}

static ThEffects
slip_scanned (ThFlow *flow, const ThEvent *event)
{
  if (!is_free (flow))
    return TH_EFFECT_NONE;
  forget_visit (flow);
  flow->person = TRUE;
  flow->entry = TH_ENTRY_SLIP;
  return TH_EFFECT_FORGET | enter (flow, event, TH_STATE_READING) | TH_EFFECT_LOOK_UP_SLIP;
}

static ThEffects
code_refused (ThFlow *flow, const ThEvent *event)
{
  return is_free (flow) ? refused (flow, event) : TH_EFFECT_NONE;
}

static ThEffects
card_failed (ThFlow *flow, const ThEvent *event)
{
  if ((flow->state == TH_STATE_WELCOME || flow->state == TH_STATE_READING) && !flow->person)
    {
      flow->retry = event->retry;
      flow->retry_shown = TRUE;
      return enter (flow, event, TH_STATE_READING);
    }
  return TH_EFFECT_NONE;
}

/* A number that may not be on paper is not cleared because the next card is there. */
static gboolean
must_be_written_down (const ThFlow *flow)
{
  return flow->state == TH_STATE_DONE && flow->outcome_known &&
         (flow->outcome == TH_SLIP_UNCERTAIN || flow->outcome == TH_SLIP_FAILED);
}

static ThEffects
card_lifted (ThFlow *flow, const ThEvent *event)
{
  flow->card_on = FALSE;
  if (flow->second_card && flow->second_entry == TH_ENTRY_CARD && flow->state != TH_STATE_DONE)
    {
      flow->second_card = FALSE;
      flow->entered_us = event->now_us;
      return TH_EFFECT_DROP_SECOND;
    }
  /* A slip that nobody saw come out leaves the number up for its whole time. */
  if (flow->state == TH_STATE_DONE && flow->entry == TH_ENTRY_CARD && !flow->second_card &&
      flow->outcome == TH_SLIP_CONFIRMED)
    flow->deadline_us = MIN (flow->deadline_us, event->now_us + AFTER_LIFT_US);
  if (flow->state == TH_STATE_READING && !flow->person && !flow->retry_shown)
    return welcome (flow, event);
  return TH_EFFECT_NONE;
}

/* Whether the screen asks "is the first person done?". While a slip is printed, and on the last page, nobody is asked. */
gboolean
th_flow_asks_second_card (const ThFlow *flow)
{
  return flow->second_card && flow->state != TH_STATE_PRINTING && flow->state != TH_STATE_DONE;
}

static gboolean
is_press (ThEventType type)
{
  return type <= TH_EVENT_TOUCH;
}

/* A finger that taps twice, or was on its way to what stood there before, answers nothing. */
static gboolean
too_soon (const ThFlow *flow, const ThEvent *event)
{
  gint64 shown_us = MAX (flow->entered_us, flow->warned_us);

  if (th_flow_asks_second_card (flow))
    shown_us = MAX (shown_us, flow->second_card_us);
  return event->type != TH_EVENT_TOUCH && event->now_us < shown_us + flow->tap_guard_us;
}

static ThEffects
press (ThFlow *flow, const ThEvent *event)
{
  gboolean yes = event->type == TH_EVENT_YES;

  if (too_soon (flow, event))
    return TH_EFFECT_NONE;
  if (th_flow_asks_second_card (flow))
    {
      /* The question on the screen is "is the first person done?" */
      if (yes)
        return leave (flow, event, "next-person");
      flow->second_card = FALSE;
      seen_again (flow, event);
      return TH_EFFECT_DROP_SECOND;
    }
  if (flow->warned_us != 0)
    {
      if (event->type == TH_EVENT_LEAVE || event->type == TH_EVENT_NO)
        return leave (flow, event, "left");
      seen_again (flow, event);
      if (flow->state == TH_STATE_MEASURING)
        flow->measure_rounds++;
      return TH_EFFECT_NONE;
    }

  switch (flow->state)
    {
    case TH_STATE_WELCOME:
      if (event->type == TH_EVENT_NO_CARD)
        return enter (flow, event, TH_STATE_NUMBER);
      if (event->type == TH_EVENT_HELP)
        return help (flow, event);
      break;

    case TH_STATE_READING:
      if (event->type == TH_EVENT_LEAVE || event->type == TH_EVENT_BACK)
        return leave (flow, event, "left");
      if (event->type == TH_EVENT_NO_CARD && !flow->person)
        return enter (flow, event, TH_STATE_NUMBER);
      if (event->type == TH_EVENT_HELP && !flow->person)
        return help (flow, event);
      break;

    case TH_STATE_NUMBER:
      if (event->type == TH_EVENT_SUBMIT)
        return enter (flow, event, TH_STATE_NUMBER) | TH_EFFECT_CHECK_NUMBER;
      if (event->type == TH_EVENT_BACK || event->type == TH_EVENT_LEAVE)
        return leave (flow, event, "left");
      if (event->type == TH_EVENT_HELP)
        return help (flow, event);
      if (event->type == TH_EVENT_TOUCH)
        flow->typed_bad = FALSE;
      break;

    case TH_STATE_IDENTITY:
      if (yes)
        {
          flow->confirmed = TRUE;
          flow->question = 0;
          return enter (flow, event, TH_STATE_QUESTIONS) | TH_EFFECT_RECORD_CONFIRMED;
        }
      if (event->type == TH_EVENT_NO)
        return end_page (flow, event, TH_STATE_HELP, "not-me");
      if (event->type == TH_EVENT_HELP)
        return help (flow, event);
      if (event->type == TH_EVENT_LEAVE)
        return leave (flow, event, "left");
      break;

    case TH_STATE_QUESTIONS:
      if (yes || event->type == TH_EVENT_NO)
        return answer (flow, event, yes);
      if (event->type == TH_EVENT_BACK && flow->question > 0)
        {
          flow->question--;
          return enter (flow, event, TH_STATE_QUESTIONS);
        }
      if (event->type == TH_EVENT_HELP)
        return help (flow, event);
      if (event->type == TH_EVENT_LEAVE)
        return leave (flow, event, "left");
      break;

    case TH_STATE_MEASURING:
    case TH_STATE_REST:
      if (event->type == TH_EVENT_HELP)
        return help (flow, event);
      if (event->type == TH_EVENT_LEAVE)
        return leave (flow, event, "left");
      return TH_EFFECT_NONE; /* a touch is no reason to measure longer */

    case TH_STATE_PRINTING:
      return TH_EFFECT_NONE;

    case TH_STATE_PLACE:
      if (event->type == TH_EVENT_COPY)
        {
          flow->copy = TRUE;
          return print (flow, event);
        }
      if (yes || event->type == TH_EVENT_LEAVE)
        return welcome (flow, event);
      if (event->type == TH_EVENT_HELP)
        return help (flow, event);
      break;

    case TH_STATE_DONE:
    case TH_STATE_NOT_TODAY:
      if (yes || event->type == TH_EVENT_LEAVE)
        return welcome (flow, event);
      break;

    case TH_STATE_HELP:
      if ((event->type == TH_EVENT_BACK || yes) && flow->resume != TH_STATE_WELCOME)
        return go_on (flow, event, flow->resume);
      if (event->type == TH_EVENT_LEAVE || event->type == TH_EVENT_BACK || yes)
        return leave (flow, event, "left");
      break;

    case TH_STATE_TROUBLE:
      if (flow->resume != TH_STATE_WELCOME && event->type == TH_EVENT_LEAVE)
        return flow->issued ? give_up_slip (flow, event) : leave (flow, event, "left");
      return TH_EFFECT_NONE;

    case TH_N_STATES:
      break;
    }
  /* A sign of life: the page stays. */
  flow->deadline_us = deadline_of (flow, flow->state, event->now_us);
  return TH_EFFECT_NONE;
}

static ThEffects
deadline (ThFlow *flow, const ThEvent *event)
{
  switch (flow->state)
    {
    case TH_STATE_NUMBER:
    case TH_STATE_IDENTITY:
    case TH_STATE_QUESTIONS:
    case TH_STATE_PLACE:
      flow->warned_us = event->now_us;
      flow->deadline_us = event->now_us + flow->warning_us;
      return TH_EFFECT_NONE;
    case TH_STATE_MEASURING:
      if (event->present || flow->measure_rounds >= MEASURE_ROUNDS)
        return not_measured (flow, event);
      flow->warned_us = event->now_us;
      flow->deadline_us = event->now_us + flow->warning_us;
      return TH_EFFECT_NONE;
    case TH_STATE_HELP:
      if (flow->person)
        {
          flow->warned_us = event->now_us;
          flow->deadline_us = event->now_us + flow->warning_us;
          return TH_EFFECT_NONE;
        }
      return welcome (flow, event);
    case TH_STATE_READING:
      return leave (flow, event, "time");
    case TH_STATE_REST:
      return measure (flow, event);
    case TH_STATE_PRINTING:
      /* Never while a slip is at the printer: its outcome always comes. */
      if (flow->printing || flow->issued)
        {
          flow->deadline_us = event->now_us + PRINTING_US;
          return TH_EFFECT_NONE;
        }
      return end_page (flow, event, TH_STATE_HELP, "time") | TH_EFFECT_TELL_STAFF;
    case TH_STATE_DONE:
    case TH_STATE_NOT_TODAY:
      return welcome (flow, event);
    case TH_STATE_TROUBLE:
      if (flow->resume == TH_STATE_WELCOME)
        return TH_EFFECT_NONE;
      if (flow->issued)
        return give_up_slip (flow, event);
      if (flow->trouble_part == TH_PART_THERMOMETER)
        return not_measured (flow, event);
      return leave (flow, event, "trouble");
    case TH_STATE_WELCOME:
    case TH_N_STATES:
      break;
    }
  return TH_EFFECT_NONE;
}

static ThEffects
passed (ThFlow *flow, const ThEvent *event)
{
  if (flow->second_card && event->now_us >= flow->second_card_us + SECOND_CARD_US)
    {
      /* A slip at the printer is waited for; then the last page has had its time. */
      if (flow->state == TH_STATE_PRINTING || must_be_written_down (flow))
        flow->second_card_us = event->now_us;
      else
        return flow->issued ? welcome (flow, event) : leave (flow, event, "next-person");
    }
  if (flow->deadline_us == 0 || event->now_us < flow->deadline_us)
    return TH_EFFECT_NONE;
  if (flow->warned_us != 0)
    {
      flow->warned_us = 0;
      return leave (flow, event, "time");
    }
  return deadline (flow, event);
}

/**
 * th_flow_step:
 *
 * Every rule of a check-in is here. What a device or the records say at the wrong moment (a late answer to
 * somebody who has left) does nothing.
 */
ThEffects
th_flow_step (ThFlow *flow, const ThEvent *event)
{
  if (is_press (event->type))
    return press (flow, event);

  switch (event->type)
    {
    case TH_EVENT_CARD_FOUND:
      flow->card_on = TRUE;
      if (flow->state == TH_STATE_WELCOME || (flow->state == TH_STATE_READING && !flow->person))
        {
          flow->retry_shown = FALSE;
          return enter (flow, event, TH_STATE_READING);
        }
      return TH_EFFECT_NONE;

    case TH_EVENT_CARD_READ:
    case TH_EVENT_APPOINTMENT:
      return card_read (flow, event);
    case TH_EVENT_SLIP:
      return slip_scanned (flow, event);
    case TH_EVENT_CODE_REFUSED:
      return code_refused (flow, event);
    case TH_EVENT_CARD_FAILED:
      return card_failed (flow, event);
    case TH_EVENT_CARD_LIFTED:
      return card_lifted (flow, event);

    case TH_EVENT_NUMBER_BAD:
      flow->typed_bad = flow->state == TH_STATE_NUMBER;
      return TH_EFFECT_NONE;

    case TH_EVENT_PLACE_NONE:
    case TH_EVENT_PLACE_FOUND:
      if (flow->state != TH_STATE_READING && flow->state != TH_STATE_NUMBER)
        return TH_EFFECT_NONE;
      flow->person = TRUE;
      if (event->type == TH_EVENT_PLACE_NONE && flow->entry == TH_ENTRY_SLIP)
        return end_page (flow, event, TH_STATE_NOT_TODAY, "code-slip");
      if (event->type == TH_EVENT_PLACE_NONE)
        return enter (flow, event, TH_STATE_IDENTITY);
      flow->issued = TRUE;
      return enter (flow, event, TH_STATE_PLACE);

    case TH_EVENT_ISSUED:
      return issued (flow, event);

    case TH_EVENT_RECORDS_FAILED:
      return records_failed (flow, event);

    case TH_EVENT_RECORDS_READY:
      {
        ThEvent well = *event;

        well.type = TH_EVENT_HEALTH;
        well.device = TH_PART_RECORDS;
        well.health = TH_HEALTH_READY;
        return health (flow, &well);
      }

    case TH_EVENT_MEASURED:
      return flow->state == TH_STATE_MEASURING ? measured (flow, event) : TH_EFFECT_NONE;

    case TH_EVENT_PAPER:
      if (flow->state != TH_STATE_PRINTING || flow->printing)
        return TH_EFFECT_NONE;
      return paper (flow, event);

    case TH_EVENT_SLIP_OVER:
      if (flow->state != TH_STATE_PRINTING || !flow->printing)
        return TH_EFFECT_NONE;
      return slip_over (flow, event);

    case TH_EVENT_HEALTH:
      return health (flow, event);

    case TH_EVENT_TIME:
      return passed (flow, event);

    case TH_EVENT_YES:
    case TH_EVENT_NO:
    case TH_EVENT_HELP:
    case TH_EVENT_BACK:
    case TH_EVENT_LEAVE:
    case TH_EVENT_STAY:
    case TH_EVENT_NO_CARD:
    case TH_EVENT_SUBMIT:
    case TH_EVENT_COPY:
    case TH_EVENT_TOUCH:
      break;
    }
  return TH_EFFECT_NONE;
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
  return flow->state == TH_STATE_REST ? seconds_left (flow->deadline_us, now_us) : 0;
}
