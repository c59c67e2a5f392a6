/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/slip-template.h"

#include <cairo.h>
#include <gio/gio.h>
#include <string.h>

#include "kiosk/config-value.h"

#define FILE_LIMIT (16 * 1024)
#define LOGO_LIMIT (256 * 1024)
#define NOTICE_LIMIT 80
#define HOT_LINE_LIMIT 24

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, what);
  return FALSE;
}

/* A regular file of up to @limit bytes. */
static GBytes *
read_file (const char *path, gsize limit, GError **error)
{
  g_autoptr (GMappedFile) file = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      refuse (error, "not a regular file");
      return NULL;
    }
  file = g_mapped_file_new (path, FALSE, error);
  if (file == NULL)
    return NULL;
  if (g_mapped_file_get_length (file) > limit)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "it has more than %zu bytes", limit);
      return NULL;
    }
  return g_bytes_new (g_mapped_file_get_contents (file), g_mapped_file_get_length (file));
}

/* ---- the logo ----------------------------------------------------------------------------------- */

static gboolean
check_size (guint64 width, guint64 height, GError **error)
{
  if (width >= 1 && width <= TH_LOGO_MAX_WIDTH && height >= 1 && height <= TH_LOGO_MAX_HEIGHT)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "it is %" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT " dots, it may be up to %d x %d", width,
               height, TH_LOGO_MAX_WIDTH, TH_LOGO_MAX_HEIGHT);
  return FALSE;
}

/* The next number of a PBM's head; comments run to the end of their line. */
static gboolean
take_number (const char **at, const char *end, guint64 *ret_number)
{
  const char *p = *at;
  guint64 number = 0;
  guint digits = 0;

  while (p < end && (g_ascii_isspace (*p) || *p == '#'))
    {
      if (*p == '#')
        while (p < end && *p != '\n')
          p++;
      else
        p++;
    }
  for (; p < end && g_ascii_isdigit (*p) && digits < 6; p++, digits++)
    number = number * 10 + g_ascii_digit_value (*p);
  *at = p;
  *ret_number = number;
  return digits > 0;
}

static ThRaster *
logo_from_pbm (const char *data, gsize len, GError **error)
{
  const char *at = data + 2, *end = data + len;
  guint64 width, height;
  ThRaster *logo;

  if (!take_number (&at, end, &width) || !take_number (&at, end, &height) || at == end ||
      !g_ascii_isspace (*at))
    {
      refuse (error, "its head is no PBM's");
      return NULL;
    }
  if (!check_size (width, height, error))
    return NULL;
  at++;
  if ((gsize) (end - at) < (width + 7) / 8 * height)
    {
      refuse (error, "it is cut off");
      return NULL;
    }
  logo = th_raster_new (width, height);
  memcpy (logo->rows, at, logo->stride * height);
  return logo;
}

typedef struct
{
  const guint8 *at;
  gsize left;
} Stream;

static cairo_status_t
read_cb (void *closure, unsigned char *to, unsigned int len)
{
  Stream *stream = closure;

  if (len > stream->left)
    return CAIRO_STATUS_READ_ERROR;
  memcpy (to, stream->at, len);
  stream->at += len;
  stream->left -= len;
  return CAIRO_STATUS_SUCCESS;
}

/* Floyd and Steinberg: what a dot is too dark or too light is made good by its neighbours. @grey: 0 black … 255 white. */
static ThRaster *
dither (int *grey, guint width, guint height)
{
  ThRaster *logo = th_raster_new (width, height);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        int *at = &grey[y * width + x];
        gboolean black = *at < 128;
        int rest = *at - (black ? 0 : 255);

        if (black)
          logo->rows[y * logo->stride + x / 8] |= 0x80 >> (x % 8);
        if (x + 1 < width)
          at[1] += rest * 7 / 16;
        if (y + 1 < height)
          {
            if (x > 0)
              at[width - 1] += rest * 3 / 16;
            at[width] += rest * 5 / 16;
            if (x + 1 < width)
              at[width + 1] += rest / 16;
          }
      }
  return logo;
}

static guint32
u32be (const guint8 *at)
{
  return (guint32) at[0] << 24 | (guint32) at[1] << 16 | (guint32) at[2] << 8 | at[3];
}

static ThRaster *
logo_from_png (const guint8 *data, gsize len, GError **error)
{
  Stream stream = { data, len };
  cairo_surface_t *png, *surface;
  g_autofree int *grey = NULL;
  guint width, height;
  cairo_t *cr;

  /* Before anything is decoded: a small file may be a very large picture. */
  if (len < 24 || !check_size (u32be (data + 16), u32be (data + 20), error))
    {
      if (len < 24)
        refuse (error, "it is cut off");
      return NULL;
    }
  png = cairo_image_surface_create_from_png_stream (read_cb, &stream);
  if (cairo_surface_status (png) != CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_destroy (png);
      refuse (error, "it is no PNG, or damaged");
      return NULL;
    }
  width = cairo_image_surface_get_width (png);
  height = cairo_image_surface_get_height (png);
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_set_source_surface (cr, png, 0, 0);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (png);
  cairo_surface_flush (surface);
  grey = g_new (int, (gsize) width * height);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        guint32 dot = ((const guint32 *) (cairo_image_surface_get_data (surface) +
                                          y * cairo_image_surface_get_stride (surface)))[x];

        grey[y * width + x] =
            ((dot >> 16 & 0xff) * 30 + (dot >> 8 & 0xff) * 59 + (dot & 0xff) * 11) / 100;
      }
  cairo_surface_destroy (surface);
  return dither (grey, width, height);
}

