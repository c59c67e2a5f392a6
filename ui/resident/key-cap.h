/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The picture of one of the four keys beside the screen, as it is engraved on it. */
#pragma once

#include <gtk/gtk.h>

#include "drivers/devices.h"

G_BEGIN_DECLS

/* @size: its side; white on dark, with a white rim: it can be told from any button. */
void th_key_cap_snapshot (GtkSnapshot *snapshot, ThPadKey key, double x, double y, double size);

G_END_DECLS
