/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sensor's other voice: its pulses on one line. Pure: time in, edges out. Edges carry the time at
 * which they should have come, however late they are asked for: a busy machine cannot fail a test.
 */
#pragma once

#include "tests/bench/gpio-state.h"

typedef struct
{
  uint64_t frame_ns; /* when the frame under way began; 0: none is */
  uint64_t period_ns, high_ns;
  bool fallen;       /* the next edge is the next frame's rise */
  bool second;       /* extended: the frame is sensor 2's */
  uint32_t frames, edges;
  uint32_t random;
  int64_t step_ns; /* of the clock, so far */
} ThShimPwm;

typedef struct
{
  uint64_t time_ns;
  bool rising;
  bool missed;      /* by the hardware: nobody hears of it */
  uint32_t dropped; /* by the kernel before this one: the sequence shows it */
} ThShimPwmEdge;

/* Does the sensor speak by pulses? */
bool th_shim_pwm_is_on (ThBenchGpio *state);

/* The next edge up to @now_ns; false: none yet. */
bool th_shim_pwm_next (ThShimPwm *pwm, ThBenchGpio *state, uint64_t now_ns,
                       ThShimPwmEdge *ret_edge);

/* Of the line, with its pull-up. */
bool th_shim_pwm_level (ThShimPwm *pwm, ThBenchGpio *state);
