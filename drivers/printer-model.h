/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slip printers as data: what a model is like, which model it is by its USB ids and the name it gives
 * itself, and what a driver needs to know of one. Pure.
 */
#pragma once

#include <glib.h>

#include "drivers/usb-transport.h"

G_BEGIN_DECLS

/* What a printer can be asked; none: it never says how it is. */
typedef enum
{
  TH_PRINTER_ASK_DLE = 1 << 0,  /* DLE EOT 1 to 4, in real time */
  TH_PRINTER_ASK_ASB = 1 << 1,  /* GS a: automatic status back */
  TH_PRINTER_ASK_PORT = 1 << 2, /* the class request GET_PORT_STATUS */
} ThPrinterAsks;

typedef struct
{
  const char *name; /* as in the settings */
  const char *what; /* for people */
  guint16 vendor_id, product_id; /* 0: any */
  const char *says; /* what its device id's model begins with; NULL: any */
  guint width_dots;
  guint dpi;
  gboolean cutter;
  guint band_rows;
  ThPrinterAsks asks;
} ThPrinterModel;

/* All of them; the last is what a printer is taken for that nobody knows. */
const ThPrinterModel *th_printer_models (guint *ret_n);
/* NULL: there is no such name. */
const ThPrinterModel *th_printer_model_find (const char *name);
/* @says: the model of its device id, may be "". Always one. */
const ThPrinterModel *th_printer_model_of (guint16 vendor_id, guint16 product_id, const char *says);

/* Where a slip printer may be found: any of the printer class, and those known to hide in a class of their own. Ends
 * with zeros. */
extern const ThUsbMatch th_printer_usb_matches[];

#define TH_PRINTER_WORD_MAX 31

/* What a printer says of itself; "" where it says nothing. */
typedef struct
{
  char maker[TH_PRINTER_WORD_MAX + 1];
  char model[TH_PRINTER_WORD_MAX + 1];
  char commands[TH_PRINTER_WORD_MAX + 1];
} ThPrinterId;

/**
 * th_printer_id_parse:
 * @data: (array length=len): the answer to GET_DEVICE_ID
 *
 * Two bytes of length, big endian, then IEEE 1284 text: `MFG:EPSON;CMD:ESC/POS;MDL:TM-T88V;`, also with the
 * long keys. Printers get the length wrong and leave out the last `;`, so neither is insisted on. What is not printable
 * ASCII is left out of a word; a long word is cut. FALSE: it holds none of the three.
 */
gboolean th_printer_id_parse (const guint8 *data, gsize len, ThPrinterId *ret_id);

/* What a driver takes from the model once the printer is there. */
typedef enum
{
  TH_PRINTER_PICK_WIDTH = 1 << 0, /* and dpi */
  TH_PRINTER_PICK_CUTTER = 1 << 1,
  TH_PRINTER_PICK_ASKS = 1 << 2,
  TH_PRINTER_PICK_BAND = 1 << 3,
} ThPrinterPick;

/**
 * ThPrinterProfile: what the printer is, and how patient we are with it.
 */
typedef struct
{
  guint width_dots;        /* pictures of another width are refused */
  guint dpi;               /* 0: 203 */
  gboolean cutter;
  gboolean answers;        /* it can answer; else nothing is asked, and paper is not watched */
  gboolean automatic;      /* it is asked by GS a, and not by DLE EOT */
  guint band_rows;         /* rows a transfer; 24 to 128; 64 */
  ThPrinterPick pick;      /* of the above, what the model decides when the printer is there */
  guint16 vendor_id;       /* this one only; 0: any printer */
  guint16 product_id;
  guint poll_ms;           /* between looks at the paper, and between tries to open; 1000 */
  guint status_timeout_ms; /* for one question and for one answer; 200 */
  guint stall_ms;          /* a band not taken for this long: ask why, and say so by "paper"; 500 */
  guint band_timeout_ms;   /* a band not taken for this long is given up; 10000 */
} ThPrinterProfile;

void th_printer_profile_defaults (ThPrinterProfile *profile);
/* Writes what @profile->pick says. */
void th_printer_profile_pick (ThPrinterProfile *profile, const ThPrinterModel *model);

G_END_DECLS
