/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The USB context: event thread, hot-plug, opening. usb-private.h says who runs where. */
#include "drivers/usb-private.h"

#define CLOSE_LIMIT_US (2 * G_USEC_PER_SEC)

struct _ThUsbContext
{
  GObject parent_instance;
  ThUsbCore *core;
  GMutex start_lock; /* held while core's libusb starts */

  GMutex extras_lock;
  GList *extras; /* of ThUsbCore: each carries a device that the core's libusb had lost sight of */
};

G_DEFINE_FINAL_TYPE (ThUsbContext, th_usb_context, G_TYPE_OBJECT)

static guint signal_changed;

void
th_usb_set_error (GError **error, int code, const char *what)
{
  ThDeviceError kind = TH_DEVICE_ERROR_PROTOCOL;

  if (code == LIBUSB_ERROR_NO_DEVICE || code == LIBUSB_ERROR_NOT_FOUND)
    kind = TH_DEVICE_ERROR_GONE;
  else if (code == LIBUSB_ERROR_ACCESS)
    kind = TH_DEVICE_ERROR_ACCESS;
  else if (code == LIBUSB_ERROR_BUSY)
    kind = TH_DEVICE_ERROR_BUSY;
  else if (code == LIBUSB_ERROR_TIMEOUT)
    kind = TH_DEVICE_ERROR_TIMED_OUT;
  g_set_error (error, TH_DEVICE_ERROR, kind, "%s: %s", what, libusb_error_name (code));
}

/* --- bells: the event thread rings, the main context answers --- */

static gboolean
bell_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  g_source_set_ready_time (source, -1);
  return callback (data);
}

static GSourceFuncs bell_funcs = { .dispatch = bell_dispatch };

static void
weak_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* @answer gets a GWeakRef to @object: the bell may ring while the last reference goes. */
GSource *
th_usb_bell_new (GObject *object, GSourceFunc answer, GMainContext *main_context)
{
  GSource *bell = g_source_new (&bell_funcs, sizeof (GSource));
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, object);
  g_source_set_callback (bell, answer, weak, weak_free);
  g_source_attach (bell, main_context);
  return bell;
}

void
th_usb_bell_ring (GSource *bell)
{
  g_source_set_ready_time (bell, 0);
}

void
th_usb_bell_free (GSource *bell)
{
  g_source_destroy (bell);
  g_source_unref (bell);
}

/* --- the context --- */

static gpointer
event_thread (gpointer data)
{
  ThUsbCore *core = data;

  while (!g_atomic_int_get (&core->stopping))
    {
      int code = libusb_handle_events_completed (core->usb, NULL);

      /* Not known to happen; if it does, it must not eat a core of a battery-run kiosk. */
      if (code != LIBUSB_SUCCESS && code != LIBUSB_ERROR_INTERRUPTED)
        g_usleep (10 * 1000);
    }
  return NULL;
}

static int LIBUSB_CALL
hotplug_cb (libusb_context *usb, libusb_device *device, libusb_hotplug_event event, void *data)
{
  ThUsbCore *core = data;

  if (event == LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT)
    {
      g_mutex_lock (&core->lock);
      for (GList *l = core->handles; l != NULL; l = l->next)
        {
          ThUsbHandle *handle = l->data;

          if (libusb_get_device (handle->usb) == device)
            th_usb_handle_is_gone (handle);
        }
      g_mutex_unlock (&core->lock);
    }
  th_usb_bell_ring (core->changed_bell);
  return 0;
}

static gboolean
changed_cb (gpointer data)
{
  g_autoptr (ThUsbContext) self = g_weak_ref_get (data);

  if (self != NULL)
    g_signal_emit (self, signal_changed, 0);
  return G_SOURCE_CONTINUE;
}

static ThUsbCore *
core_new (ThUsbContext *self, GMainContext *main_context)
{
  ThUsbCore *core = g_new0 (ThUsbCore, 1);

  g_mutex_init (&core->lock);
  g_cond_init (&core->handle_closed);
  core->changed_bell = th_usb_bell_new (G_OBJECT (self), changed_cb, main_context);
  return core;
}

