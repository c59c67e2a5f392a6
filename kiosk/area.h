/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What area the front of an ID number names: data/areas.csv, for display only. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "北京市 东城区", as much of it as is known: an abolished county still has a province. "" for a code
 * that is none; never a reason to refuse. @number: at least its first six digits. (transfer full) */
char *th_area_name (const char *number);

G_END_DECLS
