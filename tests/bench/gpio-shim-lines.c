/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/gpio-shim-lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>

#include "tests/bench/gpio-shim-pwm.h"
#include "tests/bench/gpio-shim-rules.h"
#include "tests/bench/mlx90614-slave.h"

#define IOCTL_NS 2000
#define MAX_KEPT 1024
#define BROWN_OUT_EDGES 100
#define NS_PER_MM 5800
#define TRIGGER_NS 10000
#define ECHO_AFTER_NS 450000
#define MAX_PLANNED 64
#define OFF_NS (100 * UINT64_C (1000000))

#define EDGES TH_SHIM_EDGES

typedef enum
{
  PIN_FLOATS,
  PIN_LOW,
  PIN_HIGH,
} Pin;

static ThBenchGpio *state;
static ThSlave slave;
static ThSlaveCounts published;
static Pin pins[TH_BENCH_GPIO_LINES];
static bool fed; /* the sensor, by its data lines, since its supply is off */
static uint64_t pin_flags[TH_BENCH_GPIO_LINES];
static ThShimPwm pwm;
static ThShimRequest *owners[TH_BENCH_GPIO_LINES]; /* of this process */
static bool outside[TH_BENCH_GPIO_LINES];          /* levels by what was planned */
static struct
{
  int line;
  bool high;
  uint64_t time_ns;
} planned[MAX_PLANNED]; /* the next one first */
static size_t n_planned;

void
th_shim_lines_init (ThBenchGpio *shared)
{
  state = shared;
  th_slave_init (&slave);
}

/* CLOCK_MONOTONIC at the call that is being answered. */
static uint64_t real_ns;

/* The sensor's clock: 2 us for each call, so that a busy machine cannot make it lose patience, or
 * real time where that is what is measured. */
static uint64_t
tick (void)
{
  static uint64_t clock_ns;
  struct timespec now;
  uint64_t now_ns;

  clock_gettime (CLOCK_MONOTONIC, &now);
  now_ns = (uint64_t) now.tv_sec * 1000000000 + (uint64_t) now.tv_nsec;
  clock_ns += atomic_load (&state->real_time) && real_ns != 0 ? now_ns - real_ns : IOCTL_NS;
  real_ns = now_ns;
  return clock_ns;
}

static void
publish (_Atomic uint64_t *shared, uint64_t now, uint64_t *before)
{
  if (now != *before)
    atomic_fetch_add (shared, now - *before);
  *before = now;
}

/* What it was before this call, whoever talked to it: its EEPROM, and whether its power was off. */
static void
meet_sensor (void)
{
  static uint32_t power_ons;
  uint32_t now = atomic_load (&state->power_ons);

  for (int i = 0; i < TH_BENCH_GPIO_CELLS; i++)
    slave.eeprom[i] = atomic_load (&state->eeprom[i]);
  slave.world.real_ns = real_ns;
  if (now == power_ons)
    return;
  power_ons = now;
  th_slave_power_on (&slave, atomic_load (&state->power_on_ns));
}

/* Off is off only when the sensor was not fed through its data lines meanwhile, and for long enough. */
static void
switch_supply (bool on)
{
  static uint64_t off_ns;

  if (on == (atomic_load (&state->off) == 0))
    return;
  atomic_store (&state->off, !on);
  if (!on)
    {
      fed = false;
      off_ns = real_ns;
    }
  else if (!fed && real_ns - off_ns >= OFF_NS)
    th_bench_gpio_power_on (state, real_ns);
}

