/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The records: one append-only log of events, and projections of it that screens read, written in the
 * same transaction (SQLite, WAL, synchronous=FULL). A short list of facts and questions, not a database.
 *
 * Every call is plain synchronous code that may take as long as a disk takes: programs with a screen call
 * them on one worker thread (kiosk/worker.h). A ThRecords is used by one thread at a time.
 * Several processes (kiosk, staff, thresholdctl) share one file; each opens its own ThRecords.
 *
 * No name, ID number, address or photo is stored. A person is found again on the same day by a keyed hash
 * of the ID number; the key is of the day, stands outside the database (state-dir/keys) and is destroyed
 * when the day is over. The programs of one machine are users of one group: folders that are made here are
 * 2770, files 0660.
 *
 * Errors: TH_RECORDS_ERROR.
 */
#pragma once

#include <glib.h>

#include "drivers/devices.h"
#include "kiosk/queue-rules.h"
#include "kiosk/screening.h"

G_BEGIN_DECLS

#define TH_RECORDS_ERROR (th_records_error_quark ())
GQuark th_records_error_quark (void);

typedef enum
{
  TH_RECORDS_ERROR_FAILED,    /* SQLite's own words follow */
  TH_RECORDS_ERROR_BUSY,      /* another process holds the file for too long */
  TH_RECORDS_ERROR_FULL,      /* disk full or read-only */
  TH_RECORDS_ERROR_CORRUPT,   /* not our file, damaged, or written by a newer version */
  TH_RECORDS_ERROR_NOT_FOUND, /* no such ticket, case or person on the staff */
  TH_RECORDS_ERROR_REFUSED,   /* against a rule; the message says which */
  TH_RECORDS_ERROR_LOCKED,    /* too many wrong PINs; the message says until when */
  TH_RECORDS_ERROR_NO_DOSE,   /* refused: every dose of today is promised (kiosk/records-lots.h) */
} ThRecordsError;

#define TH_DAY_BYTES 11 /* a local date: "2026-11-22" */

typedef struct _ThRecords ThRecords;

/**
 * th_records_open:
 * @state_dir: made with mode 2770 if it is not there; records.db and keys/ inside
 * @device: who writes: it stands in every event
 */
ThRecords *th_records_open (const char *state_dir, const char *device, GError **error);
void th_records_close (ThRecords *records);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThRecords, th_records_close)

/* TRUE when another connection has changed the file since the last call (PRAGMA data_version). */
gboolean th_records_changed (ThRecords *records);

/* --- a visit, written by the kiosk --------------------------------------------------------------- */

typedef enum
{
  TH_QUESTION_SYMPTOMS,
  TH_QUESTION_TRAVEL,
  TH_QUESTION_CONTACT,
  TH_QUESTION_CONSENT,
  TH_N_QUESTIONS,
} ThQuestion;

const char *th_question_to_string (ThQuestion question); /* "symptoms", … */
/* Of the text that is answered, wherever it is asked: "questions-1". Change it with the words. */
const char *th_question_version (ThQuestion question);

/* Why a visit has a case: bits. */
typedef enum
{
  TH_REASON_TEMPERATURE = 1 << 0,  /* above the site's limit */
  TH_REASON_ANSWER = 1 << 1,       /* a yes to a health question */
  TH_REASON_NOT_MEASURED = 1 << 2, /* no reading could be had: hand-held thermometer */
  TH_REASON_NOT_BACK = 1 << 3,     /* sat down to rest, and did not come back to be measured */
} ThReason;

char *th_visit_id_new (void); /* a UUIDv7 */

/* The ticket a person already has today. */
typedef struct
{
  char visit[37];
  char lane;
  guint number;
  char token[33];       /* 128 random bits, lower-case hex: the slip's QR */
  gint64 issued_at_us;  /* wall clock, µs since 1970 */
  int people_ahead;     /* waiting before this one in its lane, when asked; -1: it has been called already */
  int wait_low_s, wait_high_s; /* foretold when it was issued; 0 and 0: it was not known */
  ThReason reasons;     /* decides the "where to go" line of a copy; 0 once staff cleared the case */
  gboolean existed;     /* th_records_issue_ticket(): the person had it already */
  guint copies;         /* copies printed so far */
} ThTicket;

