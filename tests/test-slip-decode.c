/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/slip-decode.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "drivers/escpos.h"
#include "kiosk/slip.h"
#include "kiosk/words.h"

static GPtrArray *
decode (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *slips =
      th_slip_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);

  g_assert_no_error (error);
  return slips;
}

static void
assert_same_picture (const ThRaster *a, const ThRaster *b)
{
  g_assert_cmpuint (a->width_dots, ==, b->width_dots);
  g_assert_cmpuint (a->height_dots, ==, b->height_dots);
  g_assert_cmpmem (a->rows, a->stride * a->height_dots, b->rows, b->stride * b->height_dots);
}

static ThRaster *
patterned_raster (guint width, guint height)
{
  ThRaster *raster = th_raster_new (width, height);

  for (gsize i = 0; i < raster->stride * height; i++)
    raster->rows[i] = (guint8) (i * 29 + 0x55);
  return raster;
}

static void
test_what_is_not_a_raster_slip_is_refused (void)
{
  static const struct
  {
    guint8 bytes[16];
    gsize len;
    const char *why;
  } table[] = {
    { { 'H', 'i' }, 2, "byte 0: not a command" },
    { { 0x1b, '@', 'A' }, 3, "byte 2: not a command" },
    { { 0x1b }, 1, "not a command" },
    { { 0x1b, 'd' }, 2, "not a command" },
    { { 0x10, 0x04, 9 }, 3, "not a command" },
    { { 0x1d, 'V', 66 }, 3, "a cut of an unknown kind" },
    { { 0x1d, 'V', 7 }, 3, "a cut of an unknown kind" },
    { { 0x1d, 'v', '0', 0, 1, 0, 1 }, 7, "the head of a picture is cut off" },
    { { 0x1d, 'v', '0', 3, 1, 0, 1, 0, 0 }, 9, "double width" },
    { { 0x1d, 'v', '0', 0, 0, 1, 1, 0, 0 }, 9, "wider than any printer" },
    { { 0x1d, 'v', '0', 0, 2, 0, 2, 0, 1, 2, 3 }, 11, "a picture is cut off" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (th_slip_decode (table[i].bytes, table[i].len, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_nonnull (strstr (error->message, table[i].why));
    }
}

static void
test_paper_without_end_is_refused (void)
{
  g_autoptr (ThRaster) raster = patterned_raster (8, 128);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) band = th_escpos_band (raster, 128, 0);

  for (guint i = 0; i < TH_SLIP_DECODE_MAX_HEIGHT / 128 + 1; i++)
    g_byte_array_append (bytes, g_bytes_get_data (band, NULL), g_bytes_get_size (band));
  g_assert_null (th_slip_decode (bytes->data, bytes->len, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

/* Each prefix on a heap block of its own, so that the sanitizer sees one byte read too far. */
static void
test_a_job_cut_at_any_byte_is_survived (void)
{
  g_autoptr (ThRaster) raster = patterned_raster (24, 30);
  g_autoptr (GBytes) job = th_escpos_job (raster, 7, TRUE);

  for (gsize len = 0; len <= g_bytes_get_size (job); len++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (job, NULL), len);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) slips = th_slip_decode (copy, len, &error);

      g_assert_true ((slips == NULL) == (error != NULL));
    }
}

static void
test_nothing_is_no_slip (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) slips = th_slip_decode (NULL, 0, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (slips->len, ==, 0);
}

static void
test_feeds_between_pictures_are_blank_rows (void)
{
  static const guint8 bytes[] = {
    0x1b, 'J', 9,                                  /* before the first: not part of it */
    0x1d, 'v', '0', 0, 1, 0, 1, 0, 0xff,
    0x1b, 'J', 2,
    0x1d, 'v', '0', 0, 1, 0, 1, 0, 0x0f,
    0x1b, 'd', 5, 0x1d, 'V', 1,                    /* after the last: not drawn */
    0x10, 0x04, 0x04,
    0x1d, 'V', 1,                                  /* a piece without a picture */
    0x1d, 'v', '0', 0, 2, 0, 1, 0, 0x12, 0x34,     /* never cut */
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) slips = th_slip_decode (bytes, sizeof bytes, &error);
  const ThRaster *first, *second;

  g_assert_no_error (error);
  g_assert_cmpuint (slips->len, ==, 2);
  first = g_ptr_array_index (slips, 0);
  second = g_ptr_array_index (slips, 1);
  g_assert_cmpmem (first->rows, first->height_dots * first->stride, "\xff\0\0\x0f", 4);
  g_assert_cmpmem (second->rows, second->height_dots * second->stride, "\x12\x34", 2);
}

#define TOKEN "00112233445566778899aabbccddeeff"

static const ThPrintHead heads[] = { { 384, 203 }, { 576, 203 }, { 512, 180 }, { 360, 180 } };

/* Every kind of slip: 0 queue, 1 health desk, 2 copy, 3 not today, 4 test, 5 calibration, 6 close of day, as anybody
 * may compose them; 7 to 9 the three sheets as the records keep them. The first five have a code. */
#define N_KINDS 10
#define N_WITH_CODE 5

/* What a day's end and a technician's work look like. */
static ThSlip *
compose_sheet (const ThConfig *config, ThLanguage language, ThSheetKind kind)
{
  const ThSheet sheet = {
    .kind = kind,
    .reason = "code-later",
    .when = "2026-11-25 09:30",
    .asked_at_us = G_GINT64_CONSTANT (1795350000) * G_USEC_PER_SEC,
    .calibration = { .id = "x",
                     .line = { .gain_ppm = 1004200, .offset_mc = -137 },
                     .points = { { 34000, 33780, 140, 24100, 40 }, { 40000, 39820, 155, 24200, 40 } },
                     .n_points = 2,
                     .serial = "BB-2024-0017",
                     .by = "李敏 LI MIN",
                     .made_at_us = G_GINT64_CONSTANT (1795350000) * G_USEC_PER_SEC,
                     .expires_at_us = G_GINT64_CONSTANT (1826886000) * G_USEC_PER_SEC },
    .day = "2026-11-22",
    .sums = { 412, 408, 9, 5, 1, 2, 3, 1, 0, 5712 },
    .last_seq = 5712,
    .last_link = TOKEN TOKEN,
  };

  return th_slip_compose_sheet (config, language, &sheet);
}

static ThSlip *
compose (const ThConfig *config, ThLanguage language, guint kind)
{
  static const char *const rows[] = { "发出号码 Numbers", "412", "USB 04b8:0e03 a printer with a very long name, too long for a row",
                                      "", "欧阳测试·阿依古丽", "𠮷", NULL };
  static const ThSlipKind reports[] = { TH_SLIP_TEST, TH_SLIP_CALIBRATION, TH_SLIP_CLOSE };
  ThSlip *slip;

  if (kind < 3)
    return th_slip_compose (config, language, kind == 1 ? TH_SLIP_HEALTH_DESK : TH_SLIP_QUEUE,
                            config->lanes[0].letter, 17, TOKEN, "张测试", 3, 0, kind == 2 ? 3 : 0);
  if (kind >= 7)
    return compose_sheet (config, language, kind - 7);
  if (kind == 3)
    slip = th_slip_compose_not_today (config, language, "early", "2026-11-25 09:30", 0);
  else
    slip = th_slip_compose_report (config, language, reports[kind - 4], rows, TOKEN TOKEN, 0);
  if (kind < N_WITH_CODE)
    {
      g_free (slip->token);
      slip->token = g_strdup (TOKEN);
    }
  return slip;
}

static void
test_every_slip_comes_back_dot_for_dot (void)
{
  static const guint band_rows[] = { 24, 64, 128 };
  g_autoptr (GError) error = NULL;
  g_autoptr (ThConfig) config = th_config_load_data ("", 0, NULL, &error);

  g_assert_no_error (error);
  for (guint l = 0; l < TH_N_LANGUAGES; l++)
    for (guint kind = 0; kind < N_KINDS; kind++)
      for (guint h = 0; h < G_N_ELEMENTS (heads); h++)
        {
          g_autoptr (ThSlip) slip = compose (config, l, kind);
          g_autoptr (ThRaster) raster = th_slip_draw (slip, &heads[h], &error);

          g_assert_no_error (error);
          for (guint b = 0; b < G_N_ELEMENTS (band_rows); b++)
            {
              g_autoptr (GBytes) job = th_escpos_job (raster, band_rows[b], b % 2 == 0);
              g_autoptr (GPtrArray) slips = decode (job);

              g_assert_cmpuint (slips->len, ==, 1);
              assert_same_picture (raster, g_ptr_array_index (slips, 0));
              if (kind < 4 && band_rows[b] <= 64) /* a person's; a report is as long as it is */
                g_assert_cmpuint (g_bytes_get_size (job), <=, 70000);
            }
        }
}

static ThRaster *
half_size (const ThRaster *raster)
{
  ThRaster *half = th_raster_new (raster->width_dots / 2, raster->height_dots / 2);

  for (guint y = 0; y < half->height_dots; y++)
    for (guint x = 0; x < half->width_dots; x++)
      if (raster->rows[2 * y * raster->stride + 2 * x / 8] & (0x80 >> (2 * x % 8)))
        half->rows[y * half->stride + x / 8] |= 0x80 >> (x % 8);
  return half;
}

/* The anchor of a day is read by whatever telephone there is. */
static void
test_the_anchor_of_a_day_is_read_from_its_sheet (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThConfig) config = th_config_load_data ("", 0, NULL, &error);
  g_autofree char *zbarimg = g_find_program_in_path ("zbarimg");
  g_autofree char *dir = g_dir_make_tmp ("th-anchor-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "anchor.png", NULL);
  char *argv[] = { zbarimg, (char *) "--nodbus", (char *) "-q", (char *) "--raw", path, NULL };

  if (zbarimg == NULL)
    g_test_skip ("zbarimg (package zbar-tools) is not installed");
  for (guint h = 0; zbarimg != NULL && h < G_N_ELEMENTS (heads); h++)
    {
      g_autoptr (ThSlip) slip = compose_sheet (config, TH_LANGUAGE_ZH_CN, TH_SHEET_CLOSE_OF_DAY);
      g_autoptr (ThRaster) raster = th_slip_draw (slip, &heads[h], &error);
      g_autofree char *out = NULL;

      g_assert_true (th_raster_write_png (raster, path, &error));
      g_spawn_sync (NULL, argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (out, ==, "2026-11-22:" TOKEN TOKEN "\n");
    }
  g_unlink (path);
  g_rmdir (dir);
}

/* By a reader that we did not write, from what the decoder says would be printed. */
static void
test_every_code_is_read_at_full_and_half_size (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThConfig) config = th_config_load_data ("", 0, NULL, &error);
  g_autofree char *zbarimg = g_find_program_in_path ("zbarimg");
  g_autofree char *dir = g_dir_make_tmp ("th-decode-XXXXXX", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree char *out = NULL;

  if (zbarimg == NULL)
    {
      g_rmdir (dir);
      g_test_skip ("zbarimg (package zbar-tools) is not installed");
      return;
    }
  for (const char *const *word = (const char *const[]){ zbarimg, "--nodbus", "-q", "--raw", NULL }; *word; word++)
    g_ptr_array_add (argv, g_strdup (*word));
  for (guint i = 0; i < TH_N_LANGUAGES * N_WITH_CODE * G_N_ELEMENTS (heads); i++)
    {
      g_autoptr (ThSlip) slip = compose (config, i % TH_N_LANGUAGES, i / TH_N_LANGUAGES % N_WITH_CODE);
      g_autoptr (ThRaster) raster =
          th_slip_draw (slip, &heads[i / TH_N_LANGUAGES / N_WITH_CODE], &error);
      g_autoptr (GBytes) job = th_escpos_job (raster, 64, TRUE);
      g_autoptr (GPtrArray) slips = decode (job);
      g_autoptr (ThRaster) half = half_size (g_ptr_array_index (slips, 0));

      for (guint size = 0; size < 2; size++)
        {
          char *path = g_strdup_printf ("%s/%u-%u.png", dir, i, size);

          g_assert_true (
              th_raster_write_png (size == 0 ? g_ptr_array_index (slips, 0) : half, path, &error));
          g_ptr_array_add (argv, path);
          g_string_append (expected, TOKEN "\n");
        }
    }
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL, NULL,
                &error);
  g_assert_no_error (error);
  for (guint i = 4; argv->pdata[i] != NULL; i++)
    g_unlink (argv->pdata[i]);
  g_rmdir (dir);
  g_assert_cmpstr (out, ==, expected->str);
}

static void
test_every_command_is_listed_with_its_offset (void)
{
  static const guint8 bytes[] = {
    0, 0, 0, 0x1b, '@', 0x1d, 'v', '0', 0, 2, 0, 1, 0, 0x12, 0x34, 0x1b, '3', 30, 0x1b, 'd', 5, '\n',
    0x1b, 'J', 9, 0x10, 0x04, 0x04, 0x1b, '2', 0x1d, 'V', 66, 3, 0x1d, 'V', 1, '\r',
  };
  g_autoptr (GString) list = g_string_new (NULL);
  g_autoptr (GPtrArray) slips = th_slip_decode_listed (bytes, sizeof bytes, list, NULL);

  g_assert_nonnull (slips);
  g_assert_cmpstr (list->str, ==,
                   "       0  NUL x 3: nothing\n"
                   "       3  ESC @: reset\n"
                   "       5  GS v 0: picture of 16 x 1 dots, 10 bytes\n"
                   "      15  ESC 3 30: lines of 30 dots\n"
                   "      18  ESC d 5: feed 5 lines\n"
                   "      21  LF: feed a line\n"
                   "      22  ESC J 9: feed 9 dots\n"
                   "      25  DLE EOT 4: asks for status\n"
                   "      28  ESC 2: lines of 1/6 inch\n"
                   "      30  GS V 66 3: feed 3 more and cut\n"
                   "      34  GS V 1: cut\n"
                   "      37  CR: nothing\n");
}

/* A crash leaves the printer anywhere inside a job; the flush and the next job still print the whole slip, on
 * paper of its own. Left out: the cut inside a command's name, which real printers skip and this decoder
 * refuses. */
static void
test_after_a_flush_the_next_slip_is_whole (void)
{
  g_autoptr (ThRaster) raster = patterned_raster (40, 20);
  g_autoptr (GBytes) job = th_escpos_job (raster, 8, TRUE);
  g_autoptr (GBytes) flush = th_escpos_flush (TRUE);
  const guint8 *bytes = g_bytes_get_data (job, NULL);
  guint checked = 0;

  for (gsize len = 0; len <= g_bytes_get_size (job); len++)
    {
      g_autoptr (GByteArray) all = g_byte_array_new ();
      g_autoptr (GPtrArray) slips = NULL;
      g_autoptr (GBytes) sent = NULL;

      if ((len >= 1 && bytes[len - 1] == 0x1b) || (len >= 1 && bytes[len - 1] == 0x1d) ||
          (len >= 2 && bytes[len - 2] == 0x1d && bytes[len - 1] == 'v'))
        continue;
      g_byte_array_append (all, bytes, len);
      g_byte_array_append (all, g_bytes_get_data (flush, NULL), g_bytes_get_size (flush));
      g_byte_array_append (all, bytes, g_bytes_get_size (job));
      sent = g_byte_array_free_to_bytes (g_steal_pointer (&all));
      slips = decode (sent);
      g_assert_cmpuint (slips->len, >=, 1);
      assert_same_picture (raster, g_ptr_array_index (slips, slips->len - 1));
      checked++;
    }
  g_assert_cmpuint (checked, >, 100);
}

int
main (int argc, char **argv)
{
  th_words_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slip-decode/what is not a raster slip is refused",
                   test_what_is_not_a_raster_slip_is_refused);
  g_test_add_func ("/slip-decode/paper without end is refused", test_paper_without_end_is_refused);
  g_test_add_func ("/slip-decode/a job cut at any byte is survived",
                   test_a_job_cut_at_any_byte_is_survived);
  g_test_add_func ("/slip-decode/nothing is no slip", test_nothing_is_no_slip);
  g_test_add_func ("/slip-decode/feeds between pictures are blank rows",
                   test_feeds_between_pictures_are_blank_rows);
  g_test_add_func ("/slip-decode/every slip comes back dot for dot",
                   test_every_slip_comes_back_dot_for_dot);
  g_test_add_func ("/slip-decode/the anchor of a day is read from its sheet",
                   test_the_anchor_of_a_day_is_read_from_its_sheet);
  g_test_add_func ("/slip-decode/every code is read at full and half size",
                   test_every_code_is_read_at_full_and_half_size);
  g_test_add_func ("/slip-decode/every command is listed with its offset",
                   test_every_command_is_listed_with_its_offset);
  g_test_add_func ("/slip-decode/after a flush the next slip is whole",
                   test_after_a_flush_the_next_slip_is_whole);
  return g_test_run ();
}