/* Lets the sensor see its two lines. Returns: the level of SDA. */
static bool
run_bus (uint64_t now_ns)
{
  int sensor = atomic_load (&state->sensor);
  bool stuck = sensor == TH_BENCH_SENSOR_STUCK || sensor == TH_BENCH_SENSOR_HUNG;
  bool master_sda = pins[atomic_load (&state->sda_line)] != PIN_LOW;
  bool scl = pins[atomic_load (&state->scl_line)] != PIN_LOW;
  bool sda;

  slave.world.object_mc = atomic_load (&state->object_mc);
  slave.world.ambient_mc = atomic_load (&state->ambient_mc);
  meet_sensor ();
  if (atomic_load (&state->off) != 0)
    {
      fed |= master_sda || scl;
      return master_sda;
    }
  slave.world.present = sensor != TH_BENCH_SENSOR_ABSENT;
  slave.world.all_ones = sensor == TH_BENCH_SENSOR_ALL_ONES;
  slave.world.brown_out = sensor == TH_BENCH_SENSOR_BROWN_OUT ? BROWN_OUT_EDGES : 0;
  slave.world.dead_cells = atomic_load (&state->dead_cells);
  slave.world.error_bit = sensor == TH_BENCH_SENSOR_ERROR_BIT;
  slave.world.spoil_every =
      sensor == TH_BENCH_SENSOR_BAD_PEC ? (uint32_t) atomic_load (&state->bad_pec_every) : 0;
  sda = th_slave_lines (&slave, master_sda && !stuck, scl, now_ns);

  if (slave.counts.writes != published.writes)
    for (int i = 0; i < TH_BENCH_GPIO_CELLS; i++)
      atomic_store (&state->eeprom[i], slave.eeprom[i]);
  publish (&state->restarts, slave.counts.restarts, &published.restarts);
  publish (&state->eeprom_mistakes, slave.counts.eeprom_mistakes, &published.eeprom_mistakes);
  publish (&state->reads, slave.counts.reads, &published.reads);
  publish (&state->writes, slave.counts.writes, &published.writes);
  publish (&state->bad_pecs, slave.counts.spoilt, &published.spoilt);
  publish (&state->nacks, slave.counts.nacks, &published.nacks);
  publish (&state->scl_high_timeouts, slave.counts.scl_high_timeouts,
           &published.scl_high_timeouts);
  publish (&state->scl_low_timeouts, slave.counts.scl_low_timeouts, &published.scl_low_timeouts);
  return sda && !stuck;
}

/* Returns: a key that is down on @line. */
static bool
is_key_down (int line)
{
  for (int key = 0; key < TH_BENCH_KEYS; key++)
    if (line == atomic_load (&state->key_line[key]))
      return (atomic_load (&state->keys_down) >> key & 1) != 0;
  return false;
}

static bool
is_pwm (int line)
{
  return line == atomic_load (&state->pwm_line) && th_shim_pwm_is_on (state);
}

static bool
level (int line, uint64_t now_ns)
{
  if (is_pwm (line))
    return th_shim_pwm_level (&pwm, state);
  if (line == atomic_load (&state->sda_line))
    return run_bus (now_ns);
  if (line == atomic_load (&state->presence_line) && atomic_load (&state->ranger) != 0)
    return atomic_load (&state->ranger) == TH_BENCH_RANGER_STUCK || outside[line];
  if (line == atomic_load (&state->presence_line))
    return (atomic_load (&state->present) != 0) != (atomic_load (&state->presence_active_low) != 0);
  if (pins[line] != PIN_FLOATS)
    return pins[line] == PIN_HIGH;
  if (is_key_down (line))
    return false;
  /* SCL has a resistor of its own. */
  return line == atomic_load (&state->scl_line) ||
         (pin_flags[line] & GPIO_V2_LINE_FLAG_BIAS_PULL_UP) != 0;
}

static bool
logical (int line, uint64_t now_ns)
{
  return level (line, now_ns) != ((pin_flags[line] & GPIO_V2_LINE_FLAG_ACTIVE_LOW) != 0);
}

/* The HC-SR04 hears the end of a trigger, unless the echo of the one before is still under way. */
static void
trigger (bool high)
{
  static uint64_t since_ns, busy_ns;
  int echo = atomic_load (&state->presence_line);
  int ranger = atomic_load (&state->ranger);
  uint64_t rise_ns = real_ns + ECHO_AFTER_NS;
  uint64_t fall_ns;

  if (high)
    {
      since_ns = real_ns;
      return;
    }
  if (real_ns - since_ns < TRIGGER_NS || ranger == TH_BENCH_RANGER_NONE || real_ns < busy_ns)
    return;
  atomic_fetch_add (&state->shots, 1);
  if (ranger == TH_BENCH_RANGER_SILENT || ranger == TH_BENCH_RANGER_STUCK)
    return;
  fall_ns = rise_ns + (atomic_load (&state->present) != 0
                           ? (uint64_t) atomic_load (&state->distance_mm) * NS_PER_MM
                           : (uint64_t) atomic_load (&state->no_echo_ms) * 1000000);
  th_shim_lines_plan (echo, true, rise_ns);
  th_shim_lines_plan (echo, false, fall_ns);
  busy_ns = fall_ns;
}

