/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The hardware contract on one page: what the kiosk asks of a card reader, a thermometer, a slip
 * printer, a code scanner and the lamps, and nothing about how they are attached.
 *
 * Every device object looks after itself: once started it waits for its hardware, opens it, notices
 * that it is gone, silent or talking nonsense, and opens it again when it is back. It says how it is
 * by its "health" property. All signals and callbacks come on the main context of the thread that
 * constructed the object; no call here waits.
 */
#pragma once

#include <glib-object.h>
#include <gio/gio.h>

#include "drivers/samv.h"

G_BEGIN_DECLS

/* What the person can put right: say how, stay in the flow. */
#define TH_DEVICE_RETRY (th_device_retry_quark ())
GQuark th_device_retry_quark (void);

typedef enum
{
  TH_DEVICE_RETRY_CARD_REMOVED, /* lifted before it was read */
  TH_DEVICE_RETRY_CARD_UNREAD,  /* lift it and put it back */
  TH_DEVICE_RETRY_CARD_WRONG,   /* not an identity card, or one the reader cannot read */
  TH_DEVICE_RETRY_CARD_REFUSED, /* the card failed the reader's own authenticity check */
} ThDeviceRetry;

/* What the machine has wrong: trouble screen, staff. */
#define TH_DEVICE_ERROR (th_device_error_quark ())
GQuark th_device_error_quark (void);

typedef enum
{
  TH_DEVICE_ERROR_GONE,
  TH_DEVICE_ERROR_TIMED_OUT,
  TH_DEVICE_ERROR_PROTOCOL,
  TH_DEVICE_ERROR_BUSY,
  TH_DEVICE_ERROR_PAPER,
  TH_DEVICE_ERROR_ACCESS,         /* there, but we may not open it */
  TH_DEVICE_ERROR_OUT_OF_SERVICE, /* it says itself that it cannot work */
} ThDeviceError;

typedef enum
{
  TH_HEALTH_STARTING, /* not known yet: at most one second after the start */
  TH_HEALTH_READY,
  TH_HEALTH_ABSENT, /* not connected, or may not be opened */
  TH_HEALTH_SILENT, /* connected, does not answer */
  TH_HEALTH_FAULT,  /* answers, but nonsense, or that it cannot work */
} ThHealth;

const char *th_health_to_string (ThHealth health); /* "starting", "ready", … */

/**
 * ThCardReader:
 *
 * Looks for a card by itself. For each card exactly one of "card-read" or "card-failed" follows
 * "card-found", then "card-lifted" when the plate is empty again. A card that stays is not read twice.
 *
 * Properties: "health" (uint, ThHealth), read only, notifies.
 * Signals:
 *   "card-found"  ()
 *   "card-read"   (ThCard *card)    card is owned by the emission: take a reference to keep it
 *   "card-failed" (GError *error)   always TH_DEVICE_RETRY; a machine fault is "health"
 *   "card-lifted" ()
 */
#define TH_TYPE_CARD_READER (th_card_reader_get_type ())
G_DECLARE_INTERFACE (ThCardReader, th_card_reader, TH, CARD_READER, GObject)

struct _ThCardReaderInterface
{
  GTypeInterface parent;
  void (*start) (ThCardReader *self);
  ThHealth (*get_health) (ThCardReader *self);
};

void th_card_reader_start (ThCardReader *self);
ThHealth th_card_reader_get_health (ThCardReader *self);

/**
 * ThSample: one look through the infrared thermometer, words as the chip sent them.
 * @object_raw, @ambient_raw: MLX90614 RAM words 0x07 and 0x06, error bit clear, PEC checked. A
 *   sensor that is no MLX90614 gives the word nearest to its temperature (°C × 50 + 13657.5)
 * @object_raw: 0 when the object is outside the range that the sensor was set up to show (PWM): no
 *   temperature, but it is well, and @present counts
 * @ambient_raw: 0 when the sensor gives no temperature of its own (PWM with a single value)
 * @present: the presence sensor says that somebody stands in front
 * @time_us: g_get_monotonic_time() just after the words were read
 * @distance_mm: how far away, where a distance sensor knows; 0: not known
 */
typedef struct
{
  guint16 object_raw;
  guint16 ambient_raw;
  gboolean present;
  gint64 time_us;
  guint distance_mm;
} ThSample;

