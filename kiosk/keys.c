/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/keys.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "kiosk/id-number.h"
#include "kiosk/key-file.h"
#include "kiosk/records.h"

#define SITE_KEY "site.key"
#define MAGIC_BYTES 8
/* For a passphrase of five words: about two seconds of a Pi 4, and 128 MB for as long. */
#define OPSLIMIT 3
#define MEMLIMIT (128 * 1024 * 1024)
/* A file from elsewhere must not ask for all the memory there is. */
#define MEMLIMIT_MAX (512 * 1024 * 1024)
#define OPSLIMIT_MAX 16

static const guint8 magic[MAGIC_BYTES] = { 'T', 'H', '-', 'S', 'I', 'T', 'E', '1' };

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define WRAPPED (NONCE + TH_KEY_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES)

static const char *const kinds[TH_N_SEALS] = {
  [TH_SEAL_VISIT] = "visit",
  [TH_SEAL_INJECTION] = "injection",
  [TH_SEAL_CASE] = "case",
};

const char *
th_seal_kind_to_string (ThSealKind kind)
{
  g_return_val_if_fail (kind < TH_N_SEALS, "");
  return kinds[kind];
}

gboolean
th_seal_kind_from_string (const char *text, ThSealKind *ret_kind)
{
  for (guint i = 0; i < TH_N_SEALS; i++)
    if (g_strcmp0 (text, kinds[i]) == 0)
      {
        *ret_kind = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
refuse (GError **error, ThRecordsError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
refuse (GError **error, ThRecordsError code, const char *format, ...)
{
  va_list values;

  va_start (values, format);
  if (error != NULL)
    *error = g_error_new_valist (TH_RECORDS_ERROR, code, format, values);
  va_end (values);
  return FALSE;
}

static char *
secret_name (ThSealKind kind, const char *day)
{
  return g_strdup_printf ("%s-%s.key", kinds[kind], day);
}

static char *
public_name (ThSealKind kind, const char *day)
{
  return g_strdup_printf ("seal-%s-%s.pub", kinds[kind], day);
}

/* --- wrapped by another key --------------------------------------------------------------------- */

/* @what: what it is, so that no file can stand in for another one */
static void
wrap (const guint8 key[TH_KEY_BYTES], const char *what, const guint8 by[TH_KEY_BYTES],
      guint8 ret_wrapped[WRAPPED])
{
  randombytes_buf (ret_wrapped, NONCE);
  crypto_aead_xchacha20poly1305_ietf_encrypt (ret_wrapped + NONCE, NULL, key, TH_KEY_BYTES,
                                              (const guint8 *)what, strlen (what), NULL,
                                              ret_wrapped, by);
}

static gboolean
unwrap (const guint8 wrapped[WRAPPED], const char *what, const guint8 by[TH_KEY_BYTES],
        guint8 ret_key[TH_KEY_BYTES])
{
  return crypto_aead_xchacha20poly1305_ietf_decrypt (ret_key, NULL, NULL, wrapped + NONCE,
                                                     WRAPPED - NONCE, (const guint8 *)what,
                                                     strlen (what), wrapped, by)
         == 0;
}

/* --- the site key ------------------------------------------------------------------------------- */

typedef struct
{
  guint8 salt[crypto_pwhash_SALTBYTES];
  guint64 opslimit, memlimit;
  guint8 wrapped[WRAPPED];
} SiteFile;

#define SITE_FILE_BYTES (MAGIC_BYTES + 16 + crypto_pwhash_SALTBYTES + WRAPPED)
G_STATIC_ASSERT (SITE_FILE_BYTES <= TH_KEY_BLOB_BYTES);

static void
put_u64 (guint8 *to, guint64 value)
{
  for (guint i = 0; i < 8; i++)
    to[i] = (guint8)(value >> (8 * (7 - i)));
}

static guint64
get_u64 (const guint8 *from)
{
  guint64 value = 0;

  for (guint i = 0; i < 8; i++)
    value = value << 8 | from[i];
  return value;
}

static void
encode_site (const SiteFile *site, guint8 ret_bytes[SITE_FILE_BYTES])
{
  memcpy (ret_bytes, magic, MAGIC_BYTES);
  put_u64 (ret_bytes + MAGIC_BYTES, site->opslimit);
  put_u64 (ret_bytes + MAGIC_BYTES + 8, site->memlimit);
  memcpy (ret_bytes + MAGIC_BYTES + 16, site->salt, sizeof site->salt);
  memcpy (ret_bytes + MAGIC_BYTES + 16 + sizeof site->salt, site->wrapped, WRAPPED);
}

static gboolean
load_site (const ThKeyPlaces *places, SiteFile *ret_site, GError **error)
{
  guint8 bytes[TH_KEY_BLOB_BYTES];
  gsize len;

  if (*places->folder == '\0')
    return refuse (error, TH_RECORDS_ERROR_NOT_FOUND,
                   "no key folder is set: [sealing] folder= says where the site key is");
  if (!th_key_blob_load (places->folder, SITE_KEY, bytes, &len, error))
    return FALSE;
  if (len != SITE_FILE_BYTES || memcmp (bytes, magic, MAGIC_BYTES) != 0)
    return refuse (error, TH_RECORDS_ERROR_CORRUPT, "%s/" SITE_KEY " is not a site key",
                   places->folder);
  ret_site->opslimit = get_u64 (bytes + MAGIC_BYTES);
  ret_site->memlimit = get_u64 (bytes + MAGIC_BYTES + 8);
  memcpy (ret_site->salt, bytes + MAGIC_BYTES + 16, sizeof ret_site->salt);
  memcpy (ret_site->wrapped, bytes + MAGIC_BYTES + 16 + sizeof ret_site->salt, WRAPPED);
  if (ret_site->opslimit < 1 || ret_site->opslimit > OPSLIMIT_MAX
      || ret_site->memlimit < crypto_pwhash_MEMLIMIT_MIN || ret_site->memlimit > MEMLIMIT_MAX)
    return refuse (error, TH_RECORDS_ERROR_CORRUPT, "%s/" SITE_KEY " is damaged", places->folder);
  return TRUE;
}

/* Spaces and case do not count: it is words that somebody remembers. */
static char *
plain_words (const char *passphrase, guint *ret_n)
{
  g_autofree char *folded = g_utf8_casefold (passphrase, -1);
  g_autofree char *normal = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE);
  GString *words = g_string_new (NULL);
  guint n = 0;

  for (const char *at = normal != NULL ? normal : ""; *at != '\0';)
    {
      const char *from;

      while (*at != '\0' && g_unichar_isspace (g_utf8_get_char (at)))
        at = g_utf8_next_char (at);
      from = at;
      while (*at != '\0' && !g_unichar_isspace (g_utf8_get_char (at)))
        at = g_utf8_next_char (at);
      if (at == from)
        break;
      if (n++ > 0)
        g_string_append_c (words, ' ');
      g_string_append_len (words, from, at - from);
    }
  sodium_memzero (folded, strlen (folded));
  if (normal != NULL)
    sodium_memzero (normal, strlen (normal));
  *ret_n = n;
  return g_string_free (words, FALSE);
}

static gboolean
key_of_words (const SiteFile *site, const char *words, guint8 ret_key[TH_KEY_BYTES], GError **error)
{
  if (crypto_pwhash (ret_key, TH_KEY_BYTES, words, strlen (words), site->salt, site->opslimit,
                     (size_t)site->memlimit, crypto_pwhash_ALG_ARGON2ID13)
      != 0)
    return refuse (error, TH_RECORDS_ERROR_FAILED,
                   "there is not enough free memory to open the site key (%" G_GUINT64_FORMAT " MB)",
                   site->memlimit / 1024 / 1024);
  return TRUE;
}

static gboolean
make_secret_folder (const ThKeyPlaces *places, const char *folder, GError **error)
{
  g_autofree char *state = g_path_get_dirname (places->public_folder);
  g_autofree char *inside = g_strconcat (state, "/", NULL);
  GStatBuf info;

  if (strcmp (folder, state) == 0 || g_str_has_prefix (folder, inside))
    return refuse (error, TH_RECORDS_ERROR_REFUSED,
                   "the secret halves do not belong into %s: whoever backs that up would have both", state);
  if (g_mkdir_with_parents (folder, 0700) != 0 || g_stat (folder, &info) != 0)
    return refuse (error, TH_RECORDS_ERROR_FAILED, "cannot make %s: %s", folder, g_strerror (errno));
  if ((info.st_mode & 0077) != 0)
    return refuse (error, TH_RECORDS_ERROR_REFUSED,
                   "%s is open to others: chmod 0700 it, and look who has read it", folder);
  return TRUE;
}

static gboolean
check_mirror (const ThKeyPlaces *places, GError **error)
{
  if (*places->mirror == '\0' || g_file_test (places->mirror, G_FILE_TEST_IS_DIR))
    return TRUE;
  return refuse (error, TH_RECORDS_ERROR_BUSY,
                 "the mirror %s is not there: plug it in, or mount it, and try again", places->mirror);
}

/* In both places. */
static gboolean
store_secret (const ThKeyPlaces *places, const char *name, const guint8 *bytes, gsize len,
              GError **error)
{
  return th_key_blob_store (places->folder, name, 0600, bytes, len, error)
         && (*places->mirror == '\0'
             || th_key_blob_store (places->mirror, name, 0600, bytes, len, error));
}

gboolean
th_keys_init (const ThKeyPlaces *places, const char *passphrase, GError **error)
{
  g_autofree char *path = g_build_filename (places->folder, SITE_KEY, NULL);
  g_autofree char *words = NULL;
  SiteFile site = { .opslimit = OPSLIMIT, .memlimit = MEMLIMIT };
  guint8 site_key[TH_KEY_BYTES], by[TH_KEY_BYTES], bytes[SITE_FILE_BYTES];
  gboolean good;
  guint n;

  if (sodium_init () < 0)
    return refuse (error, TH_RECORDS_ERROR_FAILED, "the system has no random numbers");
  if (*places->folder == '\0')
    return refuse (error, TH_RECORDS_ERROR_NOT_FOUND,
                   "no key folder is set: [sealing] folder= says where the site key goes");
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return refuse (error, TH_RECORDS_ERROR_REFUSED,
                   "%s is there already: with another one no name of before could be read", path);
  words = plain_words (passphrase, &n);
  if (n < TH_KEYS_MIN_WORDS)
    return refuse (error, TH_RECORDS_ERROR_REFUSED, "a passphrase has five words or more");
  if (!make_secret_folder (places, places->folder, error)
      || (*places->mirror != '\0' && !make_secret_folder (places, places->mirror, error)))
    return FALSE;
  randombytes_buf (site_key, sizeof site_key);
  randombytes_buf (site.salt, sizeof site.salt);
  good = key_of_words (&site, words, by, error);
  if (good)
    {
      wrap (site_key, SITE_KEY, by, site.wrapped);
      encode_site (&site, bytes);
      good = store_secret (places, SITE_KEY, bytes, sizeof bytes, error);
    }
  sodium_memzero (site_key, sizeof site_key);
  sodium_memzero (by, sizeof by);
  sodium_memzero (words, strlen (words));
  return good;
}

/* --- in the kernel's keyring --------------------------------------------------------------------- */

/* The user's own keyring: possessor and user may view, read, write, search, link; nobody else anything. */
#define RIGHTS 0x3f3f0000

static char *
keyring_name (const ThKeyPlaces *places)
{
  return g_strdup_printf ("threshold:%s", places->folder);
}

static long
find_in_keyring (const ThKeyPlaces *places)
{
  g_autofree char *name = keyring_name (places);

  return syscall (SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user", name, 0);
}

static gboolean
put_in_keyring (const ThKeyPlaces *places, const guint8 key[TH_KEY_BYTES], GError **error)
{
  g_autofree char *name = keyring_name (places);
  long id = syscall (SYS_add_key, "user", name, key, (size_t)TH_KEY_BYTES, KEY_SPEC_USER_KEYRING);

  if (id < 0 || syscall (SYS_keyctl, KEYCTL_SETPERM, id, RIGHTS) != 0
      || syscall (SYS_keyctl, KEYCTL_SET_TIMEOUT, id, TH_KEYS_UNLOCKED_S) != 0)
    return refuse (error, TH_RECORDS_ERROR_FAILED, "the kernel does not keep the key: %s",
                   g_strerror (errno));
  return TRUE;
}

static gboolean
load_site_key (const ThKeyPlaces *places, guint8 ret_key[TH_KEY_BYTES], GError **error)
{
  long id = find_in_keyring (places);

  if (id < 0 || syscall (SYS_keyctl, KEYCTL_READ, id, ret_key, (size_t)TH_KEY_BYTES) != TH_KEY_BYTES)
    return refuse (error, TH_RECORDS_ERROR_LOCKED,
                   "the site key is locked: open the day, or unlock it with the passphrase");
  return TRUE;
}

gboolean
th_keys_unlock (const ThKeyPlaces *places, const char *passphrase, GError **error)
{
  g_autofree char *words = NULL;
  guint8 by[TH_KEY_BYTES], site_key[TH_KEY_BYTES];
  SiteFile site = { .opslimit = 0 };
  gboolean good;
  guint n;

  if (sodium_init () < 0)
    return refuse (error, TH_RECORDS_ERROR_FAILED, "the system has no random numbers");
  if (!load_site (places, &site, error))
    return FALSE;
  words = plain_words (passphrase, &n);
  good = key_of_words (&site, words, by, error);
  sodium_memzero (words, strlen (words));
  if (good && !unwrap (site.wrapped, SITE_KEY, by, site_key))
    good = refuse (error, TH_RECORDS_ERROR_REFUSED, "this is not the passphrase");
  if (good)
    good = put_in_keyring (places, site_key, error);
  sodium_memzero (by, sizeof by);
  sodium_memzero (site_key, sizeof site_key);
  return good;
}

gboolean
th_keys_lock (const ThKeyPlaces *places, GError **error)
{
  long id = find_in_keyring (places);

  if (id < 0)
    return TRUE;
  /* Revoked first: whoever holds it by number loses it, too. */
  if (syscall (SYS_keyctl, KEYCTL_REVOKE, id) != 0
      || syscall (SYS_keyctl, KEYCTL_UNLINK, id, KEY_SPEC_USER_KEYRING) != 0)
    return refuse (error, TH_RECORDS_ERROR_FAILED, "the kernel does not forget the key: %s",
                   g_strerror (errno));
  return TRUE;
}

/* --- a day's ------------------------------------------------------------------------------------- */

static gboolean
load_secret (const ThKeyPlaces *places, const char *folder, ThSealKind kind, const char *day,
             const guint8 site_key[TH_KEY_BYTES], guint8 ret_secret[TH_KEY_BYTES], GError **error)
{
  g_autofree char *name = secret_name (kind, day);
  guint8 bytes[TH_KEY_BLOB_BYTES];
  gsize len;

  if (!th_key_blob_load (folder, name, bytes, &len, error))
    return FALSE;
  if (len == WRAPPED && unwrap (bytes, name, site_key, ret_secret))
    return TRUE;
  return refuse (error, TH_RECORDS_ERROR_CORRUPT, "%s/%s is damaged, or of another site key", folder, name);
}

/* From the one place, or from the other. */
static gboolean
load_either (const ThKeyPlaces *places, ThSealKind kind, const char *day,
             const guint8 site_key[TH_KEY_BYTES], guint8 ret_secret[TH_KEY_BYTES], GError **error)
{
  if (load_secret (places, places->folder, kind, day, site_key, ret_secret,
                   *places->mirror != '\0' ? NULL : error))
    return TRUE;
  return *places->mirror != '\0'
         && load_secret (places, places->mirror, kind, day, site_key, ret_secret, error);
}

/* A place that was away when it was made gets it now, as it stands in the other one. */
static gboolean
complete_places (const ThKeyPlaces *places, const char *name, GError **error)
{
  guint8 bytes[TH_KEY_BLOB_BYTES];
  gsize len;

  if (*places->mirror == '\0')
    return TRUE;
  if (!th_key_blob_load (places->folder, name, bytes, &len, NULL)
      && !th_key_blob_load (places->mirror, name, bytes, &len, error))
    return FALSE;
  return store_secret (places, name, bytes, len, error);
}

static gboolean
make_pair (const ThKeyPlaces *places, ThSealKind kind, const char *day,
           const guint8 site_key[TH_KEY_BYTES], gboolean *ret_made, GError **error)
{
  g_autofree char *name = secret_name (kind, day), *published = public_name (kind, day);
  g_autoptr (GError) problem = NULL;
  guint8 public_key[TH_KEY_BYTES], secret[TH_KEY_BYTES], wrapped[WRAPPED];
  gboolean good = TRUE;

  *ret_made = FALSE;
  if (th_key_file_load (places->public_folder, published, 0640, FALSE, public_key, NULL)
      && load_either (places, kind, day, site_key, secret, &problem))
    {
      sodium_memzero (secret, sizeof secret);
      return complete_places (places, name, error);
    }
  if (problem != NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&problem),
                                  "names of %s are sealed to a key whose secret half is gone: ", day);
      return FALSE;
    }
  /* Begun, and not published: the machine was switched off in between. */
  if (load_either (places, kind, day, site_key, secret, NULL))
    good = complete_places (places, name, error);
  else
    {
      randombytes_buf (secret, sizeof secret);
      wrap (secret, name, site_key, wrapped);
      good = store_secret (places, name, wrapped, sizeof wrapped, error);
    }
  if (good)
    {
      crypto_scalarmult_base (public_key, secret);
      good = th_key_file_store (places->public_folder, published, 0640, public_key, error);
    }
  sodium_memzero (secret, sizeof secret);
  *ret_made = good;
  return good;
}

static GDateTime *
date_of (const char *day)
{
  ThDate date;

  if (!th_date_from_string (day, &date))
    return NULL;
  return g_date_time_new_utc (date.year, date.month, date.day, 12, 0, 0);
}

static char *
day_after (GDateTime *from, guint n)
{
  g_autoptr (GDateTime) then = g_date_time_add_days (from, (gint)n);

  return g_date_time_format (then, "%Y-%m-%d");
}

gboolean
th_keys_make_days (const ThKeyPlaces *places, const char *from, guint n, guint *ret_made,
                   GError **error)
{
  g_autoptr (GDateTime) first = date_of (from);
  guint8 site_key[TH_KEY_BYTES];
  gboolean good = TRUE;
  guint made = 0;

  if (first == NULL || n < 1 || n > TH_KEYS_MAX_DAYS)
    return refuse (error, TH_RECORDS_ERROR_REFUSED, "keys are made for 1 to %d days from a date on",
                   TH_KEYS_MAX_DAYS);
  if (!th_key_folder_make (places->public_folder, error) || !check_mirror (places, error)
      || !load_site_key (places, site_key, error))
    return FALSE;
  for (guint i = 0; good && i < n; i++)
    {
      g_autofree char *day = day_after (first, i);

      for (guint kind = 0; good && kind < TH_N_SEALS; kind++)
        {
          gboolean one = FALSE;

          good = make_pair (places, kind, day, site_key, &one, error);
          made += one;
        }
    }
  sodium_memzero (site_key, sizeof site_key);
  if (ret_made != NULL)
    *ret_made = made;
  return good;
}

gboolean
th_keys_public (const ThKeyPlaces *places, ThSealKind kind, const char *day,
                guint8 ret_key[TH_SEAL_KEY_BYTES], GError **error)
{
  g_autofree char *name = public_name (kind, day);

  return th_key_file_load (places->public_folder, name, 0640, FALSE, ret_key, error);
}

gboolean
th_keys_open (const ThKeyPlaces *places, ThSealKind kind, const char *day, const guint8 *box,
              gsize len, ThPersonal *ret_who, GError **error)
{
  guint8 site_key[TH_KEY_BYTES], public_key[TH_KEY_BYTES], secret[TH_KEY_BYTES];
  g_autoptr (GError) problem = NULL;
  gboolean good;

  if (sodium_init () < 0)
    return refuse (error, TH_RECORDS_ERROR_FAILED, "the system has no random numbers");
  if (*places->folder == '\0')
    return refuse (error, TH_RECORDS_ERROR_NOT_FOUND, "no key folder is set: [sealing] folder=");
  if (!load_site_key (places, site_key, error))
    return FALSE;
  good = load_either (places, kind, day, site_key, secret, error);
  sodium_memzero (site_key, sizeof site_key);
  if (!good)
    return FALSE;
  crypto_scalarmult_base (public_key, secret);
  good = th_personal_open (box, len, public_key, secret, ret_who, &problem);
  sodium_memzero (secret, sizeof secret);
  return good || refuse (error, TH_RECORDS_ERROR_CORRUPT, "%s", problem->message);
}

gboolean
th_keys_destroy (const ThKeyPlaces *places, ThSealKind kind, const char *day, GError **error)
{
  g_autofree char *name = secret_name (kind, day), *published = public_name (kind, day);

  if (!check_mirror (places, error))
    return FALSE;
  /* The public half last: while it is there, somebody sees that a secret one should be. */
  return (*places->folder == '\0' || th_key_file_destroy (places->folder, name, error))
         && (*places->mirror == '\0' || th_key_file_destroy (places->mirror, name, error))
         && th_key_file_destroy (places->public_folder, published, error);
}

/* --- what there is ---------------------------------------------------------------------------- */

/* Adds the day of each file PREFIX-DAY-SUFFIX to the set. */
static void
collect_days (const char *folder, const char *prefix, const char *suffix, GHashTable *days)
{
  g_autoptr (GDir) dir = *folder != '\0' ? g_dir_open (folder, 0, NULL) : NULL;
  gsize before = strlen (prefix);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *day = NULL;
      ThDate date;

      if (!g_str_has_prefix (name, prefix) || strlen (name) != before + 10 + strlen (suffix)
          || !g_str_has_suffix (name, suffix))
        continue;
      day = g_strndup (name + before, 10);
      if (th_date_from_string (day, &date))
        g_hash_table_add (days, g_steal_pointer (&day));
    }
}

