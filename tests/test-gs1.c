/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/gs1.h"

#include <gio/gio.h>
#include <string.h>

#define GS "\x1d"
#define GTIN "09506000134352"
#define WHOLE "]d201" GTIN "17271130" "10AB-17/2" GS "210042"

/* On a heap block of its own, so that a sanitizer sees an over-read. */
static gboolean
parse (const char *data, gsize len, guint year, ThGs1 *ret_code)
{
  g_autofree char *copy = g_memdup2 (data, len);
  g_autoptr (GError) error = NULL;
  gboolean good = th_gs1_parse (copy, len, year, ret_code, &error);

  if (!good)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  return good;
}

static void
test_codes_that_cannot_be_are_refused (void)
{
  static const char *const codes[] = {
    "", " ", "]d2", GS, "hello", "(", "()", "(10", "(10)", "(17)271130", "(10)AB(17)", "(10)AB(17)27113",
    "(10)AB(17)2711300", "(10)AB(17)271131", "(10)AB(17)271330", "(10)AB(17)270229", "(10)AB(17)270029",
    "(10)AB(17)27113O", "(10)A B(17)271130", "(10)A\x01(17)271130", "(10)ABCDEFGHIJKLMNOPQRSTU(17)271130",
    "(10)AB(10)AC(17)271130", "(10)AB(17)271130(17)271130", "(17)271130(10)\xe7\x96\xab",
    "(01)09506000134353(17)271130(10)AB", "(01)0950600013435(17)271130(10)AB", "(99)X(17)271130(10)AB",
    "(1)X(17)271130(10)AB", "17271130", "10AB", "10AB" GS, "10" GS "17271130", "17271130" "10AB" GS GS,
    "172711" GS "10AB", "9917271130" GS "10AB", "01" GTIN "01" GTIN "1727113010AB", "x17271130" "10AB",
  };
  ThGs1 code;

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    g_assert_false (parse (codes[i], strlen (codes[i]), 2026, &code));
}

static void
test_a_nul_ends_nothing (void)
{
  static const char code_text[] = "17271130" "10AB\0CD";
  ThGs1 code;

  g_assert_false (parse (code_text, sizeof code_text - 1, 2026, &code));
  g_assert_false (parse ("\0(10)AB(17)271130", 17, 2026, &code));
}

static void
test_a_code_that_is_too_long_is_refused (void)
{
  g_autofree char *spaces = g_strnfill (600, ' ');
  ThGs1 code;

  memcpy (spaces, "(10)AB(17)271130", 16);
  g_assert_true (parse (spaces, 512, 2026, &code));
  g_assert_false (parse (spaces, 513, 2026, &code));
}

/* Cut before its lot is whole it is refused; later, some of it is a code too. */
static void
test_a_code_may_be_cut_anywhere (void)
{
  ThGs1 code;

  for (gsize len = 0; len < strlen ("]d201" GTIN "1727113010A"); len++)
    g_assert_false (parse (WHOLE, len, 2026, &code));
  g_assert_true (parse (WHOLE, strlen (WHOLE), 2026, &code));
}

static void
test_a_scanned_and_a_typed_code_are_one (void)
{
  static const char *const codes[] = {
    WHOLE, "01" GTIN "1727113010AB-17/2", GS "01" GTIN "10AB-17/2" GS "17271130\r\n",
    "(01)" GTIN "(17)271130(10)AB-17/2", " (10)AB-17/2(01)" GTIN "(11)250101(17)271130(21)0042(710)9 ",
    "01" GTIN "11250101" GS "17271130" "2100-42" GS "10AB-17/2" GS,
  };
  ThGs1 code;

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_assert_true (parse (codes[i], strlen (codes[i]), 2026, &code));
      g_assert_cmpstr (code.gtin, ==, GTIN);
      g_assert_cmpstr (code.lot, ==, "AB-17/2");
      g_assert_cmpstr (code.expiry, ==, "2027-11-30");
    }
}

static void
test_a_day_of_00_is_the_last_and_a_year_is_near (void)
{
  static const struct
  {
    const char *digits;
    guint year;
    const char *expiry;
  } dates[] = {
    { "280200", 2026, "2028-02-29" }, { "270200", 2026, "2027-02-28" }, { "261200", 2026, "2026-12-31" },
    { "760101", 2026, "2076-01-01" }, { "770101", 2026, "1977-01-01" }, { "010101", 2098, "2101-01-01" },
    { "480101", 2098, "2148-01-01" }, { "490101", 2098, "2049-01-01" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      g_autofree char *text = g_strdup_printf ("17%s10A", dates[i].digits);
      ThGs1 code;

      g_assert_true (parse (text, strlen (text), dates[i].year, &code));
      g_assert_cmpstr (code.expiry, ==, dates[i].expiry);
      g_assert_cmpstr (code.gtin, ==, "");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gs1/codes_that_cannot_be_are_refused", test_codes_that_cannot_be_are_refused);
  g_test_add_func ("/gs1/a_nul_ends_nothing", test_a_nul_ends_nothing);
  g_test_add_func ("/gs1/a_code_that_is_too_long_is_refused", test_a_code_that_is_too_long_is_refused);
  g_test_add_func ("/gs1/a_code_may_be_cut_anywhere", test_a_code_may_be_cut_anywhere);
  g_test_add_func ("/gs1/a_scanned_and_a_typed_code_are_one", test_a_scanned_and_a_typed_code_are_one);
  g_test_add_func ("/gs1/a_day_of_00_is_the_last_and_a_year_is_near",
                   test_a_day_of_00_is_the_last_and_a_year_is_near);
  return g_test_run ();
}
