/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layouts (offsets and lengths in bytes, UTF-16LE, filled on the right): the unit at 248 tells them
 * apart in every one. Resident and HK/Macao/Taiwan permit (GA 450, GA/T 1012), foreigner's
 * permanent residence card of 2017 and of 2023 (GA 2102-2023).
 */
#include "drivers/samv-text.h"

#include "drivers/devices.h"

#include <string.h>

#define KIND_OFFSET 248

typedef struct
{
  guint offset;
  guint len;
} Field;

static const char *const ETHNICITIES[] = {
  "汉",     "蒙古",   "回",       "藏",     "维吾尔",   "苗",   "彝",     "壮",
  "布依",   "朝鲜",   "满",       "侗",     "瑶",       "白",   "土家",   "哈尼",
  "哈萨克", "傣",     "黎",       "傈僳",   "佤",       "畲",   "高山",   "拉祜",
  "水",     "东乡",   "纳西",     "景颇",   "柯尔克孜", "土",   "达斡尔", "仫佬",
  "羌",     "布朗",   "撒拉",     "毛南",   "仡佬",     "锡伯", "阿昌",   "普米",
  "塔吉克", "怒",     "乌孜别克", "俄罗斯", "鄂温克",   "德昂", "保安",   "裕固",
  "京",     "塔塔尔", "独龙",     "鄂伦春", "赫哲",     "门巴", "珞巴",   "基诺",
};

const char *
th_samv_ethnicity_name (const char *code)
{
  guint number;

  if (strlen (code) != 2 || !g_ascii_isdigit (code[0]) || !g_ascii_isdigit (code[1]))
    return NULL;
  number = (guint)(code[0] - '0') * 10 + (guint)(code[1] - '0');
  return number >= 1 && number <= G_N_ELEMENTS (ETHNICITIES) ? ETHNICITIES[number - 1] : NULL;
}

static guint16
unit_at (const guint8 *data, gsize index)
{
  return (guint16)(data[2 * index + 1] << 8 | data[2 * index]);
}

static void
add_note (ThCard *card, const char *field, const char *what)
{
  g_autofree char *before = card->notes;

  card->notes = g_strdup_printf ("%s%s%s %s", before, before[0] != '\0' ? "; " : "", field, what);
}

/* UTF-16, not UCS-2: rare characters in names lie beyond the first plane, or in private use. */
static char *
decode (ThCard *card, const guint8 *data, gsize len, const char *field)
{
  gsize n = len / 2;
  gboolean damaged = FALSE;
  GString *text;

  while (n > 0
         && (unit_at (data, n - 1) == 0x20 || unit_at (data, n - 1) == 0
             || unit_at (data, n - 1) == 0x3000))
    n--;

  /* 3 bytes a unit is the most UTF-8 needs: it never grows, so no copy of it is left behind. */
  text = g_string_sized_new (3 * n + 1);
  for (gsize i = 0; i < n; i++)
    {
      gunichar c = unit_at (data, i);

      if (c >= 0xd800 && c < 0xdc00 && i + 1 < n && (unit_at (data, i + 1) & 0xfc00) == 0xdc00)
        {
          i++;
          c = 0x10000 + ((c - 0xd800) << 10) + (unit_at (data, i) - 0xdc00u);
        }
      if ((c >= 0xd800 && c < 0xe000) || g_unichar_iscntrl (c))
        {
          c = 0xfffd;
          damaged = TRUE;
        }
      g_string_append_unichar (text, c);
    }
  if (damaged)
    add_note (card, field, "has unreadable characters");
  return g_string_free (text, FALSE);
}

static void
take_text (ThCard *card, const guint8 *text, Field field, const char *name, char **ret_text)
{
  g_free (*ret_text);
  *ret_text = decode (card, text + field.offset, field.len, name);
}

static gboolean
parse_date (const char *digits, ThDate *ret_date)
{
  guint year, month, day;

  if (strlen (digits) != 8 || strspn (digits, "0123456789") != 8)
    return FALSE;
  year = (guint)g_ascii_strtoull (digits, NULL, 10);
  day = year % 100;
  month = year / 100 % 100;
  year /= 10000;
  if (year == 0 || month < 1 || month > 12 || !g_date_valid_dmy (day, month, year))
    return FALSE;
  *ret_date = (ThDate){ year, month, day };
  return TRUE;
}

static void
take_date (ThCard *card, const guint8 *text, Field field, const char *name, ThDate *ret_date)
{
  g_autofree char *digits = decode (card, text + field.offset, field.len, name);

  if (digits[0] != '\0' && !parse_date (digits, ret_date))
    add_note (card, name, "is not a date");
  explicit_bzero (digits, strlen (digits));
}

static void
take_validity (ThCard *card, const guint8 *text)
{
  const Field from = { 188, 16 }, to = { 204, 16 };
  g_autofree char *end = decode (card, text + to.offset, to.len, "valid_to");

  take_date (card, text, from, "valid_from", &card->valid_from);
  card->long_term = strcmp (end, "长期") == 0;
  if (!card->long_term)
    take_date (card, text, to, "valid_to", &card->valid_to);
}

