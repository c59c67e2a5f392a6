/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See powercut-vfs.h. Locks and the shared memory of a WAL are SQLite's own: they are nothing that a disk keeps. */
#include "tests/powercut-vfs.h"

#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512

/* Since the last sync: a write, or (data NULL) a new length. */
typedef struct
{
  gint64 at;
  GBytes *data;
} Change;

/* One path, whether it is open or not. */
typedef struct
{
  char *path;
  GByteArray *now;  /* as programs see it */
  GByteArray *disk; /* as it would be after a cut, without luck */
  GQueue changes;
  gboolean is_there, is_on_disk; /* its name */
} Image;

typedef struct
{
  sqlite3_file base;
  Image *image; /* NULL: a temporary file, nobody's loss */
  sqlite3_file *real;
} File;

static sqlite3_vfs *real_vfs, vfs;
static GHashTable *images; /* path → Image */
static GRand *dice;
static guint left;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_clear_pointer (&change->data, g_bytes_unref);
  g_free (change);
}

/* --- the cut -------------------------------------------------------------------------------------- */

static void
write_at (GByteArray *to, gint64 at, const guint8 *data, gsize len)
{
  guint old = to->len;

  if (to->len < at + (gint64) len)
    {
      g_byte_array_set_size (to, (guint) (at + (gint64) len));
      memset (to->data + old, 0, to->len - old);
    }
  memcpy (to->data + at, data, len);
}

static void
set_length (GByteArray *of, gint64 len)
{
  guint old = of->len;

  g_byte_array_set_size (of, (guint) len);
  if (len > old)
    memset (of->data + old, 0, (gsize) len - old);
}

/* Sector by sector: some get there. */
static void
write_some (GByteArray *to, const Change *change, double luck)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (change->data, &len);
  gsize done = 0;

  while (done < len)
    {
      gsize room = SECTOR - (gsize) ((change->at + (gint64) done) % SECTOR);
      gsize n = MIN (room, len - done);

      if (g_rand_double (dice) < luck)
        write_at (to, change->at + (gint64) done, data + done, n);
      done += n;
    }
}

static void
cut_image (Image *image)
{
  /* From a disk that was quick to one that had not begun. */
  double luck = g_rand_int_range (dice, 0, 5) / 4.0;

  for (GList *l = image->changes.head; l != NULL; l = l->next)
    {
      const Change *change = l->data;

      if (change->data != NULL)
        write_some (image->disk, change, luck);
      else if (g_rand_double (dice) < luck)
        set_length (image->disk, change->at);
    }
  if (image->is_there != image->is_on_disk && g_rand_boolean (dice))
    image->is_on_disk = image->is_there;
  if (!image->is_on_disk)
    unlink (image->path);
  else if (!g_file_set_contents_full (image->path, (const char *) image->disk->data, image->disk->len,
                                      G_FILE_SET_CONTENTS_NONE, 0660, NULL))
    g_error ("%s: cannot be written", image->path);
}

void
powercut_now (void)
{
  GHashTableIter iter;
  gpointer image;

  g_hash_table_iter_init (&iter, images);
  while (g_hash_table_iter_next (&iter, NULL, &image))
    cut_image (image);
  _exit (POWERCUT_EXIT);
}

static void
count_down (void)
{
  if (--left == 0)
    powercut_now ();
}

/* --- a file --------------------------------------------------------------------------------------- */

static void
add_change (Image *image, gint64 at, GBytes *data)
{
  Change *change = g_new0 (Change, 1);

  change->at = at;
  change->data = data;
  g_queue_push_tail (&image->changes, change);
}

static int
file_close (sqlite3_file *base)
{
  File *file = (File *) base;
  int rc = file->real->pMethods->xClose (file->real);

  sqlite3_free (file->real);
  return rc;
}

static int
file_read (sqlite3_file *base, void *buffer, int n, sqlite3_int64 at)
{
  const GByteArray *now = ((File *) base)->image->now;
  gint64 there = CLAMP ((gint64) now->len - at, 0, n);

  if (there > 0)
    memcpy (buffer, now->data + at, (gsize) there);
  if (there == n)
    return SQLITE_OK;
  memset ((guint8 *) buffer + there, 0, (gsize) (n - there));
  return SQLITE_IOERR_SHORT_READ;
}

static int
file_write (sqlite3_file *base, const void *data, int n, sqlite3_int64 at)
{
  Image *image = ((File *) base)->image;

  write_at (image->now, at, data, (gsize) n);
  add_change (image, at, g_bytes_new (data, (gsize) n));
  count_down ();
  return SQLITE_OK;
}

static int
file_truncate (sqlite3_file *base, sqlite3_int64 len)
{
  Image *image = ((File *) base)->image;

  set_length (image->now, len);
  add_change (image, len, NULL);
  count_down ();
  return SQLITE_OK;
}

static int
file_sync (sqlite3_file *base, int flags)
{
  Image *image = ((File *) base)->image;

  /* In the middle of it, as far as the disk had come. */
  count_down ();
  g_queue_clear_full (&image->changes, change_free);
  g_byte_array_set_size (image->disk, 0);
  g_byte_array_append (image->disk, image->now->data, image->now->len);
  image->is_on_disk = TRUE;
  return SQLITE_OK;
}

static int
file_size (sqlite3_file *base, sqlite3_int64 *ret_size)
{
  *ret_size = ((File *) base)->image->now->len;
  return SQLITE_OK;
}

static int
file_lock (sqlite3_file *base, int kind)
{
  sqlite3_file *real = ((File *) base)->real;

  return real->pMethods->xLock (real, kind);
}

