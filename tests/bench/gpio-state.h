/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The emulated GPIO chip's state: one small file in shared memory, DIR/gpio.shm.
 *
 * The bench creates it (th_bench_gpio_open (path, true)) and writes what the world does:
 * temperatures, presence, faults. The shim, libthreshold-gpio-shim.so, sits in each program under
 * test behind libgpiod, finds the file by the environment and answers the system calls from it; it
 * writes back what the program drives and what it did wrong. Nothing but C11 atomics is shared, so
 * either side may die at any moment. After every change the writer calls th_bench_gpio_changed(),
 * which wakes whoever waits for edges.
 *
 * How `threshold-bench run` must set the environment of the program it execs:
 *
 *   TH_BENCH_GPIO = absolute path of DIR/gpio.shm
 *   LD_PRELOAD    = libthreshold-gpio-shim.so:libumockdev-preload.so.0   absolute paths,
 *                   the shim FIRST: else umockdev answers lstat() and realpath() before it and the
 *                   chip is not found
 *   ASAN_OPTIONS  = verify_asan_link_order=0   when the program is built with AddressSanitizer
 *
 * Without TH_BENCH_GPIO, or with a file that cannot be opened, the shim changes nothing. The chip
 * needs no entry in umockdev's testbed: programs look for /dev/gpiochip0 upward and the shim
 * answers for number 0.
 */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TH_BENCH_GPIO_ENV "TH_BENCH_GPIO"
#define TH_BENCH_GPIO_MAGIC 0x54684750u /* "ThGP" */
#define TH_BENCH_GPIO_VERSION 3u
#define TH_BENCH_GPIO_LINES 58
#define TH_BENCH_GPIO_CELLS 32
#define TH_BENCH_GPIO_LABEL "pinctrl-bcm2711"

typedef enum
{
  TH_BENCH_SENSOR_NORMAL,
  TH_BENCH_SENSOR_ABSENT,    /* nobody pulls SDA: every address is refused */
  TH_BENCH_SENSOR_BAD_PEC,   /* every bad_pec_every-th reply carries a wrong check byte; 1 = all */
  TH_BENCH_SENSOR_ERROR_BIT, /* measured words have bit 15 set */
  TH_BENCH_SENSOR_STUCK,     /* SDA is held low, whatever the clock does */
  TH_BENCH_SENSOR_UNPLUGGED, /* the whole chip is gone: no /dev node, ENODEV on what is open */
  TH_BENCH_SENSOR_ALL_ONES,  /* acknowledges, but every bit of its answers is one */
  TH_BENCH_SENSOR_BROWN_OUT, /* its supply sags: it starts anew in the middle of things */
  TH_BENCH_SENSOR_HUNG,      /* SDA is held low until its power is cut */
} ThBenchSensor;

typedef enum
{
  TH_BENCH_RANGER_NONE, /* a switch is on the presence line */
  TH_BENCH_RANGER_NORMAL,
  TH_BENCH_RANGER_SILENT,    /* hears no trigger */
  TH_BENCH_RANGER_LOSE_EDGE, /* the end of each echo is no edge */
  TH_BENCH_RANGER_STUCK,     /* the echo never ends */
} ThBenchRanger;

#define TH_BENCH_KEYS 4 /* yes, no, back, help; down pulls the line low */

/* How the sensor speaks. */
typedef enum
{
  TH_BENCH_PWM_OFF, /* SMBus */
  TH_BENCH_PWM_SINGLE,
  TH_BENCH_PWM_EXTENDED,
} ThBenchPwm;

/* What goes wrong with its pulses; ThBenchSensor counts too, but for bad check bytes. */
typedef enum
{
  TH_BENCH_PWM_NORMAL,
  TH_BENCH_PWM_MISSING,  /* every pwm_amount-th edge, without a trace */
  TH_BENCH_PWM_JITTER,   /* edges are seen up to pwm_amount us late */
  TH_BENCH_PWM_PERIOD,   /* pwm_amount percent of the right one */
  TH_BENCH_PWM_OVERFLOW, /* the kernel drops some now and then, and its sequence shows it */
  TH_BENCH_PWM_CLOCK,    /* the time of the edges jumps to and fro */
  TH_BENCH_PWM_STUCK_HIGH,
  TH_BENCH_PWM_STUCK_LOW,
} ThBenchPwmFault;

