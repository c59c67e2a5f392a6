/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/photo.h"

#include <gio/gio.h>
#include <string.h>

#define HEADER 54
#define AT_OFFSET 10
#define AT_INFO 14
#define AT_WIDTH 18
#define AT_HEIGHT 22
#define AT_PLANES 26
#define AT_BITS 28
#define AT_COMPRESSION 30

static void
put_u32 (guint8 *at, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    at[i] = (guint8) (value >> (8 * i));
}

/* 3 by 2: rows of 9 bytes, filled up to 12; the lower row first. Pixel i of the picture is 0x0r0g0b + i. */
static const guint8 small[HEADER + 24] = {
  'B',  'M',  78,   0,    0,    0,    0,    0,    0,    0, 54, 0, 0, 0, 40, 0, 0, 0, 3, 0,
  0,    0,    2,    0,    0,    0,    1,    0,    24,   0, 0,  0, 0, 0, 0,  0, 0, 0, 0, 0,
  0,    0,    0,    0,    0,    0,    0,    0,    0,    0, 0,  0, 0, 0,
  0x33, 0x23, 0x13, 0x34, 0x24, 0x14, 0x35, 0x25, 0x15, 0, 0,  0, /* lower */
  0x30, 0x20, 0x10, 0x31, 0x21, 0x11, 0x32, 0x22, 0x12, 0, 0,  0, /* upper */
};

static ThPhoto *
parse (const guint8 *data, gsize len, GError **error)
{
  /* On a block of its own: the sanitizer sees a step over its end. */
  g_autofree guint8 *own = g_memdup2 (data, len);

  return th_photo_parse (own, len, error);
}

static void
assert_refused (guint at, guint32 value)
{
  guint8 changed[sizeof small];
  g_autoptr (GError) error = NULL;

  memcpy (changed, small, sizeof small);
  put_u32 (changed + at, value);
  g_assert_null (parse (changed, sizeof changed, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_what_is_cut_anywhere_is_refused (void)
{
  for (gsize len = 0; len < sizeof small; len++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (small, len, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static void
test_headers_that_lie_are_refused (void)
{
  assert_refused (0, 0x474e5089); /* a PNG */
  assert_refused (AT_OFFSET, 53); /* pixels in the header */
  assert_refused (AT_OFFSET, 55); /* not all there */
  assert_refused (AT_OFFSET, 0xffffffff);
  assert_refused (AT_INFO, 12);
  assert_refused (AT_INFO, 0xfffffff2); /* + 14 is 0 in 32 bits */
  assert_refused (AT_WIDTH, 0);
  assert_refused (AT_WIDTH, 513);
  assert_refused (AT_WIDTH, 0x55555556); /* times 3 is 2 in 32 bits */
  assert_refused (AT_WIDTH, 0xffffffff);
  assert_refused (AT_HEIGHT, 0);
  assert_refused (AT_HEIGHT, 3);
  assert_refused (AT_HEIGHT, 513);
  assert_refused (AT_HEIGHT, 0x80000000); /* its own negative */
  assert_refused (AT_HEIGHT, (guint32) -3);
  assert_refused (AT_PLANES, 24 << 16 | 2);
  assert_refused (AT_PLANES, 32 << 16 | 1);
  assert_refused (AT_PLANES, 8 << 16 | 1);
  assert_refused (AT_COMPRESSION, 1);
}

static void
assert_pixels (const guint8 *data, gsize len)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThPhoto) photo = parse (data, len, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (photo->width, ==, 3);
  g_assert_cmpuint (photo->height, ==, 2);
  for (guint i = 0; i < 6; i++)
    g_assert_cmphex (photo->pixels[i], ==, 0x102030 + i * 0x010101);
}

static void
test_both_orders_of_rows_are_read (void)
{
  guint8 turned[sizeof small + 3] = { 0 };

  assert_pixels (small, sizeof small);
  memcpy (turned, small, HEADER);
  put_u32 (turned + AT_HEIGHT, (guint32) -2);
  memcpy (turned + HEADER, small + HEADER + 12, 12);
  memcpy (turned + HEADER + 12, small + HEADER, 12);
  assert_pixels (turned, sizeof turned); /* and bytes behind it */
}

static void
test_pixels_may_stand_further_behind (void)
{
  guint8 moved[sizeof small + 84] = { 0 };

  memcpy (moved, small, HEADER);
  put_u32 (moved + AT_OFFSET, HEADER + 84);
  put_u32 (moved + AT_INFO, 124);
  memcpy (moved + HEADER + 84, small + HEADER, 24);
  assert_pixels (moved, sizeof moved);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/photo/what is cut anywhere is refused", test_what_is_cut_anywhere_is_refused);
  g_test_add_func ("/photo/headers that lie are refused", test_headers_that_lie_are_refused);
  g_test_add_func ("/photo/both orders of rows are read", test_both_orders_of_rows_are_read);
  g_test_add_func ("/photo/pixels may stand further behind", test_pixels_may_stand_further_behind);
  return g_test_run ();
}
