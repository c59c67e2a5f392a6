/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/doses-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/staff/shortcut.h"
#include "ui/staff/staff-words.h"

#define SLIP_OF_THE_FINGER "taken back at once"

struct _ThDosesPage
{
  GtkWidget parent;
  ThStaffDesk *desk;

  GtkWidget *top;
  GtkStack *steps;
  GtkLabel *stock;
  GtkLabel *affected;
  GtkLabel *home_message;
  GtkEditable *code;
  GtkEditable *lot;
  GtkEditable *expiry;
  GtkEditable *vaccine;
  GtkEditable *maker;
  GtkSpinButton *doses;
  GtkLabel *receive_message;
  GtkLabel *lot_title;
  GtkLabel *lot_facts;
  GtkSpinButton *lot_n;
  GtkEditable *why;
  GtkLabel *lot_message;
  GtkButton *withdraw;
  GtkEditable *number;
  GtkEditable *give_lot;
  GtkSpinButton *dose;
  GtkDropDown *site;
  GtkDropDown *route;
  GtkCheckButton *checked; /* where no vaccination zone asks for them */
  GtkLabel *give_message;
  GtkWidget *undo;
  GtkListBox *lots;

  char chosen[TH_GS1_LOT_BYTES]; /* the lot of the step "lot" */
  char gtin[15];                 /* of the box whose code was scanned */
  ThDosesOrder order;            /* the one that is under way, or was last */
  gboolean busy;
};

G_DEFINE_FINAL_TYPE (ThDosesPage, th_doses_page, GTK_TYPE_WIDGET)

/* --- words --------------------------------------------------------------------------------------------- */

static void
say (GtkLabel *label, const char *words, gboolean bad)
{
  const char *classes[] = { "notice", bad ? "bad" : "good", NULL };

  gtk_label_set_text (label, words);
  gtk_widget_set_css_classes (GTK_WIDGET (label), classes);
  gtk_widget_set_visible (GTK_WIDGET (label), *words != '\0');
}

/* In the order of th_injection_sites() and th_injection_routes(). */
static const char *const site_words[] = { N_ ("left arm"), N_ ("right arm"), N_ ("left thigh"),
                                          N_ ("right thigh"), N_ ("elsewhere") };
static const char *const route_words[]
    = { N_ ("into the muscle"), N_ ("under the skin"), N_ ("into the skin"), N_ ("by mouth"), N_ ("inhaled") };

static void
fill (GtkDropDown *drop, const char *const *words, guint n)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  for (guint i = 0; i < n; i++)
    gtk_string_list_append (list, _ (words[i]));
  gtk_drop_down_set_model (drop, G_LIST_MODEL (list));
}

/* How long a lot is good, in words; @ret_class: its colour, never without the words. */
static char *
say_expiry (const ThLot *lot, const char **ret_class)
{
  *ret_class = "attention";
  if (lot->withdrawn)
    return g_strdup (_ ("withdrawn: do not give"));
  if (lot->days < 0)
    return g_strdup_printf (_ ("expired on %s: do not give"), lot->expiry);
  if (lot->left == 0)
    {
      *ret_class = "dim";
      return g_strdup (_ ("empty"));
    }
  if (lot->days == 0)
    return g_strdup (_ ("today is its last day"));
  if (lot->days <= TH_EXPIRES_SOON_DAYS)
    return g_strdup_printf (ngettext ("good for %d more day", "good for %d more days", (gulong)lot->days), lot->days);
  *ret_class = "well";
  return g_strdup_printf (_ ("good until %s"), lot->expiry);
}

static char *
say_sums (const ThLot *lot)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, _ ("%u received, %u given, %u wasted, %u sent back"), lot->received, lot->used,
                          lot->wasted, lot->returned);
  if (lot->missing > 0)
    g_string_append_printf (text, _ (", %d missing"), lot->missing);
  if (lot->missing < 0)
    g_string_append_printf (text, _ (", %d too many"), -lot->missing);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* --- how it stands --------------------------------------------------------------------------------------- */

static const ThLot *
find_lot (ThDosesPage *self, const char *name)
{
  GPtrArray *lots = th_staff_desk_get_lots (self->desk);

  for (guint i = 0; lots != NULL && i < lots->len; i++)
    if (strcmp (((const ThLot *)lots->pdata[i])->lot, name) == 0)
      return lots->pdata[i];
  return NULL;
}

