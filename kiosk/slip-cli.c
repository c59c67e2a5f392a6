/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/slip-cli.h"

#include <stdlib.h>
#include <string.h>

#include "drivers/escpos.h"
#include "kiosk/printer-setup.h"
#include "kiosk/slip-decode.h"
#include "kiosk/slip.h"

/* As every thresholdctl command. */
#define EXIT_FINDING 1
#define EXIT_USAGE 2

#define MAX_ROWS 40 /* of a report */
#define MAX_BYTES_FILE (4 * 1024 * 1024)

/* The words of the command line; NULL and 0 where nothing was said. */
typedef struct
{
  char *config, *kind, *lang, *number, *name, *time, *token, *png, *escpos, *why, *return_when, *last;
  char **rows; /* "Label=Value" */
  int width, dpi, ahead, copy, wait_min, wait_max;
} Asked;

static void
asked_clear (Asked *asked)
{
  g_free (asked->config);
  g_free (asked->kind);
  g_free (asked->lang);
  g_free (asked->number);
  g_free (asked->name);
  g_free (asked->time);
  g_free (asked->token);
  g_free (asked->png);
  g_free (asked->escpos);
  g_free (asked->why);
  g_free (asked->return_when);
  g_free (asked->last);
  g_strfreev (asked->rows);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asked, asked_clear)

static int
fail (int status, const char *why)
{
  g_printerr ("thresholdctl: %s\n", why);
  return status;
}

/* "A-017" */
static gboolean
parse_number (const char *text, char *ret_lane, guint *ret_number)
{
  guint64 number;

  if (!g_ascii_isupper (text[0]) || text[1] != '-' ||
      !g_ascii_string_to_unsigned (text + 2, 10, 1, 9999, &number, NULL))
    return FALSE;
  *ret_lane = text[0];
  *ret_number = number;
  return TRUE;
}

static gboolean
is_token (const char *text)
{
  return strlen (text) == 32 && strspn (text, "0123456789abcdef") == 32;
}

/* Not a ticket's token: only says of itself that it is an example. */
#define EXAMPLE_TOKEN "00000000000000000000000000000000"

static gboolean
parse_time (const char *text, gint64 *ret_us)
{
  const gboolean to_the_minute = strlen (text) == strlen ("2026-11-22T09:41");
  g_autofree char *whole = g_strconcat (text, to_the_minute ? ":00" : "", NULL);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (whole, zone);

  if (time == NULL)
    return FALSE;
  *ret_us = g_date_time_to_unix (time) * G_USEC_PER_SEC;
  return TRUE;
}

static int
write_slip (const Asked *asked, const ThPrinterProfile *profile, const ThSlip *slip)
{
  g_autoptr (GError) error = NULL;
  const ThPrintHead head = { profile->width_dots, profile->dpi };
  g_autoptr (ThRaster) raster = th_slip_draw (slip, &head, &error);

  if (raster == NULL)
    return fail (EXIT_FINDING, error->message);
  if (asked->png != NULL && !th_raster_write_png (raster, asked->png, &error))
    return fail (EXIT_FINDING, error->message);
  if (asked->escpos != NULL)
    {
      g_autoptr (GBytes) job =
          th_escpos_job (raster, profile->band_rows, profile->cutter);

      if (!g_file_set_contents (asked->escpos, g_bytes_get_data (job, NULL), g_bytes_get_size (job),
                                &error))
        return fail (EXIT_FINDING, error->message);
    }
  g_print ("%u x %u dots\n", raster->width_dots, raster->height_dots);
  return EXIT_SUCCESS;
}

/* Of "Label=Value" each: label, value, …; what has no "=" is a label alone. */
static char **
split_rows (char **rows)
{
  GPtrArray *split = g_ptr_array_new ();

  for (guint i = 0; rows != NULL && rows[i] != NULL && i < MAX_ROWS; i++)
    {
      const char *equals = strchr (rows[i], '=');

      g_ptr_array_add (split, equals != NULL ? g_strndup (rows[i], equals - rows[i]) : g_strdup (rows[i]));
      g_ptr_array_add (split, g_strdup (equals != NULL ? equals + 1 : ""));
    }
  g_ptr_array_add (split, NULL);
  return (char **) g_ptr_array_free (split, FALSE);
}

