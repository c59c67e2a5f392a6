/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/eligibility-private.h"

#include <string.h>

#include "kiosk/id-number.h"

/* Whoever is too young for longer is told so without a date. */
#define SOON_DAYS 366

static const char *const coming_words[TH_N_COMINGS] = {
  [TH_COMING_YES] = "yes",
  [TH_COMING_CODE_PAST] = "code-past",
  [TH_COMING_CODE_LATER] = "code-later",
  [TH_COMING_NO_APPOINTMENT] = "no-appointment",
  [TH_COMING_NOT_HERE] = "not-here",
  [TH_COMING_NOT_YET] = "not-yet",
  [TH_COMING_OVER] = "over",
  [TH_COMING_TOO_YOUNG] = "too-young",
  [TH_COMING_TOO_OLD] = "too-old",
  [TH_COMING_DOSE] = "other-dose",
  [TH_COMING_INTERVAL] = "too-soon",
  [TH_COMING_LATE] = "late",
  [TH_COMING_EARLY] = "early",
};

const char *
th_coming_to_string (ThComing coming)
{
  g_return_val_if_fail (coming < TH_N_COMINGS, "yes");
  return coming_words[coming];
}

gboolean
th_coming_from_string (const char *text, ThComing *ret_coming)
{
  for (ThComing coming = 0; coming < TH_N_COMINGS; coming++)
    if (strcmp (text, coming_words[coming]) == 0)
      {
        *ret_coming = coming;
        return TRUE;
      }
  return FALSE;
}

/* --- dates and names --------------------------------------------------------------------------- */

guint
th_eligibility_day_number (ThDate date)
{
  GDate day;

  g_date_clear (&day, 1);
  g_date_set_dmy (&day, date.day, (GDateMonth) date.month, date.year);
  return g_date_get_julian (&day);
}

static ThDate
add_days (ThDate date, guint days)
{
  GDate day;

  g_date_clear (&day, 1);
  g_date_set_dmy (&day, date.day, (GDateMonth) date.month, date.year);
  g_date_add_days (&day, days);
  return (ThDate){ .year = g_date_get_year (&day),
                   .month = (guint8) g_date_get_month (&day),
                   .day = g_date_get_day (&day) };
}

/* The first day of that age: whoever was born on 29 February has it on 1 March of the other years. */
static ThDate
birthday (ThDate birth, guint age)
{
  ThDate date = { .year = (guint16) (birth.year + age), .month = birth.month, .day = birth.day };

  return th_date_is_real (date) ? date : (ThDate){ .year = date.year, .month = 3, .day = 1 };
}

static gboolean
is_before (ThDate a, ThDate b)
{
  return th_eligibility_day_number (a) < th_eligibility_day_number (b);
}

static gboolean
has_begun (const ThRule *rule, ThDate day)
{
  return rule->from.year == 0 || !is_before (day, rule->from);
}

static gboolean
is_over (const ThRule *rule, ThDate day)
{
  return rule->until.year != 0 && is_before (rule->until, day);
}

gboolean
th_rule_counts_on (const ThRule *rule, ThDate day)
{
  return has_begun (rule, day) && !is_over (rule, day);
}

char *
th_eligibility_fold (const char *text)
{
  g_autofree char *wide = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = wide != NULL ? g_utf8_casefold (wide, -1) : g_strdup ("");
  g_auto (GStrv) words = g_strsplit_set (folded, " \t\r\n", -1);
  GString *whole = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_string_append_printf (whole, "%s%s", whole->len > 0 ? " " : "", words[i]);
  return g_string_free (whole, FALSE);
}

static const ThRule *
find_rule (const ThEligibility *rules, ThRuleKind kind, ThDate day)
{
  for (guint i = 0; i < rules->rules->len; i++)
    {
      const ThRule *rule = rules->rules->pdata[i];

      if (rule->kind == kind && th_rule_counts_on (rule, day))
        return rule;
    }
  return NULL;
}

/* --- what is said ------------------------------------------------------------------------------ */

