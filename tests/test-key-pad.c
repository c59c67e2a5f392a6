/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/key-pad.h"

#include <string.h>

#define MS 1000
#define YES (1u << TH_KEY_YES)
#define NO (1u << TH_KEY_NO)
#define BACK (1u << TH_KEY_BACK)
#define HELP (1u << TH_KEY_HELP)

typedef struct
{
  gint64 at_ms;
  guint down;
} Level;

/* Every millisecond in between the pad is looked at as well. Returns: the keys that were pressed: "yes no" */
static char *
play (const Level *levels, guint n, gint64 end_ms)
{
  GString *pressed = g_string_new (NULL);
  ThKeyPad pad;
  guint down = 0, next = 0;

  th_key_pad_init (&pad, 0, 0);
  for (gint64 ms = 1; ms <= end_ms; ms++)
    {
      int key;

      while (next < n && levels[next].at_ms <= ms)
        down = levels[next++].down;
      key = th_key_pad_step (&pad, down, ms * MS);
      if (key >= 0)
        g_string_append_printf (pressed, "%s%s", pressed->len > 0 ? " " : "",
                                th_key_to_string ((ThPadKey) key));
    }
  return g_string_free (pressed, FALSE);
}

#define PRESSED(end_ms, expected, ...)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const Level levels_[] = { __VA_ARGS__ };                                                       \
    g_autofree char *pressed_ = play (levels_, G_N_ELEMENTS (levels_), end_ms);                    \
                                                                                                   \
    g_assert_cmpstr (pressed_, ==, expected);                                                      \
  }                                                                                                \
  G_STMT_END

static void
test_a_touch_too_short_to_be_a_finger_is_nothing (void)
{
  PRESSED (500, "", { 10, YES }, { 39, 0 });
  PRESSED (500, "", { 10, YES }, { 20, 0 }, { 30, YES }, { 40, 0 }, { 50, HELP }, { 70, 0 });
}

static void
test_two_at_once_are_nothing_until_all_are_up (void)
{
  PRESSED (900, "", { 10, YES }, { 25, YES | NO }, { 300, NO }, { 600, 0 });
  PRESSED (900, "", { 10, YES | NO | BACK | HELP }, { 300, HELP }, { 600, HELP | YES }, { 700, 0 });
  PRESSED (900, "no", { 10, YES | BACK }, { 300, 0 }, { 400, NO }, { 500, 0 });
}

static void
test_a_key_counts_once_however_it_bounces (void)
{
  PRESSED (900, "yes", { 10, YES }, { 12, 0 }, { 14, YES }, { 15, 0 }, { 19, YES }, { 300, 0 },
           { 302, YES }, { 305, 0 });
  PRESSED (900, "back", { 10, BACK }, { 500, 0 });
}

static void
test_a_key_that_is_held_does_not_repeat_and_spoils_no_later_one (void)
{
  PRESSED (20000, "help", { 10, HELP }, { 15000, 0 });
  PRESSED (900, "yes yes no", { 10, YES }, { 100, 0 }, { 200, YES }, { 300, 0 }, { 400, NO });
  /* The second finger came while the first was down: it meant nothing. */
  PRESSED (900, "yes no", { 10, YES }, { 100, YES | NO }, { 200, 0 }, { 300, NO });
}

static void
test_a_stuck_key_is_left_out_and_the_others_go_on (void)
{
  ThKeyPad pad;

  PRESSED (40000, "yes no back", { 10, YES }, { 35000, YES | NO }, { 35100, YES },
           { 36000, YES | BACK }, { 36100, YES });
  /* Up again it is a key like the others. */
  PRESSED (40000, "yes yes", { 10, YES }, { 35000, 0 }, { 36000, YES });

  /* Down at the start is stuck at once. */
  th_key_pad_init (&pad, NO, 0);
  g_assert_cmpuint (pad.stuck, ==, NO);
  g_assert_cmpint (th_key_pad_step (&pad, NO | YES, 100 * MS), ==, -1);
  g_assert_cmpint (th_key_pad_step (&pad, NO | YES, 140 * MS), ==, TH_KEY_YES);
  g_assert_cmpint (th_key_pad_step (&pad, 0, 200 * MS), ==, -1);
  g_assert_cmpint (th_key_pad_step (&pad, 0, 240 * MS), ==, -1);
  g_assert_cmpuint (pad.stuck, ==, 0);
}

