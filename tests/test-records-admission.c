/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may come in, by the rules and by the records' own day and time: the machine's clock may be years off. */
#include "kiosk/records-admission.h"

#include "kiosk/appointments.h"
#include "tests/records-fixture.h"

#define DAY "2026-03-15"

/* Opens DAY at @at, "09:30". */
static void
open_at (Fixture *fixture, const char *at)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autofree char *text = g_strdup_printf (DAY "T%s:00", at);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, zone);
  g_autoptr (GError) error = NULL;

  th_records_open_day (fixture->records, DAY, g_date_time_to_unix (time) * G_USEC_PER_SEC, "LI MIN", &error);
  g_assert_no_error (error);
}

static ThConfig *
config_with (const char *rules, const char *more)
{
  g_autoptr (GError) error = NULL;
  ThConfig *config = th_config_load_data (more, strlen (more), NULL, &error);

  g_assert_no_error (error);
  if (*rules != '\0')
    config->eligibility = th_eligibility_parse (rules, strlen (rules), &error);
  g_assert_no_error (error);
  return config;
}

static ThAdmission
admit (Fixture *fixture, const ThConfig *config, const ThComer *comer)
{
  g_autoptr (GError) error = NULL;
  ThAdmission admission;

  g_assert_true (th_records_admit (fixture->records, config, "", comer, &admission, NULL, &error));
  g_assert_no_error (error);
  return admission;
}

#define assert_coming(fixture, config, comer, nick)                                                \
  g_assert_cmpstr (th_coming_to_string (admit (fixture, config, comer).coming), ==, nick)

static void
test_nobody_is_judged_before_the_day_is_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ThConfig) config = config_with ("[walk-ins]\nwho=none\n", "");
  g_autoptr (GError) error = NULL;
  ThComer comer = { .lane = 'A' };
  ThAdmission admission;

  g_assert_false (
      th_records_admit (fixture->records, config, "", &comer, &admission, NULL, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
}

static void
test_a_code_is_good_on_the_day_that_is_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ThConfig) config = config_with ("", "");
  ThComer comer = { .code_day = { 2026, 3, 14 }, .start_min = 600, .end_min = 660 };

  open_at (fixture, "09:35");
  assert_coming (fixture, config, &comer, "code-past");
  comer.code_day.day = 16;
  assert_coming (fixture, config, &comer, "code-later");
  comer.code_day = (ThDate){ 2027, 1, 1 };
  assert_coming (fixture, config, &comer, "code-later");
  comer.code_day = (ThDate){ 2026, 3, 15 };
  assert_coming (fixture, config, &comer, "yes");
  comer.start_min = 610;
  assert_coming (fixture, config, &comer, "early");
  g_assert_cmpuint (admit (fixture, config, &comer).from_min, ==, 580);
}

static void
test_a_phase_counts_on_the_day_that_is_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ThConfig) before = config_with ("[phase a]\nfrom=2026-03-16\n", "");
  g_autoptr (ThConfig) on = config_with ("[phase a]\nfrom=2026-03-15\nuntil=2026-03-15\n", "");
  ThComer comer = { .birth = { 1990, 1, 1 } };

  open_at (fixture, "09:30");
  assert_coming (fixture, before, &comer, "not-yet");
  assert_coming (fixture, on, &comer, "yes");
}

static void
test_an_age_is_judged_by_the_vaccine_of_the_lane (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ThConfig) config
      = config_with ("[vaccine V]\nages=18-\n[vaccine W]\nages=3-\n",
                     "[lanes]\nlanes=A;B;C\n[lane A]\nname=A\nvaccine=V\n[lane B]\nname=B\nvaccine=W\n"
                     "[lane C]\nname=C\n");
  ThComer comer = { .birth = { 2015, 1, 1 }, .lane = 'A' };

  open_at (fixture, "09:30");
  assert_coming (fixture, config, &comer, "too-young");
  comer.lane = 'B';
  assert_coming (fixture, config, &comer, "yes");
  comer.lane = 'C'; /* as the first lane */
  assert_coming (fixture, config, &comer, "too-young");
  comer.lane = '\0';
  assert_coming (fixture, config, &comer, "too-young");
}

static void
import_row (Fixture *fixture, const char *row)
{
  g_autofree char *path = g_build_filename (fixture->dir, "list.csv", NULL);
  g_autofree char *text
      = g_strdup_printf ("date,start,end,id_number,dose,vaccine,community\n%s\n", row);
  ThListImport how = { .source = "list", .by = "LI MIN" };
  g_autoptr (GError) error = NULL;
  ThListCounts counts;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  th_records_import_appointments (fixture->records, path, &how, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.bad, ==, 0);
}

static const char *
coming (Fixture *fixture, const ThConfig *config, const char *person)
{
  ThComer comer = { .lane = 'A' };
  g_autoptr (GError) error = NULL;
  ThAdmission admission;

  th_records_admit (fixture->records, config, person, &comer, &admission, NULL, &error);
  g_assert_no_error (error);
  return th_coming_to_string (admission.coming);
}

static void
test_who_stands_in_a_list_has_an_appointment (Fixture *fixture, gconstpointer data)
{
  const char *number = "11010519491231002X", *other = "110101199001010015";
  g_autoptr (ThConfig) listed = config_with ("[walk-ins]\nwho=none\n", "");
  g_autoptr (ThConfig) east = config_with ("[phase a]\ncommunities=East\n", "");
  g_autoptr (ThConfig) none = config_with ("", "");

  open_at (fixture, "09:35");
  g_assert_cmpstr (coming (fixture, listed, number), ==, "no-appointment");
  import_row (fixture, DAY ",09:30,10:00,11010519491231002X,1,V,East");
  g_assert_cmpstr (coming (fixture, listed, number), ==, "yes");
  g_assert_cmpstr (coming (fixture, listed, other), ==, "no-appointment");
  g_assert_cmpstr (coming (fixture, east, number), ==, "yes");
  import_row (fixture, DAY ",15:00,15:30,11010519491231002X,1,V,West");
  g_assert_cmpstr (coming (fixture, none, number), ==, "early");
  g_assert_cmpstr (coming (fixture, none, other), ==, "yes");
  g_assert_cmpstr (coming (fixture, east, number), !=, "yes");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define TEST(name)                                                                                 \
  g_test_add ("/records-admission/" #name, Fixture, NULL, set_up_before_opening, test_##name, tear_down)
  TEST (nobody_is_judged_before_the_day_is_open);
  TEST (a_code_is_good_on_the_day_that_is_open);
  TEST (a_phase_counts_on_the_day_that_is_open);
  TEST (an_age_is_judged_by_the_vaccine_of_the_lane);
  TEST (who_stands_in_a_list_has_an_appointment);
  return g_test_run ();
}
