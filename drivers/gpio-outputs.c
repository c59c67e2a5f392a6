/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/gpio-outputs.h"

#include "drivers/gpio-lines.h"

/* Also how soon all is right again after the chip was away. */
#define REFRESH_S 2

/* Milliseconds sounding, silent, sounding …; 0 is the end. Low and short for people, long for staff. */
static const guint16 sounds[TH_N_SOUNDS][8] = {
  [TH_SOUND_READ] = { 80 },
  [TH_SOUND_LOOK] = { 80, 100, 80 },
  [TH_SOUND_DONE] = { 80, 80, 80, 80, 240 },
  [TH_SOUND_STAFF] = { 500, 250, 500, 250, 500 },
};

typedef struct
{
  int line;
  gboolean active_low;
  gboolean active;
  const char *consumer;
  ThGpioLines *lines; /* of its own: an output whose line is taken does not take the others along */
} Output;

enum
{
  OUTPUT_READY,
  OUTPUT_ATTENTION,
  OUTPUT_BUZZER,
  OUTPUT_GATE,
  N_OUTPUTS,
};

struct _ThGpioOutputs
{
  GObject parent_instance;

  char *chip_label;
  Output outputs[N_OUTPUTS];
  gboolean gate_safe_closed;
  guint gate_open_ms;

  GMainContext *context;
  GSource *refresh;
  GSource *gate_timer;
  GSource *sound_timer;
  const guint16 *sound; /* what is left of the one under way */
};

static void outputs_init (ThOutputsInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (ThGpioOutputs, th_gpio_outputs, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_OUTPUTS, outputs_init))

static void
show (ThGpioOutputs *self, Output *output)
{
  const ThGpioLine wanted = {
    .line = (guint) output->line,
    .mode = TH_GPIO_OUTPUT,
    .active_low = output->active_low,
  };

  if (output->line < 0)
    return;
  if (output->lines == NULL)
    output->lines = th_gpio_lines_request (self->chip_label, &wanted, 1, output->consumer, NULL);
  if (output->lines == NULL)
    return;
  if (!th_gpio_lines_set (output->lines, 0, output->active))
    g_clear_pointer (&output->lines, th_gpio_lines_free);
}

/* Told ten times a second; a line that cannot be had is asked for by the refresh, not each time. */
static void
set (ThGpioOutputs *self, guint which, gboolean active)
{
  Output *output = &self->outputs[which];

  if (output->active == active)
    return;
  output->active = active;
  show (self, output);
}

static gboolean
refresh_cb (gpointer user_data)
{
  ThGpioOutputs *self = user_data;

  for (guint i = 0; i < N_OUTPUTS; i++)
    show (self, &self->outputs[i]);
  return G_SOURCE_CONTINUE;
}

static void
drop_timer (GSource **timer)
{
  if (*timer != NULL)
    g_source_destroy (*timer);
  g_clear_pointer (timer, g_source_unref);
}

static void
set_timer (ThGpioOutputs *self, GSource **timer, guint ms, GSourceFunc callback)
{
  drop_timer (timer);
  *timer = g_timeout_source_new (ms);
  g_source_set_callback (*timer, callback, self, NULL);
  g_source_attach (*timer, self->context);
}

static void
th_gpio_outputs_light (ThOutputs *outputs, ThLamp lamp, gboolean lit)
{
  g_return_if_fail (lamp < TH_N_LAMPS);
  set (TH_GPIO_OUTPUTS (outputs), lamp == TH_LAMP_READY ? OUTPUT_READY : OUTPUT_ATTENTION, lit);
}

static gboolean
sound_cb (gpointer user_data)
{
  ThGpioOutputs *self = user_data;

  self->sound++;
  if (*self->sound == 0)
    {
      set (self, OUTPUT_BUZZER, FALSE);
      drop_timer (&self->sound_timer);
      return G_SOURCE_REMOVE;
    }
  set (self, OUTPUT_BUZZER, !self->outputs[OUTPUT_BUZZER].active);
  set_timer (self, &self->sound_timer, *self->sound, sound_cb);
  return G_SOURCE_REMOVE;
}

