/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/staff-doses.h"

#include "kiosk/records-zones.h"

static gboolean
run_on_visit (ThRecords *records, const ThDosesOrder *order, const char *by, GError **error)
{
  const ThInjection injection = { .lot = order->lot.lot,
                                  .dose = order->dose,
                                  .site = order->site,
                                  .route = order->route,
                                  .checked = order->checked };
  ThQueueEntry entry;

  if (!th_records_find_code (records, order->code, &entry, error))
    return FALSE;
  if (order->act == TH_DOSES_BIND)
    return th_records_bind_lot (records, entry.visit, order->lot.lot, by, error);
  if (order->act == TH_DOSES_INJECT)
    return th_records_inject (records, entry.visit, &injection, by, error);
  if (order->act == TH_DOSES_UNDO)
    return th_records_undo_injection (records, entry.visit, order->why, by, error);
  return th_records_release_dose (records, entry.visit, order->why, by, error);
}

gboolean
th_doses_order_run (ThRecords *records, const ThDosesOrder *order, const char *by, GError **error)
{
  const char *lot = order->lot.lot;

  switch (order->act)
    {
    case TH_DOSES_RECEIVE:
      return th_records_receive_lot (records, &order->lot, by, error);
    case TH_DOSES_OPEN:
      return th_records_open_vials (records, lot, order->n, by, error);
    case TH_DOSES_WASTE:
      return th_records_waste_doses (records, lot, order->n, order->why, by, error);
    case TH_DOSES_RETURN:
      return th_records_return_doses (records, lot, order->n, order->why, by, error);
    case TH_DOSES_COUNT:
      return th_records_count_lot (records, lot, order->n, by, NULL, error);
    case TH_DOSES_WITHDRAW:
    case TH_DOSES_ALLOW:
      return th_records_withdraw_lot (records, lot, order->act == TH_DOSES_WITHDRAW, order->why, by, error);
    case TH_DOSES_BIND:
    case TH_DOSES_INJECT:
    case TH_DOSES_UNDO:
    case TH_DOSES_RELEASE:
      return run_on_visit (records, order, by, error);
    }
  g_return_val_if_reached (FALSE);
}
