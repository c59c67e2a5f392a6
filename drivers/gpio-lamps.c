/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/gpio-lamps.h"

#include "drivers/gpio-lines.h"

/* Also how soon lamps are right again after the chip was away. */
#define REFRESH_S 2

struct _ThGpioLamps
{
  GObject parent_instance;

  char *chip_label;
  int line[TH_N_LAMPS];
  gboolean lit[TH_N_LAMPS];
  ThGpioLines *lines[TH_N_LAMPS]; /* a lamp whose line is taken does not put out the other */
  GSource *refresh;
};

static void lamps_init (ThLampsInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (ThGpioLamps, th_gpio_lamps, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_LAMPS, lamps_init))

static void
show (ThGpioLamps *self, ThLamp lamp)
{
  const ThGpioLine wanted = { .line = (guint) self->line[lamp], .mode = TH_GPIO_OUTPUT };

  if (self->line[lamp] < 0)
    return;
  if (self->lines[lamp] == NULL)
    self->lines[lamp] =
        th_gpio_lines_request (self->chip_label, &wanted, 1, "threshold-lamp", NULL);
  if (self->lines[lamp] == NULL)
    return;
  if (!th_gpio_lines_set (self->lines[lamp], 0, self->lit[lamp]))
    g_clear_pointer (&self->lines[lamp], th_gpio_lines_free);
}

static gboolean
refresh_cb (gpointer user_data)
{
  ThGpioLamps *self = user_data;

  for (ThLamp lamp = 0; lamp < TH_N_LAMPS; lamp++)
    show (self, lamp);
  return G_SOURCE_CONTINUE;
}

static void
th_gpio_lamps_set (ThLamps *lamps, ThLamp lamp, gboolean lit)
{
  ThGpioLamps *self = TH_GPIO_LAMPS (lamps);

  g_return_if_fail (lamp < TH_N_LAMPS);
  /* Told ten times a second; a line that cannot be had is asked for by the refresh, not each time. */
  if (self->lit[lamp] == lit)
    return;
  self->lit[lamp] = lit;
  show (self, lamp);
}

static void
lamps_init (ThLampsInterface *iface)
{
  iface->set = th_gpio_lamps_set;
}

static void
th_gpio_lamps_finalize (GObject *object)
{
  ThGpioLamps *self = TH_GPIO_LAMPS (object);

  if (self->refresh != NULL)
    g_source_destroy (self->refresh);
  g_clear_pointer (&self->refresh, g_source_unref);
  for (ThLamp lamp = 0; lamp < TH_N_LAMPS; lamp++)
    {
      if (self->lines[lamp] != NULL)
        th_gpio_lines_set (self->lines[lamp], 0, FALSE);
      g_clear_pointer (&self->lines[lamp], th_gpio_lines_free);
    }
  g_free (self->chip_label);
  G_OBJECT_CLASS (th_gpio_lamps_parent_class)->finalize (object);
}

static void
th_gpio_lamps_class_init (ThGpioLampsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = th_gpio_lamps_finalize;
}

static void
th_gpio_lamps_init (ThGpioLamps *self)
{
}

ThLamps *
th_gpio_lamps_new (const char *chip_label, int ready_line, int attention_line)
{
  ThGpioLamps *self = g_object_new (TH_TYPE_GPIO_LAMPS, NULL);

  self->chip_label = g_strdup (chip_label);
  self->line[TH_LAMP_READY] = ready_line;
  self->line[TH_LAMP_ATTENTION] = attention_line;
  if (ready_line >= 0 || attention_line >= 0)
    {
      self->refresh = g_timeout_source_new_seconds (REFRESH_S);
      g_source_set_callback (self->refresh, refresh_cb, self, NULL);
      g_source_attach (self->refresh, g_main_context_get_thread_default ());
      refresh_cb (self);
    }
  return TH_LAMPS (self);
}
