/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libthreshold-gpio-shim.so: a GPIO chip, preloaded behind an unmodified libgpiod.
 *
 * Answers the few system calls that libgpiod makes (lstat, stat, realpath, open, ioctl, close) for
 * one chip, /dev/gpiochip0, labelled as on a Raspberry Pi 4, and refuses what the kernel refuses.
 * On its lines hang an MLX90614 (mlx90614-slave.c), a presence switch or an HC-SR04, lamps, a
 * buzzer, a gate's relay and four keys; what the world does to them stands in shared memory
 * (gpio-state.h). The sensors live in the process that talks to them, so that their answers are as
 * synchronous as those of the chip.
 *
 * Sources: Linux drivers/gpio/gpiolib-cdev.c (6.1), include/uapi/linux/gpio.h.
 */
#include "tests/bench/gpio-shim-lines.h"

#include <dlfcn.h>
#include <limits.h>
#include <linux/gpio.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#define CHIP_PATH "/dev/gpiochip0"
#define CHIP_MAJOR 254
#define CHIP_SUBSYSTEM "/sys/dev/char/254:0/subsystem"
#define MAX_FDS 4096
#define PULSE_NS 5000000

enum
{
  FD_OTHER,
  FD_CHIP,
  FD_LINES,
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic unsigned char fd_kinds[MAX_FDS]; /* read without the lock: most calls are not ours */
static int32_t chip_unplugs[MAX_FDS];           /* of FD_CHIP: which chip it was opened on */
static ThShimRequest *requests[MAX_FDS];        /* of FD_LINES */
static bool pulsing; /* a thread sees to the sensor's pulses */

/* One export under each name that libgpiod may import; struct stat is the same for all of them,
 * because the shim is compiled with 64 bits of time and offset as well. */
#define EXPORT(type, name, target, args) \
  type export_##name args __asm__ (#name) __attribute__ ((alias (#target), visibility ("default")))

static void *
next (const char *name)
{
  void *symbol = dlsym (RTLD_NEXT, name);

  if (symbol == NULL)
    {
      fprintf (stderr, "gpio shim: no %s behind it\n", name);
      abort ();
    }
  return symbol;
}

#if __SIZEOF_LONG__ == 8
#define NEXT_STAT "stat"
#define NEXT_LSTAT "lstat"
#define NEXT_IOCTL "ioctl"
#define NEXT_OPEN "open"
#else
#define NEXT_STAT "__stat64_time64"
#define NEXT_LSTAT "__lstat64_time64"
#define NEXT_IOCTL "__ioctl_time64"
#define NEXT_OPEN "open64"
#endif

/* The state, or NULL when there is no bench. Under the lock. */
static ThBenchGpio *
find_state (void)
{
  static ThBenchGpio *state;
  const char *path = getenv (TH_BENCH_GPIO_ENV);

  if (state == NULL && path != NULL)
    {
      state = th_bench_gpio_open (path, false);
      if (state != NULL)
        th_shim_lines_init (state);
    }
  return state;
}

/* Is @path the chip's node? Then *@ret_state is its state, NULL while it is unplugged. */
static bool
is_chip (const char *path, ThBenchGpio **ret_state)
{
  ThBenchGpio *state;

  if (path == NULL || strcmp (path, CHIP_PATH) != 0)
    return false;
  pthread_mutex_lock (&lock);
  state = find_state ();
  pthread_mutex_unlock (&lock);
  if (state == NULL)
    return false;
  *ret_state = atomic_load (&state->sensor) == TH_BENCH_SENSOR_UNPLUGGED ? NULL : state;
  return true;
}

static int
stat_chip (ThBenchGpio *state, struct stat *ret_stat)
{
  if (state == NULL)
    {
      errno = ENOENT;
      return -1;
    }
  memset (ret_stat, 0, sizeof *ret_stat);
  ret_stat->st_mode = S_IFCHR | 0660;
  ret_stat->st_nlink = 1;
  ret_stat->st_rdev = makedev (CHIP_MAJOR, 0);
  return 0;
}

static int __attribute__ ((used))
shim_stat (const char *path, struct stat *ret_stat)
{
  static int (*real) (const char *, struct stat *);
  ThBenchGpio *state;

  if (is_chip (path, &state))
    return stat_chip (state, ret_stat);
  if (real == NULL)
    real = next (NEXT_STAT);
  return real (path, ret_stat);
}

static int __attribute__ ((used))
shim_lstat (const char *path, struct stat *ret_stat)
{
  static int (*real) (const char *, struct stat *);
  ThBenchGpio *state;

  if (is_chip (path, &state))
    return stat_chip (state, ret_stat);
  if (real == NULL)
    real = next (NEXT_LSTAT);
  return real (path, ret_stat);
}

static char *__attribute__ ((used))
shim_realpath (const char *path, char *resolved)
{
  static char *(*real) (const char *, char *);

  if (path != NULL && strcmp (path, CHIP_SUBSYSTEM) == 0 && getenv (TH_BENCH_GPIO_ENV) != NULL)
    return resolved != NULL ? strcpy (resolved, "/sys/bus/gpio") : strdup ("/sys/bus/gpio");
  if (real == NULL)
    real = next ("realpath");
  return real (path, resolved);
}

static char *__attribute__ ((used))
shim_realpath_chk (const char *path, char *resolved, size_t size)
{
  if (size < PATH_MAX)
    abort ();
  return shim_realpath (path, resolved);
}

static int
open_chip (ThBenchGpio *state)
{
  int fd;

  if (state == NULL)
    {
      errno = ENOENT;
      return -1;
    }
  fd = eventfd (0, EFD_CLOEXEC); /* never readable, as a chip without watched lines */
  if (fd < 0)
    return -1;
  if (fd >= MAX_FDS)
    {
      close (fd);
      errno = EMFILE;
      return -1;
    }
  chip_unplugs[fd] = atomic_load (&state->unplugs);
  atomic_store (&fd_kinds[fd], FD_CHIP);
  return fd;
}

static int __attribute__ ((used))
shim_open (const char *path, int flags, ...)
{
  static int (*real) (const char *, int, ...);
  ThBenchGpio *state;
  mode_t mode = 0;

  if (is_chip (path, &state))
    return open_chip (state);
  if (__OPEN_NEEDS_MODE (flags))
    {
      va_list args;

      va_start (args, flags);
      mode = va_arg (args, mode_t);
      va_end (args);
    }
  if (real == NULL)
    real = next (NEXT_OPEN);
  return real (path, flags, mode);
}

static int __attribute__ ((used))
shim_open_2 (const char *path, int flags)
{
  return shim_open (path, flags);
}

static int __attribute__ ((used))
shim_close (int fd)
{
  static int (*real) (int);

  if (real == NULL)
    real = next ("close");
  if (fd >= 0 && fd < MAX_FDS && atomic_load (&fd_kinds[fd]) != FD_OTHER)
    {
      pthread_mutex_lock (&lock);
      if (requests[fd] != NULL)
        th_shim_lines_release (requests[fd]);
      requests[fd] = NULL;
      atomic_store (&fd_kinds[fd], FD_OTHER);
      pthread_mutex_unlock (&lock);
    }
  return real (fd);
}

static int
get_line (ThBenchGpio *state, struct gpio_v2_line_request *arg)
{
  ThShimRequest *request = NULL;
  int result = th_shim_lines_request (arg, &request);

  if (result != 0)
    return result;
  if (request->fd >= MAX_FDS)
    {
      close (request->fd);
      th_shim_lines_release (request);
      return EMFILE;
    }
  requests[request->fd] = request;
  atomic_store (&fd_kinds[request->fd], FD_LINES);
  arg->fd = request->fd;
  return 0;
}

static int
chip_ioctl (ThBenchGpio *state, unsigned long number, void *arg)
{
  struct gpiochip_info *info = arg;
  uint32_t *offset = arg;

  switch (number)
    {
    case GPIO_GET_CHIPINFO_IOCTL:
      memset (info, 0, sizeof *info);
      strcpy (info->name, "gpiochip0");
      strcpy (info->label, TH_BENCH_GPIO_LABEL);
      info->lines = TH_BENCH_GPIO_LINES;
      return 0;
    case GPIO_V2_GET_LINEINFO_IOCTL:
    case GPIO_V2_GET_LINEINFO_WATCH_IOCTL:
      return th_shim_lines_info (arg);
    case GPIO_GET_LINEINFO_UNWATCH_IOCTL:
      return *offset < TH_BENCH_GPIO_LINES ? EBUSY : EINVAL;
    case GPIO_V2_GET_LINE_IOCTL:
      return get_line (state, arg);
    default:
      return ENOTTY;
    }
}

static int
lines_ioctl (ThShimRequest *request, unsigned long number, void *arg)
{
  switch (number)
    {
    case GPIO_V2_LINE_GET_VALUES_IOCTL:
      return th_shim_lines_get (request, arg);
    case GPIO_V2_LINE_SET_VALUES_IOCTL:
      return th_shim_lines_set (request, arg);
    case GPIO_V2_LINE_SET_CONFIG_IOCTL:
      return th_shim_lines_configure (request, arg);
    default:
      return ENOTTY;
    }
}

/* Returns: 0, or the errno value. */
static int
gpio_ioctl (int fd, unsigned char kind, unsigned long number, void *arg)
{
  ThBenchGpio *state = find_state ();
  int32_t unplugs = kind == FD_CHIP ? chip_unplugs[fd] : requests[fd]->unplugs;
  int result;

  atomic_fetch_add (&state->calls, 1);
  if (unplugs != atomic_load (&state->unplugs) ||
      atomic_load (&state->sensor) == TH_BENCH_SENSOR_UNPLUGGED)
    return ENODEV;
  result = kind == FD_CHIP ? chip_ioctl (state, number, arg)
                           : lines_ioctl (requests[fd], number, arg);
  if (result == EINVAL || result == EPERM || result == EOPNOTSUPP || result == ENOTTY)
    atomic_fetch_add (&state->violations, 1);
  return result;
}

static int __attribute__ ((used))
shim_ioctl (int fd, unsigned long number, ...)
{
  static int (*real) (int, unsigned long, ...);
  unsigned char kind = FD_OTHER;
  va_list args;
  void *arg;
  int result;

  va_start (args, number);
  arg = va_arg (args, void *);
  va_end (args);

  if (fd >= 0 && fd < MAX_FDS)
    kind = atomic_load (&fd_kinds[fd]);
  if (kind == FD_OTHER)
    {
      if (real == NULL)
        real = next (NEXT_IOCTL);
      return real (fd, number, arg);
    }
  number = (uint32_t) number; /* libgpiod keeps some in an int, whose sign then fills the rest */
  pthread_mutex_lock (&lock);
  result = gpio_ioctl (fd, kind, number, arg);
  pthread_mutex_unlock (&lock);
  if (result == 0)
    return 0;
  errno = result;
  return -1;
}

static void *
watch_thread (void *data)
{
  ThBenchGpio *state = data;
  uint32_t seen = atomic_load (&state->changes);

  while (true)
    {
      uint32_t keys = atomic_load (&state->keys_down);

      pthread_mutex_lock (&lock);
      for (int fd = 0; fd < MAX_FDS; fd++)
        if (requests[fd] != NULL)
          th_shim_lines_world_changed (requests[fd]);
      pthread_mutex_unlock (&lock);
      atomic_store (&state->keys_seen, keys);
      syscall (SYS_futex, &state->changes, FUTEX_WAIT, seen, NULL, NULL, 0);
      seen = atomic_load (&state->changes);
    }
  return NULL;
}

/* So that whoever waits for a pulse gets it; who looks gets those that are due anyway. */
static void *
pulse_thread (void *data)
{
  const struct timespec pause = { .tv_nsec = PULSE_NS };

  while (true)
    {
      bool more;

      pthread_mutex_lock (&lock);
      more = th_shim_lines_pulse ();
      pulsing = more;
      pthread_mutex_unlock (&lock);
      if (!more)
        return NULL;
      nanosleep (&pause, NULL);
    }
}

static void
start_thread (void *(*run) (void *), void *data)
{
  sigset_t all, before;
  pthread_t thread;

  /* The program's signals are the program's. */
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  if (pthread_create (&thread, NULL, run, data) == 0)
    pthread_detach (thread);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
}

void
th_shim_watch (ThBenchGpio *state)
{
  static bool watching;

  if (watching)
    return;
  watching = true;
  start_thread (watch_thread, state);
}

static pthread_cond_t played_cond;

static void *
play_thread (void *data)
{
  pthread_mutex_lock (&lock);
  while (true)
    {
      struct timespec at;
      uint64_t next_ns;

      clock_gettime (CLOCK_MONOTONIC, &at);
      next_ns = th_shim_lines_play ((uint64_t) at.tv_sec * 1000000000 + (uint64_t) at.tv_nsec);
      if (next_ns == 0)
        {
          pthread_cond_wait (&played_cond, &lock);
          continue;
        }
      at.tv_sec = (time_t) (next_ns / 1000000000);
      at.tv_nsec = (long) (next_ns % 1000000000);
      pthread_cond_timedwait (&played_cond, &lock, &at);
    }
  return NULL;
}

void
th_shim_play (void)
{
  static bool playing;
  pthread_condattr_t clock;

  if (!playing)
    {
      playing = true;
      pthread_condattr_init (&clock);
      pthread_condattr_setclock (&clock, CLOCK_MONOTONIC);
      pthread_cond_init (&played_cond, &clock);
      start_thread (play_thread, NULL);
    }
  pthread_cond_signal (&played_cond);
}

void
th_shim_watch_pulses (void)
{
  if (pulsing)
    return;
  pulsing = true;
  start_thread (pulse_thread, NULL);
}

/* A process that ends leaves its lines; one that is killed is found out by its number. */
static void __attribute__ ((destructor))
release_all (void)
{
  for (int fd = 0; fd < MAX_FDS; fd++)
    if (requests[fd] != NULL)
      th_shim_lines_release (requests[fd]);
}

EXPORT (char *, realpath, shim_realpath, (const char *, char *));
EXPORT (char *, __realpath_chk, shim_realpath_chk, (const char *, char *, size_t));
EXPORT (int, open64, shim_open, (const char *, int, ...));
EXPORT (int, __open64_2, shim_open_2, (const char *, int));
EXPORT (int, close, shim_close, (int));
#if __SIZEOF_LONG__ == 8
EXPORT (int, stat, shim_stat, (const char *, struct stat *));
EXPORT (int, stat64, shim_stat, (const char *, struct stat *));
EXPORT (int, lstat, shim_lstat, (const char *, struct stat *));
EXPORT (int, lstat64, shim_lstat, (const char *, struct stat *));
EXPORT (int, open, shim_open, (const char *, int, ...));
EXPORT (int, __open_2, shim_open_2, (const char *, int));
EXPORT (int, ioctl, shim_ioctl, (int, unsigned long, ...));
#else
EXPORT (int, __stat64_time64, shim_stat, (const char *, struct stat *));
EXPORT (int, __lstat64_time64, shim_lstat, (const char *, struct stat *));
EXPORT (int, __ioctl_time64, shim_ioctl, (int, unsigned long, ...));
#endif
