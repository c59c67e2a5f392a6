/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/printer-model.h"

#include <string.h>

#include "drivers/escpos.h"

static gboolean
parse (const char *text, ThPrinterId *ret_id)
{
  gsize len = 2 + strlen (text);
  g_autofree guint8 *data = g_malloc (len); /* of its own, so that a byte read too many is seen */

  data[0] = len >> 8;
  data[1] = len & 0xff;
  memcpy (data + 2, text, len - 2);
  return th_printer_id_parse (data, len, ret_id);
}

static void
test_a_device_id_that_says_nothing_is_refused (void)
{
  static const char *const texts[] = { "", ";", ":", ";;;:::", "MFG:;MDL: ;", "XYZ:1;", "MFGX:EPSON;", "EPSON" };
  ThPrinterId id;

  g_assert_false (th_printer_id_parse ((const guint8 *) "", 0, &id));
  g_assert_false (th_printer_id_parse ((const guint8 *) "\0", 1, &id));
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_false (parse (texts[i], &id));
}

static void
test_a_device_id_may_be_cut_anywhere (void)
{
  static const char whole[] = "MFG:EPSON;CMD:ESC/POS;MDL:TM-T88V;CLS:PRINTER;";
  ThPrinterId id;

  for (gsize n = 0; n < sizeof whole; n++)
    {
      g_autofree char *text = g_strndup (whole, n);

      if (parse (text, &id))
        g_assert_true (g_str_has_prefix ("EPSON", id.maker) && g_str_has_prefix ("TM-T88V", id.model) &&
                       g_str_has_prefix ("ESC/POS", id.commands));
    }
  g_assert_true (parse (whole, &id));
  g_assert_cmpstr (id.maker, ==, "EPSON");
  g_assert_cmpstr (id.model, ==, "TM-T88V");
  g_assert_cmpstr (id.commands, ==, "ESC/POS");
}

static void
test_words_of_a_device_id_are_short_and_printable (void)
{
  ThPrinterId id;

  g_assert_true (parse (" manufacturer: a\x1b\x01\xff" "b ; model:0123456789012345678901234567890123456789", &id));
  g_assert_cmpstr (id.maker, ==, "ab");
  g_assert_cmpstr (id.model, ==, "0123456789012345678901234567890");
}

static void
test_a_model_is_known_by_what_it_says_before_its_ids (void)
{
  static const struct
  {
    guint16 vendor, product;
    const char *says;
    const char *name;
  } table[] = {
    { 0x04b8, 0x0202, "TM-T88V", "epson-t88-180" }, { 0x04b8, 0x0202, "tm-m30", "epson-m30-80" },
    { 0x04b8, 0x0e03, "", "epson-t20-80" },         { 0x04b8, 0x0e03, "Bench 80", "epson-t20-80" },
    { 0x04b8, 0x0202, "", "generic-80" },           { 0x0416, 0x5011, "POS-58 Printer", "clone-58" },
    { 0x0416, 0x5011, "POS-80", "generic-80" },     { 0x0485, 0x7541, "", "eom-58" },
    { 0x1234, 0x5678, "", "generic-80" },           { 0xffff, 0xffff, "", "mute-80" },
  };

  for (gsize i = 0; i + 1 < G_N_ELEMENTS (table); i++)
    g_assert_cmpstr (th_printer_model_of (table[i].vendor, table[i].product, table[i].says)->name, ==,
                     table[i].name);
}

static void
test_every_model_can_be_driven (void)
{
  guint n;
  const ThPrinterModel *models = th_printer_models (&n);

  g_assert_cmpstr (models[n - 1].name, ==, "generic-80");
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (models[i].band_rows, >=, 24);
      g_assert_cmpuint (models[i].band_rows, <=, TH_ESCPOS_MAX_BAND_ROWS);
      g_assert_cmpuint ((models[i].width_dots + 7) / 8, <=, TH_ESCPOS_MAX_STRIDE);
      g_assert_cmpuint (models[i].width_dots * 254 / models[i].dpi, >=, 460); /* 46 mm */
      g_assert_nonnull (th_printer_model_find (models[i].name));
    }
  g_assert_null (th_printer_model_find ("laser"));
}