static int
file_unlock (sqlite3_file *base, int kind)
{
  sqlite3_file *real = ((File *) base)->real;

  return real->pMethods->xUnlock (real, kind);
}

static int
file_check_lock (sqlite3_file *base, int *ret_held)
{
  sqlite3_file *real = ((File *) base)->real;

  return real->pMethods->xCheckReservedLock (real, ret_held);
}

/* All that would reach past the image (sizes ahead, chunks, names of temporary files) stays undone. */
static int
file_control (sqlite3_file *base, int what, void *arg)
{
  return SQLITE_NOTFOUND;
}

static int
file_sector_size (sqlite3_file *base)
{
  sqlite3_file *real = ((File *) base)->real;

  return real->pMethods->xSectorSize (real);
}

static int
file_characteristics (sqlite3_file *base)
{
  sqlite3_file *real = ((File *) base)->real;

  return real->pMethods->xDeviceCharacteristics (real);
}

static int
file_shm_map (sqlite3_file *base, int page, int size, int extend, void volatile **ret_map)
{
  sqlite3_file *real = ((File *) base)->real;

  return real->pMethods->xShmMap (real, page, size, extend, ret_map);
}

static int
file_shm_lock (sqlite3_file *base, int at, int n, int flags)
{
  sqlite3_file *real = ((File *) base)->real;

  return real->pMethods->xShmLock (real, at, n, flags);
}

static void
file_shm_barrier (sqlite3_file *base)
{
  sqlite3_file *real = ((File *) base)->real;

  real->pMethods->xShmBarrier (real);
}

static int
file_shm_unmap (sqlite3_file *base, int delete)
{
  sqlite3_file *real = ((File *) base)->real;

  return real->pMethods->xShmUnmap (real, delete);
}

static const sqlite3_io_methods methods = {
  .iVersion = 2,
  .xClose = file_close,
  .xRead = file_read,
  .xWrite = file_write,
  .xTruncate = file_truncate,
  .xSync = file_sync,
  .xFileSize = file_size,
  .xLock = file_lock,
  .xUnlock = file_unlock,
  .xCheckReservedLock = file_check_lock,
  .xFileControl = file_control,
  .xSectorSize = file_sector_size,
  .xDeviceCharacteristics = file_characteristics,
  .xShmMap = file_shm_map,
  .xShmLock = file_shm_lock,
  .xShmBarrier = file_shm_barrier,
  .xShmUnmap = file_shm_unmap,
};

/* --- the file system ------------------------------------------------------------------------------ */

/* What the disk had before all this is on it for good. */
static Image *
image_for (const char *path)
{
  Image *image = g_hash_table_lookup (images, path);
  g_autofree char *text = NULL;
  gsize len = 0;

  if (image != NULL)
    return image;
  image = g_new0 (Image, 1);
  image->path = g_strdup (path);
  image->is_there = image->is_on_disk = g_file_get_contents (path, &text, &len, NULL);
  image->now = g_byte_array_new ();
  image->disk = g_byte_array_new ();
  g_byte_array_append (image->now, (const guint8 *) text, (guint) len);
  g_byte_array_append (image->disk, (const guint8 *) text, (guint) len);
  g_queue_init (&image->changes);
  g_hash_table_insert (images, image->path, image);
  return image;
}

static int
vfs_open (sqlite3_vfs *self, sqlite3_filename name, sqlite3_file *base, int flags, int *ret_flags)
{
  File *file = (File *) base;
  int rc;

  /* A temporary file has no name, and none is opened in these tests: it could not be followed. */
  if (name == NULL)
    return SQLITE_CANTOPEN;
  file->image = image_for (name);
  file->real = sqlite3_malloc (real_vfs->szOsFile);
  memset (file->real, 0, (gsize) real_vfs->szOsFile);
  rc = real_vfs->xOpen (real_vfs, name, file->real, flags, ret_flags);
  if (rc != SQLITE_OK)
    {
      sqlite3_free (file->real);
      return rc;
    }
  file->image->is_there = TRUE;
  base->pMethods = &methods;
  return SQLITE_OK;
}

static int
vfs_delete (sqlite3_vfs *self, const char *name, int sync_folder)
{
  Image *image = image_for (name);

  count_down ();
  set_length (image->now, 0);
  add_change (image, 0, NULL);
  image->is_there = FALSE;
  if (sync_folder)
    {
      g_queue_clear_full (&image->changes, change_free);
      g_byte_array_set_size (image->disk, 0);
      image->is_on_disk = FALSE;
    }
  return real_vfs->xDelete (real_vfs, name, sync_folder);
}

/* As SQLite's own: an empty file is none. */
static int
vfs_access (sqlite3_vfs *self, const char *name, int flags, int *ret_yes)
{
  const Image *image = image_for (name);

  if (flags != SQLITE_ACCESS_EXISTS)
    return real_vfs->xAccess (real_vfs, name, flags, ret_yes);
  *ret_yes = image->is_there && image->now->len > 0;
  return SQLITE_OK;
}

void
powercut_arm (guint32 seed, guint after)
{
  images = g_hash_table_new (g_str_hash, g_str_equal);
  dice = g_rand_new_with_seed (seed);
  left = after;
  real_vfs = sqlite3_vfs_find (NULL);
  vfs = *real_vfs;
  vfs.zName = "powercut";
  vfs.pNext = NULL;
  vfs.szOsFile = sizeof (File);
  vfs.xOpen = vfs_open;
  vfs.xDelete = vfs_delete;
  vfs.xAccess = vfs_access;
  g_assert_cmpint (sqlite3_vfs_register (&vfs, 1), ==, SQLITE_OK);
}
