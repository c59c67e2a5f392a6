/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The residents' screens on a virtual display: every page in every condition, in three languages
 * and four sizes. With RESIDENT_SCREENSHOTS=DIR each is left there as a PNG.
 */
#include <gtk/gtk.h>
#include <string.h>

#include "kiosk/photo.h"
#include "kiosk/words.h"
#include "tests/checkin-double.h"
#include "ui/resident/window.h"

typedef struct
{
  const char *name;
  const char *set[16]; /* property, value, … as text */
} Case;

static const Case cases[] = {
  { "welcome", { "state", "welcome", "takes-cards", "1" } },
  { "welcome-no-reader", { "state", "welcome" } },
  { "welcome-codes", { "state", "welcome", "takes-cards", "1", "takes-codes", "1" } },
  { "welcome-codes-notice",
    { "state", "welcome", "takes-cards", "1", "takes-codes", "1", "notice", "@long" } },
  { "welcome-codes-notices",
    { "state", "welcome", "takes-cards", "1", "takes-codes", "1", "notice", "@long",
      "no-slip-notice", "1" } },
  { "welcome-notices",
    { "state", "welcome", "notice", "@notice", "no-slip-notice", "1", "takes-cards", "1" } },
  { "welcome-notice", { "state", "welcome", "notice", "@notice", "takes-cards", "1" } },
  { "welcome-long-notice", { "state", "welcome", "notice", "@long", "takes-cards", "1" } },
  { "welcome-long-notices",
    { "state", "welcome", "notice", "@long", "no-slip-notice", "1", "takes-cards", "1" } },
  { "welcome-doses-gone", { "state", "welcome", "takes-cards", "1", "doses", "gone", "takes-codes", "1" } },
  { "welcome-doses-gone-next",
    { "state", "welcome", "takes-cards", "1", "doses", "gone", "next-time", "@notice", "notice", "@long",
      "no-slip-notice", "1" } },
  { "welcome-doses-gone-no-reader", { "state", "welcome", "doses", "gone" } },
  { "welcome-doses-appointments",
    { "state", "welcome", "takes-cards", "1", "doses", "appointments", "takes-codes", "1" } },
  { "welcome-doses-appointments-no-reader", { "state", "welcome", "doses", "appointments" } },
  { "reading", { "state", "reading", "reading-hint", "hold" } },
  { "reading-again", { "state", "reading", "reading-hint", "again" } },
  { "reading-wrong", { "state", "reading", "reading-hint", "wrong" } },
  { "reading-refused", { "state", "reading", "reading-hint", "refused" } },
  { "number-empty", { "state", "number", "can-go-back", "1" } },
  { "number-full", { "state", "number", "typed", "110101 1990 0101 991X", "typed-complete", "1" } },
  { "number-bad",
    { "state", "number", "typed", "110101 1990 0101 9910", "typed-complete", "1", "typed-problem",
      "check" } },
  { "identity", { "state", "identity", "masked-name", "欧阳*试", "birth-year", "1948" } },
  { "identity-long",
    { "state", "identity", "masked-name", "阿****·******江", "birth-year", "1948" } },
  { "identity-typed", { "state", "identity", "birth-year", "1948" } },
  { "symptoms", { "state", "questions", "question", "symptoms", "question-number", "1" } },
  { "travel",
    { "state", "questions", "question", "travel", "question-number", "2", "can-go-back", "1" } },
  { "contact",
    { "state", "questions", "question", "contact", "question-number", "3", "can-go-back", "1" } },
  { "consent",
    { "state", "questions", "question", "consent", "question-number", "4", "can-go-back", "1" } },
  { "measuring-come", { "state", "measuring", "guide", "come" } },
  { "measuring-closer",
    { "state", "measuring", "guide", "closer", "distance", "0.4", "steadiness", "0.1" } },
  { "measuring-hold",
    { "state", "measuring", "guide", "hold", "distance", "0.95", "steadiness", "0.7" } },
  { "measuring-hat", { "state", "measuring", "guide", "hat", "distance", "1" } },
  { "measuring-done",
    { "state", "measuring", "guide", "done", "distance", "1", "steadiness", "1" } },
  { "measuring-again",
    { "state", "measuring", "guide", "hold", "distance", "1", "steadiness", "0.3",
      "measuring-again", "1" } },
  { "rest", { "state", "rest", "rest-seconds", "10" } },
  { "rest-long", { "state", "rest", "rest-seconds", "55", "rest-over", "1" } },
  { "rest-away",
    { "state", "rest", "rest-seconds", "180", "rest-away", "1", "card-on", "1", "takes-cards",
      "1" } },
  { "rest-number", { "state", "rest", "rest-seconds", "600", "rest-away", "1" } },
  { "printing-before", { "state", "printing" } },
  { "printing-waiting", { "state", "printing", "ticket", "A-017", "slip", "waiting" } },
  { "printing", { "state", "printing", "ticket", "A-017", "slip", "printing" } },
  { "place", { "state", "place", "ticket", "A-017" } },
  { "done",
    { "state", "done", "ticket", "A-017", "slip", "confirmed", "people-ahead", "3", "card-on",
      "1" } },
  { "done-next",
    { "state", "done", "ticket", "A-1017", "slip", "confirmed", "people-ahead", "0", "card-on",
      "1" } },
  { "done-sent",
    { "state", "done", "ticket", "A-017", "slip", "sent", "people-ahead", "12", "card-on", "1" } },
  { "done-uncertain", { "state", "done", "ticket", "A-017", "slip", "uncertain" } },
  { "not-today", { "state", "not-today", "end", "no-consent", "card-on", "1" } },
  { "identity-appointment",
    { "state", "identity", "appointment", "ABCDEFGH-2026-11-22-4711-000001", "appointment-time",
      "09:30–10:00" } },
  { "not-today-expired", { "state", "not-today", "end", "card-expired", "card-on", "1" } },
  { "not-today-foreign", { "state", "not-today", "end", "code-foreign" } },
  { "not-today-forged", { "state", "not-today", "end", "code-forged" } },
  { "not-today-elsewhere", { "state", "not-today", "end", "code-other-site" } },
  { "not-today-past", { "state", "not-today", "end", "code-past", "appointment-date", "2026-11-20" } },
  { "not-today-later",
    { "state", "not-today", "end", "code-later", "appointment-date", "2026-11-24",
      "appointment-time", "09:30–10:00" } },
  { "not-today-doses-gone", { "state", "not-today", "end", "doses-gone", "card-on", "1" } },
  { "not-today-doses-gone-next",
    { "state", "not-today", "end", "doses-gone", "next-time", "@notice", "card-on", "1" } },
  { "not-today-no-appointment", { "state", "not-today", "end", "no-appointment", "card-on", "1" } },
  { "not-today-not-here", { "state", "not-today", "end", "not-here", "card-on", "1" } },
  { "not-today-not-yet",
    { "state", "not-today", "end", "not-yet", "return-date", "2026-12-01", "card-on", "1" } },
  { "not-today-not-yet-unknown", { "state", "not-today", "end", "not-yet" } },
  { "not-today-over", { "state", "not-today", "end", "over" } },
  { "not-today-too-young",
    { "state", "not-today", "end", "too-young", "return-date", "2026-12-01" } },
  { "not-today-too-young-for-long", { "state", "not-today", "end", "too-young" } },
  { "not-today-too-old", { "state", "not-today", "end", "too-old" } },
  { "not-today-other-dose", { "state", "not-today", "end", "other-dose" } },
  { "not-today-too-soon",
    { "state", "not-today", "end", "too-soon", "return-date", "2026-12-01" } },
  { "not-today-late", { "state", "not-today", "end", "late", "return-time", "10:30", "card-on", "1" } },
  { "not-today-before-time",
    { "state", "not-today", "end", "early", "return-time", "09:00", "card-on", "1" } },
  { "not-today-slip", { "state", "not-today", "end", "code-slip" } },
  { "help", { "state", "help", "end", "asked", "can-go-back", "1" } },
  { "help-not-me", { "state", "help", "end", "not-me" } },
  { "help-card", { "state", "help", "end", "card" } },
  { "trouble-reader", { "state", "trouble", "trouble", "reader", "trouble-detail", "absent" } },
  { "trouble-thermometer",
    { "state", "trouble", "trouble", "thermometer", "trouble-detail", "fault", "trouble-visit",
      "1" } },
  { "trouble-paper",
    { "state", "trouble", "trouble", "printer", "trouble-detail", "out", "trouble-visit", "1",
      "ticket", "A-017" } },
  { "trouble-cover", { "state", "trouble", "trouble", "printer", "trouble-detail", "cover-open" } },
  { "trouble-printer", { "state", "trouble", "trouble", "printer", "trouble-detail", "unknown" } },
  { "trouble-warm-up",
    { "state", "trouble", "trouble", "screening", "trouble-detail", "warm-up", "ready-minutes",
      "27" } },
  { "trouble-unconfirmed",
    { "state", "trouble", "trouble", "screening", "trouble-detail", "unconfirmed" } },
  { "trouble-room", { "state", "trouble", "trouble", "screening", "trouble-detail", "room" } },
  { "trouble-calibration",
    { "state", "trouble", "trouble", "screening", "trouble-detail", "calibration", "trouble-visit",
      "1" } },
  { "trouble-records", { "state", "trouble", "trouble", "records", "trouble-detail", "full" } },
  { "still-there", { "state", "identity", "masked-name", "张*试", "warning-seconds", "20" } },
  { "second-card",
    { "state", "questions", "question", "travel", "second-card", "1", "can-go-back", "1" } },
};

