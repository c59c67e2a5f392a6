/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/devices.h"
#include "drivers/mlx90614.h"

#include <string.h>

/* Frames of the data sheet and of application note 390119061402, and two around the limit. */
static const struct
{
  guint8 bytes[6];
  gsize len;
  const char *text;
} frames[] = {
  { { 0xb4, 0x07, 0xb5, 0xd2, 0x3a, 0x30 }, 6, "read object 0x3ad2 = 28.01 °C" },
  { { 0xb4, 0x07, 0xb5, 0xa2, 0x3c, 0x80 }, 6, "read object 0x3ca2 = 37.29 °C" },
  { { 0xb4, 0x07, 0xb5, 0xa3, 0x3c, 0x95 }, 6, "read object 0x3ca3 = 37.31 °C" },
  { { 0xb4, 0x22, 0x07, 0xc8, 0x48 }, 5, "write 0x22 (pwmctrl) 0xc807" },
  { { 0x00, 0x2e, 0x00, 0x00, 0x6f }, 5, "write 0x2e (address) 0x0000" },
  { { 0xb4, 0xff, 0xe8 }, 3, "sleep" },
};

static void
assert_refused (const guint8 *bytes, gsize len)
{
  g_autoptr (GError) error = NULL;
  ThMlx90614Frame frame = { .word = 0x1234 };

  g_assert_false (th_mlx90614_decode_frame (bytes, len, &frame, &error));
  g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL);
  g_assert_cmpint (frame.word, ==, 0x1234);
}

static void
test_any_flipped_bit_is_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (frames); i++)
    for (gsize bit = 0; bit < frames[i].len * 8; bit++)
      {
        guint8 bytes[6];

        memcpy (bytes, frames[i].bytes, sizeof bytes);
        bytes[bit / 8] ^= 1 << bit % 8;
        assert_refused (bytes, frames[i].len);
      }
}

static void
test_a_frame_cut_short_is_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (frames); i++)
    for (gsize len = 0; len < frames[i].len; len++)
      {
        /* On its own heap block, so that a read past its end is seen. */
        g_autofree guint8 *bytes = g_memdup2 (frames[i].bytes, len);

        assert_refused (bytes, len);
      }
}

static void
test_an_absent_sensor_reads_as_a_bad_frame (void)
{
  const guint8 ones[] = { 0xb4, 0x07, 0xb5, 0xff, 0xff, 0xff };

  assert_refused (ones, sizeof ones);
}

static void
test_wrong_address_bytes_are_refused_even_with_a_good_check_byte (void)
{
  guint8 bytes[] = { 0xb4, 0x07, 0xb7, 0xd2, 0x3a, 0 };

  bytes[5] = th_mlx90614_pec (bytes, 5);
  assert_refused (bytes, sizeof bytes);
  bytes[0] = 0xb5;
  bytes[2] = 0xb5;
  bytes[5] = th_mlx90614_pec (bytes, 5);
  assert_refused (bytes, sizeof bytes);
}

static void
test_frames_of_the_data_sheet_decode (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;
      ThMlx90614Frame frame;

      g_assert_true (
          th_mlx90614_decode_frame (frames[i].bytes, frames[i].len, &frame, &error));
      g_assert_no_error (error);
      g_assert_cmpint (frame.address, ==, frames[i].bytes[0] >> 1);
      text = th_mlx90614_frame_to_text (&frame);
      g_assert_cmpstr (text, ==, frames[i].text);
    }
}

static void
test_the_error_bit_is_never_a_temperature (void)
{
  for (guint word = 0x8000; word <= 0xffff; word++)
    {
      g_autoptr (GError) error = NULL;
      int mc = 1;

      g_assert_false (th_mlx90614_object_to_mc (word, &mc, &error));
      g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE);
      g_assert_false (th_mlx90614_ambient_to_mc (word, &mc, NULL));
      g_assert_cmpint (mc, ==, 1);
    }
}

static void
test_words_outside_what_the_chip_measures_are_refused (void)
{
  g_autoptr (GError) error = NULL;
  int mc;

  g_assert_false (th_mlx90614_object_to_mc (0x27ac, &mc, &error));
  g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL);
  g_assert_false (th_mlx90614_ambient_to_mc (0x2de3, &mc, NULL));
  g_assert_false (th_mlx90614_ambient_to_mc (0x4dc5, &mc, NULL));
}

