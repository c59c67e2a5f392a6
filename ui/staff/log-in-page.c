/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/staff/log-in-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/staff/staff-words.h"

#define PIN_MAX 12

struct _ThLogInPage
{
  GtkWidget parent;
  ThStaffDesk *desk;

  GtkWidget *top;
  GtkLabel *site;
  GtkLabel *problem;
  GtkStack *stack;
  GtkListView *names;
  GtkLabel *prompt;
  GtkLabel *dots;
  GtkLabel *message;
  GtkGrid *pad;

  GtkSingleSelection *selection;
  char pin[PIN_MAX + 1];
  gboolean asking;        /* a PIN is being checked */
  char *locked_name;      /* whose PIN was wrong too often … */
  gint64 locked_until_us; /* … until then (monotonic) */
};

G_DEFINE_FINAL_TYPE (ThLogInPage, th_log_in_page, GTK_TYPE_WIDGET)

/* --- what it shows ----------------------------------------------------------------------- */

static const char *
chosen_name (ThLogInPage *self)
{
  GtkStringObject *item = gtk_single_selection_get_selected_item (self->selection);

  return item != NULL ? gtk_string_object_get_string (item) : NULL;
}

static guint
seconds_locked (ThLogInPage *self)
{
  gint64 left_us = self->locked_until_us - g_get_monotonic_time ();

  if (left_us <= 0 || g_strcmp0 (self->locked_name, chosen_name (self)) != 0)
    return 0;
  return (left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
}

static void
update (ThLogInPage *self)
{
  const char *name = chosen_name (self);
  guint locked_s = seconds_locked (self);
  gsize n = strlen (self->pin);
  GString *dots = g_string_new (NULL);
  g_autofree char *shown = NULL, *prompt = NULL;

  for (gsize i = 0; i < n; i++)
    g_string_append (dots, i == 0 ? "●" : " ●");
  shown = g_string_free (dots, FALSE);
  gtk_label_set_text (self->dots, shown);

  /* Translators: %s is the name of the person who logs in */
  prompt = name != NULL ? g_strdup_printf (_ ("PIN of %s"), name) : g_strdup (_ ("PIN"));
  gtk_label_set_text (self->prompt, prompt);

  if (locked_s > 0)
    {
      g_autofree char *message
          = g_strdup_printf (ngettext ("Too many wrong PINs. Try again in %u second.",
                                       "Too many wrong PINs. Try again in %u seconds.", locked_s),
                             locked_s);

      gtk_label_set_text (self->message, message);
    }
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "log-in.enter",
                                 name != NULL && n > 0 && locked_s == 0 && !self->asking);
}

static void
forget_pin (ThLogInPage *self)
{
  explicit_bzero (self->pin, sizeof self->pin);
}

static void
names_changed_cb (ThLogInPage *self)
{
  const char *const *names = th_staff_desk_get_names (self->desk);
  g_autofree char *kept = g_strdup (chosen_name (self));
  g_autoptr (GtkStringList) list = NULL;

  if (names == NULL)
    return;
  list = gtk_string_list_new (names);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (list));
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  for (guint i = 0; names[i] != NULL; i++)
    if (g_strcmp0 (names[i], kept) == 0 || names[1] == NULL)
      gtk_single_selection_set_selected (self->selection, i);
  gtk_stack_set_visible_child_name (self->stack, names[0] != NULL ? "names" : "nobody");
  update (self);
}

static void
problem_changed_cb (ThLogInPage *self)
{
  const GError *problem = th_staff_desk_get_problem (self->desk);

  if (problem != NULL)
    {
      g_autofree char *words = th_staff_words_error (problem);

      gtk_label_set_text (self->problem, words);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
chosen_cb (ThLogInPage *self)
{
  forget_pin (self);
  gtk_label_set_text (self->message, "");
  update (self);
}

/* --- what people do ---------------------------------------------------------------------- */

static void
logged_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ThLogInPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  guint wait_s;

  self->asking = FALSE;
  /* Success takes this page away: the window watches "who". */
  if (th_staff_desk_log_in_finish (TH_STAFF_DESK (source), result, &wait_s, &error))
    return;
  if (self->desk == NULL || self->top == NULL)
    return;

  if (wait_s > 0)
    {
      g_free (self->locked_name);
      self->locked_name = g_strdup (chosen_name (self));
      self->locked_until_us = g_get_monotonic_time () + (gint64)wait_s * G_USEC_PER_SEC;
    }
  if (g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_REFUSED))
    words = g_strdup (_ ("The PIN is not right. Please try again."));
  else if (!g_error_matches (error, TH_RECORDS_ERROR, TH_RECORDS_ERROR_LOCKED))
    words = th_staff_words_error (error);
  gtk_label_set_text (self->message, words != NULL ? words : "");
  update (self);
}

static void
enter_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThLogInPage *self = TH_LOG_IN_PAGE (widget);
  const char *name = chosen_name (self);

  if (name == NULL || *self->pin == '\0' || self->asking || seconds_locked (self) > 0)
    return;
  self->asking = TRUE;
  gtk_label_set_text (self->message, "");
  th_staff_desk_log_in_async (self->desk, name, self->pin, logged_in_cb, g_object_ref (self));
  forget_pin (self);
  update (self);
}

