/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/escpos.h"

#include <string.h>

#define NUL 0x00
#define DLE 0x10
#define EOT 0x04
#define ENQ 0x05
#define DC4 0x14
#define ESC 0x1b
#define GS 0x1d

#define BAND_HEADER_LEN 8
#define COMPLETE_LEN (BAND_HEADER_LEN + TH_ESCPOS_MAX_BAND_ROWS * TH_ESCPOS_MAX_STRIDE)

/* The tear bar stands about 20 mm behind the head: five lines of 1/6 inch. */
static const guint8 feed_to_tear_bar[] = { ESC, 'd', 5 };
/* Feeds to the cutter by itself, then leaves one point uncut: the slip does not fall on the floor. */
static const guint8 feed_and_cut[] = { GS, 'V', 66, 0 };
static const guint8 reset[] = { ESC, '@' };

/* DLE EOT: which bits of an answer are fixed, and what they are. */
#define ANSWER_MASK 0x93
#define ANSWER_BITS 0x12

#define PRINTER_OFFLINE 0x08
#define OFFLINE_COVER_OPEN 0x04
#define OFFLINE_FEED_BUTTON 0x08
#define OFFLINE_PAPER_END 0x20
#define OFFLINE_ERROR 0x40
#define ERROR_FATAL (0x04 | 0x08 | 0x20) /* mechanics, cutter, unrecoverable */
#define ERROR_PASSES 0x40 /* the head is hot */
#define PAPER_NEAR_END 0x0c
#define PAPER_END 0x60

/* GS a: the four bytes of a packet. */
#define PACKET_LEN 4
#define PACKET_MASK 0x93
#define PACKET_BITS 0x10
#define PACKET_REST_MASK 0x90
#define PACKET_OFFLINE 0x08
#define PACKET_COVER_OPEN 0x20
#define PACKET_NEAR_END 0x03
#define PACKET_END 0x0c

#define PORT_RESERVED 0xc7 /* always 0; else it is noise */
#define PORT_PAPER_EMPTY 0x20
#define PORT_NOT_ERROR 0x08

void
th_escpos_make_harmless (ThRaster *raster)
{
  gsize len = raster->stride * raster->height_dots;

  for (gsize i = 0; i + 1 < len; i++)
    if (raster->rows[i] == DLE && (raster->rows[i + 1] == EOT || raster->rows[i + 1] == ENQ ||
                                   raster->rows[i + 1] == DC4))
      raster->rows[i] = 0x18;
}

GBytes *
th_escpos_begin (void)
{
  return g_bytes_new_static (reset, sizeof reset);
}

GBytes *
th_escpos_complete (void)
{
  return g_bytes_new_take (g_malloc0 (COMPLETE_LEN), COMPLETE_LEN);
}

GBytes *
th_escpos_flush (gboolean cutter)
{
  GByteArray *out = g_byte_array_sized_new (COMPLETE_LEN + 16);

  g_byte_array_set_size (out, COMPLETE_LEN);
  memset (out->data, NUL, COMPLETE_LEN);
  g_byte_array_append (out, reset, sizeof reset);
  if (cutter)
    g_byte_array_append (out, feed_and_cut, sizeof feed_and_cut);
  else
    g_byte_array_append (out, feed_to_tear_bar, sizeof feed_to_tear_bar);
  return g_byte_array_free_to_bytes (out);
}

guint
th_escpos_n_bands (const ThRaster *raster, guint band_rows)
{
  g_return_val_if_fail (
      band_rows >= TH_ESCPOS_MIN_BAND_ROWS && band_rows <= TH_ESCPOS_MAX_BAND_ROWS, 0);

  return (raster->height_dots + band_rows - 1) / band_rows;
}

/* Bytes a row without the white on the right that all rows of the band share: at least 1. */
static gsize
used_stride (const ThRaster *raster, guint first, guint rows)
{
  for (gsize stride = raster->stride; stride > 1; stride--)
    for (guint row = first; row < first + rows; row++)
      if (raster->rows[row * raster->stride + stride - 1] != 0)
        return stride;
  return 1;
}

