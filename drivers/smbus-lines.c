/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/smbus-lines.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "drivers/mlx90614.h"

#define SDA 0
#define SCL 1

#define TRIES 5
#define GAP_US 150     /* over the slave's 45 to 55 us time-out: it then starts from nothing */
#define HIGH_MAX_US 40 /* under 45 us, where the slave may forget */
#define RECOVERY_CLOCKS 9
#define LISTEN_US 5000 /* over 1.44 ms, under the 27 ms after which the slave gives up */
#define PRIORITY 50    /* or what RLIMIT_RTPRIO allows */

struct _ThSmbus
{
  ThGpioLines *lines;
  gint64 low_ns;
  gint64 fell_ns; /* when SCL was last pulled low */
  gint64 rose_ns;
  gboolean sda;       /* what we last did to it */
  gboolean may_hurry; /* real-time priority was not refused yet */
  ThSmbusStats stats;
};

/* How one step or one try ended. */
typedef enum
{
  BUS_OK,
  BUS_GONE,
  BUS_STUCK,
  BUS_NO_ANSWER,
  BUS_GARBLED,
  BUS_TOO_SLOW,
} Bus;

G_DEFINE_QUARK (th-smbus-error-quark, th_smbus_error)

static gint64
clock_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

ThSmbus *
th_smbus_new (const char *chip_label, guint sda_line, guint scl_line, guint low_us, GError **error)
{
  const ThGpioLine wanted[] = {
    [SDA] = { .line = sda_line, .mode = TH_GPIO_OPEN_DRAIN },
    [SCL] = { .line = scl_line, .mode = TH_GPIO_OPEN_DRAIN },
  };
  ThGpioLines *lines = th_gpio_lines_request (chip_label, wanted, G_N_ELEMENTS (wanted),
                                              "threshold-sensor", error);
  ThSmbus *self;

  if (lines == NULL)
    return NULL;
  self = g_new0 (ThSmbus, 1);
  self->lines = lines;
  self->low_ns = (gint64) low_us * 1000;
  self->sda = TRUE;
  self->may_hurry = TRUE;
  return self;
}

void
th_smbus_free (ThSmbus *self)
{
  if (self == NULL)
    return;
  th_gpio_lines_free (self->lines);
  g_free (self);
}

const ThSmbusStats *
th_smbus_get_stats (ThSmbus *self)
{
  return &self->stats;
}

/* Some microseconds: shorter than any sleep. */
static void
wait_low (ThSmbus *self)
{
  while (clock_ns () - self->fell_ns < self->low_ns)
    ;
}

static Bus
set_sda (ThSmbus *self, gboolean release)
{
  if (self->sda == release)
    return BUS_OK;
  self->sda = release;
  return th_gpio_lines_set (self->lines, SDA, release) ? BUS_OK : BUS_GONE;
}

static Bus
raise_scl (ThSmbus *self)
{
  wait_low (self);
  self->rose_ns = clock_ns ();
  return th_gpio_lines_set (self->lines, SCL, TRUE) ? BUS_OK : BUS_GONE;
}

/* Counts from before the rise to after the fall: what the slave saw was shorter. */
static Bus
drop_scl (ThSmbus *self)
{
  gint64 high_us;

  if (!th_gpio_lines_set (self->lines, SCL, FALSE))
    return BUS_GONE;
  self->fell_ns = clock_ns ();
  high_us = (self->fell_ns - self->rose_ns) / 1000;
  self->stats.high_us[MIN (high_us, HIGH_MAX_US + 1)]++;
  return high_us > HIGH_MAX_US ? BUS_TOO_SLOW : BUS_OK;
}

static Bus
look (ThSmbus *self, guint *ret_levels)
{
  return th_gpio_lines_get (self->lines, ret_levels) ? BUS_OK : BUS_GONE;
}

