/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rules of the queue, without a file, a clock or a lock: what may happen to a ticket in which state, in which order
 * those who wait are called, and what a zone asks for before somebody goes on. kiosk/records-zones.h writes by them.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TH_MAX_ZONES 8
#define TH_ZONE_BYTES 17 /* a nick of up to 16 of a-z, 0-9 and - */
#define TH_DESK_BYTES 49 /* up to 16 characters */

/* Zones whose names mean something; a site may have others, or leave some out. */
#define TH_ZONE_INQUIRY "inquiry"
#define TH_ZONE_REGISTRATION "registration" /* nobody goes on from here without consent */
#define TH_ZONE_VACCINATION "vaccination"   /* nor from here before the checks are done */
#define TH_ZONE_OBSERVATION "observation"   /* nobody is called; nor done here before the time is over */

/* What a site has settled; th_queue_rules_defaults() and kiosk/config.h fill it. */
typedef struct
{
  char zones[TH_MAX_ZONES][TH_ZONE_BYTES]; /* in walking order */
  guint n_zones;                           /* 1 to TH_MAX_ZONES */
  guint observation_min;                   /* minutes from the injection: 0 to 240; 30 */
  char priority_lanes[9];                  /* their letters; "" for none */
  guint priority_share;                    /* at most one in so many calls while others wait: 1 to 10; 3 */
  guint put_back;                          /* places that a no-show goes back: 0 to 50; 3 */
  guint no_show_after;                     /* how often, before it is closed: 0 to 9; 2 */
} ThQueueRules;

void th_queue_rules_defaults (ThQueueRules *rules);
/* -1: no such zone */
int th_queue_rules_zone (const ThQueueRules *rules, const char *zone);
gboolean th_queue_rules_priority (const ThQueueRules *rules, char lane);

/* A ticket where it is now. Once it goes on, or is moved, it waits in the next zone. */
typedef enum
{
  TH_TICKET_WAITING,
  TH_TICKET_HELD, /* a case is open: it is not called */
  TH_TICKET_CALLED,
  TH_TICKET_SERVING, /* at a desk; or being observed */
  TH_TICKET_PARKED,  /* set aside by staff until they take it up again */
  TH_TICKET_NO_SHOW, /* called too often without coming */
  TH_TICKET_DONE,    /* through all zones */
  TH_TICKET_LEFT,    /* went before that, or the day was closed */
  TH_TICKET_CLOSED,  /* deferred, or sent to the fever clinic */
  TH_N_TICKET_STATES,
} ThTicketState;

const char *th_ticket_state_to_string (ThTicketState state); /* "no-show" */
gboolean th_ticket_state_from_string (const char *text, ThTicketState *ret_state);

typedef enum
{
  TH_QUEUE_CALL, /* this number; once it was called, again */
  TH_QUEUE_SERVE,
  TH_QUEUE_PARK,
  TH_QUEUE_NO_SHOW,
  TH_QUEUE_PUT_BACK, /* to where it was: called, parked or closed by mistake, or somebody came after all */
  TH_QUEUE_MOVE,
  TH_QUEUE_DONE,
  TH_QUEUE_LEAVE,
  TH_N_QUEUE_ACTIONS,
} ThQueueAction;

const char *th_queue_action_to_string (ThQueueAction action); /* "put-back" */

/* Why something is not done. The message says it in English, with the number; screens have words of their own. */
#define TH_QUEUE_ERROR (th_queue_error_quark ())
GQuark th_queue_error_quark (void);

typedef enum
{
  TH_QUEUE_ERROR_WAITS,          /* it waits: nothing was done with it that could be taken back, or missed */
  TH_QUEUE_ERROR_CALLED,         /* it was called, and is not served yet */
  TH_QUEUE_ERROR_SERVED,         /* it is being served */
  TH_QUEUE_ERROR_PARKED,         /* it is set aside */
  TH_QUEUE_ERROR_GONE,           /* no-show, done or left */
  TH_QUEUE_ERROR_HELD,           /* its case is open */
  TH_QUEUE_ERROR_CLOSED,         /* its case was decided against today */
  TH_QUEUE_ERROR_OTHER_DESK,     /* it is another desk's */
  TH_QUEUE_ERROR_OTHER_ZONE,     /* it is in another zone */
  TH_QUEUE_ERROR_SKIPPED,        /* a zone comes before that one */
  TH_QUEUE_ERROR_PASSED,         /* it has been through that zone */
  TH_QUEUE_ERROR_NO_CONSENT,     /* consent was not given */
  TH_QUEUE_ERROR_CHECKS_MISSING, /* the checks before an injection are not all done */
  TH_QUEUE_ERROR_TOO_EARLY,      /* the time of observation is not over */
  TH_QUEUE_ERROR_NOTHING,        /* there is nothing to take back */
  TH_QUEUE_ERROR_NO_ZONE,        /* this site has no such zone, or nobody is called there */
} ThQueueError;

/**
 * th_queue_step:
 * @ret_state: in the same zone; MOVE and DONE: where it stays if there is no zone after this one
 *
 * What @action makes of a ticket in @state. NO_SHOW gives WAITING: whether it is closed instead is counted by the caller.
 */
gboolean th_queue_step (ThTicketState state, ThQueueAction action, ThTicketState *ret_state,
                        GError **error);

/**
 * th_queue_order:
 * @waiting: (element-type ThQueueEntry) (inout): of one zone, in any order; put in the order they will be called in
 * @since_priority: ordinary calls since the last one of a priority lane; G_MAXUINT: there was none yet today
 *
 * A place counts from the start of an appointment's window, for whoever came before its end, else from when the ticket came
 * to this zone. Priority lanes go first, but at most once in priority_share calls while others wait. People of one
 * household stand together.
 */
void th_queue_order (GPtrArray *waiting, const ThQueueRules *rules, guint since_priority);

/* From when a place counts: window_from_us, or issued_at_us when there is no window (0) or it is over. */
gint64 th_queue_place_us (gint64 issued_at_us, gint64 window_from_us, gint64 window_to_us);

/**
 * th_queue_places_back:
 * @waiting: (element-type ThQueueEntry): of the same zone
 * @own_us: from when its place has counted until now
 *
 * From when its place counts after it has gone @places back in its own @lane; after the last, if fewer wait behind it.
 */
gint64 th_queue_places_back (const GPtrArray *waiting, char lane, gint64 own_us, guint places);

/* Before an injection: three checks, seven matches, one verification (三查七对一验证), as bits. */
typedef enum
{
  TH_CHECK_HEALTH,        /* three checks: health and contraindications; */
  TH_CHECK_RECORD,        /* the vaccination record; */
  TH_CHECK_LOOK,          /* look, lot and expiry of vaccine and syringe */
  TH_CHECK_NAME,          /* seven matches */
  TH_CHECK_AGE,
  TH_CHECK_VACCINE,
  TH_CHECK_SPECIFICATION,
  TH_CHECK_DOSE,
  TH_CHECK_SITE,
  TH_CHECK_ROUTE,
  TH_CHECK_VERIFIED,      /* the person or guardian confirms vaccine and expiry */
  TH_N_CHECKS,
} ThCheck;

#define TH_CHECKS_ALL ((1u << TH_N_CHECKS) - 1)
#define TH_CHECKS_VERSION "checks-1" /* of the list above: change it with the list */

const char *th_check_to_string (ThCheck check); /* "health", "specification" */

G_END_DECLS
