/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/list-change.h"

void
th_list_change_range (GListModel *list, GPtrArray *items, GPtrArray *next)
{
  g_autoptr (GPtrArray) wanted = next;
  guint shorter = MIN (items->len, wanted->len);
  guint head = 0, tail = 0, removed, added;

  while (head < shorter && items->pdata[head] == wanted->pdata[head])
    head++;
  while (tail < shorter - head
         && items->pdata[items->len - 1 - tail] == wanted->pdata[wanted->len - 1 - tail])
    tail++;
  removed = items->len - head - tail;
  added = wanted->len - head - tail;
  if (removed == 0 && added == 0)
    return;

  if (removed > 0)
    g_ptr_array_remove_range (items, head, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (items, head + i, g_object_ref (wanted->pdata[head + i]));
  g_list_model_items_changed (list, head, removed, added);
}

static guint
distance (GPtrArray *array, guint from, gpointer object)
{
  for (guint i = from; i < array->len; i++)
    if (array->pdata[i] == object)
      return i - from;
  return G_MAXUINT;
}

static void
take_out (GListModel *list, GPtrArray *items, guint position, guint n)
{
  g_ptr_array_remove_range (items, position, n);
  g_list_model_items_changed (list, position, n, 0);
}

static void
put_in (GListModel *list, GPtrArray *items, guint position, GPtrArray *next, guint n)
{
  for (guint i = 0; i < n; i++)
    g_ptr_array_insert (items, position + i, g_object_ref (next->pdata[position + i]));
  g_list_model_items_changed (list, position, 0, n);
}

void
th_list_change_each (GListModel *list, GPtrArray *items, GPtrArray *next)
{
  g_autoptr (GPtrArray) wanted = next;
  g_autoptr (GHashTable) before = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) after = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < items->len; i++)
    g_hash_table_add (before, items->pdata[i]);
  for (guint i = 0; i < wanted->len; i++)
    g_hash_table_add (after, wanted->pdata[i]);

  for (guint at = 0; at < MAX (items->len, wanted->len);)
    {
      guint n = 0;

      if (at < items->len && at < wanted->len && items->pdata[at] == wanted->pdata[at])
        {
          at++;
          continue;
        }
      while (at + n < items->len && !g_hash_table_contains (after, items->pdata[at + n]))
        n++;
      if (n > 0)
        {
          take_out (list, items, at, n);
          continue;
        }
      while (at + n < wanted->len && !g_hash_table_contains (before, wanted->pdata[at + n]))
        n++;
      if (n > 0)
        {
          put_in (list, items, at, wanted, n);
          at += n;
          continue;
        }
      /* Something has moved. The one that has the longer way to go is the one that moved; out now,
       * in where it belongs. */
      if (at < items->len
          && (at >= wanted->len
              || distance (wanted, at, items->pdata[at])
                     >= distance (items, at, wanted->pdata[at])))
        {
          g_hash_table_remove (before, items->pdata[at]);
          take_out (list, items, at, 1);
          continue;
        }
      take_out (list, items, at + distance (items, at, wanted->pdata[at]), 1);
      put_in (list, items, at, wanted, 1);
      at++;
    }
}
