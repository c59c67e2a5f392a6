/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The testbed: which devices are there, and telling programs that they came or went. */
#include "tests/bench/usb-host.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "tests/bench/usbfs.h"

#define HUB_PATH "/devices/pci0000:00/0000:00:14.0/usb1"
#define GPIO_CHIP "/devices/platform/soc/fe200000.gpio/gpiochip0"

struct _ThUsbHost
{
  GMutex lock;
  UMockdevTestbed *testbed;
  char *root;
  guint devices_seen;
  GPtrArray *ports;
};

/* Arrival and removal */

gboolean
th_usb_port_is_plugged (ThUsbPort *port)
{
  return port->node != NULL;
}

/*
 * Later versions of umockdev leave a descriptor behind for every listener that died, so those are
 * taken away before it looks.
 */
static void
forget_dead_listeners (ThUsbHost *host)
{
  g_autoptr(GDir) dir = g_dir_open (host->root, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      struct sockaddr_un address = { .sun_family = AF_UNIX };
      g_autofree char *path = g_build_filename (host->root, name, NULL);
      int fd;

      if (!g_str_has_prefix (name, "event") || strlen (path) >= sizeof address.sun_path)
        continue;
      strcpy (address.sun_path, path);
      fd = socket (AF_UNIX, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0 && errno == ECONNREFUSED)
        g_unlink (path);
      close (fd);
    }
}

