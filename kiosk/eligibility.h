/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may come, and when: dated rules in one file that a clerk of the health bureau can read and edit
 * (data/eligibility.rules is one, and says what each line means), and the judgement of one person by
 * them. The judgement is pure: no clock, no file, no records.
 *
 *   [phase 18 to 59]
 *   from=2021-03-15
 *   ages=18-59
 *
 * Sections are [arrival], [walk-ins], [answers], [group NAME], [phase NAME] and [vaccine NAME]; the first
 * three may have a name too. All but groups may have from= and until= (a day, both included). Two sections
 * that say something of the same thing on the same day are an error, as is every word that is not known.
 */
#pragma once

#include <glib.h>

#include "drivers/samv.h"
#include "kiosk/records.h"

G_BEGIN_DECLS

#define TH_ELIGIBILITY_MAX_BYTES (64 * 1024)
#define TH_ELIGIBILITY_MAX_SECTIONS 200
#define TH_ELIGIBILITY_MAX_DOSE 9
#define TH_ELIGIBILITY_ANY 0 /* a line number: no line of the file, what counts when it says nothing */

typedef struct _ThEligibility ThEligibility;

/**
 * th_eligibility_parse:
 * @text: (array length=len): UTF-8, lines end in LF or CRLF
 * @error: G_IO_ERROR_INVALID_DATA: "line 7: …": what it has, and what it may have
 */
ThEligibility *th_eligibility_parse (const char *text, gsize len, GError **error);
/* The same of a regular file. */
ThEligibility *th_eligibility_load (const char *path, GError **error);
void th_eligibility_free (ThEligibility *rules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThEligibility, th_eligibility_free)

/* May this person come in now? The first that is not "yes" in the order below is what they are told, since what comes
 * after it does not matter to them yet. */
typedef enum
{
  TH_COMING_YES,
  TH_COMING_CODE_PAST,  /* the appointment they brought was on another day (th_records_admit()) */
  TH_COMING_CODE_LATER, /* … or will be */
  TH_COMING_NO_APPOINTMENT, /* nobody comes without one today, and there is none of theirs for today */
  TH_COMING_NOT_HERE,       /* it is others' turn: by community, employer or group */
  TH_COMING_NOT_YET,        /* their turn comes later: when */
  TH_COMING_OVER,           /* their turn is over */
  TH_COMING_TOO_YOUNG,      /* perhaps until when */
  TH_COMING_TOO_OLD,
  TH_COMING_DOSE,     /* that dose is not given now */
  TH_COMING_INTERVAL, /* too soon after the dose before: when */
  TH_COMING_LATE,     /* their time has passed */
  TH_COMING_EARLY,    /* later today, their place is kept: from_min */
  TH_N_COMINGS,
} ThComing;

/* "yes", "no-appointment", …; it stands in the log as the reason of a visit that came to nothing. */
const char *th_coming_to_string (ThComing coming);
gboolean th_coming_from_string (const char *text, ThComing *ret_coming);

/* Who comes. What is not known decides nothing: it is looked at where the vaccine is given. */
typedef struct
{
  ThDate birth;     /* year 0: not known */
  ThDate day;       /* that is open */
  guint minute;     /* of that day, now */
  ThDate last_dose; /* the day of the dose before; year 0: not known */

  gboolean has_appointment;  /* for this day; else the person walks in */
  guint start_min, end_min;  /* its time, minutes of the day */
  guint early_min;           /* how long before it they may come, where the rules do not say */
  guint dose;                /* 1 to 9; 0: not said */
  const char *vaccine;       /* as in the appointment list; NULL or "": not said */
  const char *community;     /* NULL: not known; "": none */
  const char *employer;      /* the same */
} ThApplicant;

/* What the person is told. */
typedef struct
{
  ThComing coming;
  ThDate when;            /* the first day they may come; year 0: nobody knows */
  guint from_min, to_min; /* EARLY, LATE: when they may, minutes of the day */
} ThAdmission;

typedef enum
{
  TH_RULING_YES,
  TH_RULING_NO,
  TH_RULING_OPEN, /* it cannot be judged here, and decides nothing */
} ThRulingKind;

/* What one rule says of the person. */
typedef struct
{
  ThRulingKind kind;
  const char *rule; /* "phase 18 to 59", of the rules; or what counts when they say nothing */
  guint line;       /* in the file; TH_ELIGIBILITY_ANY */
  ThComing coming;  /* NO: why */
  char why[120];    /* for technicians, in English: "age 17, from 18 to 59"; has the age and dates of the person in it */
} ThRuling;

/**
 * th_eligibility_judge:
 * @rules: (nullable): NULL: everybody may come, with an appointment not before its time
 * @ret_rulings: (nullable) (element-type ThRuling): every rule that looked at the person is added, in order
 *
 * Returns: whether @ret_admission says yes; it is always set.
 */
gboolean th_eligibility_judge (const ThEligibility *rules, const ThApplicant *who,
                               ThAdmission *ret_admission, GArray *ret_rulings);

/* What a yes to a health question means. */
typedef enum
{
  TH_ANSWER_HEALTH_DESK, /* a doctor decides */
  TH_ANSWER_NOT_TODAY,   /* by the rules no vaccination today; the health desk says so */
} ThAnswerRule;

/* @rules: (nullable) */
ThAnswerRule th_eligibility_answer (const ThEligibility *rules, ThDate day, ThQuestion question);

G_END_DECLS
