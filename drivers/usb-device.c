/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One open USB interface: transfers and closing. usb-private.h says who runs where. */
#include "drivers/usb-private.h"

#include <string.h>
#include <unistd.h>

struct _ThUsbDevice
{
  GObject parent_instance;
  ThUsbContext *context; /* keeps core alive */
  ThUsbCore *core;
  ThUsbHandle *handle; /* NULL once closed */
  ThUsbShape shape;
  guint match;
  guint16 vendor_id;
  guint16 product_id;
  gboolean gone_told;
};

typedef struct
{
  ThUsbHandle *handle; /* under the lock; only while under way */
  GTask *task;
  struct libusb_transfer *usb;
  guint8 *buffer;
  gsize size;
  gsize offset; /* of the data: behind a control request's set-up bytes */
  gulong cancelled_id;
  enum libusb_transfer_status status;
  gsize actual;
} Transfer;

G_DEFINE_FINAL_TYPE (ThUsbDevice, th_usb_device, G_TYPE_OBJECT)

static guint signal_gone;

/* --- closing --- */

static gpointer
close_thread (gpointer data)
{
  ThUsbHandle *handle = data;
  ThUsbCore *core = handle->core;

  if (handle->halted != 0 && !handle->gone)
    libusb_clear_halt (handle->usb, handle->halted);
  libusb_release_interface (handle->usb, handle->shape.interface);
  libusb_close (handle->usb);

  g_mutex_lock (&core->lock);
  core->handles = g_list_remove (core->handles, handle);
  core->n_closing--;
  g_cond_broadcast (&core->handle_closed);
  g_mutex_unlock (&core->lock);
  g_free (handle);
  return NULL;
}

/* Under the lock. */
static void
close_when_idle (ThUsbHandle *handle)
{
  if (handle->closing && handle->transfers == NULL)
    g_thread_unref (g_thread_new ("usb-close", close_thread, handle));
}

static void
handle_close (ThUsbHandle *handle)
{
  ThUsbCore *core = handle->core;
  GSource *bell;

  g_mutex_lock (&core->lock);
  bell = g_steal_pointer (&handle->gone_bell);
  handle->closing = TRUE;
  core->n_closing++;
  for (GList *l = handle->transfers; l != NULL; l = l->next)
    libusb_cancel_transfer (((Transfer *)l->data)->usb);
  close_when_idle (handle);
  g_mutex_unlock (&core->lock);
  th_usb_bell_free (bell);
}

void
th_usb_handle_is_gone (ThUsbHandle *handle)
{
  handle->gone = TRUE;
  if (handle->gone_bell != NULL)
    th_usb_bell_ring (handle->gone_bell);
}

/* --- transfers --- */

static void
wipe_and_free (gpointer data, gsize size)
{
  explicit_bzero (data, size);
  g_free (data);
}

static void
transfer_free (gpointer data)
{
  Transfer *transfer = data;

  if (transfer->buffer != NULL)
    wipe_and_free (transfer->buffer, transfer->size);
  libusb_free_transfer (transfer->usb);
  g_free (transfer);
}

typedef struct
{
  guint8 *data;
  gsize size; /* of the allocation */
} Wiped;

static void
wiped_free (gpointer data)
{
  Wiped *wiped = data;

  wipe_and_free (wiped->data, wiped->size);
  g_free (wiped);
}

static GBytes *
steal_data (Transfer *transfer)
{
  Wiped *wiped = g_new (Wiped, 1);

  wiped->data = g_steal_pointer (&transfer->buffer);
  wiped->size = transfer->size;
  return g_bytes_new_with_free_func (wiped->data + transfer->offset, transfer->actual, wiped_free,
                                     wiped);
}

