/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* While @widget is on the screen, @trigger ("F1", "<Alt>1|<Alt>KP_1") activates @action on it
 * wherever the focus is.
 * @args: (nullable): a floating reference is taken. */
void th_shortcut_add (GtkWidget *widget, const char *trigger, const char *action, GVariant *args);

G_END_DECLS
