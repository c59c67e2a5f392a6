/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language of what people read, and what other threads read meanwhile. */
#include "kiosk/words.h"

#include <libintl.h>
#include <unistd.h>

static void
test_each_language_has_its_words (void)
{
  th_words_use (TH_LANGUAGE_ZH_CN);
  g_assert_cmpstr (g_dpgettext2 (NULL, "resident", "Your number"), ==, "您的号码");
  th_words_use (TH_LANGUAGE_ZH_TW);
  g_assert_cmpstr (g_dpgettext2 (NULL, "resident", "Your number"), ==, "您的號碼");
  th_words_use (TH_LANGUAGE_EN);
  g_assert_cmpstr (g_dpgettext2 (NULL, "resident", "Your number"), ==, "Your number");
}

/* Threads that GTK starts read the environment at any time: the table of variables must never move under them. */
static void
test_another_language_moves_no_variable (void)
{
  char **table = environ;
  guint n = g_strv_length (environ);
  g_autofree char **places = g_memdup2 (environ, n * sizeof (char *));

  for (guint i = 0; i < 100; i++)
    {
      th_words_use (i % TH_N_LANGUAGES);
      g_assert_true (environ == table);
      g_assert_cmpuint (g_strv_length (environ), ==, n);
      for (guint k = 0; k < n; k++)
        g_assert_true (environ[k] == places[k] || g_str_has_prefix (environ[k], "LANGUAGE="));
    }
}

int
main (int argc, char **argv)
{
  g_unsetenv ("LANGUAGE");
  th_words_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/another_language_moves_no_variable", test_another_language_moves_no_variable);
  g_test_add_func ("/words/each_language_has_its_words", test_each_language_has_its_words);
  return g_test_run ();
}
