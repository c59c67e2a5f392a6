/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/resident/window.h"

#include "kiosk/words.h"
#include "ui/resident/keys.h"

/* The size the style sheet is drawn for, and its type there. */
#define DESIGN_LONG 1280.0
#define DESIGN_SHORT 800.0
#define DESIGN_TYPE_PX 30.0
#define SMALLEST_TYPE_PX 17.0

struct _ThResidentWindow
{
  GtkWindow parent_instance;
  ThCheckin *checkin;
  GtkWidget *frame;
  GtkStack *stack;
  GtkCssProvider *looks_css;
  GtkCssProvider *type_css;
  int type_px;
  char *shown; /* page and question: what the person is looking at */
  ThResidentKeys keys;
  guint refresh_id;
  guint prepare_id;
};

G_DEFINE_FINAL_TYPE (ThResidentWindow, th_resident_window, GTK_TYPE_WINDOW)

enum
{
  PROP_0,
  PROP_CHECKIN,
  PROP_LANGUAGE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static const char *const page_names[] = {
  "welcome",  "reading", "identity",    "questions",   "consent",    "measuring",
  "printing", "done",    "rest",        "number",      "write-down", "not-today",
  "help",     "trouble", "still-there", "second-card", "place",
};

static const struct
{
  const char *action;
  ThEventType verb;
} verbs[] = {
  { "checkin.yes", TH_EVENT_YES },         { "checkin.no", TH_EVENT_NO },
  { "checkin.help", TH_EVENT_HELP },       { "checkin.back", TH_EVENT_BACK },
  { "checkin.leave", TH_EVENT_LEAVE },     { "checkin.stay", TH_EVENT_STAY },
  { "checkin.no-card", TH_EVENT_NO_CARD }, { "checkin.submit", TH_EVENT_SUBMIT },
  { "checkin.copy", TH_EVENT_COPY },
};

/* Which page shows what the check-in says. What asks the person something stands before everything
 * else. */
static const char *
page_for (const char *state, const char *question, const char *slip, gboolean second_card,
          guint warning_seconds)
{
  gboolean printed = g_strcmp0 (state, "printing") == 0 || g_strcmp0 (state, "done") == 0;

  if (second_card)
    return "second-card";
  if (warning_seconds > 0)
    return "still-there";
  if (g_strcmp0 (state, "questions") == 0 && g_strcmp0 (question, "consent") == 0)
    return "consent";
  if (printed && (g_strcmp0 (slip, "uncertain") == 0 || g_strcmp0 (slip, "failed") == 0))
    return "write-down";
  return state;
}

static void
ensure_page (ThResidentWindow *self, const char *name)
{
  g_autoptr (GtkWidget) page = NULL;

  if (gtk_stack_get_child_by_name (self->stack, name) != NULL)
    return;
  page = th_page_new (name, self->checkin);
  gtk_stack_add_named (self->stack, page, name);
}

/* The number itself leaves no trace here. */
static guint
count_typed (ThResidentWindow *self)
{
  char *typed = NULL;
  guint n = 0;

  g_object_get (self->checkin, "typed", &typed, NULL);
  for (char *p = typed; p != NULL && *p != '\0'; p++)
    {
      n += *p != ' ';
      *p = ' ';
    }
  g_free (typed);
  return n;
}

static void
show_keys (ThResidentWindow *self)
{
  g_autofree char *language = NULL;

  g_object_get (self->checkin, "language", &language, NULL);
  th_resident_keys_show (&self->keys, self->frame, gtk_stack_get_visible_child (self->stack),
                         gtk_stack_get_visible_child_name (self->stack), language,
                         count_typed (self));
}

static void
show_page (ThResidentWindow *self)
{
  g_autofree char *state = NULL, *question = NULL, *slip = NULL, *shown = NULL;
  gboolean second_card, typed_complete;
  guint warning_seconds;
  const char *name;

  g_object_get (self->checkin, "state", &state, "question", &question, "slip", &slip, "second-card",
                &second_card, "warning-seconds", &warning_seconds, "typed-complete",
                &typed_complete, NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "checkin.submit", typed_complete);

  name = page_for (state, question, slip, second_card, warning_seconds);
  shown = g_strconcat (name, " ", g_str_equal (name, "questions") ? question : NULL, NULL);
  if (g_strcmp0 (shown, self->shown) != 0)
    {
      ensure_page (self, name);
      gtk_stack_set_visible_child_name (self->stack, name);
      g_free (self->shown);
      self->shown = g_steal_pointer (&shown);
    }
  show_keys (self);
}

/* One that presses nothing here is a sign of life all the same. */
static void
key_pressed_cb (ThResidentWindow *self, guint key)
{
  if (!th_resident_keys_press (&self->keys, key))
    th_checkin_press (self->checkin, TH_EVENT_TOUCH);
}

static gboolean
refresh_cb (gpointer user_data)
{
  ThResidentWindow *self = user_data;

  self->refresh_id = 0;
  show_page (self);
  return G_SOURCE_REMOVE;
}

/* One step of the flow changes several properties: look once, when all have changed, and before the
 * next frame. */
static void
refresh (ThResidentWindow *self)
{
  if (self->refresh_id == 0)
    self->refresh_id = g_idle_add_full (G_PRIORITY_DEFAULT, refresh_cb, self, NULL);
}

static gboolean
prepare_cb (gpointer user_data)
{
  ThResidentWindow *self = user_data;

  for (gsize i = 0; i < G_N_ELEMENTS (page_names); i++)
    if (gtk_stack_get_child_by_name (self->stack, page_names[i]) == NULL)
      {
        ensure_page (self, page_names[i]);
        return G_SOURCE_CONTINUE;
      }
  self->prepare_id = 0;
  return G_SOURCE_REMOVE;
}

void
th_resident_window_prepare (ThResidentWindow *self)
{
  if (self->prepare_id == 0)
    self->prepare_id = g_idle_add_full (G_PRIORITY_LOW, prepare_cb, self, NULL);
}

static ThLanguage
current_language (ThResidentWindow *self)
{
  g_autofree char *text = NULL;
  ThLanguage language = TH_LANGUAGE_EN;

  g_object_get (self->checkin, "language", &text, NULL);
  if (text == NULL || !th_language_from_string (text, &language))
    return TH_LANGUAGE_EN;
  return language;
}

/* All words are made anew: pages in another language are other pages. */
static void
build (ThResidentWindow *self)
{
  static const char *const classes[][3] = {
    [TH_LANGUAGE_EN] = { "resident", "en", NULL },
    [TH_LANGUAGE_ZH_CN] = { "resident", "zh-cn", NULL },
    [TH_LANGUAGE_ZH_TW] = { "resident", "zh-tw", NULL },
  };
  ThLanguage language = current_language (self);
  gboolean prepared = self->frame != NULL;

  th_words_use (language);
  gtk_widget_set_css_classes (GTK_WIDGET (self), (const char **)classes[language]);

  g_clear_pointer (&self->shown, g_free);
  g_clear_object (&self->frame);
  self->keys = (ThResidentKeys){ 0 };
  self->frame = th_page_new ("frame", self->checkin);
  self->stack = GTK_STACK (gtk_widget_get_first_child (self->frame));
  gtk_window_set_child (GTK_WINDOW (self), self->frame);
  show_page (self);
  if (prepared)
    th_resident_window_prepare (self);
}

static gboolean
rebuild_cb (gpointer user_data)
{
  ThResidentWindow *self = user_data;

  self->refresh_id = 0;
  build (self);
  return G_SOURCE_REMOVE;
}

static void
language_changed_cb (ThResidentWindow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LANGUAGE]);
  /* Not at once: the button that was touched is on a page that goes. */
  g_clear_handle_id (&self->refresh_id, g_source_remove);
  self->refresh_id = g_idle_add_full (G_PRIORITY_DEFAULT, rebuild_cb, self, NULL);
}

