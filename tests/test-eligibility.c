/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/eligibility.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/id-number.h"

/* --- the file ----------------------------------------------------------------------------------- */

static const struct
{
  const char *text;
  const char *complaint; /* of the message */
} bad_files[] = {
  { "", "there is no rule in it" },
  { "# only a remark\n", "there is no rule in it" },
  { "ages=18-59\n", "line 1: there may be a [section] first" },
  { "[phase a]\n\nnonsense\n", "line 3: there may be a [section], key=value" },
  { "[phase a\nages=1-2\n", "line 1: a [section] ends with ]" },
  { "[phases a]\nages=1-2\n", "line 1: [phases a] may be [arrival]" },
  { "[]\n", "line 1: [] may be [arrival]" },
  { "[phase]\nages=1-2\n", "line 1: [phase] needs a name" },
  { "[vaccine ]\nages=1-2\n", "line 1: [vaccine] needs a name" },
  { "[phase a]\n[phase b]\nages=1-2\n", "line 1: [phase a] says nothing" },
  { "[phase a]\nages=1-2\n[arrival]\n", "line 3: [arrival] says nothing" },
  { "[phase a]\nage=1-2\n", "line 2: age is not a key of [phase a], it may be from, until, ages" },
  { "[phase a]\nearly-minutes=3\n", "line 2: early-minutes is not a key of [phase a]" },
  { "[group a]\nfrom=2021-01-01\n", "line 2: from is not a key of [group a]" },
  { "[phase a]\nages=1-2\nages=1-2\n", "line 3: ages stands twice" },
  { "[phase a]\nages=\n", "line 2: ages is \"\"" },
  { "[phase a]\nages=-\n", "line 2: ages is \"-\"" },
  { "[phase a]\nages=59-18\n", "line 2: ages is \"59-18\"" },
  { "[phase a]\nages=18-59-60\n", "line 2: ages is" },
  { "[phase a]\nages=18-131\n", "line 2: ages is" },
  { "[phase a]\nages=+18\n", "line 2: ages is" },
  { "[phase a]\nborn=61-02\n", "line 2: born is" },
  { "[phase a]\nages=1-2\nborn=1961-\n", "line 1: [phase a] may have ages or born, not both" },
  { "[phase a]\nfrom=2021-02-29\n", "line 2: from is \"2021-02-29\"" },
  { "[phase a]\nfrom=21-02-28\n", "line 2: from is" },
  { "[phase a]\nfrom=2021-2-28\n", "line 2: from is" },
  { "[phase a]\nfrom=2021/02/28\n", "line 2: from is" },
  { "[phase a]\nfrom=0000-00-00\n", "line 2: from is" },
  { "[phase a]\nfrom=2021-03-02\nuntil=2021-03-01\n", "line 1: [phase a] ends before it begins" },
  { "[phase a]\ndoses=0\n", "line 2: doses is \"0\"" },
  { "[phase a]\ndoses=1;x\n", "line 2: doses is" },
  { "[phase a]\ncommunities=a;;b\n", "line 2: communities is" },
  { "[phase a]\ngroups=drivers\n", "line 1: [phase a] names the group \"drivers\"" },
  { "[phase a]\nages=1-2\n[phase A ]\nages=3-4\n", "line 3: [phase A] is about days that [phase a] of line 1" },
  { "[vaccine a]\nuntil=2021-03-01\n[vaccine a]\nfrom=2021-03-01\n", "line 3: [vaccine a] is about days" },
  { "[walk-ins b]\nwho=none\n[walk-ins a]\nwho=all\n", "line 3: [walk-ins a] is about days" },
  { "[walk-ins]\nwho=some\n", "line 2: who is \"some\"" },
  { "[vaccine a]\ninterval-1=21-\n", "line 2: interval-1 is not a key" },
  { "[vaccine a]\ninterval-2=21\n", "line 2: interval-2 is \"21\"" },
  { "[vaccine a]\ninterval-2=-21\n", "line 2: interval-2 is" },
  { "[vaccine a]\ninterval-2=56-21\n", "line 2: interval-2 is" },
  { "[vaccine a]\ndoses=1;2\ninterval-3=21-\n", "line 1: [vaccine a] has interval-3, and no dose 3" },
  { "[arrival]\nearly-minutes=721\n", "line 2: early-minutes is" },
  { "[arrival]\nearly-minutes=any\n", "line 2: early-minutes is" },
  { "[arrival]\nlate-minutes=-1\n", "line 2: late-minutes is" },
  { "[answers]\nsymptoms=maybe\n", "line 2: symptoms is \"maybe\"" },
  { "[answers]\nconsent=not-today\n", "line 2: consent is not a key" },
  { "[phase \xff]\n", "not UTF-8" },
  { "[phase a]\nages=1\x01\n", "control character 0x01" },
};

