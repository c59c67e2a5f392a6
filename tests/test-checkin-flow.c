/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/checkin-flow.h"

#include <string.h>

#define S G_USEC_PER_SEC

static gint64 now_us;

static ThFlow
new_flow (void)
{
  ThScreening rules;
  ThFlow flow;

  th_screening_defaults (&rules);
  rules.calibrated = TRUE;
  th_flow_init (&flow, &rules, 45, 20, 12, 120, 300);
  for (guint part = 0; part < TH_N_PARTS; part++)
    flow.health[part] = TH_HEALTH_READY;
  now_us = 1000 * S;
  return flow;
}

static ThEffects
give (ThFlow *flow, ThEvent event)
{
  now_us += 400000;
  event.now_us = now_us;
  return th_flow_step (flow, &event);
}

static ThEffects
tell (ThFlow *flow, ThEventType type)
{
  return give (flow, (ThEvent){ .type = type });
}

static ThEffects
wait_s (ThFlow *flow, guint seconds)
{
  now_us += seconds * S;
  return tell (flow, TH_EVENT_TIME);
}

#define assert_state(flow, nick) g_assert_cmpstr (th_state_to_string ((flow)->state), ==, nick)

static ThEffects
card (ThFlow *flow)
{
  tell (flow, TH_EVENT_CARD_FOUND);
  return give (flow, (ThEvent){ .type = TH_EVENT_CARD_READ, .known = TRUE });
}

static void
to_measuring (ThFlow *flow)
{
  card (flow);
  tell (flow, TH_EVENT_PLACE_NONE);
  tell (flow, TH_EVENT_YES);
  for (guint i = 0; i < TH_QUESTION_CONSENT; i++)
    tell (flow, TH_EVENT_NO);
  tell (flow, TH_EVENT_YES);
  assert_state (flow, "measuring");
}

static ThEffects
measured (ThFlow *flow, int tenths)
{
  return give (flow, (ThEvent){ .type = TH_EVENT_MEASURED, .shown_tenths = tenths });
}

static ThEffects
paper (ThFlow *flow, ThPaper state)
{
  return give (flow, (ThEvent){ .type = TH_EVENT_PAPER, .paper = state });
}

static ThEffects
part (ThFlow *flow, ThPart device, ThHealth state)
{
  return give (flow, (ThEvent){ .type = TH_EVENT_HEALTH, .device = device, .health = state });
}

static ThEffects
slip (ThFlow *flow, ThSlipOutcome outcome)
{
  return give (flow, (ThEvent){ .type = TH_EVENT_SLIP_OVER, .outcome = outcome });
}

static void
to_printing (ThFlow *flow)
{
  to_measuring (flow);
  g_assert_cmpint (measured (flow, 366) & TH_EFFECT_ASK_PAPER, !=, 0);
  assert_state (flow, "printing");
}

static void
test_a_normal_visit_ends_with_a_slip (void)
{
  ThFlow flow = new_flow ();

  g_assert_true (card (&flow) & TH_EFFECT_LOOK_UP);
  assert_state (&flow, "reading");
  g_assert_cmpint (tell (&flow, TH_EVENT_PLACE_NONE), ==, TH_EFFECT_NONE);
  assert_state (&flow, "identity");
  g_assert_cmpint (tell (&flow, TH_EVENT_YES), ==, TH_EFFECT_RECORD_CONFIRMED);
  for (guint i = 0; i < TH_QUESTION_CONSENT; i++)
    g_assert_cmpint (tell (&flow, TH_EVENT_NO), ==, TH_EFFECT_RECORD_ANSWER);
  g_assert_cmpint (tell (&flow, TH_EVENT_YES), ==, TH_EFFECT_RECORD_ANSWER | TH_EFFECT_MEASURE);
  g_assert_cmpint (measured (&flow, 366), ==,
                   TH_EFFECT_RECORD_READING | TH_EFFECT_MEASURE_END | TH_EFFECT_ASK_PAPER);
  g_assert_cmpint (paper (&flow, TH_PAPER_READY), ==, TH_EFFECT_ISSUE);
  g_assert_cmpint (tell (&flow, TH_EVENT_ISSUED), ==, TH_EFFECT_PRINT);
  g_assert_cmpint (slip (&flow, TH_SLIP_CONFIRMED), ==, TH_EFFECT_NONE);
  assert_state (&flow, "done");
  g_assert_cmpint (flow.reasons, ==, 0);
  g_assert_cmpint (wait_s (&flow, 13), ==, TH_EFFECT_FORGET);
  assert_state (&flow, "welcome");
  g_assert_false (flow.person);
}

static void
test_no_number_is_taken_without_paper (void)
{
  const ThPaper states[]
      = { TH_PAPER_OUT,     TH_PAPER_COVER_OPEN, TH_PAPER_OFFLINE, TH_PAPER_FAULT,
          TH_PAPER_UNKNOWN, TH_PAPER_ABSENT,     TH_PAPER_STARTING };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      ThFlow flow = new_flow ();

      to_printing (&flow);
      g_assert_false (paper (&flow, states[i]) & TH_EFFECT_ISSUE);
      assert_state (&flow, "trouble");
      /* The place is kept: when the printer is back the visit goes on by itself. */
      g_assert_true (part (&flow, TH_PART_PRINTER, TH_HEALTH_READY) & TH_EFFECT_ASK_PAPER);
      g_assert_cmpint (paper (&flow, TH_PAPER_LOW), ==, TH_EFFECT_ISSUE);
    }
}

static void
test_first_reading_above_the_limit_is_taken_again (void)
{
  ThFlow flow = new_flow ();

  to_measuring (&flow);
  g_assert_cmpint (measured (&flow, 374), ==, TH_EFFECT_RECORD_READING | TH_EFFECT_MEASURE_END);
  assert_state (&flow, "rest");
  g_assert_cmpuint (th_flow_rest_seconds (&flow, now_us), ==, 10);
  g_assert_cmpint (wait_s (&flow, 5), ==, TH_EFFECT_NONE);
  g_assert_cmpint (wait_s (&flow, 6), ==, TH_EFFECT_MEASURE);
  g_assert_true (measured (&flow, 368) & TH_EFFECT_ASK_PAPER);
  g_assert_cmpint (flow.reasons, ==, 0);
}

