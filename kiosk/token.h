/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An appointment as a QR code: a short text that says where and when, signed by whoever gives
 * appointments (Ed25519). It names nobody. Pure: no clock, no file.
 *
 *   TH1-<base32 of body and signature>
 *
 *   body, big endian: u8 version 1 or 2, u8 lane letter, u8 dose, u16 year, u8 month, u8 day,
 *   u16 from, u16 to (minutes of the day), u8 length and site, u8 length and id; version 2: 16 bytes person
 *   signature: 64 bytes, of "threshold appointment 1" and the body
 *
 * The person, so that the appointment and the card of one person are one visit: a keyed hash (BLAKE2b,
 * 16 bytes, key of 32) of "threshold person 1", the day as 2026-11-22 and the ID number with its X in
 * capitals. Whoever finds the paper learns nothing from it without the key, which only the booking
 * system and the kiosks have, and another day's is another. Without the key an ID number would be
 * guessed from any hash of it: there are too few of them.
 *
 * Base32 (RFC 4648, no padding) because a QR code holds capitals and digits in 5.5 bits each, and
 * because a scanner that is set up to change case, or that types, cannot spoil it.
 */
#pragma once

#include <glib.h>

#include "drivers/samv.h"

G_BEGIN_DECLS

#define TH_TOKEN_PREFIX "TH1-"
#define TH_TOKEN_KEY_BYTES 32
#define TH_TOKEN_SECRET_BYTES 64
#define TH_TOKEN_PERSON_KEY_BYTES 32
#define TH_TOKEN_PERSON_DIGITS 32
#define TH_TOKEN_NAME_MAX 32 /* of site and id */
#define TH_TOKEN_MAX 256     /* characters of the longest token */

typedef struct
{
  char site[TH_TOKEN_NAME_MAX + 1]; /* [a-z0-9-] */
  char id[TH_TOKEN_NAME_MAX + 1];   /* [A-Za-z0-9-]; the booking system's own number */
  ThDate date;
  guint from_min, to_min; /* minutes of the day, from < to <= 1440 */
  char lane;              /* 'A' … 'Z' */
  guint dose;             /* 1 … 9; 0: not said */
  char person[TH_TOKEN_PERSON_DIGITS + 1]; /* th_token_person() of its day, small hex; "": not said */
} ThAppointment;

/* Who somebody is on @day to those who share @key. @id_number: as th_id_number_check() writes it. */
void th_token_person (const guint8 key[TH_TOKEN_PERSON_KEY_BYTES], const char *day,
                      const char *id_number, char ret_person[TH_TOKEN_PERSON_DIGITS + 1]);

#define TH_TOKEN_ERROR (th_token_error_quark ())
GQuark th_token_error_quark (void);

typedef enum
{
  TH_TOKEN_ERROR_FOREIGN, /* some other code, or a newer version of these */
  TH_TOKEN_ERROR_FORGED,  /* one of these, not signed by anybody this kiosk knows, or damaged */
  TH_TOKEN_ERROR_INVALID, /* well signed, and makes no sense: the booking system is at fault */
} ThTokenError;

/**
 * th_token_verify:
 * @text: what the scanner read; white space around it is passed over
 * @keys: (array length=n_keys): of whoever may give appointments
 * @ret_appointment: (out): set only on success
 */
gboolean th_token_verify (const char *text, const guint8 (*keys)[TH_TOKEN_KEY_BYTES], guint n_keys,
                          ThAppointment *ret_appointment, GError **error);

/* (transfer full): the token. @error: TH_TOKEN_ERROR_INVALID: a field is out of its bounds. */
char *th_token_sign (const ThAppointment *appointment, const guint8 secret[TH_TOKEN_SECRET_BYTES],
                     GError **error);

/**
 * th_appointment_refusal:
 * @minute: of the day, now
 * @early_min: how long before its time an appointment is taken
 *
 * Returns: (nullable): why it is of no use here and now: "code-other-site", "code-past" (another day,
 * gone), "code-later" (another day, to come), "early" (later today). Late on its day is none:
 * whoever came is served.
 */
const char *th_appointment_refusal (const ThAppointment *appointment, const char *site, ThDate today,
                                    guint minute, guint early_min);

G_END_DECLS
