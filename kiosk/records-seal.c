/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/records-seal.h"

#include <sodium.h>
#include <string.h>

#include "kiosk/id-number.h"
#include "kiosk/records-private.h"

#define DEVICE "sealing"

static ThKeyPlaces
own_places (ThRecords *records)
{
  return (ThKeyPlaces){ records->keys, "", "" };
}

/* --- sealed ------------------------------------------------------------------------------------ */

/* Said once, and again when it is well. */
static gboolean
tell_staff (ThRecords *records, const char *state, GError **error)
{
  g_autoptr (ThLogBody) body = NULL;
  g_autoptr (ThStatement) row = th_db_query (
      records->db, "SELECT state FROM device_states WHERE device = $1", "s", DEVICE);
  ThStep step = th_statement_step (row, error);

  if (step == TH_STEP_FAILED)
    return FALSE;
  if (g_strcmp0 (step == TH_STEP_ROW ? th_statement_text (row, 0) : "ready", state) == 0)
    return TRUE;
  body = th_log_body_new ();
  th_log_body_set_text (body, "device", DEVICE);
  th_log_body_set_text (body, "state", state);
  return th_records_append (records, TH_LOG_DEVICE_STATE, "", body, error);
}

static gboolean
append_box (ThRecords *records, const char *visit, const char *day, ThSealKind kind,
            const guint8 key[TH_SEAL_KEY_BYTES], const ThPersonal *who, GError **error)
{
  g_autoptr (GBytes) box = th_personal_seal (who, key);
  g_autofree char *text
      = g_base64_encode (g_bytes_get_data (box, NULL), g_bytes_get_size (box));
  g_autoptr (ThLogBody) body = th_log_body_new ();

  th_log_body_set_text (body, "kind", th_seal_kind_to_string (kind));
  th_log_body_set_text (body, "day", day);
  th_log_body_set_text (body, "box", text);
  return th_records_append (records, TH_LOG_SEALED, visit, body, error);
}

gboolean
th_records_append_sealed (ThRecords *records, const char *visit, const char *day, ThSealKind kind,
                          const ThPersonal *who, GError **error)
{
  const ThKeyPlaces places = own_places (records);
  g_autoptr (GError) problem = NULL;
  guint8 key[TH_SEAL_KEY_BYTES];

  if (th_keys_public (&places, kind, day, key, &problem))
    return append_box (records, visit, day, kind, key, who, error)
           && tell_staff (records, "ready", error);
  if (!g_error_matches (problem, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  /* A visit does not end over it. */
  return !th_keys_any (&places) || tell_staff (records, "no-key", error);
}

gboolean
th_records_confirmed_as (ThRecords *records, const char *visit, const char *entry,
                         const char *language, const ThPersonal *who, GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);
  g_autoptr (ThLogBody) body = th_log_body_new ();
  char day[TH_DAY_BYTES];

  if (transaction == NULL || !th_records_visit_day (records, visit, day, error))
    return FALSE;
  th_log_body_set_text (body, "day", day);
  th_log_body_set_text (body, "entry", entry);
  th_log_body_set_text (body, "language", language);
  return th_records_append (records, TH_LOG_CONFIRMED, visit, body, error)
         && (who == NULL
             || th_records_append_sealed (records, visit, day, TH_SEAL_VISIT, who, error))
         && th_db_commit (g_steal_pointer (&transaction), error);
}

gboolean
th_records_confirmed (ThRecords *records, const char *visit, const char *entry,
                      const char *language, GError **error)
{
  return th_records_confirmed_as (records, visit, entry, language, NULL, error);
}

gboolean
th_records_seal (ThRecords *records, const char *visit, ThSealKind kind, const ThPersonal *who,
                 GError **error)
{
  g_autoptr (ThTransaction) transaction = th_records_begin (records, error);
  char day[TH_DAY_BYTES];

  return transaction != NULL && th_records_visit_day (records, visit, day, error)
         && th_records_append_sealed (records, visit, day, kind, who, error)
         && th_db_commit (g_steal_pointer (&transaction), error);
}

/* --- opened ------------------------------------------------------------------------------------ */

/* FALSE with @error unset: there is none of this kind. */
static gboolean
open_box (ThRecords *records, const ThKeyPlaces *places, const char *visit, ThSealKind kind,
          ThPersonal *ret_who, GError **error)
{
  g_autoptr (ThStatement) row
      = th_db_query (records->db, "SELECT day, box FROM sealed WHERE visit = $1 AND kind = $2", "ss",
                     visit, th_seal_kind_to_string (kind));
  g_autofree guint8 *box = NULL;
  gsize len;

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  box = g_base64_decode (th_statement_text (row, 1), &len);
  return th_keys_open (places, kind, th_statement_text (row, 0), box, len, ret_who, error);
}

/* The visit's own box is the fullest; the others last longer. */
static gboolean
open_any (ThRecords *records, const ThKeyPlaces *places, const char *visit, ThPersonal *ret_who,
          GError **error)
{
  static const ThSealKind order[] = { TH_SEAL_VISIT, TH_SEAL_CASE, TH_SEAL_INJECTION };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      g_autoptr (GError) problem = NULL;

      if (open_box (records, places, visit, order[i], ret_who, &problem))
        return TRUE;
      if (problem != NULL && !g_error_matches (problem, TH_RECORDS_ERROR, TH_RECORDS_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
    }
  return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND,
                            "nothing of this person was kept, or it is no longer kept");
}

gboolean
th_records_open_person (ThRecords *records, const ThKeyPlaces *places, const char *visit,
                        const char *by, ThPersonal *ret_who, GError **error)
{
  g_autoptr (ThLogBody) body = th_log_body_new ();

  if (!th_records_check_by (by, error))
    return FALSE;
  if (!open_any (records, places, visit, ret_who, error))
    return FALSE;
  /* Nobody looks without it being written: the name is not handed out otherwise. */
  th_log_body_set_text (body, "by", by);
  if (th_records_append_alone (records, TH_LOG_PERSON_OPENED, visit, body, error))
    return TRUE;
  sodium_memzero (ret_who, sizeof *ret_who);
  return FALSE;
}

/* --- injections are kept longer --------------------------------------------------------------------- */

typedef struct
{
  char visit[37];
  char day[TH_DAY_BYTES];
} Injected;

static GArray *
list_not_resealed (ThRecords *records, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (Injected));
  g_autoptr (ThStatement) row = th_db_query (
      records->db,
      "SELECT d.visit, d.day FROM doses d"
      " JOIN sealed v ON v.visit = d.visit AND v.kind = 'visit'"
      " LEFT JOIN sealed i ON i.visit = d.visit AND i.kind = 'injection'"
      " WHERE d.state = 'injected' AND i.visit IS NULL ORDER BY d.place",
      "");
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      Injected one;

      g_strlcpy (one.visit, th_statement_text (row, 0), sizeof one.visit);
      g_strlcpy (one.day, th_statement_text (row, 1), sizeof one.day);
      g_array_append_val (list, one);
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&list) : NULL;
}