static void
test_what_the_settings_say_is_not_picked (void)
{
  ThPrinterProfile profile;

  th_printer_profile_defaults (&profile);
  profile.band_rows = 32;
  profile.pick = TH_PRINTER_PICK_WIDTH | TH_PRINTER_PICK_CUTTER | TH_PRINTER_PICK_ASKS;
  th_printer_profile_pick (&profile, th_printer_model_find ("mute-58"));
  g_assert_cmpuint (profile.width_dots, ==, 384);
  g_assert_false (profile.cutter);
  g_assert_false (profile.answers);
  g_assert_false (profile.automatic);
  g_assert_cmpuint (profile.band_rows, ==, 32);
  th_printer_profile_pick (&profile, th_printer_model_find ("asb-80"));
  g_assert_true (profile.answers);
  g_assert_true (profile.automatic);
}

static void
test_automatic_status_is_told_from_noise (void)
{
  static const struct
  {
    guint8 bytes[8];
    gsize len;
    const char *paper; /* NULL: none */
  } table[] = {
    { { 0x10, 0, 0 }, 3, NULL },
    { { 0x12, 0x12, 0x12, 0x12 }, 4, NULL }, /* answers to DLE EOT */
    { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, 6, NULL },
    { { 0x10, 0, 0, 0x10 }, 4, NULL },
    { { 0x90, 0, 0, 0 }, 4, NULL },
    { { 0x10, 0, 0, 0 }, 4, "ready" },
    { { 0x14, 0, 0, 0x0f }, 4, "ready" }, /* the drawer's pin */
    { { 0x10, 0, 0x03, 0 }, 4, "low" },
    { { 0x18, 0, 0x0f, 0 }, 4, "out" },
    { { 0x38, 0, 0x0c, 0 }, 4, "cover-open" },
    { { 0x18, 0x08, 0, 0 }, 4, "fault" },
    { { 0x18, 0x40, 0, 0 }, 4, "hot" },
    { { 0x18, 0, 0, 0 }, 4, "offline" },
    { { 0x12, 0x10, 0, 0, 0 }, 5, "ready" },
    { { 0x18, 0, 0x0c, 0, 0x10, 0, 0, 0 }, 8, "ready" }, /* the last one counts */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree guint8 *bytes = g_memdup2 (table[i].bytes, table[i].len);
      ThPaper paper = TH_PAPER_UNKNOWN;

      g_assert_cmpint (th_escpos_automatic_take (bytes, table[i].len, &paper), ==,
                       table[i].paper != NULL);
      if (table[i].paper != NULL)
        g_assert_cmpstr (th_paper_to_string (paper), ==, table[i].paper);
    }
}

static void
test_the_ports_byte_is_told_from_noise (void)
{
  g_assert_cmpint (th_escpos_port_paper (0x18), ==, TH_PAPER_READY);
  g_assert_cmpint (th_escpos_port_paper (0x30), ==, TH_PAPER_OUT);
  g_assert_cmpint (th_escpos_port_paper (0x10), ==, TH_PAPER_OFFLINE);
  g_assert_cmpint (th_escpos_port_paper (0xff), ==, TH_PAPER_UNKNOWN);
  g_assert_cmpint (th_escpos_port_paper (0x19), ==, TH_PAPER_UNKNOWN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/printer-model/a device id that says nothing is refused",
                   test_a_device_id_that_says_nothing_is_refused);
  g_test_add_func ("/printer-model/a device id may be cut anywhere", test_a_device_id_may_be_cut_anywhere);
  g_test_add_func ("/printer-model/words of a device id are short and printable",
                   test_words_of_a_device_id_are_short_and_printable);
  g_test_add_func ("/printer-model/a model is known by what it says before its ids",
                   test_a_model_is_known_by_what_it_says_before_its_ids);
  g_test_add_func ("/printer-model/every model can be driven", test_every_model_can_be_driven);
  g_test_add_func ("/printer-model/what the settings say is not picked",
                   test_what_the_settings_say_is_not_picked);
  g_test_add_func ("/printer-model/automatic status is told from noise",
                   test_automatic_status_is_told_from_noise);
  g_test_add_func ("/printer-model/the port's byte is told from noise", test_the_ports_byte_is_told_from_noise);
  return g_test_run ();
}