typedef struct
{
  const ThEligibility *rules;
  const ThApplicant *who;
  GArray *rulings; /* (nullable) */
  ThAdmission admission;
} Judgement;

static void G_GNUC_PRINTF (6, 7)
say (Judgement *judgement, ThRulingKind kind, const char *title, guint line, ThComing coming,
     const char *format, ...)
{
  ThRuling ruling = { .kind = kind, .rule = title, .line = line, .coming = coming };
  va_list values;

  if (judgement->rulings == NULL)
    return;
  va_start (values, format);
  g_vsnprintf (ruling.why, sizeof ruling.why, format, values);
  va_end (values);
  g_array_append_val (judgement->rulings, ruling);
}

/* The first reason is the one that counts. */
static void
turn_away (Judgement *judgement, ThComing coming, ThDate when)
{
  if (judgement->admission.coming != TH_COMING_YES)
    return;
  judgement->admission.coming = coming;
  judgement->admission.when = when;
}

/* --- age ---------------------------------------------------------------------------------------- */

/* @on: the day that counts. @ret_when: TOO_YOUNG: the day they are old enough, year 0 if that is not soon. */
static ThComing
judge_age (const ThRule *rule, ThDate birth, ThDate on, ThDate today, ThDate *ret_when, char ret_why[80])
{
  int age;

  *ret_when = (ThDate){ 0 };
  g_snprintf (ret_why, 80, "any age");
  if (birth.year == 0 || (!rule->has_ages && !rule->has_births))
    return TH_COMING_YES;
  if (rule->has_births)
    {
      if (rule->birth_max == TH_NO_LIMIT)
        g_snprintf (ret_why, 80, "born %u, from %u on", birth.year, rule->birth_min);
      else
        g_snprintf (ret_why, 80, "born %u, from %u to %u", birth.year, rule->birth_min, rule->birth_max);
      return birth.year > rule->birth_max  ? TH_COMING_TOO_YOUNG
             : birth.year < rule->birth_min ? TH_COMING_TOO_OLD
                                            : TH_COMING_YES;
    }
  age = th_date_age (birth, on);
  if (rule->age_max == TH_NO_LIMIT)
    g_snprintf (ret_why, 80, "age %d, from %u on", age, rule->age_min);
  else
    g_snprintf (ret_why, 80, "age %d, from %u to %u", age, rule->age_min, rule->age_max);
  if (age > 0 && (guint) age > rule->age_max)
    return TH_COMING_TOO_OLD;
  if (age < 0 || (guint) age < rule->age_min)
    {
      ThDate when = birthday (birth, rule->age_min);

      if (th_eligibility_day_number (when) <= th_eligibility_day_number (today) + SOON_DAYS)
        *ret_when = when;
      return TH_COMING_TOO_YOUNG;
    }
  return TH_COMING_YES;
}

/* --- phases ------------------------------------------------------------------------------------- */

static gboolean
is_in (char **names, const char *folded)
{
  return names != NULL && *folded != '\0' && g_strv_contains ((const char *const *) names, folded);
}

static gboolean
is_in_group (const ThEligibility *rules, char **groups, const char *community, const char *employer)
{
  for (guint i = 0; i < rules->rules->len; i++)
    {
      const ThRule *group = rules->rules->pdata[i];

      if (group->kind == TH_RULE_GROUP && is_in (groups, group->name)
          && (is_in (group->communities, community) || is_in (group->employers, employer)))
        return TRUE;
    }
  return FALSE;
}

/* The phase names people, and this is none of them. Whoever is in one of its lists is in it. */
static gboolean
is_of_others (const ThEligibility *rules, const ThRule *phase, const ThApplicant *who)
{
  g_autofree char *community = NULL, *employer = NULL;

  if (phase->groups == NULL && phase->communities == NULL && phase->employers == NULL)
    return FALSE;
  if (who->community == NULL && who->employer == NULL && who->has_appointment)
    return FALSE; /* not known: whoever gave the appointment has looked */
  community = th_eligibility_fold (who->community != NULL ? who->community : "");
  employer = th_eligibility_fold (who->employer != NULL ? who->employer : "");
  return !is_in (phase->communities, community) && !is_in (phase->employers, employer)
         && !is_in_group (rules, phase->groups, community, employer);
}