static void
return_status (GTask *task, Transfer *transfer)
{
  gboolean in = (transfer->usb->endpoint & LIBUSB_ENDPOINT_IN) != 0
                || transfer->usb->type == LIBUSB_TRANSFER_TYPE_CONTROL;
  ThDeviceError kind = TH_DEVICE_ERROR_PROTOCOL;
  const char *what = "the USB transfer failed";

  switch (transfer->status)
    {
    case LIBUSB_TRANSFER_TIMED_OUT:
      if (!in || transfer->actual == 0)
        {
          kind = TH_DEVICE_ERROR_TIMED_OUT;
          what = "the USB device does not answer";
          break;
        }
      G_GNUC_FALLTHROUGH;
    case LIBUSB_TRANSFER_COMPLETED:
      if (in)
        g_task_return_pointer (task, steal_data (transfer), (GDestroyNotify)g_bytes_unref);
      else if (transfer->actual == transfer->size)
        g_task_return_boolean (task, TRUE);
      else
        g_task_return_new_error (task, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                                 "the USB device took %zu of %zu bytes", transfer->actual,
                                 transfer->size);
      return;
    case LIBUSB_TRANSFER_CANCELLED:
      kind = TH_DEVICE_ERROR_GONE;
      what = "the USB device was closed";
      break;
    case LIBUSB_TRANSFER_NO_DEVICE:
      kind = TH_DEVICE_ERROR_GONE;
      what = "the USB device was unplugged";
      break;
    case LIBUSB_TRANSFER_STALL:
      what = "the USB device refused the transfer";
      break;
    case LIBUSB_TRANSFER_OVERFLOW:
      what = "the USB device sent more than was asked for";
      break;
    case LIBUSB_TRANSFER_ERROR:
      break;
    }
  g_task_return_new_error (task, TH_DEVICE_ERROR, kind, "%s", what);
}

static gboolean
transfer_over_cb (gpointer data)
{
  Transfer *transfer = data;
  g_autoptr (GTask) task = g_steal_pointer (&transfer->task);

  g_cancellable_disconnect (g_task_get_cancellable (task), transfer->cancelled_id);
  return_status (task, transfer);
  return G_SOURCE_REMOVE;
}

/* On the event thread. */
static void LIBUSB_CALL
transfer_cb (struct libusb_transfer *usb)
{
  Transfer *transfer = usb->user_data;
  ThUsbDevice *self = g_task_get_source_object (transfer->task);
  ThUsbCore *core = self->core;
  ThUsbHandle *handle;
  g_autoptr (GSource) idle = g_idle_source_new ();

  transfer->status = usb->status;
  transfer->actual = usb->actual_length;

  g_mutex_lock (&core->lock);
  handle = g_steal_pointer (&transfer->handle);
  handle->transfers = g_list_remove (handle->transfers, transfer);
  if (usb->status == LIBUSB_TRANSFER_NO_DEVICE)
    th_usb_handle_is_gone (handle);
  if (usb->status == LIBUSB_TRANSFER_STALL && usb->type != LIBUSB_TRANSFER_TYPE_CONTROL)
    handle->halted = usb->endpoint;
  close_when_idle (handle);
  g_mutex_unlock (&core->lock);

  /* The task is let go on its own context only: with it may go the last reference to the context
   * object, which waits for this very thread. */
  g_source_set_priority (idle, G_PRIORITY_DEFAULT);
  g_source_set_callback (idle, transfer_over_cb, transfer, NULL);
  g_source_attach (idle, g_task_get_context (transfer->task));
}

static void
cancelled_cb (GCancellable *cancellable, gpointer data)
{
  Transfer *transfer = data;
  ThUsbDevice *self = g_task_get_source_object (transfer->task);
  ThUsbCore *core = self->core;

  g_mutex_lock (&core->lock);
  if (transfer->handle != NULL)
    libusb_cancel_transfer (transfer->usb);
  g_mutex_unlock (&core->lock);
}

static Transfer *
transfer_new (GTask *task, gsize size)
{
  Transfer *transfer = g_new0 (Transfer, 1);

  transfer->size = size;
  transfer->buffer = g_malloc0 (size);
  transfer->usb = libusb_alloc_transfer (0);
  g_task_set_task_data (task, transfer, transfer_free);
  return transfer;
}

static void
fill (ThUsbDevice *self, Transfer *transfer, guint8 endpoint, guint timeout_ms)
{
  libusb_fill_bulk_transfer (transfer->usb, NULL, endpoint, transfer->buffer, transfer->size,
                             transfer_cb, transfer, timeout_ms);
  if (self->shape.is_hid)
    transfer->usb->type = LIBUSB_TRANSFER_TYPE_INTERRUPT;
}

