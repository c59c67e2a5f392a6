/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a stream of samples to one finished reading; the arithmetic of a reading is in screening.c. */
#include "kiosk/screening.h"

#include <stdlib.h>
#include <string.h>

#define MAX_SAMPLES G_N_ELEMENTS (((ThWindow *) NULL)->samples)
#define GAP_US (500 * 1000)
#define BARE_SKIN_MC 33000   /* a body estimate under this is hair, a hat, or half the wall */
#define FOREHEAD_MC 34500    /* the gauge is full at this */
#define FAR_AWAY 0.35        /* share of the view: less is nobody's hat */
#define COOL_US (8 * G_USEC_PER_SEC) /* time to take a hat off */
#define WORD_MC 20
#define NO_OUTLIER_WORDS 5   /* 0.1 °C from the median is noise, however quiet the others are */

const char *
th_guide_to_string (ThGuide guide)
{
  switch (guide)
    {
    case TH_GUIDE_COME:
      return "come";
    case TH_GUIDE_CLOSER:
      return "closer";
    case TH_GUIDE_HOLD:
      return "hold";
    case TH_GUIDE_HAT:
      return "hat";
    case TH_GUIDE_DONE:
      return "done";
    }
  return "come";
}

void
th_window_reset (ThWindow *window)
{
  *window = (ThWindow){ .guide = TH_GUIDE_COME };
}

static int
compare_words (const void *a, const void *b)
{
  return *(const guint16 *) a - *(const guint16 *) b;
}

static guint16
rounded_mean (const guint16 *words, guint n)
{
  guint32 sum = 0;

  for (guint i = 0; i < n; i++)
    sum += words[i];
  return n > 0 ? (sum + n / 2) / n : 0;
}

/* Drops from the sorted @words what is further from the median than three times the median distance. */
static guint
drop_outliers (guint16 *words, guint n)
{
  guint16 distance[MAX_SAMPLES];
  guint16 median = words[n / 2];
  guint limit;
  guint kept = 0;

  for (guint i = 0; i < n; i++)
    distance[i] = ABS (words[i] - median);
  qsort (distance, n, sizeof distance[0], compare_words);
  limit = MAX (3 * distance[n / 2], NO_OUTLIER_WORDS);

  for (guint i = 0; i < n; i++)
    {
      if ((guint) ABS (words[i] - median) <= limit)
        words[kept++] = words[i];
    }
  return kept;
}

/* Somebody who still comes nearer, slowly, would be read too cool: the newer half of all samples held
 * must be where the older half was. */
static gboolean
is_drifting (const ThWindow *window, const ThScreening *rules)
{
  guint half = window->n / 2;
  int older = 0, newer = 0;

  for (guint i = 0; i < half; i++)
    {
      older += window->samples[i].object_raw;
      newer += window->samples[window->n - half + i].object_raw;
    }
  return ABS (newer - older) * WORD_MC > (int) half * rules->stable_mc / 2;
}

/* Sets window->steadiness. TRUE: the newest window_samples agree; @ret_reading: raw words of their plateau. */
static gboolean
find_plateau (ThWindow *window, const ThScreening *rules, ThReading *ret_reading)
{
  guint size = rules->window_samples;
  guint held = MIN (2 * size, MAX_SAMPLES);
  guint n = MIN (window->n, size);
  const ThSample *newest = &window->samples[window->n - n];
  guint16 object[MAX_SAMPLES], ambient[MAX_SAMPLES];
  guint kept, lowest;
  int spread_mc;
  double quiet;

  for (guint i = 0; i < n; i++)
    {
      object[i] = newest[i].object_raw;
      ambient[i] = newest[i].ambient_raw;
    }
  qsort (object, n, sizeof object[0], compare_words);
  kept = drop_outliers (object, n);
  spread_mc = (object[kept - 1] - object[0]) * WORD_MC;

  quiet = (4.0 * rules->stable_mc - spread_mc) / (3.0 * rules->stable_mc);
  window->steadiness = CLAMP (quiet, 0, 1) * window->n / held;

  if (window->n < held || kept < size - size / 4 || spread_mc > rules->stable_mc ||
      is_drifting (window, rules))
    return FALSE;

  lowest = kept / 4;
  ret_reading->samples = kept - lowest;
  ret_reading->object_raw = rounded_mean (object + lowest, kept - lowest);
  ret_reading->ambient_raw = rounded_mean (ambient, n);
  return TRUE;
}

