/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * usbfs as the kernel does it. libusb sends everything as URBs: submit, reap, discard; an URB's
 * identity is its address in the client.
 *
 * umockdev's own nodes are ordinary files, which poll() always reports writable, and libusb reaps
 * on writable: it would spin. So each node is a FIFO of one page that is kept full, and drained
 * only while an URB can be reaped.
 */
#include "tests/bench/usbfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

typedef struct
{
  UMockdevIoctlData *data; /* the client's struct usbdevfs_urb */
  UMockdevIoctlData *buffer;
  gulong address;
  gsize done; /* bytes that went over the wire so far */
} Urb;

/* Bytes for one endpoint. */
typedef struct
{
  guint8 endpoint;
  gboolean ends; /* a read is over with the last of them */
  GByteArray *bytes;
} Unsent;

/* One arrival of a device: a replug is a new node, old handles keep meeting the old one. */
struct _ThUsbNode
{
  gatomicrefcount refs; /* the port, umockdev's handler, every file */
  ThUsbPort *port;
  char *fifo_path;
  int fifo;
  gboolean readable; /* the FIFO is drained: "reap" */
  gboolean gone;
  gboolean kernel_driver_bound;
  gpointer claimed_by; /* File */
  GPtrArray *files;
};

/* One open() of a node. */
typedef struct
{
  ThUsbNode *node;
  GObject *client; /* not owned; its end is ours */
  gint64 heard_us;
  GQueue pending;  /* Urb, oldest first */
  GQueue finished;
} File;

/* umockdev writes back by itself what differs from what it read, and nothing else. */
static UMockdevIoctlData *
resolve (UMockdevIoctlData *data, gsize offset, gsize len)
{
  return umockdev_ioctl_data_resolve (data, offset, len, NULL);
}

static void
urb_free (Urb *urb)
{
  umockdev_ioctl_data_unref (urb->data);
  if (urb->buffer != NULL)
    umockdev_ioctl_data_unref (urb->buffer);
  g_free (urb);
}

static struct usbdevfs_urb *
urb_fields (Urb *urb)
{
  return (struct usbdevfs_urb *) (void *) urb->data->data;
}

static void
show_readable (ThUsbNode *node)
{
  static const guint8 filler[4096];
  guint8 sink[4096];
  gboolean readable = FALSE;

  for (guint i = 0; i < node->files->len; i++)
    readable |= !g_queue_is_empty (&((File *) node->files->pdata[i])->finished);
  if (readable == node->readable || node->fifo < 0)
    return;
  node->readable = readable;
  if (readable)
    while (read (node->fifo, sink, sizeof sink) > 0)
      ;
  else
    while (write (node->fifo, filler, sizeof filler) > 0)
      ;
}

static void
finish_urb (File *file, GList *link, int status)
{
  Urb *urb = link->data;

  g_queue_unlink (&file->pending, link);
  g_queue_push_tail_link (&file->finished, link);
  urb_fields (urb)->status = status;
  urb_fields (urb)->actual_length = urb->done;
}

/* Standard requests that a device answers itself; everything else is the model's. */
static gssize
answer_control (ThUsbPort *port, const guint8 *setup, guint8 *data, gsize len)
{
  guint8 index = setup[2];
  const char *text;
  gsize n;

  if (setup[0] != 0x80)
    return port->model->control (port->model_data, setup, data, len);
  if (setup[1] == 0x00 && len >= 2) /* GET_STATUS: self powered */
    {
      data[0] = 1;
      data[1] = 0;
      return 2;
    }
  if (setup[1] != 0x06)
    return -EPIPE;
  if (setup[3] == 1 || setup[3] == 2)
    {
      gsize from = setup[3] == 1 ? 0 : 18;

      n = MIN (len, setup[3] == 1 ? 18 : port->descriptors_len - 18);
      memcpy (data, port->descriptors + from, n);
      return n;
    }
  if (setup[3] != 3 || index > 3)
    return -EPIPE;
  if (index == 0)
    {
      static const guint8 english[] = { 4, 3, 0x09, 0x04 };

      n = MIN (len, sizeof english);
      memcpy (data, english, n);
      return n;
    }
  text = port->model->strings[index - 1];
  if (text == NULL)
    return -EPIPE;
  n = MIN (len, 2 + 2 * strlen (text)) & ~(gsize) 1;
  for (gsize i = 2; i < n; i += 2)
    {
      data[i] = text[i / 2 - 1];
      data[i + 1] = 0;
    }
  if (n >= 2)
    {
      data[0] = 2 + 2 * strlen (text);
      data[1] = 3;
    }
  return n;
}

