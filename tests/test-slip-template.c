/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a site puts on its slips, as files it may get wrong. */
#include "kiosk/slip-template.h"

#include <cairo.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *dir, *conf, *logo;
} Fixture;

static void
set_up (Fixture *fix, gconstpointer unused)
{
  fix->dir = g_dir_make_tmp ("th-template-XXXXXX", NULL);
  fix->conf = g_build_filename (fix->dir, "slip.conf", NULL);
  fix->logo = g_build_filename (fix->dir, "logo", NULL);
}

static void
tear_down (Fixture *fix, gconstpointer unused)
{
  g_unlink (fix->conf);
  g_unlink (fix->logo);
  g_rmdir (fix->dir);
  g_free (fix->dir);
  g_free (fix->conf);
  g_free (fix->logo);
}

static void
assert_refused (Fixture *fix, const char *text, const char *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fix->conf, text, -1, NULL));
  g_assert_null (th_slip_template_load (fix->conf, &error));
  g_assert_nonnull (error);
  if (strstr (error->message, says) == NULL || strstr (error->message, fix->conf) == NULL)
    g_error ("\"%s\" does not say \"%s\" and where", error->message, says);
}

static void
assert_logo_refused (Fixture *fix, const char *bytes, gsize len, const char *says)
{
  g_assert_true (g_file_set_contents (fix->logo, bytes, len, NULL));
  assert_refused (fix, "[slip]\nlogo=logo\n", says);
}

static ThSlipTemplate *
load (Fixture *fix, const char *text)
{
  g_autoptr (GError) error = NULL;
  ThSlipTemplate *template;

  g_assert_true (g_file_set_contents (fix->conf, text, -1, NULL));
  template = th_slip_template_load (fix->conf, &error);
  g_assert_no_error (error);
  return template;
}

static void
test_what_is_wrong_is_named (Fixture *fix, gconstpointer unused)
{
  g_autofree char *long_notice = g_strnfill (81, 'x');
  g_autofree char *notice = g_strdup_printf ("[slip]\nnotice=%s\n", long_notice);
  g_autofree char *large = g_strnfill (17 * 1024, '#');
  g_autoptr (GError) error = NULL;

  g_assert_null (th_slip_template_load ("/nonexistent/slip.conf", &error));
  g_assert_nonnull (strstr (error->message, "/nonexistent/slip.conf"));
  assert_refused (fix, "[slips]\n", "[slips]");
  assert_refused (fix, "[slip]\nlgo=x\n", "lgo");
  assert_refused (fix, "[slip]\nnotice[fr]=x\n", "notice[fr]");
  assert_refused (fix, notice, "80 characters");
  assert_refused (fix, "[slip]\nhot-line=0123456789012345678901234\n", "24 characters");
  assert_refused (fix, "[slip]\nnotice=a\\nb\n", "backslash");
  assert_refused (fix, "[slip]\nnotice=\xff\n", "UTF-8");
  assert_refused (fix, "notice=x\n", "group");
  assert_refused (fix, large, "16384 bytes");
  assert_refused (fix, "[slip]\nlogo=there-is-none.png\n", "there-is-none.png");
  assert_refused (fix, "[slip]\nlogo=/dev/zero\n", "not a regular file");
}

