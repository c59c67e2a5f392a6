/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which of the four keys was meant: levels and times in, presses out. Pure.
 *
 * A level counts when it has stood for 30 ms; until then the other keys have time to come down as well,
 * and then nothing was meant. Whatever is down at the start, or for half a minute, is stuck: it is left
 * out until it is up again.
 */
#pragma once

#include "drivers/devices.h"

G_BEGIN_DECLS

#define TH_KEY_PAD_SETTLE_US (30 * 1000)
#define TH_KEY_PAD_STUCK_US (30 * G_USEC_PER_SEC)

typedef struct
{
  guint down;                   /* bit n: key n, as last seen */
  gint64 since_us[TH_N_KEYS];   /* it is so */
  guint held;                   /* down, settled */
  guint stuck;                  /* of those held */
  gboolean spoilt;              /* two were down: nothing counts until all are up */
} ThKeyPad;

void th_key_pad_init (ThKeyPad *pad, guint down, gint64 now_us);

/**
 * th_key_pad_step:
 * @down: bit n: key n is down from now on
 * @now_us: monotonic; not before the last call's
 * Returns: the key that was pressed meanwhile, or -1
 */
int th_key_pad_step (ThKeyPad *pad, guint down, gint64 now_us);

/* When to step again if nothing changes; 0: no need. */
gint64 th_key_pad_next_us (const ThKeyPad *pad);

G_END_DECLS
