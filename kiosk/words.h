/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language of what people read, switched at run time (gettext). Main thread only. */
#pragma once

#include "kiosk/config.h"

G_BEGIN_DECLS

/* Call first in main(): setlocale (C.UTF-8 if the environment's locale is not UTF-8), bindtextdomain. */
void th_words_init (void);
/* From now on gettext() answers in @language. Cheap when it does not change. */
void th_words_use (ThLanguage language);
ThLanguage th_words_current (void);

G_END_DECLS
