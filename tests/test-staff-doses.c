/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of doses over real records; the test is the kiosk that gives the numbers. With STAFF_SCREENSHOTS=DIR each step
 * is left there as a PNG, in three languages. */
#include "kiosk/records-lots.h"
#include "tests/staff-fixture.h"
#include "ui/staff/doses-page.h"

#define WATCHING "[zones]\nzones=registration\n[lane A]\nvaccine=Inactivated\n[doses]\nwatch=true\n"
#define CODE "(01)09506000134352(17)991130(10)AB-17"

static GtkWidget *
open_page (Fixture *f)
{
  GtkWidget *found;

  add_staff (f);
  log_in (f);
  act (page (f), "desk.view", "doses");
  g_assert_true (comes (f, "No vaccine was received yet", LIMIT_US));
  found = find (f->window, TH_TYPE_DOSES_PAGE, NULL);
  g_assert_nonnull (found);
  return found;
}

/* The nth widget of @type that is on the screen, in reading order. */
static GtkWidget *
nth (GtkWidget *root, GType type, guint *n)
{
  if (!gtk_widget_get_mapped (root))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type) && (*n)-- == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = nth (child, type, n);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
type (GtkWidget *doses, guint n, const char *text)
{
  GtkWidget *entry = nth (doses, GTK_TYPE_ENTRY, &n);

  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

static const char *
typed (GtkWidget *doses, guint n)
{
  return gtk_editable_get_text (GTK_EDITABLE (nth (doses, GTK_TYPE_ENTRY, &n)));
}

static void
spin (GtkWidget *doses, double value)
{
  guint first = 0;

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (nth (doses, GTK_TYPE_SPIN_BUTTON, &first)), value);
}

static void
enter (GtkWidget *doses, guint n)
{
  g_signal_emit_by_name (nth (doses, GTK_TYPE_ENTRY, &n), "activate");
}

static void
save_screenshot (Fixture *f, const char *what)
{
  const char *dir = g_getenv ("STAFF_SCREENSHOTS");
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = NULL;
  GtkSnapshot *snapshot;

  if (dir == NULL)
    return;
  for (guint i = 0; i < 200; i++)
    {
      g_usleep (1000);
      g_main_context_iteration (NULL, FALSE);
    }
  paintable = gtk_widget_paintable_new (f->window);
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (f->window), gtk_widget_get_height (f->window));
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (f->window)), node, NULL);
  path = g_strdup_printf ("%s/%s.png", dir, what);
  gdk_texture_save_to_png (texture, path);
}

static ThTicket
issue (Fixture *f, const char *id_number)
{
  g_autofree char *visit = th_visit_id_new ();
  g_autoptr (GError) error = NULL;
  ThTicket ticket;

  th_records_watch_doses (f->kiosk, f->config);
  g_assert_true (th_records_issue_ticket (f->kiosk, visit, id_number, 'A', 0, &ticket, &error));
  g_assert_no_error (error);
  return ticket;
}

static void
receive (Fixture *f, GtkWidget *doses, double n)
{
  act (doses, "doses.step", "receive");
  g_assert_true (comes (f, "Scan the code on the box", LIMIT_US));
  type (doses, 0, CODE);
  enter (doses, 0);
  g_assert_cmpstr (typed (doses, 1), ==, "AB-17");
  type (doses, 2, "2199-11-30");
  type (doses, 3, "Inactivated");
  spin (doses, n);
  act (doses, "doses.receive", NULL);
  g_assert_true (comes (f, "of lot AB-17 received", LIMIT_US));
}

static void
test_what_is_wrong_is_said_in_words (Fixture *f, gconstpointer data)
{
  GtkWidget *doses = open_page (f);

  act (doses, "doses.step", "receive");
  g_assert_true (comes (f, "Scan the code on the box", LIMIT_US));
  type (doses, 0, "http://example.com");
  enter (doses, 0);
  g_assert_true (comes (f, "not the code of a vaccine", LIMIT_US));
  act (doses, "doses.receive", NULL);
  g_assert_true (comes (f, "This is not allowed now", LIMIT_US));
  act (doses, "doses.step", "give");
  g_assert_true (comes (f, "Scan the slip", LIMIT_US));
  type (doses, 0, "A-001");
  type (doses, 1, "AB-17");
  act (doses, "doses.inject", NULL);
  g_assert_true (comes (f, "no longer in the records", LIMIT_US));
}

