/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/words.h"

#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <string.h>

static ThLanguage current = TH_LANGUAGE_EN;
static gboolean chosen;

void
th_words_init (void)
{
  const char *dir = g_getenv ("THRESHOLD_LOCALEDIR"); /* uninstalled runs */

  /* LANGUAGE only counts in a locale that is not "C"; C.UTF-8 is in every Debian. */
  if (setlocale (LC_ALL, "") == NULL || strcmp (nl_langinfo (CODESET), "UTF-8") != 0 ||
      g_strcmp0 (setlocale (LC_MESSAGES, NULL), "C") == 0)
    setlocale (LC_ALL, "C.UTF-8");
  bindtextdomain (GETTEXT_PACKAGE, dir != NULL ? dir : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

void
th_words_use (ThLanguage language)
{
  if (chosen && current == language)
    return;
  g_setenv ("LANGUAGE", th_language_to_string (language), TRUE);
  /* glibc looks at LANGUAGE again only after its catalogue cache is dropped, which this does. */
  textdomain (GETTEXT_PACKAGE);
  current = language;
  chosen = TRUE;
}

ThLanguage
th_words_current (void)
{
  return current;
}
