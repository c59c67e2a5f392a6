/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Four keys on GPIO lines: edges wake the main loop, key-pad.c says what they mean. */
#include "drivers/gpio-keys.h"

#include <glib-unix.h>

#include "drivers/gpio-lines.h"
#include "drivers/key-pad.h"

/* An edge that the kernel lost is made up for by looking at the levels, and a chip that went is seen. */
#define REFRESH_S 2
#define DEBOUNCE_US 20000
#define MAX_EDGES 32

struct _ThGpioKeys
{
  GObject parent_instance;

  char *chip_label;
  guint line[TH_N_KEYS];
  gboolean active_low;
  GMainContext *context;

  ThGpioLines *lines; /* NULL: not to be had */
  GSource *edges;
  GSource *timer; /* of the pad */
  GSource *refresh;
  ThKeyPad pad;
  ThHealth health;
  char *trouble;
};

enum
{
  PROP_0,
  PROP_HEALTH,
};

static void keys_init (ThKeysInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (ThGpioKeys, th_gpio_keys, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_KEYS, keys_init))

static void look (ThGpioKeys *self);

static void
drop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
close_lines (ThGpioKeys *self)
{
  drop_source (&self->edges);
  drop_source (&self->timer);
  g_clear_pointer (&self->lines, th_gpio_lines_free);
}

static void
set_health (ThGpioKeys *self, ThHealth health, char *trouble)
{
  gboolean same = health == self->health && g_strcmp0 (trouble, self->trouble) == 0;

  g_free (self->trouble);
  self->trouble = trouble;
  self->health = health;
  if (!same)
    g_object_notify (G_OBJECT (self), "health");
}

static void
tell_stuck (ThGpioKeys *self)
{
  g_autoptr (GString) names = g_string_new (NULL);

  if (self->pad.stuck == 0)
    {
      set_health (self, TH_HEALTH_READY, NULL);
      return;
    }
  for (guint key = 0; key < TH_N_KEYS; key++)
    if (self->pad.stuck & 1u << key)
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", th_key_to_string (key));
  set_health (self, TH_HEALTH_FAULT, g_strdup_printf ("stuck: %s", names->str));
}

static gboolean
timer_cb (gpointer user_data)
{
  look (user_data);
  return G_SOURCE_REMOVE;
}

static void
schedule (ThGpioKeys *self)
{
  gint64 next_us = th_key_pad_next_us (&self->pad);
  gint64 wait_us = next_us - g_get_monotonic_time ();

  drop_source (&self->timer);
  if (next_us == 0)
    return;
  self->timer = g_timeout_source_new ((guint) (MAX (wait_us, 0) / 1000 + 1));
  g_source_set_callback (self->timer, timer_cb, self, NULL);
  g_source_attach (self->timer, self->context);
}

static void
gone (ThGpioKeys *self)
{
  close_lines (self);
  set_health (self, TH_HEALTH_ABSENT, g_strdup ("GPIO chip of the keys is gone"));
}

static void
step (ThGpioKeys *self, guint down, gint64 now_us)
{
  int key = th_key_pad_step (&self->pad, down, now_us);

  if (key >= 0)
    g_signal_emit_by_name (self, "pressed", (guint) key);
}

static void
look (ThGpioKeys *self)
{
  g_autoptr (ThGpioKeys) alive = g_object_ref (self);
  ThGpioEdge edges[MAX_EDGES];
  guint down = self->pad.down;
  guint n;

  do
    {
      if (!th_gpio_lines_read_edges (self->lines, edges, MAX_EDGES, &n))
        {
          gone (self);
          return;
        }
      for (guint i = 0; i < n; i++)
        {
          guint bit = 1u << edges[i].index;

          down = edges[i].active ? down | bit : down & ~bit;
          step (self, down, edges[i].time_ns / 1000);
        }
    }
  while (n == MAX_EDGES);
  if (!th_gpio_lines_get (self->lines, &down))
    {
      gone (self);
      return;
    }
  step (self, down, g_get_monotonic_time ());
  tell_stuck (self);
  schedule (self);
}

