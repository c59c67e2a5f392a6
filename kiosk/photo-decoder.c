/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/photo-decoder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/confine.h"

/* What the child ends with when it never becomes the program; a shell's own are 126 and 127. */
#define EXIT_NOT_CONFINED 240
#define EXIT_NOT_STARTED 241

/* Descriptors of ours that the child puts in the places 0, 1 and 2 must not stand there already. */
#define FIRST_FD 10

G_STATIC_ASSERT (TH_CARD_PHOTO_BYTES <= PIPE_BUF); /* a new pipe takes it whole */

static gboolean
fail (GError **error, const char *what)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", what, g_strerror (code));
  return FALSE;
}

static gboolean
move_up (int *fd)
{
  int higher = fcntl (*fd, F_DUPFD_CLOEXEC, FIRST_FD);

  if (higher < 0)
    return FALSE;
  close (*fd);
  *fd = higher;
  return TRUE;
}

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

/* Both ends are the caller's to close, also after FALSE. */
static gboolean
open_pipe (int ends[2], GError **error)
{
  if (pipe2 (ends, O_CLOEXEC) != 0 || !move_up (&ends[0]) || !move_up (&ends[1]))
    return fail (error, "cannot open a pipe");
  return TRUE;
}

/* In the child: only async-signal-safe calls from here on. */
static void G_GNUC_NORETURN
become (const char *program, int input, int output, int nowhere, int rules)
{
  char *const arguments[] = { (char *) program, NULL };
  char *const environment[] = { (char *) "LANG=C", NULL };
  const struct sigaction usual = { .sa_handler = SIG_DFL };
  sigset_t none;

  for (int number = 1; number < NSIG; number++)
    sigaction (number, &usual, NULL);
  sigemptyset (&none);
  if (sigprocmask (SIG_SETMASK, &none, NULL) != 0 || setsid () < 0 || chdir ("/") != 0
      || dup2 (input, 0) != 0 || dup2 (output, 1) != 1 || dup2 (nowhere, 2) != 2)
    _exit (EXIT_NOT_CONFINED);
  if (rules >= 0 && dup3 (rules, 3, O_CLOEXEC) == 3)
    rules = 3;
  if (close_range (rules == 3 ? 4 : 3, ~0u, 0) != 0 || !th_confine (rules))
    _exit (EXIT_NOT_CONFINED);
  execve (program, arguments, environment);
  _exit (EXIT_NOT_STARTED);
}

/* Reads until the program has ended, or has taken or said too much. */
static gboolean
listen_to (int pidfd, int output, guint8 *picture, gsize *ret_len, gint64 end_us,
           GCancellable *cancellable, GError **error)
{
  struct pollfd polled[] = {
    { .fd = output, .events = POLLIN },
    { .fd = pidfd, .events = POLLIN },
    { .fd = cancellable != NULL ? g_cancellable_get_fd (cancellable) : -1, .events = POLLIN },
  };
  gboolean listened = FALSE;
  gsize len = 0;

  while (polled[0].fd >= 0 || polled[1].fd >= 0)
    {
      gint64 left_us = end_us - g_get_monotonic_time ();

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        break;
      if (left_us <= 0)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "it took too long");
          break;
        }
      if (poll (polled, G_N_ELEMENTS (polled), (int) (left_us / 1000) + 1) < 0)
        {
          if (errno == EINTR)
            continue;
          fail (error, "cannot wait for it");
          break;
        }
      if (polled[1].revents != 0)
        polled[1].fd = -1;
      if (polled[0].revents != 0)
        {
          gssize n = read (output, picture + len, TH_PHOTO_MAX_BYTES + 1 - len);

          if (n == 0 || (n < 0 && errno != EINTR))
            polled[0].fd = -1;
          len += MAX (n, 0);
          if (len > TH_PHOTO_MAX_BYTES)
            {
              g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                                   "it wrote more than a picture may have");
              break;
            }
        }
      listened = polled[0].fd < 0 && polled[1].fd < 0;
    }
  if (cancellable != NULL)
    g_cancellable_release_fd (cancellable);
  *ret_len = len;
  return listened;
}

static gboolean
was_good (int status, GError **error)
{
  if (WIFSIGNALED (status))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "it was ended by signal %d",
                 WTERMSIG (status));
  else if (WEXITSTATUS (status) == EXIT_NOT_CONFINED)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "it cannot be confined here");
  else if (WEXITSTATUS (status) == EXIT_NOT_STARTED)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         "it cannot be started: is it a program for this machine?");
  else if (WEXITSTATUS (status) != 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "it ended with status %d",
                 WEXITSTATUS (status));
  else
    return TRUE;
  return FALSE;
}

/* Everything the program was, at once: until it is waited for, its number is nobody else's. */
static int
end (pid_t pid)
{
  int status = 0;

  kill (pid, SIGKILL);
  kill (-pid, SIGKILL);
  while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  return status;
}

static gboolean
run (const char *program, int input, int output, int nowhere, int *told, guint8 *picture,
     gsize *ret_len, gint64 end_us, GCancellable *cancellable, GError **error)
{
  int rules = th_confine_prepare (program), pidfd = -1, status;
  gboolean listened;
  pid_t pid;

  if (rules >= 0 && !move_up (&rules))
    close_fd (&rules);
  pid = fork ();
  if (pid == 0)
    become (program, input, *told, nowhere, rules);
  close_fd (&rules);
  close_fd (told); /* else it would never end */
  if (pid < 0)
    return fail (error, "cannot start it");
  pidfd = pidfd_open (pid, 0);
  listened = pidfd >= 0
                 ? listen_to (pidfd, output, picture, ret_len, end_us, cancellable, error)
                 : fail (error, "cannot watch it");
  close_fd (&pidfd);
  status = end (pid);
  return listened && was_good (status, error);
}

static ThPhoto *
decode (const char *program, const guint8 *code, gint64 end_us, int in[2], int out[2], int nowhere,
        GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *picture = NULL;
  ThPhoto *photo = NULL;
  gsize len = 0;

  /* Before there is anybody to close the other end: no signal can come of it. */
  if (write (in[1], code, TH_CARD_PHOTO_BYTES) != TH_CARD_PHOTO_BYTES)
    {
      fail (error, "cannot write to a pipe");
      return NULL;
    }
  close_fd (&in[1]);
  picture = g_malloc (TH_PHOTO_MAX_BYTES + 1);
  if (run (program, in[0], out[0], nowhere, &out[1], picture, &len, end_us, cancellable, error))
    photo = th_photo_parse (picture, len, error);
  explicit_bzero (picture, len);
  return photo;
}

ThPhoto *
th_photo_decode (const char *program, const guint8 code[TH_CARD_PHOTO_BYTES], guint limit_ms,
                 GCancellable *cancellable, GError **error)
{
  gint64 end_us = g_get_monotonic_time () + (gint64) limit_ms * 1000;
  int in[2] = { -1, -1 }, out[2] = { -1, -1 }, nowhere = -1;
  ThPhoto *photo = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (access (program, X_OK) != 0)
    {
      fail (error, "it cannot be run");
      return NULL;
    }
  nowhere = open ("/dev/null", O_RDWR | O_CLOEXEC);
  if (nowhere < 0 || !move_up (&nowhere))
    fail (error, "cannot open /dev/null");
  else if (open_pipe (in, error) && open_pipe (out, error))
    photo = decode (program, code, end_us, in, out, nowhere, cancellable, error);
  close_fd (&in[0]); /* what was not read of the photo goes with it */
  close_fd (&in[1]);
  close_fd (&out[0]);
  close_fd (&out[1]);
  close_fd (&nowhere);
  return photo;
}