/* One clock. @send: 1 lets the slave speak. */
static Bus
clock_bit (ThSmbus *self, gboolean send, gboolean *ret_seen)
{
  guint levels = 0;
  Bus bus = set_sda (self, send);

  if (bus == BUS_OK)
    bus = raise_scl (self);
  if (bus == BUS_OK)
    bus = look (self, &levels);
  if (bus == BUS_OK)
    bus = drop_scl (self);
  if (bus != BUS_OK)
    return bus;
  if ((levels & 1u << SCL) == 0)
    return BUS_STUCK;
  *ret_seen = (levels & 1u << SDA) != 0;
  return BUS_OK;
}

/* From an idle bus, or, repeated, from SCL low. Nothing waits while SCL is high. */
static Bus
start_condition (ThSmbus *self, gboolean repeated)
{
  Bus bus = set_sda (self, TRUE);

  if (bus == BUS_OK && repeated)
    bus = raise_scl (self);
  else
    self->rose_ns = clock_ns ();
  if (bus == BUS_OK)
    bus = set_sda (self, FALSE);
  if (bus == BUS_OK)
    bus = drop_scl (self);
  return bus;
}

/* Leaves both lines high. Also the end of what went wrong, so it looks at no earlier result. */
static Bus
stop_condition (ThSmbus *self)
{
  Bus bus;

  if (!th_gpio_lines_set (self->lines, SCL, FALSE))
    return BUS_GONE;
  self->fell_ns = clock_ns ();
  bus = set_sda (self, FALSE);
  if (bus == BUS_OK)
    bus = raise_scl (self);
  if (bus == BUS_OK)
    bus = set_sda (self, TRUE);
  return bus;
}

static Bus
send_byte (ThSmbus *self, guint8 byte)
{
  gboolean seen;
  Bus bus;

  for (int i = 7; i >= 0; i--)
    {
      gboolean bit = byte >> i & 1;

      bus = clock_bit (self, bit, &seen);
      if (bus != BUS_OK)
        return bus;
      /* We let go and somebody pulls: the slave is in the middle of something else. */
      if (seen != bit)
        return BUS_GARBLED;
    }
  bus = clock_bit (self, TRUE, &seen);
  if (bus == BUS_OK && seen)
    bus = BUS_NO_ANSWER;
  return bus;
}

static Bus
take_byte (ThSmbus *self, gboolean more, guint8 *ret_byte)
{
  guint8 byte = 0;
  gboolean seen;
  Bus bus;

  for (int i = 0; i < 8; i++)
    {
      bus = clock_bit (self, TRUE, &seen);
      if (bus != BUS_OK)
        return bus;
      byte = byte << 1 | (seen ? 1 : 0);
    }
  bus = clock_bit (self, !more, &seen);
  if (bus == BUS_OK)
    *ret_byte = byte;
  return bus;
}

/* A word to write is sent whole; of a word to read, frame[0..2] is sent and frame[3..5] comes back. */
static Bus
transact (ThSmbus *self, guint8 *frame, gboolean write)
{
  int n_first = write ? TH_MLX90614_WRITE_FRAME_LEN : 2;
  Bus bus = start_condition (self, FALSE);

  for (int i = 0; bus == BUS_OK && i < n_first; i++)
    bus = send_byte (self, frame[i]);
  if (write || bus != BUS_OK)
    return bus;
  bus = start_condition (self, TRUE);
  if (bus == BUS_OK)
    bus = send_byte (self, frame[2]);
  for (int i = 3; bus == BUS_OK && i < TH_MLX90614_READ_FRAME_LEN; i++)
    bus = take_byte (self, i + 1 < TH_MLX90614_READ_FRAME_LEN, &frame[i]);
  return bus;
}

/* Nine clocks with SDA let go: a slave that sends finds no acknowledge among them and stops. */
static Bus
clock_free (ThSmbus *self)
{
  Bus bus = set_sda (self, TRUE);

  for (int i = 0; bus == BUS_OK && i < RECOVERY_CLOCKS; i++)
    {
      if (!th_gpio_lines_set (self->lines, SCL, FALSE))
        return BUS_GONE;
      self->fell_ns = clock_ns ();
      bus = raise_scl (self);
    }
  return bus == BUS_OK ? stop_condition (self) : bus;
}

/* Both lines must be high before anything begins. A slave left in the middle of a byte holds SDA until
 * it has been clocked to the byte's end; most forget it by themselves when SCL stays high. */
