/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rules of a check-in, all of them, as one pure function: state and event in, effects out. No
 * clock (time comes in with each event), no I/O, no allocation.
 */
#pragma once

#include <glib.h>

#include "drivers/devices.h"
#include "kiosk/records.h"
#include "kiosk/screening.h"

G_BEGIN_DECLS

typedef enum
{
  TH_STATE_WELCOME,
  TH_STATE_READING,  /* a card is on the reader, or is being looked up */
  TH_STATE_NUMBER,   /* no card: typing a number on the pad */
  TH_STATE_IDENTITY, /* privacy notice, masked name: is this you? */
  TH_STATE_QUESTIONS,
  TH_STATE_MEASURING,
  TH_STATE_REST,
  TH_STATE_PRINTING, /* looking at the paper, taking a number, printing it */
  TH_STATE_PLACE,    /* this person already has a number today */
  TH_STATE_DONE,
  TH_STATE_NOT_TODAY,
  TH_STATE_HELP,
  TH_STATE_TROUBLE,
  TH_N_STATES,
} ThState;

const char *th_state_to_string (ThState state);

/* How somebody came. */
typedef enum
{
  TH_ENTRY_CARD,
  TH_ENTRY_NUMBER,
  TH_ENTRY_APPOINTMENT, /* its code was scanned */
  TH_ENTRY_SLIP,        /* a slip's code was scanned: there is a number already, or there is none */
} ThEntry;

const char *th_entry_to_string (ThEntry entry); /* "card", "number", "appointment", "slip" */

typedef enum
{
  /* what a person does */
  TH_EVENT_YES,
  TH_EVENT_NO,
  TH_EVENT_HELP,
  TH_EVENT_BACK,
  TH_EVENT_LEAVE,   /* "I do not want to go on", and "done" on a last page */
  TH_EVENT_STAY,    /* "yes, I am still here" */
  TH_EVENT_NO_CARD, /* "I have no card" */
  TH_EVENT_SUBMIT,  /* the number is typed */
  TH_EVENT_COPY,    /* "print my slip again" */
  TH_EVENT_TOUCH,   /* any other sign of life: a digit, a language */

  /* what the card reader says */
  TH_EVENT_CARD_FOUND,
  TH_EVENT_CARD_READ,   /* @known: an ID number that holds, of a card that is taken (else perhaps
                           @why); @same: the person who is being served */
  TH_EVENT_CARD_FAILED, /* @retry */
  TH_EVENT_CARD_LIFTED,

  /* what the scanner says */
  TH_EVENT_APPOINTMENT,  /* as CARD_READ; @known: it holds, here and now */
  TH_EVENT_SLIP,         /* the code of a slip */
  TH_EVENT_CODE_REFUSED, /* @why: a code that is of no use here */

  /* what the records say */
  TH_EVENT_NUMBER_BAD,  /* the typed number cannot be right */
  TH_EVENT_PLACE_NONE,  /* looked up: no ticket today; @why: they may not come in now */
  TH_EVENT_PLACE_FOUND, /* looked up: there is one */
  TH_EVENT_PLACE_RESTS, /* looked up: they sat down to rest; @rest */
  TH_EVENT_ISSUED,      /* the number is on disk; @existed: another visit of this person had it */
  TH_EVENT_NO_DOSE,    /* the last dose was promised to somebody else: no number, no place is kept */
  TH_EVENT_RECORDS_FAILED, /* not written: @records says why; @waits */
  TH_EVENT_RECORDS_READY,

  /* what the thermometer says */
  TH_EVENT_MEASURED, /* @shown_tenths */

  /* what the printer says */
  TH_EVENT_PAPER,     /* @paper: asked now, before a number is taken */
  TH_EVENT_SLIP_OVER, /* @outcome */

  TH_EVENT_GATE, /* @gate: may anybody be measured now */

  /* any device, any time */
  TH_EVENT_HEALTH, /* @device, @health (reader, thermometer) or @paper (printer) */

  TH_EVENT_TIME, /* a deadline may have passed */
} ThEventType;

typedef enum
{
  TH_PART_READER,
  TH_PART_THERMOMETER,
  TH_PART_PRINTER,
  TH_PART_RECORDS,
  TH_PART_SCREENING, /* all devices work, yet nobody may be measured: ThFlow's gate says why */
  TH_N_PARTS,
} ThPart;

const char *th_part_to_string (ThPart part);

typedef struct
{
  ThEventType type;
  gint64 now_us; /* monotonic; never 0 */
  gboolean known;
  gboolean same;
  const char *why;  /* static nick */
  gboolean present; /* TIME: somebody stands in front of the thermometer */
  ThDeviceRetry retry;
  gboolean existed;
  int shown_tenths;
  ThPart device;
  ThHealth health;
  ThPaper paper;
  ThSlipOutcome outcome;
  ThRecordsError records;
  const ThRest *rest; /* PLACE_RESTS */
  ThBar gate; /* GATE: TH_N_BARS when nothing is in the way */
  gboolean waits; /* RECORDS_FAILED: the slip waited for them, and was held back: the printer has
                     none of it */
} ThEvent;