static void
drive (int line, bool value, uint64_t now_ns)
{
  uint64_t flags = pin_flags[line];
  bool high = value != ((flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW) != 0);
  bool before = pins[line] == PIN_HIGH;

  pins[line] = high ? PIN_HIGH : PIN_LOW;
  if ((high && (flags & GPIO_V2_LINE_FLAG_OPEN_DRAIN) != 0) ||
      (!high && (flags & GPIO_V2_LINE_FLAG_OPEN_SOURCE) != 0))
    pins[line] = PIN_FLOATS;
  atomic_fetch_or (&state->driven, UINT64_C (1) << line);
  if (high)
    atomic_fetch_or (&state->levels, UINT64_C (1) << line);
  else
    atomic_fetch_and (&state->levels, ~(UINT64_C (1) << line));
  if (line == atomic_load (&state->power_line))
    switch_supply (high != (atomic_load (&state->power_active_low) != 0));
  if (line == atomic_load (&state->buzzer_line) && high && !before)
    atomic_fetch_add (&state->beeps, 1);
  if (line == atomic_load (&state->trigger_line) && high != before)
    trigger (high);
  run_bus (now_ns);
}

static void
apply_config (ThShimRequest *request, const struct gpio_v2_line_config *config)
{
  uint64_t now_ns = tick ();

  for (uint32_t i = 0; i < request->n; i++)
    {
      const struct gpio_v2_line_attribute *values =
          th_shim_find_attribute (config, GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, i);
      uint64_t flags = th_shim_flags_of (config, i);
      int line = (int) request->offsets[i];

      request->flags[i] = flags;
      pin_flags[line] = flags;
      if ((flags & GPIO_V2_LINE_FLAG_OUTPUT) != 0)
        drive (line, values != NULL && (values->values >> i & 1) != 0, now_ns);
      else if ((flags & GPIO_V2_LINE_FLAG_INPUT) != 0)
        {
          pins[line] = PIN_FLOATS;
          atomic_fetch_and (&state->driven, ~(UINT64_C (1) << line));
        }
      request->seen[i] = logical (line, now_ns);
      if ((flags & EDGES) != 0)
        th_shim_watch (state);
      if ((flags & EDGES) != 0 && line == atomic_load (&state->pwm_line))
        th_shim_watch_pulses ();
    }
}

int
th_shim_lines_info (struct gpio_v2_line_info *info)
{
  uint32_t line = info->offset;

  for (size_t i = 0; i < sizeof info->padding / sizeof info->padding[0]; i++)
    if (info->padding[i] != 0)
      return EINVAL;
  if (line >= TH_BENCH_GPIO_LINES)
    return EINVAL;
  memset (info, 0, sizeof *info);
  info->offset = line;
  th_shim_name_line (line, info->name, sizeof info->name);
  info->flags = GPIO_V2_LINE_FLAG_INPUT;
  if (owners[line] != NULL && owners[line]->unplugs == atomic_load (&state->unplugs))
    {
      info->flags = pin_flags[line] | GPIO_V2_LINE_FLAG_USED;
      memcpy (info->consumer, owners[line]->consumer, sizeof info->consumer);
    }
  else if (th_bench_gpio_taken (state, (int) line))
    {
      info->flags |= GPIO_V2_LINE_FLAG_USED;
      strcpy (info->consumer, "other program");
    }
  return 0;
}

static int
check_request (const struct gpio_v2_line_request *arg)
{
  int result;

  if (arg->num_lines == 0 || arg->num_lines > GPIO_V2_LINES_MAX)
    return EINVAL;
  for (size_t i = 0; i < sizeof arg->padding / sizeof arg->padding[0]; i++)
    if (arg->padding[i] != 0)
      return EINVAL;
  result = th_shim_check_config (&arg->config, arg->num_lines);
  if (result != 0)
    return result;
  for (uint32_t i = 0; i < arg->num_lines; i++)
    {
      if (atomic_load (&state->no_debounce) != 0 &&
          th_shim_find_attribute (&arg->config, GPIO_V2_LINE_ATTR_ID_DEBOUNCE, i) != NULL)
        return ENXIO;
      if (arg->offsets[i] >= TH_BENCH_GPIO_LINES)
        return EINVAL;
      if (th_bench_gpio_taken (state, (int) arg->offsets[i]))
        return EBUSY;
      for (uint32_t k = 0; k < i; k++)
        if (arg->offsets[k] == arg->offsets[i])
          return EBUSY;
    }
  return 0;
}