static void
test_words_become_milli_degrees (void)
{
  int mc;

  g_assert_true (th_mlx90614_object_to_mc (0x27ad, &mc, NULL));
  g_assert_cmpint (mc, ==, -70010);
  g_assert_true (th_mlx90614_object_to_mc (0x7fff, &mc, NULL));
  g_assert_cmpint (mc, ==, 382190);
  g_assert_true (th_mlx90614_object_to_mc (15522, &mc, NULL));
  g_assert_cmpint (mc, ==, 37290);
  g_assert_true (th_mlx90614_object_to_mc (15523, &mc, NULL));
  g_assert_cmpint (mc, ==, 37310);
  g_assert_true (th_mlx90614_ambient_to_mc (0x2de4, &mc, NULL));
  g_assert_cmpint (mc, ==, -38190);
}

static const ThMlx90614Setup good_setup = {
  .id = { 0x4a1c, 0x9e07, 0x1180, 0x71a2 },
  .config = 0x9fb4,
  .pwmctrl = 0x0201,
  .emissivity = 0xffff,
};

static void
test_a_chip_set_up_otherwise_is_refused (void)
{
  ThMlx90614Setup setups[9];

  for (gsize i = 0; i < G_N_ELEMENTS (setups); i++)
    setups[i] = good_setup;
  memset (setups[0].id, 0, sizeof setups[0].id);
  memset (setups[1].id, 0xff, sizeof setups[1].id);
  setups[2].config = 0;
  setups[3].config = 0xffff;
  setups[4].config = 0x9bb4; /* FIR 64 */
  setups[5].config = 0x9fb1; /* IIR 25 %: 3.2 s */
  setups[6].pwmctrl = 0x0203;
  setups[7].pwmctrl = 0x0209;
  setups[8].emissivity = 0xfae0;
  for (gsize i = 0; i < G_N_ELEMENTS (setups); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (th_mlx90614_check_setup (&setups[i], &error));
      g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_OUT_OF_SERVICE);
    }
}

static void
test_a_chip_as_it_leaves_the_factory_is_taken (void)
{
  g_autoptr (GError) error = NULL;
  ThMlx90614Setup lens = good_setup;

  g_assert_true (th_mlx90614_check_setup (&good_setup, &error));
  g_assert_no_error (error);
  lens.config = 0x9fb5; /* spike limit 80 %, as DCH and DCI have it */
  g_assert_true (th_mlx90614_check_setup (&lens, &error));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mlx90614/any-flipped-bit-is-refused", test_any_flipped_bit_is_refused);
  g_test_add_func ("/mlx90614/a-frame-cut-short-is-refused", test_a_frame_cut_short_is_refused);
  g_test_add_func ("/mlx90614/an-absent-sensor-reads-as-a-bad-frame",
                   test_an_absent_sensor_reads_as_a_bad_frame);
  g_test_add_func ("/mlx90614/wrong-address-bytes-are-refused-even-with-a-good-check-byte",
                   test_wrong_address_bytes_are_refused_even_with_a_good_check_byte);
  g_test_add_func ("/mlx90614/the-error-bit-is-never-a-temperature",
                   test_the_error_bit_is_never_a_temperature);
  g_test_add_func ("/mlx90614/words-outside-what-the-chip-measures-are-refused",
                   test_words_outside_what_the_chip_measures_are_refused);
  g_test_add_func ("/mlx90614/a-chip-set-up-otherwise-is-refused",
                   test_a_chip_set_up_otherwise_is_refused);
  g_test_add_func ("/mlx90614/frames-of-the-data-sheet-decode",
                   test_frames_of_the_data_sheet_decode);
  g_test_add_func ("/mlx90614/words-become-milli-degrees", test_words_become_milli_degrees);
  g_test_add_func ("/mlx90614/a-chip-as-it-leaves-the-factory-is-taken",
                   test_a_chip_as_it_leaves_the_factory_is_taken);
  return g_test_run ();
}
