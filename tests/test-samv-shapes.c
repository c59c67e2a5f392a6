/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The driver against readers of every shape: what they have in common, and whatever can go wrong at
 * each step of find, select and read. With -m slow at a kiosk's own times.
 */
#include "tests/reader-fixture.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define SAM "SAM 05.01-20110511-0001234567-0987654321"

static ReaderSetting settings[] = { { "whole", &quick_times },
                                    { "split", &quick_times },
                                    { "hid", &quick_times },
                                    { "serial", &quick_times } };

/* After the device is back; a busy machine may take longer than the real one at the door. */
static guint
recovery_ms (void)
{
  return g_test_slow () ? 1000 : 3000;
}

static void
tell_reader (Fixture *fix, const char *words)
{
  bench_tell ("%s %s", fix->reader, words);
}

/* --- what they have in common --- */

static void
test_cards_are_read_once_and_missed_when_lifted (Fixture *fix, gconstpointer setting)
{
  put_card (fix, "card-A.hex");
  expect_told (fix, "fr");
  g_assert_cmpstr (fix->read->name, ==, "张测试");
  g_assert_cmpstr (fix->read->address, ==, "北京市东城区测试街道一号院2号楼301室");
  bench_tell ("%s lift", fix->card);
  expect_told (fix, "frl");
  put_card (fix, "card-B.hex");
  expect_told (fix, "frlfr");
  g_assert_cmpstr (fix->read->name, ==, "古丽娜尔·样本");
}

static void
test_the_newest_address_takes_the_place_of_the_printed_one (Fixture *fix, gconstpointer setting)
{
  bench_tell ("%s address 上海市样本路1号", fix->card);
  put_card (fix, "card-A.hex");
  expect_told (fix, "fr");
  g_assert_cmpstr (fix->read->address, ==, "上海市样本路1号");
  g_assert_nonnull (strstr (fix->read->notes, "address is newer"));
}

static void
test_fingerprints_are_skipped (Fixture *fix, gconstpointer setting)
{
  tell_reader (fix, "prints always");
  bench_tell ("%s prints yes", fix->card);
  put_card (fix, "card-A.hex");
  expect_told (fix, "fr");
  g_assert_cmpstr (fix->read->id_number, ==, "110101199001019917");
  bench_tell ("%s prints no", fix->card);
  put_card (fix, "card-B.hex");
  expect_told (fix, "frlfr");
  g_assert_cmpstr (fix->read->id_number, ==, "65010219551130982X");
}

static void
test_replies_may_come_in_pieces (Fixture *fix, gconstpointer setting)
{
  static const char *const faults[] = { "short", "chunks" };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      tell_reader (fix, faults[i]);
      g_string_truncate (fix->told, 0);
      put_card (fix, "card-A.hex");
      expect_told (fix, "fr");
      bench_tell ("%s lift", fix->card);
      expect_told (fix, "frl");
    }
  g_assert_cmpint (th_card_reader_get_health (fix->driver), ==, TH_HEALTH_READY);
}

static void
test_it_describes_itself (Fixture *fix, gconstpointer data)
{
  const ReaderSetting *setting = data;
  g_autofree char *text = NULL;

  wait_health (fix, 3000, TH_HEALTH_READY);
  text = th_samv_reader_describe (TH_SAMV_READER (fix->driver));
  g_assert_true (g_str_has_suffix (text, ", " SAM));
  if (g_str_equal (setting->shape, "hid"))
    g_assert_cmpstr (text, ==, "USB 2b8b:2721, " SAM);
  else if (g_str_equal (setting->shape, "serial"))
    g_assert_cmpstr (text, ==, "/dev/ttyUSB0, " SAM);
  else
    g_assert_cmpstr (text, ==, "USB 0400:c35a, " SAM);
  g_assert_null (th_samv_reader_get_trouble (TH_SAMV_READER (fix->driver)));
}

