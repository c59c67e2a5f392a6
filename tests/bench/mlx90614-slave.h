/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An MLX90614 as its two wires see it: a synchronous SMBus slave. Pure: levels and time in, the
 * level it holds SDA at out. It does what the data sheet says of the real one, its impatience
 * included: SCL high for more than 45 us inside a transaction, or low for more than 27 ms, and it
 * forgets everything. After power-on it measures nothing for 250 ms. An EEPROM cell is erased by
 * writing 0 and takes only what it was erased for; either keeps the EEPROM busy for 5 ms.
 *
 * It has two clocks: the bus's, which may be virtual, and the real one for what takes milliseconds.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef enum
{
  TH_SLAVE_IDLE, /* waits for a START */
  TH_SLAVE_ADDRESS,
  TH_SLAVE_COMMAND,
  TH_SLAVE_WRITE, /* low byte, high byte, check byte */
  TH_SLAVE_READ,
} ThSlaveState;

/* What the slave finds in the world, and what it counts. */
typedef struct
{
  int32_t object_mc;
  int32_t ambient_mc;
  bool present; /* false: does not answer at all */
  bool error_bit;
  bool all_ones;        /* acknowledges, but its answers are all ones, check byte too */
  uint32_t spoil_every; /* every Nth reply is spoilt; 0: none */
  uint32_t brown_out;   /* starts anew after 1 to N edges of SCL, again and again; 0: never */
  uint32_t dead_cells;  /* bit n: EEPROM cell n keeps what it has */
  uint64_t real_ns;     /* the real clock */
} ThSlaveWorld;

typedef struct
{
  uint64_t reads;
  uint64_t writes;
  uint64_t spoilt;
  uint64_t nacks;
  uint64_t scl_high_timeouts;
  uint64_t scl_low_timeouts;
  uint64_t restarts;        /* by brown-out */
  uint64_t eeprom_mistakes; /* written without being erased, or one that is not the user's */
} ThSlaveCounts;

typedef struct
{
  ThSlaveWorld world;
  ThSlaveCounts counts;
  uint16_t eeprom[32];
  uint64_t ready_ns; /* real: measures from here on */
  uint64_t busy_ns;  /* real: the EEPROM works until then */
  bool listens;      /* false: puts out PWM until SCL was low for 1.44 ms */
  uint64_t low_ns;   /* real: when SCL fell */
  uint32_t chance, edges_left;

  ThSlaveState state;
  bool sda; /* the level on the bus */
  bool scl;
  bool pulls; /* holds SDA low */
  uint64_t edge_ns; /* of SCL, or a START */

  bool started; /* a START, and no clock since */
  uint8_t bit; /* 0 to 7 data, 8 acknowledge */
  uint8_t shift;
  uint8_t byte;   /* of the word: 0 low, 1 high, 2 check byte */
  bool ack;       /* pulled in the acknowledge clock */
  bool want_more; /* the master acknowledged what it read */
  uint8_t address;
  uint8_t command;
  uint8_t pec;
  uint8_t out[3];
  uint8_t in[3];
} ThSlave;

/* At address 0x5A. Its power has been on for long; the EEPROM is for the caller to fill. */
void th_slave_init (ThSlave *slave);

/* Its power comes on at this real time: nothing but the EEPROM is left of what was. */
void th_slave_power_on (ThSlave *slave, uint64_t real_ns);

/**
 * th_slave_lines:
 * @master_sda: what the master does to SDA: true released, false pulls
 * @scl: the level of SCL
 * @now_ns: never runs back
 * Returns: the level of SDA on the bus
 *
 * To be called after every change of a line and before every look at one.
 */
bool th_slave_lines (ThSlave *slave, bool master_sda, bool scl, uint64_t now_ns);
