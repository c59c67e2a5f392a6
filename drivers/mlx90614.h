/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Melexis MLX90614, the infrared thermometer: what its frames and words mean. Pure: bytes in,
 * values out. Source: Melexis data sheet 3901090614 revision 13, 8.4 (SMBus), 8.7 (temperatures).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TH_MLX90614_ADDRESS 0x5a

/* Command bytes: 000x xxxx RAM, 001x xxxx EEPROM. */
#define TH_MLX90614_AMBIENT 0x06
#define TH_MLX90614_OBJECT 0x07
#define TH_MLX90614_OBJECT_2 0x08
#define TH_MLX90614_TO_MAX 0x20
#define TH_MLX90614_TO_MIN 0x21
#define TH_MLX90614_PWMCTRL 0x22
#define TH_MLX90614_TA_RANGE 0x23
#define TH_MLX90614_EMISSIVITY 0x24
#define TH_MLX90614_CONFIG 0x25
#define TH_MLX90614_ID 0x3c /* four words: 0x3c to 0x3f */

#define TH_MLX90614_READ_FRAME_LEN 6
#define TH_MLX90614_WRITE_FRAME_LEN 5

/* SMBus packet error code: CRC-8, x^8 + x^2 + x + 1, from 0, over every byte on the wire,
 * addresses too. */
guint8 th_mlx90614_pec (const guint8 *bytes, gsize len);

typedef enum
{
  TH_MLX90614_READ,  /* `B4 07 B5 D2 3A 30`: address, command, address + read, low, high, PEC */
  TH_MLX90614_WRITE, /* `B4 22 07 C8 48`: address, command, low, high, PEC */
  TH_MLX90614_SLEEP, /* `B4 FF E8` */
} ThMlx90614Kind;

typedef struct
{
  ThMlx90614Kind kind;
  guint8 address; /* 7 bits; 0: any chip on the bus */
  guint8 command;
  guint16 word; /* 0 for SLEEP */
} ThMlx90614Frame;

/**
 * th_mlx90614_decode_frame:
 * @frame: (array length=len): every byte of one transaction as seen on the wire
 * @ret_frame: (out caller-allocates): set only on success
 * @error: TH_DEVICE_ERROR_PROTOCOL: length, address bytes or check byte are wrong
 */
gboolean th_mlx90614_decode_frame (const guint8 *frame, gsize len, ThMlx90614Frame *ret_frame,
                                   GError **error);

/* "object", "to-max", "pwmctrl" …; "unknown". */
const char *th_mlx90614_command_name (guint8 command);

/* One line for a technician: "read object 0x3ad2 = 28.01 °C", "write 0x22 (pwmctrl) 0xc807",
 * "sleep". */
char *th_mlx90614_frame_to_text (const ThMlx90614Frame *frame);

/**
 * th_mlx90614_object_to_mc, th_mlx90614_ambient_to_mc:
 * @ret_mc: (out): milli-degrees Celsius: word × 20 - 273150
 * @error: TH_DEVICE_ERROR_OUT_OF_SERVICE when the chip set its error bit (bit 15),
 *   TH_DEVICE_ERROR_PROTOCOL when it cannot measure such a temperature (object -70.01 to 382.19
 *   °C, die -38.2 to 125 °C)
 */
gboolean th_mlx90614_object_to_mc (guint16 word, int *ret_mc, GError **error);
gboolean th_mlx90614_ambient_to_mc (guint16 word, int *ret_mc, GError **error);

/* The word nearest to a temperature that did not come as one; a word is 0.02 °C, so it is off by 0.01
 * °C at most, and up when it stands in the middle. 0 for what no object can have. */
guint16 th_mlx90614_nearest_word (int mc);

/* The words that say which chip answers and how it was set up. */
typedef struct
{
  guint16 id[4];
  guint16 config;
  guint16 pwmctrl;
  guint16 emissivity;
} ThMlx90614Setup;

/**
 * th_mlx90614_check_setup:
 * @error: TH_DEVICE_ERROR_OUT_OF_SERVICE naming the word
 *
 * Refuses a chip whose values would be wrong here: no identity; emissivity other than 1 (it is
 * corrected in software, twice would read high); filters too weak to be accurate or so slow
 * (settling over 1.2 s) that a forehead would read as cooler than it is; PWM or relay output on
 * the data line.
 */
gboolean th_mlx90614_check_setup (const ThMlx90614Setup *setup, GError **error);

G_END_DECLS
