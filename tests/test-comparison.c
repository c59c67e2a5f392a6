/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/comparison.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

static void
assert_says (const GError *error, const char *part)
{
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  if (strstr (error->message, part) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, part);
}

static void
test_what_is_no_table_of_pairs_is_refused (void)
{
  static const struct
  {
    const char *text, *says;
  } wrong[] = {
    { "", "empty" },
    { "\xef\xbb\xbf", "empty" },
    { "34.1,24,36.6\n", "no column" },
    { "skin,room\n", "\"axillary\"" },
    { "skin,skin,room,axillary\n", "two columns" },
    { "skin,room,axillary\n\xff\n", "UTF-8" },
  };
  g_autofree char *large = g_strnfill (TH_COMPARISON_MAX_BYTES + 1, 'a');
  g_autoptr (GString) many = g_string_new ("skin,room,axillary\n");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) why = NULL;

      g_assert_null (th_comparison_parse (wrong[i].text, strlen (wrong[i].text), NULL, &why));
      assert_says (why, wrong[i].says);
    }
  g_assert_null (th_comparison_parse ("skin,room,axillary\n3\0", 22, NULL, NULL));
  g_assert_null (th_comparison_parse (large, strlen (large), NULL, &error));
  assert_says (error, "256 KiB");
  g_clear_error (&error);
  for (guint i = 0; i <= TH_COMPARISON_MAX_PAIRS; i++)
    g_string_append (many, "34,24,36.6\n");
  g_assert_null (th_comparison_parse (many->str, many->len, NULL, &error));
  assert_says (error, "5000 lines");
}

static void
test_each_bad_line_is_named_and_left_out (void)
{
  static const char text[] = "\xef\xbb\xbf"
                             "who;Room;AXILLARY; \"skin\" \r\n"
                             "1;24.1;36.6;34.12\r\n"
                             "\r\n"
                             "2;24.1;36.6\r\n"
                             "3;24.1;36,6;34.1\r\n"
                             "4;12;36.6;34.1\r\n"
                             "5;24;36.6;3.4e1\r\n"
                             "6;24;33.9;34\r\n"
                             "7;24;-36;34\r\n"
                             "八;24;36.55;\"34.0005\"\n"
                             "9;24;36.;34\n"
                             "10;25;36.9;34.5";
  static const char *const expected[]
      = { "line 4: skin",     "line 5: axillary",          "line 6: room is 12.00",
          "line 7: skin",     "line 8: axillary is 33.90", "line 9: axillary",
          "line 11: axillary" };
  g_autoptr (GPtrArray) bad = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) pairs = th_comparison_parse (text, sizeof text - 1, &bad, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (bad->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < bad->len; i++)
    g_assert_true (g_str_has_prefix (bad->pdata[i], expected[i]));
  g_assert_cmpuint (pairs->len, ==, 3);
  g_assert_cmpint (g_array_index (pairs, ThPair, 0).skin_mc, ==, 34120);
  g_assert_cmpint (g_array_index (pairs, ThPair, 0).room_mc, ==, 24100);
  g_assert_cmpint (g_array_index (pairs, ThPair, 0).axillary_mc, ==, 36600);
  g_assert_cmpint (g_array_index (pairs, ThPair, 1).skin_mc, ==, 34000);
  g_assert_cmpint (g_array_index (pairs, ThPair, 2).axillary_mc, ==, 36900);
}

/* @n people whose axillary value is what k and offset say of their skin, ± @noise_mc in turn. */
static GArray *
people (guint n, double k, int offset_mc, int noise_mc)
{
  GArray *pairs = g_array_new (FALSE, FALSE, sizeof (ThPair));

  for (guint i = 0; i < n; i++)
    {
      int room_mc = 22000 + (int)(i % 5) * 500;
      int axillary_mc = 36000 + (int)(i * 37 % 120) * 10;
      int noise = i & 1 ? noise_mc : -noise_mc;
      ThPair pair = { room_mc + (int)((axillary_mc - offset_mc - room_mc) / (1 + k)), room_mc,
                      axillary_mc + noise };

      g_array_append_val (pairs, pair);
    }
  return pairs;
}

