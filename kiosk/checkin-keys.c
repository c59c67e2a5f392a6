/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The four keys: which button one presses is the page's to say; how they are is told to staff. */
#include "kiosk/checkin-private.h"

static void
pressed_cb (ThKeys *keys, guint key, ThCheckin *self)
{
  g_signal_emit_by_name (self, "key-pressed", key);
}

static void
health_cb (ThKeys *keys, GParamSpec *pspec, ThCheckin *self)
{
  ThHealth health = th_keys_get_health (keys);
  g_autofree char *trouble = th_keys_describe (keys);
  const char *state = health == TH_HEALTH_FAULT ? "stuck" : th_health_to_string (health);

  g_message ("keys: %s%s%s", th_health_to_string (health), *trouble != '\0' ? ": " : "", trouble);
  th_checkin_add_job (self, (ThJob){ .kind = TH_JOB_DEVICE, .part = "keys", .state = state });
}

void
th_checkin_add_keys (ThCheckin *self, ThKeys *keys)
{
  g_return_if_fail (TH_IS_CHECKIN (self));
  g_return_if_fail (TH_IS_KEYS (keys));
  g_return_if_fail (self->keys == NULL);

  self->keys = g_object_ref (keys);
  g_signal_connect (keys, "notify::health", G_CALLBACK (health_cb), self);
  g_signal_connect (keys, "pressed", G_CALLBACK (pressed_cb), self);
  th_checkin_update (self);
}