static gboolean
gives_dose (const ThRule *rule, guint dose)
{
  return rule->doses == 0 || dose == 0 || (rule->doses & 1u << dose) != 0;
}

/* Why @phase does not let them in today. @ret_when: when it will. */
static ThComing
judge_phase (Judgement *judgement, const ThRule *phase, ThDate *ret_when)
{
  const ThApplicant *who = judgement->who;
  ThDate on = has_begun (phase, who->day) ? who->day : phase->from;
  ThDate old_enough;
  char why[80], day[11];
  ThComing age = judge_age (phase, who->birth, on, who->day, &old_enough, why);
  ThComing coming = TH_COMING_YES;

  *ret_when = (ThDate){ 0 };
  if (is_over (phase, who->day))
    {
      coming = TH_COMING_OVER;
      th_date_to_string (phase->until, day);
      g_snprintf (why, sizeof why, "ended on %s", day);
    }
  else if (is_of_others (judgement->rules, phase, who))
    {
      coming = TH_COMING_NOT_HERE;
      g_snprintf (why, sizeof why, "for communities, employers or groups that are not theirs");
    }
  else if (!gives_dose (phase, who->dose))
    {
      coming = TH_COMING_DOSE;
      g_snprintf (why, sizeof why, "dose %u is not given in it", who->dose);
    }
  else if (age != TH_COMING_YES)
    {
      coming = age;
      /* Old enough when it is over is too late. */
      if (old_enough.year != 0 && !is_over (phase, old_enough))
        *ret_when = old_enough;
    }
  else if (!has_begun (phase, who->day))
    {
      coming = TH_COMING_NOT_YET;
      *ret_when = phase->from;
      th_date_to_string (phase->from, day);
      g_snprintf (why, sizeof why, "begins on %s", day);
    }
  say (judgement, coming == TH_COMING_YES ? TH_RULING_YES : TH_RULING_NO, phase->title, phase->line,
       coming, "%s%s", why, who->birth.year == 0 && phase->has_ages ? "; the age is not known here" : "");
  return coming;
}

/* Which of two reasons says more: the day they may come; then what stands in the way in a phase of today. */
static gboolean
says_more (ThComing a, ThDate a_when, gboolean a_today, ThComing b, ThDate b_when, gboolean b_today)
{
  if (b == TH_COMING_YES)
    return TRUE;
  if ((a_when.year != 0) != (b_when.year != 0))
    return a_when.year != 0;
  if (a_when.year != 0)
    return is_before (a_when, b_when);
  if (a_today != b_today)
    return a_today;
  return a < b;
}

/* One phase that lets them in is enough; a file without any lets everybody in. */
static void
judge_phases (Judgement *judgement)
{
  ThComing best = TH_COMING_YES;
  ThDate best_when = { 0 };
  gboolean best_today = FALSE, let_in = FALSE;

  for (guint i = 0; i < judgement->rules->rules->len; i++)
    {
      const ThRule *phase = judgement->rules->rules->pdata[i];
      gboolean today;
      ThComing coming;
      ThDate when;

      if (phase->kind != TH_RULE_PHASE)
        continue;
      today = th_rule_counts_on (phase, judgement->who->day);
      coming = judge_phase (judgement, phase, &when);
      if (coming == TH_COMING_YES)
        let_in = TRUE;
      else if (says_more (coming, when, today, best, best_when, best_today))
        {
          best = coming;
          best_when = when;
          best_today = today;
        }
    }
  if (!let_in && best != TH_COMING_YES)
    turn_away (judgement, best, best_when);
}

