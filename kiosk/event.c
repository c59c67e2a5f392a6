/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/event.h"

#include <sodium.h>
#include <string.h>

#include "kiosk/records.h"

#define MAX_KEY 32

static const char *const kinds[TH_N_LOG_KINDS] = {
  [TH_LOG_CONFIRMED] = "confirmed",
  [TH_LOG_CARD_NOTES] = "card_notes",
  [TH_LOG_ANSWERED] = "answered",
  [TH_LOG_MEASURED] = "measured",
  [TH_LOG_NOT_MEASURED] = "not_measured",
  [TH_LOG_LEFT] = "left",
  [TH_LOG_TICKET_ISSUED] = "ticket_issued",
  [TH_LOG_FLAGGED] = "flagged",
  [TH_LOG_COPY_ASKED] = "copy_asked",
  [TH_LOG_SLIP] = "slip",
  [TH_LOG_REVIEWED] = "reviewed",
  [TH_LOG_REPORTED] = "reported",
  [TH_LOG_CALLED] = "called",
  [TH_LOG_PUT_BACK] = "put_back",
  [TH_LOG_DEVICE_STATE] = "device_state",
  [TH_LOG_STAFF_ADDED] = "staff_added",
  [TH_LOG_STAFF_LOGGED_IN] = "staff_logged_in",
  [TH_LOG_STAFF_REFUSED] = "staff_refused",
  [TH_LOG_SCREENING_CONFIRMED] = "screening_confirmed",
  [TH_LOG_TRIAL_ASKED] = "trial_asked",
  [TH_LOG_TRIAL_READ] = "trial_read",
  [TH_LOG_CALIBRATED] = "calibrated",
  [TH_LOG_CHECKED] = "checked",
  [TH_LOG_SITE_FITTED] = "site_fitted",
  [TH_LOG_RESTED] = "rested",
  [TH_LOG_RETURNED] = "returned",
  [TH_LOG_SHEET] = "sheet",
  [TH_LOG_LOT_RECEIVED] = "lot_received",
  [TH_LOG_LOT_OPENED] = "lot_opened",
  [TH_LOG_LOT_WASTED] = "lot_wasted",
  [TH_LOG_LOT_RETURNED] = "lot_returned",
  [TH_LOG_LOT_COUNTED] = "lot_counted",
  [TH_LOG_LOT_WITHDRAWN] = "lot_withdrawn",
  [TH_LOG_LOT_BOUND] = "lot_bound",
  [TH_LOG_DOSE_RESERVED] = "dose_reserved",
  [TH_LOG_DOSE_UNSERVED] = "dose_unserved",
  [TH_LOG_DOSE_RELEASED] = "dose_released",
  [TH_LOG_INJECTED] = "injected",
  [TH_LOG_INJECTION_UNDONE] = "injection_undone",
  [TH_LOG_SERVING] = "serving",
  [TH_LOG_PARKED] = "parked",
  [TH_LOG_NO_SHOW] = "no_show",
  [TH_LOG_MOVED] = "moved",
  [TH_LOG_DONE] = "done",
  [TH_LOG_LEFT_SITE] = "left_site",
  [TH_LOG_OBSERVED] = "observed",
  [TH_LOG_EXTENDED] = "extended",
  [TH_LOG_UNDONE] = "undone",
  [TH_LOG_CHECKS_DONE] = "checks_done",
  [TH_LOG_WAITING_SCORED] = "waiting_scored",
  [TH_LOG_DAY_OPENED] = "day_opened",
  [TH_LOG_DAY_CLOSED] = "day_closed",
  [TH_LOG_CLOCK_CONFIRMED] = "clock_confirmed",
  [TH_LOG_CLOCK_JUMPED] = "clock_jumped",
  [TH_LOG_APPOINTMENTS_IMPORTED] = "appointments_imported",
  [TH_LOG_SEALED] = "sealed",
  [TH_LOG_PERSON_OPENED] = "person_opened",
  [TH_LOG_EXPORTED] = "exported",
  [TH_LOG_PURGED] = "purged",
  [TH_LOG_RESTORED] = "restored",
};

