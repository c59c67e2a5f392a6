/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of ThCheckin, shared by checkin.c (events and effects), checkin-shown.c (what screens
 * see) and checkin-print.c (a slip from words to paper). */
#pragma once

#include "kiosk/card-check.h"
#include "kiosk/checkin.h"
#include "kiosk/token.h"
#include "kiosk/visit-log.h"
#include "kiosk/warm-up.h"
#include "kiosk/worker.h"

G_BEGIN_DECLS

struct _ThCheckin
{
  GObject parent;

  const ThConfig *config;
  ThCardReader *reader;
  ThThermometer *thermometer;
  ThPrinter *printer;
  ThOutputs *outputs; /* (nullable) */
  ThKeys *keys;       /* (nullable) */
  ThState announced;  /* the page that lamps, buzzer and gate know of */
  gint64 trouble_sound_us;
  GPtrArray *scanners; /* of ThScanner */
  ThVisitLog *log;
  ThWorker *slips;
  GCancellable *over;

  ThFlow flow;
  guint timer_id;

  /* checkin-gate.c's */
  ThScreeningGate gate;
  ThWarmUp warm_up;
  ThWorker *room_worker;
  guint gate_timer_id;
  gboolean gate_asking; /* the records are being asked */
  gboolean gate_asked;  /* they have answered once */
  gint64 gate_asked_us;
  gboolean room_reading;
  gboolean room_complained;
  gint64 room_us; /* of the newest good reading of the room; 0: none yet */

  /* checkin-trial.c's */
  ThTrial trial; /* the last one that was read, or is */
  ThBlackBody black_body;
  gboolean trial_reading;
  gint64 trial_since_us, trial_told_us;
  guint trial_timer_id;
  GValue values[48]; /* what the screens were last told: by property, see checkin-shown.c */

  /* The person: wiped by forget(). */
  guint serial;
  char visit[37];
  char id_number[19];        /* "" when the person came with an appointment */
  ThAppointment appointment; /* id "" when not; also one that was refused, while that is shown */
  char typed[19];
  ThCard *card;
  ThCardNotes notes;
  ThTicket ticket;
  gboolean has_ticket;
  guint copy;
  ThReading reading;
  ThWindow window;
  gint64 measure_us; /* when the present measurement began */

  /* A card that was read, or an appointment scanned, while somebody else is being served. */
  ThCard *next_card;
  char next_number[19];
  ThAppointment next_appointment;

  char slip_token[33]; /* of the slip that was scanned, until it is looked up */

  ThLanguage language;
  gint64 language_us; /* when it was chosen */
  gint64 last_present_us;
  gint64 no_slip_until_us;
  gboolean flush_first;
  ThRaster *drawing; /* waits while "sending" is written: paper comes after disk */
  gboolean records_full;
  const char *staff_told; /* nick: what staff were told of the kiosk last */
};

/* checkin.c */
void th_checkin_step (ThCheckin *self, ThEvent event);
void th_checkin_add_job (ThCheckin *self, ThJob job); /* of the present visit */
void th_checkin_drop_next (ThCheckin *self);

/* checkin-scan.c */
/* Who the person is to the records: th_records_find_ticket(). */
void th_checkin_person (ThCheckin *self, char ret_person[TH_PERSON_BYTES]);
gboolean th_checkin_takes_codes (ThCheckin *self); /* a scanner works */

/* checkin-gate.c */
void th_checkin_gate_start (ThCheckin *self);
void th_checkin_gate_stop (ThCheckin *self);
void th_checkin_gate_set (ThCheckin *self, ThBar bar, gboolean down);
void th_checkin_gate_sample (ThCheckin *self, const ThSample *sample); /* also a look */
void th_checkin_gate_health (ThCheckin *self, ThHealth health);       /* the thermometer's */
void th_checkin_gate_answered (ThCheckin *self, const ThJob *job, const GError *error);
guint th_checkin_gate_minutes (ThCheckin *self); /* of warm-up left */

/* checkin-announce.c */
void th_checkin_announce (ThCheckin *self);

/* checkin-trial.c */
void th_checkin_trial_start (ThCheckin *self);
void th_checkin_trial_stop (ThCheckin *self);
void th_checkin_trial_sample (ThCheckin *self, const ThSample *sample);
void th_checkin_use_calibration (ThCheckin *self, const ThThermometerStatus *status);

/* checkin-shown.c */
void th_checkin_install_properties (GObjectClass *object_class);
void th_checkin_init_properties (ThCheckin *self);
void th_checkin_clear_properties (ThCheckin *self);
/* Tells the screens what has changed, the state last: a page is shown when its words are right. */
void th_checkin_update (ThCheckin *self);

/* checkin-print.c: each ends in a SLIP_OVER or PAPER event */
void th_checkin_ask_paper (ThCheckin *self);
void
th_checkin_print (ThCheckin *self); /* the ticket's slip: the original, or copy number self->copy */
void th_checkin_slip_recorded (ThCheckin *self, const GError *error); /* "sending" is on disk */
void th_checkin_warm_up (ThCheckin *self);

G_END_DECLS
