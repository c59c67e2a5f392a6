/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/csv.h"

#include <gio/gio.h>
#include <string.h>

/* "3:one|two", or "3!why": a line each. */
static char *
read_all (const char *data, gsize len, gboolean *ret_gb18030)
{
  g_autofree char *copy = g_memdup2 (data, len);
  g_autoptr (ThCsv) csv = th_csv_new (fmemopen (copy, len, "rb"));
  GString *text = g_string_new (NULL);

  if (ret_gb18030 != NULL)
    *ret_gb18030 = th_csv_is_gb18030 (csv);
  g_assert_cmpuint (th_csv_size (csv), ==, len);
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      char *const *fields;
      guint line, n;
      ThCsvResult result = th_csv_next (csv, &line, &fields, &n, &error);

      if (result == TH_CSV_END)
        break;
      if (result == TH_CSV_BAD)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
          g_string_append_printf (text, "%u!%s\n", line, error->message);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpint (result, ==, TH_CSV_ROW);
      g_string_append_printf (text, "%u:", line);
      for (guint i = 0; i < n; i++)
        g_string_append_printf (text, "%s%s", i > 0 ? "|" : "", fields[i]);
      g_string_append_c (text, '\n');
    }
  g_assert_cmpuint (th_csv_position (csv), ==, len);
  return g_string_free (text, FALSE);
}

static void
assert_read (const char *data, const char *expected)
{
  g_autofree char *text = read_all (data, strlen (data), NULL);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_a_bad_line_spoils_no_other (void)
{
  assert_read ("a,\"b\nc,d\n", "1!a quote is not closed on its line\n2:c|d\n");
  assert_read ("a,b\"c\nd\n", "1!a quote stands in the middle of a field\n2:d\n");
  assert_read ("\"a\"b,c\nd\n", "1!something follows the closing quote of a field\n2:d\n");
}

static void
test_a_long_line_and_a_nul_are_refused (void)
{
  static const char nul[] = "a,b\0c\nd\n";
  g_autofree char *text = read_all (nul, sizeof nul - 1, NULL);
  g_autofree char *fits = g_strnfill (TH_CSV_LINE_MAX, 'x');
  g_autofree char *lines = g_strdup_printf ("%s\n%sx\nd\n", fits, fits);
  g_autofree char *expected = g_strdup_printf ("1:%s\n2!the line is longer than 4096 bytes\n3:d\n", fits);
  g_autofree char *commas = g_strnfill (TH_CSV_MAX_FIELDS, ',');

  g_assert_cmpstr (text, ==, "1!a NUL byte stands in the line\n2:d\n");
  assert_read (lines, expected);
  assert_read (commas, "1!the line has more than 64 columns\n");
}

static void
test_quotes_commas_and_line_ends (void)
{
  assert_read ("a,b\r\n\"c,\"\"d\"\"\",\r\n\r\n , e ", "1:a|b\n2:c,\"d\"|\n4:|e\n");
  assert_read ("\"\",\"\"\n", "1:|\n");
  assert_read ("\xef\xbb\xbf" "date,x\n", "1:date|x\n");
}

static void
test_gb18030_is_found_out (void)
{
  /* "联通" is UTF-8 by chance, the second line is not. */
  static const char both[] = "\xc1\xaa\xcd\xa8,1\n\xb2\xe2\xca\xd4,2\n\x82\x30";
  gboolean is_gb18030, utf8_is;
  g_autofree char *text = read_all (both, sizeof both - 1, &is_gb18030);
  g_autofree char *utf8 = read_all ("测试,1\n", strlen ("测试,1\n"), &utf8_is);

  g_assert_true (is_gb18030);
  g_assert_cmpstr (text, ==, "1:联通|1\n2:测试|2\n3!the line is neither UTF-8 nor GB18030\n");
  g_assert_false (utf8_is);
  g_assert_cmpstr (utf8, ==, "1:测试|1\n");
}

static void
test_a_mark_of_utf8_is_believed (void)
{
  static const char data[] = "\xef\xbb\xbf" "a\n\xb2\xe2\n测\n";
  g_autofree char *text = read_all (data, sizeof data - 1, NULL);

  g_assert_cmpstr (text, ==, "1:a\n2!the line is not UTF-8, as the rest of the file\n3:测\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv/a-bad-line-spoils-no-other", test_a_bad_line_spoils_no_other);
  g_test_add_func ("/csv/a-long-line-and-a-nul-are-refused", test_a_long_line_and_a_nul_are_refused);
  g_test_add_func ("/csv/quotes-commas-and-line-ends", test_quotes_commas_and_line_ends);
  g_test_add_func ("/csv/gb18030-is-found-out", test_gb18030_is_found_out);
  g_test_add_func ("/csv/a-mark-of-utf8-is-believed", test_a_mark_of_utf8_is_believed);
  return g_test_run ();
}