static void
unsent_free (gpointer data)
{
  Unsent *unsent = data;

  g_byte_array_unref (unsent->bytes);
  g_free (unsent);
}

static GList *
first_unsent (ThUsbPort *port, guint8 endpoint)
{
  GList *l = port->unsent.head;

  while (l != NULL && ((Unsent *) l->data)->endpoint != endpoint)
    l = l->next;
  return l;
}

/* Bytes that wait in the device into a read that waits in the host. TRUE: the read is over. */
static gboolean
fill_read (ThUsbPort *port, Urb *urb, int *ret_status)
{
  gsize room = urb->buffer != NULL ? urb->buffer->data_len : 0;
  GList *link;

  *ret_status = 0;
  while ((link = first_unsent (port, urb_fields (urb)->endpoint)) != NULL)
    {
      Unsent *unsent = link->data;
      gsize n = MIN (room - urb->done, unsent->bytes->len);
      gboolean over = unsent->ends && n == unsent->bytes->len;

      if (n < unsent->bytes->len && room % 64 != 0) /* the last packet does not fit the buffer */
        *ret_status = -EOVERFLOW;
      if (n > 0 && urb->buffer != NULL)
        memcpy (urb->buffer->data + urb->done, unsent->bytes->data, n);
      urb->done += n;
      g_byte_array_remove_range (unsent->bytes, 0, n);
      if (unsent->bytes->len == 0 || *ret_status != 0)
        {
          g_queue_delete_link (&port->unsent, link);
          unsent_free (unsent);
        }
      if (over || urb->done == room || *ret_status != 0)
        return TRUE;
    }
  return FALSE;
}

/* Moves what can move for one file. */
static void
pump_file (File *file)
{
  ThUsbPort *port = file->node->port;
  gboolean out_blocked = FALSE;
  GList *next;

  for (GList *l = file->pending.head; l != NULL; l = next)
    {
      Urb *urb = l->data;
      struct usbdevfs_urb *fields = urb_fields (urb);
      gsize room = urb->buffer != NULL ? urb->buffer->data_len : 0;
      int status = 0;

      next = l->next;
      if (fields->type == USBDEVFS_URB_TYPE_CONTROL)
        {
          gssize n = -EPIPE;

          if (room >= 8)
            n = answer_control (port, urb->buffer->data, urb->buffer->data + 8, room - 8);
          if (n == TH_USB_NO_ANSWER)
            continue;
          urb->done = MAX (n, 0);
          finish_urb (file, l, MIN (n, 0));
        }
      else if (fields->endpoint & 0x80)
        {
          if (fill_read (port, urb, &status))
            finish_urb (file, l, status);
        }
      else if (!out_blocked)
        {
          if (room > urb->done)
            urb->done += port->model->take (port->model_data, fields->endpoint,
                                            urb->buffer->data + urb->done, room - urb->done);
          next = l->next; /* an answer may have ended the read that stood there */
          if (urb->done == room)
            finish_urb (file, l, 0);
          else
            out_blocked = TRUE;
        }
    }
}

static void
pump_reads (File *file)
{
  GList *next;
  int status;

  for (GList *l = file->pending.head; l != NULL; l = next)
    {
      struct usbdevfs_urb *fields = urb_fields (l->data);

      next = l->next;
      if (fields->type != USBDEVFS_URB_TYPE_CONTROL && (fields->endpoint & 0x80) &&
          fill_read (file->node->port, l->data, &status))
        finish_urb (file, l, status);
    }
}