static void
append_band (GByteArray *out, const ThRaster *raster, guint band_rows, guint band)
{
  guint first = band * band_rows;
  guint rows = MIN (band_rows, raster->height_dots - first);
  guint unused_bits = raster->stride * 8 - raster->width_dots;
  /* The first one is as wide as the picture: so whoever reads the bytes knows how wide that is. */
  gsize stride = band == 0 ? raster->stride : used_stride (raster, first, rows);
  guint8 header[BAND_HEADER_LEN] = {
    GS, 'v', '0', 0, stride & 0xff, stride >> 8, rows & 0xff, rows >> 8,
  };

  g_byte_array_append (out, header, sizeof header);
  for (guint row = first; row < first + rows; row++)
    {
      g_byte_array_append (out, raster->rows + row * raster->stride, stride);
      if (stride == raster->stride)
        out->data[out->len - 1] &= 0xff << unused_bits;
    }
}

GBytes *
th_escpos_band (const ThRaster *raster, guint band_rows, guint band)
{
  GByteArray *out;

  g_return_val_if_fail (raster->stride <= TH_ESCPOS_MAX_STRIDE, NULL);
  g_return_val_if_fail (band < th_escpos_n_bands (raster, band_rows), NULL);

  out = g_byte_array_sized_new (BAND_HEADER_LEN + band_rows * raster->stride);
  append_band (out, raster, band_rows, band);
  return g_byte_array_free_to_bytes (out);
}

GBytes *
th_escpos_end (gboolean cutter)
{
  if (cutter)
    return g_bytes_new_static (feed_and_cut, sizeof feed_and_cut);
  return g_bytes_new_static (feed_to_tear_bar, sizeof feed_to_tear_bar);
}

GBytes *
th_escpos_job (const ThRaster *raster, guint band_rows, gboolean cutter)
{
  guint n_bands = th_escpos_n_bands (raster, band_rows);
  GByteArray *out;

  g_return_val_if_fail (n_bands > 0 && raster->stride <= TH_ESCPOS_MAX_STRIDE, NULL);

  out = g_byte_array_sized_new (n_bands * BAND_HEADER_LEN +
                                raster->height_dots * raster->stride + 16);
  g_byte_array_append (out, reset, sizeof reset);
  for (guint band = 0; band < n_bands; band++)
    append_band (out, raster, band_rows, band);
  if (cutter)
    g_byte_array_append (out, feed_and_cut, sizeof feed_and_cut);
  else
    g_byte_array_append (out, feed_to_tear_bar, sizeof feed_to_tear_bar);
  return g_byte_array_free_to_bytes (out);
}

void
th_escpos_question (ThEscposAsk ask, guint8 ret_bytes[TH_ESCPOS_QUESTION_LEN])
{
  ret_bytes[0] = DLE;
  ret_bytes[1] = EOT;
  ret_bytes[2] = ask;
}

gboolean
th_escpos_status_take (ThEscposStatus *status, ThEscposAsk ask, const guint8 *bytes, gsize len)
{
  gboolean taken = FALSE;

  g_return_val_if_fail (ask >= TH_ESCPOS_ASK_PRINTER && ask <= TH_ESCPOS_ASK_PAPER, FALSE);

  for (gsize i = 0; i < len; i++)
    {
      if ((bytes[i] & ANSWER_MASK) != ANSWER_BITS)
        continue;
      status->answered[ask] = TRUE;
      status->byte[ask] = bytes[i];
      taken = TRUE;
    }
  return taken;
}

/* The bits @mask of an answer; none when it was not answered. */
static guint8
bits (const ThEscposStatus *status, ThEscposAsk ask, guint8 mask)
{
  return status->answered[ask] ? status->byte[ask] & mask : 0;
}

