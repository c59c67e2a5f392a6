/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scanner.h"

#include <linux/input-event-codes.h>
#include <string.h>

/* Every code in @bytes, with '|' between them; the gap at the end ends the last. (transfer full) */
static char *
codes (const char *bytes, gsize len)
{
  GString *text = g_string_new (NULL);
  ThScanLine line = { 0 };

  for (gsize i = 0; i < len; i++)
    if (th_scan_line_add (&line, (guint8) bytes[i]))
      g_string_append_printf (text, "%s|", line.text);
  if (th_scan_line_end (&line))
    g_string_append (text, line.text);
  return g_string_free (text, FALSE);
}

static void
test_bytes_that_are_no_text_never_stand_in_a_code (void)
{
  static const char bytes[] = "ab\x1b[2J\xe5\xbc\xa0\x7f\r";
  g_autofree char *text = codes (bytes, sizeof bytes - 1);

  g_assert_cmpstr (text, ==, "ab?[2J????|");
}

static void
test_nothing_between_two_ends_is_no_code (void)
{
  static const char bytes[] = "\r\n\n\0\t\r";
  g_autofree char *text = codes (bytes, sizeof bytes - 1);

  g_assert_cmpstr (text, ==, "");
}

static void
test_a_code_without_end_is_cut_off_and_ends (void)
{
  g_autofree char *bytes = g_strnfill (5000, 'A');
  ThScanLine line = { 0 };

  for (guint i = 0; i < 5000; i++)
    g_assert_false (th_scan_line_add (&line, (guint8) bytes[i]));
  g_assert_true (th_scan_line_end (&line));
  g_assert_cmpuint (strlen (line.text), ==, TH_SCAN_MAX);
  g_assert_false (th_scan_line_end (&line));
}

static void
test_codes_end_with_cr_lf_both_or_a_gap (void)
{
  static const char bytes[] = "one\rtwo\r\nthree\nfour\tfive";
  g_autofree char *text = codes (bytes, sizeof bytes - 1);

  g_assert_cmpstr (text, ==, "one|two|three|four|five");
}

static void
key (ThScanKeys *keys, ThScanLine *line, guint16 code, gint32 value)
{
  guint8 byte;

  if (th_scan_keys_add (keys, EV_KEY, code, value, &byte))
    th_scan_line_add (line, byte);
  g_assert_false (th_scan_keys_add (keys, EV_SYN, SYN_REPORT, 0, &byte));
}

static void
test_keys_are_characters_of_the_us_layout (void)
{
  ThScanKeys keys = { 0 };
  ThScanLine line = { 0 };

  key (&keys, &line, KEY_LEFTSHIFT, 1);
  key (&keys, &line, KEY_T, 1);
  key (&keys, &line, KEY_T, 0);
  key (&keys, &line, KEY_RIGHTSHIFT, 1);
  key (&keys, &line, KEY_LEFTSHIFT, 0);
  key (&keys, &line, KEY_H, 1);
  key (&keys, &line, KEY_RIGHTSHIFT, 0);
  key (&keys, &line, KEY_1, 1);
  key (&keys, &line, KEY_1, 2); /* held down: not a second one */
  key (&keys, &line, KEY_MINUS, 1);
  key (&keys, &line, KEY_KP7, 1);
  key (&keys, &line, KEY_LEFTCTRL, 1);
  key (&keys, &line, KEY_VOLUMEUP, 1);
  key (&keys, &line, 0x2ff, 1);
  key (&keys, &line, KEY_KPENTER, 1);
  g_assert_cmpstr (line.text, ==, "TH1-7");
}

static void
test_a_code_with_lost_keys_is_no_good_one (void)
{
  ThScanKeys keys = { 0 };
  ThScanLine line = { 0 };
  guint8 byte;

  key (&keys, &line, KEY_A, 1);
  g_assert_true (th_scan_keys_add (&keys, EV_SYN, SYN_DROPPED, 0, &byte));
  th_scan_line_add (&line, byte);
  g_assert_false (th_scan_keys_add (&keys, EV_KEY, KEY_B, 1, &byte));
  g_assert_false (th_scan_keys_add (&keys, EV_SYN, SYN_REPORT, 0, &byte));
  key (&keys, &line, KEY_C, 1);
  key (&keys, &line, KEY_ENTER, 1);
  g_assert_cmpstr (line.text, ==, "a?c");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scanner/bytes that are no text never stand in a code",
                   test_bytes_that_are_no_text_never_stand_in_a_code);
  g_test_add_func ("/scanner/nothing between two ends is no code",
                   test_nothing_between_two_ends_is_no_code);
  g_test_add_func ("/scanner/a code without end is cut off and ends",
                   test_a_code_without_end_is_cut_off_and_ends);
  g_test_add_func ("/scanner/codes end with CR, LF, both or a gap",
                   test_codes_end_with_cr_lf_both_or_a_gap);
  g_test_add_func ("/scanner/keys are characters of the US layout",
                   test_keys_are_characters_of_the_us_layout);
  g_test_add_func ("/scanner/a code with lost keys is no good one",
                   test_a_code_with_lost_keys_is_no_good_one);
  return g_test_run ();
}
