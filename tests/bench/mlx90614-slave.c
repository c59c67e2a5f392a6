/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/mlx90614-slave.h"

#include <string.h>

#define ADDRESS 0x5a
#define COMMAND_FLAGS 0xf0
#define SCL_HIGH_MAX_NS (45 * UINT64_C (1000))
#define SCL_LOW_MAX_NS (27 * UINT64_C (1000000))
#define READY_NS (250 * UINT64_C (1000000))
#define BUSY_NS (5 * UINT64_C (1000000))
#define LISTEN_NS (1440 * UINT64_C (1000))

#define PWMCTRL 0x02
#define PWMCTRL_ENABLED 0x0002
/* TO_MAX, TO_MIN, PWMCTRL, Ta range, emissivity, config, address. */
#define WRITABLE 0x403fu

void
th_slave_init (ThSlave *slave)
{
  memset (slave, 0, sizeof *slave);
  slave->sda = true;
  slave->scl = true;
  slave->listens = true;
  slave->chance = 0x9e3779b9u;
  slave->world.present = true;
  slave->world.object_mc = 25000;
  slave->world.ambient_mc = 25000;
}

static void
go_idle (ThSlave *slave)
{
  slave->state = TH_SLAVE_IDLE;
  slave->pulls = false;
}

void
th_slave_power_on (ThSlave *slave, uint64_t real_ns)
{
  go_idle (slave);
  slave->bit = 0;
  slave->busy_ns = 0;
  slave->ready_ns = real_ns + READY_NS;
  slave->listens = (slave->eeprom[PWMCTRL] & PWMCTRL_ENABLED) == 0;
}

static bool
is_busy (const ThSlave *slave)
{
  return slave->world.real_ns < slave->busy_ns;
}

static bool
is_ready (const ThSlave *slave)
{
  return slave->world.real_ns >= slave->ready_ns;
}

static uint8_t
crc (uint8_t pec, uint8_t byte)
{
  pec ^= byte;
  for (int i = 0; i < 8; i++)
    pec = pec & 0x80 ? (uint8_t) (pec << 1 ^ 0x07) : (uint8_t) (pec << 1);
  return pec;
}

static uint16_t
temperature_word (const ThSlave *slave, int32_t mc, int32_t min, int32_t max)
{
  int32_t raw = (mc + 273150 + 10) / 20;

  raw = raw < min ? min : raw > max ? max : raw;
  return (uint16_t) (slave->world.error_bit ? raw | 0x8000 : raw);
}

/* FALSE: a command it does not know, to be refused. */
static bool
find_word (const ThSlave *slave, uint16_t *ret_word)
{
  uint8_t command = slave->command;

  if ((command == 0x06 || command == 0x07) && !is_ready (slave))
    *ret_word = 0;
  else if (command == 0x06)
    *ret_word = temperature_word (slave, slave->world.ambient_mc, 0x2de4, 0x4dc4);
  else if (command == 0x07)
    *ret_word = temperature_word (slave, slave->world.object_mc, 0x27ad, 0x7fff);
  else if (command < 0x20)
    *ret_word = 0;
  else if (command < 0x40)
    *ret_word = slave->eeprom[command - 0x20];
  else if (command == COMMAND_FLAGS)
    *ret_word = (is_ready (slave) ? 0x0010 : 0) | (is_busy (slave) ? 0x0080 : 0);
  else
    return false;
  return true;
}

/* Puts the reply together. A spoilt one has a wrong bit anywhere in word or check byte, so that a
 * master which ignores the check byte takes a wrong word for a right one. */
static bool
prepare_reply (ThSlave *slave)
{
  uint16_t word;

  if (!find_word (slave, &word))
    return false;
  slave->out[0] = word & 0xff;
  slave->out[1] = word >> 8;
  slave->out[2] = crc (crc (slave->pec, slave->out[0]), slave->out[1]);
  if (slave->world.all_ones)
    memset (slave->out, 0xff, sizeof slave->out);
  slave->counts.reads++;
  if (slave->world.spoil_every != 0 && slave->counts.reads % slave->world.spoil_every == 0)
    {
      unsigned bit = (slave->counts.spoilt * 7 + 3) % 24;

      slave->out[bit / 8] ^= 1 << bit % 8;
      slave->counts.spoilt++;
    }
  slave->byte = 0;
  return true;
}

static void
take_word (ThSlave *slave)
{
  uint8_t cell = slave->command - 0x20;
  uint16_t word = slave->in[0] | slave->in[1] << 8;

  slave->counts.writes++;
  slave->busy_ns = slave->world.real_ns + BUSY_NS;
  if ((WRITABLE >> cell & 1) == 0 || (word != 0 && slave->eeprom[cell] != 0))
    slave->counts.eeprom_mistakes++;
  if ((WRITABLE >> cell & 1) == 0 || (slave->world.dead_cells >> cell & 1) != 0)
    return;
  /* A cell that was not erased first keeps its bits: writing is erase, then write. */
  slave->eeprom[cell] = word == 0 ? 0 : slave->eeprom[cell] | word;
}