static void
test_a_lot_is_received_wasted_and_counted (Fixture *f, gconstpointer data)
{
  GtkWidget *doses = open_page (f);
  GtkWidget *list;
  ThLot lot;
  guint first = 0;

  receive (f, doses, 10);
  act (doses, "doses.step", "home");
  g_assert_true (comes (f, "Inactivated: 10 left, 0 promised, 10 free", LIMIT_US));
  issue (f, "110101199001019917");
  issue (f, "65010219551130982X");
  g_assert_true (comes (f, "Inactivated: 10 left, 2 promised, 8 free", LIMIT_US));

  list = nth (doses, GTK_TYPE_LIST_BOX, &first);
  g_signal_emit_by_name (list, "row-activated", gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0));
  g_assert_true (comes (f, "Lot AB-17", LIMIT_US));
  spin (doses, 9);
  act (doses, "doses.change", "waste");
  g_assert_true (comes (f, "Please say why", LIMIT_US));
  first = 0;
  type (doses, 0, "the fridge was warm");
  act (doses, "doses.change", "waste");
  g_assert_true (comes (f, "9 wasted", LIMIT_US));
  save_screenshot (f, "doses-wasted-en");
  act (doses, "doses.step", "home");
  /* Who came last must be told. */
  g_assert_true (comes (f, "the next dose is theirs: A-002", LIMIT_US));
  save_screenshot (f, "doses-affected-en");

  list = (first = 0, nth (doses, GTK_TYPE_LIST_BOX, &first));
  g_signal_emit_by_name (list, "row-activated", gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0));
  g_assert_true (comes (f, "Lot AB-17", LIMIT_US));
  spin (doses, 0);
  act (doses, "doses.change", "count");
  g_assert_true (comes (f, "1 missing", LIMIT_US));
  g_assert_true (th_records_find_lot (f->kiosk, "AB-17", &lot, NULL));
  g_assert_cmpint (lot.missing, ==, 1);
  g_assert_cmpuint (lot.left, ==, 0);
}

static void
test_a_dose_is_given_from_slip_and_vial_and_taken_back (Fixture *f, gconstpointer data)
{
  GtkWidget *doses = open_page (f);
  guint first = 0;
  ThTicket ticket;
  ThDose dose;

  receive (f, doses, 1);
  ticket = issue (f, "110101199001019917");
  act (doses, "doses.step", "give");
  g_assert_true (comes (f, "Scan the slip", LIMIT_US));
  type (doses, 0, ticket.token);
  type (doses, 1, CODE); /* the vial's code is as good as its lot */
  act (doses, "doses.inject", NULL);
  g_assert_true (comes (f, "registration has not recorded", LIMIT_US));
  act (doses, "doses.bind", NULL);
  g_assert_true (comes (f, "gets lot AB-17", LIMIT_US));
  type (doses, 0, "A-001");
  act (doses, "doses.inject", NULL);
  g_assert_true (comes (f, "are not done", LIMIT_US));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (nth (doses, GTK_TYPE_CHECK_BUTTON, &first)), TRUE);
  act (doses, "doses.inject", NULL);
  g_assert_true (comes (f, "A-001 has had dose 1, lot AB-17", LIMIT_US));
  save_screenshot (f, "doses-given-en");
  g_assert_true (th_records_find_dose (f->kiosk, ticket.visit, &dose, NULL));
  g_assert_cmpint (dose.state, ==, TH_DOSE_INJECTED);
  g_assert_cmpstr (dose.by, ==, NAME);

  act (doses, "doses.undo", NULL);
  g_assert_true (comes (f, "Taken back: A-001", LIMIT_US));
  g_assert_true (th_records_find_dose (f->kiosk, ticket.visit, &dose, NULL));
  g_assert_cmpint (dose.state, ==, TH_DOSE_RESERVED);
}

/* Nothing of it runs off the page, in any language. */
static void
test_every_step_fits_in_every_language (Fixture *f, gconstpointer data)
{
  static const char *const steps[] = { "home", "receive", "lot", "give" };
  GtkWidget *doses = open_page (f);

  receive (f, doses, 10);
  for (ThLanguage language = 0; language < TH_N_LANGUAGES; language++)
    {
      g_autoptr (GVariant) name = g_variant_ref_sink (g_variant_new_string (th_language_to_string (language)));

      g_action_group_change_action_state (G_ACTION_GROUP (f->window), "language", name);
      act (page (f), "desk.view", "doses");
      g_assert_true (comes (f, "AB-17", LIMIT_US));
      doses = find (f->window, TH_TYPE_DOSES_PAGE, NULL);
      for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
        {
          g_autofree char *what = g_strdup_printf ("doses-%s-%s", steps[i], th_language_to_string (language));
          int least, natural;

          act (doses, "doses.step", steps[i]);
          gtk_widget_measure (f->window, GTK_ORIENTATION_HORIZONTAL, -1, &least, &natural, NULL, NULL);
          g_assert_cmpint (least, <=, 1280);
          save_screenshot (f, what);
        }
    }
}

#define ADD(name, more)                                                                            \
  g_test_add ("/doses-page/" #name, Fixture, more, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  th_words_init ();
  gtk_test_init (&argc, &argv);
  ADD (what_is_wrong_is_said_in_words, WATCHING);
  ADD (a_lot_is_received_wasted_and_counted, WATCHING);
  ADD (a_dose_is_given_from_slip_and_vial_and_taken_back, WATCHING);
  ADD (every_step_fits_in_every_language, WATCHING);
  return g_test_run ();
}
