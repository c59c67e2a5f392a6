/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The driver against the bench: real libusb, emulated printer. */
#include "drivers/printer-usb.h"

#include "tests/printer-fixture.h"

/* A kiosk's times are in th_printer_profile_defaults(). */
#define QUICK                                                                                      \
  .width_dots = 576, .cutter = TRUE, .band_rows = 64, .poll_ms = 50, .status_timeout_ms = 60,      \
  .stall_ms = 50, .band_timeout_ms = 700

static const ThPrinterProfile quick = { QUICK, .answers = TRUE };
static const ThPrinterProfile never_answers = { QUICK, .answers = FALSE };
static const ThPrinterProfile automatic = { QUICK, .answers = TRUE, .automatic = TRUE };
static const ThPrinterProfile elsewhere = { QUICK, .answers = TRUE, .vendor_id = 0x04b8, .product_id = 0x0202 };
/* Would be 384 dots wide if the model did not say otherwise. */
static const ThPrinterProfile picked = {
  .width_dots = 384, .answers = FALSE, .band_rows = 24, .poll_ms = 50, .status_timeout_ms = 60, .stall_ms = 50,
  .band_timeout_ms = 700,
  .pick = TH_PRINTER_PICK_WIDTH | TH_PRINTER_PICK_CUTTER | TH_PRINTER_PICK_ASKS | TH_PRINTER_PICK_BAND,
};
/* No polls between what a test does: what the printer gets can be counted. */
static const ThPrinterProfile no_polls = {
  .width_dots = 576, .cutter = TRUE, .answers = TRUE, .band_rows = 64, .poll_ms = 600000,
  .status_timeout_ms = 60, .stall_ms = 50, .band_timeout_ms = 700,
};

static void
print_a_whole_slip (Fixture *fix)
{
  g_auto (Result) result = { 0 };

  print (fix, FALSE, &result);
  assert_outcome (&result, 3000, TH_SLIP_CONFIRMED);
  assert_last_slip_is_whole (fix);
}

/* ---- refusals ----------------------------------------------------------------------------------- */

static void
test_a_second_operation_is_busy (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) first = { 0 };
  g_auto (Result) second = { 0 };
  g_auto (Result) check = { 0 };

  wait_paper (fix, 1000, TH_PAPER_READY);
  print (fix, FALSE, &first);
  print (fix, FALSE, &second);
  th_printer_check_async (fix->printer, NULL, checked_cb, &check);
  assert_outcome (&second, 1000, TH_SLIP_FAILED);
  g_assert_error (second.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY);
  wait_until (1000, check.over);
  g_assert_error (check.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY);
  assert_outcome (&first, 3000, TH_SLIP_CONFIRMED);
  g_assert_cmpuint (bench_count ("slips"), ==, fix->slips + 1);
}

static void
test_a_picture_of_another_width_is_refused (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  th_raster_free (fix->raster);
  fix->raster = th_raster_new (384, 10);
  print (fix, FALSE, &result);
  assert_outcome (&result, 1000, TH_SLIP_FAILED);
  g_assert_nonnull (result.error);
}

static void
test_a_cancelled_print_has_an_outcome (Fixture *fix, gconstpointer profile)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Result) result = { 0 };

  wait_paper (fix, 1000, TH_PAPER_READY);
  g_cancellable_cancel (cancellable);
  th_printer_print_async (fix->printer, fix->raster, FALSE, cancellable, printed_cb, &result);
  assert_outcome (&result, 1000, TH_SLIP_FAILED);
  g_assert_error (result.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (bench_count ("slips"), ==, fix->slips);
}

/* ---- paper -------------------------------------------------------------------------------------- */

static void
test_paper_is_what_the_printer_says (Fixture *fix, gconstpointer profile)
{
  static const struct
  {
    const char *tell;
    ThPaper paper;
  } table[] = {
    { "paper low", TH_PAPER_LOW },        { "paper out", TH_PAPER_OUT },
    { "paper ok", TH_PAPER_READY },       { "cover open", TH_PAPER_COVER_OPEN },
    { "cover closed", TH_PAPER_READY },   { "printer silent", TH_PAPER_UNKNOWN },
    { "printer normal", TH_PAPER_READY }, { "printer garble", TH_PAPER_UNKNOWN },
    { "printer normal", TH_PAPER_READY }, { "printer stall", TH_PAPER_UNKNOWN },
    { "printer normal", TH_PAPER_READY }, { "printer jam", TH_PAPER_FAULT },
    { "printer normal", TH_PAPER_READY }, { "printer hot", TH_PAPER_HOT },
    { "printer normal", TH_PAPER_READY }, { "printer unplug", TH_PAPER_ABSENT },
    { "printer plug", TH_PAPER_READY },
  };

  g_assert_cmpint (th_printer_get_paper (fix->printer), ==, TH_PAPER_STARTING);
  wait_paper (fix, 1000, TH_PAPER_READY);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("%s", table[i].tell);
      bench_tell ("%s", table[i].tell);
      wait_paper (fix, 2000, table[i].paper);
      assert_paper_asked (fix, table[i].paper);
    }
}