static int
compare_days (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static char **
sorted (GHashTable *days)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer day;

  g_hash_table_iter_init (&iter, days);
  while (g_hash_table_iter_next (&iter, &day, NULL))
    g_ptr_array_add (list, g_strdup (day));
  g_ptr_array_sort (list, compare_days);
  g_ptr_array_add (list, NULL);
  return (char **)g_ptr_array_free (list, FALSE);
}

char **
th_keys_list (const ThKeyPlaces *places, ThSealKind kind, GError **error)
{
  g_autoptr (GHashTable) days = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *published = g_strdup_printf ("seal-%s-", kinds[kind]);
  g_autofree char *secret = g_strdup_printf ("%s-", kinds[kind]);

  collect_days (places->public_folder, published, ".pub", days);
  collect_days (places->folder, secret, ".key", days);
  collect_days (places->mirror, secret, ".key", days);
  return sorted (days);
}

gboolean
th_keys_any (const ThKeyPlaces *places)
{
  g_autoptr (GDir) dir = g_dir_open (places->public_folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "seal-") && g_str_has_suffix (name, ".pub"))
      return TRUE;
  return FALSE;
}

static gboolean
same_in_both (const ThKeyPlaces *places, const char *name)
{
  guint8 one[TH_KEY_BLOB_BYTES], other[TH_KEY_BLOB_BYTES];
  gsize len, other_len;

  return th_key_blob_load (places->folder, name, one, &len, NULL)
         && th_key_blob_load (places->mirror, name, other, &other_len, NULL) && len == other_len
         && memcmp (one, other, len) == 0;
}

