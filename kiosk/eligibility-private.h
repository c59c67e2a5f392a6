/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules as they are read: shared by eligibility.c (the judgement) and eligibility-file.c (the file). */
#pragma once

#include "kiosk/eligibility.h"

G_BEGIN_DECLS

#define TH_MAX_AGE 130

typedef enum
{
  TH_RULE_ARRIVAL,
  TH_RULE_WALK_INS,
  TH_RULE_ANSWERS,
  TH_RULE_GROUP,
  TH_RULE_PHASE,
  TH_RULE_VACCINE,
  TH_N_RULES,
} ThRuleKind;

typedef enum
{
  TH_WALK_INS_NONE,
  TH_WALK_INS_PHASE, /* whoever's turn it is */
  TH_WALK_INS_ALL,
} ThWalkIns;

#define TH_NO_LIMIT G_MAXUINT

/* One section. */
typedef struct
{
  ThRuleKind kind;
  char *title; /* "phase 18 to 59" */
  char *name;  /* th_eligibility_fold() of "18 to 59"; "" when there is none */
  guint line;
  guint seen; /* bits: which keys stood there */
  ThDate from, until; /* year 0: open */

  /* PHASE, VACCINE */
  gboolean has_ages, has_births;
  guint age_min, age_max; /* TH_NO_LIMIT */
  guint birth_min, birth_max;
  guint doses; /* bit n: dose n; 0: any */

  /* PHASE, GROUP: folded, NULL: any */
  char **groups, **communities, **employers;

  /* VACCINE: days after the dose before */
  guint interval_min[TH_ELIGIBILITY_MAX_DOSE + 1]; /* 0: none */
  guint interval_max[TH_ELIGIBILITY_MAX_DOSE + 1]; /* recommended; TH_NO_LIMIT */

  /* ARRIVAL, minutes; late TH_NO_LIMIT: all day */
  gboolean has_early;
  guint early_min, late_min;

  ThWalkIns walk_ins;
  ThAnswerRule answers[TH_N_QUESTIONS];
} ThRule;

struct _ThEligibility
{
  GPtrArray *rules; /* of ThRule, in the order of the file */
};

/* So that "Ａ县医院 " and "a县医院" are one: case, width and white space do not count. (transfer full) */
char *th_eligibility_fold (const char *text);
/* Days since some day long ago. */
guint th_eligibility_day_number (ThDate date);
gboolean th_rule_counts_on (const ThRule *rule, ThDate day);

G_END_DECLS