void
th_usb_port_kick (ThUsbPort *port)
{
  ThUsbNode *node = port->node;

  if (node == NULL)
    return;
  for (guint i = 0; i < node->files->len; i++)
    {
      pump_file (node->files->pdata[i]);
      pump_reads (node->files->pdata[i]);
    }
  show_readable (node);
}

void
th_usb_port_send (ThUsbPort *port, guint8 endpoint, const guint8 *bytes, gsize len, gboolean ends)
{
  Unsent *unsent = g_queue_peek_tail (&port->unsent);

  if (port->node == NULL || len == 0)
    return;
  if (unsent == NULL || unsent->endpoint != endpoint ||
      (unsent->ends && !port->model->coalesces))
    {
      unsent = g_new0 (Unsent, 1);
      unsent->endpoint = endpoint;
      unsent->bytes = g_byte_array_new ();
      g_queue_push_tail (&port->unsent, unsent);
    }
  g_byte_array_append (unsent->bytes, bytes, len);
  unsent->ends = ends;
  for (guint i = 0; i < port->node->files->len; i++)
    pump_reads (port->node->files->pdata[i]);
  show_readable (port->node);
}

void
th_usb_port_forget_unsent (ThUsbPort *port)
{
  g_queue_clear_full (&port->unsent, unsent_free);
}

static void
node_unref (gpointer data, GClosure *closure)
{
  ThUsbNode *node = data;

  if (!g_atomic_ref_count_dec (&node->refs))
    return;
  if (node->fifo >= 0)
    close (node->fifo);
  g_ptr_array_unref (node->files);
  g_free (node->fifo_path);
  g_free (node);
}

/* Nobody waits at it any more: the descriptor need not outlast umockdev's handler. */
static void
close_fifo_if_idle (ThUsbNode *node)
{
  if (!node->gone || node->files->len > 0 || node->fifo < 0)
    return;
  close (node->fifo);
  node->fifo = -1;
}

static void
client_gone_cb (gpointer data, GObject *client)
{
  File *file = data;
  ThUsbNode *node = file->node;
  ThUsbHost *host = node->port->host;

  th_usb_host_lock (host);
  g_ptr_array_remove_fast (node->files, file);
  g_queue_clear_full (&file->pending, (GDestroyNotify) urb_free);
  g_queue_clear_full (&file->finished, (GDestroyNotify) urb_free);
  if (node->claimed_by == file)
    node->claimed_by = NULL;
  show_readable (node);
  close_fifo_if_idle (node);
  th_usb_host_unlock (host);
  node_unref (node, NULL);
  g_free (file);
}

static File *
file_of_client (ThUsbNode *node, UMockdevIoctlClient *client)
{
  File *file;

  for (guint i = 0; i < node->files->len; i++)
    {
      file = node->files->pdata[i];
      if (file->client == (GObject *) client)
        return file;
    }
  file = g_new0 (File, 1);
  file->node = node;
  g_atomic_ref_count_inc (&node->refs);
  file->client = (GObject *) client;
  g_queue_init (&file->pending);
  g_queue_init (&file->finished);
  g_ptr_array_add (node->files, file);
  g_object_weak_ref (file->client, client_gone_cb, file);
  return file;
}

/* A program that was killed in the middle of a call can leave its client with umockdev for good: no
 * end of it is ever told. Our programs are never this silent while they live. */
#define SILENT_US (3 * G_USEC_PER_SEC)

static int
claim (File *file)
{
  const File *other = file->node->claimed_by;

  if (file->node->kernel_driver_bound ||
      (other != NULL && other != file && g_get_monotonic_time () - other->heard_us < SILENT_US))
    return EBUSY;
  file->node->claimed_by = file;
  return 0;
}

static gboolean
has_endpoint (ThUsbPort *port, guint8 endpoint)
{
  const guint8 *d = port->model->configuration;

  for (gsize at = 0; at + 2 < port->model->configuration_len; at += d[at])
    if (d[at + 1] == 5 && d[at + 2] == endpoint)
      return TRUE;
  return FALSE;
}

