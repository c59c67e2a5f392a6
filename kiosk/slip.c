/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a slip; kiosk/slip-draw.c puts them on paper. */
#include "kiosk/slip.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kiosk/id-number.h"
#include "kiosk/records.h"
#include "kiosk/words.h"

static const char *
lane_name (const ThConfig *config, ThLanguage language, char letter)
{
  for (guint i = 0; i < config->n_lanes; i++)
    {
      const ThLane *lane = &config->lanes[i];

      if (lane->letter != letter)
        continue;
      switch (language)
        {
        case TH_LANGUAGE_ZH_CN:
          return lane->name_zh_cn;
        case TH_LANGUAGE_ZH_TW:
          return lane->name_zh_tw;
        case TH_LANGUAGE_EN:
        case TH_N_LANGUAGES:
          return lane->name_en;
        }
    }
  return "";
}

static char *
format_when (gint64 issued_at_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (issued_at_us / G_USEC_PER_SEC);

  if (time == NULL)
    return g_strdup ("");
  /* TRANSLATORS: date and time on the slip, as g_date_time_format() takes it; digits only, so that
   * it reads the same in every locale. */
  return g_date_time_format (time, _("%Y-%m-%d  %H:%M"));
}

static char *
format_ahead (int people_ahead)
{
  if (people_ahead < 0)
    return g_strdup ("");
  if (people_ahead == 0)
    return g_strdup (_("You are next"));
  return g_strdup_printf (
      ngettext ("%d person before you", "%d people before you", people_ahead), people_ahead);
}

static const char *
what_now (ThSlipKind kind)
{
  switch (kind)
    {
    case TH_SLIP_QUEUE:
      /* TRANSLATORS: this and the health desk's line below stand in the same place of two slips that must look
       * alike to somebody beside the person: give both the same number of characters, and a line break (\n), if
       * the language should not break anywhere, in the same place. */
      return _("Please wait in the waiting area until your number is called");
    case TH_SLIP_HEALTH_DESK:
      /* TRANSLATORS: as long as the waiting area's line above; calm, no reason given. */
      return _("Please go to the health desk first and show this slip there");
    case TH_SLIP_TEST:
      return _("This is a printer test. It is not a queue number.");
    }
  return "";
}

static char *
format_copy_mark (ThSlipKind kind, guint copy)
{
  if (kind == TH_SLIP_TEST)
    return g_strdup (C_ ("slip", "TEST"));
  if (copy == 0)
    return g_strdup ("");
  if (copy == 1)
    return g_strdup (C_ ("slip", "COPY"));
  /* TRANSLATORS: the second, third … copy of one slip */
  return g_strdup_printf (C_ ("slip", "COPY %u"), copy);
}

ThSlip *
th_slip_compose (const ThConfig *config, ThLanguage language, ThSlipKind kind, char lane,
                 guint number, const char *token, const char *name, int people_ahead,
                 gint64 issued_at_us, guint copy)
{
  ThSlip *slip;
  char label[16];

  g_return_val_if_fail (config != NULL && token != NULL, NULL);
  g_return_val_if_fail (language < TH_N_LANGUAGES, NULL);

  th_words_use (language);
  th_ticket_label (lane, number, label);

  slip = g_new0 (ThSlip, 1);
  slip->language = language;
  slip->site = g_strdup (config->site_name[language] != NULL ? config->site_name[language] : "");
  slip->heading = g_strdup (kind == TH_SLIP_TEST ? "" : _("Your number"));
  slip->label = g_strdup (label);
  slip->lane = g_strdup (lane_name (config, language, lane));
  slip->when = format_when (issued_at_us);
  slip->who = name != NULL ? th_mask_name (name) : g_strdup ("");
  slip->ahead = format_ahead (people_ahead);
  slip->now_title = g_strdup (_("What to do now"));
  slip->what_now = g_strdup (what_now (kind));
  slip->keep = g_strdup (
      kind == TH_SLIP_TEST ? "" : _("Keep this slip. There is no need to stand in line."));
  slip->copy_mark = format_copy_mark (kind, copy);
  slip->token = g_strdup (token);
  return slip;
}

static void
wipe (char *text)
{
  if (text == NULL)
    return;
  explicit_bzero (text, strlen (text));
  g_free (text);
}

void
th_slip_free (ThSlip *slip)
{
  if (slip == NULL)
    return;
  g_free (slip->site);
  g_free (slip->heading);
  g_free (slip->label);
  g_free (slip->lane);
  g_free (slip->when);
  wipe (slip->who);
  g_free (slip->ahead);
  g_free (slip->now_title);
  wipe (slip->what_now);
  g_free (slip->keep);
  g_free (slip->copy_mark);
  wipe (slip->token);
  g_free (slip);
}
