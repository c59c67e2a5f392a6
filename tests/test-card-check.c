/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/card-check.h"

#include "kiosk/area.h"

static const ThDate today = { 2026, 11, 22 };
static const char number[] = "110101199001019911"; /* odd: male */

static ThCard *
card_new (void)
{
  ThCard *card = th_card_new ();

  card->birth = (ThDate){ 1990, 1, 1 };
  card->sex = TH_SEX_MALE;
  card->valid_from = (ThDate){ 2020, 1, 15 };
  card->valid_to = (ThDate){ 2040, 1, 15 };
  return card;
}

static void
test_a_card_that_is_right_has_no_notes (void)
{
  g_autoptr (ThCard) card = card_new ();
  char text[TH_CARD_NOTES_BYTES];

  g_assert_cmpint (th_card_check (card, number, today), ==, 0);
  card->valid_to = today; /* its last day counts */
  g_assert_cmpint (th_card_check (card, number, today), ==, 0);
  card->valid_to = (ThDate){ 0 };
  card->long_term = TRUE;
  card->sex = TH_SEX_UNSTATED;
  card->birth = (ThDate){ 0 };
  g_assert_cmpint (th_card_check (card, number, today), ==, 0);
  th_card_notes_to_string (0, text);
  g_assert_cmpstr (text, ==, "");
}

static void
test_what_does_not_fit_is_noted (void)
{
  g_autoptr (ThCard) card = card_new ();
  char text[TH_CARD_NOTES_BYTES];

  card->birth.day = 2;
  g_assert_cmpint (th_card_check (card, number, today), ==, TH_CARD_NOTE_BIRTH);
  card->sex = TH_SEX_FEMALE;
  card->valid_to = (ThDate){ 2026, 11, 21 };
  card->valid_from = (ThDate){ 2026, 11, 23 };
  g_free (card->notes);
  card->notes = g_strdup ("valid_to is not a date");
  th_card_notes_to_string (th_card_check (card, number, today), text);
  g_assert_cmpstr (text, ==, "birth;sex;expired;not-yet-valid;unclear");
  g_assert_cmpint (th_card_notes_from_string (text), ==, th_card_check (card, number, today));
}

static void
test_notes_of_a_newer_version_are_passed_over (void)
{
  g_assert_cmpint (th_card_notes_from_string ("sealed;expired;;x"), ==, TH_CARD_NOTE_EXPIRED);
  g_assert_cmpint (th_card_notes_from_string (""), ==, 0);
}

static void
test_an_area_has_a_name_as_far_as_it_is_known (void)
{
  static const struct
  {
    const char *number, *name;
  } areas[] = {
    { "", "" },
    { "11010", "" },
    { "11010519491231002X", "北京市 朝阳区" },
    { "440308199901101513", "广东省 深圳市 盐田区" },
    { "810000199408230021", "香港特别行政区" },
    { "419001", "河南省 济源市" },
    { "119999", "北京市" }, /* no such county: still Beijing */
    { "990000", "" },
    { "张三丰", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (areas); i++)
    {
      g_autofree char *name = th_area_name (areas[i].number);

      g_assert_cmpstr (name, ==, areas[i].name);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card-check/a card that is right has no notes",
                   test_a_card_that_is_right_has_no_notes);
  g_test_add_func ("/card-check/what does not fit is noted", test_what_does_not_fit_is_noted);
  g_test_add_func ("/card-check/notes of a newer version are passed over",
                   test_notes_of_a_newer_version_are_passed_over);
  g_test_add_func ("/area/an area has a name as far as it is known",
                   test_an_area_has_a_name_as_far_as_it_is_known);
  return g_test_run ();
}
