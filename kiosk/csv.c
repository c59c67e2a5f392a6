/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/csv.h"

#include <errno.h>
#include <string.h>

#include <gio/gio.h>

#define MARK "\xef\xbb\xbf" /* of UTF-8, at the beginning of a file */

struct _ThCsv
{
  FILE *file;
  GIConv converter; /* of GB18030; (GIConv) -1: the file is UTF-8 */
  gsize position, size;
  guint line;
  char buffer[64 * 1024]; /* the file's */
  char raw[TH_CSV_LINE_MAX + 1];
  /* A character of two bytes becomes one of three. */
  char text[2 * TH_CSV_LINE_MAX + 1];
  char *fields[TH_CSV_MAX_FIELDS];
};

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, why);
  return FALSE;
}

/* One line without its end, into @csv->raw. */
static ThCsvResult
read_line (ThCsv *csv, gsize *ret_len, GError **error)
{
  gboolean has_nul = FALSE;
  gsize len = 0, total = 0;
  int byte;

  while ((byte = getc_unlocked (csv->file)) != EOF)
    {
      total++;
      if (byte == '\n')
        break;
      has_nul = has_nul || byte == '\0';
      if (len <= TH_CSV_LINE_MAX)
        csv->raw[len++] = (char)byte;
    }
  if (byte == EOF && ferror (csv->file))
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));
      return TH_CSV_FAILED;
    }
  if (total == 0)
    return TH_CSV_END;
  csv->position += total;
  csv->line++;
  if (len > TH_CSV_LINE_MAX || has_nul)
    {
      refuse (error, has_nul ? "a NUL byte stands in the line" : "the line is longer than 4096 bytes");
      return TH_CSV_BAD;
    }
  if (len > 0 && csv->raw[len - 1] == '\r')
    len--;
  if (csv->line == 1 && len >= strlen (MARK) && memcmp (csv->raw, MARK, strlen (MARK)) == 0)
    {
      len -= strlen (MARK);
      memmove (csv->raw, csv->raw + strlen (MARK), len);
    }
  csv->raw[len] = '\0';
  *ret_len = len;
  return TH_CSV_ROW;
}

static void
go_to_start (ThCsv *csv)
{
  rewind (csv->file);
  csv->position = 0;
  csv->line = 0;
}

/* The whole file is looked at: one line of GB18030 may be UTF-8 by chance. */
static gboolean
is_utf8 (ThCsv *csv)
{
  char mark[sizeof MARK - 1];
  ThCsvResult result;
  gsize len;

  if (fread (mark, 1, sizeof mark, csv->file) == sizeof mark && memcmp (mark, MARK, sizeof mark) == 0)
    return TRUE;
  go_to_start (csv);
  while ((result = read_line (csv, &len, NULL)) == TH_CSV_ROW || result == TH_CSV_BAD)
    if (result == TH_CSV_ROW && !g_utf8_validate (csv->raw, (gssize)len, NULL))
      return FALSE;
  return TRUE;
}

ThCsv *
th_csv_new (FILE *file)
{
  ThCsv *csv = g_new0 (ThCsv, 1);

  csv->file = file;
  setvbuf (file, csv->buffer, _IOFBF, sizeof csv->buffer);
  csv->converter = (GIConv)-1;
  if (fseek (file, 0, SEEK_END) == 0)
    csv->size = (gsize)MAX (0, ftell (file));
  go_to_start (csv);
  if (!is_utf8 (csv))
    csv->converter = g_iconv_open ("UTF-8", "GB18030");
  go_to_start (csv);
  return csv;
}

void
th_csv_free (ThCsv *csv)
{
  if (csv == NULL)
    return;
  if (csv->converter != (GIConv)-1)
    g_iconv_close (csv->converter);
  fclose (csv->file);
  /* It has held numbers and names. */
  explicit_bzero (csv, sizeof *csv);
  g_free (csv);
}

gboolean
th_csv_is_gb18030 (ThCsv *csv)
{
  return csv->converter != (GIConv)-1;
}

gsize
th_csv_position (ThCsv *csv)
{
  return csv->position;
}

gsize
th_csv_size (ThCsv *csv)
{
  return csv->size;
}

/* @csv->raw as UTF-8 in @csv->text. */
static gboolean
decode (ThCsv *csv, gsize len, GError **error)
{
  char *in = csv->raw, *out = csv->text;
  gsize in_left = len, out_left = sizeof csv->text - 1;

  if (csv->converter == (GIConv)-1)
    {
      if (!g_utf8_validate (csv->raw, (gssize)len, NULL))
        return refuse (error, "the line is not UTF-8, as the rest of the file");
      memcpy (csv->text, csv->raw, len + 1);
      return TRUE;
    }
  g_iconv (csv->converter, NULL, NULL, NULL, NULL);
  if (g_iconv (csv->converter, &in, &in_left, &out, &out_left) == (gsize)-1 || in_left > 0)
    return refuse (error, "the line is neither UTF-8 nor GB18030");
  *out = '\0';
  return TRUE;
}

/* A quoted field from after its first quote, in place. Returns what follows it, or NULL. */
static char *
take_quoted (char *at, GError **error)
{
  char *to = at;

  for (; *at != '\0'; at++)
    {
      if (*at != '"')
        *to++ = *at;
      else if (at[1] == '"')
        *to++ = *at++;
      else
        break;
    }
  if (*at == '\0')
    {
      refuse (error, "a quote is not closed on its line");
      return NULL;
    }
  at++;
  *to = '\0';
  if (*at == ',' || *at == '\0')
    return at;
  refuse (error, "something follows the closing quote of a field");
  return NULL;
}

/* Takes @csv->text apart. */
static gboolean
split (ThCsv *csv, guint *ret_n, GError **error)
{
  char *at = csv->text;
  guint n = 0;

  for (;;)
    {
      gboolean more;

      if (n == TH_CSV_MAX_FIELDS)
        return refuse (error, "the line has more than 64 columns");
      csv->fields[n] = *at == '"' ? at + 1 : at;
      if (*at == '"')
        at = take_quoted (at + 1, error);
      else
        at += strcspn (at, ",\"");
      if (at == NULL)
        return FALSE;
      if (*at == '"')
        return refuse (error, "a quote stands in the middle of a field");
      more = *at == ',';
      *at++ = '\0';
      g_strstrip (csv->fields[n++]);
      if (!more)
        break;
    }
  *ret_n = n;
  return TRUE;
}

ThCsvResult
th_csv_next (ThCsv *csv, guint *ret_line, char *const **ret_fields, guint *ret_n, GError **error)
{
  ThCsvResult result;
  gsize len = 0;

  do
    result = read_line (csv, &len, error);
  while (result == TH_CSV_ROW && len == 0);
  if (result != TH_CSV_END)
    *ret_line = csv->line;
  if (result != TH_CSV_ROW)
    return result;
  if (!decode (csv, len, error) || !split (csv, ret_n, error))
    return TH_CSV_BAD;
  *ret_fields = csv->fields;
  return TH_CSV_ROW;
}
