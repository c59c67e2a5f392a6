/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An MLX90614 as its two wires see it: a synchronous SMBus slave. Pure: levels and time in, the
 * level it holds SDA at out. It does what the data sheet says of the real one, its impatience
 * included: SCL high for more than 45 us inside a transaction, or low for more than 27 ms, and it
 * forgets everything.
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
  uint32_t spoil_every; /* every Nth reply is spoilt; 0: none */
} ThSlaveWorld;

typedef struct
{
  uint64_t reads;
  uint64_t writes;
  uint64_t spoilt;
  uint64_t nacks;
  uint64_t scl_high_timeouts;
  uint64_t scl_low_timeouts;
} ThSlaveCounts;

typedef struct
{
  ThSlaveWorld world;
  ThSlaveCounts counts;
  uint16_t eeprom[32];

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

/* A DCC-like chip as it leaves the factory: address 0x5A, emissivity 1, PWM off. */
void th_slave_init (ThSlave *slave);

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