/* "A-017" */
void th_ticket_label (char lane, guint number, char ret_label[16]);

/* Who somebody is for the day, in one spelling: an ID number as th_id_number_check() writes it;
 * "appointment:SITE:ID" for whoever came with that appointment; "same:HEX" for whoever came with one that
 * says whose it is (kiosk/token.h): when these records have the key that it was made with (TH_PERSON_KEY
 * in the key folder, opened with them), that and the ID number are the same person. */
#define TH_PERSON_KEY "person.key"
#define TH_PERSON_BYTES 80

/* Whether two of these are one person today: an ID number, and an appointment that says whose it is. */
gboolean th_records_same_person (ThRecords *records, const char *person, const char *other,
                                 gboolean *ret_same, GError **error);

/* FALSE with @error unset: this person has no ticket today. */
gboolean th_records_find_ticket (ThRecords *records, const char *person, ThTicket *ret_ticket,
                                 GError **error);
/* The ticket of today whose slip has this QR (32 lower-case hex digits). FALSE with @error unset: none. */
gboolean th_records_find_slip (ThRecords *records, const char *token, ThTicket *ret_ticket,
                               GError **error);

/* "yes, this is me": @entry "card", "number" or "appointment"; @language "zh_CN". Nothing identifying
 * is kept. */
gboolean th_records_confirmed (ThRecords *records, const char *visit, const char *entry,
                               const char *language, GError **error);
/* What staff should know of the card: nicks with ; between them (kiosk/card-check.h), nothing personal. */
gboolean th_records_card_notes (ThRecords *records, const char *visit, const char *notes,
                                GError **error);
/* @version: of the text that was answered, e.g. "consent-1". */
gboolean th_records_answered (ThRecords *records, const char *visit, ThQuestion question,
                              const char *version, gboolean yes, GError **error);
gboolean th_records_measured (ThRecords *records, const char *visit, guint attempt,
                              const ThReading *reading, GError **error);
/* A measurement that ended without a reading; @why "sensor", "time-out". */
gboolean th_records_not_measured (ThRecords *records, const char *visit, const char *why,
                                  GError **error);
/* A visit that ended without a ticket: counted with state and reason, no person. @visit may be %NULL. */
gboolean th_records_left (ThRecords *records, const char *visit, const char *state,
                          const char *reason, GError **error);

/**
 * th_records_issue_ticket:
 * @reasons: 0, or why a case is opened in the same transaction ("flagged" event)
 *
 * Takes the lane's next number of the day: gap-free, never twice, whatever crashes or races; durable on
 * return, with its slip "queued". If the @person or the @visit has a ticket today, that one is
 * returned with existed = TRUE and nothing is written. REFUSED: no day is open (kiosk/records-day.h). NO_DOSE: doses
 * are watched and none is free; no number was taken.
 */
gboolean th_records_issue_ticket (ThRecords *records, const char *visit, const char *person,
                                  char lane, ThReason reasons, ThTicket *ret_ticket, GError **error);

/* --- a rest of minutes: the place is kept, the kiosk serves others ---------------------------------- */

/* A visit that goes on when its person comes back. */
typedef struct
{
  char visit[37];
  ThReason reasons;    /* so far */
  guint least_s;       /* seconds until they may be measured at all; 0: now */
  guint left_s;        /* seconds of rest left; 0: it is over */
  int shown_tenths[8]; /* the readings so far, oldest first */
  guint n_shown;
} ThRest;

/**
 * th_records_rest:
 * @person: found again by a keyed hash only, as with a ticket
 * @lane, @reasons: for th_records_end_rests()
 * @rest_s: how long they are asked to sit; @least_s: not measured again sooner; @return_s: then their place is
 *   kept this much longer
 *
 * REFUSED: the person has a number. A visit that rests again has a new time. With the place a dose is kept, where doses
 * are watched; NO_DOSE: none is free.
 */
