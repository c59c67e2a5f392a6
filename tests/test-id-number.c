/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/id-number.h"

#include <gio/gio.h>
#include <string.h>

static const ThDate today = { 2026, 11, 22 };

static void
assert_refused (const char *text, ThDate on, const char *why)
{
  g_autoptr (GError) error = NULL;
  char number[19] = "untouched";

  g_assert_false (th_id_number_check (text, on, number, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_cmpstr (error->message, ==, why);
  g_assert_cmpstr (number, ==, "untouched");
}

static void
test_numbers_that_cannot_be_are_refused_with_the_reason (void)
{
  static const char *const table[][2] = {
    { "", "there is no number" },
    { " \t\u3000", "there is no number" },
    { "1", "1 digits instead of 18" },
    { "11010119900101991", "17 digits instead of 18" },
    { "1101011990010199170", "19 digits instead of 18" },
    { "11010119900101991O", "character 18 is not a digit" },
    { "110101-19900101-9917", "character 7 is not a digit" },
    { "HA1234567", "character 1 is not a digit" },
    { "1101011990010X9917", "character 14 is X, which only the last of 18 may be" },
    { "X10101900101991", "character 1 is X, which only the last of 18 may be" },
    { "\xff\xfe", "not UTF-8 text" },
    { "110101000001019912", "year 0000" },
    { "201511221897205960", "month 97" }, /* its check digit holds */
    { "110101199000019912", "month 00" },
    { "440308199902301512", "day 30 of month 02" },
    { "110101199002299911", "day 29 of month 02" },
    { "110101199004319911", "day 31 of month 04" },
    { "110101199001009911", "day 00 of month 01" },
    { "110101202611239911", "a date of birth after today" },
    { "110101189611219911", "a date of birth more than 130 years ago" },
    { "440308199901101513", "check digit is 3 instead of 2" },
    { "110101199001019918", "check digit is 8 instead of 7" },
    { "11010119900101991X", "check digit is X instead of 7" },
    { "110101991301991", "month 13" },
    { "KAZ110090123106", "check digit is 6 instead of 5" },
    { "KAZ110090133105", "month 13" },
    { "KAZ11009012310", "character 1 is not a digit" },
    { "KAZ1100901231055", "character 1 is not a digit" },
    { "KA1110090123105", "character 1 is not a digit" },
    { "11010119900101991711010119900101991711010119900101991711010119900", "more than 64 bytes" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    assert_refused (table[i][0], today, table[i][1]);
}

static void
assert_taken (const char *text, ThDate on, const char *expected)
{
  g_autoptr (GError) error = NULL;
  char number[19];

  g_assert_true (th_id_number_check (text, on, number, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (number, ==, expected);
}

static void
test_numbers_of_the_standard_and_of_the_test_cards_are_taken (void)
{
  const ThDate then = { 1999, 7, 1 }; /* the standard's second example was born in 1880 */

  assert_taken ("11010519491231002X", today, "11010519491231002X");
  assert_taken ("440524188001010014", then, "440524188001010014");
  assert_taken ("810000199408230021", today, "810000199408230021");
  assert_taken ("911398199012310021", today, "911398199012310021");
  assert_taken ("321119197310306324", today, "321119197310306324"); /* an area no table knows */
  assert_taken ("110101199001019917", today, "110101199001019917");
  assert_taken ("65010219551130982X", today, "65010219551130982X");
}

static void
test_typed_forms_are_understood (void)
{
  assert_taken ("11010519491231002x", today, "11010519491231002X");
  assert_taken (" 110105 1949 1231 002x\n", today, "11010519491231002X");
  assert_taken ("１１０１０５１９４９１２３１００２Ｘ", today, "11010519491231002X");
  assert_taken ("１１０１０５１９４９１２３１００２ｘ", today, "11010519491231002X");
  assert_taken ("110105　19491231　002X", today, "11010519491231002X");
}

static void
test_foreigners_numbers_of_before_2023_are_taken (void)
{
  const ThDate old = th_id_number_birth ("KAZ110090123105");
  const ThDate young = th_id_number_birth ("KAZ110010123105");

  assert_taken ("KAZ110090123105", today, "KAZ110090123105");
  assert_taken (" kaz 1100 901231 05", today, "KAZ110090123105");
  g_assert_cmpuint (old.year, ==, 1990);
  g_assert_cmpuint (old.month, ==, 12);
  g_assert_cmpuint (old.day, ==, 31);
  g_assert_cmpuint (young.year, ==, 2010);
}

static void
test_fifteen_digits_become_eighteen (void)
{
  assert_taken ("110105491231002", today, "11010519491231002X");
  assert_taken ("110101 900101 991", today, "110101199001019917");
  assert_refused ("11010549123100X", today, "character 15 is X, which only the last of 18 may be");
}

static void
test_the_bounds_of_a_birth_date_are_exact (void)
{
  char number[19] = "110101202611229910";

  number[17] = th_id_number_check_digit (number);
  assert_taken (number, today, number); /* born today */
  strcpy (number, "110101189611229910");
  number[17] = th_id_number_check_digit (number);
  assert_taken (number, today, number); /* 130 years ago today */
}

static void
test_every_changed_digit_and_every_swap_is_noticed (void)
{
  static const char good[] = "110101199001019917";
  char number[19];

  for (guint i = 0; i < 18; i++)
    {
      for (char digit = '0'; digit <= '9'; digit++)
        {
          char changed[19];

          memcpy (changed, good, sizeof changed);
          changed[i] = digit;
          g_assert_true (th_id_number_check (changed, today, number, NULL) == (digit == good[i]));
        }
    }
  for (guint i = 0; i < 16; i++)
    {
      char swapped[19];

      memcpy (swapped, good, sizeof swapped);
      swapped[i] = good[i + 1];
      swapped[i + 1] = good[i];
      g_assert_true (th_id_number_check (swapped, today, number, NULL) == (good[i] == good[i + 1]));
    }
}

static void
test_dates_and_ages (void)
{
  static const struct
  {
    ThDate birth, on;
    int age;
  } ages[] = {
    { { 1990, 1, 1 }, { 2026, 1, 1 }, 36 },   { { 1990, 1, 2 }, { 2026, 1, 1 }, 35 },
    { { 2000, 2, 29 }, { 2026, 2, 28 }, 25 }, { { 2000, 2, 29 }, { 2026, 3, 1 }, 26 },
    { { 2026, 11, 22 }, { 2026, 11, 22 }, 0 }, { { 2026, 11, 23 }, { 2026, 11, 22 }, -1 },
  };
  ThDate birth = th_id_number_birth ("65010219551130982X");

  for (gsize i = 0; i < G_N_ELEMENTS (ages); i++)
    g_assert_cmpint (th_date_age (ages[i].birth, ages[i].on), ==, ages[i].age);
  g_assert_cmpuint (birth.year, ==, 1955);
  g_assert_cmpuint (birth.month, ==, 11);
  g_assert_cmpuint (birth.day, ==, 30);
  g_assert_true (th_date_is_real ((ThDate){ 2000, 2, 29 }));
  g_assert_false (th_date_is_real ((ThDate){ 1900, 2, 29 }));
  g_assert_false (th_date_is_real ((ThDate){ 0, 1, 1 }));
  g_assert_false (th_date_is_real ((ThDate){ 2026, 13, 1 }));
  g_assert_false (th_date_is_real ((ThDate){ 2026, 1, 32 }));
  g_assert_true (th_date_is_real (th_date_today ()));
}

static void
test_names_are_masked (void)
{
  static const char *const table[][2] = {
    { "", "" },
    { "  ", "" },
    { "\xff", "*" },
    { "王", "*" },
    { "王五", "王*" },
    { "张测试", "张*试" },
    { "张　三", "张*" },
    { "王小明明", "王**明" },
    { "欧阳测试", "欧**试" },
    { "欧阳锋", "欧**" },
    { "歐陽鋒", "歐**" },
    { "司马光", "司**" },
    { "上官婉儿", "上**儿" },
    { "诸葛亮", "诸**" },
    { "欧阳", "欧*" },
    { "𠮷野家", "𠮷*家" },
    { "古丽娜尔·样本", "古***·*本" },
    { "古丽娜尔•样本", "古***•*本" },
    { "买买提·艾力·玉素甫", "买**·**·**甫" },
    { "阿依古丽·买", "阿***·*" },
    { "阿·买", "阿·*" },
    { "·", "*" },
    { "SMITH JOHN", "S**** J***" },
    { " smith   john ", "s**** j***" },
    { "O'BRIEN J", "O****** J" },
    { "SUKARNO", "S******" },
    { "A B", "A *" },
    { "X", "*" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *masked = th_mask_name (table[i][0]);

      g_assert_cmpstr (masked, ==, table[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/id-number/refused", test_numbers_that_cannot_be_are_refused_with_the_reason);
  g_test_add_func ("/id-number/taken", test_numbers_of_the_standard_and_of_the_test_cards_are_taken);
  g_test_add_func ("/id-number/typed", test_typed_forms_are_understood);
  g_test_add_func ("/id-number/foreigners' numbers of before 2023 are taken",
                   test_foreigners_numbers_of_before_2023_are_taken);
  g_test_add_func ("/id-number/fifteen", test_fifteen_digits_become_eighteen);
  g_test_add_func ("/id-number/birth", test_the_bounds_of_a_birth_date_are_exact);
  g_test_add_func ("/id-number/mistyped", test_every_changed_digit_and_every_swap_is_noticed);
  g_test_add_func ("/id-number/dates", test_dates_and_ages);
  g_test_add_func ("/id-number/names", test_names_are_masked);
  return g_test_run ();
}
