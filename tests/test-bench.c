/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bench, seen through the real libusb by a process of its own (test-bench-client).
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "tests/bench/tell.h"

#define FIND "AAAAAA96690003200122"
#define SELECT "AAAAAA96690003200221"
#define READ "AAAAAA96690003300132"
#define NEWEST_ADDRESS "AAAAAA96690003300330"
#define RESET "AAAAAA9669000310FFEC"
#define READ_PRINTS "AAAAAA96690003301023"
#define ID "AAAAAA9669000312FFEE"

static const char *bench_program;
static const char *client_program;

typedef struct
{
  char *dir;
  char *control;
  GSubprocess *process;
} Bench;

typedef struct
{
  GSubprocess *process;
  GDataInputStream *replies;
} Client;

static void
tell (Bench *bench, const char *command)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *reply = th_bench_tell (bench->control, command, &error);

  g_assert_no_error (error);
  if (!g_str_has_prefix (reply, "ok"))
    g_error ("%s: %s", command, reply);
}

static void
assert_told (Bench *bench, const char *command, const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *reply = th_bench_tell (bench->control, command, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (reply, ==, expected);
}

/* A failed test must not leave a bench running. */
static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
bench_set_up (Bench *bench, gconstpointer data)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr(GError) error = NULL;
  g_autofree char *ready = NULL;
  gint64 limit = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  bench->dir = g_dir_make_tmp ("thb-XXXXXX", &error);
  g_assert_no_error (error);
  bench->control = g_build_filename (bench->dir, "control", NULL);
  ready = g_build_filename (bench->dir, "ready", NULL);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  bench->process =
    g_subprocess_launcher_spawn (launcher, &error, bench_program, "--dir", bench->dir, NULL);
  g_assert_no_error (error);
  while (!g_file_test (ready, G_FILE_TEST_EXISTS))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, limit);
      g_usleep (5000);
    }
}

static void
bench_tear_down (Bench *bench, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  tell (bench, "quit");
  g_subprocess_wait_check (bench->process, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_rmdir (bench->dir), ==, 0); /* it leaves nothing behind */
  g_object_unref (bench->process);
  g_free (bench->control);
  g_free (bench->dir);
}