static void
test_silence_noise_and_stall_are_told_and_end (Fixture *fix, gconstpointer setting)
{
  static const struct
  {
    const char *fault;
    ThHealth health;
  } faults[] = { { "silent", TH_HEALTH_SILENT },
                 { "garble", TH_HEALTH_FAULT },
                 { "stall", TH_HEALTH_SILENT } };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      wait_health (fix, 3000, TH_HEALTH_READY);
      tell_reader (fix, faults[i].fault);
      wait_health (fix, 3000, faults[i].health);
      g_assert_nonnull (th_samv_reader_get_trouble (TH_SAMV_READER (fix->driver)));
      tell_reader (fix, "normal");
      wait_health (fix, recovery_ms (), TH_HEALTH_READY);
    }
}

static void
test_a_module_out_of_service_says_so (Fixture *fix, gconstpointer setting)
{
  static const char *const codes[] = { "60", "66" };
  static const char *const words[] = { "self-test failed", "not authorised" };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      const GError *trouble;

      wait_health (fix, 3000, TH_HEALTH_READY);
      bench_tell ("%s says %s", fix->reader, codes[i]);
      wait_health (fix, 3000, TH_HEALTH_FAULT);
      trouble = th_samv_reader_get_trouble (TH_SAMV_READER (fix->driver));
      g_assert_error (trouble, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE);
      g_assert_nonnull (strstr (trouble->message, words[i]));
      bench_tell ("%s says ok", fix->reader);
      wait_health (fix, 3000, TH_HEALTH_READY);
      g_assert_null (th_samv_reader_get_trouble (TH_SAMV_READER (fix->driver)));
    }
}

static const struct
{
  const char *name;
  void (*run) (Fixture *fix, gconstpointer setting);
} common[] = {
  { "silence, noise and stall are told, and end", test_silence_noise_and_stall_are_told_and_end },
  { "a module out of service says so", test_a_module_out_of_service_says_so },
  { "cards are read once, and missed when lifted",
    test_cards_are_read_once_and_missed_when_lifted },
  { "the newest address takes the place of the printed one",
    test_the_newest_address_takes_the_place_of_the_printed_one },
  { "fingerprints are skipped", test_fingerprints_are_skipped },
  { "replies may come in pieces", test_replies_may_come_in_pieces },
  { "it describes itself", test_it_describes_itself },
};

/* --- what can go wrong at each step --- */

typedef struct
{
  ReaderSetting setting; /* first: reader_set_up() takes it */
  const char *step;
  const char *what;
} Misfortune;

static guint
count_misfortunes (Fixture *fix)
{
  g_autofree char *command = g_strconcat (fix->reader, " misfortunes", NULL);
  g_autofree char *count = bench_ask (command);

  return (guint)g_ascii_strtoull (count, NULL, 10);
}

/* Whatever happens at whatever step: the device back, the card is read, each card has one end and
 * one lift, and nobody had to start anything again. */
static void
test_it_goes_on_after_a_misfortune (Fixture *fix, gconstpointer data)
{
  const Misfortune *misfortune = data;
  gboolean unplugs = g_str_has_prefix (misfortune->what, "unplug");
  g_autoptr (GRegex) life = g_regex_new ("^(f[rx]l)*(fr)$", 0, 0, NULL);
  guint before = count_misfortunes (fix);

  wait_health (fix, 3000, TH_HEALTH_READY);
  bench_tell ("%s unplug", fix->reader);
  wait_health (fix, 3000, TH_HEALTH_ABSENT);
  bench_tell ("%s at %s %s", fix->reader, misfortune->step, misfortune->what);
  put_card (fix, "card-A.hex");
  bench_tell ("%s plug", fix->reader);
  wait_until (3000, count_misfortunes (fix) > before);
  if (unplugs)
    {
      wait_health (fix, 3000, TH_HEALTH_ABSENT);
      bench_tell ("%s plug", fix->reader);
    }
  wait_until (unplugs ? recovery_ms () : 5000, g_str_has_suffix (fix->told->str, "r"));
  if (!g_regex_match (life, fix->told->str, 0, NULL))
    g_error ("told %s", fix->told->str);
  if (g_str_equal (misfortune->step, "address")) /* it was read already */
    g_assert_cmpstr (fix->told->str, ==, "fr");
  g_assert_cmpstr (fix->read->id_number, ==, "110101199001019917");
  wait_health (fix, recovery_ms (), TH_HEALTH_READY);
  g_string_truncate (fix->told, 0);
  bench_tell ("%s lift", fix->card);
  wait_until (3000, fix->told->len > 0);
  g_assert_cmpstr (fix->told->str, ==, "l");
}

