/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does somebody stand in front, and how far away? Every way to the thermometer asks this at each
 * look, on its own thread. No call waits.
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
 * A change counts when it has stood for 30 ms, or for two looks where the kernel cannot debounce.
 * Nothing is opened yet.
 */
ThPresence *th_presence_new_switch (const char *chip_label, int line, gboolean active_low);

/**
 * th_presence_new_distance:
 * @trigger_line, @echo_line: of an HC-SR04
 * @near_mm, @far_mm: somebody between them is in front
 *
 * Each read fires a shot and tells what the ones before have heard: asked ten times a second it knows
 * after a quarter of one.
 */
ThPresence *th_presence_new_distance (const char *chip_label, guint trigger_line, guint echo_line,
                                      guint near_mm, guint far_mm);
void th_presence_free (ThPresence *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThPresence, th_presence_free)

/**
 * th_presence_read:
 * @ret_distance_mm: 0: not known; then nobody is present, but by a switch
 * @error: as th_gpio_lines_request(); TH_DEVICE_ERROR_GONE also when the chip went away: the next
 *   call opens it anew. TH_DEVICE_ERROR_TIMED_OUT: a distance sensor that does not answer, shot after
 *   shot; it is asked again by each call
 */
gboolean th_presence_read (ThPresence *self, gboolean *ret_present, guint *ret_distance_mm,
                           GError **error);

/* Gives the lines back until the next read. */
void th_presence_close (ThPresence *self);

G_END_DECLS
