/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked before a number is given, in the current language (kiosk/words.h): the same words
 * at the kiosk and where staff read them out. Their version is th_question_version(). */
#pragma once

#include "kiosk/records.h"

G_BEGIN_DECLS

const char *th_question_words (ThQuestion question);
const char *th_question_words_more (ThQuestion question); /* a line of explanation */

G_END_DECLS
