/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a slip's outcome says is what became of the paper: with every fault at every command and band, and over
 * thousands of slips with faults by chance. A slip carries its number as black blocks, so that what came out of the
 * printer can be read: at most one original of each, one where it was confirmed, none where it had failed.
 *
 *     test-printer-faults SLIPS [real]      slips with faults by chance; "real": a kiosk's own times
 */
#include "tests/printer-fixture.h"

#include <stdlib.h>

static const ThPrinterProfile quick = {
  .width_dots = 576, .dpi = 203, .cutter = TRUE, .answers = TRUE, .band_rows = 24, .poll_ms = 600000,
  .status_timeout_ms = 60, .stall_ms = 40, .band_timeout_ms = 250,
};
static ThPrinterProfile kiosks;
static guint n_slips = 40;
static gboolean real_times;

#define BLOCK 32     /* dots: a bit */
#define N_BLOCKS 18  /* black, 15 bits of the number, copy, black */
#define STRIP_ROWS 8 /* the number, above everything else */
#define ROWS 72      /* three bands */

static ThRaster *
numbered_raster (guint number, gboolean copy)
{
  ThRaster *raster = th_raster_new (576, ROWS);

  for (guint block = 0; block < N_BLOCKS; block++)
    {
      gboolean black = block == 0 || block == N_BLOCKS - 1 ||
                       (block == N_BLOCKS - 2 ? copy : (number >> (block - 1) & 1) != 0);

      for (guint y = 0; y < STRIP_ROWS && black; y++)
        memset (raster->rows + y * raster->stride + block * BLOCK / 8, 0xff, BLOCK / 8);
    }
  for (guint y = STRIP_ROWS; y < ROWS; y++) /* a wedge: a row that is missing shows */
    {
      memset (raster->rows + y * raster->stride, 0xff, y / 2 + 1);
      raster->rows[(y + 1) * raster->stride - 1] = 1; /* all bands are as wide as the head */
    }
  return raster;
}

typedef struct
{
  guint originals, whole; /* of them, came out whole */
  guint copies;
} Seen;

/* What came out of the printer as slip number @nth of the bench. */
static void
read_slip (guint64 nth, Seen *seen, guint n)
{
  g_autofree char *path = g_build_filename (g_getenv ("TH_BENCH_DIR"), "fault.png", NULL);
  cairo_surface_t *surface;
  int left, width, height, top = -1;
  guint number = 0, rows = 0;
  gboolean copy;

  bench_tell ("slip %" G_GUINT64_FORMAT " %s", nth, path);
  surface = cairo_image_surface_create_from_png (path);
  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  width = cairo_image_surface_get_width (surface);
  height = cairo_image_surface_get_height (surface);
  left = (width - 576) / 2; /* the margins of the paper are equal */
  for (int y = 0; y < height && top < 0; y++)
    if (dot_is_black (surface, left + BLOCK / 2, y) &&
        dot_is_black (surface, left + (N_BLOCKS - 1) * BLOCK + BLOCK / 2, y))
      top = y;
  if (top < 0) /* the rest of a slip, after the cable was pulled: no number, so nobody's original */
    {
      cairo_surface_destroy (surface);
      return;
    }
  for (guint bit = 0; bit < 15; bit++)
    number |= dot_is_black (surface, left + (bit + 1) * BLOCK + BLOCK / 2, top) << bit;
  copy = dot_is_black (surface, left + (N_BLOCKS - 2) * BLOCK + BLOCK / 2, top);
  for (guint y = STRIP_ROWS; y < ROWS && top + (int) y < height; y++)
    {
      int edge = (y / 2 + 1) * 8;

      if (!dot_is_black (surface, left + edge - 1, top + y) ||
          (edge < 576 && dot_is_black (surface, left + edge, top + y)))
        break;
      rows++;
    }
  cairo_surface_destroy (surface);
  g_assert_cmpuint (number, <, n);
  if (copy)
    seen[number].copies++;
  else
    {
      seen[number].originals++;
      seen[number].whole += rows == ROWS - STRIP_ROWS;
    }
}

/* ---- faults ------------------------------------------------------------------------------------- */

typedef enum
{
  FAULT_NONE,
  FAULT_UNPLUG,
  FAULT_POWER_OFF,
  FAULT_PAPER_OUT,
  FAULT_COVER_OPEN,
  FAULT_STALL,
  FAULT_GARBAGE,
  FAULT_SILENCE,
  FAULT_PARTIAL_WRITE,
  FAULT_JAM,
  N_FAULTS,
} Fault;