static void
take_sex (ThCard *card, const guint8 *text, guint offset)
{
  switch (unit_at (text + offset, 0))
    {
    case '1':
      card->sex = TH_SEX_MALE;
      break;
    case '2':
      card->sex = TH_SEX_FEMALE;
      break;
    case '9':
      card->sex = TH_SEX_UNSTATED;
      break;
    case '0':
    case ' ':
    case 0:
    case 0x3000:
      card->sex = TH_SEX_UNKNOWN;
      break;
    default:
      card->sex = TH_SEX_UNKNOWN;
      add_note (card, "sex", "has a code that is not known");
      break;
    }
}

/* An 18-character number repeats the birth date and, by its 17th digit, the sex. */
static void
compare_with_number (ThCard *card)
{
  char digits[9];
  ThDate birth;
  int order;

  if (strlen (card->id_number) != 18)
    return;
  g_strlcpy (digits, card->id_number + 6, sizeof digits);
  if (card->birth.year != 0
      && (!parse_date (digits, &birth) || birth.year != card->birth.year
          || birth.month != card->birth.month || birth.day != card->birth.day))
    add_note (card, "birth_date", "differs from the number's");
  explicit_bzero (digits, sizeof digits);

  order = g_ascii_digit_value (card->id_number[16]);
  if ((card->sex == TH_SEX_MALE && order % 2 == 0)
      || (card->sex == TH_SEX_FEMALE && order % 2 == 1))
    add_note (card, "sex", "differs from the number's");
}

static void
take_common (ThCard *card, const guint8 *text)
{
  take_text (card, text, (Field){ 0, 30 }, "name", &card->name);
  take_sex (card, text, 30);
  take_date (card, text, (Field){ 36, 16 }, "birth_date", &card->birth);
  take_text (card, text, (Field){ 122, 36 }, "id_number", &card->id_number);
  take_validity (card, text);
}

static void
decode_resident (ThCard *card, const guint8 *text)
{
  card->kind = "resident";
  take_common (card, text);
  take_text (card, text, (Field){ 32, 4 }, "ethnicity_code", &card->ethnicity_code);
  take_text (card, text, (Field){ 52, 70 }, "address", &card->address);
  take_text (card, text, (Field){ 158, 30 }, "authority", &card->authority);
}

/* Its ethnicity slot is not on the printed card and is never shown. */
static void
decode_hmt (ThCard *card, const guint8 *text)
{
  card->kind = "hmt";
  take_common (card, text);
  take_text (card, text, (Field){ 52, 70 }, "address", &card->address);
  take_text (card, text, (Field){ 158, 30 }, "authority", &card->authority);
  take_text (card, text, (Field){ 220, 18 }, "permit_number", &card->permit_number);
}

/* The English name stands in two places and is joined before trimming: the cut may fall at a space.
 */
static void
decode_foreigner_2023 (ThCard *card, const guint8 *text)
{
  guint8 name[70 + 22];

  card->kind = "foreigner-2023";
  take_common (card, text);
  memcpy (name, text + 52, 70);
  memcpy (name + 70, text + 220, 22);
  g_free (card->name_latin);
  card->name_latin = decode (card, name, sizeof name, "name_latin");
  explicit_bzero (name, sizeof name);
  take_text (card, text, (Field){ 242, 6 }, "nationality", &card->nationality);
}

static void
decode_foreigner_2017 (ThCard *card, const guint8 *text)
{
  card->kind = "foreigner-2017";
  take_text (card, text, (Field){ 0, 120 }, "name_latin", &card->name_latin);
  take_sex (card, text, 120);
  take_text (card, text, (Field){ 122, 30 }, "id_number", &card->id_number);
  take_text (card, text, (Field){ 152, 6 }, "nationality", &card->nationality);
  take_text (card, text, (Field){ 158, 30 }, "name", &card->name);
  take_validity (card, text);
  take_date (card, text, (Field){ 220, 16 }, "birth_date", &card->birth);
  take_text (card, text, (Field){ 240, 8 }, "authority", &card->authority);
}

ThCard *
th_samv_decode_text (const guint8 text[TH_SAMV_TEXT_SIZE], gsize offset, GError **error)
{
  g_autoptr (ThCard) card = th_card_new ();
  guint16 kind = unit_at (text + KIND_OFFSET, 0);

  switch (kind)
    {
    case ' ':
    case 0:
    case 0x3000:
      decode_resident (card, text);
      break;
    case 'J':
      decode_hmt (card, text);
      break;
    case 'Y':
      decode_foreigner_2023 (card, text);
      break;
    case 'I':
      decode_foreigner_2017 (card, text);
      break;
    default:
      g_set_error (error, TH_DEVICE_RETRY, TH_DEVICE_RETRY_CARD_WRONG,
                   "unknown kind of card at byte %zu: U+%04X", offset + KIND_OFFSET, kind);
      return NULL;
    }
  compare_with_number (card);
  return g_steal_pointer (&card);
}

/* 70 bytes, no length before them. */
void
th_samv_card_take_address (ThCard *card, const ThSamvReply *reply)
{
  g_autofree char *newest = NULL;

  if (reply->status != TH_SAMV_OK || g_str_has_prefix (card->kind, "foreigner"))
    return;
  newest = decode (card, reply->data, MIN (reply->len, TH_SAMV_ADDRESS_SIZE), "address");
  if (newest[0] != '\0' && strcmp (newest, card->address) != 0)
    {
      char *printed = g_steal_pointer (&card->address);

      card->address = g_steal_pointer (&newest);
      add_note (card, "address", "is newer than the printed one");
      newest = printed;
    }
  explicit_bzero (newest, strlen (newest));
}