static void
test_sets_that_say_nothing_are_refused (void)
{
  static const struct
  {
    guint n, n_bad;
    double k;
    int offset_mc, noise_mc;
    ThFitKind kind;
    const char *says;
  } wrong[] = {
    { 29, 0, 0.2, 0, 100, TH_FIT_K, "too few" },
    { 0, 0, 0.2, 0, 100, TH_FIT_K, "too few" },
    { 40, 5, 0.2, 0, 100, TH_FIT_K, "a tenth" },
    { 40, 0, 0.2, 0, 900, TH_FIT_K, "scatter" },
    { 40, 0, -0.05, 0, 100, TH_FIT_K, "hide fevers" },
    { 40, 0, 0.45, 0, 100, TH_FIT_K, "0 to 0.4" },
    { 40, 0, 0.2, 600, 100, TH_FIT_OFFSET, "offset would be +0.60" },
    { 40, 0, 0.2, -600, 100, TH_FIT_OFFSET, "offset would be -0.60" },
  };
  g_autoptr (GArray) same = people (40, 0.2, 0, 0);
  g_autoptr (GError) error = NULL;
  ThScreening rules;
  ThFit fit;

  th_screening_defaults (&rules);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GArray) pairs
          = people (wrong[i].n, wrong[i].k, wrong[i].offset_mc, wrong[i].noise_mc);
      g_autoptr (GError) why = NULL;

      g_assert_false (th_comparison_fit (pairs, wrong[i].n_bad, wrong[i].kind, &rules, &fit, &why));
      assert_says (why, wrong[i].says);
    }
  for (guint i = 0; i < same->len; i++)
    g_array_index (same, ThPair, i).axillary_mc = 36500;
  g_assert_false (th_comparison_fit (same, 0, TH_FIT_K, &rules, &fit, &error));
  assert_says (error, "all the same");
}

static void
test_a_fit_finds_what_the_people_were_made_with (void)
{
  g_autoptr (GArray) by_k = people (100, 0.236, 0, 200);
  g_autoptr (GArray) by_offset = people (100, 0.20, 350, 200);
  g_autoptr (GError) error = NULL;
  ThScreening rules;
  ThFit fit;

  th_screening_defaults (&rules);
  g_assert_true (th_comparison_fit (by_k, 11, TH_FIT_K, &rules, &fit, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fit.n, ==, 100);
  g_assert_cmpfloat (fabs (fit.k - 0.236), <, 0.0015);
  g_assert_cmpfloat (fit.offset, ==, 0);
  g_assert_cmpfloat (fabs (fit.bias), <, 0.01);
  g_assert_cmpfloat (fit.bias_before, <, -0.3);
  g_assert_cmpfloat (fabs (fit.sd - 0.2), <, 0.01);
  g_assert_cmpfloat (fabs (fit.high - (fit.bias + 1.96 * fit.sd)), <, 1e-9);
  g_assert_cmpfloat (fabs (fit.low - (fit.bias - 1.96 * fit.sd)), <, 1e-9);
  g_assert_cmpfloat (fit.error, >, 0.001);
  g_assert_cmpfloat (fit.error, <, 0.003);

  g_assert_true (th_comparison_fit (by_offset, 0, TH_FIT_OFFSET, &rules, &fit, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (fit.k, ==, 0.20);
  g_assert_cmpfloat (fabs (fit.offset - 0.35), <, 0.011);
  g_assert_cmpfloat (fabs (fit.bias), <, 0.01);

  /* What was fitted is what screening does: the slope stays 1 + k. */
  rules.body_offset_mc = 350;
  rules.calibrated = TRUE;
  g_assert_true (th_screening_check (&rules, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/comparison/no-table", test_what_is_no_table_of_pairs_is_refused);
  g_test_add_func ("/comparison/bad-lines", test_each_bad_line_is_named_and_left_out);
  g_test_add_func ("/comparison/no-fit", test_sets_that_say_nothing_are_refused);
  g_test_add_func ("/comparison/fit", test_a_fit_finds_what_the_people_were_made_with);
  return g_test_run ();
}
