/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/printer-pair.h"

struct _ThPrinterPair
{
  GObject parent;
  ThPrinter *main, *spare;
  ThPrinter *next; /* one of them */
  guint busy;      /* operations under way */
};

static void th_printer_pair_iface_init (ThPrinterInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ThPrinterPair, th_printer_pair, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_PRINTER, th_printer_pair_iface_init))

enum
{
  PROP_PAPER = 1,
};

static gboolean
can_print (ThPrinter *printer)
{
  ThPaper paper = th_printer_get_paper (printer);

  return paper == TH_PAPER_READY || paper == TH_PAPER_LOW;
}

/* When neither can, people are told what is wrong with the main one. */
static void
choose (ThPrinterPair *self)
{
  if (self->busy == 0)
    self->next = !can_print (self->main) && can_print (self->spare) ? self->spare : self->main;
}

static void
paper_cb (ThPrinterPair *self)
{
  choose (self);
  g_object_notify (G_OBJECT (self), "paper");
}

static void
th_printer_pair_start (ThPrinter *printer)
{
  ThPrinterPair *self = TH_PRINTER_PAIR (printer);

  th_printer_start (self->main);
  th_printer_start (self->spare);
}

static ThPaper
th_printer_pair_get_paper (ThPrinter *printer)
{
  return th_printer_get_paper (TH_PRINTER_PAIR (printer)->next);
}

static gboolean
th_printer_pair_get_answers (ThPrinter *printer)
{
  return th_printer_get_answers (TH_PRINTER_PAIR (printer)->next);
}

static ThPrintHead
th_printer_pair_get_head (ThPrinter *printer)
{
  return th_printer_get_head (TH_PRINTER_PAIR (printer)->next);
}

static char *
th_printer_pair_describe (ThPrinter *printer)
{
  return th_printer_describe (TH_PRINTER_PAIR (printer)->next);
}

/* ---- checking ----------------------------------------------------------------------------------- */

static void check_next (GTask *task);

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ThPrinterPair *self = g_task_get_source_object (task);
  ThPrinter *asked = TH_PRINTER (source);
  g_autoptr (GError) error = NULL;

  th_printer_check_finish (asked, result, &error);
  if (error != NULL)
    {
      self->busy--;
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (!can_print (asked) && asked == self->main && g_task_get_task_data (task) == NULL)
    {
      g_task_set_task_data (task, self, NULL); /* the other was asked, too */
      self->next = self->spare;
      check_next (g_steal_pointer (&task));
      return;
    }
  self->busy--;
  choose (self);
  g_object_notify (G_OBJECT (self), "paper");
  g_task_return_int (task, th_printer_get_paper (self->next));
}

static void
check_next (GTask *task)
{
  ThPrinterPair *self = g_task_get_source_object (task);

  th_printer_check_async (self->next, g_task_get_cancellable (task), checked_cb, task);
}

static void
th_printer_pair_check_async (ThPrinter *printer, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  ThPrinterPair *self = TH_PRINTER_PAIR (printer);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, th_printer_pair_check_async);
  if (self->busy == 0)
    self->next = self->main; /* mended meanwhile? */
  self->busy++;
  check_next (task);
}

static ThPaper
th_printer_pair_check_finish (ThPrinter *printer, GAsyncResult *result, GError **error)
{
  gssize paper = g_task_propagate_int (G_TASK (result), error);

  return paper < 0 ? th_printer_pair_get_paper (printer) : (ThPaper) paper;
}

/* ---- printing ----------------------------------------------------------------------------------- */

typedef struct
{
  ThSlipOutcome outcome;
  GError *error;
} End;

static void
end_free (End *end)
{
  g_clear_error (&end->error);
  g_free (end);
}

static void
printed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  End *end = g_task_get_task_data (task);

  end->outcome = th_printer_print_finish (TH_PRINTER (source), result, &end->error);
  /* th_printer_get_which() is asked in the callback, so the choice waits for it. */
  g_task_return_boolean (task, TRUE);
}

static void
th_printer_pair_print_async (ThPrinter *printer, const ThRaster *raster, gboolean flush_first,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  ThPrinterPair *self = TH_PRINTER_PAIR (printer);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, th_printer_pair_print_async);
  g_task_set_task_data (task, g_new0 (End, 1), (GDestroyNotify) end_free);
  g_task_set_check_cancellable (task, FALSE);
  self->busy++;
  th_printer_print_async (self->next, raster, flush_first, cancellable, printed_cb, task);
}