static void
look_at_secrets (const ThKeyPlaces *places, ThSealKind kind, ThKeysStatus *status)
{
  g_autoptr (GHashTable) days = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *prefix = g_strdup_printf ("%s-", kinds[kind]);
  g_auto (GStrv) list = NULL;

  collect_days (places->folder, prefix, ".key", days);
  list = sorted (days);
  for (guint i = 0; list[i] != NULL; i++)
    {
      g_autofree char *name = secret_name (kind, list[i]);

      status->secrets++;
      status->not_mirrored += status->has_mirror && !same_in_both (places, name);
      if (status->oldest[0] == '\0' || strcmp (list[i], status->oldest) < 0)
        g_strlcpy (status->oldest, list[i], sizeof status->oldest);
    }
}

gboolean
th_keys_status (const ThKeyPlaces *places, const char *today, ThKeysStatus *ret_status,
                GError **error)
{
  g_autoptr (GDateTime) first = date_of (today);
  ThKeysStatus status = { .has_mirror = *places->mirror != '\0' };
  SiteFile site;
  g_autoptr (GError) problem = NULL;

  if (first == NULL)
    return refuse (error, TH_RECORDS_ERROR_REFUSED, "'%s' is not a day", today);
  status.initialised = load_site (places, &site, &problem);
  if (problem != NULL && !g_error_matches (problem, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  status.unlocked = status.initialised && find_in_keyring (places) >= 0;
  for (guint i = 0; i < TH_KEYS_MAX_DAYS; i++)
    {
      g_autofree char *day = day_after (first, i);
      guint8 key[TH_KEY_BYTES];

      if (!th_keys_public (places, TH_SEAL_VISIT, day, key, NULL)
          || !th_keys_public (places, TH_SEAL_CASE, day, key, NULL)
          || !th_keys_public (places, TH_SEAL_INJECTION, day, key, NULL))
        break;
      status.days_ahead++;
    }
  for (guint kind = 0; kind < TH_N_SEALS; kind++)
    look_at_secrets (places, kind, &status);
  *ret_status = status;
  return TRUE;
}
