/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/lp-port.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <umockdev.h>
#include <unistd.h>

#define PATH "/dev/usb/lp0"
#define LPGETSTATUS 0x060b
#define ALL_IS_WELL 0x18

struct _ThBenchLpPort
{
  UMockdevTestbed *testbed;
  UMockdevIoctlBase *handler;
  ThBenchPaper *paper;
  char *node; /* where it is in the testbed */
  int fd;     /* the far end; -1: unplugged */
  int near;   /* kept open, so that a program that closes its own does not end it */
  guint source_id;
  gint status; /* atomic: programs ask on umockdev's own thread */
};

static gboolean
ioctl_cb (UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer user_data)
{
  ThBenchLpPort *self = user_data;
  int status = g_atomic_int_get (&self->status);
  g_autoptr (UMockdevIoctlData) data = NULL;

  if ((guint) umockdev_ioctl_client_get_request (client) == LPGETSTATUS && status >= 0)
    data = umockdev_ioctl_data_resolve (umockdev_ioctl_client_get_arg (client), 0, sizeof status, NULL);
  if (data != NULL)
    memcpy (data->data, &status, sizeof status);
  umockdev_ioctl_client_complete (client, data != NULL ? 0 : -1, data != NULL ? 0 : ENOTTY);
  return TRUE;
}

static gboolean
taken_cb (int fd, GIOCondition condition, gpointer user_data)
{
  ThBenchLpPort *self = user_data;
  guint8 bytes[4096];
  gssize n = read (fd, bytes, sizeof bytes);

  if (n > 0)
    {
      th_bench_paper_receive (self->paper, bytes, (gsize) n);
      th_bench_paper_print (self->paper);
    }
  return G_SOURCE_CONTINUE;
}

void
th_bench_lp_port_hold (ThBenchLpPort *self, gboolean hold)
{
  g_clear_handle_id (&self->source_id, g_source_remove);
  if (!hold && self->fd >= 0)
    self->source_id = g_unix_fd_add (self->fd, G_IO_IN, taken_cb, self);
}

gboolean
th_bench_lp_port_plug (ThBenchLpPort *self)
{
  g_autofree char *dir = g_path_get_dirname (self->node);
  g_autoptr (GError) error = NULL;
  struct termios settings;

  if (self->fd >= 0)
    return FALSE;
  if (!umockdev_testbed_attach_ioctl (self->testbed, PATH, self->handler, &error))
    g_error ("cannot add " PATH ": %s", error->message);
  self->fd = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (self->fd < 0 || unlockpt (self->fd) != 0 || tcgetattr (self->fd, &settings) != 0)
    g_error ("there are no pseudo-terminals: %s", g_strerror (errno));
  self->near = open (ptsname (self->fd), O_RDWR | O_NOCTTY | O_CLOEXEC);
  cfmakeraw (&settings);
  tcsetattr (self->near, TCSANOW, &settings);
  g_mkdir_with_parents (dir, 0755);
  g_unlink (self->node);
  if (symlink (ptsname (self->fd), self->node) != 0)
    g_error ("cannot make %s: %s", self->node, g_strerror (errno));
  th_bench_lp_port_hold (self, FALSE);
  return TRUE;
}

gboolean
th_bench_lp_port_unplug (ThBenchLpPort *self)
{
  if (self->fd < 0)
    return FALSE;
  th_bench_lp_port_hold (self, TRUE);
  g_unlink (self->node);
  umockdev_testbed_detach_ioctl (self->testbed, PATH, NULL);
  close (self->near);
  close (self->fd);
  self->fd = self->near = -1;
  th_bench_paper_reset (self->paper);
  return TRUE;
}

void
th_bench_lp_port_set_status (ThBenchLpPort *self, int status)
{
  g_atomic_int_set (&self->status, status);
}

ThBenchPaper *
th_bench_lp_port_get_paper (ThBenchLpPort *self)
{
  return self->paper;
}

/* Whoever asks for real-time status here gets no answer. */
static void
asked_cb (gpointer user_data, guint8 n)
{
}

ThBenchLpPort *
th_bench_lp_port_new (gpointer testbed)
{
  ThBenchLpPort *self = g_new0 (ThBenchLpPort, 1);
  g_autofree char *root = umockdev_testbed_get_root_dir (testbed);

  self->testbed = g_object_ref (testbed);
  self->handler = umockdev_ioctl_base_new ();
  self->paper = th_bench_paper_new (576, asked_cb, self);
  self->node = g_build_filename (root, PATH, NULL);
  self->fd = self->near = -1;
  self->status = ALL_IS_WELL;
  g_signal_connect (self->handler, "handle-ioctl", G_CALLBACK (ioctl_cb), self);
  return self;
}

void
th_bench_lp_port_free (ThBenchLpPort *self)
{
  th_bench_lp_port_unplug (self);
  th_bench_paper_free (self->paper);
  g_object_unref (self->handler);
  g_object_unref (self->testbed);
  g_free (self->node);
  g_free (self);
}