gboolean th_records_rest (ThRecords *records, const char *visit, const char *person, char lane,
                          ThReason reasons, guint rest_s, guint least_s, guint return_s,
                          GError **error);
/* FALSE with @error unset: nobody of whom a place is kept. */
gboolean th_records_find_rest (ThRecords *records, const char *person, ThRest *ret_rest,
                               GError **error);
/* "I am back" */
gboolean th_records_returned (ThRecords *records, const char *visit, GError **error);
/* Whose time is over gets a number and a case, without a slip: TH_REASON_NOT_BACK. A rest of a day before
 * is counted as left. @except: the visit that is being served, or "". */
gboolean th_records_end_rests (ThRecords *records, const char *except, guint *ret_n, GError **error);

/* --- slips: queued → sending → sent → confirmed, or uncertain, or failed --------------------------- */

typedef enum
{
  TH_SLIP_STATE_QUEUED,
  TH_SLIP_STATE_SENDING,
  TH_SLIP_STATE_SENT,
  TH_SLIP_STATE_CONFIRMED,
  TH_SLIP_STATE_UNCERTAIN,
  TH_SLIP_STATE_FAILED,
} ThSlipState;

const char *th_slip_state_to_string (ThSlipState state);

/* @copy 0: the original. REFUSED when the step goes backwards, or when an original would be sent a second time:
 * sending is entered from queued or failed only. @why: for the log, may be "". */
gboolean th_records_slip (ThRecords *records, const char *visit, guint copy, ThSlipState state,
                          const char *why, GError **error);
/* A copy is asked for: its number (1, 2, …), its slip queued. */
gboolean th_records_new_copy (ThRecords *records, const char *visit, guint *ret_copy, GError **error);

/* At start: every slip of any day that is queued, sending (or sent without a confirmation, when @answers)
 * becomes uncertain. Sent with the reason "unwatched" is the last of it. @ret_n: how many. One that staff asked for
 * and that is still queued reached no paper: it stays, or fails when its day is over. */
gboolean th_records_settle_slips (ThRecords *records, gboolean answers, guint *ret_n, GError **error);

/* --- slips that staff ask for: the kiosk that has the printer carries them out -------------------- */

typedef struct
{
  ThTicket ticket;
  guint copy;       /* 0: the original */
  char language[8]; /* "zh_CN"; "" when nobody knows: the site's */
  gboolean day_over; /* asked for on a day that is over: it is not printed any more */
} ThPrint;

/* Queues another copy, marked as one; or the original, if it failed: nothing of it ever reached paper. Asked for
 * again while one waits, that one is it. REFUSED: the number is not of today, or its slip is about to be printed for who
 * stands at the kiosk. */
gboolean th_records_order_slip (ThRecords *records, const char *visit, const char *by,
                                guint *ret_copy, GError **error);
/* REFUSED when it was begun meanwhile, or nobody of the staff asked for it. It fails: "cancelled". */
gboolean th_records_cancel_slip (ThRecords *records, const char *visit, guint copy, const char *by,
                                 GError **error);
/* The one that waits longest. FALSE with @error unset: none does. Reads only. */
gboolean th_records_next_print (ThRecords *records, ThPrint *ret_print, GError **error);
/* queued → sending, before the first byte. @which: the printer, "main" or "spare". REFUSED: it was cancelled meanwhile. */
gboolean th_records_begin_print (ThRecords *records, const char *visit, guint copy,
                                 const char *which, GError **error);
/* sending → queued: nothing of it reached the printer. The third time it fails instead. */
gboolean th_records_put_off_print (ThRecords *records, const char *visit, guint copy,
                                   GError **error);

/* --- staff ---------------------------------------------------------------------------------------- */

typedef enum
{
  TH_ROLE_NURSE,   /* review, call */
  TH_ROLE_MANAGER, /* and add staff */
} ThRole;

/* @pin: 6 to 12 digits, not all the same, not a run such as 123456; stored as argon2id. The first one must be a manager. */
gboolean th_records_add_staff (ThRecords *records, const char *name, ThRole role, const char *pin,
                               GError **error);