static void
show_stock (ThDosesPage *self)
{
  GPtrArray *stock = th_staff_desk_get_stock (self->desk);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; stock != NULL && i < stock->len; i++)
    {
      const ThStock *of = stock->pdata[i];

      if (text->len > 0)
        g_string_append_c (text, '\n');
      /* Translators: name of a vaccine, then numbers of doses */
      g_string_append_printf (text, _ ("%s: %u left, %u promised, %u free"), of->vaccine, of->left, of->reserved,
                              of->free);
    }
  gtk_label_set_text (self->stock, text->len > 0 ? text->str : _ ("No vaccine was received yet."));
}

/* Their numbers: staff call them out, or find them in the queue. */
static void
show_affected (ThDosesPage *self)
{
  GPtrArray *doses = th_staff_desk_get_doses (self->desk);
  g_autoptr (GString) numbers = g_string_new (NULL);
  g_autofree char *words = NULL;

  for (guint i = 0; doses != NULL && i < doses->len; i++)
    {
      const ThDose *dose = doses->pdata[i];
      char label[16];

      if (dose->state != TH_DOSE_UNSERVED || dose->lane == '\0')
        continue;
      th_ticket_label (dose->lane, dose->number, label);
      g_string_append_printf (numbers, "%s%s", numbers->len > 0 ? ", " : "", label);
    }
  words = g_strdup_printf (_ ("There is no dose any more for these numbers. Please tell them; the next dose is theirs: %s"),
                           numbers->str);
  gtk_label_set_text (self->affected, words);
  gtk_widget_set_visible (GTK_WIDGET (self->affected), numbers->len > 0);
}

static GtkWidget *
label_new (const char *words, const char *class)
{
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

static GtkWidget *
lot_row_new (const ThLot *lot)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *title = g_strdup_printf ("%s · %s", lot->lot, lot->vaccine);
  g_autofree char *left = g_strdup_printf (ngettext ("%u dose left", "%u doses left", lot->left), lot->left);
  g_autofree char *sums = say_sums (lot);
  const char *class;
  g_autofree char *expiry = say_expiry (lot, &class);
  g_autofree char *state = g_strdup_printf ("%s · %s", left, expiry);

  gtk_box_append (GTK_BOX (box), label_new (title, "lot-name"));
  gtk_box_append (GTK_BOX (box), label_new (state, class));
  gtk_box_append (GTK_BOX (box), label_new (sums, lot->missing != 0 ? "attention" : "dim"));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "lot", g_strdup (lot->lot), g_free);
  return row;
}

static void
show_lots (ThDosesPage *self)
{
  GPtrArray *lots = th_staff_desk_get_lots (self->desk);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->lots))) != NULL)
    gtk_list_box_remove (self->lots, child);
  for (guint i = 0; lots != NULL && i < lots->len; i++)
    gtk_list_box_append (self->lots, lot_row_new (lots->pdata[i]));
}

static void
show_lot (ThDosesPage *self)
{
  const ThLot *lot = find_lot (self, self->chosen);
  g_autofree char *title = NULL, *facts = NULL, *sums = NULL, *expiry = NULL;
  const char *class;

  if (lot == NULL)
    return;
  title = g_strdup_printf (_ ("Lot %s"), lot->lot);
  sums = say_sums (lot);
  expiry = say_expiry (lot, &class);
  facts = g_strdup_printf ("%s%s%s\n%s\n%s", lot->vaccine, lot->maker[0] != '\0' ? " · " : "", lot->maker, expiry,
                           sums);
  gtk_label_set_text (self->lot_title, title);
  gtk_label_set_text (self->lot_facts, facts);
  gtk_button_set_label (self->withdraw, lot->withdrawn ? _ ("It may be given again") : _ ("Withdraw the whole lot"));
}

static void
doses_cb (ThDosesPage *self)
{
  if (self->top == NULL)
    return;
  show_stock (self);
  show_affected (self);
  show_lots (self);
  show_lot (self);
}

/* --- what people press ----------------------------------------------------------------------------------- */

