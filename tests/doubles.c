/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/doubles.h"

enum
{
  PROP_0,
  PROP_STATE, /* "health" or "paper" */
};

/* --- reader
 * ------------------------------------------------------------------------------------------------
 */

struct _DoubleReader
{
  GObject parent;
  ThHealth health;
};

static void
reader_start (ThCardReader *reader)
{
  double_reader_set_health (DOUBLE_READER (reader), TH_HEALTH_READY);
}

static ThHealth
reader_health (ThCardReader *reader)
{
  return DOUBLE_READER (reader)->health;
}

static void
reader_iface_init (ThCardReaderInterface *iface)
{
  iface->start = reader_start;
  iface->get_health = reader_health;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DoubleReader, double_reader, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_CARD_READER, reader_iface_init))

static void
double_reader_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  g_value_set_uint (value, DOUBLE_READER (object)->health);
}

static void
double_reader_class_init (DoubleReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = double_reader_get_property;
  g_object_class_override_property (G_OBJECT_CLASS (klass), PROP_STATE, "health");
}

static void
double_reader_init (DoubleReader *self)
{
}

DoubleReader *
double_reader_new (void)
{
  return g_object_new (double_reader_get_type (), NULL);
}

void
double_reader_set_health (DoubleReader *self, ThHealth health)
{
  self->health = health;
  g_object_notify (G_OBJECT (self), "health");
}

void
double_reader_put (DoubleReader *self, const char *name, const char *id_number)
{
  g_autoptr (ThCard) card = th_card_new ();

  g_free (card->name);
  card->name = g_strdup (name);
  g_free (card->id_number);
  card->id_number = g_strdup (id_number);
  double_reader_put_card (self, card);
}

void
double_reader_put_card (DoubleReader *self, ThCard *card)
{
  g_signal_emit_by_name (self, "card-found");
  g_signal_emit_by_name (self, "card-read", card);
}

void
double_reader_lift (DoubleReader *self)
{
  g_signal_emit_by_name (self, "card-lifted");
}

/* --- scanner
 * -----------------------------------------------------------------------------------------------
 */

struct _DoubleScanner
{
  GObject parent;
  ThHealth health;
};

static void
scanner_start (ThScanner *scanner)
{
  DOUBLE_SCANNER (scanner)->health = TH_HEALTH_READY;
  g_object_notify (G_OBJECT (scanner), "health");
}

static ThHealth
scanner_health (ThScanner *scanner)
{
  return DOUBLE_SCANNER (scanner)->health;
}

static void
scanner_iface_init (ThScannerInterface *iface)
{
  iface->start = scanner_start;
  iface->get_health = scanner_health;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DoubleScanner, double_scanner, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_SCANNER, scanner_iface_init))

static void
double_scanner_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  g_value_set_uint (value, DOUBLE_SCANNER (object)->health);
}

static void
double_scanner_class_init (DoubleScannerClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = double_scanner_get_property;
  g_object_class_override_property (G_OBJECT_CLASS (klass), PROP_STATE, "health");
}

static void
double_scanner_init (DoubleScanner *self)
{
}

DoubleScanner *
double_scanner_new (void)
{
  return g_object_new (double_scanner_get_type (), NULL);
}

void
double_scanner_scan (DoubleScanner *self, const char *text)
{
  g_signal_emit_by_name (self, "scanned", text);
}

/* --- thermometer
 * ------------------------------------------------------------------------------------------- */

struct _DoubleThermometer
{
  GObject parent;
  ThHealth health;
  ThSample sample;
  guint source_id;
  guint look_id;
};

static gboolean
sample_cb (gpointer data)
{
  DoubleThermometer *self = data;

  self->sample.time_us = g_get_monotonic_time ();
  if (self->health == TH_HEALTH_READY && self->sample.object_raw != 0)
    g_signal_emit_by_name (self, "sample", &self->sample);
  return G_SOURCE_CONTINUE;
}

static gboolean
look_cb (gpointer data)
{
  DoubleThermometer *self = data;

  if (self->source_id == 0)
    double_thermometer_look (self);
  return G_SOURCE_CONTINUE;
}

