/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/queue-list.h"

#include <string.h>

#include "kiosk/list-change.h"

/* --- an item ----------------------------------------------------------------------------- */

struct _ThQueueItem
{
  GObject parent;
  ThQueueEntry entry;
  char label[16];
};

G_DEFINE_FINAL_TYPE (ThQueueItem, th_queue_item, G_TYPE_OBJECT)

static guint item_changed_signal;

const ThQueueEntry *
th_queue_item_get (ThQueueItem *self)
{
  return &self->entry;
}

const char *
th_queue_item_get_label (ThQueueItem *self)
{
  return self->label;
}

gboolean
th_queue_entry_slip_in_doubt (const ThQueueEntry *entry)
{
  return entry->slip == TH_SLIP_STATE_UNCERTAIN || entry->slip == TH_SLIP_STATE_FAILED;
}

gboolean
th_queue_entry_newest_slip (const ThQueueEntry *entry, guint *ret_copy, ThSlipState *ret_state)
{
  /* An original that failed is asked for again after copies that failed, too. */
  gboolean original = entry->copies == 0
                      || (entry->ordered
                          && (entry->slip == TH_SLIP_STATE_QUEUED
                              || entry->slip == TH_SLIP_STATE_SENDING));

  *ret_copy = original ? 0 : entry->copies;
  *ret_state = original ? entry->slip : entry->copy_slip;
  return original ? entry->ordered : entry->copy_ordered;
}

static gboolean
same_entry (const ThQueueEntry *a, const ThQueueEntry *b)
{
  return a->state == b->state && a->slip == b->slip && a->issued_at_us == b->issued_at_us
         && a->called_at_us == b->called_at_us && a->since_us == b->since_us
         && a->order_us == b->order_us && a->until_us == b->until_us && a->steps == b->steps
         && strcmp (a->zone, b->zone) == 0 && strcmp (a->desk, b->desk) == 0 && a->ordered == b->ordered
         && a->copies == b->copies && a->copy_slip == b->copy_slip
         && a->copy_ordered == b->copy_ordered;
}

static ThQueueItem *
queue_item_new (const ThQueueEntry *entry)
{
  ThQueueItem *self = g_object_new (TH_TYPE_QUEUE_ITEM, NULL);

  self->entry = *entry;
  th_ticket_label (entry->lane, entry->number, self->label);
  return self;
}

static void
th_queue_item_class_init (ThQueueItemClass *class)
{
  item_changed_signal = g_signal_new ("changed", TH_TYPE_QUEUE_ITEM, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 0);
}

static void
th_queue_item_init (ThQueueItem *self)
{
}

/* --- the list ---------------------------------------------------------------------------- */

struct _ThQueueList
{
  GObject parent;
  char lane;
  char zone[TH_ZONE_BYTES];
  GPtrArray *items; /* of ThQueueItem, in order */
  guint waiting;
  guint held;
};

enum
{
  PROP_WAITING = 1,
  PROP_HELD,
};

static guint changed_signal;