static gboolean
edges_cb (int fd, GIOCondition condition, gpointer user_data)
{
  look (user_data);
  return G_SOURCE_CONTINUE;
}

static void
open_lines (ThGpioKeys *self)
{
  ThGpioLine wanted[TH_N_KEYS];
  g_autoptr (GError) error = NULL;
  guint down;

  for (guint key = 0; key < TH_N_KEYS; key++)
    wanted[key] = (ThGpioLine){
      .line = self->line[key],
      .mode = TH_GPIO_INPUT,
      .active_low = self->active_low,
      .edges = TRUE,
      .debounce_us = DEBOUNCE_US,
    };
  self->lines
      = th_gpio_lines_request (self->chip_label, wanted, TH_N_KEYS, "threshold-keys", &error);
  if (self->lines == NULL || !th_gpio_lines_get (self->lines, &down))
    {
      close_lines (self);
      set_health (self, TH_HEALTH_ABSENT,
                  g_strdup (error != NULL ? error->message : "GPIO chip of the keys is gone"));
      return;
    }
  th_key_pad_init (&self->pad, down, g_get_monotonic_time ());
  self->edges = g_unix_fd_source_new (th_gpio_lines_get_fd (self->lines), G_IO_IN);
  g_source_set_callback (self->edges, G_SOURCE_FUNC (edges_cb), self, NULL);
  g_source_attach (self->edges, self->context);
  look (self);
}

static gboolean
refresh_cb (gpointer user_data)
{
  ThGpioKeys *self = user_data;

  if (self->lines != NULL)
    look (self);
  else
    open_lines (self);
  return G_SOURCE_CONTINUE;
}

static void
th_gpio_keys_start (ThKeys *keys)
{
  ThGpioKeys *self = TH_GPIO_KEYS (keys);

  if (self->refresh != NULL)
    return;
  self->refresh = g_timeout_source_new_seconds (REFRESH_S);
  g_source_set_callback (self->refresh, refresh_cb, self, NULL);
  g_source_attach (self->refresh, self->context);
  open_lines (self);
}

static ThHealth
th_gpio_keys_get_health (ThKeys *keys)
{
  return TH_GPIO_KEYS (keys)->health;
}

static char *
th_gpio_keys_describe (ThKeys *keys)
{
  ThGpioKeys *self = TH_GPIO_KEYS (keys);

  return g_strdup (self->trouble != NULL ? self->trouble : "");
}

static void
keys_init (ThKeysInterface *iface)
{
  iface->start = th_gpio_keys_start;
  iface->get_health = th_gpio_keys_get_health;
  iface->describe = th_gpio_keys_describe;
}

static void
th_gpio_keys_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  switch (id)
    {
    case PROP_HEALTH:
      g_value_set_uint (value, TH_GPIO_KEYS (object)->health);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
th_gpio_keys_finalize (GObject *object)
{
  ThGpioKeys *self = TH_GPIO_KEYS (object);

  drop_source (&self->refresh);
  close_lines (self);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self->chip_label);
  g_free (self->trouble);
  G_OBJECT_CLASS (th_gpio_keys_parent_class)->finalize (object);
}

static void
th_gpio_keys_class_init (ThGpioKeysClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = th_gpio_keys_get_property;
  object_class->finalize = th_gpio_keys_finalize;
  g_object_class_override_property (object_class, PROP_HEALTH, "health");
}

static void
th_gpio_keys_init (ThGpioKeys *self)
{
  self->health = TH_HEALTH_STARTING;
  self->context = g_main_context_ref_thread_default ();
}

ThKeys *
th_gpio_keys_new (const char *chip_label, const guint lines[TH_N_KEYS], gboolean active_low)
{
  ThGpioKeys *self = g_object_new (TH_TYPE_GPIO_KEYS, NULL);

  self->chip_label = g_strdup (chip_label);
  for (guint key = 0; key < TH_N_KEYS; key++)
    self->line[key] = lines[key];
  self->active_low = active_low;
  return TH_KEYS (self);
}