static void
test_a_model_that_tells_by_itself_is_asked_its_own_way (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  bench_tell ("printer automatic");
  wait_paper (fix, 2000, TH_PAPER_READY);
  bench_tell ("paper low");
  assert_paper_asked (fix, TH_PAPER_LOW);
  bench_tell ("cover open");
  assert_paper_asked (fix, TH_PAPER_COVER_OPEN);
  bench_tell ("cover closed");
  bench_tell ("paper ok");
  assert_paper_asked (fix, TH_PAPER_READY);
  print (fix, FALSE, &result);
  assert_outcome (&result, 3000, TH_SLIP_CONFIRMED);
  assert_last_slip_is_whole (fix);
  bench_tell ("printer silent");
  assert_paper_asked (fix, TH_PAPER_UNKNOWN);
}

static void
test_a_printer_is_taken_for_what_it_says (Fixture *fix, gconstpointer profile)
{
  g_autofree char *what = NULL;

  wait_paper (fix, 2000, TH_PAPER_READY);
  what = th_printer_describe (fix->printer);
  g_assert_cmpstr (what, ==, "USB 04b8:0e03 Threshold Bench 80, taken for: Epson TM-T20, 80 mm; 576 dots at 203 dpi, "
                             "cutter, answers");
  g_assert_cmpuint (th_printer_get_head (fix->printer).width_dots, ==, 576);
}

static void
test_another_printer_than_the_one_wanted_is_left_alone (Fixture *fix, gconstpointer profile)
{
  wait_paper (fix, 2000, TH_PAPER_ABSENT);
}

static void
test_at_a_kiosks_times_every_trouble_shows_within_two_seconds (Fixture *fix, gconstpointer profile)
{
  static const struct
  {
    const char *tell;
    ThPaper paper;
  } table[] = {
    { "paper out", TH_PAPER_OUT },       { "paper ok", TH_PAPER_READY },
    { "printer silent", TH_PAPER_UNKNOWN }, { "printer normal", TH_PAPER_READY },
    { "printer unplug", TH_PAPER_ABSENT },  { "printer plug", TH_PAPER_READY },
  };
  ThPrinterProfile defaults;

  stop_printer (fix);
  th_printer_profile_defaults (&defaults);
  start_printer (fix, &defaults);
  wait_paper (fix, 2000, TH_PAPER_READY); /* the last owner may still be closing it: second try */
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("%s", table[i].tell);
      bench_tell ("%s", table[i].tell);
      wait_paper (fix, 2000, table[i].paper);
    }
}