static void
submit (ThUsbDevice *self, GTask *task, Transfer *transfer)
{
  ThUsbCore *core = self->core;
  ThUsbHandle *handle = self->handle;
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;
  int code;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (handle == NULL)
    {
      g_task_return_new_error (task, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE,
                               "the USB device was closed");
      return;
    }

  transfer->task = g_object_ref (task);
  g_mutex_lock (&core->lock);
  transfer->usb->dev_handle = handle->usb;
  code = handle->gone ? LIBUSB_ERROR_NO_DEVICE : libusb_submit_transfer (transfer->usb);
  if (code == LIBUSB_SUCCESS)
    {
      transfer->handle = handle;
      handle->transfers = g_list_prepend (handle->transfers, transfer);
    }
  else if (code == LIBUSB_ERROR_NO_DEVICE)
    th_usb_handle_is_gone (handle);
  g_mutex_unlock (&core->lock);

  if (code != LIBUSB_SUCCESS)
    {
      g_clear_object (&transfer->task);
      th_usb_set_error (&error, code, "cannot start a USB transfer");
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (cancellable != NULL)
    transfer->cancelled_id
        = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), transfer, NULL);
}

void
th_usb_device_bulk_out_async (ThUsbDevice *self, guint8 endpoint, const guint8 *data, gsize len,
                              guint timeout_ms, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Transfer *transfer;

  g_return_if_fail (TH_IS_USB_DEVICE (self));
  g_return_if_fail (len >= 1 && len <= G_MAXINT && timeout_ms >= 1);

  g_task_set_source_tag (task, th_usb_device_bulk_out_async);
  transfer = transfer_new (task, len);
  memcpy (transfer->buffer, data, len);
  fill (self, transfer, endpoint, timeout_ms);
  submit (self, task, transfer);
}

