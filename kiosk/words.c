/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/words.h"

#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <string.h>

static ThLanguage current = TH_LANGUAGE_EN;
static gboolean chosen;

/* "C" (glibc's answer for "POSIX" too), "C.UTF-8", "C.utf8". */
static gboolean
is_untranslated (const char *locale)
{
  return strcmp (locale, "C") == 0 || g_str_has_prefix (locale, "C.");
}

void
th_words_init (void)
{
  const char *dir = g_getenv ("THRESHOLD_LOCALEDIR"); /* uninstalled runs */
  g_autofree char *wished = g_strdup (g_getenv ("LANGUAGE"));

  /* Before any thread: from now on LANGUAGE has its place among the variables, and th_words_use() swaps only what stands
   * there. A new variable moves them all, under the eyes of whoever reads one: fontconfig's thread does while GTK starts,
   * and the program ended (glibc before 2.41). Empty is as good as unset. */
  g_setenv ("LANGUAGE", wished != NULL ? wished : "", TRUE);
  if (setlocale (LC_ALL, "") == NULL || strcmp (nl_langinfo (CODESET), "UTF-8") != 0)
    setlocale (LC_ALL, "C.UTF-8"); /* in every Debian */
  /* Whatever LANGUAGE says, glibc translates nothing in "C", nor, in Debian 13, in "C.UTF-8". It
   * judges by the name: with a territory (ZZ is nobody's) it is not one of these, and setlocale()
   * still finds C.UTF-8 for it by leaving the territory out. */
  if (is_untranslated (setlocale (LC_MESSAGES, NULL)))
    setlocale (LC_MESSAGES, "C_ZZ.UTF-8");
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