static void
test_a_printer_that_is_not_there_fails_at_once (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  bench_tell ("printer unplug");
  wait_paper (fix, 1000, TH_PAPER_ABSENT);
  assert_paper_asked (fix, TH_PAPER_ABSENT);
  print (fix, FALSE, &result);
  assert_outcome (&result, 500, TH_SLIP_FAILED);
  g_assert_error (result.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
}

static void
test_without_paper_nothing_is_sent (Fixture *fix, gconstpointer profile)
{
  static const char *const tells[] = { "paper out", "cover open", "printer silent" };

  for (gsize i = 0; i < G_N_ELEMENTS (tells); i++)
    {
      g_auto (Result) result = { 0 };

      wait_paper (fix, 2000, TH_PAPER_READY);
      bench_tell ("%s", tells[i]);
      print (fix, FALSE, &result);
      assert_outcome (&result, 2000, TH_SLIP_FAILED);
      g_assert_nonnull (result.error);
      bench_tell ("paper ok");
      bench_tell ("cover closed");
      bench_tell ("printer normal");
    }
  g_assert_cmpuint (bench_count ("slips"), ==, fix->slips);
  wait_paper (fix, 2000, TH_PAPER_READY);
  print_a_whole_slip (fix);
}

/* ---- printing ----------------------------------------------------------------------------------- */

static void
test_a_slip_is_confirmed_and_is_the_picture (Fixture *fix, gconstpointer profile)
{
  wait_paper (fix, 1000, TH_PAPER_READY);
  print_a_whole_slip (fix);
  bench_tell ("paper low");
  print_a_whole_slip (fix);
  g_assert_cmpuint (bench_count ("slips"), ==, fix->slips + 2);
}

static void
test_a_slip_asked_for_before_the_printer_is_open_is_printed (Fixture *fix, gconstpointer profile)
{
  g_assert_cmpint (th_printer_get_paper (fix->printer), ==, TH_PAPER_STARTING);
  print_a_whole_slip (fix);
}

static void
test_a_printer_that_never_answers_only_ever_sends (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  bench_tell ("printer mute");
  g_assert_false (th_printer_get_answers (fix->printer));
  wait_paper (fix, 1000, TH_PAPER_READY);
  assert_paper_asked (fix, TH_PAPER_READY);
  print (fix, FALSE, &result);
  assert_outcome (&result, 3000, TH_SLIP_SENT);
  assert_last_slip_is_whole (fix);
}

static void
test_paper_that_runs_out_in_the_middle_leaves_the_slip_uncertain (Fixture *fix,
                                                                  gconstpointer profile)
{
  static const guint after[] = { 1, 100, 3000, 9000, 20000 };

  for (gsize i = 0; i < G_N_ELEMENTS (after); i++)
    {
      g_auto (Result) result = { 0 };

      wait_paper (fix, 2000, TH_PAPER_READY);
      bench_tell ("paper out-after %u", LOOK_LEN + BEGIN_LEN + after[i]);
      print (fix, FALSE, &result);
      wait_until (2000, th_printer_get_paper (fix->printer) == TH_PAPER_OUT);
      assert_outcome (&result, 2000, TH_SLIP_UNCERTAIN);
      g_assert_error (result.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PAPER);
      bench_tell ("paper ok");
      /* A poll comes only with the clock: ask. */
      assert_paper_asked (fix, TH_PAPER_READY);
      print_a_whole_slip (fix);
    }
}

static void
test_a_cover_opened_in_the_middle_leaves_the_slip_uncertain (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };
  guint64 bytes = bench_count ("printer bytes");

  wait_paper (fix, 1000, TH_PAPER_READY);
  bench_tell ("printer hold 6000");
  print (fix, FALSE, &result);
  wait_until (1000, bench_count ("printer bytes") >= bytes + 6000);
  bench_tell ("cover open");
  bench_tell ("printer release");
  wait_until (2000, th_printer_get_paper (fix->printer) == TH_PAPER_OFFLINE ||
                        th_printer_get_paper (fix->printer) == TH_PAPER_COVER_OPEN);
  assert_outcome (&result, 2000, TH_SLIP_UNCERTAIN);
  bench_tell ("cover closed");
  wait_paper (fix, 2000, TH_PAPER_READY);
  print_a_whole_slip (fix);
}

static void
test_unplugged_at_any_byte_the_outcome_is_true (Fixture *fix, gconstpointer profile)
{
  const guint before = LOOK_LEN + BEGIN_LEN;
  g_autoptr (GBytes) job = th_escpos_job (fix->raster, 64, TRUE);
  const guint slip_len = g_bytes_get_size (job) - BEGIN_LEN;
  const guint after[] = {
    0, 1, 3, 6, 8, 9, LOOK_LEN + 1, before, before + 1, before + 2, before + 5, before + 9,
    before + 64, before + 4616, before + 4617, before + 10000, before + slip_len - 1,
    before + slip_len,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (after); i++)
    {
      g_auto (Result) result = { 0 };
      ThSlipOutcome outcome = after[i] > before ? TH_SLIP_UNCERTAIN : TH_SLIP_FAILED;

      g_test_message ("unplugged after %u bytes", after[i]);
      assert_paper_asked (fix, TH_PAPER_READY);
      bench_tell ("printer unplug-after %u", after[i]);
      print (fix, FALSE, &result);
      assert_outcome (&result, 2000, outcome);
      wait_paper (fix, 1000, TH_PAPER_ABSENT);
      bench_tell ("printer plug");
      wait_paper (fix, 1000, TH_PAPER_READY);
      print_a_whole_slip (fix);
    }
}

