/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/gpio-shim-pwm.h"

#define FALLEN_BEHIND_NS UINT64_C (10000000000)
#define OVERFLOW_FRAMES 8   /* good ones between two times */
#define OVERFLOW_DROPPED 40 /* edges */
#define CLOCK_FRAMES 8
#define CLOCK_STEP_NS INT64_C (500000000)

bool
th_shim_pwm_is_on (ThBenchGpio *state)
{
  return atomic_load (&state->pwm_mode) != TH_BENCH_PWM_OFF;
}

/* Does it send anything at all? */
static bool
is_sending (ThBenchGpio *state)
{
  int sensor = atomic_load (&state->sensor);
  int fault = atomic_load (&state->pwm_fault);

  return sensor != TH_BENCH_SENSOR_ABSENT && sensor != TH_BENCH_SENSOR_STUCK &&
         fault != TH_BENCH_PWM_STUCK_HIGH && fault != TH_BENCH_PWM_STUCK_LOW;
}

/* Sensor 1 of a single frame is the object, as the kiosk wants it; of an extended one the die. */
static double
duty (ThShimPwm *pwm, ThBenchGpio *state)
{
  bool extended = atomic_load (&state->pwm_mode) == TH_BENCH_PWM_EXTENDED;
  int i = extended && pwm->second ? 1 : 0;
  int mc = extended && i == 0 ? atomic_load (&state->ambient_mc) : atomic_load (&state->object_mc);
  int min_mc = atomic_load (&state->pwm_min_mc[i]), max_mc = atomic_load (&state->pwm_max_mc[i]);
  double start = !extended ? 2 / 16.0 : i == 0 ? 1 / 16.0 : 9 / 16.0;
  double width = !extended ? 8 / 16.0 : 4 / 16.0;
  double share = (mc - min_mc) / (double) (max_mc - min_mc);

  if (atomic_load (&state->sensor) == TH_BENCH_SENSOR_ERROR_BIT)
    return start + width + width / 4;
  share = share < 0 ? 0 : share > 1 ? 1 : share;
  return start + width * (double) (int) (share * 1023 + 0.5) / 1023; /* it has ten bits */
}

static void
begin_frame (ThShimPwm *pwm, ThBenchGpio *state, uint64_t time_ns)
{
  int percent = 100;

  if (atomic_load (&state->pwm_fault) == TH_BENCH_PWM_PERIOD)
    percent = atomic_load (&state->pwm_amount);
  pwm->frame_ns = time_ns;
  pwm->period_ns = (uint64_t) atomic_load (&state->pwm_period_us) * 10 * (uint64_t) percent;
  pwm->second = !pwm->second;
  pwm->high_ns = (uint64_t) ((double) pwm->period_ns * duty (pwm, state));
  pwm->fallen = false;
  pwm->frames++;
}

/* How much later than it came an edge may be seen. */
static uint64_t
latest_ns (ThBenchGpio *state)
{
  return atomic_load (&state->pwm_fault) == TH_BENCH_PWM_JITTER
             ? (uint64_t) atomic_load (&state->pwm_amount) * 1000
             : 0;
}

static void
spoil (ThShimPwm *pwm, ThBenchGpio *state, ThShimPwmEdge *edge)
{
  int32_t amount = atomic_load (&state->pwm_amount);

  switch ((ThBenchPwmFault) atomic_load (&state->pwm_fault))
    {
    case TH_BENCH_PWM_MISSING:
      edge->missed = amount > 0 && pwm->edges % (uint32_t) amount == 0;
      break;
    case TH_BENCH_PWM_JITTER:
      pwm->random = pwm->random * 1664525 + 1013904223;
      edge->time_ns += (uint64_t) ((double) (pwm->random >> 8) / (1 << 24) *
                                  (double) latest_ns (state));
      break;
    case TH_BENCH_PWM_OVERFLOW:
      if (edge->rising && pwm->frames % OVERFLOW_FRAMES == 0)
        edge->dropped = OVERFLOW_DROPPED;
      break;
    case TH_BENCH_PWM_CLOCK:
      if (edge->rising && pwm->frames % CLOCK_FRAMES == 0)
        pwm->step_ns = pwm->step_ns == 0 ? -CLOCK_STEP_NS : 0;
      edge->time_ns += (uint64_t) pwm->step_ns;
      break;
    case TH_BENCH_PWM_NORMAL:
    case TH_BENCH_PWM_PERIOD:
    case TH_BENCH_PWM_STUCK_HIGH:
    case TH_BENCH_PWM_STUCK_LOW:
      break;
    }
}

bool
th_shim_pwm_next (ThShimPwm *pwm, ThBenchGpio *state, uint64_t now_ns, ThShimPwmEdge *ret_edge)
{
  ThShimPwmEdge edge = { 0 };

  if (!th_shim_pwm_is_on (state) || !is_sending (state))
    {
      pwm->frame_ns = 0;
      return false;
    }
  if (pwm->frame_ns == 0 || pwm->frame_ns + FALLEN_BEHIND_NS < now_ns)
    {
      /* The chip begins now, with a rise: as if the frame before had just ended. */
      begin_frame (pwm, state, now_ns);
      pwm->fallen = true;
      pwm->period_ns = 0;
    }
  edge.rising = pwm->fallen;
  edge.time_ns = pwm->frame_ns + (pwm->fallen ? pwm->period_ns : pwm->high_ns);
  if (edge.time_ns + latest_ns (state) > now_ns)
    return false;
  if (edge.rising)
    begin_frame (pwm, state, edge.time_ns);
  else
    pwm->fallen = true;
  pwm->edges++;
  spoil (pwm, state, &edge);
  *ret_edge = edge;
  return true;
}

bool
th_shim_pwm_level (ThShimPwm *pwm, ThBenchGpio *state)
{
  if (atomic_load (&state->sensor) == TH_BENCH_SENSOR_STUCK ||
      atomic_load (&state->pwm_fault) == TH_BENCH_PWM_STUCK_LOW)
    return false;
  return !is_sending (state) || !pwm->fallen;
}
