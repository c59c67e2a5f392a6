/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/gpio-lines.h"

#include <errno.h>
#include <gpiod.h>
#include <string.h>

#include "drivers/devices.h"

/* Chips are numbered in the order they appear, and the Pi 5 header has moved between kernels: only
 * the label says which is which. Tried by number, because /dev may hold links that name one chip
 * twice. */
#define MAX_CHIPS 32

#define EDGES_AT_ONCE 64 /* by one system call */

/* A name is a quark, told from a number by this bit: above any number, and positive as an int. */
#define NAMED (1u << 30)

static const char *const pi_labels[] = { "pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1" };

typedef struct gpiod_chip GpiodChip;
typedef struct gpiod_chip_info GpiodChipInfo;
typedef struct gpiod_line_info GpiodLineInfo;
typedef struct gpiod_line_settings GpiodLineSettings;
typedef struct gpiod_line_config GpiodLineConfig;
typedef struct gpiod_request_config GpiodRequestConfig;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GpiodChip, gpiod_chip_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GpiodChipInfo, gpiod_chip_info_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GpiodLineInfo, gpiod_line_info_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GpiodLineSettings, gpiod_line_settings_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GpiodLineConfig, gpiod_line_config_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GpiodRequestConfig, gpiod_request_config_free)

struct _ThGpioLines
{
  struct gpiod_line_request *request;
  guint n;
  guint offsets[TH_GPIO_MAX_LINES];
  gboolean debounced;
  struct gpiod_edge_event_buffer *events; /* NULL: no line has edges */
};

guint
th_gpio_line_named (const char *name)
{
  g_return_val_if_fail (*name != '\0' && strlen (name) <= TH_GPIO_NAME_MAX, NAMED);
  return NAMED | g_quark_from_string (name);
}

/* NULL: a number. */
static const char *
name_of (guint line)
{
  return line & NAMED ? g_quark_to_string (line & ~NAMED) : NULL;
}

char *
th_gpio_line_to_string (guint line)
{
  return name_of (line) != NULL ? g_strdup (name_of (line)) : g_strdup_printf ("%u", line);
}

static gboolean
label_fits (const char *label, const char *wanted)
{
  if (wanted != NULL && *wanted != '\0')
    return g_str_equal (label, wanted);
  for (gsize i = 0; i < G_N_ELEMENTS (pi_labels); i++)
    if (g_str_equal (label, pi_labels[i]))
      return TRUE;
  return FALSE;
}

static GpiodChip *
open_chip (const char *label, GpiodChipInfo **ret_info, GError **error)
{
  gboolean refused = FALSE;

  for (guint i = 0; i < MAX_CHIPS; i++)
    {
      g_autofree char *path = g_strdup_printf ("/dev/gpiochip%u", i);
      g_autoptr (GpiodChip) chip = gpiod_chip_open (path);
      g_autoptr (GpiodChipInfo) info = NULL;

      if (chip == NULL)
        {
          refused |= errno == EACCES || errno == EPERM;
          continue;
        }
      info = gpiod_chip_get_info (chip);
      if (info == NULL || !label_fits (gpiod_chip_info_get_label (info), label))
        continue;
      *ret_info = g_steal_pointer (&info);
      return g_steal_pointer (&chip);
    }

  g_set_error (error, TH_DEVICE_ERROR, refused ? TH_DEVICE_ERROR_ACCESS : TH_DEVICE_ERROR_GONE,
               "no GPIO chip %s%s",
               label != NULL && *label != '\0' ? label : "of a Raspberry Pi header",
               refused ? " that may be opened" : "");
  return NULL;
}

static gboolean
find_line (GpiodChip *chip, guint line, guint *ret_offset, GError **error)
{
  const char *name = name_of (line);
  int offset = name != NULL ? gpiod_chip_get_line_offset_from_name (chip, name) : (int) line;

  if (offset < 0)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE,
                   "no GPIO line is named %s on this chip", name);
      return FALSE;
    }
  *ret_offset = (guint) offset;
  return TRUE;
}

