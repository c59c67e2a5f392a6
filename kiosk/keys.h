/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keys that names are sealed to. A pair for each day and kind of keeping, made ahead: the public half stands in the
 * group's state-dir/keys (seal-KIND-DAY.pub), so that a kiosk can seal and nothing more; the secret half, wrapped by the
 * site key, in a folder that is the staff user's alone (KIND-DAY.key) and in one mirror of it, outside the records, their
 * backups and their replication. To destroy a day is to destroy its file in both.
 *
 * The site key is wrapped by a passphrase (argon2id) in site.key. Unlocked it is in the kernel's keyring of this user:
 * memory that is never swapped, shared by the programs of this user, gone with the power, at the close of the day, or
 * after TH_KEYS_UNLOCKED_S. A PIN opens nothing.
 *
 * Errors: TH_RECORDS_ERROR: NOT_FOUND no keys, or none of that day; LOCKED; REFUSED wrong passphrase or against a rule;
 * CORRUPT a file is damaged. May take a second (argon2id): on a worker.
 */
#pragma once

#include <glib.h>

#include "kiosk/sealed.h"

G_BEGIN_DECLS

#define TH_KEYS_DAYS_AHEAD 14
#define TH_KEYS_MAX_DAYS 400
#define TH_KEYS_UNLOCKED_S (18 * 3600)
#define TH_KEYS_MIN_WORDS 5
#define TH_KEYS_MAX_PASSPHRASE 1024 /* bytes, its NUL counted */

typedef enum
{
  TH_SEAL_VISIT,     /* everybody who said "yes, this is me" */
  TH_SEAL_INJECTION, /* who was injected: kept for years */
  TH_SEAL_CASE,      /* who was flagged */
  TH_N_SEALS,
} ThSealKind;

const char *th_seal_kind_to_string (ThSealKind kind); /* "visit", "injection", "case" */
gboolean th_seal_kind_from_string (const char *text, ThSealKind *ret_kind);

typedef struct
{
  const char *public_folder; /* state-dir/keys */
  const char *folder;        /* "": this machine only seals, or does not at all */
  const char *mirror;        /* "": none */
} ThKeyPlaces;

/* Makes the site key. REFUSED: there is one; a passphrase of less than five words; a folder inside state-dir. */
gboolean th_keys_init (const ThKeyPlaces *places, const char *passphrase, GError **error);
gboolean th_keys_unlock (const ThKeyPlaces *places, const char *passphrase, GError **error);
/* Good also when it is locked already. */
gboolean th_keys_lock (const ThKeyPlaces *places, GError **error);

/**
 * th_keys_make_days:
 * @from: "2026-11-23"
 * @n: 1 to TH_KEYS_MAX_DAYS
 * @ret_made: (nullable): pairs that were missing
 *
 * Each pair of each kind that is not there. The secret half is on disk in both places before the public one can be used.
 */
gboolean th_keys_make_days (const ThKeyPlaces *places, const char *from, guint n, guint *ret_made,
                            GError **error);

typedef struct
{
  gboolean initialised, unlocked;
  guint days_ahead;    /* from today on, without a gap, that names can be sealed on */
  char oldest[11];     /* day of the oldest secret half; "": none */
  guint secrets;       /* how many there are */
  gboolean has_mirror; /* one is configured */
  guint not_mirrored;  /* secrets that the mirror has not, or has otherwise */
} ThKeysStatus;

gboolean th_keys_status (const ThKeyPlaces *places, const char *today, ThKeysStatus *ret_status,
                         GError **error);

/* The public half. NOT_FOUND: it was not made, or destroyed. */
gboolean th_keys_public (const ThKeyPlaces *places, ThSealKind kind, const char *day,
                         guint8 ret_key[TH_SEAL_KEY_BYTES], GError **error);
/* Was anything ever to be sealed here? */
gboolean th_keys_any (const ThKeyPlaces *places);
/* @box: as th_personal_seal() made it. The caller wipes @ret_who. */
gboolean th_keys_open (const ThKeyPlaces *places, ThSealKind kind, const char *day, const guint8 *box,
                       gsize len, ThPersonal *ret_who, GError **error);
/* Both halves, in both places, overwritten and removed. Good also when they are gone. REFUSED: the mirror is not there. */
gboolean th_keys_destroy (const ThKeyPlaces *places, ThSealKind kind, const char *day, GError **error);
/* (transfer full): the days of this kind that have any half, in order; NULL-terminated */
char **th_keys_list (const ThKeyPlaces *places, ThSealKind kind, GError **error);

G_END_DECLS
