/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/room-file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "drivers/devices.h"

#define MAX_TEXT 32
#define MAX_DIGITS 6
/* A sensor that broke, or has just been powered (a DS18B20 then says 85 °C), is out of these. */
#define LOWEST_MC (-40000)
#define HIGHEST_MC 60000

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_PROTOCOL, "the room's sensor: %s", why);
  return FALSE;
}

gboolean
th_room_file_parse (const char *text, gsize len, int *ret_mc, GError **error)
{
  gboolean negative = FALSE;
  gsize at = 0, digits = 0;
  int value = 0;

  if (len > MAX_TEXT)
    return refuse (error, "more text than a number has");
  while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' '))
    len--;
  if (at < len && text[at] == '-')
    {
      negative = TRUE;
      at++;
    }
  for (; at < len; at++, digits++)
    {
      if (!g_ascii_isdigit (text[at]) || digits == MAX_DIGITS)
        return refuse (error, "no whole number of thousandths of °C");
      value = value * 10 + g_ascii_digit_value (text[at]);
    }
  if (digits == 0)
    return refuse (error, "no number");
  if (negative)
    value = -value;
  if (value < LOWEST_MC || value > HIGHEST_MC)
    return refuse (error, "a temperature that no room has");
  *ret_mc = value;
  return TRUE;
}

gboolean
th_room_file_read (const char *path, int *ret_mc, GError **error)
{
  char text[MAX_TEXT + 1];
  /* Never waits for somebody to write, should it be a pipe. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  int code = errno;
  gssize len;

  if (fd < 0)
    {
      g_set_error (error, TH_DEVICE_ERROR,
                   code == EACCES ? TH_DEVICE_ERROR_ACCESS : TH_DEVICE_ERROR_GONE,
                   "the room's sensor: cannot open %s: %s", path, g_strerror (code));
      return FALSE;
    }
  len = read (fd, text, sizeof text);
  code = errno;
  close (fd);
  if (len < 0)
    {
      g_set_error (error, TH_DEVICE_ERROR, TH_DEVICE_ERROR_GONE,
                   "the room's sensor: cannot read %s: %s", path, g_strerror (code));
      return FALSE;
    }
  return th_room_file_parse (text, (gsize) len, ret_mc, error);
}
