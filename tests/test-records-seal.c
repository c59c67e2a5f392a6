/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names in the records: sealed, opened, and gone after a purge: from the file, its WAL, a copy of it, and both key folders. */
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "kiosk/key-file.h"
#include "kiosk/records-day.h"
#include "kiosk/records-lots.h"
#include "kiosk/records-seal.h"
#include "tests/records-fixture.h"

#define BY "LI MIN"
#define WORDS "correct horse battery staple seven"
#define NAME "欧阳测试"

typedef struct
{
  Fixture records;
  char *folder, *mirror, *public_folder, *root;
  ThKeyPlaces places;
  char day[11];
} Sealing;

static const ThRetention retention = { .visit_days = 30, .case_days = 90, .injection_years = 5 };

static void
begin (Sealing *s, gconstpointer data)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");

  set_up (&s->records, NULL);
  g_strlcpy (s->day, day, sizeof s->day);
  s->root = g_dir_make_tmp ("th-seal-XXXXXX", NULL);
  s->folder = g_build_filename (s->root, "secret", NULL);
  s->mirror = g_build_filename (s->root, "mirror", NULL);
  s->public_folder = g_build_filename (s->records.dir, "keys", NULL);
  s->places = (ThKeyPlaces){ s->public_folder, s->folder, s->mirror };
}

static void
make_keys (Sealing *s)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (th_keys_init (&s->places, WORDS, &error) && th_keys_unlock (&s->places, WORDS, &error)
                 && th_keys_make_days (&s->places, s->day, 2, NULL, &error));
  g_assert_no_error (error);
}

static void
end (Sealing *s, gconstpointer data)
{
  g_assert_true (th_keys_lock (&s->places, NULL));
  tear_down (&s->records, NULL);
  remove_tree (s->root);
  g_free (s->root);
  g_free (s->folder);
  g_free (s->mirror);
  g_free (s->public_folder);
}

/* A whole visit; @n makes the number. (transfer full): its id */
static char *
visit (Sealing *s, guint n, ThReason reasons)
{
  ThPersonal who = { .birth = "1990-01-01", .sex = "female" };
  char *id = th_visit_id_new ();
  g_autoptr (GError) error = NULL;
  ThTicket ticket;

  person (n, who.id_number);
  g_snprintf (who.name, sizeof who.name, NAME "%u", n);
  g_assert_true (th_records_confirmed_as (s->records.records, id, "card", "zh_CN", &who, &error));
  g_assert_no_error (error);
  if (reasons != 0)
    g_assert_true (th_records_seal (s->records.records, id, TH_SEAL_CASE, &who, &error));
  g_assert_true (th_records_issue_ticket (s->records.records, id, who.id_number, 'A', reasons, &ticket, &error));
  g_assert_no_error (error);
  return id;
}

static gboolean
opens (Sealing *s, const char *id, guint n, int code)
{
  g_autofree char *name = g_strdup_printf (NAME "%u", n);
  g_autoptr (GError) error = NULL;
  ThPersonal who;

  if (th_records_open_person (s->records.records, &s->places, id, BY, &who, &error))
    {
      g_assert_cmpstr (who.name, ==, name);
      return TRUE;
    }
  g_assert_error (error, TH_RECORDS_ERROR, code);
  return FALSE;
}

/* --- whoever has all the files ---------------------------------------------------------------------- */

typedef struct
{
  GPtrArray *files; /* GBytes */
  GPtrArray *names;
} Loot;

static void
take_all (Loot *loot, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      char *text = NULL;
      gsize len;

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        take_all (loot, path);
      else if (g_file_get_contents (path, &text, &len, NULL))
        {
          g_ptr_array_add (loot->files, g_bytes_new_take (text, len));
          g_ptr_array_add (loot->names, g_strdup (path));
        }
    }
}

/* Every 32 bytes that could be a key: whole files, and the site key, which is theirs, too. */
static gboolean
box_opens (Sealing *s, const char *box_text, const char *number)
{
  static const ThSealKind kinds[] = { TH_SEAL_VISIT, TH_SEAL_CASE, TH_SEAL_INJECTION };
  gsize len;
  g_autofree guint8 *box = g_base64_decode (box_text, &len);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_auto (GStrv) days = th_keys_list (&s->places, kinds[i], NULL);

      for (guint d = 0; days[d] != NULL; d++)
        {
          ThPersonal who;

          if (th_keys_open (&s->places, kinds[i], days[d], box, len, &who, NULL)
              && strcmp (who.id_number, number) == 0)
            return TRUE;
        }
    }
  return FALSE;
}

