/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/presence.h"

#include "drivers/devices.h"
#include "drivers/gpio-lines.h"

struct _ThPresence
{
  char *chip_label;
  int line;
  gboolean active_low;
  ThGpioLines *lines; /* NULL: not open */
};

ThPresence *
th_presence_new_switch (const char *chip_label, int line, gboolean active_low)
{
  ThPresence *self = g_new0 (ThPresence, 1);

  self->chip_label = g_strdup (chip_label);
  self->line = line;
  self->active_low = active_low;
  return self;
}

void
th_presence_close (ThPresence *self)
{
  g_clear_pointer (&self->lines, th_gpio_lines_free);
}

void
th_presence_free (ThPresence *self)
{
  if (self == NULL)
    return;
  th_presence_close (self);
  g_free (self->chip_label);
  g_free (self);
}

gboolean
th_presence_read (ThPresence *self, gboolean *ret_present, GError **error)
{
  const ThGpioLine wanted = {
    .line = (guint) self->line,
    .mode = TH_GPIO_INPUT,
    .active_low = self->active_low,
  };
  guint active = 0;

  if (self->line < 0)
    {
      *ret_present = TRUE;
      return TRUE;
    }
  if (self->lines == NULL)
    self->lines = th_gpio_lines_request (self->chip_label, &wanted, 1, "threshold-presence", error);
  if (self->lines == NULL)
    return FALSE;
  if (!th_gpio_lines_get (self->lines, &active))
    {
      th_presence_close (self);
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE,
                   "GPIO chip of the presence line is gone");
      return FALSE;
    }
  *ret_present = active != 0;
  return TRUE;
}