const char *
th_log_kind_to_string (ThLogKind kind)
{
  g_return_val_if_fail (kind < TH_N_LOG_KINDS, "");
  return kinds[kind];
}

gboolean
th_log_kind_from_string (const char *text, ThLogKind *ret_kind)
{
  for (guint i = 0; i < TH_N_LOG_KINDS; i++)
    if (strcmp (text, kinds[i]) == 0)
      {
        *ret_kind = i;
        return TRUE;
      }
  return FALSE;
}

/* --- bodies ----------------------------------------------------------------------------------- */

typedef enum
{
  VALUE_INT,
  VALUE_FLAG,
  VALUE_TEXT,
} ValueType;

typedef struct
{
  ValueType type;
  char key[MAX_KEY + 1];
  gint64 number;
  char *text;
} Value;

struct _ThLogBody
{
  GArray *values; /* of Value, sorted by key */
};

static void
clear_value (gpointer data)
{
  g_free (((Value *) data)->text);
}

ThLogBody *
th_log_body_new (void)
{
  ThLogBody *body = g_new0 (ThLogBody, 1);

  body->values = g_array_new (FALSE, TRUE, sizeof (Value));
  g_array_set_clear_func (body->values, clear_value);
  return body;
}

void
th_log_body_free (ThLogBody *body)
{
  if (body == NULL)
    return;
  g_array_unref (body->values);
  g_free (body);
}

static gboolean
is_key (const char *key, gsize len)
{
  if (len < 1 || len > MAX_KEY)
    return FALSE;
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_islower (key[i]) && key[i] != '_')
      return FALSE;
  return TRUE;
}

static Value *
put_value (ThLogBody *body, const char *key, ValueType type)
{
  Value value = { .type = type };
  guint i;

  g_return_val_if_fail (is_key (key, strlen (key)), NULL);
  g_strlcpy (value.key, key, sizeof value.key);
  for (i = 0; i < body->values->len; i++)
    {
      int order = strcmp (g_array_index (body->values, Value, i).key, key);

      if (order == 0)
        g_array_remove_index (body->values, i);
      if (order >= 0)
        break;
    }
  g_array_insert_val (body->values, i, value);
  return &g_array_index (body->values, Value, i);
}

void
th_log_body_set_int (ThLogBody *body, const char *key, gint64 number)
{
  put_value (body, key, VALUE_INT)->number = number;
}

void
th_log_body_set_flag (ThLogBody *body, const char *key, gboolean flag)
{
  put_value (body, key, VALUE_FLAG)->number = flag != FALSE;
}

void
th_log_body_set_text (ThLogBody *body, const char *key, const char *text)
{
  put_value (body, key, VALUE_TEXT)->text = g_utf8_make_valid (text, -1);
}

static const Value *
find_value (const ThLogBody *body, const char *key, ValueType type)
{
  for (guint i = 0; i < body->values->len; i++)
    {
      const Value *value = &g_array_index (body->values, Value, i);

      if (value->type == type && strcmp (value->key, key) == 0)
        return value;
    }
  return NULL;
}

gint64
th_log_body_int (const ThLogBody *body, const char *key)
{
  const Value *value = find_value (body, key, VALUE_INT);

  return value != NULL ? value->number : 0;
}

gboolean
th_log_body_flag (const ThLogBody *body, const char *key)
{
  const Value *value = find_value (body, key, VALUE_FLAG);

  return value != NULL && value->number != 0;
}

const char *
th_log_body_text (const ThLogBody *body, const char *key)
{
  const Value *value = find_value (body, key, VALUE_TEXT);

  return value != NULL ? value->text : "";
}

