/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A copy of the records in one file, and the way back. The keys are not in it: without state-dir/keys/chain.key a backup
 * cannot be checked and is not restored, and names whose keys were destroyed stay destroyed.
 *
 * Errors: TH_RECORDS_ERROR.
 */
#pragma once

#include "kiosk/records.h"

G_BEGIN_DECLS

/**
 * th_records_backup:
 * @file: made with mode 0640 at most
 * @ret_events: (nullable): how many events are in it
 * @error: REFUSED: there is a file of that name; FULL; CORRUPT: the records are damaged or their chain is broken
 *
 * Takes as long as it takes to write and read them all; others write on meanwhile. @file is there only when its pages
 * and its chain were found whole, and it is on disk.
 */
gboolean th_records_backup (ThRecords *records, const char *file, guint64 *ret_events, GError **error);

typedef struct
{
  guint64 events;         /* that were in the backup */
  gint64 last_us;         /* wall clock of the last of them; 0: none */
  char *aside;            /* where the file went that was there before; NULL: there was none */
  char day[TH_DAY_BYTES]; /* that is open in it; "": none */
  char *numbers;          /* the last ones of that day, "A-017 P-003": later ones would be given again */
} ThRestored;

void th_restored_clear (ThRestored *restored);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ThRestored, th_restored_clear)

/**
 * th_records_restore:
 * @file: a backup; it is only read
 * @by: stands in the log, which goes on with "restored"
 * @replace: also when what is there is whole
 * @error: BUSY: a program has the records open; REFUSED: they are whole and not to be replaced; NOT_FOUND: no @file;
 *   CORRUPT: it is damaged, somebody else's, of a newer version, or the chain key of @state_dir is not the one of its log
 *
 * What screens read is written again from the log. Either all of it or nothing: after an error, or a pulled plug, the
 * records are as they were, or missing with their file beside them (…before-restore-DATE), and a missing one is never
 * begun anew.
 */
gboolean th_records_restore (const char *state_dir, const char *device, const char *file,
                             const char *by, gboolean replace, ThRestored *ret_restored,
                             GError **error);

G_END_DECLS
