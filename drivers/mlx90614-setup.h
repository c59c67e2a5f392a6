/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a Melexis MLX90614 is set up: the EEPROM cells that are the user's, what they say, and what must
 * be written to set a chip up for one of our ways to it. Pure. Source: data sheet 3901090614
 * revision 13, 8.3.3 (EEPROM), 8.6 (PWM).
 */
#pragma once

#include "drivers/mlx90614.h"

G_BEGIN_DECLS

/* All that is read of the EEPROM. */
typedef struct
{
  guint16 id[4];
  guint16 to_max, to_min; /* ends of the PWM range of the object: 100 × kelvin */
  guint16 pwmctrl;
  guint16 ta_range; /* ends of the PWM range of the die, a byte each */
  guint16 emissivity;
  guint16 config;
} ThMlx90614Cells;

typedef enum
{
  TH_MLX90614_FOR_SMBUS,        /* PWM off */
  TH_MLX90614_FOR_PWM_SINGLE,   /* PWM of the object's temperature */
  TH_MLX90614_FOR_PWM_EXTENDED, /* PWM of the die's and the object's, one after the other */
} ThMlx90614Use;

typedef struct
{
  ThMlx90614Use use;
  /* For PWM only: */
  guint period;             /* P: 1 to 127 times 1.024 ms (single) or 2.048 ms (extended) */
  int to_min_mc, to_max_mc; /* 0 to 60 °C, 10 to 60 °C apart */
  int ta_min_mc, ta_max_mc; /* extended: -20 to 85 °C, 10 °C apart or more */
} ThMlx90614Wish;

/* Period 20, objects of 30 to 45 °C, dies of 0 to 60 °C. */
extern const ThMlx90614Wish th_mlx90614_usual_wish;

typedef struct
{
  guint8 command;
  guint16 now, then; /* never alike */
} ThMlx90614Write;

#define TH_MLX90614_MAX_WRITES 5

typedef struct
{
  ThMlx90614Write writes[TH_MLX90614_MAX_WRITES]; /* in the order to be made: PWM is switched last */
  guint n;
} ThMlx90614Plan;

/**
 * th_mlx90614_plan:
 * @cells: as read from the chip
 * @error: TH_DEVICE_ERROR_OUT_OF_SERVICE: a chip that is not known, or whose emissivity is not 1
 *   (only the maker's tools may change that); TH_DEVICE_ERROR_PROTOCOL: @wish is out of bounds
 *
 * Only cells that differ are written, and of config only the bits that are the user's: filters
 * (mended when th_mlx90614_check_setup() would refuse them) and the sources of PWM, never the
 * factory's bits 15-11, 7, 6 and 3.
 */
gboolean th_mlx90614_plan (const ThMlx90614Cells *cells, const ThMlx90614Wish *wish,
                           ThMlx90614Plan *ret_plan, GError **error);

/* A cell in words: "45.00 °C", "PWM on, single, open drain, period 20.5 ms". (transfer full) */
char *th_mlx90614_cell_to_text (guint8 command, guint16 word);

/* The word of that command; @command: TO_MAX to CONFIG. */
guint16 th_mlx90614_cells_get (const ThMlx90614Cells *cells, guint8 command);

G_END_DECLS
