/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HC-SR04 ultrasonic ranger: what one shot's echo says, and what several shots together say about
 * somebody in front. Pure: edges and times in, distances out.
 *
 * A pulse of 10 us or more on the trigger line sends a burst; then the echo line is high for as long
 * as the sound is under way, 58 us for each centimetre of distance. With nothing in reach the pulse
 * ends after 38 ms (some makes: 60 to 200 ms). One shot each 60 ms at most, or the echo of the one
 * before is heard.
 */
#pragma once

#include "drivers/gpio-lines.h"

G_BEGIN_DECLS

#define TH_HC_SR04_TRIGGER_US 10
#define TH_HC_SR04_CYCLE_US 60000
#define TH_HC_SR04_NEAREST_MM 20
#define TH_HC_SR04_FARTHEST_MM 4000

typedef enum
{
  TH_ECHO_SILENT,   /* no edge at all: nobody is there to answer */
  TH_ECHO_BROKEN,   /* an edge is missing, too many, or not this shot's: nothing is known */
  TH_ECHO_NOTHING,  /* the sound did not come back, or from too near or too far */
  TH_ECHO_DISTANCE,
} ThEcho;

/**
 * th_hc_sr04_decode:
 * @edges: (array length=n): all edges of the echo line since the shot, active is high
 * @shot_ns: when the trigger fell, CLOCK_MONOTONIC
 * @ret_mm: set only for TH_ECHO_DISTANCE
 */
ThEcho th_hc_sr04_decode (const ThGpioEdge *edges, guint n, gint64 shot_ns, guint *ret_mm);

/* The last shots, and whether somebody stands in the band. */
#define TH_RANGE_SHOTS 3

typedef struct
{
  guint near_mm, far_mm;
  guint mm[TH_RANGE_SHOTS]; /* 0: not known */
  gint64 at_us[TH_RANGE_SHOTS];
  guint next;
  gboolean present;
} ThRange;

/* Somebody between @near_mm and @far_mm is present, and stays so until 20 mm outside of it. */
void th_range_init (ThRange *range, guint near_mm, guint far_mm);

/* @mm: 0: not known. @now_us: monotonic. */
void th_range_add (ThRange *range, guint mm, gint64 now_us);

/**
 * th_range_look:
 * @ret_mm: the median of the last three shots that are not older than a second; 0: not known, as it
 *   is when two of them are missing
 * Returns: somebody is in front; never when the distance is not known
 */
gboolean th_range_look (ThRange *range, gint64 now_us, guint *ret_mm);

G_END_DECLS