static void
test_a_file_with_a_mistake_is_refused_with_its_line (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_files); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ThEligibility) rules
          = th_eligibility_parse (bad_files[i].text, strlen (bad_files[i].text), &error);

      g_assert_null (rules);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      if (strstr (error->message, bad_files[i].complaint) == NULL)
        g_error ("%s\nsays: %s\nnot:  %s", bad_files[i].text, error->message, bad_files[i].complaint);
    }
}

static void
test_what_is_too_much_is_refused (void)
{
  g_autoptr (GString) many = g_string_new (NULL);
  g_autofree char *large = g_strnfill (TH_ELIGIBILITY_MAX_BYTES + 1, '#');
  g_autoptr (GError) error = NULL;

  g_assert_null (th_eligibility_parse (large, TH_ELIGIBILITY_MAX_BYTES + 1, &error));
  g_assert_nonnull (strstr (error->message, "more than 65536 bytes"));
  g_clear_error (&error);

  for (guint i = 0; i <= TH_ELIGIBILITY_MAX_SECTIONS; i++)
    g_string_append_printf (many, "[phase %u]\nages=18-\n", i);
  g_assert_null (th_eligibility_parse (many->str, many->len, &error));
  g_assert_nonnull (strstr (error->message, "line 401: there may be 200 sections"));
}

