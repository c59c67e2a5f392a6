/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames of the SAM-V module inside every Chinese identity-card reader: build commands, parse
 * replies, decode what the four kinds of card say. Pure: bytes in, values out.
 *
 * Frame: AA AA AA 96 69, length (u16be, counts what follows), body, XOR of length and body.
 * Body to the reader: command (u16be). Body from the reader: SW1, SW2, status, data.
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

/* A photo as a card holds it: packed in a way that only licensed programs read. */
#define TH_CARD_PHOTO_BYTES 1024

/**
 * ThCard: what a card says of a person. Reference counted, UTF-8, wiped when the last one lets go.
 * Strings are never %NULL; an empty string means the card has no such value.
 */
typedef struct
{
  const char *kind; /* "resident", "hmt", "foreigner-2017", "foreigner-2023"; static */
  char *name;
  char *id_number;
  char *address;
  char *authority;
  char *ethnicity_code; /* "01" */
  ThSex sex;
  ThDate birth;
  ThDate valid_from;
  ThDate valid_to;
  gboolean long_term;  /* 长期: valid_to has no date */
  char *name_latin;    /* foreigners */
  char *nationality;   /* foreigners: three letters */
  char *permit_number; /* HK, Macao, Taiwan: the travel permit */
  char *notes;         /* ';'-separated oddities for staff, "" when none */
  gboolean has_photo;
  guint8 photo[TH_CARD_PHOTO_BYTES];
} ThCard;

#define TH_TYPE_CARD (th_card_get_type ())
GType th_card_get_type (void);
ThCard *th_card_new (void); /* all empty; for parsers and tests */
ThCard *th_card_ref (ThCard *card);
void th_card_unref (ThCard *card);
const char *th_sex_to_string (ThSex sex); /* "male", "female", "unstated", "unknown" */
void th_card_drop_photo (ThCard *card); /* wiped: nobody will look at it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThCard, th_card_unref)

typedef enum
{
  TH_SAMV_RESET = 0x10ff,
  TH_SAMV_STATUS = 0x11ff,
  TH_SAMV_ID = 0x12ff,
  TH_SAMV_FIND = 0x2001,
  TH_SAMV_SELECT = 0x2002,
  TH_SAMV_READ = 0x3001,    /* text and photo */
  TH_SAMV_ADDRESS = 0x3003, /* newest appended address */
} ThSamvCommand;

#define TH_SAMV_COMMAND_SIZE 10
/* A reader that sends more is broken. Largest genuine reply: 2321. */
#define TH_SAMV_MAX_REPLY 4096

/* The byte called SW3: what became of the command. */
typedef enum
{
  TH_SAMV_OK = 0x90,
  TH_SAMV_NOT_ON_CARD = 0x91, /* not an error: the card has no such item */
  TH_SAMV_FOUND = 0x9f,
  TH_SAMV_BAD_CHECKSUM = 0x10,
  TH_SAMV_BAD_LENGTH = 0x11,
  TH_SAMV_BAD_COMMAND = 0x21,
  TH_SAMV_NOT_PERMITTED = 0x23,
  TH_SAMV_UNKNOWN_ERROR = 0x24,
  TH_SAMV_CARD_REFUSED_READER = 0x31,
  TH_SAMV_READER_REFUSED_CARD = 0x32,
  TH_SAMV_FORGED = 0x33,
  TH_SAMV_BAD_FINGERPRINT = 0x37,
  TH_SAMV_BAD_ITEM_LENGTH = 0x3f,
  TH_SAMV_WRONG_CARD = 0x40,
  TH_SAMV_READ_FAILED = 0x41,
  TH_SAMV_RANDOM_FAILED = 0x47,
  TH_SAMV_SELF_TEST_FAILED = 0x60,
  TH_SAMV_NOT_AUTHORISED = 0x66,
  TH_SAMV_NO_CARD = 0x80, /* also: the card that lies there was read already */
  TH_SAMV_SELECT_FAILED = 0x81,
} ThSamvStatus;

/* Words for a status byte, never %NULL; static. */
const char *th_samv_status_to_string (guint8 status);

void th_samv_build (ThSamvCommand command, guint8 ret_frame[TH_SAMV_COMMAND_SIZE]);

/**
 * ThSamvReply: one reply that passed its checks; @data points into what was parsed.
 * @end: offset just behind the frame
 * @offset: offset of @data
 */
typedef struct
{
  guint8 sw1, sw2;
  guint8 status;
  const guint8 *data;
  gsize len;
  gsize offset;
  gsize end;
} ThSamvReply;

/**
 * th_samv_expect:
 * @data: (array length=len): the front of a reply, as much as has come
 *
 * Returns: how long the whole will be, junk before the preamble included, as far as can be said
 * now: more than @len when bytes are missing, at most @len when th_samv_parse() can judge.
 */
gsize th_samv_expect (const guint8 *data, gsize len);

/**
 * th_samv_parse:
 * @data: (array length=len): up to 5 junk bytes, the preamble (its first AA may be lost), the
 * frame, perhaps more behind it (see @end)
 * @ret_reply: (out caller-allocates): set only on success
 * @error: TH_DEVICE_ERROR_PROTOCOL, says at which byte of @data
 *
 * The preamble is looked for at the front only: a photo may contain one.
 */
gboolean th_samv_parse (const guint8 *data, gsize len, ThSamvReply *ret_reply, GError **error);

/**
 * th_samv_parse_card: (transfer full)
 * @reply: the reply to a read, with or without fingerprint, which is not kept
 * @error: TH_DEVICE_ERROR_PROTOCOL when the status is not OK or declared lengths do not add up,
 *   TH_DEVICE_RETRY_CARD_WRONG for a kind of card that is not known
 *
 * Oddities (a date that is none, a birth date unlike the number's) go to notes; they never refuse.
 */
ThCard *th_samv_parse_card (const ThSamvReply *reply, GError **error);

/**
 * th_samv_card_take_address:
 * @card: not yet shared with anybody
 * @reply: the reply to TH_SAMV_ADDRESS
 *
 * The newest address that was appended to the card takes the place of the printed one; a note says
 * so. A card that has none (TH_SAMV_NOT_ON_CARD), or a kind without address, stays as it is.
 */
void th_samv_card_take_address (ThCard *card, const ThSamvReply *reply);

/* (transfer full): @reply to TH_SAMV_ID as the maker prints it,
 * "05.01-20110511-0001234567-0987654321";
 * "" when it is none. */
char *th_samv_module_to_string (const ThSamvReply *reply);

/* GB/T 3304: "01" to "汉"; %NULL for a code that is not in it; static. */
const char *th_samv_ethnicity_name (const char *code);

G_END_DECLS