static void
append_quoted (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at == '"' || *at == '\\')
        g_string_append_c (out, '\\');
      if ((guchar) *at < 0x20)
        g_string_append_printf (out, "\\u%04x", (guint) *at);
      else
        g_string_append_c (out, *at);
    }
  g_string_append_c (out, '"');
}

char *
th_log_body_encode (const ThLogBody *body)
{
  GString *out = g_string_new ("{");

  for (guint i = 0; i < body->values->len; i++)
    {
      const Value *value = &g_array_index (body->values, Value, i);

      g_string_append_printf (out, "%s\"%s\":", i > 0 ? "," : "", value->key);
      switch (value->type)
        {
        case VALUE_INT:
          g_string_append_printf (out, "%" G_GINT64_FORMAT, value->number);
          break;
        case VALUE_FLAG:
          g_string_append (out, value->number ? "true" : "false");
          break;
        case VALUE_TEXT:
          append_quoted (out, value->text);
          break;
        }
    }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

typedef struct
{
  const char *at;
  const char *end;
} Cursor;

static gboolean
take_literal (Cursor *cursor, const char *literal)
{
  gsize len = strlen (literal);

  if ((gsize) (cursor->end - cursor->at) < len || memcmp (cursor->at, literal, len) != 0)
    return FALSE;
  cursor->at += len;
  return TRUE;
}

/* One character of a string; the closing quote ends it. FALSE: nothing the encoder writes. */
static gboolean
take_character (Cursor *cursor, GString *out)
{
  int high, low;

  if (*cursor->at != '\\')
    {
      if ((guchar) *cursor->at < 0x20)
        return FALSE;
      g_string_append_c (out, *cursor->at++);
      return TRUE;
    }
  if (take_literal (cursor, "\\\"") || take_literal (cursor, "\\\\"))
    {
      g_string_append_c (out, cursor->at[-1]);
      return TRUE;
    }
  if (!take_literal (cursor, "\\u00") || cursor->end - cursor->at < 2)
    return FALSE;
  high = g_ascii_xdigit_value (cursor->at[0]);
  low = g_ascii_xdigit_value (cursor->at[1]);
  if (high < 0 || high > 1 || low < 0 || high + low == 0 || g_ascii_isupper (cursor->at[1]))
    return FALSE;
  g_string_append_c (out, (char) (high * 16 + low));
  cursor->at += 2;
  return TRUE;
}

static char *
take_quoted (Cursor *cursor)
{
  g_autoptr(GString) out = g_string_new (NULL);

  if (!take_literal (cursor, "\""))
    return NULL;
  while (cursor->at < cursor->end)
    {
      if (take_literal (cursor, "\""))
        return g_utf8_validate_len (out->str, out->len, NULL)
                   ? g_string_free (g_steal_pointer (&out), FALSE)
                   : NULL;
      if (!take_character (cursor, out))
        return NULL;
    }
  return NULL;
}

static gboolean
take_number (Cursor *cursor, gint64 *ret_number)
{
  char digits[24], again[24];
  gsize n = 0;

  while (n < sizeof digits - 1 && cursor->at + n < cursor->end &&
         (g_ascii_isdigit (cursor->at[n]) || (n == 0 && cursor->at[n] == '-')))
    {
      digits[n] = cursor->at[n];
      n++;
    }
  digits[n] = '\0';
  *ret_number = g_ascii_strtoll (digits, NULL, 10);
  /* Written back and compared: no leading zero, no "-0", nothing out of range. */
  g_snprintf (again, sizeof again, "%" G_GINT64_FORMAT, *ret_number);
  if (strcmp (digits, again) != 0)
    return FALSE;
  cursor->at += n;
  return TRUE;
}

static gboolean
take_value (Cursor *cursor, ThLogBody *body, const char *key)
{
  gint64 number;

  if (cursor->at < cursor->end && *cursor->at == '"')
    {
      g_autofree char *text = take_quoted (cursor);

      if (text == NULL)
        return FALSE;
      put_value (body, key, VALUE_TEXT)->text = g_steal_pointer (&text);
      return TRUE;
    }
  if (take_literal (cursor, "true"))
    th_log_body_set_flag (body, key, TRUE);
  else if (take_literal (cursor, "false"))
    th_log_body_set_flag (body, key, FALSE);
  else if (take_number (cursor, &number))
    th_log_body_set_int (body, key, number);
  else
    return FALSE;
  return TRUE;
}

static gboolean
take_pairs (Cursor *cursor, ThLogBody *body)
{
  g_autofree char *before = NULL;

  do
    {
      g_autofree char *key = take_quoted (cursor);

      if (key == NULL || !is_key (key, strlen (key)) || !take_literal (cursor, ":"))
        return FALSE;
      if (before != NULL && strcmp (before, key) >= 0)
        return FALSE;
      if (!take_value (cursor, body, key))
        return FALSE;
      g_free (before);
      before = g_steal_pointer (&key);
    }
  while (take_literal (cursor, ","));
  return TRUE;
}

ThLogBody *
th_log_body_decode (const char *text, gsize len, GError **error)
{
  g_autoptr(ThLogBody) body = th_log_body_new ();
  Cursor cursor = { text, text + len };

  if (len > TH_LOG_MAX_BODY)
    {
      g_set_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT,
                   "event body of %zu bytes instead of at most %d", len, TH_LOG_MAX_BODY);
      return NULL;
    }
  if (take_literal (&cursor, "{}") ||
      (take_literal (&cursor, "{") && take_pairs (&cursor, body) && take_literal (&cursor, "}")))
    if (cursor.at == cursor.end)
      return g_steal_pointer (&body);
  g_set_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT,
               "event body is not canonical at byte %zu of %zu", (gsize) (cursor.at - text), len);
  return NULL;
}