static void
test_twice_above_the_limit_opens_a_case_and_looks_the_same (void)
{
  ThFlow flow = new_flow ();

  to_measuring (&flow);
  measured (&flow, 381);
  wait_s (&flow, 11);
  g_assert_true (measured (&flow, 380) & TH_EFFECT_ASK_PAPER);
  g_assert_cmpint (flow.reasons, ==, TH_REASON_TEMPERATURE);
  assert_state (&flow, "printing");
  g_assert_cmpint (paper (&flow, TH_PAPER_READY), ==, TH_EFFECT_ISSUE);
  tell (&flow, TH_EVENT_ISSUED);
  slip (&flow, TH_SLIP_CONFIRMED);
  assert_state (&flow, "done");
}

static void
test_a_yes_to_a_question_is_measured_like_anybody (void)
{
  ThFlow flow = new_flow ();

  card (&flow);
  tell (&flow, TH_EVENT_PLACE_NONE);
  tell (&flow, TH_EVENT_YES);
  tell (&flow, TH_EVENT_NO);
  tell (&flow, TH_EVENT_YES); /* travel */
  tell (&flow, TH_EVENT_NO);
  tell (&flow, TH_EVENT_YES); /* consent */
  assert_state (&flow, "measuring");
  g_assert_cmpint (flow.reasons, ==, TH_REASON_ANSWER);
}

static void
test_a_slip_of_the_finger_can_be_taken_back (void)
{
  ThFlow flow = new_flow ();

  card (&flow);
  tell (&flow, TH_EVENT_PLACE_NONE);
  tell (&flow, TH_EVENT_YES);
  tell (&flow, TH_EVENT_YES); /* symptoms: a slip */
  g_assert_cmpuint (flow.question, ==, 1);
  tell (&flow, TH_EVENT_BACK);
  g_assert_cmpuint (flow.question, ==, 0);
  for (guint i = 0; i < TH_QUESTION_CONSENT; i++)
    tell (&flow, TH_EVENT_NO);
  tell (&flow, TH_EVENT_YES);
  g_assert_cmpint (flow.reasons, ==, 0);
}

static void
test_without_consent_nobody_is_measured (void)
{
  ThFlow flow = new_flow ();
  ThEffects effects;

  card (&flow);
  tell (&flow, TH_EVENT_PLACE_NONE);
  tell (&flow, TH_EVENT_YES);
  for (guint i = 0; i < TH_QUESTION_CONSENT; i++)
    tell (&flow, TH_EVENT_NO);
  effects = tell (&flow, TH_EVENT_NO);
  assert_state (&flow, "not-today");
  g_assert_cmpint (effects, ==, TH_EFFECT_RECORD_ANSWER | TH_EFFECT_RECORD_LEFT | TH_EFFECT_FORGET);
  g_assert_cmpuint (flow.answered, ==, TH_QUESTION_CONSENT);
  g_assert_false (flow.answered_yes);
  g_assert_cmpstr (flow.end_why, ==, "no-consent");
}

static void
test_a_sensor_that_fails_never_ends_as_normal (void)
{
  const ThHealth states[] = { TH_HEALTH_ABSENT, TH_HEALTH_SILENT, TH_HEALTH_FAULT };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      ThFlow flow = new_flow ();

      to_measuring (&flow);
      g_assert_true (part (&flow, TH_PART_THERMOMETER, states[i]) & TH_EFFECT_MEASURE_END);
      assert_state (&flow, "trouble");
      /* A reading that arrives late counts for nothing. */
      g_assert_cmpint (measured (&flow, 366), ==, TH_EFFECT_NONE);
      g_assert_true (wait_s (&flow, 31) & TH_EFFECT_RECORD_NOT_MEASURED);
      assert_state (&flow, "printing");
      g_assert_cmpint (flow.reasons, ==, TH_REASON_NOT_MEASURED);
    }
}

static void
test_a_sensor_that_comes_back_goes_on_measuring (void)
{
  ThFlow flow = new_flow ();

  to_measuring (&flow);
  part (&flow, TH_PART_THERMOMETER, TH_HEALTH_ABSENT);
  g_assert_cmpint (part (&flow, TH_PART_THERMOMETER, TH_HEALTH_READY), ==, TH_EFFECT_MEASURE);
  assert_state (&flow, "measuring");
}

static void
test_nobody_in_front_is_asked_and_then_forgotten (void)
{
  ThFlow flow = new_flow ();

  to_measuring (&flow);
  wait_s (&flow, 21);
  assert_state (&flow, "measuring");
  g_assert_cmpuint (th_flow_warning_seconds (&flow, now_us), ==, 20);
  g_assert_true (wait_s (&flow, 21) & TH_EFFECT_FORGET);
  assert_state (&flow, "welcome");
}

static void
test_somebody_who_cannot_be_measured_goes_to_staff (void)
{
  ThFlow flow = new_flow ();
  ThEffects effects;

  to_measuring (&flow);
  now_us += 21 * S;
  effects = give (&flow, (ThEvent){ .type = TH_EVENT_TIME, .present = TRUE });
  g_assert_true (effects & TH_EFFECT_RECORD_NOT_MEASURED);
  g_assert_cmpint (flow.reasons, ==, TH_REASON_NOT_MEASURED);
  assert_state (&flow, "printing");
}

