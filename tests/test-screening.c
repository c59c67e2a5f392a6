/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/screening.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

#define STEP_US (100 * 1000)
#define WORD(celsius) ((guint16) lround (((celsius) + 273.15) * 50))

/* A sensor without anything to correct, in a room of 25 °C: body is skin, skin is the word. */
static ThScreening
plain_rules (void)
{
  ThScreening rules;

  th_screening_defaults (&rules);
  rules.supply_mv = 3000;
  rules.emissivity = 1.0;
  rules.k = 0;
  rules.calibrated = TRUE;
  rules.room_source = TH_ROOM_ENTERED;
  rules.room_mc = 25000;
  return rules;
}

static void
test_rules_out_of_bounds_are_refused_by_the_name_of_their_key (void)
{
#define RULE(member, bad_value, name)                                                             \
  {                                                                                               \
    ThScreening rules;                                                                            \
    g_autoptr (GError) error = NULL;                                                              \
                                                                                                  \
    th_screening_defaults (&rules);                                                               \
    rules.room_source = TH_ROOM_ENTERED;                                                               \
    rules.room_mc = 22000;                                                                        \
    g_assert_true (th_screening_check (&rules, NULL));                                            \
    rules.member = bad_value;                                                                     \
    g_assert_false (th_screening_check (&rules, &error));                                         \
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);                                  \
    if (!g_str_has_prefix (error->message, name " is "))                                          \
      g_error ("\"%s\" does not begin with \"%s\"", error->message, name);                        \
  }

  RULE (limit_tenths, 364, "limit");
  RULE (limit_tenths, 386, "limit");
  RULE (supply_mv, 2599, "supply-mv");
  RULE (supply_mv, 3601, "supply-mv");
  RULE (emissivity, 0.899, "emissivity");
  RULE (emissivity, 1.001, "emissivity");
  RULE (emissivity, NAN, "emissivity");
  RULE (gain, 0.969, "gain");
  RULE (gain, 1.031, "gain");
  RULE (gain, NAN, "gain");
  RULE (offset_mc, -501, "offset");
  RULE (offset_mc, 501, "offset");
  RULE (k, -0.001, "k");
  RULE (k, 0.401, "k");
  RULE (k, NAN, "k");
  RULE (room_mc, 15999, "room-temperature");
  RULE (room_mc, 35001, "room-temperature");
  RULE (attempts, 0, "attempts");
  RULE (attempts, 4, "attempts");
  RULE (rest_s, 4, "rest-seconds");
  RULE (rest_s, 601, "rest-seconds");
  RULE (low_rest_s, 4, "low-rest-seconds");
  RULE (low_rest_s, 901, "low-rest-seconds");
  RULE (return_min, 4, "return-minutes");
  RULE (return_min, 121, "return-minutes");
  RULE (warm_up_min, 61, "warm-up-minutes");
  RULE (body_offset_mc, -501, "body-offset");
  RULE (body_offset_mc, 501, "body-offset");
  RULE (settle_ms, 99, "settle-ms");
  RULE (settle_ms, 3001, "settle-ms");
  RULE (window_samples, 3, "window-samples");
  RULE (window_samples, 21, "window-samples");
  RULE (stable_mc, 99, "stable-spread");
  RULE (stable_mc, 1001, "stable-spread");
  RULE (timeout_s, 4, "timeout-seconds");
  RULE (timeout_s, 121, "timeout-seconds");
#undef RULE
}