static void
judge_walk_in (Judgement *judgement)
{
  const ThRule *rule = find_rule (judgement->rules, TH_RULE_WALK_INS, judgement->who->day);
  const char *title = rule != NULL ? rule->title : "walk-ins";
  guint line = rule != NULL ? rule->line : TH_ELIGIBILITY_ANY;

  switch (rule != NULL ? rule->walk_ins : TH_WALK_INS_PHASE)
    {
    case TH_WALK_INS_NONE:
      say (judgement, TH_RULING_NO, title, line, TH_COMING_NO_APPOINTMENT,
           "nobody comes without an appointment for this day");
      turn_away (judgement, TH_COMING_NO_APPOINTMENT, (ThDate){ 0 });
      break;
    case TH_WALK_INS_PHASE:
      say (judgement, TH_RULING_YES, title, line, TH_COMING_YES,
           "whoever's turn it is needs no appointment");
      judge_phases (judgement);
      break;
    case TH_WALK_INS_ALL:
      say (judgement, TH_RULING_YES, title, line, TH_COMING_YES, "everybody may come, whatever the phase");
      break;
    }
}

/* --- the vaccine --------------------------------------------------------------------------------- */

static void
judge_interval (Judgement *judgement, const ThRule *vaccine)
{
  const ThApplicant *who = judgement->who;
  guint least = vaccine->interval_min[who->dose], most = vaccine->interval_max[who->dose];
  guint days;

  if (least == 0)
    return;
  if (who->last_dose.year == 0 || is_before (who->day, who->last_dose))
    {
      say (judgement, TH_RULING_OPEN, vaccine->title, vaccine->line, TH_COMING_YES,
           "dose %u after %u days or more: the day of the dose before is not known here", who->dose, least);
      return;
    }
  days = th_eligibility_day_number (who->day) - th_eligibility_day_number (who->last_dose);
  if (days < least)
    {
      say (judgement, TH_RULING_NO, vaccine->title, vaccine->line, TH_COMING_INTERVAL,
           "dose %u after %u days, at least %u", who->dose, days, least);
      turn_away (judgement, TH_COMING_INTERVAL, add_days (who->last_dose, least));
    }
  else if (days > most)
    say (judgement, TH_RULING_YES, vaccine->title, vaccine->line, TH_COMING_YES,
         "dose %u after %u days, recommended within %u: late, and given all the same", who->dose, days,
         most);
  else
    say (judgement, TH_RULING_YES, vaccine->title, vaccine->line, TH_COMING_YES,
         "dose %u after %u days, at least %u", who->dose, days, least);
}

static void
judge_vaccine_rule (Judgement *judgement, const ThRule *vaccine)
{
  const ThApplicant *who = judgement->who;
  ThDate old_enough;
  char why[80];
  ThComing age = judge_age (vaccine, who->birth, who->day, who->day, &old_enough, why);

  if (old_enough.year != 0 && is_over (vaccine, old_enough))
    old_enough = (ThDate){ 0 };
  if (who->birth.year == 0 && (vaccine->has_ages || vaccine->has_births))
    say (judgement, TH_RULING_OPEN, vaccine->title, vaccine->line, TH_COMING_YES,
         "the age is not known here");
  else
    say (judgement, age == TH_COMING_YES ? TH_RULING_YES : TH_RULING_NO, vaccine->title, vaccine->line,
         age, "%s", why);
  if (age != TH_COMING_YES)
    turn_away (judgement, age, old_enough);
  if (!gives_dose (vaccine, who->dose))
    {
      say (judgement, TH_RULING_NO, vaccine->title, vaccine->line, TH_COMING_DOSE,
           "it has no dose %u", who->dose);
      turn_away (judgement, TH_COMING_DOSE, (ThDate){ 0 });
    }
  judge_interval (judgement, vaccine);
}

