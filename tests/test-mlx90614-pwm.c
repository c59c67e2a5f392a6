/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pulses to temperatures: single frames, and streams of edges with everything that can go wrong. */
#include "drivers/mlx90614-pwm.h"

#include "drivers/devices.h"

#define MS G_GINT64_CONSTANT (1000000)
#define PERIOD_NS (20480 * G_GINT64_CONSTANT (1000)) /* P 20, single */

static const ThPwmSetup forehead = {
  .mode = TH_PWM_SINGLE,
  .period_ns = PERIOD_NS,
  .min_mc = { 30000 },
  .max_mc = { 45000 },
};

static const ThPwmSetup both = {
  .mode = TH_PWM_EXTENDED,
  .period_ns = 2 * PERIOD_NS,
  .min_mc = { 0, 30000 },
  .max_mc = { 60000, 45000 },
};

/* --- single frames --- */

static ThPwmSetup
range (ThPwmMode mode, int min_c, int max_c)
{
  ThPwmSetup setup = { .mode = mode };

  setup.min_mc[0] = setup.min_mc[1] = min_c * 1000;
  setup.max_mc[0] = setup.max_mc[1] = max_c * 1000;
  return setup;
}

static void
test_a_range_that_is_none_is_refused (void)
{
  static const struct
  {
    int min_c, max_c;
  } bad[] = { { 50, 50 }, { 50, 0 }, { -71, 50 }, { 0, 383 } };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      ThPwmSetup setup = range (TH_PWM_SINGLE, bad[i].min_c, bad[i].max_c);
      g_autoptr (GError) error = NULL;

      g_assert_false (th_pwm_check_setup (&setup, &error));
      g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL);
    }
  g_assert_true (th_pwm_check_setup (&forehead, NULL));
  g_assert_true (th_pwm_check_setup (&both, NULL));
}

static void
test_times_that_cannot_be_are_refused (void)
{
  static const struct
  {
    gint64 period_ns, high_ns;
  } bad[] = { { 0, 0 },
              { -1, 0 },
              { PERIOD_NS, -1 },
              { PERIOD_NS, PERIOD_NS + 1 },
              { TH_PWM_PERIOD_MAX_NS + 1, 1 },
              { G_MAXINT64, G_MAXINT64 },
              { PERIOD_NS - PERIOD_NS / 10 - 1, PERIOD_NS / 3 },
              { PERIOD_NS + PERIOD_NS / 10 + 1, PERIOD_NS / 3 } };
  ThPwmFrame frame;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (
          th_pwm_decode_frame (&forehead, bad[i].period_ns, bad[i].high_ns, &frame, &error));
      g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL);
    }
  g_assert_true (th_pwm_decode_frame (&forehead, PERIOD_NS - PERIOD_NS / 10, PERIOD_NS / 3, &frame,
                                      NULL));
  g_assert_true (th_pwm_decode_frame (&forehead, PERIOD_NS + PERIOD_NS / 10, PERIOD_NS / 3, &frame,
                                      NULL));
}

