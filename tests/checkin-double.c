/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/checkin-double.h"

#include "kiosk/photo.h"

#define N_VALUES 48

struct _ThCheckin
{
  GObject parent_instance;
  GValue values[N_VALUES];
  int verb;
  GString *keys;
};

G_DEFINE_FINAL_TYPE (ThCheckin, th_checkin, G_TYPE_OBJECT)

static const char *const strings[]
    = { "state",        "language", "site-name",     "notice",         "masked-name", "birth-year",
        "appointment",  "appointment-date", "appointment-time",
        "reading-hint", "typed",    "typed-problem", "question",       "guide",       "ticket",
        "slip",         "end",      "return-date",   "return-time",      "doses",         "next-time",      "trouble",       "trouble-detail", NULL };
static const char *const booleans[]
    = { "typed-complete", "measuring-again", "trouble-visit", "second-card", "no-slip-notice",
        "rest-away",      "rest-over",       "can-go-back",   "card-on",     "takes-cards",
        "takes-codes",    "takes-keys",      "takes-home",     "keeps-names",    NULL };
static const char *const uints[]
    = { "question-number", "question-count", "rest-seconds", "ready-minutes", "warning-seconds", NULL };
static const char *const doubles[] = { "distance", "steadiness", NULL };

static void
th_checkin_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_copy (&TH_CHECKIN (object)->values[id], value);
}

static void
th_checkin_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  g_value_copy (value, &TH_CHECKIN (object)->values[id]);
}

static void
th_checkin_finalize (GObject *object)
{
  ThCheckin *self = TH_CHECKIN (object);

  for (guint i = 0; i < N_VALUES; i++)
    if (G_IS_VALUE (&self->values[i]))
      g_value_unset (&self->values[i]);
  g_string_free (self->keys, TRUE);
  G_OBJECT_CLASS (th_checkin_parent_class)->finalize (object);
}

static void
th_checkin_class_init (ThCheckinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  guint id = 1;

  object_class->get_property = th_checkin_get_property;
  object_class->set_property = th_checkin_set_property;
  object_class->finalize = th_checkin_finalize;
  for (gsize i = 0; strings[i] != NULL; i++)
    g_object_class_install_property (
        object_class, id++, g_param_spec_string (strings[i], NULL, NULL, "", G_PARAM_READWRITE));
  for (gsize i = 0; booleans[i] != NULL; i++)
    g_object_class_install_property (
        object_class, id++,
        g_param_spec_boolean (booleans[i], NULL, NULL, FALSE, G_PARAM_READWRITE));
  for (gsize i = 0; uints[i] != NULL; i++)
    g_object_class_install_property (
        object_class, id++,
        g_param_spec_uint (uints[i], NULL, NULL, 0, 10000, 0, G_PARAM_READWRITE));
  for (gsize i = 0; doubles[i] != NULL; i++)
    g_object_class_install_property (
        object_class, id++,
        g_param_spec_double (doubles[i], NULL, NULL, 0, 1, 0, G_PARAM_READWRITE));
  g_object_class_install_property (
      object_class, id++,
      g_param_spec_int ("people-ahead", NULL, NULL, -1, 10000, -1, G_PARAM_READWRITE));
  g_object_class_install_property (
      object_class, id++, g_param_spec_boxed ("photo", NULL, NULL, TH_TYPE_PHOTO, G_PARAM_READWRITE));
  g_assert_cmpuint (id, <, N_VALUES);
  g_signal_new ("key-pressed", TH_TYPE_CHECKIN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
th_checkin_init (ThCheckin *self)
{
  guint n;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (self), &n);

  for (guint i = 0; i < n; i++)
    {
      g_value_init (&self->values[specs[i]->param_id], specs[i]->value_type);
      g_param_value_set_default (specs[i], &self->values[specs[i]->param_id]);
    }
  self->verb = -1;
  self->keys = g_string_new (NULL);
}

ThCheckin *
th_checkin_double_new (void)
{
  return g_object_new (TH_TYPE_CHECKIN, "state", "welcome", "language", "en", NULL);
}

int
th_checkin_double_take_verb (ThCheckin *self)
{
  int verb = self->verb;

  self->verb = -1;
  return verb;
}

char *
th_checkin_double_take_keys (ThCheckin *self)
{
  char *keys = g_strdup (self->keys->str);

  g_string_truncate (self->keys, 0);
  return keys;
}

void
th_checkin_press (ThCheckin *self, ThEventType verb)
{
  self->verb = verb;
}

void
th_checkin_key (ThCheckin *self, char key)
{
  g_string_append_c (self->keys, key);
}

void
th_checkin_set_language (ThCheckin *self, ThLanguage language)
{
  g_object_set (self, "language", th_language_to_string (language), NULL);
}
