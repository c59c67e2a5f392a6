/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slips as people hold them: looked at dot by dot, and read back by a QR reader we did not write. */
#include "kiosk/slip.h"

#include <glib/gstdio.h>
#include <string.h>

#include "kiosk/words.h"

#define TOKEN "3f9a0c5be17d42688ab0c1d2e3f40516"
#define ISSUED_AT_US (G_GINT64_CONSTANT (1795340460) * G_USEC_PER_SEC)

static const guint widths[] = { 384, 576, 512 /* at 180 dpi */ };

static ThConfig *
test_config (void)
{
  g_autoptr (GError) error = NULL;
  ThConfig *config = th_config_load_data ("", 0, NULL, &error);

  g_assert_no_error (error);
  return config;
}

static ThSlip *
compose (ThLanguage language, ThSlipKind kind, guint number, const char *name, guint copy)
{
  g_autoptr (ThConfig) config = test_config ();

  return th_slip_compose (config, language, kind, config->lanes[0].letter, number, TOKEN, name, 3,
                          ISSUED_AT_US, copy);
}

static guint
dpi_of (guint width)
{
  return width == 512 ? 180 : 203;
}

static ThRaster *
draw (const ThSlip *slip, guint width)
{
  g_autoptr (GError) error = NULL;
  ThRaster *raster = th_slip_draw (slip, &(ThPrintHead){ width, dpi_of (width) }, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (raster->width_dots, ==, width);
  return raster;
}

static gboolean
is_black (const ThRaster *raster, guint x, guint y)
{
  return (raster->rows[y * raster->stride + x / 8] & (0x80 >> (x % 8))) != 0;
}

static gboolean
row_has_ink (const ThRaster *raster, guint y, guint from, guint to)
{
  for (guint x = from; x < to; x++)
    if (is_black (raster, x, y))
      return TRUE;
  return FALSE;
}

/* The first run of inked rows at least @least high. */
static gboolean
find_run (const ThRaster *raster, guint least, guint *ret_first, guint *ret_rows)
{
  guint rows = 0;

  for (guint y = 0; y <= raster->height_dots; y++)
    {
      if (y < raster->height_dots && row_has_ink (raster, y, 0, raster->width_dots))
        {
          rows++;
          continue;
        }
      if (rows >= least)
        {
          *ret_first = y - rows;
          *ret_rows = rows;
          return TRUE;
        }
      rows = 0;
    }
  return FALSE;
}

/* The frame "what to do now": both its sides are black all the way; the white inside begins under its title. */
static void
find_frame (const ThRaster *raster, guint *ret_first, guint *ret_end)
{
  guint side = 13, rows = 0;

  for (guint y = 0; y < raster->height_dots; y++)
    {
      if (is_black (raster, side, y) && is_black (raster, raster->width_dots - 1 - side, y) &&
          !is_black (raster, side + 8, y))
        {
          rows++;
          continue;
        }
      if (rows > 80)
        {
          *ret_first = y - rows;
          *ret_end = y;
          return;
        }
      rows = 0;
    }
  g_error ("the slip has no frame");
}

static void
assert_near (guint is, guint was, guint slack)
{
  g_assert_cmpuint (is + slack, >=, was);
  g_assert_cmpuint (is, <=, was + slack);
}

static guint
count_text_lines (const ThRaster *raster, guint first, guint end)
{
  guint lines = 0;
  gboolean inked = FALSE;

  for (guint y = first; y < end; y++)
    {
      gboolean ink = row_has_ink (raster, y, 24, raster->width_dots - 24);

      lines += ink && !inked;
      inked = ink;
    }
  return lines;
}

static void
test_a_width_no_paper_has_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThSlip) slip = compose (TH_LANGUAGE_EN, TH_SLIP_QUEUE, 17, "", 0);

  g_assert_null (th_slip_draw (slip, &(ThPrintHead){ 100, 203 }, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_a_picture_that_cannot_be_written_says_where (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThRaster) raster = th_raster_new (8, 8);

  g_assert_false (th_raster_write_png (raster, "/nonexistent/a.png", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "/nonexistent/a.png"));
}

static void
test_a_slip_never_shows_a_whole_name (void)
{
  g_autoptr (ThSlip) slip = compose (TH_LANGUAGE_ZH_CN, TH_SLIP_QUEUE, 17, "张测试", 0);

  g_assert_cmpstr (slip->who, ==, "张*试");
}

static void
test_a_copy_is_marked_in_every_language (void)
{
  static const char *const marks[] = { "COPY", "补印", "補印" };

  for (guint l = 0; l < TH_N_LANGUAGES; l++)
    {
      g_autoptr (ThSlip) original = compose (l, TH_SLIP_QUEUE, 17, NULL, 0);
      g_autoptr (ThSlip) copy = compose (l, TH_SLIP_QUEUE, 17, NULL, 1);
      g_autoptr (ThSlip) third = compose (l, TH_SLIP_QUEUE, 17, NULL, 3);
      g_autofree char *third_mark = g_strdup_printf ("%s 3", marks[l]);

      g_assert_cmpstr (original->copy_mark, ==, "");
      g_assert_cmpstr (copy->copy_mark, ==, marks[l]);
      g_assert_cmpstr (third->copy_mark, ==, third_mark);
    }
}

static void
test_words_follow_the_language (void)
{
  g_autoptr (ThSlip) en = compose (TH_LANGUAGE_EN, TH_SLIP_QUEUE, 17, NULL, 0);
  g_autoptr (ThSlip) cn = compose (TH_LANGUAGE_ZH_CN, TH_SLIP_QUEUE, 17, NULL, 0);
  g_autoptr (ThSlip) tw = compose (TH_LANGUAGE_ZH_TW, TH_SLIP_QUEUE, 17, NULL, 0);

  g_assert_cmpstr (en->heading, ==, "Your number");
  g_assert_cmpstr (cn->heading, ==, "您的号码");
  g_assert_cmpstr (tw->heading, ==, "您的號碼");
  g_assert_cmpstr (en->ahead, ==, "3 people before you");
  g_assert_cmpstr (cn->ahead, ==, "您前面还有 3 位");
  g_assert_true (g_str_has_suffix (en->label, "-017"));
  g_assert_cmpstr (en->label, ==, tw->label);
}

static void
test_a_wait_is_only_said_when_known (void)
{
  g_autoptr (ThConfig) config = th_config_load_data ("", 0, NULL, NULL);
  static const struct
  {
    int ahead, low_s, high_s;
    const char *says;
  } slips[] = {
    { 3, 0, 0, "3 people before you" },
    { 3, 600, 1500, "3 people before you,\nabout 10 to 25 minutes" },
    { 0, 0, 300, "You are next,\nup to 5 minutes" },
    { -1, 300, 900, "about 5 to 15 minutes" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (slips); i++)
    {
      g_autoptr (ThSlip) slip = th_slip_say_wait (
          th_slip_compose (config, TH_LANGUAGE_EN, TH_SLIP_QUEUE, 'A', 17, "", NULL, slips[i].ahead, 0, 0),
          slips[i].low_s, slips[i].high_s);

      g_assert_cmpstr (slip->ahead, ==, slips[i].says);
    }
}

static void
test_people_ahead_are_only_said_when_known (void)
{
  static const struct
  {
    int ahead;
    const char *words;
  } table[] = {
    { -1, "" }, { 0, "You are next" }, { 1, "1 person before you" }, { 2, "2 people before you" },
  };
  g_autoptr (ThConfig) config = test_config ();

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (ThSlip) slip =
          th_slip_compose (config, TH_LANGUAGE_EN, TH_SLIP_QUEUE, config->lanes[0].letter, 1, TOKEN,
                           NULL, table[i].ahead, ISSUED_AT_US, 0);

      g_assert_cmpstr (slip->ahead, ==, table[i].words);
    }
}

static void
test_the_two_lines_are_equally_long (void)
{
  for (guint l = 0; l < TH_N_LANGUAGES; l++)
    {
      g_autoptr (ThSlip) queue = compose (l, TH_SLIP_QUEUE, 17, NULL, 0);
      g_autoptr (ThSlip) desk = compose (l, TH_SLIP_HEALTH_DESK, 17, NULL, 0);
      const char *queue_break = strchr (queue->what_now, '\n');
      const char *desk_break = strchr (desk->what_now, '\n');

      g_assert_cmpstr (queue->what_now, !=, desk->what_now);
      g_assert_cmpint (g_utf8_strlen (queue->what_now, -1), ==, g_utf8_strlen (desk->what_now, -1));
      g_assert_cmpint (queue_break ? queue_break - queue->what_now : -1, ==,
                       desk_break ? desk_break - desk->what_now : -1);
    }
}

static void
test_a_health_desk_slip_differs_only_inside_the_frame (void)
{
  for (guint l = 0; l < TH_N_LANGUAGES; l++)
    for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
      for (guint copy = 0; copy < 2; copy++)
        {
          g_autoptr (ThSlip) queue = compose (l, TH_SLIP_QUEUE, 17, "张测试", copy);
          g_autoptr (ThSlip) desk = compose (l, TH_SLIP_HEALTH_DESK, 17, "张测试", copy);
          g_autoptr (ThRaster) a = draw (queue, widths[w]);
          g_autoptr (ThRaster) b = draw (desk, widths[w]);
          guint first = 0, end = 0, differing = 0;

          g_assert_cmpuint (a->height_dots, ==, b->height_dots);
          find_frame (a, &first, &end);
          for (guint y = 0; y < a->height_dots; y++)
            {
              gboolean same = memcmp (a->rows + y * a->stride, b->rows + y * b->stride,
                                      a->stride) == 0;

              if (y < first || y >= end)
                g_assert_true (same);
              differing += !same;
            }
          g_assert_cmpuint (differing, >, 0);
          g_assert_cmpuint (count_text_lines (a, first, end), ==,
                            count_text_lines (b, first, end));
        }
}

static void
test_the_number_is_20_mm_high_and_nothing_touches_the_edges (void)
{
  static const guint numbers[] = { 1, 17, 888, 9999 };

  for (guint n = 0; n < G_N_ELEMENTS (numbers); n++)
    for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
      {
        g_autoptr (ThSlip) slip = compose (TH_LANGUAGE_ZH_CN, TH_SLIP_QUEUE, numbers[n], NULL, 0);
        g_autoptr (ThRaster) raster = draw (slip, widths[w]);
        guint first = 0, rows = 0;

        g_assert_true (find_run (raster, 120, &first, &rows));
        g_assert_cmpuint (rows * 254 / dpi_of (widths[w]), >=, 200); /* tenths of a millimetre */
        g_assert_cmpuint (rows * 254 / dpi_of (widths[w]), <=, 225);
        for (guint y = 0; y < raster->height_dots; y++)
          {
            g_assert_false (row_has_ink (raster, y, 0, 8));
            g_assert_false (row_has_ink (raster, y, raster->width_dots - 8, raster->width_dots));
          }
      }
}

/* The golden slips: where things stand, not which dots are black, since fonts are hinted otherwise from one Debian to
 * the next. */
static void
test_things_stand_where_they_stood (void)
{
  static const struct
  {
    ThLanguage language;
    guint width, height, number, frame, frame_end;
  } table[] = {
    { TH_LANGUAGE_EN, 576, 965, 114, 470, 673 },    { TH_LANGUAGE_EN, 384, 1085, 107, 450, 661 },
    { TH_LANGUAGE_EN, 512, 888, 104, 421, 602 },    { TH_LANGUAGE_ZH_CN, 576, 924, 114, 470, 632 },
    { TH_LANGUAGE_ZH_CN, 384, 1036, 107, 450, 612 }, { TH_LANGUAGE_ZH_CN, 512, 851, 104, 421, 565 },
    { TH_LANGUAGE_ZH_TW, 576, 924, 114, 470, 632 }, { TH_LANGUAGE_ZH_TW, 384, 1036, 107, 450, 612 },
    { TH_LANGUAGE_ZH_TW, 512, 851, 104, 421, 565 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (ThSlip) slip = compose (table[i].language, TH_SLIP_QUEUE, 17, "张测试", 0);
      g_autoptr (ThRaster) raster = draw (slip, table[i].width);
      guint number = 0, rows = 0, frame = 0, end = 0;

      g_assert_true (find_run (raster, 120, &number, &rows));
      find_frame (raster, &frame, &end);
      g_test_message ("%u at %u: %u, %u, %u, %u", table[i].language, table[i].width, raster->height_dots, number,
                      frame, end);
      assert_near (raster->height_dots, table[i].height, 12);
      assert_near (number, table[i].number, 4);
      assert_near (frame, table[i].frame, 8);
      assert_near (end, table[i].frame_end, 8);
    }
}

/* 3 mm: a line of type, from the top of a capital to the foot of a "g", or a Han character. */
static void
test_the_smallest_type_is_3_mm_high (void)
{
  for (guint l = 0; l < TH_N_LANGUAGES; l++)
    for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
      {
        g_autoptr (ThSlip) slip = compose (l, TH_SLIP_QUEUE, 17, "张测试", 0);
        g_autoptr (ThRaster) raster = NULL;
        guint rows = 0;

        g_free (slip->site);
        slip->site = g_strdup (l == TH_LANGUAGE_EN ? "Ägnj" : "疫苗站"); /* the first line of the slip */
        raster = draw (slip, widths[w]);
        for (guint y = 0; y < raster->height_dots; y++)
          {
            if (row_has_ink (raster, y, 0, raster->width_dots))
              rows++;
            else if (rows > 0)
              break;
          }
        g_assert_cmpuint (rows * 254, >=, 29 * dpi_of (widths[w]));
      }
}

/* What names are like: joined by dots, with characters that few fonts have, and long. */
static void
test_every_name_is_drawn (void)
{
  static const char *const names[] = { "阿卜杜热合曼·买买提", "𠮷𡋤", "欧阳䶮", "Bartholomew Featherstonehaugh-Cholmondeley",
                                       "གཡུ་སྒྲོན་མ།", "ئايگۈل" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
      {
        g_autoptr (ThSlip) slip = compose (TH_LANGUAGE_ZH_CN, TH_SLIP_QUEUE, 17, NULL, 0);
        g_autoptr (ThSlip) without = compose (TH_LANGUAGE_ZH_CN, TH_SLIP_QUEUE, 17, NULL, 0);
        g_autoptr (ThRaster) a = NULL;
        g_autoptr (ThRaster) b = NULL;

        g_free (slip->who);
        slip->who = g_strdup (names[i]);
        a = draw (slip, widths[w]);
        b = draw (without, widths[w]);
        g_assert_cmpuint (a->height_dots, ==, b->height_dots); /* a name changes no layout */
        g_assert_cmpint (memcmp (a->rows, b->rows, a->stride * a->height_dots), !=, 0);
      }
}

static void
test_a_slip_without_a_number_says_why_and_when (void)
{
  for (guint l = 0; l < TH_N_LANGUAGES; l++)
    {
      g_autoptr (ThConfig) config = test_config ();
      g_autoptr (ThSlip) early = th_slip_compose_not_today (config, l, "early", "11-25 09:30", ISSUED_AT_US);
      g_autoptr (ThSlip) other = th_slip_compose_not_today (config, l, "never heard of", NULL, ISSUED_AT_US);
      g_autoptr (ThRaster) a = draw (early, 576);
      g_autoptr (ThRaster) b = draw (other, 384);

      g_assert_cmpstr (early->label, ==, "");
      g_assert_cmpstr (early->token, ==, "");
      g_assert_cmpstr (early->lane, ==, "11-25 09:30");
      g_assert_cmpstr (other->lane, ==, "");
      g_assert_cmpstr (early->what_now, !=, other->what_now);
      g_assert_cmpstr (other->what_now, !=, "");
      g_assert_cmpuint (a->height_dots, <, 700);
      g_assert_cmpuint (b->height_dots, <, 700);
    }
}

static void
test_a_sites_own_words_and_logo_are_on_the_slip (void)
{
  char *notice[3] = { (char *) "Wear a mask", (char *) "请戴口罩", (char *) "請戴口罩" };
  g_autoptr (ThRaster) logo = th_raster_new (336, 160);
  const ThSlipTemplate template = { logo, { notice[0], notice[1], notice[2] }, (char *) "12320" };

  memset (logo->rows, 0xff, logo->stride * logo->height_dots);
  for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
    {
      g_autoptr (ThSlip) with = compose (TH_LANGUAGE_ZH_CN, TH_SLIP_QUEUE, 17, NULL, 0);
      g_autoptr (ThSlip) without = compose (TH_LANGUAGE_ZH_CN, TH_SLIP_QUEUE, 17, NULL, 0);
      g_autoptr (ThRaster) a = NULL;
      g_autoptr (ThRaster) b = draw (without, widths[w]);
      guint left = (widths[w] - 336) / 2;

      with->template = &template;
      a = draw (with, widths[w]);
      g_assert_cmpuint (a->height_dots, >, b->height_dots + 160 + 60);
      for (guint y = 0; y < 160; y++)
        for (guint x = 0; x < widths[w]; x++)
          g_assert_cmpint (is_black (a, x, y), ==, x >= left && x < left + 336);
    }
}

static void
test_long_words_stay_on_the_paper (void)
{
  g_autofree char *longest = g_strnfill (600, 'W');

  for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
    {
      g_autoptr (ThSlip) slip = compose (TH_LANGUAGE_EN, TH_SLIP_QUEUE, 17, longest, 1);
      g_autoptr (ThRaster) raster = NULL;
      char **words[] = { &slip->site, &slip->heading, &slip->lane, &slip->ahead, &slip->when,
                         &slip->now_title, &slip->what_now, &slip->keep, &slip->copy_mark };

      for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
        {
          g_free (*words[i]);
          *words[i] = g_strdup (longest);
        }
      raster = draw (slip, widths[w]);
      g_assert_cmpuint (raster->height_dots, <, 1400);
      for (guint y = 0; y < raster->height_dots; y++)
        {
          g_assert_false (row_has_ink (raster, y, 0, 8));
          g_assert_false (row_has_ink (raster, y, raster->width_dots - 8, raster->width_dots));
        }
    }
}

/* Traditional and simplified words get their own glyphs also where the character is the same: 直, 骨. */
static void
test_one_character_has_the_strokes_of_its_script (void)
{
  g_autoptr (ThSlip) cn = compose (TH_LANGUAGE_ZH_CN, TH_SLIP_QUEUE, 17, NULL, 0);
  g_autoptr (ThSlip) tw = compose (TH_LANGUAGE_ZH_CN, TH_SLIP_QUEUE, 17, NULL, 0);
  g_autoptr (ThRaster) a = NULL;
  g_autoptr (ThRaster) b = NULL;

  g_free (cn->lane);
  cn->lane = g_strdup ("直骨");
  g_free (tw->lane);
  tw->lane = g_strdup ("直骨");
  tw->language = TH_LANGUAGE_ZH_TW;
  a = draw (cn, 576);
  b = draw (tw, 576);
  g_assert_cmpuint (a->height_dots, ==, b->height_dots);
  g_assert_cmpint (memcmp (a->rows, b->rows, a->stride * a->height_dots), !=, 0);
}

/* Without th_escpos_make_harmless() three of these hold one. */
static void
test_no_slip_holds_a_real_time_command (void)
{
  for (guint n = 0; n < 200; n++)
    {
      g_autoptr (ThSlip) slip = compose (TH_LANGUAGE_ZH_CN, TH_SLIP_QUEUE, n + 1, NULL, 0);
      g_autoptr (ThRaster) raster = NULL;
      g_autoptr (GString) lane = g_string_new (NULL);

      for (guint i = 0; i < 8; i++)
        g_string_append_unichar (lane, 0x4e00 + (n * 8 + i) * 13);
      g_free (slip->lane);
      slip->lane = g_string_free (g_steal_pointer (&lane), FALSE);
      raster = draw (slip, widths[n % G_N_ELEMENTS (widths)]);
      for (gsize i = 0; i + 1 < raster->stride * raster->height_dots; i++)
        g_assert_false (raster->rows[i] == 0x10 &&
                        (raster->rows[i + 1] == 0x04 || raster->rows[i + 1] == 0x05 ||
                         raster->rows[i + 1] == 0x14));
    }
}

static void
test_the_same_slip_is_drawn_the_same_twice (void)
{
  g_autoptr (ThSlip) slip = compose (TH_LANGUAGE_ZH_TW, TH_SLIP_QUEUE, 17, "張測試", 0);
  g_autoptr (ThRaster) a = draw (slip, 576);
  g_autoptr (ThRaster) b = draw (slip, 576);

  g_assert_cmpmem (a->rows, a->stride * a->height_dots, b->rows, b->stride * b->height_dots);
}

static ThRaster *
half_size (const ThRaster *raster)
{
  ThRaster *half = th_raster_new (raster->width_dots / 2, raster->height_dots / 2);

  for (guint y = 0; y < half->height_dots; y++)
    for (guint x = 0; x < half->width_dots; x++)
      if (is_black (raster, 2 * x, 2 * y))
        half->rows[y * half->stride + x / 8] |= 0x80 >> (x % 8);
  return half;
}

static void
assert_qr_reads (const ThRaster *raster, const char *zbarimg, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *out = NULL;
  const char *argv[] = { zbarimg, "--nodbus", "-q", "--raw", path, NULL };
  int status;

  g_assert_true (th_raster_write_png (raster, path, &error));
  g_assert_no_error (error);
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (out, ==, TOKEN "\n");
}

static void
test_a_qr_reader_reads_the_token_at_full_and_half_size (void)
{
  g_autofree char *zbarimg = g_find_program_in_path ("zbarimg");
  g_autofree char *dir = NULL;
  g_autofree char *path = NULL;

  if (zbarimg == NULL)
    {
      g_test_skip ("zbarimg (package zbar-tools) is not installed");
      return;
    }
  dir = g_dir_make_tmp ("th-slip-XXXXXX", NULL);
  path = g_build_filename (dir, "slip.png", NULL);
  for (guint l = 0; l < TH_N_LANGUAGES; l++)
    for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
      {
        g_autoptr (ThSlip) slip = compose (l, TH_SLIP_HEALTH_DESK, 17, NULL, 1);
        g_autoptr (ThRaster) full = draw (slip, widths[w]);
        g_autoptr (ThRaster) half = half_size (full);

        assert_qr_reads (full, zbarimg, path);
        assert_qr_reads (half, zbarimg, path);
      }
  g_unlink (path);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  th_words_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slip/a width no paper has is refused", test_a_width_no_paper_has_is_refused);
  g_test_add_func ("/slip/a picture that cannot be written says where",
                   test_a_picture_that_cannot_be_written_says_where);
  g_test_add_func ("/slip/a slip never shows a whole name", test_a_slip_never_shows_a_whole_name);
  g_test_add_func ("/slip/a copy is marked in every language",
                   test_a_copy_is_marked_in_every_language);
  g_test_add_func ("/slip/words follow the language", test_words_follow_the_language);
  g_test_add_func ("/slip/a wait is only said when known", test_a_wait_is_only_said_when_known);
  g_test_add_func ("/slip/people ahead are only said when known",
                   test_people_ahead_are_only_said_when_known);
  g_test_add_func ("/slip/the two lines are equally long", test_the_two_lines_are_equally_long);
  g_test_add_func ("/slip/a health desk slip differs only inside the frame",
                   test_a_health_desk_slip_differs_only_inside_the_frame);
  g_test_add_func ("/slip/the number is 20 mm high and nothing touches the edges",
                   test_the_number_is_20_mm_high_and_nothing_touches_the_edges);
  g_test_add_func ("/slip/things stand where they stood", test_things_stand_where_they_stood);
  g_test_add_func ("/slip/the smallest type is 3 mm high", test_the_smallest_type_is_3_mm_high);
  g_test_add_func ("/slip/every name is drawn", test_every_name_is_drawn);
  g_test_add_func ("/slip/a slip without a number says why and when",
                   test_a_slip_without_a_number_says_why_and_when);
  g_test_add_func ("/slip/a site's own words and logo are on the slip",
                   test_a_sites_own_words_and_logo_are_on_the_slip);
  g_test_add_func ("/slip/long words stay on the paper", test_long_words_stay_on_the_paper);
  g_test_add_func ("/slip/one character has the strokes of its script",
                   test_one_character_has_the_strokes_of_its_script);
  g_test_add_func ("/slip/no slip holds a real-time command",
                   test_no_slip_holds_a_real_time_command);
  g_test_add_func ("/slip/the same slip is drawn the same twice",
                   test_the_same_slip_is_drawn_the_same_twice);
  g_test_add_func ("/slip/a QR reader reads the token at full and half size",
                   test_a_qr_reader_reads_the_token_at_full_and_half_size);
  return g_test_run ();
}
