/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the sensor's words to the page: whatever happens to the sensor, the bus, the clock and the devices, nobody ends
 * as normal without a steady reading that was really seen, in that visit. Random visits, run through the same two
 * pieces as in the kiosk (window and flow), beside a model that keeps only what was sent.
 */
#include <math.h>
#include <string.h>

#include "kiosk/checkin-flow.h"

#define S G_USEC_PER_SEC
#define STEP_US (S / 10)
#define WORD(celsius) ((guint16) lround (((celsius) + 273.15) * 50))
#define NORMAL_RAW WORD (34.41) /* body 36.6 in a room of 24 °C, at 3.3 V */

typedef struct
{
  GRand *rand;
  ThScreening rules;
  ThFlow flow;
  ThWindow window;
  ThReading reading;
  gint64 now_us;

  /* The model: samples in an unbroken row since measuring began. */
  ThSample row[64];
  guint n;
  guint n_accepted; /* readings of this visit that the model agrees with */
  gboolean steady_seen;
} World;

static guint
chance (World *world, guint one_in)
{
  return g_rand_int_range (world->rand, 0, (gint32) one_in) == 0;
}

/* The model's own judgement, by the plain words of the rules: as many samples as a window has, the newest ones, each
 * a good word of somebody present, in a row of unbroken time, most of them within the spread. */
static gboolean
is_steady (const World *world)
{
  guint size = world->rules.window_samples, near = 0;

  if (world->n < size)
    return FALSE;
  for (guint i = world->n - size; i < world->n; i++)
    for (guint k = world->n - size; k < world->n; k++)
      near += ABS (world->row[i].object_raw - world->row[k].object_raw) * 20
              <= world->rules.stable_mc;
  return near >= size * size / 2;
}

static void
remember (World *world, const ThSample *sample)
{
  const ThSample *last = world->n > 0 ? &world->row[world->n - 1] : NULL;
  ThReading look;

  if (!sample->present
      || !th_screening_read_words (&world->rules, sample->object_raw, sample->ambient_raw, &look,
                                   NULL))
    {
      world->n = 0;
      return;
    }
  if (last != NULL
      && (sample->time_us <= last->time_us || sample->time_us - last->time_us > S / 2))
    world->n = 0;
  if (world->n == G_N_ELEMENTS (world->row))
    {
      memmove (world->row, world->row + 1, (world->n - 1) * sizeof world->row[0]);
      world->n--;
    }
  world->row[world->n++] = *sample;
}

/* As checkin.c does it. */
static void
step (World *world, ThEvent event)
{
  ThState before = world->flow.state;
  ThEffects effects;

  event.now_us = world->now_us;
  effects = th_flow_step (&world->flow, &event);
  if (effects & TH_EFFECT_MEASURE)
    {
      th_window_reset (&world->window);
      world->n = 0;
    }
  if (effects & (TH_EFFECT_FORGET | TH_EFFECT_NEXT_PERSON))
    world->n_accepted = 0;
  if (event.type == TH_EVENT_MEASURED && before == TH_STATE_MEASURING)
    {
      g_assert_true (world->steady_seen);
      world->n_accepted++;
    }
  /* The one that all of this is about. */
  if (world->flow.state == TH_STATE_PRINTING && before != TH_STATE_PRINTING
      && world->flow.reasons == 0 && !world->flow.copy)
    {
      g_assert_cmpuint (world->n_accepted, >, 0);
      g_assert_cmpint (world->flow.shown_tenths[world->flow.n_shown - 1], <=,
                       world->rules.limit_tenths);
      g_assert_cmpint (world->flow.shown_tenths[world->flow.n_shown - 1], >=,
                       TH_SCREENING_LOW_TENTHS);
    }
}

static void
sample (World *world, double fault_rate, double body_noise)
{
  ThSample sample = { .object_raw = (guint16) (NORMAL_RAW + g_rand_int_range (world->rand, -4, 5)),
                      .ambient_raw = WORD (24.18),
                      .present = TRUE };

  world->now_us += STEP_US;
  sample.time_us = world->now_us;
  sample.object_raw += (int) (body_noise * g_rand_int_range (world->rand, -100, 100));
  if (g_rand_double (world->rand) < fault_rate)
    switch (g_rand_int_range (world->rand, 0, 10))
      {
      case 0: /* nobody */
        sample.present = FALSE;
        break;
      case 1: /* the chip's error bit */
        sample.object_raw |= 0x8000;
        break;
      case 2: /* a dead bus, all ones */
        sample.object_raw = sample.ambient_raw = 0xffff;
        break;
      case 3: /* a dead bus, all zeros */
        sample.object_raw = sample.ambient_raw = 0;
        break;
      case 4: /* anything */
        sample.object_raw = (guint16) g_rand_int (world->rand);
        break;
      case 5: /* the buffer of events ran over: samples are missing */
        world->now_us += g_rand_int_range (world->rand, 1, 30) * STEP_US;
        sample.time_us = world->now_us;
        break;
      case 6: /* a stale value, delivered again */
        sample.time_us = world->n > 0 ? world->row[world->n - 1].time_us : 1;
        break;
      case 7: /* a clock that steps back, or ahead */
        sample.time_us += g_rand_int_range (world->rand, -100, 100) * STEP_US;
        break;
      case 8: /* a sensor that shows nobody's forehead */
        sample.object_raw = WORD (24.5);
        break;
      default: /* a brown-out that reads low */
        sample.object_raw = WORD (-40);
        break;
      }
  if (world->flow.state != TH_STATE_MEASURING)
    return;
  remember (world, &sample);
  if (!th_window_add (&world->window, &world->rules, &sample, &world->reading))
    return;
  world->steady_seen = is_steady (world);
  step (world,
        (ThEvent){ .type = TH_EVENT_MEASURED, .shown_tenths = world->reading.shown_tenths });
  world->steady_seen = FALSE;
  world->n = 0;
}

