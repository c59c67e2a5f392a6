/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sensor sees of people, kept as data (tests/data/make-traces.py), with what must come of it. */
#include <stdio.h>
#include <string.h>

#include "kiosk/screening.h"

typedef struct
{
  gboolean nothing;
  double body, tolerance;
  guint in_range_ms, within_ms;
  char *guides;
} Expected;

typedef struct
{
  gboolean finished;
  guint at_ms;
  ThReading reading;
  guint guides; /* bits of ThGuide */
} Outcome;

static ThScreening
site (void)
{
  ThScreening rules;

  th_screening_defaults (&rules);
  rules.room_source = TH_ROOM_ENTERED;
  rules.room_mc = 24000;
  return rules;
}

static void
expect (const char *line, Expected *expected)
{
  if (g_str_has_prefix (line, "# expect none"))
    expected->nothing = TRUE;
  else if (g_str_has_prefix (line, "# expect"))
    g_assert_cmpint (sscanf (line, "# expect %lf %lf in-range %u within %u", &expected->body,
                             &expected->tolerance, &expected->in_range_ms, &expected->within_ms),
                     ==, 4);
  else if (g_str_has_prefix (line, "# guides "))
    expected->guides = g_strdup (line + strlen ("# guides "));
}

static void
follow (char **lines, const ThScreening *rules, Expected *expected, Outcome *outcome)
{
  ThWindow window;

  th_window_reset (&window);
  for (guint i = 0; lines[i] != NULL && !outcome->finished; i++)
    {
      guint ms, present, object, ambient;
      ThSample sample;

      if (lines[i][0] == '#')
        {
          expect (lines[i], expected);
          continue;
        }
      if (sscanf (lines[i], "%u,%u,%u,%u", &ms, &present, &object, &ambient) != 4)
        continue;
      sample = (ThSample){ .object_raw = (guint16) object,
                           .ambient_raw = (guint16) ambient,
                           .present = present != 0,
                           .time_us = G_USEC_PER_SEC + ms * G_TIME_SPAN_MILLISECOND };
      outcome->finished = th_window_add (&window, rules, &sample, &outcome->reading);
      outcome->at_ms = ms;
      outcome->guides |= 1 << window.guide;
    }
}

static void
test_a_trace_ends_as_it_must (gconstpointer name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "traces", name, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_auto (GStrv) guides = NULL;
  ThScreening rules = site ();
  Expected expected = { .nothing = FALSE };
  Outcome outcome = { .finished = FALSE };

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  follow (lines, &rules, &expected, &outcome);

  if (outcome.finished)
    g_test_message ("%s: %.2f °C, %.1f s after the forehead is in range", (const char *) name,
                    outcome.reading.body_mc / 1000.0,
                    ((int) outcome.at_ms - (int) expected.in_range_ms) / 1000.0);
  g_assert_cmpint (outcome.finished, ==, !expected.nothing);
  if (outcome.finished)
    {
      g_assert_cmpfloat_with_epsilon (outcome.reading.body_mc / 1000.0, expected.body,
                                      expected.tolerance);
      g_assert_cmpuint (outcome.at_ms, <=, expected.in_range_ms + expected.within_ms);
      g_assert_cmpuint (outcome.reading.samples, >=, 3);
    }
  guides = g_strsplit (expected.guides, " ", -1);
  for (guint guide = TH_GUIDE_COME; guide < TH_GUIDE_DONE; guide++)
    if (g_strv_contains ((const char *const *) guides, th_guide_to_string (guide)) &&
        !(outcome.guides & 1 << guide))
      g_error ("%s: nobody was told \"%s\"", (const char *) name, th_guide_to_string (guide));
  g_free (expected.guides);
}

int
main (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n = 0;

  g_test_init (&argc, &argv, NULL);
  path = g_test_build_filename (G_TEST_DIST, "data", "traces", NULL);
  dir = g_dir_open (path, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *test = g_strdup_printf ("/traces/%s ends as it must", name);

      g_test_add_data_func_full (test, g_strdup (name), test_a_trace_ends_as_it_must, g_free);
      n++;
    }
  g_assert_cmpuint (n, >=, 16);
  return g_test_run ();
}
