/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The flagged people on the left, the chosen one on the right. */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/staff-desk.h"

G_BEGIN_DECLS

#define TH_TYPE_REVIEW_PAGE (th_review_page_get_type ())
G_DECLARE_FINAL_TYPE (ThReviewPage, th_review_page, TH, REVIEW_PAGE, GtkWidget)

GtkWidget *th_review_page_new (ThStaffDesk *desk);
/* Chooses a case; FALSE: it is not (or no longer) in the list. */
gboolean th_review_page_open (ThReviewPage *self, const char *visit);
/* (transfer full) (nullable): the chosen case's visit */
char *th_review_page_get_chosen (ThReviewPage *self);

G_END_DECLS