static void
thermometer_start (ThThermometer *thermometer)
{
  DoubleThermometer *self = DOUBLE_THERMOMETER (thermometer);

  double_thermometer_set_health (self, TH_HEALTH_READY);
  if (self->look_id == 0)
    self->look_id = g_timeout_add (1000, look_cb, self);
}

static void
thermometer_begin (ThThermometer *thermometer)
{
  DoubleThermometer *self = DOUBLE_THERMOMETER (thermometer);

  if (self->source_id == 0)
    self->source_id = g_timeout_add (100, sample_cb, self);
}

static void
thermometer_end (ThThermometer *thermometer)
{
  g_clear_handle_id (&DOUBLE_THERMOMETER (thermometer)->source_id, g_source_remove);
}

static ThHealth
thermometer_health (ThThermometer *thermometer)
{
  return DOUBLE_THERMOMETER (thermometer)->health;
}

static void
thermometer_iface_init (ThThermometerInterface *iface)
{
  iface->start = thermometer_start;
  iface->begin = thermometer_begin;
  iface->end = thermometer_end;
  iface->get_health = thermometer_health;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DoubleThermometer, double_thermometer, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_THERMOMETER, thermometer_iface_init))

static void
double_thermometer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  g_value_set_uint (value, DOUBLE_THERMOMETER (object)->health);
}

static void
double_thermometer_dispose (GObject *object)
{
  thermometer_end (TH_THERMOMETER (object));
  g_clear_handle_id (&DOUBLE_THERMOMETER (object)->look_id, g_source_remove);
  G_OBJECT_CLASS (double_thermometer_parent_class)->dispose (object);
}

static void
double_thermometer_class_init (DoubleThermometerClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = double_thermometer_get_property;
  G_OBJECT_CLASS (klass)->dispose = double_thermometer_dispose;
  g_object_class_override_property (G_OBJECT_CLASS (klass), PROP_STATE, "health");
}

static void
double_thermometer_init (DoubleThermometer *self)
{
}

DoubleThermometer *
double_thermometer_new (void)
{
  return g_object_new (double_thermometer_get_type (), NULL);
}

void
double_thermometer_set_health (DoubleThermometer *self, ThHealth health)
{
  self->health = health;
  g_object_notify (G_OBJECT (self), "health");
}

void
double_thermometer_look (DoubleThermometer *self)
{
  self->sample.time_us = g_get_monotonic_time ();
  if (self->health == TH_HEALTH_READY && self->sample.object_raw != 0)
    g_signal_emit_by_name (self, "look", &self->sample);
}

gboolean
double_thermometer_is_on (DoubleThermometer *self)
{
  return self->source_id != 0;
}

void
double_thermometer_show (DoubleThermometer *self, guint16 object_raw, guint16 ambient_raw,
                         gboolean present)
{
  self->sample.object_raw = object_raw;
  self->sample.ambient_raw = ambient_raw;
  self->sample.present = present;
}

/* --- printer
 * ------------------------------------------------------------------------------------------------
 */

struct _DoublePrinter
{
  GObject parent;
  ThPaper paper;
  ThSlipOutcome outcome;
  gboolean hold;
  gboolean flushed;
  guint printed;
  GTask *held;
};

static void
printer_start (ThPrinter *printer)
{
  double_printer_set_paper (DOUBLE_PRINTER (printer), TH_PAPER_READY);
}

static ThPaper
printer_paper (ThPrinter *printer)
{
  return DOUBLE_PRINTER (printer)->paper;
}

static gboolean
printer_answers (ThPrinter *printer)
{
  return TRUE;
}

static ThPrintHead
printer_head (ThPrinter *printer)
{
  return (ThPrintHead){ 576, 203 };
}

static char *
printer_describe (ThPrinter *printer)
{
  return g_strdup ("a double");
}

static void
printer_check_async (ThPrinter *printer, GCancellable *cancellable, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (printer, cancellable, callback, user_data);

  if (DOUBLE_PRINTER (printer)->held != NULL)
    g_task_return_new_error (task, TH_DEVICE_ERROR, TH_DEVICE_ERROR_BUSY, "busy");
  else
    g_task_return_int (task, DOUBLE_PRINTER (printer)->paper);
}