static void
th_gpio_outputs_sound (ThOutputs *outputs, ThSound sound)
{
  ThGpioOutputs *self = TH_GPIO_OUTPUTS (outputs);

  g_return_if_fail (sound < TH_N_SOUNDS);
  if (self->outputs[OUTPUT_BUZZER].line < 0)
    return;
  self->sound = sounds[sound];
  set (self, OUTPUT_BUZZER, TRUE);
  set_timer (self, &self->sound_timer, *self->sound, sound_cb);
}

/* The relay pulls for what is not the safe state. */
static void
set_gate (ThGpioOutputs *self, gboolean open)
{
  set (self, OUTPUT_GATE, open == self->gate_safe_closed);
}

static gboolean
gate_cb (gpointer user_data)
{
  ThGpioOutputs *self = user_data;

  set_gate (self, FALSE);
  drop_timer (&self->gate_timer);
  return G_SOURCE_REMOVE;
}

static void
th_gpio_outputs_open_gate (ThOutputs *outputs)
{
  ThGpioOutputs *self = TH_GPIO_OUTPUTS (outputs);

  if (self->outputs[OUTPUT_GATE].line < 0)
    return;
  set_gate (self, TRUE);
  set_timer (self, &self->gate_timer, self->gate_open_ms, gate_cb);
}

static void
outputs_init (ThOutputsInterface *iface)
{
  iface->light = th_gpio_outputs_light;
  iface->sound = th_gpio_outputs_sound;
  iface->open_gate = th_gpio_outputs_open_gate;
}

static void
th_gpio_outputs_finalize (GObject *object)
{
  ThGpioOutputs *self = TH_GPIO_OUTPUTS (object);

  drop_timer (&self->refresh);
  drop_timer (&self->gate_timer);
  drop_timer (&self->sound_timer);
  for (guint i = 0; i < N_OUTPUTS; i++)
    {
      if (self->outputs[i].lines != NULL)
        th_gpio_lines_set (self->outputs[i].lines, 0, FALSE);
      g_clear_pointer (&self->outputs[i].lines, th_gpio_lines_free);
    }
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self->chip_label);
  G_OBJECT_CLASS (th_gpio_outputs_parent_class)->finalize (object);
}

static void
th_gpio_outputs_class_init (ThGpioOutputsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = th_gpio_outputs_finalize;
}

static void
th_gpio_outputs_init (ThGpioOutputs *self)
{
  self->context = g_main_context_ref_thread_default ();
}

ThOutputs *
th_gpio_outputs_new (const ThGpioOutputLines *lines)
{
  ThGpioOutputs *self = g_object_new (TH_TYPE_GPIO_OUTPUTS, NULL);
  gboolean any = FALSE;

  self->chip_label = g_strdup (lines->chip_label);
  self->outputs[OUTPUT_READY]
      = (Output){ .line = lines->ready_line, .consumer = "threshold-lamp" };
  self->outputs[OUTPUT_ATTENTION]
      = (Output){ .line = lines->attention_line, .consumer = "threshold-lamp" };
  self->outputs[OUTPUT_BUZZER]
      = (Output){ .line = lines->buzzer_line, .consumer = "threshold-buzzer" };
  self->outputs[OUTPUT_GATE] = (Output){ .line = lines->gate_line,
                                         .active_low = lines->gate_active_low,
                                         .active = !lines->gate_safe_closed,
                                         .consumer = "threshold-gate" };
  self->gate_safe_closed = lines->gate_safe_closed;
  self->gate_open_ms = lines->gate_open_ms;
  for (guint i = 0; i < N_OUTPUTS; i++)
    any |= self->outputs[i].line >= 0;
  if (any)
    {
      self->refresh = g_timeout_source_new_seconds (REFRESH_S);
      g_source_set_callback (self->refresh, refresh_cb, self, NULL);
      g_source_attach (self->refresh, self->context);
      refresh_cb (self);
    }
  return TH_OUTPUTS (self);
}