static const struct
{
  int width, height;
} sizes[] = { { 1280, 800 }, { 1024, 600 }, { 800, 480 }, { 800, 1280 } };

static const char *const languages[] = { "en", "zh_CN", "zh_TW" };
static const char *const site_names[]
    = { "Lakeside vaccination site", "湖滨路疫苗接种点", "湖濱路疫苗接種站" };
static const char *const notices[]
    = { "Today: first and second doses, everybody from 60 years.",
        "今天：60岁及以上，第一针和第二针。", "今天：60 歲以上，第一劑和第二劑。" };

/* As long as a notice may be. */
static const char *const long_notices[]
    = { "Today: first and second doses for everybody from 60 years. Please bring your card and wear a "
        "mask.",
        "今天为60岁及以上居民接种第一针和第二针。请带好身份证，戴好口罩，前后相隔一米。"
        "请家属在门外等候，不要在门口停留。接种后请在休息区坐满三十分钟，有不舒服请马上告诉我们。"
        "谢谢您的配合，祝您健康。",
        "今天為60歲以上長者接種第一劑和第二劑。請帶好身分證，戴好口罩，前後相隔一公尺。"
        "請家屬在門外等候，不要在門口停留。接種後請在休息區坐滿三十分鐘，有不舒服請馬上告訴我們。"
        "謝謝您的配合，祝您健康。" };