/* Looks at every device of every bus, so it may take long, or fail and be tried again. */
static gboolean
core_start (ThUsbCore *core, GError **error)
{
  int code = libusb_init (&core->usb);

  if (code != LIBUSB_SUCCESS)
    {
      core->usb = NULL;
      th_usb_set_error (error, code, "cannot start libusb");
      return FALSE;
    }
  /* Without it the drivers' own retries find what came. */
  core->hotplug_on
      = libusb_hotplug_register_callback (
            core->usb, LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT, 0,
            LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
            hotplug_cb, core, &core->hotplug)
        == LIBUSB_SUCCESS;
  core->thread = g_thread_new ("usb-events", event_thread, core);
  return TRUE;
}

ThUsbContext *
th_usb_context_new (void)
{
  ThUsbContext *self = g_object_new (TH_TYPE_USB_CONTEXT, NULL);

  self->core = core_new (self, g_main_context_get_thread_default ());
  return self;
}

/* On a worker: whoever comes first starts it for all. */
static gboolean
ensure_started (ThUsbContext *self, GError **error)
{
  gboolean started;

  g_mutex_lock (&self->start_lock);
  started = self->core->usb != NULL || core_start (self->core, error);
  g_mutex_unlock (&self->start_lock);
  return started;
}

/* FALSE: a closing thread hangs in the kernel. */
static gboolean
wait_until_closed (ThUsbCore *core)
{
  gint64 until_us = g_get_monotonic_time () + CLOSE_LIMIT_US;
  gboolean in_time = TRUE;

  g_mutex_lock (&core->lock);
  while (core->n_closing > 0 && in_time)
    in_time = g_cond_wait_until (&core->handle_closed, &core->lock, until_us);
  in_time = core->n_closing == 0;
  g_mutex_unlock (&core->lock);
  return in_time;
}

static void
core_stop (ThUsbCore *core)
{
  if (core->hotplug_on)
    libusb_hotplug_deregister_callback (core->usb, core->hotplug);
  g_atomic_int_set (&core->stopping, 1);
  libusb_interrupt_event_handler (core->usb);
  g_thread_join (core->thread);
  libusb_exit (core->usb);
}

static void
core_free (ThUsbCore *core)
{
  if (core->usb != NULL)
    core_stop (core);
  th_usb_bell_free (core->changed_bell);
  g_mutex_clear (&core->lock);
  g_cond_clear (&core->handle_closed);
  g_free (core);
}

static void
th_usb_context_finalize (GObject *object)
{
  ThUsbContext *self = TH_USB_CONTEXT (object);

  /* What a hanging thread still uses is left to it; the program ends without. */
  if (wait_until_closed (self->core))
    core_free (self->core);
  for (GList *l = self->extras; l != NULL; l = l->next)
    if (wait_until_closed (l->data))
      core_free (l->data);
  g_list_free (self->extras);
  g_mutex_clear (&self->extras_lock);
  g_mutex_clear (&self->start_lock);
  G_OBJECT_CLASS (th_usb_context_parent_class)->finalize (object);
}