/**
 * ThThermometer:
 *
 * Between th_thermometer_begin() and th_thermometer_end() emits "sample" about ten times a second;
 * otherwise it looks about once a second whether the sensor still answers, and says so by "health"
 * and, with what it saw, by "look": that is for warm-up, drift and the room, never for a person.
 * A word that failed its checks is never emitted: if none can be had, "health" changes.
 *
 * Properties: "health" (uint, ThHealth), read only, notifies.
 * Signals:
 *   "sample" (const ThSample *sample, as a pointer)
 *   "look"   (const ThSample *sample, as a pointer)   each good look outside begin and end
 *
 * th_thermometer_get_trouble(): why health is not ready, for the log and for technicians; NULL when
 * it is, or when nothing is known. TH_DEVICE_ERROR_BUSY: another program has the lines. Valid until
 * the main context runs again.
 * th_thermometer_describe(): one line for the same: which sensor, and how its line has fared so far.
 */
#define TH_TYPE_THERMOMETER (th_thermometer_get_type ())
G_DECLARE_INTERFACE (ThThermometer, th_thermometer, TH, THERMOMETER, GObject)

struct _ThThermometerInterface
{
  GTypeInterface parent;
  void (*start) (ThThermometer *self);
  void (*begin) (ThThermometer *self);
  void (*end) (ThThermometer *self);
  ThHealth (*get_health) (ThThermometer *self);
  const GError *(*get_trouble) (ThThermometer *self); /* (nullable): never any */
  char *(*describe) (ThThermometer *self);            /* (nullable): "" */
};

void th_thermometer_start (ThThermometer *self);
void th_thermometer_begin (ThThermometer *self);
void th_thermometer_end (ThThermometer *self);
ThHealth th_thermometer_get_health (ThThermometer *self);
const GError *th_thermometer_get_trouble (ThThermometer *self); /* (nullable) */
char *th_thermometer_describe (ThThermometer *self);            /* (transfer full), maybe "" */

typedef enum
{
  TH_PAPER_STARTING, /* not asked yet: at most one second after the start */
  TH_PAPER_READY,
  TH_PAPER_LOW, /* near the end: still prints */
  TH_PAPER_OUT,
  TH_PAPER_COVER_OPEN,
  TH_PAPER_OFFLINE,
  TH_PAPER_FAULT,   /* cutter or mechanics */
  TH_PAPER_HOT,     /* overheated: goes on by itself when it has cooled */
  TH_PAPER_UNKNOWN, /* a printer that can answer was asked and stayed silent */
  TH_PAPER_ABSENT,  /* no printer connected */
} ThPaper;

const char *th_paper_to_string (ThPaper paper); /* "ready", "low", … */

/* What became of a slip. Only FAILED may be printed again as an original. */
typedef enum
{
  TH_SLIP_CONFIRMED, /* the printer said after the cut that it has paper and is online */
  TH_SLIP_SENT,      /* every byte was taken by a printer that never answers */
  TH_SLIP_UNCERTAIN, /* some bytes may have become paper */
  TH_SLIP_FAILED,    /* no byte of the slip reached the printer */
} ThSlipOutcome;

const char *th_slip_outcome_to_string (ThSlipOutcome outcome); /* "confirmed", "sent", … */

/**
 * ThRaster: a picture for a thermal printer, one bit a dot, 1 = black, most significant bit left.
 * @stride: bytes a row, (width_dots + 7) / 8; @rows: height_dots * stride bytes
 */
typedef struct
{
  guint width_dots;
  guint height_dots;
  gsize stride;
  guint8 *rows;
} ThRaster;

/* ThPrintHead: what a slip is drawn for. */
typedef struct
{
  guint width_dots;
  guint dpi;
} ThPrintHead;

ThRaster *th_raster_new (guint width_dots, guint height_dots); /* all white; 1 to 65535 each */
void th_raster_free (ThRaster *raster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThRaster, th_raster_free)

/**
 * ThPrinter:
 *
 * Properties: "paper" (uint, ThPaper), read only, notifies; looked at about once a second when idle.
 *
 * th_printer_check_async(): asks now; finish gives the state. A printer whose profile cannot answer
 * says READY while it is connected. At most 1 s.
 * th_printer_print_async(): @raster is copied. @flush_first: a slip may have been cut off by a crash:
 * reset, flush the printer's buffer and feed before this one. Finish always gives an outcome; @error
 * (may be set together with UNCERTAIN or FAILED, never otherwise) says why, for the log.
 * One operation at a time: a second gets TH_DEVICE_ERROR_BUSY (outcome FAILED).
 */
#define TH_TYPE_PRINTER (th_printer_get_type ())
G_DECLARE_INTERFACE (ThPrinter, th_printer, TH, PRINTER, GObject)

