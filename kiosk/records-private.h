/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the records share; nobody else includes it. */
#pragma once

#include "kiosk/db.h"
#include "kiosk/event.h"
#include "kiosk/records-day.h"
#include "kiosk/records-lots.h"
#include "kiosk/records-seal.h"
#include "kiosk/records-zones.h"
#include "kiosk/records.h"

G_BEGIN_DECLS

#define TH_METHOD_HAND_HELD "hand-held"

/* What the machine's clocks say. */
typedef struct
{
  gint64 wall_us;  /* µs since 1970, as it is set */
  gint64 boot_us;  /* µs since the machine was switched on, its sleep counted (CLOCK_BOOTTIME) */
  gboolean steered; /* somebody keeps it right: NTP, a radio */
  char boot[37];   /* another one for each time it is switched on; "" unknown */
} ThClockReading;

/* @data: the records' clock_data. The reading is the one before when it is called again. */
typedef struct
{
  void (*read) (ThClockReading *ret_reading, gpointer data);
} ThClock;

extern const ThClock th_clock_machine;

/* What follows of them for the log. */
typedef struct
{
  gint64 now_us; /* not behind the last event */
  gboolean trusted, known;
  gint64 jump_us;         /* how far a steered clock is from what was confirmed; 0: near enough */
  gint64 written_jump_us; /* as the log has it */
} ThLogClock;

struct _ThRecords
{
  ThDb *db;
  int hold; /* th_records_hold(); -1: somebody else sees to it */
  char *device;
  char *keys; /* the key folder */
  guint8 chain_key[TH_LOG_KEY_BYTES];
  gint64 data_version;

  /* What appointments name people with, if this site has it. */
  gboolean has_person_key;
  guint8 person_key[TH_LOG_KEY_BYTES];

  /* Where doses are watched: what a lane's people get. */
  gboolean watch_doses;
  char vaccines[26][TH_VACCINE_BYTES]; /* by letter; "": there is no such lane */
  char walk_in_vaccine[TH_VACCINE_BYTES];
  ThQueueRules queue;

  /* The head of the log, good while a writing transaction is open. */
  gint64 seq;
  gint64 device_seq;
  guint8 link[TH_LOG_LINK_BYTES];
  gint64 last_us; /* of the event before */
  gboolean trusted; /* the clock, in this transaction */
  gint64 now_us;  /* of every event of this transaction; not behind the event before */

  const ThClock *clock;
  gpointer clock_data;
  ThClockReading reading; /* the newest */

  /* The key of the day, once it was used. */
  char key_day[TH_DAY_BYTES];
  guint8 day_key[TH_LOG_KEY_BYTES];
};

/* records-schema.c: brings the file to the newest step. CORRUPT: it was written by a newer version.
 */
gboolean th_records_make_schema (ThDb *db, GError **error);
/* The same question of a file that is only read. */
gboolean th_records_check_schema (ThDb *db, GError **error);

/* records.c */
gboolean th_records_refuse (GError **error, ThRecordsError code, const char *format, ...)
    G_GNUC_PRINTF (3, 4); /* FALSE, always */
/* th_records_open() on another clock than the machine's. @clock and @data outlive the records. */
ThRecords *th_records_open_on_clock (const char *state_dir, const char *device, const ThClock *clock,
                                     gpointer data, GError **error);
#define TH_RECORDS_FILE "records.db"
/* The records of a folder that the caller holds alone, in a file of another name. */
ThRecords *th_records_open_file (const char *state_dir, const char *name, const char *device,
                                 const ThClock *clock, gpointer data, GError **error);
/* Who has the records open holds their folder, until this descriptor is closed. @alone: nobody else may. -1 and BUSY:
 * they are open, or held alone. */
int th_records_hold (const char *state_dir, gboolean alone, GError **error);
gboolean th_records_load_chain_key (ThRecords *records, gboolean make, GError **error);
gboolean th_records_is_visit (const char *text);
/* BEGIN IMMEDIATE, with the head of the log read. */
ThTransaction *th_records_begin (ThRecords *records, GError **error);
/* Appends one event inside the open transaction and projects it. @visit: "" for none. */
gboolean th_records_append (ThRecords *records, ThLogKind kind, const char *visit,
                            const ThLogBody *body, GError **error);
/* One event in a transaction of its own. */
gboolean th_records_append_alone (ThRecords *records, ThLogKind kind, const char *visit,
                                  const ThLogBody *body, GError **error);
/* The look-up key of @day in records->day_key; the first use of a day destroys those before it. */
gboolean th_records_use_day_key (ThRecords *records, const char *day, GError **error);

/* Another day's, which may be to come: destroys nothing. @make: as in th_key_file_load(). */
gboolean th_records_load_day_key (ThRecords *records, const char *day, gboolean make,
                                  guint8 ret_key[TH_LOG_KEY_BYTES], GError **error);

