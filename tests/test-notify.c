/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <glib/gstdio.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ui/notify.h"

/* A socket as systemd makes it; @path with a leading '@' is abstract. */
static int
listen_on (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  struct timeval limit = { .tv_sec = 5 };
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  memcpy (address.sun_path, path, strlen (path));
  if (path[0] == '@')
    address.sun_path[0] = '\0';
  g_assert_cmpint (bind (fd, (struct sockaddr *)&address,
                         offsetof (struct sockaddr_un, sun_path) + strlen (path)),
                   ==, 0);
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return fd;
}

static void
assert_hears (int fd, const char *message)
{
  char heard[100] = "";

  g_assert_cmpint (recv (fd, heard, sizeof heard - 1, 0), ==, strlen (message));
  g_assert_cmpstr (heard, ==, message);
}

static void
test_without_systemd_nothing_is_sent (void)
{
  g_autofree char *long_path = g_strnfill (200, 'x');

  long_path[0] = '/';
  g_unsetenv ("NOTIFY_SOCKET");
  g_assert_false (th_notify ("READY=1"));
  for (const char *const *path
       = (const char *const[]){ "", "/", "@", "relative", "/nobody/listens", NULL };
       *path != NULL; path++)
    {
      g_setenv ("NOTIFY_SOCKET", *path, TRUE);
      g_assert_false (th_notify ("READY=1"));
    }
  g_setenv ("NOTIFY_SOCKET", long_path, TRUE);
  g_assert_false (th_notify ("READY=1"));
}

static void
test_a_message_is_one_datagram (void)
{
  g_autofree char *dir = g_dir_make_tmp ("th-notify-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "socket", NULL);
  g_autofree char *abstract = g_strdup_printf ("@threshold-test-notify-%d", (int)getpid ());
  const char *const paths[] = { path, abstract };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      int fd = listen_on (paths[i]);

      g_setenv ("NOTIFY_SOCKET", paths[i], TRUE);
      g_assert_true (th_notify ("READY=1"));
      g_assert_true (th_notify ("STATUS=welcome"));
      assert_hears (fd, "READY=1");
      assert_hears (fd, "STATUS=welcome");
      close (fd);
    }
  g_unlink (path);
  g_rmdir (dir);
}

static void
test_the_watchdog_is_pinged_by_the_main_loop (void)
{
  g_autofree char *abstract = g_strdup_printf ("@threshold-test-watchdog-%d", (int)getpid ());
  int fd;
  guint id;

  g_unsetenv ("WATCHDOG_USEC");
  g_assert_cmpuint (th_notify_watchdog (), ==, 0);
  g_setenv ("WATCHDOG_USEC", "soon", TRUE);
  g_assert_cmpuint (th_notify_watchdog (), ==, 0);

  fd = listen_on (abstract);
  g_setenv ("NOTIFY_SOCKET", abstract, TRUE);
  g_setenv ("WATCHDOG_USEC", "20000", TRUE);
  /* Under a compositor this is not us. */
  g_setenv ("WATCHDOG_PID", "1", TRUE);
  id = th_notify_watchdog ();
  g_assert_cmpuint (id, !=, 0);
  g_main_context_iteration (NULL, TRUE);
  assert_hears (fd, "WATCHDOG=1");
  g_source_remove (id);
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/notify/without systemd nothing is sent", test_without_systemd_nothing_is_sent);
  g_test_add_func ("/notify/a message is one datagram", test_a_message_is_one_datagram);
  g_test_add_func ("/notify/the watchdog is pinged by the main loop",
                   test_the_watchdog_is_pinged_by_the_main_loop);
  return g_test_run ();
}