static GtkLabel *
message_of (ThDosesPage *self)
{
  const char *step = gtk_stack_get_visible_child_name (self->steps);

  if (g_strcmp0 (step, "receive") == 0)
    return self->receive_message;
  if (g_strcmp0 (step, "lot") == 0)
    return self->lot_message;
  return g_strcmp0 (step, "give") == 0 ? self->give_message : self->home_message;
}

static void
open_step (ThDosesPage *self, const char *step)
{
  gtk_stack_set_visible_child_name (self->steps, step);
  say (message_of (self), "", FALSE);
  gtk_widget_set_visible (self->undo, FALSE);
  if (strcmp (step, "receive") == 0)
    gtk_widget_grab_focus (GTK_WIDGET (self->code));
  if (strcmp (step, "give") == 0)
    gtk_widget_grab_focus (GTK_WIDGET (self->number));
}

static void
step_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDosesPage *self = TH_DOSES_PAGE (widget);

  if (gtk_widget_get_mapped (widget) && !self->busy)
    open_step (self, g_variant_get_string (parameter, NULL));
}

static char *
say_done (ThDosesPage *self)
{
  const ThDosesOrder *order = &self->order;

  switch (order->act)
    {
    case TH_DOSES_RECEIVE:
      return g_strdup_printf (_ ("✓ %u doses of lot %s received."), order->lot.received, order->lot.lot);
    case TH_DOSES_BIND:
      return g_strdup_printf (_ ("✓ %s gets lot %s."), order->code, order->lot.lot);
    case TH_DOSES_INJECT:
      return g_strdup_printf (_ ("✓ %s has had dose %u, lot %s."), order->code, order->dose, order->lot.lot);
    case TH_DOSES_UNDO:
      return g_strdup_printf (_ ("Taken back: %s has had no dose."), order->code);
    case TH_DOSES_OPEN:
    case TH_DOSES_WASTE:
    case TH_DOSES_RETURN:
    case TH_DOSES_COUNT:
    case TH_DOSES_WITHDRAW:
    case TH_DOSES_ALLOW:
    case TH_DOSES_RELEASE:
      break;
    }
  return g_strdup (_ ("✓ Recorded."));
}

static void
clear_forms (ThDosesPage *self)
{
  if (self->order.act == TH_DOSES_RECEIVE)
    {
      gtk_editable_set_text (self->code, "");
      gtk_editable_set_text (self->lot, "");
      gtk_editable_set_text (self->expiry, "");
      self->gtin[0] = '\0';
    }
  gtk_editable_set_text (self->why, "");
  if (self->order.act == TH_DOSES_INJECT || self->order.act == TH_DOSES_BIND)
    gtk_editable_set_text (self->number, "");
  gtk_check_button_set_active (self->checked, FALSE);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThDosesPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  gboolean ok = th_staff_desk_done_finish (TH_STAFF_DESK (source), result, &error);

  self->busy = FALSE;
  if (self->top == NULL)
    return;
  words = ok ? say_done (self) : th_staff_words_error (error);
  say (message_of (self), words, !ok);
  gtk_widget_set_visible (self->undo, ok && self->order.act == TH_DOSES_INJECT);
  if (ok)
    clear_forms (self);
  if (ok && strcmp (gtk_stack_get_visible_child_name (self->steps), "give") == 0)
    gtk_widget_grab_focus (GTK_WIDGET (self->number));
}

static void
send_order (ThDosesPage *self, const ThDosesOrder *order)
{
  /* A second press does nothing until the first is written. */
  if (self->busy)
    return;
  self->busy = TRUE;
  self->order = *order;
  th_staff_desk_doses_async (self->desk, order, done_cb, g_object_ref (self));
}

/* What a scanner types: a box's code becomes its lot. FALSE: it is none. */
static gboolean
read_code (const char *text, ThGs1 *ret_code)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return th_gs1_parse (text, strlen (text), (guint)g_date_time_get_year (now), ret_code, NULL);
}

