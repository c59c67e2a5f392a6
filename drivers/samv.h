/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames of the SAM-V module inside every Chinese identity-card reader: build commands, parse
 * replies, decode the resident card's text. Pure: bytes in, values out.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  TH_SEX_UNKNOWN = 0, /* GB/T 2261.1 */
  TH_SEX_MALE = 1,
  TH_SEX_FEMALE = 2,
  TH_SEX_UNSTATED = 9,
} ThSex;

typedef struct
{
  guint16 year; /* 0: no date */
  guint8 month;
  guint8 day;
} ThDate;

/**
 * ThCard: what a card says of a person. Reference counted, UTF-8, wiped when the last one lets go.
 * Strings are never %NULL; an empty string means the card has no such value.
 */
typedef struct
{
  const char *kind; /* "resident"; static */
  char *name;
  char *id_number;
  char *address;
  char *authority;
  char *ethnicity_code; /* "01" */
  ThSex sex;
  ThDate birth;
  ThDate valid_from;
  ThDate valid_to;
  gboolean long_term; /* 长期: valid_to has no date */
  char *notes;        /* ';'-separated oddities for staff, "" when none */
} ThCard;

#define TH_TYPE_CARD (th_card_get_type ())
GType th_card_get_type (void);
ThCard *th_card_new (void); /* all empty; for parsers and tests */
ThCard *th_card_ref (ThCard *card);
void th_card_unref (ThCard *card);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThCard, th_card_unref)

G_END_DECLS
