/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For list models that are read anew from the records: what stays keeps its place, selection and
 * scroll. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Both: @list is the model that shows @items (element-type GObject, g_object_unref() as free
 * function); afterwards it shows
 * @next (element-type GObject) (transfer full), each object once; objects that stay are the same
 * objects.
 */

/* One "items-changed" for the shortest range that differs: a selected item that moves stays
 * selected. */
void th_list_change_range (GListModel *list, GPtrArray *items, GPtrArray *next);

/* "items-changed" only for what really comes, goes or moves; one that moves goes first and comes
 * back at its new place, so that a view that is scrolled to it stays where it is. */
void th_list_change_each (GListModel *list, GPtrArray *items, GPtrArray *next);

G_END_DECLS
