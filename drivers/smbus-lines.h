/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An SMBus master over two GPIO lines, for one slave that forgets everything when SCL stays high
 * for more than 45 us (MLX90614). So the clock is asymmetric: all waiting is done while SCL is
 * low. Calls take up to some milliseconds: for a thread of their own.
 */
#pragma once

#include "drivers/gpio-lines.h"

G_BEGIN_DECLS

#define TH_SMBUS_ERROR (th_smbus_error_quark ())
GQuark th_smbus_error_quark (void);

typedef enum
{
  TH_SMBUS_ERROR_GONE,      /* the lines do not work any more: the chip is gone */
  TH_SMBUS_ERROR_STUCK,     /* somebody holds a line low, and recovery did not help */
  TH_SMBUS_ERROR_NO_ANSWER, /* nobody acknowledges */
  TH_SMBUS_ERROR_GARBLED,   /* the check byte was wrong in every try */
  TH_SMBUS_ERROR_TOO_SLOW,  /* this machine could not keep SCL-high short in any try */
} ThSmbusError;

/* What the bus has been through; only ever growing. */
typedef struct
{
  guint64 words;  /* read well */
  guint64 failed; /* given up after all tries */
  guint64 tries;
  guint64 no_answer, garbled, too_slow, stuck; /* tries that ended so */
  guint64 recoveries;      /* clocked a stuck slave free */
  guint64 high_us[42];     /* SCL-high times: [n] took n to n + 1 us; [41] longer than 40 us */
} ThSmbusStats;

/* For the log and for technicians, one line: "94 words, 1 tried again (too slow 1), 0 lost; SCL high
 * µs:times 0:12 1:4980 41+:1". (transfer full) */
char *th_smbus_stats_to_text (const ThSmbusStats *stats);

typedef struct _ThSmbus ThSmbus;

/**
 * th_smbus_new:
 * @sda_line, @scl_line: both get the pull-up and open drain of one request
 * @low_us: shortest time SCL is low; 5 keeps the bus at the MLX90614's 100 kHz
 * @error: as th_gpio_lines_request()
 */
ThSmbus *th_smbus_new (const char *chip_label, guint sda_line, guint scl_line, guint low_us,
                       GError **error);
void th_smbus_free (ThSmbus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThSmbus, th_smbus_free)

/**
 * th_smbus_read_word:
 * @ret_word: set only when the word came with a good check byte
 * @error: TH_SMBUS_ERROR, the reason of the last of five tries
 *
 * Each try is at real-time priority where the process may have it.
 */
gboolean th_smbus_read_word (ThSmbus *self, guint8 address, guint8 command, guint16 *ret_word,
                             GError **error);

/* The same for a word to be written. The slave has taken it with its check byte; what it made of it
 * is for the caller to read back. A try that was lost may have been taken all the same. */
gboolean th_smbus_write_word (ThSmbus *self, guint8 address, guint8 command, guint16 word,
                              GError **error);

/* SCL low for 5 ms: an MLX90614 that puts out PWM then listens to SMBus until its power goes. Not to
 * be sent to one that listens already. FALSE: the chip is gone. */
gboolean th_smbus_ask_to_listen (ThSmbus *self);

/* Holds both lines low, so that a slave whose supply is off is not fed through them; or lets go.
 * FALSE: the chip is gone. */
gboolean th_smbus_hold_low (ThSmbus *self, gboolean hold);

const ThSmbusStats *th_smbus_get_stats (ThSmbus *self);

G_END_DECLS
