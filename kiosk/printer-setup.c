/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/printer-setup.h"

#include <string.h>

#include "drivers/printer-lp.h"
#include "drivers/printer-pair.h"
#include "drivers/printer-queue.h"
#include "drivers/printer-usb.h"
#include "drivers/scanner-device.h"

void
th_printer_setup_profile (const ThPrinterSettings *settings, ThPrinterProfile *ret_profile)
{
  const ThPrinterModel *named = th_printer_model_find (settings->model);
  ThPrinterPick said = 0;

  th_printer_profile_defaults (ret_profile);
  ret_profile->pick =
      TH_PRINTER_PICK_WIDTH | TH_PRINTER_PICK_CUTTER | TH_PRINTER_PICK_ASKS | TH_PRINTER_PICK_BAND;
  if (named != NULL)
    {
      th_printer_profile_pick (ret_profile, named);
      ret_profile->pick = 0;
    }
  if (settings->dpi != 0)
    ret_profile->dpi = settings->dpi;
  if (settings->width_dots != 0)
    {
      ret_profile->width_dots = settings->width_dots;
      said |= TH_PRINTER_PICK_WIDTH;
    }
  if (settings->cutter != TH_SAID_AUTO)
    {
      ret_profile->cutter = settings->cutter == TH_SAID_TRUE;
      said |= TH_PRINTER_PICK_CUTTER;
    }
  if (settings->answers != TH_SAID_AUTO)
    {
      ret_profile->answers = settings->answers == TH_SAID_TRUE;
      said |= TH_PRINTER_PICK_ASKS;
    }
  if (settings->band_rows != 0)
    {
      ret_profile->band_rows = settings->band_rows;
      said |= TH_PRINTER_PICK_BAND;
    }
  ret_profile->pick &= ~said;
  th_scanner_parse_ids (settings->usb_id, &ret_profile->vendor_id, &ret_profile->product_id);
}

const ThUsbMatch *
th_printer_setup_matches (const ThPrinterSettings *settings, ThUsbMatch ret_only[2])
{
  memset (ret_only, 0, 2 * sizeof *ret_only);
  if (!th_scanner_parse_ids (settings->usb_id, &ret_only[0].vendor_id, &ret_only[0].product_id))
    return th_printer_usb_matches;
  return ret_only;
}

ThPrinter *
th_printer_setup_one (const ThPrinterSettings *settings, ThUsbContext *usb)
{
  ThPrinterProfile profile;

  th_printer_setup_profile (settings, &profile);
  switch ((ThPrinterWay) settings->way)
    {
    case TH_PRINTER_WAY_USB:
      return th_printer_usb_new (usb, &profile);
    case TH_PRINTER_WAY_LP:
      return th_printer_lp_new (settings->device, &profile);
    case TH_PRINTER_WAY_CUPS:
      return th_printer_queue_new (settings->queue, &profile);
    case TH_PRINTER_WAY_NONE:
      break;
    }
  return NULL;
}

ThPrinter *
th_printer_setup (const ThConfig *config, ThUsbContext *usb)
{
  g_autoptr (ThPrinter) printer = th_printer_setup_one (&config->printer, usb);
  g_autoptr (ThPrinter) spare = th_printer_setup_one (&config->spare_printer, usb);

  if (spare == NULL)
    return g_steal_pointer (&printer);
  return th_printer_pair_new (printer, spare);
}

gboolean
th_printer_setup_answers (const ThConfig *config)
{
  ThPrinterProfile profile;

  th_printer_setup_profile (&config->printer, &profile);
  return config->printer.way == TH_PRINTER_WAY_USB && profile.answers;
}
