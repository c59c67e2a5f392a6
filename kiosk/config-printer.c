/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings' two printers: what they are without a word, and what cannot be both. */
#include <gio/gio.h>
#include <string.h>

#include "kiosk/config-value.h"

void
th_config_printer_defaults (ThPrinterSettings *printer, ThPrinterWay way)
{
  printer->way = way;
  printer->usb_id = g_strdup ("");
  printer->device = g_strdup ("/dev/usb/lp0");
  printer->queue = g_strdup ("");
  printer->model = g_strdup ("auto");
}

void
th_config_printer_clear (ThPrinterSettings *printer)
{
  g_free (printer->usb_id);
  g_free (printer->device);
  g_free (printer->queue);
  g_free (printer->model);
}

/* One device cannot be both printers, and a queue needs its name. */
gboolean
th_config_check_printers (const ThConfig *config, GError **error)
{
  const ThPrinterSettings *printer = &config->printer, *spare = &config->spare_printer;
  gboolean same = printer->way == spare->way;

  for (guint i = 0; i < 2; i++)
    {
      const ThPrinterSettings *at = i == 0 ? printer : spare;

      if ((at->way != TH_PRINTER_WAY_CUPS || at->queue[0] != '\0') &&
          (at->way != TH_PRINTER_WAY_LP || at->device[0] != '\0'))
        continue;
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "[%s] %s is \"\", it may not be empty with this way",
                   i == 0 ? "printer" : "spare-printer", at->way == TH_PRINTER_WAY_CUPS ? "queue" : "device");
      return FALSE;
    }
  if ((same && printer->way == TH_PRINTER_WAY_LP && strcmp (printer->device, spare->device) == 0) ||
      (same && printer->way == TH_PRINTER_WAY_CUPS && strcmp (printer->queue, spare->queue) == 0))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "[spare-printer] is the same printer as [printer], it may be any other");
      return FALSE;
    }
  return TRUE;
}