static const char *
value_of (const char *value, guint language)
{
  if (g_str_equal (value, "@notice"))
    return notices[language];
  return g_str_equal (value, "@long") ? long_notices[language] : value;
}

static GtkWidget *
window_new (ThCheckin *checkin, int width, int height)
{
  GtkWidget *window = th_resident_window_new (checkin);

  gtk_window_unfullscreen (GTK_WINDOW (window));
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

static void
settle_frame (GtkWidget *window)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  gtk_test_widget_wait_for_draw (window);
}

/* Waits for @condition, at most 10 s. */
static gboolean
wait_for (gboolean (*condition) (gpointer), gpointer data)
{
  gint64 limit = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (!condition (data))
    {
      if (g_get_monotonic_time () > limit)
        return FALSE;
      g_main_context_iteration (NULL, FALSE);
      g_thread_yield ();
    }
  return TRUE;
}

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
set_case (ThCheckin *checkin, const Case *test, guint language)
{
  guint n;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (checkin), &n);

  for (guint i = 0; i < n; i++)
    if (!g_str_equal (specs[i]->name, "language") && !g_str_equal (specs[i]->name, "state"))
      g_object_set_property (G_OBJECT (checkin), specs[i]->name,
                             g_param_spec_get_default_value (specs[i]));
  g_object_set (checkin, "site-name", site_names[language], "question-count", 4, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (test->set) && test->set[i] != NULL; i += 2)
    set_text (checkin, test->set[i], value_of (test->set[i + 1], language));
}