static ThSlip *
compose (const Asked *asked, const ThConfig *config, ThLanguage language, ThSlipKind kind, char lane,
         guint number, gint64 time_us)
{
  g_auto (GStrv) rows = NULL;
  guint copy = asked->copy;
  ThSlip *slip = NULL;

  switch (kind)
    {
    case TH_SLIP_QUEUE:
    case TH_SLIP_HEALTH_DESK:
      if (asked->kind != NULL && strcmp (asked->kind, "copy") == 0 && copy == 0)
        copy = 1;
      slip = th_slip_compose (config, language, kind, lane, number,
                              asked->token != NULL ? asked->token : EXAMPLE_TOKEN, asked->name,
                              asked->ahead, time_us, copy);
      return th_slip_say_wait (slip, asked->wait_min * 60, asked->wait_max * 60);
    case TH_SLIP_NOT_TODAY:
      slip = th_slip_compose_not_today (config, language, asked->why != NULL ? asked->why : "",
                                        asked->return_when, time_us);
      break;
    case TH_SLIP_TEST:
    case TH_SLIP_CALIBRATION:
    case TH_SLIP_CLOSE:
      rows = split_rows (asked->rows);
      slip = th_slip_compose_report (config, language, kind, (const char *const *) rows, asked->last,
                                     time_us);
      break;
    }
  /* A number that is kept for another day has its code; a test shows that codes can be read. */
  if (asked->token != NULL || kind == TH_SLIP_TEST)
    {
      g_free (slip->token);
      slip->token = g_strdup (asked->token != NULL ? asked->token : EXAMPLE_TOKEN);
    }
  return slip;
}

static int
render (const Asked *asked)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThConfig) config = NULL;
  g_autoptr (ThSlip) slip = NULL;
  ThSlipKind kind = TH_SLIP_QUEUE;
  ThLanguage language;
  char lane = 'A';
  guint number = 1;
  ThPrinterProfile profile;
  gint64 time_us = g_get_real_time ();

  if (asked->png == NULL && asked->escpos == NULL)
    return fail (EXIT_USAGE, "slip render: say --png FILE, --escpos FILE, or both");
  if (asked->kind != NULL && strcmp (asked->kind, "copy") != 0 &&
      !th_slip_kind_from_string (asked->kind, &kind))
    return fail (EXIT_USAGE, "slip render: --kind is queue, health-desk, not-today, copy, test, calibration or "
                             "close-of-day");
  if (asked->number != NULL && !parse_number (asked->number, &lane, &number))
    return fail (EXIT_USAGE, "slip render: --number is a lane and a number, as in A-017");
  if (asked->token != NULL && !is_token (asked->token))
    return fail (EXIT_USAGE, "slip render: --token is 32 characters of 0-9 and a-f");
  if (asked->time != NULL && !parse_time (asked->time, &time_us))
    return fail (EXIT_USAGE, "slip render: --time is a date and time, as in 2026-11-22T09:41");
  if (asked->width != 0 && (asked->width < 360 || asked->width > 832))
    return fail (EXIT_USAGE, "slip render: --width is 360 to 832, as 384, 512 or 576");
  if (asked->dpi != 0 && (asked->dpi < 150 || asked->dpi > 300))
    return fail (EXIT_USAGE, "slip render: --dpi is 150 to 300, as 180 or 203");
  if (asked->wait_min < 0 || asked->wait_max > 24 * 60 || asked->wait_min > asked->wait_max)
    return fail (EXIT_USAGE, "slip render: --wait-from and --wait-to are minutes, up to a day");
  if (asked->ahead < -1 || asked->copy < 0)
    return fail (EXIT_USAGE, "slip render: --ahead and --copy count from 0");

  config = th_config_load (asked->config, NULL, &error);
  if (config == NULL)
    return fail (EXIT_FINDING, error->message);
  language = config->default_language;
  if (asked->lang != NULL && !th_language_from_string (asked->lang, &language))
    return fail (EXIT_USAGE, "slip render: --lang is en, zh_CN or zh_TW");
  th_printer_setup_profile (&config->printer, &profile);
  if (asked->width != 0)
    profile.width_dots = asked->width;
  if (asked->dpi != 0)
    profile.dpi = asked->dpi;
  slip = compose (asked, config, language, kind, lane, number, time_us);
  return write_slip (asked, &profile, slip);
}