static void
add_misfortunes (void)
{
  static const char *const steps[] = { "status", "id", "find", "select", "read", "address" };
  static const char *const whats[]
      = { "unplug", "unplug-half", "unplug-after", "silent", "garble", "reset" };
  static Misfortune misfortunes[G_N_ELEMENTS (settings)][G_N_ELEMENTS (steps)][G_N_ELEMENTS (whats)];

  for (guint shape = 0; shape < G_N_ELEMENTS (settings); shape++)
    for (guint step = 0; step < G_N_ELEMENTS (steps); step++)
      for (guint what = 0; what < G_N_ELEMENTS (whats); what++)
        {
          Misfortune *misfortune = &misfortunes[shape][step][what];
          g_autofree char *path = g_strdup_printf ("/samv-shapes/%s/%s at %s",
                                                   settings[shape].shape, whats[what], steps[step]);

          *misfortune = (Misfortune){ settings[shape], steps[step], whats[what] };
          g_test_add_vtable (path, sizeof (Fixture), misfortune, (GTestFixtureFunc)reader_set_up,
                             (GTestFixtureFunc)test_it_goes_on_after_a_misfortune,
                             (GTestFixtureFunc)reader_tear_down);
        }
}

/* --- more than one device --- */

static void
test_two_readers_are_two_places (Fixture *fix, gconstpointer setting)
{
  Fixture second = { .setting = setting,
                     .reader = "reader2",
                     .card = "card2",
                     .context = fix->context,
                     .told = g_string_new (NULL) };

  wait_health (fix, 3000, TH_HEALTH_READY);
  bench_tell ("reader2 plug");
  start_driver (&second);
  wait_health (&second, 3000, TH_HEALTH_READY);
  put_card (fix, "card-A.hex");
  put_card (&second, "card-B.hex");
  expect_told (fix, "fr");
  expect_told (&second, "fr");
  g_assert_cmpstr (fix->read->name, ==, "张测试");
  g_assert_cmpstr (second.read->name, ==, "古丽娜尔·样本");

  bench_tell ("reader unplug");
  wait_health (fix, 3000, TH_HEALTH_ABSENT);
  g_assert_cmpint (th_card_reader_get_health (second.driver), ==, TH_HEALTH_READY);
  bench_tell ("card2 lift");
  expect_told (&second, "frl");
  drop_driver (&second);
  g_string_free (second.told, TRUE);
  g_clear_pointer (&second.read, th_card_unref);
}

static void
test_another_reader_takes_over (Fixture *fix, gconstpointer setting)
{
  wait_health (fix, 3000, TH_HEALTH_READY);
  bench_tell ("reader2 plug");
  bench_tell ("reader unplug");
  wait_until (3000, th_card_reader_get_health (fix->driver) != TH_HEALTH_READY);
  wait_health (fix, recovery_ms (), TH_HEALTH_READY);
  fix->card = "card2";
  put_card (fix, "card-B.hex");
  expect_told (fix, "fr");
}

static void
test_a_stranger_of_the_same_vendor_is_left_alone (Fixture *fix, gconstpointer setting)
{
  g_autofree char *bytes = NULL;

  wait_health (fix, 3000, TH_HEALTH_READY);
  bench_tell ("reader unplug");
  bench_tell ("stranger plug");
  wait_health (fix, 3000, TH_HEALTH_ABSENT);
  bench_tell ("reader plug");
  wait_health (fix, recovery_ms (), TH_HEALTH_READY);
  put_card (fix, "card-A.hex");
  expect_told (fix, "fr");
  bytes = bench_ask ("stranger bytes");
  g_assert_cmpstr (bytes, ==, "0");
}

/* --- the serial port --- */

