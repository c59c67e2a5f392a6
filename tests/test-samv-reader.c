/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The driver against the bench: real libusb, emulated reader. */
#include "tests/reader-fixture.h"

#include "tests/card-frames.h"

static const ReaderSetting quick = { "whole", &quick_times };
static const ReaderSetting usual = { "whole", NULL };

static void
test_an_absent_reader_is_absent_and_found_when_plugged (Fixture *fix, gconstpointer times)
{
  wait_health (fix, 3000, TH_HEALTH_READY);
  bench_tell ("reader unplug");
  wait_health (fix, 3000, TH_HEALTH_ABSENT);
  bench_tell ("reader plug");
  wait_health (fix, 3000, TH_HEALTH_READY);
  g_assert_cmpstr (fix->told->str, ==, "");
}

static void
test_silence_noise_and_stall_are_told_and_end_by_themselves (Fixture *fix, gconstpointer times)
{
  static const struct
  {
    const char *fault;
    ThHealth health;
  } faults[] = { { "silent", TH_HEALTH_SILENT },
                 { "garble", TH_HEALTH_FAULT },
                 { "stall", TH_HEALTH_SILENT } };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      wait_health (fix, 3000, TH_HEALTH_READY);
      bench_tell ("reader %s", faults[i].fault);
      wait_health (fix, 3000, faults[i].health);
      bench_tell ("reader normal");
      wait_health (fix, 3000, TH_HEALTH_READY);
    }
}

static void
test_a_card_that_fails_is_tried_until_it_reads (Fixture *fix, gconstpointer times)
{
  wait_health (fix, 3000, TH_HEALTH_READY);
  bench_tell ("card status 41");
  put_card (fix, "card-A.hex");
  expect_told (fix, "fx");
  g_assert_cmpint (fix->retry, ==, TH_DEVICE_RETRY_CARD_UNREAD);
  bench_tell ("card status ok");
  expect_told (fix, "fxlfr");
  bench_tell ("card lift");
  expect_told (fix, "fxlfrl");
}

static void
test_a_card_that_fails_is_noticed_when_lifted (Fixture *fix, gconstpointer times)
{
  static const struct
  {
    const char *status;
    ThDeviceRetry retry;
  } cards[] = { { "41", TH_DEVICE_RETRY_CARD_UNREAD },
                { "31", TH_DEVICE_RETRY_CARD_REFUSED },
                { "33", TH_DEVICE_RETRY_CARD_REFUSED },
                { "40", TH_DEVICE_RETRY_CARD_WRONG },
                { "81", TH_DEVICE_RETRY_CARD_UNREAD } };

  wait_health (fix, 3000, TH_HEALTH_READY);
  for (guint i = 0; i < G_N_ELEMENTS (cards); i++)
    {
      g_string_truncate (fix->told, 0);
      bench_tell ("card status %s", cards[i].status);
      put_card (fix, "card-A.hex");
      expect_told (fix, "fx");
      g_assert_cmpint (fix->retry, ==, cards[i].retry);
      bench_tell ("card lift");
      expect_told (fix, "fxl");
    }
  g_assert_cmpint (th_card_reader_get_health (fix->driver), ==, TH_HEALTH_READY);
}

static void
test_data_that_comes_broken_is_read_again (Fixture *fix, gconstpointer times)
{
  g_autofree char *path = g_build_filename (g_getenv ("TH_BENCH_DIR"), "broken", NULL);
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-A.hex", &len);

  wait_health (fix, 3000, TH_HEALTH_READY);
  frame[100] ^= 1;
  g_assert_true (g_file_set_contents (path, (const char *)frame, len, NULL));
  bench_tell ("card put %s", path);
  expect_told (fix, "fx");
  g_assert_cmpint (fix->retry, ==, TH_DEVICE_RETRY_CARD_UNREAD);
  g_assert_cmpint (th_card_reader_get_health (fix->driver), ==, TH_HEALTH_READY);
  put_card (fix, "card-A.hex");
  expect_told (fix, "fxlfr");
}

static void
test_a_card_is_read_once_however_long_it_lies (Fixture *fix, gconstpointer times)
{
  wait_health (fix, 3000, TH_HEALTH_READY);
  put_card (fix, "card-A.hex");
  expect_told (fix, "fr");
  g_assert_cmpstr (fix->read->name, ==, "张测试");
  bench_tell ("card lift");
  expect_told (fix, "frl");
  put_card (fix, "card-B.hex");
  expect_told (fix, "frlfr");
  g_assert_cmpstr (fix->read->name, ==, "古丽娜尔·样本");
  bench_tell ("card lift");
  expect_told (fix, "frlfrl");
  put_card (fix, "card-B.hex");
  expect_told (fix, "frlfrlfr");
}

