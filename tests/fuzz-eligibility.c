/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever a rules file says: bounded work, and a judgement of anybody that makes sense. */
#include <stdint.h>
#include <stdlib.h>

#include "kiosk/eligibility.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static int
number (ThDate date)
{
  return (date.year * 12 + date.month) * 31 + date.day;
}

static void
judge (const ThEligibility *rules, const ThApplicant *who)
{
  g_autoptr (GArray) rulings = g_array_new (FALSE, FALSE, sizeof (ThRuling));
  gboolean said = FALSE;
  ThAdmission admission;
  gboolean yes = th_eligibility_judge (rules, who, &admission, rulings);

  for (guint i = 0; i < rulings->len; i++)
    {
      const ThRuling *ruling = &g_array_index (rulings, ThRuling, i);

      if (ruling->why[0] == '\0' || ruling->rule[0] == '\0')
        abort ();
      said = said || (ruling->kind == TH_RULING_NO && ruling->coming == admission.coming);
    }
  if (yes != (admission.coming == TH_COMING_YES) || yes == said
      || (admission.when.year != 0 && number (admission.when) <= number (who->day))
      || admission.from_min > admission.to_min || admission.to_min > 24 * 60)
    abort ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const ThDate births[] = { { 0 }, { 1890, 1, 1 }, { 1961, 3, 15 }, { 2004, 2, 29 }, { 2030, 12, 31 } };
  static const ThDate days[] = { { 2021, 3, 15 }, { 2022, 2, 28 } };
  g_autoptr (ThEligibility) rules = th_eligibility_parse ((const char *) data, size, NULL);

  for (guint i = 0; rules != NULL && i < G_N_ELEMENTS (births) * G_N_ELEMENTS (days) * 2; i++)
    {
      ThApplicant who = { .birth = births[i % G_N_ELEMENTS (births)],
                          .day = days[i / 2 % G_N_ELEMENTS (days)],
                          .minute = 9 * 60 + i,
                          .last_dose = { 2021, 3, 1 },
                          .has_appointment = i % 2 == 0,
                          .start_min = 600,
                          .end_min = 660,
                          .dose = i % 4,
                          .vaccine = "V",
                          .community = i % 3 == 0 ? "East" : NULL };

      judge (rules, &who);
      for (ThQuestion question = 0; question < TH_N_QUESTIONS; question++)
        th_eligibility_answer (rules, who.day, question);
    }
  return 0;
}
