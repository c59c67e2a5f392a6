/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/samv.h"

#include "drivers/devices.h"
#include "kiosk/card-json.h"
#include "tests/card-frames.h"

static const char *const CARDS[] = { "card-A.hex", "card-B.hex" };

static ThCard *
read_card (const guint8 *data, gsize len, GError **error)
{
  ThSamvReply reply;

  if (!th_samv_parse (data, len, &reply, error))
    return NULL;
  return th_samv_parse_card (&reply, error);
}

static void
assert_refused (const guint8 *data, gsize len)
{
  /* Its own heap block, so that a sanitizer sees a read behind the end. */
  g_autofree guint8 *copy = g_memdup2 (data, len);
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;

  g_assert_null (read_card (copy, len, &error));
  g_assert_nonnull (error);
  json = th_card_decode_json (copy, len, NULL);
  g_assert_null (json);
}

static void
test_a_reply_cut_at_any_byte_is_refused (void)
{
  for (guint c = 0; c < G_N_ELEMENTS (CARDS); c++)
    {
      gsize len;
      g_autofree guint8 *frame = card_frame_load (CARDS[c], &len);

      g_assert_cmpuint (len, ==, CARD_FRAME_SIZE);
      for (gsize cut = 0; cut < len; cut++)
        {
          assert_refused (frame, cut);
          /* Never satisfied before the frame is whole: a driver goes on reading. */
          g_assert_cmpuint (th_samv_expect (frame, cut), >, cut);
          g_assert_cmpuint (th_samv_expect (frame, cut), <=, len);
        }
      g_assert_cmpuint (th_samv_expect (frame, len), ==, len);
    }
}

static void
test_a_reply_with_any_bit_flipped_is_refused (void)
{
  for (guint c = 0; c < G_N_ELEMENTS (CARDS); c++)
    {
      gsize len;
      g_autofree guint8 *frame = card_frame_load (CARDS[c], &len);

      /* From byte 1: the first AA may be lost or damaged. */
      for (gsize i = 1; i < len; i++)
        for (guint bit = 0; bit < 8; bit++)
          {
            frame[i] ^= 1 << bit;
            assert_refused (frame, len);
            frame[i] ^= 1 << bit;
          }
    }
}

static void
test_a_length_that_lies_is_refused (void)
{
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-A.hex", &len);
  g_autofree guint8 *longer = g_malloc0 (5000);

  frame[6] = 0x07;
  assert_refused (frame, len);
  frame[6] = 0x09;
  assert_refused (frame, len);
  frame[5] = 0xff;
  assert_refused (frame, len);
  g_assert_cmpuint (th_samv_expect (frame, len), <=, len);
  frame[5] = 0x00;
  for (guint8 length = 0; length < 4; length++)
    {
      frame[6] = length;
      assert_refused (frame, len);
    }

  /* 4090 is more than any reader sends, though its sum is right. */
  memcpy (longer, frame, 5);
  longer[5] = 4090 >> 8;
  longer[6] = 4090 & 0xff;
  longer[9] = TH_SAMV_OK;
  card_frame_seal (longer, 7 + 4090);
  assert_refused (longer, 7 + 4090);
}

static void
test_declared_parts_must_add_up (void)
{
  static const guint8 lengths[][4] = {
    { 0x01, 0x00, 0x04, 0x01 }, { 0x01, 0x00, 0x03, 0xff }, { 0x00, 0xff, 0x04, 0x01 },
    { 0x00, 0x00, 0x05, 0x00 }, { 0xff, 0xff, 0xff, 0xff }, { 0x00, 0x00, 0x00, 0x00 },
  };
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-A.hex", &len);

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      memcpy (frame + 10, lengths[i], 4);
      card_frame_seal (frame, len);
      assert_refused (frame, len);
    }
}