static void
disturb (World *world)
{
  static const ThPart parts[] = { TH_PART_THERMOMETER, TH_PART_THERMOMETER, TH_PART_READER,
                                  TH_PART_PRINTER, TH_PART_RECORDS };
  ThEvent event = { .type = TH_EVENT_HEALTH };

  switch (g_rand_int_range (world->rand, 0, 6))
    {
    case 0:
    case 1: /* unplugged, and back */
      event.device = parts[g_rand_int_range (world->rand, 0, G_N_ELEMENTS (parts))];
      event.health = g_rand_int_range (world->rand, 0, TH_HEALTH_FAULT + 1);
      step (world, event);
      world->now_us += S;
      event.health = TH_HEALTH_READY;
      step (world, event);
      break;
    case 2: /* the room, the warm-up */
      step (world, (ThEvent){ .type = TH_EVENT_GATE,
                              .gate = g_rand_int_range (world->rand, 0, TH_N_BARS + 1) });
      step (world, (ThEvent){ .type = TH_EVENT_GATE, .gate = TH_N_BARS });
      break;
    case 3: /* time runs out */
      world->now_us += g_rand_int_range (world->rand, 1, 40) * S;
      step (world, (ThEvent){ .type = TH_EVENT_TIME, .present = chance (world, 2) });
      break;
    case 4:
      step (world, (ThEvent){ .type = TH_EVENT_CARD_READ, .known = TRUE, .same = chance (world, 2) });
      break;
    default:
      step (world, (ThEvent){ .type = chance (world, 2) ? TH_EVENT_HELP : TH_EVENT_YES });
      break;
    }
}

static void
begin_visit (World *world)
{
  th_flow_init (&world->flow, &world->rules, 45, 20, 12, 120, 0);
  for (guint part = 0; part < TH_N_PARTS; part++)
    world->flow.health[part] = TH_HEALTH_READY;
  world->n_accepted = 0;
  step (world, (ThEvent){ .type = TH_EVENT_CARD_FOUND });
  step (world, (ThEvent){ .type = TH_EVENT_CARD_READ, .known = TRUE });
  step (world, (ThEvent){ .type = TH_EVENT_PLACE_NONE });
  step (world, (ThEvent){ .type = TH_EVENT_YES });
  for (guint i = 0; i < TH_QUESTION_CONSENT; i++)
    step (world, (ThEvent){ .type = TH_EVENT_NO });
  step (world, (ThEvent){ .type = TH_EVENT_YES });
  g_assert_cmpint (world->flow.state, ==, TH_STATE_MEASURING);
}

static void
test_nobody_is_normal_without_a_steady_reading (void)
{
  World world = { .rand = g_rand_new_with_seed (20261122), .now_us = 1000 * S };
  guint n_normal = 0, n_staff = 0;
  guint visits = g_test_slow () ? 200000 : 6000;

  for (guint visit = 0; visit < visits; visit++)
    {
      double fault_rate = chance (&world, 4) ? 1.0 : g_rand_double_range (world.rand, 0, 0.6);
      double body_noise = chance (&world, 3) ? g_rand_double_range (world.rand, 0, 2) : 0;

      th_screening_defaults (&world.rules);
      world.rules.calibrated = chance (&world, 2);
      world.rules.window_samples = (guint) g_rand_int_range (world.rand, 4, 21);
      begin_visit (&world);
      for (guint i = 0; i < 300 && world.flow.state != TH_STATE_PRINTING; i++)
        {
          sample (&world, fault_rate, body_noise);
          if (chance (&world, 60))
            disturb (&world);
          step (&world, (ThEvent){ .type = TH_EVENT_TIME, .present = TRUE });
        }
      n_normal += world.flow.state == TH_STATE_PRINTING && world.flow.reasons == 0;
      n_staff += (world.flow.reasons & TH_REASON_NOT_MEASURED) != 0;
      world.now_us += 100 * S;
    }
  g_test_message ("%u of %u visits normal, %u to staff", n_normal, visits, n_staff);
  /* The model was put to the test, both ways. */
  g_assert_cmpuint (n_normal, >, visits / 20);
  g_assert_cmpuint (n_staff, >, visits / 20);
  g_rand_free (world.rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/no-false-normal/nobody is normal without a steady reading",
                   test_nobody_is_normal_without_a_steady_reading);
  return g_test_run ();
}
