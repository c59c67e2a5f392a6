/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/comparison.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

#define MAX_LINE 512
#define MAX_COLUMNS 32
#define MAX_SD 0.8
#define MIN_AXILLARY_SD 0.05
#define MAX_K 0.40
#define MAX_OFFSET 0.5
#define AGREEMENT 1.96

enum
{
  SKIN,
  ROOM,
  AXILLARY,
  N_COLUMNS,
};

static const struct
{
  const char *name;
  int low_mc, high_mc;
} columns[N_COLUMNS] = {
  [SKIN] = { "skin", 28000, 42000 },
  [ROOM] = { "room", 16000, 35000 },
  [AXILLARY] = { "axillary", 34000, 42500 },
};

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list values;

  va_start (values, format);
  if (error != NULL)
    *error = g_error_new_valist (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, format, values);
  va_end (values);
  return FALSE;
}

/* --- the table ---------------------------------------------------------------------------- */

typedef struct
{
  char separator;
  int column[N_COLUMNS]; /* where it stands */
} Head;

/* A cell without the white space and the quotes around it. */
static char *
clean (char *cell)
{
  gsize len;

  cell = g_strstrip (cell);
  len = strlen (cell);
  if (len >= 2 && cell[0] == '"' && cell[len - 1] == '"')
    {
      cell[len - 1] = '\0';
      cell++;
    }
  return cell;
}

static gboolean
read_head (const char *line, Head *ret_head, GError **error)
{
  const char *separators = ",;\t";
  Head head = { .separator = ',', .column = { -1, -1, -1 } };
  g_auto (GStrv) cells = NULL;

  for (const char *at = separators; *at != '\0'; at++)
    if (strchr (line, *at) != NULL)
      {
        head.separator = *at;
        break;
      }
  cells = g_strsplit (line, (const char[]){ head.separator, '\0' }, MAX_COLUMNS);
  for (int i = 0; cells[i] != NULL; i++)
    for (guint c = 0; c < N_COLUMNS; c++)
      if (g_ascii_strcasecmp (clean (cells[i]), columns[c].name) == 0)
        {
          if (head.column[c] >= 0)
            return refuse (error, "line 1: there are two columns \"%s\"", columns[c].name);
          head.column[c] = i;
        }
  for (guint c = 0; c < N_COLUMNS; c++)
    if (head.column[c] < 0)
      return refuse (error, "line 1: there is no column \"%s\": it names skin, room and axillary",
                     columns[c].name);
  *ret_head = head;
  return TRUE;
}

/* "36.55" to 36550. Digits and one point, nothing else: no exponent, no sign, no locale. */
static gboolean
read_degrees (const char *cell, int *ret_mc)
{
  const char *at = cell;
  int mc = 0, unit = 1000;

  for (; g_ascii_isdigit (*at); at++)
    if (at - cell >= 3)
      return FALSE;
    else
      mc = mc * 10 + (*at - '0');
  if (at == cell)
    return FALSE;
  mc *= 1000;
  if (*at == '.')
    {
      const char *first = ++at;

      for (; g_ascii_isdigit (*at); at++)
        if (at - first >= 6)
          return FALSE;
        else
          mc += (*at - '0') * (unit /= 10);
      if (at == first)
        return FALSE;
    }
  *ret_mc = mc;
  return *at == '\0';
}

/* NULL: good. (transfer full): what is wrong with it. */
static char *
read_line (const Head *head, const char *line, ThPair *ret_pair)
{
  g_auto (GStrv) cells = g_strsplit (line, (const char[]){ head->separator, '\0' }, MAX_COLUMNS);
  int n = (int)g_strv_length (cells);
  int mc[N_COLUMNS];

  for (guint c = 0; c < N_COLUMNS; c++)
    {
      if (head->column[c] >= n)
        return g_strdup_printf ("%s is missing", columns[c].name);
      /* What was written is not repeated: it may be anybody's name in the wrong column. */
      if (!read_degrees (clean (cells[head->column[c]]), &mc[c]))
        return g_strdup_printf ("%s is no number such as 36.5", columns[c].name);
      if (mc[c] < columns[c].low_mc || mc[c] > columns[c].high_mc)
        return g_strdup_printf ("%s is %.2f °C, it may be %.1f to %.1f °C", columns[c].name,
                                mc[c] / 1000.0, columns[c].low_mc / 1000.0,
                                columns[c].high_mc / 1000.0);
    }
  *ret_pair = (ThPair){ mc[SKIN], mc[ROOM], mc[AXILLARY] };
  return NULL;
}

static void
take_line (const Head *head, const char *line, guint number, GArray *pairs, GPtrArray *bad)
{
  g_autofree char *why = NULL;
  ThPair pair;

  if (strlen (line) > MAX_LINE)
    why = g_strdup_printf ("over %d bytes", MAX_LINE);
  else
    why = read_line (head, line, &pair);
  if (why == NULL)
    g_array_append_val (pairs, pair);
  else
    g_ptr_array_add (bad, g_strdup_printf ("line %u: %s", number, why));
}