/* A whole byte came in. Returns: is it acknowledged? */
static bool
byte_received (ThSlave *slave)
{
  uint8_t byte = slave->shift;
  uint8_t pec = slave->pec;

  slave->pec = crc (slave->pec, byte);
  switch (slave->state)
    {
    case TH_SLAVE_ADDRESS:
      if (!slave->world.present || (byte >> 1 != ADDRESS && byte >> 1 != 0))
        return false;
      slave->address = byte;
      if ((byte & 1) == 0)
        return true;
      return prepare_reply (slave);
    case TH_SLAVE_COMMAND:
      slave->command = byte;
      slave->byte = 0;
      if (byte >= 0x20 && byte < 0x40 && is_busy (slave))
        return false;
      return byte < 0x40 || byte == COMMAND_FLAGS || byte == 0xff;
    case TH_SLAVE_WRITE:
      slave->in[slave->byte] = byte;
      if (slave->byte < 2)
        return true;
      if (byte != pec || slave->command < 0x20 || slave->command >= 0x40)
        return false;
      take_word (slave);
      return true;
    case TH_SLAVE_IDLE:
    case TH_SLAVE_READ:
      break;
    }
  return false;
}

/* After the acknowledge clock: what is the next byte? */
static void
byte_done (ThSlave *slave)
{
  slave->pulls = false;
  slave->bit = 0;
  switch (slave->state)
    {
    case TH_SLAVE_ADDRESS:
      if (!slave->ack)
        break;
      slave->state = slave->address & 1 ? TH_SLAVE_READ : TH_SLAVE_COMMAND;
      return;
    case TH_SLAVE_COMMAND:
      if (!slave->ack)
        break;
      slave->state = TH_SLAVE_WRITE;
      return;
    case TH_SLAVE_WRITE:
      if (!slave->ack || slave->byte == 2)
        break;
      slave->byte++;
      return;
    case TH_SLAVE_READ:
      if (!slave->want_more || slave->byte == 2)
        break;
      slave->byte++;
      return;
    case TH_SLAVE_IDLE:
      break;
    }
  go_idle (slave);
}

static void
scl_rises (ThSlave *slave)
{
  if (slave->state == TH_SLAVE_READ)
    {
      if (slave->bit == 8)
        slave->want_more = !slave->sda;
    }
  else if (slave->bit < 8)
    slave->shift = (uint8_t) (slave->shift << 1 | slave->sda);
}

/* Everything the slave puts on SDA changes here, while SCL is low. */
static void
scl_falls (ThSlave *slave)
{
  /* The edge that ends a START carries no bit. */
  if (!slave->started)
    slave->bit++;
  slave->started = false;
  if (slave->bit > 8)
    byte_done (slave);

  if (slave->state == TH_SLAVE_IDLE)
    return;
  if (slave->state == TH_SLAVE_READ)
    {
      slave->pulls = slave->bit < 8 && (slave->out[slave->byte] >> (7 - slave->bit) & 1) == 0;
      return;
    }
  slave->pulls = false;
  if (slave->bit == 8)
    {
      slave->ack = byte_received (slave);
      slave->pulls = slave->ack;
      if (!slave->ack)
        slave->counts.nacks++;
    }
}

static void
lose_patience (ThSlave *slave, uint64_t now_ns)
{
  uint64_t waited_ns = now_ns - slave->edge_ns;

  if (slave->state == TH_SLAVE_IDLE)
    return;
  if (slave->scl && waited_ns > SCL_HIGH_MAX_NS)
    {
      slave->counts.scl_high_timeouts++;
      go_idle (slave);
    }
  else if (!slave->scl && waited_ns > SCL_LOW_MAX_NS)
    {
      slave->counts.scl_low_timeouts++;
      go_idle (slave);
    }
}

/* Every edge of SCL may be the one at which the supply sags. */
static void
brown_out (ThSlave *slave)
{
  if (slave->world.brown_out == 0)
    return;
  if (slave->edges_left > 0)
    {
      slave->edges_left--;
      return;
    }
  slave->chance ^= slave->chance << 13;
  slave->chance ^= slave->chance >> 17;
  slave->chance ^= slave->chance << 5;
  slave->edges_left = slave->chance % slave->world.brown_out;
  slave->counts.restarts++;
  th_slave_power_on (slave, slave->world.real_ns);
}

/* While it puts out PWM it looks at nothing but SCL. */
static void
wait_for_request (ThSlave *slave, bool scl)
{
  if (scl && !slave->scl && slave->world.real_ns - slave->low_ns > LISTEN_NS)
    slave->listens = true;
  if (!scl && slave->scl)
    slave->low_ns = slave->world.real_ns;
  slave->scl = scl;
}

bool
th_slave_lines (ThSlave *slave, bool master_sda, bool scl, uint64_t now_ns)
{
  bool sda;

  if (!slave->listens)
    {
      wait_for_request (slave, scl);
      slave->sda = master_sda;
      return slave->sda;
    }
  lose_patience (slave, now_ns);

  sda = master_sda && !slave->pulls;
  if (scl && slave->scl && sda != slave->sda)
    {
      slave->edge_ns = now_ns;
      slave->pulls = false;
      slave->bit = 0;
      if (sda)
        slave->state = TH_SLAVE_IDLE; /* STOP */
      else
        {
          /* After a command a START is a repeated one, and the check byte goes on over it. */
          if (slave->state != TH_SLAVE_WRITE || slave->byte != 0)
            slave->pec = 0;
          slave->state = TH_SLAVE_ADDRESS;
          slave->started = true;
        }
    }
  slave->sda = sda;

  if (scl != slave->scl)
    {
      slave->scl = scl;
      slave->edge_ns = now_ns;
      brown_out (slave);
      if (scl)
        scl_rises (slave);
      else
        scl_falls (slave);
    }
  slave->sda = master_sda && !slave->pulls;
  return slave->sda;
}
