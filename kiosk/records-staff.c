/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who works here, and the states of the devices that staff are told about. */
#include "kiosk/records-private.h"

#include <string.h>

#include "kiosk/staff.h"

static const char *const roles[] = {
  [TH_ROLE_NURSE] = "nurse",
  [TH_ROLE_MANAGER] = "manager",
};

static gboolean
may_be_added (ThRecords *records, const char *name, ThRole role, GError **error)
{
  g_autoptr(ThStatement) row = th_db_query (
      records->db, "SELECT count(*), count(*) FILTER (WHERE name = $1) FROM staff", "s", name);

  if (th_statement_step (row, error) != TH_STEP_ROW)
    return FALSE;
  if (th_statement_int (row, 1) > 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "%s is on the staff already", name);
  if (th_statement_int (row, 0) == 0 && role != TH_ROLE_MANAGER)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "the first of the staff must be a manager");
  return TRUE;
}

gboolean
th_records_add_staff (ThRecords *records, const char *name, ThRole role, const char *pin,
                      GError **error)
{
  g_autoptr(ThTransaction) transaction = NULL;
  g_autoptr(ThLogBody) body = th_log_body_new ();
  g_autofree char *hash = NULL;

  if (!th_staff_name_check (name, error) || !th_pin_check (pin, error))
    return FALSE;
  hash = th_pin_hash (pin, error);
  if (hash == NULL)
    return FALSE;
  transaction = th_records_begin (records, error);
  if (transaction == NULL || !may_be_added (records, name, role, error))
    return FALSE;
  th_log_body_set_text (body, "name", name);
  th_log_body_set_text (body, "role", roles[role]);
  th_log_body_set_text (body, "pin", hash);
  if (!th_records_append (records, TH_LOG_STAFF_ADDED, "", body, error))
    return FALSE;
  return th_db_commit (g_steal_pointer (&transaction), error);
}

char **
th_records_list_staff (ThRecords *records, GError **error)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr(ThStatement) row =
      th_db_query (records->db, "SELECT name FROM staff ORDER BY name", "");
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    g_strv_builder_add (names, th_statement_text (row, 0));
  return step == TH_STEP_DONE ? g_strv_builder_end (names) : NULL;
}

typedef struct
{
  ThRole role;
  char *pin;
  guint failures;
  gint64 locked_until_us;
} Member;

static void
clear_member (Member *member)
{
  g_free (member->pin);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Member, clear_member)

static gboolean
find_member (ThRecords *records, const char *name, Member *ret_member, GError **error)
{
  g_autoptr(ThStatement) row = th_db_query (
      records->db, "SELECT role, pin, failures, locked_until_us FROM staff WHERE name = $1", "s",
      name);
  ThStep step = th_statement_step (row, error);

  if (step == TH_STEP_DONE)
    /* What was typed is not repeated: it may be anything. */
    return th_records_refuse (error, TH_RECORDS_ERROR_NOT_FOUND,
                              "nobody of that name is on the staff");
  if (step == TH_STEP_FAILED)
    return FALSE;
  ret_member->role = g_strcmp0 (th_statement_text (row, 0), roles[TH_ROLE_MANAGER]) == 0
                         ? TH_ROLE_MANAGER
                         : TH_ROLE_NURSE;
  ret_member->pin = g_strdup (th_statement_text (row, 1));
  ret_member->failures = (guint) th_statement_int (row, 2);
  ret_member->locked_until_us = th_statement_int (row, 3);
  return TRUE;
}