static const struct
{
  ThPwmMode mode;
  int min_c, max_c;
  gint64 period_us, high_us;
  ThPwmBand band;
  guint sensor;
  int mc;
} frames[] = {
  /* The data sheet's examples. */
  { TH_PWM_SINGLE, 0, 50, 1004, 392, TH_PWM_VALUE, 1, 26544 },
  { TH_PWM_EXTENDED, 0, 60, 100000, 16875, TH_PWM_VALUE, 1, 25500 },
  { TH_PWM_EXTENDED, 0, 60, 100000, 66875, TH_PWM_VALUE, 2, 25500 },
  /* A step is 1/1024 of the half that the range takes: 0.488 ‰ of the period. */
  { TH_PWM_SINGLE, 30, 45, 1000000, 0, TH_PWM_START, 0, 0 },
  { TH_PWM_SINGLE, 30, 45, 1000000, 124511, TH_PWM_START, 0, 0 },
  { TH_PWM_SINGLE, 30, 45, 1000000, 124512, TH_PWM_LOW_END, 1, 0 },
  { TH_PWM_SINGLE, 30, 45, 1000000, 125000, TH_PWM_LOW_END, 1, 0 },
  { TH_PWM_SINGLE, 30, 45, 1000000, 125488, TH_PWM_LOW_END, 1, 0 },
  { TH_PWM_SINGLE, 30, 45, 1000000, 125489, TH_PWM_VALUE, 1, 30015 },
  { TH_PWM_SINGLE, 30, 45, 1000000, 375000, TH_PWM_VALUE, 1, 37500 },
  { TH_PWM_SINGLE, 30, 45, 1000000, 624511, TH_PWM_VALUE, 1, 44985 },
  { TH_PWM_SINGLE, 30, 45, 1000000, 624512, TH_PWM_HIGH_END, 1, 0 },
  { TH_PWM_SINGLE, 30, 45, 1000000, 625000, TH_PWM_HIGH_END, 1, 0 },
  { TH_PWM_SINGLE, 30, 45, 1000000, 625489, TH_PWM_ERROR, 1, 0 },
  { TH_PWM_SINGLE, 30, 45, 1000000, 750000, TH_PWM_ERROR, 1, 0 },
  { TH_PWM_SINGLE, 30, 45, 1000000, 875000, TH_PWM_ERROR, 1, 0 },
  { TH_PWM_SINGLE, 30, 45, 1000000, 1000000, TH_PWM_ERROR, 1, 0 },
  { TH_PWM_SINGLE, -40, -20, 1000, 375, TH_PWM_VALUE, 1, -30000 },
  { TH_PWM_EXTENDED, 30, 45, 1000000, 62000, TH_PWM_START, 0, 0 },
  { TH_PWM_EXTENDED, 30, 45, 1000000, 62500, TH_PWM_LOW_END, 1, 0 },
  { TH_PWM_EXTENDED, 30, 45, 1000000, 187500, TH_PWM_VALUE, 1, 37500 },
  { TH_PWM_EXTENDED, 30, 45, 1000000, 312500, TH_PWM_HIGH_END, 1, 0 },
  { TH_PWM_EXTENDED, 30, 45, 1000000, 375000, TH_PWM_ERROR, 1, 0 },
  { TH_PWM_EXTENDED, 30, 45, 1000000, 437500, TH_PWM_ERROR, 1, 0 },
  { TH_PWM_EXTENDED, 30, 45, 1000000, 500000, TH_PWM_START, 0, 0 },
  { TH_PWM_EXTENDED, 30, 45, 1000000, 562500, TH_PWM_LOW_END, 2, 0 },
  { TH_PWM_EXTENDED, 30, 45, 1000000, 687500, TH_PWM_VALUE, 2, 37500 },
  { TH_PWM_EXTENDED, 30, 45, 1000000, 812500, TH_PWM_HIGH_END, 2, 0 },
  { TH_PWM_EXTENDED, 30, 45, 1000000, 875000, TH_PWM_ERROR, 2, 0 },
  { TH_PWM_EXTENDED, 30, 45, 1000000, 937500, TH_PWM_ERROR, 2, 0 },
};

static void
test_each_part_of_the_period_means_what_the_data_sheet_says (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      ThPwmSetup setup = range (frames[i].mode, frames[i].min_c, frames[i].max_c);
      ThPwmFrame frame;

      g_test_message ("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, frames[i].high_us,
                      frames[i].period_us);
      g_assert_true (th_pwm_decode_frame (&setup, frames[i].period_us * 1000,
                                          frames[i].high_us * 1000, &frame, NULL));
      g_assert_cmpstr (th_pwm_band_to_string (frame.band), ==,
                       th_pwm_band_to_string (frames[i].band));
      g_assert_cmpuint (frame.sensor, ==, frames[i].sensor);
      if (frame.band == TH_PWM_VALUE)
        g_assert_cmpint (ABS (frame.mc - frames[i].mc), <=, 1);
    }
}

/* --- streams --- */

/* A chip, and the line between it and the decoder. */
typedef struct
{
  ThPwmStream stream;
  gint64 now_ns;
  gint64 period_ns; /* what the chip's clock makes of it */
  guint32 seqno;
  gboolean turn; /* extended: sensor 2's */
} Line;

