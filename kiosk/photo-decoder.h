/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The program that turns a card's photo into a picture. There is none that we may ship: whoever has a
 * licence names theirs in [reader] photo-decoder. It gets the 1024 bytes on standard input and writes
 * a picture (kiosk/photo.h) to standard output; it runs alone in a cage (kiosk/confine.h).
 */
#pragma once

#include <gio/gio.h>

#include "drivers/samv.h"
#include "kiosk/photo.h"

G_BEGIN_DECLS

/**
 * th_photo_decode: (transfer full)
 * @program: an absolute path
 * @code: as the card has it
 * @limit_ms: then it is killed
 * @error: (out): a G_IO_ERROR without anything personal: NOT_FOUND, PERMISSION_DENIED (cannot be run),
 *   TIMED_OUT, CANCELLED, MESSAGE_TOO_LARGE, INVALID_DATA (no picture), FAILED (it failed itself)
 *
 * Waits as long as @limit_ms: for a worker thread. Leaves no process and no descriptor behind.
 */
ThPhoto *th_photo_decode (const char *program, const guint8 code[TH_CARD_PHOTO_BYTES],
                          guint limit_ms, GCancellable *cancellable, GError **error);

G_END_DECLS
