/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/picture.h"

#include "kiosk/photo.h"
#include "ui/palette.h"

/* How one stroke of a drawing is painted. */
typedef enum
{
  PAINT_END,
  PAINT_LINE, /* outlines, in ink */
  PAINT_THIN, /* small marks, in ink */
  PAINT_WARM_LINE,
  PAINT_WHITE,
  PAINT_SOFT,
  PAINT_AMBER,
  PAINT_WARM,
  PAINT_INK,
} Paint;

/*
 * @path: in a box of 100 by 100: M x y · L x y · C x y x y x y · Z, as in SVG, and
 * O cx cy r (circle) · R x y w h r (round-cornered box)
 */
typedef struct
{
  Paint paint;
  const char *path;
} Stroke;

typedef struct
{
  const char *name;
  Stroke strokes[24];
} Drawing;

static const Drawing drawings[] = {
  { "card",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_AMBER, "R 14 68 72 20 6" },
      { PAINT_LINE, "R 14 68 72 20 6" },
      { PAINT_WARM, "R 26 75 48 5 2.5" },
      { PAINT_WHITE, "R 22 12 56 35 4" },
      { PAINT_LINE, "R 22 12 56 35 4" },
      { PAINT_AMBER, "O 36 25 6 M 26 40 C 27 31 45 31 46 40 Z" },
      { PAINT_THIN, "M 54 22 L 70 22 M 54 29 L 70 29 M 54 36 L 64 36" },
      { PAINT_WARM_LINE, "M 50 52 L 50 63 M 45 58.5 L 50 63.5 L 55 58.5" } } },
  { "card-again",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_AMBER, "R 14 68 72 20 6" },
      { PAINT_LINE, "R 14 68 72 20 6" },
      { PAINT_WARM, "R 26 75 48 5 2.5" },
      { PAINT_WHITE, "R 22 12 56 35 4" },
      { PAINT_LINE, "R 22 12 56 35 4" },
      { PAINT_AMBER, "O 36 25 6 M 26 40 C 27 31 45 31 46 40 Z" },
      { PAINT_THIN, "M 54 22 L 70 22 M 54 29 L 70 29 M 54 36 L 64 36" },
      { PAINT_WARM_LINE, "M 38 63 L 38 52 M 33 57 L 38 52 L 43 57" },
      { PAINT_WARM_LINE, "M 62 52 L 62 63 M 57 58 L 62 63 L 67 58" } } },
  { "forehead",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_AMBER, "M 10 90 C 12 72 24 70 36 70 C 50 70 62 74 64 90 C 56 98 22 98 10 90 Z" },
      { PAINT_WHITE, "M 20 42 C 20 18 54 16 56 38 L 61 48 L 56 51 L 56 57 C 56 66 48 66 44 65 "
                     "L 44 74 L 28 74 L 28 62 C 22 56 20 50 20 42 Z" },
      { PAINT_LINE, "M 20 42 C 20 18 54 16 56 38 L 61 48 L 56 51 L 56 57 C 56 66 48 66 44 65 "
                    "L 44 74 M 28 74 L 28 62 C 22 56 20 50 20 42" },
      { PAINT_INK, "O 47 44 2" },
      { PAINT_WARM_LINE, "M 62 32 L 64.5 32 M 68 32 L 70.5 32 M 74 32 L 76.5 32" },
      { PAINT_WARM, "R 81 20 12 24 4" },
      { PAINT_WHITE, "O 84.5 32 2.5" },
      { PAINT_LINE, "M 87 44 L 87 74" } } },
  { "hat",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_AMBER, "M 22 92 C 24 78 36 78 50 78 C 64 78 76 78 78 92 C 66 100 34 100 22 92 Z" },
      { PAINT_WHITE, "O 50 58 21" },
      { PAINT_LINE, "O 50 58 21" },
      { PAINT_INK, "O 43 58 2" },
      { PAINT_INK, "O 57 58 2" },
      { PAINT_LINE, "M 44 67 C 47 70 53 70 56 67" },
      { PAINT_WARM, "M 34 25 C 35 8 65 8 66 25 Z" },
      { PAINT_WARM, "R 25 23 50 6 3" },
      { PAINT_WARM_LINE, "M 84 30 L 84 14 M 78.5 19.5 L 84 14 L 89.5 19.5" } } },
  { "chair",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_AMBER, "R 28 16 10 42 5" },
      { PAINT_LINE, "R 28 16 10 42 5" },
      { PAINT_WARM, "R 28 54 44 10 5" },
      { PAINT_LINE,
        "M 33 66 L 29 86 M 67 66 L 71 86 M 38 34 L 58 34 C 62 34 63 36 63 40 L 63 53" } } },
  { "slip",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_AMBER, "R 14 14 72 26 6" },
      { PAINT_LINE, "R 14 14 72 26 6" },
      { PAINT_INK, "R 24 28 52 5 2.5" },
      { PAINT_WHITE, "M 30 30 L 70 30 L 70 86 L 65 82 L 60 86 L 55 82 L 50 86 L 45 82 L 40 86 "
                     "L 35 82 L 30 86 Z" },
      { PAINT_LINE,
        "M 30 31 L 30 86 L 35 82 L 40 86 L 45 82 L 50 86 L 55 82 L 60 86 L 65 82 L 70 86 L 70 31" },
      { PAINT_WARM, "R 38 41 24 8 2" },
      { PAINT_THIN, "M 38 57 L 62 57 M 38 63 L 54 63" },
      { PAINT_INK, "R 38 69 3 3 0 R 43 69 3 3 0 R 38 74 3 3 0 R 45 74 3 3 0 R 50 69 3 3 0" } } },
  { "desk",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_WARM, "M 28 66 C 28 48 38 46 50 46 C 62 46 72 48 72 66 Z" },
      { PAINT_WHITE, "O 50 30 14" },
      { PAINT_LINE, "O 50 30 14" },
      { PAINT_INK, "O 45.5 29 1.8" },
      { PAINT_INK, "O 54.5 29 1.8" },
      { PAINT_LINE, "M 45.5 35 C 48 37.5 52 37.5 54.5 35" },
      { PAINT_WHITE, "R 46.5 54 7 2.4 1 R 48.8 51.7 2.4 7 1" },
      { PAINT_AMBER, "R 12 65 76 20 4" },
      { PAINT_LINE, "R 12 65 76 20 4" },
      { PAINT_WHITE, "R 38 71 24 8 2" } } },
  { "plug",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_WARM, "M 44 34 L 30 34 C 18 34 18 66 30 66 L 44 66 Z" },
      { PAINT_LINE, "M 44 42 L 54 42 M 44 58 L 54 58 M 21 50 L 4 50" },
      { PAINT_AMBER, "R 62 32 18 36 6" },
      { PAINT_LINE, "R 62 32 18 36 6" },
      { PAINT_LINE, "M 80 50 L 96 50" },
      { PAINT_INK, "O 67.5 42 2.2" },
      { PAINT_INK, "O 67.5 58 2.2" },
      { PAINT_WARM_LINE, "M 58 14 L 58 22 M 46 17 L 49 24 M 70 17 L 67 24" } } },
  { "check",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_WARM, "O 50 50 34" },
      { PAINT_WHITE, "M 33 51 L 37.5 46.5 L 45.5 54.5 L 63.5 36.5 L 68 41 L 45.5 63.5 Z" } } },
  { "id",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_WHITE, "R 10 24 80 52 6" },
      { PAINT_LINE, "R 10 24 80 52 6" },
      { PAINT_AMBER, "O 32 42 9 M 17 64 C 18 49 46 49 47 64 Z" },
      { PAINT_THIN, "M 57 37 L 80 37 M 57 48 L 80 48 M 57 59 L 70 59" } } },
  { "person",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_WHITE, "R 20.5 14.5 59 71 5" },
      { PAINT_SOFT, "R 24.5 18.5 51 63 2" },
      { PAINT_WHITE, "O 50 45 14.4 M 28 81.5 C 28 68 36 62 50 62 C 64 62 72 68 72 81.5 Z" },
      { PAINT_AMBER, "O 50 45 12 M 30.5 81.5 C 30.5 69.5 38 64.5 50 64.5 C 62 64.5 69.5 69.5 69.5 81.5 Z" },
      { PAINT_THIN, "R 20.5 14.5 59 71 5" } } },
  { "people",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_AMBER, "M 12 80 C 12 58 22 55 32 55 C 42 55 52 58 52 80 Z" },
      { PAINT_LINE, "M 12 80 C 12 58 22 55 32 55 C 42 55 52 58 52 80 Z" },
      { PAINT_WHITE, "O 32 38 12" },
      { PAINT_LINE, "O 32 38 12" },
      { PAINT_WARM, "M 48 80 C 48 58 58 55 68 55 C 78 55 88 58 88 80 Z" },
      { PAINT_WHITE, "O 68 38 12" },
      { PAINT_LINE, "O 68 38 12" } } },
  { "calendar",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_WHITE, "R 22 26 56 54 5" },
      { PAINT_AMBER, "M 22 43 L 22 31 C 22 28 24 26 27 26 L 73 26 C 76 26 78 28 78 31 L 78 43 Z" },
      { PAINT_LINE, "R 22 26 56 54 5 M 22 43 L 78 43" },
      { PAINT_LINE, "M 37 19 L 37 32 M 63 19 L 63 32" },
      { PAINT_THIN, "M 32 53 L 39 53 M 47 53 L 54 53 M 32 62 L 39 62 M 47 62 L 54 62 M 62 53 L 69 53" },
      { PAINT_THIN, "M 32 71 L 39 71 M 47 71 L 54 71" },
      { PAINT_WARM, "R 59 59 14 14 3" } } },
  { "clock",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_WHITE, "O 50 50 32" },
      { PAINT_LINE, "O 50 50 32" },
      { PAINT_THIN, "M 50 24 L 50 28 M 76 50 L 72 50 M 50 76 L 50 72 M 24 50 L 28 50" },
      { PAINT_WARM_LINE, "M 50 34 L 50 50 L 62 58" } } },
  { "write",
    { { PAINT_SOFT, "O 50 50 48" },
      { PAINT_WHITE, "R 20 22 50 60 4" },
      { PAINT_LINE, "R 20 22 50 60 4" },
      { PAINT_THIN, "M 30 38 L 60 38 M 30 50 L 52 50 M 30 62 L 44 62" },
      { PAINT_AMBER, "M 80 30 L 89 37 L 58 76 L 47 81 L 49 69 Z" },
      { PAINT_LINE, "M 80 30 L 89 37 L 58 76 L 47 81 L 49 69 Z" } } },
};