/* --- events ----------------------------------------------------------------------------------- */

char *
th_log_event_encode (const ThLogEvent *event)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "{\"at_us\":%" G_GINT64_FORMAT ",\"body\":%s,\"clock_trusted\":%s,",
                          event->at_us, event->body, event->clock_trusted ? "true" : "false");
  g_string_append (out, "\"device\":");
  append_quoted (out, event->device);
  g_string_append_printf (out, ",\"device_seq\":%" G_GINT64_FORMAT ",\"id\":", event->device_seq);
  append_quoted (out, event->id);
  g_string_append (out, ",\"kind\":");
  append_quoted (out, event->kind);
  g_string_append_printf (
      out,
      ",\"mono_us\":%" G_GINT64_FORMAT ",\"seq\":%" G_GINT64_FORMAT ",\"visit\":", event->mono_us,
      event->seq);
  append_quoted (out, event->visit);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

void
th_log_event_link (const ThLogEvent *event, const guint8 key[TH_LOG_KEY_BYTES],
                   const guint8 before[TH_LOG_LINK_BYTES], guint8 ret_link[TH_LOG_LINK_BYTES])
{
  g_autofree char *text = th_log_event_encode (event);
  crypto_generichash_state state;

  crypto_generichash_init (&state, key, TH_LOG_KEY_BYTES, TH_LOG_LINK_BYTES);
  crypto_generichash_update (&state, before, TH_LOG_LINK_BYTES);
  crypto_generichash_update (&state, (const guint8 *) text, strlen (text));
  crypto_generichash_final (&state, ret_link, TH_LOG_LINK_BYTES);
}

/* RFC 9562, section 5.7: 48 bits of milliseconds, version 7, 74 random bits. */
void
th_uuid7 (gint64 at_us, char ret_id[37])
{
  guint64 ms = (guint64) (at_us / 1000);
  guint8 bytes[16];
  char hex[33];

  randombytes_buf (bytes, sizeof bytes);
  for (guint i = 0; i < 6; i++)
    bytes[i] = (guint8) (ms >> (40 - 8 * i));
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  sodium_bin2hex (hex, sizeof hex, bytes, sizeof bytes);
  g_snprintf (ret_id, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}
