/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The code on a vaccine's box: GS1 DataMatrix, as a scanner sends it or as somebody types what is printed beside it. Pure:
 * no clock, no file.
 *
 *   01 09506000134352 17 271130 10 AB-17/2 <GS> 21 0042      the scanner's bytes; GS is 0x1d and ends a part that has
 *                                                            no length of its own, or the code ends it
 *   (01)09506000134352(17)271130(10)AB-17/2                  typed
 *
 * A symbology identifier ("]d2") and white space around the code are passed over. Source: GS1 General Specifications 24,
 * sections 3 (application identifiers) and 7.12 (two-digit years).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TH_GS1_LOT_BYTES 21

typedef struct
{
  char gtin[15];                /* 14 digits with a right check digit; "": the code has none */
  char lot[TH_GS1_LOT_BYTES];   /* [A-Za-z0-9-./]{1,20} */
  char expiry[11];              /* the last day it may be used: "2027-11-30" */
} ThGs1;

/**
 * th_gs1_parse:
 * @data: (array length=len): at most 512 bytes, not necessarily text
 * @year: now, which decides the century of a year of two digits: within 50 years of it
 * @ret_code: (out): set only on success
 * @error: G_IO_ERROR_INVALID_DATA; says what is wrong, and repeats nothing of the code
 *
 * FALSE when there is no lot or no expiry date, when a part stands twice, or has a length or a character it cannot have.
 */
gboolean th_gs1_parse (const char *data, gsize len, guint year, ThGs1 *ret_code, GError **error);

/* [A-Za-z0-9-./]{1,20}: what a lot may be called, wherever the name comes from. */
gboolean th_gs1_lot_is_good (const char *lot);

G_END_DECLS
