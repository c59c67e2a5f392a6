/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <sodium.h>
#include <string.h>

#include "kiosk/event.h"
#include "kiosk/records.h"

static const char sample[] = "{\"day\":\"2026-11-22\",\"flag\":true,\"lane\":\"A\",\"low\":-"
                             "9223372036854775808,\"number\":17,"
                             "\"text\":\"\xe5\xbc\xa0 \\\"\\\\\\u000a\\u001f/\"}";

static void
assert_refused (const char *text, gsize len)
{
  g_autofree char *exact = g_memdup2 (text, len); /* its own block: an over-read is seen */
  g_autoptr(GError) error = NULL;
  g_autoptr(ThLogBody) body = th_log_body_decode (exact, len, &error);

  if (body != NULL)
    g_test_message ("taken: %.*s", (int) len, text);
  g_assert_null (body);
  g_assert_error (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_CORRUPT);
}

static void
test_what_the_encoder_never_writes_is_refused (void)
{
  static const char *const wrong[] = {
    "",
    "{",
    "}",
    "[]",
    "null",
    "{}{}",
    "{} ",
    " {}",
    "{\"a\":1,}",
    "{,\"a\":1}",
    "{\"a\":1 }",
    "{ \"a\":1}",
    "{\"a\": 1}",
    "{\"b\":1,\"a\":2}",
    "{\"a\":1,\"a\":2}",
    "{\"\":1}",
    "{\"A\":1}",
    "{\"a1\":1}",
    "{\"a\":01}",
    "{\"a\":-0}",
    "{\"a\":+1}",
    "{\"a\":1.0}",
    "{\"a\":1e3}",
    "{\"a\":-}",
    "{\"a\":9223372036854775808}",
    "{\"a\":-9223372036854775809}",
    "{\"a\":99999999999999999999999}",
    "{\"a\":null}",
    "{\"a\":True}",
    "{\"a\":[1]}",
    "{\"a\":{}}",
    "{\"a\":\"\n\"}",
    "{\"a\":\"\\n\"}",
    "{\"a\":\"\\/\"}",
    "{\"a\":\"\\u0000\"}",
    "{\"a\":\"\\u0041\"}",
    "{\"a\":\"\\u001F\"}",
    "{\"a\":\"\xff\"}",
    "{\"a\":\"\xe5\xbc\"}",
    "{\"a\":\"\xed\xa0\x80\"}",
    "{\"a\":\"}",
    "{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":1}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    assert_refused (wrong[i], strlen (wrong[i]));
}

static void
test_a_body_cut_at_any_byte_is_refused (void)
{
  for (gsize len = 0; len < strlen (sample); len++)
    assert_refused (sample, len);
}

static void
test_a_body_that_is_too_long_is_refused (void)
{
  g_autofree char *long_text = g_strnfill (TH_LOG_MAX_BODY, 'x');
  g_autofree char *text = g_strdup_printf ("{\"a\":\"%s\"}", long_text);

  assert_refused (text, strlen (text));
}

static void
test_a_body_has_one_encoding (void)
{
  g_autoptr(ThLogBody) body = th_log_body_new ();
  g_autoptr(ThLogBody) again = NULL;
  g_autofree char *text = NULL;

  th_log_body_set_text (body, "text", "张 \"\\\n\x1f/");
  th_log_body_set_int (body, "number", 3);
  th_log_body_set_text (body, "lane", "A");
  th_log_body_set_int (body, "low", G_MININT64);
  th_log_body_set_flag (body, "flag", TRUE);
  th_log_body_set_text (body, "day", "2026-11-22");
  th_log_body_set_int (body, "number", 17);
  text = th_log_body_encode (body);
  g_assert_cmpstr (text, ==, sample);

  again = th_log_body_decode (text, strlen (text), NULL);
  g_assert_nonnull (again);
  g_assert_cmpint (th_log_body_int (again, "number"), ==, 17);
  g_assert_cmpint (th_log_body_int (again, "low"), ==, G_MININT64);
  g_assert_true (th_log_body_flag (again, "flag"));
  g_assert_cmpstr (th_log_body_text (again, "text"), ==, "张 \"\\\n\x1f/");
  g_assert_cmpstr (th_log_body_text (again, "number"), ==, "");
  g_assert_cmpint (th_log_body_int (again, "nothing"), ==, 0);
}

