/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/printer-model.h"

#include <string.h>

#define ALL (TH_PRINTER_ASK_DLE | TH_PRINTER_ASK_ASB | TH_PRINTER_ASK_PORT)

/* Earlier rows win. Several makes share one id (04b8:0202 is every Epson TM, 0416:5011 every second clone), so what the
 * printer says of itself goes before the id alone.
 * Sources: Epson ESC/POS reference and technical references of the TM series; escpos-printer-db; lsusb of the clones. */
static const ThPrinterModel models[] = {
  { "epson-t88-180", "Epson TM-T88II to TM-T88V, 80 mm, 180 dpi", 0x04b8, 0, "TM-T88", 512, 180, TRUE, 128, ALL },
  { "epson-m30-80", "Epson TM-m30, 80 mm", 0x04b8, 0, "TM-m30", 576, 203, TRUE, 128, ALL },
  { "epson-t20-80", "Epson TM-T20, 80 mm", 0x04b8, 0x0e03, NULL, 576, 203, TRUE, 64, ALL },
  { "epson-t20-80", "Epson TM-T20, 80 mm", 0x04b8, 0, "TM-T20", 576, 203, TRUE, 64, ALL },
  { "epson-p58", "Epson TM-P20, 58 mm", 0x04b8, 0, "TM-P20", 384, 203, FALSE, 64, ALL },
  { "clone-58", "58 mm printer without a make (POS-58)", 0x0416, 0x5011, "POS-58", 384, 203, FALSE, 24,
    TH_PRINTER_ASK_DLE | TH_PRINTER_ASK_PORT },
  { "clone-58", "58 mm printer without a make (POS-58)", 0, 0, "POS58", 384, 203, FALSE, 24,
    TH_PRINTER_ASK_DLE | TH_PRINTER_ASK_PORT },
  { "hoin-58", "Hoin HOP-E58, 58 mm", 0x0456, 0x0808, "HOP-E58", 384, 203, FALSE, 24,
    TH_PRINTER_ASK_DLE | TH_PRINTER_ASK_PORT },
  { "eom-58", "EOM-POS, 58 mm", 0x0485, 0x7541, NULL, 384, 203, FALSE, 24, 0 },
  /* Never by id: for printers that are silent by nature, named in the settings. */
  { "mute-80", "any 80 mm printer that never answers", 0xffff, 0xffff, NULL, 576, 203, TRUE, 24, 0 },
  { "mute-58", "any 58 mm printer that never answers", 0xffff, 0xffff, NULL, 384, 203, FALSE, 24, 0 },
  { "asb-80", "any 80 mm printer that answers GS a and not DLE EOT", 0xffff, 0xffff, NULL, 576, 203, TRUE, 64,
    TH_PRINTER_ASK_ASB | TH_PRINTER_ASK_PORT },
  { "generic-58", "any 58 mm ESC/POS printer", 0xffff, 0xffff, NULL, 384, 203, FALSE, 24, ALL },
  { "generic-80", "any 80 mm ESC/POS printer", 0, 0, NULL, 576, 203, TRUE, 64, ALL },
};

const ThUsbMatch th_printer_usb_matches[] = {
  { .class_code = 7, .subclass = 1, .protocol = 2 },
  /* Seen with class ff. Only ids that nothing but printers have: 0416:50xx, for one, are also fans and badges. */
  { .vendor_id = 0x04b8, .product_id = 0x0202 },
  { .vendor_id = 0x04b8, .product_id = 0x0e03 },
  { .vendor_id = 0x0456, .product_id = 0x0808 },
  { .vendor_id = 0x0485, .product_id = 0x7541 },
  { .vendor_id = 0x0fe6, .product_id = 0x811e },
  { .vendor_id = 0x6868, .product_id = 0x0200 },
  { 0 },
};

const ThPrinterModel *
th_printer_models (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (models);
  return models;
}

const ThPrinterModel *
th_printer_model_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    if (strcmp (models[i].name, name) == 0)
      return &models[i];
  return NULL;
}