/* Destroys the keyed look-up and the appointments of the days before @day. */
gboolean th_records_end_days_before (ThRecords *records, const char *day, GError **error);

/* records-clock.c */
void th_records_day (gint64 at_us, char ret_day[TH_DAY_BYTES]); /* the local date */
/* @empty: the log is, and has no last event. */
gboolean th_records_read_clock (ThRecords *records, gboolean empty, gint64 last_us,
                                gint64 last_boot_us, ThLogClock *ret_clock, GError **error);
gboolean th_records_look_at_clock (ThRecords *records, ThLogClock *ret_clock, GError **error);
/* Inside the open transaction: a steered clock that jumped, or came back, since that was last written. */
gboolean th_records_write_jump (ThRecords *records, const ThLogClock *clock, GError **error);

/* records-day.c */
gboolean th_records_project_day (ThRecords *records, ThLogKind kind, gint64 at_us,
                                 const ThLogBody *body, GError **error);
/* The day of a visit at the kiosk, for its number or rest: the one it began on if there is no newer one, else the one
 * that is open, or was half an hour ago. REFUSED: there is none. */
gboolean th_records_visit_day (ThRecords *records, const char *visit, char ret_day[TH_DAY_BYTES],
                               GError **error);

/* records-project.c: what one event changes in the tables that screens read. */
gboolean th_records_project (ThRecords *records, ThLogKind kind, const char *visit, gint64 at_us,
                             const ThLogBody *body, GError **error);

/* One event of a walk over the log; @body is decoded. */
typedef gboolean (*ThEventFunc) (ThRecords *records, const ThLogEvent *event, ThLogKind kind,
                                 const ThLogBody *body, gpointer data, GError **error);
/* Every event with seq ≥ @from_seq, in order. */
gboolean th_records_walk (ThRecords *records, gint64 from_seq, ThEventFunc each, gpointer data,
                          GError **error);

/* records-visit.c */
#define TH_PERSON_HASH_BYTES 32
gboolean th_records_hash_person (ThRecords *records, const char *day, const char *person,
                                 guint8 ret_hash[TH_PERSON_HASH_BYTES], GError **error);
/* @key: of @day; @person: as it should be written. */
void th_records_hash_with (ThRecords *records, const char *day, const guint8 key[TH_LOG_KEY_BYTES],
                           const char *person, guint8 ret_hash[TH_PERSON_HASH_BYTES]);
/* FALSE with @error unset: none. */
gboolean th_records_find_by_hash (ThRecords *records, const char *day,
                                  const guint8 hash[TH_PERSON_HASH_BYTES], ThTicket *ret_ticket,
                                  GError **error);
/* Inside the open transaction: this person's visit of the day, and a number with its slip and case. */
gboolean th_records_remember_person (ThRecords *records, const char *day,
                                     const guint8 hash[TH_PERSON_HASH_BYTES], const char *visit,
                                     GError **error);
/* What a place in the queue counts from. */
typedef struct
{
  const char *household;       /* the first member's visit; "": came alone */
  gint64 from_us, to_us;       /* the window of an appointment; 0: none */
} ThQueuePlace;

/* @by: "" when nobody of the staff did it. */
gboolean th_records_append_ticket (ThRecords *records, const char *visit, const char *day, char lane,
                                   ThReason reasons, const char *by, const char *language,
                                   const ThQueuePlace *place, GError **error);
/* FALSE with @error unset: this visit has no ticket. */
gboolean th_records_find_visit (ThRecords *records, const char *visit, ThTicket *ret_ticket,
                                GError **error);
/* Both inside the open transaction; @person "": somebody without a number, found by nothing. */
gboolean th_records_has_ticket (ThRecords *records, const char *visit, const char *person,
                                ThTicket *ret_ticket, GError **error);
gboolean th_records_give_ticket (ThRecords *records, const char *visit, const char *person,
                                 char lane, ThReason reasons, const char *by, const char *language,
                                 const char *household, ThTicket *ret_ticket, GError **error);

/* records-slip.c */
/* Inside the open transaction: nothing of it will be printed. */
gboolean th_records_fail_slip (ThRecords *records, const char *visit, const char *why,
                               GError **error);
/* Inside the open transaction: a slip of this visit waits for the printer. */
gboolean th_records_queue_slip (ThRecords *records, const char *visit, guint copy, const char *by,
                                const char *language, GError **error);
/* One step of a slip, not checked. @by: "" when it was not somebody of the staff. */
gboolean th_records_append_slip (ThRecords *records, const char *visit, guint copy,
                                 ThSlipState state, const char *why, const char *by, GError **error);
/* NOT_FOUND: there is no such slip. @ret_ordered: staff asked for it. @ret_sendings: how often it was begun. */
gboolean th_records_read_slip (ThRecords *records, const char *visit, guint copy,
                               ThSlipState *ret_state, gboolean *ret_ordered, guint *ret_sendings,
                               GError **error);
