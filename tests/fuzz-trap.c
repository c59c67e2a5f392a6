/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GLib ends a program by SIGTRAP when something is fatal; libFuzzer keeps the input only of those that abort. */
#include <signal.h>
#include <stdlib.h>

int LLVMFuzzerInitialize (int *argc, char ***argv);

static void
trapped_cb (int number)
{
  abort ();
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  signal (SIGTRAP, trapped_cb);
  return 0;
}
