/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The four keys on the residents' screens: what each does on every page. With RESIDENT_SCREENSHOTS=DIR the
 * pages with the keys' signs are left there as PNGs.
 */
#include <gtk/gtk.h>
#include <string.h>

#include "kiosk/words.h"
#include "tests/checkin-double.h"
#include "ui/resident/window.h"

#define NOTHING TH_EVENT_TOUCH /* a sign of life, no more */

typedef struct
{
  const char *name;
  const char *set[14]; /* property, value, … as text */
  int verb[TH_N_KEYS]; /* what yes, no, back and help do; -1: choose another language */
} Case;

static const Case cases[] = {
  { "welcome",
    { "state", "welcome", "takes-cards", "1" },
    { TH_EVENT_NO_CARD, -1, -1, TH_EVENT_HELP } },
  { "reading", { "state", "reading" }, { NOTHING, NOTHING, NOTHING, TH_EVENT_HELP } },
  { "reading-again",
    { "state", "reading", "reading-hint", "again" },
    { TH_EVENT_NO_CARD, TH_EVENT_LEAVE, NOTHING, TH_EVENT_HELP } },
  { "identity",
    { "state", "identity", "masked-name", "张*试", "birth-year", "1948" },
    { TH_EVENT_YES, TH_EVENT_NO, NOTHING, TH_EVENT_HELP } },
  { "symptoms",
    { "state", "questions", "question", "symptoms", "question-number", "1" },
    { TH_EVENT_YES, TH_EVENT_NO, NOTHING, TH_EVENT_HELP } },
  { "travel",
    { "state", "questions", "question", "travel", "question-number", "2", "can-go-back", "1" },
    { TH_EVENT_YES, TH_EVENT_NO, TH_EVENT_BACK, TH_EVENT_HELP } },
  { "consent",
    { "state", "questions", "question", "consent", "question-number", "4", "can-go-back", "1" },
    { TH_EVENT_YES, TH_EVENT_NO, TH_EVENT_BACK, TH_EVENT_HELP } },
  { "measuring",
    { "state", "measuring", "guide", "hold", "distance", "0.9", "steadiness", "0.6" },
    { NOTHING, TH_EVENT_LEAVE, NOTHING, TH_EVENT_HELP } },
  { "rest",
    { "state", "rest", "rest-seconds", "10" },
    { NOTHING, TH_EVENT_LEAVE, NOTHING, TH_EVENT_HELP } },
  { "rest-over",
    { "state", "rest", "rest-seconds", "55", "rest-over", "1" },
    { TH_EVENT_YES, TH_EVENT_LEAVE, NOTHING, TH_EVENT_HELP } },
  { "printing", { "state", "printing", "slip", "printing" }, { NOTHING, NOTHING, NOTHING, NOTHING } },
  { "place",
    { "state", "place", "ticket", "A-017" },
    { TH_EVENT_LEAVE, TH_EVENT_COPY, NOTHING, TH_EVENT_HELP } },
  { "done",
    { "state", "done", "ticket", "A-017", "slip", "confirmed", "people-ahead", "3" },
    { TH_EVENT_LEAVE, NOTHING, NOTHING, NOTHING } },
  { "done-uncertain",
    { "state", "done", "ticket", "A-017", "slip", "uncertain" },
    { TH_EVENT_LEAVE, NOTHING, NOTHING, NOTHING } },
  { "not-today",
    { "state", "not-today", "end", "no-consent" },
    { TH_EVENT_LEAVE, NOTHING, NOTHING, TH_EVENT_HELP } },
  { "help",
    { "state", "help", "end", "asked", "can-go-back", "1" },
    { TH_EVENT_YES, TH_EVENT_LEAVE, NOTHING, NOTHING } },
  { "help-alone", { "state", "help", "end", "asked" }, { TH_EVENT_YES, NOTHING, NOTHING, NOTHING } },
  { "trouble",
    { "state", "trouble", "trouble", "reader", "trouble-detail", "absent" },
    { NOTHING, NOTHING, NOTHING, NOTHING } },
  { "trouble-visit",
    { "state", "trouble", "trouble", "printer", "trouble-detail", "out", "trouble-visit", "1" },
    { NOTHING, TH_EVENT_LEAVE, NOTHING, NOTHING } },
  { "still-there",
    { "state", "identity", "masked-name", "张*试", "warning-seconds", "20" },
    { TH_EVENT_STAY, TH_EVENT_LEAVE, NOTHING, NOTHING } },
  { "second-card",
    { "state", "questions", "question", "travel", "second-card", "1", "can-go-back", "1" },
    { TH_EVENT_YES, TH_EVENT_NO, NOTHING, NOTHING } },
};

