/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SAM-V modules come in three shapes, told apart by their descriptors, not by their name (the
 * ministry's 0400:C35A has two of them):
 *
 * - one pair of bulk pipes: each command and each reply a transfer;
 * - two pairs of bulk pipes: the lower numbers carry preamble and length, the higher ones the rest;
 * - HID class: reports of 64 bytes without a header, the last one filled up with zeros.
 *
 * Sources: SAM-V module data sheet; public drivers for 0400:C35A and 2B8B:2721.
 */
#include "drivers/samv-usb.h"

#define HEAD_SIZE 7 /* preamble and length */
#define MAX_READ 4096
#define DRAIN_MS 5
#define DRAIN_MAX 64
#define MAX_REPORT 512

typedef struct
{
  guint16 vendor_id;
  guint16 product_id;
  guint pause_ms; /* that the maker's own driver lets pass after a command to read the card */
} Model;

/* A new model is a row. */
static const Model MODELS[] = {
  { 0x0400, 0xc35a, 0 },   /* the ministry's standard device, many makes */
  { 0x2b8b, 0x2721, 100 }, /* MIAXIS, HID */
};

static ThUsbMatch matches[G_N_ELEMENTS (MODELS) + 1];

struct _ThSamvUsb
{
  GObject parent_instance;
  ThUsbContext *context;
  ThUsbDevice *device; /* NULL: not open */
  gulong gone_id;

  /* of what is under way */
  GTask *pausing;
  guint pause_id;
  guint drained;
  guint drain_pair;
};

static void samv_port_iface_init (ThSamvPortInterface *iface);
static void drain (ThSamvUsb *self, GTask *task);

G_DEFINE_FINAL_TYPE_WITH_CODE (ThSamvUsb, th_samv_usb, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TH_TYPE_SAMV_PORT, samv_port_iface_init))

static gboolean
return_if_closed (ThSamvUsb *self, GTask *task)
{
  if (self->device != NULL)
    return FALSE;
  g_task_return_new_error (task, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE, "the reader was closed");
  return TRUE;
}

static gboolean
has_two_pairs (ThSamvUsb *self)
{
  return th_usb_device_get_bulk_in (self->device, 1) != 0
         && th_usb_device_get_bulk_out (self->device, 1) != 0;
}

/* @pair: 0 for preamble and length, 1 for the rest; the same where there is one pair only. */
static guint8
pick (guint8 first, guint8 second, guint pair)
{
  if (second == 0)
    return first;
  return pair == 0 ? MIN (first, second) : MAX (first, second);
}

static guint8
in_pipe (ThSamvUsb *self, guint pair)
{
  return pick (th_usb_device_get_bulk_in (self->device, 0),
               has_two_pairs (self) ? th_usb_device_get_bulk_in (self->device, 1) : 0, pair);
}

static guint8
out_pipe (ThSamvUsb *self, guint pair)
{
  return pick (th_usb_device_get_bulk_out (self->device, 0),
               has_two_pairs (self) ? th_usb_device_get_bulk_out (self->device, 1) : 0, pair);
}

/* --- opening and closing --- */

static void
gone_cb (ThSamvUsb *self)
{
  g_signal_emit_by_name (self, "gone");
}

