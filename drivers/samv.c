/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/samv.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (ThCard, th_card, th_card_ref, th_card_unref)

ThCard *
th_card_new (void)
{
  ThCard *card = g_atomic_rc_box_new0 (ThCard);

  card->kind = "resident";
  card->name = g_strdup ("");
  card->id_number = g_strdup ("");
  card->address = g_strdup ("");
  card->authority = g_strdup ("");
  card->ethnicity_code = g_strdup ("");
  card->notes = g_strdup ("");
  return card;
}

ThCard *
th_card_ref (ThCard *card)
{
  return g_atomic_rc_box_acquire (card);
}

static void
wipe (char *text)
{
  if (text == NULL)
    return;
  explicit_bzero (text, strlen (text));
  g_free (text);
}

static void
card_clear (gpointer data)
{
  ThCard *card = data;

  wipe (card->name);
  wipe (card->id_number);
  wipe (card->address);
  wipe (card->authority);
  wipe (card->ethnicity_code);
  wipe (card->notes);
  explicit_bzero (card, sizeof *card);
}

void
th_card_unref (ThCard *card)
{
  g_atomic_rc_box_release_full (card, card_clear);
}
