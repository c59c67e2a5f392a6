/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For list models that are read anew from the records: what stays keeps its place, selection and scroll. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * th_list_change:
 * @list: the model that shows @items
 * @items: (element-type GObject): what it shows now; takes over the contents of @next
 * @next: (element-type GObject) (transfer full): what it shall show; objects that stay are the same objects
 *
 * Emits at most one "items-changed", for the shortest range that differs.
 */
void th_list_change (GListModel *list, GPtrArray **items, GPtrArray *next);

G_END_DECLS