/* By every hash that is anywhere in the files, with every key that is anywhere in the files, for one number. */
static gboolean
hash_tells (const Loot *loot, const char *number)
{
  for (guint k = 0; k < loot->files->len; k++)
    {
      gsize key_len;
      const guint8 *key = g_bytes_get_data (loot->files->pdata[k], &key_len);
      guint8 hash[32];

      if (key_len != 32)
        continue;
      crypto_generichash (hash, sizeof hash, (const guint8 *)number, strlen (number), key, 32);
      for (guint f = 0; f < loot->files->len; f++)
        {
          gsize len;
          const guint8 *bytes = g_bytes_get_data (loot->files->pdata[f], &len);

          if (len >= 32 && memmem (bytes, len, hash, sizeof hash) != NULL)
            return TRUE;
        }
    }
  return FALSE;
}

/* Can the person with this number be had? With the site key unlocked, as for a manager who wants to. */
static gboolean
can_be_had (Sealing *s, guint n)
{
  g_autofree char *copy = g_build_filename (s->root, "backup.db", NULL);
  g_autofree char *sql = g_strdup_printf ("VACUUM INTO '%s'", copy);
  g_autofree char *boxes = rows (&s->records, "SELECT json_extract (body, '$.box') FROM events WHERE kind = 'sealed'");
  g_auto (GStrv) each = g_strsplit (boxes, "\n", -1);
  g_autofree char *name = g_strdup_printf (NAME "%u", n);
  Loot loot = { g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref),
                g_ptr_array_new_with_free_func (g_free) };
  char number[19];
  gboolean had = FALSE;

  person (n, number);
  g_unlink (copy);
  meddle (&s->records, sql);
  take_all (&loot, s->records.dir);
  take_all (&loot, s->root);
  for (guint f = 0; f < loot.files->len; f++)
    {
      gsize len;
      const guint8 *bytes = g_bytes_get_data (loot.files->pdata[f], &len);

      /* In clear it never stands, before the purge either. */
      g_assert_null (memmem (bytes, len, name, strlen (name)));
      g_assert_null (memmem (bytes, len, number, strlen (number)));
    }
  for (guint i = 0; each[i] != NULL && !had; i++)
    had = each[i][0] != '\0' && box_opens (s, each[i], number);
  had = had || hash_tells (&loot, number);
  g_ptr_array_unref (loot.files);
  g_ptr_array_unref (loot.names);
  return had;
}

/* --- the tests ----------------------------------------------------------------------------------------- */

static void
test_without_keys_nothing_is_kept (Sealing *s, gconstpointer data)
{
  g_autofree char *id = visit (s, 1, 0);
  g_autofree char *states = th_records_last_device_states (s->records.records, NULL, NULL);

  g_assert_false (opens (s, id, 1, TH_RECORDS_ERROR_NOT_FOUND));
  g_assert_null (strstr (states, "sealing")); /* nobody wanted it */
}

static void
test_a_day_without_a_key_is_told_to_staff_and_ends_no_visit (Sealing *s, gconstpointer data)
{
  g_autofree char *id = NULL, *states = NULL, *later = NULL, *well = NULL;

  make_keys (s);
  for (guint kind = 0; kind < TH_N_SEALS; kind++)
    g_assert_true (th_keys_destroy (&s->places, kind, s->day, NULL));
  id = visit (s, 1, 0);
  states = th_records_last_device_states (s->records.records, NULL, NULL);
  g_assert_nonnull (strstr (states, "sealing=no-key"));
  g_assert_false (opens (s, id, 1, TH_RECORDS_ERROR_NOT_FOUND));
  g_assert_true (th_keys_make_days (&s->places, s->day, 1, NULL, NULL));
  later = visit (s, 2, 0);
  well = th_records_last_device_states (s->records.records, NULL, NULL);
  g_assert_nonnull (strstr (well, "sealing=ready"));
  g_assert_true (opens (s, later, 2, 0));
}

static void
test_who_looks_stands_in_the_log (Sealing *s, gconstpointer data)
{
  g_autofree char *id = NULL, *looked = NULL;
  g_autoptr (GError) error = NULL;
  ThPersonal who;

  make_keys (s);
  id = visit (s, 1, 0);
  g_assert_false (th_records_open_person (s->records.records, &s->places, id, "", &who, &error));
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED);
  g_assert_true (th_keys_lock (&s->places, NULL));
  g_assert_false (opens (s, id, 1, TH_RECORDS_ERROR_LOCKED));
  g_assert_true (th_keys_unlock (&s->places, WORDS, NULL));
  g_assert_true (opens (s, id, 1, 0));
  looked = rows (&s->records, "SELECT count(*) FROM events WHERE kind = 'person_opened'");
  g_assert_cmpstr (looked, ==, "1\n");
}

static void
test_a_rebuild_gives_the_same_boxes (Sealing *s, gconstpointer data)
{
  g_autofree char *one = NULL, *two = NULL, *before = NULL, *after = NULL;

  make_keys (s);
  one = visit (s, 1, 0);
  two = visit (s, 2, TH_REASON_ANSWER);
  before = rows (&s->records, "SELECT * FROM sealed ORDER BY visit, kind");
  g_assert_true (th_records_rebuild (s->records.records, NULL));
  after = rows (&s->records, "SELECT * FROM sealed ORDER BY visit, kind");
  g_assert_cmpstr (before, ==, after);
}