static Bus
make_idle (ThSmbus *self)
{
  const guint idle = 1u << SDA | 1u << SCL;
  guint levels = 0;
  Bus bus = look (self, &levels);

  if (bus != BUS_OK || levels == idle)
    return bus;

  bus = set_sda (self, TRUE);
  if (bus == BUS_OK && !th_gpio_lines_set (self->lines, SCL, TRUE))
    bus = BUS_GONE;
  if (bus != BUS_OK)
    return bus;
  g_usleep (GAP_US);
  /* One that receives may be just about to acknowledge; ten clocks later it is not. */
  for (int i = 0; i < 2; i++)
    {
      bus = clock_free (self);
      if (bus == BUS_OK)
        bus = look (self, &levels);
      if (bus != BUS_OK)
        return bus;
      if (levels == idle)
        {
          self->stats.recoveries++;
          return BUS_OK;
        }
    }
  return BUS_STUCK;
}

static Bus
try_once (ThSmbus *self, guint8 *frame, gboolean write)
{
  Bus bus = make_idle (self);

  if (bus == BUS_OK)
    {
      bus = transact (self, frame, write);
      if (bus != BUS_GONE && stop_condition (self) == BUS_GONE)
        bus = BUS_GONE;
    }
  return bus;
}

/* What the kernel lets us have without asking for privileges; 0: none. Where real-time work is limited
 * in time it is none: our moments are added up until the thread sleeps at that priority, which it never
 * does, and in the end they are too many. */
static int
permitted_priority (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_RTTIME, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    return 0;
  if (getrlimit (RLIMIT_RTPRIO, &limit) != 0 || limit.rlim_cur == 0)
    return PRIORITY; /* a privileged process is not held to the limit: it is tried */
  return (int) MIN (limit.rlim_cur, PRIORITY);
}

/* A try takes less than a millisecond; preempted in one of its SCL-high times it would be lost.
 * Returns: @ret_policy and @ret_param are to be put back. */
static gboolean
hurry (ThSmbus *self, int *ret_policy, struct sched_param *ret_param)
{
  struct sched_param param = { 0 };

  if (!self->may_hurry || pthread_getschedparam (pthread_self (), ret_policy, ret_param) != 0)
    return FALSE;
  param.sched_priority = permitted_priority ();
  self->may_hurry = param.sched_priority > 0 &&
                    pthread_setschedparam (pthread_self (), SCHED_FIFO, &param) == 0;
  return self->may_hurry;
}

static void
set_error (GError **error, Bus bus, guint8 address)
{
  switch (bus)
    {
    case BUS_OK:
      break;
    case BUS_GONE:
      g_set_error (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_GONE, "GPIO chip is gone");
      break;
    case BUS_STUCK:
      g_set_error (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_STUCK, "sensor's bus is held low");
      break;
    case BUS_NO_ANSWER:
      g_set_error (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_NO_ANSWER,
                   "no sensor answers at address 0x%02x", address);
      break;
    case BUS_GARBLED:
      g_set_error (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_GARBLED,
                   "sensor's answers fail their check byte");
      break;
    case BUS_TOO_SLOW:
      g_set_error (error, TH_SMBUS_ERROR, TH_SMBUS_ERROR_TOO_SLOW,
                   "sensor's clock could not be kept under %d us high", HIGH_MAX_US);
      break;
    }
}

static void
count (ThSmbusStats *stats, Bus bus)
{
  stats->tries++;
  switch (bus)
    {
    case BUS_OK:
      stats->words++;
      break;
    case BUS_GONE:
      break;
    case BUS_STUCK:
      stats->stuck++;
      break;
    case BUS_NO_ANSWER:
      stats->no_answer++;
      break;
    case BUS_GARBLED:
      stats->garbled++;
      break;
    case BUS_TOO_SLOW:
      stats->too_slow++;
      break;
    }
}

