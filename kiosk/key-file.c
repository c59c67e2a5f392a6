/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/key-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "kiosk/records.h"

#define DAY_LENGTH 10             /* "2026-11-22" */
#define UNFINISHED ".unfinished-" /* a key being made; a crash leaves it behind */
#define UNFINISHED_S 60

static gboolean
refuse (GError **error, const char *what, const char *path)
{
  int saved = errno;

  g_set_error (error, TH_RECORDS_ERROR,
               saved == ENOSPC || saved == EROFS || saved == EDQUOT ? TH_RECORDS_ERROR_FULL
                                                                    : TH_RECORDS_ERROR_FAILED,
               "cannot %s %s: %s", what, path, g_strerror (saved));
  return FALSE;
}

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
}

#define autofd __attribute__ ((cleanup (close_fd))) int

gboolean
th_key_folder_make (const char *folder, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (folder);
  GStatBuf info;

  if (g_mkdir_with_parents (parent, 0755) != 0)
    return refuse (error, "make", parent);
  if (g_mkdir (folder, 0770) != 0)
    return errno == EEXIST ? TRUE : refuse (error, "make", folder);
  /* Set after the fact: the umask would take the group's bits. Not where they are as they should be already, in a
   * folder of the group's: the unit's sandbox (RestrictSUIDSGID=) refuses any chmod() with a setgid bit. */
  if (g_stat (folder, &info) == 0 && (info.st_mode & 07777) == 02770)
    return TRUE;
  if (g_chmod (folder, 02770) != 0)
    return refuse (error, "set the mode of", folder);
  return TRUE;
}

static gboolean
write_whole (int fd, const guint8 *bytes, gsize len)
{
  return TEMP_FAILURE_RETRY (pwrite (fd, bytes, len, 0)) == (gssize)len && fsync (fd) == 0;
}

static gboolean
sync_folder (const char *folder, GError **error)
{
  autofd fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  return (fd >= 0 && fsync (fd) == 0) || refuse (error, "sync", folder);
}

/* Not rename(): the first key that has the name keeps it. */
static gboolean
put_bytes (const char *folder, const char *path, int mode, const guint8 *bytes, gsize len,
           GError **error)
{
  g_autofree char *unfinished = NULL;
  guint8 tag[8];
  char hex[17];
  gboolean made;
  autofd fd = -1;

  randombytes_buf (tag, sizeof tag);
  sodium_bin2hex (hex, sizeof hex, tag, sizeof tag);
  unfinished = g_strconcat (path, UNFINISHED, hex, NULL);
  fd = open (unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0 || fchmod (fd, (mode_t) mode) != 0)
    return refuse (error, "make", path);
  made = write_whole (fd, bytes, len) && (link (unfinished, path) == 0 || errno == EEXIST);
  if (!made)
    refuse (error, "make", path);
  g_unlink (unfinished);
  return made && sync_folder (folder, error);
}

static gboolean
make_key (const char *folder, const char *path, int mode, GError **error)
{
  guint8 key[TH_KEY_BYTES];
  gboolean made;

  randombytes_buf (key, sizeof key);
  made = put_bytes (folder, path, mode, key, sizeof key, error);
  sodium_memzero (key, sizeof key);
  return made;
}

gboolean
th_key_file_load (const char *folder, const char *name, int mode, gboolean make,
                  guint8 ret_key[TH_KEY_BYTES], GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  guint8 key[TH_KEY_BYTES + 1];
  ssize_t n;
  autofd fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

  if (fd < 0 && errno == ENOENT && make)
    {
      if (!make_key (folder, path, mode, error))
        return FALSE;
      fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
  if (fd < 0 && errno == ENOENT)
    {
      g_set_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND, "there is no %s", path);
      return FALSE;
    }
  if (fd < 0)
    return refuse (error, "open", path);
  n = TEMP_FAILURE_RETRY (read (fd, key, sizeof key));
  if (n == TH_KEY_BYTES)
    memcpy (ret_key, key, TH_KEY_BYTES);
  sodium_memzero (key, sizeof key);
  if (n == TH_KEY_BYTES)
    return TRUE;
  if (n < 0)
    return refuse (error, "read", path);
  g_set_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT, "%s is not a key of %d bytes",
               path, TH_KEY_BYTES);
  return FALSE;
}