static GType
get_item_type (GListModel *model)
{
  return TH_TYPE_QUEUE_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return TH_QUEUE_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  ThQueueList *self = TH_QUEUE_LIST (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ThQueueList, th_queue_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* Held tickets stand among the waiting ones: that is where they will be called from. */
static int
rank (ThTicketState state)
{
  switch (state)
    {
    case TH_TICKET_WAITING:
    case TH_TICKET_HELD:
      return 0;
    case TH_TICKET_PARKED:
      return 1;
    case TH_TICKET_CALLED:
      return 2;
    case TH_TICKET_SERVING:
      return 3;
    case TH_TICKET_NO_SHOW:
    case TH_TICKET_DONE:
    case TH_TICKET_LEFT:
    case TH_TICKET_CLOSED:
    case TH_N_TICKET_STATES:
      break;
    }
  return 4;
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const ThQueueEntry *one = &(*(ThQueueItem **)a)->entry;
  const ThQueueEntry *two = &(*(ThQueueItem **)b)->entry;

  if (rank (one->state) != rank (two->state))
    return rank (one->state) - rank (two->state);
  if (one->state == TH_TICKET_CALLED && one->called_at_us != two->called_at_us)
    return one->called_at_us > two->called_at_us ? -1 : 1;
  if (rank (one->state) == 0 && one->order_us != two->order_us)
    return one->order_us < two->order_us ? -1 : 1;
  if (one->number != two->number)
    return one->number < two->number ? -1 : 1;
  return strcmp (one->visit, two->visit);
}

static void
set_counts (ThQueueList *self, guint waiting, guint held)
{
  if (self->waiting != waiting)
    {
      self->waiting = waiting;
      g_object_notify (G_OBJECT (self), "waiting");
    }
  if (self->held != held)
    {
      self->held = held;
      g_object_notify (G_OBJECT (self), "held");
    }
}

void
th_queue_list_update (ThQueueList *self, GPtrArray *queue)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) different = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *next = g_ptr_array_new_with_free_func (g_object_unref);
  guint waiting = 0, held = 0;
  gboolean changed;

  for (guint i = 0; i < self->items->len; i++)
    {
      ThQueueItem *item = self->items->pdata[i];

      g_hash_table_insert (known, item->entry.visit, item);
    }
  for (guint i = 0; i < queue->len; i++)
    {
      const ThQueueEntry *entry = queue->pdata[i];
      ThQueueItem *item;

      if ((self->lane != 0 && entry->lane != self->lane)
          || (*self->zone != '\0' && strcmp (entry->zone, self->zone) != 0))
        continue;
      waiting += entry->state == TH_TICKET_WAITING;
      held += entry->state == TH_TICKET_HELD;
      item = g_hash_table_lookup (known, entry->visit);
      if (item == NULL)
        {
          g_ptr_array_add (next, queue_item_new (entry));
          continue;
        }
      if (!same_entry (&item->entry, entry))
        {
          item->entry = *entry; /* the key in @known stays the same text */
          g_ptr_array_add (different, g_object_ref (item));
        }
      g_ptr_array_add (next, g_object_ref (item));
    }

  g_ptr_array_sort (next, compare_items);
  changed = different->len > 0 || next->len != self->items->len;
  th_list_change_each (G_LIST_MODEL (self), self->items, next);
  for (guint i = 0; i < different->len; i++)
    g_signal_emit (different->pdata[i], item_changed_signal, 0);
  set_counts (self, waiting, held);
  if (changed)
    g_signal_emit (self, changed_signal, 0);
}

void
th_queue_list_clear (ThQueueList *self)
{
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();

  th_queue_list_update (self, nothing);
}

void
th_queue_list_set_zone (ThQueueList *self, const char *zone)
{
  g_strlcpy (self->zone, zone, sizeof self->zone);
}

char
th_queue_list_get_lane (ThQueueList *self)
{
  return self->lane;
}

guint
th_queue_list_get_waiting (ThQueueList *self)
{
  return self->waiting;
}

guint
th_queue_list_get_held (ThQueueList *self)
{
  return self->held;
}

ThQueueItem *
th_queue_list_find (ThQueueList *self, const char *visit)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      ThQueueItem *item = self->items->pdata[i];

      if (strcmp (item->entry.visit, visit) == 0)
        return item;
    }
  return NULL;
}

ThQueueItem *
th_queue_list_get_last_called (ThQueueList *self)
{
  /* Called ones are ordered by their call, the last first. */
  for (guint i = 0; i < self->items->len; i++)
    {
      ThQueueItem *item = self->items->pdata[i];

      if (item->entry.state == TH_TICKET_CALLED)
        return item;
    }
  return NULL;
}

ThQueueList *
th_queue_list_new (char lane)
{
  ThQueueList *self = g_object_new (TH_TYPE_QUEUE_LIST, NULL);

  self->lane = lane;
  return self;
}

static void
th_queue_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ThQueueList *self = TH_QUEUE_LIST (object);

  switch (id)
    {
    case PROP_WAITING:
      g_value_set_uint (value, self->waiting);
      break;
    case PROP_HELD:
      g_value_set_uint (value, self->held);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
th_queue_list_finalize (GObject *object)
{
  g_ptr_array_unref (TH_QUEUE_LIST (object)->items);
  G_OBJECT_CLASS (th_queue_list_parent_class)->finalize (object);
}

static void
th_queue_list_class_init (ThQueueListClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = th_queue_list_get_property;
  object_class->finalize = th_queue_list_finalize;
  g_object_class_install_property (
      object_class, PROP_WAITING,
      g_param_spec_uint ("waiting", NULL, NULL, 0, G_MAXUINT, 0, flags));
  g_object_class_install_property (object_class, PROP_HELD,
                                   g_param_spec_uint ("held", NULL, NULL, 0, G_MAXUINT, 0, flags));
  changed_signal = g_signal_new ("changed", TH_TYPE_QUEUE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
th_queue_list_init (ThQueueList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}