typedef struct
{
  uint32_t magic;
  uint32_t version;
  uint32_t size; /* sizeof (ThBenchGpio) */
  _Atomic uint32_t changes; /* futex: th_bench_gpio_changed() */

  /* Written by the bench. */
  _Atomic int32_t object_mc;  /* what the chip itself reports, milli-degrees: word 0x07 */
  _Atomic int32_t ambient_mc; /* its die: word 0x06 */
  _Atomic int32_t present;
  _Atomic int32_t ranger;      /* ThBenchRanger: an HC-SR04 with its echo on the presence line */
  _Atomic int32_t distance_mm; /* of somebody in front */
  _Atomic int32_t no_echo_ms;  /* how long its echo is when there is nobody: 38, other makes 60 to 200 */
  _Atomic uint32_t keys_down;  /* bit n: key n */
  _Atomic int32_t no_debounce; /* the chip's lines make no interrupts: they cannot be debounced */
  _Atomic int32_t sensor;        /* ThBenchSensor: th_bench_gpio_set_sensor() */
  _Atomic int32_t bad_pec_every; /* for TH_BENCH_SENSOR_BAD_PEC */
  _Atomic int32_t unplugs;       /* chips gone so far: what was open on them stays dead */
  _Atomic int32_t real_time; /* 0: each GPIO call costs 2 us of the sensor's clock; 1: real time */

  /* Pulses instead of SMBus, on the same wire as SDA: the chip has one pin for both. */
  _Atomic int32_t pwm_mode; /* ThBenchPwm */
  _Atomic int32_t pwm_line;
  _Atomic int32_t pwm_period_us; /* of a whole frame */
  _Atomic int32_t pwm_min_mc[2]; /* of sensor 1 and 2 */
  _Atomic int32_t pwm_max_mc[2];
  _Atomic int32_t pwm_fault; /* ThBenchPwmFault */
  _Atomic int32_t pwm_amount;

  /* The wiring, written by the bench before anybody starts; the configuration's defaults. */
  _Atomic int32_t sda_line;
  _Atomic int32_t scl_line;
  _Atomic int32_t presence_line;
  _Atomic int32_t presence_active_low; /* somebody in front pulls the line low */
  _Atomic int32_t ready_lamp_line;
  _Atomic int32_t attention_lamp_line;
  _Atomic int32_t trigger_line; /* of the HC-SR04 */
  _Atomic int32_t buzzer_line;
  _Atomic int32_t gate_line; /* the relay pulls while it is high */
  _Atomic int32_t key_line[TH_BENCH_KEYS];
  _Atomic int32_t power_line; /* of the switch in the sensor's supply; -1: none, always on */
  _Atomic int32_t power_active_low; /* the sensor is on while the line is low */

  /* The sensor's, whichever program talks to it. */
  _Atomic uint16_t eeprom[TH_BENCH_GPIO_CELLS];
  _Atomic uint32_t dead_cells;  /* bit n: cell n takes nothing any more */
  _Atomic uint64_t power_on_ns; /* CLOCK_MONOTONIC; 0: long ago */
  _Atomic uint32_t power_ons;   /* seen by th_bench_gpio_power_on() and the shim */
  _Atomic int32_t off;          /* its supply is switched off */

  /* Written by the shim. Bit n = line n. Ask th_bench_gpio_lamp(). */
  _Atomic uint64_t driven; /* requested as outputs */
  _Atomic uint64_t levels; /* what they were last set to, physical */
  _Atomic int32_t owner_pid[TH_BENCH_GPIO_LINES]; /* 0: free */

  /* Statistics, only ever growing. */
  _Atomic uint64_t calls;             /* GPIO system calls answered */
  _Atomic uint64_t reads;             /* words read to their last bit, good or bad */
  _Atomic uint64_t writes;            /* words written with a good check byte */
  _Atomic uint64_t bad_pecs;          /* wrong check bytes sent on purpose */
  _Atomic uint64_t nacks;             /* address or command refused */
  _Atomic uint64_t scl_high_timeouts; /* SCL high for more than 45 us inside a transaction */
  _Atomic uint64_t scl_low_timeouts;  /* SCL low for more than 27 ms */
  _Atomic uint32_t keys_seen;         /* keys_down, once its edges are written */
  _Atomic uint64_t beeps;             /* times the buzzer began to sound */
  _Atomic uint64_t shots;             /* of the HC-SR04, answered or not */
  _Atomic uint64_t restarts;          /* of the sensor, by brown-out */
  _Atomic uint64_t eeprom_mistakes;   /* written without being erased, or not the user's to write */
  _Atomic uint64_t violations;        /* requests that the kernel refuses (EINVAL, EPERM …) */
} ThBenchGpio;

/* Maps the state. @create: makes the file anew with room temperature and nobody in front;
 * otherwise it must be one made by this version. NULL with errno set on failure. Never unmapped:
 * it is one a process. */