static GtkWidget *
find (GtkWidget *widget, const char *name)
{
  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (g_strcmp0 (gtk_widget_get_name (widget), name) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, name);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static graphene_rect_t
bounds_of (GtkWidget *widget, GtkWidget *in)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (widget, in, &bounds));
  return bounds;
}

typedef struct
{
  GtkWidget *window;
  const char *what;
  guint language;
  GPtrArray *pieces; /* widgets that must not lie over one another */
} Look;

static void
look_at_label (Look *look, GtkLabel *label)
{
  const char *text = gtk_label_get_text (label);
  PangoLayout *layout = gtk_label_get_layout (label);
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (label));
  int width, height;

  if (text[0] == '\0')
    return;
  pango_layout_get_pixel_size (layout, &width, &height);
  if (pango_layout_is_ellipsized (layout) || width > gtk_widget_get_width (GTK_WIDGET (label)) + 1
      || height > gtk_widget_get_height (GTK_WIDGET (label)) + 1)
    {
      g_test_message ("%s: “%s” does not fit: %dx%d in %dx%d", look->what, text, width, height,
                      gtk_widget_get_width (GTK_WIDGET (label)),
                      gtk_widget_get_height (GTK_WIDGET (label)));
      g_test_fail ();
    }
  if (gtk_label_get_selectable (label))
    {
      g_test_message ("%s: “%s” can be selected", look->what, text);
      g_test_fail ();
    }

  if (g_strcmp0 (gtk_widget_get_name (parent), "language-en") == 0)
    return;
  if (look->language != 0 && g_regex_match_simple ("[A-Za-z]{2,}", text, 0, 0))
    {
      g_test_message ("%s: “%s” is not translated", look->what, text);
      g_test_fail ();
    }
  if (look->language == 0 && g_regex_match_simple ("\\p{Han}", text, 0, 0)
      && !gtk_widget_has_css_class (GTK_WIDGET (label), "name")
      && !g_str_has_prefix (gtk_widget_get_name (parent), "language-"))
    {
      g_test_message ("%s: “%s” is not English", look->what, text);
      g_test_fail ();
    }
}

static void
look_at_button (Look *look, GtkWidget *button)
{
  graphene_rect_t bounds = bounds_of (button, look->window);
  graphene_point_t centre;
  GtkWidget *hit;
  int window_height = gtk_widget_get_height (look->window);

  graphene_rect_get_center (&bounds, &centre);
  hit = gtk_widget_pick (look->window, centre.x, centre.y,
                         GTK_PICK_INSENSITIVE | GTK_PICK_NON_TARGETABLE);
  if (hit == NULL || (hit != button && !gtk_widget_is_ancestor (hit, button)))
    {
      g_test_message ("%s: %s cannot be hit", look->what, gtk_widget_get_name (button));
      g_test_fail ();
    }
  if (bounds.size.height < 0.115 * window_height)
    {
      g_test_message ("%s: %s is only %.0f high", look->what, gtk_widget_get_name (button),
                      bounds.size.height);
      g_test_fail ();
    }
  if (gtk_widget_get_focusable (button))
    {
      g_test_message ("%s: %s takes the keyboard", look->what, gtk_widget_get_name (button));
      g_test_fail ();
    }
}