struct _ThPrinterInterface
{
  GTypeInterface parent;
  void (*start) (ThPrinter *self);
  ThPaper (*get_paper) (ThPrinter *self);
  gboolean (*get_answers) (ThPrinter *self);
  ThPrintHead (*get_head) (ThPrinter *self);
  char *(*describe) (ThPrinter *self);
  void (*check_async) (ThPrinter *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data);
  ThPaper (*check_finish) (ThPrinter *self, GAsyncResult *result, GError **error);
  void (*print_async) (ThPrinter *self, const ThRaster *raster, gboolean flush_first,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  ThSlipOutcome (*print_finish) (ThPrinter *self, GAsyncResult *result, GError **error);
};

void th_printer_start (ThPrinter *self);
ThPaper th_printer_get_paper (ThPrinter *self);
gboolean th_printer_get_answers (ThPrinter *self); /* FALSE: paper is not watched */
/* What to draw for. It may change whenever "paper" does, since another printer may be there: ask before each slip. */
ThPrintHead th_printer_get_head (ThPrinter *self);
/* (transfer full): for a technician: how it is attached, its ids, what it calls itself, what it is taken for. */
char *th_printer_describe (ThPrinter *self);
void th_printer_check_async (ThPrinter *self, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
ThPaper th_printer_check_finish (ThPrinter *self, GAsyncResult *result, GError **error);
void th_printer_print_async (ThPrinter *self, const ThRaster *raster, gboolean flush_first,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
ThSlipOutcome th_printer_print_finish (ThPrinter *self, GAsyncResult *result, GError **error);

/**
 * ThScanner:
 *
 * Emits every code that it reads, whatever it says; whoever holds a code up to it may be trusted with
 * nothing. At most about three codes a second: a scanner that reads one again and again is not more.
 *
 * Properties: "health" (uint, ThHealth), read only, notifies.
 * Signals:    "scanned" (const char *text)   printable ASCII, 1 to TH_SCAN_MAX (drivers/scanner.h)
 */
#define TH_TYPE_SCANNER (th_scanner_get_type ())
G_DECLARE_INTERFACE (ThScanner, th_scanner, TH, SCANNER, GObject)

struct _ThScannerInterface
{
  GTypeInterface parent;
  void (*start) (ThScanner *self);
  ThHealth (*get_health) (ThScanner *self);
};

void th_scanner_start (ThScanner *self);
ThHealth th_scanner_get_health (ThScanner *self);

/**
 * ThKeys: four keys for whoever cannot use the screen.
 *
 * A key counts once, when it went down alone; held it does not repeat. Two at once are nothing until all
 * are up. One that is down for half a minute is stuck: "health" is FAULT, the others go on.
 *
 * Properties: "health" (uint, ThHealth), read only, notifies.
 * Signals:    "pressed" (guint key: ThPadKey)
 *
 * th_keys_describe(): (transfer full): "key back is stuck", why the lines cannot be had, or "": for the
 * log and for technicians.
 */
typedef enum
{
  TH_KEY_YES,
  TH_KEY_NO,
  TH_KEY_BACK,
  TH_KEY_HELP,
  TH_N_KEYS,
} ThPadKey;

const char *th_key_to_string (ThPadKey key); /* "yes", "no", "back", "help" */

#define TH_TYPE_KEYS (th_keys_get_type ())
G_DECLARE_INTERFACE (ThKeys, th_keys, TH, KEYS, GObject)

struct _ThKeysInterface
{
  GTypeInterface parent;
  void (*start) (ThKeys *self);
  ThHealth (*get_health) (ThKeys *self);
  char *(*describe) (ThKeys *self);
};

void th_keys_start (ThKeys *self);
ThHealth th_keys_get_health (ThKeys *self);
char *th_keys_describe (ThKeys *self);

/*
 * ThOutputs: what everybody may see, hear and walk through; it never tells one person from another.
 * Nothing comes back: lines that cannot be had are no reason to stop.
 */
typedef enum
{
  TH_LAMP_READY,     /* come: the kiosk waits for the next person */
  TH_LAMP_ATTENTION, /* staff, please: a device or a person needs help */
  TH_N_LAMPS,
} ThLamp;

typedef enum
{
  TH_SOUND_READ, /* we have read your card */
  TH_SOUND_LOOK, /* it is your turn to look into the thermometer */
  TH_SOUND_DONE, /* that was all */
  TH_SOUND_STAFF, /* staff, please; once */
  TH_N_SOUNDS,
} ThSound;

#define TH_TYPE_OUTPUTS (th_outputs_get_type ())
G_DECLARE_INTERFACE (ThOutputs, th_outputs, TH, OUTPUTS, GObject)

struct _ThOutputsInterface
{
  GTypeInterface parent;
  void (*light) (ThOutputs *self, ThLamp lamp, gboolean lit);
  void (*sound) (ThOutputs *self, ThSound sound);
  void (*open_gate) (ThOutputs *self);
};

void th_outputs_light (ThOutputs *self, ThLamp lamp, gboolean lit);
void th_outputs_sound (ThOutputs *self, ThSound sound); /* takes the place of one that is under way */
void th_outputs_open_gate (ThOutputs *self); /* for its time from now on; then it closes by itself */

G_END_DECLS