static void
code_cb (ThDosesPage *self)
{
  GPtrArray *lots = th_staff_desk_get_lots (self->desk);
  ThGs1 code;

  if (!read_code (gtk_editable_get_text (self->code), &code))
    {
      say (self->receive_message, _ ("This is not the code of a vaccine’s box. Please type lot and last day."), TRUE);
      gtk_widget_grab_focus (GTK_WIDGET (self->lot));
      return;
    }
  say (self->receive_message, "", FALSE);
  gtk_editable_set_text (self->lot, code.lot);
  gtk_editable_set_text (self->expiry, code.expiry);
  memcpy (self->gtin, code.gtin, sizeof self->gtin);
  /* The same box came before: what it is need not be typed again. */
  for (guint i = 0; lots != NULL && code.gtin[0] != '\0' && i < lots->len; i++)
    {
      const ThLot *known = lots->pdata[i];

      if (strcmp (known->gtin, code.gtin) != 0)
        continue;
      gtk_editable_set_text (self->vaccine, known->vaccine);
      gtk_editable_set_text (self->maker, known->maker);
      break;
    }
  gtk_widget_grab_focus (*gtk_editable_get_text (self->vaccine) == '\0' ? GTK_WIDGET (self->vaccine)
                                                                        : GTK_WIDGET (self->doses));
}

static void
receive_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDosesPage *self = TH_DOSES_PAGE (widget);
  ThDosesOrder order = { .act = TH_DOSES_RECEIVE };

  g_strlcpy (order.lot.lot, gtk_editable_get_text (self->lot), sizeof order.lot.lot);
  g_strlcpy (order.lot.expiry, gtk_editable_get_text (self->expiry), sizeof order.lot.expiry);
  g_strlcpy (order.lot.vaccine, gtk_editable_get_text (self->vaccine), sizeof order.lot.vaccine);
  g_strlcpy (order.lot.maker, gtk_editable_get_text (self->maker), sizeof order.lot.maker);
  memcpy (order.lot.gtin, self->gtin, sizeof order.lot.gtin);
  order.lot.received = (guint)gtk_spin_button_get_value_as_int (self->doses);
  send_order (self, &order);
}

static void
row_cb (ThDosesPage *self, GtkListBoxRow *row)
{
  const ThLot *lot = find_lot (self, g_object_get_data (G_OBJECT (row), "lot"));

  if (lot == NULL || self->busy)
    return;
  g_strlcpy (self->chosen, lot->lot, sizeof self->chosen);
  gtk_spin_button_set_value (self->lot_n, lot->left);
  show_lot (self);
  open_step (self, "lot");
  gtk_widget_grab_focus (GTK_WIDGET (self->lot_n));
}

static void
change_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  static const struct
  {
    const char *name;
    ThDosesAct act;
    gboolean reason;
  } changes[] = { { "count", TH_DOSES_COUNT, FALSE },
                  { "waste", TH_DOSES_WASTE, TRUE },
                  { "open", TH_DOSES_OPEN, FALSE },
                  { "return", TH_DOSES_RETURN, TRUE },
                  { "withdraw", TH_DOSES_WITHDRAW, TRUE } };
  ThDosesPage *self = TH_DOSES_PAGE (widget);
  const ThLot *lot = find_lot (self, self->chosen);
  ThDosesOrder order = { .n = (guint)gtk_spin_button_get_value_as_int (self->lot_n) };
  guint i = 0;

  while (i < G_N_ELEMENTS (changes) && strcmp (changes[i].name, g_variant_get_string (parameter, NULL)) != 0)
    i++;
  if (lot == NULL || i == G_N_ELEMENTS (changes))
    return;
  g_strlcpy (order.lot.lot, self->chosen, sizeof order.lot.lot);
  g_strlcpy (order.why, gtk_editable_get_text (self->why), sizeof order.why);
  if (changes[i].reason && order.why[0] == '\0')
    {
      say (self->lot_message, _ ("Please say why, in a few words."), TRUE);
      gtk_widget_grab_focus (GTK_WIDGET (self->why));
      return;
    }
  order.act = changes[i].act == TH_DOSES_WITHDRAW && lot->withdrawn ? TH_DOSES_ALLOW : changes[i].act;
  send_order (self, &order);
}

/* The number and the lot, from whatever was scanned. */
static void
take_visit (ThDosesPage *self, ThDosesOrder *order)
{
  const char *lot = gtk_editable_get_text (self->give_lot);
  ThGs1 code;

  g_strlcpy (order->code, gtk_editable_get_text (self->number), sizeof order->code);
  g_strlcpy (order->lot.lot, read_code (lot, &code) ? code.lot : lot, sizeof order->lot.lot);
}

static void
number_cb (ThDosesPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->give_lot));
}

