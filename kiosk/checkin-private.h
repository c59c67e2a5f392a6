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
  ThLamps *lamps;
  GPtrArray *scanners; /* of ThScanner */
  ThVisitLog *log;
  ThWorker *slips;
  ThWorker *photos; /* NULL: there is no decoder */
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
  ThPhoto *photo;
  GCancellable *photo_over; /* while it is decoded */
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
  ThRaster *drawing; /* waits while "sending" is written: paper comes after disk */
  gboolean records_full;
  const char *staff_told; /* nick: what staff were told of the kiosk last */

  ThPrint order; /* the slip that staff asked for, while order_step says so */
  ThOrderStep order_step;
  ThRaster *order_raster;
  guint order_timer_id;
  gboolean paper_wanted; /* by the visit, as soon as the printer is free of the order */
};

/* checkin.c */
void th_checkin_step (ThCheckin *self, ThEvent event);
void th_checkin_add_job (ThCheckin *self, ThJob job); /* of the present visit */
void th_checkin_drop_next (ThCheckin *self);

/* checkin-scan.c */
/* Who the person is to the records: th_records_find_ticket(). */
void th_checkin_person (ThCheckin *self, char ret_person[TH_PERSON_BYTES]);
gboolean th_checkin_takes_codes (ThCheckin *self); /* a scanner works */

/* checkin-photo.c */
void th_checkin_decode_photo (ThCheckin *self); /* of the card, if the site can */
void th_checkin_drop_photo (ThCheckin *self);

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
/* Draws @slip (transfer full) on the slips' thread. Finish: (transfer full) (nullable) */
void th_checkin_draw (ThCheckin *self, ThSlip *slip, GAsyncReadyCallback callback);
ThRaster *th_checkin_draw_finish (GAsyncResult *result, GError **error);
/* What the next slip must do about this one. */
void th_checkin_after_slip (ThCheckin *self, ThSlipOutcome outcome);

/* checkin-order.c */
void th_checkin_start_orders (ThCheckin *self);
void th_checkin_stop_orders (ThCheckin *self);
void th_checkin_drop_order (ThCheckin *self); /* when nobody works for it any more */
void th_checkin_order_recorded (ThCheckin *self, const GError *error); /* BEGIN_PRINT is done */

G_END_DECLS