static void
changed_cb (ThSamvUsb *self)
{
  g_signal_emit_by_name (self, "changed");
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ThSamvUsb *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  ThUsbDevice *device = th_usb_context_open_finish (TH_USB_CONTEXT (source), result, &error);

  if (device == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  self->device = device;
  self->gone_id
      = g_signal_connect_object (device, "gone", G_CALLBACK (gone_cb), self, G_CONNECT_SWAPPED);
  g_task_return_boolean (task, TRUE);
}

static void
th_samv_usb_open_async (ThSamvPort *port, GAsyncReadyCallback callback, gpointer user_data)
{
  ThSamvUsb *self = TH_SAMV_USB (port);

  th_samv_port_close (port);
  th_usb_context_open_async (self->context, matches, NULL, opened_cb,
                             g_task_new (self, NULL, callback, user_data));
}

static gboolean
paused_cb (gpointer data)
{
  ThSamvUsb *self = data;
  g_autoptr (GTask) task = g_steal_pointer (&self->pausing);

  self->pause_id = 0;
  if (!return_if_closed (self, task))
    g_task_return_boolean (task, TRUE);
  return G_SOURCE_REMOVE;
}

static void
th_samv_usb_close (ThSamvPort *port)
{
  ThSamvUsb *self = TH_SAMV_USB (port);

  if (self->device == NULL)
    return;
  g_clear_signal_handler (&self->gone_id, self->device);
  th_usb_device_close (self->device);
  g_clear_object (&self->device);
  if (self->pausing != NULL)
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->pausing);

      g_clear_handle_id (&self->pause_id, g_source_remove);
      return_if_closed (self, task);
    }
}

static gboolean
th_samv_usb_is_open (ThSamvPort *port)
{
  ThSamvUsb *self = TH_SAMV_USB (port);

  return self->device != NULL && !th_usb_device_is_gone (self->device);
}

/* --- sending --- */

typedef struct
{
  GBytes *frame;
  gsize sent;
  guint limit_ms;
} Sending;

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  g_bytes_unref (sending->frame);
  g_free (sending);
}

static void send_next (ThSamvUsb *self, GTask *task);

/* All is on its way; some modules want to be left alone while they read the card. */
static void
pause_or_return (ThSamvUsb *self, GTask *task)
{
  Sending *sending = g_task_get_task_data (task);
  const guint8 *frame = g_bytes_get_data (sending->frame, NULL);
  guint pause_ms = MODELS[th_usb_device_get_match (self->device)].pause_ms;

  if (pause_ms == 0 || frame[HEAD_SIZE] != 0x30)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  self->pausing = g_object_ref (task);
  self->pause_id = g_timeout_add (pause_ms, paused_cb, self);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ThSamvUsb *self = g_task_get_source_object (task);
  Sending *sending = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gsize taken;

  if (!th_usb_device_bulk_out_finish (TH_USB_DEVICE (source), result, &taken, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (return_if_closed (self, task))
    return;
  sending->sent += taken;
  if (sending->sent < g_bytes_get_size (sending->frame))
    send_next (self, task);
  else
    pause_or_return (self, task);
}

static void
send_next (ThSamvUsb *self, GTask *task)
{
  Sending *sending = g_task_get_task_data (task);
  gsize len;
  const guint8 *frame = g_bytes_get_data (sending->frame, &len);
  guint pair = sending->sent >= HEAD_SIZE ? 1 : 0;
  guint8 report[MAX_REPORT] = { 0 };
  gsize size = th_usb_device_get_report_size (self->device);

  if (size == 0)
    {
      gsize end = pair == 0 && has_two_pairs (self) ? HEAD_SIZE : len;

      th_usb_device_bulk_out_async (self->device, out_pipe (self, pair), frame + sending->sent,
                                    end - sending->sent, sending->limit_ms, NULL, sent_cb,
                                    g_object_ref (task));
      return;
    }
  size = MIN (size, sizeof report);
  for (gsize i = 0; i < size && sending->sent + i < len; i++)
    report[i] = frame[sending->sent + i];
  th_usb_device_bulk_out_async (self->device, out_pipe (self, 0), report, size, sending->limit_ms,
                                NULL, sent_cb, g_object_ref (task));
}

static void
th_samv_usb_send_async (ThSamvPort *port, const guint8 *frame, gsize len, guint limit_ms,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  ThSamvUsb *self = TH_SAMV_USB (port);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Sending *sending = g_new0 (Sending, 1);

  sending->frame = g_bytes_new (frame, len);
  sending->limit_ms = limit_ms;
  g_task_set_task_data (task, sending, sending_free);
  if (!return_if_closed (self, task))
    send_next (self, task);
}

/* --- receiving --- */

static void
received_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GBytes *bytes = th_usb_device_bulk_in_finish (TH_USB_DEVICE (source), result, &error);

  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify)g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/* The first packet by itself: from then on the rest is due, and how long it is is known. */
static void
th_samv_usb_receive_async (ThSamvPort *port, gsize have, gsize missing, guint limit_ms,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  ThSamvUsb *self = TH_SAMV_USB (port);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  gsize size;

  if (return_if_closed (self, task))
    return;
  size = th_usb_device_get_report_size (self->device);
  /* No report is shorter than another: a larger read would wait for more of them. */
  th_usb_device_bulk_in_async (self->device, in_pipe (self, have >= HEAD_SIZE ? 1 : 0),
                               size != 0 ? 1 : MIN (missing, MAX_READ), limit_ms, NULL, received_cb,
                               g_object_ref (task));
}

/* --- draining --- */

static void
drained_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ThSamvUsb *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = th_usb_device_bulk_in_finish (TH_USB_DEVICE (source), result, &error);

  if (bytes == NULL && !g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_TIMED_OUT))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (return_if_closed (self, task))
    return;
  if (bytes == NULL || ++self->drained == DRAIN_MAX)
    self->drain_pair++;
  if (self->drain_pair == 0 || (self->drain_pair == 1 && has_two_pairs (self)))
    drain (self, task);
  else
    g_task_return_boolean (task, TRUE);
}