static int
submit (File *file, UMockdevIoctlClient *client)
{
  UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg (client);
  g_autoptr(UMockdevIoctlData) data = resolve (arg, 0, sizeof (struct usbdevfs_urb));
  struct usbdevfs_urb *fields;
  Urb *urb;

  if (data == NULL)
    return EFAULT;
  fields = (struct usbdevfs_urb *) (void *) data->data;
  if (fields->type == USBDEVFS_URB_TYPE_ISO || fields->buffer_length < 0)
    return EINVAL;
  if (fields->type != USBDEVFS_URB_TYPE_CONTROL &&
      !has_endpoint (file->node->port, fields->endpoint))
    return ENOENT;
  if (fields->type != USBDEVFS_URB_TYPE_CONTROL && file->node->claimed_by != file &&
      claim (file) != 0)
    return EBUSY;

  urb = g_new0 (Urb, 1);
  urb->address = data->client_addr;
  if (fields->buffer_length > 0)
    urb->buffer = resolve (data, G_STRUCT_OFFSET (struct usbdevfs_urb, buffer),
                           fields->buffer_length);
  urb->data = g_steal_pointer (&data);
  if (fields->buffer_length > 0 && urb->buffer == NULL)
    {
      urb_free (urb);
      return EFAULT;
    }
  g_queue_push_tail (&file->pending, urb);
  pump_file (file);
  pump_reads (file);
  return 0;
}

static int
reap (File *file, UMockdevIoctlClient *client)
{
  g_autoptr(UMockdevIoctlData) slot = NULL;
  Urb *urb = g_queue_pop_head (&file->finished);

  if (urb == NULL)
    return file->node->gone ? ENODEV : EAGAIN;
  slot = resolve (umockdev_ioctl_client_get_arg (client), 0, sizeof (gpointer));
  if (slot == NULL)
    {
      urb_free (urb);
      return EFAULT;
    }
  umockdev_ioctl_data_set_ptr (slot, 0, urb->data);
  urb_free (urb);
  return 0;
}

static int
discard (File *file, UMockdevIoctlClient *client)
{
  gulong address;

  memcpy (&address, umockdev_ioctl_client_get_arg (client)->data, sizeof address);
  for (GList *l = file->pending.head; l != NULL; l = l->next)
    if (((Urb *) l->data)->address == address)
      {
        finish_urb (file, l, -ENOENT);
        return 0;
      }
  return EINVAL;
}

static int
driver_request (File *file, UMockdevIoctlClient *client, gulong request)
{
  ThUsbNode *node = file->node;
  UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg (client);
  g_autoptr(UMockdevIoctlData) data = resolve (arg, 0, _IOC_SIZE (request));

  if (data == NULL)
    return EFAULT;
  if (request == USBDEVFS_GETDRIVER)
    {
      struct usbdevfs_getdriver *driver = (gpointer) data->data;

      if (!node->kernel_driver_bound && node->claimed_by == NULL)
        return ENODATA;
      g_strlcpy (driver->driver,
                 node->kernel_driver_bound ? node->port->model->kernel_driver : "usbfs",
                 sizeof driver->driver);
      return 0;
    }
  if (request == USBDEVFS_DISCONNECT_CLAIM)
    {
      node->kernel_driver_bound = FALSE;
      return claim (file);
    }
  if (((struct usbdevfs_ioctl *) (gpointer) data->data)->ioctl_code == USBDEVFS_CONNECT)
    {
      if (node->port->model->kernel_driver == NULL || node->claimed_by != NULL)
        return node->claimed_by != NULL ? EBUSY : ENODATA;
      node->kernel_driver_bound = TRUE;
      return 0;
    }
  if (!node->kernel_driver_bound)
    return ENODATA;
  node->kernel_driver_bound = FALSE;
  return 0;
}

