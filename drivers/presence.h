/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does somebody stand in front? Every way to the thermometer asks this at each look, on its own
 * thread. No call waits.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ThPresence ThPresence;

/**
 * th_presence_new_switch:
 * @chip_label: (nullable): as th_gpio_lines_request()
 * @line: of a switch that says so, or -1: somebody always does
 *
 * Nothing is opened yet.
 */
ThPresence *th_presence_new_switch (const char *chip_label, int line, gboolean active_low);
void th_presence_free (ThPresence *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThPresence, th_presence_free)

/**
 * th_presence_read:
 * @error: as th_gpio_lines_request(); TH_DEVICE_ERROR_GONE also when the chip went away. The next
 *   call opens it anew
 */
gboolean th_presence_read (ThPresence *self, gboolean *ret_present, GError **error);

/* Gives the lines back until the next read. */
void th_presence_close (ThPresence *self);

G_END_DECLS
