/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ThPage: one screen of the residents' side. Its children stand where their widget names say, in
 * fractions of the page, so that the button for "yes" is in the same rectangle on every page and at
 * every size (README.md, "Fixed places").
 */
#pragma once

#include <gtk/gtk.h>

#include "kiosk/checkin.h"

G_BEGIN_DECLS

#define TH_TYPE_PAGE (th_page_get_type ())
G_DECLARE_FINAL_TYPE (ThPage, th_page, TH, PAGE, GtkWidget)

/**
 * th_page_new: (transfer full)
 * @name: of a .ui file among the resources, "identity"
 * @checkin: what the page shows; the .ui file calls it `checkin`
 *
 * The words are those of the language at this moment: for another language make another page.
 */
GtkWidget *th_page_new (const char *name, ThCheckin *checkin);

G_END_DECLS
