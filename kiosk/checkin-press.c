/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person presses, and what time does when nobody presses anything. */
#include "kiosk/checkin-flow-private.h"

/* How long a second card waits for an answer before the first person is taken to be done. */
#define SECOND_CARD_US (5 * G_USEC_PER_SEC)
/* Paper, records and printer always answer sooner: only a fault of ours reaches this. */
#define PRINTING_US (90 * G_USEC_PER_SEC)
/* "I am here" this often without being seen: the presence line is wrong, not the person. */
#define MEASURE_ROUNDS 2

/* What lay over the page has gone: a finger that was on its way to it answers nothing beneath. */
static void
seen_again (ThFlow *flow, const ThEvent *event)
{
  flow->warned_us = 0;
  flow->entered_us = event->now_us;
  flow->deadline_us = th_flow_deadline_of (flow, flow->state, event->now_us);
}

static ThEffects
answer (ThFlow *flow, const ThEvent *event, gboolean yes)
{
  ThEffects effects = TH_EFFECT_RECORD_ANSWER;

  flow->answered = flow->question;
  flow->answered_yes = yes;
  flow->answers[flow->question] = yes ? 1 : 0;
  if (flow->question == TH_QUESTION_CONSENT && !yes)
    return effects | th_flow_end_page (flow, event, TH_STATE_NOT_TODAY, "no-consent");
  if (flow->question + 1 < TH_N_QUESTIONS)
    {
      flow->question++;
      return effects | th_flow_enter (flow, event, TH_STATE_QUESTIONS);
    }

  /* Whatever was answered, the temperature is taken, so that nobody beside learns anything. */
  flow->reasons &= ~TH_REASON_ANSWER;
  for (guint i = 0; i < TH_N_QUESTIONS; i++)
    if (i != TH_QUESTION_CONSENT && flow->answers[i] == 1)
      flow->reasons |= TH_REASON_ANSWER;
  return effects | th_flow_measure (flow, event);
}