static int
type_size (int width, int height)
{
  double scale = MIN (MAX (width, height) / DESIGN_LONG, MIN (width, height) / DESIGN_SHORT);

  return (int)(MAX (DESIGN_TYPE_PX * scale, SMALLEST_TYPE_PX) + 0.5);
}

static void
set_type_size (ThResidentWindow *self, int width, int height)
{
  int type_px = type_size (width, height);
  g_autofree char *css = NULL;

  if (type_px == self->type_px)
    return;
  self->type_px = type_px;
  css = g_strdup_printf ("window.resident { font-size: %dpx; }", type_px);
  gtk_css_provider_load_from_data (self->type_css, css, -1);
}

static gboolean
resized_cb (gpointer user_data)
{
  ThResidentWindow *self = user_data;

  set_type_size (self, gtk_widget_get_width (GTK_WIDGET (self)),
                 gtk_widget_get_height (GTK_WIDGET (self)));
  return G_SOURCE_REMOVE;
}

static void
th_resident_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ThResidentWindow *self = TH_RESIDENT_WINDOW (widget);

  GTK_WIDGET_CLASS (th_resident_window_parent_class)
      ->size_allocate (widget, width, height, baseline);
  /* Styles cannot change while sizes are given out. */
  if (type_size (width, height) != self->type_px)
    g_idle_add_full (G_PRIORITY_DEFAULT, resized_cb, g_object_ref (self), g_object_unref);
}

static void
verb_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  ThResidentWindow *self = TH_RESIDENT_WINDOW (widget);

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (verbs[i].action, action_name))
      th_checkin_press (self->checkin, verbs[i].verb);
}

static void
key_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  const char *key = g_variant_get_string (parameter, NULL);

  if (key[0] != '\0')
    th_checkin_key (TH_RESIDENT_WINDOW (widget)->checkin, key[0]);
}

