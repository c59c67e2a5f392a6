/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody whom staff check in: the events a kiosk would have written, with the name of who wrote
 * them, in one transaction. */
#include "kiosk/records-private.h"

#include <string.h>

const char *
th_let_in_to_string (ThLetIn let_in)
{
  static const char *const names[TH_N_LET_INS] = { "", "papers", "arranged", "list", "manager" };

  g_return_val_if_fail (let_in < TH_N_LET_INS, "");
  return names[let_in];
}

/* Without consent they do not come in anyway. */
static gboolean
is_against_rules (const ThStaffEntry *who)
{
  return who->against != NULL && *who->against != '\0' && who->yes[TH_QUESTION_CONSENT];
}

static ThLogBody *
body_by (const char *by)
{
  ThLogBody *body = th_log_body_new ();

  th_log_body_set_text (body, "by", by);
  return body;
}

static gboolean
append_confirmed (ThRecords *records, const char *visit, const ThStaffEntry *who, const char *by,
                  const char *day, GError **error)
{
  g_autoptr (ThLogBody) body = body_by (by);

  th_log_body_set_text (body, "entry", "staff");
  th_log_body_set_text (body, "day", day);
  th_log_body_set_text (body, "language", who->language);
  /* Nobody can be found again without one: the report tells how many. */
  th_log_body_set_flag (body, "number", who->person[0] != '\0');
  if (is_against_rules (who))
    {
      th_log_body_set_text (body, "against", who->against);
      th_log_body_set_text (body, "let_in", th_let_in_to_string (who->let_in));
    }
  return th_records_append (records, TH_LOG_CONFIRMED, visit, body, error);
}

static gboolean
append_answers (ThRecords *records, const char *visit, const ThStaffEntry *who, const char *by,
                GError **error)
{
  for (ThQuestion question = 0; question < TH_N_QUESTIONS; question++)
    {
      g_autoptr (ThLogBody) body = body_by (by);

      th_log_body_set_text (body, "question", th_question_to_string (question));
      th_log_body_set_text (body, "version", th_question_version (question));
      th_log_body_set_flag (body, "yes", who->yes[question]);
      if (!th_records_append (records, TH_LOG_ANSWERED, visit, body, error))
        return FALSE;
    }
  return TRUE;
}

/* What a hand-held thermometer shows is the person's temperature: there is no raw word to it, and
 * nothing to correct. */
static gboolean
append_temperature (ThRecords *records, const char *visit, const ThStaffEntry *who, const char *by,
                    GError **error)
{
  g_autoptr (ThLogBody) body = body_by (by);

  if (!who->measured)
    {
      th_log_body_set_text (body, "why", "staff");
      return th_records_append (records, TH_LOG_NOT_MEASURED, visit, body, error);
    }
  th_log_body_set_int (body, "attempt", 1);
  th_log_body_set_int (body, "body_mc", who->shown_tenths * 100);
  th_log_body_set_int (body, "shown_tenths", who->shown_tenths);
  th_log_body_set_int (body, "samples", 1);
  th_log_body_set_text (body, "method", TH_METHOD_HAND_HELD);
  return th_records_append (records, TH_LOG_MEASURED, visit, body, error);
}

static gboolean
append_refused (ThRecords *records, const char *visit, const char *by, GError **error)
{
  g_autoptr (ThLogBody) body = body_by (by);

  th_log_body_set_text (body, "state", "questions");
  th_log_body_set_text (body, "reason", "no-consent");
  return th_records_append (records, TH_LOG_LEFT, visit, body, error);
}

static gboolean
check (const ThStaffEntry *who, const char *by, GError **error)
{
  if (!th_records_check_by (by, error))
    return FALSE;
  if (!g_ascii_isupper (who->lane))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "a ticket needs a lane from A to Z");
  if (who->measured
      && (who->shown_tenths < TH_HAND_HELD_MIN_TENTHS
          || who->shown_tenths > TH_HAND_HELD_MAX_TENTHS))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "%d tenths of a degree are not a temperature of the body",
                              who->shown_tenths);
  return TRUE;
}

/* Nobody is checked in before a person has said what day and time it is. */
static gboolean
check_open (ThRecords *records, char ret_day[TH_DAY_BYTES], GError **error)
{
  ThDayStatus status;

  if (!th_records_day_state (records, &status, error))
    return FALSE;
  g_strlcpy (ret_day, status.day, TH_DAY_BYTES);
  if (status.state == TH_DAY_UNCONFIRMED)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "nobody has confirmed the time since the machine was switched on");
  return status.state == TH_DAY_OPEN
         || th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "no day is open");
}

/* Staff type a number and no name; one who is to be flagged is kept as long as the case. */
static gboolean
append_person (ThRecords *records, const char *visit, const ThStaffEntry *who, const char *day,
               GError **error)
{
  ThPersonal personal = { .has_photo = FALSE };
  gboolean good;

  if (who->person[0] == '\0' || strchr (who->person, ':') != NULL)
    return TRUE;
  g_strlcpy (personal.id_number, who->person, sizeof personal.id_number);
  good = th_records_append_sealed (records, visit, day, TH_SEAL_VISIT, &personal, error)
         && (who->reasons == 0 || !who->yes[TH_QUESTION_CONSENT]
             || th_records_append_sealed (records, visit, day, TH_SEAL_CASE, &personal, error));
  explicit_bzero (&personal, sizeof personal);
  return good;
}

gboolean
th_records_enter (ThRecords *records, const ThStaffEntry *who, const char *by, ThTicket *ret_ticket,
                  GError **error)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autoptr (ThTransaction) transaction = NULL;
  g_autoptr (GError) problem = NULL;
  ThTicket ticket = { 0 };
  char day[TH_DAY_BYTES];

  if (!check (who, by, error))
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !check_open (records, day, error))
    return FALSE;
  if (th_records_has_ticket (records, visit, who->person, ret_ticket, &problem))
    return TRUE; /* rolled back: nothing was written */
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (is_against_rules (who) && (who->let_in == TH_LET_IN_NOT || who->let_in >= TH_N_LET_INS))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "the rules say \"%s\", and nobody says why they come in all the same",
                              who->against);
  if (!append_confirmed (records, visit, who, by, day, error)
      || !append_person (records, visit, who, day, error)
      || !append_answers (records, visit, who, by, error))
    return FALSE;
  if (!who->yes[TH_QUESTION_CONSENT])
    {
      if (!append_refused (records, visit, by, error))
        return FALSE;
    }
  else if (!append_temperature (records, visit, who, by, error)
           || !th_records_give_ticket (records, visit, who->person, who->lane, who->reasons, by,
                                       who->language, "", &ticket, error))
    return FALSE;
  if (!th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  *ret_ticket = ticket;
  return TRUE;
}
