/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/devices.h"
#include "drivers/samv-text.h"
#include "drivers/bytes.h"

#include <string.h>

/* The preamble without its first byte, which some readers lose. */
static const guint8 PREAMBLE[] = { 0xaa, 0xaa, 0x96, 0x69 };
#define MAX_BEFORE 6 /* the first AA and 5 bytes of junk */
#define MIN_LENGTH 4 /* SW1 SW2 SW3 XOR */
#define MAX_LENGTH 4089

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
  card->name_latin = g_strdup ("");
  card->nationality = g_strdup ("");
  card->permit_number = g_strdup ("");
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
  wipe (card->name_latin);
  wipe (card->nationality);
  wipe (card->permit_number);
  wipe (card->notes);
  explicit_bzero (card, sizeof *card);
}

void
th_card_unref (ThCard *card)
{
  g_atomic_rc_box_release_full (card, card_clear);
}

const char *
th_sex_to_string (ThSex sex)
{
  switch (sex)
    {
    case TH_SEX_MALE:
      return "male";
    case TH_SEX_FEMALE:
      return "female";
    case TH_SEX_UNSTATED:
      return "unstated";
    case TH_SEX_UNKNOWN:
      break;
    }
  return "unknown";
}

void
th_card_drop_photo (ThCard *card)
{
  card->has_photo = FALSE;
  explicit_bzero (card->photo, sizeof card->photo);
}

const char *
th_samv_status_to_string (guint8 status)
{
  switch ((ThSamvStatus)status)
    {
    case TH_SAMV_OK:
      return "success";
    case TH_SAMV_NOT_ON_CARD:
      return "the card has no such item";
    case TH_SAMV_FOUND:
      return "card found";
    case TH_SAMV_BAD_CHECKSUM:
      return "the reader received a bad checksum";
    case TH_SAMV_BAD_LENGTH:
      return "the reader received a bad length";
    case TH_SAMV_BAD_COMMAND:
      return "the reader does not know the command";
    case TH_SAMV_NOT_PERMITTED:
      return "the command is not permitted";
    case TH_SAMV_UNKNOWN_ERROR:
      return "the reader met an error it does not know";
    case TH_SAMV_CARD_REFUSED_READER:
      return "the card refused the reader";
    case TH_SAMV_READER_REFUSED_CARD:
      return "the reader refused the card";
    case TH_SAMV_FORGED:
      return "the card's information failed its authenticity check";
    case TH_SAMV_BAD_FINGERPRINT:
      return "the card's fingerprint failed its check";
    case TH_SAMV_BAD_ITEM_LENGTH:
      return "the card's information has a wrong length";
    case TH_SAMV_WRONG_CARD:
      return "not an identity card";
    case TH_SAMV_READ_FAILED:
      return "reading the card failed";
    case TH_SAMV_RANDOM_FAILED:
      return "the card gave no random number";
    case TH_SAMV_SELF_TEST_FAILED:
      return "the reader's self-test failed";
    case TH_SAMV_NOT_AUTHORISED:
      return "the reader is not authorised";
    case TH_SAMV_NO_CARD:
      return "no card, or it was read already";
    case TH_SAMV_SELECT_FAILED:
      return "selecting the card failed";
    }
  return "unknown status";
}

static guint8
xor_sum (const guint8 *data, gsize len)
{
  guint8 sum = 0;

  for (gsize i = 0; i < len; i++)
    sum ^= data[i];
  return sum;
}

/* Find: AA AA AA 96 69 00 03 20 01 22 */
void
th_samv_build (ThSamvCommand command, guint8 ret_frame[TH_SAMV_COMMAND_SIZE])
{
  ret_frame[0] = 0xaa;
  memcpy (ret_frame + 1, PREAMBLE, sizeof PREAMBLE);
  ret_frame[5] = 0;
  ret_frame[6] = 3;
  ret_frame[7] = command >> 8;
  ret_frame[8] = command & 0xff;
  ret_frame[9] = xor_sum (ret_frame + 5, 4);
}

/* @ret_start: offset of the length. */
static gboolean
find_start (const guint8 *data, gsize len, gsize *ret_start)
{
  for (gsize before = 0; before <= MAX_BEFORE && before + sizeof PREAMBLE <= len; before++)
    if (memcmp (data + before, PREAMBLE, sizeof PREAMBLE) == 0)
      {
        *ret_start = before + sizeof PREAMBLE;
        return TRUE;
      }
  return FALSE;
}