static void
line_init (Line *line, const ThPwmSetup *setup)
{
  *line = (Line){ .now_ns = 10000 * MS, .period_ns = setup->period_ns };
  th_pwm_stream_init (&line->stream, setup);
}

static void
feed (Line *line, gint64 time_ns, gboolean rising)
{
  const ThPwmEdge edge = { .time_ns = time_ns, .rising = rising, .line_seqno = ++line->seqno };

  th_pwm_stream_feed (&line->stream, &edge);
}

/* How long the line is high. */
static gint64
high_ns (const Line *line, guint sensor, int mc)
{
  const ThPwmSetup *setup = &line->stream.setup;
  double share = (mc - setup->min_mc[sensor]) /
                 (double) (setup->max_mc[sensor] - setup->min_mc[sensor]);

  share = CLAMP (share, 0, 1);
  if (setup->mode == TH_PWM_SINGLE)
    return (gint64) ((double) line->period_ns * (0.125 + share / 2));
  return (gint64) ((double) line->period_ns * (sensor == 0 ? 0.0625 : 0.5625) +
                   (double) line->period_ns * share / 4);
}

/* The rising edge of a frame, and its falling one; the next one's rise ends it. */
static void
send_high (Line *line, gint64 high)
{
  feed (line, line->now_ns, TRUE);
  feed (line, line->now_ns + high, FALSE);
  line->now_ns += line->period_ns;
}

static void
send_frames (Line *line, guint n, int ambient_mc, int object_mc)
{
  for (guint i = 0; i < n; i++)
    {
      gboolean single = line->stream.setup.mode == TH_PWM_SINGLE;
      guint sensor = single || !line->turn ? 0 : 1;

      line->turn = !line->turn;
      send_high (line, high_ns (line, sensor, single || sensor == 1 ? object_mc : ambient_mc));
    }
}

static gboolean
reads (Line *line, ThPwmReading *ret_reading)
{
  return th_pwm_stream_read (&line->stream, line->now_ns, ret_reading, NULL);
}

static void
assert_nothing (Line *line, const char *why)
{
  g_autoptr (GError) error = NULL;
  ThPwmReading reading;

  g_assert_false (th_pwm_stream_read (&line->stream, line->now_ns, &reading, &error));
  g_assert_nonnull (error);
  if (strstr (error->message, why) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, why);
}

static void
assert_reads (Line *line, int object_mc)
{
  ThPwmReading reading;

  g_assert_true (reads (line, &reading));
  g_assert_false (reading.moving);
  g_assert_cmpint (reading.object, ==, TH_PWM_VALUE);
  g_assert_cmpint (ABS (reading.object_mc - object_mc), <=, 2);
}

static void
test_without_edges_there_is_nothing (void)
{
  g_autoptr (GError) error = NULL;
  ThPwmReading reading;
  Line line;

  line_init (&line, &forehead);
  g_assert_false (th_pwm_stream_read (&line.stream, line.now_ns, &reading, &error));
  g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT);
}

static void
test_ten_frames_are_needed (void)
{
  Line line;

  line_init (&line, &forehead);
  for (int i = 0; i <= 9; i++)
    {
      assert_nothing (&line, i == 0 ? "no PWM edges" : "good PWM frames");
      send_frames (&line, 1, 0, 36500);
    }
  assert_nothing (&line, "9 of 10");
  send_frames (&line, 1, 0, 36500);
  assert_reads (&line, 36500);
}

static void
test_extended_frames_give_both_temperatures (void)
{
  ThPwmReading reading;
  Line line;

  line_init (&line, &both);
  send_frames (&line, 20, 24500, 36500);
  assert_nothing (&line, "9 of 10 good PWM frames from sensor 2");
  send_frames (&line, 2, 24500, 36500);
  assert_reads (&line, 36500);
  g_assert_true (reads (&line, &reading));
  g_assert_true (reading.has_ambient);
  g_assert_cmpint (ABS (reading.ambient_mc - 24500), <=, 2);
}