/* What the caller must do now; bits. */
typedef enum
{
  TH_EFFECT_NONE = 0,
  TH_EFFECT_LOOK_UP = 1 << 0,      /* does this person have a ticket today? → PLACE_* */
  TH_EFFECT_CHECK_NUMBER = 1 << 1, /* the typed number → NUMBER_BAD, or keep it and LOOK_UP */
  TH_EFFECT_RECORD_CONFIRMED = 1 << 2,
  TH_EFFECT_RECORD_ANSWER = 1 << 3, /* flow->answered, flow->answered_yes */
  TH_EFFECT_RECORD_READING = 1 << 4,
  TH_EFFECT_RECORD_NOT_MEASURED = 1 << 5,
  TH_EFFECT_RECORD_LEFT = 1 << 6, /* flow->left_state, flow->left_why */
  TH_EFFECT_MEASURE = 1 << 7,     /* begin sampling */
  TH_EFFECT_MEASURE_END = 1 << 8,
  TH_EFFECT_ASK_PAPER = 1 << 9,     /* → PAPER */
  TH_EFFECT_ISSUE = 1 << 10,        /* take the number → ISSUED */
  TH_EFFECT_PRINT = 1 << 11,        /* the original → SLIP_OVER */
  TH_EFFECT_PRINT_COPY = 1 << 12,   /* a copy → SLIP_OVER */
  TH_EFFECT_TAKE_HOME = 1 << 13,    /* why, and when to come again, on paper: flow->end_why */
  TH_EFFECT_FORGET = 1 << 14,       /* everything personal leaves memory and screen */
  TH_EFFECT_NEXT_PERSON = 1 << 15,  /* the card that waited is now the person */
  TH_EFFECT_DROP_SECOND = 1 << 16,  /* the card that waited is forgotten */
  TH_EFFECT_LOOK_UP_SLIP = 1 << 18, /* whose number is on this slip? → PLACE_* */
  TH_EFFECT_RECORD_NO_SLIP
  = 1 << 17, /* the original is given up: nothing of it reached the printer */
  TH_EFFECT_RECORD_REST = 1 << 19, /* flow->rest_s, flow->least_s: the place is kept, others are served */
  TH_EFFECT_RECORD_RETURNED = 1 << 20,
} ThEffects;

typedef struct
{
  /* rules: set once by th_flow_init() */
  ThScreening screening;
  gint64 idle_us, warning_us, done_us, trouble_us, tap_guard_us;

  /* the visit */
  ThState state;
  gboolean card_on;   /* a card lies on the reader */
  gboolean person;    /* something personal is in memory */
  gboolean confirmed; /* "yes, this is me" */
  ThEntry entry;      /* how the person came */
  guint question;     /* 0 … TH_N_QUESTIONS - 1 */
  guint answered;     /* the question just answered, for RECORD_ANSWER; it outlives the visit */
  gboolean answered_yes;
  gint8 answers[TH_N_QUESTIONS]; /* -1 not asked */
  int shown_tenths[8];
  guint n_shown;
  guint measure_rounds; /* times the person said "I am here" while measuring */
  ThReason reasons;
  guint rest_s, least_s; /* of the newest rest: how long, and not measured again sooner */
  gint64 rest_until_us;
  gint64 rest_least_us;
  gboolean kept;      /* the place is in the records: this visit can go on another time */
  gboolean issued;    /* the number is on disk */
  gboolean printing;  /* a slip is at the printer */
  gboolean copy;      /* it is a copy */
  guint failed_slips; /* sent in vain */
  ThSlipOutcome outcome;
  gboolean outcome_known;
  ThDeviceRetry retry;
  gboolean retry_shown;
  gboolean typed_bad;
  const char *end_why; /* static nick, "" */
  gboolean takes_home; /* it may be printed, too */

  /* beside the visit */
  ThHealth health[TH_N_PARTS]; /* of the printer: READY when it can print */
  ThPaper paper;
  ThBar gate; /* what stands in the way of measuring */
  ThPart trouble_part;
  ThState resume;       /* where the visit goes on after trouble or help; WELCOME: nowhere */
  gboolean second_card; /* or an appointment, see second_entry */
  ThEntry second_entry;
  gint64 second_card_us;
  gint64 entered_us;  /* when the page came up, or was seen again */
  gint64 deadline_us; /* of the state; 0 none */
  gint64 warned_us;   /* the warning is on since; 0 off */
  ThState left_state;
  const char *left_why;
} ThFlow;

void th_flow_init (ThFlow *flow, const ThScreening *screening, guint idle_s, guint warning_s,
                   guint done_s, guint trouble_s, guint tap_guard_ms);
ThEffects th_flow_step (ThFlow *flow, const ThEvent *event);

/* When the next TIME event is due, monotonic µs; 0: no deadline. */
gint64 th_flow_next_deadline_us (const ThFlow *flow);
/* Seconds left of the "are you still there?" warning at @now_us; 0: no warning. */
guint th_flow_warning_seconds (const ThFlow *flow, gint64 now_us);
gboolean th_flow_asks_second_card (const ThFlow *flow);
guint th_flow_rest_seconds (const ThFlow *flow, gint64 now_us);
/* A rest of minutes: they sit down elsewhere, and the kiosk serves others. */
gboolean th_flow_rests_away (const ThFlow *flow, gint64 now_us);
/* "I am back" would count. */
gboolean th_flow_may_come_back (const ThFlow *flow, gint64 now_us);

G_END_DECLS
