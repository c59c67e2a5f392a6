/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first byte is the mode, then records of five: flags (1: rises, 2: the sequence jumps, 4: time
 * runs back, 8: the stream is read), and the time since the edge before in units of 0.1 µs, 32 bits
 * little-endian.
 */
#include "drivers/mlx90614-pwm.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ThPwmSetup setup = {
    .period_ns = 20480000,
    .min_mc = { 0, 30000 },
    .max_mc = { 60000, 45000 },
  };
  ThPwmStream stream;
  ThPwmEdge edge = { .time_ns = 1000000 };
  ThPwmReading reading;
  ThPwmFrame frame;
  guint since_flaw = 0;

  if (size == 0)
    return 0;
  setup.mode = data[0] & 1 ? TH_PWM_EXTENDED : TH_PWM_SINGLE;
  g_assert_true (th_pwm_check_setup (&setup, NULL));
  th_pwm_stream_init (&stream, &setup);
  for (data++, size--; size >= 5; data += 5, size -= 5)
    {
      gint64 step_ns = (data[1] | data[2] << 8 | data[3] << 16 | (gint64) data[4] << 24) * 100;
      gboolean jump = (data[0] & 2) != 0, back = (data[0] & 4) != 0;
      gboolean rising = (data[0] & 1) != 0;

      since_flaw = jump || back || step_ns == 0 || rising == edge.rising ? 0 : since_flaw + 1;
      edge.line_seqno += jump ? 7 : 1;
      edge.time_ns += back ? -step_ns : step_ns;
      edge.rising = rising;
      th_pwm_stream_feed (&stream, &edge);
      if (th_pwm_decode_frame (&setup, edge.time_ns, step_ns, &frame, NULL) &&
          frame.band == TH_PWM_VALUE)
        g_assert_true (frame.mc >= 0 && frame.mc <= 60000);
      if ((data[0] & 8) == 0 ||
          !th_pwm_stream_read (&stream, edge.time_ns + step_ns, &reading, NULL))
        continue;
      /* Whatever the edges were: a reading stands on ten whole frames since the last flaw, and is
       * within the range. */
      g_assert_cmpuint (since_flaw, >=, 2 * TH_PWM_FRAMES_NEEDED);
      if (!reading.moving && reading.object == TH_PWM_VALUE)
        g_assert_true (reading.object_mc >= setup.min_mc[setup.mode] &&
                       reading.object_mc <= setup.max_mc[setup.mode]);
    }
  return 0;
}
