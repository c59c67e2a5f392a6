/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/resident/page.h"

#include "ui/countdown.h"
#include "ui/gauge.h"
#include "ui/picture.h"
#include "ui/resident/key-cap.h"
#include "ui/resident/wording.h"

/* A rectangle in fractions of the page. */
typedef struct
{
  double x, y, width, height;
} Place;

typedef struct
{
  const char *name;
  Place wide; /* the page is wider than high */
  Place tall;
} NamedPlace;

/* What people touch has the same fractions either way. */
#define FIXED(x, y, width, height)                                                                 \
  { x, y, width, height }, { x, y, width, height }

#define KEY(column, y) FIXED (0.04 + 0.156 * (column), y, 0.14, 0.15)

static const NamedPlace places[] = {
  { "whole", FIXED (0, 0, 1, 1) },

  { "site", FIXED (0.04, 0.02, 0.70, 0.12) },
  { "back", FIXED (0.04, 0.02, 0.20, 0.12) },
  { "help", FIXED (0.80, 0.02, 0.16, 0.12) },
  { "secondary", FIXED (0.04, 0.77, 0.42, 0.18) },
  { "primary", FIXED (0.54, 0.77, 0.42, 0.18) },

  { "language-zh_CN", FIXED (0.04, 0.77, 0.18, 0.18) },
  { "language-zh_TW", FIXED (0.235, 0.77, 0.18, 0.18) },
  { "language-en", FIXED (0.43, 0.77, 0.18, 0.18) },
  { "no-card", FIXED (0.66, 0.77, 0.30, 0.18) },

  { "key-1", KEY (0, 0.415) },
  { "key-2", KEY (1, 0.415) },
  { "key-3", KEY (2, 0.415) },
  { "key-4", KEY (3, 0.415) },
  { "key-5", KEY (4, 0.415) },
  { "key-rub-out", KEY (5, 0.415) },
  { "key-6", KEY (0, 0.585) },
  { "key-7", KEY (1, 0.585) },
  { "key-8", KEY (2, 0.585) },
  { "key-9", KEY (3, 0.585) },
  { "key-0", KEY (4, 0.585) },
  { "key-X", KEY (5, 0.585) },

  /* words across the page, above the pad, and beside a picture */
  { "words", FIXED (0.04, 0.16, 0.92, 0.58) },
  { "above-pad", FIXED (0.04, 0.15, 0.92, 0.25) },
  { "words-beside", { 0.04, 0.16, 0.55, 0.58 }, { 0.04, 0.39, 0.92, 0.36 } },
  { "beside", { 0.62, 0.17, 0.34, 0.56 }, { 0.20, 0.15, 0.60, 0.23 } },
  { "beside-above", { 0.67, 0.16, 0.24, 0.23 }, { 0.08, 0.15, 0.40, 0.23 } },
  { "beside-between", { 0.67, 0.41, 0.24, 0.34 }, { 0.52, 0.15, 0.40, 0.23 } },
};

/* What a key presses wherever such a button is. */
static const struct
{
  const char *name;
  ThPadKey key;
} usual_keys[] = {
  { "primary", TH_KEY_YES }, { "no-card", TH_KEY_YES }, { "secondary", TH_KEY_NO },
  { "back", TH_KEY_BACK },   { "help", TH_KEY_HELP },
};

/* A sign stands in a button's corner, clear of its words; in parts of the button's height and of the type
 * size. */
#define KEY_CAP_SHARE 0.32
#define KEY_CAP_LARGEST_EM 1.6
#define KEY_CAP_INSET_EM 0.15

struct _ThPage
{
  GtkWidget parent_instance;

  gboolean keys;             /* buttons wear their keys' signs */
  const char *on[TH_N_KEYS]; /* the button of each key; NULL: none */
};

G_DEFINE_FINAL_TYPE (ThPage, th_page, GTK_TYPE_WIDGET)

static const NamedPlace *
find_place (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_strcmp0 (places[i].name, name) == 0)
      return &places[i];
  return NULL;
}

/* A page is as large as the window and never makes it larger. */
static void
th_page_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                 int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = 0;
  *minimum_baseline = *natural_baseline = -1;
}

static void
th_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      const NamedPlace *named = find_place (gtk_widget_get_name (child));
      const Place *place;
      GtkAllocation at;
      int least;

      if (named == NULL || !gtk_widget_should_layout (child))
        continue;
      place = width >= height ? &named->wide : &named->tall;
      at.x = (int)(place->x * width + 0.5);
      at.y = (int)(place->y * height + 0.5);
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      at.width = MAX (least, (int)(place->width * width + 0.5));
      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, at.width, &least, NULL, NULL, NULL);
      at.height = MAX (least, (int)(place->height * height + 0.5));
      gtk_widget_size_allocate (child, &at, -1);
    }
}