static int
answer (File *file, UMockdevIoctlClient *client)
{
  gulong request = (guint) umockdev_ioctl_client_get_request (client);

  if (file->node->gone && request != USBDEVFS_REAPURBNDELAY && request != USBDEVFS_REAPURB)
    return ENODEV;
  switch (request)
    {
    case USBDEVFS_GET_CAPABILITIES:
      {
        g_autoptr(UMockdevIoctlData) data = NULL;
        guint32 capabilities = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
                               USBDEVFS_CAP_BULK_SCATTER_GATHER |
                               USBDEVFS_CAP_REAP_AFTER_DISCONNECT;

        data = resolve (umockdev_ioctl_client_get_arg (client), 0, sizeof capabilities);
        if (data == NULL)
          return EFAULT;
        memcpy (data->data, &capabilities, sizeof capabilities);
        return 0;
      }
    case USBDEVFS_SUBMITURB:
      return submit (file, client);
    case USBDEVFS_REAPURB:
    case USBDEVFS_REAPURBNDELAY:
      return reap (file, client);
    case USBDEVFS_DISCARDURB:
      return discard (file, client);
    case USBDEVFS_CLAIMINTERFACE:
      return claim (file);
    case USBDEVFS_RELEASEINTERFACE:
      if (file->node->claimed_by == file)
        file->node->claimed_by = NULL;
      return 0;
    case USBDEVFS_GETDRIVER:
    case USBDEVFS_DISCONNECT_CLAIM:
    case USBDEVFS_IOCTL:
      return driver_request (file, client, request);
    case USBDEVFS_SETINTERFACE:
    case USBDEVFS_SETCONFIGURATION:
    case USBDEVFS_CLEAR_HALT:
    case USBDEVFS_RESETEP:
    case USBDEVFS_RESET:
      return 0;
    default:
      return ENOTTY;
    }
}

static gboolean
handle_ioctl_cb (UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer user_data)
{
  ThUsbNode *node = user_data;
  ThUsbHost *host = node->port->host;
  File *file;
  int error;

  th_usb_host_lock (host);
  file = file_of_client (node, client);
  file->heard_us = g_get_monotonic_time ();
  error = answer (file, client);
  show_readable (node);
  th_usb_host_unlock (host);
  umockdev_ioctl_client_complete (client, error == 0 ? 0 : -1, error);
  return TRUE;
}

ThUsbNode *
th_usb_node_new (ThUsbPort *port, const char *fifo_path)
{
  ThUsbNode *node = g_new0 (ThUsbNode, 1);
  g_autofree char *dir = g_path_get_dirname (fifo_path);

  g_atomic_ref_count_init (&node->refs);
  node->port = port;
  node->kernel_driver_bound = port->model->kernel_driver != NULL;
  node->files = g_ptr_array_new ();
  node->fifo_path = g_strdup (fifo_path);
  g_mkdir_with_parents (dir, 0755);
  g_unlink (fifo_path);
  if (mkfifo (fifo_path, 0666) != 0 ||
      (node->fifo = open (fifo_path, O_RDWR | O_NONBLOCK | O_CLOEXEC)) < 0)
    g_error ("cannot make %s: %s", fifo_path, g_strerror (errno));
  fcntl (node->fifo, F_SETPIPE_SZ, 4096);
  node->readable = TRUE;
  show_readable (node);
  return node;
}

UMockdevIoctlBase *
th_usb_node_make_handler (ThUsbNode *node)
{
  UMockdevIoctlBase *handler = umockdev_ioctl_base_new ();

  g_atomic_ref_count_inc (&node->refs);
  g_signal_connect_data (handler, "handle-ioctl", G_CALLBACK (handle_ioctl_cb), node, node_unref, 0);
  return handler;
}

void
th_usb_node_leave (ThUsbNode *node)
{
  node->gone = TRUE;
  node->claimed_by = NULL;
  g_unlink (node->fifo_path);
  for (guint i = 0; i < node->files->len; i++)
    {
      File *file = node->files->pdata[i];

      while (file->pending.head != NULL)
        finish_urb (file, file->pending.head, -ENODEV);
    }
  show_readable (node);
  close_fifo_if_idle (node);
  node_unref (node, NULL);
}
