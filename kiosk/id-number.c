/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/id-number.h"

#include <gio/gio.h>
#include <string.h>
#include <time.h>

#define TEXT_LIMIT 64
#define NUMBER_LEN 18
#define OLD_NUMBER_LEN 15
#define AREA_LEN 6
#define FOREIGN_DATE 7 /* offset in a foreigner's number of before 2023: country, area, YYMMDD, 1, check */
#define FOREIGN_LAST_YEAR 23
#define OLDEST_YEARS 130
#define NAME_LIMIT 64 /* characters; the card has room for 15 */

char
th_id_number_check_digit (const char body[17])
{
  static const guint8 weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
  guint sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    sum += weights[i] * (body[i] - '0');
  return "10X98765432"[sum % 11];
}

static guint
take_digits (const char *text, guint n)
{
  guint value = 0;

  for (guint i = 0; i < n; i++)
    value = value * 10 + (text[i] - '0');
  return value;
}

/* Two digits of a year. The last such number was given out in 2023, so 24 was 1924. */
static ThDate
foreign_birth (const char *number)
{
  guint year = take_digits (number + FOREIGN_DATE, 2);

  return (ThDate){
    .year = (guint16) (year + (year > FOREIGN_LAST_YEAR ? 1900 : 2000)),
    .month = (guint8) take_digits (number + FOREIGN_DATE + 2, 2),
    .day = (guint8) take_digits (number + FOREIGN_DATE + 4, 2),
  };
}

ThDate
th_id_number_birth (const char *number)
{
  if (g_ascii_isupper (number[0]))
    return foreign_birth (number);
  return (ThDate){
    .year = take_digits (number + AREA_LEN, 4),
    .month = take_digits (number + AREA_LEN + 4, 2),
    .day = take_digits (number + AREA_LEN + 6, 2),
  };
}

ThDate
th_date_today (void)
{
  time_t now = time (NULL);
  struct tm local;

  localtime_r (&now, &local);
  return (ThDate){ .year = local.tm_year + 1900, .month = local.tm_mon + 1, .day = local.tm_mday };
}

gboolean
th_date_is_real (ThDate date)
{
  return date.year > 0 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
         date.day <= g_date_get_days_in_month (date.month, date.year);
}

gboolean
th_date_from_string (const char *text, ThDate *ret_date)
{
  static const char form[] = "0000-00-00";
  ThDate date;

  if (strlen (text) != sizeof form - 1)
    return FALSE;
  for (guint i = 0; form[i] != '\0'; i++)
    if (form[i] == '0' ? !g_ascii_isdigit (text[i]) : text[i] != form[i])
      return FALSE;
  date = (ThDate){ .year = (guint16) g_ascii_strtoull (text, NULL, 10),
                   .month = (guint8) g_ascii_strtoull (text + 5, NULL, 10),
                   .day = (guint8) g_ascii_strtoull (text + 8, NULL, 10) };
  if (!th_date_is_real (date))
    return FALSE;
  *ret_date = date;
  return TRUE;
}

void
th_date_to_string (ThDate date, char ret_text[11])
{
  g_snprintf (ret_text, 11, "%04u-%02u-%02u", MIN (date.year, 9999u), MIN (date.month, 99u),
              MIN (date.day, 99u));
}

int
th_date_age (ThDate birth, ThDate on)
{
  gboolean had_birthday =
    on.month > birth.month || (on.month == birth.month && on.day >= birth.day);

  return on.year - birth.year - (had_birthday ? 0 : 1);
}

static gboolean G_GNUC_PRINTF (2, 3)
refuse (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, format, args);
  va_end (args);
  return FALSE;
}

/* ASCII for a digit or an X of either width; 0 for anything else. */
static char
to_ascii (gunichar c)
{
  if (c >= 0xff10 && c <= 0xff19)
    return '0' + (c - 0xff10);
  if (c == 'x' || c == 0xff38 || c == 0xff58)
    return 'X';
  return (c >= '0' && c <= '9') || c == 'X' ? (char) c : 0;
}

/* Fills @plain with what was meant, white space left out. */
static gboolean
read_characters (const char *text, char plain[TEXT_LIMIT + 1], GError **error)
{
  gsize len = strnlen (text, TEXT_LIMIT + 1);
  guint n = 0;

  if (len > TEXT_LIMIT)
    return refuse (error, "more than %d bytes", TEXT_LIMIT);
  if (!g_utf8_validate (text, len, NULL))
    return refuse (error, "not UTF-8 text");

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c))
        continue;
      plain[n] = to_ascii (c);
      if (plain[n] == 0)
        return refuse (error, "character %u is not a digit", n + 1);
      n++;
    }
  plain[n] = '\0';
  return TRUE;
}

