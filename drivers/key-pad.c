/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/key-pad.h"

#define ALL_KEYS ((1u << TH_N_KEYS) - 1)

void
th_key_pad_init (ThKeyPad *pad, guint down, gint64 now_us)
{
  down &= ALL_KEYS;
  *pad = (ThKeyPad){ .down = down, .held = down, .stuck = down };
  for (guint key = 0; key < TH_N_KEYS; key++)
    pad->since_us[key] = now_us;
}

/* What time alone has settled. Returns: the key that is pressed by it, or -1. */
static int
settle (ThKeyPad *pad, gint64 now_us)
{
  int pressed = -1;

  for (guint key = 0; key < TH_N_KEYS; key++)
    {
      guint bit = 1u << key;
      gint64 stood_us = now_us - pad->since_us[key];

      if (((pad->down ^ pad->held) & bit) != 0 && stood_us >= TH_KEY_PAD_SETTLE_US)
        {
          pad->held ^= bit;
          pad->stuck &= ~bit;
          if ((pad->held & bit) != 0 && !pad->spoilt)
            pressed = (int) key;
        }
      if ((pad->held & pad->down & bit) != 0 && stood_us >= TH_KEY_PAD_STUCK_US)
        pad->stuck |= bit;
    }
  if (((pad->down | pad->held) & ~pad->stuck) == 0)
    pad->spoilt = FALSE;
  return pressed;
}

int
th_key_pad_step (ThKeyPad *pad, guint down, gint64 now_us)
{
  int pressed = settle (pad, now_us);
  guint changed = (down ^ pad->down) & ALL_KEYS;
  guint several;

  for (guint key = 0; key < TH_N_KEYS; key++)
    if (changed & 1u << key)
      pad->since_us[key] = now_us;
  pad->down = down & ALL_KEYS;
  several = (pad->down | pad->held) & ~pad->stuck;
  if ((several & (several - 1)) != 0)
    pad->spoilt = TRUE;
  return pressed;
}

gint64
th_key_pad_next_us (const ThKeyPad *pad)
{
  gint64 next_us = 0;

  for (guint key = 0; key < TH_N_KEYS; key++)
    {
      guint bit = 1u << key;
      gint64 due_us = 0;

      if (((pad->down ^ pad->held) & bit) != 0)
        due_us = pad->since_us[key] + TH_KEY_PAD_SETTLE_US;
      else if ((pad->held & ~pad->stuck & bit) != 0)
        due_us = pad->since_us[key] + TH_KEY_PAD_STUCK_US;
      if (due_us != 0 && (next_us == 0 || due_us < next_us))
        next_us = due_us;
    }
  return next_us;
}