static void
th_usb_context_class_init (ThUsbContextClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = th_usb_context_finalize;
  signal_changed = g_signal_new ("changed", TH_TYPE_USB_CONTEXT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
th_usb_context_init (ThUsbContext *self)
{
  g_mutex_init (&self->start_lock);
  g_mutex_init (&self->extras_lock);
}

/* --- opening --- */

typedef struct
{
  const ThUsbMatch *matches;
  GMainContext *main_context;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_main_context_unref (opening->main_context);
  g_free (opening);
}

static gboolean
read_shape (const struct libusb_interface_descriptor *interface, ThUsbShape *ret_shape)
{
  ThUsbShape shape = { .interface = interface->bInterfaceNumber,
                       .alternate = interface->bAlternateSetting,
                       .is_hid = interface->bInterfaceClass == LIBUSB_CLASS_HID };
  guint8 wanted = shape.is_hid ? LIBUSB_TRANSFER_TYPE_INTERRUPT : LIBUSB_TRANSFER_TYPE_BULK;
  guint n_in = 0, n_out = 0;

  for (guint i = 0; i < interface->bNumEndpoints; i++)
    {
      const struct libusb_endpoint_descriptor *endpoint = &interface->endpoint[i];

      if ((endpoint->bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != wanted)
        continue;
      if ((endpoint->bEndpointAddress & LIBUSB_ENDPOINT_IN) == 0)
        {
          if (n_out < TH_USB_MAX_PIPES)
            shape.bulk_out[n_out++] = endpoint->bEndpointAddress;
        }
      else if (n_in < TH_USB_MAX_PIPES)
        {
          shape.in_packet[n_in] = MAX (1, endpoint->wMaxPacketSize & 0x7ff);
          shape.bulk_in[n_in++] = endpoint->bEndpointAddress;
        }
    }
  *ret_shape = shape;
  return n_in > 0 && n_out > 0;
}

static gboolean
find_interface (const struct libusb_config_descriptor *config, const ThUsbMatch *match,
                ThUsbShape *ret_shape)
{
  for (guint i = 0; i < config->bNumInterfaces; i++)
    for (int a = 0; a < config->interface[i].num_altsetting; a++)
      {
        const struct libusb_interface_descriptor *interface = &config->interface[i].altsetting[a];
        ThUsbShape shape;

        if (match->vendor_id == 0
            && (interface->bInterfaceClass != match->class_code
                || interface->bInterfaceSubClass != match->subclass
                || interface->bInterfaceProtocol != match->protocol))
          continue;
        /* A unidirectional printer has no IN pipe and still matches by its class. */
        if (!read_shape (interface, &shape) && (match->vendor_id != 0 || shape.bulk_out[0] == 0))
          continue;
        shape.n_alternates = config->interface[i].num_altsetting;
        *ret_shape = shape;
        return TRUE;
      }
  return FALSE;
}

static gboolean
device_matches (libusb_device *device, const ThUsbMatch *match, ThUsbShape *ret_shape)
{
  struct libusb_device_descriptor descriptor;
  struct libusb_config_descriptor *config = NULL;
  int configuration = 0;
  gboolean found;

  if (libusb_get_device_descriptor (device, &descriptor) != LIBUSB_SUCCESS)
    return FALSE;
  if (match->vendor_id != 0
      && (descriptor.idVendor != match->vendor_id || descriptor.idProduct != match->product_id))
    return FALSE;
  if (libusb_get_active_config_descriptor (device, &config) != LIBUSB_SUCCESS)
    {
      if (libusb_get_config_descriptor (device, 0, &config) != LIBUSB_SUCCESS)
        return FALSE;
      configuration = config->bConfigurationValue;
    }
  found = find_interface (config, match, ret_shape);
  ret_shape->configuration = configuration;
  libusb_free_config_descriptor (config);
  return found;
}

/* Takes over @usb whatever happens. */
static ThUsbDevice *
claim (ThUsbContext *context, ThUsbCore *core, libusb_device_handle *usb, const ThUsbShape *shape,
       GMainContext *main_context, GError **error)
{
  int code = LIBUSB_SUCCESS;

  libusb_set_auto_detach_kernel_driver (usb, 1);
  if (shape->configuration != 0)
    code = libusb_set_configuration (usb, shape->configuration);
  if (code == LIBUSB_SUCCESS)
    code = libusb_claim_interface (usb, shape->interface);
  if (code == LIBUSB_SUCCESS && shape->n_alternates > 1)
    code = libusb_set_interface_alt_setting (usb, shape->interface, shape->alternate);
  if (code != LIBUSB_SUCCESS)
    {
      th_usb_set_error (error, code, "cannot claim the USB interface");
      libusb_close (usb);
      return NULL;
    }

  return th_usb_device_new (context, core, usb, shape, main_context);
}

static ThUsbDevice *
open_device (ThUsbContext *context, ThUsbCore *core, libusb_device *device, const ThUsbShape *shape,
             GMainContext *main_context, GError **error)
{
  libusb_device_handle *usb = NULL;
  int code = libusb_open (device, &usb);

  if (code != LIBUSB_SUCCESS)
    {
      th_usb_set_error (error, code, "cannot open the USB device");
      return NULL;
    }
  return claim (context, core, usb, shape, main_context, error);
}

/* The first error that says more than "none there" is the one worth telling. */
static ThUsbDevice *
open_first (ThUsbContext *context, ThUsbCore *core, const Opening *opening, GError **error)
{
  libusb_device **list = NULL;
  ThUsbDevice *device = NULL;
  ssize_t n = libusb_get_device_list (core->usb, &list);

  for (guint row = 0; device == NULL; row++)
    {
      const ThUsbMatch *match = &opening->matches[row];

      if (match->vendor_id == 0 && match->class_code == 0)
        break;
      for (ssize_t i = 0; i < n && device == NULL; i++)
        {
          g_autoptr (GError) why = NULL;
          ThUsbShape shape;

          if (!device_matches (list[i], match, &shape))
            continue;
          device = open_device (context, core, list[i], &shape, opening->main_context, &why);
          if (device != NULL)
            th_usb_device_set_match (device, row);
          else if (error != NULL && *error == NULL)
            g_propagate_error (error, g_steal_pointer (&why));
        }
    }
  if (n >= 0)
    libusb_free_device_list (list, 1);
  if (device != NULL)
    g_clear_error (error);
  return device;
}

/* Extras whose device is closed and let go of have done their work. */
static void
free_idle_extras (ThUsbContext *self)
{
  GList *l;

  g_mutex_lock (&self->extras_lock);
  l = self->extras;
  while (l != NULL)
    {
      GList *next = l->next;
      ThUsbCore *extra = l->data;
      gboolean idle;

      g_mutex_lock (&extra->lock);
      idle = extra->n_devices == 0 && extra->handles == NULL && extra->n_closing == 0;
      g_mutex_unlock (&extra->lock);
      if (idle)
        {
          self->extras = g_list_delete_link (self->extras, l);
          core_free (extra);
        }
      l = next;
    }
  g_mutex_unlock (&self->extras_lock);
}

/* libusb lists what hotplug told it, and strikes off for good a device that failed to open once: only
 * a new libusb looks at the bus itself. What it finds stays with it. */
static ThUsbDevice *
look_afresh (ThUsbContext *self, const Opening *opening, GError **error)
{
  ThUsbCore *extra;
  ThUsbDevice *device = NULL;

  free_idle_extras (self);
  extra = core_new (self, opening->main_context);
  if (core_start (extra, error))
    device = open_first (self, extra, opening, error);
  if (device == NULL)
    {
      core_free (extra);
      return NULL;
    }
  g_mutex_lock (&self->extras_lock);
  self->extras = g_list_prepend (self->extras, extra);
  g_mutex_unlock (&self->extras_lock);
  return device;
}

static void
open_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  ThUsbContext *self = source;
  const Opening *opening = data;
  g_autoptr (GError) error = NULL;
  ThUsbDevice *device;

  if (!ensure_started (self, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  /* What was just closed may be what is to be opened: while it closes it is BUSY. */
  wait_until_closed (self->core);
  device = open_first (self, self->core, opening, &error);
  if (device == NULL
      && (error == NULL || g_error_matches (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE)))
    {
      g_clear_error (&error);
      device = look_afresh (self, opening, &error);
    }
  if (device != NULL)
    g_task_return_pointer (task, device, g_object_unref);
  else if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_new_error (task, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE,
                             "no such USB device is connected");
}

void
th_usb_context_open_async (ThUsbContext *self, const ThUsbMatch *matches, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Opening *opening;

  g_return_if_fail (TH_IS_USB_CONTEXT (self));

  opening = g_new0 (Opening, 1);
  opening->matches = matches;
  opening->main_context = g_main_context_ref (g_task_get_context (task));
  g_task_set_source_tag (task, th_usb_context_open_async);
  g_task_set_task_data (task, opening, opening_free);
  g_task_run_in_thread (task, open_job);
}

ThUsbDevice *
th_usb_context_open_finish (ThUsbContext *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
