/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a code scanner sends, put back together: bytes of a serial scanner, or keys of one that plays
 * keyboard, to whole codes. Pure: no device, no clock.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The longest code kept; no code of ours has half of it. */
#define TH_SCAN_MAX 512

/**
 * ThScanLine: a code that is being received; all zero to begin with.
 * @text: printable ASCII and a NUL. Any other byte stands as '?', what is longer than TH_SCAN_MAX is
 *   cut off: such a code is none of ours, and whoever holds it gets an answer all the same
 */
typedef struct
{
  char text[TH_SCAN_MAX + 1];
  gsize len;
} ThScanLine;

/* TRUE: the code in @line->text is whole (CR, LF, tab or NUL came, and there was something before
 * it). The next byte begins a new one. */
gboolean th_scan_line_add (ThScanLine *line, guint8 byte);
/* Nothing came for a while: some scanners send no end. TRUE: there is a code. */
gboolean th_scan_line_end (ThScanLine *line);
void th_scan_line_clear (ThScanLine *line); /* wipes */

/**
 * ThScanKeys: the state of a scanner's keyboard; all zero to begin with.
 */
typedef struct
{
  guint8 shift;  /* bit 0 left, bit 1 right */
  gboolean lost; /* the kernel dropped events: keys count again after the next report */
} ThScanKeys;

/**
 * th_scan_keys_add:
 * @type, @code, @value: of a struct input_event (linux/input-event-codes.h)
 * @ret_byte: (out): set when it returns %TRUE: a character of the US layout, '\r' for Enter; or
 *   0xff, which is no character, where keys were lost
 */
gboolean th_scan_keys_add (ThScanKeys *keys, guint16 type, guint16 code, gint32 value,
                           guint8 *ret_byte);

G_END_DECLS