static void
look_at (Look *look, GtkWidget *widget)
{
  graphene_rect_t inside = GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (look->window),
                                               gtk_widget_get_height (look->window));
  graphene_rect_t bounds;

  if (!gtk_widget_get_mapped (widget))
    return;
  bounds = bounds_of (widget, look->window);
  if (!graphene_rect_contains_rect (&inside, &bounds))
    {
      g_test_message ("%s: %s %s leaves the window: %.0f %.0f %.0fx%.0f", look->what,
                      G_OBJECT_TYPE_NAME (widget), gtk_widget_get_name (widget), bounds.origin.x,
                      bounds.origin.y, bounds.size.width, bounds.size.height);
      g_test_fail ();
    }
  if (gtk_widget_get_parent (widget) != NULL && !GTK_IS_STACK (widget)
      && g_str_equal (G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)), "ThPage"))
    g_ptr_array_add (look->pieces, widget);
  if (GTK_IS_LABEL (widget))
    look_at_label (look, GTK_LABEL (widget));
  if (GTK_IS_BUTTON (widget))
    look_at_button (look, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    look_at (look, child);
}

static void
look_for_overlap (Look *look)
{
  for (guint i = 0; i < look->pieces->len; i++)
    for (guint j = i + 1; j < look->pieces->len; j++)
      {
        GtkWidget *one = look->pieces->pdata[i], *other = look->pieces->pdata[j];
        graphene_rect_t a = bounds_of (one, look->window), b = bounds_of (other, look->window),
                        both;

        if (graphene_rect_intersection (&a, &b, &both) && both.size.width > 1
            && both.size.height > 1)
          {
            g_test_message ("%s: %s and %s overlap by %.0fx%.0f", look->what,
                            gtk_widget_get_name (one), gtk_widget_get_name (other), both.size.width,
                            both.size.height);
            g_test_fail ();
          }
      }
}

static GdkTexture *
picture_of (GtkWidget *window)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  g_autoptr (GskRenderNode) node = NULL;
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (window),
                          gtk_widget_get_height (window));
  node = gtk_snapshot_free_to_node (snapshot);
  return gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);
}

static void
save_screenshot (GtkWidget *window, const char *what)
{
  const char *dir = g_getenv ("RESIDENT_SCREENSHOTS");
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = NULL;

  if (dir == NULL)
    return;
  texture = picture_of (window);
  path = g_strdup_printf ("%s/%s.png", dir, what);
  gdk_texture_save_to_png (texture, path);
}