gboolean
th_key_file_store (const char *folder, const char *name, int mode, const guint8 key[TH_KEY_BYTES],
                   GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  guint8 there[TH_KEY_BYTES];
  gboolean same;

  if (!put_bytes (folder, path, mode, key, TH_KEY_BYTES, error) ||
      !th_key_file_load (folder, name, mode, FALSE, there, error))
    return FALSE;
  same = sodium_memcmp (there, key, sizeof there) == 0;
  sodium_memzero (there, sizeof there);
  if (!same)
    g_set_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED,
                 "%s is another key: remove it first, when no program uses it", path);
  return same;
}

static gboolean
destroy (const char *path, GError **error)
{
  const guint8 zeros[TH_KEY_BLOB_BYTES] = { 0 };
  GStatBuf info;
  autofd fd = open (path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

  /* Another program of the group may destroy it at the same moment. */
  if (fd < 0 && errno == ENOENT)
    return TRUE;
  if (fd < 0 || fstat (fd, &info) != 0 ||
      !write_whole (fd, zeros, MIN ((gsize)info.st_size, sizeof zeros)))
    return refuse (error, "overwrite", path);
  if (g_unlink (path) != 0 && errno != ENOENT)
    return refuse (error, "remove", path);
  return TRUE;
}

gboolean
th_key_blob_store (const char *folder, const char *name, int mode, const guint8 *bytes, gsize len,
                   GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_return_val_if_fail (len <= TH_KEY_BLOB_BYTES, FALSE);

  return put_bytes (folder, path, mode, bytes, len, error);
}

gboolean
th_key_blob_load (const char *folder, const char *name, guint8 ret_bytes[TH_KEY_BLOB_BYTES],
                  gsize *ret_len, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  guint8 bytes[TH_KEY_BLOB_BYTES + 1];
  ssize_t n;
  autofd fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

  if (fd < 0 && errno == ENOENT)
    {
      g_set_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND, "there is no %s", path);
      return FALSE;
    }
  if (fd < 0)
    return refuse (error, "open", path);
  n = TEMP_FAILURE_RETRY (read (fd, bytes, sizeof bytes));
  if (n < 0)
    return refuse (error, "read", path);
  if (n > TH_KEY_BLOB_BYTES)
    {
      g_set_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT, "%s is too long for a key", path);
      return FALSE;
    }
  memcpy (ret_bytes, bytes, (gsize)n);
  *ret_len = (gsize)n;
  sodium_memzero (bytes, sizeof bytes);
  return TRUE;
}

gboolean
th_key_file_destroy (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return destroy (path, error) && sync_folder (folder, error);
}

static gboolean
is_over (const char *path, const char *name, const char *prefix, const char *suffix,
         const char *day)
{
  gsize before = strlen (prefix);
  GStatBuf info;

  if (strstr (name, UNFINISHED) != NULL)
    return g_lstat (path, &info) == 0 && info.st_mtime + UNFINISHED_S < time (NULL);
  return g_str_has_prefix (name, prefix) && g_str_has_suffix (name, suffix) &&
         strlen (name) == before + DAY_LENGTH + strlen (suffix) &&
         strncmp (name + before, day, DAY_LENGTH) < 0;
}

gboolean
th_key_files_destroy_days_before (const char *folder, const char *prefix, const char *suffix,
                                  const char *day, GError **error)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  gboolean any = FALSE;
  const char *name;

  if (dir == NULL)
    return refuse (error, "list", folder);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!is_over (path, name, prefix, suffix, day))
        continue;
      if (!destroy (path, error))
        return FALSE;
      any = TRUE;
    }
  return !any || sync_folder (folder, error);
}