static void
test_a_card_changed_between_two_looks_is_another_card (Fixture *fix, gconstpointer times)
{
  wait_health (fix, 3000, TH_HEALTH_READY);
  put_card (fix, "card-A.hex");
  expect_told (fix, "fr");
  put_card (fix, "card-B.hex");
  expect_told (fix, "frlfr");
  g_assert_cmpstr (fix->read->name, ==, "古丽娜尔·样本");
}

static void
test_unplugged_while_reading_the_card_reads_after_all (Fixture *fix, gconstpointer times)
{
  wait_health (fix, 3000, TH_HEALTH_READY);
  bench_tell ("reader unplug-in-read");
  put_card (fix, "card-A.hex");
  wait_health (fix, 3000, TH_HEALTH_ABSENT);
  expect_told (fix, "fxl");
  bench_tell ("reader plug");
  wait_health (fix, 3000, TH_HEALTH_READY);
  expect_told (fix, "fxlfr");
}

static void
test_a_read_card_stays_the_same_card_over_an_outage (Fixture *fix, gconstpointer times)
{
  wait_health (fix, 3000, TH_HEALTH_READY);
  put_card (fix, "card-A.hex");
  expect_told (fix, "fr");
  bench_tell ("reader unplug");
  wait_health (fix, 3000, TH_HEALTH_ABSENT);
  bench_tell ("reader plug");
  wait_health (fix, 3000, TH_HEALTH_READY);
  expect_told (fix, "fr");
  bench_tell ("reader silent");
  wait_health (fix, 3000, TH_HEALTH_SILENT);
  bench_tell ("reader normal");
  wait_health (fix, 3000, TH_HEALTH_READY);
  expect_told (fix, "fr");

  bench_tell ("reader unplug");
  wait_health (fix, 3000, TH_HEALTH_ABSENT);
  bench_tell ("card lift");
  bench_tell ("reader plug");
  expect_told (fix, "frl");
}

static void
test_it_can_be_let_go_at_any_moment (Fixture *fix, gconstpointer times)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20260101);

  put_card (fix, "card-A.hex");
  for (guint i = 0; i < 60; i++)
    {
      gint64 until_us = g_get_monotonic_time () + g_rand_int_range (rand, 0, 80) * 1000;

      while (g_get_monotonic_time () < until_us)
        g_main_context_iteration (NULL, FALSE);
      drop_driver (fix);
      start_driver (fix);
    }
  wait_health (fix, 2000, TH_HEALTH_READY);
}

static void
let_go_cb (Fixture *fix)
{
  g_signal_handlers_disconnect_by_data (fix->driver, fix);
  g_clear_object (&fix->driver);
}

static void
test_it_can_be_let_go_from_its_own_signal (Fixture *fix, gconstpointer times)
{
  static const char *const names[] = { "card-found", "card-read", "card-lifted" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      wait_health (fix, 2000, TH_HEALTH_READY);
      g_signal_connect_swapped (fix->driver, names[i], G_CALLBACK (let_go_cb), fix);
      g_string_truncate (fix->told, 0);
      put_card (fix, "card-A.hex");
      if (g_str_equal (names[i], "card-lifted"))
        {
          wait_until (2000, g_str_has_suffix (fix->told->str, "r"));
          bench_tell ("card lift");
        }
      wait_until (2000, fix->driver == NULL);
      bench_make_sure ("card lift");
      start_driver (fix);
    }

  bench_tell ("reader unplug");
  g_signal_connect_swapped (fix->driver, "notify::health", G_CALLBACK (let_go_cb), fix);
  wait_until (2000, fix->driver == NULL);
}

static void
test_at_a_kiosks_own_times_all_is_told_within_two_seconds (Fixture *fix, gconstpointer times)
{
  wait_health (fix, 2000, TH_HEALTH_READY);
  bench_tell ("reader silent");
  wait_health (fix, 2000, TH_HEALTH_SILENT);
  bench_tell ("reader normal");
  wait_health (fix, 2000, TH_HEALTH_READY);
  bench_tell ("reader garble");
  wait_health (fix, 2000, TH_HEALTH_FAULT);
  bench_tell ("reader normal");
  wait_health (fix, 2000, TH_HEALTH_READY);
  bench_tell ("reader unplug");
  wait_health (fix, 2000, TH_HEALTH_ABSENT);
  bench_tell ("reader plug");
  wait_health (fix, 2000, TH_HEALTH_READY);
  put_card (fix, "card-A.hex");
  expect_told (fix, "fr");
  bench_tell ("card lift");
  expect_told (fix, "frl");
}