static const char *const fault_names[N_FAULTS] = {
  "none", "unplug", "power off", "paper out", "cover open", "stall", "garbage", "silence", "partial write", "jam",
};

typedef struct
{
  Fault fault;
  guint64 at; /* the printer's own count of bytes */
  gboolean due;
} Trap;

/* Sets it for @after bytes from now. */
static void
set_trap (Trap *trap, Fault fault, guint after)
{
  trap->fault = fault;
  trap->at = bench_count ("printer bytes") + after;
  trap->due = FALSE;
  switch (fault)
    {
    case FAULT_UNPLUG:
      bench_tell ("printer unplug-after %u", after);
      break;
    case FAULT_POWER_OFF:
      bench_tell ("printer off-after %u", after);
      break;
    case FAULT_PAPER_OUT:
      bench_tell ("paper out-after %u", after);
      break;
    case FAULT_COVER_OPEN:
    case FAULT_STALL:
    case FAULT_GARBAGE:
    case FAULT_SILENCE:
    case FAULT_PARTIAL_WRITE:
    case FAULT_JAM:
      bench_tell ("printer hold %u", after);
      trap->due = TRUE;
      break;
    case FAULT_NONE:
    case N_FAULTS:
      break;
    }
}

/* What a person does, or the machine, when it stands still at the trap. */
static void
spring (Trap *trap)
{
  static const char *const tells[N_FAULTS] = {
    [FAULT_COVER_OPEN] = "cover open", [FAULT_GARBAGE] = "printer garble",
    [FAULT_SILENCE] = "printer silent", [FAULT_JAM] = "printer jam",
  };

  if (!trap->due || trap->fault == FAULT_STALL || bench_count ("printer bytes") < trap->at)
    return;
  trap->due = FALSE;
  if (tells[trap->fault] != NULL)
    bench_tell ("%s", tells[trap->fault]);
  bench_tell ("printer release");
}

static void
mend (Fixture *fix)
{
  bench_tell ("printer normal");
  bench_tell ("paper ok");
  bench_tell ("cover closed");
  make_plugged ();
  bench_tell ("printer unplug-after 1000000000");
  bench_tell ("printer hold 1000000000");
  bench_tell ("printer release");
  for (guint tries = 0; tries < 200; tries++)
    {
      g_auto (Result) result = { 0 };

      th_printer_check_async (fix->printer, NULL, checked_cb, &result);
      wait_until (5000, result.over);
      if (result.paper == TH_PAPER_READY)
        return;
    }
  g_error ("the printer does not come back");
}

static ThSlipOutcome
print_slip (Fixture *fix, guint number, gboolean copy, Trap *trap)
{
  g_autoptr (ThRaster) raster = numbered_raster (number, copy);
  g_auto (Result) result = { 0 };
  gint64 until_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  guint tick_id = g_timeout_add (4, wait_tick, NULL);

  th_printer_print_async (fix->printer, raster, FALSE, NULL, printed_cb, &result);
  while (!result.over && g_get_monotonic_time () < until_us)
    {
      g_main_context_iteration (NULL, TRUE);
      if (!result.over && trap != NULL)
        spring (trap);
    }
  g_source_remove (tick_id);
  g_assert_true (result.over);
  return result.outcome;
}

/* As the check-in does it: the original again only when nothing of it reached the printer, else copies. Returns the
 * original's last outcome. */
static ThSlipOutcome
serve (Fixture *fix, guint number, Trap *trap)
{
  ThSlipOutcome outcome = print_slip (fix, number, FALSE, trap);

  while (outcome == TH_SLIP_FAILED)
    {
      mend (fix);
      outcome = print_slip (fix, number, FALSE, NULL);
    }
  /* On a busy machine the good printer may be late, too. */
  if (outcome == TH_SLIP_UNCERTAIN)
    do
      mend (fix);
    while (print_slip (fix, number, TRUE, NULL) != TH_SLIP_CONFIRMED);
  return outcome;
}

static void
assert_paper_agrees (Seen *seen, const ThSlipOutcome *outcomes, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (seen[i].originals, <=, 1);
      if (outcomes[i] == TH_SLIP_CONFIRMED)
        g_assert_cmpuint (seen[i].whole, ==, 1);
      if (outcomes[i] == TH_SLIP_UNCERTAIN)
        g_assert_cmpuint (seen[i].copies, >=, 1);
      else
        g_assert_cmpuint (seen[i].copies, ==, 0);
    }
}

/* ---- every fault at every command --------------------------------------------------------------- */

