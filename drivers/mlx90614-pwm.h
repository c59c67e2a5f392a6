/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Melexis MLX90614, the infrared thermometer, when it speaks by the width of pulses on one line
 * instead of SMBus. Pure: edges and times in, temperatures out. Source: Melexis data sheet
 * 3901090614 revision 13, 8.6 (PWM).
 *
 * A frame is one period, from rising edge to rising edge; what part of it the line is high, its
 * duty, is the temperature. The chip's clock is only good to ±10 %: the high time alone says
 * nothing. Parts of the period, added up, and what the line says when it falls there:
 *
 *   single (period 1.024 ms × P)      extended (2.048 ms × P), two sensors take turns
 *   0     - 0.125  start              0      - 0.0625 start
 *   0.125 - 0.625  the temperature    0.0625 - 0.3125 sensor 1
 *   0.625 - 0.875  error              0.3125 - 0.4375 error of sensor 1
 *                                     0.4375 - 0.5625 never: as the start
 *                                     0.5625 - 0.8125 sensor 2
 *                                     0.8125 - 0.9375 error of sensor 2
 *
 * The rest is always low; what falls there nevertheless is an error too.
 *
 * What is below or above the range that the chip was set to show stays at the end of that range, so
 * an end is no temperature.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  TH_PWM_SINGLE,   /* sensor 1: by the chip's configuration (5:4 = 11) the object */
  TH_PWM_EXTENDED, /* sensor 1: the chip itself; sensor 2: the object (5:4 = 00) */
} ThPwmMode;

/* How the chip was set up, once and for all: it does not say so itself. */
typedef struct
{
  ThPwmMode mode;
  gint64 period_ns; /* of a whole frame; 0: not known, every period is taken */
  int min_mc[2];    /* of sensor 1 and 2: what the ends of the range mean */
  int max_mc[2];
} ThPwmSetup;

#define TH_PWM_MIN_MC -70000
#define TH_PWM_MAX_MC 382000
#define TH_PWM_PERIOD_MAX_NS G_GINT64_CONSTANT (1000000000)

typedef enum
{
  TH_PWM_VALUE,
  TH_PWM_START,    /* it fell before the temperature began, or where it never falls */
  TH_PWM_ERROR,    /* the chip says that it is broken */
  TH_PWM_LOW_END,  /* within one step (1/1024 of the range) of an end, or at it */
  TH_PWM_HIGH_END,
} ThPwmBand;

typedef struct
{
  ThPwmBand band;
  guint sensor; /* 1 or 2; 0 with TH_PWM_START */
  int mc;       /* of TH_PWM_VALUE: milli-degrees Celsius */
} ThPwmFrame;

const char *th_pwm_band_to_string (ThPwmBand band); /* "value", "start", "error", "low-end", … */

/**
 * th_pwm_check_setup:
 * @error: TH_DEVICE_ERROR_PROTOCOL: a range is empty or beyond what the chip measures, or the
 *   period is over a second
 */
gboolean th_pwm_check_setup (const ThPwmSetup *setup, GError **error);

/**
 * th_pwm_decode_frame:
 * @setup: one that th_pwm_check_setup() takes
 * @period_ns: 1 to TH_PWM_PERIOD_MAX_NS
 * @high_ns: 0 to @period_ns
 * @ret_frame: (out caller-allocates): set only on success
 * @error: TH_DEVICE_ERROR_PROTOCOL: no such times, or the period is more than 10 % off
 */
gboolean th_pwm_decode_frame (const ThPwmSetup *setup, gint64 period_ns, gint64 high_ns,
                              ThPwmFrame *ret_frame, GError **error);

/* One edge as the kernel tells it. */
typedef struct
{
  gint64 time_ns;
  gboolean rising;
  guint32 line_seqno; /* one more for each edge of the line */
} ThPwmEdge;

#define TH_PWM_FRAMES 11       /* kept of each sensor, so that one is in the middle */
#define TH_PWM_FRAMES_NEEDED 10

/* Edges to temperatures. Everything here is private to mlx90614-pwm.c. */
typedef struct
{
  ThPwmSetup setup;
  gboolean has_edge;
  ThPwmEdge last;
  gint64 rise_ns, fall_ns; /* of the frame under way; -1: not seen */
  struct
  {
    gint64 end_ns[TH_PWM_FRAMES];
    int duty[TH_PWM_FRAMES]; /* in thousand-millionths */
    guint n, next;
  } sensors[2];
  char fault[80]; /* why the frames were dropped last; "": they never were */
  guint64 frames, faults;
} ThPwmStream;

/* What all the frames that are kept say together. */
typedef struct
{
  gboolean moving;  /* they disagree, as when somebody steps in front: nothing more is said now */
  ThPwmBand object; /* TH_PWM_VALUE, TH_PWM_LOW_END or TH_PWM_HIGH_END */
  int object_mc;
  gboolean has_ambient; /* extended mode */
  int ambient_mc;
} ThPwmReading;

/* @setup: one that th_pwm_check_setup() takes, with its period. */
void th_pwm_stream_init (ThPwmStream *self, const ThPwmSetup *setup);

/**
 * th_pwm_stream_feed:
 *
 * An edge. Frames only count as long as nothing is wrong with the edges: when one is missing (two
 * alike, or a gap in the sequence), when the time runs back, when a period is off or the line falls
 * where it never does, all frames are dropped and it begins anew.
 */
void th_pwm_stream_feed (ThPwmStream *self, const ThPwmEdge *edge);

/**
 * th_pwm_stream_read:
 * @now_ns: the time of the clock that the edges carry, after the last edge that waited was fed
 * @ret_reading: (out caller-allocates): set only on success: the median of at least
 *   TH_PWM_FRAMES_NEEDED frames running, the last one not over three periods ago
 * @error: TH_DEVICE_ERROR_TIMED_OUT: there are no edges; _PROTOCOL: too few good frames yet, and
 *   what was wrong with the ones before; _OUT_OF_SERVICE: the chip is colder or hotter than its own
 *   range
 */
gboolean th_pwm_stream_read (const ThPwmStream *self, gint64 now_ns, ThPwmReading *ret_reading,
                             GError **error);

/* How long it takes at most from good edges to a reading. */
gint64 th_pwm_stream_fill_ns (const ThPwmStream *self);

G_END_DECLS
