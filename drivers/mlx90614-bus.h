/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One MLX90614 on two GPIO lines, with the switch of its supply if there is one: opened, asked who
 * it is, read and written, each word checked. Calls take up to some tens of milliseconds: for a
 * thread of their own, or a program without a screen.
 */
#pragma once

#include "drivers/mlx90614-setup.h"
#include "drivers/smbus-lines.h"

G_BEGIN_DECLS

typedef struct
{
  const char *chip_label; /* (nullable): as th_gpio_lines_request() */
  guint sda_line, scl_line;
  int power_line; /* a load switch in the sensor's supply; -1: none */
  gboolean power_active_low;
} ThMlx90614Wiring;

/* Both temperatures as one look had them. */
typedef struct
{
  guint16 object_raw, ambient_raw;
  int object_mc, ambient_mc;
} ThMlx90614Words;

typedef struct _ThMlx90614Bus ThMlx90614Bus;

/* From power-on to valid words the chip takes 250 ms; off for long enough to forget everything. */
#define TH_MLX90614_SETTLE_MS 300
#define TH_MLX90614_OFF_MS 300

/**
 * th_mlx90614_bus_open:
 * @error: as th_gpio_lines_request()
 *
 * Takes the lines; a switched supply is then on (since just now: wait TH_MLX90614_SETTLE_MS).
 */
ThMlx90614Bus *th_mlx90614_bus_open (const ThMlx90614Wiring *wiring, GError **error);
void th_mlx90614_bus_free (ThMlx90614Bus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThMlx90614Bus, th_mlx90614_bus_free)

ThSmbus *th_mlx90614_bus_get_smbus (ThMlx90614Bus *self);

/* One word of RAM or EEPROM. @error: as th_smbus_read_word(). */
gboolean th_mlx90614_bus_read (ThMlx90614Bus *self, guint8 command, guint16 *ret_word,
                               GError **error);

/* Reads who the sensor is and how it is set up. It is not judged: th_mlx90614_check_setup(). What
 * was read of a sensor before counts no more. */
gboolean th_mlx90614_bus_read_setup (ThMlx90614Bus *self, ThMlx90614Setup *ret_setup,
                                     GError **error);

/**
 * th_mlx90614_bus_read_words:
 * @ret_words: set only when every word passed: check byte, no error bit, the chip's range, die -10
 *   to 60 °C, and near the words before it or, when something moved, near a second reading
 * @error: TH_SMBUS_ERROR; TH_DEVICE_ERROR_OUT_OF_SERVICE or _PROTOCOL
 */
gboolean th_mlx90614_bus_read_words (ThMlx90614Bus *self, ThMlx90614Words *ret_words,
                                     GError **error);

/* Every cell that th_mlx90614_plan() asks for. */
gboolean th_mlx90614_bus_read_cells (ThMlx90614Bus *self, ThMlx90614Cells *ret_cells,
                                     GError **error);

/**
 * th_mlx90614_bus_write_cell:
 * @error: TH_SMBUS_ERROR when the bus failed; TH_DEVICE_ERROR_OUT_OF_SERVICE when the cell does not
 *   take the word in three attempts: it says what stands there now
 *
 * Erases, waits, writes, waits, reads back: some 30 ms. The chip goes by it after its power was off.
 */
gboolean th_mlx90614_bus_write_cell (ThMlx90614Bus *self, guint8 command, guint16 word,
                                     GError **error);

/* The supply's switch. Off also holds both lines low: a sensor is fed through them otherwise. Keep
 * it off for TH_MLX90614_OFF_MS, and wait TH_MLX90614_SETTLE_MS after. FALSE: no switch, or the chip
 * is gone. */
gboolean th_mlx90614_bus_has_switch (ThMlx90614Bus *self);
gboolean th_mlx90614_bus_switch (ThMlx90614Bus *self, gboolean on);

G_END_DECLS
