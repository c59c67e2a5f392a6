/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * umockdev names the socket on which a program hears of devices after the descriptor's number
 * alone, and takes away what has that name: of two programs on one testbed only the later would
 * hear. Preloaded before umockdev, this gives each socket its process's name as well.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

int
bind (int fd, const struct sockaddr *address, socklen_t len)
{
  static int (*next_bind) (int, const struct sockaddr *, socklen_t);
  const char *root = getenv ("UMOCKDEV_DIR");
  char lock_path[4096];
  char old_path[4096];
  char new_path[4096];
  int lock;
  int result;

  if (next_bind == NULL)
    next_bind = (int (*) (int, const struct sockaddr *, socklen_t)) dlsym (RTLD_NEXT, "bind");
  if (root == NULL || address == NULL || address->sa_family != AF_NETLINK)
    return next_bind (fd, address, len);

  snprintf (lock_path, sizeof lock_path, "%s/listen.lock", root);
  snprintf (old_path, sizeof old_path, "%s/event%d", root, fd);
  snprintf (new_path, sizeof new_path, "%s/event%d-%d", root, (int) getpid (), fd);
  /* Another program's bind must not come between ours and the new name. */
  lock = open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock >= 0)
    flock (lock, LOCK_EX);
  result = next_bind (fd, address, len);
  if (result == 0)
    rename (old_path, new_path); /* fails when the socket is none of umockdev's: nothing to do */
  if (lock >= 0)
    close (lock);
  return result;
}