static void
test_every_page_fits (gconstpointer data)
{
  guint size = GPOINTER_TO_UINT (data);
  g_autoptr (ThCheckin) checkin = th_checkin_double_new ();
  GtkWidget *window = window_new (checkin, sizes[size].width, sizes[size].height);

  for (guint language = 0; language < G_N_ELEMENTS (languages); language++)
    {
      g_object_set (checkin, "language", languages[language], NULL);
      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        {
          g_autofree char *what = g_strdup_printf ("%s-%dx%d-%s", cases[i].name, sizes[size].width,
                                                   sizes[size].height, languages[language]);
          g_autoptr (GPtrArray) pieces = g_ptr_array_new ();
          Look look = { window, what, language, pieces };

          set_case (checkin, &cases[i], language);
          settle_frame (window);
          g_assert_cmpint (gtk_widget_get_width (window), ==, sizes[size].width);
          g_assert_cmpint (gtk_widget_get_height (window), ==, sizes[size].height);
          look_at (&look, window);
          look_for_overlap (&look);
          save_screenshot (window, what);
        }
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_a_button_is_in_the_same_place_on_every_page (void)
{
  static const struct
  {
    const char *name;
    double x, y;
  } fixed[] = { { "primary", 0.75, 0.86 },
                { "secondary", 0.25, 0.86 },
                { "help", 0.88, 0.08 },
                { "back", 0.14, 0.08 } };
  g_autoptr (ThCheckin) checkin = th_checkin_double_new ();
  GtkWidget *window = window_new (checkin, 1024, 600);
  guint seen[G_N_ELEMENTS (fixed)] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      set_case (checkin, &cases[i], 0);
      settle_frame (window);
      for (guint k = 0; k < G_N_ELEMENTS (fixed); k++)
        {
          GtkWidget *button = find (window, fixed[k].name);
          graphene_rect_t bounds;
          graphene_point_t centre;

          if (button == NULL)
            continue;
          bounds = bounds_of (button, window);
          graphene_rect_get_center (&bounds, &centre);
          g_assert_cmpfloat_with_epsilon (centre.x / 1024, fixed[k].x, 0.01);
          g_assert_cmpfloat_with_epsilon (centre.y / 600, fixed[k].y, 0.01);
          seen[k]++;
        }
    }
  for (guint k = 0; k < G_N_ELEMENTS (fixed); k++)
    g_assert_cmpuint (seen[k], >, 2);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
click (GtkWidget *window, const char *name)
{
  GtkWidget *button = find (window, name);

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
}

static void
test_every_button_says_what_was_pressed (void)
{
  static const struct
  {
    const char *state;
    const char *button;
    ThEventType verb;
  } presses[] = {
    { "welcome", "no-card", TH_EVENT_NO_CARD }, { "welcome", "help", TH_EVENT_HELP },
    { "number", "secondary", TH_EVENT_BACK },   { "number", "primary", TH_EVENT_SUBMIT },
    { "identity", "primary", TH_EVENT_YES },    { "identity", "secondary", TH_EVENT_NO },
    { "questions", "primary", TH_EVENT_YES },   { "questions", "secondary", TH_EVENT_NO },
    { "questions", "back", TH_EVENT_BACK },     { "measuring", "secondary", TH_EVENT_LEAVE },
    { "rest", "secondary", TH_EVENT_LEAVE },     { "rest", "primary", TH_EVENT_YES },
      { "place", "primary", TH_EVENT_LEAVE },
    { "place", "secondary", TH_EVENT_COPY },    { "done", "primary", TH_EVENT_LEAVE },
    { "not-today", "primary", TH_EVENT_LEAVE }, { "help", "primary", TH_EVENT_YES },
    { "trouble", "secondary", TH_EVENT_LEAVE },
  };
  g_autoptr (ThCheckin) checkin = th_checkin_double_new ();
  GtkWidget *window = window_new (checkin, 1280, 800);

  g_object_set (checkin, "typed-complete", TRUE, "can-go-back", TRUE, "trouble-visit", TRUE, "rest-over", TRUE,
                NULL);
  for (guint i = 0; i < G_N_ELEMENTS (presses); i++)
    {
      g_object_set (checkin, "state", presses[i].state, NULL);
      settle_frame (window);
      click (window, presses[i].button);
      g_assert_cmpint (th_checkin_double_take_verb (checkin), ==, presses[i].verb);
    }

  g_object_set (checkin, "state", "identity", "warning-seconds", 20, NULL);
  settle_frame (window);
  click (window, "primary");
  g_assert_cmpint (th_checkin_double_take_verb (checkin), ==, TH_EVENT_STAY);
  click (window, "secondary");
  g_assert_cmpint (th_checkin_double_take_verb (checkin), ==, TH_EVENT_LEAVE);

  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_the_pad_types_every_digit (void)
{
  static const char *const keys[]
      = { "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "X", "rub-out" };
  g_autoptr (ThCheckin) checkin = th_checkin_double_new ();
  GtkWidget *window = window_new (checkin, 1280, 800);
  g_autofree char *typed = NULL;

  g_object_set (checkin, "state", "number", NULL);
  settle_frame (window);
  /* Not enough typed: nothing to send. */
  g_assert_false (gtk_widget_is_sensitive (find (window, "primary")));
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *name = g_strconcat ("key-", keys[i], NULL);

      click (window, name);
    }
  typed = th_checkin_double_take_keys (checkin);
  g_assert_cmpstr (typed, ==, "1234567890X\b");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_a_language_button_changes_every_word (void)
{
  g_autoptr (ThCheckin) checkin = th_checkin_double_new ();
  GtkWidget *window = window_new (checkin, 1280, 800);
  GtkWidget *before = gtk_window_get_child (GTK_WINDOW (window));

  g_object_add_weak_pointer (G_OBJECT (before), (gpointer *)&before);
  settle_frame (window);
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find (window, "language-en"))));
  click (window, "language-zh_TW");
  settle_frame (window);
  g_assert_null (before);
  g_assert_true (gtk_widget_has_css_class (window, "zh-tw"));
  g_assert_true (
      gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find (window, "language-zh_TW"))));
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find (window, "language-en"))));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (find (window, "help"))), ==, "需要協助");
  /* The same button again changes nothing, and stays pressed. */
  click (window, "language-zh_TW");
  settle_frame (window);
  g_assert_true (
      gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find (window, "language-zh_TW"))));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
