/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ESC/POS, the language of slip printers: raster bands in, printer bytes out; status bytes in, the
 * state of the paper out. Pure: no I/O, no clock.
 *
 * Everything is sent as raster (GS v 0): it is what printers of all makes have in common, and the
 * only way that every name prints. In small bands, because cheap printers buffer about 4 kB.
 * Sources: Epson ESC/POS command reference (GS v 0, GS V, ESC d, DLE EOT); Epson TM-U220 and Samsung
 * SRP-350 manuals for the status bits.
 */
#pragma once

#include <glib.h>

#include "drivers/devices.h"

G_BEGIN_DECLS

#define TH_ESCPOS_MIN_BAND_ROWS 1
#define TH_ESCPOS_MAX_BAND_ROWS 128
/* The widest head we know of: 80 mm at 300 dpi, rounded up. */
#define TH_ESCPOS_MAX_STRIDE 128

/**
 * th_escpos_make_harmless:
 *
 * Printers look for real-time commands in everything they receive, pictures too: a row that happens to hold
 * `10 04 01` is answered with a status byte, `10 05 02` empties the buffer, `10 14 01` opens a cash drawer. Where
 * a 10 stands before one of these, a black dot is widened by one. Call it on a finished drawing.
 */
void th_escpos_make_harmless (ThRaster *raster);

/* What every job starts with: ESC @ (the printer forgets what the last job set). (transfer full) */
GBytes *th_escpos_begin (void);

/**
 * th_escpos_flush: (transfer full)
 * @cutter: cut the remains off, so that nobody gets two people's slips on one paper
 *
 * For a printer that may have been left anywhere inside an earlier job: enough NUL to complete the
 * longest band it may be waiting for, ESC @, feed, cut. NUL comes first and not ESC @, because
 * a command that was cut off inside its length bytes would take the ESC as a length.
 */
GBytes *th_escpos_flush (gboolean cutter);

/* The NULs alone: brings a printer back to where it reads commands, prints nothing of its own. */
GBytes *th_escpos_complete (void);

/* How many bands of @band_rows rows the raster has. */
guint th_escpos_n_bands (const ThRaster *raster, guint band_rows);

/**
 * th_escpos_band: (transfer full)
 * @band: 0 to th_escpos_n_bands() - 1
 *
 * `1D 76 30 00 xL xH yL yH` and the rows of one band; the last band may be shorter. Bits right of
 * the picture's width are white, and white that all rows end in is left out: a band but the first may be narrower.
 */
GBytes *th_escpos_band (const ThRaster *raster, guint band_rows, guint band);

/* What every job ends with: feed to the cutter and cut (GS V 66 0), or feed to the tear bar. (transfer full) */
GBytes *th_escpos_end (gboolean cutter);

/* A whole job in one piece: begin, all bands, end. (transfer full) */
GBytes *th_escpos_job (const ThRaster *raster, guint band_rows, gboolean cutter);

/* The questions of DLE EOT n. */
typedef enum
{
  TH_ESCPOS_ASK_PRINTER = 1, /* online? */
  TH_ESCPOS_ASK_OFFLINE = 2, /* why not: cover, paper, error */
  TH_ESCPOS_ASK_ERROR = 3,   /* which error */
  TH_ESCPOS_ASK_PAPER = 4,   /* the paper sensors */
} ThEscposAsk;

#define TH_ESCPOS_N_ASKS 4
#define TH_ESCPOS_QUESTION_LEN 3

/* `10 04 n`. Never send it inside another command's data. */
void th_escpos_question (ThEscposAsk ask, guint8 ret_bytes[TH_ESCPOS_QUESTION_LEN]);

/* Answers of one round of questions; all zero before the first. */
typedef struct
{
  gboolean answered[TH_ESCPOS_N_ASKS + 1]; /* indexed by ThEscposAsk */
  guint8 byte[TH_ESCPOS_N_ASKS + 1];
} ThEscposStatus;

/**
 * th_escpos_status_take:
 * @bytes: what came in after the question @ask
 *
 * Keeps the last byte that can be an answer (bits 0 and 7 clear, bits 1 and 4 set); anything else is
 * noise. Returns FALSE when all of it was noise. Bit 2 of answer 1 is the drawer's pin, no fault.
 */
gboolean th_escpos_status_take (ThEscposStatus *status, ThEscposAsk ask, const guint8 *bytes,
                                gsize len);

/* `1D 61 0E`: tell at once, and whenever it changes: online, errors, paper. */
#define TH_ESCPOS_AUTOMATIC_LEN 3
void th_escpos_automatic (guint8 ret_bytes[TH_ESCPOS_AUTOMATIC_LEN]);

/**
 * th_escpos_automatic_take:
 * @bytes: what came in: packets of four, `10 00 00 00` when all is well; between them there may be noise
 *
 * FALSE: there is no whole packet. Else what the last one says; never UNKNOWN. First byte: bits 0, 1, 7 clear and 4 set;
 * the others: bits 4 and 7 clear.
 */
gboolean th_escpos_automatic_take (const guint8 *bytes, gsize len, ThPaper *ret_paper);

/* The byte of GET_PORT_STATUS (USB printer class 1.1, 4.2.2) or of LPGETSTATUS: READY (nothing wrong), OUT, OFFLINE
 * (some error), or UNKNOWN for noise. */
ThPaper th_escpos_port_paper (guint8 byte);

/* TRUE: answers 1 or 2 speak of an error, and question 3 would say which. */
gboolean th_escpos_status_has_error (const ThEscposStatus *status);

/* What the person who opens the printer needs to know first: the cover before the paper before a fault. UNKNOWN when
 * nothing is wrong with what was answered, but 1, 2 or 4 was not. Never READY by silence. */
ThPaper th_escpos_status_paper (const ThEscposStatus *status);

G_END_DECLS
