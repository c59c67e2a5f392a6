/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/devices.h"

#include <string.h>

G_DEFINE_QUARK (th-device-retry-quark, th_device_retry)
G_DEFINE_QUARK (th-device-error-quark, th_device_error)

G_DEFINE_INTERFACE (ThCardReader, th_card_reader, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (ThThermometer, th_thermometer, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (ThPrinter, th_printer, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (ThScanner, th_scanner, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (ThKeys, th_keys, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (ThOutputs, th_outputs, G_TYPE_OBJECT)

const char *
th_health_to_string (ThHealth health)
{
  switch (health)
    {
    case TH_HEALTH_STARTING:
      return "starting";
    case TH_HEALTH_READY:
      return "ready";
    case TH_HEALTH_ABSENT:
      return "absent";
    case TH_HEALTH_SILENT:
      return "silent";
    case TH_HEALTH_FAULT:
      return "fault";
    }
  return "unknown";
}

const char *
th_paper_to_string (ThPaper paper)
{
  switch (paper)
    {
    case TH_PAPER_STARTING:
      return "starting";
    case TH_PAPER_READY:
      return "ready";
    case TH_PAPER_LOW:
      return "low";
    case TH_PAPER_OUT:
      return "out";
    case TH_PAPER_COVER_OPEN:
      return "cover-open";
    case TH_PAPER_OFFLINE:
      return "offline";
    case TH_PAPER_FAULT:
      return "fault";
    case TH_PAPER_HOT:
      return "hot";
    case TH_PAPER_UNKNOWN:
      return "unknown";
    case TH_PAPER_ABSENT:
      return "absent";
    }
  return "unknown";
}

const char *
th_slip_outcome_to_string (ThSlipOutcome outcome)
{
  switch (outcome)
    {
    case TH_SLIP_CONFIRMED:
      return "confirmed";
    case TH_SLIP_SENT:
      return "sent";
    case TH_SLIP_UNCERTAIN:
      return "uncertain";
    case TH_SLIP_FAILED:
      return "failed";
    }
  return "uncertain";
}

static GParamSpec *
health_spec (const char *name)
{
  return g_param_spec_uint (name, NULL, NULL, 0, G_MAXUINT, 0,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
}

static void
th_card_reader_default_init (ThCardReaderInterface *iface)
{
  g_object_interface_install_property (iface, health_spec ("health"));
  g_signal_new ("card-found", TH_TYPE_CARD_READER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
  g_signal_new ("card-read", TH_TYPE_CARD_READER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, TH_TYPE_CARD | G_SIGNAL_TYPE_STATIC_SCOPE);
  g_signal_new ("card-failed", TH_TYPE_CARD_READER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
  g_signal_new ("card-lifted", TH_TYPE_CARD_READER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
th_thermometer_default_init (ThThermometerInterface *iface)
{
  g_object_interface_install_property (iface, health_spec ("health"));
  g_signal_new ("sample", TH_TYPE_THERMOMETER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_POINTER);
  g_signal_new ("look", TH_TYPE_THERMOMETER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_POINTER);
}

static void
th_printer_default_init (ThPrinterInterface *iface)
{
  g_object_interface_install_property (iface, health_spec ("paper"));
}

static void
th_scanner_default_init (ThScannerInterface *iface)
{
  g_object_interface_install_property (iface, health_spec ("health"));
  g_signal_new ("scanned", TH_TYPE_SCANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
th_keys_default_init (ThKeysInterface *iface)
{
  g_object_interface_install_property (iface, health_spec ("health"));
  g_signal_new ("pressed", TH_TYPE_KEYS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_UINT);
}

static void
th_outputs_default_init (ThOutputsInterface *iface)
{
}

void
th_card_reader_start (ThCardReader *self)
{
  g_return_if_fail (TH_IS_CARD_READER (self));
  TH_CARD_READER_GET_IFACE (self)->start (self);
}

ThHealth
th_card_reader_get_health (ThCardReader *self)
{
  g_return_val_if_fail (TH_IS_CARD_READER (self), TH_HEALTH_ABSENT);
  return TH_CARD_READER_GET_IFACE (self)->get_health (self);
}

void
th_thermometer_start (ThThermometer *self)
{
  g_return_if_fail (TH_IS_THERMOMETER (self));
  TH_THERMOMETER_GET_IFACE (self)->start (self);
}

void
th_thermometer_begin (ThThermometer *self)
{
  g_return_if_fail (TH_IS_THERMOMETER (self));
  TH_THERMOMETER_GET_IFACE (self)->begin (self);
}

void
th_thermometer_end (ThThermometer *self)
{
  g_return_if_fail (TH_IS_THERMOMETER (self));
  TH_THERMOMETER_GET_IFACE (self)->end (self);
}

ThHealth
th_thermometer_get_health (ThThermometer *self)
{
  g_return_val_if_fail (TH_IS_THERMOMETER (self), TH_HEALTH_ABSENT);
  return TH_THERMOMETER_GET_IFACE (self)->get_health (self);
}

const GError *
th_thermometer_get_trouble (ThThermometer *self)
{
  g_return_val_if_fail (TH_IS_THERMOMETER (self), NULL);
  if (TH_THERMOMETER_GET_IFACE (self)->get_trouble == NULL)
    return NULL;
  return TH_THERMOMETER_GET_IFACE (self)->get_trouble (self);
}

char *
th_thermometer_describe (ThThermometer *self)
{
  g_return_val_if_fail (TH_IS_THERMOMETER (self), NULL);
  if (TH_THERMOMETER_GET_IFACE (self)->describe == NULL)
    return g_strdup ("");
  return TH_THERMOMETER_GET_IFACE (self)->describe (self);
}

void
th_printer_start (ThPrinter *self)
{
  g_return_if_fail (TH_IS_PRINTER (self));
  TH_PRINTER_GET_IFACE (self)->start (self);
}

ThPaper
th_printer_get_paper (ThPrinter *self)
{
  g_return_val_if_fail (TH_IS_PRINTER (self), TH_PAPER_ABSENT);
  return TH_PRINTER_GET_IFACE (self)->get_paper (self);
}

gboolean
th_printer_get_answers (ThPrinter *self)
{
  g_return_val_if_fail (TH_IS_PRINTER (self), FALSE);
  return TH_PRINTER_GET_IFACE (self)->get_answers (self);
}

ThPrintHead
th_printer_get_head (ThPrinter *self)
{
  g_return_val_if_fail (TH_IS_PRINTER (self), ((ThPrintHead){ 576, 203 }));
  return TH_PRINTER_GET_IFACE (self)->get_head (self);
}

char *
th_printer_describe (ThPrinter *self)
{
  g_return_val_if_fail (TH_IS_PRINTER (self), NULL);
  return TH_PRINTER_GET_IFACE (self)->describe (self);
}

void
th_printer_check_async (ThPrinter *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (TH_IS_PRINTER (self));
  TH_PRINTER_GET_IFACE (self)->check_async (self, cancellable, callback, user_data);
}

ThPaper
th_printer_check_finish (ThPrinter *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (TH_IS_PRINTER (self), TH_PAPER_ABSENT);
  return TH_PRINTER_GET_IFACE (self)->check_finish (self, result, error);
}

void
th_printer_print_async (ThPrinter *self, const ThRaster *raster, gboolean flush_first,
                        GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (TH_IS_PRINTER (self));
  g_return_if_fail (raster != NULL);
  TH_PRINTER_GET_IFACE (self)->print_async (self, raster, flush_first, cancellable, callback,
                                            user_data);
}

ThSlipOutcome
th_printer_print_finish (ThPrinter *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (TH_IS_PRINTER (self), TH_SLIP_UNCERTAIN);
  return TH_PRINTER_GET_IFACE (self)->print_finish (self, result, error);
}

void
th_scanner_start (ThScanner *self)
{
  g_return_if_fail (TH_IS_SCANNER (self));
  TH_SCANNER_GET_IFACE (self)->start (self);
}

ThHealth
th_scanner_get_health (ThScanner *self)
{
  g_return_val_if_fail (TH_IS_SCANNER (self), TH_HEALTH_ABSENT);
  return TH_SCANNER_GET_IFACE (self)->get_health (self);
}

const char *
th_key_to_string (ThPadKey key)
{
  static const char *const names[TH_N_KEYS] = { "yes", "no", "back", "help" };

  g_return_val_if_fail (key < TH_N_KEYS, "help");
  return names[key];
}

void
th_keys_start (ThKeys *self)
{
  g_return_if_fail (TH_IS_KEYS (self));
  TH_KEYS_GET_IFACE (self)->start (self);
}

ThHealth
th_keys_get_health (ThKeys *self)
{
  g_return_val_if_fail (TH_IS_KEYS (self), TH_HEALTH_FAULT);
  return TH_KEYS_GET_IFACE (self)->get_health (self);
}

char *
th_keys_describe (ThKeys *self)
{
  g_return_val_if_fail (TH_IS_KEYS (self), NULL);
  return TH_KEYS_GET_IFACE (self)->describe (self);
}

void
th_outputs_light (ThOutputs *self, ThLamp lamp, gboolean lit)
{
  g_return_if_fail (TH_IS_OUTPUTS (self));
  TH_OUTPUTS_GET_IFACE (self)->light (self, lamp, lit);
}

void
th_outputs_sound (ThOutputs *self, ThSound sound)
{
  g_return_if_fail (TH_IS_OUTPUTS (self));
  TH_OUTPUTS_GET_IFACE (self)->sound (self, sound);
}

void
th_outputs_open_gate (ThOutputs *self)
{
  g_return_if_fail (TH_IS_OUTPUTS (self));
  TH_OUTPUTS_GET_IFACE (self)->open_gate (self);
}

ThRaster *
th_raster_new (guint width_dots, guint height_dots)
{
  ThRaster *raster;

  g_return_val_if_fail (width_dots >= 1 && width_dots <= 65535, NULL);
  g_return_val_if_fail (height_dots >= 1 && height_dots <= 65535, NULL);

  raster = g_new0 (ThRaster, 1);
  raster->width_dots = width_dots;
  raster->height_dots = height_dots;
  raster->stride = (width_dots + 7) / 8;
  raster->rows = g_malloc0_n (height_dots, raster->stride);
  return raster;
}

void
th_raster_free (ThRaster *raster)
{
  if (raster == NULL)
    return;
  /* A slip carries a masked name: it does not stay in memory. */
  explicit_bzero (raster->rows, raster->height_dots * raster->stride);
  g_free (raster->rows);
  g_free (raster);
}