static void
test_what_is_outside_the_range_is_no_temperature (void)
{
  ThPwmReading reading;
  Line line;

  line_init (&line, &forehead);
  send_frames (&line, 12, 0, 24000);
  g_assert_true (reads (&line, &reading));
  g_assert_cmpint (reading.object, ==, TH_PWM_LOW_END);
  send_frames (&line, 12, 0, 60000);
  g_assert_true (reads (&line, &reading));
  g_assert_cmpint (reading.object, ==, TH_PWM_HIGH_END);

  line_init (&line, &both);
  send_frames (&line, 24, -10000, 36500);
  assert_nothing (&line, "own temperature");
}

static void
test_somebody_who_steps_in_front_is_no_temperature_yet (void)
{
  ThPwmReading reading;
  Line line;

  line_init (&line, &forehead);
  send_frames (&line, 12, 0, 30500);
  for (int i = 0; i < 9; i++)
    {
      send_frames (&line, 1, 0, 36500);
      g_assert_true (reads (&line, &reading));
      /* Each frame ends with the next one's rise. */
      if (i >= 3 && i < 9)
        g_assert_true (reading.moving);
      else if (!reading.moving)
        g_assert_cmpint (ABS (reading.object_mc - 30500), <=, 2);
    }
  send_frames (&line, 2, 0, 36500);
  assert_reads (&line, 36500);
}

static void
test_one_stray_frame_changes_nothing (void)
{
  Line line;

  line_init (&line, &forehead);
  send_frames (&line, 8, 0, 36500);
  send_high (&line, high_ns (&line, 0, 44000));
  send_frames (&line, 3, 0, 36500);
  assert_reads (&line, 36500);
}

/* Ten good frames, then @flaw, then good ones again: nothing until ten have come after it. */
static void
check_flaw (void (*flaw) (Line *line), const char *why)
{
  Line line;

  line_init (&line, &forehead);
  send_frames (&line, 12, 0, 36500);
  assert_reads (&line, 36500);
  flaw (&line);
  for (int i = 0; i < 10; i++)
    {
      send_frames (&line, 1, 0, 41000);
      assert_nothing (&line, why);
    }
  send_frames (&line, 2, 0, 41000);
  assert_reads (&line, 41000);
}

static void
flaw_no_rise (Line *line)
{
  feed (line, line->now_ns + 8 * MS, FALSE);
  line->now_ns += line->period_ns;
}

static void
flaw_no_fall (Line *line)
{
  feed (line, line->now_ns, TRUE);
  line->now_ns += line->period_ns;
}

/* What the hardware merged leaves no gap in the sequence. */
static void
flaw_no_pulse (Line *line)
{
  line->now_ns += line->period_ns;
}

static void
flaw_overflow (Line *line)
{
  send_frames (line, 1, 0, 36500);
  line->seqno += 40;
  line->now_ns += 20 * line->period_ns;
}

static void
flaw_clock_back (Line *line)
{
  line->now_ns -= 3000 * MS;
}

static void
flaw_clock_forward (Line *line)
{
  line->now_ns += 3000 * MS;
}

static void
flaw_error_band (Line *line)
{
  send_high (line, line->period_ns * 3 / 4);
}

static void
flaw_start_band (Line *line)
{
  send_high (line, line->period_ns / 20);
}

static void
flaw_spike (Line *line)
{
  feed (line, line->now_ns, TRUE);
  feed (line, line->now_ns + 7 * MS, FALSE);
  feed (line, line->now_ns + 15 * MS, TRUE);
  feed (line, line->now_ns + 15 * MS + 2000, FALSE);
  line->now_ns += line->period_ns;
}

static void
test_no_value_outlives_a_flaw (void)
{
  check_flaw (flaw_no_rise, "an edge is missing");
  check_flaw (flaw_no_fall, "an edge is missing");
  check_flaw (flaw_no_pulse, "a period of 40.960 ms");
  check_flaw (flaw_overflow, "edges were dropped");
  check_flaw (flaw_clock_back, "the clock ran back");
  check_flaw (flaw_clock_forward, "a period of 3020.480 ms");
  check_flaw (flaw_error_band, "says that it is broken");
  check_flaw (flaw_start_band, "means nothing");
  check_flaw (flaw_spike, "a period of");
}