static const char *const languages[] = { "en", "zh_CN", "zh_TW" };

static void
set_text (ThCheckin *checkin, const char *property, const char *text)
{
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS (checkin), property);

  g_assert_nonnull (spec);
  if (G_IS_PARAM_SPEC_STRING (spec))
    g_object_set (checkin, property, text, NULL);
  else if (G_IS_PARAM_SPEC_DOUBLE (spec))
    g_object_set (checkin, property, g_ascii_strtod (text, NULL), NULL);
  else
    g_object_set (checkin, property, (int)g_ascii_strtoll (text, NULL, 10), NULL);
}

static void
set_case (ThCheckin *checkin, const char *const *set)
{
  guint n;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (checkin), &n);

  for (guint i = 0; i < n; i++)
    if (!g_str_equal (specs[i]->name, "language") && !g_str_equal (specs[i]->name, "state")
        && !g_str_equal (specs[i]->name, "takes-keys"))
      g_object_set_property (G_OBJECT (checkin), specs[i]->name,
                             g_param_spec_get_default_value (specs[i]));
  g_object_set (checkin, "site-name", "湖滨路", "question-count", 4, NULL);
  for (guint i = 0; set[i] != NULL; i += 2)
    set_text (checkin, set[i], set[i + 1]);
}

static void
settle_frame (GtkWidget *window)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  gtk_test_widget_wait_for_draw (window);
}

static GtkWidget *
window_new (ThCheckin *checkin, int width, int height)
{
  GtkWidget *window = th_resident_window_new (checkin);

  gtk_window_unfullscreen (GTK_WINDOW (window));
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_present (GTK_WINDOW (window));
  settle_frame (window);
  return window;
}

static void
press (ThCheckin *checkin, ThPadKey key)
{
  g_signal_emit_by_name (checkin, "key-pressed", (guint)key);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
save_screenshot (GtkWidget *window, const char *what)
{
  const char *dir = g_getenv ("RESIDENT_SCREENSHOTS");
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = NULL;
  GtkSnapshot *snapshot;

  if (dir == NULL)
    return;
  paintable = gtk_widget_paintable_new (window);
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (window),
                          gtk_widget_get_height (window));
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);
  path = g_strdup_printf ("%s/keys-%s.png", dir, what);
  gdk_texture_save_to_png (texture, path);
}

static ThCheckin *
checkin_new (void)
{
  ThCheckin *checkin = th_checkin_double_new ();

  g_object_set (checkin, "takes-keys", TRUE, NULL);
  return checkin;
}

static void
test_each_key_does_on_each_page_what_its_button_does (void)
{
  g_autoptr (ThCheckin) checkin = checkin_new ();
  GtkWidget *window = window_new (checkin, 1280, 800);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint key = 0; key < TH_N_KEYS; key++)
      {
        int verb = cases[i].verb[key];

        set_case (checkin, cases[i].set);
        settle_frame (window);
        th_checkin_double_take_verb (checkin);
        if (verb < 0)
          continue;
        press (checkin, key);
        g_test_message ("%s: %s", cases[i].name, th_key_to_string (key));
        g_assert_cmpint (th_checkin_double_take_verb (checkin), ==, verb);
      }
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
assert_language (ThCheckin *checkin, const char *expected)
{
  g_autofree char *language = NULL;

  g_object_get (checkin, "language", &language, NULL);
  g_assert_cmpstr (language, ==, expected);
}