static void
test_the_second_of_two_cards_waits_for_the_first_person (void)
{
  ThFlow flow = new_flow ();
  ThEvent other = { .type = TH_EVENT_CARD_READ, .known = TRUE };

  to_measuring (&flow);
  g_assert_cmpint (give (&flow, other), ==, TH_EFFECT_NONE);
  g_assert_true (th_flow_asks_second_card (&flow));
  assert_state (&flow, "measuring");
  /* "No, not yet." */
  g_assert_cmpint (tell (&flow, TH_EVENT_NO), ==, TH_EFFECT_DROP_SECOND);
  assert_state (&flow, "measuring");
  /* Nobody answers: the first person is gone. */
  give (&flow, other);
  g_assert_true (wait_s (&flow, 6) & TH_EFFECT_NEXT_PERSON);
  assert_state (&flow, "reading");
  g_assert_false (flow.confirmed);
  g_assert_cmpint (flow.n_shown, ==, 0);
}

static void
test_the_same_card_again_is_not_a_second_person (void)
{
  ThFlow flow = new_flow ();

  to_measuring (&flow);
  g_assert_cmpint (
      give (&flow, (ThEvent){ .type = TH_EVENT_CARD_READ, .known = TRUE, .same = TRUE }), ==,
      TH_EFFECT_DROP_SECOND);
  g_assert_false (flow.second_card);
}

static void
test_a_second_card_never_cuts_off_a_slip (void)
{
  ThFlow flow = new_flow ();
  ThEvent other = { .type = TH_EVENT_CARD_READ, .known = TRUE };

  to_printing (&flow);
  paper (&flow, TH_PAPER_READY);
  tell (&flow, TH_EVENT_ISSUED);
  give (&flow, other);
  g_assert_false (th_flow_asks_second_card (&flow));
  wait_s (&flow, 30);
  tell (&flow, TH_EVENT_YES);
  tell (&flow, TH_EVENT_LEAVE);
  assert_state (&flow, "printing");
  slip (&flow, TH_SLIP_CONFIRMED);
  assert_state (&flow, "done");
  g_assert_true (wait_s (&flow, 6) & TH_EFFECT_NEXT_PERSON);
  assert_state (&flow, "reading");
}

static void
test_a_card_of_today_shows_the_place_it_has (void)
{
  ThFlow flow = new_flow ();

  card (&flow);
  tell (&flow, TH_EVENT_PLACE_FOUND);
  assert_state (&flow, "place");
  g_assert_true (tell (&flow, TH_EVENT_COPY) & TH_EFFECT_ASK_PAPER);
  g_assert_cmpint (paper (&flow, TH_PAPER_READY), ==, TH_EFFECT_PRINT_COPY);
  slip (&flow, TH_SLIP_CONFIRMED);
  assert_state (&flow, "done");
}

static void
test_only_a_slip_that_never_left_is_printed_again (void)
{
  ThFlow flow = new_flow ();

  to_printing (&flow);
  paper (&flow, TH_PAPER_READY);
  tell (&flow, TH_EVENT_ISSUED);
  slip (&flow, TH_SLIP_FAILED);
  assert_state (&flow, "trouble");
  part (&flow, TH_PART_PRINTER, TH_HEALTH_READY);
  g_assert_cmpint (paper (&flow, TH_PAPER_READY), ==, TH_EFFECT_PRINT);
  g_assert_cmpint (slip (&flow, TH_SLIP_UNCERTAIN), ==, TH_EFFECT_NONE);
  assert_state (&flow, "done");
  /* The number stays on the screen long enough to be written down. */
  wait_s (&flow, 20);
  assert_state (&flow, "done");
  g_assert_cmpint (slip (&flow, TH_SLIP_FAILED), ==, TH_EFFECT_NONE);
}

static void
test_a_missing_device_closes_the_door_and_its_return_opens_it (void)
{
  for (guint device = 0; device < TH_N_PARTS; device++)
    {
      ThFlow flow = new_flow ();

      part (&flow, device, TH_HEALTH_ABSENT);
      assert_state (&flow, "trouble");
      g_assert_cmpint (flow.trouble_part, ==, device);
      g_assert_cmpint (th_flow_next_deadline_us (&flow), ==, 0);
      part (&flow, device, TH_HEALTH_READY);
      assert_state (&flow, "welcome");
    }
}

static void
test_two_missing_devices_are_named_in_turn (void)
{
  ThFlow flow = new_flow ();

  part (&flow, TH_PART_PRINTER, TH_HEALTH_FAULT);
  part (&flow, TH_PART_READER, TH_HEALTH_ABSENT);
  g_assert_cmpint (flow.trouble_part, ==, TH_PART_READER);
  part (&flow, TH_PART_READER, TH_HEALTH_READY);
  assert_state (&flow, "trouble");
  g_assert_cmpint (flow.trouble_part, ==, TH_PART_PRINTER);
}

static void
test_records_that_cannot_be_written_stop_the_visit_and_keep_it (void)
{
  ThFlow flow = new_flow ();

  to_printing (&flow);
  paper (&flow, TH_PAPER_READY);
  tell (&flow, TH_EVENT_RECORDS_FAILED);
  assert_state (&flow, "trouble");
  g_assert_cmpint (flow.trouble_part, ==, TH_PART_RECORDS);
  g_assert_true (tell (&flow, TH_EVENT_RECORDS_READY) & TH_EFFECT_ASK_PAPER);
}

static void
test_help_keeps_the_visit_and_comes_back (void)
{
  ThFlow flow = new_flow ();

  to_measuring (&flow);
  g_assert_cmpint (tell (&flow, TH_EVENT_HELP), ==, TH_EFFECT_MEASURE_END);
  assert_state (&flow, "help");
  g_assert_cmpint (tell (&flow, TH_EVENT_BACK), ==, TH_EFFECT_MEASURE);
  assert_state (&flow, "measuring");
}

static void
test_nobody_is_measured_with_a_card_that_is_not_known (void)
{
  ThFlow flow = new_flow ();

  tell (&flow, TH_EVENT_CARD_FOUND);
  g_assert_false (give (&flow, (ThEvent){ .type = TH_EVENT_CARD_READ }) & TH_EFFECT_LOOK_UP);
  assert_state (&flow, "help");
  g_assert_cmpstr (flow.end_why, ==, "card");
}