static void
bind_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDosesOrder order = { .act = TH_DOSES_BIND };

  take_visit (TH_DOSES_PAGE (widget), &order);
  send_order (TH_DOSES_PAGE (widget), &order);
}

static void
inject_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDosesPage *self = TH_DOSES_PAGE (widget);
  ThDosesOrder order = { .act = TH_DOSES_INJECT, .dose = (guint)gtk_spin_button_get_value_as_int (self->dose) };
  guint site = gtk_drop_down_get_selected (self->site), route = gtk_drop_down_get_selected (self->route);

  if (site == GTK_INVALID_LIST_POSITION || route == GTK_INVALID_LIST_POSITION)
    return;
  take_visit (self, &order);
  order.checked = gtk_check_button_get_active (self->checked);
  g_strlcpy (order.site, th_injection_sites ()[site], sizeof order.site);
  g_strlcpy (order.route, th_injection_routes ()[route], sizeof order.route);
  send_order (self, &order);
}

static void
undo_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThDosesPage *self = TH_DOSES_PAGE (widget);
  ThDosesOrder order = self->order;

  if (order.act != TH_DOSES_INJECT)
    return;
  order.act = TH_DOSES_UNDO;
  g_strlcpy (order.why, SLIP_OF_THE_FINGER, sizeof order.why);
  send_order (self, &order);
}

/* --- life ------------------------------------------------------------------------------------------------ */

GtkWidget *
th_doses_page_new (ThStaffDesk *desk)
{
  ThDosesPage *self = g_object_new (TH_TYPE_DOSES_PAGE, NULL);

  self->desk = g_object_ref (desk);
  g_signal_connect_object (desk, "doses", G_CALLBACK (doses_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->code, "activate", G_CALLBACK (code_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->number, "activate", G_CALLBACK (number_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->lots, "row-activated", G_CALLBACK (row_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_visible (GTK_WIDGET (self->checked),
                          th_queue_rules_zone (&th_staff_desk_get_config (desk)->queue, TH_ZONE_VACCINATION) < 0);
  doses_cb (self);
  return GTK_WIDGET (self);
}

static void
th_doses_page_dispose (GObject *object)
{
  ThDosesPage *self = TH_DOSES_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TH_TYPE_DOSES_PAGE);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (th_doses_page_parent_class)->dispose (object);
}

static void
th_doses_page_class_init (ThDosesPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = th_doses_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/threshold/staff/doses-page.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, ThDosesPage, child)
  BIND (top);
  BIND (steps);
  BIND (stock);
  BIND (affected);
  BIND (home_message);
  BIND (code);
  BIND (lot);
  BIND (expiry);
  BIND (vaccine);
  BIND (maker);
  BIND (doses);
  BIND (receive_message);
  BIND (lot_title);
  BIND (lot_facts);
  BIND (lot_n);
  BIND (why);
  BIND (lot_message);
  BIND (withdraw);
  BIND (number);
  BIND (give_lot);
  BIND (dose);
  BIND (site);
  BIND (route);
  BIND (checked);
  BIND (give_message);
  BIND (undo);
  BIND (lots);
#undef BIND
  gtk_widget_class_install_action (widget_class, "doses.step", "s", step_action);
  gtk_widget_class_install_action (widget_class, "doses.receive", NULL, receive_action);
  gtk_widget_class_install_action (widget_class, "doses.change", "s", change_action);
  gtk_widget_class_install_action (widget_class, "doses.bind", NULL, bind_action);
  gtk_widget_class_install_action (widget_class, "doses.inject", NULL, inject_action);
  gtk_widget_class_install_action (widget_class, "doses.undo", NULL, undo_action);
}

static void
th_doses_page_init (ThDosesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  fill (self->site, site_words, G_N_ELEMENTS (site_words));
  fill (self->route, route_words, G_N_ELEMENTS (route_words));
  gtk_spin_button_set_value (self->dose, 1);
  gtk_widget_set_visible (self->undo, FALSE);
  th_shortcut_add (GTK_WIDGET (self), "<Alt>g", "doses.step", g_variant_new_string ("give"));
  th_shortcut_add (GTK_WIDGET (self), "<Alt>r", "doses.step", g_variant_new_string ("receive"));
  th_shortcut_add (GTK_WIDGET (self), "Escape", "doses.step", g_variant_new_string ("home"));
}