static void
test_stale_edges_are_no_temperature (void)
{
  Line line;

  line_init (&line, &forehead);
  send_frames (&line, 12, 0, 36500);
  assert_reads (&line, 36500);
  line.now_ns += 4 * line.period_ns;
  assert_nothing (&line, "there are no PWM edges");
  line.now_ns -= 10 * line.period_ns;
  assert_nothing (&line, "still to come");
}

static void
test_another_mode_or_period_than_the_chip_has_is_noticed (void)
{
  Line line;

  /* An extended chip on a line that is set up for single frames, and the other way round. */
  line_init (&line, &both);
  line.stream.setup = forehead;
  for (int i = 0; i < 40; i++)
    {
      send_high (&line, i % 2 == 0 ? line.period_ns * 3 / 16 : line.period_ns * 11 / 16);
      assert_nothing (&line, i == 0 ? "PWM" : i == 1 ? "good PWM" : "a period of");
    }
  line_init (&line, &forehead);
  line.period_ns = PERIOD_NS * 112 / 100;
  send_frames (&line, 30, 0, 36500);
  assert_nothing (&line, "a period of 22.938 ms");
  line_init (&line, &forehead);
  line.period_ns = PERIOD_NS * 91 / 100;
  send_frames (&line, 30, 0, 36500);
  assert_reads (&line, 36500);
}

/* --- whatever happens on the line --- */

#define TRUTH_TOLERANCE_MC 400 /* the noise below, and how fast somebody's temperature moves */

typedef struct
{
  Line line;
  GRand *rand;
  int object_mc, ambient_mc;
  int drift_mc; /* each frame */
  double flaw;  /* how likely one is in each frame */
  guint values, flaws;
} World;

static gint64
noise_ns (World *world)
{
  return g_rand_int_range (world->rand, -20000, 20001);
}

static void
random_flaw (World *world)
{
  void (*const flaws[]) (Line *) = { flaw_no_rise,    flaw_no_fall,       flaw_no_pulse,
                                     flaw_overflow,   flaw_clock_forward, flaw_error_band,
                                     flaw_start_band, flaw_spike,         flaw_clock_back };
  Line *line = &world->line;

  world->flaws++;
  switch (g_rand_int_range (world->rand, 0, 5))
    {
    case 0: /* somebody else's pulses */
      for (int i = g_rand_int_range (world->rand, 1, 30); i > 0; i--)
        feed (line, line->now_ns += g_rand_int_range (world->rand, 1, 30 * MS),
              g_rand_boolean (world->rand));
      line->now_ns += line->period_ns;
      break;
    case 1: /* an interrupt that was served late */
      send_high (line, line->period_ns * g_rand_int_range (world->rand, 0, 100) / 100 + 1);
      break;
    case 2: /* the chip's clock is off for a while */
      line->period_ns =
          line->stream.setup.period_ns * g_rand_int_range (world->rand, 70, 130) / 100;
      break;
    default:
      flaws[g_rand_int_range (world->rand, 0, G_N_ELEMENTS (flaws))](line);
    }
}

static void
random_frame (World *world)
{
  Line *line = &world->line;
  const ThPwmSetup *setup = &line->stream.setup;
  guint sensor = setup->mode == TH_PWM_EXTENDED && line->turn ? 1 : 0;
  gboolean object = setup->mode == TH_PWM_SINGLE || sensor == 1;

  line->turn = !line->turn;
  feed (line, line->now_ns + noise_ns (world), TRUE);
  feed (line,
        line->now_ns + high_ns (line, sensor, object ? world->object_mc : world->ambient_mc) +
            noise_ns (world),
        FALSE);
  line->now_ns += line->period_ns;
  world->object_mc = CLAMP (world->object_mc + world->drift_mc, 20000, 50000);
}