/* Up to five tries of one transaction; @frame is made anew for each. FALSE: @error is set. */
static gboolean
transfer (ThSmbus *self, const guint8 *template, gboolean write, ThMlx90614Frame *ret_frame,
          GError **error)
{
  Bus bus = BUS_OK;

  for (int i = 0; i < TRIES; i++)
    {
      gsize len = write ? TH_MLX90614_WRITE_FRAME_LEN : TH_MLX90614_READ_FRAME_LEN;
      guint8 frame[TH_MLX90614_READ_FRAME_LEN];
      struct sched_param param;
      gboolean hurries;
      int policy;

      memcpy (frame, template, sizeof frame);
      if (i > 0)
        g_usleep (GAP_US);
      hurries = hurry (self, &policy, &param);
      bus = try_once (self, frame, write);
      if (hurries)
        pthread_setschedparam (pthread_self (), policy, &param);
      if (bus == BUS_OK && !th_mlx90614_decode_frame (frame, len, ret_frame, NULL))
        bus = BUS_GARBLED;
      count (&self->stats, bus);
      if (bus == BUS_OK)
        return TRUE;
      if (bus == BUS_GONE)
        break;
    }
  self->stats.failed++;
  set_error (error, bus, template[0] >> 1);
  return FALSE;
}

gboolean
th_smbus_read_word (ThSmbus *self, guint8 address, guint8 command, guint16 *ret_word,
                    GError **error)
{
  const guint8 frame[TH_MLX90614_READ_FRAME_LEN] = { address << 1, command, address << 1 | 1 };
  ThMlx90614Frame decoded;

  if (!transfer (self, frame, FALSE, &decoded, error))
    return FALSE;
  *ret_word = decoded.word;
  return TRUE;
}

gboolean
th_smbus_write_word (ThSmbus *self, guint8 address, guint8 command, guint16 word, GError **error)
{
  guint8 frame[TH_MLX90614_READ_FRAME_LEN] = { address << 1, command, word & 0xff, word >> 8 };
  ThMlx90614Frame decoded;

  frame[TH_MLX90614_WRITE_FRAME_LEN - 1] =
      th_mlx90614_pec (frame, TH_MLX90614_WRITE_FRAME_LEN - 1);
  return transfer (self, frame, TRUE, &decoded, error);
}

gboolean
th_smbus_ask_to_listen (ThSmbus *self)
{
  if (!th_gpio_lines_set (self->lines, SCL, FALSE))
    return FALSE;
  g_usleep (LISTEN_US);
  return th_gpio_lines_set (self->lines, SCL, TRUE);
}

gboolean
th_smbus_hold_low (ThSmbus *self, gboolean hold)
{
  self->sda = !hold;
  return th_gpio_lines_set (self->lines, SCL, !hold) &&
         th_gpio_lines_set (self->lines, SDA, !hold);
}

char *
th_smbus_stats_to_text (const ThSmbusStats *stats)
{
  GString *text = g_string_new (NULL);
  const struct
  {
    const char *name;
    guint64 n;
  } reasons[] = {
    { "no answer", stats->no_answer },
    { "garbled", stats->garbled },
    { "too slow", stats->too_slow },
    { "stuck", stats->stuck },
  };
  guint64 again = stats->tries - MIN (stats->tries, stats->words + stats->failed);
  const char *before = " (";

  g_string_append_printf (text, "%" G_GUINT64_FORMAT " words, %" G_GUINT64_FORMAT " tried again",
                          stats->words, again);
  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].n > 0)
      {
        g_string_append_printf (text, "%s%s %" G_GUINT64_FORMAT, before, reasons[i].name,
                                reasons[i].n);
        before = ", ";
      }
  g_string_append_printf (text, "%s, %" G_GUINT64_FORMAT " lost; SCL high µs:times",
                          before[0] == ',' ? ")" : "", stats->failed);
  for (gsize i = 0; i < G_N_ELEMENTS (stats->high_us); i++)
    if (stats->high_us[i] > 0)
      g_string_append_printf (text, " %zu%s:%" G_GUINT64_FORMAT, i,
                              i + 1 == G_N_ELEMENTS (stats->high_us) ? "+" : "", stats->high_us[i]);
  return g_string_free (text, FALSE);
}