xdotool (const char *const *arguments)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_strv_builder_add (builder, "xdotool");
  g_strv_builder_addv (builder, (const char **)arguments);
  argv = g_strv_builder_end (builder);
  process = g_subprocess_newv ((const char *const *)argv, G_SUBPROCESS_FLAGS_NONE, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
was_touched (gpointer data)
{
  return th_checkin_double_take_verb (data) == TH_EVENT_YES;
}

static void
test_a_keyboard_does_nothing (void)
{
  static const char *const keys[]
      = { "key",          "Tab",          "Return", "space",  "Escape",    "F10", "Menu",
          "ctrl+shift+i", "ctrl+shift+d", "alt+F4", "ctrl+q", "shift+F10", "1",   NULL };
  static const char *const touch[] = { "mousemove", "960", "688", "click", "1", NULL };
  g_autofree char *program = g_find_program_in_path ("xdotool"), *typed = NULL;
  g_autoptr (ThCheckin) checkin = th_checkin_double_new ();
  g_autoptr (GListModel) windows = NULL;
  GtkWidget *window;

  if (program == NULL)
    {
      g_test_skip ("xdotool is not installed");
      return;
    }
  window = window_new (checkin, 1280, 800);
  g_object_set (checkin, "state", "identity", NULL);
  settle_frame (window);
  xdotool (keys);
  /* A touch sent after the keys comes after them: when it is there, they have been. */
  xdotool (touch);
  g_assert_true (wait_for (was_touched, checkin));
  typed = th_checkin_double_take_keys (checkin);
  g_assert_cmpstr (typed, ==, "");
  g_assert_null (gtk_window_get_focus (GTK_WINDOW (window)));
  g_assert_true (gtk_widget_get_visible (window));
  windows = g_object_ref (gtk_window_get_toplevels ());
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* It would cost a third of the memory. */
static void
test_no_gl_is_loaded (void)
{
  g_autoptr (ThCheckin) checkin = th_checkin_double_new ();
  GtkWidget *window = window_new (checkin, 1280, 800);
  g_autofree char *maps = NULL;
  g_autoptr (GError) error = NULL;

  settle_frame (window);
  g_file_get_contents ("/proc/self/maps", &maps, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (maps, "libgtk-4"));
  g_assert_null (strstr (maps, "libLLVM"));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_nobody_stays_on_the_screen (void)
{
  g_autoptr (ThCheckin) checkin = th_checkin_double_new ();
  GtkWidget *window = window_new (checkin, 1280, 800);
  GtkWidget *name;

  g_object_set (checkin, "state", "identity", "masked-name", "张*试", "birth-year", "1948", NULL);
  settle_frame (window);
  name = gtk_widget_get_next_sibling (gtk_widget_get_first_child (find (window, "words-beside")));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (name)), ==, "张*试");
  /* A page that is not shown any more holds nobody either. */
  g_object_set (checkin, "state", "welcome", "masked-name", "", "birth-year", "", NULL);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (name)), ==, "");
  name = gtk_widget_get_next_sibling (name);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (name)), ==, "");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* How many pixels of the window have exactly this colour. */