static void
test_a_logo_that_is_none_is_refused (Fixture *fix, gconstpointer unused)
{
  /* IHDR of 20000 x 20000: never decoded */
  static const char huge[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x4e\x20\0\0\x4e\x20\x08\0\0\0\0";
  static const char broken[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x20\x08\0\0\0\0nonsense";

  assert_logo_refused (fix, "GIF89a", 6, "neither a PNG nor");
  assert_logo_refused (fix, "", 0, "neither a PNG nor");
  assert_logo_refused (fix, "P1\n2 2\n0 1 1 0\n", 15, "neither a PNG nor");
  assert_logo_refused (fix, "P4", 2, "no PBM's");
  assert_logo_refused (fix, "P4\n337 10\n", 10, "336 x 160");
  assert_logo_refused (fix, "P4\n0 10\n", 8, "336 x 160");
  assert_logo_refused (fix, "P4\n16 2\nabc", 11, "cut off");
  assert_logo_refused (fix, "P4\n99999999999999 2\nabc", 23, "PBM");
  assert_logo_refused (fix, huge, sizeof huge - 1, "20000 x 20000");
  assert_logo_refused (fix, broken, sizeof broken - 1, "damaged");
  assert_logo_refused (fix, huge, 12, "cut off");
}

static void
test_a_site_has_words_in_its_languages (Fixture *fix, gconstpointer unused)
{
  g_autoptr (ThSlipTemplate) empty = load (fix, "");
  g_autoptr (ThSlipTemplate) template
      = load (fix, "[slip]\nnotice=Mask, please\nnotice[zh_TW]=請戴口罩\nhot-line=12320\n");

  g_assert_null (empty->logo);
  g_assert_cmpstr (empty->notice[0], ==, "");
  g_assert_cmpstr (empty->hot_line, ==, "");
  g_assert_cmpstr (template->notice[0], ==, "Mask, please");
  g_assert_cmpstr (template->notice[1], ==, "Mask, please");
  g_assert_cmpstr (template->notice[2], ==, "請戴口罩");
  g_assert_cmpstr (template->hot_line, ==, "12320");
}

static void
test_a_pbm_is_taken_dot_by_dot (Fixture *fix, gconstpointer unused)
{
  static const char pbm[] = "P4\n# made by hand\n12 2\n\xaa\xf0\x55\x00";
  g_autoptr (ThSlipTemplate) template = NULL;

  g_assert_true (g_file_set_contents (fix->logo, pbm, sizeof pbm - 1, NULL));
  template = load (fix, "[slip]\nlogo=logo\n");
  g_assert_cmpuint (template->logo->width_dots, ==, 12);
  g_assert_cmpuint (template->logo->height_dots, ==, 2);
  g_assert_cmpmem (template->logo->rows, 4, "\xaa\xf0\x55\x00", 4);
}

static void
test_grey_becomes_a_pattern_and_black_stays_black (Fixture *fix, gconstpointer unused)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 96, 32);
  cairo_t *cr = cairo_create (surface);
  g_autoptr (ThSlipTemplate) template = NULL;
  guint black[3] = { 0 };

  for (guint third = 0; third < 2; third++) /* the last one is transparent */
    {
      cairo_set_source_rgb (cr, third / 2.0, third / 2.0, third / 2.0);
      cairo_rectangle (cr, third * 32, 0, 32, 32);
      cairo_fill (cr);
    }
  cairo_destroy (cr);
  g_assert_cmpint (cairo_surface_write_to_png (surface, fix->logo), ==, CAIRO_STATUS_SUCCESS);
  cairo_surface_destroy (surface);
  template = load (fix, "[slip]\nlogo=logo\n");
  for (guint y = 0; y < 32; y++)
    for (guint x = 0; x < 96; x++)
      black[x / 32] += (template->logo->rows[y * template->logo->stride + x / 8] & (0x80 >> (x % 8))) != 0;
  g_assert_cmpuint (black[0], ==, 1024);
  g_assert_cmpuint (black[1], >, 450);
  g_assert_cmpuint (black[1], <, 570);
  g_assert_cmpuint (black[2], <, 8);
}

#define ADD(name, func) g_test_add ("/slip-template/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("what is wrong is named", test_what_is_wrong_is_named);
  ADD ("a logo that is none is refused", test_a_logo_that_is_none_is_refused);
  ADD ("a site has words in its languages", test_a_site_has_words_in_its_languages);
  ADD ("a PBM is taken dot by dot", test_a_pbm_is_taken_dot_by_dot);
  ADD ("grey becomes a pattern and black stays black", test_grey_becomes_a_pattern_and_black_stays_black);
  return g_test_run ();
}