static void
test_a_card_that_was_not_read_is_asked_for_again (void)
{
  ThFlow flow = new_flow ();

  tell (&flow, TH_EVENT_CARD_FOUND);
  give (&flow, (ThEvent){ .type = TH_EVENT_CARD_FAILED, .retry = TH_DEVICE_RETRY_CARD_UNREAD });
  tell (&flow, TH_EVENT_CARD_LIFTED);
  assert_state (&flow, "reading");
  g_assert_true (flow.retry_shown);
  g_assert_true (card (&flow) & TH_EFFECT_LOOK_UP);
}

static void
test_every_state_ends_by_itself (void)
{
  /* Whatever was going on, time alone clears the person away. */
  for (guint steps = 0; steps < 10; steps++)
    for (guint last = 0; last < 4; last++)
      {
        ThFlow flow = new_flow ();
        const ThEventType way[] = { TH_EVENT_PLACE_NONE, TH_EVENT_YES, TH_EVENT_NO,
                                    TH_EVENT_NO,         TH_EVENT_NO,  TH_EVENT_YES };
        const ThEventType ends[]
            = { TH_EVENT_TOUCH, TH_EVENT_HELP, TH_EVENT_PLACE_FOUND, TH_EVENT_RECORDS_FAILED };
        gboolean forgotten = FALSE;

        card (&flow);
        for (guint i = 0; i < MIN (steps, G_N_ELEMENTS (way)); i++)
          tell (&flow, way[i]);
        tell (&flow, ends[last]);
        for (guint i = 0; i < 400; i++)
          forgotten |= (wait_s (&flow, 1) & TH_EFFECT_FORGET) != 0;
        g_assert_true (forgotten);
        g_assert_false (flow.person);
      }
}

static void
test_a_double_tap_answers_one_question (void)
{
  ThFlow flow = new_flow ();

  card (&flow);
  tell (&flow, TH_EVENT_PLACE_NONE);
  tell (&flow, TH_EVENT_YES);
  tell (&flow, TH_EVENT_NO);
  g_assert_cmpuint (flow.question, ==, 1);
  g_assert_cmpint (
      th_flow_step (&flow, &(ThEvent){ .type = TH_EVENT_NO, .now_us = now_us + 250000 }), ==,
      TH_EFFECT_NONE);
  g_assert_cmpuint (flow.question, ==, 1);
  tell (&flow, TH_EVENT_NO);
  g_assert_cmpuint (flow.question, ==, 2);
}

static void
test_a_card_that_took_the_second_ones_place_is_not_taken_for_it (void)
{
  ThFlow flow = new_flow ();
  ThEvent other = { .type = TH_EVENT_CARD_READ, .known = TRUE };
  ThEvent first = { .type = TH_EVENT_CARD_READ, .known = TRUE, .same = TRUE };

  to_printing (&flow);
  paper (&flow, TH_PAPER_READY);
  tell (&flow, TH_EVENT_ISSUED);
  slip (&flow, TH_SLIP_CONFIRMED);
  give (&flow, other);
  tell (&flow, TH_EVENT_CARD_LIFTED);
  g_assert_true (flow.second_card);
  /* The first person's card again: the caller keeps no card any more, so there is none to go on
   * with. */
  g_assert_cmpint (give (&flow, first), ==, TH_EFFECT_DROP_SECOND);
  g_assert_false (wait_s (&flow, 20) & TH_EFFECT_NEXT_PERSON);
  assert_state (&flow, "welcome");
}

static void
test_trouble_in_mid_visit_is_not_ended_by_the_next_card (void)
{
  ThFlow flow = new_flow ();

  to_printing (&flow);
  paper (&flow, TH_PAPER_READY);
  tell (&flow, TH_EVENT_ISSUED);
  give (&flow, (ThEvent){ .type = TH_EVENT_CARD_READ, .known = TRUE });
  g_assert_true (slip (&flow, TH_SLIP_FAILED) & TH_EFFECT_DROP_SECOND);
  wait_s (&flow, 6);
  assert_state (&flow, "trouble");
  g_assert_true (flow.issued);
}

static void
test_a_number_that_comes_during_trouble_is_shown (void)
{
  ThFlow flow = new_flow ();
  ThEffects effects;

  to_printing (&flow);
  g_assert_cmpint (paper (&flow, TH_PAPER_READY), ==, TH_EFFECT_ISSUE);
  paper (&flow, TH_PAPER_OUT);
  assert_state (&flow, "trouble");
  tell (&flow, TH_EVENT_ISSUED);
  g_assert_true (flow.issued);
  /* Nobody waits for the printer: the number is given, so it is shown, and has no slip. */
  effects = tell (&flow, TH_EVENT_LEAVE);
  g_assert_false (effects & TH_EFFECT_RECORD_LEFT);
  g_assert_true (effects & TH_EFFECT_RECORD_NO_SLIP);
  assert_state (&flow, "done");
  g_assert_cmpint (flow.outcome, ==, TH_SLIP_FAILED);
  wait_s (&flow, 20);
  assert_state (&flow, "done");
}

static void
test_a_slip_that_waits_for_the_records_is_trouble (void)
{
  ThFlow flow = new_flow ();
  ThEvent failed = { .type = TH_EVENT_RECORDS_FAILED, .waits = TRUE };

  to_printing (&flow);
  paper (&flow, TH_PAPER_READY);
  g_assert_cmpint (tell (&flow, TH_EVENT_ISSUED), ==, TH_EFFECT_PRINT);
  give (&flow, failed);
  assert_state (&flow, "trouble");
  g_assert_cmpint (flow.trouble_part, ==, TH_PART_RECORDS);
  g_assert_true (tell (&flow, TH_EVENT_RECORDS_READY) & TH_EFFECT_ASK_PAPER);
  g_assert_cmpint (paper (&flow, TH_PAPER_READY), ==, TH_EFFECT_PRINT);
  /* And when they stay away: the number is shown, nothing pretends that there is a slip. */
  give (&flow, failed);
  g_assert_true (wait_s (&flow, 121) & TH_EFFECT_RECORD_NO_SLIP);
  assert_state (&flow, "done");
  g_assert_true (flow.outcome_known);
  g_assert_cmpint (flow.outcome, ==, TH_SLIP_FAILED);
}

