/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A check-in over device doubles, for tests: who comes, what the sensor sees, and waiting for a page. */
#pragma once

#include "kiosk/checkin.h"
#include "tests/doubles.h"
#include "tests/open-day.h"
#include "tests/scratch.h"

/* Invented people; the numbers have a right check digit. */
#define ZHANG_NUMBER "110101199001019917"
#define ZHANG "张测试", ZHANG_NUMBER
#define GULI "古丽娜尔·样本", "65010219551130982X"

/* 34.5 °C of skin in a room of 24 °C, as an uncorrected chip at 3.3 V sees it: about 36.6 °C of
 * body; and about 38.5. */
#define RAW(celsius) ((guint16)(((celsius) + 273.15) * 50 + 0.5))
#define ROOM RAW (24.18)
#define NORMAL RAW (34.41)
#define WARM RAW (36.05)

#define WAIT_S 60

/* (transfer full) */
static inline char *
text_of (ThCheckin *checkin, const char *property)
{
  char *text = NULL;

  g_object_get (checkin, property, &text, NULL);
  return text;
}

static inline gboolean
late_cb (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Runs the main loop until the property has this value; fails the test when that takes a minute. */
static inline void
wait_for (ThCheckin *checkin, const char *property, const char *value)
{
  gboolean late = FALSE;
  guint limit = g_timeout_add_seconds (WAIT_S, late_cb, &late);

  for (;;)
    {
      g_autofree char *text = text_of (checkin, property);

      if (g_strcmp0 (text, value) == 0)
        break;
      if (late)
        g_error ("%s is \"%s\" and not \"%s\"", property, text, value);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (limit);
}

/* From the identity page through the questions to the end of consent. */
static inline void
answer_questions (ThCheckin *checkin, gboolean contact)
{
  wait_for (checkin, "state", "identity");
  th_checkin_press (checkin, TH_EVENT_YES);
  th_checkin_press (checkin, TH_EVENT_NO);
  th_checkin_press (checkin, TH_EVENT_NO);
  th_checkin_press (checkin, contact ? TH_EVENT_YES : TH_EVENT_NO);
  th_checkin_press (checkin, TH_EVENT_YES);
}

/* Late answers of the devices come now, and find nobody. */
static inline void
stop_checkin (ThCheckin **checkin)
{
  th_checkin_stop (*checkin);
  g_clear_object (checkin);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
}