static void
test_what_is_no_file_is_refused (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (th_eligibility_load ("/dev/null", &error));
  g_assert_nonnull (strstr (error->message, "/dev/null: it is no regular file"));
  g_clear_error (&error);
  g_assert_null (th_eligibility_load ("/nonexistent/rules", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_a_file_as_notepad_saves_it_is_read (void)
{
  const char *text = "\xef\xbb\xbf# 规则\r\n[phase a]\r\n  ages = 18 - 59  \r\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (ThEligibility) rules = th_eligibility_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (rules);
}

/* --- one person ---------------------------------------------------------------------------------- */

static ThDate
date (const char *text)
{
  guint year = 0, month = 0, day = 0;

  if (*text != '\0')
    g_assert_cmpint (sscanf (text, "%u-%u-%u", &year, &month, &day), ==, 3);
  return (ThDate){ .year = (guint16) year, .month = (guint8) month, .day = (guint8) day };
}

#define PHASES                                                                                       \
  "[phase 18 to 59]\nfrom=2021-03-15\nages=18-59\n"                                                 \
  "[phase 60 and over]\nfrom=2021-05-01\nages=60-\n"                                                \
  "[phase under 18]\nfrom=2021-08-01\nages=12-17\n"

/* A person: as somebody with an appointment of 10:00 to 11:00, at 10:00, unless it is said. */
typedef struct
{
  const char *rules;
  const char *birth, *day;
  ThComing coming;
  const char *when; /* "": none */
  gboolean walks_in;
  const char *at; /* "09:30" */
  guint dose;
  const char *vaccine, *community, *employer, *last_dose;
} Case;

static const Case cases[] = {
  /* ages: the birthday counts, the day before does not */
  { PHASES, "2003-03-15", "2021-03-15", TH_COMING_YES, "" },
  { PHASES, "2003-03-16", "2021-03-15", TH_COMING_TOO_YOUNG, "2021-03-16" },
  { PHASES, "1961-03-16", "2021-03-15", TH_COMING_YES, "" },
  { PHASES, "1961-03-15", "2021-03-15", TH_COMING_NOT_YET, "2021-05-01" },
  { PHASES, "1961-03-15", "2021-04-30", TH_COMING_NOT_YET, "2021-05-01" },
  { PHASES, "1961-03-15", "2021-05-01", TH_COMING_YES, "" },
  { PHASES, "1990-01-01", "2021-03-14", TH_COMING_NOT_YET, "2021-03-15" },
  { PHASES, "2007-01-01", "2021-04-01", TH_COMING_NOT_YET, "2021-08-01" },
  { PHASES, "2009-08-02", "2021-08-01", TH_COMING_TOO_YOUNG, "2021-08-02" },
  { PHASES, "2009-08-01", "2021-08-01", TH_COMING_YES, "" },
  { PHASES, "2009-10-01", "2021-04-01", TH_COMING_TOO_YOUNG, "2021-10-01" },
  { PHASES, "2015-01-01", "2021-08-01", TH_COMING_TOO_YOUNG, "" }, /* twelve in years */
  { PHASES, "2022-01-01", "2021-08-01", TH_COMING_TOO_YOUNG, "" }, /* the clock is wrong, or the card */
  /* 29 February: 18 on 1 March of a year without one, on the day itself in one that has it */
  { "[phase a]\nages=18-\n", "2004-02-29", "2022-02-28", TH_COMING_TOO_YOUNG, "2022-03-01" },
  { "[phase a]\nages=18-\n", "2004-02-29", "2022-03-01", TH_COMING_YES, "" },
  { "[phase a]\nages=20-\n", "2004-02-29", "2024-02-28", TH_COMING_TOO_YOUNG, "2024-02-29" },
  { "[phase a]\nages=20-\n", "2004-02-29", "2024-02-29", TH_COMING_YES, "" },
  { "[phase a]\nages=-17\n", "2004-02-29", "2022-02-28", TH_COMING_YES, "" },
  { "[phase a]\nages=-17\n", "2004-02-29", "2022-03-01", TH_COMING_TOO_OLD, "" },
  { "[phase a]\nages=18\n", "2003-01-01", "2021-12-31", TH_COMING_YES, "" },
  { "[phase a]\nages=18\n", "2003-01-01", "2022-01-01", TH_COMING_TOO_OLD, "" },
  /* old enough only when the phase is over: no day to come */
  { "[phase a]\nages=18-\nuntil=2021-03-10\n", "2003-03-11", "2021-03-01", TH_COMING_TOO_YOUNG, "" },
  { "[phase a]\nages=18-\nuntil=2021-03-11\n", "2003-03-11", "2021-03-01", TH_COMING_TOO_YOUNG, "2021-03-11" },
  /* a phase that comes, for whom it is right on the day it begins */
  { "[phase a]\nfrom=2021-06-01\nages=18-\n", "2003-05-31", "2021-03-01", TH_COMING_NOT_YET, "2021-06-01" },
  { "[phase a]\nfrom=2021-06-01\nages=18-\n", "2003-06-02", "2021-03-01", TH_COMING_TOO_YOUNG, "2021-06-02" },
  { "[phase a]\nfrom=2021-06-01\nages=-17\n", "2003-05-31", "2021-03-01", TH_COMING_TOO_OLD, "" },
  /* both ends count */
  { "[phase a]\nfrom=2021-03-01\nuntil=2021-03-31\n", "1990-01-01", "2021-03-31", TH_COMING_YES, "" },
  { "[phase a]\nfrom=2021-03-01\nuntil=2021-03-31\n", "1990-01-01", "2021-04-01", TH_COMING_OVER, "" },
  { "[phase a]\nuntil=2021-03-31\n[phase a]\nfrom=2021-05-01\n", "1990-01-01", "2021-04-01",
    TH_COMING_NOT_YET, "2021-05-01" },
  /* years of birth */
  { "[phase a]\nborn=1961-2002\n", "1961-01-01", "2021-04-01", TH_COMING_YES, "" },
  { "[phase a]\nborn=1961-2002\n", "1960-12-31", "2021-04-01", TH_COMING_TOO_OLD, "" },
  { "[phase a]\nborn=1961-2002\n", "2003-01-01", "2021-04-01", TH_COMING_TOO_YOUNG, "" },
  { "[phase a]\nborn=2003-\n", "2003-01-01", "2021-04-01", TH_COMING_YES, "" },
  /* the age is not known: whoever gave the appointment has looked */
  { PHASES, "", "2021-03-15", TH_COMING_YES, "" },
  { PHASES, "", "2021-03-14", TH_COMING_NOT_YET, "2021-03-15" },

  /* communities, employers, groups */
  { "[phase a]\ncommunities=East Village;城关社区\n", "1990-01-01", "2021-04-01", TH_COMING_YES, "",
    .community = " 城关社区" },
  { "[phase a]\ncommunities=East Village\n", "1990-01-01", "2021-04-01", TH_COMING_YES, "",
    .community = "ＥＡＳＴ  village" },
  { "[phase a]\ncommunities=East Village\n", "1990-01-01", "2021-04-01", TH_COMING_NOT_HERE, "",
    .community = "West Village", .employer = "" },
  { "[phase a]\ncommunities=East Village\n", "1990-01-01", "2021-04-01", TH_COMING_NOT_HERE, "",
    .community = "", .employer = "" },
  { "[phase a]\ncommunities=East Village\n", "1990-01-01", "2021-04-01", TH_COMING_YES, "" },
  { "[phase a]\ncommunities=East Village\n", "1990-01-01", "2021-04-01", TH_COMING_NOT_HERE, "",
    .walks_in = TRUE },
  { "[phase a]\ngroups=drivers\n[group drivers]\nemployers=Bus;Taxi\n", "1990-01-01", "2021-04-01",
    TH_COMING_YES, "", .community = "", .employer = "taxi" },
  { "[phase a]\ngroups=drivers\n[group drivers]\nemployers=Bus\n[group others]\nemployers=Taxi\n",
    "1990-01-01", "2021-04-01", TH_COMING_NOT_HERE, "", .community = "", .employer = "Taxi" },
  { "[phase a]\ncommunities=East\nemployers=Bus\n", "1990-01-01", "2021-04-01", TH_COMING_YES, "",
    .community = "West", .employer = "Bus" },
  /* whose turn it is now is said before what is over, what is to come before both */
  { "[phase a]\nuntil=2021-03-01\n[phase b]\nages=-17\n", "1990-01-01", "2021-04-01", TH_COMING_TOO_OLD, "" },
  { "[phase a]\ncommunities=East\n[phase b]\nfrom=2021-05-01\n", "1990-01-01", "2021-04-01",
    TH_COMING_NOT_YET, "2021-05-01", .community = "West" },

  /* doses */
  { "[phase a]\ndoses=2\n", "1990-01-01", "2021-04-01", TH_COMING_YES, "", .dose = 2 },
  { "[phase a]\ndoses=2\n", "1990-01-01", "2021-04-01", TH_COMING_DOSE, "", .dose = 1 },
  { "[phase a]\ndoses=2\n", "1990-01-01", "2021-04-01", TH_COMING_YES, "" },

  /* vaccines: an age, doses, and the days between them */
  { "[vaccine V]\nages=18-\n", "2003-04-01", "2021-04-01", TH_COMING_YES, "", .vaccine = "V" },
  { "[vaccine V]\nages=18-\n", "2003-04-02", "2021-04-01", TH_COMING_TOO_YOUNG, "2021-04-02", .vaccine = "v" },
  { "[vaccine V]\nages=-59\n", "1961-04-01", "2021-04-01", TH_COMING_TOO_OLD, "", .vaccine = "V" },
  { "[vaccine V]\nages=18-\n", "2020-04-02", "2021-04-01", TH_COMING_YES, "", .vaccine = "W" },
  { "[vaccine V]\ndoses=1;2\n", "1990-01-01", "2021-04-01", TH_COMING_DOSE, "", .vaccine = "V", .dose = 3 },
  { "[vaccine V]\ninterval-2=21-56\n", "1990-01-01", "2021-04-21", TH_COMING_YES, "",
    .vaccine = "V", .dose = 2 },
  { "[vaccine V]\ninterval-2=21-56\n", "1990-01-01", "2021-04-21", TH_COMING_INTERVAL, "2021-04-22",
    .vaccine = "V", .dose = 2, .last_dose = "2021-04-01" },
  { "[vaccine V]\ninterval-2=21-56\n", "1990-01-01", "2021-04-22", TH_COMING_YES, "", .vaccine = "V",
    .dose = 2, .last_dose = "2021-04-01" },
  { "[vaccine V]\ninterval-2=21-56\n", "1990-01-01", "2021-07-22", TH_COMING_YES, "", .vaccine = "V",
    .dose = 2, .last_dose = "2021-04-01" },
  { "[vaccine V]\ninterval-2=21-56\n", "1990-01-01", "2021-04-02", TH_COMING_YES, "", .vaccine = "V",
    .dose = 3, .last_dose = "2021-04-01" },
  { "[vaccine V]\nfrom=2021-05-01\n", "1990-01-01", "2021-04-01", TH_COMING_NOT_YET, "2021-05-01", .vaccine = "V" },
  { "[vaccine V]\nuntil=2021-03-31\n", "1990-01-01", "2021-04-01", TH_COMING_OVER, "", .vaccine = "V" },
  { "[vaccine V]\nuntil=2021-03-31\n[vaccine V]\nfrom=2021-06-01\n[vaccine V]\nfrom=2021-05-01\nuntil=2021-05-31\n",
    "1990-01-01", "2021-04-01", TH_COMING_NOT_YET, "2021-05-01", .vaccine = "V" },
  /* the phase is what they are told first */
  { PHASES "[vaccine V]\nages=3-\n", "2020-01-01", "2021-09-01", TH_COMING_TOO_YOUNG, "", .vaccine = "V" },

  /* without an appointment */
  { "[walk-ins]\nwho=none\n", "1990-01-01", "2021-04-01", TH_COMING_NO_APPOINTMENT, "", .walks_in = TRUE },
  { "[walk-ins]\nwho=none\n", "1990-01-01", "2021-04-01", TH_COMING_YES, "" },
  { "[walk-ins]\nwho=none\nuntil=2021-03-31\n", "1990-01-01", "2021-03-31", TH_COMING_NO_APPOINTMENT, "",
    .walks_in = TRUE },
  { "[walk-ins]\nwho=none\nuntil=2021-03-31\n", "1990-01-01", "2021-04-01", TH_COMING_YES, "", .walks_in = TRUE },
  { PHASES "[walk-ins]\nwho=phase\n", "1950-01-01", "2021-04-01", TH_COMING_NOT_YET, "2021-05-01",
    .walks_in = TRUE },
  { PHASES, "1950-01-01", "2021-04-01", TH_COMING_NOT_YET, "2021-05-01", .walks_in = TRUE },
  { PHASES, "1990-01-01", "2021-04-01", TH_COMING_YES, "", .walks_in = TRUE, .at = "23:59" },
  { PHASES "[walk-ins]\nwho=all\n", "1950-01-01", "2021-04-01", TH_COMING_YES, "", .walks_in = TRUE },
  { PHASES "[walk-ins]\nwho=all\n", "1950-01-01", "2021-04-01", TH_COMING_NOT_YET, "2021-05-01" },
  { "[walk-ins]\nwho=all\n[vaccine V]\nages=18-\n", "2010-01-01", "2021-04-01", TH_COMING_TOO_YOUNG, "",
    .walks_in = TRUE, .vaccine = "V" },

  /* early and late */
  { "[arrival]\nearly-minutes=20\nlate-minutes=15\n", "1990-01-01", "2021-04-01", TH_COMING_EARLY, "", .at = "09:39" },
  { "[arrival]\nearly-minutes=20\nlate-minutes=15\n", "1990-01-01", "2021-04-01", TH_COMING_YES, "", .at = "09:40" },
  { "[arrival]\nearly-minutes=20\nlate-minutes=15\n", "1990-01-01", "2021-04-01", TH_COMING_YES, "", .at = "11:15" },
  { "[arrival]\nearly-minutes=20\nlate-minutes=15\n", "1990-01-01", "2021-04-01", TH_COMING_LATE, "", .at = "11:16" },
  { "[arrival]\nearly-minutes=0\nlate-minutes=any\n", "1990-01-01", "2021-04-01", TH_COMING_YES, "", .at = "23:59" },
  { "[arrival]\nearly-minutes=720\n", "1990-01-01", "2021-04-01", TH_COMING_YES, "", .at = "00:00" },
  /* what the file does not say, the settings do: 30 minutes */
  { PHASES, "1990-01-01", "2021-04-01", TH_COMING_EARLY, "", .at = "09:29" },
  { "[arrival]\nlate-minutes=0\n", "1990-01-01", "2021-04-01", TH_COMING_YES, "", .at = "09:30" },
  { "[arrival]\nlate-minutes=0\nuntil=2021-03-31\n", "1990-01-01", "2021-04-01", TH_COMING_YES, "", .at = "12:00" },
  /* whose turn it is not is not told to come back later today */
  { PHASES, "1950-01-01", "2021-04-01", TH_COMING_NOT_YET, "2021-05-01", .at = "08:00" },
};

static ThApplicant
applicant (const Case *one)
{
  ThApplicant who = { .birth = date (one->birth),
                      .day = date (one->day),
                      .minute = 10 * 60,
                      .last_dose = date (one->last_dose != NULL ? one->last_dose : ""),
                      .has_appointment = !one->walks_in,
                      .start_min = 10 * 60,
                      .end_min = 11 * 60,
                      .early_min = 30,
                      .dose = one->dose,
                      .vaccine = one->vaccine,
                      .community = one->community,
                      .employer = one->employer };
  guint hour, minute;

  if (one->at != NULL)
    {
      g_assert_cmpint (sscanf (one->at, "%u:%u", &hour, &minute), ==, 2);
      who.minute = hour * 60 + minute;
    }
  return who;
}

static void
test_each_rule_decides_at_its_edges (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *one = &cases[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (ThEligibility) rules = th_eligibility_parse (one->rules, strlen (one->rules), &error);
      g_autoptr (GArray) rulings = g_array_new (FALSE, FALSE, sizeof (ThRuling));
      ThApplicant who = applicant (one);
      ThAdmission admission, alone;
      g_autofree char *when = NULL;
      gboolean said = FALSE, yes;

      g_assert_no_error (error);
      yes = th_eligibility_judge (rules, &who, &admission, rulings);
      th_eligibility_judge (rules, &who, &alone, NULL);
      when = admission.when.year == 0 ? g_strdup ("")
                                      : g_strdup_printf ("%04u-%02u-%02u", admission.when.year,
                                                         admission.when.month, admission.when.day);
      if (admission.coming != one->coming || strcmp (when, one->when) != 0)
        g_error ("case %u: %s of %s on %s is %s %s, not %s %s", i, one->rules, one->birth, one->day,
                 th_coming_to_string (admission.coming), when, th_coming_to_string (one->coming), one->when);
      g_assert_cmpint (yes, ==, one->coming == TH_COMING_YES);
      g_assert_cmpint (alone.coming, ==, admission.coming);
      /* Some rule, with its line, says the same. */
      for (guint k = 0; k < rulings->len; k++)
        {
          const ThRuling *ruling = &g_array_index (rulings, ThRuling, k);

          g_assert_cmpstr (ruling->why, !=, "");
          said = said || (ruling->kind == TH_RULING_NO && ruling->coming == admission.coming);
        }
      g_assert_cmpint (said, ==, !yes);
    }
}

static void
test_without_rules_everybody_may_come (void)
{
  ThApplicant who = { .day = date ("2021-04-01") };
  ThAdmission admission;

  g_assert_true (th_eligibility_judge (NULL, &who, &admission, NULL));
  who = applicant (&(Case){ .birth = "", .day = "2021-04-01", .at = "09:29" });
  g_assert_false (th_eligibility_judge (NULL, &who, &admission, NULL));
  g_assert_cmpint (admission.coming, ==, TH_COMING_EARLY);
  who.minute++;
  g_assert_true (th_eligibility_judge (NULL, &who, &admission, NULL));
  g_assert_cmpint (th_eligibility_answer (NULL, who.day, TH_QUESTION_SYMPTOMS), ==, TH_ANSWER_HEALTH_DESK);
}

static void
test_whoever_is_early_is_told_from_when (void)
{
  const char *text = "[arrival]\nearly-minutes=20\nlate-minutes=15\n";
  g_autoptr (ThEligibility) rules = th_eligibility_parse (text, strlen (text), NULL);
  ThApplicant who = applicant (&(Case){ .birth = "1990-01-01", .day = "2021-04-01", .at = "08:00" });
  ThAdmission admission;

  g_assert_false (th_eligibility_judge (rules, &who, &admission, NULL));
  g_assert_cmpuint (admission.from_min, ==, 9 * 60 + 40);
  g_assert_cmpuint (admission.to_min, ==, 11 * 60 + 15);
}

static void
test_every_rule_says_why_with_its_line (void)
{
  const char *text = "# phases\n" PHASES "[vaccine V]\nages=18-\ndoses=1;2\ninterval-2=21-\n";
  g_autoptr (ThEligibility) rules = th_eligibility_parse (text, strlen (text), NULL);
  g_autoptr (GArray) rulings = g_array_new (FALSE, FALSE, sizeof (ThRuling));
  ThApplicant who = applicant (&(Case){ .birth = "2004-05-06", .day = "2021-04-01", .vaccine = "V", .dose = 2 });
  ThAdmission admission;
  static const struct
  {
    guint line;
    const char *rule, *why;
  } expected[] = {
    { 0, "appointment", "there is one for this day" },
    { 2, "phase 18 to 59", "age 16, from 18 to 59" },
    { 5, "phase 60 and over", "age 16, from 60 on" },
    { 8, "phase under 18", "begins on 2021-08-01" },
    { 11, "vaccine V", "age 16, from 18 on" },
    { 11, "vaccine V", "dose 2 after 21 days or more: the day of the dose before is not known here" },
    { 0, "arrival", "at 10:00, from 09:30 to 24:00 for an appointment of 10:00" },
  };

  g_assert_false (th_eligibility_judge (rules, &who, &admission, rulings));
  g_assert_cmpuint (rulings->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < rulings->len; i++)
    {
      const ThRuling *ruling = &g_array_index (rulings, ThRuling, i);

      g_assert_cmpuint (ruling->line, ==, expected[i].line);
      g_assert_cmpstr (ruling->rule, ==, expected[i].rule);
      g_assert_cmpstr (ruling->why, ==, expected[i].why);
    }
}

static void
test_an_answer_means_what_the_rules_of_the_day_say (void)
{
  const char *text = "[answers]\nuntil=2021-03-31\ncontact=not-today\n"
                     "[answers later]\nfrom=2021-04-01\nsymptoms=not-today\ncontact=health-desk\n";
  g_autoptr (ThEligibility) rules = th_eligibility_parse (text, strlen (text), NULL);
  ThDate march = date ("2021-03-31"), april = date ("2021-04-01");

  g_assert_cmpint (th_eligibility_answer (rules, march, TH_QUESTION_CONTACT), ==, TH_ANSWER_NOT_TODAY);
  g_assert_cmpint (th_eligibility_answer (rules, march, TH_QUESTION_SYMPTOMS), ==, TH_ANSWER_HEALTH_DESK);
  g_assert_cmpint (th_eligibility_answer (rules, april, TH_QUESTION_CONTACT), ==, TH_ANSWER_HEALTH_DESK);
  g_assert_cmpint (th_eligibility_answer (rules, april, TH_QUESTION_SYMPTOMS), ==, TH_ANSWER_NOT_TODAY);
}

static void
test_the_example_says_what_sites_did (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "data", "eligibility.rules", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThEligibility) rules = th_eligibility_load (path, &error);
  static const Case people[] = {
    { .birth = "1990-01-01", .day = "2021-02-01", .community = "", .employer = "", .coming = TH_COMING_NOT_YET },
    { .birth = "1990-01-01", .day = "2021-02-01", .community = "", .employer = "县人民医院" },
    { .birth = "1990-01-01", .day = "2021-03-15" },
    { .birth = "1950-01-01", .day = "2021-03-15", .coming = TH_COMING_NOT_YET },
    { .birth = "1950-01-01", .day = "2021-05-01" },
    { .birth = "2007-01-01", .day = "2021-05-01", .coming = TH_COMING_NOT_YET },
    { .birth = "2007-01-01", .day = "2021-08-01" },
    { .birth = "1990-01-01", .day = "2021-05-31", .walks_in = TRUE, .coming = TH_COMING_NO_APPOINTMENT },
    { .birth = "1990-01-01", .day = "2021-06-01", .walks_in = TRUE },
  };

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      ThApplicant who = applicant (&people[i]);
      ThAdmission admission;

      th_eligibility_judge (rules, &who, &admission, NULL);
      g_assert_cmpstr (th_coming_to_string (admission.coming), ==, th_coming_to_string (people[i].coming));
    }
}

static void
test_a_reason_has_one_name (void)
{
  ThComing read = TH_COMING_YES;

  g_assert_false (th_coming_from_string ("perhaps", &read));
  for (ThComing coming = 0; coming < TH_N_COMINGS; coming++)
    {
      g_assert_true (th_coming_from_string (th_coming_to_string (coming), &read));
      g_assert_cmpint (read, ==, coming);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/eligibility/a-file-with-a-mistake-is-refused-with-its-line",
                   test_a_file_with_a_mistake_is_refused_with_its_line);
  g_test_add_func ("/eligibility/what-is-too-much-is-refused", test_what_is_too_much_is_refused);
  g_test_add_func ("/eligibility/what-is-no-file-is-refused", test_what_is_no_file_is_refused);
  g_test_add_func ("/eligibility/a-file-as-notepad-saves-it-is-read", test_a_file_as_notepad_saves_it_is_read);
  g_test_add_func ("/eligibility/each-rule-decides-at-its-edges", test_each_rule_decides_at_its_edges);
  g_test_add_func ("/eligibility/without-rules-everybody-may-come", test_without_rules_everybody_may_come);
  g_test_add_func ("/eligibility/whoever-is-early-is-told-from-when", test_whoever_is_early_is_told_from_when);
  g_test_add_func ("/eligibility/every-rule-says-why-with-its-line", test_every_rule_says_why_with_its_line);
  g_test_add_func ("/eligibility/an-answer-means-what-the-rules-of-the-day-say",
                   test_an_answer_means_what_the_rules_of_the_day_say);
  g_test_add_func ("/eligibility/the-example-says-what-sites-did", test_the_example_says_what_sites_did);
  g_test_add_func ("/eligibility/a-reason-has-one-name", test_a_reason_has_one_name);
  return g_test_run ();
}