/* (transfer full): names, NULL-terminated, in order; empty when nobody was added yet. */
char **th_records_list_staff (ThRecords *records, GError **error);
/* REFUSED: wrong PIN; LOCKED after 5 of them: 30 s, doubling to 15 min. @ret_wait_s: (nullable): set always: seconds until
 * the next try counts, 0 at once (so it is 30 with the 5th REFUSED already). Takes some 30 ms of CPU by design. */
gboolean th_records_log_in (ThRecords *records, const char *name, const char *pin, ThRole *ret_role,
                            guint *ret_wait_s, GError **error);

/* What a hand-held thermometer may show, in tenths of a degree: less or more is a slip of the finger. */
#define TH_HAND_HELD_MIN_TENTHS 340
#define TH_HAND_HELD_MAX_TENTHS 425

/* Why staff let somebody in whom the rules of who may come turn away. */
typedef enum
{
  TH_LET_IN_NOT,      /* nobody did */
  TH_LET_IN_PAPERS,   /* what they have with them shows that they may */
  TH_LET_IN_ARRANGED, /* it was arranged with the site */
  TH_LET_IN_LIST,     /* the appointment list is wrong */
  TH_LET_IN_MANAGER,  /* a manager said so */
  TH_N_LET_INS,
} ThLetIn;

const char *th_let_in_to_string (ThLetIn let_in); /* "", "papers", … */

/* Somebody whom staff check in. */
typedef struct
{
  char person[TH_PERSON_BYTES]; /* "": no number, so nobody can find this visit again by one */
  char lane;
  char language[8]; /* of the slip: "zh_CN" */
  gboolean yes[TH_N_QUESTIONS];
  gboolean measured; /* with a hand-held thermometer: */
  int shown_tenths;
  ThReason reasons; /* th_staff_entry_reasons() */
  const char *against; /* (nullable): static nick of the rules' no, th_coming_to_string(): they come in all the same */
  ThLetIn let_in;      /* then: why */
} ThStaffEntry;

/**
 * th_records_enter:
 *
 * Writes a whole visit, as a kiosk would have, and takes its number; the slip is queued for the kiosk's printer. A
 * person who has a ticket today gets that one: existed = TRUE, nothing is written. Without consent the visit is counted
 * as left, and @ret_ticket has number 0. REFUSED: against the rules, and nobody says why. NO_DOSE: as th_records_issue_ticket().
 */
gboolean th_records_enter (ThRecords *records, const ThStaffEntry *who, const char *by,
                              ThTicket *ret_ticket, GError **error);

typedef enum
{
  TH_DECISION_NONE,         /* open */
  TH_DECISION_CLEARED,      /* keeps the number, may be called */
  TH_DECISION_DEFERRED,     /* another day */
  TH_DECISION_FEVER_CLINIC, /* sent to the fever clinic */
} ThDecision;

const char *th_decision_to_string (ThDecision decision); /* "open", "cleared", "deferred", "fever-clinic" */

typedef struct
{
  int shown_tenths;
  int skin_mc;
  int room_mc;
  gint64 at_us; /* wall clock */
  gboolean hand_held; /* there are no skin_mc and room_mc */
} ThCaseReading;

typedef struct
{
  char visit[37];
  char lane;
  guint number;
  ThReason reasons;
  gint64 flagged_at_us; /* wall clock; the 20 and 40 minute clocks run from here */
  ThCaseReading readings[8];
  guint n_readings;
  gint8 answers[TH_N_QUESTIONS]; /* -1 not asked, 0 no, 1 yes */
  char *card_notes;              /* see th_records_card_notes(), "" for none */
  ThDecision decision;
  gint64 decided_at_us;
  char *decided_by;
  char *reason_text;
  gint64 oral_report_at_us;    /* 0: not made yet */
  gint64 written_report_at_us; /* 0: not made yet */
  ThSlipState slip;            /* of the original */
} ThCase;

void th_case_free (ThCase *the_case);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThCase, th_case_free)

