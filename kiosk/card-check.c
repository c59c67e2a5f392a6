/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/card-check.h"

#include <string.h>

#include "kiosk/id-number.h"

static const char *const nicks[] = { "birth", "sex", "expired", "not-yet-valid", "unclear" };

static int
compare (ThDate a, ThDate b)
{
  return (a.year - b.year) * 512 + (a.month - b.month) * 32 + (a.day - b.day);
}

/* A number of 15 characters has two digits of the year only. */
static gboolean
differ (ThDate card, ThDate number, gsize number_len)
{
  if (number_len == 18)
    return compare (card, number) != 0;
  return card.year % 100 != number.year % 100 || card.month != number.month ||
         card.day != number.day;
}

/* The 17th digit is odd for men. */
static gboolean
sex_differs (const ThCard *card, const char *number)
{
  gboolean odd = g_ascii_digit_value (number[16]) % 2 == 1;

  return (card->sex == TH_SEX_MALE && !odd) || (card->sex == TH_SEX_FEMALE && odd);
}

ThCardNotes
th_card_check (const ThCard *card, const char *number, ThDate today)
{
  ThCardNotes notes = 0;

  if (card->birth.year != 0 && differ (card->birth, th_id_number_birth (number), strlen (number)))
    notes |= TH_CARD_NOTE_BIRTH;
  if (strlen (number) == 18 && sex_differs (card, number))
    notes |= TH_CARD_NOTE_SEX;
  if (!card->long_term && card->valid_to.year != 0 && compare (card->valid_to, today) < 0)
    notes |= TH_CARD_NOTE_EXPIRED;
  if (card->valid_from.year != 0 && compare (card->valid_from, today) > 0)
    notes |= TH_CARD_NOTE_EARLY;
  /* drivers/samv-text.c says which field. */
  if (strstr (card->notes, "is not a date") != NULL || strstr (card->notes, "unreadable") != NULL)
    notes |= TH_CARD_NOTE_UNCLEAR;
  return notes;
}

void
th_card_notes_to_string (ThCardNotes notes, char ret_text[TH_CARD_NOTES_BYTES])
{
  ret_text[0] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (nicks); i++)
    if (notes & (1u << i))
      {
        if (ret_text[0] != '\0')
          g_strlcat (ret_text, ";", TH_CARD_NOTES_BYTES);
        g_strlcat (ret_text, nicks[i], TH_CARD_NOTES_BYTES);
      }
}

ThCardNotes
th_card_notes_from_string (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, ";", -1);
  ThCardNotes notes = 0;

  for (guint k = 0; words[k] != NULL; k++)
    for (guint i = 0; i < G_N_ELEMENTS (nicks); i++)
      if (strcmp (words[k], nicks[i]) == 0)
        notes |= 1u << i;
  return notes;
}