static void
drain (ThSamvUsb *self, GTask *task)
{
  gsize size = th_usb_device_get_report_size (self->device) != 0 ? 1 : MAX_READ;

  th_usb_device_bulk_in_async (self->device, in_pipe (self, self->drain_pair), size, DRAIN_MS, NULL,
                               drained_cb, g_object_ref (task));
}

static void
th_samv_usb_drain_async (ThSamvPort *port, GAsyncReadyCallback callback, gpointer user_data)
{
  ThSamvUsb *self = TH_SAMV_USB (port);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  if (return_if_closed (self, task))
    return;
  self->drained = 0;
  self->drain_pair = 0;
  drain (self, task);
}

/* --- the object --- */

static char *
th_samv_usb_describe (ThSamvPort *port)
{
  ThSamvUsb *self = TH_SAMV_USB (port);

  if (self->device == NULL)
    return g_strdup ("");
  return g_strdup_printf ("USB %04x:%04x", th_usb_device_get_vendor_id (self->device),
                          th_usb_device_get_product_id (self->device));
}

static void
samv_port_iface_init (ThSamvPortInterface *iface)
{
  iface->tells_arrivals = TRUE;
  iface->open_async = th_samv_usb_open_async;
  iface->close = th_samv_usb_close;
  iface->is_open = th_samv_usb_is_open;
  iface->send_async = th_samv_usb_send_async;
  iface->receive_async = th_samv_usb_receive_async;
  iface->drain_async = th_samv_usb_drain_async;
  iface->describe = th_samv_usb_describe;
}

static void
th_samv_usb_dispose (GObject *object)
{
  ThSamvUsb *self = TH_SAMV_USB (object);

  th_samv_usb_close (TH_SAMV_PORT (self));
  g_clear_object (&self->context);
  G_OBJECT_CLASS (th_samv_usb_parent_class)->dispose (object);
}

static void
th_samv_usb_class_init (ThSamvUsbClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = th_samv_usb_dispose;
  for (guint i = 0; i < G_N_ELEMENTS (MODELS); i++)
    {
      matches[i].vendor_id = MODELS[i].vendor_id;
      matches[i].product_id = MODELS[i].product_id;
    }
}

static void
th_samv_usb_init (ThSamvUsb *self)
{
}

ThSamvPort *
th_samv_usb_new (ThUsbContext *context)
{
  ThSamvUsb *self = g_object_new (TH_TYPE_SAMV_USB, NULL);

  self->context = g_object_ref (context);
  g_signal_connect_object (context, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return TH_SAMV_PORT (self);
}