static void
test_a_serial_port_in_use_is_absent_and_says_why (Fixture *fix, gconstpointer setting)
{
  ThSamvReader *reader = TH_SAMV_READER (fix->driver);
  int fd;

  wait_health (fix, 3000, TH_HEALTH_READY);
  tell_reader (fix, "unplug");
  wait_health (fix, 3000, TH_HEALTH_ABSENT);
  g_assert_error (th_samv_reader_get_trouble (reader), TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
  drop_driver (fix);
  tell_reader (fix, "plug");
  fd = open ("/dev/ttyUSB0", O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), ==, 0);
  start_driver (fix);
  wait_health (fix, 3000, TH_HEALTH_ABSENT);
  g_assert_error (th_samv_reader_get_trouble (TH_SAMV_READER (fix->driver)), TH_DEVICE_ERROR,
                  TH_DEVICE_ERROR_BUSY);
  close (fd);
  wait_health (fix, recovery_ms (), TH_HEALTH_READY);
}

static void
test_a_file_is_no_serial_port (Fixture *fix, gconstpointer setting)
{
  g_autofree char *path = g_build_filename (bench_dir (), "no-port", NULL);

  drop_driver (fix);
  fix->port = path;
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  start_driver (fix);
  wait_health (fix, 3000, TH_HEALTH_ABSENT);
  g_assert_error (th_samv_reader_get_trouble (TH_SAMV_READER (fix->driver)), TH_DEVICE_ERROR,
                  TH_DEVICE_ERROR_PROTOCOL);
  g_unlink (path);
}

static void
count_gone_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  ThSamvPort *port = TH_SAMV_PORT (source);

  /* Bytes or boolean, a failure is taken the same way. */
  g_assert_null (th_samv_port_receive_finish (port, result, &error));
  g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
  ++*(guint *)data;
}

/* A reader may be pulled out between any two calls. */
static void
test_a_port_that_is_not_open_says_so_in_every_call (Fixture *fix, gconstpointer setting)
{
  ThSamvPort *ports[] = { th_samv_usb_new (fix->context), th_samv_serial_new ("/dev/ttyUSB0") };
  const guint8 frame[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0, 3, 0x20, 1, 0x22 };

  for (guint i = 0; i < G_N_ELEMENTS (ports); i++)
    {
      guint n_gone = 0;

      g_assert_false (th_samv_port_is_open (ports[i]));
      th_samv_port_send_async (ports[i], frame, sizeof frame, 100, count_gone_cb, &n_gone);
      wait_until (1000, n_gone == 1);
      th_samv_port_receive_async (ports[i], 0, 7, 100, count_gone_cb, &n_gone);
      wait_until (1000, n_gone == 2);
      th_samv_port_drain_async (ports[i], count_gone_cb, &n_gone);
      wait_until (1000, n_gone == 3);
      th_samv_port_close (ports[i]);
      g_object_unref (ports[i]);
    }
}

#define ADD(name, setting, function)                                                               \
  g_test_add ("/samv-shapes/" name, Fixture, setting, reader_set_up, function, reader_tear_down)

int
main (int argc, char **argv)
{
  int status;

  if (!on_bench (argc, argv, &status))
    return status;
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      if (g_test_slow ())
        settings[i].times = NULL;
      for (guint n = 0; n < G_N_ELEMENTS (common); n++)
        {
          g_autofree char *path
              = g_strdup_printf ("/samv-shapes/%s/%s", settings[i].shape, common[n].name);

          g_test_add_vtable (path, sizeof (Fixture), &settings[i], (GTestFixtureFunc)reader_set_up,
                             (GTestFixtureFunc)common[n].run, (GTestFixtureFunc)reader_tear_down);
        }
    }
  add_misfortunes ();
  ADD ("whole/two readers are two places", &settings[0], test_two_readers_are_two_places);
  ADD ("whole/another reader takes over", &settings[0], test_another_reader_takes_over);
  ADD ("whole/a stranger of the same vendor is left alone", &settings[0],
       test_a_stranger_of_the_same_vendor_is_left_alone);
  ADD ("whole/a port that is not open says so in every call", &settings[0],
       test_a_port_that_is_not_open_says_so_in_every_call);
  ADD ("serial/a port in use is absent, and says why", &settings[3],
       test_a_serial_port_in_use_is_absent_and_says_why);
  ADD ("serial/a file is no serial port", &settings[3], test_a_file_is_no_serial_port);
  return g_test_run ();
}