static GpiodLineSettings *
settings_for (const ThGpioLine *line, gboolean debounce)
{
  GpiodLineSettings *settings = gpiod_line_settings_new ();

  if (settings == NULL)
    g_error ("out of memory");
  gpiod_line_settings_set_active_low (settings, line->active_low);
  switch (line->mode)
    {
    case TH_GPIO_INPUT:
      gpiod_line_settings_set_direction (settings, GPIOD_LINE_DIRECTION_INPUT);
      gpiod_line_settings_set_bias (settings, line->active_low ? GPIOD_LINE_BIAS_PULL_UP
                                                               : GPIOD_LINE_BIAS_PULL_DOWN);
      break;
    case TH_GPIO_PULLED_UP:
      gpiod_line_settings_set_direction (settings, GPIOD_LINE_DIRECTION_INPUT);
      gpiod_line_settings_set_bias (settings, GPIOD_LINE_BIAS_PULL_UP);
      break;
    case TH_GPIO_OUTPUT:
      gpiod_line_settings_set_direction (settings, GPIOD_LINE_DIRECTION_OUTPUT);
      gpiod_line_settings_set_output_value (settings, GPIOD_LINE_VALUE_INACTIVE);
      break;
    case TH_GPIO_OPEN_DRAIN:
      gpiod_line_settings_set_direction (settings, GPIOD_LINE_DIRECTION_OUTPUT);
      gpiod_line_settings_set_drive (settings, GPIOD_LINE_DRIVE_OPEN_DRAIN);
      gpiod_line_settings_set_bias (settings, GPIOD_LINE_BIAS_PULL_UP);
      gpiod_line_settings_set_output_value (settings, GPIOD_LINE_VALUE_ACTIVE);
      break;
    }
  if (debounce)
    gpiod_line_settings_set_debounce_period_us (settings, line->debounce_us);
  if (line->edges)
    {
      gpiod_line_settings_set_edge_detection (settings, GPIOD_LINE_EDGE_BOTH);
      gpiod_line_settings_set_event_clock (settings, GPIOD_LINE_CLOCK_MONOTONIC);
    }
  return settings;
}

static void
set_request_error (GError **error, int code, const ThGpioLine *wanted, guint n)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = th_gpio_line_to_string (wanted[i].line);

      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", name);
    }
  g_set_error (error, TH_DEVICE_ERROR,
               code == EBUSY                      ? TH_DEVICE_ERROR_BUSY
               : code == ENODEV || code == ENXIO  ? TH_DEVICE_ERROR_GONE
               : code == EACCES || code == EPERM  ? TH_DEVICE_ERROR_ACCESS
                                                  : TH_DEVICE_ERROR_PROTOCOL,
               "GPIO lines %s cannot be had: %s", names->str, g_strerror (code));
}

/* NULL with errno set. */
static struct gpiod_line_request *
request_lines (GpiodChip *chip, const ThGpioLine *wanted, const guint *offsets, guint n,
               const char *consumer, gboolean debounce)
{
  g_autoptr (GpiodLineConfig) config = gpiod_line_config_new ();
  g_autoptr (GpiodRequestConfig) request_config = gpiod_request_config_new ();

  if (config == NULL || request_config == NULL)
    g_error ("out of memory");
  gpiod_request_config_set_consumer (request_config, consumer);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GpiodLineSettings) settings = settings_for (&wanted[i], debounce);

      if (wanted[i].edges)
        gpiod_request_config_set_event_buffer_size (request_config, TH_GPIO_EDGES_KEPT);
      if (gpiod_line_config_add_line_settings (config, &offsets[i], 1, settings) != 0)
        return NULL;
    }
  return gpiod_chip_request_lines (chip, request_config, config);
}

ThGpioLines *
th_gpio_lines_request (const char *chip_label, const ThGpioLine *wanted, guint n,
                       const char *consumer, GError **error)
{
  g_autoptr (GpiodChipInfo) info = NULL;
  g_autoptr (GpiodChip) chip = NULL;
  g_autofree ThGpioLines *self = g_new0 (ThGpioLines, 1);
  gboolean edges = FALSE;
  gboolean debounce = FALSE;

  g_return_val_if_fail (n >= 1 && n <= TH_GPIO_MAX_LINES, NULL);

  chip = open_chip (chip_label, &info, error);
  if (chip == NULL)
    return NULL;
  self->n = n;
  for (guint i = 0; i < n; i++)
    {
      if (!find_line (chip, wanted[i].line, &self->offsets[i], error))
        return NULL;
      edges |= wanted[i].edges;
      debounce |= wanted[i].debounce_us > 0;
    }
  self->debounced = TRUE;
  self->request = request_lines (chip, wanted, self->offsets, n, consumer, debounce);
  if (self->request == NULL && debounce && errno != EBUSY)
    {
      /* The kernel debounces by the driver or by interrupts; a chip without either refuses. */
      self->debounced = FALSE;
      self->request = request_lines (chip, wanted, self->offsets, n, consumer, FALSE);
    }
  if (self->request == NULL)
    {
      set_request_error (error, errno, wanted, n);
      return NULL;
    }
  if (edges)
    {
      self->events = gpiod_edge_event_buffer_new (EDGES_AT_ONCE);
      if (self->events == NULL)
        g_error ("out of memory");
    }
  return g_steal_pointer (&self);
}

