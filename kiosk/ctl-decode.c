/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `card decode`, `id check`, `sensor decode`: the pure pieces, fed by hand. */
#include <stdio.h>
#include <string.h>

#include "kiosk/area.h"
#include "kiosk/card-json.h"
#include "kiosk/ctl.h"
#include "kiosk/id-number.h"
#include "kiosk/sensor-json.h"

int
th_ctl_card_decode (int argc, char **argv)
{
  g_autoptr(GBytes) input = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  gconstpointer data;
  gsize len;

  if (!th_ctl_parse (&argc, &argv, NULL, "FILE|-",
                     "One reply of the reader to a read, bytes or hex text, as JSON."))
    return TH_CTL_USAGE;
  if (argc != 2)
    return th_ctl_fail (TH_CTL_USAGE, "card decode: one FILE, or - for standard input");
  input = th_ctl_read_input (argv[1]);
  if (input == NULL)
    return TH_CTL_BAD;
  data = g_bytes_get_data (input, &len);
  text = th_card_decode_json (data, len, &error);
  if (text == NULL)
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  g_print ("%s%s", text, g_str_has_suffix (text, "\n") ? "" : "\n");
  return TH_CTL_GOOD;
}

int
th_ctl_id_check (int argc, char **argv)
{
  g_autofree char *today_text = NULL;
  gboolean verbose = FALSE;
  const GOptionEntry entries[] = {
    { "today", 0, 0, G_OPTION_ARG_STRING, &today_text, "instead of today, as 2026-11-22", "DATE" },
    { "verbose", 0, 0, G_OPTION_ARG_NONE, &verbose, "also the area that the number names", NULL },
    { NULL },
  };
  ThDate today = th_date_today ();
  int status = TH_CTL_GOOD;

  if (!th_ctl_parse (&argc, &argv, entries, "NUMBER…",
                     "A line for each number: \"valid\", or \"invalid: \" and why."))
    return TH_CTL_USAGE;
  if (argc < 2)
    return th_ctl_fail (TH_CTL_USAGE, "id check: which NUMBER?");
  if (today_text != NULL && !th_date_from_string (today_text, &today))
    return th_ctl_fail (TH_CTL_USAGE, "id check: '%s' is not a date such as 2026-11-22",
                        today_text);
  for (int i = 1; i < argc; i++)
    {
      g_autoptr(GError) error = NULL;
      char number[19];

      if (th_id_number_check (argv[i], today, number, &error))
        {
          g_autofree char *area = th_area_name (number);

          g_print ("valid%s%s\n", verbose && area[0] != '\0' ? ": " : "", verbose ? area : "");
        }
      else
        g_print ("invalid: %s\n", error->message);
      if (error != NULL)
        status = TH_CTL_BAD;
    }
  return status;
}

int
th_ctl_sensor_decode (int argc, char **argv)
{
  g_autofree char *text = NULL;
  g_autofree char *json = NULL;
  g_autoptr(GError) error = NULL;

  if (!th_ctl_parse (
          &argc, &argv, NULL, "HEX",
          "A whole transaction as seen on the wire (\"B4 07 B5 D2 3A 30\"), or one object\n"
          "word (\"0x3ad2\"), as JSON."))
    return TH_CTL_USAGE;
  if (argc < 2)
    return th_ctl_fail (TH_CTL_USAGE, "sensor decode: which HEX?");
  text = g_strjoinv (" ", argv + 1);
  json = th_sensor_decode_json (text, &error);
  if (json == NULL)
    return th_ctl_fail (TH_CTL_BAD, "%s", error->message);
  g_print ("%s\n", json);
  return TH_CTL_GOOD;
}