static void
test_a_status_reply_is_told_in_words (void)
{
  static const guint8 statuses[] = { 0x10, 0x11, 0x21, 0x23, 0x24, 0x31, 0x32, 0x33, 0x37, 0x3f,
                                     0x40, 0x41, 0x47, 0x60, 0x66, 0x80, 0x81, 0x90, 0x91 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      guint8 frame[11] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0, 4, 0, 0, statuses[i], 0 };
      g_autoptr (GError) error = NULL;
      ThSamvReply reply;
      g_autofree char *json = NULL;

      card_frame_seal (frame, sizeof frame);
      g_assert_true (th_samv_parse (frame, sizeof frame, &reply, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (reply.status, ==, statuses[i]);
      g_assert_cmpuint (reply.len, ==, 0);
      g_assert_cmpstr (th_samv_status_to_string (statuses[i]), !=, "unknown status");

      json = th_card_decode_json (frame, sizeof frame, &error);
      g_assert_null (json);
      g_assert_nonnull (error);
      if (statuses[i] != TH_SAMV_OK)
        g_assert_nonnull (strstr (error->message, th_samv_status_to_string (statuses[i])));
    }
}

static void
test_an_unknown_kind_of_card_is_the_wrong_card (void)
{
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-A.hex", &len);
  g_autoptr (GError) error = NULL;

  card_frame_write (frame, 248, 2, "Q");
  g_assert_null (read_card (frame, len, &error));
  g_assert_error (error, TH_DEVICE_RETRY, TH_DEVICE_RETRY_CARD_WRONG);
  g_assert_nonnull (strstr (error->message, "byte 262"));
}

static void
test_a_code_that_is_not_known_is_no_refusal (void)
{
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-A.hex", &len);
  g_autoptr (ThCard) card = NULL, blank = NULL;

  card_frame_write (frame, 30, 2, "3");
  card_frame_write (frame, 32, 4, "58");
  card = read_card (frame, len, NULL);
  g_assert_cmpint (card->sex, ==, TH_SEX_UNKNOWN);
  g_assert_cmpstr (card->ethnicity_code, ==, "58");
  g_assert_cmpstr (card->notes, ==, "sex has a code that is not known");
  card_frame_write (frame, 30, 2, " ");
  blank = read_card (frame, len, NULL);
  g_assert_cmpint (blank->sex, ==, TH_SEX_UNKNOWN);
  g_assert_cmpstr (blank->notes, ==, "");
}

static void
test_commands_are_the_bytes_of_the_manual (void)
{
  static const struct
  {
    ThSamvCommand command;
    guint8 body[3];
  } commands[] = {
    { TH_SAMV_RESET, { 0x10, 0xff, 0xec } },   { TH_SAMV_STATUS, { 0x11, 0xff, 0xed } },
    { TH_SAMV_ID, { 0x12, 0xff, 0xee } },      { TH_SAMV_FIND, { 0x20, 0x01, 0x22 } },
    { TH_SAMV_SELECT, { 0x20, 0x02, 0x21 } },  { TH_SAMV_READ, { 0x30, 0x01, 0x32 } },
    { TH_SAMV_ADDRESS, { 0x30, 0x03, 0x30 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      guint8 frame[TH_SAMV_COMMAND_SIZE];

      th_samv_build (commands[i].command, frame);
      g_assert_cmpmem (frame, 7, "\xaa\xaa\xaa\x96\x69\x00\x03", 7);
      g_assert_cmpmem (frame + 7, 3, commands[i].body, 3);
    }
}

static void
assert_is_card_a (const ThCard *card)
{
  g_assert_cmpstr (card->kind, ==, "resident");
  g_assert_cmpstr (card->name, ==, "张测试");
  g_assert_cmpint (card->sex, ==, TH_SEX_MALE);
  g_assert_cmpstr (card->ethnicity_code, ==, "01");
  g_assert_cmpstr (th_samv_ethnicity_name (card->ethnicity_code), ==, "汉");
  g_assert_cmpint (card->birth.year * 10000 + card->birth.month * 100 + card->birth.day, ==,
                   19900101);
  g_assert_cmpstr (card->id_number, ==, "110101199001019917");
  g_assert_cmpstr (card->address, ==, "北京市东城区测试街道一号院2号楼301室");
  g_assert_cmpstr (card->authority, ==, "北京市公安局东城分局");
  g_assert_cmpint (card->valid_from.year, ==, 2020);
  g_assert_cmpint (card->valid_to.year * 10000 + card->valid_to.month * 100 + card->valid_to.day,
                   ==, 20400115);
  g_assert_false (card->long_term);
  g_assert_cmpstr (card->notes, ==, "");
}

static void
test_card_a_reads_whole_with_junk_before_or_without_its_first_byte (void)
{
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-A.hex", &len);
  guint8 buffer[CARD_FRAME_SIZE + 6];

  for (guint junk = 0; junk <= 6; junk++)
    {
      g_autoptr (ThCard) card = NULL;
      g_autoptr (GError) error = NULL;

      memset (buffer, 0xaa, sizeof buffer);
      memset (buffer, 0x55, MIN (junk, 3));
      memcpy (buffer + junk, frame, len);
      g_assert_cmpuint (th_samv_expect (buffer, junk + len), ==, junk + len);
      card = read_card (buffer, junk + len, &error);
      if (junk == 6)
        {
          g_assert_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL);
          continue;
        }
      g_assert_no_error (error);
      assert_is_card_a (card);
    }

  {
    g_autoptr (ThCard) card = read_card (frame + 1, len - 1, NULL);

    assert_is_card_a (card);
  }
}

static void
test_card_b_has_no_end_and_a_dotted_name (void)
{
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-B.hex", &len);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThCard) card = read_card (frame, len, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (card->name, ==, "古丽娜尔·样本");
  g_assert_cmpint (card->sex, ==, TH_SEX_FEMALE);
  g_assert_cmpstr (th_samv_ethnicity_name (card->ethnicity_code), ==, "维吾尔");
  g_assert_cmpstr (card->id_number, ==, "65010219551130982X");
  g_assert_true (card->long_term);
  g_assert_cmpint (card->valid_to.year, ==, 0);
  g_assert_cmpstr (card->notes, ==, "");
}

static void
test_a_fingerprint_is_skipped (void)
{
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-A.hex", &len);
  const gsize finger_lens[] = { 0, 1024 };

  for (guint i = 0; i < G_N_ELEMENTS (finger_lens); i++)
    {
      gsize n = finger_lens[i];
      gsize total = len + 2 + n;
      g_autofree guint8 *longer = g_malloc0 (total);
      g_autoptr (ThCard) card = NULL;
      g_autoptr (GError) error = NULL;

      memcpy (longer, frame, 14);
      longer[5] = (total - 7) >> 8;
      longer[6] = (total - 7) & 0xff;
      longer[14] = n >> 8;
      longer[15] = n & 0xff;
      memcpy (longer + 16, frame + 14, 256 + 1024);
      for (gsize b = 0; b < n; b++)
        longer[16 + 1280 + b] = 255 - b % 256;
      card_frame_seal (longer, total);
      g_assert_cmphex (longer[total - 1], ==, n == 0 ? 0x1d : 0x15);
      card = read_card (longer, total, &error);
      g_assert_no_error (error);
      g_assert_true (card->has_photo);
      g_assert_cmpmem (card->photo, sizeof card->photo, frame + 270, 1024);
      assert_is_card_a (card);
    }
}

static void
test_names_keep_inner_spaces_and_rare_characters (void)
{
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-A.hex", &len);
  static const char *const names[] = { "欧阳 测试", "𠀀𫝀测", "测", "" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (ThCard) card = NULL;

      card_frame_write (frame, 0, 30, names[i]);
      card = read_card (frame, len, NULL);
      g_assert_cmpstr (card->name, ==, names[i]);
      g_assert_cmpstr (card->notes, ==, "");
    }

  /* Half of a pair, and a zero inside, are damage: shown as such, told to staff, not refused. */
  {
    g_autoptr (ThCard) card = NULL;

    card_frame_write (frame, 0, 30, "测试样");
    frame[CARD_TEXT_OFFSET + 1] = 0xd8;
    frame[CARD_TEXT_OFFSET + 2] = 0;
    frame[CARD_TEXT_OFFSET + 3] = 0;
    card_frame_seal (frame, len);
    card = read_card (frame, len, NULL);
    g_assert_cmpstr (card->name, ==, "\357\277\275\357\277\275样");
    g_assert_nonnull (strstr (card->notes, "name"));
  }
}

static void
test_impossible_dates_and_contradictions_become_notes (void)
{
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-A.hex", &len);
  g_autoptr (ThCard) card = NULL;
  g_autofree char *json = NULL;

  card_frame_write (frame, 36, 16, "19900230");
  card_frame_write (frame, 204, 16, "2040011 ");
  card_frame_write (frame, 30, 2, "2");
  card = read_card (frame, len, NULL);
  g_assert_cmpint (card->birth.year, ==, 0);
  g_assert_cmpint (card->valid_to.year, ==, 0);
  g_assert_cmpstr (
      card->notes, ==,
      "birth_date is not a date; valid_to is not a date; sex differs from the number's");

  json = th_card_decode_json (frame, len, NULL);
  g_assert_null (strstr (json, "\"birth_date\""));
  g_assert_null (strstr (json, "\"valid_to\""));
  g_assert_nonnull (strstr (json, "birth_date is not a date"));
}

static void
test_hmt_card_shows_its_permit_and_no_ethnicity (void)
{
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-A.hex", &len);
  g_autoptr (ThCard) card = NULL;

  card_frame_write (frame, 122, 36, "810000199408230021");
  card_frame_write (frame, 36, 16, "19940823");
  card_frame_write (frame, 30, 2, "2");
  card_frame_write (frame, 220, 18, "H12345678");
  card_frame_write (frame, 248, 2, "J");
  card = read_card (frame, len, NULL);
  g_assert_cmpstr (card->kind, ==, "hmt");
  g_assert_cmpstr (card->ethnicity_code, ==, "");
  g_assert_cmpstr (card->permit_number, ==, "H12345678");
  g_assert_cmpstr (card->notes, ==, "");
}

static void
test_foreigner_2023_name_is_joined_before_trimming (void)
{
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-A.hex", &len);
  g_autoptr (ThCard) card = NULL;

  card_frame_write (frame, 52, 70, "ABCDEFGHIJKLMNOPQRSTUVWXYZ ABCDEFG ");
  card_frame_write (frame, 220, 22, "HIJK");
  card_frame_write (frame, 242, 6, "KAZ");
  card_frame_write (frame, 122, 36, "911398199012310021");
  card_frame_write (frame, 36, 16, "19901231");
  card_frame_write (frame, 30, 2, "2");
  card_frame_write (frame, 248, 2, "Y");
  card = read_card (frame, len, NULL);
  g_assert_cmpstr (card->kind, ==, "foreigner-2023");
  g_assert_cmpstr (card->name_latin, ==, "ABCDEFGHIJKLMNOPQRSTUVWXYZ ABCDEFG HIJK");
  g_assert_cmpstr (card->nationality, ==, "KAZ");
  g_assert_cmpstr (card->authority, ==, "");
  g_assert_cmpstr (card->address, ==, "");
  g_assert_cmpstr (card->notes, ==, "");
}

static void
test_foreigner_2017_has_its_own_layout (void)
{
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-A.hex", &len);
  g_autoptr (ThCard) card = NULL;

  card_frame_write (frame, 0, 120, "SAMPLE, TEST");
  card_frame_write (frame, 120, 2, "1");
  card_frame_write (frame, 122, 30, "KAZ110090123105");
  card_frame_write (frame, 152, 6, "KAZ");
  card_frame_write (frame, 158, 30, "测试");
  card_frame_write (frame, 188, 16, "20190601");
  card_frame_write (frame, 204, 16, "20290601");
  card_frame_write (frame, 220, 16, "19901231");
  card_frame_write (frame, 236, 4, "01");
  card_frame_write (frame, 240, 8, "1500");
  card_frame_write (frame, 248, 2, "I");
  card = read_card (frame, len, NULL);
  g_assert_cmpstr (card->kind, ==, "foreigner-2017");
  g_assert_cmpstr (card->name_latin, ==, "SAMPLE, TEST");
  g_assert_cmpstr (card->name, ==, "测试");
  g_assert_cmpstr (card->id_number, ==, "KAZ110090123105");
  g_assert_cmpstr (card->nationality, ==, "KAZ");
  g_assert_cmpstr (card->authority, ==, "1500");
  g_assert_cmpint (card->birth.day, ==, 31);
  g_assert_cmpstr (card->notes, ==, "");
}

static void
test_a_capture_is_bytes_or_hex_text_and_nothing_behind (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "card-B.hex", NULL);
  g_autofree char *hex = NULL;
  gsize hex_len, len;
  g_autofree guint8 *frame = card_frame_load ("card-B.hex", &len);
  g_autofree guint8 *longer = g_malloc0 (len + 1);
  g_autofree char *from_hex = NULL, *from_bytes = NULL, *none = NULL;
  g_autoptr (GError) error = NULL;

  memcpy (longer, frame, len);
  none = th_card_decode_json (longer, len + 1, &error);
  g_assert_null (none);
  g_assert_nonnull (strstr (error->message, "byte 1295"));
  g_clear_error (&error);

  g_assert_true (g_file_get_contents (path, &hex, &hex_len, NULL));
  none = th_card_decode_json ((const guint8 *)hex, hex_len - 2, &error);
  g_assert_null (none);
  g_assert_nonnull (error);
  g_clear_error (&error);

  from_hex = th_card_decode_json ((const guint8 *)hex, hex_len, &error);
  g_assert_no_error (error);
  from_bytes = th_card_decode_json (frame, len, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (from_hex, ==, from_bytes);
  g_assert_nonnull (strstr (from_hex, "\"valid_to\" : \"long-term\""));
  g_assert_nonnull (strstr (from_hex, "\"birth_date\" : \"1955-11-30\""));
  g_assert_null (strstr (from_hex, "notes"));
}

static void
test_a_newer_address_takes_the_place_of_the_printed_one (void)
{
  guint8 text[70] = { 0 };
  gsize len;
  g_autofree guint8 *frame = card_frame_load ("card-A.hex", &len);
  g_autoptr (ThCard) card = read_card (frame, len, NULL);
  g_autofree char *printed = g_strdup (card->address);
  ThSamvReply reply = { .status = TH_SAMV_NOT_ON_CARD, .data = text, .len = sizeof text };

  text[0] = '7';
  th_samv_card_take_address (card, &reply);
  g_assert_cmpstr (card->address, ==, printed);
  reply.status = TH_SAMV_OK;
  reply.len = 0;
  th_samv_card_take_address (card, &reply);
  g_assert_cmpstr (card->address, ==, printed);
  g_assert_cmpstr (card->notes, ==, "");
  reply.len = sizeof text;
  th_samv_card_take_address (card, &reply);
  g_assert_cmpstr (card->address, ==, "7");
  g_assert_cmpstr (card->notes, ==, "address is newer than the printed one");

  card->kind = "foreigner-2023"; /* has none */
  text[0] = '8';
  th_samv_card_take_address (card, &reply);
  g_assert_cmpstr (card->address, ==, "7");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/samv/a reply cut at any byte is refused",
                   test_a_reply_cut_at_any_byte_is_refused);
  g_test_add_func ("/samv/a reply with any bit flipped is refused",
                   test_a_reply_with_any_bit_flipped_is_refused);
  g_test_add_func ("/samv/a length that lies is refused", test_a_length_that_lies_is_refused);
  g_test_add_func ("/samv/declared parts must add up", test_declared_parts_must_add_up);
  g_test_add_func ("/samv/a status reply is told in words", test_a_status_reply_is_told_in_words);
  g_test_add_func ("/samv/an unknown kind of card is the wrong card",
                   test_an_unknown_kind_of_card_is_the_wrong_card);
  g_test_add_func ("/samv/a code that is not known is no refusal",
                   test_a_code_that_is_not_known_is_no_refusal);
  g_test_add_func ("/samv/a newer address takes the place of the printed one",
                   test_a_newer_address_takes_the_place_of_the_printed_one);
  g_test_add_func ("/samv/commands are the bytes of the manual",
                   test_commands_are_the_bytes_of_the_manual);
  g_test_add_func ("/samv/card A reads whole, with junk before or without its first byte",
                   test_card_a_reads_whole_with_junk_before_or_without_its_first_byte);
  g_test_add_func ("/samv/card B has no end and a dotted name",
                   test_card_b_has_no_end_and_a_dotted_name);
  g_test_add_func ("/samv/a fingerprint is skipped", test_a_fingerprint_is_skipped);
  g_test_add_func ("/samv/names keep inner spaces and rare characters",
                   test_names_keep_inner_spaces_and_rare_characters);
  g_test_add_func ("/samv/impossible dates and contradictions become notes",
                   test_impossible_dates_and_contradictions_become_notes);
  g_test_add_func ("/samv/an HMT card shows its permit and no ethnicity",
                   test_hmt_card_shows_its_permit_and_no_ethnicity);
  g_test_add_func ("/samv/a foreigner's 2023 name is joined before trimming",
                   test_foreigner_2023_name_is_joined_before_trimming);
  g_test_add_func ("/samv/a foreigner's 2017 card has its own layout",
                   test_foreigner_2017_has_its_own_layout);
  g_test_add_func ("/samv/a capture is bytes or hex text and nothing behind",
                   test_a_capture_is_bytes_or_hex_text_and_nothing_behind);
  return g_test_run ();
}
