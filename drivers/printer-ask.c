/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/printer-ask.h"

#include "drivers/escpos.h"

/* USB printer class 1.1, 4.2.2 */
#define REQUEST_TYPE_CLASS_IN 0xa1
#define GET_PORT_STATUS 1

#define ANSWER_MAX 64
#define DRAIN_TIMEOUT_MS 20

typedef enum
{
  STEP_COMPLETE,
  STEP_DRAIN,
  STEP_ASK,
  STEP_ANSWER,
  STEP_PORT, /* it did not take the question, or did not answer */
} Step;

typedef struct
{
  Step step;
  guint timeout_ms;
  gboolean completed;
  gboolean drain;
  gboolean automatic;
  gboolean has_told; /* by itself: */
  ThPaper told;
  ThEscposAsk ask;
  ThEscposStatus status;
} Round;

static void run_step (GTask *task, Step step);

/* ---- the control pipe --------------------------------------------------------------------------- */

static void
port_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GBytes) bytes = th_usb_device_control_in_finish (TH_USB_DEVICE (source), result, NULL);
  const guint8 *port = NULL;
  gsize len = 0;

  if (bytes != NULL)
    port = g_bytes_get_data (bytes, &len);
  g_task_return_int (task, len < 1 ? TH_PAPER_UNKNOWN : th_escpos_port_paper (port[0]));
}

void
th_printer_ask_port_async (ThUsbDevice *device, guint timeout_ms, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (device, NULL, callback, user_data);

  g_task_set_source_tag (task, th_printer_ask_port_async);
  th_usb_device_control_in_async (device, REQUEST_TYPE_CLASS_IN, GET_PORT_STATUS, 0,
                                  th_usb_device_get_interface (device), 1, timeout_ms, NULL,
                                  port_cb, task);
}

ThPaper
th_printer_ask_port_finish (ThUsbDevice *device, GAsyncResult *result)
{
  return g_task_propagate_int (G_TASK (result), NULL);
}

/* ---- a round of questions ----------------------------------------------------------------------- */

static void
silent_port_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  const Round *round = g_task_get_task_data (task);
  ThPaper paper = th_printer_ask_port_finish (TH_USB_DEVICE (source), result);

  /* What is off line does not answer, but has said why before. */
  if (paper == TH_PAPER_OFFLINE && round->has_told)
    paper = round->told;
  /* Silence with a reason is that reason; silence alone is UNKNOWN, also when the port sees nothing wrong. */
  g_task_return_int (task, paper == TH_PAPER_READY ? TH_PAPER_UNKNOWN : paper);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Round *round = g_task_get_task_data (task);

  if (!th_usb_device_bulk_out_finish (TH_USB_DEVICE (source), result, NULL, NULL))
    {
      run_step (task, STEP_PORT);
      return;
    }
  if (round->step == STEP_COMPLETE)
    {
      round->completed = TRUE;
      run_step (task, STEP_DRAIN);
    }
  else
    run_step (task, STEP_ANSWER);
}

static void
drained_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GBytes) bytes = th_usb_device_bulk_in_finish (TH_USB_DEVICE (source), result, NULL);

  Round *round = g_task_get_task_data (data);

  /* Of answers to nobody knows what nothing is believed; but a packet says what has changed since the last round. */
  if (bytes != NULL && round->automatic &&
      th_escpos_automatic_take (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &round->told))
    round->has_told = TRUE;
  run_step (data, STEP_ASK);
}

static void
answer_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Round *round = g_task_get_task_data (task);
  g_autoptr (GBytes) bytes = th_usb_device_bulk_in_finish (TH_USB_DEVICE (source), result, NULL);
  ThPaper paper;

  if (bytes != NULL && round->automatic &&
      th_escpos_automatic_take (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &paper))
    {
      g_task_return_int (task, paper);
      g_object_unref (task);
      return;
    }
  if (bytes == NULL || round->automatic ||
      !th_escpos_status_take (&round->status, round->ask, g_bytes_get_data (bytes, NULL),
                              g_bytes_get_size (bytes)))
    {
      run_step (task, STEP_PORT);
      return;
    }
  switch (round->ask)
    {
    case TH_ESCPOS_ASK_PRINTER:
      round->ask = TH_ESCPOS_ASK_OFFLINE;
      break;
    case TH_ESCPOS_ASK_OFFLINE:
      round->ask = TH_ESCPOS_ASK_PAPER;
      break;
    case TH_ESCPOS_ASK_PAPER:
      if (th_escpos_status_has_error (&round->status))
        {
          round->ask = TH_ESCPOS_ASK_ERROR;
          break;
        }
      G_GNUC_FALLTHROUGH;
    case TH_ESCPOS_ASK_ERROR:
      g_task_return_int (task, th_escpos_status_paper (&round->status));
      g_object_unref (task);
      return;
    }
  run_step (task, STEP_ASK);
}

static void
send (GTask *task, const guint8 *data, gsize len)
{
  ThUsbDevice *device = g_task_get_source_object (task);
  Round *round = g_task_get_task_data (task);

  th_usb_device_bulk_out_async (device, th_usb_device_get_bulk_out (device, 0), data, len,
                                round->timeout_ms, NULL, sent_cb, task);
}

static void
receive (GTask *task, guint timeout_ms, GAsyncReadyCallback callback)
{
  ThUsbDevice *device = g_task_get_source_object (task);

  th_usb_device_bulk_in_async (device, th_usb_device_get_bulk_in (device, 0), ANSWER_MAX,
                               timeout_ms, NULL, callback, task);
}

/* Each step's transfer holds the task until its callback. */
static void
run_step (GTask *task, Step step)
{
  Round *round = g_task_get_task_data (task);
  guint8 question[TH_ESCPOS_QUESTION_LEN];
  g_autoptr (GBytes) nuls = NULL;

  round->step = step;
  switch (step)
    {
    case STEP_COMPLETE:
      nuls = th_escpos_complete ();
      send (task, g_bytes_get_data (nuls, NULL), g_bytes_get_size (nuls));
      return;
    case STEP_DRAIN:
      if (round->drain)
        receive (task, DRAIN_TIMEOUT_MS, drained_cb);
      else
        run_step (task, STEP_ASK);
      return;
    case STEP_ASK:
      if (round->automatic)
        th_escpos_automatic (question);
      else
        th_escpos_question (round->ask, question);
      send (task, question, sizeof question);
      return;
    case STEP_ANSWER:
      receive (task, round->timeout_ms, answer_cb);
      return;
    case STEP_PORT:
      th_printer_ask_port_async (g_task_get_source_object (task), round->timeout_ms, silent_port_cb,
                                 task);
      return;
    }
}

void
th_printer_ask_async (ThUsbDevice *device, guint timeout_ms, gboolean automatic,
                      gboolean complete_first, gboolean drain_first, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (device, NULL, callback, user_data);
  Round *round = g_new0 (Round, 1);

  g_task_set_source_tag (task, th_printer_ask_async);
  g_task_set_task_data (task, round, g_free);
  round->timeout_ms = timeout_ms;
  round->automatic = automatic;
  round->drain = drain_first || automatic; /* it has told of every change since the last round */
  round->completed = !complete_first;
  round->ask = TH_ESCPOS_ASK_PRINTER;
  run_step (task, complete_first ? STEP_COMPLETE : STEP_DRAIN);
}

ThPaper
th_printer_ask_finish (ThUsbDevice *device, GAsyncResult *result, gboolean *ret_completed)
{
  Round *round = g_task_get_task_data (G_TASK (result));

  *ret_completed = round->completed;
  return g_task_propagate_int (G_TASK (result), NULL);
}
