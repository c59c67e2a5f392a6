/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Captured cards, and cards as JSON, for `thresholdctl card decode`, `card photo` and `card watch`. */
#pragma once

#include "drivers/samv.h"

G_BEGIN_DECLS

/**
 * th_card_decode: (transfer full)
 * @data: (array length=len): one reply of the reader to a read, as bytes or as hex text with white
 *   space; up to 5 bytes before its preamble are skipped
 * @error: what is wrong, in one line, with the byte (from 0 of the bytes that the input stands
 * for); a reply without a card says its status in words. The domain is TH_DEVICE_ERROR,
 *   TH_DEVICE_RETRY or G_IO_ERROR: for a caller they are all "bad input".
 */
ThCard *th_card_decode (const guint8 *data, gsize len, GError **error);

/**
 * th_card_decode_json: (transfer full)
 *
 * Keys, each left out when the card has no such value: kind, name, name_latin, sex (male, female,
 * unknown, unstated), ethnicity_code, birth_date (ISO), address, id_number, authority, valid_from,
 * valid_to (ISO, or "long-term"), nationality, permit_number, notes.
 */
char *th_card_decode_json (const guint8 *data, gsize len, GError **error);

/* (transfer full): the same of a card that is decoded */
char *th_card_to_json (const ThCard *card);

G_END_DECLS