static inline ThBenchGpio *
th_bench_gpio_open (const char *path, bool create)
{
  struct stat st;
  ThBenchGpio *state;
  int fd = open (path, create ? O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC : O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0)
    return NULL;
  if ((create && ftruncate (fd, sizeof *state) != 0) || fstat (fd, &st) != 0 ||
      st.st_size != (off_t) sizeof *state)
    {
      close (fd);
      errno = EINVAL;
      return NULL;
    }
  state = mmap (NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close (fd);
  if (state == MAP_FAILED)
    return NULL;
  if (create)
    {
      state->version = TH_BENCH_GPIO_VERSION;
      state->size = sizeof *state;
      atomic_store (&state->object_mc, 25000);
      atomic_store (&state->ambient_mc, 25000);
      atomic_store (&state->bad_pec_every, 3);
      atomic_store (&state->sda_line, 23);
      atomic_store (&state->scl_line, 24);
      atomic_store (&state->pwm_line, 23);
      atomic_store (&state->pwm_period_us, 20480);
      for (int i = 0; i < 2; i++)
        {
          atomic_store (&state->pwm_min_mc[i], i == 0 ? 0 : 30000);
          atomic_store (&state->pwm_max_mc[i], i == 0 ? 60000 : 45000);
        }
      atomic_store (&state->presence_line, 25);
      atomic_store (&state->presence_active_low, 0); /* as threshold.conf has it */
      atomic_store (&state->ready_lamp_line, 17);
      atomic_store (&state->attention_lamp_line, 27);
      atomic_store (&state->distance_mm, 80);
      atomic_store (&state->no_echo_ms, 38);
      atomic_store (&state->trigger_line, 22);
      atomic_store (&state->buzzer_line, 12);
      atomic_store (&state->gate_line, 16);
      atomic_store (&state->key_line[0], 5);
      atomic_store (&state->key_line[1], 6);
      atomic_store (&state->key_line[2], 13);
      atomic_store (&state->key_line[3], 19);
      atomic_store (&state->power_line, -1);
      atomic_store (&state->eeprom[0x00], 0x9993);
      atomic_store (&state->eeprom[0x01], 0x62e3);
      atomic_store (&state->eeprom[0x02], 0x0201);
      atomic_store (&state->eeprom[0x03], 0xf71c);
      atomic_store (&state->eeprom[0x04], 0xffff);
      atomic_store (&state->eeprom[0x05], 0x9fb4);
      atomic_store (&state->eeprom[0x0e], 0xbe5a);
      atomic_store (&state->eeprom[0x1c], 0x4a1c);
      atomic_store (&state->eeprom[0x1d], 0x9e07);
      atomic_store (&state->eeprom[0x1e], 0x1180);
      atomic_store (&state->eeprom[0x1f], 0x71a2);
      state->magic = TH_BENCH_GPIO_MAGIC;
    }
  if (state->magic != TH_BENCH_GPIO_MAGIC || state->version != TH_BENCH_GPIO_VERSION ||
      state->size != sizeof *state)
    {
      munmap (state, sizeof *state);
      errno = EINVAL;
      return NULL;
    }
  return state;
}

/* The sensor's power was off and is on again; @now_ns by CLOCK_MONOTONIC. */
static inline void
th_bench_gpio_power_on (ThBenchGpio *state, uint64_t now_ns)
{
  int32_t hung = TH_BENCH_SENSOR_HUNG;

  atomic_compare_exchange_strong (&state->sensor, &hung, TH_BENCH_SENSOR_NORMAL);
  atomic_store (&state->power_on_ns, now_ns);
  atomic_fetch_add (&state->power_ons, 1);
}

/* Call after changing anything: presence edges and an unplugged chip are noticed at once. */
static inline void
th_bench_gpio_changed (ThBenchGpio *state)
{
  atomic_fetch_add (&state->changes, 1);
  syscall (SYS_futex, &state->changes, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

/* The way to change the fault: an unplugged chip takes its lines' owners and levels with it. */
static inline void
th_bench_gpio_set_sensor (ThBenchGpio *state, ThBenchSensor sensor)
{
  atomic_store (&state->sensor, sensor);
  if (sensor == TH_BENCH_SENSOR_UNPLUGGED)
    {
      atomic_fetch_add (&state->unplugs, 1);
      for (int line = 0; line < TH_BENCH_GPIO_LINES; line++)
        atomic_store (&state->owner_pid[line], 0);
      atomic_store (&state->driven, 0);
      atomic_store (&state->levels, 0);
    }
  th_bench_gpio_changed (state);
}

/* A killed program that nobody waited for yet holds nothing, though its number still stands. */
static inline bool
th_bench_gpio_lives (int pid)
{
  char path[32], text[256];
  const char *state;
  ssize_t n;
  int fd;

  snprintf (path, sizeof path, "/proc/%d/stat", pid);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  n = read (fd, text, sizeof text - 1);
  close (fd);
  text[n > 0 ? n : 0] = '\0';
  state = strrchr (text, ')');
  return state != NULL && strncmp (state, ") Z", 3) != 0 && strncmp (state, ") X", 3) != 0;
}

/* Is @line taken by a program that still lives? (A killed one cannot tidy up; the kernel would.) */
static inline bool
th_bench_gpio_taken (ThBenchGpio *state, int line)
{
  int pid = line >= 0 && line < TH_BENCH_GPIO_LINES ? atomic_load (&state->owner_pid[line]) : 0;

  return pid != 0 && th_bench_gpio_lives (pid);
}

/* The physical level of a lamp's, the buzzer's or the relay's line; low when nobody drives it: there is
 * a resistor to ground. */
static inline bool
th_bench_gpio_lamp (ThBenchGpio *state, int line)
{
  return th_bench_gpio_taken (state, line) && (atomic_load (&state->driven) >> line & 1) &&
         (atomic_load (&state->levels) >> line & 1);
}
