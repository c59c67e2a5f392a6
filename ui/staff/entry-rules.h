/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the rules say of somebody whom staff check in, when they say no, and why they are let in all the same. Hidden
 * while the rules say yes. Signal "changed" (): another reason was chosen. */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/eligibility.h"
#include "kiosk/records.h"

G_BEGIN_DECLS

#define TH_TYPE_ENTRY_RULES (th_entry_rules_get_type ())
G_DECLARE_FINAL_TYPE (ThEntryRules, th_entry_rules, TH, ENTRY_RULES, GtkWidget)

/* @admission: (nullable): nobody. A reason that was chosen stays while the rules say the same. */
void th_entry_rules_show (ThEntryRules *self, const ThAdmission *admission);
gboolean th_entry_rules_says_no (ThEntryRules *self);
ThLetIn th_entry_rules_get_reason (ThEntryRules *self); /* TH_LET_IN_NOT: none yet */

G_END_DECLS
