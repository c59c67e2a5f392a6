/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `thresholdctl slip …`: a slip to look at without a printer. argv[0] is the verb; returns the exit status. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* `slip render`: draws one slip, as PNG, as printer bytes, or both. Uses th_words_use(). */
int th_slip_render_main (int argc, char **argv);

/* `slip decode FILE.bin --png FILE.png`: printer bytes to what comes out; a second slip in the file goes to
 * FILE-2.png, and so on. */
int th_slip_decode_main (int argc, char **argv);

G_END_DECLS
