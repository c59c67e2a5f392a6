/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/room-file.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "drivers/devices.h"

static void
test_what_is_no_temperature_of_a_room_is_refused (void)
{
  static const char *const wrong[] = {
    "",       "\n",      "-",      "-\n",    "23.4\n", "0x17\n",  "+23437\n", "23437 21000\n",
    "23437a", "1234567", "60001",  "-40001", "85000\n", "\t23437", "2 3",      "99999999999999999999",
    "nan",    "--1",     "23437\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      int mc = -1;

      g_assert_false (th_room_file_parse (wrong[i], strlen (wrong[i]), &mc, &error));
      g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL);
      g_assert_cmpint (mc, ==, -1);
    }
  g_assert_false (th_room_file_parse ("2\0003", 3, &(int){ 0 }, NULL));
}

static void
test_thousandths_of_a_degree_are_read (void)
{
  const struct
  {
    const char *text;
    int mc;
  } right[] = { { "23437\n", 23437 }, { "23437", 23437 }, { "0\n", 0 },         { "-5000\n", -5000 },
                { "60000", 60000 },   { "-40000", -40000 }, { "21000 \n", 21000 } };

  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_autoptr (GError) error = NULL;
      int mc;

      g_assert_true (th_room_file_parse (right[i].text, strlen (right[i].text), &mc, &error));
      g_assert_no_error (error);
      g_assert_cmpint (mc, ==, right[i].mc);
    }
}

static void
test_every_cut_of_a_good_text_is_bounded (void)
{
  const char text[] = "-12345\n";

  for (gsize len = 0; len <= strlen (text); len++)
    {
      g_autofree char *alone = g_memdup2 (text, len); /* on its own: an over-read is seen */
      int mc;

      th_room_file_parse (alone, len, &mc, NULL);
    }
}

static void
test_a_file_that_is_not_there_or_not_one_says_so (void)
{
  g_autofree char *dir = g_dir_make_tmp ("th-room-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "temp1_input", NULL);
  g_autoptr (GError) error = NULL;
  int mc;

  g_assert_false (th_room_file_read (path, &mc, &error));
  g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
  g_clear_error (&error);
  g_assert_false (th_room_file_read (dir, &mc, &error));
  g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE);
  g_clear_error (&error);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0); /* nobody writes: it must not wait */
  g_assert_false (th_room_file_read (path, &mc, &error));
  g_assert_nonnull (error);
  g_unlink (path);

  g_assert_true (g_file_set_contents (path, "22500\n", -1, NULL));
  g_assert_true (th_room_file_read (path, &mc, NULL));
  g_assert_cmpint (mc, ==, 22500);
  g_unlink (path);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define TEST(name) g_test_add_func ("/room-file/" #name, test_##name)
  TEST (what_is_no_temperature_of_a_room_is_refused);
  TEST (every_cut_of_a_good_text_is_bounded);
  TEST (a_file_that_is_not_there_or_not_one_says_so);
  TEST (thousandths_of_a_degree_are_read);
  return g_test_run ();
}
