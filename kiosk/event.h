/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One record of the log: its kinds, its one encoding, and the keyed chain that joins it to the one
 * before. Pure: no file, no clock.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Facts of a visit, of the staff and of the machine. Their names stand in the log: never change
 * one. */
typedef enum
{
  TH_LOG_CONFIRMED,
  TH_LOG_CARD_NOTES,
  TH_LOG_ANSWERED,
  TH_LOG_MEASURED,
  TH_LOG_NOT_MEASURED,
  TH_LOG_LEFT,
  TH_LOG_TICKET_ISSUED,
  TH_LOG_FLAGGED,
  TH_LOG_COPY_ASKED,
  TH_LOG_SLIP,
  TH_LOG_REVIEWED,
  TH_LOG_REPORTED,
  TH_LOG_CALLED,
  TH_LOG_PUT_BACK,
  TH_LOG_DEVICE_STATE,
  TH_LOG_STAFF_ADDED,
  TH_LOG_STAFF_LOGGED_IN,
  TH_LOG_STAFF_REFUSED,
  TH_LOG_SCREENING_CONFIRMED,
  TH_LOG_TRIAL_ASKED, /* kiosk/records-thermometer.h */
  TH_LOG_TRIAL_READ,
  TH_LOG_CALIBRATED,
  TH_LOG_CHECKED,
  TH_LOG_SITE_FITTED,
  TH_LOG_RESTED,
  TH_LOG_RETURNED,
  TH_LOG_SHEET, /* kiosk/records-sheet.h */
  TH_LOG_LOT_RECEIVED, /* kiosk/records-lots.h */
  TH_LOG_LOT_OPENED,
  TH_LOG_LOT_WASTED,
  TH_LOG_LOT_RETURNED,
  TH_LOG_LOT_COUNTED,
  TH_LOG_LOT_WITHDRAWN,
  TH_LOG_LOT_BOUND,
  TH_LOG_DOSE_RESERVED,
  TH_LOG_DOSE_UNSERVED,
  TH_LOG_DOSE_RELEASED,
  TH_LOG_INJECTED,
  TH_LOG_INJECTION_UNDONE,
  TH_LOG_SERVING, /* kiosk/records-zones.h */
  TH_LOG_PARKED,
  TH_LOG_NO_SHOW,
  TH_LOG_MOVED,
  TH_LOG_DONE,
  TH_LOG_LEFT_SITE,
  TH_LOG_OBSERVED,
  TH_LOG_EXTENDED,
  TH_LOG_UNDONE,
  TH_LOG_CHECKS_DONE,
  TH_LOG_WAITING_SCORED,
  TH_LOG_DAY_OPENED, /* kiosk/records-day.h */
  TH_LOG_DAY_CLOSED,
  TH_LOG_CLOCK_CONFIRMED,
  TH_LOG_CLOCK_JUMPED,
  TH_LOG_APPOINTMENTS_IMPORTED, /* kiosk/appointments.h */
  TH_LOG_SEALED, /* kiosk/records-seal.h */
  TH_LOG_PERSON_OPENED,
  TH_LOG_EXPORTED,
  TH_LOG_PURGED,
  TH_LOG_RESTORED, /* kiosk/records-backup.h */
  TH_N_LOG_KINDS,
} ThLogKind;

const char *th_log_kind_to_string (ThLogKind kind); /* "ticket_issued" */
gboolean th_log_kind_from_string (const char *text, ThLogKind *ret_kind);

/**
 * ThLogBody: what an event says, as a flat set of named values. One body has one encoding: a JSON
 * object of whole numbers, strings and booleans, keys sorted, no white space, no escape that is not
 * needed:
 *
 *   {"day":"2026-11-22","lane":"A","number":17,"token":"0123456789abcdef0123456789abcdef"}
 *
 * Keys are [a-z_]{1,32}.
 */
typedef struct _ThLogBody ThLogBody;

ThLogBody *th_log_body_new (void);
void th_log_body_free (ThLogBody *body);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThLogBody, th_log_body_free)

/* A key set again has the newer value. @text: UTF-8; bytes that are not become U+FFFD. */
void th_log_body_set_int (ThLogBody *body, const char *key, gint64 number);
void th_log_body_set_flag (ThLogBody *body, const char *key, gboolean value);
void th_log_body_set_text (ThLogBody *body, const char *key, const char *text);

/* 0, FALSE and "" when the key is not there or is of another type. */
gint64 th_log_body_int (const ThLogBody *body, const char *key);
gboolean th_log_body_flag (const ThLogBody *body, const char *key);
const char *th_log_body_text (const ThLogBody *body, const char *key);

char *th_log_body_encode (const ThLogBody *body);
/* Takes only what th_log_body_encode() writes, at most TH_LOG_MAX_BODY bytes. @error:
 * TH_RECORDS_ERROR_CORRUPT */
ThLogBody *th_log_body_decode (const char *text, gsize len, GError **error);

#define TH_LOG_LINK_BYTES 32
#define TH_LOG_KEY_BYTES 32
#define TH_LOG_MAX_BODY 16384

typedef struct
{
  gint64 seq;     /* of the file, from 1, no gaps */
  const char *id; /* UUIDv7 */
  const char *device;
  gint64 device_seq; /* of the device, from 1, no gaps */
  const char *kind;
  gint64 at_us;   /* kiosk/records-day.h: never behind the event before */
  gint64 mono_us; /* since the machine was switched on, its sleep counted */
  gboolean clock_trusted;
  const char *visit;  /* "" when it belongs to none */
  const char *body;   /* encoded */
  const guint8 *link; /* as it stands in the log; not chained itself */
} ThLogEvent;

/* The whole event as canonical JSON: what is chained. (transfer full) */
char *th_log_event_encode (const ThLogEvent *event);

/* Keyed BLAKE2b-256 over the link before (zeros for the first) and the encoded event. */
void th_log_event_link (const ThLogEvent *event, const guint8 key[TH_LOG_KEY_BYTES],
                        const guint8 before[TH_LOG_LINK_BYTES], guint8 ret_link[TH_LOG_LINK_BYTES]);

/* A UUIDv7 of this wall time. */
void th_uuid7 (gint64 at_us, char ret_id[37]);

G_END_DECLS