static ThEffects
help (ThFlow *flow, const ThEvent *event)
{
  flow->resume = flow->state;
  flow->end_why = "asked";
  return th_flow_enter (flow, event, TH_STATE_HELP);
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

ThEffects
th_flow_press (ThFlow *flow, const ThEvent *event)
{
  gboolean yes = event->type == TH_EVENT_YES;

  if (too_soon (flow, event))
    return TH_EFFECT_NONE;
  if (th_flow_asks_second_card (flow))
    {
      /* The question on the screen is "is the first person done?" */
      if (yes)
        return th_flow_leave (flow, event, "next-person");
      flow->second_card = FALSE;
      seen_again (flow, event);
      return TH_EFFECT_DROP_SECOND;
    }
  if (flow->warned_us != 0)
    {
      if (event->type == TH_EVENT_LEAVE || event->type == TH_EVENT_NO)
        return th_flow_leave (flow, event, "left");
      seen_again (flow, event);
      if (flow->state == TH_STATE_MEASURING)
        flow->measure_rounds++;
      return TH_EFFECT_NONE;
    }

  switch (flow->state)
    {
    case TH_STATE_WELCOME:
      if (event->type == TH_EVENT_NO_CARD)
        return th_flow_enter (flow, event, TH_STATE_NUMBER);
      if (event->type == TH_EVENT_HELP)
        return help (flow, event);
      break;

    case TH_STATE_READING:
      if (event->type == TH_EVENT_LEAVE || event->type == TH_EVENT_BACK)
        return th_flow_leave (flow, event, "left");
      if (event->type == TH_EVENT_NO_CARD && !flow->person)
        return th_flow_enter (flow, event, TH_STATE_NUMBER);
      if (event->type == TH_EVENT_HELP && !flow->person)
        return help (flow, event);
      break;

    case TH_STATE_NUMBER:
      if (event->type == TH_EVENT_SUBMIT)
        return th_flow_enter (flow, event, TH_STATE_NUMBER) | TH_EFFECT_CHECK_NUMBER;
      if (event->type == TH_EVENT_BACK || event->type == TH_EVENT_LEAVE)
        return th_flow_leave (flow, event, "left");
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
          return th_flow_enter (flow, event, TH_STATE_QUESTIONS) | TH_EFFECT_RECORD_CONFIRMED;
        }
      if (event->type == TH_EVENT_NO)
        return th_flow_end_page (flow, event, TH_STATE_HELP, "not-me");
      if (event->type == TH_EVENT_HELP)
        return help (flow, event);
      if (event->type == TH_EVENT_LEAVE)
        return th_flow_leave (flow, event, "left");
      break;

    case TH_STATE_QUESTIONS:
      if (yes || event->type == TH_EVENT_NO)
        return answer (flow, event, yes);
      if (event->type == TH_EVENT_BACK && flow->question > 0)
        {
          flow->question--;
          return th_flow_enter (flow, event, TH_STATE_QUESTIONS);
        }
      if (event->type == TH_EVENT_HELP)
        return help (flow, event);
      if (event->type == TH_EVENT_LEAVE)
        return th_flow_leave (flow, event, "left");
      break;

    case TH_STATE_MEASURING:
    case TH_STATE_REST:
      /* "I am going to sit down", or "I am back". */
      if (yes && th_flow_rests_away (flow, event->now_us))
        return th_flow_welcome (flow, event);
      if (yes && flow->state == TH_STATE_REST)
        return th_flow_come_back (flow, event);
      if (event->type == TH_EVENT_HELP)
        return help (flow, event);
      if (event->type == TH_EVENT_LEAVE)
        return th_flow_leave (flow, event, "left");
      return TH_EFFECT_NONE; /* a touch is no reason to measure longer */

    case TH_STATE_PRINTING:
      return TH_EFFECT_NONE;

    case TH_STATE_PLACE:
      if (event->type == TH_EVENT_COPY)
        {
          flow->copy = TRUE;
          return th_flow_print (flow, event);
        }
      if (yes || event->type == TH_EVENT_LEAVE)
        return th_flow_welcome (flow, event);
      if (event->type == TH_EVENT_HELP)
        return help (flow, event);
      break;

    case TH_STATE_DONE:
    case TH_STATE_NOT_TODAY:
      if (yes || event->type == TH_EVENT_LEAVE)
        return th_flow_welcome (flow, event);
      if (event->type == TH_EVENT_HELP && flow->state == TH_STATE_NOT_TODAY)
        return th_flow_end_page (flow, event, TH_STATE_HELP, "asked");
      break;

    case TH_STATE_HELP:
      if ((event->type == TH_EVENT_BACK || yes) && flow->resume != TH_STATE_WELCOME)
        return th_flow_go_on (flow, event, flow->resume);
      if (event->type == TH_EVENT_LEAVE || event->type == TH_EVENT_BACK || yes)
        return th_flow_leave (flow, event, "left");
      break;

    case TH_STATE_TROUBLE:
      if (flow->resume != TH_STATE_WELCOME && event->type == TH_EVENT_LEAVE)
        return flow->issued ? th_flow_give_up_slip (flow, event)
                            : th_flow_leave (flow, event, "left");
      return TH_EFFECT_NONE;

    case TH_N_STATES:
      break;
    }
  /* A sign of life: the page stays. */
  flow->deadline_us = th_flow_deadline_of (flow, flow->state, event->now_us);
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
        return th_flow_not_measured (flow, event);
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
      return th_flow_welcome (flow, event);
    case TH_STATE_READING:
      return th_flow_leave (flow, event, "time");
    case TH_STATE_REST:
      /* The page of somebody who sits down; else the rest is over. */
      if (event->now_us < flow->rest_until_us)
        return th_flow_welcome (flow, event);
      return (flow->kept ? TH_EFFECT_RECORD_RETURNED : TH_EFFECT_NONE)
             | th_flow_measure (flow, event);
    case TH_STATE_PRINTING:
      /* Never while a slip is at the printer: its outcome always comes. */
      if (flow->printing || flow->issued)
        {
          flow->deadline_us = event->now_us + PRINTING_US;
          return TH_EFFECT_NONE;
        }
      return th_flow_end_page (flow, event, TH_STATE_HELP, "time");
    case TH_STATE_DONE:
    case TH_STATE_NOT_TODAY:
      return th_flow_welcome (flow, event);
    case TH_STATE_TROUBLE:
      if (flow->resume == TH_STATE_WELCOME)
        return TH_EFFECT_NONE;
      if (flow->issued)
        return th_flow_give_up_slip (flow, event);
      if (flow->trouble_part == TH_PART_THERMOMETER || flow->trouble_part == TH_PART_SCREENING)
        return th_flow_not_measured (flow, event);
      return th_flow_leave (flow, event, "trouble");
    case TH_STATE_WELCOME:
    case TH_N_STATES:
      break;
    }
  return TH_EFFECT_NONE;
}

ThEffects
th_flow_passed (ThFlow *flow, const ThEvent *event)
{
  if (flow->second_card && event->now_us >= flow->second_card_us + SECOND_CARD_US)
    {
      /* A slip at the printer is waited for; then the last page has had its time. */
      if (flow->state == TH_STATE_PRINTING || th_flow_must_be_written_down (flow))
        flow->second_card_us = event->now_us;
      else
        return flow->issued ? th_flow_welcome (flow, event)
                            : th_flow_leave (flow, event, "next-person");
    }
  if (flow->deadline_us == 0 || event->now_us < flow->deadline_us)
    return TH_EFFECT_NONE;
  if (flow->warned_us != 0)
    {
      flow->warned_us = 0;
      return th_flow_leave (flow, event, "time");
    }
  return deadline (flow, event);
}