static guint
count_pixels (GtkWidget *window, guint32 rgb)
{
  g_autoptr (GdkTexture) texture = picture_of (window);
  int width = gdk_texture_get_width (texture), height = gdk_texture_get_height (texture);
  g_autofree guint32 *pixels = g_new (guint32, (gsize) width * height);
  guint n = 0;

  gdk_texture_download (texture, (guchar *) pixels, (gsize) width * sizeof *pixels);
  for (int i = 0; i < width * height; i++)
    n += (pixels[i] & 0xffffff) == rgb;
  return n;
}

static void
test_a_photo_stands_in_the_frame_and_goes (void)
{
  const guint32 blue = 0x0010f0; /* nothing of ours is */
  guint8 bmp[54 + 12 * 4] = { 'B', 'M' };
  g_autoptr (ThCheckin) checkin = th_checkin_double_new ();
  g_autoptr (ThPhoto) photo = NULL;
  GtkWidget *window = window_new (checkin, 1280, 800);

  bmp[10] = 54;
  bmp[14] = 40;
  bmp[18] = bmp[22] = 4;
  bmp[26] = 1;
  bmp[28] = 24;
  for (guint i = 54; i < sizeof bmp; i += 3)
    {
      bmp[i] = 0xf0;
      bmp[i + 1] = 0x10;
    }
  photo = th_photo_parse (bmp, sizeof bmp, NULL);
  g_assert_nonnull (photo);

  g_object_set (checkin, "state", "identity", "masked-name", "张*试", "birth-year", "1948", NULL);
  settle_frame (window);
  g_assert_cmpuint (count_pixels (window, blue), ==, 0);
  g_object_set (checkin, "photo", photo, NULL);
  settle_frame (window);
  g_assert_cmpuint (count_pixels (window, blue), >, 10000);
  g_object_set (checkin, "photo", NULL, NULL);
  settle_frame (window);
  g_assert_cmpuint (count_pixels (window, blue), ==, 0);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  if (gtk_get_minor_version () < 16)
    g_setenv (gtk_get_minor_version () < 16 ? "GDK_DEBUG" : "GDK_DISABLE",
            gtk_get_minor_version () < 16 ? "gl-disable" : "gl", TRUE);
  else
    g_setenv ("GDK_DISABLE", "gl", TRUE);
  g_setenv ("GTK_THEME", "Empty", TRUE);
  g_setenv ("GTK_A11Y", "none", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  th_words_init ();
  gtk_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/resident/every page fits a screen of %d by %d",
                                               sizes[i].width, sizes[i].height);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_every_page_fits);
    }
  g_test_add_func ("/resident/a button is in the same place on every page",
                   test_a_button_is_in_the_same_place_on_every_page);
  g_test_add_func ("/resident/every button says what was pressed",
                   test_every_button_says_what_was_pressed);
  g_test_add_func ("/resident/the pad types every digit", test_the_pad_types_every_digit);
  g_test_add_func ("/resident/a language button changes every word",
                   test_a_language_button_changes_every_word);
  g_test_add_func ("/resident/a keyboard does nothing", test_a_keyboard_does_nothing);
  g_test_add_func ("/resident/no GL is loaded", test_no_gl_is_loaded);
  g_test_add_func ("/resident/a photo stands in the frame and goes",
                   test_a_photo_stands_in_the_frame_and_goes);
  g_test_add_func ("/resident/nobody stays on the screen", test_nobody_stays_on_the_screen);
  return g_test_run ();
}
