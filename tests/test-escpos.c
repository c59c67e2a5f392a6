/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/escpos.h"

#include <string.h>

static ThRaster *
checkered_raster (guint width, guint height)
{
  ThRaster *raster = th_raster_new (width, height);

  for (gsize i = 0; i < raster->stride * height; i++)
    raster->rows[i] = (guint8) (i * 37 + 11);
  return raster;
}

static void
test_bytes_that_are_no_answer_are_noise (void)
{
  guint answers = 0;

  for (guint byte = 0; byte < 256; byte++)
    {
      ThEscposStatus status = { 0 };
      guint8 one = byte;
      gboolean fixed_bits = (byte & 0x80) == 0 && (byte & 0x10) != 0 && (byte & 0x02) != 0 &&
                            (byte & 0x01) == 0;

      g_assert_cmpint (th_escpos_status_take (&status, TH_ESCPOS_ASK_PAPER, &one, 1), ==,
                       fixed_bits);
      g_assert_cmpint (status.answered[TH_ESCPOS_ASK_PAPER], ==, fixed_bits);
      answers += fixed_bits;
    }
  g_assert_cmpuint (answers, ==, 16);
}

static void
test_silence_is_never_ready (void)
{
  ThEscposStatus status = { 0 };
  const guint8 ok = 0x12;

  g_assert_false (th_escpos_status_take (&status, TH_ESCPOS_ASK_PRINTER, NULL, 0));
  g_assert_cmpint (th_escpos_status_paper (&status), ==, TH_PAPER_UNKNOWN);
  g_assert_true (th_escpos_status_take (&status, TH_ESCPOS_ASK_PRINTER, &ok, 1));
  g_assert_cmpint (th_escpos_status_paper (&status), ==, TH_PAPER_UNKNOWN);
  g_assert_true (th_escpos_status_take (&status, TH_ESCPOS_ASK_OFFLINE, &ok, 1));
  g_assert_cmpint (th_escpos_status_paper (&status), ==, TH_PAPER_UNKNOWN);
  g_assert_true (th_escpos_status_take (&status, TH_ESCPOS_ASK_PAPER, &ok, 1));
  g_assert_cmpint (th_escpos_status_paper (&status), ==, TH_PAPER_READY);
}

static void
test_the_answer_is_the_last_sound_byte (void)
{
  ThEscposStatus status = { 0 };
  const guint8 bytes[] = { 0xff, 0x12, 0x72, 0x00, 0x41 };

  g_assert_true (th_escpos_status_take (&status, TH_ESCPOS_ASK_PAPER, bytes, sizeof bytes));
  g_assert_cmphex (status.byte[TH_ESCPOS_ASK_PAPER], ==, 0x72);
}

