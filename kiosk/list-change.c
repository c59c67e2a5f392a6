/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/list-change.h"

void
th_list_change (GListModel *list, GPtrArray **items, GPtrArray *next)
{
  g_autoptr(GPtrArray) old = *items;
  guint shorter = MIN (old->len, next->len);
  guint head = 0, tail = 0;

  while (head < shorter && old->pdata[head] == next->pdata[head])
    head++;
  while (tail < shorter - head &&
         old->pdata[old->len - 1 - tail] == next->pdata[next->len - 1 - tail])
    tail++;

  *items = next;
  if (old->len != next->len || head != next->len)
    g_list_model_items_changed (list, head, old->len - head - tail, next->len - head - tail);
}