static const ThPurge *
purge_of (const GArray *list, ThSealKind kind, const char *day)
{
  for (guint i = 0; i < list->len; i++)
    if (g_array_index (list, ThPurge, i).kind == kind && strcmp (g_array_index (list, ThPurge, i).day, day) == 0)
      return &g_array_index (list, ThPurge, i);
  g_assert_not_reached ();
}

static GArray *
purge (Sealing *s, const char *on)
{
  g_autoptr (GError) error = NULL;
  GArray *list = th_records_purge (s->records.records, &s->places, &retention, on, FALSE, BY, &error);

  g_assert_no_error (error);
  return list;
}

static char *
days_on (const char *day, int n)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *text = g_strconcat (day, "T12:00:00", NULL);
  g_autoptr (GDateTime) at = g_date_time_new_from_iso8601 (text, utc);
  g_autoptr (GDateTime) then = g_date_time_add_days (at, n);

  return g_date_time_format (then, "%Y-%m-%d");
}

static void
test_nothing_goes_while_something_must_stay (Sealing *s, gconstpointer data)
{
  g_autofree char *id = NULL, *flagged = NULL, *in_time = days_on (s->day, 30), *due = days_on (s->day, 31),
                  *case_due = days_on (s->day, 91);
  g_autoptr (GArray) early = NULL, open = NULL, undecided = NULL, decided = NULL, cases = NULL;
  g_autoptr (GError) error = NULL;

  make_keys (s);
  id = visit (s, 1, 0);
  flagged = visit (s, 2, TH_REASON_TEMPERATURE);
  early = purge (s, in_time);
  g_assert_false (purge_of (early, TH_SEAL_VISIT, s->day)->due);
  open = purge (s, due);
  g_assert_cmpstr (purge_of (open, TH_SEAL_VISIT, s->day)->why, ==, "the day is still open");
  g_assert_true (th_records_close_day (s->records.records, BY, NULL, &error));
  undecided = purge (s, due);
  g_assert_nonnull (strstr (purge_of (undecided, TH_SEAL_VISIT, s->day)->why, "1 cases are open"));
  g_assert_true (opens (s, id, 1, 0));
  g_assert_true (th_records_decide (s->records.records, flagged, TH_DECISION_CLEARED, "looked at", BY, &error));
  decided = purge (s, due);
  g_assert_true (purge_of (decided, TH_SEAL_VISIT, s->day)->purged);
  g_assert_false (purge_of (decided, TH_SEAL_CASE, s->day)->due); /* it is kept longer */
  g_assert_false (opens (s, id, 1, TH_RECORDS_ERROR_NOT_FOUND));
  g_assert_true (opens (s, flagged, 2, 0));
  cases = purge (s, case_due);
  g_assert_true (purge_of (cases, TH_SEAL_CASE, s->day)->purged);
  g_assert_false (opens (s, flagged, 2, TH_RECORDS_ERROR_NOT_FOUND));
}

static void
test_after_a_purge_nobody_can_be_had (Sealing *s, gconstpointer data)
{
  g_autofree char *due = days_on (s->day, 31), *next = days_on (s->day, 1), *other = NULL;
  g_autoptr (GArray) list = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  guint64 events;

  make_keys (s);
  for (guint n = 1; n <= 5; n++)
    {
      g_autofree char *id = visit (s, n, 0);
    }
  for (guint n = 1; n <= 5; n++)
    g_assert_true (can_be_had (s, n)); /* so that the test can fail */
  g_assert_false (can_be_had (s, 6)); /* who was never here */
  g_assert_true (th_records_close_day (s->records.records, BY, NULL, &error));
  /* The look-up of a day goes an hour after its end, or with the next one. */
  g_assert_true (th_key_files_destroy_days_before (s->public_folder, "lookup-", ".key", next, &error));
  list = purge (s, due);
  g_assert_true (purge_of (list, TH_SEAL_VISIT, s->day)->purged);
  for (guint n = 1; n <= 5; n++)
    g_assert_false (can_be_had (s, n));
  g_assert_true (th_records_verify (s->records.records, &events, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (events, >, 10);
  other = rows (&s->records, "SELECT count(*) FROM sealed");
  g_assert_cmpstr (other, ==, "0\n");
  g_assert_true (th_records_rebuild (s->records.records, &error));
}

#define TEST(name) g_test_add ("/records-seal/" #name, Sealing, NULL, begin, test_##name, end)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (without_keys_nothing_is_kept);
  TEST (a_day_without_a_key_is_told_to_staff_and_ends_no_visit);
  TEST (who_looks_stands_in_the_log);
  TEST (a_rebuild_gives_the_same_boxes);
  TEST (nothing_goes_while_something_must_stay);
  TEST (after_a_purge_nobody_can_be_had);
  return g_test_run ();
}
