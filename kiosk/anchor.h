/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A day's anchor: the last link of the log before the day was closed, as it stands on the close-of-day slip and in the
 * journal:
 *
 *   2026-11-22:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9
 *
 * Whoever has it can tell later that nothing before was changed, and nothing cut off.
 */
#pragma once

#include "kiosk/event.h"
#include "kiosk/records.h"

G_BEGIN_DECLS

typedef struct
{
  char day[TH_DAY_BYTES];
  char link[2 * TH_LOG_LINK_BYTES + 1]; /* lower case */
} ThAnchor;

/* @text: white space around it, and within the digits as a slip breaks them, is left out. @error: TH_RECORDS_ERROR_REFUSED */
gboolean th_anchor_parse (const char *text, ThAnchor *ret_anchor, GError **error);

/* (transfer full) */
char *th_anchor_to_string (const char *day, const char *link);

/* Writes it to the system's journal, if there is one; nothing personal is in it. */
void th_anchor_to_journal (const char *day, const char *link);

G_END_DECLS