gboolean
th_gpio_lines_is_debounced (ThGpioLines *self)
{
  return self->debounced;
}

void
th_gpio_lines_free (ThGpioLines *self)
{
  if (self == NULL)
    return;
  gpiod_line_request_release (self->request);
  if (self->events != NULL)
    gpiod_edge_event_buffer_free (self->events);
  g_free (self);
}

gboolean
th_gpio_lines_set (ThGpioLines *self, guint index, gboolean active)
{
  g_return_val_if_fail (index < self->n, FALSE);

  return gpiod_line_request_set_value (self->request, self->offsets[index],
                                       active ? GPIOD_LINE_VALUE_ACTIVE
                                              : GPIOD_LINE_VALUE_INACTIVE) == 0;
}

gboolean
th_gpio_lines_get (ThGpioLines *self, guint *ret_active)
{
  enum gpiod_line_value values[TH_GPIO_MAX_LINES];
  guint active = 0;

  if (gpiod_line_request_get_values_subset (self->request, self->n, self->offsets, values) != 0)
    return FALSE;
  for (guint i = 0; i < self->n; i++)
    if (values[i] == GPIOD_LINE_VALUE_ACTIVE)
      active |= 1u << i;
  *ret_active = active;
  return TRUE;
}

int
th_gpio_lines_get_fd (ThGpioLines *self)
{
  return gpiod_line_request_get_fd (self->request);
}

static guint
index_of (ThGpioLines *self, guint offset)
{
  guint i = 0;

  while (i + 1 < self->n && self->offsets[i] != offset)
    i++;
  return i;
}

gboolean
th_gpio_lines_read_edges (ThGpioLines *self, ThGpioEdge *ret_edges, guint max, guint *ret_n)
{
  guint n = 0;

  g_return_val_if_fail (self->events != NULL, FALSE);
  while (n < max)
    {
      int waiting = gpiod_line_request_wait_edge_events (self->request, 0);
      int got;

      if (waiting < 0)
        return FALSE;
      if (waiting == 0)
        break;
      got = gpiod_line_request_read_edge_events (self->request, self->events,
                                                 MIN (max - n, EDGES_AT_ONCE));
      if (got <= 0)
        return FALSE;
      for (int i = 0; i < got; i++)
        {
          struct gpiod_edge_event *event =
              gpiod_edge_event_buffer_get_event (self->events, (unsigned long) i);

          ret_edges[n++] = (ThGpioEdge){
            .index = index_of (self, gpiod_edge_event_get_line_offset (event)),
            .active =
                gpiod_edge_event_get_event_type (event) == GPIOD_EDGE_EVENT_RISING_EDGE,
            .time_ns = (gint64) gpiod_edge_event_get_timestamp_ns (event),
            .line_seqno = (guint32) gpiod_edge_event_get_line_seqno (event),
          };
        }
    }
  *ret_n = n;
  return TRUE;
}

char *
th_gpio_describe (const char *chip_label, const guint *lines, guint n, GError **error)
{
  g_autoptr (GpiodChipInfo) info = NULL;
  g_autoptr (GpiodChip) chip = open_chip (chip_label, &info, error);
  g_autoptr (GString) text = NULL;

  if (chip == NULL)
    return NULL;
  text = g_string_new (NULL);
  g_string_append_printf (text, "%s (%s)", gpiod_chip_info_get_label (info),
                          gpiod_chip_info_get_name (info));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GpiodLineInfo) line = NULL;
      guint offset;

      if (!find_line (chip, lines[i], &offset, error))
        return NULL;
      line = gpiod_chip_get_line_info (chip, offset);
      if (line == NULL)
        {
          g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                       "GPIO line %u cannot be looked at: %s", offset, g_strerror (errno));
          return NULL;
        }
      g_string_append_printf (text, "\n  line %u", offset);
      if (gpiod_line_info_get_name (line) != NULL)
        g_string_append_printf (text, " %s", gpiod_line_info_get_name (line));
      if (gpiod_line_info_is_used (line))
        g_string_append_printf (text, ": used by %s",
                                gpiod_line_info_get_consumer (line) != NULL
                                    ? gpiod_line_info_get_consumer (line)
                                    : "the kernel");
      else
        g_string_append (text, ": free");
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
