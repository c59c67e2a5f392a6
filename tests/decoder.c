/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stands in for a photo decoder that sites bring along: reads 1024 bytes, writes a picture. By the name it is started
 * under it also does what a bad one may do. Plain C, not sanitized: it lives in a small cage.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define WIDTH 102
#define HEIGHT 126
#define STRIDE 308
#define HEADER 54

static unsigned char picture[HEADER + STRIDE * HEIGHT];

static void
put (unsigned at, unsigned value, unsigned bytes)
{
  for (unsigned i = 0; i < bytes; i++)
    picture[at + i] = (unsigned char) (value >> (8 * i));
}

static void
say (const void *data, size_t len)
{
  const char *at = data;

  while (len > 0)
    {
      ssize_t n = write (1, at, len);

      if (n <= 0)
        _exit (1);
      at += n;
      len -= (size_t) n;
    }
}

/* The pixel at the upper left is R, G, B = the first three bytes of @code. */
static void
draw (const unsigned char *code)
{
  picture[0] = 'B';
  picture[1] = 'M';
  put (2, sizeof picture, 4);
  put (10, HEADER, 4);
  put (14, 40, 4);
  put (18, WIDTH, 4);
  put (22, HEIGHT, 4);
  put (26, 1, 2);
  put (28, 24, 2);
  for (unsigned i = 0; i < STRIDE * HEIGHT; i++)
    picture[HEADER + i] = code[i % 1024];
  for (unsigned i = 0; i < 3; i++)
    picture[HEADER + STRIDE * (HEIGHT - 1) + i] = code[2 - i];
  say (picture, sizeof picture);
}

static void *
count (void *number)
{
  ++*(int *) number;
  return NULL;
}

/* Says which of what it should not be able to do it can: nothing when all is well. */
static int
escapes (const char *secret)
{
  struct rlimit bound = { 1, 1 };
  pthread_t thread;
  int found = 0, number = 0;
  pid_t child;

  if (socket (AF_INET, SOCK_STREAM, 0) >= 0 || socket (AF_UNIX, SOCK_STREAM, 0) >= 0)
    found |= 1;
  child = fork ();
  if (child == 0)
    _exit (0);
  if (child > 0)
    found |= 2;
  if (open ("/tmp/threshold-decoder-was-here", O_WRONLY | O_CREAT, 0600) >= 0
      || open ("/dev/null", O_RDWR) >= 0 || unlink (secret) == 0 || mkdir ("/tmp/was-here", 0700) == 0)
    found |= 4;
  if (kill (getppid (), 0) == 0 || kill (getpid (), 0) == 0)
    found |= 8;
  if (fcntl (0, F_SETOWN, getppid ()) == 0)
    found |= 16;
  if (prlimit (getppid (), RLIMIT_CORE, &bound, NULL) == 0)
    found |= 32;
  if (open (secret, O_RDONLY) >= 0)
    found |= 64;
  if (getenv ("HOME") != NULL || getenv ("PATH") != NULL || getenv ("LANG") == NULL)
    found |= 128;
  for (int fd = 3; fd < 64; fd++)
    if (fcntl (fd, F_GETFD) >= 0)
      found |= 256;
  /* What it does need. */
  if (pthread_create (&thread, NULL, count, &number) != 0 || pthread_join (thread, NULL) != 0 || number != 1)
    found |= 512;
  if (malloc (1024 * 1024) == NULL || malloc (1024 * 1024 * 1024) != NULL)
    found |= 1024;
  return found;
}

int
main (int argc, char **argv)
{
  const char *name = strrchr (argv[0], '/') + 1;
  unsigned char code[1024];
  size_t len = 0;
  ssize_t n;

  if (strcmp (name, "deaf") == 0)
    return 0;
  if (strcmp (name, "sleeps") == 0)
    for (;;)
      pause ();
  if (strcmp (name, "closes-and-sleeps") == 0)
    {
      close (0);
      close (1);
      for (;;)
        pause ();
    }
  while (len < sizeof code && (n = read (0, code + len, sizeof code - len)) > 0)
    len += (size_t) n;
  if (len != sizeof code || read (0, code, 1) != 0)
    return 2;

  if (strcmp (name, "floods") == 0)
    for (;;)
      say (code, sizeof code);
  if (strcmp (name, "spins") == 0)
    for (;;)
      len++;
  if (strcmp (name, "junk") == 0)
    say (code, sizeof code);
  else if (strcmp (name, "escapes") == 0)
    {
      /* Which it could: by the first two bytes, of a picture in which no bit is set when all is well. */
      int found = escapes ((const char *) code);

      memset (code, 0, sizeof code);
      code[0] = (unsigned char) found;
      code[1] = (unsigned char) (found >> 8);
      draw (code);
    }
  else
    draw (code);

  if (strcmp (name, "fails") == 0)
    return 3;
  if (strcmp (name, "crashes") == 0)
    {
      raise (SIGSEGV);
      __builtin_trap ();
    }
  return 0;
}
