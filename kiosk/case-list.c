/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/case-list.h"

#include <string.h>

#include "kiosk/list-change.h"

#define MINUTE_US (G_GINT64_CONSTANT (60) * G_USEC_PER_SEC)

/* --- a case ------------------------------------------------------------------------------ */

ThAttention
th_case_attention (const ThCase *the_case)
{
  switch (the_case->decision)
    {
    case TH_DECISION_NONE:
      return TH_ATTENTION_OPEN;
    case TH_DECISION_CLEARED:
      return TH_ATTENTION_DONE;
    case TH_DECISION_DEFERRED:
    case TH_DECISION_FEVER_CLINIC:
      break;
    }
  return the_case->oral_report_at_us == 0 || the_case->written_report_at_us == 0
             ? TH_ATTENTION_REPORTS
             : TH_ATTENTION_DONE;
}

ThClockState
th_case_clock (const ThCase *the_case, gboolean written, guint limit_min, gint64 now_us,
               guint *ret_minutes)
{
  gint64 made_us = written ? the_case->written_report_at_us : the_case->oral_report_at_us;
  gint64 limit_us = limit_min * MINUTE_US;
  gint64 elapsed_us, left_us;

  *ret_minutes = 0;
  if (made_us != 0)
    {
      elapsed_us = MAX (made_us - the_case->flagged_at_us, 0);
      *ret_minutes = elapsed_us / MINUTE_US;
      return elapsed_us > limit_us ? TH_CLOCK_MADE_LATE : TH_CLOCK_MADE;
    }
  if (the_case->decision == TH_DECISION_CLEARED)
    return TH_CLOCK_NOT_NEEDED;

  elapsed_us = MAX (now_us - the_case->flagged_at_us, 0);
  left_us = limit_us - elapsed_us;
  if (left_us < 0)
    {
      *ret_minutes = -left_us / MINUTE_US;
      return TH_CLOCK_OVERDUE;
    }
  *ret_minutes = (left_us + MINUTE_US - 1) / MINUTE_US;
  return left_us * 4 <= limit_us ? TH_CLOCK_SOON : TH_CLOCK_RUNNING;
}

static gboolean
same_case (const ThCase *a, const ThCase *b)
{
  if (a->reasons != b->reasons || a->flagged_at_us != b->flagged_at_us
      || a->n_readings != b->n_readings || memcmp (a->answers, b->answers, sizeof a->answers) != 0
      || a->decision != b->decision || a->decided_at_us != b->decided_at_us
      || g_strcmp0 (a->decided_by, b->decided_by) != 0
      || g_strcmp0 (a->reason_text, b->reason_text) != 0
      || a->oral_report_at_us != b->oral_report_at_us
      || a->written_report_at_us != b->written_report_at_us || a->slip != b->slip)
    return FALSE;
  for (guint i = 0; i < MIN (a->n_readings, G_N_ELEMENTS (a->readings)); i++)
    if (a->readings[i].shown_tenths != b->readings[i].shown_tenths
        || a->readings[i].skin_mc != b->readings[i].skin_mc
        || a->readings[i].room_mc != b->readings[i].room_mc
        || a->readings[i].at_us != b->readings[i].at_us)
      return FALSE;
  return TRUE;
}

/* --- an item ----------------------------------------------------------------------------- */

struct _ThCaseItem
{
  GObject parent;
  ThCase *the_case;
  char label[16];
};

G_DEFINE_FINAL_TYPE (ThCaseItem, th_case_item, G_TYPE_OBJECT)

static guint changed_signal;

const ThCase *
th_case_item_get (ThCaseItem *self)
{
  return self->the_case;
}

const char *
th_case_item_get_label (ThCaseItem *self)
{
  return self->label;
}

static ThCaseItem *
case_item_new (ThCase *the_case)
{
  ThCaseItem *self = g_object_new (TH_TYPE_CASE_ITEM, NULL);

  self->the_case = the_case;
  th_ticket_label (the_case->lane, the_case->number, self->label);
  return self;
}

static void
case_item_take (ThCaseItem *self, ThCase *the_case)
{
  gboolean same = same_case (self->the_case, the_case);

  th_case_free (self->the_case);
  self->the_case = the_case;
  if (!same)
    g_signal_emit (self, changed_signal, 0);
}

static void
th_case_item_finalize (GObject *object)
{
  th_case_free (TH_CASE_ITEM (object)->the_case);
  G_OBJECT_CLASS (th_case_item_parent_class)->finalize (object);
}