int
th_slip_render_main (int argc, char **argv)
{
  g_auto (Asked) asked = { .ahead = -1 };
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &asked.config, "the kiosk's configuration", "FILE" },
    { "kind", 0, 0, G_OPTION_ARG_STRING, &asked.kind, "queue, health-desk, not-today, copy, test, calibration, close-of-day",
      "KIND" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &asked.lang, "en, zh_CN or zh_TW", "LANG" },
    { "number", 0, 0, G_OPTION_ARG_STRING, &asked.number, "lane and number", "A-017" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &asked.name, "is masked on the slip", "NAME" },
    { "time", 0, 0, G_OPTION_ARG_STRING, &asked.time, "instead of now", "ISO" },
    { "token", 0, 0, G_OPTION_ARG_STRING, &asked.token, "what the QR code says", "HEX" },
    { "ahead", 0, 0, G_OPTION_ARG_INT, &asked.ahead, "people before this one", "N" },
    { "wait-from", 0, 0, G_OPTION_ARG_INT, &asked.wait_min, "how long the wait will be at least", "MIN" },
    { "wait-to", 0, 0, G_OPTION_ARG_INT, &asked.wait_max, "… and at most", "MIN" },
    { "copy", 0, 0, G_OPTION_ARG_INT, &asked.copy, "marks it as copy N", "N" },
    { "why", 0, 0, G_OPTION_ARG_STRING, &asked.why, "not-today: the reason, as early", "WHY" },
    { "return", 0, 0, G_OPTION_ARG_STRING, &asked.return_when, "not-today: when to come again", "WHEN" },
    { "row", 0, 0, G_OPTION_ARG_STRING_ARRAY, &asked.rows, "a row of a report; again for the next", "LABEL=VALUE" },
    { "last", 0, 0, G_OPTION_ARG_STRING, &asked.last, "a long word at the end of a report", "WORD" },
    { "width", 0, 0, G_OPTION_ARG_INT, &asked.width, "384, 512 or 576 dots", "DOTS" },
    { "dpi", 0, 0, G_OPTION_ARG_INT, &asked.dpi, "203 or 180", "DPI" },
    { "png", 0, 0, G_OPTION_ARG_FILENAME, &asked.png, "writes the picture", "FILE" },
    { "escpos", 0, 0, G_OPTION_ARG_FILENAME, &asked.escpos, "writes the printer's bytes", "FILE" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return fail (EXIT_USAGE, error->message);
  if (argc > 1)
    return fail (EXIT_USAGE, "slip render takes no file of its own");
  return render (&asked);
}

/* "b.png" → "b-2.png" */
static char *
numbered_path (const char *path, guint number)
{
  const char *dot = strrchr (path, '.');

  if (number == 1)
    return g_strdup (path);
  if (dot == NULL || strchr (dot, '/') != NULL)
    return g_strdup_printf ("%s-%u", path, number);
  return g_strdup_printf ("%.*s-%u%s", (int) (dot - path), path, number, dot);
}

static int
decode (const char *from, const char *to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new (from, FALSE, &error);
  g_autoptr (GString) list = g_string_new (NULL);
  g_autoptr (GPtrArray) slips = NULL;

  if (file == NULL)
    return fail (EXIT_FINDING, error->message);
  if (g_mapped_file_get_length (file) > MAX_BYTES_FILE)
    return fail (EXIT_FINDING, "slip decode: more bytes than any slip has");
  slips = th_slip_decode_listed ((const guint8 *) g_mapped_file_get_contents (file),
                                 g_mapped_file_get_length (file), list, &error);
  g_print ("%s", list->str);
  if (slips == NULL)
    {
      g_prefix_error (&error, "%s: ", from);
      return fail (EXIT_FINDING, error->message);
    }
  if (slips->len == 0)
    return fail (EXIT_FINDING, "slip decode: nothing would be printed");
  for (guint i = 0; i < slips->len; i++)
    {
      const ThRaster *raster = g_ptr_array_index (slips, i);
      g_autofree char *path = numbered_path (to, i + 1);

      if (!th_raster_write_png (raster, path, &error))
        return fail (EXIT_FINDING, error->message);
      g_print ("%s: %u x %u dots\n", path, raster->width_dots, raster->height_dots);
    }
  return EXIT_SUCCESS;
}

int
th_slip_decode_main (int argc, char **argv)
{
  g_autofree char *png = NULL;
  const GOptionEntry entries[] = {
    { "png", 0, 0, G_OPTION_ARG_FILENAME, &png, "where the picture goes", "FILE" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("FILE");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return fail (EXIT_USAGE, error->message);
  if (argc != 2 || png == NULL)
    return fail (EXIT_USAGE, "slip decode: say one FILE of printer bytes and --png FILE");
  return decode (argv[1], png);
}