static gboolean
reseal (ThRecords *records, const ThKeyPlaces *places, const Injected *one, GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  guint8 key[TH_SEAL_KEY_BYTES];
  ThPersonal who;
  gboolean good;

  if (!th_keys_public (places, TH_SEAL_INJECTION, one->day, key, error)
      || !open_any (records, places, one->visit, &who, error))
    return FALSE;
  who.has_photo = FALSE; /* nobody needs it in five years */
  sodium_memzero (who.photo, sizeof who.photo);
  transaction = th_records_begin (records, error);
  good = transaction != NULL
         && append_box (records, one->visit, one->day, TH_SEAL_INJECTION, key, &who, error)
         && th_db_commit (g_steal_pointer (&transaction), error);
  sodium_memzero (&who, sizeof who);
  return good;
}

gboolean
th_records_reseal_injections (ThRecords *records, const ThKeyPlaces *places, guint *ret_n,
                              GError **error)
{
  g_autoptr (GArray) list = list_not_resealed (records, error);

  if (list == NULL)
    return FALSE;
  for (guint i = 0; i < list->len; i++)
    if (!reseal (records, places, &g_array_index (list, Injected, i), error))
      return FALSE;
  *ret_n = list->len;
  return TRUE;
}

/* --- purge ----------------------------------------------------------------------------------------- */

static gboolean
count (ThRecords *records, const char *sql, const char *day, guint *ret_n, GError **error)
{
  g_autoptr (ThStatement) row = th_db_query (records->db, sql, "s", day);

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  *ret_n = (guint)th_statement_int (row, 0);
  return TRUE;
}

static char *
later (const char *day, guint days, guint years)
{
  g_autoptr (GDateTime) from = NULL, then = NULL;
  ThDate date;

  if (!th_date_from_string (day, &date))
    return g_strdup ("9999-12-31");
  from = g_date_time_new_utc (date.year, date.month, date.day, 12, 0, 0);
  then = g_date_time_add_full (from, (gint)years, 0, (gint)days, 0, 0, 0);
  return then != NULL ? g_date_time_format (then, "%Y-%m-%d") : g_strdup ("9999-12-31");
}

