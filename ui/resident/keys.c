/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/resident/keys.h"

#include <string.h>

static const char *const languages[] = { "language-zh_CN", "language-zh_TW", "language-en" };

/* In the order in which no leads on and back leads back, round and round. */
static const char *const pad[] = { "key-1", "key-2", "key-3", "key-4", "key-5", "key-6",
                                   "key-7", "key-8", "key-9", "key-0", "key-X", "key-rub-out",
                                   "primary", "secondary" };

#define FULL 18 /* digits of a number */
#define X_AT 17 /* the only place where an X may stand */

static gboolean
is_offered (ThResidentKeys *self, guint i)
{
  GtkWidget *button = th_page_find (self->page, pad[i]);

  if (button == NULL || !gtk_widget_is_sensitive (button))
    return FALSE;
  if (g_str_equal (pad[i], "key-rub-out"))
    return self->n_typed > 0;
  if (g_str_equal (pad[i], "key-X"))
    return self->n_typed == X_AT;
  return !g_str_has_prefix (pad[i], "key-") || self->n_typed < FULL;
}

static guint
position (const char *name)
{
  guint i = 0;

  while (i + 1 < G_N_ELEMENTS (pad) && g_strcmp0 (pad[i], name) != 0)
    i++;
  return i;
}

/* @step: +1 or -1. */
static const char *
neighbour (ThResidentKeys *self, int step)
{
  const guint n = G_N_ELEMENTS (pad);
  guint at = position (self->chosen);
  guint i = at;

  do
    i = (i + n + (guint) step) % n;
  while (i != at && !is_offered (self, i));
  return pad[i];
}

static void
mark_pad (ThResidentKeys *self)
{
  if (self->chosen == NULL || !is_offered (self, position (self->chosen)))
    self->chosen = is_offered (self, position ("primary")) ? "primary" : "key-1";
  for (guint i = 0; i < G_N_ELEMENTS (pad); i++)
    {
      GtkWidget *button = th_page_find (self->page, pad[i]);

      th_page_set_key (self->page, pad[i], -1);
      if (button == NULL)
        continue;
      if (g_str_equal (pad[i], self->chosen))
        gtk_widget_add_css_class (button, "chosen");
      else
        gtk_widget_remove_css_class (button, "chosen");
    }
  th_page_set_key (self->page, neighbour (self, -1), TH_KEY_BACK);
  th_page_set_key (self->page, neighbour (self, +1), TH_KEY_NO);
  th_page_set_key (self->page, self->chosen, TH_KEY_YES);
}

static void
mark_languages (ThResidentKeys *self, const char *language)
{
  const guint n = G_N_ELEMENTS (languages);
  guint now = 0;

  while (now + 1 < n && !g_str_has_suffix (languages[now], language))
    now++;
  th_page_set_key (self->page, languages[now], -1);
  th_page_set_key (self->page, languages[(now + 1) % n], TH_KEY_NO);
  th_page_set_key (self->page, languages[(now + n - 1) % n], TH_KEY_BACK);
}

void
th_resident_keys_show (ThResidentKeys *self, GtkWidget *frame, GtkWidget *page, const char *name,
                       const char *language, guint n_typed)
{
  if (self->page != TH_PAGE (page))
    self->chosen = NULL;
  self->frame = TH_PAGE (frame);
  self->page = TH_PAGE (page);
  self->pad = g_str_equal (name, "number");
  self->welcome = g_str_equal (name, "welcome");
  /* Only now the pad is full: go on is what comes next. */
  if (self->pad && n_typed == FULL && self->n_typed < FULL)
    self->chosen = NULL;
  self->n_typed = n_typed;
  if (self->pad && self->chosen == NULL && n_typed < FULL)
    self->chosen = "key-1";
  if (self->pad)
    mark_pad (self);
  if (self->welcome)
    mark_languages (self, language);
}

gboolean
th_resident_keys_press (ThResidentKeys *self, ThPadKey key)
{
  GtkWidget *button;

  if (self->page == NULL)
    return FALSE;
  if (self->pad && (key == TH_KEY_NO || key == TH_KEY_BACK))
    {
      self->chosen = neighbour (self, key == TH_KEY_NO ? +1 : -1);
      mark_pad (self);
      return FALSE; /* nothing is pressed yet */
    }
  button = th_page_find_key (self->page, key);
  if (button == NULL)
    button = th_page_find_key (self->frame, key);
  if (button == NULL)
    return FALSE;
  gtk_widget_activate_action_variant (button,
                                      gtk_actionable_get_action_name (GTK_ACTIONABLE (button)),
                                      gtk_actionable_get_action_target_value (
                                          GTK_ACTIONABLE (button)));
  return TRUE;
}