static void
digit_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThLogInPage *self = TH_LOG_IN_PAGE (widget);
  gsize n = strlen (self->pin);

  if (n < PIN_MAX && !self->asking)
    self->pin[n] = *g_variant_get_string (parameter, NULL);
  gtk_label_set_text (self->message,
                      chosen_name (self) != NULL ? "" : _ ("First choose your name."));
  update (self);
}

static void
erase_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ThLogInPage *self = TH_LOG_IN_PAGE (widget);
  gsize n = strlen (self->pin);

  if (n > 0)
    self->pin[n - 1] = '\0';
  update (self);
}

/* Digits count wherever the focus is; arrows and Tab stay with the list. */
static gboolean
key_pressed_cb (ThLogInPage *self, guint key, guint code, GdkModifierType modifiers)
{
  gunichar character = gdk_keyval_to_unicode (key);

  if (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK))
    return GDK_EVENT_PROPAGATE;
  if (character >= '0' && character <= '9')
    {
      const char digit[2] = { character, '\0' };

      gtk_widget_activate_action (GTK_WIDGET (self), "log-in.digit", "s", digit);
      return GDK_EVENT_STOP;
    }
  if (key == GDK_KEY_BackSpace)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "log-in.erase", NULL);
      return GDK_EVENT_STOP;
    }
  if ((key == GDK_KEY_Return || key == GDK_KEY_KP_Enter) && *self->pin != '\0')
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "log-in.enter", NULL);
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
}

/* --- life -------------------------------------------------------------------------------- */

static void
name_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child (item, label);
}

static void
name_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static void
add_key (ThLogInPage *self, const char *label, int column, int row)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "pad-key");
  gtk_widget_set_focusable (button, FALSE); /* the keyboard has its own digits */
  if (g_ascii_isdigit (*label))
    {
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "log-in.digit");
      gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", label);
    }
  else
    {
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "log-in.erase");
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ ("Erase the last digit"), -1);
    }
  gtk_grid_attach (self->pad, button, column, row, *label == '0' ? 2 : 1, 1);
}

static void
tick_cb (ThLogInPage *self)
{
  if (self->locked_name == NULL)
    return;
  if (g_get_monotonic_time () >= self->locked_until_us)
    {
      g_clear_pointer (&self->locked_name, g_free);
      gtk_label_set_text (self->message, "");
    }
  update (self);
}

GtkWidget *
th_log_in_page_new (ThStaffDesk *desk)
{
  ThLogInPage *self = g_object_new (TH_TYPE_LOG_IN_PAGE, NULL);

  self->desk = g_object_ref (desk);
  gtk_label_set_text (self->site, th_staff_words_site (th_staff_desk_get_config (desk)));
  g_signal_connect_object (desk, "notify::names", G_CALLBACK (names_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "notify::problem", G_CALLBACK (problem_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  names_changed_cb (self);
  problem_changed_cb (self);
  return GTK_WIDGET (self);
}

static void
th_log_in_page_dispose (GObject *object)
{
  ThLogInPage *self = TH_LOG_IN_PAGE (object);

  forget_pin (self);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  gtk_widget_dispose_template (GTK_WIDGET (self), TH_TYPE_LOG_IN_PAGE);
  g_clear_object (&self->selection);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->locked_name, g_free);
  G_OBJECT_CLASS (th_log_in_page_parent_class)->dispose (object);
}

static void
th_log_in_page_class_init (ThLogInPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = th_log_in_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/threshold/staff/log-in-page.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, ThLogInPage, top);
  gtk_widget_class_bind_template_child (widget_class, ThLogInPage, site);
  gtk_widget_class_bind_template_child (widget_class, ThLogInPage, problem);
  gtk_widget_class_bind_template_child (widget_class, ThLogInPage, stack);
  gtk_widget_class_bind_template_child (widget_class, ThLogInPage, names);
  gtk_widget_class_bind_template_child (widget_class, ThLogInPage, prompt);
  gtk_widget_class_bind_template_child (widget_class, ThLogInPage, dots);
  gtk_widget_class_bind_template_child (widget_class, ThLogInPage, message);
  gtk_widget_class_bind_template_child (widget_class, ThLogInPage, pad);
  gtk_widget_class_install_action (widget_class, "log-in.enter", NULL, enter_action);
  gtk_widget_class_install_action (widget_class, "log-in.digit", "s", digit_action);
  gtk_widget_class_install_action (widget_class, "log-in.erase", NULL, erase_action);
}

static void
th_log_in_page_init (ThLogInPage *self)
{
  static const char keys[] = "123456789";
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkEventController *controller = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));

  for (guint i = 0; i < strlen (keys); i++)
    add_key (self, (const char[]){ keys[i], '\0' }, i % 3, i / 3);
  add_key (self, "0", 0, 3);
  add_key (self, "←", 2, 3);

  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_swapped (self->selection, "notify::selected", G_CALLBACK (chosen_cb), self);
  g_signal_connect (factory, "setup", G_CALLBACK (name_setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (name_bind_cb), NULL);
  gtk_list_view_set_factory (self->names, factory);
  gtk_list_view_set_model (self->names, GTK_SELECTION_MODEL (self->selection));
  g_object_unref (factory);

  g_signal_connect_swapped (self->names, "map", G_CALLBACK (gtk_widget_grab_focus), self->names);
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (controller, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}
