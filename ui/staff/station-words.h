/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a station says, in the language in use. */
#pragma once

#include "kiosk/config.h"
#include "kiosk/queue-rules.h"
#include "kiosk/waiting.h"

G_BEGIN_DECLS

/* "" for a zone that the configuration has not. */
const char *th_station_words_zone (const ThConfig *config, const char *zone);
/* (transfer full): what went wrong and what to do; @error of th_staff_desk_…_finish(). */
char *th_station_words_error (const GError *error);
/* "Three checks: health and contraindications", without the heading. */
const char *th_station_words_check (ThCheck check);
/* (transfer full): "12 min left", "over since 3 min". @ret_over: nobody needs to stay any longer. */
char *th_station_words_observed (gint64 until_us, gint64 now_us, gboolean *ret_over);

G_END_DECLS