static void
assert_no_reading (const ThScreening *rules, guint16 object, guint16 ambient, const char *why)
{
  ThReading reading = { .shown_tenths = -1 };
  g_autoptr (GError) error = NULL;

  g_assert_false (th_screening_read_words (rules, object, ambient, &reading, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_cmpint (reading.shown_tenths, ==, -1);
  if (strstr (error->message, why) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, why);
}

static void
test_words_that_are_no_temperature_of_a_person_are_no_reading (void)
{
  ThScreening rules;

  th_screening_defaults (&rules);
  rules.supply_mv = 3000;
  assert_no_reading (&rules, WORD (36) | 0x8000, WORD (25), "error");
  assert_no_reading (&rules, WORD (36), WORD (25) | 0x8000, "error");
  assert_no_reading (&rules, 0xffff, 0xffff, "error");
  assert_no_reading (&rules, 0x0000, WORD (25), "0x0000");
  assert_no_reading (&rules, 0x27ac, WORD (25), "0x27ac");
  assert_no_reading (&rules, WORD (36), 0x0000, "room-temperature");
  assert_no_reading (&rules, WORD (36), WORD (15.99), "room is 15.99");
  assert_no_reading (&rules, WORD (36), WORD (35.01), "room is 35.01");
  assert_no_reading (&rules, WORD (50), WORD (25), "not a reading");

  rules.room_source = TH_ROOM_ENTERED;
  rules.room_mc = 22000;
  assert_no_reading (&rules, WORD (36), WORD (40.01), "sensor itself is 40.01");
  assert_no_reading (&rules, WORD (36), WORD (15.99), "sensor itself is 15.99");
}

static void
test_over_42_5_is_not_a_reading_and_42_5_is (void)
{
  ThScreening rules = plain_rules ();
  ThReading reading;

  rules.offset_mc = 10; /* words are odd hundredths: 42.49 + 0.01 */
  g_assert_true (th_screening_read_words (&rules, WORD (42.49), WORD (25), &reading, NULL));
  g_assert_cmpint (reading.body_mc, ==, 42500);
  rules.offset_mc = 11;
  g_assert_false (th_screening_read_words (&rules, WORD (42.49), WORD (25), &reading, NULL));
}

static void
test_the_shown_tenth_is_rounded_half_up_and_decides (void)
{
  static const struct
  {
    int body_mc;
    int shown_tenths;
    ThVerdict verdict;
  } table[] = {
    { 37249, 372, TH_VERDICT_NORMAL }, { 37250, 373, TH_VERDICT_NORMAL },
    { 37300, 373, TH_VERDICT_NORMAL }, { 37340, 373, TH_VERDICT_NORMAL },
    { 37349, 373, TH_VERDICT_NORMAL }, { 37350, 374, TH_VERDICT_FLAGGED },
    { 37400, 374, TH_VERDICT_FLAGGED }, { 37449, 374, TH_VERDICT_FLAGGED },
    { 37450, 375, TH_VERDICT_FLAGGED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      ThScreening rules = plain_rules ();
      ThReading reading;

      rules.attempts = 1;
      rules.offset_mc = table[i].body_mc - 37290; /* 15522 is 37.29 °C */
      g_assert_true (th_screening_read_words (&rules, 15522, WORD (25), &reading, NULL));
      g_assert_cmpint (reading.body_mc, ==, table[i].body_mc);
      g_assert_cmpint (reading.shown_tenths, ==, table[i].shown_tenths);
      g_assert_cmpint (th_screening_verdict (&rules, &reading.shown_tenths, 1), ==,
                       table[i].verdict);
    }
}

static void
test_the_supply_is_corrected_by_0_6_degrees_a_volt (void)
{
  ThScreening rules = plain_rules ();
  ThReading reading;

  rules.supply_mv = 3300;
  g_assert_true (th_screening_read_words (&rules, 15522, WORD (25), &reading, NULL));
  g_assert_cmpint (reading.skin_mc, ==, 37290 - 180);
  rules.supply_mv = 2800;
  g_assert_true (th_screening_read_words (&rules, 15522, WORD (25), &reading, NULL));
  g_assert_cmpint (reading.skin_mc, ==, 37290 + 120);

  /* The die's word has the same error. */
  rules.supply_mv = 3300;
  rules.room_source = TH_ROOM_DIE;
  g_assert_true (th_screening_read_words (&rules, 15522, WORD (25.01), &reading, NULL));
  g_assert_cmpint (reading.room_mc, ==, 25010 - 180);
}

static void
test_emissivity_follows_the_fourth_power_law (void)
{
  /* What a sensor at emissivity 1 reads from skin of 34 °C and 0.98. Source: the law itself; the reference's
   * table says 33.67, 33.74, 33.83 and 33.92. */
  static const struct
  {
    int room_mc;
    double reads;
  } table[] = { { 16000, 33.67 }, { 20000, 33.74 }, { 25000, 33.83 }, { 30000, 33.92 } };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      ThScreening rules = plain_rules ();
      ThReading reading;

      rules.emissivity = 0.98;
      rules.room_mc = table[i].room_mc;
      g_assert_true (th_screening_read_words (&rules, WORD (table[i].reads), WORD (25), &reading, NULL));
      g_assert_cmpint (ABS (reading.skin_mc - 34000), <=, 15); /* the table's and the word's rounding */
    }
}

static void
test_gain_offset_and_heat_balance_are_exact (void)
{
  ThScreening rules = plain_rules ();
  ThReading reading;

  rules.gain = 1.01;
  rules.offset_mc = -250;
  g_assert_true (th_screening_read_words (&rules, WORD (35.01), WORD (25), &reading, NULL));
  g_assert_cmpint (reading.skin_mc, ==, 35360 - 250); /* 35010 × 1.01 = 35360.1 */
  g_assert_cmpint (reading.body_mc, ==, 35110);
  g_assert_cmpstr (reading.method, ==, "heat-balance");

  rules = plain_rules ();
  rules.k = 0.20;
  rules.room_mc = 24000;
  rules.calibrated = FALSE;
  g_assert_true (th_screening_read_words (&rules, WORD (35.07), WORD (25), &reading, NULL));
  g_assert_cmpint (reading.body_mc, ==, 37284); /* 24 + 1.2 × 11.07 */
  g_assert_cmpint (reading.shown_tenths, ==, 373);
  g_assert_cmpint (reading.object_raw, ==, WORD (35.07));
  g_assert_cmpint (reading.ambient_raw, ==, WORD (25));
  g_assert_cmpuint (reading.samples, ==, 1);
  g_assert_cmpstr (reading.method, ==, "uncalibrated-heat-balance");
}

static void
test_nothing_is_pulled_toward_a_normal_value (void)
{
  static const double slopes[] = { 0, 0.1, 0.2, 0.4 };

  for (gsize i = 0; i < G_N_ELEMENTS (slopes); i++)
    {
      for (int room_mc = 16000; room_mc <= 35000; room_mc += 1000)
        {
          ThScreening rules = plain_rules ();
          ThReading cooler, warmer;

          rules.k = slopes[i];
          rules.room_mc = room_mc;
          rules.emissivity = 0.98;
          g_assert_true (th_screening_read_words (&rules, WORD (25), WORD (25), &cooler, NULL));
          for (guint16 word = WORD (25) + 1; word <= WORD (42); word++)
            {
              if (!th_screening_read_words (&rules, word, WORD (25), &warmer, NULL))
                break; /* over 42.5 */
              g_assert_cmpint (warmer.skin_mc - cooler.skin_mc, >=, 20);
              /* each value is rounded to a milli-degree by itself */
              g_assert_cmpint (warmer.body_mc - cooler.body_mc, >=, warmer.skin_mc - cooler.skin_mc - 1);
              cooler = warmer;
            }
          g_assert_cmpint (cooler.shown_tenths, >, 400);
        }
    }
}

static void
test_verdicts (void)
{
  static const struct
  {
    gboolean calibrated;
    guint attempts;
    int shown[6]; /* ends with 0 */
    ThVerdict verdict;
  } table[] = {
    { TRUE, 2, { 366 }, TH_VERDICT_NORMAL },
    { TRUE, 2, { 345 }, TH_VERDICT_NORMAL },
    { TRUE, 2, { 373 }, TH_VERDICT_NORMAL },
    { TRUE, 2, { 374 }, TH_VERDICT_AGAIN },
    { TRUE, 1, { 374 }, TH_VERDICT_FLAGGED },
    { TRUE, 2, { 374, 374 }, TH_VERDICT_FLAGGED },
    { TRUE, 2, { 374, 373 }, TH_VERDICT_NORMAL },
    { TRUE, 2, { 383, 373 }, TH_VERDICT_NORMAL },
    { TRUE, 2, { 384, 373 }, TH_VERDICT_AGAIN },      /* 1.1 apart: no result, one more */
    { TRUE, 2, { 384, 373, 372 }, TH_VERDICT_NORMAL }, /* two agree */
    { TRUE, 2, { 384, 373, 382 }, TH_VERDICT_FLAGGED },
    { TRUE, 2, { 384, 366, 384 }, TH_VERDICT_STAFF },
    { TRUE, 3, { 374, 374 }, TH_VERDICT_AGAIN },
    { TRUE, 3, { 374, 374, 374 }, TH_VERDICT_FLAGGED },
    { TRUE, 3, { 374, 374, 370 }, TH_VERDICT_NORMAL },
    { TRUE, 3, { 390, 366, 390 }, TH_VERDICT_AGAIN },
    { TRUE, 3, { 390, 366, 390, 366 }, TH_VERDICT_STAFF },
    { TRUE, 2, { 344 }, TH_VERDICT_AGAIN },
    { TRUE, 1, { 344 }, TH_VERDICT_AGAIN },
    { TRUE, 2, { 344, 344 }, TH_VERDICT_STAFF },
    { TRUE, 2, { 340, 366 }, TH_VERDICT_NORMAL }, /* warmed up */
    { TRUE, 2, { 340, 376 }, TH_VERDICT_AGAIN },  /* a first abnormal reading */
    { TRUE, 2, { 340, 376, 377 }, TH_VERDICT_FLAGGED },
    { TRUE, 2, { 376, 340 }, TH_VERDICT_AGAIN },
    { TRUE, 2, { 376, 340, 340 }, TH_VERDICT_STAFF },
    { FALSE, 2, { 368 }, TH_VERDICT_NORMAL },
    { FALSE, 2, { 369 }, TH_VERDICT_AGAIN },
    { FALSE, 2, { 373 }, TH_VERDICT_AGAIN },
    { FALSE, 2, { 369, 369 }, TH_VERDICT_NORMAL },
    { FALSE, 2, { 373, 373 }, TH_VERDICT_NORMAL },
    { FALSE, 2, { 373, 374 }, TH_VERDICT_FLAGGED },
    { FALSE, 1, { 373 }, TH_VERDICT_NORMAL },
    { FALSE, 2, { 374 }, TH_VERDICT_AGAIN },
    { FALSE, 2, { 374, 373 }, TH_VERDICT_NORMAL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      ThScreening rules;
      guint n = 0;

      th_screening_defaults (&rules);
      rules.calibrated = table[i].calibrated;
      rules.attempts = table[i].attempts;
      while (table[i].shown[n] != 0)
        n++;
      if (th_screening_verdict (&rules, table[i].shown, n) != table[i].verdict)
        g_error ("row %zu", i);
    }
}

/* However readings fall, a visit ends: AGAIN never comes more often than the flow has room for. */
static void
test_every_visit_ends (void)
{
  static const int values[] = { 330, 344, 345, 360, 370, 373, 374, 384, 395, 425 };

  for (guint seed = 0; seed < 100000; seed++)
    {
      ThScreening rules;
      int shown[8];
      guint n = 0, digits = seed;

      th_screening_defaults (&rules);
      rules.attempts = 1 + seed % 3;
      do
        {
          g_assert_cmpuint (n, <, 6);
          shown[n++] = values[digits % 10];
          digits = n < 5 ? digits / 10 : digits + 7;
        }
      while (th_screening_verdict (&rules, shown, n) == TH_VERDICT_AGAIN);
      if (th_screening_verdict (&rules, shown, n) == TH_VERDICT_NORMAL)
        {
          g_assert_cmpint (shown[n - 1], <=, rules.limit_tenths);
          g_assert_cmpint (shown[n - 1], >=, 345);
        }
    }
}

/* --- traces: what a sensor sees of a person, sample by sample ------------------------------------- */

/* Reproducible noise of a DCC sensor: 0.18 °C rms, by the sum of twelve. */
static double
noise (GRand *rand)
{
  double sum = -6;

  for (int i = 0; i < 12; i++)
    sum += g_rand_double (rand);
  return 0.18 * sum;
}

typedef double (*Trace) (double seconds); /* what the sensor sees, °C; NAN: nobody */

typedef struct
{
  gboolean finished;
  double at_s;
  ThReading reading;
  guint guides; /* bits of ThGuide seen */
} Outcome;

static Outcome
run_trace (const ThScreening *rules, Trace trace, double end_s, guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  Outcome outcome = { 0 };
  ThWindow window;

  th_window_reset (&window);
  for (double t = 0; t < end_s && !outcome.finished; t += 0.1)
    {
      double seen = trace (t);
      ThSample sample = {
        .object_raw = isnan (seen) ? WORD (25) : WORD (seen + noise (rand)),
        .ambient_raw = WORD (25),
        .present = !isnan (seen),
        .time_us = G_USEC_PER_SEC + (gint64) (t * G_USEC_PER_SEC),
      };

      outcome.finished = th_window_add (&window, rules, &sample, &outcome.reading);
      outcome.at_s = t;
      outcome.guides |= 1 << window.guide;
    }
  return outcome;
}

static double
share (double skin, double of_view)
{
  return 25 + (skin - 25) * of_view;
}

/* Skin of 34.6 °C, body 36.52 with k = 0.2 in 25 °C. Comes nearer for 1.5 s. */
static double
approach (double t)
{
  return t < 0.5 ? NAN : share (34.6, MIN (1, 0.2 + (t - 0.5) * 0.55));
}

/* The same with a skin of 36 °C, body 38.2, and slowly: 4 s. */
static double
slow_fever (double t)
{
  return t < 0.5 ? NAN : share (36.0, MIN (1, 0.5 + (t - 0.5) * 0.125));
}

static double
sway (double t)
{
  return t < 4 ? share (34.6, 0.8 + 0.2 * sin (t * 2 * G_PI / 1.1)) : 34.6;
}

static double
hat (double t)
{
  return t < 6 ? 30.0 : 34.6; /* takes it off */
}

static double
walking_by (double t)
{
  return t > 1 && t < 2 ? share (34.6, sin ((t - 1) * G_PI)) : NAN;
}

static double
far_away (double t)
{
  return share (34.6, 0.15);
}

static double
nobody (double t)
{
  return NAN;
}

static double
steady (double t)
{
  return 34.6;
}

static ThScreening
trace_rules (void)
{
  ThScreening rules = plain_rules ();

  rules.k = 0.20;
  return rules;
}

static void
test_traces_end_as_a_person_would_expect (void)
{
  ThScreening rules = trace_rules ();

  for (guint32 seed = 1; seed <= 200; seed++)
    {
      Outcome outcome = run_trace (&rules, approach, 10, seed);

      g_assert_true (outcome.finished);
      g_assert_cmpint (ABS (outcome.reading.body_mc - 36520), <=, 450);
      g_assert_true (outcome.guides & 1 << TH_GUIDE_COME);
      g_assert_true (outcome.guides & 1 << TH_GUIDE_CLOSER);
      g_assert_true (outcome.guides & 1 << TH_GUIDE_HOLD);
      g_assert_cmpuint (outcome.reading.samples, >=, 3);

      outcome = run_trace (&rules, slow_fever, 10, seed);
      g_assert_true (outcome.finished);
      g_assert_cmpint (outcome.reading.shown_tenths, >, 373);

      outcome = run_trace (&rules, sway, 4, seed);
      g_assert_false (outcome.finished);
      outcome = run_trace (&rules, sway, 10, seed);
      g_assert_true (outcome.finished);
      g_assert_cmpint (ABS (outcome.reading.body_mc - 36520), <=, 450);

      outcome = run_trace (&rules, hat, 6, seed);
      g_assert_false (outcome.finished);
      g_assert_true (outcome.guides & 1 << TH_GUIDE_HAT);
      outcome = run_trace (&rules, hat, 10, seed);
      g_assert_true (outcome.finished);
      g_assert_cmpint (ABS (outcome.reading.body_mc - 36520), <=, 450);

      g_assert_false (run_trace (&rules, walking_by, 20, seed).finished);
      outcome = run_trace (&rules, far_away, 20, seed);
      g_assert_false (outcome.finished);
      g_assert_cmpuint (outcome.guides, ==, 1 << TH_GUIDE_CLOSER);
      outcome = run_trace (&rules, nobody, 20, seed);
      g_assert_false (outcome.finished);
      g_assert_cmpuint (outcome.guides, ==, 1 << TH_GUIDE_COME);
    }
}

static void
test_a_steady_forehead_is_read_within_two_seconds (void)
{
  ThScreening rules = trace_rules ();
  guint late = 0;
  double sum = 0, bias_mc = 0;

  for (guint32 seed = 1; seed <= 1000; seed++)
    {
      Outcome outcome = run_trace (&rules, steady, 10, seed);

      g_assert_true (outcome.finished);
      late += outcome.at_s > 2.0;
      sum += outcome.at_s;
      bias_mc += outcome.reading.body_mc - 36520;
    }
  g_test_message ("mean %.2f s, %u of 1000 over 2 s, bias %+.0f mc", sum / 1000, late, bias_mc / 1000);
  g_assert_cmpuint (late, <=, 20);
  g_assert_cmpfloat (ABS (bias_mc / 1000), <, 100);
}

static void
test_a_reading_is_what_its_two_words_say (void)
{
  ThScreening rules = trace_rules ();

  rules.supply_mv = 3300;
  rules.emissivity = 0.98;
  for (guint32 seed = 1; seed <= 100; seed++)
    {
      Outcome outcome = run_trace (&rules, steady, 10, seed);
      ThReading again;

      g_assert_true (outcome.finished);
      g_assert_true (th_screening_read_words (&rules, outcome.reading.object_raw,
                                              outcome.reading.ambient_raw, &again, NULL));
      g_assert_cmpint (again.skin_mc, ==, outcome.reading.skin_mc);
      g_assert_cmpint (again.body_mc, ==, outcome.reading.body_mc);
      g_assert_cmpint (again.shown_tenths, ==, outcome.reading.shown_tenths);
    }
}

/* Years later: only the numbers of the log, and the code. */
static void
test_a_reading_can_be_computed_again_from_what_is_kept (void)
{
  for (guint32 seed = 1; seed <= 200; seed++)
    {
      ThScreening rules = trace_rules (), again_rules;
      ThReading kept, again;

      rules.supply_mv = 2900 + (int) seed * 3;
      rules.emissivity = 0.95 + seed / 10000.0;
      rules.gain = 0.99 + seed / 10000.0;
      rules.offset_mc = (int) seed - 100;
      rules.gain_about_mc = seed % 2 ? 37000 : 0;
      rules.k = seed / 1000.0;
      rules.body_offset_mc = seed % 3 ? 0 : 120;
      rules.calibrated = seed % 3 == 0;
      rules.room_source = seed % 2 ? TH_ROOM_FILE : TH_ROOM_ENTERED;
      rules.room_mc = 18000 + (int) seed * 37;
      if (!th_screening_read_words (&rules, WORD (33) + seed, WORD (24), &kept, NULL))
        g_error ("no reading of seed %u", seed);

      th_screening_defaults (&again_rules);
      again_rules.supply_mv = kept.supply_mv;
      again_rules.emissivity = kept.emissivity_ppm / 1e6;
      again_rules.gain = kept.gain_ppm / 1e6;
      again_rules.gain_about_mc = kept.gain_about_mc;
      again_rules.offset_mc = kept.offset_mc;
      again_rules.k = kept.k_ppm / 1e6;
      again_rules.body_offset_mc = kept.body_offset_mc;
      again_rules.calibrated = strcmp (kept.method, "uncalibrated-heat-balance") != 0;
      again_rules.room_source = kept.room_source;
      again_rules.room_mc = kept.room_mc;
      g_assert_true (th_screening_read_words (&again_rules, kept.object_raw, kept.ambient_raw,
                                              &again, NULL));
      g_assert_cmpint (again.supplied_mc, ==, kept.supplied_mc);
      g_assert_cmpint (again.die_mc, ==, kept.die_mc);
      g_assert_cmpint (again.radiated_mc, ==, kept.radiated_mc);
      g_assert_cmpint (again.skin_mc, ==, kept.skin_mc);
      g_assert_cmpint (again.body_mc, ==, kept.body_mc);
      g_assert_cmpint (again.shown_tenths, ==, kept.shown_tenths);
      g_assert_cmpstr (again.method, ==, kept.method);
    }
}

/* A sensor by PWM with one value has no temperature of its own. */
static void
test_without_the_sensors_own_temperature_the_room_comes_from_elsewhere (void)
{
  ThScreening rules = trace_rules ();
  ThReading reading;

  rules.room_source = TH_ROOM_DIE;
  g_assert_false (th_screening_read_words (&rules, WORD (34.6), 0, &reading, NULL));
  rules.room_source = TH_ROOM_ENTERED;
  rules.room_mc = 24000;
  g_assert_true (th_screening_read_words (&rules, WORD (34.6), 0, &reading, NULL));
  g_assert_cmpint (reading.room_mc, ==, 24000);
  g_assert_cmpint (reading.die_mc, ==, 0);
}

static void
test_another_rule_is_another_fingerprint (void)
{
  ThScreening rules;
  char first[TH_FINGERPRINT_BYTES], other[TH_FINGERPRINT_BYTES];

#define OTHER(member, value)                                                                       \
  th_screening_defaults (&rules);                                                                  \
  rules.member = value;                                                                            \
  th_screening_fingerprint (&rules, other);                                                        \
  g_assert_cmpstr (other, !=, first);

  th_screening_defaults (&rules);
  th_screening_fingerprint (&rules, first);
  g_assert_cmpuint (strlen (first), ==, TH_FINGERPRINT_BYTES - 1);
  OTHER (limit_tenths, 374);
  OTHER (supply_mv, 3000);
  OTHER (emissivity, 0.97);
  OTHER (gain, 1.001);
  OTHER (offset_mc, 1);
  OTHER (k, 0.21);
  OTHER (body_offset_mc, 10);
  OTHER (room_source, TH_ROOM_ENTERED);
#undef OTHER
  /* What the wall thermometer says today is no rule, nor how long people rest. */
  th_screening_defaults (&rules);
  rules.room_mc = 21000;
  rules.rest_s = 60;
  th_screening_fingerprint (&rules, other);
  g_assert_cmpstr (other, ==, first);
}

static void
test_one_sample_is_part_of_one_reading (void)
{
  ThScreening rules = trace_rules ();
  ThWindow window;
  guint finished = 0, last = 0;

  th_window_reset (&window);
  for (guint i = 0; i < 100; i++)
    {
      ThSample sample = { WORD (34.6), WORD (25), TRUE, G_USEC_PER_SEC + i * STEP_US };
      ThReading reading;

      if (!th_window_add (&window, &rules, &sample, &reading))
        continue;
      g_assert_true (finished == 0 || i - last >= 2 * rules.window_samples);
      last = i;
      finished++;
    }
  g_assert_cmpuint (finished, >=, 8);
}

/*
 * Random sequences of good samples with faults thrown in. A model keeps what a reading must rest on: at least
 * settling time plus a window of unbroken good samples. Whenever a reading comes without them, it is wrong.
 */
static void
test_no_fault_gap_stale_or_absent_sample_is_part_of_a_reading (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261122);
  guint n_readings = 0;

  for (guint round = 0; round < 3000; round++)
    {
      ThScreening rules = trace_rules ();
      ThWindow window;
      gint64 now_us = G_USEC_PER_SEC, good_since_us = 0;
      guint n_good = 0;
      double fault_rate = g_rand_double_range (rand, 0, 0.3);

      rules.window_samples = g_rand_int_range (rand, 4, 21);
      rules.settle_ms = g_rand_int_range (rand, 100, 1000);
      th_window_reset (&window);
      for (guint i = 0; i < 120; i++)
        {
          ThSample sample = { WORD (34.6) + g_rand_int_range (rand, -5, 6), WORD (25), TRUE, 0 };
          gboolean broken = FALSE, restarts = FALSE;
          ThReading reading;

          now_us += STEP_US;
          if (g_rand_double (rand) < fault_rate)
            {
              switch (g_rand_int_range (rand, 0, 7))
                {
                case 0: /* absent */
                  sample.present = FALSE;
                  broken = TRUE;
                  break;
                case 1: /* the chip's error bit */
                  sample.object_raw |= 0x8000;
                  broken = TRUE;
                  break;
                case 2: /* a dead bus */
                  sample.object_raw = sample.ambient_raw = 0xffff;
                  broken = TRUE;
                  break;
                case 3: /* a room nobody measures in */
                  sample.ambient_raw = WORD (-20);
                  rules.room_source = TH_ROOM_ENTERED;
                  broken = TRUE;
                  break;
                case 4: /* a gap */
                  now_us += 500 * 1000;
                  restarts = TRUE;
                  break;
                case 5: /* a stale sample, delivered again */
                  now_us -= STEP_US;
                  restarts = n_good > 0 || window.last_us != 0;
                  break;
                default: /* the clock steps back */
                  now_us -= 3 * STEP_US;
                  restarts = TRUE;
                  break;
                }
            }
          sample.time_us = now_us;

          if (broken || restarts)
            n_good = 0;
          if (!broken && n_good++ == 0)
            good_since_us = now_us;

          if (th_window_add (&window, &rules, &sample, &reading))
            {
              g_assert_false (broken);
              g_assert_cmpuint (n_good, >=, rules.window_samples);
              g_assert_cmpint (now_us - good_since_us, >=, (gint64) rules.settle_ms * 1000);
              g_assert_cmpint (ABS (reading.skin_mc - 34600), <=, 120);
              n_readings++;
            }
        }
    }
  g_assert_cmpuint (n_readings, >, 1000); /* the model was put to the test */
}

static void
test_guides_have_names (void)
{
  g_assert_cmpstr (th_guide_to_string (TH_GUIDE_COME), ==, "come");
  g_assert_cmpstr (th_guide_to_string (TH_GUIDE_CLOSER), ==, "closer");
  g_assert_cmpstr (th_guide_to_string (TH_GUIDE_HOLD), ==, "hold");
  g_assert_cmpstr (th_guide_to_string (TH_GUIDE_HAT), ==, "hat");
  g_assert_cmpstr (th_guide_to_string (TH_GUIDE_DONE), ==, "done");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/screening/rules", test_rules_out_of_bounds_are_refused_by_the_name_of_their_key);
  g_test_add_func ("/screening/no-reading", test_words_that_are_no_temperature_of_a_person_are_no_reading);
  g_test_add_func ("/screening/too-hot", test_over_42_5_is_not_a_reading_and_42_5_is);
  g_test_add_func ("/screening/shown", test_the_shown_tenth_is_rounded_half_up_and_decides);
  g_test_add_func ("/screening/supply", test_the_supply_is_corrected_by_0_6_degrees_a_volt);
  g_test_add_func ("/screening/emissivity", test_emissivity_follows_the_fourth_power_law);
  g_test_add_func ("/screening/estimate", test_gain_offset_and_heat_balance_are_exact);
  g_test_add_func ("/screening/slope", test_nothing_is_pulled_toward_a_normal_value);
  g_test_add_func ("/screening/verdicts", test_verdicts);
  g_test_add_func ("/screening/every-visit-ends", test_every_visit_ends);
  g_test_add_func ("/screening/traces", test_traces_end_as_a_person_would_expect);
  g_test_add_func ("/screening/two-seconds", test_a_steady_forehead_is_read_within_two_seconds);
  g_test_add_func ("/screening/words", test_a_reading_is_what_its_two_words_say);
  g_test_add_func ("/screening/again from the log", test_a_reading_can_be_computed_again_from_what_is_kept);
  g_test_add_func ("/screening/no temperature of its own", test_without_the_sensors_own_temperature_the_room_comes_from_elsewhere);
  g_test_add_func ("/screening/fingerprint", test_another_rule_is_another_fingerprint);
  g_test_add_func ("/screening/once", test_one_sample_is_part_of_one_reading);
  g_test_add_func ("/screening/faults", test_no_fault_gap_stale_or_absent_sample_is_part_of_a_reading);
  g_test_add_func ("/screening/guides", test_guides_have_names);
  return g_test_run ();
}
