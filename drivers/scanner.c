/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scanner.h"

#include <linux/input-event-codes.h>
#include <string.h>

#define NO_CHARACTER 0xff

gboolean
th_scan_line_end (ThScanLine *line)
{
  gboolean whole = line->len > 0;

  line->text[line->len] = '\0';
  line->len = 0;
  return whole;
}

gboolean
th_scan_line_add (ThScanLine *line, guint8 byte)
{
  /* A tab is how some scanners are set up to end; no code of ours has one. */
  if (byte == '\r' || byte == '\n' || byte == '\t' || byte == '\0')
    return th_scan_line_end (line);
  if (line->len < TH_SCAN_MAX)
    line->text[line->len++] = g_ascii_isprint (byte) ? (char) byte : '?';
  return FALSE;
}

void
th_scan_line_clear (ThScanLine *line)
{
  explicit_bzero (line, sizeof *line);
}

/* US layout: what every keyboard-type scanner sends unless it was set up otherwise. */
static const char layout[][2] = {
  [KEY_1] = { '1', '!' },          [KEY_2] = { '2', '@' },
  [KEY_3] = { '3', '#' },          [KEY_4] = { '4', '$' },
  [KEY_5] = { '5', '%' },          [KEY_6] = { '6', '^' },
  [KEY_7] = { '7', '&' },          [KEY_8] = { '8', '*' },
  [KEY_9] = { '9', '(' },          [KEY_0] = { '0', ')' },
  [KEY_MINUS] = { '-', '_' },      [KEY_EQUAL] = { '=', '+' },
  [KEY_TAB] = { '\t', '\t' },      [KEY_Q] = { 'q', 'Q' },
  [KEY_W] = { 'w', 'W' },          [KEY_E] = { 'e', 'E' },
  [KEY_R] = { 'r', 'R' },          [KEY_T] = { 't', 'T' },
  [KEY_Y] = { 'y', 'Y' },          [KEY_U] = { 'u', 'U' },
  [KEY_I] = { 'i', 'I' },          [KEY_O] = { 'o', 'O' },
  [KEY_P] = { 'p', 'P' },          [KEY_LEFTBRACE] = { '[', '{' },
  [KEY_RIGHTBRACE] = { ']', '}' }, [KEY_ENTER] = { '\r', '\r' },
  [KEY_A] = { 'a', 'A' },          [KEY_S] = { 's', 'S' },
  [KEY_D] = { 'd', 'D' },          [KEY_F] = { 'f', 'F' },
  [KEY_G] = { 'g', 'G' },          [KEY_H] = { 'h', 'H' },
  [KEY_J] = { 'j', 'J' },          [KEY_K] = { 'k', 'K' },
  [KEY_L] = { 'l', 'L' },          [KEY_SEMICOLON] = { ';', ':' },
  [KEY_APOSTROPHE] = { '\'', '"' }, [KEY_GRAVE] = { '`', '~' },
  [KEY_BACKSLASH] = { '\\', '|' }, [KEY_Z] = { 'z', 'Z' },
  [KEY_X] = { 'x', 'X' },          [KEY_C] = { 'c', 'C' },
  [KEY_V] = { 'v', 'V' },          [KEY_B] = { 'b', 'B' },
  [KEY_N] = { 'n', 'N' },          [KEY_M] = { 'm', 'M' },
  [KEY_COMMA] = { ',', '<' },      [KEY_DOT] = { '.', '>' },
  [KEY_SLASH] = { '/', '?' },      [KEY_SPACE] = { ' ', ' ' },
  [KEY_KPASTERISK] = { '*', '*' }, [KEY_KP7] = { '7', '7' },
  [KEY_KP8] = { '8', '8' },        [KEY_KP9] = { '9', '9' },
  [KEY_KPMINUS] = { '-', '-' },    [KEY_KP4] = { '4', '4' },
  [KEY_KP5] = { '5', '5' },        [KEY_KP6] = { '6', '6' },
  [KEY_KPPLUS] = { '+', '+' },     [KEY_KP1] = { '1', '1' },
  [KEY_KP2] = { '2', '2' },        [KEY_KP3] = { '3', '3' },
  [KEY_KP0] = { '0', '0' },        [KEY_KPDOT] = { '.', '.' },
  [KEY_KPENTER] = { '\r', '\r' },  [KEY_KPSLASH] = { '/', '/' },
};

gboolean
th_scan_keys_add (ThScanKeys *keys, guint16 type, guint16 code, gint32 value, guint8 *ret_byte)
{
  guint8 shift = code == KEY_LEFTSHIFT ? 1 : code == KEY_RIGHTSHIFT ? 2 : 0;
  guint8 byte;

  if (type == EV_SYN && code == SYN_DROPPED)
    {
      /* Which keys went is not known, shift perhaps among them. */
      *keys = (ThScanKeys){ .lost = TRUE };
      *ret_byte = NO_CHARACTER;
      return TRUE;
    }
  if (type == EV_SYN && code == SYN_REPORT)
    keys->lost = FALSE;
  if (type != EV_KEY || keys->lost)
    return FALSE;
  if (shift != 0)
    {
      keys->shift = value != 0 ? keys->shift | shift : keys->shift & ~shift;
      return FALSE;
    }
  /* 1 is pressed, 0 let go, 2 repeated by the kernel because it was held. */
  if (value != 1 || code >= G_N_ELEMENTS (layout))
    return FALSE;
  byte = (guint8) layout[code][keys->shift != 0];
  if (byte == 0)
    return FALSE;
  *ret_byte = byte;
  return TRUE;
}