static void
check_truth (World *world)
{
  const ThPwmSetup *setup = &world->line.stream.setup;
  guint sensor = setup->mode == TH_PWM_SINGLE ? 0 : 1;
  int shown_mc = CLAMP (world->object_mc, setup->min_mc[sensor], setup->max_mc[sensor]);
  ThPwmReading reading;

  if (!reads (&world->line, &reading) || reading.moving)
    return;
  if (reading.has_ambient)
    g_assert_cmpint (ABS (reading.ambient_mc - world->ambient_mc), <=, TRUTH_TOLERANCE_MC);
  if (reading.object == TH_PWM_LOW_END)
    g_assert_cmpint (shown_mc - setup->min_mc[sensor], <=, TRUTH_TOLERANCE_MC);
  else if (reading.object == TH_PWM_HIGH_END)
    g_assert_cmpint (setup->max_mc[sensor] - shown_mc, <=, TRUTH_TOLERANCE_MC);
  else
    {
      g_assert_cmpint (reading.object, ==, TH_PWM_VALUE);
      g_assert_cmpint (ABS (reading.object_mc - shown_mc), <=, TRUTH_TOLERANCE_MC);
      world->values++;
    }
}

static void
test_whatever_happens_a_value_is_the_true_one (void)
{
  World world = { .rand = g_rand_new_with_seed (90614) };
  guint values = 0, flaws = 0;

  for (int person = 0; person < 3000; person++)
    {
      const ThPwmSetup *setup = g_rand_boolean (world.rand) ? &forehead : &both;

      line_init (&world.line, setup);
      world.line.period_ns = setup->period_ns * g_rand_int_range (world.rand, 91, 110) / 100;
      world.line.seqno = G_MAXUINT32 - (guint32) g_rand_int_range (world.rand, 0, 100);
      world.object_mc = g_rand_int_range (world.rand, 28000, 47000);
      world.ambient_mc = g_rand_int_range (world.rand, 10000, 45000);
      world.drift_mc = g_rand_int_range (world.rand, -15, 16);
      world.flaw = g_rand_double_range (world.rand, 0, 0.2);
      world.values = world.flaws = 0;
      for (int i = 0; i < 200; i++)
        {
          if (g_rand_double (world.rand) < world.flaw)
            random_flaw (&world);
          else
            random_frame (&world);
          check_truth (&world);
        }
      values += world.values;
      flaws += world.flaws;
    }
  g_test_message ("%u values, %u flaws", values, flaws);
  g_assert_cmpuint (values, >, 50000);
  g_assert_cmpuint (flaws, >, 20000);
  g_rand_free (world.rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mlx90614-pwm/a-range-that-is-none-is-refused",
                   test_a_range_that_is_none_is_refused);
  g_test_add_func ("/mlx90614-pwm/times-that-cannot-be-are-refused",
                   test_times_that_cannot_be_are_refused);
  g_test_add_func ("/mlx90614-pwm/each-part-of-the-period-means-what-the-data-sheet-says",
                   test_each_part_of_the_period_means_what_the_data_sheet_says);
  g_test_add_func ("/mlx90614-pwm/without-edges-there-is-nothing",
                   test_without_edges_there_is_nothing);
  g_test_add_func ("/mlx90614-pwm/ten-frames-are-needed", test_ten_frames_are_needed);
  g_test_add_func ("/mlx90614-pwm/extended-frames-give-both-temperatures",
                   test_extended_frames_give_both_temperatures);
  g_test_add_func ("/mlx90614-pwm/what-is-outside-the-range-is-no-temperature",
                   test_what_is_outside_the_range_is_no_temperature);
  g_test_add_func ("/mlx90614-pwm/somebody-who-steps-in-front-is-no-temperature-yet",
                   test_somebody_who_steps_in_front_is_no_temperature_yet);
  g_test_add_func ("/mlx90614-pwm/one-stray-frame-changes-nothing",
                   test_one_stray_frame_changes_nothing);
  g_test_add_func ("/mlx90614-pwm/no-value-outlives-a-flaw", test_no_value_outlives_a_flaw);
  g_test_add_func ("/mlx90614-pwm/stale-edges-are-no-temperature",
                   test_stale_edges_are_no_temperature);
  g_test_add_func ("/mlx90614-pwm/another-mode-or-period-than-the-chip-has-is-noticed",
                   test_another_mode_or_period_than_the_chip_has_is_noticed);
  g_test_add_func ("/mlx90614-pwm/whatever-happens-a-value-is-the-true-one",
                   test_whatever_happens_a_value_is_the_true_one);
  return g_test_run ();
}
