/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/hc-sr04.h"

#define SHOT_NS (G_GINT64_CONSTANT (5000) * 1000 * 1000)
#define RISE_NS (SHOT_NS + 450 * 1000)
#define CM_NS 58000

static ThGpioEdge
edge (gint64 time_ns, gboolean active, guint32 seqno)
{
  return (ThGpioEdge){ .index = 1, .active = active, .time_ns = time_ns, .line_seqno = seqno };
}

static ThEcho
decode (const ThGpioEdge *edges, guint n)
{
  guint mm = 7777;
  ThEcho echo = th_hc_sr04_decode (edges, n, SHOT_NS, &mm);

  if (echo != TH_ECHO_DISTANCE)
    g_assert_cmpuint (mm, ==, 7777);
  return echo;
}

static void
test_edges_that_are_no_echo_of_this_shot_say_nothing (void)
{
  ThGpioEdge edges[3] = { edge (RISE_NS, TRUE, 8), edge (RISE_NS + 10 * CM_NS, FALSE, 9),
                          edge (RISE_NS + 20 * CM_NS, TRUE, 10) };
  ThGpioEdge changed[2];

  g_assert_cmpint (decode (edges, 0), ==, TH_ECHO_SILENT);
  g_assert_cmpint (decode (edges, 1), ==, TH_ECHO_BROKEN);
  g_assert_cmpint (decode (edges + 1, 1), ==, TH_ECHO_BROKEN);
  g_assert_cmpint (decode (edges, 3), ==, TH_ECHO_BROKEN);
  g_assert_cmpint (decode (edges + 1, 2), ==, TH_ECHO_BROKEN); /* ends, then begins */

  changed[0] = edges[0];
  changed[1] = edge (RISE_NS + 10 * CM_NS, FALSE, 10); /* one was dropped in between */
  g_assert_cmpint (decode (changed, 2), ==, TH_ECHO_BROKEN);
  changed[1] = edge (RISE_NS + 10 * CM_NS, TRUE, 9); /* two alike */
  g_assert_cmpint (decode (changed, 2), ==, TH_ECHO_BROKEN);
  changed[1] = edge (RISE_NS - 1, FALSE, 9); /* the clock ran backwards */
  g_assert_cmpint (decode (changed, 2), ==, TH_ECHO_BROKEN);
  changed[0] = edge (SHOT_NS - 1, TRUE, 8); /* of the shot before */
  changed[1] = edge (RISE_NS, FALSE, 9);
  g_assert_cmpint (decode (changed, 2), ==, TH_ECHO_BROKEN);
  changed[0] = edge (SHOT_NS + 6 * 1000 * 1000, TRUE, 8); /* too late to be an answer */
  changed[1] = edge (SHOT_NS + 7 * 1000 * 1000, FALSE, 9);
  g_assert_cmpint (decode (changed, 2), ==, TH_ECHO_BROKEN);
}

static void
test_a_sound_that_does_not_come_back_is_nobody (void)
{
  ThGpioEdge edges[2] = { edge (RISE_NS, TRUE, 8), edge (RISE_NS + 38 * 1000 * 1000, FALSE, 9) };

  g_assert_cmpint (decode (edges, 2), ==, TH_ECHO_NOTHING);
  edges[1].time_ns = RISE_NS + 401 * CM_NS;
  g_assert_cmpint (decode (edges, 2), ==, TH_ECHO_NOTHING);
  edges[1].time_ns = RISE_NS + CM_NS; /* nearer than it can hear */
  g_assert_cmpint (decode (edges, 2), ==, TH_ECHO_NOTHING);
}

static void
test_58_us_are_a_centimetre (void)
{
  for (guint cm = 2; cm <= 400; cm++)
    {
      const ThGpioEdge edges[2] = { edge (RISE_NS, TRUE, G_MAXUINT32),
                                    edge (RISE_NS + cm * CM_NS, FALSE, 0) };
      guint mm = 0;

      g_assert_cmpint (th_hc_sr04_decode (edges, 2, SHOT_NS, &mm), ==, TH_ECHO_DISTANCE);
      g_assert_cmpuint (mm, ==, cm * 10);
    }
}

/* Shots 100 ms apart; what is seen after each: '.' not known, '-' not in front, 'X' in front. */
static void
assert_seen (const guint *mm, guint n, const char *expected)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  ThRange range;
  guint middle_mm;

  th_range_init (&range, 100, 300);
  for (guint i = 0; i < n; i++)
    {
      gint64 now_us = G_USEC_PER_SEC + i * 100000;

      th_range_add (&range, mm[i], now_us);
      if (th_range_look (&range, now_us, &middle_mm))
        g_string_append_c (seen, 'X');
      else
        g_string_append_c (seen, middle_mm == 0 ? '.' : '-');
    }
  g_assert_cmpstr (seen->str, ==, expected);
}

#define SEEN(expected, ...)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const guint mm_[] = { __VA_ARGS__ };                                                           \
    assert_seen (mm_, G_N_ELEMENTS (mm_), expected);                                               \
  }                                                                                                \
  G_STMT_END

static void
test_what_is_not_known_is_nobody (void)
{
  SEEN ("....", 0, 0, 0, 0);
  SEEN (".XX....", 200, 200, 0, 0, 0, 200, 0);
}

static void
test_one_wild_shot_changes_nothing (void)
{
  SEEN (".XXXXX", 200, 200, 3900, 200, 20, 200);
  SEEN (".-----", 800, 800, 200, 800, 0, 800);
}

static void
test_whoever_sways_at_the_edge_of_the_band_stays (void)
{
  SEEN (".--XXXX-", 310, 310, 295, 295, 318, 318, 321, 321);
  SEEN (".XXXXX-", 100, 100, 85, 85, 80, 79, 79);
}

static void
test_old_shots_count_no_more (void)
{
  ThRange range;
  guint mm;

  th_range_init (&range, 100, 300);
  for (guint i = 0; i < 3; i++)
    th_range_add (&range, 200, G_USEC_PER_SEC);
  g_assert_true (th_range_look (&range, 2 * G_USEC_PER_SEC, &mm));
  g_assert_false (th_range_look (&range, 2 * G_USEC_PER_SEC + 1, &mm));
  g_assert_cmpuint (mm, ==, 0);
  g_assert_false (th_range_look (&range, G_USEC_PER_SEC - 1, &mm)); /* of the future */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hc-sr04/edges-that-are-no-echo-of-this-shot-say-nothing",
                   test_edges_that_are_no_echo_of_this_shot_say_nothing);
  g_test_add_func ("/hc-sr04/a-sound-that-does-not-come-back-is-nobody",
                   test_a_sound_that_does_not_come_back_is_nobody);
  g_test_add_func ("/hc-sr04/58-us-are-a-centimetre", test_58_us_are_a_centimetre);
  g_test_add_func ("/hc-sr04/what-is-not-known-is-nobody", test_what_is_not_known_is_nobody);
  g_test_add_func ("/hc-sr04/one-wild-shot-changes-nothing", test_one_wild_shot_changes_nothing);
  g_test_add_func ("/hc-sr04/whoever-sways-at-the-edge-of-the-band-stays",
                   test_whoever_sways_at_the_edge_of_the_band_stays);
  g_test_add_func ("/hc-sr04/old-shots-count-no-more", test_old_shots_count_no_more);
  return g_test_run ();
}
