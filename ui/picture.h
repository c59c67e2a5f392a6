/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ThPicture: one of our own line drawings, as large as its space allows. Drawn by cairo, because an
 * SVG loader would cost the first frame more than the rest of the page.
 *
 * Property "photo" (ThPhoto or NULL): stands in the frame of the drawing "person", in place of its figure.
 * Property "drawing" (string): "card", "card-again", "forehead", "hat", "chair", "slip", "desk",
 * "plug", "check", "id", "person", "people", "calendar",
 * "clock", "write". An unknown name draws nothing.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TH_TYPE_PICTURE (th_picture_get_type ())
G_DECLARE_FINAL_TYPE (ThPicture, th_picture, TH, PICTURE, GtkWidget)

G_END_DECLS