static void
test_a_slip_at_the_printer_is_waited_for_without_records (void)
{
  ThFlow flow = new_flow ();

  to_printing (&flow);
  paper (&flow, TH_PAPER_READY);
  tell (&flow, TH_EVENT_ISSUED);
  tell (&flow, TH_EVENT_RECORDS_FAILED);
  assert_state (&flow, "printing");
  slip (&flow, TH_SLIP_CONFIRMED);
  assert_state (&flow, "done");
  wait_s (&flow, 13);
  assert_state (&flow, "trouble");
}

static void
test_a_slip_that_fails_again_and_again_is_given_up (void)
{
  ThFlow flow = new_flow ();

  to_printing (&flow);
  paper (&flow, TH_PAPER_READY);
  tell (&flow, TH_EVENT_ISSUED);
  for (guint i = 0; i < 2; i++)
    {
      slip (&flow, TH_SLIP_FAILED);
      assert_state (&flow, "trouble");
      part (&flow, TH_PART_PRINTER, TH_HEALTH_READY);
      g_assert_cmpint (paper (&flow, TH_PAPER_READY), ==, TH_EFFECT_PRINT);
    }
  slip (&flow, TH_SLIP_FAILED);
  assert_state (&flow, "done");
  g_assert_cmpint (flow.outcome, ==, TH_SLIP_FAILED);
}

static void
test_nobody_is_told_to_hold_still_for_a_card_that_was_dropped (void)
{
  ThFlow flow = new_flow ();

  tell (&flow, TH_EVENT_CARD_FOUND);
  assert_state (&flow, "reading");
  tell (&flow, TH_EVENT_RECORDS_FAILED);
  assert_state (&flow, "trouble");
  g_assert_cmpint (give (&flow, (ThEvent){ .type = TH_EVENT_CARD_READ, .known = TRUE }), ==,
                   TH_EFFECT_DROP_SECOND);
  tell (&flow, TH_EVENT_RECORDS_READY);
  assert_state (&flow, "welcome");
  g_assert_true (flow.card_on);
}

static void
test_a_slip_that_is_tried_again_has_not_failed (void)
{
  ThFlow flow = new_flow ();

  to_printing (&flow);
  paper (&flow, TH_PAPER_READY);
  tell (&flow, TH_EVENT_ISSUED);
  slip (&flow, TH_SLIP_FAILED);
  g_assert_true (flow.outcome_known);
  part (&flow, TH_PART_PRINTER, TH_HEALTH_READY);
  assert_state (&flow, "printing");
  g_assert_false (flow.outcome_known);
}

static void
test_a_card_lies_there_until_it_is_lifted (void)
{
  ThFlow flow = new_flow ();

  card (&flow);
  part (&flow, TH_PART_READER, TH_HEALTH_ABSENT);
  part (&flow, TH_PART_READER, TH_HEALTH_READY);
  g_assert_true (flow.card_on);
  tell (&flow, TH_EVENT_CARD_LIFTED);
  g_assert_false (flow.card_on);
}

static void
test_a_copy_that_cannot_be_printed_is_not_said_to_be (void)
{
  ThFlow flow = new_flow ();
  ThEffects effects;

  card (&flow);
  tell (&flow, TH_EVENT_PLACE_FOUND);
  tell (&flow, TH_EVENT_COPY);
  paper (&flow, TH_PAPER_OUT);
  assert_state (&flow, "trouble");
  effects = tell (&flow, TH_EVENT_LEAVE);
  assert_state (&flow, "done");
  g_assert_true (flow.outcome_known);
  g_assert_cmpint (flow.outcome, ==, TH_SLIP_FAILED);
  /* The original's outcome stands. */
  g_assert_false (effects & TH_EFFECT_RECORD_NO_SLIP);
}

static ThEffects
tap_after_ms (ThFlow *flow, ThEventType type, guint ms)
{
  return th_flow_step (flow, &(ThEvent){ .type = type, .now_us = now_us + ms * 1000 });
}

static void
test_the_second_tap_on_a_page_that_went_answers_nothing_beneath (void)
{
  ThFlow flow = new_flow ();

  card (&flow);
  tell (&flow, TH_EVENT_PLACE_NONE);
  tell (&flow, TH_EVENT_YES);
  wait_s (&flow, 46);
  g_assert_cmpuint (th_flow_warning_seconds (&flow, now_us), >, 0);
  tell (&flow, TH_EVENT_YES);
  tap_after_ms (&flow, TH_EVENT_YES, 100);
  g_assert_cmpuint (flow.question, ==, 0);

  give (&flow, (ThEvent){ .type = TH_EVENT_CARD_READ, .known = TRUE });
  tell (&flow, TH_EVENT_NO);
  tap_after_ms (&flow, TH_EVENT_NO, 100);
  g_assert_cmpuint (flow.question, ==, 0);

  /* The finger was on its way to "no" when the card was lifted. */
  give (&flow, (ThEvent){ .type = TH_EVENT_CARD_READ, .known = TRUE });
  tell (&flow, TH_EVENT_CARD_LIFTED);
  tap_after_ms (&flow, TH_EVENT_NO, 100);
  g_assert_cmpuint (flow.question, ==, 0);
}