static char *
hear (Client *client)
{
  g_autoptr(GError) error = NULL;
  char *line = g_data_input_stream_read_line (client->replies, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (line);
  return line;
}

static void
say (Client *client, const char *line)
{
  g_autofree char *text = g_strconcat (line, "\n", NULL);
  g_autoptr(GError) error = NULL;

  g_output_stream_write_all (g_subprocess_get_stdin_pipe (client->process), text, strlen (text),
                             NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_says (Client *client, const char *line, const char *expected)
{
  g_autofree char *reply = NULL;

  say (client, line);
  reply = hear (client);
  if (!g_str_equal (reply, expected))
    g_error ("%s: %s, not %s", line, reply, expected);
}

static Client *
client_new (Bench *bench)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *hello = NULL;
  Client *client = g_new0 (Client, 1);

  client->process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                      bench_program, "run", bench->dir, client_program, NULL);
  g_assert_no_error (error);
  client->replies = g_data_input_stream_new (g_subprocess_get_stdout_pipe (client->process));
  hello = hear (client);
  g_assert_cmpstr (hello, ==, "hello");
  return client;
}

static void
client_free (Client *client)
{
  g_autoptr(GError) error = NULL;

  g_output_stream_close (g_subprocess_get_stdin_pipe (client->process), NULL, NULL);
  g_subprocess_wait_check (client->process, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (client->replies);
  g_object_unref (client->process);
  g_free (client);
}

/* Like a power cut: whatever it was doing. */
static void
client_kill (Client *client)
{
  g_subprocess_force_exit (client->process);
  g_subprocess_wait (client->process, NULL, NULL);
  g_object_unref (client->replies);
  g_object_unref (client->process);
  g_free (client);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Client, client_free)

static char *
card_hex (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", name, NULL);
  g_autoptr(GString) hex = g_string_new (NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_isxdigit (*p))
      g_string_append_c (hex, g_ascii_tolower (*p));
  return g_string_free (g_steal_pointer (&hex), FALSE);
}

static void
put_card (Bench *bench, const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", name, NULL);
  g_autofree char *quoted = g_shell_quote (path);
  g_autofree char *command = g_strconcat ("card put ", quoted, NULL);

  tell (bench, command);
}

static void
assert_answers (Client *client, const char *command, const char *reply)
{
  g_autofree char *write = g_strdup_printf ("write %s 1000", command);
  g_autofree char *expected = g_strconcat ("ok ", reply, NULL);

  assert_says (client, write, "ok 10");
  assert_says (client, "read 1000", expected);
}

#define FOUND "aaaaaa9669000800009f0000000097"
#define NOT_FOUND "aaaaaa9669000400008084"
#define SELECTED "aaaaaa9669000c00009000000000000000009c"
#define NOT_SELECTED "aaaaaa9669000400008185"
#define NOT_READ "aaaaaa9669000400004145"
#define NOT_ON_CARD "aaaaaa9669000400009195"
#define DONE "aaaaaa9669000400009094"

/* Refusals */

static void
test_commands_that_make_no_sense_are_refused (Bench *bench, gconstpointer data)
{
  static const char *const bad[] = {
    "frob",         "card",           "card put /nowhere", "card lift",   "card status 1ff",
    "reader jump",  "reader plug",    "printer hold x",    "paper",       "cover",
    "slip 2 /tmp/x", "slip 0 /tmp/x",  "wait slips 1",      "skin warm",   "step aside",
    "sensor bad-pec 0", "wait bytes x 1", "''",            "'",
    "reader shape split", "reader at noon unplug", "reader at find", "reader says zz", "reader4 plug",
    "card address 123456789012345678901234567890123456", "stranger",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *reply = th_bench_tell (bench->control, bad[i], &error);

      g_assert_no_error (error);
      if (!g_str_has_prefix (reply, "error "))
        g_error ("%s: %s", bad[i], reply);
    }
}

static void
test_the_reader_refuses_frames_that_are_wrong (Bench *bench, gconstpointer data)
{
  g_autoptr(Client) client = client_new (bench);

  assert_says (client, "open 0400 c35a", "ok");
  assert_answers (client, "AAAAAA96690003200123", "aaaaaa9669000400001014");
  assert_answers (client, "AAAAAA96690002200123", "aaaaaa9669000400001115");
  assert_answers (client, "AAAAAA96690003777703", "aaaaaa9669000400002125");
  assert_says (client, "write 0102030405 1000", "ok 5"); /* noise gets no answer */
  assert_says (client, "read 100", "LIBUSB_ERROR_TIMEOUT ");
  assert_answers (client, FIND, NOT_FOUND);
  assert_answers (client, READ, NOT_READ);
}

/* Reader */

static void
read_card_whole (Bench *bench, Client *client, const char *name)
{
  g_autofree char *card = card_hex (name);

  put_card (bench, name);
  assert_answers (client, FIND, FOUND);
  assert_answers (client, SELECT, SELECTED);
  assert_answers (client, READ, card);
  assert_answers (client, FIND, NOT_FOUND); /* once a card, until it is lifted */
  assert_answers (client, NEWEST_ADDRESS, NOT_ON_CARD);
  tell (bench, "card lift");
  assert_answers (client, NEWEST_ADDRESS, NOT_READ);
  assert_answers (client, FIND, NOT_FOUND);
}

static void
test_a_card_is_read_once_until_it_is_lifted (Bench *bench, gconstpointer data)
{
  g_autoptr(Client) client = client_new (bench);

  assert_says (client, "list", "ok 04b8:0e03 0400:c35a 1d6b:0002");
  assert_says (client, "open 0400 c35a", "ok");
  read_card_whole (bench, client, "card-A.hex");
  read_card_whole (bench, client, "card-B.hex");
  put_card (bench, "card-B.hex");
  read_card_whole (bench, client, "card-A.hex");
  assert_told (bench, "reader reads", "ok 3");
}

/* Length, front and sum as the reference gives them. */
static void
read_with_prints (Bench *bench, Client *client, gsize len, const char *front, const char *sum)
{
  g_autofree char *reply = NULL;

  put_card (bench, "card-A.hex");
  assert_answers (client, FIND, FOUND);
  assert_answers (client, SELECT, SELECTED);
  assert_says (client, "write " READ_PRINTS " 1000", "ok 10");
  say (client, "read 1000");
  reply = hear (client);
  g_assert_cmpuint (strlen (reply), ==, strlen ("ok ") + 2 * len);
  g_assert_true (g_str_has_prefix (reply + strlen ("ok "), front));
  g_assert_true (g_str_has_suffix (reply, sum));
}

static void
test_a_card_may_have_fingerprints_and_a_newer_address (Bench *bench, gconstpointer data)
{
  g_autoptr(Client) client = client_new (bench);
  g_autoptr(GString) address = g_string_new ("aaaaaa9669004a000090");

  assert_says (client, "open 0400 c35a", "ok");
  read_with_prints (bench, client, 1297, "aaaaaa9669050a000090010004000000", "1d");
  tell (bench, "card prints yes");
  read_with_prints (bench, client, 2321, "aaaaaa9669090a000090010004000400", "15");
  tell (bench, "card address 1");
  g_string_append (address, "3100");
  for (guint i = 1; i < 35; i++)
    g_string_append (address, "2000");
  g_string_append (address, "eb"); /* an even number of spaces leaves no trace in the sum */
  assert_answers (client, NEWEST_ADDRESS, address->str);
  assert_answers (client, ID, "aaaaaa966900140000900500"
                              "0100afdc320187d61200b168de3abe");
}

static void
test_a_card_that_fails_says_how (Bench *bench, gconstpointer data)
{
  g_autoptr(Client) client = client_new (bench);
  g_autofree char *card = card_hex ("card-A.hex");

  assert_says (client, "open 0400 c35a", "ok");
  put_card (bench, "card-A.hex");
  tell (bench, "card status 31");
  assert_answers (client, FIND, FOUND);
  assert_answers (client, SELECT, SELECTED);
  assert_answers (client, READ, "aaaaaa9669000400003135");
  tell (bench, "card status 81");
  assert_answers (client, FIND, FOUND);
  assert_answers (client, SELECT, NOT_SELECTED);
  tell (bench, "card status ok");
  assert_answers (client, SELECT, SELECTED);
  assert_answers (client, READ, card);
  assert_answers (client, RESET, DONE); /* field off and on */
  assert_answers (client, FIND, FOUND);
}

static void
test_a_reader_can_be_silent_or_talk_nonsense (Bench *bench, gconstpointer data)
{
  g_autoptr(Client) client = client_new (bench);

  assert_says (client, "open 0400 c35a", "ok");
  tell (bench, "reader silent");
  assert_says (client, "write " FIND " 1000", "ok 10");
  assert_says (client, "read 100", "LIBUSB_ERROR_TIMEOUT ");
  tell (bench, "reader garble");
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *reply = NULL;

      assert_says (client, "write " FIND " 1000", "ok 10");
      say (client, "read 1000");
      reply = hear (client);
      g_assert_true (g_str_has_prefix (reply, "ok "));
      g_assert_cmpstr (reply, !=, "ok " NOT_FOUND);
    }
  tell (bench, "reader stall");
  assert_says (client, "write " FIND " 100", "LIBUSB_ERROR_TIMEOUT 0");
  tell (bench, "reader normal");
  assert_answers (client, FIND, NOT_FOUND);
}

static void
test_a_reader_unplugged_ends_what_waits (Bench *bench, gconstpointer data)
{
  g_autoptr(Client) client = client_new (bench);
  g_autofree char *reply = NULL;

  for (guint round = 0; round < 3; round++)
    {
      assert_says (client, "open 0400 c35a", "ok");
      say (client, "read 5000");
      tell (bench, "reader unplug");
      g_free (g_steal_pointer (&reply));
      reply = hear (client);
      g_assert_cmpstr (reply, ==, "LIBUSB_ERROR_NO_DEVICE ");
      assert_says (client, "write " FIND " 1000", "LIBUSB_ERROR_NO_DEVICE 0");
      tell (bench, "reader plug");
    }
  assert_says (client, "arrival 3", "ok");
  assert_says (client, "open 0400 c35a", "ok");
  assert_answers (client, FIND, NOT_FOUND);
}

static void
test_a_reader_can_go_half_way_through_a_card (Bench *bench, gconstpointer data)
{
  g_autoptr(Client) client = client_new (bench);
  g_autofree char *card = card_hex ("card-A.hex");
  g_autofree char *half = g_strdup_printf ("LIBUSB_ERROR_NO_DEVICE %.*s", 2 * 640, card);

  tell (bench, "reader unplug-in-read");
  put_card (bench, "card-A.hex");
  assert_says (client, "open 0400 c35a", "ok");
  assert_answers (client, FIND, FOUND);
  assert_answers (client, SELECT, SELECTED);
  assert_says (client, "write " READ " 1000", "ok 10");
  assert_says (client, "read 1000", half);
  tell (bench, "reader plug");
  assert_says (client, "arrival 1", "ok");
  assert_says (client, "open 0400 c35a", "ok");
  assert_answers (client, FIND, FOUND); /* still lying there, new to the reader */
}

static void
test_two_programs_cannot_have_one_reader (Bench *bench, gconstpointer data)
{
  g_autoptr(Client) first = client_new (bench);
  g_autoptr(Client) second = client_new (bench);

  assert_says (first, "open 0400 c35a", "ok");
  assert_says (second, "open 0400 c35a", "LIBUSB_ERROR_BUSY");
  assert_says (second, "open 04b8 0e03", "ok");
  /* Both hear of what comes. */
  tell (bench, "reader unplug");
  tell (bench, "reader plug");
  assert_says (first, "arrival 1", "ok");
  assert_says (second, "arrival 1", "ok");
}

/* Printer */

static void
test_the_printer_tells_its_state (Bench *bench, gconstpointer data)
{
  g_autoptr(Client) client = client_new (bench);

  assert_says (client, "open 04b8 0e03", "ok");
  assert_says (client, "control a1 1 1", "ok 18");
  assert_says (client, "write 100401 1000", "ok 3");
  assert_says (client, "read 1000", "ok 16");
  assert_says (client, "write-constant", "ok 3");
  assert_says (client, "read 1000", "ok 16");
  assert_says (client, "write 100402100403100404 1000", "ok 9");
  assert_says (client, "read 1000", "ok 121212");
  tell (bench, "paper low");
  assert_says (client, "write 100404 1000", "ok 3");
  assert_says (client, "read 1000", "ok 1e");
  tell (bench, "paper out");
  assert_says (client, "write 100401100402100404 1000", "ok 9");
  assert_says (client, "read 1000", "ok 1e327e");
  assert_says (client, "control a1 1 1", "ok 20");
  tell (bench, "paper ok");
  tell (bench, "cover open");
  assert_says (client, "write 100401100402100404 1000", "ok 9");
  assert_says (client, "read 1000", "ok 1e1612");
  tell (bench, "cover closed");
  tell (bench, "printer silent");
  assert_says (client, "write 100401 1000", "ok 3");
  assert_says (client, "read 100", "LIBUSB_ERROR_TIMEOUT ");
  tell (bench, "printer garble");
  assert_says (client, "write 100401 1000", "ok 3");
  assert_says (client, "read 1000", "ok ff");
}

static void
test_a_status_question_inside_a_picture_is_picture (Bench *bench, gconstpointer data)
{
  g_autoptr(Client) client = client_new (bench);

  assert_says (client, "open 04b8 0e03", "ok");
  /* Three bytes wide, two rows; after the first row, half a command stands in the printer. */
  assert_says (client, "write 1b401d7630000300020010040110 1000", "ok 14");
  assert_says (client, "read 100", "LIBUSB_ERROR_TIMEOUT ");
  assert_says (client, "write 04011004041b64051d5600 1000", "ok 11");
  assert_says (client, "read 1000", "ok 12");
  assert_told (bench, "slips", "ok 1");
  assert_told (bench, "printer bytes", "ok 25");
  assert_told (bench, "printer garbage", "ok 0");
}

static void
test_slips_are_what_was_cut_or_fed_out (Bench *bench, gconstpointer data)
{
  g_autoptr(Client) client = client_new (bench);
  g_autofree char *file = g_build_filename (bench->dir, "slip.png", NULL);
  g_autofree char *command = g_strconcat ("slip 2 ", file, NULL);
  GStatBuf st;

  assert_says (client, "open 04b8 0e03", "ok");
  assert_says (client, "write 000000001b401d564200 1000", "ok 10"); /* blank: no slip */
  assert_told (bench, "slips", "ok 0");
  assert_says (client, "write 1d76300001000100ff1d564200 1000", "ok 13");
  assert_told (bench, "wait slips 1 5", "ok");
  assert_says (client, "write 1d76300001000100ff1b6405 1000", "ok 12");
  assert_told (bench, "wait slips 2 5", "ok");
  assert_told (bench, "wait slips 3 0.05", "error timed out");
  assert_says (client, "write 410a1b64051bff 1000", "ok 7"); /* text, and an unknown escape */
  assert_told (bench, "slips", "ok 3");
  assert_told (bench, "printer garbage", "ok 3");
  tell (bench, command);
  g_assert_cmpint (g_stat (file, &st), ==, 0);
  g_assert_cmpint (st.st_size, >, 100);
  g_unlink (file);
}

static void
test_a_printer_held_takes_the_rest_when_released (Bench *bench, gconstpointer data)
{
  g_autoptr(Client) client = client_new (bench);
  g_autofree char *reply = NULL;

  assert_says (client, "open 04b8 0e03", "ok");
  tell (bench, "printer hold 1000");
  assert_says (client, "fill 00 5000 200", "LIBUSB_ERROR_TIMEOUT 1000");
  assert_says (client, "control a1 1 1", "ok 18"); /* beside the blocked pipe */
  assert_told (bench, "printer bytes", "ok 1000");
  say (client, "fill 00 50000 5000");
  tell (bench, "printer release");
  reply = hear (client);
  g_assert_cmpstr (reply, ==, "ok 50000");
  assert_told (bench, "wait bytes 51000 5", "ok");
  tell (bench, "printer unplug-after 64");
  assert_says (client, "fill 00 5000 1000", "LIBUSB_ERROR_NO_DEVICE 64");
}

static void
test_a_printer_without_paper_fills_its_buffer_and_goes_on_with_new_paper (Bench *bench,
                                                                          gconstpointer data)
{
  g_autoptr(Client) client = client_new (bench);

  assert_says (client, "open 04b8 0e03", "ok");
  tell (bench, "paper out-after 10");
  assert_says (client, "write 1d76300001000100ff1b6405 1000", "ok 12");
  assert_told (bench, "slips", "ok 0");
  assert_says (client, "write 1b40100404 1000", "ok 5");
  assert_says (client, "read 1000", "ok 7e");
  assert_says (client, "fill 00 5000 200", "LIBUSB_ERROR_TIMEOUT 4091"); /* and the 5 before */
  tell (bench, "paper ok");
  assert_told (bench, "wait slips 1 5", "ok");
}

/* Endurance */

static guint
open_descriptors (Bench *bench)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/fd", g_subprocess_get_identifier (bench->process));
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_clients_may_be_killed_at_any_moment (Bench *bench, gconstpointer data)
{
  guint rounds = g_test_slow () ? 200 : 30;
  guint before = 0;

  for (guint i = 0; i < rounds; i++)
    {
      Client *client = client_new (bench);

      assert_says (client, i % 2 ? "open 0400 c35a" : "open 04b8 0e03", "ok");
      switch (g_test_rand_int_range (0, 4))
        {
        case 0:
          say (client, "read 5000");
          break;
        case 1:
          say (client, "fill 00 50000 5000");
          break;
        case 2:
          say (client, "write " FIND " 1000");
          break;
        default:
          break;
        }
      g_usleep (g_test_rand_int_range (0, 3000)); /* any moment */
      if (i % 5 == 4)
        {
          tell (bench, "reader unplug");
          tell (bench, "reader plug");
        }
      client_kill (client);
      if (i == 9)
        before = open_descriptors (bench);
    }
  {
    g_autoptr(Client) client = client_new (bench);

    g_assert_cmpuint (open_descriptors (bench), <=, before + 4);
    assert_says (client, "open 04b8 0e03", "ok");
    assert_says (client, "open 0400 c35a", "ok");
    say (client, "read 50"); /* what a killed client left in the reader */
    g_free (hear (client));
    assert_answers (client, FIND, NOT_FOUND);
  }
}

static void
test_waiting_costs_no_processor_time (Bench *bench, gconstpointer data)
{
  g_autoptr(Client) client = client_new (bench);
  g_autofree char *reply = NULL;

  assert_says (client, "open 0400 c35a", "ok");
  say (client, "rest 1000");
  reply = hear (client);
  g_assert_true (g_str_has_prefix (reply, "ok "));
  g_assert_cmpint (atoi (reply + 3), <, 50);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (Bench *bench, gconstpointer data);
  } tests[] = {
    { "/bench/commands-that-make-no-sense-are-refused",
      test_commands_that_make_no_sense_are_refused },
    { "/bench/the-reader-refuses-frames-that-are-wrong",
      test_the_reader_refuses_frames_that_are_wrong },
    { "/bench/a-card-is-read-once-until-it-is-lifted",
      test_a_card_is_read_once_until_it_is_lifted },
    { "/bench/a-card-may-have-fingerprints-and-a-newer-address",
      test_a_card_may_have_fingerprints_and_a_newer_address },
    { "/bench/a-card-that-fails-says-how", test_a_card_that_fails_says_how },
    { "/bench/a-reader-can-be-silent-or-talk-nonsense",
      test_a_reader_can_be_silent_or_talk_nonsense },
    { "/bench/a-reader-unplugged-ends-what-waits", test_a_reader_unplugged_ends_what_waits },
    { "/bench/a-reader-can-go-half-way-through-a-card",
      test_a_reader_can_go_half_way_through_a_card },
    { "/bench/two-programs-cannot-have-one-reader", test_two_programs_cannot_have_one_reader },
    { "/bench/the-printer-tells-its-state", test_the_printer_tells_its_state },
    { "/bench/a-status-question-inside-a-picture-is-picture",
      test_a_status_question_inside_a_picture_is_picture },
    { "/bench/slips-are-what-was-cut-or-fed-out", test_slips_are_what_was_cut_or_fed_out },
    { "/bench/a-printer-held-takes-the-rest-when-released",
      test_a_printer_held_takes_the_rest_when_released },
    { "/bench/a-printer-without-paper-fills-its-buffer-and-goes-on-with-new-paper",
      test_a_printer_without_paper_fills_its_buffer_and_goes_on_with_new_paper },
    { "/bench/waiting-costs-no-processor-time", test_waiting_costs_no_processor_time },
    { "/bench/clients-may-be-killed-at-any-moment", test_clients_may_be_killed_at_any_moment },
  };

  g_test_init (&argc, &argv, NULL);
  bench_program = g_getenv ("THRESHOLD_BENCH");
  client_program = g_getenv ("THRESHOLD_BENCH_CLIENT");
  if (bench_program == NULL || client_program == NULL)
    g_error ("THRESHOLD_BENCH and THRESHOLD_BENCH_CLIENT name the programs: run by meson test");
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Bench, NULL, bench_set_up, tests[i].run, bench_tear_down);
  return g_test_run ();
}
