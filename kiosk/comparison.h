/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A site's own comparison: people measured by this thermometer and by an axillary one at the same time.
 * It gives the site its k, or its body offset: one number, so that the mean difference is zero. Never a
 * free regression: its slope is under 1 whenever readings are noisy, and would hide fevers. Pure.
 *
 * The file is a table with a first line of names, separated by commas, semicolons or tabs:
 *
 *   skin,room,axillary
 *   34.12,24.1,36.6
 *
 * skin: °C of the forehead as this kiosk records it (skin_mc: after supply, emissivity and black body);
 * room and axillary: °C. Other columns are left alone. UTF-8, with or without a byte order mark; lines
 * end in LF or CRLF.
 */
#pragma once

#include <glib.h>

#include "kiosk/screening.h"

G_BEGIN_DECLS

#define TH_COMPARISON_MAX_BYTES (256 * 1024)
#define TH_COMPARISON_MAX_PAIRS 5000
#define TH_COMPARISON_MIN_PAIRS 30

typedef struct
{
  int skin_mc;
  int room_mc;
  int axillary_mc;
} ThPair;

/**
 * th_comparison_parse:
 * @ret_bad: (element-type utf8) (transfer full) (nullable): a line each for what was left out: "line 7: …"
 * @error: G_IO_ERROR_INVALID_DATA when the whole is no such table
 *
 * Returns: (element-type ThPair) (transfer full): the good lines, in order.
 */
GArray *th_comparison_parse (const char *text, gsize len, GPtrArray **ret_bad, GError **error);

typedef enum
{
  TH_FIT_K,
  TH_FIT_OFFSET,
} ThFitKind;

const char *th_fit_kind_to_string (ThFitKind kind); /* "k", "offset" */

/* Differences are estimate - axillary, °C. */
typedef struct
{
  ThFitKind kind;
  guint n;
  double k;              /* to set; with OFFSET what the rules have */
  double offset;         /* body-offset to set; with K: 0 */
  double error;          /* standard error of the number that was fitted */
  double bias_before;    /* mean difference with the rules as they are */
  double bias;           /* and with what was fitted, rounded as it is to be set */
  double sd;             /* of the differences */
  double low, high;      /* limits of agreement (Bland and Altman 1986): bias ± 1.96 sd */
} ThFit;

/**
 * th_comparison_fit:
 * @n_bad: lines that were left out
 * @rules: what is in use; for OFFSET its k is kept
 *
 * FALSE with G_IO_ERROR_INVALID_DATA: fewer than 30 pairs, more than a tenth of the lines bad, axillary values that
 * are all the same, differences that scatter by more than 0.8 °C (the pairs do not belong together), or a k outside
 * 0-0.40 or an offset outside ±0.5 °C.
 */
gboolean th_comparison_fit (const GArray *pairs, guint n_bad, ThFitKind kind, const ThScreening *rules,
                            ThFit *ret_fit, GError **error);

G_END_DECLS