static void
test_who_finds_the_last_dose_gone_is_told_so_and_gets_no_number (void)
{
  ThFlow flow = new_flow ();
  ThEffects effects;

  to_printing (&flow);
  g_assert_true (paper (&flow, TH_PAPER_READY) & TH_EFFECT_ISSUE);
  effects = tell (&flow, TH_EVENT_NO_DOSE);
  g_assert_cmpint (effects, ==, TH_EFFECT_RECORD_LEFT | TH_EFFECT_FORGET);
  assert_state (&flow, "not-today");
  g_assert_cmpstr (flow.end_why, ==, "doses-gone");
  g_assert_cmpint (flow.left_state, ==, TH_STATE_PRINTING);
  g_assert_false (flow.person);

  /* Said to somebody who has a number, it means nothing. */
  flow = new_flow ();
  to_printing (&flow);
  paper (&flow, TH_PAPER_READY);
  tell (&flow, TH_EVENT_ISSUED);
  g_assert_cmpint (tell (&flow, TH_EVENT_NO_DOSE), ==, TH_EFFECT_NONE);
  assert_state (&flow, "printing");

  /* Whoever staff must look at waits for them. */
  flow = new_flow ();
  to_measuring (&flow);
  measured (&flow, 380);
  wait_s (&flow, 15);
  measured (&flow, 380);
  assert_state (&flow, "printing");
  paper (&flow, TH_PAPER_READY);
  tell (&flow, TH_EVENT_NO_DOSE);
  assert_state (&flow, "help");
}

static void
test_who_may_not_come_in_now_is_counted_and_can_ask (void)
{
  ThFlow flow = new_flow ();
  ThEffects effects;

  card (&flow);
  effects = give (&flow, (ThEvent){ .type = TH_EVENT_PLACE_NONE, .why = "not-yet" });
  g_assert_cmpint (effects, ==, TH_EFFECT_RECORD_LEFT | TH_EFFECT_FORGET);
  assert_state (&flow, "not-today");
  g_assert_cmpstr (flow.end_why, ==, "not-yet");
  g_assert_cmpstr (flow.left_why, ==, "not-yet");
  g_assert_cmpint (flow.left_state, ==, TH_STATE_READING);
  g_assert_false (flow.person);

  effects = tell (&flow, TH_EVENT_HELP);
  g_assert_cmpint (effects & TH_EFFECT_RECORD_LEFT, ==, 0); /* counted once */
  assert_state (&flow, "help");
  g_assert_cmpstr (flow.end_why, ==, "asked");
  tell (&flow, TH_EVENT_YES);
  assert_state (&flow, "welcome");
}

static void
test_whoever_is_not_done_yet_is_still_there (void)
{
  ThFlow flow = new_flow ();

  card (&flow);
  tell (&flow, TH_EVENT_PLACE_NONE);
  wait_s (&flow, 46);
  g_assert_cmpuint (th_flow_warning_seconds (&flow, now_us), >, 0);
  give (&flow, (ThEvent){ .type = TH_EVENT_CARD_READ, .known = TRUE });
  tell (&flow, TH_EVENT_NO);
  assert_state (&flow, "identity");
  g_assert_cmpuint (th_flow_warning_seconds (&flow, now_us), ==, 0);
}

static void
test_the_next_card_leaves_time_to_read_the_last_page (void)
{
  ThFlow flow = new_flow ();

  to_printing (&flow);
  paper (&flow, TH_PAPER_READY);
  tell (&flow, TH_EVENT_ISSUED);
  give (&flow, (ThEvent){ .type = TH_EVENT_CARD_READ, .known = TRUE });
  now_us += 4 * S;
  slip (&flow, TH_SLIP_CONFIRMED);
  wait_s (&flow, 3);
  assert_state (&flow, "done");
  g_assert_true (wait_s (&flow, 3) & TH_EFFECT_NEXT_PERSON);
}

static void
test_a_slip_that_nobody_saw_leaves_the_number_up (void)
{
  ThFlow flow = new_flow ();

  to_printing (&flow);
  paper (&flow, TH_PAPER_READY);
  tell (&flow, TH_EVENT_ISSUED);
  slip (&flow, TH_SLIP_SENT);
  tell (&flow, TH_EVENT_CARD_LIFTED);
  wait_s (&flow, 9);
  assert_state (&flow, "done");
}

static void
test_a_card_that_is_not_known_is_told_so_also_after_somebody (void)
{
  ThFlow flow = new_flow ();

  card (&flow);
  tell (&flow, TH_EVENT_PLACE_NONE);
  tell (&flow, TH_EVENT_NO); /* not me */
  assert_state (&flow, "help");
  give (&flow, (ThEvent){ .type = TH_EVENT_CARD_READ });
  assert_state (&flow, "help");
  g_assert_cmpstr (flow.end_why, ==, "card");
}

static void
test_a_code_in_mid_visit_changes_nothing (void)
{
  ThFlow flow = new_flow ();

  to_measuring (&flow);
  g_assert_cmpint (give (&flow, (ThEvent){ .type = TH_EVENT_CODE_REFUSED, .why = "code-past" }), ==,
                   TH_EFFECT_NONE);
  g_assert_cmpint (tell (&flow, TH_EVENT_SLIP), ==, TH_EFFECT_NONE);
  assert_state (&flow, "measuring");
  /* The next person's appointment waits, as a card would. */
  give (&flow, (ThEvent){ .type = TH_EVENT_APPOINTMENT, .known = TRUE });
  g_assert_true (th_flow_asks_second_card (&flow));
  /* It does not lie on the reader: lifting the first person's card does not take it away. */
  g_assert_false (tell (&flow, TH_EVENT_CARD_LIFTED) & TH_EFFECT_DROP_SECOND);
  g_assert_true (tell (&flow, TH_EVENT_YES) & TH_EFFECT_NEXT_PERSON);
  g_assert_cmpint (flow.entry, ==, TH_ENTRY_APPOINTMENT);
  assert_state (&flow, "reading");
}