/* (element-type ThCase) (transfer full): today's cases and older ones still open; open first, oldest first. */
GPtrArray *th_records_list_cases (ThRecords *records, GError **error);
/* @reason: what the member of staff wrote, 1 to 500 characters. A decided case may be decided again (a slip of the
 * finger): the newest decision counts, all stand in the log. TH_DECISION_NONE opens it again (undo): its number is
 * held again. */
gboolean th_records_decide (ThRecords *records, const char *visit, ThDecision decision,
                            const char *reason, const char *by, GError **error);
/* The oral (@written FALSE) or written report was made. */
gboolean th_records_reported (ThRecords *records, const char *visit, gboolean written, const char *by,
                              GError **error);

typedef struct
{
  char visit[37];
  char lane;
  guint number;
  char zone[TH_ZONE_BYTES]; /* where it is now */
  ThTicketState state;
  gint64 issued_at_us;
  gint64 since_us;          /* in this state: wall clock */
  gint64 called_at_us;      /* while it is called: the newest call; else 0 */
  gint64 order_us;          /* from when its place counts */
  gint64 until_us;          /* in observation: how long; else 0 */
  guint no_shows;           /* in this zone */
  guint steps;              /* since it was issued: 0: there is nothing to take back */
  char from_zone[TH_ZONE_BYTES]; /* where the last of them was made, */
  char desk[TH_DESK_BYTES];      /* and at which desk: while called or served, that one's */
  char why[17];             /* LEFT: "early", "day-closed", … */
  char household[37];       /* "": came alone */
  gint64 window_from_us, window_to_us; /* of the appointment; 0: none */
  ThSlipState slip;    /* of the original */
  gboolean ordered;    /* staff asked for the original */
  guint copies;
  ThSlipState copy_slip;  /* of the newest copy, when there is one */
  gboolean copy_ordered; /* by staff, who have not cancelled it */
  char card_notes[64]; /* see th_records_card_notes(), "" for none */
} ThQueueEntry;

/* (element-type ThQueueEntry) (transfer full): today's tickets by lane and number. What is done with them:
 * kiosk/records-zones.h */
GPtrArray *th_records_list_queue (ThRecords *records, GError **error);

/* A thing staff should know (slip uncertain, device in trouble): @what a nick, @detail no person. */
gboolean th_records_device_state (ThRecords *records, const char *device, const char *state,
                                  GError **error);
/* Also "roll=37" and "spare-roll=-37": slips since the printer got its roll, below zero once its paper was low.
 * (transfer full): "reader=ready\nthermometer=ready\nprinter=out\n" as last recorded by the kiosk, with the time;
 * @ret_at_us wall clock of the newest. */
char *th_records_last_device_states (ThRecords *records, gint64 *ret_at_us, GError **error);

/* --- may anybody be measured ---------------------------------------------------------------------- */

/**
 * th_records_confirm_screening:
 * @rules: th_screening_fingerprint(): counts until the rules are other ones
 * @method: the reading's method id, for the log
 *
 * @by, who is logged in, confirms that the site measures with rules that its own comparison has not calibrated.
 * REFUSED: not a manager.
 */
gboolean th_records_confirm_screening (ThRecords *records, const char *rules, const char *method,
                                       const char *by, GError **error);
/* FALSE with @error unset: nobody has. @ret_by, @ret_at_us: (nullable): the newest, wall clock. */
gboolean th_records_screening_confirmed (ThRecords *records, const char *rules, char **ret_by,
                                         gint64 *ret_at_us, GError **error);

/* --- reports, from the log ------------------------------------------------------------------------ */

/* (transfer full): the summary of a local day (%NULL: today) as JSON; see `thresholdctl records summary`. Zero is reported as zero. */
char *th_records_summary_json (ThRecords *records, const char *day, GError **error);
/* Walks the keyed chain; error CORRUPT names the first broken link. */
gboolean th_records_verify (ThRecords *records, guint64 *ret_events, GError **error);
/* Drops the projections and writes them again from the log, in one transaction. */
gboolean th_records_rebuild (ThRecords *records, GError **error);

G_END_DECLS
