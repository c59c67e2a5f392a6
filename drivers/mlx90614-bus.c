/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/mlx90614-bus.h"

#include <string.h>

#include "drivers/devices.h"
#include "drivers/gpio-lines.h"

#define LOW_US 5 /* SCL low: keeps the bus at the chip's 100 kHz */

/* A kiosk's sensor, not a furnace's. */
#define AMBIENT_MIN_MC -10000
#define AMBIENT_MAX_MC 60000
/* Between two looks a die cannot change more, and an object only when somebody comes or goes: what
 * moved further is read again until two readings running agree. An object's word that was cut off
 * in its high byte, its other bits read as ones, is off by 5.12 °C or more. */
#define AMBIENT_STEP_MC 2000
#define OBJECT_STEP_MC 5000
#define AGREE_TRIES 4

#define EEPROM_US 15000 /* erasing and writing take 5 ms at least; the application note waits 10 */
#define WRITE_ATTEMPTS 3

struct _ThMlx90614Bus
{
  ThSmbus *smbus;
  ThGpioLines *cut; /* active cuts the supply, so that the request itself leaves it on */
  gboolean has_last;
  ThMlx90614Words last;
};

ThMlx90614Bus *
th_mlx90614_bus_open (const ThMlx90614Wiring *wiring, GError **error)
{
  g_autoptr (ThMlx90614Bus) self = g_new0 (ThMlx90614Bus, 1);
  const ThGpioLine cut = {
    .line = (guint) wiring->power_line,
    .mode = TH_GPIO_OUTPUT,
    .active_low = !wiring->power_active_low,
  };

  self->smbus = th_smbus_new (wiring->chip_label, wiring->sda_line, wiring->scl_line, LOW_US, error);
  if (self->smbus == NULL)
    return NULL;
  if (wiring->power_line >= 0)
    {
      self->cut = th_gpio_lines_request (wiring->chip_label, &cut, 1, "threshold-sensor-power",
                                         error);
      if (self->cut == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}

void
th_mlx90614_bus_free (ThMlx90614Bus *self)
{
  if (self == NULL)
    return;
  th_smbus_free (self->smbus);
  th_gpio_lines_free (self->cut);
  g_free (self);
}

ThSmbus *
th_mlx90614_bus_get_smbus (ThMlx90614Bus *self)
{
  return self->smbus;
}

gboolean
th_mlx90614_bus_read (ThMlx90614Bus *self, guint8 command, guint16 *ret_word, GError **error)
{
  return th_smbus_read_word (self->smbus, TH_MLX90614_ADDRESS, command, ret_word, error);
}

gboolean
th_mlx90614_bus_read_setup (ThMlx90614Bus *self, ThMlx90614Setup *ret_setup, GError **error)
{
  ThMlx90614Setup setup;

  self->has_last = FALSE;
  for (guint8 i = 0; i < G_N_ELEMENTS (setup.id); i++)
    if (!th_mlx90614_bus_read (self, TH_MLX90614_ID + i, &setup.id[i], error))
      return FALSE;
  if (!th_mlx90614_bus_read (self, TH_MLX90614_CONFIG, &setup.config, error) ||
      !th_mlx90614_bus_read (self, TH_MLX90614_PWMCTRL, &setup.pwmctrl, error) ||
      !th_mlx90614_bus_read (self, TH_MLX90614_EMISSIVITY, &setup.emissivity, error))
    return FALSE;
  *ret_setup = setup;
  return TRUE;
}

gboolean
th_mlx90614_bus_read_cells (ThMlx90614Bus *self, ThMlx90614Cells *ret_cells, GError **error)
{
  ThMlx90614Cells cells;
  ThMlx90614Setup setup;

  if (!th_mlx90614_bus_read_setup (self, &setup, error) ||
      !th_mlx90614_bus_read (self, TH_MLX90614_TO_MAX, &cells.to_max, error) ||
      !th_mlx90614_bus_read (self, TH_MLX90614_TO_MIN, &cells.to_min, error) ||
      !th_mlx90614_bus_read (self, TH_MLX90614_TA_RANGE, &cells.ta_range, error))
    return FALSE;
  memcpy (cells.id, setup.id, sizeof cells.id);
  cells.pwmctrl = setup.pwmctrl;
  cells.emissivity = setup.emissivity;
  cells.config = setup.config;
  *ret_cells = cells;
  return TRUE;
}

/* One attempt. What a try lost on the way may have been taken all the same: the next word waits for
 * the EEPROM in any case. */
static gboolean
write_once (ThMlx90614Bus *self, guint8 command, guint16 word, guint16 *ret_there, GError **error)
{
  gboolean written = th_smbus_write_word (self->smbus, TH_MLX90614_ADDRESS, command, 0, error);

  g_usleep (EEPROM_US);
  if (written && word != 0)
    {
      written = th_smbus_write_word (self->smbus, TH_MLX90614_ADDRESS, command, word, error);
      g_usleep (EEPROM_US);
    }
  return written && th_mlx90614_bus_read (self, command, ret_there, error);
}

gboolean
th_mlx90614_bus_write_cell (ThMlx90614Bus *self, guint8 command, guint16 word, GError **error)
{
  g_autoptr (GError) failure = NULL;
  guint16 there = 0;

  for (int i = 0; i < WRITE_ATTEMPTS; i++)
    {
      g_clear_error (&failure);
      if (write_once (self, command, word, &there, &failure) && there == word)
        return TRUE;
    }
  if (failure == NULL)
    g_set_error (&failure, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE,
                 "sensor's cell 0x%02x (%s) does not take 0x%04x: it has 0x%04x", command,
                 th_mlx90614_command_name (command), word, there);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
read_pair (ThMlx90614Bus *self, ThMlx90614Words *ret_words, GError **error)
{
  ThMlx90614Words words;

  if (!th_mlx90614_bus_read (self, TH_MLX90614_AMBIENT, &words.ambient_raw, error) ||
      !th_mlx90614_bus_read (self, TH_MLX90614_OBJECT, &words.object_raw, error) ||
      !th_mlx90614_ambient_to_mc (words.ambient_raw, &words.ambient_mc, error) ||
      !th_mlx90614_object_to_mc (words.object_raw, &words.object_mc, error))
    return FALSE;
  if (words.ambient_mc < AMBIENT_MIN_MC || words.ambient_mc > AMBIENT_MAX_MC)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE,
                   "sensor says that it is at %d °C itself", words.ambient_mc / 1000);
      return FALSE;
    }
  *ret_words = words;
  return TRUE;
}

static gboolean
agree (const ThMlx90614Words *a, const ThMlx90614Words *b)
{
  return ABS (a->ambient_mc - b->ambient_mc) <= AMBIENT_STEP_MC &&
         ABS (a->object_mc - b->object_mc) <= OBJECT_STEP_MC;
}

/* A wrong word with a right check byte is rare (1 in 256 of the wrong ones), two alike are not
 * seen. */
gboolean
th_mlx90614_bus_read_words (ThMlx90614Bus *self, ThMlx90614Words *ret_words, GError **error)
{
  ThMlx90614Words words, before = self->last;
  gboolean has_before = self->has_last;

  for (int i = 0; i < AGREE_TRIES; i++)
    {
      if (!read_pair (self, &words, error))
        return FALSE;
      if (has_before && agree (&words, &before))
        {
          self->last = words;
          self->has_last = TRUE;
          *ret_words = words;
          return TRUE;
        }
      before = words;
      has_before = TRUE;
    }
  g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL, "sensor's words jump about");
  return FALSE;
}

gboolean
th_mlx90614_bus_has_switch (ThMlx90614Bus *self)
{
  return self->cut != NULL;
}

gboolean
th_mlx90614_bus_switch (ThMlx90614Bus *self, gboolean on)
{
  self->has_last = FALSE;
  if (self->cut == NULL)
    return FALSE;
  if (on)
    return th_gpio_lines_set (self->cut, 0, FALSE) && th_smbus_hold_low (self->smbus, FALSE);
  return th_smbus_hold_low (self->smbus, TRUE) && th_gpio_lines_set (self->cut, 0, TRUE);
}
