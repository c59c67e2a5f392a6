/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What staff should know of a card, beside what it says: nicks, nothing personal. Pure. */
#pragma once

#include "drivers/samv.h"

G_BEGIN_DECLS

typedef enum
{
  TH_CARD_NOTE_BIRTH = 1 << 0,   /* "birth": its birth date is not the number's */
  TH_CARD_NOTE_SEX = 1 << 1,     /* "sex": its sex is not the number's */
  TH_CARD_NOTE_EXPIRED = 1 << 2, /* "expired" */
  TH_CARD_NOTE_EARLY = 1 << 3,   /* "not-yet-valid" */
  TH_CARD_NOTE_UNCLEAR = 1 << 4, /* "unclear": a field holds no date, or no characters */
} ThCardNotes;

/* @number: of the card, checked. */
ThCardNotes th_card_check (const ThCard *card, const char *number, ThDate today);

#define TH_CARD_NOTES_BYTES 64
/* "birth;expired", "" for none. */
void th_card_notes_to_string (ThCardNotes notes, char ret_text[TH_CARD_NOTES_BYTES]);
/* Unknown nicks are left out: a newer version may have written them. */
ThCardNotes th_card_notes_from_string (const char *text);

G_END_DECLS
