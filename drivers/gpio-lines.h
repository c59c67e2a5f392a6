/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of a GPIO chip, found by the chip's label. The only user of libgpiod. No call waits. A request
 * belongs to one thread at a time. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  TH_GPIO_INPUT,      /* with the pull that keeps it inactive when nothing is connected */
  TH_GPIO_PULLED_UP,  /* an input for what only pulls down, or does both; high when nothing is there */
  TH_GPIO_OUTPUT,     /* starts inactive */
  TH_GPIO_OPEN_DRAIN, /* with pull-up; 1 lets go and 0 pulls; starts let go */
} ThGpioMode;

/**
 * A line is its number on the chip, or its name as `gpioinfo` shows it ("GPIO23"): the number of a name
 * is looked up when the line is requested, since the numbers have moved between models and kernels.
 * Wherever a line is asked for, either will do; as an int a line is never negative.
 *
 * th_gpio_line_named: @name: 1 to TH_GPIO_NAME_MAX characters
 * th_gpio_line_to_string: (transfer full): "23", "GPIO23"
 */
#define TH_GPIO_NAME_MAX 31
guint th_gpio_line_named (const char *name);
char *th_gpio_line_to_string (guint line);

typedef struct
{
  guint line; /* number, or th_gpio_line_named() */
  ThGpioMode mode;
  gboolean active_low;
  gboolean edges;    /* of an input: keep them for th_gpio_lines_read_edges() */
  guint debounce_us; /* of an input: a level counts when it stood so long; 0: at once */
} ThGpioLine;

#define TH_GPIO_MAX_LINES 8
#define TH_GPIO_EDGES_KEPT 1024 /* by the kernel, for each request; then it drops the oldest */

typedef struct
{
  guint index;        /* of the line, in the order of the request */
  gboolean active;    /* what the line became */
  gint64 time_ns;     /* the kernel's, taken in the interrupt: CLOCK_MONOTONIC */
  guint32 line_seqno; /* one more for each edge of this line; a gap: edges were dropped */
} ThGpioEdge;

typedef struct _ThGpioLines ThGpioLines;

/**
 * th_gpio_lines_request:
 * @chip_label: (nullable): label of the chip; NULL or "": the header of a Raspberry Pi
 *   (pinctrl-bcm2835, pinctrl-bcm2711 or pinctrl-rp1)
 * @wanted: (array length=n): 1 to TH_GPIO_MAX_LINES
 * @consumer: what `gpioinfo` shows as the lines' user
 * @error: TH_DEVICE_ERROR_GONE: no such chip, or no line of that name; _BUSY: a line is in use; _ACCESS: may not be opened;
 *   _PROTOCOL: the kernel refuses the request
 *
 * The lines are ours until th_gpio_lines_free(); the kernel then makes them inputs again.
 */
ThGpioLines *th_gpio_lines_request (const char *chip_label, const ThGpioLine *wanted, guint n,
                                    const char *consumer, GError **error);
void th_gpio_lines_free (ThGpioLines *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThGpioLines, th_gpio_lines_free)

/* FALSE: a line was to be debounced, and this chip's lines cannot be: their user must wait himself. */
gboolean th_gpio_lines_is_debounced (ThGpioLines *self);

/* @index counts in the order of the request. FALSE: the chip is gone. */
gboolean th_gpio_lines_set (ThGpioLines *self, guint index, gboolean active);

/* All lines at one moment, bit n = line n of the request. FALSE: the chip is gone. */
gboolean th_gpio_lines_get (ThGpioLines *self, guint *ret_active);

/**
 * th_gpio_lines_read_edges:
 * @ret_edges: (out caller-allocates) (array length=max): the oldest ones that wait
 * @ret_n: (out): how many; 0: none wait
 * Returns: FALSE: the chip is gone
 *
 * An edge that the hardware or the kernel missed leaves no trace: two edges running may be alike.
 */
gboolean th_gpio_lines_read_edges (ThGpioLines *self, ThGpioEdge *ret_edges, guint max,
                                   guint *ret_n);

/* Readable while edges wait, and when the chip is gone. Not to be closed. */
int th_gpio_lines_get_fd (ThGpioLines *self);

/**
 * th_gpio_describe:
 * @lines: (array length=n): the lines to look at
 * Returns: (transfer full): for people: "pinctrl-bcm2711 (gpiochip0)", then a line for each:
 *   "  line 23 GPIO23: free", "  line 24 GPIO24: used by threshold-sensor"
 */
char *th_gpio_describe (const char *chip_label, const guint *lines, guint n, GError **error);

G_END_DECLS