gboolean
th_escpos_status_has_error (const ThEscposStatus *status)
{
  return bits (status, TH_ESCPOS_ASK_PRINTER, PRINTER_OFFLINE) != 0 ||
         bits (status, TH_ESCPOS_ASK_OFFLINE, OFFLINE_ERROR) != 0;
}

ThPaper
th_escpos_status_paper (const ThEscposStatus *status)
{
  if (bits (status, TH_ESCPOS_ASK_OFFLINE, OFFLINE_COVER_OPEN))
    return TH_PAPER_COVER_OPEN;
  if (bits (status, TH_ESCPOS_ASK_OFFLINE, OFFLINE_PAPER_END) ||
      bits (status, TH_ESCPOS_ASK_PAPER, PAPER_END))
    return TH_PAPER_OUT;
  if (bits (status, TH_ESCPOS_ASK_ERROR, ERROR_FATAL))
    return TH_PAPER_FAULT;
  if (bits (status, TH_ESCPOS_ASK_ERROR, ERROR_PASSES))
    return TH_PAPER_HOT;
  if (bits (status, TH_ESCPOS_ASK_OFFLINE, OFFLINE_ERROR))
    return TH_PAPER_FAULT;
  if (bits (status, TH_ESCPOS_ASK_PRINTER, PRINTER_OFFLINE) ||
      bits (status, TH_ESCPOS_ASK_OFFLINE, OFFLINE_FEED_BUTTON))
    return TH_PAPER_OFFLINE;
  if (!status->answered[TH_ESCPOS_ASK_PRINTER] || !status->answered[TH_ESCPOS_ASK_OFFLINE] ||
      !status->answered[TH_ESCPOS_ASK_PAPER])
    return TH_PAPER_UNKNOWN;
  if (bits (status, TH_ESCPOS_ASK_PAPER, PAPER_NEAR_END))
    return TH_PAPER_LOW;
  return TH_PAPER_READY;
}

void
th_escpos_automatic (guint8 ret_bytes[TH_ESCPOS_AUTOMATIC_LEN])
{
  ret_bytes[0] = GS;
  ret_bytes[1] = 'a';
  ret_bytes[2] = 0x0e;
}

static ThPaper
packet_paper (const guint8 *packet)
{
  if (packet[0] & PACKET_COVER_OPEN)
    return TH_PAPER_COVER_OPEN;
  if (packet[2] & PACKET_END)
    return TH_PAPER_OUT;
  if (packet[1] & ERROR_FATAL)
    return TH_PAPER_FAULT;
  if (packet[1] & ERROR_PASSES)
    return TH_PAPER_HOT;
  if (packet[0] & PACKET_OFFLINE)
    return TH_PAPER_OFFLINE;
  return packet[2] & PACKET_NEAR_END ? TH_PAPER_LOW : TH_PAPER_READY;
}

gboolean
th_escpos_automatic_take (const guint8 *bytes, gsize len, ThPaper *ret_paper)
{
  gboolean taken = FALSE;

  for (gsize i = 0; i + PACKET_LEN <= len; i++)
    {
      const guint8 *packet = bytes + i;

      if ((packet[0] & PACKET_MASK) != PACKET_BITS || (packet[1] & PACKET_REST_MASK) != 0 ||
          (packet[2] & PACKET_REST_MASK) != 0 || (packet[3] & PACKET_REST_MASK) != 0)
        continue;
      *ret_paper = packet_paper (packet);
      taken = TRUE;
      i += PACKET_LEN - 1;
    }
  return taken;
}

ThPaper
th_escpos_port_paper (guint8 byte)
{
  if ((byte & PORT_RESERVED) != 0)
    return TH_PAPER_UNKNOWN;
  if ((byte & PORT_PAPER_EMPTY) != 0)
    return TH_PAPER_OUT;
  return (byte & PORT_NOT_ERROR) == 0 ? TH_PAPER_OFFLINE : TH_PAPER_READY;
}
