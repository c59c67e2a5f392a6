/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/reader-fixture.h"

#include <string.h>

const ThCardReaderTimes quick_times
    = { .poll = 20, .answer = 100, .read = 300, .address = 200, .retry = 100 };

static void
found_cb (Fixture *fix)
{
  g_string_append_c (fix->told, 'f');
}

static void
read_cb (Fixture *fix, ThCard *card)
{
  g_string_append_c (fix->told, 'r');
  g_clear_pointer (&fix->read, th_card_unref);
  fix->read = th_card_ref (card);
}

static void
failed_cb (Fixture *fix, GError *error)
{
  g_assert_true (error->domain == TH_DEVICE_RETRY);
  fix->retry = error->code;
  g_string_append_c (fix->told, 'x');
}

static void
lifted_cb (Fixture *fix)
{
  g_string_append_c (fix->told, 'l');
}

void
start_driver (Fixture *fix)
{
  g_autoptr (ThSamvPort) port = NULL;

  if (g_str_equal (fix->setting->shape, "serial"))
    port = th_samv_serial_new (fix->port != NULL ? fix->port : "/dev/ttyUSB0");
  else
    port = th_samv_usb_new (fix->context);
  fix->driver = TH_CARD_READER (th_samv_reader_new (port, fix->setting->times));
  g_signal_connect_swapped (fix->driver, "card-found", G_CALLBACK (found_cb), fix);
  g_signal_connect_swapped (fix->driver, "card-read", G_CALLBACK (read_cb), fix);
  g_signal_connect_swapped (fix->driver, "card-failed", G_CALLBACK (failed_cb), fix);
  g_signal_connect_swapped (fix->driver, "card-lifted", G_CALLBACK (lifted_cb), fix);
  th_card_reader_start (fix->driver);
}

void
drop_driver (Fixture *fix)
{
  g_signal_handlers_disconnect_by_data (fix->driver, fix);
  g_assert_finalize_object (fix->driver);
  fix->driver = NULL;
}

/* The bench as it was when it started, but for the shape of the first reader. */
static void
clean_bench (const ReaderSetting *setting)
{
  static const char *const commands[] = { "card lift",
                                          "card2 lift",
                                          "serial-card lift",
                                          "card status ok",
                                          "card prints no",
                                          "card address none",
                                          "serial-card status ok",
                                          "reader normal",
                                          "reader2 normal",
                                          "serial-reader normal",
                                          "reader says ok",
                                          "serial-reader says ok",
                                          "reader prints asked",
                                          "reader pace 100",
                                          "serial-reader pace 100",
                                          "reader2 unplug",
                                          "stranger unplug",
                                          "reader unplug",
                                          "serial-reader plug" };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    bench_make_sure (commands[i]);
  if (g_str_equal (setting->shape, "serial"))
    return;
  bench_tell ("reader shape %s", setting->shape);
  bench_tell ("reader plug");
}

void
reader_set_up (Fixture *fix, gconstpointer data)
{
  gboolean serial;

  fix->setting = data;
  serial = g_str_equal (fix->setting->shape, "serial");
  fix->reader = serial ? "serial-reader" : "reader";
  fix->card = serial ? "serial-card" : "card";
  clean_bench (fix->setting);
  fix->told = g_string_new (NULL);
  fix->context = th_usb_context_new ();
  start_driver (fix);
}

void
reader_tear_down (Fixture *fix, gconstpointer data)
{
  if (fix->driver != NULL)
    drop_driver (fix);
  /* Callbacks under way hold the context until they have come in. */
  g_object_add_weak_pointer (G_OBJECT (fix->context), (gpointer *)&fix->context);
  g_object_unref (fix->context);
  wait_until (3000, fix->context == NULL);
  g_string_free (fix->told, TRUE);
  g_clear_pointer (&fix->read, th_card_unref);
}

void
put_card (Fixture *fix, const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", name, NULL);

  bench_tell ("%s put %s", fix->card, path);
}

void
wait_health (Fixture *fix, guint limit_ms, ThHealth health)
{
  wait_until (limit_ms, th_card_reader_get_health (fix->driver) == health);
}

void
expect_told (Fixture *fix, const char *told)
{
  gint64 until_us;

  wait_until (3000, fix->told->len >= strlen (told));
  g_assert_cmpstr (fix->told->str, ==, told);
  until_us = g_get_monotonic_time () + 150 * 1000;
  wait_until (1000, g_get_monotonic_time () >= until_us);
  g_assert_cmpstr (fix->told->str, ==, told);
}