static void
test_text_that_is_not_utf8_is_made_so (void)
{
  g_autoptr(ThLogBody) body = th_log_body_new ();
  g_autofree char *text = NULL;
  g_autoptr(ThLogBody) again = NULL;

  th_log_body_set_text (body, "a", "x\xffy");
  text = th_log_body_encode (body);
  again = th_log_body_decode (text, strlen (text), NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (th_log_body_text (again, "a"), ==, "x\xef\xbf\xbdy");
}

static const ThLogEvent event = {
  .seq = 2,
  .id = "0193518a-0000-7000-8000-000000000000",
  .device = "kiosk-1",
  .device_seq = 2,
  .kind = "called",
  .at_us = 1700000000000000,
  .mono_us = 5,
  .clock_trusted = TRUE,
  .visit = "",
  .body = "{\"by\":\"a\"}",
};

static void
test_every_field_and_the_link_before_decide_the_link (void)
{
  const guint8 key[TH_LOG_KEY_BYTES] = { 1 };
  const guint8 other_key[TH_LOG_KEY_BYTES] = { 2 };
  const guint8 before[TH_LOG_LINK_BYTES] = { 3 };
  const guint8 other_before[TH_LOG_LINK_BYTES] = { 4 };
  ThLogEvent changed[10];
  guint8 link[TH_LOG_LINK_BYTES], other[TH_LOG_LINK_BYTES];

  for (guint i = 0; i < G_N_ELEMENTS (changed); i++)
    changed[i] = event;
  changed[0].seq++;
  changed[1].id = "0193518a-0000-7000-8000-000000000001";
  changed[2].device = "kiosk-2";
  changed[3].device_seq++;
  changed[4].kind = "put_back";
  changed[5].at_us++;
  changed[6].mono_us++;
  changed[7].clock_trusted = FALSE;
  changed[8].visit = "x";
  changed[9].body = "{\"by\":\"b\"}";

  th_log_event_link (&event, key, before, link);
  for (guint i = 0; i < G_N_ELEMENTS (changed); i++)
    {
      th_log_event_link (&changed[i], key, before, other);
      g_assert_cmpint (memcmp (link, other, sizeof link), !=, 0);
    }
  th_log_event_link (&event, other_key, before, other);
  g_assert_cmpint (memcmp (link, other, sizeof link), !=, 0);
  th_log_event_link (&event, key, other_before, other);
  g_assert_cmpint (memcmp (link, other, sizeof link), !=, 0);
  th_log_event_link (&event, key, before, other);
  g_assert_cmpmem (link, sizeof link, other, sizeof other);
}

static void
test_an_event_is_canonical_json (void)
{
  g_autofree char *text = th_log_event_encode (&event);

  g_assert_cmpstr (
      text, ==,
      "{\"at_us\":1700000000000000,\"body\":{\"by\":\"a\"},\"clock_trusted\":true,"
      "\"device\":\"kiosk-1\",\"device_seq\":2,"
      "\"id\":\"0193518a-0000-7000-8000-000000000000\",\"kind\":\"called\",\"mono_us\":5,"
      "\"seq\":2,\"visit\":\"\"}");
}

static void
test_kinds_are_known_by_name (void)
{
  ThLogKind kind;

  g_assert_false (th_log_kind_from_string ("", &kind));
  g_assert_false (th_log_kind_from_string ("Called", &kind));
  for (guint i = 0; i < TH_N_LOG_KINDS; i++)
    {
      g_assert_true (th_log_kind_from_string (th_log_kind_to_string (i), &kind));
      g_assert_cmpint (kind, ==, i);
    }
}

static void
test_ids_are_uuids_of_version_7_in_order_of_time (void)
{
  char first[37], second[37];

  th_uuid7 (1700000000000000, first);
  th_uuid7 (1700000000001000, second);
  g_assert_true (g_uuid_string_is_valid (first));
  g_assert_true (g_str_has_prefix (first, "018bcfe5-6800-7"));
  g_assert_nonnull (strchr ("89ab", first[19]));
  g_assert_cmpstr (first, <, second);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (sodium_init () < 0)
    return 1;
  g_test_add_func ("/event/what_the_encoder_never_writes_is_refused",
                   test_what_the_encoder_never_writes_is_refused);
  g_test_add_func ("/event/a_body_cut_at_any_byte_is_refused",
                   test_a_body_cut_at_any_byte_is_refused);
  g_test_add_func ("/event/a_body_that_is_too_long_is_refused",
                   test_a_body_that_is_too_long_is_refused);
  g_test_add_func ("/event/a_body_has_one_encoding", test_a_body_has_one_encoding);
  g_test_add_func ("/event/text_that_is_not_utf8_is_made_so",
                   test_text_that_is_not_utf8_is_made_so);
  g_test_add_func ("/event/every_field_and_the_link_before_decide_the_link",
                   test_every_field_and_the_link_before_decide_the_link);
  g_test_add_func ("/event/an_event_is_canonical_json", test_an_event_is_canonical_json);
  g_test_add_func ("/event/kinds_are_known_by_name", test_kinds_are_known_by_name);
  g_test_add_func ("/event/ids_are_uuids_of_version_7_in_order_of_time",
                   test_ids_are_uuids_of_version_7_in_order_of_time);
  return g_test_run ();
}
