/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The four keys on the pages. A key presses the button that wears its sign, on every page: yes the one at
 * "primary", no the one at "secondary", back and help their own. Two pages have more buttons than that:
 * on welcome, no and back choose the other two languages; on the pad, no and back lead from key to key,
 * and yes presses the one that is marked.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/resident/page.h"

G_BEGIN_DECLS

typedef struct
{
  ThPage *frame, *page;  /* what is shown; not owned */
  gboolean pad;          /* it is the page with the number pad */
  gboolean welcome;      /* … with the languages */
  guint n_typed;         /* digits so far */
  const char *chosen;    /* of the pad: the name of the button that yes presses */
} ThResidentKeys;

/* Another page is shown, or the same, if @name is the one it was: then the pad's mark stays. */
void th_resident_keys_show (ThResidentKeys *self, GtkWidget *frame, GtkWidget *page,
                            const char *name, const char *language, guint n_typed);

/**
 * th_resident_keys_press:
 * Returns: FALSE: there was no button to press on this page
 */
gboolean th_resident_keys_press (ThResidentKeys *self, ThPadKey key);

G_END_DECLS