/* Whatever happens when: one end for each card found, and one lift, and afterwards all is well. */
static void
test_any_misfortune_at_any_moment_ends_well (Fixture *fix, gconstpointer times)
{
  static const char *const misfortunes[]
      = { "reader unplug", "reader plug",   "reader silent",  "reader garble",
          "reader stall",  "reader normal", "reader normal",  "reader unplug-in-read",
          "card lift",     "card lift",     "card status 41", "card status ok" };
  g_autoptr (GRegex) life = g_regex_new ("^(f[rx]l)*(f[rx]?)?$", 0, 0, NULL);
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 20; i++)
    {
      for (guint n = 0; n < 10; n++)
        {
          gint64 until_us = g_get_monotonic_time () + g_rand_int_range (rand, 0, 60) * 1000;

          if (g_rand_boolean (rand))
            put_card (fix, g_rand_boolean (rand) ? "card-A.hex" : "card-B.hex");
          else
            bench_make_sure (misfortunes[g_rand_int_range (rand, 0, G_N_ELEMENTS (misfortunes))]);
          wait_until (1000, g_get_monotonic_time () >= until_us);
        }
      bench_make_sure ("card lift");
      bench_tell ("card status ok");
      bench_tell ("reader normal");
      bench_make_sure ("reader plug");
      wait_health (fix, 3000, TH_HEALTH_READY);
      wait_until (5000, fix->told->len % 3 == 0);
      put_card (fix, "card-A.hex");
      wait_until (5000, fix->told->len % 3 == 2);
      if (!g_regex_match (life, fix->told->str, 0, NULL) || !g_str_has_suffix (fix->told->str, "r"))
        g_error ("round %u: %s", i, fix->told->str);
    }
}

static void
test_the_reader_describes_itself (Fixture *fix, gconstpointer times)
{
  g_autofree char *text = NULL;

  wait_health (fix, 3000, TH_HEALTH_READY);
  text = th_samv_reader_describe (TH_SAMV_READER (fix->driver));
  g_assert_cmpstr (text, ==, "USB 0400:c35a, SAM 05.01-20110511-0001234567-0987654321");
}

#define ADD(name, times, function)                                                                 \
  g_test_add ("/samv-reader/" name, Fixture, times, reader_set_up, function, reader_tear_down)

int
main (int argc, char **argv)
{
  int status;

  if (!on_bench (argc, argv, &status))
    return status;
  g_test_init (&argc, &argv, NULL);
  ADD ("an absent reader is absent, and found when plugged", &quick,
       test_an_absent_reader_is_absent_and_found_when_plugged);
  ADD ("silence, noise and stall are told and end by themselves", &quick,
       test_silence_noise_and_stall_are_told_and_end_by_themselves);
  ADD ("a card that fails is tried until it reads", &quick,
       test_a_card_that_fails_is_tried_until_it_reads);
  ADD ("a card that fails is noticed when lifted", &quick,
       test_a_card_that_fails_is_noticed_when_lifted);
  ADD ("data that comes broken is read again", &quick, test_data_that_comes_broken_is_read_again);
  ADD ("a card is read once, however long it lies", &quick,
       test_a_card_is_read_once_however_long_it_lies);
  ADD ("a card changed between two looks is another card", &quick,
       test_a_card_changed_between_two_looks_is_another_card);
  ADD ("unplugged while reading, the card reads after all", &quick,
       test_unplugged_while_reading_the_card_reads_after_all);
  ADD ("a read card stays the same card over an outage", &quick,
       test_a_read_card_stays_the_same_card_over_an_outage);
  ADD ("it can be let go at any moment", &quick, test_it_can_be_let_go_at_any_moment);
  ADD ("it can be let go from its own signal", &quick, test_it_can_be_let_go_from_its_own_signal);
  ADD ("any misfortune at any moment ends well", &quick,
       test_any_misfortune_at_any_moment_ends_well);
  ADD ("the reader describes itself", &quick, test_the_reader_describes_itself);
  ADD ("at a kiosk's own times all is told within two seconds", &usual,
       test_at_a_kiosks_own_times_all_is_told_within_two_seconds);
  return g_test_run ();
}
