/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What devices, records and codes say, and the one function that holds all rules. */
#include "kiosk/checkin-flow-private.h"

#include <string.h>

/* After the card is lifted from the last page: time to look at the number once more. */
#define AFTER_LIFT_US (4 * G_USEC_PER_SEC)
/* A slip that fails this often does not wait for a printer that says it is ready. */
#define FAILED_SLIPS 3

static ThEffects
measured (ThFlow *flow, const ThEvent *event)
{
  ThEffects effects = TH_EFFECT_RECORD_READING;

  if (flow->n_shown < G_N_ELEMENTS (flow->shown_tenths))
    flow->shown_tenths[flow->n_shown++] = event->shown_tenths;
  else
    return effects | th_flow_not_measured (flow, event);

  switch (th_screening_verdict (&flow->screening, flow->shown_tenths, flow->n_shown))
    {
    case TH_VERDICT_NORMAL:
      return effects | th_flow_print (flow, event);
    case TH_VERDICT_AGAIN:
      return effects | th_flow_rest (flow, event);
    case TH_VERDICT_FLAGGED:
      flow->reasons |= TH_REASON_TEMPERATURE;
      return effects | th_flow_print (flow, event);
    case TH_VERDICT_STAFF:
      break;
    }
  return effects | th_flow_not_measured (flow, event);
}

static ThEffects
paper (ThFlow *flow, const ThEvent *event)
{
  if (event->paper != TH_PAPER_READY && event->paper != TH_PAPER_LOW)
    return th_flow_trouble (flow, event, TH_PART_PRINTER, TH_STATE_PRINTING);
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
    return th_flow_enter (flow, event, TH_STATE_PLACE);
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
      return th_flow_enter (flow, event, TH_STATE_DONE);
    case TH_SLIP_UNCERTAIN:
      return th_flow_enter (flow, event, TH_STATE_DONE);
    case TH_SLIP_FAILED:
      /* Nothing reached the paper: it is printed when the printer is back, while the person waits.
       */
      if (++flow->failed_slips >= FAILED_SLIPS)
        return th_flow_enter (flow, event, TH_STATE_DONE);
      return th_flow_trouble (flow, event, TH_PART_PRINTER, TH_STATE_PRINTING);
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
      part = th_flow_broken_part (flow);
      return part == TH_N_PARTS ? TH_EFFECT_NONE
                                : th_flow_trouble (flow, event, part, TH_STATE_WELCOME);
    case TH_STATE_READING:
      if (event->device == TH_PART_READER && !th_flow_works (event->health) && !flow->person)
        return th_flow_welcome (flow, event);
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
      if ((event->device == TH_PART_THERMOMETER || event->device == TH_PART_SCREENING)
          && !th_flow_works (event->health))
        return th_flow_trouble (flow, event, event->device, TH_STATE_MEASURING);
      return TH_EFFECT_NONE;
    case TH_STATE_TROUBLE:
      if (flow->resume == TH_STATE_WELCOME)
        {
          part = th_flow_broken_part (flow);
          if (part == TH_N_PARTS)
            return th_flow_welcome (flow, event);
          flow->trouble_part = part;
          return TH_EFFECT_NONE;
        }
      if (event->device == flow->trouble_part && event->health == TH_HEALTH_READY)
        return th_flow_go_on (flow, event, flow->resume);
      return TH_EFFECT_NONE;
    case TH_N_STATES:
      break;
    }
  return TH_EFFECT_NONE;
}

static ThEffects
gate (ThFlow *flow, const ThEvent *event)
{
  ThEvent same = *event;

  flow->gate = event->gate;
  same.type = TH_EVENT_HEALTH;
  same.device = TH_PART_SCREENING;
  same.health = event->gate == TH_N_BARS ? TH_HEALTH_READY : TH_HEALTH_FAULT;
  return health (flow, &same);
}