static gboolean
check_shape (const char *plain, GError **error)
{
  gsize len = strlen (plain);

  if (len == 0)
    return refuse (error, "there is no number");
  if (len != NUMBER_LEN && len != OLD_NUMBER_LEN)
    return refuse (error, "%zu digits instead of %d", len, NUMBER_LEN);
  for (gsize i = 0; i < len; i++)
    {
      if (plain[i] == 'X' && i != NUMBER_LEN - 1)
        return refuse (error, "character %zu is X, which only the last of %d may be", i + 1,
                       NUMBER_LEN);
    }
  return TRUE;
}

static gboolean
is_after (ThDate a, ThDate b)
{
  if (a.year != b.year)
    return a.year > b.year;
  return a.month != b.month ? a.month > b.month : a.day > b.day;
}

static gboolean
check_birth (ThDate birth, ThDate today, GError **error)
{
  ThDate oldest = today;

  if (birth.year == 0)
    return refuse (error, "year 0000");
  if (birth.month < 1 || birth.month > 12)
    return refuse (error, "month %02u", birth.month);
  if (!th_date_is_real (birth))
    return refuse (error, "day %02u of month %02u", birth.day, birth.month);
  if (is_after (birth, today))
    return refuse (error, "a date of birth after today");
  oldest.year = today.year > OLDEST_YEARS ? today.year - OLDEST_YEARS : 0;
  if (is_after (oldest, birth))
    return refuse (error, "a date of birth more than %d years ago", OLDEST_YEARS);
  return TRUE;
}

/* First-generation cards: no century, no check digit. Both are put back. */
static void
lengthen (char plain[TEXT_LIMIT + 1])
{
  memmove (plain + AREA_LEN + 2, plain + AREA_LEN, OLD_NUMBER_LEN - AREA_LEN);
  memcpy (plain + AREA_LEN, "19", 2);
  plain[NUMBER_LEN - 1] = th_id_number_check_digit (plain);
  plain[NUMBER_LEN] = '\0';
}

/* Three letters and twelve digits: the permanent residence card of 2017 and before. */
static gboolean
read_foreign (const char *text, char plain[TEXT_LIMIT + 1])
{
  gsize len = strnlen (text, TEXT_LIMIT + 1);
  guint n = 0;

  if (len > TEXT_LIMIT)
    return FALSE;
  for (gsize i = 0; i < len; i++)
    {
      char c = g_ascii_toupper (text[i]);

      if (g_ascii_isspace (c))
        continue;
      if (n == OLD_NUMBER_LEN || !(n < 3 ? g_ascii_isupper (c) : g_ascii_isdigit (c)))
        return FALSE;
      plain[n++] = c;
    }
  plain[n] = '\0';
  return n == OLD_NUMBER_LEN;
}

/* ICAO 9303: weights 7, 3, 1; A is 10. */
static gboolean
check_foreign (const char *plain, ThDate today, GError **error)
{
  static const guint8 weights[3] = { 7, 3, 1 };
  guint sum = 0;

  if (!check_birth (foreign_birth (plain), today, error))
    return FALSE;
  for (guint i = 0; i < OLD_NUMBER_LEN - 1; i++)
    sum += weights[i % 3] * (guint) (g_ascii_isdigit (plain[i]) ? plain[i] - '0' : plain[i] - 'A' + 10);
  if (plain[OLD_NUMBER_LEN - 1] != (char) ('0' + sum % 10))
    return refuse (error, "check digit is %c instead of %u", plain[OLD_NUMBER_LEN - 1], sum % 10);
  return TRUE;
}

gboolean
th_id_number_check (const char *text, ThDate today, char ret_number[19], GError **error)
{
  char plain[TEXT_LIMIT + 1] = "";
  gboolean good;

  if (read_foreign (text, plain))
    {
      good = check_foreign (plain, today, error);
      if (good)
        memcpy (ret_number, plain, OLD_NUMBER_LEN + 1);
      explicit_bzero (plain, sizeof plain);
      return good;
    }
  good = read_characters (text, plain, error) && check_shape (plain, error);
  if (good && strlen (plain) == OLD_NUMBER_LEN)
    lengthen (plain);
  good = good && check_birth (th_id_number_birth (plain), today, error);
  if (good && plain[NUMBER_LEN - 1] != th_id_number_check_digit (plain))
    good = refuse (error, "check digit is %c instead of %c", plain[NUMBER_LEN - 1],
                   th_id_number_check_digit (plain));
  if (good)
    memcpy (ret_number, plain, NUMBER_LEN + 1);
  explicit_bzero (plain, sizeof plain);
  return good;
}

