/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader's serial end: a pseudo-terminal, which hears nothing but 115200 8N1. */
#include "tests/bench/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gstdio.h>

typedef struct
{
  ThBenchReader *reader;
  char *path;   /* in the testbed */
  int fd;       /* the module's end; -1: unplugged */
  int other_fd; /* the computer's, so that it stays when no program has it */
  guint ready_id;
} SerialLine;

/* A frame at another speed, or of other bytes, is noise at the other end. */
static gboolean
is_set_up (SerialLine *line)
{
  struct termios settings;

  return tcgetattr (line->fd, &settings) == 0 && cfgetospeed (&settings) == B115200
         && cfgetispeed (&settings) == B115200 && (settings.c_cflag & CSIZE) == CS8
         && (settings.c_cflag & (PARENB | CSTOPB | CRTSCTS)) == 0
         && (settings.c_lflag & (ICANON | ECHO)) == 0 && (settings.c_oflag & OPOST) == 0
         && (settings.c_iflag & (IXON | ICRNL | INLCR | ISTRIP)) == 0;
}

static gboolean
ready_cb (int fd, GIOCondition condition, gpointer user_data)
{
  SerialLine *line = user_data;
  ThUsbHost *host = th_bench_reader_get_host (line->reader);
  guint8 bytes[256];
  gssize n = read (fd, bytes, sizeof bytes);

  if (n <= 0)
    return errno == EAGAIN || errno == EINTR;
  th_usb_host_lock (host);
  if (is_set_up (line))
    th_bench_reader_take (line->reader, bytes, n, FALSE);
  th_usb_host_unlock (host);
  return G_SOURCE_CONTINUE;
}

static gboolean
line_plug (gpointer data)
{
  SerialLine *line = data;
  ThUsbHost *host = th_bench_reader_get_host (line->reader);
  g_autofree char *dir = g_path_get_dirname (line->path);
  const char *name;

  if (line->fd >= 0)
    return FALSE;
  line->fd = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (line->fd < 0 || unlockpt (line->fd) != 0 || (name = ptsname (line->fd)) == NULL)
    g_error ("there are no pseudo-terminals: %s", g_strerror (errno));
  line->other_fd = open (name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_mkdir_with_parents (dir, 0755);
  g_unlink (line->path);
  if (line->other_fd < 0 || symlink (name, line->path) != 0)
    g_error ("cannot make %s: %s", line->path, g_strerror (errno));
  line->ready_id = g_unix_fd_add (line->fd, G_IO_IN, ready_cb, line);
  th_usb_host_lock (host);
  th_bench_reader_power_on (line->reader);
  th_usb_host_unlock (host);
  return TRUE;
}

static gboolean
line_unplug (gpointer data)
{
  SerialLine *line = data;

  if (line->fd < 0)
    return FALSE;
  g_clear_handle_id (&line->ready_id, g_source_remove);
  g_unlink (line->path);
  close (line->other_fd);
  close (line->fd);
  line->fd = line->other_fd = -1;
  return TRUE;
}

static void
line_send (gpointer data, const guint8 *bytes, gsize at, gsize len, gsize whole, gboolean ends)
{
  SerialLine *line = data;

  /* What a full line loses is lost. */
  if (line->fd >= 0 && write (line->fd, bytes, len) != (gssize)len)
    g_printerr ("threshold-bench: the serial line is full\n");
}

static void
line_kick (gpointer data)
{
}

static void
line_free (gpointer data)
{
  SerialLine *line = data;

  line_unplug (line);
  g_free (line->path);
  g_free (line);
}

ThBenchReader *
th_bench_reader_new_serial (ThUsbHost *host, const char *path)
{
  static const ThBenchLine kind = { .plug = line_plug,
                                    .unplug = line_unplug,
                                    .send = line_send,
                                    .kick = line_kick,
                                    .free = line_free,
                                    .chunk_ms = 5 };
  ThBenchReader *reader = th_bench_reader_new (host);
  SerialLine *line = g_new0 (SerialLine, 1);

  line->reader = reader;
  line->path = g_build_filename (th_usb_host_get_root (host), path, NULL);
  line->fd = line->other_fd = -1;
  th_bench_reader_set_line (reader, &kind, line);
  return reader;
}