static void
th_case_item_class_init (ThCaseItemClass *class)
{
  G_OBJECT_CLASS (class)->finalize = th_case_item_finalize;
  changed_signal = g_signal_new ("changed", TH_TYPE_CASE_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
th_case_item_init (ThCaseItem *self)
{
}

/* --- the list ---------------------------------------------------------------------------- */

struct _ThCaseList
{
  GObject parent;
  GPtrArray *items; /* of ThCaseItem, in order */
  guint open;
};

enum
{
  PROP_OPEN = 1,
};

static GType
get_item_type (GListModel *model)
{
  return TH_TYPE_CASE_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return TH_CASE_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  ThCaseList *self = TH_CASE_LIST (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ThCaseList, th_case_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const ThCase *one = (*(ThCaseItem **)a)->the_case;
  const ThCase *two = (*(ThCaseItem **)b)->the_case;
  ThAttention first = th_case_attention (one), second = th_case_attention (two);

  if (first != second)
    return first < second ? -1 : 1;
  if (one->flagged_at_us != two->flagged_at_us)
    return one->flagged_at_us > two->flagged_at_us ? -1 : 1;
  return strcmp (one->visit, two->visit); /* never undecided: rows must not jump about */
}

ThCaseItem *
th_case_list_find (ThCaseList *self, const char *visit, guint *ret_position)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      ThCaseItem *item = self->items->pdata[i];

      if (strcmp (item->the_case->visit, visit) != 0)
        continue;
      if (ret_position != NULL)
        *ret_position = i;
      return item;
    }
  return NULL;
}

static void
set_open (ThCaseList *self, guint open)
{
  if (self->open == open)
    return;
  self->open = open;
  g_object_notify (G_OBJECT (self), "open");
}

GPtrArray *
th_case_list_take (ThCaseList *self, GPtrArray *cases)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) taken = cases;
  GPtrArray *next = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *arrived = g_ptr_array_new_with_free_func (g_object_unref);
  guint open = 0;

  /* Keys are borrowed from each item's own case, so all look-ups come before any case is replaced.
   */
  for (guint i = 0; i < self->items->len; i++)
    {
      ThCaseItem *item = self->items->pdata[i];

      g_hash_table_insert (known, item->the_case->visit, item);
    }
  for (guint i = 0; i < taken->len; i++)
    {
      ThCase *the_case = taken->pdata[i];
      ThCaseItem *item = g_hash_table_lookup (known, the_case->visit);

      g_ptr_array_add (next, item != NULL ? g_object_ref (item) : NULL);
      open += the_case->decision == TH_DECISION_NONE;
    }

  g_ptr_array_set_free_func (taken, NULL); /* each case now moves to its item */
  for (guint i = 0; i < taken->len; i++)
    {
      ThCase *the_case = taken->pdata[i];
      gboolean is_open = the_case->decision == TH_DECISION_NONE;

      if (next->pdata[i] != NULL)
        {
          case_item_take (next->pdata[i], the_case);
          continue;
        }
      next->pdata[i] = case_item_new (the_case);
      if (is_open)
        g_ptr_array_add (arrived, g_object_ref (next->pdata[i]));
    }

  g_ptr_array_sort (next, compare_items);
  g_ptr_array_sort (arrived, compare_items);
  th_list_change_range (G_LIST_MODEL (self), self->items, next);
  set_open (self, open);
  return arrived;
}

void
th_case_list_clear (ThCaseList *self)
{
  th_list_change_range (G_LIST_MODEL (self), self->items,
                        g_ptr_array_new_with_free_func (g_object_unref));
  set_open (self, 0);
}

guint
th_case_list_get_open (ThCaseList *self)
{
  return self->open;
}

ThCaseList *
th_case_list_new (void)
{
  return g_object_new (TH_TYPE_CASE_LIST, NULL);
}

static void
th_case_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  switch (id)
    {
    case PROP_OPEN:
      g_value_set_uint (value, TH_CASE_LIST (object)->open);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
th_case_list_finalize (GObject *object)
{
  g_ptr_array_unref (TH_CASE_LIST (object)->items);
  G_OBJECT_CLASS (th_case_list_parent_class)->finalize (object);
}

static void
th_case_list_class_init (ThCaseListClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = th_case_list_get_property;
  object_class->finalize = th_case_list_finalize;
  g_object_class_install_property (
      object_class, PROP_OPEN,
      g_param_spec_uint ("open", NULL, NULL, 0, G_MAXUINT, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY));
}

static void
th_case_list_init (ThCaseList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}