static void
test_a_stall_without_a_reason_is_given_up_in_time (Fixture *fix, gconstpointer profile)
{
  static const guint after[] = { LOOK_LEN + BEGIN_LEN, LOOK_LEN + BEGIN_LEN + 5000 };

  for (gsize i = 0; i < G_N_ELEMENTS (after); i++)
    {
      g_auto (Result) result = { 0 };

      assert_paper_asked (fix, TH_PAPER_READY);
      bench_tell ("printer hold %u", after[i]);
      print (fix, FALSE, &result);
      wait_paper (fix, 600, TH_PAPER_UNKNOWN); /* said before it is given up */
      g_assert_false (result.over);
      assert_outcome (&result, 2000, i == 0 ? TH_SLIP_FAILED : TH_SLIP_UNCERTAIN);
      g_assert_error (result.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT);
      bench_tell ("printer release");
      assert_paper_asked (fix, TH_PAPER_READY);
      print_a_whole_slip (fix);
    }
}

static void
test_a_stall_that_ends_is_no_fault (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  wait_paper (fix, 1000, TH_PAPER_READY);
  bench_tell ("printer hold 7000");
  print (fix, FALSE, &result);
  wait_paper (fix, 600, TH_PAPER_UNKNOWN);
  bench_tell ("printer release");
  assert_outcome (&result, 2000, TH_SLIP_CONFIRMED);
  g_assert_cmpint (th_printer_get_paper (fix->printer), ==, TH_PAPER_READY);
  assert_last_slip_is_whole (fix);
}

static void
test_silence_after_the_cut_leaves_the_slip_uncertain (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };
  guint64 bytes;

  wait_paper (fix, 1000, TH_PAPER_READY);
  bytes = bench_count ("printer bytes");
  bench_tell ("printer hold 6000");
  print (fix, FALSE, &result);
  wait_until (1000, bench_count ("printer bytes") >= bytes + 6000);
  bench_tell ("printer silent");
  bench_tell ("printer release");
  assert_outcome (&result, 3000, TH_SLIP_UNCERTAIN);
  g_assert_error (result.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT);
  g_assert_cmpint (th_printer_get_paper (fix->printer), ==, TH_PAPER_UNKNOWN);
}

static void
test_an_answer_that_comes_late_still_confirms (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  wait_paper (fix, 1000, TH_PAPER_READY);
  bench_tell ("printer hold 6000");
  print (fix, FALSE, &result);
  wait_paper (fix, 1000, TH_PAPER_UNKNOWN);
  bench_tell ("printer silent");
  bench_tell ("printer release");
  wait_until (2000, bench_count ("slips") == fix->slips + 1);
  bench_tell ("printer normal");
  assert_outcome (&result, 2000, TH_SLIP_CONFIRMED);
}

/* As after SIGKILL: another driver object, which knows nothing, finds the printer inside a picture. */
static void
test_after_a_restart_the_printer_is_flushed (Fixture *fix, gconstpointer profile)
{
  static const guint after[] = { 4, 9, 300, 4616, 6000 };

  for (gsize i = 0; i < G_N_ELEMENTS (after); i++)
    {
      g_auto (Result) broken = { 0 };
      g_auto (Result) result = { 0 };

      start_again (fix, &no_polls);
      bench_tell ("printer unplug-after %u", LOOK_LEN + BEGIN_LEN + after[i]);
      print (fix, FALSE, &broken);
      assert_outcome (&broken, 2000, TH_SLIP_UNCERTAIN);
      stop_printer (fix);
      bench_tell ("printer plug");
      start_printer (fix, &quick);
      wait_paper (fix, 1000, TH_PAPER_READY);
      print (fix, TRUE, &result);
      assert_outcome (&result, 3000, TH_SLIP_CONFIRMED);
      assert_last_slip_is_whole (fix);
    }
}

static void
test_a_printer_let_go_in_the_middle_finishes_first (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  wait_paper (fix, 1000, TH_PAPER_READY);
  print (fix, FALSE, &result);
  g_object_add_weak_pointer (G_OBJECT (fix->printer), (gpointer *) &fix->printer);
  g_object_unref (fix->printer);
  assert_outcome (&result, 3000, TH_SLIP_CONFIRMED);
  wait_until (1000, fix->printer == NULL);
}

