/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is the infrared sensor warm? Some time after power-on, or sooner when its own temperature has
 * stopped drifting. Pure: time comes in, from the clock that starts with the machine and runs on in
 * its sleep (CLOCK_BOOTTIME).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TH_WARM_UP_STEADY_MIN 3 /* minutes in a row without drift */
#define TH_WARM_UP_DRIFT_MC 100 /* a minute; less is none */
#define TH_WARM_UP_AWAY_US (60 * G_USEC_PER_SEC)

typedef struct
{
  gint64 needed_us;
  gint64 since_us; /* power-on of the sensor, as far as anybody knows */
  gint64 away_us;  /* gone since; 0: it is there */
  gboolean warm;   /* stays, until the sensor was away */

  /* Means of whole minutes, the newest last. */
  int minutes_mc[TH_WARM_UP_STEADY_MIN + 1];
  guint n_minutes;
  gint64 minute_us; /* when the present minute began; 0: none */
  gint64 look_us;   /* of the newest look */
  gint64 sum_mc;
  guint n_looks;
} ThWarmUp;

/* @minutes: 0 to 60; 0: always warm. The machine's power-on, boot time 0, counts as the sensor's. */
void th_warm_up_init (ThWarmUp *warm_up, guint minutes);

/* The sensor's own temperature, about once a second; a gap of over 10 s begins a new minute. */
void th_warm_up_look (ThWarmUp *warm_up, int die_mc, gint64 boot_us);

/* It is gone, or there again: after a minute away it may be cold, or another one. */
void th_warm_up_away (ThWarmUp *warm_up, gint64 boot_us);
void th_warm_up_back (ThWarmUp *warm_up, gint64 boot_us);

gboolean th_warm_up_is_warm (ThWarmUp *warm_up, gint64 boot_us);

/* Whole minutes to wait at most, rounded up; 0 when it is warm. */
guint th_warm_up_minutes_left (ThWarmUp *warm_up, gint64 boot_us);

G_END_DECLS
