/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of ThCheckin, shared by checkin.c (events and effects), checkin-shown.c (what screens
 * see) and checkin-print.c (a slip from words to paper). */
#pragma once

#include "kiosk/card-check.h"
#include "kiosk/checkin.h"
#include "kiosk/photo.h"
#include "kiosk/slip.h"
#include "kiosk/token.h"
#include "kiosk/visit-log.h"
#include "kiosk/warm-up.h"
#include "kiosk/worker.h"

G_BEGIN_DECLS

/* How far the slip is that staff asked for. */
typedef enum
{
  TH_ORDER_NONE,
  TH_ORDER_ASKING, /* the printer for its paper */
  TH_ORDER_DRAWING,
  TH_ORDER_RECORDING, /* "sending": from here on it is printed */
  TH_ORDER_PRINTING,
} ThOrderStep;

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
  ThWorker *photos; /* NULL: there is no decoder */
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
  ThDate today;   /* the day that is open, or was; year 0: not known yet */
  gint64 room_us; /* of the newest good reading of the room; 0: none yet */

  /* checkin-trial.c's */
  ThTrial trial; /* the last one that was read, or is */
  ThBlackBody black_body;
  gboolean trial_reading;
  gint64 trial_since_us, trial_told_us;
  GValue values[48]; /* what the screens were last told: by property, see checkin-shown.c */

  /* The person: wiped by forget(). */
  guint serial;
  char visit[37];
  char id_number[19];        /* "" when the person came with an appointment */
  ThAppointment appointment; /* id "" when not; also one that was refused, while that is shown */
  gboolean expected;         /* they stand in a list of appointments: */
  ThBooking booking;
  char typed[19];
  ThCard *card;
  ThCardNotes notes;
  ThPhoto *photo;
  GCancellable *photo_over; /* while it is decoded */
  ThAdmission refusal; /* why they may not come in now, while that is shown */
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


  gboolean keeps_names; /* as the page says before they say yes */
  char slip_token[33]; /* of the slip that was scanned, until it is looked up */

  ThLanguage language;
  gint64 language_us; /* when it was chosen */
  gint64 last_present_us;
  gint64 no_slip_until_us;
  ThFreeDoses doses; /* when they were looked at last */
  gboolean flush_first;
  gboolean printer_held; /* from the drawing to the outcome: not one printer's slip on the other */
  ThRaster *drawing; /* waits while "sending" is written: paper comes after disk */
  gboolean records_full;
  const char *staff_told; /* nick: what staff were told of the kiosk last */

  ThPrint order; /* the slip that staff asked for, while order_step says so */
  ThSheet sheet; /* or the sheet that anybody did; number 0: it is a slip */
  ThOrderStep order_step;
  ThRaster *order_raster;
  gboolean order_held; /* the printer, from the drawing to the outcome */
  guint wishes_timer_id;
  gboolean paper_wanted; /* by the visit, as soon as the printer is free of the order */
};

/* checkin.c */
void th_checkin_step (ThCheckin *self, ThEvent event);
void th_checkin_add_job (ThCheckin *self, ThJob job); /* of the present visit */
void th_checkin_drop_next (ThCheckin *self);

/* checkin-devices.c */
void th_checkin_connect_devices (ThCheckin *self); /* reader, thermometer, printers */
void th_checkin_disconnect_devices (ThCheckin *self); /* and what was added later */

/* checkin-scan.c */
/* Who the person is to the records: th_records_find_ticket(). */
void th_checkin_person (ThCheckin *self, char ret_person[TH_PERSON_BYTES]);
/* What is known of them to judge whether they may come in. */
void th_checkin_comer (ThCheckin *self, ThComer *ret_comer);
/* next_card or next_appointment is there: of the person who is being served, or of the next one? */
void th_checkin_next_arrived (ThCheckin *self);
void th_checkin_same_answered (ThCheckin *self, const ThJob *job, const GError *error);
gboolean th_checkin_takes_codes (ThCheckin *self); /* a scanner works */

/* checkin-photo.c */
void th_checkin_decode_photo (ThCheckin *self); /* of the card, if the site can */
void th_checkin_drop_photo (ThCheckin *self);
/* checkin-gate.c */
void th_checkin_gate_start (ThCheckin *self);
void th_checkin_gate_stop (ThCheckin *self);
void th_checkin_gate_set (ThCheckin *self, ThBar bar, gboolean down);
void th_checkin_gate_sample (ThCheckin *self, const ThSample *sample); /* also a look */
void th_checkin_gate_health (ThCheckin *self, ThHealth health);       /* the thermometer's */
void th_checkin_gate_day (ThCheckin *self, const ThDayStatus *day);
/* The day that somebody is checked in on: the machine's own clock may never have been set. */
ThDate th_checkin_today (ThCheckin *self);
void th_checkin_gate_answered (ThCheckin *self, const ThJob *job, const GError *error);
guint th_checkin_gate_minutes (ThCheckin *self); /* of warm-up left */

/* checkin-announce.c */
void th_checkin_announce (ThCheckin *self);

/* checkin-trial.c */
/* The door is open, or closed with nobody's visit behind it. */
gboolean th_checkin_is_free (const ThFlow *flow);
/* @now_us: the time of the log */
void th_checkin_trial_look (ThCheckin *self, const ThThermometerStatus *status, gint64 now_us);
void th_checkin_trial_stop (ThCheckin *self);
void th_checkin_trial_sample (ThCheckin *self, const ThSample *sample);
void th_checkin_use_calibration (ThCheckin *self, const ThThermometerStatus *status);

/* checkin-shown.c */
gboolean th_checkin_printer_waits (const ThFlow *flow);
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
/* Draws @slip (transfer full) on the slips' thread. Finish: (transfer full) (nullable) */
void th_checkin_draw (ThCheckin *self, ThSlip *slip, GAsyncReadyCallback callback);
ThRaster *th_checkin_draw_finish (GAsyncResult *result, GError **error);
/* What the next slip must do about this one. */
void th_checkin_after_slip (ThCheckin *self, ThSlipOutcome outcome);

/* checkin-order.c */
/* One of the two, if the printer is free for it. */
void th_checkin_take_order (ThCheckin *self, const ThPrint *print, const ThSheet *sheet);
void th_checkin_drop_order (ThCheckin *self); /* when nobody works for it any more */
void th_checkin_order_recorded (ThCheckin *self, const GError *error); /* BEGIN_PRINT is done */

G_END_DECLS
