/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of ThCheckin, shared by checkin.c (events and effects), checkin-shown.c (what screens
 * see) and checkin-print.c (a slip from words to paper). */
#pragma once

#include "kiosk/card-check.h"
#include "kiosk/checkin.h"
#include "kiosk/token.h"
#include "kiosk/visit-log.h"
#include "kiosk/worker.h"

G_BEGIN_DECLS

struct _ThCheckin
{
  GObject parent;

  const ThConfig *config;
  ThCardReader *reader;
  ThThermometer *thermometer;
  ThPrinter *printer;
  ThLamps *lamps;
  GPtrArray *scanners; /* of ThScanner */
  ThVisitLog *log;
  ThWorker *slips;
  GCancellable *over;

  ThFlow flow;
  guint timer_id;
  GValue values[40]; /* what the screens were last told: by property, see checkin-shown.c */

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
  gboolean printer_held; /* from the drawing to the outcome: not one printer's slip on the other */
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
void th_checkin_let_printer_go (ThCheckin *self);
void th_checkin_warm_up (ThCheckin *self);

G_END_DECLS