static void
test_it_says_when_it_must_be_looked_at (void)
{
  ThKeyPad pad;

  th_key_pad_init (&pad, 0, 0);
  g_assert_cmpint (th_key_pad_next_us (&pad), ==, 0);
  th_key_pad_step (&pad, YES, 10 * MS);
  g_assert_cmpint (th_key_pad_next_us (&pad), ==, 10 * MS + TH_KEY_PAD_SETTLE_US);
  g_assert_cmpint (th_key_pad_step (&pad, YES, th_key_pad_next_us (&pad)), ==, TH_KEY_YES);
  g_assert_cmpint (th_key_pad_next_us (&pad), ==, 10 * MS + TH_KEY_PAD_STUCK_US);
  th_key_pad_step (&pad, YES, th_key_pad_next_us (&pad));
  g_assert_cmpuint (pad.stuck, ==, YES);
  g_assert_cmpint (th_key_pad_next_us (&pad), ==, 0);
}

/* Whatever the contacts do: no press without a time in which that key was down alone and steady, and
 * when all are up for long enough nothing is left over. */
static void
test_random_contacts_never_press_what_was_not_held (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);

  for (guint round = 0; round < 2000; round++)
    {
      gint64 alone_us[TH_N_KEYS] = { 0 }, now_us = 0;
      guint down = 0;
      ThKeyPad pad;

      th_key_pad_init (&pad, 0, 0);
      for (guint i = 0; i < 60; i++)
        {
          gint64 pass_us = g_rand_int_range (rand, 1, 60 * MS);
          guint before = down;
          int key;

          for (guint k = 0; k < TH_N_KEYS; k++)
            alone_us[k] = before == 1u << k ? alone_us[k] + pass_us : 0;
          now_us += pass_us;
          down = (guint) g_rand_int_range (rand, 0, 4) == 0
                     ? (guint) g_rand_int_range (rand, 0, 16)
                     : down ^ 1u << g_rand_int_range (rand, 0, TH_N_KEYS);
          key = th_key_pad_step (&pad, down, now_us);
          if (key >= 0)
            g_assert_cmpint (alone_us[key], >=, TH_KEY_PAD_SETTLE_US);
        }
      g_assert_cmpint (th_key_pad_step (&pad, 0, now_us += 1), <, TH_N_KEYS);
      th_key_pad_step (&pad, 0, now_us += TH_KEY_PAD_SETTLE_US);
      g_assert_cmpuint (pad.held, ==, 0);
      g_assert_cmpuint (pad.stuck, ==, 0);
      g_assert_false (pad.spoilt);
      g_assert_cmpint (th_key_pad_next_us (&pad), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-pad/a-touch-too-short-to-be-a-finger-is-nothing",
                   test_a_touch_too_short_to_be_a_finger_is_nothing);
  g_test_add_func ("/key-pad/two-at-once-are-nothing-until-all-are-up",
                   test_two_at_once_are_nothing_until_all_are_up);
  g_test_add_func ("/key-pad/a-key-counts-once-however-it-bounces",
                   test_a_key_counts_once_however_it_bounces);
  g_test_add_func ("/key-pad/a-key-that-is-held-does-not-repeat-and-spoils-no-later-one",
                   test_a_key_that_is_held_does_not_repeat_and_spoils_no_later_one);
  g_test_add_func ("/key-pad/a-stuck-key-is-left-out-and-the-others-go-on",
                   test_a_stuck_key_is_left_out_and_the_others_go_on);
  g_test_add_func ("/key-pad/it-says-when-it-must-be-looked-at",
                   test_it_says_when_it_must_be_looked_at);
  g_test_add_func ("/key-pad/random-contacts-never-press-what-was-not-held",
                   test_random_contacts_never_press_what_was_not_held);
  return g_test_run ();
}