const ThPrinterModel *
th_printer_model_of (guint16 vendor_id, guint16 product_id, const char *says)
{
  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    {
      const ThPrinterModel *model = &models[i];

      if (model->vendor_id != 0 && model->vendor_id != vendor_id)
        continue;
      if (model->product_id != 0 && model->product_id != product_id)
        continue;
      if (model->says != NULL && g_ascii_strncasecmp (says, model->says, strlen (model->says)) != 0)
        continue;
      return model;
    }
  return &models[G_N_ELEMENTS (models) - 1];
}

/* ---- what a printer says of itself -------------------------------------------------------------- */

/* Printable ASCII of @text, without the spaces around it. */
static void
take_word (const char *text, gsize len, char ret_word[TH_PRINTER_WORD_MAX + 1])
{
  gsize n = 0;

  while (len > 0 && *text == ' ')
    {
      text++;
      len--;
    }
  for (gsize i = 0; i < len && n < TH_PRINTER_WORD_MAX; i++)
    if (g_ascii_isprint (text[i]))
      ret_word[n++] = text[i];
  while (n > 0 && ret_word[n - 1] == ' ')
    n--;
  ret_word[n] = '\0';
}

static char *
word_of (ThPrinterId *id, const char *key, gsize len)
{
  static const struct
  {
    const char *key;
    gsize offset;
  } keys[] = {
    { "MFG", G_STRUCT_OFFSET (ThPrinterId, maker) },
    { "MANUFACTURER", G_STRUCT_OFFSET (ThPrinterId, maker) },
    { "MDL", G_STRUCT_OFFSET (ThPrinterId, model) },
    { "MODEL", G_STRUCT_OFFSET (ThPrinterId, model) },
    { "CMD", G_STRUCT_OFFSET (ThPrinterId, commands) },
    { "COMMAND SET", G_STRUCT_OFFSET (ThPrinterId, commands) },
  };

  while (len > 0 && g_ascii_isspace (*key))
    {
      key++;
      len--;
    }
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strlen (keys[i].key) == len && g_ascii_strncasecmp (keys[i].key, key, len) == 0)
      return (char *) id + keys[i].offset;
  return NULL;
}

gboolean
th_printer_id_parse (const guint8 *data, gsize len, ThPrinterId *ret_id)
{
  const char *at, *end;
  ThPrinterId id = { "", "", "" };

  if (len < 2)
    return FALSE;
  at = (const char *) data + 2;
  end = (const char *) data + len;
  while (at < end)
    {
      const char *stop = memchr (at, ';', end - at);
      const char *colon;
      char *word;

      if (stop == NULL)
        stop = end;
      colon = memchr (at, ':', stop - at);
      word = colon != NULL ? word_of (&id, at, colon - at) : NULL;
      if (word != NULL)
        take_word (colon + 1, stop - colon - 1, word);
      at = stop < end ? stop + 1 : end;
    }
  if (id.maker[0] == '\0' && id.model[0] == '\0' && id.commands[0] == '\0')
    return FALSE;
  *ret_id = id;
  return TRUE;
}

/* ---- profiles ----------------------------------------------------------------------------------- */

void
th_printer_profile_defaults (ThPrinterProfile *profile)
{
  *profile = (ThPrinterProfile){
    .width_dots = 576,
    .dpi = 203,
    .cutter = TRUE,
    .answers = TRUE,
    .band_rows = 64,
    .poll_ms = 1000,
    .status_timeout_ms = 200,
    .stall_ms = 500,
    .band_timeout_ms = 10000,
  };
}

void
th_printer_profile_pick (ThPrinterProfile *profile, const ThPrinterModel *model)
{
  if (profile->pick & TH_PRINTER_PICK_WIDTH)
    {
      profile->width_dots = model->width_dots;
      profile->dpi = model->dpi;
    }
  if (profile->pick & TH_PRINTER_PICK_CUTTER)
    profile->cutter = model->cutter;
  if (profile->pick & TH_PRINTER_PICK_ASKS)
    {
      profile->answers = model->asks != 0;
      profile->automatic = (model->asks & TH_PRINTER_ASK_ASB) != 0 && (model->asks & TH_PRINTER_ASK_DLE) == 0;
    }
  if (profile->pick & TH_PRINTER_PICK_BAND)
    profile->band_rows = model->band_rows;
}