static void
test_a_code_of_no_use_is_told_why_and_counted (void)
{
  ThFlow flow = new_flow ();
  ThEffects effects
      = give (&flow, (ThEvent){ .type = TH_EVENT_CODE_REFUSED, .why = "code-forged" });

  assert_state (&flow, "not-today");
  g_assert_cmpstr (flow.end_why, ==, "code-forged");
  g_assert_true (effects & TH_EFFECT_RECORD_LEFT);
  g_assert_cmpstr (flow.left_why, ==, "code-forged");
  g_assert_false (effects & TH_EFFECT_TAKE_HOME); /* nobody knows of any paper yet */
  flow.paper = TH_PAPER_LOW;
  effects = give (&flow, (ThEvent){ .type = TH_EVENT_CODE_REFUSED, .why = "code-later" });
  g_assert_true (effects & TH_EFFECT_TAKE_HOME && flow.takes_home);
  flow.paper = TH_PAPER_OUT;
  effects = give (&flow, (ThEvent){ .type = TH_EVENT_CODE_REFUSED, .why = "code-past" });
  g_assert_false (effects & TH_EFFECT_TAKE_HOME || flow.takes_home);
  /* Then the card, and all is well. */
  g_assert_true (card (&flow) & TH_EFFECT_LOOK_UP);
  tell (&flow, TH_EVENT_PLACE_NONE);
  assert_state (&flow, "identity");
}

static void
test_a_card_that_is_not_taken_is_told_why (void)
{
  ThFlow flow = new_flow ();

  tell (&flow, TH_EVENT_CARD_FOUND);
  g_assert_true (give (&flow, (ThEvent){ .type = TH_EVENT_CARD_READ, .why = "card-expired" })
                 & TH_EFFECT_RECORD_LEFT);
  assert_state (&flow, "not-today");
  g_assert_cmpstr (flow.end_why, ==, "card-expired");
}

static void
test_an_appointment_is_a_visit_like_any_other (void)
{
  ThFlow flow = new_flow ();
  ThEffects effects = give (&flow, (ThEvent){ .type = TH_EVENT_APPOINTMENT, .known = TRUE });

  g_assert_true (effects & TH_EFFECT_NEXT_PERSON);
  g_assert_true (effects & TH_EFFECT_LOOK_UP);
  tell (&flow, TH_EVENT_PLACE_NONE);
  assert_state (&flow, "identity");
  g_assert_cmpint (flow.entry, ==, TH_ENTRY_APPOINTMENT);
  g_assert_cmpint (tell (&flow, TH_EVENT_YES), ==, TH_EFFECT_RECORD_CONFIRMED);
}

static void
test_a_slip_shows_its_place_or_says_that_there_is_none (void)
{
  ThFlow flow = new_flow ();

  g_assert_true (tell (&flow, TH_EVENT_SLIP) & TH_EFFECT_LOOK_UP_SLIP);
  assert_state (&flow, "reading");
  tell (&flow, TH_EVENT_PLACE_FOUND);
  assert_state (&flow, "place");
  tell (&flow, TH_EVENT_LEAVE);
  assert_state (&flow, "welcome");

  tell (&flow, TH_EVENT_SLIP);
  tell (&flow, TH_EVENT_PLACE_NONE);
  assert_state (&flow, "not-today");
  g_assert_cmpstr (flow.end_why, ==, "code-slip");
  g_assert_false (flow.person);
}

