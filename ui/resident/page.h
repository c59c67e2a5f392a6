/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ThPage: one screen of the residents' side. Its children stand where their widget names say, in
 * fractions of the page, so that the button for "yes" is in the same rectangle on every page and at
 * every size (README.md, "Fixed places").
 */
#pragma once

#include <gtk/gtk.h>

#include "drivers/devices.h"
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

/* The child of that name, or NULL. */
GtkWidget *th_page_find (ThPage *self, const char *name);

/* Where there are keys (the check-in's "takes-keys"), buttons wear the sign of the key that presses them:
 * at first those at primary, secondary, back, help and no-card. @key: ThPadKey, or -1: none. */
void th_page_set_key (ThPage *self, const char *name, int key);

/* The button that wears @key's sign and can be pressed now, or NULL. */
GtkWidget *th_page_find_key (ThPage *self, ThPadKey key);

G_END_DECLS