static ThEffects
records_failed (ThFlow *flow, const ThEvent *event)
{
  flow->health[TH_PART_RECORDS] = TH_HEALTH_FAULT;
  switch (flow->state)
    {
    case TH_STATE_WELCOME:
      return th_flow_trouble (flow, event, TH_PART_RECORDS, TH_STATE_WELCOME);
    case TH_STATE_READING:
      /* Nobody yet: a card that is read meanwhile is not kept, it is tapped again. */
      return th_flow_trouble (flow, event, TH_PART_RECORDS,
                              flow->person ? TH_STATE_READING : TH_STATE_WELCOME);
    case TH_STATE_NUMBER:
    case TH_STATE_IDENTITY:
    case TH_STATE_QUESTIONS:
    case TH_STATE_MEASURING:
    case TH_STATE_REST:
    case TH_STATE_PLACE:
      return th_flow_trouble (flow, event, TH_PART_RECORDS, flow->state);
    case TH_STATE_PRINTING:
      /* With a slip at the printer its outcome comes first. */
      if (flow->printing && !event->waits)
        return TH_EFFECT_NONE;
      flow->printing = FALSE;
      return th_flow_trouble (flow, event, TH_PART_RECORDS, TH_STATE_PRINTING);
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
  if (event->known && event->same && flow->state == TH_STATE_REST)
    {
      flow->second_card = FALSE;
      return TH_EFFECT_DROP_SECOND | th_flow_come_back (flow, event);
    }
  if (!event->known || event->same)
    {
      flow->second_card = FALSE;
      return TH_EFFECT_DROP_SECOND;
    }
  flow->second_card = TRUE;
  flow->second_entry = entry_of (event);
  flow->second_card_us = event->now_us;
  /* Whoever sits down elsewhere is not asked whether they are done. */
  if (th_flow_rests_away (flow, event->now_us))
    return th_flow_welcome (flow, event);
  return TH_EFFECT_NONE;
}

/* Somebody comes back from their rest: the visit goes on where it was. */
static ThEffects
rests (ThFlow *flow, const ThEvent *event)
{
  const ThRest *rest = event->rest;

  flow->confirmed = TRUE;
  flow->kept = TRUE;
  flow->reasons = rest->reasons;
  flow->n_shown = MIN (rest->n_shown, G_N_ELEMENTS (flow->shown_tenths));
  memcpy (flow->shown_tenths, rest->shown_tenths, flow->n_shown * sizeof flow->shown_tenths[0]);
  flow->rest_s = rest->left_s;
  flow->least_s = rest->least_s;
  flow->rest_until_us = event->now_us + rest->left_s * G_USEC_PER_SEC;
  flow->rest_least_us = event->now_us + rest->least_s * G_USEC_PER_SEC;
  if (th_flow_may_come_back (flow, event->now_us))
    return TH_EFFECT_RECORD_RETURNED | th_flow_measure (flow, event);
  return th_flow_enter (flow, event, TH_STATE_REST);
}

/* Since they were looked up the last dose has gone to somebody at another door. Whoever staff must look at is not sent
 * away with that. */
static ThEffects
no_dose (ThFlow *flow, const ThEvent *event)
{
  gboolean waits = flow->state == TH_STATE_PRINTING && !flow->issued;

  if (!waits && !(flow->state == TH_STATE_REST && flow->kept))
    return TH_EFFECT_NONE;
  flow->kept = FALSE;
  return th_flow_end_page (flow, event, flow->reasons != 0 ? TH_STATE_HELP : TH_STATE_NOT_TODAY,
                           "doses-gone");
}

/* Counted, so that a site sees what people bring in vain; nobody is named. */
static ThEffects
refused (ThFlow *flow, const ThEvent *event)
{
  ThEffects effects = th_flow_end_page (flow, event, TH_STATE_NOT_TODAY, event->why);

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
  return th_flow_end_page (flow, event, TH_STATE_HELP, "card");
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
      th_flow_forget (flow);
      if (!event->known)
        return TH_EFFECT_FORGET | card_not_taken (flow, event);
      flow->person = TRUE;
      flow->entry = entry_of (event);
      return TH_EFFECT_NEXT_PERSON | th_flow_enter (flow, event, TH_STATE_READING)
             | TH_EFFECT_LOOK_UP;
    case TH_STATE_NOT_TODAY:
    case TH_STATE_HELP:
      if (flow->person)
        return second_card (flow, event);
      if (!event->known)
        return card_not_taken (flow, event);
      flow->second_card = TRUE;
      flow->second_entry = entry_of (event);
      return th_flow_welcome (flow, event);
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

/* Whether what is held up to the scanner is meant for the kiosk, and no part of somebody's visit.
 */
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
  th_flow_forget (flow);
  flow->person = TRUE;
  flow->entry = TH_ENTRY_SLIP;
  return TH_EFFECT_FORGET | th_flow_enter (flow, event, TH_STATE_READING) | TH_EFFECT_LOOK_UP_SLIP;
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
      return th_flow_enter (flow, event, TH_STATE_READING);
    }
  return TH_EFFECT_NONE;
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
  if (flow->state == TH_STATE_DONE && flow->entry == TH_ENTRY_CARD && !flow->second_card
      && flow->outcome == TH_SLIP_CONFIRMED)
    flow->deadline_us = MIN (flow->deadline_us, event->now_us + AFTER_LIFT_US);
  if (flow->state == TH_STATE_READING && !flow->person && !flow->retry_shown)
    return th_flow_welcome (flow, event);
  return TH_EFFECT_NONE;
}

static gboolean
is_press (ThEventType type)
{
  return type <= TH_EVENT_TOUCH;
}

/**
 * th_flow_step:
 *
 * Every rule of a check-in is here. What a device or the records say at the wrong moment (a late
 * answer to somebody who has left) does nothing.
 */
ThEffects
th_flow_step (ThFlow *flow, const ThEvent *event)
{
  if (is_press (event->type))
    return th_flow_press (flow, event);

  switch (event->type)
    {
    case TH_EVENT_CARD_FOUND:
      flow->card_on = TRUE;
      if (flow->state == TH_STATE_WELCOME || (flow->state == TH_STATE_READING && !flow->person))
        {
          flow->retry_shown = FALSE;
          return th_flow_enter (flow, event, TH_STATE_READING);
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
    case TH_EVENT_PLACE_RESTS:
      if (flow->state != TH_STATE_READING && flow->state != TH_STATE_NUMBER)
        return TH_EFFECT_NONE;
      flow->person = TRUE;
      if (event->type == TH_EVENT_PLACE_NONE && flow->entry == TH_ENTRY_SLIP)
        return th_flow_end_page (flow, event, TH_STATE_NOT_TODAY, "code-slip");
      if (event->type == TH_EVENT_PLACE_NONE && event->why != NULL)
        return th_flow_end_page (flow, event, TH_STATE_NOT_TODAY, event->why);
      if (event->type == TH_EVENT_PLACE_NONE)
        return th_flow_enter (flow, event, TH_STATE_IDENTITY);
      if (event->type == TH_EVENT_PLACE_RESTS)
        return rests (flow, event);
      flow->issued = TRUE;
      return th_flow_enter (flow, event, TH_STATE_PLACE);

    case TH_EVENT_ISSUED:
      return issued (flow, event);

    case TH_EVENT_NO_DOSE:
      return no_dose (flow, event);

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

    case TH_EVENT_GATE:
      return gate (flow, event);

    case TH_EVENT_HEALTH:
      return health (flow, event);

    case TH_EVENT_TIME:
      return th_flow_passed (flow, event);

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
