/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words that depend on what the check-in says, as closures for the .ui files. Each takes the
 * nicks of kiosk/checkin.h and gives words in the language of th_words_use(). */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Makes every say_…(), draw_…() and is_…() of wording.c known to a GtkBuilder. */
void th_wording_add_to_scope (GtkBuilderCScope *scope);

G_END_DECLS