static void
test_answers_say_how_the_paper_is (void)
{
  /* answers to 1, 2, 3, 4; 0 = not asked */
  static const struct
  {
    guint8 answer[4];
    ThPaper paper;
    gboolean error;
  } table[] = {
    { { 0x12, 0x12, 0, 0x12 }, TH_PAPER_READY, FALSE },
    { { 0x16, 0x12, 0, 0x12 }, TH_PAPER_READY, FALSE }, /* the drawer's pin is no fault */
    { { 0x12, 0x12, 0, 0x1e }, TH_PAPER_LOW, FALSE },
    { { 0x12, 0x12, 0, 0x72 }, TH_PAPER_OUT, FALSE },
    { { 0x12, 0x12, 0, 0x7e }, TH_PAPER_OUT, FALSE },
    { { 0x1a, 0x32, 0x12, 0x12 }, TH_PAPER_OUT, TRUE },
    { { 0x1a, 0x16, 0x12, 0x12 }, TH_PAPER_COVER_OPEN, TRUE },
    { { 0x1a, 0x36, 0x12, 0x72 }, TH_PAPER_COVER_OPEN, TRUE }, /* the cover first */
    { { 0x1a, 0x52, 0x1a, 0x12 }, TH_PAPER_FAULT, TRUE },      /* the cutter */
    { { 0x12, 0x12, 0x52, 0x12 }, TH_PAPER_HOT, FALSE },       /* the head is hot */
    { { 0x1a, 0x52, 0, 0x12 }, TH_PAPER_FAULT, TRUE },
    { { 0x1a, 0x12, 0x12, 0x12 }, TH_PAPER_OFFLINE, TRUE },
    { { 0x12, 0x1a, 0, 0x12 }, TH_PAPER_OFFLINE, FALSE }, /* somebody presses the feed button */
    { { 0, 0, 0, 0x72 }, TH_PAPER_OUT, FALSE },           /* bad news needs no second answer */
    { { 0x12, 0, 0, 0x12 }, TH_PAPER_UNKNOWN, FALSE },
    { { 0x12, 0x12, 0, 0 }, TH_PAPER_UNKNOWN, FALSE },
    { { 0, 0x12, 0, 0x12 }, TH_PAPER_UNKNOWN, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      ThEscposStatus status = { 0 };

      for (guint n = 1; n <= 4; n++)
        if (table[i].answer[n - 1] != 0)
          g_assert_true (th_escpos_status_take (&status, n, &table[i].answer[n - 1], 1));
      g_assert_cmpstr (th_paper_to_string (th_escpos_status_paper (&status)), ==,
                       th_paper_to_string (table[i].paper));
      g_assert_cmpint (th_escpos_status_has_error (&status), ==, table[i].error);
    }
}

static void
test_questions_are_dle_eot (void)
{
  guint8 bytes[TH_ESCPOS_QUESTION_LEN];
  const guint8 expected[] = { 0x10, 0x04, 0x04 };

  th_escpos_question (TH_ESCPOS_ASK_PAPER, bytes);
  g_assert_cmpmem (bytes, sizeof bytes, expected, sizeof expected);
}

static void
test_a_job_is_these_bytes (void)
{
  static const guint8 expected[] = {
    0x1b, 0x40,                                           /* ESC @ */
    0x1d, 0x76, 0x30, 0x00, 0x02, 0x00, 0x02, 0x00,       /* GS v 0, 2 bytes by 2 rows */
    0xff, 0xf0, 0xaa, 0xa0,                               /* 12 dots: the last 4 bits white */
    0x1d, 0x76, 0x30, 0x00, 0x02, 0x00, 0x01, 0x00,       /* the last band is shorter */
    0x00, 0x10,
    0x1d, 0x56, 0x42, 0x00,                               /* GS V 66 0 */
  };
  g_autoptr (ThRaster) raster = th_raster_new (12, 3);
  g_autoptr (GBytes) job = NULL;
  const guint8 rows[] = { 0xff, 0xff, 0xaa, 0xaa, 0x00, 0x1f };

  memcpy (raster->rows, rows, sizeof rows);
  job = th_escpos_job (raster, 2, TRUE);
  g_assert_cmpmem (g_bytes_get_data (job, NULL), g_bytes_get_size (job), expected,
                   sizeof expected);
}

static void
test_bands_add_up_to_the_job (void)
{
  static const guint heights[] = { 1, 23, 24, 25, 127, 128, 129, 700 };
  static const guint band_rows[] = { 1, 24, 64, 128 };

  for (gsize h = 0; h < G_N_ELEMENTS (heights); h++)
    for (gsize b = 0; b < G_N_ELEMENTS (band_rows); b++)
      for (guint cutter = 0; cutter < 2; cutter++)
        {
          g_autoptr (ThRaster) raster = checkered_raster (576, heights[h]);
          g_autoptr (GBytes) job = th_escpos_job (raster, band_rows[b], cutter);
          g_autoptr (GByteArray) sum = g_byte_array_new ();
          g_autoptr (GBytes) begin = th_escpos_begin ();
          g_autoptr (GBytes) end = th_escpos_end (cutter);
          guint n_bands = th_escpos_n_bands (raster, band_rows[b]);

          g_byte_array_append (sum, g_bytes_get_data (begin, NULL), g_bytes_get_size (begin));
          for (guint band = 0; band < n_bands; band++)
            {
              g_autoptr (GBytes) bytes = th_escpos_band (raster, band_rows[b], band);

              g_assert_cmpuint (g_bytes_get_size (bytes), <=, 8 + band_rows[b] * raster->stride);
              g_byte_array_append (sum, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
            }
          g_byte_array_append (sum, g_bytes_get_data (end, NULL), g_bytes_get_size (end));
          g_assert_cmpmem (sum->data, sum->len, g_bytes_get_data (job, NULL),
                           g_bytes_get_size (job));
        }
}

static void
test_a_picture_holds_no_real_time_command (void)
{
  g_autoptr (ThRaster) raster = th_raster_new (16, 4);
  static const guint8 before[] = { 0x10, 0x04, 0x10, 0x03, 0x01, 0x10, 0x14, 0x10 };
  static const guint8 after[] = { 0x18, 0x04, 0x10, 0x03, 0x01, 0x18, 0x14, 0x10 };

  memcpy (raster->rows, before, sizeof before);
  th_escpos_make_harmless (raster);
  g_assert_cmpmem (raster->rows, sizeof after, after, sizeof after);
}

/* The longest band is 128 rows of a 1024-dot head; a printer left in it must get back to commands. */
static void
test_a_flush_completes_the_longest_band_before_it_resets (void)
{
  for (guint cutter = 0; cutter < 2; cutter++)
    {
      g_autoptr (GBytes) flush = th_escpos_flush (cutter);
      gsize len;
      const guint8 *bytes = g_bytes_get_data (flush, &len);
      gsize n_nul = 0;

      while (n_nul < len && bytes[n_nul] == 0)
        n_nul++;
      g_assert_cmpuint (n_nul, >=, 8 + 128 * 128);
      g_assert_cmphex (bytes[n_nul], ==, 0x1b);
      g_assert_cmphex (bytes[n_nul + 1], ==, 0x40);
      g_assert_cmphex (bytes[n_nul + 2], ==, cutter ? 0x1d : 0x1b);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/escpos/bytes that are no answer are noise",
                   test_bytes_that_are_no_answer_are_noise);
  g_test_add_func ("/escpos/silence is never ready", test_silence_is_never_ready);
  g_test_add_func ("/escpos/the answer is the last sound byte",
                   test_the_answer_is_the_last_sound_byte);
  g_test_add_func ("/escpos/answers say how the paper is", test_answers_say_how_the_paper_is);
  g_test_add_func ("/escpos/questions are DLE EOT", test_questions_are_dle_eot);
  g_test_add_func ("/escpos/a job is these bytes", test_a_job_is_these_bytes);
  g_test_add_func ("/escpos/bands add up to the job", test_bands_add_up_to_the_job);
  g_test_add_func ("/escpos/a picture holds no real-time command",
                   test_a_picture_holds_no_real_time_command);
  g_test_add_func ("/escpos/a flush completes the longest band before it resets",
                   test_a_flush_completes_the_longest_band_before_it_resets);
  return g_test_run ();
}