/* Random days: the rules that must hold whatever happens. */
static void
test_rules_hold_in_random_order (void)
{
  guint rounds = g_test_slow () ? 2000000 : 200000;
  ThFlow flow = new_flow ();
  gboolean asked = FALSE, was_ready = FALSE, normal = FALSE;
  gboolean next_card = FALSE; /* as checkin.c keeps it */
  guint sent = 0;

  for (guint i = 0; i < rounds; i++)
    {
      ThEvent event = { .type = g_test_rand_int_range (0, TH_EVENT_TIME + 1) };
      ThState before = flow.state;
      gboolean gate_open = flow.gate == TH_N_BARS;
      ThEffects effects;
      ThRest rest;

      now_us += g_test_rand_int_range (0, 8) == 0 ? 25 * S : 300000;
      event.now_us = now_us;
      event.known = g_test_rand_int_range (0, 4) != 0;
      event.same = g_test_rand_bit ();
      event.why = event.type == TH_EVENT_CODE_REFUSED || g_test_rand_bit () ? "code-foreign" : NULL;
      event.present = g_test_rand_bit ();
      event.retry = g_test_rand_int_range (0, 4);
      event.waits = g_test_rand_bit ();
      event.existed = g_test_rand_int_range (0, 8) == 0;
      event.shown_tenths = g_test_rand_int_range (335, 395);
      event.gate = g_test_rand_int_range (0, 3) == 0 ? g_test_rand_int_range (0, TH_N_BARS + 1)
                                                     : TH_N_BARS;
      rest = (ThRest){ .reasons = g_test_rand_bit () ? TH_REASON_ANSWER : 0,
                       .least_s = g_test_rand_int_range (0, 61),
                       .left_s = g_test_rand_int_range (0, 601),
                       .shown_tenths = { event.shown_tenths },
                       .n_shown = 1 };
      event.rest = &rest;
      event.device = g_test_rand_int_range (0, TH_N_PARTS);
      if (event.type == TH_EVENT_HEALTH && event.device == TH_PART_SCREENING)
        event.type = TH_EVENT_GATE; /* the only way to say it */
      event.health = g_test_rand_int_range (0, 3) == 0
                         ? g_test_rand_int_range (0, TH_HEALTH_FAULT + 1)
                         : TH_HEALTH_READY;
      event.paper = g_test_rand_int_range (0, TH_PAPER_ABSENT + 1);
      event.outcome = g_test_rand_int_range (0, TH_SLIP_FAILED + 1);
      effects = th_flow_step (&flow, &event);

      g_assert_cmpint (flow.state, <, TH_N_STATES);
      if (event.type == TH_EVENT_CARD_READ || event.type == TH_EVENT_APPOINTMENT)
        next_card = event.known;
      /* The next person is somebody whose card is kept. */
      if (effects & TH_EFFECT_NEXT_PERSON)
        g_assert_true (next_card);
      if (effects & (TH_EFFECT_NEXT_PERSON | TH_EFFECT_DROP_SECOND))
        next_card = FALSE;
      if ((effects & TH_EFFECT_FORGET) && !flow.second_card)
        next_card = FALSE;
      g_assert_true (next_card || !flow.second_card);
      if (effects & TH_EFFECT_FORGET)
        {
          sent = 0;
          asked = was_ready = normal = FALSE;
        }
      if (effects & TH_EFFECT_ASK_PAPER)
        asked = TRUE;
      if (event.type == TH_EVENT_PAPER && asked)
        was_ready = event.paper == TH_PAPER_READY || event.paper == TH_PAPER_LOW;
      /* A number is taken only after the paper was looked at and is there. */
      if (effects & TH_EFFECT_ISSUE)
        g_assert_true (was_ready && flow.confirmed);
      /* One original: another only after one of which nothing reached the printer. */
      if (effects & TH_EFFECT_PRINT)
        {
          g_assert_cmpuint (sent, ==, 0);
          sent++;
        }
      if (event.type == TH_EVENT_SLIP_OVER && event.outcome == TH_SLIP_FAILED
          && before == TH_STATE_PRINTING && flow.state == TH_STATE_TROUBLE)
        sent = 0;
      /* … or that was held back before the printer had any of it. */
      if (event.type == TH_EVENT_RECORDS_FAILED && event.waits && before == TH_STATE_PRINTING)
        sent = 0;
      /* Nobody is normal without a reading. */
      if (before == TH_STATE_MEASURING && event.type == TH_EVENT_MEASURED)
        normal = TRUE;
      if (flow.state == TH_STATE_PRINTING && before != TH_STATE_PRINTING && !flow.copy && !normal)
        g_assert_true (flow.reasons & TH_REASON_NOT_MEASURED);
      /* Nobody is measured while something stands in the way. */
      if (effects & TH_EFFECT_MEASURE)
        g_assert_true (gate_open || event.type == TH_EVENT_GATE);
      if (flow.state == TH_STATE_MEASURING)
        g_assert_cmpint (flow.gate, ==, TH_N_BARS);
      /* Nothing of a person on the welcome page. */
      if (flow.state == TH_STATE_WELCOME)
        g_assert_true (!flow.person && !flow.confirmed && !flow.kept && flow.n_shown == 0
                       && flow.reasons == 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define TEST(name) g_test_add_func ("/checkin-flow/" #name, test_##name)
  TEST (no_number_is_taken_without_paper);
  TEST (a_sensor_that_fails_never_ends_as_normal);
  TEST (a_sensor_that_comes_back_goes_on_measuring);
  TEST (without_consent_nobody_is_measured);
  TEST (nobody_is_measured_with_a_card_that_is_not_known);
  TEST (a_card_that_was_not_read_is_asked_for_again);
  TEST (only_a_slip_that_never_left_is_printed_again);
  TEST (a_second_card_never_cuts_off_a_slip);
  TEST (the_second_of_two_cards_waits_for_the_first_person);
  TEST (the_same_card_again_is_not_a_second_person);
  TEST (nobody_in_front_is_asked_and_then_forgotten);
  TEST (somebody_who_cannot_be_measured_goes_to_staff);
  TEST (a_missing_device_closes_the_door_and_its_return_opens_it);
  TEST (two_missing_devices_are_named_in_turn);
  TEST (a_card_that_took_the_second_ones_place_is_not_taken_for_it);
  TEST (trouble_in_mid_visit_is_not_ended_by_the_next_card);
  TEST (a_number_that_comes_during_trouble_is_shown);
  TEST (a_slip_that_waits_for_the_records_is_trouble);
  TEST (a_slip_at_the_printer_is_waited_for_without_records);
  TEST (a_slip_that_fails_again_and_again_is_given_up);
  TEST (nobody_is_told_to_hold_still_for_a_card_that_was_dropped);
  TEST (a_slip_that_is_tried_again_has_not_failed);
  TEST (a_card_lies_there_until_it_is_lifted);
  TEST (a_copy_that_cannot_be_printed_is_not_said_to_be);
  TEST (the_second_tap_on_a_page_that_went_answers_nothing_beneath);
  TEST (who_may_not_come_in_now_is_counted_and_can_ask);
  TEST (who_finds_the_last_dose_gone_is_told_so_and_gets_no_number);
  TEST (whoever_is_not_done_yet_is_still_there);
  TEST (the_next_card_leaves_time_to_read_the_last_page);
  TEST (a_slip_that_nobody_saw_leaves_the_number_up);
  TEST (a_card_that_is_not_known_is_told_so_also_after_somebody);
  TEST (records_that_cannot_be_written_stop_the_visit_and_keep_it);
  TEST (a_normal_visit_ends_with_a_slip);
  TEST (first_reading_above_the_limit_is_taken_again);
  TEST (twice_above_the_limit_opens_a_case_and_looks_the_same);
  TEST (a_yes_to_a_question_is_measured_like_anybody);
  TEST (a_slip_of_the_finger_can_be_taken_back);
  TEST (a_double_tap_answers_one_question);
  TEST (a_card_of_today_shows_the_place_it_has);
  TEST (help_keeps_the_visit_and_comes_back);
  TEST (every_state_ends_by_itself);
  TEST (a_code_in_mid_visit_changes_nothing);
  TEST (a_code_of_no_use_is_told_why_and_counted);
  TEST (a_card_that_is_not_taken_is_told_why);
  TEST (an_appointment_is_a_visit_like_any_other);
  TEST (a_slip_shows_its_place_or_says_that_there_is_none);
  TEST (rules_hold_in_random_order);
  return g_test_run ();
}