/* Where a photo stands in a drawing that has room for one. */
#define PERSON "person"
#define PHOTO_X 24.5
#define PHOTO_Y 18.5
#define PHOTO_WIDTH 51.0
#define PHOTO_HEIGHT 63.0

struct _ThPicture
{
  GtkWidget parent_instance;
  char *name;
  ThPhoto *photo;
};

G_DEFINE_FINAL_TYPE (ThPicture, th_picture, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_DRAWING,
  PROP_PHOTO,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* Reads @n numbers of the path; the table above is all that is ever read. */
static const char *
take (const char *at, double *ret, int n)
{
  for (int i = 0; i < n; i++)
    {
      char *end;

      ret[i] = g_ascii_strtod (at, &end);
      at = end;
    }
  return at;
}

static void
round_box (cairo_t *cr, double x, double y, double w, double h, double r)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + w - r, y + r, r, -G_PI_2, 0);
  cairo_arc (cr, x + w - r, y + h - r, r, 0, G_PI_2);
  cairo_arc (cr, x + r, y + h - r, r, G_PI_2, G_PI);
  cairo_arc (cr, x + r, y + r, r, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

static void
trace (cairo_t *cr, const char *at)
{
  double v[6];

  cairo_new_path (cr);
  while (*at != '\0')
    {
      char command = *at++;

      switch (command)
        {
        case 'M':
          at = take (at, v, 2);
          cairo_move_to (cr, v[0], v[1]);
          break;
        case 'L':
          at = take (at, v, 2);
          cairo_line_to (cr, v[0], v[1]);
          break;
        case 'C':
          at = take (at, v, 6);
          cairo_curve_to (cr, v[0], v[1], v[2], v[3], v[4], v[5]);
          break;
        case 'Z':
          cairo_close_path (cr);
          break;
        case 'O':
          at = take (at, v, 3);
          cairo_new_sub_path (cr);
          cairo_arc (cr, v[0], v[1], v[2], 0, 2 * G_PI);
          break;
        case 'R':
          at = take (at, v, 5);
          round_box (cr, v[0], v[1], v[2], v[3], v[4]);
          break;
        default: /* a space between commands */
          break;
        }
    }
}

static void
paint (cairo_t *cr, const Stroke *stroke)
{
  trace (cr, stroke->path);
  switch (stroke->paint)
    {
    case PAINT_LINE:
      cairo_set_source_rgb (cr, TH_RGB_INK);
      cairo_set_line_width (cr, 2.6);
      cairo_stroke (cr);
      break;
    case PAINT_THIN:
      cairo_set_source_rgb (cr, TH_RGB_MUTED);
      cairo_set_line_width (cr, 2.2);
      cairo_stroke (cr);
      break;
    case PAINT_WARM_LINE:
      cairo_set_source_rgb (cr, TH_RGB_WARM);
      cairo_set_line_width (cr, 3.2);
      cairo_stroke (cr);
      break;
    case PAINT_WHITE:
      cairo_set_source_rgb (cr, TH_RGB_WHITE);
      cairo_fill (cr);
      break;
    case PAINT_SOFT:
      cairo_set_source_rgb (cr, TH_RGB_SOFT);
      cairo_fill (cr);
      break;
    case PAINT_AMBER:
      cairo_set_source_rgb (cr, TH_RGB_AMBER);
      cairo_fill (cr);
      break;
    case PAINT_WARM:
      cairo_set_source_rgb (cr, TH_RGB_WARM);
      cairo_fill (cr);
      break;
    case PAINT_INK:
      cairo_set_source_rgb (cr, TH_RGB_INK);
      cairo_fill (cr);
      break;
    case PAINT_END:
      break;
    }
}

/* As large as its place allows, over the figure that is drawn there. */
static void
paint_photo (cairo_t *cr, const ThPhoto *photo)
{
  double scale = MIN (PHOTO_WIDTH / photo->width, PHOTO_HEIGHT / photo->height);
  cairo_surface_t *pixels = cairo_image_surface_create_for_data (
      (guint8 *)photo->pixels, CAIRO_FORMAT_RGB24, (int)photo->width, (int)photo->height,
      (int)(photo->width * sizeof *photo->pixels));

  cairo_rectangle (cr, PHOTO_X, PHOTO_Y, PHOTO_WIDTH, PHOTO_HEIGHT);
  cairo_set_source_rgb (cr, TH_RGB_WHITE);
  cairo_fill (cr);
  cairo_save (cr);
  cairo_translate (cr, PHOTO_X + (PHOTO_WIDTH - photo->width * scale) / 2,
                   PHOTO_Y + (PHOTO_HEIGHT - photo->height * scale) / 2);
  cairo_scale (cr, scale, scale);
  cairo_rectangle (cr, 0, 0, photo->width, photo->height);
  cairo_clip (cr);
  cairo_set_source_surface (cr, pixels, 0, 0);
  cairo_paint (cr);
  cairo_restore (cr);
  cairo_surface_destroy (pixels);
}

static void
th_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ThPicture *self = TH_PICTURE (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  double side = MIN (width, height);
  cairo_t *cr;

  for (gsize i = 0; i < G_N_ELEMENTS (drawings); i++)
    {
      if (g_strcmp0 (drawings[i].name, self->name) != 0)
        continue;
      cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
      cairo_translate (cr, (width - side) / 2, (height - side) / 2);
      cairo_scale (cr, side / 100, side / 100);
      cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
      cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
      for (const Stroke *stroke = drawings[i].strokes; stroke->paint != PAINT_END; stroke++)
        paint (cr, stroke);
      if (self->photo != NULL && g_str_equal (drawings[i].name, PERSON))
        paint_photo (cr, self->photo);
      cairo_destroy (cr);
    }
}

static void
th_picture_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ThPicture *self = TH_PICTURE (object);

  if (id == PROP_PHOTO)
    {
      g_clear_pointer (&self->photo, th_photo_unref);
      self->photo = g_value_dup_boxed (value);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      return;
    }
  if (id != PROP_DRAWING)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (g_strcmp0 (self->name, g_value_get_string (value)) == 0)
    return;
  g_free (self->name);
  self->name = g_value_dup_string (value);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
th_picture_finalize (GObject *object)
{
  g_free (TH_PICTURE (object)->name);
  g_clear_pointer (&TH_PICTURE (object)->photo, th_photo_unref);
  G_OBJECT_CLASS (th_picture_parent_class)->finalize (object);
}

static void
th_picture_class_init (ThPictureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = th_picture_set_property;
  object_class->finalize = th_picture_finalize;
  widget_class->snapshot = th_picture_snapshot;
  gtk_widget_class_set_css_name (widget_class, "picture");

  props[PROP_DRAWING] = g_param_spec_string ("drawing", NULL, NULL, NULL,
                                             G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_PHOTO] = g_param_spec_boxed ("photo", NULL, NULL, TH_TYPE_PHOTO,
                                          G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
th_picture_init (ThPicture *self)
{
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}
