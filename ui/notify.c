/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/notify.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

gboolean
th_notify (const char *message)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  gsize len = path != NULL ? strlen (path) : 0;
  gboolean sent;
  int fd;

  if (len < 2 || len >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
    return FALSE;
  memcpy (address.sun_path, path, len);
  if (path[0] == '@')
    address.sun_path[0] = '\0';

  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return FALSE;
  sent = sendto (fd, message, strlen (message), MSG_NOSIGNAL, (struct sockaddr *)&address,
                 offsetof (struct sockaddr_un, sun_path) + len)
         >= 0;
  close (fd);
  return sent;
}

static gboolean
ping_cb (gpointer user_data)
{
  th_notify ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

guint
th_notify_watchdog (void)
{
  const char *usec = g_getenv ("WATCHDOG_USEC");
  guint64 interval_us = 0;

  if (usec == NULL || !g_ascii_string_to_unsigned (usec, 10, 2000, G_MAXUINT, &interval_us, NULL))
    return 0;
  return g_timeout_add ((guint)(interval_us / 2000), ping_cb, NULL);
}