gboolean th_slip_state_can_follow (ThSlipState before, ThSlipState after);
gboolean th_slip_state_from_string (const char *text, ThSlipState *ret_state);
/* records-seal.c */
/* Inside the open transaction. TRUE also where nothing is sealed. */
gboolean th_records_append_sealed (ThRecords *records, const char *visit, const char *day,
                                   ThSealKind kind, const ThPersonal *who, GError **error);
gboolean th_records_project_seal (ThDb *db, ThLogKind kind, const char *visit, gint64 at_us,
                                  const ThLogBody *body, GError **error);
/* records-sheet.c */
gboolean th_records_project_sheet (ThDb *db, gint64 at_us, const ThLogBody *body, GError **error);
gboolean th_records_settle_sheets (ThRecords *records, gboolean answers, GError **error);
/* records-rest.c */
/* Inside the open transaction: this person, who rests in another visit, is served in @visit. */
gboolean th_records_end_rest_of (ThRecords *records, const char *day,
                                 const guint8 hash[TH_PERSON_HASH_BYTES], const char *visit,
                                 GError **error);
/* records-project-lots.c: the kinds from TH_LOG_LOT_RECEIVED to TH_LOG_INJECTION_UNDONE. */
gboolean th_records_project_lots (ThRecords *records, ThLogKind kind, const char *visit,
                                  gint64 at_us, const ThLogBody *body, GError **error);
/* A visit is over without an injection: it needs no dose. */
gboolean th_records_project_dose_over (ThRecords *records, const char *visit, GError **error);

/* records-doses.c: all but the first inside the open transaction, and without effect where doses are not watched. */
/* The day that stock is counted for. */
gboolean th_records_dose_day (ThRecords *records, char ret_day[TH_DAY_BYTES], GError **error);
/* NO_DOSE: none is free. @person "": nobody knows. A visit that has been promised one keeps it. */
gboolean th_records_reserve_dose (ThRecords *records, const char *visit, const char *person,
                                  char lane, GError **error);
/* After a promise was given up: the dose if one is free, else the visit is unserved. */
gboolean th_records_reserve_again (ThRecords *records, const char *visit, GError **error);
/* Deferred, left, not come: nothing happens to a dose that was given. */
gboolean th_records_give_up_dose (ThRecords *records, const char *visit, const char *why,
                                  const char *by, GError **error);
/* Promises and stock are brought together again, last in order first. @vaccine NULL: of all that anybody lacks. */
gboolean th_records_balance_doses (ThRecords *records, const char *vaccine, GError **error);

/* records-lots.c */
/* REFUSED: not 1 to 200 characters. */
gboolean th_records_check_why (const char *why, GError **error);
/* records-moves.c: the tables that the queue is read from. */
gboolean th_records_project_queue (ThDb *db, ThLogKind kind, const char *visit, gint64 at_us,
                                   const ThLogBody *body, GError **error);

/* records-queue.c */
/* The columns of an entry and where they come from, up to WHERE; th_records_take_entry() reads a row of it. */
extern const char th_records_entry_sql[];
gboolean th_records_take_entry (ThStatement *row, ThQueueEntry *ret_entry, GError **error);
/* records-order.c, inside a transaction (records->now_us counts): the ticket of the day; NOT_FOUND. */
gboolean th_records_read_entry (ThRecords *records, const char *visit, ThQueueEntry *ret_entry,
                                GError **error);
/* @code: th_records_find_code() */
gboolean th_records_find_entry (ThRecords *records, const char *code, const char *day,
                                ThQueueEntry *ret_entry, GError **error);
/* (transfer full) (element-type ThQueueEntry): who waits in @zone, held ones too, in no order. */
GPtrArray *th_records_list_waiting (ThRecords *records, const char *zone, const char *day,
                                    GError **error);
/* … and without the held ones, in the order they will be called in. */
GPtrArray *th_records_list_order (ThRecords *records, const char *zone, const char *day,
                                  GError **error);
/* records-waiting.c: th_records_forecast(), with @day and @now_us of the transaction. */
gboolean th_records_forecast_on (ThRecords *records, const char *zone, char lane, const char *day,
                                 gint64 now_us, guint *ret_ahead, ThWaitRange *ret_range,
                                 GError **error);
gboolean th_records_append_wait_scores (ThRecords *records, const char *day, GError **error);
/* records-zones.c: the same as th_records_step() and th_records_end_queue(), inside the open transaction. */
gboolean th_records_append_step (ThRecords *records, const char *visit, ThQueueAction action,
                                 const ThStation *at, GError **error);
gboolean th_records_append_queue_end (ThRecords *records, const char *day, const char *by,
                                      guint *ret_n, GError **error);

/* records-queue.c */
gboolean th_records_check_by (const char *by, GError **error);
gboolean th_decision_from_string (const char *text, ThDecision *ret_decision);

G_END_DECLS