/* Family names of two characters, in both scripts. One missing here shows a character more, never a whole name. */
static const char *const double_surnames[] = {
  "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "夏侯", "东方", "東方", "皇甫", "尉迟",
  "尉遲", "公孙", "公孫", "慕容", "令狐", "宇文", "长孙", "長孫", "司徒", "司空", "轩辕", "軒轅",
  "端木", "独孤", "獨孤", "南宫", "南宮", "万俟", "萬俟", "闻人", "聞人", "赫连", "赫連", "澹台",
  "澹臺", "公冶", "宗政", "濮阳", "濮陽", "淳于", "单于", "單于", "太叔", "申屠", "仲孙", "仲孫",
  "钟离", "鍾離", "鲜于", "鮮于", "闾丘", "閭丘", "呼延", "拓跋", "拓拔", "西门", "西門", "百里",
  "东郭", "東郭", "南门", "南門", "第五", "公羊", "羊舌", "微生", "梁丘", "左丘", "谷梁", "穀梁",
  "乐正", "樂正", "巫马", "巫馬", "公西", "漆雕", "哥舒", "纳兰", "納蘭", "完颜", "完顏", "叶赫",
  "葉赫", "那拉", "范姜", "張簡", "张简", "张廖", "張廖",
};

static gboolean
is_double_surname (gunichar first, gunichar second)
{
  for (gsize i = 0; i < G_N_ELEMENTS (double_surnames); i++)
    {
      const char *surname = double_surnames[i];

      if (g_utf8_get_char (surname) == first &&
          g_utf8_get_char (g_utf8_next_char (surname)) == second)
        return TRUE;
    }
  return FALSE;
}

/* Between the parts of a minority's or a foreigner's name; readers and typists use several. */
static gboolean
is_dot (gunichar c)
{
  return c == 0x00b7 || c == 0x2022 || c == 0x2027 || c == 0x2219 || c == 0x22c5 || c == 0x30fb ||
         c == 0xff65;
}

/* Alphabets stand below the Han characters. */
static gboolean
is_letter (gunichar c)
{
  return c < 0x2e80 && g_unichar_isalpha (c);
}

typedef enum
{
  NAME_HAN,   /* 张测试 */
  NAME_DOTS,  /* 古丽娜尔·样本 */
  NAME_WORDS, /* SMITH JOHN */
} NameKind;

/* The characters that count: white space at the ends goes, in Han names all of it, and so do marks. */
static guint
read_name (const char *name, gunichar chars[NAME_LIMIT], NameKind *ret_kind)
{
  guint n = 0;

  *ret_kind = NAME_HAN;
  for (const char *p = name; *p != '\0' && n < NAME_LIMIT; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_dot (c))
        *ret_kind = NAME_DOTS;
      else if (is_letter (c) && *ret_kind == NAME_HAN)
        *ret_kind = NAME_WORDS;
    }
  for (const char *p = name; *p != '\0' && n < NAME_LIMIT; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c))
        {
          if (*ret_kind == NAME_WORDS && n > 0 && chars[n - 1] != ' ')
            chars[n++] = ' ';
        }
      else if (g_unichar_isgraph (c) && !g_unichar_ismark (c))
        chars[n++] = c;
    }
  return n > 0 && chars[n - 1] == ' ' ? n - 1 : n;
}

static void
mask_han (gunichar *chars, guint n)
{
  guint surname = n > 2 && is_double_surname (chars[0], chars[1]) ? 2 : 1;

  for (guint i = n > 1 ? 1 : 0; i < n; i++)
    {
      /* A given name of one character would be shown whole. */
      if (i < n - 1 || n - surname < 2)
        chars[i] = '*';
    }
}

static void
mask_dots (gunichar *chars, guint n)
{
  for (guint i = 1; i < n; i++)
    {
      if (!is_dot (chars[i]) && (i < n - 1 || is_dot (chars[i - 1])))
        chars[i] = '*';
    }
}

static void
mask_words (gunichar *chars, guint n)
{
  for (guint i = 1; i < n; i++)
    {
      if (chars[i] != ' ' && chars[i - 1] != ' ')
        chars[i] = '*';
    }
}

char *
th_mask_name (const char *name)
{
  gunichar chars[NAME_LIMIT];
  GString *masked;
  NameKind kind;
  gboolean hidden = FALSE;
  guint n;

  if (name == NULL || !g_utf8_validate (name, -1, NULL))
    return g_strdup (name == NULL ? "" : "*");

  n = read_name (name, chars, &kind);
  switch (kind)
    {
    case NAME_HAN:
      mask_han (chars, n);
      break;
    case NAME_DOTS:
      mask_dots (chars, n);
      break;
    case NAME_WORDS:
      mask_words (chars, n);
      break;
    }

  masked = g_string_new (NULL);
  for (guint i = 0; i < n; i++)
    {
      hidden = hidden || chars[i] == '*';
      if (i == n - 1 && !hidden)
        chars[i] = '*';
      g_string_append_unichar (masked, chars[i]);
    }
  explicit_bzero (chars, sizeof chars);
  return g_string_free (masked, FALSE);
}