GtkWidget *
th_page_find (ThPage *self, const char *name)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  while (child != NULL && g_strcmp0 (gtk_widget_get_name (child), name) != 0)
    child = gtk_widget_get_next_sibling (child);
  return child;
}

void
th_page_set_key (ThPage *self, const char *name, int key)
{
  for (guint k = 0; k < TH_N_KEYS; k++)
    if (g_strcmp0 (self->on[k], name) == 0)
      self->on[k] = NULL;
  if (key >= 0)
    self->on[key] = g_intern_string (name);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

GtkWidget *
th_page_find_key (ThPage *self, ThPadKey key)
{
  GtkWidget *button = self->on[key] != NULL ? th_page_find (self, self->on[key]) : NULL;

  if (button == NULL || !gtk_widget_get_visible (button) || !gtk_widget_is_sensitive (button))
    return NULL;
  return button;
}

static void
th_page_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ThPage *self = TH_PAGE (widget);
  PangoContext *context = gtk_widget_get_pango_context (widget);
  double em = pango_font_description_get_size (pango_context_get_font_description (context))
              / (double) PANGO_SCALE;

  GTK_WIDGET_CLASS (th_page_parent_class)->snapshot (widget, snapshot);
  if (!self->keys)
    return;
  for (guint key = 0; key < TH_N_KEYS; key++)
    {
      GtkWidget *button = th_page_find_key (self, key);
      graphene_rect_t bounds;

      if (button == NULL || !gtk_widget_compute_bounds (button, widget, &bounds))
        continue;
      th_key_cap_snapshot (snapshot, key, bounds.origin.x + KEY_CAP_INSET_EM * em,
                           bounds.origin.y + KEY_CAP_INSET_EM * em,
                           MIN (KEY_CAP_SHARE * bounds.size.height, KEY_CAP_LARGEST_EM * em));
    }
}

static void
th_page_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (th_page_parent_class)->dispose (object);
}

static void
th_page_class_init (ThPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = th_page_dispose;
  widget_class->measure = th_page_measure;
  widget_class->size_allocate = th_page_size_allocate;
  widget_class->snapshot = th_page_snapshot;
  gtk_widget_class_set_css_name (widget_class, "page");
}

static void
th_page_init (ThPage *self)
{
}

/* What every label and button of ours has in common: long words wrap, nothing takes the keyboard.
 */
static void
settle (GtkWidget *widget, gboolean in_button)
{
  gtk_widget_set_focusable (widget, FALSE);
  if (GTK_IS_LABEL (widget))
    {
      gtk_label_set_wrap (GTK_LABEL (widget), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (widget), PANGO_WRAP_WORD_CHAR);
      if (in_button)
        {
          gtk_label_set_justify (GTK_LABEL (widget), GTK_JUSTIFY_CENTER);
          gtk_label_set_natural_wrap_mode (GTK_LABEL (widget), GTK_NATURAL_WRAP_NONE);
        }
      else if (gtk_widget_get_halign (widget) == GTK_ALIGN_FILL)
        {
          gtk_label_set_xalign (GTK_LABEL (widget), 0);
        }
      else
        {
          gtk_label_set_justify (GTK_LABEL (widget), GTK_JUSTIFY_CENTER);
        }
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    settle (child, in_button || GTK_IS_BUTTON (widget));
}

GtkWidget *
th_page_new (const char *name, ThCheckin *checkin)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new ();
  g_autofree char *path = g_strdup_printf ("/threshold/resident/%s.ui", name);
  g_autoptr (GError) error = NULL;
  GtkWidget *page;

  g_type_ensure (TH_TYPE_PAGE);
  g_type_ensure (TH_TYPE_COUNTDOWN);
  g_type_ensure (TH_TYPE_GAUGE);
  g_type_ensure (TH_TYPE_PICTURE);
  th_wording_add_to_scope (GTK_BUILDER_CSCOPE (gtk_builder_get_scope (builder)));
  gtk_builder_expose_object (builder, "checkin", G_OBJECT (checkin));
  if (!gtk_builder_add_from_resource (builder, path, &error))
    g_error ("page %s: %s", name, error->message); /* our own file, compiled in */
  page = GTK_WIDGET (gtk_builder_get_object (builder, "page"));
  settle (page, FALSE);
  g_object_get (checkin, "takes-keys", &TH_PAGE (page)->keys, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (usual_keys); i++)
    if (th_page_find (TH_PAGE (page), usual_keys[i].name) != NULL)
      th_page_set_key (TH_PAGE (page), usual_keys[i].name, (int) usual_keys[i].key);
  return g_object_ref (page);
}
