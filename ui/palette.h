/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The colours that drawings share with the style sheets. Contrast of ink, muted and warm on paper,
 * and of paper and white on warm, is 7:1 or more; the soft ones are for fills only, never for
 * words. */
#pragma once

#define TH_RGB_PAPER 0.984, 0.965, 0.933 /* #fbf6ee */
#define TH_RGB_INK 0.169, 0.129, 0.094   /* #2b2118 */
#define TH_RGB_MUTED 0.353, 0.290, 0.235 /* #5a4a3c */
#define TH_RGB_WARM 0.561, 0.184, 0.059  /* #8f2f0f */
#define TH_RGB_AMBER 0.910, 0.631, 0.361 /* #e8a15c */
#define TH_RGB_SOFT 0.965, 0.878, 0.773  /* #f6e0c5 */
#define TH_RGB_WHITE 1.0, 1.0, 1.0