/* The same pipe, but reading from it does not wait, whatever the program does with its own end. */
static int
open_again (int fd)
{
  char path[32];

  snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
  return (int) syscall (SYS_openat, AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

int
th_shim_lines_request (struct gpio_v2_line_request *arg, ThShimRequest **ret_request)
{
  ThShimRequest *request;
  int ends[2];
  int result = check_request (arg);

  if (result != 0)
    return result;
  if (pipe2 (ends, O_CLOEXEC) != 0)
    return errno;
  fcntl (ends[1], F_SETFL, O_NONBLOCK);

  request = calloc (1, sizeof *request);
  if (request == NULL)
    abort ();
  request->fd = ends[0];
  request->write_fd = ends[1];
  request->drop_fd = open_again (ends[0]);
  request->kept = arg->event_buffer_size != 0 ? arg->event_buffer_size : 16 * arg->num_lines;
  if (request->kept > MAX_KEPT)
    request->kept = MAX_KEPT;
  request->unplugs = atomic_load (&state->unplugs);
  request->pid = (int32_t) getpid ();
  request->n = arg->num_lines;
  memcpy (request->offsets, arg->offsets, sizeof request->offsets);
  memcpy (request->consumer, arg->consumer, sizeof request->consumer);
  request->consumer[sizeof request->consumer - 1] = '\0';
  for (uint32_t i = 0; i < request->n; i++)
    {
      owners[request->offsets[i]] = request;
      pins[request->offsets[i]] = PIN_FLOATS;
      atomic_store (&state->owner_pid[request->offsets[i]], request->pid);
    }
  apply_config (request, &arg->config);
  *ret_request = request;
  return 0;
}

int
th_shim_lines_get (ThShimRequest *request, struct gpio_v2_line_values *values)
{
  uint64_t now_ns = tick ();
  bool any = false;

  th_shim_lines_pulse ();
  values->bits = 0;
  for (uint32_t i = 0; i < request->n; i++)
    if ((values->mask >> i & 1) != 0)
      {
        any = true;
        if (logical ((int) request->offsets[i], now_ns))
          values->bits |= UINT64_C (1) << i;
      }
  return any ? 0 : EINVAL;
}

int
th_shim_lines_set (ThShimRequest *request, const struct gpio_v2_line_values *values)
{
  uint64_t now_ns = tick ();
  bool any = false;

  for (uint32_t i = 0; i < request->n; i++)
    if ((values->mask >> i & 1) != 0)
      {
        any = true;
        if ((request->flags[i] & GPIO_V2_LINE_FLAG_OUTPUT) == 0)
          return EPERM;
      }
  if (!any)
    return EINVAL;
  for (uint32_t i = 0; i < request->n; i++)
    if ((values->mask >> i & 1) != 0)
      drive ((int) request->offsets[i], (values->bits >> i & 1) != 0, now_ns);
  return 0;
}

int
th_shim_lines_configure (ThShimRequest *request, const struct gpio_v2_line_config *config)
{
  int result = th_shim_check_config (config, request->n);

  if (result == 0)
    apply_config (request, config);
  return result;
}

void
th_shim_lines_release (ThShimRequest *request)
{
  bool same_chip = request->unplugs == atomic_load (&state->unplugs);

  if (request->pid != (int32_t) getpid ())
    return;
  for (uint32_t i = 0; i < request->n; i++)
    {
      uint32_t line = request->offsets[i];

      if (owners[line] != request)
        continue;
      owners[line] = NULL;
      pins[line] = PIN_FLOATS; /* BCM: a released line is an input */
      pin_flags[line] = 0;
      if (!same_chip)
        continue;
      atomic_fetch_and (&state->driven, ~(UINT64_C (1) << line));
      atomic_store (&state->owner_pid[line], 0);
    }
  if (same_chip)
    {
      uint64_t now_ns = tick ();

      /* The switch has a resistor that keeps the sensor on. */
      for (uint32_t i = 0; i < request->n; i++)
        if ((int) request->offsets[i] == atomic_load (&state->power_line))
          switch_supply (true);
      run_bus (now_ns);
    }
  if (request->write_fd >= 0)
    close (request->write_fd);
  close (request->drop_fd);
  free (request);
}

static uint64_t
clock_ns_of (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (uint64_t) now.tv_sec * 1000000000 + (uint64_t) now.tv_nsec;
}

/* As the kernel's ring: a full one loses its oldest. */
static void
keep_event (ThShimRequest *request, const struct gpio_v2_line_event *event)
{
  struct gpio_v2_line_event oldest;
  int waiting = 0;

  if (ioctl (request->drop_fd, FIONREAD, &waiting) == 0 &&
      (uint32_t) waiting >= request->kept * sizeof *event &&
      read (request->drop_fd, &oldest, sizeof oldest) < 0)
    return;
  if (write (request->write_fd, event, sizeof *event) < 0)
    return;
}

/* @time_ns: CLOCK_MONOTONIC. */
static void
write_edge (ThShimRequest *request, uint32_t index, bool rising, uint64_t time_ns)
{
  struct gpio_v2_line_event event = { .offset = request->offsets[index] };

  event.timestamp_ns = (request->flags[index] & GPIO_V2_LINE_FLAG_EVENT_CLOCK_REALTIME) != 0
                           ? clock_ns_of (CLOCK_REALTIME)
                           : time_ns;
  event.id = rising ? GPIO_V2_LINE_EVENT_RISING_EDGE : GPIO_V2_LINE_EVENT_FALLING_EDGE;
  event.seqno = ++request->seqno;
  event.line_seqno = ++request->line_seqno[index];
  keep_event (request, &event);
}

static bool
is_wanted (ThShimRequest *request, uint32_t index, bool rising)
{
  return (request->flags[index] &
          (rising ? GPIO_V2_LINE_FLAG_EDGE_RISING : GPIO_V2_LINE_FLAG_EDGE_FALLING)) != 0;
}

/* Who listens to the pulses; NULL: nobody. */
static ThShimRequest *
pulse_listener (uint32_t *ret_index)
{
  int line = atomic_load (&state->pwm_line);
  ThShimRequest *request = owners[line];

  if (request == NULL || request->write_fd < 0 ||
      request->unplugs != atomic_load (&state->unplugs))
    return NULL;
  for (uint32_t i = 0; i < request->n; i++)
    if ((int) request->offsets[i] == line && (request->flags[i] & EDGES) != 0)
      {
        *ret_index = i;
        return request;
      }
  return NULL;
}

bool
th_shim_lines_pulse (void)
{
  uint64_t now_ns = clock_ns_of (CLOCK_MONOTONIC);
  uint32_t index = 0;
  ThShimRequest *request = pulse_listener (&index);
  ThShimPwmEdge edge;

  while (request != NULL && th_shim_pwm_next (&pwm, state, now_ns, &edge))
    {
      request->seqno += edge.dropped;
      request->line_seqno[index] += edge.dropped;
      if (!edge.missed && is_wanted (request, index, edge.rising))
        write_edge (request, index, edge.rising, edge.time_ns);
    }
  return request != NULL;
}

/* The edge that the line of @index has made since it was looked at last. */
static void
look_for_edge (ThShimRequest *request, uint32_t index, uint64_t time_ns)
{
  bool now = logical ((int) request->offsets[index], tick ());

  if (now == (request->seen[index] != 0))
    return;
  request->seen[index] = now;
  if ((request->flags[index]
       & (now ? GPIO_V2_LINE_FLAG_EDGE_RISING : GPIO_V2_LINE_FLAG_EDGE_FALLING)) != 0)
    write_edge (request, index, now, time_ns);
}

void
th_shim_lines_world_changed (ThShimRequest *request)
{
  if (request->write_fd < 0)
    return;
  if (request->unplugs != atomic_load (&state->unplugs))
    {
      close (request->write_fd);
      request->write_fd = -1;
      return;
    }
  for (uint32_t i = 0; i < request->n; i++)
    if ((request->flags[i] & EDGES) != 0 && !is_pwm ((int) request->offsets[i]))
      look_for_edge (request, i, clock_ns_of (CLOCK_MONOTONIC));
}

void
th_shim_lines_plan (int line, bool high, uint64_t time_ns)
{
  size_t at = n_planned;

  if (n_planned == MAX_PLANNED)
    abort ();
  while (at > 0 && planned[at - 1].time_ns > time_ns)
    {
      planned[at] = planned[at - 1];
      at--;
    }
  planned[at].line = line;
  planned[at].high = high;
  planned[at].time_ns = time_ns;
  n_planned++;
  th_shim_play ();
}

static void
happen (int line, bool high, uint64_t time_ns)
{
  ThShimRequest *request = owners[line];
  bool lost = atomic_load (&state->ranger) == TH_BENCH_RANGER_LOSE_EDGE && !high;

  outside[line] = high;
  if (request == NULL || request->write_fd < 0)
    return;
  for (uint32_t i = 0; i < request->n; i++)
    {
      if (request->offsets[i] != (uint32_t) line || (request->flags[i] & EDGES) == 0)
        continue;
      if (lost)
        request->seen[i] = logical (line, tick ());
      else
        look_for_edge (request, i, time_ns);
    }
}

uint64_t
th_shim_lines_play (uint64_t now_ns)
{
  while (n_planned > 0 && planned[0].time_ns <= now_ns)
    {
      int line = planned[0].line;
      bool high = planned[0].high;
      uint64_t time_ns = planned[0].time_ns;

      n_planned--;
      memmove (&planned[0], &planned[1], n_planned * sizeof planned[0]);
      happen (line, high, time_ns);
    }
  return n_planned > 0 ? planned[0].time_ns : 0;
}
