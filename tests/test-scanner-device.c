/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scanner-device.h"

#include <string.h>

#include "tests/on-bench.h"

#define LIMIT_MS 10000

typedef struct
{
  ThScannerDevice *device;
  GPtrArray *codes;
} Fixture;

static const ThScannerTimes times = { .gap = 60, .hold = 0, .retry = 50 };

static void
scanned_cb (ThScanner *scanner, const char *text, Fixture *fixture)
{
  g_ptr_array_add (fixture->codes, g_strdup (text));
}

static void
begin (Fixture *fixture, ThScannerDevice *device)
{
  fixture->device = device;
  fixture->codes = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (device, "scanned", G_CALLBACK (scanned_cb), fixture);
  g_assert_cmpint (th_scanner_get_health (TH_SCANNER (device)), ==, TH_HEALTH_STARTING);
  th_scanner_start (TH_SCANNER (device));
}

static void
end (Fixture *fixture)
{
  g_object_run_dispose (G_OBJECT (fixture->device));
  g_clear_object (&fixture->device);
  g_ptr_array_unref (fixture->codes);
}

static gboolean
limit_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_health (Fixture *fixture, ThHealth health)
{
  gboolean late = FALSE;
  guint id = g_timeout_add (LIMIT_MS, limit_cb, &late);

  while (th_scanner_get_health (TH_SCANNER (fixture->device)) != health && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (th_health_to_string (th_scanner_get_health (TH_SCANNER (fixture->device))), ==,
                   th_health_to_string (health));
  g_source_remove (id);
}

static void
wait_codes (Fixture *fixture, guint n)
{
  gboolean late = FALSE;
  guint id = g_timeout_add (LIMIT_MS, limit_cb, &late);

  while (fixture->codes->len < n && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->codes->len, ==, n);
  g_source_remove (id);
}

#define assert_code(fixture, i, text)                                                              \
  g_assert_cmpstr ((fixture)->codes->pdata[i], ==, text)

static void
test_ids_are_two_hex_words (void)
{
  guint16 vendor, product;

  g_assert_false (th_scanner_parse_ids ("", &vendor, &product));
  g_assert_false (th_scanner_parse_ids ("05e0-1200", &vendor, &product));
  g_assert_false (th_scanner_parse_ids ("05e0:120", &vendor, &product));
  g_assert_false (th_scanner_parse_ids ("+5e0:1200", &vendor, &product));
  g_assert_true (th_scanner_parse_ids ("05E0:1200", &vendor, &product));
  g_assert_cmphex (vendor, ==, 0x05e0);
  g_assert_cmphex (product, ==, 0x1200);
}

static void
test_what_is_no_scanner_is_a_fault (void)
{
  Fixture fixture;

  begin (&fixture, th_scanner_serial_new ("/dev/null", &times));
  wait_health (&fixture, TH_HEALTH_FAULT);
  end (&fixture);
}

static void
test_one_that_is_missing_is_looked_for_as_long_as_it_takes (void)
{
  const ThScannerTimes hurried = { .gap = 60, .hold = 0, .retry = 1 };
  Fixture fixture;
  gboolean late = FALSE;

  begin (&fixture, th_scanner_serial_new ("/dev/ttyACM0", &hurried));
  g_timeout_add (1000, limit_cb, &late); /* some hundred looks */
  while (!late)
    g_main_context_iteration (NULL, TRUE);
  wait_health (&fixture, TH_HEALTH_ABSENT);
  bench_tell ("scanner plug");
  wait_health (&fixture, TH_HEALTH_READY);
  end (&fixture);
  bench_tell ("scanner unplug");
}

/* Through the whole life of the cable: there late, gone in the middle of a code, back again. */
static void
come_and_go (const char *scanner, ThScannerDevice *device)
{
  Fixture fixture;

  begin (&fixture, device);
  wait_health (&fixture, TH_HEALTH_ABSENT);
  bench_tell ("%s plug", scanner);
  wait_health (&fixture, TH_HEALTH_READY);
  bench_tell ("%s scan TH1-ABC234", scanner);
  wait_codes (&fixture, 1);
  assert_code (&fixture, 0, "TH1-ABC234");

  /* Some send no end. */
  bench_tell ("%s part 0123456789abcdef", scanner);
  wait_codes (&fixture, 2);
  assert_code (&fixture, 1, "0123456789abcdef");

  bench_tell ("%s part half", scanner);
  bench_tell ("%s unplug", scanner);
  wait_health (&fixture, TH_HEALTH_ABSENT);
  bench_tell ("%s plug", scanner);
  wait_health (&fixture, TH_HEALTH_READY);
  bench_tell ("%s scan 'whole again'", scanner);
  while (fixture.codes->len == 0 ||
         strcmp (g_ptr_array_index (fixture.codes, fixture.codes->len - 1), "whole again") != 0)
    wait_codes (&fixture, fixture.codes->len + 1);
  end (&fixture);
  bench_tell ("%s unplug", scanner);
}

static void
test_a_serial_scanner_comes_and_goes (void)
{
  come_and_go ("scanner", th_scanner_serial_new ("/dev/ttyACM0", &times));
}

static void
test_a_keyboard_scanner_comes_and_goes (void)
{
  come_and_go ("keyboard", th_scanner_keyboard_new ("05e0:1200", &times));
}

static void
test_a_keyboard_is_found_by_its_path (void)
{
  come_and_go ("keyboard", th_scanner_keyboard_new ("/dev/input/event7", &times));
}

static void
test_keys_are_this_programs_alone (void)
{
  Fixture fixture, other;

  bench_tell ("keyboard plug");
  begin (&fixture, th_scanner_keyboard_new ("05e0:1200", &times));
  wait_health (&fixture, TH_HEALTH_READY);
  begin (&other, th_scanner_keyboard_new ("/dev/input/event7", &times));
  wait_health (&other, TH_HEALTH_ABSENT);
  /* The first lets go: now it is the second's. */
  end (&fixture);
  wait_health (&other, TH_HEALTH_READY);
  end (&other);
  bench_tell ("keyboard unplug");
}

static void
test_a_code_read_again_and_again_counts_about_once (void)
{
  const ThScannerTimes patient = { .gap = 60, .hold = 60000, .retry = 50 };
  Fixture fixture;

  bench_tell ("scanner plug");
  begin (&fixture, th_scanner_serial_new ("/dev/ttyACM0", &patient));
  wait_health (&fixture, TH_HEALTH_READY);
  for (guint i = 0; i < 50; i++)
    bench_tell ("scanner scan again%u", i);
  wait_codes (&fixture, 1);
  assert_code (&fixture, 0, "again0");
  bench_tell ("scanner unplug");
  wait_health (&fixture, TH_HEALTH_ABSENT);
  g_assert_cmpuint (fixture.codes->len, ==, 1);
  end (&fixture);
}

int
main (int argc, char **argv)
{
  int status = 0;

  if (!on_bench (argc, argv, &status))
    return status;
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scanner-device/ids are two hex words", test_ids_are_two_hex_words);
  g_test_add_func ("/scanner-device/what is no scanner is a fault",
                   test_what_is_no_scanner_is_a_fault);
  g_test_add_func ("/scanner-device/one that is missing is looked for as long as it takes",
                   test_one_that_is_missing_is_looked_for_as_long_as_it_takes);
  g_test_add_func ("/scanner-device/a serial scanner comes and goes",
                   test_a_serial_scanner_comes_and_goes);
  g_test_add_func ("/scanner-device/a keyboard scanner comes and goes",
                   test_a_keyboard_scanner_comes_and_goes);
  g_test_add_func ("/scanner-device/a keyboard is found by its path",
                   test_a_keyboard_is_found_by_its_path);
  g_test_add_func ("/scanner-device/keys are this program's alone",
                   test_keys_are_this_programs_alone);
  g_test_add_func ("/scanner-device/a code read again and again counts about once",
                   test_a_code_read_again_and_again_counts_about_once);
  return g_test_run ();
}
