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
    case TH_SLIP_NOT_TODAY:
    case TH_SLIP_CALIBRATION:
    case TH_SLIP_CLOSE:
      break;
    }
  return "";
}

gboolean
th_slip_kind_from_string (const char *text, ThSlipKind *ret_kind)
{
  static const char *const kinds[] = {
    [TH_SLIP_QUEUE] = "queue",         [TH_SLIP_HEALTH_DESK] = "health-desk",
    [TH_SLIP_NOT_TODAY] = "not-today", [TH_SLIP_TEST] = "test",
    [TH_SLIP_CALIBRATION] = "calibration", [TH_SLIP_CLOSE] = "close-of-day",
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (text, kinds[i]) == 0)
      {
        *ret_kind = i;
        return TRUE;
      }
  return FALSE;
}

static char *
format_copy_mark (guint copy)
{
  if (copy == 0)
    return g_strdup ("");
  if (copy == 1)
    return g_strdup (C_ ("slip", "COPY"));
  /* TRANSLATORS: the second, third … copy of one slip */
  return g_strdup_printf (C_ ("slip", "COPY %u"), copy);
}

/* What every slip has, and "" for all the rest. */
static ThSlip *
slip_new (const ThConfig *config, ThLanguage language, gint64 issued_at_us)
{
  ThSlip *slip = g_new0 (ThSlip, 1);
  char **empty[] = { &slip->heading,  &slip->label, &slip->title,     &slip->lane,  &slip->who, &slip->ahead,
                     &slip->what_now, &slip->keep,  &slip->copy_mark, &slip->token, &slip->last };

  th_words_use (language);
  slip->language = language;
  slip->template = config->slip_template;
  slip->site = g_strdup (config->site_name[language] != NULL ? config->site_name[language] : "");
  slip->when = format_when (issued_at_us);
  slip->now_title = g_strdup (_("What to do now"));
  for (guint i = 0; i < G_N_ELEMENTS (empty); i++)
    *empty[i] = g_strdup ("");
  return slip;
}

static void
say (char **where, const char *words)
{
  g_free (*where);
  *where = g_strdup (words);
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

  slip = slip_new (config, language, issued_at_us);
  th_ticket_label (lane, number, label);
  say (&slip->heading, _("Your number"));
  say (&slip->label, label);
  say (&slip->lane, lane_name (config, language, lane));
  g_free (slip->who);
  slip->who = name != NULL ? th_mask_name (name) : g_strdup ("");
  g_free (slip->ahead);
  slip->ahead = format_ahead (people_ahead);
  say (&slip->what_now, what_now (kind));
  say (&slip->keep, _("Keep this slip. There is no need to stand in line."));
  g_free (slip->copy_mark);
  slip->copy_mark = format_copy_mark (copy);
  say (&slip->token, token);
  return slip;
}

ThSlip *
th_slip_say_wait (ThSlip *slip, int low_s, int high_s)
{
  g_autofree char *ahead = NULL;
  g_autofree char *wait = NULL;

  if (high_s <= 0)
    return slip;
  ahead = slip->ahead;
  if (low_s < 60)
    wait = g_strdup_printf (_("up to %d minutes"), high_s / 60);
  else
    wait = g_strdup_printf (_("about %d to %d minutes"), low_s / 60, high_s / 60);
  /* TRANSLATORS: on the slip: people before you, how long that takes */
  slip->ahead = *ahead != '\0' ? g_strdup_printf (_("%s,\n%s"), ahead, wait)
                               : g_steal_pointer (&wait);
  return slip;
}

/* Nobody beside the person shall read more than that it is another day. */
static const struct
{
  const char *why;
  const char *words;
} not_today[] = {
  { "code-later", N_("Your appointment is on another day.") },
  { "code-past", N_("The day of your appointment is over. Please book another one.") },
  { "code-other-site", N_("Your appointment is at another site.") },
  { "card-expired", N_("Your card is past its date. Please bring a valid one.") },
  { "no-consent", N_("You have not agreed. You may come back at any time if you change your mind.") },
  { "early", N_("You are early. Your place is kept: please come back at the time above.") },
  { "late", N_("The time of your appointment is over. Please book another one.") },
  { "no-appointment", N_("Today people come with an appointment. Please book one.") },
  { "not-yet", N_("It is not your turn yet.") },
  { "too-young", N_("It is not your turn yet.") },
  { "too-soon", N_("It is too soon for your next dose.") },
  { "doses-gone", N_("All doses of today are spoken for.") },
};

gboolean
th_slip_is_taken_home (const char *why)
{
  /* Who does not agree has nothing to carry. */
  if (strcmp (why, "no-consent") == 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (not_today); i++)
    if (strcmp (not_today[i].why, why) == 0)
      return TRUE;
  return FALSE;
}

static const char *
why_not_today (const char *why)
{
  for (guint i = 0; i < G_N_ELEMENTS (not_today); i++)
    if (strcmp (not_today[i].why, why) == 0)
      return _(not_today[i].words);
  return _("Please ask our staff. They will help you to find another day.");
}

ThSlip *
th_slip_compose_not_today (const ThConfig *config, ThLanguage language, const char *why,
                           const char *return_when, gint64 issued_at_us)
{
  ThSlip *slip;

  g_return_val_if_fail (config != NULL && why != NULL, NULL);
  g_return_val_if_fail (language < TH_N_LANGUAGES, NULL);

  slip = slip_new (config, language, issued_at_us);
  say (&slip->title, C_ ("slip", "Not today"));
  if (return_when != NULL && *return_when != '\0')
    {
      say (&slip->heading, _("Please come back"));
      say (&slip->lane, return_when);
    }
  say (&slip->what_now, why_not_today (why));
  return slip;
}

ThSlip *
th_slip_compose_report (const ThConfig *config, ThLanguage language, ThSlipKind kind,
                        const char *const *rows, const char *last, gint64 issued_at_us)
{
  ThSlip *slip;

  g_return_val_if_fail (config != NULL, NULL);
  g_return_val_if_fail (language < TH_N_LANGUAGES, NULL);
  g_return_val_if_fail (kind == TH_SLIP_TEST || kind == TH_SLIP_CALIBRATION || kind == TH_SLIP_CLOSE, NULL);

  slip = slip_new (config, language, issued_at_us);
  if (kind == TH_SLIP_TEST)
    {
      say (&slip->copy_mark, C_ ("slip", "TEST"));
      say (&slip->what_now, what_now (kind));
    }
  else
    say (&slip->title, kind == TH_SLIP_CLOSE ? C_ ("slip", "Close of day") : C_ ("slip", "Calibration"));
  slip->rows = g_strdupv ((char **) rows);
  if (last != NULL)
    say (&slip->last, last);
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
  g_free (slip->title);
  g_free (slip->lane);
  g_free (slip->when);
  wipe (slip->who);
  g_free (slip->ahead);
  g_free (slip->now_title);
  wipe (slip->what_now);
  g_free (slip->keep);
  g_free (slip->copy_mark);
  wipe (slip->token);
  g_strfreev (slip->rows);
  g_free (slip->last);
  g_free (slip);
}