static gboolean
chosen_cb (gpointer data)
{
  g_autoptr (ThPrinterPair) self = data;
  ThPrinter *before = self->next;

  choose (self);
  if (self->next != before)
    g_object_notify (G_OBJECT (self), "paper");
  return G_SOURCE_REMOVE;
}

static ThSlipOutcome
th_printer_pair_print_finish (ThPrinter *printer, GAsyncResult *result, GError **error)
{
  ThPrinterPair *self = TH_PRINTER_PAIR (printer);
  End *end = g_task_get_task_data (G_TASK (result));

  self->busy--;
  g_idle_add (chosen_cb, g_object_ref (self));
  if (end->error != NULL)
    g_propagate_error (error, g_steal_pointer (&end->error));
  return end->outcome;
}

static void
th_printer_pair_iface_init (ThPrinterInterface *iface)
{
  iface->start = th_printer_pair_start;
  iface->get_paper = th_printer_pair_get_paper;
  iface->get_answers = th_printer_pair_get_answers;
  iface->get_head = th_printer_pair_get_head;
  iface->describe = th_printer_pair_describe;
  iface->check_async = th_printer_pair_check_async;
  iface->check_finish = th_printer_pair_check_finish;
  iface->print_async = th_printer_pair_print_async;
  iface->print_finish = th_printer_pair_print_finish;
}

static void
th_printer_pair_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  switch (id)
    {
    case PROP_PAPER:
      g_value_set_uint (value, th_printer_pair_get_paper (TH_PRINTER (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
th_printer_pair_dispose (GObject *object)
{
  ThPrinterPair *self = TH_PRINTER_PAIR (object);

  if (self->main != NULL)
    g_signal_handlers_disconnect_by_data (self->main, self);
  if (self->spare != NULL)
    g_signal_handlers_disconnect_by_data (self->spare, self);
  self->next = NULL;
  g_clear_object (&self->main);
  g_clear_object (&self->spare);
  G_OBJECT_CLASS (th_printer_pair_parent_class)->dispose (object);
}

static void
th_printer_pair_class_init (ThPrinterPairClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = th_printer_pair_get_property;
  object_class->dispose = th_printer_pair_dispose;
  g_object_class_override_property (object_class, PROP_PAPER, "paper");
}

static void
th_printer_pair_init (ThPrinterPair *self)
{
}

ThPrinter *
th_printer_pair_new (ThPrinter *main, ThPrinter *spare)
{
  ThPrinterPair *self;

  g_return_val_if_fail (TH_IS_PRINTER (main) && TH_IS_PRINTER (spare) && main != spare, NULL);

  self = g_object_new (TH_TYPE_PRINTER_PAIR, NULL);
  self->main = g_object_ref (main);
  self->spare = g_object_ref (spare);
  self->next = self->main;
  g_signal_connect_swapped (main, "notify::paper", G_CALLBACK (paper_cb), self);
  g_signal_connect_swapped (spare, "notify::paper", G_CALLBACK (paper_cb), self);
  return TH_PRINTER (self);
}

ThPrinter *
th_printer_pair_get_main (ThPrinterPair *self)
{
  g_return_val_if_fail (TH_IS_PRINTER_PAIR (self), NULL);
  return self->main;
}

ThPrinter *
th_printer_pair_get_spare (ThPrinterPair *self)
{
  g_return_val_if_fail (TH_IS_PRINTER_PAIR (self), NULL);
  return self->spare;
}

const char *
th_printer_get_which (ThPrinter *printer)
{
  g_return_val_if_fail (TH_IS_PRINTER (printer), "main");

  if (!TH_IS_PRINTER_PAIR (printer))
    return "main";
  return TH_PRINTER_PAIR (printer)->next == TH_PRINTER_PAIR (printer)->spare ? "spare" : "main";
}

void
th_printer_hold (ThPrinter *printer)
{
  if (TH_IS_PRINTER_PAIR (printer))
    TH_PRINTER_PAIR (printer)->busy++;
}

void
th_printer_let_go (ThPrinter *printer)
{
  ThPrinterPair *self;

  if (!TH_IS_PRINTER_PAIR (printer))
    return;
  self = TH_PRINTER_PAIR (printer);
  g_return_if_fail (self->busy > 0);
  self->busy--;
  g_idle_add (chosen_cb, g_object_ref (self));
}