/* After when it may go, "" as long as something must happen first. */
static gboolean
read_due (ThRecords *records, ThSealKind kind, const char *day, const ThRetention *retention,
          char **ret_after, GError **error)
{
  g_autoptr (ThStatement) row = NULL;
  char closed[TH_DAY_BYTES];
  const char *base = day;

  if (kind == TH_SEAL_VISIT)
    {
      *ret_after = later (day, retention->visit_days, 0);
      return TRUE;
    }
  row = kind == TH_SEAL_CASE
            ? th_db_query (records->db,
                           "SELECT max (CASE WHEN c.decided_at_us > c.written_report_at_us"
                           " THEN c.decided_at_us ELSE c.written_report_at_us END), ''"
                           " FROM cases c JOIN tickets t ON t.visit = c.visit WHERE t.day = $1",
                           "s", day)
            : th_db_query (records->db,
                           "SELECT 0, coalesce (max (l.expiry), '') FROM doses d"
                           " JOIN lots l ON l.lot = d.lot WHERE d.day = $1 AND d.state = 'injected'",
                           "s", day);
  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  if (kind == TH_SEAL_CASE)
    {
      if (th_statement_int (row, 0) > 0)
        {
          th_records_day (th_statement_int (row, 0), closed);
          base = strcmp (closed, day) > 0 ? closed : day;
        }
      *ret_after = later (base, retention->case_days, 0);
      return TRUE;
    }
  /* A day without an injection has nothing that would have to be kept so long. */
  base = th_statement_text (row, 1);
  *ret_after = *base != '\0' ? later (base, 0, retention->injection_years)
                             : later (day, retention->visit_days, 0);
  return TRUE;
}

/* What must happen before anything of this day may go. */
static gboolean
find_hindrance (ThRecords *records, ThSealKind kind, const char *day, char *ret_why, gsize size,
                GError **error)
{
  static const struct
  {
    const char *sql, *words;
  } hindrances[] = {
    { "SELECT count(*) FROM days WHERE day = $1 AND open <> 0", "the day is still open" },
    { "SELECT count(*) FROM cases c JOIN tickets t ON t.visit = c.visit"
      " WHERE t.day = $1 AND c.decision = 'open'",
      "%u cases are open: decide them first" },
    { "SELECT count(*) FROM doses d WHERE d.day = $1 AND d.state = 'injected'"
      " AND d.at_us > coalesce ((SELECT max (e.at_us) FROM exports e WHERE e.day = d.day), 0)",
      "%u injections are not exported: records export --day" },
    { "SELECT count(*) FROM doses d JOIN sealed v ON v.visit = d.visit AND v.kind = 'visit'"
      " LEFT JOIN sealed i ON i.visit = d.visit AND i.kind = 'injection'"
      " WHERE d.day = $1 AND d.state = 'injected' AND i.visit IS NULL",
      "%u injections are not sealed to their own key yet: keys reseal" },
  };

  ret_why[0] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (hindrances); i++)
    {
      guint n = 0;

      if (!count (records, hindrances[i].sql, day, &n, error))
        return FALSE;
      if (n == 0)
        continue;
      if (i == 0)
        g_strlcpy (ret_why, hindrances[i].words, size);
      else
        {
          const char *after = strstr (hindrances[i].words, "%u") + 2;

          g_snprintf (ret_why, size, "%u%s", n, after);
        }
      return TRUE;
    }
  return TRUE;
}

/* The keys first: what is written then is true. Done twice it changes nothing. */
static gboolean
purge_one (ThRecords *records, const ThKeyPlaces *places, ThPurge *purge, const char *by,
           GError **error)
{
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (ThLogBody) body = th_log_body_new ();

  if (!th_keys_destroy (places, purge->kind, purge->day, error))
    return FALSE;
  th_log_body_set_text (body, "kind", th_seal_kind_to_string (purge->kind));
  th_log_body_set_text (body, "day", purge->day);
  th_log_body_set_text (body, "by", by);
  transaction = th_records_begin (records, error);
  purge->purged = transaction != NULL && th_records_append (records, TH_LOG_PURGED, "", body, error)
                  && th_db_commit (g_steal_pointer (&transaction), error);
  return purge->purged;
}

static gboolean
look_at_day (ThRecords *records, const ThKeyPlaces *places, const ThRetention *retention,
             const char *on, ThPurge *purge, GError **error)
{
  g_autofree char *after = NULL;

  if (!read_due (records, purge->kind, purge->day, retention, &after, error))
    return FALSE;
  purge->due = strcmp (on, after) > 0;
  return !purge->due
         || find_hindrance (records, purge->kind, purge->day, purge->why, sizeof purge->why, error);
}