static void
keep_sample (ThWindow *window, const ThScreening *rules, const ThSample *sample)
{
  guint held = MIN (2 * rules->window_samples, MAX_SAMPLES);

  if (window->n >= held)
    {
      memmove (&window->samples[0], &window->samples[window->n - held + 1],
               (held - 1) * sizeof window->samples[0]);
      window->n = held - 1;
    }
  window->samples[window->n++] = *sample;
}

static double
share_of_view (const ThReading *look)
{
  int near_mc = MAX (FOREHEAD_MC, look->room_mc + 1000);
  double share = (double) (look->body_mc - look->room_mc) / (near_mc - look->room_mc);

  return CLAMP (share, 0, 1);
}

static ThGuide
choose_guide (const ThWindow *window, const ThReading *look, gboolean steady)
{
  if (look->body_mc >= BARE_SKIN_MC)
    return TH_GUIDE_HOLD;
  if (window->distance < FAR_AWAY)
    return TH_GUIDE_CLOSER;
  /* Once said it stays, so that the words do not flicker with the noise. */
  return steady || window->guide == TH_GUIDE_HAT ? TH_GUIDE_HAT : TH_GUIDE_CLOSER;
}

/* Told for long enough that hat and hair are in the way: it is the cold, and a low reading. */
static gboolean
is_simply_cool (const ThWindow *window, const ThSample *sample)
{
  return window->cool_since_us != 0 && sample->time_us - window->cool_since_us >= COOL_US;
}

gboolean
th_window_add (ThWindow *window, const ThScreening *rules, const ThSample *sample,
               ThReading *ret_reading)
{
  ThReading look, plateau = { 0 }, reading;
  gboolean steady;

  if (!sample->present)
    {
      th_window_reset (window);
      return FALSE;
    }
  if (window->last_us == 0 || sample->time_us <= window->last_us ||
      sample->time_us - window->last_us > GAP_US)
    {
      th_window_reset (window);
      window->present_since_us = sample->time_us;
    }
  window->last_us = sample->time_us;

  /* Words that cannot be are no sample, and what came before them is not trusted either. */
  if (!th_screening_read_words (rules, sample->object_raw, sample->ambient_raw, &look, NULL))
    {
      th_window_reset (window);
      window->guide = TH_GUIDE_CLOSER;
      return FALSE;
    }
  window->distance = share_of_view (&look);

  if (sample->time_us - window->present_since_us < (gint64) rules->settle_ms * 1000)
    {
      window->guide = choose_guide (window, &look, FALSE);
      return FALSE;
    }

  keep_sample (window, rules, sample);
  steady = find_plateau (window, rules, &plateau);
  window->guide = choose_guide (window, &look, steady);
  if (window->guide != TH_GUIDE_HAT)
    window->cool_since_us = 0;
  else if (window->cool_since_us == 0)
    window->cool_since_us = sample->time_us;
  if (!steady || !th_screening_read_words (rules, plateau.object_raw, plateau.ambient_raw, &reading, NULL) ||
      (reading.body_mc < BARE_SKIN_MC && !is_simply_cool (window, sample)))
    return FALSE;

  reading.samples = plateau.samples;
  *ret_reading = reading;
  window->n = 0; /* one sample is part of one reading */
  window->guide = TH_GUIDE_DONE;
  window->steadiness = 1;
  return TRUE;
}
