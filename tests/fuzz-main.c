/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeds the files of the folders named on the command line to a fuzz entry, without a fuzzer: what was once
 * found stays found, with any compiler. Each file is also cut at every byte (of the first 4096), on a heap
 * block of just that size, so that a sanitizer sees every read beyond it. */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define MAX_CUTS 4096

static void
feed (const char *bytes, gsize size)
{
  uint8_t *block = malloc (size > 0 ? size : 1);

  memcpy (block, bytes, size);
  LLVMFuzzerTestOneInput (block, size);
  free (block);
}

static guint
replay_folder (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;
  guint n = 0;

  if (dir == NULL)
    g_error ("%s", error->message);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *bytes = NULL;
      gsize size;

      if (!g_file_get_contents (path, &bytes, &size, &error))
        g_error ("%s", error->message);
      feed (bytes, size);
      for (gsize cut = 0; cut < MIN (size, MAX_CUTS); cut++)
        feed (bytes, cut);
      n++;
    }
  return n;
}

int
main (int argc, char **argv)
{
  guint n = 0;

  for (int i = 1; i < argc; i++)
    n += replay_folder (argv[i]);
  g_print ("%u files\n", n);
  return n > 0 ? 0 : 1; /* a fuzz entry without a corpus is a mistake */
}
