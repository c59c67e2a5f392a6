/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /dev/usb/lp0 on the bench: what LPGETSTATUS says, and what comes of it. */
#include "tests/printer-fixture.h"

#include "drivers/printer-lp.h"

static const ThPrinterProfile quick = {
  .width_dots = 576, .dpi = 203, .cutter = TRUE, .answers = TRUE, .band_rows = 64, .poll_ms = 40,
  .status_timeout_ms = 60, .stall_ms = 100, .band_timeout_ms = 10000,
};
static const ThPrinterProfile disbelieved = {
  .width_dots = 576, .dpi = 203, .cutter = TRUE, .answers = FALSE, .band_rows = 64, .poll_ms = 40,
  .status_timeout_ms = 60, .stall_ms = 100, .band_timeout_ms = 10000,
};

static void
set_up_lp (Fixture *fix, gconstpointer profile)
{
  bench_make_sure ("lp unplug");
  bench_tell ("lp status 18");
  bench_tell ("lp plug");
  fix->slips = bench_count ("lp slips");
  fix->raster = th_raster_new (576, 1600); /* more than the pseudo-terminal holds */
  memset (fix->raster->rows, 0x55, fix->raster->stride * fix->raster->height_dots);
  fix->printer = th_printer_lp_new ("/dev/usb/lp0", profile);
  th_printer_start (fix->printer);
}

static void
tear_down_lp (Fixture *fix, gconstpointer profile)
{
  stop_printer (fix);
  th_raster_free (fix->raster);
}

static void
test_the_ports_word_on_paper_is_believed (Fixture *fix, gconstpointer profile)
{
  static const struct
  {
    const char *status;
    ThPaper paper;
  } table[] = {
    { "38", TH_PAPER_OUT }, { "18", TH_PAPER_READY }, { "10", TH_PAPER_OFFLINE }, { "ff", TH_PAPER_UNKNOWN },
    { "none", TH_PAPER_READY },
  };

  wait_paper (fix, 5000, TH_PAPER_READY);
  g_assert_false (th_printer_get_answers (fix->printer));
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("status %s", table[i].status);
      bench_tell ("lp status %s", table[i].status);
      wait_paper (fix, 5000, table[i].paper);
    }
  bench_tell ("lp unplug");
  wait_paper (fix, 5000, TH_PAPER_ABSENT);
  bench_tell ("lp status 18");
  bench_tell ("lp plug");
  wait_paper (fix, 5000, TH_PAPER_READY);
}

static void
test_a_port_that_lies_may_be_disbelieved (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  bench_tell ("lp status 38");
  wait_paper (fix, 5000, TH_PAPER_READY);
  print (fix, FALSE, &result);
  assert_outcome (&result, 5000, TH_SLIP_SENT);
  wait_until (5000, bench_count ("lp slips") == fix->slips + 1);
}

static void
test_without_paper_nothing_is_sent (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  wait_paper (fix, 5000, TH_PAPER_READY);
  bench_tell ("lp status 38");
  print (fix, FALSE, &result);
  assert_outcome (&result, 5000, TH_SLIP_FAILED);
  g_assert_error (result.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PAPER);
  g_assert_cmpuint (bench_count ("lp slips"), ==, fix->slips);
}

static void
test_a_slip_is_sent_and_comes_out (Fixture *fix, gconstpointer profile)
{
  for (guint i = 1; i <= 3; i++)
    {
      g_auto (Result) result = { 0 };

      print (fix, FALSE, &result);
      assert_outcome (&result, 5000, TH_SLIP_SENT);
      wait_until (5000, bench_count ("lp slips") == fix->slips + i);
    }
}

static void
test_paper_that_runs_out_in_the_middle_is_uncertain (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  wait_paper (fix, 5000, TH_PAPER_READY);
  bench_tell ("lp hold");
  print (fix, FALSE, &result);
  wait_paper (fix, 5000, TH_PAPER_UNKNOWN); /* it takes no more */
  bench_tell ("lp status 38");
  bench_tell ("lp release");
  assert_outcome (&result, 5000, TH_SLIP_UNCERTAIN);
  g_assert_error (result.error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PAPER);
  wait_paper (fix, 5000, TH_PAPER_OUT);
}

static void
test_a_cable_pulled_in_the_middle_is_uncertain (Fixture *fix, gconstpointer profile)
{
  g_auto (Result) result = { 0 };

  wait_paper (fix, 5000, TH_PAPER_READY);
  bench_tell ("lp hold");
  print (fix, FALSE, &result);
  wait_paper (fix, 5000, TH_PAPER_UNKNOWN);
  bench_tell ("lp unplug");
  assert_outcome (&result, 5000, TH_SLIP_UNCERTAIN);
  bench_tell ("lp plug");
  wait_paper (fix, 5000, TH_PAPER_READY);
}

#define ADD(name, profile, func)                                                                   \
  g_test_add ("/printer-lp/" name, Fixture, profile, set_up_lp, func, tear_down_lp)

int
main (int argc, char **argv)
{
  int status;

  if (!on_bench (argc, argv, &status))
    return status;
  g_test_init (&argc, &argv, NULL);
  ADD ("without paper nothing is sent", &quick, test_without_paper_nothing_is_sent);
  ADD ("the port's word on paper is believed", &quick, test_the_ports_word_on_paper_is_believed);
  ADD ("a port that lies may be disbelieved", &disbelieved, test_a_port_that_lies_may_be_disbelieved);
  ADD ("paper that runs out in the middle is uncertain", &quick,
       test_paper_that_runs_out_in_the_middle_is_uncertain);
  ADD ("a cable pulled in the middle is uncertain", &quick, test_a_cable_pulled_in_the_middle_is_uncertain);
  ADD ("a slip is sent and comes out", &quick, test_a_slip_is_sent_and_comes_out);
  return g_test_run ();
}