int
th_bench_hold_listeners (const char *root)
{
  g_autofree char *path = g_build_filename (root, "listen.lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

  if (fd >= 0)
    flock (fd, LOCK_EX);
  return fd;
}

static gboolean
tell_removal_cb (gpointer user_data)
{
  ThUsbPort *port = user_data;
  g_autofree char *syspath = g_steal_pointer (&port->syspath);
  int lock;

  if (syspath == NULL)
    return G_SOURCE_REMOVE;
  lock = th_bench_hold_listeners (port->host->root);
  forget_dead_listeners (port->host);
  umockdev_testbed_uevent (port->host->testbed, syspath, "remove");
  umockdev_testbed_remove_device (port->host->testbed, syspath);
  close (lock);
  return G_SOURCE_REMOVE;
}

gboolean
th_usb_port_unplug (ThUsbPort *port)
{
  ThUsbNode *node = port->node;

  if (node == NULL)
    return FALSE;
  port->node = NULL;
  th_usb_port_forget_unsent (port);
  th_usb_node_leave (node);
  /* The testbed is the main thread's. */
  g_main_context_invoke (NULL, tell_removal_cb, port);
  return TRUE;
}

static char *
describe (ThUsbPort *port, guint number)
{
  const ThUsbModel *model = port->model;
  g_autoptr(GString) hex = g_string_new (NULL);

  for (gsize i = 0; i < port->descriptors_len; i++)
    g_string_append_printf (hex, "%02X", port->descriptors[i]);
  return g_strdup_printf ("P: " HUB_PATH "/1-%u\n"
                          "E: DEVNAME=/dev/bus/usb/001/%03u\nE: DEVTYPE=usb_device\n"
                          "E: SUBSYSTEM=usb\nE: MAJOR=189\nE: MINOR=%u\n"
                          "E: PRODUCT=%x/%x/100\nE: BUSNUM=001\nE: DEVNUM=%03u\n"
                          "A: busnum=1\\n\nA: devnum=%u\\n\nA: speed=12\\n\n"
                          "A: idVendor=%04x\\n\nA: idProduct=%04x\\n\n"
                          "A: bConfigurationValue=1\\n\nA: bNumConfigurations=1\\n\n"
                          "A: manufacturer=%s\\n\nA: product=%s\\n\nH: descriptors=%s\n\n",
                          port->number, number, number - 1, model->vendor, model->product, number,
                          number, model->vendor, model->product, model->strings[0],
                          model->strings[1], hex->str);
}

static gboolean
is_taken (ThUsbHost *host, const char *dev_path)
{
  for (guint i = 0; i < host->ports->len; i++)
    if (g_strcmp0 (((ThUsbPort *) host->ports->pdata[i])->dev_path, dev_path) == 0)
      return TRUE;
  return FALSE;
}

/* As the kernel gives them: the next one, until they begin anew. */
static char *
next_dev_path (ThUsbHost *host, guint *ret_number)
{
  char *path = NULL;

  do
    {
      g_free (path);
      *ret_number = 2 + host->devices_seen++ % 126;
      path = g_strdup_printf ("/dev/bus/usb/001/%03u", *ret_number);
    }
  while (is_taken (host, path));
  return path;
}

gboolean
th_usb_port_plug (ThUsbPort *port)
{
  ThUsbHost *host = port->host;
  g_autoptr(UMockdevIoctlBase) handler = NULL;
  g_autofree char *text = NULL;
  g_autofree char *fifo_path = NULL;
  guint number;
  ThUsbNode *node;
  int lock;

  if (port->node != NULL)
    return FALSE;
  tell_removal_cb (port);
  if (port->dev_path != NULL)
    umockdev_testbed_detach_ioctl (host->testbed, port->dev_path, NULL);
  g_clear_pointer (&port->dev_path, g_free);
  port->dev_path = next_dev_path (host, &number);

  fifo_path = g_build_filename (host->root, port->dev_path, NULL);
  node = th_usb_node_new (port, fifo_path);
  handler = th_usb_node_make_handler (node);
  if (!umockdev_testbed_attach_ioctl (host->testbed, port->dev_path, handler, NULL))
    g_error ("cannot listen for %s", port->dev_path);

  th_usb_host_lock (host);
  port->node = node;
  port->model->power_on (port->model_data);
  port->syspath = g_strdup_printf ("/sys" HUB_PATH "/1-%u", port->number);
  th_usb_host_unlock (host);
  lock = th_bench_hold_listeners (host->root);
  forget_dead_listeners (host);
  text = describe (port, number);
  if (!umockdev_testbed_add_from_string (host->testbed, text, NULL))
    g_error ("cannot add %s", port->dev_path);
  close (lock);
  return TRUE;
}

void
th_usb_port_set_model (ThUsbPort *port, const ThUsbModel *model)
{
  const guint8 device[18] = { 18,   1, 0x00, 0x02, 0, 0, 0, 64, model->vendor & 0xff,
                              model->vendor >> 8, model->product & 0xff, model->product >> 8,
                              0x00, 0x01, 1, 2, 3, 1 };

  g_return_if_fail (port->node == NULL);
  port->model = model;
  g_free (port->descriptors);
  port->descriptors_len = sizeof device + model->configuration_len;
  port->descriptors = g_malloc (port->descriptors_len);
  memcpy (port->descriptors, device, sizeof device);
  memcpy (port->descriptors + sizeof device, model->configuration, model->configuration_len);
}

ThUsbPort *
th_usb_host_add_port (ThUsbHost *host, const ThUsbModel *model, gpointer model_data)
{
  ThUsbPort *port = g_new0 (ThUsbPort, 1);

  port->host = host;
  port->model_data = model_data;
  g_queue_init (&port->unsent);
  th_usb_port_set_model (port, model);
  g_ptr_array_add (host->ports, port);
  port->number = host->ports->len;
  return port;
}

ThUsbHost *
th_usb_host_new (void)
{
  static const char fixed[] =
    "P: " HUB_PATH "\nE: DEVNAME=/dev/bus/usb/001/001\nE: DEVTYPE=usb_device\n"
    "E: SUBSYSTEM=usb\nE: MAJOR=189\nE: MINOR=0\nE: PRODUCT=1d6b/2/601\nE: BUSNUM=001\n"
    "E: DEVNUM=001\nA: busnum=1\\n\nA: devnum=1\\n\nA: speed=480\\n\nA: idVendor=1d6b\\n\n"
    "A: idProduct=0002\\n\nA: bConfigurationValue=1\\n\nA: bNumConfigurations=1\\n\n"
    "H: descriptors=12010002090001406B1D020001060302010109021900010100E0000904000001090000000705"
    "810304000C\n\n"
    /* The shim answers for the chip; the testbed only has to list it. */
    "P: " GPIO_CHIP "\nN: gpiochip0=00\nE: DEVNAME=/dev/gpiochip0\nE: SUBSYSTEM=gpio\n"
    "E: MAJOR=254\nE: MINOR=0\nA: dev=254:0\\n\n\n";
  ThUsbHost *host = g_new0 (ThUsbHost, 1);
  g_autoptr(GError) error = NULL;

  g_mutex_init (&host->lock);
  host->ports = g_ptr_array_new ();
  host->testbed = umockdev_testbed_new ();
  host->root = umockdev_testbed_get_root_dir (host->testbed);
  if (!umockdev_testbed_add_from_string (host->testbed, fixed, &error))
    g_error ("cannot make the testbed: %s", error->message);
  return host;
}

void
th_usb_host_free (ThUsbHost *host)
{
  for (guint i = 0; i < host->ports->len; i++)
    {
      ThUsbPort *port = host->ports->pdata[i];

      th_usb_host_lock (host);
      th_usb_port_unplug (port);
      th_usb_host_unlock (host);
      if (port->dev_path != NULL)
        umockdev_testbed_detach_ioctl (host->testbed, port->dev_path, NULL);
    }
  g_clear_object (&host->testbed); /* removes its files */
  for (guint i = 0; i < host->ports->len; i++)
    {
      ThUsbPort *port = host->ports->pdata[i];

      g_free (port->descriptors);
      g_free (port->syspath);
      g_free (port->dev_path);
      g_free (port);
    }
  g_ptr_array_unref (host->ports);
  g_free (host->root);
  g_mutex_clear (&host->lock);
  g_free (host);
}

const char *
th_usb_host_get_root (ThUsbHost *host)
{
  return host->root;
}

gpointer
th_usb_host_get_testbed (ThUsbHost *host)
{
  return host->testbed;
}

void
th_usb_host_lock (ThUsbHost *host)
{
  g_mutex_lock (&host->lock);
}

void
th_usb_host_unlock (ThUsbHost *host)
{
  g_mutex_unlock (&host->lock);
}
