/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/printer-send.h"

#include "drivers/printer-ask.h"

/* Looks at the port, one each stall_ms. Out of paper is believed at once. "Error" may be a moment's (the cutter), so it
 * is believed at the second look; and when nothing is said, the third look says that we do not know. */
#define LOOKS_TO_BELIEVE_ERROR 2
#define LOOKS_TO_DOUBT 3

typedef struct
{
  GBytes *bytes;
  gsize taken;
  ThPrinterPatience patience;
  gpointer user_data;
  GCancellable *transfer;
  guint stall_id; /* 0: not under way any more */
  guint looks;
  gboolean looking;
  ThPaper why; /* of our cancelling */
} Piece;

static void send_rest (GTask *task);

static void
piece_free (Piece *piece)
{
  g_bytes_unref (piece->bytes);
  g_clear_object (&piece->transfer);
  g_free (piece);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Piece *piece = g_task_get_task_data (task);
  ThPaper paper = th_printer_ask_port_finish (TH_USB_DEVICE (source), result);

  piece->looking = FALSE;
  if (piece->stall_id == 0)
    return; /* it went on meanwhile */
  piece->looks++;
  if (paper == TH_PAPER_OUT ||
      (paper == TH_PAPER_OFFLINE && piece->looks >= LOOKS_TO_BELIEVE_ERROR))
    {
      piece->why = paper;
      piece->patience.stalled (paper, piece->user_data);
      g_cancellable_cancel (piece->transfer);
    }
  else if (piece->looks >= LOOKS_TO_DOUBT && paper != TH_PAPER_OFFLINE)
    piece->patience.stalled (TH_PAPER_UNKNOWN, piece->user_data);
}

static gboolean
stall_cb (gpointer data)
{
  GTask *task = data;
  Piece *piece = g_task_get_task_data (task);

  if (!piece->looking && piece->why == TH_PAPER_READY)
    {
      piece->looking = TRUE;
      th_printer_ask_port_async (g_task_get_source_object (task), piece->patience.question_ms,
                                 looked_cb, g_object_ref (task));
    }
  return G_SOURCE_CONTINUE;
}

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Piece *piece = g_task_get_task_data (task);
  GError *error = NULL;
  gsize taken = 0;
  gboolean all = th_usb_device_bulk_out_finish (TH_USB_DEVICE (source), result, &taken, &error);

  g_clear_handle_id (&piece->stall_id, g_source_remove);
  g_clear_object (&piece->transfer);
  piece->taken += taken;
  if (all)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (taken > 0 && g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL))
    {
      g_clear_error (&error);
      send_rest (g_steal_pointer (&task));
      return;
    }
  if (piece->why != TH_PAPER_READY &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_error (&error);
      error = g_error_new (TH_DEVICE_ERROR, TH_DEVICE_ERROR_PAPER, "the printer stopped: %s",
                           th_paper_to_string (piece->why));
    }
  g_task_return_error (task, error);
}

/* @task: (transfer full) */
static void
send_rest (GTask *task)
{
  ThUsbDevice *device = g_task_get_source_object (task);
  Piece *piece = g_task_get_task_data (task);
  gsize len;
  const guint8 *data = g_bytes_get_data (piece->bytes, &len);

  piece->looks = 0;
  piece->transfer = g_cancellable_new ();
  piece->stall_id = g_timeout_add (piece->patience.stall_ms, stall_cb, task);
  th_usb_device_bulk_out_async (device, th_usb_device_get_bulk_out (device, 0),
                                data + piece->taken, len - piece->taken,
                                piece->patience.timeout_ms, piece->transfer, taken_cb, task);
}

void
th_printer_send_async (ThUsbDevice *device, GBytes *bytes, const ThPrinterPatience *patience,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (device, NULL, callback, user_data);
  Piece *piece = g_new0 (Piece, 1);

  g_task_set_source_tag (task, th_printer_send_async);
  g_task_set_task_data (task, piece, (GDestroyNotify) piece_free);
  piece->bytes = g_bytes_ref (bytes);
  piece->patience = *patience;
  piece->user_data = user_data;
  piece->why = TH_PAPER_READY;
  send_rest (task);
}

gboolean
th_printer_send_finish (ThUsbDevice *device, GAsyncResult *result, gsize *ret_taken,
                        GError **error)
{
  Piece *piece = g_task_get_task_data (G_TASK (result));

  *ret_taken = piece->taken;
  return g_task_propagate_boolean (G_TASK (result), error);
}