gboolean
th_usb_device_bulk_out_finish (ThUsbDevice *self, GAsyncResult *result, gsize *ret_taken,
                               GError **error)
{
  Transfer *transfer;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  transfer = g_task_get_task_data (G_TASK (result));
  if (ret_taken != NULL)
    *ret_taken = transfer->actual;
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
th_usb_device_bulk_in_async (ThUsbDevice *self, guint8 endpoint, gsize max_len, guint timeout_ms,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  gsize packet = 512;
  Transfer *transfer;

  g_return_if_fail (TH_IS_USB_DEVICE (self));
  g_return_if_fail (max_len >= 1 && max_len <= 65536 && timeout_ms >= 1);

  for (guint i = 0; i < TH_USB_MAX_PIPES; i++)
    if (self->shape.bulk_in[i] == endpoint)
      packet = self->shape.in_packet[i];
  g_task_set_source_tag (task, th_usb_device_bulk_in_async);
  transfer = transfer_new (task, (max_len + packet - 1) / packet * packet);
  fill (self, transfer, endpoint, timeout_ms);
  submit (self, task, transfer);
}

GBytes *
th_usb_device_bulk_in_finish (ThUsbDevice *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
th_usb_device_control_in_async (ThUsbDevice *self, guint8 request_type, guint8 request,
                                guint16 value, guint16 index, guint16 length, guint timeout_ms,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Transfer *transfer;

  g_return_if_fail (TH_IS_USB_DEVICE (self));
  g_return_if_fail ((request_type & LIBUSB_ENDPOINT_IN) != 0 && timeout_ms >= 1);

  g_task_set_source_tag (task, th_usb_device_control_in_async);
  transfer = transfer_new (task, LIBUSB_CONTROL_SETUP_SIZE + length);
  transfer->offset = LIBUSB_CONTROL_SETUP_SIZE;
  libusb_fill_control_setup (transfer->buffer, request_type, request, value, index, length);
  libusb_fill_control_transfer (transfer->usb, NULL, transfer->buffer, transfer_cb, transfer,
                                timeout_ms);
  submit (self, task, transfer);
}

GBytes *
th_usb_device_control_in_finish (ThUsbDevice *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- the device --- */

static gboolean
device_lost_cb (gpointer data)
{
  g_autoptr (ThUsbDevice) self = g_weak_ref_get (data);

  if (self != NULL && !self->gone_told)
    {
      self->gone_told = TRUE;
      g_signal_emit (self, signal_gone, 0);
    }
  return G_SOURCE_CONTINUE;
}

ThUsbDevice *
th_usb_device_new (ThUsbContext *context, ThUsbCore *core, libusb_device_handle *usb,
                   const ThUsbShape *shape, GMainContext *main_context)
{
  ThUsbDevice *self = g_object_new (TH_TYPE_USB_DEVICE, NULL);
  ThUsbHandle *handle = g_new0 (ThUsbHandle, 1);
  struct libusb_device_descriptor descriptor = { 0 };

  libusb_get_device_descriptor (libusb_get_device (usb), &descriptor);
  self->context = g_object_ref (context);
  self->core = core;
  self->shape = *shape;
  self->vendor_id = descriptor.idVendor;
  self->product_id = descriptor.idProduct;
  self->handle = handle;

  handle->core = core;
  handle->usb = usb;
  handle->shape = *shape;
  handle->gone_bell = th_usb_bell_new (G_OBJECT (self), device_lost_cb, main_context);
  g_mutex_lock (&core->lock);
  core->handles = g_list_prepend (core->handles, handle);
  core->n_devices++;
  g_mutex_unlock (&core->lock);
  return self;
}

void
th_usb_device_set_match (ThUsbDevice *self, guint match)
{
  self->match = match;
}

guint
th_usb_device_get_match (ThUsbDevice *self)
{
  g_return_val_if_fail (TH_IS_USB_DEVICE (self), 0);
  return self->match;
}

guint16
th_usb_device_get_vendor_id (ThUsbDevice *self)
{
  g_return_val_if_fail (TH_IS_USB_DEVICE (self), 0);
  return self->vendor_id;
}

guint16
th_usb_device_get_product_id (ThUsbDevice *self)
{
  g_return_val_if_fail (TH_IS_USB_DEVICE (self), 0);
  return self->product_id;
}

guint8
th_usb_device_get_interface (ThUsbDevice *self)
{
  g_return_val_if_fail (TH_IS_USB_DEVICE (self), 0);
  return self->shape.interface;
}

gsize
th_usb_device_get_report_size (ThUsbDevice *self)
{
  g_return_val_if_fail (TH_IS_USB_DEVICE (self), 0);
  return self->shape.is_hid ? self->shape.in_packet[0] : 0;
}

guint8
th_usb_device_get_bulk_out (ThUsbDevice *self, guint index)
{
  g_return_val_if_fail (TH_IS_USB_DEVICE (self), 0);
  return index < TH_USB_MAX_PIPES ? self->shape.bulk_out[index] : 0;
}

guint8
th_usb_device_get_bulk_in (ThUsbDevice *self, guint index)
{
  g_return_val_if_fail (TH_IS_USB_DEVICE (self), 0);
  return index < TH_USB_MAX_PIPES ? self->shape.bulk_in[index] : 0;
}

gboolean
th_usb_device_is_gone (ThUsbDevice *self)
{
  gboolean gone;

  g_return_val_if_fail (TH_IS_USB_DEVICE (self), TRUE);
  if (self->handle == NULL)
    return TRUE;
  g_mutex_lock (&self->handle->core->lock);
  gone = self->handle->gone;
  g_mutex_unlock (&self->handle->core->lock);
  return gone;
}

void
th_usb_device_close (ThUsbDevice *self)
{
  ThUsbHandle *handle;

  g_return_if_fail (TH_IS_USB_DEVICE (self));

  handle = g_steal_pointer (&self->handle);
  if (handle != NULL)
    handle_close (handle);
}

static void
th_usb_device_finalize (GObject *object)
{
  ThUsbDevice *self = TH_USB_DEVICE (object);

  th_usb_device_close (self);
  if (self->core != NULL)
    {
      g_mutex_lock (&self->core->lock);
      self->core->n_devices--;
      g_mutex_unlock (&self->core->lock);
    }
  g_clear_object (&self->context);
  G_OBJECT_CLASS (th_usb_device_parent_class)->finalize (object);
}

static void
th_usb_device_class_init (ThUsbDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = th_usb_device_finalize;
  signal_gone = g_signal_new ("gone", TH_TYPE_USB_DEVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);
}

static void
th_usb_device_init (ThUsbDevice *self)
{
}
