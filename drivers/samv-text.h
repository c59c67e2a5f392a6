/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 256 bytes of UTF-16LE on a card, in its four layouts. Only samv.c needs this. */
#pragma once

#include "drivers/samv.h"

G_BEGIN_DECLS

#define TH_SAMV_TEXT_SIZE 256
#define TH_SAMV_ADDRESS_SIZE 70

/* @offset: of the text in what was parsed, for messages
 * @error: TH_DEVICE_RETRY_CARD_WRONG for a layout that is not known */
ThCard *th_samv_decode_text (const guint8 text[TH_SAMV_TEXT_SIZE], gsize offset, GError **error);

G_END_DECLS