gsize
th_samv_expect (const guint8 *data, gsize len)
{
  gsize start, length;

  if (!find_start (data, len, &start))
    return len < MAX_BEFORE + sizeof PREAMBLE ? len + 1 : len;
  if (len < start + 2)
    return start + 2;
  length = (gsize)(data[start] << 8 | data[start + 1]);
  return length <= MAX_LENGTH ? start + 2 + length : len;
}

gboolean
th_samv_parse (const guint8 *data, gsize len, ThSamvReply *ret_reply, GError **error)
{
  ThSamvReply reply = { 0 };
  ThBytes bytes = { data, len };
  const guint8 *body;
  guint16 length;
  guint8 sum;
  gsize start;

  if (!find_start (data, len, &start))
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "no preamble AA AA AA 96 69 in the first bytes, from byte 0 of %zu", len);
      return FALSE;
    }
  if (!th_bytes_take (&bytes, start, &body) || !th_bytes_take_u16be (&bytes, &length))
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "cut short at byte %zu: no length", len);
      return FALSE;
    }
  if (length < MIN_LENGTH || length > MAX_LENGTH)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "impossible length %u at byte %zu", length, start);
      return FALSE;
    }
  if (!th_bytes_take (&bytes, length, &body))
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "cut short at byte %zu: the length at byte %zu promises %u bytes, %zu came", len,
                   start, length, bytes.len);
      return FALSE;
    }

  reply.end = start + 2 + length;
  sum = xor_sum (data + start, 2 + (gsize)length - 1);
  if (sum != body[length - 1])
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "wrong checksum at byte %zu: it is %02X, the frame's is %02X", reply.end - 1,
                   body[length - 1], sum);
      return FALSE;
    }
  reply.sw1 = body[0];
  reply.sw2 = body[1];
  reply.status = body[2];
  reply.data = body + 3;
  reply.len = length - 4;
  reply.offset = start + 2 + 3;
  *ret_reply = reply;
  return TRUE;
}

/* Read: textLen 0100, photoLen 0400, text, photo; with fingerprint a third length and part. */
ThCard *
th_samv_parse_card (const ThSamvReply *reply, GError **error)
{
  ThBytes bytes = { reply->data, reply->len };
  guint16 text_len, photo_len, finger_len = 0;
  const guint8 *text, *photo;
  ThCard *card;

  if (reply->status != TH_SAMV_OK)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL, "status %02X at byte %zu: %s",
                   reply->status, reply->offset - 1, th_samv_status_to_string (reply->status));
      return NULL;
    }
  if (!th_bytes_take_u16be (&bytes, &text_len) || !th_bytes_take_u16be (&bytes, &photo_len))
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "success without a card's data at byte %zu", reply->offset);
      return NULL;
    }
  if (bytes.len != (gsize)text_len + photo_len
      && (!th_bytes_take_u16be (&bytes, &finger_len)
          || bytes.len != (gsize)text_len + photo_len + finger_len))
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "the lengths of text and photo at byte %zu do not fit a reply with %zu bytes of "
                   "data",
                   reply->offset, reply->len);
      return NULL;
    }
  if (text_len < TH_SAMV_TEXT_SIZE || !th_bytes_take (&bytes, text_len, &text))
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL,
                   "the text's length at byte %zu is %u, less than %u", reply->offset, text_len,
                   TH_SAMV_TEXT_SIZE);
      return NULL;
    }
  card = th_samv_decode_text (text, reply->offset + (gsize) (text - reply->data), error);
  /* Cards without one are met; of another size it is nothing that a decoder knows. */
  if (card != NULL && photo_len == TH_CARD_PHOTO_BYTES
      && th_bytes_take (&bytes, photo_len, &photo))
    {
      memcpy (card->photo, photo, sizeof card->photo);
      card->has_photo = TRUE;
    }
  return card;
}

/* 05 00 | 01 00 | AF DC 32 01 | 87 D6 12 00 | B1 68 DE 3A */
char *
th_samv_module_to_string (const ThSamvReply *reply)
{
  ThBytes bytes = { reply->data, reply->len };
  guint16 kind, area;
  guint32 date, number, check;

  if (reply->status != TH_SAMV_OK || !th_bytes_take_u16le (&bytes, &kind)
      || !th_bytes_take_u16le (&bytes, &area) || !th_bytes_take_u32le (&bytes, &date)
      || !th_bytes_take_u32le (&bytes, &number) || !th_bytes_take_u32le (&bytes, &check))
    return g_strdup ("");
  return g_strdup_printf ("%02u.%02u-%u-%010u-%010u", kind, area, date, number, check);
}