typedef struct
{
  Fixture *fix;
  Result result;
  gboolean started;
} PrintWhenReady;

static void
print_when_ready_cb (PrintWhenReady *when)
{
  if (when->started || th_printer_get_paper (when->fix->printer) != TH_PAPER_READY)
    return;
  when->started = TRUE;
  print (when->fix, FALSE, &when->result);
}

static void
test_a_slip_may_be_started_by_the_news_that_there_is_paper (Fixture *fix, gconstpointer profile)
{
  PrintWhenReady when = { .fix = fix };

  g_signal_connect_swapped (fix->printer, "notify::paper", G_CALLBACK (print_when_ready_cb), &when);
  wait_until (3000, when.result.over);
  g_assert_no_error (when.result.error);
  g_assert_cmpint (when.result.outcome, ==,
                   th_printer_get_answers (fix->printer) ? TH_SLIP_CONFIRMED : TH_SLIP_SENT);
  g_assert_cmpuint (bench_count ("slips"), ==, fix->slips + 1);
  assert_last_slip_is_whole (fix);
  g_signal_handlers_disconnect_by_data (fix->printer, &when);
}

#define ADD(name, profile, function)                                                               \
  g_test_add ("/printer-usb/" name, Fixture, profile, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  int status;

  if (!on_bench (argc, argv, &status))
    return status;
  g_test_init (&argc, &argv, NULL);
  ADD ("a second operation is busy", &quick, test_a_second_operation_is_busy);
  ADD ("a picture of another width is refused", &quick,
       test_a_picture_of_another_width_is_refused);
  ADD ("a cancelled print has an outcome", &quick, test_a_cancelled_print_has_an_outcome);
  ADD ("paper is what the printer says", &quick, test_paper_is_what_the_printer_says);
  ADD ("a model that tells by itself is asked its own way", &automatic,
       test_a_model_that_tells_by_itself_is_asked_its_own_way);
  ADD ("a printer is taken for what it says", &picked, test_a_printer_is_taken_for_what_it_says);
  ADD ("another printer than the one wanted is left alone", &elsewhere,
       test_another_printer_than_the_one_wanted_is_left_alone);
  ADD ("at a kiosk's times every trouble shows within two seconds", &quick,
       test_at_a_kiosks_times_every_trouble_shows_within_two_seconds);
  ADD ("a printer that is not there fails at once", &quick,
       test_a_printer_that_is_not_there_fails_at_once);
  ADD ("without paper nothing is sent", &quick, test_without_paper_nothing_is_sent);
  ADD ("a slip is confirmed and is the picture", &quick,
       test_a_slip_is_confirmed_and_is_the_picture);
  ADD ("a slip asked for before the printer is open is printed", &quick,
       test_a_slip_asked_for_before_the_printer_is_open_is_printed);
  ADD ("a printer that never answers only ever sends", &never_answers,
       test_a_printer_that_never_answers_only_ever_sends);
  ADD ("paper that runs out in the middle leaves the slip uncertain", &no_polls,
       test_paper_that_runs_out_in_the_middle_leaves_the_slip_uncertain);
  ADD ("a cover opened in the middle leaves the slip uncertain", &quick,
       test_a_cover_opened_in_the_middle_leaves_the_slip_uncertain);
  ADD ("unplugged at any byte the outcome is true", &no_polls,
       test_unplugged_at_any_byte_the_outcome_is_true);
  ADD ("a stall without a reason is given up in time", &no_polls,
       test_a_stall_without_a_reason_is_given_up_in_time);
  ADD ("a stall that ends is no fault", &quick, test_a_stall_that_ends_is_no_fault);
  ADD ("silence after the cut leaves the slip uncertain", &quick,
       test_silence_after_the_cut_leaves_the_slip_uncertain);
  ADD ("an answer that comes late still confirms", &quick,
       test_an_answer_that_comes_late_still_confirms);
  ADD ("after a restart the printer is flushed", &no_polls,
       test_after_a_restart_the_printer_is_flushed);
  ADD ("a printer let go in the middle finishes first", &quick,
       test_a_printer_let_go_in_the_middle_finishes_first);
  ADD ("a slip may be started by the news that there is paper", &quick,
       test_a_slip_may_be_started_by_the_news_that_there_is_paper);
  ADD ("a slip may be started by the news that there is a mute printer", &never_answers,
       test_a_slip_may_be_started_by_the_news_that_there_is_paper);
  return g_test_run ();
}
