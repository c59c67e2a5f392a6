/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys that stand outside the database: one file of 32 random bytes each. Errors: TH_RECORDS_ERROR.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TH_KEY_BYTES 32

/* A folder that the programs of one group share (2770), made if it is not there; one that is there
 * is left as it is. */
gboolean th_key_folder_make (const char *folder, GError **error);

/**
 * th_key_file_load:
 * @make: makes the key if it is not there: whole on disk before anybody can see it, and when
 * several processes make it at once all get the same one
 * @error: NOT_FOUND when it is not there and not to be made; CORRUPT when it is not 32 bytes
 */
gboolean th_key_file_load (const char *folder, const char *name, int mode, gboolean make,
                           guint8 ret_key[TH_KEY_BYTES], GError **error);

/* Puts @key there, whole or not at all. REFUSED: there is another one already; the same one is good. */
gboolean th_key_file_store (const char *folder, const char *name, int mode,
                            const guint8 key[TH_KEY_BYTES], GError **error);

/* The same for what is a little longer than a key: one that is wrapped. The first that has the name keeps it. */
#define TH_KEY_BLOB_BYTES 160
gboolean th_key_blob_store (const char *folder, const char *name, int mode, const guint8 *bytes,
                            gsize len, GError **error);
/* CORRUPT: longer than TH_KEY_BLOB_BYTES. */
gboolean th_key_blob_load (const char *folder, const char *name, guint8 ret_bytes[TH_KEY_BLOB_BYTES],
                           gsize *ret_len, GError **error);

/* Overwritten, then removed; good also when it is gone. */
gboolean th_key_file_destroy (const char *folder, const char *name, GError **error);

/**
 * th_key_files_destroy_days_before:
 * @prefix, @suffix: around the day in the file's name: "lookup-", ".key"
 * @day: "2026-11-22": files of days before it are overwritten, then removed
 *
 * Flash may keep the old bytes in a spare block; whoever fears that encrypts the disk.
 */
gboolean th_key_files_destroy_days_before (const char *folder, const char *prefix,
                                           const char *suffix, const char *day, GError **error);

G_END_DECLS