static ThPaper
printer_check_finish (ThPrinter *printer, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

static void
printer_print_async (ThPrinter *printer, const ThRaster *raster, gboolean flush_first,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  DoublePrinter *self = DOUBLE_PRINTER (printer);
  g_autoptr (GTask) task = g_task_new (printer, cancellable, callback, user_data);

  g_assert_null (self->held); /* one after the other */
  self->printed++;
  self->flushed = flush_first;
  if (self->hold)
    self->held = g_steal_pointer (&task);
  else
    g_task_return_int (task, self->outcome);
}

static ThSlipOutcome
printer_print_finish (ThPrinter *printer, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

static void
printer_iface_init (ThPrinterInterface *iface)
{
  iface->start = printer_start;
  iface->get_paper = printer_paper;
  iface->get_answers = printer_answers;
  iface->get_head = printer_head;
  iface->describe = printer_describe;
  iface->check_async = printer_check_async;
  iface->check_finish = printer_check_finish;
  iface->print_async = printer_print_async;
  iface->print_finish = printer_print_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DoublePrinter, double_printer, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_PRINTER, printer_iface_init))

static void
double_printer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  g_value_set_uint (value, DOUBLE_PRINTER (object)->paper);
}

static void
double_printer_class_init (DoublePrinterClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = double_printer_get_property;
  g_object_class_override_property (G_OBJECT_CLASS (klass), PROP_STATE, "paper");
}

static void
double_printer_init (DoublePrinter *self)
{
}

DoublePrinter *
double_printer_new (void)
{
  return g_object_new (double_printer_get_type (), NULL);
}

void
double_printer_set_paper (DoublePrinter *self, ThPaper paper)
{
  self->paper = paper;
  g_object_notify (G_OBJECT (self), "paper");
}

void
double_printer_set_outcome (DoublePrinter *self, ThSlipOutcome outcome, gboolean hold)
{
  self->outcome = outcome;
  self->hold = hold;
}

void
double_printer_release (DoublePrinter *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->held);

  self->hold = FALSE;
  if (task != NULL)
    g_task_return_int (task, self->outcome);
}

guint
double_printer_get_printed (DoublePrinter *self)
{
  return self->printed;
}

gboolean
double_printer_get_flushed (DoublePrinter *self)
{
  return self->flushed;
}

/* --- outputs
 * ------------------------------------------------------------------------------------------------
 */

struct _DoubleOutputs
{
  GObject parent;
  GString *story;
  gboolean lit[TH_N_LAMPS];
};

static void
outputs_light (ThOutputs *outputs, ThLamp lamp, gboolean lit)
{
  static const char *const names[TH_N_LAMPS] = { "ready", "attention" };
  DoubleOutputs *self = DOUBLE_OUTPUTS (outputs);

  if (self->lit[lamp] != lit)
    g_string_append_printf (self->story, "%s%s ", names[lamp], lit ? "+" : "-");
  self->lit[lamp] = lit;
}

static void
outputs_sound (ThOutputs *outputs, ThSound sound)
{
  static const char *const names[TH_N_SOUNDS] = { "read", "look", "done", "staff" };

  g_string_append_printf (DOUBLE_OUTPUTS (outputs)->story, "%s! ", names[sound]);
}

static void
outputs_open_gate (ThOutputs *outputs)
{
  g_string_append (DOUBLE_OUTPUTS (outputs)->story, "gate ");
}

static void
outputs_iface_init (ThOutputsInterface *iface)
{
  iface->light = outputs_light;
  iface->sound = outputs_sound;
  iface->open_gate = outputs_open_gate;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DoubleOutputs, double_outputs, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_OUTPUTS, outputs_iface_init))

static void
double_outputs_finalize (GObject *object)
{
  g_string_free (DOUBLE_OUTPUTS (object)->story, TRUE);
  G_OBJECT_CLASS (double_outputs_parent_class)->finalize (object);
}

static void
double_outputs_class_init (DoubleOutputsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = double_outputs_finalize;
}

static void
double_outputs_init (DoubleOutputs *self)
{
  self->story = g_string_new (NULL);
}

DoubleOutputs *
double_outputs_new (void)
{
  return g_object_new (double_outputs_get_type (), NULL);
}

char *
double_outputs_take (DoubleOutputs *self)
{
  char *story = g_strdup (self->story->str);

  g_string_truncate (self->story, 0);
  return story;
}