static gboolean
refuse_locked (gint64 until_us, ThRecordsError code, const char *what, GError **error)
{
  /* Rounded up: at the time it says, it is open. */
  g_autoptr(GDateTime) until =
      g_date_time_new_from_unix_local ((until_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
  g_autofree char *text = g_date_time_format (until, "%H:%M:%S");

  return th_records_refuse (error, code, "%s until %s", what, text);
}

/* FALSE with @error always; the transaction is committed, so that the count of wrong PINs outlives
 * a restart. */
static gboolean
refuse_pin (ThRecords *records, ThTransaction *open, const char *name, guint failures,
            guint *ret_wait_s, GError **error)
{
  g_autoptr(ThTransaction) transaction = open;
  g_autoptr(ThLogBody) body = th_log_body_new ();
  guint wait_s = th_pin_wait_s (failures);

  th_log_body_set_text (body, "name", name);
  th_log_body_set_int (body, "failures", failures);
  th_log_body_set_int (body, "wait_s", wait_s);
  if (!th_records_append (records, TH_LOG_STAFF_REFUSED, "", body, error) ||
      !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  *ret_wait_s = wait_s;
  if (wait_s == 0)
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED, "wrong PIN");
  return refuse_locked (records->now_us + wait_s * G_USEC_PER_SEC, TH_RECORDS_ERROR_REFUSED,
                        "wrong PIN; locked", error);
}

gboolean
th_records_log_in (ThRecords *records, const char *name, const char *pin, ThRole *ret_role,
                   guint *ret_wait_s, GError **error)
{
  /* The PIN is checked inside the writing transaction: nobody gets more tries by asking from many
   * programs at once. It is held for the 30 ms of one hash, and not at all while the name is
   * locked. */
  g_autoptr(ThTransaction) transaction = th_records_begin (records, error);
  g_autoptr(ThLogBody) body = th_log_body_new ();
  g_auto(Member) member = { 0 };
  guint unwanted;

  if (ret_wait_s == NULL)
    ret_wait_s = &unwanted;
  *ret_wait_s = 0;
  if (transaction == NULL || !find_member (records, name, &member, error))
    return FALSE;
  if (member.locked_until_us > records->now_us)
    {
      *ret_wait_s = (guint) ((member.locked_until_us - records->now_us + G_USEC_PER_SEC - 1) /
                             G_USEC_PER_SEC);
      return refuse_locked (member.locked_until_us, TH_RECORDS_ERROR_LOCKED,
                            "too many wrong PINs: locked", error);
    }
  if (!th_pin_matches (pin, member.pin))
    return refuse_pin (records, g_steal_pointer (&transaction), name, member.failures + 1,
                       ret_wait_s, error);
  th_log_body_set_text (body, "name", name);
  if (!th_records_append (records, TH_LOG_STAFF_LOGGED_IN, "", body, error) ||
      !th_db_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  *ret_role = member.role;
  return TRUE;
}

/* --- devices ---------------------------------------------------------------------------------- */

static gboolean
is_nick (const char *text)
{
  gsize len = strlen (text);

  return len >= 1 && len <= 32 && strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

gboolean
th_records_device_state (ThRecords *records, const char *device, const char *state, GError **error)
{
  g_autoptr(ThLogBody) body = th_log_body_new ();

  if (!is_nick (device) || !is_nick (state))
    return th_records_refuse (error, TH_RECORDS_ERROR_REFUSED,
                              "a device and its state are 1 to 32 of a-z, 0-9 and '-'");
  th_log_body_set_text (body, "device", device);
  th_log_body_set_text (body, "state", state);
  return th_records_append_alone (records, TH_LOG_DEVICE_STATE, "", body, error);
}

char *
th_records_last_device_states (ThRecords *records, gint64 *ret_at_us, GError **error)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(ThStatement) row = th_db_query (
      records->db, "SELECT device, state, at_us FROM device_states ORDER BY device", "");
  gint64 newest_us = 0;
  ThStep step;

  while ((step = th_statement_step (row, error)) == TH_STEP_ROW)
    {
      g_string_append_printf (text, "%s=%s\n", th_statement_text (row, 0),
                              th_statement_text (row, 1));
      newest_us = MAX (newest_us, th_statement_int (row, 2));
    }
  if (step == TH_STEP_FAILED)
    return NULL;
  if (ret_at_us != NULL)
    *ret_at_us = newest_us;
  return g_string_free (g_steal_pointer (&text), FALSE);
}