GArray *
th_comparison_parse (const char *text, gsize len, GPtrArray **ret_bad, GError **error)
{
  static const char byte_order_mark[] = "\xef\xbb\xbf";
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (ThPair));
  g_autoptr (GPtrArray) bad = g_ptr_array_new_with_free_func (g_free);
  const char *at, *end;
  gboolean has_head = FALSE;
  Head head;

  if (len > TH_COMPARISON_MAX_BYTES)
    {
      refuse (error, "the table has more than %d KiB", TH_COMPARISON_MAX_BYTES / 1024);
      return NULL;
    }
  if (len >= 3 && memcmp (text, byte_order_mark, 3) == 0)
    {
      text += 3;
      len -= 3;
    }
  if (len > 0 && !g_utf8_validate_len (text, len, NULL))
    {
      refuse (error, "the table is not UTF-8 text: save it as \"CSV UTF-8\"");
      return NULL;
    }

  end = text + len;
  at = text;
  for (guint number = 1; at < end; number++)
    {
      const char *stop = memchr (at, '\n', (gsize)(end - at));
      gsize size = (gsize)((stop != NULL ? stop : end) - at);
      g_autofree char *line = g_strndup (at, size);

      at += size + 1;
      g_strchomp (line); /* CR */
      if (!has_head)
        {
          if (strlen (line) > MAX_LINE || !read_head (line, &head, error))
            {
              if (error != NULL && *error == NULL)
                refuse (error, "line 1: over %d bytes", MAX_LINE);
              return NULL;
            }
          has_head = TRUE;
          continue;
        }
      if (*line == '\0')
        continue;
      if (pairs->len + bad->len == TH_COMPARISON_MAX_PAIRS)
        {
          refuse (error, "the table has more than %d lines", TH_COMPARISON_MAX_PAIRS);
          return NULL;
        }
      take_line (&head, line, number, pairs, bad);
    }
  if (!has_head)
    {
      refuse (error, "the table is empty");
      return NULL;
    }
  if (ret_bad != NULL)
    *ret_bad = g_steal_pointer (&bad);
  return g_steal_pointer (&pairs);
}

/* --- the fit ------------------------------------------------------------------------------ */

const char *
th_fit_kind_to_string (ThFitKind kind)
{
  return kind == TH_FIT_K ? "k" : "offset";
}

/* Mean and standard deviation of estimate - axillary. */
static void
differences (const GArray *pairs, double k, double offset, double *ret_bias, double *ret_sd)
{
  double sum = 0, squares = 0;

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < pairs->len; i++)
      {
        const ThPair *pair = &g_array_index (pairs, ThPair, i);
        double body = pair->room_mc + (1 + k) * (pair->skin_mc - pair->room_mc);
        double off = (body - pair->axillary_mc) / 1000 + offset;

        if (pass == 0)
          sum += off;
        else
          squares += (off - sum / pairs->len) * (off - sum / pairs->len);
      }
  *ret_bias = sum / pairs->len;
  *ret_sd = sqrt (squares / (pairs->len - 1));
}

static gboolean
check_pairs (const GArray *pairs, guint n_bad, GError **error)
{
  double sum = 0, squares = 0;

  if (pairs->len < TH_COMPARISON_MIN_PAIRS)
    return refuse (error, "%u good pairs are too few: it takes %d, better 100", pairs->len,
                   TH_COMPARISON_MIN_PAIRS);
  if (n_bad * 10 > pairs->len + n_bad)
    return refuse (error, "%u of %u lines are bad: that is more than a tenth", n_bad,
                   pairs->len + n_bad);
  for (guint i = 0; i < pairs->len; i++)
    {
      double axillary = g_array_index (pairs, ThPair, i).axillary_mc / 1000.0 - 36.5;

      sum += axillary;
      squares += axillary * axillary;
    }
  if (squares / pairs->len - (sum / pairs->len) * (sum / pairs->len)
      < MIN_AXILLARY_SD * MIN_AXILLARY_SD)
    return refuse (error, "the axillary values are all the same: that is no comparison");
  return TRUE;
}

gboolean
th_comparison_fit (const GArray *pairs, guint n_bad, ThFitKind kind, const ThScreening *rules,
                   ThFit *ret_fit, GError **error)
{
  ThFit fit = { .kind = kind, .n = pairs->len, .k = rules->k };
  double warmth = 0, gained = 0, bias, sd;

  if (!check_pairs (pairs, n_bad, error))
    return FALSE;
  for (guint i = 0; i < pairs->len; i++)
    {
      const ThPair *pair = &g_array_index (pairs, ThPair, i);

      warmth += (pair->skin_mc - pair->room_mc) / 1000.0;
      gained += (pair->axillary_mc - pair->room_mc) / 1000.0;
    }
  if (warmth / pairs->len < 3)
    return refuse (error,
                   "skin is only %.1f °C warmer than the room on average: it takes a cooler room",
                   warmth / pairs->len);
  differences (pairs, rules->k, rules->body_offset_mc / 1000.0, &fit.bias_before, &sd);

  /* Rounded as it will be set, so that what is said of it is true of it. */
  if (kind == TH_FIT_K)
    fit.k = round ((gained / warmth - 1) * 1000) / 1000;
  else
    {
      differences (pairs, rules->k, 0, &bias, &sd);
      fit.offset = round (-bias * 100) / 100;
    }
  if (fit.k < 0 || fit.k > MAX_K)
    return refuse (error,
                   "k would be %.3f, it may be 0 to 0.4: below 0 it would hide fevers; look at the"
                   " sensor and at how people were measured",
                   fit.k);
  if (fabs (fit.offset) > MAX_OFFSET)
    return refuse (
        error,
        "the offset would be %+.2f °C, it may be -0.5 to +0.5 °C: fit k instead, or look at"
        " the sensor",
        fit.offset);

  differences (pairs, fit.k, fit.offset, &fit.bias, &fit.sd);
  if (fit.sd > MAX_SD)
    return refuse (
        error,
        "the differences scatter by %.2f °C, more than %.1f °C: these pairs do not belong"
        " together",
        fit.sd, MAX_SD);
  fit.error = fit.sd / sqrt (pairs->len) / (kind == TH_FIT_K ? warmth / pairs->len : 1);
  fit.low = fit.bias - AGREEMENT * fit.sd;
  fit.high = fit.bias + AGREEMENT * fit.sd;
  *ret_fit = fit;
  return TRUE;
}