static void
test_every_fault_at_every_command_and_band (Fixture *fix, gconstpointer profile)
{
  const guint band = 8 + 24 * 72;
  const guint starts[] = { 0, 3, 6, 9, 11, 11 + band, 11 + 2 * band, 11 + 3 * band, 15 + 3 * band };
  g_autofree ThSlipOutcome *outcomes = NULL;
  g_autofree Seen *seen = NULL;
  guint64 first = bench_count ("slips");
  guint n = 0, all = (G_N_ELEMENTS (starts) - 1) * 4 * (N_FAULTS - 1);

  outcomes = g_new0 (ThSlipOutcome, all);
  seen = g_new0 (Seen, all);
  mend (fix);
  for (guint s = 0; s + 1 < G_N_ELEMENTS (starts); s++)
    for (guint place = 0; place < 4; place++)
      for (guint fault = FAULT_UNPLUG; fault < N_FAULTS; fault++)
        {
          guint len = starts[s + 1] - starts[s];
          guint after = starts[s] + (place == 0 ? 0 : place == 1 ? 1 : place == 2 ? len / 2 : len - 1);
          Trap trap;

          /* The short suite tries some, others each time; the long one all. */
          if (!g_test_slow () && g_test_rand_int_range (0, 10) != 0)
            continue;
          g_test_message ("slip %u: %s after %u bytes", n, fault_names[fault], after);
          set_trap (&trap, fault, after);
          outcomes[n] = serve (fix, n, &trap);
          mend (fix);
          n++;
        }
  for (guint64 nth = first + 1; nth <= bench_count ("slips"); nth++)
    read_slip (nth, seen, n);
  assert_paper_agrees (seen, outcomes, n);
}

/* ---- faults by chance --------------------------------------------------------------------------- */

static void
test_slips_with_faults_by_chance (Fixture *fix, gconstpointer profile)
{
  g_autofree ThSlipOutcome *outcomes = g_new0 (ThSlipOutcome, n_slips);
  g_autofree Seen *seen = g_new0 (Seen, n_slips);
  guint64 next = bench_count ("slips") + 1;
  guint sums[4] = { 0 }, whole = 0, originals = 0;

  mend (fix);
  for (guint i = 0; i < n_slips; i++)
    {
      Fault fault = g_test_rand_int_range (0, 3) == 0 ? g_test_rand_int_range (1, N_FAULTS) : FAULT_NONE;
      Trap trap;

      if (fault != FAULT_NONE)
        {
          guint after = g_test_rand_int_range (0, 9 + 2 + 3 * (8 + 24 * 72) + 4);

          g_test_message ("slip %u: %s after %u bytes", i, fault_names[fault], after);
          set_trap (&trap, fault, after);
        }
      outcomes[i] = serve (fix, i, fault != FAULT_NONE ? &trap : NULL);
      if (fault != FAULT_NONE)
        mend (fix);
      sums[outcomes[i]]++;
      for (guint64 slips = bench_count ("slips"); next <= slips; next++)
        read_slip (next, seen, n_slips);
    }
  assert_paper_agrees (seen, outcomes, n_slips);
  for (guint i = 0; i < n_slips; i++)
    {
      originals += seen[i].originals;
      whole += seen[i].whole;
    }
  g_assert_cmpuint (sums[TH_SLIP_CONFIRMED] + sums[TH_SLIP_UNCERTAIN], ==, n_slips);
  g_assert_cmpuint (whole, >=, sums[TH_SLIP_CONFIRMED]);
  g_assert_cmpuint (originals, <=, n_slips);
  g_test_message ("%u slips: %u confirmed, %u uncertain; %u originals on paper, %u of them whole", n_slips,
                  sums[TH_SLIP_CONFIRMED], sums[TH_SLIP_UNCERTAIN], originals, whole);
}

int
main (int argc, char **argv)
{
  const ThPrinterProfile *profile = &quick;
  int status;

  if (!on_bench (argc, argv, &status))
    return status;
  g_test_init (&argc, &argv, NULL);
  if (argc > 1)
    n_slips = CLAMP (atoi (argv[1]), 1, 32767);
  real_times = argc > 2 && strcmp (argv[2], "real") == 0;
  if (real_times)
    {
      th_printer_profile_defaults (&kiosks);
      kiosks.band_rows = 24;
      kiosks.poll_ms = 600000; /* what the printer gets is counted */
      profile = &kiosks;
    }
  else
    g_test_add ("/printer-faults/every fault at every command and band", Fixture, profile, set_up,
                test_every_fault_at_every_command_and_band, tear_down);
  g_test_add ("/printer-faults/slips with faults by chance", Fixture, profile, set_up,
              test_slips_with_faults_by_chance, tear_down);
  return g_test_run ();
}