static ThRaster *
load_logo (const char *path, GError **error)
{
  static const guint8 png[] = { 0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a };
  g_autoptr (GBytes) bytes = read_file (path, LOGO_LIMIT, error);
  const guint8 *data;
  gsize len;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &len);
  if (len >= sizeof png && memcmp (data, png, sizeof png) == 0)
    return logo_from_png (data, len, error);
  if (len >= 2 && memcmp (data, "P4", 2) == 0)
    return logo_from_pbm ((const char *) data, len, error);
  refuse (error, "it is neither a PNG nor a binary PBM (P4)");
  return NULL;
}

/* ---- the file ----------------------------------------------------------------------------------- */

static gboolean
check_keys (GKeyFile *file, GError **error)
{
  static const char *const known[] = { "logo", "notice", "notice[zh_CN]", "notice[zh_TW]", "hot-line", NULL };
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  g_auto (GStrv) written = g_key_file_get_keys (file, "slip", NULL, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    if (strcmp (groups[i], "slip") != 0)
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                     "[%s] is not a group of this file, it may be [slip]", groups[i]);
        return FALSE;
      }
  for (guint i = 0; written != NULL && written[i] != NULL; i++)
    if (!g_strv_contains (known, written[i]))
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                     "[slip] %s is not a key of this group, it may be logo, notice (also with [zh_CN] or "
                     "[zh_TW]) or hot-line",
                     written[i]);
        return FALSE;
      }
  return TRUE;
}

static gboolean
read_keys (ThSlipTemplate *template, GKeyFile *file, const char *path, GError **error)
{
  const ThKey notice = { "slip", "notice", KEY_WORDS, 0, 0, NOTICE_LIMIT };
  g_autofree char *hot_line = NULL, *logo = NULL;

  if (!th_config_read_words (file, &notice, template->notice, error))
    return FALSE;
  if (g_key_file_has_key (file, "slip", "hot-line", NULL))
    {
      hot_line = th_config_get_value (file, "slip", "hot-line", error);
      if (hot_line == NULL)
        return FALSE;
      if (g_utf8_strlen (hot_line, -1) > HOT_LINE_LIMIT)
        return th_config_refuse ("slip", "hot-line", hot_line, error, "up to %d characters", HOT_LINE_LIMIT);
      th_config_set_string (&template->hot_line, hot_line);
    }
  if (!g_key_file_has_key (file, "slip", "logo", NULL))
    return TRUE;
  logo = th_config_get_value (file, "slip", "logo", error);
  if (logo == NULL)
    return FALSE;
  if (*logo != '\0')
    {
      g_autofree char *folder = g_path_get_dirname (path);
      g_autofree char *whole = g_canonicalize_filename (logo, folder);

      template->logo = load_logo (whole, error);
      if (template->logo == NULL)
        g_prefix_error (error, "[slip] logo %s: ", whole);
    }
  return *logo == '\0' || template->logo != NULL;
}

ThSlipTemplate *
th_slip_template_load (const char *path, GError **error)
{
  g_autoptr (ThSlipTemplate) template = g_new0 (ThSlipTemplate, 1);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GBytes) bytes = read_file (path, FILE_LIMIT, error);
  gsize len;
  const char *text;

  for (guint i = 0; i < G_N_ELEMENTS (template->notice); i++)
    template->notice[i] = g_strdup ("");
  template->hot_line = g_strdup ("");
  if (bytes == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  text = g_bytes_get_data (bytes, &len);
  if (len > 0 && !g_utf8_validate_len (text, len, NULL))
    refuse (error, "the file is not UTF-8 text");
  else if ((len == 0 ||
            g_key_file_load_from_data (file, text, len, G_KEY_FILE_KEEP_TRANSLATIONS, error)) &&
           check_keys (file, error) && read_keys (template, file, path, error))
    return g_steal_pointer (&template);
  g_prefix_error (error, "%s: ", path);
  return NULL;
}

void
th_slip_template_free (ThSlipTemplate *template)
{
  if (template == NULL)
    return;
  g_clear_pointer (&template->logo, th_raster_free);
  for (guint i = 0; i < G_N_ELEMENTS (template->notice); i++)
    g_free (template->notice[i]);
  g_free (template->hot_line);
  g_free (template);
}