static gboolean
swallow_key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode,
                GdkModifierType modifiers, gpointer user_data)
{
  return GDK_EVENT_STOP;
}

static gboolean
th_resident_window_enable_debugging (GtkWindow *window, gboolean toggle)
{
  return FALSE;
}

static gboolean
th_resident_window_close_request (GtkWindow *window)
{
  return TRUE; /* stays */
}

static void
th_resident_window_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ThResidentWindow *self = TH_RESIDENT_WINDOW (object);

  switch (id)
    {
    case PROP_CHECKIN:
      g_value_set_object (value, self->checkin);
      break;
    case PROP_LANGUAGE:
      g_object_get_property (G_OBJECT (self->checkin), "language", value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
th_resident_window_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ThResidentWindow *self = TH_RESIDENT_WINDOW (object);
  ThLanguage language;

  switch (id)
    {
    case PROP_CHECKIN:
      self->checkin = g_value_dup_object (value);
      break;
    case PROP_LANGUAGE:
      if (g_value_get_string (value) != NULL
          && th_language_from_string (g_value_get_string (value), &language))
        th_checkin_set_language (self->checkin, language);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
th_resident_window_constructed (GObject *object)
{
  static const char *const watched[]
      = { "notify::state",       "notify::question",        "notify::slip",
          "notify::second-card", "notify::warning-seconds", "notify::typed-complete",
          "notify::typed" };
  ThResidentWindow *self = TH_RESIDENT_WINDOW (object);
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (self));
  g_autoptr (GdkMonitor) monitor = g_list_model_get_item (gdk_display_get_monitors (display), 0);
  GdkRectangle screen = { 0, 0, DESIGN_LONG, DESIGN_SHORT };

  G_OBJECT_CLASS (th_resident_window_parent_class)->constructed (object);

  if (monitor != NULL)
    gdk_monitor_get_geometry (monitor, &screen);
  gtk_css_provider_load_from_resource (self->looks_css, "/threshold/resident/resident.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (self->looks_css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (self->type_css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  set_type_size (self, screen.width, screen.height);
  /* Without a window manager nobody makes it full screen. */
  gtk_window_set_default_size (GTK_WINDOW (self), screen.width, screen.height);
  gtk_window_fullscreen (GTK_WINDOW (self));

  for (gsize i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_object (self->checkin, watched[i], G_CALLBACK (refresh), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (self->checkin, "key-pressed", G_CALLBACK (key_pressed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->checkin, "notify::language", G_CALLBACK (language_changed_cb),
                           self, G_CONNECT_SWAPPED);
  build (self);
}

static void
drop_provider (ThResidentWindow *self, GtkCssProvider **provider)
{
  if (*provider == NULL)
    return;
  gtk_style_context_remove_provider_for_display (gtk_widget_get_display (GTK_WIDGET (self)),
                                                 GTK_STYLE_PROVIDER (*provider));
  g_clear_object (provider);
}

static void
th_resident_window_dispose (GObject *object)
{
  ThResidentWindow *self = TH_RESIDENT_WINDOW (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_handle_id (&self->prepare_id, g_source_remove);
  drop_provider (self, &self->looks_css);
  drop_provider (self, &self->type_css);
  g_clear_object (&self->frame);
  g_clear_object (&self->checkin);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (th_resident_window_parent_class)->dispose (object);
}

static void
th_resident_window_class_init (ThResidentWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkWindowClass *window_class = GTK_WINDOW_CLASS (klass);

  object_class->get_property = th_resident_window_get_property;
  object_class->set_property = th_resident_window_set_property;
  object_class->constructed = th_resident_window_constructed;
  object_class->dispose = th_resident_window_dispose;
  widget_class->size_allocate = th_resident_window_size_allocate;
  window_class->close_request = th_resident_window_close_request;
  window_class->enable_debugging = th_resident_window_enable_debugging;

  props[PROP_CHECKIN]
      = g_param_spec_object ("checkin", NULL, NULL, TH_TYPE_CHECKIN,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_LANGUAGE]
      = g_param_spec_string ("language", NULL, NULL, NULL,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    gtk_widget_class_install_action (widget_class, verbs[i].action, NULL, verb_cb);
  gtk_widget_class_install_action (widget_class, "checkin.key", "s", key_cb);
  /* With a state, so that the button of the language in use shows itself pressed. */
  gtk_widget_class_install_property_action (widget_class, "checkin.language", "language");
}

static void
th_resident_window_init (ThResidentWindow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (swallow_key_cb), NULL);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_window_set_decorated (GTK_WINDOW (self), FALSE);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "none");
  self->looks_css = gtk_css_provider_new ();
  self->type_css = gtk_css_provider_new ();
}

GtkWidget *
th_resident_window_new (ThCheckin *checkin)
{
  return g_object_new (TH_TYPE_RESIDENT_WINDOW, "checkin", checkin, NULL);
}