/* Of the vaccine they are to have; one that the file does not name is judged where it is given. */
static void
judge_vaccine (Judgement *judgement)
{
  const ThApplicant *who = judgement->who;
  const ThRule *other = NULL;
  g_autofree char *name = NULL;

  if (who->vaccine == NULL || *who->vaccine == '\0')
    return;
  name = th_eligibility_fold (who->vaccine);
  for (guint i = 0; i < judgement->rules->rules->len; i++)
    {
      const ThRule *rule = judgement->rules->rules->pdata[i];

      if (rule->kind != TH_RULE_VACCINE || strcmp (rule->name, name) != 0)
        continue;
      if (th_rule_counts_on (rule, who->day))
        {
          judge_vaccine_rule (judgement, rule);
          return;
        }
      /* The next time it is given, else the last. */
      if (other == NULL || (!has_begun (rule, who->day)
                            && (has_begun (other, who->day) || is_before (rule->from, other->from))))
        other = rule;
    }
  if (other == NULL)
    say (judgement, TH_RULING_OPEN, "vaccine", TH_ELIGIBILITY_ANY, TH_COMING_YES,
         "the file says nothing of the vaccine of this appointment");
  else
    {
      gboolean later = !has_begun (other, who->day);
      ThComing coming = later ? TH_COMING_NOT_YET : TH_COMING_OVER;

      say (judgement, TH_RULING_NO, other->title, other->line, coming, "it is not given on this day");
      turn_away (judgement, coming, later ? other->from : (ThDate){ 0 });
    }
}

/* --- the time ------------------------------------------------------------------------------------ */

static void
judge_arrival (Judgement *judgement)
{
  const ThApplicant *who = judgement->who;
  const ThRule *rule
      = judgement->rules != NULL ? find_rule (judgement->rules, TH_RULE_ARRIVAL, who->day) : NULL;
  const char *title = rule != NULL ? rule->title : "arrival";
  guint line = rule != NULL ? rule->line : TH_ELIGIBILITY_ANY;
  guint early_min = rule != NULL && rule->has_early ? rule->early_min : who->early_min;
  guint late_min = rule != NULL ? rule->late_min : TH_NO_LIMIT;
  guint from_min = who->start_min - MIN (early_min, who->start_min);
  guint to_min = late_min == TH_NO_LIMIT ? 24 * 60 : MIN (who->end_min + late_min, 24 * 60);
  ThComing coming = who->minute < from_min ? TH_COMING_EARLY
                    : who->minute > to_min ? TH_COMING_LATE
                                           : TH_COMING_YES;

  say (judgement, coming == TH_COMING_YES ? TH_RULING_YES : TH_RULING_NO, title, line, coming,
       "at %02u:%02u, from %02u:%02u to %02u:%02u for an appointment of %02u:%02u", who->minute / 60,
       who->minute % 60, from_min / 60, from_min % 60, to_min / 60, to_min % 60, who->start_min / 60,
       who->start_min % 60);
  judgement->admission.from_min = from_min;
  judgement->admission.to_min = to_min;
  turn_away (judgement, coming, (ThDate){ 0 });
}

gboolean
th_eligibility_judge (const ThEligibility *rules, const ThApplicant *who, ThAdmission *ret_admission,
                      GArray *ret_rulings)
{
  Judgement judgement = { .rules = rules, .who = who, .rulings = ret_rulings };

  if (rules == NULL)
    {
      say (&judgement, TH_RULING_YES, "no rules", TH_ELIGIBILITY_ANY, TH_COMING_YES,
           "everybody may come");
      if (who->has_appointment)
        judge_arrival (&judgement);
    }
  else if (who->has_appointment)
    {
      say (&judgement, TH_RULING_YES, "appointment", TH_ELIGIBILITY_ANY, TH_COMING_YES,
           "there is one for this day");
      judge_phases (&judgement);
      judge_vaccine (&judgement);
      judge_arrival (&judgement);
    }
  else
    {
      judge_walk_in (&judgement);
      judge_vaccine (&judgement);
    }
  *ret_admission = judgement.admission;
  return judgement.admission.coming == TH_COMING_YES;
}

ThAnswerRule
th_eligibility_answer (const ThEligibility *rules, ThDate day, ThQuestion question)
{
  const ThRule *rule = rules != NULL ? find_rule (rules, TH_RULE_ANSWERS, day) : NULL;

  g_return_val_if_fail (question < TH_N_QUESTIONS, TH_ANSWER_HEALTH_DESK);
  return rule != NULL ? rule->answers[question] : TH_ANSWER_HEALTH_DESK;
}