GArray *
th_records_purge (ThRecords *records, const ThKeyPlaces *places, const ThRetention *retention,
                  const char *on, gboolean dry, const char *by, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, TRUE, sizeof (ThPurge));
  char date[TH_DAY_BYTES];
  ThDayStatus status;

  if (!th_records_check_by (by, error) || !th_records_day_state (records, &status, error))
    return NULL;
  if (!status.clock_known)
    {
      th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                         "nobody knows what time it is: confirm date and time first (day open)");
      return NULL;
    }
  if (*places->folder == '\0')
    {
      th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND,
                         "no key folder is set ([sealing] folder=): its keys would stay");
      return NULL;
    }
  th_records_day (status.now_us, date);
  for (guint kind = 0; kind < TH_N_SEALS; kind++)
    {
      g_auto (GStrv) days = th_keys_list (places, kind, error);

      for (guint i = 0; days != NULL && days[i] != NULL; i++)
        {
          ThPurge purge = { .kind = kind };

          g_strlcpy (purge.day, days[i], sizeof purge.day);
          if (!look_at_day (records, places, retention, on != NULL ? on : date, &purge, error)
              || (!dry && purge.due && purge.why[0] == '\0'
                  && !purge_one (records, places, &purge, by, error)))
            return NULL;
          g_array_append_val (list, purge);
        }
    }
  return g_steal_pointer (&list);
}

GArray *
th_records_list_injections (ThRecords *records, const char *day, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (ThExport));
  g_autoptr (ThStatement) row = th_db_query (
      records->db,
      "SELECT d.visit, t.lane, t.number, d.lot, d.vaccine, d.dose, d.site, d.route, d.injected_by,"
      " d.at_us FROM doses d JOIN tickets t ON t.visit = d.visit"
      " WHERE d.day = $1 AND d.state = 'injected' ORDER BY d.at_us, d.place",
      "s", day);
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      ThExport one = { .lane = th_statement_text (row, 1)[0],
                       .number = (guint)th_statement_int (row, 2),
                       .dose = (guint)th_statement_int (row, 5),
                       .at_us = th_statement_int (row, 9) };

      g_strlcpy (one.visit, th_statement_text (row, 0), sizeof one.visit);
      g_strlcpy (one.lot, th_statement_text (row, 3), sizeof one.lot);
      g_strlcpy (one.vaccine, th_statement_text (row, 4), sizeof one.vaccine);
      g_strlcpy (one.site, th_statement_text (row, 6), sizeof one.site);
      g_strlcpy (one.route, th_statement_text (row, 7), sizeof one.route);
      g_strlcpy (one.by, th_statement_text (row, 8), sizeof one.by);
      g_array_append_val (list, one);
    }
  return step == TH_STEP_DONE ? g_steal_pointer (&list) : NULL;
}

gboolean
th_records_exported (ThRecords *records, const char *day, guint injections, const char *by,
                     GError **error)
{
  g_autoptr (ThLogBody) body = th_log_body_new ();

  if (!th_records_check_by (by, error))
    return FALSE;
  th_log_body_set_text (body, "day", day);
  th_log_body_set_int (body, "injections", injections);
  th_log_body_set_text (body, "by", by);
  return th_records_append_alone (records, TH_LOG_EXPORTED, "", body, error);
}

/* --- in the tables ----------------------------------------------------------------------------------- */

#define TEXT(key) th_log_body_text (body, key)

gboolean
th_records_project_seal (ThDb *db, ThLogKind kind, const char *visit, gint64 at_us,
                         const ThLogBody *body, GError **error)
{
  if (kind == TH_LOG_SEALED)
    return th_db_run (db, error,
                      "INSERT INTO sealed (visit, kind, day, box) VALUES ($1, $2, $3, $4)"
                      " ON CONFLICT (visit, kind) DO UPDATE SET day = excluded.day, box = excluded.box",
                      "ssss", visit, TEXT ("kind"), TEXT ("day"), TEXT ("box"));
  if (kind == TH_LOG_PURGED)
    return th_db_run (db, error, "DELETE FROM sealed WHERE kind = $1 AND day = $2", "ss",
                      TEXT ("kind"), TEXT ("day"));
  if (kind == TH_LOG_EXPORTED)
    return th_db_run (db, error, "INSERT INTO exports (day, at_us, by) VALUES ($1, $2, $3)"
                                 " ON CONFLICT (day) DO UPDATE SET at_us = excluded.at_us, by = excluded.by",
                      "sxs", TEXT ("day"), at_us, TEXT ("by"));
  return TRUE; /* that somebody looked: for reports */
}