static void
test_two_keys_lead_to_the_other_two_languages (void)
{
  g_autoptr (ThCheckin) checkin = checkin_new ();
  GtkWidget *window;

  g_object_set (checkin, "language", "zh_CN", NULL);
  window = window_new (checkin, 1280, 800);
  press (checkin, TH_KEY_NO);
  assert_language (checkin, "zh_TW");
  press (checkin, TH_KEY_NO);
  assert_language (checkin, "en");
  press (checkin, TH_KEY_NO);
  assert_language (checkin, "zh_CN");
  press (checkin, TH_KEY_BACK);
  assert_language (checkin, "en");
  press (checkin, TH_KEY_BACK);
  assert_language (checkin, "zh_TW");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* As a person would: looks where the sign of yes is, and goes there the shorter way. */
static void
type_key (ThCheckin *checkin, const char *order, int *at, char key)
{
  int n = (int)strlen (order);
  int to = (int)(strchr (order, key) - order);
  int on = (to - *at + n) % n;

  for (int i = 0; i < MIN (on, n - on); i++)
    press (checkin, on <= n - on ? TH_KEY_NO : TH_KEY_BACK);
  *at = to;
  press (checkin, TH_KEY_YES);
}

static void
show_typed (ThCheckin *checkin, const char *typed)
{
  gsize len = strlen (typed);

  g_object_set (checkin, "typed", typed, "typed-complete", len == 15 || len == 18, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_a_number_is_typed_with_four_keys (void)
{
  static const char number[] = "11010119900101991X";
  static const char *const number_page[] = { "state", "number", "can-go-back", "1", NULL };
  g_autoptr (ThCheckin) checkin = checkin_new ();
  g_autoptr (GString) typed = g_string_new (NULL);
  GtkWidget *window = window_new (checkin, 1280, 800);
  int at = 0;

  set_case (checkin, number_page);
  settle_frame (window);

  /* Without a digit there is nothing to rub out and nowhere to go on: back leads to the way out. */
  press (checkin, TH_KEY_BACK);
  press (checkin, TH_KEY_YES);
  g_assert_cmpint (th_checkin_double_take_verb (checkin), ==, TH_EVENT_BACK);
  press (checkin, TH_KEY_NO);
  g_assert_cmpint (th_checkin_double_take_verb (checkin), ==, NOTHING);

  for (guint i = 0; i < 18; i++)
    {
      /* '<' rubs out, '+' goes on, '-' goes back: those that are there now. */
      const char *order = i == 0 ? "1234567890-" : i == 15 ? "1234567890<+-"
                          : i == 17 ? "1234567890X<-" : "1234567890<-";
      g_autofree char *keys = NULL;
      const char one[] = { number[i], '\0' };

      type_key (checkin, order, &at, number[i]);
      keys = th_checkin_double_take_keys (checkin);
      g_assert_cmpstr (keys, ==, one);
      g_string_append (typed, keys);
      show_typed (checkin, typed->str);
    }
  /* It is full: the mark has gone to where one goes on. */
  th_checkin_double_take_verb (checkin);
  press (checkin, TH_KEY_YES);
  g_assert_cmpint (th_checkin_double_take_verb (checkin), ==, TH_EVENT_SUBMIT);

  /* And back to what rubs out. */
  press (checkin, TH_KEY_BACK);
  press (checkin, TH_KEY_YES);
  {
    g_autofree char *keys = th_checkin_double_take_keys (checkin);

    g_assert_cmpstr (keys, ==, "\b");
  }
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_pages_with_signs_can_be_looked_at (void)
{
  static const struct
  {
    int width, height;
  } sizes[] = { { 1280, 800 }, { 800, 480 } };
  static const Case more[] = {
    { "number", { "state", "number", "can-go-back", "1" }, { 0 } },
    { "number-typed", { "state", "number", "typed", "110101 1990", "can-go-back", "1" }, { 0 } },
    { "number-full",
      { "state", "number", "typed", "110101 1990 0101 991X", "typed-complete", "1" },
      { 0 } },
  };

  for (guint size = 0; size < G_N_ELEMENTS (sizes); size++)
    for (guint language = 0; language < G_N_ELEMENTS (languages); language++)
      {
        g_autoptr (ThCheckin) checkin = checkin_new ();
        GtkWidget *window;

        g_object_set (checkin, "language", languages[language], NULL);
        window = window_new (checkin, sizes[size].width, sizes[size].height);
        for (guint i = 0; i < G_N_ELEMENTS (cases) + G_N_ELEMENTS (more); i++)
          {
            const Case *test = i < G_N_ELEMENTS (cases) ? &cases[i] : &more[i - G_N_ELEMENTS (cases)];
            g_autofree char *what = g_strdup_printf ("%s-%d-%s", test->name, sizes[size].width,
                                                     languages[language]);

            set_case (checkin, test->set);
            settle_frame (window);
            save_screenshot (window, what);
          }
        gtk_window_destroy (GTK_WINDOW (window));
      }
}

int
main (int argc, char **argv)
{
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  g_setenv ("GTK_THEME", "Empty", TRUE);
  g_setenv ("GTK_A11Y", "none", TRUE);
  th_words_init ();
  gtk_disable_setlocale ();
  gtk_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/resident-keys/" name, func)
  ADD ("each-key-does-on-each-page-what-its-button-does",
       test_each_key_does_on_each_page_what_its_button_does);
  ADD ("two-keys-lead-to-the-other-two-languages", test_two_keys_lead_to_the_other_two_languages);
  ADD ("a-number-is-typed-with-four-keys", test_a_number_is_typed_with_four_keys);
  ADD ("pages-with-signs-can-be-looked-at", test_pages_with_signs_can_be_looked_at);
  return g_test_run ();
}
